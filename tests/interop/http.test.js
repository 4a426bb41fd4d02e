// SPDX-License-Identifier: GPL-3.0-or-later
// What the server answers by HTTP, beside what Node's answers to the same.

import assert from 'node:assert/strict';
import { createServer, request } from 'node:http';
import { createRequire } from 'node:module';
import test from 'node:test';
import { brotliDecompressSync, gunzipSync, inflateSync } from 'node:zlib';
import { Server } from 'socket.io';
import { WebSocket } from 'ws';

import { answered, deadline, defer, dial, inbox, once, startApiServer } from './lib.js';

const { version } = createRequire(import.meta.url)('socket.io-client/package.json');

/** The whole answer; a WebSocket's handshake ends with its head. */
function ask(port, path, { method = 'GET', headers = {}, body } = {}) {
  const answered = new Promise((resolve, reject) => {
    const asking = request({ port, path, method, headers, host: '127.0.0.1', agent: false });
    const finish = (response, bytes) => {
      resolve({ status: response.statusCode, headers: response.headers, bytes });
    };
    asking.on('error', reject);
    asking.on('upgrade', (response, socket) => {
      socket.destroy();
      finish(response, Buffer.alloc(0));
    });
    asking.on('response', (response) => {
      const chunks = [];
      response.on('error', reject);
      response.on('data', (chunk) => chunks.push(chunk));
      response.on('end', () => finish(response, Buffer.concat(chunks)));
    });
    asking.end(body);
  });
  return deadline(answered, 10000, `${method} ${path}`);
}

async function startNode(t, options = {}) {
  const http = createServer();
  const io = new Server(http, options);
  await new Promise((resolve) => http.listen(0, '127.0.0.1', resolve));
  defer(t, () => new Promise((resolve) => io.close(resolve)));
  return { port: http.address().port, io };
}

/* {{{ The browser's client */

const files = ['socket.io', 'socket.io.min', 'socket.io.esm.min', 'socket.io.msgpack.min']
  .flatMap((name) => [`${name}.js`, `${name}.js.map`]);

function pick(headers, names) {
  return Object.fromEntries(names.map((name) => [name, headers[name]]));
}

function unpack({ headers, bytes }) {
  switch (headers['content-encoding']) {
    case 'br': return brotliDecompressSync(bytes);
    case 'gzip': return gunzipSync(bytes);
    case 'deflate': return inflateSync(bytes);
    default: return bytes;
  }
}

const encodings = [
  undefined, 'gzip', 'deflate', 'gzip;q=0, deflate', 'identity', 'gzip, deflate',
  // A build may be without it.
  ...(process.env.HAVE_BROTLI ? ['br', 'gzip, br;q=0.5', 'gzip;q=0.5, br', 'br;q=0, gzip'] : []),
];

test('the browser\'s client is handed out as by Node, in every form', async (t) => {
  const ours = await startApiServer(t);
  const node = await startNode(t);
  for (const file of files) {
    for (const encoding of encodings) {
      const headers = encoding ? { 'Accept-Encoding': encoding } : {};
      const [a, b] = await Promise.all([ours, node].map(({ port }) => (
        ask(port, `/socket.io/${file}`, { headers })
      )));
      const names = ['content-type', 'cache-control', 'etag', 'content-encoding'];
      assert.equal(a.status, 200);
      assert.deepEqual(pick(a.headers, names), pick(b.headers, names), `${file} ${encoding}`);
      assert.equal(a.headers.etag, `"${version}"`);
      assert.equal(Number(a.headers['content-length']), a.bytes.length);
      assert.ok(unpack(a).equals(unpack(b)), `${file} ${encoding}`);
    }
  }
});

test('a client that is there already is not handed out again', async (t) => {
  const { port } = await startApiServer(t);
  for (const tag of [`"${version}"`, `W/"${version}"`, `"1.0.0", W/"${version}"`]) {
    const headers = { 'If-None-Match': tag, 'Accept-Encoding': 'gzip' };
    const answer = await ask(port, '/socket.io/socket.io.js', { headers });
    assert.equal(answer.status, 304, tag);
    assert.equal(answer.bytes.length, 0);
    assert.equal(answer.headers.etag, `"${version}"`);
    assert.equal(answer.headers['cache-control'], 'public, max-age=0');
    assert.equal(answer.headers['content-encoding'], undefined);
  }
  const headers = { 'If-None-Match': '"4.0.0"' };
  assert.equal((await ask(port, '/socket.io/socket.io.js', { headers })).status, 200);
});

test('of the client, what there is and nothing else', async (t) => {
  const { port } = await startApiServer(t);
  const path = '/socket.io/socket.io.min.js';
  const head = await ask(port, path, { method: 'HEAD' });
  assert.equal(head.status, 200);
  assert.ok(Number(head.headers['content-length']) > 10000);
  assert.equal((await ask(port, path, { method: 'DELETE' })).status, 405);
  assert.equal((await ask(port, `${path}?v=1`)).status, 200);
  // What is no file of the client is a request of the protocol without a transport.
  for (const other of ['socket.io.slim.js', 'x/socket.io.js', '../socket.io.js', 'package.json'])
    assert.notEqual((await ask(port, `/socket.io/${other}`)).status, 200, other);

  const without = await startApiServer(t, ['--set', 'serve-client=false']);
  assert.equal((await ask(without.port, path)).status, 400);
});

/* }}} */

/* {{{ Sessions */

const polling = '/socket.io/?EIO=4&transport=polling';

/** A polling session of a server: what it asks goes to its own id. */
async function open(t, port, token = '') {
  const opened = await ask(port, `${polling}&token=${token}`);
  assert.equal(opened.status, 200, String(opened.bytes));
  const { sid } = JSON.parse(String(opened.bytes).slice(1).split('\x1e')[0]);
  const session = {
    opened,
    poll: (headers = {}) => ask(port, `${polling}&sid=${sid}`, { headers }),
    post: (body, headers = {}) => ask(port, `${polling}&sid=${sid}`, {
      method: 'POST', body, headers: { 'Content-Type': 'text/plain', ...headers },
    }),
  };
  defer(t, () => session.post('1'));
  await session.post('40');
  const joined = [];
  while (!joined.some((packet) => packet.startsWith('42["auth"')))
    joined.push(...String((await session.poll()).bytes).split('\x1e'));
  return session;
}

/** Ends the session that an answer has opened. */
function leave(port, { bytes }) {
  const { sid } = JSON.parse(String(bytes).slice(1));
  return ask(port, `${polling}&sid=${sid}`, { method: 'POST', body: '1' });
}

function echoServer(io) {
  io.on('connection', (socket) => {
    socket.emit('auth', null);
    socket.on('message', (...args) => socket.emit('message-back', ...args));
  });
}

test('a long answer to a poll is compressed as by Node, and nothing else', async (t) => {
  const ours = await startApiServer(t);
  const node = await startNode(t);
  echoServer(node.io);
  const long = 'a'.repeat(2000);
  for (const encoding of [undefined, 'gzip', 'deflate', 'br']) {
    const headers = encoding ? { 'Accept-Encoding': encoding } : {};
    const [a, b] = await Promise.all([ours, node].map(async ({ port }) => {
      const session = await open(t, port);
      const posted = await session.post(`42["message","${long}"]`, headers);
      assert.equal(posted.headers['content-encoding'], undefined);
      assert.equal(String(posted.bytes), 'ok');
      return session.poll(headers);
    }));
    assert.equal(a.headers['content-encoding'], b.headers['content-encoding'], encoding);
    assert.equal(a.headers['content-type'], b.headers['content-type']);
    assert.equal(String(unpack(a)), `42["message-back","${long}"]`);
    assert.equal(String(unpack(a)), String(unpack(b)));
  }
});

test('what is short, or should not be, is not compressed', async (t) => {
  const headers = { 'Accept-Encoding': 'gzip' };
  const server = await startApiServer(t);
  const session = await open(t, server.port);
  // The packet has 21 bytes beside the text.
  for (const [length, encoding] of [[1024 - 21, 'gzip'], [1023 - 21, undefined]]) {
    await session.post(`42["message","${'a'.repeat(length)}"]`);
    const answer = await session.poll(headers);
    assert.equal(unpack(answer).length, length + 21);
    assert.equal(answer.headers['content-encoding'], encoding);
  }

  const never = await startApiServer(t, ['--set', 'http-compression=false']);
  const plain = await open(t, never.port);
  await plain.post(`42["message","${'a'.repeat(2000)}"]`);
  assert.equal((await plain.poll(headers)).headers['content-encoding'], undefined);
});

test('the cookie is Node\'s', async (t) => {
  const ours = await startApiServer(t, ['--set', 'cookie-name=io']);
  const node = await startNode(t, { cookie: true });
  echoServer(node.io);
  const cookies = await Promise.all([ours, node].map(async ({ port }) => {
    const session = await open(t, port);
    const sid = JSON.parse(String(session.opened.bytes).slice(1)).sid;
    assert.equal((await session.post('3')).headers['set-cookie'], undefined);
    return String(session.opened.headers['set-cookie']).replace(sid, 'SID');
  }));
  assert.equal(cookies[0], cookies[1]);
});

test('a client is let in when its request is allowed, by each transport', async (t) => {
  const { url, port } = await startApiServer(t, ['--token', 'open sesame']);
  for (const transports of [['polling'], ['websocket'], ['polling', 'websocket']]) {
    const socket = dial(t, url, { transports, query: { token: 'open sesame' } });
    await once(socket, 'connect');

    const refused = dial(t, url, { transports, query: { token: 'sesame' } });
    const [error] = await once(refused, 'connect_error');
    assert.equal(refused.active, true, error.message);
  }
  const answer = await ask(port, polling);
  assert.equal(answer.status, 403);
  assert.deepEqual(JSON.parse(answer.bytes), { code: 4, message: 'A token, please' });
  assert.equal(answer.headers['content-type'], 'application/json');
  const websocket = await ask(port, '/socket.io/?EIO=4&transport=websocket', {
    headers: { 'Connection': 'Upgrade', 'Upgrade': 'websocket', 'Sec-WebSocket-Version': '13',
               'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==' },
  });
  assert.equal(websocket.status, 400);
  assert.equal(String(websocket.bytes), 'A token, please');
});

/* }}} */

/* {{{ Pages of other origins */

const upgrade = {
  'Connection': 'Upgrade', 'Upgrade': 'websocket', 'Sec-WebSocket-Version': '13',
  'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
};
const websocket = '/socket.io/?EIO=4&transport=websocket';
const bundle = '/socket.io/socket.io.js';

/** Each kind of answer there is: what is asked, and the status. */
const kinds = [
  ['a handshake', polling, {}, 200],
  ['a WebSocket', websocket, { headers: upgrade }, 101],
  ['an unknown session', `${polling}&sid=nobody`, {}, 400],
  ['an unknown transport', '/socket.io/?EIO=4&transport=pigeon', {}, 400],
  ['no GET', polling, { method: 'POST', body: '40' }, 400],
  ['the client', bundle, {}, 200],
  ['the client again', bundle, { headers: { 'If-None-Match': `"${version}"` } }, 304],
  ['a preflight', polling, {
    method: 'OPTIONS',
    headers: { 'Access-Control-Request-Method': 'POST', 'Access-Control-Request-Headers': 'x-a, X-B' },
  }, 204],
];

function corsOf({ status, headers }) {
  const found = Object.entries(headers).filter(([name]) => name.startsWith('access-control-'));
  // Node reflects the names as they came, ours one by one.
  const normal = found.map(([name, value]) => [name, value.replaceAll(', ', ',')]);
  return { status, ...Object.fromEntries(normal) };
}

for (const [title, args, cors, origin] of [
  ['any origin', ['--origin', '*'], { origin: true, credentials: true }, 'http://a.example'],
  ['a list of origins', ['--origin', 'http://a.example', '--origin', 'http://b.example'],
   { origin: ['http://a.example', 'http://b.example'], credentials: true }, 'http://b.example'],
  ['a pattern, and headers that pages may read',
   ['--origin-pattern', '^http://[ab]\\.example$', '--exposed-headers', 'X-A,X-B'],
   { origin: /^http:\/\/[ab]\.example$/, credentials: true, exposedHeaders: ['X-A', 'X-B'] },
   'http://a.example'],
]) {
  test(`every answer has the headers that Node's has: ${title}`, async (t) => {
    const ours = await startApiServer(t, args);
    const node = await startNode(t, { cors });
    for (const [what, path, options, status] of kinds) {
      const asked = { ...options, headers: { ...options.headers, Origin: origin } };
      const [a, b] = await Promise.all([ours, node].map(({ port }) => ask(port, path, asked)));
      if (path === polling && status === 200)
        await leave(ours.port, a);
      assert.equal(a.status, status, what);
      assert.deepEqual(corsOf(a), corsOf(b), what);
      assert.equal(a.headers['access-control-allow-origin'], origin, what);
      assert.match(a.headers.vary ?? '', /\bOrigin\b/, what);
    }
  });
}

test('a preflight goes on to the server if it should, as in Node', async (t) => {
  const ours = await startApiServer(t, ['--origin', 'http://a.example', '--preflight-continue']);
  const node = await startNode(t, { cors: { origin: 'http://a.example', credentials: true,
                                            preflightContinue: true } });
  const asked = { method: 'OPTIONS', headers: { 'Origin': 'http://a.example',
                                                'Access-Control-Request-Method': 'POST' } };
  const [a, b] = await Promise.all([ours, node].map(({ port }) => ask(port, polling, asked)));
  assert.equal(a.status, 400);
  assert.deepEqual(corsOf(a), corsOf(b));
  assert.equal(String(a.bytes), String(b.bytes));
});

test('a page may read that its request was refused or too large', async (t) => {
  const { port } = await startApiServer(t, ['--origin', 'http://a.example', '--token', 'secret',
                                            '--max-payload', '1000']);
  const headers = { Origin: 'http://a.example' };
  const refused = await ask(port, polling, { headers });
  assert.equal(refused.status, 403);
  assert.equal(refused.headers['access-control-allow-origin'], 'http://a.example');

  const session = await open(t, port, 'secret');
  const large = await session.post('4'.repeat(1001), headers);
  assert.equal(large.status, 413);
  assert.equal(large.headers['access-control-allow-origin'], 'http://a.example');
});

test('a page of a stranger is refused by every way, before any handshake', async (t) => {
  const { port } = await startApiServer(t, ['--origin-pattern', '^https://chat\\.example$']);
  for (const origin of ['http://chat.example', 'https://chat.example.org', 'null'])
    for (const [what, path, options] of kinds) {
      const asked = { ...options, headers: { ...options.headers, Origin: origin } };
      const answer = await ask(port, path, asked);
      assert.equal(answer.status, 403, `${what} from ${origin}`);
      assert.equal(answer.headers['access-control-allow-origin'], undefined);
    }
});

/* }}} */

/* {{{ Compressed WebSocket messages */

/** A WebSocket that has joined; `next()` gives each message, with its bytes on the way. */
async function openWebSocket(t, port, perMessageDeflate) {
  const socket = new WebSocket(`ws://127.0.0.1:${port}${websocket}`, { perMessageDeflate });
  const box = inbox(socket, 'message');
  defer(t, () => socket.terminate());
  socket.next = async () => String((await box.next())[0]);
  await once(socket, 'open');
  assert.match(await socket.next(), /^0{/);
  socket.send('40');
  assert.match(await socket.next(), /^40{/);
  assert.match(await socket.next(), /^42\["auth"/);
  return socket;
}

const deflating = ['--set', 'per-message-deflate=true', '--set', 'per-message-deflate-threshold=100'];

test('messages are compressed with a client that offers it, in every way', async (t) => {
  const { port } = await startApiServer(t, deflating);
  const always = 'permessage-deflate; server_no_context_takeover; client_no_context_takeover';
  for (const [offer, extensions] of [
    [false, ''],
    [true, always],
    [{ threshold: 0 }, always],
    [{ threshold: 0, serverMaxWindowBits: 9 }, `${always}; server_max_window_bits=9`],
    [{ threshold: 0, clientMaxWindowBits: 9, serverMaxWindowBits: 12 },
     `${always}; server_max_window_bits=12`],
  ]) {
    const socket = await openWebSocket(t, port, offer);
    assert.equal(socket.extensions, extensions === '' ? '' : 'permessage-deflate');
    for (const text of ['short', 'x'.repeat(500), '가나다'.repeat(40000), 'x'.repeat(900000)]) {
      const before = socket._socket.bytesRead;
      socket.send(`42["message","${text}"]`);
      assert.equal(await socket.next(), `42["message-back","${text}"]`);
      const read = socket._socket.bytesRead - before;
      const isCompressed = extensions !== '' && text.length > 100;
      assert.ok(isCompressed ? read < text.length / 4 : read > text.length, `${read} bytes`);
    }
  }
});

test('nothing is compressed unless the server is told to', async (t) => {
  const { port } = await startApiServer(t);
  const socket = await openWebSocket(t, port, { threshold: 0 });
  assert.equal(socket.extensions, '');
});

test('what the program wants plain is not compressed', async (t) => {
  const { port } = await startApiServer(t, deflating);
  const socket = await openWebSocket(t, port, { threshold: 0 });
  const text = 'x'.repeat(2000);
  const cost = async (message, frames) => {
    const before = socket._socket.bytesRead;
    socket.send(message);
    for (let i = 0; i < frames; i++)
      await socket.next();
    return socket._socket.bytesRead - before;
  };
  assert.ok(await cost(`42["pack","${text}"]`, 1) < 200);
  assert.ok(await cost(`42["pack","${text}",false]`, 1) > 2000);
  assert.ok(await cost(`42["pack","${text}",true]`, 1) < 200);
  assert.ok(await cost('42["shower",2000]', 2) < 200);
  assert.ok(await cost('42["shower",2000,false]', 2) > 2000);

  const session = await open(t, port);
  const headers = { 'Accept-Encoding': 'gzip' };
  for (const [compress, encoding] of [['true', 'gzip'], ['false', undefined]]) {
    await session.post(`42["pack","${text}",${compress}]`);
    assert.equal((await session.poll(headers)).headers['content-encoding'], encoding);
  }
});

test('a broadcast reaches those who compress and those who do not', async (t) => {
  const { port, url } = await startApiServer(t, deflating);
  const plain = dial(t, url, { transports: ['websocket'], perMessageDeflate: false });
  const deflated = dial(t, url, { transports: ['websocket'], perMessageDeflate: { threshold: 0 } });
  const polled = dial(t, url, { transports: ['polling'] });
  const upgraded = dial(t, url, { perMessageDeflate: { threshold: 0 } });
  const clients = [plain, deflated, polled, upgraded];
  await Promise.all(clients.map((socket) => once(socket, 'connect')));
  if (upgraded.io.engine.transport.name !== 'websocket')
    await once(upgraded.io.engine, 'upgrade');
  const boxes = clients.map((socket) => inbox(socket, 'shower'));
  for (let round = 0; round < 3; round++) {
    deflated.emit('shower', 300000);
    for (const box of boxes) {
      const [bytes] = await box.next();
      assert.ok(bytes.equals(Buffer.alloc(300000, 'x')));
    }
  }
  const large = Buffer.alloc(200000, 'y');
  for (const socket of clients) {
    const [echoed] = await answered((ack) => socket.emit('message-with-ack', large, ack));
    assert.ok(echoed.equals(large));
  }
});

/* }}} */
