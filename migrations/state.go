package migrations

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// ErrTooOld tells that a migration has taken away what this program needs, by
// what schema_needs says.
var ErrTooOld = errors.New("this program is older than the database")

// numbers are those of the steps in FS, in their order.
var numbers = sync.OnceValues(func() (list []int64, err error) {
	files, err := fs.Glob(FS, "[0-9]*.sql")
	for _, name := range files {
		text, _, _ := strings.Cut(name, "_")
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		list = append(list, n)
	}
	slices.Sort(list)
	return list, err
})

// Check fails with ErrTooOld when this program does not know the step that the
// database says a program must know.
func Check(needs int64) error {
	steps, err := numbers()
	if err != nil {
		return err
	}
	if newest := steps[len(steps)-1]; newest < needs {
		return fmt.Errorf("%w: it knows migrations up to %d, and the database needs a program that knows %d: run that program, or restore a backup from before that migration", ErrTooOld, newest, needs)
	}
	return nil
}

// state is one look at how far a database is.
type state struct {
	Applied []int64 // our steps
	Queue   []int64 // River's
	Granted bool    // riverGrants has been carried out since the last table was made
	Needs   int64   // the step that a program must know
}

const stateSQL = `
SELECT ARRAY(SELECT version_id FROM goose_db_version WHERE is_applied),
       ARRAY(SELECT version::bigint FROM river_migration WHERE line = 'main'),
       (` + riverGranted + `),
       (SELECT migration::bigint FROM schema_needs)`

// lookTime is what one look may take. A pooler lets clients in whose server is away,
// and has them wait for their first answer: two minutes, as PgBouncer comes.
const lookTime = 10 * time.Second

// current tells in one question whether there is nothing to do, as at nearly
// every start. It fails with ErrTooOld, and when the database does not answer.
func current(ctx context.Context, cfg *pgx.ConnConfig) (bool, error) {
	ctx, cancel := context.WithTimeout(ctx, lookTime)
	defer cancel()
	conn, err := pgx.ConnectConfig(ctx, cfg)
	if err != nil {
		return false, err
	}
	defer conn.Close(context.WithoutCancel(ctx))
	var s state
	err = conn.QueryRow(ctx, stateSQL, pgx.QueryExecModeSimpleProtocol).Scan(&s.Applied, &s.Queue, &s.Granted, &s.Needs)
	if pe, ok := errors.AsType[*pgconn.PgError](err); ok && (pe.Code == "42P01" || pe.Code == "42703" || pe.Code == "42704") {
		return false, nil // a table, column or role is missing: all is still to be made
	}
	if err != nil {
		return false, err
	}
	if err := Check(s.Needs); err != nil {
		return false, err
	}
	steps, err := numbers()
	if err != nil {
		return false, err
	}
	for _, n := range steps {
		if !slices.Contains(s.Applied, n) {
			return false, nil
		}
	}
	m, err := riverMigrator(nil)
	if err != nil {
		return false, err
	}
	for _, v := range m.AllVersions() {
		if !slices.Contains(s.Queue, int64(v.Version)) {
			return false, nil
		}
	}
	return s.Granted, nil
}

// Steps are the numbers of the steps that this program knows, in their order.
func Steps() ([]int64, error) { return numbers() }

// QueueStep is the newest of River's steps that this program knows.
func QueueStep() (newest int64, err error) {
	m, err := riverMigrator(nil)
	if err != nil {
		return 0, err
	}
	for _, v := range m.AllVersions() {
		newest = max(newest, int64(v.Version))
	}
	return newest, nil
}
