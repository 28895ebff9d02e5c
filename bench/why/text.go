package why

import (
	"fmt"
	"io"
	"strings"

	"guildhall/internal/learn"
	"guildhall/internal/why"
)

// WriteText writes tables.
func (r Result) WriteText(w io.Writer) error {
	var b strings.Builder
	if r.Learning != nil {
		r.Learning.write(&b)
	}
	if r.Record != nil {
		if r.Learning != nil {
			b.WriteString("\n")
		}
		r.Record.write(&b)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// lacks says why what was learned is not used.
var lacks = map[learn.Lack]string{
	learn.Nothing: "switched on", learn.Answers: "off: too few answers", learn.Receivers: "off: too few receivers",
	learn.Variety: "off: nearly all answers are the same", learn.Scale: "off: the evidence tells nothing of the answers",
	learn.Gain: "off: not surely better than the hand-set weights",
}

func (l *Learning) write(b *strings.Builder) {
	fmt.Fprintf(b, "Learning from a synthetic community, preference %s: %d answers of %d receivers, %.0f%% accepted; %d answers held out\n",
		l.Preference, l.Answers, l.Receivers, 100*l.Accepted, l.HeldOut)
	if l.Rows == nil {
		fmt.Fprintf(b, "%s\n", lacks[l.Lacks])
		return
	}
	fmt.Fprintf(b, "%s; gain in log-loss on its own trial %.4f ± %.4f; scale %.2f ± %.2f, ridge %.0f, spread of receivers %.2f; %.1f s\n\n",
		lacks[l.Lacks], l.Gain, l.GainSE, l.Scale, l.ScaleSE, l.Ridge, l.Spread, l.Seconds)
	fmt.Fprintf(b, "%-24s %10s %10s %12s\n", "receivers held out", "log-loss", "Brier", "calibration")
	for _, row := range l.Rows {
		fmt.Fprintf(b, "%-24s %10.4f %10.4f %12.4f\n", row.Name, row.LogLoss, row.Brier, row.Calibration)
	}
	fmt.Fprintf(b, "\n%-24s %10s %10s\n", fmt.Sprintf("%d effects, to hidden", l.Compared), "rank", "RMSE")
	fmt.Fprintf(b, "%-24s %10.2f %10.2f\n%-24s %10.2f %10.2f\n", "hand-set, one scale", l.HandSet.Rank, l.HandSet.RMSE, "learned", l.Learned.Rank, l.Learned.RMSE)
	fmt.Fprintf(b, "\n%-24s %10s %10s %10s %10s\n", "log-odds", "seen", "hand-set", "learned", "hidden")
	for _, e := range l.Effects {
		if e.Seen >= often {
			fmt.Fprintf(b, "%-24s %9.0f%% %10.2f %10.2f %10.2f\n", e.Evidence, 100*e.Seen, e.HandSet, e.Learned, e.Hidden)
		}
	}
	fmt.Fprintf(b, "\n%-24s %10s %10s\n", "reliability, learned", "told", "accepted")
	for _, x := range l.Bins {
		fmt.Fprintf(b, "%-24d %10.3f %10.3f\n", x.N, x.Predicted, x.Accepted)
	}
}

func (r *Record) write(b *strings.Builder) {
	fmt.Fprintf(b, "A made-up community of %d members\n\n", r.Members)
	fmt.Fprintf(b, "%-24s %12s %10s %10s %10s %12s %8s\n", "privacy", "invitations", "evidence", "facts", "released", "unfounded", "score")
	for _, s := range r.Privacy {
		fmt.Fprintf(b, "%-24s %12d %9.1f%% %9.1f%% %9.1f%% %11.1f%% %8.1f\n", s.Preset, s.Invitations, 100*s.Evidence, 100*s.Facts, 100*s.Released, 100*s.Unfounded, s.Score)
	}
	of := float64(max(r.Stated, 1))
	fmt.Fprintf(b, "\n%d state a reason: found %.1f%%, the strongest found %.1f%%; the record agrees %d, in part %d, finds nothing %d\n\n",
		r.Stated, 100*float64(r.Found)/of, 100*float64(r.Strongest)/of, r.Verdicts.Agrees, r.Verdicts.Partly, r.Verdicts.Nothing)
	fmt.Fprintf(b, "%-14s %5s %6s | strongest found:", "stated", "n", "found")
	for _, x := range why.Reasons {
		fmt.Fprintf(b, " %12s", x)
	}
	fmt.Fprintf(b, " %6s\n", "none")
	for _, c := range r.Confusion {
		fmt.Fprintf(b, "%-14s %5d %6d |                 ", c.Stated, c.N, c.Found)
		for _, x := range why.Reasons {
			fmt.Fprintf(b, " %12d", c.Against[x])
		}
		fmt.Fprintf(b, " %6d\n", c.None)
	}
	fmt.Fprintf(b, "\n%d pairs assessed in %.2f ms (at most %.0f), of %d read\n", assessed, r.Milli, r.Most, r.Pairs)
}
