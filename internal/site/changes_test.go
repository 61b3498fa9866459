package site_test

import (
	"strings"
	"testing"
	"time"

	"praksis/internal/catalogue"
	"praksis/internal/postgres"
	"praksis/internal/review"
)

// TestChanges tells the public how an example has changed: date, kind and
// difference, nothing internal, and nothing that was erased.
func TestChanges(t *testing.T) {
	f := newFixture(t)
	slug := f.slugs[0]
	path := catalogue.PracticePath(slug)
	revise := func(change review.Change, modify func(*catalogue.Practice)) {
		t.Helper()
		_, p, err := f.store.PublicPractice(t.Context(), 0, slug)
		if err != nil {
			t.Fatal(err)
		}
		draft := p.Clone()
		modify(&draft)
		var cleared []string
		for _, w := range review.Warnings(&review.Submission{Kind: review.KindFull, Practice: draft, NotCPR: true}) {
			cleared = append(cleared, w.Key)
		}
		f.decide(slug, "", review.Act{Action: review.Revise, Version: p.Revision, Draft: &draft, Cleared: cleared, Change: change})
	}
	if d := f.page(path); d.Find(`a[href="`+path+`/aendringer"]`).Length() != 0 {
		t.Error("what was never changed leads to changes")
	}
	if d := f.page(path + "/aendringer"); d.Find(".history li").Length() != 1 || !strings.HasSuffix(strings.TrimSpace(d.Find(".history li").Text()), "Udgivet") {
		t.Errorf("%q", d.Find(".history").Text())
	}
	f.do("GET", path+"/aendringer")
	revise("", func(p *catalogue.Practice) { p.Summary = "Det fandt Kvaksalvine på i foråret." })
	revise(review.ChangeContent, func(p *catalogue.Practice) { p.Summary = "Det fandt Kvaksalvine på i vinteren." })
	revise("", func(p *catalogue.Practice) { p.SearchWords = append(p.SearchWords, "hemmeligt søgeord") })
	if err := f.store.NotePractice(t.Context(), slug, "En hemmelig note.", 0, time.Now().UTC()); err != nil {
		t.Fatal(err)
	}
	if d := f.page(path); d.Find(`.practice__facts a[href="`+path+`/aendringer"]`).Length() != 1 {
		t.Error("the example does not lead to its changes")
	}
	d := f.page(path + "/aendringer")
	if lead := d.Find("main > p").First().Text(); strings.Contains(lead, "hedder nu") || !strings.Contains(lead, "ændret i »") {
		t.Errorf("the title never changed, and the page says %q", lead)
	}
	var rows []string
	for _, li := range d.Find(".history li strong").EachIter() {
		rows = append(rows, li.Text())
	}
	if strings.Join(rows, ", ") != "Ændret indhold, Ændret indhold, Udgivet" {
		t.Errorf("%v", rows)
	}
	for _, view := range []string{"", "&visning=sider"} {
		d = f.page(path + "/aendringer?udgave=3" + view)
		if got := strings.Join(strings.Fields(d.Find("section.difference").Text()), " "); !strings.Contains(got, "fjernet: foråret slut") || !strings.Contains(got, "tilføjet: vinteren slut") {
			t.Errorf("%q", got)
		}
	}
	// All of it at once, from the first to the newest.
	all := f.page(path+"/aendringer").Find(`a[href="`+path+`/aendringer?udgave=alle"]`).Length() == 1
	for _, view := range []string{"", "&visning=sider"} {
		d = f.page(path + "/aendringer?udgave=alle" + view)
		if got := strings.Join(strings.Fields(d.Find("section.difference").Text()), " "); !all || !strings.Contains(got, "vinteren") || strings.Contains(got, "foråret") || strings.Contains(got, "hemmeligt") {
			t.Errorf("all changes: %q", got)
		}
	}
	revise("", func(p *catalogue.Practice) { p.Title += " nu" })
	for _, query := range []string{"", "?udgave=5", "?udgave=alle"} {
		if lead := f.page(path + "/aendringer" + query).Find("main > p").First().Text(); !strings.Contains(lead, "Eksemplet hedder nu »") {
			t.Errorf("the title has changed, and the page says %q", lead)
		}
	}
	if _, err := f.store.EraseText(t.Context(), postgres.On{Practice: slug}, "Kvaksalvine", "Et navn skulle væk", 0, time.Now().UTC()); err != nil {
		t.Fatal(err)
	}
	if err := f.index.CatchUp(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, at := range []string{"", "?udgave=2", "?udgave=3", "?udgave=4", "?udgave=3&visning=sider", "?udgave=alle"} {
		body := f.get(path + "/aendringer" + at).Body.String()
		for _, no := range []string{"Kvaksalvine", "hemmelig"} {
			if strings.Contains(body, no) {
				t.Errorf("%s tells of %q", at, no)
			}
		}
	}
	for at, want := range map[string]int{"?udgave=1": 404, "?udgave=6": 404, "?udgave=x": 404, "?udgave=99999999999": 404, "?x=1": 302, "?visning=sider": 302, "?visning=andet&udgave=2": 302} {
		if w := f.do("GET", path+"/aendringer"+at); w.Code != want {
			t.Errorf("%s: %d", at, w.Code)
		}
	}
	if w := f.do("GET", "/eksempler/findes-ikke/aendringer"); w.Code != 404 {
		t.Error(w.Code)
	}
	f.withdraw(slug, "Det passede ikke.")
	if w := f.do("GET", path+"/aendringer"); w.Code != 200 {
		t.Errorf("withdrawn: %d", w.Code)
	}
	f.remove(slug)
	for _, at := range []string{"", "?udgave=2"} {
		if w := f.do("GET", path+"/aendringer"+at); w.Code != 410 {
			t.Errorf("removed: %d", w.Code)
		}
	}
}
