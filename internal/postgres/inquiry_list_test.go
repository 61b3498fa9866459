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

// Each filter finds what its count says, and all stages together are all there is.
func TestInquiryList(t *testing.T) {
	pool := template.New(t)
	s, ids := withRoles(t, pool)
	ctx, editor, now := t.Context(), ids[review.RoleEditor], template.At.Add(time.Hour)
	prepared, err := s.PrepareInquiries(ctx, now)
	if err != nil || prepared < 4 {
		t.Fatal(prepared, err)
	}
	list := func(f postgres.InquiryFilter, at time.Time) postgres.InquiryList {
		t.Helper()
		if f.Limit == 0 {
			f.Limit = 1000
		}
		l, err := s.InquiryList(ctx, f, at)
		if err != nil {
			t.Fatal(err)
		}
		return l
	}
	all := list(postgres.InquiryFilter{}, now)
	var picked []int64
	var sending []postgres.SendingInquiry
	for i, q := range all.Rows[:3] {
		picked = append(picked, q.ID)
		sending = append(sending, postgres.SendingInquiry{ID: q.ID, Email: "kilde@kommune.example", Token: strings.Repeat("t", i+1)})
	}
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(s.SendPrepared(ctx, sending, editor, now))
	must(s.AnswerInquiry(ctx, "t", 0, review.InquiryAnswer{Used: review.UsedYes}, nil, now))
	must(s.CloseInquiry(ctx, postgres.ClosedInquiry{Practice: all.Rows[1].PracticeID, ID: picked[1], Done: postgres.InquiryTakenBack}, editor, now))
	must(s.LeaveOutPrepared(ctx, []int64{all.Rows[3].ID}, editor, now))
	late := now.AddDate(0, 0, 40)
	for _, at := range []time.Time{now, late} {
		sum := 0
		for _, o := range review.InquiryStages {
			got := list(postgres.InquiryFilter{Stage: o.Code}, at)
			sum += got.Total
			if n := all.Stages[o.Code]; got.Total != got.Stages[o.Code] || n < 0 {
				t.Errorf("%s: %d found, %d counted", o.Code, got.Total, got.Stages[o.Code])
			}
			for _, q := range got.Rows {
				if f := q.Facts(); f.Stage(at) != o.Code {
					t.Errorf("%s: %+v", o.Code, q)
				}
			}
			for _, of := range got.Organisations {
				if l := list(postgres.InquiryFilter{Stage: o.Code, Organisation: of.Slug}, at); l.Total != of.N || l.Rows[0].Organisation != of.Name {
					t.Errorf("%s: %d of %s, not %d", o.Code, l.Total, of.Slug, of.N)
				}
			}
		}
		if sum != prepared {
			t.Errorf("the stages have %d of %d", sum, prepared)
		}
	}
	if got := list(postgres.InquiryFilter{}, late); got.Rows[0].ID != picked[0] || got.Rows[1].ID != picked[2] || got.Stages[review.InquiryOverdue] != 1 || got.Stages[review.InquiryClosed] != 2 || got.Total != prepared-2 {
		t.Errorf("the answer first, then what is overdue: %+v", got.Stages)
	}
	// Words are found whatever their case, in the title, who did it and the address.
	q := all.Rows[4]
	for _, text := range []string{strings.ToUpper(q.Title), q.Organisation, "KILDE@kommune"} {
		if got := list(postgres.InquiryFilter{Text: text, Stage: map[bool]review.InquiryStage{true: review.InquiryAnswered}[text == "KILDE@kommune"]}, now); got.Total == 0 {
			t.Errorf("%q finds nothing", text)
		}
	}
	if got := list(postgres.InquiryFilter{Text: "%"}, now); got.Total != 0 {
		t.Errorf("a sign of LIKE finds %d", got.Total)
	}
	if got := list(postgres.InquiryFilter{Offset: 1_000_000}, now); len(got.Rows) != 0 || got.Total == 0 {
		t.Errorf("past the end: %d rows of %d", len(got.Rows), got.Total)
	}
	if got := list(postgres.InquiryFilter{Kind: review.InquiryCheck}, now); got.Total != 0 {
		t.Errorf("%d checks", got.Total)
	}
}

// Prepared inquiries are sent all at once or not at all, each once, and by an editor.
func TestSendPrepared(t *testing.T) {
	pool := template.New(t)
	s, ids := withRoles(t, pool)
	ctx, editor, now := t.Context(), ids[review.RoleEditor], template.At.Add(time.Hour)
	if _, err := s.PrepareInquiries(ctx, now); err != nil {
		t.Fatal(err)
	}
	list, err := s.InquiryList(ctx, postgres.InquiryFilter{Limit: 3}, now)
	if err != nil {
		t.Fatal(err)
	}
	a, b, c := list.Rows[0].ID, list.Rows[1].ID, list.Rows[2].ID
	mails, err := s.Prepared(ctx, []int64{b, a}, now)
	if err != nil || len(mails) != 2 || mails[0].ID != b || !strings.Contains(mails[0].Body, postgres.HiddenToken) || mails[0].Title == "" || !mails[0].Public {
		t.Fatalf("%+v, %v", mails, err)
	}
	sending := func(ids ...int64) (out []postgres.SendingInquiry) {
		for i, id := range ids {
			out = append(out, postgres.SendingInquiry{ID: id, Email: "kilde@kommune.example", Token: strings.Repeat("s", int(id)+i+1)})
		}
		return out
	}
	sent := func() int { return one[int](t, pool, `SELECT count(*) FROM mail WHERE kind = 'still_used'`) }
	if err := s.SendPrepared(ctx, sending(c), 0, now); err == nil || errors.Is(err, catalogue.ErrConflict) {
		t.Errorf("sent by nobody: %v", err)
	}
	if err := s.SendPrepared(ctx, sending(a, b), editor, now); err != nil {
		t.Fatal(err)
	}
	body := one[string](t, pool, `SELECT body FROM mail WHERE inquiry_id = $1`, b)
	if want, _, _ := strings.Cut(mails[0].Body, postgres.HiddenToken); !strings.HasPrefix(body, want) {
		t.Errorf("the mail is not what was shown: %s", body)
	}
	if n := one[int](t, pool, `SELECT count(*) FROM practice_event WHERE kind = 'inquiry_sent' AND by_editor = $1`, editor); n != 2 {
		t.Errorf("%d events", n)
	}
	// What a colleague has sent meanwhile stops the rest.
	wantErr(t, "sent twice", s.SendPrepared(ctx, sending(b, c), editor, now), catalogue.ErrConflict)
	wantErr(t, "left out after it was sent", s.LeaveOutPrepared(ctx, []int64{c, b}, editor, now), catalogue.ErrConflict)
	if sent() != 2 {
		t.Errorf("%d mails", sent())
	}
	bad := sending(c)
	bad[0].Email = "010190-1234@kommune.example"
	if err := s.SendPrepared(ctx, bad, editor, now); err == nil {
		t.Error("a CPR number in an address is sent")
	}
	// About an example that has left the catalogue nobody is asked; it can be left out.
	if _, err := s.Apply(ctx, postgres.On{Practice: list.Rows[2].Slug}, review.Act{Action: review.WithdrawPractice, Editor: editor, Text: "Det er forkert."}, now); err != nil {
		t.Fatal(err)
	}
	wantErr(t, "about what is withdrawn", s.SendPrepared(ctx, sending(c), editor, now), catalogue.ErrConflict)
	if mails, err := s.Prepared(ctx, []int64{a, c}, now); err != nil || len(mails) != 1 || mails[0].Public {
		t.Errorf("%+v, %v", mails, err)
	}
	if err := s.LeaveOutPrepared(ctx, []int64{c}, editor, now); err != nil || sent() != 2 {
		t.Errorf("%v, %d mails", err, sent())
	}
}
