package main

import (
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"praksis/internal/pgtest"
	"praksis/internal/pgtest/seeded"
	"praksis/internal/postgres/embedded"
	"praksis/migrations"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"
)

// The steps that can be taken back with the data in place; before the first of them
// revisions had another form (testdata/before_content.sql.gz of internal/postgres).
const (
	firstBack     = 9
	beforeContent = 4
)

// wayBackLoses are the tables that a step back takes something from that the step did
// not make itself (docs/faults.md, section 5).
var wayBackLoses = []string{"organisation", "source_document", "source_document_text", "synonym_rule", "term"}

// TestFaultKilledAmidMigrations takes a database back to before each step, kills
// `praksis migrate` with kill -9 somewhere between there and the newest, and starts two
// of them: both come to their end, schema and data are as they were, and nobody mends
// anything by hand (faults.md, rows 4 and 33).
func TestFaultKilledAmidMigrations(t *testing.T) {
	random := chance(t)
	app := seeded.New(t).Config().ConnString()
	m := newMigrated(t, strings.Replace(app, "praksis_app", "praksis_owner", 1))
	var practices int
	if *faults {
		importSynthetic(t, []string{"DATABASE_URL=" + app, "PRAKSIS_MIGRATE_URL=" + m.owner}, 5000)
	}
	if err := m.conn.QueryRow(t.Context(), `SELECT count(*) FROM practice`).Scan(&practices); err != nil {
		t.Fatal(err)
	}
	m.up(t) // which notes the shape of the read model too
	schema, data := m.schema(t), m.data(t)
	var steps []int64
	for n := int64(firstBack); n <= m.newest; n++ {
		steps = append(steps, n)
	}
	if !*faults {
		steps = []int64{steps[random.IntN(len(steps))]}
	}
	slices.Reverse(steps) // so that each loses what its own way back loses
	lost := map[string]bool{}
	amid := 0
	for _, step := range steps {
		if err := migrations.DownTo(t.Context(), m.owner, step-1); err != nil {
			t.Fatal(err)
		}
		if m.killedUp(t, step+random.Int64N(m.newest-step+1), time.Duration(random.Int64N(int64(20*time.Millisecond)))) {
			amid++
		}
		m.up(t)
		if diff := cmp.Diff(schema, m.schema(t)); diff != "" {
			t.Fatalf("from step %d, the schema is another one:\n%s", step, diff)
		}
		now := m.data(t)
		for table := range data {
			if data[table] != now[table] {
				if lost[table] = true; !slices.Contains(wayBackLoses, table) {
					t.Errorf("from step %d, %s has other rows: %s, not %s", step, table, now[table], data[table])
				}
			}
		}
		data = now
	}
	// Further back there is no way, and that is said.
	if err := migrations.DownTo(t.Context(), m.owner, beforeContent); err == nil || !strings.Contains(err.Error(), "restore a backup") {
		t.Errorf("back to step %d: %v", beforeContent, err)
	}
	m.up(t)
	if now := m.data(t)["revision"]; now != data["revision"] {
		t.Errorf("after a way back that there is not, revisions are %s, not %s", now, data["revision"])
	}
	// A database of before the revisions had their form, once as it is, and once killed.
	old := ""
	for n := range rounds(0, 4) {
		owner, _ := pgtest.NewURLs(t)
		if err := migrations.Down(t.Context(), owner); err != nil {
			t.Fatal(err)
		}
		if err := migrations.UpTo(t.Context(), owner, beforeContent); err != nil {
			t.Fatal(err)
		}
		loadOld(t, owner)
		x := newMigrated(t, owner)
		if n > 0 && x.killedUp(t, int64(n)+beforeContent-1, time.Duration(random.Int64N(int64(200*time.Millisecond)))) {
			amid++
		}
		x.up(t)
		if diff := cmp.Diff(schema, x.schema(t)); diff != "" {
			t.Fatalf("from the old release, the schema is another one:\n%s", diff)
		}
		if now := fmt.Sprint(x.data(t)); old == "" {
			old = now
		} else if now != old {
			t.Errorf("killed amid the migrations, the old release's data are %s, not %s", now, old)
		}
	}
	saw(t, len(steps)+rounds(0, 3), "%d practices, from before each of %d steps up, %d of the kills between two steps or in one; two started at once finished; schema as pg_dump has it and the rows of %d tables as before, those of %s as docs/faults.md says", practices, len(steps), amid, len(data)-len(lost), strings.Join(slices.Sorted(maps.Keys(lost)), ", "))
}

// migrated is a database that is taken back and brought up.
type migrated struct {
	owner  string
	conn   *pgx.Conn
	newest int64
}

func newMigrated(t *testing.T, owner string) *migrated {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), owner)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close(context.Background()) })
	m := &migrated{owner: owner, conn: conn}
	m.newest = m.step(t)
	return m
}

func (m *migrated) step(t *testing.T) (n int64) {
	t.Helper()
	if err := m.conn.QueryRow(t.Context(), `SELECT max(version_id) FROM goose_db_version WHERE is_applied`).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

// killedUp migrates, and kills that some time after the step before at was reached. It
// tells whether something was left to do.
func (m *migrated) killedUp(t *testing.T, at int64, later time.Duration) bool {
	t.Helper()
	c := command(t, []string{"PRAKSIS_MIGRATE_URL=" + m.owner}, "migrate")
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() { c.Wait(); close(ended) }()
	for running := true; running && m.step(t) < at-1; {
		select {
		case <-ended:
			running = false
		case <-time.After(time.Millisecond):
		}
	}
	time.Sleep(later)
	if err := c.Process.Signal(syscall.SIGKILL); err == nil {
		<-ended
	}
	return m.step(t) < m.newest
}

// up migrates twice at once.
func (m *migrated) up(t *testing.T) {
	t.Helper()
	var all [2]*exec.Cmd
	var said [2]output
	for i := range all {
		all[i] = command(t, []string{"PRAKSIS_MIGRATE_URL=" + m.owner}, "migrate")
		all[i].Stdout, all[i].Stderr = &said[i], &said[i]
		if err := all[i].Start(); err != nil {
			t.Fatal(err)
		}
	}
	for i, c := range all {
		late := time.AfterFunc(time.Minute, func() { c.Process.Kill() })
		if err := c.Wait(); err != nil {
			t.Errorf("migrate after a kill: %v %s", err, &said[i])
		}
		late.Stop()
	}
	if n := m.step(t); n != m.newest && m.newest > beforeContent {
		t.Fatalf("at step %d of %d", n, m.newest)
	}
}

// schema is the whole schema, as pg_dump tells it.
func (m *migrated) schema(t *testing.T) string {
	t.Helper()
	return regexp.MustCompile(`(?m)^\\(un)?restrict .*\n`).ReplaceAllString(client(t, "", "pg_dump", "--schema-only", m.owner), "")
}

// client runs a program of PostgreSQL's, and returns what it says.
func client(t *testing.T, in, name string, args ...string) string {
	t.Helper()
	bin, err := embedded.FindBin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	c := exec.Command(filepath.Join(bin.Dir, name), args...)
	c.Stdin = strings.NewReader(in)
	out, err := c.CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %v %s", name, err, out)
	}
	return string(out)
}

// data is a hash of the rows of each table, but for a key that is made anew, and what the
// migrations and the queue keep of themselves.
func (m *migrated) data(t *testing.T) map[string]string {
	t.Helper()
	rows, err := m.conn.Query(t.Context(), `SELECT relname::text FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND relname NOT LIKE 'river%' AND relname NOT IN ('goose_db_version', 'erasure_key')`)
	if err != nil {
		t.Fatal(err)
	}
	tables, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for _, table := range tables {
		var hash string
		// Rows as texts, in any order.
		if err := m.conn.QueryRow(t.Context(), `SELECT count(*) || ' ' || coalesce(sum(hashtextextended(t::text, 0)), 0) FROM `+pgx.Identifier{table}.Sanitize()+` t`, pgx.QueryExecModeSimpleProtocol).Scan(&hash); err != nil {
			t.Fatalf("%s: %v", table, err)
		}
		out[table] = hash
	}
	return out
}

// importSynthetic imports so many made-up practices.
func importSynthetic(t *testing.T, env []string, n int) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "synth.jsonl")
	for _, args := range [][]string{{"synth", "-n", fmt.Sprint(n), "-o", file}, {"import", file}} {
		if _, errs, code := run(t, env, "", args...); code != 0 {
			t.Fatalf("%v: %s", args, errs)
		}
	}
}

// loadOld loads a database of the release before the revisions had their form.
func loadOld(t *testing.T, owner string) {
	t.Helper()
	f, err := os.Open("../../internal/postgres/testdata/before_content.sql.gz")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	sql, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	if said := client(t, "DELETE FROM catalogue_version;\n"+string(sql), "psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-1", owner); slices.Contains(strings.Fields(said), "ERROR:") {
		t.Fatal(said)
	}
}
