package review

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"time"
	"unicode/utf8"

	"praksis/internal/catalogue"
)

// Limits of a shortlist. What one carries to a meeting is far below.
const (
	MaxShortlist         = 50   // examples
	MaxShortlistNote     = 2000 // characters
	MaxShortlistEditions = 20
	MaxShortlistLinks    = 20 // that work
)

// ShortlistMonths is for how long a shortlist is kept after it was used last.
const ShortlistMonths = 12

// ShortlistDue is the day on which those that were used last on it, or before, are erased.
func ShortlistDue(now time.Time) time.Time { return now.UTC().AddDate(0, -ShortlistMonths, 0) }

// CheckShortlistTitle says in Danish what keeps a shortlist's title from being taken, and
// CheckShortlistNote the same of a note; empty where nothing does.
func CheckShortlistTitle(s string) string { return checkShortlist(s, catalogue.MaxTitle) }

// CheckShortlistNote is CheckShortlistTitle for a note.
func CheckShortlistNote(s string) string { return checkShortlist(s, MaxShortlistNote) }

func checkShortlist(s string, limit int) string {
	switch n := utf8.RuneCountInString(s); {
	case !catalogue.Legible(s):
		return Illegible
	case n > limit:
		return fmt.Sprintf("Teksten er på %d tegn. Der er plads til %d. Gør den kortere.", n, limit)
	case HoldsCPR(s):
		return cprMessage
	}
	return ""
}

// Seen is by what a form knows the text that it was made from.
func Seen(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:8])
}

// Joined is what a text becomes that somebody typed over what they had seen (Seen), when
// it is now in force; conflict tells that somebody else has written something else
// meanwhile, so that neither may be lost.
func Joined(now, seen, typed string) (text string, conflict bool) {
	switch {
	case Seen(typed) == seen, typed == now: // not touched, or the same
		return now, false
	case Seen(now) == seen:
		return typed, false
	}
	return now, true
}
