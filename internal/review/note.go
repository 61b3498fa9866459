package review

// EventNoted is what editors write for one another about a submission or a
// practice: its text. Neither submitters nor the public read it.
const EventNoted EventKind = "noted"

// Note is an internal note in the form in which it is kept. It is a *RefusedError
// where it is empty, too long, or has a CPR number.
func Note(text string) (string, error) {
	text = Text(text)
	return text, refusal(message(text, "Skriv noten.", false))
}
