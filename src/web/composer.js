// SPDX-License-Identifier: GPL-3.0-or-later
// Where one writes: to whom, the text, Send. The text goes away only when somebody takes it.

const LINES = 5;

export class Composer extends EventTarget {
  #parts;
  #t;
  #recipient = null;
  #away = false;
  #online = false;

  // `parts`: {form, input, to, toText, toAll, hint}
  constructor(parts, t) {
    super();
    this.#parts = parts;
    this.#t = t;
    parts.form.addEventListener('submit', (event) => {
      event.preventDefault();
      this.#submit();
    });
    parts.input.addEventListener('keydown', (event) => this.#key(event));
    parts.input.addEventListener('input', () => this.#grow());
    parts.to.addEventListener('click', () => this.dispatchEvent(new Event('pick')));
    parts.toAll.addEventListener('click', () => this.dispatchEvent(new Event('everyone')));
    this.#show();
  }

  get recipient() {
    return this.#recipient;
  }

  // {id, name}, or null for everyone.
  set recipient(user) {
    this.#recipient = user;
    this.#away = false;
    this.#show();
  }

  // Somebody who left stays the recipient: their next message must not go to everyone instead.
  set away(away) {
    this.#away = away;
    this.#show();
  }

  set online(online) {
    this.#online = online;
    if (online)
      this.#parts.hint.textContent = '';
  }

  focus() {
    this.#parts.input.focus({ preventScroll: true });
  }

  #submit() {
    const { input, hint } = this.#parts;
    const text = input.value.trim();
    if (!text)
      return;
    if (!this.#online) {
      hint.textContent = this.#t('keptText');
      return;
    }
    input.value = '';
    this.#grow();
    this.dispatchEvent(new CustomEvent('send', { detail: { text, recipient: this.#recipient } }));
  }

  // While an input method puts a syllable together, Enter is its own (229 is what Safari says).
  #key(event) {
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing || event.keyCode === 229)
      return;
    event.preventDefault();
    this.#submit();
  }

  #grow() {
    const { input } = this.#parts;
    const style = getComputedStyle(input);
    const padding = parseFloat(style.paddingTop) + parseFloat(style.paddingBottom);
    const most = LINES * parseFloat(style.lineHeight) + padding;
    input.style.blockSize = 'auto';
    input.style.blockSize = `${Math.min(input.scrollHeight, most)}px`;
    input.classList.toggle('full', input.scrollHeight > most);
  }

  #show() {
    const { form, to, toText, toAll } = this.#parts;
    const name = this.#recipient?.name ?? this.#t('all');
    toText.textContent = this.#t(this.#away ? 'toAway' : 'to', { name });
    toAll.hidden = !this.#recipient;
    to.classList.toggle('private', Boolean(this.#recipient));
    form.classList.toggle('away', this.#away);
  }
}
