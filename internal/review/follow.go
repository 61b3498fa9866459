package review

import (
	"strconv"
	"time"

	"praksis/internal/catalogue"
)

// Frequency is how often somebody is told what is new in a list.
type Frequency string

// Daily and Weekly are by the Danish calendar.
const (
	Daily  Frequency = "daily"
	Weekly Frequency = "weekly"
)

// Frequencies are all of them.
var Frequencies = catalogue.Options[Frequency]{
	{Code: Daily, Slug: "dagligt", Label: "Hver dag, der er noget nyt"},
	{Code: Weekly, Slug: "ugentligt", Label: "Højst én gang om ugen"},
}

// FollowDays is how many days somebody has to confirm that they want to follow a list.
const FollowDays = 7

// DigestBefore is the day, as "2026-11-29", before which a list must have been looked
// through last to be due on a Danish day (RunDay): the day itself, or the Monday of its
// week. So there is one look a day or a week, on the first day on which anybody looks.
// A day that is none is given back.
func DigestBefore(f Frequency, day string) string {
	t, err := time.Parse(time.DateOnly, day)
	if err != nil || f != Weekly {
		return day
	}
	sinceMonday := (int(t.Weekday()) + 6) % 7
	return t.AddDate(0, 0, -sinceMonday).Format(time.DateOnly)
}

// DigestList is what is new in one list that somebody follows.
type DigestList struct {
	Name  string // "Eksempler for angst"
	Query catalogue.Query
	// Total is how many examples are new or changed; Examples are the first of them.
	Total    int
	Examples []DigestExample
}

// DigestExample is an example that is new in a list, or has changed in it.
type DigestExample struct {
	Card catalogue.Card // with the verdicts of what the list asks for
	New  bool
}

// DigestMail tells somebody what is new in the lists that they follow; total is the
// number of examples in all lists together.
func DigestMail(total int) Mail {
	title := "1 nyt eller ændret eksempel"
	if total != 1 {
		title = strconv.Itoa(total) + " nye eller ændrede eksempler"
	}
	return Mail{Kind: MailDigest, Values: map[string]string{"title": title}}
}

// FollowMail asks somebody whether they want to follow a list. It says nothing of the
// list: a stranger may have ordered it, in words of their own.
func FollowMail(until time.Time) Mail {
	return Mail{Kind: MailFollow, Values: map[string]string{"date": catalogue.DanishDate(until.In(catalogue.Copenhagen))}}
}
