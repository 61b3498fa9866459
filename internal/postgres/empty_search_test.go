package postgres_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"praksis/internal/catalogue"
	"praksis/internal/postgres"
	"praksis/internal/review"
)

func TestEmptySearches(t *testing.T) {
	d := newDesk(t, 0)
	ctx := t.Context()
	note := func(day, times int, text string) {
		t.Helper()
		err := d.NoteEmptySearches(ctx, []postgres.EmptySearch{{Text: text, Folded: strings.ToLower(text), Times: times}}, now.AddDate(0, 0, day))
		if err != nil {
			t.Fatal(err)
		}
	}
	list := func(hidden bool) string {
		t.Helper()
		found, shown, hid, err := d.EmptySearches(ctx, hidden, 10)
		if err != nil {
			t.Fatal(err)
		}
		out := fmt.Sprintf("%d %d:", shown, hid)
		for _, x := range found {
			out += fmt.Sprintf(" %s %d×%d", x.Text, x.Times, x.Days)
		}
		return out
	}
	note(0, 7, "qvridning")
	note(0, 1, "qvridning")
	note(1, 2, "qvridning")
	if got := list(false); got != "0 0:" {
		t.Errorf("after two days: %s", got)
	}
	if all := everything(t, d.pool); strings.Contains(all, "qvridning") {
		t.Error("its words are kept after two days")
	}
	note(2, 1, "Qvridning")
	if got := list(false); got != "1 0: Qvridning 11×3" {
		t.Errorf("after three days: %s", got)
	}
	found, _, _, err := d.EmptySearches(ctx, false, 10)
	if err != nil {
		t.Fatal(err)
	}
	if err := d.SetEditorRole(ctx, d.ids[1], review.RoleEditor, review.RoleChecker, 0, now); err != nil {
		t.Fatal(err)
	}
	wantErr(t, "a checker hides", d.HideSearch(ctx, found[0].Key, true, d.ids[1], now), catalogue.ErrForbidden)
	wantErr(t, "no such search", d.HideSearch(ctx, make([]byte, 32), true, d.ids[0], now), catalogue.ErrNotFound)
	if err := d.HideSearch(ctx, found[0].Key, true, d.ids[0], now); err != nil {
		t.Fatal(err)
	}
	note(3, 5, "qvridning")
	if got := list(false) + " / " + list(true); got != "0 1: / 0 1: Qvridning 16×4" {
		t.Errorf("hidden: %s", got)
	}
	// Words and days go ninety days later; that it is hidden stays.
	for day := range 3 {
		note(day, 1, "qvsvømning")
	}
	for _, x := range []struct {
		day, gone int
		hidden    string
	}{{92, 0, "1 1: Qvridning 6×2"}, {93, 1, "0 1: Qvridning 5×1"}, {94, 0, "0 0:"}} {
		n, err := d.EraseEmptySearches(ctx, now.AddDate(0, 0, x.day))
		if got := list(true); err != nil || n != x.gone || got != x.hidden {
			t.Errorf("day %d: %d gone, %s, %v", x.day, n, got, err)
		}
	}
	if all := everything(t, d.pool); strings.Contains(all, "vridning") || strings.Contains(all, "qvsvømning") {
		t.Error("words are left")
	}
	for day := range 3 {
		note(100+day, 1, "qvridning")
	}
	if got := list(false); got != "0 0:" {
		t.Errorf("what was hidden came back: %s", got)
	}
	// A flood fills nothing.
	var flood []postgres.EmptySearch
	for i := range 2500 {
		flood = append(flood, postgres.EmptySearch{Text: "x", Folded: fmt.Sprint("x", i), Times: 1})
	}
	if err := d.NoteEmptySearches(ctx, flood, now.Add(200*24*time.Hour)); err != nil {
		t.Fatal(err)
	}
	if n := count(t, d.pool, `SELECT max(n) FROM (SELECT count(*) AS n FROM empty_search_day GROUP BY day) x`); n != 2000 {
		t.Errorf("%d different searches in a day", n)
	}
}
