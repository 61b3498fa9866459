-- Mails about what is new in lists of examples: who gets them, of which lists, and
-- what they have been told.

-- +goose Up

-- Whoever follows a list. The row goes, with all that is theirs, when they leave, and
-- when no list of theirs was confirmed in time.
CREATE TABLE follower (
  id         bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
  email      text NOT NULL CHECK (email <> '' AND length(email) <= 254),
  token      text NOT NULL UNIQUE CHECK (length(token) = 43), -- of the secret link, which stands in every mail
  created_at timestamptz NOT NULL
);
CREATE UNIQUE INDEX follower_once ON follower (lower(email));

-- One list that somebody follows, as the finder is asked for it.
CREATE TABLE follow (
  id           bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
  follower_id  bigint NOT NULL REFERENCES follower ON DELETE CASCADE,
  words        text NOT NULL CHECK (length(words) <= 400), -- what is searched for; may be empty
  filters      text NOT NULL CHECK (length(filters) <= 4000), -- all else that is asked for: codes, as an address has them
  frequency    text NOT NULL CHECK (frequency IN ('daily', 'weekly')),
  ordered_at   timestamptz NOT NULL,
  seen_version bigint NOT NULL, -- the catalogue version of the list as it was ordered
  confirmed_at timestamptz, -- null: it waits for the press that confirms it
  told_on      date, -- the Danish day on which it was looked through last
  -- What of the list has been told, or was there from the beginning: the practices, and
  -- the number of the revision of each.
  practices    bigint[] NOT NULL DEFAULT '{}',
  revisions    int[] NOT NULL DEFAULT '{}',
  CHECK ((confirmed_at IS NULL) = (told_on IS NULL)),
  CHECK (cardinality(practices) = cardinality(revisions))
);
CREATE UNIQUE INDEX follow_once ON follow (follower_id, md5(words || E'\n' || filters));
CREATE INDEX ON follow (told_on) WHERE confirmed_at IS NOT NULL;
CREATE INDEX ON follow (ordered_at) WHERE confirmed_at IS NULL;

-- That a digest was made: one for each recipient and Danish day.
CREATE TABLE follow_digest (
  follower_id bigint NOT NULL REFERENCES follower ON DELETE CASCADE,
  day         date NOT NULL,
  PRIMARY KEY (follower_id, day)
);
CREATE INDEX ON follow_digest (day);

ALTER TABLE mail
  ADD COLUMN follower_id bigint REFERENCES follower ON DELETE SET NULL,
  ADD COLUMN unsubscribe text NOT NULL DEFAULT ''; -- where a mail program takes the recipient off (RFC 8058)
CREATE INDEX ON mail (follower_id) WHERE follower_id IS NOT NULL;

GRANT SELECT, INSERT, UPDATE, DELETE ON follower, follow TO praksis_app;
GRANT SELECT, INSERT, DELETE ON follow_digest TO praksis_app;

-- +goose Down
DELETE FROM mail WHERE kind IN ('follow', 'digest');
ALTER TABLE mail DROP COLUMN follower_id, DROP COLUMN unsubscribe;
DROP TABLE follow_digest, follow, follower;
