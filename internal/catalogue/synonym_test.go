package catalogue

import (
	"strings"
	"testing"
)

func TestSynonymRule(t *testing.T) {
	for in, want := range map[string]string{
		"gåtur, spadseretur,  walk and  talk":  "gåtur, spadseretur, walk and talk",
		"skype,zoom=>video":                    "skype, zoom => video",
		"evnesvag=udviklingshæmning":           "evnesvag = udviklingshæmning",
		"BPA = ledsager => handicap , hjælper": "BPA = ledsager => handicap, hjælper",
		"BPA = handicap => handicap":           "",
		"BPA = => handicap":                    "",
		"= handicap":                           "",
		"gåtur":                                "",
		"gåtur,":                               "",
		"=> video":                             "",
		"skype =>":                             "",
		"":                                     "",
		"a, a":                                 "",
		"et to tre fire fem seks, syv":         "",
		strings.Repeat("x", 3) + strings.Repeat(", y", 30): "",
	} {
		r, err := ParseSynonymRule(in)
		if (err != nil) != (want == "") {
			t.Errorf("%q: %v", in, err)
		}
		if err == nil && r.String() != want {
			t.Errorf("%q: %q, want %q", in, r, want)
		}
	}
	if (SynonymRule{Same: []string{"a", "b"}, Finds: []string{"c"}}).Check() == nil {
		t.Error("a rule of both kinds")
	}
}
