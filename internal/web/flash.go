package web

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"strings"
	"time"

	"guildhall/internal/web/ui"
)

const (
	flashLife = 2 * time.Minute
	flashMax  = 3000 // bytes of the cookie
)

// note is what the cookie carries from a POST to the page after it.
type note struct {
	Toasts []ui.Toast
	Until  int64 // unix seconds
}

// Say tells the member, on the next whole page, what just happened. In a fragment
// use ui.SwapToasts instead. The cookie that carries it is signed for this session:
// nobody else can plant a text.
func (r *Request) Say(text string) { r.say(ui.Toast{Text: text}) }

// SayFailed is Say for what did not work.
func (r *Request) SayFailed(text string) { r.say(ui.Toast{Text: text, Bad: true}) }

// SayUndo is Say with a way back: a POST to undo with fields.
func (r *Request) SayUndo(text, undo string, fields map[string]string) {
	r.say(ui.Toast{Text: text, Undo: undo, Fields: fields})
}

func (r *Request) say(t ui.Toast) {
	r.said = append(r.said, t)
	b, err := json.Marshal(note{r.said, time.Now().Add(flashLife).Unix()})
	if err != nil {
		return
	}
	body := base64.RawURLEncoding.EncodeToString(b)
	value := body + "." + r.mux.sign(r.token, body)
	if len(value) > flashMax {
		return // the act is done all the same; the page shows it
	}
	c := r.mux.cookie("said", value)
	c.MaxAge = int(flashLife / time.Second)
	http.SetCookie(r.w, c)
}

// takeFlash reads what was said by the request before and takes the cookie away.
func (r *Request) takeFlash() []ui.Toast {
	c, err := r.Cookie(r.mux.cookieName("said"))
	if err != nil {
		return nil
	}
	gone := r.mux.cookie("said", "")
	gone.MaxAge = -1
	http.SetCookie(r.w, gone)
	body, sig, ok := strings.Cut(c.Value, ".")
	if !ok || !hmac.Equal([]byte(sig), []byte(r.mux.sign(r.token, body))) {
		return nil
	}
	b, err := base64.RawURLEncoding.DecodeString(body)
	if err != nil {
		return nil
	}
	var n note
	if json.Unmarshal(b, &n) != nil || time.Now().Unix() > n.Until {
		return nil
	}
	return n.Toasts
}

// sign binds a text to a session.
func (m *Mux) sign(token, body string) string {
	h := hmac.New(sha256.New, m.opt.Key)
	h.Write([]byte("said\x00" + token + "\x00" + body))
	return base64.RawURLEncoding.EncodeToString(h.Sum(nil))
}
