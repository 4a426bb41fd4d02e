# cases.py: what ./dev bench measures, and what is to be reached
#
# SPDX-License-Identifier: GPL-3.0-or-later

from dataclasses import dataclass, field

OURS = 'madang'
# What is compared with, in the order of the table's columns.
PEERS = ('floor', 'node', 'bun')
TITLES = {OURS: 'Madang', 'floor': 'floor', 'node': 'Node', 'bun': 'Bun'}


@dataclass
class Case:
    """One run of the load generator against each server, `rounds` times."""
    mode: str
    options: dict
    rounds: int = 5
    quick: dict = None  # other options for --quick; None leaves the case out there
    servers: tuple = (OURS,) + PEERS


def fan_out(clients, messages, warm_up, rounds, quick=None):
    options = {'clients': clients, 'messages': messages, 'warm-up': warm_up}
    return Case('fanout', options, rounds, quick)


def connect(clients, messages, rounds, quick=None):
    options = {'clients': clients, 'messages': messages, 'warm-up': 1000}
    return Case('connect', options, rounds, quick)


CASES = {
    'fanout-100': fan_out(100, 300, 200, 3),
    'fanout-1000': fan_out(1000, 100, 50, 5, {'messages': 60, 'warm-up': 30}),
    'fanout-5000': fan_out(5000, 25, 10, 3),
    'fanout-10000': fan_out(10000, 16, 6, 3, {'messages': 8, 'warm-up': 4}),
    'fanout-15000': fan_out(15000, 12, 6, 3),
    'echo': Case('echo', {'clients': 200, 'messages': 40000, 'warm-up': 20000},
                 quick={'messages': 20000, 'warm-up': 10000}),
    'connect-1000': connect(1000, 4, 5, {'messages': 2}),
    'connect-5000': connect(5000, 1, 3),
    'connect-15000': connect(15000, 1, 3),
    'polling': Case('polling', {'clients': 50, 'messages': 1500, 'warm-up': 500},
                    quick={'messages': 600, 'warm-up': 200}, servers=(OURS, 'node', 'bun')),
    'private': Case('private', {'clients': 500, 'rate': 500, 'seconds': 6, 'warm-up': 1000}, 3,
                    quick={'seconds': 3, 'warm-up': 500}, servers=(OURS, 'node', 'bun')),
    'memory': Case('memory', {'clients': 10000}, 3, quick={'clients': 2000},
                   servers=(OURS, 'node', 'bun')),
    # A heartbeat of each client falls into it: they are 25 s apart.
    'idle': Case('idle', {'clients': 10000, 'seconds': 25}, 1, servers=(OURS, 'node', 'bun')),
    'latency': Case('latency', {'clients': 1000, 'rate': 20, 'seconds': 5, 'warm-up': 20},
                    quick={'seconds': 3, 'warm-up': 20}),
}


def cpu(result):
    """Microseconds of the server's CPU for one operation."""
    return result['cpu_ns'] / result['operations'] / 1000


@dataclass
class Row:
    """A line of the table: a value of a case, and its targets as ratios to peers.

    With `against`, a value of another case or of the same result, it is a ratio to ourselves.
    """
    title: str
    case: str
    value: callable
    unit: str = 'µs'
    targets: dict = field(default_factory=dict)
    against: tuple = None  # (case, value)


def rss_per_client(result):
    return result['per_client'] / 1024


ROWS = [
    Row('Fan-out to 1,000, a delivery', 'fanout-1000', cpu,
        targets={'floor': 1.25, 'node': 0.55, 'bun': 0.85}),
    Row('Fan-out to 10,000, a delivery', 'fanout-10000', cpu,
        targets={'floor': 1.3, 'node': 0.55, 'bun': 0.85}),
    Row('Echo with ack, 200 clients in a closed loop', 'echo', cpu,
        targets={'floor': 2.2, 'node': 0.4, 'bun': 0.75}),
    Row('Connect and join, 1,000 clients, each', 'connect-1000', cpu,
        targets={'node': 0.4, 'bun': 1.0}),
    Row('Connect and join, 15,000 clients, each', 'connect-15000', cpu,
        targets={'node': 0.4, 'bun': 1.0}),
    Row('Long polling, a session of 12 requests', 'polling', cpu,
        targets={'node': 0.5, 'bun': 0.8}),
    Row('Private messages, 500 clients, one a second each', 'private', cpu,
        targets={'node': 0.6}),
    Row('RSS of an idle client, 10,000 joined', 'memory', rss_per_client, 'KiB',
        targets={'node': 0.4, 'bun': 0.6}),
    Row('Latency of a delivery, p99, 1,000 clients, 20 messages a second', 'latency',
        lambda result: result['p99_us'] / 1000, 'ms', targets={'node': 0.5}),
    Row('Idle with 10,000 joined: wakes up in a second', 'idle', lambda result: result['wakeups'], '',
        targets={'node': 1.0}),
    Row('RSS after all left, against before they came', 'memory',
        lambda result: result['rss_after'] / 2**20, 'MiB', targets={OURS: 1.05},
        against=('memory', lambda result: result['rss_before'] / 2**20)),
    Row('Cost of a delivery to 15,000, against 1,000', 'fanout-15000', cpu, targets={OURS: 1.5},
        against=('fanout-1000', cpu)),
    Row('Cost of a connection of 15,000, against 1,000', 'connect-15000', cpu, targets={OURS: 1.5},
        against=('connect-1000', cpu)),
]

# The picture's panels: title, and a line's points by the number of clients.
PANELS = [
    ('One event to all: µs of CPU for each delivery',
     {100: 'fanout-100', 1000: 'fanout-1000', 5000: 'fanout-5000', 10000: 'fanout-10000',
      15000: 'fanout-15000'}),
    ('Connect and join: µs of CPU for each client',
     {1000: 'connect-1000', 5000: 'connect-5000', 15000: 'connect-15000'}),
]

# The window: title, unit, the most that it may be if that is said, and where it stands in what
# window.py measures. At 60 Hz frames are 16.7 ms apart at the least, so that what scrolling may take
# is the work of a frame.
WINDOW_ROWS = [
    ('Between two frames, p99, while it hosts 1,000 clients and 20 messages a second', 'ms', 33,
     lambda figures: figures['frames_p99_ms']),
    ('The same, while the 1,000 join at once', 'ms', None,
     lambda figures: figures['frames_joining_p99_ms']),
    ('From a key to the end of its frame, p95, under the same load', 'ms', 33,
     lambda figures: figures['key_p95_ms']),
    ('Idle, while it hosts: how often it wakes up in a second', '', 5,
     lambda figures: figures['idle_wakeups']),
    ('Start to first frame, against an empty AdwApplicationWindow', '', 1.5,
     lambda figures: figures['start_ms'] / figures['empty_start_ms']),
    ('100,000 messages shown', 'ms', 100, lambda figures: figures['shown_ms']),
    ('Memory of the view of 100,000 messages', 'MB', 30, lambda figures: figures['view_mb']),
    ('Scrolling through 100,000 messages, the work of a frame, p95', 'ms', 16,
     lambda figures: figures['scroll_work_ms']),
    ('Between two frames of it at 60 Hz, p95', 'ms', None, lambda figures: figures['scroll_p95_ms']),
]
