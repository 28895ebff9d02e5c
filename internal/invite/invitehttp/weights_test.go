package invitehttp_test

import (
	"fmt"
	"math/rand/v2"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"guildhall/internal/db"
	"guildhall/internal/member"
	"guildhall/internal/web/browsertest"
	"guildhall/internal/why"
)

// answered writes answers of some people, 20 of each at most, given an hour ago. They
// like skills and whom both know, whatever the hand-set weights say.
func (h *hall) answered(answers int) {
	h.t.Helper()
	r := rand.New(rand.NewPCG(3, 1))
	h.write(func(tx *db.Tx) error {
		for n := range answers {
			var seen []string
			odds := 0.15
			for _, row := range why.Rows() {
				if r.IntN(3) > 0 {
					continue
				}
				strength := 1 + r.IntN(100)
				seen = append(seen, fmt.Sprint(row, "=", strength))
				if strings.HasPrefix(row, why.SkillSame) || strings.HasPrefix(row, why.MutualKnown) {
					odds += 0.006 * float64(strength)
				}
			}
			outcome := 4
			if r.Float64() < odds {
				outcome = 3
			}
			if _, err := tx.Exec(ctx, `INSERT INTO invitation_answers (member_id, invitation_id, outcome, at, seen) VALUES ($1, $2, $3, $4, $5)`,
				1000+n/20, n+1, outcome, h.now.Add(-time.Hour).UnixMicro(), strings.Join(seen, " ")); err != nil {
				return err
			}
		}
		return nil
	})
}

// monday goes to the first Monday after and lets the instance learn.
func (h *hall) monday() {
	h.t.Helper()
	for h.now = h.now.Add(24 * time.Hour); h.now.Weekday() != time.Monday; {
		h.now = h.now.Add(24 * time.Hour)
	}
	h.must(h.invites.Learn(ctx))
}

func TestWeightsPage(t *testing.T) {
	h, _, _ := story(t)
	h.member(member.Newcomer{Name: "Keeper Kettle", Handle: "keeper"})
	if p := h.ask("noor", "/admin/weights", nil); p.code == 200 {
		t.Error("members read the keeper's page")
	}
	if p := h.ask("noor", "/admin/weights", url.Values{"use": {"hand-set"}}); p.code == 303 {
		t.Error("members switch")
	}
	says := func(sel string, want ...string) answer {
		t.Helper()
		p := h.ask("keeper", "/admin/weights", nil)
		for _, w := range want {
			if got := p.text(sel); p.code != 200 || !strings.Contains(got, w) {
				t.Errorf("%d: %q lacks %q", p.code, got, w)
			}
		}
		return p
	}
	says("#use", "The hand-set weights are in use.", "Nothing has been worked out yet.", "Switch learning off")
	h.answered(13)
	h.monday()
	if p := says("#use", "There is not enough to learn from yet.", "10 of 400 answers so far", "0 of 40 people have answered"); p.Find("#right, #weights").Length() != 0 {
		t.Error("figures of nothing")
	}
	h.write(func(tx *db.Tx) error { _, err := tx.Exec(ctx, `DELETE FROM invitation_answers`); return err })
	h.answered(1200)
	h.monday()
	p := says("#use", "The learned weights are in use.", "Use the hand-set weights")
	says("#right", "The learned weights predict better what will be accepted. Their predictions are off by 4 points on average", "From about 1,200 answers by about 60 people before Monday 7 December 2026", "Log-loss")
	if n := p.Find("#right circle").Length(); n != p.Find("#right details tbody tr").Length() || n < 12 {
		t.Errorf("%d points are drawn", n)
	}
	rows := p.Find("#weights tbody tr:not(.group)")
	rows.Each(func(_ int, s *goquerySelection) {
		if s.Find("th").Text() == "" || !strings.HasPrefix(s.Find("td").First().Text(), "0.") || s.Find("td").Length() != 2 {
			t.Errorf("a row reads %q", s.Text())
		}
	})
	if rows.Length() != len(why.Rows()) {
		t.Errorf("%d weights of %d", rows.Length(), len(why.Rows()))
	}
	if off := h.ask("keeper", "/admin/weights", url.Values{"use": {"hand-set"}}); off.code != 303 || off.to != "/admin/weights" {
		t.Errorf("the switch answers %d to %q", off.code, off.to)
	}
	says("#use", "Learning is switched off: the hand-set weights are in use.", "Switch learning on")
	if bad := h.ask("keeper", "/admin/weights", url.Values{"use": {"x"}}); bad.code != 422 || !strings.Contains(bad.text(".banner.bad"), "Please choose") {
		t.Errorf("a wrong choice answers %d", bad.code)
	}
	h.ask("keeper", "/admin/weights", url.Values{"use": {"learned"}})
	says("#use", "The learned weights are in use.")
}

// TestWeightsLook looks at the page empty, with little, and in use.
func TestWeightsLook(t *testing.T) {
	h, _, _ := story(t)
	h.member(member.Newcomer{Name: "Keeper Kettle", Handle: "keeper"})
	srv := httptest.NewServer(h.mux)
	defer srv.Close()
	for _, state := range []string{"empty", "used"} {
		if state == "used" {
			h.answered(1200)
		}
		h.monday()
		for _, width := range []int{360, 768, 1280} {
			p := browsertest.Start(t).Page(width, browsertest.Light)
			p.SetCookie(srv.URL, "guildhall", "keeper")
			p.Visit(srv.URL + "/admin/weights")
			p.NoSidewaysScroll()
			p.BothThemes(func(theme browsertest.Theme) { shot(p, "weights-"+state+"-"+strconv.Itoa(width)+"-"+string(theme)) })
			p.OpenAll()
			p.CheckAxeInBothThemes()
			p.NoSidewaysScroll()
		}
	}
}
