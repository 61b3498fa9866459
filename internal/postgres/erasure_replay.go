package postgres

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"praksis/internal/catalogue"
	"praksis/internal/ops/erasures"
	"praksis/internal/review"

	"github.com/jackc/pgx/v5"
)

// againReason is what the record says of an erasure that is done once more.
const againReason = "Slettet igen efter en gendannelse"

// ErasuresAgain tells what came of a journal in a copy of the database.
type ErasuresAgain struct {
	erasures.Plan
	// Erased were done again; of Already nothing was left; Absent are of what this copy
	// never had. Kept are accounts that stay open: nobody else manages accounts.
	Erased, Already, Absent, Kept int
}

// MissingErasuresError tells that erasures were done that no journal tells of.
type MissingErasuresError struct{ Numbers []int64 }

func (e *MissingErasuresError) Error() string {
	var list []string
	for _, n := range e.Numbers[:min(len(e.Numbers), 5)] {
		list = append(list, fmt.Sprint(n))
	}
	if len(e.Numbers) > len(list) {
		list = append(list, "…")
	}
	return "no journal that was given tells of erasure " + strings.Join(list, ", ") + ": each instance has a journal, give all of them"
}

// ForeignErasuresError tells that there are erasures in the journals, and all of them are
// of another database.
type ForeignErasuresError struct{ N int }

func (e *ForeignErasuresError) Error() string {
	return fmt.Sprintf("of the %d erasures in the journals that were given none is of this database, or it was restored without them: give the journals of its own instances", e.N)
}

// ReplayErasures erases again from a restored database what was erased since it was
// copied, by the journals of all instances, with the functions that erased it; incomplete
// goes on where some of it stands in no journal (else *MissingErasuresError), or where the
// journals are another database's (else *ForeignErasuresError). It may be
// stopped anywhere and begun again: what is done is not done twice. Erasures go on being
// numbered after those of the journals.
func (s *Store) ReplayErasures(ctx context.Context, entries []erasures.Entry, incomplete bool, now time.Time) (r ErasuresAgain, err error) {
	ctx, now = erasesAgain(ctx), now.UTC()
	var k erasureKey
	if err := s.snapshot(ctx, func(tx pgx.Tx) (err error) {
		k, err = erasureKeyOf(ctx, tx, "")
		return err
	}); err != nil {
		return r, err
	}
	if r.Plan, err = erasures.MakePlan(entries, k.Chain, k.N); err != nil {
		return r, err
	}
	if len(r.Missing) > 0 && !incomplete {
		return r, &MissingErasuresError{r.Missing}
	}
	if r.Foreign > 0 && r.Older+r.TakenBack+len(r.Entries) == 0 && !incomplete {
		return r, &ForeignErasuresError{r.Foreign}
	}
	key, at := k.key, k.N
	for _, e := range r.Entries {
		key, at = key.After(e.N-at), e.N
		came, err := s.eraseAgain(ctx, key, e, now)
		if err != nil {
			return r, fmt.Errorf("erasure %d of the journal: %w", e.N, err)
		}
		*came.in(&r)++
	}
	return r, s.write(ctx, func(tx pgx.Tx) error {
		k, err := erasureKeyOf(ctx, tx, ` FOR UPDATE`)
		if err != nil {
			return err
		}
		next := max(k.N, r.Next) // somebody may have erased meanwhile
		key := k.key.After(next - k.N)
		_, err = tx.Exec(ctx, `UPDATE erasure_key SET n = $1, key = $2, awaited = false`, next, key[:])
		return err
	})
}

// ErasuresSince tells how many erasures that were done, by a journal, this database does
// not know of: it is an older copy.
func (s *Store) ErasuresSince(ctx context.Context, entries []erasures.Entry) (n int, err error) {
	err = s.snapshot(ctx, func(tx pgx.Tx) error {
		k, err := erasureKeyOf(ctx, tx, "")
		for _, e := range entries {
			if e.Done && e.Chain == k.Chain && e.N >= k.N {
				n++
			}
		}
		return err
	})
	return n, err
}

// ForgoErasures gives up erasing again, in a database that was restored, what was erased
// since it was copied: journals that were written before are another database's from then on.
func (s *Store) ForgoErasures(ctx context.Context) error {
	return s.write(ctx, func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, `UPDATE erasure_key SET chain = gen_random_uuid(), key = sha256(key || uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())), awaited = false`)
		return err
	})
}

// again is what came of one erasure that was done once more.
type again int

const (
	againAbsent again = iota
	againAlready
	againErased
	againKept
)

func (a again) in(r *ErasuresAgain) *int {
	return map[again]*int{againAbsent: &r.Absent, againAlready: &r.Already, againErased: &r.Erased, againKept: &r.Kept}[a]
}

func erasedIf(is bool) again {
	if is {
		return againErased
	}
	return againAlready
}

func (s *Store) eraseAgain(ctx context.Context, key erasures.Key, e erasures.Entry, now time.Time) (came again, err error) {
	switch e.Kind {
	case erasures.Text:
		came, err = s.textAgain(ctx, key, e, now)
	case erasures.Rows, erasures.Account:
		came, err = s.rowsAgain(ctx, key, e, now)
	default:
		for _, reference := range e.Submissions { // each of these kinds is about one
			came, err = s.submissionAgain(ctx, key, e, reference, now)
		}
	}
	if errors.Is(err, catalogue.ErrNotFound) {
		return againAbsent, nil
	}
	return came, err
}

func (s *Store) submissionAgain(ctx context.Context, key erasures.Key, e erasures.Entry, reference string, now time.Time) (came again, err error) {
	id, err := s.SubmissionID(ctx, reference)
	if err != nil {
		return 0, err
	}
	if e.Kind == erasures.Attachment {
		return againErased, s.EraseAttachment(ctx, id, e.File, againReason, 0, now)
	}
	var texts, mails []string
	if e.Kind == erasures.Masked {
		if texts, err = s.textsOf(ctx, key, e, nil, []int64{id}); err != nil || len(texts) == 0 {
			return againAlready, err
		}
	}
	err = s.write(ctx, func(tx pgx.Tx) error {
		sub, err := lockSubmission(ctx, tx, `id = $1`, id)
		if err != nil {
			return err
		}
		if mails, err = messageIDs(ctx, tx, id); err != nil {
			return err
		}
		switch e.Kind {
		case erasures.Contact:
			is, err := sub.eraseContact(ctx, tx, distantFuture, now)
			came = erasedIf(is)
			return err
		case erasures.Content:
			if came = erasedIf(!sub.Erased); sub.Erased {
				return nil
			}
			return sub.eraseContent(ctx, tx, againReason, 0, now)
		case erasures.Masked:
			x := eraser{pattern: newPattern(texts, true), tx: tx, reason: maskReason, now: now, keepAddresses: e.KeepAddresses, belongs: belongs{submissions: []int64{id}}, rows: map[string]int{}}
			err := x.mask(ctx, texts)
			came = erasedIf(len(x.rows) > 0)
			return err
		}
		return fmt.Errorf("nobody knows how to erase %q", e.Kind)
	})
	if err != nil {
		return came, err
	}
	return came, s.forgetMails(mails)
}

// textAgain finds the text, and erases it from whatever there is of what it was erased from.
func (s *Store) textAgain(ctx context.Context, key erasures.Key, e erasures.Entry, now time.Time) (came again, err error) {
	type slug struct {
		ID   int64
		Text string
	}
	var practices []slug
	var practiceIDs, submissions []int64
	if err := s.snapshot(ctx, func(tx pgx.Tx) (err error) {
		rows, _ := tx.Query(ctx, `SELECT id, slug::text FROM practice WHERE id = ANY ($1) ORDER BY id`, e.Practices)
		if practices, err = pgx.CollectRows(rows, pgx.RowToStructByPos[slug]); err != nil {
			return err
		}
		rows, _ = tx.Query(ctx, `SELECT id FROM submission WHERE reference = ANY ($1) ORDER BY id`, e.Submissions)
		submissions, err = pgx.CollectRows(rows, pgx.RowTo[int64])
		return err
	}); err != nil {
		return 0, err
	}
	for _, p := range practices {
		practiceIDs = append(practiceIDs, p.ID)
	}
	if !e.Everywhere && len(practices)+len(submissions) == 0 {
		return againAbsent, nil
	}
	texts, err := s.textsOf(ctx, key, e, practiceIDs, submissions)
	if err != nil {
		return 0, err
	}
	erase := func(on On, text string, how reach) error {
		done, err := s.eraseText(ctx, on, text, againReason, 0, now, how)
		if errors.Is(err, ErrErasure) { // the reason itself may have it
			if done, err = s.eraseText(ctx, on, text, "-", 0, now, how); errors.Is(err, ErrErasure) {
				return nil // too short in this form: nobody could erase it
			}
		}
		if done.Rows > 0 {
			came = againErased
		}
		return err
	}
	came = againAlready
	for _, text := range texts {
		if e.Everywhere {
			if err := erase(On{}, text, reach{everywhere: true}); err != nil {
				return came, err
			}
			continue
		}
		for _, id := range submissions {
			if err := erase(On{Submission: id}, text, reach{}); err != nil {
				return came, err
			}
		}
		for _, p := range practices { // its address may have been made of the text
			var at string
			if err := s.pool.QueryRow(ctx, `SELECT slug::text FROM practice WHERE id = $1`, p.ID).Scan(&at); err != nil {
				return came, mapped(err)
			}
			if err := erase(On{Practice: at}, text, reach{}); err != nil {
				return came, err
			}
		}
	}
	return came, nil
}

// textsOf finds the texts of an entry, by their prints: in what belongs to practices and
// submissions, and, where one is not there as it is written, in all that there is. Of what
// is masked it stands in the submission, or nowhere.
func (s *Store) textsOf(ctx context.Context, key erasures.Key, e erasures.Entry, practices, submissions []int64) (texts []string, err error) {
	f := key.Finder(e.Texts)
	err = s.snapshot(ctx, func(tx pgx.Tx) error {
		look := func(from string, args ...any) error {
			rows, _ := tx.Query(ctx, `SELECT to_jsonb(x) FROM `+from, args...)
			var row []byte
			_, err := pgx.ForEachRow(rows, []any{&row}, func() error { return lookThroughRow(f, row) })
			return err
		}
		for _, x := range owned {
			ids := submissions
			if x.practice {
				ids = practices
			}
			if len(ids) == 0 {
				continue
			}
			if err := look(x.rows+` x WHERE x.`+x.owner+` = ANY ($1)`, ids); err != nil {
				return err
			}
		}
		if f.All() || e.Kind == erasures.Masked {
			return nil
		}
		tables, err := readable(ctx, tx)
		for _, table := range tables {
			if err == nil {
				err = look(pgx.Identifier{table}.Sanitize() + ` x`)
			}
		}
		return err
	})
	return f.Texts(), err
}

// lookThroughRow looks through all texts of a row, as JSON.
func lookThroughRow(f *erasures.Finder, row []byte) error {
	var v any
	if err := json.Unmarshal(row, &v); err != nil {
		return err
	}
	var walk func(any)
	walk = func(v any) {
		switch v := v.(type) {
		case string:
			f.Look(v)
		case []any:
			for _, x := range v {
				walk(x)
			}
		case map[string]any:
			for _, x := range v {
				walk(x)
			}
		}
	}
	walk(v)
	return nil
}

// rowsAgain erases a row as a whole, and closes an account.
func (s *Store) rowsAgain(ctx context.Context, key erasures.Key, e erasures.Entry, now time.Time) (came again, err error) {
	var mails []string
	err = s.write(ctx, func(tx pgx.Tx) error {
		came = againErased
		switch e.Table {
		case "editor":
			var open bool
			if err := tx.QueryRow(ctx, `SELECT closed_at IS NULL FROM editor WHERE id = $1 AND created_at = $2 FOR NO KEY UPDATE`, e.Row, e.Made).Scan(&open); err != nil {
				return err
			}
			if came = erasedIf(open); !open {
				return nil
			}
			if err := addAccountEvent(ctx, tx, AccountEvent{Editor: e.Row, Kind: review.AccountClosed, At: now}); err != nil {
				return err
			}
			return closeEditor(ctx, tx, e.Row, now)
		case "follow":
			var follower int64
			err := tx.QueryRow(ctx, `DELETE FROM follow WHERE id = $1 AND ordered_at = $2 RETURNING follower_id`, e.Row, e.Made).Scan(&follower)
			if err == nil {
				mails, err = forgetFollowers(ctx, tx, now, follower)
			}
			return err
		case "shortlist":
			var id int64
			if err := tx.QueryRow(ctx, `DELETE FROM shortlist WHERE id = $1 AND created_at = $2 RETURNING id`, e.Row, e.Made).Scan(&id); err != nil {
				return err
			}
			return eraseUnshown(ctx, tx)
		case "inquiry":
			var id int64
			if err := tx.QueryRow(ctx, `
				DELETE FROM inquiry_contact c USING inquiry q WHERE q.id = c.inquiry_id AND q.id = $1 AND q.prepared_at = $2 RETURNING q.id`, e.Row, e.Made).Scan(&id); err != nil {
				return err
			}
			mails, err = eraseInquiries(ctx, tx, []int64{id}, now)
			return err
		case "saved_form":
			f := key.Finder(e.Texts)
			rows, _ := tx.Query(ctx, `SELECT encode(token_hash, 'hex') FROM saved_form`)
			var hash string
			if _, err := pgx.ForEachRow(rows, []any{&hash}, func() error { f.Look(hash); return nil }); err != nil {
				return err
			}
			if came = erasedIf(len(f.Texts()) > 0); came == againAlready {
				return catalogue.ErrNotFound
			}
			for _, text := range f.Texts() {
				sum, err := hex.DecodeString(text)
				if err == nil {
					_, err = eraseSaved(ctx, tx, now, `token_hash = $1`, sum)
				}
				if err != nil {
					return err
				}
			}
			return nil
		}
		return fmt.Errorf("nobody knows how to erase a row of %q", e.Table)
	})
	if errors.Is(err, review.ErrLastAdministrator) {
		return againKept, nil
	}
	if err != nil {
		return came, err
	}
	return came, s.forgetMails(mails)
}
