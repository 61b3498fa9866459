package httpx

import (
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"sync"

	"github.com/go-chi/chi/v5/middleware"
)

// ClientAddress finds out which network address each request comes from, for
// [Client]. proxies is the number of our own reverse proxies that every request
// comes through: the address is then the one that the outermost of them wrote
// into X-Forwarded-For, counted from the right, and what stands to the left of
// it, which anybody can write, is not looked at. Without proxies it is the
// address of the connection, and no header is looked at. A request that does not
// fit the number is logged, once: who runs the site may have miscounted.
func ClientAddress(proxies int, log *slog.Logger) func(http.Handler) http.Handler {
	var once sync.Once
	warn := func(r *http.Request, why string) {
		once.Do(func() { log.WarnContext(r.Context(), why+"; see --trusted-proxies", "trusted", max(proxies, 0)) })
	}
	find := func(next http.Handler) http.Handler { return next } // Client knows the connection's
	if proxies > 0 {
		find = middleware.ClientIPFromXFFTrustedProxies(proxies)
	}
	return func(next http.Handler) http.Handler {
		return find(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/healthz" || r.URL.Path == "/readyz" { // this machine asks itself
				next.ServeHTTP(w, r)
				return
			}
			switch forwarded := len(r.Header["X-Forwarded-For"]) > 0; {
			case proxies <= 0 && forwarded:
				warn(r, "a request came with X-Forwarded-For, as a proxy writes it, and is counted for its connection")
			case proxies > 0 && !middleware.GetClientIPAddr(r.Context()).IsValid():
				warn(r, "a request came without a visitor's address in X-Forwarded-For, and is counted for its connection")
			}
			next.ServeHTTP(w, r)
		}))
	}
}

// Client is the network address that limits count a request by: of IPv6 the
// network of 64 bits, because one machine has all of it. A request whose
// X-Forwarded-For is shorter than the number of proxies, or has no address at
// its place, came by another way or from a proxy that does not write it: it
// counts for its connection.
func Client(r *http.Request) string {
	ip := middleware.GetClientIPAddr(r.Context())
	if !ip.IsValid() {
		host, _, err := net.SplitHostPort(r.RemoteAddr)
		if err != nil {
			host = r.RemoteAddr
		}
		if ip, err = netip.ParseAddr(host); err != nil {
			return host
		}
	}
	if ip = ip.Unmap().WithZone(""); ip.Is6() {
		if p, err := ip.Prefix(64); err == nil {
			return p.String()
		}
	}
	return ip.String()
}
