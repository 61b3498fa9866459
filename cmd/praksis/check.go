package main

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"strings"

	"praksis/internal/httpx"
	"praksis/internal/mailaddr"
	"praksis/internal/postgres"
)

// clientHeader is a variable that is read no more.
const clientHeader = "PRAKSIS_CLIENT_HEADER"

// check refuses settings that cannot be meant, of a server that listens on addr, and
// tells all that is wrong with them; `praksis config check` asks the same. It writes the
// public address as browsers do. The error is nil or several, a line each.
func (s *serveCmd) check(c *cli, addr net.Addr) error {
	var faults []error
	wrong := func(err error) { faults = append(faults, err) }
	origin, err := httpx.PublicOrigin(s.PublicURL)
	if err != nil {
		wrong(fmt.Errorf("--public-url: %w", err))
	} else {
		s.PublicURL = origin
		wrong(s.checkProxies(addr))
	}
	if u, err := url.Parse(s.AccessibilityURL); s.AccessibilityURL != "" && (err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http") {
		wrong(errors.New("--accessibility-url: give a whole address, which begins with https://"))
	}
	if s.TrustedProxies < 0 {
		wrong(errors.New("--trusted-proxies: there cannot be fewer than 0"))
	}
	if s.AuthorityContact != "" {
		if a, err := mailaddr.Read(s.AuthorityContact); err != nil {
			wrong(fmt.Errorf("--authority-contact: %q: %w", s.AuthorityContact, err))
		} else {
			s.AuthorityContact = a.String()
		}
	}
	if s.Clamd != "" && !strings.HasPrefix(s.Clamd, "/") {
		if _, _, err := net.SplitHostPort(s.Clamd); err != nil {
			wrong(fmt.Errorf("--clamd: %q is neither the whole path of a socket nor HOST:PORT", s.Clamd))
		}
	}
	if s.BackupKeep < 1 {
		wrong(errors.New("--backup-keep: the newest backup is always kept, so give at least 1 day"))
	}
	if s.DrillURL != "" {
		wrong(postgres.CheckAddress("--drill-url", s.DrillURL))
	}
	wrong(checkMetrics(s.MetricsAddr, addr.String()))
	wrong(c.checkDatabase())
	if c.DatabaseURL == "" && c.MigrateURL != "" {
		wrong(errors.New("--migrate-url is about the database of --database-url: give that too"))
	}
	if s.ReadURL != "" {
		wrong(postgres.CheckAddress("--read-url", s.ReadURL))
		if c.DatabaseURL == "" {
			wrong(errors.New("--read-url is a replica of the database of --database-url: give that too"))
		} else if postgres.SameServer(s.ReadURL, c.DatabaseURL) || postgres.SameServer(s.ReadURL, c.DirectURL) {
			wrong(errors.New("--read-url is the same database as --database-url: give the address of its streaming replica, or leave it out"))
		}
	}
	wrong(s.checkOIDC(origin))
	_, err = s.identity(addr, s.PublicURL)
	wrong(err)
	// Nobody's limits may silently become those of the proxy's address.
	if strings.TrimSpace(os.Getenv(clientHeader)) != "" {
		wrong(errors.New(clientHeader + " is no longer read: remove it, and give the number of your proxies with --trusted-proxies or PRAKSIS_TRUSTED_PROXIES"))
	}
	return errors.Join(faults...)
}

// checkProxies refuses a start at which all visitors would have one network
// address, that of the proxy: one of them could use up the limits of all. A proxy
// stands before us where the public address is HTTPS, which we do not speak, or
// where we listen on this machine alone for visitors of elsewhere.
func (s *serveCmd) checkProxies(addr net.Addr) error {
	if s.TrustedProxies > 0 || s.PublicURL == "" || localURL(s.PublicURL) || !strings.HasPrefix(s.PublicURL, "https://") && !onLoopback(addr) {
		return nil
	}
	return fmt.Errorf("--public-url %s is reached through a proxy, and every visitor would seem to come from its address: have it add the visitor's address to X-Forwarded-For, and give --trusted-proxies 1 (or how many proxies there are)", s.PublicURL)
}

// checkDatabase refuses addresses that cannot be read, and what is said of a database
// that is not named.
func (c *cli) checkDatabase() error {
	var faults []error
	for _, x := range []struct{ flag, address string }{{"--database-url", c.DatabaseURL}, {"--direct-url", c.DirectURL}, {"--migrate-url", c.MigrateURL}} {
		if x.address != "" {
			faults = append(faults, postgres.CheckAddress(x.flag, x.address))
			if c.DatabaseURL != "" && postgres.Pooler(c.Pooler) == postgres.PoolerNone {
				faults = append(faults, postgres.CheckSameDatabase(x.flag, x.address, c.DatabaseURL))
			}
		}
	}
	if c.DatabaseURL == "" && (c.DirectURL != "" || postgres.Pooler(c.Pooler) != postgres.PoolerNone) {
		faults = append(faults, errors.New("--direct-url and --pooler are about the database of --database-url: give that too"))
	}
	return errors.Join(faults...)
}
