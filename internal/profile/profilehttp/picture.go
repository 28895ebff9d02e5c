package profilehttp

import (
	"bytes"
	"net/http"
	"time"

	"guildhall/internal/fault"
	"guildhall/internal/profile"
	"guildhall/internal/web"
)

// keepPicture lets the browser that was shown a picture keep it for a day. An
// address never stands for other bytes, so a reload asks for none again; and
// whoever saw a picture has had it. Not for longer, since another person may sit
// at the browser tomorrow: then it asks again, and who may still see the picture
// is answered with 304 and no bytes. No proxy may keep it.
const keepPicture = "private, max-age=86400, immutable"

// picture serves one of a picture's two squares to whom its owner's card is open.
func (f *face) picture(w http.ResponseWriter, r *web.Request) error {
	v, handle, key := r.Viewer, r.PathValue("handle"), r.PathValue("key")
	if v.IsGuest() && f.guest != nil {
		v = f.guest(r.Context(), handle)
	}
	if err := f.profiles.SeePicture(r.Context(), v, handle, key); err != nil {
		return err
	}
	file, err := profile.OpenPicture(f.blobs, key, r.URL.Query().Get("size") == "large")
	if err != nil {
		return err
	}
	defer file.Close()
	h := w.Header()
	h.Set("Content-Type", "image/jpeg")
	h.Set("Cache-Control", keepPicture)
	h.Set("ETag", `"`+key+`"`)
	http.ServeContent(w, r.Request, "", time.Time{}, file)
	return nil
}

func (f *face) setPicture(_ http.ResponseWriter, r *web.Request) error {
	err := f.takePicture(r)
	if err != nil {
		return f.refused(r, edit{Part: card, Form: "picture"}, err)
	}
	r.Say("Your picture is up.")
	return r.SeeOther(r.Member.Href())
}

func (f *face) takePicture(r *web.Request) error {
	b, err := r.Upload("picture")
	if err != nil {
		return onPicture(err)
	}
	if len(b) == 0 {
		return fault.Field("picture", "Please choose a picture first.")
	}
	key, err := profile.KeepPicture(r.Context(), f.blobs, bytes.NewReader(b))
	if err != nil {
		return err
	}
	was, err := f.profiles.SetPicture(r.Context(), r.Viewer, key)
	if err != nil {
		_ = profile.DropPicture(f.blobs, key) // what failed is told
		return err
	}
	_ = profile.DropPicture(f.blobs, was) // if that fails, a file nobody can name stays; the new picture is up
	return nil
}

// onPicture puts a complaint about the whole upload at its field.
func onPicture(err error) error {
	if fault.Is(err, fault.Invalid) {
		return fault.Field("picture", "%s", fault.Text(err))
	}
	return err
}

func (f *face) removePicture(_ http.ResponseWriter, r *web.Request) error {
	was, err := f.profiles.SetPicture(r.Context(), r.Viewer, "")
	if err != nil {
		return err
	}
	if err := profile.DropPicture(f.blobs, was); err != nil {
		return err // it was to go from the disk too
	}
	r.Say("Your picture is gone; your initials stand in its place.")
	return r.SeeOther(r.Member.Href())
}
