package postgres

import (
	"container/list"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"sync"

	"praksis/internal/catalogue"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// publicCacheBytes bounds what is kept of the public read model, by the estimate of
// publicRow.size: some six thousand practices.
const publicCacheBytes = 32 << 20

// publicPart names parts of a row of the public read model.
type publicPart int

const (
	partCard     publicPart = 1 << iota
	partFindings            // with the solutions
	partPage
)

// publicRow is a row of the public read model with some of its parts. It never
// changes once made, and neither does what it leads to: readers share it.
type publicRow struct {
	id      int64
	version int64
	// xmin is the transaction that wrote the row. With the version it tells one
	// content of the row from any other, even after a restore.
	xmin      uint32
	parts     publicPart
	card      catalogue.Card
	findings  []catalogue.Finding
	solutions []catalogue.TermRef
	page      *catalogue.Practice
	size      int // estimate, in bytes
}

// publicCache keeps rows of the public read model that have been read, bounded in
// bytes. It follows the catalogue version as the index does. It is safe for
// concurrent use, and so is its zero value.
type publicCache struct {
	mu    sync.Mutex
	bytes int
	byID  map[int64]*list.Element // of *publicRow
	lru   list.List               // most recently used first
	// bySlug has the IDs of the rows of which the page is kept.
	bySlug map[string]int64
	// asOf is a catalogue version at which all rows were as they are here, or one
	// since which they were read; 0 while there are none.
	asOf int64
}

func (c *publicCache) version() int64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.asOf
}

// known divides ids into the rows that are kept with the parts and need not be asked
// about at the catalogue version at; those kept that must be; and the IDs of the
// others.
func (c *publicCache) known(at int64, ids []int64, parts publicPart) (sure, kept map[int64]*publicRow, missing []int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	sure, kept = make(map[int64]*publicRow, len(ids)), map[int64]*publicRow{}
	for _, id := range ids {
		el := c.byID[id]
		if el == nil || el.Value.(*publicRow).parts&parts != parts {
			missing = append(missing, id)
			continue
		}
		c.lru.MoveToFront(el)
		if row := el.Value.(*publicRow); 0 < at && at <= c.asOf {
			sure[id] = row
		} else {
			kept[id] = row
		}
	}
	return sure, kept, missing
}

// page is the page of a slug, if it is kept and need not be asked about at the
// catalogue version at.
func (c *publicCache) page(at int64, slug string) (id int64, p *catalogue.Practice) {
	c.mu.Lock()
	defer c.mu.Unlock()
	el := c.byID[c.bySlug[slug]]
	if el == nil || at <= 0 || at > c.asOf {
		return 0, nil
	}
	c.lru.MoveToFront(el)
	row := el.Value.(*publicRow)
	return row.id, row.page
}

// add keeps rows as they were at the version now, with the parts that are kept of
// the same content already. The version was before when they were asked for.
func (c *publicCache) add(before, now int64, rows []*publicRow) {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case now < before: // the numbers have begun again, as after a restore
		c.clear()
	case now < c.asOf: // others have come further meanwhile
		return
	}
	if c.asOf == 0 {
		c.asOf, c.byID, c.bySlug = now, map[int64]*list.Element{}, map[string]int64{}
	}
	for _, row := range rows {
		if el := c.byID[row.id]; el != nil {
			if old := el.Value.(*publicRow); old.same(row) {
				row = row.with(old)
			}
			c.remove(el)
		}
		c.byID[row.id] = c.lru.PushFront(row)
		c.bytes += row.size
		if row.page != nil {
			c.bySlug[row.page.Slug] = row.id
		}
	}
	for c.bytes > publicCacheBytes && c.lru.Len() > 1 {
		c.remove(c.lru.Back())
	}
}

// follow takes in what has changed from the version before to the version now; all
// tells that it is all of it.
func (c *publicCache) follow(before, now int64, changed []publicRow, all bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.asOf != before {
		return // others have followed meanwhile
	}
	if now < before || !all {
		c.clear()
		return
	}
	c.asOf = now
	for i := range changed {
		if el := c.byID[changed[i].id]; el != nil && !el.Value.(*publicRow).same(&changed[i]) {
			c.remove(el)
		}
	}
}

// tidy moves the rows together. Readers go on meanwhile, with those that they have.
func (c *publicCache) tidy() {
	c.mu.Lock()
	rows := make([]*publicRow, 0, c.lru.Len())
	for el := c.lru.Front(); el != nil; el = el.Next() {
		rows = append(rows, el.Value.(*publicRow))
	}
	c.mu.Unlock()
	packed := packedRows(rows) // they never change
	c.mu.Lock()
	defer c.mu.Unlock()
	for i, old := range rows {
		el := c.byID[old.id]
		if el == nil || el.Value.(*publicRow) != old {
			continue // it has changed, or went
		}
		row := &packed[i]
		el.Value = row
		if row.page != nil && c.bySlug[row.page.Slug] == row.id {
			delete(c.bySlug, old.page.Slug) // with the old row's text
			c.bySlug[row.page.Slug] = row.id
		}
	}
}

func (c *publicCache) clear() {
	c.byID, c.bySlug, c.bytes, c.asOf = nil, nil, 0, 0
	c.lru.Init()
}

func (c *publicCache) remove(el *list.Element) {
	row := el.Value.(*publicRow)
	c.lru.Remove(el)
	delete(c.byID, row.id)
	c.bytes -= row.size
	if row.page != nil && c.bySlug[row.page.Slug] == row.id {
		delete(c.bySlug, row.page.Slug)
	}
}

// same tells whether two are the same content of a row.
func (r *publicRow) same(o *publicRow) bool {
	return r.id == o.id && r.version == o.version && r.xmin == o.xmin
}

// with is r with the parts of another row of the same content that r lacks.
func (r *publicRow) with(o *publicRow) *publicRow {
	if o.parts&^r.parts == 0 {
		return r
	}
	out := *r
	if r.parts&partCard == 0 {
		out.card = o.card
	}
	if r.parts&partFindings == 0 {
		out.findings, out.solutions = o.findings, o.solutions
	}
	if r.parts&partPage == 0 {
		out.page = o.page
	}
	out.parts |= o.parts
	out.size += o.size
	return &out
}

// Tidy moves the practices in memory together, as search.Index.Tidy does what searches
// have read.
func (s *Store) Tidy() { s.public.tidy() }

// publicStatements read published rows by ID, $1, the parts of those among them that
// are in $2, and the catalogue version that all of it is of.
var publicStatements = func() map[publicPart]string {
	out := map[publicPart]string{}
	for parts, columns := range map[publicPart][4]string{
		partCard:                {"card", "NULL", "NULL", "NULL"},
		partCard | partFindings: {"card", "page->'findings'", "page->'solutions'", "NULL"},
		partPage:                {"NULL", "NULL", "NULL", "page"},
	} {
		q := `SELECT (SELECT n FROM catalogue_version), id, version, xmin`
		for _, c := range columns {
			if c != "NULL" {
				c = `CASE WHEN id = ANY ($2::bigint[]) THEN ` + c + ` END`
			}
			q += `, (` + c + `)::jsonb`
		}
		out[parts] = q + ` FROM public_practice WHERE id = ANY ($1) AND state = 'published'`
	}
	return out
}()

// decodedSize is how much memory JSON takes once decoded, by its length; a row takes
// rowSize besides.
const (
	decodedSize = 2
	rowSize     = 600
)

// publicRows are the rows of published practices by ID, with the parts that are
// asked for. One that is no longer published is missing. The database is asked about
// all of them, but not about those that are kept where they are to be as of the
// catalogue version at; 0 is none.
func (s *Store) publicRows(ctx context.Context, at int64, ids []int64, parts publicPart) (map[int64]*publicRow, error) {
	if err := s.followPublic(ctx, at); err != nil {
		return nil, err
	}
	before := s.public.version()
	out, kept, missing := s.public.known(at, ids, parts)
	ask := slices.AppendSeq(slices.Clone(missing), maps.Keys(kept))
	for len(ask) > 0 {
		var (
			changed          []int64 // since they were kept
			read             []*publicRow
			now, id, version int64
			xmin             uint32

			card, findings, solutions, page []byte
		)
		err := s.readAt(ctx, at, func(ctx context.Context, pool *pgxpool.Pool) error {
			changed, read = nil, nil
			for _, id := range ask {
				delete(out, id)
			}
			rows, _ := pool.Query(ctx, publicStatements[parts], ask, missing)
			_, err := pgx.ForEachRow(rows, []any{&now, &id, &version, &xmin, &card, &findings, &solutions, &page}, func() (err error) {
				row := kept[id]
				switch {
				case row == nil:
					if row, err = newPublicRow(id, version, xmin, parts, card, findings, solutions, page); err != nil {
						return err
					}
					read = append(read, row)
				case row.version != version || row.xmin != xmin:
					changed = append(changed, id)
					return nil
				}
				out[id] = row
				return nil
			})
			return err
		})
		if err != nil {
			return nil, err
		}
		s.replica.saw(0, now, false)
		if len(read) > 0 {
			s.public.add(before, now, read)
		}
		clear(kept)
		ask, missing = changed, changed
	}
	return out, nil
}

// maxFollowed is how many changed rows are compared with what is kept; after more,
// as an import brings, all is read anew.
const maxFollowed = 5000

// followPublic brings what is kept of the read model to the present version, where it
// is to be as of another one than it is.
func (s *Store) followPublic(ctx context.Context, at int64) error {
	before := s.public.version()
	if before == 0 || at == 0 || before == at {
		return nil
	}
	var now int64
	var changed []publicRow
	err := s.read(ctx, func(ctx context.Context, pool *pgxpool.Pool) error {
		changed = nil
		rows, _ := pool.Query(ctx, `
			SELECT c.n, coalesce(p.id, 0), coalesce(p.version, 0), coalesce(p.xmin, '0')
			FROM catalogue_version c LEFT JOIN public_practice p ON p.version > $1 LIMIT $2`, before, maxFollowed)
		var row publicRow
		_, err := pgx.ForEachRow(rows, []any{&now, &row.id, &row.version, &row.xmin}, func() error {
			changed = append(changed, row)
			return nil
		})
		return err
	})
	if err == nil {
		s.replica.saw(0, now, false)
		s.public.follow(before, now, changed, len(changed) < maxFollowed)
	}
	return err
}

// Warm reads published practices, those with most to tell first, until the cache is
// filled: so that the first visitors need not wait for it.
func (s *Store) Warm(ctx context.Context) error {
	rows, _ := s.pool.Query(ctx, `SELECT id FROM public_practice WHERE state = 'published' ORDER BY pg_column_size(page) DESC LIMIT $1`, publicCacheBytes/1000)
	ids, err := pgx.CollectRows(rows, pgx.RowTo[int64])
	if err != nil {
		return mapped(err)
	}
	for chunk := range slices.Chunk(ids, warmChunk) {
		rows, err := s.publicRows(ctx, 0, chunk, partPage)
		if err != nil {
			return err
		}
		size := 0
		for _, r := range rows {
			size += r.size
		}
		if s.public.room() < 2*size {
			break
		}
	}
	return nil
}

// warmChunk is how many practices Warm reads at a time.
const warmChunk = 200

// room is how many bytes more fit.
func (c *publicCache) room() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return publicCacheBytes - c.bytes
}

// newPublicRow reads the parts of a row from their JSON; nil stands for none.
func newPublicRow(id, version int64, xmin uint32, parts publicPart, card, findings, solutions, page []byte) (*publicRow, error) {
	row := &publicRow{id: id, version: version, xmin: xmin, parts: parts, size: rowSize}
	for _, x := range []struct {
		json []byte
		to   any
	}{{card, &row.card}, {findings, &row.findings}, {solutions, &row.solutions}, {page, &row.page}} {
		if x.json == nil {
			continue
		}
		if err := json.Unmarshal(x.json, x.to); err != nil {
			return nil, fmt.Errorf("practice %d: %w", id, err)
		}
		row.size += decodedSize * len(x.json)
	}
	packStrings(&row.card, &row.findings, &row.solutions, &row.page)
	row.showPage()
	return row, nil
}

// showPage takes the other parts from the page, where the row has it.
func (r *publicRow) showPage() {
	if r.page != nil {
		r.parts |= partCard | partFindings
		r.card, r.findings, r.solutions = r.page.Card(), r.page.Findings, r.page.Solutions
	}
}
