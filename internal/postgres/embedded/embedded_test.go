package embedded

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
)

// Durability, text and the rights of the two roles, as everything else relies
// on them.
func TestServerAsPromised(t *testing.T) {
	t.Parallel()
	dir := newFolder(t)
	s := start(t, dir, "work_mem=5MB")
	var all sync.WaitGroup
	for range 8 { // at once: PostgreSQL itself makes two of these errors
		all.Go(func() {
			if err := s.EnsureDatabase(t.Context(), `prak"sis`); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	admin, owner, app := s.AdminURL(`prak"sis`), s.OwnerURL(`prak"sis`), s.AppURL(`prak"sis`)
	for _, c := range []struct{ url, sql, want string }{
		{admin, "show fsync", "on"},
		{admin, "show synchronous_commit", "on"},
		{admin, "show full_page_writes", "on"},
		{admin, "show data_checksums", "on"},
		{admin, "show listen_addresses", ""},
		{admin, "show work_mem", "5MB"},
		{admin, "show timezone", "UTC"},
		{admin, "show server_encoding", "UTF8"},
		{admin, "select lower('ÆØÅ')", "æøå"},
		{admin, "select pg_get_userbyid(datdba) from pg_database where datname = current_database()", "praksis_owner"},
		{owner, "select rolsuper::text || rolcreaterole || rolcreatedb from pg_roles where rolname = current_user", "falsetruetrue"},
		{app, "select rolsuper::text || rolcreaterole || rolcreatedb from pg_roles where rolname = current_user", "falsefalsefalse"},
		{owner, "create table secret as select 1 as n", ""},
		{owner, "create table open as select 2 as n; grant select on open to praksis_app", ""},
		{app, "select n from open", "2"},
	} {
		if got := query(t, c.url, c.sql); got != c.want {
			t.Errorf("%s: got %q, want %q", c.sql, got, c.want)
		}
	}
	for _, sql := range []string{"select n from secret", "delete from open", "create table mine()", "create database mine", "drop table open"} {
		_, err := tryQuery(app, sql)
		if pe, ok := errors.AsType[*pgconn.PgError](err); !ok || pe.Code != "42501" {
			t.Errorf("the application may %s: %v", sql, err)
		}
	}
	if err := s.Stop(); err != nil {
		t.Fatal(err)
	}
	if err := s.Stop(); err != nil {
		t.Error("a second Stop:", err)
	}
	if left := running(t, dir); len(left) > 0 {
		t.Error("processes left after Stop:", left)
	}
	if text, err := os.ReadFile(s.logFile()); err != nil || !strings.Contains(string(text), "database system is shut down") {
		t.Errorf("the log tells %q, %v", text, err)
	}
	// A setting that the server refuses is told, and leaves nothing behind.
	_, err := Start(t.Context(), dir, "work_mem=banana")
	if err == nil || !strings.Contains(err.Error(), "banana") || strings.Contains(err.Error(), "\n") {
		t.Errorf("an impossible setting gave %v", err)
	}
	if _, err := Start(t.Context(), dir, "fsync"); err == nil {
		t.Error("a setting without a value was accepted")
	}
	if unused, err := StopUnused(t.Context(), dir); !unused || err != nil {
		t.Errorf("the failed Start holds the server: %v, %v", unused, err)
	}
}

// The environment of the one who starts praksis must not change which server
// is started or reached.
func TestForeignEnvironment(t *testing.T) {
	dir := newFolder(t)
	for k, v := range map[string]string{"PGPORT": "6000", "PGDATA": "/nowhere", "PGHOST": "example.org", "PGUSER": "nobody",
		"PGDATABASE": "nowhere", "PGSSLMODE": "verify-full", "LC_ALL": "da_DK.ISO-8859-1", "TZ": "Asia/Tokyo",
		"NOTIFY_SOCKET": "/systemd", "PRAKSIS_KEY": "hemmelig"} {
		t.Setenv(k, v)
	}
	s := start(t, dir)
	for _, url := range []string{s.AdminURL("postgres"), s.OwnerURL("postgres"), s.AppURL("postgres")} {
		query(t, url, "select 1")
	}
	env, err := os.ReadFile(fmt.Sprintf("/proc/%d/environ", postmasterOf(t, dir)))
	if err != nil || strings.Contains(string(env), "hemmelig") || strings.Contains(string(env), "NOTIFY_SOCKET") {
		t.Errorf("the server's environment is %q, %v", env, err)
	}
}

// Sockets have short paths, PostgreSQL and connection strings special
// characters; data folders have neither limit.
func TestAwkwardPaths(t *testing.T) {
	t.Parallel()
	for name, below := range map[string]string{
		"long":    strings.Repeat("/a folder with a name that is far too long for a socket", 3),
		"comma":   "/a,b",
		"letters": `/Søren's "d&t+a" [x]*%41 $HOME`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := emptyFolder(t) + below
			if err := os.MkdirAll(dir, 0o700); err != nil {
				t.Fatal(err)
			}
			newFolder(t) // so that there is a template
			copyCluster(t, dir)
			s := start(t, dir)
			if err := s.EnsureDatabase(t.Context(), "a b/c?d&e"); err != nil {
				t.Fatal(err)
			}
			if got := query(t, s.AppURL("a b/c?d&e"), "select current_database()"); got != "a b/c?d&e" {
				t.Errorf("connected to %q", got)
			}
			// Another process, which may have another TMPDIR, finds the socket.
			p := use(t, dir)
			if err := s.Stop(); err != nil {
				t.Fatal(err)
			}
			if got := query(t, p.url, "select 1"); got != "1" {
				t.Errorf("got %q", got)
			}
			p.leave(t)
			if left := running(t, dir); len(left) > 0 {
				t.Error("processes left:", left)
			}
			if _, err := os.Stat(s.sock); s.sock != s.dir && !os.IsNotExist(err) {
				t.Errorf("the socket's folder %s is left: %v", s.sock, err)
			}
		})
	}
}

// The folder for the socket is made where anybody may make folders.
func TestSocketFolderOfAStranger(t *testing.T) {
	dir := filepath.Join(newFolder(t), "a,b")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	copyCluster(t, dir)
	t.Setenv("TMPDIR", t.TempDir())
	real, err := filepath.EvalSymlinks(dir)
	if err != nil {
		t.Fatal(err)
	}
	trap := (&Server{dir: real}).shortSocketDir()
	if err := os.Mkdir(trap, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(trap, 0o777); err != nil {
		t.Fatal(err)
	}
	if _, err := Start(t.Context(), dir); err == nil || !strings.Contains(err.Error(), trap) {
		t.Errorf("Start used a folder open to all: %v", err)
	}
}

// A folder reached through a symbolic link is the same folder: a server seen
// through one path must not be taken for dead through another.
func TestSymbolicLink(t *testing.T) {
	t.Parallel()
	dir := newFolder(t)
	a := start(t, dir)
	link := filepath.Join(t.TempDir(), "link")
	if err := os.Symlink(dir, link); err != nil {
		t.Fatal(err)
	}
	pid := postmasterOf(t, dir)
	b := start(t, link)
	if a.AdminURL("postgres") != b.AdminURL("postgres") || postmasterOf(t, dir) != pid {
		t.Error("the link led to another server")
	}
}

// Two that stop at the same instant could each see the other and both leave the
// server running, and one that joins could find it gone: they take turns.
func TestStopWaitsItsTurn(t *testing.T) {
	t.Parallel()
	dir := newFolder(t)
	s := start(t, dir)
	gate, err := lock(t.Context(), filepath.Join(dir, startLock), syscall.LOCK_EX)
	if err != nil {
		t.Fatal(err)
	}
	stopped := make(chan error, 1)
	go func() { stopped <- s.Stop() }()
	select {
	case err := <-stopped:
		gate.Close()
		t.Error("it did not wait:", err)
		return
	case <-time.After(200 * time.Millisecond):
		query(t, s.AdminURL("postgres"), "select 1")
	}
	gate.Close()
	if err := <-stopped; err != nil {
		t.Error(err)
	}
	if left := running(t, dir); len(left) > 0 {
		t.Error("processes left:", left)
	}
}

// Everyone who has got a server can use it until they leave: nobody may stop
// it between another's joining and first query.
func TestComingAndGoing(t *testing.T) {
	t.Parallel()
	dir := newFolder(t)
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			for range 8 {
				s, err := Start(context.Background(), dir, "fsync=off")
				if err != nil {
					t.Error(err)
					return
				}
				if _, err := tryQuery(s.AppURL("postgres"), "select 1"); err != nil {
					t.Error(err)
				}
				if err := s.Stop(); err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	if left := running(t, dir); len(left) > 0 {
		t.Error("processes left after the last has gone:", left)
	}
}
