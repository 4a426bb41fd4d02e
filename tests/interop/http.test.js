// SPDX-License-Identifier: GPL-3.0-or-later
// What the server answers by HTTP, beside what Node's answers to the same.

import assert from 'node:assert/strict';
import { createServer, request } from 'node:http';
import { createRequire } from 'node:module';
import test from 'node:test';
import { gunzipSync, inflateSync } from 'node:zlib';
import { Server } from 'socket.io';

import { deadline, defer, startApiServer } from './lib.js';

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
    case 'gzip': return gunzipSync(bytes);
    case 'deflate': return inflateSync(bytes);
    default: return bytes;
  }
}

test('the browser\'s client is handed out as by Node, in every form', async (t) => {
  const ours = await startApiServer(t);
  const node = await startNode(t);
  for (const file of files) {
    for (const encoding of [undefined, 'gzip', 'deflate', 'gzip;q=0, deflate', 'identity', 'gzip, deflate']) {
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
