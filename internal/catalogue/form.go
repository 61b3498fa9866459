package catalogue

import (
	"net/url"
	"regexp"
	"strconv"
	"strings"
)

// ReadForm reads a posted form into a record that holds whatever was typed,
// also what is no date and no organisation, so that nothing is lost on the way
// back. Each field is named by the path of its value; the values of a plain
// list are the lines of one text, or the chosen boxes. Only what the form asks
// is read, and the keys that findings carry along.
func ReadForm(v url.Values, form Form) Practice {
	var p Practice
	for _, f := range Fields {
		if f.Asked == FormNone || f.Asked > form {
			continue
		}
		switch {
		case f.Kind != FieldRows:
			f.Of(&p).read(v[f.Path])
		case f.Plain():
			for _, s := range plainValues(f, v) {
				f.AddRow(&p)
				f.Row(&p, f.Len(&p)-1)[0].read([]string{s})
			}
		default:
			for i := range postedRows(v, f) {
				f.AddRow(&p)
				for _, x := range f.Row(&p, i) {
					if x.Asked <= form {
						x.read(v[x.Path()])
					}
				}
			}
		}
	}
	applyNameChoices(&p, ReadNameChoices(v))
	return p
}

// read sets a value from what was posted under its name.
func (v Value) read(posted []string) {
	first := ""
	if len(posted) > 0 {
		first = strings.TrimSpace(strings.ReplaceAll(posted[0], "\r\n", "\n"))
	}
	switch {
	case v.text != nil:
		*v.Text() = first
	case v.org != nil:
		*v.Organisation() = OrganisationRef{Slug: first}
	case v.voices != nil:
		var codes VoiceList
		for _, s := range posted[:min(len(posted), len(v.Options)+1)] {
			if s != "" {
				codes = append(codes, Voice(s))
			}
		}
		*v.Voices() = codes
	case v.flag != nil:
		*v.Flag() = first != ""
	case v.number != nil:
		*v.Number(), _ = strconv.Atoi(first) // a list of ours posts numbers alone
	case v.terms != nil:
		var refs []TermRef
		for _, s := range posted[:min(len(posted), v.Limit+1)] { // one more tells that there are too many
			if s != "" {
				refs = append(refs, TermRef{Slug: s})
			}
		}
		*v.Terms() = refs
	}
}

// plainValues are the values of a plain list: the lines of a text, or boxes.
func plainValues(f *Field, v url.Values) (out []string) {
	values := v[f.Path]
	if f.Fields[0].Options == nil {
		values = strings.Split(v.Get(f.Path), "\n")
	}
	for _, s := range values {
		if s = strings.TrimSpace(s); s != "" && len(out) <= f.Limit {
			out = append(out, s)
		}
	}
	return out
}

var rowName = regexp.MustCompile(`^([a-z_]+)\[([0-9]{1,3})\]\.`)

// postedRows is how many rows of a list were posted.
func postedRows(v url.Values, list *Field) (n int) {
	for name := range v {
		if m := rowName.FindStringSubmatch(name); m != nil && m[1] == list.Path {
			i, _ := strconv.Atoi(m[2]) // three digits
			n = max(n, min(i, list.Limit))
		}
	}
	return n
}
