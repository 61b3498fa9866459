package postgres_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"praksis/internal/catalogue"
	"praksis/internal/postgres"
	"praksis/internal/review"

	"github.com/google/go-cmp/cmp"
)

func deskView(t *testing.T, s *postgres.Store, slug string) *postgres.PracticeView {
	t.Helper()
	v, err := s.PracticeForDesk(t.Context(), slug)
	if err != nil {
		t.Fatalf("%s: %v", slug, err)
	}
	return v
}

// Each decision on a practice is one version of the catalogue and one edition of the
// practice, and shows where it should.
func TestDecisionsOnAPractice(t *testing.T) {
	d := newDesk(t, 4)
	x := load(t)
	slug := x.Practices[0].Slug
	act := func(what, slug string, a review.Act) {
		t.Helper()
		before, was := version(t, d.Store), deskView(t, d.Store, slug)
		a.Editor, a.Edition = d.ids[0], was.Edition
		done, err := d.Apply(t.Context(), postgres.On{Practice: slug, Into: x.Practices[1].Slug}, a, now)
		if err != nil {
			t.Fatalf("%s: %v", what, err)
		}
		if after := version(t, d.Store); after != before+1 {
			t.Errorf("%s: version from %d to %d", what, before, after)
		}
		v := deskView(t, d.Store, done.Practice)
		if e := v.Events[len(v.Events)-1]; v.Edition <= was.Edition || e.Editor != "Redaktør Et" || len(v.Events) != len(was.Events)+1 {
			t.Errorf("%s: edition %d after %d, event %+v", what, v.Edition, was.Edition, e)
		}
		// What was decided on the edition before is refused now, whatever it is.
		if _, err := d.Apply(t.Context(), postgres.On{Practice: done.Practice, Into: x.Practices[1].Slug}, a, now); !errors.Is(err, catalogue.ErrConflict) {
			t.Errorf("%s a second time: %v", what, err)
		}
	}
	act("withdraw", slug, review.Act{Action: review.WithdrawPractice, Text: "Kommunen har bedt om det."})
	act("bring back", slug, review.Act{Action: review.RepublishPractice, Reason: "Det var en fejl."})
	if p := page(t, d.Store, slug); p.State != catalogue.StatePublished || p.StateReason != "" {
		t.Errorf("brought back: %+v", p)
	}
	act("another address", slug, review.Act{Action: review.Readdress, Slug: "en-bedre-adresse", Reason: "Den gamle var ikke sand."})
	act("an address that leads there", "en-bedre-adresse", review.Act{Action: review.Redirect, Slug: "en-forkert-adresse"})
	for _, from := range []string{slug, "en-forkert-adresse"} {
		_, _, err := d.PublicPractice(t.Context(), 0, from)
		if m, ok := errors.AsType[*catalogue.MovedError](err); !ok || m.Slug != "en-bedre-adresse" {
			t.Errorf("%s: %v", from, err)
		}
	}
	if p := page(t, d.Store, "en-bedre-adresse"); p.Slug != "en-bedre-adresse" {
		t.Errorf("%+v", p.Slug)
	}
	act("a day", "en-bedre-adresse", review.Act{Action: review.SetReview, Day: "2027-03-01"})
	act("into a solution", "en-bedre-adresse", review.Act{Action: review.JoinSolution, Solution: load(t).Terms[catalogue.SolutionList][0].Slug})
	v := deskView(t, d.Store, "en-bedre-adresse")
	if v.Record.ReviewBy != "2027-03-01" || !slices.Equal(v.Former, slices.Sorted(slices.Values([]string{slug, "en-forkert-adresse"}))) {
		t.Errorf("%+v", v)
	}
	for _, s := range []string{"en-bedre-adresse", x.Practices[1].Slug} {
		if !slices.Contains(catalogue.Slugs(page(t, d.Store, s).Solutions), load(t).Terms[catalogue.SolutionList][0].Slug) {
			t.Errorf("%s is not in the solution", s)
		}
	}
	// Its own old address can be its own again; nobody else's can.
	act("back to the old address", "en-bedre-adresse", review.Act{Action: review.Readdress, Slug: slug, Reason: "Den var sand."})
	if p := page(t, d.Store, slug); p.Slug != slug {
		t.Errorf("%+v", p.Slug)
	}
	for _, taken := range []string{"en-bedre-adresse", x.Practices[2].Slug} {
		for _, a := range []review.Act{{Action: review.Readdress, Slug: taken, Reason: "x"}, {Action: review.Redirect, Slug: taken}} {
			err := onPractice(t.Context(), d.Store, x.Practices[1].Slug, "", a)
			if _, refused := errors.AsType[*review.RefusedError](err); !refused {
				t.Errorf("%s of a taken address: %v", a.Action, err)
			}
		}
	}
	if err := d.RebuildPublic(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	if p := page(t, d.Store, slug); p.Slug != slug {
		t.Error("a rebuilt read model has another address")
	}
}

// Two examples of one deed become one: findings, sources and addresses of both.
func TestMergePractices(t *testing.T) {
	d := newDesk(t, 3)
	x := load(t)
	from, into := page(t, d.Store, x.Practices[0].Slug), page(t, d.Store, x.Practices[1].Slug)
	before := version(t, d.Store)
	seen := deskView(t, d.Store, from.Slug).Edition
	change := revised(page(t, d.Store, into.Slug), "Ændret af en anden.")
	change.Findings[0].Voices = from.Findings[0].Voices
	revise(t, d.Store, *change)
	a := review.Act{Action: review.MergePractice, Editor: d.ids[0], Edition: seen, IntoEdition: deskView(t, d.Store, into.Slug).Edition - 1, Reason: "Samme indsats"}
	if err := onPractice(t.Context(), d.Store, from.Slug, into.Slug, a); !errors.Is(err, catalogue.ErrConflict) {
		t.Errorf("merged into what somebody has changed: %v", err)
	}
	into = page(t, d.Store, into.Slug)
	want := review.Merged(from, into)
	// Contrasts of what goes, with a third one and with the one that stays.
	third := page(t, d.Store, x.Practices[2].Slug)
	pair := func(a *catalogue.Practice, aKey string, b *catalogue.Practice, key string) {
		t.Helper()
		if _, err := d.pool.Exec(t.Context(), `
			INSERT INTO solution_contrast (solution_id, term_id, reason, by_editor, at, for_practice_id, for_key, against_practice_id, against_key)
			SELECT (SELECT min(id) FROM solution), (SELECT min(id) FROM term WHERE vocabulary = 'maalgruppe'), 'De siger det modsatte.', $1, $2, p.id, $4, q.id, $6
			FROM practice p, practice q WHERE p.slug = $3 AND q.slug = $5`,
			d.ids[1], now, a.Slug, aKey, b.Slug, key); err != nil {
			t.Fatal(err)
		}
	}
	pair(from, from.Findings[0].Key, third, third.Findings[0].Key)
	pair(into, into.Findings[0].Key, third, third.Findings[0].Key) // of others: it stays
	pair(from, from.Findings[0].Key, into, into.Findings[0].Key)   // one voice of one actor then
	a.IntoEdition = deskView(t, d.Store, into.Slug).Edition
	if err := onPractice(t.Context(), d.Store, from.Slug, into.Slug, a); err != nil {
		t.Fatal(err)
	}
	if after := version(t, d.Store); after != before+2 {
		t.Errorf("version from %d to %d", before, after)
	}
	got := page(t, d.Store, into.Slug)
	if got.ContentHash() != want.Record.ContentHash() || len(got.Findings) != len(from.Findings)+len(into.Findings) || got.Revision != into.Revision+1 {
		t.Errorf("%s", cmp.Diff(want.Record, *got))
	}
	key := want.Keys[from.Findings[0].Key]
	if at := slices.IndexFunc(got.Findings, func(f catalogue.Finding) bool { return f.Key == key }); at < 0 || got.Findings[at].Text != from.Findings[0].Text || len(want.Keys) != len(from.Findings) {
		t.Errorf("keys %v", want.Keys)
	}
	pairs := one[string](t, d.pool, `SELECT string_agg(format('%s %s-%s by %s ended by %s', p.slug, for_key, q.slug, by_editor, ended_by), ', ' ORDER BY c.id)
		FROM solution_contrast c JOIN practice p ON p.id = for_practice_id JOIN practice q ON q.id = against_practice_id`)
	if want := fmt.Sprintf("%[1]s %[2]s-%[3]s by %[7]d ended by %[6]d, %[4]s %[5]s-%[3]s by %[7]d ended by , %[1]s %[2]s-%[4]s by %[7]d ended by %[6]d, %[4]s %[8]s-%[3]s by %[6]d ended by ",
		from.Slug, from.Findings[0].Key, third.Slug, into.Slug, into.Findings[0].Key, d.ids[0], d.ids[1], key); pairs != want {
		t.Errorf("contrasts\n%s\nwant\n%s", pairs, want)
	}
	_, _, err := d.PublicPractice(t.Context(), 0, from.Slug)
	if m, ok := errors.AsType[*catalogue.MovedError](err); !ok || m.Slug != into.Slug {
		t.Errorf("the address leads to %v", err)
	}
	v := deskView(t, d.Store, into.Slug)
	if e := v.Events[len(v.Events)-1]; e.Kind != review.EventTookOver || e.Text != from.Slug || e.Revision != got.Revision || len(v.Merged) != 1 {
		t.Errorf("%+v, %+v", e, v.Merged)
	}
	if v := deskView(t, d.Store, from.Slug); v.MovedTo != into.Slug || v.Events[len(v.Events)-1].Kind != review.EventMerged {
		t.Errorf("%+v", v)
	}
}

// Of two editors who decide at once one is told that the other was faster.
func TestTwoEditorsOnOnePractice(t *testing.T) {
	d := newDesk(t, 3)
	x := load(t)
	for round, acts := range [][2]review.Act{
		{{Action: review.WithdrawPractice, Text: "Den ene."}, {Action: review.SetReview, Day: "2027-01-01"}},
		{{Action: review.Readdress, Slug: "ny-adresse", Reason: "x"}, {Action: review.Redirect, Slug: "ny-adresse"}},
		{{Action: review.MergePractice}, {Action: review.RemovePractice, Reason: "x"}},
	} {
		slug, into := x.Practices[0].Slug, x.Practices[1].Slug
		if round == 2 {
			slug, into = x.Practices[1].Slug, x.Practices[2].Slug
		}
		if round == 1 {
			if err := onPractice(t.Context(), d.Store, slug, "", review.Act{Action: review.RepublishPractice}); err != nil && !errors.Is(err, review.ErrDecided) {
				t.Fatal(err)
			}
		}
		seen := deskView(t, d.Store, slug).Edition
		var errs [2]error
		var both sync.WaitGroup
		for i, a := range acts {
			a.Editor, a.Edition = d.ids[i], seen
			both.Go(func() {
				_, errs[i] = d.Apply(context.Background(), postgres.On{Practice: slug, Into: into}, a, now)
			})
		}
		both.Wait()
		if (errs[0] == nil) == (errs[1] == nil) || !errors.Is(errors.Join(errs[:]...), catalogue.ErrConflict) {
			t.Errorf("round %d: %v and %v", round, errs[0], errs[1])
		}
	}
}

// What an editor begins is in review by them, with nobody to write to; published at
// once, it waits for its second look.
func TestBeginSubmission(t *testing.T) {
	d := newDesk(t, 1)
	b := postgres.Begun{Editor: d.ids[0], ClientKey: "noegle-med-nok-tegn-x", Content: review.Submission{Kind: review.KindFull, Practice: example("x").Submission.Practice}, Note: "Ringet ind fra Viborg."}
	id, err := d.BeginSubmission(t.Context(), b, now)
	if err != nil {
		t.Fatal(err)
	}
	again, err := d.BeginSubmission(t.Context(), b, now)
	if err != nil || again != id {
		t.Errorf("a double post: %d and %d, %v", id, again, err)
	}
	v := d.view(t, id)
	if !v.FromDesk || v.State != review.InReview || v.Contact != nil || len(v.Events) != 1 || v.Events[0].Kind != review.EventBegun || v.Events[0].Editor != "Redaktør Et" || v.Events[0].Text != b.Note || v.Lease.Editor != d.ids[0] {
		t.Errorf("%+v", v)
	}
	if n := one[int](t, d.pool, `SELECT count(*) FROM mail`); n != 0 {
		t.Errorf("%d mails", n)
	}
	_, err = d.actOn(t.Context(), id, 1, d.ids[0], now, review.Act{Action: review.Ask, Text: "Hvornår?"})
	if _, refused := errors.AsType[*review.RefusedError](err); !refused {
		t.Errorf("asked of nobody: %v", err)
	}
	done, err := d.actOn(t.Context(), id, 1, d.ids[0], now, review.Act{Action: review.Publish, Day: catalogue.Date(now.AddDate(0, 0, 14).Format("2006-01-02"))})
	if err != nil {
		t.Fatal(err)
	}
	if n := one[int](t, d.pool, `SELECT count(*) FROM mail`); n != 0 {
		t.Errorf("%d mails", n)
	}
	p := deskView(t, d.Store, done.Practice)
	if p.LookBy == "" || p.Events[len(p.Events)-1].Kind != review.EventLookDue || p.Submissions[0].ID != id {
		t.Errorf("%+v", p)
	}
	due := func() int {
		t.Helper()
		list, counts, total, err := d.DeskPractices(t.Context(), postgres.PracticeFilter{State: postgres.LookDue, Limit: 10})
		if err != nil || len(list) != total || counts[postgres.LookDue] != total {
			t.Fatalf("%v, %v, %d, %v", list, counts, total, err)
		}
		return total
	}
	if due() != 1 {
		t.Error("the desk does not see it")
	}
	if err := onPractice(t.Context(), d.Store, done.Practice, "", review.Act{Action: review.LookedThrough, Editor: d.ids[1]}); err != nil {
		t.Fatal(err)
	}
	if due() != 0 {
		t.Error("it waits still")
	}
	before := everything(t, d.pool)
	for what, put := range map[string]func(*postgres.Begun){
		"a number":           func(b *postgres.Begun) { b.Content.Practice.Summary = "010190-1234" },
		"a number in a note": func(b *postgres.Begun) { b.Note = "010190-1234" },
		"in a draft":         func(b *postgres.Begun) { b.Draft = &catalogue.Practice{Title: "010190-1234"} },
	} {
		c := b
		c.ClientKey += what
		put(&c)
		_, err := d.BeginSubmission(t.Context(), c, now)
		if _, refused := errors.AsType[*review.RefusedError](err); !refused {
			t.Errorf("%s: %v", what, err)
		}
	}
	if diff := cmp.Diff(before, everything(t, d.pool)); diff != "" {
		t.Errorf("something remains:\n%s", diff)
	}
}

// The list finds by words of title, organisation and address, in whatever letters.
func TestDeskPractices(t *testing.T) {
	d := newDesk(t, 5)
	x := load(t)
	if err := takeDown(t.Context(), d.Store, x.Practices[2].Slug, "x"); err != nil {
		t.Fatal(err)
	}
	all, counts, total, err := d.DeskPractices(t.Context(), postgres.PracticeFilter{Limit: 3})
	if err != nil || len(all) != 3 || total != 5 || counts[catalogue.StatePublished] != 4 || counts[catalogue.StateWithdrawn] != 1 {
		t.Fatalf("%d of %d, %v, %v", len(all), total, counts, err)
	}
	rest, _, _, err := d.DeskPractices(t.Context(), postgres.PracticeFilter{Offset: 3, Limit: 3})
	if err != nil || len(rest) != 2 || slices.ContainsFunc(rest, func(r postgres.PracticeRow) bool { return r.ID == all[0].ID }) {
		t.Errorf("the second page: %v, %v", rest, err)
	}
	folded := strings.NewReplacer("æ", "ae", "ø", "oe", "å", "aa").Replace(x.Practices[2].Title)
	if folded == x.Practices[2].Title {
		t.Fatal("a title without Danish letters")
	}
	for text, want := range map[string]int{x.Practices[2].Title: 1, x.Practices[2].Slug: 1, strings.ToUpper(folded): 1, "%": 0, "": 1, "findes slet ikke": 0} {
		list, _, total, err := d.DeskPractices(t.Context(), postgres.PracticeFilter{Text: text, State: catalogue.StateWithdrawn, Limit: 10})
		if err != nil || len(list) != want || total != want {
			t.Errorf("%q: %d of %d, %v", text, len(list), total, err)
		}
	}
}
