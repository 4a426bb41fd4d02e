// SPDX-License-Identifier: GPL-3.0-or-later
// Times, names and data in a form that people read.

export function makeFormat(locale) {
  const time = new Intl.DateTimeFormat(locale, { hour: 'numeric', minute: '2-digit' });
  const day = new Intl.DateTimeFormat(locale, { dateStyle: 'full' });
  const full = new Intl.DateTimeFormat(locale, { dateStyle: 'full', timeStyle: 'medium' });
  const safely = (format) => (ms) => {
    try {
      return format.format(ms);
    } catch {
      return '';  // a time beyond what a Date can hold
    }
  };
  return { time: safely(time), day: safely(day), full: safely(full) };
}

export function dayOf(ms) {
  return new Date(ms).toDateString();
}

export function dataText(data) {
  return typeof data === 'string' ? data : JSON.stringify(data) ?? '';
}

// The five values of a message as they came, joined by commas.
export function rawValues({ sender, recepient, command, type, data }) {
  return [sender, recepient, command, type, data].map(dataText).join(',');
}

export function initialOf(name) {
  return ([...name.trim()][0] ?? '?').toLocaleUpperCase();
}

// The same person has the same one of `count` colours everywhere.
export function colourOf(id, count) {
  let hash = 0;
  for (const char of id)
    hash = (hash * 31 + char.codePointAt(0)) >>> 0;
  return hash % count;
}
