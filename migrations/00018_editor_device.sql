-- A browser in which an editor has signed in before. The guesses of others, at the
-- same address or elsewhere, do not keep it out.

-- +goose Up
CREATE TABLE editor_device (
  token_hash text PRIMARY KEY CHECK (token_hash ~ '^[0-9a-f]{64}$'),
  editor_id bigint NOT NULL REFERENCES editor ON DELETE CASCADE,
  -- The editor's epoch at the time: a new password, or ended sessions, forget it.
  epoch int NOT NULL,
  seen_at timestamptz NOT NULL
);
CREATE INDEX ON editor_device (editor_id);
CREATE INDEX ON editor_device (seen_at);
GRANT SELECT, INSERT, DELETE ON editor_device TO praksis_app;

-- +goose Down
DROP TABLE editor_device;
