// The page's text as one string, without white space and in NFC: an extractor's text is found in it across elements and <br>.
const NOTHING = /[\s\u00ad\u034f\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2064]/;
const SKIPPED = 'script,style,noscript,template,textarea,select,docreader-bar';

export class PageText {
	constructor(root) {
		this.nodes = [];
		this.spots = []; // of each character: [node, start, end]
		let text = '';
		const shown = new Map();
		const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
		for (let node; (node = walker.nextNode()); ) {
			const parent = node.parentElement;
			if (!shown.has(parent)) shown.set(parent, !parent?.closest(SKIPPED) && parent?.checkVisibility?.() !== false);
			if (!shown.get(parent)) continue;
			this.nodes.push(node);
			for (const { 0: cluster, index } of node.data.matchAll(/\P{M}\p{M}*|\p{M}+/gsu)) {
				for (const letter of cluster.normalize('NFC').split('')) {
					if (NOTHING.test(letter)) continue;
					this.spots.push([node, index, index + cluster.length]);
					text += letter;
				}
			}
		}
		this.text = text;
	}

	range(from, to) {
		const [first, last] = [this.spots[from], this.spots[to - 1]];
		if (!first?.[0].isConnected || !last?.[0].isConnected || to <= from) return null;
		const range = document.createRange();
		range.setStart(first[0], Math.min(first[1], first[0].length));
		range.setEnd(last[0], Math.min(last[2], last[0].length));
		return range;
	}

	index(node, offset) {
		const point = document.createRange();
		point.setStart(node, offset);
		return search(this.spots, ([owner, , end]) => point.comparePoint(owner, end) <= 0);
	}
}

// How many, from the beginning of a sorted list, pass.
export function search(list, test) {
	let [low, high] = [0, list.length];
	while (low < high) {
		const middle = (low + high) >> 1;
		if (test(list[middle])) low = middle + 1;
		else high = middle;
	}
	return low;
}

// Code point i, which Python counts by, stands at at[i].
function squeeze(written) {
	const at = [];
	let text = '';
	for (const letter of written) {
		at.push(text.length);
		if (!NOTHING.test(letter)) text += letter;
	}
	at.push(text.length);
	return { text, at };
}

export class Places {
	constructor(page, blocks) {
		this.page = page;
		this.blocks = blocks.map(({ number, text }) => ({ number, ...squeeze(text), start: -1 }));
		// Long ones first: they bound where short ones are (a title stands in the menu, too).
		let cursor = 0;
		for (const block of this.blocks) {
			if (block.text.length < 30 || block.number === -2) continue;
			block.start = page.text.indexOf(block.text, cursor);
			if (block.start >= 0) cursor = block.start + block.text.length;
		}
		this.blocks.forEach((block, n) => {
			if (block.start >= 0 || !block.text) return;
			const before = this.blocks.slice(0, n).findLast((b) => b.start >= 0);
			const low = before ? before.start + before.text.length : 0;
			const high = this.#next(block.number);
			const title = block.number < 0 && high < page.text.length; // the nearest
			const found = title ? page.text.lastIndexOf(block.text, high - block.text.length) : page.text.indexOf(block.text, low);
			if (found >= low && found + block.text.length <= high) block.start = found;
			else if (block.number === -2) block.start = page.text.indexOf(block.text);
		});
	}

	#next(number) {
		return this.blocks.find((block) => block.number > number && block.start >= 0)?.start ?? this.page.text.length;
	}

	// In its block, or, if the page words that otherwise, after the last one.
	place(mark) {
		const block = this.blocks.find((b) => b.number === mark.block);
		Object.assign(mark, squeeze(mark.written));
		if (block?.start >= 0) mark.place = block.start + block.at[mark.from];
		else {
			mark.place = this.page.text.indexOf(mark.text, this.reached);
			if (mark.place + mark.text.length > this.#next(mark.block)) mark.place = -1;
		}
		if (mark.place >= 0) this.reached = mark.place + mark.text.length;
	}

	range({ place, at, from: zero }, from = zero, to = zero + at.length - 1) {
		return place < 0 ? null : this.page.range(place + at[Math.max(0, from - zero)], place + at[Math.min(to - zero, at.length - 1)]);
	}
}

export function adopt(root, css) {
	const sheet = new CSSStyleSheet();
	sheet.replaceSync(css);
	root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet];
	return sheet;
}

// What lies over the page, out of reach of its parts' styles.
export function overlay() {
	let host = document.querySelector('docreader-overlay');
	if (host) return host.shadowRoot;
	host = document.createElement('docreader-overlay');
	host.ariaHidden = 'true';
	document.documentElement.append(host);
	const root = host.attachShadow({ mode: 'open' });
	adopt(root, `:host{all:initial!important;position:absolute!important;top:0!important;left:0!important;z-index:2147483000!important}
div{position:absolute;pointer-events:none}
.sentence{background:#ffe97d66}.word{background:#ffb70080;border-bottom:2px solid #7a4a00}
.mask,.ruler{position:fixed;left:0;right:0;transform:translateY(-50%)}
.mask{height:5em;box-shadow:0 0 0 400vmax #000b}.ruler{border-bottom:4px solid #c2410c;outline:1px solid #fff}
@media print{:host{display:none!important}}`);
	return root;
}

const modern = globalThis.Highlight && CSS.highlights;
let started;
let lit = {};

export function light(ranges) {
	if (!started && modern) {
		adopt(document, `::highlight(docreader-sentence){background-color:#fff2a8;color:#1b1b1b}
::highlight(docreader-word){background-color:#ffc629;color:#000;text-decoration:underline}
@media(forced-colors:active){::highlight(docreader-sentence){background-color:Canvas;color:CanvasText;text-decoration:underline}
::highlight(docreader-word){background-color:Highlight;color:HighlightText}}`);
	} else if (!started) addEventListener('resize', () => draw());
	started = true;
	const before = lit;
	lit = ranges;
	if (!modern) return draw();
	['sentence', 'word'].forEach((name, priority) => {
		if (lit[name] === before[name]) return;
		if (!lit[name]) return CSS.highlights.delete('docreader-' + name);
		CSS.highlights.set('docreader-' + name, Object.assign(new Highlight(lit[name]), { priority }));
	});
}

// Without the Custom Highlight API: rectangles.
function draw() {
	const root = overlay();
	root.querySelectorAll('.sentence,.word').forEach((old) => old.remove());
	const zero = root.host.getBoundingClientRect();
	for (const className of ['sentence', 'word']) {
		for (const box of lit[className]?.getClientRects() ?? []) {
			const mark = root.appendChild(Object.assign(document.createElement('div'), { className }));
			for (const [side, from] of [['left', zero.left], ['top', zero.top], ['width', 0], ['height', 0]]) mark.style[side] = box[side] - from + 'px';
		}
	}
}

let suspended = 0;
for (const type of ['wheel', 'touchmove']) addEventListener(type, () => (suspended = performance.now() + 6000), { passive: true, capture: true });

// Gently, and not when the reader has just scrolled away. bottom: pixels that the player covers.
export function reveal(range, bottom, force) {
	const box = range?.getBoundingClientRect();
	if (force) suspended = 0;
	const high = innerHeight - bottom;
	if (!box?.height || performance.now() < suspended || (box.top >= high * 0.08 && box.bottom <= high * 0.85)) return;
	const behavior = matchMedia('(prefers-reduced-motion: reduce)').matches ? 'instant' : 'smooth';
	let part = range.startContainer.parentElement;
	while (part && !(/auto|scroll/.test(getComputedStyle(part).overflowY) && part.scrollHeight > part.clientHeight)) part = part.parentElement;
	if (!part || part === document.body || part === document.documentElement) scrollBy({ top: box.top - high * 0.3, behavior });
	else part.scrollBy({ top: box.top - part.getBoundingClientRect().top - part.clientHeight * 0.3, behavior });
}
