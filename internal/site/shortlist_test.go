package site_test

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"praksis/internal/catalogue"
	"praksis/internal/postgres"
	"praksis/internal/review"
	"praksis/internal/site"
	"praksis/web"

	"github.com/PuerkitoBio/goquery"
)

// browser is a visitor with a cookie.
type browser struct {
	*fixture
	cookie string
	late   bool // gives up soon
	code   int
	at     string // where the last answer leads, or is from
	doc    *goquery.Document
	head   http.Header
}

func (b *browser) do(method, target string, form url.Values, header ...string) *browser {
	b.t.Helper()
	r := httptest.NewRequest(method, target, strings.NewReader(form.Encode()))
	r.Host = "praksis.example"
	if method == "POST" {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	if b.cookie != "" {
		r.Header.Set("Cookie", b.cookie)
	}
	if b.late {
		ctx, cancel := context.WithTimeout(r.Context(), 200*time.Millisecond)
		defer cancel()
		r = r.WithContext(ctx)
	}
	w := httptest.NewRecorder()
	b.handler.ServeHTTP(w, r)
	for _, c := range w.Result().Cookies() {
		if !c.HttpOnly || !c.Secure || c.SameSite != http.SameSiteLaxMode || c.Path != "/" || c.Domain != "" || c.Name != "__Host-mappe" {
			b.t.Errorf("the cookie is %+v", c)
		}
		if b.cookie = c.Name + "=" + c.Value; c.MaxAge < 0 {
			b.cookie = ""
		}
	}
	b.code, b.at, b.head = w.Code, target, w.Header()
	if w.Code == http.StatusSeeOther {
		if w.Header().Get("Cache-Control") != "no-store" {
			b.t.Errorf("the answer to %s is kept", target)
		}
		b.at = w.Header().Get("Location")
		return b
	}
	var err error
	if b.doc, err = goquery.NewDocumentFromReader(w.Body); err != nil {
		b.t.Fatal(err)
	}
	return b
}

// open follows to where the last answer leads, or opens another page.
func (b *browser) open(target string) *browser {
	b.t.Helper()
	if target == "" {
		target, _, _ = strings.Cut(b.at, "#")
	}
	b.do("GET", target, nil)
	if b.head.Get("Cache-Control") != "no-store" || b.head.Get("X-Robots-Tag") != "noindex" || len(b.head["Set-Cookie"]) > 0 {
		b.t.Errorf("%s: %v", target, b.head)
	}
	return b
}

// form is what the shortlist's form holds, with some of it changed.
func (b *browser) form(change ...string) url.Values {
	v := url.Values{}
	b.doc.Find("form.shortlist").Find("input[type=hidden], input[type=text], textarea").Each(func(_ int, x *goquery.Selection) {
		value, typed := x.Attr("value")
		if !typed {
			value = x.Text()
		}
		v.Set(x.AttrOr("name", ""), value)
	})
	for i := 0; i < len(change); i += 2 {
		v.Set(change[i], change[i+1])
	}
	return v
}

func (b *browser) says(texts ...string) {
	b.t.Helper()
	page := strings.Join(strings.Fields(b.doc.Find("main").Text()), " ")
	for _, text := range texts {
		if !strings.Contains(page, text) {
			b.t.Errorf("%s (%d) does not say %q: %s", b.at, b.code, text, page)
		}
	}
}

// titles are the examples of the page, in their order.
func (b *browser) titles() (out []string) {
	b.doc.Find(".shortlist__title").Each(func(_ int, x *goquery.Selection) { out = append(out, strings.TrimSpace(x.Text())) })
	return out
}

// note is the name of the field with the note of the i-th example.
func (b *browser) note(i int) string {
	return b.doc.Find("form.shortlist textarea").Eq(i).AttrOr("name", "")
}

// press is the value of a button of the i-th example.
func (b *browser) press(i int, label string) string {
	return b.doc.Find(".shortlist__item").Eq(i).Find("button").FilterFunction(func(_ int, x *goquery.Selection) bool { return strings.HasPrefix(x.Text(), label) }).AttrOr("value", "")
}

func TestShortlistPages(t *testing.T) {
	f := newFixture(t)
	b := &browser{fixture: f}
	b.open("/mappe").says("Du skal ikke oprette en bruger")
	if b.code != 200 || b.cookie != "" {
		t.Fatal(b.code, b.cookie)
	}
	// From an example's page, and from a list.
	doc := f.page("/eksempler/" + f.slugs[0])
	take := doc.Find(`form[action="/mappe"] button`)
	if take.AttrOr("name", "") != "eksempel" || take.AttrOr("value", "") != f.slugs[0] {
		t.Fatal(take.Length())
	}
	b.do("POST", "/mappe", url.Values{"eksempel": {f.slugs[0]}}, "Referer", "https://praksis.example/eksempler/"+f.slugs[0])
	if b.code != 303 || b.cookie == "" {
		t.Fatal(b.code, b.cookie)
	}
	token := strings.TrimPrefix(b.cookie, "__Host-mappe=")
	b.open("").says("Eksemplet ligger nu i mappen", "1 eksempel.")
	if back := b.doc.Find(`.alert a`).AttrOr("href", ""); back != "/eksempler/"+f.slugs[0] {
		t.Errorf("back to %q", back)
	}
	if html, _ := b.doc.Html(); strings.Contains(html, token) {
		t.Error("the cookie's token stands in the page")
	}
	choose := f.page("/mappe/vaelg?kontaktform=telefon")
	var more []string
	choose.Find(`form[action="/mappe"] input[name=eksempel]`).Each(func(i int, x *goquery.Selection) { more = append(more, x.AttrOr("value", "")) })
	if len(more) < 3 {
		t.Fatal(more)
	}
	b.do("POST", "/mappe", url.Values{"eksempel": more[:2]}, "Referer", "https://elsewhere.example/x").open("")
	if b.doc.Find(`.alert a`).Length() > 0 {
		t.Error("it leads to where another site says")
	}
	titles := b.titles()
	if len(titles) < 2 {
		t.Fatal(titles)
	}
	last := len(titles) - 1
	// A note is kept by whatever button is pressed.
	b.do("POST", "/mappe/ret", b.form("titel", "Møde i maj", b.note(0), "Til punkt 3", "goer", b.press(last, "Flyt op"))).open("")
	b.says("Mappen er gemt")
	if got := b.titles(); got[last-1] != titles[last] {
		t.Errorf("%v after %v", got, titles)
	}
	if b.doc.Find("h1").Text() != "Møde i maj" || !strings.Contains(b.doc.Find("form.shortlist").Text(), "Til punkt 3") {
		t.Error("title and note are not kept")
	}
	// A CPR number is kept nowhere, and everything typed stands in the page.
	b.do("POST", "/mappe/ret", b.form("titel", "Møde i juni", b.note(1), "Hun er 010190-1234", "goer", b.press(0, "Tag ud")))
	b.says("CPR-nummer")
	if b.code != 422 || b.doc.Find("#titel").AttrOr("value", "") != "Møde i juni" || !strings.Contains(b.doc.Find("textarea").Eq(1).Text(), "010190-1234") {
		t.Errorf("%d", b.code)
	}
	if where := f.everywhere("%010190-1234%"); len(where) > 0 {
		t.Errorf("it stands in %v", where)
	}
	// Taken out, and put back.
	b.open("/mappe")
	b.do("POST", "/mappe/ret", b.form("goer", b.press(0, "Tag ud"))).open("")
	b.says("Eksemplet er taget ud", "Taget ud (1)")
	back := b.doc.Find("form.shortlist details button").AttrOr("value", "")
	b.do("POST", "/mappe/ret", b.form("goer", back)).open("")
	if len(b.titles()) != len(titles) {
		t.Errorf("%v", b.titles())
	}
	// GET changes nothing.
	for _, path := range []string{"/ret", "/luk", "/brug"} {
		if b.do("GET", "/mappe"+path, nil); b.code != 303 || b.at != "/mappe" {
			t.Errorf("GET %s: %d to %s", path, b.code, b.at)
		}
	}
	// A public page is the same for whoever has a cookie, and sets none.
	with, without := f.do("GET", "/eksempler", "Cookie", b.cookie), f.do("GET", "/eksempler")
	if with.Body.String() != without.Body.String() || with.Header().Get("Set-Cookie") != "" {
		t.Error("the finder hangs on the cookie")
	}
	b.open("/mappe/slet").says("Du kan ikke fortryde")
	if b.do("POST", "/mappe/slet", nil); b.code != 200 || b.cookie != "" {
		t.Errorf("%d, %q", b.code, b.cookie)
	}
	if n := f.count(`SELECT count(*) FROM shortlist`); n != 0 {
		t.Errorf("%d shortlists", n)
	}
}

// What is typed is in the page while the database does not answer, to be sent once more.
func TestShortlistKeepsWhatFails(t *testing.T) {
	f := newFixture(t)
	b := &browser{fixture: f}
	b.do("POST", "/mappe", url.Values{"eksempel": {"findes-ikke"}}).open("").says("ikke lagt noget nyt i mappen")
	b.do("POST", "/mappe", url.Values{"eksempel": f.slugs[:2]}).open("")
	typed := b.form("titel", "Møde i maj", b.note(1), "Til punkt 3", "goer", b.press(1, "Flyt op"))
	lock, err := f.pool.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := lock.Exec(t.Context(), `LOCK TABLE shortlist`); err != nil {
		t.Fatal(err)
	}
	b.late = true
	b.do("POST", "/mappe/ret", typed).says("Vi kunne ikke gemme mappen lige nu", "Titel: »Møde i maj«", "Note: »Til punkt 3«", "Fejlnummer:")
	again := func() (to string, v url.Values) {
		t.Helper()
		if b.code != http.StatusServiceUnavailable || b.head.Get("Cache-Control") != "no-store" || b.head.Get("Retry-After") == "" {
			t.Errorf("%d: %v", b.code, b.head)
		}
		form := b.doc.Find("form.submit")
		v = url.Values{}
		form.Find("input").Each(func(_ int, x *goquery.Selection) { v.Add(x.AttrOr("name", ""), x.AttrOr("value", "")) })
		return form.AttrOr("action", ""), v
	}
	change, values := again()
	if values.Encode() != typed.Encode() {
		t.Errorf("%v, want %v", values, typed)
	}
	b.do("POST", "/mappe", url.Values{"eksempel": f.slugs[2:4]})
	add, chosen := again()
	b.late = false
	if err := lock.Rollback(t.Context()); err != nil {
		t.Fatal(err)
	}
	b.do("POST", change, values).open("")
	b.do("POST", add, chosen).open("")
	if b.doc.Find("h1").Text() != "Møde i maj" || b.doc.Find("textarea").First().Text() != "Til punkt 3" || len(b.titles()) != 4 {
		t.Errorf("%v %v", b.form(), b.titles())
	}
	// What one does not have is no empty shortlist.
	for _, path := range []string{"/udgave/1", "/udgave/0", "/udgave/x", "/udgave/2147483648"} {
		b.do("GET", "/mappe"+path, nil).says("Mappen har ikke en udgave med det nummer")
		if b.code != http.StatusNotFound || b.doc.Find(`main a[href="/mappe"]`).Length() == 0 {
			t.Errorf("%s: %d", path, b.code)
		}
	}
	if nobody := (&browser{fixture: f}); nobody.do("GET", "/mappe/udgave/1", nil).code != http.StatusNotFound {
		t.Errorf("an edition of nothing: %d", nobody.code)
	}
	for n, want := range map[string]bool{"-5": false, "99999999": false, "50": true} {
		if b.open("/mappe?lagt=" + n); strings.Contains(b.doc.Find("main").Text(), n+" eksempler er lagt") != want {
			t.Errorf("%s are said to be added", n)
		}
	}
	// Who reads the brief uses the shortlist.
	if _, err := f.pool.Exec(t.Context(), `UPDATE shortlist SET used_on = used_on - 300`); err != nil {
		t.Fatal(err)
	}
	b.do("GET", "/mappe/oplaeg.docx", nil)
	if n := f.count(`SELECT count(*) FROM shortlist WHERE used_on < current_date - 2`); b.code != 200 || n != 0 {
		t.Errorf("%d; %d shortlists are old", b.code, n)
	}
}

// link makes a link of the shortlist that is open, and gives its path.
func (b *browser) link(may string) string {
	b.t.Helper()
	before := b.doc.Find(".shortlist__address a").Length()
	b.do("POST", "/mappe/ret", b.form("goer", may)).open("")
	path := strings.TrimPrefix(b.doc.Find(".shortlist__address a").Eq(before).Text(), "https://praksis.example")
	if !strings.HasPrefix(path, "/mappe/") {
		b.t.Fatalf("the link is %q", path)
	}
	return path
}

func TestShortlistIsShared(t *testing.T) {
	f := newFixture(t)
	b := &browser{fixture: f}
	b.do("POST", "/mappe", url.Values{"eksempel": f.slugs[:2]}).open("")
	read, edit := b.link("laese"), b.link("rette")
	// Who may read sees it all, and can change nothing.
	reader := &browser{fixture: f}
	reader.open(read)
	if len(reader.titles()) != 2 || reader.doc.Find("textarea, form[method=post]").Length() > 0 {
		t.Errorf("%v", reader.titles())
	}
	for _, path := range []string{"/ret", "/luk", "/brug", "/slet"} {
		if reader.do("POST", read+path, url.Values{"link": {"1"}}); reader.code != 403 {
			t.Errorf("%s: %d", path, reader.code)
		}
	}
	// Two who edit: the second is told, sees both, and has lost nothing.
	other := &browser{fixture: f}
	other.open(edit)
	b.open("/mappe")
	theirs := other.form("titel", "Vores møde", other.note(0), "Deres note", other.note(1), "Kun deres")
	b.do("POST", "/mappe/ret", b.form(b.note(0), "Min note"))
	other.do("POST", edit+"/ret", theirs)
	other.says("En anden har skrevet noget andet imens", "Min note", "Intet af det, du har skrevet, er gemt endnu")
	if other.code != 409 || other.doc.Find("textarea").Eq(0).Text() != "Deres note" || other.doc.Find("textarea").Eq(1).Text() != "Kun deres" || other.doc.Find("#titel").AttrOr("value", "") != "Vores møde" {
		t.Errorf("%d: %v", other.code, other.form())
	}
	other.do("POST", edit+"/ret", other.form(other.note(0), "Min og deres")).open("")
	b.open("/mappe")
	if b.doc.Find("textarea").Eq(0).Text() != "Min og deres" || b.doc.Find("h1").Text() != "Vores møde" {
		t.Error("the second try is not kept")
	}
	// A note to what was taken out meanwhile stands in the page.
	other.open(edit)
	mine := other.form(other.note(0), "Endnu mere")
	b.do("POST", "/mappe/ret", b.form("goer", b.press(0, "Tag ud")))
	other.do("POST", edit+"/ret", mine)
	if other.says("taget", "Endnu mere"); other.code != 409 {
		t.Errorf("%d", other.code)
	}
	// It can become the browser's own, and does not replace one without a word.
	third := &browser{fixture: f}
	third.do("POST", "/mappe", url.Values{"eksempel": f.slugs[4:5]})
	if third.do("POST", edit+"/brug", nil); third.code != 409 {
		t.Errorf("%d", third.code)
	}
	third.do("POST", edit+"/brug", url.Values{"ja": {"1"}}).open("")
	if third.at != "/mappe?gjort=brug" || third.doc.Find("h1").Text() != "Vores møde" || third.doc.Find(`a[href="/mappe/slet"]`).Length() > 0 {
		t.Errorf("%s: %s", third.at, third.doc.Find("h1").Text())
	}
	// Closed, the link leads nowhere.
	b.open("/mappe")
	b.do("POST", "/mappe/luk", url.Values{"link": {b.doc.Find(".shortlist__links button").First().AttrOr("value", "")}})
	if reader.do("GET", read, nil); reader.code != 404 {
		t.Errorf("%d", reader.code)
	}
	if reader.do("GET", "/mappe/"+strings.Repeat("x", 43), nil); reader.code != 404 {
		t.Errorf("%d", reader.code)
	}
	if strings.Contains(f.log.String(), strings.TrimPrefix(edit, "/mappe/")) {
		t.Error("the log has a token")
	}
}

// Every button of the page keeps the title and the notes that are typed, and then does
// what it says: the brief, the link and the edition have them.
func TestShortlistButtonsKeepWhatIsTyped(t *testing.T) {
	f := newFixture(t)
	b := &browser{fixture: f}
	b.do("POST", "/mappe", url.Values{"eksempel": f.slugs[:3]}).open("")
	for what, leads := range map[string]string{"oplaeg": "/mappe/oplaeg", "sammenlign": "/sammenlign?eksempel=" + f.slugs[0] + "&eksempel=" + f.slugs[1], "laese": "/mappe?gjort=delt#del", "rette": "/mappe?gjort=delt#del", "udgave": "/udgave/1"} {
		b.open("/mappe")
		if button := b.doc.Find(`button[name=goer][value=` + what + `]`); button.AttrOr("form", "") != b.doc.Find("form.shortlist").AttrOr("id", "none") {
			t.Fatalf("%s: %d buttons, of another form", what, button.Length())
		}
		form := b.form("titel", "Møde om "+what, b.note(0), "Husk "+what, "goer", what)
		form["eksempel"] = f.slugs[:2]
		if b.do("POST", "/mappe/ret", form); b.code != 303 || !strings.HasSuffix(b.at, leads) {
			t.Errorf("%s: %d, to %s", what, b.code, b.at)
		}
		if what == "oplaeg" || what == "udgave" {
			b.open("").says("Møde om "+what, "Husk "+what)
		}
		b.open("/mappe").says("Møde om "+what, "Husk "+what)
	}
	if b.do("POST", "/mappe/ret", b.form("goer", "sammenlign")); strings.Count(b.at, "eksempel=") != 3 {
		t.Errorf("nothing ticked: %s", b.at)
	}
}

func TestShortlistEdition(t *testing.T) {
	f := newFixture(t)
	b := &browser{fixture: f}
	b.do("POST", "/mappe", url.Values{"eksempel": f.slugs[:3]}).open("")
	b.do("POST", "/mappe/ret", b.form("titel", "Møde i maj", b.note(0), "Til punkt 3")).open("")
	titles := b.titles()
	// The brief is made of it, with the notes.
	b.open("/mappe/oplaeg").says("Møde i maj", "Til punkt 3")
	if b.do("GET", "/mappe/oplaeg.docx", nil); b.code != 200 || b.head.Get("Cache-Control") != "no-store" || !strings.Contains(b.head.Get("Content-Disposition"), ".docx") {
		t.Errorf("%d: %v", b.code, b.head)
	}
	b.open("/mappe")
	b.do("POST", "/mappe/ret", b.form("goer", "udgave"))
	at := b.at
	if b.code != 303 || !strings.HasSuffix(at, "/udgave/1") || len(at) != len("/mappe//udgave/1")+43 {
		t.Fatal(b.code, at)
	}
	reader := &browser{fixture: f}
	reader.open(at).says("Møde i maj, udgave 1", "Til punkt 3", "Skriv i referatet:", "https://praksis.example"+at)
	if got := reader.titles(); strings.Join(got, "|") != strings.Join(titles, "|") {
		t.Errorf("%v, want %v", got, titles)
	}
	f.withdraw(f.slugs[1], "Kommunen bad om det.")
	f.remove(f.slugs[2])
	reader.open(at).says("Eksemplet er trukket tilbage den ", "Kommunen bad om det.", "Eksemplet er fjernet fra kataloget den ", "Teksten er slettet.")
	if got := reader.titles(); got[0] != titles[0] || got[1] != titles[1] || got[2] != "Et eksempel, som er fjernet" {
		t.Errorf("%v", got)
	}
	if reader.do("GET", strings.TrimSuffix(at, "1")+"2", nil); reader.code != 404 {
		t.Errorf("%d", reader.code)
	}
	b.open("/mappe").says("Udgave 1", "Eksemplet er trukket tilbage.", "Eksemplet er fjernet fra kataloget.")
}

func TestCompare(t *testing.T) {
	f := newFixture(t)
	compare := func(slugs ...string) *goquery.Document {
		return f.page("/sammenlign?" + url.Values{"eksempel": slugs}.Encode())
	}
	// Fewer than two offer to choose.
	if doc := f.page("/sammenlign"); doc.Find(`a[href="/mappe/vaelg"]`).Length() == 0 {
		t.Error("nothing is offered")
	}
	if doc := compare(f.slugs[0]); doc.Find(`#tilfoej + ul a`).Length() == 0 || doc.Find(".compare__row").Length() > 0 {
		t.Error("nothing is offered to be added")
	}
	doc := compare(f.slugs[0], f.slugs[1], f.slugs[2])
	if n := doc.Find(".compare__head > li").Length(); n != 3 {
		t.Errorf("%d examples", n)
	}
	same := map[string]bool{}
	doc.Find(".compare__same h2").Each(func(_ int, x *goquery.Selection) { same[x.Text()] = true })
	labels := map[string]bool{}
	doc.Find(".compare__row").Each(func(_ int, row *goquery.Selection) {
		label := row.Find("h2").Text()
		cells, texts := row.Find(".compare__cell"), map[string]bool{}
		cells.Each(func(i int, c *goquery.Selection) {
			h, _ := c.Children().Not("h3").First().Parent().Html()
			_, h, _ = strings.Cut(h, "</h3>")
			texts[h] = true
		})
		if cells.Length() != 3 || len(texts) < 2 || same[label] || labels[label] {
			t.Errorf("%q has %d cells with %d texts", label, cells.Length(), len(texts))
		}
		labels[label] = true
	})
	if len(labels) < 5 {
		t.Errorf("%v", labels)
	}
	// A voice stands beside no effect that it did not state.
	for i, slug := range f.slugs[:3] {
		_, p, err := f.store.PublicPractice(t.Context(), 0, slug)
		if err != nil {
			t.Fatal(err)
		}
		said := 0
		for _, x := range p.Findings {
			said += len(x.Speakers())
		}
		shown := 0
		doc.Find(".compare__row, .compare__same").Each(func(_ int, row *goquery.Selection) {
			if cell := row.Find(".compare__cell").Eq(i); cell.Find(".said__list").Length() > 0 {
				shown += cell.Find(".said__list > li").Length()
			}
		})
		if shown != said {
			t.Errorf("%s: %d findings by voice are shown of %d", slug, shown, said)
		}
	}
	// What cannot be compared is told.
	f.withdraw(f.slugs[3], "Kommunen bad om det.")
	f.remove(f.slugs[4])
	doc = compare(f.slugs[0], "findes-ikke", f.slugs[3], f.slugs[4], f.slugs[1])
	text := doc.Find("main").Text()
	for _, want := range []string{"Vi kender ikke eksemplet »findes-ikke«", "er trukket tilbage", "er fjernet fra kataloget"} {
		if !strings.Contains(text, want) {
			t.Errorf("it does not say %q", want)
		}
	}
	if n := doc.Find(".compare__head > li").Length(); n != 2 {
		t.Errorf("%d examples", n)
	}
	// What was put together with another one, which then was put together with a third, is found.
	f.decide(f.slugs[60], f.slugs[61], review.Act{Action: review.MergePractice, Text: "Det samme eksempel"})
	f.decide(f.slugs[61], f.slugs[62], review.Act{Action: review.MergePractice, Text: "Det samme eksempel"})
	if doc := compare(f.slugs[60], f.slugs[1]); doc.Find(".compare__head > li").Length() != 2 || !strings.Contains(doc.Find(".notice").Text(), f.slugs[62]) {
		t.Error("an example that moved twice is lost")
	}
	if w := f.do("GET", catalogue.BriefPath("", f.slugs[60:61])); w.Code != 200 {
		t.Errorf("the brief of an example that moved twice: %d to %s", w.Code, w.Header().Get("Location"))
	}
	doc = compare(f.slugs[5:10]...)
	if doc := compare(f.slugs[5:55]...); doc.Find(".compare__head > li").Length() != 4 || !strings.Contains(doc.Find(".notice").Text(), "De sidste 46, du valgte, er ikke med.") {
		t.Errorf("a whole shortlist cannot be ticked: %d, %s", doc.Find(".compare__head > li").Length(), doc.Find(".notice").Text())
	}
	if n := doc.Find(".compare__head > li").Length(); n != 4 || !strings.Contains(doc.Find(".notice").Text(), "Der er plads til fire") {
		t.Errorf("%d examples of five", n)
	}
}

// TestShortlistLinksNameTheHost: what one copies into a mail or minutes leads here, also
// where no public address is configured; and closing a link says what that does to minutes.
func TestShortlistLinksNameTheHost(t *testing.T) {
	f := newFixture(t)
	log := slog.New(slog.DiscardHandler)
	f.handler = site.New(site.Config{Build: "test", Authority: web.Authority{Name: "Testkontoret"}}, f.store, f.index, log).Routes(log)
	token := postgres.NewShortlistToken([]byte(strings.Repeat("x", 32)))
	now := time.Now()
	if err := f.store.BeginShortlist(t.Context(), token, now); err != nil {
		t.Fatal(err)
	}
	if _, err := f.store.AddToShortlist(t.Context(), token, f.slugs[:1], now); err != nil {
		t.Fatal(err)
	}
	b := &browser{fixture: f, cookie: "mappe=" + token}
	if _, err := f.store.ShareShortlist(t.Context(), token, postgres.ShortlistRead, now); err != nil {
		t.Fatal(err)
	}
	b.open("/mappe").says("Lukker du et link, virker det ikke mere, heller ikke i et referat.")
	link := b.doc.Find(".shortlist__address a").Text()
	if !strings.HasPrefix(link, "http://praksis.example/mappe/") {
		t.Errorf("the link is %q", link)
	}
	if _, _, err := f.store.FreezeShortlist(t.Context(), token, nil, now); err != nil {
		t.Fatal(err)
	}
	b.open(strings.TrimPrefix(link, "http://praksis.example") + "/udgave/1")
	if got := strings.TrimSpace(b.doc.Find(".shortlist__address").Text()); got != link+"/udgave/1" {
		t.Errorf("the edition's address is %q", got)
	}
}
