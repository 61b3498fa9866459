package desk

import (
	"fmt"
	"strings"

	"praksis/internal/catalogue"
	"praksis/internal/postgres"
	"praksis/internal/review"
	"praksis/web"
)

func submissionPath(id int64) string { return web.DeskSubmissionPath(id) }

// eventLabels are what happened, by the kinds that the store writes.
var eventLabels = map[review.EventKind]string{
	review.EventReceived: "Sendt ind", review.EventBegun: "Begyndte eksemplet", review.EventTaken: "Tog den i brug", review.EventAsked: "Spurgte indsenderen",
	review.EventAnswered: "Indsenderen svarede", review.EventCorrected: "Indsenderen rettede", review.EventWithdrawn: "Indsenderen trak den tilbage",
	review.EventReplied: "Besvarede", review.EventDeclined: "Afviste", review.EventExists: "Pegede på et eksempel, der findes", review.EventPublished: "Udgav",
	review.EventContactErased: "Kontaktoplysningerne er slettet", review.EventContentErased: "Indholdet er slettet", review.EventTextErased: "Slettede noget af indholdet",
	review.EventEmailMended: "Mailadressen er rettet", review.EventNoted: "Skrev en note",
	review.EventTakenOver: "Tog over", review.EventReminded: "Indsenderen blev mindet om spørgsmålet",
	review.EventSetAside: "Lagde til side", review.EventResumed: "Åbnet igen", review.EventMoreTime: "Indsenderen fik mere tid",
	review.EventInquirySent: "Spurgte kilden", review.EventInquiryAnswered: "Kilden svarede", review.EventInquiryClosed: "Lukkede et spørgsmål til kilden",
}

func eventLines(s *postgres.SubmissionView, events []postgres.SubmissionEvent) (out []web.SubmissionLine) {
	for _, e := range events {
		l := web.SubmissionLine{When: catalogue.DanishTime(e.At), What: eventLabels[e.Kind], Text: e.Text}
		if l.What == "" {
			l.What = queueStates.Label(e.State)
		}
		if e.Kind == review.EventSetAside && e.Editor == "" {
			l.What = "Lagt til side, fordi indsenderen ikke svarede"
		}
		if e.Editor != "" {
			l.What = e.Editor + ": " + catalogue.LowerFirst(l.What)
		}
		if e.Reason != "" {
			if reason := review.DeclineReason(e.Reason); review.DeclineReasons.Has(reason) {
				l.What += " (" + review.DeclineReasons.Label(reason) + ")"
			}
		}
		if kind := review.InquiryKind(e.Reason); review.InquiryKinds.Has(kind) {
			l.What += " (" + catalogue.LowerFirst(review.InquiryKinds.Label(kind)) + ")"
		}
		if e.Kind == review.EventAnswered {
			l.Marks = marks(review.AnswerWarnings(&s.Content, review.WithoutTitles(e.Text), true))
		}
		out = append(out, l)
	}
	return out
}

// marks say what an editor is to look at in a text that is no part of the form.
func marks(ws []review.Warning) (out []string) {
	for _, w := range ws {
		if m := markLabels[w.Kind]; m != "" {
			out = append(out, "Se efter: »"+strings.Trim(w.Excerpt, "»«")+"« "+m)
		}
	}
	return out
}

var markLabels = map[review.WarningKind]string{
	review.WarnDigits: "kan være et CPR-nummer. Den, der skrev det, har svaret, at det ikke er det.",
	review.WarnName:   "ligner navnet på en person.",
	review.WarnMail:   "ligner en persons mailadresse.",
	review.WarnPhone:  "ligner et telefonnummer.",
	review.WarnQuote:  "ligner noget, en borger har sagt.",
	review.WarnSingle: "handler om én borger på et lille sted.",
}

func fileCount(n int) string {
	switch n {
	case 0:
		return ""
	case 1:
		return "1 bilag"
	}
	return fmt.Sprintf("%d bilag", n)
}

// size is bytes in words.
func size(n int64) string {
	if n < 1<<20 {
		return fmt.Sprintf("%d KB", max(n>>10, 1))
	}
	return fmt.Sprintf("%d,%d MB", n>>20, n%(1<<20)*10>>20)
}
