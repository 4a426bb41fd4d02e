// SPDX-License-Identifier: GPL-3.0-or-later
// Puts the parts of the page together: what the connection tells becomes rows and people, what
// the reader does becomes calls of the connection.

import { Composer } from './composer.js';
import { Connection } from './connection.js';
import { $ } from './dom.js';
import { dataText, makeFormat } from './format.js';
import { chooseLocale, translatePage, translator } from './i18n.js';
import { Outbox } from './outbox.js';
import { People } from './people.js';
import { answerReason, closeReason, connectReason } from './reasons.js';
import { Rows } from './rows.js';
import { Start } from './start.js';
import { store } from './store.js';
import { Timeline } from './timeline.js';
import { cleanUser } from './wire.js';

const { lang, locale } = chooseLocale(location.search, navigator.languages);
const t = translator(lang);
document.documentElement.lang = lang;
translatePage(document, t);

const connection = new Connection(store);
const timeline = new Timeline({
  log: $('result'),
  pane: $('scroller'),
  older: $('olderButton'),
  pill: $('newButton'),
  pillText: $('newText'),
}, new Rows(t, makeFormat(locale)), t, (id) => people.nameOf(id));
const outbox = new Outbox(connection, timeline, t);
const people = new People({
  list: $('peopleList'),
  content: $('people'),
  aside: $('aside'),
  sheet: $('peopleSheet'),
  button: $('peopleButton'),
  counts: [$('peopleCount'), $('peopleTotal')],
  close: $('closePeople'),
}, t, locale);
const composer = new Composer({
  form: $('composer'),
  input: $('messageInput'),
  to: $('toButton'),
  toText: $('toText'),
  toAll: $('toAllButton'),
  hint: $('composerHint'),
}, t);
const start = new Start({
  form: $('connectForm'),
  name: $('nameInput'),
  host: $('hostInput'),
  port: $('portInput'),
  connect: $('connectButton'),
  errors: { name: $('nameError'), host: $('hostError'), port: $('portError') },
}, t, store.name);

let shownUrl = '';
let unread = 0;
let pageTitle = 'Madang';

function setView(view) {
  document.body.dataset.view = view;
}

function showTitle() {
  $('title').textContent = pageTitle;
  document.title = unread ? `(${unread}) ${pageTitle}` : pageTitle;
}

function writeTo(user) {
  composer.recipient = user;
  people.choose(user?.id ?? '');
  composer.focus();
}

// On a phone the focus in the entry would raise the keyboard over the talk.
function focusTalk() {
  if (matchMedia('(pointer: coarse)').matches)
    $('result').focus({ preventScroll: true });
  else
    composer.focus();
}

function connect({ url, name }) {
  if (shownUrl && shownUrl !== url) {
    timeline.clear();
    outbox.clear();
    pageTitle = 'Madang';
    showTitle();
    writeTo(null);
  }
  shownUrl = url;
  store.name = name;
  timeline.note(t('clicked'));
  setView('talk');
  connection.open(url, name);
}

function showState({ state, attempt }) {
  const plain = state === 'connected' && connection.mode === 'plain';
  document.body.dataset.state = state;
  $('status').textContent = t(plain ? 'connectedPlain' : state);
  $('attempt').textContent = attempt > 1 ? t('attempt', { number: attempt }) : '';
  composer.online = state === 'connected';
}

function opened({ url, mode, user, title, users, messages, more }) {
  timeline.me = user;
  people.set(users, user.id);
  pageTitle = title || 'Madang';
  showTitle();
  // What was said before comes above what happened since; what was missed comes below it.
  if (timeline.hasMessages)
    timeline.append(messages).filter(isOwn).forEach((message) => outbox.arrived(message));
  else
    timeline.prepend(messages, more);
  timeline.note(t('opened', { url }));
  if (mode === 'plain')
    timeline.note(t('plainServer'));
  people.choose(composer.recipient?.id ?? '');
  composer.away = mode === 'rich' && composer.recipient && !people.has(composer.recipient.id);
  if (document.activeElement === document.body)
    focusTalk();
}

function isOwn(message) {
  return message.sender === timeline.me.id;
}

function arrived(message) {
  const own = isOwn(message);
  if (own)
    outbox.arrived(message);
  if (connection.mode === 'plain' && message.sender && !people.has(message.sender))
    people.add(cleanUser({ id: message.sender, kind: 'plain' }));
  const shown = timeline.message(message);
  if (shown && !own && document.hidden) {
    unread++;
    showTitle();
  }
}

function closed({ reason, again }) {
  timeline.note(t('closed'), { why: t(...closeReason(reason)), kind: again ? 'warning' : '' });
  if (!again)
    end();
}

// Back to the card, with the results below it.
function end() {
  people.close();
  setView('ended');
  start.focus();
}

function refused({ error }) {
  const words = t(...answerReason(error));
  timeline.note(words, { kind: 'error' });
  connection.close('login refused');
  if (['name-taken', 'bad-name'].includes(error?.code))
    start.fail(words, 'name');
}

function failed({ error, url }) {
  timeline.note(t(...connectReason(error, url)), { kind: 'error' });
  end();
}

function joined(user) {
  const returned = people.has(user.id);
  people.add(user);
  if (composer.recipient?.id === user.id)
    composer.away = false;
  if (!returned && user.id !== timeline.me.id)
    timeline.note(t('joined', { name: user.name }), { kind: 'quiet' });
}

function left(user) {
  people.remove(user.id);
  if (composer.recipient?.id === user.id)
    composer.away = true;
  if (user.id !== timeline.me.id)
    timeline.note(t('left', { name: user.name }), { kind: 'quiet' });
}

function renamed(user) {
  const before = people.nameOf(user.id) ?? user.id;
  people.add(user);
  if (composer.recipient?.id === user.id)
    composer.recipient = user;
  if (before !== user.name)
    timeline.note(t('renamed', { before, name: user.name }), { kind: 'quiet' });
}

async function loadOlder({ before }) {
  try {
    const { messages, more } = await connection.history(before);
    timeline.prepend(messages, more);
  } catch (error) {
    timeline.olderFailed();
    const reason = t(...answerReason(error));
    timeline.note(t('historyFailed', { reason }), { kind: 'error' });
  }
}

const on = (target, type, handle) => target.addEventListener(type, (event) => handle(event.detail));

on(start, 'connect', connect);
on(connection, 'state', showState);
on(connection, 'opened', opened);
on(connection, 'closed', closed);
on(connection, 'refused', refused);
on(connection, 'failed', failed);
on(connection, 'message', arrived);
on(connection, 'joined', joined);
on(connection, 'left', left);
on(connection, 'renamed', renamed);
on(connection, 'event', ({ name, args }) => timeline.event(name, args));
on(connection, 'server-error', (error) =>
  timeline.note(t('serverError', { message: dataText(error.message ?? error.code ?? '') }),
                { kind: 'error' }));
on(timeline, 'older', loadOlder);
on(people, 'choose', writeTo);
on(composer, 'send', ({ text, recipient }) => outbox.send(text, recipient));
on(composer, 'pick', () => people.open());
on(composer, 'everyone', () => writeTo(null));
$('disconnectButton').addEventListener('click', () => connection.close());
document.addEventListener('visibilitychange', () => {
  if (!document.hidden) {
    unread = 0;
    showTitle();
  }
});

showState({ state: 'idle', attempt: 0 });
start.focus();
