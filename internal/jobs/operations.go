package jobs

import (
	"context"
	"log/slog"
	"time"

	"praksis/internal/catalogue"
	"praksis/internal/outbox"
	"praksis/internal/postgres"
	"praksis/internal/review"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"
)

// Operations are what is done with the whole of the catalogue, where there is a folder for
// backups. Each notes in the database what came of it.
type Operations struct {
	// Backup writes one, and removes those that are too old.
	Backup func(context.Context) error
	// Drill restores the newest one aside and compares it.
	Drill func(context.Context) error
}

const (
	// operationTime is the most that a backup or a drill takes; after it, one whose
	// process was killed is done by another.
	operationTime = 3 * time.Hour
	// askEvery is how often it is seen to that there is a job for the day and the week.
	askEvery = 15 * time.Minute
	// backupAttempts is how often a backup of the day is tried.
	backupAttempts = 8
)

// askForOperations sees to it that there is one job for each day and week. Whoever has a
// folder does: the process that leads the queue may have none.
func askForOperations(ctx context.Context, insert func(context.Context, river.JobArgs, *river.InsertOpts) (*rivertype.JobInsertResult, error), log *slog.Logger, now func() time.Time) {
	for failing := false; ; {
		var err error
		for args, attempts := range map[river.JobArgs]int{outbox.Backup{Day: review.RunDay(now())}: backupAttempts, outbox.Drill{Week: week(now()).Format(time.DateOnly)}: 1} {
			if _, err = insert(ctx, args, &river.InsertOpts{Queue: outbox.QueueOperations, MaxAttempts: attempts, UniqueOpts: river.UniqueOpts{ByArgs: true}}); err != nil {
				break
			}
		}
		if err != nil && !failing && ctx.Err() == nil {
			log.Warn("backup and drill cannot be asked for", "error", err)
		}
		failing = err != nil
		select {
		case <-ctx.Done():
			return
		case <-time.After(askEvery):
		}
	}
}

// week is the Monday, in Denmark, of the week of an instant.
func week(at time.Time) time.Time {
	day := catalogue.Day(at)
	return day.AddDate(0, 0, -(int(day.Weekday())+6)%7)
}

// addOperations adds the workers. Every process has them, since whoever leads the queue
// discards jobs that it does not know; only who has operations takes any.
func addOperations(all *river.Workers, store *postgres.Store, o *Operations, log *slog.Logger, now func() time.Time) {
	if o == nil {
		o = &Operations{}
	}
	river.AddWorker(all, &backup{do: o.Backup, log: log})
	river.AddWorker(all, &drill{do: o.Drill, store: store, log: log, now: now})
}

type backup struct {
	river.WorkerDefaults[outbox.Backup]
	do  func(context.Context) error
	log *slog.Logger
}

// Timeout is longer than that of other jobs.
func (*backup) Timeout(*river.Job[outbox.Backup]) time.Duration { return operationTime }

// Work writes the backup of the day; one that fails is tried again.
func (w *backup) Work(ctx context.Context, _ *river.Job[outbox.Backup]) error {
	if w.do == nil {
		return river.JobSnooze(time.Hour)
	}
	err := w.do(ctx)
	if err != nil { // the queue tries again, and is quiet about it
		w.log.Error("the backup failed", "error", err)
	}
	return err
}

type drill struct {
	river.WorkerDefaults[outbox.Drill]
	do    func(context.Context) error
	store *postgres.Store
	log   *slog.Logger
	now   func() time.Time
}

// Timeout is longer than that of other jobs.
func (*drill) Timeout(*river.Job[outbox.Drill]) time.Duration { return operationTime }

// Work does the drill of the week, once, however it ends: what failed is noted, and
// whoever runs the catalogue must put it right. The queue forgets that it was done
// before the week ends; the database knows.
func (w *drill) Work(ctx context.Context, _ *river.Job[outbox.Drill]) error {
	if w.do == nil {
		return river.JobSnooze(time.Hour)
	}
	list, err := w.store.LastOperations(ctx)
	if err != nil {
		return err
	}
	begins := week(w.now())
	for _, o := range list {
		if o.Kind == postgres.OperationDrill && !catalogue.Day(o.Started).Before(begins) {
			return nil
		}
	}
	if err := w.do(ctx); err != nil {
		w.log.Error("the drill failed: the backup may not be one that can be restored", "error", err)
		return river.JobCancel(err)
	}
	return nil
}
