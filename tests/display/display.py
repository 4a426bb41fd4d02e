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
# by keys and by the mouse goes through xdotool.

import contextlib
import os
import pathlib
import select
import shutil
import subprocess
import tempfile

from node import SECONDS, Atspi, Node, wait_for

from gi.repository import Gio, GLib

END_SECONDS = 10
LAUNCHER = '/usr/libexec/at-spi-bus-launcher'

# No service can be started on it: what is not here, a window has to do without.
BUS = '''<busconfig>
  <type>session</type>
  <listen>unix:dir={folder}</listen>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
'''

ENVIRONMENT = {
    'GDK_BACKEND': 'x11',
    'GSK_RENDERER': 'cairo',
    'GTK_USE_PORTAL': '0',
    'GIO_USE_PROXY_RESOLVER': 'dummy',
    'GSETTINGS_BACKEND': 'memory',
    'G_DEBUG': 'fatal-criticals',
    'LC_ALL': 'C.UTF-8',
    'NO_AT_BRIDGE': '',
}
FOREIGN = ('AT_SPI_BUS_ADDRESS', 'GTK_A11Y', 'GTK_THEME', 'WAYLAND_DISPLAY', 'XAUTHORITY')


def _end(process):
    """Ends a program that we started, the hard way if it does not go."""
    process.terminate()
    try:
        process.wait(END_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


@contextlib.contextmanager
def _folder():
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
    """Starts a helper whose last argument is a descriptor, and returns the line that it writes there."""
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


def _has_accessibility():
    """Whether the launcher answers. Whoever asks before would be told that there is none."""
    try:
        bus = Gio.bus_get_sync(Gio.BusType.SESSION)
        bus.call_sync('org.a11y.Bus', '/org/a11y/bus', 'org.a11y.Bus', 'GetAddress', None, None,
                      Gio.DBusCallFlags.NONE, 1000, None)
        return True
    except GLib.Error:
        return False


@contextlib.contextmanager
def desktop(width=1280, height=900):
    """Xvfb, a session bus and the accessibility bus, for all of this test program.

    One for a process: AT-SPI reads the environment once, and so that is changed for good. There is
    no window manager.
    """
    with contextlib.ExitStack() as stack:
        folder = stack.enter_context(_folder())
        log = stack.enter_context(open(folder / 'log', 'w'))
        for name in FOREIGN:
            os.environ.pop(name, None)
        os.environ.update(ENVIRONMENT, XDG_RUNTIME_DIR=str(folder))
        os.environ['DISPLAY'] = ':' + _start_and_ask(
            stack, log, 'Xvfb', '-screen', '0', f'{width}x{height}x24', '-noreset', '-nolisten',
            'tcp', '-displayfd')
        (folder / 'bus.conf').write_text(BUS.format(folder=folder))
        os.environ['DBUS_SESSION_BUS_ADDRESS'] = _start_and_ask(
            stack, log, 'dbus-daemon', '--nofork', f'--config-file={folder}/bus.conf',
            '--print-address')
        _start(stack, log, LAUNCHER, '--launch-immediately')
        wait_for(_has_accessibility, 'the accessibility bus')
        Atspi.init()
        yield


def screenshot(path):
    subprocess.run(['import', '-window', 'root', str(path)], check=True)


# --- the program ----------------------------------------------------------------------------------

class Program(Node):
    """$MADANG with its window, and what all its windows show; use it with `with`.

    At the end of the block its windows are closed as a user does it, and then it has to end by
    itself with exit code 0. `home` is a folder to use as its home, so that it outlives it.
    """

    def __init__(self, language='en', home=None, command=None, **env):
        super().__init__(None)
        self.language = language
        self.home = home
        self.command = command or [os.environ['MADANG']]
        self.env = env
        self.stack = contextlib.ExitStack()
        self.process = None

    def __enter__(self):
        with contextlib.ExitStack() as stack:
            self.home = self.home or stack.enter_context(_folder())
            self.log = stack.enter_context(open(self.home / 'log', 'w'))
            self.process = subprocess.Popen(self.command, env=self._environment(), cwd=self.home,
                                            stdin=subprocess.DEVNULL, stdout=self.log,
                                            stderr=self.log)
            stack.callback(self._kill)
            try:
                self.accessible = wait_for(self._find_application, 'the window of the program')
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

    def _environment(self):
        folders = {f'XDG_{name}_HOME': str(self.home / name.lower())
                   for name in ('CACHE', 'CONFIG', 'DATA', 'STATE')}
        return {**os.environ, **folders, 'HOME': str(self.home), 'LANGUAGE': self.language, **self.env}

    def _find_application(self):
        if self.process.poll() is not None:
            raise RuntimeError(f'the program ended with {self.process.returncode}{self._last_words()}')
        for child in Node(Atspi.get_desktop(0)).children():
            if child.process_id == self.process.pid and child.children():
                return child.accessible
        return None

    def _last_words(self):
        text = (self.home / 'log').read_text(errors='replace')
        return ''.join(f'\n  | {line}' for line in text.splitlines()[-40:])

    def _explain(self, error):
        """What the window shows and what the program said belongs to each failure."""
        if self.process.poll() is None and self.accessible is not None:
            error.add_note('the program shows:\n' + self.dump())
        error.add_note('the program said:' + self._last_words())
        if 'SCREENSHOTS' in os.environ:
            screenshot(pathlib.Path(os.environ['SCREENSHOTS']) / f'{self.process.pid}.png')

    def _kill(self):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()

    @property
    def ended(self):
        return self.process.poll() is not None

    def windows(self):
        return [child for child in self.children() if child.is_kind('window')]

    def close_windows(self):
        """Closes all windows by their buttons, and so the program."""
        for window in self.windows():
            window.find('button', self.close_names).click()

    # GTK's own word, which is translated if its translations are installed.
    close_names = ('Close', '닫기')

    def quit(self):
        """Closes the windows; fails unless the program ends by itself, and well."""
        if self.process.poll() is None:
            self.close_windows()
        self.wait_end()

    def wait_end(self):
        try:
            code = self.process.wait(END_SECONDS)
        except subprocess.TimeoutExpired as error:
            shows = self.dump()
            self.process.terminate()
            raise RuntimeError(f'the program did not end when its windows were closed:\n{shows}') from error
        if code != 0:
            raise RuntimeError(f'the program ended with status {code}')

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
        self.focus()
        _xdotool('type', '--clearmodifiers', '--delay', '5', '--', text)

    def point(self, node, button=1):
        """Clicks with the mouse into the middle of a node of the newest window."""
        window = self.focus()
        x, y = node.centre()
        _xdotool('mousemove', '--sync', '--window', window, str(x), str(y), 'click', str(button))


def _xdotool(*args):
    return subprocess.run(['xdotool', *args], stdout=subprocess.PIPE, text=True,
                          timeout=SECONDS).stdout
