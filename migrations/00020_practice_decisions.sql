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

-- +goose Down
ALTER TABLE unsaved_form DROP COLUMN practice_id;
ALTER TABLE submission DROP COLUMN origin;
ALTER TABLE practice_event DROP CONSTRAINT practice_event_kind_check;
ALTER TABLE practice_event ADD CONSTRAINT practice_event_kind_check
  CHECK (kind IN ('published','added','revised','withdrawn','removed','merged')) NOT VALID;
ALTER TABLE practice DROP COLUMN look_by;
