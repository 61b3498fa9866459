// Package backup is the file that holds the whole catalogue: writing it, reading it with
// a look at every byte, restoring it, and the drill that proves that it can be restored.
//
// A file is
//
//	PRAKSIS-BACKUP 1\n     what it is, and the number of its format
//	…                      records, compressed as one zstd stream
//	PRAKSIS-END\n          so that one that is cut is known at once
//	32 bytes               SHA-256 of all before
//
// and each record a byte for its kind, the length of what follows as a varint, and that:
// first a header (H), then sections, each with a beginning (B), its data in pieces (D)
// and an end (E) with its number of rows and their SHA-256, and a last one (Z) with the
// numbers of sections and rows. All but data is JSON. A row is a line.
package backup

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/klauspost/compress/zstd"
)

// Format numbers what a file looks like. Whoever changes that so that an older program
// cannot read it counts it up, and goes on reading the older ones.
const Format = 1

const (
	magic = "PRAKSIS-BACKUP "
	end   = "PRAKSIS-END\n"
)

// Limits of what a reader takes into memory, whatever a file says.
const (
	maxPiece   = 256 << 10
	maxJSON    = 16 << 20 // as a header with very many sequences
	maxNumber  = 20       // digits of the format, with the line's end
	windowSize = 1 << 20
)

// What a file can be that is none of ours.
var (
	errForeign = errors.New("it is no backup of this program")
	errCut     = errors.New("it is cut off: its end is missing")
	errDamaged = errors.New("it is damaged: it is not what was written")
)

// Header is what a file says of the catalogue that it holds.
type Header struct {
	// Program is the build that wrote it.
	Program string `json:"program"`
	// Taken is when the catalogue was as it is in the file.
	Taken time.Time `json:"taken"`
	// Schema is the number of the last migration, Shape that of the read model, Seeds
	// that of the seeds that were loaded; Seeds is 0 when there were none.
	Schema int64 `json:"schema"`
	Shape  int   `json:"shape"`
	Seeds  int   `json:"seeds"`
	// Version and Identity are the catalogue's.
	Version  int64  `json:"version"`
	Identity string `json:"identity"`
	// Server, Encoding and Collation are those of the database.
	Server    string `json:"server"`
	Encoding  string `json:"encoding"`
	Collation string `json:"collation"`
}

// SectionKind is what a section holds.
type SectionKind string

// The kinds of sections.
const (
	// KindTable has the rows of a table, as COPY writes them.
	KindTable SectionKind = "table"
	// KindSequences has one sequence a line: its name, its last value, and whether that
	// was given out.
	KindSequences SectionKind = "sequences"
	// KindPages has the number, shape and hash of every public page, for the drill.
	KindPages SectionKind = "pages"
)

// Section is how a section begins.
type Section struct {
	Kind    SectionKind `json:"kind"`
	Name    string      `json:"name,omitempty"`
	Columns []string    `json:"columns,omitempty"`
}

// sectionEnd is how it ends.
type sectionEnd struct {
	Rows   int64  `json:"rows"`
	SHA256 string `json:"sha256"`
}

// last is the last record.
type last struct {
	Sections int   `json:"sections"`
	Rows     int64 `json:"rows"`
}

// Writer writes a file. A section is all that is written between Begin and End.
type Writer struct {
	to      io.Writer
	sum     hash.Hash // of the file
	z       *zstd.Encoder
	size    int64
	section hash.Hash
	rows    int64
	all     last
	head    [1 + binary.MaxVarintLen64]byte
}

// NewWriter begins a file.
func NewWriter(to io.Writer, h Header) (*Writer, error) {
	w := &Writer{to: to, sum: sha256.New()}
	if _, err := fmt.Fprintf(sink{w}, "%s%d\n", magic, Format); err != nil {
		return nil, err
	}
	var err error
	// One piece of work at a time: a backup runs beside visitors.
	if w.z, err = zstd.NewWriter(sink{w}, zstd.WithEncoderConcurrency(1), zstd.WithWindowSize(windowSize)); err != nil {
		return nil, err
	}
	return w, w.json('H', h)
}

// sink is where the bytes of the file go.
type sink struct{ w *Writer }

func (s sink) Write(b []byte) (int, error) {
	n, err := s.w.to.Write(b)
	s.w.sum.Write(b[:n])
	s.w.size += int64(n)
	return n, err
}

func (w *Writer) record(kind byte, payload []byte) error {
	w.head[0] = kind
	n := 1 + binary.PutUvarint(w.head[1:], uint64(len(payload)))
	if _, err := w.z.Write(w.head[:n]); err != nil {
		return err
	}
	_, err := w.z.Write(payload)
	return err
}

func (w *Writer) json(kind byte, of any) error {
	payload, err := json.Marshal(of)
	if err != nil {
		return err
	}
	return w.record(kind, payload)
}

// Begin begins a section.
func (w *Writer) Begin(s Section) error {
	w.section, w.rows = sha256.New(), 0
	return w.json('B', s)
}

// Write writes some of the section's data, which is lines.
func (w *Writer) Write(b []byte) (n int, err error) {
	for len(b) > 0 {
		piece := b[:min(len(b), maxPiece)]
		if err := w.record('D', piece); err != nil {
			return n, err
		}
		w.section.Write(piece)
		w.rows += int64(bytes.Count(piece, []byte("\n")))
		n, b = n+len(piece), b[len(piece):]
	}
	return n, nil
}

// End ends the section, and tells how many rows it has.
func (w *Writer) End() (rows int64, err error) {
	w.all.Sections++
	w.all.Rows += w.rows
	return w.rows, w.json('E', sectionEnd{w.rows, hex.EncodeToString(w.section.Sum(nil))})
}

// Close ends the file. Without it, nobody takes it for one.
func (w *Writer) Close() error {
	if err := errors.Join(w.json('Z', w.all), w.z.Close()); err != nil {
		return err
	}
	if _, err := io.WriteString(sink{w}, end); err != nil {
		return err
	}
	_, err := sink{w}.Write(w.sum.Sum(nil))
	return err
}

// Abandon lets go of what the writer holds, of a file that will not be one.
func (w *Writer) Abandon() { _ = w.z.Close() }

// Size is how many bytes have been written.
func (w *Writer) Size() int64 { return w.size }

// checkWhole holds the bytes of a file to the hash at its end.
func checkWhole(f io.ReaderAt, size int64) error {
	line := make([]byte, min(size, int64(len(magic)+maxNumber)))
	if _, err := f.ReadAt(line, 0); err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	if err := checkFormat(line); err != nil {
		return err
	}
	tail := make([]byte, len(end)+sha256.Size)
	if size < int64(len(tail)) {
		return errCut
	}
	if _, err := f.ReadAt(tail, size-int64(len(tail))); err != nil {
		return err
	}
	if string(tail[:len(end)]) != end {
		return errCut
	}
	sum := sha256.New()
	if _, err := io.Copy(sum, io.NewSectionReader(f, 0, size-sha256.Size)); err != nil {
		return err
	}
	if !bytes.Equal(sum.Sum(nil), tail[len(end):]) {
		return errDamaged
	}
	return nil
}

// checkFormat reads the first line.
func checkFormat(b []byte) error {
	rest, ours := strings.CutPrefix(string(b), magic)
	if !ours {
		if strings.HasPrefix(magic, string(b)) {
			return errCut
		}
		return errForeign
	}
	number, _, ended := strings.Cut(rest, "\n")
	n, err := strconv.Atoi(number)
	switch {
	case !ended && len(rest) < maxNumber:
		return errCut
	case err != nil || n < 1:
		return errDamaged
	case n > Format:
		return fmt.Errorf("it has format %d, and this program reads formats up to %d: restore it with the release that wrote it, or a newer one", n, Format)
	}
	return nil
}

// Reader reads the sections of a file, and holds each to its own hash.
type Reader struct {
	Header  Header
	z       *zstd.Decoder
	in      *bufio.Reader
	section hash.Hash // nil between sections
	rows    int64
	piece   []byte // what of the last piece was not read yet
	buffer  []byte
	all     last
	err     error
}

// NewReader begins to read a file that checkWhole has passed: from is at its beginning,
// and ends where the zstd stream does.
func NewReader(from io.Reader) (*Reader, error) {
	b := bufio.NewReader(from)
	line, err := b.ReadSlice('\n')
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, bufio.ErrBufferFull) {
		return nil, err
	}
	if err := checkFormat(line); err != nil {
		return nil, err
	}
	z, err := zstd.NewReader(b, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true), zstd.WithDecoderMaxWindow(windowSize))
	if err != nil {
		return nil, err
	}
	r, err := readRecords(z)
	if err != nil {
		z.Close()
		return nil, err
	}
	r.z = z
	return r, nil
}

// readRecords reads what was compressed.
func readRecords(from io.Reader) (*Reader, error) {
	r := &Reader{in: bufio.NewReader(from)}
	kind, payload, err := r.record()
	if err != nil {
		return nil, err
	}
	if kind != 'H' || json.Unmarshal(payload, &r.Header) != nil {
		return nil, errDamaged
	}
	return r, nil
}

// Close lets go of what the reader holds.
func (r *Reader) Close() {
	if r.z != nil {
		r.z.Close()
	}
}

// record reads the next record. What it returns holds until the next call.
func (r *Reader) record() (kind byte, payload []byte, err error) {
	if kind, err = r.in.ReadByte(); err != nil {
		return 0, nil, broken(err)
	}
	n, err := binary.ReadUvarint(r.in)
	if err != nil {
		return 0, nil, broken(err)
	}
	most := uint64(maxJSON)
	if kind == 'D' {
		most = maxPiece
	}
	if n > most {
		return 0, nil, errDamaged
	}
	// By pieces: what a file says of its lengths is not believed.
	r.buffer = r.buffer[:0]
	for left := int(n); left > 0; {
		at, take := len(r.buffer), min(left, 64<<10)
		r.buffer = append(r.buffer, make([]byte, take)...)
		if _, err := io.ReadFull(r.in, r.buffer[at:]); err != nil {
			return 0, nil, broken(err)
		}
		left -= take
	}
	return kind, r.buffer, nil
}

// broken is what an error of reading says of the file.
func broken(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return errCut
	}
	return fmt.Errorf("%w (%w)", errDamaged, err)
}

// Next is the next section; what was not read of the one before is passed over. After
// the last one it is io.EOF, and the file is whole.
func (r *Reader) Next() (s Section, err error) {
	if r.err != nil {
		return s, r.err
	}
	defer func() {
		if err != nil {
			r.err = err
		}
	}()
	if r.section != nil {
		if _, err := io.Copy(io.Discard, r); err != nil {
			return s, err
		}
	}
	kind, payload, err := r.record()
	switch {
	case err != nil:
		return s, err
	case kind == 'B':
		if json.Unmarshal(payload, &s) != nil {
			return s, errDamaged
		}
		r.section, r.rows, r.piece = sha256.New(), 0, nil
		return s, nil
	case kind == 'Z':
		var all last
		if json.Unmarshal(payload, &all) != nil || all != r.all {
			return s, errDamaged
		}
		if _, err := r.in.ReadByte(); err == nil {
			return s, errDamaged
		} else if !errors.Is(err, io.EOF) {
			return s, broken(err)
		}
		return s, io.EOF
	}
	return s, errDamaged
}

// Read reads the section's data. Its end is that of a section whose hash is right.
func (r *Reader) Read(b []byte) (n int, err error) {
	if r.err != nil {
		return 0, r.err
	}
	if r.section == nil {
		return 0, io.EOF
	}
	defer func() {
		if err != nil && !errors.Is(err, io.EOF) {
			r.err = err
		}
	}()
	for len(r.piece) == 0 {
		kind, payload, err := r.record()
		if err != nil {
			return 0, err
		}
		switch kind {
		case 'D':
			r.piece = payload
			r.section.Write(payload)
			r.rows += int64(bytes.Count(payload, []byte("\n")))
		case 'E':
			var e sectionEnd
			if json.Unmarshal(payload, &e) != nil || e.Rows != r.rows || e.SHA256 != hex.EncodeToString(r.section.Sum(nil)) {
				return 0, errDamaged
			}
			r.section = nil
			r.all.Sections++
			r.all.Rows += r.rows
			return 0, io.EOF
		default:
			return 0, errDamaged
		}
	}
	n = copy(b, r.piece)
	r.piece = r.piece[n:]
	return n, nil
}

// Rows is how many rows have been read of the section.
func (r *Reader) Rows() int64 { return r.rows }
