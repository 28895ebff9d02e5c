package answers

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"guildhall/internal/access"
	"guildhall/internal/db"
	"guildhall/internal/fault"
	"guildhall/internal/member"
	"guildhall/internal/network"
	"guildhall/internal/profile"
	"guildhall/internal/trait"
	"guildhall/internal/transfer"
	"guildhall/internal/transfer/ldbc"
)

// viewer is on whose behalf everything is asked.
var viewer = access.System("bench answers")

// house is a Guildhall with the set in it, and the translation of its ids and
// words.
type house struct {
	db       *db.DB
	dir      string // of the temporary database, or empty
	members  *member.Service
	traits   *trait.Service
	net      *network.Service
	profiles *profile.Service
	lens     *access.Lens

	persons map[int64]int64 // the set's id to the member's
	source  map[int64]int64 // and back
	places  map[int64]int64 // a place's entity to the set's id
	own     map[int64]own   // by the set's id
	tags    map[int64]int64 // a tag's entity to the set's id
	codes   map[string]string
	set     string // folder
	said    *talk  // once it was asked for
}

// own is what of a person Guildhall does not keep: where the first name ends,
// and what nobody puts on a profile.
type own struct{ first, birthday, gender, browser, ip string }

// relations is what access asks of the spine.
type relations struct {
	*network.Service
	traits *trait.Service
	open   *access.Policies
}

func (r relations) Limits(ctx context.Context, m int64) (access.Limits, error) {
	return r.open.Limits(ctx, m)
}

func (r relations) Groups(ctx context.Context, m int64) ([]int64, error) {
	return r.traits.Groups(ctx, m)
}

// openHouse makes an empty database and imports the set.
func openHouse(ctx context.Context, opt Options) (*house, error) {
	h := &house{}
	where := opt.Database
	if where == "" {
		dir, err := os.MkdirTemp("", "guildhall-answers-")
		if err != nil {
			return nil, err
		}
		h.dir, where = dir, filepath.Join(dir, "guildhall.db")
	}
	if err := h.open(ctx, where, opt); err != nil {
		h.close()
		return nil, err
	}
	return h, nil
}

func (h *house) close() {
	if h.db != nil {
		h.db.Close()
	}
	if h.dir != "" {
		os.RemoveAll(h.dir)
	}
}

func (h *house) open(ctx context.Context, where string, opt Options) (err error) {
	if h.db, err = db.Open(ctx, where); err != nil {
		return err
	}
	if _, err = h.db.Migrate(ctx); err != nil {
		return err
	}
	h.members, h.traits, h.net = member.New(h.db), trait.New(h.db), network.New(h.db)
	policies := access.NewPolicies(h.db, access.ConnectionsOnly)
	guard := access.NewGuard(relations{h.net, h.traits, policies})
	h.profiles = profile.New(h.db, h.members, h.traits, h.net, policies, guard)
	if there, err := h.members.Page(ctx, h.db, 0, 1); err != nil || len(there) > 0 {
		if err == nil {
			err = fault.Field("database", "There are members in this database already; known answers need an empty one.")
		}
		return err
	}
	imports := transfer.New(h.db, h.members, h.traits, h.net, policies, h.profiles)
	if err := h.fill(ctx, imports, opt); err != nil {
		return err
	}
	if _, err := h.net.Load(ctx); err != nil {
		return err
	}
	h.lens, err = guard.For(ctx, viewer)
	return err
}

// fill imports the set and learns the translation.
func (h *house) fill(ctx context.Context, imports *transfer.Service, opt Options) error {
	start := time.Now()
	rep, err := imports.Import(ctx, transfer.Options{Dir: opt.Set})
	if err != nil {
		return err
	}
	if opt.Out != nil {
		fmt.Fprintf(opt.Out, "Imported %d rows of %s into %s in %.1f s; %d left out.\n", rep.New(), opt.Set, h.db.Kind(), time.Since(start).Seconds(), rep.Skipped())
	}
	if h.persons, err = imports.IDs(ctx, h.db, rep.Source, transfer.KindPerson); err != nil {
		return err
	}
	places, err := imports.IDs(ctx, h.db, rep.Source, transfer.KindPlace)
	if err != nil {
		return err
	}
	tags, err := imports.IDs(ctx, h.db, rep.Source, transfer.KindTag)
	if err != nil {
		return err
	}
	h.source, h.places, h.tags, h.set = reversed(h.persons), reversed(places), reversed(tags), opt.Set
	return h.learn(opt.Set)
}

func reversed(m map[int64]int64) map[int64]int64 {
	out := make(map[int64]int64, len(m))
	for a, b := range m {
		out[b] = a
	}
	return out
}

// learn reads the set's own words.
func (h *house) learn(dir string) error {
	s, err := ldbc.Open(dir, h.db.Now())
	if err != nil {
		return err
	}
	h.own, h.codes = map[int64]own{}, map[string]string{}
	for p, err := range s.Persons() {
		if ldbc.IsBad(err) {
			continue
		}
		if err != nil {
			return err
		}
		h.own[p.ID] = own{p.First, birthday(p.Birthday), p.Gender, p.Browser, p.IP}
	}
	for l, err := range s.Languages() {
		if ldbc.IsBad(err) {
			continue
		}
		if err != nil {
			return err
		}
		if name, ok := transfer.LanguageName(l.Code); ok {
			h.codes[name] = l.Code
		}
	}
	return nil
}

// birthday brings both ways of writing it into one.
func birthday(s string) string {
	var ms int64
	if n, err := fmt.Sscanf(s, "%d", &ms); err == nil && n == 1 && !strings.Contains(s, "-") {
		return day(ms)
	}
	return s
}

// split parts a member's name where the set's first name ends.
func (h *house) split(name string, source int64) (first, last string) {
	first = h.own[source].first
	last, ok := strings.CutPrefix(name, first+" ")
	if !ok {
		return "", name
	}
	return first, last
}

// spelled writes a name as the set does.
func spelled(name string) string { return strings.ReplaceAll(name, " ", "_") }
