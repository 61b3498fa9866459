package postgres_test

import (
	"testing"

	"praksis/internal/postgres"
	"praksis/internal/review"
)

// Questions are kept by field with their answers, a correction makes a version of
// what was sent, and the answers go with the contact data.
func TestQuestionsByField(t *testing.T) {
	d := newDesk(t, 1)
	ctx := t.Context()
	n := example("a")
	r := d.submit(t, n)
	must := func(_ postgres.Applied, err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(d.actOn(ctx, r.ID, 1, d.ids[0], now, review.Act{Action: review.Ask, Text: "Hvem er I?", Questions: []review.Question{{Field: "summary", Text: "Hvad er det korte?"}, {Field: "findings[1]", Text: "Hvem siger det?"}}}))
	v := d.view(t, r.ID)
	if len(v.Questions) != 3 || len(v.OpenQuestions()) != 3 || v.Questions[1].Field != "summary" || v.Questions[1].Editor == "" || !v.Questions[2].AskedAt.Equal(now) || v.State != review.ChangesRequested {
		t.Fatalf("%+v", v.Questions)
	}
	if own, err := d.SubmissionByToken(ctx, r.Token); err != nil || own.Questions[0].Editor != "" {
		t.Errorf("the submitter is told who asked: %+v, %v", own.Questions, err)
	}
	c := v.Content
	c.Practice.Summary = "Det er kort."
	_, err := d.Apply(ctx, postgres.On{Token: r.Token}, review.Act{Action: review.Answer, Content: &c, Answers: []review.QuestionAnswer{
		{Question: v.Questions[0].ID, Text: "Bostøtten."}, {Question: v.Questions[1].ID, Corrected: true}}}, now)
	must(postgres.Applied{}, err)
	v = d.view(t, r.ID)
	if open := v.OpenQuestions(); len(open) != 1 || open[0].Field != "findings[1]" || v.State != review.ChangesRequested || v.Content.Practice.Summary != "Det er kort." || v.Original.Practice.Summary == "Det er kort." {
		t.Errorf("%+v, state %s", v.Questions, v.State)
	}
	if q := v.Questions; q[0].Answer != "Bostøtten." || q[0].Corrected || q[1].Answer != "Rettet." || !q[1].Corrected {
		t.Errorf("%+v", q)
	}
	if last := v.Events[len(v.Events)-1]; last.Kind != review.EventAnswered || last.Text != "Bostøtten.\n\nKort fortalt: Rettet." {
		t.Errorf("%+v", last)
	}
	// Somebody else's question is nobody's to answer.
	other := d.submit(t, example("b"))
	must(d.actOn(ctx, other.ID, 1, d.ids[0], now, review.Act{Action: review.Ask, Text: "Hvem?"}))
	wantErr(t, "another's question", d.bySubmitter(ctx, r.Token, review.Act{Action: review.Answer, Answers: []review.QuestionAnswer{{Question: d.view(t, other.ID).Questions[0].ID, Text: "x"}}}, now), review.ErrDecided)
	must(postgres.Applied{}, d.answer(ctx, r.Token, "Det siger lederen.", now))
	if v = d.view(t, r.ID); len(v.OpenQuestions()) != 0 || v.State != review.InReview {
		t.Errorf("%+v", v.Questions)
	}
	if err := d.decline(ctx, r.ID, v.Version, review.TooLittle, "Nej.", d.ids[0], now); err != nil {
		t.Fatal(err)
	}
	if err := d.EraseContact(ctx, r.Token, now); err != nil {
		t.Fatal(err)
	}
	for _, q := range d.view(t, r.ID).Questions {
		if q.Answer != "" || q.AnsweredAt == nil || q.Text == "" {
			t.Errorf("after the contact data: %+v", q)
		}
	}
	if err := d.EraseSubmission(ctx, r.ID, "Bedt om det", d.ids[0], now); err != nil {
		t.Fatal(err)
	}
	if n := count(t, d.pool, `SELECT count(*) FROM submission_question WHERE submission_id = $1`, r.ID); n != 0 {
		t.Errorf("%d questions are left", n)
	}
}
