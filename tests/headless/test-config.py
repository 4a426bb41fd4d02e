# test-config.py: options in a file and in the environment, and what --print-config writes
#
# SPDX-License-Identifier: GPL-3.0-or-later

import os
import re
import subprocess

import tap
from program import Server, environment, folder, run

HOSTILE_SIZE = 256 * 1024 + 1


def config(path, text):
    file = path / 'madang.conf'
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return file


def printed(*args, language='en', **env):
    result = run('--server', '--print-config', *args, language=language, **env)
    assert result.returncode == 0 and result.stderr == b'', result
    return result.stdout.decode()


def values(text):
    """Each key that is set, without its group."""
    return dict(re.findall(r'^([a-z-]+)=(.*)$', text, re.MULTILINE))


def complaint(*args, language='en', **env):
    """The one line that it ends with."""
    result = run('--server', '--port', '0', *args, language=language, **env)
    lines = result.stderr.decode().splitlines()
    assert result.returncode == 1 and result.stdout == b'' and len(lines) == 1, result
    assert lines[0].startswith('madang: '), lines
    return lines[0].removeprefix('madang: ')


ALL = '''
# A comment
[server]
address = 127.0.0.1
port=4001
no-announce=yes

[chat]
name=\\s우리집\\s
[pages]
static=/srv/a\\sfolder  
[access]
cors-origin=http://a.example;https://b.example:8443
allowed-host=a.example; b.example;
[log]
level=warning
'''


@tap.test
def a_file_has_every_option():
    with folder() as path:
        text = printed('--config', str(config(path, ALL)))
    assert values(text) == {
        'address': '127.0.0.1', 'port': '4001', 'no-announce': 'true', 'name': '우리집', 'static': '/srv/a folder',
        'cors-origin': 'http://a.example;https://b.example:8443;',
        'allowed-host': 'a.example;b.example;', 'level': 'warning'}, text


@tap.test
def what_is_printed_can_be_read_again():
    with folder() as path:
        first = printed('--config', str(config(path, ALL)), '--name', 'a;b\\c # d')
        file = config(path, first)
        second = printed('--config', str(file))
        assert values(second) == values(first) and values(first)['name'] == 'a;b\\\\c # d', second
        korean = printed('--config', str(file), language='ko')
        assert korean == second, korean
        assert str(file) + ':' in second


@tap.test
def the_defaults_are_comments():
    text = printed()
    assert values(text) == {}, text
    assert '\n#port=3000\n' in text
    keys = re.findall(r'^#([a-z-]+)=', text, re.MULTILINE)
    help_ = run('--help').stdout.decode()
    known = [name for name in re.findall(r'^  --([a-z-]+)', help_, re.MULTILINE)
             if name not in ('server', 'print-config', 'version')]
    assert set(known) - {'config'} == {'log-level' if key == 'level' else key for key in keys}
    variables = re.findall(r'MADANG_[A-Z_]+', text)
    assert variables == ['MADANG_' + name.upper().replace('-', '_') for name in known[1:]], variables
    with folder() as path:
        uncommented = re.sub('^#([a-z-]+=.+)$', r'\1', text, flags=re.MULTILINE)
        again = printed('--config', str(config(path, uncommented)))
        assert values(again)['port'] == '3000', again


@tap.test
def the_command_line_wins_then_the_environment_then_the_file():
    with folder() as path:
        file = str(config(path, '[server]\nport=1\naddress=127.0.0.1\n[chat]\nname=file\n'
                                '[access]\nallowed-host=file.example\n'))
        text = printed('--config', file, '--port', '3', MADANG_PORT='2', MADANG_NAME='variable',
                       MADANG_ALLOWED_HOST='a.example; b.example', MADANG_ADDRESS='')
        assert values(text) == {'port': '3', 'address': '127.0.0.1', 'name': 'variable',
                                'allowed-host': 'a.example;b.example;'}, text
        assert '# From --port\n' in text and '# From MADANG_NAME\n' in text
        assert f'# From {file}:3\n' in text
        assert values(printed(MADANG_CONFIG=file))['port'] == '1'


@tap.test
def a_server_takes_them():
    with folder() as path:
        file = config(path, '[server]\nport=0\naddress=127.0.0.1\n[chat]\nname=From the file\n')
        with Server('--config', str(file), port=None) as server:
            assert server.line == f'Listening on http://127.0.0.1:{server.port}/\n'
            assert server.join().ask('chat:login', {'name': 'Anna'})['title'] == 'From the file'


WRONG = [
    ('[server]\nport=x\n', 2, '“x” is no number from 0 to 65535'),
    ('[server]\n\n# c\n  port = 65536', 4, '“65536” is no number from 0 to 65535'),
    ('[server]\nport=\n', 2, '“” is no number'),
    ('[server]\nprot=1\n', 2, 'There is no key “prot” in the group “server”'),
    ('[server]\nport[ko]=1\n', 2, 'There is no key “port[ko]”'),
    ('[sever]\nport=1\n', 1, 'There is no group “sever”'),
    ('[]\n', 1, 'There is no group “”'),
    ('[chat]\nport=1\n', 2, 'There is no key “port” in the group “chat”'),
    ('port=1\n', 1, '“port” stands before the first “[group]”'),
    ('[server\nport=1\n', 1, '“[server” has no “]” at its end'),
    ('[server]\nport 1\n', 2, '“port 1” is neither “[group]” nor “key=value”'),
    ('[server]\nport=1\n[chat]\n[server]\nport=2\n', 5, '“port” is already set in line 2'),
    ('[server]\r\nport=1\r\nbad\r\n', 3, '“bad” is neither'),
    ('[chat]\nname=\n', 2, 'The value is empty'),
    ('[chat]\nname=\\s\n', 2, 'The value is empty'),
    ('[chat]\nname=\\u202e\n', 2, ''),
    ('[chat]\nname=a\\qb\n', 2, ''),
    ('[chat]\nname=a\\nb\n', 2, 'U+000A'),
    (b'[chat]\nname=\xff\n', 2, 'The line is not UTF-8'),
    (b'[chat]\nname=a\0b\n', 2, 'The line has a NUL byte'),
    ('[access]\ncors-origin=http://a.example;nonsense\n', 2, '“nonsense” is no origin'),
    ('[access]\nallowed-host=a/b\n', 2, 'a/b'),
    ('[access]\nallowed-host=a;;b\n', 2, 'The value is empty'),
    ('[log]\nlevel=loud\n', 2, '“loud” is none of these: error, warning, message, info, debug'),
    ('[pages]\nstatic=/nowhere/at/all\n', 2, '/nowhere/at/all'),
    ('[server]\nport=x\n[chat]\nname=\n', 2, '“x”'),
]


@tap.test
def each_mistake_is_one_line_with_its_place():
    with folder() as path:
        data_dir = str(path / 'data')
        for text, line, what in WRONG:
            file = config(path, text)
            said = complaint('--config', str(file), '--data-dir', data_dir)
            assert said.startswith(f'{file}:{line}: ') and what in said, (text, said)
        file = config(path, '[server]\nport=x\n')
        said = complaint('--config', str(file), language='ko')
        assert said.startswith(f'{file}:2: “x”') and re.search('[가-힣]', said), said


@tap.test
def a_mistake_is_not_repeated_at_full_length():
    long = '마' * 50_000
    with folder() as path:
        for text in (long, f'[{long}]', f'[server]\n{long}=1', f'[server]\nport={long}'):
            said = complaint('--config', str(config(path, text)))
            assert len(said) < 500 and said.endswith('…'), len(said)
    assert len(complaint('--port', 'x' * 100_000)) < 500


@tap.test
def a_mistake_counts_even_where_something_else_wins():
    with folder() as path:
        file = config(path, '[server]\nport=x\n')
        assert complaint('--config', str(file)).startswith(f'{file}:2: ')
        assert complaint(MADANG_PORT='tcp://10.0.0.1').startswith('MADANG_PORT: “tcp://10.0.0.1” is no')
        assert complaint('--port', '1', '--port', '-2').startswith('--port: “-2” is no number')


@tap.test
def a_file_with_a_byte_order_mark_is_read():
    with folder() as path:
        file = config(path, b'\xef\xbb\xbf[server]\r\nport=4002\r\n')
        assert values(printed('--config', str(file))) == {'port': '4002'}
        for text in ('', '\n', '# nothing', '[server]'):
            assert values(printed('--config', str(config(path, text)))) == {}


@tap.test
def what_is_no_such_file_is_refused():
    with folder() as path:
        none, pipe, big = path / 'none', path / 'pipe', path / 'big'
        os.mkfifo(pipe)
        big.write_bytes(b'#' * HOSTILE_SIZE)
        for file, what in ((none, 'No such file'), (path, 'Is a directory'), ('/dev/zero', 'regular'),
                           (pipe, 'regular'), (big, '256 KiB')):
            said = complaint('--config', str(file))
            assert said.startswith(f'{file}: ') and what in said, said
        assert complaint('--config', '').startswith('--config: ')
        big.write_bytes(b'#' * (HOSTILE_SIZE - 1))
        assert values(printed('--config', str(big))) == {}


@tap.test
def a_file_need_not_be_there_after_a_dash():
    with folder() as path:
        assert values(printed('--config', f'-{path}/none')) == {}
        file = config(path, '[server]\nport=x\n')
        assert complaint('--config', f'-{file}').startswith(f'{file}:2: ')
        assert 'directory' in complaint('--config', f'-{path}')


@tap.test
def an_unreadable_file_is_refused():
    if os.geteuid() == 0:
        raise tap.Skip('root reads everything')
    with folder() as path:
        file = config(path, '')
        file.chmod(0)
        assert str(file) in complaint('--config', str(file))


@tap.test
def variables_that_are_none_are_a_warning():
    with Server(env={'MADANG_PROT': '1', 'MADANG_DEBUG': '', 'MADANG': os.environ['MADANG']}) as server:
        pass
    assert [line for line in server.error_lines if 'MADANG' in line] == [
        'madang: MADANG_PROT: there is no such option, so it does nothing'], server.errors


@tap.test
def a_service_keeps_its_data_where_the_manager_says():
    with folder() as path:
        text = printed(STATE_DIRECTORY=f'{path}:/other')
        assert f'\n#data-dir={path}\n' in text, text
        assert '/relative' not in printed(STATE_DIRECTORY='relative')


@tap.test
def they_need_a_server():
    for args in (['--print-config'], ['--config', '/none'], ['--port', '1']):
        result = run(*args)
        assert result.returncode == 1 and result.stdout == b'', result
        assert len(result.stderr.splitlines()) == 1, result


@tap.test
def a_full_disk_is_an_error():
    if not os.path.exists('/dev/full'):
        raise tap.Skip('no /dev/full')
    with open('/dev/full', 'wb') as full:
        done = subprocess.run([os.environ['MADANG'], '--server', '--print-config'], stdout=full,
                              env=environment(), timeout=60)
    assert done.returncode == 1


tap.main()
