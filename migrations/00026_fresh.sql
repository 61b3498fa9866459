-- What keeps the catalogue fresh: the addresses that published examples lead to,
-- checked every week, and the searches that found nothing.

-- +goose Up

-- One round over all addresses. It is void when our own line seems to have been down.
CREATE TABLE link_round (
  id         bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
  began_at   timestamptz NOT NULL,
  ended_at   timestamptz,
  held_until timestamptz NOT NULL, -- one process at a time works on it, until then
  checked    int NOT NULL DEFAULT 0 CHECK (checked >= 0),
  failed     int NOT NULL DEFAULT 0 CHECK (failed >= 0),
  void       boolean NOT NULL DEFAULT false
);
CREATE UNIQUE INDEX link_round_open ON link_round ((true)) WHERE ended_at IS NULL;
GRANT SELECT, INSERT, UPDATE ON link_round TO praksis_app;

-- An address that stands in published examples, as it is written there. Where it
-- stands is read from their pages. It goes when it stands nowhere any more.
CREATE TABLE link (
  id            bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
  url           text NOT NULL CHECK (url <> '' AND length(url) <= 2000),
  -- What the open round, or the last one, has found. Tries that fail are repeated
  -- in the same round.
  round_id      bigint REFERENCES link_round,
  outcome       text NOT NULL DEFAULT '' CHECK (outcome IN ('','works','fails','unclear')),
  reason        text NOT NULL DEFAULT '' CHECK (reason ~ '^[a-z0-9_]*$'),
  tries         smallint NOT NULL DEFAULT 0,
  tried_at      timestamptz,
  -- How many valid rounds in a row it has failed, and the day of the first of them.
  failures      int NOT NULL DEFAULT 0 CHECK (failures >= 0),
  failing_since date,
  -- Since when the public page says that it does not work; null: it does not say so.
  dead_since    date,
  -- An editor has said that it works after all, and until when that holds.
  kept_until    timestamptz,
  recheck       boolean NOT NULL DEFAULT false, -- an editor wants it checked at once
  CHECK ((failures > 0) = (failing_since IS NOT NULL)),
  CHECK (dead_since IS NULL OR failures > 0)
);
CREATE UNIQUE INDEX link_once ON link (md5(url));
CREATE INDEX ON link (dead_since) WHERE dead_since IS NOT NULL;
GRANT SELECT, INSERT, UPDATE, DELETE ON link TO praksis_app;

-- Append-only, and gone with the address.
CREATE TABLE link_event (
  id        bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
  link_id   bigint NOT NULL REFERENCES link ON DELETE CASCADE,
  kind      text NOT NULL CHECK (kind IN ('rechecked','kept','died','revived')),
  by_editor bigint REFERENCES editor, -- null: the program
  at        timestamptz NOT NULL
);
CREATE INDEX ON link_event (link_id, id);
GRANT SELECT, INSERT ON link_event TO praksis_app;
CREATE TRIGGER role_may BEFORE INSERT ON link_event FOR EACH ROW EXECUTE FUNCTION role_check_event();

-- How often a search found nothing, by day. The key is a keyed hash of its words:
-- what they were is not kept until a search has been seen on three days.
CREATE TABLE empty_search_day (
  day   date NOT NULL,
  key   bytea NOT NULL CHECK (length(key) = 32),
  times int NOT NULL CHECK (times > 0),
  PRIMARY KEY (day, key)
);
CREATE INDEX ON empty_search_day (key, day);
GRANT SELECT, INSERT, UPDATE, DELETE ON empty_search_day TO praksis_app;

CREATE TABLE empty_search (
  key       bytea PRIMARY KEY CHECK (length(key) = 32),
  text      text NOT NULL CHECK (length(text) <= 80), -- empty: erased, and hidden still
  hidden    boolean NOT NULL DEFAULT false, -- an editor has said that it does not matter
  hidden_by bigint REFERENCES editor, -- who last said whether it does
  hidden_at timestamptz,
  CHECK ((hidden_by IS NULL) = (hidden_at IS NULL))
);
GRANT SELECT, INSERT, UPDATE, DELETE ON empty_search TO praksis_app;

INSERT INTO role_event (role, table_name, kind)
SELECT r, x.table_name, x.kind
FROM (VALUES
    ('{writer,editor,administrator}'::text[], 'link_event', 'rechecked'),
    ('{editor,administrator}', 'link_event', 'kept'),
    ('{writer,editor,administrator}', 'empty_search', 'hidden')
  ) AS x (roles, table_name, kind), unnest(x.roles) AS r;

-- +goose StatementBegin
CREATE FUNCTION role_check_hidden() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN PERFORM role_check(NEW.hidden_by, TG_TABLE_NAME, 'hidden'); RETURN NEW; END $$;
-- +goose StatementEnd
-- +goose StatementBegin
DO $$ BEGIN EXECUTE format('ALTER FUNCTION role_check_hidden SET search_path = %I, pg_temp', current_schema()); END $$;
-- +goose StatementEnd
CREATE TRIGGER role_may BEFORE INSERT OR UPDATE OF hidden_by, hidden_at ON empty_search FOR EACH ROW EXECUTE FUNCTION role_check_hidden();

-- +goose Down
DELETE FROM role_event WHERE table_name IN ('link_event', 'empty_search');
DROP TABLE empty_search, empty_search_day, link_event, link, link_round;
DROP FUNCTION role_check_hidden;
