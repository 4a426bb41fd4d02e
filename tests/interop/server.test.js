// SPDX-License-Identifier: GPL-3.0-or-later
// The event model of our server, as npm's client sees it: every value, both directions, acks,
// namespaces and rooms. api-server.c is the server; connection.test.js has what lies below events.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { Manager } from 'socket.io-client';
import {
  answered, deadline, defer, dial, inbox, once, startApiServer, startMadang,
} from './lib.js';
import { connect, testEachWay } from './ways.js';

/** Sends `args` as an event that comes back, and in an ack that does; both must be the same. */
async function assertComesBack(socket, args, expected = args) {
  const back = once(socket, 'message-back');
  socket.emit('message', ...args);
  assert.deepEqual(await back, expected);
  const answer = await answered((ack) => socket.emit('message-with-ack', ...args, ack));
  assert.deepEqual(answer, expected);
}

testEachWay('any JSON comes back as it was', async (t, options) => {
  const server = await startApiServer(t);
  const socket = await connect(t, server.url, options);
  const values = [
    [], [null], [true, false], [''], ['text', 1, null, [], {}],
    [0, -1, 1.5, 1e21, 1e-7, 5e-324, 1.7976931348623157e308, 2 ** 53, -(2 ** 53)],
    [[[[[[[['deep']]]]]]], { a: { b: { c: [{}, { d: null }] } } }],
    [{ '': 'empty key', ' ': 1, 'toString': 2, 'constructor': { prototype: 3 }, '0': 4 }],
    [{ 'a"b\\c/d\n': '\b\f\n\r\t"\\/' }],
    [{ _placeholder: false, num: 0 }],
    ['2["message"]', '0', '4{"a":1}', 'b4AQI=', '/,', '51-["x"]', '\x1e'],
  ];
  for (const args of values)
    await assertComesBack(socket, args);
  await assertComesBack(socket, [undefined, NaN, Infinity, -0], [null, null, null, 0]);
});

testEachWay('Unicode comes back as it was', async (t, options) => {
  const server = await startApiServer(t);
  const socket = await connect(t, server.url, options);
  await assertComesBack(socket, [
    '안녕하세요', '한글 자모 가', 'e\u0301 é', '👩‍👩‍👧‍👦🇰🇷', '\u{10ffff}\u{1f600}', '\u202eright to left',
    '\u2028\u2029\ufeff\u007f\u0080', '\u0001\u001f\u001e', 'شكرا', { '키': '값', '🙂': ['🙃'] },
  ]);
  await assertComesBack(socket, ['가'.repeat(20000), '🙂'.repeat(10000)]);
  // JSON.stringify writes such a half as an escape; no text in UTF-8 can have it, and no C string NUL.
  await assertComesBack(socket, ['\ud800', 'a\udc00b', 'a\0b'], ['\ufffd', 'a\ufffdb', 'a\ufffdb']);
});

const bytes = (...values) => Buffer.from(values);

testEachWay('binary data comes back from every position', async (t, options) => {
  const server = await startApiServer(t);
  const socket = await connect(t, server.url, options);
  const all = Buffer.from(Array.from({ length: 256 }, (_, n) => n));
  for (const args of [
    [all],
    [bytes(), 'empty'],
    ['text', bytes(4), { in: bytes(1), an: { object: [bytes(2), 'x', bytes(3)] } }],
    [[bytes(1), [bytes(2), [bytes(3)]]], null, bytes(0, 255)],
    Array.from({ length: 10 }, (_, n) => bytes(n)),
    [bytes(52, 50, 91, 34, 120, 34, 93)],
    ['between', Buffer.alloc(300000, 'é'), 'texts'],
  ])
    await assertComesBack(socket, args);

  const view = new Uint8Array(all.buffer, all.byteOffset + 10, 5);
  await assertComesBack(socket, [view, new Uint8Array([1, 2]).buffer],
                        [bytes(10, 11, 12, 13, 14), bytes(1, 2)]);
});

testEachWay('the server asks and the client answers', async (t, options) => {
  const server = await startApiServer(t);
  const socket = await connect(t, server.url, options);
  let reply;
  socket.on('question', (...args) => args.pop()(...reply(args)));
  for (const answer of [[], ['yes'], [1, null, { '네': [true] }], [bytes(1, 2), { b: bytes(3) }]]) {
    reply = (args) => [...args, ...answer];
    const back = once(socket, 'answered');
    socket.emit('ask-me', 'how?', bytes(9));
    assert.deepEqual(await back, ['how?', bytes(9), ...answer]);
  }
});

testEachWay('acks find their events, however many wait', async (t, options) => {
  const server = await startApiServer(t);
  const socket = await connect(t, server.url, options);
  const numbers = Array.from({ length: 200 }, (_, n) => n);
  const answers = await Promise.all(numbers.map((n) =>
    answered((ack) => socket.emit('message-with-ack', n, { n }, ack))));
  assert.deepEqual(answers, numbers.map((n) => [n, { n }]));

  socket.on('question', (n, ack) => setImmediate(ack, n, 'answer'));
  const box = inbox(socket, 'answered');
  numbers.forEach((n) => socket.emit('ask-me', n));
  const asked = [];
  for (const _ of numbers)
    asked.push((await box.next())[0]);
  assert.deepEqual(asked.sort((a, b) => a - b), numbers);

  await assert.rejects(socket.timeout(50).emitWithAck('nobody listens'), /timed out/);
  assert.equal(await socket.emitWithAck('message-with-ack', 'still there'), 'still there');
});

testEachWay('events keep their order', async (t, options) => {
  const server = await startApiServer(t);
  const socket = await connect(t, server.url, options);
  const box = inbox(socket, 'message-back');
  const sent = Array.from({ length: 300 }, (_, n) => (n % 7 === 0 ? [n, bytes(n % 256)] : [n]));
  sent.forEach((args) => socket.emit('message', ...args));
  const received = [];
  for (const _ of sent)
    received.push(await box.next());
  assert.deepEqual(received, sent);
});

testEachWay('namespaces share a connection and nothing else', async (t, options) => {
  const server = await startApiServer(t);
  const manager = new Manager(server.url, { reconnection: false, ...options });
  const main = manager.socket('/');
  const custom = manager.socket('/custom', { auth: { who: 'me' } });
  defer(t, () => manager._close());
  const auth = once(custom, 'auth');
  await Promise.all([once(main, 'connect'), once(custom, 'connect')]);
  assert.deepEqual(await auth, [{ who: 'me' }]);
  assert.notEqual(main.id, custom.id);

  const stray = inbox(custom, 'message-back');
  await assertComesBack(main, ['in the main one', bytes(1)]);
  await assertComesBack(custom, ['in the custom one', bytes(2)]);
  assert.deepEqual(stray.received, [['in the custom one', bytes(2)]]);

  custom.disconnect();
  await assertComesBack(main, ['still there']);
  custom.connect();
  await once(custom, 'connect');
  await assertComesBack(custom, ['there again']);
});

testEachWay('a namespace that does not exist is refused, the others stay', async (t, options) => {
  const server = await startApiServer(t);
  const manager = new Manager(server.url, { reconnection: false, ...options });
  defer(t, () => manager._close());
  const main = manager.socket('/');
  const nowhere = manager.socket('/nowhere');
  const refused = once(nowhere, 'connect_error');
  await once(main, 'connect');
  const [error] = await refused;
  assert.equal(error.message, 'Invalid namespace');
  assert.equal(nowhere.active, false);
  await assertComesBack(main, ['still there']);
});

testEachWay('a namespace lets in whom it likes, and says why not', async (t, options) => {
  const server = await startApiServer(t);
  const url = `${server.url}guarded`;
  const stranger = dial(t, url, { ...options, auth: { token: 'let me in' } });
  const [error] = await once(stranger, 'connect_error');
  assert.equal(error.message, 'Not allowed');
  assert.equal(error.data, 'no-token');
  assert.equal(stranger.active, false);

  // The next try may have a better token.
  stranger.auth = (tell) => tell({ token: 'open sesame' });
  stranger.connect();
  await once(stranger, 'connect');
  await assertComesBack(stranger, ['inside']);
});

testEachWay('what a client says of itself arrives', async (t, options) => {
  const server = await startApiServer(t);
  const token = { name: '민수', rights: ['read', { write: true }], n: 1.5 };
  for (const [auth, expected] of [[token, token], [(tell) => tell(token), token],
                                  [undefined, null], [{}, {}]]) {
    const socket = dial(t, server.url, { ...options, auth });
    const [received] = await once(socket, 'auth');
    assert.deepEqual(received, expected);
  }
});

testEachWay('a room has those who joined it', async (t, options) => {
  const server = await startApiServer(t);
  const [ada, minsu, joon] = await Promise.all(
    [0, 1, 2].map(() => connect(t, server.url, options)));
  for (const socket of [ada, minsu])
    assert.deepEqual(await answered((ack) => socket.emit('join', '방', ack)), ['방']);
  const strays = [inbox(ada, 'said'), inbox(joon, 'said')];
  const heard = once(minsu, 'said');
  ada.emit('say', '방', { text: 'hi' }, bytes(7));
  assert.deepEqual(await heard, ['방', { text: 'hi' }, bytes(7)]);

  // One who is not in the room may speak into it. The id of a socket is a room too.
  const both = [once(ada, 'said'), once(minsu, 'said')];
  joon.emit('say', '방', 'from outside');
  await Promise.all(both);
  const own = once(joon, 'said');
  ada.emit('say', joon.id, 'for you');
  assert.deepEqual(await own, [joon.id, 'for you']);
  assert.deepEqual(strays.map(({ received }) => received.length), [1, 1]);
});

test('the browser\'s client is handed out as npm has it', async (t) => {
  const { url } = await startMadang([], { t });
  for (const name of ['socket.io.js', 'socket.io.min.js', 'socket.io.esm.min.js',
                      'socket.io.msgpack.min.js']) {
    const own = readFileSync(new URL(`../../node_modules/socket.io-client/dist/${name}`,
                                     import.meta.url));
    const answer = await deadline(fetch(`${url}socket.io/${name}`), 5000, name);
    assert.equal(answer.status, 200);
    assert.match(answer.headers.get('content-type'), /^(application|text)\/javascript/);
    assert.deepEqual(Buffer.from(await answer.arrayBuffer()), own, name);
    const again = await fetch(`${url}socket.io/${name}`,
                              { headers: { 'If-None-Match': answer.headers.get('etag') } });
    assert.equal(again.status, 304);
  }
});
