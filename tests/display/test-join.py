# test-join.py: the window joins a chat that somebody else hosts, and says what does not work
#
# SPDX-License-Identifier: GPL-3.0-or-later

import contextlib
import http.server
import pathlib
import socket
import tempfile
import threading
import time

import chat
import display
import madang
import peers
import tap
from node import SECONDS, wait_for
from peers import url_of

# The client waits so long for an answer, as every Socket.IO client does.
TIMEOUT_SECONDS = 20
NO_PORT = 'Nothing listens on this port'
NO_HOST = 'There is no host of this name'
TOO_LATE = 'The server did not answer in time'
NOT_SOCKETIO = 'What answered there speaks no Socket.IO'


@contextlib.contextmanager
def bound_port(listen):
    """A port that takes connections and never says a word, or one that takes none."""
    with socket.socket() as server:
        server.bind(('127.0.0.1', 0))
        if listen:
            server.listen()
        yield server.getsockname()[1]


@contextlib.contextmanager
def web_server(status):
    """A web server that answers everything with this status, and knows nothing of Socket.IO."""
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            body = b'<title>Somebody else</title>'
            self.send_response(status)
            self.send_header('Content-Type', 'text/html')
            self.send_header('Content-Length', str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(('127.0.0.1', 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()


def assert_fails(window, problem, port, host='127.0.0.1', seconds=SECONDS):
    """Joining tells the problem, in the results and in a toast, and leads back to the form."""
    window.join('Mina', port, host)
    window.row('Connect was clicked.')
    window.row(problem, seconds=seconds)
    window.wait_toast(problem)
    window.assert_nothing_says_connected()
    window.go_back()
    window.wait_form(name='Mina', host=host, port=port)


# --- talking --------------------------------------------------------------------------------------

@tap.test
def joining_shows_what_was_said_before():
    with madang.Madang() as server, peers.Rich(url_of(server.port), 'Bora') as bora:
        for text in 'one', 'two':
            bora.say(text)
        with chat.Chat() as window:
            window.join_and_wait('Mina', server.port)
            window.row('Connect was clicked.')
            window.row('Bora', 'two')
            assert window.fields('one') == [bora.id, 'ALL', 'chat', 'text', 'one']
            texts = [text for row in window.rows() for text in row]
            assert texts.index('one') < texts.index('two')


@tap.test
def it_talks_with_all():
    with (madang.Madang() as server, chat.Chat() as window,
          peers.Plain(url_of(server.port), 'printer') as printer):
        window.join_and_wait('Mina', server.port)
        window.say('hello 안녕 🙂')
        heard = printer.hear('hello 안녕 🙂')
        fields = [heard[name] for name in ('sender', 'recepient', 'command', 'type', 'data')]
        assert window.fields('hello 안녕 🙂') == fields
        window.row('Mina', 'you', 'hello 안녕 🙂')

        printer.say('Out of paper, tray 1')
        window.row('printer', 'Out of paper, tray 1')
        assert window.fields('Out of paper, tray 1') == ['printer', 'ALL', 'chat', 'text',
                                                         'Out of paper, tray 1']
        assert window.entry('Message').text == ''


@tap.test
def it_talks_with_one():
    with (madang.Madang() as server, chat.Chat() as window,
          peers.Plain(url_of(server.port), 'printer') as printer,
          peers.Rich(url_of(server.port), 'Bora') as bora):
        window.join_and_wait('Mina', server.port)
        own_id = window.own_id()
        printer.say('here')
        window.write_to('printer')
        window.say('for you alone')
        assert printer.hear('for you alone')['sender'] == own_id
        row = window.row('Mina', 'private to printer', 'for you alone')
        assert f'Sent message: {own_id},printer,chat,text,for you alone' in row

        printer.say('and for you', to=own_id)
        assert 'private' in window.row('printer', 'and for you')
        assert window.fields('and for you') == ['printer', own_id, 'chat', 'text', 'and for you']

        window.write_to_all()
        window.say('the end')
        printer.hear('the end')
        bora.hear('the end')
        assert not bora.has('message', data='for you alone')


@tap.test
def the_people_come_and_go():
    with madang.Madang() as server, chat.Chat() as window:
        window.join_and_wait('Mina', server.port)
        assert window.person('All') == 0
        assert 'you' in window.people()[window.person('Mina')]
        with peers.Rich(url_of(server.port), 'Bora'):
            window.write_to('Bora')
        window.wait_person_gone('Bora')
        # Nothing that was meant for one goes to all because they left.
        assert not window.has_text('To: All')


@tap.test
def it_talks_on_a_server_that_knows_only_messages():
    with (peers.PlainServer() as server, peers.Plain(server.url, 'printer') as printer,
          chat.Chat() as window):
        window.join_and_wait('Mina', server.port)
        window.say('hello')
        assert printer.hear('hello')['sender'] == 'Mina'
        assert window.fields('hello') == ['Mina', 'ALL', 'chat', 'text', 'hello']
        printer.say('to all')
        window.row('printer', 'to all')
        printer.say('to you', to='Mina')
        assert 'private' in window.row('printer', 'to you')
        assert window.fields('to you') == ['printer', 'Mina', 'chat', 'text', 'to you']


# --- what does not work ---------------------------------------------------------------------------

@tap.test
def a_wrong_host_is_told():
    with chat.Chat() as window:
        assert_fails(window, NO_HOST, 3000, host='no-such-host.invalid')


@tap.test
def a_closed_port_is_told():
    with bound_port(listen=False) as port, chat.Chat() as window:
        assert_fails(window, NO_PORT, port)


@tap.test
def a_silent_port_is_told_in_time():
    with bound_port(listen=True) as port, chat.Chat() as window:
        start = time.monotonic()
        window.join('Mina', port)
        window.row('Connect was clicked.')
        window.wait_words('Connecting…')
        # All the while nothing may claim that there is a connection.
        wait_for(lambda: window.assert_nothing_says_connected() or window.has_text(TOO_LATE),
                 TOO_LATE, TIMEOUT_SECONDS + SECONDS)
        assert time.monotonic() - start > TIMEOUT_SECONDS - 1
        window.row(TOO_LATE)
        window.wait_toast(TOO_LATE)


@tap.test
def a_web_server_without_socketio_is_told():
    with web_server(404) as port, chat.Chat() as window:
        assert_fails(window, NOT_SOCKETIO, port)


@tap.test
def a_web_server_that_answers_everything_is_told():
    with web_server(200) as port, chat.Chat() as window:
        assert_fails(window, NOT_SOCKETIO, port)


@tap.test
def a_name_that_is_taken_is_told():
    taken = 'Somebody here is called “Mina” already'
    with (madang.Madang() as server, peers.Rich(url_of(server.port), 'Mina'),
          chat.Chat() as window):
        assert_fails(window, taken, server.port)
        window.join_and_wait('Minah', server.port)
        window.person('Minah')


@tap.test
def what_cannot_work_is_refused_while_typing():
    with chat.Chat() as window:
        window.button('Join a Chat').click()
        window.fill(name='Mina', host='localhost', port='3000')
        connect = window.button('Connect')
        for entry, right, wrong in (
                ('port', '65535', ('', '0', '65536', '-1', '80a', 'http', '3 0')),
                ('host', '192.168.0.7', ('', 'two words', 'a/b', '[::1')),
                ('name', '민아', ('', '   ', 'x' * 500))):
            for text in wrong:
                window.fill(**{entry: right})
                connect.wait_sensitive()
                window.fill(**{entry: text})
                wait_for(lambda: not connect.has('sensitive'), f'a refusal of {entry} {text!r}')
                # What cannot become a port does not even get in.
                assert window.entry(entry.title()).text in (text, ''), entry
            window.fill(**{entry: right})
        window.button('Host a Chat').click()
        window.fill(port='')
        start = window.button('Start Hosting')
        wait_for(lambda: not start.has('sensitive'), 'a refusal')
        window.fill(port='3000')
        start.wait_sensitive()


# --- connections that end -------------------------------------------------------------------------

def assert_comes_back(window, port, start_again):
    """The server has ended, and `start_again` gives a new one on the same port."""
    window.row('The connection was closed.')
    window.wait_words('Reconnecting…')
    with start_again() as server:
        window.wait_count(2, f'Connected to {url_of(port)}')
        window.wait_gone('label', 'Reconnecting…')
        with peers.Plain(url_of(port), 'printer') as printer:
            window.say('here again')
            printer.hear('here again')
            printer.say('welcome back')
            window.row('printer', 'welcome back')
        return server


@tap.test
def a_server_that_comes_back_is_found_again():
    with chat.Chat() as window:
        with peers.PlainServer() as server:
            window.join_and_wait('Mina', server.port)
            server.kill()
            assert_comes_back(window, server.port, lambda: peers.PlainServer(server.port))


@tap.test
def a_chat_that_comes_back_is_the_same():
    with tempfile.TemporaryDirectory() as folder, chat.Chat() as window:
        with madang.Madang(data_dir=folder) as server:
            port = server.port
            window.join_and_wait('Mina', port)
            own_id = window.own_id('before')
        assert_comes_back(window, port,
                          lambda: madang.Madang('--port', str(port), data_dir=folder))
        assert window.fields('here again')[0] == own_id
        assert window.count('before') == 1


@tap.test
def disconnecting_leads_back_to_the_form():
    with madang.Madang() as server, chat.Chat() as window:
        window.join_and_wait('Mina', server.port)
        with peers.Rich(url_of(server.port), 'Bora') as bora:
            window.button('Disconnect').click()
            window.row('The connection was closed.', 'You left')
            bora.next('users', users=[{'id': bora.id, 'name': 'Bora', 'kind': 'rich'}])
        window.wait_words('Not connected')
        window.wait_gone('button', 'Disconnect')
        assert not window.button('Send').has('sensitive')

        window.button('Connect').click()
        window.wait_count(2, f'Connected to {url_of(server.port)}')
        window.go_back()
        window.wait_form(name='Mina', host='127.0.0.1', port=server.port)


@tap.test
def a_start_that_takes_long_can_be_given_up():
    with bound_port(listen=True) as port, chat.Chat() as window:
        window.join('Mina', port)
        window.wait_words('Connecting…')
        window.go_back()
        window.assert_nothing_says_connected()


# --- what is kept ---------------------------------------------------------------------------------

@tap.test
def the_last_host_port_and_name_are_kept():
    with (tempfile.TemporaryDirectory() as folder, madang.Madang() as server):
        home = pathlib.Path(folder)
        with chat.Chat(home=home, GSETTINGS_BACKEND='keyfile') as window:
            window.join_and_wait('민아', server.port)
        with chat.Chat(home=home, GSETTINGS_BACKEND='keyfile') as window:
            window.wait_form(name='민아', host='127.0.0.1', port=server.port)
            window.button('Connect').click()
            window.row(f'Connected to {url_of(server.port)}')


with display.desktop():
    tap.main()
