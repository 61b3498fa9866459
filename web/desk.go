package web

// opened tells whether a folded part has something in it.
func opened(fields []Field) bool {
	for _, f := range fields {
		if f.Error != "" || f.Value != "" {
			return true
		}
	}
	return false
}

// existsOpen: something was chosen there, or looked for.
func (v DeskSubmission) existsOpen() bool {
	return opened(v.Exists) || v.SimilarPick != "" || v.Searched
}
