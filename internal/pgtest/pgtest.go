// Package pgtest gives tests a database each: a fresh one ([New], [NewURLs]), or one
// with content that many tests begin with ([NewFrom]), or one that all tests of a
// process read and none writes ([ReadFrom]). It is for tests only, and
// fails a test rather than skip it when there is no PostgreSQL on the machine.
//
// Nothing is needed beside the call. The first test that asks starts a server
// that all test processes of the user share, or joins it, and makes a template
// database with [migrations.Up]; it is named by a hash of the migrations, so
// that a changed one gives a new template. Every database is a copy of it.
// (What belongs to a database and not to what is in it, such as ALTER DATABASE
// … SET in a migration, is not copied.)
//
// The server keeps nothing safe (fsync is off), and is in memory where there is
// room. It stops some seconds after its last user has ended, however that ended:
// a supervisor process sees to it (supervisor.go). To have it up for a whole run,
// and stopped at its end, wrap the run:
//
//	go run ./internal/pgtest/hold -- go test ./...
//
// Databases of tests that were killed are dropped by the next test process, and
// so are the templates that no process uses.
package pgtest

import (
	"context"
	"fmt"
	"os"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// How long anything may take that is not the test's own: a first start makes a
// cluster, and other test processes do the same at the same time.
const serverTimeout = 2 * time.Minute

// connections is the most that a pool of a test opens. Tests run in parallel,
// and the server takes 300.
const connections = 16

// modeEnv names the way in which pools send queries: what pgx calls
// default_query_exec_mode. Poolers ask for others than the usual one.
const modeEnv = "PRAKSIS_PGTEST_MODE"

// New returns a pool on a fresh database, for the role praksis_app. When the
// test ends, the pool is closed and the database dropped; a connection that has
// not been given back by then is an error of the test.
func New(t testing.TB) *pgxpool.Pool {
	t.Helper()
	s := mustOpen(t)
	return s.newPool(t, s.template)
}

// NewFrom is New for a database that has more in it than the schema. fill puts
// it there: once for each key, not for each test, since every database is a copy
// of the first. name tells what it is, in small letters and digits, and key must change
// with all that the content depends on besides the migrations; templates of the name
// with another key are dropped when no process uses them. fill gives back every
// connection.
func NewFrom(t testing.TB, name, key string, fill func(ctx context.Context, ownerURL, appURL string) error) *pgxpool.Pool {
	t.Helper()
	s := mustOpen(t)
	template, err := s.filled(name, key, fill)
	if err != nil {
		t.Fatalf("pgtest: %v", err)
	}
	return s.newPool(t, template)
}

// ReadFrom is NewFrom for tests that only read: one database, and one pool, for all
// of the process that ask for the key. It takes no write. Nobody closes the pool;
// the database is dropped as those of killed tests are.
func ReadFrom(t testing.TB, name, key string, fill func(ctx context.Context, ownerURL, appURL string) error) *pgxpool.Pool {
	t.Helper()
	s := mustOpen(t)
	template, err := s.filled(name, key, fill)
	if err != nil {
		t.Fatalf("pgtest: %v", err)
	}
	s.reading.Lock()
	defer s.reading.Unlock()
	if pool := s.read[template]; pool != nil {
		return pool
	}
	ctx, cancel := context.WithTimeout(context.Background(), serverTimeout)
	defer cancel()
	db := s.nextName()
	if err := s.copyTemplate(ctx, template, db); err != nil {
		t.Fatal(err)
	}
	config, err := pgxpool.ParseConfig(s.AppURL(db))
	if err != nil {
		t.Fatal(err)
	}
	config.MaxConns = connections
	config.ConnConfig.RuntimeParams["default_transaction_read_only"] = "on"
	pool, err := pgxpool.NewWithConfig(context.Background(), config)
	if err != nil {
		t.Fatal(err)
	}
	if s.read == nil {
		s.read = map[string]*pgxpool.Pool{}
	}
	s.read[template] = pool
	return pool
}

func (s *server) newPool(t testing.TB, template string) *pgxpool.Pool {
	t.Helper()
	_, app := s.newURLs(t, template)
	config, err := pgxpool.ParseConfig(app)
	if err != nil {
		t.Fatal(err)
	}
	config.MaxConns = connections
	if mode := os.Getenv(modeEnv); mode != "" {
		given, err := pgx.ParseConfig("default_query_exec_mode=" + mode)
		if err != nil {
			t.Fatal(err)
		}
		config.ConnConfig.DefaultQueryExecMode = given.DefaultQueryExecMode
	}
	pool, err := pgxpool.NewWithConfig(context.Background(), config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { closePool(t, pool, 5*time.Second) })
	return pool
}

// closePool closes the pool, which waits for every connection: for ever, when
// the test has lost one.
func closePool(t testing.TB, pool *pgxpool.Pool, wait time.Duration) {
	t.Helper()
	closed := make(chan struct{})
	go func() { pool.Close(); close(closed) }()
	select {
	case <-closed:
	case <-time.After(wait):
		t.Errorf("pgtest: the test has not given back %d connections: rows or a transaction are still open", pool.Stat().AcquiredConns())
	}
}

// NewURLs returns the addresses of a fresh database for the roles praksis_owner
// and praksis_app, for tests that open pools or start processes of their own.
// The database is dropped when the test ends, and who is still connected then
// is thrown out.
func NewURLs(t testing.TB) (ownerURL, appURL string) {
	t.Helper()
	s := mustOpen(t)
	return s.newURLs(t, s.template)
}

func (s *server) newURLs(t testing.TB, template string) (ownerURL, appURL string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), serverTimeout)
	defer cancel()
	name := s.nextName()
	if err := s.copyTemplate(ctx, template, name); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), serverTimeout)
		defer cancel()
		if _, err := s.admin.Exec(ctx, "drop database "+name+" with (force)"); err != nil {
			t.Errorf("pgtest: %v", err)
		}
	})
	return s.OwnerURL(name), s.AppURL(name)
}

// Hold keeps the server up until release is called, which stops it if no other
// process uses it. It is for the command internal/pgtest/hold.
func Hold(ctx context.Context) (release func() error, err error) {
	s, err := startServer(ctx)
	if err != nil {
		return nil, fmt.Errorf("pgtest: %w", err)
	}
	return s.Stop, nil
}

// opened is this process's server; its end is the process's end.
var opened = sync.OnceValues(func() (*server, error) {
	ctx, cancel := context.WithTimeout(context.Background(), serverTimeout)
	defer cancel()
	return open(ctx)
})

func mustOpen(t testing.TB) *server {
	t.Helper()
	s, err := opened()
	if err != nil {
		t.Fatalf("pgtest: %v", err)
	}
	return s
}
