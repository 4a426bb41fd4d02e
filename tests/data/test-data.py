# test-data.py: what the desktop reads of Madang is valid, complete, and agrees with the program
#
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Its arguments: the built desktop file, the built metainfo, whether the build installs them, and
# where the browser's client is.

import hashlib
import json
import os
import pathlib
import re
import struct
import subprocess
import sys
import xml.etree.ElementTree as xml
import zlib

import tap

ROOT = pathlib.Path(__file__).resolve().parents[2]
DATA = ROOT / 'data'
SRC = ROOT / 'src'
DESKTOP, METAINFO = (pathlib.Path(argument).resolve() for argument in sys.argv[1:3])
INSTALLED = sys.argv[3] == 'installed'
CLIENT_FILES = pathlib.Path(sys.argv[4])
BUILD = DESKTOP.parents[1]

CONFIG = dict(re.findall(r'^#define (\w+) "(.*)"$', (BUILD / 'config.h').read_text(), re.MULTILINE))
APP_ID = CONFIG['APP_ID']
SCHEMA = DATA / f'{APP_ID}.gschema.xml'
ICON = DATA / f'icons/hicolor/scalable/apps/{APP_ID}.svg'
MANUALS = DATA / 'man' / 'madang.1', DATA / 'man' / 'madang.ko.1'
MANIFEST = ROOT / 'flatpak' / f'{APP_ID}.yml'
SYMBOLIC = DATA / f'icons/hicolor/symbolic/apps/{APP_ID}-symbolic.svg'

SVG = '{http://www.w3.org/2000/svg}'
XML_LANG = '{http://www.w3.org/XML/1998/namespace}lang'
HANGUL = re.compile('[가-힣]')
# The one colour that GTK puts its own in place of.
SYMBOLIC_COLOUR = '#2e3436'
TRANSLATED_KEYS = ('Name', 'GenericName', 'Comment', 'Keywords')
TRANSLATED_TAGS = ('name', 'summary', 'developer_name', 'caption', 'p', 'li')
# What is looked for in a software centre, beside a name and a description.
WANTED_TAGS = (
    'url', 'launchable', 'provides/binary', 'provides/dbus', 'branding/color', 'content_rating',
    'requires/display_length', 'recommends/control', 'supports/control',
    'screenshots/screenshot/image', 'releases/release/description',
)
PNG_START = b'\x89PNG\r\n\x1a\n'


def check(*command):
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    assert done.returncode == 0, done.stdout
    return done.stdout


def desktop_entry():
    lines = DESKTOP.read_text().partition('[Desktop Action')[0].splitlines()
    return dict(line.split('=', 1) for line in lines if '=' in line and not line.startswith('#'))


def desktop_actions():
    """The lines of each action."""
    parts = re.split(r'^\[Desktop Action (\w+)\]$', DESKTOP.read_text(), flags=re.MULTILINE)
    return {name: dict(line.split('=', 1) for line in text.strip().splitlines())
            for name, text in zip(parts[1::2], parts[2::2])}


def metainfo():
    return xml.parse(METAINFO).getroot()


def schema():
    return xml.parse(SCHEMA).getroot().find('schema')


def draw(path, size):
    """The picture's pixels in four bytes each, with one more byte before each row."""
    png = subprocess.run(['rsvg-convert', '-w', str(size), '-h', str(size), path],
                         check=True, capture_output=True).stdout
    assert png.startswith(PNG_START), f'{path} does not become a picture'
    assert struct.unpack('>II', png[16:24]) == (size, size)
    pixels, place = b'', len(PNG_START)
    while place < len(png):
        length, kind = struct.unpack('>I4s', png[place:place + 8])
        pixels += png[place + 8:place + 8 + length] if kind == b'IDAT' else b''
        place += length + 12
    return zlib.decompress(pixels)


def gresources():
    """Each file that a resource names, and the folders where it may be."""
    for path in sorted(SRC.rglob('*.gresource.xml')):
        folders = path.parent, BUILD / path.parent.relative_to(ROOT), DATA, CLIENT_FILES
        for element in xml.parse(path).getroot().iter('file'):
            yield path, element.text.strip(), folders


def window_files(*endings):
    return sorted(path for ending in endings for path in (SRC / 'ui').rglob('*' + ending))


@tap.test
def the_desktop_file_is_valid():
    said = check('desktop-file-validate', DESKTOP)
    assert said == '', said


@tap.test
def the_metainfo_is_valid():
    check('appstreamcli', 'validate', '--no-net', METAINFO)


@tap.test
def the_schema_is_valid():
    check('glib-compile-schemas', '--strict', '--dry-run', DATA)


@tap.test
def each_setting_says_what_it_is_for():
    keys = schema().findall('key')
    assert keys
    for key in keys:
        for tag in ('summary', 'description'):
            assert (key.findtext(tag) or '').strip(), f'{key.get("name")} has no {tag}'


@tap.test
def the_build_folder_has_the_settings():
    if INSTALLED:
        listed = check('gsettings', '--schemadir', BUILD / 'data', 'list-keys', APP_ID).split()
        assert sorted(listed) == sorted(key.get('name') for key in schema().findall('key'))


@tap.test
def the_icons_have_their_size():
    for path, size in (ICON, 128), (SYMBOLIC, 16):
        root = xml.parse(path).getroot()
        assert root.tag == SVG + 'svg'
        assert (root.get('width'), root.get('height')) == (str(size), str(size)), path.name
        assert root.get('viewBox') == f'0 0 {size} {size}', path.name


@tap.test
def the_icons_are_drawn():
    for path in ICON, SYMBOLIC:
        for size in 16, 32, 128:
            rows = draw(path, size)
            row = 1 + 4 * size
            assert len(rows) == row * size
            assert any(any(rows[start + 1:start + row]) for start in range(0, len(rows), row)), \
                f'{path.name} is empty'


@tap.test
def the_icons_hold_nothing_but_shapes():
    for path in ICON, SYMBOLIC:
        for element in xml.parse(path).getroot().iter():
            foreign = [name for name in (element.tag, *element.attrib)
                       if name.startswith('{') and not name.startswith(SVG)]
            assert not foreign, f'{path.name} has {foreign}'
            assert not {'style', 'class'} & element.attrib.keys(), path.name
            assert element.tag not in (SVG + 'text', SVG + 'image', SVG + 'style'), path.name


@tap.test
def the_symbolic_icon_has_one_colour():
    shapes = list(xml.parse(SYMBOLIC).getroot())
    assert shapes
    for shape in shapes:
        assert shape.get('fill') == SYMBOLIC_COLOUR, f'a {shape.tag} is {shape.get("fill")}'
        assert shape.get('stroke') is None


@tap.test
def the_page_has_the_same_icon():
    assert (SRC / 'web' / 'icon.svg').read_bytes() == ICON.read_bytes()


@tap.test
def the_desktop_file_has_its_korean():
    entry = desktop_entry()
    assert entry['Name[ko]'] == '마당'
    for key in TRANSLATED_KEYS:
        assert HANGUL.search(entry.get(key + '[ko]', '')), f'{key} has no Korean'


@tap.test
def the_metainfo_has_its_korean():
    root = metainfo()
    assert [name.text for name in root.findall('name') if name.get(XML_LANG) == 'ko'] == ['마당']
    for tag in TRANSLATED_TAGS:
        texts = list(root.iter(tag))
        english = [text for text in texts if text.get(XML_LANG) is None]
        korean = [text for text in texts if text.get(XML_LANG) == 'ko']
        assert english and len(english) == len(korean), f'{tag}: {len(korean)} of {len(english)}'
        assert all(HANGUL.search(text.text) for text in korean), tag


@tap.test
def the_metainfo_has_all_that_a_software_centre_shows():
    root = metainfo()
    missing = [path for path in WANTED_TAGS if root.find(path) is None]
    assert not missing, missing
    for image in root.iter('image'):
        path = DATA / 'screenshots' / image.text.rpartition('/')[2]
        assert path.is_file(), f'{image.text} is no picture of ours'


@tap.test
def the_desktop_can_choose_what_to_begin_with():
    entry, actions = desktop_entry(), desktop_actions()
    assert entry['DBusActivatable'] == 'true'
    assert entry['MimeType'] == 'x-scheme-handler/madang;'
    assert entry['Exec'].split()[1] == '%u'
    assert entry['Actions'].strip(';').split(';') == sorted(actions) == ['host', 'join']
    for name, action in actions.items():
        assert HANGUL.search(action['Name[ko]']), name
        assert action['Exec'].split() == ['gapplication', 'action', APP_ID, name]


@tap.test
def the_service_starts_what_is_installed():
    if not INSTALLED:
        raise tap.Skip('this build has no window')
    lines = (BUILD / 'data' / f'{APP_ID}.service').read_text().splitlines()
    assert lines[1] == f'Name={APP_ID}'
    assert re.fullmatch(r'Exec=/\S*/bin/madang --gapplication-service', lines[2])


@tap.test
def the_manuals_have_each_option():
    options = re.findall(r'--([\w-]+)', check(os.environ['MADANG'], '--help'))
    assert len(options) > 8
    for path in MANUALS:
        text = path.read_text().replace('\\-', '-')
        missing = [name for name in options if f'--{name}' not in text]
        assert not missing, f'{path.name}: {missing}'


@tap.test
def the_readme_and_the_manuals_know_each_key():
    printed = check(os.environ['MADANG'], '--server', '--print-config')
    groups = re.split(r'^\[(\w+)\]$', printed, flags=re.MULTILINE)[1:]
    keys = [(group, key, variable) for group, text in zip(groups[::2], groups[1::2])
            for variable, key in re.findall(r'(MADANG_\w+);.*\n#([\w-]+)=', text)]
    assert len(keys) >= 8, printed
    readme = (ROOT / 'README.md').read_text()
    for group, key, variable in keys:
        assert f'| `[{group}]` `{key}`' in readme and f'| `{variable}`' in readme, (group, key)
        for path in MANUALS:
            text = path.read_text().replace('\\-', '-')
            assert f'\n[{group}]\n' in text and f'\n{key}=' in text, (path.name, group, key)


@tap.test
def the_flatpak_pins_npms_files():
    sources = re.findall(r' url: (\S+/socket\.io-client@\S+)\n(?:.*\n)*?\s+sha256: (\w+)\n',
                         MANIFEST.read_text())
    found = {url.rpartition('/')[2]: checksum for url, checksum in sources}
    version = json.loads((CLIENT_FILES.parent / 'package.json').read_text())['version']
    assert sorted(found) == sorted(['package.json', *(path.name for path in CLIENT_FILES.iterdir())])
    assert all(f'@{version}/' in url for url, _ in sources)
    for path in CLIENT_FILES.parent / 'package.json', *CLIENT_FILES.iterdir():
        checksum = hashlib.sha256(path.read_bytes()).hexdigest()
        assert found[path.name] == checksum, f'{path.name} is another one'


@tap.test
def the_names_agree():
    entry, root, settings = desktop_entry(), metainfo(), xml.parse(SCHEMA).getroot()
    program = pathlib.Path(os.environ['MADANG']).name
    domain = CONFIG['GETTEXT_PACKAGE']

    assert DESKTOP.name == APP_ID + '.desktop'
    assert METAINFO.name == APP_ID + '.metainfo.xml'
    assert entry['Icon'] == ICON.stem == APP_ID
    assert entry['Exec'].split()[0] == program
    assert root.findtext('id') == APP_ID
    assert root.findtext('launchable') == DESKTOP.name
    assert root.findtext('provides/binary') == program
    assert root.findtext('translation') == domain
    assert root.findtext('name') == entry['Name']
    assert root.findtext('summary') == entry['Comment']
    assert settings.get('gettext-domain') == domain
    assert settings.find('schema').get('id') == APP_ID
    assert settings.find('schema').get('path') == f'/{APP_ID.replace(".", "/")}/'


@tap.test
def the_version_is_the_newest_release():
    releases = metainfo().findall('releases/release')
    assert releases[0].get('version') == CONFIG['PACKAGE_VERSION']
    dates = [release.get('date') for release in releases]
    assert dates == sorted(dates, reverse=True)


@tap.test
def they_are_installed_with_the_window():
    plan = json.loads((BUILD / 'meson-info' / 'intro-install_plan.json').read_text())
    installed = {entry['destination'] for kind in plan.values() for entry in kind.values()}
    wanted = {
        f'{{datadir}}/applications/{APP_ID}.desktop',
        f'{{datadir}}/metainfo/{APP_ID}.metainfo.xml',
        f'{{datadir}}/dbus-1/services/{APP_ID}.service',
        f'{{datadir}}/glib-2.0/schemas/{APP_ID}.gschema.xml',
        f'{{datadir}}/icons/hicolor/scalable/apps/{APP_ID}.svg',
        f'{{datadir}}/icons/hicolor/symbolic/apps/{APP_ID}-symbolic.svg',
    }
    found = wanted & installed
    assert found == (wanted if INSTALLED else set()), f'installed: {sorted(found)}'
    for name in '{mandir}/man1/madang.1', '{mandir}/ko/man1/madang.1':
        assert name in installed, name


@tap.test
def each_resource_has_its_file():
    for path, name, folders in gresources():
        assert any((folder / name).is_file() for folder in folders), f'{path.name}: no {name}'


@tap.test
def each_file_of_the_window_is_a_resource():
    named = {(path.parent / name).resolve() for path, name, _ in gresources()}
    left = [path.name for path in window_files('.ui', '.css', '.svg') if path not in named]
    assert not left, f'in no resource: {left}'


@tap.test
def each_ui_file_is_well_formed():
    for path in window_files('.ui'):
        assert xml.parse(path).getroot().tag == 'interface', path.name


tap.main()
