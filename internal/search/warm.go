package search

import "context"

// maxWarmed is how many practices a catalogue may have to be read ahead as a whole,
// which takes some 200 µs each. Of a larger one searches read what they need.
const maxWarmed = 10_000

// Warm reads what searches of a catalogue that is not large will ask for, so that
// the first visitors need not wait for it. It fails with ctx's error, and with
// catalogue.ErrUnavailable as Search does.
func (x *Index) Warm(ctx context.Context) error {
	x.settling.Lock()
	defer x.settling.Unlock()
	return x.withWords(func(s *snapshot) error {
		if len(s.rows.all) > maxWarmed {
			return nil
		}
		return s.warm(ctx)
	})
}

func (s *snapshot) warm(ctx context.Context) error {
	var texts passageBuffers
	for i, r := range s.rows.all { // the newest first
		if s.postings.passageCache.full() || ctx.Err() != nil {
			break
		}
		stored, err := s.postings.passages(r.id)
		if err != nil {
			return err
		}
		if i >= maxFrequentStems {
			continue
		}
		if _, err := texts.read(stored, func(string) int32 { return noTerm }); err != nil {
			return err
		}
		s.postings.frequentStems(r.id, texts.terms)
	}
	if err := s.postings.readSequences(ctx); err != nil {
		return err
	}
	for _, l := range s.postings.lexicon.lists() {
		for _, e := range l.terms {
			if _, err := s.postings.postings(ctx, e); err != nil {
				return err
			}
		}
		l.bySpelling()
		l.byNgram()
	}
	return s.retriever.matcher.expander.warm(ctx)
}

// warm looks for the members of all compounds of the index. What they and the phrases
// of the thesaurus have as synonyms takes ten times as long, and is seldom asked for.
func (x *expander) warm(ctx context.Context) error {
	for _, l := range x.lexicon.lists() {
		for _, e := range l.terms {
			members := x.lexicon.members(e.term)
			if len(members) < 2 || x.postings.sets.full() {
				continue
			}
			if _, _, err := x.withMembers(ctx, members, maxPerWord); err != nil {
				return err
			}
		}
	}
	return ctx.Err()
}
