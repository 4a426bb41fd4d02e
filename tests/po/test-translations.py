# test-translations.py: every string that a person reads is in po/, and has its Korean
#
# SPDX-License-Identifier: GPL-3.0-or-later

import gettext
import pathlib
import re
import subprocess
import tempfile
import xml.etree.ElementTree as xml

import tap

ROOT = pathlib.Path(__file__).resolve().parents[2]
PO = ROOT / 'po'
MARKS = re.compile(r'\b[NC]?_ ?\("|\b(?:ngettext|g_dn?gettext) \(')
ID = re.compile(r'^msgid ((?:".*"\n)+)', re.MULTILINE)
DESKTOP_STRING = re.compile(r'^(?:Name|GenericName|Comment|Keywords)=(.+)$', re.MULTILINE)
# A template leaves the rule of a language open.
PLURALS = ('nplurals=INTEGER; plural=EXPRESSION;', 'nplurals=2; plural=n != 1;')
METAINFO_TAGS = ('name', 'summary', 'developer_name', 'p', 'li')
DATA_FILES = ('*.desktop.in', '*.metainfo.xml.in', '*.gschema.xml')


def listed_files():
    lines = (PO / 'POTFILES').read_text().splitlines()
    return {line for line in lines if line and not line.startswith('#')}


def run(*command, **options):
    return subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True,
                          **options).stdout


def template():
    return run('xgettext', '--from-code=UTF-8', '-k_', '-kN_', '-kC_:1c,2', '--no-location',
               '--add-comments=Translators', '-f', 'po/POTFILES', '-o', '-')


def template_strings():
    """The strings of the template; one with a context is CONTEXT\\x04STRING."""
    english = run('msgen', '-', input=template()).replace(*PLURALS)
    with tempfile.TemporaryDirectory() as folder:
        run('msgfmt', '--use-fuzzy', '-o', folder + '/en.mo', '-', input=english)
        with open(folder + '/en.mo', 'rb') as compiled:
            catalog = gettext.GNUTranslations(compiled)._catalog
    return {key if isinstance(key, str) else key[0] for key in catalog}


def desktop_strings(path):
    return DESKTOP_STRING.findall(path.read_text())


def text_strings(path, *tags):
    """What these elements say, with spaces as gettext and GSettings make of them."""
    elements = xml.parse(path).getroot().iter()
    return [' '.join(element.text.split()) for element in elements if element.tag in tags]


def ui_strings(path):
    """GtkBuilder looks a string up as it stands, white space and all."""
    elements = xml.parse(path).getroot().findall('.//*[@translatable="yes"]')
    return ['\x04'.join(filter(None, (element.get('context'), element.text)))
            for element in elements]


# How a kind of file tells its strings; xgettext has its own ways for each, and may lack one.
KINDS = {
    '.desktop.in': desktop_strings,
    '.metainfo.xml.in': lambda path: text_strings(path, *METAINFO_TAGS),
    '.gschema.xml': lambda path: text_strings(path, 'summary', 'description'),
    '.ui': ui_strings,
}


def files_with_strings():
    for path in (ROOT / 'src').rglob('*.c'):
        if MARKS.search(path.read_text()):
            yield path
    for path in (ROOT / 'src').rglob('*.ui'):
        if 'translatable="yes"' in path.read_text():
            yield path
    for pattern in DATA_FILES:
        yield from (ROOT / 'data').glob(pattern)


@tap.test
def each_source_with_strings_is_listed():
    marked = {str(path.relative_to(ROOT)) for path in files_with_strings()}
    assert marked == listed_files(), f'POTFILES differs in {sorted(marked ^ listed_files())}'


@tap.test
def each_file_gives_its_strings():
    found = template_strings()
    for name in sorted(listed_files()):
        for strings_of in (KINDS[ending] for ending in KINDS if name.endswith(ending)):
            strings = strings_of(ROOT / name)
            assert strings, f'{name} has no strings'
            lost = [string for string in strings if string not in found]
            assert not lost, f'xgettext does not see {lost} of {name}'


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
    # The header is the one whose id is empty; that of many lines begins with an empty one.
    strings = [string for string in ID.findall(left + fuzzy) if string != '""\n']
    assert not strings, 'without Korean: ' + ', '.join(strings)


tap.main()
