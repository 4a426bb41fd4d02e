#!/usr/bin/python3
# test-broadcast.py: much to many at once, some of whom do not read
#
# SPDX-License-Identifier: GPL-3.0-or-later

import resource
import selectors
import socket
import time
import zlib

import tap
from raw import HANDSHAKE, MEBIBYTE, WEBSOCKET, ApiServer, WebSocket, frame, request, wait_until

CLIENTS = 500
DEAF = 50
SIZE = 1000 * 1000
SECONDS = 60

# One copy is in the arguments of the event while it is encoded, one is what all receivers share.
COPIES = 2
# What a megabyte in many queues may cost beside: a slot for each, the tables of the allocator.
GROWTH = COPIES * SIZE + 6 * MEBIBYTE


class Listener:
    """A WebSocket that keeps the length and the checksum of what comes behind its greeting."""

    def __init__(self, target):
        self.socket = socket.socket()
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 16 * 1024)
        self.socket.settimeout(SECONDS)
        self.socket.connect(('127.0.0.1', target.port))
        self.socket.sendall(request(target, 'GET', WEBSOCKET, headers=HANDSHAKE) + frame(b'40'))
        self.length = 0
        self.checksum = 0

    def read_greeting(self):
        greeting = b''
        while not greeting.endswith(b'42["auth",null]'):
            data = self.socket.recv(4096)
            assert data, greeting
            greeting += data
        self.socket.setblocking(False)

    def read(self, buffer):
        count = self.socket.recv_into(buffer)
        assert count > 0, f'put out after {self.length} bytes'
        self.length += count
        self.checksum = zlib.crc32(buffer[:count], self.checksum)


def server_frame(opcode, payload):
    length = len(payload)
    if length < 126:
        return bytes([0x80 | opcode, length]) + payload
    return bytes([0x80 | opcode, 127]) + length.to_bytes(8, 'big') + payload


EXPECTED = (server_frame(1, b'451-["shower",{"_placeholder":true,"num":0}]') +
            server_frame(2, b'x' * SIZE))


def read_all(listeners):
    """Until each of them has got all of it and nothing else."""
    buffer = memoryview(bytearray(256 * 1024))
    checksum = zlib.crc32(EXPECTED)
    end = time.monotonic() + SECONDS
    with selectors.DefaultSelector() as selector:
        for listener in listeners:
            selector.register(listener.socket, selectors.EVENT_READ, listener)
        while selector.get_map():
            assert time.monotonic() < end, f'{len(selector.get_map())} of {len(listeners)} wait'
            for key, _ in selector.select(1):
                key.data.read(buffer)
                if key.data.length >= len(EXPECTED):
                    selector.unregister(key.data.socket)
    for listener in listeners:
        assert (listener.length, listener.checksum) == (len(EXPECTED), checksum)


@tap.test
def a_megabyte_to_five_hundred_is_one_megabyte():
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    with ApiServer() as target:
        listeners = [Listener(target) for _ in range(CLIENTS)]
        for listener in listeners:
            listener.read_greeting()
        before = target.measure_memory()
        target.forget_peak()
        began = time.monotonic()
        # Whoever asks is not among those who count.
        with WebSocket(target) as speaker:
            speaker.connect()
            speaker.say(f'42["shower",{SIZE}]')
            read_all(listeners[DEAF:])
            took = time.monotonic() - began
            grown = target.measure_memory() - before
            peak = target.measure_peak() - before
            print(f'# {SIZE} bytes to {CLIENTS}, {DEAF} of whom do not read: {took:.1f} s, '
                  f'{grown / MEBIBYTE:.1f} MiB more, {peak / MEBIBYTE:.1f} MiB at the peak')
            if before > 0:
                assert grown < GROWTH and peak < GROWTH, (grown, peak)

            # It waits for them, and there is nothing wrong with them.
            assert all(listener.length == 0 for listener in listeners[:DEAF])
            read_all(listeners[:DEAF])
        for listener in listeners:
            listener.socket.close()
        target.assert_well()


@tap.test
def who_never_reads_is_put_out_by_name():
    with ApiServer('--set', 'max-queue-bytes=4000000') as target:
        with WebSocket(target) as deaf, WebSocket(target) as speaker:
            deaf.connect()
            speaker.connect()
            for _ in range(12):
                speaker.say(f'42["shower",{SIZE}]')
                while not speaker.next_message().startswith(b'451-["shower"'):
                    pass
                assert len(speaker.next_message()) == SIZE
            deaf.read_all()
            assert len(deaf.received) < 12 * SIZE
            wait_until(lambda: any('transport error (send queue full)' in line
                                   for line in target.lines), lambda: target.lines)
        target.assert_well()


tap.main()
