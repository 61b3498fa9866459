package desk

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"praksis/internal/catalogue"
	"praksis/internal/intake"
	"praksis/internal/postgres"
	"praksis/internal/review"
	"praksis/web"
)

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
			who := "Indsenderen"
			if s.FromDesk {
				who = "En redaktør"
			}
			w.Must = append(w.Must, "Der står ti tal i det, som kan være et CPR-nummer. "+who+" har svaret, at det ikke er et CPR-nummer. Se efter.")
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
