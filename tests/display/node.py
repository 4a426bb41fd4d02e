# node.py: what a window shows, as assistive technologies see it
#
# SPDX-License-Identifier: GPL-3.0-or-later
#
# GTK 4.8 has its ways here, and all of them are met in this file:
#   - Only a window has the state SHOWING, and the hidden page of a stack is in the tree like the
#     one in front. But a widget that is not mapped contains no point: that is what counts here.
#   - A label in a button makes its name from both: "_Connect Connect".
#   - What has no name is called after its class: "GtkListBox".
#   - Text up to -1 is "", so its length has to be asked for.

import functools
import re
import time

import gi

gi.require_version('Atspi', '2.0')
from gi.repository import Atspi, GLib  # noqa: E402

SECONDS = 10
POLL_SECONDS = 0.03

Role = Atspi.Role
KINDS = {
    'button': (Role.PUSH_BUTTON, Role.TOGGLE_BUTTON),
    'entry': (Role.TEXT, Role.ENTRY),
    'label': (Role.LABEL, Role.STATIC),
    'list': (Role.LIST, Role.LIST_BOX),
    'row': (Role.LIST_ITEM,),
    'menu item': (Role.MENU_ITEM, Role.CHECK_MENU_ITEM, Role.RADIO_MENU_ITEM),
    'window': (Role.FRAME, Role.DIALOG, Role.WINDOW, Role.ALERT),
}
CLASS_NAME = re.compile(r'(Gtk|Adw|Madang)[A-Z]\w+')


def wait_for(condition, what, seconds=SECONDS):
    """The first value of `condition ()` that is true; what() may say what was waited for."""
    end = time.monotonic() + seconds
    while True:
        # Signals of the bus that nobody listens to would pile up.
        while GLib.MainContext.default().iteration(False):
            pass
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
    return plain[:half] if plain[:half] == plain[half + 1:] else name


def matches(text, wanted):
    """`wanted`: the whole text, several to choose from, or a pattern to be found in it."""
    if isinstance(wanted, re.Pattern):
        return wanted.search(text) is not None
    return wanted is None or text == wanted or (isinstance(wanted, tuple) and text in wanted)


class Node:
    """A node of the tree, and all below it.

    Most methods look at what is there now. `find` waits for it, and so do `click` and `set_text` for
    a node that can be used.
    """

    def __init__(self, accessible):
        self.accessible = accessible

    def __eq__(self, other):
        return isinstance(other, Node) and self.accessible == other.accessible

    def __hash__(self):
        return hash(self.accessible)

    # --- what it is ---

    @property
    @if_gone('')
    def name(self):
        return clean(self.accessible.get_name() or '')

    @property
    @if_gone('')
    def text(self):
        """What stands in it: the text of an entry or a label, else its name."""
        if self.kind not in ('entry', 'label'):
            return self.name
        return Atspi.Text.get_text(self.accessible, 0, Atspi.Text.get_character_count(self.accessible))

    @property
    @if_gone(None)
    def kind(self):
        role = self.accessible.get_role()
        return next((kind for kind, roles in KINDS.items() if role in roles), None)

    def is_kind(self, kind):
        return kind is None or self.kind == kind

    @property
    @if_gone(None)
    def process_id(self):
        return self.accessible.get_process_id()

    @if_gone(False)
    def has(self, state):
        """A state by its name in AT-SPI: sensitive, focused, pressed, selected."""
        state_type = getattr(Atspi.StateType, state.upper())
        return self.accessible.get_state_set().contains(state_type)

    def centre(self):
        """Its middle in its window, in pixels."""
        box = Atspi.Component.get_extents(self.accessible, Atspi.CoordType.WINDOW)
        return box.x + box.width // 2, box.y + box.height // 2

    @property
    @if_gone(False)
    def showing(self):
        return Atspi.Component.contains(self.accessible, *self.centre(), Atspi.CoordType.WINDOW)

    # --- what is in it ---

    @if_gone([])
    def children(self):
        count = self.accessible.get_child_count()
        found = [self.accessible.get_child_at_index(index) for index in range(count)]
        return [Node(child) for child in found if child is not None]

    def walk(self):
        for child in self.children():
            yield child
            yield from child.walk()

    def find_all(self, kind=None, name=None):
        """The nodes that show now, with this kind and name; a name is as in matches ()."""
        return [node for node in self.walk()
                if node.is_kind(kind) and matches(node.name, name) and node.showing]

    def find(self, kind=None, name=None, seconds=SECONDS):
        """Waits for the first such node."""
        return wait_for(lambda: self.find_all(kind, name), lambda: f'{kind} {name!r}', seconds)[0]

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
        assert Atspi.Action.do_action(self.accessible, 0), f'"{self.name}" cannot be clicked'

    def set_text(self, text):
        self.wait_sensitive()
        assert Atspi.EditableText.set_text_contents(self.accessible, text), self.name

    def select(self, index):
        """Selects a row of a list."""
        assert Atspi.Selection.select_child(self.accessible, index), self.name

    # --- telling of it ---

    def dump(self, depth=1):
        """The tree below as lines; what does not show is in brackets."""
        return '\n'.join(self._lines(depth))

    def _lines(self, depth):
        for child in self.children():
            states = ' '.join(state for state in ('focused', 'pressed', 'selected') if child.has(state))
            text = f' {child.text!r}' if child.kind == 'entry' else ''
            what = f'{child.kind} {child.name!r}{text} {states}'.rstrip()
            if child.kind is not None:
                shown = what if child.showing else f'({what})'
                yield '  ' * depth + shown + ('' if child.has('sensitive') else ' insensitive')
            yield from child._lines(depth + (0 if child.kind is None else 1))
