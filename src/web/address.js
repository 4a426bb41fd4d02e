// SPDX-License-Identifier: GPL-3.0-or-later
// From what is typed into Host and Port to an address, and from the page's own address to both.

export function ownAddress(location) {
  const web = /^https?:$/.test(location.protocol);
  return {
    host: web ? location.hostname : 'localhost',
    port: web ? location.port || defaultPort(location.protocol) : '3000',
  };
}

function defaultPort(protocol) {
  return protocol === 'https:' ? '443' : '80';
}

// Throws an Error whose message is the key of the words to show and whose `field` is the entry.
export function parseAddress(host, port, protocol) {
  const scheme = protocol === 'https:' ? 'https:' : 'http:';
  const typed = splitHost(host.trim());
  const number = typed.port || port.trim() || defaultPort(scheme);
  if (!/^\d{1,5}$/.test(number) || +number < 1 || +number > 65535)
    throw wrong('badPort', 'port');

  const name = hostName(typed.host, scheme);
  if (!name)
    throw wrong('badHost', 'host');
  return { host: name, port: String(+number), url: `${scheme}//${name}:${+number}` };
}

// The host as a URL writes it; nothing when there is more than a host in it, or characters that
// some browsers let pass.
function hostName(host, scheme) {
  try {
    const { href, hostname } = new URL(`${scheme}//${host}`);
    const sound = /^([\w.-]+|\[[0-9a-f:.]+\])$/.test(hostname);
    return sound && href === `${scheme}//${hostname}/` ? hostname : '';
  } catch {
    return '';
  }
}

// People paste whole addresses ("http://10.0.0.5:3000/") and bare IPv6 ones.
function splitHost(text) {
  const bare = text.replace(/^[a-z]+:\/\//i, '').replace(/\/$/, '');
  if (/^[0-9a-f]*:[0-9a-f]*:[0-9a-f:.]*$/i.test(bare))
    return { host: `[${bare}]`, port: '' };
  const parts = /^(.*?)(?::(\d+))?$/.exec(bare);
  return { host: parts[1], port: parts[2] ?? '' };
}

function wrong(key, field) {
  return Object.assign(new Error(key), { field });
}

// Behind a proxy that serves the page below a prefix, Socket.IO is below the same prefix.
export function socketPath(url, page) {
  return new URL(url).origin === new URL(page).origin
    ? new URL('socket.io/', page).pathname
    : '/socket.io/';
}
