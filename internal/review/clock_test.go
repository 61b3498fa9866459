package review

import (
	"math/rand/v2"
	"testing"
	"time"

	"praksis/internal/catalogue"
)

// The days of these tests: three leap days, and all changes of the clocks.
const clockFrom, clockTo = 2024, 2035

// eachDay calls do with the beginning of every day in Denmark.
func eachDay(do func(day time.Time)) {
	for day := wall(clockFrom, 1, 1, 0, 0); day.Year() <= clockTo; day = day.AddDate(0, 0, 1) {
		do(day)
	}
}

func wall(year int, month time.Month, day, hour, minute int) time.Time {
	return time.Date(year, month, day, hour, minute, 0, 0, catalogue.Copenhagen)
}

// moments are instants of a day at which something may go wrong: its first and its
// last second, and half past two, which exists twice or never when the clocks change.
func moments(day time.Time) []time.Time {
	y, m, d := day.Date()
	half := wall(y, m, d, 2, 30)
	list := []time.Time{day, half, wall(y, m, d, 12, 0), day.AddDate(0, 0, 1).Add(-time.Second)}
	for _, other := range []time.Time{half.Add(time.Hour), half.Add(-time.Hour)} {
		if other.Hour() == 2 { // the second one
			list = append(list, other)
		}
	}
	return list
}

// Asked every hour, whenever the program was started, and at any moment besides, when
// another process begins to lead, what is due once a day is due once every day in
// Denmark: on that day, not before seven.
func TestRunDay(t *testing.T) {
	random := rand.New(rand.NewPCG(2024, 2035))
	start := wall(clockFrom, 1, 1, 7, 0).Add(time.Duration(random.IntN(3600)) * time.Second).UTC()
	runs, last := map[string]int{}, ""
	ask := func(now time.Time) {
		day := RunDay(now)
		if day == last {
			return
		}
		if day < last {
			t.Fatalf("at %s the run is %s's, after %s's", now, day, last)
		}
		last = day
		runs[day]++
		if danish := now.In(catalogue.Copenhagen); danish.Format(time.DateOnly) != day || danish.Hour() != reminderHour {
			t.Errorf("the run of %s is made at %s", day, danish)
		}
	}
	for now := start; now.Before(wall(clockTo+1, 1, 1, 0, 0)); now = now.Add(time.Hour) {
		ask(now)
		ask(now.Add(time.Duration(random.Int64N(int64(time.Hour)))))
	}
	eachDay(func(day time.Time) {
		if n := runs[day.Format(time.DateOnly)]; n != 1 {
			t.Errorf("%s has %d runs", day.Format(time.DateOnly), n)
		}
	})
	if len(runs) != 12*365+3 {
		t.Errorf("%d runs", len(runs))
	}
	// Half past two in the night is before the day's run, also where it comes twice.
	for now, want := range map[time.Time]string{
		time.Date(2026, 10, 25, 0, 30, 0, 0, time.UTC): "2026-10-24", time.Date(2026, 10, 25, 1, 30, 0, 0, time.UTC): "2026-10-24",
		wall(2026, 3, 29, 2, 30): "2026-03-28", wall(2026, 3, 29, 7, 0): "2026-03-29", wall(2028, 2, 29, 7, 0): "2028-02-29", wall(2028, 3, 1, 6, 59): "2028-02-29", wall(2027, 1, 1, 0, 0): "2026-12-31",
	} {
		if got := RunDay(now.UTC()); got != want {
			t.Errorf("%s: %s, not %s", now, got, want)
		}
	}
}

// The day's run takes each step on its day, whatever the hour of what came before, and
// whatever the clocks did meanwhile: 15, 7 and 7 days in Denmark.
func TestStepsByDays(t *testing.T) {
	eachDay(func(day time.Time) {
		for _, moved := range moments(day) {
			f := Facts{State: ChangesRequested, Moved: moved.UTC()}
			if got, want := f.AsideOn(), day.AddDate(0, 0, 29); !got.Equal(want) {
				t.Fatalf("asked at %s, set aside on %s", moved, got)
			}
			reminded := Facts{State: ChangesRequested, Moved: moved, Reminders: 1, Reminded: moved}
			if _, due := reminded.NextStep(); FirstStep(due.UTC()).Before(moved) {
				t.Fatalf("reminded at %s, it is not looked for at %s: nothing after %s is", moved, due, FirstStep(due.UTC()))
			}
			steps := 0
			for d := day; f.State == ChangesRequested; d = d.AddDate(0, 0, 1) {
				y, m, n := d.Date()
				run := wall(y, m, n, reminderHour, 0).UTC()
				if run.Before(moved) {
					continue
				}
				action, due := f.NextStep()
				from := f.Moved
				if f.Reminders > 0 {
					from = f.Reminded
				}
				if run.Before(due) {
					continue
				}
				if FirstStep(run).Before(from) || FirstStep(due.UTC()).Before(from) {
					t.Fatalf("%s at %s is not looked for: nothing after %s is", action, run, FirstStep(run))
				}
				if want := day.AddDate(0, 0, []int{15, 22, 29}[steps]); !d.Equal(want) || !due.Equal(want) {
					t.Fatalf("asked at %s, step %d is due on %s and taken on %s", moved, steps, due, d)
				}
				steps++
				to := ChangesRequested
				if action == PutAside {
					to = SetAside
				}
				f = f.after(ChangesRequested, to, action, run)
			}
			if steps != 3 {
				t.Fatalf("asked at %s: %d steps", moved, steps)
			}
		}
	})
}

// The time limits of all three are days in Denmark, and the queue's filter says the same
// at the first and the last second of each. Four years have all there is.
func TestLimitsByDays(t *testing.T) {
	eachDay(func(day time.Time) {
		if day.Year() < 2026 || day.Year() > 2029 {
			return
		}
		for _, moved := range moments(day) {
			for _, f := range []Facts{{State: Received, Moved: moved}, {State: InReview, Moved: moved, Answered: true}, {State: ChangesRequested, Moved: moved}} {
				until := f.Ball(moved).Until
				if !until.Equal(catalogue.Day(until)) || f.State != ChangesRequested && !catalogue.IsWorkday(until) {
					t.Fatalf("%s at %s has until %s", f.State, moved, until)
				}
				over := until.AddDate(0, 0, 1)
				if f.Ball(over.Add(-time.Second)).Overdue || !f.Ball(over).Overdue {
					t.Fatalf("%s at %s is not overdue just after %s", f.State, moved, until)
				}
				limit := func(now time.Time) time.Time {
					if f.State == ChangesRequested {
						return SubmitterOverdue(now)
					}
					return DeskOverdue(now, f.Answered)
				}
				if moved.Before(limit(over.Add(-time.Second))) || !moved.Before(limit(over)) {
					t.Fatalf("%s at %s: the filter disagrees at the end of %s", f.State, moved, until)
				}
			}
		}
	})
}

// A reminder goes out in every week with a working day, and none of them twice.
func TestReviewWeeks(t *testing.T) {
	weeks := map[string]time.Time{}
	last := ""
	for now := wall(clockFrom, 1, 1, 0, 30).UTC(); now.Before(wall(clockTo+1, 1, 1, 0, 0)); now = now.Add(time.Hour) {
		week, ok := ReviewWeek(now)
		if !ok || week == last {
			continue
		}
		if before, twice := weeks[week]; twice {
			t.Fatalf("week %s at %s and %s", week, before, now)
		}
		if danish := now.In(catalogue.Copenhagen); danish.Hour() != reminderHour || !catalogue.IsWorkday(danish) {
			t.Errorf("week %s begins at %s", week, danish)
		}
		weeks[week], last = now, week
	}
	for monday := wall(clockFrom, 1, 1, 12, 0); monday.Year() <= clockTo; monday = monday.AddDate(0, 0, 7) {
		works := false
		for n := range 5 {
			works = works || catalogue.IsWorkday(monday.AddDate(0, 0, n))
		}
		if week, _ := ReviewWeek(monday); works && monday.AddDate(0, 0, 4).Year() <= clockTo && weeks[week].IsZero() {
			t.Errorf("no reminder in the week of %s", monday)
		}
	}
}
