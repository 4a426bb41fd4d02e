// SPDX-License-Identifier: GPL-3.0-or-later
// The rows of the timeline: a message, a note of what happened, a message on its way, a day.

import { icon, make } from './dom.js';
import { colourOf, dataText, initialOf, rawValues } from './format.js';
import { EVERYONE } from './wire.js';

const COLOURS = 8;
const LONG = 4000;

export function avatar(id, name) {
  const span = make('span', {
    className: `avatar colour-${colourOf(id, COLOURS)}`,
    textContent: initialOf(name),
  });
  span.setAttribute('aria-hidden', 'true');
  return span;
}

export class Rows {
  #t;
  #format;

  constructor(t, format) {
    this.#t = t;
    this.#format = format;
  }

  // `own` is the reader's own message; `to` is the name of whom a private one of theirs went to.
  message(message, { own, to }) {
    return make('div', { className: own ? 'row message own' : 'row message', tabIndex: -1 },
                avatar(message.sender, message.name),
                make('div', { className: 'body' },
                     this.#time(message.time),
                     this.#head(message, own, to),
                     this.#text(message.data),
                     this.#details(message)));
  }

  #head(message, own, to) {
    const { name, recepient, command, type } = message;
    const privately = recepient !== EVERYONE && recepient !== '';
    const usual = command === 'chat' && type === 'text';
    return make('p', { className: 'head' },
                make('b', { className: 'who', dir: 'auto', textContent: name }),
                own ? make('span', { className: 'tag', textContent: this.#t('you') }) : null,
                privately ? this.#privateTag(own, to ?? recepient) : null,
                usual ? null
                      : make('code', { className: 'tag', textContent: `${command}/${type}` }));
  }

  #privateTag(own, to) {
    const words = own ? this.#t('privateTo', { name: to }) : this.#t('private');
    return make('span', { className: 'tag private' },
                icon('lock'), make('span', { dir: 'auto', textContent: words }));
  }

  #text(data) {
    const whole = dataText(data);
    const name = typeof data === 'string' ? 'p' : 'pre';
    const text = make(name, { className: 'text', dir: 'auto', textContent: whole });
    if (whole.length <= LONG)
      return text;

    text.textContent = `${whole.slice(0, LONG)}…`;
    const all = make('button', {
      type: 'button', className: 'pill small', textContent: this.#t('showAll'),
    });
    all.addEventListener('click', () => {
      text.textContent = whole;
      all.remove();
    });
    return make('div', {}, text, all);
  }

  // Out of the Tab order: with a thousand rows nobody would reach the composer. The arrow keys
  // lead to a row, and Enter opens it.
  #details(message) {
    const words = this.#t('received', { values: rawValues(message) });
    const summary = make('summary', { tabIndex: -1, title: this.#t('details') }, icon('more'));
    summary.setAttribute('aria-label', this.#t('details'));
    const raw = make('p', { className: 'raw', dir: 'auto', textContent: words.slice(0, LONG) });
    return make('details', {}, summary, raw);
  }

  note(words, { why = '', kind = '', time = Date.now() } = {}) {
    return make('div', { className: `row note ${kind}`, tabIndex: -1 },
                make('div', { className: 'body' },
                     this.#time(time),
                     make('p', { className: 'what', dir: 'auto', textContent: words }),
                     why ? make('p', { className: 'why', dir: 'auto', textContent: why }) : null));
  }

  // Something from a server that is not ours: the name of the event and what it carries.
  event(name, args) {
    const values = args.map(dataText).join(' ').slice(0, LONG);
    return make('div', { className: 'row note', tabIndex: -1 },
                make('div', { className: 'body' },
                     this.#time(Date.now()),
                     make('code', { className: 'tag', textContent: name }),
                     make('pre', { className: 'text', dir: 'auto', textContent: values })));
  }

  // A message that is still on its way, or did not get there: then `reason` says why.
  outgoing(me, text, { to, reason, retry }) {
    const state = reason ? this.#t('notSent', { reason }) : this.#t('sending');
    const again = make('button', {
      type: 'button', className: 'pill small', textContent: this.#t('tryAgain'),
    });
    again.addEventListener('click', retry);
    const className = `row message own ${reason ? 'failed' : 'sending'}`;
    return make('div', { className, tabIndex: -1 },
                avatar(me.id, me.name),
                make('div', { className: 'body' },
                     make('p', { className: 'head' },
                          make('b', { className: 'who', dir: 'auto', textContent: me.name }),
                          to ? this.#privateTag(true, to) : null),
                     make('p', { className: 'text', dir: 'auto', textContent: text }),
                     make('p', { className: 'state' },
                          make('span', { textContent: state }), reason ? again : null)));
  }

  day(time) {
    return make('div', { className: 'day' }, make('span', { textContent: this.#format.day(time) }));
  }

  #time(ms) {
    const time = make('time', {
      textContent: this.#format.time(ms), title: this.#format.full(ms),
    });
    const date = new Date(ms);
    if (!Number.isNaN(date.getTime()))
      time.dateTime = date.toISOString();
    return time;
  }
}
