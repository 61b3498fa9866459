package postgres

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"time"

	"praksis/internal/catalogue"

	"github.com/jackc/pgx/v5"
)

// Origins of a revision.
const (
	originSeed   = "seed"
	originImport = "import"
)

// revisionWrite is a new revision of a practice, checked by package review.
type revisionWrite struct {
	PracticeID int64 // 0 for a practice that is new
	Practice   *catalogue.Practice
	Hash       string
}

func hashText(s string) string {
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:])
}

// writeRevisions writes any number of revisions set by set, sets PracticeID of
// new practices, and leaves read model and version to the caller. The rows of
// practices that exist must be locked, or the taxonomy held alone.
func writeRevisions(ctx context.Context, tx pgx.Tx, ids *referenceIDs, writes []revisionWrite, origin string, now time.Time) error {
	fresh := 0
	for _, w := range writes {
		if w.PracticeID == 0 {
			fresh++
		}
	}
	practiceIDs, err := reserve(ctx, tx, "practice", fresh)
	if err != nil {
		return err
	}
	noteNewPractices(tx, practiceIDs)
	revisionIDs, err := reserve(ctx, tx, "revision", len(writes))
	if err != nil {
		return err
	}
	number, err := nextNumbers(ctx, tx, writes)
	if err != nil {
		return err
	}
	var practices, revisions, memberships [][]any
	var moved [2][]int64 // practices that exist, and their new revisions
	for i := range writes {
		w := &writes[i]
		if w.PracticeID == 0 {
			w.PracticeID, practiceIDs = practiceIDs[0], practiceIDs[1:]
			first := now
			if w.Practice.FirstPublished != nil && w.Practice.FirstPublished.Before(now) {
				first = *w.Practice.FirstPublished
			}
			practices = append(practices, []any{w.PracticeID, w.Practice.Slug, string(catalogue.StatePublished), revisionIDs[i], first, day(w.Practice.ReviewBy)})
			for _, s := range w.Practice.Solutions { // membership is editorial: a record only proposes it once
				memberships = append(memberships, []any{w.PracticeID, ids.terms[catalogue.SolutionList][s.Slug]})
			}
		} else {
			moved[0], moved[1] = append(moved[0], w.PracticeID), append(moved[1], revisionIDs[i])
		}
		content, err := ids.content(w.Practice)
		if err != nil {
			return err
		}
		revisions = append(revisions, []any{revisionIDs[i], w.PracticeID, number[w.PracticeID] + 1, origin, w.Hash, now, content})
	}
	for _, x := range []struct {
		table   string
		columns []string
		rows    [][]any
	}{
		{"practice", []string{"id", "slug", "state", "revision_id", "first_published", "review_by"}, practices},
		{"revision", []string{"id", "practice_id", "number", "origin", "content_hash", "created_at", "content"}, revisions},
		{"practice_solution", []string{"practice_id", "solution_id"}, memberships},
	} {
		if len(x.rows) == 0 {
			continue
		}
		if _, err := tx.CopyFrom(ctx, pgx.Identifier{x.table}, x.columns, pgx.CopyFromRows(x.rows)); err != nil {
			return err
		}
	}
	_, err = tx.Exec(ctx, `
		UPDATE practice p SET revision_id = m.revision FROM unnest($1::bigint[], $2::bigint[]) AS m (practice, revision)
		WHERE p.id = m.practice`, moved[0], moved[1])
	return err
}

func nextNumbers(ctx context.Context, tx pgx.Tx, writes []revisionWrite) (map[int64]int, error) {
	var existing []int64
	for _, w := range writes {
		if w.PracticeID != 0 {
			existing = append(existing, w.PracticeID)
		}
	}
	rows, _ := tx.Query(ctx, `SELECT practice_id, max(number) FROM revision WHERE practice_id = ANY ($1) GROUP BY 1`, existing)
	return collectMap[int64, int](rows)
}

// reserve takes n numbers of a table's identity column.
func reserve(ctx context.Context, tx pgx.Tx, table string, n int) ([]int64, error) {
	rows, _ := tx.Query(ctx, `SELECT nextval(pg_get_serial_sequence($1, 'id')) FROM generate_series(1, $2)`, table, n)
	return pgx.CollectRows(rows, pgx.RowTo[int64])
}

// null is nil for an empty text.
func null[T ~string](s T) any {
	if s == "" {
		return nil
	}
	return string(s)
}

func day(d catalogue.Date) any {
	if t, ok := d.Start(); ok {
		return t
	}
	return nil
}
