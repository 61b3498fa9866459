package site_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"praksis/internal/browsertest"
	"praksis/internal/catalogue"
	"praksis/internal/review"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// Other sites may frame an example and a list, and nothing else of ours; what they
// frame has nothing to press but links.
func TestEmbed(t *testing.T) {
	f := newFixture(t)
	slug := f.slugs[0]
	one := catalogue.EmbedPath(catalogue.PracticePath(slug))
	for _, path := range []string{one, "/indlejr/eksempler", "/indlejr/eksempler?maalgruppe=handicap", "/indlejr/eksempler?q=telefon"} {
		w := f.do("GET", path)
		h := w.Header()
		if csp := h.Get("Content-Security-Policy"); w.Code != 200 || !strings.Contains(csp, "frame-ancestors *") || !strings.Contains(csp, "form-action 'none'") || strings.Contains(csp, "script-src") {
			t.Errorf("%s: %d, policy %q", path, w.Code, csp)
		}
		if h.Get("X-Frame-Options") != "" || h.Get("Set-Cookie") != "" || h.Get("X-Robots-Tag") != "noindex" {
			t.Errorf("%s: %v", path, h)
		}
		doc := document(t, w)
		if n := doc.Find("script, form, input, button, [style]").Length(); n > 0 {
			t.Errorf("%s has %d elements that do something", path, n)
		}
		if doc.Find(`base[target="_blank"]`).Length() != 1 || doc.Find(".hit").Length() == 0 || doc.Find("h1").Length() != 1 {
			t.Errorf("%s is no list of cards", path)
		}
		if canonical, _ := doc.Find(`link[rel="canonical"]`).Attr("href"); canonical != "https://praksis.example"+strings.TrimPrefix(path, "/indlejr") {
			t.Errorf("%s stands for %s", path, canonical)
		}
		if err := f.index.CatchUp(t.Context()); err != nil { // confirms the version
			t.Fatal(err)
		}
		if again := f.do("GET", path, "If-None-Match", h.Get("ETag")); again.Code != 304 || again.Header().Get("X-Frame-Options") != "" || again.Header().Get("Content-Security-Policy") != h.Get("Content-Security-Policy") {
			t.Errorf("%s asked again: %d %v", path, again.Code, again.Header())
		}
	}
	if n := document(t, f.do("GET", "/indlejr/eksempler")).Find(".hit").Length(); n != catalogue.PageSize {
		t.Errorf("%d of all", n)
	}
	for from, to := range map[string]string{
		one + "?x=1": one, "/indlejr/eksempler?side=3": "/indlejr/eksempler", "/indlejr/eksempler?tema=&maalgruppe=handicap": "/indlejr/eksempler?maalgruppe=handicap",
		"/indlejr?tema=": "/indlejr", "/indlejr?x=1&eksempel=" + slug: "/indlejr?eksempel=" + slug,
	} {
		if w := f.do("GET", from); w.Code != 302 || w.Header().Get("Location") != to {
			t.Errorf("%s: %d to %s", from, w.Code, w.Header().Get("Location"))
		}
	}
	// What may not be framed: the pages themselves, the help, and pages of errors.
	for _, path := range []string{catalogue.PracticePath(slug), "/eksempler", "/indlejr", "/indlejr?eksempel=" + slug, "/indlejr/findes-ikke", "/indlejr/eksempler?q=%zz", "/dcat.ttl", catalogue.CitationPath(slug)} {
		if h := f.do("GET", path).Header(); h.Get("X-Frame-Options") != "DENY" || !strings.Contains(h.Get("Content-Security-Policy"), "frame-ancestors 'none'") {
			t.Errorf("%s may be framed", path)
		}
	}

	// What is gone tells so where it stood, and what has moved is found.
	moved := f.slugs[1]
	f.decide(moved, slug, review.Act{Action: review.MergePractice, Text: "Det samme eksempel"})
	if w := f.do("GET", catalogue.EmbedPath(catalogue.PracticePath(moved))); w.Code != 301 || w.Header().Get("Location") != one {
		t.Errorf("merged: %d to %s", w.Code, w.Header().Get("Location"))
	}
	f.withdraw(f.slugs[2], "Ikke rigtigt")
	f.remove(f.slugs[3])
	for path, want := range map[string]int{catalogue.PracticePath(f.slugs[2]): 410, catalogue.PracticePath(f.slugs[3]): 410, "/eksempler/findes-ikke": 404, "/eksempler/%C3%A6": 404} {
		w := f.do("GET", catalogue.EmbedPath(path))
		if w.Code != want || w.Header().Get("X-Frame-Options") != "" || document(t, w).Find("form, script").Length() > 0 || !strings.Contains(w.Body.String(), "i kataloget") {
			t.Errorf("%s: %d", path, w.Code)
		}
	}
	if w := f.do("GET", "/indlejr?eksempel="+f.slugs[3]); w.Code != 410 {
		t.Errorf("help for what is removed: %d", w.Code)
	}
}

// The title of a list's frame has no number, since it does not follow the list; and
// who frames a long list is told that its first part is shown.
func TestEmbedHelp(t *testing.T) {
	f := readingFixture(t)
	for path, want := range map[string]struct {
		title string
		part  bool
	}{
		"/indlejr": {"Praksiskataloget: eksempler", true}, "/indlejr?maalgruppe=angst": {"Praksiskataloget: eksempler for angst", false},
	} {
		doc := document(t, f.do("GET", path))
		code := doc.Find("pre code").Text()
		if !strings.Contains(code, `title="`+want.title+`"`) || strings.Contains(doc.Text(), "de første 20") != want.part {
			t.Errorf("%s: %s", path, code)
		}
	}
}

// The code that the help gives shows the example on a page of another origin.
func TestEmbedInAFrame(t *testing.T) {
	f := newFixture(t)
	base := server(t, f)
	slug := f.slugs[0]
	code := document(t, f.do("GET", "/indlejr?eksempel="+slug)).Find("pre code").Text()
	if !strings.HasPrefix(code, `<iframe src="https://praksis.example/indlejr/eksempler/`+slug+`" title="Praksiskataloget: `) {
		t.Fatal(code)
	}
	code = strings.Replace(code, "https://praksis.example", base, 1)
	intranet := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		fmt.Fprintf(w, `<!DOCTYPE html><html lang="da"><title>Intranet</title><main><h1>Intranet</h1>%s<iframe id="page" title="x" src="%s/eksempler"></iframe></main>`, code, base)
	}))
	t.Cleanup(intranet.Close)
	ctx := tab(t, browsertest.Chromium(t), 1280)
	do(t, ctx, chromedp.Navigate(intranet.URL))
	eventually(t, ctx, `performance.getEntriesByType('resource').filter(e => e.initiatorType === 'iframe').length === 2`)
	tree, err := chromedp.Call(ctx, page.GetFrameTree, cdp.Empty{})
	if err != nil {
		t.Fatal(err)
	}
	var shown []string
	for _, c := range tree.FrameTree.ChildFrames {
		shown = append(shown, c.Frame.URL)
	}
	if len(shown) != 2 || shown[0] != base+catalogue.EmbedPath(catalogue.PracticePath(slug)) || strings.HasPrefix(shown[1], base) {
		t.Errorf("the frames show %q", shown)
	}
}
