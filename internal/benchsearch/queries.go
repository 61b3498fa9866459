package main

import (
	_ "embed"
	"fmt"
	"net/url"
	"strings"

	"praksis/internal/catalogue"
)

//go:embed queries.txt
var queriesText string

//go:embed worst.txt
var worstText string

// parseQueries reads a list of queries, one a line: a text, and after a bar
// filters as in an address.
func parseQueries(list string, t *catalogue.Taxonomy) ([]catalogue.Query, error) {
	var out []catalogue.Query
	for line := range strings.Lines(list) {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		text, filters, _ := strings.Cut(line, "|")
		values, err := url.ParseQuery(strings.TrimSpace(filters))
		if err != nil {
			return nil, fmt.Errorf("query %q: %w", line, err)
		}
		for name, slugs := range values {
			for _, slug := range slugs {
				if f := t.Facet(name); f == nil || f.Value(slug) == nil {
					return nil, fmt.Errorf("query %q: there is no %s=%s", line, name, slug)
				}
			}
		}
		values.Set("q", strings.TrimSpace(text))
		q, err := catalogue.ParseQuery(values.Encode())
		if err != nil {
			return nil, fmt.Errorf("query %q: %w", line, err)
		}
		out = append(out, q)
	}
	return out, nil
}

// lists are the queries of both files.
func lists(t *catalogue.Taxonomy) (queries, worst []catalogue.Query, err error) {
	if queries, err = parseQueries(queriesText, t); err != nil {
		return nil, nil, err
	}
	worst, err = parseQueries(worstText, t)
	return queries, worst, err
}

// name is a query as it stands in the list.
func name(q catalogue.Query) string {
	s := q.Text
	if len(s) > 60 {
		s = s[:strings.LastIndexByte(s[:60], ' ')] + " …"
	}
	bar := " | "
	for _, f := range catalogue.Facets {
		for _, v := range q.Filters[f.Name] {
			s += bar + f.Name + "=" + v
			bar = "&"
		}
	}
	return s
}
