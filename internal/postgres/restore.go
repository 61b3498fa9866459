package postgres

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/url"
	"slices"
	"strings"
	"time"

	"praksis/internal/review"
	"praksis/migrations"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// unfinished is the table that stands in a database while a restore works on it, and
// stays when that is killed: such a database is not served (checkRights), and the next
// restore begins with emptying it.
const unfinished = "restore_unfinished"

// ErrNotEmpty tells that something stands already where a backup was to be restored.
var ErrNotEmpty = errors.New("the database has content already")

// ErrRestoring tells that another process restores into the database, or changes its
// schema.
var ErrRestoring = errors.New("another process restores into this database, or changes its schema: wait until it has ended")

// harmless are tables that have rows in a database without content: what the migrations
// begin them with, and what a program notes that has served it.
var harmless = []string{"catalogue_version", "public_shape", "erasure_key", "operation_run", "link_round"}

// started are those of them that always have one row, and how the migrations make it.
var started = map[string]string{
	"catalogue_version": `DEFAULT VALUES`,
	"public_shape":      `DEFAULT VALUES`,
	"erasure_key":       `(key) VALUES (sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())))`,
}

// Restored is what Restore has changed beside putting the rows where they were.
type Restored struct {
	Mails       int // waited, and were given up
	Sent        int // waited, and go out
	Invitations int // had not been taken, and have ended
}

// RestoreOptions say how Restore works.
type RestoreOptions struct {
	// Schema is the number of the last migration of what is restored, and Taken when
	// it was what it is.
	Schema int64
	Taken  time.Time
	// SendMails has mails that waited go out: where nothing has gone out since.
	// Otherwise each is given up, for the desk to look at: it may have been sent since.
	SendMails bool
	Now       time.Time
}

// Restore puts what load brings into the database without content at ownerURL, in one
// transaction, at the schema that it was in; brings that to the newest; and gives the
// catalogue a new identity, so that every index is built anew. Then finish does the rest
// on the store, which nobody else can open yet. What fails leaves the database without
// content, as it was. It needs no rights but those of the database's owner.
//
// Nothing of a session is restored. An invitation that was not taken has ended: it may
// have been taken since, and the mail with it would open the account again.
func Restore(ctx context.Context, ownerURL string, o RestoreOptions, load func(*Loader) error, finish func(*Store) error) (r Restored, err error) {
	cfg, err := readAddress("address for migrations", ownerURL)
	if err != nil {
		return r, err
	}
	one := cfg.ConnConfig.Copy()
	one.DefaultQueryExecMode = pgx.QueryExecModeExec // a pooler may stand between
	newest, err := migrations.Newest()
	if err != nil {
		return r, err
	}
	err = migrations.Exclusively(ctx, one, func(to func(int64) error) (err error) {
		conn, err := pgx.ConnectConfig(ctx, one)
		if err != nil {
			return err
		}
		defer conn.Close(context.WithoutCancel(ctx))
		var stopped bool
		if err := conn.QueryRow(ctx, `SELECT to_regclass('public.`+unfinished+`') IS NOT NULL`).Scan(&stopped); err != nil {
			return err
		}
		if !stopped {
			if err := pgx.BeginFunc(ctx, conn, func(tx pgx.Tx) error { return checkEmpty(ctx, tx) }); err != nil {
				return err
			}
			if _, err := conn.Exec(ctx, `CREATE TABLE public.`+unfinished+` ()`); err != nil {
				return err
			}
		}
		defer func() {
			if err != nil {
				err = errors.Join(err, takeBack(context.WithoutCancel(ctx), one))
			}
		}()
		if err := to(newest); err != nil {
			return err
		}
		if stopped {
			if err := pgx.BeginFunc(ctx, conn, func(tx pgx.Tx) error { return empty(ctx, tx) }); err != nil {
				return err
			}
		}
		if o.Schema != newest {
			if err := to(o.Schema); err != nil {
				return err
			}
		}
		if err := pgx.BeginFunc(ctx, conn, func(tx pgx.Tx) error { return loadAll(ctx, tx, load) }); err != nil {
			return err
		}
		if err := to(newest); err != nil {
			return err
		}
		if _, err := conn.Exec(ctx, `ANALYZE`); err != nil {
			return err
		}
		if r, err = afterRestore(ctx, conn, o); err != nil {
			return err
		}
		if finish != nil {
			s, err := openStore(ctx, Access{URL: ownerURL}, true)
			if err != nil {
				return err
			}
			defer s.Close()
			if err := finish(s); err != nil {
				return err
			}
		}
		_, err = conn.Exec(ctx, `DROP TABLE public.`+unfinished)
		return err
	})
	if errors.Is(err, migrations.ErrBusy) {
		return r, fmt.Errorf("%w (%w)", ErrRestoring, err)
	}
	return r, mapped(err)
}

// takeBack leaves a database without content, of a restore that has failed.
func takeBack(ctx context.Context, cfg *pgx.ConnConfig) error {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	conn, err := pgx.ConnectConfig(ctx, cfg) // the other one may be what failed
	if err == nil {
		defer conn.Close(ctx)
		err = pgx.BeginFunc(ctx, conn, func(tx pgx.Tx) error {
			if err := empty(ctx, tx); err != nil {
				return err
			}
			_, err := tx.Exec(ctx, `DROP TABLE IF EXISTS public.`+unfinished)
			return err
		})
	}
	if err != nil {
		return fmt.Errorf("what was done so far is still there, and nothing serves it: run restore again, which begins with taking it away (%w)", err)
	}
	return nil
}

// checkEmpty fails with ErrNotEmpty where there is something.
func checkEmpty(ctx context.Context, tx pgx.Tx) error {
	list, err := tables(ctx, tx)
	if err != nil {
		return err
	}
	var found []string
	for _, t := range list {
		if slices.Contains(harmless, t.Name) {
			continue
		}
		var n int64
		if err := tx.QueryRow(ctx, `SELECT count(*) FROM public.`+pgx.Identifier{t.Name}.Sanitize()).Scan(&n); err != nil {
			return err
		}
		if n > 0 {
			found = append(found, fmt.Sprintf("%d rows in %s", n, t.Name))
		}
	}
	if len(found) > 3 {
		found = append(found[:3], "and more")
	}
	if len(found) > 0 {
		return fmt.Errorf("%w (%s)", ErrNotEmpty, strings.Join(found, ", "))
	}
	return nil
}

// empty takes everything away that is not the schema's own.
func empty(ctx context.Context, tx pgx.Tx) error {
	if err := clearTables(ctx, tx); err != nil {
		return err
	}
	for table, values := range started {
		if _, err := tx.Exec(ctx, `INSERT INTO public.`+table+` `+values); err != nil {
			return err
		}
	}
	return nil
}

// clearTables locks all tables that a backup has, and those that it leaves out, and
// takes their rows away.
func clearTables(ctx context.Context, tx pgx.Tx) error {
	list, err := tables(ctx, tx)
	if err != nil || len(list) == 0 { // before the first migration
		return err
	}
	var names []string
	for _, t := range list {
		names = append(names, `public.`+pgx.Identifier{t.Name}.Sanitize())
	}
	for _, t := range slices.Sorted(maps.Keys(leftOut)) {
		var there bool
		if err := tx.QueryRow(ctx, `SELECT to_regclass('public.' || $1) IS NOT NULL`, t).Scan(&there); err != nil {
			return err
		}
		if there {
			names = append(names, `public.`+t)
		}
	}
	// With the sequences: set in a transaction that fails, they would else stay so.
	_, err = tx.Exec(ctx, `TRUNCATE `+strings.Join(names, ", ")+` RESTART IDENTITY`)
	return err
}

// Loader takes what is restored.
type Loader struct {
	tx     pgx.Tx
	tables map[string]Table // that have not come yet
}

// loadAll lets load fill the tables. Foreign keys are taken off and put back, which
// checks all of them at once, and triggers do nothing meanwhile: what they would refuse
// or derive was written under them.
func loadAll(ctx context.Context, tx pgx.Tx, load func(*Loader) error) error {
	if _, err := tx.Exec(ctx, plainText); err != nil {
		return err
	}
	if err := checkEmpty(ctx, tx); err != nil {
		return err
	}
	if err := clearTables(ctx, tx); err != nil { // and with it locks them
		return err
	}
	rows, _ := tx.Query(ctx, `
		SELECT format('ALTER TABLE %s DROP CONSTRAINT %I', conrelid::regclass, conname), format('ALTER TABLE %s ADD CONSTRAINT %I %s', conrelid::regclass, conname, pg_get_constraintdef(oid))
		FROM pg_constraint WHERE contype = 'f' AND connamespace = 'public'::regnamespace
		UNION ALL
		SELECT format('ALTER TABLE %s DISABLE TRIGGER USER', c), format('ALTER TABLE %s ENABLE TRIGGER USER', c)
		FROM (SELECT DISTINCT tgrelid::regclass FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid WHERE NOT tgisinternal AND c.relnamespace = 'public'::regnamespace) x (c)
		ORDER BY 1`)
	type pair struct{ Off, On string }
	pairs, err := pgx.CollectRows(rows, pgx.RowToStructByPos[pair])
	if err != nil {
		return err
	}
	for _, p := range pairs {
		if _, err := tx.Exec(ctx, p.Off); err != nil {
			return err
		}
	}
	list, err := tables(ctx, tx)
	if err != nil {
		return err
	}
	l := &Loader{tx: tx, tables: map[string]Table{}}
	for _, t := range list {
		l.tables[t.Name] = t
	}
	if err := load(l); err != nil {
		return err
	}
	if len(l.tables) > 0 {
		return fmt.Errorf("it does not fit the schema that it names: %s is missing", slices.Sorted(maps.Keys(l.tables))[0])
	}
	for _, p := range pairs {
		if _, err := tx.Exec(ctx, p.On); err != nil {
			return err
		}
	}
	return nil
}

// Table puts the rows into a table, as Moment.CopyTo has written them.
func (l *Loader) Table(ctx context.Context, t Table, from io.Reader) (rows int64, err error) {
	is, known := l.tables[t.Name]
	if !known || !slices.Equal(slices.Sorted(slices.Values(is.Columns)), slices.Sorted(slices.Values(t.Columns))) {
		return 0, fmt.Errorf("it does not fit the schema that it names: table %s", t.Name)
	}
	delete(l.tables, t.Name)
	tag, err := l.tx.Conn().PgConn().CopyFrom(ctx, from, `COPY public.`+pgx.Identifier{t.Name}.Sanitize()+` (`+columnList(t.Columns)+`) FROM STDIN`)
	if err != nil {
		return 0, fmt.Errorf("table %s: %w", t.Name, err)
	}
	return tag.RowsAffected(), nil
}

// Sequence sets a sequence to where it stood.
func (l *Loader) Sequence(ctx context.Context, s Sequence) error {
	var there bool
	if err := l.tx.QueryRow(ctx, `SELECT EXISTS (SELECT FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'S' AND relname = $1)`, s.Name).Scan(&there); err != nil {
		return err
	}
	if !there {
		return fmt.Errorf("it does not fit the schema that it names: sequence %s", s.Name)
	}
	_, err := l.tx.Exec(ctx, `SELECT setval(('public.' || quote_ident($1))::regclass, $2, $3)`, s.Name, s.Value, s.Called)
	return err
}

// afterRestore is what must not be as it was, at the newest schema.
func afterRestore(ctx context.Context, conn *pgx.Conn, o RestoreOptions) (r Restored, err error) {
	err = pgx.BeginFunc(ctx, conn, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, `UPDATE catalogue_version SET identity = gen_random_uuid()`); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `UPDATE erasure_key SET awaited = true`); err != nil { // until ReplayErasures, or ForgoErasures
			return err
		}
		tag, err := tx.Exec(ctx, `UPDATE editor_invitation SET expires_at = least(expires_at, $1)`, o.Taken)
		if err != nil {
			return err
		}
		r.Invitations = int(tag.RowsAffected())
		if !o.SendMails {
			tag, err := tx.Exec(ctx, `UPDATE mail SET refused_at = $1, error = '', code = 0, status = $2 WHERE sent_at IS NULL AND NOT (`+givenUpSQL+`)`, o.Now, review.MailRestored)
			r.Mails = int(tag.RowsAffected())
			return err
		}
		rows, _ := tx.Query(ctx, `SELECT id FROM mail WHERE sent_at IS NULL AND NOT (`+givenUpSQL+`) ORDER BY id`)
		waiting, err := pgx.CollectRows(rows, pgx.RowTo[int64])
		if err != nil {
			return err
		}
		for _, id := range waiting {
			if err := enqueueSend(ctx, tx, id); err != nil {
				return err
			}
		}
		r.Sent = len(waiting)
		return nil
	})
	return r, err
}

// asideName begins the names of the databases that drills make.
const asideName = "praksis_drill_"

// asideAge is when one is a drill's that was killed.
const asideAge = 24 * time.Hour

// ErrNoDatabase tells that the login may not make a database.
var ErrNoDatabase = errors.New("a database cannot be made beside this one")

// Aside makes an empty database on the server at ownerURL, with the locale of the one
// there, and hands do its address. It is dropped at the end, and so are those of drills
// that were killed a day ago.
func Aside(ctx context.Context, ownerURL string, do func(url string) error) (err error) {
	cfg, err := readAddress("address for migrations", ownerURL)
	if err != nil {
		return err
	}
	one := cfg.ConnConfig
	one.DefaultQueryExecMode = pgx.QueryExecModeExec
	conn, err := pgx.ConnectConfig(ctx, one)
	if err != nil {
		return mapped(err)
	}
	defer conn.Close(context.WithoutCancel(ctx))
	rows, _ := conn.Query(ctx, `SELECT datname::text FROM pg_database WHERE datname LIKE $1 AND pg_has_role(datdba, 'USAGE')`, strings.ReplaceAll(asideName, "_", `\_`)+"%")
	old, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return mapped(err)
	}
	for _, name := range old {
		var at int64
		if _, err := fmt.Sscanf(name, asideName+"%d", &at); err == nil && time.Since(time.UnixMilli(at)) > asideAge {
			// One that is in use is not dropped, and that is right.
			_, _ = conn.Exec(ctx, `DROP DATABASE IF EXISTS `+pgx.Identifier{name}.Sanitize())
		}
	}
	var collate, ctype string
	var libc bool
	if err := conn.QueryRow(ctx, `SELECT datcollate::text, datctype::text, datlocprovider = 'c' FROM pg_database WHERE datname = current_database()`).Scan(&collate, &ctype, &libc); err != nil {
		return mapped(err)
	}
	name := fmt.Sprint(asideName, time.Now().UnixMilli())
	sql := `CREATE DATABASE ` + name + ` TEMPLATE template0 ENCODING 'UTF8'`
	if libc {
		sql += ` LOCALE_PROVIDER libc LC_COLLATE ` + quoted(collate) + ` LC_CTYPE ` + quoted(ctype)
	}
	if _, err := conn.Exec(ctx, sql); err != nil {
		if pe, ok := errors.AsType[*pgconn.PgError](err); ok && (pe.Code == "42501" || pe.Code == "0A000") {
			return fmt.Errorf("%w (%s): ALTER ROLE %s CREATEDB, or give another empty database with --drill-url", ErrNoDatabase, pe.Message, one.User)
		}
		return mapped(err)
	}
	defer func() {
		end, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Minute)
		defer cancel()
		_, dropped := conn.Exec(end, `DROP DATABASE `+name+` WITH (FORCE)`)
		if dropped != nil {
			dropped = fmt.Errorf("the database %s is left: drop it (%w)", name, dropped)
		}
		err = errors.Join(err, dropped)
	}()
	return do(withDatabase(ownerURL, name))
}

func quoted(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }

// withDatabase is the address of another database of the same server.
func withDatabase(address, name string) string {
	if u, err := url.Parse(address); err == nil && (u.Scheme == "postgres" || u.Scheme == "postgresql") {
		u.Path = "/" + name
		q := u.Query()
		q.Del("dbname")
		u.RawQuery = q.Encode()
		return u.String()
	}
	return address + " dbname=" + name // the last one counts
}

// Discard empties a database that a drill has restored into.
func Discard(ctx context.Context, ownerURL string) error {
	cfg, err := readAddress("address for migrations", ownerURL)
	if err != nil {
		return err
	}
	one := cfg.ConnConfig
	one.DefaultQueryExecMode = pgx.QueryExecModeExec
	return takeBack(ctx, one)
}
