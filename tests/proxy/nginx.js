// SPDX-License-Identifier: GPL-3.0-or-later
// Debian's nginx with the file that we hand out, and clients that know it by its name.

import { execFileSync, spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { Agent } from 'node:https';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { deadline, defer, dial, START_MS, tempFolder } from '../interop/lib.js';

export const NAME = 'chat.example.org';
const ATTEMPTS = 5;
const running = new Set();

process.on('exit', () => running.forEach((child) => child.kill('SIGKILL')));

function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

function makeCertificate(folder) {
  execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2',
                           '-subj', `/CN=${NAME}`, '-addext', `subjectAltName=DNS:${NAME}`,
                           '-keyout', join(folder, 'key.pem'), '-out', join(folder, 'cert.pem')],
               { stdio: 'ignore', timeout: START_MS });
}

/** The file as it is handed out, but for ports and paths; each of them must be there to be put. */
function ourFile(folder, madang, http, https) {
  let text = readFileSync(process.env.NGINX_FILE, 'utf8');
  const put = (from, to) => {
    if (!text.includes(from))
      throw new Error(`there is no "${from}" in ${process.env.NGINX_FILE}`);
    text = text.replaceAll(from, to);
  };
  put('listen [::]:80;', '');
  put('listen [::]:443 ssl;', '');
  put('listen 80;', `listen 127.0.0.1:${http};`);
  put('listen 443 ssl;', `listen 127.0.0.1:${https} ssl;`);
  put('/etc/ssl/certs/chat.example.org.pem', join(folder, 'cert.pem'));
  put('/etc/ssl/private/chat.example.org.key', join(folder, 'key.pem'));
  put('server 127.0.0.1:3000;', `server 127.0.0.1:${madang};`);
  return text;
}

function mainFile(folder) {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((name) => `${name}_temp_path ${folder}/${name};`).join('\n  ');
  return `${process.getuid() === 0 ? 'user root;' : ''}
daemon off;
worker_processes 1;
pid ${folder}/nginx.pid;
error_log stderr notice;
events { worker_connections 256; }
http {
  access_log off;
  ${temporary}
  include ${folder}/madang.conf;
}
`;
}

/** Whether it came up; it does not when somebody else has taken a port meanwhile. */
async function comesUp(child, lines) {
  const started = new Promise((resolve) => {
    createInterface({ input: child.stderr }).on('line', (line) => {
      lines.push(line);
      if (line.includes('start worker process '))
        resolve(true);
    });
  });
  const ended = new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', () => resolve(false));
  });
  return deadline(Promise.race([started, ended]), START_MS, 'the start of nginx');
}

async function end(child, exited) {
  child.kill('SIGTERM');
  await deadline(exited, START_MS, 'the end of nginx').finally(() => child.kill('SIGKILL'));
  running.delete(child);
}

/** Starts nginx in front of `madang`: `{url, port, httpPort, ca, socket (), agent ()}`. */
export async function startNginx(t, madang) {
  const folder = tempFolder();
  const lines = [];
  makeCertificate(folder);
  writeFileSync(join(folder, 'nginx.conf'), mainFile(folder));
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const [httpPort, port] = [await freePort(), await freePort()];
    writeFileSync(join(folder, 'madang.conf'), ourFile(folder, madang.port, httpPort, port));
    const child = spawn(process.env.NGINX, ['-p', folder, '-c', join(folder, 'nginx.conf'),
                                            '-e', 'stderr'],
                        { stdio: ['ignore', 'ignore', 'pipe'] });
    const exited = new Promise((resolve) => child.once('exit', resolve));
    running.add(child);
    if (await comesUp(child, lines)) {
      defer(t, () => end(child, exited));
      return new Nginx(t, folder, httpPort, port);
    }
    running.delete(child);
  }
  throw new Error(`nginx does not start:\n${lines.join('\n')}`);
}

class Nginx {
  constructor(t, folder, httpPort, port) {
    this.t = t;
    this.httpPort = httpPort;
    this.port = port;
    this.url = `https://${NAME}:${port}`;
    this.ca = readFileSync(join(folder, 'cert.pem'));
  }

  /** Finds it by its name, from an address of this computer that the client chooses. */
  agent(localAddress) {
    const lookup = (name, options, done) => {
      const found = { address: '127.0.0.1', family: 4 };
      options.all ? done(null, [found]) : done(null, found.address, found.family);
    };
    const agent = new Agent({ ca: this.ca, lookup, localAddress });
    defer(this.t, () => agent.destroy());
    return agent;
  }

  /** A client under the prefix of the file. */
  socket({ from = '127.0.0.5', ...options } = {}) {
    return dial(this.t, this.url, { path: '/chat/socket.io/', agent: this.agent(from), ...options });
  }
}
