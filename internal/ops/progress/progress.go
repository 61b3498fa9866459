// Package progress shows on a terminal how far long work has come: one line that renews
// itself. Where nobody looks, the log is told now and then instead.
package progress

import (
	"fmt"
	"io"
	"log/slog"
	"os"
	"strings"
	"sync"
	"time"

	"golang.org/x/term"
)

// Screen is where the line is shown, and what else is written there: that takes the line
// away first, so that the two never stand in one. It can be used by many at once.
type Screen struct {
	to       io.Writer
	terminal bool
	width    func() int // in characters
	now      func() time.Time

	mu    sync.Mutex
	shown bool
}

// On is the screen of a file: a terminal, or not.
func On(f *os.File) *Screen {
	fd := int(f.Fd())
	return &Screen{to: f, terminal: term.IsTerminal(fd) && os.Getenv("TERM") != "dumb", now: time.Now, width: func() int {
		if w, _, err := term.GetSize(fd); err == nil && w > 0 { // some do not tell
			return w
		}
		return 80
	}}
}

// Write writes what is no progress.
func (s *Screen) Write(b []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.clear(); err != nil {
		return 0, err
	}
	return s.to.Write(b)
}

// clear takes the line away, if there is one.
func (s *Screen) clear() error {
	if !s.shown {
		return nil
	}
	s.shown = false
	_, err := io.WriteString(s.to, "\r\x1b[K")
	return err
}

const (
	// redraw is how often the line is drawn: often enough to be seen moving.
	redraw = 200 * time.Millisecond
	// retell is how often the log is told where there is no terminal; work that takes
	// less is not worth a line.
	retell = 15 * time.Second
	// barWidth is in characters: with the figures beside it, less than 80.
	barWidth = 24
)

// Bar is some work and how far that has come. It can be used by many at once; a nil Bar
// shows nothing.
type Bar struct {
	screen *Screen
	log    *slog.Logger
	what   string
	unit   func(float64) string

	mu             sync.Mutex
	started, shown time.Time // shown last, or begun
}

// Bar begins work on things of a kind, named in plural: "practices".
func (s *Screen) Bar(log *slog.Logger, what string) *Bar {
	now := s.now()
	return &Bar{screen: s, log: log, what: what, unit: func(n float64) string { return fmt.Sprintf("%.0f", n) }, started: now, shown: now}
}

// BytesBar begins work that is measured in bytes; what says of what: "backed up".
func (s *Screen) BytesBar(log *slog.Logger, what string) *Bar {
	b := s.Bar(log, what)
	b.unit = func(n float64) string { return fmt.Sprintf("%.1f MB", n/1e6) }
	return b
}

// Show tells that so much is done, of a total; 0 where that is not known. It may be
// called for each piece: mostly it does nothing.
func (b *Bar) Show(done, total int64) {
	share := -1.0
	if total > 0 {
		share = float64(done) / float64(total)
	}
	b.show(done, share, total)
}

// Count is Show for the functions that count in int.
func (b *Bar) Count(done, total int) { b.Show(int64(done), int64(total)) }

// ShowShare tells that so much is done, which is a share of all, from 0 to 1, of which
// the number is not known; below 0 where the share is not known either.
func (b *Bar) ShowShare(done int64, share float64) { b.show(done, share, 0) }

func (b *Bar) show(done int64, share float64, total int64) {
	if b == nil {
		return
	}
	now := b.screen.now()
	b.mu.Lock()
	defer b.mu.Unlock()
	every := redraw
	if !b.screen.terminal {
		every = retell
	}
	if now.Sub(b.shown) < every {
		return
	}
	b.shown = now
	took := now.Sub(b.started).Seconds()
	if !b.screen.terminal {
		args := []any{"of", b.what, "done", b.unit(float64(done))}
		if total > 0 {
			args = append(args, "total", b.unit(float64(total)))
		}
		if share >= 0 {
			args = append(args, "percent", int(100*min(1, share)))
		}
		b.log.Info("at work", args...)
		return
	}
	line := ""
	if share >= 0 {
		share = min(1, share)
		full := int(share * barWidth)
		line = fmt.Sprintf("[%s%s] %3.0f %%  ", strings.Repeat("#", full), strings.Repeat(".", barWidth-full), 100*share)
	}
	line += b.unit(float64(done))
	if total > 0 {
		line += " of " + b.unit(float64(total))
	}
	line += fmt.Sprintf(" %s, %s a second", b.what, b.unit(float64(done)/took))
	if share > 0 && took >= 2 { // before that it is a guess
		left := time.Duration(took / share * (1 - share) * float64(time.Second))
		line += fmt.Sprintf(", %s left", left.Round(time.Second))
	}
	b.screen.draw(line)
}

// draw shows a line, cut to the width: one that wraps could not be taken away.
func (s *Screen) draw(line string) {
	r := []rune(line)
	line = string(r[:min(len(r), max(0, s.width()-1))])
	s.mu.Lock()
	defer s.mu.Unlock()
	s.shown = true
	fmt.Fprintf(s.to, "\r%s\x1b[K", line)
}

// End takes the line away.
func (b *Bar) End() {
	if b == nil {
		return
	}
	b.screen.mu.Lock()
	defer b.screen.mu.Unlock()
	_ = b.screen.clear()
}
