package main

import (
	"bytes"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"praksis/internal/mail"
)

// Mails are sent by a server, or land in the inbox where nobody else can read
// it, or wait.
func TestSender(t *testing.T) {
	loopback, any := &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 8080}, &net.TCPAddr{IP: net.IPv4zero, Port: 8080}
	for _, c := range []struct {
		name      string
		flags     mailFlags
		addr      net.Addr
		publicURL string
		want      string // smtp, inbox, waits, or words of the error
	}{
		{"tried out", mailFlags{}, loopback, "", "inbox"},
		{"tried out on IPv6", mailFlags{}, &net.TCPAddr{IP: net.IPv6loopback}, "http://localhost:8080", "inbox"},
		{"behind a proxy", mailFlags{}, loopback, "https://katalog.example.dk", "waits"},
		{"open to all", mailFlags{}, any, "", "waits"},
		{"in use", mailFlags{SMTPHost: "mail.example.dk", SMTPTLS: "starttls", MailFrom: "katalog@example.dk"}, any, "https://katalog.example.dk", "smtp"},
		{"a server on loopback", mailFlags{SMTPHost: "127.0.0.1", SMTPTLS: "none", MailFrom: "katalog@example.dk"}, loopback, "", "smtp"},
		{"nobody sends", mailFlags{SMTPHost: "mail.example.dk", SMTPTLS: "starttls"}, any, "", "--mail-from"},
		{"no address", mailFlags{SMTPHost: "mail.example.dk", SMTPTLS: "starttls", MailFrom: "katalog"}, any, "https://katalog.example.dk", "not a mail address"},
		{"an address with æøå", mailFlags{SMTPHost: "mail.example.dk", SMTPTLS: "starttls", MailFrom: "Katalog <katalog@rødgrød.dk>;"}, any, "https://katalog.example.dk", "smtp"},
		{"a letter that gets lost", mailFlags{SMTPHost: "mail.example.dk", SMTPTLS: "starttls", MailFrom: "åse@example.dk"}, any, "https://katalog.example.dk", "beyond ASCII"},
		{"a sender of our own net", mailFlags{SMTPHost: "mail.example.dk", SMTPTLS: "starttls", MailFrom: "katalog@example.local"}, any, "https://katalog.example.dk", "--mail-from"},
		{"a desk without a dot", mailFlags{SMTPHost: "mail.example.dk", SMTPTLS: "starttls", MailFrom: "katalog@example.dk", DeskMail: "desk@example"}, any, "https://katalog.example.dk", "--desk-mail"},
		{"no address for links", mailFlags{SMTPHost: "mail.example.dk", SMTPTLS: "starttls", MailFrom: "katalog@example.dk"}, any, "", "--public-url"},
		{"no address of the desk", mailFlags{DeskMail: "a@b.dk\r\nBcc: x@y.dk"}, loopback, "", "not a mail address"},
	} {
		t.Run(c.name, func(t *testing.T) {
			data := t.TempDir()
			var log bytes.Buffer
			sender, inbox, err := c.flags.sender(c.addr, c.publicURL, data, slog.New(slog.NewTextHandler(&log, nil)))
			got := "waits"
			switch sender.(type) {
			case *mail.SMTP:
				got = "smtp"
			case *mail.Inbox:
				got = "inbox"
			}
			if err != nil {
				got = err.Error()
			}
			if !strings.Contains(got, c.want) || (inbox != nil) != (c.want == "inbox") || (log.Len() > 0) != (c.want == "waits") {
				t.Errorf("%s, inbox %v, log %q", got, inbox != nil, log.String())
			}
			if _, err := os.Stat(filepath.Join(data, "inbox")); (err == nil) != (c.want == "inbox") {
				t.Errorf("the folder: %v", err)
			}
			h := router(http.NotFoundHandler(), map[string]http.Handler{}, inbox, slog.New(slog.DiscardHandler))
			for path, shown := range map[string]bool{mail.InboxPath: true, mail.InboxPath + "/": true, mail.InboxPath + "en": false, "/": false} {
				w := httptest.NewRecorder()
				h.ServeHTTP(w, httptest.NewRequest("GET", "http://127.0.0.1:8080"+path, nil))
				if (w.Code == http.StatusOK) != (shown && inbox != nil) {
					t.Errorf("%s: %d", path, w.Code)
				}
			}
		})
	}
	if got := baseURL("", loopback) + " " + baseURL("https://katalog.example.dk", any); got != "http://127.0.0.1:8080 https://katalog.example.dk" {
		t.Error(got)
	}
}
