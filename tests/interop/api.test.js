// SPDX-License-Identifier: GPL-3.0-or-later
// The server's API beyond one socket, as npm's clients see it: answers of many.
// api-server.c is the server.

import assert from 'node:assert/strict';
import { answered, startApiServer } from './lib.js';
import { connect, testEachWay } from './ways.js';

testEachWay('the server asks all and has the answers of all', async (t, options) => {
  const server = await startApiServer(t);
  const sockets = await Promise.all([0, 1, 2].map(() => connect(t, server.url, options)));
  sockets.forEach((socket, n) => socket.on('question', (timeout, ack) => ack({ n, timeout })));
  const [error, answers] = await answered((ack) => sockets[0].emit('ask-all', 20000, ack));
  assert.equal(error, null);
  assert.deepEqual(answers.sort((a, b) => a.n - b.n),
                   [0, 1, 2].map((n) => ({ n, timeout: 20000 })));

  // One who is silent costs the others nothing but the time.
  sockets[1].off('question');
  const [late, some] = await answered((ack) => sockets[0].emit('ask-all', 300, ack));
  assert.match(late, /in time/);
  assert.deepEqual(some.map(({ n }) => n).sort(), [0, 2]);

  // Nor does one who leaves.
  sockets[1].on('question', () => sockets[1].disconnect());
  const [gone, others] = await answered((ack) => sockets[0].emit('ask-all', 20000, ack));
  assert.match(gone, /left/);
  assert.deepEqual(others.map(({ n }) => n).sort(), [0, 2]);
});
