package site

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"
	"unicode/utf8"

	"praksis/internal/catalogue"
	"praksis/internal/httpx"
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

// keptAltName is the field of what a kept file shows.
func keptAltName(publicID string) string { return "alt-" + publicID }

// checkedFile is a file that may be kept.
type checkedFile struct {
	postgres.NewAttachment
	place int
}

// readFiles looks at each attachment, and notes in a what is wrong with it, and
// with the words on those that were kept.
func (s *Site) readFiles(ctx context.Context, u *upload, a *agreed, notCPR bool) (out []checkedFile) {
	seen := map[[32]byte]bool{}
	for i := range a.kept {
		k := &a.kept[i]
		seen[k.SHA256] = true
		if v, typed := u.Value[keptAltName(k.PublicID)]; typed {
			k.TextAlternative = review.Line(v[0])
		}
		k.problem = altProblem(&k.TextAlternative, "»"+k.Name+"«")
		if k.problem != "" {
			a.errors = append(a.errors, web.FormError{Message: k.problem, URL: "#" + web.FieldID(keptAltName(k.PublicID))})
		}
	}
	for i, f := range u.Files {
		if f == nil {
			continue
		}
		problem := func(message string) {
			a.files[i] = message
			a.errors = append(a.errors, web.FormError{Message: fmt.Sprintf("Fil %d: %s", i+1, message), URL: "#" + web.FieldID(fileName(i))})
		}
		if m := altProblem(&a.alts[i], fmt.Sprintf("fil %d", i+1)); m != "" {
			a.altErrors[i] = m
			a.errors = append(a.errors, web.FormError{Message: m, URL: "#" + web.FieldID(altName(i))})
		}
		x, err := s.readFile(ctx, f, notCPR)
		if err != nil {
			a.digits = a.digits || errors.Is(err, intake.ErrDigits)
			problem(s.fileProblem(ctx, err))
			continue
		}
		if seen[x.SHA256] {
			continue // the same twice is one
		}
		if len(a.kept)+len(out) == maxFiles {
			problem("Der er plads til tre filer. Fjern en af de andre først.")
			continue
		}
		seen[x.SHA256] = true
		x.place = i
		if a.altErrors[i] == "" {
			x.TextAlternative = a.alts[i]
		}
		out = append(out, x)
	}
	return out
}

// altProblem is what is wrong with the words on a file; those that cannot be kept
// are made visible.
func altProblem(alt *string, what string) string {
	switch {
	case !catalogue.Legible(*alt):
		*alt = catalogue.Visible(*alt)
		return "Teksten om " + what + " har tegn, som ikke kan gemmes. Slet dem, de ses som �."
	case utf8.RuneCountInString(*alt) > maxAlt:
		return fmt.Sprintf("Teksten om %s er for lang. Der er plads til %d tegn.", what, maxAlt)
	case review.HoldsCPR(*alt):
		return "Teksten om " + what + " ser ud til at have et CPR-nummer. Fjern det."
	}
	return ""
}

// fileProblem is what a visitor reads of an error; one of ours is logged.
func (s *Site) fileProblem(ctx context.Context, err error) string {
	if e, ok := errors.AsType[*intake.Error](err); ok {
		return e.Error()
	}
	s.log.ErrorContext(ctx, "attachment could not be read", "error", err)
	if noSpace(err) {
		return "Vi har ikke plads til filen lige nu. Det, du har skrevet, står her endnu. Vælg filen igen om lidt, eller send uden den."
	}
	return "Vi kunne ikke læse filen. Prøv igen om lidt, eller send den uden."
}

// readFile looks at one attachment.
func (s *Site) readFile(ctx context.Context, u *uploaded, notCPR bool) (x checkedFile, err error) {
	if u.err != nil {
		return x, u.err
	}
	c, err := intake.Check(ctx, u.file, u.Size, u.Name, notCPR, s.Clamd)
	if err != nil {
		return x, err
	}
	if c.ScanError != nil {
		// Nothing is lost for a scanner that is away: the desk sees that the file was
		// not scanned.
		s.log.ErrorContext(ctx, "attachment could not be scanned", "error", c.ScanError)
	}
	x.NewAttachment = postgres.NewAttachment{Name: c.Name, Type: c.Type, Size: c.Size, SHA256: c.SHA256, TextRead: c.TextRead, Scanned: c.ScanResult(), Notes: c.Notes, Digits: c.Digits,
		Open: c.Open(func() (io.ReadCloser, error) { return io.NopCloser(u.reader()), nil })}
	return x, nil
}

// keptFile is a file that was kept, with what is wrong with the words on it.
type keptFile struct {
	postgres.KeptFile
	problem string
}

// loadKept reads which files were kept for the form.
func (s *Site) loadKept(ctx context.Context, x *sending, a *agreed) error {
	list, err := s.store.KeptFiles(ctx, x.Key, x.filesDeclared(), time.Now().UTC())
	a.kept = nil
	for _, k := range list {
		a.kept = append(a.kept, keptFile{KeptFile: k})
	}
	return err
}

// dropUndeclared forgets kept files whose ten digits are no longer declared to be no
// CPR number, and says so.
func (s *Site) dropUndeclared(ctx context.Context, x *sending, a *agreed) error {
	if x.filesDeclared() {
		return nil
	}
	list, err := s.store.KeptFiles(ctx, x.Key, true, time.Now().UTC())
	for _, k := range list {
		if !k.Digits {
			continue
		}
		if err := s.store.DropKeptFile(ctx, x.Key, k.PublicID); err != nil {
			return err
		}
		a.digits = true
		a.errors = append(a.errors, web.FormError{Message: "»" + k.Name + "«: " + intake.ErrDigits.Message, URL: "#filer"})
	}
	return err
}

// keepFiles keeps the files for the form's next try, with the words on them. Those
// that cannot be kept must be chosen again, and the page says so: that is no reason
// to fail.
func (s *Site) keepFiles(ctx context.Context, r *http.Request, x *sending, a *agreed, files []checkedFile) {
	before := a.kept
	for _, k := range before {
		if k.problem != "" {
			continue
		}
		if err := s.store.DescribeKeptFile(ctx, x.Key, postgres.KeptChoice{PublicID: k.PublicID, TextAlternative: k.TextAlternative}); err != nil {
			s.log.ErrorContext(ctx, "the words on a kept file could not be kept", "error", err)
		}
	}
	for _, f := range files {
		err := s.store.KeepFile(ctx, x.Key, httpx.Client(r), f.NewAttachment, time.Now().UTC())
		if err != nil {
			a.again = true
			if !errors.Is(err, postgres.ErrNoRoom) {
				s.log.ErrorContext(ctx, "a file could not be kept", "error", err)
			}
			continue
		}
		if a.altErrors[f.place] == "" {
			a.alts[f.place] = "" // it stands with the kept file
		}
	}
	if err := s.loadKept(ctx, x, a); err != nil {
		s.log.ErrorContext(ctx, "kept files could not be read", "error", err)
		a.again = a.again || len(files) > 0
		a.kept = before
		return
	}
	for i := range a.kept { // what is wrong stands there as it was typed
		for _, k := range before {
			if k.PublicID == a.kept[i].PublicID && k.problem != "" {
				a.kept[i].problem, a.kept[i].TextAlternative = k.problem, k.TextAlternative
			}
		}
	}
}

// choices are the kept files as they are sent.
func (a *agreed) choices() (out []postgres.KeptChoice) {
	for _, k := range a.kept {
		out = append(out, postgres.KeptChoice{PublicID: k.PublicID, TextAlternative: k.TextAlternative})
	}
	return out
}

// fileFields are the places for files that are left, and the files that are kept.
func (a *agreed) fileFields() (places []web.FileField, kept []web.KeptFileField) {
	for _, k := range a.kept {
		kept = append(kept, web.KeptFileField{ID: k.PublicID, Name: k.Name, Size: sizeInWords(k.Size), Notes: k.Notes,
			AltID: web.FieldID(keptAltName(k.PublicID)), AltName: keptAltName(k.PublicID), Alt: k.TextAlternative, AltError: k.problem})
	}
	room := maxFiles - len(a.kept)
	for i := range maxFiles {
		said := a.files[i] != "" || a.altErrors[i] != ""
		if !said && room <= 0 {
			continue
		}
		room--
		places = append(places, web.FileField{ID: web.FieldID(fileName(i)), Name: fileName(i), Label: fmt.Sprintf("Fil %d", i+1), Error: a.files[i],
			AltID: web.FieldID(altName(i)), AltName: altName(i), Alt: a.alts[i], AltError: a.altErrors[i]})
	}
	return places, kept
}

// sizeInWords is a size as people say it: "240 KB", "2,4 MB".
func sizeInWords(n int64) string {
	if n < 1<<20 {
		return fmt.Sprintf("%d KB", max(1, (n+512)>>10))
	}
	return strings.Replace(fmt.Sprintf("%.1f MB", float64(n)/(1<<20)), ".", ",", 1)
}
