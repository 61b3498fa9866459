package review

import (
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"praksis/internal/catalogue"
)

// maxExplanation is the most characters of what stands above a withdrawn
// practice, and of why one was removed or merged. The database holds the same.
const maxExplanation = 1000

// decidePractice is Decide for what is done to a practice.
func decidePractice(p *catalogue.Practice, a Act, now time.Time) (Decision, error) {
	to, ok := a.Action.After(p.State)
	if !ok {
		return Decision{}, fmt.Errorf("%w: practice %s is %s: %w", catalogue.ErrConflict, p.Slug, p.State, ErrDecided)
	}
	if a.Action == Revise && a.Version != p.Revision {
		return Decision{}, fmt.Errorf("practice %s is at revision %d, not %d: %w", p.Slug, p.Revision, a.Version, catalogue.ErrConflict)
	}
	if a.Edition != 0 && a.Edition != a.PracticeNow {
		return Decision{}, fmt.Errorf("practice %s is at edition %d, not %d: %w", p.Slug, a.PracticeNow, a.Edition, catalogue.ErrConflict)
	}
	if a.Into != nil && a.IntoEdition != 0 && a.IntoEdition != a.IntoNow {
		return Decision{}, fmt.Errorf("practice %s is at edition %d, not %d: %w", a.Into.Slug, a.IntoNow, a.IntoEdition, catalogue.ErrConflict)
	}
	d := Decision{PracticeEvent: Event{Editor: a.Editor}}
	e := &d.PracticeEvent
	var faults []Fault
	switch a.Action {
	case Revise:
		e.Kind = EventRevised
		if err := d.revise(p, a); err != nil {
			return Decision{}, err
		}
		e.Change = a.Change.AtLeast(ChangeKind(p, d.Revision.Record))
	case WithdrawPractice:
		e.Kind, e.Text = EventWithdrawn, a.Text
		d.Practice = &PracticeChange{State: to, Explanation: a.Text}
		faults = explanation(FieldText, a.Text, "Skriv, hvorfor eksemplet er trukket tilbage. Det kan alle læse.")
	case RepublishPractice:
		e.Kind, e.Reason = EventRepublished, a.Reason
		d.Practice = &PracticeChange{State: to}
		faults = optional(a.Reason)
	case RemovePractice:
		e.Kind, e.Reason = EventRemoved, a.Reason
		d.Practice = &PracticeChange{State: to}
		faults = explanation(FieldReason, a.Reason, "Skriv, hvorfor eksemplet fjernes. Det kan kun redaktionen læse.")
	case MergePractice:
		e.Kind, e.Reason = EventMerged, a.Reason
		d.Practice = &PracticeChange{State: to}
		if faults = append(other(p, a.Into, "Et eksempel kan ikke lægges sammen med sig selv."), optional(a.Reason)...); len(faults) == 0 {
			d.IntoEvent = Event{Kind: EventTookOver, Editor: a.Editor, Reason: a.Reason, Text: p.Slug}
			if err := d.merge(p, a); err != nil {
				return Decision{}, err
			}
			d.IntoEvent.Change = ChangeKind(a.Into, d.Revision.Record)
		}
	case Readdress:
		e.Kind, e.Reason, e.Text = EventReaddressed, a.Reason, p.Slug
		d.Slug = a.Slug
		faults = append(address(p, a.Slug), explanation(FieldReason, a.Reason, "Skriv, hvorfor adressen skal være en anden. Det kan kun redaktionen læse.")...)
	case Redirect:
		e.Kind, e.Text = EventRedirected, a.Slug
		d.Redirect = a.Slug
		faults = address(p, a.Slug)
	case SetReview:
		e.Kind, e.Text = EventReviewSet, string(a.Day)
		d.ReviewBy = &a.Day
		if a.Day != "" {
			faults = dayFaults(a.Day, now)
		}
	case LookedThrough:
		e.Kind, d.LookBy = EventLooked, new(catalogue.Date)
		if day := catalogue.Date(now.In(catalogue.Copenhagen).Format(time.DateOnly)); p.ReviewBy != "" && p.ReviewBy <= day {
			next := catalogue.Date(now.In(catalogue.Copenhagen).AddDate(1, 0, 0).Format(time.DateOnly))
			d.ReviewBy = &next
		}
	case JoinSolution:
		e.Kind, e.Text = EventJoined, a.Solution
		d.Solution, d.IntoEvent = a.Solution, *e
		faults = other(p, a.Into, "Vælg et andet eksempel end dette.")
		if a.Taxonomy == nil || a.Taxonomy.Term(catalogue.SolutionList, a.Solution) == nil {
			faults = append(faults, Fault{FieldSolution, "Vælg en løsning på listen."})
		}
	}
	if err := refusal(faults); err != nil {
		return Decision{}, err
	}
	return d, nil
}

// other holds the practice that another one is joined with to being published, and
// to being another.
func other(p, into *catalogue.Practice, same string) []Fault {
	if into != nil && into.Slug == p.Slug {
		return []Fault{{FieldPractice, same + " Skriv adressen på et andet."}}
	}
	return published(into, FieldPractice)
}

// optional holds a reason that may be left out to its limits.
func optional(reason string) []Fault {
	if reason == "" {
		return nil
	}
	return explanation(FieldReason, reason, "")
}

// ErrSlugTaken is the refusal of an address that another practice has or had, or
// that leads to the practice already.
var ErrSlugTaken = refusal([]Fault{{FieldSlug, "Adressen er i brug eller har været det. Skriv en anden."}})

// address holds what somebody types for the address of a practice to the form of
// one.
func address(p *catalogue.Practice, slug string) []Fault {
	switch {
	case slug == "":
		return []Fault{{FieldSlug, "Skriv adressen."}}
	case len(slug) > catalogue.MaxSlug:
		return []Fault{{FieldSlug, fmt.Sprintf("Adressen er på %d tegn. Der er plads til %d.", len(slug), catalogue.MaxSlug)}}
	case slug != catalogue.Slugify(slug):
		return []Fault{{FieldSlug, "Skriv adressen med små bogstaver fra a til z, tal og bindestreger, fx gaature-i-viborg."}}
	case catalogue.ReservedSlug(slug):
		return []Fault{{FieldSlug, "Den adresse er redaktionens egen. Skriv en anden."}}
	case slug == p.Slug:
		return []Fault{{FieldSlug, "Det er den adresse, eksemplet har."}}
	case holdsCPR(slug, false):
		return []Fault{{FieldSlug, cprMessage}}
	}
	return nil
}

// maxDaysAhead is the most days until something is looked at again: five years, far
// more than anybody plans for.
const maxDaysAhead = 5 * 366

// dayFaults holds a day by which something is done to being a day to come.
func dayFaults(day catalogue.Date, now time.Time) []Fault {
	t, err := time.Parse(time.DateOnly, string(day))
	today, _ := time.Parse(time.DateOnly, now.In(catalogue.Copenhagen).Format(time.DateOnly))
	switch {
	case err != nil:
		return []Fault{{FieldDay, "Skriv en dag, fx 1. marts 2027."}}
	case t.Before(today):
		return []Fault{{FieldDay, "Dagen er gået. Skriv en, der kommer."}}
	case t.After(today.AddDate(0, 0, maxDaysAhead)):
		return []Fault{{FieldDay, "Dagen er for langt væk. Skriv en inden for fem år."}}
	}
	return nil
}

// revise makes the practice's next revision of what an editor typed. It passes
// the same checks as what is published for the first time.
func (d *Decision) revise(p *catalogue.Practice, a Act) error {
	if a.Draft == nil {
		return fmt.Errorf("a revision of %s without a record", p.Slug)
	}
	record := a.Draft.Clone()
	record.Slug = p.Slug // fixed at first publication
	checked, err := finished(record, true, a.Taxonomy)
	if err != nil {
		return err
	}
	// What was published may hold ten digits that an editor has cleared.
	left := UnfinishedError{Warnings: unanswered(checked, KindFull, true, a.Cleared)}
	if a.Overruled != nil {
		var faults []Fault
		if left.Lacking, d.PracticeEvent.Text, faults = overrule(Worsened(p, checked), a.Overruled, true); len(faults) > 0 {
			return refusal(faults)
		}
	}
	if len(left.Warnings)+len(left.Lacking) > 0 {
		return &left
	}
	d.Revision = &Revision{Record: checked, Editorial: true}
	return nil
}

// explanation holds why a practice is no longer published to its limits and to
// what may be written in it.
func explanation(field, text, empty string) []Fault {
	faults := message(text, empty, false)
	if len(faults) == 0 && utf8.RuneCountInString(strings.TrimSpace(text)) > maxExplanation {
		faults = []Fault{{field, fmt.Sprintf("Teksten er for lang. Der er plads til %d tegn.", maxExplanation)}}
	}
	for i := range faults {
		faults[i].Field = field
	}
	return faults
}
