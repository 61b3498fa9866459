package site_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"praksis/internal/api"
	"praksis/internal/catalogue"
	"praksis/internal/letters"
	"praksis/internal/pgtest/seeded"
	"praksis/internal/postgres"
	"praksis/internal/review"
	"praksis/internal/search"
	"praksis/internal/site"
	"praksis/seeds"
	"praksis/web"

	"github.com/PuerkitoBio/goquery"
	"github.com/jackc/pgx/v5/pgxpool"
)

// fixture is a whole site on a database of its own, with the real content.
type fixture struct {
	t       testing.TB
	handler http.Handler
	// programs is the API, which stands beside the site.
	programs http.Handler
	store    *postgres.Store
	pool     *pgxpool.Pool
	index    *search.Index
	log      *bytes.Buffer
	slugs    []string
}

func newFixture(t testing.TB) *fixture {
	t.Helper()
	return newFixtureWith(t, search.Options{})
}

// newFixtureWith is newFixture with an index of some options, save the log.
func newFixtureWith(t testing.TB, opts search.Options) *fixture {
	t.Helper()
	f := fixtureOn(t, seeded.New(t))
	var err error
	opts.Log = slog.New(slog.NewTextHandler(f.log, nil))
	if f.index, err = search.Open(t.Context(), t.TempDir(), f.store, opts); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := f.index.Close(); err != nil {
			t.Error(err)
		}
	})
	return f.routed()
}

// TestMain closes what readingFixture shares.
func TestMain(m *testing.M) {
	code := m.Run()
	if readIndex.Index != nil {
		readIndex.Close()
	}
	os.RemoveAll(readIndex.dir)
	os.Exit(code)
}

// readIndex is the index that readingFixture shares.
var readIndex struct {
	sync.Once
	*search.Index
	err error
	dir string
}

// readingFixture is newFixture for a test that only reads: it shares database and
// index with the others, and to write fails.
func readingFixture(t testing.TB) *fixture {
	t.Helper()
	f := fixtureOn(t, seeded.Read(t))
	x := &readIndex
	x.Do(func() {
		if x.dir, x.err = os.MkdirTemp("", "site-index-"); x.err == nil {
			x.Index, x.err = search.Open(context.Background(), x.dir, f.store, search.Options{Log: slog.New(slog.DiscardHandler)})
		}
	})
	if x.err != nil {
		t.Fatal(x.err)
	}
	f.index = x.Index
	return f.routed()
}

func fixtureOn(t testing.TB, pool *pgxpool.Pool) *fixture {
	t.Helper()
	f := &fixture{t: t, pool: pool, log: &bytes.Buffer{}}
	f.store = postgres.New(f.pool)
	mails := letters.Letters{Base: "https://praksis.example"}
	f.store.Letters, f.store.MailHost, f.store.Unsubscribe = mails.Compose, mails.Host(), mails.Unsubscribe
	s, err := seeds.Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range s.Practices {
		f.slugs = append(f.slugs, p.Slug)
	}
	return f
}

func (f *fixture) routed() *fixture {
	log := slog.New(slog.NewTextHandler(f.log, nil))
	cfg := site.Config{Build: "test", PublicURL: "https://praksis.example", Authority: web.Authority{Name: "Testkontoret", Contact: "katalog@example.dk"}}
	f.handler = site.New(cfg, f.store, f.index, log).Routes(log)
	f.programs = api.New(api.Config{Build: "test", PublicURL: cfg.PublicURL, Authority: cfg.Authority}, f.store, f.index, log).Routes(log)
	return f
}

// exec runs SQL as an editor's act would, and lets the index follow.
func (f *fixture) exec(sql string, args ...any) {
	f.t.Helper()
	if _, err := f.pool.Exec(f.t.Context(), sql, args...); err != nil {
		f.t.Fatal(err)
	}
	if err := f.store.RebuildPublic(f.t.Context(), nil); err != nil {
		f.t.Fatal(err)
	}
	if err := f.index.CatchUp(f.t.Context()); err != nil {
		f.t.Fatal(err)
	}
}

// decide carries out an act on the practice at a slug, and waits until it is
// found so.
func (f *fixture) decide(slug, into string, a review.Act) {
	f.t.Helper()
	if _, err := f.store.Apply(f.t.Context(), postgres.On{Practice: slug, Into: into}, a, time.Now().UTC()); err != nil {
		f.t.Fatal(err)
	}
	if err := f.index.CatchUp(f.t.Context()); err != nil {
		f.t.Fatal(err)
	}
}

func (f *fixture) withdraw(slug, why string) {
	f.t.Helper()
	f.decide(slug, "", review.Act{Action: review.WithdrawPractice, Text: why})
}

func (f *fixture) remove(slug string) {
	f.t.Helper()
	f.decide(slug, "", review.Act{Action: review.RemovePractice, Reason: "Viser en borger"})
}

func (f *fixture) do(method, target string, header ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, "/", nil)
	u, err := url.Parse(target)
	if err != nil { // what a browser would not send, but others do
		path, query, _ := strings.Cut(target, "?")
		u = &url.URL{Path: path, RawQuery: query}
	}
	r.URL, r.RequestURI = u, target
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	f.ServeHTTP(w, r)
	return w
}

// ServeHTTP serves the site, and the API beside it as cmd does.
func (f *fixture) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path == catalogue.PathAPI || strings.HasPrefix(r.URL.Path, catalogue.PathAPI+"/") {
		f.programs.ServeHTTP(w, r)
		return
	}
	f.handler.ServeHTTP(w, r)
}

// get follows one redirect, as a plain form needs.
func (f *fixture) get(target string) *httptest.ResponseRecorder {
	w := f.do("GET", target)
	if to := w.Header().Get("Location"); w.Code == http.StatusFound && strings.HasPrefix(to, "/") {
		w = f.do("GET", to)
	}
	return w
}

func (f *fixture) page(target string) *goquery.Document {
	f.t.Helper()
	w := f.get(target)
	if w.Code != http.StatusOK {
		f.t.Fatalf("%s: status %d", target, w.Code)
	}
	return document(f.t, w)
}

func document(t testing.TB, w *httptest.ResponseRecorder) *goquery.Document {
	t.Helper()
	d, err := goquery.NewDocumentFromReader(bytes.NewReader(w.Body.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// list is the finder's JSON as the README promises it.
type list struct {
	Total, Page, Pages int
	Practices          []struct {
		Slug, Title, Summary string
		Organisation         struct{ Slug, Code, Name string }
	}
	Similar []struct{ Slug string }
	Facets  []struct {
		Name, Label string
		Values      []struct {
			Value, Label, Parent string
			Count                int
			Selected             bool
		}
	}
}

func (f *fixture) json(query string) (l list) {
	f.t.Helper()
	w := f.do("GET", "/eksempler.json?"+query)
	if w.Code != http.StatusOK || w.Header().Get("Content-Type") != "application/json; charset=utf-8" {
		f.t.Fatalf("%s: status %d, type %s", query, w.Code, w.Header().Get("Content-Type"))
	}
	d := json.NewDecoder(w.Body)
	if err := d.Decode(&l); err != nil {
		f.t.Fatalf("%s: %v", query, err)
	}
	return l
}

func TestEveryExampleHasItsPage(t *testing.T) {
	f := readingFixture(t)
	if len(f.slugs) < 33 {
		t.Fatalf("%d examples", len(f.slugs))
	}
	for _, slug := range f.slugs {
		d := f.page(catalogue.PracticePath(slug))
		if n := d.Find("h1").Length(); n != 1 {
			t.Errorf("%s: %d h1", slug, n)
		}
		if got := d.Find(".sources li").Length(); got == 0 {
			t.Errorf("%s: no source", slug)
		}
		var ld map[string]any
		if err := json.Unmarshal([]byte(d.Find(`script[type="application/ld+json"]`).Text()), &ld); err != nil || ld["headline"] != strings.TrimSpace(d.Find("h1").Text()) {
			t.Errorf("%s: JSON-LD %v, %v", slug, ld["headline"], err)
		}
		var p catalogue.Practice
		about := ld["about"].([]any)[0].(map[string]any)
		if err := json.Unmarshal(f.do("GET", catalogue.PracticePath(slug)+".json").Body.Bytes(), &p); err == nil && p.Organisation.Kind == catalogue.Municipality {
			if code, _ := about["identifier"].(map[string]any); code["value"] != p.Organisation.Code || code["propertyID"] != "kommunekode" {
				t.Errorf("%s: JSON-LD has %v of %s", slug, about, p.Organisation.Code)
			}
		}
		if err := json.Unmarshal(f.do("GET", catalogue.PracticePath(slug)+".json").Body.Bytes(), &p); err != nil || p.Slug != slug || p.Title != ld["headline"] {
			t.Errorf("%s: JSON %q, %v", slug, p.Title, err)
		}
		if got := d.Find(".related .hit").Length(); got == 0 {
			t.Errorf("%s: nothing like it", slug)
		}
	}
}

// The page answers in the order of pages.md.
func TestPracticeAnswersInOrder(t *testing.T) {
	f := newFixture(t)
	i := 0
	_, err := f.store.Import(t.Context(), func() (*catalogue.Practice, string, error) {
		if i++; i > 1 {
			return nil, "", io.EOF
		}
		return &catalogue.Practice{Slug: "alt-udfyldt", Title: "Alt er udfyldt", Summary: "Kort fortalt her.",
			Organisation: catalogue.OrganisationRef{Slug: "aarhus"}, Partners: []catalogue.OrganisationRef{{Slug: "viborg"}}, Provider: "Værkstedet",
			Answers:  catalogue.Answers{Done: "Vi **gjorde** det.\n\n<script>alert(1)</script>", Spread: "Måske.", Other: "Pas på.", Retention: "Ja."},
			Findings: []catalogue.Finding{{TargetGroups: catalogue.Refs("angst"), Effect: "negative", Voices: catalogue.VoiceList{"citizen"}, Text: "Det var svært.", Condition: "når det regner"}},
			Sources:  []catalogue.Source{{Kind: "note", Document: "Notat", Place: "Side 2"}}, TransferTo: catalogue.Refs("depression"),
			Retention: []catalogue.Retention{{Status: "ended", AsOf: "2020-08", DecidedBy: "Ledelsen", Note: "Det stoppede."}},
			Resources: "To timer.", LegalBasis: []string{"Serviceloven § 85"}, Use: catalogue.UseWithRestrictions, Contact: "vaerkstedet@example.dk"}, "line 1", nil
	}, time.Now().UTC())
	if err != nil {
		t.Fatal(err)
	}
	if err := f.index.CatchUp(t.Context()); err != nil {
		t.Fatal(err)
	}
	d := f.page("/eksempler/alt-udfyldt")
	want := []string{"Virkede det, for hvem, og hvem siger det?", "Hvad gjorde de?", "Hvad kræver det?", "Blev det fastholdt?", "Kan det bruges til andre?",
		"Forbehold", "Spørg dem, der har prøvet det", "Kilde"}
	var got []string
	d.Find(".practice__body h2").Each(func(_ int, s *goquery.Selection) { got = append(got, s.Text()) })
	if !slices.Equal(got, want) {
		t.Errorf("headings %q", got)
	}
	text := strings.Join(strings.Fields(d.Find("main").Text()), " ")
	for _, s := range []string{"Aarhus Kommune med Viborg Kommune · Værkstedet", "Dårlig · borgere", "Gælder: når det regner", "Ophørt. Det stoppede. (Ledelsen, august 2020)",
		"måske kan bruges til: Depression", "Lovgrundlag: Serviceloven § 85", "vaerkstedet@example.dk", ", side 2", "De gælder ikke længere"} {
		if !strings.Contains(text, s) {
			t.Errorf("%q is not on the page: %s", s, text)
		}
	}
	if d.Find(".prose strong").First().Text() != "gjorde" || d.Find("script:not([src]):not([type])").Length() != 0 {
		t.Error("Markdown is not shown, or a script is")
	}
	// A supposition is not an effect.
	if n := f.json("maalgruppe=depression&q=Alt+er+udfyldt").Total; n != 0 {
		t.Errorf("found %d by a target group that is only supposed", n)
	}
	// An empty section does not show.
	var empty []string
	f.page("/eksempler/vejle-opsoegende-arbejde-paa-gaden").Find(".practice__body h2").Each(func(_ int, s *goquery.Selection) { empty = append(empty, s.Text()) })
	if slices.Contains(empty, "Forbehold") || slices.Contains(empty, "Hvad kræver det?") {
		t.Errorf("headings %q", empty)
	}
}

func TestStates(t *testing.T) {
	f := newFixture(t)
	before := f.json("").Total
	f.withdraw(f.slugs[0], "Kommunen har bedt om det.")
	f.remove(f.slugs[1])
	f.decide(f.slugs[2], f.slugs[3], review.Act{Action: review.MergePractice})
	// No act of today's changes an address; older catalogues have former ones.
	f.exec(`INSERT INTO practice_slug SELECT 'gammel-adresse', id FROM practice WHERE slug = $1`, f.slugs[3])
	for _, c := range []struct {
		path, location, text string
		status               int
		noindex              bool
	}{
		{catalogue.PracticePath(f.slugs[0]), "", "Kommunen har bedt om det.", 200, true},
		{catalogue.PracticePath(f.slugs[1]), "", "Siden er fjernet", 410, true},
		{catalogue.PracticePath(f.slugs[1]) + ".json", "", "fjernet", 410, false},
		{catalogue.PracticePath(f.slugs[2]), catalogue.PracticePath(f.slugs[3]), "", 301, false},
		{"/eksempler/gammel-adresse", catalogue.PracticePath(f.slugs[3]), "", 301, false},
		{"/eksempler/findes-ikke", "", "Siden findes ikke", 404, true},
		{"/eksempler/Store%20Bogstaver", "/eksempler/store-bogstaver", "", 301, false},
		{"/eksempler/" + strings.Repeat("a", 3000), "", "Siden findes ikke", 404, true},
	} {
		w := f.do("GET", c.path)
		if w.Code != c.status || w.Header().Get("Location") != c.location || !strings.Contains(w.Body.String(), c.text) {
			t.Errorf("%.60s: status %d, location %q", c.path, w.Code, w.Header().Get("Location"))
		}
		if got := document(t, w).Find(`meta[name=robots][content=noindex]`).Length() == 1; got != c.noindex {
			t.Errorf("%.60s: noindex %v", c.path, got)
		}
	}
	if after := f.json("").Total; after != before-3 {
		t.Errorf("%d examples of %d are listed", after, before)
	}
}

func TestCanonicalAddresses(t *testing.T) {
	f := readingFixture(t)
	last := "/eksempler?side=" + strconv.Itoa(f.json("").Pages)
	for from, to := range map[string]string{
		"/eksempler?q=&maalgruppe=":                               "/eksempler",
		"/eksempler?side=1":                                       "/eksempler",
		"/eksempler?side=1000000000":                              last,
		"/eksempler?maalgruppe=angst&maalgruppe=psykisk-saarbare": "/eksempler?maalgruppe=psykisk-saarbare",
		"/eksempler?q=b&hest=1&kontaktform=video":                 "/eksempler?kontaktform=video&q=b",
		"/eksempler/":                                             "/eksempler",
		"/eksempler?side=1" + strings.Repeat("0", 30):             last,
		"/?x=1":                             "/",
		"/om?x=1":                           "/om",
		"/was":                              "/tilgaengelighed",
		"/eksempler/" + f.slugs[0] + "?x=1": "/eksempler/" + f.slugs[0],
	} {
		if w := f.do("GET", from); w.Header().Get("Location") != to {
			t.Errorf("%s: status %d to %q, want %q", from, w.Code, w.Header().Get("Location"), to)
		}
	}
	for _, path := range []string{"//ond.example/", "/%5cond.example/", "//ond.example/%2f.."} {
		if to := f.do("GET", path).Header().Get("Location"); strings.HasPrefix(to, "//") || strings.HasPrefix(to, "/\\") || strings.Contains(to, "://") {
			t.Errorf("%s leads out to %q", path, to)
		}
	}
	if l := f.json("side=1000000000&maalgruppe=&q="); l.Page != l.Pages || l.Pages < 3 {
		t.Errorf("JSON past the end: page %d of %d", l.Page, l.Pages)
	}
}

// JSON and page say the same, and each count is what one gets by choosing that
// value instead of the facet's present ones (domain.md).
func TestPageJSONAndCountsAgree(t *testing.T) {
	f := readingFixture(t)
	for _, query := range []string{"", "q=g%C3%A5tur", "kontaktform=video", "effekt=god", "aktoer=kommuner-i-region-midtjylland&kontaktform=udendoers",
		"maalgruppe=psykisk-saarbare&q=samtale", "effekt=god&maalgruppe=hjemloese", "tema=faellesskab-og-aktiviteter&side=2", "maalgruppe=findes-ikke", "sortering=navn"} {
		l, d := f.json(query), f.page("/eksempler?"+query)
		var slugs, want []string
		d.Find("#results > .hits h3 a").Each(func(_ int, s *goquery.Selection) {
			slugs = append(slugs, strings.TrimPrefix(s.AttrOr("href", ""), "/eksempler/"))
		})
		for _, p := range l.Practices {
			want = append(want, p.Slug)
		}
		if !slices.Equal(slugs, want) {
			t.Errorf("%s: page %q, JSON %q", query, slugs, want)
		}
		if !strings.HasPrefix(strings.TrimPrefix(d.Find("#resultater").Text(), "Alle "), catalogue.Examples(l.Total)) {
			t.Errorf("%s: %q for %d", query, d.Find("#resultater").Text(), l.Total)
		}
		values, err := url.ParseQuery(query)
		if err != nil {
			t.Fatal(err)
		}
		for _, facet := range l.Facets {
			for _, v := range facet.Values {
				link := d.Find("#" + facet.Name + "-" + v.Value)
				got := link.Find("small").Text()
				if o := d.Find("#vaelg-" + facet.Name + " option[value=" + v.Value + "]"); o.Length() > 0 {
					if link.Length() > 0 {
						t.Errorf("%s: %s=%s stands on the page twice", query, facet.Name, v.Value)
					}
					_, got, _ = strings.Cut(strings.TrimSuffix(o.Text(), ")"), "(")
				}
				if got != strconv.Itoa(v.Count) {
					t.Errorf("%s: %s=%s is %d in JSON, %q on the page", query, facet.Name, v.Value, v.Count, got)
				}
				if link.HasClass("facet--on") != v.Selected {
					t.Errorf("%s: %s=%s is selected in only one of both", query, facet.Name, v.Value)
				}
				instead := url.Values{}
				for k, x := range values {
					instead[k] = x
				}
				instead[facet.Name] = []string{v.Value}
				instead.Del("side")
				if total := f.json(instead.Encode()).Total; total != v.Count {
					t.Errorf("%s: %s=%s promises %d and gives %d", query, facet.Name, v.Value, v.Count, total)
				}
			}
		}
	}
}

func TestZeroHelps(t *testing.T) {
	f := readingFixture(t)
	d := f.page("/eksempler?effekt=daarlig&kontaktform=video&q=g%C3%A6kkebrev")
	ways := d.Find("#results .prose li")
	if ways.Length() == 0 {
		t.Fatal("no way out is offered")
	}
	ways.Each(func(_ int, s *goquery.Selection) {
		href := s.Find("a").AttrOr("href", "")
		_, query, _ := strings.Cut(href, "?")
		if l := f.json(query); l.Total == 0 || !strings.HasSuffix(strings.TrimSpace(s.Text()), catalogue.Examples(l.Total)) {
			t.Errorf("%q leads to %d", s.Text(), l.Total)
		}
	})
	if text := f.page("/eksempler?q=xyzzyqwv").Find("#results").Text(); !strings.Contains(text, "stavet rigtigt") {
		t.Errorf("no help: %q", text)
	}
	if text := f.page("/eksempler?maalgruppe=enhjoerninger").Find("#results").Text(); !strings.Contains(text, "Vi kender ikke »enhjoerninger«") {
		t.Errorf("no notice: %q", text)
	}
}

// Bad input gets a page or a Danish 400, quickly, and never a 500.
func TestBadInput(t *testing.T) {
	f := newFixture(t)
	many := "maalgruppe=" + strings.Repeat("x&maalgruppe=", 10_000)
	for name, c := range map[string]struct {
		query  string
		status int
	}{
		"10,000 values":      {many, 400},
		"1 MB":               {"q=" + strings.Repeat("a", 1<<20), 400},
		"bad escape":         {"q=%zz", 400},
		"semicolon":          {"q=a;b", 400},
		"invalid UTF-8":      {"q=%ff%fe", 200},
		"NUL":                {"q=a%00b", 200},
		"lone surrogate":     {"q=%ED%A0%80", 200},
		"right to left":      {"q=%E2%80%AEabc", 200},
		"emoji":              {"q=%F0%9F%98%80", 200},
		"combining marks":    {"q=a" + strings.Repeat("%CC%81", 300), 200},
		"wildcard":           {"q=*", 200},
		"regular expression": {"q=" + url.QueryEscape("/.*/"), 200},
		"fuzzy bomb":         {"q=" + url.QueryEscape(strings.Repeat("qwertz~9 ", 80)), 200},
		"brackets":           {"q=" + url.QueryEscape(strings.Repeat("(", 600)), 200},
		"fields":             {"q=" + url.QueryEscape(`title:a +b -c "d e`), 200},
		"stop words":         {"q=og+i+at", 200},
		"200 words":          {"q=" + strings.Repeat("hjemloese+", 190), 200},
		"page 10^9":          {"side=1000000000", 200},
		"page 10^30":         {"side=1" + strings.Repeat("0", 30), 200},
		"negative page":      {"side=-1", 200},
		"unknown order":      {"sortering=unknown", 200},
		"unknown facet":      {"hest=grå", 200},
		"SQL":                {"q=" + url.QueryEscape(`'; DROP TABLE practice; --`) + "&aktoer=" + url.QueryEscape(`' OR 1=1`), 200},
		"markup":             {"q=" + url.QueryEscape(`<script>alert(1)</script>"'`), 200},
	} {
		for _, path := range []string{"/eksempler", "/eksempler.json"} {
			start := time.Now()
			w := f.get(path + "?" + c.query)
			if w.Code != c.status {
				t.Errorf("%s at %s: status %d", name, path, w.Code)
			}
			if took := time.Since(start); took > 500*time.Millisecond { // faults.md, row 20
				t.Errorf("%s at %s: %v", name, path, took)
			}
			if c.status == 400 && !strings.Contains(w.Body.String(), "Adressen") {
				t.Errorf("%s at %s: no explanation: %s", name, path, w.Body)
			}
			if strings.Contains(w.Body.String(), "<script>alert") {
				t.Errorf("%s at %s: the script is on the page", name, path)
			}
		}
	}
	if w := f.get("/eksempler?q=" + strings.Repeat("hjemloese+", 190)); !strings.Contains(w.Body.String(), "Din søgning er lang") {
		t.Error("nothing is said of a query that was cut")
	}
	if f.log.Len() > 0 && strings.Contains(f.log.String(), "request failed") {
		t.Errorf("log: %s", f.log)
	}
}

func TestHeaders(t *testing.T) {
	f := newFixture(t)
	for _, path := range []string{"/", "/eksempler", catalogue.PracticePath(f.slugs[0]), "/om", "/findes-ikke", "/eksempler.json", "/dcat.ttl", "/skos/tema.ttl", "/healthz", "/eksempler?q=%zz", web.StaticRoot() + "app.css"} {
		h := f.do("GET", path).Header()
		csp := h.Get("Content-Security-Policy")
		if !strings.HasPrefix(csp, "default-src 'none';") || strings.Contains(csp, "unsafe") || !strings.Contains(csp, "frame-ancestors 'none'") || !strings.Contains(csp, "base-uri 'none'") {
			t.Errorf("%s: policy %q", path, csp)
		}
		resource := "same-origin"
		if strings.HasSuffix(path, ".json") || strings.HasSuffix(path, ".ttl") {
			resource = "cross-origin"
		}
		for name, want := range map[string]string{"X-Content-Type-Options": "nosniff", "Cross-Origin-Resource-Policy": resource, "Referrer-Policy": "same-origin", "Strict-Transport-Security": "max-age=63072000; includeSubDomains", "Set-Cookie": ""} {
			if h.Get(name) != want {
				t.Errorf("%s: %s is %q", path, name, h.Get(name))
			}
		}
	}
	if w := f.do("POST", "/eksempler"); strings.Join(w.Header().Values("Allow"), ",") != "GET,HEAD" || w.Code != 405 || !strings.Contains(w.Body.String(), "Siden kan kun læses") {
		t.Errorf("POST: %d", w.Code)
	}
	if w := f.do("HEAD", "/eksempler"); w.Code != 200 || w.Body.Len() != 0 || w.Header().Get("ETag") == "" {
		t.Errorf("HEAD: %d, %d bytes", w.Code, w.Body.Len())
	}
}

// Nothing inline, nothing from elsewhere, every id once: what the policy and
// the law ask of every page.
func TestMarkup(t *testing.T) {
	f := readingFixture(t)
	for _, path := range []string{"/", "/eksempler", "/eksempler?q=telefon&kontaktform=telefon", "/kort", catalogue.PracticePath(f.slugs[0]), "/om", "/tilgaengelighed", "/privatliv", "/findes-ikke"} {
		d := document(t, f.get(path))
		if d.Find("html[lang=da]").Length() != 1 || d.Find("h1").Length() != 1 || d.Find("main").Length() != 1 || d.Find("title").Text() == "" {
			t.Errorf("%s: language, h1, main or title", path)
		}
		if n := d.Find("[style], style, script:not([src]):not([type='application/ld+json']), [onclick]").Length(); n > 0 {
			t.Errorf("%s: %d inline styles or scripts", path, n)
		}
		d.Find("script[src], link[href], img[src], use[href]").Each(func(_ int, s *goquery.Selection) {
			if at := s.AttrOr("src", s.AttrOr("href", "")); !strings.HasPrefix(at, "/") && s.AttrOr("rel", "") != "canonical" {
				t.Errorf("%s: loads %s", path, at)
			}
		})
		seen := map[string]bool{}
		d.Find("[id]").Each(func(_ int, s *goquery.Selection) {
			if id := s.AttrOr("id", ""); seen[id] {
				t.Errorf("%s: id %q twice", path, id)
			} else {
				seen[id] = true
			}
		})
	}
}

// Every link within the site leads somewhere.
func TestLinks(t *testing.T) {
	f := readingFixture(t)
	queue, seen := []string{"/"}, map[string]bool{"/": true}
	for len(queue) > 0 {
		path := queue[0]
		queue = queue[1:]
		w := f.do("GET", path)
		if w.Code != 200 {
			t.Errorf("%s: status %d", path, w.Code)
			continue
		}
		document(t, w).Find("a[href]").Each(func(_ int, s *goquery.Selection) {
			href, _, _ := strings.Cut(s.AttrOr("href", ""), "#")
			if strings.HasPrefix(href, web.PathDesk) {
				return // another room's: TestFirstDay opens these
			}
			// Filters multiply without end: one at a time is enough.
			if strings.HasPrefix(href, "/") && !seen[href] && !strings.Contains(href, "&") {
				seen[href] = true
				queue = append(queue, href)
			}
		})
	}
	for _, slug := range f.slugs {
		if !seen[catalogue.PracticePath(slug)] {
			t.Errorf("%s was not reached", slug)
		}
	}
}

// The budgets of pages.md, in bytes on the wire.
func TestWeight(t *testing.T) {
	f := readingFixture(t)
	size := func(path string) int { return f.do("GET", path, "Accept-Encoding", "br").Body.Len() }
	static := 0
	for _, name := range []string{"app.css", "app.js", "icons.svg", "fonts/praksis-sans-regular.woff2", "fonts/praksis-sans-semibold.woff2"} {
		static += size(web.StaticRoot() + name)
	}
	for _, path := range append([]string{"/eksempler", "/eksempler?q=telefon", "/eksempler?effekt=god&maalgruppe=saarbare-unge", "/loesninger", "/loesninger/walk-and-talk", "/maalgrupper/psykisk-saarbare", "/regioner/region-midtjylland"}, paths(f.slugs)...) {
		if n := size(path); n > 14_600 || n+static > 60_000 || n < 1000 {
			t.Errorf("%s: %d bytes, %d in all", path, n, n+static)
		}
	}
}

func paths(slugs []string) (out []string) {
	for _, s := range slugs {
		out = append(out, catalogue.PracticePath(s))
	}
	return out
}

func TestDatabaseAway(t *testing.T) {
	f := newFixture(t)
	kept := catalogue.PracticePath(f.slugs[0])
	f.do("GET", kept)
	f.pool.Close()
	if w := f.do("GET", kept); w.Code != 200 {
		t.Errorf("a kept page: %d", w.Code)
	}
	w := f.do("GET", catalogue.PracticePath(f.slugs[1]))
	d := document(t, w)
	id := strings.TrimSpace(d.Find("main strong").Text())
	if w.Code < 500 || id == "" || !strings.Contains(f.log.String(), id) || strings.Contains(w.Body.String(), "pool") {
		t.Errorf("status %d, ID %q, log %s", w.Code, id, f.log)
	}
}

func TestUnchangedIs304(t *testing.T) {
	f := newFixture(t)
	tag := f.do("GET", "/eksempler").Header().Get("ETag")
	if w := f.do("GET", "/eksempler", "If-None-Match", tag); w.Code != 304 || w.Body.Len() > 0 || tag == "" {
		t.Errorf("status %d, tag %q", w.Code, tag)
	}
	f.withdraw(f.slugs[0], "Forældet")
	if w := f.do("GET", "/eksempler", "If-None-Match", tag); w.Code != 200 {
		t.Errorf("after a change: %d", w.Code)
	}
}

func TestStarting(t *testing.T) {
	s := site.NewStarting(site.Config{Authority: web.Authority{Name: "Testkontoret"}}, slog.New(slog.DiscardHandler))
	s.Progress(3, 42)
	for path, want := range map[string]int{"/": 503, "/eksempler?q=x": 503, "/healthz": 200, "/readyz": 503, web.StaticRoot() + "app.css": 200} {
		w := httptest.NewRecorder()
		s.ServeHTTP(w, httptest.NewRequest("GET", path, nil))
		if w.Code != want || path == "/" && (!strings.Contains(w.Body.String(), "3 af 42") || w.Header().Get("Retry-After") == "") {
			t.Errorf("%s: %d %s", path, w.Code, w.Body)
		}
	}
}

// BenchmarkPages gives time, allocations and bytes on the wire of each public
// page, rendered anew and from memory.
func BenchmarkPages(b *testing.B) {
	f := newFixture(b)
	for name, path := range map[string]string{"front": "/", "finder": "/eksempler", "filtered": "/eksempler?effekt=god&maalgruppe=saarbare-unge", "search": "/eksempler?q=walk+and+talk",
		"practice": "/eksempler/toender-gaature-i-naturen-med-saarbare-unge", "solution": "/loesninger/walk-and-talk", "about": "/om", "list.json": "/eksempler.json"} {
		for _, kept := range []bool{false, true} {
			kind := "/rendered"
			if kept {
				kind = "/kept"
			}
			b.Run(name+kind, func(b *testing.B) {
				bytes := 0
				b.ReportAllocs()
				for b.Loop() {
					if !kept {
						b.StopTimer()
						f.handler = site.New(site.Config{Build: "bench", Authority: web.Authority{Name: "Testkontoret"}}, f.store, f.index, slog.New(slog.DiscardHandler)).Routes(slog.New(slog.DiscardHandler))
						b.StartTimer()
					}
					w := f.do("GET", path, "Accept-Encoding", "br")
					if w.Code != 200 {
						b.Fatal(w.Code)
					}
					bytes = w.Body.Len()
				}
				b.ReportMetric(float64(bytes), "wire-bytes")
			})
		}
	}
}
