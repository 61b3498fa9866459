package httpx

import (
	"bytes"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/andybalholm/brotli"
	"github.com/andybalholm/brotli/matchfinder"
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
	fastest  level = iota // while a visitor waits
	fast                  // while a visitor waits for a large body
	thorough              // while a visitor waits for what would else just miss a round trip
	better                // for a page that is asked for again
	best                  // for what never changes
)

// largeBody is the size in bytes above which a body is large: compressed the fastest
// way, some of those take more than one round trip.
const largeBody = 80 << 10

// roundTrip is how many bytes come with the first round trip (pages.md).
const roundTrip = 14_600

// compressAtOnce compresses for a visitor who waits.
func compressAtOnce(body []byte, e encoding) []byte {
	l := fastest
	if len(body) > largeBody {
		l = fast
	}
	out := compress(body, e, l)
	// What is further off would not come to fit.
	for roundTrip < len(out) && len(out) < roundTrip*11/10 && l < thorough {
		l++
		if smaller := compress(body, e, l); len(smaller) < len(out) {
			out = smaller
		}
	}
	return out
}

// negotiate picks the best coding that the client takes. Brotli makes the
// smallest pages.
func negotiate(r *http.Request) encoding { return negotiateOf(r, br, zst, gz) }

// negotiateOf picks the first of some codings that the client takes.
func negotiateOf(r *http.Request, codings ...encoding) encoding {
	best := len(codings)
	for part := range strings.SplitSeq(strings.Join(r.Header["Accept-Encoding"], ","), ",") {
		name, q, weighted := strings.Cut(part, ";")
		name = strings.TrimSpace(name)
		i := slices.IndexFunc(codings, func(e encoding) bool { return strings.EqualFold(string(e), name) })
		if i < 0 || i >= best {
			continue
		}
		if weighted {
			if q = strings.ToLower(strings.ReplaceAll(q, " ", "")); q == "q=0" || q == "q=0.0" || q == "q=0.00" || q == "q=0.000" {
				continue
			}
		}
		best = i
	}
	if best == len(codings) {
		return identity
	}
	return codings[best]
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
	// The library's second writer takes, at its level 3, a third of the time of the
	// first one's level 5, for some eight in a hundred more bytes; at level 1 a
	// quarter, for twenty (BenchmarkCompress).
	{br, fastest}:  {New: func() any { return brotliWriter(1) }},
	{br, fast}:     {New: func() any { return brotliWriter(3) }},
	{br, thorough}: {New: func() any { return brotli.NewWriterLevel(nil, 5) }},
	// Level 11 takes three times as long for one in a hundred bytes.
	{br, better}:    {New: func() any { return brotli.NewWriterLevel(nil, 10) }},
	{br, best}:      {New: func() any { return brotli.NewWriterLevel(nil, brotli.BestCompression) }},
	{zst, fastest}:  {New: func() any { return zstdWriter(zstd.SpeedFastest) }},
	{zst, fast}:     {New: func() any { return zstdWriter(zstd.SpeedDefault) }},
	{zst, thorough}: {New: func() any { return zstdWriter(zstd.SpeedBetterCompression) }},
	{zst, better}:   {New: func() any { return zstdWriter(zstd.SpeedBestCompression) }},
	{zst, best}:     {New: func() any { return zstdWriter(zstd.SpeedBestCompression) }},
	{gz, fastest}:   {New: func() any { w, _ := gzip.NewWriterLevel(nil, 3); return w }},
	{gz, fast}:      {New: func() any { w, _ := gzip.NewWriterLevel(nil, 5); return w }},
	{gz, thorough}:  {New: func() any { w, _ := gzip.NewWriterLevel(nil, 7); return w }},
	{gz, better}:    {New: func() any { w, _ := gzip.NewWriterLevel(nil, gzip.BestCompression); return w }},
	{gz, best}:      {New: func() any { w, _ := gzip.NewWriterLevel(nil, gzip.BestCompression); return w }},
}

// brotliBlock is how many bytes get a table of codes of their own: more than a page,
// since each table costs time and room.
const brotliBlock = 1 << 20

// brotliPage compresses what comes in one Write, and nothing behind it: the library's
// own writer copies it first.
type brotliPage struct {
	to      io.Writer
	find    matchfinder.MatchFinder
	encode  matchfinder.Encoder
	matches []matchfinder.Match
	out     []byte
}

func brotliWriter(l int) *brotliPage {
	w := brotli.NewWriterV2(nil, l)
	return &brotliPage{find: w.MatchFinder, encode: w.Encoder}
}

func (w *brotliPage) Reset(to io.Writer) {
	w.find.Reset()
	w.encode.Reset()
	w.to = to
}

func (w *brotliPage) Write(body []byte) (int, error) {
	w.out = w.out[:0]
	for at := 0; at == 0 || at < len(body); at += brotliBlock {
		block := body[at:min(at+brotliBlock, len(body))]
		w.matches = w.find.FindMatches(w.matches[:0], block)
		w.out = w.encode.Encode(w.out, block, w.matches, at+brotliBlock >= len(body))
	}
	_, err := w.to.Write(w.out)
	return len(body), err
}

// Close implements io.Closer.
func (*brotliPage) Close() error { return nil }

func zstdWriter(l zstd.EncoderLevel) *zstd.Encoder {
	w, _ := zstd.NewWriter(nil, zstd.WithEncoderConcurrency(1), zstd.WithEncoderLevel(l))
	return w
}

// pooled is a compressor of an encoding, to be given back.
func pooled(e encoding, l level) compressor {
	return compressors[struct {
		encoding
		level
	}{e, l}].Get().(compressor)
}

func giveBack(e encoding, l level, w compressor) {
	compressors[struct {
		encoding
		level
	}{e, l}].Put(w)
}

// compress gives body in an encoding; as it is, in identity.
func compress(body []byte, e encoding, l level) []byte {
	if e == identity {
		return body
	}
	w := pooled(e, l)
	defer giveBack(e, l, w)
	var b bytes.Buffer
	w.Reset(&b)
	// A bytes.Buffer takes everything.
	_, _ = w.Write(body)
	_ = w.Close()
	return b.Bytes()
}

// decompress gives what compress was given, of a length. It fails where that is not in
// it.
func decompress(body []byte, e encoding, length int) (out []byte, err error) {
	var from io.Reader = bytes.NewReader(body)
	switch e {
	case identity:
		return body, nil
	case br:
		from = brotli.NewReader(from)
	case zst:
		var r *zstd.Decoder
		if r, err = zstd.NewReader(from, zstd.WithDecoderConcurrency(1)); err == nil {
			defer r.Close()
			from = r
		}
	case gz:
		from, err = gzip.NewReader(from)
	}
	if err != nil {
		return nil, err
	}
	out = make([]byte, length)
	_, err = io.ReadFull(from, out)
	return out, err
}

// minCompressed is the size in bytes below which compression gains nothing.
const minCompressed = 600

// What is the same in every answer is not made for each. Header.Add to one of these
// makes a new one, since it has no room to grow.
var (
	varyEncoding = []string{"Accept-Encoding"}
	inHeader     = map[encoding][]string{br: {string(br)}, zst: {string(zst)}, gz: {string(gz)}}
)

// vary says that an answer hangs on what codings the client takes.
func vary(h http.Header) {
	if len(h["Vary"]) == 0 {
		h["Vary"] = varyEncoding
	} else {
		h.Add("Vary", "Accept-Encoding")
	}
}

// writeBody tells how much of the body was taken.
func writeBody(w http.ResponseWriter, r *http.Request, status int, body []byte, e encoding) (n int) {
	whole(w, r, fixedHeaders{}, func() {
		h := w.Header()
		h.Set("Content-Length", strconv.Itoa(len(body))) // else it is sent in chunks
		vary(h)
		if e != identity {
			h["Content-Encoding"] = inHeader[e]
		}
		w.WriteHeader(status)
		if r.Method != http.MethodHead {
			n, _ = w.Write(body) // the visitor has left when this fails
		}
	})
	return n
}

// Write answers with a body that is kept nowhere, compressed as the client
// takes it.
func Write(w http.ResponseWriter, r *http.Request, status int, contentType string, body []byte) {
	w.Header().Set("Content-Type", contentType)
	e := negotiate(r)
	if len(body) < minCompressed {
		e = identity
	}
	writeBody(w, r, status, compressAtOnce(body, e), e)
}
