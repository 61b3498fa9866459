package main

import (
	"context"
	"errors"
	"time"

	"praksis/internal/catalogue"
	"praksis/internal/synth"
	"praksis/seeds"
)

// seed of the synthetic practices; queries.txt is written for it.
const seed = 1

// source is n synthetic practices as a catalogue. It makes each as it is asked
// for and keeps none: what the index's process holds is the index's.
type source struct {
	n         int
	taxonomy  *catalogue.Taxonomy
	generator *synth.Generator
	texts     int // how many practices were handed over with their texts
	published int // how many came after the first n, one a version
}

func newSource(n int) (*source, error) {
	s, err := seeds.Load()
	if err != nil {
		return nil, err
	}
	return &source{n: n, taxonomy: s.Taxonomy(), generator: synth.New(seed, s.Terms, s.Organisations)}, nil
}

// practice is number i, from 0, as the database would give it: with the names
// of its organisations.
func (s *source) practice(i int) *catalogue.Practice {
	p := s.generator.Record(i)
	if o := s.taxonomy.Organisation(p.Organisation.Slug); o != nil {
		p.Organisation = o.Ref()
	}
	for j, partner := range p.Partners {
		if o := s.taxonomy.Organisation(partner.Slug); o != nil {
			p.Partners[j] = o.Ref()
		}
	}
	if i >= s.n { // newer than all before it, as what is published is
		published := time.Date(2030, 1, 1, 0, 0, i, 0, time.UTC)
		p.FirstPublished = &published
	}
	return p
}

// firstVersion has the first n practices: the index takes 0 for nothing.
const firstVersion = 1

// publish adds a practice. It must not be called while the index follows.
func (s *source) publish() { s.published++ }

// Identity implements search.Source.
func (s *source) Identity(context.Context) (string, error) { return "benchsearch", nil }

// Version implements search.Source.
func (s *source) Version(context.Context) (int64, error) {
	return firstVersion + int64(s.published), nil
}

// Taxonomy implements search.Source.
func (s *source) Taxonomy(context.Context) (*catalogue.Taxonomy, error) { return s.taxonomy, nil }

// IndexUpdates implements search.Source.
func (s *source) IndexUpdates(ctx context.Context, after, textAfter int64, fn func(catalogue.IndexUpdate) error) (int64, error) {
	for i := range s.n + s.published {
		version := int64(firstVersion + max(0, i+1-s.n))
		if after >= version {
			continue
		}
		p := s.practice(i)
		entry := p.Entry()
		c := catalogue.IndexUpdate{ID: int64(i + 1), Version: version, Entry: &entry}
		if textAfter < version {
			c.Practice = p
			s.texts++
		}
		if err := errors.Join(ctx.Err(), fn(c)); err != nil {
			return 0, err
		}
	}
	return s.Version(ctx)
}
