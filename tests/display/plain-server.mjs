// SPDX-License-Identifier: GPL-3.0-or-later
// plain-server.mjs: a chat on the npm package socket.io, as people write it after a tutorial
//
//   plain-server.mjs [PORT]
//
//   out: listening {port}   came {id}   message {sender, ...}   left {id}
//   The end of input closes it.

import { createServer } from 'node:http';
import { Server } from 'socket.io';

const tell = (event, values) => console.log(JSON.stringify({ ...values, event }));

const web = createServer((request, response) => response.writeHead(404).end());
const server = new Server(web);
// Whom a label means: the socket that bore it last.
const ids = new Map();

server.on('connection', (socket) => {
  tell('came', { id: socket.id });
  socket.on('disconnect', () => tell('left', { id: socket.id }));
  socket.on('message', (message) => {
    tell('message', message);
    ids.set(message.sender, socket.id);
    if (message.recepient === 'ALL')
      server.emit('message', message);
    else if (ids.has(message.recepient))
      server.to(ids.get(message.recepient)).emit('message', message);
  });
});

web.listen(Number(process.argv[2] ?? 0), '127.0.0.1', () => {
  tell('listening', { port: web.address().port });
});
process.stdin.resume().on('end', () => server.close());
