# test-translations.py: every string that a person reads is in po/, and has its Korean
#
# SPDX-License-Identifier: GPL-3.0-or-later

import pathlib
import re
import subprocess
import tempfile

import tap

ROOT = pathlib.Path(__file__).resolve().parents[2]
PO = ROOT / 'po'
MARKS = re.compile(r'\b(?:N|C|g_dngettext|ngettext)?_ ?\("|\bg_dgettext \(')


def listed_files():
    lines = (PO / 'POTFILES').read_text().splitlines()
    return {line for line in lines if line and not line.startswith('#')}


def run(*command):
    return subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout


def template():
    return run('xgettext', '--from-code=UTF-8', '-k_', '-kN_', '-kC_:1c,2', '--no-location',
               '--add-comments=Translators', '-f', 'po/POTFILES', '-o', '-')


@tap.test
def each_source_with_strings_is_listed():
    marked = {str(path.relative_to(ROOT)) for path in (ROOT / 'src').rglob('*.c')
              if MARKS.search(path.read_text())}
    assert marked == listed_files(), f'POTFILES differs in {sorted(marked ^ listed_files())}'


@tap.test
def the_language_is_listed():
    languages = (PO / 'LINGUAS').read_text().split()
    assert sorted(languages) == sorted(path.stem for path in PO.glob('*.po'))
    assert 'ko' in languages


@tap.test
def korean_is_well_formed():
    run('msgfmt', '--check-format', '--check-domain', '-o', '/dev/null', 'po/ko.po')


@tap.test
def each_string_has_its_korean():
    with tempfile.NamedTemporaryFile('w', suffix='.pot') as pot:
        pot.write(template())
        pot.flush()
        merged = run('msgmerge', '--quiet', '--no-fuzzy-matching', '-o', '-', 'po/ko.po', pot.name)
    with tempfile.NamedTemporaryFile('w', suffix='.po') as po:
        po.write(merged)
        po.flush()
        left = run('msgattrib', '--untranslated', '--no-obsolete', '--no-wrap', po.name)
        fuzzy = run('msgattrib', '--only-fuzzy', '--no-obsolete', '--no-wrap', po.name)
    strings = [line for line in (left + fuzzy).splitlines()
               if line.startswith('msgid "') and line != 'msgid ""']
    assert not strings, 'without Korean: ' + ', '.join(strings)


tap.main()
