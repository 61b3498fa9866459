package site

import (
	"context"
	"encoding/xml"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"praksis/internal/catalogue"
	"praksis/internal/httpx"
	"praksis/internal/search"
	"praksis/web"

	"github.com/go-chi/chi/v5"
)

// practicesPerSitemap is below the 50,000 addresses that the protocol
// (sitemaps.org) allows in a file.
const practicesPerSitemap = 20000

const typeXML = "application/xml; charset=utf-8"

// The parts of the sitemap protocol that we use.
type (
	sitemapIndex struct {
		XMLName  xml.Name         `xml:"http://www.sitemaps.org/schemas/sitemap/0.9 sitemapindex"`
		Sitemaps []sitemapAddress `xml:"sitemap"`
	}
	sitemapFile struct {
		XMLName xml.Name         `xml:"http://www.sitemaps.org/schemas/sitemap/0.9 urlset"`
		URLs    []sitemapAddress `xml:"url"`
	}
	sitemapAddress struct {
		Location string `xml:"loc"`
		Changed  string `xml:"lastmod,omitempty"`
	}
)

// base is the address that visitors use: the one configured, else the one that
// the request came to.
func (c Config) base(r *http.Request) string {
	if c.PublicURL != "" {
		return c.PublicURL
	}
	return "http://" + r.Host
}

// sitemaps lists the files: one of the pages, and one of every 20,000 examples.
func (s *Site) sitemaps(w http.ResponseWriter, r *http.Request) error {
	base := s.base(r)
	return s.cache.Serve(w, r, "sitemap "+base, func(ctx context.Context) (*httpx.Page, error) {
		total, err := s.index.Count(ctx, catalogue.Query{})
		if err != nil {
			return nil, err
		}
		list := sitemapIndex{Sitemaps: []sitemapAddress{{Location: base + "/sitemap/sider.xml"}}}
		for n := 0; n*practicesPerSitemap < total; n++ {
			list.Sitemaps = append(list.Sitemaps, sitemapAddress{Location: fmt.Sprintf("%s/sitemap/eksempler-%d.xml", base, n+1)})
		}
		return xmlPage(list, typeXML)
	})
}

// sitemapPages lists the pages that are not an example, and that a search engine
// may keep: landing pages without an example are left out.
func (s *Site) sitemapPages(w http.ResponseWriter, r *http.Request) error {
	base := s.base(r)
	return s.cache.Serve(w, r, "sitemap pages "+base, func(ctx context.Context) (*httpx.Page, error) {
		paths := []string{catalogue.PathFront, catalogue.PathPractices, catalogue.PathSolutions, catalogue.PathChecklist, catalogue.PathNextTime,
			catalogue.PathStatus, catalogue.PathMap, catalogue.PathSubmit, catalogue.PathAbout, catalogue.PathAPI, catalogue.PathPrivacy, catalogue.PathAccessibility}
		paths = append(paths, catalogue.PathOverview, catalogue.PathContrasts, catalogue.PathGaps)
		paths = append(paths, catalogue.PathFirstDay)
		for _, d := range web.FirstDays {
			paths = append(paths, d.Path())
		}
		for _, x := range landingIndexes {
			paths = append(paths, x.path())
		}
		found, err := s.index.Search(ctx, catalogue.Query{Sort: catalogue.SortNewest, Page: 1})
		if err != nil {
			return nil, err
		}
		landings, err := s.landingPaths(ctx, found)
		if err != nil {
			return nil, err
		}
		list := sitemapFile{}
		for _, path := range append(paths, landings...) {
			list.URLs = append(list.URLs, sitemapAddress{Location: base + path})
		}
		return xmlPage(list, typeXML)
	})
}

// landingPaths are the addresses of the landing pages that have examples.
func (s *Site) landingPaths(ctx context.Context, found search.Result) (paths []string, err error) {
	for _, facet := range found.Facets {
		for _, v := range facet.Values {
			o := found.Taxonomy.Organisation(v.Slug)
			switch {
			case v.Count == 0:
			case catalogue.LandingIndexPath(facet.Name) != "":
				paths = append(paths, catalogue.LandingPath(facet.Name, v.Slug))
			case facet.Name == catalogue.FacetActor && o != nil && o.Kind != catalogue.Region:
				paths = append(paths, catalogue.ActorPath(o.Kind, o.Slug))
			}
		}
	}
	for _, o := range found.Taxonomy.Organisations { // a region's page has its municipalities' examples too
		if o.Kind != catalogue.Region || !found.Taxonomy.Exists(o) {
			continue
		}
		n, err := s.index.Count(ctx, regionQuery(o.Slug))
		if err != nil {
			return nil, err
		}
		if n > 0 {
			paths = append(paths, catalogue.ActorPath(o.Kind, o.Slug))
		}
	}
	return paths, nil
}

// sitemapPractices lists published examples, 20,000 to a file.
func (s *Site) sitemapPractices(w http.ResponseWriter, r *http.Request) error {
	file, err := strconv.Atoi(chi.URLParam(r, "file"))
	if err != nil || file < 1 {
		return catalogue.ErrNotFound
	}
	base := s.base(r)
	return s.cache.Serve(w, r, fmt.Sprintf("sitemap %d %s", file, base), func(ctx context.Context) (*httpx.Page, error) {
		list := sitemapFile{}
		err := s.store.PublicAddresses(ctx, (file-1)*practicesPerSitemap, practicesPerSitemap, func(slug string, changed time.Time) error {
			x := sitemapAddress{Location: base + catalogue.PracticePath(slug)}
			if !changed.IsZero() {
				x.Changed = changed.UTC().Format(time.RFC3339)
			}
			list.URLs = append(list.URLs, x)
			return nil
		})
		if err == nil && len(list.URLs) == 0 {
			err = catalogue.ErrNotFound
		}
		if err != nil {
			return nil, err
		}
		return xmlPage(list, typeXML)
	})
}

// openSearch tells browsers how to search here (OpenSearch 1.1).
func (s *Site) openSearch(w http.ResponseWriter, r *http.Request) error {
	base := s.base(r)
	type address struct {
		Type     string `xml:"type,attr"`
		Relation string `xml:"rel,attr,omitempty"`
		Template string `xml:"template,attr"`
	}
	type image struct {
		Width  int    `xml:"width,attr"`
		Height int    `xml:"height,attr"`
		Type   string `xml:"type,attr"`
		URL    string `xml:",chardata"`
	}
	return s.cache.Serve(w, r, "opensearch "+base, func(context.Context) (*httpx.Page, error) {
		return xmlPage(struct {
			XMLName     xml.Name `xml:"http://a9.com/-/spec/opensearch/1.1/ OpenSearchDescription"`
			ShortName   string   // at most 16 letters
			LongName    string   // at most 48
			Description string   // at most 1,024
			Language    string
			Encoding    string `xml:"InputEncoding"`
			Image       image
			Addresses   []address `xml:"Url"`
		}{
			ShortName: "Praksiskatalog", LongName: "Praksiskataloget", Description: "Eksempler fra det sociale område under covid-19", Language: "da", Encoding: "UTF-8",
			Image:     image{16, 16, "image/svg+xml", base + web.StaticRoot() + "favicon.svg"},
			Addresses: []address{{"text/html", "results", base + catalogue.PathPractices + "?q={searchTerms}"}, {"application/json", "results", base + catalogue.PathPractices + ".json?q={searchTerms}"}},
		}, "application/opensearchdescription+xml; charset=utf-8")
	})
}

// robots tells search engines which addresses to leave alone, and where the
// sitemap is.
func (c Config) robots() http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		text("User-agent: *\n"+
			"Disallow: "+catalogue.PathPractices+"?*&\n"+
			"Disallow: "+catalogue.PathPractices+".csv\n"+
			"Disallow: "+catalogue.PathPractices+".jsonl\n"+
			"Disallow: "+catalogue.PathPractices+".xlsx\n"+
			"Disallow: "+catalogue.PathSuggestions+"\n"+
			"Disallow: "+catalogue.PathSubmit+"/\n"+
			"Disallow: "+catalogue.PathInquiry+"/\n"+
			"Disallow: "+web.PathDesk+"\n"+
			"\nSitemap: "+c.base(r)+"/sitemap.xml\n")(w, r)
	}
}

func xmlPage(v any, contentType string) (*httpx.Page, error) {
	b, err := xml.Marshal(v)
	if err != nil {
		return nil, err
	}
	return &httpx.Page{ContentType: contentType, Body: append([]byte(xml.Header), b...), Whole: true, Noindex: true}, nil
}
