package review

import (
	"fmt"
	"strings"
	"time"

	"praksis/internal/catalogue"
)

const (
	// reviewAhead is how many working days ahead the desk is told of what is due.
	reviewAhead = 5
	// reminderHour is from which hour of a working day on, in Denmark.
	reminderHour = 7
	// MaxDueListed is how many examples the mail names.
	MaxDueListed = 20
)

// ReviewWeek is the week in which the desk is reminded at an instant of what is due
// for review: "2026-48". It is false when it is not reminded then: in the night and
// on days on which it does not work. One mail is sent in a week.
func ReviewWeek(now time.Time) (week string, ok bool) {
	at := now.In(catalogue.Copenhagen)
	year, n := at.ISOWeek()
	return fmt.Sprintf("%d-%02d", year, n), catalogue.IsWorkday(at) && at.Hour() >= reminderHour
}

// RunDay is the day, in Denmark, whose run of what is done once a day is due at an
// instant, as "2026-11-29". It begins at reminderHour, so that what is sent comes by
// day; before, a run that nobody has made yet is still the day before's. By the clock
// on the wall, so that no day is left out or comes twice when the clocks change.
func RunDay(now time.Time) string {
	at := now.In(catalogue.Copenhagen)
	if at.Hour() < reminderHour {
		at = catalogue.Day(at).AddDate(0, 0, -1)
	}
	return at.Format(time.DateOnly)
}

// ReviewHorizon is the last day whose review dates the desk is told of at an instant:
// it has some working days left for them.
func ReviewHorizon(now time.Time) time.Time { return catalogue.AddWorkdays(now, reviewAhead) }

// DueExample is a published example that is to be looked at again.
type DueExample struct {
	Title, Organisation string
	By                  time.Time // the day
}

// ReviewMail tells the desk of what is due for review, by day; total is how many
// there are, the first of which are given.
func ReviewMail(due []DueExample, total int, now time.Time) Mail {
	count := "1 eksempel skal ses igen"
	if total != 1 {
		count = fmt.Sprintf("%d eksempler skal ses igen", total)
	}
	var lines []string
	for _, x := range due {
		line := "- " + x.Title
		if x.Organisation != "" {
			line += " (" + x.Organisation + ")"
		}
		lines = append(lines, line+": senest "+catalogue.DanishDay(x.By, now))
	}
	if more := total - len(due); more > 0 {
		lines = append(lines, fmt.Sprintf("- og %d til", more))
	}
	return Mail{Kind: MailReviewDue, Values: map[string]string{"title": count, "text": strings.Join(lines, "\n"), "date": catalogue.DanishDate(now.In(catalogue.Copenhagen))}}
}
