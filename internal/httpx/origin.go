package httpx

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"golang.org/x/net/idna"
)

// PublicOrigin reads the address that visitors use, as somebody configured it,
// and returns it as browsers write an Origin: scheme and host in small letters, a
// host with æ, ø, å in its ASCII form, a port only where it is not the scheme's
// own, no slash at the end. An empty address stays empty. Anything else than an
// http or https address of a whole host is an error: the catalogue's addresses
// begin at the root.
func PublicOrigin(address string) (string, error) {
	if address == "" {
		return "", nil
	}
	u, err := url.Parse(address)
	if err != nil {
		return "", fmt.Errorf("%q is no address", address)
	}
	u.Scheme = strings.ToLower(u.Scheme)
	switch {
	case u.Scheme != "http" && u.Scheme != "https":
		return "", errors.New("the address must begin with https:// or http://")
	case u.Hostname() == "":
		return "", errors.New("the address names no host")
	case strings.Trim(u.Path, "/") != "" || u.RawQuery != "" || u.Fragment != "" || u.User != nil:
		return "", errors.New("the address must be that of a whole host, without a path: https://praksis.example.dk")
	}
	host := strings.ToLower(u.Hostname())
	if strings.Contains(host, ":") { // IPv6
		host = "[" + host + "]"
	} else if host, err = idna.Lookup.ToASCII(host); err != nil {
		return "", fmt.Errorf("%q is no name of a host", u.Hostname())
	}
	if port := u.Port(); port != "" && port != map[string]string{"http": "80", "https": "443"}[u.Scheme] {
		host += ":" + port
	}
	return u.Scheme + "://" + host, nil
}

// SameOrigin refuses what changes something and comes from another site's page
// (http.CrossOriginProtection). It is the one such check of the site: every router
// uses it for all its routes. origin is what [PublicOrigin] returned; without it
// the Host header alone tells what our own pages are. With it a proxy may write
// another Host, or leave the port out, and a browser may leave out Sec-Fetch-Site,
// which it sends to secure addresses only.
//
// anywhere are the patterns ("POST /a/{token}") of what other sites may post: what their
// address alone allows, a secret one, since nothing that a browser adds counts there.
func (e Errors) SameOrigin(origin string, anywhere ...string) func(http.Handler) http.Handler {
	open := http.NewServeMux()
	for _, pattern := range anywhere {
		open.Handle(pattern, http.NotFoundHandler())
	}
	check := http.NewCrossOriginProtection()
	if origin != "" {
		if err := check.AddTrustedOrigin(origin); err != nil {
			panic(err) // it does not come from PublicOrigin
		}
	}
	// Where it is known, our own pages are of that origin alone: what a proxy writes
	// for a host is also that of other ports and schemes.
	elsewhere := func(r *http.Request) bool {
		from := r.Header.Get("Origin")
		return origin != "" && from != "" && from != origin && r.Header.Get("Sec-Fetch-Site") == "" &&
			r.Method != http.MethodOptions
	}
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Method == http.MethodGet || r.Method == http.MethodHead { // which change nothing
				next.ServeHTTP(w, r)
				return
			}
			if _, pattern := open.Handler(r); pattern != "" {
				next.ServeHTTP(w, r)
				return
			}
			err := check.Check(r)
			if err == nil && elsewhere(r) {
				err = errors.New("the origin is not the public address")
			}
			if err == nil {
				next.ServeHTTP(w, r)
				return
			}
			// Who runs the site sees here that its public address is not the one that
			// visitors use.
			e.Log.WarnContext(r.Context(), "form of another origin refused", "error", err, "origin", r.Header.Get("Origin"), "host", r.Host, "public", origin)
			w.Header().Set("Cache-Control", "no-store")
			e.Page(w, r, http.StatusForbidden, "", "")
		})
	}
}

// Shared lets pages of other sites read what next answers to GET and HEAD, which must
// hang on no cookie.
func Shared(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Access-Control-Allow-Origin", "*")
		h.Set("Access-Control-Expose-Headers", "ETag")
		h.Set("Cross-Origin-Resource-Policy", "cross-origin")
		if r.Method == http.MethodOptions { // a browser asks first, where a page sends If-None-Match
			h.Set("Access-Control-Allow-Methods", "GET, HEAD")
			h.Set("Access-Control-Allow-Headers", "If-None-Match")
			h.Set("Access-Control-Max-Age", "86400")
			w.WriteHeader(http.StatusNoContent)
			return
		}
		next.ServeHTTP(w, r)
	})
}
