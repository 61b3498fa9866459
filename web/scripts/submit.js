// Comfort for submitting: rows at once, drafts kept in the browser, examples
// like what is typed. Everything works without this file.
(() => {
  'use strict';

  const PREFIX = 'praksis-kladde-'; // and the way, and the tab's number: one draft
  const CONTACT = 'praksis-kontakt';
  const SENT = 'praksis-sendt';
  const KEPT = 30 * 24 * 60 * 60 * 1000; // ms that a draft is kept
  const PAUSE = 400; // ms between the last key and what follows from it

  // The usual ways of writing a CPR number; the server finds the others before it keeps
  // anything. The digits of a link are not somebody's, unless they are written as one is.
  const GAP = '[\\s.\\/\\p{Pd}\\p{Cf}\\u00b7\\u2022\\u2044\\u2212\\u2215]';
  const DATE = (gap) => `(?:0[1-9]|[12]\\d|3[01]|6[1-9]|[78]\\d|9[01])${gap}(?:0[1-9]|1[0-2])${gap}\\d{2}`;
  const CPR = new RegExp(`${DATE(`${GAP}{0,2}`)}${GAP}{0,4}(?:\\d{4}|\\d{2} \\d{2})`, 'gu');
  const CPR_IN_LINK = new RegExp(`${DATE('')}-\\d{4}`, 'g');
  const LINK = /(?:https?:\/\/|www\.)\S+/gi;
  const NOT_KEPT = '[tal ikke gemt]';

  // A text without the numbers that a draft does not keep.
  function masked(text) {
    let out = '';
    let at = 0;
    for (const link of text.matchAll(LINK)) {
      out += text.slice(at, link.index).replace(CPR, NOT_KEPT) + link[0].replace(CPR_IN_LINK, NOT_KEPT);
      at = link.index + link[0].length;
    }
    return out + text.slice(at).replace(CPR, NOT_KEPT);
  }

  // The browser's memory may be switched off or full: then there are no drafts.
  const remembering = (storage) => (act) => {
    try {
      return act(window[storage]);
    } catch {
      return null;
    }
  };
  const memory = remembering('localStorage'); // of the computer
  const tab = remembering('sessionStorage'); // goes when the tab is closed
  const element = (name, className, ...content) => {
    const e = document.createElement(name);
    if (className) e.className = className;
    e.append(...content);
    return e;
  };

  // What this tab sent with the page before: which draft it was of, and when that was
  // kept. It is read once, by the page that the sending led to, which says what became of it.
  const left = tab((m) => {
    const note = JSON.parse(m.getItem(SENT));
    m.removeItem(SENT);
    return note;
  });
  const noteSent = (note) => tab((m) => m.setItem(SENT, JSON.stringify(note)));

  // The draft that was sent goes; one that was typed on meanwhile is another.
  function forgetSent() {
    if (!left || memory((m) => JSON.parse(m.getItem(left.key)))?.at !== left.at) return;
    memory((m) => m.removeItem(left.key));
    tab((m) => left.key === `${PREFIX}${left.way}-${m.getItem(PREFIX + left.way)}` && m.removeItem(PREFIX + left.way));
  }

  if (document.querySelector('[data-sent]')) {
    forgetSent();
    history.replaceState(null, '', location.pathname + location.hash); // shown again, the page is no receipt
  }

  const review = document.querySelector('form[data-review]');
  review?.addEventListener('submit', () => {
    const way = review.dataset.draft;
    const number = tab((m) => m.getItem(PREFIX + way));
    noteSent({ way, key: `${PREFIX}${way}-${number}`, at: Number(review.dataset.typed) });
  });

  document.querySelector('[data-errors]')?.focus();

  const form = document.querySelector('form[data-submit]');
  if (!form) return;

  const way = form.dataset.draft;
  const own = new Set(['website', ...[...form.querySelectorAll('input[type=hidden]')].map((e) => e.name)]); // not typed
  const hidden = (name) => form.elements[name]?.value ?? '';
  const one = form.dataset.form ?? ''; // the same on all pages of one form
  const version = hidden('version'); // of what is kept at the server
  const stamp = Number(hidden('typed')); // when the draft was kept that this page was made from; 0: from none
  const ofOne = way?.includes('-'); // of one saved form, correction or answer, and no other
  let keptAt = stamp;
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
  const about = hidden('about');
  const contactFields = ['contact_name', 'email', 'phone'].map((name) => form.elements[name]).filter(Boolean);
  const isContact = ([name]) => contactFields.some((field) => field.name === name);

  // Each tab has a draft of its own, by a number that the tab remembers.
  const newNumber = () => crypto.getRandomValues(new Uint32Array(2)).join('');
  let number = way && (tab((m) => m.getItem(PREFIX + way)) ?? newNumber());
  const draft = () => `${PREFIX}${way}-${number}`;

  // A tab that was doubled has the number of the other one, which says so.
  const me = way && newNumber();
  const tabs = way && 'BroadcastChannel' in window ? new BroadcastChannel('praksis-kladde') : null;
  if (tabs) {
    tabs.onmessage = ({ data }) => {
      if (data.ask === number && data.from !== me) tabs.postMessage({ taken: number, to: data.from });
      if (data.to !== me || data.taken !== number) return;
      number = newNumber();
      if (dirty || filledIn) keep();
    };
    tabs.postMessage({ ask: number, from: me });
  }

  let timer;
  const written = () => typed().map(([name, value]) => [name, masked(value)]);
  const differs = (d) => JSON.stringify(d.fields) !== JSON.stringify(written().filter((f) => !isContact(f)));

  // Keeps what stands in the form. A page that was only loaded keeps nothing: it may
  // be older than the draft.
  function keep(at = Date.now()) {
    clearTimeout(timer);
    timer = 0;
    if (!way) return;
    const fields = written();
    const text = fields.filter((f) => !isContact(f));
    keptAt = at;
    memory((m) => {
      if (text.length) m.setItem(draft(), JSON.stringify({ at, about, form: one, version, fields: text }));
      else m.removeItem(draft());
    });
    tab((m) => m.setItem(PREFIX + way, number));
    keepContact(fields.filter(isContact));
    for (const field of form.elements) if (field.matches('input, textarea')) tellNotKept(field);
  }

  // Says by the field what of it the draft leaves out.
  function tellNotKept(field) {
    const note = field.parentElement.querySelector('.draft-gate');
    const left = field.name && !own.has(field.name) && masked(field.value) !== field.value;
    if (!left) return void note?.remove();
    if (note) return;
    const told = element('span', 'form-hint draft-gate', 'Kladden på denne computer gemmer ikke tallet, fordi det ligner et CPR-nummer. Resten bliver gemt.');
    told.setAttribute('role', 'status');
    field.after(told);
  }

  // Who one is goes with the tab, unless one asks to be remembered.
  let remember;
  function askToRemember() {
    if (!way || !contactFields.length) return;
    remember = element('input', 'form-checkbox');
    Object.assign(remember, { type: 'checkbox', id: 'husk-mig', checked: memory((m) => m.getItem(CONTACT)) !== null });
    const label = element('label', '', 'Husk mig på denne computer i 30 dage');
    label.htmlFor = remember.id;
    contactFields.at(-1).closest('.form-group').after(element('div', 'form-group', element('div', 'form-group-checkbox', remember, label),
      element('span', 'form-hint', 'Lad være, hvis andre bruger computeren. Ellers glemmer browseren dig, når du lukker fanen.')));
    remember.addEventListener('change', () => {
      if (!remember.checked) memory((m) => m.removeItem(CONTACT));
      keep();
    });
  }
  function keepContact(fields) {
    const kept = JSON.stringify({ at: Date.now(), fields });
    tab((m) => m.setItem(CONTACT, kept));
    if (remember?.checked) memory((m) => m.setItem(CONTACT, kept));
  }
  function fillInContact(since = Infinity) {
    const kept = tab((m) => JSON.parse(m.getItem(CONTACT))) ?? memory((m) => JSON.parse(m.getItem(CONTACT)));
    for (const [name, value] of kept?.fields ?? []) {
      const field = contactFields.find((f) => f.name === name);
      if (field && (!field.value || kept.at > since)) field.value = value;
    }
  }

  // The drafts of this way on this computer, the latest first. What is too old goes,
  // and so does who one is out of those that an older page of ours has kept.
  function drafts() {
    const all = [];
    for (const key of memory((m) => Object.keys(m)) ?? []) {
      if (key === CONTACT || key.startsWith(PREFIX)) {
        const kept = memory((m) => JSON.parse(m.getItem(key)));
        if (!(Date.now() - kept?.at < KEPT)) memory((m) => m.removeItem(key));
        else if (key !== CONTACT) {
          const fields = kept.fields.filter(([name]) => !['contact_name', 'email', 'phone'].includes(name));
          if (fields.length < kept.fields.length) memory((m) => m.setItem(key, JSON.stringify({ ...kept, fields })));
          if (key === PREFIX + way || key.startsWith(`${PREFIX}${way}-`)) all.push({ ...kept, key, fields });
        }
      }
    }
    return all.filter((d) => d.about === about && d.fields.length).sort((a, b) => b.at - a.at);
  }

  const when = (at) => new Date(at).toLocaleString('da-DK', { day: 'numeric', month: 'long', hour: '2-digit', minute: '2-digit' });
  const button = (label, act) => {
    const b = element('button', 'button button-secondary', label);
    b.type = 'button';
    b.addEventListener('click', act);
    return b;
  };
  function notice(...content) {
    const note = element('div', 'notice draft-note', ...content);
    note.setAttribute('role', 'status');
    form.before(note);
    return note;
  }
  function again() {
    leaving = true;
    clearTimeout(timer);
    timer = 0;
    location.assign(location.href.split('#')[0]);
  }
  const throwAway = () => {
    memory((m) => m.removeItem(draft()));
    tab((m) => m.removeItem(PREFIX + way));
  };

  // Says that a draft was filled in, and takes it back. A page that was posted cannot
  // be opened again: there the page's own text comes back in place of the draft.
  let filledIn;
  function show(kept) {
    const before = typed();
    fillIn(kept, !fresh);
    filledIn?.remove();
    const said = element('p', '', `Det, du skrev den ${when(kept.at)}, er hentet frem. Det ligger kun i din browser.`);
    filledIn = notice(said, fresh ? button('Smid kladden væk', () => {
      throwAway();
      again();
    }) : button('Brug det, der stod på siden, i stedet', () => {
      clearTimeout(timer);
      timer = 0;
      throwAway();
      number = newNumber();
      fillIn({ fields: before }, true);
      dirty = false;
      filledIn.remove();
      filledIn = null;
    }));
  }

  // What was typed here stays a draft, and the other becomes this tab's. Where it is
  // open in another tab too, that tab keeps its own when it goes on.
  function takeOver(d) {
    if (dirty) keep();
    number = newNumber();
    memory((m) => {
      m.setItem(draft(), JSON.stringify({ at: d.at, about: d.about, form: one, version, fields: d.fields }));
      m.removeItem(d.key);
    });
    tab((m) => m.setItem(PREFIX + way, number));
  }

  function offer(all, question, label, act) {
    if (!all.length) return;
    const note = notice(element('p', '', question));
    for (const d of all) {
      const [, words] = d.fields.find(([name]) => name === 'title') ?? d.fields.find(([name]) => name === 'text') ?? d.fields[0];
      const line = element('div', 'draft-choice', element('p', '', `»${words.length > 60 ? `${words.slice(0, 60)}…` : words}« fra den ${when(d.at)}`));
      line.append(button(label, () => {
        takeOver(d);
        act(d, note);
      }), button('Smid væk', () => {
        memory((m) => m.removeItem(d.key));
        line.remove();
        if (!note.querySelector('.draft-choice')) note.remove();
      }));
      note.append(line);
    }
  }

  // Begins where the person chooses to: the tab's own draft is there at once, and
  // of others it is asked.
  function begin() {
    const all = drafts();
    const mine = all.find((d) => d.key === draft());
    if (mine) return show(mine);
    if (memory((m) => m.getItem(draft()))) number = newNumber(); // it is about something else
    offer(all, 'Du har en kladde fra før på denne computer. Vil du skrive videre på den? Ellers begynd på en ny herunder.', 'Skriv videre', again);
  }

  // A page with text from the server may be older than the draft: it was come back to,
  // loaded again, or opened after a crash.
  function goOn() {
    const all = drafts();
    const mine = all.find((d) => d.key === draft());
    const same = mine && mine.form === one && mine.version === version;
    if (same && (mine.at <= stamp || !differs(mine))) return;
    if (same) {
      show(mine);
      return fillInContact(stamp);
    }
    if (memory((m) => m.getItem(draft()))) number = newNumber(); // that one stays as it is
    offer(all.filter((d) => d.at > stamp && differs(d) && (ofOne || d === mine || d.form === one)),
      'På denne computer ligger der noget andet, som du har skrevet her. Vil du hente det frem? Ellers skriv videre herunder.', 'Hent det frem', (d, note) => {
        note.remove();
        show(d);
      });
  }

  // Fills a draft in; in place of all that stands in the form, or beside it.
  function fillIn(kept, whole) {
    const open = (field) => {
      const folded = field.closest('details');
      if (folded) folded.open = true;
    };
    for (const field of whole ? form.elements : []) {
      if (!field.matches('input:not([type=hidden]), textarea, select') || own.has(field.name) || contactFields.includes(field)) continue;
      if (['checkbox', 'radio'].includes(field.type)) field.checked = false;
      else if (field.matches('select')) field.selectedIndex = 0;
      else field.value = '';
    }
    for (const [name, value] of kept.fields) {
      const [, part, n] = /^([a-z_]+)\[(\d+)\]\./.exec(name) ?? [];
      while (part && n <= 30 && rowsOf(part) && rowsOf(part).children.length < n) addRow(part);
      for (const field of form.querySelectorAll(`[name="${CSS.escape(name)}"]:not([type=hidden])`)) {
        if (!['checkbox', 'radio'].includes(field.type)) field.value = value;
        else if (field.value === value) {
          field.checked = true;
          open(field);
        }
      }
    }
  }

  form.addEventListener('input', (event) => {
    dirty = true;
    clearTimeout(timer);
    timer = setTimeout(() => keep(), PAUSE);
    if (event.target.name === 'title') suggest(event.target);
  });
  form.addEventListener('change', () => keep());
  form.addEventListener('submit', (event) => {
    leaving = true;
    const at = Date.now();
    keep(at);
    if (form.elements.typed) form.elements.typed.value = at;
    if (way) noteSent({ way, key: draft(), at, more: event.submitter?.value === 'more' });
  });
  addEventListener('pagehide', () => {
    if (timer) keep();
  });
  addEventListener('pageshow', (event) => {
    leaving = false;
    // The page is as it was left; meanwhile a later one of the same form may have been typed in.
    const mine = event.persisted && way && drafts().find((d) => d.key === draft());
    if (mine && mine.form === one && mine.at > keptAt && differs(mine)) show(mine);
  });
  addEventListener('beforeunload', (event) => {
    if (!dirty || leaving) return;
    event.preventDefault();
    event.returnValue = ''; // older browsers
  });

  const fresh = form.hasAttribute('data-fresh');
  askToRemember();
  if (new URLSearchParams(location.search).has('gemt')) { // it is safe elsewhere
    forgetSent();
    history.replaceState(null, '', location.pathname);
  } else if (way && fresh) {
    begin();
    fillInContact();
  } else if (way) {
    goOn();
    // What is told further has a draft of its own, and the one before is no more needed.
    if (left?.more && left.way !== way) {
      if (!drafts().some((d) => d.key === draft())) keep(stamp);
      forgetSent();
    }
  }

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
    if (text.length < 6 || masked(text) !== text) return place.replaceChildren();
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
