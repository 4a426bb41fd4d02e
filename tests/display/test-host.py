# test-host.py: the window hosts a chat, and others join it
#
# SPDX-License-Identifier: GPL-3.0-or-later
#
# With MADANG_DEBUG=tcp its own user joins through 127.0.0.1 like anybody else, and nothing else
# changes.

import os
import pathlib
import re
import socket
import tempfile
import urllib.request

import chat
import display
import peers
import tap
from node import SECONDS, wait_for
from peers import free_port, url_of

READY = 'Ready to accept socket.io requests.'
CONNECTION = re.compile(r'^connection info : (127\.0\.0\.1|\[::1\]|\[::ffff:127\.0\.0\.1\]):\d+$')


def fetch(url):
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with direct.open(url, timeout=SECONDS) as answer:
        return answer.read().decode()


# --- hosting and talking --------------------------------------------------------------------------

@tap.test
def it_says_when_it_is_ready_and_who_connects():
    port = free_port()
    with chat.Chat() as window:
        window.host_and_wait('Mina', port)
        window.row(READY)
        window.row(f'Connected to http://localhost:{port}')
        assert not window.has_text('Connect was clicked.')
        # Its own user has no address, unless it joins through the network.
        before = 1 if os.environ.get('MADANG_DEBUG') == 'tcp' else 0
        window.wait_count(before, CONNECTION)
        with peers.Plain(url_of(port), 'printer'):
            window.wait_count(before + 1, CONNECTION)
            with peers.Plain(url_of(port), 'scanner'):
                window.wait_count(before + 2, CONNECTION)


@tap.test
def everybody_talks_with_all():
    port = free_port()
    with chat.Chat() as window:
        window.host_and_wait('Mina', port, title='Our Yard')
        with (peers.Plain(url_of(port), 'printer') as printer,
              peers.Page(url_of(port), 'Bora') as bora):
            window.person('Bora')
            window.say('from the window')
            assert printer.hear('from the window')['recepient'] == 'ALL'
            assert bora.hear('from the window')['name'] == 'Mina'
            bora.say('from the page 안녕')
            printer.hear('from the page 안녕')
            window.row('Bora', 'from the page 안녕')
            printer.say('from the program')
            bora.hear('from the program')
            window.row('printer', 'from the program')
            assert window.fields('from the program') == ['printer', 'ALL', 'chat', 'text',
                                                         'from the program']


@tap.test
def everybody_talks_with_one():
    port = free_port()
    with chat.Chat() as window:
        window.host_and_wait('Mina', port)
        own_id = window.own_id()
        with (peers.Plain(url_of(port), 'printer') as printer,
              peers.Page(url_of(port), 'Bora') as bora):
            printer.say('here')
            window.write_to('Bora')
            window.say('for Bora')
            assert bora.hear('for Bora')['tags'] == ['private']
            window.row('private to Bora', 'for Bora')
            bora.write_to('Mina')
            bora.say('for Mina')
            row = window.row('Bora', 'private', 'for Mina')
            bora_id = window.fields('for Mina')[0]
            assert f'Received message: {bora_id},{own_id},chat,text,for Mina' in row

            window.write_to('printer')
            window.say('for the printer')
            assert printer.hear('for the printer')['sender'] == own_id
            printer.say('for Mina too', to=own_id)
            window.row('printer', 'private', 'for Mina too')
            printer.say('for Bora too', to=bora_id)
            bora.hear('for Bora too')

            # The end is seen by all, and until then nobody saw what was not for them.
            window.write_to_all()
            window.say('the end')
            printer.hear('the end')
            bora.hear('the end')
            assert not printer.has('message', data='for Bora')
            assert not printer.has('message', data='for Mina')
            assert not bora.has('message', text='for the printer')
            assert window.count('for Bora too') == 0


def paste(window, entry):
    entry.set_text('')
    window.point(entry)
    window.keys('ctrl+v')
    wait_for(lambda: entry.text, 'something to be pasted')
    return entry.text


@tap.test
def the_addresses_work_and_can_be_copied():
    port = free_port()
    address = re.compile(rf'^http://.+:{port}/?$')
    with chat.Chat() as window:
        window.host_and_wait('Mina', port)
        buttons = window.find_all('button', 'Copy Address')
        assert buttons
        for button in buttons:
            [url] = [text for text in button.parent.texts() if address.match(text)]
            assert '<title>' in fetch(url)
            button.click()
            # The toast may be that of the address before.
            window.wait_toast('Address copied')
            message = window.entry('Message')
            wait_for(lambda: paste(window, message) == url,
                     lambda: f'{url} to be pasted, not {message.text}')


@tap.test
def what_was_said_is_there_after_a_restart():
    port = free_port()
    with tempfile.TemporaryDirectory() as folder:
        home = pathlib.Path(folder)
        with chat.Chat(home=home) as window:
            window.host_and_wait('Mina', port)
            window.say('do not forget')
            window.row('do not forget')
        with chat.Chat(home=home) as window:
            window.host_and_wait('Mina', port)
            window.row('Mina', 'do not forget')
            with peers.Page(url_of(port), 'Bora') as bora:
                bora.hear('do not forget')


# --- the end --------------------------------------------------------------------------------------

@tap.test
def closing_asks_while_others_are_connected():
    port = free_port()
    with chat.Chat() as window:
        window.host_and_wait('Mina', port)
        with peers.Plain(url_of(port), 'printer') as printer:
            printer.say('here')
            window.row('here')
            window.close_windows()
            window.wait_text('Stop Hosting?')
            assert window.has_text(re.compile(r'\b1\b')), window.texts()
            window.button('Cancel').click()
            window.wait_gone('label', 'Stop Hosting?')
            window.say('still here')
            printer.hear('still here')

            window.stop_hosting()
            printer.next('disconnect')


@tap.test
def closing_does_not_ask_when_nobody_is_there():
    port = free_port()
    with chat.Chat() as window:
        window.host_and_wait('Mina', port)
        window.close_windows()
        window.wait_end()


@tap.test
def disconnecting_asks_and_frees_the_port():
    port = free_port()
    with chat.Chat() as window:
        window.host_and_wait('Mina', port)
        with peers.Plain(url_of(port), 'printer') as printer:
            printer.say('here')
            window.row('here')
            window.button('Disconnect').click()
            window.wait_text('Stop Hosting?')
            window.button('Cancel').click()
            window.wait_gone('label', 'Stop Hosting?')
            window.button('Disconnect').click()
            window.button('Stop Hosting').click()
            printer.next('disconnect')
        window.row('The connection was closed.')
        assert not window.find_all('button', 'Copy Address')
        window.button('Back').click()
        window.host_and_wait('Mina', port)


@tap.test
def a_port_in_use_is_told():
    with socket.create_server(('0.0.0.0', 0)) as other, chat.Chat() as window:
        port = other.getsockname()[1]
        window.host('Mina', port, title='Our Yard')
        window.wait_text(re.compile(rf'^Port {port} of .+ is already in use$'))
        window.wait_form(name='Mina', title='Our Yard', port=port)
        assert not window.has_text(READY)

        window.host_and_wait('Mina', free_port())


# --- two windows ----------------------------------------------------------------------------------

@tap.test
def one_window_hosts_and_another_joins():
    port = free_port()
    with chat.Chat() as program:
        host = program.window(program.windows()[0])
        host.host_and_wait('Mina', port, title='Our Yard')
        guest = program.new_window()
        assert [window.kind for window in program.windows()] == ['window', 'window']
        guest.join_and_wait('Bora', port)
        host.person('Bora')
        host.say('welcome')
        guest.row('Mina', 'welcome')
        guest.say('thank you')
        host.row('Bora', 'thank you')
        guest.write_to('Mina')
        guest.say('between us')
        host.row('Bora', 'private', 'between us')

        # The guest goes first: then there is nobody else, and the host need not ask.
        guest.find('button', program.close_names).click()
        host.wait_person_gone('Bora')


@tap.test
def only_one_window_hosts():
    port = free_port()
    with chat.Chat() as program:
        host = program.window(program.windows()[0])
        host.host_and_wait('Mina', port)
        other = program.new_window()
        other.host('Bora', free_port())
        other.wait_text('Another window hosts a chat already')


with display.desktop():
    tap.main()
