package postgres_test

import (
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"praksis/internal/catalogue"
	"praksis/internal/pgtest"
	"praksis/internal/postgres"
	"praksis/internal/review"
	"praksis/migrations"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// beforeContent is the step before revisions became one record.
const beforeContent = 4

// loadDump writes what pg_dump --data-only printed, all in one transaction.
func loadDump(ctx context.Context, url, file string) error {
	f, err := os.Open(file)
	if err != nil {
		return err
	}
	defer f.Close()
	zipped, err := gzip.NewReader(f)
	if err != nil {
		return err
	}
	dump, err := io.ReadAll(zipped)
	if err != nil {
		return err
	}
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	return pgx.BeginFunc(ctx, conn, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, `DELETE FROM catalogue_version`); err != nil {
			return err
		}
		for rest := string(dump); rest != ""; {
			line, after, _ := strings.Cut(rest, "\n")
			rest = after
			switch {
			case strings.HasPrefix(line, "COPY "):
				data, after, _ := strings.Cut("\n"+rest, "\n\\.\n")
				rest = after
				if data != "" {
					data = data[1:] + "\n"
				}
				if _, err := tx.Conn().PgConn().CopyFrom(ctx, strings.NewReader(data), strings.TrimSuffix(line, ";")); err != nil {
					return fmt.Errorf("%s: %w", line, err)
				}
			case strings.HasPrefix(line, "SELECT "):
				if _, err := tx.Exec(ctx, line); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

// old is a database as the release before this form left it: the seeds, made-up
// practices, an addition published by an editor, a proposal of the seeds, open
// submissions and a draft; brought to the newest schema.
func old(t *testing.T) (*postgres.Store, *pgxpool.Pool) {
	t.Helper()
	owner, app := pgtest.NewURLs(t)
	for _, step := range []func() error{
		func() error { return migrations.Down(t.Context(), owner) },
		func() error { return migrations.UpTo(t.Context(), owner, beforeContent) },
		func() error { return loadDump(t.Context(), owner, "testdata/before_content.sql.gz") },
		func() error { return migrations.Up(t.Context(), owner) },
	} {
		if err := step(); err != nil {
			t.Fatal(err)
		}
	}
	pool, err := pgxpool.New(t.Context(), app)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(pool.Close)
	return postgres.New(pool), pool
}

// What the release before showed of each practice, this one makes of the
// converted revisions, to the letter; and no stored hash says that a seed has
// changed, so that the first load of the same seeds changes nothing.
func TestRevisionsOfOldBecomeRecords(t *testing.T) {
	s, pool := old(t)
	before, said := pages(t, pool), glances(t, pool)
	if len(before) < 290 || len(said) != len(before) {
		t.Fatalf("only %d practices", len(before))
	}
	if err := s.RebuildPublic(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	after := pages(t, pool)
	for slug, page := range before {
		if diff := cmp.Diff(page, after[slug]); diff != "" {
			t.Errorf("%s:\n%s", slug, diff)
		}
	}
	if diff := cmp.Diff(said, glances(t, pool)); diff != "" {
		t.Errorf("effects and voices of the cards:\n%s", diff)
	}
	rows, err := pool.Query(t.Context(), `SELECT p.page, r.content_hash, r.origin FROM public_practice p JOIN practice USING (id) JOIN revision r ON r.id = practice.revision_id`)
	if err != nil {
		t.Fatal(err)
	}
	var p catalogue.Practice
	var hash, origin string
	n := map[string]int{}
	if _, err := pgx.ForEachRow(rows, []any{&p, &hash, &origin}, func() error {
		n[origin]++
		if got := p.ContentHash(); got != hash {
			t.Errorf("%s: the hash of the stored content is %s, stored is %s", p.Slug, got, hash)
		}
		p = catalogue.Practice{}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	if n["seed"] < 250 || n["import"] < 30 || n["editor"] < 2 {
		t.Errorf("revisions by origin: %v", n)
	}
	refsMatch(t, pool)
	// What was written beside the revisions is read as before.
	v, err := s.SubmissionByID(t.Context(), 2)
	if err != nil || v.Draft == nil || v.Draft.Title != "Kladden" || v.Draft.PeriodFrom != "i går" || v.Draft.Organisation.Slug != "ukendt by" || v.Content.Practice.Findings[0].Speakers()[0] != "citizen" {
		t.Errorf("%+v, %v", v, err)
	}
	var proposal catalogue.Practice
	if err := pool.QueryRow(t.Context(), `SELECT content FROM seed_proposal`).Scan(&proposal); err != nil || proposal.Title == "" || len(proposal.Sources) == 0 {
		t.Errorf("%+v, %v", proposal, err)
	}
}

// glance is what a card tells of effect and voices: in the release before one
// effect over all, mixed where they differ, and the voices that are stated.
type glance struct {
	Effect catalogue.Effect
	Voices []catalogue.Voice
	// Verdicts have taken the place of both.
	Verdicts []catalogue.Verdict
}

// glances are those of all cards, what verdicts say summed up as it was before.
func glances(t *testing.T, pool *pgxpool.Pool) map[string]glance {
	t.Helper()
	rows, err := pool.Query(t.Context(), `SELECT slug::text, coalesce(card, '{}') FROM public_practice`)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]glance{}
	var slug string
	var g glance
	if _, err := pgx.ForEachRow(rows, []any{&slug, &g}, func() error {
		for _, v := range g.Verdicts {
			if v.Voice != "" {
				g.Voices = append(g.Voices, v.Voice)
			}
			if g.Effect == "" {
				g.Effect = v.Effect
			} else if g.Effect != v.Effect {
				g.Effect = catalogue.EffectMixed
			}
		}
		g.Verdicts = nil
		out[slug], g = g, glance{}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	return out
}

// pages are what the read model has of each practice, without what is new or
// gone in card and entry since the fixture was made.
func pages(t *testing.T, pool *pgxpool.Pool) map[string]string {
	t.Helper()
	rows, err := pool.Query(t.Context(), `
		SELECT slug::text, page, concat(card - '{effect,voices,verdicts,needs_restrictions,use}'::text[], entry - 'preconditions' #- '{values,p,brug}' #- '{values,p,forudsaetning}') FROM public_practice`)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	var slug, rest string
	var page []byte
	if _, err := pgx.ForEachRow(rows, []any{&slug, &page, &rest}, func() error {
		out[slug] = rest
		if page == nil {
			return nil
		}
		p, _, err := catalogue.ReadRecord(page) // as it is now, whichever format it has
		if err != nil {
			return err
		}
		b, err := json.Marshal(p)
		out[slug] += string(b)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return out
}

// refsMatch holds revision_ref against all contents, by the table of fields.
func refsMatch(t *testing.T, pool *pgxpool.Pool) {
	t.Helper()
	want := map[string]bool{}
	rows, err := pool.Query(t.Context(), `SELECT id, content FROM revision`)
	if err != nil {
		t.Fatal(err)
	}
	var id int64
	var content catalogue.Practice
	revisions := 0
	if _, err := pgx.ForEachRow(rows, []any{&id, &content}, func() error {
		revisions++
		for v := range content.Values() {
			if o := v.Organisation(); o != nil {
				want[fmt.Sprintf("%d %s organisation %d", id, v.Field.Path, o.ID)] = true
			}
			if refs := v.Terms(); refs != nil {
				for _, r := range *refs {
					of := string(v.Vocabulary)
					if v.Vocabulary == catalogue.SolutionList {
						of = "solution"
					}
					want[fmt.Sprintf("%d %s %s %d", id, v.Field.Path, of, r.ID)] = true
				}
			}
		}
		content = catalogue.Practice{}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	rows, err = pool.Query(t.Context(), `
		SELECT revision_id || ' ' || role || ' ' || coalesce(vocabulary, CASE WHEN organisation_id IS NULL THEN 'solution' ELSE 'organisation' END) || ' ' || coalesce(term_id, organisation_id, solution_id)
		FROM revision_ref`)
	if err != nil {
		t.Fatal(err)
	}
	have, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range have {
		if !want[x] {
			t.Errorf("%s is in no content", x)
		}
		delete(want, x)
	}
	for x := range want {
		t.Errorf("%s is not among the references", x)
	}
	if revisions == 0 || len(have) < revisions {
		t.Errorf("%d references of %d revisions", len(have), revisions)
	}
}

func TestRefsMatchContents(t *testing.T) {
	s, pool, x := seeded(t)
	p := x.Practices[0]
	p.Slug, p.Key = "alle-henvisninger", ""
	for _, f := range catalogue.Fields {
		if f.Kind == catalogue.FieldRows && f.Len(&p) == 0 && f.Path != "links" && f.Path != "periods" && f.Path != "legal_basis" {
			f.AddRow(&p)
		}
	}
	for v := range p.Values() {
		if refs := v.Terms(); refs != nil {
			*refs = catalogue.Refs(x.Terms[v.Vocabulary][0].Slug, x.Terms[v.Vocabulary][1].Slug)
		} else if v.Organisation() != nil && v.Empty() {
			*v.Organisation() = catalogue.OrganisationRef{Slug: "viborg"}
		} else if v.Field.Path == "advice[].text" {
			*v.Text() = "Hold det kort."
		}
	}
	importAll(t, s, p)
	refsMatch(t, pool)
	var uses int
	if err := pool.QueryRow(t.Context(), `
		SELECT count(DISTINCT role) FROM revision_ref x JOIN term t ON t.id = x.term_id JOIN revision r ON r.id = x.revision_id JOIN practice p ON p.revision_id = r.id
		WHERE t.slug = $1 AND p.slug = 'alle-henvisninger'`, x.Terms[catalogue.TargetGroup][0].Slug).Scan(&uses); err != nil || uses != 3 {
		t.Errorf("a term that is used as target group, in findings and as supposed is found in %d roles, %v", uses, err)
	}
}

// Every text of the record, at the border of what review takes and with
// everything that a text can have, comes back as it was; one character more is
// refused before it gets to the database.
func TestBordersOfEveryFieldComeBack(t *testing.T) {
	s, _, x := seeded(t)
	tax := x.Taxonomy()
	const hard = "Æøå é – »citat« \"q\" 'a' \\n \\u0000 %s $1 {x} <b>&amp;</b> 👩‍🌾 𝔘 "
	base := func(slug string) catalogue.Practice {
		p := catalogue.Practice{Slug: slug, Title: "Grænsen", Organisation: catalogue.OrganisationRef{Slug: "aarhus"}, Kind: catalogue.KindAdvice,
			Sources: []catalogue.Source{{Kind: "note", Document: "Notat"}}, Links: []catalogue.Link{{Label: "x", URL: "https://kl.dk"}}, Retention: []catalogue.Retention{{Note: "x"}}, LegalBasis: []string{"x"},
			Findings: []catalogue.Finding{{Key: "e1", TargetGroups: catalogue.Refs("angst"), Effect: "none", Text: "T"}}}
		if faults := review.Check(&p, tax); len(faults) > 0 {
			t.Fatal(faults)
		}
		return p
	}
	var want []catalogue.Practice
	n := 0
	probe := base("x")
	for v := range probe.Values() {
		if v.Text() == nil || !v.Content {
			continue
		}
		var border, over []string
		switch {
		case v.Options != nil:
			for _, o := range v.Options {
				border = append(border, o.Code)
			}
			over = []string{"x", strings.ToUpper(v.Options[0].Code) + "x"}
		case v.Kind == catalogue.FieldDate:
			border, over = []string{"1900", "2100-12-31", "2020-winter", "2020-02-29"}, []string{"1899", "2101", "2021-02-29", "202"}
		case v.Kind == catalogue.FieldURL:
			fit := "https://xn--4ca.dk/" + strings.Repeat("a", v.Limit-len("https://xn--4ca.dk/"))
			border, over = []string{fit, "http://kl.dk/?a=%20&b=æ#c"}, []string{fit + "a", "ftp://kl.dk", "https://a:b@kl.dk", "http://localhost"}
		case v.Kind == catalogue.FieldCode:
			border, over = []string{"a", strings.Repeat("a", v.Limit)}, []string{"A", "a--b", strings.Repeat("a", v.Limit+1)}
		default:
			text := strings.Repeat(hard, v.Limit/utf8.RuneCountInString(hard)+1)
			fit := strings.TrimSpace(string([]rune(text)[:v.Limit-1])) + "."
			for utf8.RuneCountInString(fit) < v.Limit {
				fit += "."
			}
			border, over = []string{fit, "x"}, []string{fit + ".", "a\x00b", "a\xffb", "Hun er 010190-1234."}
		}
		at := func(p *catalogue.Practice, text string) *catalogue.Practice {
			for w := range p.Values() {
				if w.Path() == v.Path() {
					*w.Text() = text
				}
			}
			return p
		}
		for _, text := range border {
			n++
			p := base(fmt.Sprint("graense-", n))
			at(&p, text)
			if faults := review.Check(&p, tax); len(faults) > 0 {
				t.Errorf("%s: %v", v.Path(), faults)
				continue
			}
			want = append(want, p)
		}
		for _, text := range over {
			p := base("over")
			if faults := review.Check(at(&p, text), tax); !slices.ContainsFunc(faults, func(f review.Fault) bool { return f.Field == v.Path() || f.Field == "slug" }) {
				t.Errorf("%s: %.40q is taken", v.Path(), text)
			}
		}
	}
	if len(want) < 60 {
		t.Fatalf("only %d borders", len(want))
	}
	importAll(t, s, want...)
	for _, p := range want {
		got := page(t, s, p.Slug)
		if d := catalogue.Differences(&p, got); len(d) > 0 {
			t.Errorf("%s came back with %v", p.Slug, d)
		}
		if got.ContentHash() != p.ContentHash() {
			t.Errorf("%s: another hash", p.Slug)
		}
	}
}

// Text is erased from a revision through one function, which changes nothing
// else and notes that it was done.
func TestErasureOfRevisionText(t *testing.T) {
	_, pool, _ := seeded(t)
	const erase = `SELECT erase_text('revision', $1, NULL, $2, 'hash', NULL, 'Et navn', now())`
	var id int64
	var content string
	if err := pool.QueryRow(t.Context(), `SELECT id, content FROM revision WHERE content ? 'findings' ORDER BY id LIMIT 1`).Scan(&id, &content); err != nil {
		t.Fatal(err)
	}
	for name, sql := range map[string]string{
		"the organisation":   `SELECT jsonb_set($1::jsonb, '{organisation,id}', to_jsonb((SELECT max(id) FROM organisation)))`,
		"a field":            `SELECT $1::jsonb || '{"contact": "x"}'`,
		"a finding":          `SELECT $1::jsonb #- '{findings,0}'`,
		"a finding's groups": `SELECT jsonb_set($1::jsonb, '{findings,0,target_groups}', '[]')`,
		"the whole":          `SELECT '{}'::jsonb WHERE $1::jsonb IS NOT NULL`,
		"a text to another":  `SELECT jsonb_set($1::jsonb, '{title}', '"Noget helt andet"')`,
		"a code to another":  `SELECT jsonb_set($1::jsonb, '{kind}', '"advice"')`,
		"a code to the mark": `SELECT jsonb_set($1::jsonb, '{findings,0,effect}', '"[fjernet]"')`,
		"more than is gone":  `SELECT jsonb_set($1::jsonb, '{title}', to_jsonb('[fjernet] og mere ' || ($1::jsonb ->> 'title')))`,
	} {
		var changed string
		if err := pool.QueryRow(t.Context(), sql, content).Scan(&changed); err != nil {
			t.Fatal(err)
		}
		if _, err := pool.Exec(t.Context(), erase, id, changed); err == nil {
			t.Errorf("%s was changed by an erasure", name)
		}
	}
	if n := count(t, pool, `SELECT count(*) FROM erasure`); n != 0 {
		t.Errorf("%d erasures are noted of none", n)
	}
	if _, err := pool.Exec(t.Context(), erase, id, strings.Replace(content, `"title": "`+firstWord(content), `"title": "[fjernet]`, 1)); err != nil {
		t.Fatal(err)
	}
	if n := count(t, pool, `SELECT count(*) FROM erasure WHERE revision_id = $1 AND reason = 'Et navn'`, id); n != 1 {
		t.Errorf("%d erasures are noted", n)
	}
	if n := count(t, pool, `SELECT count(*) FROM revision WHERE id = $1 AND content ->> 'title' LIKE '[fjernet]%'`, id); n != 1 {
		t.Error("nothing is erased")
	}
	if _, err := pool.Exec(t.Context(), `UPDATE submission_version SET content = '{}'`); !denied(err) {
		t.Errorf("the application may change what was sent: %v", err)
	}
}

func denied(err error) bool {
	var pe interface{ SQLState() string }
	return errors.As(err, &pe) && pe.SQLState() == "42501"
}

// firstWord is that of a record's title.
func firstWord(content string) string {
	_, title, _ := strings.Cut(content, `"title": "`)
	word, _, _ := strings.Cut(title, " ")
	return word
}
