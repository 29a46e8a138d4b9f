"""Textual's key events as the session's `Key` values."""

from __future__ import annotations

from textual import events

from tui.app.sieve import typed_keys
from tui.session.events import Key

_REPEAT_SECONDS = 0.12
_MOVES = {"left", "right", "up", "down", "home", "end", "pageup", "pagedown"}
_NAMED = frozenset(_MOVES | {"enter", "escape", "tab", "backspace", "space", "delete"})


def key_name(key: str, character: str | None) -> str | None:
    """The portable name of a key: the character itself where it prints, else a name, else None."""
    if character is not None and len(character) == 1 and character.isprintable() and character != " ":
        return character
    if key in _NAMED:
        return key
    if key.startswith("shift+") and key[6:] in _NAMED:
        return key
    if key.startswith("ctrl+") and len(key) == 6:
        return key
    return None


def typed_ahead(typed: bytes) -> list[Key]:
    """The session's keys in bytes that were typed before the app listened."""
    names = (key_name(pressed.key, pressed.character) for pressed in typed_keys(typed))
    return [Key(name) for name in names if name]


class KeyReader:
    """Turns key events into `Key` values and counts quick repetitions: a terminal reports no key release."""

    def __init__(self) -> None:
        self._last = ""
        self._time = 0.0
        self._repeat = 0

    def read(self, event: events.Key) -> Key | None:
        """The session's key for this event, or None for keys that the program does not know."""
        name = key_name(event.key, event.character)
        if name is None:
            return None
        quick = name == self._last and event.time - self._time < _REPEAT_SECONDS
        self._repeat = self._repeat + 1 if quick else 0
        self._last, self._time = name, event.time
        return Key(name, self._repeat)
