-- What was found and changed in an attachment when it came in, in plain Danish,
-- one a line: for whoever sent it and for the desk. digits: it was taken because
-- ten digits were declared to be no CPR number, which an editor must see.
-- +goose Up
ALTER TABLE attachment ADD COLUMN notes text NOT NULL DEFAULT '', ADD COLUMN digits boolean NOT NULL DEFAULT false;

-- +goose Down
ALTER TABLE attachment DROP COLUMN digits, DROP COLUMN notes;
