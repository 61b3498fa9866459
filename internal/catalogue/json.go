package catalogue

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
)

// Format numbers what the JSON of a practice looks like to others. Format 1,
// which named none, had one voice as a string and needs_restrictions.
const Format = 2

// Record is a practice as the catalogue gives it to others, with what is
// derived of it.
type Record struct {
	Format int `json:"format"`
	*Practice
	// Verdicts are empty when no finding states an effect.
	Verdicts []Verdict `json:"verdicts"`
}

// Record is the practice as the catalogue gives it to others.
func (p *Practice) Record() Record {
	return Record{Format, p, Verdicts(p.Findings)}
}

// ErrNewerFormat tells that a record is of a format that this build does not
// know, ErrSeveralRecords that there is more than one.
var (
	ErrNewerFormat    = errors.New("a newer format")
	ErrSeveralRecords = errors.New("more than one record")
)

// written is a record as somebody has written it, in this format or an older.
type written struct {
	plain
	Format            int             `json:"format"`
	NeedsRestrictions *bool           `json:"needs_restrictions"` // of format 1
	Verdicts          json.RawMessage `json:"verdicts"`           // derived, and passed over
}

// plain is a practice without its way of being read.
type plain Practice

// UnmarshalJSON reads a practice of this format or an older one: what a revision,
// a draft or a submission holds is never rewritten.
func (p *Practice) UnmarshalJSON(b []byte) error {
	var w written
	if err := json.Unmarshal(b, &w); err != nil {
		return err
	}
	*p = w.practice()
	return nil
}

func (w *written) practice() Practice {
	p := Practice(w.plain)
	if p.Use == "" && w.NeedsRestrictions != nil && *w.NeedsRestrictions {
		p.Use = UseWithRestrictions
	}
	return p
}

// Conversion tells how a value of an older format was read.
type Conversion struct {
	Path string // as Value.Path
	// Message says it in Danish.
	Message string
}

func (c Conversion) String() string { return c.Path + ": " + c.Message }

// ReadRecord reads a practice that comes from outside, in this format or an
// older one, and tells what it had to convert. Names that it does not know are
// an error, as are ErrNewerFormat and ErrSeveralRecords.
func ReadRecord(b []byte) (*Practice, []Conversion, error) {
	var w written
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	if err := d.Decode(&w); err != nil {
		return nil, nil, err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, nil, ErrSeveralRecords
	}
	if w.Format > Format {
		return nil, nil, ErrNewerFormat
	}
	p := w.practice()
	var said []Conversion
	if w.Format < Format && w.Use == "" {
		if p.Use == "" {
			said = append(said, Conversion{"use", "»Kan det bruges nu?« er ikke oplyst og læst som »ikke vurderet«."})
		} else {
			said = append(said, Conversion{"use", "»needs_restrictions« er læst som »kun under restriktioner«."})
		}
	}
	var old struct {
		Findings []struct {
			Voice json.RawMessage `json:"voice"`
		} `json:"findings"`
	}
	if err := json.Unmarshal(b, &old); err != nil {
		return nil, nil, err
	}
	for i, f := range old.Findings {
		if strings.HasPrefix(string(f.Voice), `"`) && len(p.Findings[i].Voices) > 0 {
			said = append(said, Conversion{fmt.Sprintf("findings[%d].voice", i+1), fmt.Sprintf("»%s« er læst som en liste med én stemme.", p.Findings[i].Voices[0])})
		}
	}
	return &p, said, nil
}
