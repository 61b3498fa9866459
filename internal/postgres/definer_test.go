package postgres_test

import (
	"errors"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// A temporary table of the application with the name of one of ours is nothing
// to the functions that work with the owner's rights.
func TestDefinersPassOverTemporaryTables(t *testing.T) {
	_, pool, _ := seeded(t)
	c, err := pool.Acquire(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := c.Hijack().Close(t.Context()); err != nil { // with its temporary tables
			t.Error(err)
		}
	}()
	mustExec := func(sql string) {
		t.Helper()
		if _, err := c.Exec(t.Context(), sql); err != nil {
			t.Fatal(err)
		}
	}
	number := func(sql string) (n int) {
		t.Helper()
		if err := c.QueryRow(t.Context(), sql).Scan(&n); err != nil {
			t.Fatal(err)
		}
		return n
	}
	mustExec(`CREATE TEMP TABLE revision_ref (LIKE public.revision_ref); CREATE TEMP TABLE erasure (LIKE public.erasure); CREATE TEMP TABLE revision (LIKE public.revision)`)

	again := func(content string) error {
		_, err := c.Exec(t.Context(), `
			INSERT INTO public.revision (practice_id, number, origin, content_hash, created_at, content)
			SELECT practice_id, number + 1, origin, content_hash, created_at, content || $1 FROM public.revision ORDER BY id DESC LIMIT 1`, content)
		return err
	}
	before := number(`SELECT count(*) FROM public.revision_ref`)
	if err := again(`{}`); err != nil {
		t.Fatal(err)
	}
	if number(`SELECT count(*) FROM public.revision_ref`) == before || number(`SELECT count(*) FROM pg_temp.revision_ref`) != 0 {
		t.Error("the references of a revision are not in their table")
	}
	broken, ok := errors.AsType[*pgconn.PgError](again(`{"organisation": {"id": 999999}}`))
	if !ok || broken.Code != "23503" {
		t.Errorf("a reference to no organisation: %v", broken)
	}

	mustExec(`SELECT erase_text('revision', (SELECT max(id) FROM public.revision), NULL, (SELECT content FROM public.revision ORDER BY id DESC LIMIT 1), 'x', NULL, 'Et navn', now())`)
	if number(`SELECT count(*) FROM public.erasure`) != 1 || number(`SELECT count(*) FROM pg_temp.erasure`) != 0 {
		t.Error("an erasure is not noted in its table")
	}

	rows, _ := c.Query(t.Context(), `
		SELECT p.oid::regprocedure::text FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
		WHERE p.prosecdef AND n.nspname NOT IN ('pg_catalog', 'information_schema')
		  AND NOT coalesce(p.proconfig, '{}') @> ARRAY[format('search_path=%I, pg_temp', n.nspname)]`)
	unsafe, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil || len(unsafe) > 0 {
		t.Errorf("%v search temporary tables first, %v", unsafe, err)
	}
}
