// Package access is the only place that decides who may see and do what. It owns
// the audiences of every member's sections and asks everything else, degree,
// blocks, groups, through the small interface Relations. It knows no feature and
// no page.
//
// Every read in the program is on somebody's behalf: a Viewer, passed as a value
// right after the context. Once a request a Guard turns it into a Lens, and the
// Lens's See is the function that every path asks. What it hides looks exactly
// like what is not there.
package access

// Viewer is on whose behalf something is read or done. It is comparable; the
// zero Viewer is a guest and sees only what is public, so a forgotten viewer
// shows too little and never too much.
type Viewer struct {
	member int64
	system string
}

// Guest is somebody who is not signed in.
func Guest() Viewer { return Viewer{} }

// Member is the signed-in member with this id.
func Member(id int64) Viewer { return Viewer{member: max(id, 0)} }

// System is the program itself, named for the log: it sees everything. Only
// work that shows nothing to a person may use it.
func System(name string) Viewer { return Viewer{system: name} }

// Member returns the member's id; 0 for a guest and for the system.
func (v Viewer) Member() int64 { return v.member }

// IsGuest reports whether nobody is signed in.
func (v Viewer) IsGuest() bool { return v == Viewer{} }

// IsSystem reports whether the program acts for itself.
func (v Viewer) IsSystem() bool { return v.system != "" }

// Audience is who may see a section: one list, everywhere. Numbers are stored
// and never change meaning.
type Audience uint8

// The audiences, widest first.
const (
	Public      Audience = 1 // anybody, signed in or not
	Members     Audience = 2 // everybody signed in
	Third       Audience = 3 // within three degrees
	Second      Audience = 4 // within two degrees
	Connections Audience = 5 // first degree
	Group       Audience = 6 // members of one group
	OnlyMe      Audience = 7
)

// Audiences lists all, in the order a choice shows them.
var Audiences = []Audience{Public, Members, Third, Second, Connections, Group, OnlyMe}

var audienceNames = map[Audience][2]string{
	Public:      {"public", "Public"},
	Members:     {"members", "Members"},
	Third:       {"third", "Up to 3rd degree"},
	Second:      {"second", "Up to 2nd degree"},
	Connections: {"connections", "Connections"},
	Group:       {"group", "A group"},
	OnlyMe:      {"only-me", "Only me"},
}

// Valid reports whether a is one of the seven.
func (a Audience) Valid() bool { return a >= Public && a <= OnlyMe }

// String returns the stable code used in forms.
func (a Audience) String() string { return audienceNames[a][0] }

// Label returns the words a member reads.
func (a Audience) Label() string { return audienceNames[a][1] }

// ParseAudience reads a code; ok is false for any other text.
func ParseAudience(s string) (a Audience, ok bool) {
	for a, n := range audienceNames {
		if n[0] == s {
			return a, true
		}
	}
	return 0, false
}

// Section is a part of a profile that has an audience of its own. Numbers are
// stored.
type Section uint8

// The sections.
const (
	About       Section = 1
	Experience  Section = 2
	Education   Section = 3
	Skills      Section = 4
	Languages   Section = 5
	Groups      Section = 6
	Location    Section = 7
	Field       Section = 8
	Seeks       Section = 9
	OpenTo      Section = 10
	Contact     Section = 11
	ConnectionL Section = 12 // the list of connections
	Page        Section = 13 // the page without sign-in
)

// Sections lists all, in the order of the profile.
var Sections = []Section{About, Experience, Education, Skills, Languages, Groups, Location, Field, OpenTo, Seeks, Contact, ConnectionL, Page}

var sectionNames = [...][2]string{
	About:       {"about", "About"},
	Experience:  {"experience", "Experience"},
	Education:   {"education", "Education"},
	Skills:      {"skills", "Skills"},
	Languages:   {"languages", "Languages"},
	Groups:      {"groups", "Groups"},
	Location:    {"location", "Location"},
	Field:       {"field", "Field"},
	Seeks:       {"seeks", "What I look for"},
	OpenTo:      {"open-to", "Open to"},
	Contact:     {"contact", "Contact"},
	ConnectionL: {"connections", "List of connections"},
	Page:        {"page", "Public page"},
}

// Valid reports whether s is a known section.
func (s Section) Valid() bool { return s >= About && s <= Page }

// String returns the stable code used in forms and links.
func (s Section) String() string {
	if !s.Valid() {
		return ""
	}
	return sectionNames[s][0]
}

// Label returns the words a member reads.
func (s Section) Label() string {
	if !s.Valid() {
		return ""
	}
	return sectionNames[s][1]
}

// ParseSection reads a code; ok is false for any other text.
func ParseSection(code string) (Section, bool) {
	for _, s := range Sections {
		if s.String() == code {
			return s, true
		}
	}
	return 0, false
}

// Scope is one section's openness. Findable lets those who share the very same
// company, school or group see that one fact, whatever the audience.
type Scope struct {
	Section  Section // whose scope it is, for what is closed to single members; 0: none's
	Audience Audience
	Group    int64 // the group's entity id when Audience is Group
	Findable bool
}
