package review

import (
	"strings"
	"testing"
	"time"
)

func TestInquiryStage(t *testing.T) {
	now := time.Date(2026, 11, 18, 12, 0, 0, 0, time.UTC)
	at := func(days int) *time.Time { x := now.AddDate(0, 0, -days); return &x }
	for name, c := range map[string]struct {
		f      InquiryFacts
		stage  InquiryStage
		holder Holder
		says   string
	}{
		"prepared":      {InquiryFacts{Prepared: *at(3)}, InquiryPrepared, HolderDesk, "Ikke sendt"},
		"left out":      {InquiryFacts{Prepared: *at(3), Closed: at(1)}, InquiryClosed, HolderNobody, "uden svar"},
		"sent":          {InquiryFacts{Prepared: *at(3), Asked: at(2), Expires: at(-58)}, InquirySent, HolderMunicipality, "svar senest 30. november"},
		"overdue":       {InquiryFacts{Asked: at(20), Expires: at(-40)}, InquiryOverdue, HolderMunicipality, "Fristen var"},
		"run out":       {InquiryFacts{Asked: at(70), Expires: at(10)}, InquiryOverdue, HolderMunicipality, "udløb"},
		"answered late": {InquiryFacts{Asked: at(70), Expires: at(10), Answered: at(11)}, InquiryAnswered, HolderDesk, "venter på redaktionen"},
		"taken in":      {InquiryFacts{Asked: at(5), Answered: at(4), Closed: at(1)}, InquiryClosed, HolderNobody, "Lukket"},
	} {
		if s, h, text := c.f.Stage(now), c.f.Holder(now), c.f.Sentence(now); s != c.stage || h != c.holder || !strings.Contains(text, c.says) {
			t.Errorf("%s: %s, %s, %q", name, s, h, text)
		}
	}
	// The last day is still in time, and the next one is not.
	for _, day := range []int{0, 1} {
		asked := time.Date(2026, 11, 2, 23, 30, 0, 0, time.UTC)
		f := InquiryFacts{Asked: &asked, Expires: at(-40)}
		if got := f.Stage(time.Date(2026, 11, 17+day, 12, 0, 0, 0, time.UTC)); (got == InquiryOverdue) != (day == 1) {
			t.Errorf("day %d: %s", day, got)
		}
	}
}
