package desk

import (
	"crypto/rand"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"strconv"

	"praksis/internal/catalogue"
	"praksis/internal/postgres"
	"praksis/internal/review"
	"praksis/web"
)

// savedRevision is the form of what is published. What was published has been
// answered for: its warnings are ticked.
func (d *Desk) savedRevision(v *postgres.PracticeView) draftForm {
	f := draftForm{page: rand.Text(), version: v.Edition, events: len(v.Events), practice: v.Record.Clone()}
	for _, x := range review.Warnings(&review.Submission{Kind: review.KindFull, Practice: *v.Record, NotCPR: true}) {
		f.cleared = append(f.cleared, x.Key)
	}
	f.base = d.fingerprints(f)
	return f
}

// readRevision reads a posted revision. The address is not the form's to change.
func (d *Desk) readRevision(values url.Values, v *postgres.PracticeView) draftForm {
	f := readForm(values)
	f.practice.Slug = v.Record.Slug
	return d.rebased(f, v)
}

// rebased is a form of an older edition as one of the present edition, where nothing
// that it holds has changed since: another address, say, is no conflict.
func (d *Desk) rebased(f draftForm, v *postgres.PracticeView) draftForm {
	saved := d.savedRevision(v)
	if _, can := review.Revise.After(v.Record.State); can && f.base != nil && f.version != saved.version && f.base.String() == saved.base.String() {
		f.version = saved.version
	}
	// An example comes into a solution, or out of one, without a new edition: the editors
	// of the solution decide. Who has left its solutions alone takes none of that back.
	if x := catalogue.FieldAt("solutions"); f.base != nil && d.fingerprints(f)[x.Path] == f.base[x.Path] {
		x.Take(&f.practice, &saved.practice)
		if f.base = maps.Clone(f.base); saved.base[x.Path] == "" {
			delete(f.base, x.Path)
		} else {
			f.base[x.Path] = saved.base[x.Path]
		}
	}
	return f
}

// revisePage is the form in which a published example is changed.
func (d *Desk) revisePage(w http.ResponseWriter, r *http.Request) error {
	v, err := d.practiceOf(r)
	if err != nil {
		return movedOr(w, r, err, partRevise)
	}
	if _, can := review.Revise.After(v.Record.State); !can {
		return seeOther(w, r, web.DeskPracticePath(v.Record.Slug))
	}
	f, a := d.savedRevision(v), pageState{}
	kept, others, err := d.unsaved(r, practiceForm(v.Record.Slug, partRevise))
	if err != nil {
		return err
	}
	a.others = others
	if kept != nil {
		if typed := d.readRevision(kept.Values, v); !d.sameDraft(typed, f) {
			f, a.stale, a.dirty, a.keptAt = typed, typed.version != v.Edition, true, kept.KeptAt
		}
	}
	return d.showRevision(w, r, http.StatusOK, v, f, a)
}

// revise publishes what was typed as the example's next revision.
func (d *Desk) revise(w http.ResponseWriter, r *http.Request) error {
	if err := form(r); err != nil {
		return err
	}
	v, err := d.practiceOf(r)
	if err != nil {
		return movedOr(w, r, err, partRevise)
	}
	f, own := d.readRevision(r.PostForm, v), practiceForm(v.Record.Slug, partRevise)
	if f.action == discard || f.action == discardDraft {
		d.closeForm(r, own, f.page)
		return seeOther(w, r, own.path)
	}
	f.page = d.keepPosted(r, own, true)
	a := pageState{unsaved: true, wrong: map[string]string{}}
	if a.faults = review.Unstorable(&f.practice); len(a.faults) > 0 {
		return d.showRevision(w, r, http.StatusUnprocessableEntity, v, f, a)
	}
	if done, err := changeRows(&f.practice, f.action); done {
		if err != nil {
			return err
		}
		return d.showRevision(w, r, http.StatusOK, v, f, pageState{dirty: true, stale: f.version != v.Edition})
	}
	if f.action != "" && f.action != "gem" {
		return &badAction
	}
	if f.version != v.Edition && f.conflict.version == v.Edition {
		f = d.resolved(f, d.savedRevision(v))
	}
	_, e := d.auth.At(r.Context())
	saved := d.savedRevision(v)
	if f.version == v.Edition && d.sameText(f, saved) {
		d.closeForm(r, own, f.page)
		return seeOther(w, r, doneAt(practiceForm(v.Record.Slug, ""), "uaendret"))
	}
	draft := withoutEmptyRows(d.asWritten(f, saved))
	act := review.Act{Action: review.Revise, Editor: e.ID, Version: v.Record.Revision, Edition: max(f.version, 1), Draft: &draft, Cleared: f.cleared}
	if f.raised {
		act.Change = review.ChangeContent
	}
	done, err := d.store.Apply(r.Context(), postgres.On{Practice: v.Record.Slug}, act, d.now())
	var refused *review.RefusedError
	var unfinished *review.UnfinishedError
	status := http.StatusUnprocessableEntity
	switch {
	case err == nil:
		d.closeForm(r, own, f.page)
		d.errors.Log.InfoContext(r.Context(), "practice", "slug", done.Practice, "action", act.Action, "editor", e.ID)
		return seeOther(w, r, doneAt(practiceForm(done.Practice, ""), "ret"))
	case errors.As(err, &refused):
		a.faults = refused.Faults
	case errors.As(err, &unfinished):
		a.wrong[fieldWarnings] = "Se på det, der kan vise, hvem nogen er. Ret teksten, eller sæt hak ved, at det er i orden."
	case errors.Is(err, catalogue.ErrConflict):
		status, a.stale, a.unsaved = http.StatusConflict, true, false
		if v, err = d.store.PracticeForDesk(r.Context(), v.Record.Slug); err != nil {
			return movedOr(w, r, err, partRevise) // what was typed is kept
		}
	default:
		return err
	}
	return d.showRevision(w, r, status, v, f, a)
}

// sameText tells whether two drafts say the same, whatever is ticked.
func (d *Desk) sameText(a, b draftForm) bool {
	a.cleared, b.cleared = nil, nil
	return d.sameDraft(a, b)
}

// asWritten is a typed draft in which what says the same as what is published is
// written as there: a form gives terms in the order of its boxes, and the first
// source a number.
func (d *Desk) asWritten(f, saved draftForm) catalogue.Practice {
	out := f.practice.Clone()
	a, b := d.fingerprints(f), d.fingerprints(saved)
	for _, x := range catalogue.Fields {
		if x.Asked != catalogue.FormNone && a[x.Path] == b[x.Path] {
			x.Take(&out, &saved.practice)
		}
	}
	return out
}

// showRevision shows the form of a published example as it was typed.
func (d *Desk) showRevision(w http.ResponseWriter, r *http.Request, status int, p *postgres.PracticeView, f draftForm, a pageState) error {
	own := practiceForm(p.Record.Slug, partRevise)
	b := d.recordForm(&f.practice, own.path, a.faults)
	_, open := review.Revise.After(p.Record.State)
	v := web.DeskRevision{Desk: d.practicePage(r, p, "Ret eksemplet"), Action: own.path, Keep: own.path + pathKeep, Open: open, Dirty: a.dirty || a.unsaved || a.stale, Raised: f.raised,
		Back: web.Link{Label: "Gå tilbage til eksemplet", URL: web.DeskPracticePath(p.Record.Slug)}}
	_, e := d.auth.At(r.Context())
	if a.stale {
		v.Stale = d.staleRevision(p, f)
		if !open {
			v.Stale.Discard = own.discardPost("Kassér det, jeg har skrevet", f.page, e.ID)
		}
	} else if !a.keptAt.IsZero() {
		v.Kept = &web.DeskKept{Heading: notSaved, Text: keptText(a.keptAt), Discard: own.discardPost("Kassér det", f.page, e.ID)}
	}
	if len(a.others) > 0 {
		if v.Kept == nil {
			v.Kept = &web.DeskKept{}
		}
		v.Kept.Others = a.others
	}
	v.Hidden = append(own.hidden(f.page, e.ID), web.Hidden{Name: fieldVersion, Value: strconv.Itoa(f.version)}, web.Hidden{Name: fieldEvents, Value: strconv.Itoa(f.events)})
	if f.base != nil {
		v.Hidden = append(v.Hidden, web.Hidden{Name: fieldBase, Value: f.base.String()})
	}
	if a.stale { // who sends it again has seen the other
		v.Hidden = append(v.Hidden, web.Hidden{Name: fieldBeside, Value: strconv.Itoa(p.Edition)}, web.Hidden{Name: fieldShown, Value: d.fingerprints(f).String()})
	}
	for i, x := range f.practice.Findings {
		v.Hidden = append(v.Hidden, web.Hidden{Name: fmt.Sprintf("findings[%d].key", i+1), Value: x.Key})
	}
	for _, s := range b.Sections() {
		fields := s.Fields[:0]
		for _, x := range s.Fields {
			if x.Name != "slug" { // it has a decision of its own
				fields = append(fields, x)
			}
		}
		s.Fields = fields
		v.Sections = append(v.Sections, s)
	}
	v.Warnings = warnings(review.KindFull, true, f, b)
	for _, o := range b.Taxonomy.Organisations {
		v.Actors = append(v.Actors, o.Name)
	}
	for _, x := range summary(b, a) {
		if x.URL == "" && a.unsaved {
			x.Message = "Det er ikke gemt. Det står her, som du har skrevet det."
		}
		v.Errors = append(v.Errors, x)
	}
	return d.show(w, r, status, web.DeskRevisionPage(v))
}

// staleRevision says what has happened since the editor's page was made, and what
// both say.
func (d *Desk) staleRevision(p *postgres.PracticeView, f draftForm) *web.DeskStale {
	_, open := review.Revise.After(p.Record.State)
	v := &web.DeskStale{Save: open, Text: "Der er sket noget med eksemplet, siden du åbnede siden.", Choices: d.choices(d.savedRevision(p), f)}
	if f.events >= 0 && f.events < len(p.Events) {
		v.Events = practiceLines(p.Events[f.events:])
	}
	switch {
	case !open:
		v.Both, v.Choices = both(v.Choices), nil
		v.Text = "Eksemplet kan ikke rettes mere. Det, du har skrevet, står her endnu, men kan ikke gemmes."
	case len(v.Choices) == 0:
		v.Text += " Det, der er udgivet, siger det samme som det, du har skrevet."
	default:
		v.Text += " Det, du har skrevet, står her endnu, men er ikke gemt. Vælg for hvert felt, hvad der skal gælde. Gemmer du nu, bliver det, du har valgt, udgivet."
	}
	return v
}
