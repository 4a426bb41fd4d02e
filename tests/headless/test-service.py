# test-service.py: the server under a service manager, its journal, and SIGHUP
#
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Its argument: the built unit file.

import contextlib
import http.client
import os
import pathlib
import re
import shutil
import signal
import socket
import struct
import subprocess
import sys
import threading

import socketio
import tap
from program import READY, SECONDS, Server, folder, run

UNIT = pathlib.Path(sys.argv.pop(1))
CREDENTIALS = struct.Struct('3i')
EXPOSURE = 2.5
# Short, so that the test is; nothing here measures how soon they come.
WATCHDOG_USEC = 200_000


class Manager:
    """What a service manager hears at its socket, with who sent it."""

    def __init__(self, name):
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
        self.socket.settimeout(SECONDS * 2)
        self.socket.bind(name.replace('@', '\0', 1))
        self.senders = set()

    def __enter__(self):
        return self

    def __exit__(self, *_error):
        self.socket.close()

    def hear(self):
        data, extra, _flags, _address = self.socket.recvmsg(4096, 1024)
        for _level, kind, content in extra:
            if kind == socket.SCM_CREDENTIALS:
                self.senders.add(CREDENTIALS.unpack(content)[0])
        return dict(line.split('=', 1) for line in data.decode().split('\n'))

    def expect(self, key):
        """The next message with this key."""
        while True:
            message = self.hear()
            if key in message:
                return message


@contextlib.contextmanager
def managed(*args, abstract=False, **env):
    with folder() as path:
        name = f'@madang-test-{os.getpid()}-{path.name}' if abstract else str(path / 'notify')
        with Manager(name) as manager, Server(*args, env={'NOTIFY_SOCKET': name, **env}) as server:
            yield manager, server


def reload(server, line='madang: the options are read again'):
    before = server.error_lines.count(line)
    server.process.send_signal(signal.SIGHUP)
    server.wait_for(lambda: server.error_lines.count(line) > before, line)


# The manager

@tap.test
def it_tells_how_it_is():
    for abstract in (False, True):
        with managed(abstract=abstract) as (manager, server):
            ready = manager.hear()
            assert ready == {'READY': '1', 'MAINPID': str(server.process.pid)}, ready
            status = manager.expect('STATUS')['STATUS']
            assert status == f'Listening on http://localhost:{server.port}/, clients: 0', status
            server.join()
            assert manager.expect('STATUS')['STATUS'].endswith('clients: 1')
            server.part()
            assert manager.expect('STATUS')['STATUS'].endswith('clients: 0')
            assert server.stop() == 0
            assert manager.expect('STOPPING') == {'STOPPING': '1'}
            # The program starts itself once more, and is still the process that was started.
            assert manager.senders == {server.process.pid}, manager.senders


@tap.test
def it_tells_why_it_does_not_start():
    with folder() as path, Manager(str(path / 'notify')) as manager:
        result = run('--server', '--port', '0', '--data-dir', '/proc/none',
                     NOTIFY_SOCKET=str(path / 'notify'))
        assert result.returncode == 1
        assert manager.hear()['STATUS'] == result.stderr.decode().strip().removeprefix('madang: ')


@tap.test
def its_status_is_translated():
    with folder() as path, Manager(str(path / 'notify')) as manager:
        with Server(language='ko', env={'NOTIFY_SOCKET': str(path / 'notify')}):
            assert re.search('[가-힣]', manager.expect('STATUS')['STATUS'])


@tap.test
def a_watchdog_is_fed():
    with managed(WATCHDOG_USEC=str(WATCHDOG_USEC)) as (manager, server):
        manager.expect('READY')
        for _ in range(5):
            assert manager.expect('WATCHDOG') == {'WATCHDOG': '1'}
        os.kill(server.process.pid, signal.SIGSTOP)
        manager.socket.settimeout(WATCHDOG_USEC * 3 / 1e6)
        try:
            while True:
                manager.hear()
        except TimeoutError:
            pass
        finally:
            os.kill(server.process.pid, signal.SIGCONT)
        manager.socket.settimeout(SECONDS)
        manager.expect('WATCHDOG')


def is_fed(**env):
    """Whether anything but what always comes is heard until the end."""
    heard = []
    with managed(**env) as (manager, server):
        server.join().ask('chat:login', {'name': 'Anna'})
        server.part()
        assert server.stop() == 0
        while not heard or 'STOPPING' not in heard[-1]:
            heard.append(manager.hear())
    return any('WATCHDOG' in message for message in heard)


@tap.test
def a_watchdog_for_others_or_none_is_not_fed():
    for env in ({}, {'WATCHDOG_USEC': '1000', 'WATCHDOG_PID': '1'},
                {'WATCHDOG_USEC': '1000', 'WATCHDOG_PID': 'x'}, {'WATCHDOG_USEC': ''},
                {'WATCHDOG_USEC': 'x'}, {'WATCHDOG_USEC': '0'}, {'WATCHDOG_USEC': '-5'},
                {'WATCHDOG_USEC': '99999999999999999999999'}, {'WATCHDOG_USEC': '9223372036854775807'}):
        assert not is_fed(**env), env


@tap.test
def a_manager_that_is_none_is_no_matter():
    with folder() as path:
        for name in ('', '@', '/', 'relative', f'{path}/none', '/' + 'x' * 200, 'vsock:2:1'):
            with Server(env={'NOTIFY_SOCKET': name, 'WATCHDOG_USEC': '1000'}) as server:
                assert server.join().ask('message', {'data': 1})['ok']


@tap.test
def a_manager_that_does_not_read_stops_nothing():
    with folder() as path, Manager(str(path / 'notify')):
        with Server(env={'NOTIFY_SOCKET': str(path / 'notify'), 'WATCHDOG_USEC': '1000'}) as server:
            assert server.join().ask('message', {'data': 1})['ok']


# SIGHUP

def write_config(file, name, origin, level='message', static='', more=''):
    pages = f'[pages]\nstatic={static}\n' if static else ''
    text = (f'{more}[chat]\nname={name}\n[access]\ncors-origin={origin}\nallowed-host=h{origin[7:]}\n'
            f'[log]\nlevel={level}\n{pages}')
    new = file.with_suffix('.new')
    new.write_text(text)
    new.replace(file)


def is_let_in(server, **headers):
    try:
        server.join(headers=headers)
        return True
    except RuntimeError as error:
        assert str(error).startswith('403: '), error
        return False


def page(server):
    connection = http.client.HTTPConnection('127.0.0.1', server.port, timeout=SECONDS)
    connection.request('GET', '/')
    body = connection.getresponse().read()
    connection.close()
    return body


@tap.test
def a_reload_takes_over_what_may_change():
    with folder() as path:
        file, site = path / 'madang.conf', path / 'site'
        site.mkdir()
        (site / 'index.html').write_text('<p>mine')
        write_config(file, 'First', 'http://a.example')
        with Server('--config', str(file)) as server:
            stays = server.join()
            assert is_let_in(server, Origin='http://a.example') and is_let_in(server, Host='ha.example')
            assert not is_let_in(server, Origin='http://b.example')
            assert b'<p>mine' not in page(server)
            write_config(file, 'Second', 'http://b.example', 'debug', site)
            reload(server)
            assert is_let_in(server, Origin='http://b.example') and is_let_in(server, Host='hb.example')
            assert not is_let_in(server, Origin='http://a.example')
            assert not is_let_in(server, Host='ha.example') and not is_let_in(server, Host='a.example')
            assert page(server) == b'<p>mine'
            assert stays.ask('chat:login', {'name': 'Anna'})['title'] == 'Second'
            server.part()
            server.wait_for(lambda: b'Engineio-DEBUG' in server.errors, 'the level')
            file.write_text('')
            reload(server)
            assert not is_let_in(server, Origin='http://b.example')
            assert b'<p>mine' not in page(server)
            assert server.join().ask('chat:login', {'name': 'Berta'})['title'] == 'Madang'


@tap.test
def a_reload_with_a_mistake_changes_nothing():
    with folder() as path:
        file = path / 'madang.conf'
        write_config(file, 'First', 'http://a.example')
        with Server('--config', str(file)) as server:
            server.wait_for_error_line(READY['en'])
            for text, place in (('[chat]\nname=Second\n[server]\nport=x\n', ':4: '),
                                ('[chat]\nname=Second\n[pages]\nstatic=/nowhere\n', ':4: '),
                                ('[chat]\nname=Second\nbad\n', ':3: '), (None, ': ')):
                if text is None:
                    file.unlink()
                else:
                    file.write_text(text)
                before = len(server.error_lines)
                server.process.send_signal(signal.SIGHUP)
                server.wait_for(lambda: len(server.error_lines) > before and
                                server.errors.endswith(b'\n'), 'a line')
                line = server.error_lines[before]
                assert line.startswith(f'madang: nothing is changed: {file}{place}'), line
                assert len(server.error_lines) == before + 1, server.errors
            assert server.join(headers={'Origin': 'http://a.example'}).ask(
                'chat:login', {'name': 'Anna'})['title'] == 'First'


@tap.test
def what_needs_a_restart_is_named():
    with folder() as path:
        file = path / 'madang.conf'
        file.write_text('')
        with Server('--config', str(file), port=None, env={'MADANG_PORT': '0'}) as server:
            file.write_text(f'[server]\naddress=127.0.0.1\ndata-dir={path}\nport=1\n')
            # The command line and the environment hold, so that leaves one.
            reload(server, 'madang: this needs a restart: address')
            reload(server, 'madang: this needs a restart: address')
            file.write_text('')
            reload(server)
            assert server.errors.count(b'this needs a restart') == 2
            server.join('127.0.0.2')


@tap.test
def the_manager_hears_of_a_reload():
    with folder() as path, managed('--config', f'-{path}/none') as (manager, server):
        manager.expect('READY')
        last = 0
        for text in ('', 'bad'):
            (path / 'none').write_text(text)
            server.process.send_signal(signal.SIGHUP)
            reloading = manager.expect('RELOADING')
            assert reloading['RELOADING'] == '1' and int(reloading['MONOTONIC_USEC']) > last
            last = int(reloading['MONOTONIC_USEC'])
            assert manager.expect('READY')['READY'] == '1'


@tap.test
def without_a_file_it_stays_as_it_was():
    with Server('--name', 'Yard') as server:
        reload(server)
        assert server.join().ask('chat:login', {'name': 'Anna'})['title'] == 'Yard'


@tap.test
def it_ends_with_its_terminal():
    ours, theirs = os.openpty()
    with Server(stdin=theirs) as server:
        os.close(theirs)
        reload(server)
        server.join().ask('message', {'data': 1})
        server.part()
        os.close(ours)
        server.process.send_signal(signal.SIGHUP)
        assert server.wait() == 0


class Talker:
    """Sends all the time, and keeps what it hears from each."""

    def __init__(self, port, name):
        self.name, self.sent, self.heard, self.problems = name, 0, {}, []
        self.stopping = threading.Event()
        self.client = socketio.Client(reconnection=False)
        self.client.on('message', self.on_message)
        self.client.on('disconnect', lambda: self.stopping.is_set() or self.problems.append('dropped'))
        self.client.connect(f'http://127.0.0.1:{port}', transports=['websocket'])
        self.thread = threading.Thread(target=self.talk)

    def on_message(self, message):
        self.heard.setdefault(message['sender'], []).append(message['data'])

    def talk(self):
        try:
            while not self.stopping.is_set() or self.sent < 20:
                answer = self.client.call('message', {'sender': self.name, 'data': self.sent},
                                          timeout=SECONDS)
                assert answer['ok'], answer
                self.sent += 1
        except Exception as error:
            self.problems.append(error)


@tap.test
def a_reload_under_load_drops_nobody_and_loses_nothing():
    with folder() as path:
        file = path / 'madang.conf'
        write_config(file, 'First', 'http://a.example')
        with Server('--config', str(file)) as server:
            talkers = [Talker(server.port, name) for name in 'ABCD']
            for talker in talkers:
                talker.thread.start()
            for number in range(20):
                write_config(file, f'No. {number}', f'http://{"ab"[number % 2]}.example',
                             ('message', 'warning')[number % 2], path if number % 3 else '',
                             'bad\n' if number % 5 == 4 else '')
                reload(server, *(['madang: nothing is changed: '
                                  f'{file}:1: “bad” is neither “[group]” nor “key=value”']
                                 if number % 5 == 4 else []))
            for talker in talkers:
                talker.stopping.set()
            for talker in talkers:
                talker.thread.join(SECONDS)
            for talker in talkers:
                # The answer to this comes after all that was said before.
                talker.client.call('message', {'sender': talker.name, 'command': 'echo'})
                assert not talker.problems, talker.problems
                for other in talkers:
                    heard = [data for data in talker.heard[other.name] if data is not None]
                    assert heard == list(range(other.sent)), (talker.name, other.name, heard)
                talker.client.disconnect()


# The journal

@tap.test
def a_journal_gets_priorities_and_no_times():
    read_end, write_end = os.pipe()
    status = os.fstat(write_end)
    with folder() as path, Server('--log-level', 'debug', '--config', f'-{path}/none', errors=write_end,
                                  env={'JOURNAL_STREAM': f'{status.st_dev}:{status.st_ino}',
                                       'MADANG_PROT': '1'}) as server:
        os.close(write_end)
        client = server.join()
        port = client.http.sock.getsockname()[1]
        (path / 'none').write_text('bad')
        server.process.send_signal(signal.SIGHUP)
        assert client.ask('message', {'data': 1})['ok']
        server.part()
        server.stop()
    with os.fdopen(read_end, 'rb') as stream:
        lines = stream.read().decode().splitlines()
    assert all(re.match(r'<[3-7]>\S', line) for line in lines), lines
    assert f'<6>{READY["en"]}' in lines and f'<6>connection info : 127.0.0.1:{port}' in lines, lines
    assert any(line.startswith('<4>madang: MADANG_PROT') for line in lines), lines
    assert any(line.startswith('<3>madang: nothing is changed') for line in lines), lines
    assert any(line.startswith('<7>Engineio: ') for line in lines), lines
    assert not any(re.search(r'\d\d:\d\d:\d\d|\x1b', line) for line in lines), lines


@tap.test
def another_stream_is_no_journal():
    for stream in ('', 'x', '1:2', '99999999999999999999:1'):
        with Server(env={'JOURNAL_STREAM': stream}) as server:
            pass
        assert server.error_lines == [READY['en']], server.errors


# The unit file

def check(*command):
    if not shutil.which(command[0]):
        raise tap.Skip(f'no {command[0]} here')
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          env={**os.environ, 'SYSTEMD_COLORS': '0'})
    assert done.returncode == 0, done.stdout
    return done.stdout


@tap.test
def the_unit_file_gives_little_away():
    text = check('systemd-analyze', 'security', '--offline=yes', '--no-pager', str(UNIT))
    exposure = float(re.search(r'Overall exposure level for \S+: ([\d.]+)', text).group(1))
    assert exposure < EXPOSURE, text


@tap.test
def the_unit_file_is_valid():
    text = UNIT.read_text()
    command = re.search(r'^ExecStart=(\S+) (.*)$', text, re.MULTILINE)
    with folder() as path:
        unit = path / 'madang.service'
        unit.write_text(text.replace(command.group(1), os.environ['MADANG']))
        check('systemd-analyze', 'verify', '--man=no', str(unit))


@tap.test
def its_command_is_one_that_the_program_takes():
    text = UNIT.read_text()
    assert '@' not in re.sub('=~?@[a-z -]+(@[a-z]+)?', '', text), text
    args = re.search(r'^ExecStart=\S+/madang (.*)$', text, re.MULTILINE).group(1).split()
    assert args == ['--server', '--config=-%E/madang/madang.conf'], args
    with folder() as path:
        # %E is /etc, and the state is where systemd says.
        config = args[1].replace('%E', str(path))
        with managed(config, STATE_DIRECTORY=str(path / 'state')) as (manager, _server):
            manager.expect('READY')


tap.main()
