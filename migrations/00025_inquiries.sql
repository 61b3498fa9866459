-- What people at the source are asked by a secret link: whether an example is right,
-- and whether it is still in use.

-- +goose Up

-- When the municipality confirmed what the practice says.
ALTER TABLE practice ADD COLUMN checked_at timestamptz;

-- One inquiry to one person. The link's token is not kept, only its hash: a new link
-- is a new token, and the old one leads nowhere. Without asked_at it is prepared and
-- waits for an editor's press.
CREATE TABLE inquiry (
  id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  kind          text NOT NULL CHECK (kind IN ('check','still_used')),
  submission_id bigint REFERENCES submission,
  practice_id   bigint REFERENCES practice,
  generation    int NOT NULL DEFAULT 0 CHECK (generation >= 0), -- counted up by every link
  token_hash    bytea UNIQUE CHECK (length(token_hash) = 32),   -- null: no link works
  note          text NOT NULL DEFAULT '' CHECK (length(note) <= 1000),
  prepared_at   timestamptz NOT NULL,
  asked_at      timestamptz,
  expires_at    timestamptz,
  answers       int NOT NULL DEFAULT 0 CHECK (answers >= 0),    -- how often it was answered: counted up by every answer
  answered_at   timestamptz,
  used          text NOT NULL DEFAULT '' CHECK (used IN ('','yes','partly','no')),
  confirmed     boolean NOT NULL DEFAULT false, -- every part is right, and nothing else was said
  closed_at     timestamptz,                    -- nothing is left to do
  CHECK (num_nonnulls(submission_id, practice_id) = 1),
  CHECK (kind = 'check' OR practice_id IS NOT NULL),
  CHECK ((asked_at IS NULL) = (expires_at IS NULL))
);
CREATE INDEX ON inquiry (submission_id) WHERE submission_id IS NOT NULL;
CREATE INDEX ON inquiry (practice_id) WHERE practice_id IS NOT NULL;
CREATE INDEX ON inquiry (answered_at) WHERE closed_at IS NULL;

-- Who was asked. It goes on the date of erasure, with what was written to us.
CREATE TABLE inquiry_contact (
  inquiry_id bigint PRIMARY KEY REFERENCES inquiry ON DELETE CASCADE,
  email      text NOT NULL CHECK (length(email) BETWEEN 3 AND 254),
  erase_on   date NOT NULL
);
CREATE INDEX ON inquiry_contact (erase_on);

-- What was answered last, part by part; the path is empty for the remark.
CREATE TABLE inquiry_answer (
  id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  inquiry_id bigint NOT NULL REFERENCES inquiry ON DELETE CASCADE,
  path       text NOT NULL CHECK (length(path) <= 200),
  is_right   boolean NOT NULL,
  text       text NOT NULL DEFAULT '' CHECK (length(text) <= 2000),
  shown      text NOT NULL DEFAULT '' CHECK (length(shown) <= 64),
  UNIQUE (inquiry_id, path)
);

-- A mail to somebody who was asked is about no submission: their address is not the
-- submitter's.
ALTER TABLE mail ADD COLUMN inquiry_id bigint REFERENCES inquiry ON DELETE CASCADE;
CREATE INDEX ON mail (inquiry_id) WHERE inquiry_id IS NOT NULL;

GRANT SELECT, INSERT, UPDATE, DELETE ON inquiry, inquiry_contact, inquiry_answer TO praksis_app;

INSERT INTO role_event (role, table_name, kind)
SELECT r, t, k FROM unnest('{writer,editor,administrator,checker}'::text[]) r, unnest('{submission_event,practice_event}'::text[]) t, unnest('{inquiry_sent,inquiry_closed}'::text[]) k;

-- +goose Down
DELETE FROM role_event WHERE kind IN ('inquiry_sent','inquiry_closed');
ALTER TABLE mail DROP COLUMN inquiry_id;
DROP TABLE inquiry_answer, inquiry_contact, inquiry;
ALTER TABLE practice DROP COLUMN checked_at;
