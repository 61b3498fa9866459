package desk

import (
	"errors"
	"net/http"

	"praksis/internal/auth"
	"praksis/internal/catalogue"
	"praksis/web"

	"github.com/go-chi/chi/v5"
)

// maxToken is longer than any token of an invitation.
const maxToken = 100

// invitation asks somebody who was invited for a password. Nothing is done by it.
func (d *Desk) invitation(w http.ResponseWriter, r *http.Request) error {
	return d.showInvitation(w, r, http.StatusOK, "")
}

func (d *Desk) showInvitation(w http.ResponseWriter, r *http.Request, status int, message string) error {
	token := chi.URLParam(r, "token")
	if len(token) > maxToken || !catalogue.Storable(token) {
		return d.noInvitation(w, r)
	}
	e, err := d.store.InvitedEditor(r.Context(), token, d.now())
	if errors.Is(err, catalogue.ErrNotFound) {
		return d.noInvitation(w, r)
	}
	if err != nil {
		return err
	}
	v := web.DeskInvitation{Desk: d.page(r, "Velkommen til redaktionen", pathSignIn), Name: e.Name, Mail: e.Email, Action: web.DeskInvitationPath(token),
		Field: web.Field{Type: "password", ID: "ny", Name: "ny", Label: "Vælg en adgangskode", Auto: "new-password", Hint: "Mindst 12 tegn. Brug fx fire ord, der ikke hører sammen.", Error: message}}
	if message != "" {
		v.Errors = []web.FormError{{Message: message, URL: "#ny"}}
	}
	return d.show(w, r, status, web.DeskInvitationPage(v))
}

func (d *Desk) noInvitation(w http.ResponseWriter, r *http.Request) error {
	v := web.DeskNote{Desk: d.page(r, "Linket virker ikke", pathSignIn), Text: "Invitationen er brugt, trukket tilbage eller for gammel. Har du valgt en adgangskode, så log ind. Ellers bed en administrator om en ny invitation.",
		Links: []web.Link{{Label: "Log ind", URL: pathSignIn}}}
	return d.show(w, r, http.StatusNotFound, web.DeskNotePage(v))
}

// join sets the password and leads on to the second factor.
func (d *Desk) join(w http.ResponseWriter, r *http.Request) error {
	if err := form(r); err != nil {
		return err
	}
	token := chi.URLParam(r, "token")
	if len(token) > maxToken || !catalogue.Storable(token) {
		return d.noInvitation(w, r)
	}
	stage, err := d.auth.Join(r, token, r.PostForm.Get("ny"))
	if unfit, ok := errors.AsType[*auth.PasswordError](err); ok {
		return d.showInvitation(w, r, http.StatusUnprocessableEntity, unfit.Message)
	}
	if errors.Is(err, catalogue.ErrNotFound) {
		return d.noInvitation(w, r)
	}
	if err != nil {
		return err
	}
	return seeOther(w, r, stepPath(stage, web.PathDesk))
}
