#!/usr/bin/python3
# test-frames.py: WebSocket frames and handshakes gone wrong
#
# SPDX-License-Identifier: GPL-3.0-or-later
#
# RFC 6455, section 7.4.1: 1002 is a breach of the protocol, 1007 a text that is no UTF-8, 1009 a
# message that is too big.

import struct

import tap
from raw import (BINARY, CLOSE, HANDSHAKE, MEBIBYTE, PING, PONG, POLLING, TEXT, WEBSOCKET, Http,
                 Polling, Raw, WebSocket, attack, frame, request)

LIMIT = 1000000


def code_after(target, data):
    with WebSocket(target, first=data) as websocket:
        return websocket.read_close_code()


@attack
def breaches_of_the_protocol_end_with_1002(target):
    part = frame(b'4', final=False)
    for name, data in {
        'no mask': frame(b'40', masked=False),
        'RSV1': frame(b'40', rsv=4),
        'RSV2': frame(b'40', rsv=2),
        'RSV3': frame(b'40', rsv=1),
        'RSV in a continuation': part + frame(b'0', opcode=0, rsv=4),
        'a control frame in parts': frame(b'x', opcode=PING, final=False),
        'a close in parts': frame(b'', opcode=CLOSE, final=False),
        'a long ping': frame(b'x' * 126, opcode=PING),
        'a long pong': frame(b'x' * 70000, opcode=PONG),
        'a huge close': frame(opcode=CLOSE, length=2 ** 62),
        'a continuation of nothing': frame(b'0', opcode=0),
        'the end of nothing': frame(b'', opcode=0),
        'a text within a text': part + frame(b'40'),
        'a binary message within a text': part + frame(b'\1', opcode=BINARY),
        'a length of 64 bits': frame(length=2 ** 63, wide=8),
        'a close of one byte': frame(b'\3', opcode=CLOSE),
        **{f'opcode {n}': frame(b'40', opcode=n) for n in (3, 4, 5, 6, 7, 11, 12, 13, 14, 15)},
        **{f'close code {n}': frame(struct.pack('>H', n), opcode=CLOSE)
           for n in (0, 1, 999, 1004, 1005, 1006, 1015, 1016, 2999, 5000, 65535)},
    }.items():
        code = code_after(target, data)
        assert code == 1002, f'{name}: {code}'


@attack
def texts_that_are_no_utf8_end_with_1007(target):
    for text in (b'\xff', b'42["\xc3"]', b'\xc0\x80', b'\xe0\x80\xaf', b'\xed\xa0\x80',
                 b'\xf4\x90\x80\x80', b'\xf8\x88\x80\x80\x80', b'\xe2\x82', b'4\x80'):
        assert code_after(target, frame(text)) == 1007, text
        half = len(text) // 2
        parts = frame(text[:half], final=False) + frame(text[half:], opcode=0)
        assert code_after(target, parts) == 1007, text
    assert code_after(target, frame(struct.pack('>H', 1000) + b'\xff', opcode=CLOSE)) == 1007
    # A character may be torn by frames.
    with WebSocket(target) as websocket:
        websocket.connect()
        text = '427["echo","가🙂"]'.encode()
        for position, byte in enumerate(text):
            websocket.send(frame(bytes([byte]), opcode=0 if position else TEXT,
                                 final=position == len(text) - 1))
        assert websocket.read_ack() == ['가🙂']


@attack
def too_big_a_message_ends_with_1009(target):
    for length in (LIMIT + 1, 2 ** 31, 2 ** 32, 2 ** 40, 2 ** 62):
        for opcode in (TEXT, BINARY):
            # What is announced is enough; it need not come.
            assert code_after(target, frame(opcode=opcode, length=length)) == 1009, length
    with WebSocket(target) as websocket:
        websocket.send(frame(b'4', final=False))
        for _ in range(LIMIT // 10000 + 1):
            websocket.send(frame(b'x' * 10000, opcode=0, final=False))
        assert websocket.read_close_code() == 1009


@attack
def parts_without_an_end(target):
    with WebSocket(target) as websocket:
        websocket.send(frame(b'4', final=False))
        for _ in range(100):
            if not websocket.send(frame(b'', opcode=0, final=False) * 10000):
                break
        assert websocket.read_close_code() in (1002, 1006, 1008, 1009)
    # A message of single bytes is one for all that.
    with WebSocket(target) as websocket:
        websocket.connect()
        text = b'427["echo","' + b'x' * 20000 + b'"]'
        parts = [frame(bytes([byte]), opcode=0, final=False) for byte in text]
        parts[0] = frame(text[:1], final=False)
        websocket.send(b''.join(parts) + frame(b'', opcode=0))
        assert websocket.read_ack() == ['x' * 20000]


@attack
def pings_without_an_end(target):
    with WebSocket(target) as websocket:
        websocket.connect()
        websocket.socket.settimeout(0.5)
        flood = frame(b'p' * 125, opcode=PING) * 1000
        try:
            for _ in range(200):
                if not websocket.send(flood):
                    break
        except TimeoutError:
            pass
        target.serve_somebody()
        grown = target.measure_memory() - target.memory_before
        assert grown < 16 * MEBIBYTE, f'{grown // MEBIBYTE} MiB of pongs'
    with WebSocket(target) as websocket:
        websocket.connect()
        websocket.send(frame(b'how are you', opcode=PING) + frame(b'fine', opcode=PONG))
        assert websocket.read_frame() == (PONG, b'how are you')
        assert websocket.echo('still there') == 'still there'


@attack
def connections_vanish_anywhere(target):
    whole = request(target, 'GET', WEBSOCKET, headers=HANDSHAKE)
    whole += frame(b'40') + frame(b'42["echo",1]')
    for length in range(100, len(whole), 2):
        Raw(target, whole[:length]).close()
        Raw(target, whole[:length]).reset()
    for _ in range(50):
        websocket = WebSocket(target, first=frame(b'40') + frame(length=500000))
        websocket.reset()
    # Half a frame holds nobody else up.
    with WebSocket(target, first=frame(b'40')[:5]):
        target.serve_somebody()


@attack
def no_handshake_at_all(target):
    good = dict(header.split(': ') for header in HANDSHAKE)
    for name, wrong in (
        ('Sec-WebSocket-Key', None), ('Sec-WebSocket-Key', ''), ('Sec-WebSocket-Key', 'x'),
        ('Sec-WebSocket-Key', 'not base64 of 16'), ('Sec-WebSocket-Version', None),
        ('Sec-WebSocket-Version', '8'), ('Sec-WebSocket-Version', '-13'), ('Upgrade', 'h2c'),
        ('Connection', 'close'),
    ):
        headers = {**good, name: wrong}
        with Http(target) as http:
            answer = http.ask('GET', WEBSOCKET, headers=[f'{key}: {value}' for key, value in
                                                         headers.items() if value is not None])
            assert 400 <= answer.status < 500, (name, wrong, answer)
    for method, path in (('POST', WEBSOCKET), ('GET', POLLING), ('GET', WEBSOCKET + '&sid=nobody'),
                         ('GET', '/'), ('GET', '/socket.io/'),
                         ('GET', WEBSOCKET.replace('=websocket', '=webtransport'))):
        with Http(target) as http:
            answer = http.ask(method, path, headers=HANDSHAKE)
            wanted = answer.status == 200 if path == '/' else 400 <= answer.status < 500
            assert wanted, (path, answer)


@attack
def upgrades_gone_wrong(target):
    for first, say in (
        (b'', b'2prove'), (b'', b'5'), (b'', b'40'), (b'', b''), (b'2probe', b'2probe'),
        (b'2probe', b'42["echo"]'), (b'2probe', b'1'), (b'2probe', b'6'), (b'2probe', b'0{}'),
    ):
        session = Polling(target)
        session.connect()
        with WebSocket(target, f'{WEBSOCKET}&sid={session.sid}') as probe:
            if first:
                probe.say(first)
                assert probe.next_message() == b'3probe'
            probe.say(say)
            probe.read_close_code()
        session.hang_up()

    # One session has one probe.
    session = Polling(target)
    session.connect()
    path = f'{WEBSOCKET}&sid={session.sid}'
    probes = []
    for _ in range(20):
        raw = Raw(target, request(target, 'GET', path, headers=HANDSHAKE))
        probes.append(raw)
    with WebSocket(target, path) as late:
        late.read_close_code()
    probes[0].reset()
    assert session.echo('still there') == 'still there'
    for raw in probes[1:]:
        raw.close()
    session.close()


tap.main()
