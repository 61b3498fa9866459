package review

import (
	"time"

	"praksis/internal/catalogue"
)

// LinkOutcome is what a check of an address found.
type LinkOutcome string

// The outcomes. Unclear is an address that may not be checked, or whose server will
// not tell a program: it speaks neither for the address nor against it.
const (
	LinkWorks   LinkOutcome = "works"
	LinkFails   LinkOutcome = "fails"
	LinkUnclear LinkOutcome = "unclear"
)

// LinkReason is why an address fails, or was not checked.
type LinkReason string

// The reasons.
const (
	LinkNotFound    LinkReason = "not_found"   // 404, 410, and other answers that refuse
	LinkServerError LinkReason = "server"      // 5xx
	LinkNoHost      LinkReason = "no_host"     // no such name
	LinkNoAnswer    LinkReason = "no_answer"   // refused, reset, or too late
	LinkCertificate LinkReason = "certificate" // a browser would warn
	LinkRedirects   LinkReason = "redirects"   // sent on too often
	LinkForbidden   LinkReason = "forbidden"   // not for programs, or not for everybody
	LinkNotPublic   LinkReason = "not_public"  // leads into a private network
	LinkNotWeb      LinkReason = "not_web"     // not http or https on their own ports
)

// Danish says the reason as an editor reads it.
func (r LinkReason) Danish() string {
	return map[LinkReason]string{
		LinkNotFound: "Siden findes ikke mere.", LinkServerError: "Serveren melder fejl.", LinkNoHost: "Serverens navn findes ikke.",
		LinkNoAnswer: "Serveren svarer ikke.", LinkCertificate: "Sidens certifikat duer ikke. Browseren advarer om den.", LinkRedirects: "Adressen sender videre i ring.",
		LinkForbidden: "Serveren lader ikke programmer se siden. Prøv selv linket.", LinkNotPublic: "Adressen fører ind i et lukket net.", LinkNotWeb: "Det er ikke en almindelig webadresse.",
	}[r]
}

// LinkResult is the outcome of one check.
type LinkResult struct {
	Outcome LinkOutcome
	Reason  LinkReason // empty where the address works
}

const (
	// LinkTries is how often an address that fails is tried in one round, and
	// LinkRetry the pause between two tries: servers are restarted now and then.
	LinkTries = 3
	LinkRetry = 20 * time.Minute
	// DeadAfter is in how many valid rounds in a row an address fails before the
	// public page says so.
	DeadAfter = 3
	// LinkRoundEvery is the time between the beginnings of two rounds, and
	// LinkVoidRetry that after a void one.
	LinkRoundEvery = 7 * 24 * time.Hour
	LinkVoidRetry  = 24 * time.Hour
	// linkKept is how many months an editor's word holds that an address works.
	linkKept = 12
)

// LinkState is what is known of an address after some rounds.
type LinkState struct {
	Failures int       // valid rounds in a row in which it failed
	Since    time.Time // the day of the first of them; the zero time: none
	Dead     bool      // the public page says that it does not work, since that day
	// KeptUntil is until when an editor has said that it works.
	KeptUntil time.Time
}

// VoidRound tells whether a round says nothing of the addresses, but of our own
// line: more than half of those failed that worked so far. Those that are dead
// already are not among them: many old addresses are no reason to doubt a round.
func VoidRound(checked, failed int) bool { return 2*failed > checked }

// Counts tells whether an address's outcome tells of our line.
func (s LinkState) Counts(o LinkOutcome) bool { return o != LinkUnclear && s.Failures < DeadAfter }

// After is the state after a valid round that ended now.
func (s LinkState) After(o LinkOutcome, now time.Time) LinkState {
	switch o {
	case LinkWorks:
		s.Failures, s.Since, s.Dead = 0, time.Time{}, false
	case LinkFails:
		if s.Failures++; s.Failures == 1 {
			s.Since = catalogue.Day(now)
		}
		s.Dead = s.Failures >= DeadAfter && !now.Before(s.KeptUntil)
	}
	return s
}

// Rechecked is the state after one check that an editor asked for. A failure is
// no round and changes nothing.
func (s LinkState) Rechecked(o LinkOutcome) LinkState {
	if o == LinkWorks {
		s.Failures, s.Since, s.Dead = 0, time.Time{}, false
	}
	return s
}

// Kept is the state after an editor has said that the address works.
func (s LinkState) Kept(now time.Time) LinkState {
	s.Dead, s.KeptUntil = false, now.AddDate(0, linkKept, 0)
	return s
}

// LinkRoundDue tells whether another round is to begin now, by when the last one
// began and whether it was void; the zero time for none.
func LinkRoundDue(began time.Time, void bool, now time.Time) bool {
	if void {
		return !now.Before(began.Add(LinkVoidRetry))
	}
	return !now.Before(began.Add(LinkRoundEvery))
}

// What the desk does with addresses that fail.
const (
	// RecheckLink has an address checked at once.
	RecheckLink Action = "recheck_link"
	// KeepLink says that an address works, whatever a program finds.
	KeepLink Action = "keep_link"
	// HideSearch says whether a search that found nothing matters.
	HideSearch Action = "hide_search"
)

// LinkEventKind is what happened to an address.
type LinkEventKind string

// What editors do, and then what the program finds.
const (
	LinkRechecked LinkEventKind = "rechecked"
	LinkKeptEvent LinkEventKind = "kept"
	LinkDied      LinkEventKind = "died"
	LinkRevived   LinkEventKind = "revived"
)
