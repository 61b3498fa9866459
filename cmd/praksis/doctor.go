package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strings"

	"praksis/internal/intake"
	"praksis/internal/mail"
	"praksis/internal/ops/doctor"
	"praksis/internal/postgres"
	"praksis/internal/postgres/embedded"
	"praksis/internal/site"
	"praksis/seeds"

	"github.com/alecthomas/kong"
)

// exitCode ends the program with that code, after it has said what there is to say.
type exitCode int

func (c exitCode) Error() string { return fmt.Sprintf("exit code %d", int(c)) }

type doctorCmd struct {
	JSON   bool     `name:"json" help:"Print the report as JSON."`
	Bundle string   `help:"Write a masked report to that ZIP file, to be sent to somebody who helps: the checks, versions, sizes of tables and counts of jobs, without secrets and without anything that was sent." placeholder:"FILE.zip" type:"path"`
	Log    string   `help:"A log whose last lines go into the bundle, masked." placeholder:"FILE" type:"path"`
	Server serveCmd `embed:""`
}

// Run looks at the installation that `serve` with the same settings runs, or would. It
// changes nothing. The exit code is 0 where all is good, 1 with warnings, 2 with faults.
func (d *doctorCmd) Run(ctx context.Context, c *cli, k *kong.Context) error {
	if err := mayTake(d.Bundle); err != nil {
		return err
	}
	settings, err := d.settings(ctx, c)
	if err != nil {
		return err
	}
	report := doctor.Look(ctx, settings)
	if d.JSON {
		out := json.NewEncoder(os.Stdout)
		out.SetIndent("", "  ")
		out.SetEscapeHTML(false)
		err = out.Encode(report)
	} else {
		err = doctor.Print(os.Stdout, report)
	}
	if err != nil {
		return err
	}
	if d.Bundle != "" {
		if err := d.write(ctx, c, k, report, settings); err != nil {
			return err
		}
	}
	if code := report.Code(); code != 0 {
		return exitCode(code)
	}
	return nil
}

func (d *doctorCmd) write(ctx context.Context, c *cli, k *kong.Context, report doctor.Report, settings doctor.Settings) error {
	var config strings.Builder
	shown := serveSettings{Serve: d.Server}
	if err := shown.print(&config, shown.report(ctx, c, k)); err != nil {
		return err
	}
	part := d.Bundle + ".part"
	f, err := os.OpenFile(part, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer os.Remove(part) // gone already when all went well
	defer f.Close()
	if err := doctor.WriteBundle(ctx, f, report, settings, doctor.Bundle{Config: config.String(), Log: d.Log, Metrics: metricsBase(d.Server.MetricsAddr)}); err != nil {
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	if err := os.Rename(part, d.Bundle); err != nil {
		return err
	}
	fmt.Fprintf(os.Stderr, "%s: look through it before you send it\n", d.Bundle)
	return nil
}

// settings are those that a server would have.
func (d *doctorCmd) settings(ctx context.Context, c *cli) (doctor.Settings, error) {
	s := &d.Server
	version, err := build()
	if err != nil {
		return doctor.Settings{}, err
	}
	at := s.Addr
	if at == "" {
		at = defaultAddr
	}
	set := doctor.Settings{
		Build: version, Data: c.Data, OwnerURL: c.ownerURL(), ReadURL: s.ReadURL,
		Access: postgres.Access{URL: c.DatabaseURL, Pooler: postgres.Pooler(c.Pooler), Direct: c.DirectURL},
		Seeds:  postgres.SeedVersion{Hash: seeds.Hash(), Number: seeds.Number()},
		Addr:   at, BackupDir: s.BackupDir, Proxies: s.TrustedProxies, Issuer: s.OIDCIssuer, MailHost: s.SMTPHost, DemoMail: demoMail, LeastFree: leastFree, Mark: site.Mark,
		Secrets: c.secrets(s), Journal: c.journalPath(),
	}
	addr, err := readAddr(ctx, s.Addr)
	set.Fault = errors.Join(c.settings.Fault(), err, s.check(c, addr))
	set.Unread = c.settings.Unknown()
	set.PublicURL = s.PublicURL
	set.Local = onLoopback(addr) && localURL(s.PublicURL)
	if c.DatabaseURL == "" {
		set.Postgres = filepath.Join(c.Data, "postgres")
		set.Private = func() (postgres.Access, string, error) {
			server, err := embedded.Look(set.Postgres)
			if err != nil {
				return postgres.Access{}, "", err
			}
			return postgres.Access{URL: server.AppURL(embeddedName)}, server.OwnerURL(embeddedName), nil
		}
	}
	if s.SMTPHost != "" {
		sender, _, err := s.sender(addr, s.PublicURL, c.Data, slog.New(slog.DiscardHandler))
		set.MailFault = err
		set.Mail, _ = sender.(*mail.SMTP)
	}
	if s.Clamd != "" {
		set.Scan = func(ctx context.Context) error { return intake.Ping(ctx, s.Clamd) }
	}
	return set, nil
}

// secrets are the settings that no report may show, as they were given, and the
// passwords in addresses.
func (c *cli) secrets(s *serveCmd) []string {
	list := []string{s.SMTPPassword, s.SMTPUser, s.OIDCClientSecret}
	for _, at := range []string{c.DatabaseURL, c.MigrateURL, c.DirectURL, s.ReadURL} {
		list = append(list, postgres.AddressSecrets(at)...)
	}
	return list
}

// metricsBase is where a server on this machine gives out its metrics; empty where it
// does not.
func metricsBase(addr string) string {
	if addr == noMetrics {
		return ""
	}
	host, port, err := net.SplitHostPort(cmp.Or(addr, defaultMetricsAddr))
	if err != nil {
		return ""
	}
	if ip := net.ParseIP(host); ip != nil && ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	return "http://" + net.JoinHostPort(host, port)
}
