// Comfort for submitting: rows at once, drafts kept in the browser, examples
// like what is typed. Everything works without this file.
(() => {
  'use strict';

  const PREFIX = 'praksis-kladde-';
  const KEPT = 30 * 24 * 60 * 60 * 1000; // ms that a draft is kept
  const PAUSE = 400; // ms between the last key and what follows from it

  // More than the server takes for a CPR number: a draft too few harms nobody.
  const GAP = '[\\s.\\/\\p{Pd}\\p{Cf}\\u00b7\\u2022\\u2044\\u2212\\u2215-]{0,6}';
  const CPR = new RegExp(`\\p{Nd}(?:${GAP}\\p{Nd}){9}`, 'u');

  // The browser's memory may be switched off or full: then there are no drafts.
  const memory = (act) => {
    try {
      return act(localStorage);
    } catch {
      return null;
    }
  };
  const element = (name, className, ...content) => {
    const e = document.createElement(name);
    if (className) e.className = className;
    e.append(...content);
    return e;
  };

  const sent = document.querySelector('[data-sent]');
  if (sent) memory((m) => m.removeItem(PREFIX + sent.dataset.sent));

  document.querySelector('[data-errors]')?.focus();

  const form = document.querySelector('form[data-submit]');
  if (!form) return;

  const draft = form.dataset.draft && PREFIX + form.dataset.draft;
  const own = new Set(['key', 'served', 'kind', 'website']); // not typed
  let dirty = false;
  let leaving = false;

  // ------------------------------------------------------------------ Rows

  const rowsOf = (part) => document.querySelector(`[data-rows="${part}"]`);

  // A row like the last one, empty, with the next number in all its names.
  function addRow(part) {
    const rows = rowsOf(part);
    const last = rows.lastElementChild;
    const n = rows.children.length;
    const row = last.cloneNode(true);
    const next = (s) => s.replace(`[${n}]`, `[${n + 1}]`).replace(new RegExp(`^([a-z]+(?:-[a-z]+)*)-${n}(?=-|$)`), `$1-${n + 1}`);
    for (const e of [row, ...row.querySelectorAll('*')]) {
      for (const name of ['id', 'name', 'for']) if (e.hasAttribute(name)) e.setAttribute(name, next(e.getAttribute(name)));
      if (e.hasAttribute('aria-describedby')) {
        const ids = e.getAttribute('aria-describedby').split(' ').filter((id) => !id.endsWith('-fejl')).map(next);
        if (ids.length) e.setAttribute('aria-describedby', ids.join(' '));
        else e.removeAttribute('aria-describedby');
      }
      e.removeAttribute('aria-invalid');
      if (e.matches('.form-error')) e.classList.remove('form-error');
      if (e.matches('option')) e.defaultSelected = false;
      if (e.matches('[type=checkbox]')) e.checked = e.defaultChecked = false;
      else if (e.matches('input, textarea')) e.value = e.defaultValue = '';
      if (e.matches('select')) e.selectedIndex = 0;
    }
    for (const e of row.querySelectorAll('.form-error-message, button')) e.remove(); // the first row may have no button to take away with
    const remove = element('button', 'button button-secondary', `Fjern ${row.querySelector('legend').textContent.toLowerCase().replace(/\d+/, n + 1)}`);
    Object.assign(remove, { type: 'submit', name: 'remove', value: `${part}[${n + 1}]` });
    remove.setAttribute('formaction', `${location.pathname}#${part}`);
    row.append(remove);
    const legend = row.querySelector('legend');
    legend.textContent = legend.textContent.replace(/\d+/, n + 1);
    rows.append(row);
    return row;
  }

  form.addEventListener('click', (event) => {
    const button = event.target.closest('button[data-add]');
    if (!button || rowsOf(button.dataset.add).children.length >= 30) return;
    event.preventDefault();
    addRow(button.dataset.add).querySelector('textarea, input, select').focus();
  });

  // ------------------------------------------------------------------ Drafts

  const typed = () => [...new FormData(form)].filter(([name, value]) => !own.has(name) && typeof value === 'string' && value.trim());
  const about = form.elements.about?.value ?? '';

  function keep() {
    if (!draft) return;
    // What may have a CPR number is not kept, and the rest is.
    const fields = typed().filter(([name, value]) => name !== 'about' && !CPR.test(value));
    memory((m) => {
      if (!fields.length) m.removeItem(draft);
      else m.setItem(draft, JSON.stringify({ at: Date.now(), about, fields }));
    });
  }

  function restore() {
    const kept = memory((m) => JSON.parse(m.getItem(draft)));
    if (!kept) return;
    if (!(Date.now() - kept.at < KEPT)) return void memory((m) => m.removeItem(draft));
    if (kept.about !== about) return; // it is about something else
    for (const [name, value] of kept.fields) {
      const [, part, n] = /^([a-z_]+)\[(\d+)\]\./.exec(name) ?? [];
      while (part && n <= 30 && rowsOf(part) && rowsOf(part).children.length < n) addRow(part);
      for (const field of form.querySelectorAll(`[name="${CSS.escape(name)}"]`)) {
        if (field.type !== 'checkbox') field.value = value;
        else if (field.value === value) {
          field.checked = true;
          const folded = field.closest('details');
          if (folded) folded.open = true;
        }
      }
    }
    const day = new Date(kept.at).toLocaleDateString('da-DK', { day: 'numeric', month: 'long' });
    const drop = element('button', 'button button-secondary', 'Smid kladden væk');
    drop.type = 'button';
    const note = element('div', 'notice draft-note', element('p', '', `Det, du skrev den ${day}, er hentet frem. Det ligger kun i din browser.`), drop);
    note.setAttribute('role', 'status');
    form.before(note);
    drop.addEventListener('click', () => {
      memory((m) => m.removeItem(draft));
      leaving = true;
      location.assign(location.href);
    });
  }

  let timer;
  form.addEventListener('input', (event) => {
    dirty = true;
    clearTimeout(timer);
    timer = setTimeout(keep, PAUSE);
    if (event.target.name === 'title') suggest(event.target);
  });
  form.addEventListener('change', keep);
  form.addEventListener('submit', (event) => {
    leaving = true;
    clearTimeout(timer);
    keep();
    // What is told further has a form, and a draft, of its own.
    if (draft && event.submitter?.value === 'more') memory((m) => m.removeItem(draft));
  });
  addEventListener('pageshow', () => {
    leaving = false;
  });
  addEventListener('beforeunload', (event) => {
    if (!dirty || leaving) return;
    event.preventDefault();
    event.returnValue = ''; // older browsers
  });

  if (draft && form.hasAttribute('data-fresh')) restore();
  else keep();

  // ------------------------------------------------------------------ Alike

  const place = form.querySelector('[data-alike]');
  let question;
  let pending;

  function suggest(input) {
    clearTimeout(question);
    if (place) question = setTimeout(() => ask(input.value.trim()), PAUSE);
  }

  async function ask(text) {
    pending?.abort();
    if (text.length < 6 || CPR.test(text)) return place.replaceChildren();
    const mine = (pending = new AbortController());
    try {
      const answer = await fetch(`/indsend/ligner?${new URLSearchParams({ q: text.slice(0, 400) })}`, { signal: mine.signal });
      const { practices } = answer.ok ? await answer.json() : { practices: [] };
      if (!practices.length) return place.replaceChildren();
      const items = practices.map((p) => {
        const link = element('a', '', p.title);
        link.href = p.url;
        link.target = '_blank';
        link.rel = 'noopener';
        return element('li', '', link, ` ${p.who} (åbner i en ny fane)`);
      });
      place.replaceChildren(element('p', '', 'Ligner det et af disse? Du kan svare på det til sidst.'), element('ul', 'nobullet-list', ...items));
    } catch (error) {
      if (error.name !== 'AbortError') place.replaceChildren(); // a comfort
    }
  }
})();
