# program.py: the program as a user starts it, and bare clients for it
#
# SPDX-License-Identifier: GPL-3.0-or-later

import contextlib
import http.client
import json
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time

SECONDS = 20
READY = {'en': 'Ready to accept socket.io requests.',
         'ko': 'socket.io 요청을 받아들일 준비가 되었습니다.'}
NETWORK = re.compile('Others can join at: |다른 사람이 들어올 주소: |Only this computer can join|'
                     'This computer is on no network|The firewall (may keep|keeps) others out|'
                     '방화벽이 다른 사람을|이 컴퓨터가 네트워크에')


def environment(language='en', **more):
    env = {name: value for name, value in os.environ.items()
           if name not in ('DISPLAY', 'WAYLAND_DISPLAY', 'DBUS_SESSION_BUS_ADDRESS')}
    return {**env, 'LC_ALL': 'C.UTF-8', 'LANGUAGE': language, 'G_DEBUG': 'fatal-criticals', **more}


@contextlib.contextmanager
def folder():
    path = pathlib.Path(tempfile.mkdtemp(prefix='madang-headless-'))
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


def run(*args, language='en', **env):
    """Runs it to its end, which must come by itself."""
    return subprocess.run([os.environ['MADANG'], *args], env=environment(language, **env),
                          stdin=subprocess.DEVNULL, capture_output=True, timeout=SECONDS)


class Server:
    """`madang --server` with these arguments and its own data folder; use it with `with`.

    The end of the block asks it to stop and waits for exit code 0. After that `output` and `errors`
    are all that it wrote, as bytes.
    """

    def __init__(self, *args, language='en', port=0, data_dir=None, errors=subprocess.PIPE, env=None,
                 stdin=subprocess.DEVNULL):
        self.stack = contextlib.ExitStack()
        self.data_dir = data_dir or self.stack.enter_context(folder()) / 'data'
        command = [os.environ['MADANG'], '--server', '--data-dir', str(self.data_dir), *args]
        if port is not None:
            command += ['--port', str(port)]
        self.process = subprocess.Popen(command, env=environment(language, **(env or {})),
                                        stdin=stdin, stdout=subprocess.PIPE, stderr=errors)
        self.clients = []
        self.output = b''
        self.errors = b''
        self.arrived = threading.Condition()
        self.readers = [threading.Thread(target=self._read, args=pair, daemon=True)
                        for pair in (('output', self.process.stdout), ('errors', self.process.stderr))
                        if pair[1]]
        for reader in self.readers:
            reader.start()

    def _read(self, name, stream):
        while data := stream.read1(65536):
            with self.arrived:
                setattr(self, name, getattr(self, name) + data)
                self.arrived.notify_all()

    def wait_for(self, condition, what):
        with self.arrived:
            if not self.arrived.wait_for(condition, SECONDS):
                raise TimeoutError(f'{what}: not within {SECONDS} s; {self.output} {self.errors}')

    def __enter__(self):
        self.wait_for(lambda: b'\n' in self.output or self.process.poll() is not None, 'a line')
        return self

    def __exit__(self, error_type, _error, _traceback):
        with self.stack:
            try:
                if self.process.poll() is None and error_type is None:
                    self.part()
                    assert self.stop() == 0
            finally:
                self.kill()

    @property
    def line(self):
        return self.output.decode()

    @property
    def port(self):
        return int(re.fullmatch(r'Listening on http://.*:(\d+)/\n', self.line).group(1))

    @property
    def error_lines(self):
        """Without what depends on the networks of the machine."""
        return [line for line in self.errors.decode().splitlines() if line not in self.network_lines]

    @property
    def network_lines(self):
        """Where others can join, and what keeps them out."""
        return [line for line in self.errors.decode().splitlines() if NETWORK.search(line)]

    def wait_for_error_line(self, line):
        self.wait_for(lambda: line in self.error_lines, line)

    def wait_for_error_text(self, text):
        self.wait_for(lambda: text in self.errors.decode(errors='replace'), text)

    def join(self, host='127.0.0.1', headers=None):
        """A polling client, which leaves at the end of the block."""
        client = Polling(self.port, host, headers)
        self.clients.append(client)
        return client.open()

    def part(self):
        for client in self.clients:
            client.leave()
        self.clients.clear()

    def stop(self, number=signal.SIGTERM):
        self.process.send_signal(number)
        return self.wait()

    def wait(self):
        code = self.process.wait(SECONDS)
        for reader in self.readers:
            reader.join(SECONDS)
        return code

    def kill(self):
        self.process.kill()
        self.wait()
        self.process.stdout.close()
        if self.process.stderr:
            self.process.stderr.close()


class Polling:
    """A client that only polls: it sends packets as they are, and reads what is there."""

    def __init__(self, port, host='127.0.0.1', headers=None):
        self.http = http.client.HTTPConnection(host, port, timeout=SECONDS)
        self.headers = headers or {}
        self.packets = []
        self.sid = None

    def open(self):
        body = self._ask('GET', '')
        self.sid = json.loads(body[1:])['sid']
        self.send('40')
        self.expect('40')
        return self

    def _ask(self, method, query, body=None):
        self.http.request(method, '/socket.io/?EIO=4&transport=polling' + query, body, self.headers)
        response = self.http.getresponse()
        text = response.read().decode()
        if response.status != 200:
            raise RuntimeError(f'{response.status}: {text}')
        return text

    def send(self, packet):
        assert self._ask('POST', f'&sid={self.sid}', packet.encode()) == 'ok'

    def expect(self, prefix):
        """The rest of the next packet that begins so."""
        end = time.monotonic() + SECONDS
        while time.monotonic() < end:
            while self.packets:
                packet = self.packets.pop(0)
                if packet == '2':
                    self.send('3')
                elif packet.startswith(prefix):
                    return packet[len(prefix):]
            self.packets += self._ask('GET', f'&sid={self.sid}').split('\x1e')
        raise TimeoutError(f'no packet {prefix}')

    def ask(self, event, argument):
        self.send('421' + json.dumps([event, argument]))
        return json.loads(self.expect('431'))[0]

    def leave(self):
        """In good order, so that the server need not wait for it."""
        if self.sid:
            with contextlib.suppress(RuntimeError, OSError, http.client.HTTPException):
                self.send('1')
        self.http.close()


def free_port(host='127.0.0.1'):
    with socket.socket(socket.AF_INET6 if ':' in host else socket.AF_INET) as probe:
        probe.bind((host, 0))
        return probe.getsockname()[1]


def has_ipv6():
    try:
        free_port('::1')
        return True
    except OSError:
        return False
