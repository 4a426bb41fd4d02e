#!/usr/bin/python3
# api-client.py: a client of python-socketio for the API's server (see peers.js)
#
# SPDX-License-Identifier: GPL-3.0-or-later
#
#   api-client.py URL OPTIONS    OPTIONS are a JSON object with what connect() takes, and `serializer`
#
#   out: started   ready {transport}   connect {namespace, id}   connect_error {namespace, args}
#        disconnect {namespace}   event {namespace, name, args}   answer {tag, args} or {tag, error}
#   in:  {"emit": {name, args, namespace}}
#        {"ask": {tag, name, args, timeout, namespace}}   without a timeout by a callback
#        {"disconnect": true}   {"quit": true}
#
# Bytes stand as {"$": "base64"}. An event that wants an answer is answered with what came. It
# reconnects by itself. The asynchronous client keeps the order of what comes, the other one does not.

import asyncio
import json
import os
import sys

import socketio

from api_lines import tell, unpack_args

client = None


def listen(namespace):
    def on_event(name, *args):
        tell('event', namespace=namespace, name=name, args=args)
        return args

    client.on('connect', lambda: tell('connect', namespace=namespace, id=client.get_sid(namespace)),
              namespace=namespace)
    client.on('connect_error', lambda *args: tell('connect_error', namespace=namespace, args=args),
              namespace=namespace)
    client.on('disconnect', lambda: tell('disconnect', namespace=namespace), namespace=namespace)
    client.on('*', on_event, namespace=namespace)


async def connect(url, options):
    await client.connect(url, wait_timeout=30, **options)
    tell('ready', transport=client.transport())


async def ask(command):
    tag, name, args = command['tag'], command['name'], unpack_args(command)
    namespace = command.get('namespace')
    if 'timeout' not in command:
        await client.emit(name, args, namespace=namespace,
                          callback=lambda *answer: tell('answer', tag=tag, args=answer))
        return
    try:
        answer = await client.call(name, args, namespace=namespace, timeout=command['timeout'])
        tell('answer', tag=tag, args=answer if isinstance(answer, tuple) else [answer])
    except socketio.exceptions.TimeoutError:
        tell('answer', tag=tag, error='timeout')


async def obey(command):
    if 'emit' in command:
        emitted = command['emit']
        await client.emit(emitted['name'], unpack_args(emitted), namespace=emitted.get('namespace'))
    elif 'ask' in command:
        await ask(command['ask'])
    elif 'disconnect' in command:
        await client.disconnect()


async def read_commands():
    reader = asyncio.StreamReader(limit=10_000_000)
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    async for line in reader:
        command = json.loads(line)
        if 'quit' in command:
            break
        await obey(command)


async def main(url, options):
    global client
    client = socketio.AsyncClient(reconnection_delay=0.1, reconnection_delay_max=0.2,
                                  randomization_factor=0,
                                  serializer=options.pop('serializer', 'default'))
    for namespace in options.get('namespaces', ['/']):
        listen(namespace)
    # It goes on waiting when it is not let in.
    connecting = asyncio.create_task(connect(url, options))
    await read_commands()
    connecting.cancel()
    await asyncio.wait([asyncio.create_task(client.disconnect())], timeout=1)
    # After a reconnection some of its tasks cannot be cancelled.
    os._exit(0)


tell('started')
asyncio.run(main(sys.argv[1], json.loads(sys.argv[2])))
