// SPDX-License-Identifier: GPL-3.0-or-later
// Our Socket.IO client against a server of python-socketio (api-server.py), by each transport.
//
// Known limits of that server, which are no mistakes of ours: under aiohttp it reads only the first
// piece of a large POST, it does not say how much it takes, and it keeps no record to recover from.

import assert from 'node:assert/strict';
import { startApiClient, startPythonApiServer } from './peers.js';
import { startProxy } from './proxy.js';
import { ARGS, ERRORS, bin } from './values.js';
import { testEachWay } from './ways.js';

const SOON = { 'reconnection-delay': 100, 'reconnection-delay-max': 200 };
const LARGE_POST = 10000;

/** A client that has connected; `id` is how the server calls it. */
async function join(t, url, options) {
  const client = startApiClient(t, url, options);
  client.id = (await client.next('connect')).id;
  return client;
}

async function upgraded(client) {
  for (let transport = 'polling'; transport === 'polling';) {
    client.send({ state: true });
    ({ transport } = await client.next('state'));
  }
}

/** Those of ARGS that the client can send by this way. */
async function sendable(client, { transports }) {
  if (transports?.[0] === 'polling')
    return ARGS.filter((args) => JSON.stringify(args).length < LARGE_POST);
  await upgraded(client);
  return ARGS;
}

testEachWay('events and answers arrive as they were', async (t, options) => {
  const server = await startPythonApiServer(t);
  const client = await join(t, `${server.url}custom`, options);
  for (const args of await sendable(client, options)) {
    client.send({ emit: { name: 'message', args } });
    client.send({ ask: { tag: 'a', name: 'ask', args } });
    const [back, answer] = [await client.next('event'), await client.next('answer')];
    assert.deepEqual([back.name, back.args, answer.args], ['message-back', args, args]);
    assert.deepEqual((await server.next('event')).args, args);
  }
});

testEachWay('the server sends and asks, and the client answers', async (t, options) => {
  const server = await startPythonApiServer(t);
  const client = await join(t, server.url, options);
  const small = await sendable(client, options);
  for (const args of ARGS) {
    server.send({ emit: { name: '이벤트', args, to: client.id } });
    const { name, args: came } = await client.next('event');
    assert.deepEqual([name, came], ['이벤트', args]);
  }
  for (const args of small) {
    server.send({ ask: { tag: 'a', name: 'question', args, to: client.id } });
    assert.deepEqual((await server.next('answer')).args, args);
    await client.next('event');
  }

  server.send({ ask: { tag: 'b', name: 'question', args: [bin(1), 2], to: client.id, timeout: 20 } });
  assert.deepEqual((await server.next('answer')).args, [bin(1), 2]);
  server.send({ ask: { tag: 'c', name: 'silence', args: [], to: client.id, timeout: 0.1 } });
  assert.equal((await server.next('answer')).error, 'timeout');
});

testEachWay('an answer that does not come is an error', async (t, options) => {
  const server = await startPythonApiServer(t);
  const client = await join(t, server.url, options);
  client.send({ ask: { tag: 'late', name: 'silence', timeout: 50 } });
  assert.equal((await client.next('answer')).code, ERRORS.TIMED_OUT);
  await server.next('event');
  client.send({ ask: { tag: 'lost', name: 'silence' } });
  await server.next('event');
  server.send({ put_out: { id: client.id } });
  assert.equal((await client.next('answer')).code, ERRORS.DISCONNECTED);
});

testEachWay('events keep their order, also while it moves to a WebSocket', async (t, options) => {
  const server = await startPythonApiServer(t);
  const client = startApiClient(t, server.url, options);
  const numbers = [...Array(200).keys()];
  for (const n of numbers)
    client.send({ emit: { name: 'message', args: [n, bin(n)] } });
  for (const n of numbers)
    assert.deepEqual((await client.next('event')).args, [n, bin(n)]);
  for (const n of numbers)
    assert.equal((await server.next('event')).args[0], n);
});

testEachWay('the server sees the handshake as it was given', async (t, options) => {
  const server = await startPythonApiServer(t);
  await join(t, server.url, {
    ...options, auth: { token: '열려라', n: [1] }, query: 'a=1&b=%EA%B0%80',
    headers: { 'X-Own': 'yes' },
  });
  const { auth, query, header } = await server.next('handshake');
  assert.deepEqual([auth, header], [{ token: '열려라', n: [1] }, 'yes']);
  assert.match(query, /a=1&b=%EA%B0%80/i);
});

testEachWay('namespaces share a connection, and are apart', async (t, options) => {
  const server = await startPythonApiServer(t);
  const client = await join(t, server.url, options);
  client.send({ in: '/custom', connect: true });
  const { id, namespace } = await client.next('connect');
  assert.equal(namespace, '/custom');
  assert.notEqual(id, client.id);
  client.send({ in: '/custom', emit: { name: 'message', args: ['there', bin(1)] } });
  client.send({ emit: { name: 'message', args: ['here', bin(2)] } });
  for (const [from, args] of [['/custom', ['there', bin(1)]], ['/', ['here', bin(2)]]])
    assert.deepEqual((await client.next('event', (event) => event.namespace === from)).args, args);

  client.send({ in: '/custom', disconnect: true });
  assert.deepEqual((await server.next('left')).namespace, '/custom');
  client.send({ ask: { tag: 'a', name: 'ask', args: ['still here'] } });
  assert.deepEqual((await client.next('answer')).args, ['still here']);
});

testEachWay('who is not let in is told why', async (t, options) => {
  const server = await startPythonApiServer(t);
  const refusals = [
    ['wrong', '나중에 오세요', { n: [1] }],
    ['several', '나중에 오세요', [1, '2']],
    ['no', 'Connection rejected by server', undefined],
  ];
  for (const [token, ...why] of refusals) {
    const refused = startApiClient(t, server.url, { ...options, auth: { token } });
    const { message, code, active, data } = await refused.next('connect_error');
    assert.deepEqual([message, data, code, active], [...why, ERRORS.NOT_ADMITTED, false]);
  }
  const nowhere = startApiClient(t, `${server.url}nowhere`, options);
  const { message, active } = await nowhere.next('connect_error');
  assert.deepEqual([message, active], ['Unable to connect', false]);
});

testEachWay('a room has those who joined it', async (t, options) => {
  const server = await startPythonApiServer(t);
  const clients = [];
  for (let i = 0; i < 3; i++)
    clients.push(await join(t, server.url, options));
  const [one, two, three] = clients;
  for (const { id } of [one, two])
    server.send({ join: { id, room: '방' } });
  server.send({ emit: { name: 'room', args: [1], to: '방' } });
  server.send({ emit: { name: 'room but one', args: [2, bin(2)], to: '방', skip: one.id } });
  server.send({ emit: { name: 'all but two', args: [3], skip: two.id } });
  server.send({ part: { id: two.id, room: '방' } });
  server.send({ emit: { name: 'room', args: [4], to: '방' } });
  server.send({ emit: { name: 'end', args: [] } });

  const expected = [
    [one, ['room', 'all but two', 'room', 'end']], [two, ['room', 'room but one', 'end']],
    [three, ['all but two', 'end']],
  ];
  for (const [client, names] of expected) {
    await client.next('event', ({ name }) => name === 'end');
    const heard = client.log.filter(({ event }) => event === 'event').map(({ name }) => name);
    assert.deepEqual(heard, names);
  }
});

testEachWay('who is put out stays out, and may come back by hand', async (t, options) => {
  const server = await startPythonApiServer(t);
  const client = await join(t, server.url, options);
  server.send({ put_out: { id: client.id } });
  const { reason, active } = await client.next('disconnect');
  assert.deepEqual([reason, active], ['io server disconnect', false]);
  assert.equal((await server.next('left')).id, client.id);

  client.send({ connect: true });
  const { id } = await client.next('connect');
  assert.notEqual(id, client.id);
  client.send({ disconnect: true });
  assert.equal((await client.next('disconnect')).reason, 'io client disconnect');
  assert.equal((await server.next('left')).id, id);
});

testEachWay('after a cut it goes on as a new one, with what waited', async (t, options) => {
  const server = await startPythonApiServer(t, ['0', '1', '1']);
  const proxy = await startProxy(t, server.url);
  const client = await join(t, proxy.url, { ...options, ...SOON });
  proxy.cut();
  const { reason, active } = await client.next('disconnect');
  assert.match(reason, /^(transport (close|error)|ping timeout)$/);
  assert.equal(active, true);
  for (let i = 0; i < 10; i++)
    client.send({ emit: { name: 'message', args: [i] } });
  client.send({ volatile: { name: 'message', args: ['dropped'] } });
  client.send({ ask: { tag: 'a', name: 'taken back', timeout: 1 } });
  assert.equal((await client.next('answer')).code, ERRORS.TIMED_OUT);
  assert.equal((await server.next('left')).id, client.id);

  proxy.restore();
  const { id, recovered } = await client.next('connect');
  assert.equal(recovered, false);
  assert.notEqual(id, client.id);
  client.send({ emit: { name: 'message', args: ['end'] } });
  await server.next('event', ({ args }) => args[0] === 'end');
  const seen = server.log.filter(({ event }) => event === 'event').map(({ args }) => args[0]);
  assert.deepEqual(seen, [...Array(10).keys(), 'end']);
  assert.ok(client.log.some(({ event, n }) => event === 'reconnect' && n > 0));
});

testEachWay('it comes back to a server that was started again', async (t, options) => {
  const first = await startPythonApiServer(t);
  const client = await join(t, `${first.url}custom`, { ...options, ...SOON, auth: { who: '나' } });
  first.kill();
  assert.match((await client.next('disconnect')).reason, /^transport (close|error)$/);
  await client.next('attempt');
  client.send({ emit: { name: 'message', args: ['while it was gone', bin(1)] } });

  const second = await startPythonApiServer(t, [new URL(first.url).port]);
  assert.deepEqual((await second.next('handshake')).auth, { who: '나' });
  assert.equal((await client.next('connect')).recovered, false);
  assert.deepEqual((await client.next('event')).args, ['while it was gone', bin(1)]);
});

testEachWay('it gives up a server that is not heard of any more', async (t, options) => {
  const server = await startPythonApiServer(t, ['0', '0.5', '1']);
  const client = await join(t, server.url, { ...options, ...SOON });
  server.child.kill('SIGSTOP');
  try {
    const { reason, active } = await client.next('disconnect');
    assert.deepEqual([reason, active], ['ping timeout', true]);
  } finally {
    server.child.kill('SIGCONT');
  }
  await client.next('connect');
});

testEachWay('with retries nothing is lost', async (t, options) => {
  const server = await startPythonApiServer(t, ['0', '1', '1']);
  const proxy = await startProxy(t, server.url);
  const client = await join(t, proxy.url, {
    ...options, ...SOON, retries: 20, 'ack-timeout': 500,
  });
  // The first try of each is not answered.
  for (const n of [1, 2, 3])
    client.send({ ask: { tag: String(n), name: 'flaky', args: [n, bin(n)] } });
  await server.next('event');
  proxy.cut();
  await client.next('disconnect');
  proxy.restore();
  for (const n of [1, 2, 3])
    assert.deepEqual(await client.next('answer'),
                     { event: 'answer', tag: String(n), args: [n, bin(n)] });
  const tries = server.log.filter(({ event }) => event === 'event').map(({ args }) => args[0]);
  assert.deepEqual([...new Set(tries)], [1, 2, 3]);
  assert.deepEqual(tries, [...tries].sort());
});
