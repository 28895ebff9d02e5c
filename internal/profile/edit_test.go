package profile_test

import (
	"bytes"
	"fmt"
	"image"
	"image/png"
	"io"
	"slices"
	"strings"
	"testing"

	"guildhall/internal/access"
	"guildhall/internal/db"
	"guildhall/internal/db/dbtest"
	"guildhall/internal/fault"
	"guildhall/internal/profile"
	"guildhall/internal/trait"
	"guildhall/internal/why"

	"github.com/google/go-cmp/cmp"
)

// one is a hall with a single member, Ada.
func one(t *testing.T, d *db.DB) *hall {
	h := newHall(t, d)
	h.join("Ada", "Bo")
	return h
}

func (h *hall) own(s access.Section) profile.Section {
	h.t.Helper()
	sec, _ := section(h.view("Ada", "Ada", profile.Pose{}), s)
	return sec
}

func TestTextsAreKeptAndDoNotUndoEachOther(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := one(t, d)
		v := h.as("Ada")
		h.must(h.profiles.SetAbout(ctx, v, "  One.\r\n\r\nTwo, with é in two parts: e\u0301.  "))
		h.must(h.profiles.SetOpenTo(ctx, v, 1<<why.Hiring|1<<40, "Anything"))
		h.must(h.profiles.SetAbout(ctx, v, "One.\n\nThree."))
		if got := h.own(access.About).About; got != "One.\n\nThree." {
			t.Errorf("about is %q", got)
		}
		if got := h.own(access.OpenTo); got.OpenTo != 1<<why.Hiring || got.Glad != "Anything" {
			t.Errorf("open to is %+v", got)
		}
		offers, err := h.profiles.Offers(ctx, h.db, []int64{h.ids["Ada"], h.ids["Bo"]})
		h.must(err)
		if diff := cmp.Diff(map[int64][]why.Offer{h.ids["Ada"]: {why.Hiring}}, offers); diff != "" {
			t.Errorf("offers: %s", diff)
		}
	})
}

func TestTextsTooLongOrUnprintableAreRefused(t *testing.T) {
	h := one(t, dbtest.SQLite(t))
	v := h.as("Ada")
	h.must(h.profiles.SetAbout(ctx, v, strings.Repeat("水", profile.MaxAbout)))
	for field, err := range map[string]error{
		"about": h.profiles.SetAbout(ctx, v, strings.Repeat("水", profile.MaxAbout+1)),
		"glad":  h.profiles.SetOpenTo(ctx, v, 0, strings.Repeat("x", profile.MaxGlad+1)),
	} {
		if fault.ByField(err)[field] == "" {
			t.Errorf("%s far too long: %v", field, err)
		}
	}
	if err := h.profiles.SetAbout(ctx, v, "turned \u202e round"); fault.ByField(err)["about"] == "" {
		t.Errorf("a text that turns the line round: %v", err)
	}
	if got := h.own(access.About).About; got != strings.Repeat("水", profile.MaxAbout) {
		t.Error("a refused text changed what stood there")
	}
}

func TestContactsAreCheckedOneByOne(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := one(t, d)
		v := h.as("Ada")
		good := []profile.Contact{{Kind: "email", Value: "ada@example.org"}, {Kind: "email"}, {Kind: "website", Value: "example.org/ada"}, {Kind: "phone", Value: "+49 (0)40 12-34"}}
		h.must(h.profiles.SetContacts(ctx, v, good))
		want := []string{"email ada@example.org", "website https://example.org/ada", "phone +49 (0)40 12-34"}
		if diff := cmp.Diff(want, said(h.own(access.Contact))); diff != "" {
			t.Errorf("contacts: %s", diff)
		}
		err := h.profiles.SetContacts(ctx, v, []profile.Contact{{Kind: "email", Value: "Ada <a@b.c>"}, {Kind: "website", Value: "javascript://example.org/%0aalert(1)"},
			{Kind: "phone", Value: "call me"}, {Kind: "fax", Value: "1"}, {Kind: "website", Value: "https://me:secret@example.org"}, {Kind: "website", Value: "good.example.org"}, {Kind: "email", Value: strings.Repeat("a", 300) + "@example.org"}})
		by := fault.ByField(err)
		for _, f := range []string{"contact-0", "contact-1", "contact-2", "contact-3", "contact-4", "contact-6"} {
			if by[f] == "" {
				t.Errorf("nothing is said about %s: %v", f, by)
			}
		}
		if by["contact-5"] != "" || len(by) != 6 {
			t.Errorf("complaints: %v", by)
		}
		if diff := cmp.Diff(want, said(h.own(access.Contact))); diff != "" {
			t.Errorf("a refused form changed what stood there: %s", diff)
		}
		h.write(func(tx *db.Tx) error {
			return h.profiles.AddContacts(ctx, tx, h.ids["Ada"], "email", []string{"old@example.org"})
		})
		if got := said(h.own(access.Contact)); len(got) != 4 || got[3] != "email old@example.org" {
			t.Errorf("after an import: %v", got)
		}
	})
}

func said(s profile.Section) (out []string) {
	for _, c := range s.Contacts {
		out = append(out, c.Kind+" "+c.Value)
	}
	return out
}

func TestTooManyContactsAreRefused(t *testing.T) {
	h := one(t, dbtest.SQLite(t))
	var many []profile.Contact
	for i := range 21 {
		many = append(many, profile.Contact{Kind: "email", Value: fmt.Sprintf("a%d@example.org", i)})
	}
	if err := h.profiles.SetContacts(ctx, h.as("Ada"), many); !fault.Is(err, fault.Invalid) {
		t.Errorf("21 contacts: %v", err)
	}
}

func TestEntriesFindTheirEntityByName(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := one(t, d)
		a := h.worked("Ada", "Nordlys Énergi", "analyst", month(2015), month(2018))
		b := h.worked("Bo", "nordlys energi", "clerk", month(2016), 0)
		if a.Entity != b.Entity {
			t.Error("one name in two spellings made two companies")
		}
		if a.Name != "Nordlys Énergi" || a.Version != 1 {
			t.Errorf("the entry is %+v", a)
		}
		a.Role = "engineer"
		changed := h.put("Ada", profile.Entry{Trait: a, Entity: a.Name})
		if changed.ID != a.ID || changed.Version != 2 || len(h.own(access.Experience).Traits) != 1 {
			t.Errorf("changing made %+v", changed)
		}
		a.Role = "from an older page"
		if _, err := h.profiles.PutEntry(ctx, h.as("Ada"), profile.Entry{Trait: a, Entity: a.Name}); !fault.Is(err, fault.Conflict) {
			t.Errorf("an older version was taken: %v", err)
		}
		if _, err := h.profiles.PutEntry(ctx, h.as("Bo"), profile.Entry{Trait: changed, Entity: a.Name}); !fault.Is(err, fault.Missing) {
			t.Errorf("another member's entry was changed: %v", err)
		}
		if _, err := h.profiles.DeleteEntry(ctx, h.as("Bo"), a.ID); !fault.Is(err, fault.Missing) {
			t.Errorf("another member's entry was deleted: %v", err)
		}
		gone, err := h.profiles.DeleteEntry(ctx, h.as("Ada"), a.ID)
		if err != nil || gone.Role != "engineer" || len(h.own(access.Experience).Traits) != 0 {
			t.Errorf("deleting: %+v, %v", gone, err)
		}
		back := h.put("Ada", profile.Entry{Trait: trait.Trait{Kind: trait.Company, Entity: gone.Entity, Role: gone.Role, From: gone.From}})
		if back.Entity != a.Entity {
			t.Error("the entity's id alone does not bring the entry back")
		}
	})
}

func TestAllThatIsWrongWithAnEntryIsToldAtOnce(t *testing.T) {
	h := one(t, dbtest.SQLite(t))
	bad := profile.Entry{Trait: trait.Trait{Kind: trait.Company, Role: strings.Repeat("r", 151), Body: strings.Repeat("b", 2001), Place: strings.Repeat("p", 101), From: month(1492), To: month(1400)}}
	for name, want := range map[string]string{"": "body entity from place role", "   ": "body entity from place role",
		strings.Repeat("n", 151): "body entity from place role", "Fine": "body from place role"} {
		bad.Entity = name
		_, err := h.profiles.PutEntry(ctx, h.as("Ada"), bad)
		if got := fields(err); got != want {
			t.Errorf("named %.5q: complaints about %q, want %q", name, got, want)
		}
	}
	if _, err := h.profiles.PutEntry(ctx, h.as("Ada"), profile.Entry{Trait: trait.Trait{Kind: 99}, Entity: "x"}); !fault.Is(err, fault.Invalid) {
		t.Errorf("an unknown kind: %v", err)
	}
	h.has("Ada", trait.Skill, "Sailing")
	if _, err := h.profiles.PutEntry(ctx, h.as("Ada"), profile.Entry{Trait: trait.Trait{Kind: trait.Skill}, Entity: "sailing"}); fields(err) != "entity" {
		t.Errorf("the same skill twice: %v", err)
	}
	found, err := h.traits.Find(ctx, h.db, trait.Company, "Fine", 5)
	h.must(err)
	if len(found) != 0 {
		t.Error("a refused entry left a company behind")
	}
}

func fields(err error) string {
	var names []string
	for f := range fault.ByField(err) {
		names = append(names, f)
	}
	slices.Sort(names)
	return strings.Join(names, " ")
}

// TestAnEntryKeepsItsEntity: of two entities with one name, changing an entry's
// role keeps the one it had.
func TestAnEntryKeepsItsEntity(t *testing.T) {
	h := one(t, dbtest.SQLite(t))
	var two []trait.Entity
	h.write(func(tx *db.Tx) (err error) {
		two, err = h.traits.CreateEntities(ctx, tx, []trait.Entity{{Kind: trait.School, Name: "Polytechnic"}, {Kind: trait.School, Name: "Polytechnic"}})
		return err
	})
	first := h.has("Ada", trait.School, "Polytechnic")
	other := two[0]
	if other.ID == first.Entity {
		other = two[1]
	}
	mine := h.put("Ada", profile.Entry{Trait: trait.Trait{Kind: trait.School, Entity: other.ID}})
	mine.Role = "MSc"
	if got := h.put("Ada", profile.Entry{Trait: mine, Entity: "Polytechnic"}); got.Entity != other.ID {
		t.Error("changing the role moved the entry to another school of that name")
	}
}

func TestSkillsMove(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := one(t, d)
		ids := map[string]int64{}
		for _, n := range []string{"a", "b", "c", "d"} {
			ids[n] = h.has("Ada", trait.Skill, n).ID
		}
		order := func() (s string) {
			for _, t := range h.own(access.Skills).Traits {
				s += t.Name
			}
			return s
		}
		for _, c := range []struct {
			who  string
			by   int
			want string
		}{{"c", -1, "acbd"}, {"c", -1, "cabd"}, {"c", -1, "cabd"}, {"a", 2, "cbda"}, {"d", 99, "cbad"}, {"b", 0, "cbad"}} {
			h.must(h.profiles.MoveEntry(ctx, h.as("Ada"), ids[c.who], c.by))
			if got := order(); got != c.want {
				t.Errorf("%s moved by %d: %s, want %s", c.who, c.by, got, c.want)
			}
		}
		if err := h.profiles.MoveEntry(ctx, h.as("Bo"), ids["a"], 1); !fault.Is(err, fault.Missing) {
			t.Errorf("another member's skill moved: %v", err)
		}
	})
}

func TestAudiencesAreChecked(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := one(t, d)
		h.has("Bo", trait.Group, "Other People")
		set := func(s access.Section, sc access.Scope) error {
			return h.profiles.SetAudiences(ctx, h.as("Ada"), map[access.Section]access.Scope{s: sc})
		}
		for name, sc := range map[string]access.Scope{"nothing": {}, "unknown": {Audience: 99}, "no group": {Audience: access.Group}, "another's group": {Audience: access.Group, Group: h.group("Other People")}} {
			if err := set(access.Skills, sc); fields(err) != "skills" {
				t.Errorf("%s was taken: %v", name, err)
			}
		}
		h.must(set(access.Page, access.Scope{Audience: access.Second}))
		h.must(set(access.Skills, access.Scope{Audience: access.Third, Findable: true}))
		h.must(set(access.Groups, access.Scope{Audience: access.Third, Findable: true}))
		p := h.view("Ada", "Ada", profile.Pose{}).Policy
		for s, want := range map[access.Section]access.Scope{access.Page: {Audience: access.OnlyMe}, access.Skills: {Audience: access.Third},
			access.Groups: {Audience: access.Third, Findable: true}, access.About: {Audience: access.Connections}} {
			want.Section = s
			if got := p.Scope(s); got != want {
				t.Errorf("%s is %+v, want %+v", s, got, want)
			}
		}
		h.must(h.profiles.SetPreset(ctx, h.as("Ada"), access.OpenPublic))
		if got := h.view("Ada", "Ada", profile.Pose{}).Policy.Scope(access.Skills).Audience; got != access.Public {
			t.Errorf("after a preset skills are open to %s", got)
		}
		if err := h.profiles.SetPreset(ctx, h.as("Ada"), 77); fields(err) != "preset" {
			t.Errorf("an unknown preset: %v", err)
		}
	})
}

func TestGuestsChangeNothing(t *testing.T) {
	h := one(t, dbtest.SQLite(t))
	g := access.Guest()
	_, put := h.profiles.PutEntry(ctx, g, profile.Entry{Trait: trait.Trait{Kind: trait.Skill}, Entity: "x"})
	_, del := h.profiles.DeleteEntry(ctx, g, 1)
	_, handle := h.profiles.SetHandle(ctx, g, "somebody")
	_, pic := h.profiles.SetPicture(ctx, g, "x.y")
	for i, err := range []error{put, del, handle, pic, h.profiles.SetAbout(ctx, g, "x"), h.profiles.SetContacts(ctx, g, nil),
		h.profiles.SetPreset(ctx, g, access.OpenPublic), h.profiles.SetAudiences(ctx, g, nil), h.profiles.MoveEntry(ctx, g, 1, 1)} {
		if !fault.Is(err, fault.Missing) {
			t.Errorf("act %d of a guest: %v", i, err)
		}
	}
}

func TestPictures(t *testing.T) {
	store := blobs(t)
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, 50, 80))); err != nil {
		t.Fatal(err)
	}
	key, err := profile.KeepPicture(ctx, store, &b)
	if err != nil {
		t.Fatal(err)
	}
	for large, want := range map[bool]int{false: 96, true: 400} {
		f, err := profile.OpenPicture(store, key, large)
		if err != nil {
			t.Fatal(err)
		}
		img, _, err := image.DecodeConfig(f)
		f.Close()
		if err != nil || img.Width != want || img.Height != want {
			t.Errorf("large %v: %v × %v, %v", large, img.Width, img.Height, err)
		}
	}
	small, _, _ := strings.Cut(key, ".")
	for _, bad := range []string{"", ".", small, "../../etc/passwd.x", key + "x", "x." + key} {
		if f, err := profile.OpenPicture(store, bad, true); !fault.Is(err, fault.Missing) {
			t.Errorf("key %q opens %v, %v", bad, f, err)
		}
	}
	if err := profile.DropPicture(store, key); err != nil {
		t.Fatal(err)
	}
	if _, err := profile.OpenPicture(store, key, false); !fault.Is(err, fault.Missing) {
		t.Errorf("a dropped picture opens: %v", err)
	}
	if err := profile.DropPicture(store, ""); err != nil {
		t.Errorf("dropping none: %v", err)
	}
	if _, err := profile.KeepPicture(ctx, store, strings.NewReader("no picture")); fields(err) != "picture" {
		t.Errorf("a text as a picture: %v", err)
	}
	if _, err := profile.KeepPicture(ctx, store, io.LimitReader(strings.NewReader(""), 0)); fields(err) != "picture" {
		t.Errorf("nothing as a picture: %v", err)
	}
}

func TestStrengthNamesWhatIsMissing(t *testing.T) {
	h := one(t, dbtest.SQLite(t))
	s := h.view("Ada", "Ada", profile.Pose{}).Strength
	if s.Percent != 0 || len(s.Missing) != 9 || s.Missing[0].Section != access.Experience {
		t.Errorf("an empty profile: %+v", s)
	}
	h.fill("Ada")
	s = h.view("Ada", "Ada", profile.Pose{}).Strength
	var names []string
	for _, m := range s.Missing {
		names = append(names, m.Title)
	}
	if got := strings.Join(names, ", "); s.Percent != 77 || got != "A line on what you do, A picture" {
		t.Errorf("a filled profile: %d %%, without %s", s.Percent, got)
	}
	again, err := h.profiles.Strength(ctx, h.as("Ada"))
	h.must(err)
	if diff := cmp.Diff(s, again); diff != "" {
		t.Errorf("asked for alone it differs: %s", diff)
	}
	if p := h.view("Bo", "Ada", profile.Pose{}); p.Strength.Percent != 0 || p.Strength.Missing != nil || p.Groups != nil {
		t.Error("somebody else is told the strength")
	}
}

// TestStatements holds the page to a fixed number of statements, whatever it holds:
// with the session and what stands between the two, a page has eight. What is closed to
// single people is one of those here; the program keeps it.
func TestStatements(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := circle(t, d)
		for full := range 2 {
			for _, c := range []struct {
				viewer string
				pose   profile.Pose
				most   int
			}{{"first", profile.Pose{}, 7}, {"second", profile.Pose{}, 6}, {"far", profile.Pose{}, 6}, {"owner", profile.Pose{}, 6}, {"owner", profile.Pose{As: access.PoseSecond}, 3}, {"owner", profile.Pose{AsMember: h.handles["second"]}, 6}} {
				h.view(c.viewer, "owner", c.pose) // the cards are known from here on
				counted, n := db.CountQueries(ctx)
				if _, err := h.profiles.View(counted, h.as(c.viewer), h.handles["owner"], c.pose); err != nil {
					t.Fatal(err)
				}
				if n.N() > c.most {
					t.Errorf("%s %+v: %d statements, at most %d", c.viewer, c.pose, n.N(), c.most)
				}
			}
			if full == 1 {
				break
			}
			h.scopes("owner", access.Scope{Audience: access.Members})
			for i := range 60 {
				h.has("owner", trait.Skill, fmt.Sprint("skill ", i))
				h.has("second", trait.Skill, fmt.Sprint("skill ", i))
			}
		}
	})
}
