package desk

import (
	"maps"
	"slices"
	"strings"

	"praksis/internal/catalogue"
	"praksis/web"
)

// step is a part of a draft's page that is shown alone. All steps stand in one
// form: so each button has the whole draft, and what is kept, guarded and carried
// through a sign-in is one thing (docs/house.md, "One draft in steps").
type step struct {
	id, label string
	sections  []string // of the form, by ID
}

// stepList are the steps of a form, in their order.
type stepList []step

// submissionSteps are those of a submission; a test holds that each section of the
// form has its step.
var submissionSteps = stepList{
	{web.DeskStepRead, "Læs", nil},
	{"tekst", "Tekst", []string{"eksemplet"}},
	{"emner", "Emner", []string{"hvem"}},
	{"erfaringer", "Erfaringer", []string{"findings"}},
	{"laering", "Læring", []string{"svar"}},
	{"kraever", "Krav og råd", []string{"kraever", "advice"}},
	{"fastholdt", "Fastholdt", []string{"retention"}},
	{"tid", "Tid", []string{"tid"}},
	{"kilder", "Kilder", []string{"sources", "links"}},
	{"resten", "Resten", []string{"resten"}},
	{web.DeskStepDecide, "Afgør", nil},
}

// revisionSteps are those of a published example: there is nothing to read before,
// for what is published stands beside each field.
var revisionSteps = append(slices.Clone(submissionSteps[1:len(submissionSteps)-1]), step{web.DeskStepDecide, "Udgiv", nil})

// steps are those in which a form of a draft is shown.
func (f deskForm) steps() stepList {
	if f.part == partRevise {
		return revisionSteps
	}
	return submissionSteps
}

// at is the ID of a step, the first one for what is none.
func (l stepList) at(id string) string {
	if slices.ContainsFunc(l, func(s step) bool { return s.id == id }) {
		return id
	}
	return l[0].id
}

// query leads to a step; empty for the first one.
func (l stepList) query(id string) string {
	if id == l[0].id {
		return ""
	}
	return "?" + fieldStep + "=" + id
}

// shown is the step to show: that of the first thing that is wrong, unless
// something is wrong on the one that was shown.
func (l stepList) shown(step string, a pageState) string {
	var wrong []string
	for _, x := range a.faults {
		wrong = append(wrong, stepOf(x.Field))
	}
	for _, name := range slices.Sorted(maps.Keys(a.wrong)) {
		path, ask := strings.CutPrefix(name, askPrefix)
		switch {
		case a.wrong[name] == "":
		case ask:
			wrong = append(wrong, stepOf(path))
		case name == fieldFiles:
			wrong = append(wrong, web.DeskStepRead)
		default:
			wrong = append(wrong, web.DeskStepDecide)
		}
	}
	if len(wrong) == 0 || slices.Contains(wrong, step) {
		return l.at(step)
	}
	return wrong[0]
}

// stepOf is the step with a field of the record, by its path or that of a value.
func stepOf(path string) string {
	list, _, _ := strings.Cut(path, "[")
	f := catalogue.FieldAt(list)
	for _, s := range submissionSteps {
		if f != nil && f.Section != nil && slices.Contains(s.sections, f.Section.ID) {
			return s.id
		}
	}
	return web.DeskStepDecide
}
