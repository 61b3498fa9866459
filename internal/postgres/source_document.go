package postgres

import (
	"context"
	"errors"
	"fmt"

	"praksis/internal/catalogue"

	"github.com/jackc/pgx/v5"
)

// addDocumentText notes what a document says, so that sources that say the same follow
// it. What another document says already stays with that.
func addDocumentText(ctx context.Context, tx pgx.Tx, document int64, d catalogue.Source) error {
	content, err := jsonText(d.OfDocument())
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `INSERT INTO source_document_text (hash, document_id, content) VALUES ($1, $2, $3::jsonb) ON CONFLICT (hash) DO NOTHING`,
		d.DocumentHash(), document, content)
	return err
}

// seedDocuments brings the documents to what the sources of the seeds' practices say.
// One that editors have written says what they wrote; the seeds' new text of it
// follows it. It returns the practices whose read model shows what was changed.
func seedDocuments(ctx context.Context, tx pgx.Tx, practices []catalogue.Practice) (touched []int64, changed bool, err error) {
	rows, _ := tx.Query(ctx, `SELECT hash FROM source_document_text`)
	hashes, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return nil, false, err
	}
	known := map[string]bool{}
	for _, h := range hashes {
		known[h] = true
	}
	for _, p := range practices {
		for _, s := range p.Sources {
			hash := s.DocumentHash()
			if known[hash] {
				continue
			}
			known[hash], changed = true, true
			ids, err := seedDocument(ctx, tx, s.OfDocument(), hash)
			if err != nil {
				return nil, false, withoutContent("source of "+p.Key, err)
			}
			touched = append(touched, ids...)
		}
	}
	return touched, changed, nil
}

func seedDocument(ctx context.Context, tx pgx.Tx, d catalogue.Source, hash string) (touched []int64, err error) {
	var id int64
	var slug string
	var own bool
	err = tx.QueryRow(ctx, `
		SELECT id, slug::text, seed_hash IS NOT NULL FROM source_document WHERE document = $1 AND publisher = $2 AND date = $3 AND kind = $4 ORDER BY id LIMIT 1`,
		d.Document, d.Publisher, string(d.Date), string(d.Kind)).Scan(&id, &slug, &own)
	switch {
	case errors.Is(err, pgx.ErrNoRows):
		if slug, err = documentSlug(ctx, tx, d); err != nil {
			return nil, err
		}
		err = tx.QueryRow(ctx, `
			INSERT INTO source_document (slug, document, kind, publisher, date, about, asked, position, seed_hash)
			VALUES ($1, $2, $3, $4, $5, $6, $7, (SELECT coalesce(max(position), 0) + 1 FROM source_document), $8) RETURNING id`,
			slug, d.Document, string(d.Kind), d.Publisher, string(d.Date), d.About, string(d.Asked), hash).Scan(&id)
	case err == nil && own:
		_, err = tx.Exec(ctx, `UPDATE source_document SET about = $2, asked = $3, seed_hash = $4 WHERE id = $1`, id, d.About, string(d.Asked), hash)
	}
	if err != nil {
		return nil, err
	}
	if err := addDocumentText(ctx, tx, id, d); err != nil {
		return nil, err
	}
	rows, _ := tx.Query(ctx, documentUses, slug)
	return pgx.CollectRows(rows, pgx.RowTo[int64])
}

// documentSlug is a free slug for a document: of its title, with its publisher, then
// numbered.
func documentSlug(ctx context.Context, tx pgx.Tx, d catalogue.Source) (slug string, err error) {
	title := catalogue.Slugify(d.Document)
	with := cut(title, catalogue.MaxSlug-31) + "-" + cut(catalogue.Slugify(d.Publisher), 30)
	candidates := []string{title, cut(with, catalogue.MaxSlug)}
	for i := 2; i <= maxSameTitle; i++ {
		n := fmt.Sprint("-", i)
		candidates = append(candidates, cut(with, catalogue.MaxSlug-len(n))+n)
	}
	err = tx.QueryRow(ctx, `
		SELECT c FROM unnest($1::text[]) WITH ORDINALITY AS x (c, n) WHERE c <> '' AND NOT EXISTS (SELECT FROM source_document WHERE slug = c) ORDER BY n LIMIT 1`, candidates).Scan(&slug)
	return slug, err
}
