// SPDX-License-Identifier: GPL-3.0-or-later
// A TCP proxy that can lose its connections, as a network does.

import { connect, createServer } from 'node:net';
import { defer, once } from './lib.js';

// Node 20 never ends when a socket is reset that has said its end already: libuv refuses to, and
// the handle stays for ever.
function reset(socket) {
  if (socket.writableEnded || socket.resetAndDestroy === undefined)
    socket.destroy();
  else
    socket.resetAndDestroy();
}

class Proxy {
  constructor(port) {
    this.sockets = new Set();
    this.refuses = false;
    this.server = createServer((near) => this.#join(near, port));
  }

  #join(near, port) {
    if (this.refuses) {
      near.destroy();
      return;
    }
    const far = connect(port, '127.0.0.1');
    for (const [socket, other] of [[near, far], [far, near]]) {
      this.sockets.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => {
        this.sockets.delete(socket);
        other.destroy();
      });
      socket.pipe(other);
    }
  }

  /** Breaks all connections; new ones are refused until restore(). */
  cut() {
    this.refuses = true;
    this.sockets.forEach(reset);
  }

  restore() {
    this.refuses = false;
  }
}

/** A proxy for the server at `url`; `url` says where it is itself. */
export async function startProxy(t, url) {
  const proxy = new Proxy(Number(new URL(url).port));
  proxy.server.listen(0, '127.0.0.1');
  await once(proxy.server, 'listening');
  proxy.url = `http://127.0.0.1:${proxy.server.address().port}`;
  defer(t, () => {
    proxy.cut();
    proxy.server.close();
  });
  return proxy;
}
