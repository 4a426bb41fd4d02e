// SPDX-License-Identifier: GPL-3.0-or-later
// The chat's end of the wire: one Socket.IO socket, the login after every connect, and what was
// missed in between. It knows nothing of the page; reasons.js puts its errors into words.
//
// Events, each with a detail:
//   state    {state: 'idle' | 'connecting' | 'connected' | 'reconnecting', attempt}
//   opened   {url, mode: 'rich' | 'plain', user, title, users, messages, more}
//   message  MSG       joined, left, renamed  user       server-error  {code, message}
//   event    {name, args}: an event of a server that is not ours
//   failed   {error, url}: the first connect did not work
//   refused  {error}: no login; the listener closes
//   closed   {reason, again}: `again` says that it tries to come back

import { io } from './socket.io/socket.io.esm.min.js';
import { socketPath } from './address.js';
import { cleanLogin, cleanMessage, cleanPage, cleanUser, isObject } from './wire.js';

const LOGIN_WAIT = 3000;
const ACK_WAIT = 10000;
const PAGE = 50;
const MISSED_PAGES = 40;
const HELD_MOST = 2000;

const CHAT_EVENTS = {
  'chat:message': 'message',
  'chat:joined': 'joined',
  'chat:left': 'left',
  'chat:renamed': 'renamed',
  'error': 'server-error',
};

export class Connection extends EventTarget {
  #store;
  #socket = null;
  #state = 'idle';
  #url = '';
  #name = '';
  #mode = '';
  // Counts the connects and closes: an answer that belongs to an earlier one is dropped.
  #turn = 0;
  // Events wait here until it is clear what the server is and what was missed.
  #held = null;
  #lastSerial = 0;
  #opened = false;

  constructor(store) {
    super();
    this.#store = store;
  }

  get state() {
    return this.#state;
  }

  get mode() {
    return this.#mode;
  }

  get url() {
    return this.#url;
  }

  open(url, name) {
    this.close();
    if (url !== this.#url)
      this.#lastSerial = 0;
    this.#url = url;
    this.#name = name;
    this.#opened = false;
    this.#socket = io(url, {
      forceNew: true,
      autoConnect: false,
      path: socketPath(url, document.baseURI),
    });
    this.#listen(this.#socket);
    this.#setState('connecting');
    this.#socket.connect();
  }

  close(reason = 'io client disconnect') {
    const socket = this.#socket;
    if (!socket)
      return;
    this.#socket = null;
    this.#turn++;
    this.#held = null;
    socket.off();
    socket.io.off();
    socket.disconnect();
    this.#setState('idle');
    this.#tell('closed', { reason, again: false });
  }

  // Resolves with the ack; rejects with {code, message}, where `no-answer` and `cut-off` leave open
  // whether the message arrived.
  send(recepient, text) {
    const message = { recepient, command: 'chat', type: 'text', data: text };
    if (this.#mode === 'rich')
      return this.#ask('message', message);
    if (this.#state !== 'connected')
      return Promise.reject({ code: 'cut-off' });
    this.#socket.emit('message', { sender: this.#name, ...message });
    return Promise.resolve({ ok: true, serial: 0, time: Date.now() });
  }

  async history(before) {
    return cleanPage(await this.#ask('chat:history', { before, limit: PAGE }));
  }

  #ask(event, argument) {
    const socket = this.#socket;
    if (!socket?.connected)
      return Promise.reject({ code: 'cut-off' });
    return new Promise((resolve, reject) => {
      socket.timeout(ACK_WAIT).emit(event, argument, (error, answer) => {
        if (error)
          reject({ code: socket.connected ? 'no-answer' : 'cut-off' });
        else if (answer?.ok)
          resolve(answer);
        else
          reject(answer?.error ?? { code: 'no-answer' });
      });
    });
  }

  #listen(socket) {
    socket.on('connect', () => this.#login());
    socket.on('connect_error', (error) => this.#connectFailed(error));
    socket.on('disconnect', (reason) => this.#lost(reason));
    socket.io.on('reconnect_attempt', (attempt) => this.#setState('reconnecting', attempt));
    socket.onAny((name, ...args) => this.#arrived(name, args));
  }

  #connectFailed(error) {
    if (this.#opened && this.#socket.active)
      return;  // the manager goes on trying, and says so by its attempts
    this.#drop();
    this.#tell('failed', { error, url: this.#url });
  }

  #lost(reason) {
    const again = this.#socket.active;
    this.#turn++;
    this.#held = null;
    if (!again)
      this.#drop();
    else
      this.#setState('reconnecting', 1);
    this.#tell('closed', { reason, again });
  }

  #drop() {
    this.#socket.off();
    this.#socket.io.off();
    this.#socket.disconnect();
    this.#socket = null;
    this.#setState('idle');
  }

  #login() {
    const turn = ++this.#turn;
    this.#held = [];
    this.#mode = '';
    const secret = this.#store.secret(this.#url, this.#name);
    const giveUp = setTimeout(() => turn === this.#turn && this.#plain(), LOGIN_WAIT);
    // A late answer still counts: then it is a slow server of ours after all.
    this.#socket.emit('chat:login', { name: this.#name, ...(secret && { secret }) }, (answer) => {
      clearTimeout(giveUp);
      if (turn === this.#turn)
        this.#answered(answer);
    });
  }

  async #answered(answer) {
    if (!answer?.ok) {
      this.#tell('refused', { error: answer?.error });
      return;
    }
    const turn = this.#turn;
    const login = cleanLogin(answer);
    this.#held ??= [];
    this.#store.keepSecret(this.#url, this.#name, login.secret);
    const missed = await this.#missed(login);
    if (turn !== this.#turn)
      return;
    this.#mode = 'rich';
    this.#start({ ...login, ...missed });
  }

  // The login brings the newest messages; after a long absence there is a gap to what is shown.
  async #missed({ messages, more }) {
    const turn = this.#turn;
    let pages = 0;
    const gap = () => more && this.#lastSerial && messages[0]?.serial > this.#lastSerial;
    while (gap() && pages++ < MISSED_PAGES) {
      const page = await this.history(messages[0].serial).catch(() => null);
      if (!page?.messages.length || turn !== this.#turn)
        break;
      messages = [...page.messages, ...messages];
      more = page.more;
    }
    return { messages, more };
  }

  #plain() {
    this.#mode = 'plain';
    this.#start(cleanLogin({ user: { id: this.#name } }));
  }

  #start(answer) {
    this.#opened = true;
    for (const { serial } of answer.messages)
      this.#lastSerial = Math.max(this.#lastSerial, serial);
    this.#setState('connected');
    this.#tell('opened', { url: this.#url, mode: this.#mode, ...answer });
    const held = this.#held;
    this.#held = null;
    for (const [name, args] of held)
      this.#deliver(name, args);
  }

  #arrived(name, args) {
    if (!this.#held)
      this.#deliver(name, args);
    else if (this.#held.push([name, args]) > HELD_MOST)
      this.#held.shift();
  }

  #deliver(name, args) {
    if (this.#mode === 'plain')
      this.#deliverPlain(name, args);
    else if (Object.hasOwn(CHAT_EVENTS, name) && isObject(args[0]))
      this.#deliverChat(CHAT_EVENTS[name], args[0]);
  }

  #deliverPlain(name, args) {
    const values = args.filter((arg) => typeof arg !== 'function');
    if (name === 'message' && isObject(values[0]))
      this.#tell('message', cleanMessage({ ...values[0], serial: 0, time: null, name: null }));
    else
      this.#tell('event', { name, args: values });
  }

  #deliverChat(type, detail) {
    if (type === 'message') {
      const message = cleanMessage(detail);
      this.#lastSerial = Math.max(this.#lastSerial, message.serial);
      this.#tell(type, message);
    } else if (type === 'server-error') {
      this.#tell(type, detail);
    } else {
      this.#tell(type, cleanUser(detail.user));
    }
  }

  #setState(state, attempt = 0) {
    this.#state = state;
    this.#tell('state', { state, attempt });
  }

  #tell(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}
