package desk

import (
	"cmp"
	"crypto/rand"
	"errors"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"praksis/internal/catalogue"
	"praksis/internal/postgres"
	"praksis/internal/review"
	"praksis/web"
)

// A revision in work is what its editor has typed and not published: it is kept as
// every unsaved form of the desk is (docs/house.md, "One draft in steps").

// fieldJoined marks what is kept of a form as pressed by its editor when two revisions
// stood on the page: what they chose there holds from then on.
const fieldJoined = "samlet"

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

// readRevision reads a posted or kept revision. The address is not the form's to
// change.
func (d *Desk) readRevision(values url.Values, v *postgres.PracticeView) draftForm {
	f := readForm(values)
	f.practice.Slug = v.Record.Slug
	if f = d.rebased(f, v); values.Has(fieldJoined) && f.version != v.Edition && f.conflict.version == v.Edition {
		f = d.resolved(f, d.savedRevision(v))
	}
	return f
}

// rebased is a form of an older edition as one of the present edition, where nothing
// that it holds has changed since: another address, say, is no conflict.
func (d *Desk) rebased(f draftForm, v *postgres.PracticeView) draftForm {
	saved := d.savedRevision(v)
	if x := catalogue.FieldAt("slug"); f.base != nil { // no revision changes the address
		f.base = maps.Clone(f.base)
		f.base[x.Path] = saved.base[x.Path]
	}
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

// inWork is the revision of an example that the signed-in editor has in work; false
// where they have none, or one that says what is published.
func (d *Desk) inWork(r *http.Request, v *postgres.PracticeView) (f draftForm, a pageState, ok bool, err error) {
	kept, others, err := d.unsaved(r, practiceForm(v.Record.Slug, partRevise))
	if err != nil {
		return f, a, false, err
	}
	a.others = others
	if kept == nil {
		return f, a, false, nil
	}
	f = d.readRevision(kept.Values, v)
	a.stale, a.keptAt = f.version != v.Edition, kept.KeptAt
	return f, a, !d.sameDraft(f, d.savedRevision(v)), nil
}

// revisionDone are what the page says that was just done, by the button.
var revisionDone = map[string]string{"gem": "Kladden er gemt. Læserne ser den først, når du udgiver den."}

// revisePage is the form in which a published example is changed.
func (d *Desk) revisePage(w http.ResponseWriter, r *http.Request) error {
	v, err := d.practiceOf(r)
	if err != nil {
		return movedOr(w, r, err, partRevise)
	}
	f, a, inWork, err := d.inWork(r, v)
	if err != nil {
		return err
	}
	_, can := review.Revise.After(v.Record.State)
	if !can && !inWork {
		return seeOther(w, r, web.DeskPracticePath(v.Record.Slug))
	}
	if !inWork {
		f, a = d.savedRevision(v), pageState{others: a.others}
	}
	if f.step = revisionSteps.at(r.URL.Query().Get(fieldStep)); can {
		a.done = revisionDone[r.URL.Query().Get("gjort")]
	}
	return d.showRevision(w, r, http.StatusOK, v, f, a)
}

// revise does with a revision what the pressed button says. All of them keep what was
// typed; one publishes it as the example's next revision.
func (d *Desk) revise(w http.ResponseWriter, r *http.Request) error {
	if err := form(r); err != nil {
		return err
	}
	v, err := d.practiceOf(r)
	if err != nil {
		return movedOr(w, r, err, partRevise)
	}
	what, to, _ := strings.Cut(r.PostForm.Get("handling"), ":")
	if slices.Contains([]string{"", "gem", "videre", "vis", "udgiv"}, what) {
		r.PostForm.Set(fieldJoined, "1")
	}
	f, own := d.readRevision(r.PostForm, v), practiceForm(v.Record.Slug, partRevise)
	f.step = revisionSteps.at(r.URL.Query().Get(fieldStep))
	if what == discard || what == discardDraft {
		d.closeForm(r, own, f.page)
		return seeOther(w, r, own.path)
	}
	a := pageState{unsaved: true, stale: f.version != v.Edition}
	if a.faults = review.Unstorable(&f.practice); len(a.faults) == 0 {
		f.page, a.faults, err = d.keepDraft(r, own, f, true)
	}
	if err != nil {
		return err
	}
	if len(a.faults) > 0 {
		return d.showRevision(w, r, http.StatusUnprocessableEntity, v, f, a)
	}
	switch what {
	case "", "gem":
		return seeOther(w, r, doneAtStep(own, "gem", f.step))
	case "videre":
		return seeOther(w, r, doneAtStep(own, "gem", to))
	case "vis":
		return seeOther(w, r, own.path+partPreview+"?"+url.Values{fieldPage: {f.page}}.Encode())
	case "udgiv":
		return d.publishRevision(w, r, v, f)
	case "trin":
		f.step = revisionSteps.at(to)
	default:
		if done, err := d.editDraft(&f); !done || err != nil {
			return cmp.Or(err, error(&badAction))
		}
	}
	return d.showRevision(w, r, http.StatusOK, v, f, pageState{dirty: what != "trin", stale: a.stale})
}

// publishRevision publishes what was typed as the example's next revision. When that
// is refused, the page comes back with everything as it was typed.
func (d *Desk) publishRevision(w http.ResponseWriter, r *http.Request, v *postgres.PracticeView, f draftForm) error {
	own, saved := practiceForm(v.Record.Slug, partRevise), d.savedRevision(v)
	_, e := d.auth.At(r.Context())
	if f.version == v.Edition && d.sameText(f, saved) {
		d.closeForm(r, own, f.page)
		return seeOther(w, r, doneAt(practiceForm(v.Record.Slug, ""), "uaendret"))
	}
	draft := withoutEmptyRows(d.asWritten(f, saved))
	act := review.Act{Action: review.Revise, Editor: e.ID, Version: v.Record.Revision, Edition: max(f.version, 1), Draft: &draft, Cleared: f.cleared, Overruled: f.overruled}
	if f.raised {
		act.Change = review.ChangeContent
	}
	done, err := d.store.Apply(r.Context(), postgres.On{Practice: v.Record.Slug}, act, d.now())
	var refused *review.RefusedError
	var unfinished *review.UnfinishedError
	a, status := pageState{unsaved: true, wrong: map[string]string{}}, http.StatusUnprocessableEntity
	switch {
	case err == nil:
		d.closeForm(r, own, f.page)
		d.errors.Log.InfoContext(r.Context(), "practice", "slug", done.Practice, "action", act.Action, "editor", e.ID)
		said := "ret"
		if v.Record.State == catalogue.StateWithdrawn {
			said = "ret-trukket"
		}
		return seeOther(w, r, doneAt(practiceForm(done.Practice, ""), said))
	case errors.As(err, &refused):
		for _, x := range refused.Faults {
			if item, is := strings.CutPrefix(x.Field, review.PrefixOverruled); is {
				a.wrong[overrulePrefix+item] = x.Message
			} else {
				a.faults = append(a.faults, x)
			}
		}
	case errors.As(err, &unfinished):
		a.unfinished(unfinished)
	case errors.Is(err, catalogue.ErrConflict):
		status, a.stale, a.unsaved = http.StatusConflict, true, false
		if v, err = d.store.PracticeForDesk(r.Context(), v.Record.Slug); err != nil {
			return movedOr(w, r, err, partRevise) // what was typed is kept
		}
		if saved := d.savedRevision(v); v.Record.State == catalogue.StatePublished && d.sameText(f, saved) { // a second press of the same button
			d.closeForm(r, own, f.page)
			return seeOther(w, r, doneAt(practiceForm(v.Record.Slug, ""), "udgivet"))
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
