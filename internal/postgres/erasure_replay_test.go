package postgres_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"praksis/internal/catalogue"
	"praksis/internal/ops/erasures"
	"praksis/internal/pgtest"
	"praksis/internal/postgres"
	"praksis/internal/review"
	"praksis/seeds"

	"github.com/jackc/pgx/v5/pgxpool"
	"pgregory.net/rapid"
)

// copies are databases with the same content, as a backup and what it was taken of.
type copies struct {
	t    *testing.T
	key  string
	fill func(desk)
}

func newCopies(t *testing.T, fill func(desk)) copies {
	return copies{t, fmt.Sprint(os.Getpid(), time.Now().UnixNano()), fill}
}

// one is one of them, and its journal.
func (c copies) one() (desk, *erasures.File) {
	c.t.Helper()
	pool := pgtest.NewFrom(c.t, "copied", c.key, func(ctx context.Context, _, appURL string) error {
		x, err := seeds.Load()
		if err != nil {
			return err
		}
		s, err := postgres.Open(ctx, postgres.Access{URL: appURL})
		if err != nil {
			return err
		}
		defer s.Close()
		if _, err := s.Seed(ctx, x.Taxonomy(), x.Practices[:3], now); err != nil {
			return err
		}
		pool, err := pgxpool.New(ctx, appURL)
		if err != nil {
			return err
		}
		defer pool.Close()
		c.fill(deskOn(c.t, pool))
		return nil
	})
	d := desk{Store: postgres.New(pool), pool: pool}
	d.Letters, d.MailHost = site.Compose, site.Host()
	for i := range d.ids {
		d.ids[i] = one[int64](c.t, pool, fmt.Sprintf(`SELECT id FROM editor WHERE email = 'r%d@example.dk'`, i))
	}
	f := erasures.NewFile(filepath.Join(c.t.TempDir(), "erasures.jsonl"))
	d.JournalErasures = f.Append
	return d, f
}

func journalLines(t *testing.T, files ...*erasures.File) (out []erasures.Entry) {
	t.Helper()
	for _, f := range files {
		j, err := erasures.ReadFile(f.Path())
		if err != nil || j.Cut {
			t.Fatal(j.Cut, err)
		}
		out = append(out, j.Entries...)
	}
	return out
}

// What was erased after a copy was made is erased from the copy, whatever it was and
// wherever it stood, and the journal says nothing of it. Doing it again does nothing.
func TestErasuresAreDoneAgain(t *testing.T) {
	var slug, form, list, follower string
	var submission int64
	var references [4]string
	c := newCopies(t, func(d desk) {
		slug, submission = d.everywhere(t)
		d.fillElsewhere(t, slug, submission)
		for i := range references {
			n := example(fmt.Sprint("mere", i))
			n.Attachments = []postgres.NewAttachment{attached("et notat")}
			if i == 3 {
				n.Submission.Practice.Answers.Done = "Mette Sandersen gik tur. Bostøtten gik med."
				n.Submission.Practice.Title = "Gåtur med Mette\u00a0Sandersen"
			}
			r := d.submit(t, n)
			references[i] = one[string](t, d.pool, `SELECT reference FROM submission WHERE id = $1`, r.ID)
		}
		saved, err := d.SaveForm(t.Context(), postgres.NewSavedForm{FormKey: "en-anden-noegle-med-nok-tegn", Content: []byte(`{"values": {"text": ["Hemmeligt"]}}`)}, now)
		if err != nil {
			t.Fatal(err)
		}
		seed := one[string](t, d.pool, `SELECT slug::text FROM practice WHERE state = 'published' ORDER BY id LIMIT 1`)
		form, list = saved.Token, shortlisted(t, d.Store, seed)
		execSQL(t, d.pool, `INSERT INTO follower (email, token, created_at) VALUES ('bo@skive.example', $1, now())`, strings.Repeat("y", 43))
		execSQL(t, d.pool, `INSERT INTO follow (follower_id, words, filters, frequency, ordered_at, seen_version) SELECT id, 'bo', '', 'daily', now(), 1 FROM follower WHERE email LIKE 'bo@%'`)
		follower = strings.Repeat("y", 43)
		if err := d.Ask(t.Context(), postgres.Asked{Practice: seed, Kind: review.InquiryStillUsed, Emails: []string{"kilde@skive.example"}, Tokens: []string{"token-to"}}, d.ids[0], now); err != nil {
			t.Fatal(err)
		}
	})
	was, journal := c.one()
	backup, _ := c.one()
	if len(places(t, backup.pool, "Testsen")) < 40 || len(places(t, backup.pool, "Sandersen")) < 2 {
		t.Fatal("the copy has too little to erase")
	}
	ctx, d := t.Context(), was
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	id := func(i int) int64 {
		return one[int64](t, d.pool, `SELECT id FROM submission WHERE reference = $1`, references[i])
	}
	// What was erased before the copy was made, without a journal, is not done again.
	if n, err := d.WriteErasures(ctx); n != 1 || err != nil {
		t.Fatal(n, err)
	}
	earlier := len(journalLines(t, journal))
	before, first := one[string](t, d.pool, `SELECT encode(key, 'hex') FROM erasure_key`), one[int64](t, d.pool, `SELECT n FROM erasure_key`)

	must(d.eraseText(t, postgres.On{Submission: submission}, erased, "Et navn"))
	_, err := d.EraseTextEverywhere(ctx, postgres.On{}, erased, "Et navn", 0, now)
	must(err)
	must(d.EraseContactByReference(ctx, references[0], now))
	must(d.EraseSubmission(ctx, id(1), "Ønsket", 0, now))
	must(d.EraseAttachment(ctx, id(2), one[string](t, d.pool, `SELECT public_id::text FROM attachment WHERE submission_id = $1`, id(2)), "Ønsket", 0, now))
	v := d.view(t, id(3)) // what an editor leaves out of what is published
	draft := review.Draft(&v.Content)
	draft.Title, draft.Answers.Done = "Gåtur", "En medarbejder gik tur. Bostøtten gik med."
	d.withCleared(t, postgres.On{Submission: id(3)}, review.Act{Action: review.Publish, Draft: &draft})
	must(d.EraseSavedForm(ctx, form, now))
	must(d.EraseShortlist(ctx, list, now))
	if gone, err := d.LeaveFollow(ctx, follower, 0, now); err != nil || !gone {
		t.Fatal(gone, err)
	}
	execSQL(t, d.pool, `UPDATE inquiry_contact SET erase_on = current_date - 1 WHERE email LIKE 'kilde@%'`)
	_, err = d.EraseDueInquiries(ctx, time.Now())
	must(err)
	// The journal is away: it is done, and written later.
	broken := errors.New("no space")
	d.JournalErasures = func([]byte) error { return broken }
	must(d.CloseEditor(ctx, d.ids[1], 0, now))
	if n, _, err := d.UnwrittenErasures(ctx); n != 1 || err != nil {
		t.Errorf("%d, %v", n, err)
	}
	if n, err := d.WriteErasures(ctx); n != 0 || !errors.Is(err, broken) {
		t.Errorf("%d, %v", n, err)
	}
	d.JournalErasures = journal.Append
	if n, err := d.WriteErasures(ctx); n != 1 || err != nil {
		t.Errorf("%d, %v", n, err)
	}
	if n, _, err := d.UnwrittenErasures(ctx); n != 0 || err != nil {
		t.Errorf("%d, %v", n, err)
	}

	text, err := os.ReadFile(journal.Path())
	must(err)
	for _, piece := range []string{"Testsen", "Hanne", "testsen", "anne-", "Mette", "Sandersen", "Ønsket", "navn", slug, form, list, follower, "skive", before} {
		if strings.Contains(string(text), piece) {
			t.Errorf("the journal has %q", piece)
		}
	}
	all := journalLines(t, journal)[earlier:]
	var begun int64
	for _, e := range all {
		if !e.Done {
			begun++
		}
	}
	for _, kind := range []erasures.Kind{erasures.Text, erasures.Masked, erasures.Contact, erasures.Content, erasures.Attachment, erasures.Rows, erasures.Account} {
		if !slices.ContainsFunc(all, func(e erasures.Entry) bool { return e.Kind == kind }) {
			t.Errorf("nothing of the kind %s is in the journal", kind)
		}
	}
	if n := one[int64](t, d.pool, `SELECT n FROM erasure_key`); n != first+begun || len(all) != 2*int(begun) {
		t.Errorf("erasure %d is next, and %d lines tell of %d", n, len(all), begun)
	}

	if n, err := backup.ErasuresSince(ctx, all); n != int(begun) || err != nil {
		t.Errorf("%d erasures since, %v", n, err)
	}
	execSQL(t, backup.pool, `UPDATE erasure_key SET awaited = true`)
	var missing *postgres.MissingErasuresError
	if _, err := backup.ReplayErasures(ctx, all[2:], false, now); !errors.As(err, &missing) || !slices.Equal(missing.Numbers, []int64{first}) {
		t.Errorf("%v", err)
	}
	if awaited, err := backup.ErasuresAwaited(ctx); !awaited || err != nil {
		t.Error(awaited, err)
	}
	r, err := backup.ReplayErasures(ctx, all, false, now)
	if err != nil || r.Erased != int(begun) || r.Already+r.Absent+r.Kept != 0 {
		t.Errorf("%+v, %v", r, err)
	}
	if awaited, err := backup.ErasuresAwaited(ctx); awaited || err != nil {
		t.Error(awaited, err)
	}
	for _, d := range []desk{was, backup} {
		none(t, d.pool, "Testsen", "hanne-testsen", "Sandersen", "bo@skive", "kilde@skive", "Hemmeligt")
		for sql, want := range map[string]int{
			`SELECT count(*) FROM submission_contact c JOIN submission s ON s.id = c.submission_id WHERE s.reference IN ($1, $2)`: 0,
			`SELECT count(*) FROM submission WHERE reference = $2 AND erased_at IS NOT NULL AND $1 <> ''`:                         1,
			`SELECT count(*) FROM editor WHERE closed_at IS NOT NULL AND $1 <> $2`:                                                1,
		} {
			if n := count(t, d.pool, sql, references[0], references[1]); n != want {
				t.Errorf("%s: %d, want %d", sql, n, want)
			}
		}
		if n := count(t, d.pool, `SELECT count(*) FROM attachment a JOIN submission s ON s.id = a.submission_id WHERE s.reference = $1`, references[2]); n != 0 {
			t.Error("the attachment is there")
		}
		refsMatch(t, d.pool)
	}
	const next = `SELECT chain || ' ' || n || ' ' || encode(key, 'hex') FROM erasure_key`
	if a, b := one[string](t, was.pool, next), one[string](t, backup.pool, next); a != b {
		t.Errorf("the next erasure is %s, and in the copy %s", a, b)
	}
	state := everything(t, backup.pool)
	if r, err := backup.ReplayErasures(ctx, all, false, now); err != nil || r.Erased != 0 || r.Older != int(begun) {
		t.Errorf("again: %d erased, %d older, %v", r.Erased, r.Older, err)
	}
	if n, err := backup.ErasuresSince(ctx, all); n != 0 || err != nil {
		t.Errorf("%d erasures since, %v", n, err)
	}
	// As if it had been stopped before the end: each is looked for again, and nothing is left.
	execSQL(t, backup.pool, `UPDATE erasure_key SET n = $1, key = decode($2, 'hex')`, first, before)
	if r, err := backup.ReplayErasures(ctx, all, false, now); err != nil || r.Erased != 0 || r.Already+r.Absent != int(begun) || everything(t, backup.pool) != state {
		t.Errorf("once more: %d erased, %d already, %d absent, %v", r.Erased, r.Already, r.Absent, err)
	}
	// Whoever gives it up has another database's journal from then on.
	must(backup.ForgoErasures(ctx))
	foreign := (*postgres.ForeignErasuresError)(nil)
	if _, err := backup.ReplayErasures(ctx, all, false, now); !errors.As(err, &foreign) || foreign.N != int(begun) {
		t.Errorf("given up: %v", err)
	}
	if r, err := backup.ReplayErasures(ctx, all, true, now); err != nil || r.Foreign != int(begun) || r.Erased != 0 {
		t.Errorf("given up, and accepted: %+v, %v", r, err)
	}
}

// Whatever an erasure would take out of a text is found in it again by what the journal
// has, in letters of any size, between any white space, in addresses, and before "…".
func TestPrintsFindWhatErasuresFind(t *testing.T) {
	key := erasures.Key{7}
	words := []string{"Hanne", "Åse", "O'Neil", "Anne-Marie", "Øre", "K", "straße", "A.B", "3.", "x+y", "é", "Æblegård", "\\n", `"q"`}
	between := []string{" ", "\n", "\t \r\n", "-", "_", ".", "%20", "+", "._-", "", "s ", " og ", "/", "…", "\u00a0"}
	rapid.Check(t, func(t *rapid.T) {
		text := review.Line(strings.Join(rapid.SliceOfN(rapid.SampledFrom(words), 1, 3).Draw(t, "text"), " "))
		if len([]rune(text)) < postgres.MinErased {
			t.Skip()
		}
		var b strings.Builder
		for range rapid.IntRange(1, 4).Draw(t, "times") {
			piece := text
			switch rapid.IntRange(0, 5).Draw(t, "form") {
			case 0:
				piece = strings.ToUpper(text)
			case 1:
				piece = strings.ToLower(text)
			case 2:
				runes := []rune(text)
				piece = string(runes[:rapid.IntRange(0, len(runes)).Draw(t, "cut")]) + "…"
			case 3:
				piece = rapid.SampledFrom(words).Draw(t, "word")
			case 4:
				piece = catalogue.Slugify(text)
			}
			sep := rapid.SampledFrom(between)
			b.WriteString(strings.ReplaceAll(piece, " ", sep.Draw(t, "between")))
			b.WriteString(sep.Draw(t, "after"))
		}
		s := b.String()
		once, cut := postgres.ErasedFrom(s, text)
		if twice, _ := postgres.ErasedFrom(once, text); twice != once {
			t.Skip() // what was cut off stands apart only once something before it is gone
		}
		prints := []erasures.Prints{key.Of(text, catalogue.Slugify(text))}
		for _, c := range cut {
			prints = append(prints, key.Exactly(c))
		}
		f := key.Finder(prints)
		f.Look(s)
		left := s
		for _, found := range f.Texts() {
			left, _ = postgres.ErasedFrom(left, review.Line(found))
		}
		if again, _ := postgres.ErasedFrom(left, text); again != left {
			t.Fatalf("%q in %q: found %q, and %q is left", text, s, f.Texts(), left)
		}
	})
}
