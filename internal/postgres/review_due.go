package postgres

import (
	"context"
	"time"

	"praksis/internal/review"

	"github.com/jackc/pgx/v5"
)

// RemindDesk mails the desk which published practices are due for review, or will be
// within some working days: at most one mail a week, on a working day, however often
// and by however many processes it is called. It tells whether one was due.
func (s *Store) RemindDesk(ctx context.Context, now time.Time) (due bool, err error) {
	week, ok := review.ReviewWeek(now)
	if !ok {
		return false, nil
	}
	horizon := review.ReviewHorizon(now)
	list, err := s.ReviewDue(ctx, review.MaxDueListed, 0, horizon)
	if err != nil || len(list) == 0 {
		return false, err
	}
	err = s.write(ctx, func(tx pgx.Tx) error {
		var total int
		if err := tx.QueryRow(ctx, `SELECT count(*) FROM practice WHERE state = 'published' AND review_by <= $1`, horizon.Format(time.DateOnly)).Scan(&total); err != nil {
			return err
		}
		var examples []review.DueExample
		for _, x := range list {
			examples = append(examples, review.DueExample{Title: x.Title, Organisation: x.Organisation, By: x.ReviewBy})
		}
		return s.queueMail(ctx, tx, review.Letter{Mail: review.ReviewMail(examples, max(total, len(list)), now)}, "", "week "+week, now)
	})
	return err == nil, err
}
