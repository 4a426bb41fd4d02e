// SPDX-License-Identifier: GPL-3.0-or-later
// What the tests with clients of others share: servers of ours, deadlines and events.
//
// A test is one top-level `test()` of node:test, since the summary counts those. Give its context
// `t` to what starts something, and that is ended after the test, also when it fails.

import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { io } from 'socket.io-client';

/** How long a program may take to start: a cold disk has to find it and all that it loads. */
export const START_MS = 60000;
const STOP_MS = 30000;
const EVENT_MS = 30000;
const KEPT_LINES = 60;

const running = new Set();
const folders = [];
const endings = new WeakMap();

// Meson ends a test that takes too long with SIGTERM; no server and no files may stay behind.
process.on('exit', () => {
  running.forEach((server) => server.abandon());
  folders.forEach((folder) => rmSync(folder, { recursive: true, force: true }));
});
for (const signal of ['SIGTERM', 'SIGINT'])
  process.on(signal, () => process.exit(1));

async function endAll(steps) {
  const failures = [];
  while (steps.length > 0) {
    try {
      await steps.pop()();
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0)
    throw failures[0];
}

/** Does `step` after the test `t`, and what was deferred last first: clients go before servers. */
export function defer(t, step) {
  if (!endings.has(t)) {
    const steps = [];
    endings.set(t, steps);
    t.after(() => endAll(steps));
  }
  endings.get(t).push(step);
}

/** The promise's result, or an error that says what was waited for, after `ms` milliseconds. */
export function deadline(promise, ms, what) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what}: nothing within ${ms} ms`)), ms);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

/** The next `event`'s arguments, as an array. Waiting for `connect` ends at `connect_error`. */
export function once(emitter, event, ms = EVENT_MS) {
  const listeners = [];
  const listen = (name, listener) => {
    listeners.push([name, listener]);
    emitter.on(name, listener);
  };
  const arrived = new Promise((resolve, reject) => {
    listen(event, (...args) => resolve(args));
    if (event === 'connect')
      listen('connect_error', reject);
  });
  return deadline(arrived, ms, `event "${event}"`).finally(() => {
    listeners.forEach(([name, listener]) => emitter.off(name, listener));
  });
}

/** Keeps what arrives as `event` from now on: `await box.next()` gives the arguments in turn. */
export function inbox(emitter, event) {
  const waiting = [];
  const received = [];
  emitter.on(event, (...args) => {
    const take = waiting.shift();
    take ? take(args) : received.push(args);
  });
  return {
    received,
    next(ms = EVENT_MS) {
      if (received.length > 0)
        return Promise.resolve(received.shift());
      let take;
      const arrived = new Promise((resolve) => waiting.push(take = resolve));
      return deadline(arrived, ms, `event "${event}"`).catch((error) => {
        // Who no longer waits must not take what comes later.
        waiting.splice(waiting.indexOf(take), 1);
        throw error;
      });
    },
  };
}

/** An ack of the other end, with a deadline: `emit` gets the callback to hand over. */
export function answered(emit, ms = EVENT_MS) {
  return deadline(new Promise((resolve) => emit((...args) => resolve(args))), ms, 'an ack');
}

/** A socket.io-client of its own for the test; it does not reconnect unless `options` say so. */
export function dial(t, url, options = {}) {
  const socket = io(url, { forceNew: true, reconnection: false, ...options });
  defer(t, () => socket.disconnect());
  return socket;
}

/** Reads a stream by lines: keeps the last ones, and tells each to `onLine`. */
function keepLines(stream, onLine = () => {}) {
  const kept = [];
  createInterface({ input: stream }).on('line', (line) => {
    kept.push(line);
    if (kept.length > KEPT_LINES)
      kept.shift();
    onLine(line);
  });
  return kept;
}

function environment() {
  return {
    ...process.env,
    LANGUAGE: 'en',
    LC_ALL: 'C.UTF-8',
    G_DEBUG: 'fatal-criticals',
  };
}

/** A folder that is taken away when all tests are done. */
export function tempFolder() {
  folders.push(mkdtempSync(join(tmpdir(), 'madang-test-')));
  return folders.at(-1);
}

/** A program of ours that listens. */
class Server {
  constructor(child, name, dataDir) {
    this.child = child;
    this.name = name;
    this.dataDir = dataDir;
    this.url = null;
    this.ended = false;
    this.exited = new Promise((resolve) => {
      child.once('error', (error) => resolve({ code: null, signal: null, error }));
      child.once('close', (code, signal) => resolve({ code, signal }));
    });
    this.watchers = new Set();
    this.errors = keepLines(child.stderr, (line) => this.watchers.forEach((watch) => watch(line)));
    this.listening = new Promise((resolve) => {
      this.output = keepLines(child.stdout, (line) => {
        const found = line.match(/Listening on (https?:\/\/\S+)/);
        if (found)
          resolve(found[1]);
      });
    });
  }

  get port() {
    return Number(new URL(this.url).port);
  }

  /** Waits until its log has a line with this text. */
  async logged(text, ms = EVENT_MS) {
    let watch;
    const found = new Promise((resolve) => {
      watch = (line) => line.includes(text) && resolve();
      this.watchers.add(watch);
    });
    this.errors.forEach(watch);
    try {
      await deadline(found, ms, `"${text}" in the log of ${this.name}`);
    } catch (error) {
      throw new Error(error.message + this.lastWords());
    } finally {
      this.watchers.delete(watch);
    }
  }

  lastWords() {
    return [...this.output, ...this.errors].map((line) => `\n  | ${line}`).join('');
  }

  async start() {
    const failed = this.exited.then(({ code, signal, error }) => {
      throw new Error(`it ended at once: ${error ?? signal ?? `exit code ${code}`}`);
    });
    try {
      this.url = await deadline(Promise.race([this.listening, failed]), START_MS,
                                 'the line "Listening on"');
    } catch (error) {
      await this.kill();
      throw new Error(`${this.name} did not start: ${error.message}${this.lastWords()}`);
    }
  }

  /** Asks it to end, and fails unless it does so in time with exit code 0. */
  async stop() {
    this.ended = true;
    this.child.kill('SIGTERM');
    try {
      const { code, signal } = await deadline(this.exited, STOP_MS, 'the end after SIGTERM');
      if (code !== 0)
        throw new Error(`it ended with ${signal ?? `exit code ${code}`}`);
    } catch (error) {
      throw new Error(`${this.name} did not stop well: ${error.message}${this.lastWords()}`);
    } finally {
      await this.kill();
    }
  }

  /** Ends it the hard way. Does nothing when that is done. */
  async kill() {
    this.ended = true;
    this.child.kill('SIGKILL');
    await this.exited;
    this.abandon();
  }

  /** The part of kill() that does not wait. */
  abandon() {
    running.delete(this);
    this.child.kill('SIGKILL');
  }
}

function programOf(variable) {
  if (!process.env[variable])
    throw new Error(`${variable} must name the program; run this by ./dev test`);
  return process.env[variable];
}

/** Starts a program of ours, which may be a client too, with its output in pipes. */
export function spawnProgram(variable, args, env = {}) {
  return spawn(programOf(variable), args, {
    env: { ...environment(), ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
}

async function startServer(t, server) {
  running.add(server);
  await server.start();
  if (t)
    defer(t, () => server.ended || server.stop());
  return server;
}

/**
 * Starts `madang --server` on a free port with an empty data folder, and waits until it listens.
 * Options: `t`, the test that it is stopped after; `dataDir`, one to use; `env`.
 * The result has `url`, `port`, `dataDir`, `errors` (its stderr, by lines), `stop()`, `kill()`.
 */
export async function startMadang(args = [], { t, dataDir, env = {} } = {}) {
  const dir = dataDir ?? tempFolder();
  const all = ['--server', '--port', '0', '--data-dir', dir, ...args];
  const child = spawnProgram('MADANG', all, env);
  return startServer(t, new Server(child, 'madang', dir));
}

/** Starts the server of api-server.c on a free port, to be stopped after the test `t`. */
export function startApiServer(t, args = [], env = {}) {
  return startServer(t, new Server(spawnProgram('API_SERVER', args, env), 'api-server', null));
}
