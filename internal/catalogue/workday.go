package catalogue

import "time"

// Easter is the day of Easter Sunday in a year of the Gregorian calendar, at
// midnight UTC (the computus of Meeus, Jones and Butcher).
func Easter(year int) time.Time {
	a, b, c := year%19, year/100, year%100
	h := (19*a + b - b/4 - (b-(b+8)/25+1)/3 + 15) % 30
	l := (32 + 2*(b%4) + 2*(c/4) - h - c%4) % 7
	m := (a + 11*h + 22*l) / 451
	n := h + l - 7*m + 114
	return time.Date(year, time.Month(n/31), n%31+1, 0, 0, 0, 0, time.UTC)
}

// easterHolidays are those that move with Easter, by days after Easter Sunday.
var easterHolidays = map[int]string{-3: "skærtorsdag", -2: "langfredag", 0: "påskedag", 1: "2. påskedag", 39: "Kristi himmelfartsdag", 49: "pinsedag", 50: "2. pinsedag"}

// prayerDay is store bededag, by days after Easter Sunday. It was a holiday for
// the last time in 2023 (act no. 214 of 6 March 2023).
const (
	prayerDay     = 26
	lastPrayerDay = 2023
)

// fixedHolidays are those with a date. Grundlovsdag, juleaftensdag and
// nytårsaftensdag are no holidays by law: the desk is closed on them, as most
// municipalities are.
var fixedHolidays = map[[2]int]string{{1, 1}: "nytårsdag", {6, 5}: "grundlovsdag", {12, 24}: "juleaftensdag", {12, 25}: "juledag", {12, 26}: "2. juledag", {12, 31}: "nytårsaftensdag"}

// Holiday is the Danish name of the holiday, or the desk's closed day, that t is
// in t's own zone; empty for all others. It is a rule of our own, since
// libraries disagree on the closed days and on store bededag.
func Holiday(t time.Time) string {
	year, month, day := t.Date()
	if name := fixedHolidays[[2]int{int(month), day}]; name != "" {
		return name
	}
	after := int(time.Date(year, month, day, 0, 0, 0, 0, time.UTC).Sub(Easter(year)).Hours() / 24)
	if after == prayerDay && year <= lastPrayerDay {
		return "store bededag"
	}
	return easterHolidays[after]
}

// IsWorkday tells whether the desk works on the day that t is in t's own zone.
func IsWorkday(t time.Time) bool {
	return t.Weekday() != time.Saturday && t.Weekday() != time.Sunday && Holiday(t) == ""
}

// Day is the beginning of the day that an instant is in Denmark.
func Day(t time.Time) time.Time {
	year, month, day := t.In(Copenhagen).Date()
	return time.Date(year, month, day, 0, 0, 0, 0, Copenhagen)
}

// AddWorkdays is the day in Denmark that is n working days after an instant's;
// the instant's own day does not count. n is at least 1.
func AddWorkdays(t time.Time, n int) time.Time {
	day := Day(t)
	for n > 0 {
		if day = day.AddDate(0, 0, 1); IsWorkday(day) {
			n--
		}
	}
	return day
}
