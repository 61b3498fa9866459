// Package mail makes mails and sends them: by SMTP, or into a folder on the
// machine of whoever tries the catalogue out. What they say stands in texts.
package mail

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/mail"
	"strings"
	"time"
	"unicode"

	"praksis/internal/mailaddr"

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
	// Unsubscribe is the https address, in ASCII, that a mail program posts to when the
	// recipient wants no more of the kind (RFC 8058); empty for none.
	Unsubscribe string
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

// parse reads an address of the settings as it goes out.
func parse(s string) (mail.Address, error) {
	a, err := mailaddr.Read(s)
	if err != nil {
		return mail.Address{}, fmt.Errorf("%w: %q: %w", ErrAddress, s, err)
	}
	return mail.Address{Name: a.Name, Address: a.ASCII()}, nil
}

// control are the characters that end a header for somebody on the way.
func control(r rune) bool { return r < ' ' || r == 0x7f || r == 0x85 || r == 0x2028 || r == 0x2029 }

// errHeader is returned for what would be a header of its own.
var errHeader = errors.New("a header has a control character in it")

// compose makes the mail as it is sent. It refuses, rather than mends, whatever
// could become another header or another recipient: texts.Fill has made a line
// of the subject long before, so that a refusal is a fault of ours.
func (id Identity) compose(m Message) (*gomail.Msg, error) {
	to := id.Desk
	if !m.ToDesk {
		a, err := mailaddr.Parse(m.To)
		if err != nil {
			return nil, fmt.Errorf("recipient: %w: %w", ErrAddress, err)
		}
		to = mail.Address{Address: a.ASCII()}
	}
	for _, s := range []string{m.Subject, to.Name, id.From.Name, id.Desk.Name} {
		if strings.ContainsFunc(s, control) {
			return nil, errHeader
		}
	}
	if m.ID == "" || strings.ContainsFunc(m.ID, func(r rune) bool { return r <= ' ' || r > '~' || r == '<' || r == '>' }) || strings.Count(m.ID, "@") != 1 {
		return nil, fmt.Errorf("message ID: %w", errHeader)
	}
	if m.Unsubscribe != "" && !(strings.HasPrefix(m.Unsubscribe, "https://") && !strings.ContainsFunc(m.Unsubscribe, func(r rune) bool { return r <= ' ' || r > '~' || r == '<' || r == '>' })) {
		return nil, fmt.Errorf("unsubscribe: %w", errHeader)
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
	if m.Unsubscribe != "" {
		msg.SetGenHeader("List-Unsubscribe", "<"+m.Unsubscribe+">")
		msg.SetGenHeader("List-Unsubscribe-Post", "List-Unsubscribe=One-Click")
	}
	msg.SetBodyString(gomail.TypeTextPlain, m.Text+"\n")
	msg.AddAlternativeString(gomail.TypeTextHTML, HTML(m.Subject, m.Text))
	return msg, nil
}

// errRaw is returned for a mail whose headers are not ASCII: it would need a
// server with SMTPUTF8 at every step of its way, and gets lost where one has not.
var errRaw = errors.New("a header is not ASCII")

// source is the mail as it is sent, once its headers are known to be ASCII.
func source(msg *gomail.Msg) ([]byte, error) {
	var b bytes.Buffer
	if _, err := msg.WriteTo(&b); err != nil {
		return nil, err
	}
	head, _, _ := bytes.Cut(b.Bytes(), []byte("\r\n\r\n"))
	if bytes.ContainsFunc(head, func(r rune) bool { return r > unicode.MaxASCII }) {
		return nil, errRaw
	}
	return b.Bytes(), nil
}
