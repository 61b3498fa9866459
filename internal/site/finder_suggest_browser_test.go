package site_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"praksis/internal/browsertest"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// listOpen is a script that is true when the first suggestion has a text.
func listOpen(text string) string {
	return `document.querySelector('#forslag [role=option]')?.textContent.includes('` + text + `') && document.getElementById('q').getAttribute('aria-expanded') === 'true'`
}

const listClosed = `document.getElementById('forslag').hidden && document.getElementById('q').getAttribute('aria-expanded') === 'false'`

// said is what a screen reader has been told last.
const said = `document.querySelector('.search [role=status]').textContent`

// pressed sends a key as a keyboard does, where a key that the page has dealt
// with gives no character any more.
func pressed(k *input.DispatchKeyEventParams) {
	if k.Type == kb.KeyDown {
		k.Type = input.DispatchKeyEventTypeRawKeyDown
	}
}

func typeText(t *testing.T, ctx context.Context, text string) {
	t.Helper()
	do(t, ctx, chromedp.Focus(chromedp.ID("q")), chromedp.KeyEvent(text))
}

// TestSuggestionsByKeyboard goes from three letters on the front page, and on
// the finder, to a filter, without the mouse.
func TestSuggestionsByKeyboard(t *testing.T) {
	f := newFixture(t)
	base := server(t, f)
	ctx := tab(t, browsertest.Chromium(t), 1280)
	for _, page := range []string{"/", "/eksempler?effekt=god"} {
		do(t, ctx, chromedp.Navigate(base+page))
		typeText(t, ctx, "r")
		time.Sleep(300 * time.Millisecond)
		if !eval[bool](t, ctx, listClosed) {
			t.Errorf("%s: suggestions for one letter", page)
		}
		typeText(t, ctx, "usm")
		eventually(t, ctx, listOpen("Rusmiddelproblemer"))
		for js, what := range map[string]string{
			`(e => e.role === 'combobox' && e.getAttribute('aria-controls') === 'forslag' && e.getAttribute('aria-autocomplete') === 'list')(document.getElementById('q'))`: "the field is no combobox",
			`/^\d forslag\. Brug piletasterne\.$/.test(` + said + `)`:                                                     "not announced",
			`!document.getElementById('q').hasAttribute('aria-activedescendant')`:                                         "an option is active before an arrow",
			`document.querySelector('#forslag mark').textContent === 'Rusm'`:                                              "what was typed is not marked",
			`[...document.querySelectorAll('#forslag [role=option]')].every(e => e.getBoundingClientRect().height >= 44)`: "options smaller than a finger",
		} {
			if !eval[bool](t, ctx, js) {
				t.Errorf("%s: %s", page, what)
			}
		}
		active := func() string {
			return eval[string](t, ctx, `(() => { const id = document.getElementById('q').getAttribute('aria-activedescendant'), on = document.querySelectorAll('[aria-selected=true]');
				return on.length === (id ? 1 : 0) && (!id || on[0].id === id) && document.activeElement.id === 'q' ? id ?? '' : 'confused' })()`)
		}
		var seen []string
		for _, key := range []string{kb.ArrowDown, kb.ArrowDown, kb.ArrowUp, kb.ArrowUp, kb.ArrowUp, kb.ArrowDown, kb.ArrowDown, kb.Home} {
			do(t, ctx, chromedp.KeyEvent(key))
			seen = append(seen, active())
		}
		last := eval[string](t, ctx, `document.querySelector('#forslag [role=option]:last-child').id`)
		if want := []string{"forslag-0", "forslag-1", "forslag-0", "", last, "", "forslag-0", ""}; !slices.Equal(seen, want) {
			t.Errorf("%s: active were %q, want %q", page, seen, want)
		}
		if !eval[bool](t, ctx, `document.getElementById('q').selectionStart === 0`) {
			t.Errorf("%s: Home does not lead to the beginning of the text", page)
		}
		// Escape closes first, then empties the field.
		do(t, ctx, chromedp.KeyEvent(kb.Escape))
		eventually(t, ctx, listClosed+` && document.getElementById('q').value === 'rusm' && `+said+` === ''`)
		do(t, ctx, chromedp.KeyEvent(kb.ArrowDown))
		eventually(t, ctx, listOpen("Rusmiddelproblemer"))
		do(t, ctx, chromedp.KeyEvent(kb.Escape), chromedp.KeyEvent(kb.Escape))
		eventually(t, ctx, listClosed+` && document.getElementById('q').value === ''`)
		// Nothing to suggest is said too.
		typeText(t, ctx, "xyzzy")
		eventually(t, ctx, said+` === 'Ingen forslag'`)
		eval[string](t, ctx, `document.getElementById('q').value = ''`)
		typeText(t, ctx, "rusm")
		eventually(t, ctx, listOpen("Rusmiddelproblemer"))
		do(t, ctx, chromedp.KeyEvent(kb.Tab))
		eventually(t, ctx, listClosed+` && document.activeElement.id !== 'q'`)
		typeText(t, ctx, "i")
		eventually(t, ctx, listOpen("Rusmiddelproblemer"))
		do(t, ctx, chromedp.KeyEvent(kb.ArrowDown), chromedp.KeyEvent(kb.Enter, pressed))
		eventually(t, ctx, `location.href.endsWith('/eksempler?maalgruppe=rusmidler') && document.querySelectorAll('.chips li').length === 1`)
	}
	// Enter in the field itself searches, in the finder without a new page.
	eval[bool](t, ctx, `window.samePage = true`)
	typeText(t, ctx, "gåt")
	eventually(t, ctx, listOpen("Walk and talk"))
	do(t, ctx, chromedp.KeyEvent(kb.Enter, pressed))
	eventually(t, ctx, `new URLSearchParams(location.search).get('q') === 'gåt' && window.samePage === true && `+listClosed)
	time.Sleep(300 * time.Millisecond)
	if !eval[bool](t, ctx, listClosed) {
		t.Error("the list came back after the search")
	}
	// A click chooses.
	typeText(t, ctx, "ur")
	eventually(t, ctx, listOpen("Walk and talk"))
	do(t, ctx, chromedp.Click(chromedp.ID("forslag-0")))
	eventually(t, ctx, `location.href.endsWith('/eksempler?kontaktform=walk-and-talk') && document.querySelectorAll('.chips li').length === 1`)
}

// An answer that comes late does not replace a newer one, and no answer is no
// obstacle to searching.
func TestSuggestionsLate(t *testing.T) {
	f := newFixture(t)
	slow := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch q := r.URL.Query().Get("q"); {
		case r.URL.Path == "/forslag" && q == "rusm":
			time.Sleep(time.Second)
		case r.URL.Path == "/forslag" && q == "rusmi":
			http.Error(w, "out of order", http.StatusInternalServerError)
			return
		}
		f.handler.ServeHTTP(w, r)
	}))
	t.Cleanup(slow.Close)
	ctx := tab(t, browsertest.Chromium(t), 1280)
	do(t, ctx, chromedp.Navigate(slow.URL+"/"))
	typeText(t, ctx, "rusm")
	time.Sleep(300 * time.Millisecond)
	eval[string](t, ctx, `document.getElementById('q').value = ''`)
	typeText(t, ctx, "gåtur")
	eventually(t, ctx, listOpen("Walk and talk"))
	time.Sleep(time.Second)
	if !eval[bool](t, ctx, listOpen("Walk and talk")) {
		t.Error("a late answer took the newer one's place")
	}
	eval[string](t, ctx, `document.getElementById('q').value = ''`)
	typeText(t, ctx, "rusmi")
	eventually(t, ctx, listClosed)
	do(t, ctx, chromedp.KeyEvent(kb.Enter, pressed))
	eventually(t, ctx, `location.search === '?q=rusmi'`)
}

// TestSuggestionsAccessible holds the open list to WCAG 2.2 AA as far as axe
// can tell, and to the width of the page.
func TestSuggestionsAccessible(t *testing.T) {
	f := newFixture(t)
	base := server(t, f)
	source := browsertest.Axe(t, root)
	b := browsertest.Chromium(t)
	for _, width := range append(widths, 320) {
		ctx := tab(t, b, width)
		for _, page := range []string{"/", "/eksempler"} {
			do(t, ctx, chromedp.Navigate(base+page))
			typeText(t, ctx, "me")
			eventually(t, ctx, `document.querySelectorAll('#forslag [role=option]').length > 1`)
			do(t, ctx, chromedp.KeyEvent(kb.ArrowDown), chromedp.KeyEvent(kb.ArrowDown))
			if _, err := chromedp.Run(ctx, chromedp.Evaluate[chromedp.Void](source+";undefined")); err != nil {
				t.Fatal(err)
			}
			var found []string
			if err := json.Unmarshal([]byte(eval[string](t, ctx, `axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']})
				.then(r => JSON.stringify(r.violations.map(v => v.id + ': ' + v.help + ' ' + v.nodes.map(n => n.html.slice(0, 160)).join(' | '))))`)), &found); err != nil {
				t.Fatal(err)
			}
			if len(found) > 0 {
				t.Errorf("%s at %d: %s", page, width, strings.Join(found, "\n"))
			}
			if over := eval[int](t, ctx, `document.documentElement.scrollWidth - innerWidth`); over > 0 {
				t.Errorf("%s at %d: %d pixels too wide", page, width, over)
			}
		}
	}
}
