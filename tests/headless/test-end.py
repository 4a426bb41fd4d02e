# test-end.py: how the server ends, well or badly, and what is left of the chat
#
# SPDX-License-Identifier: GPL-3.0-or-later

import json
import os
import signal
import socket
import subprocess
import threading
import time

import socketio
import tap
import websocket
from program import Polling, Server, environment, folder


class Disconnects:
    """Clients of python-socketio, and why each was disconnected."""

    def __init__(self, port, transport):
        self.gone = threading.Event()
        self.client = socketio.Client(reconnection=False)
        self.client.on('disconnect', self.gone.set)
        self.client.connect(f'http://127.0.0.1:{port}', transports=[transport])
        assert self.client.call('message', {'sender': transport, 'command': 'echo'})['ok']


def clients_of_all_kinds(server):
    """Some take their leave as they should, some never do."""
    polite = [Disconnects(server.port, 'polling'), Disconnects(server.port, 'websocket')]
    waiting = Polling(server.port).open()
    poll = threading.Thread(target=lambda: waiting.expect('1'))
    poll.start()
    silent = websocket.create_connection(
        f'ws://127.0.0.1:{server.port}/socket.io/?EIO=4&transport=websocket')
    silent.send('40')
    idle = socket.create_connection(('127.0.0.1', server.port))
    half = socket.create_connection(('127.0.0.1', server.port))
    half.sendall(b'GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-')
    body = socket.create_connection(('127.0.0.1', server.port))
    body.sendall(b'POST /socket.io/?EIO=4&transport=polling&sid=x HTTP/1.1\r\nHost: 127.0.0.1\r\n'
                 b'Content-Length: 1000\r\n\r\nabc')
    ours = subprocess.Popen([os.environ['CHAT_PEER'], f'http://127.0.0.1:{server.port}', 'Anna'],
                            env=environment(), stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    while json.loads(ours.stdout.readline())['event'] != 'connected':
        pass
    return polite, poll, ours, (silent, idle, half, body)


def check_end(number):
    with Server() as server:
        polite, poll, ours, _others = clients_of_all_kinds(server)
        began = time.monotonic()
        assert server.stop(number) == 0
        took = time.monotonic() - began
        for client in polite:
            assert client.gone.wait(10), 'not told'
        poll.join(10)
        assert not poll.is_alive(), 'a poll was left without an answer'
        events = []
        while not events or events[-1]['event'] != 'disconnected':
            events.append(json.loads(ours.stdout.readline()))
        assert events[-1]['state'] == 'reconnecting', events
        ours.communicate(b'{"quit":true}\n', 10)
        assert ours.returncode == 0
    assert took < 6, f'it took {took} s'
    assert len(server.output.splitlines()) == 1
    assert all(line.startswith('connection info : ') for line in server.error_lines[1:]), server.errors


@tap.test
def sigterm_closes_all_clients():
    check_end(signal.SIGTERM)


@tap.test
def sigint_closes_all_clients():
    check_end(signal.SIGINT)


@tap.test
def it_ends_at_once_without_clients():
    with Server() as server:
        began = time.monotonic()
        assert server.stop() == 0
        assert time.monotonic() - began < 2


@tap.test
def a_second_signal_does_not_wait():
    with Server() as server:
        silent = websocket.create_connection(
            f'ws://127.0.0.1:{server.port}/socket.io/?EIO=4&transport=websocket')
        silent.send('40')
        server.wait_for(lambda: len(server.error_lines) == 2, 'the connection')
        began = time.monotonic()
        # Two of the same kind may count as one.
        server.process.send_signal(signal.SIGTERM)
        assert server.stop(signal.SIGINT) == 0
        assert time.monotonic() - began < 2


@tap.test
def the_port_is_free_at_once():
    with Server() as server:
        port = server.port
        server.join()
    with Server(port=port) as server:
        server.join()


def read_all(client):
    login = client.ask('chat:login', {'name': 'Reader'})
    messages, more = login['messages'], login['more']
    while more:
        page = client.ask('chat:history', {'before': messages[0]['serial'], 'limit': 200})
        messages, more = page['messages'] + messages, page['more']
    return messages


def post_until_killed(server, name, kept):
    client = Polling(server.port).open()
    for number in range(100000):
        try:
            answer = client.ask('message', {'sender': name, 'data': f'{name} {number}'})
        except Exception:
            return
        kept.append((answer['serial'], f'{name} {number}'))


@tap.test
def what_was_answered_survives_a_kill():
    with folder() as data_dir:
        kept = []
        for round_ in range(3):
            before = len(kept)
            with Server(data_dir=data_dir) as server:
                threads = [threading.Thread(target=post_until_killed,
                                            args=(server, f'p{round_}{i}', kept)) for i in range(3)]
                for thread in threads:
                    thread.start()
                while len(kept) < before + 100:
                    time.sleep(0.001)
                server.process.send_signal(signal.SIGKILL)
                server.wait()
                for thread in threads:
                    thread.join()
            with Server(data_dir=data_dir) as server:
                messages = read_all(server.join())
            found = {message['serial']: message['data'] for message in messages}
            missing = [entry for entry in kept if found.get(entry[0]) != entry[1]]
            assert not missing, missing
            assert len(kept) == len(dict(kept))


@tap.test
def who_comes_back_is_the_same():
    with folder() as data_dir:
        with Server(data_dir=data_dir) as server:
            first = server.join().ask('chat:login', {'name': 'Anna'})
            server.process.send_signal(signal.SIGKILL)
            server.wait()
        with Server(data_dir=data_dir) as server:
            second = server.join().ask(
                'chat:login', {'name': 'Anna', 'secret': first['secret']})
    assert first['user'] == second['user']


tap.main()
