// SPDX-License-Identifier: GPL-3.0-or-later
// Behind nginx with the file that we hand out: below a path, with TLS, and with the real addresses.

import assert from 'node:assert/strict';
import { get as getPlain } from 'node:http';
import { get } from 'node:https';
import { test } from 'node:test';
import { launch } from '../browser/lib.js';
import { joinChat } from '../browser/page.js';
import { answered, deadline, dial, inbox, once, startMadang } from '../interop/lib.js';
import { NAME, startNginx } from './nginx.js';

const TRUSTED = ['--trusted-proxy', '127.0.0.1', '--allowed-host', NAME];

async function start(t, args = TRUSTED) {
  const madang = await startMadang(args, { t });
  return { madang, nginx: await startNginx(t, madang) };
}

function fetchFrom(getter, url, options) {
  const answer = new Promise((resolve, reject) => {
    getter(url, options, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (text) => body += text);
      response.on('end', () => resolve({ status: response.statusCode, headers: response.headers,
                                         body }));
    }).once('error', reject);
  });
  return deadline(answer, 30000, url);
}

const fetchPage = (nginx, path, headers = {}) =>
  fetchFrom(get, nginx.url + path, { agent: nginx.agent('127.0.0.5'), headers });

const say = (socket, data) =>
  answered((ack) => socket.emit('message', { sender: 'a', recepient: 'ALL', data }, ack));

const infoLines = (madang) => madang.errors.filter((line) => line.startsWith('connection info'));

/** Who has connected according to the log, once it has `n` lines of them. */
async function addresses(madang, n) {
  let watch;
  const enough = new Promise((resolve) => {
    watch = () => infoLines(madang).length >= n && resolve();
    madang.watchers.add(watch);
    watch();
  });
  await deadline(enough, 30000, `${n} lines of the log`).finally(() => madang.watchers.delete(watch));
  return infoLines(madang).map((line) => line.replace('connection info : ', ''));
}

const ways = {
  'a WebSocket alone': { transports: ['websocket'] },
  'polling alone': { transports: ['polling'], upgrade: false },
  'polling that is upgraded': { transports: ['polling', 'websocket'] },
};

for (const [name, options] of Object.entries(ways)) {
  test(`${name} passes TLS and the path`, async (t) => {
    const { nginx } = await start(t);
    const socket = nginx.socket(options);
    const messages = inbox(socket, 'message');
    await once(socket, 'connect');
    if (options.transports.length > 1 && socket.io.engine.transport.name !== 'websocket')
      await once(socket.io.engine, 'upgrade');

    assert.equal((await say(socket, 'hello'))[0].ok, true);
    assert.equal((await messages.next())[0].data, 'hello');
    const long = '마당'.repeat(60000);
    assert.equal((await say(socket, long))[0].ok, true);
    assert.equal((await messages.next())[0].data, long);
    assert.equal(socket.io.engine.transport.name, options.transports.at(-1));
  });
}

test('the log has the addresses of clients, not the proxy\'s', async (t) => {
  const { madang, nginx } = await start(t);
  for (const from of ['127.0.0.5', '127.0.0.6']) {
    const polling = nginx.socket({ from, transports: ['polling'] });
    await once(polling, 'connect');
    const websocket = nginx.socket({ from, transports: ['websocket'] });
    await once(websocket, 'connect');
  }
  assert.deepEqual(await addresses(madang, 4),
                   ['127.0.0.5', '127.0.0.5', '127.0.0.6', '127.0.0.6']);
});

test('nobody can pretend to be somebody else through the proxy', async (t) => {
  const { madang, nginx } = await start(t);
  for (const spoof of ['198.51.100.7', '127.0.0.1', 'what, 127.0.0.1', '']) {
    const socket = nginx.socket({ extraHeaders: { 'X-Forwarded-For': spoof } });
    await once(socket, 'connect');
  }
  assert.deepEqual(await addresses(madang, 4), Array(4).fill('127.0.0.5'));
});

test('a chain is cut behind the last proxy that is named', async (t) => {
  const { madang, nginx } = await start(t, [...TRUSTED, '--trusted-proxy', '127.0.0.16/28']);
  const chain = { 'X-Forwarded-For': '127.0.0.1, 198.51.100.7, 127.0.0.20' };
  await once(nginx.socket({ from: '127.0.0.21', extraHeaders: chain }), 'connect');
  await once(nginx.socket({ from: '127.0.0.5', extraHeaders: chain }), 'connect');
  assert.deepEqual(await addresses(madang, 2), ['198.51.100.7', '127.0.0.5']);
});

test('who is no named proxy is not believed', async (t) => {
  const madang = await startMadang(['--trusted-proxy', '127.0.0.9'], { t });
  const spoof = { 'X-Forwarded-For': '198.51.100.7', 'X-Forwarded-Proto': 'https' };
  for (const transport of ['polling', 'websocket'])
    await once(dial(t, madang.url, { transports: [transport], extraHeaders: spoof }), 'connect');
  for (const address of await addresses(madang, 2))
    assert.match(address, /^127\.0\.0\.1:\d+$/);
});

test('without a named proxy it still works, but all come from one address', async (t) => {
  const { madang, nginx } = await start(t, ['--allowed-host', NAME]);
  await once(nginx.socket(), 'connect');
  assert.match((await addresses(madang, 1))[0], /^127\.0\.0\.1:\d+$/);
});

test('the page and what it loads are there below the path', async (t) => {
  const { nginx } = await start(t);
  const page = await fetchPage(nginx, '/chat/');
  assert.equal(page.status, 200);
  assert.match(page.body, /src="main\.js"/);
  assert.doesNotMatch(page.body, /(src|href)="\//);
  for (const path of ['main.js', 'style.css', 'icon.svg', 'socket.io/socket.io.esm.min.js'])
    assert.equal((await fetchPage(nginx, `/chat/${path}`)).status, 200, path);

  const bare = await fetchPage(nginx, '/chat');
  assert.equal(bare.status, 301);
  assert.equal(bare.headers.location, `${nginx.url}/chat/`);
  const plain = await fetchFrom(getPlain, `http://127.0.0.1:${nginx.httpPort}/chat/`,
                                { headers: { Host: NAME } });
  assert.equal(plain.headers.location, `https://${NAME}/chat/`);
});

test('a browser chats below the path', async (t) => {
  const { madang, nginx } = await start(t);
  const browser = await launch(t, [`--host-resolver-rules=MAP ${NAME} 127.0.0.1`]);
  const chat = await joinChat(browser, `${nginx.url}/chat/`, 'Minji', { ignoreHTTPSErrors: true });
  await chat.say('from below');
  await chat.log.getByText('from below').first().waitFor();
  assert.deepEqual(await addresses(madang, 1), ['127.0.0.1']);
  chat.assertQuiet();
});

test('only pages of the name that was asked for may take part', async (t) => {
  const { nginx } = await start(t);
  const ask = async (origin) =>
    (await fetchPage(nginx, '/chat/socket.io/?EIO=4&transport=polling', { Origin: origin })).status;
  assert.equal(await ask(nginx.url), 200);
  assert.equal(await ask(`http://${NAME}:${nginx.port}`), 403);
  assert.equal(await ask(`https://${NAME}`), 403);
  assert.equal(await ask('https://evil.example'), 403);
});
