// SPDX-License-Identifier: GPL-3.0-or-later
// The results pane: messages and what happened, in the order of time. rows.js draws a row,
// scroller.js keeps the place; this decides what is shown, once, and for how long.

import { dayOf } from './format.js';
import { Scroller } from './scroller.js';

const MOST = 2000;
// Somebody who reads further up keeps what they read; but not for ever.
const MOST_READING = 2 * MOST;
const TOGETHER = 5 * 60 * 1000;
const FRAME = 16;

export class Timeline extends EventTarget {
  #parts;
  #rows;
  #t;
  #scroller;
  #of = new WeakMap();  // row -> {key, serial, time, sender, recepient}
  #known = new Set();
  #waiting = [];
  #timer = 0;
  #unseen = 0;
  #more = false;
  #me = { id: '', name: '' };
  #nameOf;

  // `parts`: {log, pane, older, pill, pillText}; `nameOf`: what to call the user of an id, if known
  constructor(parts, rows, t, nameOf) {
    super();
    this.#parts = parts;
    this.#rows = rows;
    this.#t = t;
    this.#nameOf = nameOf;
    this.#scroller = new Scroller(parts.pane, parts.log);
    this.#scroller.addEventListener('end', () => this.#seen());
    parts.pill.addEventListener('click', () => {
      this.#scroller.toEnd();
      parts.log.focus({ preventScroll: true });
    });
    parts.older.addEventListener('click', () => this.#askOlder());
    parts.log.addEventListener('keydown', (event) => this.#key(event));
  }

  set me(user) {
    this.#me = user;
  }

  get me() {
    return this.#me;
  }

  get hasMessages() {
    return this.#known.size > 0;
  }

  note(words, options) {
    const time = Date.now();
    this.#add(this.#rows.note(words, { time, ...options }), { time });
  }

  event(name, args) {
    this.#add(this.#rows.event(name, args), { time: Date.now() });
  }

  // False when the message is there already.
  message(message, to) {
    const row = this.#messageRow(message, to);
    if (!row)
      return false;
    const own = message.sender === this.#me.id;
    this.#add(row, this.#of.get(row), !own);
    if (own)
      this.#flush(true);
    return true;
  }

  // A row that comes and goes with its message; see outbox.js.
  outgoing(text, options) {
    const row = this.#rows.outgoing(this.#me, text, options);
    this.#add(row, { time: Date.now() });
    this.#flush(true);
    return row;
  }

  // Missed messages go to the end, and nobody reads them all out. Returns those that were new.
  append(messages) {
    let fresh;
    this.#quietly(() => {
      fresh = messages.filter((message) => this.message(message));
      this.#flush();
    });
    return fresh;
  }

  prepend(messages, more) {
    this.#flush();
    this.#more = more;
    const fragment = document.createDocumentFragment();
    for (const message of messages) {
      const row = this.#messageRow(message);
      if (row)
        this.#put(fragment, row, this.#of.get(row));
    }
    this.#quietly(() => this.#scroller.hold(() => {
      this.#joinDays(fragment);
      this.#parts.log.prepend(fragment);
      this.#showOlder();
    }));
  }

  olderFailed() {
    this.#parts.older.disabled = false;
  }

  clear() {
    clearTimeout(this.#timer);
    this.#timer = 0;
    this.#waiting = [];
    this.#known.clear();
    this.#parts.log.replaceChildren();
    this.#more = false;
    this.#showOlder();
    this.#seen();
  }

  #messageRow(message, to = this.#nameOf(message.recepient)) {
    const { serial, time, sender, recepient } = message;
    const key = serial ? `${serial} ${time}` : '';
    if (key && this.#known.has(key))
      return null;
    if (key)
      this.#known.add(key);
    const row = this.#rows.message(message, { own: sender === this.#me.id, to });
    this.#of.set(row, { key, serial, time, sender, recepient });
    return row;
  }

  // Rows go in together, once a frame: a flood costs one layout. A timer, since a page in the
  // background gets no animation frames.
  #add(row, about, news = false) {
    this.#of.set(row, about);
    this.#waiting.push(row);
    if (news && !this.#scroller.atEnd)
      this.#unseen++;
    if (this.#waiting.length > MOST)
      this.#forget(this.#waiting.shift());
    this.#timer ||= setTimeout(() => this.#flush(), FRAME);
  }

  #flush(toEnd = false) {
    clearTimeout(this.#timer);
    this.#timer = 0;
    const waiting = this.#waiting;
    this.#waiting = [];
    this.#scroller.hold(() => {
      const fragment = document.createDocumentFragment();
      for (const row of waiting)
        this.#put(fragment, row, this.#of.get(row), this.#parts.log.lastElementChild);
      this.#parts.log.append(fragment);
      this.#trim();
    });
    if (toEnd)
      this.#scroller.toEnd();
    this.#showPill();
  }

  #put(parent, row, about, lastBefore = null) {
    const last = this.#of.get(parent.lastElementChild ?? lastBefore);
    if (!last || dayOf(last.time) !== dayOf(about.time)) {
      const day = this.#rows.day(about.time);
      this.#of.set(day, { time: about.time, day: true });
      parent.append(day);
    } else if (about.sender && last.sender === about.sender &&
               last.recepient === about.recepient && about.time - last.time < TOGETHER) {
      row.classList.add('follow');
    }
    parent.append(row);
  }

  // What was first may belong to the day that the older messages end with.
  #joinDays(fragment) {
    const first = this.#of.get(this.#parts.log.firstElementChild);
    const last = this.#of.get(fragment.lastElementChild);
    if (first?.day && last && dayOf(first.time) === dayOf(last.time))
      this.#parts.log.firstElementChild.remove();
  }

  #trim() {
    const { log } = this.#parts;
    const most = this.#scroller.atEnd ? MOST : MOST_READING;
    if (log.childElementCount <= most)
      return;
    while (log.childElementCount > most) {
      const row = log.firstElementChild;
      if (this.#of.get(row)?.serial)
        this.#more = true;
      this.#forget(row);
      row.remove();
    }
    log.firstElementChild.classList.remove('follow');
    this.#showOlder();
  }

  #forget(row) {
    this.#known.delete(this.#of.get(row)?.key);
  }

  #oldestSerial() {
    for (const row of this.#parts.log.children) {
      const serial = this.#of.get(row)?.serial;
      if (serial)
        return serial;
    }
    return 0;
  }

  #askOlder() {
    this.#parts.older.disabled = true;
    this.dispatchEvent(new CustomEvent('older', { detail: { before: this.#oldestSerial() } }));
  }

  #showOlder() {
    const { older, log } = this.#parts;
    older.disabled = false;
    older.hidden = !this.#more || log.childElementCount >= MOST_READING;
  }

  #showPill() {
    const { pill, pillText } = this.#parts;
    pill.hidden = this.#unseen === 0;
    if (this.#unseen)
      pillText.textContent = this.#t('newMessages', { count: this.#unseen });
  }

  #seen() {
    this.#unseen = 0;
    this.#showPill();
  }

  // A screen reader says what is new, not what was there before.
  #quietly(change) {
    const { log } = this.#parts;
    log.setAttribute('aria-live', 'off');
    change();
    setTimeout(() => log.setAttribute('aria-live', 'polite'), 100);
  }

  #key(event) {
    if (event.ctrlKey || event.altKey || event.metaKey || event.shiftKey)
      return;
    const row = document.activeElement.closest('.row');
    if (event.key === 'ArrowUp')
      this.#focusRow(row ? before(row) : this.#parts.log.lastElementChild, event);
    else if (event.key === 'ArrowDown')
      this.#focusRow(row && after(row), event);
    else if (event.key === 'Enter' && row === document.activeElement)
      row.querySelector('summary')?.click();
    else if (event.key === 'Escape' && row)
      this.#parts.log.focus({ preventScroll: true });
  }

  #focusRow(row, event) {
    if (!row)
      return;
    event.preventDefault();
    row.focus({ preventScroll: true });
    row.scrollIntoView({ block: 'nearest' });
  }
}

function before(row) {
  const previous = row.previousElementSibling;
  return previous?.matches('.day') ? previous.previousElementSibling : previous;
}

function after(row) {
  const next = row.nextElementSibling;
  return next?.matches('.day') ? next.nextElementSibling : next;
}
