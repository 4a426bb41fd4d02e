// SPDX-License-Identifier: GPL-3.0-or-later
// The clients of older majors, as npm has them: Socket.IO 1 and 2 speak Engine.IO 3.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import io1 from 'socket.io-client-1';
import io2 from 'socket.io-client-2';
import { answered, defer, once } from './lib.js';

const CLIENTS = { '1.7.4': io1, '2.5.0': io2 };
const WAYS = {
  'polling, then upgraded': {},
  'polling only': { transports: ['polling'] },
  'websocket only': { transports: ['websocket'] },
};

/** A client of that version, of its own for the test; it does not reconnect unless told to. */
export function dialOld(t, version, url, options = {}) {
  const socket = CLIENTS[version](url, { forceNew: true, reconnection: false, ...options });
  defer(t, () => socket.close());
  return socket;
}

/** The same, when it has connected. */
export async function connectOld(t, version, url, options = {}) {
  const socket = dialOld(t, version, url, options);
  await once(socket, 'connect');
  return socket;
}

/**
 * Has the client say something that is not ASCII. By polling without bytes, which is how Node's
 * clients do it, nothing else shows whether it is of version 1 or 2, and those read what is not
 * ASCII in two ways.
 */
export async function introduce(socket, event) {
  assert.deepEqual(await answered((ack) => socket.emit(event, '가', ack)), ['가']);
}

/** One test for each client and way: `body` gets the context, the version and options for dial. */
export function testEachOld(name, body) {
  for (const version of Object.keys(CLIENTS))
    for (const [way, options] of Object.entries(WAYS))
      test(`${name} (${version}, ${way})`, (t) => body(t, version, options));
}
