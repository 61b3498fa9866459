-- +goose Up

-- Who searches for one of the words asks for what has one of means; what has one
-- of finds is only related (docs/domain.md, "Hits").
ALTER TABLE synonym_rule ADD COLUMN means text[] NOT NULL DEFAULT '{}' CHECK (cardinality(means) <= 20);
ALTER TABLE synonym_rule DROP CONSTRAINT synonym_rule_check;
ALTER TABLE synonym_rule ADD CHECK (cardinality(words) > 1 OR cardinality(means) + cardinality(finds) > 0);

-- +goose Down
UPDATE synonym_rule SET finds = (means || finds)[1:20] WHERE cardinality(means) > 0;
ALTER TABLE synonym_rule DROP CONSTRAINT synonym_rule_check;
ALTER TABLE synonym_rule DROP COLUMN means;
ALTER TABLE synonym_rule ADD CHECK (cardinality(words) > 1 OR cardinality(finds) > 0);
