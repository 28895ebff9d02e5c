package ui

// Kind is how much a button asks for.
type Kind string

// The kinds. One primary action in view.
const (
	Plain   Kind = ""
	Primary Kind = "primary"
	Quiet   Kind = "quiet"
	Danger  Kind = "danger"
)

// Btn is a button's or a link's look and work. Its word is the component's child.
type Btn struct {
	Kind     Kind
	Icon     string // drawn before the word
	Flip     bool   // the icon points somewhere and turns round for right-to-left
	Label    string // the accessible name; with it and no child the button is an icon alone
	Key      string // its key in a list of items: "a"
	Name     string // what a form sends
	Value    string
	Form     string // id of a form elsewhere on the page
	Action   string // formaction: another address for the same form
	Disabled bool
	Busy     bool
	Button   bool // type="button": does nothing without script
	Attrs    Attrs
}

func (b Btn) class() string {
	return join("btn", string(b.Kind), when(b.Label != "" && b.Icon != "", "icon"))
}

func (b Btn) typ() string {
	if b.Button {
		return "button"
	}
	return "submit"
}

// Tab is one of several lists on a page.
type Tab struct {
	Href    string
	Label   string
	Count   int // shown when not 0
	Most    int // up to where it is told, "99+" above; 0: all of it
	Current bool
}

// Item is one entry of a Menu: a link, or a button that posts.
type Item struct {
	Icon   string
	Label  string
	Hint   string // what follows from it, before it is pressed; empty: nothing to say
	Href   string // a link; else a form posts to Post
	Post   string
	Fields map[string]string // sent along by Post
	Rule   bool              // a line above it
	Attrs  Attrs             // of the form or the link, such as hx-post
}

// Toast is a short word about what just happened.
type Toast struct {
	Text   string
	Undo   string            // address that takes it back by POST; empty: it can't be
	Fields map[string]string // sent along by Undo
	Bad    bool              // something failed
}

// Pages is where a list goes on.
type Pages struct {
	Next  string // address of the next page; empty at the end
	First string // address of the beginning, when this isn't it
	More  string // the words; "Show more" if empty
	Attrs Attrs  // of the link, such as hx-get
}
