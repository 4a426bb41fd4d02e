// SPDX-License-Identifier: GPL-3.0-or-later
// What went wrong, as a key of i18n.js with its values.

const CLOSED = {
  'io client disconnect': 'whyYou',
  'io server disconnect': 'whyServer',
  'ping timeout': 'whyPing',
  'transport close': 'whyTransport',
  'transport error': 'whyTransport',
  'parse error': 'whyParse',
  'login refused': 'whyLogin',
};

export function closeReason(reason) {
  return Object.hasOwn(CLOSED, reason) ? [CLOSED[reason], {}] : ['whyOther', { reason }];
}

// A browser tells a page nothing of a request that failed before an answer came, or whose answer
// the page may not read: both have status 0.
export function connectReason(error, url) {
  if (error.message === 'timeout')
    return ['timeout', {}];
  if (error.message === 'server error' || error.message === 'parser error')
    return ['notSocketio', { url }];
  if (error.type !== 'TransportError')
    return ['refusedWhy', { message: error.message }];

  const status = Number(error.description) || 0;
  if (status === 401 || status === 403)
    return ['refused', {}];
  if (status >= 500)
    return ['serverTrouble', { status }];
  if (status >= 300)
    return ['notSocketio', { url }];
  return ['unreachable', { url }];
}

const LOGIN = { 'name-taken': 'nameTaken', 'bad-name': 'badName' };

// An error as servers answer it in an ack, or one of our own with a code.
export function answerReason(error) {
  if (error?.code === 'no-answer')
    return ['noAnswer', {}];
  if (error?.code === 'cut-off')
    return ['cutOff', {}];
  if (Object.hasOwn(LOGIN, error?.code ?? ''))
    return [LOGIN[error.code], {}];
  return ['serverError', { message: String(error?.message ?? error?.code ?? '?') }];
}
