-- +goose Up

-- A finding may be about some of its practice's solutions only.
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

-- +goose Down

-- References of findings to solutions stay with the revisions that have them.
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
    SELECT x.role, 'term', x.vocabulary, (r ->> 'id')::bigint
    FROM jsonb_array_elements(content -> 'findings') f,
      LATERAL (VALUES ('findings[].target_groups', 'maalgruppe', f -> 'target_groups'), ('findings[].contact_forms', 'kontaktform', f -> 'contact_forms')
      ) AS x (role, vocabulary, refs), jsonb_array_elements(x.refs) r
  ) f
$$;
-- +goose StatementEnd
