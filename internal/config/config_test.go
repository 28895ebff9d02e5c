package config

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/alecthomas/kong"

	"guildhall/internal/fault"
)

// env makes an environment of pairs.
func env(pairs ...string) func(string) string {
	m := map[string]string{}
	for i := 0; i < len(pairs); i += 2 {
		m[pairs[i]] = pairs[i+1]
	}
	return func(k string) string { return m[k] }
}

// folder is a data folder with this settings file.
func folder(t *testing.T, file string) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, File), []byte(file), 0o600); err != nil {
		t.Fatal(err)
	}
	return dir
}

func TestDefaults(t *testing.T) {
	c, err := Load("data", env(), Partial{})
	want := Config{Data: "data", Listen: "127.0.0.1:8080", Database: "data/guildhall.db", From: "guildhall@localhost",
		Name: "Guildhall", BaseURL: "http://localhost:8080", Preset: "alumni"}
	if err != nil || c != want {
		t.Errorf("got  %+v, %v\nwant %+v", c, err, want)
	}
}

const wholeFile = `# our hall
listen = ":9000"
database = "postgres://hall:secret@db.example/hall?sslmode=require"
smtp = "smtps://hall:secret@mx.example"
from = "hall@example.org"
name = "Old Hall"
base_url = "https://Hall.example.org/"
brand = "#7A4B12"
preset = "society"
trusted_proxies = "192.0.2.7, 10.1.2.3/8,, 2001:DB8::1"
`

func TestEverySettingFromTheFile(t *testing.T) {
	dir := folder(t, wholeFile)
	c, err := Load(dir, env(), Partial{})
	want := Config{Data: dir, Listen: ":9000", Database: "postgres://hall:secret@db.example/hall?sslmode=require", SMTP: "smtps://hall:secret@mx.example",
		From: "hall@example.org", Name: "Old Hall", BaseURL: "https://hall.example.org", Brand: "#7a4b12", Preset: "society", Trusted: "192.0.2.7/32,10.0.0.0/8,2001:db8::1/128"}
	if err != nil || c != want {
		t.Errorf("got  %+v, %v\nwant %+v", c, err, want)
	}
}

// Every setting goes through the same four sources in the same order.
func TestFlagBeforeEnvironmentBeforeFile(t *testing.T) {
	values := map[string][3]string{ // by file, environment, flag
		"listen":   {"127.0.0.1:1", "127.0.0.1:2", "127.0.0.1:3"},
		"database": {"postgres://a/1", "postgres://a/2", "postgres://a/3"},
		"smtp":     {"smtp://mx1", "smtp://mx2", "smtp://mx3"},
		"from":     {"a@example.org", "b@example.org", "c@example.org"},
		"name":     {"A", "B", "C"},
		"base_url": {"http://a", "http://b", "http://c"},
		"brand":    {"#000001", "#000002", "#000003"},
		"preset":   {"alumni", "company", "university"},

		"trusted_proxies": {"10.0.0.1/32", "10.0.0.2/32", "10.0.0.0/8,2001:db8::/32"},
	}
	for _, s := range settings {
		v, ok := values[s.key]
		if !ok {
			t.Fatalf("%s is not tested", s.key)
		}
		file := s.key + " = \"" + v[0] + "\"\n"
		if s.key == "smtp" {
			file += "from = \"a@example.org\"\n"
		}
		dir := folder(t, file)
		var flags Partial
		*s.given(&flags) = &v[2]
		for name, c := range map[string]struct {
			env  func(string) string
			over Partial
			want string
		}{
			"file":        {env(), Partial{}, v[0]},
			"environment": {env(s.env(), v[1]), Partial{}, v[1]},
			"flag":        {env(s.env(), v[1]), flags, v[2]},
		} {
			got, err := Load(dir, c.env, c.over)
			if err != nil || *s.in(&got) != c.want {
				t.Errorf("%s by %s: %q, %v; want %q", s.key, name, *s.in(&got), err, c.want)
			}
		}
	}
}

func TestAnEmptyFlagTakesTheDefault(t *testing.T) {
	dir := folder(t, wholeFile)
	empty := ""
	c, err := Load(dir, env(), Partial{SMTP: &empty, Listen: &empty})
	if err != nil || c.SMTP != "" || c.Listen != "127.0.0.1:8080" || c.Name != "Old Hall" {
		t.Errorf("%+v, %v", c, err)
	}
}

func TestBaseURLFollowsTheListener(t *testing.T) {
	for listen, want := range map[string]string{
		":8080": "http://localhost:8080", "0.0.0.0:80": "http://localhost:80", "[::1]:9": "http://localhost:9", "127.0.0.1:8080": "http://localhost:8080",
		"192.168.1.5:8080": "http://192.168.1.5:8080", "[2001:db8::1]:8080": "http://[2001:db8::1]:8080", "hall.example:80": "http://hall.example:80",
	} {
		c, err := Load("data", env(), Partial{Listen: &listen})
		if err != nil || c.BaseURL != want {
			t.Errorf("%s: %q, %v; want %q", listen, c.BaseURL, err, want)
		}
	}
}

func TestWrongValues(t *testing.T) {
	const (
		pw     = "sesame"
		sqlite = "write postgres://user:password@host/name, or leave it out to use the SQLite file in the data folder."
		signs  = "write signs like @ : / % in its password as %40 %3A %2F %25."
	)
	for _, c := range []struct{ key, value, want string }{
		{"listen", "8080", `the address to serve on, "8080", has no port; write it like 127.0.0.1:8080.`},
		{"listen", "localhost", `the address to serve on, "localhost", has no port; write it like 127.0.0.1:8080.`},
		{"listen", "::1", `the address to serve on, "::1", has no port; write it like 127.0.0.1:8080.`},
		{"listen", "localhost:", `the port in "localhost:" is not a number from 0 to 65535; write it like 127.0.0.1:8080.`},
		{"listen", ":65536", `the port in ":65536" is not a number from 0 to 65535; write it like 127.0.0.1:8080.`},
		{"listen", ":http", `the port in ":http" is not a number from 0 to 65535; write it like 127.0.0.1:8080.`},
		{"listen", ":+80", `the port in ":+80" is not a number from 0 to 65535; write it like 127.0.0.1:8080.`},
		{"listen", "my host:80", `the address to serve on, "my host:80", is not a host and a port; write it like 127.0.0.1:8080.`},
		{"database", "mysql://hall:" + pw + "@db/hall", "mysql:// is no database that Guildhall knows; " + sqlite},
		{"database", "hall.db", "the database is not given as a URL; " + sqlite},
		{"database", "host=db password=" + pw + "://", "the database is not given as a URL; " + sqlite},
		{"database", "postgres://hall:" + pw + "%@db/hall", "the URL of the database cannot be read; " + signs},
		{"smtp", "mx.example:25", "the mail server is not given as a URL; write it like smtp://user:password@mail.example.org:587."},
		{"smtp", "http://hall:" + pw + "@mx.example", "the mail server is not given as a URL; write it like smtp://user:password@mail.example.org:587."},
		{"smtp", "smtp://hall:" + pw + "/@mx.example", "the URL of the mail server cannot be read; " + signs},
		{"smtp", "smtps://", "the URL of the mail server cannot be read; " + signs},
		{"from", "hall", `the sender of letters, "hall", is not an e-mail address; write it like guildhall@example.org, without a name.`},
		{"from", "Hall <hall@example.org>", `the sender of letters, "Hall <hall@example.org>", is not an e-mail address; write it like guildhall@example.org, without a name.`},
		{"name", " ", "the name of the community must be one line of text."},
		{"name", "Old\nHall", "the name of the community must be one line of text."},
		{"name", strings.Repeat("ж", 81), "the name of the community is longer than 80 characters; choose a shorter one."},
		{"base_url", "hall.example.org", "the address for members is not a web address; write it like https://hall.example.org."},
		{"base_url", "ftp://hall.example.org", "the address for members is not a web address; write it like https://hall.example.org."},
		{"base_url", "https://u:" + pw + "@hall.example.org", "the address for members is not a web address; write it like https://hall.example.org."},
		{"base_url", "https://example.org/hall", "the address for members has more than a host and a port; Guildhall needs a host of its own, so write it like https://hall.example.org."},
		{"base_url", "https://example.org?x", "the address for members has more than a host and a port; Guildhall needs a host of its own, so write it like https://hall.example.org."},
		{"brand", "brown", `the colour "brown" is not known; write it as # and six digits, like #7a4b12.`},
		{"brand", "#12345;}", `the colour "#12345;}" is not known; write it as # and six digits, like #7a4b12.`},
		{"trusted_proxies", "10.0.0.1, proxy.example", `the proxy "proxy.example" is not an address or a network; write them like 10.0.0.0/8,192.0.2.7.`},
		{"trusted_proxies", "10.0.0.1/33", `the proxy "10.0.0.1/33" is not an address or a network; write them like 10.0.0.0/8,192.0.2.7.`},
		{"trusted_proxies", "::ffff:10.0.0.1", `the proxy "::ffff:10.0.0.1" is not an address or a network; write them like 10.0.0.0/8,192.0.2.7.`},
		{"trusted_proxies", "*", `the proxy "*" is not an address or a network; write them like 10.0.0.0/8,192.0.2.7.`},
		{"trusted_proxies", "0.0.0.0/0", "0.0.0.0/0 is everybody, who could then call themselves anything; write only the addresses of your own proxies."},
		{"preset", "club", `there is no preset "club"; the presets are alumni, society, company, university, open-source.`},
	} {
		_, err := Load("data", env("GUILDHALL_"+strings.ToUpper(c.key), c.value), Partial{})
		want := "GUILDHALL_" + strings.ToUpper(c.key) + ": " + c.want
		if got := fault.ByField(err)[c.key]; got != want {
			t.Errorf("%s = %q:\ngot  %s\nwant %s", c.key, c.value, got, want)
		}
		if err != nil && strings.Contains(err.Error(), pw) {
			t.Errorf("the error holds the password: %v", err)
		}
	}
}

func TestTheSourceIsNamed(t *testing.T) {
	bad := "8080"
	dir := folder(t, "# first\n\nname = \"Old Hall\"\nlisten = \"9090\"\n")
	for want, c := range map[string]struct {
		env  func(string) string
		over Partial
	}{
		filepath.Join(dir, File) + `, line 4: the address to serve on, "9090"`: {env(), Partial{}},
		`GUILDHALL_LISTEN: the address to serve on, "8081"`:                    {env("GUILDHALL_LISTEN", "8081"), Partial{}},
		`--listen: the address to serve on, "8080"`:                            {env("GUILDHALL_LISTEN", "8081"), Partial{Listen: &bad}},
	} {
		if _, err := Load(dir, c.env, c.over); !strings.HasPrefix(fault.Text(err), want) {
			t.Errorf("got  %s\nwant %s…", fault.Text(err), want)
		}
	}
}

func TestProxies(t *testing.T) {
	if got := (Config{}).Proxies(); got != nil {
		t.Errorf("without the setting %v are trusted", got)
	}
	c, err := Load(folder(t, wholeFile), env(), Partial{})
	if got := fmt.Sprint(c.Proxies()); err != nil || got != "[192.0.2.7/32 10.0.0.0/8 2001:db8::1/128]" {
		t.Errorf("%s, %v", got, err)
	}
}

func TestMailServerNeedsASender(t *testing.T) {
	_, err := Load("data", env("GUILDHALL_SMTP", "smtp://mx.example"), Partial{})
	if fault.ByField(err)["from"] != "There is a mail server in smtp but no sender in from; set from to the address that letters come from, like guildhall@example.org." {
		t.Errorf("error %v", err)
	}
}

func TestStrictFile(t *testing.T) {
	const names = "; the settings are listen, database, smtp, from, name, base_url, brand, preset, trusted_proxies."
	for name, c := range map[string]struct{ file, want string }{
		"misspelt":       {"name = \"x\"\n\nlisen = \":80\"\n", `, line 3: there is no setting "lisen"` + names},
		"first of two":   {"zzz = 1\naaa = 2\n", `, line 1: there is no setting "zzz"` + names},
		"table":          {"name = \"x\"\n[mail]\nhost = \"mx\"\n", `, line 2: there is no setting "mail"` + names},
		"dotted":         {"\nmail.host = \"mx\"\n", `, line 2: there is no setting "mail.host"` + names},
		"inline table":   {"\n\nmail = {host = \"mx\"}\n", `, line 3: there is no setting "mail"` + names},
		"tables":         {"[[mail]]\nhost = \"mx\"\n", `, line 1: there is no setting "mail"` + names},
		"quoted":         {"\"my name\" = \"x\"\n", `, line 1: there is no setting "\"my name\""` + names},
		"data is a flag": {"data = \"/elsewhere\"\n", `, line 1: there is no setting "data"` + names},
		"case":           {"Listen = \":80\"\n", `, line 1: there is no setting "Listen"` + names},
		"number":         {"name = \"x\"\nlisten = 8080\n", `, line 2: listen must be a text in quotes, like listen = "…".`},
		"list":           {"name = [\n\"x\",\n\"y\"]\n", `, line 1: name must be a text in quotes, like name = "…".`},
		"known as table": {"[name]\nlisten = \":80\"\n", `, line 1: name must be a text in quotes, like name = "…".`},
		"twice":          {"name = \"x\"\nname = \"y\"\n", `, line 2: this is not TOML (Key 'name' has already been defined.); every line must be a setting like name = "Old Hall", or a comment after #.`},
		"no quotes":      {"name = Old Hall\n", `, line 1: this is not TOML (`},
		"not text":       {"\xff\xfe\x00", `, line 1: this is not TOML (`},
	} {
		t.Run(name, func(t *testing.T) {
			dir := folder(t, c.file)
			_, err := Load(dir, env(), Partial{})
			want := filepath.Join(dir, File) + c.want
			if got := fault.Text(err); !strings.HasPrefix(got, want) || fault.Of(err) != fault.Invalid {
				t.Errorf("got  %s\nwant %s\n(%v)", got, want, err)
			}
		})
	}
}

func TestUnreadableFile(t *testing.T) {
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, File), 0o700); err != nil { // unreadable as a file even to root
		t.Fatal(err)
	}
	_, err := Load(dir, env(), Partial{})
	if want := filepath.Join(dir, File) + " cannot be read: is a directory; give Guildhall the right to read it."; fault.Text(err) != want {
		t.Errorf("got  %s\nwant %s", fault.Text(err), want)
	}
}

func TestDataDir(t *testing.T) {
	for want, got := range map[string]string{
		"guildhall-data": DataDir("", env()),
		"/srv/hall":      DataDir("", env("GUILDHALL_DATA", "/srv/hall/")),
		"here":           DataDir("./here", env("GUILDHALL_DATA", "/srv/hall")),
	} {
		if got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

// The tags are the command line's: a flag that is not given must stay nil, and
// every setting needs its flag.
func TestFlagsFillAPartial(t *testing.T) {
	var cli struct {
		Partial `embed:""`
	}
	parser, err := kong.New(&cli)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := parser.Parse([]string{"--listen", ":80", "--smtp="}); err != nil {
		t.Fatal(err)
	}
	if cli.Listen == nil || *cli.Listen != ":80" || cli.SMTP == nil || *cli.SMTP != "" || cli.Name != nil {
		t.Errorf("parsed %+v", cli.Partial)
	}
	flags := map[string]bool{}
	for _, f := range parser.Model.Flags {
		flags["--"+f.Name] = true
	}
	for _, s := range settings {
		if !flags[s.flag()] {
			t.Errorf("there is no flag %s", s.flag())
		}
	}
}

func FuzzLoad(f *testing.F) {
	f.Add(wholeFile)
	f.Add("mail.host = \"mx\"\n[name]\n")
	f.Add("name = \"\"\"\nlisten = 'x'\n\"\"\"\n")
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, file string) {
		if err := os.WriteFile(filepath.Join(dir, File), []byte(file), 0o600); err != nil {
			t.Fatal(err)
		}
		c, err := Load(dir, env(), Partial{})
		if err != nil {
			if k := fault.Of(err); k != fault.Invalid {
				t.Errorf("%v: %v", k, err)
			}
			return
		}
		if c.Listen == "" || c.Database == "" || c.From == "" || c.Name == "" || c.BaseURL == "" || c.Preset == "" {
			t.Errorf("incomplete: %+v", c)
		}
	})
}
