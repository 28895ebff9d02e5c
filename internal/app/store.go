package app

import (
	"context"
	"crypto/rand"
	"fmt"
	"time"

	"guildhall/internal/db"
	"guildhall/internal/fault"
	"guildhall/internal/id"
)

// setting reads a value of the instance; empty when it was never set.
func setting(ctx context.Context, q db.Querier, key string) (string, error) {
	var v string
	_, err := db.One(q.QueryRow(ctx, `SELECT value FROM settings WHERE key = $1`, key), &v)
	return v, err
}

func setSetting(ctx context.Context, tx *db.Tx, key, value string) error {
	_, err := tx.Exec(ctx, `INSERT INTO settings (key, value, version) VALUES ($1, $2, 1)
		ON CONFLICT (key) DO UPDATE SET value = excluded.value, version = settings.version + 1`, key, value)
	return err
}

// node is this process's number in ids, leased so that no two processes on one
// database make the same ids.
type node struct {
	db     *db.DB
	owner  string
	number int64
}

const (
	nodeLease = time.Minute
	nodes     = 1024
)

// leaseNode takes the lowest free number and sets it for new ids.
func leaseNode(ctx context.Context, d *db.DB) (*node, error) {
	n := &node{db: d, owner: rand.Text()}
	for number := range int64(nodes) {
		ok, err := n.take(ctx, number)
		if err != nil {
			return nil, fmt.Errorf("lease a node number: %w", err)
		}
		if ok {
			n.number = number
			id.SetNode(number)
			return n, nil
		}
	}
	return nil, fault.New(fault.Unavailable, "All %d node numbers of this database are in use.", nodes)
}

// take leases a number by compare-and-swap: it succeeds when the number is new,
// its lease ran out, or it is ours.
func (n *node) take(ctx context.Context, number int64) (bool, error) {
	var got int64
	err := n.db.Write(ctx, func(tx *db.Tx) (err error) {
		got, err = tx.Exec(ctx, `INSERT INTO nodes (node, lease_owner, lease_until) VALUES ($1, $2, $3)
			ON CONFLICT (node) DO UPDATE SET lease_owner = excluded.lease_owner, lease_until = excluded.lease_until
			WHERE nodes.lease_until < $4 OR nodes.lease_owner = excluded.lease_owner`,
			number, n.owner, tx.Now.Add(nodeLease).UnixMicro(), tx.Now.UnixMicro())
		return err
	})
	return got == 1, err
}

// keep renews the lease until ctx ends, then gives the number back.
func (n *node) keep(ctx context.Context) error {
	tick := time.NewTicker(nodeLease / 3)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return n.release(context.WithoutCancel(ctx))
		case <-tick.C:
		}
		ok, err := n.take(ctx, n.number)
		if err == nil && !ok {
			return fault.New(fault.Unavailable, "Another process took this one's node number %d: this machine was asleep too long. Start again.", n.number)
		}
	}
}

func (n *node) release(ctx context.Context) error {
	return n.db.Write(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec(ctx, `DELETE FROM nodes WHERE node = $1 AND lease_owner = $2`, n.number, n.owner)
		return err
	})
}
