package desk

import (
	"cmp"
	"net/http"
	"slices"
	"time"

	"praksis/internal/catalogue"
	"praksis/internal/postgres"
	"praksis/web"
)

// practiceHistory is all that has happened to an example, the newest first: every
// revision with how it differs from the one before, what was decided, and notes.
func (d *Desk) practiceHistory(w http.ResponseWriter, r *http.Request) error {
	p, err := d.practiceOf(r)
	if err != nil {
		return movedOr(w, r, err, partHistory)
	}
	_, revisions, err := d.store.RevisionsBySlug(r.Context(), p.Record.Slug)
	if err != nil {
		return err
	}
	path := web.DeskPracticePath(p.Record.Slug)
	v := web.DeskHistory{Desk: d.practicePage(r, p, "Historik"), Events: timeline(p, revisions),
		Do: []web.Link{{Label: "Sammenlign to udgaver", URL: path + pathDifference}, {Label: "Skriv en note til redaktionen", URL: path + partNote}, {Label: "Tilbage til eksemplet", URL: path}}}
	return d.show(w, r, http.StatusOK, web.DeskHistoryPage(v))
}

// originLines are what happened where a revision has no event: nobody at the desk
// made it.
var originLines = map[string]string{"seed": "Hentet fra kilderne", "import": "Importeret", "editor": "Rettet"}

// timeline is what has happened to a practice, the newest first, revisions without
// an event among it.
func timeline(p *postgres.PracticeView, revisions []postgres.Revision) []web.SubmissionLine {
	type entry struct {
		at   time.Time
		line web.SubmissionLine
	}
	var list []entry
	told := map[int]bool{}
	lines := comparePractice(p, practiceLines(p.Events))
	for i, e := range p.Events {
		told[e.Revision] = true
		list = append(list, entry{e.At, lines[i]})
	}
	for _, x := range revisions {
		if !told[x.Number] {
			list = append(list, entry{x.At, web.SubmissionLine{When: catalogue.DanishTime(x.At), What: originLines[x.Origin], Compare: compareRevision(p.Record.Slug, x.Number)}})
		}
	}
	slices.Reverse(list)
	slices.SortStableFunc(list, func(a, b entry) int { return cmp.Compare(b.at.UnixNano(), a.at.UnixNano()) })
	out := make([]web.SubmissionLine, len(list))
	for i, x := range list {
		out[i] = x.line
	}
	return out
}

// newestFirst turns what has happened about: the desk looks for what was done last.
func newestFirst(lines []web.SubmissionLine) []web.SubmissionLine {
	slices.Reverse(lines)
	return lines
}

// compareRevision leads to how a revision differs from the one before; nowhere for
// the first.
func compareRevision(slug string, number int) web.Link {
	if number < 2 {
		return web.Link{}
	}
	return web.Link{Label: "Se forskellen", URL: comparePath(web.DeskPracticePath(slug), revisionKey(number-1), revisionKey(number))}
}

// comparePractice leads from each event of a practice that changed what it says to
// the difference that it made.
func comparePractice(p *postgres.PracticeView, lines []web.SubmissionLine) []web.SubmissionLine {
	for i, e := range p.Events {
		lines[i].Compare = compareRevision(p.Record.Slug, e.Revision)
	}
	return lines
}

// practiceDifference compares two revisions of an example, what the public sees, and
// what a changed seed proposes.
func (d *Desk) practiceDifference(w http.ResponseWriter, r *http.Request) error {
	p, err := d.practiceOf(r)
	if err != nil {
		return movedOr(w, r, err, pathDifference)
	}
	sides, err := d.practiceSides(r.Context(), p.Record.Slug)
	if err != nil {
		return err
	}
	proposed, err := d.proposalSide(r.Context(), p.Record.Slug)
	if err != nil {
		return err
	}
	path := web.DeskPracticePath(p.Record.Slug)
	v := web.DeskDifference{Desk: d.practicePage(r, p, "Forskelle"), Action: path + pathDifference, Back: web.Link{Label: "Tilbage til historikken", URL: path + partHistory}}
	return d.compare(w, r, v, append(sides, proposed...))
}
