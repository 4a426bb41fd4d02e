# test-discovery.py: chats are announced and found, on hosts with an Avahi of their own
#
# SPDX-License-Identifier: GPL-3.0-or-later
#
# What is announced is read by Avahi's own avahi-browse, and what is found is announced by its own
# avahi-publish, unless both ends are ours. See avahi.py for the hosts.

import contextlib
import json
import os
import re
import signal
import subprocess
import threading
import uuid

import avahi
import tap
from madang import Madang, wait_until

tap.TEST_SECONDS = 240
SECONDS = 60
NOWHERE = {'DBUS_SYSTEM_BUS_ADDRESS': 'unix:path=/nonexistent/bus'}


# What others see and say

def unescape(text):
    """avahi-browse writes what is no plain letter as \\DDD, a byte."""
    data = re.sub(rb'\\(\d{3}|.)', lambda found: bytes([int(found[1])]) if len(found[1]) == 3
                  else found[1], text.encode())
    return data.decode()


def browse(host):
    """What avahi-browse sees now: interface, protocol, name, host, address, port and TXT of each."""
    services = []
    for line in host.run('avahi-browse', '--resolve', '--parsable', '--terminate', '--no-db-lookup',
                         '_madang._tcp').splitlines():
        fields = line.split(';', 9)
        if fields[0] == '=':
            strings = re.findall(r'"((?:[^"\\]|\\.)*)"', fields[9])
            txt = dict(unescape(string).split('=', 1) for string in strings)
            services.append({'interface': fields[1], 'protocol': fields[2],
                             'name': unescape(fields[3]), 'host': fields[6], 'address': fields[7],
                             'port': int(fields[8]), 'txt': txt})
    return services


def wait_for_services(host, condition, what):
    seen = []

    def look():
        seen[:] = browse(host)
        return condition(seen)
    try:
        wait_until(look, SECONDS, what)
    except TimeoutError as error:
        raise TimeoutError(f'{error}: {seen}') from error
    return seen


@contextlib.contextmanager
def published(host, name, port, *strings):
    """A service that avahi-publish announces."""
    process = subprocess.Popen(
        host.command('avahi-publish', '--service', name, '_madang._tcp', str(port), *strings),
        env={**os.environ, **host.env}, stderr=subprocess.PIPE)
    try:
        assert b'Established' in process.stderr.readline()
        yield process
    finally:
        process.terminate()
        process.wait()
        process.stderr.close()


class Watch:
    """A LanBrowser: `state` is what it shows, `states` all that it has shown."""

    def __init__(self, command, env):
        self.process = subprocess.Popen(
            command, env={**os.environ, 'G_DEBUG': 'fatal-criticals', **env},
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.states = []
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()

    def __enter__(self):
        return self

    def __exit__(self, error_type, _error, _traceback):
        self.process.stdin.close()
        code = self.process.wait(SECONDS)
        self.reader.join()
        self.process.stdout.close()
        assert code == 0 or error_type, code

    def _read(self):
        for line in self.process.stdout:
            self.states.append(json.loads(line))

    @property
    def state(self):
        return self.states[-1] if self.states else {'available': None, 'chats': []}

    @property
    def chats(self):
        return self.state['chats']

    def wait(self, condition, what):
        try:
            wait_until(condition, SECONDS, what)
        except TimeoutError as error:
            raise TimeoutError(f'{error}: {self.states[-3:]}') from error

    def wait_for_names(self, *names):
        self.wait(lambda: [chat['name'] for chat in self.chats] == list(names), f'{names}')


def watch(host):
    return Watch(host.command(os.environ['LAN_WATCH']), host.env)


class Inside(Madang):
    """A server that runs inside of a host."""

    def __init__(self, host, *args, **options):
        super().__init__(*args, env=host.env, **options)
        self.host = host

    def command(self):
        return self.host.command(*super().command())


# One host

@tap.test
def a_server_is_announced_and_withdrawn():
    with avahi.one_host() as host:
        with Madang('--name', '우리 마당', env=host.env) as server:
            seen = wait_for_services(host, bool, 'the service')
            assert {service['name'] for service in seen} == {'우리 마당'}, seen
            assert {service['port'] for service in seen} == {server.port}, seen
            assert {service['interface'] for service in seen} == {'lo'}, seen
            txt = seen[0]['txt']
            assert set(txt) == {'v', 'id', 'name', 'path'}, txt
            assert (txt['v'], txt['name'], txt['path']) == ('1', '우리 마당', '/'), txt
            assert uuid.UUID(txt['id']).version == 4 and str(uuid.UUID(txt['id'])) == txt['id'], txt
        wait_for_services(host, lambda seen: not seen, 'no service')


@tap.test
def the_id_outlives_a_restart():
    with avahi.one_host() as host, avahi.make_folder() as folder:
        ids = []
        for _ in range(2):
            with Madang(env=host.env, data_dir=str(folder)):
                ids.append(wait_for_services(host, bool, 'the service')[0]['txt']['id'])
            wait_for_services(host, lambda seen: not seen, 'no service')
        assert ids[0] == ids[1], ids


@tap.test
def a_server_that_is_killed_is_withdrawn():
    with avahi.one_host() as host:
        with contextlib.suppress(RuntimeError), Madang(env=host.env) as server:
            wait_for_services(host, bool, 'the service')
            server.process.kill()
            wait_for_services(host, lambda seen: not seen, 'no service')


@tap.test
def a_long_name_is_cut_between_two_characters():
    name = '가나다라마바사아자차카타파하가나다라마바사아자차카타파하가나다라'
    with avahi.one_host() as host, Madang('--name', name, env=host.env):
        service = wait_for_services(host, bool, 'the service')[0]
        assert service['name'] == name[:21] and service['txt']['name'] == name, service


@tap.test
def two_chats_of_one_name():
    with avahi.one_host() as host, watch(host) as watched:
        with Madang('--name', 'Yard', env=host.env) as one:
            with Madang('--name', 'Yard', env=host.env) as two:
                seen = wait_for_services(
                    host, lambda seen: len({service['name'] for service in seen}) == 2, 'both')
                assert {service['txt']['name'] for service in seen} == {'Yard'}, seen
                watched.wait_for_names('Yard', 'Yard')
                assert {chat['port'] for chat in watched.chats} == {one.port, two.port}


@tap.test
def another_name_after_a_reload():
    with avahi.one_host() as host, avahi.make_folder() as folder:
        config = folder / 'madang.conf'
        config.write_text('[chat]\nname=Yard\n', encoding='utf-8')
        with Madang('--config', str(config), env=host.env) as server, watch(host) as watched:
            watched.wait_for_names('Yard')
            config.write_text('[chat]\nname=안뜰\n', encoding='utf-8')
            server.process.send_signal(signal.SIGHUP)
            watched.wait_for_names('안뜰')
            wait_for_services(host, lambda seen: {service['name'] for service in seen} == {'안뜰'},
                              'the new name')


@tap.test
def avahi_comes_late_and_comes_back():
    with avahi.one_host(start=False) as host, Madang('--name', 'Yard', env=host.env), \
            watch(host) as watched:
        watched.wait(lambda: watched.state['available'] is False, 'a first state')
        host.start_avahi()
        watched.wait_for_names('Yard')
        assert watched.state['available']
        for _ in range(2):
            host.stop_avahi()
            watched.wait(lambda: not watched.state['available'] and not watched.chats, 'no Avahi')
            host.start_avahi()
            watched.wait_for_names('Yard')
        wait_for_services(host, bool, 'the service')


@tap.test
def the_bus_comes_late_and_comes_back():
    with avahi.one_host(start=False) as host:
        host.stop_bus()
        with Madang('--name', 'Yard', env=host.env), watch(host) as watched:
            host.start_bus()
            host.start_avahi()
            watched.wait_for_names('Yard')
            host.stop_avahi()
            host.stop_bus()
            watched.wait(lambda: not watched.state['available'] and not watched.chats, 'no bus')
            host.start_bus()
            host.start_avahi()
            watched.wait_for_names('Yard')


@tap.test
def a_host_that_gets_another_name():
    with avahi.one_host() as host, Madang('--name', 'Yard', env=host.env), watch(host) as watched:
        watched.wait(lambda: [chat['host'] for chat in watched.chats] == ['yard.local'], 'the host')
        host.call('/', 'Server', 'SetHostName', avahi.text('garden'))
        watched.wait(lambda: [chat['host'] for chat in watched.chats] == ['garden.local'],
                     'the new host')
        assert watched.chats[0]['name'] == 'Yard', watched.chats


# The other, on the same bus, shows that there was time enough.
@tap.test
def who_does_not_want_to_be_found_is_not():
    with avahi.one_host() as host, Madang('--no-announce', env=host.env), \
            Madang('--address', '127.0.0.1', env=host.env), \
            Madang('--address', '::1', env=host.env), Madang('--name', 'Seen', env=host.env) as seen:
        services = wait_for_services(host, bool, 'the service')
        assert {service['port'] for service in services} == {seen.port}, services


@tap.test
def hostile_records_are_cleaned_or_ignored():
    with avahi.one_host() as host, watch(host) as watched, contextlib.ExitStack() as stack:
        for name, port, strings in (
                ('no port', 0, []), ('bad path', 3001, ['path=http://a.example/']),
                ('no version', 3002, ['v=later']), ('bad id', 3003, ['id=a b', 'name=A']),
                ('control', 3004, ['id=1', 'name=B\x1b[2J\n\u202eb']), ('later', 3005, ['v=9', 'name=C']),
                ('long', 3006, ['id=2', 'name=' + 'D' * 240]), ('none', 3007, [])):
            stack.enter_context(published(host, name, port, *strings))
        names = ['A', 'B\ufffd[2J\ufffd\ufffdb', 'C', 'D' * 64, 'none']
        watched.wait_for_names(*names)
        assert [chat['id'] for chat in watched.chats] == ['', '1', '', '2', ''], watched.chats
        assert [chat['version'] for chat in watched.chats] == [1, 1, 9, 1, 1], watched.chats


# Two hosts

@tap.test
def a_chat_is_found_by_another_host():
    with avahi.two_hosts() as (here, there), watch(here) as watched:
        with Inside(there, '--name', '우리 마당') as server:
            address = '10.77.0.2'
            watched.wait(lambda: [chat['address'] for chat in watched.chats] == [address], 'the chat')
            chat = watched.chats[0]
            assert chat.pop('id')
            assert chat == {'name': '우리 마당', 'host': 'there.local', 'address': address,
                            'port': server.port, 'path': '/', 'version': 1}, chat
            with watch(there) as own:
                own.wait_for_names('우리 마당')
        watched.wait_for_names()


@tap.test
def two_cables_are_one_row():
    with avahi.two_hosts(cables=2) as (here, there), watch(here) as watched, \
            Inside(there, '--name', 'Yard'):
        wait_for_services(here, lambda seen: len({(service['interface'], service['protocol'])
                                                  for service in seen}) == 4, 'all four')
        watched.wait(lambda: [chat['address'] for chat in watched.chats]
                     in (['10.77.0.2'], ['10.77.1.2']), 'the chat')
        used = watched.chats[0]['address'].split('.')[2]
        other = 1 - int(used)
        here.run('ip', 'link', 'set', f'eth{used}', 'down')
        watched.wait(lambda: [chat['address'] for chat in watched.chats] == [f'10.77.{other}.2'],
                     'the other cable')
        here.run('ip', 'link', 'set', f'eth{other}', 'down')
        watched.wait_for_names()


@tap.test
def a_chat_on_one_address_is_announced_there():
    with avahi.two_hosts(cables=2) as (here, there), watch(here) as watched, \
            Inside(there, '--name', 'One', '--address', '10.77.1.2'), Inside(there, '--name', 'Two'):
        watched.wait_for_names('One', 'Two')
        watched.wait(lambda: watched.chats[0]['address'] == '10.77.1.2', 'its address')
        seen = wait_for_services(here, lambda seen: len(
            [service for service in seen if service['name'] == 'Two']) == 4, 'all of the second')
        assert [(service['interface'], service['protocol']) for service in seen
                if service['name'] == 'One'] == [('eth1', 'IPv4')], seen


@tap.test
def a_link_without_ipv4_has_a_scope():
    with avahi.two_hosts() as (here, there), watch(here) as watched:
        for host in here, there:
            host.run('ip', '-4', 'address', 'flush', 'dev', 'eth0')
        with Inside(there, '--name', 'Yard'):
            watched.wait_for_names('Yard')
            address = watched.chats[0]['address']
            assert re.fullmatch('fe80::[0-9a-f:]+%eth0', address), watched.chats


@tap.test
def two_hosts_with_one_name():
    with avahi.two_hosts(names=('yard', 'yard')) as (here, there), watch(here) as watched, \
            Inside(here, '--name', 'Yard'), Inside(there, '--name', 'Yard'):
        watched.wait(lambda: sorted(chat['host'] for chat in watched.chats)
                     in (['yard-2.local', 'yard.local'],), 'both hosts')
        assert [chat['name'] for chat in watched.chats] == ['Yard', 'Yard'], watched.chats


# Nothing there

@tap.test
def without_a_bus_nothing_is_missed():
    with Watch([os.environ['LAN_WATCH']], NOWHERE) as watched, \
            Madang('--log-level', 'info', env=NOWHERE) as server:
        watched.wait(lambda: watched.state['available'] is False, 'a first state')
        what = 'There is no system bus, so that chats'
        wait_until(lambda: any(what in line for line in server.lines), SECONDS, 'the line')
    lines = [line for line in server.lines if 'Lan' in line]
    assert len(lines) == 1 and 'INFO' in lines[0], lines


@tap.test
def without_avahi_nothing_is_missed():
    with avahi.lone_bus() as env, Watch([os.environ['LAN_WATCH']], env) as watched, \
            Madang('--log-level', 'info', env=env) as server:
        watched.wait(lambda: watched.state['available'] is False, 'a first state')
        what = 'There is no Avahi, so that chats'
        wait_until(lambda: any(what in line for line in server.lines), SECONDS, 'the line')
    lines = [line for line in server.lines if 'Lan' in line]
    assert len(lines) == 1 and 'INFO' in lines[0], lines


tap.main()
