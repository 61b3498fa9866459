package site_test

import (
	"context"
	"errors"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"praksis/internal/browsertest"
	"praksis/internal/catalogue"
	"praksis/internal/postgres"
	"praksis/internal/review"

	"github.com/PuerkitoBio/goquery"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// inquire asks about an example and gives the link's path.
func (f *fixture) inquire(kind review.InquiryKind, slug, name string, at time.Time) string {
	f.t.Helper()
	token := (name + strings.Repeat("x", 43))[:43]
	var editor int64
	if err := f.pool.QueryRow(f.t.Context(), `SELECT coalesce(max(id), 0) FROM editor`).Scan(&editor); err != nil {
		f.t.Fatal(err)
	}
	if editor == 0 {
		editor = f.editor()
	}
	if err := f.store.Ask(f.t.Context(), postgres.Asked{Practice: slug, Kind: kind, Note: "Vi har forkortet det.", Emails: []string{"kilde@kommune.example"}, Tokens: []string{token}}, editor, at); err != nil {
		f.t.Fatal(err)
	}
	return "/tjek/" + token
}

// someSlug is the address of an example with findings and sources.
func (f *fixture) someSlug() (slug string) {
	f.t.Helper()
	if err := f.pool.QueryRow(f.t.Context(), `SELECT slug FROM public_practice WHERE state = 'published' AND jsonb_array_length(page -> 'findings') > 1 ORDER BY id LIMIT 1`).Scan(&slug); err != nil {
		f.t.Fatal(err)
	}
	return slug
}

func (f *fixture) answer(link string, form url.Values) (*httptest.ResponseRecorder, *goquery.Document) {
	f.t.Helper()
	r := httptest.NewRequest("POST", link, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	w := httptest.NewRecorder()
	f.handler.ServeHTTP(w, r)
	d, err := goquery.NewDocumentFromReader(strings.NewReader(w.Body.String()))
	if err != nil {
		f.t.Fatal(err)
	}
	if h := w.Header(); h.Get("Cache-Control") != "no-store" {
		f.t.Errorf("POST %s may be kept: %v", link, h)
	}
	return w, d
}

// inquiryForm is the form of a page as a browser would send it.
func inquiryForm(d *goquery.Document) url.Values {
	out := url.Values{}
	for _, x := range d.Find("form.submit input, form.submit textarea").EachIter() {
		name, kind := x.AttrOr("name", ""), x.AttrOr("type", "")
		switch {
		case goquery.NodeName(x) == "textarea":
			out.Set(name, x.Text())
		case kind != "radio":
			out.Set(name, x.AttrOr("value", ""))
		default:
			if _, chosen := x.Attr("checked"); chosen {
				out.Set(name, x.AttrOr("value", ""))
			}
		}
	}
	return out
}

// progress is what the page says of how much is answered.
func progress(d *goquery.Document) string {
	return strings.Join(strings.Fields(d.Find("form [role=status]").Text()), " ")
}

func TestInquiryPage(t *testing.T) {
	f := newFixture(t)
	slug := f.someSlug()
	link := f.inquire(review.InquiryCheck, slug, "side", time.Now().UTC())
	w := f.do("GET", link)
	if h := w.Header(); w.Code != 200 || h.Get("Cache-Control") != "no-store" || !strings.Contains(h.Get("X-Robots-Tag"), "noindex") || h.Get("Referrer-Policy") != "same-origin" && h.Get("Referrer-Policy") != "" {
		t.Fatalf("%d, %v", w.Code, h)
	}
	d := f.page(link)
	if d.Find("input[name=del]").AttrOr("value", "") != "1" || !strings.HasPrefix(progress(d), "0 af ") || !strings.Contains(d.Find("main").Text(), "Vi har forkortet det.") {
		t.Error(d.Find("main").Text())
	}
	// Every part is asked about in one step and one alone.
	asked := map[string]int{}
	steps := d.Find("button[value^='til:']").Length()
	for n := range steps {
		for _, x := range f.page(link + "?del=" + strconv.Itoa(n+1)).Find("input[name^='del-']").EachIter() {
			asked[x.AttrOr("value", "")]++
		}
	}
	for _, path := range []string{"title", "summary", "findings[1]", "findings[2]", "sources[1]"} {
		if asked[path] != 1 {
			t.Errorf("%s is asked about in %d steps", path, asked[path])
		}
	}
	if n := f.count(`SELECT answers FROM inquiry`); n != 0 {
		t.Error("a GET acts")
	}
	// A step is kept by its button, with what is not corrected as right, and the next comes.
	form := inquiryForm(d)
	form.Set("handling", "gem")
	form.Set("ret-2", "Hun er 010190-1234")
	form.Set("ret-3", "Der skal stå fire.")
	w, d = f.answer(link, form)
	if w.Code != 422 || d.Find("[data-errors] a").AttrOr("href", "") != "#ret-2" || d.Find("#ret-3").Text() != "Der skal stå fire." || d.Find("#ret-3").Closest("details[open]").Length() != 1 {
		t.Errorf("%d: %s", w.Code, d.Find("[data-errors]").Text())
	}
	form.Set("ret-2", "En bedre titel")
	if w, _ = f.answer(link, form); w.Code != 303 || w.Header().Get("Location") != link+"?del=2&gjort=gemt#trin-2-h" {
		t.Fatalf("%d to %s", w.Code, w.Header().Get("Location"))
	}
	d = f.page(link + "?del=2&gjort=gemt")
	if !strings.Contains(progress(d), "Gemt. 1 af ") || !strings.Contains(d.Find("#trin-1").Text(), "Besvaret: 2 rettelser") || d.Find("#trin-2 section").Length() != 1 {
		t.Errorf("%s; %s", progress(d), d.Find("#trin-1").Text())
	}
	mails := func() int { return f.count(`SELECT count(*) FROM mail WHERE kind = 'inquiry_answered'`) }
	if mails() != 0 || f.count(`SELECT count(*) FROM practice_event WHERE kind = 'inquiry_answered'`) != 1 {
		t.Errorf("%d mails while one goes on", mails())
	}
	// To go to another step keeps what is corrected, says of nothing that it is right, and
	// without anything typed does nothing.
	form = inquiryForm(d)
	form.Set("handling", "til:3")
	if w, _ = f.answer(link, form); w.Header().Get("Location") != link+"?del=3#trin-3-h" || f.count(`SELECT answers FROM inquiry`) != 1 {
		t.Errorf("to another step: %s", w.Header().Get("Location"))
	}
	part := d.Find("#trin-2 textarea").First().AttrOr("name", "")
	form.Set(part, "Det var for alle.")
	if w, _ = f.answer(link, form); w.Header().Get("Location") != link+"?del=3&gjort=gemt#trin-3-h" {
		t.Errorf("with a correction: %s", w.Header().Get("Location"))
	}
	if got := f.page(link).Find("#trin-2 section").Text(); !strings.Contains(got, "Det var for alle.") {
		t.Errorf("the step is not where one goes on: %s", got)
	}
	// From an older page nothing is overwritten, and what was typed is kept.
	form.Set(part, "Det var for de ældste.")
	w, d = f.answer(link, form)
	if w.Code != 409 || d.Find("[name='"+part+"']").Text() != "Det var for de ældste." || !strings.Contains(d.Find("[data-errors]").Text(), "andet vindue") {
		t.Errorf("an older page: %d", w.Code)
	}
	d = f.page(link + "?del=1")
	if d.Find("#ret-2").Text() != "En bedre titel" || strings.Contains(f.page("/eksempler/"+slug).Text(), "Tjekket af") {
		t.Error("what was answered is not shown, or what is to be corrected counts as checked")
	}
	// Corrections taken back, and then the rest of it by one button.
	for n := range steps {
		form = inquiryForm(f.page(link + "?del=" + strconv.Itoa(n+1)))
		for name := range form {
			if strings.HasPrefix(name, "ret-") {
				form.Set(name, "")
			}
		}
		if n < 2 {
			form.Set("handling", "gem")
			f.answer(link, form)
		}
	}
	form = inquiryForm(f.page(link + "?del=sidst"))
	form.Set("handling", "alt")
	form.Set("helhed", strings.Repeat("0", 24))
	if w, _ = f.answer(link, form); w.Code != 409 || mails() != 0 {
		t.Errorf("of a text that was another: %d", w.Code)
	}
	form.Set("helhed", f.page(link).Find("input[name=helhed]").AttrOr("value", ""))
	if w, _ = f.answer(link, form); w.Code != 303 || w.Header().Get("Location") != link+"?gjort=svar" || mails() != 1 {
		t.Fatalf("all of it: %d %s", w.Code, w.Body)
	}
	d = f.page(link + "?gjort=svar")
	if !strings.Contains(d.Find("[role=status]").Text(), "Tak") || d.Find("#trin-sidst section").Length() != 1 || d.Find("button[value=alt]").Length() != 0 {
		t.Error(d.Find("main").Text())
	}
	if err := f.index.CatchUp(t.Context()); err != nil { // as a process does by itself
		t.Fatal(err)
	}
	want := "Tjekket af "
	if text := f.page("/eksempler/" + slug).Find(".practice__head").Text(); !strings.Contains(text, want) || strings.Contains(text, "kilde@") {
		t.Errorf("the public page: %s", text)
	}
	if f.do("GET", "/tjek/"+strings.Repeat("z", 43)).Code != 404 || f.do("GET", "/tjek/kort").Code != 404 {
		t.Error("a link that is none")
	}
	if !strings.Contains(f.do("GET", "/robots.txt").Body.String(), "Disallow: /tjek/\n") || strings.Contains(f.log.String(), strings.TrimPrefix(link, "/tjek/")) {
		t.Error("robots.txt, or the token in the log")
	}
	// A link that has expired gives back what was typed, and takes nothing.
	old := f.inquire(review.InquiryStillUsed, slug, "gammel", time.Now().UTC().Add(-review.InquiryKept-time.Hour))
	w, d = f.answer(old, url.Values{"brug": {"no"}, "bemaerkning": {"Vi holdt op i 2021."}})
	if w.Code != 409 || !strings.Contains(d.Find("main").Text(), "udløbet") || d.Find("#bemaerkning").Text() != "Vi holdt op i 2021." || d.Find("main button").Length() > 0 {
		t.Errorf("expired: %d", w.Code)
	}
	used := f.inquire(review.InquiryStillUsed, slug, "brug", time.Now().UTC())
	if w, _ = f.answer(used, url.Values{"brug": {"no"}}); w.Code != 422 {
		t.Errorf("no, without why: %d", w.Code)
	}
	if w, _ = f.answer(used, url.Values{"brug": {"yes"}, "svaret": {"0"}}); w.Code != 303 {
		t.Errorf("yes: %d", w.Code)
	}
}

// What is no longer public is not shown by a link to the source either, nor is what an
// expired link was about; who answers too late keeps what they typed.
func TestInquiryOfWhatIsGone(t *testing.T) {
	f := newFixture(t)
	slug := f.someSlug()
	link := f.inquire(review.InquiryCheck, slug, "vaek", time.Now().UTC())
	old := f.inquire(review.InquiryCheck, slug, "udloebet", time.Now().UTC().Add(-review.InquiryKept-time.Hour))
	d := f.page(link)
	form, title := inquiryForm(d), d.Find("#tjek-2 p.prewrap").Text()
	if title == "" {
		t.Fatal("the page does not show the title")
	}
	gone := func(link, why string) {
		t.Helper()
		w := f.do("GET", link)
		if w.Code != 410 || strings.Contains(w.Body.String(), title) || !strings.Contains(w.Body.String(), why) {
			t.Errorf("%s: %d, %s", why, w.Code, w.Body)
		}
	}
	gone(old, "udløbet")
	var editor int64
	if err := f.pool.QueryRow(t.Context(), `SELECT max(id) FROM editor`).Scan(&editor); err != nil {
		t.Fatal(err)
	}
	for _, a := range []review.Act{{Action: review.WithdrawPractice, Text: "Det er forkert."}, {Action: review.RemovePractice, Reason: "Krænkende."}} {
		a.Editor = editor
		if _, err := f.store.Apply(t.Context(), postgres.On{Practice: slug}, a, time.Now().UTC()); err != nil {
			t.Fatal(err)
		}
		gone(link, "ikke længere i kataloget")
		form.Set("handling", "gem")
		form.Set("ret-1", "Det var os.")
		form.Set("bemaerkning", "Ring til os.")
		w, d := f.answer(link, form)
		if w.Code != 409 || strings.Contains(w.Body.String(), title) || d.Find("#ret-1").Text() != "Det var os." || d.Find("#bemaerkning").Text() != "Ring til os." || d.Find("main button").Length() > 0 {
			t.Errorf("answered too late: %d, %s", w.Code, w.Body)
		}
	}
	// A link that was taken back gives back what was typed too.
	w, d := f.answer(catalogue.InquiryPath(strings.Repeat("x", 43)), form)
	if w.Code != 404 || d.Find("#ret-1").Text() != "Det var os." || d.Find("#bemaerkning").Text() != "Ring til os." || d.Find("main button").Length() > 0 {
		t.Errorf("answered by a link that is gone: %d, %s", w.Code, w.Body)
	}
	if n := f.count(`SELECT sum(answers) FROM inquiry`); n != 0 {
		t.Errorf("%d answers are taken", n)
	}
	again := postgres.ClosedInquiry{Done: postgres.InquirySend, Email: "kilde@kommune.example", Token: strings.Repeat("n", 43)}
	if err := f.pool.QueryRow(t.Context(), `SELECT id, coalesce(submission_id, 0), coalesce(practice_id, 0) FROM inquiry ORDER BY id DESC LIMIT 1`).Scan(&again.ID, &again.Submission, &again.Practice); err != nil {
		t.Fatal(err)
	}
	if err := f.store.CloseInquiry(t.Context(), again, editor, time.Now().UTC()); !errors.Is(err, catalogue.ErrConflict) {
		t.Errorf("another link to it: %v", err)
	}
}

// No CPR number comes in by a link to the source.
func TestInquiryPassesTheGate(t *testing.T) {
	f := newFixture(t)
	link := f.inquire(review.InquiryCheck, f.someSlug(), "port", time.Now().UTC())
	form := inquiryForm(f.page(link))
	for _, number := range []string{"010190-1234", "01.01.90-1234", "０１０１９０－１２３４", "0101901234"} {
		for _, field := range []string{"bemaerkning", "ret-1"} {
			typed := url.Values{}
			for k, v := range form {
				typed[k] = v
			}
			typed.Set("handling", "send")
			typed.Set(field, "Hun er "+number)
			w, d := f.answer(link, typed)
			if w.Code != 422 || !strings.Contains(d.Find("[data-errors]").Text(), "CPR-nummer") {
				t.Errorf("%s takes %q: %d", field, number, w.Code)
			}
			for _, where := range f.everywhere("%" + review.Text(number) + "%") {
				t.Errorf("%q stands in %s", number, where)
			}
		}
	}
	typed := url.Values{"svaret": {"0"}, "del-1": {"summary"}, "handling": {"gem"}, "vist-1": {strings.Repeat("010190-1234", 4)}}
	f.answer(link, typed)
	if where := f.everywhere("%010190-1234%"); len(where) > 0 {
		t.Errorf("a fingerprint of the visitor's own stands in %v", where)
	}
}

// The journey of somebody at the source in a browser, with and without scripts.
func TestInquiryInABrowser(t *testing.T) {
	f := newFixture(t)
	base := server(t, f)
	slug := f.someSlug()
	for i, c := range []struct {
		scripts bool
		width   int64
	}{{true, 375}, {false, 375}, {true, 1280}, {false, 1280}} {
		b := browsertest.Chromium(t)
		ctx := tab(t, b, c.width)
		if !c.scripts {
			if _, err := chromedp.Run(ctx, func(ctx context.Context, tg *chromedp.Target) (cdp.Empty, error) {
				return cdp.Call(ctx, tg, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
			}); err != nil {
				t.Fatal(err)
			}
		}
		leavable(t, ctx)
		audit := func(name string) {
			if c.scripts { // the checker is one
				audit(t, ctx, browsertest.Axe(t, root), name)
			} else if over := eval[int](t, ctx, `document.documentElement.scrollWidth - innerWidth`); over > 0 {
				t.Errorf("%s: %d pixels too wide", name, over)
			}
		}
		name := "tjek" + strconv.Itoa(i)
		do(t, ctx, chromedp.Navigate(base+f.inquire(review.InquiryCheck, slug, name, time.Now().UTC())))
		eventually(t, ctx, `!!document.getElementById('ret-2')`)
		if h := eval[float64](t, ctx, `document.querySelector('main').getBoundingClientRect().height`); h > 2200 {
			t.Errorf("%s is %v pixels high", name, h)
		}
		do(t, ctx, chromedp.Click(chromedp.CSS("#tjek-2 .desk__ask summary"))) // as one does with a finger
		eventually(t, ctx, `document.querySelector("#tjek-2 .desk__ask").open`)
		audit(name)
		do(t, ctx, chromedp.SendKeys(chromedp.ID("ret-2"), "Det er 010190-1234"))
		press(t, ctx, `button[value=gem]`)
		eventually(t, ctx, `document.title.startsWith('Fejl: ') && document.querySelector('#tjek-2 .desk__ask').open`)
		audit(name + " with a fault")
		do(t, ctx, chromedp.Evaluate[chromedp.Void](`document.getElementById('ret-2').value = ''; undefined`), chromedp.SendKeys(chromedp.ID("ret-2"), "En bedre titel"))
		press(t, ctx, `button[value=gem]`)
		eventually(t, ctx, `document.querySelector('form [role=status]')?.innerText.startsWith('Gemt. 1 af') && document.getElementById('trin-1').innerText.includes('1 rettelse')`)
		audit(name + " step 2")
		press(t, ctx, `button[value="til:1"]`)
		eventually(t, ctx, `document.getElementById('ret-2').value === 'En bedre titel'`)
		press(t, ctx, `button[value="til:sidst"]`)
		eventually(t, ctx, `!!document.getElementById('bemaerkning')`)
		audit(name + " last")
		press(t, ctx, `button[value=alt]`)
		eventually(t, ctx, `document.querySelector('[role=status]')?.innerText.includes('Tak')`)
		audit(name + " answered")
		do(t, ctx, chromedp.Navigate(base+f.inquire(review.InquiryStillUsed, slug, "brug"+strconv.Itoa(i), time.Now().UTC())))
		eventually(t, ctx, `!!document.getElementById('brug-delvist')`)
		audit(name + " still used")
		do(t, ctx, chromedp.Click(chromedp.ID("brug-delvist")), chromedp.SendKeys(chromedp.ID("bemaerkning"), "Kun om sommeren."))
		press(t, ctx, `.submit__end .button-primary`)
		eventually(t, ctx, `document.querySelector('[role=status]')?.innerText.includes('Tak')`)
	}
}

// Whoever is asked before publication sees the page as readers will see it, by the
// secret link alone, and no more once it is decided.
func TestInquiryPreview(t *testing.T) {
	f := newFixture(t)
	now, token := time.Now().UTC(), strings.Repeat("p", 43)
	r, err := f.store.Submit(t.Context(), postgres.NewSubmission{ClientKey: "side-0123456789abcdef", Contact: review.Contact{Email: "ida@syddjurs.example"}, Submission: review.Submission{Kind: review.KindShort,
		Practice: catalogue.Practice{Title: "Syddjurs gik til skoven", Organisation: catalogue.OrganisationRef{Slug: "syddjurs-kommune"}, Answers: catalogue.Answers{Done: "Vi gik **langt**."}}}}, now)
	if err != nil {
		t.Fatal(err)
	}
	editor := f.editor()
	if err := f.store.Ask(t.Context(), postgres.Asked{Submission: r.ID, Kind: review.InquiryCheck, Emails: []string{"a@syddjurs.example"}, Tokens: []string{token}}, editor, now); err != nil {
		t.Fatal(err)
	}
	to := f.page("/tjek/"+token).Find(`.prose a[href$="/side"]`).AttrOr("href", "")
	w := f.do("GET", to)
	if h := w.Header(); w.Code != 200 || h.Get("Cache-Control") != "no-store" || !strings.Contains(h.Get("X-Robots-Tag"), "noindex") {
		t.Fatalf("%s: %d, %v", to, w.Code, h)
	}
	d := f.page(to)
	if d.Find("h1").Text() != "Syddjurs gik til skoven" || d.Find(".practice strong:contains('langt')").Length() != 1 || !strings.Contains(d.Find(".practice__head").Text(), "Syddjurs Kommune") || d.Find(`.alert a[href="/tjek/`+token+`"]`).Length() != 1 {
		t.Error(d.Find("main").Text())
	}
	if _, err := f.store.Apply(t.Context(), postgres.On{Submission: r.ID}, review.Act{Action: review.Decline, Editor: editor, Version: 1, Reason: string(review.TooLittle), Text: "Nej."}, now); err != nil {
		t.Fatal(err)
	}
	if w := f.do("GET", to); w.Code == 200 || strings.Contains(w.Body.String(), "skoven") {
		t.Errorf("declined: %d %s", w.Code, w.Body)
	}
	if w := f.do("GET", f.inquire(review.InquiryCheck, f.someSlug(), "udgivet", now)+"/side"); w.Code != 303 {
		t.Errorf("of what is published: %d", w.Code)
	}
}
