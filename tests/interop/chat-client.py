#!/usr/bin/python3
# chat-client.py: a client of python-socketio, driven by JSON by lines (see peers.js)
#
# SPDX-License-Identifier: GPL-3.0-or-later
#
#   chat-client.py URL TRANSPORT...
#
#   out: started   connected {id, transport}   received {name, args}   answer {args}   disconnected
#   in:  {"emit": {"name": "...", "args": [...], "ack": true}}   {"quit": true}

import json
import sys
import threading

import socketio

_lock = threading.Lock()


def tell(event, **values):
    with _lock:
        print(json.dumps({'event': event, **values}), flush=True)


def listen(client, name):
    client.on(name, lambda *args: tell('received', name=name, args=args))


def emit(client, name, args, ack=False):
    # A tuple is several arguments, a list would be one.
    client.emit(name, tuple(args), callback=(lambda *answer: tell('answer', args=answer)) if ack else None)


def main(url, transports):
    client = socketio.Client(reconnection=False)
    client.on('disconnect', lambda: tell('disconnected'))
    for name in ('message', 'echo', 'error'):
        listen(client, name)
    client.connect(url, transports=transports, wait_timeout=10)
    tell('connected', id=client.get_sid(), transport=client.transport())

    for line in sys.stdin:
        command = json.loads(line)
        if 'quit' in command:
            break
        emit(client, **command['emit'])
    client.disconnect()


tell('started')
main(sys.argv[1], sys.argv[2:])
