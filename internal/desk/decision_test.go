package desk_test

import (
	"context"
	"crypto/sha256"
	"errors"
	"io"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"praksis/internal/catalogue"
	"praksis/internal/outbox"
	"praksis/internal/pgtest"
	"praksis/internal/postgres"
	"praksis/internal/review"
	"praksis/seeds"

	"github.com/PuerkitoBio/goquery"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

func text(s *goquery.Selection) string { return strings.Join(strings.Fields(s.Text()), " ") }

func (f *fixture) state(id int64) review.SubmissionState {
	f.t.Helper()
	s, err := f.store.SubmissionByID(f.t.Context(), id)
	if err != nil {
		f.t.Fatal(err)
	}
	return s.State
}

func TestList(t *testing.T) {
	f := newFixture(t, loopback())
	v := f.editor("rita")
	if got := text(v.get("/redaktion").Find("main")); !strings.Contains(got, "Der er ikke noget, der venter") {
		t.Errorf("empty: %s", got)
	}
	first, _ := f.submitAt(time.Now().UTC().AddDate(0, 0, -3), "a", nil)
	f.submit("b", func(n *postgres.NewSubmission) { n.HeldReason = "12 links på et minut" })
	d := v.get("/redaktion")
	rows := d.Find(".desk__row")
	if rows.Length() != 2 || rows.First().Find("a").AttrOr("href", "") != pathOf(first) || !strings.Contains(text(rows.First()), "Venter på redaktionen siden") ||
		!strings.Contains(text(rows.Last()), "Tilbageholdt: 12 links") || !strings.Contains(text(rows.Last()), "svar senest") {
		t.Errorf("%s", text(rows))
	}
	if got := text(d.Find(".queue__states")); !strings.Contains(got, "Ny 1") || !strings.Contains(got, "Tilbageholdt 1") || !strings.Contains(got, "I brug 0") {
		t.Errorf("counts %s", got)
	}
}

// TestPublish goes from what came to the public page, through all that an
// editor does to a draft without JavaScript.
func TestPublish(t *testing.T) {
	f := newFixture(t, loopback())
	id, _ := f.submit("a", nil)
	v := f.editor("rita")
	d := v.get(pathOf(id))
	if came := text(d.Find(".desk__came")); !strings.Contains(came, "Bostøtterne ringede til borgerne hver dag.") || d.Find("#f-title").AttrOr("value", "") != "Syddjurs: Telefonkæde mellem bostøtter" {
		t.Fatalf("came: %s", came)
	}
	if !strings.Contains(text(d.Find("dl.desk__facts")), "ida@kommune.example") {
		t.Error("who sent it is not shown")
	}
	// A row more, which saves nothing.
	form := filled(d, "tilfoej:findings")
	form.Set("title", "")
	d = v.page(200, v.do("POST", pathOf(id), form))
	n := d.Find(`fieldset#f-findings-1`).Length()
	if n != 1 || f.state(id) != review.Received {
		t.Fatalf("%d rows, state %s", n, f.state(id))
	}
	form = filled(d, "udgiv")
	form.Set("findings[1].text", "Borgerne var trygge ved opkaldet.")
	d = v.page(422, v.do("POST", pathOf(id), form))
	for _, id := range []string{"#f-title", "#f-findings-1-effect", "#f-findings-1-target-groups"} {
		if d.Find(`[role=alert] a[href="`+id+`"]`).Length() != 1 || d.Find(id+`[aria-describedby*="-fejl"]`).Length() != 1 {
			t.Errorf("no fault at %s: %s", id, text(d.Find("[role=alert]")))
		}
	}
	if got := d.Find("#f-findings-1-text").Text(); got != "Borgerne var trygge ved opkaldet." {
		t.Errorf("typed %q is gone", got)
	}
	form = filled(d, "udgiv")
	form.Set("title", "Syddjurs: Bostøtterne holdt kontakten på telefon")
	form.Set("findings[1].effect", "positive")
	form["findings[1].target_groups"] = []string{"angst", "depression"}
	to := v.post(pathOf(id), form)
	if to != "/eksempler/syddjurs-bostoetterne-holdt-kontakten-paa-telefon" {
		t.Errorf("led to %s", to)
	}
	var page []byte
	if err := f.pool.QueryRow(t.Context(), `SELECT page FROM public_practice WHERE slug = $1`, strings.TrimPrefix(to, "/eksempler/")).Scan(&page); err != nil || !strings.Contains(string(page), "depression") {
		t.Errorf("%s %v", page, err)
	}
	d = v.get(pathOf(id))
	if d.Find(`button[name=handling]`).Length() != 0 || !strings.Contains(text(d.Find(".history")), "Rita: udgav") || d.Find(`a[href="`+to+`"]`).Length() == 0 {
		t.Errorf("after: %s", text(d.Find("main")))
	}
	if rows := v.get("/redaktion?hos=ingen").Find(".desk__row"); rows.Length() != 1 || !strings.Contains(text(rows), "Udgivet") {
		t.Errorf("decided: %s", text(rows))
	}
}

func TestSaveKeepsEverything(t *testing.T) {
	f := newFixture(t, loopback())
	id, _ := f.submit("a", nil)
	v := f.editor("rita")
	form := filled(v.get(pathOf(id)), "gem")
	for name, value := range map[string]string{"summary": "Kort.", "partners": "Norddjurs\r\nEn forening, ingen kender", "organisation": "Ingensteds", "period_from": "i foråret", "legal_basis": "serviceloven § 85",
		"findings[1].text": "Én", "findings[1].source": "1", "sources[1].document": "Et notat", "sources[1].kind": "note", "retention[1].note": "Kører endnu", "retention[1].status": "retained",
		"links[1].url": "https://eksempel.dk/x", "use": "with_restrictions", "answers.done": "Første linje\r\n\r\nAnden linje"} {
		form.Set(name, value)
	}
	form["periods"] = []string{"lockdown", "after"}
	if to := v.post(pathOf(id), form); to != pathOf(id)+"?gjort=gem" {
		t.Fatalf("led to %s", to)
	}
	again := filled(v.get(pathOf(id)), "gem")
	for name := range form {
		if name == "version" || name == "sket" || name == "side" || name == "grund" || strings.HasSuffix(name, ".key") {
			continue
		}
		want, got := strings.Join(form[name], "|"), strings.Join(again[name], "|")
		if strings.ReplaceAll(got, "\r\n", "\n") != strings.ReplaceAll(want, "\r\n", "\n") {
			t.Errorf("%s: %q became %q", name, want, got)
		}
	}
	// A row less, and the findings follow their sources.
	again.Set("handling", "fjern:sources:1")
	d := v.page(200, v.do("POST", pathOf(id), again))
	if d.Find("#f-sources-1").Length() != 0 || d.Find("#f-findings-1-source option[selected]").AttrOr("value", "") != "0" {
		t.Error("the source is still there")
	}
	if w := v.do("POST", pathOf(id), url.Values{"handling": {"fjern:sources:77"}}); w.Code != 400 {
		t.Errorf("no such row: %d", w.Code)
	}
}

func TestAskDeclineExists(t *testing.T) {
	f := newFixture(t, loopback())
	v := f.editor("rita")
	for _, c := range []struct {
		button, missing string
		fields          map[string]string
		state           review.SubmissionState
	}{
		{"spoerg", "#spoergsmaal", map[string]string{"spoergsmaal": "Hvor mange borgere ringede I til?"}, review.ChangesRequested},
		{"afvis", "#afvis-grund", map[string]string{"afvis-grund": "too_little", "afvis-tekst": "Skriv igen, når I ved mere."}, review.Declined},
		{"til-side", "#til-side-tekst", map[string]string{"til-side-tekst": "Vi venter på den fælles løsning."}, review.SetAside},
		{"findes", "#findes-slug", map[string]string{"findes-slug": "https://praksis.example/eksempler/toender-gaature-i-naturen-med-saarbare-unge"}, review.Exists},
	} {
		id, _ := f.submit(c.button, nil)
		d := v.page(422, v.do("POST", pathOf(id), filled(v.get(pathOf(id)), c.button)))
		if d.Find(`[role=alert] a[href="`+c.missing+`"]`).Length() != 1 {
			t.Errorf("%s: %s", c.button, text(d.Find("[role=alert]")))
		}
		form := filled(d, c.button)
		for k, x := range c.fields {
			form.Set(k, x)
		}
		if to := v.post(pathOf(id), form); to != pathOf(id)+"?gjort="+c.button || f.state(id) != c.state {
			t.Errorf("%s: led to %s, state %s", c.button, to, f.state(id))
		}
		d = v.get(pathOf(id) + "?gjort=" + c.button)
		if d.Find(".alert-success").Length() != 1 {
			t.Errorf("%s: nothing says that it is done", c.button)
		}
		if c.button != "findes" && !strings.Contains(text(d.Find(".history")), map[string]string{"spoerg": "Hvor mange borgere", "afvis": "Vi ved for lidt", "til-side": "Rita: lagde til side"}[c.button]) {
			t.Errorf("%s: %s", c.button, text(d.Find(".history")))
		}
	}
	id, _ := f.submit("similar", func(n *postgres.NewSubmission) { n.Submission.Practice.Title = "Gåture i naturen med sårbare unge" })
	d := v.get(pathOf(id)) // unasked
	if d.Find(`input[type=radio][value="toender-gaature-i-naturen-med-saarbare-unge"]`).Length() != 1 {
		t.Errorf("alike: %s", text(d.Find("#findes")))
	}
	form := filled(d, "findes")
	form.Set("findes-slug", "findes-ikke-nogen-steder")
	if d := v.page(422, v.do("POST", pathOf(id), form)); d.Find("#findes-slug-fejl").Length() != 1 {
		t.Errorf("a practice that does not exist: %s", text(d.Find("[role=alert]")))
	}
	form.Set("findes-slug", "")
	form.Set("version", filled(v.get(pathOf(id)), "").Get("version"))
	form.Set("findes", "toender-gaature-i-naturen-med-saarbare-unge")
	v.post(pathOf(id), form)
}

// TestStale: who was slower loses nothing, and is told who did what.
func TestStale(t *testing.T) {
	f := newFixture(t, loopback())
	id, token := f.submit("a", nil)
	rita, per := f.editor("rita"), f.editor("per")
	old := filled(rita.get(pathOf(id)), "udgiv")
	old.Set("summary", "Det skrev Rita.")

	quick := filled(per.get(pathOf(id)), "gem")
	quick.Set("summary", "Det skrev Per.")
	per.post(pathOf(id), quick)
	d := rita.page(409, rita.do("POST", pathOf(id), old))
	if got := text(d.Find(".alert-warning")); !strings.Contains(got, "Per: tog den i brug") || d.Find("#f-summary").Text() != "Det skrev Rita." {
		t.Errorf("stale: %s; kept %q", got, d.Find("#f-summary").Text())
	}
	// The second save is no event, and is told all the same.
	old = filled(rita.get(pathOf(id)), "gem")
	per.post(pathOf(id), filled(per.get(pathOf(id)), "gem"))
	d = rita.page(409, rita.do("POST", pathOf(id), old))
	if got := text(d.Find(".alert-warning")); !strings.Contains(got, "Per har gemt kladden") || !strings.Contains(got, "Det skrev Per.") || !strings.Contains(got, "Det skrev Rita.") {
		t.Errorf("stale: %s", got)
	}
	// The submitter can be the quicker one too.
	old = filled(rita.get(pathOf(id)), "afvis")
	old.Set("afvis-grund", "other")
	old.Set("afvis-tekst", "Nej tak.")
	if _, err := f.store.Apply(t.Context(), postgres.On{Token: token}, review.Act{Action: review.Withdraw}, time.Now().UTC()); err != nil {
		t.Fatal(err)
	}
	d = rita.page(409, rita.do("POST", pathOf(id), old))
	if got := text(d.Find(".alert-warning")); !strings.Contains(got, "trak den tilbage") || !strings.Contains(got, "afgjort") || d.Find("button[name=handling]").Length() != 0 {
		t.Errorf("stale: %s", got)
	}
}

// TestOurMistake: what the database refuses for a reason that nobody foresaw is
// neither told as a colleague's change nor kept from those who run the site.
func TestOurMistake(t *testing.T) {
	ownerURL, appURL := pgtest.NewURLs(t)
	pool, err := pgxpool.New(t.Context(), appURL)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(pool.Close)
	x, err := seeds.Load()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := postgres.New(pool).Seed(t.Context(), x.Taxonomy(), x.Practices, time.Now().UTC()); err != nil {
		t.Fatal(err)
	}
	f := fixtureOn(t, pool, loopback())
	owner, err := pgx.Connect(t.Context(), ownerURL)
	if err != nil {
		t.Fatal(err)
	}
	defer owner.Close(context.Background())
	if _, err := owner.Exec(t.Context(), `ALTER TABLE practice_event ADD CONSTRAINT unforeseen CHECK (kind <> 'published')`); err != nil {
		t.Fatal(err)
	}
	id, _ := f.submit("a", nil)
	v := f.editor("rita")
	form := filled(v.get(pathOf(id)), "udgiv")
	d := v.page(500, v.do("POST", pathOf(id), form))
	logged := regexp.MustCompile(`level=ERROR msg="request failed" request=(\w+) status=500 .*unforeseen`).FindStringSubmatch(f.log.String())
	if got := text(d.Find("main")); logged == nil || !strings.Contains(got, logged[1]) || strings.Contains(got, "forkøbet") {
		t.Errorf("the page says %s; the log %s", got, f.log)
	}
	if f.state(id) != review.Received {
		t.Errorf("state %s", f.state(id))
	}
	// What was typed stands on the page, to be sent once more.
	again := d.Find(`form[action="` + pathOf(id) + `"]`)
	for name, want := range form {
		got := again.Find("input").FilterFunction(func(_ int, x *goquery.Selection) bool { return x.AttrOr("name", "") == name }).First()
		if got.AttrOr("value", "") != want[0] {
			t.Errorf("%s: %q, not %q", name, got.AttrOr("value", ""), want[0])
		}
	}
	if again.Find("button").Length() != 1 {
		t.Error("no button to send it again")
	}
}

// TestRefusedKeepsTicks: a refused decision saves nothing, and what was typed
// and ticked stands on the page that says why.
func TestRefusedKeepsTicks(t *testing.T) {
	f := newFixture(t, loopback())
	id, _ := f.submit("a", func(n *postgres.NewSubmission) {
		content := "et dokument"
		n.Attachments = []postgres.NewAttachment{{Name: "notat.pdf", Type: "application/pdf", Size: int64(len(content)), SHA256: sha256.Sum256([]byte(content)),
			Open: func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(content)), nil }}}
	})
	v := f.editor("rita")
	d := v.get(pathOf(id))
	form := filled(d, "udgiv")
	form.Set("title", "")
	form.Set("set", d.Find("input[name=set]").AttrOr("value", ""))
	d = v.page(422, v.do("POST", pathOf(id), form))
	s, err := f.store.SubmissionByID(t.Context(), id)
	if err != nil || s.Draft != nil || s.Version != 1 || s.Attachments[0].SeenBy != "" || s.State != review.Received {
		t.Errorf("something was saved: %+v, %v", s, err)
	}
	if d.Find("input[name=set][checked]").Length() != 1 || !strings.Contains(text(d.Find("[role=alert]")), "Kladden er ikke gemt") {
		t.Errorf("the tick is gone, or nothing says that the draft is not saved: %s", text(d.Find("[role=alert]")))
	}
	form = filled(d, "udgiv")
	form.Set("title", "Syddjurs: Telefonkæde")
	if to := v.post(pathOf(id), form); to != "/eksempler/syddjurs-telefonkaede" {
		t.Errorf("led to %s", to)
	}
	if s, err = f.store.SubmissionByID(t.Context(), id); err != nil || s.Draft == nil || s.Attachments[0].SeenBy != "Rita" {
		t.Errorf("%+v, %v", s, err)
	}
}

// A file whose ten digits were declared to be no CPR number is looked through by an
// editor before anything is published, though its text was read.
func TestDigitsAreSeen(t *testing.T) {
	f := newFixture(t, loopback())
	id, _ := f.submit("a", func(n *postgres.NewSubmission) {
		a := document(t, "notat.docx", "P-nummer 1003101234")
		a.Digits = true
		n.Attachments = []postgres.NewAttachment{a}
	})
	v := f.editor("rita")
	d := v.get(pathOf(id))
	if !strings.Contains(text(d.Find("main")), "Der står ti tal i det, som kan være et CPR-nummer.") {
		t.Error("the page does not tell")
	}
	form := filled(d, "udgiv")
	form.Set("title", "Syddjurs: Telefonkæde")
	d = v.page(422, v.do("POST", pathOf(id), form))
	if got := text(d.Find("[role=alert]")); !strings.Contains(got, "Se bilagene igennem") {
		t.Errorf("published unseen: %s", got)
	}
	form = filled(d, "udgiv")
	form.Set("set", d.Find("input[name=set]").AttrOr("value", ""))
	if to := v.post(pathOf(id), form); to != "/eksempler/syddjurs-telefonkaede" {
		t.Errorf("led to %s", to)
	}
}

func TestWarnings(t *testing.T) {
	f := newFixture(t, loopback())
	id, _ := f.submit("a", func(n *postgres.NewSubmission) {
		n.Submission.Practice.Answers.Done = "Ring til Hanne Jensen på 22 33 44 55."
	})
	v := f.editor("rita")
	d := v.page(422, v.do("POST", pathOf(id), filled(v.get(pathOf(id)), "udgiv")))
	ticks := d.Find(`input[name=klaret]`)
	if ticks.Length() == 0 || d.Find(`[role=alert] a[href="#oplysninger"]`).Length() != 1 {
		t.Fatalf("%d warnings: %s", ticks.Length(), text(d.Find("[role=alert]")))
	}
	form := filled(d, "udgiv")
	ticks.Each(func(_ int, x *goquery.Selection) { form.Add("klaret", x.AttrOr("value", "")) })
	if to := v.post(pathOf(id), form); !strings.HasPrefix(to, "/eksempler/") {
		t.Errorf("led to %s", to)
	}
	// A CPR number is stored nowhere, also not in a draft.
	id, _ = f.submit("b", nil)
	form = filled(v.get(pathOf(id)), "gem")
	form.Set("answers.done", "Borgeren 010203-1234 ringede.")
	v.page(422, v.do("POST", pathOf(id), form))
	var n int
	if err := f.pool.QueryRow(t.Context(), `SELECT count(*) FROM draft WHERE content::text LIKE '%010203%'`).Scan(&n); err != nil || n != 0 || strings.Contains(f.log.String(), "010203") {
		t.Errorf("%d drafts with a CPR number, %v", n, err)
	}
}

// TestAboutAnother adds a finding to a practice that is published.
func TestAboutAnother(t *testing.T) {
	f := newFixture(t, loopback())
	const slug = "toender-gaature-i-naturen-med-saarbare-unge"
	id, _ := f.submit("a", func(n *postgres.NewSubmission) {
		n.Submission.About = slug
		n.Submission.Practice.Findings = []catalogue.Finding{{TargetGroups: catalogue.Refs("unge"), Effect: catalogue.EffectMixed, Text: "Nogle unge blev hjemme, når det regnede."}}
	})
	v := f.editor("rita")
	d := v.get(pathOf(id))
	if d.Find(`a[href="/eksempler/`+slug+`"]`).Length() != 1 {
		t.Error("what it adds to is not shown")
	}
	if to := v.post(pathOf(id), filled(d, "udgiv")); to != "/eksempler/"+slug {
		t.Errorf("led to %s", to)
	}
}

func TestMailTexts(t *testing.T) {
	f := newFixture(t, loopback())
	f.submit("a", nil)
	v := f.editor("rita")
	if got := text(v.get("/redaktion/mails").Find(".desk__rows")); !strings.Contains(got, "Kvittering") || strings.Contains(got, "ida@kommune.example") {
		t.Errorf("unsent: %s", got)
	}
	unsent, err := f.store.UnsentMails(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range unsent {
		for range outbox.SendAttempts {
			if _, err := f.store.MailFailed(t.Context(), m, postgres.MailFailure{Cause: errors.New("no answer")}, time.Now()); err != nil {
				t.Fatal(err)
			}
		}
	}
	again := v.get("/redaktion/mails").Find(".desk__row form").First().AttrOr("action", "")
	if to := v.post(again, url.Values{}); to != "/redaktion/mails" {
		t.Errorf("sent again: to %q", to)
	}
	if w := v.do("POST", again, url.Values{}); w.Code != 404 { // it is not given up any more
		t.Errorf("sent again twice: %d", w.Code)
	}
	v.get("/redaktion/mailtekster")
	const path = "/redaktion/mailtekster/receipt"
	form := url.Values{"version": {"0"}, "subject": {"Tak"}, "body": {"Hej {ukendt}"}}
	if d := v.page(422, v.do("POST", path, form)); d.Find("#body").Text() != "Hej {ukendt}" || d.Find("#body-fejl").Length() != 1 {
		t.Error("what was typed is gone, or no fault is told")
	}
	if got := text(v.get("/redaktion/mailtekster").Find(`.desk__row:has(a[href="` + path + `"])`)); !strings.Contains(got, "Ikke gemt endnu") {
		t.Errorf("the list says %s", got)
	}
	form.Set("body", "Hej, dit nummer er {reference}, og siden er {link}.")
	if to := v.post(path, form); to != "/redaktion/mailtekster?gjort" {
		t.Errorf("led to %s", to)
	}
	if d := v.get(path); d.Find("#subject").AttrOr("value", "") != "Tak" || !strings.Contains(text(d.Find("main")), "Rettet af Rita") {
		t.Error("the text is not saved")
	}
	for _, method := range []string{"GET", "POST"} {
		if w := v.do(method, "/redaktion/mailtekster/findes-ikke", form); w.Code != 404 {
			t.Errorf("%s of no such text: %d", method, w.Code)
		}
	}
}

func TestAccount(t *testing.T) {
	f := newFixture(t, loopback())
	v, other := f.editor("rita"), f.editor("rita")
	v.page(422, v.do("POST", "/redaktion/konto/adgangskode", url.Values{"gammel": {password}, "ny": {"kort"}}))
	v.page(422, v.do("POST", "/redaktion/konto/adgangskode", url.Values{"gammel": {"forkert"}, "ny": {"en helt ny og lang kode"}}))
	if to := v.post("/redaktion/konto/adgangskode", url.Values{"gammel": {password}, "ny": {"en helt ny og lang kode"}}); to != "/redaktion/konto?gjort=kode" {
		t.Errorf("led to %s", to)
	}
	v.get("/redaktion/konto?gjort=kode")
	if w := other.do("GET", "/redaktion", nil); w.Code != 303 {
		t.Errorf("another session after a new password: %d", w.Code)
	}
	if to := v.post("/redaktion/konto/log-ud-overalt", url.Values{}); to != "/redaktion/log-ind" {
		t.Errorf("led to %s", to)
	}
	per := f.editor("per")
	per.post("/redaktion/log-ud", url.Values{})
	if w := per.do("GET", "/redaktion", nil); w.Code != 303 {
		t.Errorf("after signing out: %d", w.Code)
	}
}
