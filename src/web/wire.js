// SPDX-License-Identifier: GPL-3.0-or-later
// What came over the wire, in the shape that the page relies on, whatever the server sent.

export const EVERYONE = 'ALL';

const text = (value, fallback = '') =>
  typeof value === 'string' ? value : value == null ? fallback : JSON.stringify(value) ?? '';

export function cleanMessage(message) {
  const { serial, time, sender, name, recepient, recipient, command, type, data } = message;
  return {
    serial: Number.isSafeInteger(serial) && serial > 0 ? serial : 0,
    time: Number.isFinite(time) ? time : Date.now(),
    sender: text(sender),
    name: text(name) || text(sender) || '?',
    recepient: text(recepient ?? recipient, EVERYONE),
    command: text(command, 'chat'),
    type: text(type, 'text'),
    data: data ?? '',
  };
}

export function cleanUser(user) {
  const id = text(user?.id);
  const kind = user?.kind === 'plain' ? 'plain' : 'rich';
  return { id, name: text(user?.name) || id || '?', kind };
}

export function cleanLogin({ user, secret, title, users, messages, more }) {
  return {
    user: cleanUser(user),
    secret: text(secret),
    title: text(title),
    users: list(users).map(cleanUser),
    messages: list(messages).map(cleanMessage),
    more: more === true,
  };
}

export function cleanPage({ messages, more }) {
  return { messages: list(messages).map(cleanMessage), more: more === true };
}

function list(value) {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

export function isObject(value) {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
