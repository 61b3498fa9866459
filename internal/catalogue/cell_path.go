package catalogue

import (
	"net/url"
	"slices"
	"strings"
)

// CellPaths gives the finder paths of the cells of a table over one query: in each, some
// facets have another choice. What the paths have in common is encoded once.
type CellPaths struct {
	// parts stand before, between and behind the facets' parameters; facets says of
	// each gap which one it is for.
	parts  []string
	facets []int
	names  []string
}

// NewCellPaths prepares the paths of q with other values of the facets, whatever q
// chooses of them.
func NewCellPaths(q Query, facets ...string) *CellPaths {
	c := &CellPaths{names: facets}
	q.Sort = q.defaultSort()
	const mark = "\x01" // no value has it
	for _, f := range facets {
		q = q.With(f, mark+f)
	}
	q.Page = 1
	rest := FinderPath(q)
	for {
		at, facet := -1, 0
		for i, f := range facets {
			if p := strings.Index(rest, f+"="+url.QueryEscape(mark+f)); p >= 0 && (at < 0 || p < at) {
				at, facet = p, i
			}
		}
		if at < 0 {
			break
		}
		c.parts, c.facets = append(c.parts, rest[:at]), append(c.facets, facet)
		rest = rest[at+len(facets[facet]+"="+url.QueryEscape(mark+facets[facet])):]
	}
	c.parts = append(c.parts, rest)
	return c
}

// Path is the path with these values, in the order of the facets; each is a slug, or
// several as ValuesInPath gives them.
func (c *CellPaths) Path(values ...string) string {
	n := 0
	for _, p := range c.parts {
		n += len(p)
	}
	for i, v := range values {
		n += len(c.names[i]) + 1 + len(v)
	}
	var b strings.Builder
	b.Grow(n)
	for i, facet := range c.facets {
		b.WriteString(c.parts[i])
		b.WriteString(c.names[facet])
		b.WriteByte('=')
		b.WriteString(values[facet])
	}
	b.WriteString(c.parts[len(c.parts)-1])
	return b.String()
}

// ValuesInPath are several values of a facet as CellPaths.Path takes them. Slugs need
// no escaping.
func ValuesInPath(facet string, slugs ...string) string {
	slugs = slices.Sorted(slices.Values(slugs))
	return strings.Join(slugs, "&"+facet+"=")
}
