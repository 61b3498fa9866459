package pgtest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"praksis/migrations"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
)

func one[T any](t *testing.T, db interface {
	QueryRow(context.Context, string, ...any) pgx.Row
}, sql string, args ...any) (v T) {
	t.Helper()
	if err := db.QueryRow(context.Background(), sql, args...).Scan(&v); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	return v
}

func connect(t *testing.T, url string) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close(context.Background()) })
	return conn
}

func tables(t *testing.T, url string) []string {
	t.Helper()
	rows, err := connect(t, url).Query(t.Context(), `select c.oid::regclass || ' ' || c.relowner::regrole || ' ' || coalesce(c.relacl::text, '')
		from pg_class c where relnamespace = 'public'::regnamespace order by 1`)
	if err != nil {
		t.Fatal(err)
	}
	names, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatal(err)
	}
	return names
}

// A copy has what the migrations make, owners and grants included.
func TestMigrated(t *testing.T) {
	t.Parallel()
	s := mustOpen(t)
	owner, _ := NewURLs(t)
	name := s.nextName()
	if err := s.EnsureDatabase(t.Context(), name); err != nil {
		t.Fatal(err)
	}
	defer s.admin.Exec(context.Background(), "drop database "+name+" with (force)")
	if err := migrations.Up(t.Context(), s.OwnerURL(name)); err != nil {
		t.Fatal(err)
	}
	got, want := tables(t, owner), tables(t, s.OwnerURL(name))
	if len(want) == 0 || !slices.Equal(got, want) {
		t.Errorf("the copy has %q, migrating gives %q", got, want)
	}
	conn := connect(t, owner)
	if got := one[string](t, conn, "select datdba::regrole::text from pg_database where datname = current_database()"); got != "praksis_owner" {
		t.Errorf("the database belongs to %s", got)
	}
}

// Every database is the test's own, and gone with it.
func TestNewIsFresh(t *testing.T) {
	t.Parallel()
	var used []string
	t.Run("tests", func(t *testing.T) {
		for range 2 {
			pool := New(t)
			if got := one[string](t, pool, "select current_user::text"); got != "praksis_app" {
				t.Errorf("connected as %s", got)
			}
			_, err := pool.Exec(t.Context(), "create table mine()")
			if pe, ok := errors.AsType[*pgconn.PgError](err); !ok || pe.Code != "42501" {
				t.Errorf("the application may change the schema: %v", err)
			}
			name := one[string](t, pool, "select current_database()")
			owner := connect(t, mustOpen(t).OwnerURL(name))
			if _, err := owner.Exec(t.Context(), "create table mine()"); err != nil {
				t.Error("not fresh, or not the owner's:", err)
			}
			used = append(used, name)
		}
	})
	s := mustOpen(t)
	for _, name := range used {
		if one[bool](t, s.admin, "select exists (select from pg_database where datname = $1)", name) {
			t.Errorf("%s is left", name)
		}
	}
	if used[0] == used[1] {
		t.Error("two tests got one database")
	}
}

func TestManyAtOnce(t *testing.T) {
	t.Parallel()
	begun := time.Now()
	t.Run("all", func(t *testing.T) {
		for i := range 20 {
			t.Run(fmt.Sprint(i), func(t *testing.T) {
				t.Parallel()
				one[int](t, New(t), "select 1")
			})
		}
	})
	t.Logf("a database made, used and dropped takes %v", time.Since(begun)/20)
}

// recorder is a test that fails without failing.
type recorder struct {
	testing.TB
	said strings.Builder
}

func (r *recorder) Helper()                   {}
func (r *recorder) Errorf(f string, a ...any) { fmt.Fprintf(&r.said, f, a...) }

// A test that loses a connection is told, instead of waiting for ever.
func TestLostConnection(t *testing.T) {
	t.Parallel()
	_, app := NewURLs(t)
	pool, err := pgxpool.New(t.Context(), app)
	if err != nil {
		t.Fatal(err)
	}
	conn, err := pool.Acquire(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	r := &recorder{}
	closePool(r, pool, 50*time.Millisecond)
	if !strings.Contains(r.said.String(), "1 connections") {
		t.Errorf("it said %q", r.said.String())
	}
	conn.Release()
}

// Who only reads shares one database, which takes no write.
func TestReadFrom(t *testing.T) {
	t.Parallel()
	s := mustOpen(t)
	name := fmt.Sprintf("read%x", uint32(time.Now().UnixNano()))
	fill := func(ctx context.Context, ownerURL, _ string) error {
		conn, err := pgx.Connect(ctx, ownerURL)
		if err != nil {
			return err
		}
		_, err = conn.Exec(ctx, "create table filling as select 7 as n; grant select, update on filling to praksis_app")
		return errors.Join(err, conn.Close(ctx))
	}
	pool := ReadFrom(t, name, "a", fill)
	// Otherwise it would stay as long as the server.
	t.Cleanup(func() {
		pool.Close()
		for _, db := range []string{pool.Config().ConnConfig.Database, filledName(s.template, name, "a")} {
			if _, err := s.admin.Exec(context.Background(), "drop database if exists "+db+" with (force)"); err != nil {
				t.Log(err)
			}
		}
	})
	if again := ReadFrom(t, name, "a", fill); again != pool {
		t.Error("another pool")
	}
	if n := one[int](t, pool, "select n from filling"); n != 7 {
		t.Errorf("the copy has %d", n)
	}
	_, err := pool.Exec(t.Context(), "update filling set n = 8")
	if pe, ok := errors.AsType[*pgconn.PgError](err); !ok || pe.Code != "25006" {
		t.Errorf("it is written to: %v", err)
	}
}
