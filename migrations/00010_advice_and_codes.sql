-- +goose Up

-- Advice refers to the preconditions that it helps to meet.
-- +goose StatementBegin
CREATE OR REPLACE FUNCTION content_refs(content jsonb)
  RETURNS TABLE (role text, vocabulary text, term_id bigint, organisation_id bigint, solution_id bigint)
  LANGUAGE sql IMMUTABLE AS $$
  SELECT DISTINCT f.role, f.vocabulary,
    CASE WHEN f.vocabulary IS NOT NULL THEN f.id END, CASE WHEN f.of = 'organisation' THEN f.id END, CASE WHEN f.of = 'solution' THEN f.id END
  FROM (
    SELECT 'organisation' AS role, 'organisation' AS of, NULL AS vocabulary, (content -> 'organisation' ->> 'id')::bigint AS id
    UNION ALL
    SELECT x.role, x.of, x.vocabulary, (r ->> 'id')::bigint
    FROM (VALUES ('partners[]', 'organisation', NULL, content -> 'partners'),
        ('target_groups', 'term', 'maalgruppe', content -> 'target_groups'), ('contact_forms', 'term', 'kontaktform', content -> 'contact_forms'),
        ('perspectives', 'term', 'perspektiv', content -> 'perspectives'), ('themes', 'term', 'tema', content -> 'themes'),
        ('preconditions', 'term', 'forudsaetning', content -> 'preconditions'), ('transfer_to', 'term', 'maalgruppe', content -> 'transfer_to')
      ) AS x (role, of, vocabulary, refs), jsonb_array_elements(x.refs) r
    UNION ALL
    SELECT x.role, x.of, x.vocabulary, (r ->> 'id')::bigint
    FROM jsonb_array_elements(content -> 'findings') f,
      LATERAL (VALUES ('findings[].target_groups', 'term', 'maalgruppe', f -> 'target_groups'), ('findings[].contact_forms', 'term', 'kontaktform', f -> 'contact_forms'),
        ('findings[].solutions', 'solution', NULL, f -> 'solutions')
      ) AS x (role, of, vocabulary, refs), jsonb_array_elements(x.refs) r
    UNION ALL
    SELECT 'advice[].preconditions', 'term', 'forudsaetning', (r ->> 'id')::bigint
    FROM jsonb_array_elements(content -> 'advice') a, jsonb_array_elements(a -> 'preconditions') r
  ) f
$$;
-- +goose StatementEnd

-- A term's codes in other systems: [{"system", "code", "match"}].
ALTER TABLE term ADD COLUMN codes jsonb NOT NULL DEFAULT '[]' CHECK (jsonb_typeof(codes) = 'array');

-- +goose Down
ALTER TABLE term DROP COLUMN codes;

-- +goose StatementBegin
CREATE OR REPLACE FUNCTION content_refs(content jsonb)
  RETURNS TABLE (role text, vocabulary text, term_id bigint, organisation_id bigint, solution_id bigint)
  LANGUAGE sql IMMUTABLE AS $$
  SELECT DISTINCT f.role, f.vocabulary,
    CASE WHEN f.vocabulary IS NOT NULL THEN f.id END, CASE WHEN f.of = 'organisation' THEN f.id END, CASE WHEN f.of = 'solution' THEN f.id END
  FROM (
    SELECT 'organisation' AS role, 'organisation' AS of, NULL AS vocabulary, (content -> 'organisation' ->> 'id')::bigint AS id
    UNION ALL
    SELECT x.role, x.of, x.vocabulary, (r ->> 'id')::bigint
    FROM (VALUES ('partners[]', 'organisation', NULL, content -> 'partners'),
        ('target_groups', 'term', 'maalgruppe', content -> 'target_groups'), ('contact_forms', 'term', 'kontaktform', content -> 'contact_forms'),
        ('perspectives', 'term', 'perspektiv', content -> 'perspectives'), ('themes', 'term', 'tema', content -> 'themes'),
        ('preconditions', 'term', 'forudsaetning', content -> 'preconditions'), ('transfer_to', 'term', 'maalgruppe', content -> 'transfer_to')
      ) AS x (role, of, vocabulary, refs), jsonb_array_elements(x.refs) r
    UNION ALL
    SELECT x.role, x.of, x.vocabulary, (r ->> 'id')::bigint
    FROM jsonb_array_elements(content -> 'findings') f,
      LATERAL (VALUES ('findings[].target_groups', 'term', 'maalgruppe', f -> 'target_groups'), ('findings[].contact_forms', 'term', 'kontaktform', f -> 'contact_forms'),
        ('findings[].solutions', 'solution', NULL, f -> 'solutions')
      ) AS x (role, of, vocabulary, refs), jsonb_array_elements(x.refs) r
  ) f
$$;
-- +goose StatementEnd
