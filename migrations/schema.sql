-- The schema as the migrations make it, dumped by pg_dump 15 for readers.

CREATE TYPE public.river_job_state AS ENUM (
    'available',
    'cancelled',
    'completed',
    'discarded',
    'pending',
    'retryable',
    'running',
    'scheduled'
);

CREATE DOMAIN public.slug AS text
	CONSTRAINT slug_check CHECK (((VALUE ~ '^[a-z0-9]+(-[a-z0-9]+)*$'::text) AND (length(VALUE) <= 80)));

CREATE FUNCTION public.content_leaves(content jsonb) RETURNS TABLE(path jsonb, value jsonb)
    LANGUAGE sql IMMUTABLE
    AS $$
  WITH RECURSIVE node (path, value) AS (
    SELECT '[]'::jsonb, content
    UNION ALL
    SELECT n.path || jsonb_build_array(x.key), x.value FROM node n, LATERAL (
      SELECT to_jsonb(key) AS key, value FROM jsonb_each(CASE jsonb_typeof(n.value) WHEN 'object' THEN n.value ELSE '{}' END)
      UNION ALL
      SELECT to_jsonb(i), value FROM jsonb_array_elements(CASE jsonb_typeof(n.value) WHEN 'array' THEN n.value ELSE '[]' END) WITH ORDINALITY AS e (value, i)) x
  )
  SELECT path, CASE jsonb_typeof(value) WHEN 'object' THEN '{}' WHEN 'array' THEN '[]' ELSE value END FROM node
$$;

CREATE FUNCTION public.content_refs(content jsonb) RETURNS TABLE(role text, vocabulary text, term_id bigint, organisation_id bigint, solution_id bigint)
    LANGUAGE sql IMMUTABLE
    AS $$
  SELECT DISTINCT f.role, f.vocabulary,
    CASE WHEN f.vocabulary IS NOT NULL THEN f.id END, CASE WHEN f.of = 'organisation' THEN f.id END, CASE WHEN f.of = 'solution' THEN f.id END
  FROM (
    SELECT 'organisation' AS role, 'organisation' AS of, NULL AS vocabulary, (content -> 'organisation' ->> 'id')::bigint AS id
    UNION ALL
    SELECT x.role, x.of, x.vocabulary, (r ->> 'id')::bigint
    FROM (VALUES ('partners[]', 'organisation', NULL, content -> 'partners'),
        ('target_groups', 'term', 'maalgruppe', content -> 'target_groups'), ('contact_forms', 'term', 'kontaktform', content -> 'contact_forms'),
        ('perspectives', 'term', 'perspektiv', content -> 'perspectives'), ('themes', 'term', 'tema', content -> 'themes'),
        ('preconditions', 'term', 'forudsaetning', content -> 'preconditions'), ('transfer_to', 'term', 'maalgruppe', content -> 'transfer_to')
      ) AS x (role, of, vocabulary, refs), jsonb_array_elements(x.refs) r
    UNION ALL
    SELECT x.role, x.of, x.vocabulary, (r ->> 'id')::bigint
    FROM jsonb_array_elements(content -> 'findings') f,
      LATERAL (VALUES ('findings[].target_groups', 'term', 'maalgruppe', f -> 'target_groups'), ('findings[].contact_forms', 'term', 'kontaktform', f -> 'contact_forms'),
        ('findings[].solutions', 'solution', NULL, f -> 'solutions')
      ) AS x (role, of, vocabulary, refs), jsonb_array_elements(x.refs) r
    UNION ALL
    SELECT 'advice[].preconditions', 'term', 'forudsaetning', (r ->> 'id')::bigint
    FROM jsonb_array_elements(content -> 'advice') a, jsonb_array_elements(a -> 'preconditions') r
  ) f
$$;

CREATE FUNCTION public.editor_keep_administrator() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'public', 'pg_temp'
    AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('praksis administrators'));
  IF NOT EXISTS (SELECT FROM editor e WHERE e.role = 'administrator' AND e.closed_at IS NULL
                 AND NOT EXISTS (SELECT FROM editor_invitation i WHERE i.editor_id = e.id)) THEN
    RAISE EXCEPTION 'editor % is the last active administrator', OLD.id USING ERRCODE = 'check_violation', CONSTRAINT = 'last_administrator';
  END IF;
  RETURN NULL;
END $$;

CREATE FUNCTION public.erase_attachment(p_submission bigint, p_public_id uuid, p_editor bigint, p_reason text, p_at timestamp with time zone) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
BEGIN
  DELETE FROM attachment WHERE submission_id = p_submission AND public_id = p_public_id;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'no such attachment' USING ERRCODE = 'no_data_found';
  END IF;
  INSERT INTO erasure (submission_id, what, by_editor, reason, at) VALUES (p_submission, 'attachment', p_editor, p_reason, p_at);
END $$;

CREATE FUNCTION public.erase_content(p_id bigint, p_editor bigint, p_reason text, p_at timestamp with time zone) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $_$
BEGIN
  UPDATE submission SET erased_at = p_at, held_reason = ''
  WHERE id = p_id AND state NOT IN ('received','held','in_review','changes_requested');
  IF NOT FOUND THEN
    RAISE EXCEPTION 'no decided submission' USING ERRCODE = 'no_data_found';
  END IF;
  UPDATE submission_version SET content = jsonb_build_object('kind', content -> 'kind', 'practice', '{}'::jsonb) WHERE submission_id = p_id;
  UPDATE submission_event SET text = '', by_editor = NULL, reason = CASE WHEN reason ~ '^[a-z_]*$' THEN reason ELSE '' END WHERE submission_id = p_id;
  INSERT INTO erasure (submission_id, what, by_editor, reason, at) VALUES (p_id, 'content', p_editor, p_reason, p_at);
END $_$;

CREATE FUNCTION public.erase_document_text(p_hash text, p_content jsonb, p_new_hash text, p_editor bigint, p_reason text, p_at timestamp with time zone) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
DECLARE
  before source_document_text;
BEGIN
  SELECT * INTO before FROM source_document_text WHERE hash = p_hash FOR UPDATE;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'nothing to erase from' USING ERRCODE = 'no_data_found';
  END IF;
  IF NOT is_erasure('source_document_text', before.content, p_content) THEN
    RAISE EXCEPTION 'an erasure may put [fjernet] for texts and change nothing else' USING ERRCODE = 'check_violation', CONSTRAINT = 'erasure_changes_texts';
  END IF;
  DELETE FROM source_document_text WHERE hash = p_hash;
  INSERT INTO source_document_text (hash, document_id, content) VALUES (p_new_hash, before.document_id, p_content) ON CONFLICT (hash) DO NOTHING;
  INSERT INTO erasure (source_document_id, by_editor, reason, at) VALUES (before.document_id, p_editor, p_reason, p_at);
END $$;

CREATE FUNCTION public.erase_text(p_of text, p_id bigint, p_n integer, p_content jsonb, p_hash text, p_editor bigint, p_reason text, p_at timestamp with time zone) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
DECLARE
  before jsonb;
BEGIN
  CASE p_of
  WHEN 'revision' THEN
    SELECT content INTO before FROM revision WHERE id = p_id FOR UPDATE;
  WHEN 'submission_version' THEN
    SELECT content INTO before FROM submission_version WHERE submission_id = p_id AND n = p_n FOR UPDATE;
  WHEN 'practice_event' THEN
    SELECT jsonb_build_object('reason', reason, 'text', text) INTO before FROM practice_event WHERE id = p_id FOR UPDATE;
  WHEN 'submission_event' THEN
    SELECT jsonb_build_object('reason', reason, 'text', text) INTO before FROM submission_event WHERE id = p_id FOR UPDATE;
  WHEN 'vocabulary_event' THEN
    SELECT jsonb_build_object('label', label, 'changes', changes) INTO before FROM vocabulary_event WHERE id = p_id FOR UPDATE;
  WHEN 'erasure' THEN
    SELECT jsonb_build_object('reason', reason) INTO before FROM erasure WHERE id = p_id FOR UPDATE;
  END CASE;
  IF before IS NULL THEN
    RAISE EXCEPTION 'nothing to erase from' USING ERRCODE = 'no_data_found';
  END IF;
  IF NOT is_erasure(p_of, before, p_content) THEN
    RAISE EXCEPTION 'an erasure may put [fjernet] for texts and change nothing else' USING ERRCODE = 'check_violation', CONSTRAINT = 'erasure_changes_texts';
  END IF;
  CASE p_of
  WHEN 'revision' THEN
    UPDATE revision SET content = p_content, content_hash = p_hash WHERE id = p_id;
  WHEN 'submission_version' THEN
    UPDATE submission_version SET content = p_content WHERE submission_id = p_id AND n = p_n;
  WHEN 'practice_event' THEN
    UPDATE practice_event SET reason = p_content ->> 'reason', text = p_content ->> 'text' WHERE id = p_id;
  WHEN 'submission_event' THEN
    UPDATE submission_event SET reason = p_content ->> 'reason', text = p_content ->> 'text' WHERE id = p_id;
  WHEN 'vocabulary_event' THEN
    UPDATE vocabulary_event SET label = p_content ->> 'label', changes = p_content -> 'changes' WHERE id = p_id;
  WHEN 'erasure' THEN
    UPDATE erasure SET reason = p_content ->> 'reason' WHERE id = p_id;
  END CASE;
  INSERT INTO erasure (revision_id, submission_id, n, practice_event_id, submission_event_id, vocabulary_event_id, erasure_id, by_editor, reason, at)
  VALUES (CASE p_of WHEN 'revision' THEN p_id END, CASE p_of WHEN 'submission_version' THEN p_id END, CASE p_of WHEN 'submission_version' THEN p_n END,
    CASE p_of WHEN 'practice_event' THEN p_id END, CASE p_of WHEN 'submission_event' THEN p_id END,
    CASE p_of WHEN 'vocabulary_event' THEN p_id END, CASE p_of WHEN 'erasure' THEN p_id END, p_editor, p_reason, p_at);
END $$;

CREATE FUNCTION public.is_erasure(p_of text, p_before jsonb, p_after jsonb) RETURNS boolean
    LANGUAGE sql STABLE
    SET search_path TO 'public', 'pg_temp'
    AS $$
  SELECT NOT EXISTS (
    SELECT FROM content_leaves(p_before) b FULL JOIN content_leaves(p_after) a USING (path)
    WHERE jsonb_typeof(a.value) IS DISTINCT FROM jsonb_typeof(b.value)
      OR a.value <> b.value
        AND NOT (p_of = 'submission_version' AND path = '["about"]' AND EXISTS (SELECT FROM practice WHERE slug = a.value #>> '{}'))
        AND NOT (p_of = 'vocabulary_event' AND path ->> -2 = 'members'
          AND (EXISTS (SELECT FROM practice WHERE slug = a.value #>> '{}') OR EXISTS (SELECT FROM practice_slug WHERE slug = a.value #>> '{}')))
        AND (jsonb_typeof(a.value) <> 'string' OR NOT text_may_go(p_of, path, b.value #>> '{}')
          OR b.value #>> '{}' NOT LIKE replace(replace(replace(replace(a.value #>> '{}', '\', '\\'), '%', '\%'), '_', '\_'), '[fjernet]', '%')))
$$;

CREATE FUNCTION public.queue_folded(s text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$ SELECT lower(replace(replace(replace(replace(replace(replace(replace(s, 'æ', 'ae'), 'ø', 'oe'), 'å', 'aa'), 'Æ', 'ae'), 'Ø', 'oe'), 'Å', 'aa'), '-', ' ')) $$;

CREATE FUNCTION public.queue_words(content jsonb) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $_$ SELECT coalesce(string_agg(x #>> '{}', E'\n'), '') FROM jsonb_path_query(content, 'strict $.** ? (@.type() == "string")') x $_$;

CREATE FUNCTION public.revision_derive_refs() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
BEGIN
  INSERT INTO revision_ref (revision_id, role, vocabulary, term_id, organisation_id, solution_id)
  SELECT n.id, x.* FROM written n, content_refs(n.content) x;
  RETURN NULL;
END $$;

CREATE FUNCTION public.revision_has_event() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'public', 'pg_temp'
    AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM practice_event WHERE practice_id = NEW.practice_id AND revision_id = NEW.id) THEN
    RAISE EXCEPTION 'revision % of practice % has no event', NEW.id, NEW.practice_id USING ERRCODE = 'insufficient_privilege', CONSTRAINT = 'revision_has_event';
  END IF;
  RETURN NULL;
END $$;

CREATE FUNCTION public.river_job_state_in_bitmask(bitmask bit, state public.river_job_state) RETURNS boolean
    LANGUAGE sql IMMUTABLE
    AS $$
    SELECT CASE state
        WHEN 'available' THEN get_bit(bitmask, 7)
        WHEN 'cancelled' THEN get_bit(bitmask, 6)
        WHEN 'completed' THEN get_bit(bitmask, 5)
        WHEN 'discarded' THEN get_bit(bitmask, 4)
        WHEN 'pending'   THEN get_bit(bitmask, 3)
        WHEN 'retryable' THEN get_bit(bitmask, 2)
        WHEN 'running'   THEN get_bit(bitmask, 1)
        WHEN 'scheduled' THEN get_bit(bitmask, 0)
        ELSE 0
    END = 1;
$$;

CREATE FUNCTION public.role_check(p_editor bigint, p_table text, p_kind text) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'public', 'pg_temp'
    AS $$
BEGIN
  IF p_editor IS NOT NULL AND NOT EXISTS (
    SELECT FROM editor e JOIN role_event r ON r.role = e.role
    WHERE e.id = p_editor AND e.closed_at IS NULL AND r.table_name = p_table AND r.kind = p_kind)
  THEN
    RAISE EXCEPTION 'editor % may not write % in %', p_editor, p_kind, p_table USING ERRCODE = 'insufficient_privilege', CONSTRAINT = 'role_may_not';
  END IF;
END $$;

CREATE FUNCTION public.role_check_contrast() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'public', 'pg_temp'
    AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    PERFORM role_check(NEW.by_editor, TG_TABLE_NAME, 'added');
  ELSIF OLD.ended_at IS NOT NULL OR NEW.ended_at IS NULL THEN
    RAISE EXCEPTION 'contrast % ends once', OLD.id USING ERRCODE = 'insufficient_privilege', CONSTRAINT = 'contrast_ends_once';
  ELSE
    PERFORM role_check(NEW.ended_by, TG_TABLE_NAME, 'ended');
  END IF;
  RETURN NEW;
END $$;

CREATE FUNCTION public.role_check_erasure() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'public', 'pg_temp'
    AS $$
BEGIN PERFORM role_check(NEW.by_editor, TG_TABLE_NAME, NEW.what); RETURN NEW; END $$;

CREATE FUNCTION public.role_check_event() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'public', 'pg_temp'
    AS $$
BEGIN PERFORM role_check(NEW.by_editor, TG_TABLE_NAME, NEW.kind); RETURN NEW; END $$;

CREATE FUNCTION public.role_check_hidden() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'public', 'pg_temp'
    AS $$
BEGIN PERFORM role_check(NEW.hidden_by, TG_TABLE_NAME, 'hidden'); RETURN NEW; END $$;

CREATE FUNCTION public.role_check_saved() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'public', 'pg_temp'
    AS $$
BEGIN PERFORM role_check(NEW.updated_by, TG_TABLE_NAME, 'saved'); RETURN NEW; END $$;

CREATE FUNCTION public.term_refuse_circle() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'public', 'pg_temp'
    AS $$
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

CREATE FUNCTION public.text_may_go(p_of text, path jsonb, value text) RETURNS boolean
    LANGUAGE sql IMMUTABLE
    AS $_$
  SELECT value !~ '^[a-z0-9]+([-_][a-z0-9]+)*$' OR NOT (
    CASE p_of WHEN 'practice_event' THEN false WHEN 'erasure' THEN false
    WHEN 'vocabulary_event' THEN at ~ '\.item\.(noun|key)$'
      OR at ~ '\.(kind|code|parent|successor|followed_by|retired|asked|date|valid_from|valid_to|revision|contact_forms|members)\[\]$'
    WHEN 'submission_event' THEN at = '.reason'
    ELSE at ~ '\.(id|slug|code|key|kind|effect|voice|use|status|as_of|asked|date|state|period_from|period_to|review_by)$'
      OR at ~ '\.(voice|periods|target_groups|contact_forms|themes|perspectives|preconditions|transfer_to|solutions|partners)\[\]$'
      OR at ~ '\.organisation$' OR at = '.about' OR at = '.answered[]'
    END)
  FROM (SELECT coalesce(string_agg(CASE jsonb_typeof(e) WHEN 'number' THEN '[]' ELSE '.' || (e #>> '{}') END, '' ORDER BY n), '')
    FROM jsonb_array_elements(path) WITH ORDINALITY AS x (e, n)) AS p (at)
$_$;

CREATE TABLE public.account_event (
    id bigint NOT NULL,
    editor_id bigint NOT NULL,
    kind text NOT NULL,
    by_editor bigint,
    role text DEFAULT ''::text NOT NULL,
    at timestamp with time zone NOT NULL,
    CONSTRAINT account_event_kind_check CHECK ((kind <> ''::text))
);

ALTER TABLE public.account_event ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.account_event_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.attachment (
    id bigint NOT NULL,
    submission_id bigint NOT NULL,
    public_id uuid DEFAULT gen_random_uuid() NOT NULL,
    name text NOT NULL,
    type text NOT NULL,
    size bigint NOT NULL,
    sha256 bytea NOT NULL,
    text_alternative text DEFAULT ''::text NOT NULL,
    text_read boolean NOT NULL,
    scanned text DEFAULT ''::text NOT NULL,
    seen_by bigint,
    seen_at timestamp with time zone,
    notes text DEFAULT ''::text NOT NULL,
    digits boolean DEFAULT false NOT NULL,
    CONSTRAINT attachment_name_check CHECK (((name <> ''::text) AND (length(name) <= 200))),
    CONSTRAINT attachment_scanned_check CHECK ((scanned = ANY (ARRAY[''::text, 'clean'::text]))),
    CONSTRAINT attachment_sha256_check CHECK ((length(sha256) = 32)),
    CONSTRAINT attachment_size_check CHECK (((size >= 1) AND (size <= 10485760))),
    CONSTRAINT attachment_text_alternative_check CHECK ((length(text_alternative) <= 1000)),
    CONSTRAINT attachment_type_check CHECK ((type = ANY (ARRAY['application/pdf'::text, 'application/vnd.openxmlformats-officedocument.wordprocessingml.document'::text, 'application/vnd.oasis.opendocument.text'::text, 'image/png'::text, 'image/jpeg'::text])))
);

CREATE TABLE public.attachment_chunk (
    attachment_id bigint NOT NULL,
    n integer NOT NULL,
    data bytea NOT NULL,
    CONSTRAINT attachment_chunk_data_check CHECK ((length(data) <= 262144))
);
ALTER TABLE ONLY public.attachment_chunk ALTER COLUMN data SET STORAGE EXTERNAL;

ALTER TABLE public.attachment ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.attachment_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.carried_form (
    id bytea NOT NULL,
    content bytea NOT NULL,
    kept_at timestamp with time zone NOT NULL
);

CREATE TABLE public.catalogue_version (
    one boolean DEFAULT true NOT NULL,
    n bigint DEFAULT 0 NOT NULL,
    identity uuid DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT catalogue_version_n_check CHECK ((n >= 0)),
    CONSTRAINT catalogue_version_one_check CHECK (one)
);

CREATE TABLE public.draft (
    submission_id bigint NOT NULL,
    content jsonb NOT NULL,
    cleared text[] DEFAULT '{}'::text[] NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    updated_by bigint
);

CREATE TABLE public.editor (
    id bigint NOT NULL,
    email text NOT NULL,
    name text NOT NULL,
    password_hash text,
    totp_secret text,
    totp_last bigint DEFAULT 0 NOT NULL,
    oidc_issuer text,
    oidc_subject text,
    epoch integer DEFAULT 1 NOT NULL,
    created_at timestamp with time zone NOT NULL,
    closed_at timestamp with time zone,
    role text DEFAULT 'editor'::text NOT NULL,
    CONSTRAINT editor_email_check CHECK (((email = lower(email)) AND (length(email) <= 254))),
    CONSTRAINT editor_name_check CHECK (((name <> ''::text) AND (length(name) <= 200))),
    CONSTRAINT editor_role_check CHECK ((role = ANY (ARRAY['writer'::text, 'editor'::text, 'administrator'::text, 'checker'::text])))
);

CREATE TABLE public.editor_device (
    token_hash text NOT NULL,
    editor_id bigint NOT NULL,
    epoch integer NOT NULL,
    seen_at timestamp with time zone NOT NULL,
    CONSTRAINT editor_device_token_hash_check CHECK ((token_hash ~ '^[0-9a-f]{64}$'::text))
);

ALTER TABLE public.editor ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.editor_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.editor_invitation (
    editor_id bigint NOT NULL,
    token_hash bytea NOT NULL,
    invited_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    CONSTRAINT editor_invitation_token_hash_check CHECK ((length(token_hash) = 32))
);

CREATE TABLE public.empty_search (
    key bytea NOT NULL,
    text text NOT NULL,
    hidden boolean DEFAULT false NOT NULL,
    hidden_by bigint,
    hidden_at timestamp with time zone,
    CONSTRAINT empty_search_check CHECK (((hidden_by IS NULL) = (hidden_at IS NULL))),
    CONSTRAINT empty_search_key_check CHECK ((length(key) = 32)),
    CONSTRAINT empty_search_text_check CHECK ((length(text) <= 80))
);

CREATE TABLE public.empty_search_day (
    day date NOT NULL,
    key bytea NOT NULL,
    times integer NOT NULL,
    CONSTRAINT empty_search_day_key_check CHECK ((length(key) = 32)),
    CONSTRAINT empty_search_day_times_check CHECK ((times > 0))
);

CREATE TABLE public.erasure (
    id bigint NOT NULL,
    revision_id bigint,
    submission_id bigint,
    n integer,
    by_editor bigint,
    reason text NOT NULL,
    at timestamp with time zone NOT NULL,
    practice_event_id bigint,
    submission_event_id bigint,
    what text DEFAULT 'text'::text NOT NULL,
    vocabulary_event_id bigint,
    source_document_id bigint,
    erasure_id bigint,
    CONSTRAINT erasure_of_one_row CHECK (((num_nonnulls(revision_id, submission_id, practice_event_id, submission_event_id, vocabulary_event_id, source_document_id, erasure_id) = 1) AND
CASE what
    WHEN 'text'::text THEN ((submission_id IS NULL) = (n IS NULL))
    ELSE ((submission_id IS NOT NULL) AND (n IS NULL))
END)),
    CONSTRAINT erasure_reason_check CHECK (((reason <> ''::text) AND (length(reason) <= 1000))),
    CONSTRAINT erasure_what_check CHECK ((what = ANY (ARRAY['text'::text, 'attachment'::text, 'content'::text])))
);

ALTER TABLE public.erasure ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.erasure_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.erasure_key (
    one boolean DEFAULT true NOT NULL,
    chain uuid DEFAULT gen_random_uuid() NOT NULL,
    n bigint DEFAULT 1 NOT NULL,
    key bytea NOT NULL,
    awaited boolean DEFAULT false NOT NULL,
    CONSTRAINT erasure_key_key_check CHECK ((length(key) = 32)),
    CONSTRAINT erasure_key_n_check CHECK ((n > 0)),
    CONSTRAINT erasure_key_one_check CHECK (one)
);

CREATE TABLE public.erasure_unwritten (
    id bigint NOT NULL,
    line text NOT NULL,
    at timestamp with time zone NOT NULL
);

ALTER TABLE public.erasure_unwritten ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.erasure_unwritten_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.follow (
    id bigint NOT NULL,
    follower_id bigint NOT NULL,
    words text NOT NULL,
    filters text NOT NULL,
    frequency text NOT NULL,
    ordered_at timestamp with time zone NOT NULL,
    seen_version bigint NOT NULL,
    confirmed_at timestamp with time zone,
    told_on date,
    practices bigint[] DEFAULT '{}'::bigint[] NOT NULL,
    revisions integer[] DEFAULT '{}'::integer[] NOT NULL,
    CONSTRAINT follow_check CHECK (((confirmed_at IS NULL) = (told_on IS NULL))),
    CONSTRAINT follow_check1 CHECK ((cardinality(practices) = cardinality(revisions))),
    CONSTRAINT follow_filters_check CHECK ((length(filters) <= 4000)),
    CONSTRAINT follow_frequency_check CHECK ((frequency = ANY (ARRAY['daily'::text, 'weekly'::text]))),
    CONSTRAINT follow_words_check CHECK ((length(words) <= 400))
);

CREATE TABLE public.follow_digest (
    follower_id bigint NOT NULL,
    day date NOT NULL
);

ALTER TABLE public.follow ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.follow_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.follower (
    id bigint NOT NULL,
    email text NOT NULL,
    token text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT follower_email_check CHECK (((email <> ''::text) AND (length(email) <= 254))),
    CONSTRAINT follower_token_check CHECK ((length(token) = 43))
);

ALTER TABLE public.follower ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.follower_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.inquiry (
    id bigint NOT NULL,
    kind text NOT NULL,
    submission_id bigint,
    practice_id bigint,
    generation integer DEFAULT 0 NOT NULL,
    token_hash bytea,
    note text DEFAULT ''::text NOT NULL,
    prepared_at timestamp with time zone NOT NULL,
    asked_at timestamp with time zone,
    expires_at timestamp with time zone,
    answers integer DEFAULT 0 NOT NULL,
    answered_at timestamp with time zone,
    used text DEFAULT ''::text NOT NULL,
    confirmed boolean DEFAULT false NOT NULL,
    closed_at timestamp with time zone,
    CONSTRAINT inquiry_answers_check CHECK ((answers >= 0)),
    CONSTRAINT inquiry_check CHECK ((num_nonnulls(submission_id, practice_id) = 1)),
    CONSTRAINT inquiry_check1 CHECK (((kind = 'check'::text) OR (practice_id IS NOT NULL))),
    CONSTRAINT inquiry_check2 CHECK (((asked_at IS NULL) = (expires_at IS NULL))),
    CONSTRAINT inquiry_generation_check CHECK ((generation >= 0)),
    CONSTRAINT inquiry_kind_check CHECK ((kind = ANY (ARRAY['check'::text, 'still_used'::text]))),
    CONSTRAINT inquiry_note_check CHECK ((length(note) <= 1000)),
    CONSTRAINT inquiry_token_hash_check CHECK ((length(token_hash) = 32)),
    CONSTRAINT inquiry_used_check CHECK ((used = ANY (ARRAY[''::text, 'yes'::text, 'partly'::text, 'no'::text])))
);

CREATE TABLE public.inquiry_answer (
    id bigint NOT NULL,
    inquiry_id bigint NOT NULL,
    path text NOT NULL,
    is_right boolean NOT NULL,
    text text DEFAULT ''::text NOT NULL,
    shown text DEFAULT ''::text NOT NULL,
    CONSTRAINT inquiry_answer_path_check CHECK ((length(path) <= 200)),
    CONSTRAINT inquiry_answer_shown_check CHECK ((length(shown) <= 64)),
    CONSTRAINT inquiry_answer_text_check CHECK ((length(text) <= 2000))
);

ALTER TABLE public.inquiry_answer ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.inquiry_answer_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.inquiry_contact (
    inquiry_id bigint NOT NULL,
    email text NOT NULL,
    erase_on date NOT NULL,
    CONSTRAINT inquiry_contact_email_check CHECK (((length(email) >= 3) AND (length(email) <= 254)))
);

ALTER TABLE public.inquiry ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.inquiry_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.kept_file (
    id bigint NOT NULL,
    public_id uuid DEFAULT gen_random_uuid() NOT NULL,
    form_hash bytea NOT NULL,
    client text NOT NULL,
    name text NOT NULL,
    type text NOT NULL,
    size bigint NOT NULL,
    sha256 bytea NOT NULL,
    text_alternative text DEFAULT ''::text NOT NULL,
    text_read boolean NOT NULL,
    scanned text DEFAULT ''::text NOT NULL,
    notes text DEFAULT ''::text NOT NULL,
    digits boolean NOT NULL,
    whole boolean DEFAULT false NOT NULL,
    erase_at timestamp with time zone NOT NULL,
    CONSTRAINT kept_file_form_hash_check CHECK ((length(form_hash) = 32)),
    CONSTRAINT kept_file_name_check CHECK (((name <> ''::text) AND (length(name) <= 200))),
    CONSTRAINT kept_file_sha256_check CHECK ((length(sha256) = 32)),
    CONSTRAINT kept_file_size_check CHECK (((size >= 1) AND (size <= 10485760))),
    CONSTRAINT kept_file_text_alternative_check CHECK ((length(text_alternative) <= 1000))
);

CREATE TABLE public.kept_file_chunk (
    kept_file_id bigint NOT NULL,
    n integer NOT NULL,
    data bytea NOT NULL,
    CONSTRAINT kept_file_chunk_data_check CHECK ((length(data) <= 262144))
);
ALTER TABLE ONLY public.kept_file_chunk ALTER COLUMN data SET STORAGE EXTERNAL;

ALTER TABLE public.kept_file ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.kept_file_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.link (
    id bigint NOT NULL,
    url text NOT NULL,
    round_id bigint,
    outcome text DEFAULT ''::text NOT NULL,
    reason text DEFAULT ''::text NOT NULL,
    tries smallint DEFAULT 0 NOT NULL,
    tried_at timestamp with time zone,
    failures integer DEFAULT 0 NOT NULL,
    failing_since date,
    dead_since date,
    kept_until timestamp with time zone,
    recheck boolean DEFAULT false NOT NULL,
    CONSTRAINT link_check CHECK (((failures > 0) = (failing_since IS NOT NULL))),
    CONSTRAINT link_check1 CHECK (((dead_since IS NULL) OR (failures > 0))),
    CONSTRAINT link_failures_check CHECK ((failures >= 0)),
    CONSTRAINT link_outcome_check CHECK ((outcome = ANY (ARRAY[''::text, 'works'::text, 'fails'::text, 'unclear'::text]))),
    CONSTRAINT link_reason_check CHECK ((reason ~ '^[a-z0-9_]*$'::text)),
    CONSTRAINT link_url_check CHECK (((url <> ''::text) AND (length(url) <= 2000)))
);

CREATE TABLE public.link_event (
    id bigint NOT NULL,
    link_id bigint NOT NULL,
    kind text NOT NULL,
    by_editor bigint,
    at timestamp with time zone NOT NULL,
    CONSTRAINT link_event_kind_check CHECK ((kind = ANY (ARRAY['rechecked'::text, 'kept'::text, 'died'::text, 'revived'::text])))
);

ALTER TABLE public.link_event ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.link_event_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

ALTER TABLE public.link ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.link_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.link_round (
    id bigint NOT NULL,
    began_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    held_until timestamp with time zone NOT NULL,
    checked integer DEFAULT 0 NOT NULL,
    failed integer DEFAULT 0 NOT NULL,
    void boolean DEFAULT false NOT NULL,
    CONSTRAINT link_round_checked_check CHECK ((checked >= 0)),
    CONSTRAINT link_round_failed_check CHECK ((failed >= 0))
);

ALTER TABLE public.link_round ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.link_round_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.mail (
    id bigint NOT NULL,
    message_id text NOT NULL,
    submission_id bigint,
    kind text NOT NULL,
    recipient text DEFAULT ''::text NOT NULL,
    subject text NOT NULL,
    body text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    sent_at timestamp with time zone,
    attempts integer DEFAULT 0 NOT NULL,
    error text DEFAULT ''::text NOT NULL,
    saved_form_id bigint,
    code integer DEFAULT 0 NOT NULL,
    status text DEFAULT ''::text NOT NULL,
    refused_at timestamp with time zone,
    inquiry_id bigint,
    follower_id bigint,
    unsubscribe text DEFAULT ''::text NOT NULL,
    CONSTRAINT mail_code_check CHECK (((code = 0) OR ((code >= 400) AND (code <= 599)))),
    CONSTRAINT mail_status_check CHECK ((status ~ '^([245]\.[0-9]{1,3}\.[0-9]{1,3})?$'::text))
);

ALTER TABLE public.mail ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.mail_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.mail_text (
    kind text NOT NULL,
    subject text NOT NULL,
    body text NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    updated_by bigint,
    version integer DEFAULT 1 NOT NULL,
    CONSTRAINT mail_text_body_check CHECK (((body <> ''::text) AND (length(body) <= 10000))),
    CONSTRAINT mail_text_subject_check CHECK (((subject <> ''::text) AND (length(subject) <= 200) AND (subject !~ '[\r\n]'::text))),
    CONSTRAINT mail_text_version_check CHECK ((version > 0))
);

CREATE TABLE public.operation_run (
    id bigint NOT NULL,
    kind text NOT NULL,
    started timestamp with time zone NOT NULL,
    finished timestamp with time zone NOT NULL,
    ok boolean NOT NULL,
    bytes bigint DEFAULT 0 NOT NULL,
    detail jsonb DEFAULT '{}'::jsonb NOT NULL,
    CONSTRAINT operation_run_bytes_check CHECK ((bytes >= 0)),
    CONSTRAINT operation_run_check CHECK ((finished >= started)),
    CONSTRAINT operation_run_detail_check CHECK ((jsonb_typeof(detail) = 'object'::text)),
    CONSTRAINT operation_run_kind_check CHECK ((kind = ANY (ARRAY['backup'::text, 'restore'::text, 'drill'::text])))
);

ALTER TABLE public.operation_run ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.operation_run_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.organisation (
    id bigint NOT NULL,
    slug public.slug NOT NULL,
    code text,
    kind text NOT NULL,
    name text NOT NULL,
    short_name text DEFAULT ''::text NOT NULL,
    parent_id bigint,
    parent_kind text GENERATED ALWAYS AS (
CASE
    WHEN (kind = ANY (ARRAY['municipality'::text, 'region_unit'::text])) THEN 'region'::text
    ELSE NULL::text
END) STORED,
    valid_from date,
    valid_to date,
    "position" integer DEFAULT 0 NOT NULL,
    seed_hash text,
    successor_id bigint,
    retired boolean DEFAULT false NOT NULL,
    spellings text[] DEFAULT '{}'::text[] NOT NULL,
    CONSTRAINT organisation_check CHECK ((valid_to >= valid_from)),
    CONSTRAINT organisation_check1 CHECK (((parent_id IS NOT NULL) = (kind = ANY (ARRAY['municipality'::text, 'region_unit'::text])))),
    CONSTRAINT organisation_check3 CHECK ((successor_id <> id)),
    CONSTRAINT organisation_code_check CHECK ((code ~ '^[0-9]{4}$'::text)),
    CONSTRAINT organisation_code_of_municipality CHECK (((code IS NOT NULL) OR (kind <> 'municipality'::text))),
    CONSTRAINT organisation_kind_check CHECK ((kind = ANY (ARRAY['municipality'::text, 'region'::text, 'region_unit'::text, 'state'::text, 'ngo'::text, 'volunteers'::text, 'several'::text]))),
    CONSTRAINT organisation_name_check CHECK (((name <> ''::text) AND (length(name) <= 160))),
    CONSTRAINT organisation_short_name_check CHECK ((length(short_name) <= 80)),
    CONSTRAINT organisation_spellings_check CHECK ((cardinality(spellings) <= 20))
);

ALTER TABLE public.organisation ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.organisation_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.page_text (
    page text NOT NULL,
    body text NOT NULL,
    CONSTRAINT page_text_body_check CHECK ((length(body) <= 20000)),
    CONSTRAINT page_text_page_check CHECK ((page = 'om'::text))
);

CREATE TABLE public.practice (
    id bigint NOT NULL,
    slug public.slug NOT NULL,
    state text NOT NULL,
    state_reason text DEFAULT ''::text NOT NULL,
    merged_into bigint,
    revision_id bigint NOT NULL,
    first_published timestamp with time zone NOT NULL,
    review_by date,
    look_by date,
    checked_at timestamp with time zone,
    CONSTRAINT practice_check CHECK ((merged_into <> id)),
    CONSTRAINT practice_check1 CHECK (((state = 'merged'::text) = (merged_into IS NOT NULL))),
    CONSTRAINT practice_check2 CHECK (((state <> 'withdrawn'::text) OR (state_reason <> ''::text))),
    CONSTRAINT practice_check3 CHECK (((look_by IS NULL) OR ((state <> 'merged'::text) AND (state <> 'removed'::text)))),
    CONSTRAINT practice_state_check CHECK ((state = ANY (ARRAY['published'::text, 'withdrawn'::text, 'removed'::text, 'merged'::text]))),
    CONSTRAINT practice_state_reason_check CHECK ((length(state_reason) <= 1000))
);

CREATE TABLE public.practice_event (
    id bigint NOT NULL,
    practice_id bigint NOT NULL,
    kind text NOT NULL,
    by_editor bigint,
    reason text DEFAULT ''::text NOT NULL,
    text text DEFAULT ''::text NOT NULL,
    at timestamp with time zone NOT NULL,
    revision_id bigint,
    change text DEFAULT ''::text NOT NULL,
    CONSTRAINT practice_event_check CHECK (((change = ANY (ARRAY[''::text, 'correction'::text, 'content'::text])) AND ((change = ''::text) OR (revision_id IS NOT NULL)))),
    CONSTRAINT practice_event_kind_check CHECK ((kind ~ '^[a-z][a-z_]*$'::text)),
    CONSTRAINT practice_event_reason_check CHECK ((length(reason) <= 1000)),
    CONSTRAINT practice_event_text_check CHECK ((length(text) <= 4000))
);

ALTER TABLE public.practice_event ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.practice_event_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

ALTER TABLE public.practice ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.practice_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.practice_slug (
    slug public.slug NOT NULL,
    practice_id bigint NOT NULL
);

CREATE TABLE public.practice_solution (
    practice_id bigint NOT NULL,
    solution_id bigint NOT NULL
);

CREATE TABLE public.public_practice (
    id bigint NOT NULL,
    slug public.slug NOT NULL,
    state text NOT NULL,
    version bigint NOT NULL,
    moved_to public.slug,
    entry jsonb,
    card jsonb,
    page jsonb,
    shape integer DEFAULT 0 NOT NULL,
    CONSTRAINT public_practice_check CHECK (((state = 'published'::text) = (card IS NOT NULL))),
    CONSTRAINT public_practice_check1 CHECK (((card IS NULL) = (entry IS NULL))),
    CONSTRAINT public_practice_check2 CHECK (((page IS NOT NULL) = (state = ANY (ARRAY['published'::text, 'withdrawn'::text])))),
    CONSTRAINT public_practice_check3 CHECK (((state = 'merged'::text) = (moved_to IS NOT NULL))),
    CONSTRAINT public_practice_shape_check CHECK ((shape >= 0)),
    CONSTRAINT public_practice_version_check CHECK ((version >= 1))
);

CREATE TABLE public.public_shape (
    one boolean DEFAULT true NOT NULL,
    newest integer DEFAULT 0 NOT NULL,
    CONSTRAINT public_shape_newest_check CHECK ((newest >= 0)),
    CONSTRAINT public_shape_one_check CHECK (one)
);

CREATE TABLE public.public_slug (
    slug public.slug NOT NULL,
    practice_id bigint NOT NULL
);

CREATE TABLE public.question_answer (
    question_id bigint NOT NULL,
    submission_id bigint NOT NULL,
    text text NOT NULL,
    CONSTRAINT question_answer_text_check CHECK (((text <> ''::text) AND (length(text) <= 4000)))
);

CREATE TABLE public.revision (
    id bigint NOT NULL,
    practice_id bigint NOT NULL,
    number integer NOT NULL,
    origin text NOT NULL,
    content_hash text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    content jsonb NOT NULL,
    CONSTRAINT revision_content_check CHECK (((jsonb_typeof(content) = 'object'::text) AND (content ? 'title'::text) AND (content ? 'organisation'::text))),
    CONSTRAINT revision_number_check CHECK ((number >= 1)),
    CONSTRAINT revision_origin_check CHECK ((origin = ANY (ARRAY['seed'::text, 'import'::text, 'editor'::text])))
);

ALTER TABLE public.revision ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.revision_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.revision_ref (
    revision_id bigint NOT NULL,
    role text NOT NULL,
    vocabulary text,
    term_id bigint,
    organisation_id bigint,
    solution_id bigint,
    CONSTRAINT revision_ref_check CHECK ((num_nonnulls(term_id, organisation_id, solution_id) = 1)),
    CONSTRAINT revision_ref_check1 CHECK (((term_id IS NULL) = (vocabulary IS NULL)))
);

CREATE TABLE public.river_job (
    id bigint NOT NULL,
    state public.river_job_state DEFAULT 'available'::public.river_job_state NOT NULL,
    attempt smallint DEFAULT 0 NOT NULL,
    max_attempts smallint DEFAULT 25 NOT NULL,
    attempted_at timestamp with time zone,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    finalized_at timestamp with time zone,
    scheduled_at timestamp with time zone DEFAULT now() NOT NULL,
    priority smallint DEFAULT 1 NOT NULL,
    args jsonb NOT NULL,
    attempted_by text[],
    errors jsonb[],
    kind text NOT NULL,
    metadata jsonb DEFAULT '{}'::jsonb NOT NULL,
    queue text DEFAULT 'default'::text NOT NULL,
    tags character varying(255)[] DEFAULT '{}'::character varying[] NOT NULL,
    unique_key bytea,
    unique_states bit(8),
    CONSTRAINT finalized_or_finalized_at_null CHECK ((((finalized_at IS NULL) AND (state <> ALL (ARRAY['cancelled'::public.river_job_state, 'completed'::public.river_job_state, 'discarded'::public.river_job_state]))) OR ((finalized_at IS NOT NULL) AND (state = ANY (ARRAY['cancelled'::public.river_job_state, 'completed'::public.river_job_state, 'discarded'::public.river_job_state]))))),
    CONSTRAINT kind_length CHECK (((char_length(kind) > 0) AND (char_length(kind) < 128))),
    CONSTRAINT max_attempts_is_positive CHECK ((max_attempts > 0)),
    CONSTRAINT priority_in_range CHECK (((priority >= 1) AND (priority <= 4))),
    CONSTRAINT queue_length CHECK (((char_length(queue) > 0) AND (char_length(queue) < 128)))
);

CREATE SEQUENCE public.river_job_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE public.river_job_id_seq OWNED BY public.river_job.id;

CREATE UNLOGGED TABLE public.river_leader (
    elected_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    leader_id text NOT NULL,
    name text DEFAULT 'default'::text NOT NULL,
    CONSTRAINT leader_id_length CHECK (((char_length(leader_id) > 0) AND (char_length(leader_id) < 128))),
    CONSTRAINT name_length CHECK ((name = 'default'::text))
);

CREATE TABLE public.river_migration (
    line text NOT NULL,
    version bigint NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT line_length CHECK (((char_length(line) > 0) AND (char_length(line) < 128))),
    CONSTRAINT version_gte_1 CHECK ((version >= 1))
);

CREATE TABLE public.river_notification (
    id bigint NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    payload text NOT NULL,
    topic text NOT NULL,
    CONSTRAINT topic_length CHECK (((length(topic) > 0) AND (length(topic) < 128)))
);

CREATE SEQUENCE public.river_notification_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE public.river_notification_id_seq OWNED BY public.river_notification.id;

CREATE TABLE public.river_queue (
    name text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    metadata jsonb DEFAULT '{}'::jsonb NOT NULL,
    paused_at timestamp with time zone,
    updated_at timestamp with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL
);

CREATE TABLE public.role_event (
    role text NOT NULL,
    table_name text NOT NULL,
    kind text NOT NULL
);

CREATE TABLE public.saved_form (
    id bigint NOT NULL,
    token_hash bytea NOT NULL,
    content json NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    client text NOT NULL,
    mailed_to text NOT NULL,
    saved_at timestamp with time zone NOT NULL,
    erase_on date NOT NULL,
    CONSTRAINT saved_form_content_check CHECK ((octet_length((content)::text) <= 1048576)),
    CONSTRAINT saved_form_token_hash_check CHECK ((length(token_hash) = 32)),
    CONSTRAINT saved_form_version_check CHECK ((version > 0))
);

ALTER TABLE public.saved_form ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.saved_form_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.saved_form_link (
    at timestamp with time zone NOT NULL,
    address text NOT NULL,
    client text NOT NULL
);

CREATE TABLE public.schema_needs (
    one boolean DEFAULT true NOT NULL,
    migration integer NOT NULL,
    CONSTRAINT schema_needs_migration_check CHECK ((migration >= 1)),
    CONSTRAINT schema_needs_one_check CHECK (one)
);

CREATE TABLE public.seed_load (
    one boolean DEFAULT true NOT NULL,
    hash text NOT NULL,
    loaded_at timestamp with time zone NOT NULL,
    number integer DEFAULT 0 NOT NULL,
    CONSTRAINT seed_load_hash_check CHECK ((hash <> ''::text)),
    CONSTRAINT seed_load_number_check CHECK ((number >= 0)),
    CONSTRAINT seed_load_one_check CHECK (one)
);

CREATE TABLE public.seed_practice (
    seed_key text NOT NULL,
    practice_id bigint NOT NULL,
    seed_hash text NOT NULL,
    solutions text[] DEFAULT '{}'::text[] NOT NULL,
    CONSTRAINT seed_practice_seed_key_check CHECK ((length(seed_key) <= 200))
);

CREATE TABLE public.seed_proposal (
    practice_id bigint NOT NULL,
    content jsonb NOT NULL,
    seed_hash text NOT NULL,
    proposed_at timestamp with time zone NOT NULL
);

CREATE TABLE public.sessions (
    token text NOT NULL,
    data bytea NOT NULL,
    expiry timestamp with time zone NOT NULL
);

CREATE TABLE public.shortlist (
    id bigint NOT NULL,
    title text DEFAULT ''::text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    used_on date NOT NULL,
    CONSTRAINT shortlist_title_check CHECK ((length(title) <= 160))
);

CREATE TABLE public.shortlist_content (
    practice_id bigint NOT NULL,
    version bigint NOT NULL,
    content jsonb,
    erased_at timestamp with time zone,
    CONSTRAINT shortlist_content_check CHECK (((content IS NOT NULL) OR (erased_at IS NOT NULL))),
    CONSTRAINT shortlist_content_version_check CHECK ((version > 0))
);

CREATE TABLE public.shortlist_edition (
    shortlist_id bigint NOT NULL,
    n integer NOT NULL,
    title text NOT NULL,
    version bigint NOT NULL,
    frozen_at timestamp with time zone NOT NULL,
    contrasts jsonb NOT NULL,
    erased_at timestamp with time zone,
    CONSTRAINT shortlist_edition_n_check CHECK ((n > 0)),
    CONSTRAINT shortlist_edition_title_check CHECK ((length(title) <= 160)),
    CONSTRAINT shortlist_edition_version_check CHECK ((version > 0))
);

CREATE TABLE public.shortlist_edition_item (
    shortlist_id bigint NOT NULL,
    n integer NOT NULL,
    place integer NOT NULL,
    practice_id bigint NOT NULL,
    version bigint NOT NULL,
    note text NOT NULL,
    CONSTRAINT shortlist_edition_item_note_check CHECK ((length(note) <= 2000))
);

ALTER TABLE public.shortlist ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.shortlist_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.shortlist_item (
    shortlist_id bigint NOT NULL,
    practice_id bigint NOT NULL,
    place integer NOT NULL,
    note text DEFAULT ''::text NOT NULL,
    removed_at timestamp with time zone,
    CONSTRAINT shortlist_item_note_check CHECK ((length(note) <= 2000))
);

CREATE TABLE public.shortlist_link (
    id bigint NOT NULL,
    shortlist_id bigint NOT NULL,
    token_hash bytea NOT NULL,
    may text NOT NULL,
    n integer NOT NULL,
    created_at timestamp with time zone NOT NULL,
    revoked_at timestamp with time zone,
    CONSTRAINT shortlist_link_may_check CHECK ((may = ANY (ARRAY['own'::text, 'edit'::text, 'read'::text]))),
    CONSTRAINT shortlist_link_n_check CHECK ((n >= 0)),
    CONSTRAINT shortlist_link_token_hash_check CHECK ((length(token_hash) = 32))
);

ALTER TABLE public.shortlist_link ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.shortlist_link_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.sign_in_failure (
    at timestamp with time zone NOT NULL,
    account text NOT NULL,
    client text NOT NULL
);

CREATE TABLE public.solution (
    id bigint NOT NULL,
    slug public.slug NOT NULL,
    label text NOT NULL,
    description text DEFAULT ''::text NOT NULL,
    "position" integer DEFAULT 0 NOT NULL,
    seed_hash text,
    retired boolean DEFAULT false NOT NULL,
    successor_id bigint,
    CONSTRAINT solution_description_check CHECK ((length(description) <= 2000)),
    CONSTRAINT solution_label_check CHECK (((label <> ''::text) AND (length(label) <= 120))),
    CONSTRAINT solution_retired_check CHECK (((NOT retired) OR (successor_id IS NULL))),
    CONSTRAINT solution_successor_check CHECK ((successor_id <> id))
);

CREATE TABLE public.solution_contact_form (
    solution_id bigint NOT NULL,
    term_id bigint NOT NULL,
    vocabulary text DEFAULT 'kontaktform'::text NOT NULL,
    CONSTRAINT solution_contact_form_vocabulary_check CHECK ((vocabulary = 'kontaktform'::text))
);

CREATE TABLE public.solution_contrast (
    id bigint NOT NULL,
    solution_id bigint NOT NULL,
    term_id bigint NOT NULL,
    vocabulary text DEFAULT 'maalgruppe'::text NOT NULL,
    for_practice_id bigint,
    for_key text,
    against_practice_id bigint,
    against_key text,
    reason text NOT NULL,
    by_editor bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    ended_by bigint,
    ended_at timestamp with time zone,
    CONSTRAINT solution_contrast_check CHECK (((ended_by IS NULL) = (ended_at IS NULL))),
    CONSTRAINT solution_contrast_pair CHECK ((num_nonnulls(for_practice_id, for_key, against_practice_id, against_key) = ANY (ARRAY[0, 4]))),
    CONSTRAINT solution_contrast_reason_check CHECK (((reason <> ''::text) AND (length(reason) <= 1000))),
    CONSTRAINT solution_contrast_vocabulary_check CHECK ((vocabulary = 'maalgruppe'::text))
);

ALTER TABLE public.solution_contrast ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.solution_contrast_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

ALTER TABLE public.solution ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.solution_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.source_document (
    id bigint NOT NULL,
    slug public.slug NOT NULL,
    document text NOT NULL,
    kind text NOT NULL,
    publisher text DEFAULT ''::text NOT NULL,
    date text DEFAULT ''::text NOT NULL,
    about text DEFAULT ''::text NOT NULL,
    asked text DEFAULT ''::text NOT NULL,
    retired boolean DEFAULT false NOT NULL,
    "position" integer DEFAULT 0 NOT NULL,
    seed_hash text,
    CONSTRAINT source_document_about_check CHECK ((length(about) <= 2000)),
    CONSTRAINT source_document_date_check CHECK ((length(date) <= 20)),
    CONSTRAINT source_document_document_check CHECK (((document <> ''::text) AND (length(document) <= 400))),
    CONSTRAINT source_document_publisher_check CHECK ((length(publisher) <= 400))
);

ALTER TABLE public.source_document ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.source_document_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.source_document_text (
    hash text NOT NULL,
    document_id bigint NOT NULL,
    content jsonb NOT NULL,
    CONSTRAINT source_document_text_hash_check CHECK ((hash ~ '^[0-9a-f]{64}$'::text))
);

CREATE TABLE public.submission (
    id bigint NOT NULL,
    reference text NOT NULL,
    token_hash bytea NOT NULL,
    client_hash bytea NOT NULL,
    kind text NOT NULL,
    state text NOT NULL,
    held_reason text DEFAULT ''::text NOT NULL,
    about_id bigint,
    practice_id bigint,
    version integer DEFAULT 1 NOT NULL,
    received_at timestamp with time zone NOT NULL,
    decided_at timestamp with time zone,
    erased_at timestamp with time zone,
    moved_at timestamp with time zone,
    answered boolean DEFAULT false NOT NULL,
    reminders smallint DEFAULT 0 NOT NULL,
    reminded_at timestamp with time zone,
    origin text DEFAULT 'public'::text NOT NULL,
    CONSTRAINT submission_check CHECK (((decided_at IS NULL) = (state = ANY (ARRAY['received'::text, 'held'::text, 'in_review'::text, 'changes_requested'::text])))),
    CONSTRAINT submission_check1 CHECK (((practice_id IS NOT NULL) = (state = ANY (ARRAY['accepted'::text, 'exists'::text])))),
    CONSTRAINT submission_client_hash_check CHECK ((length(client_hash) = 32)),
    CONSTRAINT submission_kind_check CHECK ((kind = ANY (ARRAY['tip'::text, 'short'::text, 'full'::text, 'question'::text]))),
    CONSTRAINT submission_origin_check CHECK ((origin = ANY (ARRAY['public'::text, 'desk'::text]))),
    CONSTRAINT submission_reference_check CHECK ((reference ~ '^[A-HJ-NP-Z2-9]{4}-[A-HJ-NP-Z2-9]{4}$'::text)),
    CONSTRAINT submission_reminded CHECK (((reminders > 0) = (reminded_at IS NOT NULL))),
    CONSTRAINT submission_reminders_check CHECK (((reminders >= 0) AND (reminders <= 2))),
    CONSTRAINT submission_state_check CHECK ((state = ANY (ARRAY['received'::text, 'held'::text, 'in_review'::text, 'changes_requested'::text, 'accepted'::text, 'exists'::text, 'declined'::text, 'withdrawn'::text, 'replied'::text, 'set_aside'::text]))),
    CONSTRAINT submission_token_hash_check CHECK ((length(token_hash) = 32))
);

CREATE TABLE public.submission_answer (
    event_id bigint NOT NULL,
    submission_id bigint NOT NULL,
    text text NOT NULL,
    CONSTRAINT submission_answer_text_check CHECK (((text <> ''::text) AND (length(text) <= 4000)))
);

CREATE TABLE public.submission_contact (
    submission_id bigint NOT NULL,
    name text DEFAULT ''::text NOT NULL,
    email text NOT NULL,
    phone text DEFAULT ''::text NOT NULL,
    token text NOT NULL,
    erase_on date NOT NULL,
    CONSTRAINT submission_contact_email_check CHECK (((length(email) >= 3) AND (length(email) <= 254))),
    CONSTRAINT submission_contact_name_check CHECK ((length(name) <= 200)),
    CONSTRAINT submission_contact_phone_check CHECK ((length(phone) <= 40))
);

CREATE TABLE public.submission_event (
    id bigint NOT NULL,
    submission_id bigint NOT NULL,
    kind text NOT NULL,
    state text NOT NULL,
    by_editor bigint,
    reason text DEFAULT ''::text NOT NULL,
    text text DEFAULT ''::text NOT NULL,
    at timestamp with time zone NOT NULL,
    CONSTRAINT submission_event_kind_check CHECK ((kind <> ''::text)),
    CONSTRAINT submission_event_text_check CHECK ((length(text) <= 4000))
);

ALTER TABLE public.submission_event ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.submission_event_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

ALTER TABLE public.submission ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.submission_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.submission_lease (
    submission_id bigint NOT NULL,
    editor_id bigint NOT NULL,
    since timestamp with time zone NOT NULL,
    kept_at timestamp with time zone NOT NULL
);

CREATE TABLE public.submission_question (
    id bigint NOT NULL,
    submission_id bigint NOT NULL,
    event_id bigint NOT NULL,
    field text DEFAULT ''::text NOT NULL,
    text text NOT NULL,
    closed_event_id bigint,
    corrected boolean DEFAULT false NOT NULL,
    CONSTRAINT submission_question_field_check CHECK ((field ~ '^([a-z_]+(\.[a-z_]+)*(\[[1-9][0-9]{0,2}\])?)?$'::text)),
    CONSTRAINT submission_question_text_check CHECK (((text <> ''::text) AND (length(text) <= 4000)))
);

ALTER TABLE public.submission_question ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.submission_question_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.submission_version (
    submission_id bigint NOT NULL,
    n integer NOT NULL,
    content jsonb NOT NULL,
    at timestamp with time zone NOT NULL,
    listed text GENERATED ALWAYS AS (public.queue_folded(public.queue_words(content))) STORED
);

CREATE TABLE public.synonym_rule (
    id bigint NOT NULL,
    words text[] NOT NULL,
    finds text[] DEFAULT '{}'::text[] NOT NULL,
    "position" integer DEFAULT 0 NOT NULL,
    seed_hash text,
    withdrawn boolean DEFAULT false NOT NULL,
    means text[] DEFAULT '{}'::text[] NOT NULL,
    CONSTRAINT synonym_rule_check CHECK (((cardinality(words) > 1) OR ((cardinality(means) + cardinality(finds)) > 0))),
    CONSTRAINT synonym_rule_finds_check CHECK ((cardinality(finds) <= 20)),
    CONSTRAINT synonym_rule_means_check CHECK ((cardinality(means) <= 20)),
    CONSTRAINT synonym_rule_words_check CHECK (((cardinality(words) >= 1) AND (cardinality(words) <= 20)))
);

ALTER TABLE public.synonym_rule ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.synonym_rule_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.term (
    id bigint NOT NULL,
    vocabulary text NOT NULL,
    slug public.slug NOT NULL,
    label text NOT NULL,
    definition text DEFAULT ''::text NOT NULL,
    parent_id bigint,
    successor_id bigint,
    "position" integer DEFAULT 0 NOT NULL,
    seed_hash text,
    codes jsonb DEFAULT '[]'::jsonb NOT NULL,
    retired boolean DEFAULT false NOT NULL,
    CONSTRAINT term_check CHECK ((parent_id <> id)),
    CONSTRAINT term_check1 CHECK ((successor_id <> id)),
    CONSTRAINT term_codes_check CHECK ((jsonb_typeof(codes) = 'array'::text)),
    CONSTRAINT term_definition_check CHECK ((length(definition) <= 1000)),
    CONSTRAINT term_label_check CHECK (((label <> ''::text) AND (length(label) <= 120))),
    CONSTRAINT term_retired_check CHECK (((NOT retired) OR (successor_id IS NULL))),
    CONSTRAINT term_vocabulary_check CHECK ((vocabulary = ANY (ARRAY['maalgruppe'::text, 'kontaktform'::text, 'perspektiv'::text, 'tema'::text, 'forudsaetning'::text])))
);

ALTER TABLE public.term ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.term_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.term_synonym (
    term_id bigint NOT NULL,
    synonym text NOT NULL,
    "position" integer NOT NULL,
    CONSTRAINT term_synonym_synonym_check CHECK (((synonym <> ''::text) AND (length(synonym) <= 120)))
);

CREATE TABLE public.unsaved_form (
    editor_id bigint NOT NULL,
    form text NOT NULL,
    page text NOT NULL,
    submission_id bigint,
    content jsonb,
    kept_at timestamp with time zone NOT NULL,
    practice_id bigint,
    CONSTRAINT unsaved_form_form_check CHECK (((form <> ''::text) AND (length(form) <= 200))),
    CONSTRAINT unsaved_form_page_check CHECK (((length(page) >= 8) AND (length(page) <= 64)))
);

CREATE TABLE public.vocabulary_event (
    id bigint NOT NULL,
    kind text NOT NULL,
    noun text NOT NULL,
    key text NOT NULL,
    label text NOT NULL,
    changes jsonb NOT NULL,
    undoes bigint,
    by_editor bigint,
    at timestamp with time zone NOT NULL,
    CONSTRAINT vocabulary_event_changes_check CHECK ((jsonb_typeof(changes) = 'array'::text)),
    CONSTRAINT vocabulary_event_check CHECK (((kind = 'undo'::text) = (undoes IS NOT NULL))),
    CONSTRAINT vocabulary_event_kind_check CHECK ((kind = ANY (ARRAY['add'::text, 'change'::text, 'merge'::text, 'retire'::text, 'revive'::text, 'retag'::text, 'undo'::text, 'erase'::text])))
);

ALTER TABLE public.vocabulary_event ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.vocabulary_event_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

ALTER TABLE ONLY public.river_job ALTER COLUMN id SET DEFAULT nextval('public.river_job_id_seq'::regclass);

ALTER TABLE ONLY public.river_notification ALTER COLUMN id SET DEFAULT nextval('public.river_notification_id_seq'::regclass);

ALTER TABLE ONLY public.account_event
    ADD CONSTRAINT account_event_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.attachment_chunk
    ADD CONSTRAINT attachment_chunk_pkey PRIMARY KEY (attachment_id, n);

ALTER TABLE ONLY public.attachment
    ADD CONSTRAINT attachment_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.attachment
    ADD CONSTRAINT attachment_public_id_key UNIQUE (public_id);

ALTER TABLE ONLY public.attachment
    ADD CONSTRAINT attachment_submission_id_sha256_key UNIQUE (submission_id, sha256);

ALTER TABLE ONLY public.carried_form
    ADD CONSTRAINT carried_form_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.catalogue_version
    ADD CONSTRAINT catalogue_version_pkey PRIMARY KEY (one);

ALTER TABLE ONLY public.draft
    ADD CONSTRAINT draft_pkey PRIMARY KEY (submission_id);

ALTER TABLE ONLY public.editor_device
    ADD CONSTRAINT editor_device_pkey PRIMARY KEY (token_hash);

ALTER TABLE ONLY public.editor_invitation
    ADD CONSTRAINT editor_invitation_pkey PRIMARY KEY (editor_id);

ALTER TABLE ONLY public.editor_invitation
    ADD CONSTRAINT editor_invitation_token_hash_key UNIQUE (token_hash);

ALTER TABLE ONLY public.editor
    ADD CONSTRAINT editor_oidc_issuer_oidc_subject_key UNIQUE (oidc_issuer, oidc_subject);

ALTER TABLE ONLY public.editor
    ADD CONSTRAINT editor_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.empty_search_day
    ADD CONSTRAINT empty_search_day_pkey PRIMARY KEY (day, key);

ALTER TABLE ONLY public.empty_search
    ADD CONSTRAINT empty_search_pkey PRIMARY KEY (key);

ALTER TABLE ONLY public.erasure_key
    ADD CONSTRAINT erasure_key_pkey PRIMARY KEY (one);

ALTER TABLE ONLY public.erasure
    ADD CONSTRAINT erasure_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.erasure_unwritten
    ADD CONSTRAINT erasure_unwritten_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.follow_digest
    ADD CONSTRAINT follow_digest_pkey PRIMARY KEY (follower_id, day);

ALTER TABLE ONLY public.follow
    ADD CONSTRAINT follow_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.follower
    ADD CONSTRAINT follower_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.follower
    ADD CONSTRAINT follower_token_key UNIQUE (token);

ALTER TABLE ONLY public.inquiry_answer
    ADD CONSTRAINT inquiry_answer_inquiry_id_path_key UNIQUE (inquiry_id, path);

ALTER TABLE ONLY public.inquiry_answer
    ADD CONSTRAINT inquiry_answer_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.inquiry_contact
    ADD CONSTRAINT inquiry_contact_pkey PRIMARY KEY (inquiry_id);

ALTER TABLE ONLY public.inquiry
    ADD CONSTRAINT inquiry_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.inquiry
    ADD CONSTRAINT inquiry_token_hash_key UNIQUE (token_hash);

ALTER TABLE ONLY public.kept_file_chunk
    ADD CONSTRAINT kept_file_chunk_pkey PRIMARY KEY (kept_file_id, n);

ALTER TABLE ONLY public.kept_file
    ADD CONSTRAINT kept_file_form_hash_sha256_key UNIQUE (form_hash, sha256);

ALTER TABLE ONLY public.kept_file
    ADD CONSTRAINT kept_file_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.kept_file
    ADD CONSTRAINT kept_file_public_id_key UNIQUE (public_id);

ALTER TABLE ONLY public.link_event
    ADD CONSTRAINT link_event_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.link
    ADD CONSTRAINT link_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.link_round
    ADD CONSTRAINT link_round_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.mail
    ADD CONSTRAINT mail_message_id_key UNIQUE (message_id);

ALTER TABLE ONLY public.mail
    ADD CONSTRAINT mail_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.mail_text
    ADD CONSTRAINT mail_text_pkey PRIMARY KEY (kind);

ALTER TABLE ONLY public.operation_run
    ADD CONSTRAINT operation_run_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.organisation
    ADD CONSTRAINT organisation_code_key UNIQUE (code);

ALTER TABLE ONLY public.organisation
    ADD CONSTRAINT organisation_id_kind_key UNIQUE (id, kind);

ALTER TABLE ONLY public.organisation
    ADD CONSTRAINT organisation_name_key UNIQUE (name);

ALTER TABLE ONLY public.organisation
    ADD CONSTRAINT organisation_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.organisation
    ADD CONSTRAINT organisation_slug_key UNIQUE (slug);

ALTER TABLE ONLY public.page_text
    ADD CONSTRAINT page_text_pkey PRIMARY KEY (page);

ALTER TABLE ONLY public.practice_event
    ADD CONSTRAINT practice_event_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.practice
    ADD CONSTRAINT practice_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.practice
    ADD CONSTRAINT practice_slug_key UNIQUE (slug);

ALTER TABLE ONLY public.practice_slug
    ADD CONSTRAINT practice_slug_pkey PRIMARY KEY (slug);

ALTER TABLE ONLY public.practice_solution
    ADD CONSTRAINT practice_solution_pkey PRIMARY KEY (practice_id, solution_id);

ALTER TABLE ONLY public.public_practice
    ADD CONSTRAINT public_practice_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.public_practice
    ADD CONSTRAINT public_practice_slug_key UNIQUE (slug);

ALTER TABLE ONLY public.public_shape
    ADD CONSTRAINT public_shape_pkey PRIMARY KEY (one);

ALTER TABLE ONLY public.public_slug
    ADD CONSTRAINT public_slug_pkey PRIMARY KEY (slug);

ALTER TABLE ONLY public.question_answer
    ADD CONSTRAINT question_answer_pkey PRIMARY KEY (question_id);

ALTER TABLE ONLY public.revision
    ADD CONSTRAINT revision_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.revision
    ADD CONSTRAINT revision_practice_id_id_key UNIQUE (practice_id, id);

ALTER TABLE ONLY public.revision
    ADD CONSTRAINT revision_practice_id_number_key UNIQUE (practice_id, number);

ALTER TABLE ONLY public.revision_ref
    ADD CONSTRAINT revision_ref_revision_id_role_term_id_organisation_id_solut_key UNIQUE NULLS NOT DISTINCT (revision_id, role, term_id, organisation_id, solution_id);

ALTER TABLE ONLY public.river_job
    ADD CONSTRAINT river_job_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.river_leader
    ADD CONSTRAINT river_leader_pkey PRIMARY KEY (name);

ALTER TABLE ONLY public.river_migration
    ADD CONSTRAINT river_migration_pkey1 PRIMARY KEY (line, version);

ALTER TABLE ONLY public.river_notification
    ADD CONSTRAINT river_notification_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.river_queue
    ADD CONSTRAINT river_queue_pkey PRIMARY KEY (name);

ALTER TABLE ONLY public.role_event
    ADD CONSTRAINT role_event_pkey PRIMARY KEY (role, table_name, kind);

ALTER TABLE ONLY public.saved_form
    ADD CONSTRAINT saved_form_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.saved_form
    ADD CONSTRAINT saved_form_token_hash_key UNIQUE (token_hash);

ALTER TABLE ONLY public.schema_needs
    ADD CONSTRAINT schema_needs_pkey PRIMARY KEY (one);

ALTER TABLE ONLY public.seed_load
    ADD CONSTRAINT seed_load_pkey PRIMARY KEY (one);

ALTER TABLE ONLY public.seed_practice
    ADD CONSTRAINT seed_practice_pkey PRIMARY KEY (seed_key);

ALTER TABLE ONLY public.seed_proposal
    ADD CONSTRAINT seed_proposal_pkey PRIMARY KEY (practice_id);

ALTER TABLE ONLY public.sessions
    ADD CONSTRAINT sessions_pkey PRIMARY KEY (token);

ALTER TABLE ONLY public.shortlist_content
    ADD CONSTRAINT shortlist_content_pkey PRIMARY KEY (practice_id, version);

ALTER TABLE ONLY public.shortlist_edition_item
    ADD CONSTRAINT shortlist_edition_item_pkey PRIMARY KEY (shortlist_id, n, place);

ALTER TABLE ONLY public.shortlist_edition
    ADD CONSTRAINT shortlist_edition_pkey PRIMARY KEY (shortlist_id, n);

ALTER TABLE ONLY public.shortlist_item
    ADD CONSTRAINT shortlist_item_pkey PRIMARY KEY (shortlist_id, practice_id);

ALTER TABLE ONLY public.shortlist_link
    ADD CONSTRAINT shortlist_link_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.shortlist_link
    ADD CONSTRAINT shortlist_link_shortlist_id_n_key UNIQUE (shortlist_id, n);

ALTER TABLE ONLY public.shortlist_link
    ADD CONSTRAINT shortlist_link_token_hash_key UNIQUE (token_hash);

ALTER TABLE ONLY public.shortlist
    ADD CONSTRAINT shortlist_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.solution_contact_form
    ADD CONSTRAINT solution_contact_form_pkey PRIMARY KEY (solution_id, term_id);

ALTER TABLE ONLY public.solution_contrast
    ADD CONSTRAINT solution_contrast_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.solution
    ADD CONSTRAINT solution_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.solution
    ADD CONSTRAINT solution_slug_key UNIQUE (slug);

ALTER TABLE ONLY public.source_document
    ADD CONSTRAINT source_document_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.source_document
    ADD CONSTRAINT source_document_slug_key UNIQUE (slug);

ALTER TABLE ONLY public.source_document_text
    ADD CONSTRAINT source_document_text_pkey PRIMARY KEY (hash);

ALTER TABLE ONLY public.submission_answer
    ADD CONSTRAINT submission_answer_pkey PRIMARY KEY (event_id);

ALTER TABLE ONLY public.submission
    ADD CONSTRAINT submission_client_hash_key UNIQUE (client_hash);

ALTER TABLE ONLY public.submission_contact
    ADD CONSTRAINT submission_contact_pkey PRIMARY KEY (submission_id);

ALTER TABLE ONLY public.submission_event
    ADD CONSTRAINT submission_event_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.submission_lease
    ADD CONSTRAINT submission_lease_pkey PRIMARY KEY (submission_id);

ALTER TABLE ONLY public.submission
    ADD CONSTRAINT submission_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.submission_question
    ADD CONSTRAINT submission_question_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.submission
    ADD CONSTRAINT submission_reference_key UNIQUE (reference);

ALTER TABLE ONLY public.submission
    ADD CONSTRAINT submission_token_hash_key UNIQUE (token_hash);

ALTER TABLE ONLY public.submission_version
    ADD CONSTRAINT submission_version_pkey PRIMARY KEY (submission_id, n);

ALTER TABLE ONLY public.synonym_rule
    ADD CONSTRAINT synonym_rule_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.synonym_rule
    ADD CONSTRAINT synonym_rule_seed_hash_key UNIQUE (seed_hash);

ALTER TABLE ONLY public.term
    ADD CONSTRAINT term_id_vocabulary_key UNIQUE (id, vocabulary);

ALTER TABLE ONLY public.term
    ADD CONSTRAINT term_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.term_synonym
    ADD CONSTRAINT term_synonym_pkey PRIMARY KEY (term_id, synonym);

ALTER TABLE ONLY public.term
    ADD CONSTRAINT term_vocabulary_slug_key UNIQUE (vocabulary, slug);

ALTER TABLE ONLY public.unsaved_form
    ADD CONSTRAINT unsaved_form_pkey PRIMARY KEY (editor_id, form, page);

ALTER TABLE ONLY public.vocabulary_event
    ADD CONSTRAINT vocabulary_event_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.vocabulary_event
    ADD CONSTRAINT vocabulary_event_undoes_key UNIQUE (undoes);

CREATE INDEX account_event_by_editor_id_idx ON public.account_event USING btree (by_editor, id);

CREATE INDEX account_event_editor_id_id_idx ON public.account_event USING btree (editor_id, id);

CREATE INDEX carried_form_kept_at_idx ON public.carried_form USING btree (kept_at);

CREATE INDEX editor_device_editor_id_idx ON public.editor_device USING btree (editor_id);

CREATE INDEX editor_device_seen_at_idx ON public.editor_device USING btree (seen_at);

CREATE UNIQUE INDEX editor_email_idx ON public.editor USING btree (email) WHERE (closed_at IS NULL);

CREATE INDEX empty_search_day_key_day_idx ON public.empty_search_day USING btree (key, day);

CREATE INDEX erasure_submission_id_idx ON public.erasure USING btree (submission_id) WHERE (submission_id IS NOT NULL);

CREATE INDEX follow_digest_day_idx ON public.follow_digest USING btree (day);

CREATE UNIQUE INDEX follow_once ON public.follow USING btree (follower_id, md5(((words || '
'::text) || filters)));

CREATE INDEX follow_ordered_at_idx ON public.follow USING btree (ordered_at) WHERE (confirmed_at IS NULL);

CREATE INDEX follow_told_on_idx ON public.follow USING btree (told_on) WHERE (confirmed_at IS NOT NULL);

CREATE UNIQUE INDEX follower_once ON public.follower USING btree (lower(email));

CREATE INDEX inquiry_answered_at_idx ON public.inquiry USING btree (answered_at) WHERE (closed_at IS NULL);

CREATE INDEX inquiry_contact_erase_on_idx ON public.inquiry_contact USING btree (erase_on);

CREATE INDEX inquiry_practice_id_idx ON public.inquiry USING btree (practice_id) WHERE (practice_id IS NOT NULL);

CREATE INDEX inquiry_submission_id_idx ON public.inquiry USING btree (submission_id) WHERE (submission_id IS NOT NULL);

CREATE INDEX kept_file_client_idx ON public.kept_file USING btree (client);

CREATE INDEX kept_file_erase_at_idx ON public.kept_file USING btree (erase_at);

CREATE INDEX link_dead_since_idx ON public.link USING btree (dead_since) WHERE (dead_since IS NOT NULL);

CREATE INDEX link_event_link_id_id_idx ON public.link_event USING btree (link_id, id);

CREATE UNIQUE INDEX link_once ON public.link USING btree (md5(url));

CREATE UNIQUE INDEX link_round_open ON public.link_round USING btree ((true)) WHERE (ended_at IS NULL);

CREATE INDEX mail_created_at_idx ON public.mail USING btree (created_at) WHERE (sent_at IS NULL);

CREATE INDEX mail_follower_id_idx ON public.mail USING btree (follower_id) WHERE (follower_id IS NOT NULL);

CREATE INDEX mail_inquiry_id_idx ON public.mail USING btree (inquiry_id) WHERE (inquiry_id IS NOT NULL);

CREATE INDEX mail_saved_form_id_idx ON public.mail USING btree (saved_form_id) WHERE (saved_form_id IS NOT NULL);

CREATE INDEX operation_run_kind_id_idx ON public.operation_run USING btree (kind, id);

CREATE INDEX practice_event_practice_id_id_idx ON public.practice_event USING btree (practice_id, id);

CREATE INDEX practice_event_practice_id_revision_id_idx ON public.practice_event USING btree (practice_id, revision_id);

CREATE INDEX practice_event_revision_id_idx ON public.practice_event USING btree (revision_id) WHERE (revision_id IS NOT NULL);

CREATE INDEX practice_look_by_idx ON public.practice USING btree (look_by) WHERE (look_by IS NOT NULL);

CREATE INDEX practice_merged_into_idx ON public.practice USING btree (merged_into) WHERE (merged_into IS NOT NULL);

CREATE INDEX practice_solution_solution_id_idx ON public.practice_solution USING btree (solution_id);

CREATE INDEX public_practice_shape_idx ON public.public_practice USING btree (shape);

CREATE INDEX public_practice_version_idx ON public.public_practice USING btree (version);

CREATE INDEX question_answer_submission_id_idx ON public.question_answer USING btree (submission_id);

CREATE INDEX revision_ref_organisation_id_idx ON public.revision_ref USING btree (organisation_id) WHERE (organisation_id IS NOT NULL);

CREATE INDEX revision_ref_solution_id_idx ON public.revision_ref USING btree (solution_id) WHERE (solution_id IS NOT NULL);

CREATE INDEX revision_ref_term_id_idx ON public.revision_ref USING btree (term_id) WHERE (term_id IS NOT NULL);

CREATE INDEX river_job_args_index ON public.river_job USING gin (args);

CREATE INDEX river_job_kind ON public.river_job USING btree (kind);

CREATE INDEX river_job_metadata_index ON public.river_job USING gin (metadata);

CREATE INDEX river_job_prioritized_fetching_index ON public.river_job USING btree (state, queue, priority, scheduled_at, id);

CREATE INDEX river_job_state_and_finalized_at_index ON public.river_job USING btree (state, finalized_at) WHERE (finalized_at IS NOT NULL);

CREATE UNIQUE INDEX river_job_unique_idx ON public.river_job USING btree (unique_key) WHERE ((unique_key IS NOT NULL) AND (unique_states IS NOT NULL) AND public.river_job_state_in_bitmask(unique_states, state));

CREATE INDEX river_notification_created_at_idx ON public.river_notification USING btree (created_at);

CREATE INDEX river_notification_topic_id_idx ON public.river_notification USING btree (topic, id);

CREATE INDEX saved_form_client_idx ON public.saved_form USING btree (client);

CREATE INDEX saved_form_erase_on_idx ON public.saved_form USING btree (erase_on);

CREATE INDEX saved_form_link_address_at_idx ON public.saved_form_link USING btree (address, at);

CREATE INDEX saved_form_link_at_idx ON public.saved_form_link USING btree (at);

CREATE INDEX saved_form_link_client_at_idx ON public.saved_form_link USING btree (client, at);

CREATE INDEX sessions_expiry_idx ON public.sessions USING btree (expiry);

CREATE INDEX shortlist_edition_item_practice_id_version_idx ON public.shortlist_edition_item USING btree (practice_id, version);

CREATE INDEX shortlist_item_practice_id_idx ON public.shortlist_item USING btree (practice_id);

CREATE INDEX shortlist_item_removed_at_idx ON public.shortlist_item USING btree (removed_at) WHERE (removed_at IS NOT NULL);

CREATE INDEX shortlist_used_on_idx ON public.shortlist USING btree (used_on);

CREATE INDEX sign_in_failure_account_at_idx ON public.sign_in_failure USING btree (account, at);

CREATE INDEX sign_in_failure_at_idx ON public.sign_in_failure USING btree (at);

CREATE INDEX sign_in_failure_client_at_idx ON public.sign_in_failure USING btree (client, at);

CREATE INDEX solution_contrast_against_practice_id_idx ON public.solution_contrast USING btree (against_practice_id) WHERE (against_practice_id IS NOT NULL);

CREATE INDEX solution_contrast_for_practice_id_idx ON public.solution_contrast USING btree (for_practice_id) WHERE (for_practice_id IS NOT NULL);

CREATE UNIQUE INDEX solution_contrast_once ON public.solution_contrast USING btree (solution_id, term_id, for_practice_id, for_key, against_practice_id, against_key) NULLS NOT DISTINCT WHERE (ended_at IS NULL);

CREATE UNIQUE INDEX solution_label_key ON public.solution USING btree (label) WHERE ((successor_id IS NULL) AND (NOT retired));

CREATE INDEX source_document_text_document_id_idx ON public.source_document_text USING btree (document_id);

CREATE INDEX submission_answer_submission_id_idx ON public.submission_answer USING btree (submission_id);

CREATE INDEX submission_contact_erase_on_idx ON public.submission_contact USING btree (erase_on);

CREATE INDEX submission_decided_at_id_idx ON public.submission USING btree (decided_at DESC, id) WHERE (decided_at IS NOT NULL);

CREATE INDEX submission_decided_at_idx ON public.submission USING btree (decided_at) WHERE ((erased_at IS NULL) AND (state = ANY (ARRAY['declined'::text, 'withdrawn'::text, 'exists'::text, 'replied'::text])));

CREATE INDEX submission_event_submission_id_id_idx ON public.submission_event USING btree (submission_id, id);

CREATE INDEX submission_lease_editor_id_idx ON public.submission_lease USING btree (editor_id);

CREATE INDEX submission_question_submission_id_id_idx ON public.submission_question USING btree (submission_id, id);

CREATE INDEX submission_received_at_id_idx ON public.submission USING btree (received_at, id) WHERE (state = ANY (ARRAY['received'::text, 'held'::text, 'in_review'::text, 'changes_requested'::text]));

CREATE UNIQUE INDEX term_label_key ON public.term USING btree (vocabulary, lower(label)) WHERE ((successor_id IS NULL) AND (NOT retired));

CREATE INDEX unsaved_form_kept_at_idx ON public.unsaved_form USING btree (kept_at);

CREATE INDEX unsaved_form_practice_id_idx ON public.unsaved_form USING btree (practice_id) WHERE (content IS NOT NULL);

CREATE INDEX unsaved_form_submission_id_idx ON public.unsaved_form USING btree (submission_id) WHERE (content IS NOT NULL);

CREATE INDEX vocabulary_event_noun_key_id_idx ON public.vocabulary_event USING btree (noun, key, id);

CREATE TRIGGER editor_keep_administrator AFTER UPDATE OF role, closed_at ON public.editor FOR EACH ROW WHEN (((old.role = 'administrator'::text) AND (old.closed_at IS NULL) AND ((new.role <> 'administrator'::text) OR (new.closed_at IS NOT NULL)))) EXECUTE FUNCTION public.editor_keep_administrator();

CREATE CONSTRAINT TRIGGER revision_has_event AFTER INSERT ON public.revision DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN ((new.origin = 'editor'::text)) EXECUTE FUNCTION public.revision_has_event();

CREATE TRIGGER revision_refs AFTER INSERT ON public.revision REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION public.revision_derive_refs();

CREATE TRIGGER role_may BEFORE INSERT ON public.account_event FOR EACH ROW EXECUTE FUNCTION public.role_check_event();

CREATE TRIGGER role_may BEFORE INSERT OR UPDATE OF updated_by ON public.draft FOR EACH ROW EXECUTE FUNCTION public.role_check_saved();

CREATE TRIGGER role_may BEFORE INSERT OR UPDATE OF hidden_by, hidden_at ON public.empty_search FOR EACH ROW EXECUTE FUNCTION public.role_check_hidden();

CREATE TRIGGER role_may BEFORE INSERT ON public.erasure FOR EACH ROW EXECUTE FUNCTION public.role_check_erasure();

CREATE TRIGGER role_may BEFORE INSERT ON public.link_event FOR EACH ROW EXECUTE FUNCTION public.role_check_event();

CREATE TRIGGER role_may BEFORE INSERT OR UPDATE OF updated_by ON public.mail_text FOR EACH ROW EXECUTE FUNCTION public.role_check_saved();

CREATE TRIGGER role_may BEFORE INSERT ON public.practice_event FOR EACH ROW EXECUTE FUNCTION public.role_check_event();

CREATE TRIGGER role_may BEFORE INSERT OR UPDATE OF ended_by, ended_at ON public.solution_contrast FOR EACH ROW EXECUTE FUNCTION public.role_check_contrast();

CREATE TRIGGER role_may BEFORE INSERT ON public.submission_event FOR EACH ROW EXECUTE FUNCTION public.role_check_event();

CREATE TRIGGER role_may BEFORE INSERT ON public.vocabulary_event FOR EACH ROW EXECUTE FUNCTION public.role_check_event();

CREATE CONSTRAINT TRIGGER term_no_circle AFTER INSERT OR UPDATE OF parent_id, successor_id ON public.term DEFERRABLE INITIALLY IMMEDIATE FOR EACH ROW WHEN (((new.parent_id IS NOT NULL) OR (new.successor_id IS NOT NULL))) EXECUTE FUNCTION public.term_refuse_circle();

ALTER TABLE ONLY public.account_event
    ADD CONSTRAINT account_event_by_editor_fkey FOREIGN KEY (by_editor) REFERENCES public.editor(id);

ALTER TABLE ONLY public.account_event
    ADD CONSTRAINT account_event_editor_id_fkey FOREIGN KEY (editor_id) REFERENCES public.editor(id);

ALTER TABLE ONLY public.attachment_chunk
    ADD CONSTRAINT attachment_chunk_attachment_id_fkey FOREIGN KEY (attachment_id) REFERENCES public.attachment(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.attachment
    ADD CONSTRAINT attachment_seen_by_fkey FOREIGN KEY (seen_by) REFERENCES public.editor(id);

ALTER TABLE ONLY public.attachment
    ADD CONSTRAINT attachment_submission_id_fkey FOREIGN KEY (submission_id) REFERENCES public.submission(id);

ALTER TABLE ONLY public.draft
    ADD CONSTRAINT draft_submission_id_fkey FOREIGN KEY (submission_id) REFERENCES public.submission(id);

ALTER TABLE ONLY public.draft
    ADD CONSTRAINT draft_updated_by_fkey FOREIGN KEY (updated_by) REFERENCES public.editor(id);

ALTER TABLE ONLY public.editor_device
    ADD CONSTRAINT editor_device_editor_id_fkey FOREIGN KEY (editor_id) REFERENCES public.editor(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.editor_invitation
    ADD CONSTRAINT editor_invitation_editor_id_fkey FOREIGN KEY (editor_id) REFERENCES public.editor(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.empty_search
    ADD CONSTRAINT empty_search_hidden_by_fkey FOREIGN KEY (hidden_by) REFERENCES public.editor(id);

ALTER TABLE ONLY public.erasure
    ADD CONSTRAINT erasure_by_editor_fkey FOREIGN KEY (by_editor) REFERENCES public.editor(id);

ALTER TABLE ONLY public.erasure
    ADD CONSTRAINT erasure_erasure_id_fkey FOREIGN KEY (erasure_id) REFERENCES public.erasure(id);

ALTER TABLE ONLY public.erasure
    ADD CONSTRAINT erasure_practice_event_id_fkey FOREIGN KEY (practice_event_id) REFERENCES public.practice_event(id);

ALTER TABLE ONLY public.erasure
    ADD CONSTRAINT erasure_revision_id_fkey FOREIGN KEY (revision_id) REFERENCES public.revision(id);

ALTER TABLE ONLY public.erasure
    ADD CONSTRAINT erasure_source_document_id_fkey FOREIGN KEY (source_document_id) REFERENCES public.source_document(id);

ALTER TABLE ONLY public.erasure
    ADD CONSTRAINT erasure_submission_event_id_fkey FOREIGN KEY (submission_event_id) REFERENCES public.submission_event(id);

ALTER TABLE ONLY public.erasure
    ADD CONSTRAINT erasure_submission_id_fkey FOREIGN KEY (submission_id) REFERENCES public.submission(id);

ALTER TABLE ONLY public.erasure
    ADD CONSTRAINT erasure_vocabulary_event_id_fkey FOREIGN KEY (vocabulary_event_id) REFERENCES public.vocabulary_event(id);

ALTER TABLE ONLY public.follow_digest
    ADD CONSTRAINT follow_digest_follower_id_fkey FOREIGN KEY (follower_id) REFERENCES public.follower(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.follow
    ADD CONSTRAINT follow_follower_id_fkey FOREIGN KEY (follower_id) REFERENCES public.follower(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.inquiry_answer
    ADD CONSTRAINT inquiry_answer_inquiry_id_fkey FOREIGN KEY (inquiry_id) REFERENCES public.inquiry(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.inquiry_contact
    ADD CONSTRAINT inquiry_contact_inquiry_id_fkey FOREIGN KEY (inquiry_id) REFERENCES public.inquiry(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.inquiry
    ADD CONSTRAINT inquiry_practice_id_fkey FOREIGN KEY (practice_id) REFERENCES public.practice(id);

ALTER TABLE ONLY public.inquiry
    ADD CONSTRAINT inquiry_submission_id_fkey FOREIGN KEY (submission_id) REFERENCES public.submission(id);

ALTER TABLE ONLY public.kept_file_chunk
    ADD CONSTRAINT kept_file_chunk_kept_file_id_fkey FOREIGN KEY (kept_file_id) REFERENCES public.kept_file(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.link_event
    ADD CONSTRAINT link_event_by_editor_fkey FOREIGN KEY (by_editor) REFERENCES public.editor(id);

ALTER TABLE ONLY public.link_event
    ADD CONSTRAINT link_event_link_id_fkey FOREIGN KEY (link_id) REFERENCES public.link(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.link
    ADD CONSTRAINT link_round_id_fkey FOREIGN KEY (round_id) REFERENCES public.link_round(id);

ALTER TABLE ONLY public.mail
    ADD CONSTRAINT mail_follower_id_fkey FOREIGN KEY (follower_id) REFERENCES public.follower(id) ON DELETE SET NULL;

ALTER TABLE ONLY public.mail
    ADD CONSTRAINT mail_inquiry_id_fkey FOREIGN KEY (inquiry_id) REFERENCES public.inquiry(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.mail
    ADD CONSTRAINT mail_saved_form_id_fkey FOREIGN KEY (saved_form_id) REFERENCES public.saved_form(id) ON DELETE SET NULL;

ALTER TABLE ONLY public.mail
    ADD CONSTRAINT mail_submission_id_fkey FOREIGN KEY (submission_id) REFERENCES public.submission(id);

ALTER TABLE ONLY public.mail_text
    ADD CONSTRAINT mail_text_updated_by_fkey FOREIGN KEY (updated_by) REFERENCES public.editor(id);

ALTER TABLE ONLY public.organisation
    ADD CONSTRAINT organisation_parent_id_parent_kind_fkey FOREIGN KEY (parent_id, parent_kind) REFERENCES public.organisation(id, kind);

ALTER TABLE ONLY public.organisation
    ADD CONSTRAINT organisation_successor_id_fkey FOREIGN KEY (successor_id) REFERENCES public.organisation(id);

ALTER TABLE ONLY public.practice_event
    ADD CONSTRAINT practice_event_by_editor_fkey FOREIGN KEY (by_editor) REFERENCES public.editor(id);

ALTER TABLE ONLY public.practice_event
    ADD CONSTRAINT practice_event_practice_id_fkey FOREIGN KEY (practice_id) REFERENCES public.practice(id);

ALTER TABLE ONLY public.practice_event
    ADD CONSTRAINT practice_event_practice_id_revision_id_fkey FOREIGN KEY (practice_id, revision_id) REFERENCES public.revision(practice_id, id);

ALTER TABLE ONLY public.practice
    ADD CONSTRAINT practice_id_revision_id_fkey FOREIGN KEY (id, revision_id) REFERENCES public.revision(practice_id, id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.practice
    ADD CONSTRAINT practice_merged_into_fkey FOREIGN KEY (merged_into) REFERENCES public.practice(id);

ALTER TABLE ONLY public.practice_slug
    ADD CONSTRAINT practice_slug_practice_id_fkey FOREIGN KEY (practice_id) REFERENCES public.practice(id);

ALTER TABLE ONLY public.practice_solution
    ADD CONSTRAINT practice_solution_practice_id_fkey FOREIGN KEY (practice_id) REFERENCES public.practice(id);

ALTER TABLE ONLY public.practice_solution
    ADD CONSTRAINT practice_solution_solution_id_fkey FOREIGN KEY (solution_id) REFERENCES public.solution(id);

ALTER TABLE ONLY public.public_practice
    ADD CONSTRAINT public_practice_id_fkey FOREIGN KEY (id) REFERENCES public.practice(id);

ALTER TABLE ONLY public.public_slug
    ADD CONSTRAINT public_slug_practice_id_fkey FOREIGN KEY (practice_id) REFERENCES public.public_practice(id);

ALTER TABLE ONLY public.question_answer
    ADD CONSTRAINT question_answer_question_id_fkey FOREIGN KEY (question_id) REFERENCES public.submission_question(id);

ALTER TABLE ONLY public.question_answer
    ADD CONSTRAINT question_answer_submission_id_fkey FOREIGN KEY (submission_id) REFERENCES public.submission(id);

ALTER TABLE ONLY public.revision
    ADD CONSTRAINT revision_practice_id_fkey FOREIGN KEY (practice_id) REFERENCES public.practice(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.revision_ref
    ADD CONSTRAINT revision_ref_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES public.organisation(id);

ALTER TABLE ONLY public.revision_ref
    ADD CONSTRAINT revision_ref_revision_id_fkey FOREIGN KEY (revision_id) REFERENCES public.revision(id);

ALTER TABLE ONLY public.revision_ref
    ADD CONSTRAINT revision_ref_solution_id_fkey FOREIGN KEY (solution_id) REFERENCES public.solution(id);

ALTER TABLE ONLY public.revision_ref
    ADD CONSTRAINT revision_ref_term_id_vocabulary_fkey FOREIGN KEY (term_id, vocabulary) REFERENCES public.term(id, vocabulary);

ALTER TABLE ONLY public.seed_practice
    ADD CONSTRAINT seed_practice_practice_id_fkey FOREIGN KEY (practice_id) REFERENCES public.practice(id);

ALTER TABLE ONLY public.seed_proposal
    ADD CONSTRAINT seed_proposal_practice_id_fkey FOREIGN KEY (practice_id) REFERENCES public.practice(id);

ALTER TABLE ONLY public.shortlist_content
    ADD CONSTRAINT shortlist_content_practice_id_fkey FOREIGN KEY (practice_id) REFERENCES public.practice(id);

ALTER TABLE ONLY public.shortlist_edition_item
    ADD CONSTRAINT shortlist_edition_item_practice_id_version_fkey FOREIGN KEY (practice_id, version) REFERENCES public.shortlist_content(practice_id, version);

ALTER TABLE ONLY public.shortlist_edition_item
    ADD CONSTRAINT shortlist_edition_item_shortlist_id_n_fkey FOREIGN KEY (shortlist_id, n) REFERENCES public.shortlist_edition(shortlist_id, n) ON DELETE CASCADE;

ALTER TABLE ONLY public.shortlist_edition
    ADD CONSTRAINT shortlist_edition_shortlist_id_fkey FOREIGN KEY (shortlist_id) REFERENCES public.shortlist(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.shortlist_item
    ADD CONSTRAINT shortlist_item_practice_id_fkey FOREIGN KEY (practice_id) REFERENCES public.practice(id);

ALTER TABLE ONLY public.shortlist_item
    ADD CONSTRAINT shortlist_item_shortlist_id_fkey FOREIGN KEY (shortlist_id) REFERENCES public.shortlist(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.shortlist_link
    ADD CONSTRAINT shortlist_link_shortlist_id_fkey FOREIGN KEY (shortlist_id) REFERENCES public.shortlist(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.solution_contact_form
    ADD CONSTRAINT solution_contact_form_solution_id_fkey FOREIGN KEY (solution_id) REFERENCES public.solution(id);

ALTER TABLE ONLY public.solution_contact_form
    ADD CONSTRAINT solution_contact_form_term_id_vocabulary_fkey FOREIGN KEY (term_id, vocabulary) REFERENCES public.term(id, vocabulary);

ALTER TABLE ONLY public.solution_contrast
    ADD CONSTRAINT solution_contrast_against_practice_id_fkey FOREIGN KEY (against_practice_id) REFERENCES public.practice(id);

ALTER TABLE ONLY public.solution_contrast
    ADD CONSTRAINT solution_contrast_by_editor_fkey FOREIGN KEY (by_editor) REFERENCES public.editor(id);

ALTER TABLE ONLY public.solution_contrast
    ADD CONSTRAINT solution_contrast_ended_by_fkey FOREIGN KEY (ended_by) REFERENCES public.editor(id);

ALTER TABLE ONLY public.solution_contrast
    ADD CONSTRAINT solution_contrast_for_practice_id_fkey FOREIGN KEY (for_practice_id) REFERENCES public.practice(id);

ALTER TABLE ONLY public.solution_contrast
    ADD CONSTRAINT solution_contrast_solution_id_fkey FOREIGN KEY (solution_id) REFERENCES public.solution(id);

ALTER TABLE ONLY public.solution_contrast
    ADD CONSTRAINT solution_contrast_term_id_vocabulary_fkey FOREIGN KEY (term_id, vocabulary) REFERENCES public.term(id, vocabulary);

ALTER TABLE ONLY public.solution
    ADD CONSTRAINT solution_successor_id_fkey FOREIGN KEY (successor_id) REFERENCES public.solution(id);

ALTER TABLE ONLY public.source_document_text
    ADD CONSTRAINT source_document_text_document_id_fkey FOREIGN KEY (document_id) REFERENCES public.source_document(id);

ALTER TABLE ONLY public.submission
    ADD CONSTRAINT submission_about_id_fkey FOREIGN KEY (about_id) REFERENCES public.practice(id);

ALTER TABLE ONLY public.submission_answer
    ADD CONSTRAINT submission_answer_event_id_fkey FOREIGN KEY (event_id) REFERENCES public.submission_event(id);

ALTER TABLE ONLY public.submission_answer
    ADD CONSTRAINT submission_answer_submission_id_fkey FOREIGN KEY (submission_id) REFERENCES public.submission(id);

ALTER TABLE ONLY public.submission_contact
    ADD CONSTRAINT submission_contact_submission_id_fkey FOREIGN KEY (submission_id) REFERENCES public.submission(id);

ALTER TABLE ONLY public.submission_event
    ADD CONSTRAINT submission_event_by_editor_fkey FOREIGN KEY (by_editor) REFERENCES public.editor(id);

ALTER TABLE ONLY public.submission_event
    ADD CONSTRAINT submission_event_submission_id_fkey FOREIGN KEY (submission_id) REFERENCES public.submission(id);

ALTER TABLE ONLY public.submission_lease
    ADD CONSTRAINT submission_lease_editor_id_fkey FOREIGN KEY (editor_id) REFERENCES public.editor(id);

ALTER TABLE ONLY public.submission_lease
    ADD CONSTRAINT submission_lease_submission_id_fkey FOREIGN KEY (submission_id) REFERENCES public.submission(id);

ALTER TABLE ONLY public.submission
    ADD CONSTRAINT submission_practice_id_fkey FOREIGN KEY (practice_id) REFERENCES public.practice(id);

ALTER TABLE ONLY public.submission_question
    ADD CONSTRAINT submission_question_closed_event_id_fkey FOREIGN KEY (closed_event_id) REFERENCES public.submission_event(id);

ALTER TABLE ONLY public.submission_question
    ADD CONSTRAINT submission_question_event_id_fkey FOREIGN KEY (event_id) REFERENCES public.submission_event(id);

ALTER TABLE ONLY public.submission_question
    ADD CONSTRAINT submission_question_submission_id_fkey FOREIGN KEY (submission_id) REFERENCES public.submission(id);

ALTER TABLE ONLY public.submission_version
    ADD CONSTRAINT submission_version_submission_id_fkey FOREIGN KEY (submission_id) REFERENCES public.submission(id);

ALTER TABLE ONLY public.term
    ADD CONSTRAINT term_parent_id_vocabulary_fkey FOREIGN KEY (parent_id, vocabulary) REFERENCES public.term(id, vocabulary);

ALTER TABLE ONLY public.term
    ADD CONSTRAINT term_successor_id_vocabulary_fkey FOREIGN KEY (successor_id, vocabulary) REFERENCES public.term(id, vocabulary);

ALTER TABLE ONLY public.term_synonym
    ADD CONSTRAINT term_synonym_term_id_fkey FOREIGN KEY (term_id) REFERENCES public.term(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.unsaved_form
    ADD CONSTRAINT unsaved_form_editor_id_fkey FOREIGN KEY (editor_id) REFERENCES public.editor(id);

ALTER TABLE ONLY public.unsaved_form
    ADD CONSTRAINT unsaved_form_practice_id_fkey FOREIGN KEY (practice_id) REFERENCES public.practice(id);

ALTER TABLE ONLY public.unsaved_form
    ADD CONSTRAINT unsaved_form_submission_id_fkey FOREIGN KEY (submission_id) REFERENCES public.submission(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.vocabulary_event
    ADD CONSTRAINT vocabulary_event_by_editor_fkey FOREIGN KEY (by_editor) REFERENCES public.editor(id);

ALTER TABLE ONLY public.vocabulary_event
    ADD CONSTRAINT vocabulary_event_undoes_fkey FOREIGN KEY (undoes) REFERENCES public.vocabulary_event(id);

GRANT USAGE ON SCHEMA public TO praksis_app;

REVOKE ALL ON FUNCTION public.erase_attachment(p_submission bigint, p_public_id uuid, p_editor bigint, p_reason text, p_at timestamp with time zone) FROM PUBLIC;
GRANT ALL ON FUNCTION public.erase_attachment(p_submission bigint, p_public_id uuid, p_editor bigint, p_reason text, p_at timestamp with time zone) TO praksis_app;

REVOKE ALL ON FUNCTION public.erase_content(p_id bigint, p_editor bigint, p_reason text, p_at timestamp with time zone) FROM PUBLIC;
GRANT ALL ON FUNCTION public.erase_content(p_id bigint, p_editor bigint, p_reason text, p_at timestamp with time zone) TO praksis_app;

REVOKE ALL ON FUNCTION public.erase_document_text(p_hash text, p_content jsonb, p_new_hash text, p_editor bigint, p_reason text, p_at timestamp with time zone) FROM PUBLIC;
GRANT ALL ON FUNCTION public.erase_document_text(p_hash text, p_content jsonb, p_new_hash text, p_editor bigint, p_reason text, p_at timestamp with time zone) TO praksis_app;

REVOKE ALL ON FUNCTION public.erase_text(p_of text, p_id bigint, p_n integer, p_content jsonb, p_hash text, p_editor bigint, p_reason text, p_at timestamp with time zone) FROM PUBLIC;
GRANT ALL ON FUNCTION public.erase_text(p_of text, p_id bigint, p_n integer, p_content jsonb, p_hash text, p_editor bigint, p_reason text, p_at timestamp with time zone) TO praksis_app;

REVOKE ALL ON FUNCTION public.is_erasure(p_of text, p_before jsonb, p_after jsonb) FROM PUBLIC;

REVOKE ALL ON FUNCTION public.queue_folded(s text) FROM PUBLIC;
GRANT ALL ON FUNCTION public.queue_folded(s text) TO praksis_app;

REVOKE ALL ON FUNCTION public.queue_words(content jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION public.queue_words(content jsonb) TO praksis_app;

GRANT SELECT,INSERT ON TABLE public.account_event TO praksis_app;

GRANT SELECT ON SEQUENCE public.account_event_id_seq TO praksis_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.attachment TO praksis_app;

GRANT SELECT,INSERT ON TABLE public.attachment_chunk TO praksis_app;

GRANT SELECT ON SEQUENCE public.attachment_id_seq TO praksis_app;

GRANT SELECT,INSERT,DELETE ON TABLE public.carried_form TO praksis_app;

GRANT SELECT ON TABLE public.catalogue_version TO praksis_app;

GRANT UPDATE(n) ON TABLE public.catalogue_version TO praksis_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.draft TO praksis_app;

GRANT SELECT,INSERT,UPDATE ON TABLE public.editor TO praksis_app;

GRANT SELECT,INSERT,DELETE ON TABLE public.editor_device TO praksis_app;

GRANT SELECT ON SEQUENCE public.editor_id_seq TO praksis_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.editor_invitation TO praksis_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.empty_search TO praksis_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.empty_search_day TO praksis_app;

GRANT SELECT ON TABLE public.erasure TO praksis_app;

GRANT SELECT ON SEQUENCE public.erasure_id_seq TO praksis_app;

GRANT SELECT ON TABLE public.erasure_key TO praksis_app;

GRANT UPDATE(chain) ON TABLE public.erasure_key TO praksis_app;

GRANT UPDATE(n) ON TABLE public.erasure_key TO praksis_app;

GRANT UPDATE(key) ON TABLE public.erasure_key TO praksis_app;

GRANT UPDATE(awaited) ON TABLE public.erasure_key TO praksis_app;

GRANT SELECT,INSERT,DELETE ON TABLE public.erasure_unwritten TO praksis_app;

GRANT SELECT ON SEQUENCE public.erasure_unwritten_id_seq TO praksis_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.follow TO praksis_app;

GRANT SELECT,INSERT,DELETE ON TABLE public.follow_digest TO praksis_app;

GRANT SELECT ON SEQUENCE public.follow_id_seq TO praksis_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.follower TO praksis_app;

GRANT SELECT ON SEQUENCE public.follower_id_seq TO praksis_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.inquiry TO praksis_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.inquiry_answer TO praksis_app;

GRANT SELECT ON SEQUENCE public.inquiry_answer_id_seq TO praksis_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.inquiry_contact TO praksis_app;

GRANT SELECT ON SEQUENCE public.inquiry_id_seq TO praksis_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.kept_file TO praksis_app;

GRANT SELECT,INSERT,DELETE ON TABLE public.kept_file_chunk TO praksis_app;

GRANT SELECT ON SEQUENCE public.kept_file_id_seq TO praksis_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.link TO praksis_app;

GRANT SELECT,INSERT ON TABLE public.link_event TO praksis_app;

GRANT SELECT ON SEQUENCE public.link_event_id_seq TO praksis_app;

GRANT SELECT ON SEQUENCE public.link_id_seq TO praksis_app;

GRANT SELECT,INSERT,UPDATE ON TABLE public.link_round TO praksis_app;

GRANT SELECT ON SEQUENCE public.link_round_id_seq TO praksis_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.mail TO praksis_app;

GRANT SELECT ON SEQUENCE public.mail_id_seq TO praksis_app;

GRANT SELECT,INSERT,UPDATE ON TABLE public.mail_text TO praksis_app;

GRANT SELECT,INSERT,DELETE ON TABLE public.operation_run TO praksis_app;

GRANT SELECT ON SEQUENCE public.operation_run_id_seq TO praksis_app;

GRANT SELECT,INSERT,UPDATE ON TABLE public.organisation TO praksis_app;

GRANT SELECT,USAGE ON SEQUENCE public.organisation_id_seq TO praksis_app;

GRANT SELECT,INSERT,UPDATE ON TABLE public.page_text TO praksis_app;

GRANT SELECT,INSERT,UPDATE ON TABLE public.practice TO praksis_app;

GRANT SELECT,INSERT ON TABLE public.practice_event TO praksis_app;

GRANT SELECT ON SEQUENCE public.practice_event_id_seq TO praksis_app;

GRANT SELECT,USAGE ON SEQUENCE public.practice_id_seq TO praksis_app;

GRANT SELECT,INSERT,UPDATE ON TABLE public.practice_slug TO praksis_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.practice_solution TO praksis_app;

GRANT SELECT,INSERT,UPDATE ON TABLE public.public_practice TO praksis_app;

GRANT SELECT ON TABLE public.public_shape TO praksis_app;

GRANT UPDATE(newest) ON TABLE public.public_shape TO praksis_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.public_slug TO praksis_app;

GRANT SELECT,INSERT,DELETE ON TABLE public.question_answer TO praksis_app;

GRANT UPDATE(text) ON TABLE public.question_answer TO praksis_app;

GRANT SELECT,INSERT ON TABLE public.revision TO praksis_app;

GRANT SELECT,USAGE ON SEQUENCE public.revision_id_seq TO praksis_app;

GRANT SELECT ON TABLE public.revision_ref TO praksis_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.river_job TO praksis_app;

GRANT SELECT,USAGE ON SEQUENCE public.river_job_id_seq TO praksis_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.river_leader TO praksis_app;

GRANT SELECT ON TABLE public.river_migration TO praksis_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.river_notification TO praksis_app;

GRANT SELECT,USAGE ON SEQUENCE public.river_notification_id_seq TO praksis_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.river_queue TO praksis_app;

GRANT SELECT ON TABLE public.role_event TO praksis_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.saved_form TO praksis_app;

GRANT SELECT ON SEQUENCE public.saved_form_id_seq TO praksis_app;

GRANT SELECT,INSERT,DELETE ON TABLE public.saved_form_link TO praksis_app;

GRANT SELECT ON TABLE public.schema_needs TO praksis_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.seed_load TO praksis_app;

GRANT SELECT,INSERT,UPDATE ON TABLE public.seed_practice TO praksis_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.seed_proposal TO praksis_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.sessions TO praksis_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.shortlist TO praksis_app;

GRANT SELECT,INSERT,DELETE ON TABLE public.shortlist_content TO praksis_app;

GRANT UPDATE(content) ON TABLE public.shortlist_content TO praksis_app;

GRANT UPDATE(erased_at) ON TABLE public.shortlist_content TO praksis_app;

GRANT SELECT,INSERT ON TABLE public.shortlist_edition TO praksis_app;

GRANT UPDATE(title) ON TABLE public.shortlist_edition TO praksis_app;

GRANT UPDATE(contrasts) ON TABLE public.shortlist_edition TO praksis_app;

GRANT UPDATE(erased_at) ON TABLE public.shortlist_edition TO praksis_app;

GRANT SELECT,INSERT ON TABLE public.shortlist_edition_item TO praksis_app;

GRANT UPDATE(note) ON TABLE public.shortlist_edition_item TO praksis_app;

GRANT SELECT ON SEQUENCE public.shortlist_id_seq TO praksis_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.shortlist_item TO praksis_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.shortlist_link TO praksis_app;

GRANT SELECT ON SEQUENCE public.shortlist_link_id_seq TO praksis_app;

GRANT SELECT,INSERT,DELETE ON TABLE public.sign_in_failure TO praksis_app;

GRANT SELECT,INSERT,UPDATE ON TABLE public.solution TO praksis_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.solution_contact_form TO praksis_app;

GRANT SELECT,INSERT ON TABLE public.solution_contrast TO praksis_app;

GRANT UPDATE(reason) ON TABLE public.solution_contrast TO praksis_app;

GRANT UPDATE(ended_by) ON TABLE public.solution_contrast TO praksis_app;

GRANT UPDATE(ended_at) ON TABLE public.solution_contrast TO praksis_app;

GRANT SELECT ON SEQUENCE public.solution_contrast_id_seq TO praksis_app;

GRANT SELECT,USAGE ON SEQUENCE public.solution_id_seq TO praksis_app;

GRANT SELECT,INSERT,UPDATE ON TABLE public.source_document TO praksis_app;

GRANT SELECT ON SEQUENCE public.source_document_id_seq TO praksis_app;

GRANT SELECT,INSERT ON TABLE public.source_document_text TO praksis_app;

GRANT SELECT,INSERT,UPDATE ON TABLE public.submission TO praksis_app;

GRANT SELECT,INSERT,DELETE ON TABLE public.submission_answer TO praksis_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.submission_contact TO praksis_app;

GRANT SELECT,INSERT ON TABLE public.submission_event TO praksis_app;

GRANT SELECT ON SEQUENCE public.submission_event_id_seq TO praksis_app;

GRANT SELECT ON SEQUENCE public.submission_id_seq TO praksis_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.submission_lease TO praksis_app;

GRANT SELECT,INSERT,DELETE ON TABLE public.submission_question TO praksis_app;

GRANT UPDATE(text) ON TABLE public.submission_question TO praksis_app;

GRANT UPDATE(closed_event_id) ON TABLE public.submission_question TO praksis_app;

GRANT UPDATE(corrected) ON TABLE public.submission_question TO praksis_app;

GRANT SELECT ON SEQUENCE public.submission_question_id_seq TO praksis_app;

GRANT SELECT,INSERT ON TABLE public.submission_version TO praksis_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.synonym_rule TO praksis_app;

GRANT SELECT ON SEQUENCE public.synonym_rule_id_seq TO praksis_app;

GRANT SELECT,INSERT,UPDATE ON TABLE public.term TO praksis_app;

GRANT SELECT,USAGE ON SEQUENCE public.term_id_seq TO praksis_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.term_synonym TO praksis_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.unsaved_form TO praksis_app;

GRANT SELECT,INSERT ON TABLE public.vocabulary_event TO praksis_app;

GRANT SELECT ON SEQUENCE public.vocabulary_event_id_seq TO praksis_app;
