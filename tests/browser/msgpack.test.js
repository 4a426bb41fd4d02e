// SPDX-License-Identifier: GPL-3.0-or-later
// The browser's client with MessagePack, as our server hands it out, at a server of ours with that.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startApiServer } from '../interop/lib.js';
import { launch, openPage } from './lib.js';

const FILE = 'socket.io/socket.io.msgpack.min.js';

/** In the page: what comes back of each list of arguments, with bytes as {"$": [...]}. */
async function talk([transports, lists]) {
  const unpack = (value) => {
    if (value === null || typeof value !== 'object')
      return value;
    if (Array.isArray(value))
      return value.map(unpack);
    if (value.$)
      return new Uint8Array(value.$).buffer;
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, unpack(item)]));
  };
  const pack = (value) => {
    if (value === null || typeof value !== 'object')
      return value;
    if (Array.isArray(value))
      return value.map(pack);
    if (value instanceof ArrayBuffer || ArrayBuffer.isView(value))
      return { $: [...new Uint8Array(value)] };
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, pack(item)]));
  };
  const socket = window.io({ transports, forceNew: true, reconnection: false });
  await new Promise((resolve, reject) => {
    socket.on('connect', resolve);
    socket.on('connect_error', reject);
  });
  const back = [];
  for (const list of lists) {
    back.push(pack(await new Promise((resolve) =>
      socket.emit('message-with-ack', ...unpack(list), (...answer) => resolve(answer)))));
    back.push(pack(await new Promise((resolve) => {
      socket.once('message-back', (...args) => resolve(args));
      socket.emit('message', ...unpack(list));
    })));
  }
  const date = await socket.emitWithAck('message-with-ack', new Date(0));
  const used = socket.io.engine.transport.name;
  socket.disconnect();
  return { back, date, used };
}

const LISTS = [
  [],
  ['안녕 🙂', 1, -1, 1.5, 2 ** 40, true, null, [], {}],
  [{ $: [0, 1, 255] }, { deep: [{ bytes: { $: [] } }, 7] }],
  ['x'.repeat(70000), { $: Array(70000).fill(7) }],
];

for (const transports of [['polling'], ['websocket'], ['polling', 'websocket']]) {
  test(`a page talks MessagePack (${transports.join(', then ')})`, async (t) => {
    const server = await startApiServer(t, ['--msgpack']);
    const page = await openPage(await launch(t), server.url + FILE);
    await page.addScriptTag({ url: server.url + FILE });
    const { back, date, used } = await page.evaluate(talk, [transports, LISTS]);
    assert.deepEqual(back, LISTS.flatMap((list) => [list, list]));
    assert.equal(date, '1970-01-01T00:00:00.000Z');
    assert.ok(transports.includes(used));
    // The page is a script and has no icon.
    assert.deepEqual(page.complaints.filter((text) => !text.includes('404')), []);
  });
}
