package pgtest

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"hash/fnv"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"

	"praksis/internal/postgres/embedded"
	"praksis/migrations"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// settings give up all safety for speed, and keep the memory small that a
// server in /dev/shm takes. No autovacuum: it gets in the way of copying.
var settings = []string{
	"fsync=off", "synchronous_commit=off", "full_page_writes=off", "wal_level=minimal", "max_wal_senders=0",
	"autovacuum=off", "jit=off", "max_connections=300", "min_wal_size=32MB", "max_wal_size=64MB",
}

// Classes of advisory locks in the database postgres. A process holds the
// first for its own databases and the second, shared, for its template, as long
// as it lives: the server itself forgets them when it has ended.
const (
	lockProcess  = 7001 // + the number in the names of the process's databases
	lockTemplate = 7002 // + hashtext of the template's name
	lockMaking   = 7003 // + 0, by whoever makes or drops templates
)

// server is the shared server as this process uses it.
type server struct {
	*embedded.Server
	admin    *pgxpool.Pool // the superuser on the database postgres
	lockConn *pgx.Conn     // holds the advisory locks; never closed
	template string
	key      int32 // in the names of this process's databases
	last     atomic.Int64
	filling  sync.Mutex // around lockConn and fills
	fills    map[string]filledTemplate
	reading  sync.Mutex // around read
	read     map[string]*pgxpool.Pool
}

// open joins the server, takes the place of processes that were killed, and
// sees to the template.
func open(ctx context.Context) (*server, error) {
	running, err := startServer(ctx)
	if err != nil {
		return nil, err
	}
	s := &server{Server: running}
	fail := func(err error) (*server, error) { return nil, errors.Join(err, running.Stop()) }
	queue, err := migrations.RiverSteps()
	if err != nil {
		return fail(err)
	}
	if s.template, err = templateName(migrations.FS, queue); err != nil {
		return fail(err)
	}
	if s.lockConn, err = pgx.Connect(ctx, s.AdminURL("postgres")); err != nil {
		return fail(err)
	}
	config, err := pgxpool.ParseConfig(s.AdminURL("postgres"))
	if err != nil {
		return fail(err)
	}
	config.MaxConns = 4 // copying is work for the disk, not for many
	if s.admin, err = pgxpool.NewWithConfig(ctx, config); err != nil {
		return fail(err)
	}
	if err := errors.Join(s.takeKey(ctx), s.makeTemplate(ctx, migrations.Up), s.dropUnused(ctx)); err != nil {
		return fail(err)
	}
	return s, nil
}

// takeKey finds a number that no living process has.
func (s *server) takeKey(ctx context.Context) error {
	for taken := false; !taken; {
		s.key = rand.Int32()
		if err := s.lockConn.QueryRow(ctx, "select pg_try_advisory_lock($1, $2)", lockProcess, s.key).Scan(&taken); err != nil {
			return err
		}
	}
	return nil
}

func (s *server) nextName() string { return fmt.Sprintf("t_%d_%d", s.key, s.last.Add(1)) }

// copyTemplate makes the database name out of a template.
func (s *server) copyTemplate(ctx context.Context, template, name string) error {
	// Files are copied three times as fast as pages by way of the log.
	_, err := s.admin.Exec(ctx, "create database "+name+" owner praksis_owner template "+template+" strategy file_copy")
	if err != nil {
		return fmt.Errorf("pgtest: copying the template: %w", err)
	}
	return nil
}

// makeTemplate makes the template if it is missing, and keeps other processes
// from dropping it.
func (s *server) makeTemplate(ctx context.Context, up func(ctx context.Context, ownerURL string) error) error {
	return s.make(ctx, s.template, func(half string) error {
		if err := s.EnsureDatabase(ctx, half); err != nil {
			return err
		}
		if err := up(ctx, s.OwnerURL(half)); err != nil {
			return fmt.Errorf("migrating the template: %w", err)
		}
		return nil
	}, func() error { return nil })
}

// make makes a template if it is missing, by the database of the name that fill
// is given, and keeps other processes from dropping it as long as this one
// lives. Then it calls after, before any other process makes or drops one.
func (s *server) make(ctx context.Context, template string, fill func(half string) error, after func() error) (err error) {
	// Not given back before the process ends.
	if _, err := s.lockConn.Exec(ctx, "select pg_advisory_lock_shared($1, hashtext($2))", lockTemplate, template); err != nil {
		return err
	}
	if _, err := s.lockConn.Exec(ctx, "select pg_advisory_lock($1, 0)", lockMaking); err != nil {
		return err
	}
	defer func() {
		_, unlock := s.lockConn.Exec(ctx, "select pg_advisory_unlock($1, 0)", lockMaking)
		err = errors.Join(err, unlock)
	}()
	if there, err := s.exists(ctx, template); err != nil {
		return err
	} else if !there {
		// Aside and then renamed: what has failed halfway is no template.
		half := template + "_half"
		if _, err := s.lockConn.Exec(ctx, "drop database if exists "+half+" with (force)"); err != nil {
			return err
		}
		if err := fill(half); err != nil {
			return err
		}
		// One connection to a template, of psql perhaps, is enough to forbid copying.
		for _, sql := range []string{"alter database " + half + " allow_connections false", "alter database " + half + " rename to " + template} {
			if _, err := s.lockConn.Exec(ctx, sql); err != nil {
				return err
			}
		}
	}
	return after()
}

func (s *server) exists(ctx context.Context, db string) (there bool, err error) {
	err = s.lockConn.QueryRow(ctx, "select exists (select from pg_database where datname = $1)", db).Scan(&there)
	return there, err
}

var databaseName = regexp.MustCompile(`^(?:t_([0-9]+)_[0-9]+|(tpl_[0-9a-f]{16}(?:_[a-z0-9]+_[0-9a-f]{16})?)(?:_half)?)$`)

// dropUnused drops what no living process uses: databases of tests that were
// killed, and templates of other migrations.
func (s *server) dropUnused(ctx context.Context) error {
	rows, err := s.lockConn.Query(ctx, "select datname from pg_database order by datname")
	if err != nil {
		return err
	}
	all, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return err
	}
	for _, db := range all {
		m := databaseName.FindStringSubmatch(db)
		if m == nil {
			continue
		}
		class, key, arg := lockProcess, "$2::int", any(nil)
		if m[2] != "" {
			if strings.HasPrefix(m[2], s.template) {
				continue // the next test that wants content drops those of other content
			}
			class, key, arg = lockTemplate, "hashtext($2)", m[2]
		} else {
			n, err := strconv.ParseInt(m[1], 10, 32)
			if err != nil || int32(n) == s.key {
				continue
			}
			arg = int32(n)
		}
		if err := s.dropFree(ctx, db, class, key, arg); err != nil {
			return err
		}
	}
	return nil
}

// dropFree drops a database unless a process holds the lock that stands for it.
func (s *server) dropFree(ctx context.Context, db string, class int, key string, arg any) error {
	var free bool
	if err := s.lockConn.QueryRow(ctx, "select pg_try_advisory_lock($1, "+key+")", class, arg).Scan(&free); err != nil || !free {
		return err
	}
	// If exists: another process may have been here before the lock.
	_, err := s.lockConn.Exec(ctx, "drop database if exists "+db+" with (force)")
	_, unlock := s.lockConn.Exec(ctx, "select pg_advisory_unlock($1, "+key+")", class, arg)
	return errors.Join(err, unlock)
}

// templateName is made of every migration's name and text, and of the steps
// that stand elsewhere.
func templateName(migrations fs.FS, more ...string) (string, error) {
	h := sha256.New()
	fmt.Fprintf(h, "%q\n", more)
	err := fs.WalkDir(migrations, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := fs.ReadFile(migrations, path)
		fmt.Fprintf(h, "%q %d\n%s", path, len(text), text)
		return err
	})
	return fmt.Sprintf("tpl_%x", h.Sum(nil)[:8]), err
}

// startServer starts or joins the server, and has it watched.
func startServer(ctx context.Context) (*embedded.Server, error) {
	dir, err := folder(ctx)
	if err != nil {
		return nil, err
	}
	s, err := embedded.Start(ctx, dir, settings...)
	if err != nil {
		return nil, err
	}
	if err := startSupervisor(dir); err != nil {
		return nil, errors.Join(err, s.Stop())
	}
	return s, nil
}

// folderEnv overrules where the server's folder is. The folder may be deleted
// whenever no test runs.
const folderEnv = "PRAKSIS_PGTEST_DIR"

// folder is the server's, one for every user and PostgreSQL: in memory if there
// is room, which a container has not always (Docker gives 64 MB), else among
// the temporary files.
func folder(ctx context.Context) (string, error) {
	if dir := os.Getenv(folderEnv); dir != "" {
		return dir, os.MkdirAll(dir, 0o700)
	}
	bin, err := findBin(ctx)
	if err != nil {
		return "", err
	}
	const room = 1 << 30 // bytes
	top := os.TempDir()
	var st syscall.Statfs_t
	if err := syscall.Statfs("/dev/shm", &st); err == nil && uint64(st.Bavail)*uint64(st.Bsize) >= room && syscall.Access("/dev/shm", 2) == nil {
		top = "/dev/shm"
	}
	h := fnv.New32a()
	fmt.Fprint(h, bin.Dir, bin.Version)
	dir := filepath.Join(top, fmt.Sprintf("praksis-test-%d-%x", os.Geteuid(), h.Sum32()))
	if err := os.Mkdir(dir, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return "", err
	}
	// Anybody may make folders there, and a stranger's would be his server.
	info, err := os.Lstat(dir)
	if err != nil {
		return "", err
	}
	if st, ok := info.Sys().(*syscall.Stat_t); !ok || !info.IsDir() || int(st.Uid) != os.Geteuid() || info.Mode().Perm()&0o077 != 0 {
		return "", fmt.Errorf("%s is not a folder of ours alone: remove it, or set %s", dir, folderEnv)
	}
	return dir, nil
}

// findBin is embedded.FindBin seen from the project's folder: tests run in
// their packages' folders, where npm has installed nothing.
func findBin(ctx context.Context) (embedded.Binaries, error) {
	bin, err := embedded.FindBin(ctx)
	if err == nil || os.Getenv("PGBIN") != "" {
		return bin, err
	}
	root, _ := os.Getwd()
	for root != filepath.Dir(root) {
		if _, err := os.Stat(filepath.Join(root, "go.mod")); err == nil {
			break
		}
		root = filepath.Dir(root)
	}
	for _, dir := range embedded.NPMBins(root) {
		if _, err := os.Stat(filepath.Join(dir, "initdb")); err == nil {
			os.Setenv("PGBIN", dir) // where embedded.Start looks
			return embedded.FindBin(ctx)
		}
	}
	return bin, err
}
