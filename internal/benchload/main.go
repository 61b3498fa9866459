// Command benchload holds the running server to its limits under load: make bench-load.
// It starts the program with synthetic practices, and beside it the limit, a server of
// Go that has nothing to do but to write a page from memory (limit.go), and asks both
// in turn. CPU is what each process took per request, in the program and in the system,
// so that neither the driver nor the machine's other work counts; it compares on a busy
// machine, too, while times need a quiet one.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

type options struct {
	bin, data, addr string
	only            string
	practices       int
	rounds          int
	each            time.Duration
	limit           bool
}

// budget is how long all of it may take.
const budget = 15 * time.Minute

func main() {
	var o options
	flag.StringVar(&o.bin, "bin", "bin/praksis", "the program")
	flag.StringVar(&o.data, "data", "", "a data folder that is served as it is; without it one is made, with -n practices")
	flag.StringVar(&o.addr, "addr", "127.0.0.1:0", "where to serve meanwhile")
	flag.StringVar(&o.only, "only", "", "the one part to measure: pages, connections or publications")
	flag.IntVar(&o.practices, "n", 5000, "how many practices")
	flag.IntVar(&o.rounds, "rounds", 5, "what is measured is the median of so many")
	flag.DurationVar(&o.each, "each", time.Second, "how long each page is asked for in a round")
	flag.BoolVar(&o.limit, "limit", false, "(the program's own use)")
	flag.Parse()
	if o.limit { // until it is told to end
		fmt.Fprintln(os.Stderr, "benchload:", serveLimit())
		os.Exit(1)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	ctx, cancel := context.WithTimeout(ctx, budget)
	defer cancel()
	if err := run(ctx, o); err != nil {
		fmt.Fprintln(os.Stderr, "benchload:", err)
		os.Exit(1)
	}
}

var errBroken = errors.New("a limit is broken")

func run(ctx context.Context, o options) (err error) {
	dir, err := os.MkdirTemp("", "praksis-benchload-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	if o.data == "" {
		o.data = filepath.Join(dir, "data")
		if err := fill(ctx, o, filepath.Join(dir, "practices.jsonl")); err != nil {
			return err
		}
	}
	log, err := os.Create(filepath.Join(dir, "log"))
	if err != nil {
		return err
	}
	defer log.Close()
	self, err := os.Executable()
	if err != nil {
		return err
	}
	limit, err := start(ctx, os.Stderr, func(line string) string { return line }, self, "-limit")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, limit.stop()) }()
	b := &bench{options: o, limit: limit}
	if b.ours, err = b.serve(ctx, log); err != nil {
		said, _ := os.ReadFile(log.Name())
		return fmt.Errorf("%w\n%s", err, said)
	}
	defer func() { err = errors.Join(err, b.ours.stop()) }()
	if err := b.measure(ctx); err != nil {
		return err
	}
	if !b.print(os.Stdout) {
		return errBroken
	}
	return nil
}

// fill makes a data folder with practices.
func fill(ctx context.Context, o options, file string) error {
	progress("making %d practices", o.practices)
	for _, args := range [][]string{
		{"synth", "-n", strconv.Itoa(o.practices), "-o", file},
		{"seed", "--data", o.data}, // the vocabularies that they refer to
		{"import", "--data", o.data, file},
	} {
		cmd := exec.CommandContext(ctx, o.bin, args...)
		cmd.Stdout = io.Discard
		var said strings.Builder
		cmd.Stderr = &said
		if err := cmd.Run(); err != nil {
			return fmt.Errorf("praksis %s: %w\n%s", args[0], err, &said)
		}
	}
	return nil
}

var started = time.Now()

func progress(format string, args ...any) {
	fmt.Fprintf(os.Stderr, "%4.0f s  %s\n", time.Since(started).Seconds(), fmt.Sprintf(format, args...))
}
