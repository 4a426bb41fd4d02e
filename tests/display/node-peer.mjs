// SPDX-License-Identifier: GPL-3.0-or-later
// node-peer.mjs: a plain client on the npm package socket.io-client
//
//   node-peer.mjs URL
//
//   out: connect {id}   message {sender, recepient, command, type, data}   disconnect {reason}
//        connect_error {message}
//   in:  objects to emit as `message`. The end of input disconnects.

import { createInterface } from 'node:readline';
import { io } from 'socket.io-client';

const tell = (event, values) => console.log(JSON.stringify({ ...values, event }));

const socket = io(process.argv[2], { forceNew: true });
socket.on('connect', () => tell('connect', { id: socket.id }));
socket.on('message', (message) => tell('message', message));
socket.on('disconnect', (reason) => tell('disconnect', { reason }));
socket.on('connect_error', ({ message }) => tell('connect_error', { message }));

createInterface({ input: process.stdin })
  .on('line', (line) => socket.emit('message', JSON.parse(line)))
  .on('close', () => socket.disconnect());
