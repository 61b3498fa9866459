-- A revision is one record: content is the JSON of catalogue.Practice, without
-- what belongs to the practice, with references as {"id": …}. What it refers to
-- stands in revision_ref too, which the database derives itself: so it still
-- refuses what does not exist, and knows where a term is used.

-- +goose Up
ALTER TABLE revision ADD COLUMN content jsonb;

UPDATE revision r SET content = jsonb_strip_nulls(jsonb_build_object(
  'kind', r.kind, 'title', r.title, 'summary', nullif(r.summary, ''),
  'organisation', jsonb_build_object('id', r.organisation_id),
  'partners', (SELECT jsonb_agg(jsonb_build_object('id', organisation_id) ORDER BY position) FROM revision_partner WHERE revision_id = r.id),
  'provider', nullif(r.provider, ''),
  'target_groups', terms.has -> 'maalgruppe', 'contact_forms', terms.has -> 'kontaktform',
  'perspectives', terms.has -> 'perspektiv', 'themes', terms.has -> 'tema',
  'preconditions', terms.has -> 'forudsaetning', 'transfer_to', terms.transfer,
  'answers', nullif(jsonb_strip_nulls(jsonb_build_object('done', nullif(r.done, ''), 'worked', nullif(r.worked, ''), 'for_whom', nullif(r.for_whom, ''),
    'spread', nullif(r.spread, ''), 'retention', nullif(r.retention, ''), 'other', nullif(r.other, ''), 'quality', nullif(r.quality, ''))), '{}'),
  'findings', (SELECT jsonb_agg(jsonb_build_object('key', f.key, 'effect', f.effect, 'voice', f.voice, 'condition', nullif(f.condition, ''),
      'text', f.text, 'source', f.source_position,
      'target_groups', (SELECT jsonb_agg(jsonb_build_object('id', term_id) ORDER BY position) FROM finding_term WHERE finding_id = f.id AND vocabulary = 'maalgruppe'),
      'contact_forms', (SELECT jsonb_agg(jsonb_build_object('id', term_id) ORDER BY position) FROM finding_term WHERE finding_id = f.id AND vocabulary = 'kontaktform')
    ) ORDER BY f.position) FROM finding f WHERE f.revision_id = r.id),
  'retention', (SELECT jsonb_agg(jsonb_build_object('status', status, 'note', nullif(note, ''), 'decided_by', nullif(decided_by, ''), 'as_of', as_of) ORDER BY position)
    FROM retention WHERE revision_id = r.id),
  'periods', nullif(to_jsonb(r.periods), '[]'), 'period_from', r.period_from, 'period_to', r.period_to,
  'needs_restrictions', nullif(r.needs_restrictions, false), 'legal_basis', nullif(to_jsonb(r.legal_basis), '[]'),
  'resources', nullif(r.resources, ''), 'contact', nullif(r.contact, ''),
  'sources', (SELECT jsonb_agg(jsonb_build_object('kind', kind, 'document', document, 'publisher', nullif(publisher, ''), 'date', dated, 'place', nullif(place, ''), 'url', url) ORDER BY position)
    FROM source WHERE revision_id = r.id),
  'links', (SELECT jsonb_agg(jsonb_build_object('label', label, 'url', url) ORDER BY position) FROM link WHERE revision_id = r.id)))
FROM (
  SELECT r.id, jsonb_object_agg(vocabulary, refs) FILTER (WHERE role = 'has') AS has, (jsonb_agg(refs) FILTER (WHERE role = 'transfer')) -> 0 AS transfer
  FROM revision r LEFT JOIN (
    SELECT revision_id, role, vocabulary, jsonb_agg(jsonb_build_object('id', term_id) ORDER BY position) AS refs
    FROM revision_term GROUP BY 1, 2, 3) v ON v.revision_id = r.id
  GROUP BY r.id) terms
WHERE terms.id = r.id;

ALTER TABLE revision ALTER COLUMN content SET NOT NULL,
  ADD CHECK (jsonb_typeof(content) = 'object' AND content ? 'title' AND content ? 'organisation');

-- What the content of a revision refers to, once for each role. role is the
-- path of the field (catalogue.Fields).
CREATE TABLE revision_ref (
  revision_id     bigint NOT NULL REFERENCES revision,
  role            text NOT NULL,
  vocabulary      text,
  term_id         bigint,
  organisation_id bigint REFERENCES organisation,
  solution_id     bigint REFERENCES solution,
  UNIQUE NULLS NOT DISTINCT (revision_id, role, term_id, organisation_id, solution_id),
  FOREIGN KEY (term_id, vocabulary) REFERENCES term (id, vocabulary),
  CHECK (num_nonnulls(term_id, organisation_id, solution_id) = 1),
  CHECK ((term_id IS NULL) = (vocabulary IS NULL))
);
CREATE INDEX ON revision_ref (term_id) WHERE term_id IS NOT NULL;
CREATE INDEX ON revision_ref (organisation_id) WHERE organisation_id IS NOT NULL;
CREATE INDEX ON revision_ref (solution_id) WHERE solution_id IS NOT NULL;

-- +goose StatementBegin
-- The references of a record, by the path of the field. A list of references
-- that is none, or a reference without an id, is an error.
CREATE FUNCTION content_refs(content jsonb)
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

INSERT INTO revision_ref (revision_id, role, vocabulary, term_id, organisation_id, solution_id)
SELECT r.id, x.* FROM revision r, content_refs(r.content) x;

-- +goose StatementBegin
-- Derived in the statement that writes the revision, with the owner's rights:
-- the application can write no reference by itself.
CREATE FUNCTION revision_derive_refs() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
  INSERT INTO revision_ref (revision_id, role, vocabulary, term_id, organisation_id, solution_id)
  SELECT n.id, x.* FROM written n, content_refs(n.content) x;
  RETURN NULL;
END $$;
-- +goose StatementEnd
CREATE TRIGGER revision_refs AFTER INSERT ON revision
  REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION revision_derive_refs();

DROP TABLE link, retention, finding_term, finding, source, revision_term, revision_partner;
DROP FUNCTION finding_check_terms;
ALTER TABLE revision DROP COLUMN kind, DROP COLUMN title, DROP COLUMN summary, DROP COLUMN organisation_id, DROP COLUMN provider,
  DROP COLUMN done, DROP COLUMN worked, DROP COLUMN for_whom, DROP COLUMN spread, DROP COLUMN retention, DROP COLUMN other, DROP COLUMN quality,
  DROP COLUMN resources, DROP COLUMN contact, DROP COLUMN periods, DROP COLUMN period_from, DROP COLUMN period_to,
  DROP COLUMN needs_restrictions, DROP COLUMN legal_basis;
DROP DOMAIN source_date, web_address;

-- Who erased what when. What it was is not kept.
CREATE TABLE erasure (
  id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  revision_id   bigint REFERENCES revision,
  submission_id bigint REFERENCES submission,
  n             int, -- of the submission's version
  by_editor     bigint REFERENCES editor, -- null: the one who runs the catalogue
  reason        text NOT NULL CHECK (reason <> '' AND length(reason) <= 1000),
  at            timestamptz NOT NULL,
  CHECK (num_nonnulls(revision_id, submission_id) = 1 AND (submission_id IS NULL) = (n IS NULL))
);

-- +goose StatementBegin
-- The one way in which text goes out of append-only rows: of a revision, or of a
-- version of a submission. Pieces of texts may be replaced by [fjernet] and
-- nothing else may change: not the fields, the numbers, or the references. Each
-- is noted in erasure.
CREATE FUNCTION erase_text(p_revision bigint, p_submission bigint, p_n int, p_content jsonb, p_hash text, p_editor bigint, p_reason text, p_at timestamptz)
RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
  before jsonb;
BEGIN
  IF p_revision IS NOT NULL THEN
    SELECT content INTO before FROM revision WHERE id = p_revision FOR UPDATE;
  ELSE
    SELECT content INTO before FROM submission_version WHERE submission_id = p_submission AND n = p_n FOR UPDATE;
  END IF;
  IF before IS NULL THEN
    RAISE EXCEPTION 'nothing to erase from' USING ERRCODE = 'no_data_found';
  END IF;
  IF EXISTS (
    SELECT FROM content_leaves(before) b FULL JOIN content_leaves(p_content) a USING (path)
    WHERE jsonb_typeof(a.value) IS DISTINCT FROM jsonb_typeof(b.value)
      OR a.value <> b.value AND (jsonb_typeof(a.value) <> 'string'
        OR b.value #>> '{}' NOT LIKE replace(replace(replace(replace(a.value #>> '{}', '\', '\\'), '%', '\%'), '_', '\_'), '[fjernet]', '%')))
  THEN
    RAISE EXCEPTION 'an erasure may put [fjernet] for texts and change nothing else' USING ERRCODE = 'check_violation', CONSTRAINT = 'erasure_changes_texts';
  END IF;
  IF p_revision IS NOT NULL THEN
    UPDATE revision SET content = p_content, content_hash = p_hash WHERE id = p_revision;
  ELSE
    UPDATE submission_version SET content = p_content WHERE submission_id = p_submission AND n = p_n;
  END IF;
  INSERT INTO erasure (revision_id, submission_id, n, by_editor, reason, at) VALUES (p_revision, p_submission, p_n, p_editor, p_reason, p_at);
END $$;
-- +goose StatementEnd

-- +goose StatementBegin
-- The texts, numbers and truth values of a record with their paths; of its lists
-- and objects the paths with nothing in them.
CREATE FUNCTION content_leaves(content jsonb) RETURNS TABLE (path jsonb, value jsonb) LANGUAGE sql IMMUTABLE AS $$
  WITH RECURSIVE node (path, value) AS (
    SELECT '[]'::jsonb, content
    UNION ALL
    SELECT n.path || jsonb_build_array(x.key), x.value FROM node n, LATERAL (
      SELECT to_jsonb(key) AS key, value FROM jsonb_each(CASE jsonb_typeof(n.value) WHEN 'object' THEN n.value ELSE '{}' END)
      UNION ALL
      SELECT to_jsonb(i), value FROM jsonb_array_elements(CASE jsonb_typeof(n.value) WHEN 'array' THEN n.value ELSE '[]' END) WITH ORDINALITY AS e (value, i)) x
  )
  SELECT path, CASE jsonb_typeof(value) WHEN 'object' THEN '{}' WHEN 'array' THEN '[]' ELSE value END FROM node
$$;
-- +goose StatementEnd
REVOKE ALL ON FUNCTION erase_text FROM PUBLIC;
GRANT EXECUTE ON FUNCTION erase_text TO praksis_app;
GRANT SELECT ON revision_ref, erasure TO praksis_app;

UPDATE schema_needs SET migration = 5; -- what older programs read is gone

-- +goose Down
-- There is no way back for revisions that have been written: restore what was
-- backed up before.
-- +goose StatementBegin
DO $$
BEGIN
  IF EXISTS (SELECT FROM revision) THEN
    RAISE EXCEPTION 'the revisions of this database cannot be taken back to the form before migration 5: restore a backup made before it';
  END IF;
END $$;
-- +goose StatementEnd
UPDATE schema_needs SET migration = 1;
DROP FUNCTION erase_text, content_leaves;
DROP TABLE erasure;
DROP TRIGGER revision_refs ON revision;
DROP FUNCTION revision_derive_refs;
DROP TABLE revision_ref;
DROP FUNCTION content_refs;
