#!/bin/sh
# Saves the filled template by other programs. Run it in an empty folder with the
# repository's root as its argument; see README.md beside it.
set -eu
root=$1
here=$(pwd)
(cd "$root" && go test -count=1 ./internal/intake -run '^TestFilledTemplates$' -args -write "$here") || true
office() { soffice --headless --convert-to "$1" --outdir out "$2" >/dev/null; }
mkdir -p out
office docx filled.docx && mv out/filled.docx libreoffice.docx
office odt filled.docx && mv out/filled.odt libreoffice-from-docx.odt
office odt filled.odt && mv out/filled.odt libreoffice.odt
office docx filled.odt && mv out/filled.docx libreoffice-from-odt.docx
office pdf filled.odt && mv out/filled.pdf libreoffice.pdf
pandoc filled.docx -o pandoc.docx
pandoc filled.docx -o pandoc.odt
pandoc filled.docx -s --metadata pagetitle=x -o filled.html
chromium --headless --no-sandbox --disable-gpu --no-pdf-header-footer --print-to-pdf=chromium.pdf filled.html >/dev/null 2>&1
rm -r out filled.html filled.docx filled.odt
