package invitehttp

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"guildhall/internal/invite"
	"guildhall/internal/learn"
	"guildhall/internal/web"
	"guildhall/internal/web/ui"
	"guildhall/internal/why"
)

// weightsRoutes are the keeper's page of what was learned from answers.
func weightsRoutes(f *face) []web.Route {
	return []web.Route{
		{Pattern: "GET /admin/weights", Policy: web.Owner, Handler: f.weights},
		{Pattern: "POST /admin/weights", Policy: web.Owner, Handler: f.useWeights},
	}
}

// weightsView is that page.
type weightsView struct {
	Frame   ui.Page
	W       invite.Weights
	Trouble string
}

func (f *face) weights(_ http.ResponseWriter, r *web.Request) error {
	return f.showWeights(r, http.StatusOK, "")
}

func (f *face) showWeights(r *web.Request, status int, trouble string) error {
	w, err := f.invites.Weights(r.Context(), r.Viewer)
	if err != nil {
		return err
	}
	return r.RenderStatus(status, weightsPage(weightsView{r.Page("Learned weights"), w, trouble}), nil)
}

func (f *face) useWeights(_ http.ResponseWriter, r *web.Request) error {
	form, err := r.Fields()
	if err != nil {
		return err
	}
	use := form.Get("use")
	if use != "learned" && use != "hand-set" {
		return f.showWeights(r, http.StatusUnprocessableEntity, "Please choose the learned or the hand-set weights.")
	}
	err = f.invites.UseLearned(r.Context(), r.Viewer, use == "learned")
	if text, broken := r.Broken(err); broken {
		return f.showWeights(r, web.Status(err), text)
	} else if err != nil {
		return err
	}
	if use == "learned" {
		r.Say("Learned weights will be used as soon as there is enough to learn from.")
	} else {
		r.Say("The hand-set weights are used.")
	}
	return r.SeeOther("/admin/weights")
}

// state says in a line which weights are in use.
func (v weightsView) state() (title string, tone ui.Tone) {
	switch {
	case v.W.InUse():
		return "The learned weights are in use.", ui.Well
	case !v.W.Wanted:
		return "Learning is switched off: the hand-set weights are in use.", ui.Neutral
	}
	return "The hand-set weights are in use.", ui.Neutral
}

// lacks says why the learned weights are not good enough yet; empty where they are.
func (v weightsView) lacks() string {
	if v.W.Through.IsZero() {
		return "Nothing has been worked out yet. That happens within a day of the start, and then early every week."
	}
	switch v.W.Lacks {
	case learn.Answers, learn.Receivers:
		return "There is not enough to learn from yet."
	case learn.Variety:
		return fmt.Sprintf("Nearly everybody answers the same way, so there is nothing to tell apart: at least %d acceptances and %d other answers are needed.", learn.MinEither, learn.MinEither)
	case learn.Scale:
		return "Here the evidence says nothing about how people answer, so there is nothing to start from."
	case learn.Gain:
		return "What was learned is not clearly better than the hand-set weights, so those stay in use."
	}
	return ""
}

// tens is a number in whole tens, as all numbers of answers show: one that rises by one
// would tell that somebody answered in silence.
func tens(n int) int { return n / 10 * 10 }

// allowances are the numbers that are still too small.
func (v weightsView) allowances() (out []ui.Allowance) {
	for _, n := range []struct {
		id       string
		has, min int
		what     string
	}{{"answers", v.W.Answers, learn.MinAnswers, "answers so far"}, {"receivers", v.W.Receivers, learn.MinReceivers, "people have answered"}} {
		if n.has < n.min {
			out = append(out, ui.Allowance{ID: n.id, Left: tens(n.has), Of: n.min, What: n.what})
		}
	}
	return out
}

// learnedFrom says what the figures are of.
func (v weightsView) learnedFrom() string {
	return fmt.Sprintf("From about %s answers by about %s people before %s; %s of the invitations were accepted and stayed so.", ui.Count(tens(v.W.Answers)), ui.Count(tens(v.W.Receivers)),
		dayOf(v.W.Through), ui.Percent(float64(v.W.Accepted)/float64(max(v.W.Answers, 1))))
}

func dayOf(t time.Time) string { return t.Format("Monday 2 January 2006") }

// verdict says how right both are, in words.
func (v weightsView) verdict() string {
	better := "The learned weights predict better what will be accepted"
	if v.W.Lacks == learn.Gain {
		better = "The learned weights may predict a little better what will be accepted, but that can be chance"
		if v.W.Gain <= 0 {
			better = "The learned weights don’t predict better what will be accepted"
		}
	}
	return fmt.Sprintf("%s. Their predictions are off by %s on average and range from %s; those of the hand-set weights are off by %s and range from %s. The wider the range, the more they tell apart.",
		better, points(v.W.Learned.Calibration), span(v.W.Learned), points(v.W.HandSet.Calibration), span(v.W.HandSet))
}

// span is between which chances there is something to tell apart.
func span(q learn.Quality) string {
	if len(q.Bins) == 0 {
		return ui.Percent(0) + " to " + ui.Percent(0)
	}
	return ui.Percent(q.Bins[0].Predicted) + " to " + ui.Percent(q.Bins[len(q.Bins)-1].Predicted)
}

func points(x float64) string {
	return ui.Plural(int(100*x+0.5), "point", "points")
}

// plots are the two reliability plots.
func (v weightsView) plots() []ui.Reliable {
	return []ui.Reliable{reliable("Hand-set weights", v.W.HandSet), reliable("Learned weights", v.W.Learned)}
}

func reliable(title string, q learn.Quality) ui.Reliable {
	p := ui.Reliable{Title: title, Says: title + ": predictions are off by " + points(q.Calibration) + " on average."}
	for _, b := range q.Bins {
		p.Told = append(p.Told, ui.Told{Chance: b.Predicted, Came: b.Accepted, N: tens(b.N)})
	}
	return p
}

// figure is one measure of both.
type figure struct{ Name, Means, HandSet, Learned string }

func (v weightsView) figures() []figure {
	h, l := v.W.HandSet, v.W.Learned
	return []figure{
		{"Log-loss", "surprise at an answer", decimals(h.LogLoss), decimals(l.LogLoss)},
		{"Brier score", "mean square of the error", decimals(h.Brier), decimals(l.Brier)},
		{"Calibration error", "mean distance from the line", decimals(h.Calibration), decimals(l.Calibration)},
	}
}

func decimals(x float64) string { return strconv.FormatFloat(x, 'f', 3, 64) }

// weighed is one row of the weights as the page names it.
type weighed struct{ Evidence, HandSet, Learned string }

// byReason groups the weights by the reason that they speak for.
func (v weightsView) byReason() (out []struct {
	Label string
	Rows  []weighed
}) {
	hand := invite.HandSet()
	for _, code := range ui.Codes {
		var rows []weighed
		for _, name := range why.Rows() {
			if kind, reason, _ := strings.Cut(name, ">"); reason == string(code) {
				rows = append(rows, weighed{evidenceWords[kind], hundredths(hand[name]), hundredths(v.W.Found[name])})
			}
		}
		out = append(out, struct {
			Label string
			Rows  []weighed
		}{code.Label(), rows})
	}
	return out
}

func hundredths(n int) string { return strconv.FormatFloat(float64(n)/100, 'f', 2, 64) }

// evidenceWords are the kinds of evidence as the keeper reads them.
var evidenceWords = map[string]string{
	why.CompanyOverlap: "Same company, same time", why.CompanySame: "Same company, dates missing", why.CompanyGap: "Same company, another time",
	why.SchoolOverlap: "Same school, same time", why.SchoolSame: "Same school, dates missing", why.SchoolGap: "Same school, another time",
	why.GroupOverlap: "Same group, same time", why.GroupSame: "Same group, dates missing", why.GroupGap: "Same group, another time",
	why.SkillSame: "A skill in common", why.FieldSame: "A field in common", why.PlaceSame: "A place in common", why.LanguageSame: "A language in common",
	why.MutualKnown: "Mutual connections",
	why.SeekSender:  "The sender seeks what the receiver has", why.SeekReceiver: "The receiver seeks what the sender has",
	why.SeekSender + ":company": "The sender seeks the receiver’s company", why.SeekReceiver + ":company": "The receiver seeks the sender’s company",
	why.SeekSender + ":field": "The sender seeks the receiver’s field", why.SeekReceiver + ":field": "The receiver seeks the sender’s field",
	why.OfferMatch + ":work": "The sender is open to work, the receiver hires", why.OfferMatch + ":hiring": "The sender hires, the receiver is open to work",
	why.OfferMatch + ":mentored": "The sender looks for a mentor, the receiver mentors", why.OfferMatch + ":mentoring": "The sender mentors, the receiver looks for a mentor",
	why.FewConnections: "The sender is new here", why.BroadNetwork: "The sender connects broadly", why.ClosedSections: "Sections that connecting opens",
	why.EarlierMessages: "Wrote to each other before", why.OnceConnected: "Were connected before",
	why.Follows: "The sender follows the receiver", why.FollowsBack: "The receiver follows the sender",
	why.Bridge: "The receiver knows people elsewhere", why.BridgeBack: "The sender knows people elsewhere",
}
