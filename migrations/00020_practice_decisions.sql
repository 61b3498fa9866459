-- What an editor decides of a practice that is published, and how one is begun
-- that nobody has sent in.

-- +goose Up

-- The day by which somebody looks at it again that was published at once; none
-- when no second look is due.
ALTER TABLE practice ADD COLUMN look_by date CHECK (look_by IS NULL OR state <> 'merged' AND state <> 'removed');
CREATE INDEX ON practice (look_by) WHERE look_by IS NOT NULL;

-- Kinds are the program's: a newer one has more of them.
ALTER TABLE practice_event DROP CONSTRAINT practice_event_kind_check;
ALTER TABLE practice_event ADD CONSTRAINT practice_event_kind_check CHECK (kind ~ '^[a-z][a-z_]*$');

-- Where a submission comes from: somebody sent it, or the desk began it.
ALTER TABLE submission ADD COLUMN origin text NOT NULL DEFAULT 'public' CHECK (origin IN ('public','desk'));

-- A practice has forms at the desk too. What is typed into one goes when a text of
-- the practice is erased.
ALTER TABLE unsaved_form ADD COLUMN practice_id bigint REFERENCES practice;
CREATE INDEX ON unsaved_form (practice_id) WHERE content IS NOT NULL;

-- What editors say of the contrasts that follow from the findings: one of a solution
-- and a target group that is not shown, or two findings that are one. It ends and is
-- never changed.
CREATE TABLE solution_contrast (
  id bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
  solution_id bigint NOT NULL REFERENCES solution,
  term_id bigint NOT NULL,
  vocabulary text NOT NULL DEFAULT 'maalgruppe' CHECK (vocabulary = 'maalgruppe'),
  -- The pair, good and bad; none where a contrast is hidden.
  for_practice_id bigint REFERENCES practice,
  for_key text,
  against_practice_id bigint REFERENCES practice,
  against_key text,
  reason text NOT NULL CHECK (reason <> '' AND length(reason) <= 1000),
  by_editor bigint NOT NULL REFERENCES editor,
  at timestamptz NOT NULL,
  ended_by bigint REFERENCES editor,
  ended_at timestamptz,
  FOREIGN KEY (term_id, vocabulary) REFERENCES term (id, vocabulary),
  CONSTRAINT solution_contrast_pair CHECK (num_nonnulls(for_practice_id, for_key, against_practice_id, against_key) IN (0, 4)),
  CHECK ((ended_by IS NULL) = (ended_at IS NULL))
);
CREATE UNIQUE INDEX solution_contrast_once ON solution_contrast (solution_id, term_id, for_practice_id, for_key, against_practice_id, against_key)
  NULLS NOT DISTINCT WHERE ended_at IS NULL;
CREATE INDEX ON solution_contrast (for_practice_id) WHERE for_practice_id IS NOT NULL;
CREATE INDEX ON solution_contrast (against_practice_id) WHERE against_practice_id IS NOT NULL;
GRANT SELECT, INSERT ON solution_contrast TO praksis_app;
GRANT UPDATE (reason, ended_by, ended_at) ON solution_contrast TO praksis_app;

-- +goose Down
DROP TABLE solution_contrast;
ALTER TABLE unsaved_form DROP COLUMN practice_id;
ALTER TABLE submission DROP COLUMN origin;
ALTER TABLE practice_event DROP CONSTRAINT practice_event_kind_check;
ALTER TABLE practice_event ADD CONSTRAINT practice_event_kind_check
  CHECK (kind IN ('published','added','revised','withdrawn','removed','merged')) NOT VALID;
ALTER TABLE practice DROP COLUMN look_by;
