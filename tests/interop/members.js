// SPDX-License-Identifier: GPL-3.0-or-later
// All kinds of members of a chat behind one interface, so that a test can speak of "each of them":
//   id           what others write to
//   post(to, text)     says something to an id, or to ALL
//   got(text)    waits for a message with this text, and returns its five fields
//   texts()      the texts that have come so far

import assert from 'node:assert/strict';
import { launch } from '../browser/lib.js';
import { joinChat } from '../browser/page.js';
import { answered, dial, inbox, once } from './lib.js';
import { startChatPeer, startPythonClient } from './peers.js';

const MESSAGE_MS = 15000;

const plainMessage = (sender, recepient, data) =>
  ({ sender, recepient, command: 'chat', type: 'text', data });

function fieldsOf({ sender, recepient, command, type, data }) {
  return { sender, recepient, command, type, data };
}

/** Waits in `box` for the message with this text; what comes before it is passed over. */
async function search(box, text) {
  for (;;) {
    const [message] = await box.next(MESSAGE_MS);
    if (message.data === text)
      return message;
  }
}

/** socket.io-client with these options, as a plain client. */
export async function joinNode(t, url, id, options = {}) {
  const socket = dial(t, url, options);
  const box = inbox(socket, 'message');
  const texts = [];
  socket.on('message', ({ data }) => texts.push(data));
  await once(socket, 'connect');
  return {
    id,
    socket,
    texts: () => texts,
    got: (text) => search(box, text),
    async post(to, text) {
      const message = plainMessage(id, to, text);
      const [answer] = await answered((ack) => socket.emit('message', message, ack));
      assert.equal(answer.ok, true, JSON.stringify(answer));
    },
    leave: () => socket.disconnect(),
  };
}

/** python-socketio as a plain client. */
export async function joinPython(t, url, id, transports) {
  const peer = await startPythonClient(t, url, transports);
  const isMessage = ({ name }) => name === 'message';
  return {
    id,
    peer,
    texts: () => peer.log.filter(isMessage).map(({ args }) => args[0].data),
    async got(text) {
      const event = await peer.next('received', ({ name, args }) =>
        name === 'message' && args[0].data === text);
      return event.args[0];
    },
    async post(to, text) {
      peer.send({ emit: { name: 'message', args: [plainMessage(id, to, text)], ack: true } });
      const { args } = await peer.next('answer');
      assert.equal(args[0].ok, true, JSON.stringify(args));
    },
    leave: () => peer.quit(),
  };
}

/** Our own client, which logs in. */
export async function joinOurs(t, url, name) {
  const peer = startChatPeer(t, url, name);
  const { id } = await peer.next('connected');
  return {
    name,
    id,
    peer,
    texts: () => peer.log.filter(({ event }) => event === 'message')
      .map(({ message }) => message.data),
    async got(text) {
      const { message } = await peer.next('message', ({ message: { data } }) => data === text);
      return fieldsOf(message);
    },
    async post(to, text) {
      peer.send({ post: { to, text } });
      const answer = await peer.next('posted');
      assert.equal(answer.ok, true, answer.message);
    },
    leave: () => peer.quit(),
  };
}

/** Our page in a browser. It says a word, for that is where its own id can be read. */
export async function joinPage(t, url, name) {
  const chat = await joinChat(await launch(t), url, name);
  await chat.say(`${name} is here`);
  return {
    name,
    id: await chat.ownId(`${name} is here`),
    chat,
    texts: () => chat.texts(),
    async got(text) {
      const [sender, recepient, command, type] = (await chat.values(text)).split(',');
      return { sender, recepient, command, type, data: text };
    },
    /** Writes to the one whom its list of people shows with the name `to`. */
    async post(to, text) {
      if (to !== 'ALL')
        await chat.writeTo(to);
      await chat.say(text);
      await chat.message(text);
      if (to !== 'ALL')
        await chat.button('Write to all').click();
    },
    leave: () => chat.button('Disconnect').click(),
  };
}
