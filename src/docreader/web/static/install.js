/** Puts a bar to each article of the page, keeps it there, and listens to the page: keys, clicks, selections, new addresses. */
import { follow } from './aids.js';
import { articles } from './article.js';
import { Bar, refresh } from './bar.js';
import { Player, playing } from './player.js';
import { settingsOf } from './settings.js';

const TAG = 'docreader-bar';
const bars = new Map();
let page;

/** Begin. `settings`: see settings.js. */
export function install(settings) {
  if (page) return;
  page = settings;
  // Without a registry (in an extension's world of its own) the element is found and filled all the same.
  if (globalThis.customElements && !customElements.get(TAG)) customElements.define(TAG, class extends HTMLElement {});
  look();
  watch();
  document.addEventListener('keydown', key);
  document.addEventListener('click', click);
  document.addEventListener('selectionchange', () => {
    clearTimeout(selecting);
    selecting = setTimeout(selected, 150);
  });
}

/** Bars that the page's author placed get their articles; articles without one get a bar of ours. */
function look() {
  const placed = [...document.querySelectorAll(TAG)];
  for (const host of placed) if (!bars.has(host)) fill(host);
  if (placed.some((host) => !bars.get(host)?.ours)) return;
  const found = articles(page.article);
  if (!placed.length && !found.length && !page.place && page.article) return;
  const missing = found.length ? found.filter((a) => ![...bars.values()].some((bar) => bar.article.root === a.root)) : placed.length ? [] : [null];
  for (const article of missing) {
    const host = document.createElement(TAG);
    put(host, article, found.length > 1);
    fill(host, article ?? none(), found.length > 1);
  }
}

const none = () => ({ root: null, body: null, heading: null, addresses: [location.href.split('#')[0]] });

function put(host, article, many) {
  const before = !many && page.place ? document.querySelector(page.place) : many ? article.root.firstChild : beforeTitle(article);
  if (before) before.before(host);
  else if (many) article.root.append(host);
  else document.body.prepend(host);
}

/** Before the title, or before the nearest thing around it whose neighbours are stacked as blocks. */
function beforeTitle(article) {
  let element = article?.heading ?? article?.body;
  while (element && element !== document.body) {
    const { display } = getComputedStyle(element.parentElement);
    if (/^(block|flow-root|list-item|table-cell)$/.test(display) && !element.parentElement.closest('a,h1,h2,h3,p,hgroup')) return element;
    element = element.parentElement;
  }
  return null;
}

function fill(host, article, many = false) {
  const settings = settingsOf(host, page);
  const own = article ?? articles(settings.article)[0] ?? none();
  if (settings.url) own.addresses = [new URL(settings.url, document.baseURI).href];
  own.many = many || !!(settings.article && !article);
  const player = new Player(own, settings);
  const bar = (host.bar = new Bar(host, player, settings, bars.size === 0));
  bars.set(host, { bar, article: own, ours: !!article });
  player.addEventListener('word', () => follow(player.ranges?.word ?? player.ranges?.sentence));
}

/** Single-page applications change the address without a load, and draw their elements anew. */
function watch() {
  let address = location.href.split('#')[0];
  let timer;
  const check = () => {
    timer = undefined;
    const now = location.href.split('#')[0];
    const gone = [...bars].filter(([host]) => !host.isConnected);
    if (now !== address) {
      address = now;
      for (const [host, { bar, ours }] of bars) {
        bar.remove();
        bars.delete(host);
        if (ours) host.remove();
      }
      look();
    } else if (gone.length || (page.article && document.querySelectorAll(page.article).length > bars.size)) {
      for (const [host, { bar }] of gone) {
        bar.remove();
        bars.delete(host);
      }
      look();
    } else if (![...bars.values()].some(({ article }) => article.root?.isConnected)) {
      const [first] = bars;
      const found = articles(page.article)[0];
      if (first && found) {
        Object.assign(first[1].article, found);
        refresh();
      }
    }
    const player = playing();
    if (player?.open && player.page.nodes.some((node) => !node.isConnected)) player.relocate();
  };
  const later = () => (timer ??= setTimeout(check, 250));
  new MutationObserver(later).observe(document.documentElement, { childList: true, subtree: true });
  window.navigation?.addEventListener('currententrychange', later);
  window.addEventListener('popstate', later);
}

const player = () => playing() ?? bars.values().next().value?.bar.player;
const editable = (element) => element?.closest?.('input,textarea,select,[contenteditable]:not([contenteditable=false])');
const interactive = (element) =>
  element?.closest?.('a,button,input,textarea,select,label,summary,option,audio,video,[contenteditable],[role=button],[role=link],[tabindex]:not([tabindex="-1"]),' + TAG);

function key(event) {
  const target = event.composedPath()[0];
  const one = player();
  if (!one || event.defaultPrevented || editable(target)) return;
  if (event.altKey && event.shiftKey && !event.ctrlKey && !event.metaKey && page.keys) {
    const act = {
      KeyD: () => (selection ? one.readRange(selection) : one.toggle()),
      KeyJ: () => one.open && one.sentence(-1),
      KeyL: () => one.open && one.sentence(1),
    }[event.code];
    if (!act) return;
    event.preventDefault();
    act();
  } else if (event.key === 'Enter' && one.open && !event.altKey && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
    if (target.localName !== 'body' && interactive(target) && !target.matches('p,h1,h2,h3,h4,h5,h6,li,blockquote')) return;
    const at = getSelection();
    const [node, offset] = target.localName === 'body' ? [at.anchorNode, at.anchorOffset] : [target, 0];
    const mark = node && one.markAt(node, offset, target.localName === 'body');
    if (mark) {
      event.preventDefault();
      one.listenFrom(mark);
    }
  }
}

/** With the player open, a click on a sentence listens from there; screen readers click where Enter is pressed. */
function click(event) {
  const one = player();
  if (!one?.open || event.defaultPrevented || event.button || interactive(event.target) || !getSelection().isCollapsed) return;
  if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const { clientX, clientY } = event;
  const spot = document.caretPositionFromPoint?.(clientX, clientY);
  const range = spot ? null : document.caretRangeFromPoint?.(clientX, clientY);
  const [node, offset] = spot ? [spot.offsetNode, spot.offset] : range ? [range.startContainer, range.startOffset] : [event.target, 0];
  const mark = one.markAt(node, offset) ?? null;
  if (mark) one.listenFrom(mark);
}

let selecting;
let selection = null;

function selected() {
  const now = getSelection();
  const range = now.rangeCount && !now.isCollapsed ? now.getRangeAt(0) : null;
  selection = null;
  for (const { bar, article } of bars.values()) {
    const inside = range && article.root?.contains(range.commonAncestorContainer) && range.toString().trim();
    if (inside) selection = range.cloneRange();
    bar.select(inside ? selection : null);
  }
}
