package desk

import (
	"praksis/internal/catalogue"
	"praksis/internal/postgres"
	"praksis/internal/review"
	"praksis/web"
)

// practiceLabels are what happened to an example, by the kinds that the store writes.
var practiceLabels = map[review.EventKind]string{
	review.EventPublished: "Udgav", review.EventAdded: "Lagde erfaringer til", review.EventRevised: "Rettede", review.EventWithdrawn: "Trak tilbage",
	review.EventRepublished: "Udgav igen", review.EventRemoved: "Fjernede", review.EventMerged: "Lagde sammen med et andet", review.EventTookOver: "Lagde et andet sammen hermed",
	review.EventReaddressed: "Gav det en ny adresse. Den gamle var", review.EventRedirected: "Førte en adresse hertil", review.EventReviewSet: "Satte en dag, hvor det ses efter",
	review.EventLookDue: "Udgav med det samme. Ses igennem senest", review.EventLooked: "Så det igennem", review.EventJoined: "Føjede det til en løsning", review.EventTextErased: "Slettede noget af indholdet",
	review.EventNoted: "Skrev en note", review.EventProposalTaken: "Tog et forslag fra kilderne", review.EventProposalDismissed: "Afviste et forslag fra kilderne",
	review.EventInquirySent: "Spurgte kilden", review.EventInquiryAnswered: "Kilden svarede", review.EventInquiryClosed: "Lukkede et spørgsmål til kilden",
}

func practiceLines(events []postgres.PracticeEvent) (out []web.SubmissionLine) {
	for _, e := range events {
		l := web.SubmissionLine{When: catalogue.DanishTime(e.At), What: practiceLabels[e.Kind], Text: e.Text}
		switch {
		case l.What == "":
			l.What = "Ændrede det"
		case e.Kind == review.EventReviewSet && e.Text == "":
			l.What = "Fjernede dagen, hvor det ses efter"
		case e.Kind == review.EventReviewSet || e.Kind == review.EventLookDue:
			l.Text = catalogue.Date(e.Text).Danish()
		}
		if e.Editor != "" {
			l.What = e.Editor + ": " + catalogue.LowerFirst(l.What)
		}
		if e.Change != "" {
			l.What += " (" + catalogue.LowerFirst(review.Changes.Label(e.Change)) + ")"
		}
		if kind := review.InquiryKind(e.Reason); review.InquiryKinds.Has(kind) {
			l.What += " (" + catalogue.LowerFirst(review.InquiryKinds.Label(kind)) + ")"
		} else if e.Reason != "" {
			l.Marks = append(l.Marks, "Grund, kun for redaktionen: "+e.Reason)
		}
		out = append(out, l)
	}
	return out
}
