package desk

// ErasureTables are the tables that an erasure tells of: what it reaches, and what
// goes by itself.
func ErasureTables() (out []string) {
	for _, x := range placeLabels {
		out = append(out, x.table)
	}
	for _, x := range elsewhereLabels {
		out = append(out, x.table)
	}
	return out
}
