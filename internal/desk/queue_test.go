package desk_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"praksis/internal/postgres"
	"praksis/internal/review"

	"github.com/PuerkitoBio/goquery"
)

// rows are the titles of a page of the queue.
func rows(d *goquery.Document) string {
	var out []string
	d.Find(".queue__row h3").Each(func(_ int, x *goquery.Selection) { out = append(out, text(x)) })
	return strings.Join(out, ", ")
}

// TestQueue: every row says who has the ball; filters stand in the address, and
// stay in the links and in the search.
func TestQueue(t *testing.T) {
	f := newFixture(t, loopback())
	now := time.Now().UTC()
	send := func(key, title string, days int) (int64, string) {
		return f.submitAt(now.AddDate(0, 0, -days), key, func(n *postgres.NewSubmission) { n.Submission.Practice.Title = title })
	}
	send("a", "Den gamle", 40)
	send("b", "Den nye", 0)
	asked, _ := send("c", "Den spurgte", 30)
	answered, token := send("d", "Den besvarede", 2)
	rita := f.editor("rita")
	for _, id := range []int64{asked, answered} {
		form := filled(rita.get(pathOf(id)), "spoerg")
		form.Set("spoergsmaal", "Hvor mange?")
		rita.post(pathOf(id), form)
	}
	if _, err := f.store.Apply(t.Context(), postgres.On{Token: token}, review.Act{Action: review.Answer, Text: "Femten."}, now); err != nil {
		t.Fatal(err)
	}
	d := rita.get("/redaktion")
	if got := rows(d); got != "Den gamle, Den besvarede, Den nye, Den spurgte" {
		t.Errorf("%s", got)
	}
	for n, want := range []string{"Os Over fristen", "Indsenderen svarede", "Venter på redaktionen siden", "Venter på indsenderen siden"} {
		if got := strings.Join(strings.Fields(d.Find(".queue__ball").Eq(n).Text()), " "); !strings.Contains(strings.ReplaceAll(got, "Venter på: ", ""), want) {
			t.Errorf("row %d: %q has no %q", n, got, want)
		}
	}
	if got := d.Find(".queue__ball").Eq(3).Text(); !strings.Contains(got, "Du har den siden kl.") {
		t.Errorf("who has it: %s", got)
	}
	if got := f.editor("per").get("/redaktion").Find(".queue__ball").Eq(3).Text(); !strings.Contains(got, "Rita har den siden kl.") {
		t.Errorf("who has it: %s", got)
	}
	for target, want := range map[string]string{
		"?frist=os": "Den gamle", "?frist=dem": "", "?svar=1": "Den besvarede", "?mine=1": "Den besvarede, Den spurgte", "?stand=ny": "Den gamle, Den nye", "?hos=indsenderen": "Den spurgte",
		"?q=SYDDJURS+gamle": "Den gamle", "?q=den&stand=spurgt": "Den spurgte", "?hos=ingen": "", "?stand=findes-ikke": "Den gamle, Den besvarede, Den nye, Den spurgte", "?side=7": "",
	} {
		if got := rows(rita.get("/redaktion" + target)); got != want {
			t.Errorf("%s: %s, not %s", target, got, want)
		}
	}
	// What a colleague has.
	per := f.editor("per")
	hers := per.get("/redaktion").Find(`.queue__states a[href*="hvem="]`)
	if text(hers) != "Rita 2" || rows(per.get(hers.AttrOr("href", ""))) != "Den besvarede, Den spurgte" || text(per.get(hers.AttrOr("href", "")).Find(".queue__chosen")) != "Fjern: Hos Rita" {
		t.Errorf("a colleague: %s", text(hers))
	}
	if rita.get("/redaktion").Find(`a[href*="hvem="]`).Length() != 0 {
		t.Error("nobody else has any")
	}
	// What is chosen is kept by the search, and each choice can be taken away.
	d = rita.get("/redaktion?svar=1&stand=i-brug&q=den")
	if got := d.Find(`.queue__search input[type=hidden]`).Length(); got != 2 || d.Find("#q").AttrOr("value", "") != "den" {
		t.Errorf("%d hidden", got)
	}
	var without []string
	d.Find(".queue__chosen a").Each(func(_ int, x *goquery.Selection) { without = append(without, x.AttrOr("href", "")) })
	if got := strings.Join(without, " "); got != "/redaktion?stand=i-brug&svar=1 /redaktion?q=den&svar=1 /redaktion?q=den&stand=i-brug" {
		t.Errorf("%s", got)
	}
	if got := rita.get("/redaktion?frist=os").Find(`.queue__parts [aria-current]`); text(got) != "1 Over vores frist" && text(got) != "1Over vores frist" {
		t.Errorf("here is %s", text(got))
	}
	// The municipality has it until somebody there answers.
	checked, _ := send("e", "Den tjekkede", 0)
	if err := f.store.Ask(t.Context(), postgres.Asked{Submission: checked, Kind: review.InquiryCheck, Emails: []string{"a@syddjurs.example"}, Tokens: []string{"tjek"}}, 1, now); err != nil {
		t.Fatal(err)
	}
	chip := func(href string) string {
		return text(rita.get("/redaktion").Find(`.queue__parts a[href="` + href + `"] .queue__number`))
	}
	d = rita.get("/redaktion?hos=kommunen")
	if got := strings.Join(strings.Fields(d.Find(".queue__ball").Text()), " "); rows(d) != "Den tjekkede" || !strings.Contains(got, "Kommunen") || !strings.Contains(got, "Venter på kommunens tjek siden") || chip("/redaktion?hos=kommunen") != "1" || chip("/redaktion/tjek?stand=svar") != "" {
		t.Errorf("%s: %s", rows(d), got)
	}
	if got := text(rita.get(pathOf(checked)).Find("main")); !strings.Contains(got, "Venter på kommunens tjek siden") {
		t.Errorf("%s", got)
	}
	if err := f.store.AnswerInquiry(t.Context(), "tjek", 0, review.InquiryAnswer{Text: "Det er rigtigt."}, nil, now); err != nil {
		t.Fatal(err)
	}
	if rows(rita.get("/redaktion?hos=kommunen")) != "" || chip("/redaktion?hos=kommunen") != "0" || chip("/redaktion/tjek?stand=svar") != "1" || !strings.Contains(rows(rita.get("/redaktion?hos=redaktionen")), "Den tjekkede") {
		t.Errorf("answered: %s", rows(rita.get("/redaktion?hos=redaktionen")))
	}
	// What the seeds propose and what waits for a second look are counted, and lead on.
	if _, err := f.pool.Exec(t.Context(), `
		INSERT INTO seed_proposal (practice_id, content, seed_hash, proposed_at) SELECT id, '{}', 'x', now() FROM practice ORDER BY id LIMIT 2;
		UPDATE practice SET look_by = '2026-01-02' WHERE id = (SELECT min(id) FROM practice WHERE state = 'published')`); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{"/redaktion/forslag": "2", "/redaktion/eksempler?stand=skal-ses-igennem": "1"} {
		if got := text(rita.get("/redaktion").Find(`.queue__parts a[href="` + path + `"] .queue__number`)); got != want {
			t.Errorf("%s: %q", path, got)
		}
	}
	// Of what has been withdrawn the lists that the counts lead to have nothing.
	if _, err := f.pool.Exec(t.Context(), `UPDATE practice SET state = 'withdrawn', state_reason = 'x' WHERE look_by IS NOT NULL OR id IN (SELECT practice_id FROM seed_proposal)`); err != nil {
		t.Fatal(err)
	}
	if got := rita.get("/redaktion").Find(`.queue__parts a[href="/redaktion/forslag"], .queue__parts a[href*=skal-ses-igennem]`).Length(); got != 0 {
		t.Errorf("%d chips lead to nothing", got)
	}
	if w := rita.do("GET", "/redaktion?hvem=99999999999", nil); w.Code != 200 {
		t.Errorf("an editor's number that is too large: %d", w.Code)
	}
	// What is due for review is another kind of row.
	if _, err := f.pool.Exec(t.Context(), `UPDATE practice SET review_by = '2026-01-02' WHERE id = (SELECT min(id) FROM practice WHERE state = 'published')`); err != nil {
		t.Fatal(err)
	}
	d = rita.get("/redaktion?vis=gennemsyn")
	if d.Find(".queue__row").Length() != 1 || !strings.Contains(d.Find(".queue__row").Text(), "Skulle ses igen senest 2. januar") || !strings.Contains(d.Find(".queue__parts").Text(), "Skal ses igen") {
		t.Errorf("%s", text(d.Find("main")))
	}
	// A word is found wherever it stands in what was sent.
	f.submitAt(now, "lygter", func(n *postgres.NewSubmission) {
		n.Submission.Practice.Title, n.Submission.Practice.Answers.Done = "Den femte", "Vi tændte lygter i gården."
	})
	if got := rows(rita.get("/redaktion?q=lygterne")); got != "" {
		t.Errorf("%s", got)
	}
	if got := rows(rita.get("/redaktion?q=lygter")); got != "Den femte" {
		t.Errorf("a word of an answer finds %q", got)
	}
}

// TestQueuePages: 50 rows a page.
func TestQueuePages(t *testing.T) {
	f := newFixture(t, loopback())
	for n := range 51 {
		f.submit(fmt.Sprint("key", n), nil)
	}
	d := f.editor("rita").get("/redaktion?stand=ny")
	if n := d.Find(".queue__row").Length(); n != 50 {
		t.Errorf("%d rows", n)
	}
	next := d.Find(".pagination .button-next").AttrOr("href", "")
	if next != "/redaktion?side=2&stand=ny" || f.editor("per").get(next).Find(".queue__row").Length() != 1 {
		t.Errorf("leads to %s", next)
	}
}

// fillTo makes n submissions of what one is, in all states.
func (f *fixture) fillTo(n int) {
	f.t.Helper()
	id, _ := f.submit("a", nil)
	if _, err := f.pool.Exec(f.t.Context(), `
		WITH made AS (
		  INSERT INTO submission (reference, token_hash, client_hash, kind, state, received_at, moved_at, decided_at, answered)
		  SELECT translate(lpad(to_hex(n), 4, '2') || '-' || lpad(to_hex(n), 4, '3'), '01abcdef', 'XYABCDEF'), sha256(('t' || n)::bytea), sha256(('c' || n)::bytea), 'short', s, at, at,
		    CASE WHEN s IN ('declined','withdrawn') THEN at END, n % 3 = 0
		  FROM (SELECT n, (ARRAY['received','held','in_review','changes_requested','declined','withdrawn'])[1 + n % 6] AS s, now() - n * interval '1 hour' AS at FROM generate_series(1, $2) n) x
		  RETURNING id, received_at)
		INSERT INTO submission_version (submission_id, n, content, at)
		SELECT made.id, 1, jsonb_set(v.content, '{practice,title}', to_jsonb('Eksempel ' || made.id)), made.received_at FROM made, submission_version v WHERE v.submission_id = $1`, id, n-1); err != nil {
		f.t.Fatal(err)
	}
	if _, err := f.pool.Exec(f.t.Context(), `
		INSERT INTO inquiry (kind, submission_id, token_hash, prepared_at, asked_at, expires_at)
		SELECT 'check', id, sha256(('q' || id)::bytea), received_at, received_at, received_at + interval '60 days' FROM submission WHERE state IN ('received','in_review');
		ANALYZE submission, submission_version, inquiry`); err != nil {
		f.t.Fatal(err)
	}
}

// BenchmarkQueue reads pages of the queue at 10,000 submissions and at 100, which
// nobody waits for: "times-100" is how much longer the many take.
func BenchmarkQueue(b *testing.B) {
	targets := []string{"/redaktion", "/redaktion?side=90", "/redaktion?frist=os", "/redaktion?hos=ingen&side=60", "/redaktion?hos=kommunen", "/redaktion?q=syddjurs+eksempel", "/redaktion?q=findes+ikke", "/redaktion?mine=1"}
	few := make([]float64, len(targets))
	for _, n := range []int{100, 10_000} {
		f := newFixture(b, loopback())
		f.fillTo(n)
		v := f.editor("rita")
		for i, target := range targets {
			b.Run(fmt.Sprintf("%d%s", n, target), func(b *testing.B) {
				for b.Loop() {
					v.get(target)
				}
				took := float64(b.Elapsed()) / float64(b.N)
				if n == 100 {
					few[i] = took
				} else if few[i] > 0 {
					b.ReportMetric(took/few[i], "times-100")
				}
			})
		}
	}
}

// TestLease: the second editor is told who has it since when, by what is typed
// too; takes over by a press; and the one who loses it is told at the next save,
// with the text kept.
func TestLease(t *testing.T) {
	f := newFixture(t, loopback())
	id, _ := f.submit("a", nil)
	rita, per := f.editor("rita"), f.editor("per")
	ritas, pers := filled(rita.get(pathOf(id)), "gem"), filled(per.get(pathOf(id)), "gem")
	if d := per.get(pathOf(id)); d.Find(".desk__lease").Length() != 0 || d.Find("button[value=tag]").Length() != 0 {
		t.Error("to look is to take")
	}
	// Rita types; her page keeps it.
	ritas.Set("summary", "Ritas tekst")
	if w := rita.do("POST", pathOf(id)+"/kladde", ritas); w.Code != 200 || strings.Contains(w.Body.String(), "taken") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	if got := text(per.get(pathOf(id)).Find(".desk__lease")); !strings.Contains(got, "Rita har indsendelsen siden kl.") || !strings.Contains(got, "Tag over") {
		t.Errorf("Per is told: %s", got)
	}
	// Per's page was made before: what he types is kept and takes nothing, and his
	// save is not done.
	pers.Set("title", "Pers titel")
	if w := per.do("POST", pathOf(id)+"/kladde", pers); w.Code != 200 || !strings.Contains(w.Body.String(), "Rita har indsendelsen siden") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	d := per.page(409, per.do("POST", pathOf(id), pers))
	if got := text(d.Find("[role=alert]")); !strings.Contains(got, "Rita har indsendelsen siden") || !strings.Contains(got, "ikke gemt") || filled(d, "").Get("title") != "Pers titel" {
		t.Errorf("%s", got)
	}
	// He takes over; what he typed is saved with it.
	per.post(pathOf(id), filled(d, "tag"))
	if s, err := f.store.SubmissionByID(t.Context(), id); err != nil || s.Draft == nil || s.Draft.Title != "Pers titel" || s.LeaseBy != "Per" || s.Events[len(s.Events)-1].Kind != review.EventTakenOver && s.Events[len(s.Events)-1].Kind != review.EventTaken {
		t.Errorf("%+v, %v", s, err)
	}
	// Rita loses it: she is told, keeps her text, and chooses by field.
	d = rita.page(409, rita.do("POST", pathOf(id), ritas))
	got := text(d.Find("[role=alert]"))
	if !strings.Contains(got, "Per har gemt kladden") || !strings.Contains(text(d.Find("main")), "Per har indsendelsen siden kl.") || filled(d, "").Get("summary") != "Ritas tekst" {
		t.Errorf("%s", got)
	}
	if c := choice(d, "title"); !strings.Contains(text(c), "Brug den andens") || !strings.Contains(text(c), "Brug min") || c.Find("input[checked]").AttrOr("value", "") != "gemt" {
		t.Errorf("%s", text(c))
	}
	rita.post(pathOf(id), conflict(d, "gem"))
	if p := f.draft(id); p.Title != "Pers titel" || p.Summary != "Ritas tekst" {
		t.Errorf("%+v", p)
	}
	if got := text(per.get(pathOf(id)).Find(".desk__lease")); !strings.Contains(got, "Rita har indsendelsen siden") {
		t.Errorf("Per is told: %s", got)
	}
}

// TestReopen: what is set aside is opened again by one press, at the desk too.
func TestReopen(t *testing.T) {
	f := newFixture(t, loopback())
	id, _ := f.submit("a", nil)
	v := f.editor("rita")
	form := filled(v.get(pathOf(id)), "spoerg")
	form.Set("spoergsmaal", "Hvor mange?")
	v.post(pathOf(id), form)
	old := filled(v.get(pathOf(id)), "gem")
	for _, day := range []int{16, 24, 32} {
		if _, _, err := f.store.Stalled(t.Context(), time.Now().UTC().AddDate(0, 0, day)); err != nil {
			t.Fatal(err)
		}
	}
	if got := rows(v.get("/redaktion?stand=lagt-til-side")); got == "" {
		t.Error("not in the queue")
	}
	// What was typed before it was set aside is not lost.
	old.Set("title", "Skrevet imens")
	d := v.page(409, v.do("POST", pathOf(id), old))
	if got := text(d.Find("[role=alert]")); !strings.Contains(got, "lagt til side") || filled(d, "").Get("title") != "Skrevet imens" {
		t.Errorf("%s", got)
	}
	if to := v.post(pathOf(id), filled(d, "genaabn")); !strings.Contains(text(v.get(to).Find("main")), "Indsendelsen er åbnet igen.") {
		t.Errorf("led to %s", to)
	}
	if f.state(id) != review.ChangesRequested || f.draft(id).Title != "Skrevet imens" {
		t.Errorf("%s, %s", f.state(id), f.draft(id).Title)
	}
}
