package site_test

import (
	"bytes"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"praksis/internal/catalogue"
	"praksis/internal/intake"

	"github.com/PuerkitoBio/goquery"
)

// documentText is the text of a document that the site gives out.
func (f *fixture) documentText(target string) string {
	f.t.Helper()
	w := f.do("GET", target)
	b := w.Body.Bytes()
	if w.Code != http.StatusOK || w.Header().Get("Content-Type") != intake.DOCX || !strings.Contains(w.Header().Get("Content-Disposition"), `filename="moedeoplaeg.docx"`) || w.Header().Get("X-Robots-Tag") != "noindex" {
		f.t.Fatalf("%s: %d %v", target, w.Code, w.Header())
	}
	file, err := intake.Recognise(bytes.NewReader(b), int64(len(b)), "x.docx")
	if err != nil {
		f.t.Fatal(err)
	}
	o, err := intake.Blocks(bytes.NewReader(b), int64(len(b)), file)
	if err != nil {
		f.t.Fatal(err)
	}
	var out strings.Builder
	for _, x := range o.Blocks {
		out.WriteString(x.Text + "\n")
	}
	return out.String()
}

// The document of a list has its first hits, in its order, and says of how many; any
// form of the address will do, and what asks for one effect is told of the others.
func TestListDocument(t *testing.T) {
	f := newFixture(t)
	q := catalogue.Query{}.With(catalogue.FacetTargetGroup, "psykisk-saarbare").WithSort(catalogue.SortEvidence)
	ids, total, err := f.index.Hits(t.Context(), q, 20)
	if err != nil {
		t.Fatal(err)
	}
	text := f.documentText("/eksempler.docx?side=&maalgruppe=psykisk-saarbare")
	if !strings.Contains(text, "de første 20 af listen: "+catalogue.Examples(total)+" for") {
		t.Errorf("it is not said of how many\n%s", text[:1000])
	}
	pages, err := f.store.Pages(t.Context(), 0, ids)
	if err != nil || len(pages) != 20 {
		t.Fatal(len(pages), err)
	}
	at := 0
	for _, p := range pages {
		i := strings.Index(text[at:], p.Practice.Title)
		if i < 0 {
			t.Fatalf("%q is missing, or out of order", p.Practice.Title)
		}
		at += i
	}
	if !strings.Contains(f.documentText("/eksempler.docx?effekt=god&maalgruppe=psykisk-saarbare"), "Dårlig effekt for") {
		t.Error("who asks for good effects is not told of bad ones")
	}
	if w := f.do("GET", "/eksempler.docx?q=%zz"); w.Code != http.StatusBadRequest || w.Header().Get("Content-Disposition") != "" {
		t.Errorf("a bad address: %d %v", w.Code, w.Header())
	}
	if text := f.documentText("/eksempler.docx?q=xqzxqz"); !strings.Contains(text, "0 eksempler") {
		t.Error("an empty list gives no document")
	}
}

// The page and the document of chosen examples say the same; what has been withdrawn
// is left out and said to be, and contrasts are those among the chosen alone.
func TestBriefOfChosen(t *testing.T) {
	f := newFixture(t)
	ids, _, err := f.index.Hits(t.Context(), catalogue.Query{}.With(catalogue.FacetSolution, "lukkede-dag-og-vaeresteder"), 20)
	if err != nil {
		t.Fatal(err)
	}
	pages, err := f.store.Pages(t.Context(), 0, ids)
	if err != nil {
		t.Fatal(err)
	}
	var slugs []string
	for _, p := range pages {
		slugs = append(slugs, p.Practice.Slug)
	}
	d := f.page(catalogue.BriefPath("", slugs))
	text := f.documentText(catalogue.BriefPath(".docx", slugs))
	if d.Find("h1").Text() != "Mødeoplæg" || d.Find("#spoergsmaal").Length() != 1 {
		t.Error("the page is no brief")
	}
	flat := strings.Join(strings.Fields(text), " ")
	d.Find(".brief__section p:not(.brief__blank), .brief__section li").Each(func(i int, p *goquery.Selection) {
		p = p.Clone()
		p.Find("sup").Remove()
		if s := strings.Join(strings.Fields(p.Text()), " "); !strings.Contains(strings.ReplaceAll(flat, " ", ""), strings.ReplaceAll(s, " ", "")) && p.Find("br").Length() == 0 && len(s) < 80 {
			t.Errorf("the document does not say %q", s)
		}
	})
	if !strings.Contains(text, "Hvem ligner os mest?") {
		t.Errorf("no contrast is told in\n%s", text)
	}
	if text := d.Find(".brief__section").Text(); strings.Contains(text, "( ") || strings.Contains(text, " )") || !strings.Contains(text, "(1") {
		t.Error("blanks stand within words")
	}
	d.Find("sup a").Each(func(i int, a *goquery.Selection) {
		if to := a.AttrOr("href", "-"); d.Find(to).Length() != 1 {
			t.Errorf("%s leads nowhere", to)
		}
	})
	if one := f.documentText(catalogue.BriefPath(".docx", slugs[:1])); strings.Count(one, "eksempel 2") > 0 {
		t.Error("the brief of one example speaks of others")
	}
	many := append([]string{"findes-ikke"}, f.slugs[:21]...)
	if text := f.documentText(catalogue.BriefPath(".docx", many[1:])); !strings.Contains(text, "Der er valgt flere eksempler. Oplægget bygger på de første 20") {
		t.Error("it is not said that more were chosen")
	}
	if text := f.documentText(catalogue.BriefPath(".docx", many[:3])); !strings.Contains(text, "1 adresse fører ikke til et eksempel") || strings.Contains(text, "flere eksempler. Opl") {
		t.Error("it is not said that one is unknown")
	}
	f.withdraw(slugs[0], "Forældet")
	if text := f.documentText(catalogue.BriefPath(".docx", slugs)); !strings.Contains(text, "1 valgt eksempel er trukket tilbage eller fjernet") || !strings.Contains(text, strconv.Itoa(len(slugs)-1)+" eksempler") {
		t.Error("it is not said that one is gone")
	}
	if w := f.do("GET", "/moedeoplaeg?eksempel="+slugs[0]); w.Code != http.StatusNotFound {
		t.Errorf("nothing but what is gone: %d", w.Code)
	}
	if w := f.do("GET", "/moedeoplaeg"); w.Code != http.StatusFound {
		t.Errorf("nothing chosen: %d", w.Code)
	}
	if w := f.do("GET", "/moedeoplaeg?x=1&eksempel="+slugs[1]+"&eksempel="+slugs[1]); w.Header().Get("Location") != catalogue.BriefPath("", slugs[1:2]) {
		t.Errorf("not canonical: %v", w.Header())
	}
}

// The brief of a shortlist has its examples in their order with the notes, whoever has a
// link to it may read it, and nobody keeps it.
func TestBriefOfShortlist(t *testing.T) {
	b := &browser{fixture: newFixture(t)}
	b.do("POST", "/mappe", url.Values{"eksempel": b.slugs[2:5]}).open("")
	if b.doc.Find(`button[form=mappe][value=oplaeg]`).Length() != 1 {
		t.Fatal("the shortlist does not lead to its brief")
	}
	note := b.doc.Find("form.shortlist textarea").First().AttrOr("name", "")
	b.do("POST", "/mappe/ret", b.form(note, "Spørg økonomi", "titel", "Socialudvalget"))
	b.open("/mappe/oplaeg")
	if title := b.doc.Find("title").Text(); !strings.HasPrefix(title, "Mødeoplæg: Socialudvalget – ") {
		t.Errorf("a printed page is called %q", title)
	}
	if h := b.doc.Find("h1").Text(); h != "Mødeoplæg: Socialudvalget" || !strings.Contains(b.doc.Find("main").Text(), "Jeres note: Spørg økonomi") {
		t.Errorf("%q has no note", h)
	}
	b.withdraw(b.slugs[3], "Forældet")
	b.open("/mappe/oplaeg")
	b.says("1 valgt eksempel er trukket tilbage eller fjernet")
	b.do("GET", "/mappe/oplaeg.docx", nil)
	if h := b.head; b.code != http.StatusOK || h.Get("Content-Type") != intake.DOCX || h.Get("Cache-Control") != "no-store" || h.Get("Content-Disposition") == "" {
		t.Errorf("%d %v", b.code, h)
	}
	if other := (&browser{fixture: b.fixture}).do("GET", "/mappe/oplaeg.docx", nil); other.head.Get("Content-Type") == intake.DOCX {
		t.Error("another browser gets the document")
	}
}
