-- Shortlists: examples that somebody has put together for a meeting, without an account.

-- +goose Up

-- A shortlist belongs to whoever has one of its links. It is erased twelve months after
-- its last use.
CREATE TABLE shortlist (
  id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  title      text NOT NULL DEFAULT '' CHECK (length(title) <= 160),
  created_at timestamptz NOT NULL,
  used_on    date NOT NULL
);
CREATE INDEX ON shortlist (used_on);

-- A way to a shortlist: the browser of whoever began it (own), and links to edit and to
-- read it. Of their tokens only the hash is kept. n tells apart the links that are made
-- of the same token.
CREATE TABLE shortlist_link (
  id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  shortlist_id bigint NOT NULL REFERENCES shortlist ON DELETE CASCADE,
  token_hash   bytea NOT NULL UNIQUE CHECK (length(token_hash) = 32), -- SHA-256
  may          text NOT NULL CHECK (may IN ('own','edit','read')),
  n            int NOT NULL CHECK (n >= 0),
  created_at   timestamptz NOT NULL,
  revoked_at   timestamptz,
  UNIQUE (shortlist_id, n)
);

-- What was taken out stays for a while, to be put back.
CREATE TABLE shortlist_item (
  shortlist_id bigint NOT NULL REFERENCES shortlist ON DELETE CASCADE,
  practice_id  bigint NOT NULL REFERENCES practice,
  place        int NOT NULL,
  note         text NOT NULL DEFAULT '' CHECK (length(note) <= 2000),
  removed_at   timestamptz,
  PRIMARY KEY (shortlist_id, practice_id)
);
CREATE INDEX ON shortlist_item (practice_id);
CREATE INDEX ON shortlist_item (removed_at) WHERE removed_at IS NOT NULL;

-- The page of a practice as it was at the catalogue version that stamped it, for all
-- editions that show it. It has no text any more where the practice was removed.
CREATE TABLE shortlist_content (
  practice_id bigint NOT NULL REFERENCES practice,
  version     bigint NOT NULL CHECK (version > 0),
  content     jsonb,
  erased_at   timestamptz, -- when a text was last erased from it, or all of it
  PRIMARY KEY (practice_id, version),
  CHECK (content IS NOT NULL OR erased_at IS NOT NULL)
);

-- A shortlist as it was on a day: an edition, which minutes can cite. It follows no
-- change; only an erasure and a removal reach it, and leave their day.
CREATE TABLE shortlist_edition (
  shortlist_id bigint NOT NULL REFERENCES shortlist ON DELETE CASCADE,
  n            int NOT NULL CHECK (n > 0),
  title        text NOT NULL CHECK (length(title) <= 160),
  version      bigint NOT NULL CHECK (version > 0), -- the catalogue version
  frozen_at    timestamptz NOT NULL,
  contrasts    jsonb NOT NULL,
  erased_at    timestamptz, -- when a text was last erased from title, contrasts or notes
  PRIMARY KEY (shortlist_id, n)
);

CREATE TABLE shortlist_edition_item (
  shortlist_id bigint NOT NULL,
  n            int NOT NULL,
  place        int NOT NULL,
  practice_id  bigint NOT NULL,
  version      bigint NOT NULL,
  note         text NOT NULL CHECK (length(note) <= 2000),
  PRIMARY KEY (shortlist_id, n, place),
  FOREIGN KEY (shortlist_id, n) REFERENCES shortlist_edition ON DELETE CASCADE,
  FOREIGN KEY (practice_id, version) REFERENCES shortlist_content
);
CREATE INDEX ON shortlist_edition_item (practice_id, version);

GRANT SELECT, INSERT, UPDATE, DELETE ON shortlist, shortlist_link, shortlist_item TO praksis_app;
-- What is frozen is changed by erasures alone, and goes with its shortlist.
GRANT SELECT, INSERT, DELETE ON shortlist_content TO praksis_app;
GRANT UPDATE (content, erased_at) ON shortlist_content TO praksis_app;
GRANT SELECT, INSERT ON shortlist_edition, shortlist_edition_item TO praksis_app;
GRANT UPDATE (title, contrasts, erased_at) ON shortlist_edition TO praksis_app;
GRANT UPDATE (note) ON shortlist_edition_item TO praksis_app;

-- +goose Down
DROP TABLE shortlist_edition_item, shortlist_edition, shortlist_content, shortlist_item, shortlist_link, shortlist;
