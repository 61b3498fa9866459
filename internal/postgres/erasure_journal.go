package postgres

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"slices"
	"time"

	"praksis/internal/catalogue"
	"praksis/internal/ops/erasures"

	"github.com/jackc/pgx/v5"
)

// journaled is an erasure that stands in the journal before its transaction is committed.
// One too many there does no harm; one too few would be undone by a restore.
type journaled struct {
	erasures.Entry
	// texts stand there by what only their key can compute (house.md); cut, which are found
	// as they are alone, are what was found of them before "…".
	texts, cut []string
}

// journal notes an erasure that a transaction of Store.write is about to do. It is written
// when all else of it is done: its lock is the last.
func journal(tx pgx.Tx, j journaled) error {
	l, ok := tx.(*lockingTx)
	if !ok {
		return errOutside
	}
	l.erasures = append(l.erasures, j)
	return nil
}

// errOutside is a mistake of the program.
var errOutside = errors.New("an erasure outside of Store.write")

type replaying struct{}

// erasesAgain is set while the journal itself is carried out.
func erasesAgain(ctx context.Context) context.Context {
	return context.WithValue(ctx, replaying{}, true)
}

// writeJournal writes the erasures of a transaction, and returns what is to be added once
// it is committed. Where the journal cannot take them, the database keeps the lines until
// it can (WriteErasures): what is to be erased is erased.
func (s *Store) writeJournal(ctx context.Context, tx *lockingTx) (marks []byte, err error) {
	if len(tx.erasures) == 0 || ctx.Value(replaying{}) != nil {
		return nil, nil
	}
	if _, err := rankUp(tx, rankErasures); err != nil {
		return nil, err
	}
	k, err := erasureKeyOf(ctx, tx, ` FOR UPDATE`)
	if err != nil {
		return nil, err
	}
	var lines []byte
	for _, j := range tx.erasures {
		e := j.Entry
		e.Chain, e.N, e.ID, e.At = k.Chain, k.N, newErasureID(), time.Now().UTC().Truncate(time.Second)
		for _, text := range j.texts {
			e.Texts = append(e.Texts, k.key.Of(text, catalogue.Slugify(text)))
		}
		for _, text := range j.cut {
			e.Texts = append(e.Texts, k.key.Exactly(text))
		}
		line, err := e.Line()
		if err != nil {
			return nil, err
		}
		mark, err := erasures.Entry{Chain: e.Chain, N: e.N, ID: e.ID, At: e.At, Done: true}.Line()
		if err != nil {
			return nil, err
		}
		lines, marks = append(lines, line...), append(marks, mark...)
		k.N, k.key = k.N+1, k.key.After(1)
	}
	if _, err := tx.Exec(ctx, `UPDATE erasure_key SET n = $1, key = $2`, k.N, k.key[:]); err != nil {
		return nil, err
	}
	if s.JournalErasures != nil && s.JournalErasures(lines) == nil {
		return marks, nil
	}
	_, err = tx.Exec(ctx, `INSERT INTO erasure_unwritten (line, at) VALUES ($1, $2)`, string(append(lines, marks...)), time.Now().UTC())
	return nil, err
}

func newErasureID() string {
	b := make([]byte, 8)
	rand.Read(b) // never fails
	return hex.EncodeToString(b)
}

// erasureKey is what the next erasure is known by.
type erasureKey struct {
	Chain string
	N     int64
	Key   []byte
	key   erasures.Key
}

func erasureKeyOf(ctx context.Context, tx pgx.Tx, lock string) (k erasureKey, err error) {
	err = tx.QueryRow(ctx, `SELECT chain::text, n, key FROM erasure_key`+lock).Scan(&k.Chain, &k.N, &k.Key)
	copy(k.key[:], k.Key)
	return k, err
}

// WriteErasures writes to the journal what it could not take before, and tells how many
// times that was.
func (s *Store) WriteErasures(ctx context.Context) (n int, err error) {
	err = s.write(ctx, func(tx pgx.Tx) error {
		var lines string
		if err := tx.QueryRow(ctx, `
			WITH gone AS (DELETE FROM erasure_unwritten RETURNING id, line) SELECT count(*), coalesce(string_agg(line, '' ORDER BY id), '') FROM gone`).Scan(&n, &lines); err != nil || n == 0 {
			return err
		}
		if s.JournalErasures == nil {
			return errors.New("there is no journal of erasures")
		}
		return s.JournalErasures([]byte(lines))
	})
	if err != nil {
		return 0, err
	}
	return n, nil
}

// UnwrittenErasures tells how often the journal could not be written to and lacks what was
// erased, and since when.
func (s *Store) UnwrittenErasures(ctx context.Context) (n int, since time.Time, err error) {
	err = s.pool.QueryRow(ctx, `SELECT count(*), coalesce(min(at), 'epoch') FROM erasure_unwritten`).Scan(&n, &since)
	return n, since.UTC(), mapped(err)
}

// AwaitErasures notes that this database is an older copy, in which what was erased since
// is still to be erased again (ReplayErasures): one instance's journal shows it, and the
// others' do not.
func (s *Store) AwaitErasures(ctx context.Context) error {
	return s.write(ctx, func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, `UPDATE erasure_key SET awaited = true`)
		return err
	})
}

// ErasuresAwaited tells whether somebody has noted that. Nobody may be served from it.
func (s *Store) ErasuresAwaited(ctx context.Context) (awaited bool, err error) {
	err = s.pool.QueryRow(ctx, `SELECT awaited FROM erasure_key`).Scan(&awaited)
	return awaited, mapped(err)
}

// references are those of submissions, by which any copy of the database knows them.
func references(ctx context.Context, tx pgx.Tx, ids []int64) ([]string, error) {
	rows, _ := tx.Query(ctx, `SELECT reference FROM submission WHERE id = ANY ($1) ORDER BY id`, ids)
	return pgx.CollectRows(rows, pgx.RowTo[string])
}

// journalText notes that texts were taken out of what belongs together, or from everywhere.
func (e *eraser) journal(ctx context.Context, kind erasures.Kind, texts []string, everywhere bool, groups []belongs) error {
	j := journaled{texts: texts, cut: e.cuts()}
	j.Kind, j.Everywhere, j.KeepAddresses = kind, everywhere, e.keepAddresses
	var submissions []int64
	for _, g := range groups {
		submissions, j.Practices = append(submissions, g.submissions...), append(j.Practices, g.practices...)
	}
	slices.Sort(j.Practices)
	j.Practices = slices.Compact(j.Practices)
	var err error
	if j.Submissions, err = references(ctx, e.tx, submissions); err != nil {
		return err
	}
	return journal(e.tx, j)
}

// journalRows notes rows that are erased whole, with the moment when each was made.
func journalRows(ctx context.Context, tx pgx.Tx, table, made string, ids []int64) error {
	rows, _ := tx.Query(ctx, `SELECT id, `+made+` FROM `+table+` WHERE id = ANY ($1) ORDER BY id`, ids)
	var id int64
	var at time.Time
	_, err := pgx.ForEachRow(rows, []any{&id, &at}, func() error {
		e := erasures.Entry{Kind: erasures.Rows, Table: table, Row: id, Made: at.UTC()}
		if table == "editor" {
			e.Kind = erasures.Account
		}
		return journal(tx, journaled{Entry: e})
	})
	return err
}
