// Comfort for the editors' desk: what is typed is kept on the server while one
// types, one is warned before the session ends, and before leaving a page with
// something that is not saved. Everything works without this file.
(() => {
  'use strict';

  const PAUSE = 1500; // ms between the last key and keeping what is typed
  const WARN = 10 * 60; // seconds before the session's end
  const LOOK = 15 * 1000; // ms between two looks at the clock: a machine may have slept
  const KEEPALIVE = 60_000; // bytes that a browser sends after a page is left

  const element = (name, className, ...content) => {
    const e = document.createElement(name);
    if (className) e.className = className;
    e.append(...content);
    return e;
  };

  document.querySelector('[data-errors]')?.focus();

  // ------------------------------------------------- What is not saved

  const forms = [...document.querySelectorAll('form[data-keep]')];
  const typed = (form) => new URLSearchParams(new FormData(form)).toString();
  const states = new Map(forms.map((form) => [form, { saved: typed(form), kept: typed(form), unsaved: 'unsaved' in form.dataset }]));
  let leaving = false; // by a button: what it does with the text is the server's

  // A draft that lives apart from what is published is safe once it is kept.
  const apart = (form) => 'apart' in form.dataset;
  const dirty = () => [...states].some(([form, state]) => state.unsaved || typed(form) !== (apart(form) ? state.kept : state.saved));

  // A form that sends its text, throws it away, or brings it along. The others'
  // texts are kept first; a button beside them, as to sign out, asks.
  addEventListener('submit', ({ target }) => {
    leaving = states.has(target) || target.closest('[data-unsaved]') !== null || target.querySelector('[name=medbragt], [name=handling][value=kasser]') !== null;
    if (leaving) for (const form of forms) if (form !== target) keep(form, { last: true });
  });
  addEventListener('pageshow', () => { leaving = false; });
  addEventListener('beforeunload', (event) => {
    if (leaving || (!dirty() && !document.querySelector('[data-unsaved]'))) return;
    event.preventDefault();
    event.returnValue = ''; // what older browsers look at
  });

  // ------------------------------------------------- Kept while one types

  const say = (form, text) => {
    const place = form.querySelector('[data-kept]');
    if (place && place.textContent !== text) place.textContent = text;
  };

  async function keep(form, { last = false } = {}) {
    const state = states.get(form);
    clearTimeout(state.timer);
    const body = typed(form);
    if (body === state.kept || state.over) return;
    if (state.pending && !last) { // one at a time, so that the newest is kept last
      state.again = true;
      return;
    }
    state.pending = true;
    try {
      const answer = await fetch(form.dataset.keep, {
        method: 'POST',
        body,
        headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
        keepalive: last && body.length < KEEPALIVE,
      });
      if (answer.ok) {
        state.kept = body;
        const session = await answer.json();
        goesOn(session);
        const at = new Date().toLocaleTimeString('da-DK', { hour: '2-digit', minute: '2-digit' });
        say(form, `${apart(form) ? `Kladden er gemt ${at}. Ikke udgivet endnu.` : `Husket ${at}. Ikke gemt endnu.`}${session.taken ? ` ${session.taken}` : ''}`);
        if (apart(form)) state.unsaved = false;
      } else if (answer.status === 410) { // saved from this page before: it goes on as another one
        form.elements.side.value = Array.from(crypto.getRandomValues(new Uint8Array(16)), (b) => b.toString(16).padStart(2, '0')).join('');
        state.again = true;
      } else if (answer.status === 422) {
        say(form, 'Teksten ser ud til at have et CPR-nummer, så den bliver ikke husket. Fjern det.');
      } else if (answer.status === 401) {
        ended();
      } else if (answer.status === 409) {
        state.over = true;
        say(form, 'En anden redaktør er logget ind i denne browser. Det, du skriver, bliver ikke husket.');
      } else {
        throw new Error(answer.status);
      }
    } catch {
      say(form, 'Det, du skriver, bliver ikke husket lige nu. Luk ikke siden, før du har gemt.');
      state.timer = setTimeout(() => keep(form), 10 * PAUSE);
    } finally {
      state.pending = false;
      if (state.again) {
        state.again = false;
        state.timer = setTimeout(() => keep(form), PAUSE);
      }
    }
  }

  for (const form of forms) {
    const later = () => {
      const state = states.get(form);
      clearTimeout(state.timer);
      state.timer = setTimeout(() => keep(form), PAUSE);
    };
    form.addEventListener('input', later);
    form.addEventListener('change', later);
    form.addEventListener('submit', () => clearTimeout(states.get(form).timer));
  }
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'hidden' && !leaving) for (const form of forms) keep(form, { last: true });
  });

  // ------------------------------------------------- Steps of a submission

  const steps = [...document.querySelectorAll('[data-step]')];
  const away = 'desk__step--away';

  function goTo(step, focus = step) {
    if (!step) return;
    for (const s of steps) s.classList.toggle(away, s !== step);
    for (const b of document.querySelectorAll('[data-go]')) {
      if (b.dataset.go === step.dataset.step) b.setAttribute('aria-current', 'step');
      else b.removeAttribute('aria-current');
    }
    const to = new URL(location.href);
    to.search = step === steps[0] ? '' : `?trin=${step.dataset.step}`;
    to.hash = '';
    history.replaceState(history.state, '', to);
    const form = step.closest('form');
    if (form) form.action = to.pathname + to.search;
    for (const d of steps.length ? ancestors(focus, 'details') : []) d.open = true;
    focus.focus();
    focus.scrollIntoView({ block: focus === step ? 'nearest' : 'center' });
    if (focus === step) scrollTo(0, 0);
  }

  function ancestors(e, name) {
    const out = [];
    for (let x = e.closest(name); x; x = x.parentElement?.closest(name)) out.push(x);
    return out;
  }

  document.addEventListener('click', (event) => {
    if (!steps.length || event.defaultPrevented) return;
    const button = event.target.closest('[data-go]');
    const link = event.target.closest('a[href^="#"]');
    const place = link && document.getElementById(link.hash.slice(1));
    if (button) {
      const step = steps.find((s) => s.dataset.step === button.dataset.go);
      // What is lacking, and what is about to be asked, the server tells of what is typed.
      const state = step === steps.at(-1) ? states.get(button.form) : undefined;
      if (state && typed(button.form) !== state.saved) return;
      event.preventDefault();
      goTo(step);
    } else if (place?.closest('[data-step]')) {
      event.preventDefault();
      goTo(place.closest('[data-step]'), place);
    }
  });
  if (steps.length && location.hash) {
    const place = document.getElementById(location.hash.slice(1));
    if (place?.closest('[data-step]')) goTo(place.closest('[data-step]'), place);
  }

  // A folded list stands under what is chosen in it.
  document.addEventListener('change', (event) => {
    const list = event.target.closest('[data-folded]');
    if (!list) return;
    const chosen = [...list.querySelectorAll('input:checked')].map((x) => x.labels[0].textContent.trim());
    list.querySelector('summary span').textContent = chosen.length ? `Valgt: ${chosen.join(', ')}` : 'Vælg i listen';
  });

  // ------------------------------------------------- The session's end

  const bar = document.querySelector('[data-session]');
  const place = document.querySelector('[data-session-alert]');
  if (!bar || !place) return;
  let ends;
  let shown = '';

  function goesOn({ seconds, until }) {
    ends = Date.now() + seconds * 1000;
    bar.querySelector('[data-until]').textContent = until;
    if (seconds > WARN) show('');
  }

  function show(what, ...content) {
    if (shown === what) return;
    shown = what;
    if (!what) return place.replaceChildren();
    const icon = document.querySelector('[data-session-icon]').content.cloneNode(true);
    place.replaceChildren(element('div', 'alert alert-warning', icon, element('div', 'alert-body', ...content)));
  }

  function ended() {
    ends = Date.now();
    const text = forms.length
      ? 'Tryk på en knap i formularen, når du er færdig: Så kan du logge ind, og det, du har skrevet, følger med.'
      : 'Log ind igen for at gå videre.';
    show('ended', element('p', 'alert-heading', 'Du er logget ud'), element('p', 'alert-text', text));
  }

  function warn() {
    const button = element('button', 'button button-secondary', 'Bliv logget ind');
    button.type = 'button';
    button.addEventListener('click', async () => {
      try {
        const answer = await fetch(bar.dataset.extend, { method: 'POST' });
        if (answer.status === 401) return ended();
        if (!answer.ok) throw new Error(answer.status);
        const session = await answer.json();
        goesOn(session);
        if (session.seconds <= WARN) {
          show('last', element('p', 'alert-heading', `Du bliver logget ud kl. ${session.until}`),
            element('p', 'alert-text', forms.length
              ? 'Man kan ikke være logget ind længere ad gangen. Gem det, du skriver, eller skriv videre: Så kan du logge ind, når du gemmer, og det, du har skrevet, følger med.'
              : 'Man kan ikke være logget ind længere ad gangen.'));
        }
      } catch {
        button.textContent = 'Det lykkedes ikke. Prøv igen';
      }
    });
    const until = bar.querySelector('[data-until]').textContent;
    show('warned', element('p', 'alert-heading', `Du bliver logget ud kl. ${until}`),
      ...(forms.length ? [element('p', 'alert-text', 'Det, du har skrevet, går ikke tabt.')] : []), button);
  }

  function look() {
    const left = (ends - Date.now()) / 1000;
    if (left <= 0) ended();
    else if (left <= WARN && shown !== 'last') warn();
  }

  goesOn({ seconds: Number(bar.dataset.session), until: bar.querySelector('[data-until]').textContent });
  look();
  setInterval(look, LOOK);
  document.addEventListener('visibilitychange', () => document.visibilityState === 'visible' && look());
})();
