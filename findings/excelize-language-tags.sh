#!/bin/bash
# excelize reads a date format with a language tag, [$-da-DK], in another language
# when the second letter of the tag is one of a to f: it takes the tag's last four
# signs ("a-DK") for a hexadecimal number, reads the "a" and stops, and 0x0a is
# Spanish. So da-DK gives "lunes 4. mayo", nb-NO Finnish and de-DK Hungarian, while
# sv-SE and it-IT are right by luck of their letters. No error is told. The number in
# place of the tag ([$-406]) gives Danish, and so does the short tag da, whose
# hexadecimal number is by chance nobody's language.
#
# It concerns what GetCellValue and GetRows give. A spreadsheet program reads the tag
# itself, so that a file looks right there and wrong in a test of ours.
#
# Seen: excelize v2.11.1. Needs Go. Exits with 1 when the behaviour has changed.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
cat > go.mod <<'MOD'
module finding
go 1.25
require github.com/xuri/excelize/v2 v2.11.1
MOD
cat > main.go <<'GO'
package main

import (
	"fmt"
	"maps"
	"os"
	"slices"
	"time"

	"github.com/xuri/excelize/v2"
)

func main() {
	seen := map[string]string{ // by what stands in [$-…]
		"406":   "mandag 4. maj",
		"da":    "mandag 4. maj",
		"da-DK": "lunes 4. mayo",
		"nb-NO": "maanantai 4. toukokuu",
		"de-DK": "hétfő 4. május",
		"sv-SE": "måndag 4. maj",
		"it-IT": "lunedì 4. maggio",
	}
	f := excelize.NewFile()
	changed := false
	for _, tag := range slices.Sorted(maps.Keys(seen)) {
		want := seen[tag]
		format := "[$-" + tag + "]dddd d. mmmm"
		style, err := f.NewStyle(&excelize.Style{CustomNumFmt: &format})
		check(err)
		check(f.SetCellValue("Sheet1", "A1", time.Date(2026, 5, 4, 0, 0, 0, 0, time.UTC)))
		check(f.SetCellStyle("Sheet1", "A1", "A1", style))
		got, err := f.GetCellValue("Sheet1", "A1")
		check(err)
		fmt.Printf("%-22s %s\n", format, got)
		changed = changed || got != want
	}
	if changed {
		fmt.Println("CHANGED: this is not what was seen with the pinned version")
		os.Exit(1)
	}
	fmt.Println("as seen: da-DK is written in Spanish")
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}
GO
GOFLAGS=-mod=mod GOWORK=off go mod tidy >/dev/null 2>&1
GOWORK=off go run .
