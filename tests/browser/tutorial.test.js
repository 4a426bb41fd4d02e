// SPDX-License-Identifier: GPL-3.0-or-later
// A page as people write it from a tutorial (tutorial/index.html), which knows nothing of us: handed
// out by our server, and from a server of its own, where ours decides whether it may take part.

import assert from 'node:assert/strict';
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { test } from 'node:test';
import { WebSocket } from 'ws';
import { defer, inbox, once, startMadang, tempFolder } from '../interop/lib.js';
import { launch, openPage } from './lib.js';

const PAGE = new URL('tutorial/index.html', import.meta.url);
const JQUERY = new URL('../../node_modules/jquery/dist/jquery.js', import.meta.url);
const FOREIGN_HOST = 'app.example';
const TRANSPORTS = [['polling'], ['websocket']];
const CONNECT_MS = 30000;

const pageText = (server) => readFileSync(PAGE, 'utf8').replace('SERVER/', `${server}/`);

function pageFolder() {
  const folder = tempFolder();
  writeFileSync(join(folder, 'index.html'), pageText(''));
  copyFileSync(JQUERY, join(folder, 'jquery.js'));
  return folder;
}

/** A web server that is not ours, and its origin for a browser that launchAbroad() started. */
async function startForeignServer(t) {
  let server = '';
  const web = createServer((request, response) => {
    const script = request.url === '/jquery.js';
    response.setHeader('Content-Type', script ? 'text/javascript' : 'text/html; charset=utf-8');
    response.end(script ? readFileSync(JQUERY) : pageText(server));
  });
  await once(web.listen(0, '127.0.0.1'), 'listening');
  defer(t, () => web.closeAllConnections());
  defer(t, () => web.close());
  return {
    origin: `http://${FOREIGN_HOST}:${web.address().port}`,
    /** The client's script comes from there. */
    useScriptOf(madang) {
      server = madang.url.replace(/\/$/, '');
    },
  };
}

const launchAbroad = (t) => launch(t, [`--host-resolver-rules=MAP ${FOREIGN_HOST} 127.0.0.1`]);

class Tutorial {
  constructor(page) {
    this.page = page;
  }

  static async open(browser, url, options) {
    const query = options ? `?${encodeURIComponent(JSON.stringify(options))}` : '';
    return new Tutorial(await openPage(browser, `${url}/${query}`));
  }

  async connect(madang) {
    const { hostname, port } = new URL(madang.url);
    await this.page.locator('#hostInput').fill(hostname);
    await this.page.locator('#portInput').fill(port);
    await this.page.locator('#connectButton').click();
    await this.says('connectButton이 클릭되었습니다.');
    return `http://${hostname}:${port}`;
  }

  async send(sender, recepient, data) {
    await this.page.locator('#senderInput').fill(sender);
    await this.page.locator('#recepientInput').fill(recepient);
    await this.page.locator('#dataInput').fill(data);
    await this.page.locator('#sendButton').click();
  }

  async says(text) {
    await this.page.locator('#result').getByText(text, { exact: true }).first()
      .waitFor({ timeout: CONNECT_MS });
  }

  lines() {
    return this.page.locator('#result p').allTextContents();
  }

  transport() {
    return this.page.evaluate(() => window.socket.io.engine.transport.name);
  }
}

/** Keeps the answers that come from now on, also those that the page does not get to see. */
async function answersTo(page) {
  const session = await page.context().newCDPSession(page);
  const answers = inbox(session, 'Network.responseReceivedExtraInfo');
  await session.send('Network.enable');
  return answers;
}

async function complained(page, pattern) {
  if (!page.complaints.some((text) => pattern.test(text)))
    await page.waitForEvent('console', (message) => pattern.test(message.text()));
}

test('our server hands the page out, and the page chats', async (t) => {
  const madang = await startMadang(['--static', pageFolder()], { t });
  const browser = await launch(t);
  const origin = madang.url.replace(/\/$/, '');
  const first = await Tutorial.open(browser, origin);
  const second = await Tutorial.open(browser, origin);
  for (const tutorial of [first, second])
    await tutorial.says(`웹소켓 서버에 연결되었습니다. : ${await tutorial.connect(madang)}`);

  await first.send('test01', 'ALL', '안녕! <b>모두</b> 🙂');
  for (const tutorial of [first, second])
    await tutorial.says('수신 메시지 : test01, ALL, chat, text, 안녕! <b>모두</b> 🙂');
  await second.send('test02', 'test01', '너만 봐');
  await first.says('수신 메시지 : test02, test01, chat, text, 너만 봐');
  await second.send('test02', 'ALL', '끝');
  await second.says('수신 메시지 : test02, ALL, chat, text, 끝');
  assert.doesNotMatch((await second.lines()).join(), /너만 봐/);
  assert.deepEqual([first.page.complaints, second.page.complaints], [[], []]);

  await madang.stop();
  for (const tutorial of [first, second])
    await tutorial.says('웹소켓 연결이 종료되었습니다.');
});

for (const transports of TRANSPORTS) {
  test(`a page from elsewhere takes part when it may (${transports})`, async (t) => {
    const foreign = await startForeignServer(t);
    const madang = await startMadang(['--cors-origin', foreign.origin], { t });
    foreign.useScriptOf(madang);
    const tutorial = await Tutorial.open(await launchAbroad(t), foreign.origin, { transports });
    assert.equal(await tutorial.page.evaluate(() => location.origin), foreign.origin);
    await tutorial.says(`웹소켓 서버에 연결되었습니다. : ${await tutorial.connect(madang)}`);
    assert.equal(await tutorial.transport(), transports[0]);
    await tutorial.send('test01', 'ALL', '안녕');
    await tutorial.says('수신 메시지 : test01, ALL, chat, text, 안녕');
    assert.deepEqual(tutorial.page.complaints, []);
  });

  test(`a page from elsewhere is refused when it may not (${transports})`, async (t) => {
    const foreign = await startForeignServer(t);
    const madang = await startMadang(['--cors-origin', 'http://other.example'], { t });
    foreign.useScriptOf(madang);
    const tutorial = await Tutorial.open(await launchAbroad(t), foreign.origin,
                                         { transports, reconnection: false });
    const { page } = tutorial;
    const answers = await answersTo(page);
    let frames = 0;
    page.on('websocket', (socket) => socket.on('framereceived', () => frames++));
    await tutorial.connect(madang);

    const polling = transports[0] === 'polling';
    await tutorial.says(polling ? '오류 : xhr poll error' : '오류 : websocket error');
    await madang.logged(foreign.origin);
    await complained(page, polling ? /CORS policy/ : /Unexpected response code: 403/);
    if (polling)
      assert.equal((await answers.next())[0].statusCode, 403);
    assert.equal(frames, 0);
    assert.equal((await tutorial.lines()).length, 2);

    // Whoever may is served all the same.
    const own = await openPage(page.context().browser(), madang.url);
    await own.getByRole('button', { name: 'Connect' }).waitFor();
  });
}

test('a page from elsewhere is refused before any answer to a handshake', async (t) => {
  const madang = await startMadang([], { t });
  const headers = { Origin: `http://${FOREIGN_HOST}` };
  const polling = await fetch(`${madang.url}socket.io/?EIO=4&transport=polling`, { headers });
  assert.equal(polling.status, 403);
  assert.deepEqual(await polling.json(), { code: 4, message: 'Forbidden' });
  assert.equal(polling.headers.get('access-control-allow-origin'), null);

  const socket = new WebSocket(`${madang.url.replace(/^http/, 'ws')}socket.io/?EIO=4` +
                               '&transport=websocket', { origin: headers.Origin });
  const [, response] = await once(socket, 'unexpected-response');
  assert.equal(response.statusCode, 403);
});
