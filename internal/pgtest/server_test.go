package pgtest

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/fstest"
	"time"

	"praksis/internal/postgres/embedded"

	"github.com/jackc/pgx/v5"
)

// The test binary runs itself again as other test processes.
const helperEnv = "PRAKSIS_PGTEST_HELPER"

func TestMain(m *testing.M) {
	if os.Getenv(helperEnv) != "" {
		s, err := opened()
		if err != nil {
			fmt.Println("error", err)
			os.Exit(1)
		}
		name := s.nextName()
		if err := s.copyTemplate(context.Background(), s.template, name); err != nil {
			fmt.Println("error", err)
			os.Exit(1)
		}
		fmt.Println("ready", name)
		io.Copy(io.Discard, os.Stdin)
		os.Exit(0) // as every test process does: without a word to the server
	}
	os.Exit(m.Run())
}

// another starts another test process, which makes the database name.
func another(t *testing.T, env ...string) (cmd *exec.Cmd, name string) {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd = exec.Command(exe)
	cmd.Env = append(append(os.Environ(), helperEnv+"=1"), env...)
	cmd.Stderr = os.Stderr
	if _, err := cmd.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { cmd.Process.Kill(); cmd.Wait() })
	line, err := bufio.NewReader(out).ReadString('\n')
	name, ok := strings.CutPrefix(strings.TrimSpace(line), "ready ")
	if !ok {
		t.Fatalf("the other process said %q, %v", line, err)
	}
	return cmd, name
}

func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(20 * time.Second); !ok(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("it never came to be that %s", what)
		}
	}
}

// A killed process's databases are dropped, a living one's are not.
func TestKilledProcess(t *testing.T) {
	t.Parallel()
	s := mustOpen(t)
	dead, deads := another(t)
	_, lives := another(t)
	dead.Process.Kill()
	dead.Wait()
	exists := func(db string) bool {
		return one[bool](t, s.admin, "select exists (select from pg_database where datname = $1)", db)
	}
	if !exists(deads) || !exists(lives) {
		t.Fatal("the processes made no databases")
	}
	eventually(t, deads+" is dropped", func() bool {
		other := second(t, s) // the server notices within moments that the process is dead
		if err := other.dropUnused(t.Context()); err != nil {
			t.Fatal(err)
		}
		return !exists(deads)
	})
	if !exists(lives) {
		t.Error("the database of a living process was dropped")
	}
}

// second is s as another process would have it.
func second(t *testing.T, s *server) *server {
	t.Helper()
	other := &server{Server: s.Server, admin: s.admin, lockConn: connect(t, s.AdminURL("postgres")), template: s.template}
	if err := other.takeKey(t.Context()); err != nil {
		t.Fatal(err)
	}
	return other
}

// Several processes that want the same template make it once; one that failed
// halfway is none; and it goes when its last process has gone.
func TestTemplate(t *testing.T) {
	t.Parallel()
	s := mustOpen(t)
	ctx := t.Context()
	template := fmt.Sprintf("tpl_%016x", time.Now().UnixNano())
	exists := func(db string) bool {
		return one[bool](t, s.admin, "select exists (select from pg_database where datname = $1)", db)
	}
	t.Cleanup(func() {
		for _, db := range []string{template, template + "_half"} {
			s.admin.Exec(context.Background(), "drop database if exists "+db+" with (force)")
		}
	})

	broken := errors.New("broken")
	first := second(t, s)
	first.template = template
	if err := first.makeTemplate(ctx, func(context.Context, string) error { return broken }); !errors.Is(err, broken) {
		t.Errorf("a migration that fails: %v", err)
	}
	if exists(template) {
		t.Error("half a template")
	}

	var ups atomic.Int32
	up := func(ctx context.Context, ownerURL string) error {
		ups.Add(1)
		conn, err := pgx.Connect(ctx, ownerURL)
		if err != nil {
			return err
		}
		_, err = conn.Exec(ctx, "create table made(); grant select on made to praksis_app")
		return errors.Join(err, conn.Close(ctx))
	}
	servers := []*server{first, second(t, s), second(t, s)}
	var all sync.WaitGroup
	for _, other := range servers {
		other.template = template
		all.Go(func() {
			if err := other.makeTemplate(ctx, up); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if n := ups.Load(); n != 1 {
		t.Errorf("migrated %d times", n)
	}
	if _, err := pgx.Connect(ctx, s.AdminURL(template)); err == nil {
		t.Error("one can connect to the template, and so be in the way of copying")
	}
	_, app := s.newURLs(t, template)
	one[int](t, connect(t, app), "select count(*) from made")

	gone := func() bool {
		if err := second(t, s).dropUnused(ctx); err != nil {
			t.Fatal(err)
		}
		return !exists(template)
	}
	for _, other := range servers {
		if gone() {
			t.Fatal("a template that is used was dropped")
		}
		other.lockConn.Close(ctx)
	}
	eventually(t, "the unused template is dropped", gone)
}

// A template with content is made once for its key, by however many processes,
// each database is a copy, and one of another key goes when nobody uses it.
func TestFilledTemplate(t *testing.T) {
	t.Parallel()
	s := mustOpen(t)
	ctx := t.Context()
	name := fmt.Sprintf("test%x", uint32(time.Now().UnixNano())) // short: PostgreSQL cuts long names
	exists := func(template string) bool {
		return one[bool](t, s.admin, "select exists (select from pg_database where datname = $1)", template)
	}
	var fills atomic.Int32
	fill := func(ctx context.Context, ownerURL, _ string) error {
		fills.Add(1)
		conn, err := pgx.Connect(ctx, ownerURL)
		if err != nil {
			return err
		}
		_, err = conn.Exec(ctx, "create table filling as select 7 as n; grant select on filling to praksis_app")
		return errors.Join(err, conn.Close(ctx))
	}
	broken := errors.New("broken")
	fails := second(t, s)
	for range 2 { // and the second time does not wait for it again
		if _, err := fails.filled(name, "broken", func(context.Context, string, string) error { return broken }); !errors.Is(err, broken) {
			t.Errorf("filling that fails: %v", err)
		}
	}
	fails.lockConn.Close(ctx)
	processes := []*server{second(t, s), second(t, s)}
	var all sync.WaitGroup
	for _, p := range processes {
		for range 2 {
			all.Go(func() {
				template, err := p.filled(name, "a", fill)
				if err != nil || !exists(template) {
					t.Errorf("%s: %v", template, err)
				}
			})
		}
	}
	all.Wait()
	if n := fills.Load(); n != 1 {
		t.Errorf("filled %d times", n)
	}
	template := filledName(s.template, name, "a")
	t.Run("copies", func(t *testing.T) {
		for range 2 {
			_, app := s.newURLs(t, template)
			conn := connect(t, app)
			if n := one[int](t, conn, "select n from filling"); n != 7 {
				t.Errorf("the copy has %d", n)
			}
		}
	})
	third := second(t, s)
	if _, err := third.filled(name, "b", fill); err != nil {
		t.Fatal(err)
	}
	if !exists(template) {
		t.Error("a template that is used was dropped")
	}
	if err := second(t, s).dropUnused(ctx); err != nil || !exists(template) {
		t.Errorf("a template of the same migrations was dropped at a start: %v", err)
	}
	for _, p := range processes {
		p.lockConn.Close(ctx)
	}
	n := 0
	eventually(t, "the template of another key is dropped", func() bool {
		n++
		if _, err := second(t, s).filled(name, fmt.Sprint("c", n), fill); err != nil {
			t.Fatal(err)
		}
		return !exists(template)
	})
	t.Cleanup(func() {
		rows, _ := s.admin.Query(context.Background(), "select datname from pg_database where datname like '%' || $1 || '%'", name)
		left, _ := pgx.CollectRows(rows, pgx.RowTo[string])
		for _, db := range left {
			s.admin.Exec(context.Background(), "drop database if exists "+db+" with (force)")
		}
	})
}

func TestTemplateName(t *testing.T) {
	t.Parallel()
	seen := map[string]string{}
	for what, files := range map[string]fstest.MapFS{
		"none":         {},
		"one":          {"1.sql": {Data: []byte("a")}},
		"another text": {"1.sql": {Data: []byte("b")}},
		"another name": {"2.sql": {Data: []byte("a")}},
		"two":          {"1.sql": {Data: []byte("a")}, "2.sql": {Data: nil}},
	} {
		name, err := templateName(files)
		if again, _ := templateName(files); err != nil || again != name || !databaseName.MatchString(name) {
			t.Errorf("%s: %s, %s, %v", what, name, again, err)
		}
		if seen[name] != "" {
			t.Errorf("%s and %s have one name", what, seen[name])
		}
		seen[name] = what
	}
}

// The server goes when the last process has, however it ended, and not before;
// so does the supervisor.
func TestSupervisor(t *testing.T) {
	t.Parallel()
	dir, err := os.MkdirTemp("", "pgtest-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		embedded.StopUnused(context.Background(), dir)
		os.RemoveAll(dir)
	})
	up := func() bool {
		found, _ := filepath.Glob(filepath.Join(dir, "pg*", "postmaster.pid"))
		return len(found) > 0
	}
	watched := func() bool {
		held := lockSupervisor(dir)
		if held != nil {
			held.Close()
		}
		return held == nil
	}
	first, _ := another(t, folderEnv+"="+dir)
	if !up() {
		t.Fatal("the server is not in its folder")
	}
	eventually(t, "there is a supervisor", watched)
	last, _ := another(t, folderEnv+"="+dir)
	first.Process.Kill()
	first.Wait()
	time.Sleep(supervisionInterval + time.Second)
	if !up() {
		t.Fatal("the server was stopped under a living process")
	}
	last.Process.Kill()
	last.Wait()
	eventually(t, "the server stops", func() bool { return !up() })
	eventually(t, "the supervisor goes", func() bool { return !watched() })
	// And it all begins anew.
	another(t, folderEnv+"="+dir)
	eventually(t, "there is a supervisor again", watched)
	if !up() {
		t.Error("the server is not up again")
	}
}

// Without a server tests fail: none is skipped, and the reason is told.
func TestNoServer(t *testing.T) {
	t.Parallel()
	if os.Getenv("PRAKSIS_PGTEST_EXPECT_FAILURE") != "" {
		New(t)
		return
	}
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(exe, "-test.run=^TestNoServer$", "-test.v")
	cmd.Env = append(os.Environ(), "PRAKSIS_PGTEST_EXPECT_FAILURE=1", "PGBIN=/nowhere", folderEnv+"=")
	out, err := cmd.CombinedOutput()
	exit, failed := errors.AsType[*exec.ExitError](err)
	if !failed || exit.ExitCode() != 1 || !regexp.MustCompile(`PGBIN cannot be used: no initdb in /nowhere: install PostgreSQL`).Match(out) || !strings.Contains(string(out), "--- FAIL") {
		t.Errorf("it ended with %v and said\n%s", err, out)
	}
}
