// What a reader sees: toolbar, settings, player.
import { choices, choose, DISPLAY, display, SIZES } from './view.js';

const SWITCHES = ['font', 'contrast', 'links', 'ruler', 'mask'];
const RATES = [0.5, 0.75, 0.9, 1, 1.1, 1.25, 1.5, 1.75, 2];
const SPEAKER = 'M3 9v6h4l5 4V5L7 9zM15 9';
const ICONS = {
	resume: 'M7 4v16l13-8z', pause: 'M6 4h4v16H6zM14 4h4v16h-4z', listen: SPEAKER + 'a4 4 0 0 1 0 6M17 6a8 8 0 0 1 0 12',
	night: 'M20 14A8 8 0 0 1 10 4a8 8 0 1 0 10 10z', print: 'M7 9V4h10v5M7 17H4V9h16v8h-3M7 14h10v6H7z', pdf: 'M6 3h8l5 5v13H6zM14 3v5h5M12 11v6M9 14l3 3 3-3',
	options: 'M4 7h9M17 7h3M4 17h3M11 17h9M13 5v4h4V5zM7 15v4h4v-4z', sentenceBack: 'M15 6l-6 6 6 6', sentenceOn: 'M9 6l6 6-6 6',
	paragraphBack: 'M18 6l-6 6 6 6M11 6l-6 6 6 6', paragraphOn: 'M6 6l6 6-6 6M13 6l6 6-6 6', mute: SPEAKER + 'a4 4 0 0 1 0 6',
	muted: SPEAKER + 'l6 6M21 9l-6 6', download: 'M12 4v10M7 10l5 5 5-5M4 20h16', close: 'M6 6l12 12M18 6L6 18',
};

// No mark-up in strings: Trusted Types.
function h(name, properties, ...children) {
	const element = Object.assign(document.createElement(name), properties);
	element.append(...children.filter(Boolean));
	return element;
}
function icon(name) {
	const [svg, path] = ['svg', 'path'].map((part) => document.createElementNS('http://www.w3.org/2000/svg', part));
	svg.setAttribute('viewBox', '0 0 24 24');
	svg.ariaHidden = 'true';
	svg.append(path);
	draw(svg, name);
	return svg;
}
const draw = (button, name) => button.querySelector('path').setAttribute('d', ICONS[name]);
const clock = (seconds) => `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, '0')}`;

const bars = new Set();
let covered = 0; // pixels below, by the player
const style = fetch(new URL('docreader.css', import.meta.url)).then((answer) => answer.text()).then((css) => new CSSStyleSheet().replace(css));

function refresh() {
	const [first] = bars;
	display(first.player.article.root, covered);
	for (const bar of bars) bar.update();
}

export class Bar {
	// full: with the page's tools
	constructor(host, player, settings, full) {
		const lang = settings.lang === 'en' ? 'en' : 'vi';
		Object.assign(this, { player, settings, full, lang, fields: [], open: false });
		const root = host.shadowRoot ?? host.attachShadow({ mode: 'open' });
		Promise.all([style, import(`./${lang}.js`)]).then(([sheet, texts]) => {
			if (this.gone) return;
			this.t = texts.default;
			this.status = h('p', { role: 'status' });
			this.root = h('div', { lang }, this.#toolbar(), full && this.#panel(), this.status, this.#dock());
			root.adoptedStyleSheets = [sheet];
			root.replaceChildren(this.root);
			bars.add(this);
			player.addEventListener('change', () => this.update());
			player.addEventListener('load', () => this.#opened());
			player.addEventListener('time', () => this.#time());
			player.covered = () => covered;
			new ResizeObserver(() => this.open && this.#measure()).observe(this.dock);
			refresh();
		});
	}

	remove() {
		this.gone = true;
		bars.delete(this);
		this.player.close();
	}

	#button(name, onclick, shown = this.t[name], className = '') {
		const label = shown !== this.t[name] && { ariaLabel: this.t[name], title: this.t[name] };
		return h('button', { type: 'button', name, className, onclick, ...label }, ICONS[name] && icon(name), shown && h('span', null, shown));
	}

	#toolbar() {
		const { t, settings } = this;
		const size = (name, shown, step) => this.#button(name, () => this.#choose({ size: SIZES[step ? SIZES.indexOf(choices.size ?? 1) + step : 2] ?? choices.size }), shown);
		const tools = {
			listen: this.#button('listen', () => (this.selection ? this.player.readRange(this.selection) : this.player.toggle()), t.listen, 'main'),
			night: this.#button('night', () => this.#choose({ night: !choices.night })),
			print: this.#button('print', () => print()),
			pdf: this.#button('pdf', () => this.#pdf()),
			size: h('div', { className: 'sizes', role: 'group', ariaLabel: t.size }, size('smaller', 'A-', -1), size('normal', 'A'), size('larger', 'A+', 1)),
			options: this.#button('options', () => this.#toggle()),
		};
		const names = Object.keys(tools).filter((name) => !settings.hide.has(name) && (this.full || name === 'listen'));
		Object.assign(this, tools);
		this.toolbar = h('div', { className: 'toolbar', role: 'toolbar', ariaLabel: t.toolbar, onkeydown: (event) => this.#rove(event) }, ...names.map((name) => tools[name]));
		this.toolbar.addEventListener('focusin', ({ target }) => this.#hold(target));
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
		const field = (type, name, value, label) => {
			const input = h('input', { type, name, value, onchange: () => this.#choose({ [name]: input.checked && value }) });
			this.fields.push(input);
			return h('label', null, input, label);
		};
		this.panel = h('div', { className: 'panel', role: 'group', ariaLabel: t.display, hidden: true, onkeydown: ({ key }) => key === 'Escape' && this.#toggle() },
			has('spacing') && h('fieldset', null, h('legend', null, t.spacing), ...t.spacings.map((label, n) => field('radio', 'spacing', n, label))),
			h('div', { className: 'switches' }, ...SWITCHES.filter(has).map((name) => field('checkbox', name, true, t[name]))),
			this.#button('reset', () => this.#choose(Object.fromEntries(DISPLAY.map((name) => [name])))),
			h('details', null, h('summary', null, t.keys), h('dl', null, ...t.keyList.map(([key, act]) => h('div', null, h('dt', null, key), h('dd', null, act))))));
		return this.panel;
	}
	#toggle() {
		const { panel, options } = this;
		panel.hidden = !panel.hidden;
		if (panel.hidden) options.focus();
		this.update();
	}
	#choose(changes) {
		choose(changes);
		refresh();
	}
	async #pdf() {
		const href = await this.player.pdf();
		if (href) return open(href, '_blank', 'noopener');
		this.#say('printed');
		setTimeout(print, 300);
	}

	#dock() {
		const { t, player } = this;
		const named = (className) => ({ className, ariaLabel: t[className], title: t[className] });
		const move = (name, ...way) => this.#button(name, () => player.move(...way), '');
		const range = (name, events) => h('input', { type: 'range', max: 100, value: 100, ...named(name), ...events });
		const choice = (name, act) => h('select', { ...named(name), onchange: ({ target }) => act(target.value) });
		this.title = h('p', { className: 'title' });
		this.times = h('span', { className: 'times' });
		this.slider = range('position', { oninput: () => this.#drag(true), onchange: () => this.#drag(false) });
		this.play = this.#button('pause', () => player.toggle(), '', 'main');
		this.rate = choice('speed', (rate) => player.set({ rate: Number(rate) }));
		this.rate.append(...RATES.map((rate) => h('option', { value: rate }, rate.toLocaleString(this.lang) + '×')));
		this.mute = this.#button('mute', () => this.#mute(), '');
		this.volume = range('volume', { oninput: ({ target }) => player.set({ volume: target.value / 100 }) });
		this.voice = choice('voice', (voice) => player.use(voice));
		this.download = h('a', { ...named('download'), download: '' }, icon('download'), 'MP3');
		this.dock = h('div', { className: 'dock', role: 'region', ariaLabel: t.player, onkeydown: (event) => this.#key(event) },
			h('div', { className: 'line' }, this.slider, this.times),
			h('div', { className: 'controls' }, this.title,
				h('div', { className: 'moves' }, move('paragraphBack', -1, true), move('sentenceBack', -1), this.play, move('sentenceOn', 1), move('paragraphOn', 1, true)),
				h('div', { className: 'more' }, this.rate, this.mute, this.volume, this.voice, this.download, this.#button('close', () => player.close(), ''))));
		return this.dock;
	}
	#opened() {
		const { title, voices = [], voice, audio } = this.player.found;
		this.title.textContent = title;
		this.voice.replaceChildren(...voices.map(({ name, region }) => {
			const alone = voices.filter((one) => one.region === region).length < 2;
			return h('option', { value: name }, this.t[region] ? this.t[region] + (alone ? '' : ` (${name})`) : name);
		}));
		this.voice.value = voice ?? choices.voice ?? voices[0]?.name;
		this.voice.hidden = voices.length < 2;
		this.download.hidden = !audio || this.settings.hide.has('download');
		this.download.href = audio ?? '';
		this.rate.value = choices.rate ?? 1;
		this.volume.value = (choices.volume ?? 1) * 100;
	}
	#measure() {
		const before = covered;
		covered = getComputedStyle(this.dock).position === 'fixed' ? this.dock.offsetHeight : 0;
		if (covered !== before) refresh();
	}
	// Screen readers say each change of a slider with the focus.
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
		const { t, player } = this;
		const [said, whole] = [time, player.track.duration].map((s) => (s >= 60 ? Math.floor(s / 60) + t.minutes : '') + Math.floor(s % 60) + t.seconds);
		this.slider.ariaValueText = said + t.of + whole;
	}
	#drag(dragging) {
		this.dragging = dragging;
		const time = Number(this.slider.value);
		if (!dragging) this.player.seek(time);
		this.#spoken(time);
	}
	#mute() {
		this.player.mute();
		this.update();
	}
	#key(event) {
		const { player } = this;
		const { code, shiftKey } = event;
		if (event.altKey || event.ctrlKey || event.metaKey || event.target.localName === 'select') return;
		if (code === 'KeyK') player.toggle();
		else if (code === 'KeyJ') player.move(-1, shiftKey);
		else if (code === 'KeyL') player.move(1, shiftKey);
		else if (code === 'KeyM') this.#mute();
		else if (code === 'Escape') player.close();
		else return;
		event.preventDefault();
	}

	select(range) {
		if (range === this.selection) return;
		this.selection = range;
		if (bars.has(this)) this.update();
	}
	#say(message) {
		const text = this.t[message] ?? '';
		if (this.status.textContent !== text) this.status.textContent = text;
	}
	update() {
		const { t, player, listen, play, dock } = this;
		const { state, message, muted } = player;
		const open = !!player.track || (this.open && state === 'busy'); // another voice
		const on = state === 'playing';
		const name = this.selection ? 'selection' : on ? 'pause' : open ? 'resume' : 'listen';
		const next = on ? 'pause' : 'resume';
		listen.lastChild.textContent = t[name];
		draw(listen, this.selection ? 'listen' : name);
		draw(play, next);
		play.title = play.ariaLabel = t[next];
		draw(this.mute, muted ? 'muted' : 'mute');
		this.mute.ariaPressed = !!muted;
		this.night.ariaPressed = !!choices.night;
		this.options.ariaExpanded = !this.panel?.hidden;
		this.root.className = `root ${choices.contrast ? 'dark strong' : choices.night ? 'dark' : ''}`;
		for (const input of this.fields) input.checked = input.value === String(choices[input.name] ?? 0);
		this.#say(message || (state === 'busy' && state));
		if (open !== this.open) {
			if (!open && dock.matches(':focus-within')) listen.focus();
			this.open = open;
			dock.classList.toggle('open', open);
			// Nothing cuts off the top layer.
			const top = open && !matchMedia('(max-height: 26em)').matches;
			dock.popover = top ? 'manual' : null;
			if (top) dock.showPopover?.();
			this.#measure();
		}
		this.#time();
	}
}
