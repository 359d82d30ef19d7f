/** The player's controls, at the lower edge of the window while an article is open. */
import { refresh } from './bar.js';
import { h, icon, picture } from './dom.js';
import { choices } from './store.js';

const RATES = [0.5, 0.75, 0.9, 1, 1.1, 1.25, 1.5, 1.75, 2];
const clock = (seconds) => `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, '0')}`;

export class Dock {
  constructor(bar) {
    const { t, player, settings } = bar;
    Object.assign(this, { bar, t, player, settings, height: 0 });
    this.element = this.#build();
    player.addEventListener('load', () => this.#opened());
    player.addEventListener('time', () => this.#time());
    player.addEventListener('word', () => this.#time());
    player.covered = () => this.height;
    new ResizeObserver(() => this.#measure()).observe(this.element);
  }

  #build() {
    const { t, player } = this;
    const button = (name, act, picture = name) => h('button', { type: 'button', 'data-name': name, 'data-icon': picture, 'aria-label': t[name], title: t[name], onclick: act }, icon(picture));
    this.play = button('pause', () => player.toggle());
    this.play.className = 'main';
    this.title = h('p', { class: 'title' });
    this.slider = h('input', {
      type: 'range', min: 0, max: 100, step: 1, value: 0, class: 'seek', 'aria-label': t.position,
      oninput: () => this.#dragged(), onchange: () => this.#dropped(),
    });
    this.times = h('span', { class: 'times' }, '0:00');
    this.rate = h('select', { 'aria-label': t.speed, title: t.speed, onchange: () => (player.rate = Number(this.rate.value)) },
      ...RATES.map((rate) => h('option', { value: rate }, t.rate(rate))));
    this.mute = button('mute', () => this.#mute(), 'volume');
    this.mute.setAttribute('aria-pressed', 'false');
    this.volume = h('input', {
      type: 'range', min: 0, max: 100, step: 5, value: 100, class: 'volume', 'aria-label': t.volume, title: t.volume,
      oninput: () => (player.volume = Number(this.volume.value) / 100),
    });
    this.voice = h('select', { class: 'voice', 'aria-label': t.voice, title: t.voice, onchange: () => player.use(this.voice.value) });
    this.download = h('a', { class: 'button', download: true, 'aria-label': t.download, title: t.download }, icon('download'), h('span', {}, 'MP3'));
    return h('div', { class: 'dock', popover: 'manual', role: 'region', 'aria-label': t.player, onkeydown: (event) => this.#key(event) },
      h('div', { class: 'line' }, this.slider, this.times),
      h('div', { class: 'controls' },
        this.title,
        h('div', { class: 'moves' },
          button('previousParagraph', () => player.paragraph(-1)),
          button('previousSentence', () => player.sentence(-1)),
          this.play,
          button('nextSentence', () => player.sentence(1)),
          button('nextParagraph', () => player.paragraph(1))),
        h('div', { class: 'more' }, this.rate, h('span', { class: 'sound' }, this.mute, this.volume), this.voice, this.download,
          button('close', () => this.#close()))));
  }

  #opened() {
    const { found } = this.player;
    const { t } = this;
    this.title.textContent = found.title ?? '';
    const names = found.voices ?? [];
    const count = (region) => names.filter((voice) => voice.region === region).length;
    const label = (voice) => {
      const region = t.regions[voice.region];
      return voice.label ?? (region ? region + (count(voice.region) > 1 ? ` (${voice.name})` : '') : voice.name);
    };
    this.voice.replaceChildren(...names.map((voice) => h('option', { value: voice.name }, label(voice))));
    this.voice.value = found.voice ?? choices.voice ?? names[0]?.name;
    this.voice.hidden = names.length < 2;
    this.download.hidden = !found.download || this.settings.hide.has('download');
    if (found.download) this.download.href = found.download;
    this.rate.value = choices.rate ?? 1;
    this.volume.value = (choices.volume ?? 1) * 100;
  }

  update() {
    const open = this.player.open;
    if (open !== this.shown) {
      this.shown = open;
      this.element.classList.toggle('open', open);
      // The top layer: no overflow, transform or z-index of the page can hide it or cut it off.
      // Where the window is low, it stays with the toolbar (see docreader.css).
      this.element.popover = open && matchMedia('(max-height: 26em)').matches ? null : 'manual';
      if (this.element.popover) this.element[open ? 'showPopover' : 'hidePopover']();
      this.#measure();
    }
    const playing = this.player.state === 'playing';
    picture(this.play, playing ? 'pause' : 'play');
    const name = playing ? this.t.pause : this.t.resume;
    this.play.setAttribute('aria-label', name);
    this.play.title = name;
    this.element.classList.toggle('busy', this.player.state === 'busy');
    if (open) this.#time();
  }

  #measure() {
    const fixed = this.shown && getComputedStyle(this.element).position === 'fixed';
    const height = fixed ? Math.ceil(this.element.getBoundingClientRect().height) : 0;
    if (height === this.height) return;
    this.height = height;
    refresh();
  }

  /** Told at each word and change. A screen reader says each change of a slider that has the focus: there it moves seldom. */
  #time() {
    const { track } = this.player;
    if (!track || this.dragging) return;
    const { time, duration } = track;
    const focused = this.slider.matches(':focus') && track.playing;
    if (!focused || Math.abs(time - this.slider.value) > 10) {
      this.slider.max = Math.max(1, Math.ceil(duration));
      this.slider.value = time;
      this.#spoken(time, duration);
    }
    const shown = `${clock(time)} / ${clock(duration)}`;
    if (this.times.textContent !== shown) this.times.textContent = shown;
  }

  #spoken(time, duration) {
    const say = (seconds) => this.t.time(Math.floor(seconds / 60), Math.floor(seconds % 60));
    this.slider.setAttribute('aria-valuetext', this.t.of(say(time), say(duration)));
  }

  #dragged() {
    this.dragging = true;
    this.#spoken(Number(this.slider.value), this.player.track.duration);
  }

  #dropped() {
    this.dragging = false;
    this.player.seek(Number(this.slider.value));
  }

  #mute() {
    this.muted = !this.muted;
    this.player.track.muted = this.muted;
    this.mute.setAttribute('aria-pressed', String(this.muted));
    picture(this.mute, this.muted ? 'muted' : 'volume');
  }

  #close() {
    this.player.close();
    this.bar.listen.focus();
  }

  #key(event) {
    if (event.altKey || event.ctrlKey || event.metaKey || event.target.localName === 'select') return;
    const { player } = this;
    const step = event.shiftKey ? 'paragraph' : 'sentence';
    const act = {
      KeyK: () => player.toggle(),
      KeyJ: () => player[step](-1),
      KeyL: () => player[step](1),
      KeyM: () => this.#mute(),
      Escape: () => this.#close(),
    }[event.code];
    if (!act) return;
    event.preventDefault();
    act();
  }
}
