// Package why measures the reasons: whether what receivers prefer is learned from
// their answers, how often what senders say and what the record shows agree, what
// is left of the evidence where members close their profiles, and what it costs.
//
// It owns the synthetic community and its hidden preference, and the figures. The
// evidence, the learning and the community to look at are the program's own.
package why

import (
	"context"
	"io"

	"guildhall/bench/report"
	"guildhall/internal/fault"
	"guildhall/internal/learn"
)

// Preferences that the receivers of the synthetic community can have.
const (
	Hidden  = "hidden"   // weights of their own
	HandSet = "hand-set" // just the hand-set ones: nothing to learn
	None    = "none"     // evidence means nothing to them: nothing may be learned
)

// Options say what to measure.
type Options struct {
	Receivers  int       // who answer, in the synthetic community, and as many held out; 0 leaves it out
	Each       int       // invitations that each answers; 0: 15
	Preference string    // Hidden if empty
	Members    int       // of the made-up community to look at; 0 leaves it out
	Seed       uint64    // the same seed makes the same communities
	In         string    // folder for the temporary instance; empty: the system's own
	JSON       bool      // print the Result instead of tables
	Out        io.Writer // gets the report; nil drops it
}

// Result is everything that was measured. What was left out is nil.
type Result struct {
	Seed     uint64    `json:"seed"`
	Learning *Learning `json:"learning,omitempty"`
	Record   *Record   `json:"record,omitempty"`
}

// Learning is what was learned in the synthetic community.
type Learning struct {
	Preference string  `json:"preference"`
	Receivers  int     `json:"receivers"`
	Answers    int     `json:"answers"`
	HeldOut    int     `json:"held_out"` // answers of receivers that nothing was learned from
	Accepted   float64 `json:"accepted"` // share

	Lacks   learn.Lack `json:"lacks"` // empty: it is switched on
	Gain    float64    `json:"gain"`  // of log-loss, by the fit's own trial
	GainSE  float64    `json:"gain_se"`
	Scale   float64    `json:"scale"`
	ScaleSE float64    `json:"scale_se"`
	Ridge   float64    `json:"ridge"`
	Spread  float64    `json:"spread"` // of receivers; the hidden one is spread
	Seconds float64    `json:"seconds"`

	Rows     []Row    `json:"rows"`
	Effects  []Effect `json:"effects"`
	HandSet  Recovery `json:"recovery_hand_set"`
	Learned  Recovery `json:"recovery_learned"`
	Compared int      `json:"compared"` // effects seen often enough to be compared

	Bins []learn.Bin `json:"reliability"` // of the learned curve on those held out
}

// Row is how one way to tell chances did on receivers that were held out.
type Row struct {
	Name        string  `json:"name"`
	LogLoss     float64 `json:"log_loss"`
	Brier       float64 `json:"brier"`
	Calibration float64 `json:"calibration"`
}

// Effect is what one kind of evidence at full strength adds to the log-odds of an
// acceptance, over all reasons that it speaks for: those are always seen together.
type Effect struct {
	Evidence string  `json:"evidence"`
	Seen     float64 `json:"seen"` // share of the answers
	HandSet  float64 `json:"hand_set"`
	Learned  float64 `json:"learned"`
	Hidden   float64 `json:"hidden"`
}

// Recovery is how near effects come to the hidden ones.
type Recovery struct {
	Rank float64 `json:"rank"` // Spearman's correlation
	RMSE float64 `json:"rmse"` // log-odds
}

// Run measures and reports.
func Run(ctx context.Context, opt Options) error {
	r, err := Measure(ctx, opt)
	if err != nil {
		return err
	}
	return report.Write(opt.Out, opt.JSON, r)
}

// Measure measures what the options don't leave out.
func Measure(ctx context.Context, opt Options) (Result, error) {
	r := Result{Seed: opt.Seed}
	if err := opt.settle(); err != nil {
		return r, err
	}
	if opt.Receivers > 0 {
		l, err := measureLearning(ctx, opt)
		if err != nil {
			return r, err
		}
		r.Learning = l
	}
	if opt.Members > 0 {
		rec, err := measureRecord(ctx, opt)
		if err != nil {
			return r, err
		}
		r.Record = rec
	}
	return r, nil
}

// settle checks the options and fills what was left open.
func (o *Options) settle() error {
	if o.Preference == "" {
		o.Preference = Hidden
	}
	if o.Each == 0 {
		o.Each = 15
	}
	switch {
	case o.Preference != Hidden && o.Preference != HandSet && o.Preference != None:
		return fault.Field("preference", "--preference takes hidden, hand-set or none.")
	case o.Receivers < 0 || o.Receivers > 5000:
		return fault.Field("receivers", "--receivers takes up to 5000, or 0 to leave learning out.")
	case o.Each < 1 || o.Each > 200:
		return fault.Field("each", "--each takes 1 to 200.")
	case o.Members != 0 && (o.Members < 60 || o.Members > 2000):
		return fault.Field("members", "--members takes 60 to 2000, or 0 to leave the community out.")
	case o.Receivers == 0 && o.Members == 0:
		return fault.Field("members", "Nothing is left to measure: give --receivers or --members.")
	}
	return nil
}
