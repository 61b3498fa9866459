package postgres

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"praksis/internal/catalogue"
	"praksis/internal/review"

	"github.com/jackc/pgx/v5"
)

// StoredSynonyms is a rule of the thesaurus as it is kept.
type StoredSynonyms struct {
	ID int64
	catalogue.SynonymRule
}

// Synonyms are the rules in force, in their order.
func (s *Store) Synonyms(ctx context.Context) (list []StoredSynonyms, err error) {
	err = s.snapshot(ctx, func(tx pgx.Tx) error {
		list, err = storedSynonyms(ctx, tx)
		return err
	})
	return list, err
}

// AddSynonyms puts a rule in force, as an editor's: the seeds do not change it.
func (s *Store) AddSynonyms(ctx context.Context, r catalogue.SynonymRule, now time.Time) (id int64, err error) {
	for _, list := range []*[]string{&r.Same, &r.Search, &r.Means, &r.Finds} {
		*list = slices.Clone(*list)
		for i, entry := range *list {
			(*list)[i] = review.Line(entry)
		}
	}
	if err := r.Check(); err != nil {
		return 0, err
	}
	made, _, err := s.ChangeVocabulary(ctx, review.VocabularyAct{Action: review.AddItem, Item: review.ItemID{Noun: review.NounSynonyms}, Values: review.SynonymValues(r)}, 0, 0, now)
	if err != nil {
		return 0, err
	}
	return strconv.ParseInt(made.Key, 10, 64)
}

// RemoveSynonyms puts a rule out of force; the seeds do not bring it back. It
// fails with catalogue.ErrNotFound when no rule in force has the ID.
func (s *Store) RemoveSynonyms(ctx context.Context, id int64, now time.Time) error {
	rule := review.ItemID{Noun: review.NounSynonyms, Key: strconv.FormatInt(id, 10)}
	_, _, err := s.ChangeVocabulary(ctx, review.VocabularyAct{Action: review.RetireItem, Item: rule}, 0, 0, now)
	if _, refused := errors.AsType[*review.RefusedError](err); refused { // it is out of force
		err = fmt.Errorf("synonym rule %d: %w", id, catalogue.ErrNotFound)
	}
	return err
}

// ruleWords are the entries that a search can have.
func ruleWords(r catalogue.SynonymRule) []string {
	if len(r.Same) > 0 {
		return r.Same
	}
	return r.Search
}

func loadSynonyms(ctx context.Context, tx pgx.Tx) ([]catalogue.SynonymRule, error) {
	list, err := storedSynonyms(ctx, tx)
	rules := make([]catalogue.SynonymRule, len(list))
	for i, r := range list {
		rules[i] = r.SynonymRule
	}
	return rules, err
}

func storedSynonyms(ctx context.Context, tx pgx.Tx) ([]StoredSynonyms, error) {
	rows, _ := tx.Query(ctx, `SELECT id, words, means, finds FROM synonym_rule WHERE NOT withdrawn ORDER BY position, id`)
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (r StoredSynonyms, err error) {
		var entries []string
		if err := row.Scan(&r.ID, &entries, &r.Means, &r.Finds); err != nil {
			return r, err
		}
		if len(r.Means)+len(r.Finds) > 0 {
			r.Search = entries
		} else {
			r.Same = entries
		}
		return r, nil
	})
}

// seedSynonyms brings the loader's own rules to what the seeds say, and tells
// whether anything changed. A rule is known by what it says: a changed one is
// an old one less and a new one more. What an editor withdrew stays withdrawn,
// and what an editor changed or wrote (seed_hash is null) stays.
func seedSynonyms(ctx context.Context, tx pgx.Tx, rules []catalogue.SynonymRule) (changed bool, err error) {
	rows, _ := tx.Query(ctx, `SELECT seed_hash, withdrawn FROM synonym_rule WHERE seed_hash IS NOT NULL`)
	left := map[string]bool{} // hashes to whether the rule may be dropped; at last those that no seed has
	var hash string
	var withdrawn bool
	if _, err := pgx.ForEachRow(rows, []any{&hash, &withdrawn}, func() error { left[hash] = !withdrawn; return nil }); err != nil {
		return false, err
	}
	batch := &pgx.Batch{}
	var places []string
	seen := map[string]bool{}
	for i, r := range rules {
		if err := r.Check(); err != nil {
			return false, fmt.Errorf("synonyms: %w", err)
		}
		hash := seedHash(r, 0)
		_, exists := left[hash]
		delete(left, hash)
		if exists || seen[hash] {
			continue
		}
		seen[hash] = true
		places = append(places, fmt.Sprint("synonym rule ", i+1))
		batch.Queue(`
			INSERT INTO synonym_rule (words, means, finds, position, seed_hash)
			VALUES ($1, coalesce($2::text[], '{}'), coalesce($3::text[], '{}'), $4, $5)
			ON CONFLICT (seed_hash) DO NOTHING`, ruleWords(r), r.Means, r.Finds, i, hash)
	}
	var gone []string
	for hash, droppable := range left {
		if droppable {
			gone = append(gone, hash)
		}
	}
	if len(gone) > 0 {
		places = append(places, "synonym rules that are gone")
		batch.Queue(`DELETE FROM synonym_rule WHERE NOT withdrawn AND seed_hash = ANY ($1)`, gone)
	}
	if batch.Len() == 0 {
		return false, nil
	}
	results := tx.SendBatch(ctx, batch)
	for _, where := range places {
		tag, err := results.Exec()
		if err != nil {
			results.Close()
			return false, withoutContent(where, err)
		}
		changed = changed || tag.RowsAffected() > 0
	}
	return changed, results.Close()
}
