// SPDX-License-Identifier: GPL-3.0-or-later
// npm's clients whose connection breaks, and who come back to the socket that they had. A proxy
// stands between them and the server (api-server.c), and cuts what goes through it.

import assert from 'node:assert/strict';
import { connect as dialTcp, createServer } from 'node:net';
import { test } from 'node:test';
import { deadline, defer, dial, inbox, once, startApiServer } from './lib.js';
import { connect } from './ways.js';

const MINUTE = '--set=max-disconnection-duration=60000';
const SOON = { reconnection: true, reconnectionDelay: 10, reconnectionDelayMax: 50 };
const WAYS = [['polling'], ['websocket'], ['polling', 'websocket']];

/** A way to `port` that can be cut: `cut()` for both ends, `cut(true)` so that the server does not
 *  notice; `closed` refuses new connections. */
async function startProxy(t, port) {
  const pairs = new Set();
  const proxy = createServer((near) => {
    if (proxy.closed) {
      near.destroy();
      return;
    }
    const far = dialTcp(port, '127.0.0.1');
    const pair = { near, far };
    pairs.add(pair);
    near.on('data', (data) => far.write(data)).on('error', () => {});
    far.on('data', (data) => near.destroyed || near.write(data)).on('error', () => {});
    near.on('close', () => pair.quiet || far.destroy());
    far.on('close', () => {
      near.destroy();
      pairs.delete(pair);
    });
  }).listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  proxy.closed = false;
  proxy.url = `http://127.0.0.1:${proxy.address().port}/`;
  proxy.cut = (quiet = false) => pairs.forEach((pair) => {
    pair.quiet = quiet;
    pair.near.destroy();
    if (!quiet)
      pair.far.destroy();
  });
  defer(t, () => {
    proxy.cut();
    proxy.close();
  });
  return proxy;
}

async function start(t, transports, { path = '', args = [MINUTE] } = {}) {
  const server = await startApiServer(t, args);
  const proxy = await startProxy(t, server.port);
  const other = await connect(t, server.url + path, { transports: ['websocket'] });
  const socket = dial(t, proxy.url + path, { ...SOON, transports });
  await once(socket, 'connect');
  assert.ok(!socket.recovered);
  return { server, proxy, other, socket };
}

/** The connection breaks, `meanwhile` happens, and the client comes back. */
async function breakAndReturn({ proxy, socket }, meanwhile, quiet = false) {
  const gone = once(socket, 'disconnect');
  proxy.closed = true;
  proxy.cut(quiet);
  await gone;
  await meanwhile();
  // Not once(), which gives up with the first try that fails.
  const back = new Promise((resolve) => socket.once('connect', resolve));
  proxy.closed = false;
  await deadline(back, 20000, 'the return');
}

for (const transports of WAYS) {
  const way = transports.join(', then ');

  test(`a client comes back and has missed nothing (${way})`, async (t) => {
    const all = await start(t, transports);
    const { socket, other } = all;
    const { id } = socket;
    const box = inbox(socket, 'said-all');
    await socket.emitWithAck('join', 'room');
    await socket.emitWithAck('remember', { n: 7 });
    const said = [];
    const say = async (n) => {
      said.push(n);
      await other.emitWithAck('say-all', n, Buffer.from([n]));
    };
    await say(0);
    await box.next();
    for (let turn = 1; turn <= 3; turn++) {
      await breakAndReturn(all, async () => {
        for (let n = 0; n < 5; n++)
          await say(10 * turn + n);
      });
      assert.equal(socket.recovered, true);
      assert.equal(socket.id, id);
      await say(10 * turn + 5);
      for (let n = 0; n <= 5; n++) {
        const [number, bytes] = await box.next();
        assert.deepEqual([number, bytes], [10 * turn + n, Buffer.from([10 * turn + n])]);
      }
    }
    assert.deepEqual(box.received, []);
    const { handshake, ...who } = await socket.emitWithAck('who-am-i');
    assert.deepEqual(who, { id, recovered: true, rooms: [id, 'room'], remembered: { n: 7 } });
  });

  test(`so does one that had received nothing (${way})`, async (t) => {
    const all = await start(t, transports, { path: 'silent' });
    const { socket, other } = all;
    const { id } = socket;
    const box = inbox(socket, 'said-all');
    await breakAndReturn(all, () => other.emitWithAck('say-all', 'meanwhile'));
    assert.equal(socket.recovered, true);
    assert.equal(socket.id, id);
    assert.equal((await box.next())[0], 'meanwhile');
    assert.deepEqual(box.received, []);
  });

  test(`the server has not noticed the break (${way})`, async (t) => {
    const all = await start(t, transports);
    const { socket, other } = all;
    const { id } = socket;
    const box = inbox(socket, 'said-all');
    const away = inbox(other, 'said-all');
    await breakAndReturn(all, () => other.emitWithAck('say-all', 'into the void'), true);
    assert.equal(socket.recovered, true);
    assert.equal(socket.id, id);
    await other.emitWithAck('say-all', 'again');
    for (const expected of ['into the void', 'again']) {
      assert.equal((await box.next())[0], expected);
      assert.equal((await away.next())[0], expected);
    }
    assert.deepEqual([...box.received, ...away.received], []);
  });
}

test('an event under way when the connection breaks comes once', async (t) => {
  const all = await start(t, ['websocket'], { path: 'silent' });
  const { socket, other, proxy } = all;
  const box = inbox(socket, 'said-all');
  const N = 400;
  for (let n = 0; n < N; n++) {
    other.emit('say-all', n);
    if (n % 100 === 50)
      await breakAndReturn(all, () => other.emitWithAck('who-am-i'), n % 200 === 50);
    assert.equal(proxy.closed, false);
  }
  const received = [];
  for (let n = 0; n < N; n++)
    received.push((await box.next())[0]);
  assert.deepEqual(received, Array.from({ length: N }, (_, n) => n));
  assert.equal(socket.recovered, true);
});

test('one that was away too long gets a new socket', async (t) => {
  const all = await start(t, ['websocket'], { args: ['--set=max-disconnection-duration=50'] });
  const { socket } = all;
  const { id } = socket;
  await socket.emitWithAck('join', 'room');
  // Longer than the server keeps it.
  await breakAndReturn(all, () => new Promise((resolve) => setTimeout(resolve, 300)));
  assert.ok(!socket.recovered);
  assert.notEqual(socket.id, id);
  assert.deepEqual((await socket.emitWithAck('who-am-i')).rooms, [socket.id]);
});

test('one that was put out does not come back to its socket', async (t) => {
  const { socket } = await start(t, ['websocket']);
  const { id } = socket;
  const out = once(socket, 'disconnect');
  socket.emit('kick-me', false);
  await out;
  socket.connect();
  await once(socket, 'connect');
  assert.ok(!socket.recovered);
  assert.notEqual(socket.id, id);
});

test('without the option nothing is added to events', async (t) => {
  const all = await start(t, ['websocket'], { args: [] });
  const { socket, other } = all;
  const box = inbox(socket, 'said-all');
  await other.emitWithAck('say-all', 'as it is');
  assert.deepEqual(await box.next(), ['as it is']);
  await breakAndReturn(all, () => {});
  assert.ok(!socket.recovered);
});
