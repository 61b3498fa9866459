package linkcheck

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"praksis/internal/linkcheck/linktest"
	"praksis/internal/review"
)

func TestPublic(t *testing.T) {
	for address, public := range map[string]bool{
		"8.8.8.8": true, "193.163.102.1": true, "1.1.1.1": true, "2a02:2350:4::1": true, "2606:4700::1111": true, "172.32.0.1": true, "172.15.255.255": true,
		"100.63.255.255": true, "100.128.0.1": true, "::ffff:8.8.8.8": true, "9.255.255.255": true, "11.0.0.0": true,

		"127.0.0.1": false, "127.255.255.254": false, "::1": false, "10.0.0.1": false, "172.16.0.1": false, "172.31.255.255": false, "192.168.1.1": false,
		"169.254.169.254": false, "fe80::1": false, "fe80::1%eth0": false, "100.64.0.1": false, "100.127.255.255": false, "fc00::1": false, "fd12:3456::1": false,
		"224.0.0.1": false, "239.255.255.250": false, "ff02::1": false, "0.0.0.0": false, "::": false, "0.1.2.3": false, "255.255.255.255": false, "240.0.0.1": false,
		"::ffff:127.0.0.1": false, "::ffff:10.0.0.1": false, "::ffff:169.254.169.254": false, "::127.0.0.1": false, "64:ff9b::7f00:1": false, "64:ff9b::a00:1": false,
		"2002:7f00:1::": false, "2001:0:4136:e378:8000:63bf:3fff:fdd2": false, "192.0.2.1": false, "198.18.0.1": false, "198.51.100.7": false, "203.0.113.7": false, "2001:db8::1": false,
		"192.0.0.8": false, "fec0::1": false, "8.8.8.8%0": false,
	} {
		a, err := netip.ParseAddr(address)
		if err != nil {
			continue // no such address: nothing can be dialled
		}
		if got := Public(a); got != public {
			t.Errorf("%s is public: %v", address, got)
		}
	}
}

func TestAsked(t *testing.T) {
	for address, ok := range map[string]bool{
		"https://kl.dk/": true, "http://kl.dk": true, "https://kl.dk:443/a": true, "http://kl.dk:80/": true, "https://[2a02::1]/": true,
		"ftp://kl.dk/": false, "file:///etc/passwd": false, "https://kl.dk:8443/": false, "http://kl.dk:22/": false, "gopher://kl.dk": false, "javascript:alert(1)": false,
		"https:///sti": false, "http://bruger:kode@kl.dk/": false, "//kl.dk/": false, "http://127.0.0.1:9/": false, "mailto:a@kl.dk": false,
	} {
		u, err := url.Parse(address)
		if err != nil {
			t.Fatal(err)
		}
		if got := (rules{}).asked(u) == nil; got != ok {
			t.Errorf("%s may be asked: %v", address, got)
		}
	}
}

// server is a web server on this machine, and the checker that may reach it.
func server(t *testing.T, h http.HandlerFunc) (base string, c *Checker) {
	t.Helper()
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	return s.URL, NewOn(Network{Allow: []netip.AddrPort{addrOf(s)}}, "https://praksis.example")
}

func addrOf(s *httptest.Server) netip.AddrPort {
	return netip.MustParseAddrPort(s.Listener.Addr().String())
}

func TestCheck(t *testing.T) {
	var mu sync.Mutex
	var seen []string
	private := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("a server that is not public was asked") }))
	defer private.Close()
	closed, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	base, c := server(t, func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		seen = append(seen, r.Method+" "+r.URL.Path)
		mu.Unlock()
		if a := r.UserAgent(); a != "Praksiskataloget-linktjek/1.0 (+https://praksis.example/om)" {
			t.Errorf("User-Agent %q", a)
		}
		switch r.URL.Path {
		case "/ok":
		case "/only-get":
			if r.Method == http.MethodHead {
				w.WriteHeader(http.StatusMethodNotAllowed)
			}
		case "/head-lies":
			if r.Method == http.MethodHead {
				w.WriteHeader(http.StatusNotFound)
			}
		case "/breaks-head":
			if r.Method == http.MethodHead {
				panic(http.ErrAbortHandler)
			}
		case "/hangs-head":
			if r.Method == http.MethodHead {
				<-r.Context().Done()
			}
		case "/slow-body":
			if r.Method == http.MethodHead {
				w.WriteHeader(http.StatusForbidden)
				return
			}
			w.WriteHeader(http.StatusOK)
			_, _ = w.Write([]byte("<"))
			_ = http.NewResponseController(w).Flush()
			<-r.Context().Done()
		case "/ring-a":
			http.Redirect(w, r, "/ring-b", http.StatusFound)
		case "/ring-b":
			http.Redirect(w, r, "/ring-a", http.StatusTemporaryRedirect)
		case "/refused-both":
			w.WriteHeader(http.StatusMethodNotAllowed)
		case "/endless":
			if r.Method == http.MethodHead {
				w.WriteHeader(http.StatusNotImplemented)
				return
			}
			for r.Context().Err() == nil {
				if _, err := w.Write(make([]byte, 32<<10)); err != nil {
					return
				}
			}
		case "/moved":
			http.Redirect(w, r, "/ok", http.StatusMovedPermanently)
		case "/loop":
			http.Redirect(w, r, "/loop", http.StatusFound)
		case "/to-private":
			http.Redirect(w, r, private.URL, http.StatusFound)
		case "/to-loopback":
			http.Redirect(w, r, "http://127.0.0.1/", http.StatusFound)
		case "/to-mapped":
			http.Redirect(w, r, "http://[::ffff:127.0.0.1]/", http.StatusFound)
		case "/to-metadata":
			http.Redirect(w, r, "http://169.254.169.254/latest/meta-data", http.StatusFound)
		case "/to-file":
			http.Redirect(w, r, "file:///etc/passwd", http.StatusFound)
		case "/to-localhost":
			http.Redirect(w, r, "http://localhost/", http.StatusFound)
		case "/members":
			w.WriteHeader(http.StatusForbidden)
		case "/gone":
			w.WriteHeader(http.StatusGone)
		case "/error":
			w.WriteHeader(http.StatusBadGateway)
		default:
			w.WriteHeader(http.StatusNotFound)
		}
	})
	c.client.Timeout = 200 * time.Millisecond
	works, fails, unclear := review.LinkWorks, review.LinkFails, review.LinkUnclear
	gone := "http://" + closed.Addr().String()
	_ = closed.Close()
	c.rules.allow = append(c.rules.allow, netip.MustParseAddrPort(strings.TrimPrefix(gone, "http://")))
	for path, want := range map[string]review.LinkResult{
		"/ok": {Outcome: works}, "/ok#del": {Outcome: works}, "/only-get": {Outcome: works}, "/head-lies": {Outcome: works}, "/breaks-head": {Outcome: works}, "/endless": {Outcome: works}, "/moved": {Outcome: works},
		"/hangs-head": {Outcome: works}, "/slow-body": {Outcome: works}, "/ring-a": {Outcome: fails, Reason: review.LinkRedirects}, "/refused-both": {Outcome: unclear, Reason: review.LinkForbidden},
		"/loop": {Outcome: fails, Reason: review.LinkRedirects}, "/missing": {Outcome: fails, Reason: review.LinkNotFound}, "/gone": {Outcome: fails, Reason: review.LinkNotFound},
		"/error": {Outcome: fails, Reason: review.LinkServerError}, "/members": {Outcome: unclear, Reason: review.LinkForbidden},
		"/to-private":  {Outcome: unclear, Reason: review.LinkNotWeb}, // its port
		"/to-loopback": {Outcome: unclear, Reason: review.LinkNotPublic}, "/to-mapped": {Outcome: unclear, Reason: review.LinkNotPublic}, "/to-metadata": {Outcome: unclear, Reason: review.LinkNotPublic},
		"/to-localhost": {Outcome: unclear, Reason: review.LinkNotPublic}, "/to-file": {Outcome: unclear, Reason: review.LinkNotWeb},
	} {
		got, err := c.Check(t.Context(), base+path)
		if err != nil || got != want {
			t.Errorf("%s: %+v, %v; want %+v", path, got, err, want)
		}
	}
	for address, want := range map[string]review.LinkResult{
		gone: {Outcome: fails, Reason: review.LinkNoAnswer}, "http://findes-ikke.invalid/": {Outcome: fails, Reason: review.LinkNoHost},
		"http://127.0.0.1/": {Outcome: unclear, Reason: review.LinkNotPublic}, "http://10.0.0.1/": {Outcome: unclear, Reason: review.LinkNotPublic}, "http://[::1]/": {Outcome: unclear, Reason: review.LinkNotPublic},
		"ftp://kl.dk/": {Outcome: unclear, Reason: review.LinkNotWeb}, "http://%zz": {Outcome: unclear, Reason: review.LinkNotWeb}, "": {Outcome: unclear, Reason: review.LinkNotWeb},
	} {
		got, err := c.Check(t.Context(), address)
		if err != nil || got.Outcome != want.Outcome || got.Reason != want.Reason && address != "http://findes-ikke.invalid/" {
			t.Errorf("%s: %+v, %v; want %+v", address, got, err, want)
		}
	}
	if !slices.Contains(seen, "HEAD /ok") || slices.Contains(seen, "GET /ok") || !slices.Contains(seen, "GET /only-get") {
		t.Errorf("asked: %v", seen)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := c.Check(ctx, base+"/ok"); !errors.Is(err, context.Canceled) {
		t.Errorf("the end of the context became an outcome: %v", err)
	}
}

// A server is never asked two things at once, and nothing is begun after the time is up.
func TestEach(t *testing.T) {
	var mu sync.Mutex
	at, most := 0, 0
	base, c := server(t, func(http.ResponseWriter, *http.Request) {
		mu.Lock()
		at++
		most = max(most, at)
		mu.Unlock()
		mu.Lock()
		at--
		mu.Unlock()
	})
	var links []Link
	for i := range 20 {
		links = append(links, Link{int64(i), base + "/" + strings.Repeat("a", i+1)})
	}
	links = append(links, Link{99, "http://127.0.0.1/"})
	got := map[int64]review.LinkOutcome{}
	if err := c.Each(t.Context(), links, time.Now().Add(time.Minute), func(l Link, r review.LinkResult) error { got[l.ID] = r.Outcome; return nil }); err != nil {
		t.Fatal(err)
	}
	if len(got) != 21 || got[7] != review.LinkWorks || got[99] != review.LinkUnclear || most != 1 {
		t.Errorf("%v, %d at once", got, most)
	}
	if err := c.Each(t.Context(), links, time.Now().Add(-time.Second), func(Link, review.LinkResult) error { return errors.New("begun") }); err != nil {
		t.Error(err)
	}
	wrong := errors.New("the database is away")
	if err := c.Each(t.Context(), links, time.Now().Add(time.Minute), func(Link, review.LinkResult) error { return wrong }); !errors.Is(err, wrong) {
		t.Error(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := c.Each(ctx, links, time.Now().Add(time.Minute), func(Link, review.LinkResult) error { return nil }); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	if err := c.Each(t.Context(), nil, time.Now(), nil); err != nil {
		t.Error(err)
	}
}

// Names lead where a resolver says: after each redirect too, only to the public
// internet, or, here, to the one server of the test.
func TestNamesThatLeadInwards(t *testing.T) {
	var asked []string
	inside := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("a server that is not public was asked") }))
	defer inside.Close()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked = append(asked, r.Host) // one after the other
		if to := r.URL.Query().Get("til"); to != "" {
			http.Redirect(w, r, to, http.StatusFound)
		}
	}))
	defer s.Close()
	port, rebound := fmt.Sprint(addrOf(s).Port()), false
	names := linktest.Resolver(func(name string) []netip.Addr {
		switch name {
		case "kommunen.example", "omvej.example":
			return []netip.Addr{addrOf(s).Addr()}
		case "skifter.example": // public when it is asked first, and not any more
			if rebound {
				return []netip.Addr{netip.MustParseAddr("127.0.0.3")}
			}
			rebound = true
			return []netip.Addr{addrOf(s).Addr()}
		case "inde.example":
			return []netip.Addr{netip.MustParseAddr("10.1.2.3")}
		case "sky.example":
			return []netip.Addr{netip.MustParseAddr("169.254.169.254")}
		case "seks.example":
			return []netip.Addr{netip.MustParseAddr("fd00::1")}
		case "skjult.example":
			return []netip.Addr{netip.MustParseAddr("::ffff:192.168.0.1")}
		case "selv.example":
			return []netip.Addr{netip.MustParseAddr("127.0.0.2")} // not the test's own
		case "begge.example": // of two, neither is tried
			return []netip.Addr{netip.MustParseAddr("10.1.2.3"), netip.MustParseAddr("192.168.1.1")}
		}
		return nil
	})
	c := NewOn(Network{Allow: []netip.AddrPort{addrOf(s)}, Resolver: names}, "https://praksis.example")
	base := "http://kommunen.example:" + port + "/"
	unclear := review.LinkResult{Outcome: review.LinkUnclear, Reason: review.LinkNotPublic}
	for address, want := range map[string]review.LinkResult{
		base: {Outcome: review.LinkWorks},
		base + "?til=http://omvej.example:" + port + "/": {Outcome: review.LinkWorks},
		base + "?til=http://findes-ikke.example/":        {Outcome: review.LinkFails, Reason: review.LinkNoHost},
		"http://inde.example/":                           unclear,
		base + "?til=http://inde.example/":               unclear,
		base + "?til=http://sky.example/":                unclear,
		base + "?til=http://seks.example/":               unclear,
		base + "?til=http://skjult.example/":             unclear,
		base + "?til=http://begge.example/":              unclear,
		base + "?til=http://selv.example:" + port + "/":  unclear,
		base + "?til=" + url.QueryEscape("http://omvej.example:"+port+"/?til=http://inde.example/"): unclear,
		base + "?til=" + url.QueryEscape(inside.URL):                                                {Outcome: review.LinkUnclear, Reason: review.LinkNotWeb},
	} {
		got, err := c.Check(t.Context(), address)
		if err != nil || got != want {
			t.Errorf("%s: %+v, %v; want %+v", address, got, err, want)
		}
	}
	// A name is looked up for what is dialled, not before: another answer meanwhile
	// leads nowhere.
	for range 2 {
		_, _ = c.Check(t.Context(), "http://skifter.example:"+port+"/")
	}
	if got, err := c.Check(t.Context(), "http://skifter.example:"+port+"/"); err != nil || got != unclear {
		t.Errorf("a name that changed: %+v, %v", got, err)
	}
	for _, host := range asked {
		if !slices.Contains([]string{"kommunen.example:" + port, "omvej.example:" + port, "skifter.example:" + port}, host) {
			t.Errorf("%s was asked", host)
		}
	}
}

// Who asks for patience is asked nothing for that long, whatever is to be checked there.
func TestPatience(t *testing.T) {
	for after, wait := range map[string]bool{"": true, "3600": true, "999999999": true, time.Now().Add(time.Hour).UTC().Format(http.TimeFormat): true, "0": false, "-5": false, "snart": true} {
		asked := 0
		base, c := server(t, func(w http.ResponseWriter, r *http.Request) {
			if asked++; asked == 1 {
				if after != "" {
					w.Header().Set("Retry-After", after)
				}
				w.WriteHeader(http.StatusTooManyRequests)
			}
		})
		unclear := review.LinkResult{Outcome: review.LinkUnclear, Reason: review.LinkForbidden}
		if got, err := c.Check(t.Context(), base+"/a"); err != nil || got != unclear || asked != 1 {
			t.Errorf("%q: %+v, %v, asked %d times", after, got, err, asked)
		}
		want := review.LinkResult{Outcome: review.LinkWorks}
		if wait {
			want = unclear
		}
		if got, err := c.Check(t.Context(), base+"/b"); err != nil || got != want || (asked == 1) != wait {
			t.Errorf("%q, then: %+v, %v, asked %d times", after, got, err, asked)
		}
		for host, until := range c.busy {
			if d := time.Until(until); d > busyMost {
				t.Errorf("%q: %s is left for %v", after, host, d)
			}
		}
	}
}

// A certificate that a browser would warn of makes an address fail, over a redirect too.
func TestCertificates(t *testing.T) {
	s := httptest.NewUnstartedServer(http.NotFoundHandler())
	s.Config.ErrorLog = log.New(io.Discard, "", 0)
	s.StartTLS()
	defer s.Close()
	plain := httptest.NewServer(http.RedirectHandler(s.URL, http.StatusMovedPermanently))
	defer plain.Close()
	c := NewOn(Network{Allow: []netip.AddrPort{addrOf(s), addrOf(plain)}}, "https://praksis.example")
	for _, address := range []string{s.URL, plain.URL} {
		got, err := c.Check(t.Context(), address)
		if want := (review.LinkResult{Outcome: review.LinkFails, Reason: review.LinkCertificate}); err != nil || got != want {
			t.Errorf("%s: %+v, %v", address, got, err)
		}
	}
}
