-- +goose Up

-- Organisations end, and others take their place. A new region may have no
-- official code yet: none is invented.
ALTER TABLE organisation ADD COLUMN successor_id bigint REFERENCES organisation CHECK (successor_id <> id);
ALTER TABLE organisation DROP CONSTRAINT organisation_check2;
ALTER TABLE organisation ADD CONSTRAINT organisation_code_of_municipality CHECK (code IS NOT NULL OR kind <> 'municipality');

-- +goose Down
DELETE FROM organisation WHERE kind = 'region' AND code IS NULL;
ALTER TABLE organisation DROP COLUMN successor_id;
ALTER TABLE organisation DROP CONSTRAINT organisation_code_of_municipality;
ALTER TABLE organisation ADD CONSTRAINT organisation_check2 CHECK (code IS NOT NULL OR kind <> ALL (ARRAY['municipality', 'region']));
