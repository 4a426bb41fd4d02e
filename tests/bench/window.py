# window.py: how smooth the window is while it hosts, how soon it is there, and a long timeline
#
# SPDX-License-Identifier: GPL-3.0-or-later
#
# On a display of its own (Xvfb, cairo). The program is the real one; frames.c, preloaded, writes
# down when it paints.

import contextlib
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from statistics import median

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / 'lib'), str(HERE.parent / 'display')]

CLIENTS = {'clients': 1000, 'rate': 20, 'warm-up': 20}
# GTK's cursor blinks, and so paints, for ten seconds after the last key.
BLINK_SECONDS = 13
IDLE_SECONDS = 5
# xdotool waits half of it: 24 keys a second, more than anybody types.
KEY_MS = 83
MANY = 500
FIGURES = {
    'shown_ms': r'results shown within ([\d.]+) ms',
    'scroll_p95_ms': r'p95 ([\d.]+) ms',
    'scroll_work_ms': r'work in them: p50 [\d.]+ ms, p95 ([\d.]+) ms',
    'messages_mb': r'memory: ([\d.]+) MB for the messages',
    'view_mb': r'([\d.]+) MB more for the view',
}


def _frames(path, begin, end):
    """The lines of the frames in that time, as numbers; the times are seconds of time.monotonic ()."""
    lines = [[int(word) for word in line.split()] for line in path.read_text().split('\n')[:-1]]
    return [line for line in lines if begin <= line[0] / 1e6 <= end]


def _intervals(path, begin, end):
    """Milliseconds between two frames, sorted."""
    times = [line[0] for line in _frames(path, begin, end)]
    return sorted((after - before) / 1000 for before, after in zip(times, times[1:]))


def _answers(path, begin, end):
    """Milliseconds from a key to the end of its frame, sorted."""
    return sorted(frame / 1000 - pressed[0] for frame, *pressed in _frames(path, begin, end) if pressed)


def _p99(values):
    return values[-1 - len(values) // 100]


@contextlib.contextmanager
def _animation(window):
    """The window paints all the time, so that a gap between two frames is one that would be seen."""
    window.process.send_signal(signal.SIGUSR1)
    try:
        yield
    finally:
        window.process.send_signal(signal.SIGUSR2)


@contextlib.contextmanager
def _typing(window):
    """Somebody types all the while."""
    window.focus()
    typing = subprocess.Popen(['xdotool', 'type', '--delay', str(KEY_MS), 'madang ' * MANY])
    try:
        yield
    finally:
        typing.terminate()
        typing.wait()


def _start(program, folder, environment):
    """Milliseconds from the start to the end of the first frame."""
    path = folder / 'first-frame'
    began = time.monotonic()
    subprocess.run([program], check=True, timeout=60, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                   env={**environment, 'BENCH_FRAMES': str(path), 'BENCH_ONE_FRAME': '1'})
    return (int(path.read_text()) / 1e6 - began) * 1000


def _measure_start(build, rounds, folder, environment):
    programs = {'madang': build / 'src' / 'madang', 'empty': build / 'tests' / 'bench' / 'bench-empty-window'}
    times = {name: [] for name in programs}
    # The first round only fills the caches.
    for number in range(rounds + 1):
        for name, program in programs.items():
            took = _start(program, folder, environment)
            if number > 0:
                times[name].append(took)
    return {'start_ms': median(times['madang']), 'empty_start_ms': median(times['empty'])}


def _load(build, window, seconds):
    """Result, begin and end of the load; the last seconds of it are the messages."""
    import bench

    begin = time.monotonic()
    result = bench.measure(build, window, 'latency', {**CLIENTS, 'seconds': seconds})
    if 'error' in result:
        raise RuntimeError(result['error'])
    return result, begin, time.monotonic()


def _measure_frames(build, window, seconds, path):
    with _animation(window):
        begin = time.monotonic()
        time.sleep(3)
        idle = _intervals(path, begin, time.monotonic())
        load, begin, end = _load(build, window, seconds)
    frames = _intervals(path, end - seconds, end)
    joining = _intervals(path, begin, end - seconds)
    return {'frames_p99_ms': _p99(frames), 'frames_p50_ms': median(frames), 'frames_max_ms': frames[-1],
            'frames_idle_p99_ms': _p99(idle), 'frames_joining_p99_ms': _p99(joining),
            'p99_us': load['p99_us']}


def _measure_keys(build, window, seconds, path):
    with _typing(window):
        begin = time.monotonic()
        time.sleep(5)
        idle = _answers(path, begin, time.monotonic())
        _, _, end = _load(build, window, seconds)
    keys = _answers(path, end - seconds, end)
    return {'keys': len(keys), 'key_p50_ms': median(keys), 'key_p95_ms': keys[-1 - len(keys) // 20],
            'key_max_ms': keys[-1], 'key_idle_p50_ms': median(idle), 'key_idle_max_ms': idle[-1]}


def _measure_hosting(build, seconds, preload):
    import chat
    from peers import free_port

    port = free_port()
    with chat.Chat(LD_PRELOAD=str(preload), BENCH_FRAMES='frames') as window:
        path = window.home / 'frames'
        window.host_and_wait('Mina', port)
        time.sleep(BLINK_SECONDS)
        results = {'idle_wakeups': window.wakeups(IDLE_SECONDS)}

        window.port, window.pid, window.core = port, window.process.pid, None
        try:
            results |= _measure_frames(build, window, seconds, path)
            results |= _measure_keys(build, window, seconds, path)
        except RuntimeError as error:
            results['error'] = str(error)
    return results


def _measure_timeline(build, environment):
    program = build / 'tests' / 'ui' / 'test-results-view'
    done = subprocess.run([program, '-p', '/ui/results-view/many'], text=True, timeout=300,
                          capture_output=True, env=environment)
    found = {name: re.search(pattern, done.stdout) for name, pattern in FIGURES.items()}
    return {name: float(match.group(1)) for name, match in found.items() if match}


def measure(build, quick):
    """All figures of the window, in one display."""
    os.environ['MADANG'] = str(build / 'src' / 'madang')
    import display

    preload = build / 'tests' / 'bench' / 'libbench-frames.so'
    with display.desktop(), display.make_folder() as folder:
        environment = {**os.environ, **display.ENVIRONMENT, 'HOME': str(folder),
                       'XDG_DATA_HOME': str(folder), 'XDG_CONFIG_HOME': str(folder)}
        results = _measure_timeline(build, {**environment, 'GTK_A11Y': 'none'})
        results |= _measure_start(build, 3 if quick else 9, folder,
                                  {**environment, 'LD_PRELOAD': str(preload)})
        results |= _measure_hosting(build, 5 if quick else 15, preload)
    return results
