package mail

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"io"
	"math/big"
	"net"
	"net/mail"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
	"go.uber.org/goleak"

	"guildhall/internal/fault"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var (
	ctx   = context.Background()
	guild = From{Name: "Old Hall", Address: "hall@guild.example"}
	hello = Letter{To: "ada@example.org", Name: "Ada Løve", Subject: "Grüße, Ada", Text: "Hello\n.\nand more", HTML: "<p>Hello</p>"}
)

// server is a mail server that keeps what it gets.
type server struct {
	user, pass string
	onMail     error
	onRcpt     error
	onData     error
	hang       chan struct{} // when set, DATA waits for it

	mu      sync.Mutex
	letters []received
	hello   string
	secure  bool
}

type received struct{ from, to, text string }

type session struct {
	s      *server
	signed bool
	got    received
}

func (s *server) NewSession(c *smtp.Conn) (smtp.Session, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.hello = c.Hostname()
	_, s.secure = c.TLSConnectionState()
	return &session{s: s, signed: s.user == ""}, nil
}

func (x *session) AuthMechanisms() []string {
	if x.s.user == "" {
		return nil
	}
	return []string{sasl.Plain}
}

func (x *session) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, user, pass string) error {
		if user != x.s.user || pass != x.s.pass {
			return smtp.ErrAuthFailed
		}
		x.signed = true
		return nil
	}), nil
}

func (x *session) Mail(from string, _ *smtp.MailOptions) error {
	if !x.signed {
		return smtp.ErrAuthRequired
	}
	x.got.from = from
	return x.s.onMail
}

func (x *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	x.got.to += to
	return x.s.onRcpt
}

func (x *session) Data(r io.Reader) error {
	b, err := io.ReadAll(r)
	if x.s.hang != nil {
		<-x.s.hang
	}
	if err != nil {
		return err
	}
	if x.s.onData != nil {
		return x.s.onData
	}
	x.got.text = string(b)
	x.s.mu.Lock()
	defer x.s.mu.Unlock()
	x.s.letters = append(x.s.letters, x.got)
	return nil
}

// kept returns what the server has so far, and whether the last line was
// encrypted.
func (s *server) kept() (letters []received, hello string, secure bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.letters, s.hello, s.secure
}

func (x *session) Reset()        { x.got = received{} }
func (x *session) Logout() error { return nil }

// quiet swallows the server's complaints about cut connections.
type quiet struct{}

func (quiet) Printf(string, ...any) {}
func (quiet) Println(...any)        {}

// start serves on 127.0.0.1; secure gives it a certificate, implicit uses it
// from the first byte.
func start(t *testing.T, s *server, cert *tls.Config, implicit bool) (addr string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr = l.Addr().String()
	srv := smtp.NewServer(s)
	srv.Domain, srv.AllowInsecureAuth, srv.ErrorLog = "mx.example", true, quiet{}
	if cert != nil && implicit {
		l = tls.NewListener(l, cert)
	} else {
		srv.TLSConfig = cert
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		srv.Serve(l)
	}()
	t.Cleanup(func() {
		srv.Close()
		<-done
	})
	return addr
}

// certificate returns a server's side and a client's that trusts it.
func certificate(t *testing.T) (srv, cli *tls.Config) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	c := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}}
	der, err := x509.CreateCertificate(rand.Reader, c, c, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	c, err = x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AddCert(c)
	return &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}},
		&tls.Config{RootCAs: pool, ServerName: "127.0.0.1"}
}

func client(t *testing.T, url string) *SMTP {
	t.Helper()
	s, err := NewSMTP(url, guild)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestSMTPDelivers(t *testing.T) {
	srv := &server{}
	c := client(t, "smtp://"+start(t, srv, nil, false))
	if err := c.Check(ctx); err != nil {
		t.Fatal(err)
	}
	if letters, _, _ := srv.kept(); len(letters) != 0 {
		t.Fatal("Check sent a letter")
	}
	if err := c.Send(ctx, hello); err != nil {
		t.Fatal(err)
	}
	letters, greeting, _ := srv.kept()
	if len(letters) != 1 || letters[0].from != "hall@guild.example" || letters[0].to != "ada@example.org" {
		t.Fatalf("received %v", letters)
	}
	if greeting != "guild.example" {
		t.Errorf("greeted as %q, want the instance's domain and not the machine's name", greeting)
	}
	m, err := mail.ReadMessage(strings.NewReader(letters[0].text))
	if err != nil {
		t.Fatal(err)
	}
	var l Letter
	if err := l.readBody(m); err != nil || l.Text != hello.Text || l.HTML != hello.HTML {
		t.Errorf("body %q %q %v", l.Text, l.HTML, err)
	}
}

func TestSMTPEncryptsAndSignsIn(t *testing.T) {
	cert, trust := certificate(t)
	for name, c := range map[string]struct {
		scheme, query string
		implicit      bool
	}{"starttls": {"smtp", "?tls=starttls", false}, "smtps": {"smtps", "", true}} {
		t.Run(name, func(t *testing.T) {
			srv := &server{user: "hall", pass: "p@ss/word:1"}
			addr := start(t, srv, cert, c.implicit)
			s := client(t, c.scheme+"://hall:p%40ss%2Fword%3A1@"+addr+c.query)
			s.tls = trust
			if err := s.Check(ctx); err != nil {
				t.Fatal(err)
			}
			if err := s.Send(ctx, hello); err != nil {
				t.Fatal(err)
			}
			if letters, _, secure := srv.kept(); len(letters) != 1 || !secure {
				t.Errorf("%d letters, encrypted %v", len(letters), secure)
			}

			wrong := client(t, c.scheme+"://hall:guess@"+addr+c.query)
			wrong.tls = trust
			if err := wrong.Check(ctx); !fault.Is(err, fault.Unavailable) || !strings.Contains(fault.Text(err), "535") || strings.Contains(err.Error(), "guess") {
				t.Errorf("with a wrong password: %v", err)
			}
			if err := wrong.Send(ctx, hello); !fault.Is(err, fault.Unavailable) {
				t.Errorf("a letter with a wrong password: %v; it is not the letter's fault", err)
			}

			stranger := client(t, c.scheme+"://hall:p%40ss%2Fword%3A1@"+addr+c.query) // trusts the system's authorities only
			err := stranger.Send(ctx, hello)
			if letters, _, _ := srv.kept(); err == nil || len(letters) != 1 {
				t.Errorf("a letter went to a server with an unknown certificate: %v", err)
			}
		})
	}
}

func TestSMTPInsistsOnEncryption(t *testing.T) {
	srv := &server{}
	s := client(t, "smtp://"+start(t, srv, nil, false)+"?tls=starttls")
	err := s.Send(ctx, hello)
	if letters, _, _ := srv.kept(); !fault.Is(err, fault.Unavailable) || len(letters) != 0 {
		t.Errorf("sent in the clear to a server without STARTTLS: %v", err)
	}
}

func TestRefusalsAreSorted(t *testing.T) {
	no := func(code, a, b, c int) error {
		return &smtp.SMTPError{Code: code, EnhancedCode: smtp.EnhancedCode{a, b, c}, Message: "not <ada@example.org>, sorry"}
	}
	for name, c := range map[string]struct {
		srv  *server
		want fault.Kind
	}{
		"no such mailbox":        {&server{onRcpt: no(550, 5, 1, 1)}, fault.Invalid},
		"mailbox full":           {&server{onRcpt: no(452, 4, 2, 2)}, fault.Unavailable},
		"relaying denied":        {&server{onRcpt: no(554, 5, 7, 1)}, fault.Unavailable},
		"sender not allowed":     {&server{onMail: no(550, 5, 1, 8)}, fault.Unavailable},
		"text refused":           {&server{onData: no(554, 5, 6, 0)}, fault.Invalid},
		"try later":              {&server{onData: no(451, 4, 3, 0)}, fault.Unavailable},
		"authentication missing": {&server{onMail: no(530, 5, 7, 0)}, fault.Unavailable},
	} {
		t.Run(name, func(t *testing.T) {
			err := client(t, "smtp://"+start(t, c.srv, nil, false)).Send(ctx, hello)
			if fault.Of(err) != c.want {
				t.Errorf("kind %v, want %v: %v", fault.Of(err), c.want, err)
			}
			if err == nil || strings.Contains(err.Error(), "ada@") || !strings.Contains(err.Error(), "sorry") {
				t.Errorf("the log should say what the server said, without the address: %v", err)
			}
		})
	}
}

func TestServerAway(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := l.Addr().String()
	l.Close()
	c := client(t, "smtp://"+addr)
	want := "The mail server " + addr + " cannot be used: connect: dial tcp " + addr + ": connect: connection refused. Correct the smtp setting, or see that the server is up."
	if err := c.Check(ctx); !fault.Is(err, fault.Unavailable) || fault.Text(err) != want {
		t.Errorf("got  %s\nwant %s", fault.Text(err), want)
	}
	if err := c.Send(ctx, hello); !fault.Is(err, fault.Unavailable) {
		t.Errorf("Send: %v", err)
	}
}

func TestHangingServerIsLeft(t *testing.T) {
	t.Run("silent from the start", func(t *testing.T) {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		defer l.Close() // it accepts in its backlog and never says a word
		c := client(t, "smtp://"+l.Addr().String())
		c.patience = 50 * time.Millisecond
		if err := c.Send(ctx, hello); !fault.Is(err, fault.Unavailable) {
			t.Errorf("Send: %v", err)
		}
	})
	t.Run("silent after the text, and the caller goes", func(t *testing.T) {
		srv := &server{hang: make(chan struct{})}
		c := client(t, "smtp://"+start(t, srv, nil, false))
		short, cancel := context.WithTimeout(ctx, 100*time.Millisecond)
		defer cancel()
		err := c.Send(short, hello) // patience alone would wait 30 s
		if !fault.Is(err, fault.Unavailable) || !strings.Contains(err.Error(), "deadline") {
			t.Errorf("Send: %v", err)
		}
		close(srv.hang)
	})
}

func TestSMTPAddresses(t *testing.T) {
	for url, want := range map[string]SMTP{
		"smtp://mx.example":               {addr: "mx.example:587", policy: 0},
		"smtps://mx.example":              {addr: "mx.example:465", implicit: true, policy: 2},
		"smtp://u:p@mx.example:2525":      {addr: "mx.example:2525", user: "u", pass: "p"},
		"smtp://mx.example:25?tls=none":   {addr: "mx.example:25", policy: 2},
		"smtp://localhost:25":             {addr: "localhost:25", policy: 2},
		"smtp://u:p@[::1]:25/":            {addr: "[::1]:25", user: "u", pass: "p", policy: 2},
		"smtp://127.0.0.1?tls=starttls":   {addr: "127.0.0.1:587"},
		"smtp://u%40x:%2F@mx.example:587": {addr: "mx.example:587", user: "u@x", pass: "/"},
	} {
		s := client(t, url)
		if s.addr != want.addr || s.user != want.user || s.pass != want.pass || s.implicit != want.implicit || s.policy != want.policy {
			t.Errorf("%s: %+v", url, s)
		}
	}
	for _, url := range []string{
		"mx.example:25", "http://mx.example", "smtp://", "smtp://hall:se%zzcret@mx", "smtp://hall:se/cret@mx.example", "smtp://mx.example/inbox",
		"smtp://mx.example?tls=maybe", "smtp://mx.example?ssl=1", "smtps://mx.example?tls=none", "smtp://hall:secret@mx.example?tls=none",
	} {
		_, err := NewSMTP(url, guild)
		if fault.ByField(err)["smtp"] == "" {
			t.Errorf("%s: %v", url, err)
		}
		if err != nil && (strings.Contains(err.Error(), "secret") || strings.Contains(err.Error(), "se/cret") || strings.Contains(err.Error(), "se%zz")) {
			t.Errorf("the error holds the password: %v", err)
		}
	}
	if _, err := NewSMTP("smtp://mx.example", From{Address: "hall"}); fault.ByField(err)["from"] == "" {
		t.Errorf("a sender without domain: %v", err)
	}
}
