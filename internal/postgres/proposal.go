package postgres

import (
	"context"
	"errors"
	"fmt"
	"time"

	"praksis/internal/catalogue"
	"praksis/internal/review"

	"github.com/jackc/pgx/v5"
)

// SeedProposal is what a changed seed proposes for a published practice that editors
// have taken over.
type SeedProposal struct {
	Slug       string
	ProposedAt time.Time
	// Hash tells one proposal for a practice from another.
	Hash     string
	Proposed *catalogue.Practice
	// Now is what the practice says.
	Now *catalogue.Practice
}

// SeedProposals are all that wait, the oldest first. What was withdrawn since, merged
// or removed gets none.
func (s *Store) SeedProposals(ctx context.Context) (list []SeedProposal, err error) {
	err = s.snapshot(ctx, func(tx pgx.Tx) error {
		list, err = loadProposals(ctx, tx, `p.state = 'published'`)
		return err
	})
	return list, err
}

// CountSeedProposals is how many wait.
func (s *Store) CountSeedProposals(ctx context.Context) (n int, err error) {
	err = s.pool.QueryRow(ctx, countProposals).Scan(&n)
	return n, mapped(err)
}

const countProposals = `SELECT count(*) FROM seed_proposal JOIN practice p ON p.id = practice_id WHERE p.state = 'published'`

// SeedProposal is the one for the practice that has a slug, or catalogue.ErrNotFound.
func (s *Store) SeedProposal(ctx context.Context, slug string) (x *SeedProposal, err error) {
	err = s.snapshot(ctx, func(tx pgx.Tx) error {
		x, err = loadProposal(ctx, tx, slug)
		return err
	})
	if err != nil {
		return nil, err
	}
	return x, nil
}

func loadProposal(ctx context.Context, tx pgx.Tx, slug string) (*SeedProposal, error) {
	list, err := loadProposals(ctx, tx, `p.state = 'published' AND p.slug = $1`, slug)
	if err != nil {
		return nil, err
	}
	if len(list) == 0 {
		return nil, fmt.Errorf("proposal: %w", catalogue.ErrNotFound)
	}
	return &list[0], nil
}

func loadProposals(ctx context.Context, tx pgx.Tx, where string, args ...any) ([]SeedProposal, error) {
	rows, _ := tx.Query(ctx, `
		SELECT p.id, p.slug::text, s.proposed_at, s.seed_hash, s.content FROM seed_proposal s JOIN practice p ON p.id = s.practice_id
		WHERE `+where+` ORDER BY s.proposed_at, p.id`, args...)
	var ids []int64
	list, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (x SeedProposal, err error) {
		var id int64
		err = row.Scan(&id, &x.Slug, &x.ProposedAt, &x.Hash, &x.Proposed)
		ids = append(ids, id)
		return x, err
	})
	if err != nil {
		return nil, err
	}
	practices, err := loadPractices(ctx, tx, ids)
	if err != nil {
		return nil, err
	}
	now := map[int64]*catalogue.Practice{}
	for _, row := range practices {
		now[row.ID] = row.Practice
	}
	for i, id := range ids {
		list[i].Now = now[id]
	}
	return list, nil
}

// TakenProposal is what an editor takes of a proposal.
type TakenProposal struct {
	Slug string
	// Hash and Revision are the proposal and the practice's revision that were seen.
	Hash     string
	Revision int
	// Fields are the paths that are taken (review.Taken); nil takes all.
	Fields  []string
	Cleared []string // keys of warnings that the editor has answered
	Change  review.Change
}

// TakeProposal makes a revision of what is taken, by the rules of every revision, and
// the proposal goes with it, its other fields too. The errors are those of Apply;
// catalogue.ErrConflict too where the proposal or the practice is another one than
// was seen, and catalogue.ErrNotFound where there is none any more.
func (s *Store) TakeProposal(ctx context.Context, t TakenProposal, editor int64, now time.Time) error {
	return s.write(ctx, func(tx pgx.Tx) error {
		for _, a := range []review.Action{review.TakeProposal, review.Revise} {
			if err := mayAct(ctx, tx, editor, a); err != nil {
				return err
			}
		}
		x, err := loadProposal(ctx, tx, t.Slug)
		if err != nil {
			return err
		}
		draft := review.Taken(x.Now, x.Proposed, t.Fields)
		act := review.Act{Action: review.Revise, Editor: editor, Version: t.Revision, Draft: &draft, Cleared: t.Cleared, Change: t.Change}
		if _, err := applyToPractice(ctx, tx, On{Practice: t.Slug}, act, now); err != nil {
			return err
		}
		return endProposal(ctx, tx, t.Slug, t.Hash, review.Event{Kind: review.EventProposalTaken, Editor: editor}, now)
	})
}

// DismissProposal lets a proposal go: the seed proposes again when it has changed
// again. The errors are as those of TakeProposal.
func (s *Store) DismissProposal(ctx context.Context, slug, hash string, editor int64, now time.Time) error {
	return s.write(ctx, func(tx pgx.Tx) error {
		if err := mayAct(ctx, tx, editor, review.DismissProposal); err != nil {
			return err
		}
		id, err := practiceOf(ctx, tx, slug)
		if err != nil {
			return err
		}
		if id == 0 {
			return fmt.Errorf("proposal: %w", catalogue.ErrNotFound)
		}
		if err := lockPractices(ctx, tx, id); err != nil {
			return err
		}
		if _, err := loadProposal(ctx, tx, slug); err != nil {
			return err
		}
		return endProposal(ctx, tx, slug, hash, review.Event{Kind: review.EventProposalDismissed, Editor: editor}, now)
	})
}

// endProposal takes a proposal away, if it is still the one that was seen, and adds
// what became of it to the history of its practice, which is locked.
func endProposal(ctx context.Context, tx pgx.Tx, slug, hash string, e review.Event, now time.Time) error {
	var practice int64
	err := tx.QueryRow(ctx, `
		DELETE FROM seed_proposal WHERE seed_hash = $2 AND practice_id = (SELECT id FROM practice WHERE slug = $1) RETURNING practice_id`, slug, hash).Scan(&practice)
	if errors.Is(err, pgx.ErrNoRows) {
		return fmt.Errorf("the proposal for %s is another one: %w", slug, catalogue.ErrConflict)
	}
	if err != nil {
		return err
	}
	return addPracticeEvent(ctx, tx, practice, e, false, now)
}
