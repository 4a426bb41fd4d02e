# machine.py: where and with what ./dev bench ran
#
# SPDX-License-Identifier: GPL-3.0-or-later

import json
import os
import platform
import re
import subprocess
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]


def _output(*command):
    try:
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return '?'


def _field(path, pattern):
    try:
        found = re.search(pattern, Path(path).read_text(), re.MULTILINE)
    except OSError:
        return '?'
    return found.group(1).strip() if found else '?'


def _package(folder):
    return _field(folder / 'package.json', r'"version": "([^"]+)"')


def _build_type(build):
    options = json.loads(_output('meson', 'introspect', '--buildoptions', str(build)) or '[]')
    return next((option['value'] for option in options if option['name'] == 'buildtype'), '?')


def describe(build):
    gigabytes = int(_field('/proc/meminfo', r'MemTotal:\s+(\d+)')) / 2**20
    return {
        'processor': _field('/proc/cpuinfo', r'model name\s*: (.*)'),
        'cores': os.cpu_count(),
        'memory': f'{gigabytes:.0f} GiB',
        'system': _field('/etc/os-release', r'PRETTY_NAME="(.*)"'),
        'kernel': platform.release(),
        'build': _build_type(build),
        'glib': _output('pkg-config', '--modversion', 'glib-2.0'),
        'libsoup': _output('pkg-config', '--modversion', 'libsoup-3.0'),
        'node': _output('node', '--version').lstrip('v'),
        'bun': _output(str(HERE / 'node_modules' / '.bin' / 'bun'), '--version'),
        'socket.io': _package(ROOT / 'node_modules' / 'socket.io'),
        'bun-engine': _package(HERE / 'node_modules' / '@socket.io' / 'bun-engine'),
    }


def sentence(about):
    return (f'{about["processor"]}, {about["cores"]} cores, {about["memory"]}, {about["system"]}, Linux '
            f'{about["kernel"]}; Madang built with `--buildtype={about["build"]}` on GLib {about["glib"]} '
            f'and libsoup {about["libsoup"]}; socket.io {about["socket.io"]} on Node {about["node"]}, and '
            f'on Bun {about["bun"]} with @socket.io/bun-engine {about["bun-engine"]}.')
