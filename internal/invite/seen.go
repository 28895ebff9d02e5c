package invite

import (
	"context"
	"math"
	"strconv"
	"strings"
	"time"

	"guildhall/internal/access"
	"guildhall/internal/db"
	"guildhall/internal/evidence"
	"guildhall/internal/why"
)

// seen is what a receiver saw of invitations before answering, packed, by
// invitation. What could not be read is not in it.
type seen map[int64]string

// sawWithin is how long an answer waits for what it is kept with.
const sawWithin = time.Second

// saw reads what the viewer sees of invitations that wait, before they are answered:
// of the very pairs of the inbox, so that nothing else can ever be learned from. An
// answer doesn't fail for it: what can't be read now is not learned from. At most 11
// statements for all, fewer as groups, limits, cards and traits are kept.
func (s *Service) saw(ctx context.Context, v access.Viewer, ids ...int64) seen {
	ctx, cancel := context.WithTimeout(ctx, sawWithin)
	defer cancel()
	out, err := s.look(ctx, v, ids[:min(len(ids), MaxMany)])
	if err != nil {
		s.log.Warn("an answer to an invitation is not learned from", "err", err)
	}
	return out
}

func (s *Service) look(ctx context.Context, v access.Viewer, ids []int64) (seen, error) {
	me, err := only(v)
	if err != nil {
		return nil, nil // it can't be answered either
	}
	rows, err := loadWaiting(ctx, s.db, me, ids)
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	lens, err := s.guard.For(ctx, v)
	if err != nil {
		return nil, err
	}
	all, err := s.evidence.From(ctx, lens, senders(rows), evidence.Named)
	if err != nil {
		return nil, err
	}
	choices, err := loadChoices(ctx, s.db, me, ids)
	if err != nil {
		return nil, err
	}
	out, r := make(seen, len(rows)), reader{all}
	for _, inv := range rows {
		if _, there := r.Cards[inv.Sender]; there && !lens.Blocked(inv.Sender) {
			c := choices[inv.ID]
			out[inv.ID] = pack(why.Vector(r.incoming(inv, c, r.knownBy(inv, c))))
		}
	}
	return out, nil
}

// keepAnswer keeps an answer with what was seen. Of an answer that follows another in
// silence the outcome changes; what was seen is what stood before the first.
func keepAnswer(ctx context.Context, tx *db.Tx, was State, inv Invitation, saw seen) error {
	if was.silent() {
		return changeAnswer(ctx, tx, inv.Receiver, inv.ID, was, inv.State)
	}
	if x, ok := saw[inv.ID]; ok {
		return insertAnswer(ctx, tx, inv, x)
	}
	return nil
}

// pack writes a vector by the names of its rows, in whole hundredths; what is 0 is
// left out: "mutual>shared=62 mutual>network=62".
func pack(x []float64) string {
	var words []string
	for i, name := range why.Rows() {
		if n := math.Round(100 * x[i]); n > 0 {
			words = append(words, name+"="+strconv.Itoa(int(n)))
		}
	}
	return strings.Join(words, " ")
}

// unpack is the vector of a packed one as rows are now. Names that are no row any
// more are passed over.
func unpack(s string, at map[string]int) []float64 {
	x := make([]float64, len(at))
	for w := range strings.FieldsSeq(s) {
		name, n, _ := strings.Cut(w, "=")
		i, known := at[name]
		if hundredths, err := strconv.Atoi(n); err == nil && known {
			x[i] = float64(hundredths) / 100
		}
	}
	return x
}

// rowsAt are the places of rows by their names.
func rowsAt() map[string]int {
	names := why.Rows()
	at := make(map[string]int, len(names))
	for i, name := range names {
		at[name] = i
	}
	return at
}
