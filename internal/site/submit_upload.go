package site

import (
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"os"
	"slices"
	"syscall"

	"praksis/internal/httpx"
	"praksis/internal/intake"
)

// Limits of the parts of an upload.
const (
	maxParts      = 1000
	maxValueBytes = maxFormBytes + 1<<20 // what was typed, and what was answered to it
)

// upload is the review step's form as it came in.
type upload struct {
	Value url.Values
	Files [maxFiles]*uploaded // by their place in the form; nil where none was chosen
}

// uploaded is a file of an upload, spooled to a file of ours.
type uploaded struct {
	Name string
	Size int64    // bytes that came; of more than intake.MaxSize the rest is not spooled
	file *os.File // it has no name: with the process it is gone, however that ends
	err  error    // why it is not here
}

// reader reads the file from its beginning; nobody closes it.
func (f *uploaded) reader() io.Reader { return io.NewSectionReader(f.file, 0, f.Size) }

// remove removes the spooled files.
func (u *upload) remove() {
	for _, f := range u.Files {
		if f != nil && f.file != nil {
			_ = f.file.Close() // it was written and read
		}
	}
}

// readUpload reads the review step's form. Files are spooled, never held in memory
// whole; the caller removes them. One that cannot be spooled costs nothing else:
// what was typed stands before the files, and comes in with or without them.
func (s *Site) readUpload(w http.ResponseWriter, r *http.Request) (*upload, *sending, error) {
	most := int64(maxUploadBytes)
	if r.ContentLength > most {
		most = maxValueBytes // it will not come in, and what was typed stands first
	}
	r.Body = http.MaxBytesReader(w, r.Body, most)
	parts, err := r.MultipartReader()
	if err != nil {
		return nil, nil, badForm
	}
	u := &upload{Value: url.Values{}}
	if err := u.read(parts); err != nil {
		return u, nil, err
	}
	if data := u.Value.Get(fieldData); data == "" || len(data) > maxFormBytes {
		return u, nil, badForm
	}
	x, err := readSending(u.Value)
	return u, x, err
}

func (u *upload) read(parts *multipart.Reader) error {
	left := int64(maxValueBytes)
	for n := 0; ; n++ {
		p, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return u.cut(err, nil)
		}
		if n == maxParts {
			return badForm
		}
		if p.FileName() == "" {
			b, err := io.ReadAll(io.LimitReader(p, left+1))
			if err != nil {
				return u.cut(err, nil)
			}
			if left -= int64(len(b)); left < 0 {
				return &httpx.TooLargeError{}
			}
			u.Value.Add(p.FormName(), string(b))
			continue
		}
		place := slices.IndexFunc(u.Files[:], func(f *uploaded) bool { return f == nil })
		for i := range u.Files {
			if fileName(i) == p.FormName() {
				place = i
			}
		}
		if place < 0 || u.Files[place] != nil {
			return badForm
		}
		f := &uploaded{Name: p.FileName()}
		u.Files[place] = f
		if err := f.spool(p); err != nil {
			return u.cut(err, f)
		}
	}
}

// cut is what follows when an upload breaks off. Where it is only too long, what
// was typed is there, and the file that was being read is not.
func (u *upload) cut(err error, f *uploaded) error {
	if _, large := errors.AsType[*http.MaxBytesError](err); large && f != nil && u.Value.Get(fieldData) != "" {
		f.err = &intake.Error{Message: "Filerne fylder for meget tilsammen. Gør dem mindre, eller giv et link i stedet."}
		return nil
	}
	return formError(err)
}

// spool writes what comes to a file of its own. It fails when nothing comes any
// more; where it cannot be written, f.err says so, and the rest is passed over.
func (f *uploaded) spool(from io.Reader) error {
	if f.file, f.err = nameless(); f.err == nil {
		w := &noting{to: f.file}
		n, err := io.Copy(w, io.LimitReader(from, intake.MaxSize+1))
		f.Size = n
		if f.err = w.err; f.err == nil && err != nil {
			return err
		}
	}
	rest, err := io.Copy(io.Discard, from)
	f.Size += rest
	return err
}

// nameless makes a temporary file that is gone when it is closed, or its process is.
func nameless() (*os.File, error) {
	f, err := os.CreateTemp("", "praksis-upload-")
	if err != nil {
		return nil, err
	}
	if err := os.Remove(f.Name()); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}

// noting tells a failure to write from one to read.
type noting struct {
	to  io.Writer
	err error
}

func (w *noting) Write(b []byte) (int, error) {
	n, err := w.to.Write(b)
	if err != nil {
		w.err = err
	}
	return n, err
}

// noSpace tells whether an error is a full disk's.
func noSpace(err error) bool {
	return errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) || errors.Is(err, syscall.EFBIG)
}
