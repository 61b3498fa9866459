package desk

import (
	"net/url"
	"slices"
	"strings"

	"praksis/internal/catalogue"
	"praksis/internal/review"
	"praksis/web"
)

// partNew follows the name of a solution's field of members: addresses of further
// ones, beside the boxes of those that it has.
const partNew = "-nye"

// readItem is what a form of a noun says, as it was typed.
func readItem(n *review.NounInfo, v url.Values) review.Values {
	out := review.Values{}
	for _, f := range n.Fields {
		if f.Own {
			continue
		}
		switch f.Kind {
		case review.KindLines:
			out[f.Name] = strings.Split(v.Get(f.Name), "\n")
		case review.KindItems, review.KindMembers:
			list := slices.Clone(v[f.Name][:min(len(v[f.Name]), f.Max+1)]) // one too many is told
			for line := range strings.Lines(v.Get(f.Name + partNew)) {
				if line = review.Line(line); line != "" {
					list = append(list, practiceSlug(line))
				}
			}
			out[f.Name] = list
		default:
			out[f.Name] = []string{v.Get(f.Name)}
		}
	}
	return out
}

// practiceSlug is the slug in the address of an example, which may be typed alone.
func practiceSlug(s string) string {
	if u, err := url.Parse(s); err == nil {
		s = u.Path
	}
	return s[strings.LastIndexByte(strings.TrimSuffix(s, "/"), '/')+1:]
}

// itemFields are the fields of an item's form, with what it says.
func (d *Desk) itemFields(v review.Vocabulary, n *review.NounInfo, id review.ItemID, says review.Values, faults []review.Fault, titles map[string]string) (out []web.Field) {
	message := map[string]string{}
	for _, x := range faults {
		if message[x.Field] == "" {
			message[x.Field] = x.Message
		}
	}
	for _, f := range n.Fields {
		if f.Own || f.Fixed && id.Key != "" {
			continue
		}
		x := web.Field{Type: web.FieldText, ID: "felt-" + f.Name, Name: f.Name, Label: f.Label, Hint: f.Help, Must: f.Must, Error: message[f.Name], Value: catalogue.Visible(says.One(f.Name))}
		switch f.Kind {
		case review.KindProse:
			x.Type, x.Rows = web.FieldArea, 5
			if n.Noun == review.NounPage {
				x.Rows = 30
			}
		case review.KindLines:
			x.Type, x.Rows, x.Value = web.FieldArea, max(3, min(len(says[f.Name])+1, 12)), catalogue.Visible(strings.Join(says[f.Name], "\n"))
		case review.KindDate, review.KindSourceDate:
			if date := catalogue.Date(x.Value); date != "" && date.Danish() != "" {
				x.Value = date.Danish()
			}
		case review.KindOption:
			x.Type = web.FieldSelect
			for _, o := range f.Options {
				x.Options = append(x.Options, web.FieldOption{Value: o.Value, Label: o.Label, Chosen: o.Value == says.One(f.Name)})
			}
		case review.KindItem:
			x.Type = web.FieldSelect
			x.Options = append([]web.FieldOption{{Label: "Ingen"}}, itemOptions(v, f.Of, says[f.Name], id, f.Name == review.FieldParent && f.Of == review.NounOrganisation)...)
		case review.KindItems:
			x.Type = web.FieldChecks
			x.Options = itemOptions(v, f.Of, says[f.Name], id, false)
			for i := range x.Options {
				x.Options[i].ID = x.ID + "-" + x.Options[i].Value
			}
		case review.KindMembers:
			out = append(out, memberFields(x, says[f.Name], titles)...)
			continue
		}
		out = append(out, x)
	}
	return out
}

// memberFields are the boxes of the members that a solution has, and the field for
// more of them.
func memberFields(x web.Field, slugs []string, titles map[string]string) []web.Field {
	more := web.Field{Type: web.FieldArea, ID: x.ID + partNew, Name: x.Name + partNew, Label: "Tilføj eksempler", Hint: x.Hint, Rows: 3, Error: x.Error}
	x.Type, x.Hint, x.Value, x.Error = web.FieldChecks, "Fjern krydset ved dem, der ikke hører til.", "", ""
	for _, slug := range slugs {
		if title := titles[slug]; title != "" {
			x.Options = append(x.Options, web.FieldOption{ID: x.ID + "-" + slug, Value: slug, Label: title, Chosen: true})
		} else if slug != "" {
			more.Value += catalogue.Visible(slug) + "\n"
		}
	}
	if len(x.Options) == 0 {
		return []web.Field{more}
	}
	return []web.Field{x, more}
}

// itemOptions are the items that can be chosen, those of a tree set in below their
// parents; one cannot stand below itself. regions leaves out all but regions.
func itemOptions(v review.Vocabulary, of review.Noun, chosen []string, self review.ItemID, regions bool) (out []web.FieldOption) {
	hidden := -1 // level of what is left out with all below it
	for _, x := range treeOf(v, of.Info(), false) {
		if hidden >= 0 && x.level > hidden {
			continue
		}
		hidden = -1
		if x.id == self {
			hidden = x.level
			continue
		}
		if regions && v[x.id].One("kind") != string(catalogue.Region) {
			continue
		}
		is := slices.ContainsFunc(chosen, func(key string) bool { return v.Now(review.ItemID{Noun: of, Key: key}) == x.id })
		out = append(out, web.FieldOption{Value: x.id.Key, Label: v.Label(x.id), Chosen: is, Below: x.level > 0})
	}
	return out
}

// saysText is what an item says of a field, in words.
func saysText(v review.Vocabulary, f *review.VocabularyField, list []string, titles map[string]string) string {
	var out []string
	for _, s := range list {
		switch f.Kind {
		case review.KindOption:
			if i := slices.IndexFunc(f.Options, func(o review.VocabularyOption) bool { return o.Value == s }); i >= 0 {
				s = f.Options[i].Label
			}
		case review.KindItem, review.KindItems:
			if id := (review.ItemID{Noun: f.Of, Key: s}); v[id] != nil {
				s = v.Label(id)
			}
		case review.KindMembers:
			if titles[s] != "" {
				s = titles[s]
			}
		}
		out = append(out, catalogue.Visible(s))
	}
	if f.Kind == review.KindProse {
		return strings.Join(out, "\n")
	}
	return strings.Join(out, ", ")
}

// bothSay are the fields of which a saved item and a typed one say different things.
func bothSay(v review.Vocabulary, n *review.NounInfo, saved, typed review.Values, titles map[string]string) (out []web.DeskBoth) {
	for i := range n.Fields {
		f := &n.Fields[i]
		if !f.Own && !slices.Equal(saved[f.Name], typed[f.Name]) {
			out = append(out, web.DeskBoth{Label: f.Label, Saved: saysText(v, f, saved[f.Name], titles), Typed: saysText(v, f, typed[f.Name], titles)})
		}
	}
	return out
}
