package api

import (
	"context"
	"net/http"
	"strconv"

	"praksis/internal/catalogue"
	"praksis/internal/httpx"
)

const pathOpenAPI = "/openapi.json"

// schema is a part of the document.
type schema = map[string]any

// licence is that of the content (domain.md).
const licence = "https://creativecommons.org/licenses/by/4.0/deed.da"

func (a *API) serveDocument(w http.ResponseWriter, r *http.Request) error {
	if _, err := a.read(r, 0); err != nil {
		return err
	}
	return a.cache.Serve(w, r, pathOpenAPI, func(context.Context) (*httpx.Page, error) {
		return &httpx.Page{ContentType: typeJSON, Body: a.document, Whole: true, Noindex: true}, nil
	})
}

// openAPI is the document of OpenAPI 3.1: the paths are those of operations, the record
// is catalogue.Fields.
func (a *API) openAPI() []byte {
	paths := schema{}
	for _, o := range a.operations() {
		get := schema{"operationId": o.id, "summary": o.summary, "responses": a.responses(o)}
		if p := parametersOf(o); len(p) > 0 {
			get["parameters"] = p
		}
		paths[o.path] = schema{"get": get}
	}
	info := schema{"title": "Praksiskataloget", "version": "1", "summary": "Hvad kommuner, regioner og organisationer gjorde på det sociale område under covid-19",
		"description": "Et eksempel er ikke en anbefaling. Det siger, hvem der mener, at det virkede, og for hvem det ikke gjorde. Alle tal er antal, aldrig point. Læs mere på " + catalogue.PathAPI + ".",
		"license":     schema{"name": "CC BY 4.0", "url": licence}}
	contact := schema{"name": a.Authority.Name}
	if a.Authority.Contact != "" {
		contact["email"] = a.Authority.Contact
	}
	info["contact"] = contact
	b, err := encode(schema{"openapi": "3.1.0", "info": info, "servers": []schema{{"url": a.address(catalogue.PathAPIVersion)}},
		"externalDocs": schema{"description": "Sådan bruger du API'et", "url": a.address(catalogue.PathAPI)},
		"paths":        paths, "components": schema{"schemas": schemas(), "responses": problemResponses()}})
	if err != nil {
		panic(err) // maps of texts can be written
	}
	return b
}

// parametersOf are what an operation may be asked by.
func parametersOf(o operation) (out []schema) {
	if o.within != "" {
		out = append(out, schema{"name": o.within, "in": "path", "required": true, "description": o.withinIs, "schema": schema{"type": "string", "maxLength": catalogue.MaxSlug}})
	}
	add := func(name, about string, s schema) {
		out = append(out, schema{"name": name, "in": "query", "description": about, "schema": s})
	}
	for _, name := range o.takes.names() {
		switch f := catalogue.FacetByName(name); {
		case f != nil:
			add(name, f.Label+". Kan gentages: én af værdierne er nok. Værdierne står i "+catalogue.PathAPIVersion+pathVocabularies+"/"+name+".", schema{"type": "array", "items": schema{"type": "string"}})
		case name == paramText:
			add(name, "Ord, der skal søges efter. Der læses højst "+strconv.Itoa(catalogue.MaxSearchWords)+" ord.", schema{"type": "string"})
		case name == catalogue.ParamTogether:
			add(name, "Alle de valgte målgrupper skal passe på én gang.", schema{"type": "string", "enum": []string{catalogue.FacetTargetGroup}})
		case name == paramSort:
			add(name, "Rækkefølgen. Uden den og uden q står eksemplerne, som de kom ind i kataloget, og nye står sidst.", schema{"type": "string", "enum": catalogue.Sorts.Codes()})
		case name == paramLimit:
			add(name, "Hvor mange der skal stå i svaret.", schema{"type": "integer", "minimum": 1, "maximum": maxLimit, "default": defaultLimit})
		case name == paramCursor:
			add(name, "Hvor listen går videre. Brug adressen i next, som den står.", schema{"type": "string"})
		}
	}
	return out
}

// responses are what an operation answers.
func (a *API) responses(o operation) schema {
	tag := schema{"ETag": schema{"description": "Svarets udgave. Send den i If-None-Match, og få 304, når intet er ændret.", "schema": schema{"type": "string"}}}
	out := schema{
		"200":     schema{"description": o.summary + ".", "headers": tag, "content": schema{o.as: schema{"schema": o.answers}}},
		"304":     schema{"description": "Intet er ændret."},
		"default": schema{"$ref": "#/components/responses/Problem"},
	}
	if o.slow {
		out["206"] = schema{"description": "En del af filen.", "content": schema{o.as: schema{"schema": o.answers}}}
	}
	for _, status := range o.problems {
		if status == http.StatusPermanentRedirect {
			out["308"] = schema{"description": "Eksemplet har fået en anden adresse.", "headers": schema{"Location": schema{"schema": schema{"type": "string"}}}}
			continue
		}
		out[strconv.Itoa(status)] = schema{"$ref": "#/components/responses/Problem" + strconv.Itoa(status)}
	}
	return out
}

// problemResponses are the errors.
func problemResponses() schema {
	of := func(about string) schema {
		return schema{"description": about, "content": schema{"application/problem+json": schema{"schema": schema{"$ref": "#/components/schemas/Problem"}}}}
	}
	return schema{
		"Problem":    of("En fejl (RFC 9457)."),
		"Problem400": of("Forespørgslen kan ikke forstås. »detail« siger, hvad du kan gøre."),
		"Problem404": of("Det findes ikke."),
		"Problem410": of("Eksemplet er fjernet for altid, eller listen er ændret. »type« siger hvilket."),
	}
}
