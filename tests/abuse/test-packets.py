#!/usr/bin/python3
# test-packets.py: packets, JSON and chat messages that mean harm
#
# SPDX-License-Identifier: GPL-3.0-or-later

import json

import tap
from raw import BINARY, MEBIBYTE, WebSocket, attack, frame

# The limit of a message is a million bytes.
BIG = 990000


def event(name, *args):
    return '42' + json.dumps([name, *args])


def message(**fields):
    return event('message', fields)


class Client(WebSocket):
    def __init__(self, target):
        super().__init__(target)
        self.connect()

    def log_in(self, name, **more):
        return self.ask('chat:login', {'name': name, **more})[0]


def ends(target, text):
    """Whether the connection ends by this packet."""
    with Client(target) as client:
        client.say(text)
        client.say('427["echo","end"]')
        try:
            assert client.read_ack() == ['end']
            return False
        except EOFError:
            return True


@attack
def json_bombs(target):
    for name, data in {
        'deep arrays': '[' * 400000 + ']' * 400000,
        'deep arrays without an end': '[' * BIG,
        'deep objects': '{"a":' * 100000 + '1' + '}' * 100000,
        'mixed': '[{"a":' * 50000 + '1' + '}]' * 50000,
        'no end of a text': '"' + 'x' * BIG,
        'escapes without an end': '"' + '\\' * BIG,
        'a long number': '1' * BIG,
        'a large exponent': '1e' + '9' * 1000,
        'a number out of range': '1e400',
        'many numbers out of range': '[' + '1e400,' * 100000 + '0]',
        'a raw NUL': '"\0"',
        'words that JSON has not': '[NaN,Infinity,undefined]',
        'a comment': '/* */ 1',
        'two values': '1 2',
        'no value': '',
        'a comma too many': '[1,]',
        'single quotes': "'a'",
    }.items():
        assert ends(target, f'42["echo",{data}]'), name
        assert ends(target, f'40{{"auth":{data}}}'), name
        target.assert_alive()


@attack
def json_that_is_large_but_fair(target):
    for name, data in {
        'many values': '[' + 'null,' * 190000 + 'null]',
        'many arrays': '[' + '[],' * 120000 + '[]]',
        'many keys': '{' + ','.join(f'"{n:x}":{n}' for n in range(60000)) + '}',
        'one key many times': '{' + '"a":1,' * 100000 + '"a":2}',
        'escapes': '"' + '\\u00e9' * 150000 + '"',
        'surrogates': '"' + '\\ud83d\\ude42' * 80000 + '"',
        'halves of surrogates': '"' + '\\ud83d' * 150000 + '"',
        'quotes': '"' + '\\"' * 480000 + '"',
        'spaces': ' ' * BIG + '1',
        'a long fraction': '0.' + '1' * BIG,
        'depth that is allowed': '[' * 60 + ']' * 60,
    }.items():
        # Some have more values than the parser takes; then the connection ends, and nothing else.
        ended = ends(target, f'42["echo",{data}]')
        assert not ended or name.startswith(('many ', 'one key ')), name


@attack
def packets_that_are_none(target):
    too_many = '4511-["x"' + ',{"_placeholder":true,"num":0}' * 11 + ']'
    for text in ('7', '9["x"]', '42', '42[', '42{}', '42[]', '42"x"', '42[1', '42[null]', '42[{}]',
                 '42[["x"]]', '42["connect"]', '42["connect_error"]', '42["disconnect"]',
                 '42["disconnecting"]', '42["newListener"]', '42["removeListener"]', '40{', '40[]',
                 '40"x"', '401', '41x', '4211x', '42-1["echo"]', '4299999999999999999999["echo",1]',
                 '45', '451', '45-["x"]', '4599999999999-["x"]', too_many, '42\x00["x"]',
                 '451-["x"]{', '42/nowhere', '42/nowhere,["x"]', '40', '42["x"]', '44', '43',
                 '43["x"]', '431', '431{}'):
        # An event that nobody listens to is none of them.
        assert ends(target, text) == (text != '42["x"]'), text
    for text in ('439007199254740991[1]', '42["x",{"__proto__":1}]', '430[]'):
        assert not ends(target, text), text
    # Not a word of Socket.IO before the first CONNECT.
    for text in ('42["echo",1]', '41', '43[1]'):
        with WebSocket(target) as websocket:
            websocket.next_message()
            websocket.say(text)
            assert websocket.read_close_code() in (1000, 1005), text


@attack
def placeholders_that_lead_nowhere(target):
    for number in ('1', '-1', '0.5', '"0"', '1e99', 'null', '{}', '9223372036854775808'):
        with Client(target) as client:
            client.say('451-["echo",{"_placeholder":true,"num":%s}]' % number)
            client.send(frame(b'\1', opcode=BINARY))
            assert client.read_close_code() in (1000, 1005), number


@attack
def attachments_that_do_not_come(target):
    with Client(target) as client:
        places = ''.join(',{"_placeholder":true,"num":%d}' % n for n in range(10))
        client.say(f'4510-["echo"{places}]')
        for _ in range(9):
            client.send(frame(b'x' * 900000, opcode=BINARY))
        target.serve_somebody()
    assert ends(target, '451-["echo",{"_placeholder":true,"num":0}]')
    with Client(target) as client:
        client.send(frame(b'a binary message out of nothing', opcode=BINARY))
        assert client.read_close_code() in (1000, 1005)


@attack
def names_without_number(target):
    with Client(target) as client:
        for n in range(20000):
            client.say(event(f'no such event {n}, {"x" * 1000}'))
        assert client.echo('still there') == 'still there'
        grown = target.measure_memory() - target.memory_before
        assert grown < 8 * MEBIBYTE, f'{grown // MEBIBYTE} MiB for the names of events'

        for n in range(5000):
            client.say(f'40/nowhere-{n},')
        for n in range(5000):
            assert client.next_message().startswith(b'44/nowhere-')
        grown = target.measure_memory() - target.memory_before
        assert grown < 8 * MEBIBYTE, f'{grown // MEBIBYTE} MiB for the names of namespaces'
    for name in ('__proto__', 'x' * 100000, '\u202e', '%2f', ' ', '/' * 1000, 'a?b=c'):
        with Client(target) as client:
            client.say(f'40/{name},')
            client.say('427["echo","end"]')
            try:
                client.read_ack()
            except EOFError:
                pass


@attack
def keys_that_are_names_of_javascript(target):
    bad = ('{"__proto__":{"admin":true},"constructor":{"prototype":{"x":1}},"sender":"__proto__",'
           '"recepient":"ALL","command":"constructor","type":"toString",'
           '"data":{"__proto__":[1],"_placeholder":1}}')
    with Client(target) as listener, Client(target) as client:
        client.say(f'427["message",{bad}]')
        assert client.read_ack()[0]['ok']
        while True:
            received = listener.next_message()
            if received.startswith(b'42["message"'):
                break
        arrived = json.loads(received[2:])[1]
        assert arrived == {
            'sender': '__proto__', 'recepient': 'ALL', 'command': 'constructor', 'type': 'toString',
            'data': {'__proto__': [1], '_placeholder': 1},
        }, arrived
        for name in ('__proto__', 'constructor', 'hasOwnProperty', 'valueOf'):
            client.say(event(name, {'__proto__': {}}))
            answer = client.ask('chat:login', {'__proto__': {'name': 'x'}, 'constructor': name})[0]
            assert answer['ok'] is False, answer


@attack
def messages_that_are_none(target):
    with Client(target) as listener, Client(target) as client:
        for args in ([], [None], [1], ['text'], [[]], [True], [{}, {}], [{'sender': ''}, 'more'],
                     [{'sender': 1}], [{'sender': 'ALL'}], [{'sender': 'x' * 129}],
                     [{'sender': 'a\nb'}], [{'sender': '\u202e\u2066'}], [{'sender': '<b>'}],
                     [{'recepient': {}}], [{'recepient': ''}], [{'recepient': 'x' * 5000}],
                     [{'recepient': 'nobody here'}], [{'command': []}], [{'command': 'x' * 100}],
                     [{'type': 1.5}]):
            answer = client.ask('message', *args)[0]
            assert isinstance(answer['ok'], bool), (args, answer)
            assert answer['ok'] or answer['error']['message'], (args, answer)
            client.say(event('message', *args))
        for args in ([], [None], [{'name': ''}], [{'name': ' '}], [{'name': 'x' * 1000}],
                     [{'name': 'a\u202eb'}], [{'name': 1}], [{'name': 'x', 'secret': {}}],
                     [{'name': 'x', 'secret': 's' * 100000}]):
            answer = client.ask('chat:login', *args)[0]
            assert answer['ok'] is False or args[0]['name'] == 'x', (args, answer)
        for args in ([], [None], [{'before': -1}], [{'before': 'x'}], [{'before': 2 ** 63}],
                     [{'before': 1e300}], [{'limit': 10 ** 9}], [{'limit': -5}], [{'limit': 0.5}]):
            assert isinstance(client.ask('chat:history', *args)[0]['ok'], bool), args
        assert client.echo('still there') == 'still there'
        assert listener.echo('so am I') == 'so am I'


@attack
def a_crowd_of_names(target):
    with Client(target) as watcher:
        assert watcher.log_in('Watcher')['ok']
        with Client(target) as client:
            # A label that changes with each message, and names as many.
            for n in range(1000):
                client.say(message(sender=f'label {n}', data=n))
            assert client.ask('message', {'sender': 'label', 'data': 'end'})[0]['ok']
            for n in range(50):
                assert client.log_in(f'Name {n}')['ok']
        for n in range(20):
            with Client(target) as other:
                assert other.log_in('Watcher')['error']['code'] == 'name-taken'
        assert watcher.echo('still there') == 'still there'


@attack
def large_messages_stay_in_the_history(target):
    with Client(target) as client:
        for _ in range(40):
            assert client.ask('message', {'sender': 'big', 'data': 'x' * (BIG - 1000)})[0]['ok']
    with Client(target) as reader:
        # All of it would be more than any message may be; the answer has some of the newest.
        answer = reader.log_in('Reader')
        assert answer['ok'] and answer['more'] and answer['messages'], answer['ok']
        before = answer['messages'][0]['serial']
        older = reader.ask('chat:history', {'before': before})[0]
        assert older['ok'] and older['messages'][-1]['serial'] == before - 1


tap.main()
