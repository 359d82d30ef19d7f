/** Lights up the sentence and the word that are heard, in the page's own text, which stays as it is. */

const NAMES = ['docreader-sentence', 'docreader-word'];
const COLOURS = `
::highlight(docreader-sentence){background-color:#fff2a8;color:#1b1b1b}
::highlight(docreader-word){background-color:#ffc629;color:#000;text-decoration:underline}
@media(forced-colors:active){
::highlight(docreader-sentence){background-color:Canvas;color:CanvasText;text-decoration:underline}
::highlight(docreader-word){background-color:Highlight;color:HighlightText}}`;

/** The element that holds what lies over the page; a child of <html>, so that no style of the page's parts moves it. */
export function overlay() {
  let host = document.querySelector('docreader-overlay');
  if (host) return host.shadowRoot;
  host = document.createElement('docreader-overlay');
  host.setAttribute('aria-hidden', 'true');
  const root = host.attachShadow({ mode: 'open' });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`
:host{all:initial!important;position:absolute!important;top:0!important;left:0!important;width:0!important;height:0!important;
z-index:2147483000!important;pointer-events:none!important}
div{position:absolute;pointer-events:none}
.docreader-sentence{background:#ffe97d66}.docreader-word{background:#ffb70080;border-bottom:2px solid #7a4a00}
.mask,.ruler{position:fixed;left:0;right:0;height:var(--h,5em);transform:translateY(-50%)}
.mask{box-shadow:0 0 0 400vmax #000b}
.ruler{border-bottom:4px solid #c2410c;height:0;outline:1px solid #fff}
@media print{:host{display:none!important}}`);
  root.adoptedStyleSheets = [sheet];
  document.documentElement.append(host);
  return root;
}

export class Highlighter {
  constructor() {
    this.ranges = [null, null];
    this.modern = typeof Highlight === 'function' && !!CSS.highlights;
    if (this.modern) {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(COLOURS);
      document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
    } else {
      window.addEventListener('resize', () => this.#draw());
    }
  }

  show(sentence, word) {
    if (this.modern) {
      [sentence, word].forEach((range, n) => {
        if (range === this.ranges[n]) return;
        if (!range) CSS.highlights.delete(NAMES[n]);
        else {
          const highlight = new Highlight(range);
          highlight.priority = n + 1;
          CSS.highlights.set(NAMES[n], highlight);
        }
      });
      this.ranges = [sentence, word];
    } else if (sentence !== this.ranges[0] || word !== this.ranges[1]) {
      this.ranges = [sentence, word];
      this.#draw();
    }
  }

  /** Where there is no Custom Highlight API: rectangles over the text. */
  #draw() {
    const root = overlay();
    root.querySelectorAll('.docreader-sentence,.docreader-word').forEach((old) => old.remove());
    const zero = root.host.getBoundingClientRect();
    this.ranges.forEach((range, n) => {
      for (const box of range?.getClientRects() ?? []) {
        const mark = root.appendChild(document.createElement('div'));
        mark.className = NAMES[n];
        Object.assign(mark.style, {
          left: box.left - zero.left + 'px',
          top: box.top - zero.top + 'px',
          width: box.width + 'px',
          height: box.height + 'px',
        });
      }
    });
  }
}

let suspended = 0;
for (const type of ['wheel', 'touchmove', 'pointerdown']) {
  window.addEventListener(type, () => (suspended = performance.now() + 6000), { passive: true, capture: true });
}

/** Scroll a range into view, unless it is well in it or the reader has just scrolled elsewhere. `bottom`: pixels that the player covers. */
export function reveal(range, bottom, force = false) {
  const box = range?.getBoundingClientRect();
  if (!box || (!box.height && !box.width)) return;
  if (force) suspended = 0;
  const high = window.innerHeight - bottom;
  if (performance.now() < suspended) return;
  if (box.top >= high * 0.08 && box.bottom <= high * 0.85) return;
  const behavior = matchMedia('(prefers-reduced-motion: reduce)').matches ? 'instant' : 'smooth';
  const move = { top: box.top - high * 0.3, behavior };
  let parent = range.startContainer.parentElement;
  while (parent && parent !== document.body && parent !== document.documentElement) {
    const scrolls = /auto|scroll/.test(getComputedStyle(parent).overflowY) && parent.scrollHeight > parent.clientHeight;
    if (scrolls) {
      parent.scrollBy({ ...move, top: box.top - parent.getBoundingClientRect().top - parent.clientHeight * 0.3 });
      return;
    }
    parent = parent.parentElement;
  }
  window.scrollBy(move);
}
