// SPDX-License-Identifier: GPL-3.0-or-later
// The relay that the benchmark compares with: npm's socket.io with its defaults, on Node, or on Bun
// with @socket.io/bun-engine. It does what `madang --server` does (chat-peer.c), but it checks no
// fields, tells nobody who comes and goes, and keeps private messages alone, as lines of a file: the
// least that is still there when the process is killed.

import { randomBytes } from 'node:crypto';
import { mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { Server } from 'socket.io';

const io = new Server();
const names = new Map();  // of those who have logged in, by id
const folder = mkdtempSync(join(tmpdir(), 'relay-'));
const kept = openSync(join(folder, 'messages'), 'a');
rmSync(folder, { recursive: true });  // the file stays for as long as it is open
let serial = 0;

function bearLabel(socket, label) {
  if (label === socket.data.label)
    return;
  socket.leave(`user:${socket.data.label ?? socket.id}`);
  socket.join(`user:${label}`);
  socket.data.label = label;
}

io.on('connection', (socket) => {
  socket.join(`user:${socket.id}`);

  socket.on('chat:login', ({ name }, ack) => {
    const id = randomBytes(9).toString('base64url');
    bearLabel(socket, id);
    socket.data.name = name;
    names.set(id, name);
    socket.on('disconnect', () => names.delete(id));
    ack({ ok: true, user: { id, name, kind: 'rich' }, users: [], messages: [], more: false });
  });

  socket.on('message', (message, ack) => {
    const { name } = socket.data;
    if (name !== undefined)
      message.sender = socket.data.label;
    else
      bearLabel(socket, message.sender);
    if (names.has(message.recepient)) {
      const rich = { serial: ++serial, time: Date.now(), name: name ?? message.sender, ...message };
      writeSync(kept, `${JSON.stringify(rich)}\n`);
      io.to(`user:${message.recepient}`).emit('chat:message', rich);
    } else if (message.command === 'echo')
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
