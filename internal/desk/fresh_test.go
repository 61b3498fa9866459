package desk_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"praksis/internal/postgres"
	"praksis/internal/review"

	"github.com/PuerkitoBio/goquery"
)

const deadURL = "https://www.kl-findes-ikke.dk/en/meget/lang/adresse/som-ingen-kan-bryde-naar-den-staar-paa-en-telefon-0123456789.html"

// stale gives two published examples a dead address and one that is unclear, and has
// two searches that found nothing.
func (f *fixture) stale() {
	f.t.Helper()
	at := time.Now().UTC()
	for _, sql := range []string{
		`UPDATE public_practice SET page = jsonb_set(page, '{links}', '[{"label": "Om", "url": "` + deadURL + `"}, {"label": "X", "url": "https://lukket.kl.dk/"}]') WHERE id IN (SELECT id FROM public_practice WHERE state = 'published' ORDER BY id LIMIT 2)`,
		`INSERT INTO link (url, outcome, reason, failures, failing_since, dead_since) VALUES ('` + deadURL + `', 'fails', 'not_found', 3, '2026-03-02', '2026-03-02'), ('https://lukket.kl.dk/', 'unclear', 'forbidden', 0, NULL, NULL)`,
		`INSERT INTO link_round (began_at, ended_at, held_until, checked, failed, void) VALUES (now(), now(), now(), 9, 5, true)`,
	} {
		if _, err := f.pool.Exec(f.t.Context(), sql); err != nil {
			f.t.Fatal(err)
		}
	}
	for day := range 3 {
		for _, text := range []string{"ridefysioterapi", "svømning i svømmehal"} {
			if err := f.store.NoteEmptySearches(f.t.Context(), []postgres.EmptySearch{{Text: text, Folded: text, Times: 2}}, at.AddDate(0, 0, -day)); err != nil {
				f.t.Fatal(err)
			}
		}
	}
}

// posted is the form of a row's button, sent.
func (v *visitor) posted(d *goquery.Document, label, about string) string {
	v.f.t.Helper()
	form := d.Find("main form").FilterFunction(func(_ int, x *goquery.Selection) bool {
		return strings.HasPrefix(x.Find("button").Text(), label) && strings.HasSuffix(x.Find("button").Text(), about)
	})
	if form.Length() != 1 {
		v.f.t.Fatalf("%d buttons %q of %q", form.Length(), label, about)
	}
	values := url.Values{}
	for _, x := range form.Find("input").EachIter() {
		values.Add(x.AttrOr("name", ""), x.AttrOr("value", ""))
	}
	return v.post(form.AttrOr("action", ""), values)
}

func TestLinksAtTheDesk(t *testing.T) {
	f := newFixture(t, loopback())
	f.stale()
	rita := f.editor("rita")
	d := rita.get("/redaktion/links")
	rows := d.Find(".desk__row")
	text := rows.Text()
	if rows.Length() != 2 || !strings.Contains(text, "Virker ikke længere, siden 2. marts") || !strings.Contains(text, "Siden findes ikke mere.") || rows.First().Find("ul a").Length() != 2 || !strings.Contains(text, "Kan ikke tjekkes") {
		t.Errorf("%s", text)
	}
	if alarm := d.Find(".alert").Text(); !strings.Contains(alarm, "5 af 9") {
		t.Errorf("a void round is told so: %q", alarm)
	}
	if to := rita.posted(d, "Tjek igen", deadURL); to != "/redaktion/links?gjort=tjek" {
		t.Errorf("led to %s", to)
	}
	if d = rita.get("/redaktion/links?gjort=tjek"); !strings.Contains(d.Find(".desk__row").First().Text(), "Bliver tjekket nu.") {
		t.Errorf("%s", d.Find(".desk__row").Text())
	}
	rita.posted(d, "Den er ikke død", deadURL)
	if row := rita.get("/redaktion/links").Find(".desk__row").First(); !strings.Contains(row.Text(), "En redaktør siger, at den virker") || strings.Contains(row.Text(), "Den er ikke død") {
		t.Errorf("%s", row.Text())
	}
	var died, events int
	if err := f.pool.QueryRow(t.Context(), `SELECT (SELECT count(*) FROM link WHERE dead_since IS NOT NULL), (SELECT count(*) FROM link_event e JOIN editor b ON b.id = e.by_editor WHERE b.name = 'Rita')`).Scan(&died, &events); err != nil || died != 0 || events != 2 {
		t.Errorf("%d dead, %d events, %v", died, events, err)
	}
	for _, x := range []struct {
		path   string
		form   url.Values
		status int
	}{{"/redaktion/links/1", url.Values{"handling": {"slet"}}, 400}, {"/redaktion/links/99", url.Values{"handling": {"tjek"}}, 404}, {"/redaktion/links/x", url.Values{"handling": {"tjek"}}, 404}} {
		if w := rita.do("POST", x.path, x.form); w.Code != x.status {
			t.Errorf("%s %v: %d", x.path, x.form, w.Code)
		}
	}
	checker := f.as(review.RoleChecker)
	if d := checker.get("/redaktion/links"); d.Find(".desk__row form").Length() != 0 {
		t.Error("a checker has buttons")
	}
	if w := checker.do("POST", "/redaktion/links/1", url.Values{"handling": {"virker"}}); w.Code != http.StatusForbidden {
		t.Errorf("a checker keeps: %d", w.Code)
	}
}

func TestSearchesAtTheDesk(t *testing.T) {
	f := newFixture(t, loopback())
	f.stale()
	rita := f.editor("rita")
	d := rita.get("/redaktion/soegninger")
	if rows := d.Find(".desk__row"); rows.Length() != 2 || !strings.Contains(rows.Text(), "Søgt 6 gange på 3 dage.") || rows.First().Find("a").First().AttrOr("href", "") != "/eksempler?q=ridefysioterapi" {
		t.Errorf("%s", rows.Text())
	}
	if w := rita.do("GET", d.Find(".desk__row a").Last().AttrOr("href", ""), nil); w.Code != 200 {
		t.Errorf("the way to a synonym: %d", w.Code)
	}
	if to := rita.posted(d, "Ikke relevant", "ridefysioterapi"); to != "/redaktion/soegninger?gjort=skjult" {
		t.Errorf("led to %s", to)
	}
	if rows := rita.get("/redaktion/soegninger").Find(".desk__row"); rows.Length() != 1 || strings.Contains(rows.Text(), "ridefysioterapi") {
		t.Errorf("%s", rows.Text())
	}
	d = rita.get("/redaktion/soegninger?vis=skjulte")
	if row := d.Find(".desk__row"); row.Length() != 1 || !strings.Contains(row.Text(), "Rita, ") {
		t.Errorf("%s", row.Text())
	}
	rita.posted(d, "Vis den igen", "ridefysioterapi")
	if rows := rita.get("/redaktion/soegninger").Find(".desk__row"); rows.Length() != 2 {
		t.Errorf("%s", rows.Text())
	}
	for key, status := range map[string]int{"zz": 404, "00": 404, "": 404} {
		if w := rita.do("POST", "/redaktion/soegninger", url.Values{"soegning": {key}, "skjul": {"1"}}); w.Code != status {
			t.Errorf("%q: %d", key, w.Code)
		}
	}
	if w := f.as(review.RoleChecker).do("POST", "/redaktion/soegninger", url.Values{"soegning": {"00"}}); w.Code != http.StatusForbidden {
		t.Errorf("a checker hides: %d", w.Code)
	}
}
