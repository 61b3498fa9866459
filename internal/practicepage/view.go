// Package practicepage shows a practice: its page and its card in a list. The public
// page and the desk's preview are made by it.
package practicepage

import (
	"net/url"
	"slices"
	"strings"

	"praksis/internal/catalogue"
	"praksis/internal/mailaddr"
	"praksis/internal/markdown"
	"praksis/internal/review"
	"praksis/web"
)

// View is a practice's page without its shell.
func View(p *catalogue.Practice) web.Practice {
	v := web.Practice{
		P: p, Tip: p.Completeness() == catalogue.Tip, Silent: silent(p), Verdicts: Badges(catalogue.Verdicts(p.Findings)), Note: historicalNote(p),
		Done: markdown.HTML(p.Answers.Done), Worked: markdown.HTML(p.Answers.Worked), ForWhom: markdown.HTMLBelow(3, p.Answers.ForWhom),
		Spread: markdown.HTML(p.Answers.Spread), Kept: markdown.HTML(p.Answers.Retention), Other: markdown.HTML(p.Answers.Other),
		Quality: markdown.HTMLBelow(3, p.Answers.Quality), NextTime: markdown.HTMLBelow(3, p.Answers.NextTime), Advice: advice(p.Advice), Elements: promisingElements(p), Resources: markdown.HTML(p.Resources), Legal: p.LegalBasis,
		Transfer: transferLinks(p.TransferTo),
	}
	if p.Kind != catalogue.KindExample {
		v.Kind = catalogue.Kinds.Label(p.Kind)
	}
	if p.Checked != nil {
		v.Checked = "Tjekket af " + p.Organisation.Name + " den " + catalogue.DanishDate(p.Checked.In(catalogue.Copenhagen)) + "."
	}
	if p.Reviewed != nil {
		v.Reviewed = catalogue.DanishDate(p.Reviewed.In(catalogue.Copenhagen))
	}
	if p.State == catalogue.StateWithdrawn {
		v.Withdrawn = p.StateReason
	}
	for _, o := range p.Organisations() {
		v.Who = append(v.Who, web.Link{Label: o.Name, URL: catalogue.ActorPath(o.Kind, o.Slug)})
	}
	lines := func(paths ...string) (out []web.TermLine) {
		for _, path := range paths {
			x := catalogue.FieldAt(path).Of(p)
			if refs := *x.Terms(); len(refs) > 0 {
				out = append(out, web.TermLine{Label: x.Label, Terms: termLinks(string(x.Vocabulary), refs)}) // a facet is named as its vocabulary
			}
		}
		return out
	}
	v.Reach, v.Terms = lines("target_groups", "contact_forms"), lines("themes", "solutions", "perspectives")
	v.Facts = facts(p)
	if p.Revision > 1 && p.Updated != nil {
		v.Changed, v.Changes = catalogue.DanishDate(p.Updated.In(catalogue.Copenhagen)), web.Link{Label: "Se ændringerne", URL: catalogue.ChangesPath(p.Slug, 0)}
	}
	v.Findings = FindingsBy(p.Findings, func(i int) web.Finding {
		line := FindingLine(p.Findings[i])
		if len(p.Sources) > 1 {
			line.Source = max(p.Findings[i].Source, 1)
		}
		return line
	})
	for _, r := range p.Preconditions {
		v.Needs = append(v.Needs, r.Label)
	}
	for _, r := range p.Retention {
		v.Retention = append(v.Retention, RetentionLine(r))
	}
	for _, x := range p.Sources {
		v.AboutSource = v.AboutSource || x.About != ""
		line := SourceLine(x)
		line.Dead = dead(p.DeadSince(x.URL))
		v.Sources = append(v.Sources, line)
	}
	for _, l := range p.Links {
		if l.URL != "" { // of a preview
			v.Links = append(v.Links, web.PracticeLink{Link: web.Link{Label: l.Label, URL: l.URL}, Dead: dead(p.DeadSince(l.URL))})
		}
	}
	return v
}

// dead says beside a link that it does not work any more, since a day; nothing for
// none.
func dead(since catalogue.Date) string {
	if since == "" {
		return ""
	}
	return "Virker ikke længere (" + since.Danish() + ")"
}

// FindingsBy puts findings under their effects, in the order of Effects, and
// those about the same target groups together; those without an effect stand last.
func FindingsBy(list []catalogue.Finding, finding func(i int) web.Finding) []web.FindingsBy {
	var out []web.FindingsBy
	for _, e := range append(catalogue.Effects.Codes(), "") {
		var by web.FindingsBy
		for i, f := range list {
			if string(f.Effect) != e {
				continue
			}
			who := "For " + catalogue.GroupsInWords(f.TargetGroups)
			at := slices.IndexFunc(by.Groups, func(g web.FindingsAbout) bool { return g.ForWhom == who })
			if at < 0 {
				at = len(by.Groups)
				by.Groups = append(by.Groups, web.FindingsAbout{ForWhom: who})
			}
			by.Groups[at].Findings = append(by.Groups[at].Findings, finding(i))
		}
		if by.Groups == nil {
			continue
		}
		if e != "" {
			by.Effect = web.EffectBadge{Class: "effect--" + e, Text: catalogue.Effects.Label(catalogue.Effect(e))}
		}
		out = append(out, by)
	}
	return out
}

// FindingLine is a finding in a line of its own.
func FindingLine(f catalogue.Finding) web.Finding {
	return web.Finding{How: catalogue.LabelsInWords(f.ContactForms), Voice: VoiceLine(f.Voices), Text: f.Text, Condition: Condition(f.Condition)}
}

// Condition is what a finding holds for, before its text: "Gælder: når man kender
// hinanden."
func Condition(s string) string {
	if s == "" {
		return ""
	}
	return catalogue.FieldAt("findings[].condition").Label + ": " + strings.TrimSuffix(catalogue.LowerFirst(s), ".") + "."
}

// silent says in one line what the source says nothing of.
func silent(p *catalogue.Practice) string {
	var of []string
	add := func(what string, empty bool) {
		if empty {
			of = append(of, what)
		}
	}
	a := p.Answers
	add("hvad der blev gjort", a.Done == "" && p.Kind == catalogue.KindExample)
	add("om det virkede", len(p.Findings) == 0 && a.Worked == "" && a.ForWhom == "")
	add("hvad det kræver", len(p.Preconditions) == 0 && p.Resources == "" && len(p.LegalBasis) == 0)
	add("om det blev fastholdt", len(p.Retention) == 0 && a.Retention == "")
	add("om det kan bruges til andre", len(p.TransferTo) == 0 && a.Spread == "")
	add("forbehold", a.Other == "" && a.Quality == "")
	if len(of) == 0 {
		return ""
	}
	return "Kilden siger ikke noget om: " + catalogue.Join(of, "eller") + "."
}

// RetentionLine is one statement of whether a practice was kept. Where a note says it
// in words of its own, that none of the list's was chosen is not said before it.
func RetentionLine(r catalogue.Retention) web.RetentionLine {
	line := web.RetentionLine{When: r.AsOf.Danish(), By: r.DecidedBy, Note: r.Note}
	if r.Status != "" || r.Note == "" {
		line.Status = catalogue.Retentions.Label(r.Status)
	}
	return line
}

func VoiceLine(list catalogue.VoiceList) string {
	if len(list) == 0 {
		return "Ikke oplyst, hvem der siger det"
	}
	return "Siger " + Voices(list)
}

func termLinks(facet string, refs []catalogue.TermRef) []web.Link {
	out := make([]web.Link, len(refs))
	for i, r := range refs {
		out[i] = web.Link{Label: r.Label, URL: catalogue.LandingPath(facet, r.Slug)}
	}
	return out
}

// advice is by situation, in the order of the source.
func advice(list []catalogue.Advice) (out []web.AdviceGroup) {
	for _, a := range list {
		at := slices.IndexFunc(out, func(g web.AdviceGroup) bool { return g.Situation == a.Situation })
		if at < 0 {
			at = len(out)
			out = append(out, web.AdviceGroup{Situation: a.Situation})
		}
		out[at].Lines = append(out[at].Lines, a.Text)
	}
	return out
}

// transferLinks are the target groups that a source supposes; all of them are
// no group to lead to.
func transferLinks(refs []catalogue.TermRef) []web.Link {
	links := termLinks(catalogue.FacetTargetGroup, refs)
	for i, r := range refs {
		if r.Slug == catalogue.AcrossGroups {
			links[i] = web.Link{Label: "andre målgrupper"}
		}
	}
	return links
}

func facts(p *catalogue.Practice) []web.Fact {
	var out []web.Fact
	if p.Provider != "" {
		out = append(out, web.Fact{Label: catalogue.FieldAt("provider").Label, Value: p.Provider})
	}
	use := catalogue.NotAssessedLabel
	if p.Use != "" {
		use = catalogue.Uses.Label(p.Use)
	}
	out = append(out, web.Fact{Label: catalogue.FieldAt("use").Label, Value: use})
	var when []string
	for i, x := range p.Periods {
		label := catalogue.Periods.Label(x)
		if i > 0 {
			label = catalogue.LowerFirst(label)
		}
		when = append(when, label)
	}
	if len(when) > 0 {
		out = append(out, web.Fact{Label: catalogue.FieldAt("periods").Label, Value: catalogue.Join(when, "og")})
	}
	var dates []string
	if p.PeriodFrom != "" {
		dates = append(dates, "fra "+p.PeriodFrom.Danish())
	}
	if p.PeriodTo != "" {
		dates = append(dates, "til "+p.PeriodTo.Danish())
	}
	if len(dates) > 0 {
		out = append(out, web.Fact{Label: "Datoer", Value: strings.Join(dates, " ")})
	}
	return append(out, web.Fact{Label: "Fyldighed", Value: catalogue.Completenesses.Label(p.Completeness())})
}

// historicalNote stands on what was written for restrictions that have ended
// (domain.md).
func historicalNote(p *catalogue.Practice) string {
	switch {
	case p.Use == catalogue.UseWithRestrictions:
		return "Eksemplet hører til restriktionerne under covid-19. De gælder ikke længere, så se det som historie eller som et beredskab."
	case len(p.Periods) > 0:
		return "Eksemplet er fra covid-19 i 2020 og fortæller, hvad man gjorde dengang. Restriktionerne på det sociale område blev ophævet i juni 2020."
	}
	return ""
}

// SourceLine is a source as it is listed.
func SourceLine(s catalogue.Source) web.SourceLine {
	text := s.Document
	if s.Publisher != "" {
		text = s.Publisher + ": " + text
	}
	text += " (" + catalogue.LowerFirst(catalogue.SourceKinds.Label(s.Kind))
	if s.Date != "" {
		text += ", " + s.Date.Danish()
	}
	line := web.SourceLine{Text: text + ")", Place: s.Place, URL: s.URL, About: s.About}
	switch s.Asked {
	case catalogue.AskedYes:
		line.Asked = "Borgere er selv spurgt."
	case catalogue.AskedNo:
		line.Asked = "Kilden bygger ikke på spørgsmål til borgere."
	default:
		if s.About != "" {
			line.Asked = "Det er ikke oplyst, om borgere er spurgt."
		}
	}
	return line
}

// Preview is the page of what is not published yet, as readers will see it. Of the
// frame it has the crumbs alone.
func Preview(p *catalogue.Practice, t *catalogue.Taxonomy) web.Practice {
	v := View(p)
	if v.Title == "" {
		v.Title = "Uden titel"
	}
	v.Shell.Crumbs = []web.Crumb{{Label: "Eksempler", Path: catalogue.PathPractices}, {Label: v.Title}}
	v.Contact = Contact(p, t)
	v.Same = web.Link{Label: "Fortæl, hvordan det gik hos jer", URL: catalogue.SubmitPath("kort", p.Slug)}
	v.Ask = web.Link{Label: "send to linjer", URL: catalogue.SubmitPath("tip", p.Slug)}
	return v
}

// Contact leads to those who tried it: to their own function mailbox, and to the
// desk, which finds who can answer.
func Contact(p *catalogue.Practice, t *catalogue.Taxonomy) web.Contact {
	var c web.Contact
	if p.Contact != "" {
		c.Own = mailLink(p.Contact)
	}
	if o := t.Organisation(p.Organisation.Slug); o != nil && t.Ended(*o) {
		c.Ended = o.Name
	}
	if p.State == catalogue.StatePublished {
		c.Desk = web.Link{Label: "Spørg via redaktionen", URL: catalogue.SubmitPath(review.SubmissionKinds.Slug(review.KindQuestion), p.Slug)}
	}
	return c
}

// mailLink is a link where text is a mail address, else the text.
func mailLink(text string) web.Link {
	if a, err := mailaddr.Read(text); err == nil && a.Name == "" && a.Public() == nil {
		return web.Link{Label: a.String(), URL: "mailto:" + url.PathEscape(a.ASCII())}
	}
	return web.Link{Label: text}
}
