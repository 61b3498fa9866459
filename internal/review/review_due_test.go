package review

import (
	"strings"
	"testing"
	"time"

	"praksis/internal/catalogue"
)

func TestReviewWeek(t *testing.T) {
	for at, want := range map[string]struct {
		week string
		ok   bool
	}{
		"2026-11-23 06:59": {"2026-48", false}, "2026-11-23 07:00": {"2026-48", true}, "2026-11-27 16:00": {"2026-48", true},
		"2026-11-28 12:00": {"2026-48", false}, "2026-11-30 12:00": {"2026-49", true},
		"2026-12-24 12:00": {"2026-52", false}, "2026-12-28 12:00": {"2026-53", true}, "2027-01-01 12:00": {"2026-53", false}, // juleaften, nytår
		"2026-04-03 12:00": {"2026-14", false}, "2026-05-01 12:00": {"2026-18", true}, "2026-06-05 12:00": {"2026-23", false}, // langfredag; ingen store bededag; grundlovsdag
	} {
		now, err := time.ParseInLocation("2006-01-02 15:04", at, catalogue.Copenhagen)
		if err != nil {
			t.Fatal(err)
		}
		if week, ok := ReviewWeek(now.UTC()); week != want.week || ok != want.ok {
			t.Errorf("%s: %s, %v; want %+v", at, week, ok, want)
		}
	}
	// Five working days over Christmas.
	if got := ReviewHorizon(time.Date(2026, 12, 22, 12, 0, 0, 0, time.UTC)).Format(time.DateOnly); got != "2027-01-04" {
		t.Errorf("five working days after 22 December 2026 are %s", got)
	}
}

func TestReviewMail(t *testing.T) {
	now := time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC)
	day := time.Date(2026, 11, 20, 0, 0, 0, 0, time.UTC)
	one := ReviewMail([]DueExample{{"Gåture", "Skive Kommune", day}}, 1, now)
	if one.Values["title"] != "1 eksempel skal ses igen" || one.Values["text"] != "- Gåture (Skive Kommune): senest "+catalogue.DanishDay(day, now) || !one.Kind.ToDesk() {
		t.Errorf("%+v", one)
	}
	many := ReviewMail([]DueExample{{"A", "", day}, {"B", "", day}}, 7, now)
	if !strings.HasSuffix(many.Values["text"], "\n- og 5 til") || many.Values["title"] != "7 eksempler skal ses igen" {
		t.Errorf("%+v", many)
	}
}
