package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net/rpc"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"time"

	"praksis/internal/catalogue"
)

// ours is our side as clients see it: one connection each.
type ours struct {
	process *exec.Cmd
	stdin   io.Closer
	conns   []*rpc.Client
	queries []catalogue.Query
}

// openOurs starts a process with the index in dir, and connects.
func openOurs(ctx context.Context, dir string, n, clients int) (o *ours, err error) {
	exe, err := os.Executable()
	if err != nil {
		return nil, err
	}
	o = &ours{process: exec.CommandContext(ctx, exe, "-child", "serve", "-dir", dir, "-n", strconv.Itoa(n))}
	o.process.Stderr = os.Stderr
	if o.stdin, err = o.process.StdinPipe(); err != nil {
		return nil, err
	}
	out, err := o.process.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := o.process.Start(); err != nil {
		return nil, err
	}
	if _, err := bufio.NewReader(out).ReadString('\n'); err != nil { // "ready"
		return nil, errors.Join(fmt.Errorf("our side does not begin: %w", err), o.close())
	}
	for range clients {
		c, err := rpc.Dial("unix", filepath.Join(dir, socketName))
		if err != nil {
			return nil, errors.Join(err, o.close())
		}
		o.conns = append(o.conns, c)
	}
	return o, nil
}

func (o *ours) close() error {
	for _, c := range o.conns {
		c.Close()
	}
	o.stdin.Close()
	return o.process.Wait()
}

func (o *ours) call(method string, arg, reply any) error {
	return o.conns[0].Call("Server."+method, arg, reply)
}

func (o *ours) ask(_ context.Context, client, query int) (int, error) {
	var a Answer
	err := o.conns[client].Call("Server.Ask", o.queries[query], &a)
	if err == nil && len(a.Counts) != len(catalogue.Facets) {
		err = fmt.Errorf("query %q was answered with %d facets", o.queries[query].Text, len(a.Counts))
	}
	return a.Total, err
}

// answered is what our side showed when asked.
type answered struct {
	opened, empty time.Duration
	list, worst   []asked
	publications  []Publication
	memory        Memory // after all of it
}

// askOurs measures the index in dir; without lists, only the page without a
// query.
func askOurs(ctx context.Context, dir string, n int, o options, queries, worst []catalogue.Query) (a answered, err error) {
	x, err := openOurs(ctx, dir, n, o.clients)
	if err != nil {
		return a, err
	}
	defer func() { err = errors.Join(err, x.close()) }()
	if err := errors.Join(x.call("Opened", struct{}{}, &a.opened), x.call("EmptyPage", struct{}{}, &a.empty)); err != nil || len(queries) == 0 {
		return a, err
	}
	x.queries = queries
	if err := warmUp(ctx, x, o.clients, len(queries)); err != nil {
		return a, err
	}
	profiled := func(name string, run func() error) error {
		if o.profile == "" {
			return run()
		}
		if err := x.call("Profile", o.profile+name, &struct{}{}); err != nil {
			return err
		}
		return errors.Join(run(), x.call("Profile", "", &struct{}{}))
	}
	err = profiled("", func() (err error) {
		a.list, err = walk(ctx, x, o.clients, len(queries), seconds(o.seconds))
		return err
	})
	if err != nil {
		return a, err
	}
	x.queries = worst
	err = profiled(".worst", func() (err error) {
		a.worst, err = walk(ctx, x, o.clients, len(worst), seconds(o.seconds/5))
		return err
	})
	if err != nil {
		return a, err
	}
	// After the worst queries the caches may be empty: the list fills them again.
	x.queries = queries
	if err := warmUp(ctx, x, o.clients, len(queries)); err != nil {
		return a, err
	}
	err = profiled(".publish", func() error {
		for i := range publications {
			var p Publication
			if err := x.call("Publish", queries[i*firstSearches:(i+1)*firstSearches], &p); err != nil {
				return err
			}
			a.publications = append(a.publications, p)
		}
		return nil
	})
	if err != nil {
		return a, err
	}
	if err := x.call("Memory", struct{}{}, &a.memory); err != nil || o.memory == "" {
		return a, err
	}
	return a, x.call("MemoryProfile", o.memory, &struct{}{})
}

// How many publications are measured, and how many searches after each.
const (
	publications  = 5
	firstSearches = 5
)
