# test-flatpak.py: the program builds, installs and runs in the sandbox of a Flatpak
#
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Run by ./dev flatpak test. The tests need each other, in their order. SCREENSHOTS=DIR keeps pictures
# of the window.

import contextlib
import json
import os
import pathlib
import re
import signal
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / 'display'))

# pylint: disable=wrong-import-position
import chat
import display
import node
import peers
import sandbox
import tap

tap.TEST_SECONDS = 1800
# A cold disk and a busy machine.
START_SECONDS = 120
GUEST = pathlib.Path(__file__).with_name('guest.mjs')
PERMISSIONS = {
    '--share=network', '--share=ipc', '--socket=wayland', '--socket=fallback-x11', '--device=dri',
    '--system-talk-name=org.freedesktop.Avahi',
}
EXPORTED = (
    'dbus-1/services/{id}.service',
    'applications/{id}.desktop',
    'icons/hicolor/scalable/apps/{id}.svg',
    'icons/hicolor/symbolic/apps/{id}-symbolic.svg',
)
built = None


def need_app():
    why = sandbox.why_not()
    if why:
        raise tap.Skip(why)
    if not sandbox.has_runtime():
        raise tap.Skip('no runtime to test with')
    assert built, 'it was not built'


@tap.test
def the_runtime_is_there():
    why = sandbox.why_not()
    if why:
        raise tap.Skip(why)
    sandbox.make_runtime()


@tap.test
def the_manifest_asks_for_little():
    manifest = json.loads(sandbox.run('flatpak-builder', '--show-manifest', sandbox.MANIFEST))
    assert manifest['id'] == sandbox.APP_ID
    assert set(manifest['finish-args']) == PERMISSIONS


@tap.test
def it_builds_without_a_network_or_a_warning():
    global built
    if sandbox.why_not() is None and sandbox.has_runtime():
        built = sandbox.build()
        (sandbox.FOLDER / 'build.log').write_text(built)
    need_app()
    # The stand-in has no locales, which a shell minds; that is not about what it builds.
    warnings = [line for line in built.splitlines()
                if re.search(r'\bwarning:', line) and 'warning: setlocale:' not in line]
    assert not warnings, '\n'.join(warnings)


@tap.test
def its_unit_tests_pass_in_the_sandbox():
    need_app()
    passed = int(re.search(r'^Ok:\s+(\d+)', built, re.MULTILINE).group(1))
    assert passed > 50, f'only {passed} programs'
    assert re.search(r'^Fail:\s+0', built, re.MULTILINE)
    assert not re.search(r'^(Skipped|Timeout):\s+[1-9]', built, re.MULTILINE), built[-2000:]


@tap.test
def the_desktop_finds_it():
    need_app()
    share = sandbox.FOLDER / 'user' / 'exports' / 'share'
    for name in EXPORTED:
        path = share / name.format(id=sandbox.APP_ID)
        assert path.is_file(), f'{path} is not exported'
    said = sandbox.run(*sandbox.command('--version'))
    assert re.fullmatch(r'madang \d+\.\d+\.\d+\n', said), said


# --- the window -----------------------------------------------------------------------------------

class Sandboxed(chat.Chat):
    """Its window; the bus sees the sandbox's proxy in place of the program."""

    def __init__(self, language='en'):
        # Newer versions of glibc have no translations for C.UTF-8.
        korean = {'LC_ALL': 'ko_KR.UTF-8'} if language == 'ko' else {}
        super().__init__(language, **korean)
        self.command = sandbox.command(options=sandbox.make_locale('ko_KR') if korean else ())

    def _is_ours(self, _application):
        return True


def take_picture(name):
    if 'SCREENSHOTS' in os.environ:
        display.screenshot(pathlib.Path(os.environ['SCREENSHOTS']) / f'flatpak-{name}.png')


def check_window(language):
    need_app()
    port = peers.free_port()
    with Sandboxed(language) as window:
        window.button('Connect')
        take_picture(f'{language}-start')
        window.host_and_wait('Mina', port)
        with peers.Plain(peers.url_of(port), 'printer') as printer:
            printer.say('Out of paper')
            window.row('Out of paper')
            take_picture(f'{language}-hosting')
        assert window.process.poll() is None


@tap.test
def the_window_hosts_a_chat():
    check_window('en')


@tap.test
def the_window_speaks_korean():
    check_window('ko')


# --- the server -----------------------------------------------------------------------------------

@contextlib.contextmanager
def server(home):
    """Yields the address of a server in a sandbox, whose home is `home`."""
    process = subprocess.Popen(sandbox.command('--server', '--port', '0'), stdin=subprocess.DEVNULL,
                               stdout=subprocess.PIPE, text=True, env={**os.environ, 'HOME': home})
    try:
        line = process.stdout.readline()
        yield re.fullmatch(r'Listening on (http://localhost:\d+)/\n', line).group(1)
        os.kill(node.wait_for(lambda: sandbox.program_in(process), 'the program'), signal.SIGTERM)
        assert process.wait(START_SECONDS) == 0, process.returncode
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def talk(url, name, text):
    """Says it from outside, and returns what had been said before."""
    return json.loads(sandbox.run('node', GUEST, url, name, text, timeout=START_SECONDS))


@tap.test
def a_server_in_the_sandbox_keeps_what_was_said():
    need_app()
    with tempfile.TemporaryDirectory(prefix='madang-flatpak-') as home:
        with server(home) as url:
            assert talk(url, 'Anna', 'Hello from outside') == []
            assert talk(url, '민수', '안녕하세요') == ['Hello from outside']
        with server(home) as url:
            assert talk(url, 'Dana', 'I am late') == ['Hello from outside', '안녕하세요']
        kept = pathlib.Path(home, '.var', 'app', sandbox.APP_ID, 'data', 'madang')
        assert any(kept.iterdir()), f'nothing in {kept}'


os.environ.update(sandbox.ENVIRONMENT)
node.shows_by_state = True
with display.desktop():
    tap.main()
