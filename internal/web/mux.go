package web

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"guildhall/internal/access"
	"guildhall/internal/db"
	"guildhall/internal/fault"
	"guildhall/internal/web/static"
	"guildhall/internal/web/ui"
)

// Mux serves routes. It is made by New and never changes.
type Mux struct {
	opt     Options
	routes  []Route
	mux     *http.ServeMux
	static  http.Handler
	cross   *http.CrossOriginProtection
	limiter *limiter
}

// New builds the handler of all routes. It refuses, naming the route, when a
// policy or a handler is missing, a pattern has no method or is wrong, or two
// patterns claim the same request.
func New(opt Options, routes []Route) (*Mux, error) {
	if opt.Log == nil {
		opt.Log = slog.Default()
	}
	if opt.Site == "" {
		opt.Site = "Guildhall"
	}
	if len(opt.Key) == 0 {
		opt.Key = make([]byte, 32)
		rand.Read(opt.Key)
	}
	files, err := static.Handler()
	if err != nil {
		return nil, err
	}
	m := &Mux{opt: opt, mux: http.NewServeMux(), static: files, cross: http.NewCrossOriginProtection(), limiter: newLimiter()}
	m.routes = append([]Route{{Pattern: "POST /theme", Policy: Open, Handler: setTheme}}, routes...)
	for _, r := range m.routes {
		err = errors.Join(err, m.add(r))
	}
	if err != nil {
		return nil, err
	}
	m.mux.Handle("/", m.serve(Route{Pattern: "/", Policy: Open, Handler: func(http.ResponseWriter, *Request) error { return fault.NotFound() }}))
	return m, nil
}

// Routes returns every route, the built-in ones included: for tests that walk
// them all.
func (m *Mux) Routes() []Route { return m.routes }

func (m *Mux) add(r Route) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("route %q: %v", r.Pattern, p) // http.ServeMux panics at patterns it can't take
		}
	}()
	switch {
	case r.Policy == undeclared || r.Policy > Owner:
		return fmt.Errorf("route %q declares no policy", r.Pattern)
	case r.Handler == nil:
		return fmt.Errorf("route %q has no handler", r.Pattern)
	case r.Limit > Guarded:
		return fmt.Errorf("route %q has an unknown limit", r.Pattern)
	case !strings.Contains(r.Pattern, " "):
		return fmt.Errorf("route %q names no method", r.Pattern)
	}
	m.mux.Handle(r.Pattern, m.serve(r))
	return nil
}

// ServeHTTP answers every request of the program.
func (m *Mux) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if strings.HasPrefix(r.URL.Path, static.Prefix) {
		m.static.ServeHTTP(w, r)
		return
	}
	secure(w.Header(), m.opt.TLS)
	m.mux.ServeHTTP(w, r)
}

// serve is everything around a route's handler.
func (m *Mux) serve(route Route) http.Handler {
	return http.HandlerFunc(func(hw http.ResponseWriter, hr *http.Request) {
		start := time.Now()
		w := &recorder{ResponseWriter: hw}
		limit, size := formTime, int64(MaxForm)
		if route.Upload {
			limit, size = uploadTime, MaxUpload
		}
		ctx, cancel := context.WithTimeout(hr.Context(), limit)
		defer cancel()
		var queries *db.Counter
		if m.opt.Observe != nil {
			ctx, queries = db.CountQueries(ctx)
		}
		if hr.Method == http.MethodGet {
			ctx = access.PerRequest(ctx) // a page looks through one lens
		}
		hr = hr.WithContext(ctx)
		hr.Body = http.MaxBytesReader(w, hr.Body, size)
		r := &Request{Request: hr, mux: m, w: w}
		if err := m.guarded(w, r, route); err != nil {
			m.fail(w, r, err)
		}
		took := time.Since(start)
		m.opt.Log.Info("request", "method", hr.Method, "route", route.Pattern, "status", w.code(), "bytes", w.bytes, "ms", took.Milliseconds())
		if queries != nil {
			m.opt.Observe(route.Pattern, queries.N(), took)
		}
	})
}

// guarded lets a request through to its handler, or says why not.
func (m *Mux) guarded(w http.ResponseWriter, r *Request, route Route) (err error) {
	defer func() {
		if p := recover(); p != nil {
			if p == http.ErrAbortHandler {
				panic(p)
			}
			err = crash(p)
		}
	}()
	if err := m.cross.Check(r.Request); err != nil {
		return &fault.Error{Kind: fault.Denied, Text: "This came from another site, so nothing was done. Please start from our own pages.", Err: err}
	}
	if err := r.identify(); err != nil {
		return err
	}
	if err := m.withinLimit(w, r, route); err != nil {
		return err
	}
	if stop, err := r.admit(route.Policy); stop || err != nil {
		return err
	}
	return route.Handler(w, r)
}

// admit applies the policy; stop is true when the answer is written already.
func (r *Request) admit(p Policy) (stop bool, err error) {
	guest := r.Viewer.IsGuest()
	switch {
	case p == Guest && !guest:
		return true, r.SeeOther(HomePath)
	case p >= Member && guest:
		to := SignInPath
		if r.Method == http.MethodGet && !r.Partial() && r.URL.Path != HomePath {
			to += "?next=" + escape(r.URL.RequestURI())
		}
		return true, r.SeeOther(to)
	case p == Owner && !r.Member.Owner:
		return true, fault.NotFound()
	}
	return false, nil
}

// identify finds who asks.
func (r *Request) identify() error {
	r.Theme = themeOf(r.Request)
	r.token = r.mux.readToken(r.Request)
	if r.token == "" || r.mux.opt.Sessions == nil {
		r.token = ""
		return nil
	}
	s, ok, err := r.mux.opt.Sessions.Lookup(r.Context(), r.token)
	if err != nil {
		return err
	}
	if !ok || s.Viewer == access.Guest() {
		r.EndSession()
		return nil
	}
	if s.Me.Tint == 0 {
		s.Me.Tint = ui.TintOf(s.Me.ID)
	}
	r.Viewer, r.Member = s.Viewer, &s.Me
	return nil
}
