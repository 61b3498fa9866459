package review

import (
	"math/rand/v2"
	"testing"
	"time"

	"praksis/internal/catalogue"
)

func TestVoidRound(t *testing.T) {
	for _, x := range []struct {
		checked, failed int
		void            bool
	}{{0, 0, false}, {1, 0, false}, {1, 1, true}, {2, 1, false}, {3, 1, false}, {3, 2, true}, {10, 5, false}, {10, 6, true}, {11, 6, true}} {
		if got := VoidRound(x.checked, x.failed); got != x.void {
			t.Errorf("%d of %d: void %v", x.failed, x.checked, got)
		}
	}
}

// An address is dead exactly when it failed in the last three or more rounds that
// said something of it, and no editor's word held at the last; and the day is that of
// the first of those rounds.
func TestLinkState(t *testing.T) {
	for seed := range uint64(500) {
		random := rand.New(rand.NewPCG(seed, 26))
		s, now := LinkState{}, time.Date(2026, 1, 5, 3, 0, 0, 0, time.UTC)
		var run []time.Time // the rounds in a row that failed
		for range 90 {
			now = now.Add(LinkRoundEvery)
			if random.IntN(40) == 0 {
				if s = s.Kept(now); s.Dead || !s.KeptUntil.Equal(now.AddDate(1, 0, 0)) {
					t.Fatalf("seed %d: kept %+v", seed, s)
				}
			}
			o := []LinkOutcome{LinkFails, LinkFails, LinkFails, LinkFails, LinkWorks, LinkUnclear}[random.IntN(6)]
			before := s
			switch s = s.After(o, now); o {
			case LinkFails:
				run = append(run, now)
				if want := len(run) >= 3 && !now.Before(s.KeptUntil); s.Dead != want {
					t.Fatalf("seed %d: dead %v after %d failures, kept until %v", seed, s.Dead, len(run), s.KeptUntil)
				}
			case LinkWorks:
				run = nil
				if s.Dead {
					t.Fatalf("seed %d: dead, and it works", seed)
				}
			case LinkUnclear:
				if s != before {
					t.Fatalf("seed %d: %+v became %+v", seed, before, s)
				}
			}
			if s.Failures != len(run) || len(run) > 0 && !s.Since.Equal(catalogue.Day(run[0])) || len(run) == 0 && !s.Since.IsZero() {
				t.Fatalf("seed %d: %+v after %v", seed, s, run)
			}
			if s.Rechecked(LinkFails) != s || s.Rechecked(LinkUnclear) != s {
				t.Fatalf("seed %d: a recheck that fails changed %+v", seed, s)
			}
			if w := s.Rechecked(LinkWorks); w.Dead || w.Failures != 0 {
				t.Fatalf("seed %d: a recheck that works left %+v", seed, w)
			}
			if s.Counts(LinkUnclear) || s.Counts(LinkFails) != (len(run) < 3) {
				t.Fatalf("seed %d: %+v counts %v", seed, s, s.Counts(LinkFails))
			}
		}
	}
}

func TestLinkRoundDue(t *testing.T) {
	began := time.Date(2026, 11, 2, 3, 0, 0, 0, time.UTC)
	for _, x := range []struct {
		after time.Duration
		void  bool
		due   bool
	}{{LinkRoundEvery - 1, false, false}, {LinkRoundEvery, false, true}, {LinkVoidRetry - 1, true, false}, {LinkVoidRetry, true, true}} {
		if got := LinkRoundDue(began, x.void, began.Add(x.after)); got != x.due {
			t.Errorf("%v after, void %v: due %v", x.after, x.void, got)
		}
	}
	if !LinkRoundDue(time.Time{}, false, began) {
		t.Error("the first round is not due")
	}
	for _, r := range []LinkReason{LinkNotFound, LinkServerError, LinkNoHost, LinkNoAnswer, LinkCertificate, LinkRedirects, LinkForbidden, LinkNotPublic, LinkNotWeb} {
		if r.Danish() == "" {
			t.Errorf("%s has no words", r)
		}
	}
}
