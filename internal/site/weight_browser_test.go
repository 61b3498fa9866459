package site_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"praksis/internal/browsertest"
	"praksis/internal/catalogue"

	"github.com/chromedp/chromedp"
)

// TestFirstVisit opens one page of each kind as somebody who was never here, and one as
// somebody who was, in a real Chromium, which counts the bytes with their heads: what is
// loaded is within the budgets of pages.md, "Weight and speed", comes from here alone, and
// nothing moves while it comes, with fonts that come late either.
func TestFirstVisit(t *testing.T) {
	f := readingFixture(t)
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, ".woff2") {
			time.Sleep(300 * time.Millisecond) // after the page is drawn
		}
		f.ServeHTTP(w, r)
	}))
	defer s.Close()
	ctx := tab(t, browsertest.Chromium(t), widths[0])
	v := browsertest.Watch(t, ctx)
	type budget struct{ html, all, requests int }
	lists, others := budget{14_600, 60_000, 6}, budget{20_000, 64_000, 8}
	const practice = "/eksempler/toender-gaature-i-naturen-med-saarbare-unge"
	for _, page := range []struct {
		at string
		budget
	}{
		{"/eksempler", lists}, {"/eksempler?q=telefon", lists}, {practice, lists},
		{"/", others}, {practice + "/aendringer", others}, {"/loesninger/walk-and-talk", others}, {"/maalgrupper", others}, {"/regioner/region-midtjylland", others}, {"/kort", others}, {"/overblik", others}, {"/kontraster", others}, {"/tjekliste", others},
		{catalogue.ComparePath(f.slugs[2:6]...), others}, {catalogue.BriefPath("", f.slugs[2:8]), others}, {"/indlejr/eksempler?maalgruppe=handicap", others}, {"/indsend/tip", others}, {"/indsend/eksempel", others}, {"/foelg?kontaktform=telefon", others}, {"/om", others}, {"/findes-ikke", others},
	} {
		all := v.First(t, s.URL+page.at)
		sum, html, script, requests := 0, 0, 0, 0
		for _, l := range all {
			if strings.HasSuffix(l.URL, "/favicon.ico") || strings.Contains(l.URL, "/favicon.") {
				continue
			}
			switch {
			case !strings.HasPrefix(l.URL, s.URL+"/"):
				t.Errorf("%s: it loads %s", page.at, l.URL)
			case l.Type == "Document":
				html += l.Bytes
			case l.Type == "Script":
				script += l.Bytes
			}
			sum += l.Bytes
			requests++
		}
		shift, moved := browsertest.Shift(t, ctx)
		t.Logf("%-60s %6d HTML, %6d script, %6d in %d requests, shift %.4f", page.at, html, script, sum, requests, shift)
		if html == 0 || html > page.html || script > mostScript || sum > page.all || requests > page.requests {
			t.Errorf("%s: %d bytes of HTML, %d of scripts, %d in all, %d requests: %+v", page.at, html, script, sum, requests, all)
		}
		if shift > 0.01 {
			t.Errorf("%s: %.3f of the page has moved: %s", page.at, shift, moved)
		}
	}
	for _, l := range v.Again(t, s.URL+practice) {
		if l.Bytes > 0 && l.Type != "Document" {
			t.Errorf("a second visit loads %s, %d bytes", l.URL, l.Bytes)
		}
	}
}

// mostScript is what of our scripts any page may load.
const mostScript = 10_000

// BenchmarkFirstVisit tells how long a first visit takes somebody whose processor is four
// times slower than this one: until the largest part is there (LCP).
func BenchmarkFirstVisit(b *testing.B) {
	f := readingFixture(b)
	s := httptest.NewServer(f)
	defer s.Close()
	ctx, stop := chromedp.NewContext(browsertest.Chromium(b))
	defer stop()
	browsertest.Do(b, ctx, chromedp.EmulateViewport(widths[0], 800))
	v := browsertest.Watch(b, ctx)
	browsertest.Slower(b, ctx, 4)
	for _, at := range []string{"/", "/eksempler", "/eksempler/toender-gaature-i-naturen-med-saarbare-unge"} {
		b.Run("page"+at, func(b *testing.B) {
			sum := 0.0
			for b.Loop() {
				v.First(b, s.URL+at)
				sum += browsertest.Eval[float64](b, ctx, `new Promise(r => new PerformanceObserver(l => r(l.getEntries().at(-1).startTime)).observe({type: 'largest-contentful-paint', buffered: true}))`)
			}
			b.ReportMetric(sum/float64(b.N), "LCP-ms")
		})
	}
}
