package site

import (
	"errors"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"praksis/internal/catalogue"
	"praksis/internal/httpx"
	"praksis/internal/postgres"
	"praksis/internal/review"
	"praksis/web"
)

// The fields of a shortlist's form. Behind the prefixes stands an example.
const (
	fieldTitle     = "titel"
	fieldSeenTitle = "set-titel"
	prefixNote     = "note-"
	prefixSeen     = "set-note-"
	fieldAct       = "goer" // "op 12", or one of thenBrief and those after it
)

// What the buttons that belong to the form do when what was typed in it is kept.
const (
	thenBrief   = "oplaeg"
	thenCompare = "sammenlign"
	thenRead    = "laese"
	thenEdit    = "rette"
	thenEdition = "udgave"
)

// readShortlistChange is what a shortlist's form says.
func readShortlistChange(r *http.Request) postgres.ShortlistChange {
	c := postgres.ShortlistChange{Title: postgres.TypedText{Text: review.Line(r.PostForm.Get(fieldTitle)), Seen: r.PostForm.Get(fieldSeenTitle)}, Notes: map[int64]postgres.TypedText{}}
	for name := range r.PostForm {
		key, is := strings.CutPrefix(name, prefixNote)
		id, err := strconv.ParseInt(key, 10, 64)
		if is && err == nil && len(c.Notes) < 2*review.MaxShortlist {
			c.Notes[id] = postgres.TypedText{Text: review.Text(r.PostForm.Get(name)), Seen: r.PostForm.Get(prefixSeen + key)}
		}
	}
	what, key, _ := strings.Cut(r.PostForm.Get(fieldAct), " ")
	if id, err := strconv.ParseInt(key, 10, 64); err == nil {
		c.Act, c.Practice = postgres.ShortlistAct(what), id
	}
	return c
}

// changeShortlist keeps all that was typed, and does what the button says.
func (s *Site) changeShortlist(w http.ResponseWriter, r *http.Request, at shortlistAt) error {
	if err := readForm(w, r); err != nil {
		return err
	}
	c := readShortlistChange(r)
	err := s.keepShortlist(w, r, at, c)
	if err == nil || errors.Is(err, catalogue.ErrNotFound) || errors.Is(err, catalogue.ErrForbidden) {
		return err
	}
	text := "Det, du har skrevet, er ikke gemt endnu. Det følger med, når du trykker på »Prøv igen«."
	if changed(c.Title) {
		text += " Titel: »" + catalogue.Visible(c.Title.Text) + "«."
	}
	for _, id := range sortedKeys(c.Notes) {
		if n := c.Notes[id]; changed(n) {
			text += " Note: »" + catalogue.Visible(n.Text) + "«."
		}
	}
	return s.sendAgain(w, r, at.base+"/ret", "Vi kunne ikke gemme mappen lige nu", text, err)
}

// sendAgain answers a form that failed by a fault of ours with a page that has all of it,
// to be sent once more.
func (s *Site) sendAgain(w http.ResponseWriter, r *http.Request, action, heading, text string, err error) error {
	id := httpx.RequestID(r.Context())
	s.log.ErrorContext(r.Context(), "a shortlist could not be changed", "error", err)
	v := web.SubmissionConfirm{Shell: s.shortlistShell(heading), Heading: heading, Text: text + " Fejlnummer: " + id, Button: "Prøv igen", Action: action,
		Back: web.Link{Label: "Gå til mappen", URL: strings.TrimSuffix(action, "/ret")}}
	for _, name := range slices.Sorted(maps.Keys(r.PostForm)) {
		for _, value := range r.PostForm[name] {
			v.Hidden = append(v.Hidden, web.Hidden{Name: name, Value: value})
		}
	}
	return private(w, r, failed(w, err), web.SubmissionConfirmPage(v))
}

// keepShortlist is changeShortlist for what was read of the form.
func (s *Site) keepShortlist(w http.ResponseWriter, r *http.Request, at shortlistAt, c postgres.ShortlistChange) error {
	faults := map[string]string{}
	if m := review.CheckShortlistTitle(c.Title.Text); m != "" {
		faults[fieldTitle] = m
	}
	for id, n := range c.Notes {
		if m := review.CheckShortlistNote(n.Text); m != "" {
			faults[prefixNote+strconv.FormatInt(id, 10)] = m
		}
	}
	if len(faults) > 0 {
		return s.showTypedShortlist(w, r, at, http.StatusUnprocessableEntity, c, faults, nil)
	}
	err := s.store.ChangeShortlist(r.Context(), at.token, c, time.Now().UTC())
	if conflict, ok := errors.AsType[*postgres.ShortlistConflictError](err); ok {
		return s.showTypedShortlist(w, r, at, http.StatusConflict, c, nil, conflict)
	}
	switch {
	case errors.Is(err, postgres.ErrShortlistFull):
		return s.showTypedShortlist(w, r, at, http.StatusConflict, c, map[string]string{"": "Mappen er fuld. Tag et andet eksempel ud, før du lægger det her tilbage."}, nil)
	case err != nil:
		return err
	}
	switch then := r.PostForm.Get(fieldAct); then {
	case thenBrief:
		return shortlistTo(w, r, at.base+"/oplaeg")
	case thenCompare:
		chosen := r.PostForm[catalogue.ParamPractice]
		if len(chosen) == 0 { // nothing is ticked: those at the top
			l, err := s.store.Shortlist(r.Context(), at.token, time.Now().UTC())
			if err != nil {
				return err
			}
			for _, x := range l.Items {
				if x.State == catalogue.StatePublished && len(chosen) < maxCompared {
					chosen = append(chosen, x.Slug)
				}
			}
		}
		return shortlistTo(w, r, catalogue.ComparePath(chosen[:min(len(chosen), maxCompareAsked)]...))
	case thenRead, thenEdit:
		return s.shareShortlist(w, r, at, then)
	case thenEdition:
		return s.freezeShortlist(w, r, at)
	}
	what, anchor := "gemt", ""
	switch c.Act {
	case postgres.ShortlistRemove:
		what = "ud"
	case postgres.ShortlistBack:
		what = "tilbage"
	case postgres.ShortlistUp, postgres.ShortlistDown:
		anchor = "#" + itemID(c.Practice)
	}
	return s.shortlistDid(w, r, at, what, anchor)
}

// shortlistTo leads on from a shortlist's form.
func shortlistTo(w http.ResponseWriter, r *http.Request, path string) error {
	http.Redirect(w, r, path, http.StatusSeeOther)
	return nil
}

// showTypedShortlist shows a shortlist with all that was typed in it, and why it is not
// kept.
func (s *Site) showTypedShortlist(w http.ResponseWriter, r *http.Request, at shortlistAt, status int, c postgres.ShortlistChange, faults map[string]string, conflict *postgres.ShortlistConflictError) error {
	l, err := s.store.Shortlist(r.Context(), at.token, time.Now().UTC())
	if err != nil {
		return err
	}
	if l.May == postgres.ShortlistRead {
		return catalogue.ErrForbidden
	}
	v := s.shortlistView(&l, at, s.base(r))
	v.Shell.Title = "Fejl: " + v.Shell.Title
	if m := faults[""]; m != "" {
		v.Errors = append(v.Errors, web.FormError{Message: m})
	}
	problem := func(f *web.Field, message string) {
		if message != "" {
			f.Error = message
			v.Errors = append(v.Errors, web.FormError{Message: f.Label + ": " + message, URL: "#" + f.ID})
		}
	}
	v.Title.Value, v.Seen.Value = catalogue.Visible(c.Title.Text), c.Title.Seen
	problem(&v.Title, faults[fieldTitle])
	if conflict != nil && conflict.Title != nil {
		v.Conflict = true
		v.Seen.Value = review.Seen(*conflict.Title) // now they have seen it
		problem(&v.Title, "En anden har imens kaldt mappen »"+*conflict.Title+"«. Ret titlen, så I er enige, og gem igen.")
	}
	shown := map[int64]bool{}
	for i := range v.Items {
		x := &v.Items[i]
		id, _ := strconv.ParseInt(x.Key, 10, 64)
		shown[id] = true
		typed, ok := c.Notes[id]
		if !ok {
			continue // it came in meanwhile
		}
		x.NoteField.Value, x.Seen.Value = catalogue.Visible(typed.Text), typed.Seen
		problem(&x.NoteField, faults[x.NoteField.Name])
		if conflict == nil {
			continue
		}
		if theirs, is := conflict.Notes[id]; is {
			x.Conflict, x.Theirs, x.Seen.Value = true, theirs, review.Seen(theirs)
			problem(&x.NoteField, "En anden har skrevet noget andet imens.")
		} else if !changed(typed) { // not touched: the newest stands
			x.NoteField.Value, x.Seen.Value = l.Items[i].Note, review.Seen(l.Items[i].Note)
		}
	}
	for _, x := range l.Removed {
		if typed, ok := c.Notes[x.Practice]; ok && changed(typed) {
			v.Gone = append(v.Gone, web.ShortlistGone{Title: x.Page.Title, Note: catalogue.Visible(typed.Text)})
			shown[x.Practice] = true
		}
	}
	for _, id := range sortedKeys(c.Notes) { // of what can be read no more
		if typed := c.Notes[id]; !shown[id] && typed.Text != "" && changed(typed) {
			v.Gone = append(v.Gone, web.ShortlistGone{Title: "Et eksempel", Note: catalogue.Visible(typed.Text)})
		}
	}
	if len(v.Gone) > 0 {
		v.Errors = append(v.Errors, web.FormError{Message: "Et eksempel, du har skrevet en note til, er taget ud imens. Noten står på siden."})
	}
	if conflict != nil {
		v.Errors = append(v.Errors, web.FormError{Message: "Intet af det, du har skrevet, er gemt endnu. Det står på siden. Tryk på »Gem titel og noter«, når du har set det igennem."})
	}
	return private(w, r, status, web.ShortlistPage(v))
}

// changed tells whether a text is another one than its form had.
func changed(t postgres.TypedText) bool { return review.Seen(t.Text) != t.Seen }

func sortedKeys[T any](m map[int64]T) (out []int64) {
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}

// shareShortlist makes a link that may read, or edit.
func (s *Site) shareShortlist(w http.ResponseWriter, r *http.Request, at shortlistAt, what string) error {
	may := postgres.ShortlistRead
	if what == thenEdit {
		may = postgres.ShortlistEdit
	}
	_, err := s.store.ShareShortlist(r.Context(), at.token, may, time.Now().UTC())
	if errors.Is(err, postgres.ErrShortlistFull) {
		return s.shortlistProblem(w, r, at, http.StatusConflict, "Der er for mange links til mappen. Luk et af dem først.")
	}
	if err != nil {
		return err
	}
	return s.shortlistDid(w, r, at, "delt", "#del")
}

func (s *Site) revokeShortlistLink(w http.ResponseWriter, r *http.Request, at shortlistAt) error {
	if err := readForm(w, r); err != nil {
		return err
	}
	id, err := strconv.ParseInt(r.PostForm.Get("link"), 10, 64)
	if err != nil {
		return badForm
	}
	if err := s.store.RevokeShortlistLink(r.Context(), at.token, id, time.Now().UTC()); err != nil {
		return err
	}
	return s.shortlistDid(w, r, at, "lukket", "#del")
}

// adoptShortlist makes the shortlist of a link to edit that of the browser. Where the
// browser has one, it asks first.
func (s *Site) adoptShortlist(w http.ResponseWriter, r *http.Request, at shortlistAt) error {
	if err := readForm(w, r); err != nil {
		return err
	}
	now := time.Now().UTC()
	l, err := s.store.Shortlist(r.Context(), at.token, now)
	if err != nil {
		return err
	}
	if l.May == postgres.ShortlistRead {
		return catalogue.ErrForbidden
	}
	if own := s.shortlistCookie(r); own != "" && own != at.token && r.PostForm.Get("ja") == "" {
		if mine, err := s.store.Shortlist(r.Context(), own, now); err == nil && mine.ID != l.ID && len(mine.Items) > 0 {
			return private(w, r, http.StatusConflict, web.SubmissionConfirmPage(web.SubmissionConfirm{Shell: s.shortlistShell("Du har allerede en mappe"), Heading: "Du har allerede en mappe i denne browser",
				Text:   "Den har " + catalogue.Examples(len(mine.Items)) + ". Bruger du den nye i stedet, glemmer browseren den gamle. Vil du beholde den, så gå til den først, og lav et link til at redigere den.",
				Button: "Brug den nye i stedet", Action: at.base + "/brug", Hidden: []web.Hidden{{Name: "ja", Value: "1"}}, Back: web.Link{Label: "Gå til den gamle mappe", URL: catalogue.PathShortlist}}))
		}
	}
	s.setShortlistCookie(w, at.token)
	return s.shortlistDid(w, r, shortlistAt{token: at.token, base: catalogue.PathShortlist}, "brug", "")
}
