package review

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"
)

// Whoever follows a list is looked after once on every Danish day, or once in every week
// on its Monday, whatever the clocks do; where nobody has looked for some days, on the
// next one on which somebody does.
func TestDigestDays(t *testing.T) {
	random := rand.New(rand.NewPCG(7, 2024))
	for _, f := range []Frequency{Daily, Weekly} {
		for _, away := range []bool{false, true} {
			last, looks := "2023-12-31", map[string]int{} // a Sunday
			missed, out := 0, 0
			for now := wall(clockFrom, 1, 1, reminderHour, 0).UTC(); now.Before(wall(clockTo+1, 1, 1, 0, 0)); now = now.Add(time.Hour) {
				if away && out == 0 && random.IntN(200) == 0 {
					out = random.IntN(240) // hours without a process
				}
				if out > 0 {
					out--
					continue
				}
				day := RunDay(now)
				if day < last {
					t.Fatalf("the day goes back from %s to %s", last, day)
				}
				if last < DigestBefore(f, day) {
					last = day
					key := day
					if f == Weekly {
						of, err := time.Parse(time.DateOnly, day)
						if err != nil {
							t.Fatal(err)
						}
						year, week := of.ISOWeek()
						key = fmt.Sprint(year, " ", week)
						if of.Weekday() != time.Monday {
							missed++
							if !away {
								t.Errorf("told on %s, which is no Monday", day)
							}
						}
					}
					looks[key]++
				}
			}
			for key, n := range looks {
				if n != 1 {
					t.Errorf("%s: %d looks in %s", f, n, key)
				}
			}
			want := 12*365 + 3
			if f == Weekly {
				want = 627 // the Mondays of twelve years
			}
			if !away && len(looks) != want || away && (len(looks) == 0 || len(looks) > want) || away && f == Weekly && missed == 0 {
				t.Errorf("%s, away %v: %d looks, %d late", f, away, len(looks), missed)
			}
		}
	}
	for day, want := range map[string]string{"2026-11-29": "2026-11-23", "2026-11-30": "2026-11-30", "2026-12-06": "2026-11-30", "2027-01-01": "2026-12-28", "2026-03-29": "2026-03-23", "x": "x"} {
		if got := DigestBefore(Weekly, day); got != want {
			t.Errorf("%s: %s, not %s", day, got, want)
		}
	}
}
