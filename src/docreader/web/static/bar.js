// What a reader sees: toolbar, settings, player.
import { choices, choose, DISPLAY, display, SIZES } from './display.js';
import { texts } from './texts.js';

const SWITCHES = ['font', 'contrast', 'links', 'ruler', 'mask'];
const RATES = [0.5, 0.75, 0.9, 1, 1.1, 1.25, 1.5, 1.75, 2];
const HERE = new URL('.', import.meta.url);
const SVG = 'http://www.w3.org/2000/svg';
const SPEAKER = 'M3 9v6h4l5 4V5L7 9zM15 9';
const ICONS = {
	play: 'M7 4v16l13-8z', pause: 'M6 4h4v16H6zM14 4h4v16h-4z', listen: SPEAKER + 'a4 4 0 0 1 0 6M17 6a8 8 0 0 1 0 12',
	night: 'M20 14A8 8 0 0 1 10 4a8 8 0 1 0 10 10z', print: 'M7 9V4h10v5M7 17H4V9h16v8h-3M7 14h10v6H7z', pdf: 'M6 3h8l5 5v13H6zM14 3v5h5M12 11v6M9 14l3 3 3-3',
	options: 'M4 7h9M17 7h3M4 17h3M11 17h9M13 5v4h4V5zM7 15v4h4v-4z', sentenceBack: 'M15 6l-6 6 6 6', sentenceOn: 'M9 6l6 6-6 6',
	paragraphBack: 'M18 6l-6 6 6 6M11 6l-6 6 6 6', paragraphOn: 'M6 6l6 6-6 6M13 6l6 6-6 6', volume: SPEAKER + 'a4 4 0 0 1 0 6',
	muted: SPEAKER + 'l6 6M21 9l-6 6', download: 'M12 4v10M7 10l5 5 5-5M4 20h16', close: 'M6 6l12 12M18 6L6 18',
};

// No mark-up in strings: Trusted Types.
function h(name, attributes, ...children) {
	const element = document.createElement(name);
	for (const [key, value] of Object.entries(attributes ?? {})) {
		if (key.startsWith('on')) element.addEventListener(key.slice(2), value);
		else element.setAttribute(key, value);
	}
	element.append(...children.filter(Boolean));
	return element;
}

function picture(button, name) {
	if (button.dataset.icon === name) return;
	button.dataset.icon = name;
	const svg = document.createElementNS(SVG, 'svg');
	svg.setAttribute('viewBox', '0 0 24 24');
	svg.setAttribute('aria-hidden', 'true');
	svg.append(document.createElementNS(SVG, 'path'));
	svg.firstChild.setAttribute('d', ICONS[name]);
	button.querySelector('svg')?.remove();
	button.prepend(svg);
}

const clock = (seconds) => `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, '0')}`;
const bars = new Set();
let styles;

function refresh() {
	const [first] = bars;
	display(first.player.article.body, Math.max(...[...bars].map((bar) => bar.height)));
	for (const bar of bars) bar.update();
}

export class Bar {
	// full: with the page's tools, which stand once
	constructor(host, player, settings, full) {
		Object.assign(this, { player, settings, full, t: texts(settings.lang), height: 0, open: false });
		const root = host.shadowRoot ?? host.attachShadow({ mode: 'open' });
		this.status = h('p', { role: 'status' });
		this.root = h('div', { class: 'root', lang: settings.lang === 'en' ? 'en' : 'vi', hidden: '' }, this.#toolbar(), full && this.#panel(), this.status, this.#dock());
		root.replaceChildren(this.root);
		bars.add(this);
		player.addEventListener('change', () => this.update());
		player.addEventListener('load', () => this.#opened());
		for (const type of ['time', 'word']) player.addEventListener(type, () => this.#time());
		player.covered = () => this.height;
		new ResizeObserver(() => this.#measure()).observe(this.dock);
		styles ??= fetch(HERE + 'docreader.css').then((answer) => answer.text()).then((css) => new CSSStyleSheet().replace(css));
		styles.then((sheet) => {
			root.adoptedStyleSheets = [sheet];
			this.root.hidden = false;
			refresh();
		});
	}

	remove() {
		bars.delete(this);
		this.player.close();
	}

	#button(name, act, shown, attributes) {
		const label = this.t[name];
		const button = h('button', { type: 'button', 'data-name': name, onclick: act, ...(shown ? {} : { 'aria-label': label, title: label }), ...attributes }, shown && h('span', null, shown === true ? label : shown));
		if (ICONS[name]) picture(button, name);
		return button;
	}

	#toolbar() {
		const { t, settings } = this;
		this.listen = this.#button('listen', () => (this.selection ? this.player.readRange(this.selection) : this.player.toggle()), true, { class: 'main' });
		const size = (name, label, next) => this.#button(name, () => this.#choose({ size: SIZES.at(Math.min(next(SIZES.indexOf(choices.size ?? 1)), SIZES.length - 1)) }), label, { 'aria-label': t[name] });
		const tools = {
			listen: this.listen,
			night: this.#button('night', () => this.#choose({ night: !choices.night }), true, { 'aria-pressed': false }),
			print: this.#button('print', () => print(), true),
			pdf: this.#button('pdf', () => this.#pdf(), true),
			size: h('div', { class: 'sizes', role: 'group', 'aria-label': t.size }, size('smaller', 'A-', (n) => Math.max(0, n - 1)), size('normal', 'A', () => 2), size('larger', 'A+', (n) => n + 1)),
			options: (this.options = this.#button('options', () => this.#toggle(), true, { 'aria-expanded': false, 'aria-controls': 'options' })),
		};
		const names = Object.keys(tools).filter((name) => !settings.hide.has(name) && (this.full || name === 'listen'));
		this.toolbar = h('div', { class: 'toolbar', role: 'toolbar', 'aria-label': t.toolbar, onkeydown: (event) => this.#rove(event), onfocusin: ({ target }) => this.#hold(target) }, ...names.map((name) => tools[name]));
		this.#hold(this.toolbar.querySelector('button'));
		return this.toolbar;
	}
	// One stop of Tab, arrows from there.
	#hold(button) {
		for (const other of this.toolbar.querySelectorAll('button')) other.tabIndex = other === button ? 0 : -1;
	}
	#rove(event) {
		const buttons = [...this.toolbar.querySelectorAll('button')];
		const at = buttons.indexOf(event.target);
		const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: -1 }[event.key];
		if (to === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
		event.preventDefault();
		buttons.at(to % buttons.length).focus();
	}

	#panel() {
		const { t, settings } = this;
		const has = (name) => !settings.hide.has(name);
		const field = (type, name, value, label, act) => h('label', null, h('input', { type, name, value, onchange: act }), label);
		const escape = ({ key }) => key === 'Escape' && this.#toggle();
		this.panel = h('div', { class: 'panel', id: 'options', role: 'group', 'aria-label': t.display, hidden: '', onkeydown: escape },
			has('spacing') && h('fieldset', null, h('legend', null, t.spacing), ...t.spacings.map((label, n) => field('radio', 'spacing', n, label, () => this.#choose({ spacing: n })))),
			h('div', { class: 'switches' }, ...SWITCHES.filter(has).map((name) => field('checkbox', name, '', t[name], ({ target }) => this.#choose({ [name]: target.checked })))),
			this.#button('reset', () => this.#choose(Object.fromEntries(DISPLAY.map((name) => [name]))), true),
			h('details', null, h('summary', null, t.keys), h('dl', null, ...t.keyList.map(([key, act]) => h('div', null, h('dt', null, key), h('dd', null, act))))));
		return this.panel;
	}
	#toggle() {
		const open = this.panel.hidden;
		this.panel.hidden = !open;
		this.options.ariaExpanded = open;
		if (!open) this.options.focus();
	}
	#choose(changes) {
		choose(changes);
		refresh();
	}
	async #pdf() {
		const address = await this.player.pdf();
		if (address) return h('a', { href: address, target: '_blank', rel: 'noopener' }).click();
		this.#say('printed');
		setTimeout(print, 300);
	}

	#dock() {
		const { t, player } = this;
		const move = (name, ...way) => this.#button(name, () => player.move(...way));
		const range = (name, max, attributes) => h('input', { type: 'range', min: 0, max, value: max, class: name, 'aria-label': t[name], title: t[name], ...attributes });
		const choice = (name, act) => h('select', { class: name, 'aria-label': t[name], title: t[name], onchange: ({ target }) => act(target.value) });
		this.title = h('p', { class: 'title' });
		this.times = h('span', { class: 'times' });
		this.slider = range('position', 100, { oninput: () => this.#drag(true), onchange: () => this.#drag() });
		this.play = this.#button('pause', () => player.toggle(), false, { class: 'main' });
		this.rate = choice('speed', (value) => (player.rate = Number(value)));
		this.rate.append(...RATES.map((rate) => h('option', { value: rate }, (this.settings.lang === 'en' ? rate : String(rate).replace('.', ',')) + '×')));
		this.mute = this.#button('mute', () => this.#mute(), false, { 'aria-pressed': false });
		picture(this.mute, 'volume');
		this.volume = range('volume', 100, { oninput: ({ target }) => (player.volume = target.value / 100) });
		this.voice = choice('voice', (value) => player.use(value));
		this.download = h('a', { class: 'button', download: '', 'aria-label': t.download, title: t.download }, 'MP3');
		picture(this.download, 'download');
		this.dock = h('div', { class: 'dock', role: 'region', 'aria-label': t.player, onkeydown: (event) => this.#key(event) },
			h('div', { class: 'line' }, this.slider, this.times),
			h('div', { class: 'controls' }, this.title,
				h('div', { class: 'moves' }, move('paragraphBack', -1, true), move('sentenceBack', -1), this.play, move('sentenceOn', 1), move('paragraphOn', 1, true)),
				h('div', { class: 'more' }, this.rate, this.mute, this.volume, this.voice, this.download, this.#button('close', () => player.close()))));
		return this.dock;
	}
	#opened() {
		const { title, voices = [], voice, audio } = this.player.found;
		this.title.textContent = title;
		const label = ({ name, region }) => (this.t[region] ?? name) + (this.t[region] && voices.filter((v) => v.region === region).length > 1 ? ` (${name})` : '');
		this.voice.replaceChildren(...voices.map((v) => h('option', { value: v.name }, label(v))));
		this.voice.value = voice ?? choices.voice ?? voices[0]?.name;
		this.voice.hidden = voices.length < 2;
		this.download.hidden = !audio || this.settings.hide.has('download');
		this.download.href = audio ?? '';
		this.player.track.muted = this.muted;
		this.rate.value = choices.rate ?? 1;
		this.volume.value = (choices.volume ?? 1) * 100;
	}
	#measure() {
		const fixed = this.open && getComputedStyle(this.dock).position === 'fixed';
		const height = fixed ? Math.ceil(this.dock.getBoundingClientRect().height) : 0;
		if (height === this.height) return;
		this.height = height;
		refresh();
	}
	// Screen readers say each change of a slider that has the focus: it moves seldom then.
	#time() {
		const { track } = this.player;
		if (!track || this.dragging) return;
		const { time, duration, playing } = track;
		if (!playing || !this.slider.matches(':focus') || Math.abs(time - this.slider.value) > 10) {
			this.slider.max = Math.ceil(duration) || 1;
			this.slider.value = time;
			this.#spoken(time);
		}
		this.times.textContent = `${clock(time)} / ${clock(duration)}`;
	}
	#spoken(time) {
		const { t } = this;
		const say = (seconds) => (seconds >= 60 ? Math.floor(seconds / 60) + t.minutes : '') + Math.floor(seconds % 60) + t.seconds;
		this.slider.ariaValueText = say(time) + t.of + say(this.player.track.duration);
	}
	#drag(dragging) {
		this.dragging = dragging;
		const time = Number(this.slider.value);
		if (dragging) this.#spoken(time);
		else this.player.seek(time);
	}
	#mute() {
		this.muted = !this.muted;
		this.player.track.muted = this.muted;
		this.mute.ariaPressed = this.muted;
		picture(this.mute, this.muted ? 'muted' : 'volume');
	}
	#key(event) {
		const { player } = this;
		if (event.altKey || event.ctrlKey || event.metaKey || event.target.localName === 'select') return;
		const act = {
			KeyK: () => player.toggle(), KeyJ: () => player.move(-1, event.shiftKey), KeyL: () => player.move(1, event.shiftKey),
			KeyM: () => this.#mute(), Escape: () => player.close(),
		}[event.code];
		if (!act) return;
		event.preventDefault();
		act();
	}

	select(range) {
		if (range === this.selection) return;
		this.selection = range;
		this.update();
	}
	#say(message) {
		const text = this.t[message] ?? '';
		if (this.status.textContent !== text) this.status.textContent = text;
	}
	update() {
		const { t, player } = this;
		const { state, message } = player;
		const open = !!player.track || (this.open && state === 'busy'); // another voice
		const on = state === 'playing';
		const name = this.selection ? 'selection' : on ? 'pause' : open ? 'resume' : 'listen';
		this.listen.querySelector('span').textContent = t[name];
		picture(this.listen, { pause: 'pause', resume: 'play' }[name] ?? 'listen');
		picture(this.play, on ? 'pause' : 'play');
		this.play.title = this.play.ariaLabel = on ? t.pause : t.resume;
		this.root.className = `root ${state} ${choices.contrast ? 'dark strong' : choices.night ? 'dark' : ''}`;
		this.#say(message || (state === 'busy' && state));
		if (open !== this.open) {
			if (!open && this.dock.matches(':focus-within')) this.listen.focus();
			this.open = open;
			this.dock.classList.toggle('open', open);
			// In the top layer nothing of the page cuts it off.
			const top = open && !matchMedia('(max-height: 26em)').matches;
			this.dock.popover = top ? 'manual' : null;
			if (top) this.dock.showPopover?.();
			this.#measure();
		}
		this.#time();
		const night = this.toolbar.querySelector('[data-name=night]');
		if (night) night.ariaPressed = !!choices.night;
		for (const input of this.panel?.querySelectorAll('input') ?? []) input.checked = input.type === 'radio' ? Number(input.value) === (choices.spacing ?? 0) : choices[input.name];
	}
}
