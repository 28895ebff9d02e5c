package account

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
)

// secretBytes is the length of what cannot be guessed in every token.
const secretBytes = 32

// A ticket is what a link or a session cookie carries: whose it is, so that the
// row is found by its owner, and a secret. Only the secret's hash is stored, so
// a stolen database opens no session.
type ticket struct {
	member int64 // 0: nobody yet
	secret [secretBytes]byte
}

func newTicket(member int64) ticket {
	t := ticket{member: member}
	rand.Read(t.secret[:]) // never fails since Go 1.24
	return t
}

// String writes the ticket for a cookie or an address: 54 characters.
func (t ticket) String() string {
	b := binary.BigEndian.AppendUint64(nil, uint64(t.member))
	return base64.RawURLEncoding.EncodeToString(append(b, t.secret[:]...))
}

// hash is the form that is stored.
func (t ticket) hash() string { return hash(t.secret[:]) }

func hash(secret []byte) string {
	sum := sha256.Sum256(secret)
	return hex.EncodeToString(sum[:])
}

// parseTicket reads what String wrote and nothing else.
func parseTicket(s string) (t ticket, ok bool) {
	b, ok := decode(s)
	if !ok || len(b) != 8+secretBytes {
		return t, false
	}
	t.member = int64(binary.BigEndian.Uint64(b))
	copy(t.secret[:], b[8:])
	return t, t.member >= 0
}

// A slip is what the letter of a registration carries. There is no member yet,
// so it names the row by the address that it was sent to.
type slip struct {
	email  string
	secret [secretBytes]byte
}

func newSlip(email string) slip {
	s := slip{email: email}
	rand.Read(s.secret[:])
	return s
}

// String writes the slip for an address.
func (s slip) String() string {
	return base64.RawURLEncoding.EncodeToString(append(s.secret[:], s.email...))
}

func (s slip) hash() string { return hash(s.secret[:]) }

// receipt is what the browser that registered keeps: it can be made from the
// slip but not the other way round, and nothing of it is stored.
func (s slip) receipt() string {
	sum := sha256.Sum256(append([]byte("receipt "), s.secret[:]...))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

func parseSlip(text string) (s slip, ok bool) {
	b, ok := decode(text)
	if !ok || len(b) <= secretBytes || len(b) > secretBytes+maxEmail {
		return s, false
	}
	copy(s.secret[:], b)
	s.email = string(b[secretBytes:])
	return s, true
}

// decode refuses every spelling but the one that encoding makes.
func decode(s string) ([]byte, bool) {
	if len(s) > 512 {
		return nil, false
	}
	b, err := base64.RawURLEncoding.Strict().DecodeString(s)
	return b, err == nil
}
