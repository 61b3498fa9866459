-- +goose Up

-- What the submitter does not answer about is set aside.
ALTER TABLE submission DROP CONSTRAINT submission_state_check;
ALTER TABLE submission ADD CONSTRAINT submission_state_check
  CHECK (state IN ('received','held','in_review','changes_requested','accepted','exists','declined','withdrawn','replied','set_aside'));

-- Facts of who has the ball: what the desk shows of them is computed.
ALTER TABLE submission ADD COLUMN moved_at timestamptz; -- when it last went from one to another; null, as an older program leaves it: when it came
ALTER TABLE submission ADD COLUMN answered boolean NOT NULL DEFAULT false; -- what moved it was the submitter's answer
ALTER TABLE submission ADD COLUMN reminders smallint NOT NULL DEFAULT 0 CHECK (reminders BETWEEN 0 AND 2); -- sent since moved_at
ALTER TABLE submission ADD COLUMN reminded_at timestamptz;
ALTER TABLE submission ADD CONSTRAINT submission_reminded CHECK ((reminders > 0) = (reminded_at IS NOT NULL));
UPDATE submission s SET moved_at = coalesce(s.decided_at,
    (SELECT max(e.at) FROM submission_event e WHERE e.submission_id = s.id AND e.kind IN ('asked','answered')), s.received_at),
  answered = s.state = 'in_review' AND EXISTS (SELECT FROM submission_event e WHERE e.submission_id = s.id AND e.kind = 'answered'
    AND NOT EXISTS (SELECT FROM submission_event l WHERE l.submission_id = s.id AND l.kind = 'asked' AND l.id > e.id));
UPDATE submission s SET reminders = 1, reminded_at = m.at
FROM (SELECT submission_id, max(created_at) AS at FROM mail WHERE kind = 'reminder' GROUP BY submission_id) m
WHERE m.submission_id = s.id AND s.state = 'changes_requested' AND m.at >= s.moved_at;

-- An editor's hold on a submission: begun by the first change, kept alive by what
-- follows. It stays as who had it last, until there is a decision.
CREATE TABLE submission_lease (
  submission_id bigint PRIMARY KEY REFERENCES submission,
  editor_id     bigint NOT NULL REFERENCES editor,
  since         timestamptz NOT NULL,
  kept_at       timestamptz NOT NULL
);
CREATE INDEX ON submission_lease (editor_id);
GRANT SELECT, INSERT, UPDATE, DELETE ON submission_lease TO praksis_app;

-- What the desk's search looks for, derived from what was sent: an erasure there
-- is one here. Letters are folded as in package danish, in
-- whatever locale the database has.
CREATE FUNCTION queue_folded(s text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$ SELECT lower(replace(replace(replace(replace(replace(replace(replace(s, 'æ', 'ae'), 'ø', 'oe'), 'å', 'aa'), 'Æ', 'ae'), 'Ø', 'oe'), 'Å', 'aa'), '-', ' ')) $$;
REVOKE ALL ON FUNCTION queue_folded FROM PUBLIC;
GRANT EXECUTE ON FUNCTION queue_folded TO praksis_app;
ALTER TABLE submission_version ADD COLUMN listed text GENERATED ALWAYS AS (queue_folded(
  coalesce(content #>> '{practice,title}', '') || E'\n' || coalesce(content #>> '{practice,organisation,name}', '') || E'\n'
  || coalesce(content #>> '{practice,organisation,slug}', '') || E'\n' || coalesce(content #>> '{practice,summary}', '') || E'\n'
  || left(coalesce(content ->> 'text', ''), 500) || E'\n' || coalesce(content ->> 'link', ''))) STORED;

-- +goose Down
-- What was set aside is read as what its submitter withdrew.
UPDATE submission SET state = 'withdrawn' WHERE state = 'set_aside';
ALTER TABLE submission_version DROP COLUMN listed;
DROP FUNCTION queue_folded;
DROP TABLE submission_lease;
ALTER TABLE submission DROP CONSTRAINT submission_reminded;
ALTER TABLE submission DROP COLUMN moved_at, DROP COLUMN answered, DROP COLUMN reminders, DROP COLUMN reminded_at;
ALTER TABLE submission DROP CONSTRAINT submission_state_check;
ALTER TABLE submission ADD CONSTRAINT submission_state_check
  CHECK (state IN ('received','held','in_review','changes_requested','accepted','exists','declined','withdrawn','replied'));
