package postgres

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"
	"unicode/utf8"

	"praksis/internal/catalogue"
	"praksis/internal/ops/erasures"
	"praksis/internal/review"

	"github.com/jackc/pgx/v5"
)

// minErased is the shortest text that can be erased, in characters: a shorter
// one stands inside of other words.
const minErased = 3

// ErrErasure is returned for a text or a reason that cannot be taken.
var ErrErasure = fmt.Errorf("an erasure needs a text of %d characters or more, and a reason that does not repeat it", minErased)

// MinErased is minErased, for those who ask for the text.
const MinErased = minErased

// Erasure tells what an erasure did.
type Erasure struct {
	// Rows is how many rows had the text, and Places how many of each table.
	Rows   int
	Places map[string]int
	// Here are the Places of what the erasure was asked of.
	Here map[string]int
	// Submissions are those that it was looked for in, by ID.
	Submissions []int64
	// Attachments is how many files came with the submissions: nobody has looked
	// into them.
	Attachments int
	// Left are the tables that have the text still, or would have it, each with the
	// number of its rows: what is not of this practice or submission, or is no text of
	// theirs. Where it was only looked for, the read model is not among them.
	Left map[string]int
}

// ErasedTables are the tables that a text can be erased from: those of Erasure.Places.
func ErasedTables() []string {
	return []string{"attachment", "draft", "empty_search", "erasure", "follow", "inquiry", "inquiry_answer", "kept_file", "link", "mail", "mail_text", "page_text", "practice", "practice_event", "practice_slug", "question_answer",
		"revision", "saved_form", "seed_proposal", "shortlist", "shortlist_content", "shortlist_edition", "shortlist_edition_item", "shortlist_item", "solution", "solution_contrast", "source_document", "source_document_text", "submission", "submission_answer", "submission_contact", "submission_event", "submission_question",
		"submission_version", "term", "unsaved_form", "vocabulary_event"}
}

// EraseText takes a text, such as a name, out of all that the database holds of a
// practice or a submission, for good: revisions, what was sent of it, drafts,
// events, answers, mails that wait, what stands beside attachments, and the read
// model with a new catalogue version, so that pages and indexes follow. With a
// submission goes the practice that it became. The text is found as it is
// written, whatever white space is between its words. An address of the practice
// that is made of it gets a successor, and leads nowhere itself. What a
// title or a mail has cut off, before "…", is found too. It cannot be found in the
// contents of attachments (EraseAttachment takes them whole), in mails that have
// been sent, or in backups.
//
// Every row of a table that is append-only to the application is noted in the
// table erasure, with the reason, which must not repeat the text (ErrErasure).
// editor is 0 for the one who runs the catalogue. The error is
// catalogue.ErrNotFound when there is no such practice or submission.
func (s *Store) EraseText(ctx context.Context, on On, text, reason string, editor int64, now time.Time) (done Erasure, err error) {
	return s.eraseText(ctx, on, text, reason, editor, now, reach{})
}

// EraseTextEverywhere is EraseText for all that the database holds: the practice or
// submission of on, where there is one, every other that has the text, and what belongs to
// none (erasure_elsewhere.go), in one transaction.
func (s *Store) EraseTextEverywhere(ctx context.Context, on On, text, reason string, editor int64, now time.Time) (done Erasure, err error) {
	return s.eraseText(ctx, on, text, reason, editor, now, reach{everywhere: true})
}

// FindText tells what EraseText would do, and does nothing of it.
func (s *Store) FindText(ctx context.Context, on On, text string, now time.Time) (Erasure, error) {
	return s.eraseText(ctx, on, text, "-", 0, now, reach{find: true})
}

// FindTextEverywhere tells what EraseTextEverywhere would do, and does nothing of it.
func (s *Store) FindTextEverywhere(ctx context.Context, on On, text string, now time.Time) (Erasure, error) {
	return s.eraseText(ctx, on, text, "-", 0, now, reach{find: true, everywhere: true})
}

// reach says how far an erasure goes, and whether it only counts.
type reach struct{ find, everywhere bool }

// errFound takes back what was only done to count it.
var errFound = errors.New("counted")

func (s *Store) eraseText(ctx context.Context, on On, text, reason string, editor int64, now time.Time, how reach) (done Erasure, err error) {
	text, reason = review.Line(text), review.Text(reason)
	e := eraser{reason: reason, editor: editor, now: now, slug: catalogue.Slugify(text), text: text}
	if utf8.RuneCountInString(text) >= minErased {
		e.pattern = newPattern([]string{text}, false)
	}
	if e.find == nil || reason == "" || e.isIn(reason) || e.isIn(review.ErasedMark) {
		return done, ErrErasure
	}
	var groups []belongs
	err = s.write(ctx, func(tx pgx.Tx) error {
		e.tx, e.rows, e.touched, e.mails, e.items = tx, map[string]int{}, nil, nil, map[review.ItemID]bool{}
		if groups, err = e.lock(ctx, on, how); err != nil {
			return err
		}
		for i, g := range groups {
			if err := e.group(ctx, g, i == 0 && on.Submission != 0); err != nil {
				return err
			}
			if i == 0 && (on.Practice != "" || on.Submission != 0) {
				done.Here = maps.Clone(e.rows)
			}
		}
		if how.everywhere {
			if err := e.elsewhere(ctx); err != nil {
				return err
			}
		}
		if how.find {
			if done.Left, err = e.left(ctx, tx, derivedTables...); err != nil {
				return err
			}
			return errFound
		}
		if len(e.rows) == 0 {
			return nil
		}
		if on.Submission != 0 { // what was done stands in its history
			if err := noteErasure(ctx, tx, on.Submission, e.reason, editor, now); err != nil {
				return err
			}
		}
		of := groups // where it is erased from everywhere, it is looked for there again
		if how.everywhere {
			of = nil
		}
		if err := e.journal(ctx, erasures.Text, []string{text}, how.everywhere, of); err != nil {
			return err
		}
		slices.Sort(e.touched)
		return republish(ctx, tx, slices.Compact(e.touched))
	})
	if err != nil && !errors.Is(err, errFound) {
		return done, withoutContent("", err)
	}
	if !how.find {
		if err := s.forgetMails(e.mails); err != nil {
			return done, err
		}
	}
	done.Places = e.rows
	for _, g := range groups {
		done.Submissions = append(done.Submissions, g.submissions...)
	}
	for _, n := range e.rows {
		done.Rows += n
	}
	err = s.snapshot(ctx, func(tx pgx.Tx) error {
		if !how.find {
			if done.Left, err = e.left(ctx, tx); err != nil {
				return err
			}
		}
		return tx.QueryRow(ctx, `SELECT count(*) FROM attachment WHERE submission_id = ANY ($1)`, done.Submissions).Scan(&done.Attachments)
	})
	return done, err
}

// eraser takes texts out of all that belongs together.
type eraser struct {
	pattern
	tx     pgx.Tx
	reason string
	editor int64
	now    time.Time
	slug   string
	text   string // that is erased everywhere; empty for several
	// keepAddresses leaves web addresses as they are.
	keepAddresses bool
	belongs
	rows    map[string]int         // that had it, by table
	found   int                    // how often it was found in documents
	touched []int64                // the practices whose read model is to be written
	mails   []string               // the message IDs of the mails that may have it
	items   map[review.ItemID]bool // of the vocabularies, that had it
}

// belongs are practices and submissions that belong together.
type belongs struct{ practices, submissions []int64 }

// group takes the text out of what belongs together, and notes that; noted is set where
// the submission's history will tell of it.
func (e *eraser) group(ctx context.Context, g belongs, noted bool) error {
	before := e.rows
	e.belongs, e.rows = g, map[string]int{}
	mails, err := messageIDs(ctx, e.tx, e.submissions...)
	if err != nil {
		return err
	}
	e.mails = append(e.mails, mails...)
	if err := e.all(ctx); err != nil {
		return err
	}
	switch inPractices := e.inPractices(); {
	case len(e.rows) == 0:
	case inPractices || !noted && len(e.practices) > 0: // what an editor has open of it is stale by that
		for _, id := range e.practices {
			erased := review.Event{Kind: review.EventTextErased, Editor: e.editor, Reason: e.reason}
			if err := addPracticeEvent(ctx, e.tx, id, erased, false, e.now); err != nil {
				return err
			}
		}
	case !noted:
		for _, id := range e.submissions {
			if err := noteErasure(ctx, e.tx, id, e.reason, e.editor, e.now); err != nil {
				return err
			}
		}
	}
	if len(e.rows) > 0 {
		e.touched = append(e.touched, e.practices...)
	}
	for table, n := range before {
		e.rows[table] += n
	}
	return nil
}

// inPractices tells whether a practice had the text.
func (e *eraser) inPractices() bool {
	for _, table := range []string{"revision", "practice", "practice_event", "practice_slug", "seed_proposal"} {
		if e.rows[table] > 0 {
			return true
		}
	}
	return false
}

// all takes the text out of every table that has something of a practice or submission.
func (e *eraser) all(ctx context.Context) error {
	return e.do(ctx, e.revisions, e.versions, e.events, e.records, e.unsaved, e.columns, e.links, e.answers, e.inquiries, e.shortlists, e.addresses, e.about, e.reasons)
}

func (e *eraser) do(ctx context.Context, steps ...func(context.Context) error) error {
	for _, step := range steps {
		if err := step(ctx); err != nil {
			return err
		}
	}
	return nil
}

// appendOnly has the owner's function change a row.
func (e *eraser) appendOnly(ctx context.Context, of string, id int64, n *int, content []byte, hash string) error {
	e.rows[of]++
	_, err := e.tx.Exec(ctx, `SELECT erase_text($1, $2, $3, $4, $5, $6, $7, $8)`, of, id, n, content, hash, id0(e.editor), e.reason, e.now)
	return err
}

// withSlug are the tables of items whose address stays whatever they are called.
var withSlug = []string{"organisation", "solution", "source_document", "term"}

// derivedTables are those of the read model, which is made anew.
var derivedTables = []string{"public_practice", "public_slug"}

// readable are all tables that may be read, but for the contents of files.
func readable(ctx context.Context, tx pgx.Tx) ([]string, error) {
	rows, _ := tx.Query(ctx, `
		SELECT c.relname FROM pg_class c WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r'
		  AND has_table_privilege(c.oid, 'SELECT') AND c.relname NOT IN ('attachment_chunk', 'kept_file_chunk') ORDER BY 1`)
	return pgx.CollectRows(rows, pgx.RowTo[string])
}

// left counts the rows that have the text still, or an address that is made of it, table by
// table.
func (e *eraser) left(ctx context.Context, tx pgx.Tx, but ...string) (map[string]int, error) {
	tables, err := readable(ctx, tx)
	if err != nil {
		return nil, err
	}
	out := map[string]int{}
	for _, table := range tables {
		if slices.Contains(but, table) {
			continue
		}
		slug, where := `''`, e.likely()
		if slices.Contains(withSlug, table) {
			slug, where = `x.slug::text`, `true`
		}
		rows, _ := tx.Query(ctx, `SELECT x::text, `+slug+` FROM `+pgx.Identifier{table}.Sanitize()+` x WHERE `+where)
		var row, address string
		if _, err := pgx.ForEachRow(rows, []any{&row, &address}, func() error {
			if e.isIn(rowText.Replace(row)) || address != "" && e.slug != "" && e.isSlug(address) {
				out[table]++
			}
			return nil
		}); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// sorted are the keys of a set of items, in an order that is always the same.
func sorted(items map[review.ItemID]bool) []review.ItemID {
	return slices.SortedFunc(maps.Keys(items), func(a, b review.ItemID) int {
		return slices.Compare([]string{string(a.Noun), a.Key}, []string{string(b.Noun), b.Key})
	})
}
