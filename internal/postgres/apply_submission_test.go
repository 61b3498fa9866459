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

func TestPublishSubmission(t *testing.T) {
	d := newDesk(t, 1)
	n := example("a")
	n.Submission.Practice.Title = "Noget med hemmelighed-xyz"
	r := d.submit(t, n)
	draft := example("a").Submission.Practice
	early := now.AddDate(-3, 0, 0)
	draft.FirstPublished, draft.State, draft.Revision = &early, catalogue.StateRemoved, 9
	v, err := d.saveDraft(t.Context(), r.ID, 1, draft, nil, d.ids[0], now)
	if err != nil || v != 2 {
		t.Fatalf("version %d, %v", v, err)
	}
	if v, err = d.saveDraft(t.Context(), r.ID, v, draft, []string{"x"}, d.ids[0], now); err != nil || v != 3 {
		t.Fatalf("version %d, %v", v, err)
	}
	_, err = d.saveDraft(t.Context(), r.ID, 2, draft, nil, d.ids[1], now)
	wantErr(t, "a stale draft", err, catalogue.ErrConflict)
	if v := d.view(t, r.ID); v.State != review.InReview || v.Draft == nil || v.Draft.Title != draft.Title || len(v.Cleared) != 1 || len(v.Events) != 2 {
		t.Errorf("drafted: %+v", v)
	}
	if v, err := d.SubmissionByToken(t.Context(), r.Token); err != nil || v.Draft != nil || v.Cleared != nil || v.Events[1].Editor != "" {
		t.Errorf("the submitter sees the desk's: %+v, %v", v, err)
	}
	before := version(t, d.Store)
	if public := one[string](t, d.pool, `SELECT string_agg(x::text, ' ') FROM public_practice x`); strings.Contains(public, "Gåture med bostøtten") || strings.Contains(public, "hemmelighed-xyz") {
		t.Error("an unpublished submission is in the read model")
	}
	_, err = d.publish(t.Context(), r.ID, 2, d.ids[0], now)
	wantErr(t, "a stale version", err, catalogue.ErrConflict)

	slug, err := d.publish(t.Context(), r.ID, 3, d.ids[1], now.Add(time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	if slug != "gaature-med-bostoetten-i-viborg" || version(t, d.Store) != before+1 {
		t.Errorf("slug %s, version from %d to %d", slug, before, version(t, d.Store))
	}
	p := page(t, d.Store, slug)
	if p.State != catalogue.StatePublished || p.Revision != 1 || !p.FirstPublished.Equal(now.Add(time.Hour)) || p.Organisation.Name != "Viborg Kommune" {
		t.Errorf("published: %+v", p)
	}
	if origin := one[string](t, d.pool, `SELECT r.origin FROM practice p JOIN revision r ON r.id = p.revision_id WHERE p.slug = $1`, slug); origin != "editor" {
		t.Errorf("origin %s", origin)
	}
	if n := one[int](t, d.pool, `SELECT count(*) FROM public_practice WHERE slug = $1 AND version = (SELECT n FROM catalogue_version)`, slug); n != 1 {
		t.Error("not stamped with the version")
	}
	got := d.view(t, r.ID)
	if got.State != review.Accepted || got.PracticeSlug != slug || got.PracticeTitle != p.Title || got.EraseOn != "2027-11-22" || got.Events[2].Editor != "Redaktør To" {
		t.Errorf("decided: %+v", got)
	}
	if body := one[string](t, d.pool, `SELECT body FROM mail WHERE kind = 'published'`); !strings.Contains(body, "https://praksis.example/eksempler/"+slug) {
		t.Errorf("mail: %s", body)
	}
	if public := one[string](t, d.pool, `SELECT string_agg(x::text, ' ') FROM public_practice x`); strings.Contains(public, "Hanne") || strings.Contains(public, "hemmelighed-xyz") {
		t.Error("more than the draft was published")
	}
	// A second one of the same title gets an address of its own; a practice that
	// is published without a draft is what was sent.
	again := d.submit(t, example("b"))
	if slug, err = d.publish(t.Context(), again.ID, 1, d.ids[0], now); err != nil || slug != "gaature-med-bostoetten-i-viborg-viborg" {
		t.Errorf("slug %s, %v", slug, err)
	}
	if err := d.RebuildPublic(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(p, page(t, d.Store, p.Slug)); diff != "" {
		t.Errorf("the rebuilt page differs:\n%s", diff)
	}
}

func TestPublishSubmissionUnfinished(t *testing.T) {
	d := newDesk(t, 0)
	n := example("a")
	n.Attachments = []postgres.NewAttachment{attached("et dokument")}
	n.Submission.Practice.Answers.Done = "Bostøtten ringede til borgeren. »Jeg er så glad for det,« sagde borgeren."
	r := d.submit(t, n)
	_, err := d.publish(t.Context(), r.ID, 1, d.ids[0], now)
	unfinished, ok := errors.AsType[*review.UnfinishedError](err)
	if !ok || len(unfinished.Unread) != 1 || len(unfinished.Warnings) == 0 {
		t.Fatalf("%+v, %v", unfinished, err)
	}
	var keys []string
	for _, w := range unfinished.Warnings {
		keys = append(keys, w.Key)
	}
	v, err := d.saveDraft(t.Context(), r.ID, 1, d.view(t, r.ID).Content.Practice, keys, d.ids[0], now)
	if err != nil {
		t.Fatal(err)
	}
	_, err = d.publish(t.Context(), r.ID, v, d.ids[0], now)
	if unfinished, ok := errors.AsType[*review.UnfinishedError](err); !ok || len(unfinished.Warnings) != 0 {
		t.Errorf("cleared: %v", err)
	}
	faulty := example("a").Submission.Practice
	faulty.Title, faulty.Organisation.Slug = "", "findes-ikke"
	done, err := d.actOn(t.Context(), r.ID, v, d.ids[0], now, review.Act{Action: review.Save, Draft: &faulty, Cleared: keys, Seen: []string{d.view(t, r.ID).Attachments[0].PublicID}})
	if err != nil {
		t.Fatal(err)
	}
	w := done.Version
	_, err = d.publish(t.Context(), r.ID, w, d.ids[0], now)
	if faults, ok := errors.AsType[*review.RefusedError](err); !ok || len(faults.Faults) != 2 || faults.Faults[1].Field != "title" {
		t.Errorf("faults: %v", err)
	}
	if v := d.view(t, r.ID); v.State != review.InReview || v.Version != w {
		t.Errorf("%+v", v)
	}
	if w, err = d.saveDraft(t.Context(), r.ID, w, example("a").Submission.Practice, keys, d.ids[0], now); err != nil {
		t.Fatal(err)
	}
	if _, err := d.publish(t.Context(), r.ID, w, d.ids[0], now); err != nil {
		t.Error(err)
	}
}

// Ten digits that a submitter declared to be no CPR number are published only
// when an editor says so too.
func TestPublishSubmissionWithDigits(t *testing.T) {
	d := newDesk(t, 0)
	n := example("a")
	n.Submission.NotCPR = true
	n.Submission.Practice.Answers.Other = "Projektnummeret er 0101901234 hos kommunen."
	r := d.submit(t, n)
	_, err := d.publish(t.Context(), r.ID, 1, d.ids[0], now)
	unfinished, ok := errors.AsType[*review.UnfinishedError](err)
	if !ok || len(unfinished.Warnings) != 1 || unfinished.Warnings[0].Kind != review.WarnDigits {
		t.Fatalf("%+v, %v", unfinished, err)
	}
	v, err := d.saveDraft(t.Context(), r.ID, 1, n.Submission.Practice, []string{unfinished.Warnings[0].Key}, d.ids[0], now)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := d.publish(t.Context(), r.ID, v, d.ids[0], now); err != nil {
		t.Error(err)
	}
}

func TestPublishSubmissionAboutPractice(t *testing.T) {
	d := newDesk(t, 2)
	was := load(t).Practices[0]
	n := example("a")
	n.Submission.About = was.Slug
	r := d.submit(t, n)
	// The editor's draft names no source: the finding must not get the practice's.
	draft := n.Submission.Practice
	draft.Findings = append(draft.Findings, draft.Findings[0])
	draft.Findings[0].Key = was.Findings[0].Key
	v, err := d.saveDraft(t.Context(), r.ID, 1, draft, nil, d.ids[0], now)
	if err != nil {
		t.Fatal(err)
	}
	slug, err := d.publish(t.Context(), r.ID, v, d.ids[0], now.Add(time.Hour))
	if err != nil || slug != was.Slug {
		t.Fatalf("slug %s, %v", slug, err)
	}
	p := page(t, d.Store, slug)
	if p.Title != was.Title || p.Revision != 2 || len(p.Findings) != len(was.Findings)+2 || p.Organisation.Slug != was.Organisation.Slug {
		t.Fatalf("%+v", p)
	}
	added := p.Findings[len(was.Findings)]
	if s := p.Sources[added.Source-1]; s.Document != "Indsendt til Praksiskataloget" || s.Publisher != "Viborg Kommune" || s.Date != "2026-11" {
		t.Errorf("the finding's source is %+v", s)
	}
	if added.Text != "Det var lettere at tale sammen undervejs." || added.Key == "" {
		t.Errorf("added: %+v", added)
	}
	if v := d.view(t, r.ID); v.PracticeSlug != slug || v.AboutTitle != was.Title {
		t.Errorf("%+v", v)
	}
	// Without a finding there is nothing to add; nor to what is not published.
	empty := example("b")
	empty.Submission.About, empty.Submission.Practice.Findings = was.Slug, nil
	e := d.submit(t, empty)
	_, err = d.publish(t.Context(), e.ID, 1, d.ids[0], now)
	if faults, ok := errors.AsType[*review.RefusedError](err); !ok || faults.Faults[0].Field != "findings" {
		t.Errorf("no finding: %v", err)
	}
	other := load(t).Practices[1].Slug
	n.ClientKey += "c"
	gone := d.submit(t, n)
	if err := takeDown(t.Context(), d.Store, was.Slug, "Forældet."); err != nil {
		t.Fatal(err)
	}
	_, err = d.publish(t.Context(), gone.ID, 1, d.ids[0], now)
	if faults, ok := errors.AsType[*review.RefusedError](err); !ok || faults.Faults[0].Field != "about" {
		t.Errorf("removed: %v", err)
	}
	// One that was merged is added to what it was merged into.
	n.ClientKey, n.Submission.About = n.ClientKey+"d", other
	third := example("e")
	merged := d.submit(t, n)
	target, err := d.publish(t.Context(), d.submit(t, third).ID, 1, d.ids[0], now)
	if err != nil {
		t.Fatal(err)
	}
	if err := merge(t.Context(), d.Store, other, target); err != nil {
		t.Fatal(err)
	}
	if slug, err := d.publish(t.Context(), merged.ID, 1, d.ids[0], now); err != nil || slug != target {
		t.Errorf("merged: %s, %v", slug, err)
	}
}

func TestSubmissionPointedToExisting(t *testing.T) {
	d := newDesk(t, 1)
	r := d.submit(t, example("a"))
	slug := load(t).Practices[0].Slug
	err := d.point(t.Context(), r.ID, 1, "findes-ikke", "Se her", d.ids[0], now)
	if _, ok := errors.AsType[*review.RefusedError](err); !ok {
		t.Errorf("no such practice: %v", err)
	}
	before := version(t, d.Store)
	if err := d.point(t.Context(), r.ID, 1, slug, "Se her", d.ids[0], now); err != nil {
		t.Fatal(err)
	}
	if v := d.view(t, r.ID); v.State != review.Exists || v.PracticeSlug != slug || v.PracticeTitle == "" || version(t, d.Store) != before {
		t.Errorf("%+v", v)
	}
	if body := one[string](t, d.pool, `SELECT body FROM mail WHERE kind = 'exists'`); !strings.Contains(body, "https://praksis.example/eksempler/"+slug) || !strings.Contains(body, "Se her") {
		t.Errorf("mail: %s", body)
	}
}

// Editors who decide at once: one wins, nothing of the others remains.
func TestPublishSubmissionRace(t *testing.T) {
	d := newDesk(t, 0)
	for round := range 4 {
		r := d.submit(t, example(fmt.Sprint(round)))
		before := version(t, d.Store)
		decide := []func(editor int64) error{
			func(e int64) error { _, err := d.publish(context.Background(), r.ID, 1, e, now); return err },
			func(e int64) error {
				return d.decline(context.Background(), r.ID, 1, review.TooLittle, "For lidt", e, now)
			},
		}
		errs := make([]error, 8)
		var wg sync.WaitGroup
		start := make(chan struct{})
		for i := range errs {
			wg.Go(func() { <-start; errs[i] = decide[i%2](d.ids[i%2]) })
		}
		close(start)
		wg.Wait()
		won := 0
		for _, err := range errs {
			if err == nil {
				won++
			} else {
				wantErr(t, "who was slower", err, catalogue.ErrConflict)
			}
		}
		v := d.view(t, r.ID)
		published := 0
		if v.State == review.Accepted {
			published = 1
		}
		decisions := one[int](t, d.pool, `SELECT count(*) FROM submission_event WHERE submission_id = $1 AND kind IN ('published', 'declined')`, r.ID)
		letters := one[int](t, d.pool, `SELECT count(*) FROM mail WHERE submission_id = $1 AND kind IN ('published', 'declined')`, r.ID)
		if won != 1 || decisions != 1 || letters != 1 || v.State.Open() || version(t, d.Store) != before+int64(published) {
			t.Errorf("%d won: %s with %d decisions and %d mails, version from %d to %d", won, v.State, decisions, letters, before, version(t, d.Store))
		}
	}
}

// The last thing that a publication does before the version is to write the
// mail; when that fails, nothing is published.
func TestPublishSubmissionRollsBack(t *testing.T) {
	owner, app := pgtest.NewURLs(t)
	pool, err := pgxpool.New(t.Context(), app)
	if err != nil {
		t.Fatal(err)
	}
	defer pool.Close()
	x := load(t)
	x.Practices = x.Practices[:1]
	seed(t, postgres.New(pool), x)
	d := deskOn(t, pool)
	own, err := pgx.Connect(t.Context(), owner)
	if err != nil {
		t.Fatal(err)
	}
	defer own.Close(context.Background())
	r := d.submit(t, example("a"))
	if _, err := own.Exec(t.Context(), `ALTER TABLE mail ADD CONSTRAINT broken CHECK (kind IN ('receipt', 'desk_new'))`); err != nil {
		t.Fatal(err)
	}
	before := everything(t, pool)
	for what, do := range map[string]func() error{
		"publish": func() error { _, err := d.publish(t.Context(), r.ID, 1, d.ids[0], now); return err },
		"ask":     func() error { return d.ask(t.Context(), r.ID, 1, "Hvor længe?", d.ids[0], now) },
		"decline": func() error {
			return d.decline(t.Context(), r.ID, 1, review.TooLittle, "For lidt", d.ids[0], now)
		},
	} {
		if err := do(); err == nil {
			t.Errorf("%s: no error", what)
		}
		if diff := cmp.Diff(before, everything(t, pool)); diff != "" {
			t.Errorf("%s: something remains:\n%s", what, diff)
		}
	}
	if _, err := own.Exec(t.Context(), `ALTER TABLE mail DROP CONSTRAINT broken`); err != nil {
		t.Fatal(err)
	}
	if _, err := d.publish(t.Context(), r.ID, 1, d.ids[0], now); err != nil {
		t.Error(err)
	}
}

func TestSubmissionRights(t *testing.T) {
	d := newDesk(t, 0)
	d.submit(t, example("a"))
	for _, sql := range []string{
		`UPDATE submission_event SET text = 'x'`, `DELETE FROM submission_event`, `UPDATE submission_version SET n = 2`, `DELETE FROM submission_version`,
		`DELETE FROM submission`, `DELETE FROM editor`, `UPDATE attachment_chunk SET n = 2`,
	} {
		if _, err := d.pool.Exec(t.Context(), sql); err == nil {
			t.Errorf("%s: allowed", sql)
		}
	}
}
