// Package catalogue says what the catalogue is: practices with their findings,
// vocabularies, organisations, the finder's query with its canonical address
// and its sentence in words, the paths of pages, and the errors that every
// room shares. It is a leaf: it imports nothing but the standard library.
package catalogue

import (
	"errors"
	"fmt"
)

// Errors that rooms hand to each other. The pages' error table turns them into
// a status and a Danish page.
var (
	// ErrNotFound: no such thing, or none that the asker may see.
	ErrNotFound = errors.New("not found")
	// ErrGone: it was public and has been removed for good.
	ErrGone = errors.New("gone")
	// ErrConflict: somebody else changed it first.
	ErrConflict = errors.New("conflict")
	// ErrForbidden: the asker is known, and may not do it.
	ErrForbidden = errors.New("forbidden")
	// ErrUnavailable: a server that is needed does not answer just now.
	ErrUnavailable = errors.New("unavailable")
	// ErrOutcomeUnknown: what was to be written may have been written or not, because
	// the line was cut while it was. It is an ErrUnavailable.
	ErrOutcomeUnknown = fmt.Errorf("it is not known whether it was written: %w", ErrUnavailable)
	// ErrPreparing: the search is still being made ready after a start. It is an
	// ErrUnavailable.
	ErrPreparing = fmt.Errorf("the search is being made ready: %w", ErrUnavailable)
)

// MovedError says that what was asked for now stands at another slug.
type MovedError struct{ Slug string }

func (e *MovedError) Error() string { return "moved to " + e.Slug }
