// SPDX-License-Identifier: GPL-3.0-or-later
// Messages on their way. Each ends as a row of the timeline or stays with a button to try again:
// nothing that was typed gets lost.

import { answerReason } from './reasons.js';
import { EVERYONE, cleanMessage } from './wire.js';

// An answer sooner than this needs no "Sending…".
const SLOW = 400;
// So long a server of another kind has time to bring our own message back.
const ECHO_WAIT = 1000;

export class Outbox {
  #connection;
  #timeline;
  #t;
  #entries = new Set();

  constructor(connection, timeline, t) {
    this.#connection = connection;
    this.#timeline = timeline;
    this.#t = t;
  }

  // `recipient`: {id, name}, or null for everyone.
  send(text, recipient) {
    // uncertain: nobody said whether it arrived; echoed: it came back from the server.
    const entry = { text, recipient, row: null, uncertain: false, echoed: false };
    this.#entries.add(entry);
    this.#attempt(entry);
  }

  // A message of our own that came back: one that seemed lost has arrived after all.
  arrived(message) {
    for (const entry of this.#entries) {
      if (entry.text !== message.data || entry.echoed ||
          (entry.recipient?.id ?? EVERYONE) !== message.recepient)
        continue;
      entry.echoed = true;
      if (entry.uncertain)
        this.#done(entry);
      return;
    }
  }

  clear() {
    this.#entries.clear();
  }

  async #attempt(entry) {
    entry.row?.remove();
    entry.row = null;
    entry.uncertain = false;
    const slow = setTimeout(() => this.#show(entry), SLOW);
    try {
      const answer = await this.#connection.send(entry.recipient?.id ?? EVERYONE, entry.text);
      this.#sent(entry, answer);
    } catch (error) {
      this.#failed(entry, error);
    } finally {
      clearTimeout(slow);
    }
  }

  #sent(entry, { serial, time }) {
    if (this.#connection.mode === 'plain' && !entry.recipient) {
      entry.uncertain = true;
      setTimeout(() => this.#entries.has(entry) && this.#showSent(entry, serial, time), ECHO_WAIT);
    } else {
      this.#showSent(entry, serial, time);
    }
  }

  // The server sends a public message to everybody, us too; whichever comes first is shown. A
  // private one goes to its recipient alone.
  #showSent(entry, serial, time) {
    const { me } = this.#timeline;
    this.#done(entry);
    this.#timeline.message(cleanMessage({
      serial, time,
      sender: me.id, name: me.name,
      recepient: entry.recipient?.id ?? EVERYONE,
      data: entry.text,
    }), entry.recipient?.name);
  }

  #failed(entry, error) {
    entry.uncertain = error.code === 'no-answer' || error.code === 'cut-off';
    if (entry.uncertain && entry.echoed)
      this.#done(entry);
    else
      this.#show(entry, this.#t(...answerReason(error)));
  }

  #show(entry, reason = '') {
    entry.row?.remove();
    entry.row = this.#timeline.outgoing(entry.text, {
      to: entry.recipient?.name,
      reason,
      retry: () => this.#attempt(entry),
    });
  }

  #done(entry) {
    this.#entries.delete(entry);
    entry.row?.remove();
  }
}
