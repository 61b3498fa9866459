// Command benchsearch measures the search against PostgreSQL's Danish full
// text at size, and holds it to its limits: make bench-search.
//
// Both engines answer the same list (queries.txt) about the same synthetic
// practices in one run, one after the other, to four clients on two cores:
// hits, their order, a page of twenty, the total and the counts of all facets,
// each without its own choice. Numbers of two runs compare only as far as the
// machine was as idle; the limits are ratios where they can be.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"strconv"
	"syscall"
	"time"

	"praksis/internal/catalogue"
	"praksis/internal/postgres/embedded"
)

// small is the other size at which the page without a query is measured.
const small = 5000

const cores = 2

type options struct {
	n, clients int
	seconds    float64
	quick      bool
	profile    string
	memory     string
	all        bool
	only       string
	child, dir string // of a process that this program starts of itself
}

func main() {
	var o options
	flag.IntVar(&o.n, "n", 100_000, "how many practices")
	flag.IntVar(&o.clients, "clients", 4, "how many ask at once")
	flag.Float64Var(&o.seconds, "seconds", 20, "ask each engine at least so long; every client always walks the whole list once")
	flag.BoolVar(&o.quick, "quick", false, "5,000 practices, and less time: to try it; its numbers mean little")
	flag.StringVar(&o.profile, "cpuprofile", "", "write a CPU profile of our side to this file, of the worst queries to FILE.worst, and of publications to FILE.publish")
	flag.StringVar(&o.memory, "memprofile", "", "write a profile of what is alive on our side's heap after all queries to this file")
	flag.BoolVar(&o.all, "all", false, "list every query with the median of both engines")
	flag.StringVar(&o.only, "only", "", "ours or postgres: measure one side, and hold it to what needs no other")
	flag.StringVar(&o.child, "child", "", "(the program's own use)")
	flag.StringVar(&o.dir, "dir", "", "(the program's own use)")
	flag.Parse()
	if o.quick {
		o.n, o.seconds = small, min(o.seconds, 5)
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	var err error
	switch o.child {
	case "build":
		err = report(build(ctx, o.dir, o.n))
	case "serve":
		err = serve(ctx, o.dir, o.n)
	default:
		err = run(ctx, o)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "benchsearch:", err)
		os.Exit(1)
	}
}

func seconds(s float64) time.Duration { return time.Duration(s * float64(time.Second)) }

// report prints what a child has measured.
func report[T any](measured T, err error) error {
	if err != nil {
		return err
	}
	return json.NewEncoder(os.Stdout).Encode(measured)
}

var errBroken = errors.New("a limit is broken")

func run(ctx context.Context, o options) (err error) {
	if err := keepTo(cores); err != nil {
		return err
	}
	src, err := newSource(o.n)
	if err != nil {
		return err
	}
	m := measured{options: o}
	if m.queries, m.worst, err = lists(src.taxonomy); err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "praksis-benchsearch-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	if o.only != "postgres" {
		if err := m.askOurs(ctx, dir); err != nil {
			return err
		}
	}
	if o.only != "ours" {
		if err := m.askPostgres(ctx, dir, src); err != nil {
			return err
		}
	}
	m.print(os.Stdout)
	if !table(os.Stdout, m.limits()) {
		return errBroken
	}
	return nil
}

// measured is all that one run has measured.
type measured struct {
	options
	queries, worst []catalogue.Query
	built          built
	small, full    answered
	postgres       []asked
	server         string
	loaded         time.Duration
}

// askOurs measures our side, in processes of its own.
func (m *measured) askOurs(ctx context.Context, dir string) (err error) {
	for _, n := range []int{small, m.n} {
		at := filepath.Join(dir, fmt.Sprint("index-", n))
		progress("building an index of %d practices", n)
		if err := child(ctx, &m.built, "-child", "build", "-dir", at, "-n", strconv.Itoa(n)); err != nil {
			return err
		}
		if n != m.n {
			m.small, err = askOurs(ctx, at, n, m.options, nil, nil)
		} else {
			progress("asking our side")
			m.full, err = askOurs(ctx, at, n, m.options, m.queries, m.worst)
		}
		if err != nil {
			return err
		}
		if n == m.n { // the small size is the full one
			break
		}
	}
	if m.n == small {
		m.small = m.full
	}
	return nil
}

// askPostgres measures PostgreSQL, on a server of its own.
func (m *measured) askPostgres(ctx context.Context, dir string, src *source) (err error) {
	progress("loading PostgreSQL")
	begun := time.Now()
	server, err := embedded.Start(ctx, filepath.Join(dir, "postgres"), settings...)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, server.Stop()) }()
	m.server = "PostgreSQL " + strconv.Itoa(server.Binaries().Major())
	const db = "benchsearch"
	if err := server.EnsureDatabase(ctx, db); err != nil {
		return err
	}
	url := server.OwnerURL(db)
	if err := load(ctx, url, src, cores); err != nil {
		return err
	}
	m.loaded = time.Since(begun)
	p, err := openPostgres(ctx, url, m.clients, src.taxonomy, m.queries)
	if err != nil {
		return err
	}
	defer p.close(context.WithoutCancel(ctx))
	progress("asking %s at %s", m.server, url)
	if err := warmUp(ctx, p, m.clients, len(m.queries)); err != nil {
		return err
	}
	m.postgres, err = walk(ctx, p, m.clients, len(m.queries), seconds(m.seconds))
	return err
}

var started = time.Now()

func progress(format string, args ...any) {
	fmt.Fprintf(os.Stderr, "%4.0f s  %s\n", time.Since(started).Seconds(), fmt.Sprintf(format, args...))
}
