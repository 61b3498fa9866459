-- +goose Up

-- Append-only: who published, revised, withdrew, removed or merged a practice,
-- and why. What happened to a submission stands in submission_event.
CREATE TABLE practice_event (
  id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  practice_id bigint NOT NULL REFERENCES practice,
  kind        text NOT NULL CHECK (kind IN ('published','added','revised','withdrawn','removed','merged')),
  by_editor   bigint REFERENCES editor, -- null: the system
  reason      text NOT NULL DEFAULT '' CHECK (length(reason) <= 1000), -- for the desk alone
  text        text NOT NULL DEFAULT '' CHECK (length(text) <= 4000),   -- public
  at          timestamptz NOT NULL,
  revision_id bigint, -- what was published by it
  FOREIGN KEY (practice_id, revision_id) REFERENCES revision (practice_id, id)
);
CREATE INDEX ON practice_event (practice_id, id);

GRANT SELECT, INSERT ON practice_event TO praksis_app;

-- +goose Down
DROP TABLE practice_event;
