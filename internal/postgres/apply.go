package postgres

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"praksis/internal/review"

	"github.com/jackc/pgx/v5"
)

// originEditor is the origin of what the desk publishes.
const originEditor = "editor"

// On says what an act is done to.
type On struct {
	// Submission is the ID of a submission, or Token the token of its secret
	// link; neither for an act on a practice.
	Submission int64
	Token      string
	// Practice is the slug of the practice that the act is done to, or that a
	// submission is pointed to; Into is that of the one that it is merged into.
	// Slugs that a practice had before lead to it too.
	Practice, Into string
	// Inquiry is the one whose answer a revision takes in; 0 for none. Answers is how
	// often it had been answered when the editor saw it.
	Inquiry int64
	Answers int
	// Files come with a correction, beside those that came before.
	Files Files
}

// Applied is what has become of what an act was done to.
type Applied struct {
	// Version is the submission's new version.
	Version int
	// Practice is the slug of the practice that was published, added to or
	// changed, or that a submission was pointed to.
	Practice string
}

// Apply carries out what review.Decide says of an act, in one transaction: what
// was typed, what was ticked and what was decided. When the act is refused,
// nothing is changed. The errors are those of review.Decide, a *review.RoleError
// when the editor's role may not do it, and catalogue.ErrNotFound for a submission or
// a practice that there is none of. act.Taxonomy and act.Into are set here, and the
// editions that practices have.
func (s *Store) Apply(ctx context.Context, on On, act review.Act, now time.Time) (done Applied, err error) {
	var mails []string // what was said in them is not kept any more
	err = s.write(ctx, func(tx pgx.Tx) error {
		if err := mayAct(ctx, tx, act.Editor, act.Action); err != nil {
			return err
		}
		if act.Action.OnPractice() {
			done, err = applyToPractice(ctx, tx, on, act, now)
		} else {
			done, mails, err = s.applyToSubmission(ctx, tx, on, act, now)
		}
		return err
	})
	if err != nil {
		return Applied{}, err
	}
	return done, s.forgetMails(mails)
}

// applyToSubmission also gives the Message-IDs of the mails of which something was
// masked.
func (s *Store) applyToSubmission(ctx context.Context, tx pgx.Tx, on On, act review.Act, now time.Time) (done Applied, mails []string, err error) {
	var ids *referenceIDs
	if act.Action.WritesRecord() {
		if err := lockTaxonomyShared(ctx, tx); err != nil {
			return done, nil, err
		}
		if act.Taxonomy, ids, err = loadTaxonomy(ctx, tx); err != nil {
			return done, nil, err
		}
	}
	where, arg := `id = $1`, any(on.Submission)
	if on.Token != "" {
		where, arg = `token_hash = $1`, hashToken(on.Token)
	}
	sub, err := lockSubmission(ctx, tx, where, arg)
	if err != nil {
		return done, nil, err
	}
	var practice *int64
	switch act.Action {
	case review.Publish:
		practice, err = sub.AboutID, sub.loadDraft(ctx, tx)
	case review.Point:
		practice, err = practiceAbout(ctx, tx, on.Practice)
	}
	if err != nil {
		return done, nil, err
	}
	p, err := lockedPractice(ctx, tx, practice)
	if err != nil {
		return done, nil, err
	}
	d, err := review.Decide(&sub.Pending, p, act, now)
	if err != nil {
		return done, nil, err
	}
	if d.Revision != nil {
		if practice, err = writeRevision(ctx, tx, ids, practice, d.Revision, now); err != nil {
			return done, nil, err
		}
		if err := setDays(ctx, tx, *practice, &d); err != nil {
			return done, nil, err
		}
		p = d.Revision.Record
	}
	if p != nil {
		done.Practice = p.Slug
	}
	if !d.State.Open() {
		var to *int64
		if d.Revision != nil {
			to = practice
		}
		if err := followInquiries(ctx, tx, sub.ID, to, now); err != nil {
			return done, nil, err
		}
	}
	event, err := sub.applyDecision(ctx, tx, &d, act.Editor, practice, now)
	if err != nil {
		return done, nil, err
	}
	if act.Action == review.Correct {
		if err := sub.addFiles(ctx, tx, on.Files); err != nil {
			return done, nil, err
		}
	}
	done.Version = sub.Version
	if err := s.queueMails(ctx, tx, sub, d.Mails, event, done.Practice, now); err != nil {
		return done, nil, err
	}
	if len(d.Mask) > 0 {
		if mails, err = messageIDs(ctx, tx, sub.ID); err != nil {
			return done, nil, err
		}
	}
	if d.Revision == nil {
		return done, mails, sub.mask(ctx, tx, d.Mask, sub.Content, act.Editor, now)
	}
	if err := sub.mask(ctx, tx, d.Mask, d.Revision.Record, act.Editor, now); err != nil {
		return done, nil, err
	}
	if err := addPracticeEvent(ctx, tx, *practice, d.PracticeEvent, true, now); err != nil {
		return done, nil, err
	}
	if d.LookBy != nil {
		due := review.Event{Kind: review.EventLookDue, Editor: act.Editor, Text: string(*d.LookBy)}
		if err := addPracticeEvent(ctx, tx, *practice, due, false, now); err != nil {
			return done, nil, err
		}
	}
	return done, mails, republish(ctx, tx, []int64{*practice})
}

func applyToPractice(ctx context.Context, tx pgx.Tx, on On, act review.Act, now time.Time) (done Applied, err error) {
	if err := lockTaxonomyShared(ctx, tx); err != nil {
		return done, err
	}
	var ids *referenceIDs
	if act.Taxonomy, ids, err = loadTaxonomy(ctx, tx); err != nil {
		return done, err
	}
	var id int64
	if err := tx.QueryRow(ctx, `
		SELECT p.id FROM practice p WHERE p.slug = $1 OR p.id = (SELECT practice_id FROM practice_slug WHERE slug = $1)
		ORDER BY p.slug = $1 DESC LIMIT 1`, on.Practice).Scan(&id); err != nil {
		return done, fmt.Errorf("practice: %w", err)
	}
	into, err := practiceAbout(ctx, tx, on.Into)
	if err != nil {
		return done, err
	}
	followers, err := mergedInto(ctx, tx, id)
	if err != nil {
		return done, err
	}
	locked := append(slices.Clone(followers), id)
	if into != nil && *into != id {
		locked = append(locked, *into)
	}
	if err := lockPractices(ctx, tx, locked...); err != nil {
		return done, err
	}
	if again, err := mergedInto(ctx, tx, id); err != nil || !slices.Equal(again, followers) {
		return done, errors.Join(err, errMoved)
	}
	p, err := onePractice(ctx, tx, id)
	if err != nil {
		return done, err
	}
	if act.PracticeNow, err = edition(ctx, tx, id); err != nil {
		return done, err
	}
	if into != nil {
		if act.Into, err = onePractice(ctx, tx, *into); err != nil {
			return done, err
		}
		if act.IntoNow, err = edition(ctx, tx, *into); err != nil {
			return done, err
		}
	}
	d, err := review.Decide(nil, p, act, now)
	if err != nil {
		return done, err
	}
	touched, err := changePractice(ctx, tx, ids, practicesOf{id, into, locked}, p, &d, now)
	if err != nil {
		return done, err
	}
	if err := addPracticeEvent(ctx, tx, id, d.PracticeEvent, d.Revision != nil && act.Action == review.Revise, now); err != nil {
		return done, err
	}
	if d.IntoEvent.Kind != "" {
		if err := addPracticeEvent(ctx, tx, *into, d.IntoEvent, d.Revision != nil, now); err != nil {
			return done, err
		}
	}
	if on.Inquiry != 0 {
		if err := takeIn(ctx, tx, on, id, now); err != nil {
			return done, err
		}
	}
	done.Practice = p.Slug
	if d.Slug != "" {
		done.Practice = d.Slug
	}
	return done, republish(ctx, tx, touched)
}
