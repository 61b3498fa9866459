package api

import (
	"bytes"
	"context"
	"net/http"
	"strconv"

	"praksis/internal/catalogue"
	"praksis/internal/export"
	"praksis/internal/httpx"
	"praksis/web"
)

// examples are what the readable page shows; a test asks each.
var examples = []struct{ question, path, query string }{
	{"Hvad virkede godt for mennesker med angst?", pathPractices, "effekt=god&maalgruppe=angst"},
	{"Hvad siger borgerne om videomøder?", pathFindings, "kontaktform=video&stemme=borger"},
	{"Hvor mange erfaringer er der om walk and talk?", pathOverview, "loesning=walk-and-talk"},
	{"Hvad er der uenighed om?", pathContrasts, ""},
	{"Hvad har Aarhus Kommune gjort?", pathPractices, "aktoer=aarhus"},
	{"Hvilke målgrupper findes der?", pathVocabularies + "/" + catalogue.FacetTargetGroup, ""},
}

// page tells people how to ask.
func (a *API) page(w http.ResponseWriter, r *http.Request) error {
	if r.URL.RawQuery != "" {
		return &httpx.RedirectError{URL: catalogue.PathAPI, Status: http.StatusFound}
	}
	return a.cache.Serve(w, r, catalogue.PathAPI, func(ctx context.Context) (*httpx.Page, error) {
		const title = "Kataloget for andre programmer"
		v := web.API{Document: catalogue.PathAPIVersion + pathOpenAPI, MostItems: strconv.Itoa(maxLimit),
			Shell: web.Shell{Title: title, Style: "whole.css", Path: catalogue.PathAPI, PublicURL: a.PublicURL, Authority: a.Authority, Crumbs: []web.Crumb{{Label: title}},
				Description: "API til Praksiskataloget: eksempler, erfaringer, løsninger og ordlister som JSON, uden nøgle."}}
		for _, o := range a.operations() {
			x := web.APIAddress{Path: catalogue.PathAPIVersion + o.path, About: o.summary}
			if o.within == "" {
				x.URL = x.Path
			}
			v.Addresses = append(v.Addresses, x)
		}
		for _, f := range catalogue.Facets {
			v.Filters = append(v.Filters, web.APIFilter{Name: f.Name, Label: f.Label, URL: catalogue.PathAPIVersion + pathVocabularies + "/" + f.Name})
		}
		for _, x := range export.SchemeNames() {
			v.Vocabularies = append(v.Vocabularies, web.APIFilter{Name: x[0], Label: x[1], URL: catalogue.SkosPath(x[0])})
		}
		for _, x := range examples {
			url := catalogue.PathAPIVersion + x.path
			if x.query != "" {
				url += "?" + x.query
			}
			v.Examples = append(v.Examples, web.APIExample{Question: x.question, URL: url})
		}
		var b bytes.Buffer
		if err := web.APIPage(v).Render(ctx, &b); err != nil {
			return nil, err
		}
		return &httpx.Page{ContentType: "text/html; charset=utf-8", Body: b.Bytes(), Whole: true}, nil
	})
}
