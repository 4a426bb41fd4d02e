// SPDX-License-Identifier: GPL-3.0-or-later
// Every word of the page, in English and Korean. Both tables have the same keys.

export const tables = {
  en: {
    tagline: 'Talk with everyone on this network.',
    name: 'Name',
    host: 'Host',
    port: 'Port',
    connect: 'Connect',
    disconnect: 'Disconnect',
    results: 'Results',
    message: 'Message',
    send: 'Send',
    people: 'People',
    close: 'Close',
    older: 'Load older',
    guest: 'Guest {number}',
    all: 'All',
    you: 'you',
    plainClient: 'plain client',
    to: 'To: {name}',
    toAway: 'To: {name} (gone)',
    toAll: 'Write to all',
    newMessages: 'New messages: {count}',
    private: 'private',
    privateTo: 'private to {name}',
    details: 'Details',
    showAll: 'Show all',
    tryAgain: 'Try again',
    sending: 'Sending…',
    notSent: 'Not sent. {reason}',
    keptText: 'Not connected. Your text stays here.',

    idle: 'Not connected',
    connecting: 'Connecting…',
    connected: 'Connected',
    connectedPlain: 'Connected, plain messages',
    reconnecting: 'Reconnecting…',
    attempt: 'attempt {number}',

    clicked: 'Connect was clicked.',
    opened: 'Connected to {url}',
    closed: 'The connection was closed.',
    received: 'Received message: {values}',
    plainServer: 'This is another Socket.IO server: its messages are shown as they come.',
    joined: '{name} came.',
    left: '{name} left.',
    renamed: '{before} is now {name}.',

    badHost: 'This is not the address of a host.',
    badPort: 'A port is a number from 1 to 65535.',
    nameTaken: 'Somebody else has this name.',
    badName: 'The server does not take this name.',
    unreachable: 'Nothing answers at {url}. Is the server running, and is the address right?',
    timeout: 'The server did not answer in time.',
    notSocketio: 'There is a server at {url}, but it does not speak Socket.IO 4.',
    refused: 'The server refused the connection.',
    refusedWhy: 'The server refused: {message}',
    serverTrouble: 'The server has trouble (HTTP {status}).',
    unknownError: 'It did not work: {message}',
    noAnswer: 'The server did not answer.',
    cutOff: 'The connection was lost on the way.',
    historyFailed: 'The older messages could not be loaded. {reason}',
    serverError: 'The server says: {message}',

    whyYou: 'You disconnected.',
    whyServer: 'The server ended it.',
    whyPing: 'The server was silent for too long.',
    whyTransport: 'The network was interrupted or the server stopped.',
    whyParse: 'The server sent something unreadable.',
    whyLogin: 'The server did not let you in.',
    whyOther: 'Reason: {reason}',
  },

  ko: {
    tagline: '이 네트워크에 있는 모두와 이야기하세요.',
    name: '이름',
    host: '호스트',
    port: '포트',
    connect: '연결하기',
    disconnect: '연결 끊기',
    results: '결과',
    message: '메시지',
    send: '보내기',
    people: '사람들',
    close: '닫기',
    older: '이전 메시지 불러오기',
    guest: '손님 {number}',
    all: '모두',
    you: '나',
    plainClient: '일반 클라이언트',
    to: '받는 사람: {name}',
    toAway: '받는 사람: {name} (나감)',
    toAll: '모두에게 쓰기',
    newMessages: '새 메시지 {count}개',
    private: '귓속말',
    privateTo: '{name} 님에게 귓속말',
    details: '자세히',
    showAll: '모두 보기',
    tryAgain: '다시 시도',
    sending: '보내는 중…',
    notSent: '보내지 못했습니다. {reason}',
    keptText: '연결되어 있지 않습니다. 쓴 글은 그대로 남아 있습니다.',

    idle: '연결되지 않음',
    connecting: '연결 중…',
    connected: '연결됨',
    connectedPlain: '연결됨(일반 메시지)',
    reconnecting: '다시 연결 중…',
    attempt: '{number}번째 시도',

    clicked: 'connectButton이 클릭되었습니다.',
    opened: '웹소켓 서버에 연결되었습니다. : {url}',
    closed: '웹소켓 연결이 종료되었습니다.',
    received: '수신 메시지 : {values}',
    plainServer: '다른 Socket.IO 서버입니다. 받은 메시지를 그대로 보여 줍니다.',
    joined: '{name} 님이 들어왔습니다.',
    left: '{name} 님이 나갔습니다.',
    renamed: '{before} 님의 이름이 {name}(으)로 바뀌었습니다.',

    badHost: '호스트 주소가 올바르지 않습니다.',
    badPort: '포트는 1부터 65535까지의 숫자입니다.',
    nameTaken: '다른 사람이 이미 쓰고 있는 이름입니다.',
    badName: '서버에서 받아들이지 않는 이름입니다.',
    unreachable: '{url}에서 응답이 없습니다. 서버가 실행 중인지, 주소가 맞는지 확인하세요.',
    timeout: '서버가 제시간에 응답하지 않았습니다.',
    notSocketio: '{url}에 서버가 있지만 Socket.IO 4 서버가 아닙니다.',
    refused: '서버가 연결을 거절했습니다.',
    refusedWhy: '서버가 거절했습니다: {message}',
    serverTrouble: '서버에 문제가 있습니다(HTTP {status}).',
    unknownError: '실패했습니다: {message}',
    noAnswer: '서버가 응답하지 않았습니다.',
    cutOff: '보내는 도중에 연결이 끊어졌습니다.',
    historyFailed: '이전 메시지를 불러오지 못했습니다. {reason}',
    serverError: '서버 알림: {message}',

    whyYou: '직접 연결을 끊었습니다.',
    whyServer: '서버가 연결을 끊었습니다.',
    whyPing: '서버가 너무 오래 응답하지 않았습니다.',
    whyTransport: '네트워크가 끊겼거나 서버가 멈췄습니다.',
    whyParse: '서버가 읽을 수 없는 데이터를 보냈습니다.',
    whyLogin: '서버가 들여보내지 않았습니다.',
    whyOther: '이유: {reason}',
  },
};

// `?lang=ko` comes first, then the reader's own order of languages, then English.
export function chooseLocale(search, languages) {
  const asked = new URLSearchParams(search).get('lang');
  for (const locale of [asked, ...languages]) {
    const lang = locale?.toLowerCase().split('-')[0];
    if (lang && Object.hasOwn(tables, lang))
      return { lang, locale: languages.find((l) => l.toLowerCase().startsWith(lang)) ?? lang };
  }
  return { lang: 'en', locale: 'en' };
}

export function translator(lang) {
  const table = tables[lang];
  // A function as the replacement: `$&` in somebody's name must stay as it is.
  return (key, values = {}) => table[key].replace(/\{(\w+)\}/g, (_, name) => String(values[name]));
}

// Fills the elements that name their words: the text, the accessible name, the placeholder.
export function translatePage(root, t) {
  for (const element of root.querySelectorAll('[data-text]'))
    element.textContent = t(element.dataset.text);
  for (const element of root.querySelectorAll('[data-label]')) {
    element.setAttribute('aria-label', t(element.dataset.label));
    if (element.localName === 'button')
      element.title = t(element.dataset.label);
  }
  for (const element of root.querySelectorAll('[data-placeholder]'))
    element.placeholder = t(element.dataset.placeholder);
}
