package jobs

import (
	"errors"
	"io"
	"net"
	"net/mail"
	"strings"
	"sync"
	"testing"
	"time"

	ours "praksis/internal/mail"

	"github.com/emersion/go-smtp"
)

// server is a mail server that keeps what it is given.
type server struct {
	*smtp.Server
	port int

	mu     sync.Mutex
	refuse func(to string) error
	got    []delivered
	tried  int
}

type delivered struct {
	from, to string
	header   mail.Header
	raw      string
}

func newServer(t *testing.T) *server {
	t.Helper()
	s := &server{}
	s.Server = smtp.NewServer(smtp.BackendFunc(func(*smtp.Conn) (smtp.Session, error) { return &session{server: s}, nil }))
	s.Domain = "localhost"
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s.port = l.Addr().(*net.TCPAddr).Port
	go s.Serve(l)
	t.Cleanup(func() { s.Close() })
	return s
}

// refuses has every recipient judged.
func (s *server) refuses(refuse func(to string) error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.refuse = refuse
}

// to is what has been delivered to an address.
func (s *server) to(address string) (list []delivered) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, d := range s.got {
		if d.to == address {
			list = append(list, d)
		}
	}
	return list
}

func (s *server) attempts() int { s.mu.Lock(); defer s.mu.Unlock(); return s.tried }

// sender sends to the server.
func (s *server) sender(t *testing.T) ours.Sender {
	t.Helper()
	id, err := ours.ParseIdentity("katalog@example.dk", deskAddress)
	if err != nil {
		t.Fatal(err)
	}
	smtp, err := ours.NewSMTP(id, ours.SMTPConfig{Host: "127.0.0.1", Port: s.port, TLS: ours.NoTLS})
	if err != nil {
		t.Fatal(err)
	}
	return smtp
}

type session struct {
	server *server
	now    delivered
}

func (s *session) Mail(from string, _ *smtp.MailOptions) error { s.now.from = from; return nil }

func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	s.server.mu.Lock()
	defer s.server.mu.Unlock()
	s.server.tried++
	if s.now.to != "" {
		return errors.New("a second recipient")
	}
	s.now.to = to
	if s.server.refuse != nil {
		return s.server.refuse(to)
	}
	return nil
}

func (s *session) Data(r io.Reader) error {
	raw, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	m, err := mail.ReadMessage(strings.NewReader(string(raw)))
	if err != nil {
		return err
	}
	s.now.raw, s.now.header = string(raw), m.Header
	s.server.mu.Lock()
	defer s.server.mu.Unlock()
	s.server.got = append(s.server.got, s.now)
	return nil
}

func (s *session) Reset()        { s.now = delivered{} }
func (s *session) Logout() error { return nil }

func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(30 * time.Second); !ok(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("it never came to be that %s", what)
		}
	}
}
