#!/usr/bin/python3
# test-static.py: ways out of the folder that --static hands out
#
# SPDX-License-Identifier: GPL-3.0-or-later

import os
import shutil
import tempfile

import tap
from raw import MEBIBYTE, Http, Raw, Target, request

SECRET = b'nobody may read this'
LARGE = 32 * MEBIBYTE


class Folder:
    """parent/secret.txt must stay inside; parent/www is what is handed out."""

    def __enter__(self):
        self.parent = tempfile.mkdtemp(prefix='madang-static-')
        self.www = os.path.join(self.parent, 'www')
        os.makedirs(os.path.join(self.www, 'sub'))
        self.write('secret.txt', SECRET)
        self.write('www-too/secret.txt', SECRET)
        self.write('www/index.html', b'<html>the page</html>')
        self.write('www/sub/file.txt', b'a file')
        self.write('www/large.bin', b'x' * LARGE)
        os.symlink('../secret.txt', os.path.join(self.www, 'link.txt'))
        os.symlink('..', os.path.join(self.www, 'up'))
        os.symlink('/etc', os.path.join(self.www, 'etc'))
        os.symlink('/dev/zero', os.path.join(self.www, 'zero'))
        os.symlink('loop', os.path.join(self.www, 'loop'))
        os.mkfifo(os.path.join(self.www, 'fifo'))
        return self

    def write(self, name, content):
        path = os.path.join(self.parent, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, 'wb') as file:
            file.write(content)

    def __exit__(self, *_):
        shutil.rmtree(self.parent)


def attack(function):
    def run():
        with Folder() as folder, Target('--static', folder.www) as target:
            function(target, folder)
            target.assert_well()
    run.__name__ = function.__name__
    tap.test(run)


@attack
def no_path_leads_out(target, folder):
    up = ('..', '%2e%2e', '.%2e', '%2E.', '..%00', '%252e%252e', '..;', '...', '%c0%ae%c0%ae',
          '%e0%80%ae%e0%80%ae', '..%5c', '..\\', '%uff0e%uff0e', '. .', '..%20', '%2e%2e%2f..')
    slashes = ('/', '%2f', '//', '\\', '%5c', '%252f', '/./', '%c0%af')
    paths = [f'/{dots}{slash}{name}' for dots in up for slash in slashes
             for name in ('secret.txt', 'www-too/secret.txt', f'..{slash}..{slash}etc/passwd')]
    paths += [f'/sub{slash}{dots}{slash}{dots}{slash}secret.txt' for dots in up for slash in slashes]
    paths += [folder.parent + '/secret.txt', '/' + folder.parent + '/secret.txt', '//etc/passwd',
              '/file:///etc/passwd', '/link.txt', '/up/secret.txt', '/up/www-too/secret.txt',
              '/etc/passwd', '/etc/', '/up', '/up/', '/secret.txt', '/www-too/secret.txt',
              '/?../secret.txt', '/#/../secret.txt', '/sub/file.txt/../../../secret.txt']
    with_body = []
    for path in paths:
        with Http(target) as http:
            http.send(request(target, 'GET', path))
            answer = http.read_answer()
            assert SECRET not in answer.body and b'root:' not in answer.body, (path, answer)
            assert answer.status in (200, 301, 308, 400, 403, 404), (path, answer)
            if answer.status == 200:
                with_body.append((path, answer.body))
    with Http(target) as http:
        assert http.ask('GET', '/sub/file.txt').body == b'a file'
    # What is found is what is in the folder.
    for path, body in with_body:
        assert body in (b'<html>the page</html>', b'a file'), (path, body)


@attack
def redirects_lead_to_no_stranger(target, _folder):
    for path in ('//evil.example', '//evil.example/', '/\\evil.example', '/%2fevil.example/',
                 '//evil.example/%2e%2e/sub', '//sub', '///sub', '/sub', '/sub%0d%0aX-Evil: 1',
                 '/sub?%0d%0aX-Evil:1'):
        with Http(target) as http:
            answer = http.ask('GET', path)
            location = answer.headers.get('location', '/')
            assert location.startswith('/'), (path, answer)
            assert not location.startswith(('//', '/\\')), (path, answer)
            assert 'x-evil' not in answer.headers, (path, answer)


@attack
def files_that_are_none(target, _folder):
    for path in ('/fifo', '/zero', '/loop', '/sub', '/sub/', '/index.html/', '/index.html/x',
                 '/index.html%00.txt', '/fifo/x', '/%00', '/\x7f', '/' + 'a' * 300,
                 '/' + 'a/' * 5000, '/.', '/./', '/%', '/%2', '/%zz', '/con', '/~root'):
        with Http(target) as http:
            answer = http.ask('GET', path)
            assert answer.status in (301, 400, 403, 404) or path in ('/.', '/./'), (path, answer)
        with Http(target) as http:
            assert http.ask('HEAD', path).status == answer.status, path


@attack
def ranges_without_an_end(target, _folder):
    for value in ('bytes=' + ','.join(f'{n}-{n}' for n in range(5000)),
                  'bytes=' + '0-,' * 10000 + '0-', 'bytes=' + ' ' * 10000 + '0-1', 'bytes=-0',
                  'bytes=5-1', 'bytes=-99999999999999999999', 'bytes=99999999999999999999-',
                  'bytes=0-18446744073709551616', 'bytes=0-0,-1', 'bytes=--1', 'bytes=a-b', 'bytes',
                  'lines=1-2'):
        for path in ('/large.bin', '/sub/file.txt'):
            with Http(target) as http:
                http.send(request(target, 'GET', path, headers=[f'Range: {value}']))
                head = http.read_to(b'\r\n\r\n')
                assert head.split()[1] in (b'200', b'206', b'400', b'416'), (value, head)
    grown = target.measure_memory() - target.memory_before
    assert grown < 32 * MEBIBYTE, f'{grown // MEBIBYTE} MiB'


@attack
def large_files_for_those_who_do_not_read(target, folder):
    readers = [Raw(target, request(target, 'GET', '/large.bin')) for _ in range(50)]
    for reader in readers:
        reader.read_more()
    target.serve_somebody()
    grown = target.measure_memory() - target.memory_before
    assert grown < 48 * MEBIBYTE, f'{grown // MEBIBYTE} MiB for {len(readers)} readers'
    # It shrinks while it is read.
    with open(os.path.join(folder.www, 'large.bin'), 'r+b') as file:
        file.truncate(1000)
    for reader in readers[:10]:
        reader.read_all()
        assert len(reader.received) < LARGE
    for reader in readers[10:]:
        reader.reset()
    target.wait_for_descriptors()


tap.main()
