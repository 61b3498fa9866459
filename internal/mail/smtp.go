package mail

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"slices"
	"time"

	gomail "github.com/wneessen/go-mail"
)

// smtpTime is the most that talking to a mail server takes. Whoever is slower
// is tried again later.
const smtpTime = 20 * time.Second

// SMTPConfig says which server takes our mails.
type SMTPConfig struct {
	Host           string
	Port           int // 0: the usual one of TLS
	User, Password string
	TLS            TLS
	// config replaces the usual one of TLS, in tests.
	config *tls.Config
}

// TLS is how a connection is kept secret.
type TLS string

// The server is asked to start TLS and must do so, the connection is TLS from
// the beginning, or nothing is kept secret.
const (
	StartTLS TLS = "starttls"
	Implicit TLS = "tls"
	NoTLS    TLS = "none"
)

// SMTP sends by a mail server, one connection for each mail.
type SMTP struct {
	identity Identity
	host     string
	options  []gomail.Option
	time     time.Duration
}

// NewSMTP checks what can be checked without a connection.
func NewSMTP(id Identity, c SMTPConfig) (*SMTP, error) {
	if c.Host == "" {
		return nil, errors.New("no mail server was named")
	}
	if c.TLS == NoTLS && c.User != "" && !loopback(c.Host) {
		return nil, errors.New("without TLS the password for the mail server would be sent in clear: use starttls or tls")
	}
	// All that we send is ASCII. A mail that asks for SMTPUTF8 comes no further
	// than to the first server on its way that has it not.
	options := []gomail.Option{gomail.WithoutSMTPUTF8()}
	switch port := c.Port; c.TLS {
	case StartTLS:
		options = append(options, gomail.WithTLSPolicy(gomail.TLSMandatory), gomail.WithPort(or(port, 587)))
	case Implicit:
		options = append(options, gomail.WithSSL(), gomail.WithPort(or(port, 465)))
	case NoTLS:
		options = append(options, gomail.WithTLSPolicy(gomail.NoTLS), gomail.WithPort(or(port, 25)))
	default:
		return nil, fmt.Errorf("the TLS of the mail server is %q: use starttls, tls or none", c.TLS)
	}
	if c.config != nil {
		options = append(options, gomail.WithTLSConfig(c.config))
	}
	if c.User != "" {
		auth := gomail.SMTPAuthAutoDiscover
		if c.TLS == NoTLS {
			auth = gomail.SMTPAuthPlainNoEnc
		}
		options = append(options, gomail.WithSMTPAuth(auth), gomail.WithUsername(c.User), gomail.WithPassword(c.Password))
	}
	if _, err := gomail.NewClient(c.Host, options...); err != nil {
		return nil, fmt.Errorf("mail server: %w", err)
	}
	return &SMTP{id, c.Host, options, smtpTime}, nil
}

func or(port, usual int) int {
	if port == 0 {
		return usual
	}
	return port
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// RefusedError tells that a mail was not taken, and whether it ever will be.
type RefusedError struct {
	Code   int    // the server's answer: 4xx or 5xx; 0 when no server was asked
	Status string // the same more closely (RFC 3463), "5.1.1"; may be empty
	Final  bool   // the same mail to the same address will be refused again
	err    error
}

func (e *RefusedError) Error() string { return e.err.Error() }

// Unwrap gives what it was made of.
func (e *RefusedError) Unwrap() error { return e.err }

// unknown are the answers to a server's client whom it does not know. They are
// of the settings and not of the mail, which goes out when they are mended.
var unknown = []int{502, 503, 530, 534, 535, 538}

// refused tells of a failed Send what the server said; nil when the mail was
// taken all the same.
func refused(err error) error {
	var send *gomail.SendError
	if !errors.As(err, &send) {
		return err
	}
	if send.Reason == gomail.ErrSMTPReset { // said after it took the mail
		return nil
	}
	code := send.ErrorCode()
	if code == 0 { // the connection broke
		return err
	}
	return &RefusedError{Code: code, Status: send.EnhancedStatusCode(), Final: code >= 500 && !slices.Contains(unknown, code), err: err}
}

// Send hands the mail to the server. The error is a *RefusedError when the server
// said no, or the mail is none that can be sent.
func (s *SMTP) Send(ctx context.Context, m Message) error {
	msg, err := s.identity.compose(m)
	if err == nil {
		_, err = source(msg)
	}
	if err != nil {
		return &RefusedError{Final: true, err: err}
	}
	client, err := gomail.NewClient(s.host, append(slices.Clone(s.options), gomail.WithTimeout(s.time))...)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, s.time)
	defer cancel()
	if err := client.DialWithContext(ctx); err != nil {
		return fmt.Errorf("mail server: %w", err)
	}
	err = client.Send(msg)
	// The mail has been taken or not: how the server says goodbye is nothing.
	_ = client.Close()
	if err = refused(err); err != nil {
		return fmt.Errorf("mail server: %w", err)
	}
	return nil
}
