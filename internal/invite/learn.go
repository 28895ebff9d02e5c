package invite

import (
	"context"
	"math"
	"slices"
	"time"

	"guildhall/internal/access"
	"guildhall/internal/db"
	"guildhall/internal/journal"
	"guildhall/internal/learn"
	"guildhall/internal/page"
	"guildhall/internal/why"
)

// What weights are learned from.
const (
	Regret        = 90 * day  // a tie that ends within it counts as not accepted
	keepAnswers   = 365 * day // older answers are forgotten
	mostAnswers   = 20_000    // the newest ones
	eachReceiver  = 30        // of one receiver, the newest ones
	mostLooked    = 100_000   // answers that are looked through for them
	answersAtOnce = 1000
)

// Reckoned is what answers came to. It tells of nobody: sums over all receivers.
type Reckoned struct {
	Answers, Receivers, Accepted int
	Lacks                        learn.Lack
	HandSet, Learned             learn.Quality // on receivers not learned from; zero where nothing was fitted
	Gain, GainSE                 float64
	Found                        map[string]int // learned weights by row, in hundredths
}

// Weights is the learned weights of the instance.
type Weights struct {
	Wanted  bool      // the keeper wants them used once there is enough
	Through time.Time // answers before it count, a Monday; zero: nothing was reckoned yet
	Reckoned
}

// InUse reports whether people are compared by the learned weights.
func (w Weights) InUse() bool { return w.Wanted && w.Fitted() && w.Lacks == learn.Nothing }

// Fitted reports whether there was enough to fit weights at all, good or not.
func (w Weights) Fitted() bool { return len(w.Found) > 0 }

// model is what people are compared by: nil for the hand-set weights.
func (w Weights) model() *why.Model {
	if !w.InUse() {
		return nil
	}
	coefficients := make(map[string]float64, len(w.Found))
	for row, n := range w.Found {
		coefficients[row] = -math.Log1p(-float64(n) / 100)
	}
	return why.Default.Learned(coefficients, 1)
}

// Weights reads them with their figures. One statement. Only the keeper's pages call it.
func (s *Service) Weights(ctx context.Context, v access.Viewer) (Weights, error) {
	if _, err := only(v); err != nil {
		return Weights{}, err
	}
	return loadWeights(ctx, s.db)
}

// UseLearned is the keeper's switch: whether learned weights are used once there is
// enough to learn from. Answers are kept and reckoned either way.
func (s *Service) UseLearned(ctx context.Context, v access.Viewer, use bool) error {
	if _, err := only(v); err != nil {
		return err
	}
	return s.tellWeights(ctx, func(tx *db.Tx) error { return saveWanted(ctx, tx, use) })
}

// tellWeights changes the weights or their use and lets every process know.
func (s *Service) tellWeights(ctx context.Context, change func(*db.Tx) error) error {
	err := s.db.Write(ctx, func(tx *db.Tx) error {
		if err := change(tx); err != nil {
			return err
		}
		return journal.Append(ctx, tx, journal.Fact{Kind: FactWeights})
	})
	if err == nil {
		s.sync(ctx)
	}
	return err
}

// WeightsFollower makes people compared by the learned weights, while they are in use,
// from now on: in the process that changed them at once, on others within a poll of
// the journal.
func (s *Service) WeightsFollower(ctx context.Context) (journal.Follower, error) {
	load := func(ctx context.Context) (journal.Position, error) {
		pos, err := journal.Heads(ctx, s.db)
		if err != nil {
			return pos, err
		}
		return pos, s.takeWeights(ctx)
	}
	pos, err := load(ctx)
	return journal.Follower{Name: "learned weights", InMemory: true, From: pos, Rebuild: load,
		Apply: func(ctx context.Context, es []journal.Entry) error {
			if slices.ContainsFunc(es, func(e journal.Entry) bool { return e.Kind == FactWeights }) {
				return s.takeWeights(ctx)
			}
			return nil
		}}, err
}

// takeWeights makes the weights as they stand those that people are compared by here.
func (s *Service) takeWeights(ctx context.Context) error {
	w, err := loadWeights(ctx, s.db)
	if err == nil {
		s.evidence.SetModel(w.model())
	}
	return err
}

// Learn forgets old answers, looks which acceptances were regretted, and on the first
// run of a week reckons the weights anew from the answers given before Monday. A daily
// task. Figures of its cost are in doc/design/why.md.
func (s *Service) Learn(ctx context.Context) error {
	if err := s.forgetAnswers(ctx); err != nil {
		return err
	}
	if err := s.markParted(ctx); err != nil {
		return err
	}
	w, err := loadWeights(ctx, s.db)
	through := monday(s.db.Now())
	if err != nil || !w.Through.Before(through) {
		return err
	}
	answers, err := s.answers(ctx, through)
	if err != nil {
		return err
	}
	r := reckon(answers)
	return s.tellWeights(ctx, func(tx *db.Tx) error { return saveReckoned(ctx, tx, through, r) })
}

// forgetAnswers deletes answers that are too old, and all of members who left,
// hibernate or are suspended.
func (s *Service) forgetAnswers(ctx context.Context) error {
	for n := int64(answersAtOnce); n == answersAtOnce; {
		err := s.db.Write(ctx, func(tx *db.Tx) (err error) {
			n, err = deleteOldAnswers(ctx, tx, tx.Now.Add(-keepAnswers), answersAtOnce)
			return err
		})
		if err != nil {
			return err
		}
	}
	away, err := s.members.Away(ctx, nil)
	if err != nil {
		return err
	}
	return db.Chunks(away, func(ids []int64) error {
		return s.db.Write(ctx, func(tx *db.Tx) error { return deleteAnswersOf(ctx, tx, ids) })
	})
}

// markParted looks at the acceptances of the last Regret whose tie has ended since,
// whoever ended it. The graph says which may have; the truth decides.
func (s *Service) markParted(ctx context.Context) error {
	g, after := s.network.Graph(), page.Cursor{Key: micro(s.db.Now().Add(-Regret))}
	for {
		list, err := loadAccepted(ctx, s.db, after, answersAtOnce)
		if err != nil || len(list) == 0 {
			return err
		}
		for _, a := range list {
			if g.Connected(a.Receiver, a.Sender) {
				continue
			}
			if err := s.markIfParted(ctx, a); err != nil {
				return err
			}
		}
		after = list[len(list)-1].place()
	}
}

func (s *Service) markIfParted(ctx context.Context, a accepted) error {
	return s.db.Write(ctx, func(tx *db.Tx) error {
		_, tied, err := s.network.Tie(ctx, tx, a.Receiver, a.Sender)
		if err != nil || tied {
			return err
		}
		return changeAnswer(ctx, tx, a.Receiver, a.ID, Accepted, parted)
	})
}

// answers reads what is learned from, the oldest first: the newest mostAnswers given
// before a moment, of each receiver the newest eachReceiver, so that nobody speaks for
// many.
func (s *Service) answers(ctx context.Context, through time.Time) ([]learn.Answer, error) {
	var out []learn.Answer
	at, of, before := rowsAt(), map[int64]int{}, page.Cursor{Key: micro(through)}
	for looked := 0; looked < mostLooked && len(out) < mostAnswers; looked += answersAtOnce {
		list, err := loadGiven(ctx, s.db, before, answersAtOnce)
		if err != nil {
			return nil, err
		}
		for _, g := range list {
			if of[g.Receiver]++; of[g.Receiver] <= eachReceiver && len(out) < mostAnswers {
				out = append(out, learn.Answer{Receiver: g.Receiver, X: unpack(g.Seen, at), Accepted: g.Outcome == Accepted})
			}
		}
		if len(list) < answersAtOnce {
			break
		}
		before = list[len(list)-1].place()
	}
	slices.Reverse(out)
	return out, nil
}

// reckon learns from answers, the oldest first.
func reckon(answers []learn.Answer) Reckoned {
	fit := learn.Fit(answers, why.Default.Prior())
	r := Reckoned{Answers: fit.Answers, Receivers: fit.Receivers, Accepted: fit.Accepted, Lacks: fit.Lacks,
		HandSet: fit.HandSet.Quality, Learned: fit.Learned.Quality, Gain: fit.Gain, GainSE: fit.GainSE}
	if fit.Learned.Coefficients == nil || !(fit.Scale > 0) {
		return r
	}
	coefficients := map[string]float64{}
	for i, row := range why.Rows() {
		coefficients[row] = fit.Learned.Coefficients[i]
	}
	r.Found = hundredths(why.Default.Learned(coefficients, fit.Scale))
	return r
}

// hundredths are the weights of a model by row, rounded: what of them is kept and used,
// so that a single answer rarely moves one.
func hundredths(m *why.Model) map[string]int {
	out := map[string]int{}
	for i, b := range m.Prior() {
		out[why.Rows()[i]] = int(math.Round(-100 * math.Expm1(-b)))
	}
	return out
}

// HandSet are the hand-set weights by row, as Reckoned.Found.
func HandSet() map[string]int { return hundredths(why.Default) }
