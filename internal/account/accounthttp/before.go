package accounthttp

import (
	"net/http"
	"time"

	"guildhall/internal/account"
	"guildhall/internal/fault"
	"guildhall/internal/web"
)

// signInView is the page of signing in.
type signInView struct {
	form
	Open     bool // people can register
	Personas []Persona
}

func (f *face) signInPage(_ http.ResponseWriter, r *web.Request) error {
	if !r.Viewer.IsGuest() && !f.Accounts.Demo() {
		return r.SeeOther(web.HomePath)
	}
	return f.showSignIn(r, http.StatusOK, form{Next: web.SafePath(r.Asked("next", 2000))})
}

func (f *face) showSignIn(r *web.Request, status int, v form) error {
	view := signInView{form: v, Open: f.Accounts.Open()}
	if f.Accounts.Demo() && f.Personas != nil {
		var err error
		if view.Personas, err = f.Personas(r.Context()); err != nil {
			return err
		}
	}
	view.Frame = r.Page("Sign in")
	return r.RenderStatus(status, signInPage(view), nil)
}

func (f *face) signIn(_ http.ResponseWriter, r *web.Request) error {
	in, err := r.Fields()
	if err != nil {
		return err
	}
	v := form{Email: in.Get("email"), Next: web.SafePath(in.Get("next"))}
	token, err := f.Accounts.SignIn(r.Context(), client(r), v.Email, in.Get("password"))
	if err == nil {
		return f.enter(r, token, v.Next)
	}
	if broken := v.refused(r, err); broken != nil {
		return broken
	}
	return f.showSignIn(r, web.Status(err), v)
}

func (f *face) signOut(_ http.ResponseWriter, r *web.Request) error {
	if err := f.Accounts.SignOut(r.Context(), r.Token()); err != nil {
		return err
	}
	r.EndSession()
	r.Say("You are signed out.")
	return r.SeeOther(web.SignInPath)
}

func (f *face) persona(_ http.ResponseWriter, r *web.Request) error {
	if !f.Accounts.Demo() {
		return fault.NotFound()
	}
	in, err := r.Fields()
	if err != nil {
		return err
	}
	id, err := f.Accounts.MemberByHandle(r.Context(), in.Get("handle"))
	if err != nil {
		return err
	}
	token, err := f.Accounts.Persona(r.Context(), client(r), id)
	if err != nil {
		return err
	}
	return f.enter(r, token, web.SafePath(in.Get("next")))
}

func (f *face) registerPage(_ http.ResponseWriter, r *web.Request) error {
	return f.showRegister(r, http.StatusOK, form{})
}

func (f *face) showRegister(r *web.Request, status int, v form) error {
	v.Frame = r.Page("Register")
	if !f.Accounts.Open() {
		return r.RenderStatus(http.StatusForbidden, closedPage(v.Frame), nil)
	}
	return r.RenderStatus(status, registerPage(v), nil)
}

// register answers the same whatever the address: the cookie that it sets is
// random for everybody.
func (f *face) register(w http.ResponseWriter, r *web.Request) error {
	in, err := r.Fields()
	if err != nil {
		return err
	}
	v := form{Name: in.Get("name"), Email: in.Get("email")}
	receipt, err := f.Accounts.Register(r.Context(), client(r), v.Name, v.Email, in.Get("password"))
	if err == nil {
		http.SetCookie(w, f.receiptCookie(receipt, 24*time.Hour))
		return r.SeeOther("/register/sent")
	}
	if broken := v.refused(r, err); broken != nil {
		return broken
	}
	return f.showRegister(r, web.Status(err), v)
}

func (f *face) registerSent(_ http.ResponseWriter, r *web.Request) error {
	return r.Render(sentPage(r.Page("Look into your mailbox"), registerWords), nil)
}

// verifyView is the page behind the link of a registration.
type verifyView struct {
	form
	account.Waiting
}

func (f *face) verifyPage(_ http.ResponseWriter, r *web.Request) error {
	return f.showVerify(r, http.StatusOK, form{Token: r.Asked("token", 512)})
}

func (f *face) showVerify(r *web.Request, status int, v form) error {
	waiting, err := f.Accounts.Waiting(r.Context(), v.Token, receipt(r))
	if isGone(err) {
		return gone(r, "It may have been used already: then simply sign in. Or it is older than a day, or a newer one was sent: then please register again.")
	}
	if err != nil {
		return err
	}
	v.Frame = r.Page("Confirm your address")
	return r.RenderStatus(status, verifyPage(verifyView{v, waiting}), nil)
}

func (f *face) verify(w http.ResponseWriter, r *web.Request) error {
	in, err := r.Fields()
	if err != nil {
		return err
	}
	v := form{Token: in.Get("token")}
	token, err := f.Accounts.Verify(r.Context(), client(r), v.Token, receipt(r), in.Get("password"))
	if err == nil {
		http.SetCookie(w, f.receiptCookie("", -time.Second))
		r.StartSession(token, f.Now().Add(account.SessionLife))
		r.Say("Welcome. Your address is confirmed and your account is ready.")
		return r.SeeOther(web.HomePath)
	}
	if broken := v.refused(r, err); broken != nil && !isGone(err) {
		return broken
	}
	return f.showVerify(r, web.Status(err), v)
}

func (f *face) resetPage(_ http.ResponseWriter, r *web.Request) error {
	return r.Render(resetPage(form{Frame: r.Page("Forgotten password")}), nil)
}

func (f *face) requestReset(_ http.ResponseWriter, r *web.Request) error {
	in, err := r.Fields()
	if err != nil {
		return err
	}
	v := form{Email: in.Get("email")}
	err = f.Accounts.RequestReset(r.Context(), client(r), v.Email)
	if err == nil {
		return r.SeeOther("/reset/sent")
	}
	if broken := v.refused(r, err); broken != nil {
		return broken
	}
	v.Frame = r.Page("Forgotten password")
	return r.RenderStatus(web.Status(err), resetPage(v), nil)
}

func (f *face) resetSent(_ http.ResponseWriter, r *web.Request) error {
	return r.Render(sentPage(r.Page("Look into your mailbox"), resetWords), nil)
}

func (f *face) newPasswordPage(_ http.ResponseWriter, r *web.Request) error {
	return f.showNewPassword(r, http.StatusOK, form{Token: r.PathValue("token")})
}

func (f *face) showNewPassword(r *web.Request, status int, v form) error {
	var err error
	if v.Email, err = f.Accounts.ResetFor(r.Context(), v.Token); isGone(err) {
		return gone(r, "It works once and for an hour, and a newer one ends it. You can ask for another at any time.")
	}
	if err != nil {
		return err
	}
	v.Frame = r.Page("Choose a new password")
	return r.RenderStatus(status, newPasswordPage(v), nil)
}

func (f *face) newPassword(_ http.ResponseWriter, r *web.Request) error {
	in, err := r.Fields()
	if err != nil {
		return err
	}
	v := form{Token: r.PathValue("token")}
	err = f.Accounts.Reset(r.Context(), v.Token, in.Get("password"))
	if err == nil {
		r.EndSession()
		r.Say("Your new password holds, and you are signed out everywhere. Please sign in with it.")
		return r.SeeOther(web.SignInPath)
	}
	if broken := v.refused(r, err); broken != nil && !isGone(err) {
		return broken
	}
	return f.showNewPassword(r, web.Status(err), v)
}
