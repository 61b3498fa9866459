package review

import (
	"errors"
	"strings"
	"testing"
	"time"

	"praksis/internal/catalogue"
)

func TestInquiryAnswerCheck(t *testing.T) {
	right, change := PartAnswer{Path: "summary", Right: true}, PartAnswer{Path: "findings[1]", Text: "Fem, ikke fire."}
	for name, x := range map[string]struct {
		kind   InquiryKind
		answer InquiryAnswer
		want   string // field of the fault; empty: none
	}{
		"right":                 {InquiryCheck, InquiryAnswer{Parts: []PartAnswer{right}}, ""},
		"change":                {InquiryCheck, InquiryAnswer{Parts: []PartAnswer{right, change}}, ""},
		"a remark alone":        {InquiryCheck, InquiryAnswer{Text: "Fint."}, ""},
		"nothing":               {InquiryCheck, InquiryAnswer{}, FieldRemark},
		"change to nothing":     {InquiryCheck, InquiryAnswer{Parts: []PartAnswer{{Path: "summary"}}}, "summary"},
		"a CPR number":          {InquiryCheck, InquiryAnswer{Parts: []PartAnswer{{Path: "summary", Text: "Hun er 010190-1234."}}}, "summary"},
		"ten digits":            {InquiryCheck, InquiryAnswer{Text: "0101901234"}, FieldRemark},
		"as long as may be":     {InquiryCheck, InquiryAnswer{Text: strings.Repeat("å", MaxInquiryText)}, ""},
		"too long":              {InquiryCheck, InquiryAnswer{Text: strings.Repeat("å", MaxInquiryText+1)}, FieldRemark},
		"not storable":          {InquiryCheck, InquiryAnswer{Text: "a\x00b"}, FieldRemark},
		"in use":                {InquiryStillUsed, InquiryAnswer{Used: UsedYes}, ""},
		"partly, with no words": {InquiryStillUsed, InquiryAnswer{Used: UsedPartly}, FieldRemark},
		"not, because":          {InquiryStillUsed, InquiryAnswer{Used: UsedNo, Text: "Stillingen er nedlagt."}, ""},
		"not, with no words":    {InquiryStillUsed, InquiryAnswer{Used: UsedNo}, FieldRemark},
		"no choice":             {InquiryStillUsed, InquiryAnswer{Text: "Tja."}, FieldUsed},
		"no such choice":        {InquiryStillUsed, InquiryAnswer{Used: "maybe"}, FieldUsed},
	} {
		err := x.answer.Check(x.kind)
		refused, ok := errors.AsType[*RefusedError](err)
		if x.want == "" && err != nil || x.want != "" && (!ok || refused.Faults[0].Field != x.want) {
			t.Errorf("%s: %v, want %q", name, err, x.want)
		}
	}
}

func TestInquiryConfirms(t *testing.T) {
	now := map[string]string{"summary": "a", "findings[1]": "b"}
	all := []PartAnswer{{Path: "summary", Right: true, Shown: "a"}, {Path: "findings[1]", Right: true, Shown: "b"}}
	for name, x := range map[string]struct {
		answer InquiryAnswer
		now    map[string]string
		want   bool
	}{
		"everything":         {InquiryAnswer{Parts: all}, now, true},
		"and a remark":       {InquiryAnswer{Parts: all, Text: "Men …"}, now, false},
		"a part of it":       {InquiryAnswer{Parts: all[:1]}, now, false},
		"twice the same":     {InquiryAnswer{Parts: []PartAnswer{all[0], all[0]}}, now, false},
		"one to be changed":  {InquiryAnswer{Parts: []PartAnswer{all[0], {Path: "findings[1]", Text: "x", Shown: "b"}}}, now, false},
		"what was different": {InquiryAnswer{Parts: []PartAnswer{all[0], {Path: "findings[1]", Right: true, Shown: "c"}}}, now, false},
		"nothing to confirm": {InquiryAnswer{}, map[string]string{}, false},
	} {
		if got := x.answer.Confirms(x.now); got != x.want {
			t.Errorf("%s: %t", name, got)
		}
	}
}

func TestInquiryMended(t *testing.T) {
	answer := InquiryAnswer{Parts: []PartAnswer{{Path: "title", Right: true, Shown: "a"}, {Path: "summary", Text: "x", Shown: "b"}, {Path: "findings[1]", Text: "y", Shown: "c"}}}
	for name, x := range map[string]struct {
		now  map[string]string
		want bool
	}{
		"nothing was changed": {map[string]string{"title": "a", "summary": "b", "findings[1]": "c"}, false},
		"one of two":          {map[string]string{"title": "a", "summary": "d", "findings[1]": "c"}, false},
		"both":                {map[string]string{"title": "a", "summary": "d", "findings[1]": "e"}, true},
		"one was taken out":   {map[string]string{"title": "a", "summary": "d"}, true},
	} {
		if got := answer.Mended(x.now); got != x.want {
			t.Errorf("%s: %t", name, got)
		}
	}
	if !(InquiryAnswer{Text: "Tak"}).Mended(nil) {
		t.Error("a remark alone wants nothing corrected")
	}
}

func TestInquiryWords(t *testing.T) {
	for _, u := range StillUsedAnswers {
		if !catalogue.Retentions.Has(u.Code.Retention()) {
			t.Errorf("%s is no statement of retention", u.Code)
		}
	}
	for _, r := range AsksAgain {
		if !catalogue.Retentions.Has(r) {
			t.Errorf("%q is no statement of retention", r)
		}
	}
	a := InquiryAnswer{Parts: []PartAnswer{{Right: true}, {Text: "Hanne Jensen siger nej"}}, Text: "Hilsen Hanne Jensen"}
	if got := a.Summary(InquiryCheck); got != "Stemmer: 1. Skal rettes: 1. Der er en bemærkning." {
		t.Errorf("%q: nothing that was written stands in a summary", got)
	}
	if got := InquiryErasure(time.Date(2026, 11, 30, 12, 0, 0, 0, time.UTC)); got.Format(time.DateOnly) != "2027-11-30" {
		t.Errorf("%v", got)
	}
}
