-- +goose Up

-- Which seeds were loaded last: while their hash is the same, there is nothing
-- to load. No row: none were, or it is not known which.
CREATE TABLE seed_load (
  one       boolean PRIMARY KEY DEFAULT true CHECK (one),
  hash      text NOT NULL CHECK (hash <> ''),
  loaded_at timestamptz NOT NULL
);

-- The shape number of the build that made a row of the read model. What was
-- written before there were numbers has 0.
ALTER TABLE public_practice ADD COLUMN shape int NOT NULL DEFAULT 0 CHECK (shape >= 0);
CREATE INDEX ON public_practice (shape); -- to ask at any time whether a row is older than the newest build

-- The shape number of the newest build that has used this database. Only a
-- build that has it makes rows again that are older.
CREATE TABLE public_shape (
  one    boolean PRIMARY KEY DEFAULT true CHECK (one),
  newest int NOT NULL DEFAULT 0 CHECK (newest >= 0)
);
INSERT INTO public_shape DEFAULT VALUES;

-- The number of the migration that a program must know to work on this schema.
-- A migration that drops or changes what older programs need sets it to its own
-- number: UPDATE schema_needs SET migration = 7.
CREATE TABLE schema_needs (
  one       boolean PRIMARY KEY DEFAULT true CHECK (one),
  migration int NOT NULL CHECK (migration >= 1)
);
INSERT INTO schema_needs (migration) VALUES (1);

GRANT SELECT, INSERT, UPDATE, DELETE ON seed_load TO praksis_app;
GRANT SELECT, UPDATE (newest) ON public_shape TO praksis_app;
GRANT SELECT ON schema_needs TO praksis_app;

-- +goose Down
DROP TABLE schema_needs, public_shape, seed_load;
ALTER TABLE public_practice DROP COLUMN shape;
