// SPDX-License-Identifier: GPL-3.0-or-later
// A client of python-socketio (api-client.py) at our server (api-server.c), by each transport.

import assert from 'node:assert/strict';
import { startApiServer } from './lib.js';
import { startPythonApiClient } from './peers.js';
import { startProxy } from './proxy.js';
import { ARGS, bin } from './values.js';
import { testEachWay } from './ways.js';

/** A client that has connected; `ids` has its id in each namespace. */
async function join(t, url, options = {}) {
  const client = startPythonApiClient(t, url, options);
  const { transport } = await client.next('ready');
  client.transport = transport;
  client.ids = {};
  for (const namespace of options.namespaces ?? ['/'])
    client.ids[namespace] = (await client.next('connect', (it) => it.namespace === namespace)).id;
  return client;
}

const named = (name) => (event) => event.name === name;

testEachWay('events and answers arrive as they were', async (t, options) => {
  const server = await startApiServer(t);
  const client = await join(t, server.url, options);
  assert.equal(client.transport, options.transports?.[0] ?? 'websocket');
  for (const args of ARGS) {
    client.send({ emit: { name: 'message', args } });
    assert.deepEqual((await client.next('event', named('message-back'))).args, args);
    client.send({ ask: { tag: 'a', name: 'message-with-ack', args } });
    assert.deepEqual((await client.next('answer')).args, args);
  }
  client.send({ ask: { tag: 'b', name: 'nobody listens', timeout: 0.1 } });
  assert.equal((await client.next('answer')).error, 'timeout');
  client.send({ ask: { tag: 'c', name: 'message-with-ack', args: [1, bin(2)], timeout: 20 } });
  assert.deepEqual((await client.next('answer')).args, [1, bin(2)]);
});

testEachWay('the server asks and the client answers', async (t, options) => {
  const server = await startApiServer(t);
  const client = await join(t, server.url, options);
  for (const args of ARGS) {
    client.send({ emit: { name: 'ask-me', args } });
    assert.deepEqual((await client.next('event', named('question'))).args, args);
    assert.deepEqual((await client.next('event', named('answered'))).args, args);
  }
});

testEachWay('events keep their order', async (t, options) => {
  const server = await startApiServer(t);
  const client = await join(t, server.url, options);
  const numbers = [...Array(200).keys()];
  client.send({ emit: { name: 'flood-me', args: [200] } });
  for (const n of numbers)
    assert.deepEqual((await client.next('event', named('flood'))).args, [n]);
  for (const n of numbers)
    client.send({ emit: { name: 'message', args: [n, bin(n)] } });
  for (const n of numbers)
    assert.deepEqual((await client.next('event', named('message-back'))).args, [n, bin(n)]);
});

testEachWay('namespaces share a connection, and are apart', async (t, options) => {
  const server = await startApiServer(t);
  const namespaces = ['/', '/custom', '/dyn-7'];
  const client = await join(t, server.url, { ...options, namespaces, auth: { who: '나' } });
  assert.equal(new Set(Object.values(client.ids)).size, 3);
  const from = (namespace, name) => (it) => it.namespace === namespace && it.name === name;
  for (const namespace of namespaces) {
    const { args } = await client.next('event', from(namespace, 'auth'));
    assert.deepEqual(args, [{ who: '나' }]);
    client.send({ emit: { name: 'message', args: [namespace, bin(1)], namespace } });
    const back = await client.next('event', from(namespace, 'message-back'));
    assert.deepEqual(back.args, [namespace, bin(1)]);
  }

  client.send({ emit: { name: 'kick-me', args: [false], namespace: '/custom' } });
  assert.equal((await client.next('disconnect')).namespace, '/custom');
  await server.logged(`${client.ids['/custom']} left /custom: server namespace disconnect`);
  client.send({ ask: { tag: 'a', name: 'message-with-ack', args: ['still here'] } });
  assert.deepEqual((await client.next('answer')).args, ['still here']);
});

testEachWay('who is not let in is told why', async (t, options) => {
  const server = await startApiServer(t);
  for (const [namespace, why] of [
    ['/guarded', { message: 'Not allowed', data: 'no-token' }],
    ['/nowhere', { message: 'Invalid namespace' }],
  ]) {
    const refused = startPythonApiClient(t, server.url, { ...options, namespaces: [namespace] });
    assert.deepEqual((await refused.next('connect_error')).args, [why]);
  }
  await join(t, server.url, {
    ...options, namespaces: ['/guarded'], auth: { token: 'open sesame' },
  });
});

testEachWay('a room has those who joined it', async (t, options) => {
  const server = await startApiServer(t);
  const [one, two, three] = await Promise.all([0, 1, 2].map(() => join(t, server.url, options)));
  for (const client of [one, two]) {
    client.send({ ask: { tag: 'join', name: 'join', args: ['방'] } });
    assert.deepEqual((await client.next('answer')).args, ['방']);
  }
  one.send({ emit: { name: 'say', args: ['방', { 키: 1 }, bin(7)] } });
  assert.deepEqual((await two.next('event', named('said'))).args, ['방', { 키: 1 }, bin(7)]);
  three.send({ emit: { name: 'say', args: [one.ids['/'], 'for you'] } });
  assert.equal((await one.next('event', named('said'))).args[1], 'for you');

  one.send({ emit: { name: 'say-all', args: ['the end'] } });
  for (const [client, n] of [[one, 1], [two, 1], [three, 0]]) {
    await client.next('event', named('said-all'));
    assert.equal(client.log.filter(named('said')).length, n);
  }
});

testEachWay('either side ends it', async (t, options) => {
  const server = await startApiServer(t);
  const kicked = await join(t, server.url, options);
  kicked.send({ emit: { name: 'kick-me', args: [true] } });
  await kicked.next('disconnect');
  await server.logged(`${kicked.ids['/']} left /: server namespace disconnect`);

  const leaving = await join(t, server.url, options);
  leaving.send({ disconnect: true });
  await leaving.next('disconnect');
  // It says goodbye and closes at once, which may overtake the word.
  await server.logged(`${leaving.ids['/']} left /: `);
});

testEachWay('it comes back after a cut', async (t, options) => {
  const server = await startApiServer(t, ['--ping-interval=1000', '--ping-timeout=1000']);
  const proxy = await startProxy(t, server.url);
  const client = await join(t, proxy.url, options);
  proxy.cut();
  await client.next('disconnect');
  await server.logged(`${client.ids['/']} left /: `);
  proxy.restore();
  assert.notEqual((await client.next('connect')).id, client.ids['/']);
  client.send({ ask: { tag: 'a', name: 'message-with-ack', args: ['again', bin(1)] } });
  assert.deepEqual((await client.next('answer')).args, ['again', bin(1)]);
});

testEachWay('it comes back to a server that was started again', async (t, options) => {
  const first = await startApiServer(t);
  const client = await join(t, first.url, { ...options, namespaces: ['/custom'] });
  await first.kill();
  await client.next('disconnect');
  await startApiServer(t, [`--port=${first.port}`]);
  assert.notEqual((await client.next('connect')).id, client.ids['/custom']);
  client.send({ emit: { name: 'message', args: ['again'], namespace: '/custom' } });
  assert.deepEqual((await client.next('event', named('message-back'))).args, ['again']);
});
