package postgres

import (
	"context"
	"fmt"
	"time"

	"praksis/internal/catalogue"
	"praksis/internal/review"

	"github.com/jackc/pgx/v5"
)

// PracticeView is all that the desk knows of one practice, whatever its state.
type PracticeView struct {
	ID int64
	// Record is what its current revision says, with what stands beside it; of one
	// that was removed or merged, what it said last.
	Record *catalogue.Practice
	// Edition is counted up by everything that changes it: a decision carries the one
	// that it was taken on (review.Act).
	Edition int
	// MovedTo is the slug of the practice that it was merged into; empty for none.
	MovedTo string
	// LookBy is the day by which it gets its second look; empty when none is due.
	LookBy catalogue.Date
	// Former are other addresses that lead to it.
	Former []string
	// Merged are the practices that were merged into it.
	Merged []PracticeRow
	Events []PracticeEvent // the oldest first
	// Submissions are those that it was made of, or that were added to it.
	Submissions []PracticeSubmission
}

// PracticeEvent is one thing that happened to a practice.
type PracticeEvent struct {
	Kind   review.EventKind
	Editor string // the name; empty for the system
	Reason string // for the desk
	Text   string
	At     time.Time
	// Revision is the number of the one that it made; 0 for none. Change is what the
	// public is told of it.
	Revision int
	Change   review.Change
}

// PracticeSubmission is a submission that a practice is made of.
type PracticeSubmission struct {
	ID        int64
	Reference string
}

// PracticeRow is a practice in a list.
type PracticeRow struct {
	ID                        int64
	Slug, Title, Organisation string
	State                     catalogue.State
	MovedTo                   string
	FirstPublished, Updated   time.Time
	LookBy, ReviewBy          catalogue.Date
}

// PracticeForDesk is the practice that has a slug, or had it. The error is
// catalogue.ErrNotFound, or a *catalogue.MovedError with the slug that it has now:
// one that was merged has its own.
func (s *Store) PracticeForDesk(ctx context.Context, slug string) (v *PracticeView, err error) {
	err = s.snapshot(ctx, func(tx pgx.Tx) error {
		v = &PracticeView{}
		var now string
		if err := tx.QueryRow(ctx, `
			SELECT p.id, p.slug::text, `+editionSQL+`, coalesce(m.slug::text, ''), coalesce(p.look_by::text, '')
			FROM practice p LEFT JOIN practice m ON m.id = p.merged_into
			WHERE p.slug = $1 OR p.id = (SELECT practice_id FROM practice_slug WHERE slug = $1) ORDER BY p.slug = $1 DESC LIMIT 1`, slug).
			Scan(&v.ID, &now, &v.Edition, &v.MovedTo, &v.LookBy); err != nil {
			return fmt.Errorf("practice: %w", err)
		}
		if now != slug {
			return &catalogue.MovedError{Slug: now}
		}
		if v.Record, err = onePractice(ctx, tx, v.ID); err != nil {
			return err
		}
		return v.loadParts(ctx, tx)
	})
	if err != nil {
		return nil, err
	}
	return v, nil
}

func (v *PracticeView) loadParts(ctx context.Context, tx pgx.Tx) (err error) {
	rows, _ := tx.Query(ctx, `
		SELECT e.kind, coalesce(by.name, ''), e.reason, e.text, e.at, coalesce(r.number, 0), e.change
		FROM practice_event e LEFT JOIN editor by ON by.id = e.by_editor LEFT JOIN revision r ON r.id = e.revision_id
		WHERE e.practice_id = $1 ORDER BY e.id`, v.ID)
	if v.Events, err = pgx.CollectRows(rows, pgx.RowToStructByPos[PracticeEvent]); err != nil {
		return err
	}
	rows, _ = tx.Query(ctx, `SELECT slug::text FROM practice_slug WHERE practice_id = $1 AND slug <> $2 ORDER BY 1`, v.ID, v.Record.Slug)
	if v.Former, err = pgx.CollectRows(rows, pgx.RowTo[string]); err != nil {
		return err
	}
	rows, _ = tx.Query(ctx, practiceRows+` WHERE p.merged_into = $1 ORDER BY p.id`, v.ID)
	if v.Merged, err = pgx.CollectRows(rows, pgx.RowToStructByPos[PracticeRow]); err != nil {
		return err
	}
	rows, _ = tx.Query(ctx, `SELECT id, reference FROM submission WHERE practice_id = $1 AND state = 'accepted' ORDER BY id`, v.ID)
	v.Submissions, err = pgx.CollectRows(rows, pgx.RowToStructByPos[PracticeSubmission])
	return err
}

// practiceRows selects rows of the list.
const practiceRows = `
	SELECT p.id, p.slug::text, coalesce(r.content ->> 'title', ''), o.name, p.state, coalesce(m.slug::text, ''), p.first_published, r.created_at,
	  coalesce(p.look_by::text, ''), coalesce(p.review_by::text, '')
	FROM practice p JOIN revision r ON r.id = p.revision_id JOIN organisation o ON o.id = (r.content -> 'organisation' ->> 'id')::bigint
	LEFT JOIN practice m ON m.id = p.merged_into`

// LookDue stands for a state in a PracticeFilter: published, and a second look is
// due.
const LookDue catalogue.State = "look_due"

// PracticeFilter chooses practices for the desk's list.
type PracticeFilter struct {
	// Text is words that title, organisation or address must have; empty: any.
	Text  string
	State catalogue.State // empty: any; LookDue too
	// Offset and Limit are of the page.
	Offset, Limit int
}

// maxWords bounds the words of a filter: what anybody types.
const maxWords = 12

// DeskPractices are the practices that a filter chooses: those with a second look
// first that have waited longest, then the latest changed. counts are how many its
// text finds by state, LookDue among them, whatever its state is; total is of the
// chosen state.
func (s *Store) DeskPractices(ctx context.Context, f PracticeFilter) (list []PracticeRow, counts map[catalogue.State]int, total int, err error) {
	sought := words(f.Text)
	sought = sought[:min(len(sought), maxWords)]
	err = s.snapshot(ctx, func(tx pgx.Tx) error {
		// What they say is read once of each, and only where words are looked for.
		rows, _ := tx.Query(ctx, `
			SELECT p.id, p.state, p.look_by IS NOT NULL FROM practice p JOIN revision r ON r.id = p.revision_id
			WHERE $1::text[] = '{}' OR (
			    SELECT queue_folded(concat_ws(' ', c.title, o.name, p.slug, c.provider))
			    FROM jsonb_to_record(r.content) AS c (title text, provider text, organisation jsonb) JOIN organisation o ON o.id = (c.organisation ->> 'id')::bigint)
			  LIKE ALL (ARRAY(SELECT '%' || queue_folded(w) || '%' FROM unnest($1::text[]) w))
			ORDER BY CASE WHEN p.state = 'published' THEN p.look_by END NULLS LAST, r.created_at DESC, p.id DESC`, sought)
		counts = map[catalogue.State]int{}
		chosen := []int64{}
		var id int64
		var state catalogue.State
		var look bool
		if _, err := pgx.ForEachRow(rows, []any{&id, &state, &look}, func() error {
			counts[state]++
			if look = look && state == catalogue.StatePublished; look {
				counts[LookDue]++
			}
			if f.State == "" || f.State == state || f.State == LookDue && look {
				chosen = append(chosen, id)
			}
			return nil
		}); err != nil {
			return err
		}
		total = len(chosen)
		chosen = chosen[min(f.Offset, total):]
		rows, _ = tx.Query(ctx, practiceRows+` WHERE p.id = ANY ($1) ORDER BY array_position($1, p.id)`, chosen[:min(f.Limit, len(chosen))])
		list, err = pgx.CollectRows(rows, pgx.RowToStructByPos[PracticeRow])
		return err
	})
	return list, counts, total, err
}
