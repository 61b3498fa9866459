package postgres

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"praksis/internal/catalogue"
	"praksis/internal/letters"
	"praksis/internal/pgtest"
	"praksis/internal/review"
	"praksis/seeds"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// Every lock after every other: forwards they are taken, backwards they are
// refused, and the transaction with them.
func TestLockOrder(t *testing.T) {
	s := New(pgtest.New(t))
	submission := func(ctx context.Context, tx pgx.Tx) error {
		_, err := lockSubmission(ctx, tx, `id = $1`, 1)
		if errors.Is(err, pgx.ErrNoRows) { // there is none to lock
			return nil
		}
		return err
	}
	steps := []struct {
		name string
		lock func(context.Context, pgx.Tx) error
	}{
		{"taxonomy, shared", lockTaxonomyShared}, {"taxonomy, alone", lockTaxonomy}, {"submission", submission},
		{"practice 5", func(ctx context.Context, tx pgx.Tx) error { return lockPractices(ctx, tx, 5, 3) }},
		{"practice 7", func(ctx context.Context, tx pgx.Tx) error { return lockPractices(ctx, tx, 7) }},
		{"version", func(ctx context.Context, tx pgx.Tx) error { return stamp(ctx, tx, nil) }},
	}
	rank := []int{0, 0, 1, 2, 3, 4}
	for i, first := range steps {
		for j, second := range steps {
			err := s.write(t.Context(), func(tx pgx.Tx) error {
				if i == len(steps)-1 || j == len(steps)-1 { // the version needs the taxonomy
					tx.(*lockingTx).taxonomy = true
				}
				if err := first.lock(t.Context(), tx); err != nil {
					return fmt.Errorf("the first: %w", err)
				}
				return second.lock(t.Context(), tx)
			})
			if right := rank[i] < rank[j]; (err == nil) != right || err != nil && !errors.Is(err, errLockOrder) {
				t.Errorf("%s, then %s: %v", first.name, second.name, err)
			}
		}
	}
	publish := func(ids ...int64) func(pgx.Tx) error {
		return func(tx pgx.Tx) error {
			if err := errors.Join(lockTaxonomyShared(t.Context(), tx), lockPractices(t.Context(), tx, 5)); err != nil {
				return fmt.Errorf("locks: %v", err)
			}
			noteNewPractices(tx, []int64{9})
			return republish(t.Context(), tx, ids)
		}
	}
	if err := s.write(t.Context(), publish(5, 9)); err != nil {
		t.Errorf("practices that were locked or made: %v", err)
	}
	if err := s.write(t.Context(), func(tx pgx.Tx) error {
		return errors.Join(lockTaxonomy(t.Context(), tx), republish(t.Context(), tx, []int64{7}))
	}); err != nil {
		t.Errorf("a practice without its lock, with the taxonomy alone: %v", err)
	}
	for what, do := range map[string]func(pgx.Tx) error{
		"a practice without its lock":      publish(5, 7),
		"the version without the taxonomy": func(tx pgx.Tx) error { return stamp(t.Context(), tx, nil) },
		"outside of write":                 func(tx pgx.Tx) error { return lockTaxonomyShared(t.Context(), tx.(*lockingTx).Tx) },
	} {
		if err := s.write(t.Context(), do); !errors.Is(err, errLockOrder) || errors.Is(err, catalogue.ErrConflict) {
			t.Errorf("%s: %v", what, err)
		}
	}
}

// Who waits to have the taxonomy alone keeps nobody from publishing.
func TestTaxonomyAloneDoesNotQueue(t *testing.T) {
	s := New(pgtest.New(t))
	shared, release, alone := make(chan struct{}), make(chan struct{}), make(chan error, 1)
	importing := make(chan error, 1)
	go func() {
		importing <- s.write(t.Context(), func(tx pgx.Tx) error {
			err := lockTaxonomyShared(t.Context(), tx)
			close(shared)
			<-release
			return err
		})
	}()
	<-shared
	go func() {
		alone <- s.write(t.Context(), func(tx pgx.Tx) error { return lockTaxonomy(t.Context(), tx) })
	}()
	for range 10 {
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		if err := s.write(ctx, func(tx pgx.Tx) error { return lockTaxonomyShared(ctx, tx) }); err != nil {
			t.Errorf("publishing waits: %v", err)
		}
		cancel()
		time.Sleep(taxonomyPause / 2)
	}
	select {
	case err := <-alone:
		t.Errorf("both have the taxonomy: %v", err)
	default:
	}
	close(release)
	if err := errors.Join(<-importing, <-alone); err != nil {
		t.Error(err)
	}
	// Whoever waits stops when the request ends.
	err := s.write(t.Context(), func(tx pgx.Tx) error {
		if err := lockTaxonomyShared(t.Context(), tx); err != nil {
			return err
		}
		ctx, cancel := context.WithTimeout(t.Context(), 5*taxonomyPause)
		defer cancel()
		if err := s.write(ctx, func(tx pgx.Tx) error { return lockTaxonomy(ctx, tx) }); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("%v", err)
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}

// Editors publish additions while changed seeds are loaded again and again: no
// deadlock, and nobody is told that a colleague was faster.
func TestPublishWhileSeedsAreLoaded(t *testing.T) {
	s := New(pgtest.New(t))
	l := letters.Letters{}
	s.Letters, s.MailHost = l.Compose, l.Host()
	now := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	x, err := seeds.Load()
	if err != nil {
		t.Fatal(err)
	}
	practices, slugs := x.Practices[:8], []string(nil)
	for _, p := range practices {
		slugs = append(slugs, p.Slug)
	}
	load := func(round int) {
		t.Helper()
		for i := range practices {
			practices[i].Summary = fmt.Sprint("Runde ", round)
		}
		for i := range x.Terms[catalogue.TargetGroup] {
			x.Terms[catalogue.TargetGroup][i].Definition = fmt.Sprint("Runde ", round)
		}
		for i := range 10 {
			x.Organisations[i].ShortName = fmt.Sprint("R", round)
		}
		if _, err := s.Seed(t.Context(), x.Taxonomy(), practices, now); err != nil {
			t.Errorf("seeds, round %d: %v", round, err)
		}
	}
	load(0)
	editor, err := s.AddEditor(t.Context(), Editor{Email: "r@example.dk", Name: "Rita"}, now)
	if err != nil {
		t.Fatal(err)
	}
	overruled := map[review.CheckItem]string{}
	for _, item := range review.CheckItems {
		overruled[item.Code] = "Kilden siger ikke mere"
	}
	const rounds = 8
	ended := make(chan struct{})
	var all sync.WaitGroup
	all.Go(func() {
		defer close(ended)
		for round := range rounds {
			load(round + 1)
		}
	})
	var published [2]int
	for e := range published {
		all.Go(func() {
			for n := 0; ; n++ {
				select {
				case <-ended:
					return
				default:
				}
				r, err := s.Submit(t.Context(), NewSubmission{ClientKey: fmt.Sprintf("noegle-med-nok-tegn-%d-%d", e, n), Contact: review.Contact{Email: "hanne@viborg.example"},
					Submission: review.Submission{Kind: review.KindShort, About: slugs[(5*n+e)%len(slugs)], Practice: catalogue.Practice{
						Title: "Gåture", Organisation: catalogue.OrganisationRef{Slug: "viborg"},
						Findings: []catalogue.Finding{{TargetGroups: catalogue.Refs("angst"), Effect: catalogue.EffectPositive, Text: "Det gik godt."}}}}}, now)
				if err == nil {
					_, err = s.Apply(t.Context(), On{Submission: r.ID}, review.Act{Action: review.Publish, Version: 1, Editor: editor, Overruled: overruled}, now)
				}
				if err != nil {
					t.Errorf("publishing: %v", err)
					return
				}
				published[e]++
			}
		})
	}
	all.Wait()
	if n := s.again.Load(); n != 0 || slices.Contains(published[:], 0) {
		t.Errorf("%d transactions were broken off; published %v", n, published)
	}
	t.Logf("published %v while seeds were loaded %d times", published, rounds)
}

// connected is a store with one connection, and the ID of its server process.
func connected(t *testing.T) (*Store, func() int) {
	t.Helper()
	_, url := pgtest.NewURLs(t)
	config, err := pgxpool.ParseConfig(url)
	if err != nil {
		t.Fatal(err)
	}
	config.MaxConns = 1
	pool, err := pgxpool.NewWithConfig(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(pool.Close)
	s := New(pool)
	return s, func() (pid int) {
		t.Helper()
		if err := pool.QueryRow(t.Context(), `SELECT pg_backend_pid()`).Scan(&pid); err != nil {
			t.Fatal(err)
		}
		return pid
	}
}

// A transaction whose request ends is rolled back, and its connection is used
// on: it is neither closed nor given back in the middle of a transaction.
func TestRollbackAfterCancel(t *testing.T) {
	s, pid := connected(t)
	before := pid()
	for _, run := range []func(context.Context, func(pgx.Tx) error) error{s.write, s.writeOnce, s.snapshot} {
		for _, fails := range []bool{true, false} {
			ctx, cancel := context.WithCancel(t.Context())
			err := run(ctx, func(tx pgx.Tx) error {
				if _, err := tx.Exec(ctx, `SET LOCAL application_name = 'left'`); err != nil {
					return err
				}
				cancel()
				if fails {
					return ctx.Err()
				}
				return nil
			})
			if !errors.Is(err, context.Canceled) || errors.Is(err, catalogue.ErrUnavailable) {
				t.Errorf("%v", err)
			}
			if now := pid(); now != before {
				t.Fatalf("the connection was lost: process %d, then %d", before, now)
			}
			var name string
			if err := s.pool.QueryRow(t.Context(), `SHOW application_name`).Scan(&name); err != nil || name == "left" {
				t.Errorf("the transaction goes on: %q, %v", name, err)
			}
		}
	}
}
