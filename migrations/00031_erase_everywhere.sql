-- An erasure reaches what was done to the vocabularies, what source documents have said,
-- and the reasons of other erasures.

-- +goose Up
ALTER TABLE erasure ADD vocabulary_event_id bigint REFERENCES vocabulary_event, ADD source_document_id bigint REFERENCES source_document, ADD erasure_id bigint REFERENCES erasure;
ALTER TABLE erasure DROP CONSTRAINT erasure_of_one_row;
ALTER TABLE erasure ADD CONSTRAINT erasure_of_one_row
  CHECK (num_nonnulls(revision_id, submission_id, practice_event_id, submission_event_id, vocabulary_event_id, source_document_id, erasure_id) = 1 AND
    CASE what WHEN 'text' THEN (submission_id IS NULL) = (n IS NULL) ELSE submission_id IS NOT NULL AND n IS NULL END);

-- That a text was erased from an item, or from what was done to it, is told in its history.
ALTER TABLE vocabulary_event DROP CONSTRAINT vocabulary_event_kind_check;
ALTER TABLE vocabulary_event ADD CONSTRAINT vocabulary_event_kind_check CHECK (kind IN ('add','change','merge','retire','revive','retag','undo','erase'));
INSERT INTO role_event (role, table_name, kind) VALUES ('editor', 'vocabulary_event', 'erase'), ('administrator', 'vocabulary_event', 'erase');

-- A document's texts are added, and changed by an erasure alone.
REVOKE UPDATE ON source_document_text FROM praksis_app;

-- +goose StatementBegin
-- Whether the text at a path of content_leaves may go: all but what is a code, a
-- reference or a date. Where one of these is asked for, somebody may have typed
-- a text instead, which has another form and may go.
CREATE OR REPLACE FUNCTION text_may_go(p_of text, path jsonb, value text) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
  SELECT value !~ '^[a-z0-9]+([-_][a-z0-9]+)*$' OR NOT (
    CASE p_of WHEN 'practice_event' THEN false WHEN 'erasure' THEN false
    WHEN 'vocabulary_event' THEN at ~ '\.item\.(noun|key)$'
      OR at ~ '\.(kind|code|parent|successor|followed_by|retired|asked|date|valid_from|valid_to|revision|contact_forms|members)\[\]$'
    WHEN 'submission_event' THEN at = '.reason'
    ELSE at ~ '\.(id|slug|code|key|kind|effect|voice|use|status|as_of|asked|date|state|period_from|period_to|review_by)$'
      OR at ~ '\.(voice|periods|target_groups|contact_forms|themes|perspectives|preconditions|transfer_to|solutions|partners)\[\]$'
      OR at ~ '\.organisation$' OR at = '.about' OR at = '.answered[]'
    END)
  FROM (SELECT coalesce(string_agg(CASE jsonb_typeof(e) WHEN 'number' THEN '[]' ELSE '.' || (e #>> '{}') END, '' ORDER BY n), '')
    FROM jsonb_array_elements(path) WITH ORDINALITY AS x (e, n)) AS p (at)
$$;
-- +goose StatementEnd

-- +goose StatementBegin
-- Whether one JSON is another in which pieces of texts were replaced by [fjernet], and
-- nothing else was changed: not the fields, the numbers, the codes, or the references, but
-- that the address of a practice may become another that there is, where a submission
-- adds to it, or a solution has it.
CREATE FUNCTION is_erasure(p_of text, p_before jsonb, p_after jsonb) RETURNS boolean LANGUAGE sql STABLE SET search_path FROM CURRENT AS $$
  SELECT NOT EXISTS (
    SELECT FROM content_leaves(p_before) b FULL JOIN content_leaves(p_after) a USING (path)
    WHERE jsonb_typeof(a.value) IS DISTINCT FROM jsonb_typeof(b.value)
      OR a.value <> b.value
        AND NOT (p_of = 'submission_version' AND path = '["about"]' AND EXISTS (SELECT FROM practice WHERE slug = a.value #>> '{}'))
        AND NOT (p_of = 'vocabulary_event' AND path ->> -2 = 'members'
          AND (EXISTS (SELECT FROM practice WHERE slug = a.value #>> '{}') OR EXISTS (SELECT FROM practice_slug WHERE slug = a.value #>> '{}')))
        AND (jsonb_typeof(a.value) <> 'string' OR NOT text_may_go(p_of, path, b.value #>> '{}')
          OR b.value #>> '{}' NOT LIKE replace(replace(replace(replace(a.value #>> '{}', '\', '\\'), '%', '\%'), '_', '\_'), '[fjernet]', '%')))
$$;
-- +goose StatementEnd

-- +goose StatementBegin
-- The one way in which text goes out of append-only rows: of a revision, of a version of
-- a submission (p_n), of the reason and text of an event, of an event of the vocabularies
-- (its label and changes), of the reason of another erasure. Only what is_erasure allows
-- is changed. Each is noted in erasure.
CREATE OR REPLACE FUNCTION erase_text(p_of text, p_id bigint, p_n int, p_content jsonb, p_hash text, p_editor bigint, p_reason text, p_at timestamptz)
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
  WHEN 'vocabulary_event' THEN
    SELECT jsonb_build_object('label', label, 'changes', changes) INTO before FROM vocabulary_event WHERE id = p_id FOR UPDATE;
  WHEN 'erasure' THEN
    SELECT jsonb_build_object('reason', reason) INTO before FROM erasure WHERE id = p_id FOR UPDATE;
  END CASE;
  IF before IS NULL THEN
    RAISE EXCEPTION 'nothing to erase from' USING ERRCODE = 'no_data_found';
  END IF;
  IF NOT is_erasure(p_of, before, p_content) THEN
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
  WHEN 'vocabulary_event' THEN
    UPDATE vocabulary_event SET label = p_content ->> 'label', changes = p_content -> 'changes' WHERE id = p_id;
  WHEN 'erasure' THEN
    UPDATE erasure SET reason = p_content ->> 'reason' WHERE id = p_id;
  END CASE;
  INSERT INTO erasure (revision_id, submission_id, n, practice_event_id, submission_event_id, vocabulary_event_id, erasure_id, by_editor, reason, at)
  VALUES (CASE p_of WHEN 'revision' THEN p_id END, CASE p_of WHEN 'submission_version' THEN p_id END, CASE p_of WHEN 'submission_version' THEN p_n END,
    CASE p_of WHEN 'practice_event' THEN p_id END, CASE p_of WHEN 'submission_event' THEN p_id END,
    CASE p_of WHEN 'vocabulary_event' THEN p_id END, CASE p_of WHEN 'erasure' THEN p_id END, p_editor, p_reason, p_at);
END $$;
-- +goose StatementEnd

-- +goose StatementBegin
-- What a source document has said, without a text. The row is known by the hash of its
-- content, which is that of the sources that follow the document: their text is erased
-- in the same transaction.
CREATE FUNCTION erase_document_text(p_hash text, p_content jsonb, p_new_hash text, p_editor bigint, p_reason text, p_at timestamptz)
RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
  before source_document_text;
BEGIN
  SELECT * INTO before FROM source_document_text WHERE hash = p_hash FOR UPDATE;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'nothing to erase from' USING ERRCODE = 'no_data_found';
  END IF;
  IF NOT is_erasure('source_document_text', before.content, p_content) THEN
    RAISE EXCEPTION 'an erasure may put [fjernet] for texts and change nothing else' USING ERRCODE = 'check_violation', CONSTRAINT = 'erasure_changes_texts';
  END IF;
  DELETE FROM source_document_text WHERE hash = p_hash;
  INSERT INTO source_document_text (hash, document_id, content) VALUES (p_new_hash, before.document_id, p_content) ON CONFLICT (hash) DO NOTHING;
  INSERT INTO erasure (source_document_id, by_editor, reason, at) VALUES (before.document_id, p_editor, p_reason, p_at);
END $$;
-- +goose StatementEnd
REVOKE ALL ON FUNCTION erase_document_text, is_erasure FROM PUBLIC;
GRANT EXECUTE ON FUNCTION erase_document_text TO praksis_app;

-- Schema first, pg_temp last, as in migration 12.
-- +goose StatementBegin
DO $$
DECLARE
  f regprocedure;
BEGIN
  FOR f IN SELECT oid FROM pg_proc WHERE pronamespace = current_schema()::regnamespace AND proname IN ('erase_text', 'erase_document_text', 'is_erasure')
  LOOP
    EXECUTE format('ALTER FUNCTION %s SET search_path = %I, pg_temp', f, current_schema());
  END LOOP;
END $$;
-- +goose StatementEnd

-- +goose Down
DROP FUNCTION erase_document_text;
-- +goose StatementBegin
-- As in migration 17.
CREATE OR REPLACE FUNCTION erase_text(p_of text, p_id bigint, p_n int, p_content jsonb, p_hash text, p_editor bigint, p_reason text, p_at timestamptz)
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
      OR a.value <> b.value AND NOT (p_of = 'submission_version' AND path = '["about"]' AND EXISTS (SELECT FROM practice WHERE slug = a.value #>> '{}')) AND (jsonb_typeof(a.value) <> 'string' OR NOT text_may_go(p_of, path, b.value #>> '{}')
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
-- +goose StatementBegin
DO $$
DECLARE
  f regprocedure;
BEGIN
  FOR f IN SELECT oid FROM pg_proc WHERE pronamespace = current_schema()::regnamespace AND proname = 'erase_text'
  LOOP
    EXECUTE format('ALTER FUNCTION %s SET search_path = %I, pg_temp', f, current_schema());
  END LOOP;
END $$;
-- +goose StatementEnd
DROP FUNCTION is_erasure;
-- +goose StatementBegin
-- As in migration 12.
CREATE OR REPLACE FUNCTION text_may_go(p_of text, path jsonb, value text) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
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
GRANT UPDATE ON source_document_text TO praksis_app;
DELETE FROM role_event WHERE table_name = 'vocabulary_event' AND kind = 'erase';
DELETE FROM erasure WHERE num_nonnulls(vocabulary_event_id, source_document_id, erasure_id) > 0;
DELETE FROM vocabulary_event WHERE kind = 'erase';
ALTER TABLE vocabulary_event DROP CONSTRAINT vocabulary_event_kind_check;
ALTER TABLE vocabulary_event ADD CONSTRAINT vocabulary_event_kind_check CHECK (kind IN ('add','change','merge','retire','revive','retag','undo'));
ALTER TABLE erasure DROP CONSTRAINT erasure_of_one_row;
ALTER TABLE erasure ADD CONSTRAINT erasure_of_one_row
  CHECK (num_nonnulls(revision_id, submission_id, practice_event_id, submission_event_id) = 1 AND
    CASE what WHEN 'text' THEN (submission_id IS NULL) = (n IS NULL) ELSE submission_id IS NOT NULL AND n IS NULL END);
ALTER TABLE erasure DROP COLUMN vocabulary_event_id, DROP COLUMN source_document_id, DROP COLUMN erasure_id;
