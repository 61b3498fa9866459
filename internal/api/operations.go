package api

import (
	"net/http"

	"praksis/internal/catalogue"
	"praksis/internal/httpx"
)

// operation is one address of the API and what is told of it. There are no others: the
// routes, the document of OpenAPI and the readable page are made of these.
type operation struct {
	path    string // below catalogue.PathAPIVersion
	id      string // in the document
	summary string // Danish
	takes   parameters
	// within is the parameter in the path; empty where there is none.
	within, withinIs string
	// answers are the schema and the type of what is answered.
	answers schema
	as      string
	// problems are the errors that the address may answer with beside those of all.
	problems []int
	slow     bool
	serve    httpx.Handler
}

// operations are all there is.
func (a *API) operations() []operation {
	const json = "application/json"
	ref := func(name string) schema { return schema{"$ref": "#/components/schemas/" + name} }
	return []operation{
		{path: pathPractices, id: "practices", summary: "Eksempler, som finderens filtre vælger dem, med alt, hvad kataloget ved om hvert", takes: takesFilters | takesTogether | takesText | takesSort | takesPages,
			answers: listOf(ref("Practice")), as: json, problems: []int{http.StatusBadRequest, http.StatusGone}, serve: a.practices},
		{path: pathPractices + "/{slug}", id: "practice", summary: "Ét eksempel", within: "slug", withinIs: "Eksemplets adresse i kataloget.",
			answers: ref("Practice"), as: json, problems: []int{http.StatusPermanentRedirect, http.StatusBadRequest, http.StatusNotFound, http.StatusGone}, serve: a.practiceBySlug},
		{path: pathFindings, id: "findings", summary: "Erfaringer: hvad et eksempel gjorde for nogen, og hvem der siger det", takes: takesFilters | takesTogether | takesText | takesPages,
			answers: listOf(ref("Finding")), as: json, problems: []int{http.StatusBadRequest}, serve: a.findings},
		{path: pathSolutions, id: "solutions", summary: "Løsninger: den samme idé hos flere",
			answers: listOf(ref("Solution")), as: json, problems: []int{http.StatusBadRequest}, serve: a.solutions},
		{path: pathVocabularies, id: "vocabularies", summary: "Ordlister: det, man kan filtrere på",
			answers: listOf(ref("VocabularyReference")), as: json, problems: []int{http.StatusBadRequest}, serve: a.vocabularies},
		{path: pathVocabularies + "/{name}", id: "vocabulary", summary: "Én ordliste med alle værdier", within: "name", withinIs: "Filterets navn, fx " + catalogue.FacetTargetGroup + ".",
			answers: ref("Vocabulary"), as: json, problems: []int{http.StatusBadRequest, http.StatusNotFound}, serve: a.vocabulary},
		{path: pathOrganisations, id: "organisations", summary: "Kommuner, regioner og andre, der kan stå bag et eksempel",
			answers: listOf(ref("Organisation")), as: json, problems: []int{http.StatusBadRequest}, serve: a.organisations},
		{path: pathOverview, id: "overview", summary: "Overblik: hvor mange erfaringer der er med hver effekt, fra hvem og for hvem", takes: takesFilters,
			answers: ref("Overview"), as: json, problems: []int{http.StatusBadRequest}, serve: a.overview},
		{path: pathContrasts, id: "contrasts", summary: "Kontraster: løsninger, hvor nogen siger godt og andre dårligt om den samme gruppe", takes: takesFilters,
			answers: listOf(ref("Contrast")), as: json, problems: []int{http.StatusBadRequest}, serve: a.contrasts},
		{path: pathBulk, id: "bulk", summary: "Hele kataloget i én fil, ét eksempel på hver linje (JSON Lines)",
			answers: schema{"type": "string"}, as: "application/jsonl", problems: []int{http.StatusBadRequest}, slow: true, serve: a.bulkLines},
		{path: pathBulk + ".gz", id: "bulkCompressed", summary: "Den samme fil, pakket med gzip", slow: true,
			answers: schema{"type": "string", "contentMediaType": typeGzip}, as: typeGzip, problems: []int{http.StatusBadRequest}, serve: a.bulkCompressed},
		{path: pathOpenAPI, id: "openapi", summary: "Denne beskrivelse (OpenAPI 3.1)",
			answers: schema{"type": "object"}, as: json, problems: []int{http.StatusBadRequest}, serve: a.serveDocument},
	}
}
