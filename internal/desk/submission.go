package desk

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"praksis/internal/catalogue"
	"praksis/internal/difference"
	"praksis/internal/intake"
	"praksis/internal/likeness"
	"praksis/internal/postgres"
	"praksis/internal/review"
	"praksis/web"

	"github.com/go-chi/chi/v5"
)

func idOf(r *http.Request) (int64, error) {
	id, err := strconv.ParseInt(chi.URLParam(r, "id"), 10, 64)
	if err != nil || id < 1 {
		return 0, catalogue.ErrNotFound
	}
	return id, nil
}

func (d *Desk) submission(w http.ResponseWriter, r *http.Request) error {
	id, err := idOf(r)
	if err != nil {
		return err
	}
	s, err := d.store.SubmissionByID(r.Context(), id)
	if err != nil {
		return err
	}
	f := d.savedForm(s)
	a := pageState{done: doneMessages[r.URL.Query().Get("gjort")]}
	kept, others, err := d.unsaved(r, submissionForm(id))
	if err != nil {
		return err
	}
	a.others = others
	if kept != nil {
		typed := readForm(kept.Values)
		if d.untouched(typed) {
			typed = typed.beside(f)
		}
		switch stale := typed.version != s.Version; {
		case d.says(typed, f): // it has been saved since
		case stale && a.done != "": // what was just done is what the editor wants to see
			a.others = append([]web.Link{otherPage(submissionForm(id), *kept)}, others...)
		default:
			f, a.stale, a.dirty, a.keptAt = typed, stale, true, kept.KeptAt
		}
	}
	f.step = stepAt(r.URL.Query().Get(fieldStep))
	return d.showSubmission(w, r, http.StatusOK, s, f, a)
}

// savedForm is the form as it was saved last.
func (d *Desk) savedForm(s *postgres.SubmissionView) draftForm {
	f := draftForm{page: rand.Text(), version: s.Version, events: len(s.Events), practice: draftOf(s), cleared: s.Cleared}
	f.base = d.fingerprints(f)
	return f
}

// doneMessages are what the page says that was just done, by the button.
var doneMessages = map[string]string{
	"gem": "Kladden er gemt.", "tag": "Du har taget indsendelsen over.", "spoerg": "Det, du har spurgt om, er sendt.",
	"findes": "Indsenderen får at vide, at eksemplet findes i forvejen.", "genaabn": "Indsendelsen er åbnet igen.", "afvis": "Indsendelsen er afvist, og indsenderen får besked.", "til-side": "Indsendelsen er lagt til side, og indsenderen får besked.",
	"slet": "Det er slettet.", "mailadresse": "Mailadressen er rettet. Mails, der ikke kom frem, bliver sendt igen.", "note": "Noten er gemt.",
}

// draftOf is the editor's draft, or what one begins with.
func draftOf(s *postgres.SubmissionView) catalogue.Practice {
	if s.Draft != nil {
		return *s.Draft
	}
	return review.Draft(&s.Content)
}

// pageState is what a page says beside the submission and the draft.
type pageState struct {
	done    string
	faults  []review.Fault // by the record's fields
	wrong   map[string]string
	stale   bool
	taken   bool       // another editor has it, and what was pressed was not done
	unsaved bool       // a decision was refused, and what was typed has not been saved
	dirty   bool       // what the form says is not saved
	keptAt  time.Time  // when what the form says was kept; the zero time where it was not
	others  []web.Link // to what the editor typed on other pages
}

// Names of the fields of the decisions.
const (
	fieldAsk, fieldSlug, fieldExists = "spoergsmaal", "findes-slug", "findes-tekst"
	fieldReply                       = "besvar-tekst"
	fieldReason, fieldDecline        = "afvis-grund", "afvis-tekst"
	fieldAside                       = "til-side-tekst"
	fieldLater                       = "udgiv-dag"
	// What stands in the way of publishing, beside the fields.
	fieldWarnings, fieldFiles = "oplysninger", "bilag"
	// askPrefix and overrulePrefix stand before what a question is about, and before an
	// item of the checklist.
	askPrefix, overrulePrefix = fieldAsk + ":", "alligevel:"
	// fieldStep is the step that is shown, in the address.
	fieldStep = "trin"
)

// showSubmission shows a submission with a draft as it was typed.
func (d *Desk) showSubmission(w http.ResponseWriter, r *http.Request, status int, s *postgres.SubmissionView, f draftForm, a pageState) error {
	_, e := d.auth.At(r.Context())
	b := d.recordForm(&f.practice, submissionPath(s.ID), a.faults)
	title := cmp.Or(s.Content.Practice.Title, f.practice.Title, review.SubmissionKinds.Label(s.Kind)+" "+s.Reference)
	v := web.DeskSubmission{Desk: d.page(r, title, web.PathDesk), Reference: s.Reference, Held: s.HeldReason, Open: s.State.Open(), Action: submissionPath(s.ID),
		Facts: d.facts(s, e.ID), Parts: d.sentSections(&s.Content), Events: compareEvents(s, eventLines(s, s.Events), s.Events), Corrected: d.corrected(s)}
	v.Done = a.done
	if !s.State.Open() {
		v.Held = ""
	}
	if len(v.Corrected) > 0 {
		v.First = d.sentSections(&s.Original)
	}
	if s.Content.About != "" {
		v.About = web.Link{Label: cmp.Or(s.AboutTitle, s.Content.About), URL: catalogue.PracticePath(s.Content.About)}
	}
	if s.PracticeSlug != "" {
		v.Result = web.Link{Label: cmp.Or(s.PracticeTitle, s.PracticeSlug), URL: catalogue.PracticePath(s.PracticeSlug)}
	}
	form := submissionForm(s.ID)
	v.Keep, v.Dirty = form.path+pathKeep, a.dirty || a.unsaved || a.stale || a.taken
	if a.stale {
		v.Stale = d.stale(s, f, e.Name)
		if !v.Stale.Save {
			v.Stale.Discard = form.discardPost("Kassér det, jeg har skrevet", f.page, e.ID)
		}
	}
	v.Kept = d.kept(form, s, f, a, e.ID)
	if v.May.Save {
		v.Lease = held(s, e.ID, a.taken, d.now())
	}
	v.Reopen = s.State == review.SetAside && s.ErasedAt == nil && v.May.Save
	v.Hidden = append(form.hidden(f.page, e.ID), holderField(s, e.ID, d.now()), web.Hidden{Name: fieldVersion, Value: strconv.Itoa(f.version)}, web.Hidden{Name: fieldEvents, Value: strconv.Itoa(f.events)})
	if f.base != nil {
		v.Hidden = append(v.Hidden, web.Hidden{Name: fieldBase, Value: f.base.String()})
	}
	if a.stale { // who sends it again has seen the other
		v.Hidden = append(v.Hidden, web.Hidden{Name: fieldBeside, Value: strconv.Itoa(s.Version)}, web.Hidden{Name: fieldShown, Value: d.fingerprints(f).String()})
	}
	for i, x := range f.practice.Findings {
		v.Hidden = append(v.Hidden, web.Hidden{Name: fmt.Sprintf("findings[%d].key", i+1), Value: x.Key})
	}
	if s.ErasedAt == nil && v.May.Erase {
		v.Erase = web.Link{Label: "Slet noget i indsendelsen", URL: erasePath(s.ID)}
	}
	if s.ErasedAt == nil && e.Role.May(review.Comment) {
		v.Note = web.Link{Label: "Skriv en note til redaktionen", URL: submissionPath(s.ID) + partNote}
	}
	if s.Draft != nil && s.ErasedAt == nil {
		v.Compare = web.Link{Label: "Se, hvad der er ændret i forhold til det, der kom ind", URL: comparePath(submissionPath(s.ID), versionKey(len(s.Versions)), sideDraft)}
	}
	if v.Open && s.Kind != review.KindQuestion {
		v.Source = web.Link{Label: "Spørg kilden, om det stemmer", URL: inquiryForm(s.ID, "").path}
	}
	v.Open = v.Open && v.May.Save // who may not save reads
	v.Attachments = files(s, f, a)
	for i := range v.Attachments {
		if !v.May.Begin {
			v.Attachments[i].Cut = ""
		}
	}
	v.Question = s.Kind == review.KindQuestion
	if err := d.steps(r, &v, s, f, a, b); err != nil {
		return err
	}
	for _, m := range s.Unsent {
		if m.GivenUp() {
			v.Unreached, v.EmailURL = reason(m), emailPath(s.ID)
		}
	}
	d.decisions(&v, s, f, a)
	v.SimilarPick = f.exists
	for _, o := range b.Taxonomy.Organisations {
		v.Actors = append(v.Actors, o.Name)
	}
	v.Errors = append(v.Errors, summary(b, a)...)
	return d.show(w, r, status, web.DeskSubmissionPage(v))
}

// summary leads to what must be mended.
func summary(b *web.RecordForm, a pageState) (out []web.FormError) {
	for _, x := range a.faults {
		out = append(out, b.Line(x.Field, x.Message))
	}
	for _, name := range slices.Sorted(maps.Keys(a.wrong)) {
		if strings.HasPrefix(name, askPrefix) || strings.HasPrefix(name, overrulePrefix) {
			out = append(out, web.FormError{Message: a.wrong[name], URL: "#" + web.FieldID(name)})
		}
	}
	for _, name := range []string{fieldReply, fieldAsk, fieldSlug, fieldExists, fieldReason, fieldDecline, fieldAside, fieldLater, fieldWarnings, fieldFiles} {
		if m := a.wrong[name]; m != "" {
			out = append(out, web.FormError{Message: m, URL: "#" + name})
		}
	}
	if a.unsaved {
		out = append(out, web.FormError{Message: "Kladden er ikke gemt. Den står her, som du har skrevet den."})
	}
	return out
}

// steps puts what came beside the draft, step by step, with the checklist.
func (d *Desk) steps(r *http.Request, v *web.DeskSubmission, s *postgres.SubmissionView, f draftForm, a pageState, b *web.RecordForm) (err error) {
	if v.Erased = s.ErasedAt != nil; v.Erased {
		b.Form = catalogue.FormNone // nothing is left to ask for
	}
	x := beside{d: d, s: s, f: f, a: a, b: b, draft: withoutEmptyRows(f.practice), ask: v.Open && !v.Question && !s.FromDesk}
	x.sent()
	if v.Open && !v.Question {
		unread := 0
		for _, file := range s.Attachments {
			if (file.Digits || !file.TextRead) && file.SeenBy == "" && !slices.Contains(f.seen, file.PublicID) {
				unread++
			}
		}
		about, err := d.about(r.Context(), s)
		if err != nil {
			return err
		}
		record := &x.draft
		if about != nil { // what is published is that one with it
			record = review.Preview(&x.draft, about, s.ReceivedAt, b.Taxonomy)
		}
		x.checklist = review.Checklist(record, len(s.OpenQuestions()), unread)
		for i, c := range x.checklist {
			if about != nil {
				x.checklist[i].Field, _, _ = strings.Cut(c.Field, "[")
			}
		}
		v.Preview = submissionPath(s.ID) + partPreview
	}
	v.Steps = x.steps(stepShown(f.step, a))
	v.Ask.Thread = x.thread("")
	for _, at := range slices.Sorted(maps.Keys(x.warnings)) {
		for _, w := range x.warnings[at] {
			switch {
			case w.URL == "":
				v.Warnings = append(v.Warnings, w)
			case !w.Answered:
				v.Elsewhere = append(v.Elsewhere, web.Link{Label: w.Field + " (" + cmp.Or(w.Excerpt, "se feltet") + ")", URL: w.URL})
			}
		}
	}
	for _, c := range x.checklist {
		item := web.DeskChecked{Label: review.CheckItems.Label(c.Item), Lack: c.Lack, Done: c.Done, URL: b.URL(c.Field)}
		if c.Item == review.CheckFiles {
			item.URL = "#" + fieldFiles
		}
		if name := overrulePrefix + string(c.Item); !c.Firm && !c.Done {
			item.Reason = web.Field{Type: web.FieldText, Name: name, ID: web.FieldID(name), Label: "Grund til at udgive uden", Hint: "Kun redaktionen ser den.", Value: f.overruled[c.Item], Error: a.wrong[name]}
		}
		v.Checklist = append(v.Checklist, item)
	}
	if s.ErasedAt == nil && v.Open {
		v.Alike, err = d.alike(r.Context(), &x.draft)
	}
	v.Line = s.Reference + " · " + review.SubmissionKinds.Label(s.Kind) + " · " + queueStates.Label(s.State)
	if s.State.Open() {
		v.Line += " · " + s.Facts.Sentence(d.now())
	}
	return err
}

// stepShown is the step to show: that of the first thing that is wrong, unless
// something is wrong on the one that was shown.
func stepShown(step string, a pageState) string {
	var wrong []string
	for _, x := range a.faults {
		wrong = append(wrong, stepOf(x.Field))
	}
	for _, name := range slices.Sorted(maps.Keys(a.wrong)) {
		path, ask := strings.CutPrefix(name, askPrefix)
		switch {
		case a.wrong[name] == "":
		case ask:
			wrong = append(wrong, stepOf(path))
		case name == fieldFiles:
			wrong = append(wrong, web.DeskStepRead)
		default:
			wrong = append(wrong, web.DeskStepDecide)
		}
	}
	if len(wrong) == 0 || slices.Contains(wrong, step) {
		return stepAt(step)
	}
	return wrong[0]
}

func (d *Desk) facts(s *postgres.SubmissionView, editor int64) []web.Fact {
	out := []web.Fact{{Label: "Nummer", Value: s.Reference}, {Label: "Slags", Value: review.SubmissionKinds.Label(s.Kind)},
		{Label: "Står som", Value: queueStates.Label(s.State)}, {Label: "Kom", Value: catalogue.DanishTime(s.ReceivedAt)}}
	if s.DecidedAt != nil && s.State != review.SetAside {
		out = append(out, web.Fact{Label: "Afgjort", Value: catalogue.DanishTime(*s.DecidedAt)})
	} else {
		out = append(out, web.Fact{Label: "Hvem har bolden", Value: s.Facts.Sentence(d.now())})
	}
	if by := taken(s.Lease, s.LeaseBy, editor, d.now()); by != "" {
		out = append(out, web.Fact{Label: "I brug", Value: by})
	}
	if s.ErasedAt != nil {
		out = append(out, web.Fact{Label: "Indholdet er slettet", Value: catalogue.DanishTime(*s.ErasedAt)})
	}
	if c := s.Contact; c != nil {
		from := c.Email
		for _, x := range []string{c.Name, c.Phone} {
			if x != "" {
				from += ", " + x
			}
		}
		out = append(out, web.Fact{Label: "Fra", Value: from}, web.Fact{Label: "Slettes senest", Value: s.EraseOn.Danish()})
	} else if s.FromDesk {
		out = append(out, web.Fact{Label: "Fra", Value: "Redaktionen har selv begyndt det. Ingen får mails om det."})
	} else {
		out = append(out, web.Fact{Label: "Fra", Value: "Kontaktoplysningerne er slettet"})
	}
	return out
}

// warnings are those of the draft as it was typed, each with its tick.
func warnings(kind review.SubmissionKind, notCPR bool, f draftForm, b *web.RecordForm) (out []web.Warning) {
	draft := withoutEmptyRows(f.practice)
	for i, x := range review.Warnings(&review.Submission{Kind: kind, Practice: draft, NotCPR: notCPR}) {
		w := web.Warning{ID: "klaret-" + strconv.Itoa(i+1), Key: x.Key, Field: fieldLabel(x.Field), Message: x.Message, Excerpt: x.Excerpt,
			Answered: slices.Contains(f.cleared, x.Key), Label: "Det er i orden: " + cmp.Or(x.Excerpt, x.Message)}
		w.URL = b.URL(x.Field)
		if x.Blocks {
			w.Key = ""
		}
		out = append(out, w)
	}
	return out
}

func files(s *postgres.SubmissionView, f draftForm, a pageState) (out []web.DeskFile) {
	for i, x := range s.Attachments {
		w := web.DeskFile{ID: "set-" + strconv.Itoa(i+1), URL: web.PathDesk + "/bilag/" + x.PublicID, Name: x.Name, Value: x.PublicID, Alt: x.TextAlternative, Notes: x.Notes, Seen: x.SeenBy,
			Ticked: slices.Contains(f.seen, x.PublicID), Facts: size(x.Size)}
		if slices.Contains([]string{intake.DOCX, intake.ODT, intake.PDF}, x.Type) {
			w.Cut = pathCut + "?bilag=" + x.PublicID
		}
		w.Notes = append(slices.Clone(w.Notes), marks(review.FileWarnings(&s.Content, x.Name, x.TextAlternative))...)
		if x.Scanned == "clean" {
			w.Facts += ", scannet for virus"
		} else {
			w.Facts += ", ikke scannet for virus"
		}
		if !x.TextRead {
			w.Must = append(w.Must, "Ikke gennemset: Vi kan ikke læse al teksten i det. Se efter CPR-numre, navne og andre personoplysninger.")
		}
		if x.Digits {
			w.Must = append(w.Must, "Der står ti tal i det, som kan være et CPR-nummer. Indsenderen har svaret, at det ikke er et CPR-nummer. Se efter.")
		}
		if len(w.Must) > 0 {
			if x.SeenBy == "" && !w.Ticked {
				w.Error = a.wrong[fieldFiles]
			}
		}
		out = append(out, w)
	}
	return out
}

func (d *Desk) decisions(v *web.DeskSubmission, s *postgres.SubmissionView, f draftForm, a pageState) {
	area := func(name, label, value, help string) web.Field {
		return web.Field{Type: web.FieldArea, ID: name, Name: name, Label: label, Hint: help, Value: value, Rows: 4, Error: a.wrong[name]}
	}
	v.NobodyToAsk = s.FromDesk
	v.Ask.Field = area(fieldAsk, "Spørgsmål om det hele", f.ask, "Indsenderen får det som mail, og det står på siden for indsendelsen.")
	for _, path := range slices.Sorted(maps.Keys(f.asks)) {
		v.Asking = append(v.Asking, web.Fact{Label: cmp.Or(review.FieldTitle(path), path), Value: f.asks[path]})
	}
	v.Later = line(fieldLater, "Ses igennem senest", "En redaktør får det på listen »Skal ses igennem«.")
	v.Later.Value, v.Later.Error = cmp.Or(f.later, d.secondLook()), a.wrong[fieldLater]
	v.Reply = area(fieldReply, "Svar", f.reply, "Den, der spurgte, får det som mail, og det står på siden for spørgsmålet.")
	v.Exists = []web.Field{
		{Type: web.FieldText, ID: fieldSlug, Name: fieldSlug, Label: "Adressen på eksemplet", Hint: "Det, der står efter /eksempler/", Value: f.slug, Error: a.wrong[fieldSlug]},
		area(fieldExists, "Tekst til indsenderen", f.existsOf, "Må være tom."),
	}
	reason := web.Field{Type: web.FieldSelect, ID: fieldReason, Name: fieldReason, Label: "Grund", Value: f.reason, Error: a.wrong[fieldReason],
		Options: []web.FieldOption{{ID: fieldReason + "-0", Label: "Vælg", Chosen: f.reason == ""}}}
	for i, o := range review.DeclineReasons {
		reason.Options = append(reason.Options, web.FieldOption{ID: fmt.Sprintf("%s-%d", fieldReason, i+1), Value: string(o.Code), Label: o.Label, Chosen: string(o.Code) == f.reason})
	}
	v.Decline = []web.Field{reason, area(fieldDecline, "Tekst til indsenderen", f.decline, "Skriv, hvad der skal til, eller hvor det hører hjemme.")}
	v.Aside = area(fieldAside, "Hvorfor?", f.aside, "Indsenderen får det som mail og kan åbne den igen med ét klik.")
}

// maxSimilar is how many published practices are offered as the same.
const maxSimilar = 6

func (d *Desk) similar(ctx context.Context, title string) (out []web.SimilarPractice, err error) {
	cards, err := likeness.Practices(ctx, d.index, d.store, title, maxSimilar)
	if err != nil {
		return nil, err
	}
	for i, c := range cards {
		out = append(out, web.SimilarPractice{ID: "lig-" + strconv.Itoa(i+1), Slug: c.Slug, Title: c.Title, Who: c.Organisation.Name, URL: catalogue.PracticePath(c.Slug)})
	}
	return out, nil
}

// maxAlike is how many published practices are shown as alike.
const maxAlike = 3

// alike are the published practices most like a draft, each with a comparison word by
// word of what both say.
func (d *Desk) alike(ctx context.Context, p *catalogue.Practice) (out []web.DeskAlike, err error) {
	cards, err := likeness.Practices(ctx, d.index, d.store, cmp.Or(p.Title, p.Summary, p.Answers.Done), maxAlike)
	if err != nil {
		return nil, err
	}
	for i, c := range cards {
		v := web.DeskAlike{SimilarPractice: web.SimilarPractice{ID: "lig-" + strconv.Itoa(i+1), Slug: c.Slug, Title: c.Title, Who: c.Organisation.Name, URL: catalogue.PracticePath(c.Slug)}}
		_, other, err := d.store.PublicPractice(ctx, 0, c.Slug)
		if errors.Is(err, catalogue.ErrNotFound) {
			continue // gone since the index looked
		}
		if err != nil {
			return nil, err
		}
		for _, path := range []string{"title", "summary", "answers.done"} {
			f := catalogue.FieldAt(path)
			if before, after := f.Of(other).String(), f.Of(p).String(); before != "" && after != "" {
				v.Parts = append(v.Parts, web.DeskAlikePart{Label: f.Label, Pieces: difference.Words(before, after)})
			}
		}
		out = append(out, v)
	}
	return out, nil
}

// kept tells of what the editor typed before; nil when there is nothing.
func (d *Desk) kept(form deskForm, s *postgres.SubmissionView, f draftForm, a pageState, editor int64) *web.DeskKept {
	v := &web.DeskKept{Others: a.others}
	switch {
	case a.keptAt.IsZero() || a.stale:
	case d.sameDraft(f, d.savedForm(s)):
		v.Heading, v.Text = f.unsent(), "Send det, eller kassér det."
		if len(f.left("")) == 0 {
			v.Text = "Gem kladden, eller kassér det."
		}
		if s.Draft != nil && a.done == "" {
			v.Heading = doneMessages["gem"] + " " + v.Heading
		}
	default:
		v.Heading, v.Text = notSaved, keptText(a.keptAt)
	}
	if v.Text != "" {
		v.Discard = form.discardPost("Kassér det", f.page, editor)
	} else if len(v.Others) == 0 {
		return nil
	}
	return v
}

// fieldLabel is what a field is called on the page.
func fieldLabel(path string) string {
	if f := catalogue.FieldAt(path); f != nil {
		return f.Label
	}
	return path
}
