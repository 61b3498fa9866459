package postgres

import (
	"context"
	"time"

	"praksis/internal/catalogue"
	"praksis/internal/review"

	"github.com/jackc/pgx/v5"
)

// PrepareInquiries prepares a question whether they are still in use, for an editor to
// send, for published practices: a first round of those of which the last that is
// known is that it was considered, wished for, tried or decided (review.AsksAgain);
// and every one a year after it was published here, or was asked last. Nothing is
// sent. It tells how many it prepared, and prepares none twice.
func (s *Store) PrepareInquiries(ctx context.Context, now time.Time) (n int, err error) {
	again := make([]string, 0, len(review.AsksAgain))
	for _, x := range review.AsksAgain {
		again = append(again, string(x))
	}
	err = s.write(ctx, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, `SELECT pg_advisory_xact_lock(hashtext('praksis inquiries'))`); err != nil { // of two instances one prepares
			return err
		}
		tag, err := tx.Exec(ctx, `
			INSERT INTO inquiry (kind, practice_id, prepared_at)
			SELECT $1, p.id, $2 FROM practice p JOIN revision r ON r.id = p.revision_id
			LEFT JOIN LATERAL (SELECT max(coalesce(q.asked_at, q.prepared_at)) AS last, bool_or(q.closed_at IS NULL AND (q.expires_at IS NULL OR q.expires_at > $2 OR q.answered_at IS NOT NULL)) AS open
			  FROM inquiry q WHERE q.practice_id = p.id AND q.kind = $1) q ON true
			WHERE p.state = $3 AND NOT coalesce(q.open, false)
			  AND (q.last IS NULL AND r.content -> 'retention' -> -1 ->> 'status' = ANY ($4) OR coalesce(q.last, p.first_published) <= $5)
			ORDER BY p.id`,
			string(review.InquiryStillUsed), now, string(catalogue.StatePublished), again, now.Add(-review.InquiryAgain))
		n = int(tag.RowsAffected())
		return err
	})
	return n, err
}

// EraseDueInquiries erases the addresses of inquiries whose date has come, with what was
// written in answer, which may be signed, and tells of how many. What was right stays.
func (s *Store) EraseDueInquiries(ctx context.Context, now time.Time) (n int, err error) {
	var mails []string
	err = s.write(ctx, func(tx pgx.Tx) error {
		rows, _ := tx.Query(ctx, `DELETE FROM inquiry_contact WHERE erase_on <= $1 RETURNING inquiry_id`, now.UTC())
		ids, err := pgx.CollectRows(rows, pgx.RowTo[int64])
		if n = len(ids); err != nil || n == 0 {
			return err
		}
		if mails, err = eraseInquiries(ctx, tx, ids, now); err != nil {
			return err
		}
		return journalRows(ctx, tx, "inquiry", "prepared_at", ids)
	})
	if err != nil {
		return 0, err
	}
	return n, s.forgetMails(mails)
}

// eraseInquiries erases what goes with the addresses of inquiries, and returns the
// Message-IDs of their mails.
func eraseInquiries(ctx context.Context, tx pgx.Tx, ids []int64, now time.Time) ([]string, error) {
	if _, err := tx.Exec(ctx, `UPDATE inquiry_answer SET text = '' WHERE inquiry_id = ANY ($1)`, ids); err != nil {
		return nil, err
	}
	if _, err := tx.Exec(ctx, `UPDATE inquiry SET token_hash = NULL, note = '' WHERE id = ANY ($1)`, ids); err != nil {
		return nil, err
	}
	rows, _ := tx.Query(ctx, `
		UPDATE mail SET recipient = '', body = '', error = CASE WHEN sent_at IS NULL THEN 'erased before it was sent' ELSE '' END, sent_at = coalesce(sent_at, $2)
		WHERE inquiry_id = ANY ($1) RETURNING message_id`, ids, now)
	return pgx.CollectRows(rows, pgx.RowTo[string])
}
