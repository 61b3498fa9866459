package search

// taxonomyNames are what searches read out of the taxonomy alone. Snapshots of the
// same taxonomy share them: a publication need not make them anew.
type taxonomyNames struct {
	thesaurus thesaurus
	values    valueNames
	phrases   queryPhrases
}

func newTaxonomyNames(f *facetIndex) *taxonomyNames {
	values := newValueNames(f)
	return &taxonomyNames{newThesaurus(f), values, newQueryPhrases(values, f)}
}
