// SPDX-License-Identifier: GPL-3.0-or-later
// Pages with the browser bundles of Socket.IO 1 and 2, as people still have them, in one chat with
// the current one.

import assert from 'node:assert/strict';
import { copyFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { startMadang, tempFolder } from '../interop/lib.js';
import { launch, openPage } from './lib.js';

const BUNDLES = {
  '1.7.4': 'socket.io-client-1',
  '2.5.0': 'socket.io-client-2',
  '4.8': 'socket.io-client',
};
const WAYS = {
  'polling, then upgraded': {},
  'polling only': { transports: ['polling'] },
  'websocket only': { transports: ['websocket'] },
  'polling only, without bytes': { transports: ['polling'], forceBase64: true },
};

/** A folder with one page for each version. */
function pageFolder() {
  const folder = tempFolder();
  for (const [version, name] of Object.entries(BUNDLES)) {
    const bundle = new URL(`../../node_modules/${name}/dist/socket.io.js`, import.meta.url);
    copyFileSync(bundle, join(folder, `${version}.js`));
    writeFileSync(join(folder, `${version}.html`),
                  `<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,">` +
                  `<script src="${version}.js"></script>`);
  }
  return folder;
}

/** A page whose client has connected. */
class Member {
  static async join(browser, madang, version, options) {
    const member = new Member();
    member.page = await openPage(browser, `${madang.url}${version}.html`);
    member.id = await member.page.evaluate((more) => new Promise((resolve, reject) => {
      window.messages = [];
      window.socket = io({ forceNew: true, reconnection: false, ...more });
      socket.on('message', (message) => messages.push(message));
      socket.on('connect', () => resolve(socket.id));
      socket.on('connect_error', (error) => reject(new Error(`connect_error: ${error}`)));
      socket.on('disconnect', (reason) => messages.push({ gone: reason }));
    }), options);
    return member;
  }

  say(message) {
    return this.page.evaluate((what) => new Promise((resolve) => {
      socket.emit('message', what, resolve);
    }), message);
  }

  async heard(count) {
    await this.page.waitForFunction((n) => messages.length >= n, count);
    return this.page.evaluate(() => messages);
  }

  /** What comes back of `values`, with bytes in them as arrays. */
  echo(values) {
    return this.page.evaluate((what) => new Promise((resolve) => {
      const bytes = new Uint8Array([0, 4, 200, 255]).buffer;
      socket.emit('echo', what, bytes, { in: [bytes] }, (back, first, second) => {
        resolve([back, [...new Uint8Array(first)], [...new Uint8Array(second.in[0])]]);
      });
    }), values);
  }

  transport() {
    return this.page.evaluate(() => socket.io.engine.transport.name);
  }
}

for (const [way, options] of Object.entries(WAYS)) {
  test(`pages of all versions chat (${way})`, async (t) => {
    const madang = await startMadang(['--static', pageFolder()], { t });
    const browser = await launch(t);
    const members = [];
    for (const version of Object.keys(BUNDLES))
      members.push(await Member.join(browser, madang, version, options));

    const expected = [];
    for (const [n, member] of members.entries()) {
      const message = { sender: `사람${n}`, recepient: 'ALL', command: 'chat', type: 'text',
                        data: `안녕 é€😀 ${n}` };
      assert.equal((await member.say(message)).ok, true);
      expected.push(message);
    }
    for (const member of members)
      assert.deepEqual(await member.heard(expected.length), expected);

    const values = ['가'.repeat(3000), '🙂'.repeat(1000), { '키': [1.5, null, '값'] }];
    for (const member of members) {
      assert.deepEqual(await member.echo(values), [values, [0, 4, 200, 255], [0, 4, 200, 255]]);
      assert.deepEqual(await member.echo(['\ud800x']), [['\ufffdx'], [0, 4, 200, 255],
                                                       [0, 4, 200, 255]]);
    }
    if (options.transports)
      for (const member of members)
        assert.equal(await member.transport(), options.transports[0]);
    for (const { page } of members)
      assert.deepEqual(page.complaints, []);
  });
}
