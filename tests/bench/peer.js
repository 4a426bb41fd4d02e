// SPDX-License-Identifier: GPL-3.0-or-later
// The relay that the benchmark compares with: npm's socket.io with its defaults, on Node, or on Bun
// with @socket.io/bun-engine. It does for plain clients what `madang --server` does (chat-peer.c),
// but it keeps no messages and checks no fields.

import { Server } from 'socket.io';

const io = new Server();

function bearLabel(socket, label) {
  if (label === socket.data.label)
    return;
  socket.leave(`user:${socket.data.label ?? socket.id}`);
  socket.join(`user:${label}`);
  socket.data.label = label;
}

io.on('connection', (socket) => {
  socket.join(`user:${socket.id}`);

  socket.on('message', (message, ack) => {
    bearLabel(socket, message.sender);
    if (message.command === 'echo')
      socket.emit('message', message);
    else if (message.recepient === 'ALL')
      io.emit('message', message);
    else
      io.to(`user:${message.recepient}`).emit('message', message);
    ack?.({ ok: true });
  });

  socket.on('echo', (...args) => {
    const ack = typeof args.at(-1) === 'function' ? args.pop() : null;
    ack ? ack(...args) : socket.emit('echo', ...args);
  });
});

async function listen() {
  if (typeof Bun === 'undefined') {
    const { createServer } = await import('node:http');
    const server = createServer();
    io.attach(server);
    await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
    return server.address().port;
  }
  const { Server: Engine } = await import('@socket.io/bun-engine');
  const engine = new Engine({ path: '/socket.io/' });
  io.bind(engine);
  return Bun.serve({ port: 0, hostname: '127.0.0.1', ...engine.handler() }).port;
}

console.log(`Listening on http://127.0.0.1:${await listen()}/`);
