package profile_test

import (
	"slices"
	"strings"
	"testing"

	"guildhall/internal/access"
	"guildhall/internal/db"
	"guildhall/internal/db/dbtest"
	"guildhall/internal/fault"
	"guildhall/internal/journal"
	"guildhall/internal/member"
	"guildhall/internal/network"
	"guildhall/internal/profile"
	"guildhall/internal/trait"
	"guildhall/internal/why"

	"github.com/google/go-cmp/cmp"
)

// circle is owner – first – second – third – far, with mate in owner's group and
// foe blocked by owner.
func circle(t *testing.T, d *db.DB) *hall {
	h := newHall(t, d)
	h.join("owner", "first", "second", "third", "far", "mate", "foe")
	h.chain("owner", "first", "second", "third", "far")
	h.has("owner", trait.Group, "The Club")
	h.has("mate", trait.Group, "The Club")
	h.has("foe", trait.Group, "The Club")
	h.block("owner", "foe")
	return h
}

// sees lists, from the rules as they are written and not from the code, who sees
// what owner shows to each audience.
var sees = map[access.Audience]string{
	access.Public:      "guest far third second first mate owner",
	access.Members:     "far third second first mate owner",
	access.Third:       "third second first owner",
	access.Second:      "second first owner",
	access.Connections: "first owner",
	access.Group:       "mate owner",
	access.OnlyMe:      "owner",
}

var viewers = []string{"guest", "far", "third", "second", "first", "mate", "owner"}

func TestEverySectionIsSeenByItsAudienceOnly(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := circle(t, d)
		h.fill("owner")
		for _, a := range access.Audiences {
			h.scopes("owner", access.Scope{Audience: a, Group: h.group("The Club")}, access.Page)
			h.scope("owner", access.Page, access.Scope{Audience: access.Public})
			for _, v := range viewers {
				p := h.view(v, "owner", profile.Pose{})
				want := slices.Contains(strings.Fields(sees[a]), v)
				for _, s := range access.Sections[:11] {
					checkSection(t, p, s, a, v, want)
				}
				if got := p.Card.Location != ""; got != want {
					t.Errorf("%s: the line with the place shows to %s: %v", a, v, got)
				}
			}
			if _, err := h.profiles.View(ctx, h.as("foe"), h.handles["owner"], profile.Pose{}); !fault.Is(err, fault.Missing) {
				t.Errorf("%s: who is blocked gets %v", a, err)
			}
		}
	})
}

func checkSection(t *testing.T, p profile.Page, s access.Section, a access.Audience, viewer string, want bool) {
	t.Helper()
	got, there := section(p, s)
	switch {
	case s == access.Seeks && !want:
		if there {
			t.Errorf("%s: %s is told that there is a section %s", a, viewer, s)
		}
	case !there:
		t.Errorf("%s: %s does not see the section %s at all", a, viewer, s)
	case got.Closed == want:
		t.Errorf("%s: section %s is closed to %s: %v", a, s, viewer, got.Closed)
	case want && got.Empty():
		t.Errorf("%s: %s sees nothing in section %s", a, viewer, s)
	case !want && !got.Empty():
		t.Errorf("%s: section %s is closed to %s and holds %+v", a, s, viewer, got)
	}
}

func TestEachSectionHasItsOwnAudience(t *testing.T) {
	h := circle(t, dbtest.SQLite(t))
	h.fill("owner")
	for _, one := range access.Sections[:11] {
		h.scopes("owner", access.Scope{Audience: access.OnlyMe})
		h.scope("owner", one, access.Scope{Audience: access.Members})
		p := h.view("far", "owner", profile.Pose{})
		for _, s := range access.Sections[:11] {
			checkSection(t, p, s, access.Members, "far", s == one)
		}
	}
}

// TestClosedSectionsDoNotTellWhatTheyHold compares the whole answer before and
// after everything was filled in: for each viewer who may see nothing of it, the
// two are the same.
func TestClosedSectionsDoNotTellWhatTheyHold(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := circle(t, d)
		for _, v := range viewers[1:6] { // what is closed meets what they have themselves
			for _, k := range trait.Kinds {
				h.has(v, k, k.String()+" of owner")
			}
			h.seeks(v, trait.Skill, "skill of owner")
			h.must(h.profiles.SetOpenTo(ctx, h.as(v), 1<<why.Speaking|1<<why.Mentored, ""))
		}
		h.scopes("owner", access.Scope{Audience: access.OnlyMe}, access.Page)
		h.scope("owner", access.Page, access.Scope{Audience: access.Public})
		before := map[string]profile.Page{}
		for _, v := range viewers[:6] {
			before[v] = h.view(v, "owner", profile.Pose{})
		}
		h.fill("owner")
		h.must(h.profiles.SetOpenTo(ctx, h.as("owner"), 1<<why.Mentoring, "Everything"))
		for _, v := range viewers[:6] {
			if diff := cmp.Diff(before[v], h.view(v, "owner", profile.Pose{}), cmp.AllowUnexported(access.Policy{})); diff != "" {
				t.Errorf("to %s the page tells what is closed:\n%s", v, diff)
			}
		}
	})
}

func TestFindableFactsShowToThoseWhoShareThem(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := circle(t, d)
		h.worked("owner", "Nordlys", "analyst", month(2015), month(2018))
		h.worked("owner", "Elsewhere", "clerk", month(2010), month(2012))
		h.worked("far", "Nordlys", "engineer", month(2016), 0)
		h.scopes("owner", access.Scope{Audience: access.Connections, Findable: true})
		names := func(viewer string) string {
			s, _ := section(h.view(viewer, "owner", profile.Pose{}), access.Experience)
			out := ""
			for _, t := range s.Traits {
				out += t.Name + " "
			}
			return out
		}
		if got := names("far"); got != "Nordlys " {
			t.Errorf("far, who shares one company, sees %q", got)
		}
		if got := names("third"); got != "" {
			t.Errorf("third, who shares none, sees %q", got)
		}
		p := h.view("far", "owner", profile.Pose{})
		if len(p.Common) != 1 || p.Common[0].Months == 0 || p.Found.Fit.Score == 0 {
			t.Errorf("what they share is not compared: %+v", p.Common)
		}
		h.scopes("owner", access.Scope{Audience: access.Connections})
		if got := names("far"); got != "" {
			t.Errorf("not findable, and far sees %q", got)
		}
	})
}

func TestWhatIsKeptBackShowsToNobodyElse(t *testing.T) {
	h := circle(t, dbtest.SQLite(t))
	h.scopes("owner", access.Scope{Audience: access.Public})
	h.put("owner", profile.Entry{Trait: trait.Trait{Kind: trait.Company, Hidden: true}, Entity: "Quiet Works"})
	h.has("first", trait.Company, "Quiet Works")
	for _, v := range viewers[:6] {
		p := h.view(v, "owner", profile.Pose{})
		if s, _ := section(p, access.Experience); len(s.Traits) != 0 || len(p.Common) != 0 && p.Common[0].Name == "Quiet Works" {
			t.Errorf("%s sees what owner keeps back", v)
		}
	}
	if s, _ := section(h.view("owner", "owner", profile.Pose{}), access.Experience); len(s.Traits) != 1 {
		t.Error("owner does not see it either")
	}
}

// TestViewAsIsWhatThatViewerGets compares, for every audience, what a pose shows
// with what somebody who stands so really gets.
func TestViewAsIsWhatThatViewerGets(t *testing.T) {
	h := circle(t, dbtest.SQLite(t))
	h.fill("owner")
	poses := map[access.Pose]string{
		access.PoseStranger: "guest", access.PoseMember: "far", access.PoseThird: "third", access.PoseSecond: "second", access.PoseConnection: "first",
	}
	for _, a := range access.Audiences {
		h.scopes("owner", access.Scope{Audience: a, Group: h.group("The Club"), Findable: true}, access.Page)
		h.scope("owner", access.Page, access.Scope{Audience: access.Public})
		for pose, who := range poses {
			as, real := h.view("owner", "owner", profile.Pose{As: pose}), h.view(who, "owner", profile.Pose{})
			if diff := cmp.Diff(real.Sections, as.Sections); diff != "" {
				t.Errorf("%s, as %s:\n%s", a, who, diff)
			}
			if diff := cmp.Diff(real.Card, as.Card); diff != "" || as.Degree != real.Degree || !as.Posed || as.Own {
				t.Errorf("%s, as %s: the head differs: %s", a, who, diff)
			}
			if who == "guest" {
				continue
			}
			named := h.view("owner", "owner", profile.Pose{AsMember: h.handles[who]})
			if diff := cmp.Diff(real.Sections, named.Sections); diff != "" || named.As != who {
				t.Errorf("%s, as the member %s:\n%s", a, who, diff)
			}
		}
	}
}

// TestNamedViewAsTellsNothingOfThatMember: the owner learns a degree, which is no
// secret, and what that member shows the owner anyway.
func TestNamedViewAsTellsNothingOfThatMember(t *testing.T) {
	h := circle(t, dbtest.SQLite(t))
	h.has("owner", trait.Company, "Nordlys")
	h.scopes("owner", access.Scope{Audience: access.OnlyMe})
	h.scope("owner", access.Experience, access.Scope{Audience: access.Connections, Findable: true})
	h.scope("owner", access.About, access.Scope{Audience: access.Group, Group: h.group("The Club")})
	h.scopes("far", access.Scope{Audience: access.OnlyMe})
	before := h.view("owner", "owner", profile.Pose{AsMember: h.handles["far"]})
	h.has("far", trait.Company, "Nordlys")
	h.has("far", trait.Group, "The Club")
	if diff := cmp.Diff(before, h.view("owner", "owner", profile.Pose{AsMember: h.handles["far"]}), cmp.AllowUnexported(access.Policy{})); diff != "" {
		t.Errorf("what far keeps closed shows through:\n%s", diff)
	}
	h.scope("far", access.Experience, access.Scope{Audience: access.Members})
	p := h.view("owner", "owner", profile.Pose{AsMember: h.handles["far"]})
	if s, _ := section(p, access.Experience); len(s.Traits) != 1 {
		t.Error("far shows owner that they share a company, and the pose doesn't count it")
	}
}

func TestOnlyTheOwnerPoses(t *testing.T) {
	h := circle(t, dbtest.SQLite(t))
	missing := func(viewer string, pose profile.Pose) {
		t.Helper()
		if _, err := h.profiles.View(ctx, h.as(viewer), h.handles["owner"], pose); !fault.Is(err, fault.Missing) {
			t.Errorf("%s may pose as %+v: %v", viewer, pose, err)
		}
	}
	missing("first", profile.Pose{As: access.PoseConnection})
	missing("guest", profile.Pose{As: access.PoseConnection})
	missing("first", profile.Pose{AsMember: h.handles["second"]})
	missing("owner", profile.Pose{AsMember: h.handles["foe"]})
	missing("owner", profile.Pose{AsMember: h.handles["owner"]})
	missing("owner", profile.Pose{AsMember: "nobody-at-all"})
}

func TestWhoIsNotThereAndWhoIsNotOpenLookTheSame(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := circle(t, d)
		h.write(func(tx *db.Tx) error {
			if err := h.members.SetStatus(ctx, tx, h.ids["third"], member.Hibernated); err != nil {
				return err
			}
			return journal.Append(ctx, tx, member.StatusChanged(h.ids["third"]))
		})
		for _, c := range [][2]string{{"guest", h.handles["owner"]}, {"foe", h.handles["owner"]}, {"owner", h.handles["foe"]}, {"owner", h.handles["third"]}, {"owner", "no-such-person"}, {"owner", "../in"}} {
			_, err := h.profiles.View(ctx, h.as(c[0]), c[1], profile.Pose{})
			if diff := cmp.Diff(fault.NotFound(), err); diff != "" {
				t.Errorf("%s looks at %s: %s", c[0], c[1], diff)
			}
		}
		if _, err := h.profiles.Peer(ctx, h.as("owner"), h.handles["first"]); err != nil {
			t.Errorf("a connection cannot be acted on: %v", err)
		}
		for viewer, peer := range map[string]string{"owner": "owner", "foe": "owner", "first": "third"} {
			if _, err := h.profiles.Peer(ctx, h.as(viewer), h.handles[peer]); !fault.Is(err, fault.Missing) {
				t.Errorf("%s may act on %s: %v", viewer, peer, err)
			}
		}
	})
}

func TestTheOwnerIsToldThatThePageIsShut(t *testing.T) {
	h := circle(t, dbtest.SQLite(t))
	h.fill("owner")
	p := h.view("owner", "owner", profile.Pose{As: access.PoseStranger})
	if !p.Shut || p.Sections != nil || p.Card.Name != "owner" {
		t.Errorf("as a stranger: %+v", p)
	}
	if p := h.view("owner", "owner", profile.Pose{As: access.PoseMember}); p.Shut {
		t.Error("to a member the page is said to be shut")
	}
}

func TestAnOldAddressLeadsOn(t *testing.T) {
	h := circle(t, dbtest.SQLite(t))
	if _, err := h.profiles.SetHandle(ctx, h.as("owner"), "New-Address"); err != nil {
		t.Fatal(err)
	}
	h.sync()
	if p := h.view("first", "owner", profile.Pose{}); p.Redirect != "new-address" || p.Card.Handle != "new-address" {
		t.Errorf("the old address leads to %q", p.Redirect)
	}
	h.handles["owner"] = "new-address"
	if p := h.view("first", "owner", profile.Pose{}); p.Redirect != "" {
		t.Errorf("the new address leads on to %q", p.Redirect)
	}
}

// TestATieIsAskedOfTheTruth: where the index still says connected and the table no
// longer does, what is open to connections stays closed.
func TestATieIsAskedOfTheTruth(t *testing.T) {
	h := circle(t, dbtest.SQLite(t))
	h.fill("owner")
	if p := h.view("first", "owner", profile.Pose{}); p.Tie.Reason != "relationship" || p.Tie.Since.IsZero() {
		t.Errorf("the tie is %+v", p.Tie)
	}
	stale := network.New(h.db) // loads now, and is never told of what comes
	if _, err := stale.Load(ctx); err != nil {
		t.Fatal(err)
	}
	h.must(h.network.Disconnect(ctx, h.as("first"), h.ids["owner"]))
	behind := profile.New(h.db, h.members, h.traits, stale, h.open, access.NewGuard(relations{stale, h.traits, h.open}))
	p, err := behind.View(ctx, h.as("first"), h.handles["owner"], profile.Pose{})
	if err != nil {
		t.Fatal(err)
	}
	if s, _ := section(p, access.About); !s.Closed {
		t.Error("a stale index opens a section")
	}
}

func month(year int) why.Month { return why.MonthOf(year, 1) }
