package desk

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"praksis/internal/catalogue"
	"praksis/internal/httpx"
	"praksis/internal/postgres"
	"praksis/internal/review"
)

// maxText is the longest question or reason, which the database holds too.
const maxText = 4000

// act does with a submission what the pressed button says. Whatever it is, the
// draft is saved first, so that nothing typed is lost; a page that is older
// than the submission changes nothing and is given back with what was typed.
func (d *Desk) act(w http.ResponseWriter, r *http.Request) error {
	id, err := idOf(r)
	if err != nil {
		return err
	}
	if err := form(r); err != nil {
		return err
	}
	f := readForm(r.PostForm)
	s, err := d.store.SubmissionByID(r.Context(), id)
	if err != nil {
		return err
	}
	if done, err := d.change(w, r, s, f); done {
		return err
	}
	_, e := d.auth.At(r.Context())
	if s.State.Open() && s.Version == f.version {
		for _, x := range s.Attachments {
			if slices.Contains(f.seen, x.PublicID) {
				if err := d.store.MarkAttachmentSeen(r.Context(), x.PublicID, e.ID, d.now()); err != nil {
					return err
				}
			}
		}
	}
	version, err := d.store.SaveDraft(r.Context(), id, f.version, tidy(f.practice), f.cleared, e.ID, d.now())
	if err != nil {
		return d.refused(w, r, id, f, err)
	}
	f.version = version
	if wrong := missing(f); len(wrong) > 0 {
		return d.again(w, r, http.StatusUnprocessableEntity, id, f, answer{wrong: wrong})
	}
	switch f.action {
	case "gem", "tag", "": // to save is to take
		err = nil
	case "spoerg":
		err = d.store.AskSubmitter(r.Context(), id, f.version, f.ask, e.ID, d.now())
	case "afvis":
		err = d.store.DeclineSubmission(r.Context(), id, f.version, review.DeclineReason(f.reason), f.decline, e.ID, d.now())
	case "findes":
		err = d.store.PointToExisting(r.Context(), id, f.version, existing(f), f.existsOf, e.ID, d.now())
	case "udgiv":
		return d.publish(w, r, id, f, e)
	default:
		return &badAction
	}
	if err != nil {
		return d.refused(w, r, id, f, err)
	}
	d.errors.Log.InfoContext(r.Context(), "submission", "id", id, "action", f.action, "editor", e.ID)
	if f.action == "" {
		f.action = "gem"
	}
	return seeOther(w, r, submissionPath(id)+"?gjort="+url.QueryEscape(f.action))
}

func (d *Desk) publish(w http.ResponseWriter, r *http.Request, id int64, f draftForm, e postgres.Editor) error {
	slug, err := d.store.PublishSubmission(r.Context(), id, f.version, e.ID, d.now())
	if err != nil {
		return d.refused(w, r, id, f, err)
	}
	d.errors.Log.InfoContext(r.Context(), "submission", "id", id, "action", f.action, "editor", e.ID)
	return seeOther(w, r, catalogue.PracticePath(slug))
}

// change does what changes the form alone and saves nothing: rows, and looking
// for what is alike.
func (d *Desk) change(w http.ResponseWriter, r *http.Request, s *postgres.SubmissionView, f draftForm) (done bool, err error) {
	a := answer{}
	what, rest, _ := strings.Cut(f.action, ":")
	switch what {
	case "soeg":
		a.similar = true
	case "tilfoej":
		if !addRow(&f.practice, rest) {
			return true, &badAction
		}
	case "fjern":
		part, n, _ := strings.Cut(rest, ":")
		i, _ := strconv.Atoi(n)
		if !removeRow(&f.practice, part, i) {
			return true, &badAction
		}
	default:
		return false, nil
	}
	return true, d.showSubmission(w, r, http.StatusOK, s, f, a)
}

// missing is what a decision lacks that only an editor can say, by field.
func missing(f draftForm) map[string]string {
	wrong := map[string]string{}
	check := func(field, text, empty string) {
		switch {
		case text == "" && empty != "":
			wrong[field] = empty
		case len([]rune(text)) > maxText:
			wrong[field] = "Teksten er for lang. Der er plads til 4000 tegn."
		}
	}
	switch f.action {
	case "spoerg":
		check(fieldAsk, f.ask, "Skriv, hvad du vil spørge om.")
	case "afvis":
		if !review.DeclineReasons.Has(review.DeclineReason(f.reason)) {
			wrong[fieldReason] = "Vælg en grund."
		}
		check(fieldDecline, f.decline, "Skriv til indsenderen, hvorfor den ikke kommer med.")
	case "findes":
		check(fieldExists, f.existsOf, "")
		if existing(f) == "" {
			wrong[fieldSlug] = "Vælg et eksempel, eller skriv adressen på det."
		}
	}
	return wrong
}

// existing is the slug that was picked or typed, also as a whole address.
func existing(f draftForm) string {
	s := f.slug
	if s == "" {
		return f.exists
	}
	if u, err := url.Parse(s); err == nil {
		s = u.Path
	}
	return strings.Trim(s[strings.LastIndexByte(strings.TrimRight(s, "/"), '/')+1:], "/ ")
}

// refused answers what the store would not do: with the submission as it is
// now, the draft as it was typed, and why.
func (d *Desk) refused(w http.ResponseWriter, r *http.Request, id int64, f draftForm, err error) error {
	var faults *postgres.FaultsError
	var unfinished *postgres.UnfinishedError
	switch a := (answer{wrong: map[string]string{}}); {
	case errors.As(err, &faults):
		for _, x := range faults.Faults {
			switch {
			case x.Field == "slug" && f.action == "findes":
				a.wrong[fieldSlug] = x.Message
			case x.Field == "text":
				a.wrong[map[string]string{"spoerg": fieldAsk, "afvis": fieldDecline, "findes": fieldExists}[f.action]] = x.Message
			default:
				a.faults = append(a.faults, x.Fault)
			}
		}
		return d.again(w, r, http.StatusUnprocessableEntity, id, f, a)
	case errors.As(err, &unfinished):
		if len(unfinished.Warnings) > 0 {
			a.wrong[fieldWarnings] = "Se på det, der kan vise, hvem nogen er. Ret teksten, eller sæt hak ved, at det er i orden."
		}
		if len(unfinished.Unseen) > 0 {
			a.wrong[fieldFiles] = "Se bilagene igennem, og sæt hak ved dem."
		}
		return d.again(w, r, http.StatusUnprocessableEntity, id, f, a)
	case errors.Is(err, catalogue.ErrConflict), errors.Is(err, review.ErrDecided):
		a.stale = true
		return d.again(w, r, http.StatusConflict, id, f, a)
	}
	return err
}

// again shows the submission as it is now with the draft as it was typed.
func (d *Desk) again(w http.ResponseWriter, r *http.Request, status int, id int64, f draftForm, a answer) error {
	s, err := d.store.SubmissionByID(r.Context(), id)
	if err != nil {
		return err
	}
	f.version = s.Version // who sends it again has read what happened
	a.similar = f.action == "findes"
	return d.showSubmission(w, r, status, s, f, a)
}

var badAction = httpx.BadRequestError{Message: "Knappen findes ikke. Hent siden igen."}
