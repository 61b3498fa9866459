package api

import (
	"context"
	"net/http"

	"praksis/internal/catalogue"
)

const pathFindings = "/findings"

// finding is one finding with what it is of.
type finding struct {
	Practice practiceRef `json:"practice"`
	catalogue.Finding
	// Document is the source that it is from; nil where the practice has none.
	Document *catalogue.Source `json:"document,omitempty"`
}

// practiceRef names a practice.
type practiceRef struct {
	URL          string                    `json:"url"`
	Slug         string                    `json:"slug"`
	Title        string                    `json:"title"`
	Organisation catalogue.OrganisationRef `json:"organisation"`
}

// finding is the finding of a practice with a number, from 0.
func (a *API) finding(p *catalogue.Practice, number int) finding {
	f := finding{Finding: p.Findings[number],
		Practice: practiceRef{URL: a.address(catalogue.PracticePath(p.Slug)), Slug: p.Slug, Title: p.Title, Organisation: p.Organisation}}
	if n := max(f.Source, 1); n <= len(p.Sources) {
		f.Document = &p.Sources[n-1]
	}
	return f
}

// practicesAtOnce is how many records are read at a time to look for findings.
const practicesAtOnce = 50

// findings are those of the hits of a query that are what it asks of findings, by the
// rules of the overview: those without an effect are counted nowhere.
func (a *API) findings(w http.ResponseWriter, r *http.Request) error {
	q, err := a.read(r, takesFilters|takesTogether|takesText|takesPages)
	if err != nil {
		return err
	}
	q.Ordered = false // findings go by the practices' IDs
	c, err := cursorOf(pathFindings, q)
	if err != nil {
		return err
	}
	return a.answer(w, r, pathFindings+" "+q.key()+" "+q.Cursor, func(ctx context.Context) (any, bool, error) {
		out := list[finding]{Version: a.index.Version(), Items: []finding{}, Unknown: q.Unknown}
		ids, _, err := a.hits(ctx, q)
		if err != nil {
			return nil, false, err
		}
		if q.Text == "" && !q.Together { // the overview goes by filters alone
			o, err := a.index.Overview(q.Filters)
			if err != nil {
				return nil, false, err
			}
			total := findingsIn(o)
			out.Total = &total
		}
		var whole bool
		out.Items, c, whole, err = a.findingsBehind(ctx, ids, q, c)
		if err != nil {
			return nil, false, err
		}
		if len(out.Items) > q.Limit {
			out.Items = out.Items[:q.Limit]
			out.Cursor = c.String()
			out.Next = a.next(pathFindings, q, out.Cursor)
		}
		return out, whole, nil
	})
}

// findingsBehind are the findings behind a cursor of practices in the order of their IDs,
// one more than a part of the list has, where there are so many; and the cursor behind
// the last one of the part. whole is false where a practice is not public any more.
func (a *API) findingsBehind(ctx context.Context, ids []int64, q request, c cursor) (items []finding, next cursor, whole bool, err error) {
	items, next, whole = []finding{}, c, true
	scope := a.index.Taxonomy().FindingScope(q.Query)
	for rest := after(ids, c.After-1); len(rest) > 0 && len(items) <= q.Limit; {
		some := rest[:min(practicesAtOnce, len(rest))]
		rest = rest[len(some):]
		records, err := a.practicesByID(ctx, some)
		if err != nil {
			return nil, c, false, err
		}
		for _, id := range some {
			p := records[id]
			if p == nil {
				whole = false
				continue
			}
			for i := range p.Findings {
				given := id == c.After && i < c.Number
				if given || len(items) > q.Limit || !scope.Counts(&p.Findings[i], p.Solutions) {
					continue
				}
				if items = append(items, a.finding(p, i)); len(items) <= q.Limit {
					next.After, next.Number = id, i+1
				}
			}
		}
	}
	return items, next, whole, nil
}

// practicesByID are the records of published practices.
func (a *API) practicesByID(ctx context.Context, ids []int64) (map[int64]*catalogue.Practice, error) {
	return a.store.PracticesByID(ctx, a.confirmed(), ids)
}
