package postgres_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"praksis/internal/catalogue"
	template "praksis/internal/pgtest/seeded"
	"praksis/internal/postgres"
	"praksis/internal/review"
)

var parts = map[string]string{"title": "a", "summary": "b"}

func answerOf(right ...string) review.InquiryAnswer {
	var a review.InquiryAnswer
	for _, path := range right {
		a.Parts = append(a.Parts, review.PartAnswer{Path: path, Right: true, Shown: parts[path]})
	}
	return a
}

func TestInquiries(t *testing.T) {
	pool := template.Some(t, 3)
	s, ids := withRoles(t, pool)
	ctx, checker, editor := t.Context(), ids[review.RoleChecker], ids[review.RoleEditor]
	slug := one[string](t, pool, `SELECT slug FROM practice ORDER BY id LIMIT 1`)
	ask := postgres.Asked{Practice: slug, Kind: review.InquiryCheck, Note: "Er det rigtigt?", Emails: []string{"en@skive.example", "to@skive.example"}, Tokens: []string{"token-en", "token-to"}}
	if err := s.Ask(ctx, ask, checker, accountNow); err != nil {
		t.Fatal(err)
	}
	if n := one[int](t, pool, `SELECT count(*) FROM mail WHERE kind = 'check' AND inquiry_id IS NOT NULL AND submission_id IS NULL AND recipient LIKE '%@skive.example'`); n != 2 {
		t.Errorf("%d mails", n)
	}
	if dump := one[string](t, pool, `SELECT string_agg(q::text, ' ') FROM inquiry q`); strings.Contains(dump, "token-en") {
		t.Error("the token is kept")
	}
	q, p, err := s.InquiryByToken(ctx, "token-en")
	if err != nil || p.Slug != slug || !q.Open(accountNow) || q.Open(accountNow.Add(review.InquiryKept)) {
		t.Fatalf("%+v, %v", q, err)
	}
	version := version(t, s)
	if err := s.AnswerInquiry(ctx, "token-en", 0, answerOf("title"), parts, accountNow); err != nil {
		t.Fatal(err)
	}
	if n := one[int](t, pool, `SELECT count(*) FROM practice WHERE checked_at IS NOT NULL`); n != 0 {
		t.Error("a part of it is no check of the whole")
	}
	wantErr(t, "from an older form", s.AnswerInquiry(ctx, "token-en", 0, answerOf("title", "summary"), parts, accountNow), catalogue.ErrConflict)
	later := accountNow.Add(time.Hour)
	if err := s.AnswerInquiry(ctx, "token-en", 1, answerOf("title", "summary"), parts, later); err != nil {
		t.Fatal(err)
	}
	_, public, err := s.PublicPractice(ctx, 0, slug)
	if err != nil || public.Checked == nil || !public.Checked.Equal(later) {
		t.Errorf("the page does not tell of the check: %v, %v", public.Checked, err)
	}
	if now := one[int64](t, pool, `SELECT n FROM catalogue_version`); now != version+1 {
		t.Errorf("catalogue version %d, was %d", now, version)
	}
	a := review.InquiryAnswer{Parts: []review.PartAnswer{{Path: "summary", Text: "Hun er 010190-1234"}}}
	if _, refused := errors.AsType[*review.RefusedError](s.AnswerInquiry(ctx, "token-to", 0, a, parts, later)); !refused {
		t.Error("a CPR number is taken")
	}
	wantErr(t, "too late", s.AnswerInquiry(ctx, "token-to", 0, answerOf("title"), parts, accountNow.Add(review.InquiryKept)), review.ErrDecided)
	wantErr(t, "no link", s.AnswerInquiry(ctx, "token-x", 0, answerOf("title"), parts, later), catalogue.ErrNotFound)

	list, err := s.InquiryList(ctx, postgres.InquiryFilter{Stage: review.InquiryAnswered, Limit: 10}, later)
	if err != nil || list.Total != 1 || len(list.Rows) != 1 || list.Rows[0].Title == "" || list.Rows[0].Answers != 2 {
		t.Fatalf("waits: %+v, %v", list, err)
	}
	first := list.Rows[0].ID
	wantErr(t, "seen before the answer", s.CloseInquiry(ctx, postgres.ClosedInquiry{Practice: q.PracticeID, ID: first, Done: postgres.InquiryTakenIn, Answers: 1}, editor, later), catalogue.ErrConflict)
	if err := s.CloseInquiry(ctx, postgres.ClosedInquiry{Practice: q.PracticeID, ID: first, Done: postgres.InquiryTakenIn, Answers: 2}, editor, later); err != nil {
		t.Fatal(err)
	}
	second := one[int64](t, pool, `SELECT max(id) FROM inquiry`)
	wantErr(t, "taken in without an answer", s.CloseInquiry(ctx, postgres.ClosedInquiry{Practice: q.PracticeID, ID: second, Done: postgres.InquiryTakenIn}, editor, later), catalogue.ErrConflict)
	if err := s.CloseInquiry(ctx, postgres.ClosedInquiry{Practice: q.PracticeID, ID: second, Done: postgres.InquirySend, Email: "tre@skive.example", Token: "token-tre"}, editor, later); err != nil {
		t.Fatal(err)
	}
	_, _, err = s.InquiryByToken(ctx, "token-to")
	wantErr(t, "the link before", err, catalogue.ErrNotFound)
	if err := s.CloseInquiry(ctx, postgres.ClosedInquiry{Practice: q.PracticeID, ID: second, Done: postgres.InquiryTakenBack}, editor, later); err != nil {
		t.Fatal(err)
	}
	_, _, err = s.InquiryByToken(ctx, "token-tre")
	wantErr(t, "a link that was taken back", err, catalogue.ErrNotFound)
	if n := one[int](t, pool, `SELECT count(*) FROM mail WHERE recipient = 'tre@skive.example'`); n != 0 {
		t.Error("a mail with a dead link is still to be sent")
	}
	kinds := one[string](t, pool, `SELECT string_agg(kind || coalesce(' ' || by_editor, ''), ', ' ORDER BY id) FROM practice_event`)
	if want := "inquiry_sent 4, inquiry_answered, inquiry_answered, inquiry_closed 2, inquiry_sent 2, inquiry_closed 2"; kinds != want {
		t.Errorf("events %s, want %s", kinds, want)
	}
}

// What is asked before publication follows the submission: to its example, or to its end.
func TestInquiriesFollow(t *testing.T) {
	pool := template.New(t)
	s, ids := withRoles(t, pool)
	ctx, editor := t.Context(), ids[review.RoleEditor]
	submit := func(key string) int64 {
		r, err := s.Submit(ctx, postgres.NewSubmission{ClientKey: key + "-0123456789abcdef", Contact: review.Contact{Email: "ida@example.dk"}, Submission: review.Submission{Kind: review.KindShort,
			Practice: catalogue.Practice{Title: "Syddjurs: Telefonkæde", Summary: "De ringede.", Organisation: catalogue.OrganisationRef{Slug: "syddjurs", Name: "Syddjurs Kommune"}, Answers: catalogue.Answers{Done: "De ringede hver dag."}}}}, accountNow)
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Ask(ctx, postgres.Asked{Submission: r.ID, Kind: review.InquiryCheck, Emails: []string{"a@syddjurs.example"}, Tokens: []string{key}}, editor, accountNow); err != nil {
			t.Fatal(err)
		}
		return r.ID
	}
	first, second := submit("udgives"), submit("afvises")
	if err := s.AnswerInquiry(ctx, "udgives", 0, answerOf("title", "summary"), parts, accountNow); err != nil {
		t.Fatal(err)
	}
	done, err := s.Apply(ctx, postgres.On{Submission: first}, review.Act{Action: review.Publish, Editor: editor, Version: 1, Overruled: overruled()}, accountNow.Add(time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	_, p, err := s.PublicPractice(ctx, 0, done.Practice)
	if err != nil || p.Checked == nil || !p.Checked.Equal(accountNow) {
		t.Errorf("checked %v, %v", p.Checked, err)
	}
	if q, _, err := s.InquiryByToken(ctx, "udgives"); err != nil || q.Slug != done.Practice || q.SubmissionID != 0 {
		t.Errorf("%+v, %v", q, err)
	}
	if _, err := s.Apply(ctx, postgres.On{Submission: second}, review.Act{Action: review.Decline, Editor: editor, Version: 1, Reason: string(review.TooLittle), Text: "Nej."}, accountNow); err != nil {
		t.Fatal(err)
	}
	_, _, err = s.InquiryByToken(ctx, "afvises")
	wantErr(t, "of a declined submission", err, catalogue.ErrNotFound)
	wantErr(t, "asked when it is decided", s.Ask(ctx, postgres.Asked{Submission: second, Kind: review.InquiryCheck, Emails: []string{"a@syddjurs.example"}, Tokens: []string{"sent"}}, editor, accountNow), catalogue.ErrConflict)
}

// A first round over what was only considered, and every example after a year; nothing
// is sent, and nothing prepared twice.
func TestPrepareInquiries(t *testing.T) {
	pool := template.New(t)
	s, ids := withRoles(t, pool)
	ctx, editor := t.Context(), ids[review.RoleEditor]
	due := one[int](t, pool, `SELECT count(*) FROM practice p JOIN revision r ON r.id = p.revision_id WHERE p.state = 'published' AND r.content -> 'retention' -> -1 ->> 'status' IN ('decided','intended','considered','pilot','undecided')`)
	all := one[int](t, pool, `SELECT count(*) FROM practice WHERE state = 'published'`)
	now := template.At.Add(time.Hour)
	for i, want := range []int{due, 0} {
		if n, err := s.PrepareInquiries(ctx, now); err != nil || n != want || due == 0 {
			t.Errorf("round %d prepared %d of %d: %v", i+1, n, want, err)
		}
	}
	if n := one[int](t, pool, `SELECT count(*) FROM mail`); n != 0 {
		t.Errorf("%d mails without an editor's press", n)
	}
	if n, err := s.PrepareInquiries(ctx, template.At.Add(review.InquiryAgain+time.Hour)); err != nil || n != all-due {
		t.Errorf("after a year %d, want %d: %v", n, all-due, err)
	}
	// One is sent, answered and taken in: a dated statement more.
	list, err := s.InquiryList(ctx, postgres.InquiryFilter{Limit: 1}, now)
	if err != nil || list.Total != all {
		t.Fatalf("%d wait, want %d: %v", list.Total, all, err)
	}
	q := list.Rows[0]
	if err := s.CloseInquiry(ctx, postgres.ClosedInquiry{Practice: q.PracticeID, ID: q.ID, Done: postgres.InquirySend, Email: "kontakt@kommune.example", Token: "brug"}, editor, now); err != nil {
		t.Fatal(err)
	}
	if err := s.AnswerInquiry(ctx, "brug", 0, review.InquiryAnswer{Used: review.UsedNo, Text: "Vi mødes igen."}, nil, now); err != nil {
		t.Fatal(err)
	}
	_, p, err := s.InquiryByToken(ctx, "brug")
	if err != nil {
		t.Fatal(err)
	}
	before, record := len(p.Retention), p.Clone()
	record.Retention = append(record.Retention, catalogue.Retention{Status: review.UsedNo.Retention(), Note: "Vi mødes igen.", AsOf: "2026-11-02"})
	var cleared []string
	for _, w := range review.Warnings(&review.Submission{Kind: review.KindFull, Practice: record, NotCPR: true}) {
		cleared = append(cleared, w.Key)
	}
	act := review.Act{Action: review.Revise, Editor: editor, Version: p.Revision, Draft: &record, Cleared: cleared}
	if _, err := s.Apply(ctx, postgres.On{Practice: p.Slug, Inquiry: q.ID, Answers: 1}, act, now); err != nil {
		t.Fatal(err)
	}
	_, after, err := s.PublicPractice(ctx, 0, p.Slug)
	if err != nil || len(after.Retention) != before+1 || after.Retention[before].Status != "ended" {
		t.Errorf("%+v, %v", after.Retention, err)
	}
	act.Version++
	_, err = s.Apply(ctx, postgres.On{Practice: p.Slug, Inquiry: q.ID, Answers: 1}, act, now)
	wantErr(t, "taken in twice", err, catalogue.ErrConflict)
}

// Addresses and texts of inquiries go like a submitter's.
func TestInquiriesAreErased(t *testing.T) {
	pool := template.Some(t, 1)
	s, ids := withRoles(t, pool)
	ctx := t.Context()
	slug := one[string](t, pool, `SELECT slug FROM practice`)
	var forgotten []string
	s.ForgetMails = func(list []string) error { forgotten = append(forgotten, list...); return nil }
	if err := s.Ask(ctx, postgres.Asked{Practice: slug, Kind: review.InquiryCheck, Note: "Kære Hanne Jensen", Emails: []string{"hj@skive.example"}, Tokens: []string{"token"}}, ids[review.RoleEditor], accountNow); err != nil {
		t.Fatal(err)
	}
	a := answerOf("title")
	a.Text = "Hilsen Hanne Jensen"
	a.Parts = append(a.Parts, review.PartAnswer{Path: "summary", Text: "Hanne Jensen ringede selv."})
	if err := s.AnswerInquiry(ctx, "token", 0, a, parts, accountNow); err != nil {
		t.Fatal(err)
	}
	found, err := s.EraseText(ctx, postgres.On{Practice: slug}, "Hanne Jensen", "Bad om det", ids[review.RoleEditor], accountNow)
	if err != nil || found.Places["inquiry"] != 1 || found.Places["inquiry_answer"] != 2 || len(found.Left) > 0 {
		t.Errorf("%+v, %v", found, err)
	}
	if n, err := s.EraseDueInquiries(ctx, accountNow.AddDate(0, 11, 0)); n != 0 || err != nil {
		t.Errorf("%d too early, %v", n, err)
	}
	if n, err := s.EraseDueInquiries(ctx, accountNow.AddDate(1, 0, 0)); n != 1 || err != nil {
		t.Fatalf("%d, %v", n, err)
	}
	left := one[string](t, pool, `SELECT coalesce(string_agg(x, ' '), '') FROM (SELECT q::text FROM inquiry q UNION ALL SELECT a::text FROM inquiry_answer a UNION ALL SELECT c::text FROM inquiry_contact c UNION ALL SELECT m::text FROM mail m WHERE kind = 'check') AS all_rows (x)`)
	for _, gone := range []string{"skive", "ringede", "Hilsen", "token"} {
		if strings.Contains(left, gone) {
			t.Errorf("%q is left: %s", gone, left)
		}
	}
	if len(forgotten) == 0 {
		t.Error("the mail that was kept is not forgotten")
	}
	// With a submission goes what was asked about it.
	r, err := s.Submit(ctx, postgres.NewSubmission{ClientKey: "slettes-0123456789abcdef", Contact: review.Contact{Email: "ida@example.dk"}, Submission: review.Submission{Kind: review.KindTip, Text: "Et tip."}}, accountNow)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Ask(ctx, postgres.Asked{Submission: r.ID, Kind: review.InquiryCheck, Emails: []string{"x@skive.example"}, Tokens: []string{"token2"}}, ids[review.RoleEditor], accountNow); err != nil {
		t.Fatal(err)
	}
	if err := s.EraseSubmission(ctx, r.ID, "Bad om det", ids[review.RoleEditor], accountNow); err != nil {
		t.Fatal(err)
	}
	if n := one[int](t, pool, `SELECT (SELECT count(*) FROM inquiry WHERE submission_id IS NOT NULL) + (SELECT count(*) FROM mail WHERE recipient = 'x@skive.example')`); n != 0 {
		t.Errorf("%d are left", n)
	}
}
