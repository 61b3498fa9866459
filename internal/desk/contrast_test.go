package desk_test

import (
	"strings"
	"testing"

	"praksis/internal/catalogue"

	"github.com/PuerkitoBio/goquery"
)

// A contrast is taken out and shown again, and a pair of findings is one, with who did
// it and why; each under a version of the catalogue, and on what readers are shown.
func TestContrasts(t *testing.T) {
	f := newFixture(t, loopback())
	v := f.editor("rita")
	const slug = "lukkede-dag-og-vaeresteder"
	path := "/redaktion/loesninger/" + slug
	shown := func() int {
		t.Helper()
		o, err := f.index.Overview(catalogue.Filters{catalogue.FacetSolution: {slug}})
		if err != nil {
			t.Fatal(err)
		}
		return len(o.Contrasts)
	}
	const theForm = `main form[data-keep]`
	all := shown()
	d := v.get(path)
	if n := d.Find(`input[name=uenighed]`).Length(); n != all || n == 0 {
		t.Fatalf("%d of %d contrasts", n, all)
	}
	form := formOf(d, theForm, "skjul")
	d = v.page(422, v.do("POST", path, form))
	if d.Find(`.alert-error a`).Length() == 0 {
		t.Error("nothing chosen, and nothing said")
	}
	form.Set("uenighed", d.Find(`input[name=uenighed]`).First().AttrOr("value", ""))
	form.Set("skjul-grund", "Det handler om to forskellige huse.")
	chosen := form.Get("uenighed")
	form.Set("uenighed", chosen+" findes-ikke")
	v.page(422, v.do("POST", path, form))
	if n := f.count(`SELECT count(*) FROM solution_contrast`); n != 0 {
		t.Errorf("%d groups are hidden of an act that was refused", n)
	}
	form.Set("uenighed", chosen)
	before, err := f.store.Version(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	d = v.get(v.post(path, form))
	if text := d.Find("main").Text(); shown() >= all || !strings.Contains(text, "Uenigheden er taget ud.") || !strings.Contains(text, "Rita, ") || !strings.Contains(text, "Det handler om to forskellige huse.") {
		t.Errorf("%d of %d are shown: %s", shown(), all, text)
	}
	if after, err := f.store.Version(t.Context()); err != nil || after <= before {
		t.Errorf("version %d, %v", after, err)
	}
	v.post(path, form) // twice is once
	// It is not taken back from another solution's page.
	elsewhere := "/redaktion/loesninger/walk-and-talk"
	back := formOf(v.get(path), theForm, "")
	back.Set("handling", d.Find(`button[value^="slut:"]`).First().AttrOr("value", ""))
	if v.page(404, v.do("POST", elsewhere, back)); shown() >= all {
		t.Error("another solution's page took it back")
	}
	for range d.Find(`button[value^="slut:"]`).Length() {
		d = v.get(path)
		v.post(path, formOf(d, theForm, d.Find(`button[value^="slut:"]`).First().AttrOr("value", "")))
	}
	if shown() != all {
		t.Errorf("%d of %d are shown again", shown(), all)
	}
	// A pair of two actors.
	d = v.get(path)
	option := func(field, not string) (value string) {
		d.Find(`select[name=` + field + `] option`).Each(func(_ int, o *goquery.Selection) {
			if s := o.AttrOr("value", ""); value == "" && s != "" && (not == "" || !strings.HasPrefix(s, not)) {
				value = s
			}
		})
		return value
	}
	form = formOf(d, theForm, "foej")
	good := option("god", "")
	practice, _, _ := strings.Cut(good, " ")
	form.Set("god", good)
	form.Set("daarlig", option("daarlig", practice+" "))
	form.Set("foej-grund", "De siger det modsatte.")
	added := 0
	d.Find(`select[name=maalgruppe] option`).Each(func(_ int, o *goquery.Selection) {
		if g := o.AttrOr("value", ""); g != "" && added == 0 {
			form.Set("maalgruppe", g)
			if w := v.do("POST", path, form); w.Code == 303 {
				added++
			} else if d := v.page(422, w); d.Find("#foej-grund").Text() != "De siger det modsatte." {
				t.Error("what was typed is lost")
			}
		}
	})
	if added == 1 && shown() != all+1 {
		t.Errorf("%d of %d are shown, and one was added", shown(), all+1)
	}
	if added == 0 {
		t.Log("no group that both findings are about")
	}
	form.Set("daarlig", good)
	if d := v.page(422, v.do("POST", path, form)); d.Find("#daarlig-fejl").Length() != 1 {
		t.Error("a good finding as a bad one")
	}
	if w := v.do("GET", "/redaktion/loesninger/findes-ikke", nil); w.Code != 404 {
		t.Errorf("no such solution: %d", w.Code)
	}
}
