package site

import (
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"

	"praksis/internal/catalogue"
)

// asked is one that somebody asks for, with a browser's name.
func asked(method, agent string) *http.Request {
	r := httptest.NewRequest(method, "/eksempler", nil)
	r.Header.Set("User-Agent", agent)
	return r
}

const browserAgent = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"

func TestEmptySearchesAreCounted(t *testing.T) {
	var e emptySearches
	text := func(s string) catalogue.Query { return catalogue.Query{Text: s, Page: 1} }
	filtered := text("hund")
	filtered.Filters = map[string][]string{catalogue.FacetTargetGroup: {"angst"}}
	e.found("/tom", 0)
	e.found("/fundet", 3)
	for range 3 { // the page is rendered once, and shown often
		e.seen(asked("GET", browserAgent), "/tom", text("Terapihund 3"))
	}
	e.seen(asked("GET", browserAgent), "/tom", text("terapihund"))
	second := text("kat")
	second.Page = 2
	for _, x := range []struct {
		method, agent, path string
		q                   catalogue.Query
	}{
		{"HEAD", browserAgent, "/tom", text("kat")}, {"GET", "", "/tom", text("kat")}, {"GET", "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", "/tom", text("kat")},
		{"GET", "curl/8.5.0", "/tom", text("kat")}, {"GET", browserAgent, "/fundet", text("kat")}, {"GET", browserAgent, "/ukendt", text("kat")}, {"GET", browserAgent, "/tom", filtered},
		{"GET", browserAgent, "/tom", text("")}, {"GET", browserAgent, "/tom", second}, {"GET", browserAgent, "/tom", text("Mette Hansen")}, {"GET", browserAgent, "/tom", text("010190-1234")},
	} {
		e.seen(asked(x.method, x.agent), x.path, x.q)
	}
	list := e.take()
	if len(list) != 1 || list[0].Text != "terapihund" || list[0].Times != 4 {
		t.Errorf("%+v", list)
	}
	if list := e.take(); len(list) != 0 {
		t.Errorf("left: %+v", list)
	}
	// Now it finds something.
	e.found("/tom", 1)
	e.seen(asked("GET", browserAgent), "/tom", text("terapihund"))
	if list := e.take(); len(list) != 0 {
		t.Errorf("%+v", list)
	}
	// A flood fills no memory.
	for i := range 10_000 {
		path, word := "/"+strconv.Itoa(i), "x"+strings.Repeat("a", i%700)
		e.found(path, 0)
		e.seen(asked("GET", browserAgent), path, text(word+string(rune('a'+i%26))+string(rune('a'+i/26%26))+string(rune('a'+i/676%26))))
	}
	if len(e.pages) > maxEmptyPages || len(e.waiting) > maxNoted {
		t.Errorf("%d pages, %d searches", len(e.pages), len(e.waiting))
	}
}
