#!/bin/bash
# exceljs refuses a workbook of excelize once SetDocProps was called: "Unexpected xml
# node in parseOpen: lastModifiedBy". Nothing of the file is read, not even its cells.
#
# The file is valid. excelize writes docProps/core.xml with the namespace of the core
# properties as the default one, so that the element is called lastModifiedBy; with
# namespaces in XML that is the same as cp:lastModifiedBy. exceljs compares the names as
# they are written, prefix and all. It even takes coreProperties without the prefix, but
# no element in it. SetDocProps writes lastModifiedBy always, also when it is empty;
# without SetDocProps the part is one that excelize holds as a text, with the prefix, and
# the file is read.
#
# LibreOffice and SheetJS open the file. Whoever gives data to Node programs puts a
# docProps/core.xml with the usual prefixes into File.Pkg instead.
#
# Seen: excelize v2.11.1, exceljs 4.4.0, with SheetJS (xlsx 0.18.5) beside it. Needs Go,
# Node and npm. Exits with 1 when the behaviour has changed.
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

import "github.com/xuri/excelize/v2"

func main() {
	for _, name := range []string{"plain", "titled", "prefixed"} {
		f := excelize.NewFile()
		check(f.SetCellValue("Sheet1", "A1", "Aarhus"))
		switch name {
		case "titled":
			check(f.SetDocProps(&excelize.DocProperties{Title: "Kommuner"}))
		case "prefixed": // the same part, by hand
			f.Pkg.Store("docProps/core.xml", []byte(`<?xml version="1.0" encoding="UTF-8"?><cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" `+
				`xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>Kommuner</dc:title><dc:creator></dc:creator><cp:lastModifiedBy></cp:lastModifiedBy></cp:coreProperties>`))
		}
		check(f.SaveAs(name + ".xlsx"))
	}
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}
GO
GOFLAGS=-mod=mod GOWORK=off go mod tidy >/dev/null 2>&1
GOWORK=off go run .
echo '{"private": true}' > package.json
npm install --silent --no-audit --no-fund exceljs@4.4.0 xlsx@0.18.5 >/dev/null 2>&1
cat > read.js <<'JS'
const ExcelJS = require('exceljs'), SheetJS = require('xlsx');
const seen = { plain: 'Aarhus', titled: 'refused: lastModifiedBy', prefixed: 'Aarhus' };
(async () => {
  let changed = false;
  for (const [name, want] of Object.entries(seen)) {
    const book = new ExcelJS.Workbook();
    let got;
    try {
      await book.xlsx.readFile(name + '.xlsx');
      got = book.worksheets[0].getCell('A1').value;
    } catch (e) {
      got = 'refused: ' + (/"name":"(\w+)"/.exec(e.message)?.[1] ?? e.message);
    }
    const other = SheetJS.readFile(name + '.xlsx').Sheets.Sheet1.A1.v;
    console.log(name.padEnd(9), 'exceljs:', got.padEnd(24), 'SheetJS:', other);
    changed ||= got !== want || other !== 'Aarhus';
  }
  if (changed) { console.log('CHANGED: this is not what was seen with the pinned versions'); process.exit(1); }
  console.log('as seen: a workbook with a title is refused, for the want of a prefix');
})();
JS
node read.js
