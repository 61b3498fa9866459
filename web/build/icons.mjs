// One sprite with just the icons that the pages use, and the favicon.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

// Names of the design system (src/img/svg-icons). Use: <use href="…/icons.svg#name">.
export const ICONS = [
  'bookmark',
  'check',
  'chevron-down',
  'chevron-left',
  'chevron-right',
  'chevron-up',
  'close',
  'download',
  'error',
  'info',
  'open-in-new',
  'print',
  'search',
  'success',
  'warning',
];

// Our own mark, in place of any logo: a card with a P cut out of it.
const MARK = 'M7 0h18a7 7 0 0 1 7 7v18a7 7 0 0 1-7 7H7a7 7 0 0 1-7-7V7a7 7 0 0 1 7-7ZM10 7v18h4.4v-6h3.9a6 6 0 0 0 0-12Zm4.4 3.8h3.4a2.2 2.2 0 0 1 0 4.4h-3.4Z';

export async function buildIcons(dkfds, color) {
  const symbols = [`<symbol id="mark" viewBox="0 0 32 32"><path fill-rule="evenodd" d="${MARK}"/></symbol>`];
  for (const name of ICONS) {
    const svg = await readFile(join(dkfds, `src/img/svg-icons/${name}.svg`), 'utf8');
    const [, viewBox, shapes] = svg.match(/viewBox="([^"]+)"[^>]*>(.*)<\/svg>/s) ?? [];
    if (!shapes || /(href|style|url\(|<script)/.test(shapes)) throw new Error(`icon ${name} is not plain shapes`);
    symbols.push(`<symbol id="${name}" viewBox="${viewBox}">${shapes.trim()}</symbol>`);
  }
  return {
    'icons.svg': `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join('')}</svg>\n`,
    'favicon.svg': `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><path fill="${color}" fill-rule="evenodd" d="${MARK}"/></svg>\n`,
  };
}
