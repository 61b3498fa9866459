package postgres_test

import (
	"errors"
	"slices"
	"testing"

	"praksis/internal/postgres"
)

// A long list is read in chunks: in its order, each once, without what has gone.
func TestEachPage(t *testing.T) {
	s, pool, _ := seeded(t)
	ids := somePractices(t, pool, 250) // more than a chunk
	slices.Reverse(ids)
	gone := []int64{ids[0], ids[120], ids[249]}
	execSQL(t, pool, `UPDATE public_practice SET state = 'withdrawn', entry = NULL, card = NULL WHERE id = ANY ($1)`, gone)
	var got []int64
	err := s.EachPage(t.Context(), append([]int64{1 << 40}, ids...), func(p postgres.PublicPage) error {
		got = append(got, p.ID)
		if p.Practice == nil || p.Practice.Title == "" {
			t.Errorf("practice %d has no title", p.ID)
		}
		return nil
	})
	want := slices.DeleteFunc(slices.Clone(ids), func(id int64) bool { return slices.Contains(gone, id) })
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("%d of %d practices, %v", len(got), len(want), err)
	}
	full := errors.New("full")
	calls := 0
	err = s.EachPage(t.Context(), ids, func(postgres.PublicPage) error { calls++; return full })
	if !errors.Is(err, full) || calls != 1 {
		t.Errorf("after an error: %d calls, %v", calls, err)
	}
}

// What was changed last comes first, and by number where several were at once.
func TestLastChanged(t *testing.T) {
	s, pool, _ := seeded(t)
	ids := somePractices(t, pool, 6)
	execSQL(t, pool, `UPDATE public_practice SET page = page || '{"updated": "2021-01-01T00:00:00Z"}' WHERE id = ANY ($1)`, ids)
	execSQL(t, pool, `UPDATE public_practice SET page = page || '{"updated": "2022-05-01T00:00:00Z"}' WHERE id = $1`, ids[2])
	execSQL(t, pool, `UPDATE public_practice SET page = page - 'updated' || '{"first_published": "2021-06-01T00:00:00Z"}' WHERE id = $1`, ids[0])
	execSQL(t, pool, `UPDATE public_practice SET page = page - 'updated' - 'first_published' WHERE id = $1`, ids[5])
	execSQL(t, pool, `UPDATE public_practice SET state = 'withdrawn', entry = NULL, card = NULL WHERE id = $1`, ids[1])
	got := func(limit int) (out []int64) {
		list, err := s.LastChanged(t.Context(), ids, limit)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range list {
			out = append(out, p.ID)
		}
		return out
	}
	if want := []int64{ids[2], ids[0], ids[4], ids[3], ids[5]}; !slices.Equal(got(9), want) || !slices.Equal(got(2), want[:2]) {
		t.Errorf("%v and %v, want %v", got(9), got(2), want)
	}
}
