#!/bin/bash
# A hyphen that must not end a line (Ctrl+Shift+hyphen in Word) is an element of its
# own, w:noBreakHyphen, and three readers of DOCX for Node disagree on it:
# officeparser and word-extractor leave it out, so that "covid-19" becomes
# "covid19" and "2-4 uger" becomes "24 uger"; mammoth writes U+2011, which a search
# for "covid-19" with an ordinary hyphen does not find.
#
# Seen: officeparser 8.1.1, word-extractor 1.0.4, mammoth 1.13.0.
# Needs Node and npm. Exits with 1 when the behaviour has changed.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
echo '{"private": true}' > package.json
npm install --silent --no-audit --no-fund officeparser@8.1.1 word-extractor@1.0.4 mammoth@1.13.0 jszip@3.10.2

cat > read.js <<'JS'
const fs = require('fs'), JSZip = require('jszip'), mammoth = require('mammoth'), WordExtractor = require('word-extractor'), officeparser = require('officeparser');
const ns = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"';
const types = 'http://schemas.openxmlformats.org/package/2006', office = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const joined = (a, b) => `<w:p><w:r><w:t>${a}</w:t></w:r><w:r><w:noBreakHyphen/><w:t xml:space="preserve">${b}</w:t></w:r></w:p>`;

(async () => {
  const zip = new JSZip();
  zip.file('[Content_Types].xml', `<?xml version="1.0"?><Types xmlns="${types}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>` +
    '<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>');
  zip.file('_rels/.rels', `<?xml version="1.0"?><Relationships xmlns="${types}/relationships"><Relationship Id="r1" Type="${office}/officeDocument" Target="word/document.xml"/></Relationships>`);
  zip.file('word/document.xml', `<?xml version="1.0" encoding="UTF-8"?><w:document ${ns}><w:body>${joined('covid', '19')}${joined('2', '4 uger')}</w:body></w:document>`);
  fs.writeFileSync('hyphen.docx', await zip.generateAsync({ type: 'nodebuffer' }));

  const paragraphs = async () => (await officeparser.parseOffice('hyphen.docx')).content.map(c => c.text).join('\n');
  const texts = {
    'officeparser': await paragraphs(),
    'word-extractor': (await new WordExtractor().extract('hyphen.docx')).getBody(),
    'mammoth': (await mammoth.extractRawText({ path: 'hyphen.docx' })).value,
  };
  for (const [name, text] of Object.entries(texts)) console.log(name + ':', JSON.stringify(text));
  const lost = text => text.includes('covid19') && text.includes('24 uger');
  const asSeen = lost(texts['officeparser']) && lost(texts['word-extractor']) && texts['mammoth'].includes('covid\u201119') && texts['mammoth'].includes('2\u20114 uger');
  if (!asSeen) { console.log('CHANGED: this is not what was seen with the pinned versions'); process.exit(1); }
  console.log('as seen: two readers lose the hyphen, one writes U+2011');
})();
JS
node read.js
