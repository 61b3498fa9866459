package review

import (
	"fmt"
	"strings"
	"time"
)

// Sending is what is known of how a submission was sent.
type Sending struct {
	// Honeypot is what stood in the field that people do not see.
	Honeypot string
	// Took is the time since the form was first served; 0 when it is not known,
	// which is suspicious too: every form carries it.
	Took time.Duration
	// Recent is how many came from the same network within the last hour.
	Recent int
}

// Limits beyond which a submission is held: it waits as any other, marked. A
// whole municipality sits behind one address, so nothing is refused.
const (
	maxRecent    = 20
	maxProseLink = 3 // web addresses in running text; sources and links have fields of their own
	repeatLength = 40
)

// minTook is the least time that a person takes.
var minTook = map[SubmissionKind]time.Duration{KindTip: 3 * time.Second, KindShort: 6 * time.Second, KindFull: 10 * time.Second, KindQuestion: 3 * time.Second}

// Suspicious says, to the desk, why a submission is held; empty when nothing is
// odd.
func Suspicious(s *Submission, how Sending) string {
	var why []string
	if strings.TrimSpace(how.Honeypot) != "" {
		why = append(why, "Et felt, som mennesker ikke kan se, er udfyldt.")
	}
	if how.Took < minTook[s.Kind] {
		why = append(why, fmt.Sprintf("Den er sendt kun %d sek. efter, at siden blev åbnet.", int(max(0, how.Took)/time.Second)))
	}
	if how.Recent > maxRecent {
		why = append(why, fmt.Sprintf("Der er kommet %d fra samme netværk den seneste time.", how.Recent))
	}
	links, again, seen := 0, false, map[string]bool{}
	for _, f := range submissionTexts(s) {
		if f.class != prose {
			continue
		}
		links += len(findAddresses(f.text))
		if text := strings.Join(plainWords(f.text), " "); len(text) >= repeatLength {
			again = again || seen[text]
			seen[text] = true
		}
	}
	if links > maxProseLink {
		why = append(why, fmt.Sprintf("Der er %d links i teksten.", links))
	}
	if again {
		why = append(why, "Den samme tekst står i flere felter.")
	}
	return strings.Join(why, " ")
}
