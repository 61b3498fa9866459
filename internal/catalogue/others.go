package catalogue

// Others is what others than a practice's actor found with one of its solutions.
type Others struct {
	Solution TermRef
	// Good and Bad count their findings of good and of bad effect.
	Good, Bad int
	// For and Against are the first of these, about the practice's own target groups
	// first and of different actors as far as there are any.
	For, Against []FindingRef
}
