package desk_test

import (
	"context"
	"log/slog"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"praksis/internal/catalogue"
	"praksis/internal/postgres"
	"praksis/internal/search"

	"github.com/PuerkitoBio/goquery"
)

// formOf is a form of a page as a browser would send it, with one button.
func formOf(d *goquery.Document, selector, button string) url.Values {
	d.Find(".desk__draft").RemoveClass("desk__draft")
	d.Find(selector).WrapHtml(`<div class="desk__draft"></div>`)
	return filled(d, button)
}

const decisions = "#afgoerelser"

// published gives the slug of a published practice.
func (f *fixture) published(n int) string {
	f.t.Helper()
	list, _, _, err := f.store.DeskPractices(f.t.Context(), postgres.PracticeFilter{State: catalogue.StatePublished, Offset: n, Limit: 1})
	if err != nil || len(list) != 1 {
		f.t.Fatalf("%v, %v", list, err)
	}
	return list[0].Slug
}

func at(slug string) string { return "/redaktion/eksempler/" + slug }

// Somebody telephoned: the example is begun, reviewed and published as any other, and
// nobody is written to.
func TestBeginExample(t *testing.T) {
	f := newFixture(t, loopback())
	v := f.editor("rita")
	d := v.get("/redaktion/eksempler/ny")
	form := formOf(d, "main form.submit", "")
	w := v.page(422, v.do("POST", "/redaktion/eksempler/ny", form))
	if w.Find(`a[href="#title"]`).Length() != 1 {
		t.Error("nothing says that a title is missing")
	}
	form.Set("title", "Viborg: Gåture med bostøtten")
	form.Set("organisation", "viborg kommune")
	form.Set("note", "En leder ringede.")
	to := v.post("/redaktion/eksempler/ny", form)
	if again := v.post("/redaktion/eksempler/ny", form); again != to {
		t.Errorf("a double post led to %s and %s", to, again)
	}
	d = v.get(to)
	text := d.Find("main").Text()
	if !strings.Contains(text, "Redaktionen har selv begyndt det") || !strings.Contains(text, "Rita: begyndte eksemplet") || !strings.Contains(text, "En leder ringede.") || d.Find("#spoergsmaal").Length() != 0 {
		t.Errorf("%s", text)
	}
	form = filled(d, "udgiv")
	form.Set("answers.done", "Bostøtten gik ture med borgerne.")
	if to := v.post(to, form); to != "/eksempler/viborg-gaature-med-bostoetten" {
		t.Errorf("led to %s", to)
	}
	mails, err := f.store.UnsentMails(t.Context())
	if err != nil || len(mails) != 0 {
		t.Errorf("%d mails, %v", len(mails), err)
	}
	form.Set("note", "Om 010190-1234")
	form.Set("title", "Et til")
	form.Set("side", "en-anden-side")
	if w := v.page(422, v.do("POST", "/redaktion/eksempler/ny", form)); w.Find("#note").Text() != "Om 010190-1234" || w.Find(`a[href="#note"]`).Length() != 1 {
		t.Error("a note with a number")
	}
}

// The list finds by text and state, in the address.
func TestExamplesList(t *testing.T) {
	f := newFixture(t, loopback())
	v := f.editor("rita")
	slug := f.published(3)
	v.post(at(slug), withText(v, slug, "traek", "traek-tekst", "Forældet."))
	d := v.get("/redaktion/eksempler?stand=trukket-tilbage")
	if d.Find(".desk__row").Length() != 1 || d.Find(`.desk__tabs [aria-current]`).Text() != "Trukket tilbage (1)" || d.Find(".desk__row a").AttrOr("href", "") != at(slug) {
		t.Errorf("%s", d.Find("main").Text())
	}
	d = v.get("/redaktion/eksempler?q=" + url.QueryEscape(d.Find(".desk__row a").Text()))
	if d.Find(".desk__row").Length() != 1 || d.Find("#q").AttrOr("value", "") == "" {
		t.Errorf("%d rows", d.Find(".desk__row").Length())
	}
	d = v.get("/redaktion/eksempler?side=2")
	if d.Find(".desk__row").Length() == 0 || d.Find(`.desk__pages a`).First().AttrOr("href", "") != "/redaktion/eksempler" {
		t.Error("the second page")
	}
	if w := v.do("GET", "/redaktion/eksempler?side=9999&stand=udgivet", nil); w.Code != 303 || !strings.Contains(w.Header().Get("Location"), "stand=udgivet") {
		t.Errorf("past the end: %d %s", w.Code, w.Header().Get("Location"))
	}
	if d := v.get("/redaktion/eksempler?q=findes-slet-ikke"); d.Find(".desk__row").Length() != 0 || d.Find("main [role=status]").First().Text() != "Ingen eksempler." {
		t.Error("nothing found")
	}
}

// withText is the form of an example's decisions with texts typed into it.
func withText(v *visitor, slug, button string, texts ...string) url.Values {
	v.f.t.Helper()
	form := formOf(v.get(at(slug)), decisions, button)
	for i := 0; i < len(texts); i += 2 {
		form.Set(texts[i], texts[i+1])
	}
	return form
}

// Each decision of the page is offered in its states alone, is done, and is told.
func TestDecisions(t *testing.T) {
	f := newFixture(t, loopback())
	v := f.editor("rita")
	slug, other := f.published(0), f.published(1)
	offered := func(slug, want string) {
		t.Helper()
		var got []string
		v.get(at(slug)).Find(decisions + " button").Each(func(_ int, b *goquery.Selection) { got = append(got, b.AttrOr("value", "")) })
		if strings.Join(got, " ") != want {
			t.Errorf("%s: %v is offered, not %s", slug, got, want)
		}
	}
	do := func(said, button string, texts ...string) {
		t.Helper()
		to := v.post(at(slug), withText(v, slug, button, texts...))
		if d := v.get(to); d.Find(".alert-success").Text() != said {
			t.Errorf("%s: %q is said", button, d.Find(".alert-success").Text())
		}
		slug = strings.TrimPrefix(to[:strings.IndexByte(to, '?')], "/redaktion/eksempler/")
	}
	wrong := func(button, field string, texts ...string) {
		t.Helper()
		d := v.page(422, v.do("POST", at(slug), withText(v, slug, button, texts...)))
		if d.Find(`.alert-error a[href="#`+field+`"]`).Length() != 1 || d.Find("#"+field+"-fejl").Length() != 1 {
			t.Errorf("%s: %s", button, d.Find(".alert-error").Text())
		}
		for i := 0; i < len(texts); i += 2 {
			if x := d.Find("#" + texts[i]); x.AttrOr("value", x.Text()) != texts[i+1] {
				t.Errorf("%s: %q is lost", button, texts[i+1])
			}
		}
	}
	offered(slug, "set se-igen traek adresse foer-hertil fjern")
	wrong("traek", "traek-tekst")
	wrong("adresse", "adresse", "adresse", other, "adresse-grund", "x")
	wrong("adresse", "adresse-grund", "adresse", "en-ny", "adresse-grund", "")
	wrong("foer-hertil", "foert-adresse", "foert-adresse", "Ikke En Adresse")
	wrong("se-igen", "se-igen", "se-igen", "til sommer")
	wrong("fjern", "fjern-grund", "fjern-grund", "Om 010190-1234")
	do("Dagen er gemt.", "se-igen", "se-igen", "1. marts 2029 ")
	do("Adressen er skiftet.", "adresse", "adresse", "https://praksis.example/eksempler/en-ny-adresse", "adresse-grund", "Den gamle var ikke sand.")
	if slug != "en-ny-adresse" {
		t.Fatalf("led to %s", slug)
	}
	do("Adressen fører hertil nu.", "foer-hertil", "foert-adresse", "en-forkert-adresse")
	if w := v.do("GET", at("en-forkert-adresse"), nil); w.Code != 303 || w.Header().Get("Location") != at(slug) {
		t.Errorf("the former address: %d %s", w.Code, w.Header().Get("Location"))
	}
	do("Eksemplet er trukket tilbage.", "traek", "traek-tekst", "Kommunen har bedt om det.")
	offered(slug, "udgiv-igen adresse foer-hertil fjern")
	do("Eksemplet er udgivet igen.", "udgiv-igen", "igen-grund", "Det var en fejl.")
	text := v.get(at(slug)).Find("main").Text()
	for _, want := range []string{"1. marts 2029", "Rita: udgav igen", "Grund, kun for redaktionen: Det var en fejl.", "Kommunen har bedt om det.", "en-forkert-adresse"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not on the page", want)
		}
	}
	do("Eksemplet er fjernet.", "fjern", "fjern-grund", "Viser en borger.")
	offered(slug, "")
	if d := v.get(at(slug)); d.Find(`a[href^="/eksempler/"]`).Length() != 0 {
		t.Error("it leads to a page that is gone")
	}
	for _, path := range []string{at("findes-ikke"), at("Ikke%20En"), at("x/findes")} {
		if w := v.do("GET", path, nil); w.Code != 404 {
			t.Errorf("%s: %d", path, w.Code)
		}
	}
	if w := v.do("POST", at(other), withText(v, other, "findes-ikke")); w.Code != 400 {
		t.Errorf("no such button: %d", w.Code)
	}
}

// Whoever comes second sees what the other has done, and loses nothing; what was
// typed for another decision stays.
func TestDecideConflict(t *testing.T) {
	f := newFixture(t, loopback())
	rita, per := f.editor("rita"), f.editor("per")
	slug := f.published(0)
	form := withText(rita, slug, "traek", "traek-tekst", "Ritas forklaring.", "fjern-grund", "Ritas grund.")
	per.post(at(slug), withText(per, slug, "se-igen", "se-igen", "1. marts 2029"))
	d := rita.page(409, rita.do("POST", at(slug), form))
	if alert := d.Find(".alert-warning").Text(); !strings.Contains(alert, "Per: satte en dag") || !strings.Contains(alert, "Ritas forklaring.") || d.Find("#traek-tekst").Text() != "Ritas forklaring." {
		t.Errorf("%s", alert)
	}
	p, err := f.store.PracticeForDesk(t.Context(), slug)
	if err != nil || p.Record.State != catalogue.StatePublished {
		t.Fatalf("%+v, %v", p, err)
	}
	if d := rita.get(at(slug)); d.Find("#traek-tekst").Text() != "Ritas forklaring." {
		t.Error("what was typed is lost")
	}
	to := rita.post(at(slug), formOf(d, decisions, "traek"))
	if d := rita.get(to); d.Find("#fjern-grund").Text() != "Ritas grund." || d.Find("#traek-tekst").Length() != 0 {
		t.Error("what was typed for another decision is lost")
	}
	// A second withdrawal is told as such, and nothing is lost either.
	if d := rita.page(409, rita.do("POST", at(slug), form)); !strings.Contains(d.Find(".alert-warning").Text(), "Rita: trak tilbage") {
		t.Errorf("%s", d.Find(".alert-warning").Text())
	}
}

// What was published at once waits for its second look.
func TestSecondLook(t *testing.T) {
	f := newFixture(t, loopback())
	v := f.editor("rita")
	id, _ := f.submit("a", nil)
	form := filled(v.get(pathOf(id)), "udgiv-se")
	form.Set("udgiv-dag", "1. januar 2020")
	if d := v.page(422, v.do("POST", pathOf(id), form)); d.Find(`.alert-error a[href="#udgiv-dag"]`).Length() != 1 || d.Find("#udgiv-dag").AttrOr("value", "") != "1. januar 2020" {
		t.Errorf("a day that is gone: %s", d.Find(".alert-error").Text())
	}
	day := catalogue.DanishDate(time.Now().In(catalogue.Copenhagen).AddDate(0, 0, 90))
	form.Set("udgiv-dag", day)
	// Saved meanwhile, the day is still there; that which the page proposes is nobody's.
	form.Set("handling", "gem")
	d := v.get(v.post(pathOf(id), form))
	if d.Find("#udgiv-dag").AttrOr("value", "") != day || !strings.Contains(d.Find("main").Text(), "en dag, hvor det skal ses igennem, som ikke er sendt.") {
		t.Errorf("the day is lost by saving: %q, %s", d.Find("#udgiv-dag").AttrOr("value", ""), text(d.Find("main .alert")))
	}
	form = filled(d, "udgiv-se")
	if to := v.post(pathOf(id), form); !strings.HasPrefix(to, "/eksempler/") {
		t.Errorf("led to %s", to)
	}
	d = v.get("/redaktion/eksempler?stand=skal-ses-igennem")
	if d.Find(".desk__row").Length() != 1 || !strings.Contains(d.Find(".desk__held").Text(), day) {
		t.Fatalf("%s", d.Find("main").Text())
	}
	path := d.Find(".desk__row a").AttrOr("href", "")
	to := v.post(path, formOf(v.get(path), decisions, "set"))
	if d := v.get(to); strings.Contains(d.Find("#afgoer-set").Text(), "Skal ses igennem") || !strings.Contains(d.Find(".history").Text(), "Rita: så det igennem") {
		t.Errorf("%s", d.Find("main").Text())
	}
	if _, public, err := f.store.PublicPractice(t.Context(), 0, path[strings.LastIndexByte(path, '/')+1:]); err != nil || public.Reviewed == nil || time.Since(*public.Reviewed) > time.Minute {
		t.Errorf("the page does not tell when it was gone through: %v", err)
	}
	_, seed, err := f.store.PublicPractice(t.Context(), 0, f.published(9))
	if err != nil || seed.Reviewed != nil {
		t.Errorf("no editor has gone through a seed: %v, %v", seed.Reviewed, err)
	}
}

// What is withdrawn is gone from another instance within a second: from search, lists
// and what the sitemap and feeds are made of; and back when it is published again.
func TestWithdrawnIsGoneElsewhere(t *testing.T) {
	f := newFixture(t, loopback())
	v := f.editor("rita")
	other, err := search.Open(t.Context(), t.TempDir(), f.store, search.Options{Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error)
	wake := make(chan struct{}, 1)
	go f.store.Listen(ctx, wake)
	go func() { ended <- other.Run(ctx, wake) }()
	defer func() {
		stop()
		<-ended
		if err := other.Close(); err != nil {
			t.Error(err)
		}
	}()
	slug := f.published(0)
	title := f.practice(slug).Record.Title
	all, err := other.Count(ctx, catalogue.Query{})
	if err != nil {
		t.Fatal(err)
	}
	shown := func() (n int, found bool) {
		t.Helper()
		r, err := other.Search(ctx, catalogue.Query{Text: title, Sort: catalogue.SortRelevance, Page: 1})
		if err != nil {
			t.Fatal(err)
		}
		cards, err := f.store.Cards(ctx, 0, r.IDs)
		if err != nil {
			t.Fatal(err)
		}
		if n, err = other.Count(ctx, catalogue.Query{}); err != nil {
			t.Fatal(err)
		}
		return n, slices.ContainsFunc(cards, func(c catalogue.Card) bool { return c.Slug == slug })
	}
	if n, found := shown(); n != all || !found {
		t.Fatalf("%d, %v before", n, found)
	}
	for _, c := range []struct {
		button string
		want   int
	}{{"traek", all - 1}, {"udgiv-igen", all}} {
		v.post(at(slug), withText(v, slug, c.button, "traek-tekst", "Forældet."))
		deadline := time.Now().Add(time.Second)
		for {
			n, found := shown()
			if n == c.want && found == (c.want == all) {
				break
			}
			if time.Now().After(deadline) {
				t.Fatalf("%s: after a second %d of %d are listed, and it is found: %v", c.button, n, c.want, found)
			}
			time.Sleep(10 * time.Millisecond)
		}
		listed := false
		if err := f.store.PublicAddresses(ctx, 0, 1000, func(s string, _ time.Time) error { listed = listed || s == slug; return nil }); err != nil || listed != (c.want == all) {
			t.Errorf("%s: in the sitemap: %v, %v", c.button, listed, err)
		}
		exported := false
		if err := f.store.Export(ctx, func(p *catalogue.Practice) error { exported = exported || p.Slug == slug; return nil }); err != nil || exported != (c.want == all) {
			t.Errorf("%s: in the export: %v, %v", c.button, exported, err)
		}
	}
}
