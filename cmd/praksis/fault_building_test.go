package main

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"praksis/internal/pgtest/seeded"
	"praksis/internal/postgres"

	"github.com/jackc/pgx/v5"
)

// TestFaultKilledAmidBuilding kills what makes many practices at once (faults.md, row 3):
// an import beside a server, the building of the index, and the reshaping of the read
// model by `praksis migrate` and by a server. An import is whole or not there; what is
// half made is made whole by the next start, which serves pages at once; and the running
// server lists what the database has published.
func TestFaultKilledAmidBuilding(t *testing.T) {
	if !*faults {
		t.Skip("make faults runs it: thousands of practices are made again and again")
	}
	random := chance(t)
	app := seeded.New(t).Config().ConnString()
	owner := strings.Replace(app, "praksis_app", "praksis_owner", 1)
	env := []string{"DATABASE_URL=" + app, "PRAKSIS_MIGRATE_URL=" + owner}
	conn, err := pgx.Connect(t.Context(), owner)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.Background())
	b := built{conn: conn, env: env, data: t.TempDir(), practices: 5000, lines: filepath.Join(t.TempDir(), "synth.jsonl")}
	if _, errs, code := run(t, env, "", "synth", "-n", fmt.Sprint(b.practices), "-o", b.lines); code != 0 {
		t.Fatal(errs)
	}
	const kills = 8
	p := serve(t, b.data, env...)
	before := b.published(t)
	for n := range kills { // half of them before all is read, half in what comes after
		share := 1.0
		if n%2 == 0 {
			share = random.Float64()
		}
		b.killedImport(t, share, time.Duration(random.Int64N(int64(time.Second))))
		switch now := b.published(t); {
		case slices.Equal(now, before):
		case len(now) == len(before)+b.practices && share == 1: // it was quicker
		default:
			t.Fatalf("an import of %d that was killed has left %d practices of %d", b.practices, len(now), len(before))
		}
		b.listed(t, p)
	}
	for range 2 {
		if _, errs, code := run(t, env, "", "import", b.lines); code != 0 {
			t.Fatal(errs)
		}
	}
	if n := len(b.published(t)); n != len(before)+b.practices {
		t.Fatalf("imported twice more, %d of %d are there", n-len(before), b.practices)
	}
	b.whole(t)
	b.listed(t, p)
	p.end(t, syscall.SIGTERM)

	var slowest time.Duration
	amid := 0
	for n := range kills {
		if n%2 == 0 {
			if err := os.RemoveAll(filepath.Join(b.data, "index")); err != nil {
				t.Fatal(err)
			}
		}
		half, page := b.killedBuilding(t, time.Duration(random.Int64N(int64(3*time.Second))))
		if half {
			amid++
		}
		slowest = max(slowest, page)
	}
	p = serve(t, b.data, env...)
	b.listed(t, p)
	p.end(t, syscall.SIGTERM)
	if slowest > recovery {
		t.Errorf("a start has answered with the front page after %s", slowest)
	}
	if amid == 0 {
		t.Error("no building was killed: the run proves nothing")
	}

	was, between := b.rows(t), 0
	for n := range kills {
		if n%2 == 0 {
			// As an older build has made them, so that one can see that they are made again.
			b.exec(t, `UPDATE public_practice SET shape = $1, card = card - 'title' WHERE card IS NOT NULL`, postgres.Shape-1)
			b.exec(t, `UPDATE public_shape SET newest = $1`, postgres.Shape-1)
		}
		if b.killedReshaping(t, n%4 < 2, random.IntN(b.practices), time.Duration(random.Int64N(int64(50*time.Millisecond)))) {
			between++
		}
	}
	b.migrate(t)
	if now := b.rows(t); now != was {
		t.Errorf("after reshaping, the read model is %s, and it was %s", now, was)
	}
	p = serve(t, b.data, env...)
	b.listed(t, p)
	p.end(t, syscall.SIGTERM)
	saw(t, 3*kills, "%d practices: an import was whole or not there, and listed after %.1f s at most; of %d buildings of the index %d were killed amid it, and the next start answered after %.1f s at most; %d reshapings were killed between two of its steps, and the read model is what it was", b.practices, b.slowest.Seconds(), kills, amid, slowest.Seconds(), between)
}

// built is a database and an index folder in which much is made at once.
type built struct {
	conn        *pgx.Conn
	env         []string
	data, lines string
	practices   int
	slowest     time.Duration // until all was listed
}

func (b *built) exec(t *testing.T, sql string, args ...any) {
	t.Helper()
	if _, err := b.conn.Exec(t.Context(), sql, args...); err != nil {
		t.Fatal(err)
	}
}

func (b *built) count(t *testing.T, sql string, args ...any) (n int) {
	t.Helper()
	if err := b.conn.QueryRow(t.Context(), sql, args...).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

// published are the slugs that the database shows to the public, in order.
func (b *built) published(t *testing.T) []string {
	t.Helper()
	rows, err := b.conn.Query(t.Context(), `SELECT slug::text FROM public_practice WHERE state = 'published' ORDER BY slug::text COLLATE "C"`)
	if err != nil {
		t.Fatal(err)
	}
	slugs, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatal(err)
	}
	return slugs
}

// whole fails where a practice has not exactly what an import gives it.
func (b *built) whole(t *testing.T) {
	t.Helper()
	for what, sql := range map[string]string{
		"practices that have not one revision": `SELECT count(*) FROM practice p WHERE (SELECT count(*) FROM revision r WHERE r.practice_id = p.id) <> 1`,
		"practices that the public cannot see": `SELECT count(*) FROM practice p WHERE state = 'published' AND NOT EXISTS (SELECT FROM public_practice x WHERE x.id = p.id AND x.state = 'published')`,
		"rows ahead of the catalogue":          `SELECT count(*) FROM public_practice WHERE version > (SELECT n FROM catalogue_version)`,
	} {
		if n := b.count(t, sql); n > 0 {
			t.Errorf("%d %s", n, what)
		}
	}
}

// listed waits until a server finds what the database has published.
func (b *built) listed(t *testing.T, p *process) {
	t.Helper()
	var all, public []string
	begun := time.Now()
	for end := begun.Add(time.Minute); time.Now().Before(end); time.Sleep(100 * time.Millisecond) { // it is all to be indexed
		if all, public = listed(t, p), b.published(t); slices.Equal(all, public) {
			b.slowest = max(b.slowest, time.Since(begun))
			return
		}
	}
	t.Fatalf("a minute later, %d are listed, and %d are published: %s", len(all), len(public), p.out)
}

// killedImport begins an import, gives it that share of the lines, and kills it some time
// later.
func (b *built) killedImport(t *testing.T, share float64, later time.Duration) {
	t.Helper()
	lines, err := os.ReadFile(b.lines)
	if err != nil {
		t.Fatal(err)
	}
	c := command(t, b.env, "import", "-")
	in, err := c.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	if _, err := in.Write(lines[:int(share*float64(len(lines)))]); err != nil {
		t.Error(err)
	}
	if share == 1 {
		if err := in.Close(); err != nil {
			t.Error(err)
		}
	}
	time.Sleep(later)
	_ = c.Process.Kill() // it may have ended by itself
	_ = c.Wait()
}

// killedBuilding starts a server and kills it some time after the building of its index
// has begun. It tells whether that was before it was whole, and how long the front page
// took.
func (b *built) killedBuilding(t *testing.T, later time.Duration) (amid bool, page time.Duration) {
	t.Helper()
	addr := freeAddress(t)
	c := command(t, b.env, "serve", "--addr", addr, "--data", b.data)
	out := &output{}
	c.Stdout, c.Stderr = out, out
	begun := time.Now()
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.Process.Kill(); _ = c.Wait() }()
	for ; page == 0; time.Sleep(10 * time.Millisecond) {
		if time.Since(begun) > time.Minute {
			t.Fatalf("no front page: %s", out)
		}
		if resp, err := http.Get("http://" + addr + "/"); err == nil {
			body, err := io.ReadAll(resp.Body)
			resp.Body.Close()
			if err == nil && resp.StatusCode == http.StatusOK && strings.Contains(string(body), `href="/eksempler/`) {
				page = time.Since(begun)
			}
		}
	}
	time.Sleep(later)
	return printed.FindString(out.String()) == "", page
}

// killedReshaping makes the read model anew, by `praksis migrate` or a server, and kills
// that some time after so many rows were made. It tells whether some were left.
func (b *built) killedReshaping(t *testing.T, byServer bool, made int, later time.Duration) bool {
	t.Helper()
	args := []string{"migrate"}
	if byServer {
		args = []string{"serve", "--addr", "127.0.0.1:0", "--data", b.data}
	}
	c := command(t, b.env, args...)
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() { defer close(ended); _ = c.Wait() }()
	left := func() int {
		return b.count(t, `SELECT count(*) FROM public_practice WHERE shape < $1 AND card IS NOT NULL`, postgres.Shape)
	}
	total := len(b.published(t))
	for end := time.Now().Add(time.Minute); left() > total-made && time.Now().Before(end); time.Sleep(2 * time.Millisecond) {
		select {
		case <-ended:
			end = time.Now()
		default:
		}
	}
	time.Sleep(later)
	_ = c.Process.Kill() // it may have ended by itself
	<-ended
	n := left()
	return n > 0 && n < total
}

// migrate makes what is left, by two who start at once.
func (b *built) migrate(t *testing.T) {
	t.Helper()
	m := migrated{owner: strings.TrimPrefix(b.env[1], "PRAKSIS_MIGRATE_URL="), conn: b.conn}
	m.newest = m.step(t)
	m.up(t)
}

// rows is a hash of what the public sees.
func (b *built) rows(t *testing.T) (hash string) {
	t.Helper()
	err := b.conn.QueryRow(t.Context(), `SELECT count(*) || ' ' || sum(hashtextextended(concat(id, slug, state, moved_to, card, entry, page, shape), 0)) FROM public_practice`).Scan(&hash)
	if err != nil {
		t.Fatal(err)
	}
	return hash
}

// freeAddress is one on which nobody listens.
func freeAddress(t *testing.T) string {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	return ln.Addr().String()
}
