package doctor

import (
	"context"
	"errors"
	"strings"
	"sync"

	"praksis/internal/postgres"
)

// patient is the installation that is looked at. What several checks need is looked at
// once.
type patient struct {
	Settings
	opened     func(context.Context) (*postgres.Examination, error)
	catalogue  func(context.Context) (postgres.CatalogueFacts, error)
	server     func(context.Context) (postgres.ServerFacts, error)
	schema     func(context.Context) (postgres.SchemaFacts, error)
	operations func(context.Context) ([]postgres.Operation, error)
	setup      func(context.Context) (string, error) // what a start would say
	holder     func() process
	direct     func(context.Context) (answer, error) // of the instance, at its own address
	public     func(context.Context) (answer, error) // of the public address
	provider   func(context.Context) (providerSeen, error)

	mu   sync.Mutex
	open []*postgres.Examination
}

// shared has a look carried out once, for all who ask, within the time of the first:
// all ask at the same moment.
func shared[T any](look func(context.Context) (T, error)) func(context.Context) (T, error) {
	var once sync.Once
	var seen T
	var err error
	return func(ctx context.Context) (T, error) {
		once.Do(func() { seen, err = look(ctx) })
		return seen, err
	}
}

func newPatient(s Settings) *patient {
	p := &patient{Settings: s}
	p.opened = shared(func(ctx context.Context) (*postgres.Examination, error) {
		a, _, err := p.addresses()
		if err != nil {
			return nil, err
		}
		x, err := postgres.Examine(ctx, a)
		if err == nil {
			p.mu.Lock()
			p.open = append(p.open, x)
			p.mu.Unlock()
		}
		return x, err
	})
	p.catalogue = shared(func(ctx context.Context) (f postgres.CatalogueFacts, err error) {
		x, err := p.database(ctx)
		if err != nil {
			return f, err
		}
		return x.Catalogue(ctx, p.DemoMail)
	})
	p.server = shared(func(ctx context.Context) (f postgres.ServerFacts, err error) {
		x, err := p.database(ctx)
		if err != nil {
			return f, err
		}
		return x.Server(ctx)
	})
	p.schema = shared(func(ctx context.Context) (f postgres.SchemaFacts, err error) {
		x, err := p.database(ctx)
		if err != nil {
			return f, err
		}
		f, err = x.Schema(ctx)
		if !errors.Is(err, postgres.ErrNoRight) {
			return f, err
		}
		// In a database of old the application may not see how far it is; its owner may.
		_, url, err := p.addresses()
		if err != nil {
			return f, err
		}
		owner, err := postgres.Examine(ctx, postgres.Access{URL: url, Pooler: postgres.PoolerTransaction})
		if err != nil {
			return f, err
		}
		defer owner.Close()
		return owner.Schema(ctx)
	})
	p.operations = shared(func(ctx context.Context) ([]postgres.Operation, error) {
		x, err := p.database(ctx)
		if err != nil {
			return nil, err
		}
		return x.LastOperations(ctx)
	})
	p.setup = shared(func(ctx context.Context) (string, error) {
		a, _, err := p.addresses()
		if err != nil {
			return "", errors.Join(errAway, err)
		}
		err = postgres.TryAccess(ctx, a)
		if setup := postgres.Setup(err); setup != "" {
			return setup, nil
		}
		return "", err
	})
	p.holder = sync.OnceValue(func() process { return findHolder(p.Data) })
	p.direct = shared(p.askInstance)
	p.public = shared(p.askPublic)
	p.provider = shared(p.askProvider)
	return p
}

// addresses are those of the database, and of its owner.
func (p *patient) addresses() (postgres.Access, string, error) {
	if p.Private != nil {
		return p.Private()
	}
	return p.Access, p.OwnerURL, nil
}

// database is the open database; errAway where there is none, which the check of that
// name tells.
func (p *patient) database(ctx context.Context) (*postgres.Examination, error) {
	x, err := p.opened(ctx)
	if err != nil {
		return nil, errors.Join(errAway, err)
	}
	return x, nil
}

func (p *patient) close() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, x := range p.open {
		x.Close()
	}
}

// aboutPooler is the sentence where it is about a pooler, or where it is not.
func aboutPooler(setup string, wanted bool) string {
	if strings.Contains(setup, "pooler") != wanted {
		return ""
	}
	return setup
}
