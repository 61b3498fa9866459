package main

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// Every test that the plan names is there, and every test of the suite is in the plan.
func TestPlanNamesTests(t *testing.T) {
	function := regexp.MustCompile(`(?m)^func (Test\w+)\(`)
	have := map[string][]string{}
	of := func(pkg string) []string {
		if have[pkg] == nil {
			files, err := filepath.Glob(filepath.Join("../..", pkg, "*_test.go"))
			if err != nil {
				t.Fatal(err)
			}
			for _, name := range files {
				b, err := os.ReadFile(name)
				if err != nil {
					t.Fatal(err)
				}
				for _, m := range function.FindAllStringSubmatch(string(b), -1) {
					have[pkg] = append(have[pkg], m[1])
				}
			}
		}
		return have[pkg]
	}
	named := map[string]bool{}
	for _, r := range plan {
		for _, test := range r.tests {
			if named[test] = true; !slices.Contains(of(r.pkg), test) {
				t.Errorf("row %s: %s has no %s", r.number, r.pkg, test)
			}
		}
	}
	for _, test := range of("cmd/praksis") {
		if strings.HasPrefix(test, "TestFault") && !named[test] {
			t.Errorf("no row has %s", test)
		}
	}
}

func TestRead(t *testing.T) {
	attrs, passed, cases := read([]byte("=== RUN   TestX\n=== ATTR  TestX seen 40 of 40 are there\n=== ATTR  TestX rounds 20\n--- PASS: TestX (0.00s)\n    --- PASS: TestX/sub (0.00s)\n--- SKIP: TestY (0.00s)\nPASS\n"))
	if len(attrs["seen"]) != 1 || attrs["seen"][0] != "40 of 40 are there" || attrs["rounds"][0] != "20" || passed != 1 || cases != 2 {
		t.Errorf("%v, %d passed, %d cases", attrs, passed, cases)
	}
}
