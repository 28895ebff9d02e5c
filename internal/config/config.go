// Package config gathers an operator's settings into one Config, from flags, the
// environment and guildhall.toml, and opens the data folder for one server at a
// time.
//
// It owns the names of the settings, their defaults and the marker and lock in
// the data folder. It checks the form of a value and not whether anything
// answers behind it, and knows nothing of the command line's library.
package config

import (
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"guildhall/internal/fault"
)

// File is the name of the settings file in the data folder.
const File = "guildhall.toml"

// Config is everything an operator can set, checked and complete. Database and
// SMTP may hold passwords: never log it whole.
type Config struct {
	Data     string // folder in which everything lives
	Listen   string // HOST:PORT
	Database string // postgres:// URL, or the path of the SQLite file
	SMTP     string // smtp:// or smtps:// URL; empty: letters stay in the outbox
	From     string // address that letters come from
	Name     string // of the instance
	BaseURL  string // what stands before every path in a link; no slash at the end
	Brand    string // accent colour, #rrggbb in lower case; empty: the design's own
	Preset   string // purpose of the instance, one of Presets
	Trusted  string // reverse proxies, as checkTrusted leaves them; Proxies reads it
}

// Proxies returns the reverse proxies whose word about a client's address is
// taken; none as a rule.
func (c Config) Proxies() []netip.Prefix {
	ps, _ := parseProxies(c.Trusted) // checked before
	return ps
}

// Presets are the purposes that an instance can have. Stored names never change.
var Presets = []string{"alumni", "society", "company", "university", "open-source"}

// Partial is what one source says; nil means that it says nothing. The tags name
// the flags: a command embeds Partial, or has the few fields it needs.
type Partial struct {
	Listen   *string `help:"Address to serve on." placeholder:"HOST:PORT"`
	Database *string `help:"PostgreSQL to use instead of the SQLite file in the data folder." placeholder:"URL"`
	SMTP     *string `name:"smtp" help:"Mail server, like smtp://user:password@mail.example.org:587." placeholder:"URL"`
	From     *string `help:"Address that letters come from." placeholder:"ADDRESS"`
	Name     *string `help:"Name of this community." placeholder:"NAME"`
	BaseURL  *string `name:"base-url" help:"Address under which members reach this server." placeholder:"URL"`
	Brand    *string `help:"Accent colour, like #7a4b12." placeholder:"COLOUR"`
	Preset   *string `help:"Purpose: alumni, society, company, university or open-source." placeholder:"PURPOSE"`
	Trusted  *string `name:"trusted-proxies" help:"Reverse proxies whose X-Forwarded-For is believed, like 10.0.0.0/8,192.0.2.7." placeholder:"ADDRESSES"`
}

// setting is one row of the table that everything here walks: its name in the
// file, where it lies in a Partial and in a Config, its default, and its check,
// which returns the value in its one form or says what is wrong with it.
type setting struct {
	key   string
	given func(*Partial) **string
	in    func(*Config) *string
	def   string
	check func(string) (string, error)
}

var settings = []setting{
	{"listen", func(p *Partial) **string { return &p.Listen }, func(c *Config) *string { return &c.Listen }, "127.0.0.1:8080", checkListen},
	{"database", func(p *Partial) **string { return &p.Database }, func(c *Config) *string { return &c.Database }, "", checkDatabase},
	{"smtp", func(p *Partial) **string { return &p.SMTP }, func(c *Config) *string { return &c.SMTP }, "", checkSMTP},
	{"from", func(p *Partial) **string { return &p.From }, func(c *Config) *string { return &c.From }, "", checkFrom},
	{"name", func(p *Partial) **string { return &p.Name }, func(c *Config) *string { return &c.Name }, "Guildhall", checkName},
	{"base_url", func(p *Partial) **string { return &p.BaseURL }, func(c *Config) *string { return &c.BaseURL }, "", checkBaseURL},
	{"brand", func(p *Partial) **string { return &p.Brand }, func(c *Config) *string { return &c.Brand }, "", checkBrand},
	{"preset", func(p *Partial) **string { return &p.Preset }, func(c *Config) *string { return &c.Preset }, Presets[0], checkPreset},
	{"trusted_proxies", func(p *Partial) **string { return &p.Trusted }, func(c *Config) *string { return &c.Trusted }, "", checkTrusted},
}

func (s setting) env() string  { return "GUILDHALL_" + strings.ToUpper(s.key) }
func (s setting) flag() string { return "--" + strings.ReplaceAll(s.key, "_", "-") }

// DataDir returns the data folder: the flag, else GUILDHALL_DATA, else
// guildhall-data here.
func DataDir(flag string, env func(string) string) string {
	for _, dir := range []string{flag, env("GUILDHALL_DATA")} {
		if dir != "" {
			return filepath.Clean(dir)
		}
	}
	return "guildhall-data"
}

// Load returns the settings for the data folder dir, which need not exist. For
// each setting the first that says something counts: over (the flags),
// GUILDHALL_<NAME> in the environment, guildhall.toml in dir, the default. An
// empty value stands for the default, except in the environment, where it says
// nothing.
//
// Errors are faults whose Field is the setting and whose Text is one sentence
// that begins with where the value comes from. They never hold a password.
func Load(dir string, env func(string) string, over Partial) (Config, error) {
	file, err := readFile(filepath.Join(dir, File))
	if err != nil {
		return Config{}, err
	}
	c := Config{Data: dir}
	for _, s := range settings {
		value, source := s.first(over, env, file)
		if value == "" {
			*s.in(&c) = s.def
			continue
		}
		if *s.in(&c), err = s.check(value); err != nil {
			return Config{}, fault.Field(s.key, "%s: %v.", source, err)
		}
	}
	return c, c.complete()
}

// first returns the value that counts and where it comes from.
func (s setting) first(over Partial, env func(string) string, file map[string]line) (value, source string) {
	if v := *s.given(&over); v != nil {
		return *v, s.flag()
	}
	if v := env(s.env()); v != "" {
		return v, s.env()
	}
	l := file[s.key]
	return l.value, l.source
}

// complete fills in the defaults that follow from other settings.
func (c *Config) complete() error {
	if c.Database == "" {
		c.Database = filepath.Join(c.Data, "guildhall.db")
	}
	if c.BaseURL == "" {
		c.BaseURL = "http://" + dialable(c.Listen)
	}
	if c.From == "" {
		if c.SMTP != "" {
			return fault.Field("from", "There is a mail server in smtp but no sender in from; set from to the address that letters come from, like guildhall@example.org.")
		}
		c.From = "guildhall@localhost" // only ever seen in the outbox
	}
	return nil
}

// dialable is the address under which a browser on this machine finds what
// listens on listen.
func dialable(listen string) string {
	host, port, _ := net.SplitHostPort(listen) // checked before
	if ip := net.ParseIP(host); host == "" || ip != nil && (ip.IsUnspecified() || ip.IsLoopback()) {
		host = "localhost"
	}
	return net.JoinHostPort(host, port)
}

// plain is the reason alone, without the call and the path around it, which the
// sentence names already.
func plain(err error) string {
	var p *fs.PathError
	if errors.As(err, &p) {
		return p.Err.Error()
	}
	return err.Error()
}

// readable returns nil for a file that is not there, or whose folder is none.
func readable(path string) ([]byte, error) {
	b, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENOTDIR) {
		return nil, nil
	}
	if err != nil {
		return nil, &fault.Error{Kind: fault.Unavailable, Err: err, Text: fmt.Sprintf("%s cannot be read: %s; give Guildhall the right to read it.", path, plain(err))}
	}
	return b, nil
}
