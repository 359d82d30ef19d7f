/**
 * How the page is shown: colours, size, spacing, font, links. One style sheet of ours, nothing in the page's own elements.
 *
 * Its rules stand in a cascade layer: there, `!important` wins against every important rule of the page that is in no layer.
 */
import { choices } from './store.js';

export const SIZES = [0.8, 0.9, 1, 1.15, 1.3, 1.5, 1.75, 2];
const OURS = 'docreader-bar,docreader-overlay';
const MEDIA = 'img,picture,video,canvas,iframe,object,embed,svg,svg *';
let sheet;

const colours = (ground, text, link, visited, line, field, all) => `
:root{color-scheme:dark!important}
:root,body{background:${ground}!important;color:${text}!important}
body *:not(${OURS},${MEDIA}){color:inherit!important;border-color:${line}!important;text-shadow:none!important;box-shadow:none!important}
body *:not(${OURS},${MEDIA}):not(:empty){background-color:${ground}!important;background-image:none!important}
body a:not(#_)[href],body a[href] *:not(${MEDIA}){color:${link}!important}
body a:not(#_)[href]:visited{color:${visited}!important}
body :is(input,textarea,select,button):not(#_){background:${field}!important;color:${text}!important;border:1px solid ${line}!important}
body ::placeholder{color:${text}!important;opacity:.75!important}
${all}`;

const night = () => colours('#15191e', '#e8e4dc', '#9cc4ff', '#c9b3f5', '#5d6875', '#232a32', 'img,video{filter:brightness(.85)!important}');
const contrast = () =>
  colours('#000', '#fff', '#ff0', '#ff0', '#fff', '#000', `a[href]{text-decoration:underline!important}:focus-visible{outline:3px solid #0ff!important;outline-offset:2px!important}`);

const SPACINGS = {
  1: ['1.8', '.03em', '.08em', '1.2em'],
  2: ['2.2', '.12em', '.16em', '2em'], // what WCAG 1.4.12 asks of a page to bear, and a little more
};

function spacing([line, letter, word, paragraph]) {
  return `body *:not(${OURS},${MEDIA}){line-height:${line}!important;letter-spacing:${letter}!important;word-spacing:${word}!important}
body p{margin-bottom:${paragraph}!important}`;
}

const font = `body *:not(${OURS},${MEDIA},i,code,pre,[class*=icon],[class^=fa],[class*=" fa"],[class*=glyph])
{font-family:"Atkinson Hyperlegible Next","Atkinson Hyperlegible",Lexend,Verdana,"DejaVu Sans",Tahoma,sans-serif!important;font-style:normal!important}`;

const links = `body a[href],body a[href] *{text-decoration:underline!important;text-underline-offset:.15em!important}`;

/** A selector of one element, for a rule that is for it alone. */
function path(element) {
  const steps = [];
  for (let e = element; e && e !== document.documentElement; e = e.parentElement) {
    steps.unshift(`${CSS.escape(e.localName)}:nth-child(${[...e.parentElement.children].indexOf(e) + 1})`);
  }
  return [':root', ...steps].join('>');
}

function size(element, factor) {
  const target = path(element);
  return `${target}{zoom:${factor}!important}${target} :is(img,video,iframe,table){max-width:100%!important}
@supports not (zoom:1){${target}{font-size:${factor * 100}%!important}}`;
}

/** Show the page as was chosen. `part`: the element whose text grows; `covered`: pixels that the player hides below. */
export function display(part, covered) {
  const rules = [];
  if (choices.contrast) rules.push(contrast());
  else if (choices.night) rules.push(night());
  if (choices.spacing) rules.push(spacing(SPACINGS[choices.spacing]));
  if (choices.font) rules.push(font);
  if (choices.links) rules.push(links);
  if (choices.size && choices.size !== 1) rules.push(size(part ?? document.body, choices.size));
  if (covered) rules.push(`:root{scroll-padding-bottom:${covered + 8}px!important;padding-bottom:${covered}px!important}`);
  if (!sheet) {
    if (!rules.length) return;
    sheet = new CSSStyleSheet();
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
  }
  sheet.replaceSync(rules.length ? `@layer docreader{@media screen{${rules.join('\n')}}}` : '');
}
