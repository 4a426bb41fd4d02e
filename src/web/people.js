// SPDX-License-Identifier: GPL-3.0-or-later
// Who is there, in the order of names. Choosing somebody says whom the composer writes to.
// On a narrow page the same list is in a sheet.

import { icon, make } from './dom.js';
import { avatar } from './rows.js';

const WIDE = matchMedia('(min-width: 760px)');

export class People extends EventTarget {
  #parts;
  #t;
  #collator;
  #me = '';
  #chosen = '';
  #byId = new Map();  // id -> {user, item}
  #order = [];        // the users, sorted
  #all;

  // `parts`: {list, content, aside, sheet, button, counts, close}
  constructor(parts, t, locale) {
    super();
    this.#parts = parts;
    this.#t = t;
    this.#collator = new Intl.Collator(locale);
    this.#all = this.#item({ id: '', name: t('all'), kind: 'rich' });
    parts.button.addEventListener('click', () => this.open());
    parts.close.addEventListener('click', () => parts.sheet.close());
    parts.sheet.addEventListener('click', (event) => {
      if (event.target === parts.sheet)
        parts.sheet.close();
    });
    WIDE.addEventListener('change', () => this.#settle());
    this.set([], '');
  }

  set(users, me) {
    this.#me = me;
    this.#byId.clear();
    this.#order = [...users].sort((a, b) => this.#compare(a, b));
    for (const user of this.#order)
      this.#byId.set(user.id, { user, item: this.#item(user) });
    this.#parts.list.replaceChildren(
      this.#all, ...this.#order.map((user) => this.#byId.get(user.id).item));
    this.#count();
  }

  add(user) {
    this.#take(user.id);
    const item = this.#item(user);
    const place = this.#place(user);
    const next = this.#order[place];
    this.#parts.list.insertBefore(item, next ? this.#byId.get(next.id).item : null);
    this.#order.splice(place, 0, user);
    this.#byId.set(user.id, { user, item });
    this.#count();
  }

  remove(id) {
    this.#take(id);
    this.#count();
  }

  has(id) {
    return this.#byId.has(id);
  }

  nameOf(id) {
    return this.#byId.get(id)?.user.name;
  }

  // The id of whom to write to; nothing for everyone.
  choose(id) {
    this.#chosen = id;
    for (const item of this.#parts.list.querySelectorAll('[aria-pressed="true"]'))
      item.setAttribute('aria-pressed', 'false');
    const item = id ? this.#byId.get(id)?.item : this.#all;
    item?.querySelector('button')?.setAttribute('aria-pressed', 'true');
  }

  // Where people are chosen: the sheet, or the list beside the talk.
  open() {
    this.#settle();
    if (!WIDE.matches)
      this.#parts.sheet.showModal();
    const pressed = this.#parts.list.querySelector('[aria-pressed="true"]');
    (pressed ?? this.#all.firstElementChild).focus();
  }

  close() {
    this.#parts.sheet.close();
  }

  #settle() {
    const { content, aside, sheet } = this.#parts;
    if (WIDE.matches) {
      sheet.close();
      aside.append(content);
    } else {
      sheet.append(content);
    }
  }

  #item(user) {
    const everyone = user.id === '';
    const face = everyone ? make('span', { className: 'avatar everyone' }, icon('people'))
                          : avatar(user.id, user.name);
    const about = user.id === this.#me && !everyone ? this.#t('you')
                : user.kind === 'plain' ? this.#t('plainClient') : '';
    const words = [
      face,
      make('span', { className: 'person-name', dir: 'auto', textContent: user.name }),
      about ? make('span', { className: 'tag', textContent: about }) : null,
    ];
    if (user.id === this.#me && !everyone)
      return make('li', {}, make('div', { className: 'person' }, ...words));

    const button = make('button', { type: 'button', className: 'person' }, ...words);
    button.setAttribute('aria-pressed', String(user.id === this.#chosen));
    button.addEventListener('click', () => this.#picked(user));
    return make('li', {}, button);
  }

  #picked(user) {
    this.#parts.sheet.close();
    this.dispatchEvent(new CustomEvent('choose', { detail: user.id === '' ? null : user }));
  }

  #take(id) {
    const entry = this.#byId.get(id);
    if (!entry)
      return;
    entry.item.remove();
    this.#byId.delete(id);
    this.#order.splice(this.#order.indexOf(entry.user), 1);
  }

  #compare(a, b) {
    return this.#collator.compare(a.name, b.name) || (a.id < b.id ? -1 : 1);
  }

  #place(user) {
    let low = 0;
    let high = this.#order.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#compare(this.#order[middle], user) < 0)
        low = middle + 1;
      else
        high = middle;
    }
    return low;
  }

  #count() {
    for (const count of this.#parts.counts)
      count.textContent = String(this.#order.length);
  }
}
