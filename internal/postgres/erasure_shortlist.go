package postgres

import (
	"context"

	"github.com/jackc/pgx/v5"
)

// shortlists takes the text out of what is noted about the practices in shortlists, and out
// of the editions that show them.
func (e *eraser) shortlists(ctx context.Context) error {
	if len(e.practices) == 0 {
		return nil
	}
	return e.shortlistsWhere(ctx, `practice_id = ANY ($1)`, `EXISTS (
		SELECT FROM unnest($1::bigint[]) AS p (id) WHERE jsonb_path_exists(contrasts, '$[*].*.findings[*] ? (@.practice == $id)', jsonb_build_object('id', p.id)))`, e.practices)
}

// allShortlists takes it out of all shortlists and editions.
func (e *eraser) allShortlists(ctx context.Context) error {
	if _, err := e.everyText(ctx, "shortlist", "id", "title", ""); err != nil {
		return err
	}
	keys, err := e.everyText(ctx, "shortlist_edition", "(shortlist_id || ' ' || n)", "title", "")
	if err != nil {
		return err
	}
	if err := e.markEditions(ctx, keys); err != nil {
		return err
	}
	return e.shortlistsWhere(ctx, `true`, `true`)
}

// shortlistsWhere does it with the rows about practices, and with the contrasts of
// editions, that conditions let through.
func (e *eraser) shortlistsWhere(ctx context.Context, practices, editions string, args ...any) error {
	type row struct {
		List  int64
		N     int // of the edition
		Other int64
		Text  string
	}
	read := func(sql string) ([]row, error) {
		rows, _ := e.tx.Query(ctx, sql, args...)
		return pgx.CollectRows(rows, pgx.RowToStructByPos[row])
	}
	notes, err := read(`SELECT shortlist_id, 0, practice_id, note FROM shortlist_item WHERE ` + practices + ` ORDER BY 1, 3`)
	if err != nil {
		return err
	}
	for _, x := range notes {
		if !e.isIn(x.Text) {
			continue
		}
		e.rows["shortlist_item"]++
		if _, err := e.tx.Exec(ctx, `UPDATE shortlist_item SET note = $3 WHERE shortlist_id = $1 AND practice_id = $2`, x.List, x.Other, e.erase(x.Text)); err != nil {
			return err
		}
	}
	if notes, err = read(`SELECT shortlist_id, n, place::bigint, note FROM shortlist_edition_item WHERE ` + practices + ` ORDER BY 1, 2, 3`); err != nil {
		return err
	}
	for _, x := range notes {
		if !e.isIn(x.Text) {
			continue
		}
		e.rows["shortlist_edition_item"]++
		if _, err := e.tx.Exec(ctx, `UPDATE shortlist_edition_item SET note = $4 WHERE shortlist_id = $1 AND n = $2 AND place = $3`, x.List, x.N, x.Other, e.erase(x.Text)); err != nil {
			return err
		}
		if err := e.markEdition(ctx, x.List, x.N); err != nil {
			return err
		}
	}
	contents, err := read(`SELECT practice_id, 0, version, content::text FROM shortlist_content WHERE content IS NOT NULL AND ` + practices + ` ORDER BY 1, 3`)
	if err != nil {
		return err
	}
	for _, x := range contents {
		content, found, err := e.json("shortlist_content", []byte(x.Text))
		if err != nil {
			return err
		}
		if !found {
			continue
		}
		e.rows["shortlist_content"]++
		if _, err := e.tx.Exec(ctx, `UPDATE shortlist_content SET content = $3, erased_at = $4 WHERE practice_id = $1 AND version = $2`, x.List, x.Other, content, e.now); err != nil {
			return err
		}
	}
	contrasts, err := read(`SELECT shortlist_id, n, 0::bigint, contrasts::text FROM shortlist_edition WHERE ` + editions + ` ORDER BY 1, 2`)
	if err != nil {
		return err
	}
	for _, x := range contrasts {
		content, found, err := e.json("shortlist_edition", []byte(x.Text))
		if err != nil {
			return err
		}
		if !found {
			continue
		}
		e.rows["shortlist_edition"]++
		if _, err := e.tx.Exec(ctx, `UPDATE shortlist_edition SET contrasts = $3 WHERE shortlist_id = $1 AND n = $2`, x.List, x.N, content); err != nil {
			return err
		}
		if err := e.markEdition(ctx, x.List, x.N); err != nil {
			return err
		}
	}
	return nil
}

// markEdition leaves the day on an edition that a text was erased from.
func (e *eraser) markEdition(ctx context.Context, list int64, n int) error {
	_, err := e.tx.Exec(ctx, `UPDATE shortlist_edition SET erased_at = $3 WHERE shortlist_id = $1 AND n = $2`, list, n, e.now)
	return err
}

func (e *eraser) markEditions(ctx context.Context, keys []string) error {
	_, err := e.tx.Exec(ctx, `UPDATE shortlist_edition SET erased_at = $2 WHERE (shortlist_id || ' ' || n) = ANY ($1)`, keys, e.now)
	return err
}
