package main

import (
	"fmt"
	"net/http"
	"regexp"
	"testing"

	"praksis/internal/browsertest"
	"praksis/web"

	"github.com/PuerkitoBio/goquery"
	"github.com/chromedp/chromedp"
)

// TestFirstDay does what the pages for somebody new say, step by step in one browser, on
// a phone and on a screen: it opens each link, presses each **»Label«**, sees each
// »Label«, and opens the first of a list where the words stand in *italics*
// (web.FirstDay). So no step leads nowhere, and no label is another one.
func TestFirstDay(t *testing.T) {
	source := browsertest.Axe(t, "../..")
	base, mail, password := servedForBrowser(t)
	b := browsertest.Chromium(t)
	j := journey{base: base, word: "kattemus", mail: "kattemus@viborg.example", scripts: true, axe: source}
	j.visitor, j.editor = newTab(t, b, 375, true), newTab(t, b, 1280, true)
	j.submit(t) // so that the desk has something that waits
	j.signIn(t, mail, password)
	for _, d := range web.FirstDays {
		v := j.visitor
		if d.Slug == "redaktoer" {
			v = j.editor
		}
		t.Run(d.Slug, func(t *testing.T) {
			n := newcomer{journey: &j, tab: v}
			doc := n.page(t, d.Path())
			steps := doc.Find("main ol > li")
			if len := steps.Length(); len < 5 {
				t.Fatalf("%d steps", len)
			}
			v.open(t, j.base+d.Path())
			j.look(t, v, d.Slug)
			steps.Each(func(i int, step *goquery.Selection) { n.step(t, i+1, step) })
			doc.Find("main p a").Each(func(_ int, a *goquery.Selection) { n.page(t, a.AttrOr("href", "")) })
		})
	}
}

// newcomer does what a text says.
type newcomer struct {
	*journey
	tab tab
}

// page is a page of the catalogue, asked for without a browser.
func (n newcomer) page(t *testing.T, path string) *goquery.Document {
	t.Helper()
	res, err := http.Get(n.base + path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	doc, err := goquery.NewDocumentFromReader(res.Body)
	if err != nil || res.StatusCode != http.StatusOK {
		t.Fatalf("%s: %d, %v", path, res.StatusCode, err)
	}
	return doc
}

var quoted = regexp.MustCompile(`»([^«]+)«`)

// step does one step, whose parts stand in the order in which they are done.
func (n newcomer) step(t *testing.T, number int, step *goquery.Selection) {
	t.Helper()
	done := 0
	step.Contents().Each(func(_ int, part *goquery.Selection) {
		done++
		label := quoted.FindStringSubmatch(part.Text())
		switch {
		case part.Is("a"):
			n.tab.open(t, n.base+part.AttrOr("href", ""))
			n.tab.await(t, `document.querySelector('main h1') !== null && !document.querySelector('main h1').innerText.startsWith('Log ind')`)
		case part.Is("strong"):
			if label == nil {
				t.Errorf("step %d: %q is no label", number, part.Text())
				return
			}
			n.press(t, number, label[1])
		case part.Is("em"):
			n.tab.follow(t, "main li h3 a")
		case label != nil:
			for _, l := range quoted.FindAllStringSubmatch(part.Text(), -1) {
				if !get[bool](t, n.tab, fmt.Sprintf(`document.querySelector('main').textContent.replaceAll('\u00ad', '').includes(%q)`, l[1])) {
					t.Errorf("step %d: »%s« is not on %s", number, l[1], get[string](t, n.tab, `location.href`))
				}
			}
		default:
			done--
		}
	})
	if done == 0 {
		t.Errorf("step %d does nothing", number)
	}
}

// press presses the link or button with a label, and waits for the page behind it.
func (n newcomer) press(t *testing.T, number int, label string) {
	t.Helper()
	if !get[bool](t, n.tab, fmt.Sprintf(`(() => { const e = [...document.querySelectorAll('main a, main button')].find(e => e.innerText.trim() === %q && e.checkVisibility()); e?.setAttribute('data-pressed', ''); return !!e })()`, label)) {
		t.Errorf("step %d: nothing on %s is called »%s«", number, get[string](t, n.tab, `location.href`), label)
		return
	}
	n.tab.do(t, chromedp.ScrollIntoView(chromedp.CSS("[data-pressed]")))
	n.tab.follow(t, "[data-pressed]")
	n.look(t, n.tab, fmt.Sprintf("%s, step %d", label, number))
}
