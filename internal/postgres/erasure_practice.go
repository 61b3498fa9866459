package postgres

import (
	"context"
	"regexp"

	"praksis/internal/catalogue"

	"github.com/jackc/pgx/v5"
)

func (e *eraser) revisions(ctx context.Context) error {
	l, err := loadLabels(ctx, e.tx)
	if err != nil {
		return err
	}
	return e.contents(ctx, "revision", `SELECT id, 0, content FROM revision WHERE practice_id = ANY ($1) ORDER BY id`, []any{e.practices}, func(x contentRow) error {
		var p catalogue.Practice
		if err := p.UnmarshalJSON(x.Content); err != nil {
			return err
		}
		l.resolve(&p)
		return e.appendOnly(ctx, "revision", x.ID, nil, x.Content, p.ContentHash())
	})
}

// links forgets addresses with the text that stand in the practices, as their pages
// are before they are published anew.
func (e *eraser) links(ctx context.Context) error {
	return e.forgetLinks(ctx, `SELECT l.id, l.url FROM link l WHERE url IN (SELECT url FROM (`+pageLinksSQL+`) s WHERE s.id = ANY ($1)) ORDER BY 1`, e.practices)
}

// forgetLinks forgets those of a query that have the text.
func (e *eraser) forgetLinks(ctx context.Context, sql string, args ...any) error {
	rows, _ := e.tx.Query(ctx, sql, args...)
	list, err := pgx.CollectRows(rows, pgx.RowToStructByPos[text])
	if err != nil {
		return err
	}
	for _, x := range list {
		if !e.isIn(x.Text) && (e.inAddress == nil || !e.inAddress.MatchString(x.Text)) {
			continue
		}
		e.rows["link"]++
		if _, err := e.tx.Exec(ctx, `DELETE FROM link WHERE id = $1`, x.ID); err != nil {
			return err
		}
	}
	return nil
}

// addresses gives the practices whose slug is made of the text another one. The
// old ones are forgotten: a redirect would go on telling them.
func (e *eraser) addresses(ctx context.Context) error {
	if e.slug == "" {
		return nil
	}
	for _, id := range e.practices {
		p, err := onePractice(ctx, e.tx, id)
		if err != nil {
			return err
		}
		if was := p.Slug; e.isSlug(was) {
			p.Slug = ""
			if err := chooseSlug(ctx, e.tx, p); err != nil {
				return err
			}
			e.rows["practice_slug"]++
			if _, err := e.tx.Exec(ctx, `UPDATE practice SET slug = $2 WHERE id = $1`, id, p.Slug); err != nil {
				return err
			}
			if _, err := e.tx.Exec(ctx, `UPDATE mail SET body = replace(body, $1, $2) WHERE position($1 IN body) > 0`, was, p.Slug); err != nil {
				return err
			}
			if err := moveForms(ctx, e.tx, id, was, p.Slug); err != nil {
				return err
			}
			if err := e.movedSlug(ctx, was, p.Slug); err != nil {
				return err
			}
		}
	}
	rows, _ := e.tx.Query(ctx, `SELECT practice_id, slug::text FROM practice_slug WHERE practice_id = ANY ($1) ORDER BY slug`, e.practices)
	former, err := pgx.CollectRows(rows, pgx.RowToStructByPos[text])
	if err != nil {
		return err
	}
	for _, x := range former {
		if !e.isSlug(x.Text) {
			continue
		}
		e.rows["practice_slug"]++
		if _, err := e.tx.Exec(ctx, `DELETE FROM public_slug WHERE slug = $1`, x.Text); err != nil {
			return err
		}
		var now string
		if err := e.tx.QueryRow(ctx, `UPDATE practice_slug SET slug = 'fjernet-' || left(md5(random()::text), 12) WHERE slug = $1 RETURNING slug::text`, x.Text).Scan(&now); err != nil {
			return err
		}
		if err := e.movedSlug(ctx, x.Text, now); err != nil {
			return err
		}
	}
	return nil
}

// isSlug tells whether the address of a practice is made of the text.
func (e *eraser) isSlug(slug string) bool {
	return regexp.MustCompile(`(^|-)` + regexp.QuoteMeta(e.slug) + `s?(-|$)`).MatchString(slug)
}
