// Suggestions while one types in the search field: a combobox with a listbox,
// after the ARIA Authoring Practices. Everything works without this file.
(() => {
  'use strict';

  const input = document.querySelector('form[role=search] #q');
  if (!input) return;

  const LEAST = 2; // letters, as the server
  const PAUSE = 120; // ms between the last key and the question
  let options = []; // { element, url }
  let active = -1; // in options; -1 is the field itself
  let timer;
  let pending;

  const element = (name, className, ...content) => {
    const e = document.createElement(name);
    if (className) e.className = className;
    e.append(...content);
    return e;
  };

  const list = element('ul', 'suggest');
  list.id = 'forslag';
  list.hidden = true;
  list.setAttribute('role', 'listbox');
  list.setAttribute('aria-label', 'Forslag');
  const status = element('div', 'sr-only');
  status.setAttribute('role', 'status');
  input.parentElement.append(list, status);
  const attributes = { role: 'combobox', 'aria-expanded': 'false', 'aria-controls': list.id, 'aria-autocomplete': 'list' };
  for (const [name, value] of Object.entries(attributes)) input.setAttribute(name, value);

  // One form for comparing, as the server's: æ is ae, å is aa, accents drop.
  const LETTERS = { æ: 'ae', ä: 'ae', ø: 'oe', ö: 'oe', å: 'aa', ü: 'y' };
  const fold = (c) => LETTERS[c.toLowerCase()] ?? c.toLowerCase().normalize('NFD').replace(/\p{M}/gu, '');
  const isLetter = (c) => /[\p{L}\p{N}\p{M}]/u.test(c);

  // The nodes of a text with what was typed marked: the beginnings of words,
  // whatever stands between their letters ("covid19" in COVID-19).
  function marked(text, typed) {
    const words = typed.normalize('NFC').split(/[^\p{L}\p{N}\p{M}]+/u).filter(Boolean).map((w) => [...w].map(fold).join('')).sort((a, b) => b.length - a.length);
    const letters = [...text.normalize('NFC')];
    const nodes = [];
    let plain = '';
    for (let i = 0; i < letters.length;) {
      const end = i && isLetter(letters[i - 1]) || !isLetter(letters[i]) ? 0 : words.reduce((found, word) => found || reaches(letters, i, word), 0);
      if (!end) {
        plain += letters[i++];
        continue;
      }
      nodes.push(plain, element('mark', '', letters.slice(i, end).join('')));
      plain = '';
      i = end;
    }
    return [...nodes, plain];
  }

  // Where word ends when the letters from i on begin with it; else 0.
  function reaches(letters, i, word) {
    let read = '';
    while (i < letters.length && read.length < word.length) {
      if (isLetter(letters[i])) read += fold(letters[i]);
      i++;
    }
    return read.startsWith(word) ? i : 0;
  }

  function option(s, i, typed) {
    const kind = element('span', 'suggest__kind', s.kindLabel);
    // A note is the synonym that was typed, or whose example it is.
    if (s.note) kind.append(' · ', ...(s.count ? marked(s.note, typed) : [s.note]));
    if (s.count) kind.append(` · ${s.count} ${s.count === 1 ? 'eksempel' : 'eksempler'}`);
    const e = element('li', 'suggest__option', element('span', 'suggest__label', ...marked(s.label, typed)), ' ', kind);
    e.id = `forslag-${i}`;
    e.setAttribute('role', 'option');
    e.setAttribute('aria-selected', 'false');
    e.addEventListener('click', () => choose(s.url));
    return { element: e, url: s.url };
  }

  function show(suggestions, typed) {
    options = suggestions.map((s, i) => option(s, i, typed));
    list.replaceChildren(...options.map((o) => o.element));
    activate(-1);
    list.hidden = !options.length;
    input.setAttribute('aria-expanded', String(!list.hidden));
    status.textContent = options.length ? `${options.length} forslag. Brug piletasterne.` : 'Ingen forslag';
  }

  // Closing also forgets what was asked.
  function close() {
    clearTimeout(timer);
    pending?.abort();
    options = [];
    activate(-1);
    list.hidden = true;
    list.replaceChildren();
    input.setAttribute('aria-expanded', 'false');
    status.textContent = '';
  }

  function activate(i) {
    options[active]?.element.setAttribute('aria-selected', 'false');
    active = i;
    const e = options[active]?.element;
    if (!e) {
      input.removeAttribute('aria-activedescendant');
      return;
    }
    e.setAttribute('aria-selected', 'true');
    e.scrollIntoView({ block: 'nearest' });
    input.setAttribute('aria-activedescendant', e.id);
  }

  function choose(url) {
    close();
    location.assign(url);
  }

  async function ask() {
    const typed = input.value.trim();
    pending?.abort();
    if ([...typed].length < LEAST) return close();
    const mine = (pending = new AbortController());
    try {
      const answer = await fetch(`/forslag?${new URLSearchParams({ q: typed.slice(0, 400) })}`, { signal: mine.signal });
      const { suggestions } = answer.ok ? await answer.json() : { suggestions: [] };
      if (pending === mine && !mine.signal.aborted && document.activeElement === input) show(suggestions, typed);
    } catch (error) {
      if (error.name !== 'AbortError') close(); // suggestions are a comfort
    }
  }

  input.addEventListener('input', () => {
    clearTimeout(timer);
    activate(-1); // what is still shown was for another text
    timer = setTimeout(ask, PAUSE);
  });

  input.addEventListener('keydown', (event) => {
    if (event.isComposing || event.ctrlKey || event.metaKey) return;
    const open = !list.hidden;
    switch (event.key) {
      case 'ArrowDown':
      case 'ArrowUp': {
        event.preventDefault();
        if (!open) return void ask();
        // Around in a circle, the field being one of the places.
        const places = options.length + 1;
        activate((active + 1 + (event.key === 'ArrowDown' ? 1 : places - 1)) % places - 1);
        return;
      }
      case 'Enter':
        if (!open || active < 0) return;
        event.preventDefault();
        choose(options[active].url);
        return;
      case 'Escape':
        if (!open) return; // the browser empties the field
        event.preventDefault();
        close();
        return;
      case 'ArrowLeft':
      case 'ArrowRight':
      case 'Home':
      case 'End':
        activate(-1); // back in the text
    }
  });

  // Focus stays in the field while one presses on an option.
  list.addEventListener('mousedown', (event) => event.preventDefault());
  input.addEventListener('blur', close);
  input.form.addEventListener('submit', close);
  addEventListener('pagehide', close);
})();
