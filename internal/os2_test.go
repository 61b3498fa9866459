package internal

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestOS2 holds docs/os2.md to the numbers of OS2's governance report: each is answered.
func TestOS2(t *testing.T) {
	answered := map[string]string{}
	for line := range strings.Lines(read(t, "../docs/os2.md")) {
		cells := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), "|")
		if len(cells) != 3 || !regexp.MustCompile(`^ [RFSG]\d+`).MatchString(cells[0]) {
			continue
		}
		numbers, _, _ := strings.Cut(cells[0], "(")
		letter, last := strings.TrimSpace(numbers)[:1], 0
		for _, m := range regexp.MustCompile(`(–?)[RFSG](\d+)`).FindAllStringSubmatch(numbers, -1) {
			n := 0
			fmt.Sscan(m[2], &n)
			from := n
			if m[1] != "" { // G1–G5
				from = last + 1
			}
			for ; from <= n; from++ {
				answered[fmt.Sprint(letter, from)] = strings.TrimSpace(cells[2])
			}
			last = n
		}
	}
	for letter, n := range map[string]int{"R": 5, "F": 22, "S": 5, "G": 14} {
		for i := range n {
			if number := fmt.Sprint(letter, i+1); answered[number] == "" {
				t.Errorf("%s is not answered", number)
			}
		}
	}
}

// Links between the documents lead to files that are there.
func TestDocumentsLink(t *testing.T) {
	files, err := filepath.Glob("../docs/*.md")
	if err != nil {
		t.Fatal(err)
	}
	links := regexp.MustCompile(`\]\(([^)#:\s]+)(#[^)]*)?\)`)
	for _, file := range append(files, "../README.md") {
		for _, m := range links.FindAllStringSubmatch(read(t, file), -1) {
			if strings.HasPrefix(m[1], "/") { // a page of the catalogue
				continue
			}
			if _, err := os.Stat(filepath.Join(filepath.Dir(file), m[1])); err != nil {
				t.Errorf("%s leads to %s, which is not there", file, m[1])
			}
		}
	}
}
