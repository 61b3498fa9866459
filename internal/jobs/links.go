package jobs

import (
	"context"
	"log/slog"
	"time"

	"praksis/internal/linkcheck"
	"praksis/internal/outbox"
	"praksis/internal/postgres"
	"praksis/internal/review"

	"github.com/riverqueue/river"
)

const (
	// linkBatch is how many addresses a job takes, and linkTime when it begins no
	// more: a check takes up to linkcheck's ten seconds for each of two requests, and
	// the job must end within jobTime.
	linkBatch = 25
	linkTime  = 5 * time.Second
	// linkPause is the time between two batches.
	linkPause = 2 * time.Second
)

// checkLinks checks some addresses, and comes back while there are more. A round
// takes some hours: what fails is tried again later in it.
type checkLinks struct {
	river.WorkerDefaults[outbox.CheckLinks]
	store   *postgres.Store
	checker *linkcheck.Checker // nil: this instance checks nothing
	log     *slog.Logger
	now     func() time.Time
}

// Work checks one batch.
func (w *checkLinks) Work(ctx context.Context, _ *river.Job[outbox.CheckLinks]) error {
	if w.checker == nil {
		return nil
	}
	list, ended, err := w.store.LinksToCheck(ctx, linkBatch, w.now().UTC())
	if err != nil {
		w.log.Error("links cannot be checked", "error", err)
		return err
	}
	if ended != nil {
		return w.tell(ctx, ended)
	}
	if len(list) == 0 {
		return nil
	}
	links, asked := make([]linkcheck.Link, len(list)), map[int64]postgres.LinkToCheck{}
	for i, l := range list {
		links[i], asked[l.ID] = linkcheck.Link{ID: l.ID, URL: l.URL}, l
	}
	err = w.checker.Each(ctx, links, time.Now().Add(linkTime), func(l linkcheck.Link, is review.LinkResult) error {
		return w.store.LinkChecked(ctx, asked[l.ID], is, w.now().UTC())
	})
	if !list[0].Asked { // the round is ours
		if err := w.store.LinksChecked(context.WithoutCancel(ctx), w.now().UTC()); err != nil {
			return err
		}
	}
	if err != nil {
		return err
	}
	return river.JobSnooze(linkPause)
}

// tell logs what came of a round; of void ones in a row, the first.
func (w *checkLinks) tell(ctx context.Context, r *postgres.LinkRound) error {
	before, err := w.store.VoidBefore(ctx)
	switch {
	case err != nil:
		return err
	case !r.Void:
		w.log.Info("links are checked", "links", r.Checked, "failed", r.Failed)
	case !before:
		w.log.Warn("more than half of the links failed, so that nothing is said of any: is this machine on the internet? It is tried again every day", "links", r.Checked, "failed", r.Failed)
	}
	return nil
}
