package main

import (
	"context"
	"errors"

	"praksis/internal/catalogue"
	"praksis/internal/synth"
	"praksis/seeds"
)

// seed of the synthetic practices; queries.txt is written for it.
const seed = 1

// source is n synthetic practices as a catalogue that never changes. It makes
// each as it is asked for and keeps none: what the index's process holds is
// the index's.
type source struct {
	n         int
	taxonomy  *catalogue.Taxonomy
	generator *synth.Generator
	texts     int // how many practices were handed over with their texts
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
	return p
}

// version is the only one: the index takes 0 for nothing.
const version = 1

// Identity implements search.Source.
func (s *source) Identity(context.Context) (string, error) { return "benchsearch", nil }

// Version implements search.Source.
func (s *source) Version(context.Context) (int64, error) { return version, nil }

// Taxonomy implements search.Source.
func (s *source) Taxonomy(context.Context) (*catalogue.Taxonomy, error) { return s.taxonomy, nil }

// Changes implements search.Source.
func (s *source) IndexUpdates(ctx context.Context, after, textAfter int64, fn func(catalogue.IndexUpdate) error) (int64, error) {
	for i := range s.n {
		if after >= version {
			break
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
	return version, nil
}
