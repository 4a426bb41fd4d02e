# peers.py: the others in a chat, each a program that speaks JSON by lines
#
# SPDX-License-Identifier: GPL-3.0-or-later

import json
import os
import pathlib
import socket
import subprocess
import threading
import time
from collections import deque

SECONDS = 40
KEPT_EVENTS = 12
HERE = pathlib.Path(__file__).resolve().parent


def free_port():
    with socket.socket(socket.AF_INET6) as probe:
        probe.bind(('::', 0))
        return probe.getsockname()[1]


def url_of(port):
    return f'http://127.0.0.1:{port}'


class Peer:
    """A program whose lines of output are objects with `event`; use it with `with`.

    It has to end well when its standard input does.
    """

    def __init__(self, *command):
        self.name = ' '.join(pathlib.Path(word).name for word in command)
        self.events = []
        self.last = deque(maxlen=KEPT_EVENTS)
        self.errors = ''
        self.arrived = threading.Condition()
        self.killed = False
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=subprocess.PIPE, text=True)
        self.readers = [threading.Thread(target=read, daemon=True)
                        for read in (self._read_events, self._read_errors)]
        for reader in self.readers:
            reader.start()

    def __enter__(self):
        return self

    def __exit__(self, error_type, _error, _traceback):
        try:
            if error_type is None:
                self.leave()
        finally:
            self.kill()

    def _read_events(self):
        for line in self.process.stdout:
            with self.arrived:
                self.events.append(json.loads(line))
                self.last.append(line.strip())
                self.arrived.notify_all()
        with self.arrived:
            self.arrived.notify_all()

    def _read_errors(self):
        for line in self.process.stderr:
            self.errors += line

    def _take(self, event, fields):
        for index, found in enumerate(self.events):
            if found['event'] == event and all(found.get(name) == value
                                               for name, value in fields.items()):
                return self.events.pop(index)
        return None

    def next(self, event, seconds=SECONDS, **fields):
        """The next event of this name with these values, be it one that has come already."""
        end = time.monotonic() + seconds
        with self.arrived:
            while (found := self._take(event, fields)) is None:
                rest = end - time.monotonic()
                if rest <= 0 or not self.readers[0].is_alive():
                    raise TimeoutError(f'no {event} {fields} of {self.name} within {seconds} s; '
                                       f'it said {list(self.last)} {self.errors}')
                self.arrived.wait(min(rest, 1))
        return found

    def has(self, event, **fields):
        """Whether such an event has come and was not taken."""
        with self.arrived:
            return any(found['event'] == event and all(found.get(name) == value for name, value
                                                       in fields.items()) for found in self.events)

    def send(self, **command):
        self.process.stdin.write(json.dumps(command) + '\n')
        self.process.stdin.flush()

    def leave(self):
        """Ends its input, and waits until it has left."""
        if self.killed:
            return
        self.process.stdin.close()
        code = self.process.wait(SECONDS)
        if code != 0:
            raise RuntimeError(f'{self.name} ended with {code}: {self.errors}')

    def kill(self):
        self.killed = True
        self.process.kill()
        self.process.wait()
        for reader in self.readers:
            reader.join(SECONDS)


def _script(name, *args):
    return ['node', str(HERE / name), *map(str, args)]


class Plain(Peer):
    """The npm package socket.io-client, as a plain client that bears the label `name`."""

    def __init__(self, url, name):
        super().__init__(*_script('node-peer.mjs', url))
        self.label = name

    def __enter__(self):
        self.next('connect')
        return self

    def say(self, text, to='ALL'):
        self.send(sender=self.label, recepient=to, command='chat', type='text', data=text)

    def hear(self, text):
        """Waits for a message with this text."""
        return self.next('message', data=text)


class Page(Peer):
    """Chromium on the page of the server, where somebody has connected as `name`."""

    def __init__(self, url, name):
        super().__init__(*_script('page-peer.mjs', url, name))

    def __enter__(self):
        self.next('connected', seconds=40)
        return self

    def say(self, text):
        self.send(say=text)
        self.next('message', text=text)

    def write_to(self, name):
        self.send(writeTo=name)
        self.next('writing', name=name)

    def hear(self, text):
        return self.next('message', text=text)


class PlainServer(Peer):
    """The npm package socket.io as a server that knows no more than `message`."""

    def __init__(self, port=0):
        super().__init__(*_script('plain-server.mjs', port))

    def __enter__(self):
        self.port = self.next('listening')['port']
        self.url = url_of(self.port)
        return self


class Rich(Peer):
    """Our own client as a program, tests/interop/chat-peer.c: it logs in with a name."""

    def __init__(self, url, name):
        super().__init__(os.environ['CHAT_PEER'], url, name)

    def __enter__(self):
        self.id = self.next('connected')['id']
        return self

    def say(self, text, to='ALL'):
        self.send(post={'to': to, 'text': text})
        self.next('posted', ok=True)

    def hear(self, text):
        while True:
            message = self.next('message')['message']
            if message['data'] == text:
                return message
