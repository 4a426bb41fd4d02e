# test-lan.py: what the window tells about the network that it hosts a chat on
#
# SPDX-License-Identifier: GPL-3.0-or-later

import os
import pathlib
import subprocess
import tempfile

import chat
import display
import network
import peers
import tap
from node import wait_for

tap.TEST_SECONDS = 120
NO_NETWORK = "This computer is on no network, so others can't join yet."


def addresses(window):
    return [text for button in window.find_all('button', window.say_in('Copy Address'))
            for text in button.parent.texts()]


def read_codes():
    """What a camera that looks at the screen reads in it."""
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / 'screen.png'
        display.screenshot(path)
        result = subprocess.run(['zbarimg', '--quiet', '--raw', '-Sdisable', '-Sqrcode.enable', path],
                                stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    return result.stdout.split()


def wait_codes(wanted):
    codes = []

    def look():
        codes[:] = read_codes()
        return codes == wanted
    wait_for(look, lambda: f'the codes {wanted}, not {codes}')


# --- the addresses --------------------------------------------------------------------------------

@tap.test
def the_addresses_follow_the_networks():
    with network.Isolated() as window:
        window.host_and_wait('Mina', 3000)
        wait_for(lambda: addresses(window) == ['http://localhost:3000'], 'this machine alone')
        window.wait_text(NO_NETWORK)
        assert not window.find_all('button', 'Show QR Code')

        window.plug('lan0', '192.168.7.5/24', '2001:db8::5/64')
        both = ['http://192.168.7.5:3000', 'http://[2001:db8::5]:3000']
        wait_for(lambda: addresses(window) == both, lambda: f'{both}, not {addresses(window)}')
        window.wait_gone('label', NO_NETWORK)
        window.plug('lan1', '10.1.0.1/24')
        # The way to the router is the best one.
        window.run('ip', 'route', 'add', 'default', 'via', '10.1.0.9')
        three = ['http://10.1.0.1:3000', *both]
        wait_for(lambda: addresses(window) == three, lambda: f'{three}, not {addresses(window)}')
        wait_codes(three[:1])

        window.unplug('lan1')
        wait_for(lambda: addresses(window) == both, lambda: f'{both}, not {addresses(window)}')
        wait_codes(both[:1])
        window.unplug('lan0')
        wait_for(lambda: addresses(window) == ['http://localhost:3000'], 'this machine alone')
        wait_codes([])
        window.wait_text(NO_NETWORK)


# --- the network to host on -----------------------------------------------------------------------

def choose_network(window, *keys):
    """Opens the list of networks with the mouse, and moves in it by keys."""
    window.button('Host a Chat').click()
    window.point(window.find('label', window.say_in('Network')))
    window.keys(*keys, 'Return')


def network_of(window):
    """The choice that the row shows."""
    window.find('label', window.say_in('Network'))
    shown = set(window.texts())
    return [text for text in CHOICES if text in shown]


CHOICES = ['All Networks', 'lan0: 192.168.7.5', 'This Computer Only']


def is_open(window, address):
    """Whether somebody can connect there, from within the window's network."""
    return subprocess.run(['nsenter', f'--net=/proc/{window.process.pid}/ns/net', 'python3', '-c',
                           'import socket, sys; socket.create_connection((sys.argv[1], 3000), 30)',
                           address], stderr=subprocess.DEVNULL).returncode == 0


@tap.test
def a_chat_is_open_to_the_network_that_was_chosen():
    with tempfile.TemporaryDirectory() as folder:
        home = {'home': pathlib.Path(folder), 'GSETTINGS_BACKEND': 'keyfile'}
        with network.Isolated(**home) as window:
            window.plug('lan0', '192.168.7.5/24')
            window.plug('lan1', '10.1.0.1/24')
            choose_network(window, 'Down')
            wait_for(lambda: network_of(window) == ['lan0: 192.168.7.5'], 'lan0 to be chosen')
            window.host_and_wait('Mina', 3000)
            assert addresses(window) == ['http://192.168.7.5:3000']
            wait_codes(['http://192.168.7.5:3000'])
            assert is_open(window, '192.168.7.5')
            assert not is_open(window, '10.1.0.1')
            assert not is_open(window, '127.0.0.1')

        # The next time it is chosen as soon as the computer has it.
        with network.Isolated(**home) as window:
            window.button('Host a Chat')
            wait_for(lambda: network_of(window) == ['All Networks'], 'all to be chosen')
            window.plug('lan0', '192.168.7.5/24')
            wait_for(lambda: network_of(window) == ['lan0: 192.168.7.5'], 'lan0 to be chosen')
            choose_network(window, 'End')
            wait_for(lambda: network_of(window) == ['This Computer Only'], 'none to be chosen')
            window.host_and_wait('Mina', 3000)
            assert addresses(window) == ['http://localhost:3000']
            window.wait_text('Only this computer can join: that is how it was started.')
            wait_codes([])
            assert is_open(window, '127.0.0.1')
            assert not is_open(window, '192.168.7.5')


# --- the QR code ----------------------------------------------------------------------------------

def check_code(window):
    """The code in the pane and the one in its window say where the first address is."""
    port = peers.free_port()
    window.host_and_wait('Mina', port)
    url = addresses(window)[0]
    window.find('image', window.say_in('QR code of %s', url))
    wait_codes([url])

    before = window.windows()
    window.button('Show QR Code').click()
    enlarged = window.window(wait_for(
        lambda: next((each for each in window.windows() if each not in before), None), 'its window'))
    enlarged.find('image', window.say_in('QR code of %s', url))
    enlarged.wait_text(url)
    # It does not cover the one in the pane.
    wait_codes([url, url])
    if 'PICTURES' in os.environ:
        display.screenshot(f'{os.environ["PICTURES"]}/qr-{window.language}.png')
    window.keys('Escape')
    wait_for(lambda: window.windows() == before, 'the window with the code to close')


@tap.test
def a_camera_reads_where_to_join():
    with chat.Chat() as window:
        check_code(window)


@tap.test
def a_camera_reads_it_in_the_dark_style():
    with chat.Chat('ko', ADW_DEBUG_COLOR_SCHEME='prefer-dark') as window:
        check_code(window)


@tap.test
def the_code_is_shown_by_a_key():
    with chat.Chat() as window:
        port = peers.free_port()
        window.host_and_wait('Mina', port)
        wait_codes(addresses(window)[:1])
        before = window.windows()
        window.keys('ctrl+b')
        wait_for(lambda: len(window.windows()) == len(before) + 1, 'the window with the code')
        window.keys('Escape')
        wait_for(lambda: window.windows() == before, 'the window with the code to close')


with display.desktop():
    tap.main()
