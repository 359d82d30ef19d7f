// Finds the articles of the page, gives them bars, and listens to the page.
import { Bar } from './bar.js';
import { moveTo } from './display.js';
import { Player, playing } from './player.js';

const HERE = new URL('.', import.meta.url);
const TAG = 'docreader-bar';
const bars = new Map();
const here = () => location.href.split('#')[0];
const resolve = (address) => new URL(address, document.baseURI).href.split('#')[0];
const all = (selector, root = document) => [...root.querySelectorAll(selector)];
const shown = (element) => element.checkVisibility?.() !== false;
const tidy = (text) => text.normalize('NFC').replace(/\s+/g, ' ').trim();

// Attributes of the script (an extension's: docreaderSettings) and of the bar.
function settings(bar) {
	const script = all('script[src]').find(({ src }) => src.split(/[?#]/)[0] === HERE + 'docreader.js');
	const own = bar && Object.fromEntries([...bar.attributes].map(({ name, value }) => [name, value]));
	const given = { ...script?.dataset, ...globalThis.docreaderSettings, ...own };
	const folder = (address) => (address ? resolve(address.replace(/\/?$/, '/')) : '');
	return {
		...given,
		audio: folder(given.audio),
		service: given.service === 'none' ? '' : folder(given.service ?? (/^http/.test(HERE) && HERE.origin)),
		hide: new Set(given.hide?.split(/[\s,]+/)),
	};
}

const canonicals = new Map(); // where each was seen first: applications forget to renew it
function addresses() {
	const link = document.querySelector('link[rel=canonical][href]')?.href;
	if (link && !canonicals.has(link)) canonicals.set(link, here());
	const told = canonicals.get(link) === here() ? [link, document.querySelector('meta[property="og:url"]')?.content] : [];
	return [...new Set([...told, here(), here().split('?')[0]].filter(Boolean).map(resolve))];
}

const headingOf = (root) => root.querySelector('h1') ?? root.querySelector('h2,h3');

function articles(selector) {
	const chosen = selector ? all(selector) : [];
	if (chosen.length > 1) return chosen.map((root) => ({ root, body: root, heading: headingOf(root), addresses: ownAddresses(root), many: true }));
	const body = chosen[0] ?? likely();
	if (!body) return [];
	const titles = all('h1').filter((h) => h.textContent.trim() && shown(h));
	const heading = headingOf(body)?.closest('h1') ?? titles.findLast((h) => h.compareDocumentPosition(body) & 4) ?? headingOf(body);
	return [{ root: body, body, heading, addresses: body.dataset.url ? ownAddresses(body) : addresses() }];
}

function ownAddresses(root) {
	const own = root.dataset.url ?? root.getAttribute('about') ?? root.querySelector('a[rel=bookmark],h1 a,h2 a,h3 a')?.href;
	return own ? [resolve(own)] : addresses();
}

function likely() {
	const named = document.querySelector('[itemprop=articleBody],[property="content:encoded"]');
	if (named?.textContent.length > 200) return named;
	const scores = new Map();
	for (const e of all('p,div,td,section,article')) {
		const paragraph = e.localName === 'p';
		const { length } = paragraph ? tidy(e.textContent) : tidy([...e.childNodes].filter(({ nodeType }) => nodeType === 3).map(({ data }) => data).join(''));
		if (length < 40 || e.closest('nav,header,footer,aside,form')) continue;
		const target = paragraph ? e.parentElement : e;
		for (const [t, weight] of [[target, 1], [target.parentElement, 0.5]]) scores.set(t, (scores.get(t) ?? 0) + length * weight);
	}
	const [best, score] = [...scores].reduce((a, b) => (b[1] > a[1] ? b : a), [null, 200]);
	return score > 200 ? best : null;
}

const BLOCKS = 'p,li,h2,h3,h4,h5,h6,blockquote,td,th,dd,dt';
// The article as the page shows it, for the browser's voice.
export function blocksOf({ body, heading }) {
	if (!body) return [];
	const found = all(BLOCKS, body).filter((e) => e !== heading && !e.querySelector(BLOCKS) && !e.closest('nav,form,aside,figcaption,footer') && shown(e) && !beside(e));
	let texts = found.map((e) => e.innerText);
	if (texts.join('').length < body.innerText.length * 0.5) texts = body.innerText.split('\n');
	const title = heading ? tidy(heading.innerText) : '';
	const blocks = texts.map(tidy).filter((text) => /[\p{L}\p{N}]/u.test(text) && text !== title);
	return [...(title ? [{ number: -2, text: title }] : []), ...blocks.map((text, number) => ({ number, text }))];
}

// Captions and the author's name.
function beside(element) {
	const text = element.textContent.trim();
	const { textAlign } = getComputedStyle(element);
	if (!text || (/right|end/.test(textAlign) && text.length < 60)) return true;
	let before = element.previousElementSibling;
	while (before && !before.textContent.trim() && !before.querySelector('img')) before = before.previousElementSibling;
	const slanted = element.querySelector('em,i')?.textContent.trim() === text;
	return before?.matches('img,:has(img)') && !before.textContent.trim() && (slanted || textAlign === 'center') && text.length < 300;
}

function look() {
	const { article, place } = settings();
	const placed = all(TAG);
	for (const host of placed) if (!bars.has(host)) fill(host);
	if (placed.some((host) => !bars.get(host).ours)) return;
	const found = articles(article);
	if (!found.length && (article || placed.length)) return;
	for (const one of found.length ? found : [{ addresses: addresses() }]) {
		if ([...bars.values()].some(({ player }) => player.article.root === one.root)) continue;
		const host = document.createElement(TAG);
		const before = one.many ? one.root.firstChild : place ? document.querySelector(place) : beforeTitle(one);
		if (before) before.before(host);
		else document.body.prepend(host);
		fill(host, one);
	}
}

function beforeTitle({ heading, body }) {
	for (let e = heading ?? body; e && e !== document.body; e = e.parentElement) {
		if (/^(block|flow-root|list-item|table-cell)$/.test(getComputedStyle(e.parentElement).display) && !e.parentElement.closest('a,p,hgroup')) return e;
	}
}

function fill(host, ours) {
	const own = settings(host);
	const article = ours ?? articles(own.article)[0] ?? { addresses: addresses() };
	if (own.url) article.addresses = [resolve(own.url)];
	if (!ours && own.article) article.many = true;
	const player = new Player(article, own);
	player.addEventListener('word', () => moveTo(player.ranges.word ?? player.ranges.sentence));
	host.bar = new Bar(host, player, own, !bars.size);
	bars.set(host, Object.assign(host.bar, { ours }));
}

function drop(host) {
	bars.get(host).remove();
	bars.delete(host);
}

let address = here();
let timer;
// Single-page applications change the address and draw anew.
function check() {
	timer = 0;
	const moved = address !== (address = here());
	const { article } = settings();
	const lost = ([host, { player }]) => !host.isConnected || !player.article.root?.isConnected;
	if (moved || [...bars].some(lost) || all(TAG).length !== bars.size || (article && all(article).length > bars.size)) {
		for (const [host, { ours, player }] of bars) {
			if (!moved && host.isConnected && (player.article.root || !articles(article).length)) continue; // or its text has come only now
			drop(host);
			if (ours) host.remove();
		}
		const [first] = bars.values();
		if (first?.player.article.root?.isConnected === false) Object.assign(first.player.article, articles(first.settings.article)[0]);
		look();
	}
	playing()?.relocate();
}
const later = () => (timer ||= setTimeout(check, 400));

const player = () => playing() ?? [...bars.values()][0]?.player;
const interactive = (element) => element.closest?.(`a,button,input,textarea,select,label,summary,audio,video,[contenteditable],[role=button],[tabindex],${TAG}`);
let selection;

function key(event) {
	const target = event.composedPath()[0];
	const one = player();
	const { altKey, shiftKey, code } = event;
	if (!one || event.defaultPrevented || event.ctrlKey || event.metaKey || target.closest?.('input,textarea,select,[contenteditable]')) return;
	let act;
	if (altKey && shiftKey && one.settings.keys !== 'none') {
		act = { KeyD: () => (selection ? one.readRange(selection) : one.toggle()), KeyJ: one.track && (() => one.move(-1)), KeyL: one.track && (() => one.move(1)) }[code];
	} else if (event.key === 'Enter' && one.track && !altKey && !shiftKey) {
		const caret = !interactive(target);
		const { anchorNode, anchorOffset } = getSelection();
		if (!caret && !target.matches('p,h1,h2,h3,h4,h5,h6,li,blockquote')) return;
		const mark = caret ? anchorNode && one.markAt(anchorNode, anchorOffset) : one.markAt(target, 0, true);
		act = mark && (() => one.listenFrom(mark));
	}
	if (!act) return;
	event.preventDefault();
	act();
}

// Screen readers click where Enter is pressed.
function click(event) {
	const one = player();
	const { clientX, clientY, target } = event;
	if (!one?.track || event.defaultPrevented || event.button || event.ctrlKey || event.shiftKey || interactive(target) || !getSelection().isCollapsed) return;
	const spot = document.caretPositionFromPoint?.(clientX, clientY);
	const range = !spot && document.caretRangeFromPoint?.(clientX, clientY);
	const mark = one.markAt(spot?.offsetNode ?? range?.startContainer ?? target, spot?.offset ?? range?.startOffset ?? 0);
	if (mark) one.listenFrom(mark);
}

function select() {
	const now = getSelection();
	const range = now.toString().trim() && now.getRangeAt(0);
	selection = null;
	for (const bar of bars.values()) {
		const { root, heading } = bar.player.article;
		const inside = range && [root, heading].some((part) => part && range.intersectsNode(part));
		if (inside) selection = range.cloneRange();
		bar.select(inside ? selection : null);
	}
}

// An extension's world has no registry, and needs none.
if (globalThis.customElements) customElements.define(TAG, class extends HTMLElement {});
look();
new MutationObserver(later).observe(document.documentElement, { childList: true, subtree: true });
window.navigation?.addEventListener('currententrychange', later);
addEventListener('popstate', later);
document.addEventListener('keydown', key);
document.addEventListener('click', click);
document.addEventListener('selectionchange', select);
