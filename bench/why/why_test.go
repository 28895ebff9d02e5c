package why

import (
	"context"
	"encoding/json"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"

	"guildhall/internal/fault"
	"guildhall/internal/learn"
	"guildhall/internal/why"
)

var ctx = context.Background()

func learned(t *testing.T, preference string) *Learning {
	t.Helper()
	r, err := Measure(ctx, Options{Receivers: 200, Preference: preference, Seed: 1})
	if err != nil || r.Record != nil || r.Learning == nil {
		t.Fatalf("%+v, %v", r, err)
	}
	return r.Learning
}

// TestTheHiddenPreferenceIsLearned: on receivers of whom nothing was seen, what was
// learned beats the hand-set weights, also when it is put back into the engine, and
// comes near to who knows the preference.
func TestTheHiddenPreferenceIsLearned(t *testing.T) {
	l := learned(t, Hidden)
	rows := map[string]Row{}
	for _, r := range l.Rows {
		rows[r.Name] = r
	}
	hand, got, weights, oracle := rows["hand-set, one scale"], rows["learned"], rows["learned, as weights"], rows["oracle"]
	if l.Lacks != learn.Nothing || got.LogLoss >= hand.LogLoss-0.01 || weights.LogLoss >= hand.LogLoss-0.01 || got.Brier >= hand.Brier {
		t.Errorf("not learned: %+v", l)
	}
	if got.LogLoss > oracle.LogLoss+0.02 || got.Calibration > 0.05 {
		t.Errorf("learned %+v, the oracle %+v", got, oracle)
	}
	if l.Compared < 15 || l.Learned.Rank < 0.7 || l.Learned.Rank <= l.HandSet.Rank || l.Learned.RMSE >= l.HandSet.RMSE {
		t.Errorf("recovered %+v, before %+v of %d", l.Learned, l.HandSet, l.Compared)
	}
}

// TestNothingToLearn: where evidence means nothing, or just what the hand-set
// weights say, nothing is switched on.
func TestNothingToLearn(t *testing.T) {
	for _, preference := range []string{None, HandSet} {
		if l := learned(t, preference); l.Lacks != learn.Scale && l.Lacks != learn.Gain {
			t.Errorf("%s: lacks %q, gain %.4f ± %.4f", preference, l.Lacks, l.Gain, l.GainSE)
		}
	}
	r, err := Measure(ctx, Options{Receivers: 20, Each: 10, Seed: 1})
	if err != nil || r.Learning.Lacks != learn.Answers || r.Learning.Rows != nil {
		t.Errorf("of 200 answers: %+v, %v", r.Learning, err)
	}
}

func TestSameSeedSameFigures(t *testing.T) {
	a, b := learned(t, Hidden), learned(t, Hidden)
	a.Seconds, b.Seconds = 0, 0
	if !reflect.DeepEqual(a, b) {
		t.Error("one seed, two results")
	}
}

// TestTheCommunityHoldsTogether: sizes are counted, and what a sender closes is not
// in the pair.
func TestTheCommunityHoldsTogether(t *testing.T) {
	c := newCommunity(3)
	found := map[why.Reason]bool{}
	for i := range 400 {
		p := c.invitation(i)
		s := &c.people[p.Sender.Member-1]
		if p.Sender.Member == p.Receiver.Member {
			t.Fatal("somebody invites themselves")
		}
		for _, f := range p.Sender.Facts {
			if s.closed[f.Kind] || f.People != len(c.holders[thing{f.Kind, f.Entity}]) {
				t.Fatalf("%+v", f)
			}
		}
		for _, f := range why.Assess(p).Found {
			found[f.Reason] = true
		}
	}
	if len(found) != len(why.Reasons) {
		t.Errorf("only these reasons occur: %v", found)
	}
}

// TestRecord reads a small community: presets change who sees what, and the stated
// reasons are mostly found.
func TestRecord(t *testing.T) {
	var out strings.Builder
	if err := Run(ctx, Options{Members: 60, Seed: 1, In: t.TempDir(), JSON: true, Out: &out}); err != nil {
		t.Fatal(err)
	}
	var r Result
	if err := json.Unmarshal([]byte(out.String()), &r); err != nil {
		t.Fatal(err)
	}
	rec := r.Record
	if r.Learning != nil || rec.Members != 60 || len(rec.Privacy) != 4 || rec.Pairs == 0 || rec.Milli <= 0 {
		t.Fatalf("%+v", rec)
	}
	var presets []string
	for _, s := range rec.Privacy {
		presets = append(presets, s.Preset)
		if s.Invitations != rec.Privacy[0].Invitations || s.Facts > s.Evidence+1e-9 || s.Evidence < 0.5 || s.Evidence > 1+1e-9 {
			t.Errorf("%+v", s)
		}
	}
	if !slices.Equal(presets[1:], []string{"connections-only", "open", "public"}) {
		t.Errorf("presets %v", presets)
	}
	if closed, open := rec.Privacy[1], rec.Privacy[2]; closed.Facts >= open.Facts && closed.Released <= open.Released {
		t.Errorf("closing all changes nothing: %+v, %+v", closed, open)
	}
	n, found := 0, 0
	for _, c := range rec.Confusion {
		n, found = n+c.N, found+c.Found
		sum := c.None
		for _, k := range c.Against {
			sum += k
		}
		if sum != c.N {
			t.Errorf("%+v sums to %d", c, sum)
		}
	}
	if n != rec.Stated || found != rec.Found || rec.Verdicts.Agrees+rec.Verdicts.Partly+rec.Verdicts.Nothing != n || 10*found < 7*n {
		t.Errorf("%d stated, %d found: %+v", n, found, rec)
	}
}

func TestText(t *testing.T) {
	var b strings.Builder
	r := Result{Learning: learned(t, Hidden), Record: &Record{Privacy: []Share{{Preset: "open", Evidence: 0.5}}, Confusion: []Confusion{{Stated: why.Career}}}}
	if err := r.WriteText(&b); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"switched on", "oracle", "rank", "reliability", "open", "50.0%", "career"} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("the report lacks %q:\n%s", want, b.String())
		}
	}
}

func TestOptionsAreChecked(t *testing.T) {
	for _, o := range []Options{{}, {Receivers: -1}, {Receivers: 6000}, {Receivers: 9, Each: 999}, {Members: 5}, {Members: 60, Preference: "best"}} {
		if _, err := Measure(ctx, o); !fault.Is(err, fault.Invalid) {
			t.Errorf("%+v: %v", o, err)
		}
	}
	if _, err := Measure(ctx, Options{Members: 60, In: "/nowhere"}); !fault.Is(err, fault.Invalid) {
		t.Errorf("a folder that is not there: %v", err)
	}
}

func TestSpearman(t *testing.T) {
	for _, c := range []struct {
		a, b []float64
		want float64
	}{{[]float64{1, 2, 3}, []float64{10, 20, 90}, 1}, {[]float64{1, 2, 3}, []float64{3, 2, 1}, -1}, {[]float64{1, 1}, []float64{1, 2}, 0}, {nil, nil, 0}, {[]float64{1, 2, 2, 3}, []float64{1, 2, 3, 4}, 0.9486832980505138}} {
		if got := spearman(c.a, c.b); math.Abs(got-c.want) > 1e-12 {
			t.Errorf("%v %v: %v", c.a, c.b, got)
		}
	}
}
