# chat.py: the window of Madang as its user meets it, found by the words that it shows
#
# SPDX-License-Identifier: GPL-3.0-or-later
#
# The tests speak English; a window in another language is used with the words of that language.

import re

import display
from node import SECONDS, Node, matches, wait_for

KOREAN = {
    'Join a Chat': '대화방 참여',
    'Host a Chat': '대화방 열기',
    'Name': '이름',
    'Host': '호스트',
    'Port': '포트',
    'Title': '제목',
    'Connect': '연결하기',
    'Start Hosting': '열기',
    'Main Menu': '주 메뉴',
    'Disconnect': '연결 끊기',
    'Back': '뒤로',
    'People': '사람들',
    'Results': '결과',
    'Message': '메시지',
    'Send': '보내기',
    'All': '모두',
    'you': '나',
    'To: %s': '받는 사람: %s',
    'Write to All': '모두에게 쓰기',
    'Copy Address': '주소 복사',
    'Show QR Code': 'QR 코드 보기',
    'Chats on This Network': '이 네트워크의 대화방',
    'Network': '네트워크',
    'All Networks': '모든 네트워크',
    'This Computer Only': '이 컴퓨터만',
    'QR code of %s': '%s의 QR 코드',
    'private': '귓속말',
    'Not connected': '연결되지 않음',
    'Connecting…': '연결하는 중…',
    'Reconnecting…': '다시 연결하는 중…',
    'Connect was clicked.': 'connectButton이 클릭되었습니다.',
    'Connected to %s': '웹소켓 서버에 연결되었습니다. : %s',
    'The connection was closed.': '웹소켓 연결이 종료되었습니다.',
    'Received message: %s': '수신 메시지 : %s',
    'Sent message: %s': '보낸 메시지 : %s',
    'Ready to accept socket.io requests.': 'socket.io 요청을 받아들일 준비가 되었습니다.',
    'Nothing listens on this port': '이 포트에서 기다리는 서버가 없습니다',
    'There is no host of this name': '그런 이름의 호스트가 없습니다',
    'Stop Hosting?': '대화방을 닫을까요?',
    'Cancel': '취소',
    'Stop Hosting': '대화방 닫기',
}

CONNECTED = re.compile(r'(?<!not )\bconnected\b', re.IGNORECASE)


class Window(Node):
    """One window of the program."""

    language = 'en'

    def say_in(self, text, *values):
        """The words of its language."""
        words = text if self.language == 'en' else KOREAN[text]
        return words % values if values else words

    # Each kind of thing by its English name.

    def button(self, name):
        return self.find('button', self.say_in(name))

    def entry(self, name):
        return self.find('entry', self.say_in(name))

    def list(self, name):
        return self.find('list', self.say_in(name))

    def wait_words(self, text, *values):
        self.wait_text(self.say_in(text, *values))

    # --- the start page ---

    def fill(self, **texts):
        for name, text in texts.items():
            self.entry(name.title()).set_text(str(text))

    def wait_form(self, **texts):
        """Waits until the form has these texts."""
        for name, text in texts.items():
            entry = self.entry(name.title())
            wait_for(lambda: entry.text == str(text), lambda: f'{text} as {name}, not {entry.text}')

    def join(self, name, port, host='127.0.0.1'):
        self.button('Join a Chat').click()
        self.fill(name=name, host=host, port=port)
        self.button('Connect').click()
        return self

    def join_and_wait(self, name, port, host='127.0.0.1'):
        self.join(name, port, host)
        self.row(self.say_in('Connected to %s', f'http://{host}:{port}'))
        return self

    def host(self, name, port, title='Yard'):
        self.button('Host a Chat').click()
        self.fill(name=name, title=title, port=port)
        self.button('Start Hosting').click()
        return self

    def host_and_wait(self, name, port, title='Yard'):
        self.host(name, port, title)
        self.row(self.say_in('Ready to accept socket.io requests.'))
        self.person(name)
        return self

    # --- the results ---

    def rows(self):
        return self.list('Results').rows()

    def row(self, *wanted, seconds=SECONDS):
        """Waits for a row that has all these labels, and returns all of its labels."""
        def fits(row):
            return all(any(matches(text, words) for text in row) for words in wanted)
        return wait_for(lambda: next(filter(fits, self.rows()), None),
                        lambda: f'{wanted} in {self.rows()}', seconds)

    def fields(self, text):
        """The five fields of a message that came in, by its text."""
        start = self.say_in('Received message: %s', '')
        lines = [line for line in self.row(text) if line.startswith(start)]
        assert lines, f'no fields in {self.row(text)}'
        return lines[0].removeprefix(start).split(',', 4)

    def count(self, wanted):
        """How many rows have this label."""
        return sum(any(matches(text, wanted) for text in row) for row in self.rows())

    def wait_count(self, n, wanted):
        wait_for(lambda: self.count(wanted) == n, lambda: f'{n} times {wanted} in {self.rows()}')

    # --- writing ---

    def say(self, text):
        self.entry('Message').set_text(text)
        self.button('Send').click()

    def own_id(self, text='who am I'):
        """Says something to all, and learns so by which id the others know this window."""
        self.say(text)
        return self.fields(text)[0]

    # --- the people ---

    def people(self):
        """Each row of the list, as its labels."""
        return self.list('People').rows()

    def person(self, name):
        """Waits for somebody, and returns the index of the row."""
        def look():
            return next((index + 1 for index, row in enumerate(self.people()) if name in row), None)
        return wait_for(look, lambda: f'{name} among {self.people()}') - 1

    def wait_person_gone(self, name):
        wait_for(lambda: not any(name in row for row in self.people()), f'{name} to leave')

    def write_to(self, name):
        self.list('People').select(self.person(name))
        self.wait_words('To: %s', name)

    def write_to_all(self):
        self.button('Write to All').click()
        self.wait_words('To: %s', self.say_in('All'))

    # --- how things stand ---

    def toasts(self):
        """What is told in front of the window: it has a button beside it that closes it."""
        # libadwaita 1.2 has no name for that button.
        return [text for button in self.find_all('button', ('', *self.close_names))
                for text in button.parent.texts()]

    def wait_toast(self, text):
        wait_for(lambda: text in self.toasts(), f'a toast "{text}"')

    def assert_nothing_says_connected(self):
        claims = [text for text in self.texts() if CONNECTED.search(text)]
        assert not claims, claims

    def go_back(self):
        """To the start page, after disconnecting if need be."""
        back, disconnect = self.say_in('Back'), self.say_in('Disconnect')
        if self.find('button', (back, disconnect)).name == disconnect:
            self.button('Disconnect').click()
        self.button('Back').click()
        self.button('Join a Chat')


class Chat(display.Program, Window):
    """The program with its window; `with chat.Chat() as window`.

    With a second window, each is used by itself: here things would be found in either.
    """

    def window(self, node):
        window = Window(node.bus, node.address)
        window.language = self.language
        return window

    def new_window(self):
        before = self.windows()
        self.keys('ctrl+n')
        return self.window(wait_for(
            lambda: next((window for window in self.windows() if window not in before), None),
            'a second window'))

    def stop_hosting(self):
        """Closes the window that hosts for others, and answers that this is meant."""
        self.close_windows()
        self.wait_words('Stop Hosting?')
        self.button('Stop Hosting').click()
        self.wait_end()

    def quit(self):
        """At the end of a test the others may be leaving still, and then the window asks."""
        question = self.say_in('Stop Hosting?')
        self.close_windows()
        wait_for(lambda: self.ended or self.has_text(question), 'the end')
        if not self.ended:
            self.button('Stop Hosting').click()
        self.wait_end()
