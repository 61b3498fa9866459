package postgres

import (
	"context"
	"strings"
	"time"

	"praksis/internal/catalogue"
	"praksis/internal/review"

	"github.com/jackc/pgx/v5"
)

// QueueFilter says which submissions of the desk's queue are wanted; all of what
// is set must hold.
type QueueFilter struct {
	States []review.SubmissionState // empty: all
	Holder review.Holder            // who has the ball; empty: anybody
	// OverdueDesk wants what is overdue for the desk, OverdueOthers what is for the
	// submitter or the municipality; with both, for any of them.
	OverdueDesk, OverdueOthers bool
	Answered                   bool   // the submitter's answer has come
	Editor                     int64  // who has it, or had it last; 0: anybody
	Text                       string // words that all must be in what was sent, or its reference
	Limit, Offset              int
}

// QueueRow is a submission in the queue.
type QueueRow struct {
	ID                              int64
	Reference                       string
	Kind                            review.SubmissionKind
	HeldReason, Title, Organisation string
	ReceivedAt                      time.Time
	Attachments                     int
	Unreached                       bool // a mail to the submitter was given up
	FromDesk                        bool // an editor began it: nobody sent it
	Facts                           review.Facts
	// Lease is who has it, or had it last, and By their name.
	Lease review.Lease
	By    string
}

// QueueCounts tell how much of everything there is, whatever the filter.
type QueueCounts struct {
	ByState                    map[review.SubmissionState]int
	ByHolder                   map[review.Holder]int
	OverdueDesk, OverdueOthers int
	Answered, Mine             int
	ReviewDue                  int // published practices whose review date has come
	LookDue                    int // practices that were published without a second look
	Proposals                  int // changed seeds that wait for the desk
	InquiryAnswers             int // of people at the source, which the desk has not taken in
	InquiriesPrepared          int // which wait for an editor to send them
	MailsGivenUp               int
	// Colleagues are the other editors who have some, by name.
	Colleagues []HeldBy
}

// HeldBy is how many open submissions an editor has, or had last.
type HeldBy struct {
	Editor int64
	Name   string
	N      int
}

// Queue is a page of the queue, how many rows the filter finds in all, and the
// counts; editor is whose "mine" is counted. What waits for the desk comes first,
// by its time limit; then what waits for the submitter or the municipality; then what
// was decided, the latest first.
type Queue struct {
	Rows   []QueueRow
	Total  int
	Counts QueueCounts
}

// shownTitle is how many characters of a tip stand for its title in a list.
const shownTitle = 80

// The conditions of review.Facts.Ball in SQL, on a submission s with what checksJoin
// tells of it; $1 to $5 are the instants of ballArgs.
const (
	movedSQL = `coalesce(s.moved_at, s.received_at)`
	// checkedSQL: what came to the desk last was the municipality's answer.
	checkedSQL = `coalesce(k.answered_at > ` + movedSQL + `, false)`
	sinceSQL   = `greatest(` + movedSQL + `, k.answered_at)`
	promptSQL  = `(s.answered OR ` + checkedSQL + `)` // an answer brought it
	holderSQL  = `(CASE WHEN s.state = 'changes_requested' THEN 'submitter' WHEN s.state NOT IN ` + forTheDesk + ` THEN 'nobody'
	  WHEN k.asked_at > $5::timestamptz AND NOT k.waits THEN 'municipality' ELSE 'desk' END)`

	overdueDeskSQL   = `(` + holderSQL + ` = 'desk' AND ` + sinceSQL + ` < CASE WHEN ` + promptSQL + ` THEN $2::timestamptz ELSE $1::timestamptz END)`
	overdueOthersSQL = `(s.state = 'changes_requested' AND ` + movedSQL + ` < $3::timestamptz OR ` + holderSQL + ` = 'municipality' AND k.asked_at < $4::timestamptz)`
	answeredSQL      = `(` + holderSQL + ` = 'desk' AND s.answered)`
)

func ballArgs(now time.Time) []any {
	return []any{review.DeskOverdue(now, false), review.DeskOverdue(now, true), review.SubmitterOverdue(now), review.CheckOverdue(now), review.CheckExpired(now)}
}

// Queue reads a page of the queue at the instant now.
func (s *Store) Queue(ctx context.Context, f QueueFilter, editor int64, now time.Time) (q Queue, err error) {
	err = s.snapshot(ctx, func(tx pgx.Tx) error {
		q = Queue{}
		if err := q.Counts.load(ctx, tx, editor, now); err != nil {
			return err
		}
		return q.load(ctx, tx, f, now)
	})
	return q, err
}

func (c *QueueCounts) load(ctx context.Context, tx pgx.Tx, editor int64, now time.Time) error {
	type state struct {
		State                                      review.SubmissionState
		Holder                                     review.Holder
		N, OverdueDesk, OverdueOthers, Answered, M int
	}
	rows, _ := tx.Query(ctx, `
		SELECT s.state, `+holderSQL+` AS holder, count(*), count(*) FILTER (WHERE `+overdueDeskSQL+`), count(*) FILTER (WHERE `+overdueOthersSQL+`),
		  count(*) FILTER (WHERE `+answeredSQL+`), count(l.editor_id)
		FROM submission s `+allChecksJoin+` LEFT JOIN submission_lease l ON l.submission_id = s.id AND l.editor_id = $6 GROUP BY 1, 2`, append(ballArgs(now), editor)...)
	states, err := pgx.CollectRows(rows, pgx.RowToStructByPos[state])
	if err != nil {
		return err
	}
	c.ByState, c.ByHolder = map[review.SubmissionState]int{}, map[review.Holder]int{}
	for _, x := range states {
		c.ByState[x.State] += x.N
		c.ByHolder[x.Holder] += x.N
		c.OverdueDesk += x.OverdueDesk
		c.OverdueOthers += x.OverdueOthers
		c.Answered += x.Answered
		c.Mine += x.M
	}
	rows, _ = tx.Query(ctx, `
		SELECT e.id, e.name, count(*) FROM submission_lease l JOIN editor e ON e.id = l.editor_id WHERE e.id <> $1
		GROUP BY e.id ORDER BY e.name, e.id`, editor)
	if c.Colleagues, err = pgx.CollectRows(rows, pgx.RowToStructByPos[HeldBy]); err != nil {
		return err
	}
	return tx.QueryRow(ctx, `
		SELECT (SELECT count(*) FROM practice WHERE state = 'published' AND review_by <= $1),
		  (SELECT count(*) FROM practice WHERE state = 'published' AND look_by IS NOT NULL), (`+countProposals+`),
		  (SELECT count(*) FROM inquiry q WHERE `+waitingInquiry+` AND q.answered_at IS NOT NULL), (SELECT count(*) FROM inquiry q WHERE `+waitingInquiry+` AND q.answered_at IS NULL),
		  (SELECT count(*) FROM mail WHERE `+givenUpSQL+`)`, catalogue.Day(now).Format(time.DateOnly)).
		Scan(&c.ReviewDue, &c.LookDue, &c.Proposals, &c.InquiryAnswers, &c.InquiriesPrepared, &c.MailsGivenUp)
}

func (q *Queue) load(ctx context.Context, tx pgx.Tx, f QueueFilter, now time.Time) error {
	states := []string{}
	for _, x := range f.States {
		states = append(states, string(x))
	}
	type row struct {
		QueueRow
		Lease leaseRow
		Total int
	}
	rows, _ := tx.Query(ctx, `
		WITH found AS (
		  SELECT s.id, count(*) OVER () AS total,
		    CASE `+holderSQL+` WHEN 'desk' THEN 1 WHEN 'nobody' THEN 3 ELSE 2 END AS part,
		    CASE WHEN s.decided_at IS NOT NULL THEN NULL WHEN `+holderSQL+` = 'municipality' THEN k.asked_at
		      ELSE `+sinceSQL+` - CASE WHEN `+promptSQL+` THEN interval '168 hours' ELSE '0' END END AS place, s.decided_at
		  FROM submission s `+allChecksJoin+`
		  WHERE (s.state = ANY ($6) OR $6 = '{}') AND ($7 = '' OR $7 = `+holderSQL+`)
		    AND (NOT $8 AND NOT $9 OR $8 AND `+overdueDeskSQL+` OR $9 AND `+overdueOthersSQL+`)
		    AND (NOT $10 OR `+answeredSQL+`)
		    AND ($11::bigint = 0 OR EXISTS (SELECT FROM submission_lease l WHERE l.submission_id = s.id AND l.editor_id = $11))
		    AND ($12 = '' OR s.reference = upper(trim($12)) OR s.id IN (
		      SELECT v.submission_id FROM submission_version v
		      WHERE v.listed LIKE ALL (ARRAY(SELECT '%' || queue_folded(w) || '%' FROM unnest($13::text[]) w))
		        AND NOT EXISTS (SELECT FROM submission_version later WHERE later.submission_id = v.submission_id AND later.n > v.n)))
		  ORDER BY part, place, s.decided_at DESC, s.id LIMIT $14 OFFSET $15)
		SELECT s.id, s.reference, s.kind, s.held_reason,
		  coalesce(nullif(c.content #>> '{practice,title}', ''), nullif(left(c.content ->> 'text', $16), ''), left(c.content ->> 'link', $16), ''),
		  coalesce(o.name, nullif(c.content #>> '{practice,organisation,name}', ''), c.content #>> '{practice,organisation,slug}', ''),
		  s.received_at, (SELECT count(*) FROM attachment WHERE submission_id = s.id),
		  EXISTS (SELECT FROM mail m WHERE m.submission_id = s.id AND m.recipient <> '' AND `+givenUpSQL+`), s.origin = 'desk',
		  s.state, `+factColumns+`, `+checkColumns+`, l.editor_id, l.since, l.kept_at, coalesce(e.name, ''), found.total
		FROM found JOIN submission s ON s.id = found.id `+checksJoin+`
		CROSS JOIN LATERAL (SELECT content FROM submission_version WHERE submission_id = s.id ORDER BY n DESC LIMIT 1) c
		LEFT JOIN organisation o ON o.slug = c.content #>> '{practice,organisation,slug}'
		LEFT JOIN submission_lease l ON l.submission_id = s.id LEFT JOIN editor e ON e.id = l.editor_id
		ORDER BY found.part, found.place, found.decided_at DESC, s.id`,
		append(ballArgs(now), states, string(f.Holder), f.OverdueDesk, f.OverdueOthers, f.Answered, f.Editor, f.Text, words(f.Text), f.Limit, f.Offset, shownTitle)...)
	list, err := pgx.CollectRows(rows, func(r pgx.CollectableRow) (x row, err error) {
		return x, r.Scan(&x.ID, &x.Reference, &x.Kind, &x.HeldReason, &x.Title, &x.Organisation, &x.ReceivedAt, &x.Attachments, &x.Unreached, &x.FromDesk,
			&x.Facts.State, &x.Facts.Moved, &x.Facts.Answered, &x.Facts.Reminders, &x.Facts.Reminded, &x.Facts.Check.Asked, &x.Facts.Check.Answered, &x.Facts.Check.Waits, &x.Lease.Editor, &x.Lease.Since, &x.Lease.Kept, &x.By, &x.Total)
	})
	for _, x := range list {
		x.QueueRow.Lease, q.Total = x.Lease.lease(), x.Total
		q.Rows = append(q.Rows, x.QueueRow)
	}
	return err
}

// SubmissionTitle is what a submission is called, as it was sent.
type SubmissionTitle struct {
	ID    int64
	Title string
}

// SubmissionTitles are what submissions are called, in the order of their IDs; those
// that are none are left out.
func (s *Store) SubmissionTitles(ctx context.Context, ids []int64) ([]SubmissionTitle, error) {
	rows, _ := s.pool.Query(ctx, `
		SELECT DISTINCT ON (submission_id) submission_id, coalesce(content #>> '{practice,title}', '')
		FROM submission_version WHERE submission_id = ANY ($1) ORDER BY submission_id, n DESC`, ids)
	list, err := pgx.CollectRows(rows, pgx.RowToStructByPos[SubmissionTitle])
	return list, mapped(err)
}

// words are those of a text, each as a pattern that stands for itself. A hyphen
// parts words, as it does in what is searched.
func words(text string) []string {
	out := strings.Fields(strings.ReplaceAll(text, "-", " "))
	for i, w := range out {
		out[i] = likeEscaper.Replace(w)
	}
	return out
}

var likeEscaper = strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`)

// DuePractice is a published practice whose review date has come.
type DuePractice struct {
	Slug, Title, Organisation string
	ReviewBy                  time.Time // the day, at midnight UTC
}

// ReviewDue are the published practices whose review date has come, the longest
// due first.
func (s *Store) ReviewDue(ctx context.Context, limit, offset int, now time.Time) ([]DuePractice, error) {
	rows, _ := s.pool.Query(ctx, `
		SELECT p.slug, p.card ->> 'title', coalesce(p.card #>> '{organisation,name}', ''), r.review_by
		FROM practice r JOIN public_practice p ON p.id = r.id
		WHERE r.state = 'published' AND r.review_by <= $1 ORDER BY r.review_by, r.id LIMIT $2 OFFSET $3`, catalogue.Day(now).Format(time.DateOnly), limit, offset)
	list, err := pgx.CollectRows(rows, pgx.RowToStructByPos[DuePractice])
	return list, mapped(err)
}
