// SPDX-License-Identifier: GPL-3.0-or-later
// A real browser for tests: the system's Chromium, with a fresh profile for each test.

import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { chromium } from 'playwright-core';
import { defer } from '../interop/lib.js';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome'];
const ACTION_MS = 30000;

// As root in a container there is no sandbox and no GPU; nothing may call home.
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-proxy-server',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

function isProgram(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Where the browser is, or null. BROWSER_PROGRAM names another one. */
export function findBrowser() {
  if (process.env.BROWSER_PROGRAM)
    return process.env.BROWSER_PROGRAM;
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/bin'];
  const paths = NAMES.flatMap((name) => folders.map((folder) => join(folder, name)));
  return paths.find(isProgram) ?? null;
}

/** Starts a browser that ends after the test `t`, with these arguments beside the usual ones. */
export async function launch(t, more = []) {
  const executablePath = findBrowser();
  if (executablePath === null)
    throw new Error('no Chromium was found; ./dev test installs it');
  const browser = await chromium.launch({ executablePath, args: [...FLAGS, ...more] });
  defer(t, () => browser.close());
  return browser;
}

/**
 * Opens a page in a profile of its own. `page.complaints` collects what its console says in errors
 * and the exceptions that nothing caught: most tests end with an assertion that it is empty.
 */
export async function openPage(browser, url, options = {}) {
  const context = await browser.newContext({ locale: 'en-US', ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(ACTION_MS);
  page.complaints = [];
  page.on('pageerror', (error) => page.complaints.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error')
      page.complaints.push(message.text());
  });
  if (url)
    await page.goto(url);
  return page;
}
