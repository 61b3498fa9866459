package postgres_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"praksis/internal/catalogue"
	"praksis/internal/letters"
	"praksis/internal/postgres"
	"praksis/internal/review"
)

// site composes the mails of these tests.
var site = letters.Letters{Base: "https://praksis.example"}

// actOn carries out an editor's act on the submission with the ID, as seen at
// a version.
func (d desk) actOn(ctx context.Context, id int64, version int, editor int64, now time.Time, a review.Act) (postgres.Applied, error) {
	a.Version, a.Editor = version, editor
	if a.Action == review.Publish {
		a.Overruled = overruled()
	}
	return d.Apply(ctx, postgres.On{Submission: id}, a, now)
}

// overruled overrules what of the checklist can be.
func overruled() map[review.CheckItem]string {
	out := map[review.CheckItem]string{}
	for _, item := range review.CheckItems {
		out[item.Code] = "Kilden siger ikke mere"
	}
	return out
}

func (d desk) take(ctx context.Context, id int64, version int, editor int64, now time.Time) error {
	_, err := d.actOn(ctx, id, version, editor, now, review.Act{Action: review.Take})
	return err
}

func (d desk) saveDraft(ctx context.Context, id int64, version int, draft catalogue.Practice, cleared []string, editor int64, now time.Time) (int, error) {
	done, err := d.actOn(ctx, id, version, editor, now, review.Act{Action: review.Save, Draft: &draft, Cleared: cleared})
	return done.Version, err
}

func (d desk) ask(ctx context.Context, id int64, version int, text string, editor int64, now time.Time) error {
	_, err := d.actOn(ctx, id, version, editor, now, review.Act{Action: review.Ask, Text: text})
	return err
}

func (d desk) decline(ctx context.Context, id int64, version int, reason review.DeclineReason, text string, editor int64, now time.Time) error {
	_, err := d.actOn(ctx, id, version, editor, now, review.Act{Action: review.Decline, Reason: string(reason), Text: text})
	return err
}

func (d desk) point(ctx context.Context, id int64, version int, slug, text string, editor int64, now time.Time) error {
	_, err := d.Apply(ctx, postgres.On{Submission: id, Practice: slug}, review.Act{Action: review.Point, Version: version, Editor: editor, Text: text}, now)
	return err
}

func (d desk) publish(ctx context.Context, id int64, version int, editor int64, now time.Time) (string, error) {
	done, err := d.actOn(ctx, id, version, editor, now, review.Act{Action: review.Publish})
	return done.Practice, err
}

// bySubmitter carries out an act through the secret link.
func (d desk) bySubmitter(ctx context.Context, token string, a review.Act, now time.Time) error {
	_, err := d.Apply(ctx, postgres.On{Token: token}, a, now)
	return err
}

func (d desk) answer(ctx context.Context, token, text string, now time.Time) error {
	return d.bySubmitter(ctx, token, review.Act{Action: review.Answer, Text: text}, now)
}

func (d desk) correct(ctx context.Context, token string, c review.Submission, now time.Time) error {
	return d.bySubmitter(ctx, token, review.Act{Action: review.Correct, Content: &c}, now)
}

func (d desk) withdraw(ctx context.Context, token string, now time.Time) error {
	return d.bySubmitter(ctx, token, review.Act{Action: review.Withdraw}, now)
}

// onPractice carries out an act on the practice at a slug.
func onPractice(ctx context.Context, s *postgres.Store, slug, into string, a review.Act) error {
	_, err := s.Apply(ctx, postgres.On{Practice: slug, Into: into}, a, now)
	return err
}

// takeDown withdraws the practice at a slug with a public explanation.
func takeDown(ctx context.Context, s *postgres.Store, slug, why string) error {
	return onPractice(ctx, s, slug, "", review.Act{Action: review.WithdrawPractice, Text: why})
}

func remove(ctx context.Context, s *postgres.Store, slug string) error {
	return onPractice(ctx, s, slug, "", review.Act{Action: review.RemovePractice, Reason: "Viser en borger"})
}

func merge(ctx context.Context, s *postgres.Store, slug, into string) error {
	return onPractice(ctx, s, slug, into, review.Act{Action: review.MergePractice})
}

// revise publishes what an editor makes of a practice, with all warnings
// answered.
func revise(t testing.TB, s *postgres.Store, p catalogue.Practice) {
	t.Helper()
	a := review.Act{Action: review.Revise, Version: p.Revision, Draft: &p}
	err := onPractice(t.Context(), s, p.Slug, "", a)
	if left, ok := errors.AsType[*review.UnfinishedError](err); ok {
		for _, w := range left.Warnings {
			a.Cleared = append(a.Cleared, w.Key)
		}
		err = onPractice(t.Context(), s, p.Slug, "", a)
	}
	if err != nil {
		t.Fatal(err)
	}
}
