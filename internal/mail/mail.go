// Package mail makes mails and sends them: by SMTP, or into a folder on the
// machine of whoever tries the catalogue out. What they say stands in texts.
package mail

import (
	"context"
	"errors"
	"fmt"
	"net/mail"
	"strings"
	"time"

	gomail "github.com/wneessen/go-mail"
)

// Message is one mail.
type Message struct {
	// ID is its Message-ID without angle brackets: the same each time the mail
	// is sent.
	ID string
	// To is one bare address; the desk's own when ToDesk is set.
	To      string
	ToDesk  bool
	Subject string
	Text    string // plain; the HTML is made of it
	Date    time.Time
}

// Sender sends mails. One that returns no error has handed the mail over.
type Sender interface {
	Send(ctx context.Context, m Message) error
}

// Identity is who writes, and who is written to and answers.
type Identity struct{ From, Desk mail.Address }

// ErrAddress is returned for an address that no mail is sent to or from.
var ErrAddress = errors.New("not a mail address")

// name is the sender's name when none was given.
const name = "Praksiskataloget"

// ParseIdentity reads "Name <mail@example.dk>" or a bare address. Without a
// desk, the sender's address is the desk's.
func ParseIdentity(from, desk string) (id Identity, err error) {
	if id.From, err = parse(from); err != nil {
		return id, fmt.Errorf("sender of mails: %w", err)
	}
	if id.From.Name == "" {
		id.From.Name = name
	}
	if desk == "" {
		desk = id.From.Address
	}
	if id.Desk, err = parse(desk); err != nil {
		return id, fmt.Errorf("mail address of the desk: %w", err)
	}
	return id, nil
}

func parse(s string) (mail.Address, error) {
	a, err := mail.ParseAddress(s)
	if err != nil {
		return mail.Address{}, fmt.Errorf("%w: %q", ErrAddress, s)
	}
	if err := checkAddress(a.Address); err != nil || strings.ContainsFunc(a.Name, control) {
		return mail.Address{}, fmt.Errorf("%w: %q", ErrAddress, s)
	}
	return *a, nil
}

// checkAddress takes one bare address and nothing else: no name, no list, and
// none of the quoting that mail servers have read in different ways. The error
// does not repeat the address, which may be a person's.
func checkAddress(s string) error {
	a, err := mail.ParseAddress(s)
	if err != nil || a.Address != s || a.Name != "" || len(s) > 254 || strings.ContainsFunc(s, control) || strings.ContainsAny(s, " \"\\<>(),:;[]") {
		return ErrAddress
	}
	return nil
}

// control are the characters that end a header for somebody on the way.
func control(r rune) bool { return r < ' ' || r == 0x7f || r == 0x85 || r == 0x2028 || r == 0x2029 }

// errHeader is returned for what would be a header of its own.
var errHeader = errors.New("a header has a control character in it")

// compose makes the mail as it is sent. It refuses, rather than mends, whatever
// could become another header or another recipient: texts.Fill has made a line
// of the subject long before, so that a refusal is a fault of ours.
func (id Identity) compose(m Message) (*gomail.Msg, error) {
	to := mail.Address{Address: m.To}
	if m.ToDesk {
		to = id.Desk
	}
	if err := checkAddress(to.Address); err != nil {
		return nil, fmt.Errorf("recipient: %w", err)
	}
	for _, s := range []string{m.Subject, to.Name, id.From.Name, id.Desk.Name} {
		if strings.ContainsFunc(s, control) {
			return nil, errHeader
		}
	}
	if m.ID == "" || strings.ContainsFunc(m.ID, func(r rune) bool { return r <= ' ' || r > '~' || r == '<' || r == '>' }) || strings.Count(m.ID, "@") != 1 {
		return nil, fmt.Errorf("message ID: %w", errHeader)
	}
	msg := gomail.NewMsg(gomail.WithNoDefaultUserAgent())
	msg.FromMailAddress(&id.From)
	msg.ToMailAddress(&to)
	msg.ReplyToMailAddress(&id.Desk)
	msg.Subject(m.Subject)
	msg.SetMessageIDWithValue(m.ID)
	msg.SetDateWithValue(m.Date.UTC())
	// No "I am on holiday" in return (RFC 3834).
	msg.SetGenHeader("Auto-Submitted", "auto-generated")
	msg.SetGenHeader("X-Auto-Response-Suppress", "All")
	msg.SetGenHeader("Content-Language", "da")
	msg.SetBodyString(gomail.TypeTextPlain, m.Text+"\n")
	msg.AddAlternativeString(gomail.TypeTextHTML, HTML(m.Subject, m.Text))
	return msg, nil
}
