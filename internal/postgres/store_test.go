package postgres_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"praksis/internal/catalogue"
	"praksis/internal/export"
	"praksis/internal/pgtest"
	template "praksis/internal/pgtest/seeded"
	"praksis/internal/postgres"
	"praksis/internal/review"
	"praksis/migrations"
	"praksis/seeds"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
)

// now is the time of every write in these tests.
var now = template.At

func load(t testing.TB) seeds.Seeds {
	t.Helper()
	s, err := seeds.Load()
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func seed(t testing.TB, s *postgres.Store, x seeds.Seeds) postgres.SeedReport {
	t.Helper()
	r, err := s.Seed(t.Context(), x.Taxonomy(), x.Practices, now)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// seeded is a store with all that the catalogue starts from.
func seeded(t *testing.T) (*postgres.Store, *pgxpool.Pool, seeds.Seeds) {
	t.Helper()
	pool := template.New(t)
	return postgres.New(pool), pool, load(t)
}

func execSQL(t *testing.T, pool *pgxpool.Pool, sql string, args ...any) {
	t.Helper()
	if _, err := pool.Exec(t.Context(), sql, args...); err != nil {
		t.Fatal(err)
	}
}

func version(t *testing.T, s *postgres.Store) int64 {
	t.Helper()
	n, err := s.Version(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func page(t *testing.T, s *postgres.Store, slug string) *catalogue.Practice {
	t.Helper()
	_, p, err := s.PublicPractice(t.Context(), 0, slug)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestSeedAgainChangesNothing(t *testing.T) {
	s, x := postgres.New(pgtest.New(t)), load(t)
	if r := seed(t, s, x); r.New != len(x.Practices) || r.New < 33 {
		t.Fatalf("seeded %+v of %d practices", r, len(x.Practices))
	}
	before := version(t, s)
	if r := seed(t, s, x); r.Unchanged != len(x.Practices) || r.New+r.Changed+r.Proposed != 0 {
		t.Errorf("second run: %+v", r)
	}
	if after := version(t, s); after != before {
		t.Errorf("version went from %d to %d", before, after)
	}
}

func TestWhatIsSeededIsShown(t *testing.T) {
	s, _, x := seeded(t)
	tax, err := s.Taxonomy(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range x.Practices {
		if faults := review.Check(&want, tax); len(faults) > 0 {
			t.Fatal(faults)
		}
		got := page(t, s, want.Slug)
		if got.State != catalogue.StatePublished || got.Revision != 1 || !got.FirstPublished.Equal(now) || !got.Updated.Equal(now) {
			t.Errorf("%s: state %s, revision %d, published %v", want.Slug, got.State, got.Revision, got.FirstPublished)
		}
		got.State, got.Revision, got.FirstPublished, got.Updated, want.Key = "", 0, nil, nil, ""
		for _, set := range [][]catalogue.TermRef{want.Solutions, got.Solutions} { // membership has no order
			slices.SortFunc(set, func(a, b catalogue.TermRef) int { return strings.Compare(a.Slug, b.Slug) })
		}
		if diff := cmp.Diff(want, *got); diff != "" {
			t.Errorf("%s: what was seeded (-) and what is shown (+):\n%s", want.Slug, diff)
		}
	}
}

func TestChangedSeed(t *testing.T) {
	s, pool, x := seeded(t)
	changed := func(i int, title string) seeds.Seeds {
		y := load(t)
		y.Practices[i].Title = title
		return y
	}
	before := version(t, s)
	if r := seed(t, s, changed(0, "En ny titel")); r.Changed != 1 {
		t.Fatalf("the loader's own: %+v", r)
	}
	if p := page(t, s, x.Practices[0].Slug); p.Title != "En ny titel" || p.Revision != 2 {
		t.Errorf("title %q, revision %d", p.Title, p.Revision)
	}
	if after := version(t, s); after != before+1 {
		t.Errorf("version went from %d to %d", before, after)
	}

	// Somebody else's revision is not overwritten.
	edited := *page(t, s, x.Practices[1].Slug)
	edited.Title = "Redaktørens titel"
	importAll(t, s, edited)
	for range 2 { // the second time there is nothing new to propose
		seed(t, s, changed(1, "Seedets nye titel"))
	}
	if p := page(t, s, edited.Slug); p.Title != "Redaktørens titel" || p.Revision != 2 {
		t.Errorf("title %q, revision %d", p.Title, p.Revision)
	}
	var title string
	if err := pool.QueryRow(t.Context(), `SELECT content ->> 'title' FROM seed_proposal`).Scan(&title); err != nil || title != "Seedets nye titel" {
		t.Errorf("proposal %q, %v", title, err)
	}

	// What was withdrawn does not come back.
	if err := takeDown(t.Context(), s, x.Practices[2].Slug, "Forældet."); err != nil {
		t.Fatal(err)
	}
	seed(t, s, changed(2, "Tilbage igen"))
	if p := page(t, s, x.Practices[2].Slug); p.State != catalogue.StateWithdrawn || p.Title == "Tilbage igen" {
		t.Errorf("state %s, title %q", p.State, p.Title)
	}
}

// Membership of a solution follows the seeds only where the seeds change.
func TestSeededSolutions(t *testing.T) {
	s, _, x := seeded(t)
	i := slices.IndexFunc(x.Practices, func(p catalogue.Practice) bool { return len(p.Solutions) > 0 })
	slug, solution := x.Practices[i].Slug, x.Practices[i].Solutions[0].Slug
	has := func(solution string) bool {
		return slices.Contains(catalogue.Slugs(page(t, s, slug).Solutions), solution)
	}
	if !has(solution) {
		t.Fatalf("%s is not in %s", slug, solution)
	}
	edited := *page(t, s, slug)
	edited.Solutions = nil
	revise(t, s, edited)
	y := load(t)
	y.Practices[i].Solutions = append(y.Practices[i].Solutions, catalogue.TermRef{Slug: "hjemmearbejde"})
	before := version(t, s)
	seed(t, s, y)
	if has(solution) || !has("hjemmearbejde") || version(t, s) != before+1 {
		t.Errorf("what an editor took out is back: %v, what the seeds added is there: %v", has(solution), has("hjemmearbejde"))
	}
	seed(t, s, load(t))
	if has("hjemmearbejde") {
		t.Error("what the seeds took out is still there")
	}
}

// A synonym or a new term that no practice has is a change that indexes must
// follow too.
func TestTaxonomyAloneIsAChange(t *testing.T) {
	s, _, x := seeded(t)
	steps := []func(){
		func() {
			x.Terms[catalogue.Precondition] = append(x.Terms[catalogue.Precondition], catalogue.Term{Slug: "ny", Label: "Ny"})
		},
		func() {
			x.Terms[catalogue.SolutionList] = append(x.Terms[catalogue.SolutionList], catalogue.Term{Slug: "ny", Label: "Ny"})
		},
		func() {
			x.Organisations = append(x.Organisations, catalogue.Organisation{Slug: "ny", Name: "Ny", Kind: catalogue.NGO})
		},
	}
	for i, step := range steps {
		before := version(t, s)
		step()
		seed(t, s, x)
		if after := version(t, s); after != before+1 {
			t.Errorf("step %d: version went from %d to %d", i, before, after)
		}
	}
}

func TestChangedTermReachesItsPractices(t *testing.T) {
	s, pool, _ := seeded(t)
	x := load(t)
	for i := range x.Terms[catalogue.ContactForm] {
		if term := &x.Terms[catalogue.ContactForm][i]; term.Slug == "telefon" {
			term.Label = "Telefonsamtale"
		}
	}
	before := version(t, s)
	seed(t, s, x)
	cards := 0
	if err := pool.QueryRow(t.Context(), `SELECT count(*) FROM public_practice WHERE version > $1 AND card -> 'contact_forms' @> '[{"label": "Telefonsamtale"}]'`, before).Scan(&cards); err != nil || cards == 0 {
		t.Errorf("%d cards show the new label, %v", cards, err)
	}
	// A term that an editor owns stays the editor's. No act makes one so yet.
	execSQL(t, pool, `UPDATE term SET label = 'Redaktørens', seed_hash = NULL WHERE slug = 'video' AND vocabulary = 'kontaktform'`)
	for i := range x.Terms[catalogue.ContactForm] {
		x.Terms[catalogue.ContactForm][i].Definition += " Mere."
	}
	seed(t, s, x)
	tax, err := s.Taxonomy(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if got := tax.Term(catalogue.ContactForm, "video").Label; got != "Redaktørens" {
		t.Errorf("label %q", got)
	}
}

func TestStates(t *testing.T) {
	s, pool, x := seeded(t)
	slug := func(i int) string { return x.Practices[i].Slug }
	before := version(t, s)
	for _, err := range []error{
		takeDown(t.Context(), s, slug(0), "Kommunen har bedt om det."), remove(t.Context(), s, slug(1)), merge(t.Context(), s, slug(2), slug(3)),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	// No act of today's changes an address; older catalogues have former ones.
	execSQL(t, pool, `INSERT INTO practice_slug SELECT 'en-gammel-adresse', id FROM practice WHERE slug = $1`, slug(4))
	if err := s.RebuildPublic(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	if p := page(t, s, slug(0)); p.State != catalogue.StateWithdrawn || p.StateReason != "Kommunen har bedt om det." || p.Answers.Done == "" {
		t.Errorf("withdrawn: %+v", p)
	}
	for _, c := range []struct {
		slug  string
		want  error
		moved string
	}{
		{slug(1), catalogue.ErrGone, ""}, {"findes-ikke", catalogue.ErrNotFound, ""}, {slug(2), nil, slug(3)}, {"en-gammel-adresse", nil, slug(4)},
	} {
		_, _, err := s.PublicPractice(t.Context(), 0, c.slug)
		var moved *catalogue.MovedError
		if c.moved != "" && (!errors.As(err, &moved) || moved.Slug != c.moved) || c.want != nil && !errors.Is(err, c.want) {
			t.Errorf("%s: %v", c.slug, err)
		}
	}
	gone := map[string]bool{}
	if _, err := s.IndexUpdates(t.Context(), before, before, func(c catalogue.IndexUpdate) error {
		if c.Entry == nil {
			if c.Practice != nil {
				t.Errorf("%d is gone, but its texts are there", c.ID)
			}
			gone[fmt.Sprint(c.ID)] = true
		}
		return nil
	}); err != nil || len(gone) != 3 {
		t.Errorf("%d gone, %v", len(gone), err)
	}
	if err := s.Export(t.Context(), func(p *catalogue.Practice) error {
		if p.Slug == slug(0) || p.Slug == slug(1) || p.Slug == slug(2) {
			t.Errorf("%s is exported", p.Slug)
		}
		return nil
	}); err != nil {
		t.Error(err)
	}
	if _, err := importThese(t.Context(), s, *page(t, s, slug(0))); err == nil || !strings.Contains(err.Error(), "Trukket tilbage") {
		t.Errorf("import of a withdrawn one: %v", err)
	}
}

func TestRebuildEqualsWhatWasWritten(t *testing.T) {
	s, pool, _ := seeded(t)
	content := func() (out string) {
		if err := pool.QueryRow(t.Context(), `SELECT string_agg(concat_ws('|', id, slug, state, moved_to, entry, card, page), E'\n' ORDER BY id) FROM public_practice`).Scan(&out); err != nil {
			t.Fatal(err)
		}
		return out
	}
	before := content()
	// Damage, which no act can do.
	execSQL(t, pool, `UPDATE public_practice SET card = '{}', page = '{}', entry = '{}'`)
	if err := s.RebuildPublic(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	if after := content(); after != before || before == "" {
		t.Error("the rebuilt read model differs")
	}
}

// importThese imports practices as lines of a file.
func importThese(ctx context.Context, s *postgres.Store, list ...catalogue.Practice) (postgres.ImportReport, error) {
	i := 0
	return s.Import(ctx, func() (*catalogue.Practice, string, error) {
		if i == len(list) {
			return nil, "", io.EOF
		}
		i++
		return &list[i-1], fmt.Sprint("line ", i), nil
	}, now)
}

func importAll(t *testing.T, s *postgres.Store, list ...catalogue.Practice) postgres.ImportReport {
	t.Helper()
	r, err := importThese(t.Context(), s, list...)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func lines(t *testing.T, s *postgres.Store) string {
	t.Helper()
	var b bytes.Buffer
	if err := s.Export(t.Context(), func(p *catalogue.Practice) error {
		p.Updated = nil
		return export.WriteLine(&b, p)
	}); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestExportComesBack(t *testing.T) {
	from, _, x := seeded(t)
	written := lines(t, from)
	to := postgres.New(pgtest.New(t))
	x.Practices = nil
	seed(t, to, x)
	read := func() postgres.ImportReport {
		r := export.NewReader(strings.NewReader(written))
		report, err := to.Import(t.Context(), func() (*catalogue.Practice, string, error) {
			p, err := r.Next()
			return p, "", err
		}, now.Add(time.Hour))
		if err != nil {
			t.Fatal(err)
		}
		return report
	}
	if r := read(); r.New != strings.Count(written, "\n") {
		t.Errorf("%+v", r)
	}
	if diff := cmp.Diff(written, lines(t, to)); diff != "" {
		t.Errorf("export, import, export:\n%s", diff)
	}
	before := version(t, to)
	if r := read(); r.New+r.Changed != 0 || version(t, to) != before {
		t.Errorf("again: %+v, version %d to %d", r, before, version(t, to))
	}
	// The seeds then find their practices and leave them as they are.
	if r := seed(t, to, load(t)); r.Unchanged != strings.Count(written, "\n") {
		t.Errorf("seeds after an import: %+v", r)
	}
}

func TestImport(t *testing.T) {
	s, pool, _ := seeded(t)
	org := func(name string) catalogue.OrganisationRef { return catalogue.OrganisationRef{Slug: name} }
	r := importAll(t, s,
		catalogue.Practice{Title: "Kun en titel", Organisation: org("0751")},
		catalogue.Practice{Title: "Kun en titel", Organisation: org("Viborg Kommune")},
		catalogue.Practice{Title: "Kun en titel", Organisation: org("viborg")},
		catalogue.Practice{Title: "Termer med ord", Organisation: org("Horsens"), TargetGroups: catalogue.Refs("Angst", "angst", "ANGST"),
			Findings: []catalogue.Finding{{TargetGroups: catalogue.Refs("hjemloese"), ContactForms: catalogue.Refs("Telefon"), Effect: "God effekt", Voices: catalogue.VoiceList{"leder"}, Text: "Det gik godt."}}})
	if r.New != 4 {
		t.Fatalf("%+v", r)
	}
	for _, slug := range []string{"kun-en-titel", "kun-en-titel-viborg", "kun-en-titel-viborg-2"} {
		page(t, s, slug)
	}
	p := page(t, s, "termer-med-ord")
	if got := catalogue.Slugs(p.TargetGroups); cmp.Diff(got, []string{"angst", "hjemloese"}) != "" {
		t.Errorf("target groups %v", got)
	}
	if f := p.Findings[0]; f.Effect != catalogue.EffectPositive || f.Speakers()[0] != "leader" || f.Key == "" {
		t.Errorf("finding %+v", f)
	}
	if got := catalogue.Slugs(p.ContactForms); cmp.Diff(got, []string{"telefon"}) != "" {
		t.Errorf("contact forms %v", got)
	}

	// All or nothing: a fault in the last line leaves nothing of the first.
	before := version(t, s)
	bad := []catalogue.Practice{{Title: "God nok", Organisation: org("aarhus")}}
	for range 150 {
		bad = append(bad, catalogue.Practice{Title: "Fejl", Organisation: org("Atlantis"), Summary: strings.Repeat("x", 301)})
	}
	_, err := importThese(t.Context(), s, bad...)
	var faults *postgres.FaultsError
	if !errors.As(err, &faults) || len(faults.Faults) != postgres.MaxFaults || !faults.More || faults.Faults[0].Where != "line 2" {
		t.Fatalf("%v", err)
	}
	if !strings.Contains(faults.Error(), "Atlantis") || !strings.Contains(faults.Error(), "line 51") {
		t.Errorf("%v", faults)
	}
	var n int
	if err := pool.QueryRow(t.Context(), `SELECT count(*) FROM practice WHERE slug = 'god-nok'`).Scan(&n); err != nil || n != 0 || version(t, s) != before {
		t.Errorf("%d rows remain, %v", n, err)
	}
	// The same slug twice in one file is a fault, not a silent overwriting.
	if _, err := importThese(t.Context(), s, catalogue.Practice{Slug: "ens", Title: "A", Organisation: org("aarhus")}, catalogue.Practice{Slug: "ens", Title: "B", Organisation: org("aarhus")}); err == nil {
		t.Error("one slug twice was taken")
	}
}

// Whoever has read up to a version can miss nothing later, however many write
// at once.
func TestFollowerMissesNothing(t *testing.T) {
	s, _, _ := seeded(t)
	const writers, each = 6, 8
	seen := map[int64]bool{}
	follow := func(after int64) int64 {
		n, err := s.IndexUpdates(t.Context(), after, after, func(c catalogue.IndexUpdate) error { seen[c.ID] = true; return nil })
		if err != nil {
			t.Error(err)
		}
		return n
	}
	start := version(t, s)
	done := make(chan struct{})
	var w sync.WaitGroup
	for i := range writers {
		w.Go(func() {
			for j := range each {
				p := catalogue.Practice{Slug: fmt.Sprintf("skriver-%d-%d", i, j), Title: "T", Organisation: catalogue.OrganisationRef{Slug: "aarhus"}}
				if _, err := importThese(context.Background(), s, p); err != nil {
					t.Error(err)
				}
			}
		})
	}
	go func() { w.Wait(); close(done) }()
	at := start
	for running := true; running; {
		select {
		case <-done:
			running = false
		default:
		}
		at = follow(at)
	}
	if len(seen) != writers*each || at != start+writers*each {
		t.Errorf("seen %d practices up to version %d, want %d up to %d", len(seen), at, writers*each, start+writers*each)
	}
}

func TestListenWakes(t *testing.T) {
	s, _, _ := seeded(t)
	wake := make(chan struct{}, 1)
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() { s.Listen(ctx, wake); close(ended) }()
	deadline := time.After(10 * time.Second)
	for i := 0; ; i++ { // until the listener has begun to listen
		importAll(t, s, catalogue.Practice{Slug: fmt.Sprint("vaek-", i), Title: "T", Organisation: catalogue.OrganisationRef{Slug: "aarhus"}})
		select {
		case <-wake:
			stop()
			<-ended
			return
		case <-deadline:
			t.Fatal("nobody was woken")
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// revisionWith adds a revision to a practice whose content is what a term of SQL
// makes of another's.
func revisionWith(content string) string {
	return `INSERT INTO revision (practice_id, number, origin, content_hash, created_at, content) SELECT practice_id, 99, 'editor', '', now(), ` + content + ` FROM revision ORDER BY id LIMIT 1`
}

// What must exist, and what must not be changed, the database guards. What a
// text or a code may be is ruled in review (TestBordersOfEveryFieldComeBack).
func TestDatabaseRefuses(t *testing.T) {
	_, pool, _ := seeded(t)
	for name, sql := range map[string]string{
		"unknown term in a revision":     revisionWith(`jsonb_set(content, '{target_groups}', '[{"id": 999999}]')`),
		"unknown term in a finding":      revisionWith(`jsonb_set(content, '{findings}', '[{"key": "x", "target_groups": [{"id": 999999}], "effect": "none", "text": "T"}]')`),
		"unknown organisation":           revisionWith(`jsonb_set(content, '{organisation}', '{"id": 999999}')`),
		"no organisation":                revisionWith(`jsonb_set(content, '{organisation}', '{}')`),
		"unknown partner":                revisionWith(`jsonb_set(content, '{partners}', '[{"id": 999999}]')`),
		"a term by slug":                 revisionWith(`jsonb_set(content, '{themes}', '[{"slug": "andet"}]')`),
		"a record without a title":       revisionWith(`content - 'title'`),
		"a record that is none":          revisionWith(`to_jsonb('x'::text)`),
		"term of the wrong vocabulary":   revisionWith(`jsonb_set(content, '{themes}', (SELECT jsonb_build_array(jsonb_build_object('id', min(id))) FROM term WHERE vocabulary = 'maalgruppe'))`),
		"transfer to a theme":            revisionWith(`jsonb_set(content, '{transfer_to}', (SELECT jsonb_build_array(jsonb_build_object('id', min(id))) FROM term WHERE vocabulary = 'tema'))`),
		"practice that does not exist":   `INSERT INTO revision (practice_id, number, origin, content_hash, created_at, content) SELECT 999999, 1, 'editor', '', now(), content FROM revision LIMIT 1; SET CONSTRAINTS ALL IMMEDIATE`,
		"solution that does not exist":   `INSERT INTO practice_solution SELECT min(id), 999999 FROM practice`,
		"reference of one's own":         `INSERT INTO revision_ref (revision_id, role, organisation_id) SELECT min(id), 'x', (SELECT min(id) FROM organisation) FROM revision`,
		"reference taken away":           `DELETE FROM revision_ref`,
		"erasure without an act":         `INSERT INTO erasure (revision_id, reason, at) SELECT min(id), 'x', now() FROM revision`,
		"revision changed":               `UPDATE revision SET content_hash = 'x'`,
		"revision deleted":               `DELETE FROM revision`,
		"practice deleted":               `DELETE FROM practice`,
		"slug with capitals":             `UPDATE practice SET slug = 'Stort' WHERE id = (SELECT min(id) FROM practice)`,
		"withdrawn without a reason":     `UPDATE practice SET state = 'withdrawn'`,
		"merged into nothing":            `UPDATE practice SET state = 'merged'`,
		"another practice's revision":    `UPDATE practice SET revision_id = (SELECT max(revision_id) FROM practice) WHERE id = (SELECT min(id) FROM practice)`,
		"municipality without region":    `INSERT INTO organisation (slug, code, kind, name) VALUES ('x', '9999', 'municipality', 'X')`,
		"municipality in a municipality": `INSERT INTO organisation (slug, code, kind, name, parent_id) SELECT 'x', '9999', 'municipality', 'X', id FROM organisation WHERE slug = 'aarhus'`,
		"term in a circle":               `UPDATE term SET parent_id = (SELECT id FROM term c WHERE c.parent_id = term.id LIMIT 1) WHERE id = (SELECT min(parent_id) FROM term)`,
		"parent in another vocabulary":   `UPDATE term SET parent_id = (SELECT min(id) FROM term WHERE vocabulary = 'tema') WHERE vocabulary = 'kontaktform'`,
		"published without a card":       `UPDATE public_practice SET card = NULL`,
		"second version row":             `INSERT INTO catalogue_version (one) VALUES (false)`,
		"table made by the application":  `CREATE TABLE x (y int)`,
		"table dropped":                  `DROP TABLE practice`,
	} {
		_, err := pool.Exec(t.Context(), sql)
		var pe *pgconn.PgError
		if !errors.As(err, &pe) || pe.Code[:2] != "23" && pe.Code != "42501" {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestMigrationsGoDownAndUpAgain(t *testing.T) {
	owner, app := pgtest.NewURLs(t)
	for _, step := range []func(context.Context, string) error{migrations.Down, migrations.Up, migrations.Up} {
		if err := step(t.Context(), owner); err != nil {
			t.Fatal(err)
		}
	}
	// As behind a pooler, which loads what is loaded and written without prepared statements.
	s, err := postgres.Open(t.Context(), postgres.Access{URL: app, Pooler: postgres.PoolerTransaction})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if r := seed(t, s, load(t)); r.New == 0 {
		t.Errorf("%+v", r)
	}
}

func TestOneLoginMayMigrateAndServe(t *testing.T) {
	owner, _ := pgtest.NewURLs(t)
	s, err := postgres.Open(t.Context(), postgres.Access{URL: owner})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if r := seed(t, s, load(t)); r.New == 0 {
		t.Errorf("%+v", r)
	}
}

func TestNoServer(t *testing.T) {
	if _, err := postgres.Open(t.Context(), postgres.Access{URL: "postgres://127.0.0.1:1/x?connect_timeout=1"}); !errors.Is(err, catalogue.ErrUnavailable) {
		t.Errorf("%v", err)
	}
}
