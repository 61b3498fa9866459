package desk

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"praksis/internal/catalogue"
	"praksis/internal/difference"
	"praksis/internal/postgres"
	"praksis/internal/review"
	"praksis/web"
)

// revisionSides are the words for what is published and a revision of it.
var revisionSides = web.DeskSides{Beside: "Sådan er det nu", Draft: "Sådan bliver det", Label: "Nu", None: "Står tomt nu.", Gone: "Er taget ud."}

// showRevision shows the form of a published example as it was typed.
func (d *Desk) showRevision(w http.ResponseWriter, r *http.Request, status int, p *postgres.PracticeView, f draftForm, a pageState) error {
	own := practiceForm(p.Record.Slug, partRevise)
	saved := d.savedRevision(p)
	b := d.recordForm(&f.practice, own.path, a.faults)
	_, open := review.Revise.After(p.Record.State)
	_, e := d.auth.At(r.Context())
	mine := open && e.Role.May(review.Revise) // who may not revise reads
	beside := 0
	if a.stale {
		beside = p.Edition
	}
	v := web.DeskRevision{Desk: d.practicePage(r, p, "Ret eksemplet"), DeskDraft: d.draft(own, f, e.ID, beside), Raised: f.raised, Back: web.Link{Label: "Gå tilbage til eksemplet", URL: web.DeskPracticePath(p.Record.Slug)}}
	v.Open, v.Done, v.Sides, v.Apart, v.Preview = mine, a.done, revisionSides, true, own.path+partPreview
	v.Dirty = a.dirty || a.unsaved || a.stale && a.keptAt.IsZero()
	if a.stale {
		v.Stale = d.staleRevision(p, f)
		if !open {
			v.Stale.Discard = own.discardPost("Kassér det, jeg har skrevet", f.page, e.ID)
		}
	} else if !a.keptAt.IsZero() {
		v.Where, v.Discard = "Her er din kladde, sidst gemt "+clock(a.keptAt, d.now())+". ", "Kassér kladden"
	}
	if p.Record.State == catalogue.StateWithdrawn {
		v.Where += "Eksemplet er trukket tilbage. Det er det også, når du har udgivet rettelsen, til nogen udgiver det igen. "
	}
	v.Where += fmt.Sprintf("Kun du kan se det, du skriver, til du udgiver det. Kladden ligger her i %d dage efter sidste ændring.", postgres.PracticeFormKept/(24*time.Hour))
	if len(a.others) > 0 {
		v.Kept = &web.DeskKept{Others: a.others}
	}
	others, err := d.alsoRevising(r, p)
	if err != nil {
		return err
	}
	for _, x := range others {
		v.Others = append(v.Others, x.Editor+" har også en rettelse i gang, sidst ændret "+clock(x.KeptAt, d.now())+". Udgiver I begge, vælger den sidste for hvert felt. Tal eventuelt sammen først.")
	}
	x := d.besidePublic(saved, f, a, b, mine)
	x.checklist = revisionChecklist(&x.draft)
	x.show(&v.DeskDraft)
	for i := range v.Steps { // the address has a decision of its own
		for j := range v.Steps[i].Parts {
			part := &v.Steps[i].Parts[j]
			part.Fields = slices.DeleteFunc(part.Fields, func(f web.DeskField) bool { return f.Name == "slug" })
		}
	}
	d.difference(&v, p, d.proposed(f, saved), x)
	for _, m := range summary(b, a) {
		if m.URL == "" && a.unsaved {
			m.Message = "Det er ikke udgivet. Det står her, som du har skrevet det."
		}
		v.Errors = append(v.Errors, m)
	}
	return d.show(w, r, status, web.DeskRevisionPage(v))
}

// difference puts what a revision changes on the last step, with what the readers are
// told of it, and what of the checklist it makes worse.
func (d *Desk) difference(v *web.DeskRevision, p *postgres.PracticeView, f draftForm, x *beside) {
	now := d.previewed(p, f)
	v.D = web.Difference{Before: "det, der er udgivet", After: "det, du har skrevet", Level: 4, Parts: difference.Short(difference.Of(p.Record, now, difference.Content, d.index.Taxonomy()))}
	least := review.ChangeKind(p.Record, now)
	if len(v.D.Parts) > 0 || least != review.ChangeNone {
		v.Kind, v.Raise = kindTold(least), least == review.ChangeCorrection
	}
	if f.raised && !v.Raise { // there is no box for it now
		v.Hidden = append(v.Hidden, web.Hidden{Name: fieldChange, Value: "indhold"})
	}
	worse := review.Worsened(p.Record, now)
	v.Checklist = x.checked(func(c review.Checked) bool {
		return slices.ContainsFunc(worse, func(w review.Checked) bool { return w.Item == c.Item })
	})
}

// kindTold says what the readers are told of a change.
func kindTold(c review.Change) string {
	return "Læserne får at vide, at det er: " + catalogue.LowerFirst(review.Changes.Label(c)) + "."
}

// revisionChecklist is the checklist of an example that is published, without what is
// asked of a submission alone.
func revisionChecklist(p *catalogue.Practice) []review.Checked {
	return slices.DeleteFunc(review.Checklist(p, 0, 0), func(c review.Checked) bool {
		return c.Item == review.CheckQuestions || c.Item == review.CheckFiles
	})
}

// proposed is what would be published of a form: where another edition is saved, what
// the page proposes to choose of both.
func (d *Desk) proposed(f, saved draftForm) draftForm {
	if f.version == saved.version {
		return f
	}
	c := conflict{version: saved.version, shown: d.fingerprints(f), choices: map[string]string{}}
	for _, x := range d.choices(saved, f) {
		if x.Saved {
			c.choices[strings.TrimPrefix(x.Name, choicePrefix)] = web.ChooseSaved
		}
	}
	f.conflict = c
	return d.resolved(f, saved)
}

// previewed is an example as a revision of it would be.
func (d *Desk) previewed(p *postgres.PracticeView, f draftForm) *catalogue.Practice {
	draft := withoutEmptyRows(d.asWritten(f, d.savedRevision(p)))
	now := review.Preview(&draft, nil, d.now(), d.index.Taxonomy())
	for _, x := range catalogue.Fields {
		if x.Meta != catalogue.MetaNone {
			x.Take(now, p.Record)
		}
	}
	return now
}

// alsoRevising are the revisions of an example that other editors have in work.
func (d *Desk) alsoRevising(r *http.Request, p *postgres.PracticeView) ([]postgres.OthersForm, error) {
	_, e := d.auth.At(r.Context())
	list, err := d.store.OthersUnsaved(r.Context(), e.ID, practiceForm(p.Record.Slug, partRevise).path)
	if err != nil {
		return nil, err
	}
	saved := d.savedRevision(p)
	return slices.DeleteFunc(list, func(x postgres.OthersForm) bool { return d.sameDraft(d.readRevision(x.Values, p), saved) }), nil
}

// revisions tells on an example's own page of the revisions of it in work: that of who
// is signed in, with a link, and the others'.
func (d *Desk) revisions(r *http.Request, v *web.DeskPractice, p *postgres.PracticeView) error {
	_, a, inWork, err := d.inWork(r, p)
	if err != nil {
		return err
	}
	if _, can := review.Revise.After(p.Record.State); !can {
		if inWork {
			v.Draft, v.Revise = "Du har en kladde til en rettelse, sidst gemt "+clock(a.keptAt, d.now())+". Eksemplet kan ikke rettes mere.", web.Link{Label: "Se, hvad du skrev", URL: practiceForm(p.Record.Slug, partRevise).path}
		}
		return nil
	}
	if inWork {
		v.Draft, v.Revise = "Du har en kladde til en rettelse, sidst gemt "+clock(a.keptAt, d.now())+". Læserne ser den ikke.", web.Link{Label: "Skriv videre, og udgiv den", URL: practiceForm(p.Record.Slug, partRevise).path}
	}
	others, err := d.alsoRevising(r, p)
	for _, x := range others {
		v.Others = append(v.Others, x.Editor+" har en rettelse i gang, sidst ændret "+clock(x.KeptAt, d.now())+".")
	}
	return err
}

// staleRevision says what has happened since the editor's page was made, and what
// both say.
func (d *Desk) staleRevision(p *postgres.PracticeView, f draftForm) *web.DeskStale {
	_, open := review.Revise.After(p.Record.State)
	v := &web.DeskStale{Save: open, Theirs: "Brug det, der er udgivet", Saved: "det, der er udgivet", Text: "Der er sket noget med eksemplet, siden du begyndte.", Choices: d.choices(d.savedRevision(p), f)}
	if f.events >= 0 && f.events < len(p.Events) {
		v.Events = practiceLines(p.Events[f.events:])
	}
	switch {
	case !open:
		v.Both, v.Choices = both(v.Choices), nil
		v.Text = "Eksemplet kan ikke rettes mere. Det, du har skrevet, står her endnu, men kan ikke udgives."
	case len(v.Choices) == 0:
		v.Text += " Det, der er udgivet, siger det samme som det, du har skrevet."
	default:
		v.Text += " Det, du har skrevet, står her endnu, men er ikke udgivet. Vælg for hvert felt, hvad der skal gælde, og gem kladden."
	}
	return v
}
