package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/rpc"
	"os"
	"path/filepath"
	"runtime"
	"runtime/pprof"
	"slices"
	"time"

	"praksis/internal/catalogue"
	"praksis/internal/search"

	"golang.org/x/sys/unix"
)

// Server is our side: an open index in a process of its own, so that its
// memory can be measured, and behind a Unix socket, as PostgreSQL is. Clients
// that wait for a socket give way to each other as those of a web server do;
// goroutines that never wait would not, and queue for whole time slices.
type Server struct {
	index  *search.Index
	source *source
	opened time.Duration
}

// socketName in the index's folder.
const socketName = "socket"

// serve opens the index in dir and answers until standard input ends: the work
// of one child process.
func serve(ctx context.Context, dir string, n int) error {
	src, err := newSource(n)
	if err != nil {
		return err
	}
	begun := time.Now()
	x, err := open(ctx, dir, src)
	if err != nil {
		return err
	}
	defer x.Close()
	if src.texts > 0 {
		return fmt.Errorf("the index in %s was of no use, and has been built again", dir)
	}
	opened := time.Since(begun)
	if err := x.Settle(ctx); err != nil { // as it does by itself behind the first visitors
		return err
	}
	server := rpc.NewServer()
	if err := server.Register(&Server{index: x, source: src, opened: opened}); err != nil {
		return err
	}
	listener, err := net.Listen("unix", filepath.Join(dir, socketName))
	if err != nil {
		return err
	}
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return // closed
			}
			go server.ServeConn(conn)
		}
	}()
	fmt.Println("ready")
	_, err = io.Copy(io.Discard, os.Stdin)
	return errors.Join(err, listener.Close())
}

// Answer is what the other side answers, too: total, page, and the counts of
// the values that find something, facet by facet.
type Answer struct {
	Total  int
	Page   []int64
	Counts [][]int
}

// Ask answers a query.
func (s *Server) Ask(q catalogue.Query, a *Answer) error {
	r, err := s.index.Search(context.Background(), q)
	if err != nil {
		return err
	}
	a.Total, a.Page = r.Total, r.IDs
	for _, f := range r.Facets {
		counts := make([]int, len(f.Values))
		for i, v := range f.Values {
			counts[i] = v.Count
		}
		a.Counts = append(a.Counts, counts)
	}
	return nil
}

// EmptyPage is what the finder's page without a query takes at the median,
// seen from here: a socket takes longer.
func (s *Server) EmptyPage(_ struct{}, median *time.Duration) error {
	const warm, times = 100, 1000
	var took []time.Duration
	for i := range warm + times {
		begun := time.Now()
		if _, err := s.index.Search(context.Background(), catalogue.Query{Page: 1, Sort: catalogue.SortNewest}); err != nil {
			return err
		}
		if i >= warm {
			took = append(took, time.Since(begun))
		}
	}
	slices.Sort(took)
	*median = took[times/2]
	return nil
}

// Opened is how long it took until the index could answer.
func (s *Server) Opened(_ struct{}, took *time.Duration) error {
	*took = s.opened
	return nil
}

// Publication is what the publication of a practice showed.
type Publication struct {
	Found time.Duration // from the publication until a search finds the practice
	Cost  time.Duration // the processor's time for that
	// Of the queries, by place, the processor's time just before the publication and the
	// first time after it: what stands behind them goes on meanwhile.
	Before, After []time.Duration
}

// Publish publishes one practice more.
func (s *Server) Publish(queries []catalogue.Query, p *Publication) error {
	ctx := context.Background()
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	ask := func() (took []time.Duration, err error) {
		for _, q := range queries {
			begun := cpuTime(unix.CLOCK_THREAD_CPUTIME_ID)
			if _, err := s.index.Search(ctx, q); err != nil {
				return nil, err
			}
			took = append(took, cpuTime(unix.CLOCK_THREAD_CPUTIME_ID)-begun)
		}
		return took, nil
	}
	if _, err := ask(); err != nil { // before it, nothing is asked for the first time
		return err
	}
	var err error
	if p.Before, err = ask(); err != nil {
		return err
	}
	begun, cost := time.Now(), cpuTime(unix.CLOCK_PROCESS_CPUTIME_ID)
	s.source.publish()
	if err := s.index.CatchUp(ctx); err != nil {
		return err
	}
	newest, err := s.index.Search(ctx, catalogue.Query{Page: 1, Sort: catalogue.SortNewest})
	if err != nil {
		return err
	}
	p.Found, p.Cost = time.Since(begun), cpuTime(unix.CLOCK_PROCESS_CPUTIME_ID)-cost
	if id := int64(s.source.n + s.source.published); newest.IDs[0] != id {
		return fmt.Errorf("practice %d was published, and is not found", id)
	}
	p.After, err = ask()
	return err
}

// Memory is what the process has now.
func (s *Server) Memory(_ struct{}, m *Memory) (err error) {
	*m, err = measureMemory()
	return err
}

// Profile begins a CPU profile in a file; without a name it ends it.
func (s *Server) Profile(name string, _ *struct{}) error {
	if name == "" {
		pprof.StopCPUProfile()
		return nil
	}
	f, err := os.Create(name)
	if err != nil {
		return err
	}
	return pprof.StartCPUProfile(f)
}

// MemoryProfile writes a profile of what is alive on the heap to a file.
func (s *Server) MemoryProfile(name string, _ *struct{}) (err error) {
	f, err := os.Create(name)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	return pprof.Lookup("heap").WriteTo(f, 0)
}

// cpuTime is the processor's time that this process or thread has taken, by one of
// the system's clocks.
func cpuTime(clock int32) time.Duration {
	var t unix.Timespec
	if err := unix.ClockGettime(clock, &t); err != nil {
		return 0
	}
	return time.Duration(t.Nano())
}
