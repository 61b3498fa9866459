package postgres

import (
	"context"
	"encoding/json"

	"praksis/internal/review"

	"github.com/jackc/pgx/v5"
)

func (e *eraser) events(ctx context.Context) error {
	for _, of := range []struct {
		table, by string
		ids       []int64
	}{{"practice_event", "practice_id", e.practices}, {"submission_event", "submission_id", e.submissions}} {
		sql := `SELECT id, 0, jsonb_build_object('reason', reason, 'text', text) FROM ` + of.table + ` WHERE ` + of.by + ` = ANY ($1) ORDER BY id`
		if err := e.contents(ctx, of.table, sql, []any{of.ids}, func(x contentRow) error { return e.appendOnly(ctx, of.table, x.ID, nil, x.Content, "") }); err != nil {
			return err
		}
	}
	return nil
}

// records takes the text out of the records that the application may change.
func (e *eraser) records(ctx context.Context) error {
	for _, of := range []struct {
		table, key string
		ids        []int64
	}{{"draft", "submission_id", e.submissions}, {"seed_proposal", "practice_id", e.practices}} {
		sql := `SELECT ` + of.key + `, 0, content FROM ` + of.table + ` WHERE ` + of.key + ` = ANY ($1) ORDER BY 1`
		if err := e.contents(ctx, of.table, sql, []any{of.ids}, func(x contentRow) error {
			e.rows[of.table]++
			_, err := e.tx.Exec(ctx, `UPDATE `+of.table+` SET content = $2 WHERE `+of.key+` = $1`, x.ID, x.Content)
			return err
		}); err != nil {
			return err
		}
	}
	return nil
}

// unsaved takes the text out of what editors have typed and not saved. Their
// names and values are a form's and not a record's: each may be an address too.
func (e *eraser) unsaved(ctx context.Context) error {
	return e.unsavedWhere(ctx, `submission_id = ANY ($1) OR practice_id = ANY ($2)`, e.submissions, e.practices)
}

// unsavedElsewhere does the same with the forms that belong to nothing else.
func (e *eraser) unsavedElsewhere(ctx context.Context) error { return e.unsavedWhere(ctx, `true`) }

func (e *eraser) unsavedWhere(ctx context.Context, where string, args ...any) error {
	type form struct {
		Editor     int64
		Form, Page string
		Content    string
	}
	rows, _ := e.tx.Query(ctx, `SELECT editor_id, form, page, content::text FROM unsaved_form WHERE (`+where+`) AND content IS NOT NULL ORDER BY 1, 2, 3`, args...)
	list, err := pgx.CollectRows(rows, pgx.RowToStructByPos[form])
	if err != nil {
		return err
	}
	for _, x := range list {
		var values map[string][]string
		if err := json.Unmarshal([]byte(x.Content), &values); err != nil {
			return err
		}
		found := false
		for _, texts := range values {
			for i, s := range texts {
				if texts[i] = e.erase(s); !e.words {
					texts[i] = e.inAddress.ReplaceAllLiteralString(texts[i], review.ErasedMark)
				}
				found = found || texts[i] != s
			}
		}
		if !found {
			continue
		}
		e.rows["unsaved_form"]++
		if _, err := e.tx.Exec(ctx, `UPDATE unsaved_form SET content = $4 WHERE editor_id = $1 AND form = $2 AND page = $3`, x.Editor, x.Form, x.Page, values); err != nil {
			return err
		}
	}
	return nil
}

// columns are the texts outside of records that the application may change.
func (e *eraser) columns(ctx context.Context) error {
	var digests []int64 // that wait: any of them may tell of the practice
	if len(e.practices) > 0 {
		digests = []int64{1}
	}
	for _, of := range []struct {
		table, key string
		texts      []string
		by         string
		ids        []int64
	}{
		{"practice", "id", []string{"state_reason"}, "id", e.practices},
		{"submission", "id", []string{"held_reason"}, "id", e.submissions},
		{"submission_contact", "submission_id", []string{"name", "phone"}, "submission_id", e.submissions},
		{"attachment", "id", []string{"name", "text_alternative"}, "submission_id", e.submissions},
		{"mail", "id", []string{"subject", "body", "error"}, "submission_id", e.submissions},
		{"mail", "id", []string{"body"}, "(kind = 'digest' AND sent_at IS NULL)::int", digests},
		{"solution_contrast", "id", []string{"reason"}, "for_practice_id", e.practices},
		{"solution_contrast", "id", []string{"reason"}, "against_practice_id", e.practices},
		{"submission_question", "id", []string{"text"}, "submission_id", e.submissions},
		{"question_answer", "question_id", []string{"text"}, "submission_id", e.submissions},
	} {
		if of.table == "submission_contact" && e.words {
			continue // what was taken out of a text is not taken from who sent it
		}
		for _, column := range of.texts {
			list, err := e.texts(ctx, of.table, `SELECT `+of.key+`, `+column+` FROM `+of.table+` WHERE `+of.by+` = ANY ($1) ORDER BY 1`, of.ids)
			if err != nil {
				return err
			}
			for _, x := range list {
				if _, err := e.tx.Exec(ctx, `UPDATE `+of.table+` SET `+column+` = $2 WHERE `+of.key+` = $1`, x.ID, x.Text); err != nil {
					return err
				}
			}
		}
	}
	return nil
}
