package review

import (
	"strings"
	"testing"
	"time"

	"praksis/internal/catalogue"

	"pgregory.net/rapid"
)

func at(t testing.TB, s string) time.Time {
	t.Helper()
	d, err := time.ParseInLocation("2006-01-02 15.04", s, catalogue.Copenhagen)
	if err != nil {
		t.Fatal(err)
	}
	return d.UTC()
}

func TestSentence(t *testing.T) {
	moved := at(t, "2026-03-03 10.00")
	for _, c := range []struct {
		facts Facts
		now   string
		want  string
	}{
		{Facts{State: Received, Moved: moved}, "2026-03-04 09.00", "Venter på redaktionen siden 3. marts, svar senest 17. marts."},
		{Facts{State: Held, Moved: moved}, "2026-03-17 23.59", "Venter på redaktionen siden 3. marts, svar senest i dag."},
		{Facts{State: InReview, Moved: moved}, "2026-03-18 00.00", "Venter på redaktionen siden 3. marts. Fristen var 17. marts."},
		{Facts{State: InReview, Moved: moved, Answered: true}, "2026-03-04 09.00", "Indsenderen svarede 3. marts. Venter på redaktionen, svar senest 10. marts."},
		{Facts{State: InReview, Moved: moved, Check: CheckFacts{Asked: at(t, "2026-03-10 10.00")}}, "2026-03-11 09.00", "Venter på kommunens tjek siden 10. marts, svar senest 24. marts."},
		{Facts{State: InReview, Moved: moved, Check: CheckFacts{Asked: at(t, "2026-03-10 10.00")}}, "2026-03-25 09.00", "Venter på kommunens tjek siden 10. marts. Fristen var 24. marts."},
		{Facts{State: InReview, Moved: moved, Check: CheckFacts{Asked: at(t, "2026-03-10 10.00")}}, "2026-05-11 09.00", "Venter på redaktionen siden 3. marts. Fristen var 17. marts."},
		{Facts{State: InReview, Moved: moved, Check: CheckFacts{Asked: at(t, "2026-03-10 10.00"), Answered: at(t, "2026-03-17 10.00"), Waits: true}}, "2026-03-18 09.00", "Kommunen svarede på tjekket 17. marts. Venter på redaktionen, svar senest 24. marts."},
		{Facts{State: InReview, Moved: moved, Check: CheckFacts{Asked: at(t, "2026-03-10 10.00"), Answered: at(t, "2026-03-17 10.00")}}, "2026-03-18 09.00", "Venter på kommunens tjek siden 10. marts, svar senest 24. marts."},
		{Facts{State: ChangesRequested, Moved: moved, Check: CheckFacts{Asked: at(t, "2026-03-10 10.00")}}, "2026-03-11 09.00", "Venter på indsenderen siden 3. marts, svar senest 18. marts."},
		{Facts{State: ChangesRequested, Moved: moved}, "2026-03-04 09.00", "Venter på indsenderen siden 3. marts, svar senest 18. marts."},
		{Facts{State: ChangesRequested, Moved: moved, Reminders: 1, Reminded: at(t, "2026-03-18 06.00")}, "2026-03-19 09.00", "Venter på indsenderen siden 3. marts. Mindet om det 18. marts."},
		{Facts{State: ChangesRequested, Moved: moved, Reminders: 2, Reminded: at(t, "2026-03-25 06.00")}, "2026-03-26 09.00", "Venter på indsenderen siden 3. marts. Mindet om det sidste gang 25. marts, lægges til side 1. april."},
		{Facts{State: SetAside, Moved: moved}, "2027-01-04 09.00", "Lagt til side 3. marts 2026. Venter på ingen."},
		{Facts{State: Accepted, Moved: moved}, "2026-03-04 09.00", "Udgivet 3. marts. Venter på ingen."},
	} {
		if got := c.facts.Sentence(at(t, c.now)); got != c.want {
			t.Errorf("%s at %s: %q, not %q", c.facts.State, c.now, got, c.want)
		}
	}
}

func drawFacts(t *rapid.T) (Facts, time.Time) {
	instant := func(name string, from, to int64) time.Time {
		return time.Unix(rapid.Int64Range(from, to).Draw(t, name), 0).UTC()
	}
	const year = 366 * 86400
	f := Facts{State: rapid.SampledFrom(SubmissionStates).Draw(t, "state").Code, Moved: instant("moved", 1577836800, 2524608000), Answered: rapid.Bool().Draw(t, "answered")}
	if f.State == ChangesRequested {
		if f.Answered, f.Reminders = false, rapid.IntRange(0, 2).Draw(t, "reminders"); f.Reminders > 0 {
			f.Reminded = instant("reminded", f.Moved.Unix(), f.Moved.Unix()+year)
		}
	}
	if rapid.Bool().Draw(t, "asked") {
		f.Check.Asked = instant("asked at", f.Moved.Unix()-year, f.Moved.Unix()+year)
	}
	if rapid.Bool().Draw(t, "checked") {
		f.Check.Answered, f.Check.Waits = instant("checked at", f.Moved.Unix()-year, f.Moved.Unix()+year), rapid.Bool().Draw(t, "waits")
	}
	return f, instant("now", f.Moved.Unix(), f.Moved.Unix()+year)
}

// What the queue says follows from the facts: exactly one has the ball, the
// sentence names them and the day, and what SQL looks for by an instant is what is
// overdue.
func TestBallFollowsFromFacts(t *testing.T) {
	names := map[Holder]string{HolderDesk: "på redaktionen", HolderSubmitter: "på indsenderen", HolderMunicipality: "på kommunens", HolderNobody: "på ingen"}
	rapid.Check(t, func(t *rapid.T) {
		f, now := drawFacts(t)
		b, sentence := f.Ball(now), f.Sentence(now)
		for h, name := range names {
			if strings.Contains(sentence, name) != (h == b.Holder) {
				t.Fatalf("%s has it: %q", b.Holder, sentence)
			}
		}
		if !strings.Contains(sentence, catalogue.DanishDay(b.Since, now)) {
			t.Fatalf("not since when: %q", sentence)
		}
		if sentence != f.Sentence(now) || strings.Contains(sentence, "  ") || !strings.HasSuffix(sentence, ".") {
			t.Fatalf("%q", sentence)
		}
		if (b.Holder == HolderNobody) != b.Until.IsZero() || (b.Holder == HolderNobody) == f.State.Open() {
			t.Fatalf("%s until %s", b.Holder, b.Until)
		}
		if b.Overdue && !catalogue.Day(now).After(b.Until) || !b.Until.IsZero() && !b.Until.After(b.Since) {
			t.Fatalf("%+v at %s", b, now)
		}
		switch b.Holder {
		case HolderDesk:
			if !catalogue.IsWorkday(b.Until) || b.Overdue != b.Since.Before(DeskOverdue(now, f.Answered || f.Check.Answered.After(f.Moved))) {
				t.Fatalf("%+v, from %s", b, DeskOverdue(now, f.Answered))
			}
		case HolderMunicipality:
			if !catalogue.IsWorkday(b.Until) || b.Overdue != b.Since.Before(CheckOverdue(now)) || !f.Check.Asked.After(CheckExpired(now)) {
				t.Fatalf("%+v, from %s", b, CheckOverdue(now))
			}
		case HolderSubmitter:
			if b.Overdue != f.Moved.Before(SubmitterOverdue(now)) {
				t.Fatalf("%+v, from %s", b, SubmitterOverdue(now))
			}
		}
		// Once overdue, always overdue, until something happens; that a link runs out
		// is such a thing.
		if later := now.Add(time.Hour * time.Duration(rapid.IntRange(0, 1000).Draw(t, "later"))); b.Overdue && f.Ball(later).Holder == b.Holder && !f.Ball(later).Overdue {
			t.Fatalf("overdue at %s and not at %s", now, later)
		}
	})
}

// Every state has one who has the ball, and a label.
func TestHolders(t *testing.T) {
	n := 0
	for _, h := range Holders {
		n += len(StatesOf(h.Code))
	}
	if n != len(SubmissionStates) {
		t.Errorf("%d states have a holder, of %d", n, len(SubmissionStates))
	}
	for _, s := range StatesOf(HolderNobody) {
		if ended[s] == "" {
			t.Errorf("%s has no words", s)
		}
	}
}

// A silent submitter: 15 days a mail, 7 more the last, 7 more set aside; each step
// once, however often it is looked. FirstStep leaves none out.
func TestStalled(t *testing.T) {
	asked := at(t, "2026-03-20 15.00") // the clocks change on the way
	f := Facts{State: ChangesRequested, Moved: asked}
	var got []string
	for now := asked; now.Before(asked.AddDate(0, 0, 60)) && f.State == ChangesRequested; now = now.Add(time.Hour) {
		step, due := f.NextStep()
		if now.Before(due) {
			continue
		}
		if f.Moved.After(FirstStep(now)) && f.Reminders == 0 || f.Reminders > 0 && f.Reminded.After(FirstStep(now)) {
			t.Errorf("%s at %s is not looked for", step, now)
		}
		s := pending(ChangesRequested)
		s.Facts = f
		d, err := Decide(s, nil, Act{Action: step}, now)
		if err != nil {
			t.Fatal(err)
		}
		mails := ""
		for _, m := range d.Mails {
			mails += string(m.Kind) + " " + m.Values["question"] + " " + m.Values["date"]
		}
		got = append(got, now.In(catalogue.Copenhagen).Format("01-02")+" "+string(step)+" "+mails)
		f = d.Facts
	}
	want := []string{"04-04 remind reminder Hvem var med? 18. april 2026", "04-11 remind last_reminder Hvem var med? 18. april 2026", "04-18 put_aside "}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("%q", got)
	}
	if f.State != SetAside {
		t.Errorf("%+v", f)
	}
	// More time begins anew, once.
	s := pending(ChangesRequested)
	s.Facts = Facts{State: ChangesRequested, Moved: asked, Reminders: 2, Reminded: asked.AddDate(0, 0, 22)}
	d, err := Decide(s, nil, Act{Action: Resume}, decided)
	if err != nil || d.Facts != (Facts{State: ChangesRequested, Moved: decided}) || d.Event.Kind != EventMoreTime || len(d.Mails) != 0 {
		t.Errorf("%+v, %v", d, err)
	}
	// Where nothing was asked, the desk has it again.
	s = pending(SetAside)
	s.Question = ""
	if d, err = Decide(s, nil, Act{Action: Resume, Editor: 7, Version: 3}, decided); err != nil || d.State != InReview || d.Facts.Moved != decided || d.Lease == nil {
		t.Errorf("%+v, %v", d, err)
	}
	if _, err = Decide(s, nil, Act{Action: Resume, Editor: 7, Version: 2}, decided); err == nil {
		t.Error("an editor opens a version that they have not seen")
	}
	s.Erased = true
	for _, a := range []Action{Resume, Answer, Correct, Withdraw} {
		if _, err := Decide(s, nil, act(a), decided); err == nil {
			t.Errorf("%s on what is erased", a)
		}
	}
}

// The lease: begun and kept alive by changes, theirs until the page has said so,
// gone with the decision.
func TestLease(t *testing.T) {
	other := Lease{Editor: 8, Since: decided.Add(-time.Hour), Kept: decided.Add(-LeaseTime + time.Second)}
	own := Lease{Editor: 7, Since: decided.Add(-time.Hour), Kept: decided.Add(-time.Minute)}
	over := other
	over.Kept = decided.Add(-LeaseTime)
	for _, c := range []struct {
		name   string
		lease  Lease
		holder int64
		taken  bool // refused
		since  time.Time
		event  EventKind
	}{
		{"nobody's", Lease{}, 0, false, decided, ""},
		{"their own", own, 0, false, own.Since, ""},
		{"another's", other, 0, true, time.Time{}, ""},
		{"another's, and another one was shown", other, 9, true, time.Time{}, ""},
		{"another's, as was shown", other, 8, false, decided, EventTakenOver},
		{"another's that is over", over, 0, false, decided, ""},
	} {
		for a, states := range transitions {
			if _, ok := states[InReview]; !ok || a.bySubmitter() || a == Remind || a == PutAside {
				continue
			}
			s := pending(InReview)
			if s.Lease = c.lease; a == Reply {
				s.Content = Submission{Kind: KindQuestion, Text: "Hvor længe?"}
			}
			x := act(a)
			x.Holder = c.holder
			d, err := Decide(s, onList(catalogue.StatePublished), x, decided)
			if _, taken := err.(*TakenError); taken != c.taken || !taken && err != nil {
				t.Errorf("%s, %s: %v", a, c.name, err)
			}
			if c.taken {
				continue
			}
			if (d.Lease != nil) != d.State.Open() || d.Lease != nil && *d.Lease != (Lease{7, c.since, decided}) {
				t.Errorf("%s, %s: %+v", a, c.name, d.Lease)
			}
			if (a == Save || a == Take) && d.Event.Kind != c.event {
				t.Errorf("%s, %s: event %q", a, c.name, d.Event.Kind)
			}
		}
	}
	// The submitter is held by none.
	s := pending(ChangesRequested)
	s.Lease = other
	if d, err := Decide(s, nil, act(Answer), decided); err != nil || d.Lease != nil {
		t.Errorf("%+v, %v", d, err)
	}
}
