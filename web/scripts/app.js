// Comfort for the finder: a filter, an order or a search applies at once, with
// the page staying where it is. Everything works without this file.
(() => {
  'use strict';

  // The starting page asks until the catalogue is ready.
  if (document.querySelector('[data-starting]')) {
    const ask = () => fetch('/readyz', { cache: 'no-store' })
      .then((answer) => (answer.ok ? location.reload() : setTimeout(ask, 1000)), () => setTimeout(ask, 1000));
    setTimeout(ask, 1000);
  }

  // On paper: where it stands, and the day.
  addEventListener('beforeprint', () => {
    for (const line of document.querySelectorAll('[data-printed]')) {
      line.textContent = `${location.href} · ${new Date().toLocaleDateString('da-DK', { day: 'numeric', month: 'long', year: 'numeric' })}`;
    }
    for (const folded of document.querySelectorAll('main details:not([open])')) {
      folded.open = true;
      folded.dataset.wasClosed = '';
    }
  });
  addEventListener('afterprint', () => {
    for (const opened of document.querySelectorAll('[data-was-closed]')) {
      opened.open = false;
      delete opened.dataset.wasClosed;
    }
  });

  // On a wide screen filters and directory are always open; browsers without
  // ::details-content need to be told.
  const panel = document.getElementById('filter-panel');
  if (panel && matchMedia('(min-width: 992px)').matches) panel.open = true;

  const results = document.getElementById('results');
  if (!results) return;
  let pending;

  // Puts the parts of another page of the finder in place of this one's. Focus
  // and what is unfolded stay as they are.
  function swap(page, back) {
    const focused = document.activeElement?.id;
    const unfolded = new Map([...document.querySelectorAll('details[id]')].map((d) => [d.id, d.open]));
    document.title = page.title;
    for (const part of document.querySelectorAll('[data-swap]')) {
      const next = page.getElementById(part.id);
      if (!next) continue;
      if (part.dataset.swap === 'text') {
        if (part.textContent !== next.textContent) part.textContent = next.textContent; // announced by role=status
      } else {
        part.replaceChildren(...document.importNode(next, true).childNodes);
      }
    }
    const summary = document.querySelector('.filter-panel > summary');
    const nextSummary = page.querySelector('.filter-panel > summary');
    if (summary && nextSummary) summary.replaceChildren(...document.importNode(nextSummary, true).childNodes);
    const form = document.querySelector('form[role=search]');
    const nextForm = page.querySelector('form[role=search]');
    form.querySelectorAll('input[type=hidden]').forEach((field) => field.remove());
    form.prepend(...document.importNode(nextForm, true).querySelectorAll('input[type=hidden]'));
    // What is typed and not searched for yet stays, but not on the way back.
    const { q } = form.elements;
    const searched = q.defaultValue;
    q.defaultValue = nextForm.elements.q.value;
    if (back || (document.activeElement !== q && q.value === searched)) q.value = q.defaultValue;
    for (const [id, open] of unfolded) {
      const details = document.getElementById(id);
      if (details) details.open = open;
    }
    if (focused && document.activeElement?.id !== focused) {
      (document.getElementById(focused) || document.getElementById('resultater')).focus({ preventScroll: true });
    }
  }

  async function go(url, { push = true, top = false } = {}) {
    pending?.abort();
    const mine = (pending = new AbortController());
    document.body.setAttribute('aria-busy', 'true');
    try {
      const answer = await fetch(url, { signal: mine.signal, headers: { Accept: 'text/html' } });
      if (!answer.ok) throw new Error(answer.status);
      const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
      if (!page.getElementById('results')) throw new Error('not the finder');
      if (push) history.pushState(null, '', answer.url);
      swap(page, !push);
      if (top) {
        const heading = document.getElementById('resultater');
        heading.focus({ preventScroll: true });
        heading.scrollIntoView({ block: 'start' });
      }
    } catch (error) {
      if (error.name !== 'AbortError') location.assign(url); // the plain way tells what is wrong
    } finally {
      if (pending === mine) document.body.removeAttribute('aria-busy');
    }
  }

  document.addEventListener('click', (event) => {
    if (event.target.closest?.('[data-done]')) document.getElementById('filter-panel').open = false;
    const link = event.target.closest?.('a[data-finder], a.facet');
    if (!link || event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    go(link.href, { top: link.dataset.finder === 'top' });
  });

  document.addEventListener('submit', (event) => {
    const form = event.target;
    if (!form.matches('form[role=search], form[data-filters]')) return;
    event.preventDefault();
    const fields = [...new FormData(form)].filter(([, value]) => value.trim());
    go(`${form.getAttribute('action')}?${new URLSearchParams(fields)}`, { top: event.submitter?.dataset.done !== undefined });
  });

  addEventListener('popstate', () => go(location.href, { push: false }));
})();
