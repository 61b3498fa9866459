package postgres

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"praksis/internal/catalogue"
	"praksis/internal/review"

	"github.com/jackc/pgx/v5"
)

// erasedText stands where a text was erased.
const erasedText = "[fjernet]"

// EraseFromPractice takes a text, such as a name, out of all that is kept of a
// practice: every revision, what was sent of it with its versions and drafts,
// and the read model, so that index and pages follow. It is found letter by
// letter, in whatever field. It returns in how many records it stood. The error
// is catalogue.ErrNotFound when there is no such practice.
//
// The rows are append-only to the application: erase_text, with the owner's
// rights, alone can change them, and notes it in the table erasure with the
// reason, which must not repeat the text.
func (s *Store) EraseFromPractice(ctx context.Context, slug, text, reason string, now time.Time) (n int, err error) {
	if strings.TrimSpace(text) == "" || strings.TrimSpace(reason) == "" || strings.Contains(reason, text) {
		return 0, fmt.Errorf("an erasure needs a text, and a reason that does not repeat it")
	}
	err = s.write(ctx, func(tx pgx.Tx) error {
		n = 0
		if err := lockTaxonomyShared(ctx, tx); err != nil {
			return err
		}
		var id int64
		if err := tx.QueryRow(ctx, `SELECT id FROM practice WHERE slug = $1`, slug).Scan(&id); err != nil {
			return fmt.Errorf("practice %s: %w", slug, err)
		}
		if err := lockPractices(ctx, tx, id); err != nil {
			return err
		}
		e := eraser{tx: tx, text: text, reason: reason, now: now}
		if err := e.revisions(ctx, id); err != nil {
			return err
		}
		if err := e.submissions(ctx, id); err != nil {
			return err
		}
		if n = e.n; n == 0 {
			return nil
		}
		return republish(ctx, tx, []int64{id})
	})
	return n, err
}

// eraser takes one text out of records.
type eraser struct {
	tx           pgx.Tx
	text, reason string
	now          time.Time
	n            int // records that had it
}

// from takes the text out of a record, and tells whether it was there.
func (e *eraser) from(p *catalogue.Practice) (found bool) {
	for v := range p.Values() {
		if s := v.Text(); s != nil && strings.Contains(*s, e.text) {
			*s, found = strings.ReplaceAll(*s, e.text, erasedText), true
		}
		if o := v.Organisation(); o != nil && strings.Contains(o.Name, e.text) { // one that the catalogue does not know
			o.Name, found = strings.ReplaceAll(o.Name, e.text, erasedText), true
		}
	}
	return found
}

func (e *eraser) revisions(ctx context.Context, practice int64) error {
	l, err := loadLabels(ctx, e.tx)
	if err != nil {
		return err
	}
	rows, _ := e.tx.Query(ctx, `SELECT id, content FROM revision WHERE practice_id = $1 ORDER BY id`, practice)
	type revision struct {
		ID      int64
		Content catalogue.Practice
	}
	list, err := pgx.CollectRows(rows, pgx.RowToStructByPos[revision])
	if err != nil {
		return err
	}
	for _, r := range list {
		if !e.from(&r.Content) {
			continue
		}
		named := r.Content.Clone()
		l.resolve(&named)
		if err := e.write(ctx, &r.ID, nil, nil, r.Content, named.ContentHash()); err != nil {
			return err
		}
	}
	return nil
}

// submissions are those that became the practice or added to it.
func (e *eraser) submissions(ctx context.Context, practice int64) error {
	const of = `submission_id IN (SELECT id FROM submission WHERE practice_id = $1 OR about_id = $1)`
	rows, _ := e.tx.Query(ctx, `SELECT submission_id, n, content FROM submission_version WHERE `+of+` ORDER BY 1, 2`, practice)
	type version struct {
		Submission int64
		N          int
		Content    review.Submission
	}
	list, err := pgx.CollectRows(rows, pgx.RowToStructByPos[version])
	if err != nil {
		return err
	}
	for _, v := range list {
		found := e.from(&v.Content.Practice)
		for _, s := range []*string{&v.Content.Text, &v.Content.Link} {
			if strings.Contains(*s, e.text) {
				*s, found = strings.ReplaceAll(*s, e.text, erasedText), true
			}
		}
		if !found {
			continue
		}
		if err := e.write(ctx, nil, &v.Submission, &v.N, v.Content, ""); err != nil {
			return err
		}
	}
	rows, _ = e.tx.Query(ctx, `SELECT submission_id, content FROM draft WHERE `+of+` ORDER BY 1`, practice)
	type draft struct {
		Submission int64
		Content    catalogue.Practice
	}
	drafts, err := pgx.CollectRows(rows, pgx.RowToStructByPos[draft])
	if err != nil {
		return err
	}
	for _, d := range drafts {
		if !e.from(&d.Content) {
			continue
		}
		e.n++
		if _, err := e.tx.Exec(ctx, `UPDATE draft SET content = $2 WHERE submission_id = $1`, d.Submission, d.Content); err != nil {
			return err
		}
	}
	return nil
}

func (e *eraser) write(ctx context.Context, revision, submission *int64, n *int, content any, hash string) error {
	b, err := json.Marshal(content)
	if err != nil {
		return err
	}
	e.n++
	_, err = e.tx.Exec(ctx, `SELECT erase_text($1, $2, $3, $4, $5, NULL, $6, $7)`, revision, submission, n, b, hash, e.reason, e.now)
	return err
}
