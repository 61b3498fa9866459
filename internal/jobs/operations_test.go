package jobs

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync/atomic"
	"testing"
	"time"

	"praksis/internal/pgtest"
	"praksis/internal/postgres"
)

// However many processes there are, and however often they start, one backup is written a
// day and one drill done a week, by those who have a folder; a backup that fails is tried
// again, a drill is not; and nobody is told to go elsewhere because none has a folder.
func TestOperations(t *testing.T) {
	t.Parallel()
	pool := pgtest.New(t)
	s := postgres.New(pool)
	var backups, drills, fails atomic.Int32
	var clock atomic.Int64
	at := func() time.Time { return time.Unix(clock.Load(), 0).UTC() }
	o := &Operations{
		Backup: func(context.Context) error {
			if fails.Add(-1) >= 0 {
				return errors.New("the disk is full")
			}
			backups.Add(1)
			return nil
		},
		Drill: func(ctx context.Context) error {
			drills.Add(1)
			// Whatever comes of it, it is noted.
			return errors.Join(errors.New("it differs"), s.RecordOperation(ctx, postgres.Operation{Kind: postgres.OperationDrill, Started: at(), Finished: at()}))
		},
	}
	run := func(day time.Time, wantBackups, wantDrills int32) {
		t.Helper()
		clock.Store(day.Unix())
		var ends []func(context.Context) error
		for _, has := range []*Operations{o, nil, o} {
			end, err := start(t.Context(), s, nil, nil, nil, has, slog.New(slog.DiscardHandler), func(int) time.Duration { return 50 * time.Millisecond }, at)
			if err != nil {
				t.Fatal(err)
			}
			ends = append(ends, end)
		}
		done := func(want string) func() bool {
			return func() bool {
				var is string
				if err := pool.QueryRow(t.Context(), `SELECT count(*)::text FROM river_job WHERE queue = 'operations' AND state NOT IN ('completed', 'cancelled')`).Scan(&is); err != nil {
					t.Fatal(err)
				}
				return is == want && backups.Load() == wantBackups && drills.Load() == wantDrills
			}
		}
		eventually(t, fmt.Sprintf("%d backups and %d drills", wantBackups, wantDrills), done("0"))
		for _, end := range ends {
			if err := end(t.Context()); err != nil {
				t.Error(err)
			}
		}
		if b, d := backups.Load(), drills.Load(); b != wantBackups || d != wantDrills {
			t.Errorf("%d backups and %d drills", b, d)
		}
	}
	monday := time.Date(2026, 11, 23, 11, 0, 0, 0, time.UTC)
	fails.Store(2)
	run(monday, 1, 1)
	run(monday.Add(time.Hour), 1, 1)
	run(monday.AddDate(0, 0, 1), 2, 1)
	// The queue has forgotten the week's.
	if _, err := pool.Exec(t.Context(), `DELETE FROM river_job WHERE kind = 'drill'`); err != nil {
		t.Fatal(err)
	}
	run(monday.AddDate(0, 0, 6), 3, 1)
	run(monday.AddDate(0, 0, 7), 4, 2)

	if _, err := pool.Exec(t.Context(), `INSERT INTO river_job (kind, args, max_attempts, queue, scheduled_at) VALUES ('backup', '{"day": "2026-01-01"}', 1, 'operations', '2026-01-01')`); err != nil {
		t.Fatal(err)
	}
	if err := s.CheckQueue(t.Context(), time.Now()); err != nil {
		t.Errorf("a backup that waits is told as a queue that nobody works on: %v", err)
	}
}
