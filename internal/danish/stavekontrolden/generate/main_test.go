package main

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"praksis/internal/danish/stavekontrolden"
)

// Where Debian's hunspell-da puts the dictionary.
const (
	aff = "/usr/share/hunspell/da_DK.aff"
	dic = "/usr/share/hunspell/da_DK.dic"
)

func TestCommittedFileIsUpToDate(t *testing.T) {
	if testing.Short() {
		t.Skip("takes some seconds")
	}
	a, err := readAffixes(aff)
	if os.IsNotExist(err) {
		t.Skip("the dictionary is not installed")
	} else if err != nil {
		t.Fatal(err)
	}
	committed := stavekontrolden.Members()
	if head, _, _ := strings.Cut(committed, "\n"); !strings.Contains(head, " "+a.version+",") {
		t.Skipf("version %s of the dictionary is installed, the file is from another", a.version)
	}
	made, err := generate(aff, dic, "../../members.txt")
	if err != nil {
		t.Fatal(err)
	}
	if string(made) != committed {
		t.Error("members.txt.gz is stale: run go generate ./internal/danish/stavekontrolden")
	}
}

func TestSuffix(t *testing.T) {
	s := suffix{strip: "el", add: "ler", condition: regexp.MustCompile("(?:[^b]del)$")}
	if got, ok := s.apply("middel"); !ok || got != "middler" {
		t.Errorf("%q, %v", got, ok)
	}
	for _, w := range []string{"tavle", "mandbdel"} {
		if got, ok := s.apply(w); ok {
			t.Errorf("%s became %s", w, got)
		}
	}
}
