package catalogue

import (
	"encoding/json"
	"slices"
)

// VoiceList are the voices of a finding, in the order of Voices once checked.
type VoiceList []Voice

// UnmarshalJSON takes a list, or one voice alone as a string: before a finding
// had several voices it was written so.
func (l *VoiceList) UnmarshalJSON(b []byte) error {
	if len(b) == 0 || b[0] != '"' {
		return json.Unmarshal(b, (*[]Voice)(l))
	}
	var one Voice
	if err := json.Unmarshal(b, &one); err != nil {
		return err
	}
	*l = nil
	if one != "" {
		*l = VoiceList{one}
	}
	return nil
}

// Speakers are the voices of the finding; the empty one alone where the source
// does not say whose assessment it is, which is a voice of its own (domain.md,
// "verdicts").
func (f *Finding) Speakers() []Voice {
	if len(f.Voices) == 0 {
		return []Voice{""}
	}
	return f.Voices
}

// Verdict is what one voice says of a practice, over the findings that are its
// own. There is no effect over all voices (domain.md, "verdicts").
type Verdict struct {
	// Voice is empty where the source does not say whose assessment it is.
	Voice Voice `json:"voice"`
	// Effect is that of all its findings when they agree, else mixed.
	Effect   Effect `json:"effect"`
	Findings int    `json:"findings"`
}

// Verdicts are those of the voices that have spoken in the findings, in the
// order of Voices, the voice that is not stated last. A finding of several
// voices counts under each; one without effect under none.
func Verdicts(findings []Finding) []Verdict {
	out := []Verdict{} // and not null
	for _, voice := range append(Voices.Codes(), "") {
		v := Verdict{Voice: Voice(voice)}
		for i := range findings {
			f := &findings[i]
			if f.Effect == "" || !slices.Contains(f.Speakers(), v.Voice) {
				continue
			}
			v.Findings++
			switch v.Effect {
			case "", f.Effect:
				v.Effect = f.Effect
			default:
				v.Effect = EffectMixed
			}
		}
		if v.Findings > 0 {
			out = append(out, v)
		}
	}
	return out
}
