package site

import (
	"context"
	"errors"
	"io"
	"net/http"
	"os"
	"strconv"
	"strings"
	"time"

	"praksis/internal/catalogue"
	"praksis/internal/export"
	"praksis/internal/httpx"
	"praksis/internal/postgres"
	"praksis/internal/search"
	"praksis/web"

	"github.com/go-chi/chi/v5"
)

// Limits of the files of a list. They are long answers, so they have a place and a
// time of their own, beside the pages.
const (
	// maxListFiles bounds those that are sent at once, and maxWorkbooks the workbooks
	// that are made at once: one of 5,000 practices takes some 64 MB while it is made.
	maxListFiles, maxWorkbooks = 32, 2
	// listFileTime is enough for 10,000 practices over a line of 2 Mbit/s.
	listFileTime = 5 * time.Minute
)

// listFile is a format in which a list of the finder can be saved.
type listFile struct {
	ending      string
	contentType string
	new         func(io.Writer, export.List) (export.Writer, error)
	// compressed tells that the answer is worth compressing; a format that is not is
	// compressed itself, and made whole before it is sent.
	compressed bool
}

var listFiles = []listFile{
	{".xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", export.NewXLSX, false},
	{".csv", "text/csv; charset=utf-8", export.NewCSV, true},
	{".jsonl", "application/jsonl; charset=utf-8", func(w io.Writer, _ export.List) (export.Writer, error) { return export.NewLines(w), nil }, true},
}

const typeAtom = "application/atom+xml; charset=utf-8"

// listRoutes are the files of a list, which take longer than a page.
func (s *Site) listRoutes(r chi.Router) {
	r.Group(func(r chi.Router) {
		r.Use(s.errors.Limit(maxListFiles))
		workbooks := make(chan struct{}, maxWorkbooks)
		for _, f := range listFiles {
			r.Get(catalogue.ListPath(f.ending, catalogue.Query{}), s.wrap(s.listFile(f, workbooks)))
		}
	})
}

// listed are the hits of a query, all of them in the order of the screen, and what
// the list is. What is near, and no hit, is not among them.
type listed struct {
	ids  []int64
	list export.List
	name string // of a file with it, without ending
}

func (s *Site) listed(ctx context.Context, q catalogue.Query, base string) (listed, error) {
	ctx, cancel := context.WithTimeout(ctx, httpx.RequestTimeout)
	defer cancel()
	res, err := s.index.Search(ctx, q)
	if err != nil {
		return listed{}, err
	}
	ids, total, err := s.index.Hits(ctx, q, max(res.Total, 1))
	if err != nil {
		return listed{}, err
	}
	res.Total = total // where the catalogue has moved on in between
	f := found{Result: res}
	l := export.List{Sentence: listSentence(f) + ".", Notices: notices(f.Query, f), Order: catalogue.Sorts.Label(q.Sort), Base: base,
		Address: base + catalogue.FinderPath(q), Total: len(ids), At: time.Now(), Owner: s.Authority.Name}
	return listed{ids, l, listName(listSentence(f))}, nil
}

// listSentence is what the finder's page says that it has.
func listSentence(f found) string {
	line := sentence(f.Query, f)
	if f.Query.Text == "" && !f.Query.Filtered() {
		return "Alle " + line
	}
	return line
}

// maxListName is how long the name of a file is, in characters: programs show no
// more, and the strictest file systems take 255 bytes.
const maxListName = 80

// listName is a sentence as the name of a file, without what no system takes.
func listName(sentence string) string {
	name := strings.Join(strings.Fields(strings.Map(func(r rune) rune {
		if strings.ContainsRune(`\/:*?"<>|»«.,`, r) || r < ' ' {
			return ' '
		}
		return r
	}, "Praksiskataloget "+catalogue.LowerFirst(sentence))), " ")
	if letters := []rune(name); len(letters) > maxListName {
		name = string(letters[:maxListName])
		name = name[:strings.LastIndexByte(name, ' ')]
	}
	return name
}

// listFile answers with the hits of a query, all of them, as a file.
func (s *Site) listFile(f listFile, workbooks chan struct{}) httpx.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		q, err := query(r)
		if err != nil {
			return err
		}
		q = s.index.Taxonomy().Canonical(q.WithPage(1))
		if s.cache.Unchanged(w, r) {
			return nil
		}
		ctx, cancel := context.WithTimeout(r.Context(), listFileTime)
		defer cancel()
		l, err := s.listed(ctx, q, s.base(r))
		if err != nil {
			return err
		}
		begin := func(h http.Header) {
			h.Set("Content-Type", f.contentType)
			h.Set("X-Robots-Tag", "noindex")
			h.Set("Content-Disposition", httpx.Attachment(catalogue.Slugify(l.name)+f.ending, l.name+f.ending))
		}
		if r.Method == http.MethodHead {
			w.Header().Add("Vary", "Accept-Encoding") // as the stream does
			begin(w.Header())
			return nil
		}
		stream := httpx.NewStream(w, r, f.compressed, begin)
		defer stream.Close()
		if f.compressed {
			err = s.writeList(ctx, stream, f, l)
		} else {
			err = s.sendWhole(ctx, w, stream, f, l, workbooks)
		}
		if err == nil {
			err = stream.End()
		}
		if err == nil || !stream.Begun() {
			return err
		}
		// What was begun cannot become an error page: the connection is broken off, so
		// that nobody takes a part for the whole.
		if !stream.Broken() && r.Context().Err() == nil {
			s.log.ErrorContext(ctx, "list broken off", "format", f.ending, "error", err)
		}
		panic(http.ErrAbortHandler)
	}
}

// writeList writes a list in a format.
func (s *Site) writeList(ctx context.Context, to io.Writer, f listFile, l listed) (err error) {
	out, err := f.new(to, l.list)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, out.Close()) }()
	err = s.store.EachPage(ctx, l.ids, func(p postgres.PublicPage) error { return out.Write(p.Practice) })
	if err != nil {
		return err
	}
	return out.End()
}

// sendWhole makes a file before the first of it is sent, outside of memory, so that
// who receives slowly holds nothing that others wait for.
func (s *Site) sendWhole(ctx context.Context, w http.ResponseWriter, to io.Writer, f listFile, l listed, places chan struct{}) (err error) {
	file, err := os.CreateTemp("", "praksis-list-")
	if err != nil {
		return err
	}
	defer func() { _ = errors.Join(file.Close(), os.Remove(file.Name())) }()
	select {
	case places <- struct{}{}:
	case <-ctx.Done():
		return ctx.Err()
	}
	err = func() error {
		defer func() { <-places }()
		return s.writeList(ctx, file, f, l)
	}()
	if err != nil {
		return err
	}
	size, err := file.Seek(0, io.SeekCurrent)
	if err != nil {
		return err
	}
	if _, err := file.Seek(0, io.SeekStart); err != nil {
		return err
	}
	w.Header().Set("Content-Length", strconv.FormatInt(size, 10))
	_, err = io.Copy(to, file)
	return err
}

// listAtom is the feed of a list: what was changed last of its hits.
func (s *Site) listAtom(w http.ResponseWriter, r *http.Request) error {
	q, err := query(r)
	if err != nil {
		return err
	}
	q = s.index.Taxonomy().Canonical(q.WithPage(1))
	base, path := s.base(r), catalogue.ListPath(".atom", q)
	return s.cache.Serve(w, r, base+path, func(ctx context.Context) (*httpx.Page, error) {
		l, err := s.listed(ctx, q, base)
		if err != nil {
			return nil, err
		}
		newest, err := s.store.LastChanged(ctx, l.ids, export.MaxEntries)
		if err != nil {
			return nil, err
		}
		entries := make([]export.Entry, len(newest))
		for i, p := range newest {
			entries[i] = export.Entry(p)
		}
		b, err := export.Atom(l.list, base+path, q.Encode(), entries)
		if err != nil {
			return nil, err
		}
		return &httpx.Page{ContentType: typeAtom, Body: b, Whole: true, Noindex: true}, nil
	})
}

// maxTaken is how long a query may be, in bytes, for all ways to take its list along to
// be links: each says all of it. A longer one has the first two.
const maxTaken = 2000

// take are the ways to take a list along, to follow it, and to see where it is from.
func take(q catalogue.Query, f search.Result) []web.Link {
	q = q.WithPage(1)
	follow := web.Link{Label: "Følg på mail", URL: catalogue.FollowListPath(q.WithSort(""))}
	if f.Total == 0 { // what there is none of may come
		return []web.Link{follow}
	}
	var out []web.Link
	json := "JSON"
	if f.Total > catalogue.PageSize {
		json = "JSON (" + strconv.Itoa(catalogue.PageSize) + " ad gangen)" // the others here have all
	}
	for _, x := range []struct{ label, ending string }{{"Excel", ".xlsx"}, {"CSV", ".csv"}, {json, ".json"}, {"JSON Lines", ".jsonl"}, {"Atom", ".atom"}, {"Mødeoplæg (Word)", ".docx"}} {
		out = append(out, web.Link{Label: x.label, URL: catalogue.ListPath(x.ending, q)})
	}
	if len(q.Encode()) > maxTaken {
		return out[:2]
	}
	return append(out, web.Link{Label: "Til mappe eller sammenligning", URL: catalogue.ChoosePath(q)}, follow, web.Link{Label: "Vis på jeres intranet", URL: catalogue.EmbedHelpPath("", q)}, web.Link{Label: "Se som overblik", URL: catalogue.OverviewPath(q)},
		web.Link{Label: "Se på kort", URL: catalogue.MapPath(mapQuery(q), false)})
}
