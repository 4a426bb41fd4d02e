// SPDX-License-Identifier: GPL-3.0-or-later
// The browser client as its reader meets it: found by roles and names, in English.

import assert from 'node:assert/strict';
import { openPage } from './lib.js';

/** Opens the page of the server at `url`; `options` are a browser context's. */
export async function openChat(browser, url, options) {
  return new Chat(await openPage(browser, url, options));
}

/** The same, connected as `name`. */
export async function joinChat(browser, url, name, options) {
  const chat = await openChat(browser, url, options);
  await chat.connect(name);
  return chat;
}

class Chat {
  constructor(page) {
    this.page = page;
    this.log = page.getByRole('log', { name: 'Results' });
    this.composer = page.getByRole('textbox', { name: 'Message' });
    this.status = page.getByRole('status').filter({ hasText: /onnect/ });
  }

  button(name) {
    return this.page.getByRole('button', { name, exact: true });
  }

  field(name) {
    return this.page.getByRole('textbox', { name, exact: true });
  }

  async connect(name) {
    await this.field('Name').fill(name);
    await this.button('Connect').click();
    await this.connected();
  }

  async connected() {
    await this.status.filter({ hasText: /^Connected/ }).waitFor();
  }

  async say(text) {
    await this.composer.fill(text);
    await this.composer.press('Enter');
  }

  /** Chooses to whom the next messages go: a name of the list, `All` too. */
  async writeTo(name) {
    await this.page.getByRole('list').getByRole('button', { name }).click();
  }

  /** The rows of messages whose text is exactly this. */
  messages(text) {
    return this.log.locator('.row').filter({ has: this.page.getByText(text, { exact: true }) });
  }

  /** Waits for the one row with this text; more than one is an error. */
  async message(text) {
    const row = this.messages(text);
    await row.waitFor();
    return row;
  }

  async note(text) {
    await this.log.getByText(text, { exact: true }).last().waitFor();
  }

  /** The five values behind a message, as one line. */
  async values(text) {
    const row = await this.message(text);
    const line = await row.locator('details p').textContent();
    return line.replace('Received message: ', '');
  }

  /** The reader's own id, as a message of theirs tells it. */
  async ownId(text) {
    return (await this.values(text)).split(',')[0];
  }

  async texts() {
    return this.log.locator('.message .text').allTextContents();
  }

  assertQuiet() {
    assert.deepEqual(this.page.complaints, []);
  }
}
