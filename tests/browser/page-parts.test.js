// SPDX-License-Identifier: GPL-3.0-or-later
// The parts of the browser client that need no browser: words, addresses, shapes.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ownAddress, parseAddress, socketPath } from '../../src/web/address.js';
import { chooseLocale, tables, translator } from '../../src/web/i18n.js';
import { closeReason, connectReason } from '../../src/web/reasons.js';
import { cleanLogin, cleanMessage } from '../../src/web/wire.js';
import { dataText, initialOf, makeFormat, rawValues } from '../../src/web/format.js';

test('both languages have the same words with the same values in them', () => {
  const keys = Object.keys(tables.en);
  assert.deepEqual(Object.keys(tables.ko), keys);
  for (const key of keys) {
    const values = (lang) => (tables[lang][key].match(/\{\w+\}/g) ?? []).sort();
    assert.deepEqual(values('ko'), values('en'), key);
    assert.ok(tables.ko[key] && tables.en[key], key);
  }
});

test('the language: asked for, then the reader\'s, then English', () => {
  assert.deepEqual(chooseLocale('?lang=ko', ['en-GB']), { lang: 'ko', locale: 'ko' });
  assert.deepEqual(chooseLocale('', ['fr-FR', 'ko-KR', 'en']), { lang: 'ko', locale: 'ko-KR' });
  assert.deepEqual(chooseLocale('?lang=constructor', ['en-GB']), { lang: 'en', locale: 'en-GB' });
  assert.deepEqual(chooseLocale('', []), { lang: 'en', locale: 'en' });
});

test('values go into words as they are', () => {
  assert.equal(translator('en')('joined', { name: '$& {name}' }), '$& {name} came.');
});

test('what is typed into Host and Port becomes an address', () => {
  const url = (host, port, protocol = 'http:') => parseAddress(host, port, protocol).url;
  assert.equal(url('localhost', '3000'), 'http://localhost:3000');
  assert.equal(url(' 10.0.0.5 ', ''), 'http://10.0.0.5:80');
  assert.equal(url('chat.example', '', 'https:'), 'https://chat.example:443');
  assert.equal(url('http://10.0.0.5:4000/', '80'), 'http://10.0.0.5:4000');
  assert.equal(url('::1', '3000'), 'http://[::1]:3000');
  assert.equal(url('[fe80::1]:81', '3000'), 'http://[fe80::1]:81');
  for (const host of ['', 'a b', 'a/b', 'a?b', 'u@a', 'a:b', 'a#'])
    assert.throws(() => url(host, '1'), { field: 'host' }, host);
  for (const port of ['0', '65536', '-1', 'x', '1e3'])
    assert.throws(() => url('a', port), { field: 'port' }, port);
});

test('the page\'s own address fills both entries', () => {
  const own = (page) => Object.values(ownAddress(new URL(page)));
  assert.deepEqual(own('http://10.0.0.5:3000/'), ['10.0.0.5', '3000']);
  assert.deepEqual(own('https://a.example/x/'), ['a.example', '443']);
  assert.deepEqual(own('file:///x'), ['localhost', '3000']);
});

test('below a prefix Socket.IO is below the prefix too, on the same server alone', () => {
  assert.equal(socketPath('http://a:80', 'http://a/chat/?lang=ko'), '/chat/socket.io/');
  assert.equal(socketPath('http://a:80', 'http://a/'), '/socket.io/');
  assert.equal(socketPath('http://b:80', 'http://a/chat/'), '/socket.io/');
});

test('errors of the connection have words', () => {
  const error = (message, more) => Object.assign(new Error(message), more);
  const poll = (description) => error('xhr poll error', { type: 'TransportError', description });
  const key = (what) => connectReason(what, 'http://a:1')[0];
  assert.equal(key(poll(0)), 'unreachable');
  assert.equal(key(poll(404)), 'notSocketio');
  assert.equal(key(poll(403)), 'refused');
  assert.equal(key(poll(503)), 'serverTrouble');
  assert.equal(key(error('timeout')), 'timeout');
  assert.equal(key(error('server error', { code: 'parser error' })), 'notSocketio');
  assert.equal(key(error('house is full')), 'refusedWhy');
  for (const reason of ['ping timeout', 'transport close', 'transport error', 'parse error',
                        'io server disconnect', 'io client disconnect', 'constructor'])
    assert.ok(tables.ko[closeReason(reason)[0]], reason);
});

test('whatever a server sends has the shape that the page needs', () => {
  const message = cleanMessage({ serial: '1', time: 'x', sender: { a: 1 }, command: null });
  assert.deepEqual({ ...message, time: 0 }, {
    serial: 0, time: 0, sender: '{"a":1}', name: '{"a":1}', recepient: 'ALL', command: 'chat',
    type: 'text', data: '',
  });
  const login = cleanLogin({ ok: true, users: {}, messages: [null, 1, {}], more: 'yes' });
  assert.equal(login.messages.length, 1);
  assert.deepEqual(login.users, []);
  assert.equal(login.more, false);
});

test('data in readable form', () => {
  assert.equal(dataText('a,b'), 'a,b');
  assert.equal(dataText({ a: [1, null] }), '{"a":[1,null]}');
  assert.equal(rawValues({ sender: 'a', recepient: 'ALL', command: 'chat', type: 'text', data: 1 }),
               'a,ALL,chat,text,1');
  assert.equal(initialOf(' 🙂x'), '🙂');
  assert.equal(initialOf(''), '?');
  assert.equal(makeFormat('en').time(1e300), '');
});
