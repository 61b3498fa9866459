package web

// API is the page that tells programmers how other programs read the catalogue.
type API struct {
	Shell
	Document string // address of the description in OpenAPI
	// Addresses are all that can be asked.
	Addresses []APIAddress
	Filters   []APIFilter
	Examples  []APIExample
	// Vocabularies can be had as SKOS.
	Vocabularies []APIFilter
	// MostItems is how many of a list an answer has at most.
	MostItems string
}

// APIAddress is an address of the API. URL is empty where a part of it is to be filled
// in.
type APIAddress struct{ Path, URL, About string }

// APIFilter is a parameter that filters; URL leads to its values.
type APIFilter struct{ Name, Label, URL string }

// APIExample is a question with the address that answers it.
type APIExample struct{ Question, URL string }
