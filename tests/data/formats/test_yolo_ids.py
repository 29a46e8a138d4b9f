"""New class numbers: the right ones, and nothing else of a line."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.data.class_plan import Moves
from tui.data.formats.yolo import parse_labels
from tui.data.formats.yolo_ids import with_new_ids
from tui.errors import LabelFileError

FILE = Path("a.txt")


def moved(data: bytes, moves: Moves) -> bytes:
    return with_new_ids(parse_labels(FILE, data, (1, 1)), moves)


ids = st.integers(0, 12)
boxes = st.tuples(
    ids, st.sampled_from([" 0.5 0.5 0.1 0.1", "  .5\t0.50 1e-1 +0.1 ", " 0.1 0.1 0.2 0.2 0.3 0.1"])
)
others = st.sampled_from(["", "  ", "# 3 a comment", "words", "\udcff\udcfe"])
ends = st.sampled_from(["\n", "\r\n"])
lines = st.lists(st.tuples(boxes | others, ends), max_size=12)
moves = st.builds(
    Moves,
    st.sets(st.integers(0, 9), min_size=1, max_size=4).map(lambda gone: tuple(sorted(gone))),
    st.none() | st.integers(10, 12),
)


@given(lines, moves, st.sampled_from([b"", b"\xef\xbb\xbf"]))
def test_any_file_has_its_numbers_moved_and_every_other_byte_kept(content, moves, mark):
    before, after = [], []
    kept = [i for i in range(14) if i not in moves.gone]  # the list after: positions are the new numbers
    for line, end in content:
        if isinstance(line, str):
            before.append(line + end)
            after.append(line + end)
            continue
        class_id, rest = line
        before.append(f"{class_id}{rest}{end}")
        if class_id in kept:
            after.append(f"{kept.index(class_id)}{rest}{end}")
        elif moves.into is not None:
            after.append(f"{kept.index(moves.into)}{rest}{end}")
    data, wanted = (mark + "".join(one).encode("utf-8", "surrogateescape") for one in (before, after))
    assert moved(data, moves) == wanted
    last = content[-1] if content else ("", "")
    if not isinstance(last[0], str) and last[0][0] in kept:  # the last line may go without an end
        assert moved(data.rstrip(b"\r\n"), moves) == wanted.rstrip(b"\r\n")


def test_the_way_a_number_is_written_stays():
    text = b" 3.0 .5 .5 .1 .1\n\t007 0.5 0.5 0.1 0.1"
    assert moved(text, Moves((1,), 0)) == b" 2.0 .5 .5 .1 .1\n\t6 0.5 0.5 0.1 0.1"


@pytest.mark.parametrize("line", [b"2 0.5 0.5 0.1 0.1 0.9", b"2 nan 0 0 0", b"2e0 0.5 0.5 0.1 0.1", b"1 7"])
def test_a_line_that_is_not_understood_is_never_guessed_at(line):
    data = b"0 0.5 0.5 0.1 0.1\n" + line
    with pytest.raises(LabelFileError, match=r"a\.txt line 2 names class [12]"):
        moved(data, Moves((1,)))
    assert moved(data, Moves((4,))) == data
