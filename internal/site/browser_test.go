package site_test

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"praksis/internal/browsertest"
	"praksis/internal/catalogue"
	"praksis/internal/site"
	"praksis/web"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// The widths at which pages must hold: a phone and a desk.
var widths = []int64{375, 1280}

// root is the way from here to the repository's root.
const root = "../.."

var (
	do         = browsertest.Do
	eventually = browsertest.Eventually
)

func eval[T any](t *testing.T, ctx context.Context, js string) T {
	t.Helper()
	return browsertest.Eval[T](t, ctx, js)
}

// tab opens a tab of its own, which is given two minutes.
func tab(t *testing.T, browser context.Context, width int64) context.Context {
	t.Helper()
	ctx, stop := chromedp.NewContext(browser)
	t.Cleanup(stop)
	ctx, stop = context.WithTimeout(ctx, 2*time.Minute)
	t.Cleanup(stop)
	do(t, ctx, chromedp.EmulateViewport(width, 800))
	return ctx
}

// server serves the fixture on loopback, and the page that is shown while the
// catalogue starts.
func server(t *testing.T, f *fixture) string {
	t.Helper()
	s := httptest.NewServer(f)
	t.Cleanup(s.Close)
	return s.URL
}

// TestAccessible holds every kind of page at both widths to WCAG 2.2 AA as far
// as axe can tell, to no sideways scrolling, and to a clean console.
func TestAccessible(t *testing.T) {
	f := newFixture(t)
	f.withdraw(f.slugs[0], "Kommunen har bedt om det.")
	f.remove(f.slugs[1])
	shortlist := &browser{fixture: f}
	shortlist.do("POST", "/mappe", url.Values{"eksempel": f.slugs[2:6]}).open("")
	edit := shortlist.link("rette")
	shortlist.do("POST", "/mappe/ret", shortlist.form("goer", "udgave"))
	base := server(t, f)
	starting := httptest.NewServer(site.NewStarting(site.Config{Authority: web.Authority{Name: "Testkontoret"}}, slog.New(slog.DiscardHandler)))
	t.Cleanup(starting.Close)
	preparing := f.preparing()
	source := browsertest.Axe(t, root)
	pages := map[string]string{
		"map": base + "/kort", "map of regions": base + "/kort?vis=regioner", "filtered map": base + "/kort?effekt=god&maalgruppe=angst", "front": base + "/", "finder": base + "/eksempler", "filtered": base + "/eksempler?effekt=god&kontaktform=udendoers&q=g%C3%A5tur", "zero": base + "/eksempler?effekt=daarlig&q=samtale",
		"weak": base + "/eksempler?q=hjeml%C3%B8se+walk+and+talk+skype", "slip": base + "/eksempler?q=hjemls%C3%B8e", "offers": base + "/eksempler?q=misbrugsbehandling+skype", "last page": base + "/eksempler?side=3", "practice": base + catalogue.PracticePath(f.slugs[2]),
		"changes": base + "/eksempler/toender-gaature-i-naturen-med-saarbare-unge/aendringer", "practice with a finding": base + "/eksempler/toender-gaature-i-naturen-med-saarbare-unge", "withdrawn": base + catalogue.PracticePath(f.slugs[0]), "removed": base + catalogue.PracticePath(f.slugs[1]),
		"solutions": base + "/loesninger", "solution": base + "/loesninger/walk-and-talk", "target group": base + "/maalgrupper/psykisk-saarbare", "target groups": base + "/maalgrupper", "municipalities": base + "/kommuner", "municipality": base + "/kommuner/aarhus",
		"municipality without examples": base + "/kommuner/laesoe", "region": base + "/regioner/region-midtjylland", "about": base + "/om", "first days": base + "/kom-i-gang", "first day": base + "/kom-i-gang/sagsbehandler", "accessibility": base + "/tilgaengelighed", "privacy": base + "/privatliv", "status": base + "/status", "checklist": base + "/tjekliste", "next time": base + "/naeste-gang", "opposed": base + "/eksempler/region-midtjylland-borgere-koebte-ind-paa-nettet",
		"brief": base + catalogue.BriefPath("", f.slugs[2:8]), "contrasts": base + "/loesninger/lukkede-dag-og-vaeresteder", "not found": base + "/findes-ikke", "bad request": base + "/eksempler?q=%zz", "starting": starting.URL + "/", "preparing": preparing + "/", "example while preparing": preparing + catalogue.PracticePath(f.slugs[2]), "API": base + catalogue.PathAPI,
		"shortlist to edit": base + edit, "meeting brief": base + edit + "/oplaeg", "edition": base + shortlist.at, "no shortlist": base + "/mappe", "choosing": base + "/mappe/vaelg?kontaktform=telefon", "four side by side": base + catalogue.ComparePath(f.slugs[2:6]...),
		"gaps": base + "/mangler", "overview": base + "/overblik", "all contrasts": base + "/kontraster", "follow": base + "/foelg?kontaktform=telefon",
		"framed": base + "/indlejr/eksempler?maalgruppe=handicap", "how to frame": base + "/indlejr?maalgruppe=handicap",
	}
	b := browsertest.Chromium(t)
	for _, width := range widths {
		ctx := tab(t, b, width)
		for name, url := range pages {
			do(t, ctx, chromedp.Navigate(url))
			audit(t, ctx, source, fmt.Sprintf("%s at %d", name, width))
		}
	}
	// The narrowest that the law asks for.
	ctx := tab(t, b, 320)
	do(t, ctx, chromedp.EmulateViewport(320, 640))
	for name, url := range pages {
		do(t, ctx, chromedp.Navigate(url))
		if over := eval[int](t, ctx, `document.documentElement.scrollWidth - innerWidth`); over > 0 {
			t.Errorf("%s at 320: %d pixels too wide", name, over)
		}
	}
}

// audit holds the page that is shown to what axe can tell, to no sideways
// scrolling, and to targets that are large enough.
func audit(t *testing.T, ctx context.Context, source, name string) {
	t.Helper()
	// All that is folded is looked at too.
	eval[bool](t, ctx, `document.querySelectorAll('details').forEach(d => d.open = true) || true`)
	if _, err := chromedp.Run(ctx, chromedp.Evaluate[chromedp.Void](source+";undefined")); err != nil {
		t.Fatal(err)
	}
	found := eval[string](t, ctx, `axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']})
		.then(r => JSON.stringify({passes: r.passes.length, violations: r.violations.map(v => v.id + ': ' + v.help + ' ' + v.nodes.map(n => n.html.slice(0, 160)).join(' | '))}))`)
	var r struct {
		Passes     int
		Violations []string
	}
	if err := json.Unmarshal([]byte(found), &r); err != nil || r.Passes < 10 {
		t.Errorf("%s: axe passed only %d checks, %v", name, r.Passes, err)
	}
	for _, v := range r.Violations {
		t.Errorf("%s: %s", name, v)
	}
	if over := eval[int](t, ctx, `document.documentElement.scrollWidth - innerWidth`); over > 0 {
		t.Errorf("%s: %d pixels too wide", name, over)
	}
	if small := eval[string](t, ctx, `[...document.querySelectorAll('a.facet, .chips a, .offers a, .pagination a, button, summary, .toolbar a')].filter(e => e.checkVisibility() && !e.matches('.sr-only') && e.getBoundingClientRect().height < 24).map(e => e.outerHTML.slice(0, 100)).join(' | ')`); small != "" {
		t.Errorf("%s: targets under 24 pixels: %s", name, small)
	}
}

// TestCaseworkersMinute goes from the front page to a useful example, as a
// caseworker would, with and without JavaScript.
func TestCaseworkersMinute(t *testing.T) {
	f := newFixture(t)
	base := server(t, f)
	b := browsertest.Chromium(t)
	for _, width := range widths {
		for _, scripts := range []bool{true, false} {
			ctx := tab(t, b, width)
			if !scripts {
				if _, err := chromedp.Run(ctx, func(ctx context.Context, tg *chromedp.Target) (cdp.Empty, error) {
					return cdp.Call(ctx, tg, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
				}); err != nil {
					t.Fatal(err)
				}
			}
			do(t, ctx, chromedp.Navigate(base+"/"), chromedp.SendKeys(chromedp.ID("q"), "unge gåtur"+kb.Enter))
			eventually(t, ctx, `location.search === '?q=unge+g%C3%A5tur' && document.getElementById('resultater').innerText.includes('gåtur')`)
			if width < 992 {
				do(t, ctx, chromedp.Click(chromedp.CSS(".filter-panel > summary")))
			}
			do(t, ctx, chromedp.Click(chromedp.ID("effekt-god")))
			eventually(t, ctx, `location.search === '?effekt=god&q=unge+g%C3%A5tur' && document.querySelectorAll('.chips li').length === 1`)
			do(t, ctx, chromedp.Click(chromedp.CSS("#results h3 a")))
			eventually(t, ctx, `location.pathname.startsWith('/eksempler/') && document.querySelector('.practice') !== null`)
			if !eval[bool](t, ctx, `document.querySelector('.said').innerText.includes('God effekt') && /unge/i.test(document.querySelector('.said').innerText)`) {
				t.Error("the finding is not on the page")
			}
		}
	}
}

// The front page asks what one comes for: one choice leads to the examples for a
// target group, and the directory is folded on a phone alone, with and without JavaScript.
func TestFrontByTask(t *testing.T) {
	f := newFixture(t)
	base := server(t, f)
	b := browsertest.Chromium(t)
	for _, width := range widths {
		for _, scripts := range []bool{true, false} {
			ctx := tab(t, b, width)
			if !scripts {
				if _, err := chromedp.Run(ctx, func(ctx context.Context, tg *chromedp.Target) (cdp.Empty, error) {
					return cdp.Call(ctx, tg, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
				}); err != nil {
					t.Fatal(err)
				}
			}
			do(t, ctx, chromedp.Navigate(base+"/"))
			if open := eval[bool](t, ctx, `document.querySelector('.browse a').checkVisibility({contentVisibilityAuto: true, visibilityProperty: true}) && document.querySelector('.browse a').getBoundingClientRect().height > 0`); open != (width >= 992) {
				t.Errorf("at %d, scripts %v: the directory is open: %v", width, scripts, open)
			}
			if tops := eval[bool](t, ctx, `document.querySelector('.tasks').getBoundingClientRect().top < innerHeight`); !tops {
				t.Errorf("at %d the tasks are out of sight", width)
			}
			do(t, ctx, chromedp.SetValue(chromedp.ID("hvem"), "angst"))
			browsertest.Follow(t, ctx, "#hvem-vis")
			eventually(t, ctx, `location.pathname === '/eksempler' && location.search === '?maalgruppe=angst' && document.querySelectorAll('#results .hit').length > 0`)
		}
	}
}

// TestFiltersApplyAtOnce holds the script to its word: no new page, and focus,
// scrolling, folding and history as one expects.
func TestFiltersApplyAtOnce(t *testing.T) {
	f := newFixture(t)
	ctx := tab(t, browsertest.Chromium(t), 1280)
	do(t, ctx, chromedp.Navigate(server(t, f)+"/eksempler"))
	eval[bool](t, ctx, `window.samePage = true`)
	eval[bool](t, ctx, `document.getElementById('facet-tema').open = true`)
	eval[bool](t, ctx, `(document.getElementById('kontaktform-video').focus(), scrollTo(0, 120), true)`)
	before := eval[string](t, ctx, `document.getElementById('resultater').textContent`)
	do(t, ctx, chromedp.KeyEvent(kb.Enter))
	eventually(t, ctx, `location.search === '?kontaktform=video' && document.getElementById('kontaktform-video').classList.contains('facet--on')`)
	for js, what := range map[string]string{
		`window.samePage === true`:                                            "the page was loaded anew",
		`document.activeElement.id === 'kontaktform-video'`:                   "focus was lost",
		`Math.abs(scrollY - 120) < 2`:                                         "the page has moved",
		`document.getElementById('facet-tema').open`:                          "what was unfolded is folded",
		`document.title.includes('Praksiskataloget')`:                         "the title is gone",
		`document.querySelectorAll('.chips li').length === 1`:                 "no chip",
		`document.querySelector('form input[type=hidden]').value === 'video'`: "a search would lose the filter",
		`document.querySelector('[role=status] #resultater') !== null`:        "the number of hits is not announced",
	} {
		if !eval[bool](t, ctx, js) {
			t.Errorf("%s (%s)", what, js)
		}
	}
	if after := eval[string](t, ctx, `document.getElementById('resultater').textContent`); after == before {
		t.Errorf("still %q", after)
	}
	// The chip drops the filter, and focus does not fall to the top of the page.
	do(t, ctx, chromedp.Focus(chromedp.ID("chip-kontaktform-video")), chromedp.KeyEvent(kb.Enter))
	eventually(t, ctx, `location.search === '' && document.querySelectorAll('.chips li').length === 0`)
	if !eval[bool](t, ctx, `document.activeElement.id === 'resultater'`) {
		t.Error("focus was lost with the chip")
	}
	eval[bool](t, ctx, `(history.back(), true)`)
	eventually(t, ctx, `location.search === '?kontaktform=video' && document.querySelectorAll('.chips li').length === 1`)
	do(t, ctx, chromedp.SetValue(chromedp.ID("q"), "skærmbesøg"), chromedp.Focus(chromedp.ID("q")), chromedp.KeyEvent(kb.Enter))
	eventually(t, ctx, `new URLSearchParams(location.search).get('q') === 'skærmbesøg' && new URLSearchParams(location.search).get('kontaktform') === 'video'`)
	if !eval[bool](t, ctx, `window.samePage === true && document.activeElement.id === 'q'`) {
		t.Error("the search left the page or the field")
	}
}

// TestKeyboardAlone walks from the top of the finder to a filter and a hit
// with the tabulator, and sees where it is all the way.
func TestKeyboardAlone(t *testing.T) {
	f := newFixture(t)
	ctx := tab(t, browsertest.Chromium(t), 1280)
	do(t, ctx, chromedp.Navigate(server(t, f)+"/eksempler"))
	visited := map[string]bool{}
	for range 120 {
		do(t, ctx, chromedp.KeyEvent(kb.Tab))
		at := eval[string](t, ctx, `(() => { const e = document.activeElement, s = getComputedStyle(e);
			const seen = s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 2 || s.boxShadow !== 'none';
			return (seen ? '' : 'INVISIBLE ') + (e.className || e.tagName) + ' ' + (e.id || e.innerText.slice(0, 30)); })()`)
		if strings.HasPrefix(at, "INVISIBLE") {
			t.Errorf("focus cannot be seen on %s", at)
		}
		visited[strings.Fields(at)[0]] = true
		if eval[bool](t, ctx, `document.activeElement.matches('.hit a')`) {
			visited["hit"] = true
			break
		}
	}
	for _, want := range []string{"skipnav", "wordmark", "nav-link", "form-input", "button", "facet", "hit"} {
		if !visited[want] {
			t.Errorf("the tabulator never reached %s: %v", want, visited)
		}
	}
	do(t, ctx, chromedp.KeyEvent(kb.Enter))
	eventually(t, ctx, `location.pathname.startsWith('/eksempler/')`)
}

// TestPrint holds a practice to two A4 pages: those with most to say, and some
// others; the checklist to the two sides of one sheet, and a situation to one.
func TestPrint(t *testing.T) {
	f := newFixture(t)
	base := server(t, f)
	ctx := tab(t, browsertest.Chromium(t), 1280)
	fits := func(name string, limit int) {
		t.Helper()
		pdf, err := chromedp.Run(ctx, chromedp.PrintToPDF(chromedp.PDFPreferCSSPageSize()))
		if err != nil {
			t.Fatal(err)
		}
		if n := strings.Count(string(pdf), "/Type /Page\n") + strings.Count(string(pdf), "/Type /Page/"); n < 1 || n > limit {
			t.Errorf("%s takes %d pages", name, n)
		}
	}
	longest := slices.Clone(f.slugs)
	size := map[string]int{}
	for _, slug := range longest {
		size[slug] = f.do("GET", catalogue.PracticePath(slug)+".json").Body.Len()
	}
	slices.SortFunc(longest, func(a, b string) int { return size[b] - size[a] })
	for _, slug := range append(longest[:15], longest[len(longest)-2:]...) {
		do(t, ctx, chromedp.Navigate(base+catalogue.PracticePath(slug)))
		fits(slug, 2)
	}

	do(t, ctx, chromedp.Navigate(base+catalogue.PathChecklist))
	fits(catalogue.PathChecklist, 2)
	const shown = `[...document.querySelectorAll('.checklist__group')].filter(g => g.checkVisibility()).length`
	ids := eval[[]string](t, ctx, `[...document.querySelectorAll('.checklist__group')].map(g => g.id)`)
	if all := eval[int](t, ctx, shown); len(ids) < 5 || all != len(ids) {
		t.Fatalf("%d of %v are shown", all, ids)
	}
	for _, id := range ids {
		eval[string](t, ctx, `location.hash = '#`+id+`'`)
		eventually(t, ctx, shown+` === 1`)
		fits(catalogue.PathChecklist+"#"+id, 1)
	}
}
