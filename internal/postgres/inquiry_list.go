package postgres

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"praksis/internal/catalogue"
	"praksis/internal/review"

	"github.com/jackc/pgx/v5"
)

// InquiryFilter says which inquiries of the desk are wanted; all of what is set must
// hold.
type InquiryFilter struct {
	Stage        review.InquiryStage // empty: all but closed ones
	Kind         review.InquiryKind
	Organisation string // slug of who did what it is about
	Text         string // words that all must be in what it is about, or in the address
	Limit        int    // at most; Offset of them are passed over
	Offset       int
}

// ListedInquiry is an inquiry with what it is about.
type ListedInquiry struct {
	Inquiry
	Title, Organisation string
}

// InquiryList is a page of inquiries: answers first, then what is overdue, prepared and
// sent, the oldest of each first; closed ones the latest first.
type InquiryList struct {
	Rows  []ListedInquiry
	Total int
	// Stages and Organisations tell how many a filter would find with that stage, or
	// that organisation, in place of its own. Organisations are by slug.
	Stages        map[review.InquiryStage]int
	Organisations []InquiredOrganisation
}

// InquiredOrganisation is somebody of whom there are inquiries.
type InquiredOrganisation struct {
	Slug, Name string
	N          int
}

// listedSQL has a row for each inquiry with what it is about. What is not public any more
// has no title left; what was merged has that of what it was merged into.
const listedSQL = `
	SELECT q.id, q.kind, q.prepared_at, q.asked_at, q.answered_at, q.closed_at,
	  coalesce(d.content ->> 'title', v.content #>> '{practice,title}', coalesce(pp.card, pp.page) ->> 'title', '') AS title,
	  coalesce(o.slug, '') AS slug, coalesce(o.name, v.content #>> '{practice,organisation,name}', '') AS organisation, coalesce(c.email, '') AS email, coalesce(v.listed, '') AS listed
	FROM inquiry q LEFT JOIN inquiry_contact c ON c.inquiry_id = q.id LEFT JOIN practice p ON p.id = q.practice_id LEFT JOIN public_practice pp ON pp.id = coalesce(p.merged_into, p.id)
	LEFT JOIN draft d ON d.submission_id = q.submission_id
	LEFT JOIN LATERAL (SELECT content, listed FROM submission_version WHERE submission_id = q.submission_id ORDER BY n DESC LIMIT 1) v ON true
	LEFT JOIN organisation o ON o.slug = coalesce(coalesce(pp.card, pp.page) #>> '{organisation,slug}', v.content #>> '{practice,organisation,slug}')`

// InquiryList reads a page of the inquiries, as they stand at the instant now.
func (s *Store) InquiryList(ctx context.Context, f InquiryFilter, now time.Time) (l InquiryList, err error) {
	err = s.snapshot(ctx, func(tx pgx.Tx) error {
		l = InquiryList{Stages: map[review.InquiryStage]int{}}
		type row struct {
			ID                        int64
			Facts                     review.InquiryFacts
			Title, Slug, Organisation string
			stage                     review.InquiryStage
		}
		rows, _ := tx.Query(ctx, `
			SELECT id, prepared_at, asked_at, answered_at, closed_at, title, slug, organisation FROM (`+listedSQL+`) x
			WHERE ($1 = '' OR kind = $1) AND ($2 = '' OR queue_folded(title || ' ' || organisation || ' ' || slug || ' ' || email) || ' ' || listed LIKE ALL (ARRAY(SELECT '%' || queue_folded(w) || '%' FROM unnest($3::text[]) w)))`,
			string(f.Kind), f.Text, words(f.Text))
		all, err := pgx.CollectRows(rows, func(r pgx.CollectableRow) (x row, err error) {
			err = r.Scan(&x.ID, &x.Facts.Prepared, &x.Facts.Asked, &x.Facts.Answered, &x.Facts.Closed, &x.Title, &x.Slug, &x.Organisation)
			x.stage = x.Facts.Stage(now)
			return x, err
		})
		if err != nil {
			return err
		}
		within := func(s review.InquiryStage) bool {
			return f.Stage == s || f.Stage == "" && s != review.InquiryClosed
		}
		organisations, found := map[string]*InquiredOrganisation{}, []row(nil)
		for _, x := range all {
			if of := f.Organisation == "" || f.Organisation == x.Slug; of {
				l.Stages[x.stage]++
				if within(x.stage) {
					found = append(found, x)
				}
			}
			if x.Slug != "" && within(x.stage) {
				if organisations[x.Slug] == nil {
					organisations[x.Slug] = &InquiredOrganisation{Slug: x.Slug, Name: x.Organisation}
				}
				organisations[x.Slug].N++
			}
		}
		for _, o := range organisations {
			l.Organisations = append(l.Organisations, *o)
		}
		slices.SortFunc(l.Organisations, func(a, b InquiredOrganisation) int { return strings.Compare(a.Slug, b.Slug) })
		place := func(x row) int {
			return slices.IndexFunc(review.InquiryStages, func(o catalogue.Option[review.InquiryStage]) bool { return o.Code == x.stage })
		}
		since := func(x row) time.Time {
			switch x.stage {
			case review.InquiryAnswered:
				return *x.Facts.Answered
			case review.InquiryPrepared:
				return x.Facts.Prepared
			case review.InquiryClosed:
				return time.Time{}.Add(-time.Duration(x.Facts.Closed.UnixMilli()))
			}
			return *x.Facts.Asked
		}
		slices.SortFunc(found, func(a, b row) int {
			return cmp.Or(cmp.Compare(place(a), place(b)), since(a).Compare(since(b)), cmp.Compare(a.ID, b.ID))
		})
		l.Total = len(found)
		found = found[min(f.Offset, len(found)):min(f.Offset+f.Limit, len(found))]
		ids := make([]int64, len(found))
		for i, x := range found {
			ids[i] = x.ID
		}
		list, err := inquiries(ctx, tx, `WHERE q.id = ANY ($1)`, ids)
		if err != nil {
			return err
		}
		for _, x := range found {
			at := slices.IndexFunc(list, func(q Inquiry) bool { return q.ID == x.ID })
			l.Rows = append(l.Rows, ListedInquiry{list[at], x.Title, x.Organisation})
		}
		return nil
	})
	return l, err
}

// PreparedInquiry is an inquiry that waits for an editor's press, with the mail that it
// becomes.
type PreparedInquiry struct {
	ID                        int64
	Kind                      review.InquiryKind
	Slug, Title, Organisation string
	Contact                   string // address that the example names; may be empty
	Public                    bool   // somebody can be asked about it
	Subject, Body             string // with Hidden in place of the link's secret
}

// HiddenToken stands for a link's secret in the mail of a prepared inquiry: it is made
// when the mail is sent.
const HiddenToken = "…"

// Prepared are those of the given inquiries that still wait for an editor's press, in
// that order, with their mails as they would be sent at the instant now.
func (s *Store) Prepared(ctx context.Context, ids []int64, now time.Time) (out []PreparedInquiry, err error) {
	err = s.snapshot(ctx, func(tx pgx.Tx) error {
		out = nil
		list, err := inquiries(ctx, tx, `WHERE q.id = ANY ($1) AND q.asked_at IS NULL AND q.closed_at IS NULL AND q.practice_id IS NOT NULL ORDER BY array_position($1, q.id)`, ids)
		if err != nil {
			return err
		}
		for _, q := range list {
			p, err := onePractice(ctx, tx, q.PracticeID)
			if err != nil {
				return err
			}
			x := PreparedInquiry{ID: q.ID, Kind: q.Kind, Slug: q.Slug, Title: p.Title, Organisation: p.Organisation.Name, Contact: p.Contact, Public: p.State == catalogue.StatePublished}
			l := review.Letter{Mail: review.InquiryMail(q.Kind, p.Title, q.Note, now.Add(review.InquiryKept)), InquiryID: q.ID, Token: HiddenToken}
			if x.Subject, x.Body, err = s.compose(ctx, tx, l); err != nil {
				return err
			}
			out = append(out, x)
		}
		return nil
	})
	return out, err
}

// SendingInquiry is a prepared inquiry with where it goes, and the token of its link.
type SendingInquiry struct {
	ID           int64
	Email, Token string
}

// SendPrepared sends prepared inquiries, all of them or none. The error is
// catalogue.ErrConflict where one is not prepared any more, or where nobody can be asked
// about its example; a *review.RefusedError for an address that cannot be kept; and a
// *review.RoleError.
func (s *Store) SendPrepared(ctx context.Context, list []SendingInquiry, editor int64, now time.Time) error {
	ids := make([]int64, len(list))
	for i, x := range list {
		ids[i] = x.ID
		if err := review.RefuseCPR(review.Submission{}, review.Contact{Email: x.Email}); err != nil {
			return err
		}
	}
	return s.actOnPrepared(ctx, ids, editor, func(tx pgx.Tx, q Inquiry, on askedOf) error {
		if err := on.askable(ctx, tx); err != nil {
			return err
		}
		x := list[slices.Index(ids, q.ID)]
		if err := s.sendInquiry(ctx, tx, q.ID, x.Email, x.Token, now); err != nil {
			return err
		}
		return on.addEvent(ctx, tx, review.Event{Kind: review.EventInquirySent, Editor: editor, Reason: string(q.Kind)}, now)
	})
}

// LeaveOutPrepared closes prepared inquiries, all of them or none: they are not sent, and
// prepared again after a year. The errors are as those of SendPrepared.
func (s *Store) LeaveOutPrepared(ctx context.Context, ids []int64, editor int64, now time.Time) error {
	return s.actOnPrepared(ctx, ids, editor, func(tx pgx.Tx, q Inquiry, on askedOf) error {
		if err := endInquiry(ctx, tx, q.ID, now); err != nil {
			return err
		}
		return on.addEvent(ctx, tx, review.Event{Kind: review.EventInquiryClosed, Editor: editor, Reason: string(q.Kind), Text: review.NeverAsked}, now)
	})
}

// actOnPrepared does something with each of some prepared inquiries, whose practices it
// locks.
func (s *Store) actOnPrepared(ctx context.Context, ids []int64, editor int64, do func(tx pgx.Tx, q Inquiry, on askedOf) error) error {
	if len(ids) == 0 || len(ids) > review.MaxPrepared {
		return fmt.Errorf("%d prepared inquiries at once", len(ids))
	}
	if editor == 0 { // nothing is sent without an editor's press
		return errors.New("prepared inquiries without an editor")
	}
	return s.write(ctx, func(tx pgx.Tx) error {
		if err := mayAct(ctx, tx, editor, review.AskSource); err != nil {
			return err
		}
		rows, _ := tx.Query(ctx, `SELECT DISTINCT practice_id FROM inquiry WHERE id = ANY ($1) AND practice_id IS NOT NULL ORDER BY practice_id`, ids)
		practices, err := pgx.CollectRows(rows, pgx.RowTo[int64])
		if err != nil {
			return err
		}
		if err := lockPractices(ctx, tx, practices...); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `SELECT FROM inquiry WHERE id = ANY ($1) ORDER BY id FOR UPDATE`, ids); err != nil {
			return err
		}
		list, err := inquiries(ctx, tx, `WHERE q.id = ANY ($1) AND q.asked_at IS NULL AND q.closed_at IS NULL ORDER BY q.id`, ids)
		if err != nil {
			return err
		}
		if len(list) < len(slices.Compact(slices.Sorted(slices.Values(ids)))) {
			return fmt.Errorf("some of the inquiries are not prepared any more: %w", catalogue.ErrConflict)
		}
		for _, q := range list {
			if err := do(tx, q, askedOf{practice: q.PracticeID}); err != nil {
				return err
			}
		}
		return nil
	})
}
