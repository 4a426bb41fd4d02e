// SPDX-License-Identifier: GPL-3.0-or-later
// /healthz and /metrics: what they say, and to whom.

import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { get as getByTls } from 'node:https';
import { request } from 'node:http';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { answered, deadline, defer, dial, inbox, once, startMadang, START_MS,
         tempFolder } from '../interop/lib.js';
import { NAME, startNginx } from './nginx.js';

const PATHS = ['/healthz', '/metrics'];

function ask(url, { method = 'GET', headers = {}, body, ask: how = request, ...more } = {}) {
  const answer = new Promise((resolve, reject) => {
    const sent = how(url, { method, headers, agent: false, ...more }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (piece) => text += piece);
      response.on('end', () => resolve({ status: response.statusCode, headers: response.headers,
                                         body: text }));
    });
    sent.once('error', reject);
    sent.end(body);
  });
  return deadline(answer, 30000, url);
}

const statusOf = async (madang, path, headers) =>
  (await ask(madang.url.replace(/\/$/, '') + path, { headers })).status;

/** Takes nothing that the format does not allow; gives the values by name and labels. */
function parse(text) {
  const values = new Map();
  const types = new Map();
  let current = '';
  assert.ok(text.endsWith('\n'));
  for (const line of text.slice(0, -1).split('\n')) {
    const [, kind, about, rest] = /^# (HELP|TYPE) ([a-zA-Z_:][\w:]*) (.+)$/.exec(line) ?? [];
    if (kind === 'HELP') {
      assert.ok(!types.has(about), `${about} is there twice`);
      current = about;
    } else if (kind === 'TYPE') {
      assert.equal(about, current);
      assert.match(rest, /^(counter|gauge)$/);
      assert.equal(about.endsWith('_total'), rest === 'counter', about);
      types.set(about, rest);
    } else {
      const label = '[a-zA-Z_]\\w*="(?:[^"\\\\]|\\\\[\\\\"n])*"';
      const form = new RegExp(`^([a-zA-Z_:][\\w:]*)((?:\\{${label}(?:,${label})*\\})?) (\\S+)$`);
      const [, name, labels, value] = form.exec(line) ?? assert.fail(line);
      assert.equal(name, current);
      assert.ok(types.has(name), name);
      assert.ok(!values.has(name + labels), `${name + labels} is there twice`);
      assert.ok(Number.isFinite(Number(value)), line);
      values.set(name + labels, Number(value));
    }
  }
  return values;
}

async function scrape(madang) {
  const answer = await ask(`http://127.0.0.1:${madang.port}/metrics`);
  assert.equal(answer.status, 200);
  assert.equal(answer.headers['content-type'], 'text/plain; version=0.0.4; charset=utf-8');
  return parse(answer.body);
}

/** Scrapes until `check` is content, as what clients did is on its way; each asks the server. */
async function scrapeUntil(madang, check) {
  const end = Date.now() + 30000;
  for (;;) {
    const values = await scrape(madang);
    if (check(values))
      return values;
    if (Date.now() > end)
      throw new Error(`not in time: ${JSON.stringify([...values], null, 1)}`);
  }
}

function assertValues(values, expected) {
  const found = Object.fromEntries(Object.keys(expected).map((name) => [name, values.get(name)]));
  assert.deepEqual(found, expected);
}

async function join5(t, madang) {
  const sockets = [];
  for (let i = 0; i < 5; i++) {
    const socket = dial(t, madang.url, { transports: [i < 2 ? 'polling' : 'websocket'] });
    await once(socket, 'connect');
    sockets.push(socket);
  }
  return sockets;
}

const post = (socket, message) => answered((ack) => socket.emit('message', message, ack));

test('healthz says that all is well', async (t) => {
  const madang = await startMadang([], { t });
  const url = `http://127.0.0.1:${madang.port}/healthz`;
  const answer = await ask(url, { headers: { Origin: 'http://localhost:1' } });
  assert.equal(answer.status, 200);
  assert.equal(answer.body, 'ok\n');
  assert.equal(answer.headers['content-type'], 'text/plain');
  assert.equal(answer.headers['cache-control'], 'no-store');
  assert.deepEqual(Object.keys(answer.headers).filter((name) => name.startsWith('access-')), []);
  const head = await ask(url, { method: 'HEAD' });
  assert.deepEqual([head.status, head.headers['content-length'], head.body], [200, '3', '']);
});

/** Somebody who writes into the database for as long as they like, as a full disk would be. */
const HOLDER = `
import sqlite3, sys
database = sqlite3.connect(sys.argv[1], isolation_level=None)
database.execute('BEGIN IMMEDIATE')
print('held', flush=True)
sys.stdin.read()
`;

test('healthz says when messages can be kept again, whoever writes one', async (t) => {
  const madang = await startMadang([], { t });
  const health = () => ask(`http://127.0.0.1:${madang.port}/healthz`);
  const [socket] = await join5(t, madang);
  const holder = spawn('python3', ['-c', HOLDER, join(madang.dataDir, 'madang.db')],
                       { stdio: ['pipe', 'pipe', 'inherit'] });
  defer(t, () => holder.kill());
  await once(holder.stdout, 'data', START_MS);

  assert.deepEqual((await post(socket, { sender: 'a', data: 1 }))[0].error.code, 'storage');
  for (let i = 0; i < 2; i++) {
    const answer = await health();
    assert.deepEqual([answer.status, answer.body], [503, 'messages cannot be kept\n']);
  }
  const exit = once(holder, 'exit');
  holder.stdin.end();
  await exit;
  assert.deepEqual((await health()).body, 'ok\n');
});

test('both are read and nothing else', async (t) => {
  const madang = await startMadang([], { t });
  for (const path of PATHS) {
    const url = `http://127.0.0.1:${madang.port}${path}`;
    for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS']) {
      const answer = await ask(url, { method });
      assert.deepEqual([answer.status, answer.headers.allow], [405, 'GET, HEAD'], method);
    }
    assert.equal((await ask(url, { method: 'POST', body: 'x' })).status, 413);
    assert.equal((await ask(`${url}/x`)).status, 404);
  }
});

test('a folder of pages does not hide them, and a name must be ours', async (t) => {
  const folder = tempFolder();
  for (const name of ['healthz', 'metrics', 'index.html'])
    writeFileSync(join(folder, name), 'a file');
  const madang = await startMadang(['--static', folder, '--allowed-host', 'prom.example'], { t });
  for (const path of PATHS) {
    const at = (host) => ask(`http://127.0.0.1:${madang.port}${path}`,
                             { headers: { Host: host } });
    assert.notEqual((await at('127.0.0.1')).body, 'a file');
    assert.equal((await at('prom.example:3000')).status, 200);
    assert.equal((await at('evil.example')).status, 403);
  }
});

test('the numbers are those of what clients did', async (t) => {
  const madang = await startMadang([], { t });
  const sockets = await join5(t, madang);
  await answered((ack) => sockets[4].emit('chat:login', { name: 'Minji' }, ack));
  for (const data of ['one', 'two', 'three'])
    assert.equal((await post(sockets[0], { sender: 'a', data }))[0].ok, true);
  assert.equal((await post(sockets[1], { sender: 'b', recepient: 'a', data: 'x' }))[0].ok, true);
  assert.equal((await post(sockets[2], { sender: 'c', recepient: 'nobody' }))[0].error.code,
               'no-such-user');
  const socketio = `http://127.0.0.1:${madang.port}/socket.io/`;
  assert.equal((await ask(`${socketio}?EIO=4&transport=pigeon`)).status, 400);
  assert.equal((await ask(`${socketio}?EIO=4&transport=polling&sid=none`)).status, 400);

  const values = await scrape(madang);
  assertValues(values, {
    'madang_clients{transport="polling",kind="plain"}': 2,
    'madang_clients{transport="websocket",kind="plain"}': 2,
    'madang_clients{transport="polling",kind="rich"}': 0,
    'madang_clients{transport="websocket",kind="rich"}': 1,
    'madang_clients_opened_total': 5,
    // Each its own and that of its user; plain ones and rich ones.
    'madang_rooms': 12,
    'madang_messages_total{kind="public"}': 3,
    'madang_messages_total{kind="private"}': 1,
    'madang_errors_total{code="no-such-user"}': 1,
    'madang_errors_total{code="bad-message"}': 0,
    'madang_refusals_total{code="0"}': 1,
    'madang_refusals_total{code="1"}': 1,
    'madang_queued_bytes': 0,
  });
  assert.ok(values.get('madang_stored_messages') >= 3);
  assert.ok(values.get('madang_store_bytes') > 0);
  assert.ok(values.get('madang_packets_total{direction="in"}') >= 11);
  assert.ok(values.get('madang_packets_total{direction="out"}') >= 5 * (2 + 3));
  assert.ok(values.get('madang_packet_bytes_total{direction="out"}') > 500);
  assert.ok(values.get('madang_loop_lag_seconds') >= 0);
  assert.ok(values.get('process_cpu_seconds_total') > 0);
  assert.ok(values.get('process_resident_memory_bytes') > 1e6);
  assert.ok(values.get('process_open_fds') > 5);
  const started = values.get('process_start_time_seconds') * 1000;
  assert.ok(started > Date.now() - 3600e3 && started < Date.now() + 60e3, String(started));
});

test('who leaves is counted by the reason', async (t) => {
  const madang = await startMadang([], { t });
  const sockets = await join5(t, madang);
  sockets[0].disconnect();
  sockets[2].disconnect();
  sockets[3].io.engine.close();
  const values = await scrapeUntil(madang, (found) =>
    found.get('madang_clients{transport="websocket",kind="plain"}') === 1 &&
    found.get('madang_clients{transport="polling",kind="plain"}') === 1);
  assertValues(values, {
    'madang_clients_opened_total': 5,
    'madang_clients_closed_total{reason="client namespace disconnect"}': 2,
    'madang_clients_closed_total{reason="transport close"}': 1,
    'madang_clients_closed_total{reason="ping timeout"}': 0,
    'madang_rooms': 5,
  });
});

test('they answer while a flood runs', async (t) => {
  const madang = await startMadang([], { t });
  const [sender, , reader] = await join5(t, madang);
  const messages = inbox(reader, 'message');
  for (let i = 0; i < 3000; i++)
    sender.emit('message', { sender: 'a', data: i });
  let before = 0;
  for (let i = 0; i < 10; i++) {
    const values = await scrape(madang);
    const now = values.get('madang_messages_total{kind="public"}');
    assert.ok(now >= before && now <= 3000, String(now));
    before = now;
    const health = await ask(`http://127.0.0.1:${madang.port}/healthz`);
    assert.equal(health.body, 'ok\n');
  }
  for (let i = 0; i < 3000; i++)
    assert.equal((await messages.next())[0].data, i);
  assertValues(await scrape(madang), { 'madang_messages_total{kind="public"}': 3000 });
});

// Prometheus is large, so that nobody needs to have it for the tests.
if (process.env.PROMTOOL) {
  test('promtool finds nothing wrong', async (t) => {
    const madang = await startMadang([], { t });
    await join5(t, madang);
    const { body } = await ask(`http://127.0.0.1:${madang.port}/metrics`);
    const checked = spawnSync(process.env.PROMTOOL, ['check', 'metrics'],
                              { input: body, timeout: START_MS });
    assert.equal(checked.status, 0, String(checked.stderr));
    assert.equal(String(checked.stderr), '');
  });
}

test('by default this computer alone sees them', async (t) => {
  const madang = await startMadang(['--trusted-proxy', '127.0.0.2'], { t });
  const others = Object.values(networkInterfaces()).flat()
    .filter(({ internal, family }) => !internal && family === 'IPv4');
  for (const path of PATHS) {
    assert.equal(await statusOf(madang, path), 200);
    for (const { address } of others)
      assert.equal((await ask(`http://${address}:${madang.port}${path}`)).status, 404, address);
  }
});

test('what somebody passed on is not of this computer', async (t) => {
  const madang = await startMadang([], { t });
  for (const path of PATHS) {
    for (const header of ['X-Forwarded-For', 'Forwarded', 'X-Real-IP', 'Via', 'X-Forwarded-Proto',
                          'X-Forwarded-Host'])
      assert.equal(await statusOf(madang, path, { [header]: '127.0.0.1' }), 404, header);
  }
});

test('what a trusted proxy passed on counts by the client', async (t) => {
  const madang = await startMadang(['--trusted-proxy', '127.0.0.1'], { t });
  const rows = [['127.0.0.1', 200], ['::1', 200], ['192.0.2.7', 404], ['127.0.0.1, 192.0.2.7', 404],
                ['what', 404], ['', 404], ['192.0.2.7, 127.0.0.5', 200]];
  for (const path of PATHS) {
    assert.equal(await statusOf(madang, path), 200);
    assert.equal(await statusOf(madang, path, { 'X-Forwarded-Proto': 'https' }), 404);
    for (const [chain, status] of rows)
      assert.equal(await statusOf(madang, path, { 'X-Forwarded-For': chain }), status, chain);
  }
});

test('nginx shows them to nobody', async (t) => {
  const madang = await startMadang(['--trusted-proxy', '127.0.0.1', '--allowed-host', NAME], { t });
  const nginx = await startNginx(t, madang);
  for (const path of PATHS) {
    const answer = await ask(`${nginx.url}/chat${path}`,
                             { ask: getByTls, agent: nginx.agent('127.0.0.1') });
    assert.equal(answer.status, 404);
  }
});

test('they can be shown to all, or not at all', async (t) => {
  const all = await startMadang(['--healthz', 'all', '--metrics', 'all'], { t });
  const off = await startMadang(['--healthz', 'off', '--metrics', 'off'], { t });
  const one = await startMadang(['--metrics', 'off'], { t });
  for (const path of PATHS) {
    assert.equal(await statusOf(all, path, { 'X-Forwarded-For': '192.0.2.7' }), 200);
    assert.equal(await statusOf(off, path), 404);
  }
  assert.equal(await statusOf(one, '/healthz'), 200);
  assert.equal(await statusOf(one, '/metrics'), 404);
});
