package postgres_test

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"strings"
	"testing"
	"time"

	"praksis/internal/catalogue"
	"praksis/internal/pgtest"
	"praksis/internal/postgres"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// with adds a setting to an address.
func with(t *testing.T, address, setting string) string {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	u.RawQuery += "&" + setting
	return u.String()
}

// Whose password has a sign that ends it is told how that is written.
func TestAddressThatCannotBeRead(t *testing.T) {
	const want = "such as / ? # @ % are written %2F %3F %23 %40 %25"
	if err := postgres.Migrate(t.Context(), "postgres://u:hem/meligt@h/p"); err == nil || !strings.HasSuffix(err.Error(), want) || strings.Contains(err.Error(), "melig") {
		t.Error(err)
	}
}

// What psql knows and pgx does not is dropped where it asks for no more than is done
// anyway, and else told; neither is sent to the server.
func TestSettingsOfPsql(t *testing.T) {
	_, app := pgtest.NewURLs(t)
	for _, setting := range []string{"keepalives=1", "keepalives_idle=30", "keepalives_interval=5", "keepalives_count=3", "tcp_user_timeout=9000", "gssencmode=disable", "gssencmode=prefer", "gssencmode=", "load_balance_hosts=disable",
		"channel_binding=prefer", "fallback_application_name=x", "sslcompression=0", "ssl_min_protocol_version=TLSv1.2", "application_name=mine", "pool_max_conns=3", "target_session_attrs=any"} {
		s, err := postgres.Open(t.Context(), postgres.Access{URL: with(t, app, setting)})
		if err != nil {
			t.Errorf("%s: %v", setting, err)
			continue
		}
		s.Close()
	}
	for setting, want := range map[string]string{
		"gssencmode=require": "gssencmode", "requirepeer=postgres": "requirepeer", "load_balance_hosts=random": "load_balance_hosts", "sslcrl=x.pem": "sslcrl", "hostaddr=127.0.0.1": "hostaddr",
		"requiressl=1": "requiressl", "ssl_min_protocol_version=TLSv1.3": "ssl_min_protocol_version", "oauth_client_secret=hemmeligt": "oauth_client_secret", "gssencmode=require&keepalives=1&sslcrl=x": "gssencmode, sslcrl",
		"default_query_exec_mode=exec": "default_query_exec_mode=exec", "default_query_exec_mode=simple_protocol": "default_query_exec_mode=simple_protocol",
	} {
		_, opened := postgres.Open(t.Context(), postgres.Access{URL: with(t, app, setting)})
		_, direct := postgres.Open(t.Context(), postgres.Access{URL: app, Direct: with(t, app, setting)})
		for _, err := range []error{opened, direct, postgres.Migrate(t.Context(), with(t, app, setting))} {
			setup, ok := errors.AsType[*postgres.SetupError](err)
			if !ok || !strings.Contains(err.Error(), "address") || !strings.Contains(err.Error(), ": "+want) || strings.Contains(err.Error(), "hemmeligt") || strings.Contains(setup.Error(), "\n") {
				t.Errorf("%s: %v", setting, err)
			}
		}
	}
}

// The rights are those of the application role, whether it is taken after connecting
// or the login itself has no more; a login that has more is refused where it cannot be
// taken.
func TestRightsOfBothWays(t *testing.T) {
	owner, app := pgtest.NewURLs(t)
	for _, a := range []postgres.Access{{URL: owner}, {URL: owner, Pooler: postgres.PoolerSession}, {URL: app}, {URL: app, Pooler: postgres.PoolerTransaction}, {URL: app, Pooler: postgres.PoolerTransaction, Direct: owner}} {
		s, err := postgres.Open(t.Context(), a)
		if err != nil {
			t.Errorf("%+v: %v", a, err)
			continue
		}
		for n, pool := range s.Pools() {
			for _, sql := range []string{`CREATE TABLE mine()`, `ALTER TABLE practice ADD mine int`, `DROP TABLE revision`, `DELETE FROM revision`, `UPDATE revision SET content = '{}'`, `TRUNCATE practice_event`, `CREATE FUNCTION mine() RETURNS int LANGUAGE sql RETURN 1`} {
				_, err := pool.Exec(t.Context(), sql)
				if pe, ok := errors.AsType[*pgconn.PgError](err); !ok || pe.Code != "42501" {
					t.Errorf("%+v, pool %d: %s: %v", a, n, sql, err)
				}
			}
		}
		if got, want := s.Polls(), a.Pooler == postgres.PoolerTransaction && a.Direct == ""; got != want {
			t.Errorf("%+v: polls %t", a, got)
		}
		s.Close()
	}

	_, err := postgres.Open(t.Context(), postgres.Access{URL: owner, Pooler: postgres.PoolerTransaction})
	refused(t, "the owner behind a pooler", err, `"praksis_owner"`, "IN ROLE praksis_app")
	conn, err := pgx.Connect(t.Context(), owner)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	if _, err := conn.Exec(t.Context(), `GRANT CREATE ON SCHEMA public TO PUBLIC`); err != nil {
		t.Fatal(err)
	}
	_, err = postgres.Open(t.Context(), postgres.Access{URL: app})
	refused(t, "everybody may create tables", err, "REVOKE CREATE")
}

func refused(t *testing.T, what string, err error, words ...string) {
	t.Helper()
	if _, ok := errors.AsType[*postgres.SetupError](err); !ok || errors.Is(err, catalogue.ErrUnavailable) {
		t.Errorf("%s: %v", what, err)
		return
	}
	for _, w := range words {
		if !strings.Contains(err.Error(), w) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %v", what, err)
		}
	}
}

// A pooler that nobody has told of is recognised, before a role is set that others
// would get; so is one at the direct address.
func TestForgottenPooler(t *testing.T) {
	owner, app := pgtest.NewURLs(t)
	pooled := poolered(t, app)
	_, err := postgres.Open(t.Context(), postgres.Access{URL: pooled})
	refused(t, "a pooler", err, "--pooler")
	_, err = postgres.Open(t.Context(), postgres.Access{URL: app, Direct: pooled})
	refused(t, "a pooler at the direct address", err, "direct", "server itself")
	if err := postgres.Migrate(t.Context(), poolered(t, owner)); err != nil {
		t.Error(err)
	}
	s, err := postgres.Open(t.Context(), postgres.Access{URL: pooled, Pooler: postgres.PoolerTransaction})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	version(t, s)
	listened := make(chan struct{})
	go func() { s.Listen(t.Context(), nil); close(listened) }()
	select {
	case <-listened: // there is nothing to wait for
	case <-time.After(5 * time.Second):
		t.Error("it listens through a pooler")
	}
}

// poolered is an address that leads to the server by way of one that does what every
// pooler does: it gives clients process numbers of its own.
func poolered(t *testing.T, address string) string {
	t.Helper()
	cfg, err := pgx.ParseConfig(address)
	if err != nil {
		t.Fatal(err)
	}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { ln.Close() })
	go func() {
		for {
			client, err := ln.Accept()
			if err != nil {
				return
			}
			network, at := pgconn.NetworkAddress(cfg.Host, cfg.Port)
			server, err := net.Dial(network, at)
			if err != nil {
				client.Close()
				return
			}
			go func() { io.Copy(server, client); server.Close() }()
			go func() { relay(client, server); client.Close() }()
		}
	}()
	u := url.URL{Scheme: "postgres", User: url.UserPassword(cfg.User, cfg.Password), Host: ln.Addr().String(), Path: "/" + cfg.Database, RawQuery: "sslmode=disable"}
	return u.String()
}

// relay hands on the server's messages, with another process number.
func relay(client io.Writer, server io.Reader) {
	var head [5]byte
	for {
		if _, err := io.ReadFull(server, head[:]); err != nil {
			return
		}
		body := make([]byte, binary.BigEndian.Uint32(head[1:])-4)
		if _, err := io.ReadFull(server, body); err != nil {
			return
		}
		if head[0] == 'K' {
			binary.BigEndian.PutUint32(body, 1<<31)
		}
		if _, err := client.Write(append(head[:], body...)); err != nil {
			return
		}
	}
}

// PgBouncer has one code for all that it says; only some of it passes.
func TestWhatAPoolerSays(t *testing.T) {
	for message, passes := range map[string]bool{
		"server login has been failing, try again later (server_login_retry)": true,
		"client_login_timeout (server down)":                                  true,
		"server conn crashed?":                                                true,
		"query_wait_timeout":                                                  true,
		"no more connections allowed (max_client_conn)":                       true,
		"pgbouncer is shutting down":                                          true,
		"unsupported startup parameter: role":                                 false,
		"no such database: praksis":                                           false,
		"no such user: praksis_web":                                           false,
		"SSL required":                                                        false,
		"bouncer config error":                                                false,
	} {
		err := fmt.Errorf("connecting: %w", &pgconn.PgError{Severity: "FATAL", Code: "08P01", Message: message})
		if got := postgres.Unavailable(err); got != passes {
			t.Errorf("%s: passes %t", message, got)
		}
	}
}
