// SPDX-License-Identifier: GPL-3.0-or-later
// One chat, and in it at once: our page in a browser, our own client, socket.io-client over each of
// its transports, and python-socketio. The rich ones have names and see who is there; the plain ones
// know the event `message` and nothing else.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { launch } from '../browser/lib.js';
import { joinChat } from '../browser/page.js';
import { answered, dial, once, startMadang, tempFolder } from './lib.js';
import { joinNode, joinOurs, joinPage, joinPython } from './members.js';
import { startChatPeer } from './peers.js';

async function everybody(t, url) {
  // The page has said its word before others listen.
  const page = await joinPage(t, url, 'Alice');
  const [ours, node, poller, websocket, python] = await Promise.all([
    joinOurs(t, url, 'Bora'),
    joinNode(t, url, 'node-client'),
    joinNode(t, url, 'polling-client', { transports: ['polling'] }),
    joinNode(t, url, 'websocket-client', { transports: ['websocket'] }),
    joinPython(t, url, 'python-client'),
  ]);
  return { page, ours, node, poller, websocket, python };
}

const countIn = (texts, text) => texts.filter((other) => other === text).length;

/** Everyone in `members` has the message of `sender`, once, and with these five fields. */
async function assertHeard(members, sender, text) {
  const expected = { sender: sender.id, recepient: 'ALL', command: 'chat', type: 'text',
                     data: text };
  await Promise.all(members.map(async (member) =>
    assert.deepEqual(await member.got(text), expected, `"${text}" at ${member.id}`)));
}

test('in one chat everybody hears everybody, and themselves', async (t) => {
  const madang = await startMadang([], { t });
  const members = Object.values(await everybody(t, madang.url));
  const texts = members.map(({ id }) => `안녕 from ${id} 🙂`);
  for (const [index, member] of members.entries()) {
    await member.post('ALL', texts[index]);
    await assertHeard(members, member, texts[index]);
  }

  // What was said last has come to all, so nothing can be on its way twice.
  for (const member of members) {
    const heard = await member.texts();
    assert.deepEqual(texts.map((text) => countIn(heard, text)), texts.map(() => 1), member.id);
  }
});

test('all transports were what they were meant to be', async (t) => {
  const madang = await startMadang([], { t });
  const upgraded = dial(t, madang.url);
  await once(upgraded, 'connect');
  if (upgraded.io.engine.transport.name !== 'websocket')
    await once(upgraded.io.engine, 'upgrade');
  assert.equal(upgraded.io.engine.transport.name, 'websocket');

  for (const name of ['polling', 'websocket']) {
    const socket = dial(t, madang.url, { transports: [name] });
    await once(socket, 'connect');
    await answered((ack) => socket.emit('echo', name, ack));
    assert.equal(socket.io.engine.transport.name, name);
    const python = await joinPython(t, madang.url, 'python', [name]);
    const { transport } = python.peer.log.find(({ event }) => event === 'connected');
    assert.equal(transport, name);
  }
});

test('a private message reaches one alone', async (t) => {
  const madang = await startMadang([], { t });
  const all = await everybody(t, madang.url);
  const { page, ours, node, poller, websocket, python } = all;
  // A plain client is known by its label once it has said something.
  for (const member of [node, poller, websocket, python])
    await member.post('ALL', `${member.id} is here`);
  await page.got('python-client is here');

  const ways = [
    [page, ours, ours.name], [ours, page, page.id], [page, python, python.id],
    [ours, poller, poller.id], [node, page, page.id], [poller, websocket, websocket.id],
    [websocket, ours, ours.id], [python, node, node.id], [node, python, python.id],
  ];
  for (const [from, to, address] of ways) {
    const text = `only for ${to.id}, from ${from.id}`;
    await from.post(address, text);
    const message = await to.got(text);
    assert.equal(message.sender, from.id);
    assert.equal(message.recepient, to.id);
  }

  // What each of the senders says now comes after its private message, and to everybody.
  for (const member of Object.values(all)) {
    await member.post('ALL', `end of ${member.id}`);
    await assertHeard(Object.values(all), member, `end of ${member.id}`);
  }
  for (const member of Object.values(all)) {
    const heard = (await member.texts()).filter((text) => text.startsWith('only for'));
    const meant = ways.filter(([from, to]) => to === member || (from === page && member === page))
      .map(([from, to]) => `only for ${to.id}, from ${from.id}`);
    assert.deepEqual(heard.sort(), meant.sort(), `private messages at ${member.id}`);
  }
});

test('who has not said a word yet is reached by the id of the socket', async (t) => {
  const madang = await startMadang([], { t });
  const node = await joinNode(t, madang.url, 'node-client');
  const python = await joinPython(t, madang.url, 'python-client');
  const silent = await joinNode(t, madang.url, 'silent-client', { transports: ['polling'] });
  await node.post(python.peer.id, 'hello, Python');
  assert.equal((await python.got('hello, Python')).recepient, python.peer.id);
  await python.post(silent.socket.id, 'hello, you there');
  await silent.got('hello, you there');
  assert.deepEqual(node.texts(), []);
});

test('an echo comes back to its sender alone, by all ways', async (t) => {
  const madang = await startMadang([], { t });
  const { page, ours, node, poller, websocket, python } = await everybody(t, madang.url);
  for (const member of [node, poller, websocket]) {
    const data = { nested: [1, '에코', null], from: member.id };
    const message = { sender: member.id, recepient: 'ALL', command: 'echo', type: 'json', data };
    const echoed = once(member.socket, 'message');
    member.socket.emit('message', message);
    assert.deepEqual(await echoed, [message]);

    assert.deepEqual(await answered((ack) => member.socket.emit('echo', message, ack)), [message]);
    const event = once(member.socket, 'echo');
    member.socket.emit('echo', message);
    assert.deepEqual(await event, [message]);
  }

  const message = { sender: 'python-client', recepient: 'ALL', command: 'echo', type: 'text',
                    data: '에코' };
  python.peer.send({ emit: { name: 'message', args: [message] } });
  assert.deepEqual((await python.peer.next('received')).args, [message]);
  python.peer.send({ emit: { name: 'echo', args: [message], ack: true } });
  assert.deepEqual((await python.peer.next('answer')).args, [message]);
  python.peer.send({ emit: { name: 'echo', args: [message] } });
  const { name, args } = await python.peer.next('received');
  assert.deepEqual([name, args], ['echo', [message]]);

  await node.post('ALL', 'that was all');
  for (const member of [page, ours]) {
    await member.got('that was all');
    assert.deepEqual((await member.texts()).filter((text) => /에코/.test(JSON.stringify(text))), []);
  }
});

test('who logs in hears each message once, in its rich form', async (t) => {
  const madang = await startMadang([], { t });
  const rich = dial(t, madang.url);
  const heard = [];
  rich.onAny((name, value) => heard.push([name, value.data ?? value.user?.id]));
  await once(rich, 'connect');
  const [login] = await answered((ack) => rich.emit('chat:login', { name: '민수' }, ack));
  assert.equal(login.ok, true);
  const node = await joinNode(t, madang.url, 'node-client');
  await node.post('ALL', 'to all');
  await node.post(login.user.id, 'to one');
  assert.equal((await answered((ack) => rich.emit('message', { data: 'by me' }, ack)))[0].ok, true);
  await node.got('by me');
  await answered((ack) => rich.emit('echo', 'the end', ack));
  assert.deepEqual(heard, [
    ['chat:joined', 'node-client'], ['chat:message', 'to all'], ['chat:message', 'to one'],
    ['chat:message', 'by me'],
  ]);
});

test('the rich ones see who comes and who leaves', async (t) => {
  const madang = await startMadang([], { t });
  const page = await joinPage(t, madang.url, 'Alice');
  const ours = await joinOurs(t, madang.url, 'Bora');
  await page.chat.note('Bora came.');
  const seesUsers = (...ids) => ours.peer.next('users', ({ users }) =>
    JSON.stringify(users.map(({ id }) => id).sort()) === JSON.stringify([...ids].sort()));
  const both = [page.id, ours.id];
  await seesUsers(...both);

  for (const join of [
    () => joinNode(t, madang.url, 'node-client'),
    () => joinNode(t, madang.url, 'polling-client', { transports: ['polling'] }),
    () => joinPython(t, madang.url, 'python-client'),
  ]) {
    const member = await join();
    await member.post('ALL', `${member.id} is here`);
    await page.chat.note(`${member.id} came.`);
    await seesUsers(...both, member.id);
    await member.leave();
    await page.chat.note(`${member.id} left.`);
    await seesUsers(...both);
  }

  const guest = await joinOurs(t, madang.url, 'Chris');
  await page.chat.note('Chris came.');
  await seesUsers(...both, guest.id);
  guest.peer.kill();
  await page.chat.note('Chris left.');
  await seesUsers(...both);

  await page.leave();
  await seesUsers(ours.id);
});

for (const [how, end] of [['stopped', 'stop'], ['killed', 'kill']]) {
  test(`after the server was ${how} and started again, all is there`, async (t) => {
    const dataDir = tempFolder();
    const first = await startMadang([], { t, dataDir });
    const page = await joinPage(t, first.url, 'Alice');
    const ours = await joinOurs(t, first.url, 'Bora');
    const node = await joinNode(t, first.url, 'node-client', { reconnection: true });
    const said = ['Alice is here'];
    for (const member of [page, ours, node]) {
      said.push(`before, by ${member.id}`);
      await member.post('ALL', said.at(-1));
    }
    await Promise.all([page, ours, node].map((member) => member.got(said.at(-1))));
    const lost = Promise.all([
      ours.peer.next('disconnected'), once(node.socket, 'disconnect'),
      page.chat.note('The connection was closed.'),
    ]);
    await first[end]();
    await lost;

    const second = await startMadang(['--port', String(first.port)], { t, dataDir });
    const late = await joinPython(t, second.url, 'python-client');
    said.push('while some were away');
    await late.post('ALL', said.at(-1));

    // Those who were there come back by themselves, with what they missed and as who they were.
    await page.chat.connected();
    await page.got(said.at(-1));
    assert.deepEqual(await page.texts(), said);
    assert.equal((await ours.peer.next('connected')).id, ours.id);
    ours.peer.send({ older: true });
    const { messages } = await ours.peer.next('older');
    assert.deepEqual(messages.map(({ data }) => data), said);
    if (!node.socket.connected)
      await once(node.socket, 'connect');

    // So do newcomers, and the talk goes on.
    const visitor = await joinChat(await launch(t), second.url, 'Chris');
    assert.deepEqual(await visitor.texts(), said);
    const newcomer = startChatPeer(t, second.url, 'Dana');
    await newcomer.next('connected');
    newcomer.send({ older: true });
    const older = await newcomer.next('older');
    assert.deepEqual(older.messages.map(({ data }) => data), said);
    for (const member of [page, ours, node, late]) {
      await member.post('ALL', `after, by ${member.id}`);
      await assertHeard([page, ours, node, late], member, `after, by ${member.id}`);
    }
  });
}
