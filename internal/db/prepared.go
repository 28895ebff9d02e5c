package db

import (
	"context"
	"database/sql"
	"sync"
)

// Bounds of the statements that are kept prepared: long ones are lists of ids,
// which seldom come again.
const (
	maxPrepared     = 512
	maxPreparedText = 4 << 10
)

// prepared keeps SQLite's reading statements parsed: parsing took two thirds of
// a page's time in the database. pgx does the same for PostgreSQL by itself.
type prepared struct {
	mu    sync.RWMutex
	stmts map[string]*sql.Stmt
}

// get returns the statement parsed, or nil when it is not one to keep or cannot
// be parsed; then the caller runs the text and gets its error.
func (p *prepared) get(ctx context.Context, pool *sql.DB, query string) *sql.Stmt {
	p.mu.RLock()
	s := p.stmts[query]
	full := len(p.stmts) >= maxPrepared
	p.mu.RUnlock()
	if s != nil || full || len(query) > maxPreparedText {
		return s
	}
	s, err := pool.PrepareContext(ctx, query)
	if err != nil {
		return nil
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if other := p.stmts[query]; other != nil { // somebody was faster
		s.Close()
		return other
	}
	if p.stmts == nil {
		p.stmts = make(map[string]*sql.Stmt)
	}
	p.stmts[query] = s
	return s
}

// close lets go of all statements.
func (p *prepared) close() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, s := range p.stmts {
		s.Close()
	}
	clear(p.stmts)
}
