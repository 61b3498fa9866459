package eval

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"

	"praksis/internal/catalogue"
	"praksis/internal/review"
	"praksis/internal/search"
)

// Engine is the catalogue's search over a collection. It is to be closed.
type Engine struct {
	index *search.Index
	dir   string
	ids   []string // by a practice's id, less one
	texts []string // of all practices, as they are searched
}

// Open indexes documents in a folder of its own, which Close removes. The
// taxonomy's synonyms are in force as in the catalogue, and so are all layers
// of the search but those to do without.
func Open(ctx context.Context, documents []Document, t *catalogue.Taxonomy, without search.Layers) (*Engine, error) {
	e := &Engine{}
	var practices []*catalogue.Practice
	for _, d := range documents {
		e.ids = append(e.ids, d.ID)
		practices = append(practices, &catalogue.Practice{Kind: catalogue.KindExample, Title: d.Title, Answers: catalogue.Answers{Done: d.Text}})
	}
	return e.open(ctx, practices, t, without)
}

// OpenSet indexes a set's documents or, when it has none, practices, which it
// checks, so that they are as the loader makes them; each is known by its slug.
func OpenSet(ctx context.Context, s *Set, practices []catalogue.Practice, t *catalogue.Taxonomy, without search.Layers) (*Engine, error) {
	if len(s.Documents) > 0 {
		return Open(ctx, s.Documents, t, without)
	}
	e := &Engine{}
	all := make([]*catalogue.Practice, len(practices))
	for i := range practices {
		p := practices[i]
		if faults := review.Check(&p, t); len(faults) > 0 {
			return nil, fmt.Errorf("%s: %s", p.Slug, faults[0])
		}
		e.ids = append(e.ids, p.Slug)
		all[i] = &p
	}
	return e.open(ctx, all, t, without)
}

func (e *Engine) open(ctx context.Context, practices []*catalogue.Practice, t *catalogue.Taxonomy, without search.Layers) (_ *Engine, err error) {
	src := &source{practices, t}
	for _, p := range practices {
		for v := range p.Values() {
			e.texts = append(e.texts, v.IndexTexts()...)
		}
	}
	if e.dir, err = os.MkdirTemp("", "praksis-eval-"); err != nil {
		return nil, err
	}
	e.index, err = search.Open(ctx, e.dir, src, search.Options{Log: slog.New(slog.DiscardHandler), Disabled: without})
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(e.dir))
	}
	return e, nil
}

// Close removes the index.
func (e *Engine) Close() error { return errors.Join(e.index.Close(), os.RemoveAll(e.dir)) }

// Find gives at most n documents in the order in which the catalogue shows
// them, page after page: hits, near ones, and those like the best hits. It tells
// how many are hits in all.
func (e *Engine) Find(ctx context.Context, text string, n int) (ids []string, hits int, err error) {
	add := func(found []int64) {
		for _, id := range found[:min(len(found), n-len(ids))] {
			ids = append(ids, e.ids[id-1])
		}
	}
	for page := 1; ; page++ {
		r, err := e.index.Search(ctx, catalogue.Query{Text: text, Page: page, Sort: catalogue.SortRelevance})
		if err != nil {
			return nil, 0, fmt.Errorf("query %q: %w", text, err)
		}
		add(r.IDs)
		add(r.Near)
		add(r.Alike)
		if page >= r.Pages || len(ids) >= n {
			return ids, r.Total, nil
		}
	}
}

// Hits are all documents that are counted for a query.
func (e *Engine) Hits(ctx context.Context, text string) (ids []string, err error) {
	for page := 1; ; page++ {
		r, err := e.index.Search(ctx, catalogue.Query{Text: text, Page: page, Sort: catalogue.SortRelevance})
		if err != nil {
			return nil, fmt.Errorf("query %q: %w", text, err)
		}
		for _, id := range r.IDs {
			ids = append(ids, e.ids[id-1])
		}
		if len(ids) >= r.Total || page >= r.Pages {
			return ids, nil
		}
	}
}

// source is documents as a catalogue that never changes.
type source struct {
	practices []*catalogue.Practice
	taxonomy  *catalogue.Taxonomy
}

// version is the only one: the index takes 0 for nothing.
const version = 1

// Identity implements search.Source.
func (s *source) Identity(context.Context) (string, error) { return "eval", nil }

// Version implements search.Source.
func (s *source) Version(context.Context) (int64, error) { return version, nil }

// Taxonomy implements search.Source.
func (s *source) Taxonomy(context.Context) (*catalogue.Taxonomy, error) { return s.taxonomy, nil }

// Changes implements search.Source.
func (s *source) IndexUpdates(ctx context.Context, after, textAfter int64, fn func(catalogue.IndexUpdate) error) (int64, error) {
	for i, p := range s.practices {
		if after >= version {
			break
		}
		entry := p.Entry()
		c := catalogue.IndexUpdate{ID: int64(i + 1), Version: version, Entry: &entry}
		if textAfter < version {
			c.Practice = p
		}
		if err := errors.Join(ctx.Err(), fn(c)); err != nil {
			return 0, err
		}
	}
	return version, nil
}
