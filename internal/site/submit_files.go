package site

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"time"
	"unicode/utf8"

	"praksis/internal/catalogue"
	"praksis/internal/intake"
	"praksis/internal/postgres"
	"praksis/internal/review"
	"praksis/web"
)

// Limits of attachments, which the page promises; the database holds the same.
const (
	maxFiles = intake.MaxFiles
	maxAlt   = 1000
)

// sendTimeout is what there is for looking at a submission and storing it, once
// it has come in, and for waiting for that.
const sendTimeout = 30 * time.Second

func fileName(i int) string { return fmt.Sprintf("file-%d", i+1) }
func altName(i int) string  { return fmt.Sprintf("alt-%d", i+1) }

// readUpload reads the review step's form. Attachments are spooled to files,
// never held in memory whole; the caller removes them.
func (s *Site) readUpload(w http.ResponseWriter, r *http.Request) (*multipart.Form, *sending, error) {
	r.Body = http.MaxBytesReader(w, r.Body, maxUploadBytes)
	err := r.ParseMultipartForm(maxMemory)
	if errors.Is(err, http.ErrNotMultipart) {
		return nil, nil, badForm
	}
	if err := formError(err); err != nil {
		return r.MultipartForm, nil, err
	}
	if len(r.MultipartForm.Value[fieldData]) == 0 || len(r.MultipartForm.Value[fieldData][0]) > maxFormBytes {
		return r.MultipartForm, nil, badForm
	}
	x, err := readSending(r.MultipartForm.Value)
	return r.MultipartForm, x, err
}

// readFiles looks at each attachment, and notes in a what is wrong with it.
func (s *Site) readFiles(ctx context.Context, form *multipart.Form, a *agreed, notCPR bool) (out []postgres.NewAttachment) {
	seen := map[[32]byte]bool{}
	for i := range maxFiles {
		problem := func(message string) {
			a.files[i] = message
			a.errors = append(a.errors, web.FormError{Message: fmt.Sprintf("Fil %d: %s", i+1, message), URL: "#" + web.FieldID(fileName(i))})
		}
		alt := func(message string) {
			a.altErrors[i] = message
			a.errors = append(a.errors, web.FormError{Message: message, URL: "#" + web.FieldID(altName(i))})
		}
		var fh *multipart.FileHeader
		if list := form.File[fileName(i)]; len(list) > 0 {
			fh = list[0]
		}
		if fh == nil || fh.Filename == "" && fh.Size == 0 {
			continue
		}
		a.again = true
		switch {
		case !catalogue.Storable(a.alts[i]):
			alt(fmt.Sprintf("Teksten om fil %d har tegn, som ikke kan gemmes. Slet dem, de ses som �.", i+1))
			a.alts[i] = catalogue.Visible(a.alts[i])
		case utf8.RuneCountInString(a.alts[i]) > maxAlt:
			alt(fmt.Sprintf("Teksten om fil %d er for lang. Der er plads til %d tegn.", i+1, maxAlt))
		case review.HoldsCPR(a.alts[i]):
			alt(fmt.Sprintf("Teksten om fil %d ser ud til at have et CPR-nummer. Fjern det.", i+1))
		}
		x, err := s.readFile(ctx, fh, notCPR)
		if err != nil {
			problem(s.fileProblem(ctx, err))
			continue
		}
		if seen[x.SHA256] {
			continue // the same twice is one
		}
		seen[x.SHA256] = true
		x.TextAlternative = a.alts[i]
		out = append(out, x)
	}
	return out
}

// fileError is what is wrong with an attachment, in plain Danish.
type fileError string

func (e fileError) Error() string { return string(e) }

// fileProblem is what a visitor reads of an error; one of ours is logged.
func (s *Site) fileProblem(ctx context.Context, err error) string {
	if e, ok := errors.AsType[fileError](err); ok {
		return string(e)
	}
	if e, ok := errors.AsType[*intake.Error](err); ok {
		return e.Error()
	}
	s.log.ErrorContext(ctx, "attachment could not be read", "error", err)
	return "Vi kunne ikke læse filen. Prøv igen om lidt, eller send den uden."
}

// readFile looks at one attachment.
func (s *Site) readFile(ctx context.Context, fh *multipart.FileHeader, notCPR bool) (x postgres.NewAttachment, err error) {
	if review.HoldsCPR(fh.Filename) {
		return x, fileError("Filens navn ser ud til at have et CPR-nummer. Giv filen et andet navn.")
	}
	f, err := fh.Open()
	if err != nil {
		return x, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	kind, err := intake.Recognise(f, fh.Size, fh.Filename)
	if err != nil {
		return x, err
	}
	x = postgres.NewAttachment{Name: kind.Name, Type: kind.Type, Size: fh.Size, Open: func() (io.ReadCloser, error) { return fh.Open() }}
	text, read, err := intake.Text(f, fh.Size, kind)
	if err != nil {
		return x, err
	}
	x.TextRead, x.Notes = read, kind.Notes
	content, size := io.ReaderAt(f), fh.Size
	if kind.Changed {
		b, err := intake.Kept(f, fh.Size, kind)
		if err != nil {
			return x, err
		}
		content, size = bytes.NewReader(b), int64(len(b))
		x.Size, x.Open = size, func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(b)), nil }
	}
	for _, w := range intake.CheckText(text, notCPR) {
		if w.Blocks {
			return x, fileError("Der står noget i filen, der ligner et CPR-nummer. Fjern det, og vælg filen igen. Vi har ikke gemt den.")
		}
	}
	h := sha256.New()
	if _, err := io.Copy(h, io.NewSectionReader(content, 0, size)); err != nil {
		return x, err
	}
	h.Sum(x.SHA256[:0])
	if s.Clamd != "" {
		err := intake.Scan(ctx, s.Clamd, io.NewSectionReader(f, 0, fh.Size))
		if _, refused := errors.AsType[*intake.Error](err); refused {
			return x, err
		} else if err != nil {
			// Nothing is lost for a scanner that is away: the desk sees that the
			// file was not scanned.
			s.log.ErrorContext(ctx, "attachment could not be scanned", "error", err)
		} else {
			x.Scanned = "clean"
		}
	}
	return x, nil
}
