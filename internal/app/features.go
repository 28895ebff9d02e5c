package app

import (
	"context"
	"time"

	"guildhall/internal/account"
	"guildhall/internal/account/accounthttp"
	"guildhall/internal/evidence"
	"guildhall/internal/home"
	"guildhall/internal/home/homehttp"
	"guildhall/internal/invite"
	"guildhall/internal/invite/invitehttp"
	"guildhall/internal/profile"
	"guildhall/internal/profile/profilehttp"
	"guildhall/internal/suggest"
	"guildhall/internal/suggest/suggesthttp"
	"guildhall/internal/task"
	"guildhall/internal/tie"
	"guildhall/internal/tie/tiehttp"
	"guildhall/internal/transfer"
	"guildhall/internal/visit"
	"guildhall/internal/visit/visithttp"
	"guildhall/internal/web"
)

// features builds every feature's service.
func (a *App) features() {
	a.Accounts = account.New(a.DB, a.Members, letters{}, account.Config{
		Site: a.Config.Name, Base: a.Config.BaseURL, Demo: a.opt.Demo, Cost: a.opt.AccountCost, Log: a.log,
	})
	a.Profiles = profile.New(a.DB, a.Members, a.Traits, a.Network, a.Policies, a.Guard)
	a.Evidence = evidence.New(evidence.Needs{
		DB: a.DB, Members: a.Members, Network: a.Network, Traits: a.Traits, Policies: a.Policies, Offers: a.Profiles.Offers,
	})
	a.Profiles.SetTell(a.Evidence.Tell)
	a.Invites = invite.New(invite.Needs{
		DB: a.DB, Members: a.Members, Network: a.Network, Evidence: a.Evidence, Policies: a.Policies, Guard: a.Guard, Log: a.log,
		KnowsEmail: a.Accounts.KnowsEmail,
	})
	a.Ties = tie.New(a.DB, a.Members, a.Network, a.Guard, a.Policies)
	a.Ties.SetOwnReasons(a.ownReasons)
	a.Suggest = suggest.New(suggest.Needs{
		DB: a.DB, Members: a.Members, Network: a.Network, Traits: a.Traits, Policies: a.Policies, Guard: a.Guard, Evidence: a.Evidence,
		Lists: &a.lists, Asked: a.askedBy, Load: a.load,
	})
	a.Home = home.New(home.Parts{Begin: a.begin, Waiting: a.waiting, People: a.near, Strength: a.strength, Graph: a.Network.Graph})
	a.Transfer = transfer.New(a.DB, a.Members, a.Traits, a.Network, a.Policies, a.Profiles)
	a.Visits = visit.New(visit.Needs{DB: a.DB, Members: a.Members, Traits: a.Traits, Policies: a.Policies, Guard: a.Guard, Log: a.log})
}

// list is every feature of the house. To add one: build its service in features,
// and give it a line here.
func (a *App) list() []Feature {
	now := func() time.Time { return a.DB.Now() }
	return append([]Feature{
		{Name: "account", Routes: accounthttp.Routes(accounthttp.Options{Accounts: a.Accounts, Now: now, TLS: a.tls(), Personas: a.personas}), Tasks: func(r *task.Runner) {
			r.Handle(letterKind, a.sendLetter)
			r.Every("mail.prune", time.Hour, a.pruneOutbox)
			r.Every("account.sweep", time.Hour, func(ctx context.Context) error { _, err := a.Accounts.Sweep(ctx); return err })
		}},
		{Name: "home", Routes: homehttp.Routes(a.Home, now, a.opt.Demo)},
		{Name: "profile", Routes: profilehttp.Routes(a.Profiles, a.Blobs, a.relation, a.Invites, a.guest, now, a.around())},
		{Name: "invite", Routes: invitehttp.Routes(a.Invites, a.Members, now), Evidence: a.Invites.Evidence, Tasks: func(r *task.Runner) {
			r.Every("invite.expire", time.Hour, func(ctx context.Context) error { _, err := a.Invites.ExpireDue(ctx); return err })
			r.Every("invite.learn", 24*time.Hour, a.Invites.Learn)
		}},
		{Name: "suggest", Routes: suggesthttp.Routes(a.Suggest, a.Members, now), Tasks: func(r *task.Runner) {
			r.Every("suggest.sweep", 24*time.Hour, a.Suggest.Sweep)
		}},
		{Name: "tie", Routes: tiehttp.Routes(a.Ties, a.Network, a.Members, now)},
		{Name: "visit", Routes: visithttp.Routes(a.Visits, now), Tasks: func(r *task.Runner) {
			r.Every("visit.also", 10*time.Minute, a.Visits.Reckon)
			r.Every("visit.sweep", time.Hour, a.Visits.Sweep)
		}},
	}, a.opt.More...)
}

// mux collects the routes of all features, gives the runner their work, and lets
// evidence ask them.
func (a *App) mux(ctx context.Context) (*web.Mux, error) {
	key, err := a.cookieKey(ctx)
	if err != nil {
		return nil, err
	}
	var routes []web.Route
	for _, f := range a.list() {
		routes = append(routes, f.Routes...)
		if f.Tasks != nil {
			f.Tasks(a.Tasks)
		}
		if f.Evidence != nil {
			a.Evidence.Ask(f.Evidence)
		}
	}
	return web.New(web.Options{
		Site: a.Config.Name, TLS: a.tls(), Key: key, Sessions: accounthttp.Sessions(a.Accounts),
		Waiting: a.count,
		Log:     a.log, Proxies: a.Config.Proxies(), Unlimited: a.opt.Unlimited, Observe: a.opt.Observe,
	}, routes)
}
