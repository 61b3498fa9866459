// Package doctor looks at an installation and says what is wrong with it, why that
// matters and what to do. It changes nothing. Each check is an entry of one table
// (table.go): it looks, by what stands in look_*.go, and what it has seen is judged by a
// pure function in judge_*.go.
package doctor

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"praksis/internal/mail"
	"praksis/internal/postgres"
)

// Grade is how bad something is.
type Grade string

// Grades, the best first. Unseen is what could not be looked at because of something
// that another check tells of; it counts for nothing.
const (
	Good    Grade = "good"
	Unseen  Grade = "unseen"
	Warning Grade = "warning"
	Fault   Grade = "fault"
)

// Finding is what a check has come to.
type Finding struct {
	Grade Grade  `json:"grade"`
	Seen  string `json:"seen"`
	// Do is one command or setting; empty where all is good.
	Do string `json:"do,omitempty"`
}

func good(format string, args ...any) Finding { return Finding{Good, fmt.Sprintf(format, args...), ""} }
func unseen(format string, args ...any) Finding {
	return Finding{Unseen, fmt.Sprintf(format, args...), ""}
}
func warning(seen, do string) Finding { return Finding{Warning, seen, do} }
func fault(seen, do string) Finding   { return Finding{Fault, seen, do} }

// Result is a check with its finding.
type Result struct {
	Name  string `json:"name"`
	Looks string `json:"looks_at"`
	Finding
	Why string `json:"why"`
}

// Report is what all checks have come to.
type Report struct {
	Build   string    `json:"build"`
	At      time.Time `json:"at"`
	Results []Result  `json:"checks"`
}

// Code is the exit code: 0 where all is good, 1 with warnings, 2 with faults.
func (r Report) Code() int {
	code := 0
	for _, x := range r.Results {
		switch x.Grade {
		case Warning:
			code = max(code, 1)
		case Fault:
			code = 2
		}
	}
	return code
}

// Settings are those of the server that is looked at, as it would read them.
type Settings struct {
	Build string
	// Fault is why a start would refuse the settings; nil where it would not.
	Fault error
	// Unread says of each variable that looks like a setting that nothing reads it.
	Unread []string
	// Data is the data folder, and Postgres the folder of the private server in it;
	// empty where others run the server.
	Data, Postgres string
	// Access reaches the database. For a private server it is found by Private, whose
	// error tells that none runs.
	Access    postgres.Access
	Private   func() (access postgres.Access, ownerURL string, err error)
	OwnerURL  string
	ReadURL   string
	Seeds     postgres.SeedVersion
	Addr      string // where it listens; empty: a socket that it is handed
	PublicURL string // as httpx.PublicOrigin has it; empty: none
	Local     bool   // only this machine reaches the catalogue
	Proxies   int
	Mail      *mail.SMTP // nil: no mail server
	MailHost  string
	MailFault error // why mails cannot be sent by the settings
	Issuer    string
	// Scan asks the virus scanner whether it is there; nil: none is set.
	Scan func(context.Context) error
	// Mark is what an instance tells of the identity of its catalogue.
	Mark      func(identity string) string
	DemoMail  string
	LeastFree uint64         // bytes that a disk must have left
	Roots     *x509.CertPool // of certificates; nil: the system's
	BackupDir string
	Journal   string // of erasures
	// Secrets are the settings that no report may show.
	Secrets []string
}

// patience is the most that one check takes.
const patience = 5 * time.Second

// errAway is for a check whose look needs the database, which does not answer.
var errAway = errors.New("the database cannot be looked at")

// Look carries out every check of the table, all side by side. It takes little more than
// the longest of them may.
func Look(ctx context.Context, s Settings) Report {
	p := newPatient(s)
	defer p.close()
	r := Report{Build: s.Build, At: time.Now().UTC().Truncate(time.Second), Results: make([]Result, len(table))}
	var all sync.WaitGroup
	for i, c := range table {
		r.Results[i] = Result{Name: c.name, Looks: c.looks, Why: c.why}
		all.Go(func() { r.Results[i].Finding = c.carryOut(ctx, p) })
	}
	all.Wait()
	return r
}

// carryOut ends after patience, whether the look does or not.
func (c check) carryOut(ctx context.Context, p *patient) Finding {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	done := make(chan Finding, 1)
	go func() {
		defer func() {
			if x := recover(); x != nil {
				done <- fault(fmt.Sprintf("the check itself failed: %v", x), "report it")
			}
		}()
		f, err := c.look(ctx, p)
		switch {
		case errors.Is(err, errAway):
			f = unseen("not looked at: the database does not answer")
		case errors.Is(err, postgres.ErrNoTable):
			f = unseen("not looked at: the schema is not that of this program")
		case ctx.Err() != nil && err != nil:
			f = fault(fmt.Sprintf("no answer within %d s", patience/time.Second), c.slow)
		case err != nil:
			f = fault(oneLine(err), c.slow)
		}
		done <- f
	}()
	select {
	case f := <-done:
		return f
	case <-ctx.Done():
		select {
		case f := <-done: // it has just ended
			return f
		case <-time.After(100 * time.Millisecond):
			return fault(fmt.Sprintf("no answer within %d s", patience/time.Second), c.slow)
		}
	}
}

func oneLine(err error) string {
	return strings.Join(strings.Fields(err.Error()), " ")
}

// check is one entry of the table.
type check struct {
	name  string // one word, or two with a hyphen
	looks string // what it looks at
	why   string // why that matters
	// slow is what to do where the look itself fails.
	slow string
	look func(context.Context, *patient) (Finding, error)
}

// Names are those of all checks.
func Names() []string {
	var list []string
	for _, c := range table {
		list = append(list, c.name)
	}
	return slices.Clip(list)
}
