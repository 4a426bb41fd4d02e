#!/usr/bin/python3
# screenshots.py: the pictures of the window in data/screenshots (see ./dev screenshots)
#
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Usage: screenshots.py FOLDER [NAME...]; $MADANG and $CHAT_PEER are the programs. Each picture is the
# window as a screen of two pixels a point shows it.

import contextlib
import pathlib
import socket
import subprocess
import sys

import avahi
import chat
import display
import madang
import peers
from node import wait_for

SCALE = 2
# Without a compositor GTK draws a frame around its windows.
FRAME = 5
WIDE = (860, 600)
NARROW = (360, 640)
PICTURES = {}


def free_port():
    with socket.socket(socket.AF_INET6) as probe:
        probe.bind(('::', 0))
        return probe.getsockname()[1]


class Photographed(chat.Chat):
    """The program at a size, in a style, without anything that differs from one day to the next."""

    def __init__(self, language='en', size=WIDE, dark=False, **env):
        super().__init__(language, GDK_SCALE=str(SCALE), TZ='UTC', **env,
                         ADW_DEBUG_COLOR_SCHEME='prefer-dark' if dark else 'prefer-light')
        self.size = size

    def __enter__(self):
        super().__enter__()
        width, height = ((points + 2 * FRAME) * SCALE for points in self.size)
        window = self.focus()
        subprocess.run(['xdotool', 'windowsize', '--sync', window, str(width), str(height)], check=True)
        # Nothing under the mouse is to be lit.
        subprocess.run(['xdotool', 'mousemove', str(width + 50), str(height + 50)], check=True)
        return self

    def take(self, path):
        width, height = (points * SCALE for points in self.size)
        offset = FRAME * SCALE
        still = None
        for _ in range(40):
            display.screenshot(path)
            picture = path.read_bytes()
            if picture == still:
                break
            still = picture
        subprocess.run(['convert', path, '-crop', f'{width}x{height}+{offset}+{offset}', '+repage',
                        '-strip', '+dither', '-colors', '255', path], check=True)


def picture(function):
    PICTURES[function.__name__.replace('_', '-')] = function
    return function


@contextlib.contextmanager
def talk(window, port, host='localhost'):
    """Two people and a sensor who have something to say to the window's user."""
    url = f'http://127.0.0.1:{port}'
    with (peers.Rich(url, 'Dana') as dana, peers.Rich(url, '민수') as minsu,
          peers.Plain(url, 'sensor-2') as sensor):
        dana.say('Good morning! The room on the second floor is free all day.')
        minsu.say('안녕하세요 👋 I am on the train, there at half past nine.')
        sensor.say('Outside: 14 °C, light rain')
        window.row('Outside: 14 °C, light rain')
        window.say('I bring the coffee. Who wants one?')
        window.row('I bring the coffee. Who wants one?')
        dana.say('Me, please!')
        window.row('Me, please!')
        if window.size != NARROW:
            window.person('sensor-2')
            window.write_to('민수')
            window.say('Tell me when you are at the station.')
            window.row('Tell me when you are at the station.')
            window.write_to_all()
        yield


@contextlib.contextmanager
def hosting(language='en', size=WIDE, dark=False):
    port = free_port()
    with Photographed(language, size, dark) as window:
        window.host_and_wait('Joon', port, title='Second floor')
        with talk(window, port):
            yield window


@contextlib.contextmanager
def joined(language='en', size=WIDE, dark=False):
    with (madang.Madang('--name', 'Second floor') as server,
          Photographed(language, size, dark) as window):
        window.join_and_wait('Joon', server.port, host='localhost')
        with talk(window, server.port):
            yield window, server


@picture
def window_start(path):
    with (avahi.one_host('studio') as host, madang.Madang('--name', 'Second floor', env=host.env),
          madang.Madang('--name', '우리 마당', env=host.env), Photographed(**host.env) as window):
        window.fill(name='Joon')
        window.find('label', 'Second floor')
        window.find('label', '우리 마당')
        window.take(path)


@picture
def window_start_ko_dark(path):
    with Photographed('ko', NARROW, dark=True) as window:
        window.fill(name='준')
        window.take(path)


@picture
def window_hosting(path):
    with hosting() as window:
        window.take(path)


@picture
def window_hosting_ko_dark(path):
    with hosting('ko', dark=True) as window:
        window.take(path)


@picture
def window_joined_dark(path):
    with joined(dark=True) as (window, _server):
        window.take(path)


@picture
def window_joined_ko_narrow(path):
    with joined('ko', NARROW) as (window, _server):
        window.take(path)


@picture
def window_people_narrow(path):
    with joined(size=NARROW, dark=True) as (window, _server):
        window.keys('F9')
        wait_for(lambda: window.list('People').showing, 'the people')
        window.take(path)


@picture
def window_error(path):
    with Photographed() as window:
        window.join('Joon', free_port(), host='localhost')
        window.row('Nothing listens on this port')
        window.take(path)


@picture
def window_reconnecting_ko(path):
    with contextlib.ExitStack() as stack:
        server = stack.enter_context(madang.Madang('--name', 'Second floor'))
        window = stack.enter_context(Photographed('ko'))
        window.join_and_wait('Joon', server.port, host='localhost')
        with talk(window, server.port):
            pass
        server.stop()
        window.wait_words('Reconnecting…')
        window.take(path)


def main():
    folder, *names = sys.argv[1:]
    with display.desktop(2000, 1400):
        for name in names or PICTURES:
            PICTURES[name](pathlib.Path(folder).resolve() / f'{name}.png')
            print(name, flush=True)


if __name__ == '__main__':
    main()
