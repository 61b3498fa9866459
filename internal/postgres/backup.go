package postgres

import (
	"context"
	"fmt"
	"io"
	"maps"
	"slices"

	"github.com/jackc/pgx/v5"
)

// Facts are what a backup says of the database that it is of.
type Facts struct {
	Schema                      int64 // the last migration
	Shape, Seeds                int
	Version                     int64
	Identity                    string
	Server, Encoding, Collation string
}

// Table is a table of the database, with the columns that are written to it.
type Table struct {
	Name    string
	Columns []string
}

// Sequence is where one stands: the number that it gave out last, or gives out next
// where Called is unset.
type Sequence struct {
	Name   string
	Value  int64
	Called bool
}

// made are the tables whose rows the migrations write: a restored database has its own.
var made = []string{"goose_db_version", "river_migration", "role_event", "schema_needs"}

// leftOut says of the tables that a backup leaves out why it does.
var leftOut = map[string]string{
	"sessions": "whoever was signed in signs in again", "carried_form": "forms on their way through a sign-in, for minutes", "sign_in_failure": "of the last minutes",
	"river_job": "what waits to be done is found again; of mails that waited, see Restore", "river_leader": "the queue's own", "river_notification": "the queue's own", "river_queue": "the queue's own",
}

// tables are those of the database whose rows a backup has, by name.
const tablesSQL = `
	SELECT c.relname::text, array_agg(a.attname::text ORDER BY a.attnum)
	FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
	WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relname <> ALL ($1)
	GROUP BY c.relname ORDER BY c.relname`

func tables(ctx context.Context, tx pgx.Tx) ([]Table, error) {
	rows, _ := tx.Query(ctx, tablesSQL, append(slices.Sorted(maps.Keys(leftOut)), append(made, unfinished)...))
	return pgx.CollectRows(rows, pgx.RowToStructByPos[Table])
}

// plainText has values written in one way, whatever the server's settings are.
const plainText = `
	SET LOCAL DateStyle = 'ISO, YMD'; SET LOCAL IntervalStyle = 'postgres'; SET LOCAL TimeZone = 'UTC'; SET LOCAL bytea_output = 'hex';
	SET LOCAL extra_float_digits = 1; SET LOCAL client_encoding = 'UTF8'; SET LOCAL search_path = public;
	SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0`

// Moment is the database at one moment, as it is read for a backup.
type Moment struct {
	Facts     Facts
	Tables    []Table
	Sequences []Sequence
	tx        pgx.Tx
}

// ReadMoment hands do the database as it is now, while others go on.
func (s *Store) ReadMoment(ctx context.Context, do func(*Moment) error) error {
	return mapped(inTx(ctx, s.sessions(), ofOneMoment, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, plainText); err != nil {
			return err
		}
		m := &Moment{tx: tx}
		f := &m.Facts
		// It takes the snapshot: what sequences say afterwards is not behind it.
		err := tx.QueryRow(ctx, `
			SELECT (SELECT max(version_id) FROM goose_db_version WHERE is_applied), v.n, v.identity::text, (SELECT greatest(newest, (SELECT max(shape) FROM public_practice)) FROM public_shape), coalesce((SELECT number FROM seed_load), 0), current_setting('server_version'),
			  pg_encoding_to_char(d.encoding)::text, d.datcollate::text
			FROM catalogue_version v, pg_database d WHERE d.datname = current_database()`).
			Scan(&f.Schema, &f.Version, &f.Identity, &f.Shape, &f.Seeds, &f.Server, &f.Encoding, &f.Collation)
		if err != nil {
			return err
		}
		if m.Tables, err = tables(ctx, tx); err != nil {
			return err
		}
		if m.Sequences, err = sequences(ctx, tx); err != nil {
			return err
		}
		return do(m)
	}))
}

// CopyTo writes the rows of a table, each a line.
func (m *Moment) CopyTo(ctx context.Context, t Table, to io.Writer) error {
	_, err := m.tx.Conn().PgConn().CopyTo(ctx, to, `COPY public.`+pgx.Identifier{t.Name}.Sanitize()+` (`+columnList(t.Columns)+`) TO STDOUT`)
	return err
}

// PageHash tells a page that the public sees from any other.
type PageHash struct {
	ID    int64 // of the practice
	Shape int   // that it was made with
	Hash  string
}

// Pages calls fn with every page that the public sees, by number.
func (m *Moment) Pages(ctx context.Context, fn func(PageHash) error) error {
	return pages(ctx, m.tx, fn)
}

func pages(ctx context.Context, tx pgx.Tx, fn func(PageHash) error) error {
	rows, err := tx.Query(ctx, `SELECT id, shape, encode(sha256(convert_to(page::text, 'UTF8')), 'hex') FROM public_practice WHERE page IS NOT NULL ORDER BY id`)
	if err != nil {
		return err
	}
	var p PageHash
	_, err = pgx.ForEachRow(rows, []any{&p.ID, &p.Shape, &p.Hash}, func() error { return fn(p) })
	return err
}

// PageHashes is Pages of the present moment.
func (s *Store) PageHashes(ctx context.Context, fn func(PageHash) error) error {
	return s.snapshot(ctx, func(tx pgx.Tx) error { return pages(ctx, tx, fn) })
}

func columnList(columns []string) string {
	list := ""
	for i, c := range columns {
		if i > 0 {
			list += ", "
		}
		list += pgx.Identifier{c}.Sanitize()
	}
	return list
}

// sequences are all of ours, and where they stand.
func sequences(ctx context.Context, tx pgx.Tx) ([]Sequence, error) {
	rows, _ := tx.Query(ctx, `SELECT relname::text FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'S' AND relname NOT LIKE 'river\_%' AND relname NOT LIKE 'goose\_%' ORDER BY relname`)
	names, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return nil, err
	}
	list := make([]Sequence, len(names))
	for i, name := range names {
		list[i].Name = name
		if err := tx.QueryRow(ctx, `SELECT last_value, is_called FROM public.`+pgx.Identifier{name}.Sanitize()).Scan(&list[i].Value, &list[i].Called); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
	}
	return list, nil
}

// Counts are the rows of each table that a backup has.
func (s *Store) Counts(ctx context.Context) (counts map[string]int64, err error) {
	err = s.snapshot(ctx, func(tx pgx.Tx) error {
		list, err := tables(ctx, tx)
		if err != nil {
			return err
		}
		counts = map[string]int64{}
		for _, t := range list {
			var n int64
			if err := tx.QueryRow(ctx, `SELECT count(*) FROM public.`+pgx.Identifier{t.Name}.Sanitize()).Scan(&n); err != nil {
				return err
			}
			counts[t.Name] = n
		}
		return nil
	})
	return counts, err
}

// SomeTitles are the titles of so many published practices, from all over the catalogue
// and the same ones every time.
func (s *Store) SomeTitles(ctx context.Context, n int) ([]string, error) {
	rows, _ := s.pool.Query(ctx, `
		SELECT card ->> 'title' FROM (SELECT id, card, row_number() OVER (ORDER BY id) - 1 AS place, count(*) OVER () AS total FROM public_practice WHERE state = 'published') x
		WHERE place % greatest(total / $1, 1) = 0 ORDER BY id LIMIT $1`, n)
	list, err := pgx.CollectRows(rows, pgx.RowTo[string])
	return list, mapped(err)
}
