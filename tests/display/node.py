# node.py: what a window shows, as assistive technologies see it
#
# SPDX-License-Identifier: GPL-3.0-or-later
#
# This speaks AT-SPI by D-Bus itself: the library for it loses an application when a second window
# comes, since GTK 4.8 announces that in an odd way. More such ways, all of them met in this file:
#   - Only a window has the state SHOWING, and the hidden page of a stack is in the tree like the
#     one in front. But a widget that is not mapped contains no point: that is what counts here, where
#     `shows_by_state` is not set. GTK 4.18 has the state, and mixes up the points.
#   - A label in a button makes its name from both: "_Connect Connect".
#   - What has no name is called after its class: "GtkListBox".
#   - Text up to -1 is "", so its length has to be asked for.

import functools
import re
import time

from gi.repository import Gio, GLib

SECONDS = 40
POLL_SECONDS = 0.03
CALL_MS = 10000

# The numbers of AtspiRole, AtspiStateType and AtspiCoordType.
KINDS = {
    'button': (43, 62),
    'entry': (61, 79),
    'image': (27,),
    'label': (29, 116),
    'list': (31, 98),
    'row': (32,),
    'menu item': (35, 8, 45),
    'window': (23, 16, 69, 2),
}
STATES = {'focused': 12, 'pressed': 20, 'selected': 23, 'sensitive': 24, 'showing': 25}
IN_WINDOW = 1
shows_by_state = False
CLASS_NAME = re.compile(r'(Gtk|Adw|Madang)[A-Z]\w+')


def wait_for(condition, what, seconds=SECONDS):
    """The first value of `condition ()` that is true; what() may say what was waited for."""
    end = time.monotonic() + seconds
    while True:
        if value := condition():
            return value
        if time.monotonic() > end:
            raise TimeoutError(f'{what() if callable(what) else what}: not within {seconds} s')
        time.sleep(POLL_SECONDS)


def if_gone(value):
    """A node can leave the window while one looks at it; then this is the answer."""
    def decorate(function):
        @functools.wraps(function)
        def ask(*args, **kwargs):
            try:
                return function(*args, **kwargs)
            except GLib.Error:
                return value
        return ask
    return decorate


def clean(name):
    """A name as it is read, without what GTK puts into it."""
    if CLASS_NAME.fullmatch(name):
        return ''
    plain = name.replace('_', '', 1)
    half = len(plain) // 2
    if plain == name or plain[:half] != plain[half + 1:]:
        return name
    # Korean has the mnemonic's letter behind the word.
    return re.sub(r'\(\w\)$', '', plain[:half])


def matches(text, wanted):
    """`wanted`: the whole text, several to choose from, or a pattern to be found in it."""
    if isinstance(wanted, re.Pattern):
        return wanted.search(text) is not None
    return text in wanted if isinstance(wanted, tuple) else text == wanted


class Node:
    """A node of the tree, and all below it.

    Most methods look at what is there now. `find` waits for a node, and `click` and `set_text` wait
    until theirs can be used.
    """

    def __init__(self, bus, address, parent=None):
        self.bus = bus
        self.address = address
        self.parent = parent
        self._found = {}

    def __eq__(self, other):
        return isinstance(other, Node) and self.address == other.address

    def __hash__(self):
        return hash(self.address)

    def call(self, interface, method, signature='()', *values):
        """The only value of the answer, or all of them; GLib.Error if the node is gone."""
        name, path = self.address
        answer = self.bus.call_sync(name, path, interface, method, GLib.Variant(signature, values),
                                    None, Gio.DBusCallFlags.NONE, CALL_MS, None).unpack()
        return answer[0] if len(answer) == 1 else answer

    def _ask(self, interface, method, *args):
        return self.call(f'org.a11y.atspi.{interface}', method, *args)

    def _get(self, interface, name):
        return self.call('org.freedesktop.DBus.Properties', 'Get', '(ss)',
                          f'org.a11y.atspi.{interface}', name)

    # --- what it is ---

    @property
    @if_gone('')
    def name(self):
        return clean(self._get('Accessible', 'Name'))

    @property
    @if_gone('')
    def text(self):
        """What stands in it: the text of an entry or a label, else its name."""
        if self.kind not in ('entry', 'label'):
            return self.name
        length = self._get('Text', 'CharacterCount')
        return self._ask('Text', 'GetText', '(ii)', 0, length)

    @functools.cached_property
    @if_gone(None)
    def kind(self):
        role = self._ask('Accessible', 'GetRole')
        return next((kind for kind, roles in KINDS.items() if role in roles), None)

    def is_kind(self, kind):
        return kind is None or self.kind == kind

    @if_gone(False)
    def has(self, state):
        """Whether it is in this state, one of STATES."""
        low, high = self._ask('Accessible', 'GetState')
        return bool((low | high << 32) >> STATES[state] & 1)

    def centre(self):
        """Its middle in its window, in pixels."""
        x, y, width, height = self._ask('Component', 'GetExtents', '(u)', IN_WINDOW)
        return x + width // 2, y + height // 2

    @property
    @if_gone(False)
    def showing(self):
        if shows_by_state:
            return self.has('showing')
        return self._ask('Component', 'Contains', '(iiu)', *self.centre(), IN_WINDOW)

    # --- what is in it ---

    @if_gone([])
    def children(self):
        # Many are labels and entries, and what these are made of does not matter.
        if self.kind in ('entry', 'label'):
            return []
        return [Node(self.bus, address, self)
                for address in self._ask('Accessible', 'GetChildren')]

    def walk(self):
        for child in self.children():
            yield child
            yield from child.walk()

    def shows(self, kind=None, name=None):
        """Whether it is of this kind, has this name as in matches (), and can be seen."""
        return self.is_kind(kind) and (name is None or matches(self.name, name)) and self.showing

    def find_all(self, kind=None, name=None):
        return [node for node in self.walk() if node.shows(kind, name)]

    def find(self, kind=None, name=None, seconds=SECONDS):
        """Waits for the first such node."""
        # To walk takes a quarter of a second, so what was found is looked at first.
        known = self._found.get((kind, name))
        if known is None or not known.shows(kind, name):
            known = wait_for(lambda: self._first(kind, name), lambda: f'{kind} {name!r}', seconds)
            self._found[kind, name] = known
        return known

    def _first(self, kind, name):
        return next((node for node in self.walk() if node.shows(kind, name)), None)

    def wait_gone(self, kind=None, name=None, seconds=SECONDS):
        wait_for(lambda: not self.find_all(kind, name), f'{kind} {name!r} to go', seconds)

    def texts(self):
        """The texts of all labels that show, from top to bottom."""
        return [label.text for label in self.find_all('label')]

    def has_text(self, wanted):
        return any(matches(text, wanted) for text in self.texts())

    def wait_text(self, wanted, seconds=SECONDS):
        wait_for(lambda: self.has_text(wanted), lambda: f'{wanted!r} in {self.texts()}', seconds)

    def rows(self):
        """The rows of a list, each as its texts."""
        return [row.texts() for row in self.children() if row.is_kind('row') and row.showing]

    # --- using it ---

    def wait_sensitive(self):
        wait_for(lambda: self.has('sensitive'), f'"{self.name}" to be sensitive')
        return self

    def click(self):
        self.wait_sensitive()
        assert self._ask('Action', 'DoAction', '(i)', 0), f'"{self.name}" cannot be clicked'

    def set_text(self, text):
        self.wait_sensitive()
        assert self._ask('EditableText', 'SetTextContents', '(s)', text), self.name

    def select(self, index):
        """Selects a row of a list."""
        assert self._ask('Selection', 'SelectChild', '(i)', index), self.name

    # --- telling of it ---

    def dump(self, depth=1):
        """What shows below it, as lines."""
        return '\n'.join(self._lines(depth))

    def _lines(self, depth):
        for child in self.children():
            if child.kind is not None:
                if not child.showing:
                    continue
                states = filter(child.has, ('focused', 'pressed', 'selected'))
                text = repr(child.text) if child.kind == 'entry' else ''
                insensitive = '' if child.has('sensitive') else 'insensitive'
                words = (child.kind, repr(child.name), text, *states, insensitive)
                yield '  ' * depth + ' '.join(filter(None, words))
            yield from child._lines(depth + (child.kind is not None))
