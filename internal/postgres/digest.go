package postgres

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"praksis/internal/catalogue"
	"praksis/internal/review"

	"github.com/jackc/pgx/v5"
)

const (
	// maxFollowedHits is above the number of all examples that there will ever be.
	maxFollowedHits = 1_000_000
	// maxInDigest is how many examples of a list a mail names: who reads on follows the
	// link to the list.
	maxInDigest = 15
	// digestsAtOnce is how many recipients one call of SendDigests takes: some seconds.
	digestsAtOnce = 500
)

// told are the examples of a list that somebody knows, by ID, each with the number of the
// revision that they know.
type told map[int64]int32

// columns are told as follow.practices and follow.revisions, by ID.
func (x told) columns() (practices []int64, revisions []int32) {
	practices = make([]int64, 0, len(x))
	for id := range x {
		practices = append(practices, id)
	}
	slices.Sort(practices)
	revisions = make([]int32, len(practices))
	for i, id := range practices {
		revisions[i] = x[id]
	}
	return practices, revisions
}

// hitsOf are all hits of a list, as the finder shows it now.
func hitsOf(ctx context.Context, lists Lists, q catalogue.Query) ([]int64, error) {
	ids, _, err := lists.Hits(ctx, lists.Taxonomy().Canonical(q), maxFollowedHits)
	return ids, err
}

// editions are those of some practices that are published, each with the number of its
// last revision that is more than a correction (review.ChangeKind): a comma is no news.
// With a version those alone that have not been stamped since.
func editions(ctx context.Context, tx pgx.Tx, ids []int64, version int64) (told, error) {
	rows, _ := tx.Query(ctx, `
		SELECT p.id, (SELECT max(r.number) FROM revision r WHERE r.practice_id = p.id
		  AND (r.number = 1 OR NOT EXISTS (SELECT FROM practice_event e WHERE e.practice_id = p.id AND e.revision_id = r.id AND e.change = 'correction')))
		FROM practice p JOIN public_practice s ON s.id = p.id
		WHERE p.id = ANY ($1) AND p.state = 'published' AND ($2 = 0 OR s.version <= $2)`, ids, version)
	return collectMap[int64, int32](rows)
}

// SendDigests queues the mails of the Danish day of now to those who follow lists: to each
// at most one a day, however often and by however many processes it is called, and none
// where nothing is new. more tells that there are others to be looked after, who were not.
// One recipient whose mail cannot be made does not keep the others from theirs.
func (s *Store) SendDigests(ctx context.Context, lists Lists, now time.Time) (sent int, more bool, err error) {
	day := review.RunDay(now)
	rows, _ := s.pool.Query(ctx, `
		SELECT DISTINCT follower_id FROM follow f WHERE confirmed_at IS NOT NULL AND told_on < CASE frequency WHEN $1 THEN $2::date ELSE $3::date END
		  AND NOT EXISTS (SELECT FROM follow_digest d WHERE d.follower_id = f.follower_id AND d.day = $2::date) ORDER BY 1 LIMIT $4`, string(review.Daily), review.DigestBefore(review.Daily, day), review.DigestBefore(review.Weekly, day), digestsAtOnce)
	ids, err := pgx.CollectRows(rows, pgx.RowTo[int64])
	if err != nil {
		return 0, false, mapped(err)
	}
	var failed []error
	for _, id := range ids {
		made, err := s.sendDigest(ctx, lists, id, day, now)
		if made {
			sent++
		}
		if err != nil {
			failed = append(failed, fmt.Errorf("digest to follower %d: %w", id, err))
		}
		if ctx.Err() != nil {
			break
		}
	}
	return sent, len(ids) == digestsAtOnce && len(failed) == 0, errors.Join(failed...)
}

// dueFollow is a list whose day has come.
type dueFollow struct {
	ID             int64
	Words, Filters string
	Practices      []int64
	Revisions      []int32
}

// sendDigest looks through the lists of one follower that are due, and queues the mail in
// the transaction that notes what it tells. Whoever comes second finds nothing due.
func (s *Store) sendDigest(ctx context.Context, lists Lists, follower int64, day string, now time.Time) (made bool, err error) {
	err = s.write(ctx, func(tx pgx.Tx) error {
		made = false
		var email, token string
		err := tx.QueryRow(ctx, `SELECT email, token FROM follower WHERE id = $1 FOR UPDATE`, follower).Scan(&email, &token)
		if errors.Is(err, pgx.ErrNoRows) { // they have left
			return nil
		}
		if err != nil {
			return err
		}
		// Where the day has its digest, what is due by another frequency since waits a day.
		rows, _ := tx.Query(ctx, `
			SELECT id, words, filters, practices, revisions FROM follow
			WHERE follower_id = $1 AND confirmed_at IS NOT NULL AND told_on < CASE frequency WHEN $2 THEN $3::date ELSE $4::date END
			  AND NOT EXISTS (SELECT FROM follow_digest WHERE follower_id = $1 AND day = $3::date) ORDER BY id`,
			follower, string(review.Daily), review.DigestBefore(review.Daily, day), review.DigestBefore(review.Weekly, day))
		due, err := pgx.CollectRows(rows, pgx.RowToStructByPos[dueFollow])
		if err != nil || len(due) == 0 {
			return err
		}
		var news []review.DigestList
		fresh := map[int64]bool{}
		for _, f := range due {
			list, ids, err := lookThrough(ctx, tx, lists, f, day)
			if err != nil {
				return err
			}
			if list.Total > 0 {
				news = append(news, list)
			}
			for _, id := range ids {
				fresh[id] = true
			}
		}
		if len(news) == 0 {
			return nil
		}
		if _, err := tx.Exec(ctx, `INSERT INTO follow_digest (follower_id, day) VALUES ($1, $2)`, follower, day); err != nil {
			return err
		}
		l := review.Letter{Mail: review.DigestMail(len(fresh)), FollowerID: follower, Token: token, Lists: news}
		made = true
		return s.queueMail(ctx, tx, l, email, fmt.Sprintf("digest-%d-%s", follower, day), now)
	})
	return made && err == nil, err
}

// lookThrough is what is new in a list, with the practices, and notes that it is told.
// What was told once is no news when it comes back unchanged, unless it was withdrawn.
func lookThrough(ctx context.Context, tx pgx.Tx, lists Lists, f dueFollow, day string) (list review.DigestList, fresh []int64, err error) {
	q, err := followedQuery(f.Words, f.Filters)
	if err != nil {
		return list, nil, err
	}
	hits, err := hitsOf(ctx, lists, q)
	if err != nil {
		return list, nil, err
	}
	present, err := editions(ctx, tx, slices.Concat(hits, f.Practices), 0)
	if err != nil {
		return list, nil, err
	}
	known := told{}
	for i, id := range f.Practices {
		if _, published := present[id]; published {
			known[id] = f.Revisions[i]
		}
	}
	isNew := map[int64]bool{}
	var changed []int64
	for _, id := range hits {
		revision, published := present[id]
		if !published {
			continue
		}
		before, there := known[id]
		switch {
		case !there:
			fresh, isNew[id] = append(fresh, id), true
		case before < revision:
			changed = append(changed, id)
		}
		known[id] = revision
	}
	fresh = append(fresh, changed...)
	practices, revisions := known.columns()
	if _, err := tx.Exec(ctx, `UPDATE follow SET told_on = $2, practices = $3, revisions = $4 WHERE id = $1`, f.ID, day, practices, revisions); err != nil {
		return list, nil, err
	}
	t := lists.Taxonomy()
	q = t.Canonical(q)
	list = review.DigestList{Name: t.ListName(q), Query: q, Total: len(fresh)}
	cards, err := cardsAsListed(ctx, tx, t.FindingScope(q), fresh[:min(len(fresh), maxInDigest)])
	for _, id := range fresh[:min(len(fresh), maxInDigest)] {
		if c, ok := cards[id]; ok {
			list.Examples = append(list.Examples, review.DigestExample{Card: c, New: isNew[id]})
		}
	}
	return list, fresh, err
}

// cardsAsListed are the cards of published practices, by ID, with the verdicts of the
// findings that a list asks for.
func cardsAsListed(ctx context.Context, tx pgx.Tx, scope catalogue.FindingScope, ids []int64) (map[int64]catalogue.Card, error) {
	rows, _ := tx.Query(ctx, `SELECT id, page FROM public_practice WHERE id = ANY ($1) AND state = 'published'`, ids)
	pages, err := collectMap[int64, *catalogue.Practice](rows)
	cards := make(map[int64]catalogue.Card, len(pages))
	for id, p := range pages {
		cards[id] = p.Card()
		if !scope.Plain() {
			cards[id] = cards[id].In(scope, p.Findings, p.Solutions)
		}
	}
	return cards, err
}
