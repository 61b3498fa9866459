package review

import (
	"slices"
	"testing"

	"praksis/internal/catalogue"
)

func TestFindNames(t *testing.T) {
	for text, want := range map[string][]string{
		"Mette og Søren Hansen kom.": {"Mette", "Søren Hansen"}, "Ifølge Karens leder": {"Karens"}, "En leder i Vejle sagde det.": nil,
		"Per uge var der tre møder.": nil, "Per Olsen kom.": {"Per Olsen"}, "Anne-Marie var med.": {"Anne-Marie"}, "line op": nil,
	} {
		if got := FindNames(text); !slices.Equal(got, want) {
			t.Errorf("%q: %q", text, got)
		}
	}
}

func TestCorrupt(t *testing.T) {
	for text, want := range map[string]bool{
		"Dag- og døgntilbud arbejdede sammen.": false, "Der blev ud- viklet nye måder.": true, "nye vir\u00adtuelle": true, "her står ﻻ": true, "En linje\nog en til": false, "web- eller telefonbaseret": false,
	} {
		if Corrupt(text) != want {
			t.Errorf("%q: %v", text, !want)
		}
	}
}

func TestRuns(t *testing.T) {
	r := NewRuns(4)
	r.Add("Borgerne fik nye vir-\ntuelle tilbud, og det gik godt for web-\nog telefonbaserede.")
	for text, want := range map[string][]string{
		"I Vejle fik nye virtuelle tilbud til alle":   {"fik nye virtuelle tilbud"},
		"De FIK nye »virtuelle« tilbud og det, altså": {"fik nye virtuelle tilbud og det"},
		"Det gik skidt":                                 nil,
		"godt for web- og telefonbaserede":              {"godt for web og telefonbaserede"},
		"fik nye digitale tilbud og det gik ikke godt.": {"tilbud og det gik"},
	} {
		if got := r.Find(text); !slices.Equal(got, want) {
			t.Errorf("%q: %q", text, got)
		}
	}
}

func TestFilled(t *testing.T) {
	p := good()
	before := Filled(p)
	p.TargetGroups = catalogue.Refs(catalogue.NotStated)
	if Filled(p) != before {
		t.Error("what is not stated counts as filled")
	}
	p.Summary = "Kort."
	if after := Filled(p); after <= before || after > 1 {
		t.Errorf("%v, then %v", before, after)
	}
}
