package postgres

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"praksis/internal/catalogue"
	"praksis/internal/pgtest"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// What the database breaks off because of another transaction is run again, a
// few times, and is then nobody's change but a server that does not manage.
func TestWriteAgain(t *testing.T) {
	s := New(pgtest.New(t))
	for name, c := range map[string]struct {
		raise string // SQLSTATE, and a constraint
		on    string
		tries int
		want  error
	}{
		"serialisation": {raise: "40001", tries: writeTries, want: catalogue.ErrUnavailable},
		"deadlock":      {raise: "40P01", tries: writeTries, want: catalogue.ErrUnavailable},
		"slug taken":    {raise: "23505", on: "practice_slug_key", tries: writeTries, want: catalogue.ErrConflict},
		"address taken": {raise: "23505", on: "editor_email_idx", tries: 1, want: catalogue.ErrConflict},
		"another key":   {raise: "23505", on: "submission_version_pkey", tries: 1},
		"a check":       {raise: "23514", on: "editor_email_idx", tries: 1},
		"a reference":   {raise: "23503", on: "draft_updated_by_fkey", tries: 1},
	} {
		raise := fmt.Sprintf(`DO $$ BEGIN RAISE EXCEPTION 'broken' USING ERRCODE = '%s', CONSTRAINT = '%s'; END $$`, c.raise, c.on)
		for fails := range writeTries + 1 {
			tries := 0
			err := s.write(t.Context(), func(tx pgx.Tx) error {
				if tries++; tries > fails {
					return nil
				}
				_, err := tx.Exec(t.Context(), raise)
				return err
			})
			if want := fails < c.tries; (err == nil) != want || tries != min(fails+1, c.tries) {
				t.Errorf("%s, %d times: %d tries, %v", name, fails, tries, err)
			}
			if err == nil {
				continue
			}
			for _, kind := range []error{catalogue.ErrConflict, catalogue.ErrUnavailable, catalogue.ErrNotFound} {
				if errors.Is(err, kind) != (kind == c.want) {
					t.Errorf("%s: %v", name, err)
				}
			}
			if _, ok := errors.AsType[*pgconn.PgError](err); !ok {
				t.Errorf("%s: the log does not learn what happened: %v", name, err)
			}
		}
	}
	tries := 0
	if err := s.writeOnce(t.Context(), func(tx pgx.Tx) error {
		tries++
		_, err := tx.Exec(t.Context(), `DO $$ BEGIN RAISE EXCEPTION 'x' USING ERRCODE = '40P01'; END $$`)
		return err
	}); !errors.Is(err, catalogue.ErrUnavailable) || tries != 1 {
		t.Errorf("once: %d tries, %v", tries, err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
	defer cancel()
	if err := s.write(ctx, func(pgx.Tx) error { <-ctx.Done(); return errMoved }); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("a request that has ended: %v", err)
	}
}

// The constraints that are told apart by name exist by that name.
func TestConflictsAreNamed(t *testing.T) {
	pool := pgtest.New(t)
	for name := range conflicts {
		var unique bool
		if err := pool.QueryRow(t.Context(), `SELECT indisunique FROM pg_index WHERE indexrelid = to_regclass($1)`, name).Scan(&unique); err != nil || !unique {
			t.Errorf("%s: unique %v, %v", name, unique, err)
		}
	}
}
