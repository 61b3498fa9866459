package desk

import (
	"cmp"
	"crypto/rand"
	"errors"
	"fmt"
	"maps"
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

	"github.com/go-chi/chi/v5"
)

const pathSolutions = web.PathDesk + "/loesninger"

// Names of the fields of a contrast.
const (
	fieldShownContrast, fieldHideWhy = "uenighed", "skjul-grund"
	fieldGroup, fieldFor             = "maalgruppe", "god"
	fieldAgainst, fieldAddWhy        = "daarlig", "foej-grund"
)

func solutionForm(slug string) deskForm {
	return deskForm{path: pathSolutions + "/" + slug, solution: slug}
}

// contrastForm is what an editor types about the contrasts on a solution.
type contrastForm struct {
	shown, hideWhy, group, good, bad, addWhy string
	action, page                             string
	keptAt                                   time.Time
}

func readContrast(v url.Values) contrastForm {
	return contrastForm{shown: v.Get(fieldShownContrast), hideWhy: message(v, fieldHideWhy), group: v.Get(fieldGroup), good: v.Get(fieldFor), bad: v.Get(fieldAgainst), addWhy: message(v, fieldAddWhy),
		action: v.Get("handling"), page: pageOf(v)}
}

func (f contrastForm) typed() bool { return f.shown+f.hideWhy+f.group+f.good+f.bad+f.addWhy != "" }

// solution shows what is disagreed about a solution.
func (d *Desk) solution(w http.ResponseWriter, r *http.Request) error {
	slug := chi.URLParam(r, "slug")
	kept, _, err := d.unsaved(r, solutionForm(slug))
	if err != nil {
		return err
	}
	f := contrastForm{page: rand.Text()}
	if kept != nil {
		if typed := readContrast(kept.Values); typed.typed() {
			f, f.keptAt = typed, kept.KeptAt
		}
	}
	return d.showSolution(w, r, http.StatusOK, slug, f, nil)
}

// findingKey reads the value of an option: a practice's ID and a finding's key.
func findingKey(s string) *postgres.FindingKey {
	id, key, _ := strings.Cut(s, " ")
	n, _ := strconv.ParseInt(id, 10, 64)
	return &postgres.FindingKey{Practice: n, Key: key}
}

// editContrast takes a contrast out, adds one, or takes back what was said.
func (d *Desk) editContrast(w http.ResponseWriter, r *http.Request) error {
	if err := form(r); err != nil {
		return err
	}
	slug := chi.URLParam(r, "slug")
	if d.index.Taxonomy().Term(catalogue.SolutionList, slug) == nil {
		return catalogue.ErrNotFound
	}
	f, own := readContrast(r.PostForm), solutionForm(slug)
	if f.action == discard {
		d.closeForm(r, own, f.page)
		return seeOther(w, r, own.path)
	}
	f.page = d.keepPosted(r, own, false)
	_, e := d.auth.At(r.Context())
	c := postgres.ContrastChange{Editor: e.ID, Solution: slug}
	names := map[string]string{review.FieldGroup: fieldGroup, review.FieldFor: fieldFor, review.FieldAgainst: fieldAgainst, review.FieldReason: fieldAddWhy}
	var err error
	switch what, id, _ := strings.Cut(f.action, ":"); what {
	case "skjul":
		names[review.FieldReason], names[review.FieldGroup] = fieldHideWhy, fieldShownContrast
		c.Reason, c.TargetGroups = f.hideWhy, bounded(strings.Split(f.shown, " "))
		err = d.store.EditContrast(r.Context(), c, d.now())
	case "foej":
		c.TargetGroups, c.Reason, c.For, c.Against = []string{f.group}, f.addWhy, findingKey(f.good), findingKey(f.bad)
		err = d.store.EditContrast(r.Context(), c, d.now())
	case "slut":
		n, _ := strconv.ParseInt(id, 10, 64)
		err = d.store.EndContrast(r.Context(), slug, n, e.ID, d.now())
	default:
		return &badAction
	}
	if refused, ok := errors.AsType[*review.RefusedError](err); ok {
		wrong := map[string]string{}
		for _, x := range refused.Faults {
			wrong[cmp.Or(names[x.Field], fieldShownContrast)] = x.Message
		}
		return d.showSolution(w, r, http.StatusUnprocessableEntity, slug, f, wrong)
	}
	if err != nil {
		return err
	}
	d.closeForm(r, own, f.page)
	d.errors.Log.InfoContext(r.Context(), "contrast", "solution", slug, "action", f.action, "editor", e.ID)
	if err := d.index.CatchUp(r.Context()); err != nil { // it shows itself then; else within a second
		d.errors.Log.WarnContext(r.Context(), "the index does not follow", "error", err)
	}
	if rest := f.beside(r.PostForm); readContrast(rest).typed() { // what was typed beside stays
		err := d.keepRest(r, own, rest)
		if _, refused := errors.AsType[*review.RefusedError](err); refused { // the page has it, and no other place
			return d.showSolution(w, r, http.StatusOK, slug, readContrast(rest), nil)
		}
		if err != nil {
			d.errors.Log.WarnContext(r.Context(), "a text that was not saved is not kept", "error", err)
		}
	}
	return seeOther(w, r, own.path+"?gjort=gem")
}

// beside is what was posted without what the pressed button has done.
func (f contrastForm) beside(posted url.Values) url.Values {
	rest := maps.Clone(posted)
	what, _, _ := strings.Cut(f.action, ":")
	for _, name := range map[string][]string{"skjul": {fieldShownContrast, fieldHideWhy}, "foej": {fieldGroup, fieldFor, fieldAgainst, fieldAddWhy}}[what] {
		delete(rest, name)
	}
	return rest
}

// showSolution shows the page with what was typed.
func (d *Desk) showSolution(w http.ResponseWriter, r *http.Request, status int, slug string, f contrastForm, wrong map[string]string) error {
	taxonomy := d.index.Taxonomy()
	term := taxonomy.Term(catalogue.SolutionList, slug)
	if term == nil || term.Slug != slug {
		return catalogue.ErrNotFound
	}
	own := solutionForm(slug)
	_, e := d.auth.At(r.Context())
	v := web.DeskSolution{Desk: d.page(r, "Uenigheder om "+catalogue.LowerFirst(term.Label), pathExamples), Action: own.path, Keep: own.path + pathKeep, Hidden: own.hidden(f.page, e.ID), Dirty: f.typed(), May: e.Role.May(review.EditContrast),
		Public: web.Link{Label: "Se løsningen, som læserne ser den", URL: catalogue.LandingPath(catalogue.FacetSolution, slug)}}
	v.Crumbs = []web.Crumb{{Label: "Redaktionen", Path: web.PathDesk}, {Label: titleExamples, Path: pathExamples}, {Label: v.Title}}
	if r.URL.Query().Get("gjort") == "gem" {
		v.Done = "Det er gemt, og læserne ser det nu."
	}
	if !f.keptAt.IsZero() {
		v.Kept = &web.DeskKept{Heading: notSaved, Text: keptText(f.keptAt), Discard: own.discardPost("Kassér det", f.page, e.ID)}
	}
	overview, err := d.index.Overview(catalogue.Filters{catalogue.FacetSolution: {slug}})
	if err != nil {
		return err
	}
	practices, err := d.store.Members(r.Context(), slug)
	if err != nil {
		return err
	}
	list, err := d.store.Findings(r.Context(), 0, practices)
	if err != nil {
		return err
	}
	edits, err := d.store.Contrasts(r.Context(), slug)
	if err != nil {
		return err
	}
	say := map[postgres.FindingKey]string{}
	good, bad := selected(fieldFor, "God erfaring", f.good, wrong), selected(fieldAgainst, "Dårlig erfaring", f.bad, wrong)
	var groups []string
	byID := map[int64]postgres.PracticeFindings{}
	for _, p := range list {
		byID[p.ID] = p
		for _, x := range p.Findings {
			if len(x.Solutions) > 0 && !slices.Contains(catalogue.Slugs(x.Solutions), slug) {
				continue
			}
			var voices []string
			for _, voice := range x.Voices {
				voices = append(voices, voice.InWords())
			}
			k := postgres.FindingKey{Practice: p.ID, Key: x.Key}
			say[k] = fmt.Sprintf("%s, %s: %s", p.Card.Organisation.Name, cmp.Or(catalogue.Join(voices, "og"), "ikke oplyst, hvem"), x.Text)
			o := web.FieldOption{Value: fmt.Sprintf("%d %s", k.Practice, k.Key), Label: say[k]}
			switch x.Effect {
			case catalogue.EffectPositive:
				o.Chosen = o.Value == f.good
				good.Options = append(good.Options, o)
			case catalogue.EffectNegative:
				o.Chosen = o.Value == f.bad
				bad.Options = append(bad.Options, o)
			default:
				continue
			}
			for _, g := range catalogue.Slugs(x.TargetGroups) {
				groups = append(append(groups, g), taxonomy.Facet(catalogue.FacetTargetGroup).Ancestors(g)...)
			}
		}
	}
	group := selected(fieldGroup, "Målgruppe", f.group, wrong)
	for _, t := range taxonomy.Terms[catalogue.TargetGroup] {
		if slices.Contains(groups, t.Slug) && t.Slug != catalogue.NotStated {
			group.Options = append(group.Options, web.FieldOption{Value: t.Slug, Label: t.Label, Chosen: t.Slug == f.group})
		}
	}
	why := area(fieldAddWhy, "Hvorfor?", "Kun redaktionen kan læse det.")
	why.Value, why.Error = f.addWhy, wrong[fieldAddWhy]
	v.Add = []web.Field{group, good, bad, why}
	v.HideWhy = area(fieldHideWhy, "Hvorfor?", "Kun redaktionen kan læse det.")
	v.HideWhy.Value, v.HideWhy.Error = f.hideWhy, wrong[fieldHideWhy]
	v.Shown = web.Field{Type: web.FieldRadios, ID: fieldShownContrast, Name: fieldShownContrast, Label: "Uenigheder, som følger af erfaringerne", Error: wrong[fieldShownContrast]}
	first := func(refs []catalogue.FindingRef) (out string) {
		for _, ref := range refs[:min(1, len(refs))] {
			if p := byID[ref.Practice]; ref.Number < len(p.Findings) {
				out = say[postgres.FindingKey{Practice: ref.Practice, Key: p.Findings[ref.Number].Key}]
			}
		}
		return out
	}
	for i, c := range overview.Contrasts {
		if slices.ContainsFunc(taxonomy.Contrasts, func(x catalogue.ContrastEdit) bool {
			return !x.Hidden && c.For.Count == 1 && c.Against.Count == 1 && x.For == c.For.First[0] && x.Against == c.Against.First[0]
		}) {
			continue // one that was added is taken back above
		}
		value := strings.Join(catalogue.Slugs(c.TargetGroups), " ")
		v.Shown.Options = append(v.Shown.Options, web.FieldOption{ID: fmt.Sprintf("%s-%d", fieldShownContrast, i+1), Value: value, Chosen: value == f.shown,
			Label: fmt.Sprintf("%s. God: %s Dårlig: %s", catalogue.LabelsInWords(c.TargetGroups), first(c.For.First), first(c.Against.First))})
	}
	for _, x := range edits {
		c := web.DeskContrast{Heading: x.GroupLabel, Who: x.Editor + ", " + catalogue.DanishTime(x.At) + ": " + x.Reason, Value: fmt.Sprintf("slut:%d", x.ID), What: "Uenigheden er taget ud.", Label: "Vis den igen"}
		if !x.Hidden {
			c.Label = "Tag den ud igen"
			c.What = "Føjet til. God: " + cmp.Or(say[postgres.FindingKey{Practice: x.ForPractice, Key: x.ForKey}], "erfaringen findes ikke mere.") + " Dårlig: " + cmp.Or(say[postgres.FindingKey{Practice: x.AgainstPractice, Key: x.AgainstKey}], "erfaringen findes ikke mere.")
		}
		if x.EndedAt == nil {
			v.Edits = append(v.Edits, c)
			continue
		}
		c.Who += " Taget tilbage af " + x.EndedBy + ", " + catalogue.DanishTime(*x.EndedAt) + "."
		v.Ended = append(v.Ended, c)
	}
	for _, x := range append([]web.Field{v.Shown, v.HideWhy}, v.Add...) {
		if x.Error != "" {
			v.Errors = append(v.Errors, web.FormError{Message: x.Error, URL: "#" + x.ID})
		}
	}
	return d.show(w, r, status, web.DeskSolutionPage(v))
}

// selected is a field of which one value is chosen from a list.
func selected(name, label, value string, wrong map[string]string) web.Field {
	return web.Field{Type: web.FieldSelect, ID: name, Name: name, Label: label, Value: value, Error: wrong[name], Options: []web.FieldOption{{Label: "Vælg", Chosen: value == ""}}}
}
