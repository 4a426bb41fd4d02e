// SPDX-License-Identifier: GPL-3.0-or-later
// Our own client in the chats of others: servers written with npm's socket.io as tutorials teach
// it, and with python-socketio. They know the event `message` and no login.

import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { test } from 'node:test';
import { Server } from 'socket.io';
import { defer, inbox, once, startMadang } from './lib.js';
import { startChatPeer, startPythonServer } from './peers.js';
import { connect } from './ways.js';

const WAIT_MS = 30000;
// How long our client waits for an answer to its login before it takes part in the plain way.
const LOGIN_MS = '300';

const message = (sender, recepient, data, more) =>
  ({ sender, recepient, command: 'chat', type: 'text', data, ...more });

const withText = (text) => ({ message }) => message.data === text;

/** A server of npm's socket.io. `setUp` gets it before anybody can connect. */
async function startNpmServer(t, setUp, { port = 0, ...options } = {}) {
  const web = createServer().listen(port, '127.0.0.1');
  await once(web, 'listening');
  const io = new Server(web, options);
  setUp(io);
  io.url = `http://127.0.0.1:${web.address().port}/`;
  defer(t, () => io.close());
  return io;
}

/** The chat of the tutorials: everybody, or the one whose id is known. */
function tutorialChat(io) {
  const login_ids = {};
  io.sockets.on('connection', (socket) => {
    socket.on('login', (login) => {
      login_ids[login.id] = socket.id;
      socket.emit('response', { command: 'login', code: '200', message: 'OK' });
    });
    socket.on('message', (m) => {
      login_ids[m.sender] = socket.id;
      if (m.recepient === 'ALL')
        io.sockets.emit('message', m);
      else
        io.sockets.sockets.get(login_ids[m.recepient])?.emit('message', m);
    });
  });
}

/** The same, where those who speak hear only the others, and an echo its sender alone. */
function broadcastChat(io) {
  io.on('connection', (socket) => {
    socket.on('message', (m) => {
      if (m.command === 'echo' || m.recepient === m.sender)
        socket.emit('message', m);
      else
        socket.broadcast.emit('message', m);
    });
    socket.on('echo', (m, ack) => ack?.(m));
  });
}

async function join(t, url, name) {
  const peer = startChatPeer(t, url, name, LOGIN_MS);
  const { plain, id } = await peer.next('connected');
  assert.deepEqual({ plain, id }, { plain: true, id: name });
  return peer;
}

async function post(peer, to, text) {
  peer.send({ post: { to, text } });
  const answer = await peer.next('posted');
  assert.equal(answer.ok, true, answer.message);
}

const CHATS = [
  ['as it comes', {}],
  ['with recovery of the connection', { connectionStateRecovery: {} }],
  ['with compression', { perMessageDeflate: { threshold: 0 }, httpCompression: true }],
  ['with a cookie', { cookie: true }],
];

for (const [kind, options] of CHATS) {
  test(`it talks in a chat on npm's server ${kind}`, async (t) => {
    const io = await startNpmServer(t, tutorialChat, options);
    const [bora, minsu] = await Promise.all([join(t, io.url, 'Bora'), join(t, io.url, '민수')]);
    const web = await connect(t, io.url, {});
    const box = inbox(web, 'message');
    web.emit('login', { id: 'web' });
    assert.equal((await once(web, 'response'))[0].code, '200');

    const text = `안녕하세요 🙂 ${'길게 '.repeat(300)}`;
    await post(bora, 'ALL', text);
    for (const peer of [bora, minsu]) {
      const { message: { sender, recepient, command, type } } =
        await peer.next('message', withText(text));
      assert.deepEqual([sender, recepient, command, type], ['Bora', 'ALL', 'chat', 'text']);
    }
    // A server with recovery appends the place of each message.
    assert.deepEqual((await box.next()).slice(0, 1), [message('Bora', 'ALL', text)]);

    web.emit('message', message('web', 'ALL', 'from the web'));
    for (const peer of [bora, minsu])
      await peer.next('message', withText('from the web'));
    await box.next();

    await post(minsu, 'ALL', 'so that I am known');
    await bora.next('message', withText('so that I am known'));
    await box.next();
    await post(minsu, 'web', 'for the web alone');
    assert.equal((await box.next())[0].data, 'for the web alone');
    web.emit('message', message('web', '민수', 'for Minsu alone'));
    await minsu.next('message', withText('for Minsu alone'));
    await post(minsu, 'Bora', 'for Bora alone');
    await bora.next('message', withText('for Bora alone'));
    await post(bora, 'ALL', 'end');
    await bora.next('message', withText('end'));
    const heard = bora.log.filter(({ event }) => event === 'message')
      .map(({ message: { data } }) => data);
    assert.deepEqual(heard, [text, 'from the web', 'so that I am known', 'for Bora alone', 'end']);
  });
}

test('it talks where the sender does not hear itself', async (t) => {
  const io = await startNpmServer(t, broadcastChat);
  const bora = await join(t, io.url, 'Bora');
  const web = await connect(t, io.url, {});
  const box = inbox(web, 'message');
  await post(bora, 'ALL', 'one');
  assert.equal((await box.next())[0].data, 'one');
  web.emit('message', message('web', 'ALL', 'two'));
  await bora.next('message', withText('two'));
  await post(bora, 'Bora', 'to myself');
  await bora.next('message', withText('to myself'));
  assert.deepEqual(box.received, []);
});

test('it takes messages of any shape, and nothing else for one', async (t) => {
  let server;
  const io = await startNpmServer(t, (chat) => {
    chat.on('connection', (socket) => server = socket);
  });
  const bora = await join(t, io.url, 'Bora');
  for (const args of [['just a text'], [], [null], [[1]], [42], [Buffer.from('binary')],
                      [{ data: Buffer.from('binary inside') }], [{ sender: {}, data: 'x' }]])
    server.emit('message', ...args);
  server.emit('response', { code: '200' });
  server.emit('chat:message', 'rubbish', 1);
  server.emit('chat:joined', { user: 7 });
  server.emit('chat:left', [null]);
  server.emit('chat:renamed', {});
  server.emit('이벤트', { 키: '값' }, Buffer.from([1]));
  server.timeout(100).emit('who answers?', () => {});

  const shapes = [
    [{}, ['', 'ALL', 'chat', 'text', null]],
    [{ data: { a: [1, null, '나'] }, more: 'fields', serial: -1, time: 'now' },
     ['', 'ALL', 'chat', 'text', { a: [1, null, '나'] }]],
    [{ sender: 'a', recipient: 'b', command: 'c', type: 'd', data: 1.5 },
     ['a', 'b', 'c', 'd', 1.5]],
    [{ sender: null, recepient: null, command: null, type: null, data: true },
     ['', 'ALL', 'chat', 'text', true]],
    [{ __proto__: null, sender: '__proto__', data: 'constructor' },
     ['__proto__', 'ALL', 'chat', 'text', 'constructor']],
  ];
  for (const [sent, expected] of shapes) {
    server.emit('message', sent);
    const { message: { sender, recepient, command, type, data } } = await bora.next('message');
    assert.deepEqual([sender, recepient, command, type, data ?? null], expected);
  }
});

test('it is told why it is not let in', async (t) => {
  const io = await startNpmServer(t, (chat) => {
    chat.use((socket, next) => next(new Error('나중에 오세요')));
  });
  const peer = startChatPeer(t, io.url, 'Bora');
  const failed = await peer.next('failed');
  assert.match(failed.message, /나중에 오세요/);
  assert.equal(failed.state, 'disconnected');
});

test('who is put out stays out', async (t) => {
  for (const close of [false, true]) {
    const io = await startNpmServer(t, (chat) => {
      chat.on('connection', (socket) => socket.on('message', () => socket.disconnect(close)));
    });
    const bora = await join(t, io.url, 'Bora');
    bora.send({ post: { to: 'ALL', text: 'bye' } });
    const { state, reason } = await bora.next('disconnected');
    assert.equal(state, 'disconnected');
    assert.equal(reason, 'The server ended it');
  }
});

test('it tells why there is no chat', async (t) => {
  const web = createServer((_, response) => response.writeHead(404).end('nothing here'));
  await once(web.listen(0, '127.0.0.1'), 'listening');
  defer(t, () => web.close());
  const nothing = startChatPeer(t, `http://127.0.0.1:${web.address().port}/`, 'Bora');
  assert.notEqual((await nothing.next('failed')).message, '');
});

test('it polls where there is no WebSocket', async (t) => {
  const io = await startNpmServer(t, tutorialChat, { transports: ['polling'] });
  const bora = await join(t, io.url, 'Bora');
  await post(bora, 'ALL', '안녕');
  await bora.next('message', withText('안녕'));
});

test('it answers the heartbeat', async (t) => {
  let pongs;
  const io = await startNpmServer(t, (chat) => {
    chat.on('connection', (socket) => {
      pongs = new Promise((resolve) => {
        let n = 0;
        socket.conn.on('packet', ({ type }) => type === 'pong' && ++n === 3 && resolve());
      });
    });
  }, { pingInterval: 100, pingTimeout: WAIT_MS });
  const bora = await join(t, io.url, 'Bora');
  await pongs;
  assert.deepEqual(bora.log.filter(({ event }) => event === 'disconnected'), []);
});

test('it comes back to a server that was closed', async (t) => {
  const first = await startNpmServer(t, tutorialChat);
  const port = Number(new URL(first.url).port);
  const bora = await join(t, first.url, 'Bora');
  await post(bora, 'ALL', 'before');
  await bora.next('message', withText('before'));
  await first.close();
  assert.equal((await bora.next('disconnected')).state, 'reconnecting');
  await bora.next('failed', ({ state }) => state === 'reconnecting');

  await startNpmServer(t, tutorialChat, { port });
  assert.equal((await bora.next('connected')).id, 'Bora');
  await post(bora, 'ALL', 'after');
  await bora.next('message', withText('after'));
});

test('it waits for a server that is not there yet', async (t) => {
  const gone = await startMadang([], { t });
  await gone.kill();
  const peer = startChatPeer(t, gone.url, 'Bora');
  const { state } = await peer.next('failed');
  assert.notEqual(state, 'disconnected');
  await startMadang(['--port', String(gone.port)], { t, dataDir: gone.dataDir });
  assert.equal((await peer.next('connected')).plain, false);
});

test('it talks in a chat on a server of python-socketio', async (t) => {
  const python = await startPythonServer(t);
  const [bora, minsu] = await Promise.all(['Bora', '민수'].map((name) => join(t, python.url, name)));
  const web = await connect(t, python.url, {});
  const box = inbox(web, 'message');
  await post(bora, 'ALL', '안녕 🙂');
  for (const peer of [bora, minsu])
    assert.equal((await peer.next('message', withText('안녕 🙂'))).message.sender, 'Bora');
  assert.deepEqual(await box.next(), [message('Bora', 'ALL', '안녕 🙂')]);

  await post(minsu, 'Bora', 'for you');
  await bora.next('message', withText('for you'));
  web.emit('message', message('web', '민수', 'and for you'));
  await minsu.next('message', withText('and for you'));
  python.send({ emit: { name: 'response', args: [1, 2] } });
  python.send({ emit: { name: 'message', args: [message('server', 'ALL', 'from the server')] } });
  for (const peer of [bora, minsu])
    await peer.next('message', withText('from the server'));

  const { length } = python.log.filter(({ event }) => event === 'came');
  assert.equal(length, 3);
  await bora.quit();
  await python.next('left');
});

test('it comes back to a server of python-socketio that was killed', async (t) => {
  const first = await startPythonServer(t);
  const bora = await join(t, first.url, 'Bora');
  first.kill();
  assert.equal((await bora.next('disconnected')).state, 'reconnecting');
  const second = await startPythonServer(t, [new URL(first.url).port]);
  await bora.next('connected');
  await post(bora, 'ALL', 'again');
  await bora.next('message', withText('again'));
  await second.next('message', withText('again'));
});

test('it gives up a server that is not heard of any more', async (t) => {
  const python = await startPythonServer(t, ['0', '0.4', '0.8']);
  const bora = await join(t, python.url, 'Bora');
  python.child.kill('SIGSTOP');
  try {
    const { state, reason } = await bora.next('disconnected');
    assert.equal(state, 'reconnecting');
    assert.equal(reason, 'The server was not heard of any more');
  } finally {
    python.child.kill('SIGCONT');
  }
  await bora.next('connected');
});
