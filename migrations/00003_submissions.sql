-- +goose Up

-- What somebody sent. Its content is as it came and is never altered; what the
-- submitter corrects is a further row of submission_version.
CREATE TABLE submission (
  id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  reference   text NOT NULL UNIQUE CHECK (reference ~ '^[A-HJ-NP-Z2-9]{4}-[A-HJ-NP-Z2-9]{4}$'), -- what one reads out on the telephone
  token_hash  bytea NOT NULL UNIQUE CHECK (length(token_hash) = 32),  -- SHA-256 of the secret link's token
  client_hash bytea NOT NULL UNIQUE CHECK (length(client_hash) = 32), -- SHA-256 of the form's key: a double post has the same
  kind        text NOT NULL CHECK (kind IN ('tip','short','full')),
  state       text NOT NULL CHECK (state IN ('received','held','in_review','changes_requested','accepted','exists','declined','withdrawn')),
  held_reason text NOT NULL DEFAULT '',
  about_id    bigint REFERENCES practice,    -- the practice that it adds to
  practice_id bigint REFERENCES practice,    -- what it became, or what exists
  version     int NOT NULL DEFAULT 1,        -- counted up by every change: a stale decision is refused
  received_at timestamptz NOT NULL,
  decided_at  timestamptz,
  CHECK ((decided_at IS NULL) = (state IN ('received','held','in_review','changes_requested'))),
  CHECK ((practice_id IS NOT NULL) = (state IN ('accepted','exists')))
);
CREATE INDEX ON submission (decided_at DESC, id) WHERE decided_at IS NOT NULL;
CREATE INDEX ON submission (received_at, id) WHERE state IN ('received','held','in_review','changes_requested');

CREATE TABLE submission_version (
  submission_id bigint NOT NULL REFERENCES submission,
  n             int NOT NULL,
  content       jsonb NOT NULL,
  at            timestamptz NOT NULL,
  PRIMARY KEY (submission_id, n)
);

-- Personal data stand here and in mail alone, and go on the date of erasure.
CREATE TABLE submission_contact (
  submission_id bigint PRIMARY KEY REFERENCES submission,
  name          text NOT NULL DEFAULT '' CHECK (length(name) <= 200),
  email         text NOT NULL CHECK (length(email) BETWEEN 3 AND 254),
  phone         text NOT NULL DEFAULT '' CHECK (length(phone) <= 40),
  token         text NOT NULL, -- of the secret link, for the mails to come
  erase_on      date NOT NULL
);
CREATE INDEX ON submission_contact (erase_on);

CREATE TABLE editor (
  id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  email         text NOT NULL CHECK (email = lower(email) AND length(email) <= 254),
  name          text NOT NULL CHECK (name <> '' AND length(name) <= 200),
  password_hash text,   -- argon2id; null: signs in through OpenID Connect only
  totp_secret   text,   -- null until the second factor is set up
  totp_last     bigint NOT NULL DEFAULT 0, -- the step last used: none is used twice
  oidc_issuer   text,
  oidc_subject  text,
  epoch         int NOT NULL DEFAULT 1,    -- counted up to end all sessions
  created_at    timestamptz NOT NULL,
  closed_at     timestamptz,
  UNIQUE (oidc_issuer, oidc_subject)
);
CREATE UNIQUE INDEX ON editor (email) WHERE closed_at IS NULL;

-- Append-only: who did what when. The texts are for the submitter. No personal
-- data: what the submitter answers stands in submission_answer.
CREATE TABLE submission_event (
  id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  submission_id bigint NOT NULL REFERENCES submission,
  kind          text NOT NULL CHECK (kind <> ''),
  state         text NOT NULL,
  by_editor     bigint REFERENCES editor,  -- null: the submitter, or the system
  reason        text NOT NULL DEFAULT '',
  text          text NOT NULL DEFAULT '' CHECK (length(text) <= 4000),
  at            timestamptz NOT NULL
);
CREATE INDEX ON submission_event (submission_id, id);

-- What the submitter wrote to the desk. It may be signed, so it goes with the
-- contact data, once there is a decision.
CREATE TABLE submission_answer (
  event_id      bigint PRIMARY KEY REFERENCES submission_event,
  submission_id bigint NOT NULL REFERENCES submission,
  text          text NOT NULL CHECK (text <> '' AND length(text) <= 4000)
);
CREATE INDEX ON submission_answer (submission_id);

-- The editor's own text beside what came.
CREATE TABLE draft (
  submission_id bigint PRIMARY KEY REFERENCES submission,
  content       jsonb NOT NULL,
  cleared       text[] NOT NULL DEFAULT '{}', -- warnings that the editor has dealt with
  updated_at    timestamptz NOT NULL,
  updated_by    bigint REFERENCES editor
);

CREATE TABLE attachment (
  id               bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  submission_id    bigint NOT NULL REFERENCES submission,
  public_id        uuid NOT NULL UNIQUE DEFAULT gen_random_uuid(), -- a number could be guessed
  name             text NOT NULL CHECK (name <> '' AND length(name) <= 200),
  type             text NOT NULL CHECK (type IN ('application/pdf','application/vnd.openxmlformats-officedocument.wordprocessingml.document','application/vnd.oasis.opendocument.text','image/png','image/jpeg')),
  size             bigint NOT NULL CHECK (size BETWEEN 1 AND 10485760),
  sha256           bytea NOT NULL CHECK (length(sha256) = 32),
  text_alternative text NOT NULL DEFAULT '' CHECK (length(text_alternative) <= 1000),
  text_read        boolean NOT NULL, -- false: "ikke gennemset", an editor must tick it
  scanned          text NOT NULL DEFAULT '' CHECK (scanned IN ('','clean')),
  seen_by          bigint REFERENCES editor,
  seen_at          timestamptz,
  UNIQUE (submission_id, sha256)
);

-- In pieces, so that one is never held in memory whole.
CREATE TABLE attachment_chunk (
  attachment_id bigint NOT NULL REFERENCES attachment ON DELETE CASCADE,
  n             int NOT NULL,
  data          bytea NOT NULL CHECK (length(data) <= 262144),
  PRIMARY KEY (attachment_id, n)
);
ALTER TABLE attachment_chunk ALTER COLUMN data SET STORAGE EXTERNAL;

-- The texts of mails that an editor has changed; the others are the program's own.
CREATE TABLE mail_text (
  kind       text PRIMARY KEY,
  subject    text NOT NULL CHECK (subject <> '' AND length(subject) <= 200 AND subject !~ '[\r\n]'),
  body       text NOT NULL CHECK (body <> '' AND length(body) <= 10000),
  updated_at timestamptz NOT NULL,
  updated_by bigint REFERENCES editor
);

-- Mails to be sent and sent: written in the transaction that causes them.
CREATE TABLE mail (
  id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  message_id    text NOT NULL UNIQUE, -- made of event and recipient: a repeat is recognised
  submission_id bigint REFERENCES submission,
  kind          text NOT NULL,
  recipient     text NOT NULL DEFAULT '', -- empty once erased, or for the desk
  subject       text NOT NULL,
  body          text NOT NULL,
  created_at    timestamptz NOT NULL,
  sent_at       timestamptz,
  attempts      int NOT NULL DEFAULT 0,
  error         text NOT NULL DEFAULT ''
);
CREATE INDEX ON mail (created_at) WHERE sent_at IS NULL;

-- Sign-ins that failed, to slow down guessing.
CREATE TABLE sign_in_failure (
  at      timestamptz NOT NULL,
  account text NOT NULL, -- SHA-256 of the address tried
  client  text NOT NULL  -- of the network address
);
CREATE INDEX ON sign_in_failure (account, at);
CREATE INDEX ON sign_in_failure (client, at);
CREATE INDEX ON sign_in_failure (at);

-- alexedwards/scs
CREATE TABLE sessions (
  token  text PRIMARY KEY,
  data   bytea NOT NULL,
  expiry timestamptz NOT NULL
);
CREATE INDEX ON sessions (expiry);

GRANT SELECT, INSERT, UPDATE ON submission, editor, draft, attachment, mail_text, mail TO praksis_app;
GRANT SELECT, INSERT ON submission_version, submission_event, attachment_chunk TO praksis_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON submission_contact, sessions TO praksis_app;
GRANT SELECT, INSERT, DELETE ON submission_answer, sign_in_failure TO praksis_app;

-- +goose Down
DROP TABLE sessions, sign_in_failure, mail, mail_text, attachment_chunk, attachment, draft, submission_answer, submission_event, editor, submission_contact, submission_version, submission;
