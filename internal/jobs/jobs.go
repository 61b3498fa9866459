// Package jobs does what happens later: it sends mails, erases what is due and
// reminds. The queue is River's, in the same database as everything else, so
// that any instance can do any job. It has no texts and no SQL.
package jobs

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"regexp"
	"strings"
	"time"

	"praksis/internal/catalogue"
	"praksis/internal/linkcheck"
	"praksis/internal/mail"
	"praksis/internal/meter"
	"praksis/internal/outbox"
	"praksis/internal/postgres"
	"praksis/internal/review"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"
)

const (
	// workers at a time: mail servers do not like many connections of one client.
	workers = 4
	// jobTime is the most that a job takes.
	jobTime = 30 * time.Second
	// rescueAfter is when a job is taken from whoever took it and was killed.
	// It is longer than jobTime, so that nobody else still works on it.
	rescueAfter = 45 * time.Second
	stopTime    = 5 * time.Second
	// noSenderPause is how long a mail waits where there is nobody to send it:
	// another instance, or this one after its next start, may have a mail server.
	noSenderPause = 10 * time.Minute
	day           = 24 * time.Hour
	// mailAge is how long a mail waits at most, whatever it waits for: then it is given
	// up, and an editor decides whether it still makes sense.
	mailAge = 7 * day
)

// pauses are the times between two attempts: a mail server that is restarted is
// waited for some seconds, one that is out of order a day.
var pauses = [outbox.SendAttempts - 1]time.Duration{
	10 * time.Second, time.Minute, 5 * time.Minute, 15 * time.Minute, 30 * time.Minute,
	time.Hour, 2 * time.Hour, 4 * time.Hour, 7 * time.Hour, 9 * time.Hour,
}

// Start begins to work on the jobs in the store's database, and returns when it
// has begun. Without a sender the mails wait. The function stop waits for the jobs that are being done; ending
// ctx does not stop anything. Without links, no addresses are checked; without lists,
// nobody is told what is new in them; without operations, nothing is backed up here.
func Start(ctx context.Context, store *postgres.Store, sender mail.Sender, links *linkcheck.Checker, lists postgres.Lists, operations *Operations, log *slog.Logger) (stop func(context.Context) error, err error) {
	return start(ctx, store, sender, links, lists, operations, log, pause, time.Now)
}

// pause is the time before the next attempt.
func pause(attempt int) time.Duration { return pauses[min(max(attempt, 1), len(pauses))-1] }

func start(ctx context.Context, store *postgres.Store, sender mail.Sender, links *linkcheck.Checker, lists postgres.Lists, operations *Operations, log *slog.Logger, pause func(int) time.Duration, now func() time.Time) (func(context.Context) error, error) {
	all := river.NewWorkers()
	river.AddWorker(all, &sendMail{store: store, sender: sender, log: log, now: now})
	river.AddWorker(all, river.WorkFunc(func(ctx context.Context, _ *river.Job[outbox.EraseDue]) error {
		var failed []error
		for _, due := range []struct {
			what  string
			erase func(context.Context, time.Time) (int, error)
		}{{"contact data", store.EraseDue}, {"what was sent", store.EraseDueContent}, {"addresses of inquiries", store.EraseDueInquiries}, {"shortlists", store.EraseDueShortlists}, {"addresses of those who follow no list", store.EraseUnconfirmed}} {
			n, err := due.erase(ctx, now().UTC())
			if n > 0 {
				log.Info("erased: "+due.what, "count", n)
			}
			if err != nil { // the queue tries again, and is quiet about it
				log.Error("could not be erased: "+due.what, "error", err)
			}
			failed = append(failed, err)
		}
		_, err := store.EraseEmptySearches(ctx, now().UTC())
		failed = append(failed, err)
		n, err := store.EraseUnsaved(ctx, now().UTC())
		if n > 0 {
			log.Info("erased: what editors did not save", "forms", n)
		}
		return errors.Join(append(failed, err)...)
	}))
	river.AddWorker(all, river.WorkFunc(func(ctx context.Context, _ *river.Job[outbox.EraseUnsent]) error {
		forms, files, err := store.EraseUnsent(ctx, time.Now().UTC())
		if forms+files > 0 {
			log.Info("what was not sent is erased", "forms", forms, "files", files)
		}
		n, unwritten := store.WriteErasures(ctx)
		if n > 0 {
			log.Info("the journal of erasures has what it could not take before", "times", n)
		}
		return errors.Join(err, unwritten)
	}))
	river.AddWorker(all, river.WorkFunc(func(ctx context.Context, _ *river.Job[outbox.Remind]) error {
		prepared, failed := store.PrepareInquiries(ctx, now().UTC())
		if prepared > 0 {
			log.Info("questions about retention prepared", "practices", prepared)
		}
		reminded, aside, err := store.Stalled(ctx, now().UTC())
		if reminded+aside > 0 {
			log.Info("submitters who do not answer", "reminded", reminded, "set aside", aside)
		}
		if err != nil { // the queue tries again, and is quiet about it
			log.Error("submitters who do not answer", "error", err)
		}
		return errors.Join(err, failed)
	}))
	river.AddWorker(all, &checkLinks{store: store, checker: links, log: log, now: now})
	river.AddWorker(all, river.WorkFunc(func(ctx context.Context, _ *river.Job[outbox.RemindDesk]) error {
		_, err := store.RemindDesk(ctx, now().UTC())
		if err != nil { // the queue tries again, and is quiet about it
			log.Error("the desk cannot be told what is due for review", "error", err)
		}
		return err
	}))
	river.AddWorker(all, river.WorkFunc(func(ctx context.Context, _ *river.Job[outbox.Digest]) error {
		sent, more, err := store.SendDigests(ctx, lists, now().UTC())
		if sent > 0 {
			log.Info("digests of lists", "recipients", sent)
		}
		if err != nil { // the queue tries again, and is quiet about it
			log.Error("digests of lists", "error", err)
		} else if more {
			return river.JobSnooze(time.Second)
		}
		return err
	}))
	addOperations(all, store, operations, log, now)
	// River forgets when it was last done, and so does all at every start too: none of
	// it does anything twice.
	every := func(interval time.Duration, args river.JobArgs) *river.PeriodicJob {
		return river.NewPeriodicJob(river.PeriodicInterval(interval), func() (river.JobArgs, *river.InsertOpts) { return args, nil }, &river.PeriodicJobOpts{RunOnStart: true})
	}
	// One job for each day, whoever leads and however often that changes.
	daily := func(of func(day string) river.JobArgs) *river.PeriodicJob {
		return river.NewPeriodicJob(river.PeriodicInterval(time.Hour), func() (river.JobArgs, *river.InsertOpts) {
			return of(review.RunDay(now())), &river.InsertOpts{UniqueOpts: river.UniqueOpts{ByArgs: true}}
		}, &river.PeriodicJobOpts{RunOnStart: true})
	}
	periodic := []*river.PeriodicJob{every(day, outbox.EraseDue{}), daily(func(day string) river.JobArgs { return outbox.Remind{Day: day} }),
		every(time.Hour, outbox.EraseUnsent{}), every(time.Hour, outbox.CheckLinks{}), every(time.Hour, outbox.RemindDesk{})}
	if lists != nil {
		periodic = append(periodic, daily(func(day string) river.JobArgs { return outbox.Digest{Day: day} }))
	}
	queues := map[string]river.QueueConfig{river.QueueDefault: {MaxWorkers: workers}}
	if operations != nil {
		queues[outbox.QueueOperations] = river.QueueConfig{MaxWorkers: 1}
	}
	client, err := river.NewClient(store.JobDriver(), &river.Config{
		Queues:       queues,
		Workers:      all,
		PeriodicJobs: periodic,
		RetryPolicy:  retries{pause},
		JobTimeout:   jobTime, RescueStuckJobsAfter: rescueAfter, SoftStopTimeout: stopTime,
		CompletedJobRetentionPeriod: 2 * day, // longer than the longest day, so that none is done twice
		// Only the tables' owner may do it, and the queue is short.
		ReindexerSchedule: river.NeverSchedule(),
		PollOnly:          store.Polls(),
		Logger:            slog.New(discardHandler{log.Handler()}),
	})
	if err != nil {
		return nil, fmt.Errorf("jobs: %w", err)
	}
	if err := client.Start(context.WithoutCancel(ctx)); err != nil {
		return nil, fmt.Errorf("jobs: %w", err)
	}
	if operations == nil {
		return client.Stop, nil
	}
	asking, cancel := context.WithCancel(context.WithoutCancel(ctx))
	go askForOperations(asking, client.Insert, log, now)
	return func(ctx context.Context) error {
		cancel()
		return client.Stop(ctx)
	}, nil
}

type retries struct {
	pause func(attempt int) time.Duration
}

// NextRetry is when a job that has failed is tried again.
func (r retries) NextRetry(job *rivertype.JobRow) time.Time {
	return time.Now().UTC().Add(r.pause(job.Attempt))
}

// discardHandler keeps what River tells of its daily life out of our log.
type discardHandler struct{ slog.Handler }

func (q discardHandler) Enabled(ctx context.Context, l slog.Level) bool {
	return l >= slog.LevelWarn && q.Handler.Enabled(ctx, l)
}
func (q discardHandler) WithAttrs(a []slog.Attr) slog.Handler {
	return discardHandler{q.Handler.WithAttrs(a)}
}
func (q discardHandler) WithGroup(name string) slog.Handler {
	return discardHandler{q.Handler.WithGroup(name)}
}

type sendMail struct {
	river.WorkerDefaults[outbox.SendMail]
	store  *postgres.Store
	sender mail.Sender
	log    *slog.Logger
	now    func() time.Time
}

// Work sends a mail at least once: whoever is killed between sending and
// writing it down sends it again, with the same Message-ID.
func (w *sendMail) Work(ctx context.Context, job *river.Job[outbox.SendMail]) error {
	m, err := w.store.MailToSend(ctx, job.Args.ID)
	if errors.Is(err, catalogue.ErrNotFound) || err == nil && m.SentAt != nil {
		return nil // or erased: that ends it too
	}
	if err != nil {
		return err
	}
	// By the queue's own clock, which counts anew when an editor sends a mail again.
	if time.Since(job.CreatedAt) > mailAge {
		err := errors.New("it has waited for a week")
		// RFC 3463: delivery time expired.
		if m, err := w.store.MailFailed(ctx, m, postgres.MailFailure{Cause: err, Status: "4.4.7", Final: true}, time.Now().UTC()); err != nil || !m.GivenUp() {
			return err
		}
		meter.MailGivenUp.Inc()
		w.log.Error("a mail was given up", "mail", m.ID, "kind", m.Kind, "error", err)
		return river.JobCancel(err)
	}
	if w.sender == nil {
		return river.JobSnooze(noSenderPause)
	}
	err = w.sender.Send(ctx, mail.Message{ID: m.MessageID, To: m.Recipient, ToDesk: m.Kind.ToDesk(), Subject: m.Subject, Text: m.Body, Date: m.CreatedAt, Unsubscribe: m.Unsubscribe})
	if err == nil {
		meter.MailSent.Inc()
		return w.store.MailSent(ctx, m.ID, w.now().UTC())
	}
	f := postgres.MailFailure{}
	var refused *mail.RefusedError
	if errors.As(err, &refused) {
		f = postgres.MailFailure{Code: refused.Code, Status: refused.Status, Final: refused.Final}
	}
	err = scrubbed(err, m.Recipient)
	f.Cause = err
	if errors.Is(ctx.Err(), context.Canceled) {
		return err // we are being stopped: that is nobody's failure
	}
	note, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopTime)
	defer cancel()
	m, noted := w.store.MailFailed(note, m, f, time.Now().UTC())
	if noted != nil {
		return errors.Join(err, noted)
	}
	if m.GivenUp() {
		meter.MailGivenUp.Inc()
		w.log.Error("a mail was given up", "mail", m.ID, "kind", m.Kind, "code", m.Code, "status", m.Status, "error", err)
		return river.JobCancel(err)
	}
	meter.MailFailed.Inc()
	return err
}

// addresses are whatever looks like one: a mail server repeats the recipient
// in its refusal, and neither the log nor the queue is a place for it.
var addresses = regexp.MustCompile(`[^\s<>"'(),;:]+@[^\s<>"'(),;:]+`)

// minLocal is the shortest name that is taken out where it stands without its
// domain: shorter ones are parts of words.
const minLocal = 4

func scrubbed(err error, recipient string) error {
	text := addresses.ReplaceAllString(err.Error(), "…")
	if local, _, _ := strings.Cut(recipient, "@"); len(local) >= minLocal {
		text = regexp.MustCompile(`(?i)`+regexp.QuoteMeta(local)).ReplaceAllString(text, "…")
	}
	return errors.New(text)
}
