package httpx

import (
	"bytes"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// What a client writes into X-Forwarded-For itself never decides which address
// it counts for.
func TestClientAddress(t *testing.T) {
	const connection = "192.0.2.7:4711"
	for _, c := range []struct {
		name    string
		proxies int
		remote  string
		forward []string // lines of X-Forwarded-For
		want    string
	}{
		{"no proxy", 0, connection, nil, "192.0.2.7"},
		{"no proxy, forged", 0, connection, []string{"203.0.113.1", "203.0.113.2, 203.0.113.3"}, "192.0.2.7"},
		{"no proxy, IPv6", 0, "[2001:db8:1:2:3:4:5:6]:4711", nil, "2001:db8:1:2::/64"},
		{"no proxy, IPv4 in IPv6", 0, "[::ffff:192.0.2.7]:4711", nil, "192.0.2.7"},

		{"one proxy", 1, connection, []string{"198.51.100.1"}, "198.51.100.1"},
		{"one proxy, forged in the same line", 1, connection, []string{"203.0.113.1, 198.51.100.1"}, "198.51.100.1"},
		{"one proxy, forged in a line of its own", 1, connection, []string{"203.0.113.1", "198.51.100.1"}, "198.51.100.1"},
		{"one proxy, forged with rubbish", 1, connection, []string{"\x00, ,,x", "198.51.100.1"}, "198.51.100.1"},
		{"one proxy, IPv6", 1, connection, []string{"203.0.113.1, 2001:db8:1:2:3:4:5:6"}, "2001:db8:1:2::/64"},
		{"one proxy, passed by", 1, connection, nil, "192.0.2.7"},
		{"one proxy that writes no address", 1, connection, []string{"203.0.113.1, unknown"}, "192.0.2.7"},

		{"two proxies", 2, connection, []string{"198.51.100.1, 192.0.2.9"}, "198.51.100.1"},
		{"two proxies, each with a line", 2, connection, []string{"198.51.100.1", "192.0.2.9"}, "198.51.100.1"},
		{"two proxies, forged", 2, connection, []string{"203.0.113.1, 203.0.113.2, 198.51.100.1, 192.0.2.9"}, "198.51.100.1"},
		{"two proxies, forged in lines of its own", 2, connection, []string{"203.0.113.1", "203.0.113.2", "198.51.100.1", "192.0.2.9"}, "198.51.100.1"},
		{"two proxies, the outer one passed by", 2, connection, []string{"192.0.2.9"}, "192.0.2.7"},
	} {
		got := ""
		r := httptest.NewRequest("GET", "/", nil)
		r.RemoteAddr = c.remote
		r.Header["X-Forwarded-For"] = c.forward
		for _, name := range []string{"X-Real-Ip", "True-Client-Ip", "Cf-Connecting-Ip", "Forwarded"} {
			r.Header.Set(name, "203.0.113.9")
		}
		var log bytes.Buffer
		h := ClientAddress(c.proxies, slog.New(slog.NewTextHandler(&log, nil)))(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { got = Client(r) }))
		h.ServeHTTP(httptest.NewRecorder(), r)
		h.ServeHTTP(httptest.NewRecorder(), r)
		// Who counted wrong is told, once.
		lines, odd := strings.Count(log.String(), "--trusted-proxies"), c.proxies == 0 && len(c.forward) > 0 || c.proxies > 0 && c.want == "192.0.2.7"
		if odd && lines != 1 || !odd && lines != 0 {
			t.Errorf("%s: %d lines in the log", c.name, lines)
		}
		if got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
	r := httptest.NewRequest("GET", "/", nil)
	r.RemoteAddr = "@" // of a Unix socket
	if got := Client(r); got != "@" {
		t.Errorf("%q", got)
	}
}
