package web

import "github.com/a-h/templ"

// attributes are those of a field's element that it may or may not have.
func (f Field) attributes() templ.Attributes {
	a := described(f.ID, f.Error)
	if by := f.describedBy(); by != "" {
		a["aria-describedby"] = by
	}
	if f.Type == FieldChecks || f.Type == FieldRadios {
		delete(a, "aria-invalid") // a group has no value to be invalid
		return a
	}
	if f.Auto != "" {
		a["autocomplete"] = f.Auto
	}
	if f.List != "" {
		a["list"] = f.List
	}
	if f.Must {
		a["aria-required"] = "true"
	}
	return a
}

// described ties a field to its error.
func described(id, problem string) templ.Attributes {
	a := templ.Attributes{}
	if problem != "" {
		a["aria-invalid"] = "true"
		a["aria-describedby"] = id + "-fejl"
	}
	return a
}

// optionLabel sets a child in: a select has no other way to show a tree.
func (o FieldOption) optionLabel() string {
	if o.Below {
		return "\u00a0\u00a0\u00a0" + o.Label
	}
	return o.Label
}
