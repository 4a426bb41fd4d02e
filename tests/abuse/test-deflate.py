#!/usr/bin/python3
# test-deflate.py: compressed messages that are more than they look like, or nothing at all
#
# SPDX-License-Identifier: GPL-3.0-or-later

import random
import zlib

import tap
from raw import BINARY, MEBIBYTE, TEXT, ApiServer, WebSocket, frame

OFFER = ('Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits',)
RSV1 = 4


def deflate(data):
    compressor = zlib.compressobj(wbits=-15)
    return (compressor.compress(data) + compressor.flush(zlib.Z_SYNC_FLUSH))[:-4]


class Compressed(WebSocket):
    def __init__(self, target):
        super().__init__(target, headers=OFFER)
        assert b'permessage-deflate' in self.head, self.head
        self.connect()

    def say_compressed(self, data, opcode=TEXT, **how):
        return self.send(frame(deflate(data), opcode, rsv=RSV1, **how))


def deflate_attack(function):
    def run():
        # What comes back is easier to read as it is.
        with ApiServer('--set', 'per-message-deflate=true',
                       '--set', 'per-message-deflate-threshold=2000000') as target:
            function(target)
            target.assert_well(8 * MEBIBYTE)
    run.__name__ = function.__name__
    tap.test(run)


@deflate_attack
def a_bomb_is_put_out_before_it_bursts(target):
    # 1 GiB of zeros in a megabyte of blocks.
    piece = deflate(b'\0' * MEBIBYTE)
    assert len(piece) < 2000
    bomb = (piece + b'\0\0\xff\xff') * (900 * 1000 // (len(piece) + 4))
    for opcode in (TEXT, BINARY):
        target.forget_peak()
        before = target.measure_memory()
        with Compressed(target) as websocket:
            websocket.send(frame(bomb, opcode, rsv=RSV1))
            assert websocket.read_close_code() == 1009
        grown = target.measure_peak() - before
        assert before == 0 or grown < 8 * MEBIBYTE, f'{grown // MEBIBYTE} MiB for a bomb'


@deflate_attack
def the_limit_counts_what_a_message_is(target):
    rest = len(b'427["message-with-ack",""]')
    with Compressed(target) as websocket:
        websocket.say_compressed(b'427["message-with-ack","%s"]' % (b'a' * (1000000 - rest)))
        assert len(websocket.read_ack()[0]) == 1000000 - rest
        websocket.say_compressed(b'427["message-with-ack","%s"]' % (b'a' * (1000001 - rest)))
        assert websocket.read_close_code() == 1009


@deflate_attack
def what_is_no_deflate_ends_the_connection(target):
    noise = random.Random(7)
    for data in (b'\x07', b'\xff' * 100, b'\x00\x01', *(noise.randbytes(200) for _ in range(50))):
        with Compressed(target) as websocket:
            websocket.send(frame(data, BINARY, rsv=RSV1))
            websocket.send(frame(b'\x03\xe8', 8))
            # Noise may happen to be a message, which then is none of the protocol's.
            assert websocket.read_close_code() in (1000, 1005, 1007, 1009)


@deflate_attack
def the_mark_stands_where_it_may(target):
    good = deflate(b'427["message-with-ack",1]')
    for bad in (frame(b'', 9, rsv=RSV1),
                frame(good, rsv=2), frame(good, rsv=1), frame(good, rsv=6),
                frame(good[:5], rsv=RSV1, final=False) + frame(good[5:], 0, rsv=RSV1)):
        with Compressed(target) as websocket:
            websocket.send(bad)
            assert websocket.read_close_code() == 1002, bad
    with WebSocket(target) as plain:
        plain.connect()
        plain.send(frame(good, rsv=RSV1))
        assert plain.read_close_code() == 1002
    with Compressed(target) as websocket:
        websocket.send(frame(good[:5], rsv=RSV1, final=False) + frame(b'hello', 9) +
                       frame(good[5:], 0))
        assert websocket.read_ack() == [1]
        websocket.say_compressed(b'427["message-with-ack","\xff"]')
        assert websocket.read_close_code() == 1007


tap.main()
