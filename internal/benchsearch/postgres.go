package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"praksis/internal/catalogue"

	"github.com/jackc/pgx/v5"
)

// The other side is what a good engineer makes of PostgreSQL without any
// extension:
//
//   - One narrow table for the search: a weighted tsvector of the Danish
//     configuration, the facet values as one int[] (parents included, as ours),
//     and the date. Nothing of it lies in TOAST. A GIN index on the tsvector.
//   - One round trip a query (statement.go): the rows that match the OR of the
//     words once, in a materialized CTE, and from it total, page and counts.
//   - A server with room for everything in its buffers, work_mem enough that
//     nothing is spilled or lossy, and parallel query as shipped. JIT is off: on,
//     it made no difference. Nor did forbidding to read the whole table.
//   - unnest in the select list: a lateral join took half as long again.
//   - VACUUM (ANALYZE) after loading; statements prepared, and planned for the
//     words at hand; one connection a client, by Unix socket; every query is
//     asked once before any is timed, so that all is in memory.
//
// It does less than ours, to its favour: stems only, no compounds, slips or
// synonyms; effect and voice as values of the practice, not of one and the same
// finding; values stay numbers; no weak hits.
var settings = []string{
	"shared_buffers=1GB", "work_mem=256MB", "maintenance_work_mem=512MB", "effective_cache_size=4GB", "random_page_cost=1.1", "jit=off",
	"fsync=off", "synchronous_commit=off", "full_page_writes=off", "wal_level=minimal", "max_wal_senders=0", "autovacuum=off", "max_wal_size=4GB",
}

const schema = `
	create unlogged table loaded (id int, title text, head text, body text, published timestamptz, vals int[]);
	create unlogged table searched (id int not null, published timestamptz not null, vals int[] not null, tsv tsvector not null)
		with (toast_tuple_target = 8160);
	alter table searched alter vals set storage main, alter tsv set storage main;`

const fill = `insert into searched select id, published, vals,
	setweight(to_tsvector('danish', title), 'A') || setweight(to_tsvector('danish', head), 'B') || to_tsvector('danish', body)
	from loaded where id % $1 = $2 order by id`

// load fills the database at url with the source's practices.
func load(ctx context.Context, url string, src *source, parallel int) error {
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	if _, err := conn.Exec(ctx, schema); err != nil {
		return err
	}
	numbers := newNumbers(src.taxonomy)
	i := 0
	_, err = conn.CopyFrom(ctx, pgx.Identifier{"loaded"}, []string{"id", "title", "head", "body", "published", "vals"},
		pgx.CopyFromFunc(func() ([]any, error) {
			if i == src.n {
				return nil, nil
			}
			p := src.practice(i)
			i++
			title, head, body := texts(p)
			return []any{int32(i), title, strings.Join(head, "\n"), strings.Join(body, "\n"), *p.FirstPublished, numbers.of(p)}, nil
		}))
	if err != nil {
		return fmt.Errorf("load: %w", err)
	}
	_, err = each(ctx, parallel, func(ctx context.Context, part int) ([]asked, error) {
		conn, err := pgx.Connect(ctx, url)
		if err != nil {
			return nil, err
		}
		defer conn.Close(context.WithoutCancel(ctx))
		_, err = conn.Exec(ctx, fill, parallel, part)
		return nil, err
	})
	if err != nil {
		return fmt.Errorf("fill: %w", err)
	}
	for _, s := range []string{"drop table loaded", "create index on searched using gin (tsv) with (fastupdate = off)", "vacuum (analyze, freeze) searched"} {
		if _, err := conn.Exec(ctx, s); err != nil {
			return fmt.Errorf("%s: %w", s, err)
		}
	}
	return nil
}

// numbers gives every facet value a number: the facet's place times perFacet,
// and the value's own.
type numbers struct {
	taxonomy *catalogue.Taxonomy
	byFacet  []map[string]int32
}

const perFacet = 10_000

func newNumbers(t *catalogue.Taxonomy) *numbers {
	n := &numbers{taxonomy: t}
	for i, f := range catalogue.Facets {
		m := map[string]int32{}
		for j, v := range t.Facet(f.Name).Values {
			m[v.Slug] = int32(i*perFacet + j)
		}
		n.byFacet = append(n.byFacet, m)
	}
	return n
}

// of are the values of a practice, with their parents.
func (n *numbers) of(p *catalogue.Practice) []int32 {
	var out []int32
	all := p.FacetValues()
	for i, f := range catalogue.Facets {
		tree := n.taxonomy.Facet(f.Name)
		slugs := slices.Clone(all.Practice[f.Name])
		if f.Name == catalogue.FacetEffect || f.Name == catalogue.FacetVoice {
			for _, finding := range all.Findings {
				slugs = append(slugs, finding[f.Name]...)
			}
		}
		if f.Name == catalogue.FacetNear {
			for _, s := range all.Practice[catalogue.FacetActor] {
				slugs = append(append(slugs, s), catalogue.Neighbours(s)...)
			}
		}
		for _, s := range slugs {
			for _, s := range append(tree.Ancestors(s), s) {
				if x, ok := n.byFacet[i][s]; ok {
					out = append(out, x)
				}
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// chosen are the numbers of a query's filters, facet by facet.
func (n *numbers) chosen(q catalogue.Query) (out [][]int32, err error) {
	for i, f := range catalogue.Facets {
		var of []int32
		for _, slug := range q.Filters[f.Name] {
			x, ok := n.byFacet[i][slug]
			if !ok {
				err = errors.Join(err, fmt.Errorf("there is no %s=%s", f.Name, slug))
			}
			of = append(of, x)
		}
		if of != nil {
			out = append(out, of)
		}
	}
	return out, err
}
