package site

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"net/http"
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

// Names of the fields of an order, and of a list that is followed.
const (
	fieldFollowEmail = "email"
	fieldFrequency   = "hyppighed"
	fieldFollow      = "liste"
	fieldFollowDo    = "handling"
)

// followRoutes are where mails about what is new in a list are ordered, and the pages of
// the secret link that stands in each of them. A GET never acts.
func (s *Site) followRoutes(r chi.Router) {
	h := func(f func(http.ResponseWriter, *http.Request, string) error) http.HandlerFunc {
		return s.errors.Wrap(func(w http.ResponseWriter, r *http.Request) error {
			token := chi.URLParam(r, "token")
			if !isToken(token) {
				return s.noFollower(w, r)
			}
			err := f(w, r, token)
			if errors.Is(err, catalogue.ErrNotFound) {
				return s.noFollower(w, r)
			}
			return err
		})
	}
	r.Get(catalogue.PathFollow, s.wrap(s.followOrder))
	r.Post(catalogue.PathFollow, s.errors.Wrap(s.followOrdered))
	r.Get(catalogue.PathFollowed, s.errors.Wrap(s.followSent))
	r.Get(catalogue.FollowPath("{token}"), h(s.following))
	r.Post(catalogue.FollowPath("{token}"), h(s.followingChanged))
	r.Get(catalogue.FollowStopPath("{token}"), h(s.followStop))
	r.Post(catalogue.FollowStopPath("{token}"), h(s.followStopped))
}

func (s *Site) followShell(title string) web.Shell {
	sh := s.shell(title, "")
	sh.Path, sh.PublicURL, sh.Noindex = catalogue.PathFollow, "", true
	return sh
}

// noFollower says what to do where a link leads nowhere.
func (s *Site) noFollower(w http.ResponseWriter, r *http.Request) error {
	return private(w, r, http.StatusNotFound, web.ProblemPage(web.Problem{Shell: s.followShell("Du følger ingen lister"), Heading: "Du følger ingen lister med det link",
		Text:  "Er du stoppet, har vi slettet din adresse, og linket virker ikke mere. Bekræfter man ikke inden syv dage, sletter vi den også. Har du ikke gjort nogen af delene, så kopiér hele linket fra mailen, også det, der står på næste linje.",
		Links: []web.Link{{Label: "Find en liste, du vil følge", URL: catalogue.PathPractices}, {Label: "Gå til forsiden", URL: catalogue.PathFront}}}))
}

// typedOrder is an order as it was typed.
type typedOrder struct{ email, frequency string }

// followOrder asks for mails about a list, which has the finder's own address.
func (s *Site) followOrder(w http.ResponseWriter, r *http.Request) error {
	q, err := s.followQuery(r)
	if err != nil {
		return err
	}
	path := catalogue.FollowListPath(q)
	if q.Encode() != r.URL.RawQuery {
		return &httpx.RedirectError{URL: path, Status: http.StatusFound}
	}
	return s.cache.Serve(w, r, path, func(ctx context.Context) (*httpx.Page, error) {
		v, err := s.followOrderView(ctx, q, typedOrder{frequency: review.Frequencies.Slug(review.Weekly)}, nil)
		if err != nil {
			return nil, err
		}
		return rendered(ctx, web.FollowOrderPage(v), true, true)
	})
}

// followQuery is the list that an address asks for; its order and page are nothing to
// follow.
func (s *Site) followQuery(r *http.Request) (catalogue.Query, error) {
	q, err := query(r)
	if err != nil {
		return q, err
	}
	q.Sort, q.Page = "", 1
	return s.index.Taxonomy().Canonical(q), nil
}

func (s *Site) followOrderView(ctx context.Context, q catalogue.Query, typed typedOrder, wrong map[string]string) (web.FollowOrder, error) {
	n, err := s.index.Count(ctx, q)
	if err != nil {
		return web.FollowOrder{}, err
	}
	v := web.FollowOrder{Shell: s.followShell("Få en mail, når der kommer nyt"), Name: s.index.Taxonomy().ListName(q), Action: catalogue.FollowListPath(q), Cannot: cannotFollow(s.index.Taxonomy(), q),
		List: web.Link{Label: "Listen har " + catalogue.Examples(n) + " nu", URL: catalogue.FinderPath(q)}, Email: emailField(typed.email, wrong[fieldFollowEmail]), How: frequencyField("", typed.frequency, wrong[fieldFrequency])}
	v.Crumbs = []web.Crumb{{Label: "Eksempler", Path: catalogue.FinderPath(q)}, {Label: "Følg listen"}}
	for _, f := range []string{"", fieldFollowEmail, fieldFrequency} {
		if m := wrong[f]; m != "" {
			e := web.FormError{Message: m}
			if f != "" {
				e.URL = "#" + f
			}
			v.Errors = append(v.Errors, e)
		}
	}
	if len(v.Errors) > 0 {
		v.Title = "Fejl: " + v.Title
	}
	return v, nil
}

// cannotFollow says why a list cannot be followed; empty where it can. What is kept of it
// is codes and words that pass the gate.
func cannotFollow(t *catalogue.Taxonomy, q catalogue.Query) string {
	for facet, slugs := range q.Filters {
		for _, slug := range slugs {
			if t.Facet(facet).Value(slug) == nil && t.Organisation(slug) == nil {
				return "Listen har et filter, som vi ikke kender: »" + slug + "«. Gå tilbage til listen, og fjern det. Så kan du følge den."
			}
		}
	}
	words := q.Text
	q.Text = ""
	switch {
	case review.HoldsCPR(words):
		return "Der er noget i søgningen, der ligner et CPR-nummer. Det gemmer vi ikke. Gå tilbage til listen, og søg uden det. Så kan du følge den."
	case len(q.Encode()) > postgres.MaxFollowFilters:
		return "Listen har for mange filtre. Gå tilbage til listen, og vælg færre. Så kan du følge den."
	}
	return ""
}

// frequencyField asks how often; prefix tells its elements from those of other lists.
func frequencyField(prefix, chosen, problem string) web.Field {
	f := web.Field{Type: web.FieldRadios, Name: fieldFrequency, ID: prefix + fieldFrequency, Label: "Hvor tit?", Error: problem}
	for _, o := range review.Frequencies {
		f.Options = append(f.Options, web.FieldOption{ID: f.ID + "-" + o.Slug, Value: o.Slug, Label: o.Label, Chosen: o.Slug == chosen})
	}
	return f
}

// followOrdered takes an order. The answer is the same whether the address is known or
// not.
func (s *Site) followOrdered(w http.ResponseWriter, r *http.Request) error {
	q, err := s.followQuery(r)
	if err != nil {
		return err
	}
	version := s.index.Version()
	if err := readForm(w, r); err != nil {
		return err
	}
	typed := typedOrder{r.PostForm.Get(fieldFollowEmail), r.PostForm.Get(fieldFrequency)}
	again := func(status int, wrong map[string]string) error {
		v, err := s.followOrderView(context.WithoutCancel(r.Context()), q, typed, wrong) // also after the deadline
		if err != nil {
			return err
		}
		return private(w, r, status, web.FollowOrderPage(v))
	}
	wrong := map[string]string{}
	email, fault := review.Email(typed.email)
	switch {
	case review.HoldsCPR(typed.email):
		typed.email, fault = review.Mask(typed.email), "Det ligner et CPR-nummer. Det må ikke stå her. Fjern det."
	case strings.TrimSpace(typed.email) == "":
		fault = "Skriv din mailadresse, så vi kan skrive til dig."
	}
	typed.email = catalogue.Visible(typed.email)
	frequency, ok := review.Frequencies.Parse(typed.frequency)
	if !ok {
		wrong[fieldFrequency] = "Vælg, hvor tit du vil have mails."
	}
	if fault != "" {
		wrong[fieldFollowEmail] = fault
	}
	if r.PostForm.Get(fieldHoneypot) != "" {
		wrong[""] = "Vi kunne ikke tage imod det. Lad det felt stå tomt, som ikke skal udfyldes."
	}
	if len(wrong) > 0 || cannotFollow(s.index.Taxonomy(), q) != "" {
		return again(http.StatusUnprocessableEntity, wrong)
	}
	err = s.store.OrderFollow(r.Context(), postgres.FollowOrder{Email: email, Query: q, Frequency: frequency, Version: version, Token: newFollowToken(), Client: httpx.Client(r)}, time.Now().UTC())
	switch {
	case errors.Is(err, postgres.ErrTooManyOrders):
		return again(http.StatusTooManyRequests, map[string]string{"": "Der er bestilt mange mails fra dit netværk i dag. Prøv igen i morgen, eller fra et andet netværk."})
	case err != nil:
		id := httpx.RequestID(r.Context())
		s.log.ErrorContext(r.Context(), "a list cannot be followed", "error", err)
		return again(failed(w, err), map[string]string{"": "Vi kunne ikke tage imod det lige nu. Det, du har skrevet, står her endnu. Prøv igen om lidt. Fejlnummer: " + id})
	}
	http.Redirect(w, r, catalogue.PathFollowed, http.StatusSeeOther)
	return nil
}

// newFollowToken is the token of a secret link.
func newFollowToken() string {
	b := make([]byte, 32)
	_, _ = rand.Read(b) // never fails
	return base64.RawURLEncoding.EncodeToString(b)
}

// followSent says what comes next.
func (s *Site) followSent(w http.ResponseWriter, r *http.Request) error {
	return private(w, r, http.StatusOK, web.ProblemPage(web.Problem{Shell: s.followShell("Kig i din mail"), Heading: "Kig i din mail",
		Text:  "Vi har sendt dig et link. Åbn det, og tryk på »Bekræft«. Først derefter får du mails om listen. Gør du det ikke inden syv dage, sletter vi adressen. Kommer der ingen mail, så kig i uønsket post, og tjek, at du skrev adressen rigtigt. Vi sender højst tre af disse mails i døgnet til samme adresse.",
		Links: []web.Link{{Label: "Tilbage til eksemplerne", URL: catalogue.PathPractices}}}))
}

// followDone are what the page of a link says that was just done.
var followDone = map[string]string{"bekraeftet": "Du følger nu listen", "gemt": "Det er gemt", "fjernet": "Du følger ikke længere listen"}

// following shows what whoever has a token follows.
func (s *Site) following(w http.ResponseWriter, r *http.Request, token string) error {
	f, err := s.store.Follower(r.Context(), token, time.Now().UTC())
	if err != nil {
		return err
	}
	v := web.Following{Shell: s.followShell("Lister, du følger"), Done: followDone[r.URL.Query().Get("gjort")], Address: hiddenAddress(f.Email), Action: catalogue.FollowPath(token)}
	t := s.index.Taxonomy()
	for _, x := range f.Lists {
		q := t.Canonical(x.Query)
		n := strconv.FormatInt(x.ID, 10)
		l := web.FollowedList{ID: "liste-" + n, Number: n, List: web.Link{Label: t.ListName(q), URL: catalogue.FinderPath(q)}, Often: review.Frequencies.Label(x.Frequency), How: frequencyField("liste-"+n+"-", review.Frequencies.Slug(x.Frequency), "")}
		if x.Confirmed {
			v.Lists = append(v.Lists, l)
		} else {
			v.Waiting = append(v.Waiting, l)
		}
	}
	if v.Stop = catalogue.FollowStopPath(token); len(v.Lists) == 0 {
		v.Stop = "" // »Nej tak« does the same
		v.Title = "Bekræft, at du vil have mails"
	}
	v.Crumbs = []web.Crumb{{Label: v.Title}}
	return private(w, r, http.StatusOK, web.FollowingPage(v))
}

// hiddenAddress is an address that its owner knows again, and to whom a mail was passed on
// does not learn.
func hiddenAddress(email string) string {
	local, domain, _ := strings.Cut(email, "@")
	return local[:min(1, len(local))] + "…@" + domain
}

// followingChanged confirms, changes or leaves one list.
func (s *Site) followingChanged(w http.ResponseWriter, r *http.Request, token string) error {
	if err := readForm(w, r); err != nil {
		return err
	}
	id, err := strconv.ParseInt(r.PostForm.Get(fieldFollow), 10, 64)
	if err != nil || id <= 0 {
		return badForm
	}
	now, done := time.Now().UTC(), ""
	switch r.PostForm.Get(fieldFollowDo) {
	case "bekraeft":
		done, err = "bekraeftet", s.store.ConfirmFollow(r.Context(), token, id, s.index, now)
	case "gem":
		f, ok := review.Frequencies.Parse(r.PostForm.Get(fieldFrequency))
		if !ok {
			return badForm
		}
		done, err = "gemt", s.store.SetFollow(r.Context(), token, id, f)
	case "fjern":
		var gone bool
		if gone, err = s.store.LeaveFollow(r.Context(), token, id, now); gone && err == nil {
			return s.followLeft(w, r)
		}
		done = "fjernet"
	default:
		return badForm
	}
	if err != nil {
		return err
	}
	http.Redirect(w, r, catalogue.FollowPath(token)+"?gjort="+done, http.StatusSeeOther)
	return nil
}

// followStop asks before all is left: what follows links in mails must not do it.
func (s *Site) followStop(w http.ResponseWriter, r *http.Request, token string) error {
	if _, err := s.store.Follower(r.Context(), token, time.Now().UTC()); err != nil {
		return err
	}
	return private(w, r, http.StatusOK, web.SubmissionConfirmPage(web.SubmissionConfirm{Shell: s.followShell("Vil du stoppe alle mails?"), Heading: "Vil du stoppe alle mails?",
		Text: "Så får du ingen mails mere om nye eksempler, og vi sletter din adresse.", Button: "Stop alle mails", Action: catalogue.FollowStopPath(token),
		Back: web.Link{Label: "Nej, gå tilbage", URL: catalogue.FollowPath(token)}}))
}

// followStopped leaves all lists. A mail program posts here too, from wherever it is
// (RFC 8058), and however often: what has been left is left.
func (s *Site) followStopped(w http.ResponseWriter, r *http.Request, token string) error {
	if _, err := s.store.LeaveFollow(r.Context(), token, 0, time.Now().UTC()); err != nil {
		return err
	}
	return s.followLeft(w, r)
}

func (s *Site) followLeft(w http.ResponseWriter, r *http.Request) error {
	return private(w, r, http.StatusOK, web.ProblemPage(web.Problem{Shell: s.followShell("Du får ikke flere mails"), Heading: "Du får ikke flere mails",
		Text:  "Vi har slettet din adresse. Linkene i de mails, du har fået, virker ikke mere.",
		Links: []web.Link{{Label: "Find en liste, du vil følge", URL: catalogue.PathPractices}, {Label: "Gå til forsiden", URL: catalogue.PathFront}}}))
}
