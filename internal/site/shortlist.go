package site

import (
	"context"
	"crypto/rand"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"praksis/internal/catalogue"
	"praksis/internal/httpx"
	"praksis/internal/postgres"
	"praksis/internal/review"
	"praksis/web"

	"github.com/go-chi/chi/v5"
)

const (
	// cookieDays is for how long a browser knows its shortlist: as long as that is kept.
	cookieDays = 365
	// maxBegun bounds the shortlists that a network begins in an hour; a whole municipality
	// may have one address.
	maxBegun = 200
)

// shortlistAt is a shortlist as a request names it: by the browser's cookie, or by the
// token in its address.
type shortlistAt struct {
	token string
	base  string // the address of its page
}

// byCookie tells whether it is the browser's own.
func (a shortlistAt) byCookie() bool { return a.base == catalogue.PathShortlist }

// shortlistRoutes are the pages of what visitors put together. A GET never acts, except
// that it notes the day on which a shortlist was read.
func (s *Site) shortlistRoutes(r chi.Router) {
	r.Get(catalogue.PathChoose, s.wrap(s.choose))
	r.Get(catalogue.PathCompare, s.wrap(s.compare))
	r.Post(catalogue.PathShortlist, s.errors.Wrap(s.addToShortlist))
	for _, x := range []struct {
		method, path string
		serve        func(http.ResponseWriter, *http.Request, shortlistAt) error
	}{
		{http.MethodGet, "", s.shortlist},
		{http.MethodPost, "/ret", s.changeShortlist},
		{http.MethodPost, "/luk", s.revokeShortlistLink},
		{http.MethodPost, "/brug", s.adoptShortlist},
		{http.MethodGet, "/udgave/{n}", s.shortlistEdition},
		{http.MethodGet, "/oplaeg", s.shortlistBrief},
		{http.MethodGet, "/oplaeg.docx", s.shortlistBrief},
		{http.MethodGet, "/slet", s.confirmEraseShortlist},
		{http.MethodPost, "/slet", s.eraseShortlist},
	} {
		for _, base := range []string{catalogue.PathShortlist, catalogue.ShortlistPath("{token}")} {
			r.MethodFunc(x.method, base+x.path, s.onShortlist(x.serve))
		}
	}
	for _, base := range []string{catalogue.PathShortlist, catalogue.ShortlistPath("{token}")} {
		for _, path := range []string{"/ret", "/luk", "/brug"} { // typed in, or gone back to
			r.Get(base+path, s.errors.Wrap(func(w http.ResponseWriter, r *http.Request) error {
				http.Redirect(w, r, catalogue.ShortlistPath(chi.URLParam(r, "token")), http.StatusSeeOther)
				return nil
			}))
		}
	}
}

// onShortlist finds out which shortlist a request names, and says what to do where that is
// none.
func (s *Site) onShortlist(serve func(http.ResponseWriter, *http.Request, shortlistAt) error) http.HandlerFunc {
	return s.errors.Wrap(func(w http.ResponseWriter, r *http.Request) error {
		at := shortlistAt{token: chi.URLParam(r, "token")}
		at.base = catalogue.ShortlistPath(at.token)
		if at.byCookie() {
			at.token = s.shortlistCookie(r)
		}
		err := catalogue.ErrNotFound
		if isToken(at.token) {
			err = serve(w, r, at)
		}
		switch {
		case errors.Is(err, catalogue.ErrNotFound):
			return s.noShortlist(w, r, at)
		case errors.Is(err, catalogue.ErrForbidden):
			return private(w, r, http.StatusForbidden, web.ProblemPage(web.Problem{Shell: s.shortlistShell("Du kan kun læse mappen"), Heading: "Du kan kun læse mappen",
				Text:  "Det link, du bruger, kan ikke ændre mappen. Bed den, der lavede den, om et link til at redigere.",
				Links: []web.Link{{Label: "Gå til mappen", URL: at.base}}}))
		}
		return err
	})
}

// cookieName is the name of the browser's cookie. With https nobody but this host can
// have set it.
func (s *Site) cookieName() string {
	if s.secure() {
		return "__Host-mappe"
	}
	return "mappe"
}

func (s *Site) secure() bool { return strings.HasPrefix(s.PublicURL, "https://") }

// shortlistCookie is the token that the browser's cookie has; empty for none.
func (s *Site) shortlistCookie(r *http.Request) string {
	c, err := r.Cookie(s.cookieName())
	if err != nil || !isToken(c.Value) {
		return ""
	}
	return c.Value
}

// setShortlistCookie makes a shortlist the browser's own. It answers an act of the visitor
// alone.
func (s *Site) setShortlistCookie(w http.ResponseWriter, token string) {
	c := &http.Cookie{Name: s.cookieName(), Value: token, Path: "/", MaxAge: cookieDays * 24 * 60 * 60, HttpOnly: true, Secure: s.secure(), SameSite: http.SameSiteLaxMode}
	if token == "" {
		c.MaxAge = -1
	}
	http.SetCookie(w, c)
}

// shortlistShell is the frame of the shortlist's pages: nothing of them is kept or found
// by a search engine.
func (s *Site) shortlistShell(title string) web.Shell {
	sh := s.shell(title, "")
	sh.Path, sh.PublicURL = catalogue.PathShortlist, ""
	sh.Noindex, sh.Style = true, "whole.css"
	sh.Crumbs = []web.Crumb{{Label: title}}
	return sh
}

// noShortlist is the empty page of a browser that has none, and says what to do where a
// link leads nowhere.
func (s *Site) noShortlist(w http.ResponseWriter, r *http.Request, at shortlistAt) error {
	if at.byCookie() && r.Method != http.MethodPost && r.URL.Path == catalogue.PathShortlist {
		return private(w, r, http.StatusOK, web.ShortlistEmptyPage(web.Prose{Shell: s.shortlistShell("Din mappe")}))
	}
	v := web.Problem{Shell: s.shortlistShell("Vi kan ikke finde mappen"), Heading: "Vi kan ikke finde mappen",
		Text:  "En mappe bliver slettet 12 måneder efter, den sidst er brugt. Et link kan også være lukket af en, der har mappen. Har du fået linket i en mail, så kopiér det hele, også det, der står på næste linje.",
		Links: []web.Link{{Label: "Find eksempler, og begynd en ny mappe", URL: catalogue.PathPractices}, {Label: "Gå til forsiden", URL: catalogue.PathFront}}}
	if r.Method == http.MethodPost && readForm(w, r) == nil { // what was typed is shown, to be copied
		for name, values := range r.PostForm {
			if text := strings.TrimSpace(strings.Join(values, "\n")); text != "" && (name == fieldTitle || strings.HasPrefix(name, prefixNote)) {
				v.Text += " Du havde skrevet: »" + catalogue.Visible(text) + "«"
			}
		}
	}
	return private(w, r, http.StatusNotFound, web.ProblemPage(v))
}

// shortlist shows it.
func (s *Site) shortlist(w http.ResponseWriter, r *http.Request, at shortlistAt) error {
	now := time.Now().UTC()
	l, err := s.store.Shortlist(r.Context(), at.token, now)
	if err != nil {
		return err
	}
	s.shortlistUsed(r.Context(), &l, now)
	v := s.shortlistView(&l, at, s.base(r))
	own := s.shortlistCookie(r)
	v.Adopt = !at.byCookie() && l.May != postgres.ShortlistRead && own != at.token
	q := r.URL.Query()
	v.Done = shortlistDone(q)
	if back := backPath(q.Get("fra")); back != "" {
		v.Back = web.Link{Label: "Tilbage til det, du kom fra", URL: back}
	}
	return private(w, r, http.StatusOK, web.ShortlistPage(v))
}

// shortlistUsed notes, once a day, that a shortlist was read.
func (s *Site) shortlistUsed(ctx context.Context, l *postgres.Shortlist, now time.Time) {
	if string(l.UsedOn) >= now.Format(time.DateOnly) {
		return
	}
	if err := s.store.ShortlistUsed(ctx, l.ID, now); err != nil {
		s.log.WarnContext(ctx, "that a shortlist is used could not be noted", "error", err)
	}
}

// shortlistDone says what was just done.
func shortlistDone(q url.Values) string {
	if n, err := strconv.Atoi(q.Get("lagt")); err == nil {
		switch {
		case n == 0:
			return "Der er ikke lagt noget nyt i mappen. Det, du valgte, ligger der i forvejen, eller også er det ikke i kataloget mere"
		case n == 1:
			return "Eksemplet ligger nu i mappen"
		case n > 1 && n <= review.MaxShortlist:
			return strconv.Itoa(n) + " eksempler er lagt i mappen"
		}
	}
	return map[string]string{"gemt": "Mappen er gemt", "ud": "Eksemplet er taget ud. Du kan lægge det tilbage nederst på siden", "tilbage": "Eksemplet er lagt tilbage", "delt": "Linket er lavet",
		"lukket": "Linket er lukket. Det fører ingen steder hen mere", "brug": "Mappen er nu din i denne browser"}[q.Get("gjort")]
}

// shortlistDid leads back to the page of a shortlist after an act.
func (s *Site) shortlistDid(w http.ResponseWriter, r *http.Request, at shortlistAt, what, anchor string) error {
	if at.byCookie() {
		s.setShortlistCookie(w, at.token) // it is kept from now on
	}
	http.Redirect(w, r, at.base+"?gjort="+what+anchor, http.StatusSeeOther)
	return nil
}

// addToShortlist puts examples into the browser's shortlist, and begins one where there is
// none.
func (s *Site) addToShortlist(w http.ResponseWriter, r *http.Request) error {
	if err := readForm(w, r); err != nil {
		return err
	}
	now := time.Now().UTC()
	var slugs []string
	for _, x := range r.PostForm[catalogue.ParamPractice] {
		if slug, err := slugOf(x); err == nil && len(slugs) <= review.MaxShortlist {
			slugs = append(slugs, slug)
		}
	}
	back := s.cameFrom(r)
	notAdded := func(err error) error {
		return s.sendAgain(w, r, catalogue.PathShortlist, "Vi kunne ikke lægge det i mappen lige nu", "Det, du har valgt, er ikke lagt i mappen endnu. Det følger med, når du trykker på »Prøv igen«.", err)
	}
	if len(slugs) == 0 {
		return private(w, r, http.StatusUnprocessableEntity, web.ProblemPage(web.Problem{Shell: s.shortlistShell("Du har ikke valgt noget"), Heading: "Du har ikke valgt noget",
			Text: "Sæt kryds ved de eksempler, der skal i mappen.", Links: backLinks(back)}))
	}
	token := s.shortlistCookie(r)
	n, err := s.store.AddToShortlist(r.Context(), token, slugs, now)
	if token == "" || errors.Is(err, catalogue.ErrNotFound) {
		if s.begun.add(httpx.Client(r), now) >= maxBegun {
			return private(w, r, http.StatusTooManyRequests, web.ProblemPage(web.Problem{Shell: s.shortlistShell("Prøv igen om en time"), Heading: "Prøv igen om en time",
				Text: "Der er lavet mange nye mapper fra jeres netværk den sidste time.", Links: backLinks(back)}))
		}
		random := make([]byte, 32)
		_, _ = rand.Read(random) // never fails
		token = postgres.NewShortlistToken(random)
		if err := s.store.BeginShortlist(r.Context(), token, now); err != nil {
			return notAdded(err)
		}
		n, err = s.store.AddToShortlist(r.Context(), token, slugs, now)
	}
	at := shortlistAt{token: token, base: catalogue.PathShortlist}
	switch {
	case errors.Is(err, postgres.ErrShortlistFull):
		return s.shortlistProblem(w, r, at, http.StatusConflict, "Der er ikke plads til flere eksempler i mappen. Der kan være "+strconv.Itoa(review.MaxShortlist)+". Tag nogle ud, og prøv igen.")
	case errors.Is(err, catalogue.ErrForbidden): // the cookie is never of a link to read
		return catalogue.ErrNotFound
	case err != nil:
		return notAdded(err)
	}
	s.setShortlistCookie(w, token)
	to := catalogue.PathShortlist + "?lagt=" + strconv.Itoa(n)
	if back != "" {
		to += "&fra=" + url.QueryEscape(back)
	}
	http.Redirect(w, r, to, http.StatusSeeOther)
	return nil
}

// shortlistProblem shows a shortlist with what keeps something from being done.
func (s *Site) shortlistProblem(w http.ResponseWriter, r *http.Request, at shortlistAt, status int, message string) error {
	l, err := s.store.Shortlist(r.Context(), at.token, time.Now().UTC())
	if err != nil {
		return err
	}
	v := s.shortlistView(&l, at, s.base(r))
	v.Errors = []web.FormError{{Message: message}}
	v.Shell.Title = "Fejl: " + v.Shell.Title
	return private(w, r, status, web.ShortlistPage(v))
}

// cameFrom is the page of ours that a form was posted from; empty where that is not known.
func (s *Site) cameFrom(r *http.Request) string {
	u, err := url.Parse(r.Referer())
	if err != nil || u.Host == "" || u.Host != r.Host && s.PublicURL != u.Scheme+"://"+u.Host {
		return ""
	}
	return backPath(u.RequestURI())
}

// backPath is an address of ours that one can be led back to, or empty: nobody is led to
// another site, and no link has a token in it.
func backPath(s string) string {
	u, err := url.Parse(s)
	if err != nil || u.Host != "" || u.Scheme != "" || !strings.HasPrefix(s, "/") || strings.HasPrefix(s, "//") || strings.ContainsAny(s, "\\\n\r") || len(s) > 2000 {
		return ""
	}
	if u.Path == catalogue.PathChoose || !strings.HasPrefix(u.Path, catalogue.PathShortlist) && !strings.HasPrefix(u.Path, catalogue.PathSubmit+"/") && !strings.HasPrefix(u.Path, catalogue.PathInquiry+"/") {
		return u.RequestURI()
	}
	return ""
}

func backLinks(back string) []web.Link {
	links := []web.Link{{Label: "Se alle eksempler", URL: catalogue.PathPractices}}
	if back != "" {
		links = append([]web.Link{{Label: "Gå tilbage", URL: back}}, links...)
	}
	return links
}

// confirmEraseShortlist asks before a shortlist is erased.
func (s *Site) confirmEraseShortlist(w http.ResponseWriter, r *http.Request, at shortlistAt) error {
	l, err := s.store.Shortlist(r.Context(), at.token, time.Now().UTC())
	if err != nil {
		return err
	}
	if l.May != postgres.ShortlistOwn {
		return catalogue.ErrForbidden
	}
	text := "Vi sletter eksemplernes rækkefølge, dine noter og alle links. Du kan ikke fortryde."
	if len(l.Editions) > 0 {
		text = "Vi sletter eksemplernes rækkefølge, dine noter, alle links og alle udgaver. Et referat, der henviser til en udgave, fører så ingen steder hen. Du kan ikke fortryde."
	}
	return private(w, r, http.StatusOK, web.SubmissionConfirmPage(web.SubmissionConfirm{Shell: s.shortlistShell("Vil du slette mappen?"), Heading: "Vil du slette mappen?",
		Text: text, Button: "Slet mappen", Action: at.base + "/slet", Back: web.Link{Label: "Nej, gå tilbage", URL: at.base}}))
}

func (s *Site) eraseShortlist(w http.ResponseWriter, r *http.Request, at shortlistAt) error {
	if err := s.store.EraseShortlist(r.Context(), at.token, time.Now().UTC()); err != nil {
		return err
	}
	if s.shortlistCookie(r) == at.token {
		s.setShortlistCookie(w, "")
	}
	return private(w, r, http.StatusOK, web.ProblemPage(web.Problem{Shell: s.shortlistShell("Mappen er slettet"), Heading: "Mappen er slettet",
		Text: "Vi har slettet mappen, dine noter og alle links til den.", Links: backLinks("")}))
}
