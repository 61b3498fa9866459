package api

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"sync"
	"time"

	"praksis/internal/catalogue"
	"praksis/internal/export"
	"praksis/internal/httpx"

	"github.com/klauspost/compress/gzip"
	"golang.org/x/sync/singleflight"
)

const (
	pathBulk        = "/bulk.jsonl"
	typeLines       = "application/jsonl; charset=utf-8"
	typeGzip        = "application/gzip"
	headerOfVersion = "X-Praksis-Version"
)

const (
	// maxDownloads bounds the downloads at once; more get 503.
	maxDownloads = 16
	// downloadTime is what a slow line may take; the whole of 5,000 practices is some
	// 5 MB compressed.
	downloadTime = 10 * time.Minute
	// writeTime ends the writing of a file: some 100,000 practices take a tenth of it.
	writeTime = 10 * time.Minute
	// fileKept is how long a file stays when nobody asks for it: what has been erased
	// from the catalogue since is in it.
	fileKept = 10 * time.Minute
)

// bulk is the whole catalogue as one file of each version that somebody asks for, so
// that a slow download holds neither memory nor the database. Its zero value has none.
type bulk struct {
	writing singleflight.Group

	mu      sync.Mutex
	current *bulkFile // may be nil
}

// bulkFile is JSON Lines, compressed. It has no name: with the process it is gone.
type bulkFile struct {
	*os.File
	version int64
	size    int64
	made    time.Time
	users   sync.WaitGroup
	unused  *time.Timer
}

// bulkLines serves the whole as JSON Lines.
func (a *API) bulkLines(w http.ResponseWriter, r *http.Request) error {
	return a.download(w, r, func(f *bulkFile) error {
		tag := fmt.Sprintf(`"%s-%d-jsonl"`, a.Build, f.version)
		w.Header().Set("ETag", tag)
		if httpx.Matches(r, tag) {
			w.WriteHeader(http.StatusNotModified)
			return nil
		}
		w.Header().Set("Content-Type", typeLines)
		lines, err := gzip.NewReader(io.NewSectionReader(f, 0, f.size))
		if err != nil {
			return err
		}
		w.WriteHeader(http.StatusOK)
		if r.Method != http.MethodHead {
			_, _ = io.Copy(w, lines) // the client has left when this fails
		}
		return nil
	})
}

// bulkCompressed serves the same compressed; a download that broke off can go on.
func (a *API) bulkCompressed(w http.ResponseWriter, r *http.Request) error {
	return a.download(w, r, func(f *bulkFile) error {
		w.Header().Set("ETag", fmt.Sprintf(`"%s-%d-gz"`, a.Build, f.version))
		w.Header().Set("Content-Type", typeGzip)
		w.Header().Set("Content-Disposition", fmt.Sprintf(`attachment; filename="praksiskataloget-%d.jsonl.gz"`, f.version))
		http.ServeContent(w, r, "", f.made, io.NewSectionReader(f, 0, f.size))
		return nil
	})
}

// download gives serve the file of the present version, and time.
func (a *API) download(w http.ResponseWriter, r *http.Request, serve func(*bulkFile) error) error {
	if _, err := a.read(r, 0); err != nil {
		return err
	}
	f, err := a.bulk.file(r.Context(), a.index.Version(), a.store.ExportVersion)
	if err != nil {
		return err
	}
	defer f.users.Done()
	_ = http.NewResponseController(w).SetWriteDeadline(time.Now().Add(downloadTime)) // a test's writer has none
	h := w.Header()
	h.Set("Cache-Control", "no-cache")
	h.Set("X-Robots-Tag", "noindex")
	h.Set(headerOfVersion, fmt.Sprint(f.version))
	h.Set("Access-Control-Expose-Headers", "ETag, "+headerOfVersion)
	return serve(f)
}

// file is the whole at a version or a later one, in use until users.Done. whole reads
// it as Store.ExportVersion does.
func (b *bulk) file(ctx context.Context, version int64, whole func(context.Context, func(*catalogue.Practice) error) (int64, error)) (*bulkFile, error) {
	for {
		if f := b.use(version); f != nil {
			return f, nil
		}
		made := b.writing.DoChan("", func() (any, error) {
			ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), writeTime)
			defer cancel()
			f, err := writeBulk(ctx, whole)
			if err == nil {
				b.replace(f)
			}
			return nil, err
		})
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case r := <-made:
			if r.Err != nil {
				return nil, r.Err
			}
		}
	}
}

// use is the present file where it is of a version or a later one; else nil.
func (b *bulk) use(version int64) *bulkFile {
	b.mu.Lock()
	defer b.mu.Unlock()
	f := b.current
	if f == nil || f.version < version {
		return nil
	}
	f.unused.Reset(fileKept)
	f.users.Add(1)
	return f
}

// replace puts a file in place of the present one, which goes when its last user has.
func (b *bulk) replace(f *bulkFile) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.forget(b.current)
	b.current = f
	f.unused = time.AfterFunc(fileKept, func() {
		b.mu.Lock()
		defer b.mu.Unlock()
		if b.current == f {
			b.forget(f)
		}
	})
}

// forget lets a file go that may be nil; the caller holds the mutex.
func (b *bulk) forget(f *bulkFile) {
	if f == nil {
		return
	}
	b.current = nil
	f.unused.Stop()
	go func() {
		f.users.Wait()
		_ = f.Close() // it was only read
	}()
}

// writeBulk writes the whole into a file of its own.
func writeBulk(ctx context.Context, whole func(context.Context, func(*catalogue.Practice) error) (int64, error)) (f *bulkFile, err error) {
	file, err := os.CreateTemp("", "praksis-bulk-")
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			_ = file.Close() // nobody has it
		}
	}()
	if err := os.Remove(file.Name()); err != nil {
		return nil, err
	}
	packed := gzip.NewWriter(file)
	f = &bulkFile{File: file, made: time.Now()}
	if f.version, err = whole(ctx, func(p *catalogue.Practice) error { return export.WriteLine(packed, p) }); err != nil {
		return nil, err
	}
	if err := packed.Close(); err != nil {
		return nil, err
	}
	f.size, err = file.Seek(0, io.SeekCurrent)
	return f, err
}
