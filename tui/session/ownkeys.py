"""A person's own keys: what is wrong with them, and what they take from the preset, in words."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator

from tui.errors import ConfigError
from tui.session.commands.registry import COMMANDS
from tui.session.keymap import (
    Binding,
    Keymap,
    Keys,
    OwnKeys,
    key_named,
    load_keymap,
    portable,
    problems,
    shown,
)
from tui.session.state import Mode

_TOLD = 3
_TWINS = {"h": "Backspace", "i": "Tab", "j": "a new line", "m": "Enter", "[": "Esc"}


def checked(name: str, own: OwnKeys) -> tuple[str, ...]:
    """What the own keys take away from the preset called `name`, one sentence for each.

    Raises ConfigError for a preset that does not exist and for own keys that cannot work: no such mode, key
    or command, a command that the mode does not have, keys that hide longer ones.
    """
    plain = load_keymap(name)
    faults = [fault for binding in own for fault in _faults(*binding)]
    if not faults:
        known = problems(plain, COMMANDS)
        faults = [text for text in problems(load_keymap(name, own), COMMANDS) if text not in known]
    if faults:
        more = f" (and {len(faults) - _TOLD} more)" if len(faults) > _TOLD else ""
        what = "; ".join(faults[:_TOLD])
        raise ConfigError("Your keys cannot be used", what + more, "Correct [keys] in config.toml")
    return tuple(_taken(plain, load_keymap(name, own)))


def _faults(where: str, keys: str, target: str) -> Iterator[str]:
    table = "[keys]" if where == "all" else f"[keys.{where}]"
    if where not in ("all", *Mode):
        yield f"{table} is no mode{_near(where, [*Mode])}: modes are {', '.join(Mode)}"
        return
    named = [key_named(key) for key in keys.split()]
    if not named:
        yield f"{table} has a line without a key"
    for key in named:
        if not portable(key):
            yield f"{table} '{key}': {_why_not(key)}"
    if target == "-":
        return
    name, _, argument = target.partition(" ")
    command = COMMANDS.get(name)
    if command is None:
        yield f"{table} '{keys}' names '{name}', which is no command{_near(name, COMMANDS)}"
    elif where != "all" and Mode(where) not in command.modes:
        modes = ", ".join(mode for mode in Mode if mode in command.modes)
        yield f"{table} '{keys}': {name} does nothing there, it is for {modes}"
    elif argument.strip() and not command.argument:
        yield f"{table} '{keys}': {name} takes nothing behind its name"


def _near(word: str, known: Iterable[str]) -> str:
    near = difflib.get_close_matches(word, list(known), 1)
    return f" (did you mean '{near[0]}'?)" if near else ""


def _why_not(key: str) -> str:
    head, _, letter = key.partition("+")
    if head == "ctrl" and letter in _TWINS:
        return f"a terminal cannot tell it from {_TWINS[letter]}"
    return (
        "no key that every terminal sends: letters, digits, signs, arrows, enter, escape, tab, shift+tab, "
        "backspace, space and ctrl+letter are"
    )


def _taken(plain: Keymap, mine: Keymap) -> Iterator[str]:
    """Bindings of the preset that are no longer there, the same in several modes said once."""
    lost: dict[tuple[Keys, Binding, Binding | None], list[Mode]] = {}
    for mode, table in plain.tables.items():
        for keys, old in table.items():
            new = mine.tables[mode].get(keys)
            if new != old and mode in COMMANDS[old.command].modes:
                lost.setdefault((keys, old, new), []).append(mode)
    for (keys, old, new), modes in lost.items():
        last = [mode for mode in modes if not mine.by_binding.get((mode, old))]
        where = "" if len(modes) == len(Mode) else f" ({', '.join(modes)})"
        instead = f"is now {new.command}" if new else "means nothing"
        text = f"{shown(keys)} {instead}, it was {old.command}{where}"
        yield f"{text}, which has no key left there" if last else text
