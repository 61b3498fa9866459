package postgres

import (
	"context"
	"errors"
	"fmt"
	"time"

	"praksis/internal/catalogue"
	"praksis/internal/review"

	"github.com/jackc/pgx/v5"
)

const (
	// MaxFollowFilters is the most bytes of what a list that is followed asks for beside
	// words: some hundred choices.
	MaxFollowFilters = 4000
	// MaxFollows is how many lists somebody may follow.
	MaxFollows = 20
	// followMailKept is how long it is kept that a digest was sent, without what it said.
	followMailKept = 60 * 24 * time.Hour
)

// ErrTooManyOrders tells that somebody's network has ordered as many mails as it may in
// a day.
var ErrTooManyOrders = errors.New("too many lists were ordered from one network")

// Lists are the lists of examples as the finder shows them: the index, handed over by
// cmd.
type Lists interface {
	// Hits are the first hits of a query, at most limit, in its order, and how many
	// there are in all.
	Hits(ctx context.Context, q catalogue.Query, limit int) (ids []int64, total int, err error)
	// Taxonomy is that by which a query is read.
	Taxonomy() *catalogue.Taxonomy
}

// FollowOrder is a list that somebody wants to follow.
type FollowOrder struct {
	Email     string // as it is kept (mailaddr)
	Query     catalogue.Query
	Frequency review.Frequency
	// Version is the catalogue version of the list that was shown to them: what comes
	// after it is news.
	Version int64
	// Token is random, of 43 characters: the secret link of whoever follows nothing yet.
	Token  string
	Client string // the network address; its hash is kept for a day
}

// Follower is whoever follows lists.
type Follower struct {
	Email string
	Lists []Follow // in the order in which they were ordered
}

// Follow is one list that somebody follows.
type Follow struct {
	ID        int64
	Query     catalogue.Query
	Frequency review.Frequency
	Confirmed bool
}

// followed are the two parts of a query that are kept: its words as they are searched,
// and the rest as an address has it. In which order a list stands, and on which page, is
// nothing to follow.
func followed(q catalogue.Query) (words, filters string) {
	words, _ = q.SearchText()
	q.Sort, q.Page = "", 1
	q.Text = ""
	return words, q.Encode()
}

// followedQuery is the query that was kept so.
func followedQuery(words, filters string) (catalogue.Query, error) {
	q, err := catalogue.ParseQuery(filters)
	return q.WithText(words), err
}

// OrderFollow keeps what somebody wants to follow until they confirm it, and queues the
// mail with the link. What it does is the same for an address that is known; that an
// address has had its mails of the day, or follows as many lists as it may, is told to
// nobody. The error is ErrTooManyOrders, or a *review.RefusedError where there is a CPR
// number.
func (s *Store) OrderFollow(ctx context.Context, o FollowOrder, now time.Time) error {
	now = now.UTC()
	words, filters := followed(o.Query)
	if len(filters) > MaxFollowFilters || !review.Frequencies.Has(o.Frequency) {
		return fmt.Errorf("an order with filters of %d bytes, %q", len(filters), o.Frequency)
	}
	if err := review.RefuseUnkept(words+"\n"+o.Email, false); err != nil {
		return err
	}
	address, client := hashedKey("follow:", o.Email), hashedKey("follow:", o.Client)
	return s.write(ctx, func(tx pgx.Tx) error {
		toAddress, ofClient, err := countLinks(ctx, tx, address, client, now)
		switch {
		case err != nil:
			return err
		case ofClient >= maxLinksClient:
			return ErrTooManyOrders
		case toAddress >= maxLinksAddress:
			return nil
		}
		if err := noteLink(ctx, tx, address, client, now); err != nil {
			return err
		}
		var id int64
		var email, token string
		var lists int
		if err := tx.QueryRow(ctx, `
			INSERT INTO follower AS f (email, token, created_at) VALUES ($1, $2, $3)
			ON CONFLICT (lower(email)) DO UPDATE SET email = f.email
			RETURNING id, email, token`, o.Email, o.Token, now).Scan(&id, &email, &token); err != nil {
			return err
		}
		if err := tx.QueryRow(ctx, `SELECT count(*) FROM follow WHERE follower_id = $1 AND (words, filters) <> ($2, $3)`, id, words, filters).Scan(&lists); err != nil {
			return err
		}
		if lists < MaxFollows {
			if _, err := tx.Exec(ctx, `
				INSERT INTO follow AS f (follower_id, words, filters, frequency, ordered_at, seen_version) VALUES ($1, $2, $3, $4, $5, $6)
				ON CONFLICT (follower_id, md5(words || E'\n' || filters)) DO UPDATE
				SET frequency = EXCLUDED.frequency, ordered_at = EXCLUDED.ordered_at, seen_version = EXCLUDED.seen_version WHERE f.confirmed_at IS NULL`,
				id, words, filters, string(o.Frequency), now, o.Version); err != nil {
				return err
			}
		}
		l := review.Letter{Mail: review.FollowMail(now.AddDate(0, 0, review.FollowDays)), FollowerID: id, Token: token}
		return s.queueMail(ctx, tx, l, email, fmt.Sprintf("follow-%d-%d", id, now.UnixMicro()), now)
	})
}

// Follower is whoever has a token, with what they follow and have ordered in time; else
// catalogue.ErrNotFound.
func (s *Store) Follower(ctx context.Context, token string, now time.Time) (f Follower, err error) {
	err = s.snapshot(ctx, func(tx pgx.Tx) error {
		var id int64
		if err := tx.QueryRow(ctx, `SELECT id, email FROM follower WHERE token = $1`, token).Scan(&id, &f.Email); err != nil {
			return err
		}
		type row struct {
			ID                        int64
			Words, Filters, Frequency string
			Confirmed                 bool
		}
		rows, _ := tx.Query(ctx, `
			SELECT id, words, filters, frequency, confirmed_at IS NOT NULL FROM follow
			WHERE follower_id = $1 AND (confirmed_at IS NOT NULL OR ordered_at > $2) ORDER BY id`, id, unconfirmedSince(now))
		list, err := pgx.CollectRows(rows, pgx.RowToStructByPos[row])
		for _, x := range list {
			q, err := followedQuery(x.Words, x.Filters)
			if err != nil {
				return err
			}
			f.Lists = append(f.Lists, Follow{x.ID, q, review.Frequency(x.Frequency), x.Confirmed})
		}
		if err == nil && len(f.Lists) == 0 {
			err = catalogue.ErrNotFound
		}
		return err
	})
	return f, err
}

// unconfirmedSince is the moment before which nothing is confirmed any more.
func unconfirmedSince(now time.Time) time.Time { return now.UTC().AddDate(0, 0, -review.FollowDays) }

// ConfirmFollow makes whoever has a token follow a list that they have ordered. What it
// had when it was ordered is no news. The error is catalogue.ErrNotFound where there is
// no such list; one that is confirmed already stays as it is.
func (s *Store) ConfirmFollow(ctx context.Context, token string, id int64, lists Lists, now time.Time) error {
	return s.write(ctx, func(tx pgx.Tx) error {
		var words, filters string
		var version int64
		var confirmed bool
		if err := tx.QueryRow(ctx, `
			SELECT f.words, f.filters, f.seen_version, f.confirmed_at IS NOT NULL FROM follow f JOIN follower w ON w.id = f.follower_id
			WHERE w.token = $1 AND f.id = $2 AND (f.confirmed_at IS NOT NULL OR f.ordered_at > $3) FOR UPDATE`, token, id, unconfirmedSince(now)).Scan(&words, &filters, &version, &confirmed); err != nil || confirmed {
			return err
		}
		q, err := followedQuery(words, filters)
		if err != nil {
			return err
		}
		hits, err := hitsOf(ctx, lists, q)
		if err != nil {
			return err
		}
		told, err := editions(ctx, tx, hits, version)
		if err != nil {
			return err
		}
		practices, revisions := told.columns()
		_, err = tx.Exec(ctx, `UPDATE follow SET confirmed_at = $2, told_on = $3, practices = $4, revisions = $5 WHERE id = $1`, id, now.UTC(), review.RunDay(now), practices, revisions)
		return err
	})
}

// SetFollow says how often whoever has a token is told of a list. The error is
// catalogue.ErrNotFound where they do not follow it.
func (s *Store) SetFollow(ctx context.Context, token string, id int64, f review.Frequency) error {
	return s.write(ctx, func(tx pgx.Tx) error {
		tag, err := tx.Exec(ctx, `UPDATE follow SET frequency = $3 FROM follower w WHERE follow.follower_id = w.id AND w.token = $1 AND follow.id = $2`, token, id, string(f))
		if err == nil && tag.RowsAffected() == 0 {
			err = catalogue.ErrNotFound
		}
		return err
	})
}

// LeaveFollow takes whoever has a token off a list, or off all of them where the id is 0,
// and tells whether they are forgotten by it: whoever follows nothing has no address
// here. Leaving twice is no error.
func (s *Store) LeaveFollow(ctx context.Context, token string, id int64, now time.Time) (gone bool, err error) {
	var mails []string
	err = s.write(ctx, func(tx pgx.Tx) error {
		mails, gone = nil, false
		var follower int64
		err := tx.QueryRow(ctx, `SELECT id FROM follower WHERE token = $1 FOR UPDATE`, token).Scan(&follower)
		if errors.Is(err, pgx.ErrNoRows) {
			gone = true
			return nil
		}
		if err != nil {
			return err
		}
		rows, _ := tx.Query(ctx, `SELECT id FROM follow WHERE follower_id = $1 AND ($2 = 0 OR id = $2) ORDER BY id FOR UPDATE`, follower, id)
		lists, err := pgx.CollectRows(rows, pgx.RowTo[int64])
		if err == nil {
			err = journalRows(ctx, tx, "follow", "ordered_at", lists)
		}
		if err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `DELETE FROM follow WHERE id = ANY ($1)`, lists); err != nil {
			return err
		}
		mails, err = forgetFollowers(ctx, tx, now, follower)
		gone = mails != nil
		return err
	})
	if err != nil {
		return false, err
	}
	return gone, s.forgetMails(mails)
}

// forgetFollowers erases those of some followers who follow nothing: a mail to them that
// waits is not sent any more, and none has their address. It returns the Message-IDs of
// their mails; nil where nobody was erased.
func forgetFollowers(ctx context.Context, tx pgx.Tx, now time.Time, ids ...int64) (mails []string, err error) {
	rows, _ := tx.Query(ctx, `SELECT id FROM follower w WHERE id = ANY ($1) AND NOT EXISTS (SELECT FROM follow WHERE follower_id = w.id) ORDER BY id FOR UPDATE`, ids)
	gone, err := pgx.CollectRows(rows, pgx.RowTo[int64])
	if err != nil || len(gone) == 0 {
		return nil, err
	}
	rows, _ = tx.Query(ctx, `
		UPDATE mail SET recipient = '', body = '', unsubscribe = '', sent_at = coalesce(sent_at, $2),
		  error = CASE WHEN sent_at IS NULL THEN 'erased before it was sent' ELSE '' END
		WHERE follower_id = ANY ($1) RETURNING message_id`, gone, now.UTC())
	if mails, err = pgx.CollectRows(rows, pgx.RowTo[string]); err != nil {
		return nil, err
	}
	_, err = tx.Exec(ctx, `DELETE FROM follower WHERE id = ANY ($1)`, gone)
	return append([]string{}, mails...), err
}

// EraseUnconfirmed erases the lists that nobody has confirmed in time, and the addresses
// of those who follow nothing, and tells how many addresses. Of digests it forgets, after
// some time, that they were sent.
func (s *Store) EraseUnconfirmed(ctx context.Context, now time.Time) (n int, err error) {
	var mails []string
	err = s.write(ctx, func(tx pgx.Tx) error {
		rows, _ := tx.Query(ctx, `
			SELECT id FROM follower w WHERE NOT EXISTS (SELECT FROM follow WHERE follower_id = w.id)
			  OR EXISTS (SELECT FROM follow WHERE follower_id = w.id AND confirmed_at IS NULL AND ordered_at <= $1) ORDER BY id FOR UPDATE`, unconfirmedSince(now))
		ids, err := pgx.CollectRows(rows, pgx.RowTo[int64])
		if err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `DELETE FROM follow WHERE confirmed_at IS NULL AND ordered_at <= $1`, unconfirmedSince(now)); err != nil {
			return err
		}
		if mails, err = forgetFollowers(ctx, tx, now, ids...); err != nil {
			return err
		}
		if err := tx.QueryRow(ctx, `SELECT count(*) FROM unnest($1::bigint[]) AS x (id) WHERE NOT EXISTS (SELECT FROM follower w WHERE w.id = x.id)`, ids).Scan(&n); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `DELETE FROM mail WHERE kind IN ($1, $2) AND sent_at < $3`, string(review.MailFollow), string(review.MailDigest), now.UTC().Add(-followMailKept)); err != nil {
			return err
		}
		_, err = tx.Exec(ctx, `DELETE FROM follow_digest WHERE day < $1`, catalogue.Day(now.Add(-followMailKept)).Format(time.DateOnly))
		return err
	})
	if err != nil {
		return 0, err
	}
	return n, s.forgetMails(mails)
}
