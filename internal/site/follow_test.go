package site_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"praksis/internal/catalogue"
	"praksis/internal/postgres"
	"praksis/internal/review"

	"github.com/PuerkitoBio/goquery"
)

// followLink is the secret link in the newest mail to those who follow lists.
func (f *fixture) followLink() string {
	f.t.Helper()
	var body string
	if err := f.pool.QueryRow(f.t.Context(), `SELECT body FROM mail WHERE kind IN ('follow', 'digest') ORDER BY id DESC LIMIT 1`).Scan(&body); err != nil {
		f.t.Fatal(err)
	}
	_, rest, ok := strings.Cut(body, "https://praksis.example/foelg/")
	if !ok {
		f.t.Fatalf("no link in %s", body)
	}
	return "/foelg/" + strings.Fields(rest)[0]
}

// button posts the form of a page that has the button with the text.
func (s *submitter) button(text string) *submitter {
	s.t.Helper()
	b := s.doc.Find("main button").FilterFunction(func(_ int, b *goquery.Selection) bool { return strings.TrimSpace(b.Text()) == text }).First()
	form := b.Closest("form")
	action, ok := form.Attr("action")
	if !ok {
		s.t.Fatalf("no button %q at %s: %s", text, s.at, s.text())
	}
	v := url.Values{}
	form.Find("input[type=hidden], input[checked]").Each(func(_ int, e *goquery.Selection) { v.Add(e.AttrOr("name", ""), e.AttrOr("value", "")) })
	if name := b.AttrOr("name", ""); name != "" {
		v.Set(name, b.AttrOr("value", ""))
	}
	s.take(s.post(action, v), action)
	return s
}

// ordered posts an order of a list.
func (f *fixture) ordered(query string, v url.Values) *httptest.ResponseRecorder {
	r := httptest.NewRequest("POST", "/foelg?"+query, strings.NewReader(v.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	w := httptest.NewRecorder()
	f.handler.ServeHTTP(w, r)
	return w
}

// An address that was typed stays in the page while the database does not answer.
func TestFollowKeepsWhatFails(t *testing.T) {
	f := newFixture(t)
	lock, err := f.pool.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = lock.Rollback(t.Context()) }()
	if _, err := lock.Exec(t.Context(), `LOCK TABLE follower`); err != nil {
		t.Fatal(err)
	}
	b := &browser{fixture: f, late: true}
	b.do("POST", "/foelg?q=telefon", url.Values{"email": {"ida@skive.dk"}, "hyppighed": {"dagligt"}}).says("står her endnu", "Fejlnummer")
	if b.code != http.StatusServiceUnavailable || b.doc.Find("#email").AttrOr("value", "") != "ida@skive.dk" || b.doc.Find(`input[value="dagligt"][checked]`).Length() != 1 {
		t.Errorf("%d", b.code)
	}
}

// From the finder to a digest and out again, as somebody without scripts goes.
func TestFollow(t *testing.T) {
	f := newFixture(t)
	s := newSubmitter(f)
	finder := f.page("/eksempler?maalgruppe=angst&q=telefon&sortering=navn")
	for at, want := range map[string]string{"/eksempler?maalgruppe=angst&q=telefon&sortering=navn&side=1": "/foelg?maalgruppe=angst&q=telefon", "/eksempler": "/foelg", "/eksempler?q=findes-slet-ikke-xyz": "/foelg?q=findes-slet-ikke-xyz"} {
		if to := f.page(at).Find(`main a[href^="/foelg"]`).AttrOr("href", ""); to != want || f.do("GET", to).Code != http.StatusOK {
			t.Errorf("%s leads to %q", at, to)
		}
	}
	if w := f.do("GET", "/foelg?sortering=navn&side=3&q=telefon&maalgruppe=angst"); w.Code != http.StatusFound || w.Header().Get("Location") != "/foelg?maalgruppe=angst&q=telefon" {
		t.Errorf("%d %s", w.Code, w.Header().Get("Location"))
	}
	w := f.do("GET", "/foelg?maalgruppe=angst&q=telefon")
	if w.Code != http.StatusOK || w.Header().Get("Cache-Control") != "no-cache" || w.Header().Get("X-Robots-Tag") != "noindex" || w.Header().Get("Set-Cookie") != "" {
		t.Errorf("%d %v", w.Code, w.Header())
	}
	doc := document(t, w)
	if got := doc.Find("main .font-lead").Text(); got != "Eksempler med »telefon« for angst" {
		t.Errorf("%q", got)
	}
	link := doc.Find("main .prose a")
	total := finder.Find(".finder-head__count").Text()
	if link.AttrOr("href", "") != "/eksempler?maalgruppe=angst&q=telefon" || !strings.HasPrefix(total, strings.TrimSuffix(strings.TrimPrefix(link.Text(), "Listen har "), " nu")) {
		t.Errorf("%q beside %q", link.Text(), total)
	}
	// What is wrong is said, and what was typed is kept.
	s.take(f.ordered("maalgruppe=angst&q=telefon", url.Values{"email": {"ida"}}), "/foelg")
	if s.code != http.StatusUnprocessableEntity || s.doc.Find("#email").AttrOr("value", "") != "ida" || s.doc.Find(`.alert a[href="#hyppighed"]`).Length() != 1 || s.doc.Find(`.alert a[href="#email"]`).Length() != 1 {
		t.Errorf("%d %s", s.code, s.text())
	}
	s.take(f.ordered("", url.Values{"email": {"ida@skive.dk"}, "hyppighed": {"dagligt"}, "website": {"x"}}), "/foelg")
	if s.code != http.StatusUnprocessableEntity || f.count(`SELECT count(*) FROM follower`) != 0 {
		t.Errorf("a program is taken for a person: %d", s.code)
	}
	order := url.Values{"email": {"Ida Jensen <ida.jensen@skive.dk>"}, "hyppighed": {"dagligt"}}
	w = f.ordered("maalgruppe=angst&q=telefon", order)
	if w.Code != http.StatusSeeOther || w.Header().Get("Location") != "/foelg/sendt" {
		t.Fatalf("%d %s", w.Code, w.Header().Get("Location"))
	}
	s.take(w, "/foelg")
	s.says("Kig i din mail", "tryk på »Bekræft«")
	if f.count(`SELECT count(*) FROM mail WHERE body LIKE '%telefon%' OR body LIKE '%angst%' OR subject LIKE '%telefon%'`) != 0 {
		t.Error("a stranger's words are mailed")
	}
	// Looking confirms nothing, and leaves nothing.
	at := f.followLink()
	s.open(at)
	s.says("Vil du følge: Eksempler med »telefon« for angst?", "i…@skive.dk")
	if strings.Contains(s.text(), "jensen") {
		t.Error("whoever gets the mail passed on learns the address")
	}
	s.open(at + "/stop")
	if f.count(`SELECT count(*) FROM follow WHERE confirmed_at IS NULL`) != 1 {
		t.Error("a GET acts")
	}
	s.open(at).button("Bekræft")
	s.says("Du følger nu listen", "Lister, du følger")
	if f.count(`SELECT count(*) FROM follow WHERE confirmed_at IS NOT NULL AND frequency = 'daily'`) != 1 {
		t.Error("it is not confirmed")
	}
	s.button("Gem")
	s.says("Det er gemt")
	// Another one, that is not wanted after all.
	if w := f.ordered("", order); w.Code != http.StatusSeeOther {
		t.Errorf("%d", w.Code)
	}
	s.open(at).button("Nej tak")
	s.says("Du følger ikke længere listen", "Eksempler med »telefon« for angst")
	// A digest leads to the page too.
	f.exec(`UPDATE follow SET practices = '{}', revisions = '{}'`)
	if sent, _, err := f.store.SendDigests(t.Context(), f.index, time.Now().AddDate(0, 0, 1)); sent != 1 || err != nil {
		t.Fatal(sent, err)
	}
	if f.followLink() != at {
		t.Error("the digest leads elsewhere")
	}
	// A mail program takes them off, from wherever it is, and as often as it likes.
	for range 2 {
		r := httptest.NewRequest("POST", at+"/stop", strings.NewReader("List-Unsubscribe=One-Click"))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Origin", "https://mail.example")
		r.Header.Set("Sec-Fetch-Site", "cross-site")
		w = httptest.NewRecorder()
		f.handler.ServeHTTP(w, r)
		s.take(w, at)
		if s.code != http.StatusOK || len(f.everywhere("%ida.jensen%")) != 0 {
			t.Errorf("%d, the address stands in %v", s.code, f.everywhere("%ida.jensen%"))
		}
		s.says("Du får ikke flere mails")
	}
	s.open(at)
	if s.says("Du følger ingen lister"); s.code != http.StatusNotFound || strings.Contains(f.log.String(), strings.TrimPrefix(at, "/foelg/")) || strings.Contains(f.log.String(), "jensen") {
		t.Errorf("%d, or the log tells", s.code)
	}
}

// What is known is told to nobody: the answer to an order is the same for an address that
// follows the list, for one that has ordered too often, and for one that is new.
func TestFollowTellsNothing(t *testing.T) {
	f := newFixture(t)
	answer := ""
	for i, email := range []string{"ida@skive.dk", "ida@skive.dk", "ida@skive.dk", "IDA@skive.dk", "ida@skive.dk", "bo@skive.dk"} {
		w := f.ordered("maalgruppe=angst", url.Values{"email": {email}, "hyppighed": {"dagligt"}})
		w.Header().Del("X-Request-Id")
		got := http.StatusText(w.Code) + w.Header().Get("Location") + w.Body.String()
		if i == 1 {
			s := newSubmitter(f)
			s.open(f.followLink()).button("Bekræft")
		}
		if answer == "" {
			answer = got
		}
		if got != answer {
			t.Errorf("%d, %s: %s", i, email, got)
		}
	}
	if n := f.count(`SELECT count(*) FROM mail WHERE kind = 'follow'`); n != 4 {
		t.Errorf("%d mails", n)
	}
}

// Neither an address nor a search that has a CPR number is kept, and a filter that is a
// text of the visitor's is none.
func TestFollowPassesTheGate(t *testing.T) {
	f := newFixture(t)
	s := newSubmitter(f)
	for _, n := range []string{"010190-1234", "01.01.90-1234", "010190 1234", "0101901234", "610190-1234"} {
		for query, email := range map[string]string{"q=" + url.QueryEscape("Hun er "+n): "ida@skive.dk", "": "a" + n + "@skive.dk", "maalgruppe=" + url.QueryEscape(n): "ida@skive.dk"} {
			s.take(f.ordered(query, url.Values{"email": {email}, "hyppighed": {"dagligt"}}), "/foelg")
			if s.code != http.StatusUnprocessableEntity {
				t.Errorf("%s from %s: %d", query, email, s.code)
			}
		}
	}
	if f.count(`SELECT count(*) FROM follower`)+f.count(`SELECT count(*) FROM follow`) != 0 {
		t.Error("something is kept")
	}
	for query, want := range map[string]string{"maalgruppe=Hanne+Testsen": "som vi ikke kender", "q=010190-1234": "ligner et CPR-nummer"} {
		doc := f.page("/foelg?" + query)
		if !strings.Contains(doc.Find("main").Text(), want) || doc.Find("main form").Length() != 0 {
			t.Errorf("%s: %s", query, doc.Find("main").Text())
		}
	}
	many := url.Values{}
	for _, v := range f.index.Taxonomy().Facet(catalogue.FacetActor).Values {
		many.Add("aktoer", v.Slug)
	}
	for _, facet := range []string{catalogue.FacetTheme, catalogue.FacetSolution, catalogue.FacetTargetGroup, catalogue.FacetContactForm} {
		for _, v := range f.index.Taxonomy().Facet(facet).Values {
			many.Add(facet, v.Slug)
		}
	}
	q, err := catalogue.ParseQuery(many.Encode())
	if err != nil {
		t.Fatal(err)
	}
	if q = f.index.Taxonomy().Canonical(q); len(q.Encode()) > postgres.MaxFollowFilters {
		s.take(f.ordered(q.Encode(), url.Values{"email": {"ida@skive.dk"}, "hyppighed": {"dagligt"}}), "/foelg")
		s.says("for mange filtre")
	}
	// What no page of ours posts.
	token := "/foelg/" + strings.Repeat("A", 43)
	for path, v := range map[string]url.Values{token: {"liste": {"x"}}, token + "?": {"liste": {"1"}, "handling": {"x"}}, token + "#": {"liste": {"1"}, "handling": {"gem"}, "hyppighed": {"x"}}} {
		if w := s.post(strings.TrimRight(path, "?#"), v); w.Code != http.StatusBadRequest {
			t.Errorf("%v: %d", v, w.Code)
		}
	}
	for _, do := range []string{"bekraeft", "gem"} {
		if w := s.post(token, url.Values{"liste": {"1"}, "handling": {do}, "hyppighed": {review.Frequencies.Slug(review.Daily)}}); w.Code != http.StatusNotFound {
			t.Errorf("%s of nobody: %d", do, w.Code)
		}
	}
	if w := f.do("GET", "/foelg/kort"); w.Code != http.StatusNotFound {
		t.Errorf("%d", w.Code)
	}
}
