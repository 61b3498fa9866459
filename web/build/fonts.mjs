// The two web fonts: IBM Plex Sans cut to what Danish pages use, renamed, with
// a local fallback of the same measures so that nothing shifts when they arrive.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import fontverter from 'fontverter';
import subsetFont from 'subset-font';

// "Plex" is a reserved font name (OFL 1.1): a cut font may not carry it.
export const FAMILY = 'Praksis Sans';

export const FACES = [
  { source: 'Regular', file: 'praksis-sans-regular.woff2', weight: '400 500', style: 'Regular', helvetica: 'regular' },
  // The system asks for 600 and 700; one file serves both.
  { source: 'SemiBold', file: 'praksis-sans-semibold.woff2', weight: '600 700', style: 'SemiBold', helvetica: 'bold' },
];

const range = (from, to) => Array.from({ length: to - from + 1 }, (_, i) => String.fromCodePoint(from + i)).join('');

// Latin-1 covers Danish, Faroese, Icelandic, Swedish, Norwegian and German;
// the rest are the few other letters that names in the sources have, and marks.
export const CHARACTERS =
  range(0x20, 0x7e) + range(0xa0, 0xff).replace('\u00ad', '') + 'ŠšŽžŁłČčĆćŒœ' + '–—‘’‚“”„…•‹›€™−×≥≤≈→←↑↓';

// kern for good letterfit, liga for fi and fl; digits are tabular as drawn.
const FEATURES = ['kern', 'liga'];

const SAMPLE =
  'Kommunen holdt kontakten med borgerne over telefon og video, mens dagtilbuddene var lukket. Nogle blev roligere af det, ' +
  'andre ville hellere mødes på en gåtur. Læs, hvad ledere, medarbejdere og pårørende selv fortæller om, hvad der virkede, ' +
  'for hvem det virkede, og hvad der blev fastholdt bagefter.';

// Advance widths in thousandths of Helvetica, which Arial and Liberation Sans share (Adobe's AFM files).
const HELVETICA = {
  regular: { ' ': 278, ',': 278, '.': 278, a: 556, b: 556, c: 500, d: 556, e: 556, f: 278, g: 556, h: 556, i: 222, j: 222, k: 500, l: 222, m: 833, n: 556, o: 556, p: 556, q: 556, r: 333, s: 500, t: 278, u: 556, v: 500, w: 722, x: 500, y: 500, z: 500, æ: 889, ø: 611, å: 556, K: 667, N: 722, L: 556 },
  bold: { ' ': 278, ',': 278, '.': 278, a: 556, b: 611, c: 556, d: 611, e: 556, f: 333, g: 611, h: 611, i: 278, j: 278, k: 556, l: 278, m: 889, n: 611, o: 611, p: 611, q: 611, r: 389, s: 556, t: 333, u: 611, v: 556, w: 778, x: 556, y: 556, z: 500, æ: 889, ø: 611, å: 556, K: 722, N: 722, L: 611 },
};

const LOCAL = {
  regular: ['Arial', 'ArialMT', 'Helvetica', 'Liberation Sans', 'LiberationSans', 'Arimo'],
  bold: ['Arial Bold', 'Arial-BoldMT', 'Helvetica Bold', 'Helvetica-Bold', 'Liberation Sans Bold', 'LiberationSans-Bold', 'Arimo Bold'],
};

/** The woff2 files by name, and the @font-face rules for them; dkfds is the folder of the package. */
export async function buildFonts(dkfds) {
  const files = {};
  let css = '';
  for (const face of FACES) {
    const original = await readFile(join(dkfds, `src/fonts/IBMPlexSans/complete/ttf/IBMPlexSans-${face.source}.ttf`));
    const cut = await subsetFont(original, CHARACTERS, { targetFormat: 'sfnt', keepFeatures: FEATURES, noHinting: true, dropTables: ['gasp'] });
    const renamed = rename(cut, face.style);
    files[`fonts/${face.file}`] = await fontverter.convert(renamed, 'woff2', 'truetype');
    css += fontFace(face, readMetrics(renamed));
  }
  return { files, css };
}

function fontFace(face, metrics) {
  const widths = HELVETICA[face.helvetica];
  let own = 0;
  let fallback = 0;
  for (const character of SAMPLE) {
    own += metrics.width(character.codePointAt(0));
    fallback += widths[character] / 1000;
  }
  const adjust = own / fallback;
  const percent = (n) => `${(n * 100).toFixed(2)}%`;
  return `
@font-face {
  font-family: '${FAMILY}';
  font-weight: ${face.weight};
  font-display: optional;
  src: url('fonts/${face.file}') format('woff2');
}
@font-face {
  font-family: '${FAMILY} Fallback';
  font-weight: ${face.weight};
  src: ${LOCAL[face.helvetica].map((name) => `local('${name}')`).join(', ')};
  size-adjust: ${percent(adjust)};
  ascent-override: ${percent(metrics.ascent / adjust)};
  descent-override: ${percent(metrics.descent / adjust)};
  line-gap-override: ${percent(metrics.lineGap / adjust)};
}
`;
}

function readTables(font) {
  const tables = new Map();
  for (let i = 0; i < font.readUInt16BE(4); i++) {
    const at = 12 + 16 * i;
    const offset = font.readUInt32BE(at + 8);
    tables.set(font.toString('latin1', at, at + 4), font.subarray(offset, offset + font.readUInt32BE(at + 12)));
  }
  return tables;
}

// What a browser lays lines out by, in ems.
function readMetrics(font) {
  const tables = readTables(font);
  const em = tables.get('head').readUInt16BE(18);
  const hhea = tables.get('hhea');
  const hmtx = tables.get('hmtx');
  const longMetrics = hhea.readUInt16BE(34);
  const glyph = readCharacterMap(tables.get('cmap'));
  return {
    ascent: hhea.readInt16BE(4) / em,
    descent: -hhea.readInt16BE(6) / em,
    lineGap: hhea.readInt16BE(8) / em,
    width: (codePoint) => hmtx.readUInt16BE(4 * Math.min(glyph(codePoint), longMetrics - 1)) / em,
  };
}

// A format 4 cmap is enough: every character we keep is in the basic plane.
function readCharacterMap(cmap) {
  for (let i = 0; i < cmap.readUInt16BE(2); i++) {
    const table = cmap.subarray(cmap.readUInt32BE(4 + 8 * i + 4));
    if (table.readUInt16BE(0) !== 4) continue;
    const double = table.readUInt16BE(6);
    return (codePoint) => {
      for (let s = 0; s < double; s += 2) {
        if (codePoint > table.readUInt16BE(14 + s)) continue;
        const start = table.readUInt16BE(16 + double + s);
        if (codePoint < start) break;
        const delta = table.readUInt16BE(16 + 2 * double + s);
        const rangeAt = 16 + 3 * double + s;
        const offset = table.readUInt16BE(rangeAt);
        if (offset === 0) return (codePoint + delta) & 0xffff;
        return (table.readUInt16BE(rangeAt + offset + 2 * (codePoint - start)) + delta) & 0xffff;
      }
      throw new Error(`no glyph for U+${codePoint.toString(16)}`);
    };
  }
  throw new Error('the font has no format 4 character map');
}

// A new name table: the copyright stays, the reserved name goes, the licence is told.
function rename(font, style) {
  const postScript = `${FAMILY.replaceAll(' ', '')}-${style}`;
  const records = [
    [0, 'Copyright 2017, 2018 IBM Corp. A modified version: cut to Latin and renamed.'],
    [1, style === 'Regular' ? FAMILY : `${FAMILY} ${style}`],
    [2, 'Regular'],
    [3, postScript],
    [4, `${FAMILY} ${style}`],
    [6, postScript],
    [13, 'Licensed under the SIL Open Font License, Version 1.1.'],
    [14, 'https://openfontlicense.org'],
  ].map(([id, text]) => ({ id, bytes: Buffer.from(text, 'utf16le').swap16() }));

  const head = Buffer.alloc(6 + 12 * records.length);
  head.writeUInt16BE(records.length, 2);
  head.writeUInt16BE(head.length, 4);
  let offset = 0;
  records.forEach(({ id, bytes }, i) => {
    [3, 1, 0x409, id, bytes.length, offset].forEach((n, j) => head.writeUInt16BE(n, 6 + 12 * i + 2 * j));
    offset += bytes.length;
  });
  const tables = readTables(font);
  tables.set('name', Buffer.concat([head, ...records.map((r) => r.bytes)]));
  return writeTables(font.readUInt32BE(0), tables);
}

function writeTables(version, tables) {
  const tags = [...tables.keys()].sort();
  const header = Buffer.alloc(12 + 16 * tags.length);
  const power = 2 ** Math.floor(Math.log2(tags.length));
  header.writeUInt32BE(version, 0);
  [tags.length, power * 16, Math.log2(power), tags.length * 16 - power * 16].forEach((n, i) => header.writeUInt16BE(n, 4 + 2 * i));
  const parts = [header];
  let offset = header.length;
  let headAt = 0;
  tags.forEach((tag, i) => {
    const data = Buffer.from(tables.get(tag));
    if (tag === 'head') {
      data.writeUInt32BE(0, 8);
      headAt = offset;
    }
    const padded = Buffer.concat([data, Buffer.alloc(-data.length & 3)]);
    header.write(tag, 12 + 16 * i, 'latin1');
    [checksum(padded), offset, data.length].forEach((n, j) => header.writeUInt32BE(n, 12 + 16 * i + 4 + 4 * j));
    parts.push(padded);
    offset += padded.length;
  });
  const font = Buffer.concat(parts);
  font.writeUInt32BE((0xb1b0afba - checksum(font)) >>> 0, headAt + 8);
  return font;
}

function checksum(bytes) {
  let sum = 0;
  for (let i = 0; i < bytes.length; i += 4) sum = (sum + bytes.readUInt32BE(i)) >>> 0;
  return sum;
}
