-- +goose Up

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
ALTER TABLE seed_load DROP COLUMN number;
-- The functions stay as they are: older programs do not notice.
