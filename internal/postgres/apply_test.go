package postgres_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"praksis/internal/catalogue"
	"praksis/internal/pgtest"
	"praksis/internal/postgres"
	"praksis/internal/review"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// What was typed, ticked and decided is one transaction: refused, nothing of it
// remains, not even a version; carried out, all of it is there.
func TestApplyIsWholeOrNothing(t *testing.T) {
	d := newDesk(t, 2)
	n := example("a")
	n.Attachments = []postgres.NewAttachment{attached("et dokument")}
	n.Submission.Practice.Answers.Done = "Bostøtten ringede til borgeren. »Jeg er så glad for det,« sagde borgeren."
	r := d.submit(t, n)
	draft, seen := n.Submission.Practice, []string{d.view(t, r.ID).Attachments[0].PublicID}
	draft.Summary = "Redaktørens resumé"
	long := draft
	long.Summary = strings.Repeat("x", 301)
	number := draft
	number.Summary = "Borgeren er 010190-1234"
	act := func(a review.Action, put func(*review.Act)) review.Act {
		x := review.Act{Action: a, Draft: &draft, Seen: seen, Cleared: []string{"x"}, Text: "Fordi", Reason: string(review.TooLittle)}
		put(&x)
		return x
	}
	before := everything(t, d.pool)
	for what, c := range map[string]struct {
		version int
		on      string
		act     review.Act
	}{
		"warnings":            {1, "", act(review.Publish, func(*review.Act) {})},
		"a fault":             {1, "", act(review.Publish, func(a *review.Act) { a.Draft = &long })},
		"a number":            {1, "", act(review.Save, func(a *review.Act) { a.Draft = &number })},
		"no question":         {1, "", act(review.Ask, func(a *review.Act) { a.Text = "" })},
		"no reason":           {1, "", act(review.Decline, func(a *review.Act) { a.Reason = "" })},
		"no such practice":    {1, "findes-ikke", act(review.Point, func(*review.Act) {})},
		"stale":               {2, "", act(review.Save, func(*review.Act) {})},
		"an editor of no ID":  {1, "", act(review.Save, func(a *review.Act) { a.Editor = 99999 })},
		"an action of no use": {1, "", act("nonsense", func(*review.Act) {})},
	} {
		if c.act.Editor == 0 {
			c.act.Editor = d.ids[0]
		}
		c.act.Version = c.version
		done, err := d.Apply(t.Context(), postgres.On{Submission: r.ID, Practice: c.on}, c.act, now)
		if err == nil || done != (postgres.Applied{}) {
			t.Errorf("%s: %+v, %v", what, done, err)
		}
		if conflict := errors.Is(err, catalogue.ErrConflict); conflict != (what == "stale") {
			t.Errorf("%s: told as a colleague's change: %v", what, err)
		}
		if diff := cmp.Diff(before, everything(t, d.pool)); diff != "" {
			t.Errorf("%s: something remains:\n%s", what, diff)
		}
	}
	// One step from what came to what is published.
	_, err := d.actOn(t.Context(), r.ID, 1, d.ids[0], now, act(review.Publish, func(*review.Act) {}))
	left, ok := errors.AsType[*review.UnfinishedError](err)
	if !ok {
		t.Fatal(err)
	}
	done, err := d.actOn(t.Context(), r.ID, 1, d.ids[0], now, act(review.Publish, func(a *review.Act) {
		for _, w := range left.Warnings {
			a.Cleared = append(a.Cleared, w.Key)
		}
	}))
	if err != nil || done.Version != 2 {
		t.Fatalf("%+v, %v", done, err)
	}
	v := d.view(t, r.ID)
	if v.State != review.Accepted || v.Draft == nil || v.Draft.Summary != draft.Summary || len(v.Cleared) != 1+len(left.Warnings) || v.Attachments[0].SeenBy != "Redaktør Et" || len(v.Events) != 2 {
		t.Errorf("%+v", v)
	}
	if p := page(t, d.Store, done.Practice); p.Summary != draft.Summary {
		t.Errorf("published: %+v", p)
	}
	if e := one[string](t, d.pool, `SELECT e.kind || ' ' || by_editor || ' ' || (r.number) FROM practice_event e JOIN revision r ON r.id = e.revision_id JOIN practice p ON p.id = e.practice_id WHERE p.slug = $1`, done.Practice); e != fmt.Sprintf("published %d 1", d.ids[0]) {
		t.Errorf("the practice's history: %s", e)
	}
}

// An integrity error that nobody foresaw is a mistake of ours, and told so.
func TestApplyUnforeseen(t *testing.T) {
	owner, app := pgtest.NewURLs(t)
	pool, err := pgxpool.New(t.Context(), app)
	if err != nil {
		t.Fatal(err)
	}
	defer pool.Close()
	d := deskOn(t, pool)
	x := load(t)
	x.Practices = x.Practices[:1]
	seed(t, d.Store, x)
	own, err := pgx.Connect(t.Context(), owner)
	if err != nil {
		t.Fatal(err)
	}
	defer own.Close(context.Background())
	if _, err := own.Exec(t.Context(), `ALTER TABLE practice_event ADD CONSTRAINT unforeseen CHECK (kind <> 'published')`); err != nil {
		t.Fatal(err)
	}
	r := d.submit(t, example("a"))
	before := everything(t, pool)
	_, err = d.publish(t.Context(), r.ID, 1, d.ids[0], now)
	for _, kind := range []error{catalogue.ErrConflict, catalogue.ErrNotFound, catalogue.ErrUnavailable} {
		if err == nil || errors.Is(err, kind) {
			t.Errorf("%v", err)
		}
	}
	if diff := cmp.Diff(before, everything(t, pool)); diff != "" {
		t.Errorf("something remains:\n%s", diff)
	}
}

// Two examples of one title that are published at the same moment get an
// address each.
func TestApplySlugTakenMeanwhile(t *testing.T) {
	d := newDesk(t, 0)
	for round := range 4 {
		var ids [4]int64
		for i := range ids {
			n := example(fmt.Sprintf("%d-%d", round, i))
			n.Submission.Practice.Title = fmt.Sprint("Gåture nummer ", round)
			ids[i] = d.submit(t, n).ID
		}
		slugs := make([]string, len(ids))
		var all sync.WaitGroup
		for i, id := range ids {
			all.Go(func() {
				var err error
				if slugs[i], err = d.publish(context.Background(), id, 1, d.ids[i%2], now); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		seen := map[string]bool{}
		for _, s := range slugs {
			if seen[s] {
				t.Errorf("one address twice: %v", slugs)
			}
			seen[s] = true
		}
	}
}

// Acts on practices change state, read model, version and history, and nothing
// comes back from them.
func TestApplyToPractice(t *testing.T) {
	d := newDesk(t, 6)
	x := load(t)
	slug := func(i int) string { return x.Practices[i].Slug }
	by := func(a review.Act) review.Act { a.Editor = d.ids[1]; return a }
	step := func(what string, slug, into string, a review.Act) {
		t.Helper()
		before := version(t, d.Store)
		if err := onPractice(t.Context(), d.Store, slug, into, by(a)); err != nil {
			t.Fatalf("%s: %v", what, err)
		}
		if after := version(t, d.Store); after != before+1 {
			t.Errorf("%s: version from %d to %d", what, before, after)
		}
	}
	moved := func(from, to string) {
		t.Helper()
		_, _, err := d.PublicPractice(t.Context(), 0, from)
		if m, ok := errors.AsType[*catalogue.MovedError](err); !ok || m.Slug != to {
			t.Errorf("%s leads to %v, not %s", from, err, to)
		}
	}
	step("withdraw", slug(0), "", review.Act{Action: review.WithdrawPractice, Text: "Kommunen har bedt om det."})
	if p := page(t, d.Store, slug(0)); p.State != catalogue.StateWithdrawn || p.StateReason != "Kommunen har bedt om det." {
		t.Errorf("%+v", p)
	}
	step("remove what is withdrawn", slug(0), "", review.Act{Action: review.RemovePractice, Reason: "Viser en borger"})
	_, _, err := d.PublicPractice(t.Context(), 0, slug(0))
	wantErr(t, "removed", err, catalogue.ErrGone)
	if all := one[string](t, d.pool, `SELECT p::text || q::text FROM public_practice p JOIN practice q USING (id) WHERE p.slug = $1`, slug(0)); strings.Contains(all, "Kommunen har") || strings.Contains(all, x.Practices[0].Title) {
		t.Errorf("a removed one says something: %s", all)
	}
	// Merged one after the other: every address leads there in one step.
	execSQL(t, d.pool, `INSERT INTO practice_slug SELECT 'tidligere', id FROM practice WHERE slug = $1`, slug(1)) // as older catalogues have them
	step("merge", slug(1), slug(2), review.Act{Action: review.MergePractice})
	moved(slug(1), slug(2))
	moved("tidligere", slug(2))
	step("revise what was merged into", slug(2), "tidligere-findes-ikke", review.Act{Action: review.Revise, Version: 2, Draft: revised(page(t, d.Store, slug(2)), "Ny"), Cleared: cleared(t, d.Store, slug(2))})
	step("merge what others were merged into", slug(2), slug(3), review.Act{Action: review.MergePractice})
	for _, from := range []string{slug(1), slug(2), "tidligere"} {
		moved(from, slug(3))
	}
	step("withdraw by a former address", "tidligere", "", review.Act{Action: review.WithdrawPractice, Text: "Forældet."})
	if p := page(t, d.Store, slug(3)); p.State != catalogue.StateWithdrawn {
		t.Errorf("%+v", p)
	}
	before := everything(t, d.pool)
	for what, c := range map[string]struct {
		slug, into string
		act        review.Act
		want       error
	}{
		"withdrawn twice":       {slug(3), "", review.Act{Action: review.WithdrawPractice, Text: "x"}, review.ErrDecided},
		"back from removed":     {slug(0), "", review.Act{Action: review.Revise, Version: 1, Draft: &x.Practices[0]}, review.ErrDecided},
		"no such practice":      {"findes-ikke", "", review.Act{Action: review.RemovePractice, Reason: "x"}, catalogue.ErrNotFound},
		"a stale revision":      {slug(4), "", review.Act{Action: review.Revise, Version: 7, Draft: &x.Practices[4]}, catalogue.ErrConflict},
		"merged into withdrawn": {slug(4), slug(3), review.Act{Action: review.MergePractice}, nil},
		"merged into itself":    {slug(4), slug(4), review.Act{Action: review.MergePractice}, nil},
		"merged into nothing":   {slug(4), "findes-ikke", review.Act{Action: review.MergePractice}, nil},
	} {
		err := onPractice(t.Context(), d.Store, c.slug, c.into, by(c.act))
		if _, refused := errors.AsType[*review.RefusedError](err); c.want == nil && !refused || c.want != nil && !errors.Is(err, c.want) {
			t.Errorf("%s: %v", what, err)
		}
	}
	if diff := cmp.Diff(before, everything(t, d.pool)); diff != "" {
		t.Errorf("something remains:\n%s", diff)
	}
	if got, want := one[string](t, d.pool, `SELECT string_agg(kind || coalesce(' of ' || nullif(reason, ''), '') || CASE WHEN revision_id IS NULL THEN '' ELSE ' with a revision' END, ', ' ORDER BY id) FROM practice_event WHERE by_editor = $1`, d.ids[1]),
		"withdrawn, removed of Viser en borger, merged, took_over with a revision, revised with a revision, merged, took_over with a revision, withdrawn"; got != want {
		t.Errorf("history: %s", got)
	}
	for _, sql := range []string{`UPDATE practice_event SET text = 'x'`, `DELETE FROM practice_event`} {
		if _, err := d.pool.Exec(t.Context(), sql); err == nil {
			t.Errorf("%s: allowed", sql)
		}
	}
	if err := d.RebuildPublic(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	moved("tidligere", slug(3))
}

func revised(p *catalogue.Practice, summary string) *catalogue.Practice {
	q := *p
	q.Summary = summary
	return &q
}

// cleared are the keys of all warnings of a published practice.
func cleared(t *testing.T, s *postgres.Store, slug string) (keys []string) {
	t.Helper()
	for _, w := range review.Warnings(&review.Submission{Practice: *page(t, s, slug), NotCPR: true}) {
		keys = append(keys, w.Key)
	}
	return keys
}

// A revision changes what the practice holds too, and nothing of its address.
func TestApplyRevision(t *testing.T) {
	s, pool, x := seeded(t)
	p := *page(t, s, x.Practices[0].Slug)
	p.Title, p.Slug, p.ReviewBy = "En anden titel", x.Practices[0].Slug, "2027-05-01"
	p.Solutions = catalogue.Refs("walk-and-talk")
	revise(t, s, p)
	got := page(t, s, p.Slug)
	if got.Title != p.Title || got.Revision != 2 || got.ReviewBy != p.ReviewBy || len(got.Solutions) != 1 || got.Solutions[0].Slug != "walk-and-talk" || !got.FirstPublished.Equal(*p.FirstPublished) {
		t.Errorf("%+v", got)
	}
	if n := one[int](t, pool, `SELECT count(*) FROM revision r JOIN practice p ON p.id = r.practice_id WHERE p.slug = $1 AND r.origin = 'editor'`, p.Slug); n != 1 {
		t.Errorf("%d revisions of an editor", n)
	}
}

// Merges in a circle at once: one is carried out, the other is refused, and no
// practice leads to itself.
func TestApplyMergesAtOnce(t *testing.T) {
	d := newDesk(t, 8)
	x := load(t)
	for i := 0; i < 8; i += 2 {
		a, b := x.Practices[i].Slug, x.Practices[i+1].Slug
		var errs [2]error
		var all sync.WaitGroup
		all.Go(func() { errs[0] = merge(context.Background(), d.Store, a, b) })
		all.Go(func() { errs[1] = merge(context.Background(), d.Store, b, a) })
		all.Wait()
		if (errs[0] == nil) == (errs[1] == nil) {
			t.Errorf("%v and %v", errs[0], errs[1])
		}
	}
	if n := one[int](t, d.pool, `SELECT count(*) FROM practice p JOIN practice q ON q.id = p.merged_into WHERE q.state <> 'published'`); n != 0 {
		t.Errorf("%d are merged into what is not published", n)
	}
	if _, err := d.Apply(t.Context(), postgres.On{}, review.Act{Action: review.Save}, time.Now()); !errors.Is(err, catalogue.ErrNotFound) {
		t.Errorf("on nothing: %v", err)
	}
}
