"""Class lists with classes renamed and removed, and everything else as it was."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.data.class_edit import removed, renamed
from tui.data.classes import appended, parse_names
from tui.errors import SaveError

YAML, TEXT = Path("data.yaml"), Path("classes.txt")

BLOCK = "# top\nnc: 3 # count\nnames:\n  0: cat # soft\n  # about dogs\n  1: 'dog'\n  2: car\ntrain: a\n"


def test_a_map_keeps_its_comments_and_order():
    assert removed(YAML, BLOCK.encode(), [0]).decode() == (
        "# top\nnc: 2 # count\nnames:\n  # about dogs\n  0: 'dog'\n  1: car\ntrain: a\n"
    )
    assert renamed(YAML, BLOCK.encode(), 1, "no").decode() == BLOCK.replace("'dog'", '"no"')


@pytest.mark.parametrize(
    ("text", "gone", "wanted"),
    [
        ("names: [a, b, c]\n", [1], "names: [a, c]\n"),
        ("names: [a, b, c] # x\n", [2], "names: [a, b] # x\n"),
        ("names: [a, b, c]\n", [0, 2], "names: [b]\n"),
        ("names: [a]\nnc: 1", [0], "names: []\nnc: 0"),
        ("names: {0: a, 1: b, 2: c}\n", [0], "names: {0: b, 1: c}\n"),
        ("names:\r\n- a\r\n- b # x\r\n- c\r\n", [1], "names:\r\n- a\r\n- c\r\n"),
        ("names:\n- a\n- b", [1], "names:\n- a\n"),
        ("names:\n  2: c\n  0: a\n  1: b\n", [0], "names:\n  1: c\n  0: b\n"),
        ('names: {"0": a, "1": b}\n', [0], 'names: {"0": b}\n'),
        ("nc: 3\n", [1], "nc: 2\nnames:\n  0: class_0\n  1: class_2\n"),
    ],
)
def test_removing(text, gone, wanted):
    assert removed(YAML, text.encode(), gone).decode() == wanted


@pytest.mark.parametrize(
    "text", ["names: {0: a, 2: c}\n", "x: &n [a, b]\nnames: *n\n", "names: &n\n- a\n- b\nx: *n\n"]
)
def test_what_cannot_be_edited_is_refused(text):
    with pytest.raises(SaveError, match="laid out in a way that cannot be edited"):
        removed(YAML, text.encode(), [0])


def test_a_text_list_keeps_blanks_and_ends():
    data = b"\xef\xbb\xbfcat \r\n  dog\ncar"
    assert renamed(TEXT, data, 1, "wolf") == b"\xef\xbb\xbfcat \r\n  wolf\ncar"
    assert removed(TEXT, data, [1]) == b"\xef\xbb\xbfcat \r\ncar"
    assert removed(TEXT, data, [0, 2]) == b"\xef\xbb\xbf  dog\n"


names = st.lists(
    st.text("abc:#'\"{}[],-\\é 1", min_size=1, max_size=6).map(str.strip).filter(bool),
    min_size=1,
    max_size=6,
    unique=True,
)


@given(names, st.data())
def test_any_list_reads_back_as_it_should(given_names, data):
    before = tuple(given_names)
    gone = data.draw(st.sets(st.integers(0, len(before) - 1)))
    text = "".join(f"{name}\n" for name in before).encode()
    empty = b"names: {}\nlast: 1\n"
    as_yaml = empty
    for i, name in enumerate(before):
        as_yaml = appended(YAML, as_yaml, before[:i], name)
    left = tuple(name for i, name in enumerate(before) if i not in gone)
    assert parse_names(TEXT, removed(TEXT, text, gone)) == left
    assert parse_names(YAML, removed(YAML, as_yaml, gone)) == left
    assert removed(YAML, as_yaml, gone).endswith(b"\nlast: 1\n")
