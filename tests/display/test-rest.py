# test-rest.py: a window in which nothing happens paints nothing, and so wakes up for nothing
#
# SPDX-License-Identifier: GPL-3.0-or-later

import chat
import display
import peers
import tap
from peers import free_port, url_of

tap.TEST_SECONDS = 200


@tap.test
def a_window_that_hosts_rests():
    port = free_port()
    with chat.Chat() as window:
        window.host_and_wait('Mina', port)
        with peers.Plain(url_of(port), 'printer') as printer:
            printer.say('good night')
            window.row('printer', 'good night')
            window.wait_rest()


@tap.test
def a_window_rests_without_its_server_and_when_that_came_back():
    with chat.Chat() as window:
        with peers.PlainServer() as server:
            window.join_and_wait('Mina', server.port)
            server.kill()
        window.wait_words('Reconnecting…')
        window.wait_rest()
        with peers.PlainServer(server.port):
            window.wait_count(2, f'Connected to {url_of(server.port)}')
            window.wait_gone('label', 'Reconnecting…')
            window.wait_rest()


with display.desktop():
    tap.main()
