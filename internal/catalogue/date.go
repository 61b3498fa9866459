package catalogue

import (
	"fmt"
	"strconv"
	"strings"
	"time"
	_ "time/tzdata" // Copenhagen's clock, wherever this runs
)

// Date is a date with the precision that its source gives: "2020-04-06",
// "2020-04", "2020-spring" (or summer, autumn, winter) or "2020". Empty means
// that the source does not say.
type Date string

var months = [...]string{"januar", "februar", "marts", "april", "maj", "juni", "juli", "august", "september", "oktober", "november", "december"}

var seasons = map[string]struct {
	danish string
	month  time.Month // the first month of it
}{
	"spring": {"foråret", time.March},
	"summer": {"sommeren", time.June},
	"autumn": {"efteråret", time.September},
	"winter": {"vinteren", time.December},
}

// Start is the first day that the date can mean; false when it is not a date.
func (d Date) Start() (time.Time, bool) {
	s := string(d)
	for _, layout := range []string{"2006-01-02", "2006-01", "2006"} {
		if t, err := time.Parse(layout, s); err == nil {
			return t, true
		}
	}
	year, season, ok := strings.Cut(s, "-")
	y, err := strconv.Atoi(year)
	if x, known := seasons[season]; ok && known && err == nil && len(year) == 4 {
		return time.Date(y, x.month, 1, 0, 0, 0, 0, time.UTC), true
	}
	return time.Time{}, false
}

// Danish writes the date as a Dane does: "6. april 2020", "april 2020",
// "foråret 2020", "2020"; what is no date is written as it stands.
func (d Date) Danish() string {
	t, ok := d.Start()
	switch year, rest, _ := strings.Cut(string(d), "-"); {
	case !ok || rest == "":
		return string(d)
	case seasons[rest].danish != "":
		return seasons[rest].danish + " " + year
	case len(rest) == 2:
		return months[t.Month()-1] + " " + year
	default:
		return DanishDate(t)
	}
}

// Copenhagen is where instants are shown.
var Copenhagen = func() *time.Location {
	l, err := time.LoadLocation("Europe/Copenhagen")
	if err != nil {
		panic(err) // tzdata is embedded above
	}
	return l
}()

// DanishTime writes an instant as "12. marts 2021 kl. 09.05", in Copenhagen.
func DanishTime(t time.Time) string {
	t = t.In(Copenhagen)
	return DanishDate(t) + " kl. " + t.Format("15.04")
}

// DanishDate writes a day as "12. marts 2021", in t's own zone.
func DanishDate(t time.Time) string {
	return fmt.Sprintf("%d. %s %d", t.Day(), months[t.Month()-1], t.Year())
}

// DanishDay writes the day that an instant is in Denmark as "12. marts", with the
// year where it is another one than now's.
func DanishDay(t, now time.Time) string {
	t = t.In(Copenhagen)
	if t.Year() != now.In(Copenhagen).Year() {
		return DanishDate(t)
	}
	return fmt.Sprintf("%d. %s", t.Day(), months[t.Month()-1])
}

// ReadDate reads a date as Danes write it: "6. april 2020", "6/4 2020",
// "06-04-2020", "april 2020", "forår 2020", "foråret 2020". What is no such date
// is given back as it stands, as is one in the form of Date.
func ReadDate(s string) Date {
	if _, ok := Date(s).Start(); ok {
		return Date(s)
	}
	parts := strings.FieldsFunc(strings.ToLower(s), func(r rune) bool { return strings.ContainsRune(" .,/-", r) })
	if n := len(parts); n == 0 || n > 3 || len(parts[n-1]) != 4 {
		return Date(s)
	}
	year := parts[len(parts)-1]
	var out string
	switch len(parts) {
	case 2:
		if m := monthOf(parts[0]); m > 0 && !isNumber(parts[0]) {
			out = fmt.Sprintf("%s-%02d", year, m)
		}
		for name, x := range seasons {
			if parts[0] == x.danish || parts[0]+"et" == x.danish || parts[0]+"en" == x.danish {
				out = year + "-" + name
			}
		}
	case 3:
		if day, err := strconv.Atoi(parts[0]); err == nil && monthOf(parts[1]) > 0 {
			out = fmt.Sprintf("%s-%02d-%02d", year, monthOf(parts[1]), day)
		}
	}
	if _, ok := Date(out).Start(); ok && out != "" {
		return Date(out)
	}
	return Date(s)
}

// monthOf is the number of a month, by its name, the beginning of that, or its
// number; 0 for none.
func monthOf(s string) int {
	if n, err := strconv.Atoi(s); err == nil && n >= 1 && n <= 12 {
		return n
	}
	for i, name := range months {
		if len(s) >= 3 && strings.HasPrefix(name, s) {
			return i + 1
		}
	}
	return 0
}

func isNumber(s string) bool { return strings.Trim(s, "0123456789") == "" }
