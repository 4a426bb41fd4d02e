# network.py: the window on a network of the test's own
#
# SPDX-License-Identifier: GPL-3.0-or-later
#
# The program lives in a namespace where nothing but `lo` is up, and the test plugs in what it needs.
# The display and the buses are reached by files, so they are there as well.

import os
import subprocess

import chat
import tap


def need_root():
    if os.geteuid() != 0:
        raise tap.Skip('only root may make networks')


class Isolated(chat.Chat):
    """The program with its window in a network of its own; `with network.Isolated() as window`."""

    def __init__(self, *args, **kwargs):
        need_root()
        super().__init__(*args, **kwargs)
        self.command = ['unshare', '--net', 'sh', '-c', 'ip link set lo up && exec "$0" "$@"',
                        *self.command]

    def run(self, *command):
        """Runs something in its network."""
        return subprocess.run(['nsenter', f'--net=/proc/{self.process.pid}/ns/net', *command],
                              check=True, stdout=subprocess.PIPE, text=True).stdout

    def plug(self, name, *addresses):
        """Adds an interface with these addresses, on a cable whose other end is plugged in too."""
        self.run('ip', 'link', 'add', name, 'type', 'veth', 'peer', 'name', f'{name}-end')
        for end in name, f'{name}-end':
            self.run('ip', 'link', 'set', end, 'up')
        for address in addresses:
            self.run('ip', 'address', 'add', address, 'dev', name,
                     *(['nodad'] if ':' in address else []))

    def unplug(self, name):
        self.run('ip', 'link', 'delete', name)
