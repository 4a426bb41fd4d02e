// SPDX-License-Identifier: GPL-3.0-or-later
// Arguments of all kinds, as the programs of peers.js write them: bytes stand as {"$": "base64"}.

export const bin = (...bytes) => ({ $: Buffer.from(bytes).toString('base64') });

export const ARGS = [
  [],
  ['text', 1, -0.5, true, null],
  ['안녕 🙂 \u2028', '"\\\n\u001e'],
  [{ a: [1, { b: [] }], 키: '값' }],
  [bin(1, 2, 3)],
  [bin(), { deep: [{ bytes: bin(0, 255) }, 1] }, bin(4), 'text'],
  ['길게 '.repeat(20000)],
  [bin(...Array(50000).fill(7))],
];

/** The codes of SocketioError. */
export const ERRORS = {
  TIMED_OUT: 5,
  NOT_ADMITTED: 7,
  DISCONNECTED: 8,
  TOO_LARGE: 10,
  CERTIFICATE: 11,
};
