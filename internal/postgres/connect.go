package postgres

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"praksis/internal/catalogue"
	"praksis/migrations"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
)

// appRole is the database role that the application works as; the first
// migration makes it and gives it its rights.
const appRole = "praksis_app"

// connectTime is what a new connection may take, its role with it.
const connectTime = 5 * time.Second

// Pooler is what stands between us and the server, as PgBouncer does.
type Pooler string

// What may stand there. In session mode a connection is one of the server's for as
// long as we have it; in transaction mode it is another one for each transaction, so
// that nothing of a session holds: no role, no prepared statement, no LISTEN.
const (
	PoolerNone        Pooler = "none"
	PoolerSession     Pooler = "session"
	PoolerTransaction Pooler = "transaction"
)

// Access is how the database is reached.
type Access struct {
	// URL is where pages, forms and commands go.
	URL string
	// Pooler is what stands there; empty is PoolerNone.
	Pooler Pooler
	// Direct is an address of the same database without a pooler, for what needs a
	// session: LISTEN and the queue of jobs. Without it they go to URL, and behind a
	// pooler in transaction mode by polls.
	Direct string
}

// SetupError tells, in one sentence, what whoever runs the program must put right:
// waiting does not help.
type SetupError struct{ sentence string }

// Error is the sentence.
func (e *SetupError) Error() string { return e.sentence }

func setupErrorf(format string, args ...any) error {
	return &SetupError{fmt.Sprintf(format, args...)}
}

// Open connects as a says and works there with the rights of the application role,
// whoever the login is. The error is catalogue.ErrUnavailable when no server answers,
// and a *SetupError where the address, the login or the pooler cannot do.
func Open(ctx context.Context, a Access) (*Store, error) { return openStore(ctx, a, false) }

// openStore is Open, for whoever restores into the database too.
func openStore(ctx context.Context, a Access, restores bool) (_ *Store, err error) {
	s := &Store{polls: a.Pooler == PoolerTransaction && a.Direct == ""}
	defer func() {
		if err != nil {
			s.Close()
		}
	}()
	if s.pool, err = openPool(ctx, "database address", a.URL, a.Pooler, restores); err != nil {
		return nil, err
	}
	if a.Direct != "" {
		if s.direct, err = openPool(ctx, "direct database address", a.Direct, PoolerNone, restores); err != nil {
			return nil, err
		}
	}
	return s, nil
}

// Migrate brings the database at ownerURL to the newest schema, with the rights
// of its owner, through a pooler too. The error is catalogue.ErrUnavailable when no
// server answers, or another process migrates.
func Migrate(ctx context.Context, ownerURL string) error {
	cfg, err := readAddress("address for migrations", ownerURL)
	if err != nil {
		return err
	}
	err = migrations.UpWith(ctx, cfg.ConnConfig)
	if errors.Is(err, migrations.ErrBusy) {
		return fmt.Errorf("%w: %w", catalogue.ErrUnavailable, err)
	}
	return mapped(err)
}

// openPool connects to one address, and looks at what it is.
func openPool(ctx context.Context, name, url string, pooler Pooler, restores bool) (*pgxpool.Pool, error) {
	cfg, err := readAddress(name, url)
	if err != nil {
		return nil, err
	}
	workAsApp(cfg, name, pooler)
	pool, err := throwAway(ctx, cfg)
	if err != nil {
		return nil, mapped(err)
	}
	// A pooler lets clients in whose server is away, and has them wait for an answer.
	ctx, cancel := context.WithTimeout(ctx, 2*connectTime)
	defer cancel()
	err = checkRights(ctx, pool, name, restores)
	if err == nil && pooler == PoolerSession {
		err = checkSession(ctx, pool, name)
	}
	if err != nil {
		pool.Close()
		if setup, ok := errors.AsType[*SetupError](err); ok {
			return nil, setup
		}
		return nil, mapped(err)
	}
	return pool, nil
}

// throwAway is a pool that lets go of its connections when one of them cannot write: after
// a failover they lead to a primary that is one no longer, and new ones are made as the
// address says (target_session_attrs=read-write).
func throwAway(ctx context.Context, cfg *pgxpool.Config) (*pgxpool.Pool, error) {
	var made atomic.Pointer[pgxpool.Pool]
	before := cfg.ConnConfig.OnPgError
	cfg.ConnConfig.OnPgError = func(c *pgconn.PgConn, pe *pgconn.PgError) bool {
		if pe.Code != codeReadOnly {
			return before(c, pe)
		}
		if pool := made.Load(); pool != nil {
			go pool.Reset()
		}
		return false // it is closed
	}
	pool, err := pgxpool.NewWithConfig(ctx, cfg)
	made.Store(pool)
	return pool, err
}

// CheckAddress fails, in words that show no password, where an address cannot be read or
// asks for what this program does not do. It asks nobody.
func CheckAddress(name, url string) error {
	_, err := readAddress(name, url)
	return err
}

// CheckSameDatabase fails where an address names another database than url does: a restore
// would go to the one while the other is served. It asks nobody, and is not for poolers,
// which may have a database by another name.
func CheckSameDatabase(name, address, url string) error {
	other, err := pgx.ParseConfig(address)
	if err != nil {
		return nil // CheckAddress says it
	}
	if of, err := pgx.ParseConfig(url); err == nil && of.Database != "" && other.Database != "" && of.Database != other.Database {
		return setupErrorf("%s leads to the database %q, and --database-url to %q: both must lead to the same one", name, other.Database, of.Database)
	}
	return nil
}

// SameServer tells whether two addresses lead to one database of one server, as far as
// they say.
func SameServer(a, b string) bool {
	place := func(url string) (string, bool) {
		cfg, err := pgx.ParseConfig(url)
		if err != nil {
			return "", false
		}
		for _, other := range cfg.Fallbacks { // one more for each host, and each way to use TLS
			if other.Host != cfg.Host || other.Port != cfg.Port {
				return "", false
			}
		}
		return fmt.Sprintf("%s %d %s", cfg.Host, cfg.Port, cfg.Database), true
	}
	if a == "" || b == "" {
		return false
	}
	x, one := place(a)
	y, other := place(b)
	return one && other && x == y
}

// whyUnreadable says what is wrong with an address. The driver's words may have what it
// took for a host or a port: a piece of the password, where that has signs that should
// have been escaped.
func whyUnreadable(address string, err error) string {
	const form = "it cannot be read: postgres://USER:PASSWORD@HOST:PORT/DATABASE, in which signs of the password such as / ? # @ % are written %2F %3F %23 %40 %25"
	if u, failed := url.Parse(address); strings.Contains(address, "://") && (failed != nil || u.Fragment != "" || strings.Contains(u.Path+u.RawQuery, "@")) {
		return form
	}
	said := err.Error()
	if at := strings.LastIndex(said, "`: "); at >= 0 { // before it stands the address
		said = said[at+len("`: "):]
	}
	return said
}

// readAddress is the one place where addresses of databases are read.
func readAddress(name, url string) (*pgxpool.Config, error) {
	cfg, err := pgxpool.ParseConfig(url)
	if err != nil {
		return nil, setupErrorf("%s: %s", name, whyUnreadable(url, err))
	}
	params := cfg.ConnConfig.RuntimeParams
	var unknown []string
	for setting, harmless := range psqlSettings {
		if value, given := params[setting]; given {
			if value != "" && !slices.Contains(harmless, value) && !slices.Contains(harmless, anyValue) {
				unknown = append(unknown, setting)
			}
			delete(params, setting)
		}
	}
	if len(unknown) > 0 {
		slices.Sort(unknown)
		return nil, setupErrorf("%s: %s: psql knows this, and this program does not do it: take it out of the address", name, strings.Join(unknown, ", "))
	}
	if m := cfg.ConnConfig.DefaultQueryExecMode; m == pgx.QueryExecModeExec || m == pgx.QueryExecModeSimpleProtocol {
		return nil, setupErrorf("%s: default_query_exec_mode=%s asks nobody for the types of values, which this program needs to know: take it out of the address (--pooler=transaction chooses one that works)", name, strings.ReplaceAll(m.String(), " ", "_"))
	}
	if params["application_name"] == "" {
		params["application_name"] = "praksis"
	}
	cfg.ConnConfig.ConnectTimeout = min(connectTime, cfg.ConnConfig.ConnectTimeout)
	return cfg, nil
}

// anyValue stands in psqlSettings for every value.
const anyValue = "*"

// psqlSettings are the settings of an address that libpq has (up to 18) and pgx has
// not: it would ask the server for them, which refuses them by other words. With each,
// the values that ask for no more than is done anyway: Go itself keeps connections
// alive, speaks TLS 1.2 at least, compresses nothing and never uses GSSAPI to encrypt.
var psqlSettings = map[string][]string{
	"keepalives": {anyValue}, "keepalives_idle": {anyValue}, "keepalives_interval": {anyValue}, "keepalives_count": {anyValue}, "tcp_user_timeout": {anyValue},
	"fallback_application_name": {anyValue}, "sslcompression": {anyValue}, "gsslib": {anyValue},
	"gssencmode": {"disable", "prefer"}, "gssdelegation": {"0"}, "load_balance_hosts": {"disable"}, "requiressl": {"0"},
	"ssl_min_protocol_version": {"TLSv1", "TLSv1.1", "TLSv1.2"}, "ssl_max_protocol_version": {"TLSv1.3"}, "replication": {"0", "no", "off", "false"},
	"hostaddr": nil, "requirepeer": nil, "sslcrl": nil, "sslcrldir": nil, "sslkeylogfile": nil, "scram_client_key": nil, "scram_server_key": nil,
	"oauth_issuer": nil, "oauth_client_id": nil, "oauth_client_secret": nil, "oauth_scope": nil,
}

// workAsApp has every connection work as the application role, with what the pooler
// allows. No pooler takes the role as a startup parameter.
func workAsApp(cfg *pgxpool.Config, name string, pooler Pooler) {
	conn := cfg.ConnConfig
	if pooler == PoolerTransaction {
		// A role that was set would go to whoever has the server's connection next: the
		// login's own rights hold (checkRights).
		if m := conn.DefaultQueryExecMode; m == pgx.QueryExecModeCacheStatement || m == pgx.QueryExecModeDescribeExec {
			conn.DefaultQueryExecMode = pgx.QueryExecModeCacheDescribe
		}
		return
	}
	conn.AfterConnect = func(ctx context.Context, c *pgconn.PgConn) error {
		ctx, cancel := context.WithTimeout(ctx, connectTime)
		defer cancel()
		// In one statement, so that behind a pooler that nobody has told of the role is
		// set for nobody else. A pooler gives a process number of its own.
		sql := `SELECT set_config('role', '` + appRole + `', false)`
		if pooler != PoolerSession {
			sql += fmt.Sprintf(` WHERE pg_backend_pid() = %d`, c.PID())
		}
		results, err := c.Exec(ctx, sql).ReadAll()
		if pe, ok := errors.AsType[*pgconn.PgError](err); ok && (pe.Code == "42501" || pe.Code == "22023") {
			return setupErrorf("%s: the login %q may not work as %s (%s): as an administrator, GRANT %[3]s TO the login", name, conn.User, appRole, pe.Message)
		} else if err != nil {
			return err
		}
		if len(results) == 1 && len(results[0].Rows) == 0 {
			if name != "database address" {
				return setupErrorf("%s: a pooler stands there too: give the address of the server itself", name)
			}
			return setupErrorf("%s: a pooler stands between this program and the server: tell its mode with --pooler=transaction or --pooler=session", name)
		}
		return nil
	}
}

// checkRights refuses a login that could change the schema, and with it delete what
// is never deleted; and a database that a restore has not finished with.
func checkRights(ctx context.Context, pool *pgxpool.Pool, name string, restores bool) error {
	var role string
	var owns, creates, half bool
	err := pool.QueryRow(ctx, `
		SELECT current_user::text,
		  coalesce((SELECT pg_has_role(relowner, 'USAGE') FROM pg_class WHERE oid = to_regclass('catalogue_version')), false),
		  coalesce(has_schema_privilege(current_schema(), 'CREATE'), false),
		  to_regclass('public.`+unfinished+`') IS NOT NULL`, pgx.QueryExecModeSimpleProtocol).Scan(&role, &owns, &creates, &half)
	switch {
	case err != nil:
		return err
	case half && !restores:
		return setupErrorf("%s: a backup is being restored into this database, or was and did not come to its end: wait, or run praksis restore again, which begins anew", name)
	case owns:
		return setupErrorf("%s: it works as %q, who may change the schema: give a login that has only the rights of %s (CREATE ROLE praksis_web LOGIN PASSWORD '…' IN ROLE %[3]s), or ALTER ROLE the login SET role = %[3]s", name, role, appRole)
	case creates:
		return setupErrorf("%s: %q may create tables beside those of the catalogue: REVOKE CREATE ON SCHEMA public FROM PUBLIC, and from that role", name, role)
	}
	return nil
}

// checkSession refuses a pooler that is said to be in session mode where two
// connections get one of the server's. It is no proof that it is in that mode: others
// may have been in between.
func checkSession(ctx context.Context, pool *pgxpool.Pool, name string) error {
	first, err := pool.Acquire(ctx)
	if err != nil {
		return err
	}
	defer first.Release()
	second, err := pool.Acquire(ctx)
	if err != nil {
		return err
	}
	defer second.Release()
	var pids [2]int
	for i, conn := range []*pgxpool.Conn{first, second} {
		if err := conn.QueryRow(ctx, `SELECT pg_backend_pid()`, pgx.QueryExecModeSimpleProtocol).Scan(&pids[i]); err != nil {
			return err
		}
	}
	if pids[0] == pids[1] {
		return setupErrorf("%s: the pooler is not in session mode: give --pooler=transaction", name)
	}
	return nil
}

// sessions are the connections for what needs one of the server's for long.
func (s *Store) sessions() *pgxpool.Pool {
	if s.direct != nil {
		return s.direct
	}
	return s.pool
}

// Polls tells that nothing wakes: changes and jobs are found by looking again and
// again.
func (s *Store) Polls() bool { return s.polls }
