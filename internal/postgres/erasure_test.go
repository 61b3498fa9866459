package postgres_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"praksis/internal/catalogue"
	"praksis/internal/postgres"
	"praksis/internal/review"

	"github.com/jackc/pgx/v5/pgconn"
)

const erased = "Hanne Testsen"

// withCleared carries an act out with every warning answered.
func (d desk) withCleared(t *testing.T, on postgres.On, a review.Act) postgres.Applied {
	t.Helper()
	a.Editor, a.Overruled = d.ids[0], overruled()
	if on.Submission != 0 {
		v := d.view(t, on.Submission)
		if a.Version = v.Version; a.Draft == nil {
			draft := review.Draft(&v.Content)
			a.Draft = &draft
		}
	}
	done, err := d.Apply(t.Context(), on, a, now)
	if left, ok := errors.AsType[*review.UnfinishedError](err); ok {
		a.Seen = left.Unread
		for _, w := range left.Warnings {
			a.Cleared = append(a.Cleared, w.Key)
		}
		done, err = d.Apply(t.Context(), on, a, now)
	}
	if err != nil {
		t.Fatal(err)
	}
	return done
}

// everywhere has the text in every table that can have a text of a practice, by
// what people do, and gives the practice's slug and the submission's ID.
func (d desk) everywhere(t *testing.T) (slug string, submission int64) {
	t.Helper()
	n := example("alt")
	p := &n.Submission.Practice
	p.Answers.Other = "Det var " + erased + ", der fandt på det."
	p.Partners = []catalogue.OrganisationRef{{Slug: erased + "s bosted"}}
	p.Links = []catalogue.Link{{Label: "Om " + erased, URL: "https://viborg.dk/hanne-testsen/om"}}
	n.Submission.Text = "Spørg\n" + erased
	n.Contact.Name = erased
	n.HeldReason = "Nævner " + erased
	file := attached("et notat")
	file.Name, file.TextAlternative = erased+".pdf", "Et billede af "+erased
	n.Attachments = []postgres.NewAttachment{file}
	r := d.submit(t, n)
	ctx, version := t.Context(), func() int { return d.view(t, r.ID).Version }
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(d.ask(ctx, r.ID, version(), "Er det "+erased+"?", d.ids[0], now))
	must(d.answer(ctx, r.Token, "Ja, det er "+erased+".", now))
	again := n.Submission
	again.Practice.Provider = erased
	must(d.correct(ctx, r.Token, again, now))
	draft := again.Practice.Clone()
	draft.Partners = nil
	_, err := d.saveDraft(ctx, r.ID, version(), draft, nil, d.ids[0], now)
	must(err)
	must(d.KeepForm(ctx, d.ids[0], postgres.UnsavedForm{Form: "/redaktion/indsendelser/1", Page: "page-one-1", Submission: r.ID,
		Values: map[string][]string{"summary": {"Det siger " + erased + "."}, "slug": {"hanne-testsen-gik-tur"}}}, false, now))
	slug = d.withCleared(t, postgres.On{Submission: r.ID}, review.Act{Action: review.Publish, Draft: &draft}).Practice

	more := example("mere")
	more.Submission.About = slug
	more.Submission.Practice.Findings[0].Text = "Det siger " + erased + "."
	added := d.submit(t, more)
	d.withCleared(t, postgres.On{Submission: added.ID}, review.Act{Action: review.Publish})
	more = example("afvist")
	more.Submission.About = slug
	must(d.decline(ctx, d.submit(t, more).ID, 1, review.PersonalData, "Det nævner "+erased+".", d.ids[0], now))

	other := d.submit(t, example("andet"))
	merged := d.withCleared(t, postgres.On{Submission: other.ID}, review.Act{Action: review.Publish}).Practice
	d.withCleared(t, postgres.On{Practice: merged, Into: slug}, review.Act{Action: review.MergePractice, Reason: "Samme som " + erased + "s"})
	// Nothing else about a proposal is of use here: no seed has the name.
	_, err = d.pool.Exec(ctx, `INSERT INTO seed_proposal (practice_id, content, seed_hash, proposed_at) SELECT id, $2, 'x', $3 FROM practice WHERE slug = $1`,
		slug, catalogue.Practice{Title: "Foreslået af " + erased}, now)
	must(err)
	_, _, err = d.LinksToCheck(ctx, 1, now)
	must(err)
	return slug, r.ID
}

// A name is gone from every table of the database, and from what the public sees.
func TestEraseText(t *testing.T) {
	d := newDesk(t, 3)
	slug, submission := d.everywhere(t)
	d.withCleared(t, postgres.On{Practice: slug}, review.Act{Action: review.WithdrawPractice, Text: erased + " bad om det."})
	for _, table := range []string{"revision", "submission_version", "submission_event", "practice_event", "submission_answer", "submission_question", "question_answer", "submission_contact",
		"draft", "attachment", "mail", "practice", "submission", "seed_proposal", "public_practice", "unsaved_form"} {
		if n := count(t, d.pool, `SELECT count(*) FROM `+table+` x WHERE x::text LIKE '%Testsen%'`); n == 0 {
			t.Errorf("the test has nothing of it in %s", table)
		}
	}
	for what, err := range map[string]error{
		"a reason that repeats it": d.eraseText(t, postgres.On{Practice: slug}, erased, erased+" bad om det"),
		"no reason":                d.eraseText(t, postgres.On{Practice: slug}, erased, ""),
		"too short":                d.eraseText(t, postgres.On{Practice: slug}, "Ha", "Et navn"),
	} {
		if err == nil {
			t.Errorf("erased with %s", what)
		}
	}
	wantErr(t, "no such practice", d.eraseText(t, postgres.On{Practice: "findes-ikke"}, erased, "Et navn"), catalogue.ErrNotFound)
	wantErr(t, "no such submission", d.eraseText(t, postgres.On{Submission: 99}, erased, "Et navn"), catalogue.ErrNotFound)

	at, revisions := version(t, d.Store), count(t, d.pool, `SELECT count(*) FROM revision`)
	done, err := d.EraseText(t.Context(), postgres.On{Submission: submission}, " Hanne  Testsen", "Et navn skulle væk", d.ids[0], now)
	if err != nil || done.Attachments != 1 || len(done.Left) != 0 || version(t, d.Store) != at+1 {
		t.Errorf("%+v, %v, version %d then %d", done, err, at, version(t, d.Store))
	}
	for line := range strings.Lines(everything(t, d.pool)) {
		if strings.Contains(strings.ToLower(line), "testsen") {
			t.Errorf("left: %s", line)
		}
	}
	if n := count(t, d.pool, `SELECT count(*) FROM revision`); n != revisions {
		t.Errorf("%d revisions more", n-revisions)
	}
	p := page(t, d.Store, slug)
	if p.Answers.Other != "Det var [fjernet], der fandt på det." || p.Links[0].URL != "https://viborg.dk/[fjernet]/om" || p.StateReason != "[fjernet] bad om det." {
		t.Errorf("%+v, %+v, %q", p.Answers, p.Links, p.StateReason)
	}
	if hash := one[string](t, d.pool, `SELECT content_hash FROM revision r JOIN practice p ON p.revision_id = r.id WHERE p.slug = $1`, slug); hash != p.ContentHash() {
		t.Errorf("hash %s, want %s", hash, p.ContentHash())
	}
	if n := count(t, d.pool, `SELECT count(*) FROM erasure WHERE by_editor = $1 AND num_nonnulls(revision_id, submission_id, practice_event_id, submission_event_id) = 1`, d.ids[0]); n < 8 {
		t.Errorf("%d erasures of append-only rows are noted", n)
	}
	refsMatch(t, d.pool)
	if again, err := d.EraseText(t.Context(), postgres.On{Practice: slug}, erased, "Igen", 0, now); err != nil || again.Rows != 0 || version(t, d.Store) != at+1 {
		t.Errorf("again: %+v, %v", again, err)
	}
}

func (d desk) eraseText(t *testing.T, on postgres.On, text, reason string) error {
	_, err := d.EraseText(t.Context(), on, text, reason, 0, now)
	return err
}

// An address that is made of the text gets a successor and leads nowhere; what is
// another practice's stays and is told.
func TestEraseTextFromAddress(t *testing.T) {
	d := newDesk(t, 3)
	publish := func(key, title string) string {
		n := example(key)
		n.Submission.Practice.Title = title
		return d.withCleared(t, postgres.On{Submission: d.submit(t, n).ID}, review.Act{Action: review.Publish}).Practice
	}
	slug, other := publish("a", erased+" går ture i Viborg"), publish("b", "Ture med "+erased)
	if slug != "hanne-testsen-gaar-ture-i-viborg" {
		t.Fatal(slug)
	}
	done, err := d.EraseText(t.Context(), postgres.On{Practice: slug}, erased, "Et navn skulle væk", 0, now)
	if err != nil || done.Left["revision"] != 1 || done.Left["public_practice"] != 1 {
		t.Errorf("%+v, %v", done, err)
	}
	_, _, err = d.PublicPractice(t.Context(), 0, slug)
	wantErr(t, "the old address", err, catalogue.ErrNotFound)
	if p := page(t, d.Store, "fjernet-gaar-ture-i-viborg"); p.Title != "[fjernet] går ture i Viborg" {
		t.Errorf("%q", p.Title)
	}
	if err := d.eraseText(t, postgres.On{Practice: other}, erased, "Et navn skulle væk"); err != nil {
		t.Error(err)
	}
	for line := range strings.Lines(everything(t, d.pool)) {
		if strings.Contains(strings.ToLower(line), "testsen") {
			t.Errorf("left: %s", line)
		}
	}
}

// Of each field of the record the database knows whether it is a text, which may
// go, or a code, a reference or a date, which may not: as the table of fields has
// it.
func TestDatabaseKnowsTexts(t *testing.T) {
	_, pool, _ := seeded(t)
	mayGo := func(of string, path []any, value string) bool {
		t.Helper()
		b, err := json.Marshal(path)
		if err != nil {
			t.Fatal(err)
		}
		return one[bool](t, pool, `SELECT text_may_go($1, $2, $3)`, of, b, value)
	}
	for _, f := range catalogue.Fields {
		fields := append([]*catalogue.Field{f}, f.Fields...)
		for _, f := range fields {
			var path []any
			for _, name := range strings.Split(f.Path, ".") {
				plain, row := strings.CutSuffix(name, "[]")
				if path = append(path, plain); row {
					path = append(path, 1)
				}
			}
			text := false
			var leaves [][]any
			switch f.Kind {
			case catalogue.FieldRows, catalogue.FieldFlag, catalogue.FieldNumber, catalogue.FieldInstant:
				continue
			case catalogue.FieldLine, catalogue.FieldProse, catalogue.FieldURL:
				text, leaves = true, [][]any{path}
			case catalogue.FieldCode, catalogue.FieldDate:
				leaves = [][]any{path}
			case catalogue.FieldVoices:
				leaves = [][]any{path, append(path[:len(path):len(path)], 1)}
			case catalogue.FieldTerms:
				row := append(path[:len(path):len(path)], 1)
				leaves = [][]any{row, append(row[:len(row):len(row)], "slug"), append(row[:len(row):len(row)], "id")}
			case catalogue.FieldOrganisation:
				leaves = [][]any{path, append(path[:len(path):len(path)], "slug"), append(path[:len(path):len(path)], "code"), append(path[:len(path):len(path)], "kind")}
			}
			for _, leaf := range leaves {
				if got := mayGo("revision", leaf, "en-kode_2"); got != text {
					t.Errorf("revision: %v may go: %v", leaf, got)
				}
				if got := mayGo("submission_version", append([]any{"practice"}, leaf...), "2020-04-06"); got != text {
					t.Errorf("submission: %v may go: %v", leaf, got)
				}
				if !mayGo("submission_version", append([]any{"practice"}, leaf...), "Noget, der er skrevet") {
					t.Errorf("submission: what was typed at %v may not go", leaf)
				}
			}
		}
	}
	for path, text := range map[string]bool{"text": true, "link": true, "about": false, "kind": false} {
		if got := mayGo("submission_version", []any{path}, "kode"); got != text {
			t.Errorf("submission: %s may go: %v", path, got)
		}
	}
	if mayGo("submission_event", []any{"reason"}, string(review.PersonalData)) || !mayGo("submission_event", []any{"text"}, "navn") || !mayGo("practice_event", []any{"reason"}, "navn") {
		t.Error("the texts of events are not known")
	}
}

// What the function takes is a row that is there, with the mark for texts and
// nothing else changed.
func TestErasureOfEvents(t *testing.T) {
	d := newDesk(t, 3)
	d.everywhere(t)
	erase := func(of string, id int64, content string) error {
		_, err := d.pool.Exec(t.Context(), `SELECT erase_text($1, $2, NULL, $3, NULL, NULL, 'Et navn', now())`, of, id, content)
		return err
	}
	id := one[int64](t, d.pool, `SELECT id FROM submission_event WHERE kind = 'declined'`)
	for name, c := range map[string]struct {
		of      string
		id      int64
		content string
		code    string
	}{
		"another text":    {"submission_event", id, `{"reason": "personal_data", "text": "Noget andet."}`, "23514"},
		"the reason":      {"submission_event", id, `{"reason": "[fjernet]", "text": "Det nævner Hanne Testsen."}`, "23514"},
		"a further field": {"submission_event", id, `{"reason": "personal_data", "text": "Det nævner [fjernet].", "kind": "x"}`, "23514"},
		"no such event":   {"practice_event", 999, `{"reason": "", "text": ""}`, "P0002"},
		"no such table":   {"mail", 1, `{}`, "20000"},
	} {
		pe, ok := errors.AsType[*pgconn.PgError](erase(c.of, c.id, c.content))
		if !ok || pe.Code != c.code {
			t.Errorf("%s: %v", name, pe)
		}
	}
	if err := erase("submission_event", id, `{"reason": "personal_data", "text": "Det nævner [fjernet]."}`); err != nil {
		t.Fatal(err)
	}
	if n := count(t, d.pool, `SELECT count(*) FROM submission_event WHERE id = $1 AND text = 'Det nævner [fjernet].' AND reason = 'personal_data'`, id) +
		count(t, d.pool, `SELECT count(*) FROM erasure WHERE submission_event_id = $1`, id); n != 2 {
		t.Error(fmt.Sprint("not erased, or not noted: ", n))
	}
}
