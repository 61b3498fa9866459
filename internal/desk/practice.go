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

// movedOr leads on from an address that a practice had; part stands behind it.
func movedOr(w http.ResponseWriter, r *http.Request, err error, part string) error {
	if m, ok := errors.AsType[*catalogue.MovedError](err); ok {
		return seeOther(w, r, web.DeskPracticePath(m.Slug)+part)
	}
	return err
}

// Names of the fields of the decisions on an example.
const (
	fieldWithdraw, fieldRepublish, fieldRemove = "traek-tekst", "igen-grund", "fjern-grund"
	fieldAddress, fieldAddressWhy, fieldLeads  = "adresse", "adresse-grund", "foert-adresse"
	fieldReview                                = "se-igen"
	fieldEdition                               = "udgave"
)

// practiceDecision is one thing that can be decided of an example on its page.
type practiceDecision struct {
	action        review.Action
	button        string // what the button posts
	heading, lead string
	label         string // of the button
	done          string // what is said afterwards
	fields        []web.Field
	// act puts what was typed, by field, into the act.
	act func(a *review.Act, typed map[string]string)
	// wrong is the field of a fault of the act.
	wrong map[string]string
}

func area(name, label, hint string) web.Field {
	return web.Field{Type: web.FieldArea, ID: name, Name: name, Label: label, Hint: hint, Rows: 4}
}

func line(name, label, hint string) web.Field {
	return web.Field{Type: web.FieldText, ID: name, Name: name, Label: label, Hint: hint}
}

var practiceDecisions = []practiceDecision{
	{review.LookedThrough, "set", "Se det igennem", "Læs eksemplet, og ret det, der ikke holder mere. Læserne kan se, hvornår det sidst er set igennem. Er dagen, hvor der skal ses efter, kommet, bliver den flyttet et år.", "Set igennem", "Eksemplet er set igennem.", nil,
		func(*review.Act, map[string]string) {}, nil},
	{review.RepublishPractice, "udgiv-igen", "Udgiv igen", "Eksemplet kommer tilbage i lister og søgning med det samme.", "Udgiv igen", "Eksemplet er udgivet igen.",
		[]web.Field{area(fieldRepublish, "Hvorfor?", "Må være tom. Kun redaktionen kan læse det.")},
		func(a *review.Act, typed map[string]string) { a.Reason = typed[fieldRepublish] }, map[string]string{review.FieldReason: fieldRepublish}},
	{review.SetReview, "se-igen", "Se på det igen", "", "Gem dagen", "Dagen er gemt.",
		[]web.Field{line(fieldReview, "Ses efter senest", "Fx 1. marts 2027. Tøm feltet, hvis det ikke skal ses efter.")},
		func(a *review.Act, typed map[string]string) { a.Day = catalogue.Date(typed[fieldReview]) }, map[string]string{review.FieldDay: fieldReview}},
	{review.WithdrawPractice, "traek", "Træk tilbage", "Eksemplet forsvinder fra lister, søgning og nyheder. Adressen viser stadig teksten, med din forklaring øverst. Du kan udgive det igen.", "Træk eksemplet tilbage", "Eksemplet er trukket tilbage.",
		[]web.Field{area(fieldWithdraw, "Forklaring", "Alle kan læse den. Skriv den som et brev til en læser.")},
		func(a *review.Act, typed map[string]string) { a.Text = typed[fieldWithdraw] }, map[string]string{review.FieldText: fieldWithdraw}},
	{review.Readdress, "adresse", "Giv det en ny adresse", "Brug det, når adressen er usand eller krænkende. Den gamle fører til den nye.", "Skift adressen", "Adressen er skiftet.",
		[]web.Field{line(fieldAddress, "Ny adresse", "Det, der står efter /eksempler/. Små bogstaver, tal og bindestreger."), area(fieldAddressWhy, "Hvorfor?", "Kun redaktionen kan læse det.")},
		func(a *review.Act, typed map[string]string) {
			a.Slug, a.Reason = slugIn(typed[fieldAddress]), typed[fieldAddressWhy]
		}, map[string]string{review.FieldSlug: fieldAddress, review.FieldReason: fieldAddressWhy}},
	{review.Redirect, "foer-hertil", "Før en anden adresse hertil", "Brug det, når en gammel eller forkert adresse skal føre til eksemplet.", "Før adressen hertil", "Adressen fører hertil nu.",
		[]web.Field{line(fieldLeads, "Adressen", "Det, der står efter /eksempler/.")},
		func(a *review.Act, typed map[string]string) { a.Slug = slugIn(typed[fieldLeads]) }, map[string]string{review.FieldSlug: fieldLeads}},
	{review.RemovePractice, "fjern", "Fjern", "Teksten kan ikke læses mere, og adressen svarer, at eksemplet er fjernet. Det kan ikke gøres om. Skal en personoplysning slettes for altid, så brug »Slet noget i eksemplet«.", "Fjern eksemplet", "Eksemplet er fjernet.",
		[]web.Field{area(fieldRemove, "Grund", "Kun redaktionen kan læse den.")},
		func(a *review.Act, typed map[string]string) { a.Reason = typed[fieldRemove] }, map[string]string{review.FieldReason: fieldRemove}},
}

// practiceDone are what the page says that was just done, by the button.
var practiceDone = func() map[string]string {
	out := map[string]string{"ret": "Eksemplet er rettet.", "uaendret": "Der var ikke ændret noget. Derfor er der ikke udgivet noget.", "sammenlaeg": "Eksemplerne er lagt sammen.", "loesning": "Begge eksempler hører til løsningen nu.", "slet": doneMessages["slet"], "note": doneMessages["note"]}
	for _, x := range practiceDecisions {
		out[x.button] = x.done
	}
	return out
}()

// slugIn is the slug in an address as people paste it.
func slugIn(s string) string {
	if u, err := url.Parse(strings.TrimSpace(s)); err == nil {
		s = u.Path
	}
	s = strings.Trim(s, "/ ")
	return s[strings.LastIndexByte(s, '/')+1:]
}

// typedDecision is what an editor has typed into the form of the decisions.
type typedDecision struct {
	page            string
	edition, events int
	action          string
	values          map[string]string // by field
	keptAt          time.Time
}

func readDecision(v url.Values) typedDecision {
	f := typedDecision{page: pageOf(v), action: v.Get("handling"), values: map[string]string{}}
	f.edition, _ = strconv.Atoi(v.Get(fieldEdition))
	f.events, _ = strconv.Atoi(v.Get(fieldEvents))
	for _, x := range practiceDecisions {
		for _, field := range x.fields {
			if v.Has(field.Name) {
				f.values[field.Name] = message(v, field.Name)
			}
		}
	}
	return f
}

// savedDecision is the form before anything is typed.
func savedDecision(v *postgres.PracticeView) typedDecision {
	return typedDecision{page: rand.Text(), edition: v.Edition, events: len(v.Events), values: map[string]string{fieldReview: v.Record.ReviewBy.Danish()}}
}

// says tells whether something is typed that is not saved, but for some fields.
func (f typedDecision) says(v *postgres.PracticeView, but ...web.Field) bool {
	saved := savedDecision(v).values
	for name, value := range f.values {
		if value != saved[name] && !slices.ContainsFunc(but, func(x web.Field) bool { return x.Name == name }) {
			return true
		}
	}
	return false
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

// decisionState is what the page says beside the example and what was typed.
type decisionState struct {
	done   string
	wrong  map[string]string // by field
	stale  bool
	others []web.Link
}

// decide does with an example what the pressed button says. When that is refused,
// nothing is done, and the page comes back with everything as it was typed.
func (d *Desk) decide(w http.ResponseWriter, r *http.Request) error {
	if err := form(r); err != nil {
		return err
	}
	v, err := d.practiceOf(r)
	if err != nil {
		return movedOr(w, r, err, "")
	}
	f, own := readDecision(r.PostForm), practiceForm(v.Record.Slug, "")
	if f.action == discard {
		d.closeForm(r, own, f.page)
		return seeOther(w, r, own.path)
	}
	f.page = d.keepPosted(r, own, false)
	at := slices.IndexFunc(practiceDecisions, func(x practiceDecision) bool { return x.button == f.action })
	if at < 0 {
		return &badAction
	}
	decision := practiceDecisions[at]
	_, e := d.auth.At(r.Context())
	a := review.Act{Action: decision.action, Editor: e.ID, Edition: max(f.edition, 1)}
	decision.act(&a, f.values)
	done, err := d.store.Apply(r.Context(), postgres.On{Practice: v.Record.Slug}, a, d.now())
	if err != nil {
		return d.notDecided(w, r, v.Record.Slug, f, decision, err)
	}
	d.closeForm(r, own, f.page)
	d.errors.Log.InfoContext(r.Context(), "practice", "slug", done.Practice, "action", a.Action, "editor", e.ID)
	if f.says(v, decision.fields...) { // what was typed beside stays
		rest := maps.Clone(r.PostForm)
		for _, x := range decision.fields {
			delete(rest, x.Name)
		}
		now, err := d.store.PracticeForDesk(r.Context(), done.Practice)
		if err == nil {
			rest.Set(fieldEdition, strconv.Itoa(now.Edition))
			rest.Set(fieldEvents, strconv.Itoa(len(now.Events)))
			err = d.keepRest(r, practiceForm(done.Practice, ""), rest)
		}
		if _, refused := errors.AsType[*review.RefusedError](err); refused { // the page has it, and no other place
			return d.showPractice(w, r, http.StatusOK, now, readDecision(rest), decisionState{done: practiceDone[f.action]})
		}
		if err != nil {
			d.errors.Log.WarnContext(r.Context(), "a text that was not sent is not kept", "error", err)
		}
	}
	return seeOther(w, r, doneAt(practiceForm(done.Practice, ""), f.action))
}

// notDecided shows the example as it is now, and why nothing was done.
func (d *Desk) notDecided(w http.ResponseWriter, r *http.Request, slug string, f typedDecision, decision practiceDecision, err error) error {
	a, status := decisionState{wrong: map[string]string{}}, http.StatusUnprocessableEntity
	refused, ok := errors.AsType[*review.RefusedError](err)
	switch {
	case ok:
		for _, x := range refused.Faults {
			a.wrong[cmp.Or(decision.wrong[x.Field], x.Field)] = x.Message
		}
	case errors.Is(err, catalogue.ErrConflict):
		a.stale, status = true, http.StatusConflict
	default:
		return err
	}
	v, err := d.store.PracticeForDesk(r.Context(), slug)
	if err != nil {
		return movedOr(w, r, err, "") // what was typed is kept
	}
	return d.showPractice(w, r, status, v, f, a)
}

// showPractice shows an example with what was typed.
func (d *Desk) showPractice(w http.ResponseWriter, r *http.Request, status int, p *postgres.PracticeView, f typedDecision, a decisionState) error {
	x := p.Record
	own := practiceForm(x.Slug, "")
	v := web.DeskPractice{Desk: d.practicePage(r, p, x.Title), Facts: practiceFacts(p), Former: p.Former, Action: own.path, Keep: own.path + pathKeep, Events: comparePractice(p, practiceLines(p.Events))}
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

// unsent are the texts that were typed and are not saved.
func (f typedDecision) unsent(v *postgres.PracticeView) (out []web.Fact) {
	saved := savedDecision(v).values
	for _, x := range practiceDecisions {
		for _, field := range x.fields {
			if s := f.values[field.Name]; s != "" && s != saved[field.Name] {
				out = append(out, web.Fact{Label: x.heading + ": " + catalogue.LowerFirst(field.Label), Value: s})
			}
		}
	}
	return out
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
