package postgres

import (
	"context"
	"errors"
	"fmt"
	"time"

	"praksis/internal/review"

	"github.com/jackc/pgx/v5"
)

// Stalled takes the next step with every submission whose submitter has not
// answered in time: it reminds, or sets aside (review.Facts.NextStep). Each step is
// taken once, however many processes do it at once: it is due no longer when it
// has been taken. It waits while a mail to the submitter could not be delivered:
// who has not been reached is not slow. It goes on past one that fails.
func (s *Store) Stalled(ctx context.Context, now time.Time) (reminded, aside int, err error) {
	rows, _ := s.pool.Query(ctx, `
		SELECT id FROM submission WHERE state = $2 AND coalesce(reminded_at, moved_at, received_at) <= $1 ORDER BY id`, review.FirstStep(now), string(review.ChangesRequested))
	ids, err := pgx.CollectRows(rows, pgx.RowTo[int64])
	if err != nil {
		return 0, 0, mapped(err)
	}
	var failed []error
	for _, id := range ids {
		var step review.Action
		err := s.write(ctx, func(tx pgx.Tx) (err error) {
			step, err = s.takeStep(ctx, tx, id, now)
			return err
		})
		switch {
		case err != nil:
			failed = append(failed, fmt.Errorf("submission %d: %w", id, err))
		case step == review.Remind:
			reminded++
		case step == review.PutAside:
			aside++
		}
	}
	return reminded, aside, errors.Join(failed...)
}

// takeStep takes the step that is due and tells which; none when none is.
func (s *Store) takeStep(ctx context.Context, tx pgx.Tx, id int64, now time.Time) (review.Action, error) {
	sub, err := lockSubmission(ctx, tx, `id = $1`, id)
	if err != nil || sub.State != review.ChangesRequested {
		return "", err // answered meanwhile
	}
	step, due := sub.Facts.NextStep()
	if now.Before(due) {
		return "", nil
	}
	var unreached bool
	if err := tx.QueryRow(ctx, `
		SELECT EXISTS (SELECT FROM mail WHERE submission_id = $1 AND recipient <> '' AND `+givenUpSQL+`)`, id).Scan(&unreached); err != nil || unreached {
		return "", err
	}
	d, err := review.Decide(&sub.Pending, nil, review.Act{Action: step}, now)
	if err != nil {
		return "", err
	}
	event, err := sub.applyDecision(ctx, tx, &d, 0, nil, now)
	if err != nil {
		return "", err
	}
	return step, s.queueMails(ctx, tx, sub, d.Mails, event, "", now)
}
