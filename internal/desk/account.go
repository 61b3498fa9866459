package desk

import (
	"errors"
	"net/http"

	"praksis/internal/auth"
	"praksis/web"
)

const pathAccount = web.PathDesk + "/konto"

func (d *Desk) account(w http.ResponseWriter, r *http.Request) error {
	return d.showAccount(w, r, http.StatusOK, "", "")
}

func (d *Desk) showAccount(w http.ResponseWriter, r *http.Request, status int, field, message string) error {
	_, e := d.auth.At(r.Context())
	events, err := d.store.AccountEvents(r.Context(), e.ID, maxAccountEvents)
	if err != nil {
		return err
	}
	v := web.DeskAccount{Desk: d.page(r, "Din konto", pathAccount), Mail: e.Email, HasFactor: e.TOTPSecret != "", RoleText: e.Role.Explain(), Events: accountLines(events)}
	switch r.URL.Query().Get("gjort") {
	case "kode":
		v.Done = "Din adgangskode er skiftet. Du er logget ud alle andre steder."
	case "faktor":
		v.Done = "Appen er koblet til din konto."
	}
	if e.PasswordHash != "" {
		v.Fields = append(v.Fields, web.Field{Type: "password", ID: "gammel", Name: "gammel", Label: "Din adgangskode nu", Auto: "current-password"})
	}
	v.Fields = append(v.Fields,
		web.Field{Type: "password", ID: "ny", Name: "ny", Label: "Ny adgangskode", Auto: "new-password", Hint: "Mindst 12 tegn. Brug fx fire ord, der ikke hører sammen."})
	for i := range v.Fields {
		if v.Fields[i].ID == field {
			v.Fields[i].Error = message
			v.Errors = []web.FormError{{Message: message, URL: "#" + field}}
		}
	}
	return d.show(w, r, status, web.DeskAccountPage(v))
}

func (d *Desk) changePassword(w http.ResponseWriter, r *http.Request) error {
	if err := form(r); err != nil {
		return err
	}
	err := d.auth.ChangePassword(r, r.PostForm.Get("gammel"), r.PostForm.Get("ny"))
	var unfit *auth.PasswordError
	if errors.As(err, &unfit) {
		return d.showAccount(w, r, http.StatusUnprocessableEntity, "ny", unfit.Message)
	}
	if status, message, known := refusal(err, "Det er ikke din adgangskode. Prøv igen."); known {
		retryLater(w, status)
		return d.showAccount(w, r, status, "gammel", message)
	}
	if err != nil {
		return err
	}
	return seeOther(w, r, pathAccount+"?gjort=kode")
}

func (d *Desk) signOutEverywhere(w http.ResponseWriter, r *http.Request) error {
	if err := d.auth.SignOutEverywhere(r.Context()); err != nil {
		return err
	}
	return seeOther(w, r, pathSignIn)
}
