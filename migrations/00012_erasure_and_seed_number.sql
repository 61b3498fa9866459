-- +goose Up

-- Events have free text too.
ALTER TABLE erasure ADD COLUMN practice_event_id bigint REFERENCES practice_event, ADD COLUMN submission_event_id bigint REFERENCES submission_event;
ALTER TABLE erasure DROP CONSTRAINT erasure_check;
ALTER TABLE erasure ADD CONSTRAINT erasure_of_one_row
  CHECK (num_nonnulls(revision_id, submission_id, practice_event_id, submission_event_id) = 1 AND (submission_id IS NULL) = (n IS NULL));

-- +goose StatementBegin
-- Whether the text at a path of content_leaves may go: all but what is a code, a
-- reference or a date. Where one of these is asked for, somebody may have typed
-- a text instead, which has another form and may go.
CREATE FUNCTION text_may_go(p_of text, path jsonb, value text) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
  SELECT value !~ '^[a-z0-9]+([-_][a-z0-9]+)*$' OR NOT (
    CASE p_of WHEN 'practice_event' THEN false WHEN 'submission_event' THEN at = '.reason'
    ELSE at ~ '\.(id|slug|code|key|kind|effect|voice|use|status|as_of|asked|date|state|period_from|period_to|review_by)$'
      OR at ~ '\.(voice|periods|target_groups|contact_forms|themes|perspectives|preconditions|transfer_to|solutions|partners)\[\]$'
      OR at ~ '\.organisation$' OR at = '.about' OR at = '.answered[]'
    END)
  FROM (SELECT coalesce(string_agg(CASE jsonb_typeof(e) WHEN 'number' THEN '[]' ELSE '.' || (e #>> '{}') END, '' ORDER BY n), '')
    FROM jsonb_array_elements(path) WITH ORDINALITY AS x (e, n)) AS p (at)
$$;
-- +goose StatementEnd

DROP FUNCTION erase_text;
-- +goose StatementBegin
-- The one way in which text goes out of append-only rows: of a revision, of a
-- version of a submission (p_n), of the reason and text of an event. Pieces of
-- texts may be replaced by [fjernet] and nothing else may change: not the fields,
-- the numbers, the codes, or the references. Each is noted in erasure.
CREATE FUNCTION erase_text(p_of text, p_id bigint, p_n int, p_content jsonb, p_hash text, p_editor bigint, p_reason text, p_at timestamptz)
RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
  before jsonb;
BEGIN
  CASE p_of
  WHEN 'revision' THEN
    SELECT content INTO before FROM revision WHERE id = p_id FOR UPDATE;
  WHEN 'submission_version' THEN
    SELECT content INTO before FROM submission_version WHERE submission_id = p_id AND n = p_n FOR UPDATE;
  WHEN 'practice_event' THEN
    SELECT jsonb_build_object('reason', reason, 'text', text) INTO before FROM practice_event WHERE id = p_id FOR UPDATE;
  WHEN 'submission_event' THEN
    SELECT jsonb_build_object('reason', reason, 'text', text) INTO before FROM submission_event WHERE id = p_id FOR UPDATE;
  END CASE;
  IF before IS NULL THEN
    RAISE EXCEPTION 'nothing to erase from' USING ERRCODE = 'no_data_found';
  END IF;
  IF EXISTS (
    SELECT FROM content_leaves(before) b FULL JOIN content_leaves(p_content) a USING (path)
    WHERE jsonb_typeof(a.value) IS DISTINCT FROM jsonb_typeof(b.value)
      OR a.value <> b.value AND (jsonb_typeof(a.value) <> 'string' OR NOT text_may_go(p_of, path, b.value #>> '{}')
        OR b.value #>> '{}' NOT LIKE replace(replace(replace(replace(a.value #>> '{}', '\', '\\'), '%', '\%'), '_', '\_'), '[fjernet]', '%')))
  THEN
    RAISE EXCEPTION 'an erasure may put [fjernet] for texts and change nothing else' USING ERRCODE = 'check_violation', CONSTRAINT = 'erasure_changes_texts';
  END IF;
  CASE p_of
  WHEN 'revision' THEN
    UPDATE revision SET content = p_content, content_hash = p_hash WHERE id = p_id;
  WHEN 'submission_version' THEN
    UPDATE submission_version SET content = p_content WHERE submission_id = p_id AND n = p_n;
  WHEN 'practice_event' THEN
    UPDATE practice_event SET reason = p_content ->> 'reason', text = p_content ->> 'text' WHERE id = p_id;
  WHEN 'submission_event' THEN
    UPDATE submission_event SET reason = p_content ->> 'reason', text = p_content ->> 'text' WHERE id = p_id;
  END CASE;
  INSERT INTO erasure (revision_id, submission_id, n, practice_event_id, submission_event_id, by_editor, reason, at)
  VALUES (CASE p_of WHEN 'revision' THEN p_id END, CASE p_of WHEN 'submission_version' THEN p_id END, CASE p_of WHEN 'submission_version' THEN p_n END,
    CASE p_of WHEN 'practice_event' THEN p_id END, CASE p_of WHEN 'submission_event' THEN p_id END, p_editor, p_reason, p_at);
END $$;
-- +goose StatementEnd
REVOKE ALL ON FUNCTION erase_text FROM PUBLIC;
GRANT EXECUTE ON FUNCTION erase_text TO praksis_app;

-- +goose StatementBegin
-- Functions with the owner's rights, and triggers that hold the application to a
-- rule, look in the schema that they stand in. Without pg_temp at the end of the
-- path it is searched first, and the application may make temporary tables.
DO $$
DECLARE
  f regprocedure;
BEGIN
  FOR f IN SELECT oid FROM pg_proc
    WHERE pronamespace = current_schema()::regnamespace AND proname IN ('erase_text', 'revision_derive_refs', 'term_refuse_circle')
  LOOP
    EXECUTE format('ALTER FUNCTION %s SET search_path = %I, pg_temp', f, current_schema());
  END LOOP;
END $$;
-- +goose StatementEnd

-- The number of the seeds that were loaded: older ones are not loaded over them.
ALTER TABLE seed_load ADD COLUMN number int NOT NULL DEFAULT 0 CHECK (number >= 0);

-- +goose Down
DROP FUNCTION erase_text, text_may_go;
DELETE FROM erasure WHERE num_nonnulls(practice_event_id, submission_event_id) > 0;
ALTER TABLE erasure DROP COLUMN practice_event_id, DROP COLUMN submission_event_id;
ALTER TABLE erasure ADD CONSTRAINT erasure_check CHECK (num_nonnulls(revision_id, submission_id) = 1 AND (submission_id IS NULL) = (n IS NULL));
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
REVOKE ALL ON FUNCTION erase_text FROM PUBLIC;
GRANT EXECUTE ON FUNCTION erase_text TO praksis_app;
ALTER TABLE seed_load DROP COLUMN number;
-- The other functions' path stays as it is: older programs do not notice.
