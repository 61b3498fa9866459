package catalogue

// SaidContrast is a Contrast with the texts of the findings that it names, to be shown
// where the catalogue of its day is gone.
type SaidContrast struct {
	Solution     TermRef   `json:"solution"`
	TargetGroups []TermRef `json:"target_groups"`
	For          SaidSide  `json:"for"`
	Against      SaidSide  `json:"against"`
}

// SaidSide is who says what on one side, all of the same effect.
type SaidSide struct {
	Voices   []Voice           `json:"voices"`
	Actors   []OrganisationRef `json:"actors"`
	Count    int               `json:"count"` // of findings; those named are fewer
	Findings []SaidFinding     `json:"findings"`
}

// SaidFinding is a finding with the practice that it is of.
type SaidFinding struct {
	Practice     int64           `json:"practice"` // ID
	Organisation OrganisationRef `json:"organisation"`
	Title        string          `json:"title"` // of the practice
	Finding      Finding         `json:"finding"`
}

// Without is the contrast without the findings of a practice, and whether both sides
// have something left.
func (c SaidContrast) Without(practice int64) (SaidContrast, bool) {
	for _, side := range []*SaidSide{&c.For, &c.Against} {
		var left []SaidFinding
		for _, f := range side.Findings {
			if f.Practice != practice {
				left = append(left, f)
			}
		}
		side.Findings = left
	}
	return c, len(c.For.Findings) > 0 && len(c.Against.Findings) > 0
}
