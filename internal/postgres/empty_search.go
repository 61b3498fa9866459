package postgres

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"errors"
	"slices"
	"time"

	"praksis/internal/catalogue"
	"praksis/internal/review"

	"github.com/jackc/pgx/v5"
)

// maxEmptySearches bounds the different searches that are noted of one day: a flood
// of made-up words fills no table.
const maxEmptySearches = 2000

// EmptySearch is a search that found nothing: its words as review.SearchToKeep gives
// them, the same in the one form in which searches are told apart, and how often it
// was seen.
type EmptySearch struct {
	Text, Folded string
	Times        int
}

// NoteEmptySearches counts searches that found nothing, on the day that now is in
// Denmark. Words are kept of those that have been seen on three days; of the others a
// hash with the catalogue's identity as its key.
func (s *Store) NoteEmptySearches(ctx context.Context, list []EmptySearch, now time.Time) error {
	identity, err := s.Identity(ctx)
	if err != nil {
		return err
	}
	type noted struct {
		key []byte
		EmptySearch
	}
	var all []noted
	for _, x := range list {
		mac := hmac.New(sha256.New, []byte(identity))
		mac.Write([]byte(x.Folded)) // never fails
		all = append(all, noted{mac.Sum(nil), x})
	}
	slices.SortFunc(all, func(a, b noted) int { return bytes.Compare(a.key, b.key) }) // one order of locks
	day := catalogue.Day(now).Format(time.DateOnly)
	return s.write(ctx, func(tx pgx.Tx) error {
		var there int
		if err := tx.QueryRow(ctx, `SELECT count(*) FROM empty_search_day WHERE day = $1`, day).Scan(&there); err != nil {
			return err
		}
		for _, x := range all {
			tag, err := tx.Exec(ctx, `UPDATE empty_search_day SET times = least(times + $3, 1000000) WHERE day = $1 AND key = $2`, day, x.key, x.Times)
			if err != nil {
				return err
			}
			if tag.RowsAffected() == 0 {
				if there >= maxEmptySearches {
					continue
				}
				there++
				if _, err := tx.Exec(ctx, `
					INSERT INTO empty_search_day (day, key, times) VALUES ($1, $2, $3)
					ON CONFLICT (day, key) DO UPDATE SET times = least(empty_search_day.times + $3, 1000000)`, day, x.key, x.Times); err != nil {
					return err
				}
			}
			if _, err := tx.Exec(ctx, `
				INSERT INTO empty_search (key, text) SELECT $1, $2 WHERE (SELECT count(*) FROM empty_search_day WHERE key = $1) >= $3
				ON CONFLICT (key) DO NOTHING`, x.key, x.Text, review.EmptySearchDays); err != nil {
				return err
			}
		}
		return nil
	})
}

// EmptySearchView is a search that found nothing, as the desk sees it.
type EmptySearchView struct {
	Key         []byte
	Text        string
	Times, Days int
	Last        time.Time // the day, at midnight UTC
	HiddenBy    string    // the editor who has said last whether it matters; empty: nobody
	HiddenAt    *time.Time
}

// EmptySearches are at most limit searches that found nothing and were seen on three
// days, the most often seen first: those that matter, or those that an editor has
// hidden; and how many there are of both.
func (s *Store) EmptySearches(ctx context.Context, hidden bool, limit int) (list []EmptySearchView, shown, all int, err error) {
	err = s.snapshot(ctx, func(tx pgx.Tx) error {
		if err := tx.QueryRow(ctx, `SELECT count(*) FILTER (WHERE NOT hidden), count(*) FROM empty_search WHERE text <> ''`).Scan(&shown, &all); err != nil {
			return err
		}
		rows, _ := tx.Query(ctx, `
			SELECT x.key, x.text, d.times, d.days, d.last, coalesce(e.name, ''), x.hidden_at
			FROM empty_search x LEFT JOIN editor e ON e.id = x.hidden_by
			JOIN LATERAL (SELECT sum(times)::int AS times, count(*)::int AS days, max(day) AS last FROM empty_search_day WHERE key = x.key) d ON d.days > 0
			WHERE x.hidden = $1 AND x.text <> '' ORDER BY d.times DESC, d.last DESC, x.text LIMIT $2`, hidden, limit)
		list, err = pgx.CollectRows(rows, pgx.RowToStructByPos[EmptySearchView])
		return err
	})
	return list, shown, all - shown, err
}

// HideSearch notes whether a search that found nothing matters, in an editor's name.
// The error is catalogue.ErrNotFound when there is none, and a *review.RoleError for
// who may not.
func (s *Store) HideSearch(ctx context.Context, key []byte, hidden bool, editor int64, now time.Time) error {
	return s.write(ctx, func(tx pgx.Tx) error {
		if err := mayAct(ctx, tx, editor, review.HideSearch); err != nil {
			return err
		}
		tag, err := tx.Exec(ctx, `UPDATE empty_search SET hidden = $2, hidden_by = $3, hidden_at = $4 WHERE key = $1`, key, hidden, editor, now)
		if err == nil && tag.RowsAffected() == 0 {
			err = catalogue.ErrNotFound
		}
		return err
	})
}

// EraseEmptySearches forgets the days that are longer ago than searches are
// remembered, and the words of searches that have not been seen since. One that an
// editor has hidden stays hidden, without its words. It returns how many searches it
// forgot.
func (s *Store) EraseEmptySearches(ctx context.Context, now time.Time) (n int, err error) {
	err = s.write(ctx, func(tx pgx.Tx) error {
		first := catalogue.Day(now).AddDate(0, 0, -review.EmptySearchKept).Format(time.DateOnly)
		const unseen = ` WHERE NOT EXISTS (SELECT FROM empty_search_day d WHERE d.key = empty_search.key)`
		_, days := tx.Exec(ctx, `DELETE FROM empty_search_day WHERE day < $1`, first)
		gone, words := tx.Exec(ctx, `DELETE FROM empty_search`+unseen+` AND NOT hidden`)
		_, hidden := tx.Exec(ctx, `UPDATE empty_search SET text = ''`+unseen+` AND hidden AND text <> ''`)
		n = int(gone.RowsAffected())
		return errors.Join(days, words, hidden)
	})
	return n, err
}
