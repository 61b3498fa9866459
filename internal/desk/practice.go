package desk

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"praksis/internal/catalogue"
	"praksis/internal/postgres"
	"praksis/internal/review"
	"praksis/web"

	"github.com/go-chi/chi/v5"
)

const (
	pathExamples = web.PathDeskExamples
	pathBegin    = pathExamples + "/ny"

	titleExamples = "Eksempler"
)

// Parts of an example at the desk that have a page of their own.
const (
	partRevise = "/ret"
	partMerge  = "/sammenlaeg"
	// partHistory is no form: all that has happened to it.
	partHistory = "/historik"
)

// practiceRoutes are the addresses of the examples.
func (d *Desk) practiceRoutes(r chi.Router) {
	h := d.errors.Wrap
	r.Get(pathExamples, h(d.practices))
	r.Get(pathBegin, h(d.beginPage))
	r.Post(pathBegin, h(d.begin))
	r.Post(pathBegin+pathKeep, h(d.keepForm))
	const one = pathExamples + "/{slug}"
	r.Get(one, h(d.practice))
	r.Post(one, h(d.decide))
	r.Get(pathProposals, h(d.proposals))
	r.Get(pathProposals+"/{slug}", h(d.proposal))
	r.Post(pathProposals+"/{slug}", h(d.decideProposal))
	r.Get(one+partHistory, h(d.practiceHistory))
	r.Get(one+pathDifference, h(d.practiceDifference))
	r.Get(one+partNote, h(d.note))
	r.Post(one+partNote, h(d.addNote))
	r.Get(one+partRevise, h(d.revisePage))
	r.Post(one+partRevise, h(d.revise))
	r.Get(one+partRevise+partPreview, h(d.previewRevision))
	r.Get(one+partMerge, h(d.mergePage))
	r.Post(one+partMerge, h(d.merge))
	r.Get(one+partErase, h(d.erasePracticePage))
	r.Post(one+partErase, h(d.erasePractice))
	for _, part := range []string{"", partRevise, partMerge, partErase, partNote} {
		r.Post(one+part+pathKeep, h(d.keepForm))
	}
}

// practiceFormAt is the form at an address below that of the examples; false where
// there is none.
func practiceFormAt(rest string) (deskForm, bool) {
	if pathExamples+"/"+rest == pathBegin {
		return deskForm{path: pathBegin}, true
	}
	slug, part, _ := strings.Cut(rest, "/")
	if part != "" {
		part = "/" + part
	}
	known := slices.Contains([]string{"", partRevise, partMerge, partErase, partNote, partInquiry}, part)
	if !known || slug == "" || catalogue.Slugify(slug) != slug || strings.HasSuffix(rest, "/") {
		return deskForm{}, false
	}
	return practiceForm(slug, part), true
}

func practiceForm(slug, part string) deskForm {
	return deskForm{path: web.DeskPracticePath(slug) + part, practice: slug, part: part}
}

// practiceOf is the practice of an address. One that it had before leads on.
func (d *Desk) practiceOf(r *http.Request) (*postgres.PracticeView, error) {
	slug := chi.URLParam(r, "slug")
	if catalogue.Slugify(slug) != slug {
		return nil, catalogue.ErrNotFound
	}
	return d.store.PracticeForDesk(r.Context(), slug)
}

// movedOr leads on from an address that a practice had; part stands behind it. What was
// posted there is posted once more: nothing that was typed is lost.
func movedOr(w http.ResponseWriter, r *http.Request, err error, part string) error {
	m, ok := errors.AsType[*catalogue.MovedError](err)
	if !ok {
		return err
	}
	to := url.URL{Path: web.DeskPracticePath(m.Slug) + part, RawQuery: r.URL.RawQuery}
	if r.Method == http.MethodPost {
		http.Redirect(w, r, to.String(), http.StatusTemporaryRedirect)
		return nil
	}
	return seeOther(w, r, to.String())
}

// practice is the desk's page of one example.
func (d *Desk) practice(w http.ResponseWriter, r *http.Request) error {
	v, err := d.practiceOf(r)
	if err != nil {
		return movedOr(w, r, err, "")
	}
	f, a := savedDecision(v), decisionState{done: practiceDone[r.URL.Query().Get("gjort")]}
	kept, others, err := d.unsaved(r, practiceForm(v.Record.Slug, ""))
	if err != nil {
		return err
	}
	a.others = others
	if kept != nil {
		if typed := readDecision(kept.Values); typed.says(v) {
			a.stale = typed.edition != v.Edition
			f, f.keptAt = typed, kept.KeptAt
		}
	}
	return d.showPractice(w, r, http.StatusOK, v, f, a)
}

// showPractice shows an example with what was typed.
func (d *Desk) showPractice(w http.ResponseWriter, r *http.Request, status int, p *postgres.PracticeView, f typedDecision, a decisionState) error {
	x := p.Record
	own := practiceForm(x.Slug, "")
	v := web.DeskPractice{Desk: d.practicePage(r, p, x.Title), Facts: practiceFacts(p), Former: p.Former, Action: own.path, Keep: own.path + pathKeep, Events: newestFirst(comparePractice(p, practiceLines(p.Events)))}
	v.Crumbs = v.Crumbs[:len(v.Crumbs)-1]
	v.Crumbs[len(v.Crumbs)-1].Path = ""
	v.Done, v.Dirty = a.done, f.says(p)
	v.Do = append(v.Do, web.Link{Label: "Se historikken", URL: own.path + partHistory}, web.Link{Label: "Skriv en note til redaktionen", URL: own.path + partNote})
	_, e := d.auth.At(r.Context())
	if x.State == catalogue.StatePublished || x.State == catalogue.StateWithdrawn {
		v.Public = web.Link{Label: "Se siden, som læserne ser den", URL: catalogue.PracticePath(x.Slug)}
	}
	if p.MovedTo != "" {
		v.Public = web.Link{Label: "Se eksemplet, som det er lagt sammen med", URL: web.DeskPracticePath(p.MovedTo)}
	}
	for _, l := range []struct {
		action      review.Action
		label, part string
	}{{review.Revise, "Ret eksemplet", partRevise}, {review.MergePractice, "Læg det sammen med et andet", partMerge}} {
		if _, can := l.action.After(x.State); can && e.Role.May(l.action) {
			v.Do = append(v.Do, web.Link{Label: l.label, URL: own.path + l.part})
		}
	}
	if e.Role.May(review.Erase) {
		v.Do = append(v.Do, web.Link{Label: "Slet noget i eksemplet", URL: own.path + partErase})
	}
	if x.State == catalogue.StatePublished {
		for _, s := range x.Solutions {
			v.Do = append(v.Do, web.Link{Label: "Uenigheder om " + catalogue.LowerFirst(s.Label), URL: pathSolutions + "/" + s.Slug})
		}
		v.Do = append(v.Do, web.Link{Label: "Spørg kilden, om det stemmer, eller om det bruges endnu", URL: inquiryForm(0, x.Slug).path})
	}
	if err := d.revisions(r, &v, p); err != nil {
		return err
	}
	for _, s := range p.Submissions {
		v.Came = append(v.Came, web.Link{Label: s.Reference, URL: submissionPath(s.ID)})
	}
	for _, m := range p.Merged {
		v.Merged = append(v.Merged, web.Link{Label: m.Title, URL: web.DeskPracticePath(m.Slug)})
	}
	if a.stale {
		v.Stale = &web.DeskStale{Text: "Der er sket noget med eksemplet, siden du åbnede siden. Det, du ville gøre, er ikke gjort. Det, du har skrevet, står her endnu. Se, hvad der er sket, og tryk igen, hvis det stadig skal gøres.",
			Events: practiceLines(p.Events[min(max(f.events, 0), len(p.Events)):]), Unsent: f.unsent(p), Discard: own.discardPost("Kassér det, jeg har skrevet", f.page, e.ID)}
	} else if !f.keptAt.IsZero() {
		v.Kept = &web.DeskKept{Heading: notSaved, Text: keptText(f.keptAt), Discard: own.discardPost("Kassér det", f.page, e.ID)}
	}
	if len(a.others) > 0 {
		if v.Kept == nil {
			v.Kept = &web.DeskKept{}
		}
		v.Kept.Others = a.others
	}
	v.Hidden = append(own.hidden(f.page, e.ID), web.Hidden{Name: fieldEdition, Value: strconv.Itoa(p.Edition)}, web.Hidden{Name: fieldEvents, Value: strconv.Itoa(len(p.Events))})
	for _, c := range practiceDecisions {
		if _, can := c.action.After(x.State); !can || !e.Role.May(c.action) {
			continue
		}
		w := web.DeskDecision{ID: "afgoer-" + c.button, Heading: c.heading, Lead: c.lead, Value: c.button, Label: c.label, Open: c.action == review.RepublishPractice}
		if c.action == review.LookedThrough && p.LookBy != "" {
			w.Heading, w.Lead = "Skal ses igennem senest "+p.LookBy.Danish(), "Det blev udgivet med det samme. Læs det igennem, og ret det, hvis der er noget galt."
		}
		for _, field := range c.fields {
			field.Value, field.Error = f.values[field.Name], a.wrong[field.Name]
			if field.Error != "" {
				v.Errors = append(v.Errors, web.FormError{Message: field.Error, URL: "#" + field.ID})
			}
			w.Fields = append(w.Fields, field)
		}
		v.Decisions = append(v.Decisions, w)
	}
	return d.show(w, r, status, web.DeskPracticePage(v))
}

// practicePage is what the pages of one example share; title is the page's own.
func (d *Desk) practicePage(r *http.Request, p *postgres.PracticeView, title string) web.Desk {
	v := d.page(r, title, pathExamples)
	v.Crumbs = []web.Crumb{{Label: "Redaktionen", Path: web.PathDesk}, {Label: titleExamples, Path: pathExamples}, {Label: p.Record.Title, Path: web.DeskPracticePath(p.Record.Slug)}, {Label: title}}
	return v
}

func practiceFacts(p *postgres.PracticeView) []web.Fact {
	x := p.Record
	out := []web.Fact{{Label: "Står som", Value: catalogue.States.Label(x.State)}, {Label: "Hvem", Value: x.Organisation.Name}, {Label: "Adresse", Value: x.Slug},
		{Label: "Udgivet første gang", Value: catalogue.DanishTime(*x.FirstPublished)}, {Label: "Udgave", Value: fmt.Sprintf("%d, fra %s", x.Revision, catalogue.DanishTime(*x.Updated))}}
	if x.StateReason != "" {
		out = append(out, web.Fact{Label: "Forklaring", Value: x.StateReason})
	}
	if x.ReviewBy != "" {
		out = append(out, web.Fact{Label: "Ses efter senest", Value: x.ReviewBy.Danish()})
	}
	if len(x.Solutions) > 0 {
		var labels []string
		for _, s := range x.Solutions {
			labels = append(labels, s.Label)
		}
		out = append(out, web.Fact{Label: "Løsning", Value: strings.Join(labels, ", ")})
	}
	return out
}
