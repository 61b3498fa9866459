package desk

import (
	"cmp"
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"praksis/internal/catalogue"
	"praksis/internal/postgres"
	"praksis/internal/review"
	"praksis/web"
)

const partInquiry = web.PartInquiry

// Names of the fields of inquiries. Those of one inquiry end with its number.
const (
	fieldInquiryKind, fieldEmails, fieldInquiryNote = "slags", "adresser", "hilsen"

	fieldAnswers, fieldSendTo, fieldStatus, fieldStatusNote = "svar-", "send-til-", "status-", "note-"

	// fieldMended is followed by the inquiry's number, a hyphen and a part's path.
	fieldMended = "rettet-"
)

// inquired is what inquiries are about: a submission, or an example.
type inquired struct {
	form         deskForm
	submission   int64
	practice     int64
	slug         string
	title        string
	record       *catalogue.Practice
	organisation string
	cannot       string // why nobody can be asked
	back         web.Link
}

// inquiryForm is the form of the inquiries about a submission or, for 0, an example.
func inquiryForm(submission int64, slug string) deskForm {
	if submission != 0 {
		return partForm(submission, partInquiry)
	}
	return practiceForm(slug, partInquiry)
}

// inquiredAt is what the form of inquiries is about.
func (d *Desk) inquiredAt(r *http.Request, f deskForm) (*inquired, error) {
	if f.submission != 0 {
		s, err := d.store.SubmissionByID(r.Context(), f.submission)
		if err != nil {
			return nil, err
		}
		p := draftOf(s)
		x := &inquired{form: f, submission: s.ID, record: &p, title: cmp.Or(p.Title, s.Reference), organisation: p.Organisation.Name, back: web.Link{Label: "Gå til indsendelsen", URL: submissionPath(s.ID)}}
		switch {
		case !s.State.Open():
			x.cannot = "Indsendelsen er afgjort. Er den blevet til et eksempel, så spørg derfra."
		case s.Kind == review.KindQuestion:
			x.cannot = "Det er et spørgsmål og ikke et eksempel."
		}
		return x, nil
	}
	v, err := d.store.PracticeForDesk(r.Context(), f.practice)
	if err != nil {
		return nil, err
	}
	x := &inquired{form: f, practice: v.ID, slug: v.Record.Slug, record: v.Record, title: v.Record.Title, organisation: v.Record.Organisation.Name, back: web.Link{Label: "Gå til eksemplet", URL: web.DeskPracticePath(v.Record.Slug)}}
	if v.Record.State != catalogue.StatePublished {
		x.cannot = "Eksemplet er ikke udgivet."
	}
	return x, nil
}

// inquiries shows what was asked at the source.
func (d *Desk) inquiries(w http.ResponseWriter, r *http.Request) error {
	f, ok := formAt(r.URL.Path)
	if !ok {
		return catalogue.ErrNotFound
	}
	x, err := d.inquiredAt(r, f)
	if err != nil {
		return movedOr(w, r, err, partInquiry)
	}
	kept, _, err := d.unsaved(r, f)
	if err != nil {
		return err
	}
	var typed url.Values
	var at time.Time
	if kept != nil {
		typed, at = kept.Values, kept.KeptAt
	}
	return d.showInquiries(w, r, http.StatusOK, x, typed, at, nil)
}

// inquiryDone is what the page says that was just done.
var inquiryDone = map[string]string{"spoerg": "Linket er sendt.", "send": "Linket er sendt.", "luk": review.LinkTakenBack, "taget": review.AnswerTakenIn, "fasthold": "Svaret står på eksemplets side nu.", "ret": "Eksemplet er rettet."}

// showInquiries shows the page with what was typed, by field; wrong are messages by
// field.
func (d *Desk) showInquiries(w http.ResponseWriter, r *http.Request, status int, x *inquired, typed url.Values, keptAt time.Time, wrong map[string]string) error {
	list, err := d.store.Inquiries(r.Context(), x.submission, x.practice)
	if err != nil {
		return err
	}
	_, e := d.auth.At(r.Context())
	own, page := x.form, rand.Text()
	if typed != nil {
		page = pageOf(typed)
	}
	v := web.DeskInquiries{Desk: d.page(r, "Spørg kilden: "+x.title, pathWaiting), Back: x.back, Cannot: x.cannot, Action: own.path, Keep: own.path + pathKeep, Hidden: own.hidden(page, e.ID)}
	v.Lead = "Hver adresse får sit eget link. Det virker i 60 dage, og man behøver ikke at logge ind."
	if x.practice == 0 {
		v.Lead += " I kan udgive uden at vente på svaret."
	}
	v.Done = inquiryDone[r.URL.Query().Get("gjort")]
	said := func(name, saved string) string {
		if typed.Has(name) {
			return catalogue.Visible(typed.Get(name))
		}
		return saved
	}
	if x.practice != 0 {
		f := web.Field{Type: web.FieldRadios, ID: fieldInquiryKind, Name: fieldInquiryKind, Label: "Hvad vil du spørge om?"}
		for i, o := range review.InquiryKinds {
			chosen := typed.Get(fieldInquiryKind)
			f.Options = append(f.Options, web.FieldOption{ID: fieldInquiryKind + "-" + o.Slug, Value: string(o.Code), Label: []string{"Om teksten stemmer (kommunens tjek)", "Om det stadig bruges"}[i], Chosen: chosen == string(o.Code) || chosen == "" && i == 0})
		}
		v.Fields = append(v.Fields, f)
	}
	v.Fields = append(v.Fields,
		web.Field{Type: web.FieldArea, ID: fieldEmails, Name: fieldEmails, Label: "Mailadresser", Hint: fmt.Sprintf("Én på hver linje, højst %d.", review.MaxInquired), Rows: 2, Value: said(fieldEmails, x.record.Contact), Error: wrong[fieldEmails], Must: true},
		web.Field{Type: web.FieldArea, ID: fieldInquiryNote, Name: fieldInquiryNote, Label: "Hilsen til dem, du spørger", Hint: "Må være tom. Den står i mailen og på siden.", Rows: 3, Value: said(fieldInquiryNote, ""), Error: wrong[fieldInquiryNote]})
	if !v.May.AskSource {
		v.Cannot = cmp.Or(v.Cannot, "Din rolle må ikke spørge kilden.")
	}
	parts := d.recordParts(x.record)
	for _, q := range list {
		// Who sends it again has seen what is shown.
		v.Hidden = append(v.Hidden, web.Hidden{Name: fieldAnswers + number(q.ID), Value: strconv.Itoa(q.Answers)})
		v.Items = append(v.Items, d.inquiryItem(&q, x, parts, said, wrong, v.May))
	}
	for _, name := range []string{fieldEmails, fieldInquiryNote, ""} {
		if m := wrong[name]; m != "" {
			v.Errors = append(v.Errors, web.FormError{Message: m, URL: map[bool]string{true: "#" + name}[name != ""]})
		}
	}
	for _, q := range v.Items {
		for _, f := range q.Fields {
			if f.Error != "" {
				v.Errors = append(v.Errors, web.FormError{Message: f.Error, URL: "#" + f.ID})
			}
		}
	}
	if v.Dirty = typed != nil; v.Dirty && !keptAt.IsZero() {
		v.Kept = &web.DeskKept{Heading: notSaved, Text: keptText(keptAt), Discard: own.discardPost("Kassér det", page, e.ID)}
	}
	return d.show(w, r, status, web.DeskInquiriesPage(v))
}

func number(id int64) string { return strconv.FormatInt(id, 10) }

// recordParts are the parts of a record that the source is asked about.
func (d *Desk) recordParts(p *catalogue.Practice) []web.InquiryPart {
	form := d.recordForm(p, "", nil)
	form.Form = catalogue.FormFull
	return form.Parts()
}

// inquiryState says in words where an inquiry stands.
func (d *Desk) inquiryState(q *postgres.Inquiry) string {
	switch now := d.now(); {
	case q.AskedAt == nil && q.ClosedAt == nil:
		return "Forberedt. Ikke sendt."
	case q.ClosedAt != nil && q.AnsweredAt != nil:
		return review.AnswerTakenIn
	case q.ClosedAt != nil:
		return review.LinkTakenBack
	case q.AnsweredAt != nil:
		return "Svaret venter på jer."
	case !q.Open(now):
		return "Udløbet uden svar."
	}
	return "Venter på svar."
}

// inquiryItem is one inquiry with what can be done with it.
func (d *Desk) inquiryItem(q *postgres.Inquiry, x *inquired, parts []web.InquiryPart, said func(name, saved string) string, wrong map[string]string, may web.DeskMay) web.DeskInquiry {
	n := number(q.ID)
	v := web.DeskInquiry{ID: "spurgt-" + n, Heading: review.InquiryKinds.Label(q.Kind) + ": " + cmp.Or(q.Email, "adressen kendes ikke"), Remark: q.Text,
		Facts: []web.Fact{{Label: "Står som", Value: d.inquiryState(q)}}, Waits: q.ClosedAt == nil && (q.AnsweredAt != nil || q.AskedAt == nil)}
	fact := func(label string, at *time.Time) {
		if at != nil {
			v.Facts = append(v.Facts, web.Fact{Label: label, Value: catalogue.DanishTime(*at)})
		}
	}
	fact("Spurgt", q.AskedAt)
	if q.Linked {
		fact("Linket virker til", q.ExpiresAt)
	}
	fact("Svaret", q.AnsweredAt)
	if q.Kind == review.InquiryCheck && q.AnsweredAt != nil {
		v.Facts = append(v.Facts, web.Fact{Label: "Besvaret", Value: fmt.Sprintf("%d af %d dele", len(q.Parts), max(len(parts), len(q.Parts)))})
	}
	if q.Used != "" {
		v.Facts = append(v.Facts, web.Fact{Label: "Bruges stadig", Value: review.StillUsedAnswers.Label(q.Used)})
	}
	if q.Note != "" {
		v.Facts = append(v.Facts, web.Fact{Label: "Vi skrev", Value: q.Note})
	}
	marked := func(text string) []string { return marks(review.AnswerWarnings(&review.Submission{}, text, true)) }
	v.Marks = marked(q.Text)
	now := map[string]web.InquiryPart{}
	for _, p := range parts {
		now[p.Path] = p
	}
	for _, a := range q.Parts {
		p, there := now[a.Path]
		v.Parts = append(v.Parts, web.DeskInquiryPart{Label: cmp.Or(p.Label, fieldLabel(a.Path)), Now: p.Facts, Right: a.Right, Text: a.Text, Changed: !there || a.Shown != p.Fingerprint(), Marks: marked(a.Text)})
	}
	if !may.AskSource || x.cannot != "" {
		return v
	}
	button := func(value, label, class string) {
		v.Buttons = append(v.Buttons, web.DeskInquiryButton{Value: value + ":" + n, Label: label, Class: class})
	}
	if q.ClosedAt == nil && q.AnsweredAt != nil && q.Kind == review.InquiryStillUsed && may.Publish {
		status := web.Field{Type: web.FieldSelect, ID: fieldStatus + n, Name: fieldStatus + n, Label: "Fastholdelse, som den kommer til at stå", Error: wrong[fieldStatus+n]}
		chosen := said(fieldStatus+n, string(q.Used.Retention()))
		for i, o := range catalogue.Retentions {
			status.Options = append(status.Options, web.FieldOption{ID: fmt.Sprintf("%s%s-%d", fieldStatus, n, i+1), Value: string(o.Code), Label: o.Label, Chosen: string(o.Code) == chosen})
		}
		v.Fields = append(v.Fields, status, web.Field{Type: web.FieldArea, ID: fieldStatusNote + n, Name: fieldStatusNote + n, Label: "Bemærkning på eksemplets side", Hint: "Ret den, så den kan læses af alle. Ingen navne.", Rows: 3,
			Value: said(fieldStatusNote+n, q.Text), Error: wrong[fieldStatusNote+n]})
		button("fasthold", "Føj til eksemplets side", "button-primary")
	}
	if q.ClosedAt == nil && q.AnsweredAt != nil {
		switch mended := mended(q, parts); {
		case q.Kind == review.InquiryStillUsed:
			button("taget", "Svaret skal ikke på siden", "button-secondary")
		case mended:
			button("taget", "Rettelserne er taget med", "button-secondary")
		case x.practice != 0:
			for _, f := range corrections(q, now) {
				name := fieldMended + n + "-" + f.Path
				v.Fields = append(v.Fields, web.Field{Type: web.FieldArea, ID: web.FieldID(name), Name: name, Label: f.Label + ", som det kommer til at stå", Hint: "Det bliver udgivet med det samme.", Rows: 3, Value: said(name, f.Text), Error: wrong[name]})
			}
			if len(v.Fields) > 0 && may.Publish {
				button("ret", "Ret eksemplet sådan", "button-primary")
			} else {
				v.Fields = nil
			}
			v.Mend = web.Link{Label: "Ret det selv i eksemplet", URL: practiceForm(x.slug, partRevise).path}
		default:
			v.Mend = web.Link{Label: "Ret det i kladden", URL: submissionPath(x.submission)}
		}
	}
	if q.AskedAt == nil && q.ClosedAt == nil {
		v.Mail = web.Link{Label: "Se mailen, som den bliver sendt", URL: pathSendInquiries + "?" + fieldInquiry + "=" + n}
	}
	if !q.Open(d.now()) || q.AskedAt == nil {
		v.Fields = append(v.Fields, web.Field{Type: web.FieldMail, ID: fieldSendTo + n, Name: fieldSendTo + n, Label: "Send et link til", Value: said(fieldSendTo+n, cmp.Or(q.Email, x.record.Contact)), Error: wrong[fieldSendTo+n], Auto: "off"})
		button("send", map[bool]string{true: "Send linket", false: "Send et nyt link"}[q.AskedAt == nil], "button-secondary")
	}
	if q.Linked || q.AskedAt == nil && q.ClosedAt == nil {
		label := "Tag linket tilbage"
		switch {
		case q.AskedAt == nil:
			label = "Drop spørgsmålet"
		case v.Mend.URL != "":
			label = "Luk uden at rette"
		}
		button("luk", label, "button-secondary")
	}
	return v
}

// mended tells whether what the answer to a check wants corrected is so.
func mended(q *postgres.Inquiry, parts []web.InquiryPart) bool {
	return review.InquiryAnswer{Parts: q.Parts}.Mended(web.Fingerprints(parts))
}

// correction is a text that somebody at the source has written anew.
type correction struct{ Path, Label, Text string }

// corrections are those of an answer to a check that can be taken over as they are
// written: texts, and what still says what it said. A finding, a term or a date is
// mended by hand.
func corrections(q *postgres.Inquiry, now map[string]web.InquiryPart) (out []correction) {
	for _, a := range q.Parts {
		f, p := catalogue.FieldAt(a.Path), now[a.Path]
		if a.Right || f == nil || strings.Contains(a.Path, "[") || f.Kind != catalogue.FieldLine && f.Kind != catalogue.FieldProse || p.Fingerprint() != a.Shown {
			continue
		}
		out = append(out, correction{a.Path, p.Label, a.Text})
	}
	return out
}

// newToken is the token of a secret link.
func newToken() string {
	b := make([]byte, 32)
	_, _ = rand.Read(b) // never fails
	return base64.RawURLEncoding.EncodeToString(b)
}
