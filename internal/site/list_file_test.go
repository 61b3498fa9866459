package site_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"encoding/xml"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"

	"praksis/internal/catalogue"
	"praksis/internal/review"

	"github.com/PuerkitoBio/goquery"
	"github.com/klauspost/compress/zstd"
	"github.com/xuri/excelize/v2"
)

// onPages are the slugs of the hits on all of the finder's pages, in their order;
// what is near, and no hit, is not among them.
func (f *fixture) onPages(query string) (slugs []string) {
	f.t.Helper()
	values, err := url.ParseQuery(query)
	if err != nil {
		f.t.Fatal(err)
	}
	for page := 1; ; page++ {
		values.Set("side", strconv.Itoa(page))
		l := f.json(values.Encode())
		for _, p := range l.Practices {
			slugs = append(slugs, p.Slug)
		}
		if page >= l.Pages {
			return slugs
		}
	}
}

// slugsIn are the slugs of the practices in a file, by its ending.
func slugsIn(t *testing.T, ending string, body []byte) (slugs []string) {
	t.Helper()
	add := func(address string) {
		slugs = append(slugs, strings.TrimPrefix(address, "https://praksis.example/eksempler/"))
	}
	switch ending {
	case ".csv":
		r := csv.NewReader(bytes.NewReader(body[3:]))
		r.Comma = ';'
		rows, err := r.ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range rows[1:] {
			add(row[1])
		}
	case ".xlsx":
		x, err := excelize.OpenReader(bytes.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		defer x.Close()
		rows, err := x.GetRows("Eksempler")
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range rows[1:] {
			add(row[1])
		}
	case ".jsonl":
		for line := range bytes.Lines(body) {
			var p catalogue.Practice
			if err := json.Unmarshal(line, &p); err != nil {
				t.Fatal(err)
			}
			slugs = append(slugs, p.Slug)
		}
	}
	return slugs
}

// A file has the hits of the screen, all of them and no others, in the same order.
func TestListFilesAreTheScreens(t *testing.T) {
	f := readingFixture(t)
	most := 0
	for _, query := range []string{"", "q=g%C3%A5tur", "q=telefon&sortering=navn", "kontaktform=video", "effekt=god", "maalgruppe=psykisk-saarbare&q=samtale", "q=video+til+borgere+med+angst",
		"tema=faellesskab-og-aktiviteter&side=2", "maalgruppe=findes-ikke", "sortering=nyeste", "q=hvad+virkede+ikke", "q=g%C3%A5trur", "q=xyzzyqwv", "samtidig=maalgruppe&maalgruppe=angst&maalgruppe=unge"} {
		want := f.onPages(query)
		most = max(most, len(want))
		for _, ending := range []string{".csv", ".xlsx", ".jsonl"} {
			w := f.do("GET", "/eksempler"+ending+"?"+query)
			if w.Code != 200 {
				t.Fatalf("%s%s: %d %s", query, ending, w.Code, w.Body)
			}
			if got := slugsIn(t, ending, w.Body.Bytes()); !slices.Equal(got, want) {
				t.Errorf("%s%s: %d practices, the pages have %d\n%q\n%q", query, ending, len(got), len(want), got, want)
			}
		}
		var feed struct {
			Entries []struct {
				Links []struct {
					Href string `xml:"href,attr"`
				} `xml:"link"`
			} `xml:"entry"`
		}
		w := f.do("GET", "/eksempler.atom?"+query)
		if err := xml.Unmarshal(w.Body.Bytes(), &feed); w.Code != 200 || err != nil {
			t.Fatalf("%s: %d, %v", query, w.Code, err)
		}
		if len(feed.Entries) != min(len(want), 50) {
			t.Errorf("%s: %d entries of %d", query, len(feed.Entries), len(want))
		}
		for _, e := range feed.Entries {
			if !slices.Contains(want, strings.TrimPrefix(e.Links[0].Href, "https://praksis.example/eksempler/")) {
				t.Errorf("%s: the feed has %s", query, e.Links[0].Href)
			}
		}
	}
	if most <= catalogue.PageSize {
		t.Fatal("no list has a second page")
	}
}

func TestListFileHeaders(t *testing.T) {
	f := newFixture(t)
	for ending, kind := range map[string]string{".csv": "text/csv; charset=utf-8", ".jsonl": "application/jsonl; charset=utf-8", ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"} {
		path := "/eksempler" + ending + "?q=g%C3%A5tur"
		w := f.do("GET", path)
		h := w.Header()
		if h.Get("Content-Type") != kind || h.Get("X-Robots-Tag") != "noindex" || h.Get("Cache-Control") != "no-cache" {
			t.Errorf("%s: %v", ending, h)
		}
		name := h.Get("Content-Disposition")
		if !strings.HasPrefix(name, "attachment; filename=praksiskataloget-") || !strings.Contains(name, "-med-gaatur"+ending+";") || !strings.Contains(name, "filename*=utf-8''Praksiskataloget%20") || !strings.Contains(name, "med%20g%C3%A5tur"+ending) {
			t.Errorf("%s: %s", ending, name)
		}
		if h.Get("Access-Control-Allow-Origin") != "" {
			t.Errorf("%s: other sites may read it", ending)
		}
		if err := f.index.CatchUp(t.Context()); err != nil { // or the version is not confirmed any more, on a busy machine
			t.Fatal(err)
		}
		if w := f.do("GET", path, "If-None-Match", h.Get("ETag")); w.Code != http.StatusNotModified || w.Body.Len() > 0 {
			t.Errorf("%s: unchanged is %d", ending, w.Code)
		}
		if w := f.do("HEAD", path); w.Code != 200 || w.Body.Len() > 0 || w.Header().Get("Content-Disposition") != name || w.Header().Get("Vary") != "Accept-Encoding" {
			t.Errorf("%s: HEAD is %d, %d bytes, %v", ending, w.Code, w.Body.Len(), w.Header())
		}
		tag := h.Get("ETag")
		f.withdraw(f.slugs[0], "Forældet")
		if w := f.do("GET", path, "If-None-Match", tag); w.Code != 200 {
			t.Errorf("%s: after a change %d", ending, w.Code)
		}
		f.slugs = f.slugs[1:]
		if w := f.do("GET", "/eksempler"+ending+"?q=%zz"); w.Code != 400 || w.Header().Get("Content-Disposition") != "" || !strings.Contains(w.Body.String(), "Adressen kan ikke læses") {
			t.Errorf("%s: a bad address is %d, %v", ending, w.Code, w.Header())
		}
	}
	plain := f.do("GET", "/eksempler.csv").Body.Bytes()
	w := f.do("GET", "/eksempler.csv", "Accept-Encoding", "gzip, br, zstd")
	r, err := zstd.NewReader(w.Body)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if got, err := io.ReadAll(r); err != nil || !bytes.Equal(got, plain) || w.Header().Get("Content-Encoding") != "zstd" {
		t.Errorf("compressed: %d bytes of %d, %v", len(got), len(plain), err)
	}
	if got := f.do("GET", "/robots.txt").Body.String(); !strings.Contains(got, "\nDisallow: /eksempler.xlsx\n") {
		t.Errorf("robots.txt: %q", got)
	}
}

// A withdrawn practice leaves the feed, and a changed one has another id, first.
func TestFeedFollows(t *testing.T) {
	f := newFixture(t)
	ids := func() (out []string) {
		var feed struct {
			Entries []struct {
				ID string `xml:"id"`
			} `xml:"entry"`
		}
		if err := xml.Unmarshal(f.do("GET", "/eksempler.atom?q=g%C3%A5tur").Body.Bytes(), &feed); err != nil {
			t.Fatal(err)
		}
		for _, e := range feed.Entries {
			out = append(out, e.ID)
		}
		return out
	}
	before := ids()
	slug := f.onPages("q=g%C3%A5tur")[2]
	_, p, err := f.store.PublicPractice(t.Context(), 0, slug)
	if err != nil {
		t.Fatal(err)
	}
	draft := p.Clone()
	draft.Answers.Other = "De gik også, når det regnede."
	f.decide(slug, "", review.Act{Action: review.Revise, Version: p.Revision, Draft: &draft})
	changed := ids()
	if len(changed) != len(before) || slices.Contains(before, changed[0]) || !strings.HasSuffix(changed[0], "/2") {
		t.Errorf("%q became %q", before, changed)
	}
	f.withdraw(slug, "Forældet")
	if after := ids(); len(after) != len(before)-1 || slices.Contains(after, changed[0]) {
		t.Errorf("the withdrawn is there: %q", after)
	}
}

// What fails in the middle of a list breaks the connection off: a part is never taken
// for the whole. What fails before gets an error page.
func TestListBrokenOff(t *testing.T) {
	f := newFixture(t)
	srv := httptest.NewServer(f.handler)
	defer srv.Close()
	want := f.onPages("")
	if len(want) < 220 { // it is read in chunks of 200
		t.Fatal(len(want))
	}
	if _, err := f.pool.Exec(t.Context(), `UPDATE public_practice SET page = '[]' WHERE slug = $1`, want[len(want)-1]); err != nil {
		t.Fatal(err)
	}
	for _, ending := range []string{".csv", ".jsonl"} {
		res, err := http.Get(srv.URL + "/eksempler" + ending)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(res.Body)
		res.Body.Close()
		if err == nil || res.StatusCode != 200 || bytes.Contains(body, []byte("<html")) {
			t.Errorf("%s: %d, %d bytes, %v", ending, res.StatusCode, len(body), err)
		}
	}
	if w := f.do("GET", "/eksempler.xlsx"); w.Code != 500 || w.Header().Get("Content-Disposition") != "" || w.Header().Get("Content-Length") == "" && w.Body.Len() == 0 {
		t.Errorf("a workbook that cannot be made: %d, %v", w.Code, w.Header())
	}
	if !strings.Contains(f.log.String(), "list broken off") {
		t.Errorf("log: %s", f.log)
	}
	f.pool.Close()
	res, err := http.Get(srv.URL + "/eksempler.csv")
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if res.StatusCode < 500 || res.Header.Get("Content-Disposition") != "" || res.Header.Get("ETag") != "" {
		t.Errorf("without a database: %d, %v", res.StatusCode, res.Header)
	}
}

// The finder leads to every format of the list that it shows, and to none of an
// empty one.
func TestFinderLeadsToFiles(t *testing.T) {
	f := readingFixture(t)
	d := f.page("/eksempler?kontaktform=video&side=2")
	for _, ending := range []string{".xlsx", ".csv", ".json", ".jsonl", ".atom"} {
		path := "/eksempler" + ending + "?kontaktform=video"
		if d.Find(`#results a[href="`+path+`"][rel=nofollow]`).Length() != 1 {
			t.Errorf("no link to %s", path)
		}
		if w := f.do("GET", path); w.Code != 200 {
			t.Errorf("%s: %d", path, w.Code)
		}
	}
	if d.Find(`link[rel=alternate][type="application/atom+xml"][href="/eksempler.atom?kontaktform=video"]`).Length() != 1 {
		t.Error("the feed is not announced")
	}
	f.page("/eksempler?q=xyzzyqwv").Find("#results a[href]").Each(func(_ int, s *goquery.Selection) {
		if strings.Contains(s.AttrOr("href", ""), ".csv") {
			t.Error("an empty list is offered as a file")
		}
	})
}

// The list offers what it can be taken along as, says which has only a part, and tells
// how to show it on an intranet; the record of the data set names the files of all.
func TestTakeAlong(t *testing.T) {
	f := readingFixture(t)
	for path, want := range map[string]string{
		"/eksempler?maalgruppe=psykisk-saarbare&side=2": "Excel|CSV|JSON (20 ad gangen)|JSON Lines|Atom|Mødeoplæg (Word)|Følg på mail|Vis på jeres intranet",
		"/eksempler?maalgruppe=angst":                   "Excel|CSV|JSON|JSON Lines|Atom|Mødeoplæg (Word)|Følg på mail|Vis på jeres intranet",
		"/eksempler?q=xqzxqz":                           "Følg på mail",
	} {
		offered := map[string]string{}
		document(t, f.do("GET", path)).Find(".toolbar a[rel=nofollow]").Each(func(_ int, a *goquery.Selection) {
			offered[a.Text()], _ = a.Attr("href")
		})
		for _, label := range strings.Split(want, "|") {
			to, ok := offered[label]
			if !ok {
				t.Errorf("%s does not offer %s: %v", path, label, offered)
			} else if w := f.do("GET", to); w.Code != 200 {
				t.Errorf("%s leads to %s: %d", path, to, w.Code)
			}
		}
	}
	record := f.do("GET", "/dcat.ttl").Body.String()
	for path, kind := range map[string]string{"/eksempler.csv": "text/csv", "/eksempler.xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
		"/eksempler.jsonl": "", "/eksempler.atom": "application/atom+xml"} {
		if !strings.Contains(record, "dcat:downloadURL <https://praksis.example"+path+">") || !strings.Contains(record, "media-types/"+kind) {
			t.Errorf("the record does not name %s", path)
		}
		if w := f.do("HEAD", path); w.Code != 200 || !strings.HasPrefix(w.Header().Get("Content-Type"), kind) {
			t.Errorf("%s: %d %v", path, w.Code, w.Header())
		}
	}
	if strings.Contains(record, "/eksempler.json>") {
		t.Error("a file of one page is said to have all")
	}
}
