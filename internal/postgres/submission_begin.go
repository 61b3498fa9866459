package postgres

import (
	"context"
	"crypto/rand"
	"fmt"
	"time"

	"praksis/internal/catalogue"
	"praksis/internal/review"

	"github.com/jackc/pgx/v5"
)

// originDesk is the origin of a submission that an editor began.
const originDesk = "desk"

// Begun is an example that an editor begins: somebody telephoned, or a template was
// imported.
type Begun struct {
	Editor int64
	// ClientKey is random, from the form's hidden field: a double post has the same
	// and gives the same submission.
	ClientKey string
	// Content is what the desk knows of it, as somebody would have sent it.
	Content review.Submission
	// Draft is what the editor goes on with; nil: what review.Draft makes of the
	// content.
	Draft *catalogue.Practice
	// Note is how the desk knows of it, for the desk alone; may be empty.
	Note string
	// Files come along, without kept ones.
	Files Files
}

// BeginSubmission makes a submission that nobody has sent in, in review by the editor
// who begins it, in one transaction. It has no contact data, so nobody is written to,
// and a secret link that nobody knows. The error is a *review.RefusedError for a CPR
// number in it and for a note that is too long.
func (s *Store) BeginSubmission(ctx context.Context, b Begun, now time.Time) (id int64, err error) {
	if len(b.ClientKey) < minClientKey || !review.SubmissionKinds.Has(b.Content.Kind) {
		return 0, fmt.Errorf("an example begun as %q with a key of %d characters", b.Content.Kind, len(b.ClientKey))
	}
	if n := len(b.Files.New) + len(b.Files.Kept); n > MaxAttachments {
		return 0, review.RefuseFiles(n, MaxAttachments)
	}
	var attached []string
	for _, a := range b.Files.New {
		attached = append(attached, a.Name, a.TextAlternative)
	}
	if err := review.RefuseCPR(b.Content, review.Contact{}, attached...); err != nil {
		return 0, err
	}
	if b.Draft != nil {
		if err := review.RefuseCPR(review.Submission{Kind: b.Content.Kind, Practice: *b.Draft, NotCPR: b.Content.NotCPR}, review.Contact{}); err != nil {
			return 0, err
		}
	}
	d, err := review.Begin(b.Editor, b.Content, b.Note, now)
	if err != nil {
		return 0, err
	}
	err = s.write(ctx, func(tx pgx.Tx) error {
		if err := mayAct(ctx, tx, b.Editor, review.BeginExample); err != nil {
			return err
		}
		about, err := practiceAbout(ctx, tx, b.Content.About)
		if err != nil {
			return err
		}
		r := Receipt{Token: rand.Text()} // the link is kept nowhere
		if err := insertSubmission(ctx, tx, &r, NewSubmission{ClientKey: b.ClientKey, Submission: b.Content}, about, now); err != nil {
			return err
		}
		if id = r.ID; r.Again {
			return nil
		}
		if _, err := tx.Exec(ctx, `UPDATE submission SET state = $2, origin = $3 WHERE id = $1`, id, string(d.State), originDesk); err != nil {
			return err
		}
		sub := &lockedSubmission{ID: id, Pending: review.Pending{Reference: r.Reference, State: d.State, Version: 1}, AboutID: about}
		if err := sub.addVersion(ctx, tx, *d.Content, now); err != nil {
			return err
		}
		if b.Draft != nil {
			if _, err := tx.Exec(ctx, `INSERT INTO draft (submission_id, content, updated_at, updated_by) VALUES ($1, $2, $3, $4)`, id, b.Draft, now, b.Editor); err != nil {
				return err
			}
		}
		if err := sub.applyLease(ctx, tx, &d); err != nil {
			return err
		}
		if err := b.Files.addTo(ctx, tx, id); err != nil {
			return err
		}
		_, err = sub.addEvent(ctx, tx, d.Event, now)
		return err
	})
	return id, err
}
