package postgres

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"strings"
	"time"

	"praksis/migrations"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
)

// Examination looks at a database and changes nothing: it migrates nothing, works in
// transactions that may only read, and needs no schema to begin with.
type Examination struct {
	pool  *pgxpool.Pool
	asApp bool // the application's rights are taken for each transaction
	// TLS is how the connection is kept secret, and Host where it leads.
	TLS  ConnectionTLS
	Host string
}

// ConnectionTLS is how a connection to the database is kept secret.
type ConnectionTLS struct {
	Local     bool // a socket of this machine, or its own network
	Encrypted bool
	Verified  bool // that the server is the one that was named
	Version   string
}

// examiners is how many connections looking takes at most.
const examiners = 4

// Examine connects as a says. The error is catalogue.ErrUnavailable when no server
// answers, and a *SetupError where the address cannot do.
func Examine(ctx context.Context, a Access) (*Examination, error) {
	cfg, err := readAddress("database address", a.URL)
	if err != nil {
		return nil, err
	}
	cfg.MaxConns, cfg.MinConns, cfg.MinIdleConns = examiners, 0, 0
	if a.Pooler != PoolerNone && a.Pooler != "" {
		cfg.ConnConfig.DefaultQueryExecMode = pgx.QueryExecModeExec
	}
	x := &Examination{Host: cfg.ConnConfig.Host}
	if x.pool, err = pgxpool.NewWithConfig(ctx, cfg); err != nil {
		return nil, mapped(err)
	}
	err = x.pool.AcquireFunc(ctx, func(c *pgxpool.Conn) error {
		x.TLS = secrecy(c.Conn().PgConn().Conn(), cfg.ConnConfig)
		if a.Pooler == PoolerTransaction {
			return nil
		}
		return c.QueryRow(ctx, `SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = $1 AND pg_has_role(oid, 'MEMBER'))`, appRole).Scan(&x.asApp)
	})
	if err != nil {
		x.pool.Close()
		return nil, mapped(err)
	}
	return x, nil
}

func secrecy(conn net.Conn, cfg *pgx.ConnConfig) ConnectionTLS {
	t := ConnectionTLS{Local: strings.HasPrefix(cfg.Host, "/")}
	if to, ok := conn.RemoteAddr().(*net.TCPAddr); ok {
		t.Local = to.IP.IsLoopback()
	}
	if c, ok := conn.(*tls.Conn); ok {
		s := c.ConnectionState()
		t.Encrypted, t.Version = true, tls.VersionName(s.Version)
		t.Verified = len(s.VerifiedChains) > 0 || cfg.TLSConfig != nil && cfg.TLSConfig.VerifyPeerCertificate != nil
	}
	return t
}

// Close ends all connections.
func (x *Examination) Close() { x.pool.Close() }

// read carries out what only reads, with the application's rights where the login may
// take them.
func (x *Examination) read(ctx context.Context, do func(pgx.Tx) error) error {
	return mapped(pgx.BeginTxFunc(ctx, x.pool, pgx.TxOptions{AccessMode: pgx.ReadOnly}, func(tx pgx.Tx) error {
		if x.asApp {
			if _, err := tx.Exec(ctx, `SET LOCAL ROLE `+appRole); err != nil {
				return err
			}
		}
		return do(tx)
	}))
}

// lacksTable tells whether an error says that a table or column is not there: the
// schema is an older one.
func lacksTable(err error) bool {
	pe, ok := errors.AsType[*pgconn.PgError](err)
	return ok && (pe.Code == "42P01" || pe.Code == "42703" || pe.Code == "42704")
}

// What looking can come to: that the database does not have what was asked for, or that
// the application may not see it.
var (
	ErrNoTable = errors.New("the database does not have the table")
	ErrNoRight = errors.New("the application may not read the table")
)

func (x *Examination) one(ctx context.Context, sql string, args []any, to ...any) error {
	err := x.read(ctx, func(tx pgx.Tx) error { return tx.QueryRow(ctx, sql, args...).Scan(to...) })
	if lacksTable(err) {
		return ErrNoTable
	}
	if pe, ok := errors.AsType[*pgconn.PgError](err); ok && pe.Code == "42501" {
		return fmt.Errorf("%w: %s", ErrNoRight, pe.Message)
	}
	return err
}

// ServerFacts are what a server and a database are.
type ServerFacts struct {
	Version   int    // 150018
	Number    string // as it calls itself
	Recovery  bool   // it follows another, and takes no writes
	ReadOnly  bool   // default_transaction_read_only
	Encoding  string
	Cases     bool   // lower() knows æ, ø and å
	Locale    string // the database's
	Collation string // its version when the database was made; empty: it has none
	Actual    string // its version now
	Databases int64  // bytes
	Most      int    // connections
	Reserved  int
	Used      int
	Now       time.Time
	Asked     time.Time // the middle between asking and being answered, on this machine's clock
	Took      time.Duration
}

// Server tells of the server and the database.
func (x *Examination) Server(ctx context.Context) (f ServerFacts, err error) {
	err = x.read(ctx, func(tx pgx.Tx) error {
		err := tx.QueryRow(ctx, `
			SELECT current_setting('server_version_num')::int, current_setting('server_version'), pg_is_in_recovery(), current_setting('default_transaction_read_only') = 'on',
			  pg_encoding_to_char(encoding), lower('ÆØÅ') = 'æøå' AND upper('æøå') = 'ÆØÅ', datcollate || CASE WHEN datctype <> datcollate THEN ', ' || datctype ELSE '' END,
			  coalesce(datcollversion, ''), coalesce(pg_database_collation_actual_version(oid), ''), pg_database_size(oid),
			  current_setting('max_connections')::int, current_setting('superuser_reserved_connections')::int, (SELECT coalesce(sum(numbackends), 0) FROM pg_stat_database)::int
			FROM pg_database WHERE datname = current_database()`).
			Scan(&f.Version, &f.Number, &f.Recovery, &f.ReadOnly, &f.Encoding, &f.Cases, &f.Locale, &f.Collation, &f.Actual, &f.Databases, &f.Most, &f.Reserved, &f.Used)
		if err != nil {
			return err
		}
		before := time.Now()
		err = tx.QueryRow(ctx, `SELECT clock_timestamp()`).Scan(&f.Now)
		f.Took = time.Since(before)
		f.Asked = before.Add(f.Took / 2)
		return err
	})
	return f, err
}

// SchemaFacts are how far a database is.
type SchemaFacts struct {
	Newest  int64   // the newest of our steps that it has
	Lacks   []int64 // steps that this program knows and it has not
	Unknown []int64 // steps that it has and this program does not know
	Needs   int64   // the step that a program must know
	Program int64   // the newest that this program knows
	// Queue is River's newest step in the database, and QueueProgram in this program.
	Queue, QueueProgram int64
}

// Schema tells how far the database is. The error is ErrNoTable where it is empty.
func (x *Examination) Schema(ctx context.Context) (f SchemaFacts, err error) {
	var applied []int64
	err = x.one(ctx, `
		SELECT ARRAY(SELECT version_id FROM goose_db_version WHERE is_applied AND version_id > 0 ORDER BY 1), (SELECT migration::bigint FROM schema_needs)`, nil, &applied, &f.Needs)
	if err != nil {
		return f, err
	}
	err = x.one(ctx, `SELECT coalesce(max(version), 0) FROM river_migration WHERE line = 'main'`, nil, &f.Queue)
	if err != nil && !errors.Is(err, ErrNoTable) { // they come last
		return f, err
	}
	steps, err := migrations.Steps()
	if err != nil {
		return f, err
	}
	f.Program = steps[len(steps)-1]
	f.QueueProgram, err = migrations.QueueStep()
	f.Newest, f.Lacks, f.Unknown = compareSteps(applied, steps)
	return f, err
}

// compareSteps tells the newest that was applied, what is lacking, and what is unknown.
func compareSteps(applied, known []int64) (newest int64, lacks, unknown []int64) {
	has, knows := map[int64]bool{}, map[int64]bool{}
	for _, n := range applied {
		has[n] = true
		newest = max(newest, n)
	}
	for _, n := range known {
		knows[n] = true
		if !has[n] {
			lacks = append(lacks, n)
		}
	}
	for _, n := range applied {
		if !knows[n] {
			unknown = append(unknown, n)
		}
	}
	return newest, lacks, unknown
}

// CatalogueFacts are how far the catalogue is.
type CatalogueFacts struct {
	Version                  int64
	Identity                 string
	Published                int
	Shape, OldestRow         int // of the read model; OldestRow is 0 without rows
	Vocabularies             bool
	SeedHash                 string
	SeedNumber               int
	Proposals                int
	Administrators           int // active, with a way to sign in
	Others                   int // active accounts of other roles
	AdministratorsByProvider int // of the first, those who can sign in through a provider alone
	Demo                     bool
}

// Catalogue tells how far the catalogue is; demo is the address of the demonstration
// editor.
func (x *Examination) Catalogue(ctx context.Context, demo string) (f CatalogueFacts, err error) {
	const active = `closed_at IS NULL AND NOT EXISTS (SELECT FROM editor_invitation i WHERE i.editor_id = e.id)`
	err = x.one(ctx, `
		SELECT v.n, v.identity::text, (SELECT count(*) FROM public_practice WHERE state = 'published'), (SELECT newest FROM public_shape), (SELECT coalesce(min(shape), 0) FROM public_practice),
		  EXISTS (SELECT FROM term), coalesce((SELECT hash FROM seed_load), ''), coalesce((SELECT number FROM seed_load), 0), (`+countProposals+`),
		  (SELECT count(*) FROM editor e WHERE role = 'administrator' AND `+active+`), (SELECT count(*) FROM editor e WHERE role <> 'administrator' AND `+active+`),
		  (SELECT count(*) FROM editor e WHERE role = 'administrator' AND password_hash IS NULL AND `+active+`),
		  EXISTS (SELECT FROM editor e WHERE email = $1 AND closed_at IS NULL)
		FROM catalogue_version v`, []any{demo},
		&f.Version, &f.Identity, &f.Published, &f.Shape, &f.OldestRow, &f.Vocabularies, &f.SeedHash, &f.SeedNumber, &f.Proposals, &f.Administrators, &f.Others, &f.AdministratorsByProvider, &f.Demo)
	return f, err
}

// QueueFacts are how the jobs stand.
type QueueFacts struct {
	Worked    bool          // somebody leads the queue: at least one instance works on it
	Due       int           // jobs whose time has come
	Waits     time.Duration // how long the first of them has waited
	Failing   int           // that have failed and are tried again
	Discarded int           // given up, those of the last week
	Kinds     []string      // of what was discarded
	Paused    bool
}

// QueueFacts tells how the jobs stand.
func (x *Examination) QueueFacts(ctx context.Context) (f QueueFacts, err error) {
	var waits float64
	err = x.one(ctx, `
		WITH due AS (SELECT scheduled_at FROM river_job WHERE state IN ('available', 'scheduled', 'retryable') AND scheduled_at < now())
		SELECT EXISTS (SELECT FROM river_leader WHERE expires_at > now()), (SELECT count(*) FROM due),
		  coalesce((SELECT extract(epoch FROM now() - min(scheduled_at)) FROM due), 0)::float8,
		  (SELECT count(*) FROM river_job WHERE state = 'retryable'),
		  (SELECT count(*) FROM river_job WHERE state = 'discarded' AND finalized_at > now() - interval '7 days'),
		  ARRAY(SELECT DISTINCT kind FROM river_job WHERE state = 'discarded' AND finalized_at > now() - interval '7 days' ORDER BY 1),
		  EXISTS (SELECT FROM river_queue WHERE paused_at IS NOT NULL)`, nil,
		&f.Worked, &f.Due, &waits, &f.Failing, &f.Discarded, &f.Kinds, &f.Paused)
	f.Waits = time.Duration(waits * float64(time.Second))
	return f, err
}

// MailFacts are how the mails stand.
type MailFacts struct {
	Waiting int
	Waits   time.Duration // how long the oldest of them has waited
	GivenUp int
	Code    int    // the mail server's last answer; 0: none
	Status  string // the same more closely
}

// MailFacts tells how the mails stand.
func (x *Examination) MailFacts(ctx context.Context) (f MailFacts, err error) {
	var waits float64
	err = x.one(ctx, `
		SELECT count(*) FILTER (WHERE NOT (`+givenUpSQL+`)), coalesce(extract(epoch FROM now() - min(created_at) FILTER (WHERE NOT (`+givenUpSQL+`))), 0)::float8, count(*) FILTER (WHERE `+givenUpSQL+`),
		  coalesce((array_agg(code ORDER BY id DESC) FILTER (WHERE code <> 0))[1], 0), coalesce((array_agg(status ORDER BY id DESC) FILTER (WHERE code <> 0))[1], '')
		FROM mail WHERE sent_at IS NULL`, nil, &f.Waiting, &waits, &f.GivenUp, &f.Code, &f.Status)
	f.Waits = time.Duration(waits * float64(time.Second))
	return f, err
}

// LastOperations are those of Store.LastOperations.
func (x *Examination) LastOperations(ctx context.Context) (list []Operation, err error) {
	err = x.read(ctx, func(tx pgx.Tx) error {
		rows, _ := tx.Query(ctx, lastOperations)
		list, err = pgx.CollectRows(rows, pgx.RowToStructByPos[Operation])
		return err
	})
	if lacksTable(err) {
		err = ErrNoTable
	}
	return list, err
}

// ErasureFacts are how the journal of erasures stands by the database.
type ErasureFacts struct {
	Chain     string
	N         int64 // of the next erasure
	Awaited   bool  // restored, and what was erased since is still to be erased again
	Unwritten int   // that the journal could not take
	Since     time.Time
}

// Erasures tells how the journal of erasures stands.
func (x *Examination) Erasures(ctx context.Context) (f ErasureFacts, err error) {
	err = x.one(ctx, `
		SELECT chain::text, n, awaited, (SELECT count(*) FROM erasure_unwritten), (SELECT coalesce(min(at), 'epoch') FROM erasure_unwritten) FROM erasure_key`, nil,
		&f.Chain, &f.N, &f.Awaited, &f.Unwritten, &f.Since)
	return f, err
}
