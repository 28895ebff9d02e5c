package accounthttp

import (
	"net/http"
	"time"

	"guildhall/internal/account"
	"guildhall/internal/fault"
	"guildhall/internal/web"
	"guildhall/internal/web/ui"
)

// settingsView is the page of one's own account. Only one of its forms can have
// been refused; its complaints are in that form.
type settingsView struct {
	Frame    ui.Page
	Account  account.Account
	Sessions []account.Session
	Now      time.Time
	Password form
	Email    form
}

const settingsPath = "/settings/account"

func (f *face) settingsPage(_ http.ResponseWriter, r *web.Request) error {
	return f.showSettings(r, http.StatusOK, settingsView{})
}

func (f *face) showSettings(r *web.Request, status int, v settingsView) (err error) {
	if v.Account, err = f.Accounts.Of(r.Context(), r.Viewer); err != nil {
		return err
	}
	if v.Sessions, err = f.Accounts.Sessions(r.Context(), r.Viewer, r.Token()); err != nil {
		return err
	}
	v.Now = f.Now()
	v.Frame = r.Page("Account")
	return r.RenderStatus(status, settingsPage(v), nil)
}

func (f *face) changePassword(_ http.ResponseWriter, r *web.Request) error {
	in, err := r.Fields()
	if err != nil {
		return err
	}
	token, err := f.Accounts.ChangePassword(r.Context(), client(r), r.Viewer, in.Get("current"), in.Get("password"))
	if err == nil {
		r.StartSession(token, f.Now().Add(account.SessionLife))
		r.Say("Your new password holds. Other devices were signed out.")
		return r.SeeOther(settingsPath)
	}
	var v settingsView
	if broken := v.Password.refused(r, err); broken != nil {
		return broken
	}
	return f.showSettings(r, web.Status(err), v)
}

func (f *face) changeEmail(_ http.ResponseWriter, r *web.Request) error {
	in, err := r.Fields()
	if err != nil {
		return err
	}
	v := settingsView{Email: form{Email: in.Get("email")}}
	err = f.Accounts.RequestEmail(r.Context(), client(r), r.Viewer, v.Email.Email, in.Get("current"))
	if err == nil {
		r.Say("A letter is on its way to the new address. Your account has it as soon as you follow the link in there.")
		return r.SeeOther(settingsPath)
	}
	if broken := v.Email.refused(r, err); broken != nil {
		return broken
	}
	return f.showSettings(r, web.Status(err), v)
}

// signOutElsewhere ends one session by its name, all others, or all.
func (f *face) signOutElsewhere(_ http.ResponseWriter, r *web.Request) error {
	in, err := r.Fields()
	if err != nil {
		return err
	}
	switch which := in.Get("which"); which {
	case "all":
		if _, err := f.Accounts.SignOutAll(r.Context(), r.Viewer); err != nil {
			return err
		}
		r.EndSession()
		r.Say("You are signed out everywhere.")
		return r.SeeOther(web.SignInPath)
	case "others":
		n, err := f.Accounts.SignOutOthers(r.Context(), r.Viewer, r.Token())
		if err != nil {
			return err
		}
		r.Say("Signed out " + ui.Plural(int(n), "other device", "other devices") + ".")
	default:
		if err := f.Accounts.SignOutOne(r.Context(), r.Viewer, which); err != nil && !fault.Is(err, fault.Missing) {
			return err
		}
		r.Say("That device is signed out.")
	}
	return r.SeeOther(settingsPath)
}
