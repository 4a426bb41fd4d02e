# test-programs.py: the programs that the pages show do what the pages say
#
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Its arguments: the built quick-server, quick-client and echo-server. That of the README listens on a
# port of its own choice, and so is only compiled.

import contextlib
import os
import re
import subprocess
import sys
import urllib.request

import tap

QUICK_SERVER, QUICK_CLIENT, ECHO_SERVER = sys.argv[1:]
ENV = {**os.environ, 'G_DEBUG': 'fatal-criticals'}


@contextlib.contextmanager
def start(*command):
    with subprocess.Popen(command, env=ENV, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def wait_for(process, pattern):
    """The first line that matches; the time of the test ends the waiting."""
    for line in process.stdout:
        found = re.search(pattern, line)
        if found:
            return found.group(1)
    raise AssertionError(f'it ended without saying {pattern}')


def ask(url, body=None):
    """Polls, or posts a body."""
    data = body.encode() if body is not None else None
    return urllib.request.urlopen(url, data).read().decode()


def open_session(url):
    url += '?EIO=4&transport=polling'
    return url + '&sid=' + re.search('"sid":"([^"]+)"', ask(url)).group(1)


@tap.test
def the_quick_client_is_answered_by_the_quick_server():
    # Standard output is a pipe, which a program in C would only fill now and then.
    with start('stdbuf', '-oL', QUICK_SERVER, '0') as server:
        url = wait_for(server, r'Listening on (\S+/)')
        client = subprocess.run([QUICK_CLIENT, url], env=ENV, stdout=subprocess.PIPE, text=True)
        assert (client.returncode, client.stdout) == (0, 'passed on\n'), client
        wait_for(server, r'Come: (\S+)')
        wait_for(server, r'Gone: (.+)')


@tap.test
def what_the_quick_client_says_others_hear():
    with start('stdbuf', '-oL', QUICK_SERVER, '0') as server:
        url = wait_for(server, r'Listening on (\S+/)')
        other = open_session(url + 'socket.io/')
        assert ask(other, '40') == 'ok'
        assert ask(other).startswith('40{')
        subprocess.run([QUICK_CLIENT, url], env=ENV, stdout=subprocess.DEVNULL, check=True)
        assert ask(other) == '42["said","Hello"]'


@tap.test
def the_quick_client_tells_that_nobody_listens():
    with start(QUICK_CLIENT, 'http://127.0.0.1:1') as client:
        wait_for(client, '(.+)')


@tap.test
def the_echo_server_sends_a_message_back():
    with start('stdbuf', '-oL', ECHO_SERVER, '0') as server:
        session = open_session(wait_for(server, r'Listening on (\S+/)'))
        assert ask(session, '4back') == 'ok'
        assert ask(session) == '4back'


tap.main()
