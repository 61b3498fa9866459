package embedded

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

const (
	adminRole = "postgres"
	ownerRole = "praksis_owner"
	appRole   = "praksis_app"
)

// OwnerURL is the address of the database db for the role praksis_owner, which
// owns it, runs migrations, and may create roles and databases.
func (s *Server) OwnerURL(db string) string { return s.url(ownerRole, db) }

// AppURL is the address of the database db for the role praksis_app, which may
// do only what it has been granted.
func (s *Server) AppURL(db string) string { return s.url(appRole, db) }

// AdminURL is the address of the database db for the superuser; the database
// postgres always exists. For tests and for looking after the server.
func (s *Server) AdminURL(db string) string { return s.url(adminRole, db) }

func (s *Server) url(role, db string) string {
	// Not QueryEscape alone: libpq does not read + as a space.
	host := strings.ReplaceAll(url.QueryEscape(s.sock), "+", "%20")
	// Complete, so that PGPORT, PGSSLMODE and the like have no say.
	return "postgres://" + role + "@/" + url.PathEscape(db) + "?host=" + host + "&port=" + s.port + "&sslmode=disable"
}

// EnsureDatabase creates the database db, owned by praksis_owner, if it is
// missing. Several processes may do so at once.
func (s *Server) EnsureDatabase(ctx context.Context, db string) error {
	conn, err := pgx.Connect(ctx, s.AdminURL("postgres"))
	if err != nil {
		return err
	}
	defer conn.Close(context.WithoutCancel(ctx))
	var exists bool
	if err := conn.QueryRow(ctx, "select exists (select from pg_database where datname = $1)", db).Scan(&exists); err != nil || exists {
		return err
	}
	// template0, since nobody can be connected to it and thereby be in the way.
	_, err = conn.Exec(ctx, "create database "+pgx.Identifier{db}.Sanitize()+" owner "+ownerRole+" template template0")
	if alreadyThere(err) {
		return nil // another process was faster
	}
	return err
}

// connect opens a connection of the superuser.
func (s *Server) connect(ctx context.Context) (*pgx.Conn, error) {
	// On one machine; only a stuck server takes longer.
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	return pgx.Connect(ctx, s.AdminURL("postgres"))
}

// ensureRoles creates the two login roles where they are missing.
func ensureRoles(ctx context.Context, conn *pgx.Conn) error {
	for role, rights := range map[string]string{ownerRole: "login createrole createdb", appRole: "login"} {
		var exists bool
		err := conn.QueryRow(ctx, "select exists (select from pg_roles where rolname = $1)", role).Scan(&exists)
		if err == nil && !exists {
			_, err = conn.Exec(ctx, "create role "+role+" "+rights)
		}
		if err != nil && !alreadyThere(err) {
			return fmt.Errorf("making the role %s: %w", role, err)
		}
	}
	// From Postgres 16 on the owner could not give itself this by the migrations:
	// the superuser made the role. Two who grant at the same instant may collide.
	if _, err := conn.Exec(ctx, "grant "+appRole+" to "+ownerRole); err != nil && !alreadyThere(err) {
		return fmt.Errorf("granting %s to %s: %w", appRole, ownerRole, err)
	}
	return nil
}

// alreadyThere tells whether err says that what was to be made exists: as a
// duplicate, or as a broken unique index when two make it at the same instant.
func alreadyThere(err error) bool {
	pe, ok := errors.AsType[*pgconn.PgError](err)
	return ok && (pe.Code == "42P04" || pe.Code == "42710" || pe.Code == "23505")
}

const socketDirPrefix = "praksis-pg-"

// shortSocketDir is the same for all processes with the same TMPDIR; those with
// another find the running server's in its pid file.
func (s *Server) shortSocketDir() string {
	h := fnv.New64a()
	h.Write([]byte(s.dir))
	return filepath.Join(os.TempDir(), fmt.Sprintf("%s%d-%x", socketDirPrefix, os.Geteuid(), h.Sum64()))
}
