# tap.py: a small TAP writer for tests in Python
#
# SPDX-License-Identifier: GPL-3.0-or-later
#
#   import tap
#
#   @tap.test
#   def a_name_says_what_holds():
#       assert 1 + 1 == 2
#
#   tap.main()
#
# A test fails by any exception, tap.Skip aside, or when it takes longer than its time. What it prints
# goes to stderr, since stdout belongs to TAP.

import contextlib
import signal
import sys
import traceback

TEST_SECONDS = 60

_tests = []


class Skip(Exception):
    """Raise it with a reason to skip the test that runs."""


def test(function):
    _tests.append((function.__name__.replace('_', ' '), function))
    return function


def _on_alarm(_signal, _frame):
    raise TimeoutError(f'the test took longer than {TEST_SECONDS} s')


def _run(function):
    """The rest of the test's line, and the lines below it."""
    signal.alarm(TEST_SECONDS)
    try:
        with contextlib.redirect_stdout(sys.stderr):
            function()
        return True, '', []
    except Skip as skip:
        return True, f' # SKIP {skip}', []
    except Exception:
        return False, '', traceback.format_exc().splitlines()
    finally:
        signal.alarm(0)


def main():
    signal.signal(signal.SIGALRM, _on_alarm)
    # Meson ends what takes too long with SIGTERM: as an exception it runs the clean-up of the test.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    all_passed = True
    print('TAP version 13')
    print(f'1..{len(_tests)}', flush=True)
    for number, (name, function) in enumerate(_tests, 1):
        passed, directive, comments = _run(function)
        all_passed = all_passed and passed
        print(f'{"ok" if passed else "not ok"} {number} - {name}{directive}')
        for line in comments:
            print('# ' + line)
        sys.stdout.flush()
    sys.exit(not all_passed)
