package postgres_test

import (
	"crypto/rand"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"praksis/internal/catalogue"
	"praksis/internal/postgres"
	"praksis/internal/review"
)

func newToken() string {
	random := make([]byte, 32)
	_, _ = rand.Read(random) // never fails
	return postgres.NewShortlistToken(random)
}

// shortlisted is the token of a new shortlist with some examples.
func shortlisted(t *testing.T, s *postgres.Store, slugs ...string) string {
	t.Helper()
	token := newToken()
	if err := s.BeginShortlist(t.Context(), token, now); err != nil {
		t.Fatal(err)
	}
	if n, err := s.AddToShortlist(t.Context(), token, slugs, now); err != nil || n != len(slugs) {
		t.Fatal(n, err)
	}
	return token
}

func (d desk) shortlist(t *testing.T, token string) postgres.Shortlist {
	t.Helper()
	return shortlistOf(t, d.Store, token)
}

func shortlistOf(t *testing.T, s *postgres.Store, token string) postgres.Shortlist {
	t.Helper()
	l, err := s.Shortlist(t.Context(), token, now)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// order is what a shortlist has, in its order.
func order(t *testing.T, s *postgres.Store, token string) (slugs []string) {
	t.Helper()
	for _, x := range shortlistOf(t, s, token).Items {
		slugs = append(slugs, x.Slug)
	}
	return slugs
}

// firstSlugs are published practices, in the order of the seeds.
func firstSlugs(t *testing.T, n int) (out []string) {
	t.Helper()
	for _, p := range load(t).Practices[:n] {
		out = append(out, p.Slug)
	}
	return out
}

// act does something to the example at a place, from 0.
func act(t *testing.T, s *postgres.Store, token string, what postgres.ShortlistAct, practice int64) {
	t.Helper()
	l := shortlistOf(t, s, token)
	if err := s.ChangeShortlist(t.Context(), token, postgres.ShortlistChange{Title: postgres.TypedText{Text: l.Title, Seen: review.Seen(l.Title)}, Act: what, Practice: practice}, now); err != nil {
		t.Fatal(err)
	}
}

func TestShortlist(t *testing.T) {
	s, _, _ := seeded(t)
	slugs := firstSlugs(t, 4)
	token := shortlisted(t, s, slugs[:3]...)
	// What is there already, or is no example, is passed over; old addresses lead on.
	if n, err := s.AddToShortlist(t.Context(), token, []string{slugs[1], "findes-ikke", slugs[3], slugs[3]}, now); err != nil || n != 1 {
		t.Error(n, err)
	}
	if got := order(t, s, token); !slices.Equal(got, slugs) {
		t.Errorf("%v, want %v", got, slugs)
	}
	items := shortlistOf(t, s, token).Items
	act(t, s, token, postgres.ShortlistUp, items[2].Practice)
	act(t, s, token, postgres.ShortlistUp, items[0].Practice) // is the second now
	act(t, s, token, postgres.ShortlistDown, items[3].Practice)
	if got, want := order(t, s, token), []string{slugs[0], slugs[2], slugs[1], slugs[3]}; !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
	// Taken out and put back, it stands where it stood, whatever was moved meanwhile.
	act(t, s, token, postgres.ShortlistRemove, items[2].Practice)
	l := shortlistOf(t, s, token)
	if len(l.Items) != 3 || len(l.Removed) != 1 || l.Removed[0].Slug != slugs[2] {
		t.Errorf("%+v", l)
	}
	act(t, s, token, postgres.ShortlistUp, items[1].Practice) // past the one that is out
	if got, want := order(t, s, token), []string{slugs[1], slugs[0], slugs[3]}; !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
	act(t, s, token, postgres.ShortlistBack, items[2].Practice)
	if got := order(t, s, token); len(got) != 4 {
		t.Errorf("%v", got)
	}
	if _, err := s.Shortlist(t.Context(), newToken(), now); !errors.Is(err, catalogue.ErrNotFound) {
		t.Errorf("a token of nothing: %v", err)
	}
}

// A note of one person is never lost to another's: not by a later save, not by taking the
// example out.
func TestTwoEditOneShortlist(t *testing.T) {
	s, _, _ := seeded(t)
	token := shortlisted(t, s, firstSlugs(t, 2)...)
	link, err := s.ShareShortlist(t.Context(), token, postgres.ShortlistEdit, now)
	if err != nil {
		t.Fatal(err)
	}
	l := shortlistOf(t, s, token)
	first, second := l.Items[0].Practice, l.Items[1].Practice
	none := review.Seen("")
	change := func(token string, title string, notes map[int64]string, seen map[int64]string) error {
		c := postgres.ShortlistChange{Title: postgres.TypedText{Text: title, Seen: none}, Notes: map[int64]postgres.TypedText{}}
		for id, text := range notes {
			c.Notes[id] = postgres.TypedText{Text: text, Seen: review.Seen(seen[id])}
		}
		return s.ChangeShortlist(t.Context(), token, c, now)
	}
	if err := change(token, "", map[int64]string{first: "Min note"}, nil); err != nil {
		t.Fatal(err)
	}
	// Who has an older page and typed elsewhere keeps both.
	if err := change(link, "Mødet i maj", map[int64]string{first: "", second: "Deres note"}, nil); err != nil {
		t.Fatal(err)
	}
	if l := shortlistOf(t, s, link); l.Title != "Mødet i maj" || l.Items[0].Note != "Min note" || l.Items[1].Note != "Deres note" {
		t.Errorf("%+v", l)
	}
	// Who typed over the same is told, and nothing of theirs is kept.
	err = change(link, "", map[int64]string{first: "En anden", second: "Mere"}, map[int64]string{second: "Deres note"})
	conflict, ok := errors.AsType[*postgres.ShortlistConflictError](err)
	if !ok || conflict.Title != nil || len(conflict.Notes) != 1 || conflict.Notes[first] != "Min note" {
		t.Fatalf("%+v, %v", conflict, err)
	}
	if l := shortlistOf(t, s, link); l.Items[1].Note != "Deres note" {
		t.Errorf("%+v", l)
	}
	// They have seen it now.
	if err := change(link, "", map[int64]string{first: "Begge dele"}, map[int64]string{first: "Min note"}); err != nil {
		t.Error(err)
	}
	// What was taken out meanwhile takes no note, and says so.
	act(t, s, token, postgres.ShortlistRemove, first)
	err = change(link, "", map[int64]string{first: "Begge dele, og mere"}, map[int64]string{first: "Begge dele"})
	if conflict, ok := errors.AsType[*postgres.ShortlistConflictError](err); !ok || !slices.Equal(conflict.Gone, []int64{first}) {
		t.Errorf("%v", err)
	}
	// At once, one of two is told.
	var wg sync.WaitGroup
	errs := make([]error, 2)
	for i := range errs {
		wg.Go(func() {
			errs[i] = change(token, "", map[int64]string{second: fmt.Sprint("Nummer ", i)}, map[int64]string{second: "Deres note"})
		})
	}
	wg.Wait()
	if (errs[0] == nil) == (errs[1] == nil) {
		t.Errorf("%v, %v", errs[0], errs[1])
	}
}

func TestShortlistLinks(t *testing.T) {
	s, pool, _ := seeded(t)
	token := shortlisted(t, s, firstSlugs(t, 1)...)
	read, err := s.ShareShortlist(t.Context(), token, postgres.ShortlistRead, now)
	if err != nil {
		t.Fatal(err)
	}
	edit, err := s.ShareShortlist(t.Context(), token, postgres.ShortlistEdit, now)
	if err != nil || edit == read {
		t.Fatal(edit, err)
	}
	l := shortlistOf(t, s, token)
	if len(l.Links) != 2 || l.Links[0].Token != read || l.Links[1].Token != edit || l.May != postgres.ShortlistOwn {
		t.Errorf("%+v", l)
	}
	// Who has a link to read sees no other, and changes nothing.
	if l := shortlistOf(t, s, read); l.May != postgres.ShortlistRead || len(l.Links) != 0 {
		t.Errorf("%+v", l)
	}
	for what, err := range map[string]error{
		"adds":                     second(s.AddToShortlist(t.Context(), read, firstSlugs(t, 2), now)),
		"changes":                  s.ChangeShortlist(t.Context(), read, postgres.ShortlistChange{}, now),
		"shares":                   second(s.ShareShortlist(t.Context(), read, postgres.ShortlistEdit, now)),
		"revokes":                  s.RevokeShortlistLink(t.Context(), read, l.Links[1].ID, now),
		"erases":                   s.EraseShortlist(t.Context(), read, now),
		"erases by a link to edit": s.EraseShortlist(t.Context(), edit, now),
	} {
		if !errors.Is(err, catalogue.ErrForbidden) {
			t.Errorf("who may only read %s: %v", what, err)
		}
	}
	if _, _, err := s.FreezeShortlist(t.Context(), read, nil, now); !errors.Is(err, catalogue.ErrForbidden) {
		t.Errorf("who may only read freezes: %v", err)
	}
	// Who has a link to edit sees that one, and not the other's token.
	if l := shortlistOf(t, s, edit); len(l.Links) != 2 || l.Links[0].Token != "" || l.Links[1].Token != edit {
		t.Errorf("%+v", l.Links)
	}
	if err := s.RevokeShortlistLink(t.Context(), edit, l.Links[0].ID, now); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Shortlist(t.Context(), read, now); !errors.Is(err, catalogue.ErrNotFound) {
		t.Errorf("a link that was revoked: %v", err)
	}
	again, err := s.ShareShortlist(t.Context(), token, postgres.ShortlistRead, now)
	if err != nil || again == read {
		t.Errorf("%q, %v", again, err)
	}
	for _, secret := range []string{token, read, edit, again} {
		if places := places(t, pool, secret); len(places) > 0 {
			t.Errorf("a token stands in %v", places)
		}
	}
	if err := s.EraseShortlist(t.Context(), token, now); err != nil {
		t.Fatal(err)
	}
	if n := one[int](t, pool, `SELECT (SELECT count(*) FROM shortlist) + (SELECT count(*) FROM shortlist_link) + (SELECT count(*) FROM shortlist_item)`); n != 0 {
		t.Errorf("%d rows are left", n)
	}
}

func second[T any](_ T, err error) error { return err }

func TestShortlistBounds(t *testing.T) {
	s, pool, _ := seeded(t)
	all := load(t).Practices
	var slugs []string
	for _, p := range all[:review.MaxShortlist] {
		slugs = append(slugs, p.Slug)
	}
	token := shortlisted(t, s, slugs...)
	if _, err := s.AddToShortlist(t.Context(), token, []string{all[review.MaxShortlist].Slug}, now); !errors.Is(err, postgres.ErrShortlistFull) {
		t.Errorf("one more: %v", err)
	}
	first := shortlistOf(t, s, token).Items[0].Practice
	act(t, s, token, postgres.ShortlistRemove, first)
	if _, err := s.AddToShortlist(t.Context(), token, []string{all[review.MaxShortlist].Slug}, now); err != nil {
		t.Error(err)
	}
	if err := s.ChangeShortlist(t.Context(), token, postgres.ShortlistChange{Act: postgres.ShortlistBack, Practice: first}, now); !errors.Is(err, postgres.ErrShortlistFull) {
		t.Errorf("put back into a full one: %v", err)
	}
	for range review.MaxShortlistEditions {
		if _, _, err := s.FreezeShortlist(t.Context(), token, nil, now); err != nil {
			t.Fatal(err)
		}
	}
	if _, _, err := s.FreezeShortlist(t.Context(), token, nil, now); !errors.Is(err, postgres.ErrShortlistFull) {
		t.Errorf("one edition more: %v", err)
	}
	if n := one[int](t, pool, `SELECT count(*)::int FROM shortlist_content`); n != review.MaxShortlist {
		t.Errorf("%d pages are kept for %d examples", n, review.MaxShortlist)
	}
	for _, c := range []postgres.ShortlistChange{{Title: postgres.TypedText{Text: "Om 010190-1234"}}, {Notes: map[int64]postgres.TypedText{first: {Text: "Om 010190-1234"}}}} {
		if err := s.ChangeShortlist(t.Context(), token, c, now); !errors.Is(err, postgres.ErrShortlistText) {
			t.Errorf("a CPR number: %v", err)
		}
	}
}

// A shortlist goes twelve months after its last use, and what was taken out of one after a
// month; the pages of its editions go with it.
func TestShortlistsAreErased(t *testing.T) {
	s, pool, _ := seeded(t)
	slugs := firstSlugs(t, 2)
	old, used := shortlisted(t, s, slugs...), shortlisted(t, s, slugs[0])
	if _, _, err := s.FreezeShortlist(t.Context(), old, nil, now); err != nil {
		t.Fatal(err)
	}
	act(t, s, used, postgres.ShortlistRemove, shortlistOf(t, s, used).Items[0].Practice)
	erase := func(at time.Time, want int) {
		t.Helper()
		if n, err := s.EraseDueShortlists(t.Context(), at); err != nil || n != want {
			t.Errorf("%d, %v; want %d", n, err, want)
		}
	}
	erase(now.AddDate(0, 12, -1), 0)
	if n := one[int](t, pool, `SELECT count(*)::int FROM shortlist_item`); n != 2 {
		t.Errorf("%d items", n)
	}
	if err := s.ShortlistUsed(t.Context(), shortlistOf(t, s, used).ID, now.AddDate(0, 6, 0)); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Shortlist(t.Context(), old, now.AddDate(0, 12, 0)); !errors.Is(err, catalogue.ErrNotFound) {
		t.Errorf("after twelve months: %v", err)
	}
	erase(now.AddDate(0, 12, 0), 1)
	if n := one[int](t, pool, `SELECT (SELECT count(*) FROM shortlist_content)::int + (SELECT count(*) FROM shortlist_edition)::int`); n != 0 {
		t.Errorf("%d rows of editions are left", n)
	}
	erase(now.AddDate(0, 18, 0), 1)
}

// An edition says what the examples said on its day. A change does not reach it; an
// erasure and a removal do, and leave their day.
func TestEdition(t *testing.T) {
	s, pool, _ := seeded(t)
	slugs := firstSlugs(t, 3)
	token := shortlisted(t, s, slugs...)
	l := shortlistOf(t, s, token)
	if err := s.ChangeShortlist(t.Context(), token, postgres.ShortlistChange{Title: postgres.TypedText{Text: "Mødet i maj", Seen: review.Seen("")},
		Notes: map[int64]postgres.TypedText{l.Items[0].Practice: {Text: "Til punkt 3", Seen: review.Seen("")}}}, now); err != nil {
		t.Fatal(err)
	}
	said := func(i int) catalogue.SaidFinding {
		p := l.Items[i].Page
		return catalogue.SaidFinding{Practice: l.Items[i].Practice, Organisation: p.Organisation, Title: p.Title, Finding: p.Findings[0]}
	}
	both := catalogue.SaidContrast{For: catalogue.SaidSide{Findings: []catalogue.SaidFinding{said(0)}}, Against: catalogue.SaidSide{Findings: []catalogue.SaidFinding{said(1)}}}
	stale := both
	stale.For.Findings = []catalogue.SaidFinding{said(0)}
	stale.For.Findings[0].Finding.Text = "Det siger ingen mere"
	n, read, err := s.FreezeShortlist(t.Context(), token, []catalogue.SaidContrast{both, stale}, now)
	if err != nil || n != 1 {
		t.Fatal(n, err)
	}
	edition := func() postgres.Edition {
		t.Helper()
		_, e, err := s.ShortlistEdition(t.Context(), read, n, now)
		if err != nil {
			t.Fatal(err)
		}
		return e
	}
	e := edition()
	if e.Title != "Mødet i maj" || len(e.Items) != 3 || e.Items[0].Note != "Til punkt 3" || len(e.Contrasts) != 1 || e.Erased != nil || !e.Frozen.Equal(now) {
		t.Fatalf("%+v", e)
	}
	was := e.Items[0].Page
	if was.Slug != "" || was.SearchWords != nil || was.Title != l.Items[0].Page.Title {
		t.Errorf("%+v", was)
	}
	// The same link is used for the next one.
	if _, again, err := s.FreezeShortlist(t.Context(), token, nil, now); err != nil || again != read {
		t.Errorf("%v", err)
	}
	// The example, the title and the list change.
	p := *page(t, s, slugs[0])
	p.Title = "Et helt andet navn"
	revise(t, s, p)
	act(t, s, token, postgres.ShortlistRemove, l.Items[1].Practice)
	e = edition()
	if e.Items[0].Page.Title != was.Title || e.Items[0].Page.Revision != 1 || e.Items[0].Revision != 2 || len(e.Items) != 3 {
		t.Errorf("%+v", e.Items[0])
	}
	// Withdrawn, it is still read, with its day.
	if err := takeDown(t.Context(), s, slugs[2], "Kommunen bad om det."); err != nil {
		t.Fatal(err)
	}
	if x := edition().Items[2]; x.State != catalogue.StateWithdrawn || x.Since == nil || x.Reason != "Kommunen bad om det." || x.Page == nil {
		t.Errorf("%+v", x)
	}
	// A text is erased from what it said on that day, too.
	word := was.Answers.Done[:12]
	if _, err := s.EraseText(t.Context(), postgres.On{Practice: slugs[0]}, word, "Et navn", 0, now.AddDate(0, 1, 0)); err != nil {
		t.Fatal(err)
	}
	if x := edition().Items[0]; x.Erased == nil || !x.Erased.Equal(now.AddDate(0, 1, 0)) || x.Page.Answers.Done == was.Answers.Done {
		t.Errorf("%+v", x)
	}
	// Removed, nothing is left of it but that it was there.
	if err := remove(t.Context(), s, slugs[1]); err != nil {
		t.Fatal(err)
	}
	e = edition()
	if x := e.Items[1]; x.State != catalogue.StateRemoved || x.Page != nil || x.Erased == nil || len(e.Contrasts) != 0 || e.Erased == nil {
		t.Errorf("%+v, %+v", x, e.Contrasts)
	}
	gone := l.Items[1].Page.Title
	if n := one[int](t, pool, `SELECT count(*)::int FROM shortlist_content WHERE position($1 IN content::text) > 0`, gone); n != 0 {
		t.Errorf("%q is kept", gone)
	}
	// A removal while the shortlist is frozen is before it or reaches it.
	token = shortlisted(t, s, slugs[0])
	var wg sync.WaitGroup
	wg.Go(func() { _, _, _ = s.FreezeShortlist(t.Context(), token, nil, now) }) // may find nothing
	wg.Go(func() {
		if err := remove(t.Context(), s, slugs[0]); err != nil {
			t.Error(err)
		}
	})
	wg.Wait()
	if n := one[int](t, pool, `SELECT count(*)::int FROM shortlist_content c JOIN practice p ON p.id = c.practice_id WHERE p.state = 'removed' AND c.content IS NOT NULL`); n != 0 {
		t.Errorf("%d pages of removed examples are kept", n)
	}
}
