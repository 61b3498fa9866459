// Makes web/map.tsv, the shapes of the municipalities, from npm react-denmark-map 1.0.0:
//
//   npm pack react-denmark-map@1.0.0 && tar xzf react-denmark-map-1.0.0.tgz
//   node build/map.mjs package/dist/cjs/index.js > map.tsv
//
// The package is a component for React with much that we have no use for, so that only
// what is made of it is kept here. Its shapes are curves on a grid of some 10,000 points;
// ours are polygons on one of WIDTH. It draws a gap along each border, so that no two
// shapes share a line.
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';

const SHA256 = '6e942238eeef47b9283dbd30f3dd55aa74ce6cd6b6b371f3c4d409dae964d7e0';
const [SOURCE_WIDTH, SOURCE_HEIGHT] = [10116, 12289];
const WIDTH = 1000;
const TOLERANCE = 0.5; // how far a corner that is left out lies from the line drawn instead
const SMALLEST = 8; // square units: smaller islands are left out, but for a municipality's largest

const source = await readFile(process.argv[2], 'utf8');
const hash = createHash('sha256').update(source).digest('hex');
if (hash !== SHA256) throw new Error(`this is not index.js of react-denmark-map 1.0.0: sha256 ${hash}`);

const municipalities = new Map(); // code → rings of [x, y]
for (const [, code, d] of source.matchAll(/\{id:"[^"]+",name:"[^"]+",en_name:"[^"]*",display_name:"[^"]+",code:"(\d+)",d:"([^"]+)"\}/g)) {
  const four = code.padStart(4, '0');
  if (four < '1000' && !municipalities.has(four)) municipalities.set(four, rings(d)); // regions come from the taxonomy
}
if (municipalities.size !== 98) throw new Error(`${municipalities.size} municipalities`);

// rings are the closed lines of a path on our grid. Curves are short: their ends are enough.
function rings(d) {
  const scale = WIDTH / SOURCE_WIDTH;
  const out = [];
  let [x, y, ring] = [0, 0, []];
  const end = () => {
    const r = ring.map(([a, b]) => [Math.round(a * scale), Math.round(b * scale)]);
    const tidy = r.filter((p, i) => String(p) !== String(r[(i + r.length - 1) % r.length]));
    if (tidy.length > 2) out.push(tidy);
    ring = [];
  };
  for (const [, command, text] of d.matchAll(/([MmLlCcZz])([^MmLlCcZz]*)/g)) {
    const n = (text.match(/-?\d*\.?\d+/g) ?? []).map(Number);
    if (command === 'Z' || command === 'z') {
      if (ring.length) [x, y] = ring[0];
      end();
      continue;
    }
    const step = command.toLowerCase() === 'c' ? 6 : 2;
    if (n.length % step) throw new Error(`${command} with ${n.length} numbers`);
    for (let i = 0; i < n.length; i += step) {
      const [dx, dy] = n.slice(i + step - 2, i + step);
      [x, y] = command === command.toLowerCase() ? [x + dx, y + dy] : [dx, dy];
      if (command.toLowerCase() === 'm' && i === 0) end();
      ring.push([x, y]);
    }
  }
  end();
  return out;
}

const area = (ring) => Math.abs(ring.reduce((sum, [x, y], i) => {
  const [u, v] = ring[(i + 1) % ring.length];
  return sum + x * v - u * y;
}, 0)) / 2;

// simplified is a ring without the corners that nobody would see: cut in two at its
// ends, each half simplified as a line.
function simplified(ring) {
  let far = 0;
  ring.forEach((p, i) => { if (distance(p, ring[0]) > distance(ring[far], ring[0])) far = i; });
  return [...peucker(ring.slice(0, far + 1)).slice(0, -1), ...peucker([...ring.slice(far), ring[0]]).slice(0, -1)];
}

function distance([x, y], [u, v]) {
  return Math.hypot(x - u, y - v);
}

// peucker is Douglas and Peucker's simplification of a line.
function peucker(line) {
  const [a, b] = [line[0], line.at(-1)];
  let [worst, at] = [0, 0];
  for (let i = 1; i < line.length - 1; i++) {
    const length = distance(a, b);
    const off = length ? Math.abs((b[0] - a[0]) * (a[1] - line[i][1]) - (a[0] - line[i][0]) * (b[1] - a[1])) / length : distance(a, line[i]);
    if (off > worst) [worst, at] = [off, i];
  }
  if (worst <= TOLERANCE) return [a, b];
  return [...peucker(line.slice(0, at + 1)).slice(0, -1), ...peucker(line.slice(at))];
}

// path writes rings in few letters: relative, without a space where a minus stands.
function path(list) {
  let [x, y] = [0, 0];
  return list.map((ring) => {
    let out = '';
    ring.forEach((p, i) => {
      const step = `${p[0] - x} ${p[1] - y}`.replace(' -', '-');
      out += i === 0 ? `m${step}` : out.length > 0 && !step.startsWith('-') && i > 0 ? ` ${step}` : step;
      [x, y] = p;
    });
    [x, y] = ring[0]; // where z leads
    return `${out}z`;
  }).join('');
}

// middle is the point within a shape that is farthest from its lines, in its largest
// part: there a number has most room, and stands in no hole.
function middle(shape, largest) {
  const edges = shape.flatMap((ring) => ring.map((p, i) => [p, ring[(i + 1) % ring.length]]));
  const range = (at) => [Math.min(...largest.map((p) => p[at])), Math.max(...largest.map((p) => p[at]))];
  const within = (rings, x, y) => rings.flatMap((ring) => ring.map((p, i) => [p, ring[(i + 1) % ring.length]]))
    .filter(([a, b]) => (a[1] > y) !== (b[1] > y) && x < a[0] + ((y - a[1]) / (b[1] - a[1])) * (b[0] - a[0])).length % 2 === 1;
  const toEdge = (x, y, [a, b]) => {
    const along = ((x - a[0]) * (b[0] - a[0]) + (y - a[1]) * (b[1] - a[1])) / (distance(a, b) ** 2 || 1);
    const t = Math.max(0, Math.min(1, along));
    return Math.hypot(x - a[0] - t * (b[0] - a[0]), y - a[1] - t * (b[1] - a[1]));
  };
  const [[west, east], [north, south]] = [range(0), range(1)];
  let [most, best] = [-1, null];
  for (let y = north; y <= south; y++)
    for (let x = west; x <= east; x++) {
      if (!within([largest], x, y) || !within(shape, x, y)) continue;
      const room = Math.min(...edges.map((e) => toEdge(x, y, e)));
      if (room > most) [most, best] = [room, [x, y]];
    }
  return best;
}

const lines = [];
for (const [code, list] of [...municipalities].sort()) {
  const largest = list.reduce((a, b) => (area(b) > area(a) ? b : a));
  const kept = list.filter((ring) => ring === largest || area(ring) >= SMALLEST).map(simplified).filter((ring) => ring.length > 2);
  lines.push([code, ...middle(kept, simplified(largest)), Math.round(area(largest)), path(kept)].join('\t'));
}
console.log(`# The shapes of the municipalities on a grid of ${WIDTH} by ${Math.round((WIDTH * SOURCE_HEIGHT) / SOURCE_WIDTH)}: code, the point of the largest part
# where a number has most room (x, y), the area of that part, path. Made by build/map.mjs
# from react-denmark-map 1.0.0, © 2022 Martin Polley, MIT.
${lines.join('\n')}`);
