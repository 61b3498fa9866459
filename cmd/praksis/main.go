// Command praksis serves Praksiskataloget and keeps its data.
package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"debug/elf"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"praksis/internal/httpx"
	"praksis/internal/ops/config"
	"praksis/internal/ops/progress"
	"praksis/internal/postgres"

	"github.com/alecthomas/kong"
	"golang.org/x/term"
)

// cli is the command line. Each flag can be given by its environment variable.
type cli struct {
	Data           string     `help:"Folder for the search index and, without --database-url, the private Postgres." default:"data" env:"PRAKSIS_DATA" type:"path"`
	DatabaseURL    string     `secret:"part" help:"Address of the Postgres to use; without it a private one is run in the data folder." env:"DATABASE_URL" placeholder:"URL"`
	MigrateURL     string     `secret:"part" help:"Address of the same database with the rights of its owner, to change the schema with; --database-url when not given." env:"PRAKSIS_MIGRATE_URL" placeholder:"URL"`
	DirectURL      string     `secret:"part" help:"Address of the same database without a pooler, for what needs a session: notices of changes and jobs; schema changes too, without --migrate-url." env:"PRAKSIS_DIRECT_URL" placeholder:"URL"`
	Pooler         string     `help:"The mode of the pooler that stands at --database-url: transaction, session or none." default:"none" enum:"none,session,transaction" env:"PRAKSIS_POOLER"`
	ErasureJournal string     `help:"File that tells, outside of the database and without saying whose, what was erased: a restore needs it. Each instance has one; processes that can reach the same file may share it. Without it, erasures.jsonl in the data folder." env:"PRAKSIS_ERASURE_JOURNAL" type:"path" placeholder:"FILE"`
	LogLevel       slog.Level `help:"Least level that is logged: debug, info, warn or error." default:"info" env:"PRAKSIS_LOG_LEVEL"`
	LogFormat      string     `help:"How the log is written: text, json, or auto: what a server says where no terminal is as JSON, and else as text." default:"auto" enum:"auto,text,json" env:"PRAKSIS_LOG_FORMAT"`

	Serve    serveCmd    `cmd:"" help:"Serve the catalogue."`
	Export   exportCmd   `cmd:"" help:"Write all published practices as JSON Lines."`
	Import   importCmd   `cmd:"" help:"Read practices from JSON Lines: all of them, or none."`
	Editor   editorCmd   `cmd:"" help:"The accounts of those who may publish."`
	Erase    eraseCmds   `cmd:"" help:"Erase the contact data of a submission, a text, or all that was sent, at once; or again, after a restore."`
	Seed     seedCmd     `cmd:"" help:"Load what the catalogue starts from into the database."`
	Seeds    seedsCmd    `cmd:"" help:"About the seeds themselves."`
	Synonyms synonymsCmd `cmd:"" help:"The thesaurus of the search."`
	Synth    synthCmd    `cmd:"" help:"Write synthetic practices as JSON Lines, to try sizes with."`
	Backup   backupCmd   `cmd:"" help:"Write one file with everything that the database holds, while others go on."`
	Restore  restoreCmd  `cmd:"" help:"Put a backup into an empty database: all of it, or nothing."`
	Drill    drillCmd    `cmd:"" help:"Restore a backup aside, compare it with the catalogue, and throw the copy away."`
	Migrate  migrateCmd  `cmd:"" help:"Bring the database to the newest schema."`
	Rebuild  rebuildCmd  `cmd:"" help:"Write what the public sees anew from the revisions."`
	Reindex  reindexCmd  `cmd:"" help:"Build the search index anew from the database, also while servers use it."`
	Eval     evalCmd     `cmd:"" help:"Measure the search on a BEIR folder."`
	Analyse  analyseCmd  `cmd:"" help:"Show what the language makes of each word."`
	Doctor   doctorCmd   `cmd:"" help:"Look at an installation, and say what is wrong, why that matters, and what to do. It changes nothing."`

	Config      configCmd      `cmd:"" help:"The settings: which are in force, and what is wrong with them."`
	Healthcheck healthcheckCmd `cmd:"" help:"Ask whether the server on this machine answers; for a container's health check."`
	Completion  completionCmd  `cmd:"" help:"Print what has a shell complete commands and flags."`
	Man         manCmd         `cmd:"" help:"Print the page for man: praksis man | man -l -"`
	Licences    licencesCmd    `cmd:"" help:"Print what the program is made of besides our own work, and the licences of that."`

	log         *slog.Logger
	logTogether func(func())     // the log's httpx.LogWriter.Together
	screen      *progress.Screen // standard error
	settings    *config.Reader
}

// parser reads a command line into c, and the settings that are not on it from an
// environment.
func (c *cli) parser(environ []string) (*kong.Kong, error) {
	c.settings = config.NewReader(environ, clientHeader)
	return c.settings.New(c, kong.Name("praksis"), kong.Description("Praksiskataloget: what was done on the social area during COVID-19, and what it taught."), kong.ShortUsageOnError())
}

func main() {
	var c cli
	parser, err := c.parser(os.Environ())
	if err != nil {
		panic(err) // the flags contradict each other
	}
	k, err := parser.Parse(os.Args[1:])
	parser.FatalIfErrorf(err)
	c.screen = progress.On(os.Stderr)
	out := httpx.NewLogWriter(c.screen)
	c.logTogether = out.Together
	c.log = slog.New(c.logHandler(out, k.Command(), term.IsTerminal(int(os.Stderr.Fd()))))
	slog.SetDefault(c.log) // and with it what libraries say to Go's log
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	k.BindTo(ctx, (*context.Context)(nil))
	if !tellsSettings(k) {
		err = c.settings.Fault()
	}
	if err == nil {
		err = k.Run(&c)
	}
	if err != nil && !errors.Is(err, context.Canceled) {
		if code, ok := errors.AsType[exitCode](err); ok {
			os.Exit(int(code))
		}
		for _, one := range severally(err) {
			fmt.Fprintln(c.screen, "praksis:", one)
		}
		var faults *postgres.FaultsError
		if errors.As(err, &faults) {
			os.Exit(2)
		}
		os.Exit(1)
	}
}

// logHandler writes the log: as JSON what a server says where no terminal is, for who
// gathers logs, and else as text; or as is said.
func (c *cli) logHandler(to io.Writer, command string, terminal bool) slog.Handler {
	opts := &slog.HandlerOptions{Level: c.LogLevel}
	if c.LogFormat == "json" || c.LogFormat == "auto" && command == "serve" && !terminal {
		return httpx.LogHandler(slog.NewJSONHandler(to, opts))
	}
	return httpx.LogHandler(slog.NewTextHandler(to, opts))
}

// severally are the errors that one joins ([errors.Join]).
func severally(err error) (all []string) {
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		for _, one := range joined.Unwrap() {
			all = append(all, severally(one)...)
		}
		if strings.Join(all, "\n") == err.Error() {
			return all
		}
	}
	return []string{err.Error()}
}

// build names this program by a hash of what it was made of, so that pages that
// browsers keep are never taken for another build's.
func build() (string, error) {
	exe, err := os.Executable()
	if err != nil {
		return "", err
	}
	h := sha256.New()
	if id := linkedID(exe); len(id) > 0 {
		h.Write(id)
		return hex.EncodeToString(h.Sum(nil))[:10], nil
	}
	// All of it, which takes some tens of milliseconds.
	f, err := os.Open(exe)
	if err != nil {
		return "", err
	}
	defer f.Close()
	if _, err := io.Copy(h, f); err != nil {
		return "", err
	}
	return hex.EncodeToString(h.Sum(nil))[:10], nil
}

// linkedID is what the Go linker notes in an ELF program of the contents that it
// has; empty for a program of another kind, or linked without.
func linkedID(exe string) []byte {
	f, err := elf.Open(exe)
	if err != nil {
		return nil
	}
	defer f.Close()
	note := f.Section(".note.go.buildid")
	if note == nil {
		return nil
	}
	id, err := note.Data()
	if err != nil || !bytes.Contains(id, []byte("/")) { // the ID has parts
		return nil
	}
	return id
}
