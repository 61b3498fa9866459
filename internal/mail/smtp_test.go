package mail

import (
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
)

// backend takes mails of one user, or of anybody when there is none.
type backend struct {
	user, password string

	mu  sync.Mutex
	got []string
	// envelope is what MAIL and RCPT were given, in turn.
	envelope []string
}

func (b *backend) NewSession(c *smtp.Conn) (smtp.Session, error) {
	_, secret := c.TLSConnectionState()
	return &session{backend: b, secret: secret, known: b.user == ""}, nil
}

func (b *backend) mails() []string { b.mu.Lock(); defer b.mu.Unlock(); return b.got }

type session struct {
	*backend
	secret, known bool
}

func (s *session) AuthMechanisms() []string { return []string{sasl.Plain} }

func (s *session) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, user, password string) error {
		if s.known = user == s.user && password == s.password; !s.known {
			return smtp.ErrAuthFailed
		}
		return nil
	}), nil
}

func (s *session) Mail(from string, o *smtp.MailOptions) error {
	s.mu.Lock()
	s.envelope = append(s.envelope, from)
	if o.UTF8 {
		s.envelope = append(s.envelope, "SMTPUTF8")
	}
	s.mu.Unlock()
	if !s.known {
		return smtp.ErrAuthRequired
	}
	return nil
}
func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.envelope = append(s.envelope, to)
	return nil
}

func (s *session) Data(r io.Reader) error {
	b, err := io.ReadAll(r)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.secret {
		s.got = append(s.got, string(b))
	} else {
		s.got = append(s.got, "in clear: "+string(b))
	}
	return err
}
func (s *session) Reset()        {}
func (s *session) Logout() error { return nil }

// Whether a server knows SMTPUTF8 or not, nothing is asked of it that the next
// one on the way may not know.
func TestEnvelopeIsASCII(t *testing.T) {
	for _, utf8 := range []bool{false, true} {
		b := &backend{}
		s := smtp.NewServer(b)
		s.Domain, s.EnableSMTPUTF8 = "localhost", utf8
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		go s.Serve(l)
		t.Cleanup(func() { s.Close() })
		id, err := ParseIdentity("Åse <katalog@rødgrød.dk>", "")
		if err != nil {
			t.Fatal(err)
		}
		sender, err := NewSMTP(id, SMTPConfig{Host: "127.0.0.1", Port: l.Addr().(*net.TCPAddr).Port, TLS: NoTLS})
		if err != nil {
			t.Fatal(err)
		}
		m := message()
		m.To = "ida@blåbær.dk"
		if err := sender.Send(t.Context(), m); err != nil {
			t.Fatal(err)
		}
		b.mu.Lock()
		if got, want := strings.Join(b.envelope, " "), "katalog@xn--rdgrd-vuad.dk ida@xn--blbr-roah.dk"; got != want {
			t.Errorf("SMTPUTF8 offered: %v: %s, not %s", utf8, got, want)
		}
		b.mu.Unlock()
		m.To = "åse@blåbær.dk"
		var refused *RefusedError
		if err := sender.Send(t.Context(), m); !errors.As(err, &refused) || !refused.Final || refused.Code != 0 || len(b.mails()) != 1 {
			t.Errorf("to an address beyond ASCII: %v", err)
		}
	}
}

// listen serves on loopback: with TLS offered, from the beginning, or not.
func listen(t *testing.T, b *backend, kind TLS, cert *tls.Config) (port int) {
	t.Helper()
	s := smtp.NewServer(b)
	s.Domain, s.AllowInsecureAuth = "localhost", kind == NoTLS
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	port = l.Addr().(*net.TCPAddr).Port
	switch kind {
	case StartTLS:
		s.TLSConfig = cert
	case Implicit:
		l = tls.NewListener(l, cert)
	}
	go s.Serve(l)
	t.Cleanup(func() { s.Close() })
	return port
}

func TestTLS(t *testing.T) {
	https := httptest.NewTLSServer(nil)
	defer https.Close()
	cert := &tls.Config{Certificates: https.TLS.Certificates}
	trusting := https.Client().Transport.(*http.Transport).TLSClientConfig.Clone()
	trusting.ServerName = "127.0.0.1"
	for _, c := range []struct {
		name           string
		server, client TLS
		config         *tls.Config
		user, password string
		want           string // of the error; empty: delivered
	}{
		{"starttls", StartTLS, StartTLS, trusting, "katalog", "hemmelig", ""},
		{"tls", Implicit, Implicit, trusting, "katalog", "hemmelig", ""},
		{"none on loopback", NoTLS, NoTLS, nil, "katalog", "hemmelig", ""},
		{"a wrong password", StartTLS, StartTLS, trusting, "katalog", "forkert", "535"},
		{"no password", StartTLS, StartTLS, trusting, "", "", "502"},
		{"a server that offers no TLS", NoTLS, StartTLS, trusting, "katalog", "hemmelig", "STARTTLS"},
		{"a certificate that nobody knows", StartTLS, StartTLS, nil, "katalog", "hemmelig", "certificate"},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := &backend{user: "katalog", password: "hemmelig"}
			s, err := NewSMTP(identity(t), SMTPConfig{Host: "127.0.0.1", Port: listen(t, b, c.server, cert), User: c.user, Password: c.password, TLS: c.client, config: c.config})
			if err != nil {
				t.Fatal(err)
			}
			err = s.Send(t.Context(), message())
			if c.want == "" {
				if got := b.mails(); err != nil || len(got) != 1 || strings.HasPrefix(got[0], "in clear") != (c.server == NoTLS) {
					t.Errorf("%v, %q", err, got)
				}
				return
			}
			if err == nil || !strings.Contains(err.Error(), c.want) || len(b.mails()) != 0 || strings.Contains(err.Error(), c.password) && c.password != "" {
				t.Errorf("%v, %q", err, b.mails())
			}
		})
	}
}

func TestNewSMTP(t *testing.T) {
	for name, c := range map[string]SMTPConfig{
		"no host":             {TLS: StartTLS},
		"no such TLS":         {Host: "mail.example.dk", TLS: "ssl"},
		"no such port":        {Host: "mail.example.dk", TLS: StartTLS, Port: 70000},
		"a password in clear": {Host: "mail.example.dk", TLS: NoTLS, User: "katalog", Password: "hemmelig"},
	} {
		if _, err := NewSMTP(identity(t), c); err == nil || strings.Contains(err.Error(), "hemmelig") {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, bad := range []string{"", "a", "a@b.dk, c@d.dk", "a@b.dk\r\nBcc: x@y.dk"} {
		if _, err := ParseIdentity(bad, ""); !errors.Is(err, ErrAddress) {
			t.Errorf("sender %q: %v", bad, err)
		}
		if _, err := ParseIdentity("a@b.dk", bad); bad != "" && !errors.Is(err, ErrAddress) {
			t.Errorf("desk %q: %v", bad, err)
		}
	}
}

// A server that takes the connection and says nothing holds nobody for long.
func TestSilentServer(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	s, err := NewSMTP(identity(t), SMTPConfig{Host: "127.0.0.1", Port: l.Addr().(*net.TCPAddr).Port, TLS: NoTLS})
	if err != nil {
		t.Fatal(err)
	}
	s.time = 300 * time.Millisecond
	begun := time.Now()
	if err := s.Send(t.Context(), message()); err == nil || time.Since(begun) > 5*time.Second {
		t.Errorf("after %v: %v", time.Since(begun), err)
	}
}
