-- +goose Up

-- When the content of a submission was erased: then the row says only that there
-- was one, of what kind, and what was decided of it when.
ALTER TABLE submission ADD COLUMN erased_at timestamptz;
CREATE INDEX ON submission (decided_at) WHERE erased_at IS NULL AND state IN ('declined','withdrawn','exists','replied');

-- What belongs to a submission and is not append-only goes with its content, the
-- pieces of attachments by their foreign key.
GRANT DELETE ON draft, attachment, mail TO praksis_app;

-- What was erased: a text from one row, an attachment, or the whole of what was
-- sent.
ALTER TABLE erasure ADD COLUMN what text NOT NULL DEFAULT 'text' CHECK (what IN ('text','attachment','content'));
ALTER TABLE erasure DROP CONSTRAINT erasure_of_one_row;
ALTER TABLE erasure ADD CONSTRAINT erasure_of_one_row
  CHECK (num_nonnulls(revision_id, submission_id, practice_event_id, submission_event_id) = 1 AND
    CASE what WHEN 'text' THEN (submission_id IS NULL) = (n IS NULL) ELSE submission_id IS NOT NULL AND n IS NULL END);
CREATE INDEX ON erasure (submission_id) WHERE submission_id IS NOT NULL;

-- +goose StatementBegin
-- The one way in which text goes out of append-only rows: of a revision, of a
-- version of a submission (p_n), of the reason and text of an event. Pieces of
-- texts may be replaced by [fjernet] and nothing else may change: not the fields,
-- the numbers, the codes, or the references, but that the address of the practice
-- that a submission adds to may become another that there is. Each is noted in
-- erasure.
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
-- What was sent goes from a submission that is decided, with the texts of its
-- history and who wrote them. Its versions stay as empty ones of their kind.
CREATE FUNCTION erase_content(p_id bigint, p_editor bigint, p_reason text, p_at timestamptz)
RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
  UPDATE submission SET erased_at = p_at, held_reason = ''
  WHERE id = p_id AND state NOT IN ('received','held','in_review','changes_requested');
  IF NOT FOUND THEN
    RAISE EXCEPTION 'no decided submission' USING ERRCODE = 'no_data_found';
  END IF;
  UPDATE submission_version SET content = jsonb_build_object('kind', content -> 'kind', 'practice', '{}'::jsonb) WHERE submission_id = p_id;
  UPDATE submission_event SET text = '', by_editor = NULL, reason = CASE WHEN reason ~ '^[a-z_]*$' THEN reason ELSE '' END WHERE submission_id = p_id;
  INSERT INTO erasure (submission_id, what, by_editor, reason, at) VALUES (p_id, 'content', p_editor, p_reason, p_at);
END $$;
-- +goose StatementEnd

-- +goose StatementBegin
-- An attachment goes, and the erasure is noted.
CREATE FUNCTION erase_attachment(p_submission bigint, p_public_id uuid, p_editor bigint, p_reason text, p_at timestamptz)
RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
  DELETE FROM attachment WHERE submission_id = p_submission AND public_id = p_public_id;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'no such attachment' USING ERRCODE = 'no_data_found';
  END IF;
  INSERT INTO erasure (submission_id, what, by_editor, reason, at) VALUES (p_submission, 'attachment', p_editor, p_reason, p_at);
END $$;
-- +goose StatementEnd
REVOKE ALL ON FUNCTION erase_content, erase_attachment FROM PUBLIC;
GRANT EXECUTE ON FUNCTION erase_content, erase_attachment TO praksis_app;

-- Schema first, pg_temp last, as in migration 12.
-- +goose StatementBegin
DO $$
DECLARE
  f regprocedure;
BEGIN
  FOR f IN SELECT oid FROM pg_proc WHERE pronamespace = current_schema()::regnamespace AND proname IN ('erase_text', 'erase_content', 'erase_attachment')
  LOOP
    EXECUTE format('ALTER FUNCTION %s SET search_path = %I, pg_temp', f, current_schema());
  END LOOP;
END $$;
-- +goose StatementEnd

-- +goose Down
DROP FUNCTION erase_content, erase_attachment;
-- +goose StatementBegin
-- The one way in which text goes out of append-only rows: of a revision, of a
-- version of a submission (p_n), of the reason and text of an event. Pieces of
-- texts may be replaced by [fjernet] and nothing else may change: not the fields,
-- the numbers, the codes, or the references. Each is noted in erasure.
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
-- +goose StatementBegin
DO $$
DECLARE
  f regprocedure;
BEGIN
  FOR f IN SELECT oid FROM pg_proc WHERE pronamespace = current_schema()::regnamespace AND proname IN ('erase_text')
  LOOP
    EXECUTE format('ALTER FUNCTION %s SET search_path = %I, pg_temp', f, current_schema());
  END LOOP;
END $$;
-- +goose StatementEnd
DELETE FROM erasure WHERE what <> 'text';
DROP INDEX erasure_submission_id_idx;
ALTER TABLE erasure DROP CONSTRAINT erasure_of_one_row;
ALTER TABLE erasure ADD CONSTRAINT erasure_of_one_row
  CHECK (num_nonnulls(revision_id, submission_id, practice_event_id, submission_event_id) = 1 AND (submission_id IS NULL) = (n IS NULL));
ALTER TABLE erasure DROP COLUMN what;
REVOKE DELETE ON draft, attachment, mail FROM praksis_app;
ALTER TABLE submission DROP COLUMN erased_at;
