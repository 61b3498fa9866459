package postgres

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"unicode"

	"praksis/internal/catalogue"

	"github.com/jackc/pgx/v5"
)

// lock finds and locks what belongs together: first what the erasure is asked of, and,
// where it goes everywhere, all else that has the text.
func (e *eraser) lock(ctx context.Context, on On, how reach) ([]belongs, error) {
	everywhere := how.everywhere
	taxonomy := lockTaxonomyShared
	if everywhere { // what is said in the vocabularies may be changed
		taxonomy = lockTaxonomy
	}
	if err := taxonomy(ctx, e.tx); err != nil {
		return nil, err
	}
	groups, err := e.groups(ctx, on, everywhere)
	if err != nil {
		return nil, err
	}
	var all belongs
	for _, g := range groups {
		all.practices, all.submissions = append(all.practices, g.practices...), append(all.submissions, g.submissions...)
	}
	for _, ids := range []*[]int64{&all.practices, &all.submissions} {
		slices.Sort(*ids)
		*ids = slices.Compact(*ids)
	}
	if err := lockSubmissions(ctx, e.tx, all.submissions...); err != nil {
		return nil, err
	}
	if err := lockPractices(ctx, e.tx, all.practices...); err != nil {
		return nil, err
	}
	if how.find { // what comes meanwhile is found when it is erased
		return groups, nil
	}
	again, err := e.groups(ctx, on, everywhere)
	if err == nil && !reflect.DeepEqual(groups, again) {
		err = errMoved
	}
	return groups, err
}

func (e *eraser) groups(ctx context.Context, on On, everywhere bool) (out []belongs, err error) {
	if on.Practice != "" || on.Submission != 0 {
		g, err := e.of(ctx, on)
		if err != nil {
			return nil, err
		}
		out = append(out, g)
	}
	if !everywhere {
		return out, nil
	}
	practices, submissions, err := e.owners(ctx)
	if err != nil {
		return nil, err
	}
	for _, id := range practices {
		if slices.ContainsFunc(out, func(g belongs) bool { return slices.Contains(g.practices, id) }) {
			continue
		}
		g, err := e.around(ctx, &id, nil)
		if err != nil {
			return nil, err
		}
		out = append(out, g)
	}
	for _, id := range submissions {
		if slices.ContainsFunc(out, func(g belongs) bool { return slices.Contains(g.submissions, id) }) {
			continue
		}
		g, err := e.of(ctx, On{Submission: id})
		if err != nil {
			return nil, err
		}
		out = append(out, g)
	}
	return out, nil
}

// of finds what belongs to a practice, or to a submission with the practice that it
// became.
func (e *eraser) of(ctx context.Context, on On) (belongs, error) {
	if on.Practice != "" {
		practice, err := practiceAbout(ctx, e.tx, on.Practice)
		if err == nil && practice == nil {
			err = fmt.Errorf("practice: %w", catalogue.ErrNotFound)
		}
		if err != nil {
			return belongs{}, err
		}
		return e.around(ctx, practice, nil)
	}
	var practice *int64
	if err := e.tx.QueryRow(ctx, `SELECT CASE state WHEN 'accepted' THEN practice_id END FROM submission WHERE id = $1`, on.Submission).Scan(&practice); err != nil {
		return belongs{}, err
	}
	return e.around(ctx, practice, &on.Submission)
}

// around are a practice with those that were merged into it, and what was sent of them,
// with a submission.
func (e *eraser) around(ctx context.Context, practice, submission *int64) (g belongs, err error) {
	rows, _ := e.tx.Query(ctx, `SELECT id FROM practice WHERE id = $1 OR merged_into = $1 ORDER BY id`, practice)
	if g.practices, err = pgx.CollectRows(rows, pgx.RowTo[int64]); err != nil {
		return g, err
	}
	rows, _ = e.tx.Query(ctx, `SELECT id FROM submission WHERE id = $2 OR practice_id = ANY ($1) OR about_id = ANY ($1) ORDER BY id`, g.practices, submission)
	g.submissions, err = pgx.CollectRows(rows, pgx.RowTo[int64])
	return g, err
}

// owned are the rows with texts that belong to a practice or a submission, and the column
// that names it.
var owned = []struct {
	rows, owner string
	practice    bool
}{
	{"revision", "practice_id", true}, {"practice", "id", true}, {"practice_event", "practice_id", true}, {"practice_slug", "practice_id", true}, {"seed_proposal", "practice_id", true},
	{"inquiry", "practice_id", true}, {"unsaved_form", "practice_id", true}, {"solution_contrast", "for_practice_id", true}, {"solution_contrast", "against_practice_id", true},
	{"(SELECT q.practice_id, a.text FROM inquiry_answer a JOIN inquiry q ON q.id = a.inquiry_id)", "practice_id", true},
	{"(SELECT q.practice_id, m.subject, m.body FROM mail m JOIN inquiry q ON q.id = m.inquiry_id)", "practice_id", true},
	{"submission", "id", false}, {"submission_version", "submission_id", false}, {"submission_event", "submission_id", false}, {"draft", "submission_id", false}, {"submission_answer", "submission_id", false},
	{"submission_question", "submission_id", false}, {"question_answer", "submission_id", false}, {"submission_contact", "submission_id", false}, {"attachment", "submission_id", false}, {"mail", "submission_id", false},
	{"inquiry", "submission_id", false}, {"unsaved_form", "submission_id", false},
	{"(SELECT q.submission_id, a.text FROM inquiry_answer a JOIN inquiry q ON q.id = a.inquiry_id)", "submission_id", false},
	{"(SELECT q.submission_id, m.subject, m.body FROM mail m JOIN inquiry q ON q.id = m.inquiry_id)", "submission_id", false},
}

// owners are the practices (those that they were merged into) and the submissions that
// have the text, or an address that is made of it.
func (e *eraser) owners(ctx context.Context) (practices, submissions []int64, err error) {
	have := map[bool]map[int64]bool{true: {}, false: {}}
	for _, x := range owned {
		rows, _ := e.tx.Query(ctx, `SELECT x.`+x.owner+`, x::text FROM `+x.rows+` x WHERE x.`+x.owner+` IS NOT NULL AND `+e.likely())
		var id int64
		var row string
		if _, err := pgx.ForEachRow(rows, []any{&id, &row}, func() error {
			if row = rowText.Replace(row); !have[x.practice][id] && (e.isIn(row) || e.inAddress.MatchString(row)) {
				have[x.practice][id] = true
			}
			return nil
		}); err != nil {
			return nil, nil, err
		}
	}
	ids := func(of bool, sql string) (out []int64) {
		var list []int64
		for id := range have[of] {
			list = append(list, id)
		}
		if err == nil {
			rows, _ := e.tx.Query(ctx, sql, list)
			out, err = pgx.CollectRows(rows, pgx.RowTo[int64])
		}
		return out
	}
	practices = ids(true, `SELECT DISTINCT coalesce(merged_into, id) FROM practice WHERE id = ANY ($1) ORDER BY 1`)
	submissions = ids(false, `SELECT id FROM submission WHERE id = ANY ($1) ORDER BY 1`)
	return practices, submissions, err
}

// likely is a condition on rows x that those with the text fulfil, however it is cut off or
// written in an address: so that not every row is brought here.
func (e *eraser) likely() string {
	word := []rune(strings.Fields(e.text)[0])
	word = word[:min(len(word), minErased)]
	if slices.ContainsFunc(word, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
		return `true` // it may be written in another way in JSON
	}
	return `x::text ILIKE '%` + string(word) + `%'`
}

// rowText makes a row as the database writes it, with JSON in it, a text as somebody
// wrote it: so that a name over two lines is found.
var rowText = strings.NewReplacer(`\\n`, "\n", `\\r`, "\r", `\\t`, "\t", `\\""`, `"`, `""`, `"`, `\\\\`, `\`, `\n`, "\n", `\u0026`, "&", `\u003c`, "<", `\u003e`, ">")
