package desk

import (
	"cmp"
	"crypto/rand"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"praksis/internal/catalogue"
	"praksis/internal/postgres"
	"praksis/internal/review"
	"praksis/web"
)

// Names of the fields of a merge.
const (
	fieldOther, fieldOtherEdition    = "med", "med-udgave"
	fieldMergeWhy, fieldJoinSolution = "sammen-grund", "loesning"
)

// mergeForm is what an editor says of two examples.
type mergeForm struct {
	other, why, solution  string
	edition, otherEdition int
	action, page          string
	keptAt                time.Time
}

func readMerge(v url.Values) mergeForm {
	f := mergeForm{other: slugIn(catalogue.Visible(v.Get(fieldOther))), why: message(v, fieldMergeWhy), solution: v.Get(fieldJoinSolution), action: v.Get("handling"), page: pageOf(v)}
	f.edition, _ = strconv.Atoi(v.Get(fieldEdition))
	f.otherEdition, _ = strconv.Atoi(v.Get(fieldOtherEdition))
	return f
}

// mergePage asks for the other example, and shows what becomes of both when the
// address names it.
func (d *Desk) mergePage(w http.ResponseWriter, r *http.Request) error {
	v, err := d.practiceOf(r)
	if err != nil {
		return movedOr(w, r, err, partMerge)
	}
	if _, can := review.MergePractice.After(v.Record.State); !can {
		return seeOther(w, r, web.DeskPracticePath(v.Record.Slug))
	}
	f := mergeForm{other: slugIn(catalogue.Visible(r.URL.Query().Get(fieldOther))), page: rand.Text()}
	kept, _, err := d.unsaved(r, practiceForm(v.Record.Slug, partMerge))
	if err != nil {
		return err
	}
	if kept != nil {
		if typed := readMerge(kept.Values); (f.other == "" || f.other == typed.other) && typed.why+typed.solution != "" {
			f, f.keptAt = typed, kept.KeptAt
		}
	}
	return d.showMerge(w, r, http.StatusOK, v, f, nil)
}

// merge joins two examples: into one, or in a solution.
func (d *Desk) merge(w http.ResponseWriter, r *http.Request) error {
	if err := form(r); err != nil {
		return err
	}
	v, err := d.practiceOf(r)
	if err != nil {
		return movedOr(w, r, err, partMerge)
	}
	f, own := readMerge(r.PostForm), practiceForm(v.Record.Slug, partMerge)
	if f.action == discard {
		d.closeForm(r, own, f.page)
		return seeOther(w, r, own.path)
	}
	f.page = d.keepPosted(r, own, false)
	_, e := d.auth.At(r.Context())
	a := review.Act{Editor: e.ID, Edition: max(f.edition, 1), IntoEdition: max(f.otherEdition, 1)}
	switch f.action {
	case "sammenlaeg":
		a.Action, a.Reason = review.MergePractice, f.why
	case "loesning":
		a.Action, a.Solution = review.JoinSolution, f.solution
	default:
		return &badAction
	}
	on := postgres.On{Practice: v.Record.Slug, Into: f.other}
	if _, err = d.store.Apply(r.Context(), on, a, d.now()); err == nil {
		d.closeForm(r, own, f.page)
		d.errors.Log.InfoContext(r.Context(), "practice", "slug", v.Record.Slug, "action", a.Action, "into", f.other, "editor", e.ID)
		at := v.Record.Slug
		if a.Action == review.MergePractice {
			at = f.other
		}
		return seeOther(w, r, doneAt(practiceForm(at, ""), f.action))
	}
	wrong := map[string]string{}
	if refused, ok := errors.AsType[*review.RefusedError](err); ok {
		names := map[string]string{review.FieldPractice: fieldOther, review.FieldReason: fieldMergeWhy, review.FieldSolution: fieldJoinSolution}
		for _, x := range refused.Faults {
			name := names[x.Field]
			if name == "" { // of the record that both would become
				name, x.Message = fieldOther, "De kan ikke lægges sammen. "+(&web.RecordForm{}).Line(x.Field, catalogue.WithColon(fieldLabel(x.Field))+x.Message).Message
			}
			wrong[name] = x.Message
		}
		return d.showMerge(w, r, http.StatusUnprocessableEntity, v, f, wrong)
	}
	if !errors.Is(err, catalogue.ErrConflict) {
		return err
	}
	if v, err = d.store.PracticeForDesk(r.Context(), v.Record.Slug); err != nil {
		return movedOr(w, r, err, partMerge)
	}
	wrong[stale] = "x"
	return d.showMerge(w, r, http.StatusConflict, v, f, wrong)
}

// stale marks what is wrong with a form that comes too late.
const stale = "for sent"

// showMerge shows what two examples would become.
func (d *Desk) showMerge(w http.ResponseWriter, r *http.Request, status int, p *postgres.PracticeView, f mergeForm, wrong map[string]string) error {
	own := practiceForm(p.Record.Slug, partMerge)
	_, e := d.auth.At(r.Context())
	v := web.DeskMerge{Desk: d.practicePage(r, p, "Læg det sammen med et andet"), Action: own.path, Keep: own.path + pathKeep, Dirty: f.why+f.solution != "",
		Back:   web.Link{Label: "Gå tilbage til eksemplet", URL: web.DeskPracticePath(p.Record.Slug)},
		Other:  line(fieldOther, "Adressen på det andet eksempel", "Det, der står efter /eksempler/. Det er det, der bliver stående."),
		Reason: area(fieldMergeWhy, "Hvordan ved vi, at det er den samme indsats?", "Må være tom. Kun redaktionen kan læse det.")}
	v.Other.Value, v.Other.Error = f.other, wrong[fieldOther]
	v.Reason.Value, v.Reason.Error = f.why, wrong[fieldMergeWhy]
	v.Solution = web.Field{Type: web.FieldSelect, ID: fieldJoinSolution, Name: fieldJoinSolution, Label: "Løsning", Value: f.solution, Error: wrong[fieldJoinSolution], Options: []web.FieldOption{{Label: "Vælg", Chosen: f.solution == ""}}}
	for _, t := range d.index.Taxonomy().Terms[catalogue.SolutionList] {
		v.Solution.Options = append(v.Solution.Options, web.FieldOption{Value: t.Slug, Label: t.Label, Chosen: t.Slug == f.solution})
	}
	if !f.keptAt.IsZero() {
		v.Kept = &web.DeskKept{Heading: notSaved, Text: keptText(f.keptAt), Discard: own.discardPost("Kassér det", f.page, e.ID)}
	}
	var other *postgres.PracticeView
	if f.other != "" && catalogue.Slugify(f.other) == f.other {
		var err error
		if other, err = d.store.PracticeForDesk(r.Context(), f.other); err != nil && !errors.Is(err, catalogue.ErrNotFound) {
			m, moved := errors.AsType[*catalogue.MovedError](err)
			if !moved {
				return err
			}
			f.other = m.Slug
			if other, err = d.store.PracticeForDesk(r.Context(), f.other); err != nil {
				return err
			}
		}
	}
	_, can := review.MergePractice.After(p.Record.State)
	switch {
	case !can:
		v.Other.Error = "Eksemplet er ikke udgivet mere. Det kan ikke lægges sammen med et andet."
	case f.other == "":
	case other == nil || other.Record.State != catalogue.StatePublished:
		v.Other.Error = "Der er intet udgivet eksempel med den adresse. Skriv adressen på et, der er udgivet."
	case other.ID == p.ID:
		v.Other.Error = "Et eksempel kan ikke lægges sammen med sig selv. Skriv adressen på et andet."
	default:
		v.Preview = d.merged(p, other)
		v.Hidden = append(own.hidden(f.page, e.ID), web.Hidden{Name: fieldOther, Value: f.other}, web.Hidden{Name: fieldEdition, Value: strconv.Itoa(p.Edition)}, web.Hidden{Name: fieldOtherEdition, Value: strconv.Itoa(other.Edition)})
	}
	if wrong[stale] != "" {
		v.Stale = &web.DeskStale{Text: "Et af eksemplerne er ændret, siden du åbnede siden. Intet er gjort. Se, hvad de bliver til nu, og tryk igen, hvis det stadig er rigtigt.", Discard: own.discardPost("Kassér det, jeg har skrevet", f.page, e.ID)}
		for _, x := range []*postgres.PracticeView{p, other} {
			if x != nil && len(x.Events) > 0 {
				v.Stale.Events = append(v.Stale.Events, practiceLines(x.Events[len(x.Events)-1:])...)
			}
		}
	}
	for _, x := range []web.Field{v.Other, v.Reason, v.Solution} {
		if x.Error != "" {
			v.Errors = append(v.Errors, web.FormError{Message: x.Error, URL: "#" + x.ID})
		}
	}
	if v.Preview == nil {
		similar, err := d.similar(r.Context(), p.Record.Title)
		if err != nil {
			return err
		}
		for _, x := range similar {
			if x.Slug != p.Record.Slug {
				v.Similar = append(v.Similar, web.Link{Label: x.Title + " (" + x.Who + ")", URL: own.path + "?" + url.Values{fieldOther: {x.Slug}}.Encode()})
			}
		}
	}
	return d.show(w, r, status, web.DeskMergePage(v))
}

// merged is what two examples would become, in words.
func (d *Desk) merged(p, into *postgres.PracticeView) *web.DeskMerged {
	m := review.Merged(p.Record, into.Record)
	x := &m.Record
	var who []string
	for _, o := range x.Organisations() {
		who = append(who, o.Name)
	}
	v := &web.DeskMerged{Goes: web.Link{Label: p.Record.Title, URL: web.DeskPracticePath(p.Record.Slug)}, Stays: web.Link{Label: into.Record.Title, URL: web.DeskPracticePath(into.Record.Slug)},
		Swap:  web.Link{Label: "Byt om, så det er dette, der bliver stående", URL: web.DeskPracticePath(into.Record.Slug) + partMerge + "?" + url.Values{fieldOther: {p.Record.Slug}}.Encode()},
		Facts: []web.Fact{{Label: "Titel", Value: x.Title}, {Label: "Hvem", Value: strings.Join(who, ", ")}, {Label: "Kort fortalt", Value: cmp.Or(x.Summary, "Ikke udfyldt")}}}
	for i, f := range x.Findings {
		v.Findings = append(v.Findings, web.DeskMergedRow{Text: f.Text, Note: fmt.Sprintf("%s · kilde %d", cmp.Or(catalogue.Effects.Label(f.Effect), "Effekt ikke oplyst"), max(f.Source, 1)), Comes: slices.Contains(m.Findings, i)})
	}
	for i, s := range x.Sources {
		v.Sources = append(v.Sources, web.DeskMergedRow{Text: s.Document, Note: strings.Trim(s.Publisher+", "+s.Date.Danish(), ", "), Comes: slices.Contains(m.Sources, i)})
	}
	for _, l := range m.Left {
		v.Left = append(v.Left, web.Fact{Label: l.Label, Value: d.shown(l.Field, l.Before)})
	}
	v.Addresses = append([]string{p.Record.Slug}, p.Former...)
	for _, was := range p.Merged {
		v.Addresses = append(v.Addresses, was.Slug)
	}
	return v
}
