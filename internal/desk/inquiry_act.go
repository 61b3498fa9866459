package desk

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"praksis/internal/catalogue"
	"praksis/internal/postgres"
	"praksis/internal/review"
	"praksis/web"
)

// askSource does what the pressed button says.
func (d *Desk) askSource(w http.ResponseWriter, r *http.Request) error {
	if err := form(r); err != nil {
		return err
	}
	own, ok := formAt(r.URL.Path)
	if !ok {
		return catalogue.ErrNotFound
	}
	x, err := d.inquiredAt(r, own)
	if err != nil {
		return movedOr(w, r, err, partInquiry)
	}
	v := r.PostForm
	if v.Get("handling") == discard {
		d.closeForm(r, own, pageOf(v))
		return seeOther(w, r, own.path)
	}
	page := d.keepPosted(r, own, false)
	v.Set(fieldPage, page)
	what, n, _ := strings.Cut(v.Get("handling"), ":")
	wrong, status := map[string]string{}, http.StatusUnprocessableEntity
	if what == "spoerg" {
		err = d.ask(r, x, wrong)
	} else {
		err = d.doneWith(r, x, what, n, wrong)
	}
	refused, faulty := errors.AsType[*review.RefusedError](err)
	switch {
	case len(wrong) > 0:
	case err == nil:
		d.closeForm(r, own, page)
		d.errors.Log.InfoContext(r.Context(), "inquiry", "form", own.part, "what", what)
		rest, err := d.typedBeside(r, x, what, n)
		if err != nil {
			return err
		}
		if rest != nil {
			err := d.keepRest(r, own, rest)
			if _, refused := errors.AsType[*review.RefusedError](err); refused { // the page has it, and no other place
				return d.showInquiries(w, r, http.StatusOK, x, rest, time.Time{}, nil)
			}
			if err != nil {
				d.errors.Log.WarnContext(r.Context(), "a text that was not sent is not kept", "error", err)
			}
		}
		return seeOther(w, r, own.path+"?gjort="+url.QueryEscape(what))
	case faulty:
		for _, f := range refused.Faults {
			wrong[map[string]string{"spoerg": fieldInquiryNote, "fasthold": fieldStatusNote + n, "send": fieldSendTo + n}[what]] = f.Message
		}
	case errors.Is(err, catalogue.ErrConflict):
		status, wrong[""] = http.StatusConflict, "Der er sket noget, siden du åbnede siden. Her er det, som det er nu. Det, du har skrevet, står her endnu."
		if x, err = d.inquiredAt(r, own); err != nil {
			return err
		}
	default:
		return err
	}
	return d.showInquiries(w, r, status, x, v, time.Time{}, wrong)
}

// typedBeside is what was typed into the form beside what a button has done; nil for
// nothing.
func (d *Desk) typedBeside(r *http.Request, x *inquired, what, n string) (url.Values, error) {
	done := []string{fieldSendTo + n, fieldStatus + n, fieldStatusNote + n}
	if what == "spoerg" {
		done = []string{fieldInquiryKind, fieldEmails, fieldInquiryNote}
	}
	rest := maps.Clone(r.PostForm)
	for _, name := range done {
		delete(rest, name)
	}
	list, err := d.store.Inquiries(r.Context(), x.submission, x.practice)
	if err != nil {
		return nil, err
	}
	saved := map[string]string{fieldEmails: x.record.Contact, fieldInquiryNote: ""}
	for _, q := range list {
		id := number(q.ID)
		saved[fieldSendTo+id], saved[fieldStatus+id], saved[fieldStatusNote+id] = cmp.Or(q.Email, x.record.Contact), string(q.Used.Retention()), q.Text
	}
	for name, value := range saved {
		if rest.Has(name) && message(rest, name) != review.Text(value) {
			return rest, nil
		}
	}
	return nil, nil
}

// ask sends links to the addresses in the form.
func (d *Desk) ask(r *http.Request, x *inquired, wrong map[string]string) error {
	a := postgres.Asked{Submission: x.submission, Practice: x.slug, Kind: review.InquiryKind(cmp.Or(r.PostForm.Get(fieldInquiryKind), string(review.InquiryCheck))), Note: message(r.PostForm, fieldInquiryNote)}
	if !review.InquiryKinds.Has(a.Kind) || x.submission != 0 {
		a.Kind = review.InquiryCheck
	}
	for line := range strings.Lines(r.PostForm.Get(fieldEmails)) {
		if strings.TrimSpace(line) == "" {
			continue
		}
		address, fault := review.Email(line)
		if fault != "" {
			wrong[fieldEmails] = "»" + catalogue.Visible(strings.TrimSpace(line)) + "«: " + fault
			return nil
		}
		a.Emails, a.Tokens = append(a.Emails, address), append(a.Tokens, newToken())
	}
	switch {
	case len(a.Emails) == 0:
		wrong[fieldEmails] = "Skriv mindst én mailadresse."
		return nil
	case len(a.Emails) > review.MaxInquired:
		wrong[fieldEmails] = fmt.Sprintf("Der er %d adresser. Skriv højst %d ad gangen.", len(a.Emails), review.MaxInquired)
		return nil
	}
	_, e := d.auth.At(r.Context())
	return d.store.Ask(r.Context(), a, e.ID, d.now())
}

// doneWith does something with one inquiry.
func (d *Desk) doneWith(r *http.Request, x *inquired, what, n string, wrong map[string]string) error {
	id, err := strconv.ParseInt(n, 10, 64)
	if err != nil {
		return &badAction
	}
	_, e := d.auth.At(r.Context())
	v := r.PostForm
	answers, _ := strconv.Atoi(v.Get(fieldAnswers + n))
	do := map[string]postgres.InquiryDone{"luk": postgres.InquiryTakenBack, "taget": postgres.InquiryTakenIn, "send": postgres.InquirySend}[what]
	address := ""
	switch {
	case what == "fasthold":
		return d.addRetention(r, x, id, answers, n)
	case what == "ret":
		return d.mendExample(r, x, id, answers, n, wrong)
	case what == "taget" && !d.mended(r, x, id):
		wrong[""] = "Eksemplet siger endnu det, som kilden har rettet. Ret det først, eller luk svaret uden at rette."
		return nil
	case do == "":
		return &badAction
	case what == "send":
		var fault string
		if address, fault = review.Email(v.Get(fieldSendTo + n)); fault != "" {
			wrong[fieldSendTo+n] = fault
			return nil
		}
	}
	c := postgres.ClosedInquiry{Submission: x.submission, Practice: x.practice, ID: id, Done: do, Answers: answers, Email: address, Token: newToken()}
	return d.store.CloseInquiry(r.Context(), c, e.ID, d.now())
}

// addRetention adds an answer to the example's statements of retention, as its next
// revision.
func (d *Desk) addRetention(r *http.Request, x *inquired, id int64, answers int, n string) error {
	if x.practice == 0 {
		return &badAction
	}
	status := catalogue.RetentionStatus(r.PostForm.Get(fieldStatus + n))
	if !catalogue.Retentions.Has(status) {
		return &badAction
	}
	record, now := x.record.Clone(), d.now()
	record.Retention = append(record.Retention, catalogue.Retention{Status: status, Note: message(r.PostForm, fieldStatusNote+n), AsOf: catalogue.Date(now.In(catalogue.Copenhagen).Format(time.DateOnly))})
	return d.reviseFor(r, x, &record, postgres.On{Inquiry: id, Answers: answers}, now)
}

// mended tells whether what an answer wants corrected is so, in the example or the draft.
func (d *Desk) mended(r *http.Request, x *inquired, id int64) bool {
	list, err := d.store.Inquiries(r.Context(), x.submission, x.practice)
	at := slices.IndexFunc(list, func(q postgres.Inquiry) bool { return q.ID == id })
	return err == nil && at >= 0 && (list[at].Kind != review.InquiryCheck || mended(&list[at], d.recordParts(x.record)))
}

// mendExample takes the texts that the source has corrected over, as the example's next
// revision. The answer is taken in with it where nothing else is to be mended.
func (d *Desk) mendExample(r *http.Request, x *inquired, id int64, answers int, n string, wrong map[string]string) error {
	list, err := d.store.Inquiries(r.Context(), x.submission, x.practice)
	if err != nil {
		return err
	}
	at := slices.IndexFunc(list, func(q postgres.Inquiry) bool { return q.ID == id })
	if x.practice == 0 || at < 0 {
		return &badAction
	}
	if list[at].Answers != answers { // the page asked for other texts
		return fmt.Errorf("inquiry %d was answered meanwhile: %w", id, catalogue.ErrConflict)
	}
	now := map[string]web.InquiryPart{}
	for _, p := range d.recordParts(x.record) {
		now[p.Path] = p
	}
	record, first := x.record.Clone(), ""
	for _, c := range corrections(&list[at], now) {
		name := fieldMended + n + "-" + c.Path
		*catalogue.FieldAt(c.Path).Of(&record).Text() = message(r.PostForm, name)
		first = cmp.Or(first, name)
	}
	if first == "" {
		return &badAction
	}
	var whole postgres.On
	if mended(&list[at], d.recordParts(&record)) {
		whole = postgres.On{Inquiry: id, Answers: answers}
	}
	err = d.reviseFor(r, x, &record, whole, d.now())
	if refused, ok := errors.AsType[*review.RefusedError](err); ok && len(refused.Faults) > 0 {
		wrong[first] = refused.Faults[0].Message
		return nil
	}
	return err
}

// reviseFor publishes a record as the example's next revision, which takes in the answer
// of an inquiry where on has one. What was published before has its warnings answered.
func (d *Desk) reviseFor(r *http.Request, x *inquired, record *catalogue.Practice, on postgres.On, now time.Time) error {
	var cleared []string
	for _, warning := range review.Warnings(&review.Submission{Kind: review.KindFull, Practice: *x.record, NotCPR: true}) {
		cleared = append(cleared, warning.Key)
	}
	_, e := d.auth.At(r.Context())
	a := review.Act{Action: review.Revise, Editor: e.ID, Version: x.record.Revision, Draft: record, Cleared: cleared}
	on.Practice = x.slug
	_, err := d.store.Apply(r.Context(), on, a, now)
	if unfinished, ok := errors.AsType[*review.UnfinishedError](err); ok && len(unfinished.Warnings) > 0 {
		return &review.RefusedError{Faults: []review.Fault{{Field: review.FieldText, Message: "Teksten kan vise, hvem nogen er: »" + unfinished.Warnings[0].Excerpt + "«. Skriv den om."}}}
	}
	return err
}
