package profilehttp

import (
	"net/http"
	"strconv"

	"guildhall/internal/access"
	"guildhall/internal/member"
	"guildhall/internal/profile"
	"guildhall/internal/web"
	"guildhall/internal/web/ui"
)

// answer ends the handling of a form of one part: shown again when err is a
// complaint, else the part as it now stands.
func (f *face) answer(r *web.Request, part, form string, in *web.Form, err error, said string) error {
	e := edit{Part: part, Form: form, in: in}
	if err != nil {
		return f.refused(r, e, err)
	}
	return f.saved(r, e, ui.Toast{Text: said})
}

func (f *face) setCard(_ http.ResponseWriter, r *web.Request) error {
	in, err := r.Fields()
	if err != nil {
		return err
	}
	name, pronouns, headline, lang := in.Get("name"), in.Get("pronouns"), in.Get("headline"), in.Get("lang")
	_, err = f.profiles.SetCard(r.Context(), r.Viewer, member.Change{Name: &name, Pronouns: &pronouns, Headline: &headline, Lang: &lang})
	if err != nil {
		return f.refused(r, edit{Part: card, Form: "card", in: in}, err)
	}
	r.Say("Saved.")
	return r.SeeOther(r.Member.Href())
}

func (f *face) setHandle(_ http.ResponseWriter, r *web.Request) error {
	in, err := r.Fields()
	if err != nil {
		return err
	}
	c, err := f.profiles.SetHandle(r.Context(), r.Viewer, in.Get("handle"))
	if err != nil {
		return f.refused(r, edit{Part: card, Form: "handle", in: in}, err)
	}
	if c.Handle != r.Member.Handle {
		r.Say("Your page has a new address. The old one leads to it for 90 days.")
	}
	return r.SeeOther("/in/" + c.Handle)
}

func (f *face) setAbout(_ http.ResponseWriter, r *web.Request) error {
	in, err := r.Fields()
	if err != nil {
		return err
	}
	err = f.profiles.SetAbout(r.Context(), r.Viewer, in.Get("about"))
	return f.answer(r, access.About.String(), "texts", in, err, "Saved.")
}

func (f *face) setLocation(_ http.ResponseWriter, r *web.Request) error {
	in, err := r.Fields()
	if err != nil {
		return err
	}
	line := in.Get("location")
	_, err = f.profiles.SetCard(r.Context(), r.Viewer, member.Change{Location: &line})
	return f.answer(r, access.Location.String(), "texts", in, err, "Saved.")
}

func (f *face) setOpenTo(_ http.ResponseWriter, r *web.Request) error {
	in, err := r.Fields()
	if err != nil {
		return err
	}
	var set profile.OpenTo
	for _, o := range profile.AllOffers {
		if in.Bool(offerName(o)) {
			set |= 1 << o
		}
	}
	err = f.profiles.SetOpenTo(r.Context(), r.Viewer, set, in.Get("glad"))
	return f.answer(r, access.OpenTo.String(), "texts", in, err, "Saved.")
}

// contactKinds are the ways to be reached, in the order of the form.
var contactKinds = []struct{ code, label, icon, typ, hint string }{
	{"email", "E-mail", "mail", "email", "Shown to those whom you allow. Nobody is written to at this address from here, and it doesn’t sign you in."},
	{"website", "Website", "globe", "text", ""},
	{"phone", "Telephone", "user-round", "tel", ""},
}

// contactsIn lists what a form holds, kind by kind, empty lines included: their
// place is the number in the complaint about one.
func contactsIn(in *web.Form) (list []profile.Contact) {
	for _, k := range contactKinds {
		for _, v := range in.All(k.code) {
			list = append(list, profile.Contact{Kind: k.code, Value: v})
		}
	}
	return list
}

func (f *face) setContacts(_ http.ResponseWriter, r *web.Request) error {
	in, err := r.Fields()
	if err != nil {
		return err
	}
	err = f.profiles.SetContacts(r.Context(), r.Viewer, contactsIn(in))
	return f.answer(r, access.Contact.String(), "texts", in, err, "Saved.")
}

// contactField is one line of the form for contacts.
type contactField struct {
	profile.Contact
	ui.Input
}

// contactFields are the lines of the form: what was typed or is stored, and one
// empty line of each kind.
func (v view) contactFields(stored []profile.Contact) []contactField {
	list := stored
	again := v.Edit.Form == "texts" && v.Edit.in != nil
	if again {
		list = contactsIn(v.Edit.in)
	}
	var out []contactField
	for _, k := range contactKinds {
		n := 0
		add := func(c profile.Contact, wrong string) {
			n++
			in := ui.Input{Name: k.code, ID: "f-" + k.code + "-" + strconv.Itoa(n), Label: k.label, Type: k.typ, Value: c.Value, Max: profile.MaxContact, Error: wrong, Optional: n == 1}
			if n > 1 {
				in.Label = "Another " + map[string]string{"email": "e-mail", "website": "website", "phone": "telephone"}[k.code]
			} else {
				in.Hint = k.hint
			}
			out = append(out, contactField{c, in})
		}
		empty := false
		for i, c := range list {
			if c.Kind == k.code {
				add(c, v.Edit.wrong("texts", "contact-"+strconv.Itoa(i)))
				empty = empty || c.Value == ""
			}
		}
		if !empty {
			add(profile.Contact{Kind: k.code}, "")
		}
	}
	return out
}
