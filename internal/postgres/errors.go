package postgres

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
	"strings"

	"praksis/internal/catalogue"
	"praksis/internal/review"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/puddle/v2"
)

// SQLSTATE codes that are told apart.
const (
	codeUniqueViolation      = "23505"
	codeSerializationFailure = "40001"
	codeDeadlock             = "40P01"
	codeProtocolViolation    = "08P01"
	codeReadOnly             = "25006"
	codeLockTimeout          = "55P03"
	codeCanceled             = "57014"
)

// poolerRefusals are how PgBouncer's errors begin that waiting does not help. All its
// errors have one code, 08P01, those of a server that is away too, which pass.
var poolerRefusals = []string{"unsupported startup parameter", "no such database", "no such user", "bouncer config error", "SSL required", "TLS", "database name", "password authentication failed", "SASL authentication failed", "certificate authentication failed"}

// poolerRefuses tells whether a pooler will not have us, whoever is behind it.
func poolerRefuses(pe *pgconn.PgError) bool {
	return pe.Code == codeProtocolViolation && slices.ContainsFunc(poolerRefusals, func(begin string) bool { return strings.HasPrefix(pe.Message, begin) })
}

// conflicts are the unique constraints that somebody who does nothing wrong can
// run into, because somebody else was faster. A violation of any other
// constraint is a mistake of the program.
var conflicts = map[string]struct {
	// meaning says for the log what the other one has.
	meaning string
	// again is set where the same transaction succeeds when it is run again.
	again bool
}{
	"editor_email_idx":                    {meaning: "another open account has the mail address"},
	"editor_oidc_issuer_oidc_subject_key": {meaning: "another account is tied to the provider's user"},
	"practice_slug_key":                   {meaning: "another practice was published with the slug", again: true},
	"practice_slug_pkey":                  {meaning: "the address was given to another practice", again: true},
}

// refusals are the triggers that hold accounts to their roles (migration 24).
var refusals = map[string]error{
	"role_may_not":       catalogue.ErrForbidden,
	"last_administrator": review.ErrLastAdministrator,
}

// brokenOff tells whether a transaction failed because of another one that ran
// beside it, so that running it again helps.
func brokenOff(err error) bool {
	if errors.Is(err, errMoved) {
		return true
	}
	pe, ok := errors.AsType[*pgconn.PgError](err)
	return ok && (pe.Code == codeSerializationFailure || pe.Code == codeDeadlock || pe.Code == codeReadOnly || pe.Code == codeUniqueViolation && conflicts[pe.ConstraintName].again)
}

// Unavailable tells whether an error, a driver's own too, is that of a database
// that cannot be reached now.
func Unavailable(err error) bool { return errors.Is(mapped(err), catalogue.ErrUnavailable) }

// mapped turns a driver's error into the catalogue's, keeping the driver's
// words for the log. What is not in here is a mistake of the program.
func mapped(err error) error {
	if err == nil {
		return nil
	}
	if setup, ok := errors.AsType[*SetupError](err); ok {
		return setup // and not of the connection within which it was found
	}
	var kind error
	var pe *pgconn.PgError
	var connect *pgconn.ConnectError
	var network net.Error
	switch {
	case errors.Is(err, pgx.ErrNoRows):
		kind = catalogue.ErrNotFound
	case errors.As(err, &pe):
		conflict, expected := conflicts[pe.ConstraintName]
		switch {
		case pe.Code == codeUniqueViolation && expected:
			return fmt.Errorf("%w: %s: %w", catalogue.ErrConflict, conflict.meaning, err)
		case poolerRefuses(pe):
			return setupErrorf("the pooler refuses the connection: %s: mend the address of the database, or the pooler's settings", pe.Message)
		case refusals[pe.ConstraintName] != nil:
			return fmt.Errorf("%w: %w", refusals[pe.ConstraintName], err)
		case pe.Code == codeReadOnly, // a primary that is one no longer (throwAway)
			pe.Code[:2] == "40",                                           // a deadlock or a serialisation failure, which running again did not help
			pe.Code[:2] == "08", pe.Code[:2] == "53", pe.Code[:2] == "57": // connection, resources, shutdown
			kind = catalogue.ErrUnavailable
		}
	case errors.As(err, &connect), errors.As(err, &network) && !errors.Is(err, context.Canceled),
		errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF), pgconn.SafeToRetry(err), // it died under us
		errors.Is(err, puddle.ErrClosedPool): // we are ending
		kind = catalogue.ErrUnavailable
	}
	if kind == nil || errors.Is(err, kind) {
		return err
	}
	return fmt.Errorf("%w: %w", kind, err)
}
