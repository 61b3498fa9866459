package main

import (
	"context"
	"math/rand/v2"
	"slices"
	"sync"
	"time"
)

// asked is one answered query.
type asked struct {
	Query int // in the list
	Took  time.Duration
	Total int
}

// engine is either side of the comparison. ask answers one query of the list
// and returns its total; clients call it at once, each with its own number.
type engine interface {
	ask(ctx context.Context, client, query int) (total int, err error)
}

// warmUp asks every query once, the clients sharing the list.
func warmUp(ctx context.Context, e engine, clients, queries int) error {
	next := make(chan int, queries)
	for q := range queries {
		next <- q
	}
	close(next)
	_, err := each(ctx, clients, func(ctx context.Context, client int) ([]asked, error) {
		for q := range next {
			if _, err := e.ask(ctx, client, q); err != nil {
				return nil, err
			}
		}
		return nil, nil
	})
	return err
}

// walk lets every client walk the whole list in an order of its own, and again
// in another one as long as the time is not over: so every query counts alike.
func walk(ctx context.Context, e engine, clients, queries int, atLeast time.Duration) ([]asked, error) {
	begun := time.Now()
	return each(ctx, clients, func(ctx context.Context, client int) ([]asked, error) {
		var out []asked
		r := rand.New(rand.NewPCG(seed, uint64(client)))
		for len(out) == 0 || time.Since(begun) < atLeast {
			for _, q := range r.Perm(queries) {
				began := time.Now()
				total, err := e.ask(ctx, client, q)
				if err != nil {
					return nil, err
				}
				out = append(out, asked{q, time.Since(began), total})
			}
		}
		return out, nil
	})
}

// each runs the clients at once; the first error ends all of them.
func each(ctx context.Context, clients int, run func(ctx context.Context, client int) ([]asked, error)) ([]asked, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var (
		wg  sync.WaitGroup
		mu  sync.Mutex
		all []asked
	)
	for c := range clients {
		wg.Go(func() {
			mine, err := run(ctx, c)
			if err != nil {
				cancel(err)
			}
			mu.Lock()
			defer mu.Unlock()
			all = append(all, mine...)
		})
	}
	wg.Wait()
	return all, context.Cause(ctx)
}

// percentile of the times, by nearest rank.
func percentile(all []asked, p float64) time.Duration {
	times := make([]time.Duration, len(all))
	for i, a := range all {
		times[i] = a.Took
	}
	slices.Sort(times)
	rank := int(p / 100 * float64(len(times)))
	return times[min(rank, len(times)-1)]
}

// perQuery is what each query of the list took at the median, and its total;
// zeros for what was not asked.
func perQuery(all []asked, queries int) []asked {
	by := make([][]asked, queries)
	for _, a := range all {
		by[a.Query] = append(by[a.Query], a)
	}
	out := make([]asked, queries)
	for q, times := range by {
		out[q].Query = q
		if len(times) > 0 {
			out[q].Took, out[q].Total = percentile(times, 50), times[0].Total
		}
	}
	return out
}
