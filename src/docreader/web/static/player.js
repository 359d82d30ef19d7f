/** One article being read: its sound, its place in the page, what is lit up. The bar shows it; it knows nothing of the bar. */
import { Highlighter, reveal } from './highlight.js';
import { PageText, Places } from './pagetext.js';
import { source } from './sources.js';
import { choices, choose, leaveAt, placeOf } from './store.js';
import { AudioTrack, SpeechTrack, last } from './tracks.js';

let highlighter;
let current = null; // one article is heard at a time

export class Player extends EventTarget {
  constructor(article, settings) {
    super();
    this.article = article;
    this.settings = settings;
    this.state = 'idle'; // idle, busy, playing, paused, failed
    this.covered = () => 0; // pixels at the bottom that the player hides
  }

  get open() {
    return !!this.track;
  }

  #set(state, message = '') {
    if (state === this.state && message === this.message) return;
    Object.assign(this, { state, message });
    this.dispatchEvent(new Event('change'));
  }

  /** Find the sound; again for another voice. `then` is what to do with it. */
  async #load(voice) {
    this.#set('busy');
    const mine = (this.loading = {});
    const found = await source(this.article, this.settings, voice);
    if (this.loading !== mine) return false;
    if (!found) {
      this.#set('failed', this.article.root ? 'noVoice' : 'noArticle');
      return false;
    }
    this.found = found;
    const changed = (type) => this.#changed(type);
    this.track = found.kind === 'browser' ? new SpeechTrack(found, changed, voice) : new AudioTrack(found, changed);
    this.track.rate = choices.rate ?? 1;
    this.track.volume = choices.volume ?? 1;
    this.#locate();
    if (found.kind === 'browser') this.message = 'browserVoice';
    this.dispatchEvent(new Event('load'));
    return true;
  }

  /** The address of the article's PDF; empty where there is no service. */
  async pdf() {
    const found = this.found ?? (await source(this.article, this.settings).catch(() => null));
    return found?.pdf ?? '';
  }

  /** Find the article's sentences in the page. */
  #locate() {
    const all = this.settings.article && this.article.many;
    this.page = new PageText(all ? this.article.root : document.body);
    this.places = new Places(this.page, this.found.blocks);
    this.placed = 0;
    this.#place();
  }

  #place() {
    const { marks } = this.track;
    for (; this.placed < marks.length; this.placed++) this.places.place(marks[this.placed]);
  }

  /** The page's text changed under us (a single-page application drew it anew): find the sentences again. */
  relocate() {
    if (!this.open) return;
    this.#locate();
    this.lit = undefined;
    this.#light();
  }

  async toggle() {
    if (this.state === 'playing') return this.pause();
    return this.play();
  }

  /** Play on; for the first time, from where the article was left. */
  async play() {
    this.until = undefined;
    if (this.open) return this.#start();
    if (this.state === 'busy') return undefined;
    if (!(await this.#load(choices.voice))) return undefined;
    await this.#reach(placeOf(this.article.addresses[0]));
    return this.#start();
  }

  /** Go to a sentence, [block, from]; where its time is not known yet, wait a moment for it, no longer. */
  async #reach(wanted) {
    if (!wanted) return;
    const find = () => this.track.marks.find((mark) => mark.block === wanted[0] && mark.from === wanted[1]);
    if (!find() && !this.found.complete) {
      await new Promise((done) => {
        this.addEventListener('marks', done, { once: true });
        setTimeout(done, 1500);
      });
    }
    const mark = this.track && find();
    if (mark && mark !== this.track.marks[0]) this.track.seek(mark.start);
  }

  async #start() {
    if (current && current !== this) current.pause();
    current = this;
    highlighter ??= new Highlighter();
    this.#session();
    this.force = true;
    try {
      await this.track.play();
    } catch (error) {
      // AbortError: something else was asked for meanwhile
      if (error.name !== 'AbortError') this.#fail();
    }
  }

  pause() {
    this.track?.pause();
  }

  #fail() {
    this.track?.close();
    this.track = null;
    this.#set('failed', 'failed');
  }

  close() {
    if (!this.open && this.state === 'idle') return;
    this.#leave();
    this.loading = null;
    this.track?.close();
    this.track = this.found = this.lit = null;
    if (current === this) {
      current = null;
      highlighter?.show(null, null);
      if (navigator.mediaSession) navigator.mediaSession.metadata = null;
    }
    this.#set('idle');
  }

  async use(voice) {
    choose({ voice });
    const at = this.track?.at().mark;
    const playing = this.state === 'playing';
    this.track?.close();
    this.track = null;
    if (!(await this.#load(voice))) return;
    await this.#reach(at && [at.block, at.from]);
    if (playing) await this.#start();
    else this.#set('paused');
  }

  seek(time) {
    this.until = undefined;
    this.force = true;
    this.track.seek(time);
    this.#light();
  }

  set rate(rate) {
    choose({ rate });
    this.track.rate = rate;
  }

  set volume(volume) {
    choose({ volume });
    this.track.volume = volume;
  }

  get #number() {
    return last(this.track.marks, this.track.time + 0.05);
  }

  /** The next (1) or previous (-1) sentence; back from within a sentence goes to its own beginning first. */
  sentence(step) {
    const { marks, time } = this.track;
    let number = this.#number;
    if (step > 0) number++;
    else if (number >= 0 && time - marks[number].start < 1.5) number--;
    this.#to(number);
  }

  paragraph(step) {
    const { marks, time } = this.track;
    const number = this.#number;
    const first = (n) => marks.findIndex((mark) => mark.block === marks[n]?.block);
    if (step > 0) {
      const next = marks.findIndex((mark, n) => n > number && mark.block !== marks[number]?.block);
      this.#to(next < 0 ? marks.length : next);
      return;
    }
    const here = first(number);
    this.#to(here > 0 && time - marks[here].start < 1.5 ? first(here - 1) : here);
  }

  #to(number) {
    const { marks } = this.track;
    if (number >= marks.length) {
      if (this.found.complete) this.seek(this.track.duration);
      return;
    }
    this.seek(marks[Math.max(0, number)]?.start ?? 0);
  }

  /** The sentence at a place in the page; null: none of ours. `exact`: the place must lie in it. */
  markAt(node, offset, exact = true) {
    const index = this.page.index(node, offset);
    if (index < 0) return null;
    const placed = this.track.marks.filter((mark) => mark.place >= 0);
    const inside = placed.find((mark) => index >= mark.place && index < mark.place + mark.letters.text.length);
    return inside ?? (exact ? null : (placed.find((mark) => mark.place >= index) ?? null));
  }

  listenFrom(mark) {
    this.seek(mark.start);
    if (this.state !== 'playing') this.#start();
  }

  /** Read a selection alone: from the first of its words that is heard to the last. */
  async readRange(range) {
    if (!this.open && !(await this.#load(choices.voice))) return;
    let [from, to] = [this.page.index(range.startContainer, range.startOffset), this.page.index(range.endContainer, range.endOffset)];
    if (to < 0) to = this.page.text.length;
    let [start, end] = [Infinity, 0];
    for (const mark of this.track.marks) {
      if (!(mark.place >= 0) || mark.place >= to || mark.place + mark.letters.text.length <= from) continue;
      const { at } = mark.letters;
      const words = mark.words.filter((w) => w[2] >= 0 && mark.place + at[w[3] - mark.from] > from && mark.place + at[w[2] - mark.from] < to);
      start = Math.min(start, words[0]?.[0] ?? mark.start);
      end = Math.max(end, words.at(-1)?.[1] ?? mark.end);
    }
    if (start === Infinity) {
      await this.#start();
      return;
    }
    this.seek(start);
    this.until = end;
    await this.#start();
  }

  #changed(type) {
    if (!this.track) return;
    if (type === 'marks') {
      this.#place();
      this.#session();
      this.dispatchEvent(new Event('marks'));
    } else if (type === 'error') {
      if (this.track.sound && !this.track.sound.error) return;
      this.#fail();
      return;
    } else if (type === 'ended') {
      leaveAt(this.article.addresses[0], null);
      this.ended = true;
      this.#light();
      this.#set('paused');
    } else if (this.track.playing) {
      this.ended = false;
      this.#set('playing', this.found.kind === 'browser' ? 'browserVoice' : '');
      this.#run();
    } else if (type === 'pause') {
      this.#leave();
      this.#set('paused');
    }
    this.#light();
    this.dispatchEvent(new Event('time'));
  }

  #leave() {
    const at = this.track?.at().mark;
    if (at && !this.ended) leaveAt(this.article.addresses[0], [at.block, at.from]);
  }

  /** While it plays and can be seen, follow the sound frame by frame. */
  #run() {
    if (this.running) return;
    this.running = true;
    const frame = () => {
      if (!this.track?.playing) {
        this.running = false;
        return;
      }
      this.#light();
      if (this.until !== undefined && this.track.time >= this.until) {
        this.until = undefined;
        this.pause();
      }
      requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
  }

  #light() {
    if (current !== this || !this.track) return;
    const { mark, from, to } = this.ended ? {} : this.track.at();
    const key = mark ? `${mark.block} ${mark.from} ${from}` : '';
    if (key === this.lit) return;
    const same = mark && mark === this.mark && this.lit !== undefined;
    this.lit = key;
    this.mark = mark;
    this.ranges = {
      sentence: same ? this.ranges.sentence : mark && this.places.range(mark),
      word: mark && from !== undefined ? this.places.range(mark, from, to) : null,
    };
    highlighter?.show(this.ranges.sentence, this.ranges.word);
    if (!same && mark) this.#leave();
    if (this.track.playing || this.force) reveal(this.ranges.word ?? this.ranges.sentence, this.covered(), this.force);
    this.force = false;
    this.dispatchEvent(new Event('word'));
  }

  /** Lock screens, headsets and the keys of keyboards. */
  #session() {
    const session = navigator.mediaSession;
    if (!session || !this.track?.sound) return;
    session.metadata = new MediaMetadata({ title: this.found.title, artist: this.found.author || this.found.site || location.hostname, album: this.found.site ?? '' });
    const act = {
      play: () => this.play(),
      pause: () => this.pause(),
      stop: () => this.close(),
      seekbackward: ({ seekOffset }) => this.seek(this.track.time - (seekOffset ?? 10)),
      seekforward: ({ seekOffset }) => this.seek(this.track.time + (seekOffset ?? 10)),
      seekto: ({ seekTime }) => this.seek(seekTime),
      previoustrack: () => this.paragraph(-1),
      nexttrack: () => this.paragraph(1),
    };
    for (const [name, work] of Object.entries(act)) {
      try {
        session.setActionHandler(name, work);
      } catch {
        // an action that this browser doesn't know
      }
    }
    const { duration, time } = this.track;
    if (duration > 0) session.setPositionState?.({ duration, position: Math.min(time, duration), playbackRate: choices.rate ?? 1 });
  }
}

/** The player that is heard or was heard last. */
export const playing = () => current;
