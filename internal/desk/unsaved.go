package desk

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"praksis/internal/catalogue"
	"praksis/internal/httpx"
	"praksis/internal/mail/texts"
	"praksis/internal/postgres"
	"praksis/internal/review"
	"praksis/web"
)

// Names of fields that every form with texts has: the key of the page on which it
// stands, and the number of the editor who was signed in when it was made.
const (
	fieldPage   = "side"
	fieldEditor = "redaktoer"
)

// discard is the button that throws away what was typed, discardDraft the one that
// keeps the texts to the submitter.
const discard, discardDraft = "kasser", "kasser-kladde"

// pathKeep follows the address of a form: what is typed is kept there.
const pathKeep = "/kladde"

// deskForm is a form of the desk with texts: what is typed into one is kept until
// it is saved, and goes through a sign-in.
type deskForm struct {
	path       string // where it stands, and is posted to
	submission int64
	part       string        // of a submission, behind its address; empty: the draft
	kind       texts.Kind    // of a mail's text
	practice   string        // the slug of the practice whose form it is
	solution   string        // likewise of a solution
	item       review.ItemID // of the vocabularies; the noun alone for a new one
}

// Parts of a submission that have a form of their own.
const (
	partEmail = "/mailadresse"
	partErase = "/slet"
	partNote  = "/note"
)

// formAt is the form that is posted to a path; false for every other path.
// Passwords and codes are never kept.
func formAt(path string) (deskForm, bool) {
	if kind, ok := strings.CutPrefix(path, pathTexts+"/"); ok {
		_, known := texts.Default(texts.Kind(kind))
		return textForm(texts.Kind(kind)), known
	}
	if rest, ok := strings.CutPrefix(path, pathExamples+"/"); ok {
		return practiceFormAt(rest)
	}
	if path == pathAccounts || path == pathCut || path == pathSendInquiries {
		return deskForm{path: path}, true
	}
	if slug, ok := strings.CutPrefix(path, pathSolutions+"/"); ok {
		return solutionForm(slug), slug != "" && catalogue.Slugify(slug) == slug
	}
	if f, known := itemFormAt(path); known {
		return f, true
	}
	number, ok := strings.CutPrefix(path, web.PathDesk+"/indsendelser/")
	var part string
	for _, p := range []string{partEmail, partErase, partNote, partInquiry} {
		if own, is := strings.CutSuffix(number, p); is {
			number, part = own, p
		}
	}
	id, err := strconv.ParseInt(number, 10, 64)
	if !ok || err != nil || id < 1 || submissionPath(id)+part != path {
		return deskForm{}, false
	}
	return partForm(id, part), true
}

func submissionForm(id int64) deskForm { return partForm(id, "") }

func partForm(id int64, part string) deskForm {
	return deskForm{path: submissionPath(id) + part, submission: id, part: part}
}

func textForm(kind texts.Kind) deskForm {
	return deskForm{path: pathTexts + "/" + string(kind), kind: kind}
}

// hidden are the fields that tell where and by whom the form is filled in.
func (f deskForm) hidden(page string, editor int64) []web.Hidden {
	return []web.Hidden{{Name: fieldPage, Value: page}, {Name: fieldEditor, Value: strconv.FormatInt(editor, 10)}}
}

// discardPost is the form that throws away what was typed on a page.
func (f deskForm) discardPost(label, page string, editor int64) web.DeskPost {
	return web.DeskPost{Action: f.path, Label: label, Hidden: append(f.hidden(page, editor), web.Hidden{Name: "handling", Value: discard})}
}

// keeps is what is kept of what was typed. A text that is to be erased is kept
// nowhere, nor is a reason that has it.
func (f deskForm) keeps(v url.Values) url.Values {
	v = visible(v)
	delete(v, "handling")
	if f.part != partErase {
		return v
	}
	if hasErased(v.Get(fieldWhy), erasedText(v.Get(fieldErase))) {
		delete(v, fieldWhy)
	}
	delete(v, fieldErase)
	return v
}

// visible are values as they can be kept and shown: what is no text stands in them as �
// (catalogue.Visible), so that the rest of what was typed is not lost with it.
func visible(v url.Values) url.Values {
	out := url.Values{}
	for name, list := range v {
		if !catalogue.Storable(name) {
			continue // no form of ours has such a field
		}
		for _, s := range list {
			out.Add(name, catalogue.Visible(s))
		}
	}
	return out
}

// pageOf is the key of the page that the values come from, a new one where they
// have none that can be.
func pageOf(v url.Values) string {
	if page := v.Get(fieldPage); len(page) >= 8 && len(page) <= 64 && catalogue.Storable(page) {
		return page
	}
	return rand.Text()
}

// keep keeps what was typed for the editor and gives the key of the page that it
// is kept under: another one where the page's form was saved before, as after the
// way back in a browser.
func (d *Desk) keep(ctx context.Context, editor int64, f deskForm, v url.Values, notCPR bool) (page string, err error) {
	values := f.keeps(v)
	page = pageOf(v)
	values.Set(fieldPage, page) // who goes on with it later saves it under its own key
	err = d.store.KeepForm(ctx, editor, postgres.UnsavedForm{Form: f.path, Page: page, Submission: f.submission, Practice: f.practice, Values: values}, notCPR, d.now())
	if errors.Is(err, postgres.ErrPageClosed) {
		page = rand.Text()
		values.Set(fieldPage, page)
		err = d.store.KeepForm(ctx, editor, postgres.UnsavedForm{Form: f.path, Page: page, Submission: f.submission, Practice: f.practice, Values: values}, notCPR, d.now())
	}
	return page, err
}

// keepPosted keeps what a button was pressed with. What cannot be kept stands on
// the page all the same, so that is no reason to fail.
func (d *Desk) keepPosted(r *http.Request, f deskForm, notCPR bool) (page string) {
	_, e := d.auth.At(r.Context())
	page, err := d.keep(r.Context(), e.ID, f, r.PostForm, notCPR)
	if _, refused := errors.AsType[*review.RefusedError](err); err != nil && !refused {
		d.errors.Log.WarnContext(r.Context(), "what an editor typed was not kept", "error", err)
	}
	return page
}

// keepRest keeps what was typed beside what a button has done, for a page that is shown
// again, under a key of its own; it fails where that cannot be kept.
func (d *Desk) keepRest(r *http.Request, f deskForm, rest url.Values) error {
	_, e := d.auth.At(r.Context())
	rest.Set(fieldPage, rand.Text())
	_, err := d.keep(r.Context(), e.ID, f, rest, false)
	return err
}

// closeForm forgets what was kept of a form that is saved. Where that fails, the
// page offers it once more.
func (d *Desk) closeForm(r *http.Request, f deskForm, page string) {
	_, e := d.auth.At(r.Context())
	if err := d.store.CloseForm(r.Context(), e.ID, f.path, page, d.now()); err != nil {
		d.errors.Log.WarnContext(r.Context(), "what an editor saved is still kept as not saved", "error", err)
	}
}

// keepForm keeps what is being typed, again and again, for the page's script.
func (d *Desk) keepForm(w http.ResponseWriter, r *http.Request) error {
	if err := form(r); err != nil {
		return err
	}
	f, known := formAt(strings.TrimSuffix(r.URL.Path, pathKeep))
	if !known {
		return catalogue.ErrNotFound
	}
	_, e := d.auth.At(r.Context())
	notCPR, err := d.notCPR(r.Context(), f, r.PostForm)
	if err != nil {
		return movedOr(w, r, err, f.part+pathKeep)
	}
	values := f.keeps(r.PostForm)
	err = d.store.KeepForm(r.Context(), e.ID, postgres.UnsavedForm{Form: f.path, Page: pageOf(values), Submission: f.submission, Practice: f.practice, Values: values}, notCPR, d.now())
	switch _, refused := errors.AsType[*review.RefusedError](err); {
	case refused:
		w.WriteHeader(http.StatusUnprocessableEntity)
		return nil
	case errors.Is(err, postgres.ErrPageClosed):
		w.WriteHeader(http.StatusGone)
		return nil
	case err != nil:
		return err
	}
	return d.writeSession(w, r, d.holdLease(r, f))
}

// extend goes on with the session: to ask is enough.
func (d *Desk) extend(w http.ResponseWriter, r *http.Request) error { return d.writeSession(w, r, "") }

// writeSession answers the page's script with the session's end, and with who else
// has what is being typed; empty for nobody.
func (d *Desk) writeSession(w http.ResponseWriter, r *http.Request, taken string) error {
	v := d.session(r)
	v.Taken = taken
	b, err := json.Marshal(v)
	if err != nil {
		return err
	}
	httpx.Write(w, r, http.StatusOK, "application/json", b)
	return nil
}

func (d *Desk) session(r *http.Request) *web.DeskSession {
	ends := d.auth.Ends(r.Context())
	return &web.DeskSession{Seconds: int(time.Until(ends).Seconds()), Until: ends.In(catalogue.Copenhagen).Format("15.04")}
}

// notCPR tells whether ten digits in the form's submission were declared to be no
// CPR number; of a document that is cut its form says so.
func (d *Desk) notCPR(ctx context.Context, f deskForm, v url.Values) (bool, error) {
	if f.path == pathCut {
		return v.Get(fieldNotCPR) != "", nil
	}
	if f.practice != "" { // what is published may hold ten digits that an editor has cleared
		_, err := d.store.PracticeForDesk(ctx, f.practice)
		return f.part == partRevise, err
	}
	if f.submission == 0 {
		return false, nil
	}
	if f.part != "" { // the declaration was of what was sent
		_, err := d.store.SubmissionByID(ctx, f.submission)
		return false, err
	}
	s, err := d.store.SubmissionByID(ctx, f.submission)
	if err != nil {
		return false, err
	}
	return s.Content.NotCPR, nil
}

// unsaved is what the signed-in editor typed into a form and did not save: the
// newest, or what the address asks for; and links to the others. It is nil when
// there is none.
func (d *Desk) unsaved(r *http.Request, f deskForm) (*postgres.UnsavedForm, []web.Link, error) {
	_, e := d.auth.At(r.Context())
	list, err := d.store.UnsavedForms(r.Context(), e.ID, f.path)
	if err != nil || len(list) == 0 {
		return nil, nil, err
	}
	at := max(0, slices.IndexFunc(list, func(x postgres.UnsavedForm) bool { return x.Page == r.URL.Query().Get(fieldPage) }))
	var others []web.Link
	for i, x := range list {
		if i != at {
			others = append(others, otherPage(f, x))
		}
	}
	return &list[at], others, nil
}

func otherPage(f deskForm, x postgres.UnsavedForm) web.Link {
	return web.Link{Label: "Se det, du skrev i et andet vindue " + catalogue.DanishTime(x.KeptAt), URL: f.path + "?" + url.Values{fieldPage: {x.Page}}.Encode()}
}

// otherEditor tells whether a form was made while somebody else was signed in.
func otherEditor(r *http.Request, e postgres.Editor) bool {
	by := r.PostForm.Get(fieldEditor)
	return by != "" && by != strconv.FormatInt(e.ID, 10)
}

// guarded lets a signed-in editor's request through, unless its form is another
// editor's: one who signed out in this browser, and whose page stayed open.
func (d *Desk) guarded(w http.ResponseWriter, r *http.Request, next http.Handler) {
	_, e := d.auth.At(r.Context())
	if r.Method == http.MethodPost && r.ParseForm() == nil && otherEditor(r, e) {
		c, _ := carriedOf(r)
		if err := d.showOther(w, r, c); err != nil { // what a script keeps has no form to bring along
			d.errors.Fail(w, r, err)
		}
		return
	}
	next.ServeHTTP(w, r)
}

// showOther keeps one editor's text from another, and loses nothing of it.
func (d *Desk) showOther(w http.ResponseWriter, r *http.Request, c carried) error {
	v := web.DeskNote{Desk: d.page(r, "Det skrev en anden", web.PathDesk), Text: "Siden blev åbnet, mens en anden redaktør var logget ind. Derfor er det, der står på den, ikke gemt. Log ind som den, der skrev det, så kommer det tilbage."}
	if c.To != "" {
		v.Post = &web.DeskPost{Action: pathSignOut, Label: "Log ud, og log ind som en anden", Hidden: c.hidden()}
	}
	v.Links = []web.Link{{Label: "Gå til redaktionen uden det", URL: web.PathDesk}}
	return d.show(w, r, http.StatusConflict, web.DeskNotePage(v))
}

// notSaved is the heading over what was typed before.
const notSaved = "Ikke gemt endnu"

// keptText says when what stands in a form was typed.
func keptText(at time.Time) string {
	return "Her er det, du skrev " + catalogue.DanishTime(at) + ". Gem det, eller kassér det."
}
