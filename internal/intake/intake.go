// Package intake reads documents that come in: what they are by their content,
// whether they may be kept, and the words in them.
package intake

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"
	"unicode"
	"unicode/utf8"

	"praksis/internal/review"
)

// Limits of attachments.
const (
	MaxSize  = 10 << 20 // bytes of each; the database holds the same
	MaxFiles = 3        // of one submission
	maxName  = 120      // characters of a file's name
	// MaxText is how much of a document's words is read, in characters: more
	// than a hundred pages.
	MaxText = 200_000
)

// Types of the files that are taken.
const (
	PDF  = "application/pdf"
	DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
	ODT  = "application/vnd.oasis.opendocument.text"
	PNG  = "image/png"
	JPEG = "image/jpeg"
)

// File is what a file was recognised as.
type File struct {
	Type string
	// Ext is the extension that belongs to the type, with its dot.
	Ext string
	// Name is the file's own name without folders and control characters, with
	// that extension.
	Name string
	// Notes are what submitter and editor should know of it, in plain Danish.
	Notes []string
	// Changed tells that Kept leaves something out.
	Changed bool
	// Readable tells whether a DOCX or ODT has only parts that Text reads.
	Readable bool
}

// Error says in plain Danish why a file is not taken, and what to do.
type Error struct{ Message string }

func (e *Error) Error() string { return e.Message }

func refuse(format string, args ...any) error { return &Error{fmt.Sprintf(format, args...)} }

// The messages that several files get.
const (
	takenTypes = "Vi kan tage imod PDF, Word (DOCX), ODT, PNG og JPEG."
	damaged    = "Filen er beskadiget eller ikke hel. Gem den igen, og prøv en gang til."
	twofold    = "Der er gemt noget andet bag i filen. Åbn den, gem den igen, og prøv en gang til."
)

// Recognise tells by its content what a file is, and refuses what is not one of
// the types, is damaged, too large, protected, or carries programs. Only what it
// takes to tell is read. The error is an *Error, or the reader's own.
func Recognise(r io.ReaderAt, size int64, name string) (File, error) {
	if size <= 0 {
		return File{}, refuse("Filen er tom. Vælg en anden.")
	}
	if size > MaxSize {
		return File{}, refuse("Filen fylder mere end %d MB. Gør den mindre, eller giv et link i stedet.", MaxSize>>20)
	}
	head := make([]byte, min(size, 1024))
	if _, err := r.ReadAt(head, 0); err != nil && !errors.Is(err, io.EOF) {
		return File{}, err
	}
	f := File{Name: name}
	var err error
	switch {
	case bytes.HasPrefix(head, []byte("\x89PNG\r\n\x1a\n")):
		f.Type, f.Ext = PNG, ".png"
		err = f.png(r, size)
	case bytes.HasPrefix(head, []byte("\xff\xd8\xff")):
		f.Type, f.Ext = JPEG, ".jpg"
		err = f.jpeg(r, size)
	case bytes.HasPrefix(bytes.TrimLeft(head, "\xef\xbb\xbf \t\r\n"), []byte("%PDF-")):
		f.Type, f.Ext = PDF, ".pdf"
		err = f.pdf(r, size)
	case bytes.HasPrefix(head, []byte("PK\x03\x04")):
		err = f.packed(r, size)
	case bytes.HasPrefix(head, []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")):
		err = old(r, size)
	case bytes.Contains(head, []byte("%PDF-")):
		err = refuse("Der står noget andet foran PDF-filens begyndelse. Gem den som PDF igen.")
	default:
		err = refuse("Filen er af en type, vi ikke kan tage imod, uanset hvad den hedder. %s", takenTypes)
	}
	if err != nil {
		return File{}, err
	}
	f.rename()
	return f, nil
}

// old tells apart what Word kept before 2007 and what it protects today.
func old(r io.ReaderAt, size int64) error {
	marks := [][]byte{wide("EncryptedPackage")}
	found, err := scan(io.NewSectionReader(r, 0, size), marks)
	if err != nil {
		return err
	}
	if found != nil {
		return refuse("Filen er beskyttet med adgangskode. Fjern adgangskoden, og prøv igen.")
	}
	return refuse("Filen er fra en ældre udgave af Word eller Excel. Gem den som DOCX eller PDF.")
}

// wide is a word as two bytes a letter.
func wide(s string) []byte {
	var out []byte
	for i := range len(s) {
		out = append(out, s[i], 0)
	}
	return out
}

// rename cleans the file's name and gives it the extension of what it is.
func (f *File) rename() {
	name := strings.ToValidUTF8(f.Name, "")
	if i := strings.LastIndexAny(name, `/\`); i >= 0 {
		name = name[i+1:]
	}
	name = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsControl(r) || unicode.Is(unicode.Cf, r): // also what turns the direction of text
			return -1
		case strings.ContainsRune(`<>:"|?*;%`, r):
			return '-'
		}
		return r
	}, review.Mask(name))
	name = strings.Join(strings.Fields(name), " ")
	ext := strings.ToLower(path.Ext(name))
	if ext == f.Ext || ext == ".jpeg" && f.Type == JPEG {
		name = name[:len(name)-len(ext)]
	} else if ext != "" {
		f.Notes = append(f.Notes, "Filen hed noget andet end det, den er. Vi har rettet endelsen til "+f.Ext+".")
		if len(ext) <= 5 {
			name = name[:len(name)-len(ext)]
		}
	}
	if name = strings.Trim(name, " .-"); name == "" {
		name = "bilag"
	}
	if room := maxName - len(f.Ext); utf8.RuneCountInString(name) > room {
		name = string([]rune(name)[:room])
	}
	f.Name = name + f.Ext
}

// CheckText looks for personal data in a document's words, as in a form's.
// notCPR is the submission's own (review.Submission.NotCPR).
func CheckText(text string, notCPR bool) []review.Warning {
	return review.TextWarnings("attachments", text, notCPR)
}

const window = 64 << 10

// scan reads r to its end in pieces and gives the first of the marks that is in
// it, nil when none is.
func scan(r io.Reader, marks [][]byte) ([]byte, error) {
	var found []byte
	err := windows(r, func(_ int64, b []byte) bool {
		for _, m := range marks {
			if bytes.Contains(b, m) {
				found = m
				return false
			}
		}
		return true
	})
	return found, err
}

// overlap is more than the longest mark.
const overlap = 256

// windows hands over r in pieces that overlap, with the offset of each, until
// f has seen enough.
func windows(r io.Reader, f func(at int64, b []byte) bool) error {
	buf := make([]byte, 0, window+overlap)
	var at int64
	for {
		n, err := io.ReadFull(r, buf[len(buf):cap(buf)])
		buf = buf[:len(buf)+n]
		if n > 0 && !f(at, buf) {
			return nil
		}
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			return nil
		}
		if err != nil {
			return err
		}
		keep := min(overlap, len(buf))
		at += int64(len(buf) - keep)
		copy(buf, buf[len(buf)-keep:])
		buf = buf[:keep]
	}
}

// endsAsZip tells whether a file that begins as something else is a zip to
// those who read from the end.
func endsAsZip(r io.ReaderAt, size int64) (bool, error) {
	n := min(size, 22+1<<16)
	tail := make([]byte, n)
	if _, err := r.ReadAt(tail, size-n); err != nil && !errors.Is(err, io.EOF) {
		return false, err
	}
	return bytes.Contains(tail, []byte("PK\x05\x06")), nil
}
