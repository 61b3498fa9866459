package catalogue

import "net/url"

// Paths of the pages. Addresses are promises: handlers and templates share
// these.
const (
	PathFront         = "/"
	PathPractices     = "/eksempler"
	PathAbout         = "/om"
	PathAccessibility = "/tilgaengelighed"
	PathWAS           = "/was"
	PathPrivacy       = "/privatliv"
)

// PracticePath is the address of a practice's page.
func PracticePath(slug string) string { return PathPractices + "/" + url.PathEscape(slug) }

// FinderPath is the address of the finder asking q, canonical when q is.
func FinderPath(q Query) string {
	if s := q.Encode(); s != "" {
		return PathPractices + "?" + s
	}
	return PathPractices
}

// FilterPath is the address of the finder with one value chosen.
func FilterPath(facet, slug string) string { return FinderPath(Query{}.With(facet, slug)) }
