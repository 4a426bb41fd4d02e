#!/usr/bin/env python3
# bench.py: ./dev bench, which compares our server with others in one run
#
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Servers run in turns, each anew for each measurement, pinned to one core and the load generator to
# another. A ratio is that of two measurements in the same round; the table has the median of the rounds.

import argparse
import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import machine
import picture
import report
from cases import CASES, OURS
from servers import Server, cores, prepare

LOAD_SECONDS = 600
ROOT = Path(__file__).resolve().parents[2]
NAMES = [*CASES, 'window']


def is_meant(word, name):
    return name == word or name.startswith(word + '-')


def parse():
    parser = argparse.ArgumentParser(prog='./dev bench', description='Compares our server with others.')
    parser.add_argument('build', help=argparse.SUPPRESS)
    parser.add_argument('cases', nargs='*', metavar='CASE',
                        help='a name, or its part before a dash; all by default: ' + ' '.join(NAMES))
    parser.add_argument('--quick', action='store_true', help='one small round, in two minutes')
    parser.add_argument('--rounds', type=int, help='how many, in place of those of each case')
    parser.add_argument('--publish', action='store_true',
                        help="put the table into the README, and the picture into data/bench")
    arguments = parser.parse_intermixed_args()
    for word in arguments.cases:
        if not any(is_meant(word, name) for name in NAMES):
            parser.error(f'there is no case {word}')
    return arguments


def is_chosen(arguments, name):
    return not arguments.cases or any(is_meant(word, name) for word in arguments.cases)


def chosen(arguments):
    """Names of cases with their options and rounds."""
    for name, case in CASES.items():
        if not is_chosen(arguments, name) or (arguments.quick and case.quick is None):
            continue
        options = {**case.options, **(case.quick if arguments.quick else {})}
        yield name, case, options, arguments.rounds or (1 if arguments.quick else case.rounds)


def measure(build, server, mode, options):
    """What the generator says of a server that runs, which has an `error` if something went wrong."""
    command = [build / 'tests' / 'bench' / 'bench-load', '--port', str(server.port), '--pid',
               str(server.pid)]
    for option, value in options.items():
        command += [f'--{option}', str(value)]
    core = cores()[1] if server.core is not None else None
    done = subprocess.run(command + [mode], capture_output=True, text=True, timeout=LOAD_SECONDS,
                          preexec_fn=prepare(core))
    try:
        return json.loads(done.stdout)
    except json.JSONDecodeError:
        return {'error': f'the generator ended with {done.returncode}: {done.stderr.strip()}'}


def run_case(build, name, case, options, rounds):
    """Results by server, each a list by round."""
    results = {server: [] for server in case.servers}
    for number in range(rounds):
        # Who comes first changes, in case that the machine slows down or another program starts.
        turn = number % len(case.servers)
        for server_name in case.servers[turn:] + case.servers[:turn]:
            with Server(server_name, build, cores()[0]) as server:
                result = measure(build, server, case.mode, options)
            results[server_name].append(result)
            print(f'{name} {number + 1}/{rounds} {server_name}: {report.summary(result)}',
                  file=sys.stderr)
    return results


def measure_window(arguments, build):
    """Left out by --quick unless it is named."""
    has_window = (build / 'tests' / 'bench' / 'bench-empty-window').exists()
    if not has_window or not is_chosen(arguments, 'window') or (arguments.quick and not arguments.cases):
        return None
    # It needs modules of the tests of the display, which a build without a window does not.
    import window
    return window.measure(build, arguments.quick)


def main():
    arguments = parse()
    # As an exception it ends the server that runs.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    build = Path(arguments.build).resolve()
    start = time.monotonic()
    results = {name: run_case(build, name, case, options, rounds)
               for name, case, options, rounds in chosen(arguments)}
    everything = {'machine': machine.describe(build), 'quick': arguments.quick, 'results': results,
                  'window': measure_window(arguments, build)}
    everything['seconds'] = round(time.monotonic() - start)

    table = report.table(everything)
    (build / 'bench.json').write_text(json.dumps(everything, indent=1))
    (build / 'bench.md').write_text(table)
    svg = picture.draw(results)
    if svg:
        (build / 'bench.svg').write_text(svg)
    print(table)
    print(f'{everything["seconds"]} s; also in {build}/bench.json, bench.md, bench.svg', file=sys.stderr)
    if arguments.publish:
        report.publish(ROOT, table, svg, everything)
    return any('error' in result for by_server in results.values() for result in by_server[OURS])


if __name__ == '__main__':
    sys.exit(main())
