// How the page is shown, and what is remembered, in local storage only.
import { adopt, overlay } from './text.js';

function read(key) {
	try {
		return JSON.parse(localStorage[key]);
	} catch {
		return {}; // none, or switched off
	}
}
function write(key, value) {
	try {
		localStorage[key] = JSON.stringify(value);
	} catch {
		// for this page, then
	}
}

export const choices = read('docreader');
export function choose(changes) {
	Object.assign(choices, changes);
	write('docreader', choices);
}

const PLACES = 'docreader-places';
export const placeOf = (address) => read(PLACES)[address];
export function leaveAt(address, place) {
	const { [address]: old, ...others } = read(PLACES);
	const kept = Object.entries(others).slice(-99);
	write(PLACES, Object.fromEntries(place ? [...kept, [address, place]] : kept));
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
	const steps = [];
	for (let e = element; e.parentElement; e = e.parentElement) steps.unshift(`:nth-child(${[...e.parentElement.children].indexOf(e) + 1})`);
	return [':root', ...steps].join('>');
}

const RULES = {
	night: () => (choices.contrast ? '' : colours('#15191e', '#e8e4dc', '#9cc4ff', '#5d6875')),
	contrast: () => colours('#000', '#fff', '#ff0', '#fff') + ':focus-visible{outline:3px solid #0ff!important}',
	spacing: () => spacing(...[[1.8, 0.03, 0.08, 1.2], [2.2, 0.12, 0.16, 2]][choices.spacing - 1]), // WCAG 1.4.12
	font: () => `body *:not(${OURS},i,code,[class*=icon],[class^=fa],[class*=" fa"],[class*=glyph]){font-family:"Atkinson Hyperlegible",Lexend,Verdana,"DejaVu Sans",Tahoma,sans-serif!important}`,
	links: () => 'body a[href],body a[href] *{text-decoration:underline!important}',
	size: (part) => `${path(part)}{zoom:${choices.size}!important}${path(part)} :is(img,video,iframe){max-width:100%!important}`,
};
export const DISPLAY = [...Object.keys(RULES), 'mask', 'ruler'];
let sheet;

// part: what grows; covered: pixels below that the player hides
export function display(part, covered) {
	const rules = Object.keys(RULES).filter((name) => choices[name]).map((name) => RULES[name](part ?? document.body));
	if (covered) rules.push(`:root{scroll-padding-bottom:${covered + 8}px!important;padding-bottom:${covered}px!important}`);
	sheet ??= adopt(document, '');
	// In a layer, !important beats that of the page.
	sheet.replaceSync(`@layer docreader{@media screen{${rules.join('')}}}`);
	for (const className of ['mask', 'ruler']) {
		if (!choices[className] && !following) continue;
		if (!following) follow();
		const there = overlay().querySelector('.' + className);
		if (there && !choices[className]) there.remove();
		if (!there && choices[className]) overlay().append(Object.assign(document.createElement('div'), { className }));
	}
	if (following) move(y);
}

let following;
let y = innerHeight / 3;
function move(to, below = 18) {
	y = to;
	for (const aid of overlay().querySelectorAll('.mask,.ruler')) aid.style.top = y + (aid.className === 'ruler') * below + 'px';
}
export function moveTo(place) {
	const box = following && place?.getClientRects()[0];
	if (box) move(box.top + box.height / 2, box.height / 2 + 3);
}
function follow() {
	following = true;
	addEventListener('pointermove', (event) => move(event.clientY), { passive: true });
	addEventListener('focusin', (event) => event.target.localName !== 'docreader-bar' && moveTo(event.target));
}
