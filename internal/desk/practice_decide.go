package desk

import (
	"cmp"
	"crypto/rand"
	"errors"
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
)

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
	out := map[string]string{"ret": "Eksemplet er rettet.", "ret-trukket": "Eksemplet er rettet. Det er stadig trukket tilbage.", "udgivet": "Det, du har skrevet, er udgivet.", "uaendret": "Der var ikke ændret noget. Derfor er der ikke udgivet noget.", "sammenlaeg": "Eksemplerne er lagt sammen.", "loesning": "Begge eksempler hører til løsningen nu.", "slet": doneMessages["slet"], "note": doneMessages["note"]}
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
	d.closeForm(r, practiceForm(done.Practice, ""), f.page) // what is kept is where the example is now
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
