package postgres

import (
	"errors"
	"fmt"
	"regexp"

	"praksis/internal/review"

	"github.com/jackc/pgx/v5/pgconn"
)

// FaultsError tells what is wrong with records that were to be loaded. Nothing
// was written.
type FaultsError struct {
	Faults []RecordFault
	// More is set when there were faults beyond MaxFaults.
	More bool
}

// MaxFaults is how many faults a load reports: enough to mend a file by.
const MaxFaults = 100

// RecordFault is one fault and where it is: a seed's key, or "line 12".
type RecordFault struct {
	Where string
	review.Fault
}

func (e *FaultsError) add(where string, f review.Fault) {
	if len(e.Faults) == MaxFaults {
		e.More = true
		return
	}
	f.Message = review.Mask(f.Message) // some quote what the record says
	e.Faults = append(e.Faults, RecordFault{where, f})
}

func (e *FaultsError) Error() string {
	s := fmt.Sprintf("nothing loaded: %d faults", len(e.Faults))
	if e.More {
		s = fmt.Sprintf("nothing loaded: more than %d faults", MaxFaults)
	}
	for _, f := range e.Faults {
		s += "\n" + f.Where + ": " + f.Fault.String()
	}
	return s
}

// refusedError tells by which rule the database refuses a record, and not what
// the record says: a message of PostgreSQL may quote it, its detail does.
type refusedError struct {
	where string
	err   error
	pg    *pgconn.PgError
}

// copiedColumn finds the column in the context that PostgreSQL gives of a COPY;
// what follows it is the content.
var copiedColumn = regexp.MustCompile(`^COPY [^:"]*, column ([a-z_]+)`)

// Error is one line.
func (e *refusedError) Error() string {
	s := "the database refuses it"
	if e.where != "" {
		s = e.where + ": " + s
	}
	if e.pg.TableName != "" {
		s += ", table " + e.pg.TableName
	}
	column := e.pg.ColumnName
	if m := copiedColumn.FindStringSubmatch(e.pg.Where); column == "" && m != nil {
		column = m[1]
	}
	if column != "" {
		s += ", column " + column
	}
	if e.pg.ConstraintName != "" {
		s += ", constraint " + e.pg.ConstraintName
	}
	return s + " (SQLSTATE " + e.pg.Code + ")"
}

func (e *refusedError) Unwrap() error { return e.err }

// refused tells whether the database has refused a record for what it says:
// errors of data, of constraints, and those that our own triggers raise.
func refused(err error) bool {
	pe, ok := errors.AsType[*pgconn.PgError](err)
	if !ok {
		return false
	}
	switch pe.Code[:2] {
	case "22", "23", "P0":
		return true
	}
	return false
}

// withoutContent adds to an error where it was, if that is known. One that
// could quote a record says its rule instead.
func withoutContent(where string, err error) error {
	if err == nil {
		return nil
	}
	if _, ok := errors.AsType[*refusedError](err); !ok && refused(err) {
		pe, _ := errors.AsType[*pgconn.PgError](err)
		return &refusedError{where, err, pe}
	}
	if where == "" {
		return err
	}
	return fmt.Errorf("%s: %w", where, err)
}
