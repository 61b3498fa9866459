//go:build postfix

// Run by `make test-postfix`, which starts postfix.

package mail

import (
	"errors"
	"fmt"
	"net"
	"net/smtp"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	server "github.com/emersion/go-smtp"
)

func port(t *testing.T, name string) int {
	t.Helper()
	n, err := strconv.Atoi(os.Getenv(name))
	if err != nil {
		t.Fatalf("%s: %v: this test is run by make test-postfix", name, err)
	}
	return n
}

// sink is where postfix hands everything on to: a server without SMTPUTF8.
func sink(t *testing.T) *backend {
	t.Helper()
	b := &backend{}
	s := server.NewServer(b)
	s.Domain = "localhost"
	l, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", port(t, "SINK_PORT")))
	if err != nil {
		t.Fatal(err)
	}
	go s.Serve(l)
	t.Cleanup(func() { s.Close() })
	return b
}

func TestPostfix(t *testing.T) {
	b := sink(t)
	id, err := ParseIdentity("Åse på Øen <katalog@rødgrød.dk>", "desk@example.dk")
	if err != nil {
		t.Fatal(err)
	}
	sender, err := NewSMTP(id, SMTPConfig{Host: "127.0.0.1", Port: port(t, "POSTFIX_PORT"), TLS: NoTLS})
	if err != nil {
		t.Fatal(err)
	}
	m := message()
	m.To = "ida@blåbær.dk"
	if err := sender.Send(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	for end := time.Now().Add(20 * time.Second); len(b.mails()) == 0; time.Sleep(50 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("nothing came through")
		}
	}
	b.mu.Lock()
	if got := strings.Join(b.envelope, " "); got != "katalog@xn--rdgrd-vuad.dk ida@xn--blbr-roah.dk" {
		t.Errorf("came with the envelope %s", got)
	}
	b.mu.Unlock()
	if head, _, _ := strings.Cut(b.mails()[0], "\r\n\r\n"); strings.ContainsFunc(head, func(r rune) bool { return r > 127 }) || !strings.Contains(head, "To: <ida@xn--blbr-roah.dk>") {
		t.Errorf("came with the headers\n%s", head)
	}
	for to, want := range map[string]RefusedError{"ukendt@kommune.example": {Code: 550, Status: "5.1.1", Final: true}, "senere@kommune.example": {Code: 451, Status: "4.7.1"}} {
		m.To = to
		var refused *RefusedError
		if err := sender.Send(t.Context(), m); !errors.As(err, &refused) || refused.Code != want.Code || refused.Status != want.Status || refused.Final != want.Final {
			t.Errorf("%s: %v, %+v", to, err, refused)
		}
	}
}

// Why an address beyond ASCII is refused before anything is sent: postfix takes
// the mail, cannot hand it on, and cannot hand the bounce on either. Nobody hears
// of it.
func TestPostfixLosesWhatIsBeyondASCII(t *testing.T) {
	b := sink(t)
	c, err := smtp.Dial(fmt.Sprintf("127.0.0.1:%d", port(t, "POSTFIX_PORT")))
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if ok, _ := c.Extension("SMTPUTF8"); !ok {
		t.Fatal("postfix offers no SMTPUTF8")
	}
	if err := errors.Join(c.Mail("katalog@example.dk"), c.Rcpt("åse@kommune.example")); err != nil {
		t.Fatal(err)
	}
	w, err := c.Data()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write([]byte("From: katalog@example.dk\r\nTo: åse@kommune.example\r\nSubject: x\r\n\r\nx\r\n")); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatalf("postfix does not take it: %v", err)
	}
	for end := time.Now().Add(20 * time.Second); ; time.Sleep(50 * time.Millisecond) {
		log, err := os.ReadFile(os.Getenv("POSTFIX_LOG"))
		if err != nil {
			t.Fatal(err)
		}
		// Once for the mail and once for its bounce.
		if strings.Count(string(log), "SMTPUTF8 is required") == 2 {
			break
		}
		if time.Now().After(end) {
			t.Fatalf("the bounce is not bounced:\n%s", log)
		}
	}
	if got := b.mails(); len(got) != 0 {
		t.Errorf("postfix tells of it:\n%s", got)
	}
}
