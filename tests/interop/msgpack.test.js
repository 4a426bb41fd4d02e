// SPDX-License-Identifier: GPL-3.0-or-later
// MessagePack in place of JSON, with what others wrote: npm's socket.io-msgpack-parser at its server
// and at its client, its second version at the client of Socket.IO 2, and python-socketio.

import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { test } from 'node:test';
import { Server } from 'socket.io';
import parser from 'socket.io-msgpack-parser';
import parser2 from 'socket.io-msgpack-parser-2';
import { START_MS, answered, deadline, defer, dial, inbox, once, startApiServer } from './lib.js';
import { connectOld } from './old.js';
import {
  startApiClient, startPythonApiClient, startPythonApiServer,
} from './peers.js';
import { startProxy } from './proxy.js';
import { ARGS, ERRORS, bin } from './values.js';
import { connect, testEachWay } from './ways.js';

const SOON = { reconnection: true, reconnectionDelay: 10, reconnectionDelayMax: 50 };
const MINUTE = 60000;
const bytes = (...values) => Buffer.from(values);

const start = (t, ...args) => startApiServer(t, ['--msgpack', ...args]);
const join = (t, url, options) => connect(t, url, { parser, ...options });

/** {"$": "base64"} at any depth as bytes, and back. */
const unpack = (value) => {
  if (Array.isArray(value))
    return value.map(unpack);
  if (value === null || typeof value !== 'object')
    return value;
  if (value.$ !== undefined)
    return Buffer.from(value.$, 'base64');
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, unpack(item)]));
};
const pack = (value) => JSON.parse(JSON.stringify(value, (_, item) =>
  item?.type === 'Buffer' ? { $: Buffer.from(item.data).toString('base64') } : item));

const VALUES = [
  ...ARGS.map(unpack),
  [0, 127, 128, 255, 256, 65535, 65536, 2 ** 32 - 1, 2 ** 32, 2 ** 53],
  [-1, -32, -33, -128, -129, -32768, -32769, -(2 ** 31), -(2 ** 31) - 1, -(2 ** 53)],
  [1.5, -0.1, 1e-7, 5e-324, 0.30000000000000004, Infinity, -Infinity, NaN],
  [{ '': 1, ' ': [], '0': {}, 'a"b\\c/d\n': null, toString: 2, constructor: { prototype: 3 } }],
  [Array(15).fill(1), Array(16).fill('x'), Array(70000).fill(null)],
  [Object.fromEntries(Array.from({ length: 20 }, (_, n) => [`name ${n}`, n]))],
  ['x'.repeat(31), 'x'.repeat(32), 'x'.repeat(255), 'x'.repeat(256), '가'.repeat(30000)],
  // More of them than an event may have as JSON.
  Array.from({ length: 300 }, (_, n) => bytes(n % 256)),
  [{ deep: [[[[{ a: bytes(), b: [bytes(1), { c: bytes(2, 3) }] }]]]] }, bytes(4)],
  [{ _placeholder: true, num: 0 }],
];

// {{{ Our server

testEachWay('our server: all values come back as they were', async (t, options) => {
  const server = await start(t);
  const socket = await join(t, server.url, options);
  const back = inbox(socket, 'message-back');
  for (const args of VALUES) {
    socket.emit('message', ...args);
    assert.deepEqual(await back.next(), args);
    assert.deepEqual(await answered((ack) => socket.emit('message-with-ack', ...args, ack)), args);
  }
});

testEachWay('our server: what JSON has not is what JavaScript\'s JSON makes of it', async (t, options) => {
  const server = await start(t);
  const socket = await join(t, server.url, options);
  const dates = [0, -1, 1769862896789, -62167219200001, 8.64e15].map((time) => new Date(time));
  const args = [undefined, { gone: undefined, kept: 1 }, dates, new Uint8Array([1, 2]).buffer];
  assert.deepEqual(await answered((ack) => socket.emit('message-with-ack', ...args, ack)), [
    null, { gone: null, kept: 1 }, dates.map((date) => date.toJSON()), bytes(1, 2),
  ]);
});

testEachWay('our server: it asks, and the client answers', async (t, options) => {
  const server = await start(t);
  const socket = await join(t, server.url, options);
  socket.on('question', (...args) => args.pop()('네', ...args));
  for (const args of VALUES) {
    const back = once(socket, 'answered');
    socket.emit('ask-me', ...args);
    assert.deepEqual(await back, ['네', ...args]);
  }
});

testEachWay('our server: a broadcast reaches all, and has the answers of all', async (t, options) => {
  const server = await start(t);
  const sockets = await Promise.all([0, 1, 2].map(() => join(t, server.url, options)));
  for (const socket of sockets)
    await socket.emitWithAck('join', 'room');
  const boxes = sockets.slice(1).map((socket) => inbox(socket, 'said'));
  for (let n = 0; n < 100; n++)
    sockets[0].emit('say', 'room', n, bytes(n));
  for (const box of boxes)
    for (let n = 0; n < 100; n++)
      assert.deepEqual(await box.next(), ['room', n, bytes(n)]);

  sockets.forEach((socket, n) => socket.on('question', (_, ack) => ack({ n })));
  const [error, answers] = await answered((ack) => sockets[0].emit('ask-all', 20000, ack));
  assert.equal(error, null);
  assert.deepEqual(answers.map(({ n }) => n).sort(), [0, 1, 2]);
});

testEachWay('our server: namespaces, what is said to join them, and why not', async (t, options) => {
  const server = await start(t);
  const auth = { token: 'open sesame', '이름': ['민지', 1, null] };
  const refused = once(dial(t, `${server.url}guarded`, { parser, ...options }), 'connect_error');
  const [{ message, data }] = await refused;
  assert.deepEqual([message, data], ['Not allowed', 'no-token']);
  const nowhere = once(dial(t, `${server.url}nowhere`, { parser, ...options }), 'connect_error');
  assert.equal((await nowhere)[0].message, 'Invalid namespace');

  const socket = dial(t, `${server.url}guarded`, { parser, ...options, auth });
  assert.deepEqual(await once(socket, 'auth'), [auth]);
  const other = socket.io.socket('/dyn-1', {});
  await once(other, 'connect');
  assert.deepEqual(await other.emitWithAck('message-with-ack', bytes(1)), bytes(1));
  const gone = once(other, 'disconnect');
  other.emit('kick-me', false);
  assert.equal((await gone)[0], 'io server disconnect');
  assert.equal(await socket.emitWithAck('message-with-ack', 'still here'), 'still here');
});

testEachWay('our server: a client comes back and has missed nothing', async (t, options) => {
  const server = await start(t, `--set=max-disconnection-duration=${MINUTE}`);
  const proxy = await startProxy(t, server.url);
  const other = await join(t, server.url, { transports: ['websocket'] });
  const socket = await join(t, proxy.url, { ...SOON, ...options });
  const { id } = socket;
  const box = inbox(socket, 'said-all');
  await other.emitWithAck('say-all', 0, bytes(0));
  assert.deepEqual((await box.next()).slice(0, 2), [0, bytes(0)]);
  const gone = once(socket, 'disconnect');
  proxy.cut();
  await gone;
  for (let n = 1; n < 6; n++)
    await other.emitWithAck('say-all', n, bytes(n));
  const back = new Promise((resolve) => socket.once('connect', resolve));
  proxy.restore();
  await deadline(back, START_MS, 'the return');
  assert.deepEqual([socket.recovered, socket.id], [true, id]);
  for (let n = 1; n < 6; n++)
    assert.deepEqual((await box.next()).slice(0, 2), [n, bytes(n)]);
});

testEachWay('our server: a client with JSON is put out, and one at a server with JSON', async (t, options) => {
  for (const [args, right, wrong] of [[['--msgpack'], { parser }, {}], [[], {}, { parser }]]) {
    const server = await startApiServer(t, args, { G_MESSAGES_DEBUG: 'Socketio' });
    const socket = await connect(t, server.url, { ...right, ...options });
    const stranger = dial(t, server.url, { ...wrong, ...options });
    stranger.on('connect', () => assert.fail('it was let in'));
    const [reason] = await once(stranger.io, 'close');
    assert.match(reason, /^transport (close|error)$/);
    await server.logged('does the other end have another');
    assert.equal(await socket.emitWithAck('message-with-ack', 'still here'), 'still here');
  }
});

testEachWay('our server: clients of Socket.IO 2 have it too', async (t, options) => {
  const server = await start(t, '--set=allow-eio3=true');
  const old = await connectOld(t, '2.5.0', server.url, { parser: parser2, ...options });
  const back = inbox(old, 'message-back');
  for (const args of VALUES) {
    old.emit('message', ...args);
    assert.deepEqual(await back.next(), args);
  }
  const query = { token: 'open sesame' };
  const guarded = old.io.socket('/guarded', { query });
  assert.deepEqual(await once(guarded, 'auth'), [query]);
  const refused = old.io.socket('/nowhere');
  assert.deepEqual(await once(refused, 'error'), ['Invalid namespace']);

  // In one room with a newer one.
  const socket = await join(t, server.url, options);
  await socket.emitWithAck('join', 'room');
  await answered((ack) => old.emit('join', 'room', ack));
  for (const [from, to] of [[socket, old], [old, socket]]) {
    const said = once(to, 'said');
    from.emit('say', 'room', bytes(7));
    assert.deepEqual(await said, ['room', bytes(7)]);
  }
  guarded.close();
  await server.logged('left /guarded: client namespace disconnect');
});

// }}}
// {{{ Our client

async function startServer(t, setUp, options = {}) {
  const web = createServer().listen(0, '127.0.0.1');
  await once(web, 'listening');
  const io = new Server(web, { parser, ...options });
  setUp?.(io);
  // So long Node waits for a last poll of a client that was cut off, and this program with it.
  io.engine.on('connection', ({ transport }) => {
    transport.closeTimeout = 1000;
  });
  io.url = `http://127.0.0.1:${web.address().port}`;
  defer(t, () => io.close());
  return io;
}

const startClient = (t, url, options) => startApiClient(t, url, { parser: 'msgpack', ...options });

testEachWay('our client: events and answers arrive as they were', async (t, options) => {
  const io = await startServer(t, (server) => server.on('connection', (socket) => {
    socket.on('message', (...args) => socket.emit('message-back', ...args));
    socket.on('ask', (...args) => args.pop()(...args));
  }));
  const connection = once(io, 'connection', START_MS);
  const client = startClient(t, io.url, options);
  const [socket] = await connection;
  assert.equal((await client.next('connect')).id, socket.id);
  for (const args of VALUES.slice(0, -1)) {
    // Lines of JSON have no infinity.
    const sent = pack(args);
    client.send({ emit: { name: 'message', args: sent } });
    assert.deepEqual((await client.next('event')).args, sent);
    client.send({ ask: { tag: 'a', name: 'ask', args: sent } });
    assert.deepEqual((await client.next('answer')).args, sent);
    const answer = await answered((ack) => socket.emit('question', ...unpack(sent), ack));
    assert.deepEqual(answer, unpack(sent));
    await client.next('event');
  }
  socket.emit('dates', new Date(0), undefined);
  assert.deepEqual((await client.next('event')).args, ['1970-01-01T00:00:00.000Z', null]);
});

testEachWay('our client: packets of each type, also broadcast', async (t, options) => {
  const io = await startServer(t, (server) => {
    server.of('/guarded').use((socket, next) => {
      const error = new Error('나중에 오세요');
      error.data = { code: 7, why: ['x'] };
      next(socket.handshake.auth.token === 'right' ? undefined : error);
    });
  });
  const client = startClient(t, io.url, options);
  await client.next('connect');
  assert.deepEqual(await io.timeout(START_MS).emitWithAck('question', 1, { deep: bytes(1) }), [1]);
  const refused = startClient(t, `${io.url}/guarded`, options);
  const { message, code, data } = await refused.next('connect_error');
  assert.deepEqual([message, code, data], ['나중에 오세요', ERRORS.NOT_ADMITTED,
                                           { code: 7, why: ['x'] }]);
  const let_in = startClient(t, `${io.url}/guarded`, { ...options, auth: { token: 'right' } });
  await let_in.next('connect');
  io.disconnectSockets();
  assert.equal((await client.next('disconnect')).reason, 'io server disconnect');
  const packets = client.log.filter(({ event }) => event === 'packet');
  assert.deepEqual(packets.map(({ type }) => type), [0, 2, 1]);
  assert.deepEqual(packets[1].args, [1, { deep: bin(1) }]);
});

testEachWay('our client: it comes back after a cut and has missed nothing', async (t, options) => {
  const got = [];
  const io = await startServer(t, (server) => server.on('connection', (socket) =>
    socket.on('message', (...args) => got.push(args)).on('done', (ack) => ack())),
  // A client that was cut between two polls is only missed when it does not answer the ping.
  { connectionStateRecovery: { maxDisconnectionDuration: MINUTE }, pingInterval: 500, pingTimeout: 500 });
  const proxy = await startProxy(t, io.url);
  const connection = once(io, 'connection', START_MS);
  const client = startClient(t, proxy.url, { ...options, 'reconnection-delay': 50, retries: 5,
                                             'ack-timeout': START_MS });
  const { id } = await client.next('connect');
  const [socket] = await connection;
  io.emit('news', 0);
  await client.next('event');
  const gone = once(socket, 'disconnect');
  proxy.cut();
  await client.next('disconnect');
  await gone;
  for (let n = 1; n < 4; n++)
    io.emit('news', n, bytes(n));
  client.send({ volatile: { name: 'message', args: ['dropped'] } });
  client.send({ ask: { tag: 'done', name: 'done', args: [] } });
  proxy.restore();
  const again = await client.next('connect');
  assert.deepEqual([again.id, again.recovered], [id, true]);
  for (let n = 1; n < 4; n++)
    assert.deepEqual((await client.next('event')).args.slice(0, 2), [n, bin(n)]);
  assert.deepEqual((await client.next('answer')).args, []);
  assert.deepEqual(got, []);
});

testEachWay('our client: what is too large is refused before it is sent', async (t, options) => {
  const io = await startServer(t, (server) => server.on('connection', (socket) =>
    socket.on('ask', (...args) => args.pop()())), { maxHttpBufferSize: 10000 });
  const client = startClient(t, io.url, options);
  await client.next('connect');
  client.send({ ask: { tag: 'a', name: 'ask', args: ['x'.repeat(10000)] } });
  assert.equal((await client.next('answer')).code, ERRORS.TOO_LARGE);
  for (let i = 0; i < 30; i++)
    client.send({ ask: { tag: 'b', name: 'ask', args: ['x'.repeat(3000)] } });
  for (let i = 0; i < 30; i++)
    assert.deepEqual((await client.next('answer')).args, []);
  assert.deepEqual(client.log.filter(({ event }) => event === 'disconnect'), []);
});

testEachWay('our client: a server with the other parser closes the connection', async (t, options) => {
  const once_only = { ...options, reconnection: false };
  const msgpack = await startServer(t);
  const json = await startServer(t, null, { parser: undefined });
  for (const client of [startApiClient(t, msgpack.url, once_only),
                        startClient(t, json.url, once_only)]) {
    assert.match((await client.next('close')).reason, /^transport (close|error)$/);
    assert.deepEqual(client.log.filter(({ event }) => event === 'connect'), []);
  }
});

// }}}
// {{{ Python

testEachWay('python-socketio at our server', async (t, options) => {
  const server = await start(t);
  const client = startPythonApiClient(t, server.url, { serializer: 'msgpack', ...options });
  await client.next('ready');
  for (const args of ARGS) {
    client.send({ emit: { name: 'message', args } });
    const back = await client.next('event', ({ name }) => name === 'message-back');
    assert.deepEqual(back.args, args);
    client.send({ ask: { tag: 'a', name: 'message-with-ack', args } });
    assert.deepEqual((await client.next('answer')).args, args);
  }
  client.send({ emit: { name: 'ask-me', args: [bin(1), 'x'] } });
  const answer = await client.next('event', ({ name }) => name === 'answered');
  assert.deepEqual(answer.args, [bin(1), 'x']);
});

test('our client at python-socketio', async (t) => {
  const server = await startPythonApiServer(t, ['msgpack']);
  const client = startClient(t, server.url, { transports: ['websocket'] });
  const { id } = await client.next('connect');
  for (const args of ARGS) {
    client.send({ ask: { tag: 'a', name: 'ask', args } });
    assert.deepEqual((await client.next('answer')).args, args);
  }
  server.send({ emit: { name: 'news', args: [bin(1), { n: [1] }], to: id } });
  assert.deepEqual((await client.next('event')).args, [bin(1), { n: [1] }]);
});

// }}}
