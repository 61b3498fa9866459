package httpx

import (
	"context"
	"io"
	"log/slog"
	"sync"
	"time"

	"praksis/internal/meter"
)

// LogWriter is what a log is written to. It writes a line at a time, and what comes
// while lines are written together in one piece.
type LogWriter struct {
	to io.Writer

	mu       sync.Mutex
	together int // how many write so
	held     []byte
}

// NewLogWriter writes to another writer.
func NewLogWriter(to io.Writer) *LogWriter { return &LogWriter{to: to} }

// Write implements io.Writer.
func (w *LogWriter) Write(line []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.together > 0 {
		w.held = append(w.held, line...)
		return len(line), nil
	}
	return w.to.Write(line)
}

// Together has all that is written meanwhile leave in one piece.
func (w *LogWriter) Together(write func()) {
	w.mu.Lock()
	w.together++
	w.mu.Unlock()
	defer func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.together--
		_, _ = w.to.Write(w.held) // as slog does with a line that cannot be written
		w.held = w.held[:0]
	}()
	write()
}

// accessLine is what the log says of a request.
type accessLine struct {
	end           time.Time
	took          time.Duration
	id            string
	method, route string
	status, bytes int
}

// write gives a line to the log.
func (l *accessLine) write(ctx context.Context, to slog.Handler) {
	if !to.Enabled(ctx, slog.LevelInfo) {
		return
	}
	r := slog.NewRecord(l.end, slog.LevelInfo, "request", 0)
	r.AddAttrs(slog.String(requestKey, l.id), slog.String("method", l.method), slog.String("route", l.route), slog.Int("status", l.status),
		slog.Int("bytes", l.bytes), slog.Float64("ms", float64(l.took.Microseconds())/1000))
	_ = to.Handle(ctx, r) // as slog does with a line that cannot be written
}

// linesWait is how long the lines of kept pages wait to be written together: a line that
// is written by itself costs a seventh of what such a page does.
const linesWait = 50 * time.Millisecond

// mostLines may wait. Whoever comes with one more writes them.
const mostLines = 4096

// lines are the log's lines of kept pages. A process that is killed loses those that
// wait, and no others.
type lines struct {
	to       slog.Handler
	together func(func()) // the log's LogWriter.Together; without it no line waits

	writing sync.Mutex // outside of mu
	spare   []accessLine

	mu      sync.Mutex
	waiting []accessLine
}

func (l *lines) add(x accessLine) {
	if l.together == nil {
		l.write(&x)
		return
	}
	l.mu.Lock()
	l.waiting = append(l.waiting, x)
	n := len(l.waiting)
	l.mu.Unlock()
	if n == 1 {
		time.AfterFunc(linesWait, l.flush)
	} else if n >= mostLines {
		l.flush()
	}
}

// write writes one line, and counts its request. The ID stands nowhere else.
func (l *lines) write(x *accessLine) {
	meter.RequestBegins()
	meter.RequestEnds(x.route, x.method, x.status, x.bytes, x.took)
	x.id = newID()
	x.write(context.Background(), l.to)
}

// flush writes the lines that wait.
func (l *lines) flush() {
	l.writing.Lock()
	defer l.writing.Unlock()
	l.mu.Lock()
	all := l.waiting
	l.waiting = l.spare[:0]
	l.mu.Unlock()
	if len(all) > 0 {
		l.together(func() {
			for i := range all {
				l.write(&all[i])
			}
		})
	}
	l.spare = all
}
