package app

import (
	"context"
	"time"

	"guildhall/internal/network"
)

// graphFile is the snapshot of the graph in the data folder. It may be deleted at
// any time.
const graphFile = "guildhall.graph"

// startGraph fills the connection graph and lets it follow the journal. When it
// returns, the graph has all that was committed before.
func (a *App) startGraph(ctx context.Context) error {
	start, file := time.Now(), ""
	if a.Config.Data != "" {
		file = a.path(graphFile)
	}
	st, err := a.Network.Start(ctx, file)
	if err != nil {
		return err
	}
	a.Journal.Follow(a.Network.Follower(st.Position))
	a.Network.SetSync(a.Journal.Sync)
	if err := a.Network.Sync(ctx); err != nil {
		return err
	}
	a.started, a.startTook = st, time.Since(start)
	return nil
}

// tellGraph logs where the graph came from, once the instance runs: a start that
// fails for another reason says that alone.
func (a *App) tellGraph() {
	g := a.Network.Graph()
	told := []any{"members", g.Members(), "connections", g.Edges(), "took", a.startTook.Round(time.Millisecond)}
	switch {
	case a.started.Snapshot:
		a.log.Info("the graph was started from its snapshot", told...)
	case a.started.Why == nil:
		a.log.Info("the graph was read from the database", told...)
	default:
		a.log.Warn("the graph was read from the database and not from its snapshot", append(told, "why", a.started.Why)...)
	}
}

// GraphStart tells how the graph of this instance came to be.
func (a *App) GraphStart() network.Started { return a.started }

// graphLook is how often the server looks whether a snapshot is due.
const graphLook = 5 * time.Minute

// keepGraph writes a snapshot when the graph was not started from one, and again
// whenever enough has changed, until ctx ends.
func (a *App) keepGraph(ctx context.Context) error {
	a.tellGraph()
	a.verifyGraph(ctx)
	tick := time.NewTicker(graphLook)
	defer tick.Stop()
	for {
		a.saveGraph(ctx, false)
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}

// verifyGraph looks at all of the snapshot that the graph was started from: what has
// not been asked for may be damaged.
func (a *App) verifyGraph(ctx context.Context) {
	damage, err := a.Network.Verify(ctx)
	switch {
	case damage != nil && err == nil:
		a.log.Error("the graph's snapshot is damaged, and was found so late: the graph was read from the database; look at the disk", "err", damage)
	case err != nil && ctx.Err() == nil:
		a.log.Error("the graph's snapshot is damaged, and the database could not be read", "damage", damage, "err", err)
	}
}

// stopGraph writes what changed since, for a fast next start.
func (a *App) stopGraph(ctx context.Context) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), drainTime)
	defer cancel()
	a.saveGraph(ctx, true)
}

// saveGraph writes one if it is due. A server does as well without: what goes
// wrong is logged, and tried again at the next look.
func (a *App) saveGraph(ctx context.Context, stop bool) {
	start := time.Now()
	done, err := a.Network.Save(ctx, stop)
	switch {
	case err != nil && ctx.Err() == nil:
		a.log.Warn("no snapshot of the graph was written; the next start may take longer", "err", err)
	case done:
		a.log.Info("a snapshot of the graph was written", "took", time.Since(start).Round(time.Millisecond))
	}
}
