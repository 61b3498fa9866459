-- The catalogue: organisations, vocabularies, practices with their revisions,
-- and the public read model under one version number. What the domain forbids,
-- the database refuses.

-- +goose Up
-- +goose StatementBegin
DO $$
BEGIN
  -- The owner (who runs this) migrates; praksis_app is what the application
  -- works as, and cannot change the schema.
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'praksis_app') THEN
    CREATE ROLE praksis_app NOLOGIN;
  END IF;
EXCEPTION
  WHEN duplicate_object OR unique_violation THEN NULL; -- another database's migration was faster
  WHEN insufficient_privilege THEN
    RAISE EXCEPTION 'the role praksis_app is missing and % may not create it', current_user
      USING HINT = 'As an administrator: CREATE ROLE praksis_app NOLOGIN; GRANT praksis_app TO the login of the application.';
END $$;
-- +goose StatementEnd

-- +goose StatementBegin
DO $$
BEGIN
  -- So that one login can both migrate and then work as praksis_app. Since
  -- Postgres 16 who made a role is a member without the right to work as it.
  EXECUTE format('GRANT praksis_app TO %I', current_user);
EXCEPTION
  WHEN insufficient_privilege THEN NULL; -- then the application needs a login of its own
END $$;
-- +goose StatementEnd

CREATE DOMAIN slug AS text CHECK (VALUE ~ '^[a-z0-9]+(-[a-z0-9]+)*$' AND length(VALUE) <= 80);
-- A date with the precision of its source: 2020-04-06, 2020-04, 2020-spring, 2020.
CREATE DOMAIN source_date AS text CHECK (VALUE ~ '^[12][0-9]{3}(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?|-(spring|summer|autumn|winter))?$');
CREATE DOMAIN web_address AS text CHECK (VALUE ~ '^https?://[^[:space:]]+$' AND length(VALUE) <= 2000);

-- One row. Whoever changes what the public can see takes this row's lock last,
-- so that the order of numbers is the order of commits.
CREATE TABLE catalogue_version (
  one  boolean PRIMARY KEY DEFAULT true CHECK (one),
  n    bigint NOT NULL DEFAULT 0 CHECK (n >= 0),
  -- Tells this catalogue from another, so that no index follows the wrong one.
  identity uuid NOT NULL DEFAULT gen_random_uuid()
);
INSERT INTO catalogue_version DEFAULT VALUES;

CREATE TABLE organisation (
  id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  slug        slug NOT NULL UNIQUE,
  code        text UNIQUE CHECK (code ~ '^[0-9]{4}$'),
  kind        text NOT NULL CHECK (kind IN ('municipality','region','region_unit','state','ngo','volunteers','several')),
  name        text NOT NULL UNIQUE CHECK (name <> '' AND length(name) <= 160),
  short_name  text NOT NULL DEFAULT '' CHECK (length(short_name) <= 80),
  parent_id   bigint,
  parent_kind text GENERATED ALWAYS AS (CASE WHEN kind IN ('municipality','region_unit') THEN 'region' END) STORED,
  valid_from  date,
  valid_to    date CHECK (valid_to >= valid_from),
  position    int NOT NULL DEFAULT 0,
  seed_hash   text,
  UNIQUE (id, kind),
  FOREIGN KEY (parent_id, parent_kind) REFERENCES organisation (id, kind),
  -- Municipalities and specialised areas belong to a region, others to none.
  CHECK ((parent_id IS NOT NULL) = (kind IN ('municipality','region_unit'))),
  CHECK (code IS NOT NULL OR kind NOT IN ('municipality','region'))
);

CREATE TABLE term (
  id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  vocabulary   text NOT NULL CHECK (vocabulary IN ('maalgruppe','kontaktform','perspektiv','tema','forudsaetning')),
  slug         slug NOT NULL,
  label        text NOT NULL CHECK (label <> '' AND length(label) <= 120),
  definition   text NOT NULL DEFAULT '' CHECK (length(definition) <= 1000),
  parent_id    bigint CHECK (parent_id <> id),
  successor_id bigint CHECK (successor_id <> id), -- set when merged into another
  position     int NOT NULL DEFAULT 0,
  seed_hash    text, -- of what the loader last wrote; null once an editor owns it
  UNIQUE (vocabulary, slug),
  UNIQUE (id, vocabulary),
  FOREIGN KEY (parent_id, vocabulary) REFERENCES term (id, vocabulary),
  FOREIGN KEY (successor_id, vocabulary) REFERENCES term (id, vocabulary)
);
CREATE UNIQUE INDEX term_label_key ON term (vocabulary, lower(label)) WHERE successor_id IS NULL;

CREATE TABLE term_synonym (
  term_id  bigint NOT NULL REFERENCES term ON DELETE CASCADE,
  synonym  text NOT NULL CHECK (synonym <> '' AND length(synonym) <= 120),
  position int NOT NULL,
  PRIMARY KEY (term_id, synonym)
);

-- +goose StatementBegin
CREATE FUNCTION term_refuse_circle() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (
    WITH RECURSIVE up AS (
      SELECT id, parent_id AS next, 1 AS kind FROM term WHERE id = NEW.id
      UNION SELECT id, successor_id, 2 FROM term WHERE id = NEW.id
      UNION SELECT t.id, CASE up.kind WHEN 1 THEN t.parent_id ELSE t.successor_id END, up.kind
        FROM up JOIN term t ON t.id = up.next
    ) SELECT FROM up WHERE next = NEW.id)
  THEN
    RAISE EXCEPTION 'term % would be its own ancestor or successor', NEW.slug
      USING ERRCODE = 'check_violation', CONSTRAINT = 'term_no_circle';
  END IF;
  RETURN NULL;
END $$;
-- +goose StatementEnd
CREATE CONSTRAINT TRIGGER term_no_circle AFTER INSERT OR UPDATE OF parent_id, successor_id ON term
  DEFERRABLE INITIALLY IMMEDIATE FOR EACH ROW
  WHEN (NEW.parent_id IS NOT NULL OR NEW.successor_id IS NOT NULL) EXECUTE FUNCTION term_refuse_circle();

CREATE TABLE solution (
  id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  slug        slug NOT NULL UNIQUE,
  label       text NOT NULL UNIQUE CHECK (label <> '' AND length(label) <= 120),
  description text NOT NULL DEFAULT '' CHECK (length(description) <= 2000),
  position    int NOT NULL DEFAULT 0,
  seed_hash   text
);

-- How one meets in a solution.
CREATE TABLE solution_contact_form (
  solution_id bigint NOT NULL REFERENCES solution,
  term_id     bigint NOT NULL,
  vocabulary  text NOT NULL DEFAULT 'kontaktform' CHECK (vocabulary = 'kontaktform'),
  PRIMARY KEY (solution_id, term_id),
  FOREIGN KEY (term_id, vocabulary) REFERENCES term (id, vocabulary)
);

-- A practice holds what is not content: its address and its state.
CREATE TABLE practice (
  id               bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  slug             slug NOT NULL UNIQUE, -- fixed at first publication
  state            text NOT NULL CHECK (state IN ('published','withdrawn','removed','merged')),
  state_reason     text NOT NULL DEFAULT '' CHECK (length(state_reason) <= 1000),
  merged_into      bigint REFERENCES practice CHECK (merged_into <> id),
  revision_id      bigint NOT NULL, -- the current one
  first_published  timestamptz NOT NULL,
  review_by        date,
  CHECK ((state = 'merged') = (merged_into IS NOT NULL)),
  CHECK (state <> 'withdrawn' OR state_reason <> '')
);
CREATE INDEX ON practice (merged_into) WHERE merged_into IS NOT NULL;

-- Addresses that a practice had before; they redirect.
CREATE TABLE practice_slug (
  slug        slug PRIMARY KEY,
  practice_id bigint NOT NULL REFERENCES practice
);

-- Revisions hold the content and are append-only: the application may not
-- change or delete them.
CREATE TABLE revision (
  id                 bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
  practice_id        bigint NOT NULL REFERENCES practice DEFERRABLE INITIALLY DEFERRED,
  number             int NOT NULL CHECK (number >= 1),
  origin             text NOT NULL CHECK (origin IN ('seed','import','editor')),
  content_hash       text NOT NULL, -- of the record that it was made of
  created_at         timestamptz NOT NULL,
  kind               text NOT NULL CHECK (kind IN ('example','lesson','advice')),
  title              text NOT NULL CHECK (title ~ '[^[:space:]]' AND length(title) <= 160),
  summary            text NOT NULL CHECK (length(summary) <= 300),
  organisation_id    bigint NOT NULL REFERENCES organisation,
  provider           text NOT NULL CHECK (length(provider) <= 160),
  done               text NOT NULL CHECK (length(done) <= 20000),
  worked             text NOT NULL CHECK (length(worked) <= 20000),
  for_whom           text NOT NULL CHECK (length(for_whom) <= 20000),
  spread             text NOT NULL CHECK (length(spread) <= 20000),
  retention          text NOT NULL CHECK (length(retention) <= 20000),
  other              text NOT NULL CHECK (length(other) <= 20000),
  quality            text NOT NULL CHECK (length(quality) <= 20000),
  resources          text NOT NULL CHECK (length(resources) <= 20000),
  contact            text NOT NULL CHECK (length(contact) <= 400),
  periods            text[] NOT NULL CHECK (periods <@ ARRAY['lockdown','reopening','after']),
  period_from        source_date,
  period_to          source_date,
  needs_restrictions boolean NOT NULL,
  legal_basis        text[] NOT NULL CHECK (cardinality(legal_basis) <= 100 AND array_position(legal_basis, NULL) IS NULL),
  UNIQUE (practice_id, number),
  UNIQUE (practice_id, id)
);
ALTER TABLE practice ADD FOREIGN KEY (id, revision_id) REFERENCES revision (practice_id, id) DEFERRABLE INITIALLY DEFERRED;
CREATE INDEX ON revision (organisation_id);

CREATE TABLE revision_partner (
  revision_id     bigint NOT NULL REFERENCES revision,
  position        int NOT NULL,
  organisation_id bigint NOT NULL REFERENCES organisation,
  PRIMARY KEY (revision_id, position),
  UNIQUE (revision_id, organisation_id)
);

CREATE TABLE revision_term (
  revision_id bigint NOT NULL REFERENCES revision,
  -- What the term says of the practice: 'transfer' is a target group that the
  -- source only supposes.
  role        text NOT NULL CHECK (role IN ('has','transfer')),
  vocabulary  text NOT NULL,
  position    int NOT NULL,
  term_id     bigint NOT NULL,
  PRIMARY KEY (revision_id, role, vocabulary, position),
  UNIQUE (revision_id, role, term_id),
  FOREIGN KEY (term_id, vocabulary) REFERENCES term (id, vocabulary),
  CHECK (role = 'has' OR vocabulary = 'maalgruppe')
);
CREATE INDEX ON revision_term (term_id);

CREATE TABLE source (
  revision_id bigint NOT NULL REFERENCES revision,
  position    int NOT NULL CHECK (position >= 1),
  kind        text NOT NULL CHECK (kind IN ('web_page','template','note','interviews','article','letter','news')),
  document    text NOT NULL CHECK (document <> '' AND length(document) <= 400),
  publisher   text NOT NULL CHECK (length(publisher) <= 400),
  dated       source_date,
  place       text NOT NULL CHECK (length(place) <= 400),
  url         web_address,
  PRIMARY KEY (revision_id, position)
);

CREATE TABLE finding (
  id              bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
  revision_id     bigint NOT NULL REFERENCES revision,
  key             text NOT NULL CHECK (key ~ '^[a-z0-9]+(-[a-z0-9]+)*$' AND length(key) <= 80), -- stays across revisions
  position        int NOT NULL,
  effect          text NOT NULL CHECK (effect IN ('positive','mixed','none','negative')),
  voice           text CHECK (voice IN ('citizen','relative','employee','leader','organisation','study','journalist')),
  condition       text NOT NULL CHECK (length(condition) <= 400),
  text            text NOT NULL CHECK (text ~ '[^[:space:]]' AND length(text) <= 1000),
  source_position int,
  UNIQUE (revision_id, key),
  UNIQUE (revision_id, position),
  FOREIGN KEY (revision_id, source_position) REFERENCES source (revision_id, position)
);

CREATE TABLE finding_term (
  finding_id bigint NOT NULL REFERENCES finding,
  vocabulary text NOT NULL CHECK (vocabulary IN ('maalgruppe','kontaktform')),
  position   int NOT NULL,
  term_id    bigint NOT NULL,
  PRIMARY KEY (finding_id, vocabulary, position),
  UNIQUE (finding_id, term_id),
  FOREIGN KEY (term_id, vocabulary) REFERENCES term (id, vocabulary)
);
CREATE INDEX ON finding_term (term_id);

-- +goose StatementBegin
-- A finding says for whom, if only "på tværs" or "ikke oplyst", and a practice's
-- target groups and contact forms include those of its findings.
CREATE FUNCTION finding_check_terms() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM finding_term WHERE finding_id = NEW.id AND vocabulary = 'maalgruppe') THEN
    RAISE EXCEPTION 'finding % has no target group', NEW.key
      USING ERRCODE = 'check_violation', CONSTRAINT = 'finding_has_target_group';
  END IF;
  IF EXISTS (SELECT FROM finding_term ft WHERE ft.finding_id = NEW.id AND NOT EXISTS (
      SELECT FROM revision_term rt WHERE rt.revision_id = NEW.revision_id AND rt.role = 'has' AND rt.term_id = ft.term_id)) THEN
    RAISE EXCEPTION 'finding % has a term that its practice lacks', NEW.key
      USING ERRCODE = 'check_violation', CONSTRAINT = 'finding_terms_in_practice';
  END IF;
  RETURN NULL;
END $$;
-- +goose StatementEnd
CREATE CONSTRAINT TRIGGER finding_terms AFTER INSERT OR UPDATE ON finding
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION finding_check_terms();

CREATE TABLE retention (
  revision_id bigint NOT NULL REFERENCES revision,
  position    int NOT NULL,
  status      text CHECK (status IN ('retained','decided','partly','considered','pilot','undecided','ended','blocked')),
  note        text NOT NULL CHECK (length(note) <= 400),
  decided_by  text NOT NULL CHECK (length(decided_by) <= 400),
  as_of       source_date,
  PRIMARY KEY (revision_id, position)
);

CREATE TABLE link (
  revision_id bigint NOT NULL REFERENCES revision,
  position    int NOT NULL,
  label       text NOT NULL CHECK (label <> '' AND length(label) <= 400),
  url         web_address NOT NULL,
  PRIMARY KEY (revision_id, position)
);

-- Membership of a solution is editorial and stands outside the revisions.
CREATE TABLE practice_solution (
  practice_id bigint NOT NULL REFERENCES practice,
  solution_id bigint NOT NULL REFERENCES solution,
  PRIMARY KEY (practice_id, solution_id)
);
CREATE INDEX ON practice_solution (solution_id);

-- A changed seed of a practice that an editor has taken over waits here.
CREATE TABLE seed_proposal (
  practice_id bigint PRIMARY KEY REFERENCES practice,
  content     jsonb NOT NULL,
  seed_hash   text NOT NULL,
  proposed_at timestamptz NOT NULL
);

-- What the loader last wrote of each seed practice; a row stays when editors
-- withdraw, merge or remove the practice, so that it does not come back.
CREATE TABLE seed_practice (
  seed_key    text PRIMARY KEY CHECK (length(seed_key) <= 200),
  practice_id bigint NOT NULL REFERENCES practice,
  seed_hash   text NOT NULL,
  solutions   text[] NOT NULL DEFAULT '{}' -- slugs; what editors changed since is theirs
);

-- What the public may see, ready to serve. Public pages, JSON, index and
-- export read nothing else of a practice. card and entry are null for what is
-- gone from lists, page is null for what is gone altogether.
CREATE TABLE public_practice (
  id      bigint PRIMARY KEY REFERENCES practice,
  slug    slug NOT NULL UNIQUE,
  state   text NOT NULL,
  version bigint NOT NULL CHECK (version >= 1),
  moved_to slug, -- where a merged practice now stands
  entry   jsonb,
  card    jsonb,
  page    jsonb,
  CHECK ((state = 'published') = (card IS NOT NULL)),
  CHECK ((card IS NULL) = (entry IS NULL)),
  CHECK ((page IS NOT NULL) = (state IN ('published','withdrawn'))),
  CHECK ((state = 'merged') = (moved_to IS NOT NULL))
);
CREATE INDEX ON public_practice (version);

CREATE TABLE public_slug (
  slug        slug PRIMARY KEY,
  practice_id bigint NOT NULL REFERENCES public_practice
);

GRANT USAGE ON SCHEMA public TO praksis_app;
-- Imports put aside in temporary tables what would else grow in memory. Where
-- the owner may not grant it, Postgres warns, and its default allows it.
-- +goose StatementBegin
DO $$ BEGIN EXECUTE format('GRANT TEMPORARY ON DATABASE %I TO praksis_app', current_database()); END $$;
-- +goose StatementEnd
GRANT SELECT ON ALL TABLES IN SCHEMA public TO praksis_app;
GRANT UPDATE (n) ON catalogue_version TO praksis_app;
GRANT INSERT, UPDATE ON organisation, term, solution, practice, practice_slug, seed_practice, public_practice, public_slug TO praksis_app;
GRANT INSERT, UPDATE, DELETE ON term_synonym, solution_contact_form, practice_solution, seed_proposal TO praksis_app;
GRANT DELETE ON public_slug TO praksis_app;
-- Append-only: no UPDATE, no DELETE.
GRANT INSERT ON revision, revision_partner, revision_term, source, finding, finding_term, retention, link TO praksis_app;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO praksis_app;

-- +goose Down
-- IF EXISTS: a later step, whose way back cannot bring them, dropped them.
DROP TABLE IF EXISTS link, retention, finding_term, finding, source, revision_term, revision_partner;
DROP TABLE public_slug, public_practice, seed_practice, seed_proposal, practice_solution,
  practice_slug, solution_contact_form, solution, term_synonym, term, catalogue_version;
ALTER TABLE practice DROP CONSTRAINT practice_id_revision_id_fkey;
DROP TABLE revision, practice, organisation;
DROP FUNCTION IF EXISTS finding_check_terms;
DROP FUNCTION term_refuse_circle;
DROP DOMAIN IF EXISTS source_date, web_address;
DROP DOMAIN slug;
-- The role stays: other databases of the server may use it.
