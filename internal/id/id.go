// Package id makes the ids of all rows: positive int64, ordered by time, made
// by the program and not by the database, so that any node can make one without
// asking and nobody can count or walk them.
package id

import (
	"crypto/rand"
	"encoding/binary"
	"strconv"
	"sync"
	"sync/atomic"
	"time"
)

// An id is 41 bits of milliseconds since Epoch, 10 bits of node number and 12
// random bits: 69 years, 1,024 nodes, and a collision is drawn again.
const (
	nodeBits = 10
	randBits = 12
)

// Epoch is the instant that id zero stands for: 2020-01-01 UTC.
var Epoch = time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)

var node atomic.Int64

// SetNode sets this process's node number, leased at start. It takes the low
// ten bits of n.
func SetNode(n int64) { node.Store(n & (1<<nodeBits - 1)) }

var made struct {
	sync.Mutex
	ms   int64
	used map[int64]struct{}
}

// New returns a fresh id. Within a millisecond of one process it never repeats;
// when more than half of the 4,096 random values are used up it moves to the
// next millisecond, so that drawing stays cheap.
func New() int64 {
	made.Lock()
	defer made.Unlock()
	ms := time.Since(Epoch).Milliseconds()
	if ms > made.ms {
		made.ms, made.used = ms, make(map[int64]struct{}, 8)
	} else if len(made.used) >= 1<<(randBits-1) {
		made.ms++
		made.used = make(map[int64]struct{}, 8)
	}
	for {
		r := random()
		if _, taken := made.used[r]; taken {
			continue
		}
		made.used[r] = struct{}{}
		return made.ms<<(nodeBits+randBits) | node.Load()<<randBits | r
	}
}

func random() int64 {
	var b [2]byte
	rand.Read(b[:]) // never fails since Go 1.24
	return int64(binary.LittleEndian.Uint16(b[:])) & (1<<randBits - 1)
}

// At returns the smallest id made at t: the lower end for a range of time.
func At(t time.Time) int64 {
	return max(t.Sub(Epoch).Milliseconds(), 0) << (nodeBits + randBits)
}

// Time returns when an id was made, to the millisecond.
func Time(id int64) time.Time {
	return Epoch.Add(time.Duration(id>>(nodeBits+randBits)) * time.Millisecond)
}

// String writes an id as pages and programs see it: ids are strings outside.
func String(id int64) string { return strconv.FormatInt(id, 36) }

// Parse reads what String wrote; ok is false for anything else, zero and
// negative numbers included.
func Parse(s string) (id int64, ok bool) {
	n, err := strconv.ParseInt(s, 36, 64)
	if err != nil || n <= 0 || String(n) != s {
		return 0, false
	}
	return n, true
}
