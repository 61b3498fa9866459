-- +goose Up

-- What an editor has typed into a form of the desk and not saved. Nobody else
-- sees it. Two pages with the same form are kept apart.
CREATE TABLE unsaved_form (
  editor_id     bigint NOT NULL REFERENCES editor,
  form          text NOT NULL CHECK (form <> '' AND length(form) <= 200), -- its address
  page          text NOT NULL CHECK (length(page) BETWEEN 8 AND 64),      -- key of the page on which it stands
  submission_id bigint REFERENCES submission ON DELETE CASCADE,           -- whose form it is
  content       jsonb, -- names to lists of values; null: saved or thrown away, and what that page sends late is not kept
  kept_at       timestamptz NOT NULL,
  PRIMARY KEY (editor_id, form, page)
);
CREATE INDEX ON unsaved_form (kept_at);
CREATE INDEX ON unsaved_form (submission_id) WHERE content IS NOT NULL;

-- A form that somebody who is not signed in sent, while they sign in at a
-- provider: encrypted with a key that their browser alone has.
CREATE TABLE carried_form (
  id      bytea PRIMARY KEY, -- hash of the key
  content bytea NOT NULL,
  kept_at timestamptz NOT NULL
);
CREATE INDEX ON carried_form (kept_at);

-- Counted up by every change: an editor changes the text that they have seen.
ALTER TABLE mail_text ADD COLUMN version int NOT NULL DEFAULT 1 CHECK (version > 0);

GRANT SELECT, INSERT, UPDATE, DELETE ON unsaved_form TO praksis_app;
GRANT SELECT, INSERT, DELETE ON carried_form TO praksis_app;

-- +goose Down
ALTER TABLE mail_text DROP COLUMN version;
DROP TABLE carried_form, unsaved_form;
