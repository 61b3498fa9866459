package catalogue

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
// order of Voices, the voice that is not stated last.
func Verdicts(findings []Finding) []Verdict {
	var out []Verdict
	for _, voice := range append(Voices.Codes(), "") {
		v := Verdict{Voice: Voice(voice)}
		for _, f := range findings {
			if f.Voice != v.Voice || f.Effect == "" {
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
