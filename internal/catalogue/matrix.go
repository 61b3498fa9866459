package catalogue

import "slices"

// VoiceSet is a set of voices: a bit for each place in Voices, and one behind them for
// the voice that is not stated.
type VoiceSet uint16

// Voices are the set's, in the order of Voices, the one not stated last.
func (s VoiceSet) Voices() (out []Voice) {
	for i, v := range append(Voices.Codes(), "") {
		if s&(1<<i) != 0 {
			out = append(out, Voice(v))
		}
	}
	return out
}

// VoicesOf is the set of voices.
func VoicesOf(list ...Voice) (s VoiceSet) {
	codes := append(Voices.Codes(), "")
	for _, v := range list {
		if i := slices.Index(codes, string(v)); i >= 0 {
			s |= 1 << i
		}
	}
	return s
}

// The voices of those who tell of what they did themselves, and of those for whom it
// was done.
var (
	ownVoices     = VoicesOf("employee", "leader", "organisation")
	citizenVoices = VoicesOf(VoiceCitizen)
)

// OnlyOwn tells whether nobody but the services themselves has spoken: staff, leaders,
// the service or the administration. A voice that is not stated may be anybody's.
func (s VoiceSet) OnlyOwn() bool { return s != 0 && s&^ownVoices == 0 }

// OnlyCitizens tells whether nobody but citizens has spoken.
func (s VoiceSet) OnlyCitizens() bool { return s != 0 && s&^citizenVoices == 0 }

// The least of which anything is summed up (domain.md, "Summing up").
const (
	EnoughFindings = 3
	EnoughActors   = 2
)

// MatrixCell is what was found where two values meet: distinct findings by their
// effect, whose assessments they are, and of how many actors. There is no effect of a
// cell (domain.md, "verdicts").
type MatrixCell struct {
	Counts [4]int // by place in Effects
	Voices VoiceSet
	Actors int // lead organisations; EnoughActors stands for more too
}

// Findings is how many findings the cell has.
func (c MatrixCell) Findings() (n int) {
	for _, x := range c.Counts {
		n += x
	}
	return n
}

// Few tells that there are findings, and too few for anything to be said of them.
func (c MatrixCell) Few() bool {
	n := c.Findings()
	return n > 0 && (n < EnoughFindings || c.Actors < EnoughActors)
}

// MatrixTable counts findings by two facets. A value of a tree has what is below it,
// and a finding stands in every row and column that it is about, so that neither sum.
type MatrixTable struct {
	// Rows and Columns are the facets' values as they stand in their trees, those of a
	// chosen facet that are chosen or below. What has no value of the facet stands
	// last, under a value without a slug, where there is any.
	Rows, Columns []FacetValue
	// InRow and InColumn count each finding of a row or column once.
	InRow, InColumn []MatrixCell
	Cells           []MatrixCell // row after row
}

// Cell is where a row and a column meet.
func (t *MatrixTable) Cell(row, column int) MatrixCell {
	return t.Cells[row*len(t.Columns)+column]
}

// PracticeTable counts practices by two facets, as MatrixTable counts findings.
type PracticeTable struct {
	Rows, Columns   []FacetValue
	InRow, InColumn []int
	Cells           []int // row after row
}

// Matrix is what the practices of a query taught, seen as a whole at one catalogue
// version.
type Matrix struct {
	Version int64
	// Query is as it was answered: a text that asks for nothing but a filter is one.
	Query     Query
	Practices int
	// All counts each finding once; Voices count a finding of several under each.
	All    MatrixCell
	Voices []VoiceTally
	// Groups is target group by contact form, Solutions solution by voice.
	Groups, Solutions MatrixTable
	// Retention is theme by retention.
	Retention PracticeTable
}
