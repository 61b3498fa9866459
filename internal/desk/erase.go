package desk

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"praksis/internal/catalogue"
	"praksis/internal/intake"
	"praksis/internal/postgres"
	"praksis/internal/review"
	"praksis/web"
)

func erasePath(id int64) string { return submissionPath(id) + partErase }

// Names of the fields of an erasure, and what can be erased.
const (
	fieldWhat, fieldErase, fieldFile, fieldWhy = "hvad", "tekst", "fil", "hvorfor"

	eraseText, eraseFiles, eraseAll = "tekst", "bilag", "alt"
)

var eraseOptions = []web.FieldOption{
	{ID: "hvad-tekst", Value: eraseText, Label: "En tekst, fx et navn"},
	{ID: "hvad-bilag", Value: eraseFiles, Label: "Et eller flere bilag"},
	{ID: "hvad-alt", Value: eraseAll, Label: "Hele indsendelsen"},
}

// eraseForm is a posted erasure.
type eraseForm struct {
	what, text, why string
	files           []string
	sure            bool
	page            string // key of the page that it stands on
	nothing         bool   // had the text, where it was to be erased
	everywhere      bool   // the text goes wherever it stands
	dirty           bool   // something was typed
	keptAt          time.Time
}

// erasedText is a text to be erased, as it is looked for.
func erasedText(typed string) string { return review.Line(catalogue.Visible(typed)) }

// hasErased tells whether a reason has the text that is to be erased, in letters of
// any size and over lines.
func hasErased(why, text string) bool {
	return text != "" && strings.Contains(strings.ToLower(erasedText(why)), strings.ToLower(text))
}

// readErase reads a posted erasure; s is nil for one of a practice.
func readErase(v url.Values, s *postgres.SubmissionView) eraseForm {
	f := eraseForm{what: v.Get(fieldWhat), text: erasedText(v.Get(fieldErase)), why: message(v, fieldWhy), sure: v.Get("handling") == "slet", everywhere: v.Get(fieldEverywhere) != "", page: pageOf(v)}
	if s == nil {
		f.what, s = eraseText, &postgres.SubmissionView{}
	}
	for _, x := range s.Attachments {
		if slices.Contains(v[fieldFile], x.PublicID) {
			f.files = append(f.files, x.PublicID)
		}
	}
	f.dirty = f.text != "" || f.why != "" || len(f.files) > 0
	return f
}

// outOfReach is what an erasure does not reach.
const outOfReach = "Mails, der er sendt, og sikkerhedskopier kan ikke nås herfra. Er teksten sendt i en mail, så bed modtageren om at slette den. Bliver en sikkerhedskopi lagt ind igen, bliver det slettet igen. Er en formular på vej gennem et login, er den låst for os og væk inden for 15 minutter."

// placeLabels are the tables that a text is erased from, in the order in which
// they are told.
var placeLabels = []struct{ table, label string }{
	{"submission_version", "Det, der blev sendt"}, {"draft", "Kladden"}, {"unsaved_form", "Det, en redaktør har skrevet og ikke gemt"}, {"submission_event", "Det, der er sket med indsendelsen"},
	{"submission_answer", "Svar fra indsenderen"}, {"submission_question", "Spørgsmål til indsenderen"}, {"question_answer", "Svar på spørgsmål"}, {"submission_contact", "Kontaktoplysninger"}, {"submission", "Grunden til, at den blev holdt tilbage"},
	{"attachment", "Bilagenes navne og beskrivelser"}, {"mail", "Mails: emne og tekst"}, {"revision", "Udgaver af eksemplet"},
	{"practice", "Forklaringen på, at eksemplet er taget ned"}, {"practice_event", "Det, der er sket med eksemplet"}, {"practice_slug", "Eksemplets adresser"},
	{"seed_proposal", "Forslag til nyt indhold"}, {"solution_contrast", "Grunden til, at en uenighed er lagt til"},
	{"inquiry", "Det, vi skrev, da vi spurgte kilden"}, {"inquiry_answer", "Svar fra kilden"}, {"inquiry_contact", "Adresser på dem, vi spurgte"}, {"link", "Links, der bliver tjekket"},
	{"shortlist", "Titler på mapper"}, {"shortlist_item", "Noter i mapper"}, {"shortlist_edition", "Titler på mappers udgaver"}, {"shortlist_edition_item", "Noter i mappers udgaver"}, {"shortlist_content", "Eksempler i mappers udgaver"},
}

// erasePage asks what is to be erased.
func (d *Desk) erasePage(w http.ResponseWriter, r *http.Request) error {
	s, err := d.erasable(r)
	if err != nil {
		return err
	}
	kept, _, err := d.unsaved(r, partForm(s.ID, partErase))
	if err != nil {
		return err
	}
	f := eraseForm{what: eraseText, page: rand.Text()}
	if kept != nil {
		if typed := readErase(kept.Values, s); typed.dirty {
			f, f.keptAt = typed, kept.KeptAt
		}
	}
	return d.showErase(w, r, http.StatusOK, s, f, nil)
}

func (d *Desk) erasable(r *http.Request) (*postgres.SubmissionView, error) {
	id, err := idOf(r)
	if err != nil {
		return nil, err
	}
	return d.store.SubmissionByID(r.Context(), id)
}

// erase shows what would be erased, and erases it when that has been confirmed.
func (d *Desk) erase(w http.ResponseWriter, r *http.Request) error {
	if err := form(r); err != nil {
		return err
	}
	s, err := d.erasable(r)
	if err != nil {
		return err
	}
	v, own := r.PostForm, partForm(s.ID, partErase)
	f := readErase(v, s)
	if v.Get("handling") == discard {
		d.closeForm(r, own, f.page)
		return seeOther(w, r, own.path)
	}
	f.page = d.keepPosted(r, own, false)
	if wrong := f.check(); len(wrong) > 0 {
		return d.showErase(w, r, http.StatusUnprocessableEntity, s, f, wrong)
	}
	if v.Get("handling") == "ret" {
		return d.showErase(w, r, http.StatusOK, s, f, nil)
	}
	if !f.sure {
		return d.confirmErase(w, r, s, f)
	}
	_, e := d.auth.At(r.Context())
	if f.what == eraseAll {
		err = d.store.EraseSubmission(r.Context(), s.ID, f.why, e.ID, d.now())
	} else {
		err = d.eraseParts(r.Context(), s.ID, f, e.ID)
	}
	if errors.Is(err, errNothingErased) {
		f.nothing = true
		return d.confirmErase(w, r, s, f)
	}
	if err != nil {
		return err
	}
	d.closeForm(r, own, f.page)
	d.errors.Log.InfoContext(r.Context(), "erased", "submission", s.ID, "what", f.what, "editor", e.ID) // not the text
	return seeOther(w, r, submissionPath(s.ID)+"?gjort="+url.QueryEscape("slet"))
}

func (d *Desk) eraseParts(ctx context.Context, id int64, f eraseForm, editor int64) error {
	if f.what == eraseText {
		if err := d.eraseText(ctx, postgres.On{Submission: id}, f, editor); err != nil && !(errors.Is(err, errNothingErased) && len(f.files) > 0) {
			return err
		}
	}
	for _, file := range f.files {
		if err := d.store.EraseAttachment(ctx, id, file, f.why, editor, d.now()); err != nil && !errors.Is(err, catalogue.ErrNotFound) {
			return err // what is gone already need not go
		}
	}
	return nil
}

// check says by field what is missing.
func (f eraseForm) check() map[string]string {
	wrong := map[string]string{}
	switch {
	case !slices.ContainsFunc(eraseOptions, func(o web.FieldOption) bool { return o.Value == f.what }):
		wrong[fieldWhat] = "Vælg, hvad der skal slettes."
	case f.what == eraseText && utf8.RuneCountInString(f.text) < postgres.MinErased:
		wrong[fieldErase] = fmt.Sprintf("Skriv teksten. Den skal være på mindst %d tegn.", postgres.MinErased)
	case f.what == eraseFiles && len(f.files) == 0:
		wrong[fieldFile] = "Sæt kryds ved de bilag, der skal slettes."
	}
	if f.what == eraseText && !catalogue.Legible(f.text) {
		wrong[fieldErase] = review.Illegible
	}
	switch n := utf8.RuneCountInString(f.why); {
	case !catalogue.Legible(f.why):
		wrong[fieldWhy] = review.Illegible
	case f.why == "":
		wrong[fieldWhy] = "Skriv, hvorfor det skal slettes."
	case n > maxReason:
		wrong[fieldWhy] = fmt.Sprintf("Grunden er på %d tegn. Der er plads til %d. Gør den kortere.", n, maxReason)
	case review.HoldsCPR(f.why):
		wrong[fieldWhy] = "Det ligner et CPR-nummer. Det må ikke stå her. Fjern det."
	case f.what == eraseText && wrong[fieldErase] == "" && hasErased(f.why, f.text):
		wrong[fieldWhy] = "Grunden bliver gemt. Skriv den uden den tekst, der skal slettes."
	}
	return wrong
}

// maxReason is the most characters of a reason; the database holds the same.
const maxReason = 1000

// showErase asks what is to be erased, with what was typed and what is wrong with it.
func (d *Desk) showErase(w http.ResponseWriter, r *http.Request, status int, s *postgres.SubmissionView, f eraseForm, wrong map[string]string) error {
	v := d.eraseView(r, s, "Slet noget i "+s.Reference, f)
	v.Hidden = append(v.Hidden, f.ticked()...)
	own := partForm(s.ID, partErase)
	_, others, err := d.unsaved(r, own)
	if err != nil {
		return err
	}
	v.Keep, v.Dirty = own.path+pathKeep, f.dirty
	if !f.keptAt.IsZero() {
		_, e := d.auth.At(r.Context())
		v.Kept = &web.DeskKept{Heading: notSaved, Text: "Her er det, du skrev " + catalogue.DanishTime(f.keptAt) + ", uden den tekst, der skal slettes. Den bliver ikke husket, så skriv den igen.", Discard: own.discardPost("Kassér det", f.page, e.ID)}
	}
	if v.Kept == nil && len(others) > 0 {
		v.Kept = &web.DeskKept{}
	}
	if v.Kept != nil {
		v.Kept.Others = others
	}
	what := web.Field{Type: web.FieldRadios, ID: fieldWhat, Name: fieldWhat, Label: "Hvad skal slettes?", Error: wrong[fieldWhat], Must: true}
	for _, o := range eraseOptions {
		if o.Value == eraseFiles && len(s.Attachments) == 0 {
			continue
		}
		o.Chosen = o.Value == f.what
		what.Options = append(what.Options, o)
	}
	texts := eraseFields(f, wrong)
	v.Fields = append(v.Fields, what, texts[0])
	if files := fileOptions(s, func(id string) bool { return slices.Contains(f.files, id) }, nil); len(files) > 0 {
		v.Fields = append(v.Fields, web.Field{Type: web.FieldChecks, ID: fieldFile, Name: fieldFile, Label: "Bilag", Error: wrong[fieldFile], Options: files})
	}
	v.Fields = append(v.Fields, texts[1])
	for _, name := range []string{fieldWhat, fieldErase, fieldFile, fieldWhy} {
		if m := wrong[name]; m != "" {
			v.Errors = append(v.Errors, web.FormError{Message: m, URL: "#" + name})
		}
	}
	return d.show(w, r, status, web.DeskErasePage(v))
}

// ticked brings along what was ticked at the last word, for who goes back.
func (f eraseForm) ticked() []web.Hidden {
	if !f.everywhere {
		return nil
	}
	return []web.Hidden{{Name: fieldEverywhere, Value: "ja"}}
}

// eraseFields ask for the text to be erased, and why.
func eraseFields(f eraseForm, wrong map[string]string) []web.Field {
	return []web.Field{
		{Type: web.FieldText, ID: fieldErase, Name: fieldErase, Label: "Teksten", Value: f.text, Error: wrong[fieldErase],
			Hint: "Skriv den, som den står, også med store og små bogstaver. Er navnet skrevet på flere måder, så slet dem en ad gangen. Forlader du siden, bliver teksten ikke husket."},
		{Type: web.FieldArea, ID: fieldWhy, Name: fieldWhy, Label: "Hvorfor?", Value: f.why, Error: wrong[fieldWhy], Rows: 3, Must: true,
			Hint: "Grunden bliver gemt sammen med dit navn. Skriv ikke det, der skal slettes."},
	}
}

func (d *Desk) eraseView(r *http.Request, s *postgres.SubmissionView, title string, f eraseForm) web.DeskErase {
	_, e := d.auth.At(r.Context())
	v := web.DeskErase{Desk: d.page(r, title, web.PathDesk), Hidden: partForm(s.ID, partErase).hidden(f.page, e.ID), Action: erasePath(s.ID), Back: web.Link{Label: "Gå tilbage til indsendelsen", URL: submissionPath(s.ID)}, OutOfReach: outOfReach}
	v.Crumbs = []web.Crumb{{Label: "Redaktionen", Path: web.PathDesk}, {Label: s.Reference, Path: submissionPath(s.ID)}, {Label: title}}
	return v
}

func fileOptions(s *postgres.SubmissionView, chosen func(id string) bool, note func(i int) string) (out []web.FieldOption) {
	for i, x := range s.Attachments {
		o := web.FieldOption{ID: "fil-" + strconv.Itoa(i+1), Value: x.PublicID, Label: x.Name, Chosen: chosen(x.PublicID)}
		if note != nil {
			o.Label += note(i)
		}
		out = append(out, o)
	}
	return out
}

// confirmErase shows what will be erased and where, and asks for the last word.
func (d *Desk) confirmErase(w http.ResponseWriter, r *http.Request, s *postgres.SubmissionView, f eraseForm) error {
	v := d.eraseView(r, s, "Skal det slettes?", f)
	v.Confirm = true
	v.Hidden = append(v.Hidden, web.Hidden{Name: fieldWhat, Value: f.what}, web.Hidden{Name: fieldErase, Value: f.text}, web.Hidden{Name: fieldWhy, Value: f.why})
	carry := func() {
		for _, id := range f.files {
			v.Hidden = append(v.Hidden, web.Hidden{Name: fieldFile, Value: id})
		}
	}
	switch f.what {
	case eraseAll:
		v.Lead = "Alt det, der blev sendt, bliver slettet: teksten og de rettede udgaver af den, kladden, svarene, kontaktoplysningerne, mails og teksterne om, hvad der er sket. Tilbage står nummeret, datoerne, og hvad der blev besluttet."
		if files := fileCount(len(s.Attachments)); files != "" {
			v.Places = []web.Fact{{Label: "Bilag", Value: files}}
		}
		if s.State.Open() {
			v.Note = "Indsendelsen er ikke afgjort. Den bliver afvist med det samme, og indsenderen får ingen mail."
		}
		if s.PracticeSlug != "" {
			v.Note = "Eksemplet, som den er knyttet til, bliver stående."
		}
	case eraseFiles:
		carry()
		for _, x := range s.Attachments {
			if slices.Contains(f.files, x.PublicID) {
				v.Places = append(v.Places, web.Fact{Label: "Bilag", Value: x.Name})
			}
		}
		v.Lead = "Bilagene bliver slettet."
	default:
		_, err := d.showFound(r.Context(), postgres.On{Submission: s.ID}, f, &v)
		if errors.Is(err, postgres.ErrErasure) {
			return d.showErase(w, r, http.StatusUnprocessableEntity, s, f, map[string]string{fieldErase: "Den tekst kan ikke slettes. Skriv mere af den."})
		}
		if err != nil {
			return err
		}
		if v.Nothing = v.Nothing && len(s.Attachments) == 0; len(v.Places) == 0 {
			v.Lead = "»" + f.text + "« står ikke i indsendelsen. Se efter, om det er skrevet på en anden måde."
		}
		has := d.filesWith(r.Context(), s, f.text)
		v.Files = web.Field{Type: web.FieldChecks, ID: fieldFile, Name: fieldFile, Label: "Slet også bilag",
			Hint:    "Et bilag kan kun slettes helt.",
			Options: fileOptions(s, func(id string) bool { return has[id] == fileHas || slices.Contains(f.files, id) }, func(i int) string { return fileNotes[has[s.Attachments[i].PublicID]] })}
	}
	return d.show(w, r, f.status(), web.DeskErasePage(v))
}

// status is that of the page that asks for the last word.
func (f eraseForm) status() int {
	if f.nothing {
		return http.StatusUnprocessableEntity
	}
	return http.StatusOK
}

// inPlaces is a number of places in words.
func inPlaces(n int) string {
	if n == 1 {
		return "1 sted"
	}
	return fmt.Sprintf("%d steder", n)
}

// fileText is what is known of a text in an attachment.
type fileText int

const (
	fileUnread fileText = iota
	fileHas
	fileHasNot
)

var fileNotes = map[fileText]string{fileUnread: " (vi kan ikke læse det hele, så se det igennem)", fileHas: " (teksten står i det)", fileHasNot: " (teksten står ikke i det)"}

// filesWith looks for a text in the attachments, by their public ID.
func (d *Desk) filesWith(ctx context.Context, s *postgres.SubmissionView, text string) map[string]fileText {
	out := map[string]fileText{}
	for _, x := range s.Attachments {
		var b bytes.Buffer
		if err := d.store.WriteAttachment(ctx, x.PublicID, &b); err != nil {
			d.errors.Log.WarnContext(ctx, "attachment not read", "error", err)
			continue
		}
		content := bytes.NewReader(b.Bytes())
		file, err := intake.Recognise(content, x.Size, x.Name)
		if err != nil {
			continue
		}
		has, whole, err := intake.Holds(content, x.Size, file, text)
		switch {
		case has:
			out[x.PublicID] = fileHas
		case err == nil && whole:
			out[x.PublicID] = fileHasNot
		}
	}
	return out
}
