// SPDX-License-Identifier: GPL-3.0-or-later
// guest.mjs: joins a chat from outside of the sandbox, on the npm package socket.io-client
//
//   guest.mjs URL NAME TEXT
//
// Says TEXT to all, and prints what was said before it came, as a list of texts.

import { io } from 'socket.io-client';

const MS = 60000;
const [url, name, text] = process.argv.slice(2);
const socket = io(url, { forceNew: true, reconnection: false });
const ask = async (event, ...args) => {
  const answer = await socket.timeout(MS).emitWithAck(event, ...args);
  if (!answer.ok)
    throw new Error(JSON.stringify(answer));
  return answer;
};

await new Promise((resolve, reject) => {
  socket.on('connect', resolve);
  socket.on('connect_error', reject);
});
const { messages } = await ask('chat:login', { name });
const heard = new Promise((resolve) => {
  socket.on('chat:message', (message) => message.data === text && resolve());
});
await ask('message', { recepient: 'ALL', command: 'chat', type: 'text', data: text });
await heard;
console.log(JSON.stringify(messages.map(({ data }) => data)));
socket.disconnect();
