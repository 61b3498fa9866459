package desk

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"praksis/internal/catalogue"
	"praksis/internal/review"
	"praksis/web"
)

// draft is the form of a draft as pages show it, but for its steps. beside is the
// version of the saved one that is shown beside it; 0: none is.
func (d *Desk) draft(own deskForm, f draftForm, editor int64, beside int) web.DeskDraft {
	v := web.DeskDraft{Action: own.path, Keep: own.path + pathKeep}
	hidden := func(name, value string) { v.Hidden = append(v.Hidden, web.Hidden{Name: name, Value: value}) }
	v.Hidden = own.hidden(f.page, editor)
	hidden(fieldVersion, strconv.Itoa(f.version))
	hidden(fieldEvents, strconv.Itoa(f.events))
	if f.base != nil {
		hidden(fieldBase, f.base.String())
	}
	if beside != 0 { // who sends it again has seen the other
		hidden(fieldBeside, strconv.Itoa(beside))
		hidden(fieldShown, d.fingerprints(f).String())
	}
	for i, x := range f.practice.Findings {
		hidden(fmt.Sprintf("findings[%d].key", i+1), x.Key)
	}
	for _, o := range d.index.Taxonomy().Organisations {
		v.Actors = append(v.Actors, o.Name)
	}
	return v
}

// show puts the steps into the form of the draft, and what of the warnings stands on
// the last one.
func (x *beside) show(v *web.DeskDraft) {
	v.Steps = x.steps(x.l.shown(x.f.step, x.a))
	v.Hidden = append(v.Hidden, x.answered...)
	for _, at := range slices.Sorted(maps.Keys(x.warnings)) {
		for _, w := range x.warnings[at] {
			switch {
			case w.URL == "":
				v.Warnings = append(v.Warnings, w)
			case !w.Answered:
				v.Elsewhere = append(v.Elsewhere, web.Link{Label: w.Field + " (" + cmp.Or(w.Excerpt, "se feltet") + ")", URL: w.URL})
			}
		}
	}
}

// checked is the checklist as the last step shows it. overruled tells of what is
// lacking whether a reason is asked for.
func (x *beside) checked(overruled func(review.Checked) bool) (out []web.DeskChecked) {
	for _, c := range x.checklist {
		item := web.DeskChecked{Label: review.CheckItems.Label(c.Item), Lack: c.Lack, Done: c.Done, URL: x.b.URL(c.Field)}
		if c.Item == review.CheckFiles {
			item.URL = "#" + fieldFiles
		}
		if name := overrulePrefix + string(c.Item); !c.Done && overruled(c) {
			item.Reason = web.Field{Type: web.FieldText, Name: name, ID: web.FieldID(name), Label: "Grund til at udgive uden", Hint: "Kun redaktionen ser den.", Value: x.f.overruled[c.Item], Error: x.a.wrong[name]}
		}
		out = append(out, item)
	}
	return out
}

// unfinished says at each field what is to be done before a draft is published.
func (a *pageState) unfinished(x *review.UnfinishedError) {
	for _, c := range x.Lacking {
		if !c.Firm {
			a.wrong[overrulePrefix+string(c.Item)] = c.Lack + " Eller skriv her, hvorfor det skal udgives uden."
		}
	}
	if len(x.Warnings) > 0 {
		a.wrong[fieldWarnings] = "Se på det, der kan vise, hvem nogen er. Ret teksten, eller sæt hak ved, at det er i orden."
	}
	if len(x.Unread) > 0 {
		a.wrong[fieldFiles] = "Se bilagene igennem, og sæt hak ved dem."
	}
}

// keepDraft keeps what a button of a draft's form was pressed with under the key of its
// page, as keep does, and fails where that cannot be kept: for what leads on to another
// page, which is to show it. The faults are why it may not be kept, by the record's
// fields.
func (d *Desk) keepDraft(r *http.Request, own deskForm, f draftForm, notCPR bool) (page string, faults []review.Fault, err error) {
	_, e := d.auth.At(r.Context())
	r.PostForm.Set(fieldPage, f.page)
	page, err = d.keep(r.Context(), e.ID, own, r.PostForm, notCPR)
	refused, is := errors.AsType[*review.RefusedError](err)
	if !is {
		return page, nil, err
	}
	draft := withoutEmptyRows(f.practice)
	if byField, is := errors.AsType[*review.RefusedError](review.RefuseCPR(review.Submission{Kind: review.KindFull, Practice: draft, NotCPR: notCPR}, review.Contact{})); is {
		return page, byField.Faults, nil
	}
	return page, refused.Faults, nil
}

// editDraft does what a button does with the draft alone: rows, and terms and words
// that are suggested; done is false for every other button.
func (d *Desk) editDraft(f *draftForm) (done bool, err error) {
	switch what, rest, _ := strings.Cut(f.action, ":"); what {
	case "term":
		path, slug, _ := strings.Cut(rest, ":")
		x := catalogue.FieldAt(path)
		if x == nil || x.Kind != catalogue.FieldTerms || strings.Contains(path, "[") || d.index.Taxonomy().Term(x.Vocabulary, slug) == nil {
			return true, &badAction
		}
		if terms := x.Of(&f.practice).Terms(); !slices.Contains(catalogue.Slugs(*terms), slug) {
			*terms = append(*terms, catalogue.TermRef{Slug: slug})
		}
	case "ord":
		draft := withoutEmptyRows(f.practice)
		for _, word := range d.words(d.index.Taxonomy()).SearchWords(&draft) {
			if rest == "" || rest == word {
				f.practice.SearchWords = append(f.practice.SearchWords, word)
			}
		}
	default:
		return changeRows(&f.practice, f.action)
	}
	return true, nil
}

// changeRows adds a row to a list of a draft, or takes one out; done is false for
// every other button.
func changeRows(p *catalogue.Practice, action string) (done bool, err error) {
	what, rest, _ := strings.Cut(action, ":")
	switch what {
	case "tilfoej":
		list := catalogue.ListAt(rest)
		if list == nil {
			return true, &badAction
		}
		list.AddRow(p)
	case "fjern":
		path, n, _ := strings.Cut(rest, ":")
		row, _ := strconv.Atoi(n)
		if list := catalogue.ListAt(path); list == nil || !list.RemoveRow(p, row-1) {
			return true, &badAction
		}
	default:
		return false, nil
	}
	return true, nil
}
