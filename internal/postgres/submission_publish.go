package postgres

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"praksis/internal/catalogue"
	"praksis/internal/review"

	"github.com/jackc/pgx/v5"
)

// originEditor is the origin of what the desk publishes.
const originEditor = "editor"

// UnfinishedError says what an editor must do before a draft is published.
type UnfinishedError struct {
	Warnings []review.Warning // of personal data, not cleared
	Unseen   []Attachment     // whose text nobody has read
}

func (e *UnfinishedError) Error() string {
	return fmt.Sprintf("not published: %d warnings and %d attachments are not dealt with", len(e.Warnings), len(e.Unseen))
}

// PublishSubmission publishes the draft, or what was sent where there is none,
// as an example of its own; when the submission is about a published practice,
// the draft's findings are added to that. Revision, read model, version, event
// and mail are one transaction. The error is a *FaultsError when the draft has
// faults, an *UnfinishedError when warnings or attachments are not dealt with,
// and catalogue.ErrConflict when somebody was faster.
func (s *Store) PublishSubmission(ctx context.Context, id int64, version int, editor int64, now time.Time) (slug string, err error) {
	err = s.change(ctx, id, version, func(tx pgx.Tx, sub *lockedSubmission) error {
		if _, err := sub.after(review.Publish); err != nil {
			return err
		}
		taxonomy, ids, err := loadTaxonomy(ctx, tx)
		if err != nil {
			return err
		}
		draft, err := sub.finished(ctx, tx, taxonomy)
		if err != nil {
			return err
		}
		write := revisionWrite{Practice: draft}
		if sub.AboutID == nil {
			err = chooseSlug(ctx, tx, draft)
		} else {
			write.PracticeID = *sub.AboutID
			write.Practice, err = addToPractice(ctx, tx, sub, draft, taxonomy)
		}
		if err != nil {
			return err
		}
		if write.Hash, err = contentHash(write.Practice); err != nil {
			return err
		}
		writes := []revisionWrite{write}
		if err := writeRevisions(ctx, tx, ids, writes, originEditor, now); err != nil {
			return err
		}
		slug, sub.PracticeID = write.Practice.Slug, &writes[0].PracticeID
		if err := s.tell(ctx, tx, sub, review.Publish, "published", newEvent{Kind: EventPublished, Editor: editor},
			map[string]string{"url": s.publicURL(catalogue.PracticePath(slug))}, now); err != nil {
			return err
		}
		return republish(ctx, tx, []int64{*sub.PracticeID})
	})
	if err != nil {
		return "", err
	}
	return slug, nil
}

// finished is the draft, checked, when nothing is left to do of it.
func (sub *lockedSubmission) finished(ctx context.Context, tx pgx.Tx, taxonomy *catalogue.Taxonomy) (*catalogue.Practice, error) {
	var draft catalogue.Practice
	var cleared []string
	err := tx.QueryRow(ctx, `SELECT content, cleared FROM draft WHERE submission_id = $1`, sub.ID).Scan(&draft, &cleared)
	if errors.Is(err, pgx.ErrNoRows) {
		draft, err = review.Draft(&sub.Content), nil
	}
	if err != nil {
		return nil, err
	}
	// What the catalogue adds is not the draft's to say.
	draft.Key, draft.State, draft.StateReason, draft.Revision, draft.FirstPublished, draft.Updated = "", "", "", 0, nil, nil
	check := review.Check
	if sub.Content.NotCPR {
		check = review.CheckCleared // the warning below asks the editor
	}
	if err := refuse(check(&draft, taxonomy)); err != nil {
		return nil, err
	}
	var left UnfinishedError
	left.Warnings = review.Unanswered(review.Warnings(&review.Submission{Kind: sub.Content.Kind, Practice: draft, NotCPR: sub.Content.NotCPR}), cleared)
	attachments, err := loadAttachments(ctx, tx, `WHERE a.submission_id = $1 AND NOT a.text_read AND a.seen_by IS NULL ORDER BY a.id`, sub.ID)
	if err != nil {
		return nil, err
	}
	for _, a := range attachments {
		left.Unseen = append(left.Unseen, a.Attachment)
	}
	if len(left.Warnings)+len(left.Unseen) > 0 {
		return nil, &left
	}
	return &draft, nil
}

func refuse(found []review.Fault) error {
	var faults FaultsError
	for _, f := range found {
		faults.add("", f)
	}
	if len(faults.Faults) > 0 {
		return &faults
	}
	return nil
}

// chooseSlug gives a new practice the first free slug of those that its title
// and organisation can give. A slug is never used anew: old ones redirect.
func chooseSlug(ctx context.Context, tx pgx.Tx, p *catalogue.Practice) error {
	candidates := append([]string{p.Slug}, slugCandidates(p)...)
	rows, err := tx.Query(ctx, `
		SELECT slug::text FROM practice WHERE slug = ANY ($1) UNION SELECT slug::text FROM practice_slug WHERE slug = ANY ($1)`, candidates)
	if err != nil {
		return err
	}
	taken, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return err
	}
	free := slices.IndexFunc(candidates, func(c string) bool { return c != "" && !slices.Contains(taken, c) })
	if free < 0 {
		return refuse([]review.Fault{{Field: "slug", Message: "Der er allerede mange eksempler med den titel. Giv eksemplet en anden titel."}})
	}
	p.Slug = candidates[free]
	return nil
}

// addToPractice is the practice that a submission is about, with the draft's
// findings and their sources added.
func addToPractice(ctx context.Context, tx pgx.Tx, sub *lockedSubmission, draft *catalogue.Practice, taxonomy *catalogue.Taxonomy) (*catalogue.Practice, error) {
	if len(draft.Findings) == 0 {
		return nil, refuse([]review.Fault{{Field: "findings", Message: "Der er ingen erfaring at lægge til eksemplet. Skriv mindst én."}})
	}
	if _, err := lockPublished(ctx, tx, sub.AboutID, "about"); err != nil {
		return nil, err
	}
	rows, err := loadPractices(ctx, tx, []int64{*sub.AboutID}) // after the lock: as it stands now
	if err != nil {
		return nil, err
	}
	p := rows[0].Practice
	sources := draft.Sources
	if len(sources) == 0 {
		// Without a source of its own a finding would be taken for one of the
		// practice's first source.
		sources = []catalogue.Source{{Kind: "note", Document: "Indsendt til Praksiskataloget", Publisher: draft.Organisation.Name,
			Date: catalogue.Date(sub.Received.UTC().Format("2006-01"))}}
	}
	keys := map[string]bool{}
	for _, f := range p.Findings {
		keys[f.Key] = true
	}
	for _, f := range draft.Findings {
		f.Source = len(p.Sources) + max(f.Source, 1)
		for n := len(p.Findings) + 1; keys[f.Key]; n++ { // e1 of the draft is not e1 of the practice
			f.Key = fmt.Sprint("e", n)
		}
		keys[f.Key] = true
		p.Findings = append(p.Findings, f)
	}
	p.Sources = append(p.Sources, sources...)
	return p, refuse(review.CheckCleared(p, taxonomy)) // the draft itself has been checked
}
