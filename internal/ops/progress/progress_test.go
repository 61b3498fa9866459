package progress

import (
	"bytes"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"
)

// clock is a time that the test moves.
type clock struct{ at time.Time }

func (c *clock) wait(d time.Duration) { c.at = c.at.Add(d) }

func screen(terminal bool, width int) (*Screen, *clock, *bytes.Buffer) {
	c, out := &clock{at: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)}, &bytes.Buffer{}
	return &Screen{to: out, terminal: terminal, width: func() int { return width }, now: func() time.Time { return c.at }}, c, out
}

// seen is what stands on the terminal's last line, after what was written.
func seen(t *testing.T, out *bytes.Buffer) string {
	t.Helper()
	line := out.String()
	line = line[strings.LastIndexByte(line, '\n')+1:]
	for {
		before, after, found := strings.Cut(line, "\x1b[K")
		if !found {
			return line
		}
		if line = after; line == "" {
			return before[strings.LastIndexByte(before, '\r')+1:]
		}
	}
}

func TestTerminal(t *testing.T) {
	for _, c := range []struct {
		name  string
		width int
		show  func(*Screen, *slog.Logger) *Bar
		done  func(*Bar)
		want  string
	}{
		{"counted", 100, func(s *Screen, l *slog.Logger) *Bar { return s.Bar(l, "practices") }, func(b *Bar) { b.Count(250, 1000) },
			"[######..................]  25 %  250 of 1000 practices, 25 a second, 30s left"},
		{"without a total", 100, func(s *Screen, l *slog.Logger) *Bar { return s.Bar(l, "records") }, func(b *Bar) { b.Show(70, 0) },
			"70 records, 7 a second"},
		{"a share", 100, func(s *Screen, l *slog.Logger) *Bar { return s.Bar(l, "records") }, func(b *Bar) { b.ShowShare(70, 0.5) },
			"[############............]  50 %  70 records, 7 a second, 10s left"},
		{"a share that is not known", 100, func(s *Screen, l *slog.Logger) *Bar { return s.Bar(l, "records") }, func(b *Bar) { b.ShowShare(70, -1) },
			"70 records, 7 a second"},
		{"more than all", 100, func(s *Screen, l *slog.Logger) *Bar { return s.Bar(l, "practices") }, func(b *Bar) { b.Count(20, 10) },
			"[########################] 100 %  20 of 10 practices, 2 a second, 0s left"},
		{"bytes", 100, func(s *Screen, l *slog.Logger) *Bar { return s.BytesBar(l, "backed up") }, func(b *Bar) { b.Show(5e6, 10e6) },
			"[############............]  50 %  5.0 MB of 10.0 MB backed up, 0.5 MB a second, 10s left"},
		{"a narrow terminal", 20, func(s *Screen, l *slog.Logger) *Bar { return s.Bar(l, "practices") }, func(b *Bar) { b.Count(250, 1000) },
			"[######............"},
	} {
		s, at, out := screen(true, c.width)
		b := c.show(s, slog.New(slog.DiscardHandler))
		at.wait(10 * time.Second)
		c.done(b)
		if got := seen(t, out); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
		before := out.Len()
		c.done(b) // too soon to be drawn again
		if out.Len() != before {
			t.Errorf("%s: drawn again at once", c.name)
		}
		if b.End(); seen(t, out) != "" {
			t.Errorf("%s: %q is left", c.name, seen(t, out))
		}
	}
}

// What else is said takes the line away first, and nothing where there is none.
func TestWriteBeside(t *testing.T) {
	s, at, out := screen(true, 80)
	b := s.Bar(slog.New(slog.DiscardHandler), "practices")
	fmt.Fprintln(s, "before")
	at.wait(time.Second)
	b.Count(1, 2)
	fmt.Fprintln(s, "between")
	b.End()
	if got := out.String(); !strings.HasPrefix(got, "before\n\r[") || !strings.HasSuffix(got, "\x1b[K\r\x1b[Kbetween\n") {
		t.Errorf("%q", got)
	}
}

// Where nobody looks there is a line of the log now and then, and none for what is soon
// done.
func TestNoTerminal(t *testing.T) {
	s, at, out := screen(false, 0)
	log := slog.New(slog.NewTextHandler(s, &slog.HandlerOptions{ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
		if a.Key == slog.TimeKey {
			return slog.Attr{}
		}
		return a
	}}))
	b := s.Bar(log, "practices")
	for i := range 40 { // seconds
		b.Count(i*10, 400)
		at.wait(time.Second)
	}
	b.End()
	want := "level=INFO msg=\"at work\" of=practices done=150 total=400 percent=37\n" +
		"level=INFO msg=\"at work\" of=practices done=300 total=400 percent=75\n"
	if out.String() != want {
		t.Errorf("%q, want %q", out, want)
	}
}

// Workers may count at once while others write.
func TestAtOnce(t *testing.T) {
	s, _, out := screen(true, 80)
	s.now = time.Now
	b := s.Bar(slog.New(slog.DiscardHandler), "practices")
	b.shown = time.Time{}
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for i := range 100 {
				b.Count(i, 100)
				fmt.Fprintln(s, "said")
			}
		})
	}
	all.Wait()
	b.End()
	if n := strings.Count(out.String(), "said\n"); n != 800 {
		t.Errorf("%d lines", n)
	}
	var none *Bar
	none.Count(1, 2)
	none.End()
}
