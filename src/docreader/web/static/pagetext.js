/**
 * The text of a part of the page as one string, and the way back to its text nodes.
 *
 * White space and invisible characters are left out, and letters are NFC, so that what an extractor made of the page is found in
 * it again, across inline elements, <br> and &nbsp;. Nothing in the page is changed.
 */

const NOTHING = /[\s\u00ad\u034f\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]/;
const SKIPPED = 'script,style,noscript,template,textarea,select,docreader-bar,docreader-overlay';

export class PageText {
  constructor(root) {
    this.nodes = [];
    this.firsts = []; // index in the string at which each node begins
    this.owner = []; // for each character: number of its node, …
    this.starts = []; // … and where in the node it begins and ends (a decomposed letter is several units)
    this.ends = [];
    const parts = [];
    const seen = new Map();
    const shown = (element) => {
      if (!seen.has(element)) seen.set(element, !element.closest(SKIPPED) && element.checkVisibility?.() !== false);
      return seen.get(element);
    };
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      if (node.parentElement && shown(node.parentElement)) parts.push(this.#take(node));
    }
    this.text = parts.join('');
  }

  #take(node) {
    const data = node.data;
    const number = this.nodes.push(node) - 1;
    this.firsts.push(this.owner.length);
    let out = '';
    const put = (letters, start, end) => {
      for (const letter of letters) {
        if (NOTHING.test(letter)) continue;
        for (let unit = 0; unit < letter.length; unit++) {
          this.owner.push(number);
          this.starts.push(start);
          this.ends.push(end);
        }
        out += letter;
      }
    };
    if (data.normalize('NFC') === data) {
      let at = 0;
      for (const letter of data) put(letter, at, (at += letter.length));
    } else {
      for (const { 0: cluster, index } of data.matchAll(/\P{M}\p{M}*|\p{M}+/gsu)) {
        put(cluster.normalize('NFC'), index, index + cluster.length);
      }
    }
    return out;
  }

  /** The range of characters [from, to) of the string; null if there is none or its nodes have left the page. */
  range(from, to) {
    if (from < 0 || to <= from || to > this.owner.length) return null;
    const [first, last] = [this.nodes[this.owner[from]], this.nodes[this.owner[to - 1]]];
    if (!first.isConnected || !last.isConnected) return null;
    if (this.starts[from] > first.length || this.ends[to - 1] > last.length) return null;
    const range = document.createRange();
    range.setStart(first, this.starts[from]);
    range.setEnd(last, this.ends[to - 1]);
    return range;
  }

  /** The index of the first character at or after a place in the page; -1: after all of them. */
  index(node, offset) {
    const point = document.createRange();
    point.setStart(node, offset);
    let [low, high] = [0, this.owner.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      // -1: the character's end lies before the point
      if (point.comparePoint(this.nodes[this.owner[middle]], this.ends[middle]) <= 0) low = middle + 1;
      else high = middle;
    }
    return low < this.owner.length ? low : -1;
  }
}

/** A text without white space; `at[i]` is where its code point i stands in `text` (Python counts code points, JavaScript units). */
export function squeeze(written) {
  const at = [];
  let text = '';
  for (const letter of written) {
    at.push(text.length);
    if (!NOTHING.test(letter)) text += letter;
  }
  at.push(text.length);
  return { text, at };
}

const LONG = 30;

/**
 * Where the blocks of an article stand in the page. `blocks`: [{number, text}] in reading order.
 *
 * Long blocks are found first, one after the other; they bound where the short ones (a title that stands in the menu too, "Kính
 * gửi:") may be. A block that is not in the page as it is written is looked for sentence by sentence, when its sentences come.
 */
export class Places {
  constructor(page, blocks) {
    this.page = page;
    this.blocks = blocks.map(({ number, text }) => ({ number, ...squeeze(text), start: -1 }));
    this.byNumber = new Map(this.blocks.map((block) => [block.number, block]));
    let cursor = 0;
    for (const block of this.blocks) {
      if (block.text.length < LONG || block.number === -2) continue;
      cursor = this.#set(block, page.text.indexOf(block.text, cursor)) ?? cursor;
    }
    this.blocks.forEach((block, n) => {
      if (block.start >= 0 || !block.text) return;
      const [low, high] = this.#bounds(n);
      const last = block.number < 0 && high < page.text.length; // a title: the one nearest to the text
      const found = last ? page.text.lastIndexOf(block.text, high - block.text.length) : page.text.indexOf(block.text, low);
      if (found >= low && found + block.text.length <= high) this.#set(block, found);
    });
    if (this.byNumber.get(-2)?.start < 0) this.#set(this.byNumber.get(-2), page.text.indexOf(this.byNumber.get(-2).text));
  }

  #set(block, found) {
    if (found < 0) return undefined;
    block.start = found;
    return found + block.text.length;
  }

  #bounds(n) {
    const before = this.blocks.slice(0, n).findLast((block) => block.start >= 0);
    const after = this.blocks.slice(n + 1).find((block) => block.start >= 0);
    return [before ? before.start + before.text.length : 0, after ? after.start : this.page.text.length];
  }

  /** Tells of each sentence, one after the other, where it begins in the page's text: `mark.place`; -1: nowhere. */
  place(mark) {
    const block = this.byNumber.get(mark.block);
    mark.letters = squeeze(mark.written);
    mark.place = block?.start >= 0 ? block.start + block.at[mark.from] : this.#alone(mark);
    if (mark.place >= 0) this.reached = mark.place + mark.letters.text.length;
  }

  /** A sentence whose block is not in the page as a whole: between what was placed last and the next block. */
  #alone(mark) {
    const next = this.blocks.find((block) => block.number > mark.block && block.start >= 0);
    const found = this.page.text.indexOf(mark.letters.text, this.reached ?? 0);
    return next && found + mark.letters.text.length > next.start ? -1 : found;
  }

  /** The range of code points [from, to) of the mark's block; the whole sentence by default. */
  range(mark, from = mark.from, to = mark.to) {
    if (!(mark.place >= 0)) return null;
    const at = mark.letters.at;
    const last = at.length - 1;
    const start = at[Math.min(Math.max(from - mark.from, 0), last)];
    const end = at[Math.min(Math.max(to - mark.from, 0), last)];
    return this.page.range(mark.place + start, mark.place + end);
  }
}
