// One article being read. It knows nothing of the bar that shows it.
import { choices, choose, leaveAt, placeOf } from './display.js';
import { AudioTrack, SpeechTrack, source } from './sound.js';
import { light, PageText, Places, reveal, search } from './text.js';

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
	// idle, busy, playing, paused, failed; message: a key of texts.js
	#set(state, message = '') {
		if (state === this.state && message === this.message) return;
		Object.assign(this, { state, message });
		this.#tell('change');
	}

	get address() {
		return this.article.addresses[0];
	}

	async #load(voice = choices.voice) {
		this.#set('busy');
		const mine = (this.loading = {});
		const found = await source(this.article, this.settings, voice);
		if (this.loading !== mine) return false;
		if (!found) return this.#set('failed', this.article.root ? 'none' : 'nothing');
		this.found = found;
		this.track = new (found.kind === 'browser' ? SpeechTrack : AudioTrack)(found, (type) => this.#changed(type), voice);
		Object.assign(this.track, { rate: choices.rate ?? 1, volume: choices.volume ?? 1 });
		this.ended = false;
		this.#locate();
		this.#tell('load');
		return true;
	}

	#locate() {
		this.page = new PageText(this.article.many ? this.article.root : document.body);
		this.places = new Places(this.page, this.found.blocks);
		this.placed = 0;
		this.#place();
	}
	#place() {
		for (const mark of this.track.marks.slice(this.placed)) this.places.place(mark);
		this.placed = this.track.marks.length;
	}
	relocate() {
		if (!this.track || this.page.nodes.every((node) => node.isConnected)) return;
		this.#locate();
		this.lit = this.mark = undefined;
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

	// To a sentence [block, from], for which a stream that is being made must be whole: wait some seconds for it, no longer.
	async #reach(wanted, seconds) {
		if (!wanted) return;
		const end = performance.now() + seconds * 1000;
		while (this.track && !this.found.complete && performance.now() < end) await new Promise((done) => setTimeout(done, 50));
		const mark = this.found?.complete && this.track?.marks.find(({ block, from }) => block === wanted[0] && from === wanted[1]);
		if (mark && mark !== this.track.marks[0]) this.track.seek(mark.start);
	}

	async #start() {
		if (current !== this) current?.pause();
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
		this.track?.close();
		this.track = null;
		this.#set('failed', 'failed');
	}

	close() {
		this.#leave();
		this.loading = null;
		this.track?.close();
		this.track = this.found = this.lit = null;
		if (current === this) {
			current = undefined;
			light({});
			if (navigator.mediaSession) navigator.mediaSession.metadata = null;
		}
		this.#set('idle');
	}

	async use(voice) {
		choose({ voice });
		const { mark } = this.track.at();
		const was = this.state;
		this.track.close();
		this.track = null;
		if (!(await this.#load())) return;
		await this.#reach(mark && [mark.block, mark.from], 20);
		if (!this.track) return;
		if (was === 'playing') await this.#start();
		else this.#set(was);
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
	set rate(rate) {
		choose({ rate });
		this.track.rate = rate;
	}
	set volume(volume) {
		choose({ volume });
		this.track.volume = volume;
	}

	// step: 1 or -1; back goes to the beginning of this one first, unless that is near
	move(step, paragraphs) {
		const { marks, time, duration } = this.track;
		const starts = marks.filter(({ block }, n) => !paragraphs || block !== marks[n - 1]?.block).map(({ start }) => start);
		let number = search(starts, (start) => start <= time + 0.05) - 1;
		if (step > 0 || time - starts[number] < 1.5) number += step;
		this.seek(starts[Math.max(0, number)] ?? (this.found.complete ? duration : time));
	}

	markAt(node, offset, after) {
		const index = this.page.index(node, offset);
		return this.track.marks.find(({ place, text }) => place >= 0 && index < place + text.length && (after || index >= place));
	}
	listenFrom(mark) {
		this.seek(mark.start);
		if (this.state !== 'playing') this.#start();
	}

	async readRange({ startContainer, startOffset, endContainer, endOffset }) {
		if (!this.track && !(await this.#load())) return;
		const from = this.page.index(startContainer, startOffset);
		const to = this.page.index(endContainer, endOffset);
		const parts = this.track.marks.flatMap(({ place, at, text, words, start, end, from: zero }) => {
			if (!(place >= 0 && place < to && place + text.length > from)) return [];
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
			this.#set('paused');
		} else if (track.playing) {
			this.ended = false;
			this.#set('playing', this.found.kind === 'browser' ? 'browser' : '');
			if (!this.running) this.#run();
		} else if (type === 'pause' && !track.closed) {
			this.#leave();
			this.#set('paused');
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
		const key = mark && [mark.start, from].join();
		if (key === this.lit && this.mark === mark) return;
		const same = mark && mark === this.mark;
		this.ranges = {
			sentence: same ? this.ranges.sentence : mark && this.places.range(mark),
			word: from === undefined ? null : this.places.range(mark, from, to),
		};
		Object.assign(this, { lit: key, mark });
		light(this.ranges);
		if (!same) this.#leave();
		if (this.track.playing || this.force) reveal(this.ranges.word ?? this.ranges.sentence, this.covered(), this.force);
		this.force = false;
		this.#tell('word');
	}

	// Lock screens, headsets, media keys.
	#session() {
		const session = navigator.mediaSession;
		if (!session || !this.track?.sound || current !== this) return;
		const { title, author, site } = this.found;
		if (session.metadata?.title !== title) session.metadata = new MediaMetadata({ title, artist: author || site || location.hostname, album: site });
		const by = (step) => ({ seekOffset }) => this.seek(this.track.time + step * (seekOffset ?? 10));
		const acts = {
			play: () => this.play(), pause: () => this.pause(), seekto: ({ seekTime }) => this.seek(seekTime),
			seekbackward: by(-1), seekforward: by(1), previoustrack: () => this.move(-1, true), nexttrack: () => this.move(1, true),
		};
		for (const name in acts) {
			try {
				session.setActionHandler(name, acts[name]);
			} catch {
				// unknown here
			}
		}
		const { duration, time } = this.track;
		if (duration) session.setPositionState?.({ duration, position: Math.min(time, duration), playbackRate: choices.rate ?? 1 });
	}
}
