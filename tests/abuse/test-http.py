#!/usr/bin/python3
# test-http.py: what is no HTTP, or HTTP gone wrong
#
# SPDX-License-Identifier: GPL-3.0-or-later

import random
import time

import tap
from raw import MEBIBYTE, POLLING, Http, Polling, Raw, attack, request

# The head of a request must be there after this time; see the listener.
HEAD_SECONDS = 20


@attack
def garbage_is_turned_away(target):
    source = random.Random(1)
    pieces = [
        b'\0', b'\r\n\r\n', b'\n' * 1000, b' ' * 1000 + b'\r\n\r\n', b':\r\n\r\n', b'GET\r\n\r\n',
        b'GET  HTTP/1.1\r\n\r\n', b'\xff\xfe\r\n\r\n', b'SSH-2.0-OpenSSH_9.2\r\n',
        b'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
        b'\x16\x03\x01\x02\0\x01\0\x01\xfc\x03\x03' + b'\1' * 500,
        b'GET / HTTP/1.1\r\nHost\r\n\r\n', b'GET / HTTP/1.1\r\n Host: a\r\n\r\n',
        b'GET / HTTP/1.1\r\nHost: a\0b\r\n\r\n', b'GET /\0 HTTP/1.1\r\nHost: a\r\n\r\n',
    ]
    pieces += [source.randbytes(source.randrange(1, 2000)) + b'\r\n\r\n' for _ in range(100)]
    for piece in pieces:
        with Raw(target, piece) as raw:
            raw.end()
            answer = raw.read_all()
            assert answer == b'' or answer.startswith(b'HTTP/1.'), (piece, answer)
            assert b' 200 ' not in answer[:20] and b' 101 ' not in answer[:20], (piece, answer)


@attack
def requests_break_off_anywhere(target):
    session = Polling(target)
    head = request(target, 'GET', '/')
    post = request(target, 'POST', session.path, b'40' + b'x' * 20, ['Content-Type: text/plain'])
    for whole in (head, post):
        for length in range(0, len(whole), 3):
            Raw(target, whole[:length]).close()
            Raw(target, whole[:length]).reset()
    session.hang_up()
    # A request in single bytes is a request.
    with Http(target) as http:
        for byte in head:
            http.send(bytes([byte]))
        assert http.read_answer().status == 200


@attack
def who_takes_too_long_is_put_out(target):
    started = time.monotonic()
    starts = (b'G', b'GET / HTTP/1.1\r\n', b'GET / HTTP/1.1\r\nHost: a')
    slow = [Raw(target, start) for start in starts]
    drip = Raw(target, b'GET / HTTP/1.1\r\nX: ')
    drip.socket.settimeout(0.25)
    while not drip.ended and time.monotonic() - started < 2 * HEAD_SECONDS:
        drip.send(b'x')
        try:
            drip.read_more()
        except TimeoutError:
            pass
    assert drip.ended, 'who sends a byte now and then may go on for ever'
    assert time.monotonic() - started > HEAD_SECONDS / 2
    for raw in slow:
        raw.read_all()


@attack
def heads_have_a_limit(target):
    for start in (b'GET /', b'GET / HTTP/1.1\r\nX: ', b'GET / HTTP/1.1\r\n', b'G'):
        with Raw(target, start) as raw:
            filler = b'X: y\r\n' * 10000 if start.endswith(b'1.1\r\n') else b'x' * 60000
            sent = 0
            while raw.send(filler) and sent < 64 * MEBIBYTE and raw.is_quiet():
                sent += len(filler)
            raw.read_all()
            assert sent < 16 * MEBIBYTE, f'{sent} bytes of a head were taken'


@attack
def versions_and_methods(target):
    def answer_to(text):
        with Raw(target, text) as raw:
            raw.end()
            return raw.read_all()

    host = f'Host: 127.0.0.1:{target.port}\r\n'.encode()
    assert b'<html' not in answer_to(b'GET /\r\n\r\n')
    assert b'<html' not in answer_to(b'GET / HTTP/2.0\r\n' + host + b'\r\n')
    assert b'<html' not in answer_to(b'GET / HTTP/9999999999.1\r\n' + host + b'\r\n')
    assert answer_to(b'GET / HTTP/1.1\r\n\r\n').split()[1] in (b'400', b'403')
    for bad in (b'a, b', b'evil.example', b'127.0.0.1:x', b'[::1', b'', b'a' * 5000):
        answer = answer_to(b'GET / HTTP/1.1\r\nHost: ' + bad + b'\r\n\r\n')
        assert answer.split()[1] in (b'400', b'403'), (bad, answer)
    twice = answer_to(b'GET / HTTP/1.1\r\n' + host + b'Host: evil.example\r\n\r\n')
    assert twice.split()[1] in (b'400', b'403'), twice

    session = Polling(target)
    for method in ('BREW', 'PUT', 'DELETE', 'PATCH', 'TRACE', 'PROPFIND', 'get', 'M' * 300):
        for path in ('/', POLLING, session.path, '/socket.io/socket.io.js'):
            with Http(target) as http:
                answer = http.ask(method, path, b'')
                assert 400 <= answer.status <= 501, (method, path, answer)
    for line in (b'CONNECT 127.0.0.1:22 HTTP/1.1', b'OPTIONS * HTTP/1.1', b'GET * HTTP/1.1',
                 b'CONNECT / HTTP/1.1'):
        answer = answer_to(line + b'\r\n' + host + b'\r\n')
        assert b'<html' not in answer, (line, answer)
    session.connect()
    assert session.echo('still there') == 'still there'
    session.close()


@attack
def lengths_that_lie(target):
    session = Polling(target)
    session.connect()
    start = f'POST {session.path} HTTP/1.1\r\nHost: 127.0.0.1:{target.port}\r\n'.encode()
    for rest in (
        b'Content-Length: -1\r\n\r\n40', b'Content-Length: 1e3\r\n\r\n40',
        b'Content-Length: 99999999999999999999999\r\n\r\n40', b'Content-Length: +2\r\n\r\n40',
        b'Content-Length: 2\r\nContent-Length: 20\r\n\r\n40', b'Content-Length: 2, 3\r\n\r\n40',
        b'Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
        b'Transfer-Encoding: chunked\r\n\r\nzz\r\n40\r\n0\r\n\r\n',
        b'Transfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\n40\r\n',
        b'Transfer-Encoding: chunked\r\n\r\n-2\r\n40\r\n0\r\n\r\n',
        b'Transfer-Encoding: chunked\r\n\r\n2;' + b'x' * 200000 + b'\r\n40\r\n0\r\n\r\n',
        b'Transfer-Encoding: gzip, chunked\r\n\r\n2\r\n40\r\n0\r\n\r\n',
        b'Transfer-Encoding: identity\r\n\r\n40', b'Content-Length: 100\r\n\r\n40',
    ):
        with Raw(target, start + rest) as raw:
            raw.end()
            raw.read_all()
    session.hang_up()


@attack
def bodies_have_a_limit(target):
    session = Polling(target)
    session.connect()
    head = f'POST {session.path} HTTP/1.1\r\nHost: 127.0.0.1:{target.port}\r\n'.encode()
    with Http(target) as http:
        http.send(head + b'Content-Length: 4000000000\r\n\r\n')
        assert http.read_answer().status == 413
    with Http(target) as http:
        http.send(head + b'Transfer-Encoding: chunked\r\n\r\n')
        chunk = b'10000\r\n' + b'x' * 0x10000 + b'\r\n'
        for _ in range(1000):
            if not http.send(chunk):
                break
        else:
            raise AssertionError('64 MB of a body were taken')
    for path in ('/', '/socket.io/socket.io.js', POLLING + '&sid=nobody'):
        with Http(target) as http:
            http.send(head.replace(session.path.encode(), path.encode()) +
                      b'Content-Length: 4000000000\r\n\r\n' + b'x' * 100000)
            assert 400 <= http.read_answer().status < 500
    assert session.echo('still there') == 'still there'
    session.close()


@attack
def requests_in_a_row(target):
    with Http(target) as http:
        http.send(request(target, 'GET', '/?') * 500)
        for number in range(500):
            answer = http.read_answer()
            assert answer.status == 200, (number, answer)
    # One who asks and asks and reads nothing.
    with Raw(target) as raw:
        raw.socket.settimeout(0.5)
        asked = request(target, 'GET', '/socket.io/socket.io.js') * 100
        try:
            for _ in range(100):
                raw.send(asked)
        except TimeoutError:
            pass
        target.serve_somebody()
        grown = target.measure_memory() - target.memory_before
        assert grown < 32 * MEBIBYTE, f'{grown // MEBIBYTE} MiB for one who does not read'


tap.main()
