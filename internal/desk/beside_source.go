package desk

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"praksis/internal/catalogue"
	"praksis/internal/postgres"
	"praksis/internal/review"
	"praksis/web"
)

// wanted is what somebody at the source wants corrected in a part of a draft.
type wanted struct {
	inquiry int64
	part    review.PartAnswer
	said    web.DeskSaid
	mended  bool // the draft says something else by now
}

// wanted reads what the answers to the municipality's check that wait want corrected, the
// oldest first. draft is the record as it would be published.
func (d *Desk) wanted(ctx context.Context, s *postgres.SubmissionView, draft *catalogue.Practice) (out []wanted, err error) {
	if !s.State.Open() || !s.Facts.Check.Waits {
		return nil, nil
	}
	list, err := d.store.Inquiries(ctx, s.ID, 0)
	if err != nil {
		return nil, err
	}
	now := web.Fingerprints(d.recordParts(draft))
	for _, q := range slices.Backward(list) {
		if q.AnsweredAt == nil || q.ClosedAt != nil {
			continue
		}
		for _, a := range q.Parts {
			if a.Right {
				continue
			}
			out = append(out, wanted{q.ID, a, web.DeskSaid{Who: cmp.Or(q.Email, "Kilden") + " skrev i kommunens tjek", When: catalogue.DanishTime(*q.AnsweredAt), Text: a.Text,
				Marks: marks(review.AnswerWarnings(&review.Submission{}, a.Text, true))}, now[a.Path] != a.Shown})
		}
	}
	return out, nil
}

// fromSource puts what the source wants corrected into the thread of a part, by its path
// in the draft.
func (x *beside) fromSource(v *web.DeskAsk, path string) {
	for _, w := range x.wanted {
		if w.part.Path == path {
			v.Thread = append(v.Thread, w.said)
		}
	}
}

// offerText offers to take a text over that somebody has written for a field that is a
// text: what the source wants it to say, or what the submitter answered.
func (x *beside) offerText(v *web.DeskField, path, step string) {
	if v.Take.Value != "" || !x.open || textAt(&x.f.practice, path) == nil {
		return
	}
	take := func(label, value string) {
		v.Take = web.FormButton{Label: label, Name: "handling", Value: value, Action: x.b.Action + x.l.query(step) + x.b.URL(path)}
	}
	for _, w := range x.wanted {
		if w.part.Path == path && !w.mended {
			v.Marks = append(v.Marks, web.DeskMark{Text: "Kilden har rettet det i kommunens tjek.", Lacks: true})
			take("Brug kildens rettelse", "kilde:"+number(w.inquiry)+":"+path)
			return
		}
	}
	for _, q := range slices.Backward(x.questions()) {
		if q.Field == path && x.fresh(q) && !q.Corrected && q.Answer != "" {
			take("Føj svaret til feltet", "svar:"+number(q.ID)+":"+path)
			return
		}
	}
}

// textAt is the text of a field that stands in no list; nil where there is none.
func textAt(p *catalogue.Practice, path string) *string {
	f := catalogue.FieldAt(path)
	if f == nil || strings.Contains(path, "[") || f.Asked == catalogue.FormNone || f.Asked > catalogue.FormFull || f.Kind != catalogue.FieldLine && f.Kind != catalogue.FieldProse {
		return nil
	}
	return f.Of(p).Text()
}

// usedIn tells whether the draft has a text word for word in a field, or what the source
// has corrected there since.
func (x *beside) usedIn(path, text string) bool {
	if slices.ContainsFunc(x.wanted, func(w wanted) bool { return w.mended && w.part.Path == path }) {
		return true
	}
	at := textAt(&x.f.practice, path)
	plain := func(s string) string { return strings.Join(strings.Fields(s), " ") }
	return at != nil && text != "" && strings.Contains(plain(*at), plain(text))
}

// takeText puts a text that was offered into the draft: kind is "kilde" or "svar", rest
// the ID of the inquiry or the question, and the field.
func (d *Desk) takeText(ctx context.Context, f *draftForm, s *postgres.SubmissionView, kind, rest string) error {
	id, path, _ := strings.Cut(rest, ":")
	at := textAt(&f.practice, path)
	if at == nil {
		return &badAction
	}
	if kind == "svar" {
		i := slices.IndexFunc(s.Questions, func(q postgres.SubmissionQuestion) bool { return number(q.ID) == id && q.Field == path })
		if i < 0 || s.Questions[i].Answer == "" {
			return &badAction
		}
		between := "\n\n"
		if catalogue.FieldAt(path).Kind == catalogue.FieldLine {
			between = " "
		}
		*at = strings.TrimSpace(*at + between + s.Questions[i].Answer)
		return nil
	}
	list, err := d.store.Inquiries(ctx, s.ID, 0)
	if err != nil {
		return err
	}
	for _, q := range list {
		for _, a := range q.Parts {
			if number(q.ID) == id && a.Path == path && !a.Right {
				*at = a.Text
				return nil
			}
		}
	}
	return &badAction
}
