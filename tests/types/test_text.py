"""`printable`: foreign strings can be read but cannot act."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.types.text import printable


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain name.jpg", "plain name.jpg"),
        ("ärger 图像 🙂", "ärger 图像 🙂"),
        ("\x1b]0;title\x07", "\\x1b]0;title\\x07"),
        ("a\nb\tc\rd", "a\\x0ab\\x09c\\x0dd"),
        ("\x9b2J", "\\x9b2J"),
        ("safe\u202egpj.exe", "safe\\u{202e}gpj.exe"),
        ("zero\u200bwidth", "zero\\u{200b}width"),
        ("latin\udce9.jpg", "latin\\xe9.jpg"),
        ("lone\ud800", "lone\\u{d800}"),
        ("sep\u2028line", "sep\\u{2028}line"),
        ("[@click=app.quit]x[/]", "[@click=app.quit]x[/]"),
    ],
)
def test_controls_become_visible(text: str, shown: str) -> None:
    assert printable(text) == shown


def test_long_text_is_cut_in_the_middle() -> None:
    shown = printable("a" * 300 + "b" * 300, limit=41)
    assert len(shown) == 41
    assert shown.startswith("aaa")
    assert shown.endswith("bbb")
    assert "…" in shown


@given(st.text(st.characters(codec=None), max_size=60))
def test_nothing_that_acts_survives(text: str) -> None:
    shown = printable(text)
    assert all(unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp") for c in shown)
    shown.encode("utf-8")


def test_the_limit_is_the_longest_text_that_is_not_cut() -> None:
    assert printable("a" * 400) == "a" * 400
    assert len(printable("a" * 401)) == 400
    assert printable("a" * 20, limit=20) == "a" * 20
    assert printable("a" * 30 + "b" * 30, limit=10) == "aaaaaa…bbb"
    assert printable("a" * 30 + "b" * 30, limit=12) == "aaaaaaa…bbbb"


def test_only_the_surrogates_that_stand_for_bytes_are_shown_as_bytes() -> None:
    assert printable("\udc80\udcff") == "\\x80\\xff"
    assert printable("\udc7f\udd00") == "\\u{dc7f}\\u{dd00}"
    assert printable("\x7f\x80\x9f\xad") == "\\x7f\\x80\\x9f\\xad"
