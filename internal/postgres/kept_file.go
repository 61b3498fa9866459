package postgres

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"time"

	"praksis/internal/catalogue"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"
)

const (
	// keptFor is how long a file waits for its form to be sent; with a saved form
	// it waits as long as that.
	keptFor = 24 * time.Hour
	// arriving is how long a file may take to be written.
	arriving = 10 * time.Minute
	// maxKeptClient are the bytes that are kept of one network: the files of six
	// forms, because a whole municipality may have one address.
	maxKeptClient = 6 * MaxAttachments * 10 << 20
	// maxKept are the bytes that are kept of all.
	maxKept = 2 << 30
)

// ErrNoRoom tells that no more is kept of this network, or of all.
var ErrNoRoom = errors.New("no room for what is not sent")

// KeptFile is a file that came with a form which was not sent.
type KeptFile struct {
	PublicID        string
	Name            string
	Size            int64 // bytes
	SHA256          [32]byte
	TextAlternative string
	Notes           []string // as Attachment.Notes
	Digits          bool     // as Attachment.Digits
	EraseAt         time.Time
}

// KeptChoice is a kept file that is sent, with what it shows.
type KeptChoice struct{ PublicID, TextAlternative string }

// formHash is what kept files are found by.
func formHash(key string) []byte {
	sum := sha256.Sum256([]byte("files:" + key))
	return sum[:]
}

// keepLock makes those who count what is kept, and add to it, wait for each other.
func keepLock(ctx context.Context, tx pgx.Tx) error {
	_, err := tx.Exec(ctx, `SELECT pg_advisory_xact_lock(hashtext('praksis kept'))`)
	return err
}

// KeepFile keeps a file for the form's next try, for a day. client is the network
// address that it came from, which is kept as a hash. The same file again
// is kept once. The error is ErrNoRoom when too much is kept already.
func (s *Store) KeepFile(ctx context.Context, key, client string, a NewAttachment, now time.Time) error {
	var id int64
	// Room is taken first, and for a moment only: nobody waits while a file is
	// written.
	err := s.write(ctx, func(tx pgx.Tx) error {
		id = 0
		if err := keepLock(ctx, tx); err != nil {
			return err
		}
		// What is no longer counted is not there any more either.
		if _, err := tx.Exec(ctx, `DELETE FROM kept_file WHERE erase_at <= $1`, now); err != nil {
			return err
		}
		var ofClient, ofAll, files int64
		if err := tx.QueryRow(ctx, `
			SELECT coalesce(sum(size) FILTER (WHERE client = $1), 0), coalesce(sum(size), 0), count(*) FILTER (WHERE form_hash = $2 AND sha256 <> $3) FROM kept_file`,
			clientKey(client), formHash(key), a.SHA256[:]).Scan(&ofClient, &ofAll, &files); err != nil {
			return err
		}
		if ofClient+a.Size > maxKeptClient || ofAll+a.Size > maxKept || files >= MaxAttachments {
			return ErrNoRoom
		}
		err := tx.QueryRow(ctx, `
			INSERT INTO kept_file (form_hash, client, name, type, size, sha256, text_alternative, text_read, scanned, notes, digits, erase_at)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) ON CONFLICT (form_hash, sha256) DO NOTHING RETURNING id`,
			formHash(key), clientKey(client), a.Name, a.Type, a.Size, a.SHA256[:], a.TextAlternative, a.TextRead, a.Scanned, a.notes(), a.Digits, now.Add(arriving)).Scan(&id)
		if errors.Is(err, pgx.ErrNoRows) {
			return nil
		}
		return err
	})
	if err != nil || id == 0 {
		return err
	}
	err = s.write(ctx, func(tx pgx.Tx) error {
		if err := addChunks(ctx, tx, "kept_file_chunk", id, a); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, `UPDATE kept_file SET whole = true, erase_at = $2 WHERE id = $1`, id, now.Add(keptFor))
		return err
	})
	if err != nil { // the room is free again
		_, gone := s.pool.Exec(context.WithoutCancel(ctx), `DELETE FROM kept_file WHERE id = $1`, id)
		return errors.Join(fmt.Errorf("keeping a file: %w", err), gone)
	}
	return nil
}

// KeptFiles are the files that wait for a form's next try, in the order in which
// they came. Without notCPR those are left out that were taken because of it.
func (s *Store) KeptFiles(ctx context.Context, key string, notCPR bool, now time.Time) ([]KeptFile, error) {
	rows, _ := s.pool.Query(ctx, `
		SELECT public_id::text, name, size, sha256, text_alternative, notes, digits, erase_at FROM kept_file
		WHERE form_hash = $1 AND whole AND erase_at > $2 AND ($3 OR NOT digits) ORDER BY id LIMIT $4`, formHash(key), now, notCPR, MaxAttachments)
	list, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (f KeptFile, err error) {
		var sum []byte
		var notes string
		err = row.Scan(&f.PublicID, &f.Name, &f.Size, &sum, &f.TextAlternative, &notes, &f.Digits, &f.EraseAt)
		f.EraseAt = f.EraseAt.UTC()
		f.Notes = noteLines(notes)
		copy(f.SHA256[:], sum)
		return f, err
	})
	return list, mapped(err)
}

// KeptContents are the files that wait for a form, whole and in memory, to become
// attachments of more than one submission.
func (s *Store) KeptContents(ctx context.Context, key string, now time.Time) ([]NewAttachment, error) {
	rows, _ := s.pool.Query(ctx, `
		SELECT name, type, size, sha256, text_alternative, text_read, scanned, notes, digits,
		  (SELECT coalesce(string_agg(data, ''::bytea ORDER BY n), ''::bytea) FROM kept_file_chunk WHERE kept_file_id = k.id)
		FROM kept_file k WHERE form_hash = $1 AND whole AND erase_at > $2 ORDER BY id LIMIT $3`, formHash(key), now, MaxAttachments)
	list, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (a NewAttachment, err error) {
		var sum, data []byte
		var notes string
		err = row.Scan(&a.Name, &a.Type, &a.Size, &sum, &a.TextAlternative, &a.TextRead, &a.Scanned, &notes, &a.Digits, &data)
		copy(a.SHA256[:], sum)
		a.Notes = noteLines(notes)
		a.Open = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(data)), nil }
		return a, err
	})
	return list, mapped(err)
}

// DropKeptFile forgets a file of a form; one that is not there is no error.
func (s *Store) DropKeptFile(ctx context.Context, key, publicID string) error {
	var id pgtype.UUID
	if id.Scan(publicID) != nil {
		return nil
	}
	return s.write(ctx, func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, `DELETE FROM kept_file WHERE form_hash = $1 AND public_id = $2`, formHash(key), id)
		return err
	})
}

// DescribeKeptFile notes what a file of a form shows.
func (s *Store) DescribeKeptFile(ctx context.Context, key string, c KeptChoice) error {
	var id pgtype.UUID
	if id.Scan(c.PublicID) != nil {
		return nil
	}
	return s.write(ctx, func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, `UPDATE kept_file SET text_alternative = $3 WHERE form_hash = $1 AND public_id = $2 AND text_alternative <> $3`, formHash(key), id, c.TextAlternative)
		return err
	})
}

// Files are documents that come with what somebody sends: new ones, and those
// that were kept for the form.
type Files struct {
	FormKey string
	Kept    []KeptChoice
	New     []NewAttachment
}

// ErrKeptGone tells that a kept file is not there any more: it must be chosen
// again.
var ErrKeptGone = fmt.Errorf("a kept file is gone: %w", catalogue.ErrConflict)

// addTo makes the files attachments of a submission, and forgets what else was
// kept for the form.
func (f Files) addTo(ctx context.Context, tx pgx.Tx, submission int64) error {
	for _, c := range f.Kept {
		var kept pgtype.UUID
		if kept.Scan(c.PublicID) != nil {
			return ErrKeptGone
		}
		var id, from *int64
		err := tx.QueryRow(ctx, `
			WITH k AS (SELECT * FROM kept_file WHERE form_hash = $2 AND public_id = $3 AND whole FOR UPDATE),
			a AS (INSERT INTO attachment (submission_id, name, type, size, sha256, text_alternative, text_read, scanned, notes, digits)
			  SELECT $1, name, type, size, sha256, $4, text_read, scanned, notes, digits FROM k ON CONFLICT (submission_id, sha256) DO NOTHING RETURNING id)
			SELECT (SELECT id FROM a), (SELECT id FROM k)`, submission, formHash(f.FormKey), kept, c.TextAlternative).Scan(&id, &from)
		if err != nil {
			return err
		}
		if from == nil {
			return ErrKeptGone
		}
		if id == nil {
			continue // it has come already
		}
		if _, err := tx.Exec(ctx, `INSERT INTO attachment_chunk (attachment_id, n, data) SELECT $1, n, data FROM kept_file_chunk WHERE kept_file_id = $2`, *id, *from); err != nil {
			return err
		}
	}
	if err := addAttachments(ctx, tx, submission, f.New); err != nil || f.FormKey == "" {
		return err
	}
	_, err := tx.Exec(ctx, `DELETE FROM kept_file WHERE form_hash = $1`, formHash(f.FormKey))
	return err
}

// haveCome tells whether all the files are attachments of a submission. A kept
// one that is gone became one when the form was sent.
func (f Files) haveCome(ctx context.Context, tx pgx.Tx, submission int64) (bool, error) {
	var sums [][]byte
	for _, a := range f.New {
		sums = append(sums, a.SHA256[:])
	}
	var ids []string
	for _, c := range f.Kept {
		ids = append(ids, c.PublicID)
	}
	var missing bool
	err := tx.QueryRow(ctx, `
		SELECT EXISTS (SELECT sum FROM (SELECT unnest($2::bytea[]) UNION ALL SELECT sha256 FROM kept_file WHERE form_hash = $3 AND public_id::text = ANY ($4)) x (sum)
		  WHERE NOT EXISTS (SELECT FROM attachment WHERE submission_id = $1 AND sha256 = sum))`, submission, sums, formHash(f.FormKey), ids).Scan(&missing)
	return !missing, err
}
