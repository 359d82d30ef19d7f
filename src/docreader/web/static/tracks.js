// The two ways in which an article sounds: a file or stream, and the browser's own voice.
import { search } from './view.js';

export const wait = (seconds) => new Promise((done) => setTimeout(done, seconds * 1000));

export class AudioTrack {
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
export class SpeechTrack {
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
