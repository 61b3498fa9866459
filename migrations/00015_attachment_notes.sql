-- What was found and changed in an attachment when it came in, in plain Danish,
-- one a line: for whoever sent it and for the desk.
-- +goose Up
ALTER TABLE attachment ADD COLUMN notes text NOT NULL DEFAULT '';

-- +goose Down
ALTER TABLE attachment DROP COLUMN notes;
