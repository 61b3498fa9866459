package api

import (
	"cmp"
	"strings"

	"praksis/internal/catalogue"
)

// Parts that schemas share.
var (
	aText    = schema{"type": "string"}
	aCount   = schema{"type": "integer", "minimum": 0}
	anURL    = schema{"type": "string", "format": "uri-reference"}
	aVersion = schema{"type": "integer", "minimum": 1, "description": "Katalogets udgave. Den tæller op, hver gang noget ændres."}
)

// about is a schema with a description in Danish.
func about(s schema, what string) schema {
	out := schema{"description": what}
	for k, v := range s {
		out[k] = v
	}
	return out
}

func refTo(name string) schema { return schema{"$ref": "#/components/schemas/" + name} }

func array(items schema) schema { return schema{"type": "array", "items": items} }

// object is one whose names are all told; those in optional, separated by blanks, may
// be left out.
func object(properties schema, optional string) schema {
	required := []string{}
	for name := range properties {
		if !contains(optional, name) {
			required = append(required, name)
		}
	}
	return closed(properties, required)
}

func contains(words, word string) bool {
	for w := range strings.FieldsSeq(words) {
		if w == word {
			return true
		}
	}
	return false
}

// listOf is one part of a list.
func listOf(items schema) schema {
	return object(schema{
		"version": aVersion, "items": array(items),
		"total":   about(aCount, "Hvor mange der er i hele listen. Udeladt, hvor det ikke er talt."),
		"next":    about(anURL, "Adressen på det næste stykke af listen. Udeladt i det sidste."),
		"cursor":  about(aText, "Det, der står i next som cursor."),
		"unknown": about(array(aText), "Filtre med en værdi, som kataloget ikke kender. De finder ingenting."),
	}, "total next cursor unknown")
}

// schemas are the components of the document.
func schemas() schema {
	record := recordSchema()
	properties := record["properties"].(schema)
	finding := properties["findings"].(schema)["items"].(schema)["properties"].(schema)
	source := properties["sources"].(schema)["items"].(schema)
	properties["sources"].(schema)["items"] = refTo("Source")
	verdict := object(schema{"voice": codeSchema(catalogue.Voices.Codes(), true), "effect": codeSchema(catalogue.Effects.Codes(), false), "findings": aCount}, "")

	properties["url"] = about(anURL, "Eksemplets side. Udeladt i filen med det hele.")
	properties["format"] = about(schema{"type": "integer", "const": catalogue.Format}, "Nummeret på den form, som et eksempel har her.")
	properties["verdicts"] = about(array(verdict), "Hvad hver stemme siger samlet. Der er ingen effekt på tværs af stemmer.")
	record["required"] = append(record["required"].([]string), "format", "verdicts")

	tallied := schema{}
	for k, v := range finding {
		tallied[k] = v
	}
	tallied["practice"], tallied["document"] = refTo("PracticeReference"), refTo("Source")
	effects := array(refTo("EffectTally"))
	term := func(more schema, optional string) schema {
		p := schema{"slug": aText, "label": aText}
		for k, v := range more {
			p[k] = v
		}
		return object(p, optional)
	}
	code := object(schema{"system": aText, "code": aText, "match": schema{"type": "string", "enum": []string{"exact", "broader"}}}, "")
	reference := func(more schema, optional string) schema {
		p := schema{"slug": aText, "code": about(aText, "Kommunens eller regionens officielle kode."), "name": aText, "short_name": aText, "kind": codeSchema(catalogue.OrganisationKinds.Codes(), false)}
		for k, v := range more {
			p[k] = v
		}
		return object(p, "code short_name "+optional)
	}
	side := object(schema{"effect": codeSchema(catalogue.Effects.Codes(), false), "voices": voices(), "actors": array(refTo("OrganisationReference")), "count": aCount, "findings": array(refTo("Finding"))}, "")
	return schema{
		"Practice":              record,
		"Source":                source,
		"Finding":               closed(tallied, []string{"practice", "target_groups", "effect", "text"}),
		"PracticeReference":     object(schema{"url": anURL, "slug": aText, "title": aText, "organisation": refTo("OrganisationReference")}, ""),
		"Term":                  term(nil, ""),
		"OrganisationReference": reference(nil, ""),
		"Organisation": reference(schema{"url": anURL, "practices": about(aCount, "Eksempler, som den står bag eller er med i."), "spellings": array(aText), "parent": about(aText, "Regionen, som den er i dag."),
			"valid_from": dateSchema(), "valid_to": dateSchema(), "successor": aText}, "spellings parent valid_from valid_to successor"),
		"Solution": term(schema{"url": anURL, "definition": aText, "synonyms": array(aText), "contact_forms": array(aText), "practices": aCount, "actors": aCount,
			"retained_by": about(aCount, "Aktører, der har fastholdt det."), "effects": effects, "too_few": tooFewSchema()}, "definition synonyms contact_forms"),
		"VocabularyReference": object(schema{"url": anURL, "name": aText, "label": aText, "values": aCount}, ""),
		"Vocabulary":          object(schema{"version": aVersion, "name": aText, "label": aText, "items": array(refTo("Value")), "merged": array(object(schema{"slug": aText, "successor": aText}, ""))}, ""),
		"Value": term(schema{"parent": about(aText, "Den værdi, som den hører under."), "code": about(aText, "Som den står i et eksempel, når det ikke er som i adressen."), "definition": aText, "synonyms": array(aText),
			"contact_forms": array(aText), "codes": array(code), "practices": aCount}, "parent code definition synonyms contact_forms codes"),
		"EffectTally": object(schema{"effect": codeSchema(catalogue.Effects.Codes(), false), "label": aText, "findings": aCount, "voices": voices()}, ""),
		"Overview": object(schema{
			"version": aVersion, "url": about(anURL, "Finderen med de samme filtre."), "sentence": aText, "practices": aCount, "findings": aCount, "too_few": tooFewSchema(), "effects": effects,
			"voices":        array(object(schema{"voice": codeSchema(catalogue.Voices.Codes(), true), "label": aText, "effects": array(object(schema{"effect": codeSchema(catalogue.Effects.Codes(), false), "findings": aCount}, ""))}, "")),
			"target_groups": array(term(schema{"effects": effects}, "")),
			"retention":     array(object(schema{"status": codeSchema(catalogue.Retentions.Codes(), true), "label": aText, "practices": aCount}, "")),
			"actors":        array(reference(schema{"practices": aCount}, "")), "retained_by": array(refTo("OrganisationReference")),
			"preconditions": array(term(schema{"practices": aCount}, "")), "solutions": array(term(schema{"practices": aCount}, "")), "contrasts": aCount, "unknown": array(aText)}, "unknown"),
		"Contrast": object(schema{"solution": refTo("Term"), "target_groups": array(refTo("Term")), "for": side, "against": side}, ""),
		"Problem": object(schema{"type": anURL, "title": aText, "status": schema{"type": "integer", "minimum": 400, "maximum": 599}, "detail": aText,
			"id": about(aText, "Fejlens nummer hos os.")}, "type detail id"),
	}
}

func tooFewSchema() schema {
	return schema{"type": "boolean", "description": "Der er under tre erfaringer eller under to aktører: for få til at sige noget."}
}

// closed is an object of which all names are told. A later build may have more, so that
// the document forbids none; the tests do.
func closed(properties schema, required []string) schema {
	out := schema{"type": "object", "properties": properties}
	if len(required) > 0 {
		out["required"] = required
	}
	return out
}

// recordSchema is the record of a practice, of catalogue.Fields.
func recordSchema() schema {
	properties, required := schema{}, []string{}
	for _, f := range catalogue.Fields {
		to := properties
		name := f.Path
		if group, rest, nested := strings.Cut(f.Path, "."); nested {
			if properties[group] == nil {
				properties[group] = closed(schema{}, nil)
			}
			to, name = properties[group].(schema)["properties"].(schema), rest
		}
		to[name] = fieldSchema(f)
		if f.Missing != "" {
			required = append(required, name)
		}
	}
	return closed(properties, required)
}

// fieldSchema is what a field holds, with its label.
func fieldSchema(f *catalogue.Field) schema {
	s := kindSchema(f)
	if ref := s["$ref"]; ref == nil {
		s = about(s, cmp.Or(f.PageLabel, f.Label))
	}
	return s
}

func kindSchema(f *catalogue.Field) schema {
	switch f.Kind {
	case catalogue.FieldRows:
		if f.Plain() {
			return schema{"type": "array", "maxItems": f.Limit, "items": fieldSchema(f.Fields[0])}
		}
		properties, required := schema{}, []string{}
		for _, x := range f.Fields {
			name := strings.TrimPrefix(x.Path, f.Path+"[].")
			properties[name] = fieldSchema(x)
			if x.Missing != "" {
				required = append(required, name)
			}
		}
		return schema{"type": "array", "maxItems": f.Limit, "items": closed(properties, required)}
	case catalogue.FieldTerms:
		return schema{"type": "array", "maxItems": f.Limit, "items": refTo("Term")}
	case catalogue.FieldOrganisation:
		return refTo("OrganisationReference")
	case catalogue.FieldVoices:
		return array(codeSchema(f.Options.Codes(), false))
	case catalogue.FieldFlag:
		return schema{"type": "boolean"}
	case catalogue.FieldNumber:
		return schema{"type": "integer", "minimum": 0}
	case catalogue.FieldInstant:
		return schema{"type": "string", "format": "date-time"}
	case catalogue.FieldDate:
		return dateSchema()
	case catalogue.FieldURL:
		return schema{"type": "string", "format": "uri", "maxLength": f.Limit}
	}
	if f.Options != nil {
		// Of what the crisis did to people a lesson tells without an effect.
		return codeSchema(f.Options.Codes(), f.Path == "findings[].effect")
	}
	s := schema{"type": "string"}
	if f.Limit > 0 {
		s["maxLength"] = f.Limit
	}
	if f.Kind == catalogue.FieldProse {
		s["contentMediaType"] = "text/markdown"
	}
	return s
}

func voices() schema { return array(codeSchema(catalogue.Voices.Codes(), true)) }

// codeSchema is one of some codes; open tells that none may be stated.
func codeSchema(codes []string, open bool) schema {
	if open {
		codes = append(codes, "")
	}
	return schema{"type": "string", "enum": codes}
}

// dateSchema is a catalogue.Date: as exact as its source.
func dateSchema() schema {
	return schema{"type": "string", "pattern": `^\d{4}(-\d{2}(-\d{2})?|-(spring|summer|autumn|winter))?$`}
}
