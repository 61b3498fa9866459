package site

import (
	"errors"
	"net/http"
	"slices"
	"strconv"
	"time"

	"praksis/internal/catalogue"
	"praksis/internal/likeness"
	"praksis/internal/postgres"
	"praksis/internal/practicepage"
	"praksis/internal/review"
	"praksis/web"

	"github.com/go-chi/chi/v5"
)

// Names of the fields of an answer to an inquiry. Those of a part end with its number
// on the page, from 1.
const (
	fieldPart, fieldShown, fieldPartText = "del-", "vist-", "ret-"
	fieldUsed, fieldRemark, fieldSeen    = "brug", "bemaerkning", "svaret"
	// fieldPlace is the step that is shown, from 1, or lastStep; fieldWhole tells one
	// content of all parts from another.
	fieldPlace, fieldWhole, lastStep = "del", "helhed", "sidst"
	// partPreview is the page that is asked about, before it is published; it shows
	// that many examples that are alike.
	partPreview, inquiryAlike = "/side", 4
	// maxInquiryParts is far above the parts of the longest example.
	maxInquiryParts = 1000
)

// inquiryRoutes are the pages of the secret links to people at the source. A GET never
// acts.
func (s *Site) inquiryRoutes(r chi.Router) {
	const at = catalogue.PathInquiry + "/{token}"
	h := func(f func(http.ResponseWriter, *http.Request, string) error) http.HandlerFunc {
		return s.errors.Wrap(func(w http.ResponseWriter, r *http.Request) error {
			token := chi.URLParam(r, "token")
			if !isToken(token) {
				return s.noInquiry(w, r)
			}
			err := f(w, r, token)
			if errors.Is(err, catalogue.ErrNotFound) {
				return s.noInquiry(w, r)
			}
			return err
		})
	}
	r.Get(at, h(s.inquiry))
	r.Get(at+partPreview, h(s.inquiryPreview))
	r.Post(at, h(s.inquiryAnswer))
}

func (s *Site) noInquiry(w http.ResponseWriter, r *http.Request) error {
	v := web.Problem{Shell: s.inquiryShell("Linket virker ikke"), Heading: "Linket virker ikke",
		Text:  "Måske er adressen ikke kommet helt med. Kopiér hele linket fra mailen, også det, der står på næste linje. Linket kan også være taget tilbage, eller du kan have fået et nyere.",
		Links: []web.Link{{Label: "Gå til forsiden", URL: catalogue.PathFront}}}
	if s.Authority.Contact != "" {
		v.Text += " Hjælper det ikke, så skriv til " + s.Authority.Contact + "."
	}
	return private(w, r, http.StatusNotFound, web.ProblemPage(v))
}

func (s *Site) inquiryShell(title string) web.Shell {
	v := s.submitShell(title)
	v.Crumbs = nil
	return v
}

// typedAnswer is an answer as it was typed into a page that asks of some parts, with
// what was answered before.
type typedAnswer struct {
	review.InquiryAnswer     // as it is to be kept
	seen                 int // how often it was answered when the page was made
	stamp                int64
	place, whole         string
	action               string              // the button
	typed                []review.PartAnswer // of the page's parts
}

// answered is an inquiry's answer as it was kept last.
func answered(q *postgres.Inquiry) typedAnswer {
	return typedAnswer{InquiryAnswer: review.InquiryAnswer{Parts: slices.Clone(q.Parts), Used: q.Used, Text: q.Text}, seen: q.Answers}
}

func (s *Site) inquiry(w http.ResponseWriter, r *http.Request, token string) error {
	q, p, err := s.store.InquiryByToken(r.Context(), token)
	if err != nil {
		return err
	}
	a := answered(&q)
	a.place = r.URL.Query().Get(fieldPlace)
	v := s.inquiryPage(token, &q, p, a, nil)
	switch r.URL.Query().Get("gjort") {
	case "svar":
		v.Done = "Tak, vi har fået dit svar. Du kan rette det her, så længe linket virker."
	case "gemt":
		v.Saved = len(v.Steps) > 0
	}
	status := http.StatusOK
	if v.Closed != "" {
		status = http.StatusGone
	}
	return private(w, r, status, web.InquirySourcePage(v))
}

// inquiryPreview shows what is asked about as readers will see it. What is published
// has a page of its own, and what cannot be answered any more has none.
func (s *Site) inquiryPreview(w http.ResponseWriter, r *http.Request, token string) error {
	q, p, err := s.store.InquiryByToken(r.Context(), token)
	if err != nil {
		return err
	}
	if q.PracticeID != 0 || inquiryClosed(&q, p) != "" {
		http.Redirect(w, r, catalogue.InquiryPath(token), http.StatusSeeOther)
		return nil
	}
	t := s.index.Taxonomy()
	p = review.Preview(p, nil, time.Now(), t)
	v := practicepage.Preview(p, t)
	crumbs := v.Shell.Crumbs
	v.Shell = s.inquiryShell(v.Title)
	v.Shell.Crumbs, v.Preview = crumbs, web.Link{Label: "Tilbage til spørgsmålene", URL: catalogue.InquiryPath(token)}
	cards, err := likeness.Practices(r.Context(), s.index, s.store, p.Title, inquiryAlike)
	if err != nil && !errors.Is(err, catalogue.ErrPreparing) {
		return err
	}
	v.Similar = practicepage.Hits(cards)
	return private(w, r, http.StatusOK, web.PracticePage(v))
}

// inquiryClosed says why an inquiry cannot be answered any more; empty while it can.
func inquiryClosed(q *postgres.Inquiry, p *catalogue.Practice) string {
	switch {
	case q.PracticeID != 0 && p.State != catalogue.StatePublished:
		return "Eksemplet er ikke længere i kataloget, eller det er lagt sammen med et andet. Derfor kan der ikke svares mere. Skriv til redaktionen, hvis du vil have et nyt link."
	case !q.Open(time.Now()):
		return "Linket er udløbet, og der kan ikke svares mere. Skriv til redaktionen, hvis du vil have et nyt."
	}
	return ""
}

// closedInquiryPage says that nothing can be answered any more. What is asked about is
// not shown: it may be a draft, or taken out of the catalogue. What was typed, in an
// answer that comes too late, is.
func (s *Site) closedInquiryPage(token, why string, a typedAnswer, late bool) web.InquiryPage {
	v := web.InquiryPage{Shell: s.inquiryShell("Der kan ikke svares mere"), Closed: why, Action: catalogue.InquiryPath(token), Draft: draftOf("tjek", token), Hidden: []web.Hidden{typedField(a.stamp)}}
	if !late {
		return v
	}
	v.Lead = []string{"Det, du har skrevet, er ikke sendt. Det står her, så du kan kopiere det."}
	for i, x := range a.typed {
		if x.Text != "" {
			v.Kept = append(v.Kept, web.Field{Type: web.FieldArea, ID: fieldPartText + strconv.Itoa(i+1), Name: fieldPartText + strconv.Itoa(i+1), Label: "Ret til: " + review.FieldTitle(x.Path), Value: catalogue.Visible(x.Text), Rows: 2})
		}
	}
	if a.Text != "" {
		v.Kept = append(v.Kept, web.Field{Type: web.FieldArea, ID: fieldRemark, Name: fieldRemark, Label: "Andet, vi skal vide", Value: catalogue.Visible(a.Text), Rows: 4})
	}
	return v
}

func (s *Site) parts(p *catalogue.Practice) []web.InquiryPart {
	return (&web.RecordForm{Practice: p, Taxonomy: s.index.Taxonomy(), Form: catalogue.FormFull, FieldPrefix: "f-", SectionPrefix: "del-",
		AddButton: func(string) (string, string) { return "", "" }, RemoveButton: func(string, int) (string, string) { return "", "" }}).Parts()
}

// inquiryPage shows an inquiry with an answer as it was typed; wrong are messages by
// field.
func (s *Site) inquiryPage(token string, q *postgres.Inquiry, p *catalogue.Practice, a typedAnswer, wrong map[string]string) web.InquiryPage {
	if why := inquiryClosed(q, p); why != "" {
		return s.closedInquiryPage(token, why, a, wrong != nil)
	}
	title := "Tjek eksemplet: " + p.Title
	if q.Kind == review.InquiryStillUsed {
		title = "Bruger I det stadig? " + p.Title
	}
	v := web.InquiryPage{Shell: s.inquiryShell(title), Note: q.Note, Action: catalogue.InquiryPath(token), Draft: draftOf("tjek", token),
		Hidden: []web.Hidden{typedField(a.stamp), {Name: fieldSeen, Value: strconv.Itoa(a.seen)}}}
	if q.PracticeID == 0 {
		v.Preview = web.Link{Label: "Se hele siden, som læserne vil se den", URL: v.Action + partPreview}
	} else {
		v.Preview = web.Link{Label: "Se eksemplet, som læserne ser det", URL: catalogue.PracticePath(p.Slug)}
	}
	v.Remark = web.Field{Type: web.FieldArea, ID: fieldRemark, Name: fieldRemark, Label: "Andet, vi skal vide", Hint: "Må være tom. Skriv ikke navne eller CPR-numre på borgere.", Value: catalogue.Visible(a.Text), Error: wrong[review.FieldRemark], Rows: 4}
	if q.Kind == review.InquiryStillUsed {
		v.Lead = []string{"Eksemplet fortæller, hvad I gjorde under covid-19. Svar kort, om I bruger det i dag. Svaret kan komme til at stå på eksemplets side, med dato og uden dit navn.",
			"Linket virker til " + catalogue.DanishTime(*q.ExpiresAt) + "."}
		v.Used = web.Field{Type: web.FieldRadios, ID: fieldUsed, Name: fieldUsed, Label: "Bruger I det stadig?", Error: wrong[review.FieldUsed], Must: true}
		for _, o := range review.StillUsedAnswers {
			v.Used.Options = append(v.Used.Options, web.FieldOption{ID: fieldUsed + "-" + o.Slug, Value: string(o.Code), Label: o.Label, Chosen: o.Code == a.Used})
		}
		v.Remark.Label, v.Remark.Hint = "Fortæl kort hvordan, eller hvorfor ikke", "Skal udfyldes, hvis svaret er delvist eller nej. Skriv ikke navne eller CPR-numre på borgere."
	} else {
		v.Lead = []string{"Her står, hvad vi vil bringe om jer. Tjek en del ad gangen. Hvert svar bliver gemt, og du kan stoppe, når du vil."}
		v.About = []string{"Du kan nøjes med en del af det. Stemmer det hele, skriver vi på eksemplets side, at I har tjekket det, og hvornår. Dit navn kommer ikke på siden.", "Linket virker til " + catalogue.DanishTime(*q.ExpiresAt) + "."}
		s.inquirySteps(&v, token, s.parts(p), a, wrong)
	}
	fields := []string{fieldUsed, fieldRemark}
	for i, key := range []string{review.FieldUsed, review.FieldRemark} {
		if m := wrong[key]; m != "" {
			v.Errors = append(v.Errors, web.FormError{Message: m, URL: "#" + fields[i]})
		}
	}
	for _, step := range v.Steps {
		for _, x := range step.Asks {
			if m := x.Text.Error; m != "" {
				v.Errors = append(v.Errors, web.FormError{Message: catalogue.WithColon(x.Label) + m, URL: "#" + x.Text.ID})
			}
		}
	}
	if len(v.Errors) > 0 {
		v.Title = "Fejl: " + v.Title
	}
	return v
}
