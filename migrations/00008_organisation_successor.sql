-- +goose Up

-- Organisations end, and others take their place. A new region may have no
-- official code yet: none is invented.
ALTER TABLE organisation ADD COLUMN successor_id bigint REFERENCES organisation CHECK (successor_id <> id);
ALTER TABLE organisation DROP CONSTRAINT organisation_check2;
ALTER TABLE organisation ADD CONSTRAINT organisation_code_of_municipality CHECK (code IS NOT NULL OR kind <> 'municipality');

-- +goose Down
-- +goose StatementBegin
DO $$
BEGIN
  IF EXISTS (SELECT FROM revision_ref r JOIN organisation o ON o.id = r.organisation_id WHERE o.kind = 'region' AND o.code IS NULL) THEN
    RAISE EXCEPTION 'examples of this database are of a region without a code, which there was not before migration 8: restore a backup made before it';
  END IF;
END $$;
-- +goose StatementEnd
ALTER TABLE organisation DROP COLUMN successor_id;
DELETE FROM organisation WHERE kind = 'region' AND code IS NULL;
ALTER TABLE organisation DROP CONSTRAINT organisation_code_of_municipality;
ALTER TABLE organisation ADD CONSTRAINT organisation_check2 CHECK (code IS NOT NULL OR kind <> ALL (ARRAY['municipality', 'region']));
