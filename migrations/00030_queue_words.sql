-- The queue is searched by every word that was sent, not by title and summary alone:
-- an editor remembers a word, seldom where it stood.

-- +goose Up
CREATE FUNCTION queue_words(content jsonb) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$ SELECT coalesce(string_agg(x #>> '{}', E'\n'), '') FROM jsonb_path_query(content, 'strict $.** ? (@.type() == "string")') x $$;
REVOKE ALL ON FUNCTION queue_words FROM PUBLIC;
GRANT EXECUTE ON FUNCTION queue_words TO praksis_app;
ALTER TABLE submission_version DROP COLUMN listed;
ALTER TABLE submission_version ADD COLUMN listed text GENERATED ALWAYS AS (queue_folded(queue_words(content))) STORED;

-- +goose Down
ALTER TABLE submission_version DROP COLUMN listed;
ALTER TABLE submission_version ADD COLUMN listed text GENERATED ALWAYS AS (queue_folded(
  coalesce(content #>> '{practice,title}', '') || E'\n' || coalesce(content #>> '{practice,organisation,name}', '') || E'\n'
  || coalesce(content #>> '{practice,organisation,slug}', '') || E'\n' || coalesce(content #>> '{practice,summary}', '') || E'\n'
  || left(coalesce(content ->> 'text', ''), 500) || E'\n' || coalesce(content ->> 'link', ''))) STORED;
DROP FUNCTION queue_words;
