package desk

import (
	"cmp"
	"crypto/rand"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"praksis/internal/catalogue"
	"praksis/internal/postgres"
	"praksis/internal/review"
	"praksis/web"
)

const (
	pathAccounts = web.PathDesk + "/redaktoerer"
	// maxAccountEvents is how many events of accounts a page shows: what one looks
	// back on.
	maxAccountEvents = 100
)

func accountPath(id int64) string { return pathAccounts + "/" + strconv.FormatInt(id, 10) }

// Names of the fields of an invitation and of a change of role.
const fieldName, fieldRole, fieldRoleSeen = "navn", "rolle", "rolle-foer"

// invite is an invitation as an administrator has typed it.
type inviteForm struct {
	name, email, role string
	page              string
	keptAt            time.Time
}

func readInvite(v url.Values) *inviteForm {
	return &inviteForm{name: catalogue.Visible(v.Get(fieldName)), email: catalogue.Visible(v.Get(fieldEmail)), role: v.Get(fieldRole), page: pageOf(v)}
}

// accounts lists all accounts and invites new ones.
func (d *Desk) accounts(w http.ResponseWriter, r *http.Request) error {
	kept, _, err := d.unsaved(r, deskForm{path: pathAccounts})
	if err != nil {
		return err
	}
	typed := &inviteForm{page: rand.Text()}
	if kept != nil {
		typed = readInvite(kept.Values)
		typed.keptAt = kept.KeptAt
	}
	return d.showAccounts(w, r, http.StatusOK, typed, nil)
}

func (d *Desk) showAccounts(w http.ResponseWriter, r *http.Request, status int, typed *inviteForm, wrong map[string]string) error {
	list, err := d.store.Editors(r.Context())
	if err != nil {
		return err
	}
	events, err := d.store.AccountEvents(r.Context(), 0, maxAccountEvents)
	if err != nil {
		return err
	}
	own := deskForm{path: pathAccounts}
	_, e := d.auth.At(r.Context())
	v := web.DeskAccounts{Desk: d.page(r, "Redaktører", pathAccounts), Action: own.path, Keep: own.path + pathKeep, Hidden: own.hidden(typed.page, e.ID), Events: accountLines(events)}
	if r.URL.Query().Get("gjort") == "inviteret" {
		v.Done = "Invitationen er sendt."
	}
	for _, x := range list {
		v.Rows = append(v.Rows, web.DeskAccountRow{Name: x.Name, URL: accountPath(x.ID), Mail: x.Email, Role: review.Roles.Label(x.Role), State: d.accountState(x), Factor: factorText(x)})
	}
	v.Fields = []web.Field{
		{Type: web.FieldText, ID: fieldName, Name: fieldName, Label: "Navn", Hint: "Det ser de andre i redaktionen.", Value: typed.name, Error: wrong[fieldName], Must: true, Auto: "off"},
		{Type: web.FieldMail, ID: fieldEmail, Name: fieldEmail, Label: "Mailadresse", Value: typed.email, Error: wrong[fieldEmail], Must: true, Auto: "off"},
		roleField(typed.role, wrong[fieldRole]),
	}
	for _, name := range []string{fieldName, fieldEmail, fieldRole} {
		if m := wrong[name]; m != "" {
			v.Errors = append(v.Errors, web.FormError{Message: m, URL: "#" + name})
		}
	}
	v.Dirty = typed.name+typed.email+typed.role != ""
	if !typed.keptAt.IsZero() && v.Dirty {
		v.Kept = &web.DeskKept{Heading: notSaved, Text: keptText(typed.keptAt), Discard: own.discardPost("Kassér det", typed.page, e.ID)}
	}
	return d.show(w, r, status, web.DeskAccountsPage(v))
}

func roleField(chosen, wrong string) web.Field {
	f := web.Field{Type: web.FieldRadios, ID: fieldRole, Name: fieldRole, Label: "Rolle", Error: wrong, Must: true}
	for _, o := range review.Roles {
		f.Options = append(f.Options, web.FieldOption{ID: fieldRole + "-" + o.Slug, Value: string(o.Code), Label: o.Label + ": " + o.Code.Explain(), Chosen: string(o.Code) == chosen})
	}
	return f
}

// accountState says in words whether somebody can sign in.
func (d *Desk) accountState(e postgres.Editor) string {
	switch {
	case e.Closed:
		return "Lukket"
	case e.Invited != nil && e.Invited.Before(d.now()):
		return "Inviteret. Linket er udløbet."
	case e.Invited != nil:
		return "Inviteret. Linket virker til " + catalogue.DanishTime(*e.Invited) + "."
	}
	return "Aktiv"
}

func factorText(e postgres.Editor) string {
	switch {
	case e.Closed, e.Invited != nil:
		return ""
	case e.TOTPSecret != "":
		return "Har engangskoder"
	case e.OIDCSubject != "":
		return "Fælles login"
	}
	return "Ingen engangskoder endnu"
}

// accountLabels are what happened to accounts, as one reads it after a name.
var accountLabels = map[review.AccountEventKind]string{
	review.AccountInvited: "er inviteret", review.AccountRole: "har fået en anden rolle", review.AccountFactorReset: "skal koble en ny app til",
	review.AccountSessionsEnded: "er logget ud overalt", review.AccountClosed: "kan ikke logge ind mere",
	review.AccountJoined: "tog imod invitationen", review.AccountPassword: "skiftede adgangskode", review.AccountFactor: "koblede en app til", review.AccountSignedOut: "loggede sig ud overalt",
}

func accountLines(events []postgres.AccountEvent) (out []web.SubmissionLine) {
	for _, e := range events {
		l := web.SubmissionLine{When: catalogue.DanishTime(e.At), What: e.Name + " " + cmp.Or(accountLabels[e.Kind], string(e.Kind))}
		if e.Role != "" {
			l.What += ": " + catalogue.LowerFirst(review.Roles.Label(e.Role))
		}
		switch {
		case e.By == 0:
			l.What += ". Gjort af driften eller jeres fælles login."
		case e.By != e.Editor:
			l.What += ". Gjort af " + e.ByName + "."
		}
		out = append(out, l)
	}
	return out
}

// invite opens an account and mails its owner a link.
func (d *Desk) invite(w http.ResponseWriter, r *http.Request) error {
	if err := form(r); err != nil {
		return err
	}
	own, typed := deskForm{path: pathAccounts}, readInvite(r.PostForm)
	if r.PostForm.Get("handling") == discard {
		d.closeForm(r, own, typed.page)
		return seeOther(w, r, own.path)
	}
	typed.page = d.keepPosted(r, own, false)
	wrong := map[string]string{}
	name := review.Line(typed.name)
	if name == "" || len([]rune(name)) > 200 {
		wrong[fieldName] = "Skriv navnet, med højst 200 tegn."
	}
	if !catalogue.Legible(name) {
		wrong[fieldName] = review.Illegible
	}
	email, fault := review.Email(typed.email)
	if fault != "" {
		wrong[fieldEmail] = fault
	}
	role := review.Role(typed.role)
	if !review.Roles.Has(role) {
		wrong[fieldRole] = "Vælg en rolle."
	}
	if review.HoldsCPR(name + " " + email) {
		wrong[fieldName] = "Det ligner et CPR-nummer. Det må ikke stå her. Fjern det."
	}
	if len(wrong) > 0 {
		return d.showAccounts(w, r, http.StatusUnprocessableEntity, typed, wrong)
	}
	_, e := d.auth.At(r.Context())
	id, err := d.store.InviteEditor(r.Context(), postgres.Editor{Email: email, Name: name, Role: role}, rand.Text()+rand.Text(), e.ID, d.now())
	if errors.Is(err, catalogue.ErrConflict) {
		return d.showAccounts(w, r, http.StatusConflict, typed, map[string]string{fieldEmail: "Der er allerede en konto med den mailadresse. Find den på listen."})
	}
	if err != nil {
		return err
	}
	d.closeForm(r, own, typed.page)
	d.errors.Log.InfoContext(r.Context(), "account invited", "editor", id, "by", e.ID)
	return seeOther(w, r, pathAccounts+"?gjort=inviteret")
}

// accountOf is one account with what can be done to it.
func (d *Desk) accountOf(w http.ResponseWriter, r *http.Request) error {
	return d.showAccountOf(w, r, http.StatusOK, "")
}

// accountDone is what the page says that was just done.
var accountDone = map[string]string{"rolle": "Rollen er ændret.", "faktor": "Engangskoderne er nulstillet.", "sessioner": "Kontoen er logget ud overalt.", "inviter": "Invitationen er sendt igen.", "luk": "Kontoen er lukket."}

func (d *Desk) showAccountOf(w http.ResponseWriter, r *http.Request, status int, wrong string) error {
	id, err := idOf(r)
	if err != nil {
		return err
	}
	x, err := d.store.EditorByID(r.Context(), id)
	if err != nil {
		return err
	}
	events, err := d.store.AccountEvents(r.Context(), id, maxAccountEvents)
	if err != nil {
		return err
	}
	v := web.DeskAccountOf{Desk: d.page(r, x.Name, pathAccounts), Action: accountPath(id), Choose: roleField(string(x.Role), ""), Events: accountLines(events), Open: !x.Closed, Invited: x.Invited != nil,
		Hidden: []web.Hidden{{Name: fieldRoleSeen, Value: string(x.Role)}},
		Facts:  []web.Fact{{Label: "Mailadresse", Value: x.Email}, {Label: "Rolle", Value: review.Roles.Label(x.Role)}, {Label: "Tilstand", Value: d.accountState(x)}}}
	if f := factorText(x); f != "" {
		v.Facts = append(v.Facts, web.Fact{Label: "Engangskoder", Value: f})
	}
	v.Crumbs = []web.Crumb{{Label: "Redaktionen", Path: web.PathDesk}, {Label: "Redaktører", Path: pathAccounts}, {Label: x.Name}}
	v.Done = accountDone[r.URL.Query().Get("gjort")]
	if wrong != "" {
		v.Done, v.Errors = "", []web.FormError{{Message: wrong}}
	}
	return d.show(w, r, status, web.DeskAccountOfPage(v))
}

// changeAccount does to an account what the pressed button says.
func (d *Desk) changeAccount(w http.ResponseWriter, r *http.Request) error {
	if err := form(r); err != nil {
		return err
	}
	id, err := idOf(r)
	if err != nil {
		return err
	}
	_, e := d.auth.At(r.Context())
	v := r.PostForm
	what, now := v.Get("handling"), d.now()
	switch what {
	case "rolle":
		role := review.Role(v.Get(fieldRole))
		if !review.Roles.Has(role) {
			return d.showAccountOf(w, r, http.StatusUnprocessableEntity, "Vælg en rolle.")
		}
		if was := review.Role(v.Get(fieldRoleSeen)); was != role {
			err = d.store.SetEditorRole(r.Context(), id, was, role, e.ID, now)
		}
	case "faktor":
		err = d.store.ResetEditorFactor(r.Context(), id, e.ID, now)
	case "sessioner":
		err = d.store.EndEditorSessions(r.Context(), id, e.ID, now)
	case "inviter":
		err = d.store.InviteAgain(r.Context(), id, rand.Text()+rand.Text(), e.ID, now)
	case "luk":
		if v.Get("sikker") == "" {
			return d.showAccountOf(w, r, http.StatusUnprocessableEntity, "Sæt hak ved, at kontoen skal lukkes.")
		}
		err = d.store.CloseEditor(r.Context(), id, e.ID, now)
	default:
		return &badAction
	}
	switch {
	case errors.Is(err, review.ErrLastAdministrator):
		return d.showAccountOf(w, r, http.StatusConflict, "Det er den sidste, der kan styre konti. Gør først en anden til administrator.")
	case errors.Is(err, catalogue.ErrConflict):
		return d.showAccountOf(w, r, http.StatusConflict, "Kontoen er ændret, siden du åbnede siden. Her er den, som den er nu. Se den igennem, og vælg igen.")
	case err != nil:
		return err
	}
	d.errors.Log.InfoContext(r.Context(), "account changed", "editor", id, "what", what, "by", e.ID)
	if id == e.ID { // their own role may not open the page any more
		return seeOther(w, r, pathAccount)
	}
	return seeOther(w, r, accountPath(id)+"?gjort="+url.QueryEscape(what))
}
