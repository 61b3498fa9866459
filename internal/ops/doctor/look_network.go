package doctor

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// most is what is read of an answer, in bytes.
const most = 1 << 20

// client asks once, follows nothing, and takes any certificate: what that is worth, the
// check certificate says. Nothing secret is sent.
func client(proxy func(*http.Request) (*url.URL, error)) *http.Client {
	return &http.Client{
		Transport:     &http.Transport{DisableKeepAlives: true, Proxy: proxy, TLSClientConfig: &tls.Config{InsecureSkipVerify: true, MinVersion: tls.VersionTLS12}},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// askReady asks /readyz, as one who says that it comes from an address of nobody.
func askReady(ctx context.Context, c *http.Client, base string) (answer, error) {
	a := answer{Address: base}
	trace := &httptrace.ClientTrace{GotConn: func(i httptrace.GotConnInfo) {
		if at, ok := i.Conn.LocalAddr().(*net.TCPAddr); ok {
			a.Local = at.AddrPort().Addr().Unmap()
		}
	}}
	r, err := http.NewRequestWithContext(httptrace.WithClientTrace(ctx, trace), http.MethodGet, base+"/readyz", nil)
	if err != nil {
		return a, err
	}
	r.Header.Set("User-Agent", "praksis doctor")
	r.Header.Set("X-Forwarded-For", forged)
	before := time.Now()
	resp, err := c.Do(r)
	a.Asked = before.Add(time.Since(before) / 2)
	if err != nil {
		return a, err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, most))
	if err != nil {
		return a, err
	}
	lines := strings.Split(strings.TrimSpace(string(body)), "\n")
	a.Status, a.Lines = resp.StatusCode, lines[1:]
	a.Ours = lines[0] == "ready" || strings.HasPrefix(lines[0], "not ready")
	if !a.Ours {
		a.Lines = nil
	} else if _, why, ok := strings.Cut(lines[0], ": "); ok {
		a.Lines = append(a.Lines, "instance: "+why)
	}
	h := resp.Header
	a.Build, a.Catalogue, a.Client = h.Get("X-Praksis-Build"), h.Get("X-Praksis-Catalogue"), h.Get("X-Praksis-Client")
	a.Version, _ = strconv.ParseInt(h.Get("X-Praksis-Version"), 10, 64)
	a.HSTS, a.Server, a.Location = h.Get("Strict-Transport-Security"), h.Get("Server"), h.Get("Location")
	a.Date, _ = http.ParseTime(h.Get("Date"))
	return a, nil
}

// askInstance asks the instance on this machine.
func (p *patient) askInstance(ctx context.Context) (answer, error) {
	host, port, err := net.SplitHostPort(p.Addr)
	if err != nil {
		return answer{Address: p.Addr}, err
	}
	if ip, err := netip.ParseAddr(host); host == "" || err == nil && ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	return askReady(ctx, client(nil), "http://"+net.JoinHostPort(host, port))
}

func (p *patient) askPublic(ctx context.Context) (answer, error) {
	return askReady(ctx, client(http.ProxyFromEnvironment), p.PublicURL)
}

func lookInstance(ctx context.Context, p *patient) (Finding, error) {
	a, err := p.direct(ctx)
	return judgeInstance(a, err, p.Build), nil
}

func lookPublic(ctx context.Context, p *patient) (Finding, error) {
	if p.PublicURL == "" {
		return judgePublic(p.Settings, answer{}, nil, ""), nil
	}
	a, err := p.public(ctx)
	mark := ""
	if c, err := p.catalogue(ctx); err == nil && p.Mark != nil {
		mark = p.Mark(c.Identity)
	}
	return judgePublic(p.Settings, a, err, mark), nil
}

func lookCertificate(ctx context.Context, p *patient) (Finding, error) {
	u, err := url.Parse(p.PublicURL)
	if err != nil {
		return Finding{}, err
	}
	if u.Scheme != "https" {
		return good("the public address has none"), nil
	}
	port := u.Port()
	if port == "" {
		port = "443"
	}
	d := tls.Dialer{Config: &tls.Config{InsecureSkipVerify: true, MinVersion: tls.VersionTLS12, ServerName: u.Hostname()}}
	conn, err := d.DialContext(ctx, "tcp", net.JoinHostPort(u.Hostname(), port))
	if err != nil {
		return unseen("not looked at: %s", oneLine(err)), nil
	}
	defer conn.Close()
	return judgeCertificate(conn.(*tls.Conn).ConnectionState().PeerCertificates, u.Hostname(), time.Now(), p.Roots), nil
}

func lookProxies(ctx context.Context, p *patient) (Finding, error) {
	if p.PublicURL == "" {
		return judgeProxies(p.Settings, answer{}, nil), nil
	}
	a, err := p.public(ctx)
	return judgeProxies(p.Settings, a, err), nil
}

func lookMail(_ context.Context, p *patient) (Finding, error) { return judgeMail(p.Settings), nil }

func lookMailServer(ctx context.Context, p *patient) (Finding, error) {
	if p.Mail == nil {
		return good("none is set"), nil
	}
	s, err := p.Mail.Probe(ctx)
	return judgeMailServer(mailSeen{s.Encrypted, s.Certificates, s.Took, err}, p.MailHost, time.Now()), nil
}

// askProvider reads what the provider of sign-ins says of itself, and its keys.
func (p *patient) askProvider(ctx context.Context) (seen providerSeen, err error) {
	c := &http.Client{Transport: &http.Transport{DisableKeepAlives: true, Proxy: http.ProxyFromEnvironment, TLSClientConfig: &tls.Config{RootCAs: p.Roots, MinVersion: tls.VersionTLS12}}}
	var about struct {
		Issuer string `json:"issuer"`
		Keys   string `json:"jwks_uri"`
		Asks   string `json:"authorization_endpoint"`
		Tokens string `json:"token_endpoint"`
	}
	before := time.Now()
	head, err := getJSON(ctx, c, strings.TrimSuffix(p.Issuer, "/")+"/.well-known/openid-configuration", &about)
	if err != nil {
		return seen, err
	}
	seen.Asked = before.Add(time.Since(before) / 2)
	seen.Date, _ = http.ParseTime(head.Get("Date"))
	seen.Issuer, seen.KeysURL = about.Issuer, about.Keys
	for what, at := range map[string]string{"sign in": about.Asks, "exchange a code": about.Tokens, "get its keys": about.Keys} {
		if at == "" {
			seen.Missing = append(seen.Missing, what)
		}
	}
	if sorted(seen.Missing); about.Keys == "" {
		return seen, nil
	}
	var keys struct {
		Keys []struct {
			Type string `json:"kty"`
			Use  string `json:"use"`
		} `json:"keys"`
	}
	if _, err := getJSON(ctx, c, about.Keys, &keys); err != nil {
		return seen, err
	}
	for _, k := range keys.Keys {
		if k.Type != "oct" && k.Use != "enc" {
			seen.Keys++
		}
	}
	return seen, nil
}

func getJSON(ctx context.Context, c *http.Client, at string, to any) (http.Header, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, at, nil)
	if err != nil {
		return nil, err
	}
	resp, err := c.Do(r)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%s answers %s", at, resp.Status)
	}
	if err := json.NewDecoder(io.LimitReader(resp.Body, most)).Decode(to); err != nil {
		return nil, fmt.Errorf("%s does not answer with JSON: %w", at, err)
	}
	return resp.Header, nil
}

func lookProvider(ctx context.Context, p *patient) (Finding, error) {
	if p.Issuer == "" {
		return judgeProvider(p.Settings, providerSeen{}, nil), nil
	}
	seen, err := p.provider(ctx)
	return judgeProvider(p.Settings, seen, err), nil
}

func lookScanner(ctx context.Context, p *patient) (Finding, error) {
	if p.Scan == nil {
		return good("none is set: files are not scanned for viruses"), nil
	}
	if err := p.Scan(ctx); err != nil {
		return fault(oneLine(err), "start clamd, or mend PRAKSIS_CLAMD"), nil
	}
	return good("it answers"), nil
}
