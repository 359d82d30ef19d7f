// One article being read, and the two ways in which it sounds.
import { source } from './page.js';
import { choices, choose, leaveAt, light, placeOf, Places, reveal, search } from './view.js';

const wait = (seconds) => new Promise((done) => setTimeout(done, seconds * 1000));

class AudioTrack {
	constructor(found, changed) {
		Object.assign(this, { found, changed, marks: found.marks, sound: new Audio(found.audio) });
		for (const type of ['play', 'pause', 'ended', 'timeupdate', 'error']) this.sound.addEventListener(type, () => changed(type));
		this.sound.addEventListener('loadedmetadata', () => this.#wind());
		this.#follow();
	}

	async #follow() {
		const { found, marks } = this;
		for (let failures = 0; !found.complete && !this.closed && failures < 5; ) {
			const news = await found.more(marks.length).catch(() => null);
			failures = news ? 0 : failures + 1;
			marks.push(...(news?.marks ?? []));
			found.complete = news?.complete;
			found.duration = news?.duration ?? found.duration;
			this.changed('marks');
			if (!news?.marks.length) await wait(failures + 0.3);
		}
		this.followed = true;
	}

	get time() {
		return this.pending ?? this.sound.currentTime;
	}
	get duration() {
		const { duration, currentTime } = this.sound;
		return Number.isFinite(duration) ? duration : Math.max(this.found.duration ?? 0, this.marks.at(-1)?.end ?? 0, currentTime);
	}
	get playing() {
		return !this.sound.paused && !this.sound.ended;
	}
	set({ rate, volume, muted }) {
		Object.assign(this.sound, { defaultPlaybackRate: rate, playbackRate: rate, volume, muted });
	}

	play() {
		return this.sound.play();
	}
	pause() {
		const { going } = this;
		this.going = false;
		this.sound.pause();
		if (going) this.changed('pause');
	}
	seek(time) {
		this.pending = Math.max(0, Math.min(time, this.duration));
		this.asked = false;
		if (this.sound.readyState) this.#wind();
	}
	has(time) {
		const { buffered } = this.sound;
		return [...Array(buffered.length).keys()].some((i) => buffered.start(i) <= time && time <= buffered.end(i));
	}
	// A stream cannot be wound; once whole it is asked for again.
	#wind() {
		const { sound, pending } = this;
		if (pending === undefined) return;
		if (sound.duration === Infinity && this.found.complete && !this.asked && !this.has(pending)) {
			Object.assign(this, { asked: true, going: this.playing });
			sound.src = this.found.audio;
			return;
		}
		sound.currentTime = pending;
		if (this.going) sound.play();
		this.pending = this.going = undefined;
	}

	at() {
		const { time } = this;
		const mark = this.marks[search(this.marks, ({ start }) => start <= time) - 1];
		const word = mark?.words[search(mark.words, ([start]) => start <= time) - 1];
		return word && word[2] >= 0 && time <= mark.end ? { mark, from: word[2], to: word[3] } : { mark };
	}

	close() {
		this.closed = true;
		this.sound.pause();
		this.sound.removeAttribute('src');
	}
}

// A sentence an utterance: some browsers cut longer ones off.
class SpeechTrack {
	constructor({ marks, voices }, changed, name) {
		const voice = voices.find((one) => one.name === name) ?? voices[0];
		Object.assign(this, { marks, changed, voice, number: 0, duration: marks.at(-1).end, playing: false });
	}

	get time() {
		return this.marks[this.number]?.start ?? this.duration;
	}
	set(how) {
		const { rate, muted } = this.how ?? how;
		this.how = how;
		if (rate !== how.rate || muted !== how.muted) this.#say();
	}

	async play() {
		if (!this.marks[this.number]) this.number = 0;
		this.playing = true;
		this.#say();
		this.changed('play');
	}
	pause() {
		this.close();
		this.changed('pause');
	}
	seek(time) {
		this.number = Math.max(0, search(this.marks, ({ start }) => start <= time + 0.01) - 1);
		this.word = null;
		this.#say();
		this.changed('timeupdate');
	}
	at() {
		return { mark: this.marks[this.number], ...this.word };
	}
	close() {
		this.playing = false;
		this.utterance = null;
		speechSynthesis.cancel();
	}

	#say() {
		if (!this.playing) return;
		const { written, from: zero } = this.marks[this.number];
		const { rate, volume, muted } = this.how;
		const points = (units) => zero + [...written.slice(0, units)].length;
		const own = new SpeechSynthesisUtterance(written);
		speechSynthesis.cancel();
		this.word = null;
		this.utterance = own; // or some browsers forget its events
		const when = (work) => (event) => this.utterance === own && work(event);
		Object.assign(own, {
			voice: this.voice, lang: 'vi-VN', rate, volume: muted ? 0 : volume,
			onboundary: when(({ name, charIndex, charLength }) => {
				if (name !== 'word') return;
				this.word = { from: points(charIndex), to: points(charIndex + (charLength || written.slice(charIndex).search(/\s|$/))) };
				this.changed('timeupdate');
			}),
			onend: when(() => {
				this.number++;
				this.word = null;
				this.playing = this.number < this.marks.length;
				this.#say();
				this.changed(this.playing ? 'timeupdate' : 'ended');
			}),
			onerror: when(() => {
				this.playing = false;
				this.changed('error');
			}),
		});
		speechSynthesis.speak(own);
	}
}

let current; // one is heard at a time
export const playing = () => current;

export class Player extends EventTarget {
	constructor(article, settings) {
		super();
		Object.assign(this, { article, settings, state: 'idle', covered: () => 0 });
	}

	#tell(type) {
		this.dispatchEvent(new Event(type));
	}
	// idle, busy, playing, paused, failed
	#become(state, message = '') {
		if (state === this.state && message === this.message) return;
		Object.assign(this, { state, message });
		this.#tell('change');
	}

	get address() {
		return this.article.addresses[0];
	}

	async #load(voice = choices.voice) {
		this.#become('busy');
		const mine = (this.loading = {});
		const found = await source(this.article, this.settings, voice);
		if (this.loading !== mine) return false;
		if (!found) return this.#become('failed', this.article.root ? 'none' : 'nothing');
		this.found = found;
		this.track = new (found.kind === 'browser' ? SpeechTrack : AudioTrack)(found, (type) => this.#changed(type), voice);
		this.ended = false;
		this.set();
		this.#locate();
		this.#tell('load');
		return true;
	}

	#locate() {
		this.places = new Places(this.article);
		this.placed = 0;
		this.#place();
	}
	#place() {
		for (const mark of this.track.marks.slice(this.placed)) this.places.place(mark);
		this.placed = this.track.marks.length;
	}
	relocate() {
		if (!this.track || !this.places.stale) return;
		this.#locate();
		this.mark = null;
		this.#light();
	}

	toggle() {
		return this.state === 'playing' ? this.pause() : this.play();
	}
	async play() {
		this.until = undefined;
		if (this.state === 'busy') return;
		if (!this.track) {
			if (!(await this.#load())) return;
			await this.#reach(placeOf(this.address), 2);
		}
		return this.#start();
	}

	// Waits until the stream is whole, or has come that far.
	async #reach(wanted, seconds = Infinity) {
		if (!wanted) return;
		for (const end = Date.now() + seconds * 1000; this.track; await wait(0.05)) {
			const { found, track } = this;
			const mark = track.marks.find(({ block, from }) => block === wanted[0] && from === wanted[1]);
			if (found.complete || (mark && track.has(mark.start))) {
				if (mark?.start > 1) track.seek(mark.start);
				return;
			}
			if (track.followed || Date.now() > end) return;
		}
	}

	async #start() {
		if (current !== this) current?.close();
		current = this;
		this.#session();
		this.force = true;
		try {
			await this.track?.play();
		} catch (error) {
			if (error.name !== 'AbortError') this.#fail();
		}
	}
	pause() {
		this.track?.pause();
	}
	#fail() {
		this.close();
		this.#become('failed', 'failed');
	}

	close() {
		this.#leave();
		this.loading = null;
		this.track?.close();
		this.track = this.found = this.mark = null;
		if (current === this) {
			current = undefined;
			light({});
			if (navigator.mediaSession) navigator.mediaSession.metadata = null;
		}
		this.#become('idle');
	}

	async use(voice) {
		choose({ voice });
		const { mark } = this.track.at();
		const was = this.state;
		this.track.close();
		this.track = null;
		if (!(await this.#load())) return;
		await this.#reach(mark && [mark.block, mark.from]);
		if (!this.track) return;
		if (was === 'playing') await this.#start();
		else this.#become(was);
	}

	async pdf() {
		return (this.found ?? (await source(this.article, this.settings, choices.voice)))?.pdf;
	}

	seek(time) {
		this.until = undefined;
		this.ended = false;
		this.force = true;
		this.track.seek(time);
		this.#light();
	}
	set(changes) {
		choose(changes);
		this.track.set({ rate: 1, volume: 1, muted: !!this.muted, ...choices });
	}
	mute() {
		this.muted = !this.muted;
		this.set();
	}

	// Back: to the beginning of this one first.
	move(step, paragraphs) {
		const { marks, time, duration } = this.track;
		const starts = marks.filter(({ block }, n) => !paragraphs || block !== marks[n - 1]?.block).map(({ start }) => start);
		let number = search(starts, (start) => start <= time + 0.05) - 1;
		if (step > 0 || time - starts[number] < 1.5) number += step;
		this.seek(starts[Math.max(0, number)] ?? (this.found.complete ? duration : time));
	}

	markAt(node, offset, after) {
		const index = this.places.index(node, offset);
		return this.track.marks.find(({ place, at }) => place >= 0 && index < place + at.at(-1) && (after || index >= place));
	}
	listenFrom(mark) {
		this.seek(mark.start);
		if (this.state !== 'playing') this.#start();
	}

	async readRange({ startContainer, startOffset, endContainer, endOffset }) {
		if (!this.track && !(await this.#load())) return;
		const from = this.places.index(startContainer, startOffset);
		const to = this.places.index(endContainer, endOffset);
		const parts = this.track.marks.flatMap(({ place, at, words, start, end, from: zero }) => {
			if (!(place >= 0 && place < to && place + at.at(-1) > from)) return [];
			const inside = words.filter(([, , first, last]) => first >= 0 && place + at[last - zero] > from && place + at[first - zero] < to);
			return inside.length ? inside : [[start, end]];
		});
		if (parts.length) this.seek(parts[0][0]);
		this.until = parts.at(-1)?.[1];
		await this.#start();
	}

	#changed(type) {
		const { track } = this;
		if (!track) return;
		if (type === 'error') return this.#fail();
		if (type === 'marks') this.#place();
		else if (type === 'ended') {
			this.ended = true;
			leaveAt(this.address);
			this.#become('paused');
		} else if (track.playing) {
			this.ended = false;
			this.#become('playing', this.found.kind === 'browser' ? 'browser' : '');
			if (!this.running) this.#run();
		} else if (type === 'pause' && !track.closed && !track.going) {
			this.#leave();
			this.#become('paused');
		}
		if (type !== 'timeupdate') this.#session();
		this.#light();
		this.#tell('time');
	}
	#leave() {
		const mark = this.track?.at().mark;
		if (mark && !this.ended) leaveAt(this.address, [mark.block, mark.from]);
	}

	#run() {
		this.running = this.track?.playing;
		if (!this.running) return;
		this.#light();
		if (this.track.time >= this.until) {
			this.until = undefined;
			this.pause();
		}
		requestAnimationFrame(() => this.#run());
	}

	#light() {
		if (current !== this || !this.track) return;
		const { mark, from, to } = this.ended ? {} : this.track.at();
		const same = mark === this.mark;
		if (same && from === this.from) return;
		this.ranges = {
			sentence: same ? this.ranges.sentence : mark && this.places.range(mark),
			word: from === undefined ? null : this.places.range(mark, from, to),
		};
		Object.assign(this, { mark, from });
		light(this.ranges);
		if (!same) this.#leave();
		if (this.track.playing || this.force) reveal(this.ranges.word ?? this.ranges.sentence, this.covered(), this.force);
		this.force = false;
		this.#tell('word');
	}

	#session() {
		const session = navigator.mediaSession;
		if (!session || !this.track?.sound || current !== this) return;
		const { title, author, site } = this.found;
		if (session.metadata?.title !== title) session.metadata = new MediaMetadata({ title, artist: author || site || location.hostname, album: site });
		const acts = {
			play: () => this.play(), pause: () => this.pause(), seekto: ({ seekTime }) => this.seek(seekTime),
			seekbackward: () => this.seek(this.track.time - 10), seekforward: () => this.seek(this.track.time + 10),
			previoustrack: () => this.move(-1, true), nexttrack: () => this.move(1, true),
		};
		for (const name in acts) session.setActionHandler(name, acts[name]);
		const { duration, time } = this.track;
		if (duration) session.setPositionState({ duration, position: Math.min(time, duration), playbackRate: choices.rate ?? 1 });
	}
}
