#!/usr/bin/python3
# test-bench.py: the benchmark itself, in small
#
# SPDX-License-Identifier: GPL-3.0-or-later
#
# That the load generator gets along with each server, and that it does not let one get away with
# less. Nothing here depends on how fast anything is.

import os
import xml.etree.ElementTree as ET
from pathlib import Path

import bench
import picture
import report
import tap
from servers import Server

BUILD = Path(os.environ['BENCH_BUILD'])
SMALL = {'clients': 20, 'messages': 5, 'warm-up': 5, 'rate': 20, 'seconds': 1}


def run(mode, server_name, arguments=(), **options):
    with Server(server_name, BUILD, arguments=arguments) as server:
        return bench.measure(BUILD, server, mode, {**SMALL, **options})


def expect(mode, server_name, operations, **options):
    result = run(mode, server_name, **options)
    assert 'error' not in result, (mode, result)
    assert result['operations'] == operations, (mode, result)
    assert result['cpu_ns'] > 0, (mode, result)


def check_relay(server_name):
    expect('fanout', server_name, 100)
    expect('latency', server_name, 400)
    expect('echo', server_name, 50, messages=50)
    expect('connect', server_name, 40, messages=2)


def check_rest(server_name):
    expect('private', server_name, 20)
    expect('polling', server_name, 40, messages=40)
    result = run('idle', server_name)
    assert result.get('wakeups', -1) >= 0, result
    result = run('memory', server_name)
    assert result['rss_joined'] >= result['rss_before'] > 0, result


@tap.test
def our_server_relays():
    check_relay('madang')


@tap.test
def our_server_does_the_rest():
    check_rest('madang')


@tap.test
def the_floor_relays():
    check_relay('floor')


@tap.test
def node_relays():
    check_relay('node')


@tap.test
def node_does_the_rest():
    check_rest('node')


@tap.test
def a_missing_delivery_is_seen():
    result = run('latency', 'floor', ['--skip'])
    assert 'got a wrong message: number 1 of 200 bytes, for number 0' in result.get('error', ''), result


@tap.test
def a_spoilt_delivery_is_seen():
    result = run('fanout', 'floor', ['--spoil'])
    assert 'got a wrong message' in result.get('error', ''), result


@tap.test
def a_delivery_to_the_wrong_one_is_seen():
    # The floor sends to all what is for one.
    result = run('private', 'floor')
    assert 'with wrong fields' in result.get('error', ''), result


def sample(microseconds):
    return {'operations': 1000, 'cpu_ns': microseconds * 1000 * 1000, 'p99_us': 2000}


@tap.test
def the_table_compares_round_by_round():
    ours = [sample(2), sample(20), {'error': 'no'}]
    peers = [sample(4), sample(40), sample(1)]
    about = dict.fromkeys(('processor', 'cores', 'memory', 'system', 'kernel', 'build', 'glib', 'libsoup',
                           'node', 'bun', 'socket.io', 'bun-engine'), 'x')
    results = {'fanout-1000': {'madang': ours, 'floor': peers, 'node': peers, 'bun': [{'error': 'no'}]}}
    text = report.table({'machine': about, 'results': results})
    assert '| 11.0 µs |  | 0.50 ≤ 1.25 | 0.50 ≤ 0.55 | failed |' in text, text


@tap.test
def the_table_tells_what_is_missed():
    lines = report.window_table({'frames_p99_ms': 20.0, 'frames_joining_p99_ms': 70.0,
                                 'shown_ms': 120.0})
    assert '| 20.0 ms | ≤ 33 |' in lines[2] and '| 70.0 ms |  |' in lines[3], lines
    assert '| failed |' in lines[4] and '| 120 ms | **> 100** |' in lines[7], lines


@tap.test
def the_picture_is_well_formed():
    results = {case: {'madang': [sample(2)], 'floor': [sample(1)]}
               for case in ('fanout-100', 'fanout-1000', 'connect-1000', 'connect-15000')}
    root = ET.fromstring(picture.draw(results))
    lines = root.findall('{http://www.w3.org/2000/svg}polyline')
    assert len(lines) == 4, len(lines)
    assert picture.draw({}) is None


tap.TEST_SECONDS = 240
tap.main()
