package site

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"praksis/internal/catalogue"
	"praksis/internal/review"
	"praksis/web"
)

// Buttons of a check: keep this step's answers, send what there is, and send it with the
// rest as right. One that leads to another step has its name behind goTo.
const saveStep, sendAnswer, sendRest, goTo = "gem", "send", "alt", "til:"

// wholeOf tells one content of all parts from another.
func wholeOf(parts []web.InquiryPart) string {
	h := sha256.New()
	for _, p := range parts {
		h.Write([]byte(p.Path + "\x00" + p.Fingerprint()))
	}
	return hex.EncodeToString(h.Sum(nil)[:12])
}

// saysOf is what an answer says of a part as it stands now. What was right and says
// something else by now is not answered; old tells of that.
func saysOf(a *review.InquiryAnswer, p web.InquiryPart) (x review.PartAnswer, answered, old bool) {
	at := slices.IndexFunc(a.Parts, func(x review.PartAnswer) bool { return x.Path == p.Path })
	if at < 0 {
		return x, false, false
	}
	x = a.Parts[at]
	old = x.Right && x.Shown != p.Fingerprint()
	return x, !old, old
}

// withGone are the parts with those that are not there any more, and of which something
// was written.
func withGone(parts []web.InquiryPart, a *typedAnswer) []web.InquiryPart {
	now := web.Fingerprints(parts)
	for _, x := range slices.Concat(a.Parts, a.typed) {
		if _, there := now[x.Path]; !there && x.Text != "" {
			now[x.Path] = ""
			parts = append(parts, web.InquiryPart{Path: x.Path, Label: "Noget, der er taget ud"})
		}
	}
	return parts
}

// inquirySteps puts the steps of a check on its page.
func (s *Site) inquirySteps(v *web.InquiryPage, token string, parts []web.InquiryPart, a typedAnswer, wrong map[string]string) {
	whole := wholeOf(parts)
	parts = withGone(parts, &a)
	groups := groupsOf(parts)
	done := 0
	for g, group := range groups {
		n := strconv.Itoa(g + 1)
		step := web.InquiryStep{ID: "trin-" + n, Label: group.label, Value: goTo + n, Here: a.place == n}
		answers, changes, old := 0, 0, false
		for _, i := range group.parts {
			x, answered, was := saysOf(&a.InquiryAnswer, parts[i])
			old = old || was
			if answered {
				answers++
				if !x.Right {
					changes++
				}
			}
		}
		switch {
		case old:
			step.State = "Ændret, siden du svarede"
		case answers == 0:
			step.State = "Ikke besvaret"
		case answers < len(group.parts):
			step.State = fmt.Sprintf("%d af %d besvaret", answers, len(group.parts))
		case changes == 0:
			step.State, step.Answered = "Stemmer", true
		case changes == 1:
			step.State, step.Answered = "Besvaret: 1 rettelse", true
		default:
			step.State, step.Answered = fmt.Sprintf("Besvaret: %d rettelser", changes), true
		}
		if step.Answered {
			done++
		}
		for _, i := range group.parts {
			step.Asks = append(step.Asks, ask(parts[i], i+1, &a, wrong[parts[i].Path]))
		}
		v.Steps = append(v.Steps, step)
	}
	v.Steps = append(v.Steps, web.InquiryStep{ID: "trin-" + lastStep, Label: "Til sidst: send svar", Value: goTo + lastStep, Here: a.place == lastStep, Last: true})
	here := slices.IndexFunc(v.Steps, func(x web.InquiryStep) bool { return x.Here })
	if here < 0 { // the first that is not answered
		here = slices.IndexFunc(v.Steps, func(x web.InquiryStep) bool { return !x.Answered })
		v.Steps[here].Here = true
	}
	for i := range v.Steps {
		if i != here {
			v.Steps[i].Asks = nil
		}
	}
	place := strings.TrimPrefix(v.Steps[here].Value, goTo)
	v.Hidden = append(v.Hidden, web.Hidden{Name: fieldPlace, Value: place}, web.Hidden{Name: fieldWhole, Value: whole})
	v.Draft = draftOf("tjek", token+"/"+place)
	v.Progress = fmt.Sprintf("%d af %d dele er besvaret.", done, len(groups))
	switch {
	case done == 0 && here == 0:
		v.Rest = "Det hele stemmer: send svar"
	case done < len(groups) && v.Steps[here].Last:
		v.Rest = "Resten stemmer: send svar"
	}
}

// ask is a part with what was written to it; n is its number, from 1.
func ask(p web.InquiryPart, n int, a *typedAnswer, problem string) web.InquiryAsk {
	number := strconv.Itoa(n)
	x, _, old := saysOf(&a.InquiryAnswer, p)
	for _, typed := range a.typed {
		if typed.Path == p.Path {
			x = typed
		}
	}
	out := web.InquiryAsk{InquiryPart: p, ID: "tjek-" + number, Hidden: []web.Hidden{{Name: fieldPart + number, Value: p.Path}, {Name: fieldShown + number, Value: p.Fingerprint()}},
		Text: web.Field{Type: web.FieldArea, ID: fieldPartText + number, Name: fieldPartText + number, Label: "Skriv, hvad der skal stå", Value: catalogue.Visible(x.Text), Error: problem, Rows: 2}}
	if old {
		out.Note = "Teksten er ændret, siden du svarede."
	}
	return out
}

// readInquiry reads what was posted, on top of what was answered before.
func readInquiry(v url.Values, before typedAnswer) typedAnswer {
	a := before
	a.stamp, a.place, a.whole, a.action = typedStamp(v), v.Get(fieldPlace), v.Get(fieldWhole), v.Get("handling")
	a.seen, _ = strconv.Atoi(v.Get(fieldSeen))
	if v.Has(fieldUsed) {
		a.Used = review.StillUsed(v.Get(fieldUsed))
	}
	if v.Has(fieldRemark) {
		a.Text = review.Text(v.Get(fieldRemark))
	}
	for i := 1; i <= maxInquiryParts; i++ {
		n := strconv.Itoa(i)
		if !v.Has(fieldPart + n) {
			continue
		}
		x := review.PartAnswer{Path: v.Get(fieldPart + n), Text: review.Text(v.Get(fieldPartText + n)), Shown: v.Get(fieldShown + n)}
		if !knownPart(x.Path) {
			continue
		}
		if !fingerprint.MatchString(x.Shown) { // not from a page of ours
			x.Shown = ""
		}
		x.Right = x.Text == ""
		a.typed = append(a.typed, x)
	}
	return a
}

// take puts what was typed into the answer: by a button that only leads to another step
// what is right is not said. It tells whether the answer is another one now.
func (a *typedAnswer) take() (changed bool) {
	for _, x := range a.typed {
		at := slices.IndexFunc(a.Parts, func(y review.PartAnswer) bool { return y.Path == x.Path })
		switch {
		case x.Right && at < 0 && strings.HasPrefix(a.action, goTo):
			continue
		case at < 0:
			a.Parts = append(a.Parts, x)
		case a.Parts[at] == x, x.Right && a.Parts[at].Right && strings.HasPrefix(a.action, goTo):
			continue
		default:
			a.Parts[at] = x
		}
		changed = true
	}
	return changed
}

// restIsRight says of what is not answered that it is right.
func (a *typedAnswer) restIsRight(parts []web.InquiryPart) {
	for _, p := range parts {
		if _, answered, _ := saysOf(&a.InquiryAnswer, p); !answered {
			a.Parts = slices.DeleteFunc(a.Parts, func(x review.PartAnswer) bool { return x.Path == p.Path })
			a.Parts = append(a.Parts, review.PartAnswer{Path: p.Path, Right: true, Shown: p.Fingerprint()})
		}
	}
}

// fingerprint is how web.InquiryPart writes one.
var fingerprint = regexp.MustCompile(`^[0-9a-f]{24}$`)

// knownPart tells whether a path is of a field, or of a row of a list.
func knownPart(path string) bool {
	list, _, row := strings.Cut(path, "[")
	return len(path) <= 200 && (catalogue.FieldAt(path) != nil || row && catalogue.ListAt(list) != nil)
}

// inquiryAnswer takes an answer, or a part of it. Where the link was taken back while it
// was typed, the page gives back what was typed.
func (s *Site) inquiryAnswer(w http.ResponseWriter, r *http.Request, token string) error {
	err := s.takeAnswer(w, r, token)
	if !errors.Is(err, catalogue.ErrNotFound) {
		return err
	}
	v := s.closedInquiryPage(token, "Linket virker ikke mere. Måske er det taget tilbage, eller du kan have fået et nyere.", readInquiry(r.PostForm, typedAnswer{}), true)
	if len(v.Kept) == 0 {
		return err
	}
	return private(w, r, http.StatusNotFound, web.InquirySourcePage(v))
}

func (s *Site) takeAnswer(w http.ResponseWriter, r *http.Request, token string) error {
	if err := readForm(w, r); err != nil {
		return err
	}
	q, p, err := s.store.InquiryByToken(r.Context(), token)
	if err != nil {
		return err
	}
	before, parts := answered(&q), s.parts(p)
	a := readInquiry(r.PostForm, before)
	to, goes := strings.CutPrefix(a.action, goTo)
	a.Unfinished = q.Kind == review.InquiryCheck && (a.action == saveStep || goes)
	changed := a.take() || a.Text != before.Text
	status, wrong := http.StatusUnprocessableEntity, map[string]string{}
	switch {
	case a.action == sendRest && a.whole != wholeOf(parts):
		status, wrong[review.FieldRemark] = http.StatusConflict, "Teksten er ændret, siden du åbnede siden. Intet er sendt. Se den igennem, og send igen."
		return private(w, r, status, web.InquirySourcePage(s.inquiryPage(token, &q, p, a, wrong)))
	case a.action == sendRest:
		a.restIsRight(parts)
	case a.Unfinished && !changed && inquiryClosed(&q, p) == "": // nothing to keep
		if !goes {
			to = a.next(parts)
		}
		return s.toStep(w, r, token, to, "")
	}
	err = s.store.AnswerInquiry(r.Context(), token, a.seen, a.InquiryAnswer, web.Fingerprints(parts), time.Now().UTC())
	refused, faulty := errors.AsType[*review.RefusedError](err)
	switch {
	case err == nil && a.Unfinished:
		if !goes {
			to = a.next(parts)
		}
		return s.toStep(w, r, token, to, "gemt")
	case err == nil:
		http.Redirect(w, r, catalogue.InquiryPath(token)+"?gjort=svar", http.StatusSeeOther)
		return nil
	case faulty:
		for _, x := range refused.Faults {
			wrong[x.Field] = x.Message
		}
	case errors.Is(err, review.ErrDecided): // it has expired, or the example is gone: the page says so, with what was typed
		status = http.StatusConflict
		if q, p, err = s.store.InquiryByToken(r.Context(), token); err != nil { // it may be gone since we looked
			return err
		}
	case errors.Is(err, catalogue.ErrConflict):
		status = http.StatusConflict
		if q, p, err = s.store.InquiryByToken(r.Context(), token); err != nil {
			return err
		}
		if a = readInquiry(r.PostForm, answered(&q)); q.AnsweredAt != nil {
			wrong[review.FieldRemark] = fmt.Sprintf("Der er svaret fra et andet vindue %s. Det, du lige har svaret, er ikke gemt endnu. Tryk igen, hvis det skal gemmes.", catalogue.DanishTime(*q.AnsweredAt))
		}
		a.seen = q.Answers
	default:
		return err
	}
	return private(w, r, status, web.InquirySourcePage(s.inquiryPage(token, &q, p, a, wrong)))
}

// next is the step after the one that was shown that is not answered, or the last one.
func (a *typedAnswer) next(parts []web.InquiryPart) string {
	groups := groupsOf(withGone(parts, a))
	here, _ := strconv.Atoi(a.place)
	for g := max(here, 0); g < len(groups); g++ {
		for _, i := range groups[g].parts {
			if i >= len(parts) {
				continue
			}
			if _, answered, _ := saysOf(&a.InquiryAnswer, parts[i]); !answered {
				return strconv.Itoa(g + 1)
			}
		}
	}
	return lastStep
}

// toStep leads to a step of the page.
func (s *Site) toStep(w http.ResponseWriter, r *http.Request, token, step, done string) error {
	v := url.Values{}
	if n, err := strconv.Atoi(step); err == nil {
		v.Set(fieldPlace, strconv.Itoa(n))
	} else {
		v.Set(fieldPlace, lastStep)
	}
	if done != "" {
		v.Set("gjort", done)
	}
	http.Redirect(w, r, catalogue.InquiryPath(token)+"?"+v.Encode()+"#trin-"+v.Get(fieldPlace)+"-h", http.StatusSeeOther)
	return nil
}
