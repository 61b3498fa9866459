package postgres

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"time"
	"unicode/utf8"

	"praksis/internal/catalogue"
	"praksis/internal/review"

	"github.com/jackc/pgx/v5"
)

// erasedText stands where a text was erased.
const erasedText = "[fjernet]"

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
	// Submissions are those that it was taken out of, by ID.
	Submissions []int64
	// Attachments is how many files came with the submissions: nobody has looked
	// into them.
	Attachments int
	// Left are the tables that have the text still, each with the number of its
	// rows: what is not of this practice or submission, or is no text of theirs.
	Left map[string]int
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
	return s.eraseText(ctx, on, text, reason, editor, now, false)
}

// FindText tells what EraseText would do, and does nothing of it.
func (s *Store) FindText(ctx context.Context, on On, text string, now time.Time) (Erasure, error) {
	return s.eraseText(ctx, on, text, "-", 0, now, true)
}

// errFound takes back what was only done to count it.
var errFound = errors.New("counted")

func (s *Store) eraseText(ctx context.Context, on On, text, reason string, editor int64, now time.Time, find bool) (done Erasure, err error) {
	text, reason = review.Line(text), review.Text(reason)
	e := eraser{reason: reason, editor: id0(editor), now: now, slug: catalogue.Slugify(text)}
	if utf8.RuneCountInString(text) >= minErased {
		e.pattern = newPattern([]string{text}, false)
	}
	if e.find == nil || reason == "" || e.isIn(reason) || e.isIn(erasedText) {
		return done, ErrErasure
	}
	var mails []string
	err = s.write(ctx, func(tx pgx.Tx) error {
		e.tx, e.rows = tx, map[string]int{}
		if err := e.lock(ctx, on); err != nil {
			return err
		}
		if mails, err = messageIDs(ctx, tx, e.submissions...); err != nil {
			return err
		}
		if err := e.all(ctx); err != nil {
			return err
		}
		if find {
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
		if e.inPractices() { // what an editor has open of it is stale by that
			for _, id := range e.practices {
				erased := review.Event{Kind: review.EventTextErased, Editor: editor, Reason: e.reason}
				if err := addPracticeEvent(ctx, tx, id, erased, false, now); err != nil {
					return err
				}
			}
		}
		return republish(ctx, tx, e.practices)
	})
	if err != nil && !errors.Is(err, errFound) {
		return done, withoutContent("", err)
	}
	if !find {
		if err := s.forgetMails(mails); err != nil {
			return done, err
		}
	}
	done.Places, done.Submissions = e.rows, e.submissions
	for _, n := range e.rows {
		done.Rows += n
	}
	err = s.snapshot(ctx, func(tx pgx.Tx) error {
		done.Left, err = e.left(ctx, tx)
		if err != nil {
			return err
		}
		return tx.QueryRow(ctx, `SELECT count(*) FROM attachment WHERE submission_id = ANY ($1)`, e.submissions).Scan(&done.Attachments)
	})
	return done, err
}

// eraser takes texts out of all that belongs together.
type eraser struct {
	pattern
	tx     pgx.Tx
	reason string
	editor *int64
	now    time.Time
	slug   string
	// keepAddresses leaves web addresses as they are.
	keepAddresses          bool
	practices, submissions []int64
	rows                   map[string]int // that had it, by table
	found                  int            // how often it was found in documents
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

// lock finds and locks what belongs together.
func (e *eraser) lock(ctx context.Context, on On) error {
	if err := lockTaxonomyShared(ctx, e.tx); err != nil {
		return err
	}
	if err := e.belonging(ctx, on); err != nil {
		return err
	}
	practices, submissions := e.practices, e.submissions
	if err := errors.Join(lockSubmissions(ctx, e.tx, submissions...), lockPractices(ctx, e.tx, practices...)); err != nil {
		return err
	}
	if err := e.belonging(ctx, on); err != nil {
		return err
	}
	if !slices.Equal(practices, e.practices) || !slices.Equal(submissions, e.submissions) {
		return errMoved
	}
	return nil
}

// belonging finds a practice with those that were merged into it, and what was
// sent of them.
func (e *eraser) belonging(ctx context.Context, on On) error {
	var practice, submission *int64
	var err error
	if on.Practice != "" {
		if practice, err = practiceAbout(ctx, e.tx, on.Practice); err == nil && practice == nil {
			err = fmt.Errorf("practice: %w", catalogue.ErrNotFound)
		}
	} else {
		submission = &on.Submission
		err = e.tx.QueryRow(ctx, `SELECT CASE state WHEN 'accepted' THEN practice_id END FROM submission WHERE id = $1`, on.Submission).Scan(&practice)
	}
	if err != nil {
		return err
	}
	rows, _ := e.tx.Query(ctx, `SELECT id FROM practice WHERE id = $1 OR merged_into = $1 ORDER BY id`, practice)
	if e.practices, err = pgx.CollectRows(rows, pgx.RowTo[int64]); err != nil {
		return err
	}
	rows, _ = e.tx.Query(ctx, `SELECT id FROM submission WHERE id = $2 OR practice_id = ANY ($1) OR about_id = ANY ($1) ORDER BY id`, e.practices, submission)
	e.submissions, err = pgx.CollectRows(rows, pgx.RowTo[int64])
	return err
}

// all takes the text out of every table.
func (e *eraser) all(ctx context.Context) error {
	for _, step := range []func(context.Context) error{e.revisions, e.versions, e.events, e.records, e.unsaved, e.columns, e.links, e.answers, e.inquiries, e.addresses, e.about} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	return nil
}

// appendOnly has the owner's function change a row.
func (e *eraser) appendOnly(ctx context.Context, of string, id int64, n *int, content []byte, hash string) error {
	e.rows[of]++
	_, err := e.tx.Exec(ctx, `SELECT erase_text($1, $2, $3, $4, $5, $6, $7, $8)`, of, id, n, content, hash, e.editor, e.reason, e.now)
	return err
}

func (e *eraser) revisions(ctx context.Context) error {
	l, err := loadLabels(ctx, e.tx)
	if err != nil {
		return err
	}
	return e.contents(ctx, "revision", `SELECT id, 0, content FROM revision WHERE practice_id = ANY ($1) ORDER BY id`, e.practices, func(x contentRow) error {
		var p catalogue.Practice
		if err := p.UnmarshalJSON(x.Content); err != nil {
			return err
		}
		l.resolve(&p)
		return e.appendOnly(ctx, "revision", x.ID, nil, x.Content, p.ContentHash())
	})
}

func (e *eraser) versions(ctx context.Context) error {
	return e.contents(ctx, "submission_version", `SELECT submission_id, n, content FROM submission_version WHERE submission_id = ANY ($1) ORDER BY 1, 2`, e.submissions, func(x contentRow) error {
		return e.appendOnly(ctx, "submission_version", x.ID, &x.N, x.Content, "")
	})
}

func (e *eraser) events(ctx context.Context) error {
	for _, of := range []struct {
		table, by string
		ids       []int64
	}{{"practice_event", "practice_id", e.practices}, {"submission_event", "submission_id", e.submissions}} {
		sql := `SELECT id, 0, jsonb_build_object('reason', reason, 'text', text) FROM ` + of.table + ` WHERE ` + of.by + ` = ANY ($1) ORDER BY id`
		if err := e.contents(ctx, of.table, sql, of.ids, func(x contentRow) error { return e.appendOnly(ctx, of.table, x.ID, nil, x.Content, "") }); err != nil {
			return err
		}
	}
	return nil
}

// records takes the text out of the records that the application may change.
func (e *eraser) records(ctx context.Context) error {
	for _, of := range []struct {
		table, key string
		ids        []int64
	}{{"draft", "submission_id", e.submissions}, {"seed_proposal", "practice_id", e.practices}} {
		sql := `SELECT ` + of.key + `, 0, content FROM ` + of.table + ` WHERE ` + of.key + ` = ANY ($1) ORDER BY 1`
		if err := e.contents(ctx, of.table, sql, of.ids, func(x contentRow) error {
			e.rows[of.table]++
			_, err := e.tx.Exec(ctx, `UPDATE `+of.table+` SET content = $2 WHERE `+of.key+` = $1`, x.ID, x.Content)
			return err
		}); err != nil {
			return err
		}
	}
	return nil
}

// unsaved takes the text out of what editors have typed and not saved. Their
// names and values are a form's and not a record's: each may be an address too.
func (e *eraser) unsaved(ctx context.Context) error {
	type form struct {
		Editor     int64
		Form, Page string
		Content    string
	}
	rows, _ := e.tx.Query(ctx, `SELECT editor_id, form, page, content::text FROM unsaved_form WHERE (submission_id = ANY ($1) OR practice_id = ANY ($2)) AND content IS NOT NULL ORDER BY 1, 2, 3`, e.submissions, e.practices)
	list, err := pgx.CollectRows(rows, pgx.RowToStructByPos[form])
	if err != nil {
		return err
	}
	for _, x := range list {
		var values map[string][]string
		if err := json.Unmarshal([]byte(x.Content), &values); err != nil {
			return err
		}
		found := false
		for _, texts := range values {
			for i, s := range texts {
				if texts[i] = e.erase(s); !e.words {
					texts[i] = e.inAddress.ReplaceAllLiteralString(texts[i], erasedText)
				}
				found = found || texts[i] != s
			}
		}
		if !found {
			continue
		}
		e.rows["unsaved_form"]++
		if _, err := e.tx.Exec(ctx, `UPDATE unsaved_form SET content = $4 WHERE editor_id = $1 AND form = $2 AND page = $3`, x.Editor, x.Form, x.Page, values); err != nil {
			return err
		}
	}
	return nil
}

// columns are the texts outside of records that the application may change.
func (e *eraser) columns(ctx context.Context) error {
	for _, of := range []struct {
		table, key string
		texts      []string
		by         string
		ids        []int64
	}{
		{"practice", "id", []string{"state_reason"}, "id", e.practices},
		{"submission", "id", []string{"held_reason"}, "id", e.submissions},
		{"submission_contact", "submission_id", []string{"name", "phone"}, "submission_id", e.submissions},
		{"attachment", "id", []string{"name", "text_alternative"}, "submission_id", e.submissions},
		{"mail", "id", []string{"subject", "body", "error"}, "submission_id", e.submissions},
		{"solution_contrast", "id", []string{"reason"}, "for_practice_id", e.practices},
		{"solution_contrast", "id", []string{"reason"}, "against_practice_id", e.practices},
		{"submission_question", "id", []string{"text"}, "submission_id", e.submissions},
		{"question_answer", "question_id", []string{"text"}, "submission_id", e.submissions},
	} {
		if of.table == "submission_contact" && e.words {
			continue // what was taken out of a text is not taken from who sent it
		}
		for _, column := range of.texts {
			list, err := e.texts(ctx, of.table, `SELECT `+of.key+`, `+column+` FROM `+of.table+` WHERE `+of.by+` = ANY ($1) ORDER BY 1`, of.ids)
			if err != nil {
				return err
			}
			for _, x := range list {
				if _, err := e.tx.Exec(ctx, `UPDATE `+of.table+` SET `+column+` = $2 WHERE `+of.key+` = $1`, x.ID, x.Text); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// links forgets addresses with the text that stand in the practices, as their pages
// are before they are published anew.
func (e *eraser) links(ctx context.Context) error {
	rows, _ := e.tx.Query(ctx, `SELECT l.id, l.url FROM link l WHERE url IN (SELECT url FROM (`+pageLinksSQL+`) s WHERE s.id = ANY ($1)) ORDER BY 1`, e.practices)
	list, err := pgx.CollectRows(rows, pgx.RowToStructByPos[text])
	if err != nil {
		return err
	}
	for _, x := range list {
		if !e.isIn(x.Text) && (e.inAddress == nil || !e.inAddress.MatchString(x.Text)) {
			continue
		}
		e.rows["link"]++
		if _, err := e.tx.Exec(ctx, `DELETE FROM link WHERE id = $1`, x.ID); err != nil {
			return err
		}
	}
	return nil
}

// answers can be deleted, and not changed.
func (e *eraser) answers(ctx context.Context) error {
	list, err := e.texts(ctx, "submission_answer", `SELECT event_id, text FROM submission_answer WHERE submission_id = ANY ($1) ORDER BY 1`, e.submissions)
	for _, x := range list {
		if err == nil {
			_, err = e.tx.Exec(ctx, `
				WITH gone AS (DELETE FROM submission_answer WHERE event_id = $1 RETURNING event_id, submission_id)
				INSERT INTO submission_answer (event_id, submission_id, text) SELECT event_id, submission_id, $2 FROM gone`, x.ID, x.Text)
		}
	}
	return err
}

// inquiries are what was asked at the source, and answered.
func (e *eraser) inquiries(ctx context.Context) error {
	for _, of := range []struct{ table, key, column, join string }{
		{"inquiry", "id", "note", ""},
		{"inquiry_answer", "id", "text", `JOIN inquiry q ON q.id = x.inquiry_id`},
		{"mail", "id", "subject", `JOIN inquiry q ON q.id = x.inquiry_id`},
		{"mail", "id", "body", `JOIN inquiry q ON q.id = x.inquiry_id`},
	} {
		about := "q"
		if of.join == "" {
			about = "x"
		}
		var list []text
		for by, ids := range map[string][]int64{"submission_id": e.submissions, "practice_id": e.practices} {
			more, err := e.texts(ctx, of.table, `SELECT x.`+of.key+`, x.`+of.column+` FROM `+of.table+` x `+of.join+` WHERE `+about+`.`+by+` = ANY ($1) ORDER BY 1`, ids)
			if err != nil {
				return err
			}
			list = append(list, more...)
		}
		for _, x := range list {
			if _, err := e.tx.Exec(ctx, `UPDATE `+of.table+` SET `+of.column+` = $2 WHERE `+of.key+` = $1`, x.ID, x.Text); err != nil {
				return err
			}
		}
	}
	return nil
}

// addresses gives the practices whose slug is made of the text another one. The
// old ones are forgotten: a redirect would go on telling them.
func (e *eraser) addresses(ctx context.Context) error {
	if e.slug == "" {
		return nil
	}
	for _, id := range e.practices {
		p, err := onePractice(ctx, e.tx, id)
		if err != nil {
			return err
		}
		if was := p.Slug; e.isSlug(was) {
			p.Slug = ""
			if err := chooseSlug(ctx, e.tx, p); err != nil {
				return err
			}
			e.rows["practice_slug"]++
			if _, err := e.tx.Exec(ctx, `UPDATE practice SET slug = $2 WHERE id = $1`, id, p.Slug); err != nil {
				return err
			}
			if _, err := e.tx.Exec(ctx, `UPDATE mail SET body = replace(body, $2, $3) WHERE submission_id = ANY ($1)`, e.submissions, was, p.Slug); err != nil {
				return err
			}
		}
	}
	rows, _ := e.tx.Query(ctx, `SELECT practice_id, slug::text FROM practice_slug WHERE practice_id = ANY ($1) ORDER BY slug`, e.practices)
	former, err := pgx.CollectRows(rows, pgx.RowToStructByPos[text])
	if err != nil {
		return err
	}
	for _, x := range former {
		if !e.isSlug(x.Text) {
			continue
		}
		e.rows["practice_slug"]++
		if _, err := e.tx.Exec(ctx, `DELETE FROM public_slug WHERE slug = $1`, x.Text); err != nil {
			return err
		}
		if _, err := e.tx.Exec(ctx, `UPDATE practice_slug SET slug = 'fjernet-' || left(md5(random()::text), 12) WHERE slug = $1`, x.Text); err != nil {
			return err
		}
	}
	return nil
}

// about are the addresses of practices that submissions name: one that is made
// of the text becomes that which the practice has now.
func (e *eraser) about(ctx context.Context) error {
	if e.slug == "" {
		return nil
	}
	rows, _ := e.tx.Query(ctx, `
		SELECT v.submission_id, v.n, jsonb_set(v.content, '{about}', to_jsonb(coalesce(p.slug::text, ''))), v.content ->> 'about'
		FROM submission_version v JOIN submission s ON s.id = v.submission_id
		LEFT JOIN practice a ON a.id = s.about_id LEFT JOIN practice p ON p.id = coalesce(a.merged_into, a.id)
		WHERE v.submission_id = ANY ($1) AND v.content ->> 'about' <> '' ORDER BY 1, 2`, e.submissions)
	type version struct {
		contentRow
		About string
	}
	list, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (v version, err error) {
		return v, row.Scan(&v.ID, &v.N, &v.Content, &v.About)
	})
	if err != nil {
		return err
	}
	for _, v := range list {
		if !e.isSlug(v.About) {
			continue
		}
		if err := e.appendOnly(ctx, "submission_version", v.ID, &v.N, v.Content, ""); err != nil {
			return err
		}
	}
	return nil
}

// isSlug tells whether the address of a practice is made of the text.
func (e *eraser) isSlug(slug string) bool {
	return regexp.MustCompile(`(^|-)` + regexp.QuoteMeta(e.slug) + `s?(-|$)`).MatchString(slug)
}

// left counts the rows that have the text still, table by table.
func (e *eraser) left(ctx context.Context, tx pgx.Tx) (map[string]int, error) {
	rows, _ := tx.Query(ctx, `
		SELECT c.relname FROM pg_class c WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r'
		  AND has_table_privilege(c.oid, 'SELECT') AND c.relname NOT IN ('attachment_chunk', 'kept_file_chunk') ORDER BY 1`)
	tables, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return nil, err
	}
	out := map[string]int{}
	for _, table := range tables {
		rows, _ := tx.Query(ctx, `SELECT x::text FROM `+pgx.Identifier{table}.Sanitize()+` x`)
		var row string
		if _, err := pgx.ForEachRow(rows, []any{&row}, func() error {
			if e.isIn(row) {
				out[table]++
			}
			return nil
		}); err != nil {
			return nil, err
		}
	}
	return out, nil
}
