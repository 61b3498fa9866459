package intake

import (
	"archive/zip"
	"bytes"
	"errors"
	"io"
	"path"
	"slices"
	"strings"
)

// Limits of what is unpacked, held to while reading: what a zip says of its own
// sizes is a claim.
const (
	maxUnpacked = 50 << 20
	maxEntries  = 1000
	maxRatio    = 100
	// ratioFrom is the size from which the ratio counts: little text that
	// repeats itself packs well.
	ratioFrom = 1 << 20
)

const tooMuch = "Filen fylder for meget, når den pakkes ud. Gem den som PDF, og prøv igen."

// errTooMuch ends a reading that passes the limits.
var errTooMuch = errors.New("unpacks to too much")

// limited counts what is read against what is left.
type limited struct {
	r    io.Reader
	left *int64
	over bool
}

func (l *limited) Read(b []byte) (int, error) {
	if *l.left <= 0 {
		l.over = true
		return 0, errTooMuch
	}
	n, err := l.r.Read(b[:min(int64(len(b)), *l.left)])
	*l.left -= int64(n)
	return n, err
}

// archive is a zip whose entries are read within the limits.
type archive struct {
	entries []*zip.File
	left    int64
}

// openArchive reads the list of a zip. Names that lead out of a folder are
// passed over: nothing is ever written by them.
func openArchive(r io.ReaderAt, size int64) (*archive, error) {
	// Counted before the list is made, which would hold them all.
	n, last := 0, int64(-1)
	err := windows(io.NewSectionReader(r, 0, size), func(at int64, b []byte) bool {
		for i := 0; n <= maxEntries; {
			j := bytes.Index(b[i:], []byte("PK\x01\x02"))
			if j < 0 {
				break
			}
			i += j + 4
			if pos := at + int64(i); pos > last {
				last = pos
				n++
			}
		}
		return n <= maxEntries
	})
	if err != nil {
		return nil, err
	}
	if n > maxEntries {
		return nil, refuse("Filen består af mere end %d dele. Gem den som PDF, og prøv igen.", maxEntries)
	}
	z, err := zip.NewReader(r, size)
	if err != nil && !errors.Is(err, zip.ErrInsecurePath) {
		return nil, refuse(damaged)
	}
	a := &archive{left: maxUnpacked}
	seen := map[string]bool{}
	for _, e := range z.File {
		switch name := strings.ToLower(e.Name); {
		case e.Flags&1 != 0:
			return nil, refuse("Filen er beskyttet med adgangskode. Fjern adgangskoden, og prøv igen.")
		case strings.ContainsAny(e.Name, "\\:\x00") || strings.HasPrefix(e.Name, "/") || path.Clean(e.Name) != strings.TrimSuffix(e.Name, "/") || strings.HasPrefix(e.Name, ".."):
			continue
		case seen[name]:
			return nil, refuse(twofold) // two readers might read two documents
		default:
			seen[name] = true
			a.entries = append(a.entries, e)
		}
	}
	return a, nil
}

// unpack reads everything once to nowhere, so that a bomb goes off here.
func (a *archive) unpack() error {
	for _, e := range a.entries {
		r, err := a.open(e)
		if err != nil {
			return err
		}
		_, err = io.Copy(io.Discard, r)
		r.Close()
		if err != nil {
			return unpackError(err)
		}
	}
	return nil
}

func unpackError(err error) error {
	if errors.Is(err, errTooMuch) {
		return refuse(tooMuch)
	}
	var e *Error
	if errors.As(err, &e) {
		return err
	}
	return refuse(damaged)
}

// part is one entry being read.
type part struct {
	limited
	in     io.Closer
	most   int64
	before int64
}

func (p *part) Read(b []byte) (int, error) {
	n, err := p.limited.Read(b)
	if p.before-*p.left > p.most {
		return n, errTooMuch
	}
	return n, err
}

func (p *part) Close() error { return p.in.Close() }

func (a *archive) open(e *zip.File) (io.ReadCloser, error) {
	if e.Method != zip.Store && e.Method != zip.Deflate {
		return nil, refuse(damaged)
	}
	r, err := e.Open()
	if err != nil {
		return nil, refuse(damaged)
	}
	most := max(ratioFrom, int64(min(e.CompressedSize64, MaxSize))*maxRatio)
	return &part{limited: limited{r: r, left: &a.left}, in: r, most: most, before: a.left}, nil
}

// find is the entry of a name, nil when there is none.
func (a *archive) find(name string) *zip.File {
	i := slices.IndexFunc(a.entries, func(e *zip.File) bool { return e.Name == name })
	if i < 0 {
		return nil
	}
	return a.entries[i]
}

// packed tells what a zip is: DOCX, ODT, or something else that is refused.
func (f *File) packed(r io.ReaderAt, size int64) error {
	a, err := openArchive(r, size)
	if err != nil {
		return err
	}
	switch {
	case len(a.entries) > 0 && a.entries[0].Name == "mimetype":
		f.Type, f.Ext, f.Readable = ODT, ".odt", true
		err = f.odt(a)
	case a.find("[Content_Types].xml") != nil:
		f.Type, f.Ext, f.Readable = DOCX, ".docx", true
		err = f.docx(a)
	default:
		err = refuse("Filen er en samling af filer (zip). Send filerne hver for sig. %s", takenTypes)
	}
	if err != nil {
		return err
	}
	a.left = maxUnpacked
	return a.unpack()
}
