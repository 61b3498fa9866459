package backup_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"praksis/internal/ops/backup"
	"praksis/internal/pgtest/seeded"
	"praksis/internal/postgres"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// ownerURL is the address of a pool's database with the rights of its owner.
func ownerURL(t *testing.T, pool *pgxpool.Pool) string {
	t.Helper()
	return strings.Replace(pool.Config().ConnString(), "postgres://praksis_app@", "postgres://praksis_owner@", 1)
}

// A drill says that a backup is what it was made of, leaves no database behind, and is
// noted; it finds rows and pages that are others.
func TestDrill(t *testing.T) {
	pool := seeded.New(t)
	s := postgres.New(pool)
	if _, err := s.Reshape(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "x")
	if _, err := backup.Make(t.Context(), s, "test", file, nil); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
		t.Error(info, err)
	}
	d := backup.Drill{Live: s, OwnerURL: ownerURL(t, pool), File: file}
	tried, err := d.Run(t.Context())
	if err != nil {
		t.Fatal(err, tried.Lines)
	}
	if i := slices.IndexFunc(tried.Lines, func(l backup.Line) bool { return !l.OK }); i >= 0 || tried.Searches != 20 || tried.Pages < 200 || tried.Tables < 60 {
		t.Errorf("%+v", tried)
	}
	var aside int
	if err := pool.QueryRow(t.Context(), `SELECT count(*) FROM pg_database WHERE datname LIKE 'praksis\_drill\_%'`).Scan(&aside); err != nil || aside != 0 {
		t.Errorf("%d databases are left, %v", aside, err)
	}
	// A catalogue that has changed since is not compared with, and the copy still is.
	if _, err := pool.Exec(t.Context(), `UPDATE catalogue_version SET n = n + 1`); err != nil {
		t.Fatal(err)
	}
	if tried, err = d.Run(t.Context()); err != nil || !slices.ContainsFunc(tried.Lines, func(l backup.Line) bool { return l.Skipped && strings.Contains(l.Has, "changed since") }) {
		t.Errorf("%+v, %v", tried.Lines, err)
	}
	// A file that lies of a page.
	lying := rewritten(t, file, func(s backup.Section, data string) string {
		if s.Kind == backup.KindPages {
			return strings.Replace(data, data[strings.LastIndex(data, " "):], " 00\n", 1)
		}
		return data
	})
	tried, err = backup.Drill{Live: s, OwnerURL: ownerURL(t, pool), File: lying}.Run(t.Context())
	if !errors.Is(err, backup.ErrDiffers) {
		t.Errorf("%v", err)
	}
	// A file that is damaged.
	whole, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	whole[len(whole)/2] ^= 1
	if err := os.WriteFile(file, whole, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Run(t.Context()); err == nil || !strings.Contains(err.Error(), "damaged") {
		t.Error(err)
	}
	list, err := s.LastOperations(t.Context())
	if err != nil || len(list) != 2 || list[0].OK || !list[1].OK || !strings.Contains(string(list[0].Detail), "damaged") {
		t.Errorf("%+v, %v", list, err)
	}
}

// rewritten is a backup whose sections are others, and whose hashes are right.
func rewritten(t *testing.T, file string, change func(backup.Section, string) string) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "rewritten")
	if err := backup.Rewrite(file, name, change); err != nil {
		t.Fatal(err)
	}
	return name
}

// Where the owner may make no database, the drill fails and says what to do; another
// empty database does, and is empty again afterwards.
func TestDrillElsewhere(t *testing.T) {
	pool := seeded.Some(t, 3)
	s := postgres.New(pool)
	file := filepath.Join(t.TempDir(), "x")
	if _, err := backup.Make(t.Context(), s, "test", file, nil); err != nil {
		t.Fatal(err)
	}
	owner := ownerURL(t, pool)
	conn, err := pgx.Connect(t.Context(), owner)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.Background())
	for _, sql := range []string{`DROP ROLE IF EXISTS praksis_poor`, `CREATE ROLE praksis_poor LOGIN`, `CREATE DATABASE praksis_elsewhere TEMPLATE template0`} {
		if _, err := conn.Exec(t.Context(), sql); err != nil {
			t.Fatal(sql, err)
		}
	}
	defer func() {
		for _, sql := range []string{`DROP DATABASE praksis_elsewhere WITH (FORCE)`, `DROP ROLE praksis_poor`} {
			if _, err := conn.Exec(context.Background(), sql); err != nil {
				t.Error(err)
			}
		}
	}()
	d := backup.Drill{Live: s, OwnerURL: strings.Replace(owner, "praksis_owner@", "praksis_poor@", 1), File: file}
	if _, err := d.Run(t.Context()); !errors.Is(err, postgres.ErrNoDatabase) || !strings.Contains(err.Error(), "CREATEDB") || strings.Contains(err.Error(), "\n") {
		t.Error(err)
	}
	cfg, err := pgx.ParseConfig(owner)
	if err != nil {
		t.Fatal(err)
	}
	d.AsideURL = strings.Replace(owner, "/"+cfg.Database+"?", "/praksis_elsewhere?", 1)
	for range 2 { // the second finds nothing of the first
		if _, err := d.Run(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
}

// A backup that cannot be written leaves nothing, and what stood there stays.
func TestDiskIsFull(t *testing.T) {
	s := postgres.New(seeded.Some(t, 3))
	if _, err := backup.Write(t.Context(), s, "test", full{}, nil); !errors.Is(err, syscall.ENOSPC) {
		t.Error(err)
	}
	dir := t.TempDir()
	file := filepath.Join(dir, "x")
	if err := os.WriteFile(file, []byte("before"), 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	if _, err := backup.Make(ctx, s, "test", file, func(int64) { cancel() }); err == nil {
		t.Error("a backup that was broken off is whole")
	}
	left, err := os.ReadDir(dir)
	if text, _ := os.ReadFile(file); err != nil || len(left) != 1 || string(text) != "before" {
		t.Errorf("%v %q %v", left, text, err)
	}
}

type full struct{}

func (full) Write([]byte) (int, error) { return 0, syscall.ENOSPC }

// Of the files in a folder the old ones go, never the newest, and none that we did not
// name.
func TestTidy(t *testing.T) {
	dir := t.TempDir()
	at := time.Date(2026, 11, 29, 3, 0, 0, 0, time.UTC)
	write := func(name string) {
		if err := os.WriteFile(filepath.Join(dir, name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	left := func() (names []string) {
		entries, err := os.ReadDir(dir)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range entries {
			names = append(names, e.Name())
		}
		return names
	}
	if newest, err := backup.Newest(dir); err != nil || newest != "" {
		t.Error(newest, err)
	}
	for _, days := range []int{40, 20, 13} {
		write(backup.FileName(at.AddDate(0, 0, -days)))
	}
	others := []string{"mine" + backup.Suffix, "praksis-before-the-move" + backup.Suffix, "x.txt"}
	for _, name := range others {
		write(name)
	}
	old := ".praksis-20261001T030000Z" + backup.Suffix + ".1.part"
	write(old)
	if err := os.Chtimes(filepath.Join(dir, old), at, time.Now().AddDate(0, 0, -2)); err != nil {
		t.Fatal(err)
	}
	young := ".praksis-20261129T030000Z" + backup.Suffix + ".2.part"
	write(young)
	if n, err := backup.Tidy(dir, 14*24*time.Hour, at); err != nil || n != 2 {
		t.Error(n, err)
	}
	want := append([]string{young, backup.FileName(at.AddDate(0, 0, -13))}, others...)
	slices.Sort(want)
	if got := left(); !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
	if n, err := backup.Tidy(dir, 24*time.Hour, at); err != nil || n != 0 || !slices.Contains(left(), backup.FileName(at.AddDate(0, 0, -13))) {
		t.Error("the newest has gone", n, err)
	}
	if newest, err := backup.Newest(dir); err != nil || filepath.Base(newest) != backup.FileName(at.AddDate(0, 0, -13)) {
		t.Error(newest, err)
	}
}
