package catalogue

import "math"

// Steps are the least numbers of at most four steps in which numbers from 1 to most are
// told apart: each reaches about as many times as far as the one before it, since a few
// places have many examples and most have few. None for most below 1.
func Steps(most int) []int {
	var steps []int
	for i := range 4 {
		least := int(math.Ceil(math.Pow(float64(most), float64(i)/4) - 1e-9))
		if i > 0 {
			least = max(least, steps[i-1]+1)
		}
		if least > most {
			break
		}
		steps = append(steps, least)
	}
	return steps
}
