package httpx

import (
	"log/slog"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// pieces is what was written, piece by piece.
type pieces struct {
	mu  sync.Mutex
	all []string
}

func (p *pieces) Write(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.all = append(p.all, string(b))
	return len(b), nil
}

// numbers are the bytes that lines tell of.
func numbers(piece string) (all []string) {
	for line := range strings.Lines(piece) {
		_, rest, _ := strings.Cut(line, "bytes=")
		n, _, _ := strings.Cut(rest, " ")
		all = append(all, n)
	}
	return all
}

// Lines that wait are written together, all of them, in the order of their requests; what
// else is logged does not wait.
func TestLinesTogether(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var out pieces
		w := NewLogWriter(&out)
		log := slog.New(slog.NewTextHandler(w, nil))
		l := lines{to: log.Handler(), together: w.Together}
		for n := range 3 {
			l.add(accessLine{end: time.Now(), bytes: n})
		}
		if log.Warn("at once"); len(out.all) != 1 || !strings.Contains(out.all[0], "at once") {
			t.Errorf("%q", out.all)
		}
		time.Sleep(linesWait)
		synctest.Wait()
		if len(out.all) != 2 || strings.Join(numbers(out.all[1]), " ") != "0 1 2" {
			t.Errorf("%q", out.all)
		}
		l.add(accessLine{bytes: 3})
		l.flush() // at the end
		l.flush()
		if len(out.all) != 3 || strings.Join(numbers(out.all[2]), " ") != "3" {
			t.Errorf("%q", out.all)
		}
		// More than may wait are written by who comes with them.
		out.all = nil
		for n := range mostLines {
			l.add(accessLine{bytes: n})
		}
		if len(out.all) != 1 || len(numbers(out.all[0])) != mostLines {
			t.Errorf("%d pieces", len(out.all))
		}
	})
}

// Nothing is lost or written twice where many add at once.
func TestLinesOfMany(t *testing.T) {
	var out pieces
	w := NewLogWriter(&out)
	l := lines{to: slog.NewTextHandler(w, nil), together: w.Together}
	var all sync.WaitGroup
	const each = 3000
	for k := range 8 {
		all.Go(func() {
			for n := range each {
				l.add(accessLine{bytes: k*each + n})
			}
		})
	}
	all.Wait()
	l.flush()
	seen := map[string]int{}
	for _, piece := range out.all {
		for _, n := range numbers(piece) {
			seen[n]++
		}
	}
	if len(seen) != 8*each {
		t.Errorf("%d lines, want %d", len(seen), 8*each)
	}
	for line, n := range seen {
		if n != 1 {
			t.Errorf("%s: %d times", line, n)
		}
	}
}
