package httpx

import (
	"bytes"
	"io"
	"net/http"
	"strings"
	"sync"

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

// level is how hard compression tries.
type level int

const (
	fast level = iota // while a visitor waits
	best              // for what is kept
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

// compressor can be used again: making one costs more than a page does.
type compressor interface {
	io.WriteCloser
	Reset(io.Writer)
}

// compressors are pooled by encoding and level. Their options are constant, and
// right ones give no error.
var compressors = map[struct {
	encoding
	level
}]*sync.Pool{
	{br, fast}:  {New: func() any { return brotli.NewWriterLevel(nil, 5) }},
	{br, best}:  {New: func() any { return brotli.NewWriterLevel(nil, brotli.BestCompression) }},
	{zst, fast}: {New: func() any { return zstdWriter(zstd.SpeedDefault) }},
	{zst, best}: {New: func() any { return zstdWriter(zstd.SpeedBestCompression) }},
	{gz, fast}:  {New: func() any { w, _ := gzip.NewWriterLevel(nil, 5); return w }},
	{gz, best}:  {New: func() any { w, _ := gzip.NewWriterLevel(nil, gzip.BestCompression); return w }},
}

func zstdWriter(l zstd.EncoderLevel) *zstd.Encoder {
	w, _ := zstd.NewWriter(nil, zstd.WithEncoderConcurrency(1), zstd.WithEncoderLevel(l))
	return w
}

// compress gives body in an encoding; as it is, in identity.
func compress(body []byte, e encoding, l level) []byte {
	pool := compressors[struct {
		encoding
		level
	}{e, l}]
	if pool == nil {
		return body
	}
	w := pool.Get().(compressor)
	defer pool.Put(w)
	var b bytes.Buffer
	w.Reset(&b)
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
