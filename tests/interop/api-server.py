#!/usr/bin/python3
# api-server.py: the API's server on python-socketio, for our client (see peers.js)
#
# SPDX-License-Identifier: GPL-3.0-or-later
#
#   api-server.py [PORT [PING_INTERVAL PING_TIMEOUT]] [SERIALIZER]    the times in seconds
#
#   out: started   listening {url}   handshake {id, namespace, auth, query, header}
#        event {id, name, args}   left {id, namespace}   answer {tag, args} or {tag, error}
#   in:  {"emit": {name, args, to, skip, namespace}}
#        {"ask": {tag, name, args, to, timeout, namespace}}   without a timeout by a callback
#        {"join": {id, room, namespace}}   {"part": {id, room, namespace}}
#        {"put_out": {id, namespace}}   {"quit": true}
#
# Bytes stand as {"$": "base64"}. `message` comes back as `message-back`, `ask` is answered with what
# came, `flaky` too but for the first time that its first argument is seen, and `silence` never. Who
# has the token "wrong" is not let in, and "no" is not told why.

import asyncio
import json
import sys

import socketio
from aiohttp import web

from api_lines import tell, unpack_args

server = None


def refuse(token):
    if token == 'wrong':
        raise socketio.exceptions.ConnectionRefusedError('나중에 오세요', {'n': [1]})
    if token == 'several':
        raise socketio.exceptions.ConnectionRefusedError('나중에 오세요', 1, '2')


async def never():
    await asyncio.get_running_loop().create_future()


def add_namespace(namespace):
    seen = set()

    async def on_connect(sid, environ, auth):
        tell('handshake', id=sid, namespace=namespace, auth=auth, query=environ['QUERY_STRING'],
             header=environ.get('HTTP_X_OWN'))
        token = (auth or {}).get('token')
        refuse(token)
        return token != 'no'

    async def on_message(sid, *args):
        tell('event', id=sid, name='message', args=args)
        await server.emit('message-back', args, to=sid, namespace=namespace)

    async def on_ask(sid, *args):
        return args

    async def on_flaky(sid, *args):
        tell('event', id=sid, name='flaky', args=args)
        if args[0] not in seen:
            seen.add(args[0])
            await never()
        return args

    async def on_silence(sid, *args):
        tell('event', id=sid, name='silence', args=args)
        await never()

    async def on_other(name, sid, *args):
        tell('event', id=sid, name=name, args=args)

    async def on_disconnect(sid):
        tell('left', id=sid, namespace=namespace)

    for name, handler in (('connect', on_connect), ('message', on_message), ('ask', on_ask),
                          ('flaky', on_flaky), ('silence', on_silence), ('*', on_other),
                          ('disconnect', on_disconnect)):
        server.on(name, handler, namespace=namespace)


async def emit(command):
    await server.emit(command['name'], unpack_args(command), to=command.get('to'),
                      skip_sid=command.get('skip'), namespace=command.get('namespace'))


async def ask(command):
    tag, to, namespace = command['tag'], command['to'], command.get('namespace')
    if 'timeout' not in command:
        await server.emit(command['name'], unpack_args(command), to=to, namespace=namespace,
                          callback=lambda *args: tell('answer', tag=tag, args=args))
        return
    try:
        answer = await server.call(command['name'], unpack_args(command), to=to,
                                   namespace=namespace, timeout=command['timeout'])
        tell('answer', tag=tag, args=answer if isinstance(answer, tuple) else [answer])
    except socketio.exceptions.TimeoutError:
        tell('answer', tag=tag, error='timeout')


async def obey(command):
    for name, arguments in command.items():
        if name == 'emit':
            await emit(arguments)
        elif name == 'ask':
            await ask(arguments)
        elif name == 'join':
            server.enter_room(arguments['id'], arguments['room'], arguments.get('namespace'))
        elif name == 'part':
            server.leave_room(arguments['id'], arguments['room'], arguments.get('namespace'))
        elif name == 'put_out':
            await server.disconnect(arguments['id'], arguments.get('namespace'))


async def read_commands():
    reader = asyncio.StreamReader(limit=10_000_000)
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    async for line in reader:
        command = json.loads(line)
        if 'quit' in command:
            break
        await obey(command)


async def main(serializer, port=0, ping_interval=25, ping_timeout=20):
    global server
    server = socketio.AsyncServer(async_mode='aiohttp', ping_interval=ping_interval,
                                  ping_timeout=ping_timeout, serializer=serializer)
    for namespace in ('/', '/custom'):
        add_namespace(namespace)
    app = web.Application()
    server.attach(app)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, '127.0.0.1', int(port), shutdown_timeout=1, reuse_address=True)
    await site.start()
    tell('listening', url=f'http://127.0.0.1:{site._server.sockets[0].getsockname()[1]}/')
    await read_commands()
    await runner.cleanup()


tell('started')
numbers = [float(arg) for arg in sys.argv[1:] if arg != 'msgpack']
asyncio.run(main('msgpack' if 'msgpack' in sys.argv else 'default', *numbers))
