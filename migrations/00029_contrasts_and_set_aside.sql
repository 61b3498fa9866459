-- What editors say of contrasts is held to their roles, as events are: a row is added
-- by somebody, ends once by somebody, and so tells its own history. And editors set
-- submissions aside.

-- +goose Up
INSERT INTO role_event (role, table_name, kind)
SELECT r, 'solution_contrast', k FROM unnest('{editor,administrator}'::text[]) r, unnest('{added,ended}'::text[]) k
UNION ALL SELECT r, 'submission_event', 'set_aside' FROM unnest('{editor,administrator}'::text[]) r;

-- +goose StatementBegin
CREATE FUNCTION role_check_contrast() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    PERFORM role_check(NEW.by_editor, TG_TABLE_NAME, 'added');
  ELSIF OLD.ended_at IS NOT NULL OR NEW.ended_at IS NULL THEN
    RAISE EXCEPTION 'contrast % ends once', OLD.id USING ERRCODE = 'insufficient_privilege', CONSTRAINT = 'contrast_ends_once';
  ELSE
    PERFORM role_check(NEW.ended_by, TG_TABLE_NAME, 'ended');
  END IF;
  RETURN NEW;
END $$;
-- +goose StatementEnd
CREATE TRIGGER role_may BEFORE INSERT OR UPDATE OF ended_by, ended_at ON solution_contrast FOR EACH ROW EXECUTE FUNCTION role_check_contrast();

-- As in migration 24: no table of a session's own stands before ours.
-- +goose StatementBegin
DO $$
BEGIN
  EXECUTE format('ALTER FUNCTION role_check_contrast() SET search_path = %I, pg_temp', current_schema());
END $$;
-- +goose StatementEnd

-- +goose Down
DROP TRIGGER role_may ON solution_contrast;
DROP FUNCTION role_check_contrast;
DELETE FROM role_event WHERE table_name = 'solution_contrast' OR table_name = 'submission_event' AND kind = 'set_aside';
