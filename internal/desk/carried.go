package desk

import (
	"bytes"
	"encoding/json"
	"errors"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"praksis/internal/auth"
	"praksis/internal/catalogue"
	"praksis/internal/postgres"
	"praksis/internal/review"
	"praksis/web"
)

// carried is a form that was posted without a session. It goes through the
// sign-in in the pages of whoever posted it, and is kept and shown when an editor
// has signed in after it; only they save it.
type carried struct {
	To     string     `json:"to"` // the form's path
	Values url.Values `json:"values"`
	Step   string     `json:"step,omitempty"` // of a draft in steps, from which it was posted
}

// fieldCarried holds one in the forms of a sign-in, as JSON.
const fieldCarried = "medbragt"

// carriedOf is the form that a request posts, or brings along in a sign-in.
func carriedOf(r *http.Request) (c carried, ok bool) {
	if r.Method != http.MethodPost || r.ParseForm() != nil {
		return carried{}, false
	}
	if strings.HasPrefix(r.URL.Path, pathSignIn) || r.URL.Path == pathSignOut {
		return readCarried([]byte(r.PostForm.Get(fieldCarried)))
	}
	_, ok = formAt(r.URL.Path)
	return carried{To: r.URL.Path, Values: r.PostForm, Step: r.URL.Query().Get(fieldStep)}, ok
}

// readCarried takes what came from a browser: only for a form of ours.
func readCarried(b []byte) (c carried, ok bool) {
	if len(b) == 0 || json.Unmarshal(b, &c) != nil {
		return carried{}, false
	}
	_, ok = formAt(c.To)
	return c, ok
}

func (c carried) encode() []byte {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false) // the page does
	if err := e.Encode(c); err != nil {
		panic(err) // strings alone
	}
	return bytes.TrimSpace(b.Bytes())
}

func (c carried) hidden() []web.Hidden {
	return []web.Hidden{{Name: fieldCarried, Value: string(c.encode())}}
}

// again is the form of one button that posts it once more, as it was.
func (c carried) again(label string) *web.DeskPost {
	p := &web.DeskPost{Action: c.To, Label: label}
	for _, name := range slices.Sorted(maps.Keys(c.Values)) {
		for _, value := range c.Values[name] {
			p.Hidden = append(p.Hidden, web.Hidden{Name: name, Value: value})
		}
	}
	return p
}

// askToSignIn answers what was posted without a session: with the step of the
// sign-in that comes next, which brings a form's texts along.
func (d *Desk) askToSignIn(w http.ResponseWriter, r *http.Request, stage auth.Stage) error {
	if _, ok := carriedOf(r); ok {
		return d.showStep(w, r, http.StatusUnauthorized, stage)
	}
	return d.showSignIn(w, r, http.StatusUnauthorized, "", "")
}

// showStep shows the step at which a sign-in stands.
func (d *Desk) showStep(w http.ResponseWriter, r *http.Request, status int, stage auth.Stage) error {
	switch stage {
	case auth.NeedsCode:
		return d.showCode(w, r, status, "")
	case auth.NeedsSetup:
		return d.showFactor(w, r, status, "")
	}
	return d.showSignIn(w, r, status, "", "")
}

// notice says that the session is over, on the first page of a sign-in.
func notice(r *http.Request, carries bool) web.Notice {
	switch {
	case carries:
		return web.Notice{Heading: "Log ind for at gemme", Text: "Du er ikke logget ind længere. Det, du har skrevet, følger med: Log ind her på siden, så kommer det tilbage, og du kan gemme det. Luk ikke siden imens."}
	case r.Method == http.MethodPost && !strings.HasPrefix(r.URL.Path, pathSignIn) && r.URL.Path != pathSignOut:
		return web.Notice{Heading: "Du er ikke logget ind længere", Text: "Det, du ville gøre, er ikke gjort. Log ind, og gør det igen."}
	}
	return web.Notice{}
}

// pageBehind is the page to which a posted button belongs.
func pageBehind(path string) string {
	path = strings.TrimSuffix(path, pathKeep)
	if _, ok := formAt(path); ok {
		return path
	}
	for _, p := range []string{pathMails, pathAccount, pathAccounts} {
		if strings.HasPrefix(path, p+"/") {
			return p
		}
	}
	return web.PathDesk
}

// resume gives a signed-in editor the form back that came through the sign-in. It
// is kept, and the form's page shows it.
func (d *Desk) resume(w http.ResponseWriter, r *http.Request, c carried) error {
	ctx := r.Context()
	f, ok := formAt(c.To)
	if !ok {
		return seeOther(w, r, web.PathDesk)
	}
	_, e := d.auth.At(ctx)
	r.PostForm = c.Values
	if otherEditor(r, e) {
		return d.showOther(w, r, c)
	}
	notCPR, err := d.notCPR(ctx, f, c.Values)
	if m, moved := errors.AsType[*catalogue.MovedError](err); moved {
		f = practiceForm(m.Slug, f.part)
		notCPR, err = d.notCPR(ctx, f, c.Values)
	}
	if errors.Is(err, catalogue.ErrNotFound) {
		return seeOther(w, r, web.PathDesk)
	}
	if err == nil {
		var page string
		if page, err = d.keep(ctx, e.ID, f, c.Values, notCPR); err == nil {
			c.Values.Set(fieldPage, page)
		}
	}
	// What is not kept, or not all of it, is shown from here, which stores nothing.
	if _, refused := errors.AsType[*review.RefusedError](err); refused || err == nil && f.part == partErase {
		return d.showTyped(w, r, f, postgres.UnsavedForm{Values: c.Values})
	}
	if err != nil {
		return err
	}
	if c.Step != "" {
		return seeOther(w, r, f.path+"?"+url.Values{fieldStep: {c.Step}}.Encode())
	}
	return seeOther(w, r, f.path)
}

// showTyped shows a form as it was typed.
func (d *Desk) showTyped(w http.ResponseWriter, r *http.Request, f deskForm, x postgres.UnsavedForm) error {
	if f.item.Noun != "" {
		return d.showItem(w, r, http.StatusOK, f, readTyped(f.item.Noun.Info(), x))
	}
	if f.kind != "" {
		t := readText(x.Values)
		return d.showText(w, r, http.StatusOK, f, &t)
	}
	if f.solution != "" {
		return d.showSolution(w, r, http.StatusOK, f.solution, readContrast(x.Values), nil)
	}
	if f.part == partInquiry {
		about, err := d.inquiredAt(r, f)
		if err != nil {
			return err
		}
		return d.showInquiries(w, r, http.StatusOK, about, x.Values, time.Time{}, nil)
	}
	if f.practice != "" || f.path == pathBegin {
		return d.showTypedPractice(w, r, f, x.Values)
	}
	if f.path == pathCut {
		return d.showCut(w, r, http.StatusOK, readCut(x.Values, d.index.Taxonomy()), "")
	}
	if f.path == pathSendInquiries {
		return d.showSending(w, r, http.StatusOK, readSending(x.Values), x.Page, x.KeptAt, nil)
	}
	if f.path == pathAccounts {
		return d.showAccounts(w, r, http.StatusOK, readInvite(x.Values), nil)
	}
	s, err := d.store.SubmissionByID(r.Context(), f.submission)
	if err != nil {
		return err
	}
	switch f.part {
	case partNote:
		return d.showNote(w, r, http.StatusOK, f, readNote(x.Values), "")
	case partEmail:
		return d.showEmail(w, r, http.StatusOK, s, readEmail(x.Values), "")
	case partErase:
		return d.showErase(w, r, http.StatusOK, s, readErase(x.Values, s), nil)
	}
	typed := readForm(x.Values)
	return d.showSubmission(w, r, http.StatusOK, s, typed, pageState{dirty: true, stale: typed.version != s.Version})
}

// carriedCookie names the cookie with the key of a form that waits on the server.
func (d *Desk) carriedCookie() string {
	if d.secure() {
		return "__Host-praksis-medbragt"
	}
	return "praksis-medbragt"
}

func (d *Desk) secure() bool { return strings.HasPrefix(d.PublicURL, "https://") }

func (d *Desk) setCarried(w http.ResponseWriter, key string, seconds int) {
	http.SetCookie(w, &http.Cookie{Name: d.carriedCookie(), Value: key, Path: "/", MaxAge: seconds, Secure: d.secure(), HttpOnly: true, SameSite: http.SameSiteLaxMode})
}

// carryOIDC keeps a form while its sender signs in at the provider, whose pages
// cannot bring it along. The page leads on by a link: a form's answer may not
// leave the site.
func (d *Desk) carryOIDC(w http.ResponseWriter, r *http.Request) error {
	if !d.auth.HasOIDC() {
		return catalogue.ErrNotFound
	}
	c, ok := carriedOf(r)
	if !ok {
		return seeOther(w, r, pathSignIn)
	}
	key, err := d.store.CarryForm(r.Context(), c.encode(), d.now())
	if errors.Is(err, catalogue.ErrUnavailable) {
		return d.showSignIn(w, r, http.StatusServiceUnavailable, "", "Vi kan ikke gemme det, du har skrevet, mens du logger ind et andet sted. Prøv igen om et kvarter, eller log ind med adgangskode.")
	}
	if err != nil {
		return err
	}
	d.setCarried(w, key, int(postgres.CarriedKept.Seconds()))
	v := web.DeskNote{Desk: d.page(r, "Log ind med jeres fælles login", pathSignIn), Text: "Det, du har skrevet, venter her i et kvarter. Log ind, så kommer det tilbage, og du kan gemme det.",
		Links: []web.Link{{Label: "Gå til jeres fælles login", URL: pathOIDC}}}
	return d.show(w, r, http.StatusOK, web.DeskNotePage(v))
}

// takeCarried is the form that waits on the server for this browser, once.
func (d *Desk) takeCarried(w http.ResponseWriter, r *http.Request) (carried, bool) {
	cookie, err := r.Cookie(d.carriedCookie())
	if err != nil {
		return carried{}, false
	}
	d.setCarried(w, "", -1)
	b, err := d.store.TakeCarried(r.Context(), cookie.Value, d.now())
	if err != nil {
		if !errors.Is(err, catalogue.ErrNotFound) {
			d.errors.Log.WarnContext(r.Context(), "a form that waited for a sign-in is lost", "error", err)
		}
		return carried{}, false
	}
	return readCarried(b)
}
