package catalogue

import (
	"maps"
	"net/url"
	"slices"
	"strings"
)

// Toggler gives the finder paths of Taxonomy.Toggle for many values of one query:
// the finder has a link for every value of every facet. What the links have in
// common is encoded once. It is for one goroutine.
type Toggler struct {
	taxonomy *Taxonomy
	query    Query
	// canonical tells whether the query is: only then do a link's other facets
	// stand in it as they stand in the query.
	canonical bool
	facets    map[string]*togglerFacet
	links     strings.Builder // in which many links are written one behind the other
}

// linkBytes is what a piece of memory for links has, some fifty of them.
const linkBytes = 4096

// join is a link of its parts.
func (g *Toggler) join(parts ...string) string {
	n := 0
	for _, p := range parts {
		n += len(p)
	}
	if g.links.Cap()-g.links.Len() < n {
		g.links.Reset() // the links that were written keep their memory
		g.links.Grow(max(linkBytes, n))
	}
	start := g.links.Len()
	for _, p := range parts {
		g.links.WriteString(p)
	}
	return g.links.String()[start:]
}

// togglerFacet is what the links to the values of one facet have in common.
type togglerFacet struct {
	before, after string // the parameters that sort before the facet's and after them
	// Where nothing of the facet is chosen, a link is lead, the value and tail.
	lead, tail string
	chosen     []string
	ancestors  map[string][]string // of the chosen values
	// alone tells that each link must be made by itself.
	alone bool
}

// Toggler prepares the links of q.
func (t *Taxonomy) Toggler(q Query) *Toggler {
	c := t.Canonical(q)
	return &Toggler{taxonomy: t, query: q, facets: map[string]*togglerFacet{},
		canonical: c.Together == q.Together && maps.EqualFunc(c.Filters, q.Filters, slices.Equal)}
}

// Path is FinderPath(t.Toggle(q, facet, slug)) of a value that the facet has.
func (g *Toggler) Path(facet, slug string) string {
	f := g.facets[facet]
	if f == nil {
		f = g.facet(facet)
		g.facets[facet] = f
	}
	if f.alone {
		return FinderPath(g.taxonomy.Toggle(g.query, facet, slug))
	}
	if len(f.chosen) == 0 {
		return g.join(f.lead, url.QueryEscape(slug), f.tail)
	}
	values := f.toggled(g.taxonomy.Facet(facet), slug)
	var b strings.Builder
	b.Grow(len(PathPractices) + 1 + len(f.before) + len(f.after) + len(values)*(len(facet)+len(slug)+8))
	b.WriteString(PathPractices)
	separator := byte('?')
	part := func(texts ...string) {
		b.WriteByte(separator)
		separator = '&'
		for _, s := range texts {
			b.WriteString(s)
		}
	}
	if f.before != "" {
		part(f.before)
	}
	for _, v := range values {
		part(facet, "=", url.QueryEscape(v))
	}
	if f.after != "" {
		part(f.after)
	}
	return b.String()
}

func (g *Toggler) facet(name string) *togglerFacet {
	q := g.query
	f := &togglerFacet{chosen: q.Filters[name]}
	// Target groups that are asked for together have a parameter more, until only
	// one is left.
	f.alone = !g.canonical || q.Together && name == FacetTargetGroup
	if f.alone {
		return f
	}
	q.Page = 1
	q.Filters = maps.Clone(q.Filters)
	delete(q.Filters, name)
	for _, p := range strings.Split(q.Encode(), "&") {
		switch {
		case p == "":
		case p[:strings.IndexByte(p, '=')] < name:
			f.before = strings.TrimPrefix(f.before+"&"+p, "&")
		default:
			f.after = strings.TrimPrefix(f.after+"&"+p, "&")
		}
	}
	if len(f.chosen) == 0 {
		f.lead = PathPractices + "?" + name + "="
		if f.before != "" {
			f.lead = PathPractices + "?" + f.before + "&" + name + "="
		}
		if f.after != "" {
			f.tail = "&" + f.after
		}
		return f
	}
	f.ancestors = map[string][]string{}
	for _, v := range f.chosen {
		f.ancestors[v] = g.taxonomy.Facet(name).Ancestors(v)
	}
	return f
}

// toggled are the facet's chosen values with slug chosen, or dropped when it is
// chosen.
func (f *togglerFacet) toggled(tree *FacetTree, slug string) []string {
	above := tree.Ancestors(slug)
	values := make([]string, 0, len(f.chosen)+1)
	on := true
	for _, v := range f.chosen {
		switch {
		case v == slug:
			on = false
		case slices.Contains(above, v), slices.Contains(f.ancestors[v], slug):
			// One of the two stands for both.
		default:
			values = append(values, v)
		}
	}
	if on {
		i, _ := slices.BinarySearch(values, slug)
		values = slices.Insert(values, i, slug)
	}
	return values
}
