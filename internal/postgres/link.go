package postgres

import (
	"context"
	"errors"
	"time"

	"praksis/internal/catalogue"
	"praksis/internal/outbox"
	"praksis/internal/review"

	"github.com/jackc/pgx/v5"
)

// linkLease is how long a batch of links is one process's: longer than it works on
// one (jobs).
const linkLease = time.Minute

// pageLinksSQL are the addresses on the pages of practices, by practice, and
// standsSQL those of published ones.
const pageLinksSQL = `
	SELECT p.id, x.url FROM public_practice p CROSS JOIN LATERAL (
	  SELECT u #>> '{}' AS url FROM jsonb_path_query(p.page, '$.links[*].url') u UNION SELECT u #>> '{}' FROM jsonb_path_query(p.page, '$.sources[*].url') u) x
	WHERE x.url <> ''`
const standsSQL = pageLinksSQL + ` AND p.state = 'published'`

// LinkToCheck is an address to be checked now.
type LinkToCheck struct {
	ID  int64
	URL string
	// Asked is set when an editor wants it checked, and not for a round.
	Asked bool
}

// LinkRound is one round over all addresses.
type LinkRound struct {
	BeganAt, EndedAt time.Time // EndedAt is the zero time while it goes on
	Checked, Failed  int
	Void             bool
}

// LinksToCheck are at most limit addresses to be checked now: first those that
// editors want checked, then those of the round, which is begun when one is due. They
// are the caller's until LinksChecked, or for a minute. When all of a round are
// checked, it ends, and ended is what came of it: nil otherwise. Practices whose
// pages say something else then are published anew.
func (s *Store) LinksToCheck(ctx context.Context, limit int, now time.Time) (list []LinkToCheck, ended *LinkRound, err error) {
	err = s.write(ctx, func(tx pgx.Tx) error {
		list, ended = nil, nil
		if err := lockTaxonomyShared(ctx, tx); err != nil {
			return err
		}
		rows, _ := tx.Query(ctx, `SELECT id, url, true FROM link WHERE recheck ORDER BY id LIMIT $1`, limit)
		if list, err = pgx.CollectRows(rows, pgx.RowToStructByPos[LinkToCheck]); err != nil || len(list) > 0 {
			return err
		}
		round, err := openRound(ctx, tx, now)
		if err != nil || round == 0 {
			return err
		}
		rows, _ = tx.Query(ctx, `
			SELECT id, url, false FROM link
			WHERE round_id = $1 AND (outcome = '' OR outcome = 'fails' AND tries < $2 AND tried_at <= $3) ORDER BY tries, id LIMIT $4`,
			round, review.LinkTries, now.Add(-review.LinkRetry), limit)
		if list, err = pgx.CollectRows(rows, pgx.RowToStructByPos[LinkToCheck]); err != nil {
			return err
		}
		var waiting bool
		err = tx.QueryRow(ctx, `SELECT EXISTS (SELECT FROM link WHERE round_id = $1 AND (outcome = '' OR outcome = 'fails' AND tries < $2))`, round, review.LinkTries).Scan(&waiting)
		switch {
		case err != nil:
			return err
		case !waiting:
			ended, err = endRound(ctx, tx, round, now)
			return err
		case len(list) > 0:
			_, err = tx.Exec(ctx, `UPDATE link_round SET held_until = $2 WHERE id = $1`, round, now.Add(linkLease))
		}
		return err
	})
	return list, ended, err
}

// openRound is the round that goes on and that no other process works on, locked;
// it is begun when one is due. 0: there is none for us.
func openRound(ctx context.Context, tx pgx.Tx, now time.Time) (id int64, err error) {
	var held time.Time
	err = tx.QueryRow(ctx, `SELECT id, held_until FROM link_round WHERE ended_at IS NULL FOR UPDATE`).Scan(&id, &held)
	if err == nil && now.Before(held) {
		return 0, nil
	}
	if !errors.Is(err, pgx.ErrNoRows) {
		return id, err
	}
	var began time.Time
	var void bool
	err = tx.QueryRow(ctx, `SELECT began_at, void FROM link_round ORDER BY id DESC LIMIT 1`).Scan(&began, &void)
	if err != nil && !errors.Is(err, pgx.ErrNoRows) || err == nil && !review.LinkRoundDue(began, void, now) {
		return 0, ignoreNoRows(err)
	}
	// Of two that begin one at once, the second finds the first's.
	err = tx.QueryRow(ctx, `INSERT INTO link_round (began_at, held_until) VALUES ($1, $1) ON CONFLICT DO NOTHING RETURNING id`, now).Scan(&id)
	if err != nil {
		return 0, ignoreNoRows(err)
	}
	_, err = tx.Exec(ctx, `DELETE FROM link WHERE url NOT IN (SELECT url FROM (`+standsSQL+`) s)`)
	if err != nil {
		return 0, err
	}
	_, err = tx.Exec(ctx, `INSERT INTO link (url) SELECT DISTINCT url FROM (`+standsSQL+`) s ORDER BY url ON CONFLICT DO NOTHING`)
	if err != nil {
		return 0, err
	}
	_, err = tx.Exec(ctx, `UPDATE link SET round_id = $1, outcome = '', tries = 0, tried_at = NULL`, id)
	return id, err
}

func ignoreNoRows(err error) error {
	if errors.Is(err, pgx.ErrNoRows) {
		return nil
	}
	return err
}

// LinkChecked notes what a check has found. A link that has gone meanwhile is passed
// over.
func (s *Store) LinkChecked(ctx context.Context, l LinkToCheck, is review.LinkResult, now time.Time) error {
	return s.write(ctx, func(tx pgx.Tx) error {
		if err := lockTaxonomyShared(ctx, tx); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, `
			UPDATE link SET outcome = CASE WHEN $5 AND $2 <> 'works' THEN outcome ELSE $2 END, reason = $3, tries = tries + CASE WHEN $5 THEN 0 ELSE 1 END, tried_at = $4, recheck = recheck AND NOT $5
			WHERE id = $1`, l.ID, string(is.Outcome), string(is.Reason), now, l.Asked)
		if err != nil || !l.Asked {
			return err
		}
		list, err := linkStates(ctx, tx, `id = $1`, l.ID)
		if err != nil || len(list) == 0 {
			return err
		}
		if err := list[0].become(ctx, tx, list[0].state.Rechecked(is.Outcome), now); err != nil {
			return err
		}
		return refreshMarks(ctx, tx)
	})
}

// LinksChecked gives the round back that LinksToCheck has taken.
func (s *Store) LinksChecked(ctx context.Context, now time.Time) error {
	return s.write(ctx, func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, `UPDATE link_round SET held_until = $1 WHERE ended_at IS NULL`, now)
		return err
	})
}

// linkState is an address as it was locked.
type linkState struct {
	id      int64
	outcome review.LinkOutcome
	state   review.LinkState
}

// linkStates locks addresses, in the order of their IDs.
func linkStates(ctx context.Context, tx pgx.Tx, where string, args ...any) ([]linkState, error) {
	rows, _ := tx.Query(ctx, `SELECT id, outcome, failures, failing_since, dead_since IS NOT NULL, kept_until FROM link WHERE `+where+` ORDER BY id FOR UPDATE`, args...)
	return pgx.CollectRows(rows, func(r pgx.CollectableRow) (x linkState, err error) {
		var since, kept *time.Time
		err = r.Scan(&x.id, &x.outcome, &x.state.Failures, &since, &x.state.Dead, &kept)
		if since != nil { // a day, which is one of Denmark
			x.state.Since = time.Date(since.Year(), since.Month(), since.Day(), 0, 0, 0, 0, catalogue.Copenhagen)
		}
		if kept != nil {
			x.state.KeptUntil = *kept
		}
		return x, err
	})
}

// become writes the next state of an address, with an event where the public sees
// another one.
func (x linkState) become(ctx context.Context, tx pgx.Tx, next review.LinkState, now time.Time) error {
	if next == x.state {
		return nil
	}
	var since, dead *string
	if !next.Since.IsZero() {
		day := next.Since.Format(time.DateOnly)
		since = &day
		if next.Dead {
			dead = &day
		}
	}
	var kept *time.Time
	if !next.KeptUntil.IsZero() {
		kept = &next.KeptUntil
	}
	if _, err := tx.Exec(ctx, `UPDATE link SET failures = $2, failing_since = $3, dead_since = $4, kept_until = $5 WHERE id = $1`, x.id, next.Failures, since, dead, kept); err != nil {
		return err
	}
	switch {
	case next.Dead && !x.state.Dead:
		return addLinkEvent(ctx, tx, x.id, review.LinkDied, 0, now)
	case x.state.Dead && next.Failures == 0:
		return addLinkEvent(ctx, tx, x.id, review.LinkRevived, 0, now)
	}
	return nil
}

func addLinkEvent(ctx context.Context, tx pgx.Tx, link int64, kind review.LinkEventKind, editor int64, now time.Time) error {
	_, err := tx.Exec(ctx, `INSERT INTO link_event (link_id, kind, by_editor, at) VALUES ($1, $2, $3, $4)`, link, string(kind), id0(editor), now)
	return err
}

// endRound says what comes of a round in which everything is checked.
func endRound(ctx context.Context, tx pgx.Tx, round int64, now time.Time) (*LinkRound, error) {
	list, err := linkStates(ctx, tx, `round_id = $1`, round)
	if err != nil {
		return nil, err
	}
	r := LinkRound{EndedAt: now}
	for _, x := range list {
		if x.state.Counts(x.outcome) {
			r.Checked++
			if x.outcome == review.LinkFails {
				r.Failed++
			}
		}
	}
	r.Void = review.VoidRound(r.Checked, r.Failed)
	if err := tx.QueryRow(ctx, `
		UPDATE link_round SET ended_at = $2, checked = $3, failed = $4, void = $5 WHERE id = $1 RETURNING began_at`, round, now, r.Checked, r.Failed, r.Void).Scan(&r.BeganAt); err != nil {
		return nil, err
	}
	if r.Void {
		return &r, nil
	}
	for _, x := range list {
		if err := x.become(ctx, tx, x.state.After(x.outcome, now), now); err != nil {
			return nil, err
		}
	}
	return &r, refreshMarks(ctx, tx)
}

// refreshMarks publishes those practices anew whose pages tell of other dead
// addresses than there are, and none when all pages are right.
func refreshMarks(ctx context.Context, tx pgx.Tx) error {
	rows, _ := tx.Query(ctx, `
		WITH stands AS (`+standsSQL+`),
		     should AS (SELECT s.id, array_agg(l.url || ' ' || l.dead_since ORDER BY l.url COLLATE "C") AS marks FROM stands s JOIN link l USING (url) WHERE l.dead_since IS NOT NULL GROUP BY s.id),
		     has AS (SELECT p.id, array_agg(d ->> 'url' || ' ' || (d ->> 'as_of') ORDER BY d ->> 'url' COLLATE "C") AS marks FROM public_practice p, jsonb_array_elements(p.page -> 'dead_links') d
		             WHERE p.state = 'published' GROUP BY p.id)
		SELECT id FROM should FULL JOIN has USING (id) WHERE should.marks IS DISTINCT FROM has.marks ORDER BY id`)
	ids, err := pgx.CollectRows(rows, pgx.RowTo[int64])
	if err != nil || len(ids) == 0 {
		return err
	}
	if err := lockPractices(ctx, tx, ids...); err != nil {
		return err
	}
	return republish(ctx, tx, ids)
}

// deadLinks are all addresses that do not work, with the day.
func deadLinks(ctx context.Context, tx pgx.Tx) (map[string]catalogue.Date, error) {
	rows, _ := tx.Query(ctx, `SELECT url, dead_since::text FROM link WHERE dead_since IS NOT NULL`)
	dead := map[string]catalogue.Date{}
	var url string
	var since catalogue.Date
	_, err := pgx.ForEachRow(rows, []any{&url, &since}, func() error { dead[url] = since; return nil })
	return dead, err
}

// RecheckLink has an address checked at once, in an editor's name. The error is
// catalogue.ErrNotFound when there is none, and a *review.RoleError for who may not.
func (s *Store) RecheckLink(ctx context.Context, id, editor int64, now time.Time) error {
	return s.onLink(ctx, id, review.RecheckLink, review.LinkRechecked, editor, now, func(tx pgx.Tx, _ linkState) error {
		if _, err := tx.Exec(ctx, `UPDATE link SET recheck = true WHERE id = $1`, id); err != nil {
			return err
		}
		client, err := enqueuer()
		if err != nil {
			return err
		}
		_, err = client.InsertTx(ctx, tx, outbox.CheckLinks{}, nil)
		return err
	})
}

// KeepLink notes that an editor says that an address works: the pages do not call
// it dead any more, for twelve months. Errors are those of RecheckLink.
func (s *Store) KeepLink(ctx context.Context, id, editor int64, now time.Time) error {
	return s.onLink(ctx, id, review.KeepLink, review.LinkKeptEvent, editor, now, func(tx pgx.Tx, x linkState) error {
		if err := x.become(ctx, tx, x.state.Kept(now), now); err != nil {
			return err
		}
		return refreshMarks(ctx, tx)
	})
}

func (s *Store) onLink(ctx context.Context, id int64, a review.Action, kind review.LinkEventKind, editor int64, now time.Time, do func(pgx.Tx, linkState) error) error {
	return s.write(ctx, func(tx pgx.Tx) error {
		if err := mayAct(ctx, tx, editor, a); err != nil {
			return err
		}
		if err := lockTaxonomyShared(ctx, tx); err != nil {
			return err
		}
		list, err := linkStates(ctx, tx, `id = $1`, id)
		if err != nil {
			return err
		}
		if len(list) == 0 {
			return catalogue.ErrNotFound
		}
		if err := addLinkEvent(ctx, tx, id, kind, editor, now); err != nil {
			return err
		}
		return do(tx, list[0])
	})
}

// LinkView is an address that the desk looks at: it fails, could not be checked, or
// was said to work.
type LinkView struct {
	ID        int64
	URL       string
	Outcome   review.LinkOutcome
	Reason    review.LinkReason
	TriedAt   *time.Time
	Failures  int
	Since     *time.Time // midnight UTC of the day
	Dead      bool
	KeptUntil *time.Time
	Recheck   bool
	Places    int         // in how many published practices it stands
	Stands    []LinkPlace // the first of them
	LastEvent *string     // review.LinkEventKind
	LastAt    *time.Time
	LastBy    string // the editor's name; empty: the program
}

// LinkPlace is a practice where an address stands.
type LinkPlace struct {
	Slug  string `json:"slug"`
	Title string `json:"title"`
}

// maxPlaces is how many practices are named where an address stands in many.
const maxPlaces = 5

// LinksForDesk are at most limit addresses that fail or could not be checked, the
// dead ones first, how many there are of these, how many addresses there are in all,
// and the newest rounds: the one that goes on, or the zero one, and the last that ended.
func (s *Store) LinksForDesk(ctx context.Context, limit int) (list []LinkView, total, all int, rounds [2]LinkRound, err error) {
	err = s.snapshot(ctx, func(tx pgx.Tx) error {
		const wanted, order = `(l.failures > 0 OR l.outcome = 'unclear' OR l.recheck)`, `l.dead_since IS NULL, l.failures DESC, l.url COLLATE "C"`
		if err := tx.QueryRow(ctx, `SELECT count(*) FILTER (WHERE `+wanted+`), count(*) FROM link l`).Scan(&total, &all); err != nil {
			return err
		}
		rows, _ := tx.Query(ctx, `
			WITH listed AS MATERIALIZED (SELECT * FROM link l WHERE `+wanted+` ORDER BY `+order+` LIMIT $1),
			     places AS (
			       SELECT s.url, count(*) AS n, (array_agg(jsonb_build_object('slug', p.slug, 'title', p.card ->> 'title') ORDER BY p.slug))[:$2] AS first
			       FROM (`+standsSQL+`) s JOIN public_practice p ON p.id = s.id WHERE s.url IN (SELECT url FROM listed) GROUP BY s.url)
			SELECT l.id, l.url, l.outcome, l.reason, l.tried_at, l.failures, l.failing_since, l.dead_since IS NOT NULL, l.kept_until, l.recheck,
			  coalesce(x.n, 0), coalesce(to_jsonb(x.first), '[]'), e.kind, e.at, coalesce(b.name, '')
			FROM listed l LEFT JOIN places x ON x.url = l.url
			LEFT JOIN LATERAL (SELECT kind, at, by_editor FROM link_event WHERE link_id = l.id ORDER BY id DESC LIMIT 1) e ON true LEFT JOIN editor b ON b.id = e.by_editor
			ORDER BY `+order, limit, maxPlaces)
		if list, err = pgx.CollectRows(rows, pgx.RowToStructByPos[LinkView]); err != nil {
			return err
		}
		for i, which := range []string{`ended_at IS NULL`, `ended_at IS NOT NULL`} {
			var ended *time.Time
			err := tx.QueryRow(ctx, `SELECT began_at, ended_at, checked, failed, void FROM link_round WHERE `+which+` ORDER BY id DESC LIMIT 1`).
				Scan(&rounds[i].BeganAt, &ended, &rounds[i].Checked, &rounds[i].Failed, &rounds[i].Void)
			if err != nil && !errors.Is(err, pgx.ErrNoRows) {
				return err
			}
			if ended != nil {
				rounds[i].EndedAt = *ended
			}
		}
		return nil
	})
	return list, total, all, rounds, err
}

// VoidBefore tells whether the round before the last one that ended was void too.
func (s *Store) VoidBefore(ctx context.Context) (void bool, err error) {
	err = s.pool.QueryRow(ctx, `SELECT void FROM link_round WHERE ended_at IS NOT NULL ORDER BY id DESC OFFSET 1 LIMIT 1`).Scan(&void)
	return void, mapped(ignoreNoRows(err))
}
