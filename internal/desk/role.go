package desk

import (
	"net/http"

	"praksis/internal/catalogue"
	"praksis/internal/review"
	"praksis/web"

	"github.com/go-chi/chi/v5"
)

// everyRole marks addresses that every role may post to, and those where the store
// holds each act to the role by itself.
const everyRole review.Action = ""

// needs is what the role of whoever posts to an address must allow, by the route's
// pattern. Accounts and erasures are not even read without it.
var needs = map[string]review.Action{
	"/redaktion/indsendelser/{id}":                    everyRole, // by the button: postgres.Apply
	"/redaktion/indsendelser/{id}/kladde":             everyRole,
	"/redaktion/indsendelser/{id}/mailadresse":        review.MendAddress,
	"/redaktion/indsendelser/{id}/mailadresse/kladde": everyRole,
	"/redaktion/indsendelser/{id}/slet":               review.Erase,
	"/redaktion/indsendelser/{id}/slet/kladde":        everyRole,
	"/redaktion/eksempler/{slug}":                     everyRole, // by the button: postgres.Apply
	"/redaktion/eksempler/{slug}/kladde":              everyRole,
	"/redaktion/eksempler/{slug}/ret":                 review.Revise,
	"/redaktion/eksempler/{slug}/ret/kladde":          everyRole,
	"/redaktion/eksempler/{slug}/sammenlaeg":          everyRole, // by the button: postgres.Apply
	"/redaktion/eksempler/{slug}/sammenlaeg/kladde":   everyRole,
	"/redaktion/eksempler/{slug}/slet":                review.Erase,
	"/redaktion/eksempler/{slug}/slet/kladde":         everyRole,
	"/redaktion/loesninger/{slug}":                    review.EditContrast,
	"/redaktion/loesninger/{slug}/kladde":             everyRole,
	"/redaktion/eksempler/ny":                         review.BeginExample,
	"/redaktion/eksempler/ny/kladde":                  everyRole,
	"/redaktion/indsendelser/{id}/note":               review.Comment,
	"/redaktion/indsendelser/{id}/note/kladde":        everyRole,
	"/redaktion/forslag/{slug}":                       review.TakeProposal, // and by the button: the store
	"/redaktion/eksempler/{slug}/note":                review.Comment,
	"/redaktion/eksempler/{slug}/note/kladde":         everyRole,
	"/redaktion/opdel":                                review.BeginExample,
	"/redaktion/opdel/fil":                            review.BeginExample,
	"/redaktion/opdel/kladde":                         everyRole,
	"/redaktion/indsendelser/{id}/tjek":               review.AskSource,
	"/redaktion/indsendelser/{id}/tjek/kladde":        everyRole,
	"/redaktion/eksempler/{slug}/tjek":                review.AskSource,
	"/redaktion/eksempler/{slug}/tjek/kladde":         everyRole,
	"/redaktion/tjek/send":                            review.AskSource,
	"/redaktion/tjek/send/kladde":                     everyRole,
	"/redaktion/links/{id}":                           everyRole, // by the button: the store
	"/redaktion/soegninger":                           review.HideSearch,
	"/redaktion/mails/{id}/igen":                      review.SendAgain,
	"/redaktion/mailtekster/{kind}":                   review.EditMailText,
	"/redaktion/mailtekster/{kind}/kladde":            everyRole,
	"/redaktion/ordforraad/ny/{noun}":                 review.EditVocabulary,
	"/redaktion/ordforraad/ny/{noun}/kladde":          everyRole,
	"/redaktion/ordforraad/{noun}/{key}":              review.EditVocabulary,
	"/redaktion/ordforraad/{noun}/{key}/kladde":       everyRole,
	"/redaktion/ordforraad/haendelser/{id}/fortryd":   review.EditVocabulary,
	"/redaktion/ordforraad/maerk-om":                  review.EditVocabulary,
	"/redaktion/konto/adgangskode":                    everyRole,
	"/redaktion/konto/log-ud-overalt":                 everyRole,
	"/redaktion/forlaeng":                             everyRole,
	"/redaktion/redaktoerer":                          review.ManageAccounts,
	"/redaktion/redaktoerer/kladde":                   review.ManageAccounts,
	"/redaktion/redaktoerer/{id}":                     review.ManageAccounts,
}

// allowed lets nobody through whose role may not do what an address does. One that
// needs does not name is for those who decide.
func (d *Desk) allowed(next http.Handler) http.Handler {
	return d.errors.Wrap(func(w http.ResponseWriter, r *http.Request) error {
		a, known := needs[chi.RouteContext(r.Context()).RoutePattern()]
		if !known {
			a = review.Publish
		}
		reads := r.Method == http.MethodGet || r.Method == http.MethodHead
		_, e := d.auth.At(r.Context())
		if a != everyRole && (!reads || a == review.ManageAccounts || a == review.Erase) && !e.Role.May(a) {
			return &review.RoleError{Role: e.Role, Action: a}
		}
		next.ServeHTTP(w, r)
		return nil
	})
}

// forbidden says what a role may do. What was typed is kept where such texts are, and
// stands on the page too.
func (d *Desk) forbidden(w http.ResponseWriter, r *http.Request) {
	_, e := d.auth.At(r.Context())
	d.errors.Log.WarnContext(r.Context(), "the role may not do it", "editor", e.ID, "role", e.Role)
	v := web.DeskNote{Desk: d.page(r, "Det må din rolle ikke", web.PathDesk),
		Text:  "Du er " + catalogue.LowerFirst(review.Roles.Label(e.Role)) + ". Det, du ville gøre, er ikke gjort. Bed en kollega med en anden rolle om at gøre det, eller bed en administrator om at ændre din rolle.",
		Links: []web.Link{{Label: "Gå til redaktionen", URL: web.PathDesk}, {Label: "Se, hvad din rolle må", URL: pathAccount}}}
	if c, ok := carriedOf(r); ok && r.URL.Path == c.To {
		f, _ := formAt(c.To)
		if notCPR, err := d.notCPR(r.Context(), f, c.Values); err == nil {
			c.Values.Set(fieldPage, d.keepPosted(r, f, notCPR))
		}
		v.Text += " Det, du har skrevet, er ikke tabt: Det følger med denne side."
		v.Post = c.again("Prøv igen")
		v.Links = append([]web.Link{{Label: "Tilbage til det, du skrev", URL: c.To}}, v.Links...)
	}
	if err := d.show(w, r, http.StatusForbidden, web.DeskNotePage(v)); err != nil {
		http.Error(w, v.Title, http.StatusForbidden)
	}
}

// may is what the buttons of the desk's pages ask.
func may(r review.Role) web.DeskMay {
	return web.DeskMay{Save: r.May(review.Save), Ask: r.May(review.Ask), Reply: r.May(review.Reply), Publish: r.May(review.Publish), Point: r.May(review.Point), Decline: r.May(review.Decline), LayAside: r.May(review.LayAside),
		Begin: r.May(review.BeginExample), Erase: r.May(review.Erase), MendAddress: r.May(review.MendAddress), SendAgain: r.May(review.SendAgain), EditText: r.May(review.EditMailText), Vocabulary: r.May(review.EditVocabulary), AskSource: r.May(review.AskSource),
		Accounts: r.May(review.ManageAccounts)}
}
