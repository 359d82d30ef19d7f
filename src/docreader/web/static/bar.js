/** The toolbar of one article: what a reader sees first. */
import { aids } from './aids.js';
import { display, SIZES } from './display.js';
import { Dock } from './dock.js';
import { h, icon, picture } from './dom.js';
import { choices, choose, forget } from './store.js';
import { texts } from './texts.js';

const DISPLAY = ['night', 'contrast', 'spacing', 'font', 'links', 'size', 'mask', 'ruler'];
const SWITCHES = ['font', 'contrast', 'links', 'ruler', 'mask'];

let styles;
/** The widget's style sheet, one for all bars. */
function style() {
  styles ??= fetch(new URL('docreader.css', import.meta.url))
    .then((answer) => answer.text())
    .then((css) => new CSSStyleSheet().replace(css));
  return styles;
}

const bars = new Set();
/** Show what was chosen, in the page and on every bar. */
export function refresh() {
  const [first] = bars;
  display(first?.player.article.body, Math.max(0, ...[...bars].map((bar) => bar.dock.height)));
  aids();
  for (const bar of bars) bar.update();
}

export class Bar {
  /** `host` is a <docreader-bar>; `full`: with the tools of the page, which one bar of a page has. */
  constructor(host, player, settings, full) {
    Object.assign(this, { host, player, settings, full });
    this.t = texts(settings.language);
    const root = host.shadowRoot ?? host.attachShadow({ mode: 'open' });
    root.replaceChildren();
    this.dock = new Dock(this);
    this.root = h('div', { class: 'root', lang: settings.language }, this.#toolbar(), full && this.#panel(), this.#status(), this.dock.element);
    this.root.hidden = true;
    root.append(this.root);
    bars.add(this);
    player.addEventListener('change', () => this.update());
    style().then((sheet) => {
      root.adoptedStyleSheets = [sheet];
      this.root.hidden = false;
      refresh();
    });
  }

  remove() {
    bars.delete(this);
    this.player.close();
  }

  #has(name) {
    return !this.settings.hide.has(name);
  }

  #toolbar() {
    const { t } = this;
    const button = (name, act, attributes = {}, ...content) => h('button', { type: 'button', 'data-name': name, onclick: act, ...attributes }, ...content);
    this.listen = button('listen', () => this.#listen(), { class: 'main' }, icon('listen'), h('span', {}, t.listen));
    const sizes = h(
      'div',
      { class: 'sizes', role: 'group', 'aria-label': t.normal.slice(3) },
      ...[['smaller', 'A-'], ['normal', 'A'], ['larger', 'A+']].map(([name, label]) =>
        button(name, () => this.#size(name), { 'aria-label': t[name] }, label),
      ),
    );
    sizes.setAttribute('aria-label', this.settings.language === 'en' ? 'Text size' : 'Cỡ chữ');
    this.options = button('options', () => this.#toggleOptions(), { 'aria-expanded': 'false', 'aria-controls': 'options' }, icon('options'), h('span', {}, t.options));
    const tools = [
      this.#has('listen') && this.listen,
      this.full && this.#has('night') && button('night', () => this.#choose({ night: !choices.night }), { 'aria-pressed': 'false' }, icon('night'), h('span', {}, t.night)),
      this.full && this.#has('print') && button('print', () => window.print(), {}, icon('print'), h('span', {}, t.print)),
      this.full && this.#has('pdf') && button('pdf', () => this.#pdf(), {}, icon('pdf'), h('span', {}, t.pdf)),
      this.full && this.#has('size') && sizes,
      this.full && this.#has('options') && this.options,
    ].filter(Boolean);
    this.toolbar = h('div', { class: 'toolbar', role: 'toolbar', 'aria-label': t.toolbar, onkeydown: (event) => this.#rove(event), onfocusin: (event) => this.#hold(event.target) }, ...tools);
    this.#hold(this.toolbar.querySelector('button'));
    return this.toolbar;
  }

  /** One button of a toolbar can be reached with Tab, the others with arrows from there. */
  #hold(button) {
    for (const other of this.toolbar.querySelectorAll('button')) other.tabIndex = other === button ? 0 : -1;
  }

  #rove(event) {
    const buttons = [...this.toolbar.querySelectorAll('button')];
    const at = buttons.indexOf(event.target);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: -1 }[event.key];
    if (at < 0 || to === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    buttons.at(to % buttons.length).focus();
  }

  #panel() {
    const { t } = this;
    const spacing = h(
      'fieldset',
      {},
      h('legend', {}, t.spacing),
      ...t.spacings.map((label, n) =>
        h('label', {}, h('input', { type: 'radio', name: 'spacing', value: n, onchange: () => this.#choose({ spacing: n }) }), label),
      ),
    );
    const switches = SWITCHES.filter((name) => this.#has(name)).map((name) =>
      h('label', {}, h('input', { type: 'checkbox', name, onchange: ({ target }) => this.#choose({ [name]: target.checked }) }), t[name]),
    );
    const keys = h(
      'details',
      {},
      h('summary', {}, t.keys),
      h('dl', {}, ...t.keyList.map(([key, act]) => h('div', {}, h('dt', {}, key), h('dd', {}, act)))),
    );
    this.panel = h(
      'div',
      { class: 'panel', id: 'options', role: 'group', 'aria-label': t.optionsLong, hidden: true, onkeydown: (event) => event.key === 'Escape' && this.#toggleOptions(false) },
      this.#has('spacing') && spacing,
      switches.length > 0 && h('div', { class: 'switches' }, ...switches),
      h('button', { type: 'button', onclick: () => this.#reset() }, t.reset),
      keys,
    );
    return this.panel;
  }

  #status() {
    this.status = h('p', { class: 'status', role: 'status' });
    return this.status;
  }

  #choose(changes) {
    choose(changes);
    refresh();
  }

  #reset() {
    forget(DISPLAY);
    refresh();
  }

  #size(name) {
    const now = SIZES.indexOf(choices.size ?? 1);
    const to = { smaller: Math.max(0, now - 1), normal: SIZES.indexOf(1), larger: Math.min(SIZES.length - 1, now + 1) }[name];
    this.#choose({ size: SIZES[to] });
  }

  #toggleOptions(open = this.panel.hidden) {
    this.panel.hidden = !open;
    this.options.setAttribute('aria-expanded', String(open));
    if (!open) this.options.focus();
  }

  async #pdf() {
    const address = await this.player.pdf();
    if (address) {
      h('a', { href: address, target: '_blank', rel: 'noopener' }).click();
      return;
    }
    this.say(this.t.pdfByPrint);
    setTimeout(() => window.print(), 300);
  }

  #listen() {
    if (this.selection) this.player.readRange(this.selection);
    else this.player.toggle();
  }

  /** What is selected in the article, a range; null: nothing. The button says that it reads it. */
  select(range) {
    this.selection = range;
    this.update();
  }

  say(message) {
    if (this.status.textContent !== message) this.status.textContent = message;
  }

  update() {
    const { t, player } = this;
    const { state } = player;
    const name = this.selection ? 'selection' : state === 'playing' ? 'pause' : player.open ? 'resume' : 'listen';
    this.listen.querySelector('span').textContent = t[name];
    picture(this.listen, name === 'pause' ? 'pause' : name === 'resume' ? 'play' : 'listen');
    this.listen.setAttribute('aria-busy', String(state === 'busy'));
    this.say(t[player.message] ?? (state === 'busy' ? t.busy : ''));
    this.dock.update();
    this.root.classList.toggle('dark', !!(choices.night || choices.contrast));
    this.root.classList.toggle('strong', !!choices.contrast);
    this.toolbar.querySelector('[data-name=night]')?.setAttribute('aria-pressed', String(!!choices.night));
    if (!this.panel) return;
    for (const name of SWITCHES) {
      const box = this.panel.querySelector(`[name=${name}]`);
      if (box) box.checked = !!choices[name];
    }
    for (const radio of this.panel.querySelectorAll('[name=spacing]')) radio.checked = Number(radio.value) === (choices.spacing ?? 0);
  }
}
