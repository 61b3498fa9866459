package httpx

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"testing"
)

// tapped counts what is written over the connections of a listener.
type tapped struct {
	Whole
	writes [][]byte
}

func (l *tapped) Accept() (net.Conn, error) {
	c, err := l.Whole.Accept()
	if w, ok := c.(*wholeConn); ok {
		w.out = tap{l, w.out}
	}
	return c, err
}

type tap struct {
	l  *tapped
	to io.Writer
}

func (t tap) Write(p []byte) (int, error) {
	t.l.writes = append(t.l.writes, bytes.Clone(p))
	return t.to.Write(p)
}

// An answer is the same as without Whole, whatever its length, and leaves at once: what
// net/http keeps for itself is not written before the rest of it.
func TestWhole(t *testing.T) {
	more := newFixedHeaders(http.Header{"X-Frame-Options": {"DENY"}, "Content-Security-Policy": {"default-src 'none'"}})
	h := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var n int
		_, _ = fmt.Sscanf(r.URL.Path, "/%d", &n)
		w.Header()["Date"] = nil // which may differ
		whole(w, r, more, func() {
			if n == 0 {
				w.WriteHeader(http.StatusNotModified)
				return
			}
			writeBody(w, r, http.StatusOK, bytes.Repeat([]byte("a"), n), identity)
		})
	})
	plain := httptest.NewServer(h)
	defer plain.Close()
	srv := httptest.NewUnstartedServer(h)
	l := &tapped{Whole: Whole{srv.Listener}}
	srv.Listener, srv.Config.ConnContext = l, l.Conn
	srv.Start()
	defer srv.Close()
	read := func(c net.Conn, in *bufio.Reader, q string) (*http.Response, string) {
		t.Helper()
		if _, err := io.WriteString(c, q); err != nil {
			t.Fatal(err)
		}
		method, _, _ := strings.Cut(q, " ")
		a, err := http.ReadResponse(in, &http.Request{Method: method})
		if err != nil {
			t.Fatal(err)
		}
		defer a.Body.Close()
		b, err := io.ReadAll(a.Body)
		if err != nil {
			t.Fatal(err)
		}
		a.Body = nil
		return a, string(b)
	}
	dial := func(s *httptest.Server) (net.Conn, *bufio.Reader) {
		c, err := net.Dial("tcp", s.Listener.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { c.Close() })
		return c, bufio.NewReader(c)
	}
	c, in := dial(srv)
	d, plainIn := dial(plain)
	lengths := []int{0, 1, 2000, 2047, 2048, 2049, 9000, 30_000, 1 << 20}
	for n := 3700; n < 4200; n += 7 { // about where it fits into what net/http keeps
		lengths = append(lengths, n, n+4096)
	}
	for _, n := range lengths {
		for _, method := range []string{"GET", "HEAD"} {
			l.writes = nil
			q := fmt.Sprintf("%s /%d HTTP/1.1\r\nHost: x\r\n\r\n", method, n)
			got, body := read(c, in, q)
			want, wantBody := read(d, plainIn, q)
			if !reflect.DeepEqual(got.Header, want.Header) || got.StatusCode != want.StatusCode || body != wantBody || method == "GET" && len(body) != n {
				t.Fatalf("%s %d: %v and %d bytes, without %v and %d", method, n, got, len(body), want, len(wantBody))
			}
			// Two are written by one call of the system.
			if most := 1 + len(body)/5000; len(l.writes) > min(most, 2) || len(l.writes) == 2 && len(l.writes[1]) < len(body)-4096 {
				t.Errorf("%s %d: %d writes, the first of %d bytes", method, n, len(l.writes), len(l.writes[0]))
			}
		}
	}
	// The connection ends where the client wants that.
	for _, q := range []string{"GET /5000 HTTP/1.0\r\n\r\n", "GET /5000 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"} {
		c, in := dial(srv)
		got, body := read(c, in, q)
		if _, err := in.ReadByte(); err != io.EOF || len(body) != 5000 || got.Header.Get("X-Frame-Options") != "DENY" {
			t.Errorf("%q: %v, %d bytes, then %v", q, got, len(body), err)
		}
	}
}

// A panic in the middle leaves nothing held back for the next.
func TestWholeAfterAPanic(t *testing.T) {
	srv := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			if recover() != nil {
				_, _ = io.WriteString(w, "an error page")
			}
		}()
		whole(w, r, fixedHeaders{}, func() { panic("at the disco") })
	}))
	l := Whole{srv.Listener}
	srv.Listener, srv.Config.ConnContext = l, l.Conn
	srv.Start()
	defer srv.Close()
	for range 2 {
		a, err := http.Get(srv.URL)
		if err != nil {
			t.Fatal(err)
		}
		b, _ := io.ReadAll(a.Body)
		a.Body.Close()
		if string(b) != "an error page" {
			t.Errorf("%q", b)
		}
	}
}
