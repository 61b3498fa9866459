package postgres

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"praksis/internal/catalogue"
	"praksis/internal/review"

	"github.com/jackc/pgx/v5"
)

const (
	// maxShortlists bounds those of all visitors: some hundred of each municipality.
	maxShortlists = 100_000
	// putBackDays is for how long what was taken out of a shortlist can be put back.
	putBackDays = 30
)

// ErrShortlistFull tells that a shortlist has as many examples, editions or links as it
// may have.
var ErrShortlistFull = errors.New("the shortlist is full")

// ShortlistMay is what the token of a shortlist lets its holder do.
type ShortlistMay string

// What one may do: who began a shortlist, and who was sent a link to edit or to read it.
const (
	ShortlistOwn  ShortlistMay = "own"
	ShortlistEdit ShortlistMay = "edit"
	ShortlistRead ShortlistMay = "read"
)

// Shortlist is what somebody has put together, as the holder of one of its tokens sees it.
type Shortlist struct {
	ID       int64
	Title    string
	UsedOn   catalogue.Date
	May      ShortlistMay
	Items    []ShortlistItem // in their order
	Removed  []ShortlistItem // that can be put back, the last first
	Links    []ShortlistLink // that work, the own one not among them
	Editions []EditionMark   // the newest first
}

// ShortlistItem is one example of a shortlist as it is now.
type ShortlistItem struct {
	Practice int64 // ID
	Slug     string
	State    catalogue.State
	MovedTo  string              // the slug of the one that it was merged into
	Page     *catalogue.Practice // nil where the public cannot read it
	Note     string
}

// ShortlistLink is a link that was made. Its token is known to whoever has the token
// that it was made of, and empty for others.
type ShortlistLink struct {
	ID      int64
	May     ShortlistMay
	Created time.Time
	Token   string
}

// EditionMark names an edition of a shortlist.
type EditionMark struct {
	N        int
	Title    string
	Frozen   time.Time
	Examples int
}

// linkToken is the token of the n-th link of a shortlist, made of a token that may edit
// it: so the page of that token can show the link again, while the database holds its hash
// alone.
func linkToken(token string, may ShortlistMay, n int) string {
	return derived("shortlist:"+string(may)+":"+strconv.Itoa(n)+":", token)
}

// heldShortlist is a shortlist with what a token may do to it.
type heldShortlist struct {
	ID   int64
	May  ShortlistMay
	Used time.Time
}

// holdShortlist finds the shortlist of a token; with lock it stays what it is to the end
// of tx. The error is catalogue.ErrNotFound where the token leads nowhere, and
// catalogue.ErrForbidden where it is only to read and lock is set.
func holdShortlist(ctx context.Context, tx pgx.Tx, token string, lock bool, now time.Time) (h heldShortlist, err error) {
	sql := `SELECT s.id, l.may, s.used_on FROM shortlist_link l JOIN shortlist s ON s.id = l.shortlist_id WHERE l.token_hash = $1 AND l.revoked_at IS NULL AND s.used_on > $2`
	if lock {
		sql += ` FOR UPDATE OF s`
	}
	if err := tx.QueryRow(ctx, sql, hashToken(token), review.ShortlistDue(now)).Scan(&h.ID, &h.May, &h.Used); err != nil {
		return h, fmt.Errorf("shortlist: %w", mapped(err))
	}
	if lock && h.May == ShortlistRead {
		return h, fmt.Errorf("a shortlist that is only to read: %w", catalogue.ErrForbidden)
	}
	return h, nil
}

// changeShortlist runs do on the shortlist of a token that may edit it, and notes that it
// was used.
func (s *Store) changeShortlist(ctx context.Context, token string, now time.Time, do func(pgx.Tx, heldShortlist) error) error {
	now = now.UTC()
	return s.write(ctx, func(tx pgx.Tx) error {
		h, err := holdShortlist(ctx, tx, token, true, now)
		if err != nil {
			return err
		}
		if err := do(tx, h); err != nil {
			return err
		}
		_, err = tx.Exec(ctx, `UPDATE shortlist SET used_on = $2 WHERE id = $1 AND used_on < $2`, h.ID, now)
		return err
	})
}

// BeginShortlist makes an empty shortlist for a token, which must be random. The error is
// ErrNoRoom where there are too many.
func (s *Store) BeginShortlist(ctx context.Context, token string, now time.Time) error {
	now = now.UTC()
	return s.write(ctx, func(tx pgx.Tx) error {
		var all int
		if err := tx.QueryRow(ctx, `SELECT count(*) FROM shortlist`).Scan(&all); err != nil {
			return err
		}
		if all >= maxShortlists {
			return ErrNoRoom
		}
		var id int64
		if err := tx.QueryRow(ctx, `INSERT INTO shortlist (created_at, used_on) VALUES ($1, $2) RETURNING id`, now, now).Scan(&id); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, `INSERT INTO shortlist_link (shortlist_id, token_hash, may, n, created_at) VALUES ($1, $2, $3, 0, $4)`, id, hashToken(token), string(ShortlistOwn), now)
		return err
	})
}

// AddToShortlist puts published practices at the end of the shortlist of a token, in the
// order of slugs, and tells how many were not there already. What was taken out comes back
// with its note. The error is ErrShortlistFull where not all of them have room; none is
// added then. A slug of no published practice is passed over.
func (s *Store) AddToShortlist(ctx context.Context, token string, slugs []string, now time.Time) (added int, err error) {
	err = s.changeShortlist(ctx, token, now, func(tx pgx.Tx, h heldShortlist) error {
		rows, _ := tx.Query(ctx, `
			SELECT p.id FROM unnest($1::text[]) WITH ORDINALITY AS t (slug, place) JOIN public_practice p ON p.state = 'published'
			  AND (p.slug = t.slug OR p.id = (SELECT practice_id FROM public_slug WHERE slug = t.slug)) GROUP BY p.id ORDER BY min(t.place)`, slugs)
		ids, err := pgx.CollectRows(rows, pgx.RowTo[int64])
		if err != nil {
			return err
		}
		rows, _ = tx.Query(ctx, `SELECT practice_id FROM shortlist_item WHERE shortlist_id = $1 AND removed_at IS NULL`, h.ID)
		there, err := pgx.CollectRows(rows, pgx.RowTo[int64])
		if err != nil {
			return err
		}
		ids = slices.DeleteFunc(ids, func(id int64) bool { return slices.Contains(there, id) })
		if len(there)+len(ids) > review.MaxShortlist {
			return ErrShortlistFull
		}
		if added = len(ids); added == 0 {
			return nil
		}
		_, err = tx.Exec(ctx, `
			INSERT INTO shortlist_item (shortlist_id, practice_id, place)
			SELECT $1, t.id, m.last + t.place FROM unnest($2::bigint[]) WITH ORDINALITY AS t (id, place), (SELECT coalesce(max(place), 0) AS last FROM shortlist_item WHERE shortlist_id = $1) m
			ON CONFLICT (shortlist_id, practice_id) DO UPDATE SET place = EXCLUDED.place, removed_at = NULL`, h.ID, ids)
		return err
	})
	return added, err
}

// Shortlist is that of a token, or catalogue.ErrNotFound.
func (s *Store) Shortlist(ctx context.Context, token string, now time.Time) (l Shortlist, err error) {
	now = now.UTC()
	err = s.snapshot(ctx, func(tx pgx.Tx) error {
		h, err := holdShortlist(ctx, tx, token, false, now)
		if err != nil {
			return err
		}
		l = Shortlist{ID: h.ID, May: h.May, UsedOn: catalogue.Date(h.Used.Format(time.DateOnly))}
		if err := tx.QueryRow(ctx, `SELECT title FROM shortlist WHERE id = $1`, h.ID).Scan(&l.Title); err != nil {
			return err
		}
		if err := l.items(ctx, tx, now); err != nil {
			return err
		}
		rows, _ := tx.Query(ctx, `
			SELECT n, title, frozen_at, (SELECT count(*) FROM shortlist_edition_item i WHERE i.shortlist_id = e.shortlist_id AND i.n = e.n)::int
			FROM shortlist_edition e WHERE shortlist_id = $1 ORDER BY n DESC`, h.ID)
		if l.Editions, err = pgx.CollectRows(rows, pgx.RowToStructByPos[EditionMark]); err != nil || h.May == ShortlistRead {
			return err
		}
		l.Links, err = shortlistLinks(ctx, tx, h.ID, token)
		return err
	})
	return l, err
}

func (l *Shortlist) items(ctx context.Context, tx pgx.Tx, now time.Time) error {
	type row struct {
		ShortlistItem
		Removed *time.Time
	}
	rows, _ := tx.Query(ctx, `
		SELECT i.practice_id, p.slug::text, p.state, coalesce(p.moved_to::text, ''), p.page, i.note, i.removed_at
		FROM shortlist_item i JOIN public_practice p ON p.id = i.practice_id
		WHERE i.shortlist_id = $1 AND (i.removed_at IS NULL OR i.removed_at > $2) ORDER BY i.removed_at DESC, i.place, i.practice_id`, l.ID, now.AddDate(0, 0, -putBackDays))
	var r row
	_, err := pgx.ForEachRow(rows, []any{&r.Practice, &r.Slug, &r.State, &r.MovedTo, &r.Page, &r.Note, &r.Removed}, func() error {
		if r.Removed == nil {
			l.Items = append(l.Items, r.ShortlistItem)
		} else if r.Page != nil {
			l.Removed = append(l.Removed, r.ShortlistItem)
		}
		r = row{}
		return nil
	})
	return err
}

func shortlistLinks(ctx context.Context, tx pgx.Tx, id int64, token string) (out []ShortlistLink, err error) {
	rows, _ := tx.Query(ctx, `SELECT id, may, created_at, n, token_hash FROM shortlist_link WHERE shortlist_id = $1 AND may <> 'own' AND revoked_at IS NULL ORDER BY n`, id)
	var l ShortlistLink
	var n int
	var hash []byte
	_, err = pgx.ForEachRow(rows, []any{&l.ID, &l.May, &l.Created, &n, &hash}, func() error {
		l.Token = linkToken(token, l.May, n)
		if !slices.Equal(hashToken(l.Token), hash) {
			l.Token = "" // made by somebody else
		}
		if slices.Equal(hashToken(token), hash) {
			l.Token = token // the one that is being used
		}
		out = append(out, l)
		return nil
	})
	return out, err
}

// ShortlistUsed notes that a shortlist was read on a day, so that it is kept from then on.
func (s *Store) ShortlistUsed(ctx context.Context, id int64, now time.Time) error {
	_, err := s.pool.Exec(ctx, `UPDATE shortlist SET used_on = $2 WHERE id = $1 AND used_on < $2`, id, now.UTC())
	return mapped(err)
}

// ShareShortlist makes a link to edit or to read the shortlist of a token, and gives its
// token. The error is ErrShortlistFull where there are too many that work.
func (s *Store) ShareShortlist(ctx context.Context, token string, may ShortlistMay, now time.Time) (link string, err error) {
	err = s.changeShortlist(ctx, token, now, func(tx pgx.Tx, h heldShortlist) error {
		link, err = shareShortlist(ctx, tx, h.ID, token, may, now.UTC())
		return err
	})
	return link, err
}

func shareShortlist(ctx context.Context, tx pgx.Tx, id int64, token string, may ShortlistMay, now time.Time) (string, error) {
	if may != ShortlistEdit && may != ShortlistRead {
		return "", fmt.Errorf("no link to a shortlist is made to %q", may)
	}
	var n, working int
	if err := tx.QueryRow(ctx, `SELECT max(n) + 1, count(*) FILTER (WHERE revoked_at IS NULL) FROM shortlist_link WHERE shortlist_id = $1`, id).Scan(&n, &working); err != nil {
		return "", err
	}
	if working > review.MaxShortlistLinks {
		return "", ErrShortlistFull
	}
	link := linkToken(token, may, n)
	_, err := tx.Exec(ctx, `INSERT INTO shortlist_link (shortlist_id, token_hash, may, n, created_at) VALUES ($1, $2, $3, $4, $5)`, id, hashToken(link), string(may), n, now)
	return link, err
}

// RevokeShortlistLink makes a link of the shortlist of a token lead nowhere, for good. One
// that does so already, or is not there, is no error.
func (s *Store) RevokeShortlistLink(ctx context.Context, token string, link int64, now time.Time) error {
	return s.changeShortlist(ctx, token, now, func(tx pgx.Tx, h heldShortlist) error {
		_, err := tx.Exec(ctx, `UPDATE shortlist_link SET revoked_at = $3 WHERE id = $2 AND shortlist_id = $1 AND may <> 'own' AND revoked_at IS NULL`, h.ID, link, now.UTC())
		return err
	})
}

// EraseShortlist erases the shortlist of a token with its editions and links. Who was
// sent a link to edit it may not: catalogue.ErrForbidden.
func (s *Store) EraseShortlist(ctx context.Context, token string, now time.Time) error {
	now = now.UTC()
	return s.write(ctx, func(tx pgx.Tx) error {
		h, err := holdShortlist(ctx, tx, token, true, now)
		if err != nil {
			return err
		}
		if h.May != ShortlistOwn {
			return fmt.Errorf("a shortlist is erased by whoever began it: %w", catalogue.ErrForbidden)
		}
		if err := journalRows(ctx, tx, "shortlist", "created_at", []int64{h.ID}); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `DELETE FROM shortlist WHERE id = $1`, h.ID); err != nil {
			return err
		}
		return eraseUnshown(ctx, tx)
	})
}

// EraseDueShortlists erases the shortlists that nobody has used for twelve months, and
// what was taken out of others a month ago. It tells how many shortlists.
func (s *Store) EraseDueShortlists(ctx context.Context, now time.Time) (n int, err error) {
	now = now.UTC()
	err = s.write(ctx, func(tx pgx.Tx) error {
		tag, err := tx.Exec(ctx, `DELETE FROM shortlist WHERE used_on <= $1`, review.ShortlistDue(now))
		if err != nil {
			return err
		}
		n = int(tag.RowsAffected())
		if _, err := tx.Exec(ctx, `DELETE FROM shortlist_item WHERE removed_at <= $1`, now.AddDate(0, 0, -putBackDays)); err != nil {
			return err
		}
		return eraseUnshown(ctx, tx)
	})
	return n, err
}

// eraseUnshown erases the pages that no edition shows any more.
func eraseUnshown(ctx context.Context, tx pgx.Tx) error {
	_, err := tx.Exec(ctx, `DELETE FROM shortlist_content c WHERE NOT EXISTS (SELECT FROM shortlist_edition_item i WHERE i.practice_id = c.practice_id AND i.version = c.version)`)
	return err
}

// NewShortlistToken makes a token of random bytes, which are 32.
func NewShortlistToken(random []byte) string { return base64.RawURLEncoding.EncodeToString(random) }
