# sandbox.py: Madang as a Flatpak in folders of the test's own
#
# SPDX-License-Identifier: GPL-3.0-or-later
#
# flatpak/make-runtime makes a stand-in for GNOME's runtime. It is kept in ~/.cache/madang (or
# $XDG_CACHE_HOME/madang), outside of the checkout, with what the compiler cached: the first run
# takes minutes more than the next ones. The program itself is installed in the build folder, so
# nothing that belongs to the user is touched.

import hashlib
import os
import pathlib
import re
import shutil
import subprocess
import sys
import urllib.request

import tap

ROOT = pathlib.Path(__file__).resolve().parents[2]
MANIFEST = ROOT / 'flatpak' / 'org.madang.Madang.yml'
MAKE_RUNTIME = ROOT / 'flatpak' / 'make-runtime'
APP_ID = 'org.madang.Madang'
BRANCH = '48'
MIRROR = os.environ.get('DEBIAN_MIRROR', 'http://deb.debian.org/debian')

FOLDER = pathlib.Path(sys.argv[1]) / 'sandbox'
CLIENT = pathlib.Path(sys.argv[2])
CACHE = pathlib.Path(os.environ.get('XDG_CACHE_HOME') or '~/.cache').expanduser() / 'madang'
RUNTIME = CACHE / 'runtime'
# flatpak-builder wants them on one file system, side by side.
STATE, APP = CACHE / 'builder', CACHE / 'app'

ENVIRONMENT = {
    **os.environ,
    # The runtime is there for all, the program for this test.
    'FLATPAK_SYSTEM_DIR': str(RUNTIME / 'installation'),
    'FLATPAK_USER_DIR': str(FOLDER / 'user'),
}
SOURCE = re.compile(r' url: (\S+)\n(?:.*\n)*?\s+sha256: (\w+)\n')
# What Debian keeps of the archives that are pinned; it is downloaded once.
ARCHIVES = {'qrencode-4.1.1.tar.bz2': 'pool/main/q/qrencode/qrencode_4.1.1.orig.tar.bz2'}


def run(*command, **options):
    """Runs it to its end, and returns what it said; it fails with the last lines of that."""
    done = subprocess.run(list(map(str, command)), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, errors='replace',
                          **{'env': ENVIRONMENT, **options})
    if done.returncode != 0:
        last = '\n'.join(done.stdout.splitlines()[-60:])
        raise RuntimeError(f'{command[0]} ended with {done.returncode}:\n{last}')
    return done.stdout


def works(*command):
    return subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                          stderr=subprocess.DEVNULL).returncode == 0


def why_not():
    """What this machine lacks for a sandbox, or None."""
    if not works('bwrap', '--ro-bind', '/', '/', '--dev', '/dev', '--proc', '/proc',
                 '--unshare-all', 'true'):
        return 'no sandboxes here: bwrap may not make namespaces'
    return None


def has_runtime():
    key = RUNTIME / 'key'
    return key.exists() and key.read_text() == run(MAKE_RUNTIME, RUNTIME, '--key')


def make_runtime():
    if has_runtime():
        return
    try:
        urllib.request.urlopen(f'{MIRROR}/dists/trixie/Release', timeout=60).close()
    except OSError as error:
        raise tap.Skip(f'no runtime to test with: {MIRROR} cannot be reached ({error})') from None
    try:
        run(MAKE_RUNTIME, RUNTIME)
    except RuntimeError as error:
        print(''.join(f'# {line}\n' for line in str(error).splitlines()), flush=True)
        last = str(error).splitlines()[-1]
        raise tap.Skip(f'no runtime to test with: it cannot be made here ({last})') from None


def pinned():
    """The name and the checksum of each file that the manifest has from elsewhere."""
    return SOURCE.findall(MANIFEST.read_text())


def _download(name):
    path = CACHE / name
    if not path.exists():
        part = path.with_name(f'{name}.{os.getpid()}')
        with urllib.request.urlopen(f'{MIRROR}/{ARCHIVES[name]}', timeout=60) as answer:
            part.write_bytes(answer.read())
        part.rename(path)
    return path


def _find_source(name):
    if name in ARCHIVES:
        return _download(name)
    return next(path for path in (CLIENT / 'package.json', *(CLIENT / 'dist').iterdir())
                if path.name == name)


def put_sources():
    """What flatpak-builder would download, where it keeps that: npm's files are the same ones."""
    shutil.rmtree(STATE / 'downloads', ignore_errors=True)
    for url, checksum in pinned():
        path = _find_source(url.rpartition('/')[2])
        assert hashlib.sha256(path.read_bytes()).hexdigest() == checksum, f'{path} is another one'
        folder = STATE / 'downloads' / checksum
        folder.mkdir(parents=True)
        shutil.copy(path, folder)


def build():
    """Builds and installs it, and returns what that said. There is no network, not even outside."""
    text = MANIFEST.read_text().replace('-Dgui=enabled', '-Dgui=enabled\n      - -Dwerror=true')
    copy = MANIFEST.with_name('.test.yml')
    copy.write_text(re.sub(r"runtime-version: '\d+'", f"runtime-version: '{BRANCH}'", text))
    for folder in FOLDER, STATE / 'build', APP:
        shutil.rmtree(folder, ignore_errors=True)
    (FOLDER / 'user').mkdir(parents=True)
    put_sources()
    # Translations are installed for the user's languages only.
    run('flatpak', '--user', 'config', '--set', 'languages', 'en;ko')
    try:
        return run(*(['unshare', '-n'] if os.geteuid() == 0 else []),
                   'flatpak-builder', '--user', '--install', '--force-clean', '--ccache',
                   '--disable-rofiles-fuse', '--disable-download', '--disable-cache',
                   f'--state-dir={STATE}', APP, copy, cwd=ROOT)
    finally:
        copy.unlink()


def make_locale(name):
    """What makes a locale for the sandbox, as options of `flatpak run`: the stand-in has none."""
    folder = FOLDER / 'locale'
    if not (folder / f'{name}.UTF-8').exists():
        folder.mkdir(exist_ok=True)
        run('localedef', '-i', name, '-f', 'UTF-8', folder / f'{name}.UTF-8')
    return [f'--filesystem={folder}:ro', f'--env=LOCPATH={folder}']


def command(*args, options=()):
    """What starts it. It ends with what starts it, so that nothing is left of a test that failed."""
    return ['flatpak', 'run', '--die-with-parent', *options, APP_ID, *args]


def program_in(process):
    """The process id of the program that runs in a sandbox."""
    for line in subprocess.run(['ps', '-eo', 'pid=,ppid=,comm='], stdout=subprocess.PIPE, text=True,
                               check=True).stdout.splitlines():
        pid, _, name = line.split(None, 2)
        if name == 'madang' and _descends(int(pid), process.pid):
            return int(pid)
    return None


def _descends(pid, ancestor):
    while pid > 1 and pid != ancestor:
        try:
            pid = int(pathlib.Path(f'/proc/{pid}/stat').read_text().rpartition(')')[2].split()[1])
        except OSError:
            return False
    return pid == ancestor
