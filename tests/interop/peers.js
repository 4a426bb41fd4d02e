// SPDX-License-Identifier: GPL-3.0-or-later
// Programs that speak JSON by lines: our own client (chat-peer.c, and api-client.c without a chat),
// and python-socketio as a client and as a server (chat-client.py, api-client.py, chat-server.py,
// api-server.py). Each line out is an object with `event`, the first of them `started`; each line in
// is a command.

import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { START_MS, deadline, defer, spawnProgram } from './lib.js';

const PYTHON = process.env.PYTHON ?? '/usr/bin/python3';
const WAIT_MS = 30000;

class Peer {
  constructor(t, name, child) {
    this.child = child;
    this.name = name;
    // All that came, and of that what nobody has waited for yet.
    this.log = [];
    this.waiting = [];
    this.unclaimed = [];
    this.errors = '';
    this.killed = false;
    this.exited = new Promise((resolve) => {
      child.once('error', (error) => resolve(error.message));
      child.once('close', (code, signal) => resolve(signal ?? code));
    });
    child.stderr.setEncoding('utf8').on('data', (text) => this.errors += text);
    child.stdin.on('error', () => {});
    const lines = createInterface({ input: child.stdout });
    lines.on('line', (line) => this.#take(JSON.parse(line)));
    const first = new Promise((resolve) => lines.once('line', resolve));
    this.started = deadline(Promise.race([first, this.exited]), START_MS, `the start of ${name}`);
    this.started.catch(() => {});
    defer(t, () => this.#end());
  }

  #take(event) {
    this.log.push(event);
    const index = this.waiting.findIndex(({ matches }) => matches(event));
    if (index < 0)
      this.unclaimed.push(event);
    else
      this.waiting.splice(index, 1)[0].resolve(event);
  }

  /** The next event of this name that `suits`, be it one that has already come. The time counts
   *  from when the program has started. */
  async next(name, suits = () => true, ms = WAIT_MS) {
    await this.started;
    const matches = (event) => event.event === name && suits(event);
    const index = this.unclaimed.findIndex(matches);
    if (index >= 0)
      return this.unclaimed.splice(index, 1)[0];
    const entry = { matches };
    const arrived = new Promise((resolve, reject) => {
      entry.resolve = resolve;
      this.exited.then((how) => reject(new Error(`${this.name} ended (${how}): ${this.errors}`)));
      this.waiting.push(entry);
    });
    try {
      return await deadline(arrived, ms, `"${name}" of ${this.name}`);
    } catch (error) {
      this.waiting = this.waiting.filter((other) => other !== entry);
      const said = this.log.slice(-8).map((event) => JSON.stringify(event).slice(0, 500));
      throw new Error(`${error.message}; it said ${said}; ${this.errors}`);
    }
  }

  send(command) {
    this.child.stdin.write(JSON.stringify(command) + '\n');
  }

  /** Sends it away and checks that it ends well. */
  async quit() {
    this.send({ quit: true });
    await this.#leave();
  }

  /** Ends it the hard way. */
  kill() {
    this.killed = true;
    this.child.kill('SIGKILL');
  }

  async #leave() {
    await this.started;
    const how = await deadline(this.exited, WAIT_MS, `the end of ${this.name}`);
    if (how !== 0 && !this.killed)
      throw new Error(`${this.name} ended with ${how}: ${this.errors}`);
  }

  async #end() {
    this.child.stdin.end();
    try {
      await this.#leave();
    } finally {
      this.child.kill('SIGKILL');
    }
  }
}

/** Our own client, joining the chat at `url`. Its events and commands stand in chat-peer.c. */
export function startChatPeer(t, url, name, ...more) {
  return new Peer(t, `chat-peer ${name}`, spawnProgram('CHAT_PEER', [url, name, ...more]));
}

/** Our Socket.IO client at `url`. Its events and commands stand in api-client.c. */
export function startApiClient(t, url, options = {}) {
  const args = [url, JSON.stringify(options)];
  return new Peer(t, `api-client ${url}`, spawnProgram('API_CLIENT', args));
}

/** An API server of python-socketio that listens; `url` says where. Its events and commands stand in
 *  api-server.py. */
export async function startPythonApiServer(t, args = []) {
  const peer = startPython(t, 'api-server.py', args);
  peer.url = (await peer.next('listening')).url;
  return peer;
}

/** A client of python-socketio. Its events and commands stand in api-client.py. */
export function startPythonApiClient(t, url, options = {}) {
  return startPython(t, 'api-client.py', [url, JSON.stringify(options)]);
}

function startPython(t, script, args) {
  const path = fileURLToPath(new URL(script, import.meta.url));
  return new Peer(t, script, spawn(PYTHON, [path, ...args], { stdio: ['pipe', 'pipe', 'pipe'] }));
}

/** A client of python-socketio that has connected; `transports` as it knows them. */
export async function startPythonClient(t, url, transports = ['polling', 'websocket']) {
  const peer = startPython(t, 'chat-client.py', [url, ...transports]);
  peer.id = (await peer.next('connected')).id;
  return peer;
}

/** A server of python-socketio that listens; `url` says where. */
export async function startPythonServer(t, args = []) {
  const peer = startPython(t, 'chat-server.py', args);
  peer.url = (await peer.next('listening')).url;
  return peer;
}
