package postgres

import (
	"context"

	"github.com/jackc/pgx/v5"
)

func (e *eraser) versions(ctx context.Context) error {
	return e.contents(ctx, "submission_version", `SELECT submission_id, n, content FROM submission_version WHERE submission_id = ANY ($1) ORDER BY 1, 2`, []any{e.submissions}, func(x contentRow) error {
		return e.appendOnly(ctx, "submission_version", x.ID, &x.N, x.Content, "")
	})
}

// answers can be deleted, and not changed.
func (e *eraser) answers(ctx context.Context) error {
	list, err := e.texts(ctx, "submission_answer", `SELECT event_id, text FROM submission_answer WHERE submission_id = ANY ($1) ORDER BY 1`, e.submissions)
	for _, x := range list {
		if err == nil {
			_, err = e.tx.Exec(ctx, `
				WITH gone AS (DELETE FROM submission_answer WHERE event_id = $1 RETURNING event_id, submission_id)
				INSERT INTO submission_answer (event_id, submission_id, text) SELECT event_id, submission_id, $2 FROM gone`, x.ID, x.Text)
		}
	}
	return err
}

// inquiries are what was asked at the source, and answered.
func (e *eraser) inquiries(ctx context.Context) error {
	for _, of := range []struct{ table, key, column, join string }{
		{"inquiry", "id", "note", ""},
		{"inquiry_answer", "id", "text", `JOIN inquiry q ON q.id = x.inquiry_id`},
		{"mail", "id", "subject", `JOIN inquiry q ON q.id = x.inquiry_id`},
		{"mail", "id", "body", `JOIN inquiry q ON q.id = x.inquiry_id`},
	} {
		about := "q"
		if of.join == "" {
			about = "x"
		}
		var list []text
		for by, ids := range map[string][]int64{"submission_id": e.submissions, "practice_id": e.practices} {
			more, err := e.texts(ctx, of.table, `SELECT x.`+of.key+`, x.`+of.column+` FROM `+of.table+` x `+of.join+` WHERE `+about+`.`+by+` = ANY ($1) ORDER BY 1`, ids)
			if err != nil {
				return err
			}
			list = append(list, more...)
		}
		for _, x := range list {
			if _, err := e.tx.Exec(ctx, `UPDATE `+of.table+` SET `+of.column+` = $2 WHERE `+of.key+` = $1`, x.ID, x.Text); err != nil {
				return err
			}
		}
	}
	return nil
}

// about are the addresses of practices that submissions name: one that is made
// of the text becomes that which the practice has now.
func (e *eraser) about(ctx context.Context) error {
	if e.slug == "" {
		return nil
	}
	rows, _ := e.tx.Query(ctx, `
		SELECT v.submission_id, v.n, jsonb_set(v.content, '{about}', to_jsonb(coalesce(p.slug::text, ''))), v.content ->> 'about'
		FROM submission_version v JOIN submission s ON s.id = v.submission_id
		LEFT JOIN practice a ON a.id = s.about_id LEFT JOIN practice p ON p.id = coalesce(a.merged_into, a.id)
		WHERE v.submission_id = ANY ($1) AND v.content ->> 'about' <> '' ORDER BY 1, 2`, e.submissions)
	type version struct {
		contentRow
		About string
	}
	list, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (v version, err error) {
		return v, row.Scan(&v.ID, &v.N, &v.Content, &v.About)
	})
	if err != nil {
		return err
	}
	for _, v := range list {
		if !e.isSlug(v.About) {
			continue
		}
		if err := e.appendOnly(ctx, "submission_version", v.ID, &v.N, v.Content, ""); err != nil {
			return err
		}
	}
	return nil
}
