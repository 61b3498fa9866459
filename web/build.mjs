// Makes web/static from styles/, scripts/ and the packages in package.json.
//
//   npm run build                  writes static/
//   npm run check                  builds aside and fails when static/ differs
//
// Options of both, after --: --no-purge keeps every rule; --content=GLOB names
// more files whose classes count as used; --out=FOLDER writes elsewhere.
//
// The result depends on the templates, because rules that none of them uses are
// purged: build again when a template names a new class. Two runs on the same
// sources give the same bytes.
import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { brotliCompressSync, constants } from 'node:zlib';
import * as esbuild from 'esbuild';
import postcss from 'postcss';
import { PurgeCSS } from 'purgecss';
import * as sass from 'sass';
import { buildFonts } from './build/fonts.mjs';
import { buildIcons } from './build/icons.mjs';

const here = import.meta.dirname;
const dkfds = join(here, 'node_modules/dkfds');

// The system's token data-blue-900, our primary colour.
const PRIMARY = '#08306b';

// Bytes on the wire with brotli. All of a first visit is 60,000, of which the page takes 14,600.
const BUDGET = { 'app.css': 14_000, 'whole.css': 6_000, fonts: 28_000, 'icons.svg': 2_000, first: 60_000 - 14_600 };

// What the pages that see the whole, the desk and the forms ask for besides is not part of a first visit.
const LATER = ['favicon.svg', 'whole.css', 'desk.js', 'submit.js'];

// Browsers of the last four years.
const TARGET = ['chrome109', 'edge109', 'firefox115', 'safari15.4'];

// Classes and tags that no template spells out: a class made of a prefix and a
// value, and what Markdown becomes.
const SAFELIST = [/^effect--/, /^balance--/, /^difference__/, /^map__step/, 'blockquote', 'code', 'em', 'h2', 'h3', 'h4', 'hr', 'li', 'mark', 'ol', 'pre', 'strong', 'table', 'tbody', 'td', 'th', 'thead', 'tr', 'ul'];

const { values: options } = parseArgs({
  options: {
    check: { type: 'boolean', default: false },
    'no-purge': { type: 'boolean', default: false },
    content: { type: 'string', multiple: true, default: [] },
    out: { type: 'string' },
  },
});
// npm runs us in web/, whoever calls may stand elsewhere.
const fromCaller = (path) => resolve(process.env.INIT_CWD ?? process.cwd(), path);
const out = options.out ? fromCaller(options.out) : join(here, 'static');

let purged = false;
const ruled = new Set(); // the classes that some stylesheet has a rule for
const made = await buildAll();
if (purged) await reportUnknown();
reportSizes(made);
if (options.check) {
  await compare(made);
} else {
  await write(made);
}

async function buildAll() {
  const fonts = await buildFonts(dkfds);
  const files = {
    ...fonts.files,
    ...(await buildIcons(dkfds, PRIMARY)),
    ...(await licences()),
    'app.css': await buildCSS('app.scss', fonts.css),
    'whole.css': await buildCSS('whole.scss', ''),
    'app.js': await buildJS('app.js', 'suggest.js'),
    'desk.js': await buildJS('desk.js'),
    'submit.js': await buildJS('submit.js'),
  };
  return new Map(Object.keys(files).sort().map((name) => [name, Buffer.from(files[name])]));
}

async function buildCSS(name, fontFaces) {
  const { css } = sass.compile(join(here, 'styles', name), {
    loadPaths: [join(here, 'node_modules')],
    quietDeps: true,
    charset: false, // served as UTF-8
    logger: sass.Logger.silent,
  });
  // The images that styles/_drawn.scss draws anew, or that we have no use for.
  const root = postcss.parse(css);
  root.walkDecls((decl) => {
    if (decl.value.includes('url(')) decl.remove();
  });
  const used = await purge(root.toString());
  const { code } = await esbuild.transform(fontFaces + used, { loader: 'css', minify: true, target: TARGET, legalComments: 'none', charset: 'utf8' });
  const urls = code.match(/url\([^)]*\)/g) ?? [];
  const foreign = urls.filter((url) => !/^url\(["']?fonts\/[\w-]+\.woff2["']?\)$/.test(url));
  if (foreign.length || code.includes('@import')) throw new Error(`${name} asks for more than fonts: ${foreign.join(' ')}`);
  return `/* Built on Det Fælles Designsystem (MIT) and IBM Plex Sans (OFL 1.1): see licences/ */\n${code}`;
}

async function purge(css) {
  const templates = (await readdir(here)).filter((name) => /\.templ$|(?<!_templ|_test)\.go$/.test(name)).sort();
  const written = templates.some((name) => name.endsWith('.templ')) || options.content.length > 0;
  if (options['no-purge'] || !written) {
    console.log(options['no-purge'] ? 'not purged, as asked' : 'not purged: there are no templates yet');
    return css;
  }
  const content = [...templates.map((name) => join(here, name)), join(here, 'scripts/*.js'), ...options.content.map(fromCaller)];
  const [result] = await new PurgeCSS().purge({
    content,
    css: [{ raw: css }],
    safelist: SAFELIST,
    // Any word may be a class: a few rules too many rather than one too few.
    defaultExtractor: (text) => text.match(/[A-Za-z0-9_-]+/g) ?? [],
  });
  for (const name of css.match(/(?<=\.)[A-Za-z_][\w-]*/g) ?? []) ruled.add(name);
  purged = true;
  return result.css;
}

// A class without a rule is often a slip of the pen, or a component that _dkfds.scss leaves out.
async function reportUnknown() {
  const names = (await readdir(here)).filter((name) => name.endsWith('.templ'));
  const templates = await Promise.all(names.map((name) => readFile(join(here, name), 'utf8')));
  const written = templates.flatMap((text) => [...text.matchAll(/class="([^"]*)"/g)].flatMap(([, names]) => names.split(/\s+/)));
  const unknown = [...new Set(written)].filter((name) => name && !ruled.has(name)).sort();
  if (unknown.length) console.log(`classes without a rule: ${unknown.join(' ')}`);
}

async function buildJS(...names) {
  // One file, so one request; each script is closed in itself.
  const sources = await Promise.all(names.map((name) => readFile(join(here, 'scripts', name), 'utf8')));
  const source = sources.join('\n');
  const { code } = await esbuild.transform(source, { loader: 'js', minify: true, target: TARGET, legalComments: 'none', charset: 'utf8' });
  return code;
}

// The texts that go with what we ship; LICENCES.md says which is for what.
async function licences() {
  const texts = {
    'dkfds.md': join(dkfds, 'LICENSE.md'),
    'ibm-plex-ofl-1.1.txt': join(dkfds, 'src/fonts/IBMPlexSans/complete/woff2/license.txt'),
    'apache-2.0.txt': join(here, 'build/apache-2.0.txt'),
    'react-denmark-map.txt': join(here, 'build/react-denmark-map.txt'),
  };
  const files = {};
  for (const [name, path] of Object.entries(texts)) files[`licences/${name}`] = (await readFile(path, 'utf8')).replaceAll('\r\n', '\n');
  return files;
}

function reportSizes(files) {
  const wire = (name, bytes) =>
    name.endsWith('.woff2')
      ? bytes.length
      : brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length } }).length;
  const sum = { fonts: 0, first: 0 };
  for (const [name, bytes] of files) {
    if (name.startsWith('licences/')) continue;
    const size = wire(name, bytes);
    sum[name] = size;
    if (name.startsWith('fonts/')) sum.fonts += size;
    if (!LATER.includes(name)) sum.first += size;
    console.log(`${name.padEnd(36)}${String(bytes.length).padStart(8)}${String(size).padStart(8)} on the wire`);
  }
  console.log(`${'a first visit'.padEnd(44)}${String(sum.first).padStart(8)} of ${BUDGET.first}`);
  // A build that was not purged is not what visitors get.
  if (!purged) return;
  const over = Object.entries(BUDGET).filter(([name, limit]) => sum[name] > limit);
  if (over.length) throw new Error(over.map(([name, limit]) => `${name}: ${sum[name]} bytes, the budget is ${limit}`).join('; '));
}

async function write(files) {
  for (const [name, bytes] of files) {
    const path = join(out, name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, bytes);
  }
}

async function compare(files) {
  const stale = [];
  for (const [name, bytes] of files) {
    const committed = await readFile(join(out, name)).catch(() => null);
    if (!committed?.equals(bytes)) stale.push(name);
  }
  const present = (await readdir(out, { recursive: true, withFileTypes: true }).catch(() => []))
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(out.length + 1).replaceAll('\\', '/'));
  for (const name of present) if (/^(fonts|licences)\//.test(name) && !files.has(name)) stale.push(`${name} (no longer made)`);
  if (stale.length) {
    console.error(`stale in static/: ${stale.join(', ')}\nrun npm run build in web/ and commit the result`);
    process.exitCode = 1;
  }
}
