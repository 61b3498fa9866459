// Package law finds references to Danish laws in texts and queries, as people
// write them, and knows what the paragraphs of the social-services area are
// about.
package law

import (
	_ "embed"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"praksis/internal/danish"
)

// Law is an act, a regulation or an order.
type Law struct {
	Slug  string
	Name  string   // as it begins a line: Serviceloven
	Names []string // what else it is called, without "loven" as "lov"
}

// Reference is one place where a text names a law or a paragraph.
type Reference struct {
	Law        string // slug; empty where a paragraph stands without a law
	Paragraph  string // "85", "83a"; empty where the law stands alone
	Subsection string // "2" of "stk. 2"; empty for none
	Start, End int    // byte offsets in the text as it was given
}

// Rule says what a paragraph is about.
type Rule struct {
	Law, Paragraph string // as in a Reference; the law is never empty
	Title          string
	// Same is what the paragraph is in everyday words of the field: a text
	// about one of them is about the paragraph. Related has merely to do with it.
	Same, Related []string
	Reason        string
}

//go:embed laws.txt
var lawsFile string

//go:embed paragraphs.txt
var paragraphsFile string

// Laws are the laws of laws.txt, in its order.
var Laws, byKey = readLaws(lawsFile)

// prefixes are the beginnings of all keys of byKey, by which a search for a
// name stops early.
var prefixes = beginnings(byKey)

// rules are those of paragraphs.txt, by law and paragraph: "serviceloven 85".
var rules = readRules(paragraphsFile)

// name is what a law is called.
type name struct {
	slug string
	weak bool // counts beside a paragraph only
}

// readLaws reads laws.txt. A key is a folded name without spaces and hyphens.
func readLaws(file string) (laws []Law, byKey map[string]name) {
	byKey = map[string]name{}
	for _, line := range contentLines(file) {
		slug, list, _ := strings.Cut(line, ":")
		law := Law{Slug: slug}
		for i, s := range strings.Split(list, "|") {
			s, weak := strings.CutSuffix(strings.TrimSpace(s), " §")
			if i == 0 {
				law.Name = s
			} else {
				law.Names = append(law.Names, s)
			}
			k := key(s)
			byKey[k] = name{slug, weak}
			if short, ok := strings.CutSuffix(k, "loven"); ok {
				byKey[short+"lov"] = name{slug, weak}
			}
		}
		laws = append(laws, law)
	}
	return laws, byKey
}

func key(s string) string { return strings.NewReplacer(" ", "", "-", "").Replace(danish.Fold(s)) }

func beginnings(keys map[string]name) map[string]bool {
	all := map[string]bool{}
	for k := range keys {
		for i := range k {
			all[k[:i+1]] = true
		}
	}
	return all
}

// contentLines are the lines of a file that say something, in order; comments
// and empty lines are left out.
func contentLines(file string) (lines []string) {
	for line := range strings.Lines(file) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
			lines = append(lines, line)
		}
	}
	return lines
}

// headPattern is the first line of a rule: a law and its paragraphs.
var headPattern = regexp.MustCompile(`^([a-z0-9-]+) (\d+[a-h]?(?:-\d+)?(?:, \d+[a-h]?(?:-\d+)?)*)$`)

// readRules reads paragraphs.txt.
func readRules(file string) map[string]Rule {
	all := map[string]Rule{}
	var heads []string
	var rule Rule
	for _, line := range contentLines(file) {
		if m := headPattern.FindStringSubmatch(line); m != nil {
			heads, rule = paragraphsOf(m[2]), Rule{Law: m[1]}
			continue
		}
		field, value, _ := strings.Cut(line, ": ")
		switch field {
		case "title":
			rule.Title = value
		case "same":
			rule.Same = strings.Split(value, ", ")
		case "related":
			rule.Related = strings.Split(value, ", ")
		case "reason": // the last line
			rule.Reason = value
			for _, rule.Paragraph = range heads {
				all[rule.Law+" "+rule.Paragraph] = rule
			}
		}
	}
	return all
}

// paragraphsOf reads "46, 76a, 124-137", where a span has no letters.
func paragraphsOf(list string) (all []string) {
	for s := range strings.SplitSeq(list, ", ") {
		from, to, span := strings.Cut(s, "-")
		if !span {
			all = append(all, s)
			continue
		}
		n, _ := strconv.Atoi(from)
		for last, _ := strconv.Atoi(to); n <= last; n++ {
			all = append(all, strconv.Itoa(n))
		}
	}
	return all
}

// Name is a law's name for display, "Serviceloven"; empty for an unknown slug.
func Name(slug string) string {
	for _, l := range Laws {
		if l.Slug == slug {
			return l.Name
		}
	}
	return ""
}

// Rule says what the reference's paragraph is about; false where nothing is
// ruled. A paragraph without a law is serviceloven's: this is the
// social-services area.
func (r Reference) Rule() (Rule, bool) {
	law := r.Law
	if law == "" {
		law = "serviceloven"
	}
	rule, ok := rules[law+" "+r.Paragraph]
	return rule, ok
}

// String is the reference as Danes write it within a sentence: "serviceloven
// § 83 a, stk. 2".
func (r Reference) String() string {
	s := Name(r.Law)
	first, n := utf8.DecodeRuneInString(s)
	if second, _ := utf8.DecodeRuneInString(s[n:]); unicode.IsLower(second) { // not STU-loven
		s = string(unicode.ToLower(first)) + s[n:]
	}
	if r.Paragraph != "" {
		number := strings.TrimRight(r.Paragraph, "abcdefgh")
		s += " § " + number
		if letter := r.Paragraph[len(number):]; letter != "" {
			s += " " + letter
		}
	}
	if r.Subsection != "" {
		s += fmt.Sprintf(", stk. %s", r.Subsection)
	}
	return strings.TrimSpace(s)
}
