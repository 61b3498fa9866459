package catalogue

import (
	"net/url"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// Spellings are what people call an organisation, each as it is written.
func (o Organisation) Spellings() []string {
	out := []string{o.Name}
	if o.ShortName != "" {
		out = append(out, o.ShortName)
	}
	if o.Kind == Municipality {
		short := strings.TrimSuffix(strings.TrimSuffix(o.Name, " Kommune"), " Regionskommune")
		for _, s := range []string{short, o.ShortName} {
			out = append(out, s, s+" Kommune", s+"s Kommune", "Kommunen i "+s)
			if apart := strings.ReplaceAll(s, "-", " "); apart != s {
				out = append(out, apart, apart+" Kommune")
			}
		}
	}
	return append(out, o.Written...)
}

// MaxChoices is how many organisations are offered for a name.
const MaxChoices = 3

// ReadOrganisation reads a name as people write it, in any spelling in use:
// "Herning", "herning kom.", "Kommunen i Herning", "Hernings", "Aarhus" and "Århus",
// with æ, ø and å as ae, oe and aa, in capitals, by code or by slug. found is nil
// when it is none of them; choices are then the organisations that may be meant,
// the likeliest first, at most MaxChoices: those a letter away, those that are a
// part of what was written or have it as a part, and, for an organisation that has
// not begun, those that become it. A typing slip is never found, only offered.
func (t *Taxonomy) ReadOrganisation(name string) (found *Organisation, choices []*Organisation) {
	name = strings.Join(strings.Fields(name), " ")
	if name == "" {
		return nil, nil
	}
	if o := t.orgs[name]; o != nil { // a slug or a code, which our own forms post
		return o, nil
	}
	if o := t.spelled(name); o != nil {
		if before := t.becoming(o); len(before) > 0 {
			return nil, before
		}
		return o, nil
	}
	return nil, t.alike(name)
}

// spelled is the one organisation that a spelling is of.
func (t *Taxonomy) spelled(name string) *Organisation {
	if o := t.Organisation(name); o != nil {
		return o
	}
	key, kind := nameKey(name)
	for _, k := range []string{key, strings.TrimSuffix(key, "s")} {
		var is *Organisation
		n := 0
		for _, o := range t.spellings[k] {
			if kind == "" || o.Kind == kind {
				is = o
				n++
			}
		}
		if n == 1 {
			return is
		}
	}
	return nil
}

// becoming are the organisations that an organisation takes the place of, when it
// has not begun on the taxonomy's day.
func (t *Taxonomy) becoming(o *Organisation) (out []*Organisation) {
	if t.day == "" || t.day >= string(o.ValidFrom) {
		return nil
	}
	for i := range t.Organisations {
		if t.Organisations[i].Successor == o.Slug && len(out) < MaxChoices {
			out = append(out, &t.Organisations[i])
		}
	}
	return out
}

// minAlike is how much of a name, in letters, says anything of which is meant.
const minAlike = 3

// longName is from how many letters on two of them may be wrong.
const longName = 8

func (t *Taxonomy) alike(name string) []*Organisation {
	type choice struct {
		o    *Organisation
		rank int
	}
	var list []choice
	add := func(o *Organisation, rank int) {
		if len(t.becoming(o)) > 0 {
			return
		}
		if i := slices.IndexFunc(list, func(c choice) bool { return c.o == o }); i < 0 {
			list = append(list, choice{o, rank})
		} else {
			list[i].rank = min(list[i].rank, rank)
		}
	}
	for _, part := range nameParts.Split(name, -1) { // "Aarhus Kommune, Center for …"
		if part = strings.TrimSpace(part); part != "" && part != name {
			if o := t.spelled(part); o != nil {
				add(o, 0)
			}
		}
	}
	key, kind := nameKey(name)
	if len(key) < minAlike {
		key = ""
	}
	for i := range t.Organisations {
		o := &t.Organisations[i]
		for _, s := range t.keys[o.Slug] {
			if key == "" {
				break
			}
			core := strings.TrimPrefix(s, regionWord+"-")
			d := keyDistance(key, s)
			if kind != Municipality && core != s && len(core) >= minAlike {
				d = min(d, 1+keyDistance(key, core)) // a region's name without the word
			}
			rank := d
			if kind != "" && o.Kind != kind {
				rank += 2
			}
			switch {
			case d <= 1 || d == 2 && len(key) >= longName:
				add(o, rank)
			case hasWord(s, key) || len(s) >= minAlike && hasWord(key, s):
				add(o, 3)
			case len(key) > minAlike && strings.HasPrefix(core, key):
				add(o, 4)
			}
		}
	}
	slices.SortStableFunc(list, func(a, b choice) int { return a.rank - b.rank })
	var out []*Organisation
	for _, c := range list[:min(len(list), MaxChoices)] {
		out = append(out, c.o)
	}
	return out
}

// hasWord tells whether a key has another one as whole words.
func hasWord(key, part string) bool { return strings.Contains("-"+key+"-", "-"+part+"-") }

// nameParts are what stands between an organisation and a part of it, or another.
var nameParts = regexp.MustCompile(`[,;/()–]| - | og | ved | v/`)

// The words that say what an organisation is, as keys have them.
var (
	municipalWords = []string{"kommune", "kommunes", "kommunen", "kommunens", "kom", "komm", "regionskommune", "regionskommunes"}
	regionWords    = []string{"region", "regions", "regionen", "regionens", "reg"}
)

const regionWord = "region"

// nameKey is a name in the one form in which names are compared: as a slug, without
// the word for a municipality, and with that for a region at the front. kind is what
// these words say that it is; empty for no such word.
func nameKey(name string) (key string, kind OrganisationKind) {
	words := strings.Split(Slugify(name), "-")
	var rest []string
	for i, w := range words {
		switch {
		case len(words) > 1 && slices.Contains(municipalWords, w) && (i == 0 || i == len(words)-1):
			kind = Municipality
		case len(words) > 1 && slices.Contains(regionWords, w) && (i == 0 || i == len(words)-1):
			kind = Region
		case w == "i" && i == 1 && kind != "": // kommunen i Herning
		default:
			rest = append(rest, w)
		}
	}
	if kind == Region {
		rest = append([]string{regionWord}, rest...)
	}
	return strings.Join(rest, "-"), kind
}

// indexSpellings makes what ReadOrganisation looks up.
func (t *Taxonomy) indexSpellings() {
	t.spellings, t.keys = map[string][]*Organisation{}, map[string][]string{}
	for i := range t.Organisations {
		o := &t.Organisations[i]
		for _, s := range o.Spellings() {
			key, _ := nameKey(s)
			if key == "" || slices.Contains(t.keys[o.Slug], key) {
				continue
			}
			t.keys[o.Slug] = append(t.keys[o.Slug], key)
			t.spellings[key] = append(t.spellings[key], o)
		}
	}
}

// danishLetters are æ, ø and å as keys have them, each one letter.
var danishLetters = strings.NewReplacer("ae", "æ", "oe", "ø", "aa", "å")

// keyDistance is the edit distance of two keys, with æ, ø and å as one letter or as
// two: "Kobenhavn" is one letter away from København.
func keyDistance(a, b string) int {
	return min(editDistance(a, b), editDistance(danishLetters.Replace(a), danishLetters.Replace(b)))
}

// editDistance is how many letters are too many, too few, wrong, or changed about
// with the next.
func editDistance(a, b string) int {
	if n := utf8.RuneCountInString(a) - utf8.RuneCountInString(b); n > 2 || n < -2 {
		return 3 // and more: nobody asks
	}
	x, y := []rune(a), []rune(b)
	d := make([][]int, len(x)+1)
	for i := range d {
		d[i] = make([]int, len(y)+1)
		d[i][0] = i
	}
	for j := range d[0] {
		d[0][j] = j
	}
	for i := 1; i <= len(x); i++ {
		for j := 1; j <= len(y); j++ {
			cost := 1
			if x[i-1] == y[j-1] {
				cost = 0
			}
			d[i][j] = min(d[i-1][j]+1, d[i][j-1]+1, d[i-1][j-1]+cost)
			if i > 1 && j > 1 && x[i-1] == y[j-2] && x[i-2] == y[j-1] {
				d[i][j] = min(d[i][j], d[i-2][j-2]+1)
			}
		}
	}
	return d[len(x)][len(y)]
}

// NameChoice is what somebody said that a name means which the catalogue did not
// know.
type NameChoice struct {
	// Written is the name as it was written, in one line.
	Written string `json:"written"`
	// Slug is the organisation that was chosen; empty for another one, which the
	// catalogue does not know.
	Slug string `json:"slug,omitempty"`
}

// Names of the fields in which a form asks what a name means: the choice, and with
// NameWritten behind it the name. OtherOrganisation chooses none of those offered.
const (
	NameField         = "navn-"
	NameWritten       = "-skrevet"
	OtherOrganisation = "anden"
)

// maxNameChoices is how many names a form asks about: the lead, the partners, and
// as many of before.
const maxNameChoices = 200

// ReadNameChoices reads what was answered in a posted form, in the order of the
// fields' names.
func ReadNameChoices(v url.Values) (out []NameChoice) {
	var names []string
	for name := range v {
		if strings.HasPrefix(name, NameField) && !strings.HasSuffix(name, NameWritten) && v.Get(name) != "" {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	for _, name := range names[:min(len(names), maxNameChoices)] {
		c := NameChoice{Written: strings.Join(strings.Fields(v.Get(name+NameWritten)), " "), Slug: v.Get(name)}
		if c.Slug == OtherOrganisation {
			c.Slug = ""
		}
		if c.Written != "" {
			out = append(out, c)
		}
	}
	return out
}

// applyNameChoices puts the chosen organisations where the names stand that were
// asked about.
func applyNameChoices(p *Practice, choices []NameChoice) {
	for v := range p.Values() {
		o := v.Organisation()
		if o == nil {
			continue
		}
		for _, c := range choices {
			if c.Slug != "" && strings.Join(strings.Fields(o.String()), " ") == c.Written {
				*o = OrganisationRef{Slug: c.Slug}
			}
		}
	}
}
