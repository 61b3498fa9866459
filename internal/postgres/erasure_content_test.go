package postgres_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"praksis/internal/catalogue"
	"praksis/internal/postgres"
	"praksis/internal/review"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// places are the columns of the whole database that have a text: of every table
// of every schema of ours, the queue's too, whatever their type. In bytes it is
// looked for as UTF-8.
func places(t *testing.T, pool *pgxpool.Pool, text string) (out []string) {
	t.Helper()
	rows, _ := pool.Query(t.Context(), `
		SELECT c.oid::regclass::text, quote_ident(a.attname), a.atttypid = 'bytea'::regtype
		FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid JOIN pg_namespace n ON n.oid = c.relnamespace
		WHERE c.relkind IN ('r','p','m') AND a.attnum > 0 AND NOT a.attisdropped AND n.nspname NOT IN ('pg_catalog','information_schema') AND n.nspname NOT LIKE 'pg_toast%'
		  AND has_table_privilege(c.oid, 'SELECT') ORDER BY 1, a.attnum`)
	type column struct {
		Table, Name string
		Bytes       bool
	}
	columns, err := pgx.CollectRows(rows, pgx.RowToStructByPos[column])
	if err != nil || len(columns) < 150 {
		t.Fatal(len(columns), err)
	}
	for _, c := range columns {
		has := `x.` + c.Name + `::text ILIKE '%' || $1 || '%'`
		if c.Bytes {
			has = `position(convert_to($1, 'UTF8') IN x.` + c.Name + `) > 0`
		}
		if n := count(t, pool, `SELECT count(*) FROM `+c.Table+` x WHERE `+has, text); n > 0 {
			out = append(out, fmt.Sprintf("%s.%s: %d", c.Table, c.Name, n))
		}
	}
	return out
}

func none(t *testing.T, pool *pgxpool.Pool, texts ...string) {
	t.Helper()
	for _, text := range texts {
		if left := places(t, pool, text); len(left) > 0 {
			t.Errorf("%q stands in %v", text, left)
		}
	}
}

// What a submitter takes out because it was warned of is nowhere any more: not in
// the versions that are kept, the subjects of mails, the editor's draft or what
// was asked. What was not warned of stays as it was.
func TestCorrectedAwayIsMasked(t *testing.T) {
	d := newDesk(t, 1)
	n := example("a")
	p := &n.Submission.Practice
	p.Title = erased + " går ture med bostøtten og tager alle de beboere med ud, som ellers aldrig kommer nogen steder hen"
	p.Answers.Done = "Hun hedder Hanne\nTestsen og har nummer 23 45 67 89. Ring til Testsen. Bostøtten gik ture."
	p.Answers.Worked = "Vi gik. En kvinde på 83 år i Xxqhuset kom med."
	p.Answers.Other = "Hun sagde: »Jeg har ikke været ude i et halvt år.« Skriv til hanne.testsen@gmail.com"
	n.HeldReason = "Nævner " + erased
	file := attached("et notat")
	file.Name = erased + ".pdf"
	n.Attachments = []postgres.NewAttachment{file}
	r := d.submit(t, n)
	draft := p.Clone()
	v, err := d.saveDraft(t.Context(), r.ID, 1, draft, nil, d.ids[0], now)
	if err != nil {
		t.Fatal(err)
	}
	if err := d.KeepForm(t.Context(), d.ids[0], postgres.UnsavedForm{Form: "/redaktion/indsendelser/1", Page: "page-one-1", Submission: r.ID,
		Values: map[string][]string{"summary": {"Det siger Hanne\r\nTestsen."}}}, false, now); err != nil {
		t.Fatal(err)
	}
	if err := d.ask(t.Context(), r.ID, v, "Må vi skrive »Testsen« og 23 45 67 89?", d.ids[0], now); err != nil {
		t.Fatal(err)
	}
	if err := d.answer(t.Context(), r.Token, "Nej, fjern Hanne Testsens navn.", now); err != nil {
		t.Fatal(err)
	}
	if got := places(t, d.pool, "Testsen"); len(got) < 8 {
		t.Fatalf("the test has it only in %v", got)
	}
	c := n.Submission
	c.Practice = c.Practice.Clone()
	c.Practice.Title = "En medarbejder går ture med bostøtten"
	c.Practice.Answers.Done = "Hun har et nummer. Bostøtten gik ture."
	c.Practice.Answers.Worked = "Vi gik. En borger kom med."
	c.Practice.Answers.Other = "Hun fortalte, at hun ikke havde været ude længe."
	if err := d.correct(t.Context(), r.Token, c, now.Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	none(t, d.pool, "Testsen", "Hanne T", "23 45 67 89", "været ude i et halvt år", "@gmail.com", "Xxqhuset", "83 år")
	view := d.view(t, r.ID)
	if got := view.Original.Practice.Answers.Done; got != "Hun hedder [fjernet] og har nummer [fjernet]. Ring til [fjernet]. Bostøtten gik ture." {
		t.Errorf("%q", got)
	}
	if got := view.Content.Practice; got.Title != c.Practice.Title || got.Answers.Done != c.Practice.Answers.Done {
		t.Errorf("what it was corrected to: %+v", got)
	}
	if got := view.Draft.Title; !strings.HasPrefix(got, "[fjernet] går ture") {
		t.Errorf("the draft: %q", got)
	}
	if view.Contact == nil || view.Contact.Email == "" {
		t.Error("the submitter's own address is gone")
	}
	if n := count(t, d.pool, `SELECT count(*) FROM erasure WHERE what = 'text' AND reason = 'Taget ud som personoplysning'`); n < 2 {
		t.Errorf("%d are noted", n)
	}
}

// What stays after all is not masked, and neither is a word that only begins or
// ends like it.
func TestCorrectionKeepsTheRest(t *testing.T) {
	d := newDesk(t, 1)
	n := example("a")
	n.Submission.Practice.Answers.Done = "Mette Hansen gik tur. Mettelise også. Spørg Peter Olsen."
	r := d.submit(t, n)
	c := n.Submission
	c.Practice = c.Practice.Clone()
	c.Practice.Answers.Done = "En medarbejder gik tur. Spørg Peter Olsen."
	if err := d.correct(t.Context(), r.Token, c, now); err != nil {
		t.Fatal(err)
	}
	if got := d.view(t, r.ID).Original.Practice.Answers.Done; !strings.Contains(got, "Peter Olsen") || !strings.Contains(got, "Mettelise") || strings.Contains(got, "Hansen") {
		t.Errorf("%q", got)
	}
}

// What an editor takes out of the draft is masked in what was sent when it is
// published.
func TestTakenOutByEditorIsMasked(t *testing.T) {
	d := newDesk(t, 1)
	n := example("a")
	n.Submission.Practice.Answers.Done = "Det var " + erased + ", der fandt på det. Peter Olsen hjalp."
	r := d.submit(t, n)
	draft := n.Submission.Practice.Clone()
	draft.Answers.Done = "Det var en medarbejder, der fandt på det. Peter Olsen hjalp."
	d.withCleared(t, postgres.On{Submission: r.ID}, review.Act{Action: review.Publish, Draft: &draft})
	none(t, d.pool, "Testsen")
	if got := d.view(t, r.ID).Original.Practice.Answers.Done; got != "Det var [fjernet], der fandt på det. Peter Olsen hjalp." {
		t.Errorf("%q", got)
	}
}

// A title that a mail has cut off in the middle of a name, and the address of the
// practice that a submission adds to, are erased with it.
func TestEraseCutOffAndAbout(t *testing.T) {
	d := newDesk(t, 2)
	n := example("a")
	n.Submission.Practice.Title = erased + " går ture"
	slug := d.withCleared(t, postgres.On{Submission: d.submit(t, n).ID}, review.Act{Action: review.Publish}).Practice
	more := example("b")
	more.Submission.About = slug
	more.Submission.Kind, more.Submission.Practice.Title = review.KindTip, ""
	more.Submission.Text = strings.Repeat("Gåture er godt. ", 4) + "Spørg Hanne Testsen, hun ved det."
	r := d.submit(t, more)
	if n := count(t, d.pool, `SELECT count(*) FROM mail WHERE subject LIKE '%Hanne…%' OR subject LIKE '%Hanne T%…%' OR body LIKE '%Hanne T%…%'`); n == 0 {
		t.Fatalf("no mail has cut it off: %v", one[string](t, d.pool, `SELECT string_agg(subject || body, E'\n') FROM mail`))
	}
	if _, err := d.EraseText(t.Context(), postgres.On{Practice: slug}, erased, "Et navn skulle væk", d.ids[0], now); err != nil {
		t.Fatal(err)
	}
	none(t, d.pool, "Testsen", "Hanne T", "hanne-testsen")
	if got := d.view(t, r.ID).Content.About; got != "fjernet-gaar-ture" {
		t.Errorf("about %q", got)
	}
}

// FindText counts what EraseText erases, place by place, and changes nothing.
func TestFindText(t *testing.T) {
	d := newDesk(t, 3)
	_, submission := d.everywhere(t)
	before, at := everything(t, d.pool), version(t, d.Store)
	found, err := d.FindText(t.Context(), postgres.On{Submission: submission}, erased, now)
	if err != nil || everything(t, d.pool) != before || version(t, d.Store) != at {
		t.Fatalf("%v, or something was changed", err)
	}
	done, err := d.EraseText(t.Context(), postgres.On{Submission: submission}, erased, "Et navn", d.ids[0], now)
	if err != nil || fmt.Sprint(done.Places) != fmt.Sprint(found.Places) || found.Rows != done.Rows || found.Rows < 15 {
		t.Errorf("found %v, erased %v, %v", found.Places, done.Places, err)
	}
}

// Twelve months after it was declined, withdrawn or set aside nothing of what was
// sent is left, and who it was neither; there stays that it was, and what was
// decided. What was published is left alone, and so is what is open.
func TestEraseDueContent(t *testing.T) {
	d := newDesk(t, 2)
	marked := func(key string) postgres.Receipt {
		n := example(key)
		n.Submission.Practice.Answers.Other = "Kendemærke " + erased
		n.Contact.Name, n.Contact.Email = erased, "hanne@testsen.dk"
		file := attached("Et notat om Testsen " + key)
		file.Name = "Testsen.pdf"
		n.Attachments = []postgres.NewAttachment{file}
		return d.submit(t, n)
	}
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	ctx := t.Context()
	declined, withdrawn, pointed := marked("afvist"), marked("trukket"), marked("findes")
	must(d.ask(ctx, declined.ID, 1, "Er det Testsen?", d.ids[0], now))
	must(d.answer(ctx, declined.Token, "Ja, Testsen", now))
	must(d.decline(ctx, declined.ID, d.view(t, declined.ID).Version, review.PersonalData, "Det nævner Testsen.", d.ids[0], now))
	must(d.withdraw(ctx, withdrawn.Token, now))
	slug := d.withCleared(t, postgres.On{Submission: d.submit(t, example("udgivet")).ID}, review.Act{Action: review.Publish}).Practice
	must(d.point(ctx, pointed.ID, 1, slug, "Testsen har sendt det før.", d.ids[0], now))
	open := d.submit(t, example("åben"))

	due := now.AddDate(0, 12, 0)
	if n, err := d.EraseDueContent(ctx, due.Add(-time.Minute)); n != 0 || err != nil {
		t.Fatalf("a minute before: %d, %v", n, err)
	}
	if n, err := d.EraseDueContent(ctx, due); n != 3 || err != nil {
		t.Fatalf("%d were erased, %v", n, err)
	}
	none(t, d.pool, "Testsen")
	for _, r := range []postgres.Receipt{declined, withdrawn, pointed} {
		v := d.view(t, r.ID)
		if v.ErasedAt == nil || !v.ErasedAt.Equal(due) || v.Contact != nil || v.Draft != nil || len(v.Attachments) > 0 || v.Reference != r.Reference || v.DecidedAt == nil || v.Content.Practice.Title != "" {
			t.Errorf("%+v", v)
		}
		for _, e := range v.Events {
			if e.Editor != "" || e.Text != "" {
				t.Errorf("%+v", e)
			}
		}
		if !slices.ContainsFunc(v.Events, func(e postgres.SubmissionEvent) bool { return e.Kind == review.EventContentErased }) {
			t.Error("the history does not tell")
		}
		if _, err := d.SubmissionByToken(ctx, r.Token); err != nil {
			t.Errorf("the secret link: %v", err)
		}
	}
	if v := d.view(t, declined.ID); v.State != review.Declined || v.Events[len(v.Events)-2].Reason != string(review.PersonalData) {
		t.Errorf("what was decided: %+v", v)
	}
	if n := count(t, d.pool, `SELECT count(*) FROM attachment_chunk`); n != 0 {
		t.Errorf("%d pieces of attachments are left", n)
	}
	if v := d.view(t, open.ID); v.ErasedAt != nil || v.Contact == nil {
		t.Error("an open one is erased")
	}
	if p := page(t, d.Store, slug); p.Title == "" {
		t.Error("what was published is gone")
	}
	if n, err := d.EraseDueContent(ctx, due.AddDate(1, 0, 0)); n != 0 || err != nil {
		t.Errorf("again: %d, %v", n, err)
	}
	if _, err := d.Queue(ctx, postgres.QueueFilter{Limit: 10}, 0, due); err != nil {
		t.Error(err)
	}
}

// An editor erases an attachment, and a whole submission, at once. The function
// of the database refuses what is open.
func TestEraseAtOnce(t *testing.T) {
	d := newDesk(t, 2)
	n := example("a")
	n.Submission.Practice.Answers.Other = erased
	n.Attachments = []postgres.NewAttachment{attached("Om Testsen"), attached("Et andet notat")}
	r := d.submit(t, n)
	ctx := t.Context()
	v := d.view(t, r.ID)
	if _, err := d.pool.Exec(ctx, `SELECT erase_content($1, NULL, 'x', now())`, r.ID); err == nil {
		t.Error("the content of an open submission was erased")
	}
	wantErr(t, "no reason", d.EraseAttachment(ctx, r.ID, v.Attachments[0].PublicID, " ", d.ids[0], now), postgres.ErrErasure)
	wantErr(t, "another's", d.EraseAttachment(ctx, r.ID+1, v.Attachments[0].PublicID, "Navn", d.ids[0], now), catalogue.ErrNotFound)
	if err := d.EraseAttachment(ctx, r.ID, v.Attachments[0].PublicID, "Nævner en borger", d.ids[0], now); err != nil {
		t.Fatal(err)
	}
	if after := d.view(t, r.ID); len(after.Attachments) != 1 || after.Version != v.Version+1 || after.Events[len(after.Events)-1].Kind != review.EventTextErased {
		t.Errorf("%+v", after)
	}
	if n := count(t, d.pool, `SELECT count(*) FROM attachment_chunk WHERE position(convert_to('Testsen', 'UTF8') IN data) > 0`); n != 0 {
		t.Error("the piece is there")
	}
	if err := d.EraseSubmission(ctx, r.ID, "Nævner en borger", d.ids[0], now); err != nil {
		t.Fatal(err)
	}
	none(t, d.pool, "Testsen")
	if v := d.view(t, r.ID); v.State != review.Declined || v.ErasedAt == nil || v.Contact != nil {
		t.Errorf("%+v", v)
	}
	if n := count(t, d.pool, `SELECT count(*) FROM erasure WHERE submission_id = $1 AND by_editor = $2 AND what IN ('attachment','content')`, r.ID, d.ids[0]); n != 2 {
		t.Errorf("%d are noted", n)
	}
	wantErr(t, "no such submission", d.EraseSubmission(ctx, 99, "Navn", 0, now), catalogue.ErrNotFound)
}
