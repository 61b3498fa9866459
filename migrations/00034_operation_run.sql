-- That a backup, a restore or a drill was made, and what came of it.

-- +goose Up
CREATE TABLE operation_run (
  id       bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
  kind     text NOT NULL CHECK (kind IN ('backup', 'restore', 'drill')),
  started  timestamptz NOT NULL,
  finished timestamptz NOT NULL,
  ok       boolean NOT NULL,
  bytes    bigint NOT NULL DEFAULT 0 CHECK (bytes >= 0), -- of the file
  detail   jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(detail) = 'object'),
  CHECK (finished >= started)
);
CREATE INDEX ON operation_run (kind, id);

GRANT SELECT, INSERT, DELETE ON operation_run TO praksis_app;
-- A backup has where each of them stands, and is made with the application's rights.
GRANT SELECT ON ALL SEQUENCES IN SCHEMA public TO praksis_app;
-- It says which migration it is of, too.
GRANT SELECT ON goose_db_version TO praksis_app;

-- +goose Down
REVOKE SELECT ON goose_db_version FROM praksis_app;
REVOKE SELECT ON ALL SEQUENCES IN SCHEMA public FROM praksis_app;
DROP TABLE operation_run;
