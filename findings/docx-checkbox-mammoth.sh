#!/bin/bash
# Whether a box is ticked is lost in the plain text that mammoth reads of a Word
# form: "☒ Ja" and "☐ Ja" both give " Ja".
#
# Word's box is a content control (w14:checkbox) whose shown sign, ☒ or ☐, is
# ordinary text in a run, and other readers give it as text. mammoth takes the
# control for an element of its own. Its HTML has it (<input type="checkbox"
# checked="checked">), but extractRawText leaves it out, without a message. A
# filled-in form read so has its answers, and not which of them was chosen.
#
# Seen: mammoth 1.13.0, with word-extractor 1.0.4 beside it.
# Needs Node and npm. Exits with 1 when the behaviour has changed.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
echo '{"private": true}' > package.json
npm install --silent --no-audit --no-fund mammoth@1.13.0 word-extractor@1.0.4 jszip@3.10.2

cat > read.js <<'JS'
const fs = require('fs'), JSZip = require('jszip'), mammoth = require('mammoth'), WordExtractor = require('word-extractor');
const ns = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml"';
const box = (ticked, text) => `<w:p><w:sdt><w:sdtPr><w14:checkbox><w14:checked w14:val="${ticked ? 1 : 0}"/></w14:checkbox></w:sdtPr>` +
  `<w:sdtContent><w:r><w:t>${ticked ? '☒' : '☐'}</w:t></w:r></w:sdtContent></w:sdt><w:r><w:t xml:space="preserve"> ${text}</w:t></w:r></w:p>`;
const types = 'http://schemas.openxmlformats.org/package/2006', office = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';

(async () => {
  const zip = new JSZip();
  zip.file('[Content_Types].xml', `<?xml version="1.0"?><Types xmlns="${types}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>` +
    '<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>');
  zip.file('_rels/.rels', `<?xml version="1.0"?><Relationships xmlns="${types}/relationships"><Relationship Id="r1" Type="${office}/officeDocument" Target="word/document.xml"/></Relationships>`);
  zip.file('word/document.xml', `<?xml version="1.0" encoding="UTF-8"?><w:document ${ns}><w:body>${box(true, 'Ja')}${box(false, 'Nej')}</w:body></w:document>`);
  fs.writeFileSync('form.docx', await zip.generateAsync({ type: 'nodebuffer' }));

  const raw = await mammoth.extractRawText({ path: 'form.docx' });
  const html = await mammoth.convertToHtml({ path: 'form.docx' });
  const other = (await new WordExtractor().extract('form.docx')).getBody();
  console.log('mammoth, text:        ', JSON.stringify(raw.value), 'messages:', raw.messages.length);
  console.log('mammoth, HTML:        ', JSON.stringify(html.value));
  console.log('word-extractor, text: ', JSON.stringify(other));
  const asSeen = raw.value === ' Ja\n\n Nej\n\n' && raw.messages.length === 0 && /checked/.test(html.value) && other.includes('☒ Ja') && other.includes('☐ Nej');
  if (!asSeen) { console.log('CHANGED: this is not what was seen with the pinned versions'); process.exit(1); }
  console.log('as seen: the text does not tell which box is ticked');
})();
JS
node read.js
