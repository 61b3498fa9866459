-- What is needed to erase again, after a restore of an older backup, what was erased since:
-- the journal itself is a file outside of the database (house.md).

-- +goose Up

-- One row. Each erasure has a number, and its texts stand in the journal as their HMAC under
-- the key of that number. The next key is the SHA-256 of this one: a backup from before an
-- erasure can make the key of it, and this database, once it is done, cannot.
CREATE TABLE erasure_key (
  one     boolean PRIMARY KEY DEFAULT true CHECK (one),
  chain   uuid NOT NULL DEFAULT gen_random_uuid(), -- that all copies of this database have in common
  n       bigint NOT NULL DEFAULT 1 CHECK (n > 0), -- of the next erasure
  key     bytea NOT NULL CHECK (length(key) = 32),
  awaited boolean NOT NULL DEFAULT false -- an older copy, and what was erased since is still to be erased: no instance starts
);
INSERT INTO erasure_key (key) VALUES (sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())));

-- Lines that the journal could not take; they are written when it can.
CREATE TABLE erasure_unwritten (
  id   bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
  line text NOT NULL,
  at   timestamptz NOT NULL
);

GRANT SELECT ON erasure_key TO praksis_app;
GRANT UPDATE (chain, n, key, awaited) ON erasure_key TO praksis_app;
GRANT SELECT, INSERT, DELETE ON erasure_unwritten TO praksis_app;
GRANT SELECT ON SEQUENCE erasure_unwritten_id_seq TO praksis_app;

-- +goose Down
DROP TABLE erasure_unwritten, erasure_key;
