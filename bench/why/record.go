package why

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"time"

	"guildhall/internal/access"
	"guildhall/internal/app"
	"guildhall/internal/config"
	"guildhall/internal/demo"
	"guildhall/internal/fault"
	"guildhall/internal/invite"
	"guildhall/internal/page"
	"guildhall/internal/why"
)

// Record is what the made-up community's invitations show their receivers.
type Record struct {
	Members int     `json:"members"`
	Privacy []Share `json:"privacy"` // as the community was made, then with all on one preset

	// Of the community as it was made:
	Stated    int         `json:"stated"`    // invitations that give a reason
	Found     int         `json:"found"`     // of these, the record carries the reason
	Strongest int         `json:"strongest"` // of these, it is the strongest reason found
	Verdicts  Verdicts    `json:"verdicts"`
	Confusion []Confusion `json:"confusion"`

	Pairs int     `json:"pairs"`  // assessed for the time
	Milli float64 `json:"cpu_ms"` // for 50 of them, the quickest of many rounds
	Most  float64 `json:"most_ms"`
}

// Share is how much evidence is left under a choice of privacy.
type Share struct {
	Preset      string  `json:"preset"`
	Invitations int     `json:"invitations"` // that wait
	Evidence    float64 `json:"evidence"`    // share that shows something which the two truly share or seek
	Facts       float64 `json:"facts"`       // share that shows a fact, a wish or an offer of both, not mutual connections alone
	Released    float64 `json:"released"`    // share that shows one which only the letter released
	Unfounded   float64 `json:"unfounded"`   // share of the stated reasons for which nothing is found
	Score       float64 `json:"score"`       // mean compatibility
}

// Verdicts counts what the record says to a stated reason.
type Verdicts struct {
	Agrees, Partly, Nothing int
}

// Confusion is one stated reason with the strongest reasons found beside it.
type Confusion struct {
	Stated  why.Reason         `json:"stated"`
	N       int                `json:"n"`
	Found   int                `json:"found"` // the stated one, in whatever place
	Against map[why.Reason]int `json:"strongest"`
	None    int                `json:"none"` // no reason is carried
}

// assessed is how many pairs the time is told for, and mostMilli the target.
const (
	assessed  = 50
	mostMilli = 25
)

// measureRecord makes the community in a temporary instance, reads everybody's
// invitations as they would, and again after all have chosen each preset.
func measureRecord(ctx context.Context, opt Options) (rec *Record, err error) {
	dir, err := os.MkdirTemp(opt.In, "guildhall-why-")
	if err != nil {
		return nil, fault.Field("in", "No folder can be made in %s.", opt.In)
	}
	defer os.RemoveAll(dir)
	a, err := app.New(ctx, config.Config{Data: dir, Database: filepath.Join(dir, "guildhall.db"), Listen: "127.0.0.1:0", Name: demo.Name,
		BaseURL: "http://localhost", From: "guildhall@localhost"}, app.Options{Demo: true, Unlimited: true, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, a.Close()) }()
	if _, _, err := demo.Ensure(ctx, a, demo.Options{Members: opt.Members, Seed: opt.Seed}); err != nil {
		return nil, err
	}
	return readRecord(ctx, a)
}

// readRecord reads the community under every preset.
func readRecord(ctx context.Context, a *app.App) (*Record, error) {
	members, err := a.Members.Page(ctx, a.DB, 0, 1<<20)
	if err != nil {
		return nil, err
	}
	items, err := inboxes(ctx, a, members)
	if err != nil {
		return nil, err
	}
	r := &Record{Members: len(members), Privacy: []Share{shareOf("as made", items)}}
	r.agree(items)
	r.time(items)
	for _, preset := range access.Presets {
		for _, m := range members {
			if err := a.Profiles.SetPreset(ctx, access.Member(m), preset); err != nil {
				return nil, err
			}
		}
		if items, err = inboxes(ctx, a, members); err != nil {
			return nil, err
		}
		r.Privacy = append(r.Privacy, shareOf(preset.String(), items))
	}
	return r, nil
}

// inboxes reads what waits for everybody, each through their own eyes.
func inboxes(ctx context.Context, a *app.App, members []int64) ([]invite.Item, error) {
	if err := a.Network.Sync(ctx); err != nil {
		return nil, err
	}
	var all []invite.Item
	for _, m := range members {
		var after page.Cursor
		for {
			in, err := a.Invites.Received(ctx, access.Member(m), invite.Filter{}, after)
			if err != nil {
				return nil, err
			}
			all = append(all, in.Items...)
			if after = in.Next; after.IsZero() {
				break
			}
		}
	}
	return all, nil
}

// shareOf counts the invitations that show something between the two.
func shareOf(preset string, items []invite.Item) Share {
	s := Share{Preset: preset, Invitations: len(items)}
	stated := 0
	for i := range items {
		a := &items[i].Why
		one := 1 / float64(len(items))
		if between(a, whatever) {
			s.Evidence += one
		}
		if between(a, ofFacts) {
			s.Facts += one
		}
		if between(a, released) {
			s.Released += one
		}
		s.Score += float64(a.Fit.Score) / float64(len(items))
		if a.Verdict != why.NoReason {
			stated++
		}
		if a.Verdict == why.NothingFound {
			s.Unfounded++
		}
	}
	s.Unfounded /= float64(max(stated, 1))
	return s
}

// between reports whether a reason is carried by something of a sort that needs
// both of the two.
func between(a *why.Assessment, sort func(e *why.Evidence) bool) bool {
	return slices.ContainsFunc(a.Found, func(f why.Found) bool {
		return slices.ContainsFunc(f.Items, func(e why.Evidence) bool { return !e.Alone() && e.Strength > 0 && sort(&e) })
	})
}

func whatever(*why.Evidence) bool { return true }

func ofFacts(e *why.Evidence) bool { return len(e.Uses) > 0 }

func released(e *why.Evidence) bool {
	return slices.ContainsFunc(e.SenderFacts, func(f why.Fact) bool { return f.Released })
}

// agree lays the stated reasons beside those that are found.
func (r *Record) agree(items []invite.Item) {
	rows := map[why.Reason]*Confusion{}
	for i := range items {
		it := &items[i]
		stated := it.Why.Stated.Reason
		if stated == "" {
			continue
		}
		if rows[stated] == nil {
			rows[stated] = &Confusion{Stated: stated, Against: map[why.Reason]int{}}
		}
		r.Stated++
		row := rows[stated]
		row.N++
		if it.Why.Stated.Supported() {
			r.Found++
			row.Found++
		}
		if len(it.Why.Found) == 0 {
			row.None++
		} else {
			row.Against[it.Why.Found[0].Reason]++
		}
		r.Verdicts.count(it.Why.Verdict)
	}
	for _, stated := range why.Reasons {
		if row := rows[stated]; row != nil {
			r.Strongest += row.Against[stated]
			r.Confusion = append(r.Confusion, *row)
		}
	}
}

func (v *Verdicts) count(x why.Verdict) {
	switch x {
	case why.Agrees:
		v.Agrees++
	case why.Partly:
		v.Partly++
	case why.NothingFound:
		v.Nothing++
	}
}

// time assesses real pairs, again and again; the quickest round is what it costs
// where nothing else wants the processor.
func (r *Record) time(items []invite.Item) {
	if len(items) == 0 {
		return
	}
	r.Pairs, r.Most = len(items), mostMilli
	best := time.Duration(1 << 62)
	for round := range 60 {
		start := time.Now()
		for i := range assessed {
			why.Assess(items[(round*assessed+i)%len(items)].Pair)
		}
		best = min(best, time.Since(start))
	}
	r.Milli = float64(best.Microseconds()) / 1000
}
