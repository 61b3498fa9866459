package postgres

import (
	"context"
	"fmt"
	"strconv"

	"praksis/internal/catalogue"
	"praksis/internal/review"

	"github.com/jackc/pgx/v5"
)

// Whatever an editor writes is theirs: the loader of the seeds leaves it alone from
// then on (seed_hash is null).

// termFamily are a term and those that were merged into it.
const termFamily = `WITH RECURSIVE family AS (
	  SELECT id FROM term WHERE slug = $1 AND vocabulary = $2
	  UNION SELECT t.id FROM term t JOIN family f ON t.successor_id = f.id)
	SELECT p.id FROM practice p JOIN revision_ref r USING (revision_id) WHERE r.term_id IN (SELECT id FROM family)`

var termNoun = vocabularyNoun{
	load: `SELECT t.vocabulary, t.slug::text, t.label, t.definition, coalesce(p.slug::text, ''), coalesce(s.slug::text, ''), CASE WHEN t.retired THEN 'ja' ELSE '' END,
	         ARRAY(SELECT synonym FROM term_synonym WHERE term_id = t.id ORDER BY position)
	       FROM term t LEFT JOIN term p ON p.id = t.parent_id LEFT JOIN term s ON s.id = t.successor_id`,
	columns: []string{review.FieldLabel, "definition", review.FieldParent, review.FieldSuccessor, review.FieldRetired}, lists: []string{"synonyms"},
	practices: termFamily, uses: termFamily,
	save: func(ctx context.Context, tx pgx.Tx, id review.ItemID, x review.Values) error {
		var term int64
		err := tx.QueryRow(ctx, `
			INSERT INTO term (vocabulary, slug, label, definition, parent_id, successor_id, retired, position)
			VALUES ($1, $2, $3, $4, (SELECT id FROM term WHERE vocabulary = $1 AND slug = $5), (SELECT id FROM term WHERE vocabulary = $1 AND slug = $6), $7,
			  (SELECT coalesce(max(position), 0) + 1 FROM term WHERE vocabulary = $1))
			ON CONFLICT (vocabulary, slug) DO UPDATE SET label = EXCLUDED.label, definition = EXCLUDED.definition, parent_id = EXCLUDED.parent_id,
			  successor_id = EXCLUDED.successor_id, retired = EXCLUDED.retired, seed_hash = NULL
			RETURNING id`, string(id.Noun), id.Key, x.One(review.FieldLabel), x.One("definition"), x.One(review.FieldParent), x.One(review.FieldSuccessor), retired(x)).Scan(&term)
		if err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `DELETE FROM term_synonym WHERE term_id = $1`, term); err != nil {
			return err
		}
		_, err = tx.Exec(ctx, `
			INSERT INTO term_synonym (term_id, synonym, position)
			SELECT $1, s, n FROM unnest($2::text[]) WITH ORDINALITY AS x (s, n)`, term, x["synonyms"])
		return err
	},
}

const organisationUses = `SELECT p.id FROM practice p JOIN revision_ref r USING (revision_id) WHERE r.organisation_id = (SELECT id FROM organisation WHERE slug = $1)`

var organisationNoun = vocabularyNoun{
	load: `SELECT '` + string(review.NounOrganisation) + `', o.slug::text, o.name, o.short_name, o.kind, coalesce(o.code, ''), coalesce(p.slug::text, ''),
	         coalesce(o.valid_from::text, ''), coalesce(o.valid_to::text, ''), coalesce(s.slug::text, ''), CASE WHEN o.retired THEN 'ja' ELSE '' END, o.spellings
	       FROM organisation o LEFT JOIN organisation p ON p.id = o.parent_id LEFT JOIN organisation s ON s.id = o.successor_id`,
	columns:   []string{"name", "short_name", "kind", "code", review.FieldParent, "valid_from", "valid_to", "followed_by", review.FieldRetired},
	lists:     []string{"spellings"},
	practices: organisationUses, uses: organisationUses,
	save: func(ctx context.Context, tx pgx.Tx, id review.ItemID, x review.Values) error {
		_, err := tx.Exec(ctx, `
			INSERT INTO organisation (slug, name, short_name, kind, code, parent_id, valid_from, valid_to, successor_id, retired, spellings, position)
			VALUES ($1, $2, $3, $4, $5, (SELECT id FROM organisation WHERE slug = $6), $7, $8, (SELECT id FROM organisation WHERE slug = $9), $10, $11,
			  (SELECT coalesce(max(position), 0) + 1 FROM organisation))
			ON CONFLICT (slug) DO UPDATE SET name = EXCLUDED.name, short_name = EXCLUDED.short_name, code = EXCLUDED.code, parent_id = EXCLUDED.parent_id,
			  valid_from = EXCLUDED.valid_from, valid_to = EXCLUDED.valid_to, successor_id = EXCLUDED.successor_id, retired = EXCLUDED.retired,
			  spellings = EXCLUDED.spellings, seed_hash = NULL`,
			id.Key, x.One("name"), x.One("short_name"), x.One("kind"), null(x.One("code")), x.One(review.FieldParent), day(catalogue.Date(x.One("valid_from"))),
			day(catalogue.Date(x.One("valid_to"))), x.One("followed_by"), retired(x), append([]string{}, x["spellings"]...))
		return err
	},
}

// solutionFamily are a solution and those that were merged into it; named are the
// practices with a finding that is about one of them.
const solutionFamily = `WITH RECURSIVE family AS (
	  SELECT id FROM solution WHERE slug = $1 UNION SELECT t.id FROM solution t JOIN family f ON t.successor_id = f.id)
	SELECT practice_id FROM practice_solution WHERE solution_id IN (SELECT id FROM family)
	UNION SELECT p.id FROM practice p JOIN revision_ref r USING (revision_id) WHERE r.solution_id IN (SELECT id FROM family)`

var solutionNoun = vocabularyNoun{
	load: `SELECT '` + string(review.NounSolution) + `', x.slug::text, x.label, x.description, coalesce(s.slug::text, ''), CASE WHEN x.retired THEN 'ja' ELSE '' END,
	         ARRAY(SELECT t.slug::text FROM solution_contact_form f JOIN term t ON t.id = f.term_id WHERE f.solution_id = x.id ORDER BY t.slug::text COLLATE "C"),
	         ARRAY(SELECT p.slug::text FROM practice_solution m JOIN practice p ON p.id = m.practice_id WHERE m.solution_id = x.id AND p.state IN ('published', 'withdrawn') ORDER BY p.slug::text COLLATE "C")
	       FROM solution x LEFT JOIN solution s ON s.id = x.successor_id`,
	columns: []string{review.FieldLabel, "description", review.FieldSuccessor, review.FieldRetired}, lists: []string{"contact_forms", review.FieldMembers},
	practices: solutionFamily, uses: solutionFamily,
	save: func(ctx context.Context, tx pgx.Tx, id review.ItemID, x review.Values) error {
		var solution int64
		err := tx.QueryRow(ctx, `
			INSERT INTO solution (slug, label, description, successor_id, retired, position)
			VALUES ($1, $2, $3, (SELECT id FROM solution WHERE slug = $4), $5, (SELECT coalesce(max(position), 0) + 1 FROM solution))
			ON CONFLICT (slug) DO UPDATE SET label = EXCLUDED.label, description = EXCLUDED.description, successor_id = EXCLUDED.successor_id,
			  retired = EXCLUDED.retired, seed_hash = NULL
			RETURNING id`, id.Key, x.One(review.FieldLabel), x.One("description"), x.One(review.FieldSuccessor), retired(x)).Scan(&solution)
		if err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `DELETE FROM solution_contact_form WHERE solution_id = $1`, solution); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `
			INSERT INTO solution_contact_form (solution_id, term_id) SELECT $1, id FROM term WHERE vocabulary = 'kontaktform' AND slug = ANY ($2::text[])`, solution, x["contact_forms"]); err != nil {
			return err
		}
		_, err = tx.Exec(ctx, `
			WITH want AS (SELECT id FROM practice WHERE slug = ANY ($2::text[])),
			     dropped AS (DELETE FROM practice_solution WHERE solution_id = $1 AND practice_id NOT IN (SELECT id FROM want))
			INSERT INTO practice_solution (practice_id, solution_id) SELECT id, $1 FROM want ON CONFLICT DO NOTHING`, solution, x[review.FieldMembers])
		return err
	},
}

// documentUses are the practices with a source that says what a document says or has
// said. Containment alone would find those that say more too, so that all is compared
// but the place and the address.
const documentUses = `SELECT p.id FROM source_document d JOIN source_document_text t ON t.document_id = d.id
	JOIN revision r ON r.content -> 'sources' @> jsonb_build_array(t.content)
	JOIN practice p ON p.revision_id = r.id
	WHERE d.slug = $1 AND EXISTS (SELECT FROM jsonb_array_elements(r.content -> 'sources') s WHERE s - 'place' - 'url' = t.content)`

var documentNoun = vocabularyNoun{
	load:      `SELECT '` + string(review.NounDocument) + `', slug::text, document, kind, publisher, date, about, asked, CASE WHEN retired THEN 'ja' ELSE '' END FROM source_document`,
	columns:   []string{"document", "kind", "publisher", "date", "about", "asked", review.FieldRetired},
	practices: documentUses, uses: documentUses,
	save: func(ctx context.Context, tx pgx.Tx, id review.ItemID, x review.Values) error {
		d := documentOf(x)
		var document int64
		if err := tx.QueryRow(ctx, `
			INSERT INTO source_document (slug, document, kind, publisher, date, about, asked, retired, position)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, (SELECT coalesce(max(position), 0) + 1 FROM source_document))
			ON CONFLICT (slug) DO UPDATE SET document = EXCLUDED.document, kind = EXCLUDED.kind, publisher = EXCLUDED.publisher, date = EXCLUDED.date,
			  about = EXCLUDED.about, asked = EXCLUDED.asked, retired = EXCLUDED.retired, seed_hash = NULL
			RETURNING id`, id.Key, d.Document, string(d.Kind), d.Publisher, string(d.Date), d.About, string(d.Asked), retired(x)).Scan(&document); err != nil {
			return err
		}
		return addDocumentText(ctx, tx, document, d)
	},
}

func documentOf(x review.Values) catalogue.Source {
	return catalogue.Source{Kind: catalogue.SourceKind(x.One("kind")), Document: x.One("document"), Publisher: x.One("publisher"),
		Date: catalogue.Date(x.One("date")), About: x.One("about"), Asked: catalogue.Asked(x.One("asked"))}
}

var synonymNoun = vocabularyNoun{
	load: `SELECT '` + string(review.NounSynonyms) + `', id::text, CASE WHEN withdrawn THEN 'ja' ELSE '' END,
	         CASE WHEN cardinality(means) + cardinality(finds) = 0 THEN words ELSE '{}' END, CASE WHEN cardinality(means) + cardinality(finds) > 0 THEN words ELSE '{}' END,
	         means, finds
	       FROM synonym_rule`,
	columns: []string{review.FieldRetired}, lists: []string{"same", "search", "means", "finds"},
	save: func(ctx context.Context, tx pgx.Tx, id review.ItemID, x review.Values) error { // a rule never says anything else
		n, err := strconv.ParseInt(id.Key, 10, 64)
		if err != nil {
			return fmt.Errorf("synonym rule %q: %w", id.Key, catalogue.ErrNotFound)
		}
		_, err = tx.Exec(ctx, `UPDATE synonym_rule SET withdrawn = $2 WHERE id = $1`, n, retired(x))
		return err
	},
}

// insertRule writes a rule of the thesaurus, and gives its key.
func insertRule(ctx context.Context, tx pgx.Tx, x review.Values) (key string, err error) {
	r := x.SynonymRule()
	err = tx.QueryRow(ctx, `
		INSERT INTO synonym_rule (words, means, finds, position)
		VALUES ($1, coalesce($2::text[], '{}'), coalesce($3::text[], '{}'), (SELECT coalesce(max(position), 0) + 1 FROM synonym_rule))
		RETURNING id::text`, ruleWords(r), r.Means, r.Finds).Scan(&key)
	return key, err
}

var pageNoun = vocabularyNoun{
	load:    `SELECT '` + string(review.NounPage) + `', page, body FROM page_text`,
	columns: []string{"body"},
	save: func(ctx context.Context, tx pgx.Tx, id review.ItemID, x review.Values) error {
		_, err := tx.Exec(ctx, `INSERT INTO page_text (page, body) VALUES ($1, $2) ON CONFLICT (page) DO UPDATE SET body = EXCLUDED.body`, id.Key, x.One("body"))
		return err
	},
}

func retired(x review.Values) bool { return x.One(review.FieldRetired) != "" }
