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
