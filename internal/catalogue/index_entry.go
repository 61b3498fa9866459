package catalogue

import "time"

// Entry is what an index holds in memory of a public practice.
type Entry struct {
	Slug           string      `json:"slug"`
	Title          string      `json:"title"`
	FirstPublished time.Time   `json:"first_published"`
	SourceDate     time.Time   `json:"source_date,omitzero"`
	Values         FacetValues `json:"values"`
}

// Entry is what an index holds in memory of the practice.
func (p *Practice) Entry() Entry {
	e := Entry{Slug: p.Slug, Title: p.Title, SourceDate: p.SourceDate(), Values: p.FacetValues()}
	if p.FirstPublished != nil {
		e.FirstPublished = *p.FirstPublished
	}
	return e
}

// IndexUpdate is one row of the public read model as a follower of the catalogue
// version reads it.
type IndexUpdate struct {
	ID      int64
	Version int64 // the catalogue version that stamped it
	// Entry is nil when the practice is no longer public.
	Entry *Entry
	// Practice has the texts; nil where the follower did not ask for them.
	Practice *Practice
}
