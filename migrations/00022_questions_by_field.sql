-- What the desk asks a submitter is about a field of what was sent, or about the
-- whole, and is answered in its place. The events go on telling of it in one text.

-- +goose Up
CREATE TABLE submission_question (
  id              bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  submission_id   bigint NOT NULL REFERENCES submission,
  event_id        bigint NOT NULL REFERENCES submission_event,
  field           text NOT NULL DEFAULT '' CHECK (field ~ '^([a-z_]+(\.[a-z_]+)*(\[[1-9][0-9]{0,2}\])?)?$'), -- path in the record; empty: the whole
  text            text NOT NULL CHECK (text <> '' AND length(text) <= 4000),
  closed_event_id bigint REFERENCES submission_event, -- the answer, or the correction; null: it waits
  corrected       boolean NOT NULL DEFAULT false
);
CREATE INDEX ON submission_question (submission_id, id);

-- What the submitter said. It may be signed, so it goes with the contact data, as
-- submission_answer.
CREATE TABLE question_answer (
  question_id   bigint PRIMARY KEY REFERENCES submission_question,
  submission_id bigint NOT NULL REFERENCES submission,
  text          text NOT NULL CHECK (text <> '' AND length(text) <= 4000)
);
CREATE INDEX ON question_answer (submission_id);

-- What was asked before is about the whole, and closed by the answer or the
-- correction that came next.
INSERT INTO submission_question (submission_id, event_id, text, closed_event_id)
SELECT e.submission_id, e.id, e.text,
  (SELECT min(x.id) FROM submission_event x WHERE x.submission_id = e.submission_id AND x.id > e.id AND x.kind IN ('answered', 'corrected'))
FROM submission_event e WHERE e.kind = 'asked' AND e.text <> '' ORDER BY e.id;
INSERT INTO question_answer (question_id, submission_id, text)
SELECT q.id, q.submission_id, a.text FROM submission_question q JOIN submission_answer a ON a.event_id = q.closed_event_id;

GRANT SELECT, INSERT, DELETE ON submission_question, question_answer TO praksis_app;
GRANT UPDATE (text, closed_event_id, corrected) ON submission_question TO praksis_app;
GRANT UPDATE (text) ON question_answer TO praksis_app;

-- +goose Down
DROP TABLE question_answer, submission_question;
