package ui

// Me is the signed-in member as the layout shows them.
type Me struct {
	ID      int64
	Handle  string
	Name    string
	Lang    string
	Picture string
	Tint    int  // from TintOf(ID)
	Owner   bool // keeps this instance
}

// Person returns me as a card would show me.
func (m Me) Person() Person {
	return Person{Name: m.Name, Lang: m.Lang, Href: m.Href(), Picture: m.Picture, Tint: m.Tint, Distance: Self}
}

// Href returns the address of my profile.
func (m Me) Href() string { return "/in/" + m.Handle }

// Theme is a member's choice of light or dark; empty: as the system.
type Theme string

// The themes.
const (
	System Theme = ""
	Light  Theme = "light"
	Dark   Theme = "dark"
)

// ParseTheme reads a choice; whatever it doesn't know is System.
func ParseTheme(s string) Theme {
	if t := Theme(s); t == Light || t == Dark {
		return t
	}
	return System
}

// Place is an entry of the navigation.
type Place uint8

// The places. Nowhere marks none as current.
const (
	Nowhere Place = iota
	AtHome
	AtNetwork
	AtInvitations
)

// Page is all that a page's frame needs. package web fills it from the request;
// the page adds its title, its place and the class of its main element.
type Page struct {
	Title   string // without the instance's name
	Site    string // the instance's name
	Me      *Me    // nil for guests
	Waiting int    // invitations that wait for an answer
	Theme   Theme
	Place   Place
	Class   string // of the main element: "page" (two columns) if empty, "page page-wide" for one
	Search  string // what stands in the search box
	Toasts  []Toast
	Index   bool     // search engines may list it; only a page that is public by its owner's choice
	Styles  []string // further style sheets of the bundle
	About   string   // for link previews and search engines; only with Index
}

type entry struct {
	place            Place
	href, icon, word string
}

var nav = []entry{
	{AtHome, "/", "house", "Home"},
	{AtNetwork, "/network", "waypoints", "Network"},
	{AtInvitations, "/invitations", "inbox", "Invitations"},
}

// htmxConfig keeps htmx inside the content security policy: no style element, no
// eval, no request elsewhere, nothing kept in the browser after sign-out. A 422 is
// a form with its errors and goes where the form was.
const htmxConfig = `{"includeIndicatorStyles":false,"allowEval":false,"allowScriptTags":false,"selfRequestsOnly":true,"historyCacheSize":0,"refreshOnHistoryMiss":true,"scrollIntoViewOnBoost":false,"defaultSwapStyle":"outerHTML","responseHandling":[{"code":"204","swap":false},{"code":"[23]..","swap":true},{"code":"422","swap":true},{"code":"...","swap":true,"error":true}]}`

func (p Page) title() string {
	if p.Title == "" || p.Title == p.Site {
		return p.Site
	}
	return p.Title + " · " + p.Site
}
