package postgres

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"praksis/internal/catalogue"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"
)

// NewAttachment is a document that comes with a submission, recognised and
// looked through by package intake. Open may be called more than once.
type NewAttachment struct {
	Name, Type      string
	Size            int64
	SHA256          [32]byte
	TextAlternative string
	TextRead        bool     // its text has been read for personal data
	Scanned         string   // "clean" when a virus scanner said so
	Notes           []string // what sender and desk should know of it, in plain Danish
	Digits          bool     // taken because ten digits in it were declared to be no CPR number
	Open            func() (io.ReadCloser, error)
}

// notes are its notes as they are stored: one a line.
func (a *NewAttachment) notes() string { return strings.Join(a.Notes, "\n") }

// noteLines are notes as they were stored.
func noteLines(notes string) []string {
	return slices.DeleteFunc(strings.Split(notes, "\n"), func(s string) bool { return s == "" })
}

// Attachment is a document that is kept.
type Attachment struct {
	PublicID        string
	Name, Type      string
	Size            int64
	SHA256          [32]byte
	TextAlternative string
	TextRead        bool
	Scanned         string
	Notes           []string // what sender and desk should know of it
	Digits          bool     // ten digits in it were declared to be no CPR number
	SeenBy          string   // the editor's name; empty until one has looked through it
}

// MaxAttachments is how many documents come with one submission.
const MaxAttachments = 3

// attachmentPiece is the size of a row of attachment_chunk, and the most of a
// document that is in memory at once.
const attachmentPiece = 256 << 10

// addAttachments keeps documents piece by piece. The same one twice, or one that
// the submission has, is kept once.
func addAttachments(ctx context.Context, tx pgx.Tx, submission int64, list []NewAttachment) error {
	seen := map[[32]byte]bool{}
	for _, a := range list {
		if seen[a.SHA256] {
			continue
		}
		seen[a.SHA256] = true
		var id int64
		if err := tx.QueryRow(ctx, `
			INSERT INTO attachment (submission_id, name, type, size, sha256, text_alternative, text_read, scanned, notes, digits)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (submission_id, sha256) DO NOTHING RETURNING id`,
			submission, a.Name, a.Type, a.Size, a.SHA256[:], a.TextAlternative, a.TextRead, a.Scanned, a.notes(), a.Digits).Scan(&id); errors.Is(err, pgx.ErrNoRows) {
			continue
		} else if err != nil {
			return fmt.Errorf("attachment: %w", err)
		}
		if err := addChunks(ctx, tx, "attachment_chunk", id, a); err != nil {
			return fmt.Errorf("attachment: %w", err)
		}
	}
	return nil
}

// addChunks writes the pieces of a document into a table of pieces, whose first
// column is the ID of the document.
func addChunks(ctx context.Context, tx pgx.Tx, table string, id int64, a NewAttachment) (err error) {
	r, err := a.Open()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, r.Close()) }()
	hash, size, piece := sha256.New(), int64(0), make([]byte, attachmentPiece)
	for n := 0; ; n++ {
		got, err := io.ReadFull(r, piece)
		if size += int64(got); size > a.Size {
			break // it has grown since it was recognised
		}
		if got > 0 {
			hash.Write(piece[:got])
			if _, err := tx.Exec(ctx, `INSERT INTO `+table+` VALUES ($1, $2, $3)`, id, n, piece[:got]); err != nil {
				return err
			}
		}
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			break
		} else if err != nil {
			return err
		}
	}
	if size != a.Size || [32]byte(hash.Sum(nil)) != a.SHA256 {
		return errors.New("not the document that was recognised: size or SHA-256 differ")
	}
	return nil
}

const attachmentSQL = `
	SELECT a.id, a.submission_id, a.public_id::text, a.name, a.type, a.size, a.sha256, a.text_alternative, a.text_read, a.scanned, a.notes, a.digits, coalesce(e.name, '')
	FROM attachment a LEFT JOIN editor e ON e.id = a.seen_by `

type attachmentRow struct {
	ID, Submission int64
	Attachment
}

func loadAttachments(ctx context.Context, db querier, where string, arg any) ([]attachmentRow, error) {
	rows, _ := db.Query(ctx, attachmentSQL+where, arg)
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (a attachmentRow, err error) {
		var sum []byte
		var notes string
		err = row.Scan(&a.ID, &a.Submission, &a.PublicID, &a.Name, &a.Type, &a.Size, &sum, &a.TextAlternative, &a.TextRead, &a.Scanned, &notes, &a.Digits, &a.SeenBy)
		a.Notes = noteLines(notes)
		copy(a.SHA256[:], sum)
		return a, err
	})
}

// querier is a pool or a transaction.
type querier interface {
	Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error)
}

func (s *Store) attachment(ctx context.Context, publicID string) (attachmentRow, error) {
	var id pgtype.UUID
	if err := id.Scan(publicID); err != nil {
		return attachmentRow{}, fmt.Errorf("attachment: %w", catalogue.ErrNotFound)
	}
	list, err := loadAttachments(ctx, s.pool, `WHERE a.public_id = $1`, id)
	if err != nil {
		return attachmentRow{}, mapped(err)
	}
	if len(list) == 0 {
		return attachmentRow{}, fmt.Errorf("attachment: %w", catalogue.ErrNotFound)
	}
	return list[0], nil
}

// AttachmentByID is an attachment and the ID of its submission, or
// catalogue.ErrNotFound.
func (s *Store) AttachmentByID(ctx context.Context, publicID string) (Attachment, int64, error) {
	a, err := s.attachment(ctx, publicID)
	return a.Attachment, a.Submission, err
}

// WriteAttachment streams an attachment to w. Each piece is a query of its own,
// so that a slow reader holds no connection; a document never changes.
func (s *Store) WriteAttachment(ctx context.Context, publicID string, w io.Writer) error {
	a, err := s.attachment(ctx, publicID)
	if err != nil {
		return err
	}
	var written int64
	var piece []byte
	for n := 0; written < a.Size; n++ {
		if err := s.pool.QueryRow(ctx, `SELECT data FROM attachment_chunk WHERE attachment_id = $1 AND n = $2`, a.ID, n).Scan(&piece); err != nil {
			return fmt.Errorf("piece %d of attachment %d: %w", n, a.ID, mapped(err))
		}
		if _, err := w.Write(piece); err != nil {
			return err
		}
		written += int64(len(piece))
	}
	return nil
}
