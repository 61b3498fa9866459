package doctor

import (
	"context"
	"errors"
	"io/fs"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"praksis/internal/catalogue"
	"praksis/internal/ops/erasures"
	"praksis/internal/postgres"
)

func lookDatabase(ctx context.Context, p *patient) (Finding, error) {
	if _, err := p.opened(ctx); err != nil {
		if p.Private != nil && p.Access.URL == "" {
			return fault(oneLine(err), "start praksis serve, which starts it; this command starts nothing. If it does not start, the log in "+p.Postgres+" tells why"), nil
		}
		if postgres.Unavailable(err) || ctx.Err() != nil {
			return fault("it does not answer: "+strings.TrimPrefix(oneLine(err), catalogue.ErrUnavailable.Error()+": "), "start the server, open the network to it, or mend DATABASE_URL"), nil
		}
		if setup := postgres.Setup(err); setup != "" {
			seen, do, _ := cutLast(setup, ": ")
			return fault(seen, do), nil
		}
		return fault(oneLine(err), "mend DATABASE_URL, or the login at the server"), nil
	}
	f, err := p.server(ctx)
	if err != nil {
		return Finding{}, err
	}
	return judgeServer(f), nil
}

// ofServer is a look that judges what the server is.
func ofServer(judge func(postgres.ServerFacts) Finding) func(context.Context, *patient) (Finding, error) {
	return func(ctx context.Context, p *patient) (Finding, error) {
		f, err := p.server(ctx)
		if err != nil {
			return Finding{}, err
		}
		return judge(f), nil
	}
}

func lookSecrecy(ctx context.Context, p *patient) (Finding, error) {
	x, err := p.database(ctx)
	if err != nil {
		return Finding{}, err
	}
	return judgeSecrecy(x.TLS, x.Host), nil
}

// ofSchema is a look that judges how far the schema is.
func ofSchema(judge func(postgres.SchemaFacts) Finding) func(context.Context, *patient) (Finding, error) {
	return func(ctx context.Context, p *patient) (Finding, error) {
		f, err := p.schema(ctx)
		if errors.Is(err, postgres.ErrNoTable) {
			return fault("the database has no catalogue in it", "praksis migrate, then praksis seed (praksis serve does the first itself); or mend DATABASE_URL"), nil
		} else if err != nil {
			return Finding{}, err
		}
		return judge(f), nil
	}
}

// ofCatalogue is a look that judges how far the catalogue is.
func ofCatalogue(judge func(postgres.CatalogueFacts, Settings) Finding) func(context.Context, *patient) (Finding, error) {
	return func(ctx context.Context, p *patient) (Finding, error) {
		f, err := p.catalogue(ctx)
		if err != nil {
			return Finding{}, err
		}
		return judge(f, p.Settings), nil
	}
}

func lookRights(ctx context.Context, p *patient) (Finding, error) {
	x, err := p.database(ctx)
	if err != nil {
		return Finding{}, err
	}
	f, err := x.Rights(ctx)
	if err != nil {
		return Finding{}, err
	}
	setup, err := p.setup(ctx)
	if err != nil {
		return Finding{}, err
	}
	return judgeRights(f, aboutPooler(setup, false)), nil
}

func lookOwner(ctx context.Context, p *patient) (Finding, error) {
	if _, err := p.database(ctx); err != nil {
		return Finding{}, err
	}
	_, url, err := p.addresses()
	if err != nil {
		return Finding{}, errors.Join(errAway, err)
	}
	f, err := postgres.TryOwner(ctx, url)
	if err != nil {
		return Finding{}, err
	}
	schema, err := p.schema(ctx)
	return judgeOwner(f, err == nil && len(schema.Lacks) == 0 && schema.Queue >= schema.QueueProgram), nil
}

func lookPooler(ctx context.Context, p *patient) (Finding, error) {
	if p.Private != nil {
		return good("none: the server is a private one"), nil
	}
	if _, err := p.database(ctx); err != nil {
		return Finding{}, err
	}
	setup, err := p.setup(ctx)
	if err != nil {
		return Finding{}, err
	}
	return judgePooler(p.Access, aboutPooler(setup, true)), nil
}

func lookReplica(ctx context.Context, p *patient) (Finding, error) {
	if p.ReadURL == "" {
		return good("none: all is read from the database"), nil
	}
	c, err := p.catalogue(ctx)
	if err != nil {
		return Finding{}, err
	}
	f, err := postgres.TryReplica(ctx, p.ReadURL)
	if postgres.Unavailable(err) {
		return warning("it does not answer, and pages are read from the primary meanwhile: "+strings.TrimPrefix(oneLine(err), catalogue.ErrUnavailable.Error()+": "), "start the replica, or mend PRAKSIS_READ_URL"), nil
	} else if err != nil {
		return Finding{}, err
	}
	return judgeReplica(f, c), nil
}

func lookClock(ctx context.Context, p *patient) (Finding, error) {
	var list []offset
	if f, err := p.server(ctx); err == nil {
		list = append(list, offset{"the database", f.Now.Sub(f.Asked), f.Took / 2})
	}
	const second = time.Second // an HTTP date has no less
	if p.Issuer != "" {
		if a, err := p.provider(ctx); err == nil && !a.Date.IsZero() {
			list = append(list, offset{"the provider", a.Date.Add(second / 2).Sub(a.Asked), second})
		}
	}
	if p.PublicURL != "" {
		if a, err := p.public(ctx); err == nil && !a.Date.IsZero() {
			list = append(list, offset{"the public address", a.Date.Add(second / 2).Sub(a.Asked), second})
		}
	}
	return judgeClock(list), nil
}

// jobsLate is how long a job that is due may wait.
const jobsLate = 5 * time.Minute

func lookQueue(ctx context.Context, p *patient) (Finding, error) {
	x, err := p.database(ctx)
	if err != nil {
		return Finding{}, err
	}
	f, err := x.QueueFacts(ctx)
	if err != nil {
		return Finding{}, err
	}
	return judgeQueue(f, jobsLate), nil
}

func lookMails(ctx context.Context, p *patient) (Finding, error) {
	x, err := p.database(ctx)
	if err != nil {
		return Finding{}, err
	}
	f, err := x.MailFacts(ctx)
	if err != nil {
		return Finding{}, err
	}
	return judgeMails(f), nil
}

// ofOperations is a look that judges when something was last done with the whole.
func ofOperations(kind postgres.OperationKind) func(context.Context, *patient) (Finding, error) {
	return func(ctx context.Context, p *patient) (Finding, error) {
		list, err := p.operations(ctx)
		if err != nil {
			return Finding{}, err
		}
		return judgeOperation(list, kind, p.Settings, time.Now()), nil
	}
}

func lookErasures(ctx context.Context, p *patient) (Finding, error) {
	x, err := p.database(ctx)
	if err != nil {
		return Finding{}, err
	}
	f, err := x.Erasures(ctx)
	if err != nil {
		return Finding{}, err
	}
	return judgeErasures(f, seeJournal(p.Journal, f), p.Journal, time.Now()), nil
}

// journalSeen is what the journal of erasures is like.
type journalSeen struct {
	Err      error
	Writable bool
	Lacks    int // erasures of the database that it does not tell of
}

func seeJournal(path string, f postgres.ErasureFacts) journalSeen {
	j, err := erasures.ReadFile(path)
	seen := journalSeen{Err: err}
	at := path
	if errors.Is(err, fs.ErrNotExist) {
		seen.Err, at = nil, filepath.Dir(path)
	}
	seen.Writable = syscall.Access(at, wOK) == nil
	told := map[int64]bool{}
	for _, e := range j.Entries {
		if e.Chain == f.Chain && !e.Done && e.N > 0 && e.N < f.N {
			told[e.N] = true
		}
	}
	seen.Lacks = int(f.N-1) - len(told)
	return seen
}
