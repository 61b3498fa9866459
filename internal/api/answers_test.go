package api_test

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"io"
	"maps"
	"math"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"

	"praksis/internal/catalogue"
	"praksis/internal/export"
	"praksis/internal/review"

	"github.com/PuerkitoBio/goquery"
	"github.com/getkin/kin-openapi/openapi3"
	"github.com/go-chi/chi/v5"
)

// Every route is in the document, and the other way round.
func TestDocumentHasTheRoutes(t *testing.T) {
	f := newFixture(t)
	routes := map[string]bool{}
	err := chi.Walk(f.handler.(chi.Routes), func(method, route string, _ http.Handler, _ ...func(http.Handler) http.Handler) error {
		if route != catalogue.PathAPI {
			routes[method+" "+strings.TrimPrefix(route, catalogue.PathAPIVersion)] = true
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	told := map[string]bool{}
	for path, item := range f.document.Paths.Map() {
		for method := range item.Operations() {
			told[method+" "+path] = true
		}
	}
	if !maps.Equal(routes, told) || len(told) < 12 {
		t.Errorf("routes %v\ndocument %v", slices.Sorted(maps.Keys(routes)), slices.Sorted(maps.Keys(told)))
	}
	if s := f.document.Servers[0].URL; s != "https://praksis.example/api/v1" {
		t.Errorf("server %s", s)
	}
}

// Every address answers, and its answer is as the document says (fixture.do).
func TestAnswers(t *testing.T) {
	f := newFixture(t)
	paths := []string{"/practices?limit=100", "/practices?q=video&effekt=god", "/practices?sortering=navn&maalgruppe=angst", "/findings?limit=100", "/findings?stemme=borger&effekt=daarlig", "/findings?q=telefon",
		"/findings?maalgruppe=angst&maalgruppe=autisme&samtidig=maalgruppe", "/solutions", "/vocabularies", "/organisations", "/overview", "/overview?maalgruppe=angst", "/overview?maalgruppe=hest", "/contrasts", "/contrasts?loesning=walk-and-talk"}
	for _, facet := range catalogue.Facets {
		paths = append(paths, "/vocabularies/"+facet.Name)
	}
	for _, path := range paths {
		if w := f.do("GET", catalogue.PathAPIVersion+path); w.Code != http.StatusOK || w.Header().Get("ETag") == "" {
			t.Errorf("%s: status %d, tag %q", path, w.Code, w.Header().Get("ETag"))
		}
	}
	// All examples, so every field that the content has.
	if got := f.all("/api/v1/practices?limit=100", nil); len(got.Items) != len(f.slugs) || *got.Total != len(f.slugs) {
		t.Errorf("%d of %d examples", len(got.Items), len(f.slugs))
	} else if x := got.Items[0]; x.URL != "https://praksis.example/eksempler/"+x.Slug || x.State != "published" {
		t.Errorf("%+v", x)
	}
	for _, slug := range f.slugs[:3] {
		var p catalogue.Practice
		if f.get("/api/v1/practices/"+slug, &p); p.Slug != slug {
			t.Errorf("%s: %q", slug, p.Slug)
		}
	}
}

// The counts are those of the index, whatever is asked.
func TestCountsAreTheFinders(t *testing.T) {
	f := newFixture(t)
	for _, asked := range []string{"", "effekt=god", "effekt=god&effekt=daarlig&stemme=borger", "maalgruppe=angst", "maalgruppe=psykisk-saarbare&effekt=blandet", "kontaktform=video&stemme=medarbejder",
		"loesning=walk-and-talk", "loesning=walk-and-talk&effekt=god&kontaktform=walk-and-talk", "aktoer=aarhus&stemme=ikke-oplyst", "fastholdelse=fastholdt", "maalgruppe=hest", "q=video", "q=telefon&effekt=god", "maalgruppe=angst&maalgruppe=autisme&samtidig=maalgruppe"} {
		q, err := catalogue.ParseQuery(asked)
		if err != nil {
			t.Fatal(err)
		}
		ids, total, err := f.index.Hits(t.Context(), q, math.MaxInt32)
		if err != nil {
			t.Fatal(err)
		}
		got := f.all("/api/v1/practices?limit=7&"+asked, nil)
		var slugs []string
		for _, p := range got.Items {
			slugs = append(slugs, p.Slug)
		}
		cards, err := f.store.CardsByID(t.Context(), 0, ids)
		if err != nil {
			t.Fatal(err)
		}
		var want []string
		if q.Text == "" {
			slices.Sort(ids)
		}
		for _, id := range ids {
			want = append(want, cards[id].Slug)
		}
		if *got.Total != total || !slices.Equal(slugs, want) {
			t.Errorf("%s: %d of %d examples\n%v\n%v", asked, len(slugs), total, slugs, want)
		}
		findings := f.all("/api/v1/findings?limit=9&"+asked, nil)
		if q.Text != "" || q.Together {
			if findings.Total != nil || len(findings.Items) == 0 && total > 0 && q.Text != "" {
				t.Errorf("%s: %d findings, total %v", asked, len(findings.Items), findings.Total)
			}
			continue
		}
		o, err := f.index.Overview(q.Filters)
		if err != nil {
			t.Fatal(err)
		}
		byEffect := map[string]int{}
		seen := map[string]bool{}
		for _, x := range findings.Items {
			byEffect[x.Effect]++
			if key := x.Practice.Slug + " " + x.Key + " " + x.Text; seen[key] {
				t.Errorf("%s: %s twice", asked, key)
			} else {
				seen[key] = true
			}
		}
		var said struct {
			Practices, Findings int
			Effects             []struct {
				Effect   string
				Findings int
			}
		}
		f.get("/api/v1/overview?"+asked, &said)
		for i, tally := range o.Findings {
			if byEffect[string(tally.Effect)] != tally.Count || said.Effects[i].Findings != tally.Count {
				t.Errorf("%s: %s: %d findings listed, %d told, %d in the index", asked, tally.Effect, byEffect[string(tally.Effect)], said.Effects[i].Findings, tally.Count)
			}
		}
		if *findings.Total != len(findings.Items) || said.Findings != len(findings.Items) || said.Practices != total {
			t.Errorf("%s: %d findings, total %d, the overview has %+v, %d practices", asked, len(findings.Items), *findings.Total, said, total)
		}
	}
}

// A list by ID goes on whatever is added or removed; one in another order says that it
// has changed.
func TestCursor(t *testing.T) {
	f := newFixture(t)
	n := 0
	got := f.all("/api/v1/practices?limit=60", func() {
		n++
		if n == 1 {
			f.add(catalogue.Practice{Slug: "nyt-imens", Title: "Nyt imens", Organisation: catalogue.OrganisationRef{Slug: "aarhus"}})
			f.decide(f.slugs[0], "", review.Act{Action: review.RemovePractice, Reason: "Viser en borger"})
		}
	})
	seen := map[string]int{}
	for _, p := range got.Items {
		seen[p.Slug]++
	}
	for _, slug := range append(f.slugs[1:], "nyt-imens") {
		if seen[slug] != 1 {
			t.Errorf("%s is there %d times", slug, seen[slug])
		}
	}
	if last := got.Items[len(got.Items)-1].Slug; last != "nyt-imens" || n < 3 {
		t.Errorf("the last of %d parts ends with %s", n, last)
	}

	var first, other list
	f.get("/api/v1/practices?q=video&limit=3", &first)
	f.get(first.Next, &other)
	if len(other.Items) != 3 || other.Items[0].Slug == first.Items[2].Slug {
		t.Errorf("%+v", other.Items)
	}
	f.get("/api/v1/practices?sortering=bedst-belyst&limit=3", &other)
	f.decide(f.slugs[1], "", review.Act{Action: review.WithdrawPractice, Text: "Forældet"})
	for _, next := range []string{first.Next, other.Next} {
		w := f.do("GET", next)
		if p := problemOf(t, w.Body.Bytes()); w.Code != http.StatusGone || p["type"] != "/api#cursor" || !strings.Contains(p["detail"].(string), "Begynd forfra") {
			t.Errorf("%s: %d %v", next, w.Code, p)
		}
	}
	// Findings go on too, within an example.
	all := f.all("/api/v1/findings?limit=100", nil)
	some := f.all("/api/v1/findings?limit=11", nil)
	if len(all.Items) != len(some.Items) || all.Items[42].Text != some.Items[42].Text {
		t.Errorf("%d and %d findings", len(all.Items), len(some.Items))
	}
}

func problemOf(t *testing.T, b []byte) map[string]any {
	t.Helper()
	var p map[string]any
	if err := json.Unmarshal(b, &p); err != nil {
		t.Fatalf("%.200s: %v", b, err)
	}
	return p
}

func TestProblems(t *testing.T) {
	f := newFixture(t)
	var part list
	f.get("/api/v1/practices?limit=3", &part)
	gone, moved, into := f.slugs[0], f.slugs[1], f.slugs[2]
	f.decide(gone, "", review.Act{Action: review.RemovePractice, Reason: "Viser en borger"})
	f.decide(moved, into, review.Act{Action: review.MergePractice})
	for target, want := range map[string]struct {
		status int
		says   string
	}{
		"/practices/" + gone:                            {http.StatusGone, "Slet også din kopi"},
		"/practices/findes-ikke":                        {http.StatusNotFound, "/api"},
		"/practices/Store%20Bogstaver":                  {http.StatusNotFound, "/api"},
		"/practices/" + into + "?x=1":                   {http.StatusBadRequest, "ingen parametre"},
		"/findes-ikke":                                  {http.StatusNotFound, "/api"},
		"/vocabularies/hest":                            {http.StatusNotFound, "/api"},
		"/practices?malgruppe=angst":                    {http.StatusBadRequest, "maalgruppe"},
		"/practices?maalgruppe=angst&side=2":            {http.StatusBadRequest, "»next«"},
		"/overview?q=video":                             {http.StatusBadRequest, "»q« findes ikke her"},
		"/practices?limit=0":                            {http.StatusBadRequest, "fra 1 til 100"},
		"/practices?limit=101":                          {http.StatusBadRequest, "fra 1 til 100"},
		"/practices?sortering=hest":                     {http.StatusBadRequest, "nyeste"},
		"/practices?cursor=hest":                        {http.StatusBadRequest, "next"},
		"/practices?effekt=god&cursor=" + part.Cursor:   {http.StatusBadRequest, "en anden liste"},
		"/findings?cursor=" + part.Cursor:               {http.StatusBadRequest, "en anden liste"},
		"/practices?q=%zz":                              {http.StatusBadRequest, "kan ikke læses"},
		"/practices?q=" + strings.Repeat("a", 17<<10):   {http.StatusBadRequest, "for lang"},
		"/practices?" + strings.Repeat("x", 1000) + "=": {http.StatusBadRequest, "…"},
	} {
		for _, method := range []string{"GET", "HEAD"} {
			path, query, _ := strings.Cut(catalogue.PathAPIVersion+target, "?")
			address := (&url.URL{Path: path, RawQuery: query}).String()
			if strings.Contains(target, "%20") {
				address = path
			}
			w := f.do(method, address)
			if w.Code != want.status || w.Header().Get("Content-Type") != "application/problem+json; charset=utf-8" || w.Header().Get("Cache-Control") != "no-store" || w.Header().Get("Access-Control-Allow-Origin") != "*" {
				t.Errorf("%s %.80s: status %d, %v", method, target, w.Code, w.Header())
			}
			if method == "HEAD" {
				if w.Body.Len() > 0 {
					t.Errorf("HEAD %.80s has a body", target)
				}
				continue
			}
			p := problemOf(t, w.Body.Bytes())
			if detail, _ := p["detail"].(string); !strings.Contains(detail, want.says) || p["title"] == "" || p["status"] != float64(want.status) {
				t.Errorf("%.80s: %v", target, p)
			}
		}
	}
	w := f.do("GET", "/api/v1/practices/"+moved)
	if w.Code != http.StatusPermanentRedirect || w.Header().Get("Location") != "/api/v1/practices/"+into {
		t.Errorf("moved: %d to %s", w.Code, w.Header().Get("Location"))
	}
	if w := f.do("POST", "/api/v1/practices"); w.Code != http.StatusMethodNotAllowed || !slices.Equal(w.Header()["Allow"], []string{"GET", "HEAD"}) || problemOf(t, w.Body.Bytes())["title"] == "" {
		t.Errorf("POST: %d %v %s", w.Code, w.Header(), w.Body)
	}
	// What is withdrawn is there, and says so.
	f.decide(into, "", review.Act{Action: review.WithdrawPractice, Text: "Forældet"})
	var p catalogue.Practice
	if f.get("/api/v1/practices/"+into, &p); p.State != catalogue.StateWithdrawn || p.StateReason != "Forældet" {
		t.Errorf("%s %s", p.State, p.StateReason)
	}
	// What the catalogue does not know is told.
	var l list
	if f.get("/api/v1/practices?maalgruppe=hest", &l); *l.Total != 0 || !slices.Equal(l.Unknown, []string{"maalgruppe=hest"}) {
		t.Errorf("%+v", l)
	}
	f.pool.Close()
	w = f.do("GET", "/api/v1/practices/"+f.slugs[5])
	if p := problemOf(t, w.Body.Bytes()); w.Code < 500 || p["id"] == nil || strings.Contains(w.Body.String(), "pool") {
		t.Errorf("the database is away: %d %v", w.Code, p)
	}
}

func TestUnchangedIs304(t *testing.T) {
	f := newFixture(t)
	targets := []string{"/api", "/api/v1/practices", "/api/v1/overview", "/api/v1/openapi.json", "/api/v1/bulk.jsonl", "/api/v1/bulk.jsonl.gz"}
	tags := map[string]string{}
	for _, target := range targets {
		f.catchUp() // a version that was not confirmed for 2 s has no 304
		w := f.do("GET", target)
		tags[target] = w.Header().Get("ETag")
		if w := f.do("GET", target, "If-None-Match", tags[target]); w.Code != http.StatusNotModified || w.Body.Len() > 0 || tags[target] == "" {
			t.Errorf("%s: status %d, tag %q", target, w.Code, tags[target])
		}
		if head := f.do("HEAD", target); head.Code != http.StatusOK || head.Body.Len() > 0 || head.Header().Get("ETag") != tags[target] {
			t.Errorf("HEAD %s: status %d, %d bytes, tag %q", target, head.Code, head.Body.Len(), head.Header().Get("ETag"))
		}
	}
	f.decide(f.slugs[0], "", review.Act{Action: review.WithdrawPractice, Text: "Forældet"})
	for _, target := range targets {
		if w := f.do("GET", target, "If-None-Match", tags[target]); w.Code != http.StatusOK {
			t.Errorf("%s after a change: %d", target, w.Code)
		}
	}
}

// Pages of other sites may read all but the readable page, and a browser may ask first.
func TestOtherSitesMayRead(t *testing.T) {
	f := newFixture(t)
	for _, target := range []string{"/api/v1/practices", "/api/v1/bulk.jsonl.gz", "/api/v1/findes-ikke"} {
		if h := f.do("GET", target).Header(); h.Get("Access-Control-Allow-Origin") != "*" || h.Get("Cross-Origin-Resource-Policy") != "cross-origin" || h.Get("Set-Cookie") != "" || strings.Contains(h.Get("Vary"), "Cookie") {
			t.Errorf("%s: %v", target, h)
		}
	}
	if w := f.do("OPTIONS", "/api/v1/practices"); w.Code != http.StatusNoContent || w.Header().Get("Access-Control-Allow-Methods") != "GET, HEAD" {
		t.Errorf("OPTIONS: %d %v", w.Code, w.Header())
	}
	if h := f.do("GET", "/api").Header(); h.Get("Access-Control-Allow-Origin") != "" || h.Get("X-Robots-Tag") != "" {
		t.Errorf("/api: %v", h)
	}
}

func TestBulk(t *testing.T) {
	f := newFixture(t)
	packed := f.do("GET", "/api/v1/bulk.jsonl.gz")
	z, err := gzip.NewReader(bytes.NewReader(packed.Body.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	whole, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	plain := f.do("GET", "/api/v1/bulk.jsonl")
	if !bytes.Equal(whole, plain.Body.Bytes()) || plain.Header().Get("X-Praksis-Version") == "" || plain.Header().Get("Content-Type") != "application/jsonl; charset=utf-8" {
		t.Errorf("%d and %d bytes, %v", len(whole), plain.Body.Len(), plain.Header())
	}
	r, n := export.NewReader(bytes.NewReader(whole)), 0
	for ; ; n++ {
		if _, err := r.Next(); err == io.EOF {
			break
		} else if err != nil {
			t.Fatal(err)
		}
	}
	if n != len(f.slugs) {
		t.Errorf("%d of %d lines", n, len(f.slugs))
	}
	for line := range bytes.Lines(whole) {
		var v any
		if err := json.Unmarshal(line, &v); err != nil {
			t.Fatal(err)
		}
		schema := f.document.Components.Schemas["Practice"].Value
		if err := schema.VisitJSON(v, openapi3.EnableJSONSchema2020()); err != nil {
			t.Errorf("%.80s: %.300v", line, err)
		}
	}
	// A download that broke off goes on.
	part := f.do("GET", "/api/v1/bulk.jsonl.gz", "Range", "bytes=100-199", "If-Range", packed.Header().Get("ETag"))
	if part.Code != http.StatusPartialContent || !bytes.Equal(part.Body.Bytes(), packed.Body.Bytes()[100:200]) {
		t.Errorf("part: %d, %d bytes", part.Code, part.Body.Len())
	}
	f.decide(f.slugs[0], "", review.Act{Action: review.RemovePractice, Reason: "Viser en borger"})
	if b := f.do("GET", "/api/v1/bulk.jsonl").Body.String(); strings.Contains(b, `"slug":"`+f.slugs[0]+`"`) || strings.Count(b, "\n") != len(f.slugs)-1 {
		t.Error("what is removed is in the file")
	}
}

// Each of many downloads is whole, of one version, whatever happens to the catalogue
// and to the file meanwhile.
func TestBulkOfManyAtOnce(t *testing.T) {
	f := newFixture(t)
	const changes, readers = 4, 8
	lines := make(chan int, 100)
	var reading sync.WaitGroup
	for range readers {
		reading.Go(func() {
			for range changes {
				w := httptest.NewRecorder()
				f.handler.ServeHTTP(w, httptest.NewRequest("GET", "/api/v1/bulk.jsonl", nil))
				lines <- strings.Count(w.Body.String(), "\n")
			}
		})
	}
	for i := range changes {
		f.decide(f.slugs[i], "", review.Act{Action: review.WithdrawPractice, Text: "Forældet"})
	}
	reading.Wait()
	close(lines)
	for n := range lines {
		if n > len(f.slugs) || n < len(f.slugs)-changes {
			t.Errorf("%d lines", n)
		}
	}
	if n := strings.Count(f.do("GET", "/api/v1/bulk.jsonl").Body.String(), "\n"); n != len(f.slugs)-changes {
		t.Errorf("%d lines at last", n)
	}
}

// What the page tells one to ask is answered, and each address is on it.
func TestPage(t *testing.T) {
	f := newFixture(t)
	w := f.do("GET", "/api")
	d, err := goquery.NewDocumentFromReader(w.Body)
	if err != nil || w.Code != http.StatusOK {
		t.Fatal(w.Code, err)
	}
	asked := 0
	d.Find("main a[href^='/api/v1']").Each(func(_ int, s *goquery.Selection) {
		asked++
		target := s.AttrOr("href", "")
		if strings.Contains(target, "bulk") { // TestBulk
			return
		}
		var answer struct{ Items []any }
		if f.get(target, &answer); len(answer.Items) == 0 && !strings.Contains(target, "openapi") && !strings.Contains(target, "overview") {
			t.Errorf("%s has nothing", target)
		}
	})
	text := d.Find("main").Text()
	for path := range f.document.Paths.Map() {
		if !strings.Contains(text, "/api/v1"+path) {
			t.Errorf("%s is not on the page", path)
		}
	}
	for _, path := range []string{"/dcat.ttl", catalogue.SkosPath("maalgruppe"), "/indlejr"} {
		if d.Find(`main a[href="`+path+`"]`).Length() != 1 {
			t.Errorf("the page does not lead to %s", path)
		}
	}
	if asked < 25 || d.Find("h1").Length() != 1 || d.Find("[style]").Length() > 0 {
		t.Errorf("%d addresses", asked)
	}
	if w := f.do("GET", "/api?x=1"); w.Header().Get("Location") != "/api" {
		t.Errorf("/api?x=1: %d", w.Code)
	}
}
