# servers.py: the servers that ./dev bench measures, one at a time
#
# SPDX-License-Identifier: GPL-3.0-or-later

import os
import re
import resource
import select
import shutil
import subprocess
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
START_SECONDS = 60
STOP_SECONDS = 20


def command_of(name, build, data_dir):
    """All with their defaults: what is measured is what people run."""
    if name == 'madang':
        return [build / 'src' / 'madang', '--server', '--port', '0', '--data-dir', data_dir]
    if name == 'floor':
        return [build / 'tests' / 'bench' / 'bench-floor']
    if name == 'node':
        return [shutil.which('node'), HERE / 'peer.js']
    return [HERE / 'node_modules' / '.bin' / 'bun', HERE / 'peer.js']


def cores():
    """The server's and the generator's; the same if there is only one."""
    free = sorted(os.sched_getaffinity(0))
    return free[0], free[-1]


def prepare(core):
    def run():
        if core is not None:
            os.sched_setaffinity(0, {core})
        _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    return run


class Server:
    """Use it in a `with` block."""

    def __init__(self, name, build, core=None, arguments=()):
        self.name = name
        self.core = core
        self.data_dir = tempfile.mkdtemp(prefix='madang-bench-')
        self.command = [*command_of(name, build, self.data_dir), *arguments]

    def __enter__(self):
        self.process = subprocess.Popen(
            self.command, text=True, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL, preexec_fn=prepare(self.core),
            env={**os.environ, 'LC_ALL': 'C.UTF-8', 'NODE_ENV': 'production'})
        self.pid = self.process.pid
        ready, _, _ = select.select([self.process.stdout], [], [], START_SECONDS)
        line = self.process.stdout.readline() if ready else ''
        found = re.search(r'Listening on http://[^/]*:(\d+)/', line)
        if not found:
            self.__exit__()
            raise RuntimeError(f'{self.name} does not listen; it said: {line!r}')
        self.port = int(found.group(1))
        return self

    def __exit__(self, *_):
        self.process.terminate()
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process.stdout.close()
        shutil.rmtree(self.data_dir, ignore_errors=True)
