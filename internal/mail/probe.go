package mail

import (
	"context"
	"crypto/x509"
	"fmt"
	"slices"
	"time"

	gomail "github.com/wneessen/go-mail"
)

// Server is what a mail server is like.
type Server struct {
	Encrypted    bool
	Certificates []*x509.Certificate // as it showed them, its own first
	Took         time.Duration
}

// Probe connects to the mail server as for a mail, with TLS and the password, and
// sends none.
func (s *SMTP) Probe(ctx context.Context) (Server, error) {
	begun := time.Now()
	client, err := gomail.NewClient(s.host, append(slices.Clone(s.options), gomail.WithTimeout(s.time))...)
	if err != nil {
		return Server{}, err
	}
	c, err := client.DialToSMTPClientWithContext(ctx)
	if err != nil {
		return Server{}, fmt.Errorf("mail server: %w", err)
	}
	seen := Server{}
	if state, ok := c.TLSConnectionState(); ok {
		seen.Encrypted, seen.Certificates = true, state.PeerCertificates
	}
	_ = client.CloseWithSMTPClient(c) // how it says goodbye is nothing
	seen.Took = time.Since(begun)
	return seen, nil
}
