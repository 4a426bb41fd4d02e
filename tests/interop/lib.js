// SPDX-License-Identifier: GPL-3.0-or-later
// What the tests with clients of others share: a server of ours, deadlines and events.
//
// A test is one top-level `test()` of node:test, since the summary counts those. Give its context
// `t` to startMadang() and dial(), and both clean up after it, also when it fails.

import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { io } from 'socket.io-client';

const START_MS = 10000;
const STOP_MS = 10000;
const EVENT_MS = 5000;
const KEPT_LINES = 60;

const running = new Set();

// Meson ends a test that takes too long with SIGTERM; no server and no files may stay behind.
process.on('exit', () => running.forEach((madang) => madang.abandon()));
for (const signal of ['SIGTERM', 'SIGINT'])
  process.on(signal, () => process.exit(1));

/** The promise's result, or an error that says what was waited for, after `ms` milliseconds. */
export function deadline(promise, ms, what) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what}: nothing within ${ms} ms`)), ms);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

/** The arguments of the next `event`, as an array. Waiting for `connect` ends at `connect_error`. */
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
  t.after(() => socket.disconnect());
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

class Madang {
  constructor(child, dataDir, ownsDataDir) {
    this.child = child;
    this.dataDir = dataDir;
    this.url = null;
    this.ended = false;
    this.ownsDataDir = ownsDataDir;
    this.exited = new Promise((resolve) => {
      child.once('error', (error) => resolve({ code: null, signal: null, error }));
      child.once('close', (code, signal) => resolve({ code, signal }));
    });
    this.errors = keepLines(child.stderr);
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
      throw new Error(`madang did not start: ${error.message}${this.lastWords()}`);
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
      throw new Error(`madang did not stop well: ${error.message}${this.lastWords()}`);
    } finally {
      await this.kill();
    }
  }

  /** Ends it the hard way, and takes its files away. Does nothing when that is done. */
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
    if (this.ownsDataDir)
      rmSync(this.dataDir, { recursive: true, force: true });
  }
}

/**
 * Starts `madang --server` on a free port with an empty data folder, and waits until it listens.
 * Options: `t`, the test that it is stopped after; `dataDir`, one to use and to leave there; `env`.
 * The result has `url`, `port`, `dataDir`, `errors` (its stderr, by lines), `stop()`, `kill()`.
 */
export async function startMadang(args = [], { t, dataDir, env = {} } = {}) {
  const program = process.env.MADANG;
  if (!program)
    throw new Error('MADANG must name the program; run this by ./dev test');
  const dir = dataDir ?? mkdtempSync(join(tmpdir(), 'madang-test-'));
  const child = spawn(program, ['--server', '--port', '0', '--data-dir', dir, ...args], {
    env: { ...environment(), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const madang = new Madang(child, dir, dataDir === undefined);
  running.add(madang);
  await madang.start();
  t?.after(() => madang.ended || madang.stop());
  return madang;
}
