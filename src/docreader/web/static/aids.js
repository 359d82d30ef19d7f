/** The reading mask and the reading ruler: they follow the pointer, the focus and what is heard. */
import { overlay } from './highlight.js';
import { choices } from './store.js';

let listening = false;
let y = innerHeight / 3;

function move(to) {
  y = to;
  for (const aid of overlay().querySelectorAll('.mask,.ruler')) aid.style.top = y + (aid.className === 'ruler' ? 18 : 0) + 'px';
}

/** Follow a range of the text. */
export function follow(range) {
  if (!range || !(choices.mask || choices.ruler)) return;
  const box = range.getClientRects()[0];
  if (box) move(box.top + box.height / 2);
}

export function aids() {
  const wanted = ['mask', 'ruler'].filter((name) => choices[name]);
  if (!wanted.length && !listening) return;
  const root = overlay();
  for (const name of ['mask', 'ruler']) {
    const there = root.querySelector('.' + name);
    if (there && !choices[name]) there.remove();
    if (!there && choices[name]) root.appendChild(document.createElement('div')).className = name;
  }
  if (!listening) {
    listening = true;
    addEventListener('pointermove', (event) => move(event.clientY), { passive: true });
    addEventListener('focusin', ({ target }) => {
      if (target.matches?.('docreader-bar')) return;
      const box = target.getBoundingClientRect();
      move(box.top + box.height / 2);
    });
  }
  move(y);
}
