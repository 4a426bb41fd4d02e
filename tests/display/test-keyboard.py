# test-keyboard.py: everything works by keys alone, and has a name for those who do not see it
#
# SPDX-License-Identifier: GPL-3.0-or-later

import re

import chat
import display
import madang
import peers
import tap
from node import wait_for
from peers import free_port, url_of

TABS = 40
MENU_STEPS = 10


# --- keys -----------------------------------------------------------------------------------------

def focused(window):
    """What has the focus. GTK 4.8 does not tell it of the entries of a form."""
    return next((node for node in window.walk() if node.has('focused')), None)


def go_to(window, name, key='Tab'):
    """Presses a key until something of this name has the focus."""
    for _ in range(TABS):
        node = focused(window)
        if node is not None and node.name == name:
            return
        window.keys(key)
    raise AssertionError(f'{key} does not lead to {name}')


def replace(window, name, text):
    """Types in place of what the entry with the focus has. It has to be the one of this name."""
    window.keys('ctrl+a')
    window.type(text)
    window.wait_form(**{name: text})


def fill_backwards(window, **texts):
    """Fills the form from its button on upwards."""
    for name, text in texts.items():
        window.keys('shift+Tab')
        replace(window, name, str(text))


def visited(window):
    """The names of all buttons and entries that Tab leads to, one time around."""
    names = []
    for _ in range(TABS):
        window.keys('Tab')
        node = focused(window)
        if node is not None and node.kind in ('button', 'entry'):
            names.append(node.name)
    return set(names)


def assert_tab_leads_everywhere(window):
    """To each button that can be used, those of the frame of the window aside."""
    frame = {'Minimize', 'Maximize', 'Close'}
    wanted = {node.name for node in window.find_all('button') if node.has('sensitive')} - frame
    missing = wanted - visited(window)
    assert not missing, f'Tab does not lead to {missing}'


@tap.test
def joining_sending_and_leaving_by_keys():
    with (madang.Madang() as server, chat.Chat() as window,
          peers.Plain(url_of(server.port), 'printer') as printer):
        go_to(window, 'Connect')
        fill_backwards(window, port=server.port, host='127.0.0.1', name='Mina')
        window.keys('Return')
        window.row(f'Connected to {url_of(server.port)}')
        window.type('hello')
        window.keys('Return')
        printer.hear('hello')
        window.row('Mina', 'hello')
        window.keys('ctrl+d')
        window.row('The connection was closed.')

        window.keys('ctrl+r')
        window.wait_count(2, f'Connected to {url_of(server.port)}')
        window.keys('ctrl+d')
        window.button('Back')
        window.keys('alt+Left')
        window.wait_form(name='Mina', host='127.0.0.1', port=server.port)


@tap.test
def hosting_sending_and_closing_by_keys():
    port = free_port()
    with chat.Chat() as window:
        go_to(window, 'Host a Chat', 'shift+Tab')
        window.keys('space')
        go_to(window, 'Start Hosting')
        # The networks to choose from are between it and the entries.
        window.keys('shift+Tab')
        fill_backwards(window, port=port, title='Yard', name='Mina')
        window.keys('Return')
        window.row('Ready to accept socket.io requests.')
        window.person('Mina')
        with peers.Plain(url_of(port), 'printer') as printer:
            window.type('hello')
            window.keys('Return')
            printer.hear('hello')
            window.keys('ctrl+d')
            window.wait_text('Stop Hosting?')
            # Whoever presses Enter or Escape by mistake loses nothing.
            window.keys('Escape')
            window.wait_gone('label', 'Stop Hosting?')
            window.keys('ctrl+d')
            window.wait_text('Stop Hosting?')
            window.keys('Return')
            window.wait_gone('label', 'Stop Hosting?')
            window.type('still here')
            window.keys('Return')
            printer.hear('still here')

            window.keys('ctrl+d')
            window.wait_text('Stop Hosting?')
            window.keys('alt+s')
            printer.next('disconnect')
        window.row('The connection was closed.')
        window.keys('ctrl+q')
        window.wait_end()


@tap.test
def shift_enter_begins_a_line_and_enter_sends():
    with (madang.Madang() as server, chat.Chat() as window,
          peers.Plain(url_of(server.port), 'printer') as printer):
        window.join_and_wait('Mina', server.port)
        window.type('one')
        window.keys('shift+Return')
        window.type('two')
        message = window.entry('Message')
        wait_for(lambda: message.text == 'one\ntwo', lambda: f'two lines, not {message.text!r}')
        window.keys('Return')
        printer.hear('one\ntwo')
        wait_for(lambda: message.text == '', 'the entry to be empty')
        # Nothing is nothing to send.
        window.keys('Return', 'space', 'Return')
        window.type('end')
        window.keys('Return')
        printer.next('message', data=' end')
        assert not printer.has('message', data='') and not printer.has('message', data=' ')


@tap.test
def writing_to_one_by_keys():
    with (madang.Madang() as server, chat.Chat() as window,
          peers.Rich(url_of(server.port), 'Bora') as bora):
        window.join_and_wait('Mina', server.port)
        window.person('Bora')
        people = window.list('People')

        def in_people():
            node = focused(window)
            return node is not None and node in people.children()

        for _ in range(TABS):
            if in_people():
                break
            window.keys('Tab')
        assert in_people(), 'Tab does not lead to the people'
        window.keys('Home', 'Down', 'Return')
        window.wait_text('To: Bora')
        window.type('for you alone')
        window.keys('Return')
        assert bora.hear('for you alone')['recepient'] == bora.id
        window.row('private to Bora', 'for you alone')


@tap.test
def the_people_and_the_address_by_keys():
    port = free_port()
    with chat.Chat() as window:
        window.host_and_wait('Mina', port)
        window.keys('F9')
        window.wait_gone('list', 'People')
        window.keys('F9')
        window.list('People')

        window.keys('ctrl+shift+c')
        window.wait_toast('Address copied')
        window.keys('ctrl+l', 'ctrl+v')
        message = window.entry('Message')
        wait_for(lambda: re.fullmatch(rf'http://.+:{port}/?', message.text), 'the address')


@tap.test
def tab_leads_everywhere_in_the_form():
    with chat.Chat() as window:
        window.button('Connect')
        assert_tab_leads_everywhere(window)
        window.button('Host a Chat').click()
        window.button('Start Hosting')
        assert_tab_leads_everywhere(window)


@tap.test
def tab_leads_everywhere_in_a_chat():
    with chat.Chat() as window:
        window.host_and_wait('Mina', free_port())
        window.entry('Message').set_text('something to send')
        assert_tab_leads_everywhere(window)


# --- windows --------------------------------------------------------------------------------------

def wait_windows(program, n):
    wait_for(lambda: len(program.windows()) == n, lambda: f'{n} windows, not {program.dump()}')


@tap.test
def the_shortcuts_open_and_close():
    with chat.Chat() as window:
        window.keys('ctrl+question')
        wait_windows(window, 2)
        window.wait_text('Send the message')
        window.keys('Escape')
        wait_windows(window, 1)


@tap.test
def the_menu_leads_to_the_about_window():
    with chat.Chat() as window:
        window.keys('F10')
        window.find('menu item', 'About Madang')
        for _ in range(MENU_STEPS):
            node = focused(window)
            if node is not None and node.name == 'About Madang':
                break
            window.keys('Down')
        window.keys('Return')
        wait_windows(window, 2)
        window.wait_text('Madang')
        window.keys('Escape')
        wait_windows(window, 1)
        window.button('Connect')


@tap.test
def windows_open_and_close_by_keys():
    with chat.Chat() as window:
        window.new_window()
        window.keys('ctrl+w')
        wait_windows(window, 1)
        window.new_window()
        window.keys('ctrl+q')
        window.wait_end()


# --- names ----------------------------------------------------------------------------------------

def unnamed(window):
    """What can be used and has no name. A list of entries is read by its entries."""
    def needs_name(node):
        return (node.kind in ('button', 'entry') or
                node.kind == 'list' and any(child.is_kind('row') for child in node.children()))
    return [f'{node.kind} in {node.parent.texts()}' for node in window.find_all()
            if needs_name(node) and not node.name]


@tap.test
def everything_has_a_name():
    port = free_port()
    with chat.Chat() as window:
        window.button('Connect')
        assert not unnamed(window), unnamed(window)
        window.button('Host a Chat').click()
        window.button('Start Hosting')
        assert not unnamed(window), unnamed(window)

        window.host_and_wait('Mina', port)
        window.say('hello')
        window.row('hello')
        assert not unnamed(window), unnamed(window)
        with peers.Rich(url_of(port), 'Bora'):
            window.write_to('Bora')
            window.say('hello to you')
            window.row('hello to you')
            assert not unnamed(window), unnamed(window)
            window.button('Disconnect').click()
            window.wait_text('Stop Hosting?')
            assert not unnamed(window), unnamed(window)
            window.button('Stop Hosting').click()
            window.row('The connection was closed.')
        assert not unnamed(window), unnamed(window)


with display.desktop():
    tap.main()
