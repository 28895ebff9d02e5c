package app

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"syscall"
	"time"

	"guildhall/internal/fault"
	"guildhall/internal/web"
)

// drainTime is how long open requests may take to finish when the instance stops.
const drainTime = 10 * time.Second

// Listen takes the configured address.
func (a *App) Listen() (net.Listener, error) { return Listen(a.Config.Listen) }

// Listen takes an address HOST:PORT. One that cannot be taken is one sentence.
func Listen(address string) (net.Listener, error) {
	l, err := net.Listen("tcp", address)
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		return nil, fault.New(fault.Unavailable, "Something else serves on %s already; stop it, or choose another address with --listen.", address)
	case errors.Is(err, syscall.EACCES):
		return nil, fault.New(fault.Denied, "This user may not serve on %s; choose a port above 1023 with --listen.", address)
	case err != nil:
		return nil, &fault.Error{Kind: fault.Unavailable, Text: fmt.Sprintf("Guildhall cannot serve on %s: %s; choose another address with --listen.", address, plain(err)), Err: err}
	}
	return l, nil
}

// plain is the reason alone, without the calls around it.
func plain(err error) string {
	var dns *net.DNSError
	if errors.As(err, &dns) {
		return dns.Err
	}
	var sys *os.SyscallError
	if errors.As(err, &sys) {
		return sys.Err.Error()
	}
	return err.Error()
}

// Serve answers requests on l and does the instance's work until ctx ends; then
// it lets open requests finish and writes the graph down for the next start. Only
// the process that holds the data folder may serve.
func (a *App) Serve(ctx context.Context, l net.Listener) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	srv := web.Server(a.handler, a.log)
	srv.BaseContext = func(net.Listener) context.Context { return context.WithoutCancel(ctx) }
	work := make(chan error, 1)
	go func() { work <- a.Run(ctx) }()
	served := make(chan error, 1)
	go func() { served <- srv.Serve(l) }()
	var err error
	select {
	case <-ctx.Done():
	case err = <-served:
		cancel()
		return errors.Join(err, <-work)
	case err = <-work:
		work <- nil
	}
	cancel()
	stop, done := context.WithTimeout(context.WithoutCancel(ctx), drainTime)
	defer done()
	err = errors.Join(err, srv.Shutdown(stop), <-work)
	a.stopGraph(ctx)
	return err
}
