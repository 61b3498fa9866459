package catalogue

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
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

// RecordError tells in Danish why a record from outside cannot be read.
type RecordError string

// Error is the sentence.
func (e RecordError) Error() string { return string(e) }

// What a record from outside can be wrong in, beside its JSON.
const (
	errSeveralRecords = RecordError("Der står mere end ét eksempel på linjen. Skriv ét på hver linje.")
	errNewerFormat    = RecordError("Linjen er skrevet af en nyere udgave af kataloget. Brug den udgave til at læse den.")
	errFormat         = RecordError("»format« skal være 1 eller 2. Lad feltet ude, hvis du ikke kender det.")
	errBothUses       = RecordError("Linjen har både »use« og »needs_restrictions«. Skriv kun »use«.")
	errOldField       = RecordError("»needs_restrictions« hører til format 1. Skriv »use« i stedet.")
)

// written is a record as somebody has written it, in this format or an older.
type written struct {
	plain
	Format            *int            `json:"format"`
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
// older one, and tells what it had to convert. What would be lost silently is an
// error: a name that it does not know, one that stands twice, two values that
// contradict each other. The error is a RecordError, or one of encoding/json.
func ReadRecord(b []byte) (*Practice, []Conversion, error) {
	var w written
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	if err := d.Decode(&w); err != nil {
		return nil, nil, err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, nil, errSeveralRecords
	}
	if err := checkNames(b); err != nil {
		return nil, nil, err
	}
	format := 1
	if w.Format != nil {
		format = *w.Format
	}
	switch {
	case format > Format:
		return nil, nil, errNewerFormat
	case format < 1:
		return nil, nil, errFormat
	case w.NeedsRestrictions != nil && w.Use != "":
		return nil, nil, errBothUses
	case w.NeedsRestrictions != nil && format > 1:
		return nil, nil, errOldField
	}
	p := w.practice()
	var said []Conversion
	if format < Format && w.Use == "" {
		if p.Use == "" {
			said = append(said, Conversion{"use", "»Kan det bruges nu?« er ikke oplyst og læst som »ikke vurderet«, også hvor kataloget har en vurdering."})
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

// referenceNames are the names in a reference, by the last part of the path of the
// fields that hold some.
var referenceNames = func() map[string][]string {
	m := map[string][]string{}
	for _, f := range fieldByPath {
		name := strings.TrimSuffix(f.Path[strings.LastIndexByte(f.Path, '.')+1:], "[]")
		switch f.Kind {
		case FieldTerms:
			m[name] = []string{"id", "slug", "label"}
		case FieldOrganisation:
			m[name] = []string{"id", "slug", "code", "name", "short_name", "kind"}
		}
	}
	return m
}()

// checkNames refuses a name that stands twice in one object, of which the decoder
// would keep one, and names that a reference has not, which it passes over since a
// reference may also be a text.
func checkNames(b []byte) error {
	d := json.NewDecoder(bytes.NewReader(b))
	var value func(field string) error
	value = func(field string) error {
		t, err := d.Token()
		if err != nil {
			return err
		}
		switch t {
		case json.Delim('['):
			for d.More() {
				if err := value(field); err != nil {
					return err
				}
			}
		case json.Delim('{'):
			seen := map[string]bool{}
			for d.More() {
				t, err := d.Token()
				if err != nil {
					return err
				}
				name, _ := t.(string)
				if seen[name] {
					return RecordError(fmt.Sprintf("»%s« står to gange i det samme. Skriv det én gang.", name))
				}
				seen[name] = true
				if names := referenceNames[field]; names != nil && !slices.Contains(names, name) {
					return RecordError(fmt.Sprintf("»%s« har et felt, som vi ikke kender: »%s«.", field, name))
				}
				if err := value(name); err != nil {
					return err
				}
			}
		default:
			return nil
		}
		_, err = d.Token() // the end of what was opened
		return err
	}
	return value("")
}
