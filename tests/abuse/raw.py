# raw.py: what the abuse tests share: a server that is watched, and sockets that send any bytes
#
# SPDX-License-Identifier: GPL-3.0-or-later

import base64
import json
import os
import select
import socket
import struct
import time

import madang
import tap

WAIT_SECONDS = 30
MEBIBYTE = 1024 * 1024
# What a server may have grown by after an attack, be it what the allocator keeps.
GROWTH = 48 * MEBIBYTE

POLLING = '/socket.io/?EIO=4&transport=polling'
WEBSOCKET = '/socket.io/?EIO=4&transport=websocket'
SEPARATOR = b'\x1e'

TEXT, BINARY, CLOSE, PING, PONG = 1, 2, 8, 9, 10


class Target(madang.Madang):
    """A server whose descriptors and memory are compared with those before the attack."""

    def __enter__(self):
        super().__enter__()
        # What is made for the first client is not made again.
        self.serve_somebody()
        self.descriptors_before = self.count_descriptors()
        self.memory_before = self.measure_memory()
        return self

    def count_descriptors(self):
        return len(os.listdir(f'/proc/{self.process.pid}/fd'))

    def measure_memory(self):
        if 'ASAN_OPTIONS' in os.environ:
            # A sanitizer keeps what was freed.
            return 0
        with open(f'/proc/{self.process.pid}/statm') as statm:
            return int(statm.read().split()[1]) * os.sysconf('SC_PAGE_SIZE')

    def wait_for_descriptors(self):
        before = self.descriptors_before
        wait_until(lambda: self.count_descriptors() <= before,
                   lambda: f'{self.count_descriptors()} descriptors, and {before} before')

    def serve_somebody(self):
        """A client that behaves is served by all ways."""
        self.assert_alive()
        with Http(self) as http:
            answer = http.ask('GET', '/')
            assert answer.status == 200, answer
        session = Polling(self)
        session.connect()
        assert session.echo('polling') == 'polling'
        session.close()
        with WebSocket(self) as websocket:
            websocket.connect()
            assert websocket.echo('websocket') == 'websocket'

    def assert_alive(self):
        assert self.process.poll() is None, 'the server has died:' + self._last_words()

    def assert_well(self, growth=GROWTH):
        """Serves as before, and holds neither descriptors nor memory of those who are gone."""
        self.serve_somebody()
        self.wait_for_descriptors()
        grown = self.measure_memory() - self.memory_before
        assert grown < growth, f'{grown // MEBIBYTE} MiB more than before'


class ApiServer(Target):
    """The server of the API alone, which does more on request than a chat."""

    def command(self):
        return [os.environ['API_SERVER'], *self.args]

    def serve_somebody(self):
        with WebSocket(self) as websocket:
            websocket.connect()
            assert websocket.ask('message-with-ack', 1) == [1]

    def forget_peak(self):
        with open(f'/proc/{self.process.pid}/clear_refs', 'w') as refs:
            refs.write('5')

    def measure_peak(self):
        with open(f'/proc/{self.process.pid}/status') as status:
            line, = (line for line in status if line.startswith('VmHWM:'))
        return int(line.split()[1]) * 1024


def attack(function):
    """A test of what a server bears; it gets the server, which must be well in the end."""
    def run():
        with Target() as target:
            function(target)
            target.assert_well()
    run.__name__ = function.__name__
    tap.test(run)


def wait_until(condition, describe, seconds=WAIT_SECONDS):
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise TimeoutError(f'not within {seconds} s: {describe()}')
        time.sleep(0.02)


class Raw:
    """A TCP connection."""

    def __init__(self, target, first=b''):
        self.socket = socket.create_connection(('127.0.0.1', target.port), WAIT_SECONDS)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.received = b''
        self.ended = False
        self.send(first)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def send(self, data):
        """Sends all of it, or what the server still takes: it may have closed the connection."""
        try:
            self.socket.sendall(data)
            return True
        except (BrokenPipeError, ConnectionResetError):
            return False

    def read_more(self):
        """Whether there was more to come. A reset is an end as well."""
        if self.ended:
            return False
        try:
            data = self.socket.recv(65536)
        except ConnectionResetError:
            data = b''
        self.received += data
        self.ended = data == b''
        return not self.ended

    def read_to(self, end):
        while end not in self.received:
            if not self.read_more():
                raise EOFError(f'the server closed after {self.received[-300:]!r}')
        head, _, self.received = self.received.partition(end)
        return head

    def read_exactly(self, count):
        while len(self.received) < count:
            if not self.read_more():
                raise EOFError(f'the server closed after {self.received[-300:]!r}')
        data, self.received = self.received[:count], self.received[count:]
        return data

    def read_all(self):
        """What comes until the server closes; that it does not is an error, after a while."""
        while self.read_more():
            pass
        return self.received

    def is_quiet(self):
        """Whether there is nothing to read now: neither data nor the end."""
        return not self.received and not select.select([self.socket], [], [], 0)[0]

    def end(self):
        """Says that nothing more is sent, while the answer can still come."""
        try:
            self.socket.shutdown(socket.SHUT_WR)
        except OSError:
            pass

    def close(self):
        self.socket.close()

    def reset(self):
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack('ii', 1, 0))
        self.socket.close()


class Answer:
    def __init__(self, status, headers, body):
        self.status = status
        self.headers = headers
        self.body = body

    def __repr__(self):
        return f'Answer({self.status}, {self.headers}, {self.body[:200]!r})'


def request(target, method, path, body=None, headers=(), host=True):
    lines = [f'{method} {path} HTTP/1.1']
    if host:
        lines.append(f'Host: 127.0.0.1:{target.port}')
    if body is not None:
        lines.append(f'Content-Length: {len(body)}')
    lines += headers
    return '\r\n'.join(lines).encode() + b'\r\n\r\n' + (body or b'')


class Http(Raw):
    """A connection that asks by HTTP and can be kept."""

    def __init__(self, target):
        super().__init__(target)
        self.target = target

    def ask(self, method, path, body=None, headers=()):
        self.send(request(self.target, method, path, body, headers))
        return self.read_answer(method != 'HEAD')

    def read_answer(self, has_body=True):
        head = self.read_to(b'\r\n\r\n').decode('latin-1').split('\r\n')
        status = int(head[0].split()[1])
        headers = {}
        for line in head[1:]:
            name, _, value = line.partition(':')
            headers[name.strip().lower()] = value.strip()
        has_body = has_body and status not in (204, 304)
        length = int(headers.get('content-length', 0)) if has_body else 0
        return Answer(status, headers, self.read_exactly(length))


class Polling:
    """A polling session. Polls and posts have a connection each, as in a browser."""

    def __init__(self, target):
        self.polls = Http(target)
        self.posts = Http(target)
        answer = self.polls.ask('GET', POLLING)
        assert answer.status == 200, answer
        self.sid = json.loads(answer.body[1:])['sid']
        self.path = f'{POLLING}&sid={self.sid}'
        self.packets = []

    def poll(self):
        return self.polls.ask('GET', self.path)

    def post(self, body, headers=('Content-Type: text/plain',)):
        return self.posts.ask('POST', self.path, body, headers)

    def next_packet(self):
        while not self.packets:
            answer = self.poll()
            assert answer.status == 200, answer
            self.packets = answer.body.split(SEPARATOR)
        return self.packets.pop(0)

    def connect(self):
        assert self.post(b'40').status == 200
        assert self.next_packet().startswith(b'40{')

    def echo(self, text):
        assert self.post(b'427["echo",' + json.dumps(text).encode() + b']').status == 200
        packet = self.next_packet()
        assert packet.startswith(b'437['), packet
        return json.loads(packet[3:])[0]

    def is_gone(self):
        answer = self.posts.ask('POST', self.path, b'3')
        return answer.status == 400 and b'"code":1' in answer.body

    def close(self):
        """Takes its leave. Without it the session ends by its heartbeat."""
        self.post(b'1')
        self.hang_up()

    def hang_up(self):
        self.polls.close()
        self.posts.close()


def frame(payload=b'', opcode=TEXT, final=True, masked=True, rsv=0, length=None, wide=None):
    """A frame of a client: `length` is what it says it has, in `wide` bytes more."""
    length = len(payload) if length is None else length
    head = bytes([(0x80 if final else 0) | rsv << 4 | opcode])
    mask_bit = 0x80 if masked else 0
    if wide == 8 or wide is None and length > 0xffff:
        head += bytes([mask_bit | 127]) + struct.pack('>Q', length)
    elif wide == 2 or wide is None and length > 125:
        head += bytes([mask_bit | 126]) + struct.pack('>H', length)
    else:
        head += bytes([mask_bit | length])
    # With this mask the payload is as it was.
    return head + (b'\0\0\0\0' if masked else b'') + payload


HANDSHAKE = ('Upgrade: websocket', 'Connection: Upgrade', 'Sec-WebSocket-Version: 13',
             'Sec-WebSocket-Key: ' + base64.b64encode(b'0123456789abcdef').decode())


class WebSocket(Http):
    """A WebSocket whose handshake is done; `first` goes out in the same piece."""

    def __init__(self, target, path=WEBSOCKET, first=b'', headers=()):
        super().__init__(target)
        self.send(request(target, 'GET', path, headers=(*HANDSHAKE, *headers)) + first)
        head = self.head = self.read_to(b'\r\n\r\n')
        assert b' 101 ' in head.split(b'\r\n')[0], head

    def read_frame(self):
        first, second = self.read_exactly(2)
        assert second < 0x80, 'a server does not mask'
        length = second
        if length == 126:
            length, = struct.unpack('>H', self.read_exactly(2))
        elif length == 127:
            length, = struct.unpack('>Q', self.read_exactly(8))
        return first & 0x0f, self.read_exactly(length)

    def read_close_code(self):
        """The code of the close that comes; 1006 where the connection just ends."""
        try:
            while True:
                opcode, payload = self.read_frame()
                if opcode == CLOSE:
                    return struct.unpack('>H', payload[:2])[0] if payload else 1005
        except EOFError:
            return 1006

    def next_message(self):
        while True:
            opcode, payload = self.read_frame()
            if opcode in (TEXT, BINARY) and payload != b'2':
                return payload
            if opcode == CLOSE:
                raise EOFError(f'closed: {payload!r}')

    def say(self, text):
        return self.send(frame(text if isinstance(text, bytes) else text.encode()))

    def connect(self):
        assert self.next_message().startswith(b'0{')
        self.say('40')
        assert self.next_message().startswith(b'40{')

    def ask(self, name, *args):
        """The answer to an event."""
        self.say('427' + json.dumps([name, *args]))
        return self.read_ack()

    def read_ack(self):
        while True:
            message = self.next_message()
            if message.startswith(b'437['):
                return json.loads(message[3:])

    def echo(self, text):
        return self.ask('echo', text)[0]
