package doctor

import (
	"fmt"
	"io"
	"strings"
)

// textWidth is how wide the text of a report is, in characters.
const textWidth = 110

// Print writes a report as text in columns: the grade, the check, what was seen, and of
// what is not good why it matters and what to do.
func Print(w io.Writer, r Report) error {
	widest := 0
	for _, x := range r.Results {
		widest = max(widest, len(x.Name))
	}
	var b strings.Builder
	counts := map[Grade]int{}
	for _, x := range r.Results {
		counts[x.Grade]++
		lead := fmt.Sprintf("%-8s %-*s ", x.Grade, widest, x.Name)
		wrap(&b, lead, x.Seen)
		if x.Grade != Warning && x.Grade != Fault {
			continue
		}
		indent := strings.Repeat(" ", len(lead))
		wrap(&b, indent+"why  ", x.Why)
		if x.Do != "" {
			wrap(&b, indent+"do   ", x.Do)
		}
	}
	fmt.Fprintf(&b, "\n%s: %d good", count(len(r.Results), "check"), counts[Good])
	if n := counts[Unseen]; n > 0 {
		fmt.Fprintf(&b, ", %d not looked at", n)
	}
	fmt.Fprintf(&b, ", %s, %s\n", count(counts[Warning], "warning"), count(counts[Fault], "fault"))
	_, err := io.WriteString(w, b.String())
	return err
}

// wrap writes a text behind what leads to it, in lines of the width.
func wrap(b *strings.Builder, lead, text string) {
	indent := strings.Repeat(" ", len(lead))
	line := lead
	empty := true
	for _, word := range strings.Fields(text) {
		if !empty && len([]rune(line))+1+len([]rune(word)) > textWidth {
			b.WriteString(strings.TrimRight(line, " ") + "\n")
			line, empty = indent, true
		}
		if !empty {
			line += " "
		}
		line += word
		empty = false
	}
	b.WriteString(strings.TrimRight(line, " ") + "\n")
}
