package story

import (
	"fmt"
	"net/http"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"guildhall/internal/access"
	"guildhall/internal/app"
	"guildhall/internal/db/dbtest"
	"guildhall/internal/trait"
)

// teller is one story being told.
type teller struct {
	hall *hall
	who  *http.Client
	page *page
	fill url.Values
}

func TestStories(t *testing.T) {
	for _, kind := range []string{"sqlite", "postgres"} {
		t.Run(kind, func(t *testing.T) {
			testscript.Run(t, testscript.Params{
				Dir: "testdata",
				Setup: func(env *testscript.Env) error {
					where := ""
					if kind == "sqlite" {
						where = dbtest.SQLiteFile(t)
					} else {
						where = dbtest.PostgresURL(t)
					}
					h, err := open(where, filepath.Join(env.WorkDir, "data"), app.Options{})
					if err != nil {
						return err
					}
					env.Defer(func() { h.close() })
					env.Values["teller"] = &teller{hall: h, who: h.guest(), fill: url.Values{}}
					return nil
				},
				Cmds: commands,
			})
		})
	}
}

// commands are the words a story is told in.
var commands = map[string]func(*testscript.TestScript, bool, []string){
	"member":  tell(2, func(s *teller, a []string) error { return s.hall.join(a[0], a[1]) }),
	"connect": tell(2, func(s *teller, a []string) error { return s.hall.connect(a[0], a[1]) }),
	"preset":  tell(2, func(s *teller, a []string) error { return s.hall.preset(a[0], a[1]) }),
	"works":   tell(4, entry(trait.Company, trait.Has)),
	"studies": tell(4, entry(trait.School, trait.Has)),
	"group":   tell(4, entry(trait.Group, trait.Has)),
	"skill":   tell(2, bare(trait.Skill, trait.Has)),
	"field":   tell(2, bare(trait.Field, trait.Has)),
	"lives":   tell(2, bare(trait.Place, trait.Has)),
	"seeks":   tell(2, bare(trait.Skill, trait.Seeks)),
	"as":      tell(1, as),
	"get":     tell(1, func(s *teller, a []string) error { return s.open(s.hall.get(s.who, a[0])) }),
	"fill":    tell(2, func(s *teller, a []string) error { s.fill.Add(a[0], strings.ReplaceAll(a[1], `\n`, "\n")); return nil }),
	"press":   tell(1, press),
	"follow":  tell(1, follow),
	"post":    tell(1, func(s *teller, a []string) error { return s.open(s.hall.post(s.who, a[0], s.take())) }),
	"status":  tell(1, status),
	"see":     see,
	"has":     has,
	"days":    tell(1, days),
	"written": tell(0, func(s *teller, _ []string) error { return s.hall.app.Visits.Flush(ctx) }),
	"degree":  tell(3, degree),
	"at":      tell(1, at),
}

// tell wraps a command that cannot be negated and takes at least n words.
func tell(n int, f func(*teller, []string) error) func(*testscript.TestScript, bool, []string) {
	return func(ts *testscript.TestScript, neg bool, args []string) {
		if len(args) < n {
			ts.Fatalf("this takes %d words", n)
		}
		err := f(ts.Value("teller").(*teller), args)
		if neg == (err == nil) {
			if neg {
				ts.Fatalf("this should not have worked")
			}
			ts.Fatalf("%v", err)
		}
	}
}

func entry(k trait.Kind, r trait.Relation) func(*teller, []string) error {
	return func(s *teller, a []string) error {
		role := ""
		if len(a) > 4 {
			role = a[4]
		}
		return s.hall.give(a[0], k, r, a[1], a[2], strings.TrimPrefix(a[3], "now"), role)
	}
}

func bare(k trait.Kind, r trait.Relation) func(*teller, []string) error {
	return func(s *teller, a []string) error { return s.hall.give(a[0], k, r, a[1], "", "", "") }
}

func as(s *teller, a []string) error {
	s.page, s.fill = nil, url.Values{}
	if a[0] == "guest" {
		s.who = s.hall.guest()
		return nil
	}
	if s.who = s.hall.clients[a[0]]; s.who == nil {
		return fmt.Errorf("nobody is called %q in this story", a[0])
	}
	return nil
}

func (s *teller) take() url.Values {
	v := s.fill
	s.fill = url.Values{}
	return v
}

// go_ takes over a new page.
func (s *teller) open(p *page, err error) error {
	if err == nil {
		s.page = p
	}
	return err
}

// press BUTTON [WITHIN] sends the form of a button, with what was filled in.
func press(s *teller, a []string) error {
	if s.page == nil {
		return fmt.Errorf("no page is open")
	}
	within := ""
	if len(a) > 1 {
		within = a[1]
	}
	return s.open(s.hall.press(s.who, s.page, a[0], within, s.take()))
}

// follow WORDS opens the link whose words begin so.
func follow(s *teller, a []string) error {
	if s.page == nil {
		return fmt.Errorf("no page is open")
	}
	href := ""
	for _, l := range s.page.doc.Find("a[href]").EachIter() {
		if strings.HasPrefix(strings.Join(strings.Fields(l.Text()), " "), a[0]) {
			href = l.AttrOr("href", "")
			break
		}
	}
	if href == "" {
		return fmt.Errorf("the page has no link %q", a[0])
	}
	to, err := s.page.url.Parse(href)
	if err != nil {
		return err
	}
	return s.open(s.hall.get(s.who, to.RequestURI()))
}

func status(s *teller, a []string) error {
	if s.page == nil || fmt.Sprint(s.page.status) != a[0] {
		return fmt.Errorf("status %d at %s, want %s:\n%.600s", s.page.status, s.page.url, a[0], s.page.text())
	}
	return nil
}

func at(s *teller, a []string) error {
	if s.page == nil || s.page.url.Path != a[0] {
		return fmt.Errorf("the story is at %s, not at %s", s.page.url.Path, a[0])
	}
	return nil
}

// see TEXT looks for words that a reader reads.
func see(ts *testscript.TestScript, neg bool, args []string) {
	s := ts.Value("teller").(*teller)
	if s.page == nil {
		ts.Fatalf("no page is open")
	}
	if found := strings.Contains(s.page.text(), args[0]); found == neg {
		ts.Fatalf("%s: found %q is %v on the page:\n%s", s.page.url, args[0], found, s.page.text())
	}
}

// has SELECTOR looks for an element.
func has(ts *testscript.TestScript, neg bool, args []string) {
	s := ts.Value("teller").(*teller)
	if found := s.page != nil && s.page.doc.Find(args[0]).Length() > 0; found == neg {
		ts.Fatalf("element %q found is %v", args[0], found)
	}
}

// days N moves the clock.
func days(s *teller, a []string) error {
	var n float64
	if _, err := fmt.Sscan(a[0], &n); err != nil {
		return err
	}
	s.hall.mu.Lock()
	s.hall.ahead += time.Duration(n * 24 * float64(time.Hour))
	s.hall.mu.Unlock()
	_, err := s.hall.app.Invites.ExpireDue(ctx)
	return err
}

// degree A B WORD holds the degree that A sees of B against a word.
func degree(s *teller, a []string) error {
	x, err := s.hall.id(a[0])
	if err != nil {
		return err
	}
	y, err := s.hall.id(a[1])
	if err != nil {
		return err
	}
	lens, err := s.hall.app.Guard.For(ctx, access.Member(x))
	if err != nil {
		return err
	}
	got := lens.Degree(y).String()
	if want := strings.TrimPrefix(a[2], "far"); got != want {
		return fmt.Errorf("%s sees %s as %q, want %q", a[0], a[1], got, want)
	}
	return nil
}
