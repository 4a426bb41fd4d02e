// SPDX-License-Identifier: GPL-3.0-or-later
// What lies below events, as npm's client sees it: sizes, upgrades, why a connection ends, and how
// it comes back.

import assert from 'node:assert/strict';
import { Agent } from 'node:http';
import { setImmediate } from 'node:timers/promises';
import { test } from 'node:test';
import { Manager } from 'socket.io-client';
import { WebSocket } from 'ws';
import { answered, deadline, defer, dial, inbox, once, startApiServer, startMadang } from './lib.js';
import { connect, testEachWay } from './ways.js';

const WAIT_MS = 30000;
const POLLING = 'socket.io/?EIO=4&transport=polling';
const quick = { reconnection: true, reconnectionDelay: 50, reconnectionDelayMax: 200 };

/** A connected WebSocket of npm's `ws`, for what no well-behaved client does. */
async function rawWebSocket(t, url, options) {
  const socket = new WebSocket(`${url.replace(/^http/, 'ws')}socket.io/?EIO=4&transport=websocket`,
                               options);
  defer(t, () => socket.terminate());
  const messages = [];
  socket.on('message', (data) => messages.push(String(data)));
  await once(socket, 'open');
  return { socket, messages };
}

async function openPolling(url) {
  const answer = await fetch(url + POLLING);
  const { sid } = JSON.parse((await answer.text()).slice(1));
  return {
    sid,
    get: async () => (await fetch(`${url}${POLLING}&sid=${sid}`)).text(),
    post: (body) => fetch(`${url}${POLLING}&sid=${sid}`, { method: 'POST', body }),
  };
}

/** A text of which the client makes a packet of `size` bytes on the wire, in its first ack. */
function fill(size, unit) {
  const frame = Buffer.byteLength('420["message-with-ack",""]');
  const width = Buffer.byteLength(unit);
  return unit.repeat(Math.floor((size - frame) / width)) + 'x'.repeat((size - frame) % width);
}

const LIMIT = 20000;

for (const unit of ['x', '가']) {
  testEachWay(`a message of just the limit passes, in "${unit}"`, async (t, options) => {
    const server = await startApiServer(t, ['--max-payload', String(LIMIT)]);
    const socket = await connect(t, server.url, options);
    const text = fill(LIMIT, unit);
    assert.deepEqual(await answered((ack) => socket.emit('message-with-ack', text, ack)), [text]);
  });
}

testEachWay('a binary message of just the limit passes', async (t, options) => {
  const server = await startApiServer(t, ['--max-payload', String(LIMIT)]);
  const socket = await connect(t, server.url, options);
  // In a polling body it is in base64, and shares the body with the text that announces it.
  const size = options.transports?.[0] === 'websocket' ? LIMIT : LIMIT / 4 * 3 - 100;
  const data = Buffer.alloc(size, 0xe9);
  assert.deepEqual(await answered((ack) => socket.emit('message-with-ack', data, ack)), [data]);
});

test('over WebSocket a message above the limit ends the connection with 1009', async (t) => {
  const server = await startApiServer(t, ['--max-payload', String(LIMIT)]);
  const socket = await connect(t, server.url, { transports: ['websocket'] });
  const gone = once(socket, 'disconnect');
  socket.emit('message-with-ack', fill(LIMIT + 1, 'x'), () => {});
  const [reason, details] = await gone;
  assert.equal(reason, 'transport close');
  assert.equal(details.context.code, 1009);
  await server.logged('payload too large');

  const other = await connect(t, server.url, { transports: ['websocket'] });
  const binary = once(other, 'disconnect');
  other.emit('message', Buffer.alloc(LIMIT + 1));
  assert.equal((await binary)[1].context.code, 1009);
});

test('over polling a body above the limit is refused, and the session goes on', async (t) => {
  const server = await startApiServer(t, ['--max-payload', String(LIMIT)]);
  const { get, post } = await openPolling(server.url);
  assert.equal((await post('40')).status, 200);
  assert.match(await get(), /^40\{"sid":"/);
  for (const size of [LIMIT + 1, LIMIT * 20]) {
    assert.equal((await post('4'.repeat(size))).status, 413);
    assert.equal((await post('420["message-with-ack","still there"]')).status, 200);
    assert.match(await get(), /430\["still there"\]/);
  }
  // npm's client takes the 413 for the end and says so.
  const socket = await connect(t, server.url, { transports: ['polling'] });
  const gone = once(socket, 'disconnect');
  socket.emit('message', 'x'.repeat(LIMIT + 1));
  const [reason, details] = await gone;
  assert.equal(reason, 'transport error');
  assert.equal(details.description, 413);
});

testEachWay('the default limit is a million bytes', async (t, options) => {
  const madang = await startMadang([], { t });
  const socket = await connect(t, madang.url, options);
  const text = 'x'.repeat(999000);
  assert.deepEqual(await answered((ack) => socket.emit('echo', text, ack), WAIT_MS), [text]);
  const gone = once(socket, 'disconnect');
  socket.emit('echo', 'x'.repeat(1000001));
  await gone;
  const next = await connect(t, madang.url, options);
  assert.deepEqual(await answered((ack) => next.emit('echo', 'hi', ack)), ['hi']);
});

/** Connections that take a while to come about. */
class SlowAgent extends Agent {
  constructor(ms) {
    super();
    this.ms = ms;
  }

  createConnection(options, callback) {
    setTimeout(() => callback(null, super.createConnection(options)), this.ms);
  }
}

const MANY = 1000;
const numbers = Array.from({ length: MANY }, (_, n) => n);

async function take(box, count) {
  const values = [];
  while (values.length < count)
    values.push((await box.next(WAIT_MS))[0]);
  return values;
}

/** Sends many messages and asks for as many, while the upgrade is under way after `ms`. */
async function talkThroughUpgrade(t, url, ms) {
  const options = { transportOptions: { websocket: { agent: new SlowAgent(ms) } } };
  const socket = await connect(t, url, options);
  const { engine } = socket.io;
  // The answer to CONNECT may have come by the WebSocket already.
  const upgraded = engine.transport.name === 'websocket' || once(engine, 'upgrade', WAIT_MS);
  const [back, flood] = [inbox(socket, 'message-back'), inbox(socket, 'flood')];
  const sentOver = { polling: 0, websocket: 0 };
  for (const n of numbers) {
    sentOver[engine.transport.name]++;
    socket.emit('message', n, n % 50 === 0 ? Buffer.from([n % 256]) : 'text');
    if (n % 100 === 0)
      socket.emit('flood-me', MANY / 10);
    if (n === MANY - 50)
      await upgraded;
    else if (n % 7 === 0)
      await setImmediate();
    else if (n % 10 === 0)
      await answered((ack) => socket.emit('message-with-ack', ack), WAIT_MS);
  }

  assert.deepEqual(await take(back, MANY), numbers);
  assert.deepEqual(await take(flood, MANY), numbers.map((n) => n % (MANY / 10)));
  await answered((ack) => socket.emit('message-with-ack', ack));
  assert.deepEqual([back.received, flood.received], [[], []]);
  assert.equal(engine.transport.name, 'websocket');
  return sentOver;
}

test('an upgrade loses and doubles nothing while messages flow both ways', async (t) => {
  const server = await startApiServer(t);
  const talks = [0, 5, 20, 50, 100].map((ms) => talkThroughUpgrade(t, server.url, ms));
  const sent = await Promise.all(talks);
  t.diagnostic(`sent: ${JSON.stringify(sent)}`);
  for (const { polling, websocket } of sent.slice(2))
    assert.ok(polling > 0 && websocket > 0);
});

test('a session whose upgrade breaks off goes on polling', async (t) => {
  const server = await startApiServer(t);
  const { sid, get, post } = await openPolling(server.url);
  await post('40');
  assert.match(await get(), /^40/);
  const probe = new WebSocket(`${server.url.replace(/^http/, 'ws')}socket.io/?EIO=4` +
                              `&transport=websocket&sid=${sid}`);
  await once(probe, 'open');
  probe.send('2probe');
  assert.equal(String((await once(probe, 'message'))[0]), '3probe');
  probe.terminate();
  await post('420["message-with-ack","still there"]');
  let received = '';
  while (!received.includes('430["still there"]'))
    received = await deadline(get(), WAIT_MS, 'a poll');
});

test('no compression is offered or used', async (t) => {
  const server = await startApiServer(t);
  const { socket } = await rawWebSocket(t, server.url, { perMessageDeflate: true });
  assert.equal(socket.extensions, '');
  const answer = await fetch(server.url + POLLING, { headers: { 'Accept-Encoding': 'gzip, br' } });
  assert.equal(answer.headers.get('content-encoding'), null);

  const { socket: asked } = await connect(t, server.url, { transports: ['websocket'],
                                                          perMessageDeflate: true })
    .then((client) => ({ socket: client.io.engine.transport.ws }));
  assert.equal(asked.extensions, '');
});

testEachWay('the server puts a client out, and the client knows', async (t, options) => {
  const server = await startApiServer(t);
  for (const close of [false, true]) {
    const socket = await connect(t, server.url, { ...options, ...quick });
    const { id } = socket;
    const gone = once(socket, 'disconnect');
    socket.emit('kick-me', close);
    assert.equal((await gone)[0], 'io server disconnect');
    assert.equal(socket.active, false);
    await server.logged(`${id} left /: server namespace disconnect`);
    // It comes back when it is told to.
    socket.connect();
    await once(socket, 'connect');
    socket.disconnect();
  }
});

testEachWay('who is put out of all namespaces hears it in their order', async (t, options) => {
  const server = await startApiServer(t);
  const manager = new Manager(server.url, { ...options, reconnection: false });
  const names = ['/', '/dyn-2', '/custom', '/dyn-1', '/silent'];
  const sockets = [];
  const order = [];
  defer(t, () => sockets.forEach((socket) => socket.disconnect()));
  for (const name of names) {
    const socket = manager.socket(name);
    sockets.push(socket);
    await once(socket, 'connect');
    socket.on('disconnect', () => order.push(name));
  }
  const last = once(sockets.at(-1), 'disconnect');
  sockets[0].emit('kick-me', true);
  await last;
  assert.deepEqual(order, names);
});

testEachWay('a client takes its leave, and the server knows', async (t, options) => {
  const server = await startApiServer(t);
  const socket = await connect(t, server.url, options);
  const { id } = socket;
  const gone = once(socket, 'disconnect');
  socket.disconnect();
  assert.equal((await gone)[0], 'io client disconnect');
  await server.logged(`${id} left /: client namespace disconnect`);
});

testEachWay('the server closes, and the client knows', async (t, options) => {
  const server = await startApiServer(t);
  const socket = await connect(t, server.url, options);
  const gone = once(socket, 'disconnect');
  socket.emit('close-server');
  assert.equal((await gone)[0], 'transport close');
  assert.equal((await deadline(server.exited, WAIT_MS, 'its end')).code, 0);
  await server.logged('server shutting down');
});

test('the server closes while a client moves to a WebSocket, and it knows', async (t) => {
  for (let round = 0; round < 3; round++) {
    const server = await startApiServer(t);
    const closer = await connect(t, server.url, { transports: ['websocket'] });
    const { engine } = dial(t, server.url).io;
    const gone = once(engine, 'close', WAIT_MS);
    // Here it polls no more, and the WebSocket is not the session's yet.
    await once(engine, 'upgrading');
    closer.emit('close-server');
    assert.equal((await gone)[0], 'transport close');
    assert.equal((await deadline(server.exited, WAIT_MS, 'its end')).code, 0);
  }
});

testEachWay('a server that is not heard of any more is given up', async (t, options) => {
  const server = await startApiServer(t, ['--ping-interval', '400', '--ping-timeout', '800']);
  const socket = await connect(t, server.url, options);
  const pings = inbox(socket.io, 'ping');
  await pings.next(WAIT_MS);
  const gone = once(socket, 'disconnect', WAIT_MS);
  server.child.kill('SIGSTOP');
  try {
    assert.equal((await gone)[0], 'ping timeout');
  } finally {
    server.child.kill('SIGCONT');
  }
});

test('a client that is not heard of any more is given up', async (t) => {
  const server = await startApiServer(t, ['--ping-interval', '100', '--ping-timeout', '100']);
  const { socket, messages } = await rawWebSocket(t, server.url);
  const closed = once(socket, 'close', WAIT_MS);
  socket.send('40');
  await closed;
  assert.match(messages[0], /^0\{/);
  assert.match(messages[1], /^40\{/);
  assert.equal(messages.filter((message) => message === '2').length, 1);
  await server.logged('ping timeout');

  const polling = await openPolling(server.url);
  await polling.post('40');
  await server.logged('ping timeout');
  const until = Date.now() + WAIT_MS;
  while (!/Session ID unknown/.test(await polling.get()))
    assert.ok(Date.now() < until, 'the session stays');
});

testEachWay('a client comes back when the server does, with what waited', async (t, options) => {
  const first = await startMadang([], { t });
  const socket = await connect(t, first.url, { ...options, ...quick });
  const { id } = socket;
  const gone = once(socket, 'disconnect');
  await first.kill();
  const [reason] = await gone;
  assert.match(reason, /^transport (close|error)$/);
  assert.equal(socket.active, true);

  const waiting = [1, 2, 3].map((n) => answered((ack) => socket.emit('echo', n, ack), WAIT_MS));
  await once(socket.io, 'reconnect_error', WAIT_MS);
  const back = once(socket, 'connect', WAIT_MS).catch(() => once(socket, 'connect', WAIT_MS));
  await startMadang(['--port', String(first.port)], { t, dataDir: first.dataDir });
  await back;
  assert.deepEqual(await Promise.all(waiting), [[1], [2], [3]]);
  assert.notEqual(socket.id, id);
  socket.disconnect();
});

test('an older protocol is refused before any handshake', async (t) => {
  const server = await startApiServer(t);
  const answer = await fetch(`${server.url}socket.io/?EIO=3&transport=polling`);
  assert.equal(answer.status, 400);
  assert.deepEqual(await answer.json(), { code: 5, message: 'Unsupported protocol version' });
  const socket = new WebSocket(`${server.url.replace(/^http/, 'ws')}socket.io/?EIO=3` +
                               '&transport=websocket');
  const [error] = await once(socket, 'error');
  assert.match(error.message, /400/);
});
