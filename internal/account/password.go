package account

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"runtime"
	"strings"

	"golang.org/x/crypto/argon2"

	"guildhall/internal/fault"
)

// Cost is how hard a password is to guess from its stored form.
type Cost struct {
	Memory  uint32 // KiB
	Time    uint32 // passes over the memory
	Threads uint8
}

// DefaultCost takes about 20 ms of one core and 19 MiB.
var DefaultCost = Cost{Memory: 19 * 1024, Time: 2, Threads: 1}

const (
	saltBytes = 16
	keyBytes  = 32
)

// hasher makes and checks the stored forms of passwords, never more at once
// than there are cores: what waits costs no memory.
type hasher struct {
	cost  Cost
	slots chan struct{}
}

func newHasher(c Cost) *hasher {
	return &hasher{cost: c, slots: make(chan struct{}, runtime.NumCPU())}
}

// hash returns the PHC string of a password with a fresh salt.
func (h *hasher) hash(ctx context.Context, password string) (string, error) {
	salt := make([]byte, saltBytes)
	rand.Read(salt) // never fails since Go 1.24
	key, err := h.derive(ctx, password, salt, h.cost, keyBytes)
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, h.cost.Memory, h.cost.Time, h.cost.Threads,
		base64.RawStdEncoding.EncodeToString(salt), base64.RawStdEncoding.EncodeToString(key)), nil
}

// check reports whether password made the stored form, and whether that form is
// of another cost than is asked for now. An account without a password, or no
// account at all, is an empty form: it fails after the very same work.
func (h *hasher) check(ctx context.Context, phc, password string) (ok, stale bool, err error) {
	cost, salt, want, known := parsePHC(phc)
	if !known {
		cost, salt, want = h.cost, make([]byte, saltBytes), make([]byte, keyBytes)
	}
	got, err := h.derive(ctx, password, salt, cost, len(want))
	if err != nil {
		return false, false, err
	}
	same := subtle.ConstantTimeCompare(got, want) == 1
	return known && same, cost != h.cost, nil
}

func (h *hasher) derive(ctx context.Context, password string, salt []byte, c Cost, size int) ([]byte, error) {
	select {
	case h.slots <- struct{}{}:
		defer func() { <-h.slots }()
	case <-ctx.Done():
		return nil, &fault.Error{Kind: fault.Unavailable, Text: "There is a crowd at the door just now. Please try again in a moment.", Err: ctx.Err()}
	}
	return argon2.IDKey([]byte(password), salt, c.Time, c.Memory, c.Threads, uint32(size)), nil
}

// The most that a stored form may ask for, so that a damaged one cannot stop
// the server.
const (
	maxMemory = 256 * 1024 // KiB
	maxTime   = 16
)

func parsePHC(s string) (c Cost, salt, key []byte, ok bool) {
	parts := strings.Split(s, "$")
	if len(parts) != 6 || parts[1] != "argon2id" || parts[2] != fmt.Sprintf("v=%d", argon2.Version) {
		return c, nil, nil, false
	}
	if _, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &c.Memory, &c.Time, &c.Threads); err != nil {
		return c, nil, nil, false
	}
	salt, err1 := base64.RawStdEncoding.DecodeString(parts[4])
	key, err2 := base64.RawStdEncoding.DecodeString(parts[5])
	ok = err1 == nil && err2 == nil && len(salt) >= 8 && len(key) >= 16 && len(key) <= 64 &&
		c.Threads > 0 && c.Time > 0 && c.Time <= maxTime && c.Memory >= 8*uint32(c.Threads) && c.Memory <= maxMemory
	return c, salt, key, ok
}
