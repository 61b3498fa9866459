package httpx

import (
	"net"
	"net/http"
	"net/netip"

	"github.com/go-chi/chi/v5/middleware"
)

// ClientAddress finds out which network address each request comes from, for
// [Client]. proxies is the number of our own reverse proxies that every request
// comes through: the address is then the one that the outermost of them wrote
// into X-Forwarded-For, counted from the right, and what stands to the left of
// it, which anybody can write, is not looked at. Without proxies it is the
// address of the connection, and no header is looked at.
func ClientAddress(proxies int) func(http.Handler) http.Handler {
	if proxies <= 0 {
		return middleware.ClientIPFromRemoteAddr
	}
	return middleware.ClientIPFromXFFTrustedProxies(proxies)
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
