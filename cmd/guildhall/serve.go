package main

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"guildhall/internal/app"
	"guildhall/internal/config"
	"guildhall/internal/demo"
	"guildhall/internal/fault"
	"guildhall/internal/web"
	"guildhall/internal/web/ui"
)

type serveCmd struct {
	place
	Quiet bool `help:"Log only what is wrong."`
}

// Run serves until it is told to stop. While there is no owner it prints the
// one-time link that makes one.
func (c serveCmd) Run(ctx context.Context) error {
	level := slog.LevelInfo
	if c.Quiet {
		level = slog.LevelWarn
	}
	log := slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: level}))
	a, end, err := c.open(ctx, config.Live, app.Options{Log: log})
	if err != nil {
		return err
	}
	defer end()
	l, err := a.Listen()
	if err != nil {
		return err
	}
	link, err := a.Accounts.OwnerLink(ctx)
	if err != nil {
		l.Close()
		return err
	}
	fmt.Printf("%s is served on %s\n", a.Config.Name, a.Config.BaseURL)
	if a.Config.SMTP == "" {
		fmt.Printf("Letters stay in %s until --smtp names a mail server.\n", filepath.Join(a.Config.Data, "outbox"))
	}
	if link != "" {
		fmt.Printf("\nNobody keeps this instance yet. Whoever opens this link first does:\n  %s\n\n", link)
	}
	return a.Serve(ctx, l)
}

type demoCmd struct {
	place
	Members int    `help:"How many members to make up, 60 to 2000." default:"300"`
	Seed    uint64 `help:"The same seed makes the same community." default:"1"`
}

// Run makes the demo community if there is none, and serves it on loopback.
func (c demoCmd) Run(ctx context.Context) error {
	if c.Data == "" {
		c.Data = "guildhall-demo"
	}
	if c.Name == nil {
		name := demo.Name
		c.Name = &name
	}
	a, end, err := c.open(ctx, config.Demo, app.Options{Demo: true, Unlimited: true, Personas: demo.Personas})
	if err != nil {
		return err
	}
	defer end()
	if err := loopback(a.Config.Listen); err != nil {
		return err
	}
	l, err := a.Listen()
	if err != nil {
		return err
	}
	if err := c.seed(ctx, a); err != nil {
		l.Close()
		return err
	}
	personas, err := demo.Personas(ctx, a)
	if err != nil {
		l.Close()
		return err
	}
	fmt.Printf("\n%s, a made-up community, is served on %s\nStep in there as one of:\n", a.Config.Name, a.Config.BaseURL)
	for _, p := range personas {
		fmt.Printf("  %-24s %s. %s\n", p.Name, p.Role, p.Waits)
	}
	fmt.Println("\nEverybody in it is invented. Stop it with Ctrl-C.")
	return a.Serve(ctx, l)
}

func (c demoCmd) seed(ctx context.Context, a *app.App) error {
	start := time.Now()
	rep, made, err := demo.Ensure(ctx, a, demo.Options{Members: c.Members, Seed: c.Seed})
	if err == nil && made {
		fmt.Printf("Made up %d members, %d connections and %d invitations in %.1f s; %.0f %% of the invitations show true evidence.\n",
			rep.Members, rep.Connections, rep.Invitations, time.Since(start).Seconds(), 100*rep.EvidenceShare)
	}
	return err
}

// loopback refuses to show a community without passwords to anybody else.
func loopback(listen string) error {
	host, _, _ := net.SplitHostPort(listen)
	if ip := net.ParseIP(host); host == "localhost" || ip != nil && ip.IsLoopback() {
		return nil
	}
	return fault.Field("listen", "The demo has no passwords and is served on this machine only; choose a --listen address like 127.0.0.1:8080.")
}

type storybookCmd struct {
	Listen string `help:"Address to serve on." default:"127.0.0.1:8081"`
}

// Run serves the storybook until it is told to stop.
func (c storybookCmd) Run(ctx context.Context) error {
	mux, err := web.New(web.Options{Site: "Storybook", Unlimited: true, Log: slog.New(slog.DiscardHandler)}, []web.Route{
		{Pattern: "GET /{$}", Policy: web.Open, Handler: func(_ http.ResponseWriter, r *web.Request) error {
			return r.Render(ui.Storybook(r.Page("Storybook")), nil)
		}},
	})
	if err != nil {
		return err
	}
	l, err := app.Listen(c.Listen)
	if err != nil {
		return err
	}
	srv := &http.Server{Handler: mux, ReadHeaderTimeout: 10 * time.Second}
	go func() {
		<-ctx.Done()
		srv.Close()
	}()
	fmt.Printf("The storybook is served on http://%s\n", strings.Replace(c.Listen, "127.0.0.1", "localhost", 1))
	if err := srv.Serve(l); err != http.ErrServerClosed {
		return err
	}
	return nil
}
