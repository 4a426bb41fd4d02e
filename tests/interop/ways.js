// SPDX-License-Identifier: GPL-3.0-or-later
// The three ways by which npm's client connects. What holds must hold for each.

import { test } from 'node:test';
import { dial, once } from './lib.js';

const WAYS = {
  'polling, then upgraded': {},
  'polling only': { transports: ['polling'] },
  'websocket only': { transports: ['websocket'] },
};

/** One test for each way: `body` gets the test's context and the options for dial(). */
export function testEachWay(name, body) {
  for (const [way, options] of Object.entries(WAYS))
    test(`${name} (${way})`, (t) => body(t, options));
}

/** A client that has connected. */
export async function connect(t, url, options) {
  const socket = dial(t, url, options);
  await once(socket, 'connect');
  return socket;
}
