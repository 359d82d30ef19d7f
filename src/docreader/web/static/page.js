// Finds articles and their sound, gives them bars, listens to the page.
import { Bar } from './bar.js';
import { Player, playing } from './player.js';
import { moveTo } from './view.js';

const HERE = new URL('.', import.meta.url);
const here = () => location.href.split('#')[0];
const resolve = (address) => new URL(address, document.baseURI).href.split('#')[0];
const all = (selector, root = document) => [...root.querySelectorAll(selector)];
const shown = (element) => element.checkVisibility?.() !== false;
const tidy = (text) => text.normalize('NFC').replace(/\s+/g, ' ').trim();

function settings(bar) {
	const script = all('script[src]').find(({ src }) => src.startsWith(HERE + 'docreader.js'));
	const given = { ...script?.dataset, ...globalThis.docreaderSettings };
	for (const { name, value } of bar?.attributes ?? []) given[name] = value;
	const folder = (address) => (address ? resolve(address.replace(/\/?$/, '/')) : '');
	return {
		...given,
		audio: folder(given.audio),
		service: given.service === 'none' ? '' : folder(given.service ?? (/^http/.test(HERE) && HERE.origin)),
		hide: new Set(given.hide?.split(/[\s,]+/)),
	};
}

const canonicals = new Map(); // where each was first: applications forget to renew it
function addresses() {
	const link = document.querySelector('link[rel=canonical][href]')?.href;
	if (link && !canonicals.has(link)) canonicals.set(link, here());
	const told = canonicals.get(link) === here() ? [link, document.querySelector('meta[property="og:url"]')?.content] : [];
	return [...new Set([...told, here(), here().split('?')[0]].filter(Boolean).map(resolve))];
}

function ownAddresses(root) {
	const own = root.dataset.url ?? root.getAttribute('about') ?? root.querySelector('a[rel=bookmark],h1 a,h2 a,h3 a')?.href;
	return own ? [resolve(own)] : addresses();
}

function articles(selector) {
	const chosen = selector ? all(selector) : [];
	const many = chosen.length > 1;
	return (many ? chosen : [chosen[0] ?? likely()]).filter(Boolean).map((root) => {
		const inside = root.querySelector('h1') ?? root.querySelector('h2,h3');
		const above = !many && !inside?.matches('h1') && all('h1').findLast((h) => h.textContent.trim() && shown(h) && h.compareDocumentPosition(root) & 4);
		return { root, many, heading: above || inside, addresses: many || root.dataset.url ? ownAddresses(root) : addresses() };
	});
}

function likely() {
	const named = document.querySelector('[itemprop=articleBody],[property="content:encoded"]');
	if (named?.textContent.length > 200) return named;
	const scores = new Map();
	const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
	for (let node; (node = walker.nextNode()); ) {
		const { length } = tidy(node.data);
		const parent = node.parentElement;
		const block = parent.closest('p')?.parentElement ?? parent.closest('div,td,section,article');
		if (length < 25 || !block || parent.closest('nav,header,footer,aside,form,script,style,noscript,li')) continue;
		for (const [e, weight] of [[block, 1], [block.parentElement, 0.5]]) scores.set(e, (scores.get(e) ?? 0) + length * weight);
	}
	const best = [...scores].sort((a, b) => b[1] - a[1])[0];
	return best?.[1] > 200 && best[0];
}

async function json(address) {
	const answer = await fetch(address, { credentials: 'omit' });
	if (!answer.ok) return;
	const found = await answer.json();
	for (const name of ['audio', 'marks', 'pdf']) if (typeof found[name] === 'string') found[name] = new URL(found[name], answer.url).href;
	return found;
}

const fnv = (text) => [...text].reduce((hash, letter) => Math.imul(hash ^ letter.charCodeAt(), 0x1000193), 0x811c9dc5) >>> 20;

async function files({ addresses }, { audio }) {
	for (const address of audio ? addresses : []) {
		const { host, pathname, search } = new URL(address);
		const path = pathname + search;
		const index = await json(`${audio}pages/${fnv(path).toString(16).padStart(3, '0')}.json`);
		const name = index?.[host.replace(/^www\./, '') + path] ?? index?.[path];
		const found = name && (await json(audio + name));
		if (found) return { ...found, complete: true };
	}
}

async function service({ addresses }, { service, voice }, chosen = voice) {
	const query = new URLSearchParams({ url: addresses[0], ...(chosen && { voice: chosen }) });
	const found = service && (await json(`${service}v1/article?${query}`));
	return found && { ...found, duration: found.duration ?? found.estimate, marks: [], more: (from) => json(`${found.marks}?from=${from}&wait=10`) };
}

const LETTER = /[\p{L}\p{N}]/u;
const BLOCKS = 'p,li,h2,h3,h4,h5,h6,blockquote,td,th,dd,dt';
// For the browser's voice.
function blocksOf({ root, heading }) {
	if (!root) return [];
	const found = all(BLOCKS, root).filter((e) => e !== heading && !e.querySelector(BLOCKS) && !e.closest('nav,form,aside,figcaption,footer') && shown(e) && !beside(e));
	let texts = found.map((e) => e.innerText);
	if (texts.join('').length < root.innerText.length / 2) texts = root.innerText.split('\n');
	const title = tidy(heading?.innerText ?? '');
	return [title, ...texts.map(tidy).filter((text) => text !== title)].filter((text) => LETTER.test(text));
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

const vietnamese = () => speechSynthesis.getVoices().filter(({ lang }) => /^vi\b/i.test(lang));

async function browser(article) {
	if (!window.speechSynthesis) return;
	for (let i = 0; i < 10 && !speechSynthesis.getVoices().length; i++) await new Promise((done) => setTimeout(done, 100));
	const texts = vietnamese().length && blocksOf(article);
	if (texts.length) return { title: texts[0], marks: sentences(texts), complete: true, voices: vietnamese() };
}

function sentences(texts) {
	const segmenter = new Intl.Segmenter('vi', { granularity: 'sentence' });
	let end = 0;
	return texts.flatMap((text, block) => [...segmenter.segment(text)].filter(({ segment }) => LETTER.test(segment)).map(({ segment, index: from }) => {
		const start = end;
		const written = segment.trim();
		end += written.split(' ').length / 3.4 + 0.4; // about
		return { start, end, block, from, written, words: [] };
	}));
}

export async function source(...asked) {
	for (const [kind, ask] of Object.entries({ files, service, browser })) {
		try {
			const found = await ask(...asked);
			if (found) return { ...found, kind };
		} catch (error) {
			console.warn('docreader:', error.message);
		}
	}
}

const TAG = 'docreader-bar';
const bars = new Map();

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

function beforeTitle({ heading, root }) {
	for (let e = heading ?? root; e && e !== document.body; e = e.parentElement) {
		if (!/inline|flex|grid/.test(getComputedStyle(e.parentElement).display) && !e.parentElement.closest('a,p,hgroup')) return e;
	}
}

function fill(host, ours) {
	const own = settings(host);
	const article = ours ?? articles(own.article)[0] ?? { addresses: addresses() };
	if (own.url) article.addresses = [resolve(own.url)];
	if (!ours && own.article) article.many = true;
	const player = new Player(article, own);
	player.addEventListener('word', () => moveTo(player.ranges.word ?? player.ranges.sentence));
	host.bar = Object.assign(new Bar(host, player, own, !bars.size), { ours });
	bars.set(host, host.bar);
}

let address = here();
let timer;
// Single-page applications.
function check() {
	timer = 0;
	const moved = address !== (address = here());
	const { article } = settings();
	const lost = ({ player }) => !player.article.root?.isConnected;
	if (moved || [...bars.values()].some(lost) || all(TAG).length !== bars.size || (article && all(article).length > bars.size)) {
		for (const [host, bar] of bars) {
			if (!moved && host.isConnected && (bar.player.article.root || !articles(article).length)) continue;
			bar.remove();
			bars.delete(host);
			if (bar.ours) host.remove();
		}
		const [first] = bars.values();
		if (first?.player.article.root?.isConnected === false) Object.assign(first.player.article, articles(first.settings.article)[0]);
		look();
	}
	playing()?.relocate();
}
const later = () => (timer ||= setTimeout(check, 400));

const player = () => playing() ?? [...bars.values()][0]?.player;
const interactive = (element) => element.closest?.(`a,button,input,textarea,select,label,summary,audio,video,[contenteditable],[tabindex],${TAG}`);
let selection;

function key(event) {
	const target = event.composedPath()[0];
	const one = player();
	const { altKey, shiftKey, code } = event;
	if (!one || event.defaultPrevented || event.ctrlKey || event.metaKey || target.closest?.('input,textarea,select,[contenteditable]')) return;
	if (altKey && shiftKey && one.settings.keys !== 'none') {
		if (code === 'KeyD') selection ? one.readRange(selection) : one.toggle();
		else if (one.track && code === 'KeyJ') one.move(-1);
		else if (one.track && code === 'KeyL') one.move(1);
		else return;
	} else if (event.key === 'Enter' && one.track && !altKey && !shiftKey) {
		const { anchorNode, anchorOffset } = getSelection();
		let mark;
		if (!interactive(target)) mark = anchorNode && one.markAt(anchorNode, anchorOffset);
		else if (target.matches('p,h1,h2,h3,h4,h5,h6,li,blockquote')) mark = one.markAt(target, 0, true);
		if (!mark) return;
		one.listenFrom(mark);
	} else return;
	event.preventDefault();
}

// Screen readers click where Enter is pressed.
function click(event) {
	const one = player();
	const { clientX, clientY, target } = event;
	if (!one?.track || event.defaultPrevented || event.button || event.ctrlKey || event.shiftKey || interactive(target) || !getSelection().isCollapsed) return;
	const { offsetNode, offset } = document.caretPositionFromPoint?.(clientX, clientY) ?? {};
	const range = !offsetNode && document.caretRangeFromPoint?.(clientX, clientY);
	const mark = one.markAt(offsetNode ?? range?.startContainer ?? target, offset ?? range?.startOffset ?? 0);
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

// Extensions have no registry.
if (globalThis.customElements) customElements.define(TAG, class extends HTMLElement {});
look();
new MutationObserver(later).observe(document.documentElement, { childList: true, subtree: true });
window.navigation?.addEventListener('currententrychange', later);
addEventListener('popstate', later);
document.addEventListener('keydown', key);
document.addEventListener('click', click);
document.addEventListener('selectionchange', select);
