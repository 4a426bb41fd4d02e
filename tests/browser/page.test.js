// SPDX-License-Identifier: GPL-3.0-or-later
// The browser client against a real server, in a real browser.

import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { test } from 'node:test';
import { Server } from 'socket.io';
import { answered, dial, once, startMadang } from '../interop/lib.js';
import { launch } from './lib.js';
import { joinChat, openChat } from './page.js';

const post = (socket, message) => answered((ack) => socket.emit('message', message, ack));

/** A client that is no page and has no name, only an id. */
async function plainClient(t, madang, sender) {
  const socket = dial(t, madang.url);
  await once(socket, 'connect');
  return {
    socket,
    async say(data, more) {
      const message = { sender, recepient: 'ALL', command: 'chat', type: 'text', data, ...more };
      const [answer] = await post(socket, message);
      assert.equal(answer.ok, true, JSON.stringify(answer));
    },
  };
}

test('the page connects, says so, and disconnects', async (t) => {
  const madang = await startMadang([], { t });
  const chat = await openChat(await launch(t), madang.url);
  assert.equal(await chat.field('Host').inputValue(), new URL(madang.url).hostname);
  assert.equal(await chat.field('Port').inputValue(), String(madang.port));

  await chat.connect('Minji');
  await chat.note('Connect was clicked.');
  await chat.note(`Connected to http://${new URL(madang.url).hostname}:${madang.port}`);
  assert.equal(await chat.page.evaluate(() => document.activeElement.id), 'messageInput');

  await chat.button('Disconnect').click();
  await chat.note('The connection was closed.');
  await chat.note('You disconnected.');
  await chat.status.filter({ hasText: 'Not connected' }).waitFor();
  chat.assertQuiet();
});

test('the page asks nobody but its own server, and needs no inline code', async (t) => {
  const madang = await startMadang([], { t });
  const chat = await openChat(await launch(t), null);
  const asked = new Set();
  chat.page.on('request', (request) => asked.add(new URL(request.url()).host));
  const answer = await chat.page.goto(madang.url);
  const policy = answer.headers()['content-security-policy'];
  assert.match(policy, /(^|; )default-src 'self'(;|$)/);
  assert.doesNotMatch(policy, /unsafe|script-src/);
  await chat.connect('Minji');
  assert.deepEqual([...asked], [new URL(madang.url).host]);
  chat.assertQuiet();
});

test('in Korean it says what it always said', async (t) => {
  const madang = await startMadang([], { t });
  const { page } = await openChat(await launch(t), madang.url, { locale: 'ko-KR' });
  assert.equal(await page.locator('html').getAttribute('lang'), 'ko');
  await page.getByLabel('이름', { exact: true }).fill('민지');
  assert.equal(await page.getByLabel('포트', { exact: true }).inputValue(), String(madang.port));
  const host = await page.getByLabel('호스트', { exact: true }).inputValue();
  await page.getByRole('button', { name: '연결하기', exact: true }).click();

  await page.getByRole('heading', { name: '결과', exact: true }).waitFor();
  const said = (text) => page.getByText(text, { exact: true }).waitFor();
  await said('connectButton이 클릭되었습니다.');
  await said(`웹소켓 서버에 연결되었습니다. : http://${host}:${madang.port}`);

  await page.getByLabel('메시지', { exact: true }).fill('안녕하세요');
  await page.getByRole('button', { name: '보내기', exact: true }).click();
  const row = page.locator('.message').filter({ hasText: '안녕하세요' });
  const values = await row.locator('details p').textContent();
  assert.match(values, /^수신 메시지 : [^,]+,ALL,chat,text,안녕하세요$/);
  await row.locator('summary').click();
  await row.locator('details p').waitFor();

  await page.getByRole('button', { name: '연결 끊기' }).click();
  await said('웹소켓 연결이 종료되었습니다.');
  assert.deepEqual(page.complaints, []);
});

test('?lang= comes before the languages of the browser', async (t) => {
  const madang = await startMadang([], { t });
  const { page } = await openChat(await launch(t), `${madang.url}?lang=ko`);
  await page.getByRole('button', { name: '연결하기', exact: true }).waitFor();
  await page.goto(`${madang.url}?lang=xx`);
  await page.getByRole('button', { name: 'Connect', exact: true }).waitFor();
});

test('two pages talk, and see each other come and go', async (t) => {
  const madang = await startMadang([], { t });
  const browser = await launch(t);
  const minji = await joinChat(browser, madang.url, 'Minji');
  const ada = await joinChat(browser, madang.url, 'Ada');
  await minji.note('Ada came.');

  await minji.say('Hello everyone');
  await ada.message('Hello everyone');
  await minji.message('Hello everyone');
  await ada.say('Hello Minji\nHow are you?');
  const row = await minji.message('Hello Minji\nHow are you?');
  assert.equal(await row.locator('.who').textContent(), 'Ada');
  assert.match(await row.locator('time').getAttribute('datetime'), /^\d{4}-\d\d-\d\dT/);
  assert.equal(await minji.composer.inputValue(), '');

  await ada.button('Disconnect').click();
  await minji.note('Ada left.');
  minji.assertQuiet();
  ada.assertQuiet();
});

test('a private message reaches its recipient alone', async (t) => {
  const madang = await startMadang([], { t });
  const browser = await launch(t);
  const [minji, ada, joon] = [
    await joinChat(browser, madang.url, 'Minji'),
    await joinChat(browser, madang.url, 'Ada'),
    await joinChat(browser, madang.url, 'Joon'),
  ];
  await minji.writeTo('Ada');
  await minji.button('To: Ada').waitFor();
  await minji.say('for Ada only');
  const sent = await minji.message('for Ada only');
  await sent.getByText('private to Ada').waitFor();
  const received = await ada.message('for Ada only');
  await received.getByText('private', { exact: true }).waitFor();

  await minji.button('Write to all').click();
  await minji.say('for everyone');
  await joon.message('for everyone');
  assert.deepEqual(await joon.texts(), ['for everyone']);

  // They stay: for both who wrote and who was meant, and for nobody else.
  for (const chat of [minji, ada, joon]) {
    await chat.page.reload();
    await chat.button('Connect').click();
    await chat.connected();
    await chat.message('for everyone');
  }
  await (await ada.message('for Ada only')).getByText('private', { exact: true }).waitFor();
  await (await minji.message('for Ada only')).getByText(/^private to /).waitFor();
  assert.deepEqual(await joon.texts(), ['for everyone']);
});

test('who left stays the recipient, and what did not get there can be tried again', async (t) => {
  const madang = await startMadang([], { t });
  const browser = await launch(t);
  const minji = await joinChat(browser, madang.url, 'Minji');
  const ada = await joinChat(browser, madang.url, 'Ada');
  await minji.writeTo('Ada');
  await ada.button('Disconnect').click();
  await minji.button('To: Ada (gone)').waitFor();

  await minji.say('too late');
  const row = await minji.message('too late');
  await row.getByText('Not sent.').waitFor();
  await ada.button('Connect').click();
  await minji.button('To: Ada').waitFor();
  await row.getByRole('button', { name: 'Try again' }).click();
  await ada.message('too late');
  await minji.messages('too late').getByText('private to Ada').waitFor();
  assert.equal(await minji.messages('too late').count(), 1);
});

test('what others write is text, never markup', async (t) => {
  const madang = await startMadang([], { t });
  const chat = await joinChat(await launch(t), madang.url, 'Minji');
  const evil = (n) => `<img src=x onerror=hacked=${n}><b>b</b><script>hacked=1</script>`;
  const client = await plainClient(t, madang, evil(1));
  await client.say(evil(2));
  await client.say({ html: evil(3) }, { command: evil(4), type: evil(5) });

  const row = await chat.message(evil(2));
  assert.equal(await row.locator('.text').evaluate((text) => text.childElementCount), 0);
  assert.equal(await row.locator('.who').textContent(), evil(1));
  await chat.message(JSON.stringify({ html: evil(3) }));
  for (const list of [chat.log, chat.page.getByRole('list')])
    assert.equal(await list.locator('img, b:not(.who), script').count(), 0);
  assert.equal(await chat.page.evaluate(() => window.hacked), undefined);
  chat.assertQuiet();
});

test('any JSON is shown, with its command and type', async (t) => {
  const madang = await startMadang([], { t });
  const chat = await joinChat(await launch(t), madang.url, 'Minji');
  const client = await plainClient(t, madang, 'sensor-7');
  await client.say({ t: 21.5, ok: [true, null] }, { command: 'reading', type: 'json' });
  const row = await chat.message('{"t":21.5,"ok":[true,null]}');
  await row.getByText('reading/json', { exact: true }).waitFor();
  assert.equal(await chat.values('{"t":21.5,"ok":[true,null]}'),
               'sensor-7,ALL,reading,json,{"t":21.5,"ok":[true,null]}');
  await client.say(42);
  await chat.message('42');
  chat.assertQuiet();
});

test('a reload keeps name and id, and shows what was said', async (t) => {
  const madang = await startMadang([], { t });
  const chat = await joinChat(await launch(t), madang.url, 'Minji');
  await chat.say('before');
  const id = await chat.ownId('before');

  await chat.page.reload();
  assert.equal(await chat.field('Name').inputValue(), 'Minji');
  await chat.button('Connect').click();
  await chat.connected();
  await chat.say('after');
  assert.equal(await chat.ownId('after'), id);
  assert.deepEqual(await chat.texts(), ['before', 'after']);
  chat.assertQuiet();
});

test('a name that is taken is told at the name', async (t) => {
  const madang = await startMadang([], { t });
  const browser = await launch(t);
  await joinChat(browser, madang.url, 'Minji');
  const other = await openChat(browser, madang.url);
  await other.field('Name').fill('Minji');
  await other.button('Connect').click();

  const name = other.page.getByRole('textbox', { name: 'Name', description: /has this name/ });
  await name.waitFor();
  assert.equal(await name.getAttribute('aria-invalid'), 'true');
  assert.equal(await name.evaluate((entry) => entry === document.activeElement), true);
  await other.connect('Another Minji');
  other.assertQuiet();
});

test('older messages come page by page and leave the reader where they are', async (t) => {
  const madang = await startMadang([], { t });
  const client = await plainClient(t, madang, 'writer');
  for (let n = 1; n <= 130; n++)
    await client.say(`number ${n}`);
  const chat = await joinChat(await launch(t), madang.url, 'Minji');
  await chat.message('number 130');
  assert.equal((await chat.texts())[0], 'number 81');

  const first = await chat.message('number 81');
  await first.scrollIntoViewIfNeeded();
  const before = (await first.boundingBox()).y;
  await chat.button('Load older').click();
  await chat.messages('number 31').waitFor({ state: 'attached' });
  const after = (await first.boundingBox()).y;
  assert.ok(Math.abs(after - before) <= 2, `it moved from ${before} to ${after}`);

  await chat.button('Load older').click();
  await chat.messages('number 1').waitFor({ state: 'attached' });
  await chat.button('Load older').waitFor({ state: 'hidden' });
  const all = Array.from({ length: 130 }, (_, n) => `number ${n + 1}`);
  assert.deepEqual(await chat.texts(), all);
  chat.assertQuiet();
});

test('it follows new messages at the end only, else it tells of them', async (t) => {
  const madang = await startMadang([], { t });
  const client = await plainClient(t, madang, 'writer');
  const chat = await joinChat(await launch(t), madang.url, 'Minji');
  for (let n = 1; n <= 40; n++)
    await client.say(`number ${n}`);
  const seen = (row) => row.evaluate((element) => {
    const pane = element.closest('.scroller').getBoundingClientRect();
    const { top, bottom } = element.getBoundingClientRect();
    return top < pane.bottom && bottom > pane.top;
  });
  assert.equal(await seen(await chat.message('number 40')), true);

  await chat.messages('number 1').evaluate((row) => row.scrollIntoView());
  await client.say('number 41');
  await client.say('number 42');
  await chat.button('New messages: 2').waitFor();
  assert.equal(await seen(chat.messages('number 42')), false);
  await chat.button('New messages: 2').click();
  await chat.button('New messages: 2').waitFor({ state: 'hidden' });
  assert.equal(await seen(chat.messages('number 42')), true);
  chat.assertQuiet();
});

test('after a break it comes back, with what was missed and with the text', async (t) => {
  const first = await startMadang([], { t });
  const { port, dataDir } = first;
  const args = ['--port', String(port)];
  const chat = await joinChat(await launch(t), first.url, 'Minji');
  await chat.say('before the break');
  const id = await chat.ownId('before the break');
  await first.stop();

  await chat.status.filter({ hasText: 'Reconnecting' }).waitFor();
  await chat.note('The connection was closed.');
  await chat.say('written in the break');
  await chat.page.getByText('Not connected. Your text stays here.').waitFor();
  assert.equal(await chat.composer.inputValue(), 'written in the break');

  const second = await startMadang(args, { t, dataDir });
  const client = await plainClient(t, second, 'writer');
  for (let n = 1; n <= 120; n++)
    await client.say(`missed ${n}`);
  await chat.connected();
  await chat.composer.press('Enter');
  await chat.message('written in the break');
  assert.equal(await chat.ownId('written in the break'), id);
  const missed = Array.from({ length: 120 }, (_, n) => `missed ${n + 1}`);
  assert.deepEqual(await chat.texts(), ['before the break', ...missed, 'written in the break']);
});

test('it says in words why it cannot connect', async (t) => {
  const madang = await startMadang([], { t });
  const web = createServer((_, response) => response.writeHead(404).end()).listen(0, '127.0.0.1');
  await once(web, 'listening');
  t.after(() => web.close());
  const chat = await openChat(await launch(t), madang.url);

  await chat.field('Port').fill('70000');
  await chat.button('Connect').click();
  await chat.page.getByText('A port is a number from 1 to 65535.').waitFor();
  await chat.field('Port').fill(String(web.address().port));
  await chat.field('Host').fill('no such host');
  await chat.button('Connect').click();
  await chat.page.getByText('This is not the address of a host.').waitFor();
  await chat.field('Host').fill('127.0.0.1');
  await chat.button('Connect').click();
  await chat.log.getByText(`Nothing answers at http://127.0.0.1:${web.address().port}.`).waitFor();

  await chat.field('Port').fill(String(madang.port));
  await chat.field('Host').fill(new URL(madang.url).hostname);
  await chat.connect('Minji');
});

test('it talks to a Socket.IO server that knows the five fields alone', async (t) => {
  const madang = await startMadang([], { t });
  const web = createServer().listen(0, '127.0.0.1');
  await once(web, 'listening');
  const server = new Server(web, { cors: { origin: '*' } });
  t.after(() => server.close());
  server.on('connection', (socket) => {
    socket.on('message', (message) => server.emit('message', message));
  });

  const chat = await openChat(await launch(t), madang.url);
  await chat.field('Port').fill(String(web.address().port));
  await chat.field('Host').fill('127.0.0.1');
  await chat.connect('Minji');
  await chat.note('This is another Socket.IO server: its messages are shown as they come.');
  await chat.say('hello there');
  assert.equal(await chat.values('hello there'), 'Minji,ALL,chat,text,hello there');

  server.emit('message', { sender: 'ada', recepient: 'ALL', command: 'chat', type: 'text',
                           data: 'and hello back' });
  await chat.message('and hello back');
  server.emit('response', { code: '200' });
  await chat.message('{"code":"200"}');
  await chat.page.getByRole('list').getByRole('button', { name: 'ada' }).waitFor();
  chat.assertQuiet();
});

for (const width of [320, 360]) {
  test(`nothing sticks out of a page of ${width} px`, async (t) => {
    const madang = await startMadang([], { t });
    const size = { viewport: { width, height: 640 } };
    const chat = await openChat(await launch(t), madang.url, size);
    const wide = () => chat.page.evaluate(() => {
      const panes = document.querySelectorAll('html, main, form, .scroller, .row, .text, dialog');
      return [...panes].some((pane) => pane.scrollWidth > pane.clientWidth);
    });
    assert.equal(await wide(), false);
    await chat.connect('A name that is rather long for a phone');
    await chat.say(`${'long'.repeat(60)} ${'https://example.org/'.repeat(8)}`);
    await chat.message(`${'long'.repeat(60)} ${'https://example.org/'.repeat(8)}`);
    assert.equal(await wide(), false);

    await chat.button('People').click();
    const sheet = chat.page.getByRole('dialog', { name: 'People' });
    await sheet.getByRole('button', { name: 'All' }).waitFor();
    assert.equal(await wide(), false);
    await chat.page.keyboard.press('Escape');
    await sheet.waitFor({ state: 'hidden' });
    await chat.button('Disconnect').click();
    assert.equal(await wide(), false);
    chat.assertQuiet();
  });
}

test('the keyboard is enough', async (t) => {
  const madang = await startMadang([], { t });
  const browser = await launch(t);
  const ada = await joinChat(browser, madang.url, 'Ada');
  const chat = await openChat(browser, madang.url);
  const { keyboard } = chat.page;
  await keyboard.type('Minji');
  await keyboard.press('Enter');
  await chat.connected();

  await keyboard.type('first');
  await keyboard.press('Shift+Enter');
  await keyboard.type('second');
  await keyboard.press('Enter');
  await ada.message('first\nsecond');

  await keyboard.press('Shift+Tab');
  await keyboard.press('Enter');  // "To: All" leads to the people
  await keyboard.press('Tab');
  await keyboard.press('Enter');  // Ada, and back to the message
  await keyboard.type('for you');
  await keyboard.press('Enter');
  await (await ada.message('for you')).getByText('private', { exact: true }).waitFor();

  await chat.message('for you');
  for (let n = 0; n < 3; n++)
    await keyboard.press('Shift+Tab');
  assert.equal(await chat.log.evaluate((log) => log === document.activeElement), true);
  await keyboard.press('ArrowUp');
  await keyboard.press('Enter');
  await chat.messages('for you').locator('details p').waitFor();

  const focused = () => chat.page.evaluate(() => document.activeElement.id);
  for (let n = 0; n < 12 && await focused() !== 'disconnectButton'; n++)
    await keyboard.press('Shift+Tab');
  await keyboard.press('Enter');
  await chat.note('The connection was closed.');
  assert.equal(await focused(), 'connectButton');
  chat.assertQuiet();
});

test('Enter that ends a syllable of an input method sends nothing', async (t) => {
  const madang = await startMadang([], { t });
  const chat = await joinChat(await launch(t), madang.url, 'Minji');
  await chat.composer.fill('안녕');
  await chat.composer.evaluate((entry) => entry.dispatchEvent(
    new KeyboardEvent('keydown', { key: 'Enter', isComposing: true, bubbles: true })));
  assert.equal(await chat.composer.inputValue(), '안녕');
  await chat.composer.press('Enter');
  await chat.message('안녕');
});

test('a flood stays short and smooth', async (t) => {
  const madang = await startMadang([], { t });
  const chat = await joinChat(await launch(t), madang.url, 'Minji');
  const result = await chat.page.evaluate(async () => {
    const [{ Timeline }, { Rows }, { makeFormat }, { translator }] = await Promise.all(
      ['timeline', 'rows', 'format', 'i18n'].map((name) => import(`./${name}.js`)));
    const by = (id) => document.getElementById(id);
    const t = translator('en');
    const timeline = new Timeline({
      log: by('result'), pane: by('scroller'), older: by('olderButton'),
      pill: by('newButton'), pillText: by('newText'),
    }, new Rows(t, makeFormat('en')), t, (id) => id);
    const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
    const started = performance.now();
    for (let serial = 1; serial <= 5000; serial++) {
      timeline.message({ serial, time: serial, sender: 'a', name: 'A', recepient: 'ALL',
                         command: 'chat', type: 'text', data: `number ${serial}` });
      if (serial % 100 === 0)
        await frame();
    }
    while (!by('result').textContent.includes('number 5000'))
      await frame();
    await frame();
    const pane = by('scroller');
    return {
      rows: by('result').childElementCount,
      last: by('result').lastElementChild.querySelector('.text').textContent,
      distance: pane.scrollHeight - pane.scrollTop - pane.clientHeight,
      older: !by('olderButton').hidden,
      ms: performance.now() - started,
    };
  });
  t.diagnostic(`5,000 messages took ${Math.round(result.ms)} ms`);
  assert.equal(result.rows, 2000);
  assert.equal(result.last, 'number 5000');
  assert.ok(result.distance < 4, `${result.distance} px from the end`);
  assert.equal(result.older, true);
});

test('every control has a role and a name', async (t) => {
  const madang = await startMadang([], { t });
  const chat = await openChat(await launch(t), madang.url);
  const check = async () => {
    const tree = await chat.page.locator('body').ariaSnapshot();
    for (const line of tree.split('\n'))
      assert.doesNotMatch(line, /^\s*- (button|textbox|log|img|dialog)\b(?! ")/);
    const nameless = await chat.page.locator('summary').evaluateAll(
      (list) => list.filter((summary) => !summary.ariaLabel).length);
    assert.equal(nameless, 0);
  };
  await check();
  await chat.connect('Minji');
  const client = await plainClient(t, madang, 'sensor-7');
  await client.say('hello');
  await chat.message('hello');
  await chat.writeTo('sensor-7');
  await chat.button('Write to all').waitFor();
  await check();
  await chat.page.setViewportSize({ width: 360, height: 640 });
  await check();
  await chat.button('People').click();
  await check();
});
