// Package texts holds what mails say as long as no editor has written it
// otherwise, and fills in what belongs to one mail. It is a leaf: text only.
package texts

import (
	"embed"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// Kind names a mail's text.
type Kind string

// What the submitter is told, and then what the desk is.
const (
	Receipt   Kind = "receipt"
	Question  Kind = "question"
	Published Kind = "published"
	Exists    Kind = "exists"
	Declined  Kind = "declined"
	Replied   Kind = "replied"
	SetAside  Kind = "set_aside" // by an editor
	// ReceiptQuestion is the receipt of a question.
	ReceiptQuestion Kind = "receipt_question"
	Reminder        Kind = "reminder"
	// LastReminder says when the submission is set aside.
	LastReminder Kind = "last_reminder"
	// SavedForm has the link to what was typed and not sent.
	SavedForm Kind = "saved_form"
	// Follow has the link by which somebody confirms that they follow a list.
	Follow Kind = "follow"
	// Digest tells what is new in the lists that somebody follows.
	Digest Kind = "digest"

	// Check and StillUsed have the link of an inquiry to the source.
	Check     Kind = "check"
	StillUsed Kind = "still_used"
	// Invitation has the link by which a new editor comes in.
	Invitation Kind = "invitation"

	DeskNew  Kind = "desk_new"
	Answered Kind = "answered"
	// InquiryAnswered tells of an answer to an inquiry.
	InquiryAnswered Kind = "inquiry_answered"
	// ReviewDue says which published examples are due for review.
	ReviewDue Kind = "review_due"
)

// Kinds are all kinds in the order in which an editor sees them.
var Kinds = []Kind{Receipt, Question, Reminder, LastReminder, Published, Exists, Declined, SetAside, ReceiptQuestion, Replied, SavedForm, Follow, Digest, Invitation, Check, StillUsed, DeskNew, Answered, InquiryAnswered, ReviewDue}

// Label says in Danish when a mail is sent.
func (k Kind) Label() string {
	return map[Kind]string{
		Receipt: "Kvittering", Question: "Spørgsmål fra redaktionen", Reminder: "Påmindelse om et spørgsmål", LastReminder: "Sidste påmindelse om et spørgsmål",
		Published: "Eksemplet er udgivet", Exists: "Eksemplet findes i forvejen", Declined: "Eksemplet kom ikke med", SetAside: "Bidraget er lagt til side",
		ReceiptQuestion: "Kvittering for et spørgsmål", Replied: "Svar på et spørgsmål", SavedForm: "Link til en gemt kladde", Follow: "Bekræft, at du vil følge en liste", Digest: "Nyt i de lister, modtageren følger", Invitation: "Invitation til redaktionen", Check: "Kommunens tjek", StillUsed: "Bruges det stadig?",
		DeskNew: "Til redaktionen: ny indsendelse", Answered: "Til redaktionen: svar fra indsender", InquiryAnswered: "Til redaktionen: svar fra kilden", ReviewDue: "Til redaktionen: eksempler, der skal ses igen",
	}[k]
}

// Placeholders are what a text may name in braces. Each mail has the ones that
// make sense for it: the rest are empty.
var Placeholders = []string{"reference", "link", "title", "question", "reason", "text", "url", "state", "date", "name", "from", "until"}

// Placeholder is one of them, with what it is filled in with, in Danish.
type Placeholder struct{ Name, Meaning string }

// meanings are what the placeholders are filled in with.
var meanings = map[string]string{
	"reference": "nummeret", "link": "linket, som modtageren går videre med", "title": "titlen", "question": "spørgsmålet", "reason": "grunden", "text": "det, som redaktionen har skrevet",
	"url": "adressen på siden", "state": "hvor langt det er", "date": "datoen", "name": "modtagerens navn", "from": "afsenderens navn", "until": "hvornår linket udløber",
}

// Placeholders are those that a mail of a kind fills in: the ones that the program's own
// text of it names, in the order of Placeholders. The others stay empty in it.
func (k Kind) Placeholders() (out []Placeholder) {
	t := defaults[k]
	for _, name := range Placeholders {
		if strings.Contains(t.Subject+t.Body, "{"+name+"}") {
			out = append(out, Placeholder{name, meanings[name]})
		}
	}
	return out
}

// Text is a mail before anything is filled in.
type Text struct{ Subject, Body string }

//go:embed *.txt
var files embed.FS

var defaults = func() map[Kind]Text {
	all := map[Kind]Text{}
	for _, k := range Kinds {
		b, err := files.ReadFile(string(k) + ".txt")
		if err != nil {
			panic(err)
		}
		subject, body, ok := strings.Cut(string(b), "\n\n")
		t := Text{subject, strings.TrimSpace(body)}
		if err := t.Check(); err != nil || !ok {
			panic(fmt.Sprintf("%s.txt: %v", k, err))
		}
		all[k] = t
	}
	return all
}()

// Default is the program's own text of a kind; false when there is no such kind.
func Default(k Kind) (Text, bool) {
	t, ok := defaults[k]
	return t, ok
}

// Most characters of a text and of a filled-in subject. A longer subject is
// cut: a title of a whole line says enough.
const (
	maxSubject       = 200
	maxBody          = 10000
	maxFilledSubject = 150
)

var placeholder = regexp.MustCompile(`\{([a-zæøå_]+)\}`)

// CheckError tells an editor in Danish what cannot stand in a text.
type CheckError string

// Error is the sentence.
func (e CheckError) Error() string { return string(e) }

// Check refuses a text that could not be sent, or that names what is not there.
func (t Text) Check() error {
	switch {
	case strings.TrimSpace(t.Subject) == "" || strings.TrimSpace(t.Body) == "":
		return CheckError("Skriv både et emne og en tekst.")
	case len([]rune(t.Subject)) > maxSubject:
		return CheckError(fmt.Sprintf("Emnet må højst være på %d tegn.", maxSubject))
	case len([]rune(t.Body)) > maxBody:
		return CheckError(fmt.Sprintf("Teksten må højst være på %d tegn.", maxBody))
	case !utf8.ValidString(t.Subject+t.Body) || strings.ContainsAny(t.Subject+t.Body, "\x00\ufffd"):
		return CheckError("Der er tegn i teksten, som ikke kan gemmes. Slet dem, de ses som �, og prøv igen.")
	case strings.ContainsFunc(t.Subject, control):
		return CheckError("Emnet skal stå på én linje.")
	}
	for _, m := range placeholder.FindAllStringSubmatch(t.Subject+t.Body, -1) {
		if !slices.Contains(Placeholders, m[1]) {
			return CheckError(fmt.Sprintf("{%s} kendes ikke. Brug {%s}.", m[1], strings.Join(Placeholders, "}, {")))
		}
	}
	return nil
}

// Fill puts the values in place of their names, once: what a value says in
// braces stays as it is. The subject is one line whatever the values are.
func (t Text) Fill(values map[string]string) (subject, body string) {
	fill := func(s string) string {
		return placeholder.ReplaceAllStringFunc(s, func(m string) string {
			return strings.TrimSpace(strings.ReplaceAll(values[m[1:len(m)-1]], "\r\n", "\n"))
		})
	}
	subject = strings.Join(strings.FieldsFunc(fill(t.Subject), func(r rune) bool { return r == ' ' || control(r) }), " ")
	if r := []rune(subject); len(r) > maxFilledSubject {
		subject = strings.TrimSpace(string(r[:maxFilledSubject])) + "…"
	}
	// A value that is not there leaves no hole.
	body = manyLines.ReplaceAllString(fill(t.Body), "\n\n")
	return strings.TrimRight(subject, " :"), body
}

var manyLines = regexp.MustCompile(`\n[ \t]*\n(?:[ \t]*\n)+`)

// control are the characters that end a line for somebody on the way, and
// the rest that no heading has.
func control(r rune) bool { return r < ' ' || r == 0x7f || r == 0x85 || r == 0x2028 || r == 0x2029 }
