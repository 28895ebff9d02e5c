package mail

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/url"
	"regexp"
	"strings"
	"time"

	gomail "github.com/wneessen/go-mail"
	gosmtp "github.com/wneessen/go-mail/smtp"

	"guildhall/internal/fault"
)

// SMTP sends letters through a mail server, one connection a letter.
type SMTP struct {
	host, addr string
	user, pass string
	implicit   bool // TLS from the first byte
	policy     gomail.TLSPolicy
	tls        *tls.Config
	patience   time.Duration // for a whole letter, however slowly the server talks
	from       From
}

// NewSMTP reads the address of a mail server:
//
//	smtps://user:password@mail.example.org      TLS from the first byte, port 465
//	smtp://user:password@mail.example.org       STARTTLS or nothing, port 587
//	smtp://relay.example.org:25?tls=none        in the clear, without a password
//	smtp://localhost:25                         in the clear, on this machine
//
// It connects to nothing. Errors are faults of the field "smtp" or "from" and
// never hold the password.
func NewSMTP(address string, from From) (*SMTP, error) {
	from, err := from.check()
	if err != nil {
		return nil, err
	}
	u, err := url.Parse(address)
	if err != nil || u.Hostname() == "" || u.Path != "" && u.Path != "/" || u.Scheme != "smtp" && u.Scheme != "smtps" {
		return nil, fault.Field("smtp", "The smtp setting is not the address of a mail server; write it like smtp://user:password@mail.example.org:587, with smtps:// for port 465 and any odd sign of the password as %%XX.")
	}
	s := &SMTP{host: u.Hostname(), implicit: u.Scheme == "smtps", patience: 30 * time.Second, from: from}
	s.user = u.User.Username()
	s.pass, _ = u.User.Password()
	s.tls = &tls.Config{ServerName: s.host, MinVersion: tls.VersionTLS12}
	port := u.Port()
	if port == "" {
		port = map[bool]string{true: "465", false: "587"}[s.implicit]
	}
	s.addr = net.JoinHostPort(s.host, port)
	if err := s.choosePolicy(u.Query()); err != nil {
		return nil, err
	}
	return s, nil
}

// choosePolicy decides on encryption. Only traffic that stays on this machine,
// or an operator's own word, goes without, and a password never leaves in the
// clear.
func (s *SMTP) choosePolicy(q url.Values) error {
	want := q.Get("tls")
	q.Del("tls")
	if len(q) > 0 || want != "" && want != "none" && want != "starttls" || s.implicit && want != "" {
		return fault.Field("smtp", "The smtp setting has an option that is not known; smtp:// takes ?tls=starttls or ?tls=none, and smtps:// none.")
	}
	ip := net.ParseIP(s.host)
	local := s.host == "localhost" || ip != nil && ip.IsLoopback()
	s.policy = gomail.TLSMandatory
	if s.implicit || want == "none" || local && want == "" {
		s.policy = gomail.NoTLS
	}
	if want == "none" && s.user != "" && !local {
		return fault.Field("smtp", "The smtp setting would send the password in the clear; take ?tls=none away, or the name and password.")
	}
	return nil
}

// Send implements Sender. It takes at most 30 s and gives up when ctx ends. If
// the connection is lost after the text was sent, nobody knows whether the letter
// passed: that is an error too, and Key makes the second one recognisable.
func (s *SMTP) Send(ctx context.Context, l Letter) error {
	m, err := compose(s.from, l, time.Now())
	if err != nil {
		return err
	}
	err = s.session(ctx, func(c *gomail.Client, conn *gosmtp.Client) error { return c.SendWithSMTPClient(conn, m) })
	return sending(err)
}

// Check implements Sender: it connects, encrypts and signs in as for a letter.
func (s *SMTP) Check(ctx context.Context) error {
	err := s.session(ctx, func(*gomail.Client, *gosmtp.Client) error { return nil })
	if err == nil {
		return nil
	}
	return &fault.Error{Kind: fault.Unavailable, Err: err, Text: fmt.Sprintf(
		"The mail server %s cannot be used: %s. Correct the smtp setting, or see that the server is up.", s.addr, scrub(err))}
}

// session connects, does the work, and hangs up. The client library stops
// waiting only after pauses, so the end of ctx cuts the connection itself.
func (s *SMTP) session(ctx context.Context, work func(*gomail.Client, *gosmtp.Client) error) error {
	ctx, cancel := context.WithTimeoutCause(ctx, s.patience, fmt.Errorf("no end within %v", s.patience))
	defer cancel()
	var line net.Conn
	c, err := s.client(func(dial context.Context, _, _ string) (net.Conn, error) {
		conn, err := s.dial(dial)
		line = conn
		if err == nil {
			context.AfterFunc(ctx, func() { _ = conn.Close() }) // runs by cancel at the latest
		}
		return conn, err
	})
	if err != nil {
		return err
	}
	conn, err := c.DialToSMTPClientWithContext(ctx)
	if err == nil {
		if err = work(c, conn); err == nil {
			_ = c.CloseWithSMTPClient(conn) // a failed farewell takes nothing back
		}
	}
	if err != nil && ctx.Err() != nil {
		return errors.Join(context.Cause(ctx), err)
	}
	if err != nil && line == nil {
		return fmt.Errorf("connect: %w", err)
	}
	return err
}

func (s *SMTP) dial(ctx context.Context) (net.Conn, error) {
	if s.implicit {
		return (&tls.Dialer{Config: s.tls}).DialContext(ctx, "tcp", s.addr)
	}
	return (&net.Dialer{}).DialContext(ctx, "tcp", s.addr)
}

func (s *SMTP) client(dial gomail.DialContextFunc) (*gomail.Client, error) {
	o := []gomail.Option{
		gomail.WithDialContextFunc(dial), gomail.WithTLSPolicy(s.policy), gomail.WithTLSConfig(s.tls), gomail.WithTimeout(s.patience),
		gomail.WithHELO(s.from.domain()), // not this machine's name
		gomail.WithoutNoop(),
		gomail.WithoutRset(),     // it comes after delivery, and its failure would pass for the letter's
		gomail.WithoutSMTPUTF8(), // all addresses are ASCII
	}
	if s.user != "" {
		o = append(o, gomail.WithUsername(s.user), gomail.WithPassword(s.pass),
			gomail.WithOpportunisticSMTPAuth(gomail.SMTPAuthSCRAMSHA256, gomail.SMTPAuthPlain, gomail.SMTPAuthLogin, gomail.SMTPAuthCramMD5))
	}
	return gomail.NewClient(s.host, o...)
}

// sending tells a letter that can never pass from trouble that may end: the
// server's final no to this receiver or this text is the letter's; a final no to
// us (who we are, what we may, policy) is for the operator to mend, and the
// letter should still be there then.
func sending(err error) error {
	if err == nil {
		return nil
	}
	cause := errors.New(scrub(err))
	var se *gomail.SendError
	if errors.As(err, &se) && se.ErrorCode() >= 500 && se.ErrorCode() != 530 && !strings.HasPrefix(se.EnhancedStatusCode(), "5.7.") {
		switch se.Reason {
		case gomail.ErrSMTPRcptTo, gomail.ErrSMTPData, gomail.ErrSMTPDataClose:
			return &fault.Error{Kind: fault.Invalid, Text: "The mail server refuses this letter for good.", Err: cause}
		}
	}
	return &fault.Error{Kind: fault.Unavailable, Text: "Letters cannot be sent just now; this one should be tried again later.", Err: cause}
}

var addresses = regexp.MustCompile(`[^\s<>"',;:()]+@[^\s<>"',;:()]+`)

// scrub is the error's text on one line without mail addresses: servers repeat
// them, and logs must not.
func scrub(err error) string {
	s := addresses.ReplaceAllString(err.Error(), "(address)")
	return strings.TrimRight(strings.Join(strings.Fields(s), " "), ".")
}
