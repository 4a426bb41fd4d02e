// SPDX-License-Identifier: GPL-3.0-or-later
// Clients of Socket.IO 1 and 2 at our server: what server.test.js has for the current one, and one
// room for all of them.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { answered, deadline, dial, inbox, once, startApiServer, startMadang } from './lib.js';
import { connectOld, dialOld, introduce, testEachOld } from './old.js';
import { connect } from './ways.js';

const WAIT_MS = 30000;
const start = (t, ...more) => startApiServer(t, ['--set', 'allow-eio3=true', ...more]);
const bytes = (...values) => Buffer.from(values);

/** Sends `args` as an event that comes back, and in an ack that does; both must be the same. */
async function assertComesBack(socket, args, expected = args) {
  const back = once(socket, 'message-back');
  socket.emit('message', ...args);
  assert.deepEqual(await back, expected);
  const answer = await answered((ack) => socket.emit('message-with-ack', ...args, ack));
  assert.deepEqual(answer, expected);
}

testEachOld('any JSON comes back as it was', async (t, version, options) => {
  const server = await start(t);
  const socket = await connectOld(t, version, server.url, options);
  for (const args of [
    [], [null], [true, false], [''], ['text', 1, null, [], {}],
    [0, -1, 1.5, 1e21, 2 ** 53], [{ a: { b: { c: [{}, { d: null }] } } }],
    ['2["message"]', '0', '4{"a":1}', 'b4AQI=', '/,', '1:2', '51-["x"]', '\x1e'],
  ])
    await assertComesBack(socket, args);
});

testEachOld('Unicode comes back as it was', async (t, version, options) => {
  const server = await start(t);
  const socket = await connectOld(t, version, server.url, options);
  await assertComesBack(socket, [
    '안녕하세요', 'é', 'e\u0301', '👩‍👩‍👧‍👦🇰🇷', '\u{10ffff}\u{1f600}', '\u2028\u2029\ufeff', { '키': ['값'] },
  ]);
  await assertComesBack(socket, ['가'.repeat(20000), '🙂'.repeat(10000)]);
  await assertComesBack(socket, ['\ud800', 'a\udc00b'], ['\ufffd', 'a\ufffdb']);
});

testEachOld('binary data comes back from every position', async (t, version, options) => {
  const server = await start(t);
  const all = Buffer.from(Array.from({ length: 256 }, (_, n) => n));
  for (const forceBase64 of [false, true]) {
    const socket = await connectOld(t, version, server.url, { ...options, forceBase64 });
    for (const args of [
      [all],
      [bytes(), 'empty'],
      ['텍스트', bytes(4), { in: bytes(1), an: { object: [bytes(2), 'x', bytes(3)] } }],
      Array.from({ length: 10 }, (_, n) => bytes(n)),
      ['between', Buffer.alloc(300000, 'é'), 'texts'],
    ])
      await assertComesBack(socket, args);
  }
});

testEachOld('the server asks and the client answers', async (t, version, options) => {
  const server = await start(t);
  const socket = await connectOld(t, version, server.url, options);
  socket.on('question', (...args) => args.pop()('네', ...args));
  for (const args of [[], ['how?'], [bytes(1, 2), { b: bytes(3) }]]) {
    const back = once(socket, 'answered');
    socket.emit('ask-me', ...args);
    assert.deepEqual(await back, ['네', ...args]);
  }
});

testEachOld('events keep their order, also through an upgrade', async (t, version, options) => {
  const server = await start(t);
  const socket = await connectOld(t, version, server.url, options);
  const box = inbox(socket, 'message-back');
  const sent = Array.from({ length: 300 }, (_, n) => (n % 7 === 0 ? [n, bytes(n % 256)] : [n]));
  sent.forEach((args) => socket.emit('message', ...args));
  const received = [];
  for (const _ of sent)
    received.push(await box.next());
  assert.deepEqual(received, sent);
});

testEachOld('a client is in the namespace / at once, by its session\'s id', async (t, version, options) => {
  const server = await start(t);
  const socket = dialOld(t, version, server.url, options);
  const auth = once(socket, 'auth');
  await once(socket, 'connect');
  assert.deepEqual(await auth, [null]);
  assert.equal(socket.id, socket.io.engine.id);
  const { id } = socket;
  const gone = once(socket, 'disconnect');
  socket.close();
  assert.equal((await gone)[0], 'io client disconnect');
  await server.logged(`${id} left /: client namespace disconnect`);
});

testEachOld('a namespace gets its query as auth', async (t, version, options) => {
  const server = await start(t);
  const query = { token: 'open sesame', '이름': '민지 & 철수=?+%', empty: '' };
  const first = await connectOld(t, version, server.url, options);
  await introduce(first, 'message-with-ack');
  const { io: manager } = first;
  // Version 1 takes it as a text alone.
  const encoded = new URLSearchParams(query).toString();
  const guarded = manager.socket('/guarded', { query: version === '1.7.4' ? encoded : query });
  const auth = once(guarded, 'auth');
  await once(guarded, 'connect');
  assert.deepEqual(await auth, [query]);
  await assertComesBack(guarded, ['in', 'a', 'namespace', bytes(1)]);
  const { id } = manager.engine;
  guarded.emit('kick-me', false);
  assert.equal((await once(guarded, 'disconnect'))[0], 'io server disconnect');
  await server.logged(`/guarded#${id} left /guarded: server namespace disconnect`);
  await assertComesBack(first, ['still here']);
});

testEachOld('a namespace refuses, and the client is told in its way', async (t, version, options) => {
  const server = await start(t);
  const first = await connectOld(t, version, server.url, options);
  for (const [name, told] of [['/guarded', 'no-token'], ['/nowhere', 'Invalid namespace']]) {
    const refused = first.io.socket(name);
    assert.deepEqual(await once(refused, 'error'), [told]);
    assert.equal(refused.connected, false);
  }
  await assertComesBack(first, ['still here']);
});

testEachOld('the server puts a client out, and the client knows', async (t, version, options) => {
  const server = await start(t);
  for (const close of [false, true]) {
    const socket = await connectOld(t, version, server.url, options);
    const { id } = socket;
    const gone = once(socket, 'disconnect');
    socket.emit('kick-me', close);
    assert.equal((await gone)[0], 'io server disconnect');
    await server.logged(`${id} left /: server namespace disconnect`);
  }
});

testEachOld('the server closes, and the client knows', async (t, version, options) => {
  const server = await start(t);
  const socket = await connectOld(t, version, server.url, options);
  const gone = once(socket, 'disconnect');
  socket.emit('close-server');
  assert.equal((await gone)[0], 'transport close');
  assert.equal((await deadline(server.exited, WAIT_MS, 'its end')).code, 0);
});

testEachOld('a client pings, the server answers', async (t, version, options) => {
  const server = await start(t, '--ping-interval', '200', '--ping-timeout', '2000');
  const socket = await connectOld(t, version, server.url, options);
  const pongs = inbox(socket, 'pong');
  for (let n = 0; n < 3; n++)
    assert.equal(typeof (await pongs.next(WAIT_MS))[0], 'number');
  await assertComesBack(socket, ['still here']);
});

testEachOld('a server that is not heard of any more is given up', async (t, version, options) => {
  const server = await start(t, '--ping-interval', '400', '--ping-timeout', '800');
  const socket = await connectOld(t, version, server.url, options);
  await once(socket, 'pong', WAIT_MS);
  const gone = once(socket, 'disconnect', WAIT_MS);
  server.child.kill('SIGSTOP');
  try {
    assert.equal((await gone)[0], 'ping timeout');
  } finally {
    server.child.kill('SIGCONT');
  }
});

testEachOld('a client that does not ping is given up', async (t, version, options) => {
  const server = await start(t, '--ping-interval', '200', '--ping-timeout', '200');
  const socket = await connectOld(t, version, server.url, options);
  const { id } = socket;
  const { engine } = socket.io;
  // Neither does it give the server up, as it would in the same moment.
  engine.off('heartbeat');
  clearTimeout(engine.pingTimeoutTimer);
  clearTimeout(engine.pingIntervalTimer);
  const gone = once(socket, 'disconnect', WAIT_MS);
  await server.logged(`${id} left /: ping timeout`, WAIT_MS);
  await gone;
});

testEachOld('old and new clients talk in one room', async (t, version, options) => {
  const server = await start(t);
  const members = [
    await connectOld(t, '1.7.4', server.url, options),
    await connectOld(t, '2.5.0', server.url, options),
    await connectOld(t, version, server.url),
    await connect(t, server.url, options),
  ];
  for (const member of members)
    await introduce(member, 'message-with-ack');
  const boxes = members.map((member) => inbox(member, 'said'));
  for (const member of members)
    await answered((ack) => member.emit('join', '마당', ack));
  for (const [from, member] of members.entries()) {
    const said = ['마당', `안녕 😀 ${from}`, bytes(from, 200), { from }];
    member.emit('say', ...said);
    for (const [to, box] of boxes.entries())
      if (to !== from)
        assert.deepEqual(await box.next(), said, `${from} -> ${to}`);
  }
  assert.deepEqual(boxes.map(({ received }) => received), [[], [], [], []]);
});

testEachOld('old and new clients chat', async (t, version, options) => {
  const madang = await startMadang([], { t });
  const members = [
    await connectOld(t, version, madang.url, options),
    await connectOld(t, version === '1.7.4' ? '2.5.0' : '1.7.4', madang.url),
    await connect(t, madang.url, options),
  ];
  for (const member of members)
    await introduce(member, 'echo');
  const boxes = members.map((member) => inbox(member, 'message'));
  for (const [from, member] of members.entries()) {
    const message = { sender: `사람${from}`, recepient: 'ALL', command: 'chat', type: 'text',
                      data: `안녕하세요 🙂 ${from}` };
    const [answer] = await answered((ack) => member.emit('message', message, ack));
    assert.equal(answer.ok, true);
    for (const box of boxes)
      assert.deepEqual(await box.next(), [message]);
  }
  // A private one goes to the id that a client had before it said anything.
  const shy = await connectOld(t, version, madang.url, options);
  await introduce(shy, 'echo');
  const heard = once(shy, 'message');
  members[2].emit('message', { recepient: shy.id, data: '너만' });
  assert.equal((await heard)[0].data, '너만');
});

test('an old client that may not come in is told so, and the log says how it could', async (t) => {
  const server = await startApiServer(t);
  for (const options of [{ transports: ['polling'] }, { transports: ['websocket'] }])
    for (const version of ['1.7.4', '2.5.0']) {
      const socket = dialOld(t, version, server.url, options);
      const [error] = await once(socket, 'connect_error');
      assert.match(String(error), /xhr poll error|websocket error/);
    }
  await server.logged('set the option allow-eio3');
  const lines = server.errors.filter((line) => line.includes('allow-eio3'));
  assert.equal(lines.length, 1, lines.join('\n'));
  assert.match(lines[0], /Socket\.IO 2 or older \(protocol 3\) from (127\.0\.0\.1|::1|::ffff:127\.0\.0\.1);/);
});

test('a page that may not ask is refused for that, whatever it speaks', async (t) => {
  const server = await startApiServer(t);
  const answer = await fetch(`${server.url}socket.io/?EIO=3&transport=polling`,
                             { headers: { Origin: 'http://evil.example' } });
  assert.equal(answer.status, 403);
  assert.deepEqual(await answer.json(), { code: 4, message: 'Forbidden' });
  await server.logged('http://evil.example');
  assert.deepEqual(server.errors.filter((line) => line.includes('allow-eio3')), []);
});
