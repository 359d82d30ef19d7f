// Where the sound comes from, and how it is played.
import { blocksOf } from './page.js';
import { search } from './text.js';

async function json(address) {
	const answer = await fetch(address, { credentials: 'omit' });
	if (answer.ok) return answer.json();
	if (answer.status === 404) return null;
	throw new Error(`${answer.status} ${address}`);
}

const blocks = ({ title = '', lead = '', blocks = [] }) => [
	{ number: -2, text: title },
	{ number: -1, text: lead },
	...blocks.map(({ text }, number) => ({ number, text })),
];

// docs/widget.md, "The folder": which small part of the site's index holds the article.
const fnv = (text) => [...text].reduce((hash, letter) => Math.imul(hash ^ letter.charCodeAt(), 0x1000193), 0x811c9dc5) >>> 20;

async function files({ addresses }, { audio }) {
	for (const address of audio ? addresses : []) {
		const { host, pathname, search } = new URL(address);
		const path = pathname + search;
		const index = await json(`${audio}pages/${fnv(path).toString(16).padStart(3, '0')}.json`);
		const name = index?.[host.replace(/^www\./, '') + path] ?? index?.[path];
		if (!name) continue;
		const found = await json(audio + name);
		if (found) return { ...found, kind: 'files', blocks: blocks(found), audio: new URL(found.audio, audio + name).href, complete: true };
	}
}

async function service({ addresses }, { service, voice }, chosen = voice) {
	if (!service) return;
	const query = new URLSearchParams({ url: addresses[0], ...(chosen && { voice: chosen }) });
	const [found, known] = await Promise.all([json(`${service}v1/article?${query}`), json(service + 'v1/voices').catch(() => null)]);
	const full = (address) => address && new URL(address, service).href;
	return (
		found && {
			...found,
			kind: 'service',
			blocks: blocks(found),
			audio: full(found.audio),
			pdf: full(found.pdf),
			marks: [],
			duration: found.duration ?? found.estimate,
			voices: known?.voices?.filter(({ installed, language }) => installed !== false && /^vi|^$/.test(language ?? '')),
			more: (from) => json(`${full(found.marks)}?from=${from}&wait=10`),
		}
	);
}

const vietnamese = () => speechSynthesis.getVoices().filter(({ lang }) => /^vi\b/i.test(lang));

async function browser(article) {
	if (!window.speechSynthesis) return;
	// Some tell them late.
	for (let i = 0; i < 10 && !speechSynthesis.getVoices().length; i++) await new Promise((done) => setTimeout(done, 100));
	const own = vietnamese().length && blocksOf(article);
	if (own.length) return { kind: 'browser', title: own[0].text, blocks: own, marks: sentences(own), complete: true, voices: vietnamese() };
}

function sentences(own) {
	const marks = [];
	let start = 0;
	for (const { number, text } of own) {
		for (const { segment, index } of new Intl.Segmenter('vi', { granularity: 'sentence' }).segment(text)) {
			const written = segment.trim();
			if (!/[\p{L}\p{N}]/u.test(written)) continue;
			const end = start + written.split(/\s+/).length / 3.4; // a second
			const from = [...text.slice(0, index)].length;
			marks.push({ start, end, block: number, from, to: from + [...written].length, written, words: [] });
			start = end + 0.4;
		}
	}
	return marks;
}

export async function source(...asked) {
	for (const ask of [files, service, browser]) {
		try {
			const found = await ask(...asked);
			if (found) return found;
		} catch (error) {
			console.warn('docreader:', error.message);
		}
	}
}

const wait = (seconds) => new Promise((done) => setTimeout(done, seconds * 1000));

export class AudioTrack {
	constructor(found, changed) {
		Object.assign(this, { found, changed, marks: found.marks, sound: new Audio() });
		for (const type of ['play', 'pause', 'ended', 'playing', 'durationchange', 'timeupdate', 'error']) this.sound.addEventListener(type, () => changed(type));
		this.sound.addEventListener('loadedmetadata', () => this.#arrive());
		this.sound.src = found.audio;
		this.#follow();
	}

	async #follow() {
		for (let failures = 0; !this.found.complete && !this.closed && failures < 5; ) {
			try {
				const { marks, complete, duration } = await this.found.more(this.marks.length);
				failures = 0;
				this.marks.push(...marks);
				Object.assign(this.found, { complete, duration: duration ?? this.found.duration });
				this.changed('marks');
				if (!marks.length) await wait(0.3);
			} catch {
				await wait(++failures);
			}
		}
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
	set rate(rate) {
		this.sound.defaultPlaybackRate = this.sound.playbackRate = rate;
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
		const { going } = this;
		this.going = false;
		this.sound.pause();
		if (going) this.changed('pause');
	}

	// A stream cannot be wound; when it is whole, it is asked for again and can be.
	seek(time, again = true) {
		const { sound } = this;
		const wanted = Math.max(0, Math.min(time, this.duration));
		this.pending = sound.readyState ? undefined : wanted;
		if (!sound.readyState) return;
		const reaches = (ranges) => [...Array(ranges.length).keys()].some((i) => ranges.start(i) <= wanted && wanted <= ranges.end(i));
		if (!again || !this.found.complete || reaches(sound.seekable) || reaches(sound.buffered)) sound.currentTime = wanted;
		else {
			this.going = this.playing;
			this.pending = wanted;
			this.again = true;
			sound.src = this.found.audio;
		}
	}
	#arrive() {
		const { pending, again, going } = this;
		this.again = this.going = false;
		if (pending !== undefined) this.seek(pending, !again);
		if (going) this.sound.play();
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
	constructor({ marks }, changed, name) {
		Object.assign(this, { marks, changed, name, number: 0, duration: marks.at(-1).end, speed: 1, playing: false });
	}

	get time() {
		const mark = this.marks[this.number];
		return mark ? mark.start + (this.word ? (this.word.from - mark.from) / (mark.to - mark.from) : 0) * (mark.end - mark.start) : this.duration;
	}
	set rate(rate) {
		this.speed = rate;
		this.#say();
	}
	set volume(volume) {
		this.loud = volume;
	}
	set muted(muted) {
		this.silent = muted;
		this.#say();
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
		const points = (units) => zero + [...written.slice(0, units)].length;
		const voice = vietnamese().find(({ name }) => name === this.name) ?? vietnamese()[0];
		const own = new SpeechSynthesisUtterance(written);
		speechSynthesis.cancel();
		this.word = null;
		this.utterance = own; // held, or some browsers forget its events
		const when = (work) => (event) => this.utterance === own && work(event);
		Object.assign(own, {
			voice, lang: 'vi-VN', rate: this.speed, volume: this.silent ? 0 : (this.loud ?? 1),
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
