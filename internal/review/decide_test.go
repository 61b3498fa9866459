package review

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"praksis/internal/catalogue"

	"github.com/google/go-cmp/cmp"
)

var decided = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

func decideTaxonomy() *catalogue.Taxonomy {
	return catalogue.NewTaxonomy(map[catalogue.Vocabulary][]catalogue.Term{
		catalogue.TargetGroup:  {{Slug: "angst", Label: "Angst"}, {Slug: "unge", Label: "Unge"}},
		catalogue.SolutionList: {{Slug: "gaature", Label: "Gåture"}},
		catalogue.ContactForm:  {{Slug: "udendoers", Label: "Udendørs"}},
	}, []catalogue.Organisation{{Slug: "viborg", Name: "Viborg Kommune", Kind: catalogue.Municipality, Code: "0791"}})
}

// pending is a submission that can be published as it stands.
func pending(state SubmissionState) *Pending {
	return &Pending{Reference: "ABCD-2345", State: state, Version: 3, Received: decided, Facts: Facts{State: state, Moved: decided.AddDate(0, 0, -15)}, Question: "Hvem var med?", Content: Submission{Kind: KindShort, Practice: catalogue.Practice{
		Title: "Gåture i Viborg", Organisation: catalogue.OrganisationRef{Slug: "viborg"}, Answers: catalogue.Answers{Done: "Bostøtten gik ture med borgerne."},
		Findings: []catalogue.Finding{{Key: "e1", TargetGroups: catalogue.Refs("angst"), Effect: catalogue.EffectPositive, Text: "Det var lettere at tale sammen."}}}}}
}

// onList is a practice in some state.
func onList(state catalogue.State) *catalogue.Practice {
	p := pending(Received).Content.Practice
	p.Slug, p.Title, p.State, p.Revision = "en-have", "En have", state, 4
	p.Kind, p.Sources = "example", []catalogue.Source{{Kind: "note", Document: "Et notat"}}
	return &p
}

// act is an action with what it needs.
func act(a Action) Act {
	x := Act{Action: a, Editor: 7, Version: 3, Text: "Fordi", Taxonomy: decideTaxonomy()}
	switch a {
	case Publish:
		x.Overruled = overruleAll()
	case Decline:
		x.Reason = string(TooLittle)
	case Answer, Withdraw, Remind, PutAside:
		x.Editor = 0
	case Correct:
		c := pending(Received).Content
		c.Practice.Title, x.Editor, x.Content = "Gåture hver uge", 0, &c
	case Revise:
		x.Draft, x.Version = onList(catalogue.StatePublished), 4
		x.Draft.Summary = "Ny"
	case WithdrawPractice:
		x.Version = 4
	case RemovePractice:
		x.Version, x.Reason = 4, "Viser en borger"
	case MergePractice, JoinSolution:
		x.Version, x.Reason, x.Into, x.Solution = 4, "", onList(catalogue.StatePublished), "gaature"
		x.Into.Slug, x.Into.Title = "et-bed", "Et bed"
	case RepublishPractice:
		x.Reason = "Kommunen har sagt ja"
	case Readdress:
		x.Slug, x.Reason = "en-bedre-have", "Den gamle var ikke sand"
	case Redirect:
		x.Slug = "haven"
	case SetReview:
		x.Day = "2027-05-01"
	}
	return x
}

// overruleAll overrules what of the checklist can be.
func overruleAll() map[CheckItem]string {
	out := map[CheckItem]string{}
	for _, item := range CheckItems {
		out[item.Code] = "Kilden siger ikke mere"
	}
	return out
}

// A question is answered and never published; nothing else is answered so.
func TestQuestionsAreAnswered(t *testing.T) {
	q := pending(Received)
	q.Content = Submission{Kind: KindQuestion, Text: "Hvor længe varede turene?"}
	for _, c := range []struct {
		s      *Pending
		action Action
		text   string
		done   bool
	}{{q, Reply, "En time.", true}, {q, Reply, " ", false}, {q, Reply, "Ring til 010190-1234.", false}, {q, Publish, "x", false}, {q, Point, "x", false}, {q, Decline, "x", true}, {pending(Received), Reply, "x", false}} {
		a := act(c.action)
		a.Text = c.text
		d, err := Decide(c.s, onList(catalogue.StatePublished), a, decided)
		if _, refused := errors.AsType[*RefusedError](err); refused == c.done || (err == nil) != c.done {
			t.Errorf("%s %q: %v", c.action, c.text, err)
		}
		if c.done && d.EraseOn.IsZero() {
			t.Errorf("%s: never erased", c.action)
		}
	}
	if d := Receive("ABCD-2345", q.Content, "", decided); d.Mails[0].Kind != MailReceiptQuestion {
		t.Errorf("the receipt is %s", d.Mails[0].Kind)
	}
}

// Every action on every state of a submission: what follows is whole, or it is
// refused, and what has been decided stays so.
func TestDecideEveryStateOfASubmission(t *testing.T) {
	type follows struct {
		state SubmissionState
		event EventKind
		mails string
	}
	const taken = EventTaken
	open := []SubmissionState{Received, Held, InReview, ChangesRequested, SetAside} // and what can be opened again
	same := func(f follows) [5]follows { return [5]follows{f, f, f, f, {}} }
	want := map[Action][5]follows{ // by these states in their order; no state: refused
		Take:     {{InReview, taken, ""}, {InReview, taken, ""}, {InReview, "", ""}, {ChangesRequested, "", ""}, {}},
		Save:     {{InReview, taken, ""}, {InReview, taken, ""}, {InReview, "", ""}, {ChangesRequested, "", ""}, {}},
		Ask:      same(follows{ChangesRequested, EventAsked, "question"}),
		Publish:  same(follows{Accepted, EventPublished, "published"}),
		Point:    same(follows{Exists, EventExists, "exists"}),
		Decline:  same(follows{Declined, EventDeclined, "declined"}),
		Reply:    same(follows{Replied, EventReplied, "replied"}),
		Answer:   {{}, {}, {InReview, EventAnswered, "answered"}, {InReview, EventAnswered, "answered"}, {InReview, EventAnswered, "answered"}},
		Correct:  {{Received, EventCorrected, ""}, {Held, EventCorrected, ""}, {InReview, EventCorrected, ""}, {InReview, EventCorrected, "answered"}, {InReview, EventCorrected, "answered"}},
		Withdraw: {{WithdrawnBySelf, EventWithdrawn, ""}, {WithdrawnBySelf, EventWithdrawn, ""}, {WithdrawnBySelf, EventWithdrawn, ""}, {WithdrawnBySelf, EventWithdrawn, ""}, {WithdrawnBySelf, EventWithdrawn, ""}},
		Resume:   {{}, {}, {}, {ChangesRequested, "", ""}, {ChangesRequested, EventResumed, ""}},
		Remind:   {{}, {}, {}, {ChangesRequested, EventReminded, "reminder"}, {}},
		PutAside: {{}, {}, {}, {SetAside, EventSetAside, ""}, {}},
		LayAside: same(follows{SetAside, EventSetAside, "set_aside"}),
	}
	for a := range transitions {
		if _, ok := want[a]; !ok {
			t.Errorf("%s is not in the table", a)
		}
		for _, o := range SubmissionStates {
			s, p := pending(o.Code), onList(catalogue.StatePublished)
			if a == Reply {
				s.Content = Submission{Kind: KindQuestion, Text: "Hvor længe varede turene?"}
			}
			before := new(Pending)
			*before = *s
			d, err := Decide(s, p, act(a), decided)
			var w follows
			if i := slices.Index(open, o.Code); i >= 0 {
				w = want[a][i]
			}
			if w.state == "" {
				if !errors.Is(err, ErrDecided) || !errors.Is(err, catalogue.ErrConflict) || !cmp.Equal(d, Decision{}) {
					t.Errorf("%s on %s: %+v, %v", a, o.Code, d, err)
				}
				continue
			}
			if err != nil {
				t.Errorf("%s on %s: %v", a, o.Code, err)
				continue
			}
			var mails []string
			for _, m := range d.Mails {
				mails = append(mails, string(m.Kind))
				if m.Values["reference"] != s.Reference || m.Values["title"] == "" || m.Values["state"] != SubmissionStates.Label(d.State) {
					t.Errorf("%s on %s: mail %+v", a, o.Code, m)
				}
			}
			if d.State != w.state || d.Event.Kind != w.event || strings.Join(mails, " ") != w.mails {
				t.Errorf("%s on %s: %s, %q, mails %v", a, o.Code, d.State, d.Event.Kind, mails)
			}
			if reopened := o.Code == SetAside && d.State.Open(); d.EraseOn.IsZero() != (d.State.Open() && !reopened) || !d.State.Open() && !d.EraseOn.Equal(decided.AddDate(1, 0, 0)) || reopened && !d.EraseOn.Equal(decided.AddDate(2, 0, 0)) {
				t.Errorf("%s on %s: erased on %v", a, o.Code, d.EraseOn)
			}
			if (d.Revision != nil) != (a == Publish) || (d.Content != nil) != (a == Correct) || d.Practice != nil {
				t.Errorf("%s on %s: %+v", a, o.Code, d)
			}
			if by := act(a).Editor; d.Event.Editor != by {
				t.Errorf("%s on %s: by %d", a, o.Code, d.Event.Editor)
			}
			if diff := cmp.Diff(before, s); diff != "" || !cmp.Equal(p, onList(catalogue.StatePublished)) {
				t.Errorf("%s on %s changed what it was given:\n%s", a, o.Code, diff)
			}
		}
	}
}

// The same of every state of a practice.
func TestDecideEveryStateOfAPractice(t *testing.T) {
	const published, withdrawn, removed, merged = catalogue.StatePublished, catalogue.StateWithdrawn, catalogue.StateRemoved, catalogue.StateMerged
	allowed := map[Action]map[catalogue.State]catalogue.State{
		Revise:            {published: published, withdrawn: withdrawn},
		WithdrawPractice:  {published: withdrawn},
		RepublishPractice: {withdrawn: published},
		RemovePractice:    {published: removed, withdrawn: removed},
		MergePractice:     {published: merged},
		Readdress:         {published: published, withdrawn: withdrawn},
		Redirect:          {published: published, withdrawn: withdrawn},
		SetReview:         {published: published},
		LookedThrough:     {published: published},
		JoinSolution:      {published: published},
	}
	day, none := catalogue.Date("2027-05-01"), catalogue.Date("")
	event := func(kind EventKind, reason, text string) Event {
		return Event{Kind: kind, Editor: 7, Reason: reason, Text: text}
	}
	want := map[Action]Decision{ // but for the revision and the state
		Revise:            {PracticeEvent: Event{Kind: EventRevised, Editor: 7, Change: ChangeContent}},
		WithdrawPractice:  {PracticeEvent: event(EventWithdrawn, "", "Fordi"), Practice: &PracticeChange{Explanation: "Fordi"}},
		RepublishPractice: {PracticeEvent: event(EventRepublished, "Kommunen har sagt ja", ""), Practice: &PracticeChange{}},
		RemovePractice:    {PracticeEvent: event(EventRemoved, "Viser en borger", ""), Practice: &PracticeChange{}},
		MergePractice:     {PracticeEvent: event(EventMerged, "", ""), Practice: &PracticeChange{}, IntoEvent: Event{Kind: EventTookOver, Editor: 7, Text: "en-have", Change: ChangeContent}},
		Readdress:         {PracticeEvent: event(EventReaddressed, "Den gamle var ikke sand", "en-have"), Slug: "en-bedre-have"},
		Redirect:          {PracticeEvent: event(EventRedirected, "", "haven"), Redirect: "haven"},
		SetReview:         {PracticeEvent: event(EventReviewSet, "", "2027-05-01"), ReviewBy: &day},
		LookedThrough:     {PracticeEvent: event(EventLooked, "", ""), LookBy: &none},
		JoinSolution:      {PracticeEvent: event(EventJoined, "", "gaature"), IntoEvent: event(EventJoined, "", "gaature"), Solution: "gaature"},
	}
	for a := range practiceTransitions {
		for _, o := range catalogue.States {
			d, err := Decide(nil, onList(o.Code), act(a), decided)
			to, ok := allowed[a][o.Code]
			if !ok {
				if !errors.Is(err, ErrDecided) || !errors.Is(err, catalogue.ErrConflict) || !cmp.Equal(d, Decision{}) {
					t.Errorf("%s on %s: %+v, %v", a, o.Code, d, err)
				}
				continue
			}
			if err != nil {
				t.Errorf("%s on %s: %v", a, o.Code, err)
				continue
			}
			switch r := d.Revision; a {
			case Revise:
				if r == nil || r.New || !r.Editorial || r.Record.Slug != "en-have" || r.Record.Summary != "Ny" {
					t.Errorf("revised: %+v", r)
				}
			case MergePractice:
				if r == nil || r.New || r.Record.Slug != "et-bed" || r.Record.Title != "Et bed" {
					t.Errorf("merged: %+v", r)
				}
			default:
				if r != nil {
					t.Errorf("%s: a revision", a)
				}
			}
			w := want[a]
			if a == MergePractice && len(d.Keys) != 1 {
				t.Errorf("merged: keys %v", d.Keys)
			}
			d.Keys = nil
			if d.Revision = nil; w.Practice != nil {
				w.Practice = &PracticeChange{to, w.Practice.Explanation}
			}
			if diff := cmp.Diff(w, d); diff != "" {
				t.Errorf("%s on %s:\n%s", a, o.Code, diff)
			}
			// On what somebody has changed since, none is carried out.
			for _, stale := range []Act{{Edition: 8, PracticeNow: 9}, {Edition: 9, PracticeNow: 9, IntoEdition: 3, IntoNow: 4}} {
				x := act(a)
				x.Edition, x.PracticeNow, x.IntoEdition, x.IntoNow = stale.Edition, stale.PracticeNow, stale.IntoEdition, stale.IntoNow
				if _, err := Decide(nil, onList(o.Code), x, decided); !errors.Is(err, catalogue.ErrConflict) && (x.Into != nil || stale.IntoNow == 0) {
					t.Errorf("a stale %s on %s: %v", a, o.Code, err)
				}
			}
		}
	}
}

// What is refused, and by which field.
func TestDecideRefuses(t *testing.T) {
	const number = "010190-1234"
	with := func(a Action, put func(*Act)) Act { x := act(a); put(&x); return x }
	record := func(put func(*catalogue.Practice)) *catalogue.Practice {
		p := pending(Received).Content.Practice
		put(&p)
		return &p
	}
	for name, c := range map[string]struct {
		act    Act
		fields string
	}{
		"no question":                   {with(Ask, func(a *Act) { a.Text = " \n" }), FieldText},
		"a long question":               {with(Ask, func(a *Act) { a.Text = strings.Repeat("æ", MaxMessage+1) }), FieldText},
		"a number in a question":        {with(Ask, func(a *Act) { a.Text = "Er " + number + " dig?" }), FieldText},
		"ten digits":                    {with(Ask, func(a *Act) { a.Text = "Er 0101901234 dig?" }), FieldText},
		"no text":                       {with(Ask, func(a *Act) { a.Text = "x\x00" }), FieldText},
		"no reason, no text":            {with(Decline, func(a *Act) { a.Reason, a.Text = "fordi", "" }), FieldReason + " " + FieldText},
		"no answer":                     {with(Answer, func(a *Act) { a.Text = "" }), FieldText},
		"a number in a pointer":         {with(Point, func(a *Act) { a.Text = number }), FieldText},
		"a number in a draft":           {with(Save, func(a *Act) { a.Draft = record(func(p *catalogue.Practice) { p.LegalBasis = []string{number} }) }), "legal_basis[1]"},
		"a number in what is published": {with(Publish, func(a *Act) { a.Draft = record(func(p *catalogue.Practice) { p.Summary = number }) }), "summary"},
		"a number in a correction":      {with(Correct, func(a *Act) { a.Content.Practice.Summary = number }), "summary"},
		"no title":                      {with(Publish, func(a *Act) { a.Draft = record(func(p *catalogue.Practice) { p.Title = "" }) }), "title"},
		"no explanation":                {with(WithdrawPractice, func(a *Act) { a.Text = "" }), FieldText},
		"a long explanation":            {with(WithdrawPractice, func(a *Act) { a.Text = strings.Repeat("æ", 1001) }), FieldText},
		"a number in an explanation":    {with(WithdrawPractice, func(a *Act) { a.Text = number }), FieldText},
		"removed for no reason":         {with(RemovePractice, func(a *Act) { a.Reason = "" }), FieldReason},
		"merged into nothing":           {with(MergePractice, func(a *Act) { a.Into = nil }), FieldPractice},
		"merged into what is gone":      {with(MergePractice, func(a *Act) { a.Into.State = catalogue.StateWithdrawn }), FieldPractice},
		"merged into itself":            {with(MergePractice, func(a *Act) { a.Into.Slug = "en-have" }), FieldPractice},
		"joined with nothing":           {with(JoinSolution, func(a *Act) { a.Into = nil }), FieldPractice},
		"joined with itself":            {with(JoinSolution, func(a *Act) { a.Into.Slug = "en-have" }), FieldPractice},
		"into no solution":              {with(JoinSolution, func(a *Act) { a.Solution = "findes-ikke" }), FieldSolution},
		"no address":                    {with(Redirect, func(a *Act) { a.Slug = " " }), FieldSlug},
		"no slug":                       {with(Redirect, func(a *Act) { a.Slug = "Haven i Viborg" }), FieldSlug},
		"its own address":               {with(Readdress, func(a *Act) { a.Slug = "en-have" }), FieldSlug},
		"a long address":                {with(Readdress, func(a *Act) { a.Slug = strings.Repeat("x", 81) }), FieldSlug},
		"a number in an address":        {with(Readdress, func(a *Act) { a.Slug = "borger-" + number }), FieldSlug},
		"an address for no reason":      {with(Readdress, func(a *Act) { a.Reason = "" }), FieldReason},
		"a day that is gone":            {with(SetReview, func(a *Act) { a.Day = "2026-11-21" }), FieldDay},
		"no day":                        {with(SetReview, func(a *Act) { a.Day = "til sommer" }), FieldDay},
		"a day far ahead":               {with(SetReview, func(a *Act) { a.Day = "2036-11-21" }), FieldDay},
		"a second look long ago":        {with(Publish, func(a *Act) { a.Day = "2020-11-21" }), FieldDay},
		"brought back with a number":    {with(RepublishPractice, func(a *Act) { a.Reason = number }), FieldReason},
		"a revision without a title":    {with(Revise, func(a *Act) { a.Draft.Title = "" }), "title"},
	} {
		s, p := pending(InReview), onList(catalogue.StatePublished)
		if c.act.Action.OnPractice() {
			s = nil
		}
		if c.act.Action == RepublishPractice {
			p.State = catalogue.StateWithdrawn
		}
		d, err := Decide(s, p, c.act, decided)
		var refused *RefusedError
		if !errors.As(err, &refused) || !cmp.Equal(d, Decision{}) {
			t.Errorf("%s: %+v, %v", name, d, err)
			continue
		}
		var fields []string
		for _, f := range refused.Faults {
			fields = append(fields, f.Field)
		}
		if got := strings.Join(fields, " "); got != c.fields || strings.Contains(err.Error(), number) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := Decide(pending(Received), nil, act(Point), decided); !errors.As(err, new(*RefusedError)) {
		t.Errorf("pointed to nothing: %v", err)
	}
	for _, a := range []Action{Take, Save, Ask, Publish, Point, Decline, Revise} {
		x := act(a)
		x.Version = 0 // as of a form that was tampered with
		s, p := pending(Received), onList(catalogue.StatePublished)
		if a.OnPractice() {
			s = nil
		}
		if _, err := Decide(s, p, x, decided); !errors.Is(err, catalogue.ErrConflict) || errors.Is(err, ErrDecided) {
			t.Errorf("a stale %s: %v", a, err)
		}
	}
	for _, a := range []Action{"", "nonsense", Revise, Ask} { // mistakes of the program
		s := pending(Received)
		if a == Ask {
			s = nil
		}
		if _, err := Decide(s, onList(catalogue.StatePublished), act(a), decided); err == nil || errors.Is(err, catalogue.ErrConflict) {
			t.Errorf("%q: %v", a, err)
		}
	}
}

// What an editor has not dealt with keeps a record from being published: what
// was ticked in the same act counts.
func TestDecideUnfinished(t *testing.T) {
	s := pending(Received)
	s.Unread = []string{"a", "b"}
	s.Content.NotCPR = true
	s.Content.Practice.Answers.Other = "Projektnummeret er 0101901234 hos kommunen."
	_, err := Decide(s, nil, act(Publish), decided)
	left, ok := errors.AsType[*UnfinishedError](err)
	if !ok || len(left.Warnings) != 1 || left.Warnings[0].Kind != WarnDigits || len(left.Unread) != 2 {
		t.Fatalf("%+v, %v", left, err)
	}
	a := act(Publish)
	a.Draft, a.Cleared, a.Seen = &s.Content.Practice, []string{left.Warnings[0].Key}, []string{"b"}
	_, err = Decide(s, nil, a, decided)
	if left, ok = errors.AsType[*UnfinishedError](err); !ok || len(left.Warnings) != 0 || !slices.Equal(left.Unread, []string{"a"}) {
		t.Fatalf("%+v, %v", left, err)
	}
	a.Seen = []string{"a", "b"}
	if d, err := Decide(s, nil, a, decided); err != nil || !slices.Equal(d.Cleared, a.Cleared) || !slices.Equal(d.Seen, a.Seen) || d.Draft == nil {
		t.Errorf("%+v, %v", d, err)
	}
	// The draft that was saved counts where nothing is typed, with its ticks.
	s.Draft, s.Cleared, s.Unread = a.Draft, a.Cleared, nil
	s.Draft.Title = "Redaktørens"
	if d, err := Decide(s, nil, act(Publish), decided); err != nil || d.Revision.Record.Title != "Redaktørens" || d.Draft != nil {
		t.Errorf("%+v, %v", d, err)
	}
	// A revision passes the same gate.
	x := act(Revise)
	x.Draft.Answers.Other = "Ring til Hanne Jensen på 22 33 44 55."
	_, err = Decide(nil, onList(catalogue.StatePublished), x, decided)
	left, ok = errors.AsType[*UnfinishedError](err)
	if !ok || len(left.Warnings) == 0 {
		t.Fatalf("a revision with a name: %v", err)
	}
	for _, w := range left.Warnings {
		x.Cleared = append(x.Cleared, w.Key)
	}
	if _, err := Decide(nil, onList(catalogue.StatePublished), x, decided); err != nil {
		t.Errorf("cleared: %v", err)
	}
}

// An addition keeps what the practice says, and tells its own findings and
// sources apart.
func TestDecideAddition(t *testing.T) {
	s, p := pending(Received), onList(catalogue.StatePublished)
	s.Adds = true
	d, err := Decide(s, p, act(Publish), decided)
	if err != nil || d.Revision.New || d.Revision.Editorial || d.PracticeEvent.Kind != EventAdded || d.PracticeEvent.Change != ChangeContent {
		t.Fatalf("%+v, %v", d, err)
	}
	got := d.Revision.Record
	if got.Title != "En have" || len(got.Findings) != 2 || got.Findings[1].Key != "e2" || got.Findings[1].Source != 2 || len(got.Sources) != 2 || got.Slug != "en-have" {
		t.Errorf("%+v", got)
	}
	if diff := cmp.Diff(onList(catalogue.StatePublished), p); diff != "" {
		t.Errorf("the practice was changed:\n%s", diff)
	}
	for field, put := range map[string]func(){"about": func() { p.State = catalogue.StateRemoved }, "findings": func() { s.Content.Practice.Findings = nil }} {
		s, p = pending(Received), onList(catalogue.StatePublished)
		s.Adds = true
		put()
		_, err := Decide(s, p, act(Publish), decided)
		if refused, ok := errors.AsType[*RefusedError](err); !ok || refused.Faults[0].Field != field {
			t.Errorf("%s: %v", field, err)
		}
	}
}

func TestReceive(t *testing.T) {
	content := pending(Received).Content
	d := Receive("ABCD-2345", content, "", decided)
	if d.State != Received || d.Event.Kind != EventReceived || len(d.Mails) != 2 || !d.Mails[1].Kind.ToDesk() || !d.EraseOn.Equal(decided.AddDate(2, 0, 0)) {
		t.Errorf("%+v", d)
	}
	d = Receive("ABCD-2345", content, "12 links", decided)
	b, err := json.Marshal(d)
	if err != nil || d.State != Held || strings.Contains(string(b), "12 links") { // the desk reads it with the submission
		t.Errorf("%s, %v", b, err)
	}
}

// What is published at once is looked at again; what an editor began is asked of
// nobody, and is kept without a CPR number.
func TestPublishedAtOnceAndBegun(t *testing.T) {
	a := act(Publish)
	a.Day = "2026-12-06"
	d, err := Decide(pending(InReview), nil, a, decided)
	if err != nil || d.LookBy == nil || *d.LookBy != "2026-12-06" || d.Revision == nil {
		t.Errorf("%+v, %v", d, err)
	}
	s := pending(InReview)
	s.FromDesk = true
	if _, err := Decide(s, nil, act(Ask), decided); !errors.As(err, new(*RefusedError)) {
		t.Errorf("asked of nobody: %v", err)
	}
	d, err = Begin(7, s.Content, " Ringet ind. ", decided)
	if want := (Decision{State: InReview, Event: Event{Kind: EventBegun, Editor: 7, Reason: "", Text: "Ringet ind."}, Content: &s.Content, Lease: &Lease{7, decided, decided}}); err != nil || !cmp.Equal(want, d) {
		t.Errorf("%+v, %v", d, err)
	}
	for _, note := range []string{"Om 010190-1234", strings.Repeat("x", MaxMessage+1)} {
		if _, err := Begin(7, s.Content, note, decided); !errors.As(err, new(*RefusedError)) {
			t.Errorf("%.20s: %v", note, err)
		}
	}
	s.Content.Practice.Summary = "010190-1234"
	if _, err := Begin(7, s.Content, "", decided); !errors.As(err, new(*RefusedError)) {
		t.Errorf("begun with a number: %v", err)
	}
}

// Whoever has gone through an example on or after the day by which it was to be looked
// at sees it again in a year; before that day, or without one, the day stands.
func TestLookedThroughMovesTheDay(t *testing.T) {
	for _, c := range []struct{ by, want catalogue.Date }{{"", ""}, {"2026-11-02", "2027-11-02"}, {"2025-01-01", "2027-11-02"}, {"2026-11-03", ""}} {
		p := onList(catalogue.StatePublished)
		p.ReviewBy = c.by
		d, err := Decide(nil, p, Act{Action: LookedThrough, Editor: 7, Version: p.Revision}, time.Date(2026, 11, 1, 23, 30, 0, 0, time.UTC)) // the 2nd in Denmark
		if got := catalogue.Date(""); err != nil || d.ReviewBy != nil && *d.ReviewBy != c.want || d.ReviewBy == nil && c.want != got {
			t.Errorf("%q: %+v, %v", c.by, d.ReviewBy, err)
		}
	}
}
