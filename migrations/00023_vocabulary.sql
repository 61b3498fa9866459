-- What editors do to vocabularies, organisations, solutions, source documents,
-- synonyms and the page about the catalogue.

-- +goose Up

-- What is retired has no use, keeps its row, and is offered to nobody.
ALTER TABLE term ADD retired boolean NOT NULL DEFAULT false, ADD CONSTRAINT term_retired_check CHECK (NOT retired OR successor_id IS NULL);
DROP INDEX term_label_key;
CREATE UNIQUE INDEX term_label_key ON term (vocabulary, lower(label)) WHERE successor_id IS NULL AND NOT retired;

ALTER TABLE solution ADD retired boolean NOT NULL DEFAULT false, ADD successor_id bigint REFERENCES solution,
  ADD CONSTRAINT solution_successor_check CHECK (successor_id <> id), ADD CONSTRAINT solution_retired_check CHECK (NOT retired OR successor_id IS NULL);
ALTER TABLE solution DROP CONSTRAINT solution_label_key;
CREATE UNIQUE INDEX solution_label_key ON solution (label) WHERE successor_id IS NULL AND NOT retired;

-- The ways that people write an organisation, beside those made of its names.
ALTER TABLE organisation ADD retired boolean NOT NULL DEFAULT false, ADD spellings text[] NOT NULL DEFAULT '{}' CHECK (cardinality(spellings) <= 20);

-- A document that practices are taken from, with what is told of it. Practices hold
-- what their source says themselves: a source that says word for word what a document
-- says, or has said before, follows the document.
CREATE TABLE source_document (
  id        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  slug      slug NOT NULL UNIQUE,
  document  text NOT NULL CHECK (document <> '' AND length(document) <= 400),
  kind      text NOT NULL,
  publisher text NOT NULL DEFAULT '' CHECK (length(publisher) <= 400),
  date      text NOT NULL DEFAULT '' CHECK (length(date) <= 20),
  about     text NOT NULL DEFAULT '' CHECK (length(about) <= 2000),
  asked     text NOT NULL DEFAULT '',
  retired   boolean NOT NULL DEFAULT false,
  position  int NOT NULL DEFAULT 0,
  seed_hash text -- null: an editor has taken it over
);
GRANT SELECT, INSERT, UPDATE ON source_document TO praksis_app;

CREATE TABLE source_document_text (
  hash        text PRIMARY KEY CHECK (hash ~ '^[0-9a-f]{64}$'), -- of content, as the program writes it
  document_id bigint NOT NULL REFERENCES source_document,
  content     jsonb NOT NULL -- a source of a practice, without place and address
);
CREATE INDEX ON source_document_text (document_id);
GRANT SELECT, INSERT, UPDATE ON source_document_text TO praksis_app;

-- Texts of pages that editors have written; the program has its own of each.
CREATE TABLE page_text (
  page text PRIMARY KEY CHECK (page IN ('om')),
  body text NOT NULL CHECK (length(body) <= 20000) -- empty: the program's own
);
GRANT SELECT, INSERT, UPDATE ON page_text TO praksis_app;

-- Append-only: who did what to the vocabularies, with what each item said before and
-- says after it, so that it can be undone.
CREATE TABLE vocabulary_event (
  id        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  kind      text NOT NULL CHECK (kind IN ('add','change','merge','retire','revive','retag','undo')),
  noun      text NOT NULL,
  key       text NOT NULL, -- of what it was done to
  label     text NOT NULL, -- what that was called
  changes   jsonb NOT NULL CHECK (jsonb_typeof(changes) = 'array'),
  undoes    bigint UNIQUE REFERENCES vocabulary_event,
  by_editor bigint REFERENCES editor, -- null: the command line
  at        timestamptz NOT NULL,
  CHECK ((kind = 'undo') = (undoes IS NOT NULL))
);
CREATE INDEX ON vocabulary_event (noun, key, id);
GRANT SELECT, INSERT ON vocabulary_event TO praksis_app;

-- +goose Down
DROP TABLE vocabulary_event, page_text, source_document_text, source_document;
ALTER TABLE organisation DROP COLUMN spellings, DROP COLUMN retired;
DROP INDEX solution_label_key;
ALTER TABLE solution DROP COLUMN successor_id, DROP COLUMN retired;
ALTER TABLE solution ADD CONSTRAINT solution_label_key UNIQUE (label);
DROP INDEX term_label_key;
ALTER TABLE term DROP COLUMN retired;
CREATE UNIQUE INDEX term_label_key ON term (vocabulary, lower(label)) WHERE successor_id IS NULL;
