package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"praksis/internal/postgres/embedded"

	"github.com/jackc/pgx/v5"
)

// operationPage is for those who run the catalogue; operationFiles are what it names.
const (
	operationPage  = "../../docs/operation.md"
	operationFiles = "../../docs/operation"
)

// A block is what stands between two fences of a page, under its mark.
type block struct {
	kind     string // run, prints, check or shown; empty without a mark
	with     string // of check, the checker; of shown, the reason
	language string
	text     string
	line     int // of the first fence
}

var blockMark = regexp.MustCompile(`^<!-- (run|prints|check|shown)(?:: (.+))? -->$`)

// blocks reads a page. What is wrong with a mark is told as an error, all of them
// together.
func blocks(page string) (out []block, err error) {
	var open *block
	mark, number := "", 0
	for line := range strings.Lines(page) {
		number++
		bare := strings.TrimSpace(line)
		switch {
		case open != nil && bare == "```":
			out = append(out, *open)
			open, mark = nil, ""
		case open != nil:
			open.text += line
		case strings.HasPrefix(bare, "```"):
			open = &block{language: strings.TrimPrefix(bare, "```"), line: number}
			m := blockMark.FindStringSubmatch(mark)
			if m == nil {
				err = errors.Join(err, fmt.Errorf("line %d: a block without a mark above it: run, prints, check: CHECKER, or shown: REASON", number))
				break
			}
			open.kind, open.with = m[1], m[2]
			if wants := open.kind == "check" || open.kind == "shown"; wants != (open.with != "") {
				err = errors.Join(err, fmt.Errorf("line %d: %q: check names its checker and shown its reason, the others nothing", number, mark))
			}
			if open.kind == "prints" && (len(out) == 0 || out[len(out)-1].kind != "run") {
				err = errors.Join(err, fmt.Errorf("line %d: prints stands under a block that is run", number))
			}
		case bare != "":
			mark = bare
		}
	}
	if open != nil {
		err = errors.Join(err, fmt.Errorf("line %d: a block that does not end", open.line))
	}
	return out, err
}

func TestBlocks(t *testing.T) {
	page := "Text\n<!-- run -->\n```sh\ntrue\n```\n\n<!-- prints -->\n```\nok\n```\n<!-- check: nginx -t -->\n```nginx\na;\n```\n"
	got, err := blocks(page)
	if err != nil || len(got) != 3 || got[0] != (block{"run", "", "sh", "true\n", 3}) || got[2].with != "nginx -t" {
		t.Errorf("%v, %+v", err, got)
	}
	for _, wrong := range []string{
		"```sh\ntrue\n```\n",
		"<!-- run -->\n```sh\ntrue\n```\n```sh\nfalse\n```\n", // a mark is of one block
		"<!-- run -->\nText\n```sh\ntrue\n```\n",
		"<!-- shown -->\n```sh\ntrue\n```\n",
		"<!-- run: fast -->\n```sh\ntrue\n```\n",
		"<!-- prints -->\n```\nok\n```\n",
		"<!-- skip: why -->\n```\nok\n```\n",
		"<!-- run -->\n```sh\ntrue\n",
	} {
		if _, err := blocks(wrong); err == nil {
			t.Errorf("taken: %q", wrong)
		}
	}
}

// TestOperation does what docs/operation.md says: its blocks that are run are run, from
// the first to the last, on one machine that has nothing yet but a PostgreSQL and the
// program; those that are checked are shown to their checkers.
func TestOperation(t *testing.T) {
	page, err := os.ReadFile(operationPage)
	if err != nil {
		t.Fatal(err)
	}
	all, err := blocks(string(page))
	if err != nil {
		t.Fatal(err)
	}
	h := newHost(t)
	printed := ""
	for _, b := range all {
		at := fmt.Sprintf("operation.md:%d", b.line)
		switch b.kind {
		case "run":
			if printed, err = h.run(b); err != nil {
				t.Fatalf("%s: %v\n%s\nprinted:\n%s", at, err, b.text, printed)
			}
		case "prints":
			if err := prints(h.local(b.text), printed); err != nil {
				t.Errorf("%s: %v in what the block above it printed:\n%s", at, err, printed)
			}
		case "check":
			check := checkers[b.with]
			if check == nil {
				t.Errorf("%s: there is no checker %q", at, b.with)
				continue
			}
			if err := check(t, "", b.text); err != nil {
				t.Errorf("%s: %v", at, err)
			}
		}
	}
}

// prints holds what is shown as printed to what was: the same lines in the same order,
// with others between them; … stands for anything.
func prints(shown, printed string) error {
	var pattern strings.Builder
	pattern.WriteString("(?ms)")
	for line := range strings.Lines(shown) {
		line = strings.TrimSpace(line)
		if line == "" || line == "…" {
			continue
		}
		parts := strings.Split(line, "…")
		for i := range parts {
			parts[i] = strings.Join(strings.Fields(regexp.QuoteMeta(parts[i])), `[ \t]+`)
		}
		pattern.WriteString(`^[ \t]*` + strings.Join(parts, `[^\n]*`) + `[ \t]*$.*?`)
		if ok, err := regexp.MatchString(pattern.String(), printed); err != nil || !ok {
			return fmt.Errorf("there is no %q (%v)", line, err)
		}
	}
	return nil
}

// A host is what the page is tried on: a folder in place of the system's, and a
// server of databases.
type host struct {
	root     string
	postgres *embedded.Server
	mapping  *strings.Replacer
	in       io.WriteCloser
	out      *os.File
	lines    *bufio.Reader
	database string // which the SQL is for
}

// blockTime is what a block may take.
const blockTime = 3 * time.Minute

// The folders of the page.
var hostFolders = []string{"/etc/praksis", "/var/lib/praksis", "/var/backups/praksis", "/opt/praksis", "/tmp"}

func newHost(t *testing.T) *host {
	h := &host{root: t.TempDir(), postgres: bareServer(t), database: "postgres"}
	admin, err := url.Parse(h.postgres.AdminURL("postgres"))
	if err != nil {
		t.Fatal(err)
	}
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := free.Addr().String()
	free.Close()
	var pairs []string
	for _, folder := range hostFolders {
		if err := os.MkdirAll(h.root+folder, 0o700); err != nil {
			t.Fatal(err)
		}
		pairs = append(pairs, folder, h.root+folder)
	}
	pairs = append(pairs, "127.0.0.1:8080", addr)
	for _, db := range []string{"praksis_new", "praksis"} {
		pairs = append(pairs, "@127.0.0.1:5432/"+db, "@/"+db+"?"+admin.RawQuery)
	}
	h.mapping = strings.NewReplacer(pairs...)

	program, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	sh := exec.Command("sh")
	sh.Dir = h.root
	sh.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // with all that the blocks leave running
	for _, kv := range os.Environ() {                    // the settings come from the page
		if name, _, _ := strings.Cut(kv, "="); !strings.HasPrefix(name, "PRAKSIS_") && name != "DATABASE_URL" && !strings.HasPrefix(name, "PG") || name == "PGBIN" {
			sh.Env = append(sh.Env, kv)
		}
	}
	sh.Env = append(sh.Env, "PATH="+filepath.Dir(program)+":"+os.Getenv("PATH"), "HOME="+h.root)
	if h.in, err = sh.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	out, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	sh.Stdout, sh.Stderr = w, w
	if err := sh.Start(); err != nil {
		t.Fatal(err)
	}
	w.Close()
	h.out, h.lines = out, bufio.NewReader(out)
	t.Cleanup(func() {
		h.in.Close()
		syscall.Kill(-sh.Process.Pid, syscall.SIGTERM)
		sh.Wait()
		out.SetReadDeadline(time.Now().Add(10 * time.Second)) // the last of them
		io.Copy(io.Discard, out)
		syscall.Kill(-sh.Process.Pid, syscall.SIGKILL)
		out.Close()
	})
	return h
}

// local is a text of the page with the host's own paths and addresses.
func (h *host) local(text string) string { return h.mapping.Replace(text) }

// run does what a block says, and returns what it printed.
func (h *host) run(b block) (string, error) {
	if b.language == "sql" {
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		defer cancel()
		return "", h.sql(ctx, b.text)
	}
	if b.language != "sh" {
		return "", fmt.Errorf("nothing runs %q", b.language)
	}
	const end = "@@ended "
	fmt.Fprintf(h.in, "set -e\n{\n%s\n} </dev/null\necho \"%s$?\"\n", h.local(b.text), end)
	var printed strings.Builder
	h.out.SetReadDeadline(time.Now().Add(blockTime))
	for {
		line, err := h.lines.ReadString('\n')
		if strings.HasPrefix(line, end) {
			return printed.String(), nil
		}
		printed.WriteString(line)
		if err != nil {
			return printed.String(), fmt.Errorf("it failed, or took longer than %v", blockTime)
		}
	}
}

var connects = regexp.MustCompile(`(?m)^\\connect (\w+)$`)

// sql does what psql would as the server's administrator.
func (h *host) sql(ctx context.Context, text string) error {
	return statements(ctx, text, func(database string) string {
		if database != "" {
			h.database = database
		}
		return h.postgres.AdminURL(h.database)
	})
}

// statements does one after the other at the address that is told for the database that
// the text connects to last.
func statements(ctx context.Context, text string, address func(database string) string) error {
	for statement := range strings.SplitSeq(text, ";\n") {
		database := ""
		if c := connects.FindStringSubmatch(statement); c != nil {
			database = c[1]
			statement = strings.Replace(statement, c[0], "", 1)
		}
		conn, err := pgx.Connect(ctx, address(database))
		if err != nil {
			return err
		}
		_, err = conn.Exec(ctx, statement)
		conn.Close(ctx)
		if err != nil {
			return fmt.Errorf("%w\n%s", err, statement)
		}
	}
	return nil
}

// bareServer is one that others set up: it has no roles of ours.
func bareServer(t *testing.T) *embedded.Server {
	t.Helper()
	server, err := embedded.Start(t.Context(), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := server.Stop(); err != nil {
			t.Error(err)
		}
	})
	if err := statements(t.Context(), "DROP ROLE praksis_app;\nDROP ROLE praksis_owner;\n", func(string) string { return server.AdminURL("postgres") }); err != nil {
		t.Fatal(err)
	}
	return server
}
