// SPDX-License-Identifier: GPL-3.0-or-later
// What the browser remembers. A browser that forbids it only forgets.

const PREFIX = 'madang.';

function read(key) {
  try {
    return localStorage.getItem(PREFIX + key) ?? '';
  } catch {
    return '';
  }
}

function write(key, value) {
  try {
    localStorage.setItem(PREFIX + key, value);
  } catch {
    // Private windows and full disks: the page works all the same.
  }
}

export const store = {
  get name() {
    return read('name');
  },
  set name(name) {
    write('name', name);
  },

  // The name belongs to the key: two tabs with two names are two people, and a reload is the same.
  secret(url, name) {
    return read(`secret ${url} ${name}`);
  },
  keepSecret(url, name, secret) {
    if (secret)
      write(`secret ${url} ${name}`, secret);
  },
};
