// Command guildhall is the whole program: it serves a community, shows a made-up
// one, takes in data, looks after itself and measures its claims.
package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"syscall"

	"github.com/alecthomas/kong"

	"guildhall/internal/app"
	"guildhall/internal/config"
	"guildhall/internal/fault"
)

// cli is the command line: each command is a type with a Run method.
type cli struct {
	Serve     serveCmd     `cmd:"" help:"Serve a community."`
	Demo      demoCmd      `cmd:"" help:"Serve a made-up community that anybody on this machine may try."`
	Import    importCmd    `cmd:"" help:"Take in a community's data."`
	User      userCmd      `cmd:"" help:"Help a member."`
	Doctor    doctorCmd    `cmd:"" help:"Look at database, journal, index, mail, disk and rights, and say what to do."`
	Bench     benchCmd     `cmd:"" help:"Measure what is claimed."`
	Storybook storybookCmd `cmd:"" help:"Show every component of the pages in every state."`
}

// place is where an instance lives and how it is set; on every command that
// needs them.
type place struct {
	Data string `help:"Folder in which everything lives." placeholder:"DIR" type:"path"`
	config.Partial
}

// load gathers the settings.
func (p place) load() (config.Config, error) {
	return config.Load(config.DataDir(p.Data, os.Getenv), os.Getenv, p.Partial)
}

// open takes the data folder and opens the instance in it. close ends both.
func (p place) open(ctx context.Context, kind config.Kind, opt app.Options) (a *app.App, close func() error, err error) {
	cfg, err := p.load()
	if err != nil {
		return nil, nil, err
	}
	dir, err := config.OpenDir(cfg.Data, kind)
	if err != nil {
		return nil, nil, err
	}
	if a, err = app.New(ctx, cfg, opt); err != nil {
		return nil, nil, errors.Join(err, dir.Close())
	}
	return a, func() error { return errors.Join(a.Close(), dir.Close()) }, nil
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	slog.SetDefault(slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn})))
	var c cli
	k := kong.Parse(&c, kong.Name("guildhall"), kong.Description("A professional network that a community owns and runs itself."),
		kong.ShortUsageOnError(), kong.BindTo(ctx, (*context.Context)(nil)))
	if err := k.Run(); err != nil {
		fmt.Fprintln(os.Stderr, "guildhall: "+sentence(err))
		os.Exit(1)
	}
}

// sentence is what the operator reads: a fault's own text, which is complete as
// it stands, or the whole chain of an error nobody foresaw.
func sentence(err error) string {
	var f *fault.Error
	if errors.As(err, &f) && f.Text != "" {
		return f.Text
	}
	return err.Error()
}
