package site_test

import (
	"encoding/json"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"praksis/internal/site"
	"praksis/web"
)

type suggestion struct {
	Kind, KindLabel, Label, Note, URL string
	Count                             int
}

func (f *fixture) suggest(text string) []suggestion {
	f.t.Helper()
	w := f.do("GET", "/forslag?"+url.Values{"q": {text}}.Encode())
	if w.Code != http.StatusOK || w.Header().Get("Content-Type") != "application/json; charset=utf-8" || w.Header().Get("X-Robots-Tag") != "noindex" {
		f.t.Fatalf("%.60q: status %d, %v", text, w.Code, w.Header())
	}
	var out struct{ Suggestions []suggestion }
	if err := json.Unmarshal(w.Body.Bytes(), &out); err != nil || out.Suggestions == nil {
		f.t.Fatalf("%.60q: %s, %v", text, w.Body, err)
	}
	return out.Suggestions
}

// What is suggested leads where it says, and gives as much.
func TestSuggestions(t *testing.T) {
	f := readingFixture(t)
	for _, c := range []struct {
		text string
		want suggestion // the first; its count is looked up
	}{
		{"rusm", suggestion{Kind: "maalgruppe", KindLabel: "Målgruppe", Label: "Rusmiddelproblemer", URL: "/eksempler?maalgruppe=rusmidler"}},
		{"RUSM ", suggestion{Kind: "maalgruppe", KindLabel: "Målgruppe", Label: "Rusmiddelproblemer", URL: "/eksempler?maalgruppe=rusmidler"}},
		{"gåt", suggestion{Kind: "kontaktform", KindLabel: "Kontaktform", Label: "Walk and talk", Note: "også: gåtur", URL: "/eksempler?kontaktform=walk-and-talk"}},
		{"virtuel bos", suggestion{Kind: "loesning", KindLabel: "Løsning", Label: "Virtuel bostøtte", URL: "/eksempler?loesning=virtuel-bostoette"}},
		{"aarhus", suggestion{Kind: "aktoer", KindLabel: "Kommune", Label: "Aarhus Kommune", URL: "/eksempler?aktoer=aarhus"}},
		{"kommuner i region midt", suggestion{Kind: "aktoer", KindLabel: "Aktør", Label: "Kommuner i Region Midtjylland", URL: "/eksempler?aktoer=kommuner-i-region-midtjylland"}},
		{"gåture i nat", suggestion{Kind: "eksempel", KindLabel: "Eksempel", Label: "Tønder tilbød sårbare unge gåture i naturen", Note: "Tønder Kommune", URL: "/eksempler/toender-gaature-i-naturen-med-saarbare-unge"}},
	} {
		got := f.suggest(c.text)
		if len(got) == 0 {
			t.Errorf("%q: nothing", c.text)
			continue
		}
		if c.want.Count = got[0].Count; got[0] != c.want {
			t.Errorf("%q: got %+v, want %+v", c.text, got[0], c.want)
		}
	}
	for _, text := range []string{"an", "me", "unge", "kom", "på", "st", "reg"} {
		list := f.suggest(text)
		values := 0
		for i, s := range list {
			_, query, filtered := strings.Cut(s.URL, "?")
			switch {
			case filtered:
				values++
				if n := f.json(query).Total; n != s.Count || n == 0 || values != i+1 {
					t.Errorf("%q: number %d, %+v finds %d", text, i, s, n)
				}
			case s.Kind != "eksempel" || f.do("GET", s.URL).Code != http.StatusOK:
				t.Errorf("%q: %+v", text, s)
			}
		}
		if len(list) == 0 || len(list) > 8 || values > 5 {
			t.Errorf("%q: %d suggestions, %d of them values", text, len(list), values)
		}
	}
	for _, text := range []string{"", "r", "xyzzy", "!", strings.Repeat("unge ", 100), strings.Repeat("x", 1500)} {
		if got := f.suggest(text); len(got) != 0 {
			t.Errorf("%.60q: %+v", text, got)
		}
	}
}

func TestSuggestionsFollow(t *testing.T) {
	f := newFixture(t)
	before := f.do("GET", "/forslag?q=rusm")
	tag := before.Header().Get("ETag")
	if tag == "" || f.do("GET", "/forslag?q=rusm", "If-None-Match", tag).Code != http.StatusNotModified {
		t.Errorf("not kept: %q", tag)
	}
	for range 2 { // a short answer is not compressed, nor says so
		if w := f.do("GET", "/forslag?q=xyzzy", "Accept-Encoding", "br"); w.Header().Get("Content-Encoding") != "" || w.Body.String() != `{"suggestions":[]}`+"\n" {
			t.Errorf("%v: %q", w.Header(), w.Body)
		}
	}
	f.withdraw("toender-gaature-i-naturen-med-saarbare-unge", "Kommunen har bedt om det.")
	for _, s := range f.suggest("gåture i nat") {
		if s.URL == "/eksempler/toender-gaature-i-naturen-med-saarbare-unge" {
			t.Error("withdrawn, and still suggested")
		}
	}
	for target, want := range map[string]int{"/forslag": 200, "/forslag?q=%zz": 400, "/forslag?q=" + strings.Repeat("x", 17000): 400, "/forslag?q=%ff%00": 200} {
		if w := f.do("GET", target); w.Code != want {
			t.Errorf("%.40s: status %d", target, w.Code)
		}
	}
	if got := f.do("GET", "/robots.txt").Body.String(); !strings.Contains(got, "\nDisallow: /forslag\n") {
		t.Errorf("robots.txt: %q", got)
	}
	// Without the script the field is as it was.
	if in := f.page("/").Find("input#q"); in.AttrOr("role", "") != "" || in.AttrOr("type", "") != "search" {
		t.Error("the field promises what only the script can give")
	}
}

// BenchmarkSuggestions is one letter more, from the request to the answer.
func BenchmarkSuggestions(b *testing.B) {
	f := newFixture(b)
	log := slog.New(slog.DiscardHandler)
	for _, text := range []string{"rusm", "gåt", "me", "unge"} {
		b.Run(text, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				b.StopTimer()
				f.handler = site.New(site.Config{Build: "bench", Authority: web.Authority{Name: "Testkontoret"}}, f.store, f.index, log).Routes(log)
				b.StartTimer()
				f.suggest(text)
			}
		})
	}
}
