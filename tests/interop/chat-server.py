#!/usr/bin/python3
# chat-server.py: a chat on a server of python-socketio, in the plain way (see peers.js)
#
# SPDX-License-Identifier: GPL-3.0-or-later
#
#   chat-server.py [PORT [PING_INTERVAL PING_TIMEOUT]]    the times in seconds
#
#   out: started   listening {url}   came {id}   message {message}   left {id}
#   in:  {"emit": {"name": "...", "args": [...]}}   {"quit": true}

import asyncio
import json
import sys

import socketio
from aiohttp import web

server = None
ids = {}


def tell(event, **values):
    print(json.dumps({'event': event, **values}), flush=True)


async def on_message(sid, message):
    tell('message', message=message)
    ids[message['sender']] = sid
    if message['command'] == 'echo':
        await server.emit('message', message, to=sid)
    elif message['recepient'] == 'ALL':
        await server.emit('message', message)
    elif message['recepient'] in ids:
        await server.emit('message', message, to=ids[message['recepient']])


async def on_connect(sid, environ, auth):
    tell('came', id=sid)


async def on_disconnect(sid):
    tell('left', id=sid)


async def read_commands():
    reader = asyncio.StreamReader()
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    async for line in reader:
        command = json.loads(line)
        if 'quit' in command:
            break
        # A tuple is several arguments, a list would be one.
        await server.emit(command['emit']['name'], tuple(command['emit']['args']))


async def main(port=0, ping_interval=25, ping_timeout=20):
    global server
    server = socketio.AsyncServer(async_mode='aiohttp', ping_interval=ping_interval,
                                  ping_timeout=ping_timeout)
    server.on('connect', on_connect)
    server.on('disconnect', on_disconnect)
    server.on('message', on_message)
    app = web.Application()
    server.attach(app)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, '127.0.0.1', int(port), shutdown_timeout=1, reuse_address=True)
    await site.start()
    tell('listening', url='http://127.0.0.1:{}/'.format(site._server.sockets[0].getsockname()[1]))
    await read_commands()


tell('started')
asyncio.run(main(*map(float, sys.argv[1:])))
