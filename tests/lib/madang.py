# madang.py: starts a server of ours for a test in Python, and ends it again
#
# SPDX-License-Identifier: GPL-3.0-or-later

import os
import queue
import re
import shutil
import subprocess
import tempfile
import threading
import time
from collections import deque

START_SECONDS = 60
STOP_SECONDS = 30
KEPT_LINES = 60


class Madang:
    """`madang --server` on a free port with an empty data folder; use it with `with`.

    At the end of the block it must stop in time, after SIGTERM, with exit code 0. `url` and `port`
    say where it listens; `lines` are the last ones of its stdout and stderr.
    """

    def __init__(self, *args, data_dir=None, env=None):
        self.args = args
        self.data_dir = data_dir
        self.owns_data_dir = data_dir is None
        self.env = env or {}
        self.lines = deque(maxlen=KEPT_LINES)
        self.urls = queue.Queue()
        self.process = None
        self.url = None

    @property
    def port(self):
        return int(self.url.rstrip('/').rpartition(':')[2])

    def command(self):
        return [os.environ['MADANG'], '--server', '--port', '0', '--data-dir', self.data_dir,
                *self.args]

    def __enter__(self):
        if self.owns_data_dir:
            self.data_dir = tempfile.mkdtemp(prefix='madang-test-')
        env = {**os.environ, 'LANGUAGE': 'en', 'LC_ALL': 'C.UTF-8', 'G_DEBUG': 'fatal-criticals'}
        self.process = subprocess.Popen(
            self.command(), env={**env, **self.env}, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors='replace')
        threading.Thread(target=self._read, daemon=True).start()
        try:
            self.url = self.urls.get(timeout=START_SECONDS)
        except BaseException as error:
            self.kill()
            raise RuntimeError('madang did not start' + self._last_words()) from error
        if self.url is None:
            self.kill()
            raise RuntimeError(f'madang ended at once{self._last_words()}')
        return self

    def __exit__(self, error_type, _error, _traceback):
        try:
            self.stop()
        except RuntimeError:
            # The failure inside of the block is the one to tell.
            if error_type is None:
                raise

    def _read(self):
        for line in self.process.stdout:
            self.lines.append(line.rstrip())
            found = re.search(r'Listening on (https?://\S+)', line)
            if found:
                self.urls.put(found.group(1))
        self.urls.put(None)

    def _last_words(self):
        return ''.join(f'\n  | {line}' for line in self.lines)

    def stop(self):
        """Asks it to end, and fails unless it does so in time with exit code 0."""
        self.process.terminate()
        try:
            code = self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired as error:
            raise RuntimeError('madang did not end after SIGTERM' + self._last_words()) from error
        finally:
            self.kill()
        if code != 0:
            raise RuntimeError(f'madang ended with status {code}{self._last_words()}')

    def kill(self):
        self.process.kill()
        self.process.wait()
        if self.owns_data_dir:
            shutil.rmtree(self.data_dir, ignore_errors=True)


def wait_until(condition, seconds=20, what='the condition'):
    """Waits, with a deadline, for what another thread of this program brings about."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise TimeoutError(f'{what}: not within {seconds} s')
        time.sleep(0.01)
