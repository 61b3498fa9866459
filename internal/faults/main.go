// Command faults runs the plan of faults (docs/faults.md, section 5) in full and prints
// a table of what was seen; `make faults`. It is a list of tests, each of which has a
// driver that keeps a journal of its own and a checker that reads the journal and the
// stores.
package main

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"
)

// budget is how long all of it may take, which on a quiet machine is enough. What has had
// no time by then is told, and no proof of anything.
const budget = 25 * time.Minute

// rowTime is how long a single row may take.
const rowTime = 12 * time.Minute

func main() {
	seed := flag.Uint64("seed", 0, "of the moments at which something is done; 0: another one each time")
	only := flag.String("rows", "", "the rows to run, as 2,4; all of them when not given")
	flag.Parse()
	if *seed == 0 {
		*seed = rand.Uint64N(1 << 32)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	ctx, cancel := context.WithTimeout(ctx, budget)
	defer cancel()
	wrong, err := run(ctx, *seed, *only)
	if err != nil {
		fmt.Fprintln(os.Stderr, "faults:", err)
	}
	if wrong || err != nil {
		os.Exit(1)
	}
}

// outcome is what came of a row.
type outcome struct {
	row
	attrs map[string][]string
	ok    bool
	late  bool   // there was no time for it
	said  string // by tests that failed
	took  time.Duration
}

func run(ctx context.Context, seed uint64, only string) (wrong bool, err error) {
	rows := slices.DeleteFunc(slices.Clone(plan), func(r row) bool {
		wanted := func(number string) bool { return slices.Contains(strings.Split(only, ","), number) }
		return only != "" && !slices.ContainsFunc(strings.Split(r.number, ", "), wanted)
	})
	if len(rows) == 0 {
		return false, fmt.Errorf("the plan has no rows %s", only)
	}
	fmt.Printf("seed %d (again: make faults ARGS='-seed %d')\n", seed, seed)
	dir, err := os.MkdirTemp("", "faults-")
	if err != nil {
		return false, err
	}
	defer os.RemoveAll(dir)
	begun := time.Now()
	var all []outcome
	for _, r := range rows {
		o := r.run(ctx, dir, seed)
		all = append(all, o)
		fmt.Fprintf(os.Stderr, "%-5s %-5s %s, %.0f s\n", o.verdict(), r.number, r.fault, o.took.Seconds())
		if !o.ok {
			wrong = true
			fmt.Fprintln(os.Stderr, o.said)
		}
	}
	fmt.Println("\n| row | fault | rounds | what was seen | |\n| --- | --- | --- | --- | --- |")
	for _, o := range all {
		fmt.Printf("| %s | %s | %s | %s | %s |\n", o.number, o.fault, strings.Join(o.attrs["rounds"], ", "), strings.Join(o.attrs["seen"], "; "), o.verdict())
	}
	fmt.Printf("\n%d rows in %s, seed %d\n", len(all), time.Since(begun).Round(time.Second), seed)
	return wrong, nil
}

func (o *outcome) verdict() string {
	switch {
	case o.ok:
		return "ok"
	case o.late:
		return "NO TIME"
	}
	return "WRONG"
}

// run builds the tests of the row's package, unless another row has, and runs the row's.
func (r row) run(ctx context.Context, dir string, seed uint64) (o outcome) {
	o.row = r
	begun := time.Now()
	defer func() { o.took = time.Since(begun) }()
	fail := func(err error, said []byte) outcome {
		o.said = fmt.Sprintf("%v\n%s", err, said)
		return o
	}
	if err := ctx.Err(); err != nil {
		o.late = true
		return fail(fmt.Errorf("no time was left for it: %w", err), nil)
	}
	program := filepath.Join(dir, filepath.Base(r.pkg)+".test")
	if _, err := os.Stat(program); err != nil {
		if said, err := exec.CommandContext(ctx, "go", "test", "-c", "-o", program, "./"+r.pkg).CombinedOutput(); err != nil {
			return fail(err, said)
		}
	}
	args := []string{"-test.v", "-test.count=1", "-test.timeout=" + rowTime.String(), "-test.run=^(" + strings.Join(r.tests, "|") + ")$"}
	args = append(args, r.args...)
	if r.seeded {
		args = append(args, fmt.Sprintf("-seed=%d", seed))
	}
	c := exec.CommandContext(ctx, program, args...)
	c.Dir = r.pkg
	// A file, since a pipe is waited for as long as any process has it.
	out, err := os.CreateTemp(dir, "said-")
	if err != nil {
		return fail(err, nil)
	}
	defer out.Close()
	c.Stdout, c.Stderr = out, out
	// Servers that a test leaves when it is broken off are told to end with it.
	c.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	c.Cancel = func() error { return syscall.Kill(-c.Process.Pid, syscall.SIGTERM) }
	err = c.Run()
	if c.Process != nil {
		_ = syscall.Kill(-c.Process.Pid, syscall.SIGTERM) // there may be none
	}
	said, readErr := os.ReadFile(out.Name())
	if readErr != nil {
		return fail(readErr, nil)
	}
	attrs, passed, cases := read(said)
	if len(attrs["rounds"]) == 0 {
		attrs["rounds"] = []string{fmt.Sprintf("%d cases", cases)}
	}
	o.attrs = attrs
	if err == nil && passed < len(r.tests) {
		err = fmt.Errorf("%d of %d tests were run", passed, len(r.tests))
	}
	if err != nil {
		return fail(err, said)
	}
	o.ok = true
	return o
}

// read takes what tests told of themselves from their output, how many passed, and how
// many cases they had.
func read(said []byte) (attrs map[string][]string, passed, cases int) {
	attrs = map[string][]string{}
	for line := range bytes.Lines(said) {
		text := strings.TrimSpace(string(line))
		if bytes.HasPrefix(line, []byte("--- PASS: ")) {
			passed++
			cases++
		} else if strings.HasPrefix(text, "--- PASS: ") { // of the test before it
			cases++
		}
		if rest, ok := strings.CutPrefix(text, "=== ATTR"); ok {
			if f := strings.SplitN(strings.TrimSpace(rest), " ", 3); len(f) == 3 {
				attrs[f[1]] = append(attrs[f[1]], f[2])
			}
		}
	}
	return attrs, passed, cases
}
