package main

import (
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/url"
	"path/filepath"

	"praksis/internal/mail"
	"praksis/internal/mailaddr"
)

// mailFlags say how mails are sent.
type mailFlags struct {
	SMTPHost     string `name:"smtp-host" help:"Mail server. Without one, mails land in the data folder and are read at /dev/post, on loopback only." env:"PRAKSIS_SMTP_HOST" placeholder:"HOST"`
	SMTPPort     int    `name:"smtp-port" help:"Its port; 587, 465 or 25 by the kind of TLS when not given." env:"PRAKSIS_SMTP_PORT" placeholder:"PORT"`
	SMTPUser     string `secret:"no" name:"smtp-user" help:"Who we are to the mail server." env:"PRAKSIS_SMTP_USER" placeholder:"NAME"`
	SMTPPassword string `secret:"all" name:"smtp-password" help:"The password of that; better given by the environment, where other users of the machine do not see it." env:"PRAKSIS_SMTP_PASSWORD" placeholder:"WORD"`
	SMTPTLS      string `name:"smtp-tls" help:"Whether the server is asked to start TLS (starttls), is spoken to in TLS at once (tls), or neither (none)." enum:"starttls,tls,none" default:"starttls" env:"PRAKSIS_SMTP_TLS"`
	MailFrom     string `name:"mail-from" help:"Who mails are from: \"Name <mail@example.dk>\"." env:"PRAKSIS_MAIL_FROM" placeholder:"MAIL"`
	DeskMail     string `name:"desk-mail" help:"Where the desk reads its mails and gets answers; --mail-from when not given." env:"PRAKSIS_DESK_MAIL" placeholder:"MAIL"`
}

// inboxFolder is where mails land, in the data folder, on loopback.
const inboxFolder = "inbox"

// localMail is the sender and the desk of a run on loopback.
const localMail = "redaktionen@localhost"

// identity is who mails are from, of a server that listens on addr; nil where none can
// be sent. It refuses what cannot be meant.
func (f *mailFlags) identity(addr net.Addr, publicURL string) (*mail.Identity, error) {
	from := f.MailFrom
	if f.SMTPHost == "" {
		if f.SMTPUser+f.SMTPPassword != "" || f.SMTPPort != 0 {
			return nil, errors.New("--smtp-user, --smtp-password and --smtp-port are about a mail server: give --smtp-host too")
		}
		if !onLoopback(addr) || !localURL(publicURL) {
			return nil, nil
		}
		if from == "" {
			from = localMail
		}
	} else if from == "" {
		return nil, errors.New("a mail server was named with --smtp-host, but no sender: give --mail-from")
	} else if publicURL == "" && !onLoopback(addr) {
		return nil, errors.New("a mail server was named with --smtp-host, but not the address that the links in mails lead to: give --public-url")
	} else if (f.SMTPUser == "") != (f.SMTPPassword == "") {
		return nil, errors.New("--smtp-user goes together with --smtp-password")
	} else if f.SMTPPort < 0 || f.SMTPPort > 1<<16-1 {
		return nil, fmt.Errorf("--smtp-port: %d is no port", f.SMTPPort)
	}
	id, err := mail.ParseIdentity(from, f.DeskMail)
	if err != nil {
		return nil, err
	}
	if f.SMTPHost == "" {
		return &id, nil
	}
	// Answers come from elsewhere.
	if !local(f.SMTPHost) {
		for _, x := range []struct{ flag, address string }{{"--mail-from", id.From.Address}, {"--desk-mail", id.Desk.Address}} {
			a, err := mailaddr.Read(x.address)
			if err == nil {
				err = a.Public()
			}
			if err != nil {
				return nil, fmt.Errorf("%s: %q: %w", x.flag, x.address, err)
			}
		}
	}
	_, err = f.smtp(id)
	return &id, err
}

func (f *mailFlags) smtp(id mail.Identity) (*mail.SMTP, error) {
	return mail.NewSMTP(id, mail.SMTPConfig{Host: f.SMTPHost, Port: f.SMTPPort, User: f.SMTPUser, Password: f.SMTPPassword, TLS: mail.TLS(f.SMTPTLS)})
}

// sender is what sends the mails of a server that listens on addr: a mail
// server, or the inbox on loopback, which is returned a second time to be read.
// Where others can reach the catalogue and no mail server is named there is
// none: the mails wait. A public address means a proxy on this machine, and so
// others too.
func (f *mailFlags) sender(addr net.Addr, publicURL, data string, log *slog.Logger) (mail.Sender, *mail.Inbox, error) {
	id, err := f.identity(addr, publicURL)
	if err != nil {
		return nil, nil, err
	}
	if id == nil {
		log.Warn("no mails are sent, they wait: name a mail server with --smtp-host, and the sender with --mail-from")
		return nil, nil, nil
	}
	if f.SMTPHost == "" {
		inbox, err := mail.NewInbox(*id, filepath.Join(data, inboxFolder))
		if err != nil {
			return nil, nil, err
		}
		return inbox, inbox, nil
	}
	smtp, err := f.smtp(*id)
	if err != nil {
		return nil, nil, err
	}
	return smtp, nil, nil
}

func onLoopback(addr net.Addr) bool {
	tcp, ok := addr.(*net.TCPAddr)
	return ok && tcp.IP.IsLoopback()
}

// localURL tells whether an address, if there is one, is this machine's own.
func localURL(s string) bool {
	if s == "" {
		return true
	}
	u, err := url.Parse(s)
	if err != nil {
		return false
	}
	return local(u.Hostname())
}

func local(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// baseURL is the address that visitors use, without a trailing slash.
func baseURL(publicURL string, addr net.Addr) string {
	if publicURL == "" {
		return "http://" + addr.String()
	}
	return publicURL
}
