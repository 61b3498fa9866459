package review

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"praksis/internal/catalogue"
)

// publish makes a practice of what an editor typed, of the draft that was saved,
// or of what was sent; where the submission adds to a practice, that one's next
// revision.
func (d *Decision) publish(s *Pending, p *catalogue.Practice, a Act, now time.Time) error {
	draft, cleared := Draft(&s.Content), s.Cleared
	if s.Draft != nil {
		draft = s.Draft.Clone()
	}
	if a.Draft != nil {
		draft, cleared = a.Draft.Clone(), a.Cleared
	}
	record, err := finished(draft, s.Content.NotCPR, a.Taxonomy)
	if err != nil {
		return err
	}
	left := UnfinishedError{Warnings: unanswered(record, s.Content.Kind, s.Content.NotCPR, cleared)}
	for _, id := range s.Unread {
		if !slices.Contains(a.Seen, id) {
			left.Unread = append(left.Unread, id)
		}
	}
	d.Revision, d.PracticeEvent = &Revision{Record: record, New: true}, Event{Kind: EventPublished, Editor: a.Editor}
	if s.Adds {
		if record, err = add(p, record, s.Received, a.Taxonomy); err != nil {
			return err
		}
		d.Revision, d.PracticeEvent.Kind = &Revision{Record: record}, EventAdded
		d.PracticeEvent.Change = ChangeKind(p, record)
	}
	if a.Day != "" {
		if err := refusal(dayFaults(a.Day, now)); err != nil {
			return err
		}
		d.LookBy = &a.Day
	}
	var overruled string
	var faults []Fault
	if left.Lacking, overruled, faults = overrule(Checklist(record, len(s.Open), len(left.Unread)), a.Overruled, s.Content.NotCPR); len(faults) > 0 {
		return refusal(faults)
	}
	if len(left.Warnings)+len(left.Unread)+len(left.Lacking) > 0 {
		return &left
	}
	d.Mask = removedFromRecord(&s.Content, record)
	d.Event = Event{Kind: EventPublished, Text: overruled}
	d.Mails = []Mail{s.mail(MailPublished, d.State)}
	return nil
}

// finished is a typed record, checked, without what the catalogue adds, which is
// not an editor's to say. The record may be changed.
func finished(record catalogue.Practice, notCPR bool, t *catalogue.Taxonomy) (*catalogue.Practice, error) {
	if t == nil {
		return nil, errors.New("no taxonomy to check the record against")
	}
	record.ClearMeta(catalogue.MetaExported)
	if err := refusal((&checker{taxonomy: t, notCPR: notCPR}).all(&record)); err != nil {
		return nil, err
	}
	return &record, nil
}

// unanswered are the warnings of a record that no editor has answered.
func unanswered(record *catalogue.Practice, kind SubmissionKind, notCPR bool, cleared []string) []Warning {
	return Unanswered(Warnings(&Submission{Kind: kind, Practice: *record, NotCPR: notCPR}), cleared)
}

// add is a practice with the findings of a checked draft and their sources
// added.
func add(p, draft *catalogue.Practice, received time.Time, t *catalogue.Taxonomy) (*catalogue.Practice, error) {
	if len(draft.Findings) == 0 {
		return nil, refusal([]Fault{{"findings", "Der er ingen erfaring at lægge til eksemplet. Skriv mindst én."}})
	}
	if err := refusal(published(p, "about")); err != nil {
		return nil, err
	}
	out := p.Clone()
	sources := draft.Sources
	if len(sources) == 0 {
		// Without a source of its own a finding would be taken for one of the
		// practice's first source.
		sources = []catalogue.Source{{Kind: "note", Document: "Indsendt til Praksiskataloget", Publisher: draft.Organisation.Name,
			Date: catalogue.Date(received.UTC().Format("2006-01"))}}
	}
	keys := map[string]bool{}
	for _, f := range out.Findings {
		keys[f.Key] = true
	}
	for _, f := range draft.Findings {
		f.Source = len(out.Sources) + max(f.Source, 1)
		for n := len(out.Findings) + 1; keys[f.Key]; n++ { // e1 of the draft is not e1 of the practice
			f.Key = fmt.Sprint("e", n)
		}
		keys[f.Key] = true
		out.Findings = append(out.Findings, f)
	}
	out.Sources = append(out.Sources, sources...)
	return &out, refusal((&checker{taxonomy: t, notCPR: true}).all(&out)) // the draft itself has been checked
}

// ErrNoSlug is the refusal of a new practice whose title and organisation give
// no address that is free.
var ErrNoSlug = refusal([]Fault{{"slug", "Der er allerede mange eksempler med den titel. Giv eksemplet en anden titel."}})
