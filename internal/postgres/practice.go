package postgres

import (
	"context"

	"praksis/internal/catalogue"

	"github.com/jackc/pgx/v5"
)

// practiceRow is a practice as its current revision and its own row say.
type practiceRow struct {
	ID       int64
	MovedTo  *string
	Practice *catalogue.Practice
}

// loadPractices reads practices from the tables of record. The JSON that it
// builds is catalogue.Practice's.
func loadPractices(ctx context.Context, tx pgx.Tx, ids []int64) ([]practiceRow, error) {
	rows, err := tx.Query(ctx, loadSQL, ids)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToStructByPos[practiceRow])
}

const loadSQL = `
SELECT p.id,
  (SELECT m.slug::text FROM practice m WHERE m.id = p.merged_into),
  jsonb_strip_nulls(jsonb_build_object(
    'slug', p.slug, 'state', p.state, 'state_reason', nullif(p.state_reason, ''),
    'first_published', to_char(p.first_published AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
    'updated', to_char(r.created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
    'review_by', p.review_by, 'revision', r.number,
    'kind', r.kind, 'title', r.title, 'summary', r.summary, 'provider', r.provider,
    'organisation', jsonb_build_object('slug', o.slug, 'code', o.code, 'name', o.name, 'short_name', o.short_name, 'kind', o.kind),
    'partners', (SELECT jsonb_agg(jsonb_build_object('slug', x.slug, 'code', x.code, 'name', x.name, 'short_name', x.short_name, 'kind', x.kind) ORDER BY rp.position)
      FROM revision_partner rp JOIN organisation x ON x.id = rp.organisation_id WHERE rp.revision_id = r.id),
    'target_groups', terms.has -> 'maalgruppe', 'contact_forms', terms.has -> 'kontaktform',
    'perspectives', terms.has -> 'perspektiv', 'themes', terms.has -> 'tema',
    'preconditions', terms.has -> 'forudsaetning', 'transfer_to', terms.transfer,
    'answers', jsonb_build_object('done', r.done, 'worked', r.worked, 'for_whom', r.for_whom, 'spread', r.spread,
      'retention', r.retention, 'other', r.other, 'quality', r.quality),
    'findings', (SELECT jsonb_agg(jsonb_build_object('key', f.key, 'effect', f.effect, 'voice', f.voice, 'condition', f.condition,
        'text', f.text, 'source', f.source_position, 'target_groups', ft.terms -> 'maalgruppe', 'contact_forms', ft.terms -> 'kontaktform') ORDER BY f.position)
      FROM finding f CROSS JOIN LATERAL (
        SELECT jsonb_object_agg(vocabulary, refs) AS terms FROM (
          SELECT x.vocabulary, jsonb_agg(jsonb_build_object('slug', t.slug, 'label', t.label) ORDER BY x.position) AS refs
          FROM finding_term x JOIN term t ON t.id = x.term_id WHERE x.finding_id = f.id GROUP BY x.vocabulary) v) ft
      WHERE f.revision_id = r.id),
    'retention', (SELECT jsonb_agg(jsonb_build_object('status', status, 'note', note, 'decided_by', decided_by, 'as_of', as_of) ORDER BY position)
      FROM retention WHERE revision_id = r.id),
    'periods', to_jsonb(r.periods), 'period_from', r.period_from, 'period_to', r.period_to,
    'needs_restrictions', r.needs_restrictions, 'legal_basis', to_jsonb(r.legal_basis),
    'resources', r.resources, 'contact', r.contact,
    'sources', (SELECT jsonb_agg(jsonb_build_object('kind', kind, 'document', document, 'publisher', publisher, 'date', dated, 'place', place, 'url', url) ORDER BY position)
      FROM source WHERE revision_id = r.id),
    'links', (SELECT jsonb_agg(jsonb_build_object('label', label, 'url', url) ORDER BY position) FROM link WHERE revision_id = r.id),
    'solutions', (SELECT jsonb_agg(jsonb_build_object('slug', s.slug, 'label', s.label) ORDER BY s.position, s.slug)
      FROM practice_solution ps JOIN solution s ON s.id = ps.solution_id WHERE ps.practice_id = p.id)
  ))
FROM practice p
JOIN revision r ON r.id = p.revision_id
JOIN organisation o ON o.id = r.organisation_id
CROSS JOIN LATERAL (
  SELECT jsonb_object_agg(vocabulary, refs) FILTER (WHERE role = 'has') AS has,
         (jsonb_agg(refs) FILTER (WHERE role = 'transfer')) -> 0 AS transfer
  FROM (SELECT x.role, x.vocabulary, jsonb_agg(jsonb_build_object('slug', t.slug, 'label', t.label) ORDER BY x.position) AS refs
        FROM revision_term x JOIN term t ON t.id = x.term_id WHERE x.revision_id = r.id GROUP BY x.role, x.vocabulary) v) terms
WHERE p.id = ANY ($1)
ORDER BY p.id`
