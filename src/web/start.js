// SPDX-License-Identifier: GPL-3.0-or-later
// The card that asks who you are and where to connect.

import { ownAddress, parseAddress } from './address.js';

export class Start extends EventTarget {
  #parts;
  #t;
  #guest;

  // `parts`: {form, name, host, port, connect, errors: {name, host, port}}
  constructor(parts, t, name) {
    super();
    this.#parts = parts;
    this.#t = t;
    const own = ownAddress(location);
    this.#guest = t('guest', { number: 100 + Math.floor(Math.random() * 900) });
    parts.name.value = name;
    parts.name.placeholder = this.#guest;
    parts.host.value = own.host;
    parts.port.value = own.port;
    parts.form.addEventListener('submit', (event) => {
      event.preventDefault();
      this.#submit();
    });
    parts.form.addEventListener('input', (event) => this.#mark(event.target.name, ''));
  }

  // Where the next key should go.
  focus() {
    const { name, connect } = this.#parts;
    (name.value ? connect : name).focus();
  }

  // `field` is name, host or port.
  fail(words, field) {
    this.#mark(field, words);
    this.#parts[field].focus();
  }

  #submit() {
    const { name, host, port } = this.#parts;
    for (const field of ['name', 'host', 'port'])
      this.#mark(field, '');
    try {
      const address = parseAddress(host.value, port.value, location.protocol);
      host.value = address.host;
      port.value = address.port;
      const detail = { url: address.url, name: name.value.trim() || this.#guest };
      name.value = detail.name;
      this.dispatchEvent(new CustomEvent('connect', { detail }));
    } catch (error) {
      if (!error.field)
        throw error;
      this.fail(this.#t(error.message), error.field);
    }
  }

  #mark(field, words) {
    this.#parts.errors[field].textContent = words;
    this.#parts[field].setAttribute('aria-invalid', String(words !== ''));
  }
}
