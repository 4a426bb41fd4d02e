#!/usr/bin/env python3
# summary.py: counts the tests in Meson's logs, and says which failed or were skipped, and why
#
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Meson counts programs, and takes a program that ran no test at all for a skipped one. This reads
# the TAP in its testlog.json again, over any number of build folders, and ends with the one line
# "N passed, N failed, N skipped". Its junit log would not do: it has no reason for a failed test, and
# a control character in a message makes it unreadable.

import argparse
import fnmatch
import json
import re
import signal
import sys
from collections import Counter, namedtuple
from pathlib import Path

Case = namedtuple('Case', 'verdict name reason')

TEST_LINE = re.compile(r'(not )?ok\b\s*(\d+)?\s*(?:- )?((?:\\.|[^#])*)(?:#\s*(.*))?$')
PLAN_LINE = re.compile(r'1\.\.(\d+)\s*(?:#\s*skip\S*\s*(.*))?$', re.IGNORECASE)
DIRECTIVE = re.compile(r'(skip|todo)\S*\s*(.*)$', re.IGNORECASE)
BAD_RESULTS = ('FAIL', 'ERROR', 'TIMEOUT', 'INTERRUPT', 'UNEXPECTEDPASS')
# What GLib and Node write around a test, and Meson at the end of stderr; none of it is a reason.
NOISE = re.compile(r'\s*(---|\.\.\.|# (Start|End) of .*|# Subtest: .*|'
                   r'# (tests|suites|pass|fail|cancelled|skipped|todo|duration_ms) [\d.]+|'
                   r'\(test program exited with status code .*\))?$')
SANITIZER = re.compile(r'ERROR: \w+Sanitizer|runtime error:')
KEPT_LINES = 30


class Tap:
    """What one program said, line by line."""

    def __init__(self, text):
        self.cases = []
        self.planned = None
        self.skip_reason = None
        self.bailed_out = None
        self.last_lines = []
        for line in text.split('\n'):
            self.take(line)

    def take(self, line):
        plan = PLAN_LINE.match(line)
        test = TEST_LINE.match(line)
        if test:
            self.take_test(test)
        elif plan:
            self.planned = int(plan.group(1))
            if self.planned == 0:
                # No plan and no reason: that is a program that lost its tests.
                self.skip_reason = plan.group(2)
        elif line.startswith('Bail out!'):
            self.bailed_out = line[len('Bail out!'):].strip() or 'bailed out'
        elif NOISE.match(line):
            pass
        elif self.cases and self.cases[-1].verdict == 'failed':
            # The comments and YAML that follow a failed test tell its reason.
            self.cases[-1].reason.append(line)
        else:
            self.last_lines = (self.last_lines + [line])[-KEPT_LINES:]

    def take_test(self, test):
        failed, _, text, directive = test.groups()
        name = text.strip()
        self.last_lines = []
        directive = DIRECTIVE.match(directive or '')
        kind, why = (directive.group(1).lower(), directive.group(2)) if directive else (None, '')
        if kind == 'todo':
            # A known failure is no failure, but nor was anything shown to work.
            case = (Case('skipped', name, ['known failure: ' + why]) if failed else
                    Case('failed', name, ['passed, although marked as a known failure: ' + why]))
        elif failed:
            case = Case('failed', name, [])
        elif kind == 'skip':
            case = Case('skipped', name, [why or 'no reason given'])
        else:
            case = Case('passed', name, [])
        self.cases.append(case)


def ended_badly(entry, tap):
    """Why the program failed as a whole, beside what its tests say; or None."""
    code = entry['returncode'] or 0
    failed = any(case.verdict == 'failed' for case in tap.cases)
    if entry['result'] == 'TIMEOUT':
        return f'ran into its time-out after {entry["duration"]:.0f} s'
    if entry['result'] == 'INTERRUPT':
        return 'was interrupted'
    if tap.bailed_out:
        return tap.bailed_out
    if code < 0:
        return f'killed by {signal.Signals(-code).name}'
    if tap.planned is not None and tap.planned != len(tap.cases):
        early = f'ended too early, with exit code {code}'
        return early if tap.planned > len(tap.cases) else 'ran more tests than it announced'
    if code != 0 and not failed:
        return f'exit code {code} with no failed test'
    if entry['result'] in BAD_RESULTS and not failed:
        return 'Meson could not read its output'
    return None


def tap_cases(entry):
    tap = Tap(entry['stdout'] or '')
    why = ended_badly(entry, tap)
    if why:
        if (tap.planned or 0) > len(tap.cases):
            tap.last_lines.append(f'{tap.planned - len(tap.cases)} of its tests did not run')
        after = f'after "{tap.cases[-1].name}"' if tap.cases else 'before its first test'
        tap.cases.append(Case('failed', f'(the program, {after})', [why] + tap.last_lines))
    elif tap.skip_reason and not tap.cases:
        tap.cases.append(Case('skipped', '(the whole program)', [tap.skip_reason]))
    elif not tap.cases:
        tap.cases.append(Case('failed', '(the program)', ['ran no test']))
    return tap.cases


def exit_code_cases(entry):
    result = entry['result']
    output = (entry['stdout'] or '').splitlines()[-KEPT_LINES:]
    if result in BAD_RESULTS:
        why = f'{result}, exit code {entry["returncode"]}'
        return [Case('failed', '(the program)', [why] + output)]
    if result in ('SKIP', 'EXPECTEDFAIL'):
        return [Case('skipped', '(the program)', [' '.join(output) or 'no reason given'])]
    return [Case('passed', '(the program)', [])]


class Summary:
    def __init__(self, allowed):
        self.allowed = allowed
        self.suites = {}
        self.total = Counter()

    def add_program(self, label, suite, program, entry, cases):
        counts = self.suites.setdefault((label, suite), Counter())
        counts['programs'] += 1
        prefix = f'{label}: ' if label else ''
        failed = False
        for case in cases:
            path = f'{suite} / {program} / {case.name}'
            case = self.judge_skip(case, path)
            counts[case.verdict] += 1
            self.total[case.verdict] += 1
            if case.verdict == 'failed':
                failed = True
                self.tell('FAILED', prefix + path, case.reason)
            elif case.verdict == 'skipped':
                print(f'SKIPPED  {prefix}{path}: {" ".join(case.reason)}')
        if failed:
            self.tell_stderr(f'{prefix}{suite} / {program}', entry.get('stderr') or '')

    def judge_skip(self, case, path):
        if case.verdict != 'skipped' or self.allowed is None:
            return case
        if any(fnmatch.fnmatchcase(path, pattern) for pattern in self.allowed):
            return case
        why = 'skipped, and not allowed to be: ' + ' '.join(case.reason)
        return Case('failed', case.name, [why])

    def add_failure(self, name, reason):
        self.total['failed'] += 1
        self.tell('FAILED', name, [reason])

    def tell_stderr(self, path, text):
        lines = [line for line in text.split('\n') if not NOISE.match(line)]
        reports = [number for number, line in enumerate(lines) if SANITIZER.search(line)]
        if lines:
            self.tell('STDERR', path, lines[reports[0]:] if reports else lines[-KEPT_LINES:])

    @staticmethod
    def tell(head, path, lines):
        print(f'{head}  {path}')
        lines = [line.rstrip() for line in lines if line.strip()]
        for line in lines[:KEPT_LINES]:
            print(f'         {line}')
        if len(lines) > KEPT_LINES:
            print(f'         ... {len(lines) - KEPT_LINES} more lines in the log')

    def print_suites(self):
        print()
        for (label, suite), counts in sorted(self.suites.items()):
            name = f'{label}: {suite}' if label else suite
            print(f'{name:<28}{counts["passed"]:5} passed{counts["failed"]:5} failed'
                  f'{counts["skipped"]:5} skipped   in {counts["programs"]} programs')

    def print_total(self):
        print('{passed} passed, {failed} failed, {skipped} skipped'.format(
            **{key: self.total[key] for key in ('passed', 'failed', 'skipped')}))


def known_tests(build_dir):
    """Suite, name and protocol of each test, under the name that it has in Meson's log."""
    known = {}
    for test in json.loads((build_dir / 'meson-info' / 'intro-tests.json').read_text()):
        project = test['suite'][0].partition(':')[0]
        suite = '+'.join(name.partition(':')[2] for name in test['suite']).strip('+')
        entry = (suite or project, test['name'], test['protocol'])
        prefix = f'{project}:{suite}' if suite else project
        known[f'{prefix} / {test["name"]}'] = entry
        # Where a build has a single suite, the log leaves that out.
        known[test['name']] = entry
    return known


def read_build(summary, build_dir, label):
    log = build_dir / 'meson-logs' / 'testlog.json'
    entries = [json.loads(line) for line in log.read_text().splitlines()] if log.exists() else []
    if not entries:
        summary.add_failure(str(build_dir), 'no test ran')
        return
    if not log.with_suffix('.junit.xml').exists():
        # Meson writes this one when all is done.
        summary.add_failure(str(build_dir), 'the test run broke off')
    known = known_tests(build_dir)
    for entry in entries:
        suite, program, protocol = known[entry['name']]
        cases = tap_cases(entry) if protocol == 'tap' else exit_code_cases(entry)
        summary.add_program(label, suite, program, entry, cases)


def read_allowed(path):
    """Patterns over "suite / program / test", each with a reason: PATTERN | REASON."""
    allowed = []
    for number, line in enumerate(path.read_text().splitlines(), 1):
        if not line.strip() or line.startswith('#'):
            continue
        pattern, _, reason = (part.strip() for part in line.partition('|'))
        if not reason:
            sys.exit(f'{path}:{number}: a skip needs a reason')
        allowed.append(pattern)
    return allowed


def main():
    parser = argparse.ArgumentParser(description='Counts the tests in the logs of meson test.')
    parser.add_argument('build_dirs', nargs='*', type=Path, metavar='BUILD_DIR')
    parser.add_argument('--strict-skips', type=Path, metavar='FILE',
                        help='fail on a skip that this file does not allow')
    parser.add_argument('--failed-step', action='append', default=[], metavar='NAME',
                        help='count a step that ran before this as one failure')
    args = parser.parse_args()

    summary = Summary(read_allowed(args.strict_skips) if args.strict_skips else None)
    for build_dir in args.build_dirs:
        read_build(summary, build_dir, build_dir.name if len(args.build_dirs) > 1 else '')
    for step in args.failed_step:
        summary.add_failure(step, 'the step failed; its log is above')
    summary.print_suites()
    summary.print_total()
    return summary.total['failed'] > 0 or summary.total['passed'] == 0


if __name__ == '__main__':
    sys.exit(main())
