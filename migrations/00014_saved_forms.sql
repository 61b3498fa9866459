-- +goose Up

-- What somebody has typed and goes on with later, from any machine: read by
-- whoever has the link, erased when it is sent, and on its date.
CREATE TABLE saved_form (
  id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  token_hash bytea NOT NULL UNIQUE CHECK (length(token_hash) = 32), -- SHA-256 of the link's token
  content    json NOT NULL CHECK (octet_length(content::text) <= 1048576),
  version    int NOT NULL DEFAULT 1 CHECK (version > 0), -- counted up by each save
  client     text NOT NULL, -- SHA-256 of the network address that saved it
  mailed_to  text NOT NULL, -- of the mail address that has the link
  saved_at   timestamptz NOT NULL,
  erase_on   date NOT NULL
);
CREATE INDEX ON saved_form (erase_on);
CREATE INDEX ON saved_form (client);

-- Links to saved forms that were mailed, to bound how many: nobody shall be sent
-- mails by strangers. As sign_in_failure it holds hashes.
CREATE TABLE saved_form_link (
  at      timestamptz NOT NULL,
  address text NOT NULL,
  client  text NOT NULL
);
CREATE INDEX ON saved_form_link (address, at);
CREATE INDEX ON saved_form_link (client, at);
CREATE INDEX ON saved_form_link (at);

ALTER TABLE mail ADD COLUMN saved_form_id bigint REFERENCES saved_form ON DELETE SET NULL;
CREATE INDEX ON mail (saved_form_id) WHERE saved_form_id IS NOT NULL;

-- Files that came with a form which was not sent: they are there for the next
-- try. Whoever has the form's key can send or drop them, and nobody can read them.
CREATE TABLE kept_file (
  id               bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  public_id        uuid NOT NULL UNIQUE DEFAULT gen_random_uuid(),
  form_hash        bytea NOT NULL CHECK (length(form_hash) = 32), -- SHA-256 made of the form's key
  client           text NOT NULL, -- of the network address that it came from
  name             text NOT NULL CHECK (name <> '' AND length(name) <= 200),
  type             text NOT NULL,
  size             bigint NOT NULL CHECK (size BETWEEN 1 AND 10485760),
  sha256           bytea NOT NULL CHECK (length(sha256) = 32),
  text_alternative text NOT NULL DEFAULT '' CHECK (length(text_alternative) <= 1000),
  text_read        boolean NOT NULL,
  scanned          text NOT NULL DEFAULT '',
  notes            text NOT NULL DEFAULT '', -- as attachment.notes
  digits           boolean NOT NULL, -- taken because ten digits were declared to be no CPR number
  whole            boolean NOT NULL DEFAULT false, -- all its pieces are there
  erase_at         timestamptz NOT NULL,
  UNIQUE (form_hash, sha256)
);
CREATE INDEX ON kept_file (erase_at);
CREATE INDEX ON kept_file (client);

CREATE TABLE kept_file_chunk (
  kept_file_id bigint NOT NULL REFERENCES kept_file ON DELETE CASCADE,
  n            int NOT NULL,
  data         bytea NOT NULL CHECK (length(data) <= 262144),
  PRIMARY KEY (kept_file_id, n)
);
ALTER TABLE kept_file_chunk ALTER COLUMN data SET STORAGE EXTERNAL;

GRANT SELECT, INSERT, UPDATE, DELETE ON saved_form, kept_file TO praksis_app;
GRANT SELECT, INSERT, DELETE ON saved_form_link, kept_file_chunk TO praksis_app;

-- +goose Down
DROP TABLE kept_file_chunk, kept_file;
ALTER TABLE mail DROP COLUMN saved_form_id;
DROP TABLE saved_form_link, saved_form;
