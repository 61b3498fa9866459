package main

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"
)

// Tests of the plan of faults (docs/faults.md, section 5) that need the whole program
// are named TestFault…; internal/faults lists them, and prints what they saw.

var (
	faults = flag.Bool("faults", false, "as many rounds as the plan of faults says; make faults")
	seed   = flag.Uint64("seed", 0, "the seed of the moments at which tests of faults do something; 0: another one each time")
)

// rounds is how often a test does its fault.
func rounds(quick, full int) int {
	if *faults {
		return full
	}
	return quick
}

// chance chooses a test's moments, by the seed that is given or one that it tells.
func chance(t *testing.T) *rand.Rand {
	t.Helper()
	if *seed == 0 {
		*seed = rand.Uint64N(1 << 32)
	}
	t.Logf("-args -seed %d", *seed)
	return rand.New(rand.NewPCG(*seed, 0))
}

// moment waits for at most so long.
func moment(r *rand.Rand, most time.Duration) { time.Sleep(time.Duration(r.Int64N(int64(most)))) }

// saw tells the table of make faults what a test that went well has seen.
func saw(t *testing.T, rounds int, format string, args ...any) {
	t.Helper()
	if !t.Failed() {
		t.Attr("rounds", fmt.Sprint(rounds))
		t.Attr("seen", fmt.Sprintf(format, args...))
	}
}
