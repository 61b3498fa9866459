package seeds

import (
	"cmp"
	"fmt"
	"io"
	"path"
	"regexp"
	"slices"
	"strings"
	"text/tabwriter"
	"unicode"

	"praksis/internal/catalogue"
	"praksis/internal/review"
)

// Report is what a check of the seeds found.
type Report struct {
	Faults    []string
	Rows      []Row         // one a source document, in the order of the files
	Solutions []SolutionRow // in the order of the file
	// Filled is how many practices have each field that a source can fill.
	Filled    []FieldRow
	Practices int
}

// FieldRow is a field and how many practices fill it.
type FieldRow struct {
	Path   string
	Filled int
}

// SolutionRow is what is found of one solution: counts by voice and effect, in the
// orders of catalogue.Voices (the voice that is not stated last) and
// catalogue.Effects.
type SolutionRow struct {
	Slug    string
	Members int
	Counts  map[catalogue.Voice]*[4]int
}

// Row sums one source document up.
type Row struct {
	File                            string
	Practices, Findings             int
	Positive, Mixed, None, Negative int
	filled                          float64
}

// Filled is the share, from 0 to 1, of the fields that are filled.
func (r Row) Filled() float64 { return r.filled / float64(max(1, r.Practices)) }

// Check holds seeds to the rules of a submission and to those for content: each
// practice says where in its source it stands, names no person, and has no
// trace of a badly read document; it follows codingFaults, and its findings
// follow findingFaults too; it has a period, and says whether it can be used
// today. runs, which may be nil, knows what stands in the sources.
func (s Seeds) Check(runs *review.Runs) Report {
	var r Report
	t := s.Taxonomy()
	canonical := func(what string, texts ...string) {
		for _, text := range texts {
			if review.Text(text) != text {
				r.Faults = append(r.Faults, fmt.Sprintf("%s: %q is not as text comes in (review.Text)", what, text))
			}
		}
	}
	for v, terms := range s.Terms {
		for _, x := range terms {
			canonical(string(v)+"/"+x.Slug, append([]string{x.Label, x.Definition}, x.Synonyms...)...)
		}
	}
	for _, o := range s.Organisations {
		canonical("organisation/"+o.Slug, o.Name, o.ShortName)
	}
	for _, rule := range s.Synonyms {
		canonical("synonyms", slices.Concat(rule.Same, rule.Search, rule.Means, rule.Finds)...)
	}
	slugs, keys := map[string]bool{}, map[string]bool{}
	for i := range s.Practices {
		p := s.Practices[i]
		fault := func(format string, args ...any) {
			r.Faults = append(r.Faults, p.Key+": "+fmt.Sprintf(format, args...))
		}
		for _, f := range review.Check(&p, t) {
			fault("%s", f)
		}
		if slugs[p.Slug] || keys[p.Key] {
			fault("its slug or key is used twice")
		}
		slugs[p.Slug], keys[p.Key] = true, true
		if p.Summary == "" || p.Answers.Done == "" && p.Kind != catalogue.KindLesson {
			fault("it has no summary, or does not say what was done")
		}
		if len(p.Sources) == 0 {
			fault("it has no source")
		}
		for _, x := range p.Sources {
			if x.Place == "" {
				fault("the source %q has no place", x.Document)
			}
		}
		if p.Use == "" || len(p.Periods) == 0 {
			fault("it has no period, or does not say whether it can be used today")
		}
		for _, text := range codingFaults("", p.TargetGroups, p.ContactForms) {
			fault("%s", text)
		}
		for i := range p.Findings {
			f := &p.Findings[i]
			for _, text := range codingFaults("finding "+f.Key+": ", f.TargetGroups, f.ContactForms) {
				fault("%s", text)
			}
			for _, text := range findingFaults(&p, f) {
				fault("finding %s: %s", f.Key, text)
			}
		}
		for _, x := range review.OwnTexts(&p) {
			for _, w := range doubled(x.Text) {
				fault("%s has %q: two equal halves", x.Path, w)
			}
			if names := review.FindNames(x.Text); len(names) > 0 {
				fault("%s names a person: %s", x.Path, strings.Join(names, ", "))
			}
			if review.Corrupt(x.Text) {
				fault("%s has letters or hyphens of a badly read document", x.Path)
			}
			if runs == nil {
				continue
			}
			for _, run := range runs.Find(x.Text) {
				fault("%s has words of a source: %q", x.Path, run)
			}
		}
		r.add(&p)
		r.count(&p, t)
	}
	return r
}

// need begins a sentence about what somebody lacks, which is no effect of what was
// done.
var need = regexp.MustCompile(`(?i)^(\S+ ){0,4}(har|havde|er|var) (brug|behov) for`)

// findingFaults are what domain.md ("findings") asks of a finding beyond what any
// record must have.
func findingFaults(p *catalogue.Practice, f *catalogue.Finding) (faults []string) {
	if len(p.Solutions) > 1 && len(f.ContactForms) == 0 && len(f.Solutions) == 0 {
		faults = append(faults, "its practice has several solutions; say which it is about")
	}
	if slices.Contains(f.Voices, catalogue.VoiceCitizen) && !f.Quoted && (len(p.Sources) == 0 || p.Sources[max(f.Source, 1)-1].Asked != catalogue.AskedYes) {
		faults = append(faults, "citizens neither asked nor quoted; the voice is another's")
	}
	if f.Effect != "" && need.MatchString(f.Text) {
		faults = append(faults, "a need is no effect")
	}
	for _, s := range f.Solutions {
		if !slices.ContainsFunc(p.Solutions, func(x catalogue.TermRef) bool { return x.Slug == s.Slug }) {
			faults = append(faults, "about "+s.Slug+", which its practice has not")
		}
	}
	return faults
}

// codingFaults are what domain.md ("How a source is coded") says of the target
// groups and contact forms of a practice or a finding, whose name begins each.
func codingFaults(name string, groups, forms []catalogue.TermRef) (faults []string) {
	has := func(refs []catalogue.TermRef, slug string) bool {
		return slices.ContainsFunc(refs, func(x catalogue.TermRef) bool { return x.Slug == slug })
	}
	for _, heading := range []string{"medarbejdere-og-ledere", "borgere-i-tilbud"} {
		if has(groups, heading) {
			faults = append(faults, name+heading+" is a heading; code its children")
		}
	}
	if has(forms, "hotline") && !has(forms, "telefon") {
		faults = append(faults, name+"a hotline is telefon too")
	}
	return faults
}

// doubled are the words of a text whose two halves are equal: the Danish
// dictionary takes them for compounds, and they are misspelt.
func doubled(text string) (out []string) {
	for _, w := range strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return !unicode.IsLetter(r) }) {
		if r := []rune(w); len(r) >= 6 && len(r)%2 == 0 && slices.Equal(r[:len(r)/2], r[len(r)/2:]) && w != "mormor" && w != "farfar" {
			out = append(out, w)
		}
	}
	return out
}

// count adds a practice to the tables of solutions and of fields.
func (r *Report) count(p *catalogue.Practice, t *catalogue.Taxonomy) {
	r.Practices++
	if r.Filled == nil {
		for _, f := range catalogue.Fields {
			if f.Content || f.Counted {
				r.Filled = append(r.Filled, FieldRow{Path: f.Path})
			}
		}
		for _, x := range t.Terms[catalogue.SolutionList] {
			r.Solutions = append(r.Solutions, SolutionRow{Slug: x.Slug, Counts: map[catalogue.Voice]*[4]int{}})
		}
	}
	for i := range r.Filled {
		f := catalogue.FieldAt(r.Filled[i].Path)
		if f.Kind == catalogue.FieldRows && f.Len(p) > 0 || f.Kind != catalogue.FieldRows && !f.Of(p).Empty() {
			r.Filled[i].Filled++
		}
	}
	for i := range r.Solutions {
		x := &r.Solutions[i]
		if !slices.ContainsFunc(p.Solutions, func(s catalogue.TermRef) bool { return s.Slug == x.Slug }) {
			continue
		}
		x.Members++
		for j := range p.Findings {
			f := &p.Findings[j]
			effect := slices.IndexFunc(catalogue.Effects, func(e catalogue.Option[catalogue.Effect]) bool { return e.Code == f.Effect })
			if effect < 0 || !t.IsAboutSolution(x.Slug, catalogue.Slugs(f.Solutions), catalogue.Slugs(f.ContactForms)) {
				continue
			}
			for _, v := range f.Speakers() {
				if x.Counts[v] == nil {
					x.Counts[v] = new([4]int)
				}
				x.Counts[v][effect]++
			}
		}
	}
}

func (r *Report) add(p *catalogue.Practice) {
	file := path.Dir(p.Key)
	if n := len(r.Rows); n == 0 || r.Rows[n-1].File != file {
		r.Rows = append(r.Rows, Row{File: file})
	}
	row := &r.Rows[len(r.Rows)-1]
	row.Practices++
	row.Findings += len(p.Findings)
	row.filled += review.Filled(p)
	for _, f := range p.Findings {
		switch f.Effect {
		case catalogue.EffectPositive:
			row.Positive++
		case catalogue.EffectMixed:
			row.Mixed++
		case catalogue.EffectNone:
			row.None++
		case catalogue.EffectNegative:
			row.Negative++
		}
	}
}

// Write prints the tables of source documents, of solutions (good, mixed, none and
// bad findings by voice) and of fields.
func (r Report) Write(w io.Writer) error {
	tw := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(tw, "source\tpractices\tfindings\tgood\tmixed\tnone\tbad\tfilled\t")
	all := Row{File: "all"}
	for _, x := range r.Rows {
		line(tw, x)
		all.Practices, all.Findings, all.filled = all.Practices+x.Practices, all.Findings+x.Findings, all.filled+x.filled
		all.Positive, all.Mixed, all.None, all.Negative = all.Positive+x.Positive, all.Mixed+x.Mixed, all.None+x.None, all.Negative+x.Negative
	}
	line(tw, all)
	if err := tw.Flush(); err != nil {
		return err
	}
	fmt.Fprintln(w, "\nsolution: practices; findings by voice: good/mixed/none/bad")
	for _, x := range r.Solutions {
		fmt.Fprintf(w, "%s: %d;", x.Slug, x.Members)
		for _, v := range append(catalogue.Voices.Codes(), "") {
			if c := x.Counts[catalogue.Voice(v)]; c != nil {
				fmt.Fprintf(w, " %s %d/%d/%d/%d", cmp.Or(v, "not-stated"), c[0], c[1], c[2], c[3])
			}
		}
		fmt.Fprintln(w)
	}
	fmt.Fprintln(w, "\nfield: practices that fill it")
	for _, x := range r.Filled {
		fmt.Fprintf(w, "%s: %.0f %%\n", x.Path, 100*float64(x.Filled)/float64(max(1, r.Practices)))
	}
	return nil
}

func line(w io.Writer, x Row) {
	fmt.Fprintf(w, "%s\t%d\t%d\t%d\t%d\t%d\t%d\t%.0f %%\t\n", x.File, x.Practices, x.Findings, x.Positive, x.Mixed, x.None, x.Negative, 100*x.Filled())
}
