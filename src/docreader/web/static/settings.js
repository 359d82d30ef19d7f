/** What the page's author chose: attributes of the script element, overridden by those of a <docreader-bar>. */

const HERE = new URL('.', import.meta.url);

/** Find the script element that loaded docreader: modules have no document.currentScript. */
function scriptElement() {
  const entry = new URL('docreader.js', HERE).href;
  return [...document.scripts].find((script) => script.src && script.src.split(/[?#]/)[0] === entry);
}

/** The settings of the page. An extension, which has no script element, leaves its own in globalThis.docreaderSettings. */
export function settings() {
  return read({ ...scriptElement()?.dataset, ...globalThis.docreaderSettings });
}

/** The settings of one bar: its attributes have the names of the script's without "data-". */
export function settingsOf(element, page) {
  const own = {};
  for (const { name, value } of element.attributes) own[name] = value;
  return { ...page, ...read({ ...page.given, ...own }) };
}

function read(given) {
  return {
    given,
    /** Folder of the batch job's files, an absolute address; empty: none. */
    audio: given.audio ? folder(given.audio) : '',
    /** Origin of the service; empty: none. */
    service: given.service === 'none' ? '' : folder(given.service || HERE.origin + '/', HERE.protocol.startsWith('http')),
    language: given.lang === 'en' ? 'en' : 'vi',
    /** Selector of the article, or of each of them; empty: docreader looks for one. */
    article: given.article || '',
    /** Selector of the element before which the bar is put; empty: the article's title. */
    place: given.place || '',
    /** Names of what is left out. */
    hide: new Set((given.hide || '').split(/[\s,]+/).filter(Boolean)),
    /** Whether keys work when the widget has no focus. */
    keys: given.keys !== 'none',
    voice: given.voice || '',
    url: given.url || '',
  };
}

function folder(address, allowed = true) {
  if (!allowed) return '';
  return new URL(address.replace(/\/?$/, '/'), document.baseURI).href;
}
