package review

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"praksis/internal/catalogue"
)

// maxExplanation is the most characters of what stands above a withdrawn
// practice, and of why one was removed or merged. The database holds the same.
const maxExplanation = 1000

// decidePractice is Decide for what is done to a practice.
func decidePractice(p *catalogue.Practice, a Act) (Decision, error) {
	to, ok := practiceTransitions[a.Action][p.State]
	if !ok {
		return Decision{}, fmt.Errorf("%w: practice %s is %s: %w", catalogue.ErrConflict, p.Slug, p.State, ErrDecided)
	}
	if a.Action == Revise && a.Version != p.Revision {
		return Decision{}, fmt.Errorf("practice %s is at revision %d, not %d: %w", p.Slug, p.Revision, a.Version, catalogue.ErrConflict)
	}
	d := Decision{PracticeEvent: Event{Editor: a.Editor}}
	var faults []Fault
	switch a.Action {
	case Revise:
		d.PracticeEvent.Kind = EventRevised
		if err := d.revise(p, a); err != nil {
			return Decision{}, err
		}
	case WithdrawPractice:
		d.PracticeEvent.Kind, d.PracticeEvent.Text = EventWithdrawn, a.Text
		d.Practice = &PracticeChange{State: to, Explanation: a.Text}
		faults = explanation(FieldText, a.Text, "Skriv, hvorfor eksemplet er trukket tilbage. Det kan alle læse.")
	case RemovePractice:
		d.PracticeEvent.Kind, d.PracticeEvent.Reason = EventRemoved, a.Reason
		d.Practice = &PracticeChange{State: to}
		faults = explanation(FieldReason, a.Reason, "Skriv, hvorfor eksemplet fjernes. Det kan kun redaktionen læse.")
	case MergePractice:
		d.PracticeEvent.Kind, d.PracticeEvent.Reason = EventMerged, a.Reason
		d.Practice = &PracticeChange{State: to}
		faults = published(a.Into, FieldPractice)
		if a.Into != nil && a.Into.Slug == p.Slug {
			faults = []Fault{{FieldPractice, "Et eksempel kan ikke lægges sammen med sig selv. Skriv adressen på et andet."}}
		}
		if a.Reason != "" {
			faults = append(faults, explanation(FieldReason, a.Reason, "")...)
		}
	}
	if err := refusal(faults); err != nil {
		return Decision{}, err
	}
	return d, nil
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
	if left := unanswered(checked, KindFull, true, a.Cleared); len(left) > 0 {
		return &UnfinishedError{Warnings: left}
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
