-- What the public is told of a revision: that it corrects how something is said, or
-- changes what is said. Seeds and imports have no events: theirs follows from the
-- difference.

-- +goose Up
ALTER TABLE practice_event ADD COLUMN change text NOT NULL DEFAULT '' CHECK (change IN ('','correction','content') AND (change = '' OR revision_id IS NOT NULL));
CREATE INDEX ON practice_event (revision_id) WHERE revision_id IS NOT NULL;

-- +goose Down
DROP INDEX practice_event_revision_id_idx;
ALTER TABLE practice_event DROP COLUMN change;
