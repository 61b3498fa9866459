-- +goose Up

-- The domain's thesaurus: who searches for one of the words also finds what
-- has one of the others; without others, the words stand for each other.
CREATE TABLE synonym_rule (
  id        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  words     text[] NOT NULL CHECK (cardinality(words) BETWEEN 1 AND 20),
  finds     text[] NOT NULL DEFAULT '{}' CHECK (cardinality(finds) <= 20),
  position  int NOT NULL DEFAULT 0,
  seed_hash text UNIQUE, -- of what the loader wrote; null once an editor owns it
  withdrawn boolean NOT NULL DEFAULT false, -- by an editor: the loader does not bring it back
  CHECK (cardinality(words) > 1 OR cardinality(finds) > 0)
);

GRANT SELECT, INSERT, UPDATE, DELETE ON synonym_rule TO praksis_app;

-- +goose Down
DROP TABLE synonym_rule;
