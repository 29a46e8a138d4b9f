"""Which key means which command: tables per mode, presets over each other, and the key resolver.

A table is text, one binding a line: the keys (a sequence has spaces between its keys), two or more spaces,
the command and perhaps its argument. Layers are laid over each other; a later layer's binding replaces an
earlier one, `-` in place of a command takes it away.

Counts. In most presets a digit is a class, so a count begins with the preset's `count_prefix` (`'12l` moves
12 steps). A preset whose `count_prefix` is empty (vim) reads every leading digit as a count.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

from tui.errors import ConfigError
from tui.session.presets import PRESETS, Preset
from tui.session.state import Mode, Pending, Session

Keys = tuple[str, ...]

OwnKeys = tuple[tuple[str, str, str], ...]
"""A person's keys over a preset: mode (or `all`), keys with spaces between them, `command [argument]` or `-`.
"""

LARGEST_COUNT = 9999

INHERITS: Mapping[Mode, tuple[str, ...]] = MappingProxyType(
    {Mode.PROPOSAL: ("all", "navigate", "proposal"), Mode.GRID: ("grid",)}
)
"""The tables that make up a mode's keys, from below; else they are `all` and the mode's own. Nearly every key
is taken in the grid: only its own table counts there.
"""

STAND_ALONE = frozenset({Mode.GRID})
"""Modes without counts: digits are keys there."""

_NAMED_KEYS = frozenset(
    ("left", "right", "up", "down", "enter", "escape", "tab", "shift+tab", "backspace", "space")
)
_SAME_AS_OTHER_KEYS = frozenset("hijm[")
"""Control letters that a terminal cannot tell from backspace, tab, enter, newline and escape."""

_SHOWN = {"left": "←", "right": "→", "up": "↑", "down": "↓", "enter": "Enter", "escape": "Esc"} | {
    "tab": "Tab",
    "shift+tab": "Shift-Tab",
    "backspace": "Backspace",
    "space": "Space",
}


_NAMES = {shown.lower(): name for name, shown in _SHOWN.items()} | {"return": "enter"}


@dataclass(frozen=True, slots=True)
class Binding:
    """A command by name, with the argument that the key gives it."""

    command: str
    argument: str | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Keymap:
    """All bindings of one preset: `tables` maps mode to key sequence to binding, in the order of help."""

    name: str
    doc: str
    count_prefix: str
    tables: Mapping[Mode, Mapping[Keys, Binding]]
    prefixes: Mapping[Mode, frozenset[Keys]]
    by_binding: Mapping[tuple[Mode, Binding], tuple[Keys, ...]]


@dataclass(frozen=True, slots=True)
class Bound:
    """The keys typed so far name a command; `typed` are all of them, the count's too."""

    binding: Binding
    count: int | None
    typed: Keys


@dataclass(frozen=True, slots=True)
class Unbound:
    """The keys typed so far lead nowhere."""

    typed: Keys


def resolve(keymap: Keymap, mode: Mode, pending: Pending, key: str) -> Bound | Unbound | Pending:
    """What `key` means after `pending`: a command, nothing, or still incomplete.

    Escape takes back an incomplete sequence; it never ends one.
    """
    if pending != Pending() and key == "escape":
        return Pending()
    if mode not in STAND_ALONE and _continues_count(keymap, pending, key):
        count = str(min(int(pending.count + key), LARGEST_COUNT))
        return Pending(count=count)
    keys = (*pending.keys, key)
    if not pending.count and keys == (keymap.count_prefix,):
        return Pending(keys=keys)
    typed = (*typed_keys(keymap, pending), key)
    if binding := keymap.tables[mode].get(keys):
        return Bound(binding, int(pending.count) if pending.count else None, typed)
    if keys in keymap.prefixes[mode]:
        return Pending(pending.count, keys)
    return Unbound(typed)


def typed_keys(keymap: Keymap, pending: Pending) -> Keys:
    """The key presses that led to `pending`."""
    prefix = (keymap.count_prefix,) if pending.count and keymap.count_prefix else ()
    return (*prefix, *pending.count, *pending.keys)


@lru_cache(maxsize=16)
def load_keymap(name: str, own: OwnKeys = ()) -> Keymap:
    """The preset called `name` with a person's own keys over it.

    ConfigError names the nearest preset when there is none; `tui.session.ownkeys` checks the own keys.
    """
    preset = PRESETS.get(name)
    if preset is None:
        near = difflib.get_close_matches(name, PRESETS, 1)
        hint = f"Did you mean '{near[0]}'?" if near else f"Known key presets: {', '.join(PRESETS)}"
        raise ConfigError(f"There is no key preset '{name}'", "", hint)
    empty = Keymap(name, preset.doc, preset.count_prefix, {mode: {} for mode in Mode}, {}, {})
    keymap = empty
    for layer in preset.layers:
        keymap = overlay(keymap, {where: parse_table(text) for where, text in layer.items()})
    mine: dict[str, dict[str, str]] = {}
    for where, keys, target in own:
        mine.setdefault(where, {})[" ".join(map(key_named, keys.split()))] = target
    return overlay(keymap, _beside(preset, mine)) if mine else keymap


def _beside(preset: Preset, mine: dict[str, dict[str, str]]) -> dict[str, dict[str, str]]:
    """Own keys for "navigate" leave alone what the same keys mean to a mode that lies over it."""
    for mode, tables in INHERITS.items():
        below = {keys for where in tables[:-1] if where != "all" for keys in mine.get(where, {})}
        for layer in preset.layers:
            own = parse_table(layer.get(mode, ""))
            kept = {
                keys: target for keys, target in own.items() if keys in below - mine.get("all", {}).keys()
            }
            mine = {**mine, mode: {**kept, **mine.get(mode, {})}}
    return mine


def keymap_of(session: Session) -> Keymap:
    """The keys of a session: its preset and the person's own."""
    return load_keymap(session.keymap, session.options.keys)


def key_named(text: str) -> str:
    """A key as people write it, by its portable name: `Ctrl-X` is `ctrl+x`, `Esc` is `escape`."""
    if len(text) == 1:
        return _NAMES.get(text, text)
    name = text.lower()
    if name.startswith(("ctrl-", "shift-")):
        name = name.replace("-", "+", 1)
    return _NAMES.get(name, name)


def overlay(keymap: Keymap, layer: Mapping[str, Mapping[str, str]]) -> Keymap:
    """`keymap` with a layer over it.

    `layer` maps `all` or a mode's name to keys to `command [argument]`, or to `-` to unbind. `all` comes
    first, so that a mode's own table wins. ConfigError for a mode that does not exist.
    """
    for where in layer:
        if where not in ("all", *Mode):
            raise ConfigError(f"Key table '{where}' is no mode", "", f"Modes: all, {', '.join(Mode)}")
    tables: dict[Mode, Mapping[Keys, Binding]] = {}
    for mode in Mode:
        table = dict(keymap.tables[mode])
        for where in INHERITS.get(mode, ("all", str(mode))):
            for keys, target in layer.get(where, {}).items():
                sequence = tuple(keys.split())
                table.pop(sequence, None)
                if target != "-":
                    command, _, argument = target.partition(" ")
                    table[sequence] = Binding(command, argument.strip() or None)
        tables[mode] = MappingProxyType(table)
    return _indexed(keymap, tables)


def parse_table(text: str) -> dict[str, str]:
    """Keys -> target from a table's text; ConfigError for a line without a target or keys bound twice."""
    table: dict[str, str] = {}
    for line in filter(None, map(str.strip, text.splitlines())):
        keys, *rest = re.split(r"\s{2,}", line, maxsplit=1)
        if not rest:
            raise ConfigError(
                f"Key table line '{line}' names no command", "", "Write: keys, two spaces, command"
            )
        if keys in table:
            raise ConfigError(
                f"The keys '{keys}' are bound twice in one table", "", "Remove one of the lines"
            )
        table[keys] = rest[0]
    return table


def problems(keymap: Keymap, commands: Collection[str]) -> tuple[str, ...]:
    """Everything wrong with a keymap, one sentence each: unknown commands, keys that plain terminals do not
    send, keys that hide longer sequences, and digits bound where they are counts.
    """
    found: list[str] = []
    for mode, table in keymap.tables.items():
        for keys, binding in table.items():
            found += (
                f"{mode}: '{' '.join(keys)}' {fault}"
                for fault in _faults(keymap, mode, keys, binding, commands)
            )
    return tuple(dict.fromkeys(found))


def portable(key: str) -> bool:
    """Whether every terminal can send `key` and tell it from the others."""
    if key in _NAMED_KEYS or (len(key) == 1 and key.isascii() and key.isprintable() and key != " "):
        return True
    head, _, letter = key.partition("+")
    return (
        head == "ctrl"
        and len(letter) == 1
        and letter in set("abcdefghijklmnopqrstuvwxyz") - _SAME_AS_OTHER_KEYS
    )


def keys_of(keymap: Keymap, mode: Mode, command: str, argument: str | None = None) -> tuple[str, ...]:
    """The key sequences of a command in a mode, as people read them, the preferred one first."""
    return tuple(shown(keys) for keys in keymap.by_binding.get((mode, Binding(command, argument)), ()))


def key_for(session: Session, command: str) -> str:
    """The key that runs `command` now, for sentences; the palette's key and the name where it has none."""
    keymap = keymap_of(session)
    for mode in (session.mode, *Mode):
        if keys := keys_of(keymap, mode, command):
            return keys[0]
    return f":{command}"


def shown(keys: Keys) -> str:
    """A key sequence as people read it: `Ctrl-S`, `g g`, `←`."""
    return " ".join(_SHOWN.get(k) or (f"Ctrl-{k[5:].upper()}" if k.startswith("ctrl+") else k) for k in keys)


def _continues_count(keymap: Keymap, pending: Pending, key: str) -> bool:
    if not (len(key) == 1 and key in "0123456789"):
        return False
    if pending.keys:
        return pending.keys == (keymap.count_prefix,) and key != "0"
    return bool(pending.count) or (not keymap.count_prefix and key != "0")


def _indexed(keymap: Keymap, tables: Mapping[Mode, Mapping[Keys, Binding]]) -> Keymap:
    by_binding: dict[tuple[Mode, Binding], tuple[Keys, ...]] = {}
    for mode, table in tables.items():
        for keys, binding in table.items():
            by_binding[mode, binding] = (*by_binding.get((mode, binding), ()), keys)
    prefixes = {
        mode: frozenset(keys[:n] for keys in table for n in range(1, len(keys)))
        for mode, table in tables.items()
    }
    return Keymap(keymap.name, keymap.doc, keymap.count_prefix, tables, prefixes, by_binding)


def _faults(
    keymap: Keymap, mode: Mode, keys: Keys, binding: Binding, commands: Collection[str]
) -> Iterator[str]:
    if binding.command not in commands:
        near = difflib.get_close_matches(binding.command, commands, 1)
        yield f"names '{binding.command}', which is no command" + (
            f"; did you mean '{near[0]}'?" if near else ""
        )
    for key in keys:
        if not portable(key):
            yield f"uses '{key}', which plain terminals do not send"
    if keys in keymap.prefixes[mode]:
        yield "hides the longer sequences that begin with it"
    if mode in STAND_ALONE:
        return
    if keys[0].isdigit() and not keymap.count_prefix and keys[0] != "0":
        yield "begins with a digit, which is a count in this preset"
    if keys[0] == keymap.count_prefix:
        yield "begins with the key that begins a count"
