package postgres

import (
	"context"
	"fmt"
	"slices"
	"time"

	"praksis/internal/catalogue"
	"praksis/internal/review"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// Vocabulary is all that the vocabulary desk has, as of one moment.
func (s *Store) Vocabulary(ctx context.Context) (v review.Vocabulary, err error) {
	err = s.snapshot(ctx, func(tx pgx.Tx) error {
		v, err = loadVocabulary(ctx, tx)
		return err
	})
	return v, err
}

// vocabularyNoun is how the items of a noun are read and written.
type vocabularyNoun struct {
	// load reads the items: noun, key, and the values of columns.
	load    string
	columns []string // fields of one value, as load gives them from the third column on
	lists   []string // fields of many, behind them
	// save writes one item that may be there, whatever it said.
	save func(context.Context, pgx.Tx, review.ItemID, review.Values) error
	// practices selects the IDs of practices whose read model shows the item $1.
	practices string
	// uses selects those of which it is a part: what keeps it from being retired.
	uses string
}

// vocabularyNouns are all nouns; the vocabularies have one entry.
var vocabularyNouns = map[review.Noun]vocabularyNoun{
	nounTerms: termNoun, review.NounOrganisation: organisationNoun, review.NounSolution: solutionNoun,
	review.NounDocument: documentNoun, review.NounSynonyms: synonymNoun, review.NounPage: pageNoun,
}

// nounTerms stands for all vocabularies.
const nounTerms review.Noun = "term"

func nounOf(n review.Noun) (vocabularyNoun, error) {
	if slices.Contains(catalogue.Vocabularies, catalogue.Vocabulary(n)) {
		n = nounTerms
	}
	x, ok := vocabularyNouns[n]
	if !ok {
		return x, fmt.Errorf("noun %q: %w", n, catalogue.ErrNotFound)
	}
	return x, nil
}

func loadVocabulary(ctx context.Context, tx pgx.Tx) (review.Vocabulary, error) {
	v := review.Vocabulary{}
	for _, n := range vocabularyNouns {
		rows, _ := tx.Query(ctx, n.load)
		var id review.ItemID
		one := make([]string, len(n.columns))
		many := make([][]string, len(n.lists))
		to := []any{&id.Noun, &id.Key}
		for i := range one {
			to = append(to, &one[i])
		}
		for i := range many {
			to = append(to, &many[i])
		}
		if _, err := pgx.ForEachRow(rows, to, func() error {
			x := review.Values{}
			for i, name := range n.columns {
				if one[i] != "" {
					x[name] = []string{one[i]}
				}
			}
			for i, name := range n.lists {
				if len(many[i]) > 0 {
					x[name] = slices.Clone(many[i])
				}
			}
			v[id] = x
			return nil
		}); err != nil {
			return nil, err
		}
	}
	for _, page := range []string{review.PageAbout} { // there is one, whoever has written it
		if id := (review.ItemID{Noun: review.NounPage, Key: page}); v[id] == nil {
			v[id] = review.Values{}
		}
	}
	return v, nil
}

// ChangeVocabulary carries out what review.DecideVocabulary says of an act, in one
// transaction with its event, by an editor; 0 is the command line. undoes is the event
// that is undone; 0 for none. It returns the item that the act was done to, as it is
// called now, and the event; 0 where nothing changes. The errors are those of
// review.DecideVocabulary; act.Uses is set here.
func (s *Store) ChangeVocabulary(ctx context.Context, act review.VocabularyAct, undoes, editor int64, now time.Time) (item review.ItemID, event int64, err error) {
	err = s.write(ctx, func(tx pgx.Tx) error {
		item, event = act.Item, 0
		if err := mayAct(ctx, tx, editor, review.EditVocabulary); err != nil {
			return err
		}
		if err := lockTaxonomy(ctx, tx); err != nil {
			return err
		}
		v, err := loadVocabulary(ctx, tx)
		if err != nil {
			return err
		}
		act := act
		if undoes != 0 {
			if act.Item, act.Undo, err = toUndo(ctx, tx, undoes); err != nil {
				return err
			}
			item = act.Item
			if isRetag(act.Undo) {
				event, err = undoRetag(ctx, tx, act, v.Label(item), undoes, editor, now)
				return err
			}
		}
		if err := readMembers(ctx, tx, act.Values); err != nil {
			return err
		}
		if act.Uses, err = countUses(ctx, tx, v, act); err != nil {
			return err
		}
		changes, err := review.DecideVocabulary(v, act)
		if err != nil || len(changes) == 0 {
			return err
		}
		after := v.Apply(changes)
		touched, err := practicesWith(ctx, tx, changes)
		if err != nil {
			return err
		}
		for i := range changes {
			c := &changes[i]
			n, err := nounOf(c.Item.Noun)
			if err != nil {
				return err
			}
			says := after[c.Item]
			if c.Item.Noun == review.NounSynonyms && c.Before == nil {
				if c.Item.Key, err = insertRule(ctx, tx, says); err != nil {
					return err
				}
				after[c.Item] = says
				continue
			}
			if err := n.save(ctx, tx, c.Item, says); err != nil {
				return withoutContent(string(c.Item.Noun)+" "+c.Item.Key, err)
			}
		}
		more, err := practicesWith(ctx, tx, changes)
		if err != nil {
			return err
		}
		if last := changes[len(changes)-1].Item; act.Action == review.AddItem || last.Noun == review.NounSynonyms {
			item = last
		}
		if event, err = addVocabularyEvent(ctx, tx, act.Action, item, after.Label(item), changes, undoes, editor, now); err != nil {
			return err
		}
		touched = append(touched, more...)
		slices.Sort(touched)
		return republish(ctx, tx, slices.Compact(touched))
	})
	if err != nil {
		return act.Item, 0, err
	}
	return item, event, nil
}

// practicesWith are the practices whose read model shows what is changed.
func practicesWith(ctx context.Context, tx pgx.Tx, changes []review.ItemChange) (ids []int64, err error) {
	for _, c := range changes {
		n, err := nounOf(c.Item.Noun)
		if err != nil {
			return nil, err
		}
		if n.practices == "" {
			continue
		}
		rows, _ := tx.Query(ctx, n.practices, n.args(c.Item)...)
		list, err := pgx.CollectRows(rows, pgx.RowTo[int64])
		if err != nil {
			return nil, err
		}
		ids = append(ids, list...)
	}
	return ids, nil
}

// args are the key, and for a term the vocabulary, of an item.
func (n vocabularyNoun) args(id review.ItemID) []any {
	if slices.Contains(catalogue.Vocabularies, catalogue.Vocabulary(id.Noun)) {
		return []any{id.Key, string(id.Noun)}
	}
	return []any{id.Key}
}

// countUses counts what uses the items that an act could retire.
func countUses(ctx context.Context, tx pgx.Tx, v review.Vocabulary, act review.VocabularyAct) (map[review.ItemID]int, error) {
	items := []review.ItemID{act.Item}
	if act.Action != review.RetireItem {
		items = nil
	}
	for _, c := range act.Undo {
		if c.Before == nil {
			items = append(items, c.Item)
		}
	}
	uses := map[review.ItemID]int{}
	for _, id := range items {
		list, err := usesOf(ctx, tx, id)
		if err != nil {
			return nil, err
		}
		uses[id] = len(list) + len(v.UsersOf(id))
	}
	return uses, nil
}

// PracticeUse is a practice that an item is a part of.
type PracticeUse struct {
	Slug, Title, State string
}

// ItemUses are the practices, published or withdrawn, of which an item is a part, in
// the order of their titles.
func (s *Store) ItemUses(ctx context.Context, id review.ItemID) (list []PracticeUse, err error) {
	err = s.snapshot(ctx, func(tx pgx.Tx) error {
		list, err = usesOf(ctx, tx, id)
		return err
	})
	return list, err
}

func usesOf(ctx context.Context, tx pgx.Tx, id review.ItemID) ([]PracticeUse, error) {
	n, err := nounOf(id.Noun)
	if err != nil || n.uses == "" {
		return nil, err
	}
	rows, _ := tx.Query(ctx, `
		SELECT p.slug::text, r.content ->> 'title', p.state FROM practice p JOIN revision r ON r.id = p.revision_id
		WHERE p.state IN ('published', 'withdrawn') AND p.id IN (`+n.uses+`) ORDER BY 2, 1`, n.args(id)...)
	return pgx.CollectRows(rows, pgx.RowToStructByPos[PracticeUse])
}

// readMembers turns slugs of practices into those that they have now.
func readMembers(ctx context.Context, tx pgx.Tx, values review.Values) error {
	slugs := values[review.FieldMembers]
	if len(slugs) == 0 {
		return nil
	}
	known := slices.Clone(slugs)
	for i, slug := range known {
		if !catalogue.Storable(slug) { // no practice is called so
			known[i] = ""
		}
	}
	rows, _ := tx.Query(ctx, `
		SELECT w.slug, p.slug::text FROM unnest($1::text[]) AS w (slug)
		JOIN practice p ON p.slug = w.slug OR p.id = (SELECT practice_id FROM practice_slug WHERE practice_slug.slug = w.slug)
		WHERE p.state IN ('published', 'withdrawn')`, known)
	now, err := collectMap[string, string](rows)
	if err != nil {
		return err
	}
	list := make([]string, len(slugs))
	for i, slug := range slugs {
		if list[i] = now[slug]; list[i] == "" && slug != "" {
			return review.NoMember(slug)
		}
	}
	values[review.FieldMembers] = list
	return nil
}

// PageText is what editors have written on a page; empty where it is the program's
// own.
func (s *Store) PageText(ctx context.Context, page string) (body string, err error) {
	err = s.read(ctx, func(ctx context.Context, pool *pgxpool.Pool) error {
		return pool.QueryRow(ctx, `SELECT coalesce((SELECT body FROM page_text WHERE page = $1), '')`, page).Scan(&body)
	})
	return body, err
}

// UseCounts are how many practices, published or withdrawn, each term, organisation and
// solution is a part of; what is in none is left out. Merged ones are counted apart.
func (s *Store) UseCounts(ctx context.Context) (map[review.ItemID]int, error) {
	rows, _ := s.pool.Query(ctx, `
		WITH shown AS (SELECT id, revision_id FROM practice WHERE state IN ('published', 'withdrawn'))
		SELECT t.vocabulary, t.slug::text, count(DISTINCT p.id) FROM revision_ref r JOIN shown p USING (revision_id) JOIN term t ON t.id = r.term_id GROUP BY t.id
		UNION ALL SELECT $1, o.slug::text, count(DISTINCT p.id) FROM revision_ref r JOIN shown p USING (revision_id) JOIN organisation o ON o.id = r.organisation_id GROUP BY o.id
		UNION ALL SELECT $2, x.slug::text, count(*) FROM practice_solution m JOIN shown p ON p.id = m.practice_id JOIN solution x ON x.id = m.solution_id GROUP BY x.id`,
		string(review.NounOrganisation), string(review.NounSolution))
	out := map[review.ItemID]int{}
	var id review.ItemID
	var n int
	_, err := pgx.ForEachRow(rows, []any{&id.Noun, &id.Key, &n}, func() error { out[id] = n; return nil })
	return out, mapped(err)
}

// PracticeTitles are the titles of practices, by the slugs that they have now.
func (s *Store) PracticeTitles(ctx context.Context, slugs []string) (map[string]string, error) {
	rows, _ := s.pool.Query(ctx, `SELECT p.slug::text, r.content ->> 'title' FROM practice p JOIN revision r ON r.id = p.revision_id WHERE p.slug = ANY ($1::text[])`, slugs)
	out, err := collectMap[string, string](rows)
	return out, mapped(err)
}
