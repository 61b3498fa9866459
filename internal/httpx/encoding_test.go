package httpx

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/andybalholm/brotli"
)

// What is compressed comes back as it was, whatever was compressed before it with
// the same compressor.
func TestCompress(t *testing.T) {
	random := make([]byte, 300_000)
	for i := range random {
		random[i] = byte(rand.IntN(256))
	}
	bodies := map[string][]byte{"empty": {}, "one": {'x'}, "random": random, "zeros": make([]byte, 200_000),
		"page": []byte(body("a")), "several blocks": bytes.Repeat([]byte(body("æ")), 2*brotliBlock/len(body("æ"))+1), "whole blocks": make([]byte, 2*brotliBlock), "page again": []byte(body("a"))}
	for _, e := range []encoding{br, zst, gz} {
		for _, l := range []level{fastest, fast, thorough, better, best} {
			for name, body := range bodies {
				w := httptest.NewRecorder()
				writeBody(w, httptest.NewRequest("GET", "/", nil), 200, compress(body, e, l), e)
				if got := decoded(t, w.Result()); got != string(body) {
					t.Errorf("%s, level %d, %s: %d bytes for %d", e, l, name, len(got), len(body))
				}
			}
		}
	}
}

// What better compression brings into one round trip comes in one.
func TestCompressAtOnce(t *testing.T) {
	page := finderLike()
	brought := false
	for n := range 400 { // longer and longer
		var b strings.Builder
		b.Write(page)
		for i := range 5 * n {
			fmt.Fprintf(&b, "<p>%s nummer %x på dansk %d</p>", []string{"Gåture", "Telefon", "Besøg"}[i%3], i*i*2654435761%1000003, i%17)
		}
		body := []byte(b.String())
		l := fastest
		if len(body) > largeBody {
			l = fast
		}
		quick, out, good := len(compress(body, br, l)), len(compressAtOnce(body, br)), len(compress(body, br, thorough))
		if good > roundTrip {
			break
		}
		if quick > roundTrip {
			brought = true
			if out > roundTrip {
				t.Errorf("%d bytes are sent in %d, where %d would do", len(body), out, good)
			}
		}
	}
	if !brought {
		t.Error("no page was between")
	}
}

// finderLike is a page with the repetitions of the finder's: rows of filters, then
// cards.
func finderLike() []byte {
	var b strings.Builder
	for i := range 200 {
		fmt.Fprintf(&b, `<li><a class="facet" id="maalgruppe-%x" href="/eksempler?aktoer=aarhus&amp;maalgruppe=%x" rel="nofollow" data-finder> <span class="facet__label">%s nr. %d</span> <span class="facet__count">%d</span></a></li>`,
			i*7919, i*7919, []string{"Mennesker med angst", "Hjemløse", "Borgere i botilbud"}[i%3], i, i*i%97)
	}
	for i := range 20 {
		fmt.Fprintf(&b, `<li><article class="hit"><p class="hit__who"> <span class="hit__name">Kommune %d</span></p><h3><a href="/eksempler/gaature-%x">Gåture %x i naturen</a></h3>%s</article></li>`, i, i*104729, i*1299709, body(string(rune('a' + i)))[:600])
	}
	return []byte(b.String())
}

// BenchmarkCompress is what compressing a new page costs, and how that compares
// with the other way to write brotli: "times-faster" and "times-larger" are
// against its level 5.
func BenchmarkCompress(b *testing.B) {
	page := finderLike()
	w := brotli.NewWriterLevel(nil, 5)
	for name, l := range map[string]level{"fastest": fastest, "fast": fast} {
		b.Run(name, func(b *testing.B) {
			var other, ours time.Duration
			var otherSize, size int
			for b.Loop() {
				start := time.Now()
				var out bytes.Buffer
				w.Reset(&out)
				_, _ = w.Write(page)
				_ = w.Close()
				other += time.Since(start)
				start = time.Now()
				size, otherSize = len(compress(page, br, l)), out.Len()
				ours += time.Since(start)
			}
			b.ReportMetric(float64(ours.Nanoseconds())/float64(b.N), "ns/page")
			b.ReportMetric(float64(other)/float64(ours), "times-faster")
			b.ReportMetric(float64(size)/float64(otherSize), "times-larger")
		})
	}
}
