package desk_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"praksis/internal/catalogue"
	"praksis/internal/postgres"
	"praksis/internal/review"
	"praksis/web"

	"github.com/PuerkitoBio/goquery"
)

// inquiryFormOf is the form of a page with inquiries, as a browser would send it.
func inquiryFormOf(d *goquery.Document, button string) url.Values {
	out := url.Values{}
	for _, x := range d.Find("form[data-keep]").First().Find("input, textarea, select").EachIter() {
		name := x.AttrOr("name", "")
		_, checked := x.Attr("checked")
		switch {
		case goquery.NodeName(x) == "textarea":
			out.Set(name, x.Text())
		case goquery.NodeName(x) == "select":
			out.Set(name, x.Find("option[selected]").AttrOr("value", ""))
		case x.AttrOr("type", "") != "radio" || checked:
			out.Set(name, x.AttrOr("value", ""))
		}
	}
	out.Set("handling", button)
	return out
}

func TestAskTheSource(t *testing.T) {
	f := newFixture(t, loopback())
	id, _ := f.submit("a", nil)
	v := f.editor("rita")
	path := pathOf(id) + "/tjek"
	if v.get(pathOf(id)).Find(`a[href="`+path+`"]`).Length() == 0 {
		t.Error("the submission's page does not lead there")
	}
	form := inquiryFormOf(v.get(path), "spoerg")
	form.Set("adresser", "ida@syddjurs.example\nikke en adresse")
	form.Set("hilsen", "Vi glæder os.")
	d := v.page(422, v.do("POST", path, form))
	if d.Find("#hilsen").Text() != "Vi glæder os." || !strings.Contains(d.Find("#adresser").Text(), "ida@syddjurs.example") || d.Find("#adresser-fejl").Length() != 1 {
		t.Error("what was typed is not kept, or no error is told")
	}
	if got := v.get(path).Find("#hilsen").Text(); got != "Vi glæder os." {
		t.Errorf("kept: %q", got)
	}
	form.Set("hilsen", "Hun er 010190-1234")
	v.page(422, v.do("POST", path, form))
	form.Set("hilsen", "Vi glæder os.")
	form.Set("adresser", "ida@syddjurs.example\r\nper@syddjurs.example")
	if to := v.post(path, form); to != path+"?gjort=spoerg" {
		t.Error(to)
	}
	var body string
	if err := f.pool.QueryRow(t.Context(), `SELECT body FROM mail WHERE kind = 'check' ORDER BY id LIMIT 1`).Scan(&body); err != nil {
		t.Fatal(err)
	}
	_, token, _ := strings.Cut(body, "https://praksis.example/tjek/")
	token, _, _ = strings.Cut(token, "\n")
	answer := review.InquiryAnswer{Parts: []review.PartAnswer{{Path: "title", Right: true}, {Path: "summary", Text: "Hanne Jensen ringede hver uge."}}, Text: "Tak."}
	if err := f.store.AnswerInquiry(t.Context(), token, 0, answer, nil, time.Now().UTC()); err != nil {
		t.Fatal(err)
	}
	text := strings.Join(strings.Fields(v.get(path).Find("main").Text()), " ")
	for _, want := range []string{"Svaret venter på jer.", "Bostøtterne ringede hver dag.", "Hanne Jensen ringede hver uge.", "ligner navnet på en person", "Venter på svar.", "Tak."} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in %s", want, text)
		}
	}
	if got := v.get(pathOf(id)).Find(".history").Text(); !strings.Contains(got, "Kilden svarede (kommunens tjek)") || !strings.Contains(got, "Stemmer: 1. Skal rettes: 1.") {
		t.Errorf("the timeline: %s", got)
	}
	if got := v.get("/redaktion/tjek").Find(".desk__row").Text(); !strings.Contains(got, "Telefonkæde") {
		t.Errorf("what waits: %s", got)
	}
	// What was answered since one looked is not closed unseen.
	form = inquiryFormOf(v.get(path), "taget:1")
	if err := f.store.AnswerInquiry(t.Context(), token, 1, answer, nil, time.Now().UTC()); err != nil {
		t.Fatal(err)
	}
	v.page(http.StatusConflict, v.do("POST", path, form))
	// Nor from the page of something else.
	other, _ := f.submit("en-anden", nil)
	for _, elsewhere := range []string{pathOf(other) + "/tjek", at(f.published(0)) + "/tjek"} {
		for _, button := range []string{"luk:1", "luk:2", "taget:1", "send:1", "send:2"} {
			form := inquiryFormOf(v.get(elsewhere), button)
			form.Set("svar-1", "2")
			form.Set("send-til-1", "fremmed@kommune.example")
			form.Set("send-til-2", "fremmed@kommune.example")
			if w := v.do("POST", elsewhere, form); w.Code != http.StatusConflict && w.Code != http.StatusUnprocessableEntity {
				t.Errorf("%s from %s: %d", button, elsewhere, w.Code)
			}
		}
	}
	if n := f.count(`SELECT count(*) FROM inquiry WHERE closed_at IS NOT NULL`) + f.count(`SELECT count(*) FROM mail WHERE recipient LIKE 'fremmed%'`); n != 0 {
		t.Errorf("%d were closed or sent from elsewhere", n)
	}
	v.post(path, inquiryFormOf(v.get(path), "taget:1"))
	v.post(path, inquiryFormOf(v.get(path), "luk:2"))
	if got := v.get("/redaktion/tjek").Find(".desk__row").Length(); got != 0 {
		t.Errorf("%d wait still", got)
	}
}

// An example is told to be checked when it says what the source corrected, and not
// before: a text is taken over by one press, the rest is mended by hand.
func TestCorrectionsOfTheSource(t *testing.T) {
	f := newFixture(t, loopback())
	v, slug := f.editor("rita"), f.published(0)
	path := at(slug) + "/tjek"
	form := inquiryFormOf(v.get(path), "spoerg")
	form.Set("adresser", "ida@syddjurs.example")
	v.post(path, form)
	var body string
	if err := f.pool.QueryRow(t.Context(), `SELECT body FROM mail WHERE kind = 'check'`).Scan(&body); err != nil {
		t.Fatal(err)
	}
	_, token, _ := strings.Cut(body, "https://praksis.example/tjek/")
	token, _, _ = strings.Cut(token, "\n")
	was := f.practice(slug).Record
	shown := func(s string) string { return web.InquiryPart{Facts: []web.Fact{{Value: s}}}.Fingerprint() }
	answer := review.InquiryAnswer{Parts: []review.PartAnswer{{Path: "title", Right: true, Shown: shown(was.Title)}, {Path: "summary", Text: "De ringede hver uge.", Shown: shown(was.Summary)}, {Path: "organisation", Text: "En anden", Shown: shown(was.Organisation.Name)}}}
	if err := f.store.AnswerInquiry(t.Context(), token, 0, answer, nil, time.Now().UTC()); err != nil {
		t.Fatal(err)
	}
	checked := func() int { return f.count(`SELECT count(*) FROM practice WHERE checked_at IS NOT NULL`) }
	d := v.get(path)
	if d.Find(`button[value="taget:1"]`).Length() != 0 || d.Find(`#rettet-1-summary`).Text() != "De ringede hver uge." || d.Find(`[name="rettet-1-organisation"]`).Length() != 0 {
		t.Fatal(text(d.Find("main")))
	}
	if d = v.page(http.StatusUnprocessableEntity, v.do("POST", path, inquiryFormOf(d, "taget:1"))); !strings.Contains(text(d.Find("[role=alert]")), "Ret det først") || checked() != 0 {
		t.Errorf("what was not mended is told to be checked: %s", text(d.Find("main")))
	}
	// What may show somebody is refused, and kept as it was typed.
	form = inquiryFormOf(v.get(path), "ret:1")
	form.Set("rettet-1-summary", "Det siger Hanne Jensen på 22 33 44 55.")
	if d = v.page(http.StatusUnprocessableEntity, v.do("POST", path, form)); !strings.Contains(d.Find("#rettet-1-summary").Text(), "Hanne") {
		t.Errorf("not kept: %s", text(d.Find("main")))
	}
	form.Set("rettet-1-summary", "De ringede hver uge.")
	v.post(path, form)
	if now := f.practice(slug).Record; now.Summary != "De ringede hver uge." || now.Revision != was.Revision+1 || checked() != 0 {
		t.Errorf("%q, revision %d, %d checked", now.Summary, now.Revision, checked())
	}
	if d = v.get(path); d.Find(`button[value="taget:1"], button[value="ret:1"]`).Length() != 0 || d.Find(`a[href="`+at(slug)+`/ret"]`).Length() == 0 {
		t.Error("the actor is still to be mended, by hand")
	}
	// With nothing else to be mended the same press says that it is checked.
	answer.Parts = []review.PartAnswer{{Path: "summary", Text: "De ringede hver dag.", Shown: shown("De ringede hver uge.")}}
	if err := f.store.AnswerInquiry(t.Context(), token, 1, answer, nil, time.Now().UTC()); err != nil {
		t.Fatal(err)
	}
	// What was answered since one looked is neither left out nor closed unseen.
	stale := inquiryFormOf(v.get(path), "ret:1")
	if err := f.store.AnswerInquiry(t.Context(), token, 2, answer, nil, time.Now().UTC()); err != nil {
		t.Fatal(err)
	}
	v.page(http.StatusConflict, v.do("POST", path, stale))
	v.post(path, inquiryFormOf(v.get(path), "ret:1"))
	if now := f.practice(slug).Record; now.Summary != "De ringede hver dag." || checked() != 1 {
		t.Errorf("%q, %d checked", now.Summary, checked())
	}
	if w := v.do("POST", path, form); w.Code == http.StatusSeeOther {
		t.Error("a correction is taken over twice")
	}
}

func TestStillInUse(t *testing.T) {
	f := newFixture(t, loopback())
	if n, err := f.store.PrepareInquiries(t.Context(), time.Now().UTC()); err != nil || n == 0 {
		t.Fatal(n, err)
	}
	v := f.editor("rita")
	list, err := f.store.InquiryList(t.Context(), postgres.InquiryFilter{Limit: 1}, time.Now().UTC())
	if err != nil {
		t.Fatal(err)
	}
	d := v.get("/redaktion/tjek")
	if rows := d.Find(".desk__row").Length(); rows != min(list.Total, 50) || !strings.Contains(d.Find("main").Text(), "Ikke sendt: Det gør en redaktør.") {
		t.Errorf("%d rows of %d", rows, list.Total)
	}
	q := list.Rows[0]
	path := "/redaktion/eksempler/" + q.Slug + "/tjek"
	button := func(what string) string {
		return what + ":" + strings.TrimPrefix(pathOf(q.ID), "/redaktion/indsendelser/")
	}
	number := strings.TrimPrefix(button(""), ":")
	if d := v.get(v.get(path).Find(`a[href^="/redaktion/tjek/send?"]`).AttrOr("href", "")); d.Find("details").Length() != 1 {
		t.Errorf("the mail is not shown: %s", text(d.Find("main")))
	}
	form := inquiryFormOf(v.get(path), button("send"))
	form.Set("send-til-"+number, "ingen")
	d = v.page(422, v.do("POST", path, form))
	if got := d.Find("#send-til-"+number).AttrOr("value", ""); got != "ingen" {
		t.Errorf("typed: %q", got)
	}
	form.Set("send-til-"+number, "kontakt@kommune.example")
	v.post(path, form)
	var body string
	if err := f.pool.QueryRow(t.Context(), `SELECT body FROM mail WHERE kind = 'still_used'`).Scan(&body); err != nil {
		t.Fatal(err)
	}
	_, token, _ := strings.Cut(body, "https://praksis.example/tjek/")
	token, _, _ = strings.Cut(token, "\n")
	if err := f.store.AnswerInquiry(t.Context(), token, 0, review.InquiryAnswer{Used: review.UsedPartly, Text: "Kun om sommeren."}, nil, time.Now().UTC()); err != nil {
		t.Fatal(err)
	}
	// A writer sees the answer and may not publish it.
	w := f.as(review.RoleWriter)
	if got := w.get(path).Find(`button[value="` + button("fasthold") + `"]`).Length(); got != 0 {
		t.Error("a writer may publish it")
	}
	w.page(http.StatusForbidden, w.do("POST", path, func() url.Values {
		x := inquiryFormOf(w.get(path), button("fasthold"))
		x.Set("status-"+number, "partly")
		return x
	}()))
	form = inquiryFormOf(v.get(path), button("fasthold"))
	if form.Get("status-"+number) != "partly" || form.Get("note-"+number) != "Kun om sommeren." {
		t.Errorf("proposed: %v", form)
	}
	form.Set("note-"+number, "Det siger Hanne Jensen på 22 33 44 55.")
	d = v.page(422, v.do("POST", path, form))
	if !strings.Contains(d.Find("[role=alert]").Text(), "Skriv den om") {
		t.Error(d.Find("main").Text())
	}
	form.Set("note-"+number, "Kun om sommeren, siger kommunen.")
	if err := f.store.AnswerInquiry(t.Context(), token, 1, review.InquiryAnswer{Used: review.UsedPartly, Text: "Nej, om vinteren."}, nil, time.Now().UTC()); err != nil {
		t.Fatal(err)
	}
	if d = v.page(http.StatusConflict, v.do("POST", path, form)); !strings.Contains(d.Find("main").Text(), "Nej, om vinteren.") {
		t.Error("an answer that came meanwhile is not shown")
	}
	form = inquiryFormOf(d, button("fasthold"))
	if to := v.post(path, form); to != path+"?gjort=fasthold" {
		t.Error(to)
	}
	_, p, err := f.store.PublicPractice(t.Context(), 0, q.Slug)
	if err != nil {
		t.Fatal(err)
	}
	last := p.Retention[len(p.Retention)-1]
	if last.Status != "partly" || last.Note != "Kun om sommeren, siger kommunen." || last.AsOf != catalogue.Date(time.Now().In(catalogue.Copenhagen).Format(time.DateOnly)) {
		t.Errorf("%+v", last)
	}
}
