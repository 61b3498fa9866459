package catalogue

import (
	"testing"
	"time"

	"pgregory.net/rapid"
)

func date(t testing.TB, s string) time.Time {
	t.Helper()
	d, err := time.ParseInLocation(time.DateOnly, s, Copenhagen)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// The days of Easter, from the almanac.
func TestEaster(t *testing.T) {
	for _, want := range []string{"2000-04-23", "2008-03-23", "2011-04-24", "2019-04-21", "2020-04-12", "2021-04-04", "2022-04-17", "2023-04-09", "2024-03-31", "2025-04-20", "2026-04-05", "2027-03-28", "2028-04-16", "2029-04-01", "2030-04-21", "2038-04-25"} {
		if got := Easter(date(t, want).Year()).Format(time.DateOnly); got != want {
			t.Errorf("%s, not %s", got, want)
		}
	}
}

// All holidays and closed days on weekdays, of whole years.
func TestHolidays(t *testing.T) {
	for year, want := range map[int][]string{
		2020: {"01-01", "04-09", "04-10", "04-13", "05-08", "05-21", "06-01", "06-05", "12-24", "12-25", "12-31"},
		2023: {"04-06", "04-07", "04-10", "05-05", "05-18", "05-29", "06-05", "12-25", "12-26"},
		2024: {"01-01", "03-28", "03-29", "04-01", "05-09", "05-20", "06-05", "12-24", "12-25", "12-26", "12-31"}, // 26 April is none
		2026: {"01-01", "04-02", "04-03", "04-06", "05-14", "05-25", "06-05", "12-24", "12-25", "12-31"},
		2027: {"01-01", "03-25", "03-26", "03-29", "05-06", "05-17", "12-24", "12-31"},
	} {
		var got []string
		for d := time.Date(year, 1, 1, 12, 0, 0, 0, Copenhagen); d.Year() == year; d = d.AddDate(0, 0, 1) {
			if wd := d.Weekday(); wd != time.Saturday && wd != time.Sunday && !IsWorkday(d) {
				got = append(got, d.Format("01-02"))
			}
		}
		if len(got) != len(want) {
			t.Errorf("%d: %v, not %v", year, got, want)
			continue
		}
		for i := range got {
			if got[i] != want[i] {
				t.Errorf("%d: %v, not %v", year, got, want)
				break
			}
		}
	}
	if Holiday(date(t, "2023-05-05")) != "store bededag" || Holiday(date(t, "2024-04-26")) != "" || Holiday(date(t, "2026-05-14")) != "Kristi himmelfartsdag" {
		t.Error("names of holidays")
	}
}

func TestAddWorkdays(t *testing.T) {
	for _, c := range []struct {
		from string
		n    int
		want string
	}{
		{"2026-03-03T10:00", 10, "2026-03-17"}, {"2026-03-31T10:00", 5, "2026-04-10"}, // over Easter
		{"2026-12-23T10:00", 1, "2026-12-28"}, {"2026-12-23T10:00", 4, "2027-01-04"}, // over Christmas
		{"2026-06-04T23:30", 1, "2026-06-08"}, {"2026-03-28T10:00", 1, "2026-03-30"}, // from a Saturday, over the change of clocks
		{"2023-05-04T10:00", 1, "2023-05-08"}, {"2024-04-25T10:00", 1, "2024-04-26"},
	} {
		from, err := time.ParseInLocation("2006-01-02T15:04", c.from, Copenhagen)
		if err != nil {
			t.Fatal(err)
		}
		if got := AddWorkdays(from.UTC(), c.n).Format(time.DateOnly); got != c.want {
			t.Errorf("%d after %s: %s, not %s", c.n, c.from, got, c.want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		from := time.Unix(rapid.Int64Range(946684800, 4102444800).Draw(t, "from"), 0).UTC()
		n := rapid.IntRange(1, 40).Draw(t, "n")
		to := AddWorkdays(from, n)
		if !IsWorkday(to) || !to.Equal(Day(to)) || !to.After(from) {
			t.Fatalf("%s is no later working day", to)
		}
		count := 0
		for d := Day(from).AddDate(0, 0, 1); !d.After(to); d = d.AddDate(0, 0, 1) {
			if IsWorkday(d) {
				count++
			}
		}
		if count != n {
			t.Fatalf("%d working days to %s, not %d", count, to, n)
		}
	})
}
