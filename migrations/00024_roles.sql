-- What each account may do, held to here too: whatever is written in an editor's
-- name is refused where the role of the account does not allow it.

-- +goose Up

-- Who has an account now did everything but manage accounts, and goes on so. One
-- who is alone manages accounts too; among several nobody is given more than they
-- had, and the operator names the first administrator (praksis editor role).
ALTER TABLE editor ADD COLUMN role text NOT NULL DEFAULT 'editor' CHECK (role IN ('writer','editor','administrator','checker'));
UPDATE editor SET role = 'administrator' WHERE closed_at IS NULL AND (SELECT count(*) FROM editor WHERE closed_at IS NULL) = 1;

-- Who has been invited and has not come yet. The link's token is not kept, only its
-- hash: another invitation is another token, and the old one leads nowhere.
CREATE TABLE editor_invitation (
  editor_id  bigint PRIMARY KEY REFERENCES editor ON DELETE CASCADE,
  token_hash bytea NOT NULL UNIQUE CHECK (length(token_hash) = 32),
  invited_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL
);
GRANT SELECT, INSERT, UPDATE, DELETE ON editor_invitation TO praksis_app;

-- Append-only: what happened to accounts. No addresses: those of closed accounts go
-- with them.
CREATE TABLE account_event (
  id        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  editor_id bigint NOT NULL REFERENCES editor,
  kind      text NOT NULL CHECK (kind <> ''),
  by_editor bigint REFERENCES editor, -- null: the command line, or the provider
  role      text NOT NULL DEFAULT '', -- the new one, where the event gives one
  at        timestamptz NOT NULL
);
CREATE INDEX ON account_event (editor_id, id);
CREATE INDEX ON account_event (by_editor, id);
GRANT SELECT, INSERT ON account_event TO praksis_app;

-- The same as review.RoleEvents: which kinds of rows a role may write, by table. A
-- test holds both equal; whoever adds a kind of event adds its rows in a migration.
CREATE TABLE role_event (
  role       text NOT NULL,
  table_name text NOT NULL,
  kind       text NOT NULL,
  PRIMARY KEY (role, table_name, kind)
);
GRANT SELECT ON role_event TO praksis_app;
INSERT INTO role_event (role, table_name, kind)
SELECT r, x.table_name, x.kind
FROM (VALUES
    ('{writer,editor,administrator}'::text[], 'submission_event', 'taken'),
    ('{writer,editor,administrator}', 'submission_event', 'taken_over'),
    ('{writer,editor,administrator}', 'submission_event', 'resumed'),
    ('{writer,editor,administrator}', 'submission_event', 'asked'),
    ('{writer,editor,administrator}', 'submission_event', 'email_mended'),
    ('{writer,editor,administrator}', 'submission_event', 'begun'),
    ('{writer,editor,administrator}', 'draft', 'saved'),
    ('{editor,administrator}', 'submission_event', 'published'),
    ('{editor,administrator}', 'submission_event', 'exists'),
    ('{editor,administrator}', 'submission_event', 'declined'),
    ('{editor,administrator}', 'submission_event', 'replied'),
    ('{editor,administrator}', 'submission_event', 'text_erased'),
    ('{editor,administrator}', 'submission_event', 'content_erased'),
    ('{editor,administrator}', 'practice_event', 'text_erased'),
    ('{editor,administrator}', 'practice_event', 'published'),
    ('{editor,administrator}', 'practice_event', 'added'),
    ('{editor,administrator}', 'practice_event', 'revised'),
    ('{editor,administrator}', 'practice_event', 'withdrawn'),
    ('{editor,administrator}', 'practice_event', 'removed'),
    ('{editor,administrator}', 'practice_event', 'merged'),
    ('{editor,administrator}', 'practice_event', 'took_over'),
    ('{editor,administrator}', 'practice_event', 'republished'),
    ('{editor,administrator}', 'practice_event', 'readdressed'),
    ('{editor,administrator}', 'practice_event', 'redirected'),
    ('{editor,administrator}', 'practice_event', 'review_set'),
    ('{editor,administrator}', 'practice_event', 'joined'),
    ('{editor,administrator}', 'practice_event', 'proposal_taken'),
    ('{editor,administrator}', 'practice_event', 'proposal_dismissed'),
    ('{writer,editor,administrator,checker}', 'submission_event', 'noted'),
    ('{writer,editor,administrator,checker}', 'practice_event', 'noted'),
    ('{editor,administrator}', 'practice_event', 'look_due'),
    ('{editor,administrator,checker}', 'practice_event', 'looked'),
    ('{editor,administrator}', 'erasure', 'text'),
    ('{editor,administrator}', 'erasure', 'attachment'),
    ('{editor,administrator}', 'erasure', 'content'),
    ('{editor,administrator}', 'mail_text', 'saved'),
    ('{administrator}', 'account_event', 'invited'),
    ('{administrator}', 'account_event', 'role'),
    ('{administrator}', 'account_event', 'factor_reset'),
    ('{administrator}', 'account_event', 'sessions_ended'),
    ('{administrator}', 'account_event', 'closed'),
    ('{writer,editor,administrator,checker}', 'account_event', 'joined'),
    ('{writer,editor,administrator,checker}', 'account_event', 'password'),
    ('{writer,editor,administrator,checker}', 'account_event', 'factor'),
    ('{writer,editor,administrator,checker}', 'account_event', 'signed_out')
  ) AS x (roles, table_name, kind), unnest(x.roles) AS r;

-- +goose StatementBegin
-- Refuses a row that an editor's role may not write. No editor is the submitter,
-- the system or the command line.
CREATE FUNCTION role_check(p_editor bigint, p_table text, p_kind text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  IF p_editor IS NOT NULL AND NOT EXISTS (
    SELECT FROM editor e JOIN role_event r ON r.role = e.role
    WHERE e.id = p_editor AND e.closed_at IS NULL AND r.table_name = p_table AND r.kind = p_kind)
  THEN
    RAISE EXCEPTION 'editor % may not write % in %', p_editor, p_kind, p_table USING ERRCODE = 'insufficient_privilege', CONSTRAINT = 'role_may_not';
  END IF;
END $$;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE FUNCTION role_check_event() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN PERFORM role_check(NEW.by_editor, TG_TABLE_NAME, NEW.kind); RETURN NEW; END $$;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE FUNCTION role_check_erasure() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN PERFORM role_check(NEW.by_editor, TG_TABLE_NAME, NEW.what); RETURN NEW; END $$;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE FUNCTION role_check_saved() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN PERFORM role_check(NEW.updated_by, TG_TABLE_NAME, 'saved'); RETURN NEW; END $$;
-- +goose StatementEnd
CREATE TRIGGER role_may BEFORE INSERT ON submission_event FOR EACH ROW EXECUTE FUNCTION role_check_event();
CREATE TRIGGER role_may BEFORE INSERT ON practice_event FOR EACH ROW EXECUTE FUNCTION role_check_event();
CREATE TRIGGER role_may BEFORE INSERT ON account_event FOR EACH ROW EXECUTE FUNCTION role_check_event();
CREATE TRIGGER role_may BEFORE INSERT ON erasure FOR EACH ROW EXECUTE FUNCTION role_check_erasure();
CREATE TRIGGER role_may BEFORE INSERT OR UPDATE OF updated_by ON draft FOR EACH ROW EXECUTE FUNCTION role_check_saved();
CREATE TRIGGER role_may BEFORE INSERT OR UPDATE OF updated_by ON mail_text FOR EACH ROW EXECUTE FUNCTION role_check_saved();

-- +goose StatementBegin
-- What the desk publishes has its event when the transaction ends, and so somebody
-- whose role was looked at.
CREATE FUNCTION revision_has_event() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM practice_event WHERE practice_id = NEW.practice_id AND revision_id = NEW.id) THEN
    RAISE EXCEPTION 'revision % of practice % has no event', NEW.id, NEW.practice_id USING ERRCODE = 'insufficient_privilege', CONSTRAINT = 'revision_has_event';
  END IF;
  RETURN NULL;
END $$;
-- +goose StatementEnd
CREATE CONSTRAINT TRIGGER revision_has_event AFTER INSERT ON revision DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW WHEN (NEW.origin = 'editor') EXECUTE FUNCTION revision_has_event();
CREATE INDEX ON practice_event (practice_id, revision_id);

-- +goose StatementBegin
-- Somebody can always manage accounts: the last active administrator, one who is not
-- only invited, stays one. Two who demote each other wait for each other.
CREATE FUNCTION editor_keep_administrator() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('praksis administrators'));
  IF NOT EXISTS (SELECT FROM editor e WHERE e.role = 'administrator' AND e.closed_at IS NULL
                 AND NOT EXISTS (SELECT FROM editor_invitation i WHERE i.editor_id = e.id)) THEN
    RAISE EXCEPTION 'editor % is the last active administrator', OLD.id USING ERRCODE = 'check_violation', CONSTRAINT = 'last_administrator';
  END IF;
  RETURN NULL;
END $$;
-- +goose StatementEnd
CREATE TRIGGER editor_keep_administrator AFTER UPDATE OF role, closed_at ON editor FOR EACH ROW
  WHEN (OLD.role = 'administrator' AND OLD.closed_at IS NULL AND (NEW.role <> 'administrator' OR NEW.closed_at IS NOT NULL))
  EXECUTE FUNCTION editor_keep_administrator();

-- Schema first, pg_temp last, as in migration 12: no table of a session's own stands
-- before ours.
-- +goose StatementBegin
DO $$
DECLARE
  f regprocedure;
BEGIN
  FOR f IN SELECT oid FROM pg_proc WHERE pronamespace = current_schema()::regnamespace
    AND proname IN ('role_check', 'role_check_event', 'role_check_erasure', 'role_check_saved', 'revision_has_event', 'editor_keep_administrator')
  LOOP
    EXECUTE format('ALTER FUNCTION %s SET search_path = %I, pg_temp', f, current_schema());
  END LOOP;
END $$;
-- +goose StatementEnd

-- +goose Down
DROP TRIGGER editor_keep_administrator ON editor;
DROP TRIGGER revision_has_event ON revision;
DROP INDEX practice_event_practice_id_revision_id_idx;
DROP TRIGGER role_may ON submission_event;
DROP TRIGGER role_may ON practice_event;
DROP TRIGGER role_may ON erasure;
DROP TRIGGER role_may ON draft;
DROP TRIGGER role_may ON mail_text;
DROP TABLE account_event, editor_invitation, role_event;
DROP FUNCTION editor_keep_administrator, revision_has_event, role_check_saved, role_check_erasure, role_check_event, role_check;
ALTER TABLE editor DROP COLUMN role;
