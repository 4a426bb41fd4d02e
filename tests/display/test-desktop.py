# test-desktop.py: how the desktop starts the program, and that there is one of it
#
# SPDX-License-Identifier: GPL-3.0-or-later

import os
import pathlib
import shlex
import subprocess

import chat
import display
import madang
import tap
from node import Node, wait_for
from peers import url_of

APP_ID = 'org.madang.Madang'
APP = (APP_ID, '/org/madang/Madang')
DAEMON = ('org.freedesktop.DBus', '/org/freedesktop/DBus')


def link_to(port):
    return f'madang://127.0.0.1:{port}'


def ask_bus(method, signature='()', *values):
    return Node(display.session_bus(), DAEMON).call('org.freedesktop.DBus', method, signature, *values)


def ask_app(method, signature, *values):
    """As a shell does it for a program that is DBusActivatable."""
    return Node(display.session_bus(), APP).call('org.freedesktop.Application', method, signature,
                                                 *values)


def act(action):
    ask_app('ActivateAction', '(sava{sv})', action, [], {})


def has_app():
    return ask_bus('NameHasOwner', '(s)', APP_ID)


def wait_for_windows(program, number):
    wait_for(lambda: len(program.windows()) == number, lambda: f'{number} windows:\n{program.dump()}')


@tap.test
def a_second_start_shows_the_first():
    with chat.Chat() as window:
        window.start_again()
        wait_for_windows(window, 1)
        assert has_app()
    assert not has_app()


@tap.test
def a_start_with_a_link_joins():
    with madang.Madang() as server, chat.Chat(arguments=[link_to(server.port)]) as window:
        window.row(f'Connected to {url_of(server.port)}')


@tap.test
def the_first_takes_the_links_of_later_ones():
    with madang.Madang() as one, madang.Madang() as other, chat.Chat() as program:
        program.start_again(link_to(one.port))
        program.row(f'Connected to {url_of(one.port)}')
        wait_for_windows(program, 1)

        # The chat there is not taken away.
        program.start_again(link_to(other.port))
        wait_for_windows(program, 2)
        words = {f'Connected to {url_of(server.port)}' for server in (one, other)}
        wait_for(lambda: words <= {text for window in program.windows() for row
                                   in program.window(window).rows() for text in row},
                 'both chats')


@tap.test
def a_link_that_is_none_is_told():
    with chat.Chat() as window:
        window.start_again('madang://no port:here/')
        window.wait_text('“no port:here” is no address of a server')
        wait_for_windows(window, 1)


@tap.test
def the_desktops_actions_choose_a_form():
    with chat.Chat() as window:
        act('host')
        window.button('Start Hosting')
        act('join')
        window.button('Connect')
        wait_for_windows(window, 1)


def put_service(home):
    """The service that is installed, with the environment of a test."""
    installed = pathlib.Path(os.environ['SERVICE_FILE']).read_text()
    start = next(line for line in installed.splitlines() if line.startswith('Exec='))
    program, *arguments = shlex.split(start.removeprefix('Exec='))
    assert pathlib.Path(program).name == 'madang' and arguments == ['--gapplication-service'], start
    environment = [f'{name}={value}' for name, value in
                   {**display.ENVIRONMENT, 'HOME': str(home), 'LANGUAGE': 'en',
                    'XDG_DATA_HOME': str(home / 'data'),
                    'XDG_CACHE_HOME': str(home / 'cache')}.items()]
    command = ['/usr/bin/env', *environment, os.environ['MADANG'], *arguments]
    text = installed.replace(start, 'Exec=' + shlex.join(command))
    (pathlib.Path(os.environ['XDG_RUNTIME_DIR']) / 'services' / f'{APP_ID}.service').write_text(text)
    ask_bus('ReloadConfig')


@tap.test
def the_bus_starts_it_for_a_link():
    with madang.Madang() as server, display.make_folder() as home:
        put_service(home)
        assert not has_app()
        ask_app('Open', '(asa{sv})', [link_to(server.port)], {})
        client = f'http://127.0.0.1:{server.port}'
        wait_for(lambda: any('connection info' in line for line in server.lines),
                 f'the program at {client}')
        act('quit')
        wait_for(lambda: not has_app(), 'its end')


@tap.test
def a_server_is_not_on_the_bus():
    with madang.Madang():
        assert not has_app()
    with chat.Chat() as window, madang.Madang() as server:
        window.join_and_wait('Mina', server.port)
        wait_for_windows(window, 1)


@tap.test
def what_is_installed_starts():
    build = pathlib.Path(os.environ['SERVICE_FILE']).parents[1]
    with display.make_folder() as root:
        subprocess.run(['meson', 'install', '-C', build, '--no-rebuild', '--quiet', '--destdir', root],
                       check=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        prefix = next(root.rglob('bin/madang')).parents[1]
        # Without a root of its own this is done at once.
        subprocess.run(['glib-compile-schemas', prefix / 'share' / 'glib-2.0' / 'schemas'], check=True)
        window = chat.Chat(XDG_DATA_DIRS=f'{prefix}/share:/usr/local/share:/usr/share')
        window.command = [str(prefix / 'bin' / 'madang')]
        with madang.Madang() as server, window:
            window.join_and_wait('Mina', server.port)


with display.desktop():
    tap.main()
