package main

import (
	"context"
	"fmt"
	"strings"
	"unicode"

	"praksis/internal/catalogue"

	"github.com/jackc/pgx/v5"
)

// postgres is the other side: one connection a client.
type postgres struct {
	conns   []*pgx.Conn
	queries []question
}

// question is a query as the other side is asked.
type question struct {
	sql  string
	args []any
}

func openPostgres(ctx context.Context, url string, clients int, t *catalogue.Taxonomy, queries []catalogue.Query) (p *postgres, err error) {
	p = &postgres{}
	numbers := newNumbers(t)
	for _, q := range queries {
		chosen, err := numbers.chosen(q)
		if err != nil {
			return nil, fmt.Errorf("query %q: %w", q.Text, err)
		}
		p.queries = append(p.queries, newQuestion(q.Text, chosen))
	}
	for range clients {
		conn, err := pgx.Connect(ctx, url)
		if err != nil {
			p.close(ctx)
			return nil, err
		}
		p.conns = append(p.conns, conn)
		if _, err := conn.Exec(ctx, "set plan_cache_mode = force_custom_plan"); err != nil {
			p.close(ctx)
			return nil, err
		}
		for i := range p.queries {
			if _, err := conn.Prepare(ctx, p.queries[i].sql, p.queries[i].sql); err != nil {
				p.close(ctx)
				return nil, err
			}
		}
	}
	return p, nil
}

func (p *postgres) close(ctx context.Context) {
	for _, c := range p.conns {
		c.Close(ctx)
	}
}

// newQuestion is the OR of the text's words under the chosen values.
func newQuestion(text string, chosen [][]int32) question {
	words := strings.FieldsFunc(text, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	q := question{statement(len(chosen)), []any{strings.Join(words, " | ")}}
	for _, c := range chosen {
		q.args = append(q.args, c)
	}
	return q
}

// statement is the query with as many facets chosen. A row of the text's
// matches is a hit when it has what every facet asks. A facet's values are
// counted over the rows that have what the others ask: those are the hits, and
// the rows that miss this facet alone.
func statement(facets int) string {
	if facets == 0 {
		return `with found as materialized (
	select id, published, vals, ts_rank(tsv, to_tsquery('danish', $1)) as rank
	from searched where tsv @@ to_tsquery('danish', $1)
), page as (
	select id, rank, published from found order by rank desc, published desc, id limit 20
), counted as (
	select value, count(*) as n from (select unnest(vals) as value from found) v group by value
)
select (select count(*) from found),
	(select array_agg(id order by rank desc, published desc, id) from page),
	array_agg(value), array_agg(n) from counted`
	}
	var misses, only []string
	for i := range facets {
		misses = append(misses, fmt.Sprintf("case when vals && $%d::int[] then 0 else %d end", i+2, 1<<i))
		only = append(only, fmt.Sprintf("missed = %d and value / %d = ($%d::int[])[1] / %d", 1<<i, perFacet, i+2, perFacet))
	}
	one := make([]string, facets)
	for i := range facets {
		one[i] = fmt.Sprint(1 << i)
	}
	return fmt.Sprintf(`with found as materialized (
	select id, published, vals, missed, case when missed = 0 then ts_rank(tsv, to_tsquery('danish', $1)) end as rank
	from (select *, %s as missed from searched where tsv @@ to_tsquery('danish', $1) offset 0) m
	where missed in (0, %s)
), page as (
	select id, rank, published from found where missed = 0 order by rank desc, published desc, id limit 20
), counted as (
	select value, count(*) as n from (select missed, unnest(vals) as value from found) v
	where missed = 0 or %s group by value
)
select (select count(*) from found where missed = 0),
	(select array_agg(id order by rank desc, published desc, id) from page),
	array_agg(value), array_agg(n) from counted`, strings.Join(misses, " + "), strings.Join(one, ", "), strings.Join(only, " or "))
}

// found is the other side's answer.
type found struct {
	total  int
	page   []int32
	values []int32
	counts []int64
}

func (q question) ask(ctx context.Context, conn *pgx.Conn) (f found, err error) {
	err = conn.QueryRow(ctx, q.sql, q.args...).Scan(&f.total, &f.page, &f.values, &f.counts)
	return f, err
}

func (p *postgres) ask(ctx context.Context, client, query int) (int, error) {
	f, err := p.queries[query].ask(ctx, p.conns[client])
	return f.total, err
}
