package export

import (
	"io"
	"time"

	"praksis/internal/catalogue"
)

// List tells what a document is of: a list of the finder, as the screen has it.
type List struct {
	Sentence string   // what the list has, in Danish: "12 eksempler via video."
	Notices  []string // how the search was read, in Danish; may be empty
	Order    string   // its label; may be empty
	Address  string   // of the list, with scheme and host
	Base     string   // of the catalogue: scheme and host
	Total    int      // rows that are promised: a practice that goes meanwhile is missing
	At       time.Time
	Owner    string // who answers for the catalogue
}

// A Writer writes practices one after another as a document. End is called when all
// have been written. Close lets go of what waits, and is called always.
type Writer interface {
	Write(*catalogue.Practice) error
	End() error
	Close() error
}

// What every document says of how it may be used.
const (
	licenceName = "CC BY 4.0"
	licenceURL  = "https://creativecommons.org/licenses/by/4.0/deed.da"
	licence     = "Teksterne må bruges under " + licenceName + ", når du skriver, hvor de kommer fra."
	caveat      = "Et eksempel er ikke en anbefaling. Det fortæller, hvad nogen gjorde, hvem der siger, at det virkede, og for hvem det ikke gjorde."
)

// lines is JSON Lines as a Writer.
type lines struct{ w io.Writer }

// NewLines writes practices as JSON Lines, as WriteLine does.
func NewLines(w io.Writer) Writer { return lines{w} }

// Write implements Writer.
func (l lines) Write(p *catalogue.Practice) error { return WriteLine(l.w, p) }

// End implements Writer.
func (lines) End() error { return nil }

// Close implements Writer.
func (lines) Close() error { return nil }
