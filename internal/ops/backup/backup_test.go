package backup_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"praksis/internal/ops/backup"
	"praksis/internal/pgtest"
	"praksis/internal/pgtest/seeded"
	"praksis/internal/postgres"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// made is a backup of the seeds and of what people have done with them.
func made(t *testing.T) (file string, s *postgres.Store, pool *pgxpool.Pool) {
	t.Helper()
	pool = seeded.New(t)
	s = postgres.New(pool)
	file = filepath.Join(t.TempDir(), "x"+backup.Suffix)
	if _, err := backup.Make(t.Context(), s, "test", file, nil); err != nil {
		t.Fatal(err)
	}
	return file, s, pool
}

func restore(t *testing.T, file, owner string) (postgres.Restored, error) {
	t.Helper()
	b, err := backup.Open(file)
	if err != nil {
		return postgres.Restored{}, err
	}
	defer b.Close()
	return b.Restore(t.Context(), owner, backup.Options{})
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

func TestRoundTrip(t *testing.T) {
	file, s, _ := made(t)
	owner, app := pgtest.NewURLs(t)
	begun := time.Now()
	if _, err := restore(t, file, owner); err != nil {
		t.Fatal(err)
	}
	t.Log(time.Since(begun))
	r, err := postgres.Open(t.Context(), postgres.Access{URL: app})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	was, err := s.Counts(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	is, err := r.Counts(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	was["operation_run"]++
	if !maps.Equal(was, is) {
		t.Errorf("%v\n%v", was, is)
	}
	if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
		t.Error(info, err)
	}
	_, _, _ = errors.Is, fmt.Sprint, slices.Sort[[]int]
	_ = strings.Contains
}
