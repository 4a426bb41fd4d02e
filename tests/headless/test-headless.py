# test-headless.py: what the command line promises
#
# SPDX-License-Identifier: GPL-3.0-or-later

import fcntl
import http.client
import os
import re
import signal
import socket
import stat
import subprocess
import time

import tap
from program import READY, Polling, Server, environment, folder, free_port, has_ipv6, run

F_SETPIPE_SZ = 1031


def only_line_of(result, code):
    """The one line on standard error; there is nothing on standard output."""
    lines = result.stderr.decode(errors='replace').splitlines()
    assert result.returncode == code, result
    assert result.stdout == b'', result.stdout
    assert len(lines) == 1, lines
    return lines[0]


def refused(*args, language='en', **env):
    with folder() as data_dir:
        result = run('--server', '--port', '0', '--data-dir', str(data_dir), *args, language=language,
                     **env)
    line = only_line_of(result, 1)
    assert line.startswith('madang: '), line
    return line.removeprefix('madang: ')


# What it says when it is ready

@tap.test
def one_line_on_stdout_the_rest_on_stderr():
    with Server() as server:
        pass
    assert server.output == b'Listening on http://localhost:%d/\n' % server.port, server.output
    assert server.error_lines == [READY['en']], server.errors


@tap.test
def the_same_in_korean():
    with Server(language='ko') as server:
        client = server.join()
        port = client.http.sock.getsockname()[1]
        server.wait_for_error_line(f'connection info : 127.0.0.1:{port}')
    assert server.output == b'Listening on http://localhost:%d/\n' % server.port
    assert server.error_lines == ['socket.io 요청을 받아들일 준비가 되었습니다.',
                                  f'connection info : 127.0.0.1:{port}']


@tap.test
def each_connection_is_a_line():
    with Server() as server:
        clients = [server.join() for _ in range(5)]
        ports = [client.http.sock.getsockname()[1] for client in clients]
        for port in ports:
            server.wait_for_error_line(f'connection info : 127.0.0.1:{port}')
    assert server.error_lines == [READY['en'],
                                  *(f'connection info : 127.0.0.1:{port}' for port in ports)]


@tap.test
def all_addresses_are_ipv4_and_ipv6():
    with Server() as server:
        server.join('127.0.0.1')
        server.join('127.0.0.2')
        if has_ipv6():
            port = server.join('::1').http.sock.getsockname()[1]
            server.wait_for_error_line(f'connection info : [::1]:{port}')


@tap.test
def an_ipv6_address_has_brackets():
    if not has_ipv6():
        raise tap.Skip('no IPv6 here')
    for address in ('::1', '[::1]'):
        with Server('--address', address) as server:
            assert server.line == f'Listening on http://[::1]:{server.port}/\n'
            server.join('::1')
            try:
                server.join('127.0.0.1')
                raise AssertionError('it listens on IPv4 too')
            except ConnectionRefusedError:
                pass


@tap.test
def an_address_is_the_only_one():
    for address in ('127.0.0.1', 'localhost'):
        with Server('--address', address) as server:
            assert server.line == f'Listening on http://{address}:{server.port}/\n'
            server.join(address)
            try:
                server.join('127.0.0.2')
                raise AssertionError('it listens on 127.0.0.2 too')
            except ConnectionRefusedError:
                pass


def wait_for_start_lines(server):
    """They are there when the next one is."""
    server.join()
    server.wait_for_error_text('connection info : ')


@tap.test
def it_says_where_others_can_join():
    with Server() as server:
        port = server.port
        wait_for_start_lines(server)
        others = [line.removeprefix('Others can join at: ') for line in server.network_lines
                  if line.startswith('Others can join at: ')]
        for url in others:
            host = url.removeprefix('http://').removesuffix(f':{port}').strip('[]')
            assert host not in ('localhost', '127.0.0.1', '::1'), url
            server.join(host)
        # A machine without any network says that instead.
        if not others:
            server.wait_for_error_text("This computer is on no network, so others can't join yet.")
    # All addresses of a family are no address that somebody could dial.
    with Server('--address', '0.0.0.0') as server:
        ipv4 = [f'Others can join at: {url.removesuffix(str(port))}{server.port}'
                for url in others if '[' not in url]
        wait_for_start_lines(server)
        assert [line for line in server.network_lines if line.startswith('Others')] == ipv4, (
            server.network_lines, ipv4)
    with Server('--address', '127.0.0.1') as server:
        server.wait_for_error_text('Only this computer can join: that is how it was started.')
        assert len(server.network_lines) == 1, server.network_lines


@tap.test
def a_port_is_the_port():
    port = free_port()
    with Server(port=port) as server:
        assert server.line == f'Listening on http://localhost:{port}/\n'


@tap.test
def the_default_port_is_3000():
    try:
        for family, any_address in ((socket.AF_INET, '0.0.0.0'), (socket.AF_INET6, '::')):
            with socket.socket(family) as probe:
                probe.bind((any_address, 3000))
    except OSError:
        raise tap.Skip('port 3000 is in use') from None
    with Server(port=None) as server:
        assert server.line == 'Listening on http://localhost:3000/\n'


# What it refuses

@tap.test
def a_port_in_use_is_an_error():
    with socket.socket() as taken:
        taken.bind(('127.0.0.1', 0))
        taken.listen()
        port = taken.getsockname()[1]
        line = refused('--port', str(port), '--address', '127.0.0.1')
        assert line == f'Port {port} of 127.0.0.1 is already in use', line
        line = refused('--port', str(port))
        assert f'Port {port} of ' in line and 'already in use' in line, line
    with Server() as server:
        assert 'already in use' in refused('--port', str(server.port))
        korean = refused('--port', str(server.port), language='ko')
        assert str(server.port) in korean and re.search('[가-힣]', korean), korean


@tap.test
def wrong_options_are_errors():
    with folder() as path:
        file = path / 'file'
        file.write_text('x')
        wrong = [
            (['--bogus'], '--bogus'), (['-x'], '-x'), (['stray'], 'stray'), (['--', 'stray'], 'stray'),
            (['--port'], '--port'), (['--port', 'x'], 'x'), (['--port', ''], ''),
            (['--port', '-1'], '-1'), (['--port', '65536'], '65536'),
            (['--port', '99999999999999999999'], '99999999999999999999'),
            (['--static', str(path / 'none')], 'none'), (['--static', str(file)], 'file'),
            (['--static', ''], ''),
            (['--data-dir', str(file)], 'file'), (['--data-dir', str(file / 'sub')], 'sub'),
            (['--data-dir', '/proc/none'], '/proc/none'),
            (['--cors-origin', 'nonsense'], 'nonsense'), (['--cors-origin', ''], ''),
            (['--cors-origin', 'http://a.example/path'], 'http://a.example/path'),
            (['--allowed-host', 'a/b'], 'a/b'), (['--allowed-host', ''], ''),
            (['--address', '192.0.2.1'], '192.0.2.1'),
            (['--address', ''], ''), (['--address', '[]'], ''),
            (['--name', ''], ''), (['--name', 'a\nb'], 'U+000A'), (['--name', 'x' * 65], '64'),
            ([b'--name', b'\xff\xfe'], 'UTF-8'), ([b'--bogus\xff'], ''),
        ]
        for args, named in wrong:
            for language in ('en', 'ko'):
                result = run('--server', '--port', '0', '--data-dir', str(path / 'data'), *args,
                             language=language)
                line = only_line_of(result, 1)
                assert line.startswith('madang: ') and named in line, (args, line)


@tap.test
def an_unreadable_folder_is_an_error():
    if os.geteuid() == 0:
        raise tap.Skip('root reads everything')
    with folder() as path:
        path.chmod(0)
        assert str(path) in refused('--static', str(path))
        assert str(path) in refused('--data-dir', str(path))
        path.chmod(0o700)


@tap.test
def a_database_of_others_is_an_error():
    with folder() as path:
        (path / 'madang.db').write_bytes(b'This is no database at all.' * 100)
        assert 'madang.db' in refused('--data-dir', str(path))


# What it tells about itself

@tap.test
def the_version():
    for args in (['--version'], ['--server', '--version']):
        result = run(*args)
        assert result.returncode == 0
        assert re.fullmatch(rb'madang \d+\.\d+\.\d+\n', result.stdout), result.stdout
        assert result.stderr == b''


def logged(*args, **env):
    """What is logged while a client comes and goes, without what is said at every level."""
    with Server(*args, env=env) as server:
        server.join()
    return [line for line in server.error_lines
            if line != READY['en'] and not line.startswith('connection info')]


@tap.test
def the_log_has_as_much_as_is_asked_for():
    assert logged() == []
    assert logged('--log-level', 'error') == []
    lines = logged('--log-level', 'debug')
    assert any('Engineio-DEBUG' in line for line in lines), lines
    assert not any('GLib-GIO-DEBUG' in line or 'libsoup-DEBUG' in line for line in lines), lines


@tap.test
def the_domains_of_the_log_can_be_chosen():
    lines = logged('--log-level', 'debug', G_MESSAGES_DEBUG='Socketio')
    assert not any('Engineio-DEBUG' in line for line in lines), lines
    assert logged('--log-level', 'message', G_MESSAGES_DEBUG='Engineio') == []
    assert any('Engineio-DEBUG' in line for line in logged(G_MESSAGES_DEBUG='Engineio'))


@tap.test
def a_level_that_is_none_is_refused():
    line = refused('--log-level', 'loud')
    assert line == '--log-level: “loud” is none of these: error, warning, message, info, debug', line
    korean = refused('--log-level', '시끄럽게', language='ko')
    assert korean.startswith('--log-level: “시끄럽게”은(는) 다음 중'), korean


@tap.test
def a_server_joins_no_chat():
    assert refused('madang://localhost') == '“madang://localhost” is no option'


@tap.test
def the_help():
    options = ('--server', '--address', '--port', '--static', '--cors-origin', '--allowed-host',
               '--data-dir', '--no-announce', '--name', '--log-level', '--config', '--print-config', '--version', '--help')
    for language in ('en', 'ko'):
        result = run('--help', language=language)
        text = result.stdout.decode()
        assert result.returncode == 0 and result.stderr == b''
        assert all(option in text for option in options), text
        assert bool(re.search('[가-힣]', text)) == (language == 'ko'), text


@tap.test
def a_name_in_any_locale():
    for locale in ('C.UTF-8', 'C', 'POSIX'):
        with Server('--name', ' 우리집 "a" <b> ', env={'LC_ALL': locale}) as server:
            answer = server.join().ask('chat:login', {'name': 'Anna'})
            assert answer['title'] == '우리집 "a" <b>', answer


@tap.test
def the_name_is_in_the_language_of_the_user():
    for language, title in (('en', 'Madang'), ('ko', '마당')):
        with Server(language=language) as server:
            answer = server.join().ask('chat:login', {'name': 'Anna'})
            assert answer['title'] == title, answer


# What it serves

def get(server, path, headers=None):
    connection = http.client.HTTPConnection('127.0.0.1', server.port, timeout=20)
    connection.request('GET', path, headers=headers or {})
    response = connection.getresponse()
    return response, response.read()


@tap.test
def a_page_of_its_own_or_a_folder():
    with Server() as server:
        response, body = get(server, '/')
        assert response.status == 200 and b'<html' in body
    with folder() as path:
        (path / 'index.html').write_text('<p>mine')
        (path / 'a b.txt').write_text('text')
        with Server('--static', str(path)) as server:
            assert get(server, '/')[1] == b'<p>mine'
            assert get(server, '/a%20b.txt')[1] == b'text'
            assert get(server, '/none')[0].status == 404
            server.join()


@tap.test
def origins_and_hosts_that_are_named_and_no_others():
    evil = {'Origin': 'http://evil.example'}
    with Server() as server:
        for headers in (evil, {'Host': 'evil.example'}):
            try:
                server.join(headers=headers)
                raise AssertionError(f'let in: {headers}')
            except RuntimeError as error:
                assert str(error).startswith('403: '), error
    with Server('--cors-origin', 'http://evil.example', '--cors-origin', 'http://b.example',
                '--allowed-host', 'c.example', '--allowed-host', 'evil.example') as server:
        server.join(headers=evil)
        server.join(headers={'Host': 'evil.example'})
    with Server('--cors-origin', '*', '--allowed-host', '*') as server:
        server.join(headers={**evil, 'Host': 'any.example'})


# What it leaves alone

@tap.test
def no_session_bus_and_no_display():
    with folder() as path, socket.socket(socket.AF_UNIX) as bus:
        bus.bind(str(path / 'bus'))
        bus.listen()
        bus.setblocking(False)
        with Server(env={'DBUS_SESSION_BUS_ADDRESS': f'unix:path={path}/bus',
                         'DISPLAY': ':none', 'WAYLAND_DISPLAY': 'none'}) as server:
            server.join().ask('chat:login', {'name': 'Anna'})
            get(server, '/')
        try:
            bus.accept()
            raise AssertionError('somebody connected to the session bus')
        except BlockingIOError:
            pass


@tap.test
def the_data_is_for_nobody_else():
    with folder() as path:
        data_dir = path / 'new' / 'data'
        with Server(data_dir=data_dir, env={}) as server:
            server.join().ask('message', {'data': 'x'})
            assert stat.S_IMODE(data_dir.stat().st_mode) == 0o700
            for file in data_dir.iterdir():
                assert stat.S_IMODE(file.stat().st_mode) & 0o077 == 0, file


@tap.test
def the_data_folder_has_a_default():
    with folder() as path:
        process = subprocess.Popen([os.environ['MADANG'], '--server', '--port', '0'],
                                   env=environment(XDG_DATA_HOME=str(path)), stdin=subprocess.DEVNULL,
                                   stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        assert process.stdout.readline().startswith(b'Listening on ')
        process.send_signal(signal.SIGINT)
        assert process.wait(20) == 0
        process.stdout.close()
        assert (path / 'madang' / 'madang.db').exists()


@tap.test
def a_log_that_nobody_reads_stops_nothing():
    read_end, write_end = os.pipe()
    fcntl.fcntl(write_end, F_SETPIPE_SZ, 4096)
    with Server(errors=write_end) as server:
        os.close(write_end)
        for _ in range(200):
            server.join().leave()
        assert server.join().ask('message', {'data': 1})['ok']
        os.close(read_end)
        assert server.join().ask('message', {'data': 1})['ok']


def join_when_it_listens(port, process):
    """It cannot say when that is."""
    end = time.monotonic() + 20
    while True:
        try:
            return Polling(port).open()
        except ConnectionRefusedError:
            assert process.poll() is None and time.monotonic() < end
            time.sleep(0.01)


@tap.test
def closed_standard_streams_are_no_matter():
    with folder() as path:
        port = free_port()
        process = subprocess.Popen(
            ['sh', '-c', 'exec "$0" "$@" >&- 2>&- <&-', os.environ['MADANG'], '--server', '--port',
             str(port), '--data-dir', str(path)], env=environment())
        try:
            client = join_when_it_listens(port, process)
            assert client.ask('message', {'data': 1})['ok']
            client.leave()
            process.terminate()
            assert process.wait(20) == 0
        finally:
            process.kill()
            process.wait()


tap.main()
