-- +goose Up

-- A question to those who tried an example comes the same way as an example, and
-- is answered.
ALTER TABLE submission DROP CONSTRAINT submission_kind_check;
ALTER TABLE submission ADD CONSTRAINT submission_kind_check CHECK (kind IN ('tip','short','full','question'));
ALTER TABLE submission DROP CONSTRAINT submission_state_check;
ALTER TABLE submission ADD CONSTRAINT submission_state_check
  CHECK (state IN ('received','held','in_review','changes_requested','accepted','exists','declined','withdrawn','replied'));

-- +goose Down
-- Questions are read as tips that were not taken.
UPDATE submission SET state = 'declined' WHERE state = 'replied';
UPDATE submission SET kind = 'tip' WHERE kind = 'question';
ALTER TABLE submission DROP CONSTRAINT submission_kind_check;
ALTER TABLE submission ADD CONSTRAINT submission_kind_check CHECK (kind IN ('tip','short','full'));
ALTER TABLE submission DROP CONSTRAINT submission_state_check;
ALTER TABLE submission ADD CONSTRAINT submission_state_check
  CHECK (state IN ('received','held','in_review','changes_requested','accepted','exists','declined','withdrawn'));
