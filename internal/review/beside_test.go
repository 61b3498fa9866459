package review

import "testing"

func TestFileWarnings(t *testing.T) {
	s := &Submission{}
	s.Practice.Provider = "Else Marie"
	for name, want := range map[string]string{
		"Hans Petersen.pdf":      "name Hans Petersen",
		"Hans_Petersen_2020.pdf": "name Hans Petersen",
		"ring 22 33 44 55.pdf":   "phone 22 33 44 55",
		"bilag 1.pdf":            "",
		"Else Marie.pdf":         "",
		"0101901234.pdf":         "",
	} {
		if got := said(FileWarnings(s, name, "")); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	if got := said(FileWarnings(s, "a.pdf", "Skriv til lillepeter@hotmail.com")); got != "mail lillepeter@hotmail.com" {
		t.Error(got)
	}
}
