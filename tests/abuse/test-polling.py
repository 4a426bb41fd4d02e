#!/usr/bin/python3
# test-polling.py: polling sessions whose client breaks the rules
#
# SPDX-License-Identifier: GPL-3.0-or-later

import re

import tap
from raw import (HANDSHAKE, POLLING, SEPARATOR, WEBSOCKET, Http, Polling, WebSocket, attack, request,
                 wait_until)


def connected(target):
    session = Polling(target)
    session.connect()
    return session


@attack
def a_body_that_is_no_payload_ends_the_session(target):
    harmless = (b'66', b'4', b'44{"message":"no"}', b'461-7[1]')
    for body in (
        b'', b'7', b'x', b'4', b'\0', SEPARATOR, SEPARATOR * 10000, b'40' + SEPARATOR, b'b',
        b'bAQI', b'b====', b'bAQ=I', b'bAQI=', b'b\xff', b'4\xff', b'42["\xed\xa0\x80"]', b'2',
        b'0{}', b'5', b'2probe', b'66', b'8', b'{"type":"message"}', b'44{"message":"no"}',
        b'42["echo"', b'42{}', b'42[]', b'42["connect"]', b'49', b'461-7[1]',
        b'451-["x",{"_placeholder":true,"num":0}]' + SEPARATOR + b'42["x"]',
    ):
        session = connected(target)
        answer = session.post(body)
        assert answer.status in (200, 400), (body, answer)
        # It ends, or the body was harmless; in no case is anything half done.
        if not session.is_gone() and body not in harmless:
            answer = session.poll()
            assert answer.status == 200 and answer.body.split(SEPARATOR)[-1] == b'1', (body, answer)
        session.hang_up()


@attack
def a_bundle_of_packets_has_a_limit(target):
    session = connected(target)
    session.post(SEPARATOR.join([b'3'] * 100000))
    session.hang_up()
    session = connected(target)
    many = SEPARATOR.join(b'42%d["echo",%d]' % (n, n) for n in range(2000))
    assert session.post(many).status == 200
    received = [session.next_packet() for _ in range(2000)]
    assert received == [b'43%d[%d]' % (n, n) for n in range(2000)]
    session.close()


@attack
def one_poll_and_one_post_at_a_time(target):
    session = connected(target)
    session.polls.send(request(target, 'GET', session.path))
    with Http(target) as second:
        # The first one may come after the second; one of the two is refused.
        second.send(request(target, 'GET', session.path))
        statuses = sorted([session.polls.read_answer().status, second.read_answer().status])
        assert statuses == [200, 400], statuses
    wait_until(session.is_gone, lambda: 'the session lives')

    session = connected(target)
    whole = request(target, 'POST', session.path, b'42["echo",1]')
    with Http(target) as first, Http(target) as second:
        for connection in (first, second):
            connection.send(whole[:-3])
        # What was sent before this has arrived as well.
        target.serve_somebody()
        for connection in (first, second):
            connection.send(whole[-3:])
        statuses = [first.read_answer().status, second.read_answer().status]
        assert 400 in statuses, statuses
    wait_until(session.is_gone, lambda: 'the session lives')


@attack
def forms_of_other_protocols(target):
    session = connected(target)
    answer = session.post(b'\0\1\xff4', ['Content-Type: application/octet-stream'])
    assert answer.status == 400, answer
    session.hang_up()
    for body in (b'2:40', b'd=40', b'{"d":"40"}', b'\0\2\xff40'):
        session = connected(target)
        answer = session.post(body, ['Content-Type: application/x-www-form-urlencoded'])
        assert answer.status in (200, 400), (body, answer)
        session.hang_up()
    for query in ('?transport=polling', '?EIO=3&transport=polling'):
        # The old protocol, which the chat lets in, is the one that is not named.
        with Http(target) as http:
            answer = http.ask('GET', '/socket.io/' + query)
            sid = re.fullmatch(rb'\d+:0{"sid":"([\w-]+)".*', answer.body).group(1).decode()
            left = http.ask('POST', f'/socket.io/{query}&sid={sid}', b'1:1',
                            ['Content-Type: text/plain'])
            assert left.status == 200, (query, left)
    for query in ('', '?', '?EIO=4', '?EIO=4&transport=', '?EIO=4.0&transport=polling',
                  '?EIO=__proto__&transport=polling', '?EIO=4&transport=constructor',
                  '?EIO=4&transport=websocket', '?EIO=4&EIO=3&transport=polling&transport=x',
                  '?EIO=4;transport=polling', '?%00', '?%ff=%fe',
                  '?' + 'a&' * 5000):
        with Http(target) as http:
            answer = http.ask('GET', '/socket.io/' + query)
            assert answer.status == 400, (query, answer)
    with Http(target) as http:
        # JSONP was a form of older protocols: its parameter says nothing any more.
        answer = http.ask('GET', POLLING + '&j=0&b64=1')
        assert answer.status == 400 or answer.body.startswith(b'0{'), answer


@attack
def sids_that_nobody_has(target):
    session = connected(target)
    for sid in ('__proto__', 'constructor', 'hasOwnProperty', 'x' * 20, 'x' * 20000, '0',
                session.sid[:-1], session.sid + 'x', session.sid.swapcase(), '%25s%25n',
                '..%2f..%2f', '%F0%9F'):
        with Http(target) as http:
            for method, body in (('GET', None), ('POST', b'40')):
                answer = http.ask(method, f'{POLLING}&sid={sid}', body)
                assert answer.status == 400 and b'"code":1' in answer.body, (sid, answer)
        with Http(target) as http:
            answer = http.ask('GET', f'{WEBSOCKET}&sid={sid}', headers=HANDSHAKE)
            assert answer.status == 400, (sid, answer)
    assert session.echo('still there') == 'still there'
    session.close()


@attack
def polls_break_off(target):
    for leave in ('close', 'reset'):
        session = connected(target)
        session.polls.send(request(target, 'GET', session.path))
        getattr(session.polls, leave)()
        wait_until(session.is_gone, lambda: 'the session waits for a poll that is gone')


@attack
def a_session_is_used_by_the_transport_that_it_has(target):
    with WebSocket(target) as websocket:
        sid = websocket.next_message().decode().split('"')[3]
        for method, body in (('GET', None), ('POST', b'40')):
            with Http(target) as http:
                answer = http.ask(method, f'{POLLING}&sid={sid}', body)
                assert answer.status == 400, answer
        with Http(target) as http:
            http.send(request(target, 'GET', f'{WEBSOCKET}&sid={sid}', headers=HANDSHAKE))
            http.read_to(b'\r\n\r\n')
            http.read_all()
        websocket.say('40')
        assert websocket.next_message().startswith(b'40{')

    session = connected(target)
    with WebSocket(target, f'{WEBSOCKET}&sid={session.sid}') as websocket:
        websocket.say('2probe')
        assert websocket.next_message() == b'3probe'
        websocket.say('5')
        assert websocket.echo('upgraded') == 'upgraded'
        for answer in (session.poll(), session.post(b'40')):
            assert answer.status == 400, answer
        assert websocket.echo('still there') == 'still there'
    session.hang_up()


tap.main()
