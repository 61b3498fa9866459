package httpx

import (
	"bufio"
	"mime"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// sendTime is how long a client may take for one piece of a long answer.
const sendTime = 30 * time.Second

// streamBuffer is how much of a long answer waits before the first of it is sent:
// what fails until then gets an error page.
const streamBuffer = 64 << 10

// Unchanged sets the headers of an answer that is of the present catalogue version,
// and tells whether the client has it already: then it has been answered with 304. It
// is for what is too large for Serve, which does the same. While pages are not to be kept,
// an answer has no tag: one made later, of something else, would have the same.
func (c *Cache) Unchanged(w http.ResponseWriter, r *http.Request) bool {
	edition := c.versions.Edition()
	if edition == "" {
		w.Header().Set("Cache-Control", "no-store")
		return false
	}
	tag := c.tag(edition)
	c.headers(w, tag)
	if c.now().Sub(c.versions.Confirmed()) > ConfirmedFor || !Matches(r, tag) {
		return false
	}
	w.Header().Add("Vary", "Accept-Encoding")
	w.WriteHeader(http.StatusNotModified)
	return true
}

// Attachment is the value of Content-Disposition for a file that is saved under a
// name: in plain letters for old programs, and as it is written (RFC 6266).
func Attachment(plain, name string) string {
	header := mime.FormatMediaType("attachment", map[string]string{"filename": plain})
	if name != plain {
		// Encoded also where it needs not be: package mime would then write filename a
		// second time, and Firefox takes neither.
		header += "; filename*=utf-8''" + strings.ReplaceAll(url.QueryEscape(name), "+", "%20")
	}
	return header
}

// Stream is a long answer that is sent while it is made. It is to be closed.
type Stream struct {
	w      http.ResponseWriter
	conn   *http.ResponseController
	body   *bufio.Writer
	coder  compressor // nil where the body goes as it is
	begin  func(http.Header)
	code   encoding
	begun  bool
	broken bool // the client does not take it any more
}

// NewStream begins an answer; begin sets its headers, when the first of it is sent.
// With compressed the body is compressed as the client takes it.
func NewStream(w http.ResponseWriter, r *http.Request, compressed bool, begin func(http.Header)) *Stream {
	s := &Stream{w: w, conn: http.NewResponseController(w), begin: begin}
	s.body = bufio.NewWriterSize(sending{s}, streamBuffer)
	if compressed {
		if s.code = negotiateOf(r, zst, gz); s.code != identity { // brotli's pages are compressed whole
			s.coder = pooled(s.code, fast)
			s.coder.Reset(s.body)
		}
	}
	return s
}

// Write implements io.Writer.
func (s *Stream) Write(b []byte) (int, error) {
	if s.coder != nil {
		return s.coder.Write(b)
	}
	return s.body.Write(b)
}

// Begun tells whether something has been sent: then there can be no error page any
// more.
func (s *Stream) Begun() bool { return s.begun }

// Broken tells whether the client has not taken what was sent.
func (s *Stream) Broken() bool { return s.broken }

// End sends what is left.
func (s *Stream) End() error {
	if s.coder != nil {
		if err := s.coder.Close(); err != nil {
			return err
		}
	}
	return s.body.Flush()
}

// Close gives back what the stream has used. Nothing is sent.
func (s *Stream) Close() {
	if s.coder != nil {
		s.coder.Reset(nil)
		giveBack(s.code, fast, s.coder)
		s.coder = nil
	}
}

// sending is where the body of a stream goes out.
type sending struct{ s *Stream }

// Write implements io.Writer. A client that takes nothing for sendTime is given up.
func (x sending) Write(b []byte) (int, error) {
	s := x.s
	// It is no fault when the connection cannot be told, as in a test: then the
	// server's own limits hold.
	_ = s.conn.SetWriteDeadline(time.Now().Add(sendTime))
	if !s.begun {
		s.begun = true
		h := s.w.Header()
		h.Add("Vary", "Accept-Encoding")
		if s.code != identity {
			h.Set("Content-Encoding", string(s.code))
		}
		s.begin(h)
	}
	n, err := s.w.Write(b)
	s.broken = s.broken || err != nil
	return n, err
}
