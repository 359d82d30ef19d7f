/**
 * What is played: a file or stream, or the sentences that the browser says. Both have
 * play(), pause(), seek(seconds), close(), marks, time, duration, playing, rate, volume, at() and tell `changed()` of what happens.
 */

/** The last of `list` whose start is at or before `time`; -1: none. */
export function last(list, time, start = (item) => item.start) {
  let [low, high] = [0, list.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (start(list[middle]) <= time) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

const onset = (word) => word[0];

export class AudioTrack {
  constructor(found, changed) {
    this.found = found;
    this.marks = found.marks;
    this.changed = changed;
    this.sound = new Audio();
    this.sound.preload = 'auto';
    for (const type of ['play', 'pause', 'ended', 'waiting', 'playing', 'durationchange', 'timeupdate', 'seeked']) {
      this.sound.addEventListener(type, () => changed(type));
    }
    this.sound.addEventListener('error', () => changed('error'));
    this.sound.addEventListener('loadedmetadata', () => this.#arrive());
    this.sound.src = found.audio;
    if (found.more) this.#follow();
  }

  /** Ask for the marks of what is being made until all are there. */
  async #follow() {
    let failures = 0;
    while (!this.found.complete && !this.closed && failures < 5) {
      try {
        const news = await this.found.more(this.marks.length);
        if (this.closed) return;
        this.marks.push(...news.marks);
        Object.assign(this.found, { complete: news.complete, duration: news.duration ?? this.found.duration });
        failures = 0;
        this.changed('marks');
        if (!news.marks.length && !news.complete) await new Promise((done) => setTimeout(done, 300));
      } catch {
        failures++;
        await new Promise((done) => setTimeout(done, 1000 * failures));
      }
    }
  }

  get time() {
    return this.pending ?? this.sound.currentTime;
  }

  get duration() {
    if (Number.isFinite(this.sound.duration)) return this.sound.duration;
    return Math.max(this.found.duration ?? 0, this.marks.at(-1)?.end ?? 0, this.sound.currentTime);
  }

  get playing() {
    return !this.sound.paused && !this.sound.ended;
  }

  get waiting() {
    return this.playing && this.sound.readyState < 3;
  }

  set rate(rate) {
    this.sound.defaultPlaybackRate = this.sound.playbackRate = rate;
    this.sound.preservesPitch = true;
  }

  set volume(volume) {
    this.sound.volume = volume;
  }

  set muted(muted) {
    this.sound.muted = muted;
  }

  play() {
    return this.sound.play();
  }

  pause() {
    this.going = false;
    this.sound.pause();
  }

  #arrive() {
    if (this.pending === undefined) return;
    this.sound.currentTime = this.pending;
    this.pending = undefined;
    if (this.going) this.sound.play().catch(() => {});
  }

  /** A stream that is still being made cannot be wound; once it is whole, it is asked for again and can be. */
  seek(time) {
    const { sound } = this;
    const wanted = Math.max(0, Math.min(time, this.duration));
    const reaches = (ranges) => [...Array(ranges.length).keys()].some((i) => ranges.start(i) <= wanted && wanted <= ranges.end(i));
    if (reaches(sound.seekable) || reaches(sound.buffered)) {
      sound.currentTime = wanted;
      return;
    }
    this.pending = wanted;
    if (sound.readyState < 1) return;
    this.going = this.playing;
    sound.src = this.found.audio;
    sound.load();
  }

  /** What is heard now: {mark, from, to}; the word's span is missing in pauses and where it is not known. */
  at() {
    const time = this.time;
    const number = last(this.marks, time);
    const mark = this.marks[number];
    if (!mark) return { mark: null };
    const word = mark.words[last(mark.words, time, onset)];
    if (!word || word[2] < 0 || time > mark.end) return { mark };
    return { mark, from: word[2], to: word[3] };
  }

  close() {
    this.closed = true;
    this.sound.pause();
    this.sound.removeAttribute('src');
    this.sound.load();
  }
}

/** The browser's voice, a sentence an utterance: longer ones are cut off by some browsers. */
export class SpeechTrack {
  constructor(found, changed, voice) {
    this.marks = found.marks;
    this.changed = changed;
    this.number = 0;
    this.playing = false;
    this.duration = this.marks.at(-1)?.end ?? 0;
    this.speed = 1;
    this.loudness = 1;
    this.voice = voice;
  }

  get time() {
    const mark = this.marks[this.number];
    if (!mark) return this.duration;
    const part = this.word ? (this.word.from - mark.from) / (mark.to - mark.from) : 0;
    return mark.start + part * (mark.end - mark.start);
  }

  set rate(rate) {
    if (rate === this.speed) return;
    this.speed = rate;
    this.#again();
  }

  set volume(volume) {
    this.loudness = volume;
  }

  set muted(muted) {
    this.silent = muted;
    this.#again();
  }

  async play() {
    if (this.number >= this.marks.length) this.number = 0;
    this.playing = true;
    this.#say();
    this.changed('play');
  }

  pause() {
    if (!this.playing) return;
    this.playing = false;
    this.utterance = null;
    speechSynthesis.cancel();
    this.changed('pause');
  }

  seek(time) {
    this.number = Math.max(0, last(this.marks, time + 0.01));
    this.word = null;
    this.#again();
    this.changed('seeked');
  }

  at() {
    const mark = this.marks[this.number];
    return mark ? { mark, ...this.word } : { mark: null };
  }

  close() {
    this.playing = false;
    this.utterance = null;
    speechSynthesis.cancel();
  }

  #again() {
    if (this.playing) this.#say();
  }

  #say() {
    const mark = this.marks[this.number];
    speechSynthesis.cancel();
    this.word = null;
    const utterance = new SpeechSynthesisUtterance(mark.written);
    Object.assign(utterance, { lang: 'vi-VN', rate: this.speed, volume: this.silent ? 0 : this.loudness });
    const voice = speechSynthesis.getVoices().find((v) => v.name === this.voice) ?? speechSynthesis.getVoices().find((v) => /^vi\b/i.test(v.lang));
    if (voice) utterance.voice = voice;
    this.utterance = utterance; // kept: some browsers forget an utterance nobody holds, and its events with it
    const mine = (work) => (event) => this.utterance === utterance && work(event);
    utterance.onboundary = mine(({ name, charIndex, charLength }) => {
      if (name !== 'word') return;
      const length = charLength || mark.written.slice(charIndex).search(/\s|$/);
      const from = mark.from + [...mark.written.slice(0, charIndex)].length;
      this.word = { from, to: from + [...mark.written.slice(charIndex, charIndex + length)].length };
      this.changed('timeupdate');
    });
    utterance.onend = mine(() => {
      this.number++;
      this.word = null;
      if (this.number < this.marks.length) {
        this.#say();
        this.changed('timeupdate');
      } else {
        this.playing = false;
        this.changed('ended');
      }
    });
    utterance.onerror = mine(() => {
      this.playing = false;
      this.changed('error');
    });
    speechSynthesis.speak(utterance);
  }
}
