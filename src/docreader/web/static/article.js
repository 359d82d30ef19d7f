/** The articles of a page: where they stand, what their address is, and their text for a voice of the browser. */

/** Where the canonical link pointed for which address: single-page applications forget to renew it. */
const known = new Map();

/** The addresses under which the page's article may be known, the likeliest first. */
export function addresses() {
  const here = location.href.split('#')[0];
  const link = document.querySelector('link[rel=canonical][href]')?.href;
  if (link && !known.has(link)) known.set(link, here);
  const fresh = link && known.get(link) === here;
  const shared = document.querySelector('meta[property="og:url"]')?.content;
  const found = fresh ? [link, shared] : [];
  return [...new Set([...found, here, here.split('?')[0]].filter(Boolean).map((a) => new URL(a, here).href))];
}

/** The articles: [{root, heading, addresses}]. With a selector each element that it finds is one. */
export function articles(selector) {
  const chosen = selector ? [...document.querySelectorAll(selector)] : [];
  if (chosen.length > 1) return chosen.map((root) => ({ root, heading: headingOf(root), addresses: ownAddresses(root) }));
  const body = chosen[0] ?? likely();
  if (!body) return [];
  const heading = headingOf(body) ?? headingBefore(body);
  const root = chosen[0] && (!heading || chosen[0].contains(heading)) ? chosen[0] : common(body, heading);
  return [{ root, body, heading, addresses: chosen[0]?.dataset.url ? ownAddresses(chosen[0]) : addresses() }];
}

function ownAddresses(root) {
  const link = root.querySelector('a[rel=bookmark][href]') ?? headingOf(root)?.querySelector('a[href]') ?? headingOf(root)?.closest('a[href]');
  const own = root.dataset.url ?? root.getAttribute('about') ?? link?.href;
  return own ? [new URL(own, document.baseURI).href.split('#')[0]] : addresses();
}

const headingOf = (root) => root.querySelector('h1') ?? root.querySelector('h2,h3');

function headingBefore(body) {
  const all = [...document.querySelectorAll('h1')].filter((h) => h.textContent.trim() && visible(h));
  return all.findLast((h) => h.compareDocumentPosition(body) & Node.DOCUMENT_POSITION_FOLLOWING) ?? all[0] ?? null;
}

function common(a, b) {
  if (!b) return a;
  let element = a;
  while (element && !element.contains(b)) element = element.parentElement;
  return element ?? document.body;
}

const visible = (element) => element.checkVisibility?.() !== false;

/** The element that holds the most prose: paragraphs speak for their parent, and half for its parent. */
function likely() {
  const named = document.querySelector('[itemprop=articleBody],[property="content:encoded"]');
  if (named && named.textContent.trim().length > 200) return named;
  const scores = new Map();
  for (const p of document.querySelectorAll('p,div,td,section,article')) {
    if (p.closest('nav,header,footer,aside,form,docreader-bar')) continue;
    let length = 0;
    if (p.localName === 'p') length = p.textContent.trim().length;
    else for (const node of p.childNodes) if (node.nodeType === 3) length += node.data.trim().length;
    if (length < 40) continue;
    const target = p.localName === 'p' ? p.parentElement : p;
    scores.set(target, (scores.get(target) ?? 0) + length);
    if (target.parentElement) scores.set(target.parentElement, (scores.get(target.parentElement) ?? 0) + length / 2);
  }
  const [best, score] = [...scores].reduce((a, b) => (b[1] > a[1] ? b : a), [null, 0]);
  return score > 200 ? best : null;
}

const BLOCKS = 'p,li,h2,h3,h4,h5,h6,blockquote,td,th,dd,dt';

/** Blocks of an article as the page shows it, when nobody else has extracted them: [{number, kind, text}]. */
export function blocksOf({ body, root, heading }) {
  const from = body ?? root;
  const found = [...from.querySelectorAll(BLOCKS)].filter(
    (e) => e !== heading && !e.querySelector(BLOCKS) && !e.closest('nav,form,aside,figcaption,footer,docreader-bar') && visible(e) && !aside(e),
  );
  let lines = found.map((e) => ({ kind: /^h\d$/.test(e.localName) ? 'heading' : 'paragraph', text: e.innerText }));
  const length = lines.reduce((sum, line) => sum + line.text.length, 0);
  if (length < from.innerText.length * 0.5) lines = from.innerText.split('\n').map((text) => ({ kind: 'paragraph', text }));
  const blocks = lines
    .map(({ kind, text }) => ({ kind, text: text.normalize('NFC').replace(/\s+/g, ' ').trim() }))
    .filter(({ text }) => /[\p{L}\p{N}]/u.test(text) && text !== heading?.innerText.trim())
    .map((block, number) => ({ ...block, number }));
  const title = heading?.innerText.normalize('NFC').replace(/\s+/g, ' ').trim();
  return title ? [{ number: -2, kind: 'title', text: title }, ...blocks] : blocks;
}

/** Captions (a line in italics or centred under a picture) and the author's line at the right are not read. */
function aside(element) {
  const text = element.textContent.trim();
  if (!text || element.localName !== 'p') return !text;
  const align = getComputedStyle(element).textAlign;
  if (/right|end/.test(align) && text.length < 60) return true;
  let before = element.previousElementSibling;
  while (before && !before.textContent.trim() && !before.querySelector('img')) before = before.previousElementSibling;
  const under = before?.matches('img,figure,:has(img)') && !before.textContent.trim();
  const slanted = element.querySelector('em,i')?.textContent.trim() === text;
  return !!under && (slanted || align === 'center') && text.length < 300;
}
