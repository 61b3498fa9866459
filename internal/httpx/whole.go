package httpx

import (
	"bytes"
	"context"
	"io"
	"maps"
	"net"
	"net/http"
	"sync"
)

// Whole makes connections over which an answer leaves in one piece. net/http writes what
// fits into its own 4 KB, and then the rest: one write more, which costs a sixth of what
// a page does that is rendered already. Its Conn is to be the server's ConnContext.
type Whole struct{ net.Listener }

// Accept implements net.Listener.
func (l Whole) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if tcp, ok := c.(*net.TCPConn); ok {
		return &wholeConn{TCPConn: tcp, out: tcp}, err
	}
	return c, err
}

// Conn tells the requests of a connection which it is.
func (Whole) Conn(ctx context.Context, c net.Conn) context.Context {
	return context.WithValue(ctx, wholeKey{}, c)
}

type wholeKey struct{}

// wholeConn holds back what is written while it is held, until more comes than it has
// room for, and writes all at once. Only the goroutine that serves a request writes.
type wholeConn struct {
	*net.TCPConn
	out  io.Writer // the connection
	held *held     // nil while nothing is to be held back
}

// held has room for what net/http keeps, for headers and for a short rest.
type held struct {
	headers []byte // that stand below the first line
	n       int
	b       [8 << 10]byte
}

var heldPool = sync.Pool{New: func() any { return new(held) }}

// Write implements net.Conn.
func (c *wholeConn) Write(p []byte) (int, error) {
	h := c.held
	if h == nil {
		return c.out.Write(p)
	}
	took := 0
	if h.n == 0 && len(h.headers) > 0 {
		took = bytes.IndexByte(p, '\n') + 1
		h.add(p[:took])
		h.add(h.headers)
	}
	if len(p)-took <= len(h.b)-h.n {
		h.add(p[took:])
		return len(p), nil
	}
	before := h.n - took // of which the caller does not know
	both := net.Buffers{h.b[:h.n], p[took:]}
	h.n = 0
	n, err := both.WriteTo(c.out)
	return max(0, int(n)-before), err
}

func (h *held) add(p []byte) { h.n += copy(h.b[h.n:], p) }

// whole has all that answer writes leave in one piece, with some headers more.
func whole(w http.ResponseWriter, r *http.Request, more fixedHeaders, answer func()) {
	c, ok := r.Context().Value(wholeKey{}).(*wholeConn)
	if !ok || c.held != nil {
		maps.Copy(w.Header(), more.fields)
		answer()
		return
	}
	h := heldPool.Get().(*held)
	h.headers, h.n, c.held = more.lines, 0, h
	defer func() {
		c.held = nil
		if h.n > 0 {
			_, _ = c.out.Write(h.b[:h.n]) // the visitor has left when this fails
		}
		heldPool.Put(h)
	}()
	answer()
	_ = http.NewResponseController(w).Flush() // what net/http keeps
}

// fixedHeaders are headers that are alike in all answers. Writing them out once saves
// net/http to copy, sort and write them each time.
type fixedHeaders struct {
	fields http.Header
	lines  []byte
}

func newFixedHeaders(fields http.Header) fixedHeaders {
	var b bytes.Buffer
	_ = fields.Write(&b) // a buffer takes everything
	return fixedHeaders{fields, b.Bytes()}
}
