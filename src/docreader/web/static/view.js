// The page's text found, lit and scrolled to; the page shown as the reader chose.

function stored(key, value) {
	try {
		if (value) localStorage[key] = JSON.stringify(value);
		return JSON.parse(localStorage[key]);
	} catch {
		return {}; // none, or switched off
	}
}
export const choices = stored('docreader');
export const choose = (changes) => stored('docreader', Object.assign(choices, changes));
const PLACES = 'docreader-places';
export const placeOf = (address) => stored(PLACES)[address];
export function leaveAt(address, place) {
	const { [address]: old, ...others } = stored(PLACES);
	const kept = Object.entries(others).slice(-99);
	if (place) kept.push([address, place]);
	stored(PLACES, Object.fromEntries(kept));
}

// How many pass, in a sorted list.
export function search(list, test) {
	let [low, high] = [0, list.length];
	while (low < high) {
		const middle = (low + high) >> 1;
		if (test(list[middle])) low = middle + 1;
		else high = middle;
	}
	return low;
}

const NOTHING = /[\s\p{Cf}]/u;

// Sentences in the page's text: both in NFC, without white space.
export class Places {
	constructor({ root, heading, many }) {
		this.text = '';
		this.spots = []; // [node, start, end] of each character
		const walker = document.createTreeWalker(many ? root : document.body, NodeFilter.SHOW_TEXT);
		for (let node; (node = walker.nextNode()); ) {
			if (node.parentElement.checkVisibility?.() === false) continue;
			for (const { 0: cluster, index } of node.data.matchAll(/\P{M}\p{M}*|\p{M}+/gsu)) {
				for (const letter of cluster.normalize('NFC').split('')) {
					if (NOTHING.test(letter)) continue;
					this.spots.push([node, index, index + cluster.length]);
					this.text += letter;
				}
			}
		}
		const first = [heading, root].find((element) => element?.isConnected);
		this.reached = first ? this.index(first, 0) : 0;
	}

	get stale() {
		return this.spots.some(([node]) => !node.isConnected);
	}

	// Near after the one before; a long one wherever it is.
	place(mark) {
		mark.at = []; // Python's code point i is character at[i]
		let text = '';
		for (const letter of mark.written) {
			mark.at.push(text.length);
			if (!NOTHING.test(letter)) text += letter;
		}
		mark.at.push(text.length);
		mark.place = this.text.indexOf(text, this.reached);
		if (text.length < 30 && mark.place > this.reached + 3000) mark.place = -1;
		else if (text.length >= 30 && mark.place < 0) mark.place = this.text.indexOf(text);
		if (mark.place >= 0) this.reached = mark.place + text.length;
	}

	range({ place, at, from: zero }, from = zero, to = zero + at.length - 1) {
		const [node, start] = this.spots[place + at[Math.max(0, from - zero)]] ?? [];
		const [last, , end] = this.spots[place + at[Math.min(to - zero, at.length - 1)] - 1] ?? [];
		if (place < 0 || !node?.isConnected || !last?.isConnected) return null;
		const range = document.createRange();
		range.setStart(node, Math.min(start, node.length));
		range.setEnd(last, Math.min(end, last.length));
		return range;
	}

	index(node, offset) {
		const point = document.createRange();
		point.setStart(node, offset);
		return search(this.spots, ([owner, , end]) => point.comparePoint(owner, end) <= 0);
	}
}

function adopt(root, css) {
	const sheet = new CSSStyleSheet();
	sheet.replaceSync(css);
	root.adoptedStyleSheets.push(sheet);
	return sheet;
}

let over;
function lay(className) {
	if (!over) {
		const host = document.documentElement.appendChild(document.createElement('docreader-overlay'));
		host.ariaHidden = 'true';
		over = host.attachShadow({ mode: 'open' });
		adopt(over, `:host{all:initial!important;position:absolute!important;top:0!important;left:0!important;z-index:2147483000!important}
div{position:absolute;pointer-events:none}
.sentence{background:#ffe97d66}.word{background:#ffb70080;border-bottom:2px solid #7a4a00}
.mask,.ruler{position:fixed;left:0;right:0;transform:translateY(-50%)}
.mask{height:5em;box-shadow:0 0 0 400vmax #000b}.ruler{border-bottom:3px solid #c2410c;outline:1px solid #fff}
@media print{:host{display:none!important}}`);
	}
	return over.appendChild(Object.assign(document.createElement('div'), { className }));
}

const modern = globalThis.Highlight && CSS.highlights;
const LIT = ['sentence', 'word'];
let lit;
let boxes = [];

export function light(ranges) {
	if (!lit && modern) {
		adopt(document, `::highlight(docreader-sentence){background-color:#fff2a8;color:#1b1b1b}
::highlight(docreader-word){background-color:#ffc629;color:#000;text-decoration:underline 2px}`);
	} else if (!lit) addEventListener('resize', draw);
	lit = ranges;
	if (!modern) return draw();
	LIT.forEach((name, priority) => {
		if (lit[name]) CSS.highlights.set('docreader-' + name, Object.assign(new Highlight(lit[name]), { priority }));
		else CSS.highlights.delete('docreader-' + name);
	});
}

// Without the Custom Highlight API: rectangles.
function draw() {
	for (const box of boxes) box.remove();
	boxes = LIT.flatMap((name) => [...(lit[name]?.getClientRects() ?? [])].map(({ left, top, width, height }) => {
		const box = lay(name);
		const zero = over.host.getBoundingClientRect();
		Object.assign(box.style, { left: left - zero.left + 'px', top: top - zero.top + 'px', width: width + 'px', height: height + 'px' });
		return box;
	}));
}

let suspended = 0;
for (const type of ['wheel', 'touchmove']) addEventListener(type, () => (suspended = Date.now() + 6000), { passive: true });

// Not when the reader has just scrolled away.
export function reveal(range, covered, force) {
	const box = range?.getBoundingClientRect();
	let high = innerHeight - covered;
	if (force) suspended = 0;
	if (!box?.height || Date.now() < suspended || (box.top >= high * 0.08 && box.bottom <= high * 0.85)) return;
	let part = range.startContainer.parentElement;
	let top = 0;
	while (part && part !== document.body && !(/auto|scroll/.test(getComputedStyle(part).overflowY) && part.scrollHeight > part.clientHeight)) part = part.parentElement;
	if (part && part !== document.body) ({ top, height: high } = part.getBoundingClientRect());
	else part = window;
	part.scrollBy({ top: box.top - top - high * 0.3, behavior: matchMedia('(prefers-reduced-motion: reduce)').matches ? 'instant' : 'smooth' });
}

export const SIZES = [0.8, 0.9, 1, 1.15, 1.3, 1.5, 1.75, 2];
const OURS = 'docreader-bar,docreader-overlay,img,picture,video,canvas,iframe,object,embed,svg,svg *';

const colours = (ground, text, link, line) => `:root{color-scheme:dark!important}
:root,body{background:${ground}!important;color:${text}!important}
body *:not(${OURS}){color:inherit!important;border-color:${line}!important;text-shadow:none!important;box-shadow:none!important}
body *:not(${OURS},:empty){background:${ground}!important}
body a[href]:not(#_),body a[href] *:not(#_,${OURS}){color:${link}!important}
body :is(input,textarea,select,button):not(#_){background:${ground}!important;color:${text}!important;border:1px solid ${line}!important}
::placeholder{color:${text}!important}`;

const spacing = (line, letter, word, paragraph) => `body *:not(${OURS}){line-height:${line}!important;letter-spacing:${letter}em!important;word-spacing:${word}em!important}
body p{margin-bottom:${paragraph}em!important}`;

function path(element) {
	const at = [...(element.parentElement?.children ?? [])].indexOf(element) + 1;
	return at ? `${path(element.parentElement)}>:nth-child(${at})` : ':root';
}

const RULES = {
	night: () => (choices.contrast ? '' : colours('#15191e', '#e8e4dc', '#9cc4ff', '#5d6875')),
	contrast: () => colours('#000', '#fff', '#ff0', '#fff') + ':focus-visible{outline:3px solid #0ff!important}',
	spacing: () => (choices.spacing > 1 ? spacing(2.2, 0.12, 0.16, 2) : spacing(1.8, 0.03, 0.08, 1.2)),
	font: () => `body *:not(${OURS},i,code,[class*=icon],[class^=fa],[class*=" fa"],[class*=glyph]){font-family:"Atkinson Hyperlegible",Lexend,Verdana,"DejaVu Sans",Tahoma,sans-serif!important}`,
	links: () => 'body a[href],body a[href] *{text-decoration:underline!important}',
	size: (part) => `${path(part)}{zoom:${choices.size}!important}${path(part)} :is(img,video,iframe){max-width:100%!important}`,
};
const AIDS = ['mask', 'ruler'];
export const DISPLAY = [...Object.keys(RULES), ...AIDS];
const aids = {};
let sheet;

export function display(part = document.body, covered) {
	const rules = DISPLAY.map((name) => choices[name] && RULES[name]?.(part));
	if (covered) rules.push(`:root{scroll-padding-bottom:${covered + 8}px!important;padding-bottom:${covered}px!important}`);
	sheet ??= adopt(document, '');
	// In a layer !important beats the page's.
	sheet.replaceSync(`@layer docreader{@media screen{${rules.filter(Boolean).join('')}}}`);
	for (const name of AIDS) {
		aids[name]?.remove();
		aids[name] = choices[name] && lay(name);
	}
	move(y);
}

let y = innerHeight / 3;
function move(to, below = 18) {
	y = to;
	if (aids.mask) aids.mask.style.top = y + 'px';
	if (aids.ruler) aids.ruler.style.top = y + below + 'px';
}
export function moveTo(place) {
	const box = place?.getClientRects()[0];
	if (box) move(box.top + box.height / 2, box.height / 2 + 1);
}
addEventListener('pointermove', ({ clientY }) => move(clientY), { passive: true });
addEventListener('focusin', ({ target }) => target.localName !== 'docreader-bar' && moveTo(target));
