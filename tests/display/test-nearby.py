# test-nearby.py: the window lists the chats of the network, and is listed by others
#
# SPDX-License-Identifier: GPL-3.0-or-later

import contextlib
import os
import re
import subprocess

import avahi
import chat
import display
import madang
import tap
from node import wait_for
from peers import free_port

tap.TEST_SECONDS = 180
NOTHING = 'No chats were found on this network yet.'
NO_AVAHI = ("Chats on this network can't be listed, since Avahi is not running. "
            'Type the host and port instead.')
HEADING = 'Chats on This Network'


def found(window):
    """The rows of the list, each as its texts."""
    return [row for found in window.find_all('list', window.say_in(HEADING)) for row in found.rows()]


def wait_found(window, *names):
    wait_for(lambda: sorted(row[0] for row in found(window)) == sorted(names),
             lambda: f'{names}, not {found(window)}')


def join_found(window, name):
    window.point(window.find('label', name))
    window.row(re.compile('^' + re.escape(window.say_in('Connected to %s', 'http://'))))


def picture(window, name):
    if 'PICTURES' in os.environ:
        display.screenshot(f'{os.environ["PICTURES"]}/{name}.png')


@tap.test
def a_chat_is_listed_and_joined_by_a_click():
    with avahi.one_host() as host, chat.Chat(**host.env) as window:
        window.fill(name='Mina')
        window.wait_text(NOTHING)
        picture(window, 'nearby-none')
        with (madang.Madang('--name', '우리 <b>마당</b> & 방', env=host.env) as server,
              madang.Madang('--name', 'Second floor', env=host.env)):
            wait_found(window, '우리 <b>마당</b> & 방', 'Second floor')
            assert any(f':{server.port}' in row[1] for row in found(window)), found(window)
            assert not window.has_text(NOTHING)
            picture(window, 'nearby')
            join_found(window, '우리 <b>마당</b> & 방')
            window.say('hello')
            window.row('hello')
            window.go_back()
            # It looks anew.
            wait_found(window, '우리 <b>마당</b> & 방', 'Second floor')
        window.wait_text(NOTHING)
        assert not found(window)


@tap.test
def it_is_joined_by_keys_too():
    with avahi.one_host() as host, chat.Chat('ko', **host.env) as window:
        window.fill(name='Mina')
        with madang.Madang('--name', '마당 하나', env=host.env):
            wait_found(window, '마당 하나')
            window.keys('Tab')
            row = window.find('list', window.say_in(HEADING)).children()[0]
            for _ in range(20):
                if row.has('focused'):
                    break
                window.keys('shift+Tab')
            window.keys('Return')
            window.row(re.compile('^' + re.escape(window.say_in('Connected to %s', 'http://'))))


@tap.test
def without_avahi_the_host_is_typed():
    with avahi.lone_bus() as env, madang.Madang() as server, chat.Chat(**env) as window:
        window.wait_text(NO_AVAHI)
        picture(window, 'nearby-no-avahi')
        window.button('Host a Chat').click()
        window.wait_gone('label', NO_AVAHI)
        window.join_and_wait('Mina', server.port)


@tap.test
def avahi_may_come_and_go():
    with avahi.one_host(start=False) as host, chat.Chat(**host.env) as window:
        window.wait_text(NO_AVAHI)
        with madang.Madang('--name', 'Second floor', env=host.env):
            host.start_avahi()
            wait_found(window, 'Second floor')
            host.stop_avahi()
            window.wait_text(NO_AVAHI)
            assert not found(window)


# --- two hosts ------------------------------------------------------------------------------------

class Inside(chat.Chat):
    """The program with its window on a host."""

    def __init__(self, host):
        super().__init__(**host.env)
        self.command = host.command(*self.command)


@contextlib.contextmanager
def serving(host, *args):
    """`madang --server` on a host."""
    process = subprocess.Popen(host.command(os.environ['MADANG'], '--server', '--port', '0', *args),
                               env={**os.environ, **host.env, 'LC_ALL': 'C.UTF-8'},
                               stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        assert process.stdout.readline().startswith('Listening on ')
        yield
    finally:
        process.terminate()
        process.wait(60)
        process.stdout.close()


def browse(host):
    return host.run('avahi-browse', '--resolve', '--parsable', '--terminate', '_madang._tcp')


@tap.test
def a_chat_of_another_host_is_joined():
    with avahi.two_hosts() as (here, there), avahi.make_folder() as folder, Inside(here) as window:
        window.fill(name='Mina')
        window.wait_text(NOTHING)
        with serving(there, '--data-dir', folder, '--name', '저쪽 마당'):
            wait_found(window, '저쪽 마당')
            [row] = found(window)
            assert '10.77.0.2:' in row[1], row
            join_found(window, '저쪽 마당')
            window.say('from here')
            window.row('from here')
            window.go_back()


@tap.test
def another_host_finds_the_chat_of_the_window():
    with avahi.two_hosts() as (here, there), Inside(there) as window:
        port = free_port()
        window.host_and_wait('Mina', port, title='저쪽 마당')
        wait_for(lambda: f';10.77.0.2;{port};' in browse(here), 'the chat to be announced')
        window.button('Disconnect').click()
        wait_for(lambda: f';{port};' not in browse(here), 'the chat to be gone')


@tap.test
def a_chat_for_this_computer_only_is_not_announced():
    with avahi.two_hosts() as (here, there), Inside(there) as window:
        window.button('Host a Chat').click()
        window.point(window.find('label', 'Network'))
        window.keys('End', 'Return')
        window.wait_text('This Computer Only')
        window.host_and_wait('Mina', free_port())
        window.wait_text('Only this computer can join: that is how it was started.')
        # What is announced after it would be seen after it.
        with avahi.make_folder() as folder, serving(there, '--data-dir', folder, '--name', 'another'):
            wait_for(lambda: '10.77.0.2' in browse(here), 'another chat')
            assert 'Yard' not in browse(here), browse(here)


with display.desktop():
    tap.main()
