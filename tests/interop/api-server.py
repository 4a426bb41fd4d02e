#!/usr/bin/python3
# api-server.py: the API's server on python-socketio, for our client (see peers.js)
#
# SPDX-License-Identifier: GPL-3.0-or-later
#
#   out: listening {url}   handshake {auth, query, header}   event {name, args}   left {id}
#   in:  {"quit": true}

import asyncio
import base64
import json
import sys

import socketio
from aiohttp import web


def pack_bytes(value):
    return {'$': base64.b64encode(value).decode()}


def tell(event, **values):
    print(json.dumps({'event': event, **values}, default=pack_bytes), flush=True)


def add_namespace(server, namespace):
    async def on_connect(sid, environ, auth):
        tell('handshake', auth=auth, query=environ['QUERY_STRING'],
             header=environ.get('HTTP_X_OWN'))
        if auth and auth.get('token') == 'wrong':
            raise socketio.exceptions.ConnectionRefusedError('not you', {'n': 1})

    async def on_message(sid, *args):
        tell('event', name='message', args=args)
        await server.emit('message-back', args, to=sid, namespace=namespace)

    async def on_ask(sid, *args):
        return args

    async def on_silence(sid, *args):
        await asyncio.get_running_loop().create_future()

    async def on_disconnect(sid):
        tell('left', id=sid)

    for name, handler in (('connect', on_connect), ('message', on_message), ('ask', on_ask),
                          ('silence', on_silence), ('disconnect', on_disconnect)):
        server.on(name, handler, namespace=namespace)


async def read_commands():
    reader = asyncio.StreamReader()
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    await reader.readline()


async def main():
    server = socketio.AsyncServer(async_mode='aiohttp')
    for namespace in ('/', '/custom'):
        add_namespace(server, namespace)
    app = web.Application()
    server.attach(app)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, '127.0.0.1', 0, shutdown_timeout=1)
    await site.start()
    tell('listening', url=f'http://127.0.0.1:{site._server.sockets[0].getsockname()[1]}/')
    await read_commands()
    await runner.cleanup()


asyncio.run(main())
