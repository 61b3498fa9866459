package postgres

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"praksis/internal/catalogue"
	"praksis/internal/review"

	"github.com/jackc/pgx/v5"
)

// Edition is a shortlist as it was on a day. Only erasures and removals reach it.
type Edition struct {
	EditionMark
	Version   int64 // of the catalogue
	Contrasts []catalogue.SaidContrast
	Items     []EditionItem
	// Erased is when a text was last erased from its title, notes or contrasts.
	Erased *time.Time
}

// EditionItem is one example of an edition, as it was, and what has become of it.
type EditionItem struct {
	Practice int64 // ID
	Note     string
	// Page is nil where the example was removed since. It has no slug: that is Slug.
	Page *catalogue.Practice
	// Erased is when a text was last erased from the page, or all of it.
	Erased *time.Time

	// What it is now, and since when where it is published no more.
	Slug     string
	State    catalogue.State
	Reason   string // of a withdrawal, told in public
	Since    *time.Time
	MovedTo  string
	Revision int
}

// errNothingToFreeze tells that no example of a shortlist can be read.
var errNothingToFreeze = fmt.Errorf("no example of the shortlist can be read: %w", catalogue.ErrConflict)

// FreezeShortlist keeps the shortlist of a token as it is now, with contrasts that its
// examples have a part in. It gives the number of the edition, and the token of a link to
// read it; one that was made of the same token is used again. What the public cannot read
// is left out. The errors are those of the token, ErrShortlistFull, and
// catalogue.ErrConflict where nothing is left.
func (s *Store) FreezeShortlist(ctx context.Context, token string, contrasts []catalogue.SaidContrast, now time.Time) (n int, link string, err error) {
	now = now.UTC()
	err = s.write(ctx, func(tx pgx.Tx) error {
		h, err := holdShortlist(ctx, tx, token, false, now)
		if err != nil {
			return err
		}
		before, err := shortlistIDs(ctx, tx, h.ID)
		if err != nil {
			return err
		}
		ids := slices.Sorted(slices.Values(before))
		for _, c := range contrasts { // the findings of others are kept too
			for _, f := range append(slices.Clone(c.For.Findings), c.Against.Findings...) {
				ids = append(ids, f.Practice)
			}
		}
		slices.Sort(ids)
		// What is removed or erased meanwhile is so before, or reaches the edition after.
		if err := lockPractices(ctx, tx, slices.Compact(ids)...); err != nil {
			return err
		}
		if h, err = holdShortlist(ctx, tx, token, true, now); err != nil {
			return err
		}
		after, err := shortlistIDs(ctx, tx, h.ID)
		if err != nil {
			return err
		}
		if !slices.Equal(before, after) {
			return errMoved
		}
		if n, err = freezeShortlist(ctx, tx, h.ID, contrasts, now); err != nil {
			return err
		}
		link, err = readLink(ctx, tx, h.ID, token, now)
		return err
	})
	return n, link, err
}

func shortlistIDs(ctx context.Context, tx pgx.Tx, id int64) ([]int64, error) {
	rows, _ := tx.Query(ctx, `SELECT practice_id FROM shortlist_item WHERE shortlist_id = $1 AND removed_at IS NULL ORDER BY place, practice_id`, id)
	return pgx.CollectRows(rows, pgx.RowTo[int64])
}

// freezeShortlist writes the edition of a shortlist that is locked, with its practices.
func freezeShortlist(ctx context.Context, tx pgx.Tx, id int64, contrasts []catalogue.SaidContrast, now time.Time) (n int, err error) {
	var there int
	if err := tx.QueryRow(ctx, `SELECT coalesce(max(n), 0) + 1, count(*) FROM shortlist_edition WHERE shortlist_id = $1`, id).Scan(&n, &there); err != nil {
		return 0, err
	}
	if there >= review.MaxShortlistEditions {
		return 0, ErrShortlistFull
	}
	type frozen struct {
		Practice, Version int64
		Note              string
		Page              *catalogue.Practice
	}
	rows, _ := tx.Query(ctx, `
		SELECT i.practice_id, p.version, i.note, p.page FROM shortlist_item i JOIN public_practice p ON p.id = i.practice_id
		WHERE i.shortlist_id = $1 AND i.removed_at IS NULL AND p.page IS NOT NULL ORDER BY i.place, i.practice_id`, id)
	list, err := pgx.CollectRows(rows, pgx.RowToStructByPos[frozen])
	if err != nil {
		return 0, err
	}
	if len(list) == 0 {
		return 0, errNothingToFreeze
	}
	if contrasts, err = stillSaid(ctx, tx, contrasts); err != nil {
		return 0, err
	}
	if _, err := tx.Exec(ctx, `
		INSERT INTO shortlist_edition (shortlist_id, n, title, version, frozen_at, contrasts)
		SELECT id, $2, title, (SELECT n FROM catalogue_version), $3, $4 FROM shortlist WHERE id = $1`, id, n, now, contrasts); err != nil {
		return 0, err
	}
	for place, x := range list {
		// The address may be given up, and the search words are shown nowhere.
		x.Page.Slug, x.Page.Key, x.Page.SearchWords = "", "", nil
		content, err := json.Marshal(x.Page)
		if err != nil {
			return 0, err
		}
		if _, err := tx.Exec(ctx, `INSERT INTO shortlist_content AS c (practice_id, version, content) VALUES ($1, $2, $3) ON CONFLICT (practice_id, version) DO UPDATE SET content = c.content`, x.Practice, x.Version, content); err != nil {
			return 0, err
		}
		if _, err := tx.Exec(ctx, `INSERT INTO shortlist_edition_item (shortlist_id, n, place, practice_id, version, note) VALUES ($1, $2, $3, $4, $5, $6)`, id, n, place+1, x.Practice, x.Version, x.Note); err != nil {
			return 0, err
		}
	}
	return n, nil
}

// stillSaid are contrasts without the findings that the public cannot read in these words
// any more: what was read before the locks may have been erased meanwhile.
func stillSaid(ctx context.Context, tx pgx.Tx, contrasts []catalogue.SaidContrast) ([]catalogue.SaidContrast, error) {
	out := []catalogue.SaidContrast{} // and not null
	pages := map[int64]*catalogue.Practice{}
	for _, c := range contrasts {
		whole := true
		for _, side := range []*catalogue.SaidSide{&c.For, &c.Against} {
			var left []catalogue.SaidFinding
			for _, f := range side.Findings {
				p, read := pages[f.Practice]
				if !read {
					rows, _ := tx.Query(ctx, `SELECT page FROM public_practice WHERE id = $1 AND state = 'published'`, f.Practice)
					list, err := pgx.CollectRows(rows, pgx.RowTo[*catalogue.Practice])
					if err != nil {
						return nil, err
					}
					if len(list) > 0 {
						p = list[0]
					}
					pages[f.Practice] = p
				}
				if p != nil && p.Title == f.Title && slices.ContainsFunc(p.Findings, func(x catalogue.Finding) bool { return x.Text == f.Finding.Text && x.Condition == f.Finding.Condition }) {
					left = append(left, f)
				}
			}
			side.Findings = left
			whole = whole && len(left) > 0
		}
		if whole {
			out = append(out, c)
		}
	}
	return out, nil
}

// readLink is the token of a link to read a shortlist that was made of a token, made
// where there is none.
func readLink(ctx context.Context, tx pgx.Tx, id int64, token string, now time.Time) (string, error) {
	links, err := shortlistLinks(ctx, tx, id, token)
	if err != nil {
		return "", err
	}
	for _, l := range links {
		if l.May == ShortlistRead && l.Token != "" {
			return l.Token, nil
		}
	}
	return shareShortlist(ctx, tx, id, token, ShortlistRead, now)
}

// ShortlistEdition is an edition of the shortlist of a token, and the shortlist's ID; the
// error is catalogue.ErrNotFound where there is none.
func (s *Store) ShortlistEdition(ctx context.Context, token string, n int, now time.Time) (id int64, e Edition, err error) {
	err = s.snapshot(ctx, func(tx pgx.Tx) error {
		h, err := holdShortlist(ctx, tx, token, false, now.UTC())
		if err != nil {
			return err
		}
		id, e = h.ID, Edition{}
		e.N = n
		if err := tx.QueryRow(ctx, `SELECT title, frozen_at, version, contrasts, erased_at FROM shortlist_edition WHERE shortlist_id = $1 AND n = $2`, h.ID, n).
			Scan(&e.Title, &e.Frozen, &e.Version, &e.Contrasts, &e.Erased); err != nil {
			return err
		}
		rows, _ := tx.Query(ctx, `
			SELECT i.practice_id, i.note, c.content, c.erased_at, p.slug::text, p.state, CASE WHEN p.state = 'withdrawn' THEN q.state_reason ELSE '' END,
			  (SELECT max(at) FROM practice_event v WHERE v.practice_id = p.id AND v.kind = p.state), coalesce(p.moved_to::text, ''), coalesce((p.page ->> 'revision')::int, 0)
			FROM shortlist_edition_item i JOIN shortlist_content c USING (practice_id, version) JOIN public_practice p ON p.id = i.practice_id JOIN practice q ON q.id = i.practice_id
			WHERE i.shortlist_id = $1 AND i.n = $2 ORDER BY i.place`, h.ID, n)
		e.Items, err = pgx.CollectRows(rows, pgx.RowToStructByPos[EditionItem])
		e.Examples = len(e.Items)
		return err
	})
	return id, e, err
}

// forgetFrozen takes a practice that is removed out of all editions; there stays the day.
func forgetFrozen(ctx context.Context, tx pgx.Tx, practice int64, now time.Time) error {
	if _, err := tx.Exec(ctx, `UPDATE shortlist_content SET content = NULL, erased_at = $2 WHERE practice_id = $1`, practice, now); err != nil {
		return err
	}
	type edition struct {
		Shortlist int64
		N         int
		Contrasts []catalogue.SaidContrast
	}
	rows, _ := tx.Query(ctx, `
		SELECT shortlist_id, n, contrasts FROM shortlist_edition
		WHERE jsonb_path_exists(contrasts, '$[*].*.findings[*] ? (@.practice == $id)', jsonb_build_object('id', $1::bigint)) ORDER BY 1, 2 FOR UPDATE`, practice)
	list, err := pgx.CollectRows(rows, pgx.RowToStructByPos[edition])
	if err != nil {
		return err
	}
	for _, x := range list {
		left := []catalogue.SaidContrast{} // and not null
		for _, c := range x.Contrasts {
			if c, whole := c.Without(practice); whole {
				left = append(left, c)
			}
		}
		if _, err := tx.Exec(ctx, `UPDATE shortlist_edition SET contrasts = $3, erased_at = $4 WHERE shortlist_id = $1 AND n = $2`, x.Shortlist, x.N, left, now); err != nil {
			return err
		}
	}
	return nil
}
