package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"praksis/internal/catalogue"
	"praksis/internal/ops/erasures"
	"praksis/internal/postgres"
	"praksis/internal/postgres/embedded"
	"praksis/seeds"
)

// database is the store, and what ends with it.
type database struct {
	*postgres.Store
	server *embedded.Server // nil for a server that others run
	owner  string           // address for the rights of the database's owner
}

// close leaves the database; the last user of a private server stops it.
func (d *database) close() error {
	d.Store.Close()
	if d.server != nil {
		return d.server.Stop()
	}
	return nil
}

// embeddedName is the database's name within the private server.
const embeddedName = "praksis"

// addresses are those of the database, for the application and for its owner. A private
// server is started when none was named; the caller stops it.
func (c *cli) addresses(ctx context.Context) (access postgres.Access, owner string, server *embedded.Server, err error) {
	access, owner = postgres.Access{URL: c.DatabaseURL, Pooler: postgres.Pooler(c.Pooler), Direct: c.DirectURL}, c.ownerURL()
	if err := c.checkDatabase(); err != nil {
		return access, "", nil, err
	}
	if c.DatabaseURL != "" {
		return access, owner, nil, nil
	}
	if server, err = embedded.Start(ctx, filepath.Join(c.Data, "postgres")); err != nil {
		return access, "", nil, err
	}
	if err := server.EnsureDatabase(ctx, embeddedName); err != nil {
		return access, "", nil, errors.Join(err, server.Stop())
	}
	return postgres.Access{URL: server.AppURL(embeddedName)}, server.OwnerURL(embeddedName), server, nil
}

// existing fails where there is no catalogue yet: what only looks at one, or copies it,
// never makes an empty one of a mistyped folder.
func (c *cli) existing() error {
	if c.DatabaseURL != "" {
		return nil
	}
	if _, err := os.Stat(filepath.Join(c.Data, "postgres")); errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("there is no catalogue in %s: give its folder with --data, or its database with --database-url", c.Data)
	}
	return nil
}

// open connects to the database and brings its schema up to date.
func (c *cli) open(ctx context.Context) (_ *database, err error) {
	access, owner, server, err := c.addresses(ctx)
	if err != nil {
		return nil, err
	}
	d := &database{server: server, owner: owner}
	defer func() {
		if err != nil && server != nil {
			err = errors.Join(err, server.Stop())
		}
	}()
	if err := postgres.Migrate(ctx, owner); err != nil {
		return nil, err
	}
	if d.Store, err = postgres.Open(ctx, access); err != nil {
		return nil, err
	}
	journal := erasures.NewFile(c.journalPath())
	d.JournalErasures = func(lines []byte) error { return c.journalErasures(journal, lines) }
	return d, nil
}

func (c *cli) ownerURL() string {
	return cmp.Or(c.MigrateURL, c.DirectURL, c.DatabaseURL)
}

// with runs do on the open database.
func (c *cli) with(ctx context.Context, do func(*database) error) (err error) {
	d, err := c.open(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, d.close()) }()
	return do(d)
}

// openPatiently waits for a server that others run: it may come up after us.
func (c *cli) openPatiently(ctx context.Context) (d *database, err error) {
	if c.DatabaseURL == "" {
		return c.open(ctx)
	}
	err = c.patiently(ctx, func() (err error) {
		d, err = c.open(ctx)
		return err
	})
	return d, err
}

// patiently does something, again and again while the database cannot be reached:
// one that goes away while we start ends nothing, and a private one is started
// again meanwhile.
func (c *cli) patiently(ctx context.Context, do func() error) error {
	for waited := false; ; waited = true {
		err := do()
		if err == nil || !postgres.Unavailable(err) {
			return err
		}
		if !waited {
			c.log.Warn("waiting for the database", "error", err)
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(time.Second):
		}
	}
}

// loadSeeds loads what the catalogue starts from, unless it is what was loaded
// last, or older: then the seeds are not even read.
func loadSeeds(ctx context.Context, store *postgres.Store, log *slog.Logger) (postgres.SeedReport, error) {
	version := postgres.SeedVersion{Hash: seeds.Hash(), Number: seeds.Number()}
	r, err := store.SeedOnce(ctx, version, func() (*catalogue.Taxonomy, []catalogue.Practice, error) {
		s, err := seeds.Load()
		return s.Taxonomy(), s.Practices, err
	}, time.Now().UTC())
	if err != nil {
		return r, fmt.Errorf("seeds: %w", err)
	}
	if r.Older > 0 {
		log.Warn("seeds not loaded: a newer program has loaded newer ones", "number", version.Number, "loaded", r.Older)
	}
	return r, nil
}
