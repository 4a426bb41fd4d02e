#!/usr/bin/python3
# test-crowd.py: many clients at once, idle ones, slow ones, and those who come and go
#
# SPDX-License-Identifier: GPL-3.0-or-later

import json
import resource
import selectors
import socket
import time

import tap
from raw import (HANDSHAKE, MEBIBYTE, POLLING, SEPARATOR, WEBSOCKET, Polling, Raw, WebSocket,
                 attack, frame, request, wait_until)

CROWD = 2000
CROWD_SECONDS = 30
BATCH = 100


def raise_descriptor_limit():
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


class Member:
    """One of a crowd: a WebSocket that only collects what comes."""

    def __init__(self, target):
        self.socket = socket.create_connection(('127.0.0.1', target.port), CROWD_SECONDS)
        self.socket.sendall(request(target, 'GET', WEBSOCKET, headers=HANDSHAKE) + frame(b'40'))
        self.socket.setblocking(False)
        self.received = b''

    def read(self):
        data = self.socket.recv(65536)
        assert data, f'put out after {self.received[-200:]!r}'
        self.received += data


class Crowd:
    def __init__(self):
        self.members = []
        self.selector = selectors.DefaultSelector()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for member in self.members:
            member.socket.close()
        self.selector.close()

    def join(self, target, count):
        for _ in range(count):
            member = Member(target)
            self.members.append(member)
            self.selector.register(member.socket, selectors.EVENT_READ, member)

    def wait_for(self, text):
        """Until each of them has received it."""
        waiting = {member for member in self.members if text not in member.received}
        end = time.monotonic() + CROWD_SECONDS
        while waiting:
            if time.monotonic() > end:
                raise TimeoutError(f'{len(waiting)} of {len(self.members)} wait for {text!r}')
            for key, _ in self.selector.select(1):
                key.data.read()
                if text in key.data.received:
                    waiting.discard(key.data)


@attack
def two_thousand_clients_hear_each_message(target):
    raise_descriptor_limit()
    with Crowd() as crowd:
        for _ in range(CROWD // BATCH):
            crowd.join(target, BATCH)
            crowd.wait_for(b'40{"sid":')
        assert len(crowd.members) == CROWD
        grown = target.measure_memory() - target.memory_before
        assert grown < CROWD * 24 * 1024, f'{grown // CROWD} bytes for each client'

        with WebSocket(target) as speaker:
            speaker.connect()
            for number in range(5):
                text = f'안녕, number {number}'
                assert speaker.ask('message', {'sender': 'speaker', 'data': text})[0]['ok']
                crowd.wait_for(json.dumps(text, ensure_ascii=False).encode())
        # Once each, and in order.
        for member in crowd.members:
            numbers = [part[:1] for part in member.received.split('안녕, number '.encode())[1:]]
            assert numbers == [b'0', b'1', b'2', b'3', b'4'], numbers


@attack
def what_a_crowd_needed_is_given_back(target):
    raise_descriptor_limit()
    with Crowd() as crowd:
        for _ in range(CROWD // BATCH):
            crowd.join(target, BATCH)
            crowd.wait_for(b'40{"sid":')
        needed = target.measure_memory() - target.memory_before
    # What is left is held by small pieces in between.
    wait_until(lambda: target.measure_memory() - target.memory_before <= needed / 3,
               lambda: f'of {needed} bytes for {CROWD} clients '
                       f'{target.measure_memory() - target.memory_before} are left')


@attack
def connections_that_do_nothing(target):
    idle = [Raw(target) for _ in range(500)]
    target.serve_somebody()
    idle += [Raw(target, b'GET ') for _ in range(100)]
    idle += [WebSocket(target) for _ in range(100)]
    target.serve_somebody()
    for number, raw in enumerate(idle):
        raw.reset() if number % 2 else raw.close()


@attack
def a_thousand_polling_clients_come_and_go(target):
    raise_descriptor_limit()
    for number in range(1000):
        session = Polling(target)
        session.connect()
        if number % 4 == 0:
            # A poll that waits when its client vanishes.
            session.polls.send(request(target, 'GET', session.path))
            session.hang_up()
        elif number % 4 == 1:
            session.polls.send(request(target, 'GET', session.path))
            session.polls.reset()
            session.posts.reset()
        else:
            session.close()
    target.wait_for_descriptors()


@attack
def a_storm_of_connections(target):
    for _ in range(20):
        storm = []
        for path, headers in ((POLLING, ()), (WEBSOCKET, HANDSHAKE), ('/', ())) * 40:
            storm.append(Raw(target, request(target, 'GET', path, headers=headers)))
        for raw in storm:
            raw.reset()
    target.wait_for_descriptors()


@attack
def who_does_not_listen_holds_nobody_up(target):
    with WebSocket(target) as deaf, WebSocket(target) as listener, WebSocket(target) as speaker:
        for client in (deaf, listener, speaker):
            client.connect()
        text = 'x' * 500000
        for number in range(60):
            data = f'{number} {text}'
            assert speaker.ask('message', {'sender': 'speaker', 'data': data})[0]['ok']
            while True:
                message = listener.next_message()
                if message.startswith(b'42["message"'):
                    break
            assert json.loads(message[2:])[1]['data'] == data
        grown = target.measure_memory() - target.memory_before
        assert grown < 64 * MEBIBYTE, f'{grown // MEBIBYTE} MiB for one who does not read'
        # It was put out in the meantime: what was sent until then is all that comes.
        deaf.read_all()
        assert len(deaf.received) < 60 * len(text)


@attack
def a_polling_client_that_stays_away_is_forgotten_in_time(target):
    session = Polling(target)
    session.connect()
    with WebSocket(target) as speaker:
        speaker.connect()
        for number in range(60):
            assert speaker.ask('message', {'sender': 'speaker', 'data': 'x' * 500000})[0]['ok']
        grown = target.measure_memory() - target.memory_before
        assert grown < 64 * MEBIBYTE, f'{grown // MEBIBYTE} MiB for one who does not poll'
    # What its queue could not hold has ended it.
    answer = session.poll()
    assert answer.status == 400 or answer.body.split(SEPARATOR)[-1] == b'1', answer
    session.hang_up()


tap.main()
