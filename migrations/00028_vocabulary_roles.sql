-- Who may change the vocabularies, held to in the database too (migration 24).

-- +goose Up
INSERT INTO role_event (role, table_name, kind)
SELECT r, 'vocabulary_event', k FROM unnest('{editor,administrator}'::text[]) r, unnest('{add,change,merge,retire,revive,retag,undo}'::text[]) k;
CREATE TRIGGER role_may BEFORE INSERT ON vocabulary_event FOR EACH ROW EXECUTE FUNCTION role_check_event();

-- +goose Down
DROP TRIGGER role_may ON vocabulary_event;
DELETE FROM role_event WHERE table_name = 'vocabulary_event';
