package review

import (
	"slices"

	"praksis/internal/catalogue"
)

// Taken is a practice with some of what a changed seed proposes: the fields and lists
// of content at paths, or all where paths is nil. Findings name sources by their
// places, so that both are taken when one is.
func Taken(now, proposed *catalogue.Practice, paths []string) catalogue.Practice {
	out := now.Clone()
	together := []string{"findings", "sources"}
	for _, f := range catalogue.Fields {
		chosen := paths == nil || slices.Contains(paths, f.Path) ||
			slices.Contains(together, f.Path) && slices.ContainsFunc(paths, func(p string) bool { return slices.Contains(together, p) })
		if content := f.Content || f.Kind == catalogue.FieldRows && f.Fields[0].Content; content && chosen {
			f.Take(&out, proposed)
		}
	}
	return out
}
