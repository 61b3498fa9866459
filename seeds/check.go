package seeds

import (
	"fmt"
	"io"
	"path"
	"strings"
	"text/tabwriter"

	"praksis/internal/catalogue"
	"praksis/internal/review"
)

// Report is what a check of the seeds found.
type Report struct {
	Faults []string
	Rows   []Row // one a source document, in the order of the files
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
// trace of a badly read document. runs, which may be nil, knows what stands in
// the sources.
func (s Seeds) Check(runs *review.Runs) Report {
	var r Report
	t := s.Taxonomy()
	for v, terms := range s.Terms {
		for _, x := range terms {
			for _, text := range append([]string{x.Label, x.Definition}, x.Synonyms...) {
				if review.Text(text) != text {
					r.Faults = append(r.Faults, fmt.Sprintf("%s/%s: %q is not as text comes in (review.Text)", v, x.Slug, text))
				}
			}
		}
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
		for _, x := range review.OwnTexts(&p) {
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
	}
	return r
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

// Write prints the table of source documents.
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
	return tw.Flush()
}

func line(w io.Writer, x Row) {
	fmt.Fprintf(w, "%s\t%d\t%d\t%d\t%d\t%d\t%d\t%.0f %%\t\n", x.File, x.Practices, x.Findings, x.Positive, x.Mixed, x.None, x.Negative, 100*x.Filled())
}
