// Package linkcheck asks whether a web address still works: politely, without
// reading what is there, and never of anything that is not on the public internet.
package linkcheck

import (
	"cmp"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"praksis/internal/review"
)

const (
	// checkTime is the most that one address takes, with all its redirects: people
	// do not wait longer for a page.
	checkTime = 10 * time.Second
	// maxRedirects is what browsers follow, and more than any page of use needs.
	maxRedirects = 10
	// maxBody is how much of an answer is read: enough to let the connection end
	// well, and no more. Nothing of it is looked at.
	maxBody = 16 << 10
	// maxHeader bounds the head of an answer.
	maxHeader = 64 << 10
	// Pause is the time between two requests to one host.
	Pause = 2 * time.Second
	// busyTime is how long a host is left alone that asks for patience and does not say
	// how much, and busyMost the longest that it is.
	busyTime = 10 * time.Minute
	busyMost = time.Hour
	// maxHosts is how many hosts are asked at a time.
	maxHosts = 4
)

// Checker checks addresses. It is safe for concurrent use.
type Checker struct {
	client *http.Client
	agent  string
	pause  time.Duration
	rules  rules

	mu   sync.Mutex
	busy map[string]time.Time // until when a host wants to be asked nothing
}

// Network is what a checker sees: the internet, or that of a test.
type Network struct {
	// Allow are servers that are reached beside the public internet, on any port.
	Allow []netip.AddrPort
	// Resolver looks names up; nil: as this machine does.
	Resolver *net.Resolver
}

// New makes a checker. site is the public address of the catalogue, which the
// User-Agent names, so that who finds us in a log can ask.
func New(site string) *Checker { return NewOn(Network{}, site) }

// NewOn makes a checker of a test's network.
func NewOn(n Network, site string) *Checker {
	c := &Checker{agent: "Praksiskataloget-linktjek/1.0 (+" + site + "/om)", pause: Pause, rules: rules{n.Allow}, busy: map[string]time.Time{}}
	if len(n.Allow) > 0 { // a test's own server needs no pause
		c.pause = 0
	}
	// Control sees the address that is dialled, after names have been looked up, so
	// that a name cannot lead elsewhere between the look and the dialling.
	dialer := &net.Dialer{Timeout: checkTime / 2, Resolver: n.Resolver, Control: func(_, address string, _ syscall.RawConn) error { return c.rules.dialled(address) }}
	c.client = &http.Client{
		Transport: &http.Transport{
			Proxy:       nil, // a proxy would reach what we may not
			DialContext: dialer.DialContext, DisableKeepAlives: true, ForceAttemptHTTP2: true,
			TLSHandshakeTimeout: checkTime / 2, ResponseHeaderTimeout: checkTime, MaxResponseHeaderBytes: maxHeader,
		},
		CheckRedirect: func(r *http.Request, via []*http.Request) error {
			if len(via) > maxRedirects {
				return errRedirects
			}
			return c.rules.asked(r.URL)
		},
		Timeout: checkTime,
	}
	return c
}

var (
	errRedirects = errors.New("redirected too often")
	errNotWeb    = errors.New("not http or https on its own port")
	errNotPublic = errors.New("not an address of the public internet")
)

// Check asks whether an address works. The end of ctx is no outcome: then the error
// is ctx's.
func (c *Checker) Check(ctx context.Context, address string) (review.LinkResult, error) {
	u, err := url.Parse(strings.TrimSpace(address))
	if err != nil || c.rules.asked(u) != nil {
		return review.LinkResult{Outcome: review.LinkUnclear, Reason: review.LinkNotWeb}, ctx.Err()
	}
	if c.isBusy(u) {
		return outcome(http.StatusTooManyRequests, nil), ctx.Err()
	}
	u.Fragment = ""
	status, err := c.ask(ctx, http.MethodHead, u)
	// Many servers refuse HEAD, or have never been asked it: only GET tells. But who
	// asks for patience is not asked again.
	if err == nil && status >= http.StatusBadRequest && status != http.StatusTooManyRequests || isAnswer(err) {
		if !sleep(ctx, c.pause) {
			return review.LinkResult{}, ctx.Err()
		}
		status, err = c.ask(ctx, http.MethodGet, u)
	}
	if ctx.Err() != nil {
		return review.LinkResult{}, ctx.Err()
	}
	return outcome(status, err), nil
}

func (c *Checker) ask(ctx context.Context, method string, u *url.URL) (status int, err error) {
	r, err := http.NewRequestWithContext(ctx, method, u.String(), nil)
	if err != nil {
		return 0, errNotWeb
	}
	r.Header.Set("User-Agent", c.agent)
	r.Header.Set("Accept", "text/html,application/xhtml+xml,application/pdf;q=0.9,*/*;q=0.8")
	r.Header.Set("Accept-Language", "da, en;q=0.5")
	answer, err := c.client.Do(r)
	if err != nil {
		return 0, err
	}
	_, _ = io.CopyN(io.Discard, answer.Body, maxBody) // an answer that breaks off has been given
	if answer.StatusCode == http.StatusTooManyRequests {
		c.leave(answer.Request.URL, answer.Header.Get("Retry-After"))
	}
	return answer.StatusCode, answer.Body.Close()
}

// leave asks the host of an address nothing for as long as it wants, within bounds: some
// seconds, or until a date, as Retry-After says it (RFC 9110, 10.2.3).
func (c *Checker) leave(u *url.URL, after string) {
	wait := busyTime
	if seconds, err := strconv.Atoi(after); err == nil {
		wait = time.Duration(seconds) * time.Second
	} else if date, err := http.ParseTime(after); err == nil {
		wait = time.Until(date)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.busy[strings.ToLower(u.Hostname())] = time.Now().Add(max(0, min(wait, busyMost)))
}

// isBusy tells whether a host is to be asked nothing yet.
func (c *Checker) isBusy(u *url.URL) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	host := strings.ToLower(u.Hostname())
	until, found := c.busy[host]
	if found && !time.Now().Before(until) {
		delete(c.busy, host)
		return false
	}
	return found
}

// isAnswer tells whether a server broke off what it was asked, or let it hang, rather than
// not being there.
func isAnswer(err error) bool {
	var dialled *net.OpError
	if late, ok := errors.AsType[net.Error](err); ok && late.Timeout() {
		return !errors.As(err, &dialled) || dialled.Op != "dial"
	}
	return errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, syscall.ECONNRESET) || err != nil && strings.Contains(err.Error(), "malformed HTTP")
}

// outcome reads what a request ended with.
func outcome(status int, err error) review.LinkResult {
	var host *net.DNSError
	var certificate *tls.CertificateVerificationError
	var authority x509.UnknownAuthorityError
	failed := func(why review.LinkReason) review.LinkResult {
		return review.LinkResult{Outcome: review.LinkFails, Reason: why}
	}
	switch {
	case errors.Is(err, errNotPublic):
		return review.LinkResult{Outcome: review.LinkUnclear, Reason: review.LinkNotPublic}
	case errors.Is(err, errNotWeb):
		return review.LinkResult{Outcome: review.LinkUnclear, Reason: review.LinkNotWeb}
	case errors.Is(err, errRedirects):
		return failed(review.LinkRedirects)
	case errors.As(err, &host):
		return failed(review.LinkNoHost)
	case errors.As(err, &certificate), errors.As(err, &authority):
		return failed(review.LinkCertificate)
	case err != nil:
		return failed(review.LinkNoAnswer)
	case slices.Contains(forbidding, status):
		return review.LinkResult{Outcome: review.LinkUnclear, Reason: review.LinkForbidden}
	case status >= http.StatusInternalServerError:
		return failed(review.LinkServerError)
	case status >= http.StatusBadRequest:
		return failed(review.LinkNotFound)
	}
	return review.LinkResult{Outcome: review.LinkWorks}
}

// forbidding are answers by which a server refuses us, not everybody: it is there,
// and a person may see the page. 999 is what a large network says to programs.
var forbidding = []int{http.StatusUnauthorized, http.StatusForbidden, http.StatusMethodNotAllowed, http.StatusNotAcceptable, http.StatusTooManyRequests, http.StatusUnavailableForLegalReasons, 999}

// Link is an address to be checked, with its number.
type Link struct {
	ID  int64
	URL string
}

// Each checks links and calls done with each outcome, one call at a time: some
// hosts at once, each host's links one after the other with a pause between them. It
// begins no further check after until, and returns the first error of done, or
// ctx's. Links that were not reached stay for another time.
func (c *Checker) Each(ctx context.Context, links []Link, until time.Time, done func(Link, review.LinkResult) error) error {
	byHost := map[string][]Link{}
	for _, l := range links {
		host := l.URL
		if u, err := url.Parse(l.URL); err == nil {
			host = strings.ToLower(u.Hostname())
		}
		byHost[host] = append(byHost[host], l)
	}
	type result struct {
		link Link
		is   review.LinkResult
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	hosts, results := make(chan []Link, len(byHost)), make(chan result)
	for _, list := range byHost {
		hosts <- list
	}
	close(hosts)
	workers := min(maxHosts, len(byHost))
	ended := make(chan struct{}, workers)
	for range workers {
		go func() {
			defer func() { ended <- struct{}{} }()
			for list := range hosts {
				for i, l := range list {
					if i > 0 && !sleep(ctx, c.pause) || time.Now().After(until) {
						break
					}
					is, err := c.Check(ctx, l.URL)
					if err != nil {
						return
					}
					results <- result{l, is}
				}
			}
		}()
	}
	var failed error
	for workers > 0 {
		select {
		case r := <-results:
			if failed == nil {
				if failed = done(r.link, r.is); failed != nil {
					cancel()
				}
			}
		case <-ended:
			workers--
		}
	}
	return cmp.Or(failed, ctx.Err())
}

// sleep waits; false when ctx ends first.
func sleep(ctx context.Context, d time.Duration) bool {
	select {
	case <-ctx.Done():
		return false
	case <-time.After(d):
		return true
	}
}

// rules say what may be asked. allow are a test's own servers, by whatever name.
type rules struct{ allow []netip.AddrPort }

// asked refuses what is not http or https on its own port.
func (r rules) asked(u *url.URL) error {
	if u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" || u.User != nil {
		return errNotWeb
	}
	for _, a := range r.allow {
		if u.Port() == strconv.Itoa(int(a.Port())) { // what is dialled is looked at
			return nil
		}
	}
	if p := u.Port(); p != "" && p != "80" && p != "443" {
		return errNotWeb
	}
	return nil
}

// dialled refuses an address, as a dialer names it, that is not of the public
// internet.
func (r rules) dialled(address string) error {
	a, err := netip.ParseAddrPort(address)
	if err != nil {
		return fmt.Errorf("%w: %s", errNotPublic, address)
	}
	if slices.Contains(r.allow, netip.AddrPortFrom(a.Addr().Unmap(), a.Port())) {
		return nil
	}
	if !Public(a.Addr()) || a.Port() != 80 && a.Port() != 443 {
		return fmt.Errorf("%w: %s", errNotPublic, a)
	}
	return nil
}

// special are the blocks that are not of the public internet, or lead into others
// (the registries of special-purpose addresses, RFC 6890 and its successors).
var special = prefixes(
	"0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.31.196.0/24",
	"192.52.193.0/24", "192.88.99.0/24", "192.168.0.0/16", "192.175.48.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
	"::/96", "::ffff:0:0/96", "64:ff9b::/96", "64:ff9b:1::/48", "100::/64", "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20", "5f00::/16", "fc00::/7", "fe80::/10", "fec0::/10", "ff00::/8",
)

func prefixes(list ...string) (out []netip.Prefix) {
	for _, s := range list {
		out = append(out, netip.MustParsePrefix(s))
	}
	return out
}

// Public tells whether an address is of the public internet. An IPv4 address in
// the form of IPv6 is what it stands for.
func Public(a netip.Addr) bool {
	if a.Zone() != "" {
		return false
	}
	a = a.Unmap()
	return a.IsGlobalUnicast() && !a.IsPrivate() && !slices.ContainsFunc(special, func(p netip.Prefix) bool { return p.Contains(a) })
}
