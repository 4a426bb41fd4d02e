# avahi.py: hosts with a system bus and an Avahi of the test's own
#
# SPDX-License-Identifier: GPL-3.0-or-later
#
#   with avahi.one_host() as host:
#       with Madang(env=host.env): ...
#
#   with avahi.two_hosts() as (here, there):
#       print(here.run('avahi-browse', '-rpt', '_madang._tcp'))
#       subprocess.Popen(there.command('madang', '--server'), env={**os.environ, **there.env})
#
# Each host has a network and a /run of its own, so that nothing of the machine is seen or touched,
# and any number of tests run at once. One host alone has its loopback, where Avahi works for once;
# programs need not be inside to use it. Two are joined by as many cables as a test asks for.
# Only root can make them: elsewhere they raise tap.Skip.

import contextlib
import os
import pathlib
import shutil
import subprocess
import tempfile
import time

from gi.repository import Gio, GLib

import tap

START_SECONDS = 60
END_SECONDS = 30
PROGRAMS = ('avahi-daemon', 'dbus-daemon', 'unshare', 'nsenter', 'ip')
RUNNING = 2

# Debian has some of them where not everybody looks.
os.environ['PATH'] = os.environ.get('PATH', os.defpath) + ':/usr/sbin:/sbin'

BUS = '''<busconfig>
  <type>system</type>
  <listen>unix:path={path}</listen>
  <policy context="default">
    <allow user="*"/>
    <allow own="*"/>
    <allow send_destination="*" eavesdrop="true"/>
    <allow receive_sender="*" eavesdrop="true"/>
  </policy>
</busconfig>
'''

AVAHI = '''[server]
host-name={name}
use-ipv4=yes
use-ipv6=yes
{interfaces}

[publish]
publish-hinfo=no
publish-workstation=no
'''

# Lives until its input ends, and with it the namespaces.
HOLDER = 'mount -t tmpfs tmpfs /run && mkdir /run/avahi-daemon && ip link set lo up && echo up && exec cat'


def _end(process):
    """Ends a program that we started, the hard way if it does not go."""
    process.terminate()
    try:
        process.wait(END_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def find_what_lacks():
    """Why there can be no hosts here, or None."""
    lacking = [name for name in PROGRAMS if not shutil.which(name)]
    if lacking:
        return f'there is no {lacking[0]}'
    if os.geteuid() != 0:
        return 'only root can give a host a network of its own'
    made = subprocess.run(['unshare', '--net', '--mount', 'true'], stderr=subprocess.PIPE, text=True)
    return made.stderr.strip() or 'no namespaces' if made.returncode != 0 else None


def _skip_without():
    reason = find_what_lacks()
    if reason:
        raise tap.Skip(reason)


def text(value):
    """A string as the only argument of a call."""
    return GLib.Variant('(s)', (value,))


@contextlib.contextmanager
def make_folder():
    path = pathlib.Path(tempfile.mkdtemp(prefix='madang-avahi-'))
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


class Host:
    """A network, a system bus, and an Avahi that comes and goes by `start_avahi` and `stop_avahi`.

    `env` leads a program to the bus, `command` moves one inside.
    """

    def __init__(self, name, interfaces=''):
        self.name = name
        self.interfaces = interfaces
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix='madang-avahi-'))
        self.env = {'DBUS_SYSTEM_BUS_ADDRESS': f'unix:path={self.folder}/bus'}
        self.holder = self.bus = self.avahi = None

    @property
    def pid(self):
        return self.holder.pid

    def command(self, *command):
        """The command as it runs inside of the host."""
        return ['nsenter', '--target', str(self.pid), '--net', '--mount', *map(str, command)]

    def run(self, *command):
        """Runs a command inside and returns what it writes."""
        return subprocess.run(self.command(*command), env={**os.environ, **self.env}, check=True,
                              stdout=subprocess.PIPE, text=True, timeout=START_SECONDS).stdout

    def open(self):
        self.holder = subprocess.Popen(
            ['unshare', '--net', '--mount', 'sh', '-c', HOLDER], stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, text=True)
        if self.holder.stdout.readline() != 'up\n':
            raise tap.Skip('a host with a network of its own did not start')
        self.start_bus()

    def close(self):
        self.stop_avahi()
        self.stop_bus()
        if self.holder:
            self.holder.stdin.close()
            _end(self.holder)
            self.holder.stdout.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def start_bus(self):
        config = self.folder / 'bus.conf'
        config.write_text(BUS.format(path=self.folder / 'bus'), encoding='utf-8')
        (self.folder / 'bus').unlink(missing_ok=True)
        self.bus = subprocess.Popen(
            ['dbus-daemon', f'--config-file={config}', '--nofork', '--nopidfile', '--nosyslog',
             '--print-address=1'], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        if not self.bus.stdout.readline():
            raise RuntimeError('dbus-daemon did not start')

    def stop_bus(self):
        if self.bus:
            _end(self.bus)
            self.bus.stdout.close()
            self.bus = None

    def start_avahi(self):
        """Starts the daemon and waits until it takes services."""
        config = self.folder / 'avahi.conf'
        config.write_text(AVAHI.format(name=self.name, interfaces=self.interfaces), encoding='utf-8')
        self.avahi = subprocess.Popen(
            self.command('avahi-daemon', '-f', config, '--no-drop-root', '--no-chroot', '--no-rlimits'),
            env={**os.environ, **self.env}, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL)
        end = time.monotonic() + START_SECONDS
        while self.ask_state() != RUNNING:
            if self.avahi.poll() is not None:
                raise RuntimeError(f'avahi-daemon ended with status {self.avahi.returncode}')
            if time.monotonic() > end:
                raise TimeoutError(f'avahi-daemon does not run within {START_SECONDS} s')
            time.sleep(0.05)

    def stop_avahi(self):
        if self.avahi:
            _end(self.avahi)
            self.avahi = None

    def call(self, path, interface, method, parameters=None):
        """Calls Avahi and returns the reply's values."""
        connection = Gio.DBusConnection.new_for_address_sync(
            self.env['DBUS_SYSTEM_BUS_ADDRESS'],
            Gio.DBusConnectionFlags.AUTHENTICATION_CLIENT
            | Gio.DBusConnectionFlags.MESSAGE_BUS_CONNECTION, None, None)
        try:
            return connection.call_sync(
                'org.freedesktop.Avahi', path, f'org.freedesktop.Avahi.{interface}', method,
                parameters, None, Gio.DBusCallFlags.NONE, START_SECONDS * 1000, None).unpack()
        finally:
            connection.close_sync(None)

    def ask_state(self):
        """The daemon's state; None if there is none yet."""
        try:
            return self.call('/', 'Server', 'GetState')[0]
        except GLib.Error:
            return None


@contextlib.contextmanager
def _open(*hosts):
    with contextlib.ExitStack() as stack:
        for host in hosts:
            stack.callback(host.close)
            host.open()
        yield hosts


@contextlib.contextmanager
def lone_bus():
    """A system bus with nothing on it: what leads a program there. Anybody can make one."""
    host = Host('nobody')
    try:
        host.start_bus()
        yield host.env
    finally:
        host.close()


@contextlib.contextmanager
def one_host(name='yard', start=True):
    """A host with its loopback alone; with `start`, Avahi runs."""
    _skip_without()
    with _open(Host(name, 'allow-interfaces=lo')) as (host,):
        if start:
            host.start_avahi()
        yield host


def _join(here, there, number):
    here.run('ip', 'link', 'add', f'eth{number}', 'type', 'veth', 'peer', 'name', f'eth{number}',
             'netns', there.pid)
    for host, last in (here, 1), (there, 2):
        host.run('ip', 'address', 'add', f'10.77.{number}.{last}/24', 'dev', f'eth{number}')
        host.run('ip', 'link', 'set', f'eth{number}', 'up')


@contextlib.contextmanager
def two_hosts(cables=1, names=('here', 'there')):
    """Two hosts, 10.77.N.1 and 10.77.N.2 on their interfaces ethN, with Avahi running in both."""
    _skip_without()
    with _open(*map(Host, names)) as (here, there):
        for number in range(cables):
            _join(here, there, number)
        here.start_avahi()
        there.start_avahi()
        yield here, there
