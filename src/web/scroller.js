// SPDX-License-Identifier: GPL-3.0-or-later
// A scrolling pane that follows its end for as long as the reader is there.

const NEAR = 48;

export class Scroller extends EventTarget {
  #pane;
  #atEnd = true;
  #lastTop = 0;

  constructor(pane, content) {
    super();
    this.#pane = pane;
    pane.addEventListener('scroll', () => this.#scrolled(), { passive: true });
    // Rows get their true height only once they are seen, and keyboards change the pane's.
    const sizes = new ResizeObserver(() => this.#atEnd && this.#jump());
    sizes.observe(pane);
    sizes.observe(content);
  }

  get atEnd() {
    return this.#atEnd;
  }

  toEnd() {
    this.#atEnd = true;
    this.#jump();
    this.dispatchEvent(new Event('end'));
  }

  // Runs `change`, which adds or takes rows above, and keeps what the reader sees where it is.
  hold(change) {
    const first = this.#atEnd ? null : this.#firstSeen();
    const before = first?.getBoundingClientRect().top;
    change();
    if (this.#atEnd)
      this.#jump();
    else if (first?.isConnected)
      this.#pane.scrollTop += first.getBoundingClientRect().top - before;
    this.#lastTop = this.#pane.scrollTop;
  }

  #jump() {
    this.#pane.scrollTop = this.#pane.scrollHeight;
    this.#lastTop = this.#pane.scrollTop;
  }

  #firstSeen() {
    const top = this.#pane.getBoundingClientRect().top;
    const rows = this.#pane.querySelectorAll('.row');
    let low = 0;
    let high = rows.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (rows[middle].getBoundingClientRect().bottom > top)
        high = middle;
      else
        low = middle + 1;
    }
    return rows[low] ?? null;
  }

  // Only a move upwards is the reader leaving the end: the rest is rows getting their height.
  #scrolled() {
    const { scrollTop, scrollHeight, clientHeight } = this.#pane;
    const near = scrollHeight - scrollTop - clientHeight < NEAR;
    const was = this.#atEnd;
    if (near)
      this.#atEnd = true;
    else if (scrollTop < this.#lastTop)
      this.#atEnd = false;
    this.#lastTop = scrollTop;
    if (this.#atEnd && !was)
      this.dispatchEvent(new Event('end'));
  }
}
