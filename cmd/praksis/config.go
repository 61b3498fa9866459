package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"praksis/internal/ops/config"

	"github.com/alecthomas/kong"
)

// configCmd is about the settings of `praksis serve`, by the flags that it would be given
// and the environment. It asks neither the database nor anybody else.
type configCmd struct {
	Check configCheckCmd `cmd:"" help:"Tell what is wrong with the settings; the exit code is 1 where something is."`
	Show  configShowCmd  `cmd:"" help:"Show which settings are in force and where each comes from, without what is secret."`
}

// serveSettings are the flags that `praksis serve` takes.
type serveSettings struct {
	Serve serveCmd `embed:""`
	JSON  bool     `name:"json" help:"As JSON."`
}

type configCheckCmd struct{ serveSettings }

type configShowCmd struct{ serveSettings }

// tellsSettings tells whether a command says itself what is wrong with settings.
func tellsSettings(ctx *kong.Context) bool {
	command := ctx.Command()
	return command == "doctor" || strings.HasPrefix(command, "config ")
}

// settingsReport is what can be told of settings.
type settingsReport struct {
	Settings []config.Setting `json:"settings,omitempty"`
	// Faults are what a start ends with, and names that nothing reads.
	Faults []string `json:"faults"`
	// Notes may be as they are meant.
	Notes []string `json:"notes"`
}

// lookUpTime is how long the name in --addr may take to be looked up.
const lookUpTime = 3 * time.Second

// report looks at all settings.
func (s *serveSettings) report(ctx context.Context, c *cli, k *kong.Context) *settingsReport {
	r := &settingsReport{Settings: c.settings.Settings(k), Faults: []string{}, Notes: append([]string{}, c.settings.Spaced()...)}
	add := func(err error) {
		if err != nil {
			r.Faults = append(r.Faults, severally(err)...)
		}
	}
	add(c.settings.Fault())
	addr, err := readAddr(ctx, s.Serve.Addr)
	add(err)
	add(s.Serve.check(c, addr))
	r.Faults = append(r.Faults, c.settings.Unknown()...)
	return r
}

// readAddr is what --addr names, without listening there; all addresses, where that
// cannot be told.
func readAddr(ctx context.Context, addr string) (*net.TCPAddr, error) {
	a := &net.TCPAddr{IP: net.IPv4zero}
	host, port, err := net.SplitHostPort(cmp.Or(addr, defaultAddr))
	if err != nil {
		return a, fmt.Errorf("--addr: %q is no HOST:PORT", addr)
	}
	if a.Port, err = strconv.Atoi(port); err != nil || a.Port < 0 || a.Port > 1<<16-1 {
		return a, fmt.Errorf("--addr: %q is no port", port)
	}
	if host == "" {
		return a, nil
	}
	ctx, cancel := context.WithTimeout(ctx, lookUpTime)
	defer cancel()
	found, err := net.DefaultResolver.LookupIP(ctx, "ip", host)
	if err != nil || len(found) == 0 {
		return a, fmt.Errorf("--addr: %q is no name or address of this machine", host)
	}
	a.IP = found[0]
	return a, nil
}

// errSettings is the end of `praksis config check` where it has told what is wrong.
var errSettings = errors.New("the settings cannot stay as they are")

// Run writes a line for each fault, and for each note.
func (x *configCheckCmd) Run(ctx context.Context, c *cli, k *kong.Context) error {
	r := x.report(ctx, c, k)
	r.Settings = nil
	if err := x.print(k.Stdout, r); err != nil {
		return err
	}
	if len(r.Faults) > 0 {
		return fmt.Errorf("%w: %d to mend", errSettings, len(r.Faults))
	}
	return nil
}

// Run writes a line for each setting, and then what is wrong.
func (x *configShowCmd) Run(ctx context.Context, c *cli, k *kong.Context) error {
	return x.print(k.Stdout, x.report(ctx, c, k))
}

func (s *serveSettings) print(to io.Writer, r *settingsReport) error {
	if s.JSON {
		e := json.NewEncoder(to)
		e.SetIndent("", "  ")
		e.SetEscapeHTML(false)
		return e.Encode(r)
	}
	w := tabwriter.NewWriter(to, 0, 0, 2, ' ', 0)
	for _, x := range r.Settings {
		source := string(x.Source)
		if x.File != "" {
			source += " " + x.File
		}
		if x.Value != "" { // else the lines would end with blanks
			source += "\t" + x.Value
		}
		fmt.Fprintf(w, "--%s\t%s\t%s\n", x.Flag, x.Variable, source)
	}
	if err := w.Flush(); err != nil {
		return err
	}
	if len(r.Settings) > 0 && len(r.Faults)+len(r.Notes) > 0 {
		fmt.Fprintln(to)
	}
	for _, f := range r.Faults {
		fmt.Fprintln(to, "WRONG:", f)
	}
	for _, n := range r.Notes {
		fmt.Fprintln(to, "note:", n)
	}
	if len(r.Settings) == 0 && len(r.Faults) == 0 {
		_, err := fmt.Fprintln(to, "Nothing is wrong with the settings.")
		return err
	}
	return nil
}
