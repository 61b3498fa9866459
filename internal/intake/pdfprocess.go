package intake

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"time"
)

// A PDF is read in a process of its own: it is stopped from outside, whatever the
// file makes the reader do, and the memory goes with it. The process is this same
// program, which needs no other one beside it, started with readerEnv.
const (
	pdfTime    = 6 * time.Second  // for one file; three of them are less than a request may take
	pdfReaders = 2                // at once; further files wait, within their time
	pdfCPU     = 60               // seconds of a process, should nobody be left to stop it
	pdfCompile = 10 * time.Minute // on a machine that is busy
)

// readerEnv names, for a process that reads one PDF and ends, the folder of what was
// compiled.
const readerEnv = "PRAKSIS_PDF_READER"

// exitUnread is the exit code of a reader that has not read all.
const exitUnread = 3

func init() {
	if dir, ok := os.LookupEnv(readerEnv); ok {
		os.Exit(readPDF(dir, os.Stdin, os.Stdout))
	}
}

// readPDF writes the words of the PDF that it reads, page by page, so that they
// are there also when it is stopped. Without a PDF it only makes the reader ready.
func readPDF(compiled string, in io.Reader, out io.Writer) (code int) {
	_ = syscall.Setrlimit(syscall.RLIMIT_CPU, &syscall.Rlimit{Cur: pdfCPU, Max: pdfCPU}) // else the parent's limit holds
	pool, err := newPDFium(context.Background(), compiled)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	b, err := io.ReadAll(in)
	if err != nil || len(b) == 0 {
		return exitUnread
	}
	reader, err := pool.GetInstance(time.Minute)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	var w words
	written := 0
	err = pdfPages(reader, b, &w, func() {
		_, _ = io.WriteString(out, w.String()[written:]) // the parent has gone when this fails
		written = w.Len()
	})
	if err != nil {
		return exitUnread
	}
	return 0
}

// pdfReader starts the processes.
type pdfReader struct {
	places chan struct{}
	once   sync.Once
	ready  chan struct{} // closed when the reader is compiled
	dir    string        // of what was compiled
	log    *slog.Logger
}

var pdfs = &pdfReader{places: make(chan struct{}, pdfReaders), ready: make(chan struct{})}

// Prepare makes ready to read PDFs, in the background, and keeps what is compiled
// for it below a folder that is ours alone: that takes some seconds once for each
// release. A PDF that comes before it is ready waits, within its time. Without
// Prepare the folder is that of the user's caches.
func Prepare(dir string, log *slog.Logger) { pdfs.prepare(dir, log) }

func (x *pdfReader) prepare(dir string, log *slog.Logger) {
	x.once.Do(func() {
		x.dir, x.log = filepath.Join(dir, "pdfium"), log
		go func() {
			defer close(x.ready)
			ctx, cancel := context.WithTimeout(context.Background(), pdfCompile)
			defer cancel()
			if _, _, err := x.run(ctx, nil); err != nil {
				log.ErrorContext(ctx, "the reader of PDFs cannot be started: what PDFs say is not looked through", "error", err)
			}
		}()
	})
}

// read gives the words on the pages of a PDF; whole is false when there may be more.
func (x *pdfReader) read(ctx context.Context, b []byte) (text string, whole bool) {
	ctx, cancel := context.WithTimeout(ctx, pdfTime)
	defer cancel()
	x.prepare(cacheDir(), slog.Default())
	select {
	case <-x.ready:
	case <-ctx.Done():
		return "", false
	}
	select {
	case x.places <- struct{}{}:
		defer func() { <-x.places }()
	case <-ctx.Done():
		return "", false
	}
	text, whole, err := x.run(ctx, b)
	if err != nil {
		x.log.ErrorContext(ctx, "a PDF could not be read", "error", err)
	}
	return text, whole && err == nil
}

// run is one process. The error is ours, not the file's.
func (x *pdfReader) run(ctx context.Context, b []byte) (text string, whole bool, err error) {
	program, err := os.Executable()
	if err != nil {
		return "", false, err
	}
	if err := os.MkdirAll(x.dir, 0o700); err != nil {
		return "", false, err
	}
	cmd := exec.CommandContext(ctx, program)
	cmd.Env = []string{readerEnv + "=" + x.dir} // our secrets are none of its business
	cmd.Stdin = bytes.NewReader(b)
	cmd.WaitDelay = time.Second
	var out, faults beginning
	cmd.Stdout, cmd.Stderr = &out, &faults
	err = cmd.Run()
	text = strings.ToValidUTF8(out.b.String(), "")
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		if exit.ExitCode() != 1 { // of a file that was not read, or a process that was stopped
			return text, false, nil
		}
		return text, false, fmt.Errorf("%w: %s", err, strings.TrimSpace(faults.b.String()))
	}
	if ctx.Err() != nil {
		return text, false, nil
	}
	return text, err == nil, err
}

// beginning keeps the beginning of what is written to it, a little more than the
// text that is taken of a file.
type beginning struct{ b bytes.Buffer }

func (x *beginning) Write(p []byte) (int, error) {
	const most = 8 * MaxText // bytes
	if room := most - x.b.Len(); room > 0 {
		x.b.Write(p[:min(room, len(p))])
	}
	return len(p), nil
}

// cacheDir is the user's folder for caches, or a new one.
func cacheDir() string {
	if dir, err := os.UserCacheDir(); err == nil {
		return filepath.Join(dir, "praksis")
	}
	dir, err := os.MkdirTemp("", "praksis-") // one that somebody else has made could hold anything
	if err != nil {
		return ""
	}
	return dir
}

// pdfText gives the words of a PDF: those on its pages, and those of its
// properties, notes, bookmarks, fields and links. whole is false when there may
// be more: pages of pictures, fonts that do not tell their letters, parts that
// are not known, or a reading that was stopped.
func pdfText(ctx context.Context, b []byte) (text string, whole bool) {
	var w words
	on, whole := pdfs.read(ctx, b)
	whole = w.add(on) == nil && whole
	all := pdfStrings(b, &w)
	return w.String(), whole && all
}
