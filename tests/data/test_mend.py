"""Mending label lines: only what loses nothing that somebody said, and twice is once."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tui.data.formats.yolo import parse_labels
from tui.data.mend import mend_of, mended, origins_after
from tui.data.sidecar_records import Origin, line_digest

BOX = "0 0.5 0.5 0.2 0.2"
OUT = "0 0.95 0.5 0.2 0.2"
CUT = "0 0.925000 0.500000 0.150000 0.200000"


def mend(data: bytes) -> bytes:
    labels = parse_labels(Path("a.txt"), data, (1, 1))
    return mended(labels, mend_of(labels))


def words(text: str) -> dict[int, str]:
    return dict(mend_of(parse_labels(Path("a.txt"), text.encode(), (1, 1))).words)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (f"{BOX}\r\n1 0.5 0.5 0.2 0.2\r\n0 0.50 0.5 0.2 0.2", f"{BOX}\r\n1 0.5 0.5 0.2 0.2\r\n"),
        (f"# one\n{OUT}\n{BOX}", f"# one\n{CUT}\n{BOX}"),
        (f"{OUT}\n{CUT}\n", f"{CUT}\n"),
        (f"\ufeff{BOX}\n", f"{BOX}\n"),
        (f"{BOX}\n\ufeff{OUT}\u200b\n\x1a", f"{BOX}\n{CUT}\n"),
        (
            "1 -0.1 0.2 0.5 0.2 0.5 1.2 0.3 0.9 0.1 0.9",
            "1 0.000000 0.200000 0.500000 0.200000 0.500000 1.000000 0.300000 0.900000 0.100000 0.900000",
        ),
        (
            "1 -0.1 0.2 0.5 0.2 0.5 0.4 -0.1 0.4",
            "1 0.000000 0.200000 0.500000 0.200000 0.500000 0.400000 0.000000 0.400000",
        ),
    ],
)
def test_what_is_mended(before: str, after: str) -> None:
    assert mend(before.encode()) == after.encode()


@pytest.mark.parametrize(
    "text",
    [
        f"{BOX}\r\n\t{BOX[:-3]}0.3\r\n\r\n",  # trainers read all of it
        "7 0.5 0.5 0.2 0.2",
        "-1 0.5 0.5 0.2 0.2",
        "cat 0.5 0.5 0.2 0.2",
        f"# {BOX}\n{BOX} 0.9",
        "0 0.5 0.5 0 0.2",
        "0 1.4 0.5 0.2 0.2",  # nothing of it is in the image
        "0 320 240 20 20",
        f"{BOX}\n1 0.1 0.1 0.2 0.1 0.2 0.2",
        f"{BOX}\n1{BOX[1:]}",
        "0 0.99999 0.5 0.00006 0.2",  # rounding
        "3 0.9 0.4 1.1 0.5 1.0 0.7 0.8 0.6",  # an oriented box would be bent
    ],
)
def test_what_only_a_person_knows_is_left(text: str) -> None:
    assert mend(text.encode()) == text.encode()
    assert not words(text)


def test_lines_are_named_as_they_stood() -> None:
    assert words(f"\n{OUT}\n\x1a\n{BOX}\n{BOX}") == {
        2: "cut at the image's border",
        3: "invisible characters taken off",
        5: "deleted, line 4 stays",
    }


pieces = st.sampled_from(
    [
        BOX,
        OUT,
        CUT,
        "1 0.1 0.1 1.2 0.1 0.2 0.2",
        "# x",
        "",
        "\x1a",
        "\ufeff" + BOX,
        "9 0.5 0.5 0.2 0.2 1",
        "0 ",
    ]
)


@settings(max_examples=60)
@given(
    st.lists(st.tuples(pieces, st.sampled_from(["\n", "\r\n", "\r"]))), st.booleans(), st.binary(max_size=9)
)
def test_mending_twice_is_mending_once(lines: list[tuple[str, str]], bom: bool, tail: bytes) -> None:
    data = ("\ufeff" * bom + "".join(text + end for text, end in lines)).encode() + tail
    once = mend(data)
    assert mend(once) == once
    left = parse_labels(Path("a"), once, (1, 1))
    assert not left.head
    said = {(one.class_id, one.shape) for one in left.instances}
    assert len(said) == len(left.instances)


def after(text: str, *origins: Origin) -> list[tuple[str, str, bool]]:
    labels = parse_labels(Path("a"), text.encode(), (1, 1))
    found = origins_after(labels, mend_of(labels), origins)
    return [(one.line, one.source, one.accepted) for one in found]


def test_provenance_follows_a_line_that_was_cut() -> None:
    old = Origin(line_digest(OUT), source="yolo", score=0.5)
    assert after(OUT, old) == [(line_digest(CUT), "yolo", False), (line_digest(OUT), "yolo", False)]


@pytest.mark.parametrize("second", [BOX, "0 0.50 0.5 0.2 0.2"])
def test_a_line_that_stays_for_two_is_a_persons_where_one_was(second: str) -> None:
    model = Origin(line_digest(BOX), source="yolo")
    agreed = Origin(line_digest(second), source="yolo", accepted=True)
    text, line = f"{BOX}\n{second}", line_digest(BOX)
    assert [one for one in after(text, model) if one[0] == line] == []  # the second had none: a person's
    assert (line, "yolo", True) in after(text, model, agreed)
    assert (line, "yolo", False) not in after(text, model, agreed)
    other = Origin(line_digest(second), source="sam")
    assert (line, "yolo", False) in after(text, model, other)
