# display.py: a display of the test's own, and the program with a window on it
#
# SPDX-License-Identifier: GPL-3.0-or-later
#
#   with display.desktop():
#       tap.main()
#
# and in a test:
#
#   with display.Program() as program:
#       program.find('button', 'Connect').click()
#
# What the window shows is found and used as a screen reader does it: see node.py. What a user does
# by keys and by the mouse goes through xdotool. SCREENSHOTS=DIR keeps a picture of each failure.

import contextlib
import os
import pathlib
import re
import select
import shutil
import subprocess
import tempfile
import time

from gi.repository import Gio

from node import SECONDS, Node, if_gone, wait_for

END_SECONDS = 30
# The cursor blinks for ten seconds after the last key, and any animation takes 60 frames a second.
REST_SECONDS = 90
REST_WAKEUPS = 25
SLEPT = re.compile(r'^voluntary_ctxt_switches:\s*(\d+)', re.MULTILINE)
LAUNCHER = '/usr/libexec/at-spi-bus-launcher'
REGISTRY = ('org.a11y.atspi.Registry', '/org/a11y/atspi/accessible/root')

# No service can be started on it but those that a test puts into its folder: what is not here, a
# window has to do without.
BUS = '''<busconfig>
  <type>session</type>
  <servicedir>{folder}/services</servicedir>
  <listen>unix:dir={folder}</listen>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
'''

# What the program runs in; a critical of GLib ends it, and so the test.
ENVIRONMENT = {
    'GDK_BACKEND': 'x11',
    'GSK_RENDERER': 'cairo',
    'GTK_USE_PORTAL': '0',
    'GIO_USE_PROXY_RESOLVER': 'dummy',
    'GSETTINGS_BACKEND': 'memory',
    'G_DEBUG': 'fatal-criticals',
    'LC_ALL': 'C.UTF-8',
}
FOREIGN = ('AT_SPI_BUS_ADDRESS', 'GTK_A11Y', 'GTK_THEME', 'NO_AT_BRIDGE', 'WAYLAND_DISPLAY',
           'XAUTHORITY')

# The accessibility bus of the desktop.
_accessibility = None


def _end(process):
    """Ends a program that we started, the hard way if it does not go."""
    process.terminate()
    try:
        process.wait(END_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


@contextlib.contextmanager
def make_folder():
    path = pathlib.Path(tempfile.mkdtemp(prefix='madang-display-'))
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


# --- the desktop ----------------------------------------------------------------------------------

def _start(stack, log, *command):
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
    stack.callback(_end, process)


def _start_and_ask(stack, log, *command):
    """Starts a helper that takes a descriptor last, and returns the line that it writes to it."""
    reader, writer = os.pipe()
    with open(reader) as answer:
        try:
            process = subprocess.Popen([*command, str(writer)], pass_fds=[writer],
                                       stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        finally:
            os.close(writer)
        stack.callback(_end, process)
        line = answer.readline().strip() if select.select([reader], [], [], SECONDS)[0] else ''
    if not line:
        raise RuntimeError(f'{command[0]} did not start: {pathlib.Path(log.name).read_text()}')
    return line


def _connect(address):
    flags = (Gio.DBusConnectionFlags.AUTHENTICATION_CLIENT |
             Gio.DBusConnectionFlags.MESSAGE_BUS_CONNECTION)
    return Gio.DBusConnection.new_for_address_sync(address, flags, None, None)


def _connect_accessibility():
    """Waits for the launcher: a window that came before it would do without accessibility."""
    session = _connect(os.environ['DBUS_SESSION_BUS_ADDRESS'])
    launcher = Node(session, ('org.a11y.Bus', '/org/a11y/bus'))
    get_address = if_gone(None)(lambda: launcher.call('org.a11y.Bus', 'GetAddress'))
    return _connect(wait_for(get_address, 'the accessibility bus'))


@contextlib.contextmanager
def desktop(width=1280, height=900):
    """Xvfb, a session bus and the accessibility bus, for all of this test program.

    The environment of this process is changed for good. There is no window manager.
    """
    global _accessibility
    with contextlib.ExitStack() as stack:
        folder = stack.enter_context(make_folder())
        log = stack.enter_context(open(folder / 'log', 'w'))
        for name in FOREIGN:
            os.environ.pop(name, None)
        os.environ['XDG_RUNTIME_DIR'] = str(folder)
        os.environ['DISPLAY'] = ':' + _start_and_ask(
            stack, log, 'Xvfb', '-screen', '0', f'{width}x{height}x24', '-noreset', '-nolisten',
            'tcp', '-displayfd')
        (folder / 'services').mkdir()
        (folder / 'bus.conf').write_text(BUS.format(folder=folder))
        os.environ['DBUS_SESSION_BUS_ADDRESS'] = _start_and_ask(
            stack, log, 'dbus-daemon', '--nofork', f'--config-file={folder}/bus.conf',
            '--print-address')
        _start(stack, log, LAUNCHER, '--launch-immediately')
        _accessibility = _connect_accessibility()
        yield


def session_bus():
    """A name and a path on it are a Node for it as well."""
    return _connect(os.environ['DBUS_SESSION_BUS_ADDRESS'])


def screenshot(path):
    subprocess.run(['import', '-window', 'root', str(path)], check=True)


# --- the program ----------------------------------------------------------------------------------

class Program(Node):
    """$MADANG with its window, and what all its windows show; use it with `with`.

    At the end of the block its windows are closed as a user does it, and then it has to end by
    itself with exit code 0. `home` is a folder to use as its home, so that it outlives it; `arguments`
    are what it is started with.
    """

    # GTK's own word, which is translated if its translations are installed.
    close_names = ('Close', '닫기')

    def __init__(self, language='en', home=None, arguments=(), **env):
        super().__init__(_accessibility, None)
        self.command = [os.environ['MADANG']]
        self.arguments = arguments
        self.language = language
        self.home = home
        self.env = env
        self.stack = contextlib.ExitStack()
        self.process = None

    def __enter__(self):
        with contextlib.ExitStack() as stack:
            self.home = self.home or stack.enter_context(make_folder())
            self.log = stack.enter_context(open(self.home / 'log', 'w'))
            self.process = subprocess.Popen([*self.command, *self.arguments],
                                            env=self._environment(), cwd=self.home,
                                            stdin=subprocess.DEVNULL, stdout=self.log,
                                            stderr=self.log)
            stack.callback(self._kill)
            try:
                self.address = wait_for(self._find_application, 'the window of the program')
            except TimeoutError as error:
                self._explain(error)
                raise
            self.stack = stack.pop_all()
        return self

    def __exit__(self, _type, error, _traceback):
        with self.stack:
            try:
                if error is None:
                    self.quit()
            except Exception as late:
                error = late
                raise
            finally:
                if error is not None:
                    self._explain(error)

    def start_again(self, *arguments):
        """Starts it once more, as a user does who has forgotten it; that one has to end by itself."""
        subprocess.run([*self.command, *arguments], env=self._environment(), check=True,
                       cwd=self.home, stdin=subprocess.DEVNULL, timeout=SECONDS)

    def _environment(self):
        folders = {f'XDG_{name}_HOME': str(self.home / name.lower())
                   for name in ('CACHE', 'CONFIG', 'DATA', 'STATE')}
        return {**os.environ, **ENVIRONMENT, **folders, 'HOME': str(self.home),
                'LANGUAGE': self.language, **self.env}

    def _find_application(self):
        if self.ended:
            raise RuntimeError(f'it ended with {self.process.returncode}{self._last_words()}')
        for child in Node(self.bus, REGISTRY).children():
            if self._is_ours(child) and child.children():
                return child.address
        return None

    def _is_ours(self, application):
        return _get_process_id(application) == self.process.pid

    def _last_words(self):
        text = (self.home / 'log').read_text(errors='replace')
        return ''.join(f'\n  | {line}' for line in text.splitlines()[-40:])

    def _explain(self, error):
        """What the window shows and what the program said belongs to each failure."""
        if not self.ended and self.address is not None:
            error.add_note('the program shows:\n' + self.dump())
        error.add_note('the program said:' + self._last_words())
        if 'SCREENSHOTS' in os.environ:
            screenshot(pathlib.Path(os.environ['SCREENSHOTS']) / f'{self.process.pid}.png')

    def _kill(self):
        self.process.kill()
        self.process.wait()

    # --- its end ---

    @property
    def ended(self):
        return self.process.poll() is not None

    def windows(self):
        return self.children()

    def close_windows(self):
        """Closes all windows by their buttons, and so the program."""
        if not self.ended:
            for window in self.windows():
                window.find('button', self.close_names).click()

    def quit(self):
        self.close_windows()
        self.wait_end()

    def wait_end(self):
        """Fails unless the program ends by itself, and well."""
        try:
            code = self.process.wait(END_SECONDS)
        except subprocess.TimeoutExpired as error:
            shows = self.dump()
            self.process.terminate()
            raise RuntimeError(f'the program did not end without its windows:\n{shows}') from error
        if code != 0:
            raise RuntimeError(f'the program ended with status {code}')

    # --- its rest ---

    def _slept(self):
        """How often all of its threads have slept so far."""
        total = 0
        for path in pathlib.Path(f'/proc/{self.process.pid}/task').glob('*/status'):
            # A thread of a pool may be gone by now.
            with contextlib.suppress(OSError):
                total += int(SLEPT.search(path.read_text()).group(1))
        return total

    def wakeups(self, seconds):
        """How often it wakes up in a second, while nobody looks at what it shows."""
        before, begin = self._slept(), time.monotonic()
        time.sleep(seconds)
        return max(self._slept() - before, 0) / (time.monotonic() - begin)

    def wait_rest(self):
        """Fails if it goes on to paint when nothing happens."""
        rates = []

        def rests():
            rates.append(round(self.wakeups(3)))
            return rates[-1] <= REST_WAKEUPS
        wait_for(rests, lambda: f'a window that rests, not {rates} wake-ups a second', REST_SECONDS)

    # --- keys and the mouse ---

    def _x_window(self):
        """The newest of its windows: without a window manager that is the one on top."""
        found = _xdotool('search', '--all', '--onlyvisible', '--pid', str(self.process.pid),
                         '--name', '.').split()
        return max(found, key=int, default=None)

    def focus(self):
        window = wait_for(self._x_window, 'a window on the display')
        _xdotool('windowfocus', '--sync', window)
        return window

    def keys(self, *keys):
        """Presses keys by the names that xdotool has for them: Return, ctrl+n, shift+Tab."""
        self.focus()
        _xdotool('key', '--clearmodifiers', *keys)

    def type(self, text):
        """Types ASCII. For other letters xdotool changes the keyboard, at times too shortly."""
        self.focus()
        _xdotool('type', '--clearmodifiers', '--delay', '5', '--', text)

    def point(self, node, button=1):
        """Clicks with the mouse into the middle of a node of the newest window."""
        window = self.focus()
        x, y = node.centre()
        _xdotool('mousemove', '--window', window, str(x), str(y), 'click', str(button))


@if_gone(None)
def _get_process_id(node):
    daemon = Node(node.bus, ('org.freedesktop.DBus', '/org/freedesktop/DBus'))
    return daemon.call('org.freedesktop.DBus', 'GetConnectionUnixProcessID', '(s)', node.address[0])


def _xdotool(*args):
    return subprocess.run(['xdotool', *args], stdout=subprocess.PIPE, text=True,
                          timeout=SECONDS).stdout
