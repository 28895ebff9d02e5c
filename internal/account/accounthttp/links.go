package accounthttp

import (
	"net/http"

	"guildhall/internal/account"
	"guildhall/internal/web"
	"guildhall/internal/web/ui"
)

func (f *face) ownerPage(_ http.ResponseWriter, r *web.Request) error {
	return f.showOwner(r, http.StatusOK, form{Token: r.PathValue("token")})
}

func (f *face) showOwner(r *web.Request, status int, v form) error {
	err := f.Accounts.OwnerWanted(r.Context(), v.Token)
	if isGone(err) {
		return gone(r, "It makes the owner's account, once. If there is an owner, sign in. If not, start the server again: it prints a fresh one.")
	}
	if err != nil {
		return err
	}
	v.Frame = r.Page("Set up " + r.Site())
	return r.RenderStatus(status, ownerPage(v), nil)
}

func (f *face) makeOwner(_ http.ResponseWriter, r *web.Request) error {
	in, err := r.Fields()
	if err != nil {
		return err
	}
	v := form{Token: r.PathValue("token"), Name: in.Get("name"), Email: in.Get("email")}
	token, err := f.Accounts.MakeOwner(r.Context(), client(r), v.Token, v.Name, v.Email, in.Get("password"))
	if err == nil {
		r.StartSession(token, f.Now().Add(account.SessionLife))
		r.Say("Welcome. You are the owner of " + r.Site() + ".")
		return r.SeeOther(web.HomePath)
	}
	if broken := v.refused(r, err); broken != nil && !isGone(err) {
		return broken
	}
	return f.showOwner(r, web.Status(err), v)
}

func (f *face) linkPage(_ http.ResponseWriter, r *web.Request) error {
	token := r.PathValue("token")
	card, err := f.Accounts.SignInFor(r.Context(), token)
	if isGone(err) {
		return gone(r, signInLinkGone)
	}
	if err != nil {
		return err
	}
	return r.Render(linkPage(r.Page("Sign in"), ui.CardOf(card, ui.Unsaid), token), nil)
}

const signInLinkGone = "It signs in once and within an hour, and a newer one ends it. Please ask whoever gave it to you for another."

func (f *face) followLink(_ http.ResponseWriter, r *web.Request) error {
	token, err := f.Accounts.SignInByLink(r.Context(), client(r), r.PathValue("token"))
	if isGone(err) {
		return gone(r, signInLinkGone)
	}
	if err != nil {
		return err
	}
	return f.enter(r, token, web.HomePath)
}

const emailLinkGone = "It works once and for a day, and changing the password ends it. You can ask for another in your account's settings."

func (f *face) confirmEmailPage(_ http.ResponseWriter, r *web.Request) error {
	v := form{Token: r.PathValue("token")}
	var err error
	if v.Email, err = f.Accounts.EmailFor(r.Context(), v.Token); isGone(err) {
		return gone(r, emailLinkGone)
	}
	if err != nil {
		return err
	}
	v.Frame = r.Page("Confirm your new address")
	return r.Render(confirmEmailPage(v), nil)
}

func (f *face) confirmEmail(_ http.ResponseWriter, r *web.Request) error {
	err := f.Accounts.ConfirmEmail(r.Context(), client(r), r.PathValue("token"))
	if isGone(err) {
		return gone(r, emailLinkGone)
	}
	if err != nil {
		return err
	}
	r.Say("Your account has its new address.")
	if r.Viewer.IsGuest() {
		return r.SeeOther(web.SignInPath)
	}
	return r.SeeOther("/settings/account")
}
