package desk

import (
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"

	"praksis/internal/auth"
	"praksis/internal/httpx"
	"praksis/web"
)

// Addresses of the steps of a sign-in.
const (
	pathSignIn  = web.PathDesk + "/log-ind"
	pathCode    = pathSignIn + "/kode"
	pathFactor  = pathSignIn + "/opsaet"
	pathOIDC    = pathSignIn + "/faelles"
	pathSignOut = web.PathDesk + "/log-ud"
	// PathOIDCCallback is where the provider sends the editor back to: the path of
	// auth.OIDC.Redirect.
	PathOIDCCallback = pathOIDC + "/svar"
)

// paramTo names the page to go to after the sign-in.
const paramTo = "til"

// destination holds a page to go to to the desk: a link of others must not
// lead out of it.
func destination(s string) string {
	u, err := url.Parse(s)
	if err != nil || u.IsAbs() || u.Host != "" || u.Opaque != "" || strings.ContainsAny(s, "\\\r\n") ||
		u.Path != web.PathDesk && !strings.HasPrefix(u.Path, web.PathDesk+"/") || strings.HasPrefix(u.Path, pathSignIn) || strings.Contains(u.Path, "..") {
		return web.PathDesk
	}
	return u.RequestURI()
}

// stepPath is the address at which a sign-in goes on, and then leads to a page.
func stepPath(stage auth.Stage, to string) string {
	p := pathSignIn
	switch stage {
	case auth.SignedIn:
		return destination(to)
	case auth.NeedsCode:
		p = pathCode
	case auth.NeedsSetup:
		p = pathFactor
	}
	if to = destination(to); to != web.PathDesk {
		p += "?" + url.Values{paramTo: {to}}.Encode()
	}
	return p
}

// goOn leads on to where the sign-in stands now, with the form that it brings
// along.
func (d *Desk) goOn(w http.ResponseWriter, r *http.Request, stage auth.Stage) error {
	c, ok := carriedOf(r)
	if ok && stage != auth.SignedIn {
		return d.showStep(w, r, http.StatusOK, stage)
	}
	if !ok && stage == auth.SignedIn {
		c, ok = d.takeCarried(w, r)
	}
	if ok {
		return d.resume(w, r, c)
	}
	http.Redirect(w, r, stepPath(stage, r.FormValue(paramTo)), http.StatusSeeOther)
	return nil
}

// hidden is what the forms of a sign-in bring along.
func hidden(r *http.Request) (fields []web.Hidden, carries bool) {
	if c, ok := carriedOf(r); ok {
		return c.hidden(), true
	}
	if r.Method == http.MethodPost && !strings.HasPrefix(r.URL.Path, pathSignIn) && r.URL.Path != pathSignOut {
		return []web.Hidden{{Name: paramTo, Value: pageBehind(r.URL.Path)}}, false
	}
	if to := destination(r.FormValue(paramTo)); to != web.PathDesk {
		return []web.Hidden{{Name: paramTo, Value: to}}, false
	}
	return nil, false
}

// refusal is what the editor reads when a step is refused, and its status;
// false for other errors.
func refusal(err error, wrong string) (int, string, bool) {
	var many *auth.TooManyError
	switch {
	case errors.As(err, &many) && many.Wait <= time.Minute:
		return http.StatusTooManyRequests, "Der er mange, der logger ind herfra lige nu. Vent et minut, og prøv igen.", true
	case errors.As(err, &many):
		return http.StatusTooManyRequests, "Der har været for mange forkerte forsøg. Vent et kvarter, og prøv igen, eller log ind fra en computer, hvor du har gjort det før.", true
	case errors.Is(err, auth.ErrWrong):
		return http.StatusUnprocessableEntity, wrong, true
	}
	return 0, "", false
}

func (d *Desk) signInPage(w http.ResponseWriter, r *http.Request) error {
	if stage, _ := d.auth.At(r.Context()); stage == auth.SignedIn {
		return d.goOn(w, r, stage)
	}
	return d.showSignIn(w, r, http.StatusOK, "", "")
}

func (d *Desk) showSignIn(w http.ResponseWriter, r *http.Request, status int, email, message string) error {
	v := web.DeskSignIn{Desk: d.page(r, "Log ind", pathSignIn), Fields: []web.Field{
		{Type: web.FieldMail, ID: "mail", Name: "mail", Label: "Mailadresse", Value: email, Auto: "username"},
		{Type: "password", ID: "adgangskode", Name: "adgangskode", Label: "Adgangskode", Auto: "current-password"},
	}}
	if message != "" {
		v.Errors = []web.FormError{{Message: message, URL: "#mail"}}
	}
	if d.auth.HasOIDC() {
		v.OIDC = pathOIDC
	}
	v.Hidden, v.Carries = hidden(r)
	v.Notice = notice(r, v.Carries)
	return d.show(w, r, status, web.DeskSignInPage(v))
}

func (d *Desk) signIn(w http.ResponseWriter, r *http.Request) error {
	if err := form(r); err != nil {
		return err
	}
	email := r.PostForm.Get("mail")
	if _, ok := carriedOf(r); ok && email == "" && r.PostForm.Get("adgangskode") == "" { // sent again after a fault of ours
		return d.showSignIn(w, r, http.StatusOK, "", "")
	}
	stage, err := d.auth.Password(r, email, r.PostForm.Get("adgangskode"))
	if status, message, known := refusal(err, "Mailadressen eller adgangskoden er ikke rigtig. Prøv igen."); known {
		retryLater(w, status)
		return d.showSignIn(w, r, status, email, message)
	}
	if err != nil {
		return err
	}
	return d.goOn(w, r, stage)
}

func retryLater(w http.ResponseWriter, status int) {
	if status == http.StatusTooManyRequests {
		w.Header().Set("Retry-After", "900")
	}
}

func (d *Desk) codePage(w http.ResponseWriter, r *http.Request) error {
	if stage, _ := d.auth.At(r.Context()); stage != auth.NeedsCode {
		return d.goOn(w, r, stage)
	}
	return d.showCode(w, r, http.StatusOK, "")
}

func codeField(id, label, message string) web.Field {
	return web.Field{Type: web.FieldText, ID: id, Name: id, Label: label, Hint: "6 cifre", Auto: "one-time-code", Error: message}
}

func (d *Desk) showCode(w http.ResponseWriter, r *http.Request, status int, message string) error {
	v := web.DeskCode{Desk: d.page(r, "Skriv din engangskode", pathSignIn), Field: codeField("kode", "Engangskode", message)}
	v.Hidden, v.Carries = hidden(r)
	if message != "" {
		v.Errors = []web.FormError{{Message: message, URL: "#kode"}}
	}
	return d.show(w, r, status, web.DeskCodePage(v))
}

// wrongCode is what a wrong code is met with.
const wrongCode = "Koden passer ikke, eller den er brugt. Vent på den næste kode i appen, og skriv den."

func (d *Desk) code(w http.ResponseWriter, r *http.Request) error {
	if err := form(r); err != nil {
		return err
	}
	err := d.auth.Code(r, r.PostForm.Get("kode"))
	if errors.Is(err, auth.ErrStage) {
		return d.goOn(w, r, auth.SignedOut)
	}
	if status, message, known := refusal(err, wrongCode); known {
		retryLater(w, status)
		return d.showCode(w, r, status, message)
	}
	if err != nil {
		return err
	}
	return d.goOn(w, r, auth.SignedIn)
}

func (d *Desk) factorPage(w http.ResponseWriter, r *http.Request) error {
	return d.showFactor(w, r, http.StatusOK, "")
}

func (d *Desk) showFactor(w http.ResponseWriter, r *http.Request, status int, message string) error {
	stage, e := d.auth.At(r.Context())
	f, err := d.auth.NewFactor(r.Context())
	if errors.Is(err, auth.ErrStage) {
		return d.goOn(w, r, stage)
	}
	if err != nil {
		return err
	}
	v := web.DeskFactor{Desk: d.page(r, "Kobl en app til din konto", web.PathDesk+"/konto"), Must: stage == auth.NeedsSetup, Secret: f.Secret, URL: f.URL,
		Image: pathFactor + ".png"}
	v.Hidden, v.Carries = hidden(r)
	if e.TOTPSecret != "" {
		v.Fields = append(v.Fields, codeField("gammel", "Kode fra den app, du har nu", ""))
	}
	v.Fields = append(v.Fields, codeField("kode", "Kode fra den nye app", message))
	if message != "" {
		v.Errors = []web.FormError{{Message: message, URL: "#kode"}}
	}
	return d.show(w, r, status, web.DeskFactorPage(v))
}

// factorImage is the QR code, on an address of its own: the policy of the pages
// takes no pictures written into them.
func (d *Desk) factorImage(w http.ResponseWriter, r *http.Request) error {
	b, err := d.auth.FactorImage(r.Context())
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "image/png")
	_, err = w.Write(b)
	return err
}

func (d *Desk) factor(w http.ResponseWriter, r *http.Request) error {
	if err := form(r); err != nil {
		return err
	}
	stage, _ := d.auth.At(r.Context())
	err := d.auth.ConfirmFactor(r, r.PostForm.Get("kode"), r.PostForm.Get("gammel"))
	if errors.Is(err, auth.ErrStage) {
		return d.goOn(w, r, stage)
	}
	if status, message, known := refusal(err, wrongCode); known {
		retryLater(w, status)
		return d.showFactor(w, r, status, message)
	}
	if err != nil {
		return err
	}
	if stage == auth.SignedIn {
		return seeOther(w, r, web.PathDesk+"/konto?gjort=faktor")
	}
	return d.goOn(w, r, auth.SignedIn)
}

// startOIDC is asked for by a link: a form's answer may not leave the site.
func (d *Desk) startOIDC(_ http.ResponseWriter, r *http.Request) error {
	to, err := d.auth.StartOIDC(r.Context())
	if err != nil {
		return err
	}
	return &httpx.RedirectError{URL: to, Status: http.StatusSeeOther}
}

func (d *Desk) finishOIDC(w http.ResponseWriter, r *http.Request) error {
	switch err := d.auth.FinishOIDC(r); {
	case errors.Is(err, auth.ErrNoAccount):
		return d.showSignIn(w, r, http.StatusForbidden, "", "Dit fælles login hører ikke til nogen redaktør her. Bed den, der driver siden, om at oprette dig.")
	case errors.Is(err, auth.ErrBound):
		return d.showSignIn(w, r, http.StatusForbidden, "", "Kontoen med din mailadresse hører til et andet fælles login. Bed den, der driver siden, om at løse den fra det.")
	case errors.Is(err, auth.ErrClaim):
		return d.showSignIn(w, r, http.StatusForbidden, "", "Jeres fælles login fortæller os ikke din mailadresse, eller ikke at den er din. Bed den, der driver siden, om at se i loggen, hvad der mangler.")
	case errors.Is(err, auth.ErrRole):
		return d.showSignIn(w, r, http.StatusForbidden, "", "Dit fælles login har ikke rollen som redaktør. Bed den, der styrer jeres brugere, om at give dig den.")
	case errors.Is(err, auth.ErrAssurance):
		return d.showSignIn(w, r, http.StatusForbidden, "", "Du har logget ind på en måde, der ikke er sikker nok. Log ud af jeres fælles login, og log ind med to trin.")
	case errors.Is(err, auth.ErrProvider):
		return d.showSignIn(w, r, http.StatusForbidden, "", "Vi kunne ikke logge dig ind med jeres fælles login. Prøv igen.")
	case err != nil:
		return err
	}
	return d.goOn(w, r, auth.SignedIn)
}

func (d *Desk) signOut(w http.ResponseWriter, r *http.Request) error {
	if err := d.auth.SignOut(r.Context()); err != nil {
		return err
	}
	if _, ok := carriedOf(r); ok { // another editor's, who signs in next
		return d.showSignIn(w, r, http.StatusOK, "", "")
	}
	return seeOther(w, r, pathSignIn)
}

func seeOther(w http.ResponseWriter, r *http.Request, to string) error {
	http.Redirect(w, r, to, http.StatusSeeOther)
	return nil
}
