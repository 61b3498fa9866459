package httpx

import (
	"bytes"
	"io"
	"net/http"
	"strings"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

// encoding is a content coding that we send.
type encoding string

const (
	identity encoding = ""
	br       encoding = "br"
	zst      encoding = "zstd"
	gz       encoding = "gzip"
)

// effort is how much time compression may take.
type effort int

const (
	fast effort = iota // while a visitor waits
	best               // for what is kept
)

// negotiate picks the best coding that the client takes. Brotli makes the
// smallest pages.
func negotiate(r *http.Request) encoding {
	accepted := map[encoding]bool{}
	for part := range strings.SplitSeq(r.Header.Get("Accept-Encoding"), ",") {
		name, q, _ := strings.Cut(part, ";")
		q = strings.ReplaceAll(q, " ", "")
		accepted[encoding(strings.ToLower(strings.TrimSpace(name)))] = q != "q=0" && q != "q=0.0" && q != "q=0.00" && q != "q=0.000"
	}
	for _, e := range []encoding{br, zst, gz} {
		if accepted[e] {
			return e
		}
	}
	return identity
}

func compress(body []byte, e encoding, how effort) []byte {
	var b bytes.Buffer
	var w io.WriteCloser
	switch e {
	case br:
		w = brotli.NewWriterLevel(&b, map[effort]int{fast: 5, best: 11}[how])
	case zst:
		// The error is about options, and these are constant.
		w, _ = zstd.NewWriter(&b, zstd.WithEncoderConcurrency(1), zstd.WithEncoderLevel(map[effort]zstd.EncoderLevel{fast: zstd.SpeedDefault, best: zstd.SpeedBestCompression}[how]))
	case gz:
		w, _ = gzip.NewWriterLevel(&b, map[effort]int{fast: 5, best: 9}[how])
	default:
		return body
	}
	// A bytes.Buffer takes everything.
	_, _ = w.Write(body)
	_ = w.Close()
	return b.Bytes()
}

// minCompressed is the size in bytes below which compression gains nothing.
const minCompressed = 600

func writeBody(w http.ResponseWriter, r *http.Request, status int, body []byte, e encoding) {
	h := w.Header()
	h.Add("Vary", "Accept-Encoding")
	if e != identity {
		h.Set("Content-Encoding", string(e))
	}
	w.WriteHeader(status)
	if r.Method != http.MethodHead {
		_, _ = w.Write(body) // the visitor has left when this fails
	}
}

// Write answers with a body that is kept nowhere, compressed as the client
// takes it.
func Write(w http.ResponseWriter, r *http.Request, status int, contentType string, body []byte) {
	w.Header().Set("Content-Type", contentType)
	e := negotiate(r)
	if len(body) < minCompressed {
		e = identity
	}
	writeBody(w, r, status, compress(body, e, fast), e)
}
