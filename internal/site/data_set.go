package site

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"praksis/internal/catalogue"
	"praksis/internal/export"
	"praksis/internal/httpx"

	"github.com/go-chi/chi/v5"
)

const typeTurtle = "text/turtle; charset=utf-8"

// everything is more examples than there will be.
const everything = 1 << 30

// dataSet is the record of the data set for catalogues of data (DCAT-AP-DK).
func (s *Site) dataSet(w http.ResponseWriter, r *http.Request) error {
	base := s.base(r)
	return s.cache.Serve(w, r, "dcat "+base, func(ctx context.Context) (*httpx.Page, error) {
		d := export.DataSet{Base: base, Publisher: s.Authority.Name, Contact: s.Authority.Contact, Vocabularies: export.SchemeNames(), Files: dataFiles,
			API: catalogue.PathAPIVersion, OpenAPI: catalogue.PathAPIVersion + "/openapi.json"}
		err := s.store.PublicAddresses(ctx, 0, everything, func(_ string, changed time.Time) error {
			if changed.After(d.Changed) {
				d.Changed = changed
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
		return &httpx.Page{ContentType: typeTurtle, Body: export.DCAT(d), Whole: true}, nil
	})
}

// dataFiles are the forms in which the examples can be had. JSON by the page is not
// among them: its address has the first page alone. JSON Lines has no media type at
// IANA and no name in the EU's list.
var dataFiles = []export.DataFile{
	{ID: "csv", Title: "CSV", Has: "Alle offentliggjorte eksempler i en tabel.", Path: catalogue.PathPractices + ".csv", MediaType: "text/csv", Format: "CSV"},
	{ID: "xlsx", Title: "Excel", Has: "Alle offentliggjorte eksempler i et regneark.", Path: catalogue.PathPractices + ".xlsx",
		MediaType: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", Format: "XLSX"},
	{ID: "jsonl", Title: "JSON Lines", Has: "Alle offentliggjorte eksempler, et på hver linje.", Path: catalogue.PathPractices + ".jsonl"},
	{ID: "atom", Title: "Atom", Has: "De " + strconv.Itoa(export.MaxEntries) + " eksempler, der er ændret senest.", Path: catalogue.PathPractices + ".atom",
		MediaType: "application/atom+xml", Format: "ATOM"},
}

// vocabulary is one of the vocabularies in the words of SKOS.
func (s *Site) vocabulary(w http.ResponseWriter, r *http.Request) error {
	name, base := chi.URLParam(r, "name"), s.base(r)
	return s.cache.Serve(w, r, "skos "+name+" "+base, func(context.Context) (*httpx.Page, error) {
		scheme, ok := export.SchemeOf(s.index.Taxonomy(), name)
		if !ok {
			return nil, catalogue.ErrNotFound
		}
		return &httpx.Page{ContentType: typeTurtle, Body: export.SKOS(base, scheme), Whole: true}, nil
	})
}

// citation is how one refers to an example, as a file for reference managers.
func (s *Site) citation(w http.ResponseWriter, r *http.Request, slug string) error {
	slug, err := slugOf(slug)
	if err != nil {
		return err
	}
	base := s.base(r)
	w.Header().Set("Content-Disposition", `attachment; filename="`+slug+`.ris"`)
	return s.cache.Serve(w, r, "ris "+slug+" "+base, func(ctx context.Context) (*httpx.Page, error) {
		_, p, err := s.store.PublicPractice(ctx, s.confirmed(), slug)
		if err != nil {
			return nil, err
		}
		return &httpx.Page{ContentType: "application/x-research-info-systems; charset=utf-8", Body: s.cite(p, base).RIS(), Whole: true, Noindex: true}, nil
	})
}

// cite is how one refers to an example of the site at base, which may not be known.
func (s *Site) cite(p *catalogue.Practice, base string) export.Citation {
	address := ""
	if base != "" {
		address = base + catalogue.PracticePath(p.Slug)
	}
	return export.Cite(p, s.Authority.Name, address)
}
