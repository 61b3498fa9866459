package export

import "time"

// LicenceURL is the licence of the content (domain.md): Creative Commons Attribution 4.0.
const LicenceURL = "https://creativecommons.org/licenses/by/4.0/"

// DataSet is what a catalogue of data is told about this one.
type DataSet struct {
	// Base is the address of the site, without a slash at its end.
	Base      string
	Publisher string
	Contact   string // a mail address; may be empty
	Examples  int
	Changed   time.Time // of the example that was changed last; zero when there is none
	// Vocabularies are the names of those that SKOS writes, with their labels.
	Vocabularies [][2]string
	Files        []DataFile
	// API is the path of the API, and OpenAPI of its description; empty without one.
	API, OpenAPI string
}

// DataFile is one form in which all examples can be had.
type DataFile struct {
	ID, Title string
	// Has tells in Danish what is in it.
	Has       string
	Path      string // of the file
	MediaType string // as IANA lists it: "text/csv"; empty when it is not listed there
	Format    string // its name in the EU's list of file types; empty when it is not there
}

// Names of the EU's lists that the record uses.
const (
	euAuthority = "http://publications.europa.eu/resource/authority/"
	mediaTypes  = "https://www.iana.org/assignments/media-types/"
)

// DCAT describes the data set by DCAT-AP-DK 2.0 (Digitaliseringsstyrelsen) as RDF 1.1
// Turtle: a catalogue, its one data set, the files that it comes in, and the API.
func DCAT(d DataSet) []byte {
	var t turtle
	t.prefixes("dcat", "http://www.w3.org/ns/dcat#", "dct", "http://purl.org/dc/terms/", "foaf", "http://xmlns.com/foaf/0.1/",
		"skos", "http://www.w3.org/2004/02/skos/core#", "vcard", "http://www.w3.org/2006/vcard/ns#", "xsd", "http://www.w3.org/2001/XMLSchema#")
	var (
		here      = func(id string) term { return iri(d.Base + "/dcat.ttl#" + id) }
		page      = func(path string) term { return iri(d.Base + path) }
		publisher = here("udgiver")
		home      = page("/")
		about     = page("/om")
		licence   = iri(LicenceURL)
		language  = iri(euAuthority + "language/DAN")
		denmark   = iri(euAuthority + "country/DNK")
		theme     = iri(euAuthority + "data-theme/SOCI")
		irregular = iri(euAuthority + "frequency/IRREG")
		public    = iri(euAuthority + "access-right/PUBLIC")
	)
	var schemes, files, formats []term
	for _, v := range d.Vocabularies {
		schemes = append(schemes, schemeIRI(d.Base, v[0]))
	}
	for _, f := range d.Files {
		files = append(files, here(f.ID))
	}
	var contact, service term
	if d.Contact != "" {
		contact = here("kontakt")
	}
	if d.API != "" {
		service = here("api")
	}
	t.describe(here("katalog"), a("dcat:Catalog"),
		is("dct:title", danish("Praksiskataloget")),
		is("dct:description", danish("Eksempler på, hvad kommuner, regioner og organisationer gjorde på det sociale område under covid-19, og hvad de lærte af det.")),
		is("dct:publisher", publisher), is("dct:language", language), is("dct:license", licence), is("dct:spatial", denmark),
		is("dct:modified", day(d.Changed)), is("foaf:homepage", home), is("dcat:themeTaxonomy", schemes...),
		is("dcat:dataset", here("datasaet")), is("dcat:service", service))
	t.describe(here("datasaet"), a("dcat:Dataset"),
		is("dct:title", danish("Erfaringer fra det sociale område under covid-19")),
		is("dct:description", danish("Hvert eksempel fortæller, hvem der gjorde hvad for hvem, hvordan det gik, hvem der siger det, og om det blev fastholdt. Et eksempel er ikke en anbefaling.")),
		is("dct:identifier", literal(d.Base+"/dcat.ttl#datasaet")),
		is("dct:publisher", publisher), is("dct:language", language), is("dct:spatial", denmark), is("dct:accessRights", public),
		is("dct:accrualPeriodicity", irregular), is("dct:modified", day(d.Changed)), is("dct:temporal", here("tid")),
		is("dcat:theme", theme), is("dcat:keyword", danish("socialområdet"), danish("covid-19"), danish("kommuner"), danish("erfaringer")),
		is("dcat:contactPoint", contact), is("dcat:landingPage", page("/eksempler")), is("foaf:page", about), is("dcat:distribution", files...))
	for _, f := range d.Files {
		var media, format term
		if f.MediaType != "" {
			media = iri(mediaTypes + f.MediaType)
		}
		if f.Format != "" {
			format = iri(euAuthority + "file-type/" + f.Format)
			formats = append(formats, format)
		}
		t.describe(here(f.ID), a("dcat:Distribution"),
			is("dct:title", danish(f.Title)), is("dct:description", danish(f.Has)),
			is("dcat:accessURL", page("/eksempler")), is("dcat:downloadURL", page(f.Path)), is("dct:license", licence),
			is("dct:modified", day(d.Changed)), is("dcat:mediaType", media), is("dct:format", format))
		if media != "" {
			t.describe(media, a("dct:MediaType"))
		}
	}
	if service != "" {
		t.describe(service, a("dcat:DataService"), is("dct:title", danish("Praksiskatalogets API")), is("dct:license", licence),
			is("dcat:endpointURL", page(d.API)), is("dcat:endpointDescription", page(d.OpenAPI)), is("dcat:servesDataset", here("datasaet")))
	}
	t.describe(publisher, a("foaf:Agent"), is("foaf:name", danish(d.Publisher)))
	if contact != "" {
		t.describe(contact, a("vcard:Kind"), is("vcard:fn", danish(d.Publisher)), is("vcard:hasEmail", iri("mailto:"+d.Contact)))
	}
	// The measures began on 11 March 2020 (domain.md, "period"); what was kept of them is
	// told until today, so there is no end.
	t.describe(here("tid"), a("dct:PeriodOfTime"), is("dcat:startDate", `"2020-03-11"^^xsd:date`))
	for i, v := range d.Vocabularies {
		t.describe(schemes[i], a("skos:ConceptScheme"), is("dct:title", danish(v[1])))
	}
	// The lists of others are named here too: a tool that reads this file alone knows what
	// each of their entries is.
	t.describe(home, a("foaf:Document"))
	t.describe(about, a("foaf:Document"))
	t.describe(page("/eksempler"), a("foaf:Document"))
	t.describe(licence, a("dct:LicenseDocument"))
	t.describe(language, a("dct:LinguisticSystem"))
	t.describe(denmark, a("dct:Location"))
	t.describe(theme, a("skos:Concept"), is("skos:prefLabel", danish("Befolkning og samfund")))
	t.describe(irregular, a("dct:Frequency"))
	t.describe(public, a("dct:RightsStatement"))
	for _, f := range formats {
		t.describe(f, a("dct:MediaTypeOrExtent"))
	}
	return t.Bytes()
}
