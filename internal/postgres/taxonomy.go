package postgres

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"praksis/internal/catalogue"

	"github.com/jackc/pgx/v5"
)

// Taxonomy is all vocabularies, organisations and solutions, as of one moment.
func (s *Store) Taxonomy(ctx context.Context) (t *catalogue.Taxonomy, err error) {
	err = s.readSnapshot(ctx, func(ctx context.Context, tx pgx.Tx) error {
		if t, _, err = loadTaxonomy(ctx, tx); err != nil {
			return err
		}
		t.Contrasts, err = loadContrasts(ctx, tx)
		return err
	})
	return t, err
}

// HasVocabularies tells whether there is anything that a practice can refer to:
// false for a database that the seeds were never loaded into.
func (s *Store) HasVocabularies(ctx context.Context) (has bool, err error) {
	err = s.pool.QueryRow(ctx, `SELECT EXISTS (SELECT FROM term)`).Scan(&has)
	return has, mapped(err)
}

// referenceIDs are the IDs of terms and organisations by slug.
type referenceIDs struct {
	terms         map[catalogue.Vocabulary]map[string]int64
	organisations map[string]int64
}

type termRow struct {
	ID         int64
	Vocabulary catalogue.Vocabulary
	Slug       string
	Label      string
	Definition string
	Parent     *string
	Successor  *string
	Synonyms   []string
	Forms      []string
	Codes      []catalogue.Code
	Retired    bool
}

func loadTaxonomy(ctx context.Context, tx pgx.Tx) (*catalogue.Taxonomy, *referenceIDs, error) {
	rows, _ := tx.Query(ctx, `
		SELECT t.id, t.vocabulary, t.slug::text, t.label, t.definition, p.slug::text AS parent, s.slug::text AS successor,
		       ARRAY(SELECT synonym FROM term_synonym WHERE term_id = t.id ORDER BY position) AS synonyms,
		       '{}'::text[] AS forms, t.codes, t.retired
		FROM term t LEFT JOIN term p ON p.id = t.parent_id LEFT JOIN term s ON s.id = t.successor_id
		ORDER BY t.vocabulary, t.position, t.id`)
	list, err := pgx.CollectRows(rows, pgx.RowToStructByName[termRow])
	if err != nil {
		return nil, nil, err
	}
	rows, _ = tx.Query(ctx, `
		SELECT x.id, $1::text AS vocabulary, x.slug::text, x.label, x.description AS definition, NULL::text AS parent, s.slug::text AS successor, '{}'::text[] AS synonyms,
		       ARRAY(SELECT t.slug::text FROM solution_contact_form f JOIN term t ON t.id = f.term_id WHERE f.solution_id = x.id ORDER BY t.position) AS forms, '[]'::jsonb AS codes, x.retired
		FROM solution x LEFT JOIN solution s ON s.id = x.successor_id ORDER BY x.position, x.id`, catalogue.SolutionList)
	solutions, err := pgx.CollectRows(rows, pgx.RowToStructByName[termRow])
	if err != nil {
		return nil, nil, err
	}
	n := &referenceIDs{terms: map[catalogue.Vocabulary]map[string]int64{}, organisations: map[string]int64{}}
	terms := map[catalogue.Vocabulary][]catalogue.Term{}
	for _, t := range append(list, solutions...) {
		if n.terms[t.Vocabulary] == nil {
			n.terms[t.Vocabulary] = map[string]int64{}
		}
		n.terms[t.Vocabulary][t.Slug] = t.ID
		terms[t.Vocabulary] = append(terms[t.Vocabulary], catalogue.Term{Slug: t.Slug, Label: t.Label, Definition: t.Definition,
			Parent: deref(t.Parent), Successor: deref(t.Successor), Retired: t.Retired, Synonyms: t.Synonyms, ContactForms: t.Forms, Codes: t.Codes})
	}
	rows, _ = tx.Query(ctx, `
		SELECT o.id, o.slug::text, coalesce(o.code, ''), o.kind, o.name, o.short_name, coalesce(p.slug::text, ''),
		       coalesce(o.valid_from::text, ''), coalesce(o.valid_to::text, ''), coalesce(s.slug::text, ''), o.spellings
		FROM organisation o LEFT JOIN organisation p ON p.id = o.parent_id LEFT JOIN organisation s ON s.id = o.successor_id WHERE NOT o.retired ORDER BY o.position, o.id`)
	var orgs []catalogue.Organisation
	var id int64
	var o catalogue.Organisation
	_, err = pgx.ForEachRow(rows, []any{&id, &o.Slug, &o.Code, &o.Kind, &o.Name, &o.ShortName, &o.Parent, &o.ValidFrom, &o.ValidTo, &o.Successor, &o.Written}, func() error {
		if len(o.Written) == 0 {
			o.Written = nil
		}
		orgs = append(orgs, o)
		n.organisations[o.Slug] = id
		return nil
	})
	if err != nil {
		return nil, nil, err
	}
	rules, err := loadSynonyms(ctx, tx)
	if err != nil {
		return nil, nil, err
	}
	return catalogue.NewTaxonomy(terms, orgs, rules...), n, nil
}

func deref(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

// taxonomyLoad brings organisations, terms and solutions to what the seeds say.
type taxonomyLoad struct {
	// stored are the hashes of what the loader wrote last, by kind and slug; a nil
	// one is an editor's.
	stored  map[string]*string
	changed bool    // whether there was anything to write
	touched []int64 // the practices whose read model shows what was written
}

// seedTaxonomy brings organisations and terms to what the seeds say, save what
// an editor has taken over (its seed_hash is null then). It tells whether
// anything changed, and which practices' read model shows it.
func seedTaxonomy(ctx context.Context, tx pgx.Tx, orgs []catalogue.Organisation, terms map[catalogue.Vocabulary][]catalogue.Term) (touched []int64, changed bool, err error) {
	rows, _ := tx.Query(ctx, `
		SELECT 'organisation ' || slug, seed_hash FROM organisation
		UNION ALL SELECT vocabulary || ' ' || slug, seed_hash FROM term
		UNION ALL SELECT 'solution ' || slug, seed_hash FROM solution`)
	var l taxonomyLoad
	if l.stored, err = collectMap[string, *string](rows); err != nil {
		return nil, false, err
	}
	// Regions first: municipalities refer to them; and successors before them.
	sorted := slices.Clone(orgs)
	slices.SortStableFunc(sorted, func(a, b catalogue.Organisation) int {
		return cmp.Or(len(a.Parent)-len(b.Parent), len(a.Successor)-len(b.Successor))
	})
	for _, o := range sorted {
		position := slices.IndexFunc(orgs, func(x catalogue.Organisation) bool { return x.Slug == o.Slug })
		// What editors have given the name or the code stays theirs.
		if _, err := l.upsert(ctx, tx, "organisation "+o.Slug, seedHash(o, position), `
			SELECT DISTINCT p.id FROM practice p JOIN revision_ref r USING (revision_id) WHERE r.organisation_id = $1`, `
			INSERT INTO organisation (slug, code, kind, name, short_name, parent_id, valid_from, valid_to, successor_id, position, spellings, seed_hash)
			VALUES ($1::slug, CASE WHEN NOT EXISTS (SELECT FROM organisation x WHERE x.code = $2::text AND x.slug <> $1::slug) THEN $2::text END, $3,
			  CASE WHEN EXISTS (SELECT FROM organisation x WHERE x.name = $4::text AND x.slug <> $1::slug) THEN $4::text || ' (' || $1::slug::text || ')' ELSE $4::text END, $5,
			  (SELECT id FROM organisation WHERE slug = $6), $7, $8, (SELECT id FROM organisation WHERE slug = $9), $10, $11, $12)
			ON CONFLICT (slug) DO UPDATE SET code = EXCLUDED.code, kind = EXCLUDED.kind, name = EXCLUDED.name, short_name = EXCLUDED.short_name, spellings = EXCLUDED.spellings,
			  parent_id = EXCLUDED.parent_id, valid_from = EXCLUDED.valid_from, valid_to = EXCLUDED.valid_to, successor_id = EXCLUDED.successor_id, position = EXCLUDED.position, seed_hash = EXCLUDED.seed_hash
			  WHERE organisation.seed_hash IS NOT NULL AND organisation.seed_hash <> EXCLUDED.seed_hash
			RETURNING id`,
			o.Slug, null(o.Code), string(o.Kind), o.Name, o.ShortName, o.Parent, day(o.ValidFrom), day(o.ValidTo), o.Successor, position, append([]string{}, o.Written...)); err != nil {
			return nil, false, err
		}
	}
	for _, v := range catalogue.Vocabularies {
		for _, i := range mergedFirst(terms[v]) {
			t := terms[v][i]
			// Where editors have given its label to a term of theirs, it is merged into that.
			id, err := l.upsert(ctx, tx, string(v)+" "+t.Slug, seedHash(t, i), `
				SELECT DISTINCT p.id FROM practice p JOIN revision_ref r USING (revision_id) WHERE r.term_id = $1`, `
				INSERT INTO term (vocabulary, slug, label, definition, codes, parent_id, position, seed_hash, successor_id)
				VALUES ($1::text, $2::slug, $3::text, $4, $7, (SELECT id FROM term WHERE vocabulary = $1::text AND slug = $5), $6, $8,
				  (SELECT id FROM term WHERE vocabulary = $1::text AND lower(label) = lower($3::text) AND slug <> $2::slug AND successor_id IS NULL AND NOT retired AND seed_hash IS NULL))
				ON CONFLICT (vocabulary, slug) DO UPDATE SET label = EXCLUDED.label, definition = EXCLUDED.definition, codes = EXCLUDED.codes,
				  successor_id = coalesce(term.successor_id, EXCLUDED.successor_id), parent_id = EXCLUDED.parent_id, position = EXCLUDED.position, seed_hash = EXCLUDED.seed_hash
				  WHERE term.seed_hash IS NOT NULL AND term.seed_hash <> EXCLUDED.seed_hash
				RETURNING id`, string(v), t.Slug, t.Label, t.Definition, t.Parent, i, append([]catalogue.Code{}, t.Codes...))
			if err != nil {
				return nil, false, err
			}
			if id == 0 {
				continue
			}
			if _, err := tx.Exec(ctx, `DELETE FROM term_synonym WHERE term_id = $1`, id); err != nil {
				return nil, false, err
			}
			if _, err := tx.Exec(ctx, `
				INSERT INTO term_synonym (term_id, synonym, position)
				SELECT $1, s, n FROM unnest($2::text[]) WITH ORDINALITY AS x (s, n) ON CONFLICT DO NOTHING`, id, t.Synonyms); err != nil {
				return nil, false, err
			}
		}
	}
	if err := l.mergeTerms(ctx, tx, terms); err != nil {
		return nil, false, err
	}
	for i, x := range terms[catalogue.SolutionList] {
		id, err := l.upsert(ctx, tx, "solution "+x.Slug, seedHash(x, i), `
			SELECT practice_id FROM practice_solution WHERE solution_id = $1`, `
			INSERT INTO solution (slug, label, description, position, seed_hash, successor_id) VALUES ($1::slug, $2::text, $3, $4, $5,
			  (SELECT id FROM solution WHERE label = $2::text AND slug <> $1::slug AND successor_id IS NULL AND NOT retired AND seed_hash IS NULL))
			ON CONFLICT (slug) DO UPDATE SET label = EXCLUDED.label, description = EXCLUDED.description, successor_id = coalesce(solution.successor_id, EXCLUDED.successor_id), position = EXCLUDED.position, seed_hash = EXCLUDED.seed_hash
			  WHERE solution.seed_hash IS NOT NULL AND solution.seed_hash <> EXCLUDED.seed_hash
			RETURNING id`, x.Slug, x.Label, x.Definition, i)
		if err != nil {
			return nil, false, err
		}
		if id == 0 {
			continue
		}
		if _, err := tx.Exec(ctx, `DELETE FROM solution_contact_form WHERE solution_id = $1`, id); err != nil {
			return nil, false, err
		}
		forms, err := tx.Exec(ctx, `
			INSERT INTO solution_contact_form (solution_id, term_id) SELECT $1, id FROM term WHERE vocabulary = 'kontaktform' AND slug = ANY ($2)`, id, x.ContactForms)
		if err != nil {
			return nil, false, err
		}
		if n := int(forms.RowsAffected()); n != len(x.ContactForms) {
			return nil, false, fmt.Errorf("solution %s: only %d of its contact forms exist: %v", x.Slug, n, x.ContactForms)
		}
	}
	return l.touched, l.changed, nil
}

// mergedFirst are the places of terms in their list, those that have a successor
// before the others: the successor may take the label that one had, and no two
// have the same.
func mergedFirst(list []catalogue.Term) []int {
	order := make([]int, len(list))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		return cmp.Compare(min(len(list[b].Successor), 1), min(len(list[a].Successor), 1))
	})
	return order
}

// mergeTerms sets the successors of the terms that have one, which may stand
// later in the file.
func (l *taxonomyLoad) mergeTerms(ctx context.Context, tx pgx.Tx, terms map[catalogue.Vocabulary][]catalogue.Term) error {
	for _, v := range catalogue.Vocabularies {
		for _, t := range terms[v] {
			if t.Successor == "" {
				continue
			}
			rows, _ := tx.Query(ctx, `
				WITH merged AS (
				  UPDATE term t SET successor_id = s.id FROM term s
				  WHERE t.vocabulary = $1 AND t.slug = $2 AND s.vocabulary = $1 AND s.slug = $3 AND t.seed_hash IS NOT NULL AND t.successor_id IS DISTINCT FROM s.id
				  RETURNING t.id)
				SELECT m.id, coalesce(array_agg(DISTINCT p.id) FILTER (WHERE p.id IS NOT NULL), '{}') FROM merged m
				LEFT JOIN revision_ref r ON r.term_id = m.id LEFT JOIN practice p USING (revision_id) GROUP BY m.id`, string(v), t.Slug, t.Successor)
			var id int64
			var practices []int64
			if _, err := pgx.ForEachRow(rows, []any{&id, &practices}, func() error {
				l.changed, l.touched = true, append(l.touched, practices...)
				return nil
			}); err != nil {
				return err
			}
		}
	}
	return nil
}

// upsert runs an upsert, save when the hash (its last argument) is what the
// loader wrote before, or when an editor owns the row: it returns 0 then. An
// upsert that finds nothing to do would lock the row all the same. users selects
// the practices that show the row.
func (l *taxonomyLoad) upsert(ctx context.Context, tx pgx.Tx, what, hash, users, sql string, args ...any) (id int64, err error) {
	if was, exists := l.stored[what]; exists && (was == nil || *was == hash) {
		return 0, nil
	}
	err = tx.QueryRow(ctx, sql, append(args, hash)...).Scan(&id)
	if errors.Is(err, pgx.ErrNoRows) {
		return 0, nil
	}
	if err != nil {
		return 0, withoutContent(what, err)
	}
	rows, _ := tx.Query(ctx, users, id)
	ids, err := pgx.CollectRows(rows, pgx.RowTo[int64])
	l.changed, l.touched = true, append(l.touched, ids...)
	return id, err
}

func seedHash(v any, position int) string {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err) // plain structs of strings
	}
	return hashText(fmt.Sprintf("%d %s", position, b))
}
