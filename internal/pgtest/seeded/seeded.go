// Package seeded gives tests a database that the seeds have been loaded into. It
// is for tests only. The seeds are loaded once for all of them; every database
// is a copy (package pgtest).
package seeded

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"praksis/internal/pgtest"
	"praksis/internal/postgres"
	"praksis/seeds"

	"github.com/jackc/pgx/v5/pgxpool"
)

// At is when the seeds were loaded.
var At = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

// New returns a pool on a fresh database with all seeds, as pgtest.New does.
func New(t testing.TB) *pgxpool.Pool {
	t.Helper()
	return from(t, pgtest.NewFrom, "seeded", func(x *seeds.Seeds) {})
}

// Read returns the pool on a database with all seeds that the tests of this process
// share, and none can write, as pgtest.ReadFrom does.
func Read(t testing.TB) *pgxpool.Pool {
	t.Helper()
	return from(t, pgtest.ReadFrom, "seeded", func(x *seeds.Seeds) {})
}

// Some is New with all vocabularies, and only the first practices.
func Some(t testing.TB, practices int) *pgxpool.Pool {
	t.Helper()
	return from(t, pgtest.NewFrom, fmt.Sprint("seeded", practices), func(x *seeds.Seeds) { x.Practices = x.Practices[:practices] })
}

type open = func(t testing.TB, name, key string, fill func(ctx context.Context, ownerURL, appURL string) error) *pgxpool.Pool

func from(t testing.TB, open open, name string, choose func(*seeds.Seeds)) *pgxpool.Pool {
	t.Helper()
	code, err := sources()
	if err != nil {
		t.Fatal(err)
	}
	return open(t, name, seeds.Hash()+code, func(ctx context.Context, _, appURL string) error {
		x, err := seeds.Load()
		if err != nil {
			return err
		}
		choose(&x)
		s, err := postgres.Open(ctx, postgres.Access{URL: appURL})
		if err != nil {
			return err
		}
		defer s.Close()
		_, err = s.Seed(ctx, x.Taxonomy(), x.Practices, At)
		return err
	})
}

// sources is a hash of the code that decides what a load writes: another load,
// another template.
var sources = sync.OnceValues(func() (string, error) {
	root, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		if _, err := os.Stat(filepath.Join(root, "go.mod")); err == nil {
			break
		}
		if root == filepath.Dir(root) {
			return "", errors.New("seeded: not in the project's folder")
		}
		root = filepath.Dir(root)
	}
	h := sha256.New()
	for _, room := range []string{"catalogue", "danish", "review", "postgres"} {
		err := filepath.WalkDir(filepath.Join(root, "internal", room), func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
				return err
			}
			text, err := os.ReadFile(path)
			fmt.Fprintf(h, "%s %d\n%s", d.Name(), len(text), text)
			return err
		})
		if err != nil {
			return "", err
		}
	}
	return fmt.Sprintf("%x", h.Sum(nil)), nil
})
