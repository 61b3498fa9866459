-- +goose Up
-- What the mail server answered to the last attempt, and that it will not take
-- the mail at all: code is SMTP's (0: none), status the same more closely.
ALTER TABLE mail
  ADD COLUMN code int NOT NULL DEFAULT 0 CHECK (code = 0 OR code BETWEEN 400 AND 599),
  ADD COLUMN status text NOT NULL DEFAULT '' CHECK (status ~ '^([245]\.[0-9]{1,3}\.[0-9]{1,3})?$'),
  ADD COLUMN refused_at timestamptz;

-- +goose Down
ALTER TABLE mail DROP COLUMN code, DROP COLUMN status, DROP COLUMN refused_at;
