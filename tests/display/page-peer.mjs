// SPDX-License-Identifier: GPL-3.0-or-later
// page-peer.mjs: somebody on the page that the server hands out, in a real browser
//
//   page-peer.mjs URL NAME
//
//   out: connected {}   message {name, text, tags}   writing {name}   complaints {complaints}
//   in:  {"say": "..."}   {"writeTo": name}. The end of input leaves.

import { createInterface } from 'node:readline';
import { launch } from '../browser/lib.js';
import { openChat } from '../browser/page.js';

const [url, name] = process.argv.slice(2);
const tell = (event, values) => console.log(JSON.stringify({ ...values, event }));

// What lib.js defers to the end of a test is done at the end of the program.
let end;
const t = { after: (step) => end = step };

/** Tells each message once it is in the log; what is still on its way does not count. */
function watchLog(log) {
  const selector = '.row.message:not(.sending, .failed)';
  const textOf = (row, part) => row.querySelector(part)?.textContent ?? '';
  const tellRow = (row) => window.tellMessage({
    name: textOf(row, '.who'),
    text: textOf(row, '.text'),
    tags: [...row.querySelectorAll('.tag')].map((tag) => tag.textContent),
  });
  const look = (element) => {
    if (element.nodeType !== Node.ELEMENT_NODE)
      return;
    if (element.matches(selector))
      tellRow(element);
    element.querySelectorAll(selector).forEach(tellRow);
  };
  look(log);
  new MutationObserver((changes) => {
    changes.forEach((change) => change.addedNodes.forEach(look));
  }).observe(log, { childList: true, subtree: true });
}

async function obey(chat, command) {
  if ('say' in command)
    await chat.say(command.say);
  if ('writeTo' in command) {
    await chat.writeTo(command.writeTo);
    tell('writing', { name: command.writeTo });
  }
}

const chat = await openChat(await launch(t), url);
await chat.page.exposeFunction('tellMessage', (message) => tell('message', message));
await chat.connect(name);
await chat.log.evaluate(watchLog);
tell('connected');
for await (const line of createInterface({ input: process.stdin }))
  await obey(chat, JSON.parse(line));
await end();
