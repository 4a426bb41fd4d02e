// SPDX-License-Identifier: GPL-3.0-or-later
// The server's API beyond one socket, as npm's clients see it: answers of many, namespaces
// that are made when they are asked for, events that are looked at first.
// api-server.c is the server.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { answered, dial, inbox, once, startApiServer } from './lib.js';
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

testEachWay('a namespace is made when its name matches', async (t, options) => {
  const server = await startApiServer(t);
  const one = await connect(t, `${server.url}dyn-1`, options);
  const same = await connect(t, `${server.url}dyn-1`, options);
  const other = await connect(t, `${server.url}dyn-2`, options);
  const stray = inbox(other, 'question');
  [one, same].forEach((socket, n) => socket.on('question', (...args) => args.pop()(n)));
  const [error, answers] = await answered((ack) => one.emit('ask-all', 20000, ack));
  assert.equal(error, null);
  assert.deepEqual(answers.sort(), [0, 1]);
  assert.deepEqual(stray.received, []);

  const [refusal] = await once(dial(t, `${server.url}dyn-x`, options), 'connect_error');
  assert.equal(refusal.message, 'Invalid namespace');
});

testEachWay('a function decides later, and the steps are inherited', async (t, options) => {
  const server = await startApiServer(t);
  const [refusal] = await once(dial(t, `${server.url}later-1`, options), 'connect_error');
  assert.equal(refusal.message, 'Not allowed');
  const auth = { token: 'open sesame' };
  const socket = await connect(t, `${server.url}later-1`, { ...options, auth });
  assert.equal(await socket.emitWithAck('message-with-ack', 'inside'), 'inside');
});

testEachWay('whoever is let in is in the rooms that were chosen for it before', async (t, options) => {
  const server = await startApiServer(t);
  const auth = { token: 'open sesame' };
  const socket = await connect(t, `${server.url}guarded`, { ...options, auth });
  assert.deepEqual(await answered((ack) => socket.emit('fetch', 'guests', ack)), [socket.id]);
  const refused = dial(t, `${server.url}guarded`, options);
  await once(refused, 'connect_error');
  assert.deepEqual(await answered((ack) => socket.emit('fetch', 'guests', ack)), [socket.id]);
});

testEachWay('an event is dropped or changed before its listeners get it', async (t, options) => {
  const server = await startApiServer(t);
  const socket = await connect(t, server.url, options);
  const told = once(socket, 'screened');
  socket.emit('forbidden', 1);
  assert.deepEqual(await told, ['Not this event']);
  assert.equal(await socket.emitWithAck('forbidden', 1), 'No');
  const bytes = Buffer.from([1, 2]);
  assert.deepEqual(await socket.emitWithAck('misspelt', bytes), bytes);
  assert.equal(await socket.emitWithAck('message-with-ack', 'others pass'), 'others pass');
});

testEachWay('many sockets join, leave and are put out at once', async (t, options) => {
  const server = await startApiServer(t);
  const [one, two, three] = await Promise.all(
    [0, 1, 2].map(() => connect(t, server.url, options)));
  const members = async () => (await answered((ack) => one.emit('fetch', 'r', ack))).sort();
  assert.deepEqual(await members(), []);
  await one.emitWithAck('move', 'join', 'r');
  assert.deepEqual(await members(), [one.id, two.id, three.id].sort());
  await one.emitWithAck('move', 'leave', 'r');
  assert.deepEqual(await members(), []);

  for (const socket of [two, three])
    await socket.emitWithAck('join', 'r');
  const reasons = [two, three].map((socket) => once(socket, 'disconnect'));
  await one.emitWithAck('move', 'disconnect', 'r');
  for (const reason of reasons)
    assert.equal((await reason)[0], 'io server disconnect');
  assert.deepEqual(await members(), []);
  assert.ok(one.connected);
});

testEachWay('the server keeps what a client said when it came', async (t, options) => {
  const server = await startApiServer(t);
  const socket = await connect(t, server.url, {
    ...options, query: { 'a b': '1&2', 'é': '한' }, auth: { who: 'me' },
    extraHeaders: { 'X-Test': 'yes', Origin: server.url.slice(0, -1) },
  });
  const { handshake } = await socket.emitWithAck('who-am-i');
  assert.equal(handshake.headers['x-test'], 'yes');
  assert.equal(handshake.headers.host, `localhost:${server.port}`);
  assert.equal(handshake.query['a b'], '1&2');
  assert.equal(handshake.query['é'], '한');
  assert.equal(handshake.query.EIO, '4');
  assert.ok(handshake.url.startsWith('/socket.io/?'));
  assert.equal(handshake.xdomain, true);
  assert.equal(handshake.secure, false);
  assert.deepEqual(handshake.auth, { who: 'me' });
  assert.match(handshake.address, /127\.0\.0\.1|::1/);
  assert.ok(Math.abs(Date.now() - handshake.issued) < 60000);
  assert.ok(Math.abs(Date.parse(handshake.time) - handshake.issued) < 2000);
});

test('bytes go as base64 over a WebSocket when a client asks for it', async (t) => {
  const server = await startApiServer(t);
  const socket = await connect(t, server.url, { transports: ['websocket'], forceBase64: true });
  const frames = [];
  socket.io.engine.transport.ws.addEventListener('message', ({ data }) => frames.push(data));
  const bytes = Buffer.from([0, 1, 255]);
  assert.deepEqual(await socket.emitWithAck('message-with-ack', bytes), bytes);
  assert.ok(frames.includes('bAAH/'), String(frames));
});

test('a client that offers subprotocols has its first one', async (t) => {
  const server = await startApiServer(t);
  for (const protocols of ['one', ['first', 'second']]) {
    const socket = await connect(t, server.url, { transports: ['websocket'], protocols });
    assert.equal(socket.io.engine.transport.ws.protocol, [protocols].flat()[0]);
  }
});

test('the server hears that a client has moved to a WebSocket', async (t) => {
  const server = await startApiServer(t);
  const socket = dial(t, server.url);
  assert.deepEqual(await once(socket, 'upgraded'), ['websocket']);
  assert.equal(socket.io.engine.transport.name, 'websocket');
  // One that began with it has not moved.
  const direct = dial(t, server.url, { transports: ['websocket'] });
  const stray = inbox(direct, 'upgraded');
  await once(direct, 'connect');
  await direct.emitWithAck('message-with-ack', 1);
  assert.deepEqual(stray.received, []);
});
