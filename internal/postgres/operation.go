package postgres

import (
	"context"
	"encoding/json"
	"time"

	"github.com/jackc/pgx/v5"
)

// OperationKind is what was done with the whole of the catalogue.
type OperationKind string

// The kinds of operations.
const (
	OperationBackup  OperationKind = "backup"
	OperationRestore OperationKind = "restore"
	OperationDrill   OperationKind = "drill" // a restore aside, compared and thrown away
)

// Operation is one of them, and what came of it.
type Operation struct {
	Kind              OperationKind
	Started, Finished time.Time
	OK                bool
	// Bytes is the size of the file.
	Bytes int64
	// Detail is a JSON object, for people: of what failed, "error" says why. It has no
	// personal data.
	Detail json.RawMessage
}

// operationsKept is how long it is known what was done.
const operationsKept = 400 * 24 * time.Hour

// RecordOperation notes what came of an operation. Those of long ago are forgotten.
func (s *Store) RecordOperation(ctx context.Context, o Operation) error {
	if len(o.Detail) == 0 {
		o.Detail = json.RawMessage("{}")
	}
	return s.write(ctx, func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, `INSERT INTO operation_run (kind, started, finished, ok, bytes, detail) VALUES ($1, $2, $3, $4, $5, $6)`,
			string(o.Kind), o.Started, o.Finished, o.OK, o.Bytes, o.Detail)
		if err != nil {
			return err
		}
		_, err = tx.Exec(ctx, `DELETE FROM operation_run WHERE kind = $1 AND finished < $2`, string(o.Kind), o.Finished.Add(-operationsKept))
		return err
	})
}

// LastOperations are of each kind the last one, and the last one that went well: what
// has never been done is missing. They come by kind, the newest first.
func (s *Store) LastOperations(ctx context.Context) ([]Operation, error) {
	rows, _ := s.pool.Query(ctx, lastOperations)
	list, err := pgx.CollectRows(rows, pgx.RowToStructByPos[Operation])
	return list, mapped(err)
}

const lastOperations = `
	SELECT kind, started, finished, ok, bytes, detail FROM operation_run
	WHERE id IN (SELECT max(id) FROM operation_run GROUP BY kind UNION SELECT max(id) FROM operation_run WHERE ok GROUP BY kind)
	ORDER BY kind, id DESC`
