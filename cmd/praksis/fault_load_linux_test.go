package main

import (
	"bufio"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"praksis/internal/pgtest/seeded"
)

// TestFaultLoadLeavesNothing reads and sends for 20 seconds, ten times, and is quiet for a
// minute: the process then holds the memory, threads, files and temporary files that it
// held after the first of the ten (faults.md, row 34).
func TestFaultLoadLeavesNothing(t *testing.T) {
	if !*faults {
		t.Skip("make faults runs it: it is four minutes of load")
	}
	temp := t.TempDir()
	p := serve(t, t.TempDir(), "DATABASE_URL="+seeded.New(t).Config().ConnString(), "TMPDIR="+temp)
	defer p.end(t, syscall.SIGTERM)
	const times, quiet = 10, time.Minute
	var first, last heldBy
	answered, sent := 0, 0
	for n := range times {
		l := &load{base: strings.TrimSuffix(p.base, "/"), journal: newJournal(t)}
		stop := l.run(t, 6, 2)
		time.Sleep(20 * time.Second)
		stop()
		if len(l.failed) > 0 {
			t.Errorf("%s", l.faults())
		}
		answered, sent = answered+int(l.answered.Load()), sent+l.journal.count()
		switch n {
		case 0:
			first = quieted(t, p, 10*time.Second) // what is made at the first time is no leak
		case times - 1:
			last = quieted(t, p, quiet)
		}
	}
	for what, of := range map[string][2]int{"MB of memory": {int(first.memory >> 20), int(last.memory >> 20)}, "threads": {first.threads, last.threads}, "files": {first.fds, last.fds}} {
		if more := of[1] - of[0]; more > of[0]/10+5 {
			t.Errorf("%d %s, and %d after the first 20 seconds", of[1], what, of[0])
		}
	}
	if left, err := filepath.Glob(filepath.Join(temp, "*")); err != nil || len(left) > 0 {
		t.Errorf("temporary files are left: %v, %v", left, err)
	}
	saw(t, times, "%d pages read and %d tips sent; %d MB, %d threads and %d files a minute later, and %d MB, %d and %d after the first 20 seconds", answered, sent, last.memory>>20, last.threads, last.fds, first.memory>>20, first.threads, first.fds)
}

// quieted is what a process holds when nobody has asked it for so long.
func quieted(t *testing.T, p *process, d time.Duration) heldBy {
	t.Helper()
	http.DefaultClient.CloseIdleConnections()
	time.Sleep(d)
	h, err := holds(p.Process.Pid)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// TestFaultAskerLeaves asks for what is dear, from many connections, and leaves: the work
// ends with those who asked for it (faults.md, row 20).
func TestFaultAskerLeaves(t *testing.T) {
	if !*faults {
		t.Skip("make faults runs it: it asks thousands of practices")
	}
	env := []string{"DATABASE_URL=" + seeded.New(t).Config().ConnString()}
	importSynthetic(t, env, 5000)
	p := serve(t, t.TempDir(), env...)
	defer p.end(t, syscall.SIGTERM)
	addr := strings.TrimSuffix(strings.TrimPrefix(p.base, "http://"), "/")
	idle := busy(t, p, time.Second)
	words := strings.Repeat("familieindsatz demensnetvark sorgmodul nabovejleter stresgruppe mentorhjelp cykelverksted ", 3)
	const n = 200
	var all sync.WaitGroup
	for i := range n {
		all.Go(func() {
			c, err := net.Dial("tcp", addr)
			if err != nil {
				t.Error(err)
				return
			}
			defer c.Close()
			fmt.Fprintf(c, "GET /eksempler?q=%s HTTP/1.1\r\nHost: x\r\n\r\n", url.QueryEscape(fmt.Sprint(words, i)))
			_ = c.SetReadDeadline(time.Now().Add(50 * time.Millisecond)) // most leave before there is an answer
			_, _ = bufio.NewReader(c).ReadByte()
		})
	}
	all.Wait()
	left := time.Now()
	time.Sleep(time.Second)
	// What read ahead and tidied memory at the start does so after it too.
	after := busy(t, p, time.Second)
	if after > idle+0.3 {
		t.Errorf("%s after %d have left, the processor is busy for %.2f of a second; before it was %.2f", time.Since(left), n, after, idle)
	}
	saw(t, n, "a second after %d dear searches were left, the server takes %.2f of a processor, and %.2f before", n, after, idle)
}

// busy is the share of a processor that a process takes for so long.
func busy(t *testing.T, p *process, d time.Duration) float64 {
	t.Helper()
	before := processorTime(t, p)
	time.Sleep(d)
	return float64(processorTime(t, p)-before) / float64(d)
}

// processorTime is what a process has used of processors.
func processorTime(t *testing.T, p *process) time.Duration {
	t.Helper()
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", p.Process.Pid))
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(b), ") ") // the name may have spaces
	f := strings.Fields(rest)
	ticks := 0
	for _, x := range f[11:13] { // of the program and of the system for it, in hundredths
		n, err := strconv.Atoi(x)
		if err != nil {
			t.Fatal(err)
		}
		ticks += n
	}
	return time.Duration(ticks) * 10 * time.Millisecond
}
