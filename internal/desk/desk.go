// Package desk is the editors' pages: what waits, one submission beside its
// draft, and the decisions.
package desk

import (
	"bytes"
	"context"
	"log/slog"
	"net/http"
	"strings"
	"sync/atomic"
	"time"

	"praksis/internal/auth"
	"praksis/internal/catalogue"
	"praksis/internal/httpx"
	"praksis/internal/postgres"
	"praksis/internal/review"
	"praksis/internal/search"
	"praksis/web"

	"github.com/a-h/templ"
	"github.com/go-chi/chi/v5"
	"github.com/go-chi/chi/v5/middleware"
)

const (
	// maxConcurrent bounds the desk's requests in work: there are few editors,
	// and the public pages must not wait for them.
	maxConcurrent = 32
	// maxSigningIn bounds the requests of sign-ins, most of which wait their turn.
	maxSigningIn = 128
	// maxReceiving bounds the requests whose bodies are being received, and
	// maxReceivingEach those of one client.
	maxReceiving     = 32
	maxReceivingEach = 16
	// maxForm is far above the longest draft. In a sign-in a form stands as JSON in
	// another one, which takes more: as much as Request.ParseForm reads.
	maxForm    = 4 << 20
	maxCarried = 10 << 20
	typeHTML   = "text/html; charset=utf-8"
)

// Config is what the one who runs the site decides.
type Config struct {
	// PublicURL is the address that visitors use, as httpx.PublicOrigin returns it;
	// empty when it is not known.
	PublicURL string
	Authority web.Authority
	// Clamd is the address of a virus scanner to ask; may be empty.
	Clamd string
	// ChecksLinks tells whether addresses in published examples are checked.
	ChecksLinks bool
}

// Desk serves the editors' pages.
type Desk struct {
	Config
	store  *postgres.Store
	index  *search.Index
	auth   *auth.Auth
	errors httpx.Errors
	now    func() time.Time
	known  atomic.Pointer[knownWords]
}

// New makes the desk.
func New(cfg Config, store *postgres.Store, index *search.Index, a *auth.Auth, log *slog.Logger) *Desk {
	d := &Desk{Config: cfg, store: store, index: index, auth: a, now: func() time.Time { return time.Now().UTC() }}
	d.errors = httpx.Errors{Log: log, Page: d.problem}
	return d
}

// Routes is the desk as one handler of whole addresses, all below web.PathDesk.
func (d *Desk) Routes() http.Handler {
	r := chi.NewRouter()
	r.Use(httpx.Identify, httpx.Log(d.errors.Log), httpx.SecurityHeaders(strings.HasPrefix(d.PublicURL, "https://")), private,
		d.errors.Recover, d.readable, middleware.GetHead, d.errors.SameOrigin(d.PublicURL))
	received := d.errors.Receive(httpx.NewPlaces(maxReceiving, maxReceivingEach))
	h := d.errors.Wrap
	const at = web.PathDesk
	// Who guesses passwords takes no places of those who work.
	r.Group(func(r chi.Router) {
		r.Use(received, d.errors.Buffer(maxCarried))
		r.Use(d.errors.Limit(maxSigningIn), httpx.Deadline, d.auth.Sessions(d.errors.Fail))
		r.Get(at+"/log-ind", h(d.signInPage))
		r.Post(at+"/log-ind", h(d.signIn))
		r.Get(at+"/log-ind/kode", h(d.codePage))
		r.Post(at+"/log-ind/kode", h(d.code))
		r.Get(at+"/log-ind/opsaet", h(d.factorPage))
		r.Get(at+"/log-ind/opsaet.png", h(d.factorImage))
		r.Post(at+"/log-ind/opsaet", h(d.factor))
		r.Get(at+"/log-ind/faelles", h(d.startOIDC))
		r.Post(at+"/log-ind/faelles", h(d.carryOIDC))
		r.Get(at+"/log-ind/faelles/svar", h(d.finishOIDC))
		r.Get(at+"/invitation/{token}", h(d.invitation))
		r.Post(at+"/invitation/{token}", h(d.join))
	})
	r.Group(func(r chi.Router) {
		work := chi.Chain(d.errors.Limit(maxConcurrent), httpx.Deadline, d.auth.Sessions(d.errors.Fail))
		r.Use(received)
		r.With(append(chi.Chain(d.errors.Buffer(maxCarried)), work...)...).Post(at+"/log-ud", h(d.signOut))
		// The one form of the desk with a file: nothing is typed in it.
		r.With(append(append(chi.Chain(d.errors.Buffer(maxUpload)), work...), d.signedIn, d.allowed)...).Post(pathCut+pathFile, h(d.cutFile))
		r.Group(func(r chi.Router) {
			r.Use(d.errors.Buffer(maxForm))
			r.Use(work...)
			r.Use(d.signedIn, d.allowed)
			r.Get(at, h(d.queue))
			r.Get(at+"/indsendelser/{id}", h(d.submission))
			r.Post(at+"/indsendelser/{id}", h(d.act))
			r.Get(at+"/indsendelser/{id}"+pathDifference, h(d.submissionDifference))
			r.Get(at+"/indsendelser/{id}"+partPreview, h(d.preview))
			r.Get(at+"/indsendelser/{id}"+partErase, h(d.erasePage))
			r.Post(at+"/indsendelser/{id}"+partErase, h(d.erase))
			r.Get(at+"/indsendelser/{id}"+partNote, h(d.note))
			r.Post(at+"/indsendelser/{id}"+partNote, h(d.addNote))
			r.Get(at+"/indsendelser/{id}"+partEmail, h(d.email))
			r.Post(at+"/indsendelser/{id}"+partEmail, h(d.mendEmail))
			r.Get(at+"/indsendelser/{id}"+partInquiry, h(d.inquiries))
			r.Post(at+"/indsendelser/{id}"+partInquiry, h(d.askSource))
			r.Get(pathExamples+"/{slug}"+partInquiry, h(d.inquiries))
			r.Post(pathExamples+"/{slug}"+partInquiry, h(d.askSource))
			r.Post(pathExamples+"/{slug}"+partInquiry+pathKeep, h(d.keepForm))
			r.Get(pathWaiting, h(d.waiting))
			r.Get(pathSendInquiries, h(d.sendInquiriesPage))
			r.Post(pathSendInquiries, h(d.sendInquiries))
			r.Post(pathSendInquiries+pathKeep, h(d.keepForm))
			for _, part := range []string{"", partEmail, partErase, partNote, partInquiry} {
				r.Post(at+"/indsendelser/{id}"+part+pathKeep, h(d.keepForm))
			}
			d.practiceRoutes(r)
			r.Get(pathCut, h(d.cutPage))
			r.Post(pathCut, h(d.cutPosted))
			r.Post(pathCut+pathKeep, h(d.keepForm))
			r.Get(pathSolutions+"/{slug}", h(d.solution))
			r.Post(pathSolutions+"/{slug}", h(d.editContrast))
			r.Post(pathSolutions+"/{slug}"+pathKeep, h(d.keepForm))
			r.Get(at+"/bilag/{id}", h(d.attachment))
			r.Get(web.PathDeskLinks, h(d.links))
			r.Post(web.PathDeskLinks+"/{id}", h(d.changeLink))
			r.Get(web.PathDeskSearches, h(d.searches))
			r.Post(web.PathDeskSearches, h(d.hideSearch))
			r.Get(at+"/mails", h(d.mails))
			r.Post(at+"/mails/{id}/igen", h(d.sendAgain))
			r.Get(at+"/mailtekster", h(d.texts))
			r.Get(at+"/mailtekster/{kind}", h(d.text))
			r.Post(at+"/mailtekster/{kind}", h(d.saveText))
			r.Post(at+"/mailtekster/{kind}"+pathKeep, h(d.keepForm))
			d.vocabularyRoutes(r, h)
			r.Post(at+"/forlaeng", h(d.extend))
			r.Get(at+"/konto", h(d.account))
			r.Post(at+"/konto/adgangskode", h(d.changePassword))
			r.Post(at+"/konto/log-ud-overalt", h(d.signOutEverywhere))
			r.Get(pathAccounts, h(d.accounts))
			r.Post(pathAccounts, h(d.invite))
			r.Post(pathAccounts+pathKeep, h(d.keepForm))
			r.Get(pathAccounts+"/{id}", h(d.accountOf))
			r.Post(pathAccounts+"/{id}", h(d.changeAccount))
		})
	})
	r.NotFound(h(func(http.ResponseWriter, *http.Request) error { return catalogue.ErrNotFound }))
	r.MethodNotAllowed(d.errors.MethodNotAllowed)
	return r
}

// private keeps the desk out of every cache and search engine.
func private(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "no-store")
		w.Header().Set("X-Robots-Tag", "noindex, nofollow")
		next.ServeHTTP(w, r)
	})
}

// readable answers for addresses with what cannot be stored: nothing is called so.
func (d *Desk) readable(next http.Handler) http.Handler {
	return d.errors.Wrap(func(w http.ResponseWriter, r *http.Request) error {
		if !catalogue.Storable(r.URL.Path) {
			return catalogue.ErrNotFound
		}
		next.ServeHTTP(w, r)
		return nil
	})
}

// signedIn lets nobody else through: who reads is led to sign in and back, and
// what is posted is not done and goes through the sign-in.
func (d *Desk) signedIn(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		stage, _ := d.auth.At(r.Context())
		switch {
		case stage == auth.SignedIn:
			d.guarded(w, r, next)
		case r.Method != http.MethodGet && r.Method != http.MethodHead:
			if err := d.askToSignIn(w, r, stage); err != nil {
				d.errors.Fail(w, r, err)
			}
		default:
			http.Redirect(w, r, stepPath(stage, r.URL.RequestURI()), http.StatusSeeOther)
		}
	})
}

// show answers with a page.
func (d *Desk) show(w http.ResponseWriter, r *http.Request, status int, c templ.Component) error {
	var b bytes.Buffer
	if err := c.Render(context.WithoutCancel(r.Context()), &b); err != nil { // also after the deadline
		return err
	}
	httpx.Write(w, r, status, typeHTML, b.Bytes())
	return nil
}

// page is what the desk's pages share; here is the part that a page belongs to.
func (d *Desk) page(r *http.Request, title, here string) web.Desk {
	v := web.Desk{Shell: web.Shell{Title: title, Authority: d.Authority, Noindex: true, Script: "desk.js"}, Here: here}
	if stage, e := d.auth.At(r.Context()); stage == auth.SignedIn {
		v.Editor, v.Session = e.Name, d.session(r)
		v.Role, v.May = review.Roles.Label(e.Role), may(e.Role)
		v.Crumbs = []web.Crumb{{Label: "Redaktionen", Path: web.PathDesk}, {Label: title}}
		if title == titleList {
			v.Crumbs = []web.Crumb{{Label: "Redaktionen"}}
		}
	}
	return v
}

// form reads what was posted.
func form(r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return &httpx.BadRequestError{Message: "Det, du sendte, kan ikke læses. Gå tilbage, og prøv igen."}
	}
	for _, name := range besideDraft {
		for _, s := range r.PostForm[name] {
			if !catalogue.Storable(s) {
				return &httpx.BadRequestError{Message: "Der er tegn i det, du sendte, som ikke kan gemmes. Gå tilbage, slet dem, og prøv igen."}
			}
		}
	}
	return nil
}

// besideDraft are the fields of the desk's forms that nobody types into: what is pressed,
// ticked and picked. No form of ours makes one of them that cannot be stored.
var besideDraft = []string{"handling", "afvis-grund", "findes", "klaret", "set", fieldWhat, fieldFile}

// problems are what an editor reads for each status.
var problems = web.ProblemTexts{
	http.StatusBadRequest:          {"Vi forstår ikke det, du sendte", "Gå tilbage, og prøv igen."},
	http.StatusForbidden:           {"Det må man ikke herfra", "Det, du sendte, kom fra en anden side end vores. Åbn redaktionen igen, og prøv derfra."},
	http.StatusNotFound:            {"Siden findes ikke", "Måske er adressen skrevet forkert."},
	http.StatusMethodNotAllowed:    {"Det kan man ikke her", "Gå tilbage, og prøv igen."},
	http.StatusRequestTimeout:      {"Det kom for langsomt", "Det, du sendte, nåede ikke frem. Gå tilbage, og prøv igen. Det, du har skrevet, står der stadig."},
	http.StatusConflict:            {"Nogen kom dig i forkøbet", "Det, du ville ændre, er ændret af en anden. Hent siden igen, og prøv så."},
	http.StatusTooManyRequests:     {"For mange forsøg", "Vent et kvarter, og prøv igen."},
	http.StatusServiceUnavailable:  {"Redaktionen svarer ikke lige nu", "Prøv igen om et øjeblik."},
	http.StatusInternalServerError: {"Noget gik galt hos os", "Prøv igen om lidt. Hjælper det ikke, så nævn fejlens nummer for dem, der driver siden."},
}

// problem is the desk's httpx.ErrorPage. Where the fault is ours, or a matter of
// time, the form that was posted comes along to be sent once more.
func (d *Desk) problem(w http.ResponseWriter, r *http.Request, status int, message, id string) {
	if stage, _ := d.auth.At(r.Context()); status == http.StatusForbidden && stage == auth.SignedIn { // of another origin nobody is known
		d.forbidden(w, r)
		return
	}
	p := problems.Problem(d.Authority, status, message, id, web.Link{Label: "Gå til redaktionen", URL: web.PathDesk})
	page := web.ProblemPage(p)
	if c, ok := carriedOf(r); ok && status >= http.StatusInternalServerError {
		v := web.DeskNote{Desk: d.page(r, p.Heading, web.PathDesk), Text: p.Text + " Det, du har skrevet, står på denne side: Send det igen herfra.", ID: id, Links: p.Links}
		v.Post = &web.DeskPost{Action: pathSignIn, Label: "Send igen", Hidden: c.hidden()}
		if r.URL.Path == c.To {
			v.Post = c.again("Send igen")
		}
		page = web.DeskNotePage(v)
	}
	if err := d.show(w, r, status, page); err != nil {
		http.Error(w, p.Heading, status)
	}
}
