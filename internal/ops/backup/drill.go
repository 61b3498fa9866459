package backup

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
	"unicode"

	"praksis/internal/catalogue"
	"praksis/internal/postgres"
	"praksis/internal/search"
	"praksis/migrations"
)

// The searches of a drill, and how many hits of each are compared.
const (
	drillSearches = 20
	drillHits     = 10
)

// Drill says how a backup is tried.
type Drill struct {
	// Live is the catalogue that it is of.
	Live *postgres.Store
	// OwnerURL is a login that may make a database beside it. AsideURL is another empty
	// database to restore into, emptied afterwards; else one is made and dropped.
	OwnerURL, AsideURL string
	// File is the backup.
	File string
	// Index finds in the live catalogue; nil: one is made for this.
	Index *search.Index
	// Tell is that of Options.
	Tell func(what string, done, total int64)
}

// Line is one thing that was compared.
type Line struct {
	What        string
	Had, Has    string // in the backup, and restored
	OK, Skipped bool
}

// Tried is what came of a drill.
type Tried struct {
	Header
	File  string
	Bytes int64
	Lines []Line
	// Tables, Pages and Searches are how many were compared.
	Tables, Pages, Searches int
	Restoring, Took         time.Duration
}

// ErrDiffers tells that what was restored is not what the backup has.
var ErrDiffers = errors.New("what was restored differs from what the backup has")

// Run restores the backup aside, compares, and throws the copy away. What came of it is
// noted in the live catalogue.
func (d Drill) Run(ctx context.Context) (t Tried, err error) {
	begun := time.Now()
	t.File = d.File
	err = d.run(ctx, &t)
	t.Took = time.Since(begun)
	detail := map[string]any{"file": filepath.Base(t.File), "taken": t.Taken, "schema": t.Schema, "tables": t.Tables, "practices": t.Pages, "searches": t.Searches, "restore_seconds": t.Restoring.Seconds()}
	if noted := record(ctx, d.Live, postgres.OperationDrill, begun, t.Bytes, detail, err); noted != nil {
		err = errors.Join(err, fmt.Errorf("the drill could not be noted: %w", noted))
	}
	return t, err
}

func (d Drill) run(ctx context.Context, t *Tried) error {
	b, err := Open(d.File)
	if err != nil {
		return err
	}
	defer b.Close()
	t.Header, t.Bytes = b.Header, b.Bytes
	restored := func(url string) error {
		begun := time.Now()
		_, err := b.Restore(ctx, url, Options{Aside: true, Tell: d.Tell, Finish: func(s *postgres.Store) error {
			t.Restoring = time.Since(begun)
			return d.compare(ctx, b, s, t)
		}})
		return err
	}
	if d.AsideURL == "" {
		return postgres.Aside(ctx, d.OwnerURL, restored)
	}
	if err := restored(d.AsideURL); err != nil {
		return err // which has taken it back
	}
	return postgres.Discard(ctx, d.AsideURL)
}

// compare holds what was restored to the backup, and its searches to those of the live
// catalogue where that is still the same one.
func (d Drill) compare(ctx context.Context, b *File, s *postgres.Store, t *Tried) error {
	is, err := s.Counts(ctx)
	if err != nil {
		return err
	}
	newest, err := migrations.Newest()
	if err != nil {
		return err
	}
	for _, table := range slices.Sorted(maps.Keys(b.Rows)) {
		l := Line{What: table, Had: fmt.Sprint(b.Rows[table]), Has: fmt.Sprint(is[table])}
		l.OK = l.Had == l.Has
		if b.Schema < newest && !l.OK { // as many as it has were taken; then migrations came
			l.Skipped, l.Has = true, l.Has+" after migrations"
		}
		t.Tables++
		t.Lines = append(t.Lines, l)
	}
	if err := d.comparePages(ctx, b, s, t); err != nil {
		return err
	}
	if err := d.compareSearches(ctx, b, s, t); err != nil {
		return err
	}
	if slices.ContainsFunc(t.Lines, func(l Line) bool { return !l.OK && !l.Skipped }) {
		return ErrDiffers
	}
	return nil
}

// comparePages holds the hash of every public page to that which was written with the
// backup. Pages of an older build's shape have been made again, and are others.
func (d Drill) comparePages(ctx context.Context, b *File, s *postgres.Store, t *Tried) error {
	again, alike := 0, 0
	err := s.PageHashes(ctx, func(p postgres.PageHash) error {
		t.Pages++
		switch had := b.Pages[p.ID]; {
		case had.Shape > 0 && had.Shape < postgres.Shape:
			again++
		case had == p:
			alike++
		}
		return nil
	})
	if err != nil {
		return err
	}
	l := Line{What: "public pages, by hash", Had: fmt.Sprint(len(b.Pages)), Has: fmt.Sprintf("%d the same", alike), OK: t.Pages == len(b.Pages) && alike+again == t.Pages}
	if again > 0 {
		l.Has += fmt.Sprintf(", %d made again for this release", again)
	}
	t.Lines = append(t.Lines, l)
	return nil
}

// compareSearches asks twenty searches of an index of what was restored, and of one of
// the live catalogue, and compares the first hits.
func (d Drill) compareSearches(ctx context.Context, b *File, s *postgres.Store, t *Tried) error {
	folder, err := os.MkdirTemp("", "praksis-drill-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder)
	open := func(name string, s *postgres.Store) (*search.Index, error) {
		return search.Open(ctx, filepath.Join(folder, name), s, search.Options{Log: slog.New(slog.DiscardHandler), Progress: func(done, total int) {
			if d.Tell != nil {
				d.Tell("practices indexed", int64(done), int64(total))
			}
		}})
	}
	copied, err := open("copy", s)
	if err != nil {
		return err
	}
	defer copied.Close()
	live := d.Index
	if live == nil {
		if live, err = open("live", d.Live); err != nil {
			return err
		}
		defer live.Close()
	}
	titles, err := s.SomeTitles(ctx, drillSearches)
	if err != nil {
		return err
	}
	same := live.Version() == b.Version
	alike, hits, first := 0, 0, ""
	for _, title := range titles {
		q := catalogue.Query{Text: searchFor(title), Sort: catalogue.SortRelevance, Page: 1}
		has, n, err := copied.Hits(ctx, q, drillHits)
		if err != nil {
			return err
		}
		hits += n
		if !same {
			continue
		}
		had, _, err := live.Hits(ctx, q, drillHits)
		if err != nil {
			return err
		}
		if slices.Equal(had, has) {
			alike++
		} else if first == "" {
			first = fmt.Sprintf(" (%q: %v, restored %v)", q.Text, had, has)
		}
	}
	t.Searches = len(titles)
	l := Line{What: fmt.Sprintf("searches, the first %d hits", drillHits), Had: fmt.Sprint(len(titles))}
	switch {
	case !same:
		l.Has, l.Skipped = fmt.Sprintf("%d asked, %d hits; not compared, since the catalogue has changed since (version %d, now %d)", len(titles), hits, b.Version, live.Version()), true
	case live.Version() != b.Version: // meanwhile
		l.Has, l.Skipped = "the catalogue changed meanwhile", true
	default:
		l.Has, l.OK = fmt.Sprintf("%d the same, of %d hits%s", alike, hits, first), alike == len(titles)
	}
	t.Lines = append(t.Lines, l)
	return nil
}

// searchFor are the two longest words of a title, in their order: what somebody might
// look for.
func searchFor(title string) string {
	words := strings.FieldsFunc(title, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	longest := slices.Clone(words)
	slices.SortStableFunc(longest, func(a, b string) int { return cmp.Compare(len(b), len(a)) })
	longest = longest[:min(len(longest), 2)]
	return strings.Join(slices.DeleteFunc(words, func(w string) bool { return !slices.Contains(longest, w) }), " ")
}
