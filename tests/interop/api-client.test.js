// SPDX-License-Identifier: GPL-3.0-or-later
// Our Socket.IO client against npm's socket.io, by each transport.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Server } from 'socket.io';
import { START_MS, deadline, defer, inbox, once } from './lib.js';
import { startApiClient } from './peers.js';
import { startProxy } from './proxy.js';
import { ARGS, ERRORS, bin } from './values.js';
import { testEachWay } from './ways.js';

async function startServer(t, setUp, { port = 0, ...options } = {}) {
  const web = createServer().listen(port, '127.0.0.1');
  await once(web, 'listening');
  const io = new Server(web, options);
  setUp?.(io);
  // So long Node waits for a last poll of a client that was cut off, and this program with it.
  io.engine.on('connection', ({ transport }) => {
    transport.closeTimeout = 1000;
  });
  io.url = `http://127.0.0.1:${web.address().port}`;
  defer(t, () => io.close());
  return io;
}

/** A client that has connected, and the server's socket. */
async function join(t, io, options, namespace = '/') {
  const connection = once(io.of(namespace), 'connection', START_MS);
  const client = startApiClient(t, io.url + namespace, options);
  const [socket] = await connection;
  client.first = await client.next('connect');
  return [client, socket];
}

const unbin = (value) => JSON.parse(JSON.stringify(value, (_, v) =>
  v?.type === 'Buffer' ? { $: Buffer.from(v.data).toString('base64') } : v));

testEachWay('events and answers arrive as they were', async (t, options) => {
  const io = await startServer(t, (server) => server.on('connection', (socket) => {
    socket.on('message', (...args) => socket.emit('message-back', ...args));
    socket.on('ask', (...args) => args.pop()(...args));
  }));
  const [client, socket] = await join(t, io, options);
  assert.equal(client.first.id, socket.id);

  for (const args of ARGS) {
    client.send({ emit: { name: 'message', args } });
    client.send({ ask: { tag: 'a', name: 'ask', args } });
    const back = await client.next('event');
    assert.deepEqual([back.name, back.args], ['message-back', args]);
    assert.deepEqual((await client.next('answer')).args, args);

    // The client answers with what it is asked.
    const sent = args.map((value) => value?.$ !== undefined ? Buffer.from(value.$, 'base64') : value);
    const answer = await deadline(new Promise((resolve) =>
      socket.emit('question', ...sent, (...values) => resolve(values))), 10000, 'an answer');
    assert.deepEqual(unbin(answer), unbin(sent));
    await client.next('event');
  }
});

testEachWay('every packet is told, of each type', async (t, options) => {
  const io = await startServer(t, (server) => {
    server.of('/guarded').use((_, next) => next(new Error('no')));
    server.on('connection', (socket) => {
      socket.on('ask', (ack) => ack('yes', Buffer.from([2])));
      socket.emit('question', 1, { deep: Buffer.from([1]) }, () => {});
    });
  });
  const [client, socket] = await join(t, io, options);
  client.send({ ask: { tag: 'a', name: 'ask' } });
  await client.next('answer');
  client.send({ in: '/guarded', connect: true });
  await client.next('connect_error');
  socket.disconnect();
  await client.next('disconnect');
  const packets = client.log.filter(({ event }) => event === 'packet');
  assert.deepEqual(packets.map(({ event, ...packet }) => packet), [
    { type: 0, namespace: '/' },
    { type: 2, namespace: '/', name: 'question', id: 0, args: [1, { deep: bin(1) }] },
    { type: 3, namespace: '/', id: 0, args: ['yes', bin(2)] },
    { type: 4, namespace: '/guarded' },
    { type: 1, namespace: '/' },
  ]);
});

testEachWay('events keep their order, also while it moves to a WebSocket', async (t, options) => {
  const got = [];
  const io = await startServer(t, (server) => server.on('connection', (socket) => {
    for (let i = 0; i < 300; i++)
      socket.emit('down', i, Buffer.from([i % 256]));
    socket.on('up', (n) => got.push(n));
    socket.on('done', (ack) => ack(got));
  }));
  const client = startApiClient(t, io.url, options);
  for (let i = 0; i < 300; i++)
    client.send({ emit: { name: 'up', args: [i, bin(i % 256)] } });
  client.send({ ask: { tag: 'done', name: 'done' } });
  const numbers = [...Array(300).keys()];
  assert.deepEqual((await client.next('answer')).args, [numbers]);
  for (const i of numbers)
    assert.deepEqual((await client.next('event')).args, [i, bin(i % 256)]);
});

test('it moves to a WebSocket, or stays with polling', async (t) => {
  const upgraded = (socket) => socket.conn.transport.name === 'websocket' ||
    once(socket.conn, 'upgrade');
  const io = await startServer(t);
  const [client, socket] = await join(t, io, {});
  await upgraded(socket);
  assert.equal((await client.next('upgrade')).transport, 'websocket');
  client.send({ state: true });
  const { transport, initial } = await client.next('state');
  assert.deepEqual([initial, transport], ['polling', 'websocket']);

  const closed = await startServer(t, null, { transports: ['polling'] });
  const [fallen] = await join(t, closed, { transports: ['websocket', 'polling'],
                                          'try-all-transports': true });
  assert.equal(fallen.first.transport, 'polling');
});

test('messages are compressed with a server that wants it', async (t) => {
  const text = 'x'.repeat(100000);
  const always = /^permessage-deflate; server_no_context_takeover; client_no_context_takeover/;
  for (const [deflate, options, up, down] of [
    [{ threshold: 100 }, {}, true, true],
    [{ threshold: 100, serverMaxWindowBits: 9, clientMaxWindowBits: 9 }, {}, true, true],
    // zlib has no window that small.
    [{ threshold: 100, clientMaxWindowBits: 8 }, {}, false, true],
    [{ threshold: 100 }, { 'per-message-deflate-threshold': 200000 }, false, true],
    [{ threshold: 200000 }, {}, true, false],
    [{ threshold: 100 }, { 'per-message-deflate': false }, false, false],
    [false, {}, false, false],
  ]) {
    const io = await startServer(t, (server) => server.on('connection', (socket) =>
      socket.on('message', (...args) => socket.emit('message', ...args))),
    { perMessageDeflate: deflate });
    const [client, { conn, handshake }] = await join(t, io, { transports: ['websocket'], ...options });
    const offered = handshake.headers['sec-websocket-extensions'];
    assert.equal(options['per-message-deflate'] !== false, always.test(offered), offered);
    const tcp = conn.transport.socket._socket;
    for (const args of [[text], [bin(...Array(100000).fill(7))], ['short']]) {
      const [read, written] = [tcp.bytesRead, tcp.bytesWritten];
      client.send({ emit: { name: 'message', args } });
      assert.deepEqual((await client.next('event')).args, args);
      const isLong = args[0] !== 'short';
      assert.equal(tcp.bytesRead - read > 50000, isLong && !up);
      assert.equal(tcp.bytesWritten - written > 50000, isLong && !down);
    }
  }
});

testEachWay('it tells of each heartbeat', async (t, options) => {
  const io = await startServer(t, null, { pingInterval: 300, pingTimeout: 20000 });
  const [client, socket] = await join(t, io, options);
  const heartbeats = inbox(socket.conn, 'heartbeat');
  for (let i = 0; i < 2; i++)
    await Promise.all([client.next('ping'), heartbeats.next()]);
});

testEachWay('the server sees the handshake as it was given', async (t, options) => {
  const io = await startServer(t, null, { path: '/own/path' });
  const [, socket] = await join(t, io, {
    ...options, path: '/own/path', query: 'a=1&b=%EA%B0%80', auth: { token: '열려라', n: [1] },
    headers: { 'X-Own': 'yes' },
  });
  const { auth, query, headers } = socket.handshake;
  assert.deepEqual(auth, { token: '열려라', n: [1] });
  assert.deepEqual([query.a, query.b, headers['x-own']], ['1', '가', 'yes']);
});

test('bytes go as base64 over a WebSocket when it is told so', async (t) => {
  const frames = [];
  const io = await startServer(t, (server) => server.on('connection', (socket) => {
    socket.conn.transport.socket.on('message', (data, isBinary) => frames.push([isBinary, String(data)]));
    socket.on('ask', (...args) => args.pop()(...args));
  }));
  const [client] = await join(t, io, { transports: ['websocket'], 'force-base64': true });
  for (const args of ARGS) {
    client.send({ ask: { tag: 'a', name: 'ask', args } });
    assert.deepEqual((await client.next('answer')).args, args);
  }
  assert.ok(frames.some(([, text]) => text === 'bAQID'), JSON.stringify(frames).slice(0, 500));
  assert.ok(frames.every(([isBinary]) => !isBinary));
});

test('it offers subprotocols, and sends some headers by one transport alone', async (t) => {
  const upgrades = [];
  const io = await startServer(t);
  io.httpServer.on('upgrade', ({ headers }) => upgrades.push([headers['x-one'], headers['x-all']]));
  const upgrade = once(io.engine, 'connection').then(([socket]) => once(socket, 'upgrade'));
  const [, socket] = await join(t, io, {
    protocols: ['first', 'second'], headers: { 'X-All': 'yes' },
    'transport-headers': { polling: { 'X-One': 'poll' }, websocket: { 'X-One': 'ws', 'X-All': 'no' } },
  });
  const [transport] = await upgrade;
  assert.equal(transport.socket.protocol, 'first');
  const { headers } = socket.handshake;
  assert.deepEqual([headers['x-one'], headers['x-all']], ['poll', 'yes']);
  assert.deepEqual(upgrades, [['ws', 'no']]);
});

test('cookies are kept', async (t) => {
  const io = await startServer(t, null, { cookie: true });
  const [, without] = await join(t, io, { transports: ['polling'] });
  assert.equal(without.handshake.headers.cookie, undefined);

  const requests = [];
  io.engine.on('headers', (_, request) => requests.push(request.headers.cookie));
  const [client, socket] = await join(t, io, { transports: ['polling'], 'with-credentials': true });
  client.send({ ask: { tag: 'a', name: 'nothing', timeout: 1 } });
  await client.next('answer');
  assert.ok(requests.includes(`io=${socket.conn.id}`), JSON.stringify(requests));
});

testEachWay('namespaces are apart, and a middleware says why not', async (t, options) => {
  const io = await startServer(t, (server) => {
    server.of('/custom').on('connection', (socket) => socket.emit('hello', socket.nsp.name));
    server.of('/guarded').use((socket, next) => {
      const error = new Error('나중에 오세요');
      error.data = { code: 7, why: ['x'] };
      next(socket.handshake.auth.token === 'right' ? undefined : error);
    });
  });
  const [client] = await join(t, io, options, '/custom');
  assert.deepEqual((await client.next('event')).args, ['/custom']);

  const refused = startApiClient(t, `${io.url}/guarded`, options);
  const { message, code, active, data } = await refused.next('connect_error');
  assert.deepEqual([message, code, active, data],
                   ['나중에 오세요', ERRORS.NOT_ADMITTED, false, { code: 7, why: ['x'] }]);
  const nowhere = startApiClient(t, `${io.url}/nowhere`, options);
  assert.equal((await nowhere.next('connect_error')).message, 'Invalid namespace');
  await join(t, io, { ...options, auth: { token: 'right' } }, '/guarded');
});

testEachWay('who is put out stays out, and may come back by hand', async (t, options) => {
  const io = await startServer(t);
  const [client, socket] = await join(t, io, options);
  socket.disconnect();
  const { reason, active } = await client.next('disconnect');
  assert.deepEqual([reason, active], ['io server disconnect', false]);
  client.send({ connect: true });
  await client.next('connect');
  client.send({ disconnect: true });
  assert.equal((await client.next('disconnect')).reason, 'io client disconnect');
});

testEachWay('an answer that does not come is an error', async (t, options) => {
  const io = await startServer(t);
  const [client, socket] = await join(t, io, options);
  client.send({ ask: { tag: 'late', name: 'x', timeout: 50 } });
  assert.equal((await client.next('answer')).code, ERRORS.TIMED_OUT);
  const came = once(socket, 'y');
  client.send({ ask: { tag: 'lost', name: 'y' } });
  await came;
  socket.disconnect();
  assert.equal((await client.next('answer')).code, ERRORS.DISCONNECTED);
});

testEachWay('what is too large is refused before it is sent', async (t, options) => {
  const io = await startServer(t, (server) => server.on('connection', (socket) =>
    socket.on('ask', (...args) => args.pop()())), { maxHttpBufferSize: 10000 });
  const [client] = await join(t, io, options);
  client.send({ ask: { tag: 'a', name: 'ask', args: ['x'.repeat(10000)] } });
  assert.equal((await client.next('answer')).code, ERRORS.TOO_LARGE);
  // Many that fit are split.
  for (let i = 0; i < 30; i++)
    client.send({ ask: { tag: 'b', name: 'ask', args: ['x'.repeat(3000)] } });
  for (let i = 0; i < 30; i++)
    assert.deepEqual((await client.next('answer')).args, []);
  assert.deepEqual(client.log.filter(({ event }) => event === 'disconnect'), []);
});

testEachWay('it comes back after a cut, with what waited', async (t, options) => {
  const box = [];
  const io = await startServer(t, (server) => server.on('connection', (socket) =>
    socket.on('message', (n) => box.push(n)).on('done', (ack) => ack())));
  const proxy = await startProxy(t, io.url);
  const client = startApiClient(t, proxy.url, { ...options, 'reconnection-delay': 100 });
  await client.next('connect');
  proxy.cut();
  assert.match((await client.next('disconnect')).reason, /^transport (close|error)$/);
  for (let i = 0; i < 10; i++)
    client.send({ emit: { name: 'message', args: [i] } });
  client.send({ volatile: { name: 'message', args: ['dropped'] } });
  client.send({ ask: { tag: 'a', name: 'nobody answers', timeout: 1 } });
  assert.equal((await client.next('answer')).code, ERRORS.TIMED_OUT);
  proxy.restore();
  await client.next('connect');
  client.send({ ask: { tag: 'b', name: 'done' } });
  await client.next('answer');
  assert.deepEqual(box, [...Array(10).keys()]);
  assert.ok(client.log.some(({ event, n }) => event === 'reconnect' && n > 0));
});

testEachWay('it takes up where it ended after a cut', async (t, options) => {
  // A client that was cut between two polls is only missed when it does not answer the ping.
  const io = await startServer(t, null, {
    connectionStateRecovery: {}, pingInterval: 500, pingTimeout: 500,
  });
  const proxy = await startProxy(t, io.url);
  const connection = once(io, 'connection', START_MS);
  const client = startApiClient(t, proxy.url, { ...options, 'reconnection-delay': 100 });
  const [socket] = await connection;
  socket.join('room');
  const { id, recovered } = await client.next('connect');
  assert.equal(recovered, false);
  io.emit('first', 1);
  await client.next('event');

  const gone = once(socket, 'disconnect');
  proxy.cut();
  await client.next('disconnect');
  await gone;
  io.to('room').emit('missed', 2);
  io.emit('missed', Buffer.from([3]));
  const again = once(io, 'connection');
  proxy.restore();
  const back = await client.next('connect');
  assert.deepEqual([back.id, back.recovered], [id, true]);
  assert.deepEqual((await client.next('event')).args[0], 2);
  assert.deepEqual((await client.next('event')).args[0], bin(3));
  const [restored] = await again;
  assert.ok(restored.recovered && restored.rooms.has('room'));
  // In the order in which they are told.
  const names = client.log.map(({ event, name }) => name ?? event);
  assert.ok(names.indexOf('missed') < names.lastIndexOf('connect'), names.join(' '));
});

testEachWay('with retries nothing is lost', async (t, options) => {
  const seen = [];
  let answers = false;
  let tellFirst;
  const first = new Promise((resolve) => tellFirst = resolve);
  const io = await startServer(t, (server) => server.on('connection', (socket) =>
    socket.on('message', (n, ack) => {
      seen.push(n);
      tellFirst();
      if (answers)
        ack(n);
    })));
  const proxy = await startProxy(t, io.url);
  const client = startApiClient(t, proxy.url, {
    ...options, retries: 5, 'ack-timeout': 300, 'reconnection-delay': 100,
  });
  await client.next('connect');
  for (const n of [1, 2, 3])
    client.send({ ask: { tag: String(n), name: 'message', args: [n] } });
  await deadline(first, 10000, 'the first try');
  proxy.cut();
  await client.next('disconnect');
  answers = true;
  proxy.restore();
  for (const n of [1, 2, 3])
    assert.deepEqual(await client.next('answer'), { event: 'answer', tag: String(n), args: [n] });
  assert.deepEqual([...new Set(seen)], [1, 2, 3]);
  assert.deepEqual(seen, seen.toSorted?.() ?? [...seen].sort());
});

testEachWay('it shows its own certificate to a server that its authorities know', async (t, options) => {
  const file = fileURLToPath(new URL('../engineio/test-certificate.pem', import.meta.url));
  const pem = readFileSync(file);
  const web = createSecureServer({
    key: pem, cert: pem, ca: pem, requestCert: true, rejectUnauthorized: true,
  }).listen(0, '127.0.0.1');
  await once(web, 'listening');
  const io = new Server(web);
  defer(t, () => io.close());
  const url = `https://127.0.0.1:${web.address().port}`;
  const connection = once(io, 'connection', START_MS);
  const known = startApiClient(t, url, {
    ...options, 'tls-database': file, 'tls-certificate': file,
  });
  await known.next('connect');
  const [socket] = await connection;
  assert.equal(socket.request.client.getPeerCertificate().subject.CN, 'localhost');

  const nameless = startApiClient(t, url, { ...options, 'tls-database': file });
  assert.notEqual((await nameless.next('connect_error')).code, ERRORS.CERTIFICATE);
  const careful = startApiClient(t, url, { ...options, 'tls-certificate': file });
  assert.equal((await careful.next('connect_error')).code, ERRORS.CERTIFICATE);
});

testEachWay('it talks by TLS, with whom it is told to trust', async (t, options) => {
  const pem = readFileSync(new URL('../engineio/test-certificate.pem', import.meta.url));
  const web = createSecureServer({ key: pem, cert: pem }).listen(0, '127.0.0.1');
  await once(web, 'listening');
  const io = new Server(web);
  defer(t, () => io.close());
  io.on('connection', (socket) => socket.on('ask', (...args) => args.pop()(...args)));
  const url = `wss://127.0.0.1:${web.address().port}`;

  const trusting = startApiClient(t, url, { ...options, trust: true });
  await trusting.next('connect');
  for (const args of ARGS) {
    trusting.send({ ask: { tag: 'a', name: 'ask', args } });
    assert.deepEqual((await trusting.next('answer')).args, args);
  }
  const { code, active } = await startApiClient(t, url, options).next('connect_error');
  assert.deepEqual([code, active], [ERRORS.CERTIFICATE, true]);
});
