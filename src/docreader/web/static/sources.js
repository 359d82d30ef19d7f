/** Where the sound of an article comes from: the batch job's files, the service, the browser's own voice, in this order. */
import { blocksOf } from './article.js';
import { sha256 } from './sha256.js';

/** What a source gives, for whoever plays it:
 * {kind, title, site, blocks, marks, complete, duration, audio, download, pdf, voice, voices, more(from)} */

async function json(address, missing = null) {
  const answer = await fetch(address, { credentials: 'omit' });
  if (answer.status === 404 && missing !== null) return missing;
  if (!answer.ok) throw new Error(`${answer.status} ${address}`);
  return answer.json();
}

const blocks = (article) => [
  { number: -2, kind: 'title', text: article.title ?? '' },
  { number: -1, kind: 'lead', text: article.lead ?? '' },
  ...(article.blocks ?? []).map((block, number) => ({ ...block, number })),
];

/** The first source that has the article; null: none. Its errors are told on the console, and the next one is asked. */
export async function source(article, settings, voice) {
  for (const ask of [files, service, browser]) {
    try {
      const found = await ask(article, settings, voice);
      if (found) return found;
    } catch (error) {
      console.warn(`docreader: ${ask.name}: ${error.message}`);
    }
  }
  return null;
}

async function files(article, { audio }) {
  if (!audio) return null;
  for (const address of article.addresses) {
    const name = (await json(new URL(`pages/${sha256(address).slice(0, 2)}.json`, audio), {}))[address];
    if (!name) continue;
    const where = new URL(name, audio);
    const found = await json(where);
    const sound = new URL(found.audio, where).href;
    return { ...found, kind: 'files', blocks: blocks(found), audio: sound, download: sound, complete: true, voices: [] };
  }
  return null;
}

async function service(article, settings, voice) {
  const at = settings.service;
  if (!at) return null;
  const asked = voice || settings.voice;
  const query = new URLSearchParams({ url: article.addresses[0], ...(asked && { voice: asked }) });
  const [found, voices] = await Promise.all([
    json(new URL(`v1/article?${query}`, at), false),
    json(new URL('v1/voices', at), {}).catch(() => ({})),
  ]);
  if (!found) return null;
  const marks = new URL(found.marks, at);
  return {
    ...found,
    kind: 'service',
    blocks: blocks(found),
    audio: new URL(found.audio, at).href,
    download: new URL(found.audio, at).href,
    pdf: found.pdf && new URL(found.pdf, at).href,
    marks: [],
    complete: false,
    duration: found.duration ?? found.estimate,
    voices: (voices.voices ?? []).filter((v) => v.installed !== false && !(v.language && !v.language.startsWith('vi'))),
    async more(from) {
      marks.search = `?from=${from}&wait=10`;
      return json(marks);
    },
  };
}

/** The Vietnamese voices of the browser; some tell them only after a while. */
export async function browserVoices() {
  if (!('speechSynthesis' in window)) return [];
  const found = () => speechSynthesis.getVoices().filter((voice) => /^vi\b/i.test(voice.lang));
  if (!speechSynthesis.getVoices().length) {
    await new Promise((done) => {
      speechSynthesis.addEventListener('voiceschanged', done, { once: true });
      setTimeout(done, 1500);
    });
  }
  return found();
}

async function browser(article) {
  const voices = await browserVoices();
  if (!voices.length) return null;
  const own = blocksOf(article);
  if (!own.length) return null;
  return {
    kind: 'browser',
    title: article.heading?.innerText ?? document.title,
    blocks: own,
    marks: sentences(own),
    complete: true,
    voices: voices.map((voice) => ({ name: voice.name, label: voice.name })),
  };
}

const SYLLABLES_A_SECOND = 3.4;

/** Sentences of blocks in the form of marks, with times as a reader would need. */
export function sentences(own) {
  const segmenter = new Intl.Segmenter('vi', { granularity: 'sentence' });
  const marks = [];
  let time = 0;
  for (const { number, kind, text } of own) {
    const points = (units) => [...text.slice(0, units)].length;
    for (const { segment, index } of segmenter.segment(text)) {
      const written = segment.trim();
      if (!/[\p{L}\p{N}]/u.test(written)) continue;
      const end = time + written.split(/\s+/).length / SYLLABLES_A_SECOND;
      const from = points(index);
      marks.push({ start: time, end, block: number, from, to: from + [...written].length, kind, written, words: [] });
      time = end + 0.4;
    }
  }
  return marks;
}
