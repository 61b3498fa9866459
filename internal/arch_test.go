// Package internal holds the test of the house: which room may import which.
package internal

import (
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// rooms lists, room by room, which other rooms it may import. What is not
// here may not be: a new edge is a decision about the house.
var rooms = map[string][]string{
	"internal/benchload":                       {},
	"internal/capacity":                        {},
	"internal/benchsearch":                     {"internal/search", "internal/catalogue", "internal/postgres/embedded", "internal/synth", "seeds"},
	"cmd/praksis":                              {"internal/api", "internal/linkcheck", "internal/auth", "internal/desk", "internal/catalogue", "internal/danish", "internal/export", "internal/httpx", "internal/intake", "internal/jobs", "internal/letters", "internal/licences", "internal/mail", "internal/ops/backup", "internal/ops/config", "internal/ops/doctor", "internal/ops/erasures", "internal/ops/manual", "internal/ops/metrics", "internal/ops/progress", "internal/postgres", "internal/postgres/embedded", "internal/review", "internal/search", "internal/search/eval", "internal/site", "internal/synth", "seeds", "web", "internal/mailaddr"},
	"internal/danish":                          {"internal/danish/stavekontrolden"},
	"internal/danish/stavekontrolden":          {},
	"internal/danish/stavekontrolden/generate": {"internal/danish"},
	"internal/law":                             {"internal/danish"},
	"internal/catalogue":                       {},
	"internal/review":                          {"internal/catalogue", "internal/danish", "internal/mailaddr"},
	"internal/browsertest":                     {},
	"internal/intake":                          {"internal/catalogue", "internal/office", "internal/review"},
	"internal/office":                          {},
	"internal/difference":                      {"internal/catalogue"},
	"internal/outbox":                          {},
	"internal/mail":                            {"internal/mailaddr"},
	"internal/mailaddr":                        {},
	"internal/mail/texts":                      {},
	"internal/letters":                         {"internal/mail/texts", "internal/review", "internal/catalogue", "web"},
	"internal/jobs":                            {"internal/linkcheck", "internal/review", "internal/mail", "internal/postgres", "internal/outbox", "internal/catalogue", "internal/meter"},
	"internal/ops/erasures":                    {},
	"internal/ops/backup":                      {"internal/postgres", "internal/search", "internal/catalogue", "migrations"},
	"internal/postgres":                        {"internal/ops/erasures", "internal/review", "internal/catalogue", "internal/outbox", "migrations", "internal/mailaddr"},
	"internal/postgres/embedded":               {},
	"internal/linkcheck":                       {"internal/review"},
	"internal/linkcheck/linktest":              {},
	"internal/markdown":                        {},
	"internal/search":                          {"internal/catalogue", "internal/danish", "internal/law", "internal/markdown"},
	"internal/search/eval":                     {"internal/search", "internal/catalogue", "internal/danish", "internal/review"},
	"internal/likeness":                        {"internal/search", "internal/postgres", "internal/review", "internal/catalogue"},
	"internal/practicepage":                    {"internal/catalogue", "internal/markdown", "internal/review", "internal/mailaddr", "web"},
	"internal/brief":                           {"internal/catalogue", "internal/markdown", "internal/office", "internal/practicepage", "web"},
	"internal/export":                          {"internal/catalogue"},
	"internal/synth":                           {"internal/catalogue"},
	"internal/httpx":                           {"internal/catalogue", "internal/meter"},
	"internal/meter":                           {},
	"internal/ops/metrics":                     {"internal/httpx", "internal/meter", "internal/postgres", "internal/search"},
	"internal/site":                            {"internal/brief", "internal/httpx", "internal/search", "internal/postgres", "internal/export", "internal/review", "internal/intake", "internal/likeness", "internal/difference", "internal/catalogue", "internal/danish", "internal/markdown", "internal/practicepage", "web", "internal/mailaddr"},
	"internal/api":                             {"internal/httpx", "internal/search", "internal/postgres", "internal/export", "internal/catalogue", "web"},
	"internal/auth":                            {"internal/catalogue", "internal/postgres", "internal/mailaddr", "internal/review"},
	"internal/faults":                          {},
	"internal/desk":                            {"internal/httpx", "internal/auth", "internal/search", "internal/postgres", "internal/review", "internal/intake", "internal/likeness", "internal/difference", "internal/practicepage", "internal/catalogue", "internal/danish", "internal/markdown", "internal/mail/texts", "web"},
	"internal/ops/config":                      {},
	"internal/ops/manual":                      {},
	"internal/ops/progress":                    {},
	"internal/ops/doctor":                      {"internal/catalogue", "internal/mail", "internal/ops/erasures", "internal/postgres", "internal/search"},
	"internal/pgtest":                          {"internal/postgres/embedded", "migrations"},
	"internal/pgtest/seeded":                   {"internal/pgtest", "internal/postgres", "seeds"},
	"internal/pgtest/hold":                     {"internal/pgtest", "internal/postgres/embedded"},
	"web":                                      {"internal/catalogue", "internal/difference"},
	"internal/licences":                        {},
	"internal/licences/generate":               {},
	"migrations":                               {},
	"seeds":                                    {"internal/catalogue", "internal/review"},
	"seeds/generate":                           {"internal/catalogue", "seeds"},
}

// onlyIn names libraries that one room keeps to itself.
var onlyIn = map[string][]string{
	"github.com/blevesearch/bleve/v2": {"internal/search"},
	"github.com/klippa-app/go-pdfium": {"internal/intake"},
	"github.com/yuin/goldmark":        {"internal/markdown", "internal/search"},
	"github.com/jackc/pgx/v5":         {"internal/postgres", "internal/postgres/embedded", "internal/pgtest", "internal/pgtest/seeded", "internal/benchsearch", "migrations"},
	"github.com/alexedwards/scs/v2":   {"internal/auth"},
	"github.com/coreos/go-oidc/v3":    {"internal/auth"},
	"github.com/a-h/templ":            {"web", "internal/site", "internal/desk"},
	"github.com/riverqueue/river":     {"internal/jobs", "internal/postgres", "migrations"},
	"github.com/wneessen/go-mail":     {"internal/mail"},
	"github.com/goccy/go-yaml":        {"seeds/generate"},
	"github.com/sergi/go-diff":        {"internal/difference"},
	"github.com/xuri/excelize/v2":     {"internal/export"},
	"github.com/prometheus":           {"internal/meter", "internal/ops/metrics"},
}

func TestArchitecture(t *testing.T) {
	out, err := exec.Command("go", "list", "-json=ImportPath,Imports", "praksis/...").Output()
	if err != nil {
		t.Fatal(err)
	}
	seen := 0
	for d := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p struct {
			ImportPath string
			Imports    []string
		}
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		room := strings.TrimPrefix(p.ImportPath, "praksis/")
		if room == "internal" { // this test
			continue
		}
		seen++
		allowed, known := rooms[room]
		if !known {
			t.Errorf("the room %s is not in the list", room)
			continue
		}
		for _, i := range p.Imports {
			if other, ours := strings.CutPrefix(i, "praksis/"); ours && !slices.Contains(allowed, other) {
				t.Errorf("%s may not import %s", room, other)
			}
			for lib, homes := range onlyIn {
				if (i == lib || strings.HasPrefix(i, lib+"/")) && !slices.Contains(homes, room) {
					t.Errorf("%s may not import %s", room, i)
				}
			}
		}
	}
	if seen < 10 {
		t.Fatalf("only %d rooms were seen", seen)
	}
}

// docs/house.md tells of each room the same edges.
func TestHouseTellsTheEdges(t *testing.T) {
	house, err := os.ReadFile("../docs/house.md")
	if err != nil {
		t.Fatal(err)
	}
	told := map[string][]string{}
	for _, m := range regexp.MustCompile(`(?m)^  ([a-z]+)/ .*?(?:→ ([^;(\n]*).*)?$`).FindAllStringSubmatch(string(house), -1) {
		edges := []string{}
		for to := range strings.SplitSeq(strings.TrimSpace(m[2]), ", ") {
			if to != "" {
				if _, top := rooms[to]; !top {
					to = "internal/" + to
				}
				edges = append(edges, to)
			}
		}
		if !strings.Contains(m[0], "(to come)") || len(edges) > 0 && rooms["internal/"+m[1]] != nil {
			told["internal/"+m[1]] = edges
		}
	}
	for room, edges := range rooms {
		if strings.Count(room, "/") != 1 || !strings.HasPrefix(room, "internal/") || room == "internal/danish" { // which has data of its own alone
			continue
		}
		have, found := told[room]
		want := slices.Sorted(slices.Values(edges))
		if slices.Sort(have); !found || !slices.Equal(have, want) {
			t.Errorf("docs/house.md tells of %s the edges %v, they are %v", room, have, want)
		}
		delete(told, room)
	}
	delete(told, "internal/danish")
	delete(told, "internal/ops") // which is nothing but rooms
	for room := range told {
		t.Errorf("docs/house.md tells of a room %s that is not there", room)
	}
}

func TestLeavesUseTheStandardLibraryOnly(t *testing.T) {
	out, err := exec.Command("go", "list", "-f", "{{join .Imports \"\\n\"}}", "praksis/internal/catalogue").Output()
	if err != nil {
		t.Fatal(err)
	}
	for i := range strings.FieldsSeq(string(out)) {
		if strings.Contains(strings.Split(i, "/")[0], ".") {
			t.Errorf("catalogue may not import %s", i)
		}
	}
}

// The program is made without the system's zones: an image of it alone has none.
func TestZonesAreInTheProgram(t *testing.T) {
	out, err := exec.Command("go", "list", "-deps", "praksis/cmd/praksis").Output()
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Contains(strings.Fields(string(out)), "time/tzdata") {
		t.Error("time/tzdata is not in the program: without zones on the machine it does not start")
	}
}
