from __future__ import annotations

import pytest

from terminal.keys import encode


@pytest.mark.parametrize(
    ("key", "data"),
    [
        ("q", b"q"),
        ("H", b"H"),
        ("enter", b"\r"),
        ("left", b"\x1b[D"),
        ("escape", b"\x1b"),
        ("ctrl+s", b"\x13"),
    ],
)
def test_plain_terminals(key: str, data: bytes) -> None:
    assert encode(key) == data


@pytest.mark.parametrize(
    ("key", "flags", "data"),
    [
        ("escape", 1, b"\x1b[27u"),
        ("ctrl+s", 1, b"\x1b[115;5u"),
        ("q", 1, b"q"),
        ("q", 25, b"\x1b[113;1;113u"),
        ("H", 25, b"\x1b[104;2;72u"),
        ("space", 25, b"\x1b[32;1;32u"),
        ("enter", 25, b"\x1b[13u"),
        ("q", 9, b"\x1b[113u"),
        ("left", 25, b"\x1b[D"),
    ],
)
def test_the_kitty_keyboard_protocol(key: str, flags: int, data: bytes) -> None:
    assert encode(key, flags) == data


def test_an_unknown_name_is_refused() -> None:
    with pytest.raises(ValueError, match="no such key"):
        encode("hyper+q")
