# test-reference.py: the reference is whole: the scanner, gi-docgen and we have nothing to say against it
#
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Its arguments: ninja, gi-docgen, the build folder, and for each library its name and its gi-docgen
# configuration. They are left out where the reference cannot be built; then the last argument is why.

import pathlib
import re
import subprocess
import sys
import xml.etree.ElementTree as xml

import tap

ROOT = pathlib.Path(__file__).resolve().parents[2]
CORE = '{http://www.gtk.org/introspection/core/1.0}'
C_TYPE = '{http://www.gtk.org/introspection/c/1.0}type'
# What GObject's macros make, and what is kept free for later.
UNTOLD_FIELDS = ('parent_class', 'parent_instance', 'padding')

# Built here and not before, so that a warning is a failed test and not a failed build. It may have to
# link the libraries first.
tap.TEST_SECONDS = 400


def run(*command):
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    words = [line for line in done.stdout.splitlines() if not line.startswith(('[', 'ninja: '))]
    assert done.returncode == 0, f'{command[0]} failed:\n{done.stdout}'
    assert not re.search('warning', done.stdout, re.IGNORECASE), '\n'.join(words)


def build(target):
    run(NINJA, '-C', BUILD, f'src/docs/{target}')


def gir_of(library):
    return pathlib.Path(BUILD) / f'src/docs/{library}-1.0.gir'


def has_words(element):
    return element.find(CORE + 'doc') is not None


def comment_before(record):
    """The comment of a struct: the scanner loses what it says of members that are functions."""
    position = record.find(CORE + 'source-position')
    text = (ROOT / position.get('filename')).read_text()
    found = re.search(rf'/\*\*\n \* {record.get(C_TYPE)}:\n.*?\*/', text, re.DOTALL)
    return found.group() if found else ''


def untold_fields(record):
    for field in record.findall(CORE + 'field'):
        name = field.get('name')
        if name in UNTOLD_FIELDS or has_words(field):
            continue
        if f' * @{name}: ' not in comment_before(record):
            yield f'{record.get(C_TYPE)}.{name}'


def add_tests(library, toml):
    def test(name, function):
        function.__name__ = f'{library}: {name}'
        tap.test(function)

    def check_fields():
        records = xml.parse(gir_of(library)).iter(CORE + 'record')
        missing = [name for record in records for name in untold_fields(record)]
        assert not missing, f'without words: {missing}'

    def check_instances():
        parameters = xml.parse(gir_of(library)).iterfind(f'.//{CORE}method//{CORE}instance-parameter')
        names = [element.get('name') for element in parameters if not has_words(element)]
        assert not names, f'without words: {names}'

    def check_pages():
        pages = re.findall(r'"(\S+\.md)"', pathlib.Path(toml).read_text())
        there = sorted(path.name for path in (ROOT / 'src/docs' / library.lower()).glob('*.md'))
        assert sorted(pages) == there, (pages, there)

    test('the scanner takes every annotation', lambda: build(f'{library}-1.0.gir'))
    test('all that is public has its words', lambda: run(
        DOCGEN, 'check', '--quiet', '--config', toml, '--add-include-path', f'{BUILD}/src/docs',
        gir_of(library)))
    test('all fields of structs have theirs', check_fields)
    test('and so have the objects that methods are of', check_instances)
    test('every link leads somewhere', lambda: build(library.lower()))
    test('every page is in the table of contents', check_pages)


if len(sys.argv) == 2:
    print(f'1..0 # SKIP no reference here: {sys.argv[1]}')
    sys.exit()

NINJA, DOCGEN, BUILD, *libraries = sys.argv[1:]
for library, toml in zip(libraries[::2], libraries[1::2]):
    add_tests(library, toml)
tap.main()
