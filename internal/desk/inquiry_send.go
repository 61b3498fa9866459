package desk

import (
	"cmp"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"praksis/internal/catalogue"
	"praksis/internal/postgres"
	"praksis/internal/review"
	"praksis/web"
)

// pathSendInquiries shows the mails of picked inquiries, and sends them or leaves them out.
const pathSendInquiries = pathWaiting + "/send"

// Names of the fields of several inquiries: those that the page shows, those that are
// picked, and the address for all that have none of their own.
const fieldInquiry, fieldPicked, fieldSendAll = "spoergsmaal", "valgt", "send-til-alle"

// inquiriesDone is what the list says that was just done.
var inquiriesDone = map[string]string{"send": "Spørgsmålene er sendt.", "drop": "Spørgsmålene er droppet. De bliver ikke sendt."}

// noneTicked stands for a press with nothing picked.
const noneTicked = "ingen"

// inquirySending is what was typed where prepared inquiries are sent.
type inquirySending struct {
	ids    []int64 // shown
	picked []int64
	emails map[int64]string // as typed; none for one that was not
	all    string           // for those without an address
}

func readSending(v url.Values) inquirySending {
	x := inquirySending{ids: inquiryIDs(v[fieldInquiry]), picked: inquiryIDs(v[fieldPicked]), emails: map[int64]string{}, all: v.Get(fieldSendAll)}
	for _, id := range x.ids {
		if name := fieldSendTo + number(id); v.Has(name) {
			x.emails[id] = v.Get(name)
		}
	}
	return x
}

// inquiryIDs are numbers of inquiries, as many as are acted on at once, each once.
func inquiryIDs(values []string) (out []int64) {
	for _, s := range values {
		if id, err := strconv.ParseInt(s, 10, 64); err == nil && id > 0 && len(out) < review.MaxPrepared && !slices.Contains(out, id) {
			out = append(out, id)
		}
	}
	return out
}

// sendInquiriesPage shows the mails of the inquiries that the address names.
func (d *Desk) sendInquiriesPage(w http.ResponseWriter, r *http.Request) error {
	own := deskForm{path: pathSendInquiries}
	kept, _, err := d.unsaved(r, own)
	if err != nil {
		return err
	}
	x, at := readSending(r.URL.Query()), time.Time{}
	x.picked = x.ids
	page := ""
	if kept != nil {
		typed := readSending(kept.Values)
		if len(x.ids) == 0 {
			x, at, page = typed, kept.KeptAt, pageOf(kept.Values)
		} else if slices.Equal(x.ids, typed.ids) {
			x.emails, x.all, at, page = typed.emails, typed.all, kept.KeptAt, pageOf(kept.Values)
		}
	}
	if len(x.ids) == 0 {
		return seeOther(w, r, preparedURL+"&gjort="+noneTicked)
	}
	return d.showSending(w, r, http.StatusOK, x, page, at, nil)
}

// showSending shows the mails with what was typed; wrong are messages by field.
func (d *Desk) showSending(w http.ResponseWriter, r *http.Request, status int, x inquirySending, page string, keptAt time.Time, wrong map[string]string) error {
	list, err := d.store.Prepared(r.Context(), x.ids, d.now())
	if err != nil {
		return err
	}
	_, e := d.auth.At(r.Context())
	own := deskForm{path: pathSendInquiries}
	v := web.DeskInquirySend{Desk: d.page(r, "Send spørgsmål til kilder", pathWaiting), Action: own.path, Keep: own.path + pathKeep, Hidden: own.hidden(cmp.Or(page, pageOf(nil)), e.ID),
		Back: web.Link{Label: "Tilbage til listen", URL: preparedURL}, Lead: "Her er " + counted(len(list), "mail", "mails") + ", som de bliver sendt. Hver får sit eget link. Fjern hakket ved dem, du ikke vil sende nu."}
	if len(list) == 0 {
		v.Lead = "De spørgsmål, du valgte, er sendt eller droppet af en kollega."
	}
	one := len(list) > 1
	for _, q := range list {
		one = one && q.Organisation == list[0].Organisation
		n := number(q.ID)
		name := fieldSendTo + n
		email, typed := x.emails[q.ID]
		if !typed {
			email = q.Contact
		}
		item := web.DeskInquiryMail{ID: "mail-" + n, Title: q.Title, Who: cmp.Or(q.Organisation, "Ikke oplyst, hvem"), Page: web.Link{Label: "Se eksemplet", URL: catalogue.PracticePath(q.Slug)}, Subject: q.Subject, Body: q.Body,
			Pick:  web.DeskPick{ID: fieldPicked + "-" + n, Name: fieldPicked, Value: n, Chosen: slices.Contains(x.picked, q.ID)},
			Email: web.Field{Type: web.FieldMail, ID: name, Name: name, Label: "Mailadresse", Value: catalogue.Visible(email), Error: wrong[name], Auto: "off"}}
		if !q.Public {
			item.Cannot = "Eksemplet er ikke udgivet mere. Spørgsmålet kan kun droppes."
		}
		v.Hidden = append(v.Hidden, web.Hidden{Name: fieldInquiry, Value: n})
		v.Items = append(v.Items, item)
		if m := wrong[name]; m != "" {
			v.Errors = append(v.Errors, web.FormError{Message: q.Title + ": " + m, URL: "#" + name})
		}
	}
	if one {
		v.All = web.Field{Type: web.FieldMail, ID: fieldSendAll, Name: fieldSendAll, Label: "Mailadresse til alle, der ikke har en", Hint: "De er alle fra " + list[0].Organisation + ". Må være tom.", Value: catalogue.Visible(x.all), Error: wrong[fieldSendAll], Auto: "off"}
		if m := wrong[fieldSendAll]; m != "" {
			v.Errors = append(v.Errors, web.FormError{Message: m, URL: "#" + fieldSendAll})
		}
	}
	if m := wrong[""]; m != "" {
		v.Errors = append(v.Errors, web.FormError{Message: m})
	}
	if v.Dirty = wrong != nil || !keptAt.IsZero(); !keptAt.IsZero() {
		v.Kept = &web.DeskKept{Heading: "Ikke sendt endnu", Text: "Her er det, du skrev " + catalogue.DanishTime(keptAt) + ". Send det, eller kassér det.", Discard: own.discardPost("Kassér det", page, e.ID)}
	}
	return d.show(w, r, status, web.DeskInquirySendPage(v))
}

// sendInquiries sends the picked inquiries, or leaves them out; all of them or none.
func (d *Desk) sendInquiries(w http.ResponseWriter, r *http.Request) error {
	if err := form(r); err != nil {
		return err
	}
	own, v := deskForm{path: pathSendInquiries}, r.PostForm
	what := v.Get("handling")
	if what == discard {
		d.closeForm(r, own, pageOf(v))
		return seeOther(w, r, preparedURL)
	}
	if inquiriesDone[what] == "" {
		return &badAction
	}
	x := readSending(v)
	x.picked = slices.DeleteFunc(x.picked, func(id int64) bool { return !slices.Contains(x.ids, id) })
	page := d.keepPosted(r, own, false)
	wrong, status := map[string]string{}, http.StatusUnprocessableEntity
	var sending []postgres.SendingInquiry
	if len(x.picked) == 0 {
		wrong[""] = "Sæt hak ved mindst ét spørgsmål. Der er ikke gjort noget."
	}
	for _, id := range x.picked {
		if what != "send" {
			break
		}
		typed, field := x.emails[id], fieldSendTo+number(id)
		if review.Line(typed) == "" && review.Line(x.all) != "" {
			typed, field = x.all, fieldSendAll
		}
		address, fault := review.Email(typed)
		if fault != "" {
			wrong[field] = fault
			if review.Line(typed) == "" {
				wrong[field] = "Skriv mailadressen, eller fjern hakket."
			}
		}
		sending = append(sending, postgres.SendingInquiry{ID: id, Email: address, Token: newToken()})
	}
	if len(wrong) > 0 {
		return d.showSending(w, r, status, x, page, time.Time{}, wrong)
	}
	_, e := d.auth.At(r.Context())
	var err error
	if what == "send" {
		err = d.store.SendPrepared(r.Context(), sending, e.ID, d.now())
	} else {
		err = d.store.LeaveOutPrepared(r.Context(), x.picked, e.ID, d.now())
	}
	refused, faulty := errors.AsType[*review.RefusedError](err)
	switch {
	case err == nil:
		d.closeForm(r, own, page)
		d.errors.Log.InfoContext(r.Context(), "prepared inquiries", "what", what, "number", len(x.picked), "editor", e.ID)
		return seeOther(w, r, pathWaiting+"?"+url.Values{filterState: {inquiryQuery{stage: review.InquiryPrepared}.values().Get(filterState)}, "gjort": {what}}.Encode())
	case faulty:
		wrong[""] = refused.Faults[0].Message
	case errors.Is(err, catalogue.ErrConflict):
		status, wrong[""] = http.StatusConflict, "Et eller flere af spørgsmålene er sendt eller droppet af en kollega, eller eksemplet er ikke udgivet mere. Der er ikke gjort noget. Her er dem, der er tilbage."
	default:
		return err
	}
	return d.showSending(w, r, status, x, page, time.Time{}, wrong)
}
