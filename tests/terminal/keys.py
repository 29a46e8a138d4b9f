"""Key names as the bytes a terminal sends for them."""

from __future__ import annotations

_LEGACY = {
    "up": "\x1b[A",
    "down": "\x1b[B",
    "right": "\x1b[C",
    "left": "\x1b[D",
    "home": "\x1b[H",
    "end": "\x1b[F",
    "pageup": "\x1b[5~",
    "pagedown": "\x1b[6~",
    "delete": "\x1b[3~",
    "shift+tab": "\x1b[Z",
    "enter": "\r",
    "tab": "\t",
    "escape": "\x1b",
    "backspace": "\x7f",
    "space": " ",
}
_CODES = {"enter": 13, "tab": 9, "escape": 27, "backspace": 127, "space": 32}
_DISAMBIGUATE, _ALL_KEYS, _WITH_TEXT = 1, 8, 16
_SHIFT, _CTRL = 2, 5


def encode(key: str, flags: int = 0) -> bytes:
    """Bytes of a key named as the program names it: `"q"`, `"H"`, `"left"`, `"ctrl+s"`.

    `flags` are those of the kitty keyboard protocol that the program has turned on (0: plain keys).
    """
    if key.startswith("ctrl+"):
        return _control(key.removeprefix("ctrl+"), flags)
    if flags & _ALL_KEYS and (key in _CODES or len(key) == 1):
        return _reported(key, flags)
    if flags & _DISAMBIGUATE and key == "escape":
        return b"\x1b[27u"
    if key not in _LEGACY and len(key) != 1:
        raise ValueError(f"no such key: {key}")
    return _LEGACY.get(key, key).encode()


def _control(letter: str, flags: int) -> bytes:
    if flags & (_DISAMBIGUATE | _ALL_KEYS):
        return f"\x1b[{ord(letter)};{_CTRL}u".encode()
    return bytes([ord(letter.upper()) & 0x1F])


def _reported(key: str, flags: int) -> bytes:
    """`CSI code ; modifiers ; text u`, the form of "report all keys"."""
    code = _CODES.get(key) or ord(key.lower())
    modifiers = _SHIFT if len(key) == 1 and key.isupper() else 1
    text = " " if key == "space" else key if len(key) == 1 else ""
    if text and flags & _WITH_TEXT:
        return f"\x1b[{code};{modifiers};{ord(text)}u".encode()
    return f"\x1b[{code};{modifiers}u".encode() if modifiers > 1 else f"\x1b[{code}u".encode()
