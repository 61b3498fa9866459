package desk

import (
	"cmp"
	"crypto/rand"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"praksis/internal/catalogue"
	"praksis/internal/intake"
	"praksis/internal/postgres"
	"praksis/internal/review"
	"praksis/web"
)

const (
	pathCut  = web.PathDesk + "/opdel"
	titleCut = "Del et dokument op"
	// sourceKept says that the document waits as a kept file of the page; another
	// source is the public ID of an attachment.
	sourceKept = "fil"
	// maxDrafts is how many drafts one press makes, and maxCopies the bytes of the
	// document that they may have together: where it is larger, the first has it.
	maxDrafts = 150
	maxCopies = 100 << 20
)

// Fields of the form: each piece has one value of fieldPiece and one of fieldPlaced,
// in their order; each practice one of fieldWhose.
const (
	fieldPasted, fieldPiece, fieldPlaced, fieldWhose = "tekst", "stykke", "plads", "fra"
	fieldSource, fieldDocument, fieldTold            = "kilde", "navn", "fortalt"
	fieldDraft                                       = "kladde" // ID of a draft that was made
	fieldChosen                                      = "valgt"  // of an example, in the contents
	fieldActorChosen                                 = "aktoer-valgte"
)

// cutForm is a document that is being cut, as an editor has it.
type cutForm struct {
	cut    intake.Cut
	as     []cutPractice
	pasted string // text that has not been cut yet
	source string // where the document is: sourceKept, an attachment, or nowhere
	name   string // of the document
	told   []string
	page   string
	keptAt time.Time
	others []web.Link // to what the editor cut in other windows
	made   []web.Link // to the drafts that were just made
	notCPR bool       // ten digits in the document were declared to be no CPR number
	digits bool       // it has such
	fresh  bool       // the file has come just now: nothing was typed

	fault, faultAt string
	actorChosen    string // for those that are chosen, as it was typed
}

// cutPractice is what the editor says of a proposed practice.
type cutPractice struct {
	title, actor string
	terms        []string // vocabulary and slug
	chosen       bool     // in the contents
}

// newCut cuts a document.
func newCut(o intake.Outline, name string, words *review.Words) cutForm {
	f := cutForm{cut: intake.CutBlocks(o.Blocks, words.Taxonomy()), name: name, page: rand.Text()}
	for i := range f.cut.Practices {
		p, found := f.cut.Record(i, words)
		as := cutPractice{title: p.Title, actor: p.Organisation.Name}
		for _, x := range found {
			if x.Chosen {
				as.terms = append(as.terms, termValue(x))
			}
		}
		f.as = append(f.as, as)
	}
	var out []string
	if o.Comments > 0 {
		out = append(out, counted(o.Comments, "kommentar", "kommentarer"))
	}
	if o.Deletions > 0 {
		out = append(out, counted(o.Deletions, "slettet sted", "slettede steder"))
	}
	if len(out) > 0 {
		f.told = append(f.told, strings.Join(out, " og ")+" er ikke taget med.")
	}
	if o.Placeholders > 0 {
		f.told = append(f.told, counted(o.Placeholders, "felt er ikke udfyldt", "felter er ikke udfyldt")+".")
	}
	if !o.Whole {
		f.told = append(f.told, "Dokumentet er ikke læst i sin helhed. Der kan stå mere i det.")
	}
	return f
}

func termValue(x intake.Found) string { return string(x.Vocabulary) + ":" + x.Slug }

// values are the form as its page posts it.
func (f cutForm) values() url.Values {
	v := url.Values{fieldPage: {f.page}, fieldSource: {f.source}, fieldDocument: {f.name}, fieldTold: f.told}
	if f.notCPR {
		v.Set(fieldNotCPR, "1")
	}
	for _, p := range f.cut.Pieces {
		v.Add(fieldPiece, p.Text)
		v.Add(fieldPlaced, placed(p))
	}
	for i, p := range f.cut.Practices {
		v.Add(fieldWhose, p.Organisation+":"+p.Perspective)
		v.Set(numbered("titel", i), f.as[i].title)
		v.Set(numbered("aktoer", i), f.as[i].actor)
		v[numbered("ord", i)] = f.as[i].terms
		if f.as[i].chosen {
			v.Set(numbered(fieldChosen, i), "1")
		}
	}
	return v
}

func numbered(name string, i int) string { return name + "-" + strconv.Itoa(i+1) }

// placed is where a piece is, as a value of the form.
func placed(p intake.Piece) string {
	return fmt.Sprintf("%d:%d:%t:%s", p.Kind, p.Practice, p.Chosen, p.Path)
}

// readCut reads what the page posts, and does to it what was chosen there.
func readCut(v url.Values, t *catalogue.Taxonomy) cutForm {
	f := cutForm{pasted: catalogue.Visible(v.Get(fieldPasted)), source: v.Get(fieldSource), name: review.Line(catalogue.Visible(v.Get(fieldDocument))), told: v[fieldTold], page: pageOf(v), notCPR: v.Get(fieldNotCPR) != ""}
	for i, from := range v[fieldWhose] {
		actor, view, _ := strings.Cut(from, ":")
		f.cut.Practices = append(f.cut.Practices, intake.Proposed{Organisation: actor, Perspective: view})
		f.as = append(f.as, cutPractice{title: catalogue.Visible(v.Get(numbered("titel", i))), actor: catalogue.Visible(v.Get(numbered("aktoer", i))), terms: v[numbered("ord", i)], chosen: v.Get(numbered(fieldChosen, i)) != ""})
	}
	where := v[fieldPlaced]
	for i, text := range v[fieldPiece] {
		p := intake.Piece{Text: catalogue.Visible(text), Practice: -1}
		if i < len(where) {
			parts := strings.SplitN(where[i], ":", 4)
			if len(parts) == 4 {
				kind, _ := strconv.ParseUint(parts[0], 10, 8)
				practice, err := strconv.Atoi(parts[1])
				if err == nil && practice >= -1 && practice < len(f.cut.Practices) && intake.PieceKind(kind) <= intake.PieceUnticked {
					p.Kind, p.Practice, p.Chosen, p.Path = intake.PieceKind(kind), practice, parts[2] == "true", parts[3]
				}
			}
		}
		if p.Kind == intake.PieceAnswer && (p.Practice < 0 || catalogue.FieldAt(p.Path) == nil) {
			p.Kind, p.Practice, p.Path = intake.PieceLeft, -1, ""
		}
		f.cut.Pieces = append(f.cut.Pieces, p)
	}
	for i := range f.cut.Pieces {
		to := v.Get(numbered("flyt", i))
		practice := f.cut.Pieces[i].Practice
		if n, err := strconv.Atoi(v.Get(numbered("til", i))); err == nil {
			practice = n - 1
		}
		switch {
		case to == nowhere:
			f.cut.Move(i, -1, "")
		case to != "" && practice >= 0:
			f.cut.Move(i, practice, to)
		}
	}
	for i := len(f.cut.Practices) - 1; i >= 0; i-- {
		switch {
		case v.Get(numbered("udelad", i)) != "":
			f.cut.Drop(i)
		case i > 0 && v.Get(numbered("saml", i)) != "":
			f.cut.Join(i)
		default:
			continue
		}
		f.as = slices.Delete(f.as, i, i+1)
	}
	return f
}

// The buttons that make drafts: of all examples, and of those that are chosen in the
// contents. The others stay, to go on with.
// changeActor gives those the actor in fieldActorChosen: a paper that does not name its
// own is taken for a part of the one before it.
const makeAll, makeChosen, changeActor = "lav", "lav-valgte", "skift-valgte"

// nowhere is the choice not to take a piece along.
const nowhere = "ud"

// cutPage shows what the editor has begun to cut, else asks for a document.
func (d *Desk) cutPage(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	if id := q.Get("bilag"); id != "" {
		f, err := d.cutAttachment(r.Context(), id)
		if e, ok := errors.AsType[*intake.Error](err); ok {
			return d.showCut(w, r, http.StatusUnprocessableEntity, cutForm{page: rand.Text(), fault: e.Message, faultAt: fieldFile}, "")
		}
		if err != nil {
			return err
		}
		return d.showCut(w, r, http.StatusOK, f, "")
	}
	f := cutForm{page: rand.Text()}
	kept, others, err := d.unsaved(r, deskForm{path: pathCut})
	if err != nil {
		return err
	}
	f.others = others
	if kept != nil && !q.Has("lavet") {
		if typed := readCut(kept.Values, d.index.Taxonomy()); typed.pasted != "" || len(typed.cut.Pieces) > 0 {
			f = typed
			f.page, f.others = kept.Page, others
			if f.fresh = q.Has(queryCut); !f.fresh {
				f.keptAt = kept.KeptAt
			}
		}
	}
	if kept != nil && q.Has("lavet") {
		f.others = append([]web.Link{{Label: "Gå videre med det dokument, du er ved at dele op", URL: pathCut + "?" + url.Values{fieldPage: {kept.Page}}.Encode()}}, others...)
	}
	done := ""
	if n, err := strconv.Atoi(q.Get("lavet")); err == nil && n > 0 {
		done = counted(n, "kladde er lavet", "kladder er lavet") + ". De venter i listen over indsendelser."
		if f.made, err = d.madeDrafts(r, q[fieldDraft]); err != nil {
			return err
		}
	}
	return d.showCut(w, r, http.StatusOK, f, done)
}

// cutPosted does what a button of the page says.
func (d *Desk) cutPosted(w http.ResponseWriter, r *http.Request) error {
	if err := form(r); err != nil {
		return err
	}
	own, key := deskForm{path: pathCut}, pageOf(r.PostForm)
	if r.PostForm.Get("handling") == discard {
		d.closeForm(r, own, key)
		return seeOther(w, r, own.path)
	}
	f := readCut(r.PostForm, d.index.Taxonomy())
	if strings.TrimSpace(f.pasted) != "" {
		bare, certain := intake.HoldsCPR(f.pasted)
		if f.digits = bare && !certain; certain || bare && !f.notCPR {
			f.fault, f.faultAt = "Der står noget i teksten, der ligner et CPR-nummer. Fjern det, og prøv igen.", fieldPasted
			if !certain {
				f.fault = "Der står ti tal i teksten, som kan være et CPR-nummer. Fjern dem, eller sæt kryds ved, at det ikke er et CPR-nummer."
			}
			return d.showCut(w, r, http.StatusUnprocessableEntity, f, "")
		}
		page := f.page
		f = newCut(intake.TextBlocks(f.pasted), "", d.words(d.index.Taxonomy()))
		f.page, f.notCPR = page, bare
	}
	if len(f.cut.Pieces) == 0 {
		f.fault, f.faultAt = "Indsæt en tekst, eller vælg en fil.", fieldPasted
		return d.showCut(w, r, http.StatusUnprocessableEntity, f, "")
	}
	if r.PostForm.Get("handling") == changeActor {
		if f.fault = f.changeActor(catalogue.Visible(r.PostForm.Get(fieldActorChosen))); f.fault != "" {
			f.faultAt = fieldActorChosen
			return d.showCut(w, r, http.StatusUnprocessableEntity, f, "")
		}
	}
	// What was chosen is kept as it is now, so that nothing is moved twice.
	r.PostForm = withEditor(f.values(), r.PostForm)
	f.page = d.keepPosted(r, own, f.notCPR)
	switch r.PostForm.Get("handling") {
	case makeAll:
		return d.makeDrafts(w, r, f, key, func(int) bool { return true })
	case makeChosen:
		return d.makeDrafts(w, r, f, key, func(i int) bool { return f.as[i].chosen })
	}
	return d.showCut(w, r, http.StatusOK, f, "")
}

// withEditor takes along what is not the cut's own.
func withEditor(v, posted url.Values) url.Values {
	for _, name := range []string{fieldEditor, "handling"} {
		if posted.Has(name) {
			v[name] = posted[name]
		}
	}
	return v
}

// changeActor says who did what is chosen, and chooses it no more; else it says what is
// missing.
func (f *cutForm) changeActor(actor string) (fault string) {
	if !slices.ContainsFunc(f.as, func(p cutPractice) bool { return p.chosen }) {
		f.actorChosen = actor
		return "Vælg mindst ét eksempel i indholdet."
	}
	if strings.TrimSpace(actor) == "" {
		return "Skriv, hvilken kommune eller organisation de valgte er fra."
	}
	for i := range f.as {
		if p := &f.as[i]; p.chosen {
			p.actor, p.chosen = actor, false
		}
	}
	return ""
}

// record is a practice of the cut as the editor has it.
func (f cutForm) record(i int, words *review.Words) catalogue.Practice {
	t := words.Taxonomy()
	p, _ := f.cut.Record(i, words)
	p.Title = cmp.Or(strings.TrimSpace(f.as[i].title), p.Title)
	p.Organisation = catalogue.OrganisationRef{Name: strings.TrimSpace(f.as[i].actor)}
	if o, _ := t.ReadOrganisation(f.as[i].actor); o != nil {
		p.Organisation = o.Ref()
	}
	p.TargetGroups, p.ContactForms = nil, nil
	for _, value := range f.as[i].terms {
		v, slug, _ := strings.Cut(value, ":")
		term := t.Term(catalogue.Vocabulary(v), slug)
		if term == nil {
			continue
		}
		ref := catalogue.TermRef{Slug: term.Slug, Label: term.Label}
		switch catalogue.Vocabulary(v) {
		case catalogue.TargetGroup:
			p.TargetGroups = append(p.TargetGroups, ref)
		case catalogue.ContactForm:
			p.ContactForms = append(p.ContactForms, ref)
		}
	}
	if f.name != "" {
		p.Sources = []catalogue.Source{{Document: strings.TrimSuffix(f.name, path.Ext(f.name)), Kind: "template"}}
	}
	review.Canonical(&p)
	return p
}

// makeDrafts makes a submission of each of the practices that are asked for. Each has a
// key of its own, of what it says, so that a second press goes on where the first one
// stopped. The other practices stay.
func (d *Desk) makeDrafts(w http.ResponseWriter, r *http.Request, f cutForm, key string, asked func(i int) bool) error {
	ctx, words := r.Context(), d.words(d.index.Taxonomy())
	again := func(at, message string) error {
		f.fault, f.faultAt = message, at
		return d.showCut(w, r, http.StatusUnprocessableEntity, f, "")
	}
	var of []int // the practices, by number
	for i := range f.cut.Practices {
		if asked(i) {
			of = append(of, i)
		}
	}
	switch n := len(of); {
	case len(f.cut.Practices) == 0:
		return again("", "Der er ingen eksempler at lave kladder af.")
	case n == 0:
		return again(web.CutContents, "Vælg mindst ét eksempel i indholdet.")
	case n > maxDrafts:
		return again("", fmt.Sprintf("Der kan laves %d kladder ad gangen. Udelad nogle af eksemplerne.", maxDrafts))
	}
	records := make([]catalogue.Practice, len(of))
	for n, i := range of {
		records[n] = f.record(i, words)
		err := review.RefuseCPR(review.Submission{Kind: review.KindFull, Practice: records[n], NotCPR: f.notCPR}, review.Contact{})
		if refused, ok := errors.AsType[*review.RefusedError](err); ok && len(refused.Faults) > 0 {
			return again(numbered("titel", i), fmt.Sprintf("Eksempel %d: %s", i+1, refused.Faults[0].Message))
		}
	}
	files, err := d.cutFiles(ctx, f, key)
	if err != nil {
		return err
	}
	var size int64
	for _, x := range files {
		size += x.Size
	}
	_, e := d.auth.At(ctx)
	made := url.Values{"lavet": {strconv.Itoa(len(records))}}
	for i, p := range records {
		says, err := json.Marshal(p)
		if err != nil {
			return err
		}
		b := postgres.Begun{Editor: e.ID, ClientKey: fmt.Sprintf("cut:%s:%x", key, sha256.Sum256(says)), Content: review.Submission{Kind: review.KindFull, Practice: p, NotCPR: f.notCPR}, Note: "Delt op fra et dokument."}
		if i == 0 || size*int64(len(records)) <= maxCopies {
			b.Files.New = files
		}
		id, err := d.store.BeginSubmission(ctx, b, d.now())
		if err != nil {
			return err
		}
		made.Add(fieldDraft, strconv.FormatInt(id, 10))
	}
	for _, i := range slices.Backward(of) {
		f.cut.Take(i)
		f.as = slices.Delete(f.as, i, i+1)
	}
	if own := (deskForm{path: pathCut}); len(f.cut.Practices) == 0 {
		d.closeForm(r, own, f.page)
	} else if _, err := d.keep(ctx, e.ID, own, f.values(), f.notCPR); err != nil {
		return err
	}
	d.errors.Log.InfoContext(ctx, "document cut", "drafts", len(of), "left", len(f.cut.Practices), "editor", e.ID)
	return seeOther(w, r, pathCut+"?"+made.Encode())
}

// madeDrafts are links to drafts that were made, by their IDs; what is none is left out.
func (d *Desk) madeDrafts(r *http.Request, ids []string) (out []web.Link, err error) {
	var list []int64
	for _, s := range ids[:min(len(ids), maxDrafts)] {
		if id, err := strconv.ParseInt(s, 10, 64); err == nil {
			list = append(list, id)
		}
	}
	titles, err := d.store.SubmissionTitles(r.Context(), list)
	for _, x := range titles {
		out = append(out, web.Link{Label: cmp.Or(x.Title, "Uden titel"), URL: submissionPath(x.ID)})
	}
	return out, err
}
