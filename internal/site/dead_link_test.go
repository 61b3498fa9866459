package site_test

import (
	"io"
	"strings"
	"testing"
	"time"

	"praksis/internal/catalogue"
	"praksis/internal/review"
)

// An address that has failed in three rounds is told beside it, among links and sources,
// with the day on which it began; until an editor says that it works, or a check that one
// asked for finds so.
func TestDeadLinks(t *testing.T) {
	f := newFixture(t)
	const page, report = "https://www.toender.dk/gaature", "https://www.kl.dk/rapport"
	read := false
	_, err := f.store.Import(t.Context(), func() (*catalogue.Practice, string, error) {
		if read {
			return nil, "", io.EOF
		}
		read = true
		return &catalogue.Practice{Slug: "med-links", Title: "Et med links", Organisation: catalogue.OrganisationRef{Slug: "aarhus"}, Answers: catalogue.Answers{Done: "Vi gik."},
			Links: []catalogue.Link{{Label: "Om gåturene", URL: page}, {Label: "Om andet", URL: "https://www.toender.dk/"}}, Sources: []catalogue.Source{{Kind: "article", Document: "Rapporten", URL: report}}}, "line 1", nil
	}, time.Now().UTC())
	if err != nil {
		t.Fatal(err)
	}
	const path, mark = "/eksempler/med-links", "Virker ikke længere ("
	marked := func() (out []string) {
		t.Helper()
		if err := f.index.CatchUp(t.Context()); err != nil {
			t.Fatal(err)
		}
		for _, a := range f.page(path).Find("main a").EachIter() {
			if note := a.Next().Text(); strings.HasPrefix(strings.TrimLeft(note, " ·"), mark) {
				out = append(out, a.AttrOr("href", "")+" "+note)
			}
		}
		return out
	}
	if got := marked(); len(got) > 0 {
		t.Errorf("before: %v", got)
	}
	at := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	for range review.DeadAfter {
		for ended := false; !ended; at = at.Add(review.LinkRetry) {
			list, round, err := f.store.LinksToCheck(t.Context(), 50, at)
			if err != nil {
				t.Fatal(err)
			}
			for _, l := range list {
				is := review.LinkResult{Outcome: review.LinkWorks}
				if l.URL == page {
					is = review.LinkResult{Outcome: review.LinkFails, Reason: review.LinkNotFound}
				}
				if err := f.store.LinkChecked(t.Context(), l, is, at); err != nil {
					t.Fatal(err)
				}
			}
			if err := f.store.LinksChecked(t.Context(), at); err != nil {
				t.Fatal(err)
			}
			ended = round != nil
		}
		at = at.Add(review.LinkRoundEvery)
	}
	is := func(when string, want ...string) {
		t.Helper()
		if got := marked(); strings.Join(got, "; ") != strings.Join(want, "; ") {
			t.Errorf("%s: %q, not %q", when, got, want)
		}
	}
	dead := page + " Virker ikke længere (2. marts 2026)"
	is("after three rounds", dead)
	list, _, _, _, err := f.store.LinksForDesk(t.Context(), 10)
	if err != nil || len(list) != 1 {
		t.Fatalf("%+v, %v", list, err)
	}
	editor, now := f.editor(), time.Now().UTC()
	// A check that is asked for and fails changes nothing, one that works ends it.
	f.recheck(list[0].ID, editor, review.LinkFails, now)
	is("after a check that fails", dead)
	if err := f.store.KeepLink(t.Context(), list[0].ID, editor, now); err != nil {
		t.Fatal(err)
	}
	is("kept")
	f.exec(`UPDATE link SET kept_until = NULL, dead_since = failing_since WHERE id = $1`, list[0].ID) // a year later
	if err := f.store.RebuildPublic(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	is("dead again", dead)
	f.recheck(list[0].ID, editor, review.LinkWorks, now)
	is("after a check that works")
	f.exec(`UPDATE link SET failures = 3, failing_since = '2026-03-02', dead_since = '2026-03-02' WHERE url = $1`, report)
	if err := f.store.RebuildPublic(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	if text := strings.Join(strings.Fields(f.page(path).Find("main").Text()), " "); !strings.Contains(text, "Rapporten") || strings.Count(text, mark) != 1 {
		t.Errorf("a source: %s", text)
	}
}

// recheck is a check that an editor asks for.
func (f *fixture) recheck(id, editor int64, is review.LinkOutcome, now time.Time) {
	f.t.Helper()
	if err := f.store.RecheckLink(f.t.Context(), id, editor, now); err != nil {
		f.t.Fatal(err)
	}
	list, _, err := f.store.LinksToCheck(f.t.Context(), 10, now)
	if err != nil || len(list) != 1 {
		f.t.Fatalf("%+v, %v", list, err)
	}
	if err := f.store.LinkChecked(f.t.Context(), list[0], review.LinkResult{Outcome: is}, now); err != nil {
		f.t.Fatal(err)
	}
}
