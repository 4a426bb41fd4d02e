# api_lines.py: what api-client.py and api-server.py say and hear, by lines of JSON (see peers.js)
#
# SPDX-License-Identifier: GPL-3.0-or-later

import base64
import json


def pack_bytes(value):
    return {'$': base64.b64encode(value).decode()}


def unpack(value):
    if isinstance(value, list):
        return [unpack(item) for item in value]
    if isinstance(value, dict):
        if '$' in value:
            return base64.b64decode(value['$'])
        return {name: unpack(item) for name, item in value.items()}
    return value


# A tuple is several arguments, a list would be one.
def unpack_args(command):
    return tuple(unpack(command.get('args', [])))


def tell(event, **values):
    print(json.dumps({'event': event, **values}, default=pack_bytes), flush=True)
