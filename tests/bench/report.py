# report.py: the results of ./dev bench as a table
#
# SPDX-License-Identifier: GPL-3.0-or-later

import json
from statistics import median

import machine
from cases import OURS, PEERS, ROWS, TITLES, WINDOW_ROWS, cpu

BEGIN = '<!-- ./dev bench --publish writes from here -->'
END = '<!-- to here -->'


def summary(result):
    """One result in a line."""
    if 'error' in result:
        return 'FAILED: ' + result['error']
    if 'per_client' in result:
        return (f'{result["per_client"] / 1024:.2f} KiB a client; RSS {result["rss_before"] / 2**20:.1f}, '
                f'{result["rss_joined"] / 2**20:.1f}, {result["rss_after"] / 2**20:.1f} MiB')
    if 'wakeups' in result:
        return f'{result["wakeups"]:.1f} wake-ups a second'
    return f'{cpu(result):.2f} µs; p99 {result.get("p99_us", 0) / 1000:.1f} ms'


def rounds_of(results, case, server, value):
    """A value by round; None where the round failed, or all if there was none."""
    return [None if 'error' in result else value(result)
            for result in results.get(case, {}).get(server, [])]


def median_of(values):
    known = [value for value in values if value is not None]
    return median(known) if known else None


def ratio(ours, theirs):
    """The median of the ratios in the same round."""
    return median_of([a / b if a is not None and b else None for a, b in zip(ours, theirs)])


def number(value, unit=''):
    if value is None:
        return '–'
    digits = 0 if value >= 100 else 1 if value >= 10 else 2
    return f'{value:.{digits}f} {unit}'.strip()


def with_target(value, target):
    if value is None:
        return 'failed' if target else ''
    text = f'{value:.2f}'
    if target is None:
        return text
    return f'{text} ≤ {target:g}' if value <= target else f'**{text} > {target:g}**'


def cells(results, row):
    ours = rounds_of(results, row.case, OURS, row.value)
    if row.against:
        case, value = row.against
        own = with_target(ratio(ours, rounds_of(results, case, OURS, value)), row.targets[OURS])
        return [number(median_of(ours), row.unit), own, '', '', '']

    compared = [with_target(ratio(ours, rounds_of(results, row.case, peer, row.value)),
                            row.targets.get(peer))
                for peer in PEERS]
    return [number(median_of(ours), row.unit), ''] + compared


def window_table(figures):
    """What is to be reached there is no ratio to a peer."""
    lines = ['| The window | | |', '|---|---|---|']
    for title, unit, target, value in WINDOW_ROWS:
        try:
            found = value(figures)
        except KeyError:
            lines.append(f'| {title} | | failed |')
            continue
        if target is None:
            verdict = ''
        else:
            verdict = f'≤ {target:g}' if found <= target else f'**> {target:g}**'
        lines.append(f'| {title} | {number(found, unit)} | {verdict} |')
    return lines


def table(everything):
    results = everything['results']
    lines = ['| | Madang | to itself | ' + ' | '.join(f'to {TITLES[peer]}' for peer in PEERS) + ' |',
             '|---|' + '---|' * (len(PEERS) + 2)]
    for row in ROWS:
        if row.case in results and (not row.against or row.against[0] in results):
            lines.append('| ' + ' | '.join([row.title] + cells(results, row)) + ' |')
    if everything.get('window'):
        lines += [''] + window_table(everything['window'])
    lines += ['', machine.sentence(everything['machine'])]
    return '\n'.join(lines) + '\n'


def publish(root, text, svg, everything):
    folder = root / 'data' / 'bench'
    folder.mkdir(exist_ok=True)
    (folder / 'bench.json').write_text(json.dumps(everything, indent=1) + '\n')
    if svg:
        (folder / 'bench.svg').write_text(svg)
    readme = root / 'README.md'
    before, rest = readme.read_text().split(BEGIN)
    _, after = rest.split(END)
    picture = '![Cost against the number of clients](data/bench/bench.svg)\n\n' if svg else ''
    readme.write_text(f'{before}{BEGIN}\n\n{picture}{text}\n{END}{after}')
