package synth

import (
	"math/rand/v2"
	"sort"

	"praksis/internal/catalogue"
)

// weighted is a list from which some are drawn more often than others.
type weighted[T any] struct {
	values []T
	sums   []float64 // the weight of a value and all before it
}

func (w *weighted[T]) add(v T, weight float64) {
	if n := len(w.sums); n > 0 {
		weight += w.sums[n-1]
	}
	w.values, w.sums = append(w.values, v), append(w.sums, weight)
}

func (w weighted[T]) pick(r *rand.Rand) T {
	x := r.Float64() * w.sums[len(w.sums)-1]
	return w.values[min(sort.SearchFloat64s(w.sums, x), len(w.values)-1)]
}

// counts gives each number from 0 its weight.
func counts(weights ...float64) (w weighted[int]) {
	for n, x := range weights {
		w.add(n, x)
	}
	return w
}

type share[T any] struct {
	value  T
	weight float64
}

func shares[T any](list ...share[T]) (w weighted[T]) {
	for _, x := range list {
		w.add(x.value, x.weight)
	}
	return w
}

func oneOf[T any](r *rand.Rand, list []T) T { return list[r.IntN(len(list))] }

// How often what is found, as in the seeds where those tell, else guessed.
var (
	few            = counts(45, 35, 15, 5)
	findingCount   = counts(30, 28, 20, 12, 6, 4)
	retentionCount = counts(40, 50, 10)
	kinds          = shares(share[catalogue.Kind]{catalogue.KindExample, 80}, share[catalogue.Kind]{catalogue.KindLesson, 15}, share[catalogue.Kind]{catalogue.KindAdvice, 5})
	effects        = shares(share[catalogue.Effect]{catalogue.EffectPositive, 62}, share[catalogue.Effect]{catalogue.EffectMixed, 20},
		share[catalogue.Effect]{catalogue.EffectNone, 7}, share[catalogue.Effect]{catalogue.EffectNegative, 11})
	voices = shares(share[catalogue.Voice]{"organisation", 30}, share[catalogue.Voice]{"employee", 25}, share[catalogue.Voice]{"citizen", 18},
		share[catalogue.Voice]{"leader", 8}, share[catalogue.Voice]{"relative", 6}, share[catalogue.Voice]{"study", 5},
		share[catalogue.Voice]{"journalist", 2}, share[catalogue.Voice]{"", 6})
	uses       = shares(share[catalogue.Use]{catalogue.UseNow, 60}, share[catalogue.Use]{catalogue.UseWithRestrictions, 12}, share[catalogue.Use]{catalogue.UseAccount, 18}, share[catalogue.Use]{"", 10})
	retentions = shares(share[catalogue.RetentionStatus]{"retained", 30}, share[catalogue.RetentionStatus]{"partly", 15},
		share[catalogue.RetentionStatus]{"considered", 15}, share[catalogue.RetentionStatus]{"ended", 12}, share[catalogue.RetentionStatus]{"decided", 8},
		share[catalogue.RetentionStatus]{"undecided", 8}, share[catalogue.RetentionStatus]{"pilot", 5}, share[catalogue.RetentionStatus]{"blocked", 2},
		share[catalogue.RetentionStatus]{"", 5})
	sourceKinds = shares(share[catalogue.SourceKind]{"template", 45}, share[catalogue.SourceKind]{"web_page", 20}, share[catalogue.SourceKind]{"note", 12},
		share[catalogue.SourceKind]{"interviews", 8}, share[catalogue.SourceKind]{"article", 8}, share[catalogue.SourceKind]{"news", 5}, share[catalogue.SourceKind]{"letter", 2})
)

// people is about how many thousands live in the biggest and in the smallest
// municipalities; the others have about otherPeople.
var people = map[string]float64{
	"koebenhavn": 640, "aarhus": 355, "aalborg": 220, "odense": 205, "vejle": 119, "esbjerg": 116, "frederiksberg": 104, "randers": 99,
	"silkeborg": 97, "viborg": 97, "kolding": 94, "horsens": 93, "herning": 89, "roskilde": 89, "naestved": 84, "slagelse": 79,
	"soenderborg": 74, "gentofte": 74, "holbaek": 72, "gladsaxe": 69, "hjoerring": 64, "helsingoer": 63, "skanderborg": 63, "koege": 62,
	"guldborgsund": 60, "frederikshavn": 59, "svendborg": 59, "holstebro": 58, "aabenraa": 59, "ringkoebing-skjern": 56,
	"laesoe": 2, "fanoe": 3, "samsoe": 4, "aeroe": 6, "langeland": 12, "dragoer": 14, "vallensbaek": 16,
}

const otherPeople = 40

// organisationWeight is on the scale of people: municipalities write most.
func organisationWeight(o catalogue.Organisation) float64 {
	switch o.Kind {
	case catalogue.Municipality:
		if n := people[o.Slug]; n > 0 {
			return n
		}
		return otherPeople
	case catalogue.Region, catalogue.RegionUnit:
		return 45
	case catalogue.NGO, catalogue.Volunteers, catalogue.Several:
		return 20
	default:
		return 6
	}
}
