"""What is said about label files and lines, to the letter, and the edges of what is understood."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from tui.data.formats import yolo
from tui.data.formats.yolo import read_labels, render, save_labels, stale_cache
from tui.data.formats.yolo_line import MAX_LINE, NotUnderstoodError, format_instance, parse_line
from tui.errors import LabelFileError, SaveError
from tui.types.instance import Instance
from tui.types.shapes import Box, Polygon

WH = (100, 200)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("# note", "a comment"),
        ("#", "a comment"),
        ("cat 0.5 0.5 0.1 0.1", "'cat' is not a class number"),
        ("1.5 0.5 0.5 0.1 0.1", "'1.5' is not a class number"),
        ("1234567890123456789 0.5 0.5 0.1 0.1", "'1234567890123456789' is not a class number"),
        ("x" * 41, f"'{'x' * 39}…' is not a class number"),
        ("x" * 40, f"'{'x' * 40}' is not a class number"),
        ("0 1_0 0.5 0.1 0.1", "'1_0' is not a plain decimal number"),
        ("0 -0 0.5 0.1 0.1", "'-0' is not a plain decimal number"),
        ("0 1e100 0.5 0.1 0.1", "'1e100' is not a plain decimal number"),
        ("0 0.5 0.5 0.1 0.1 0.9", "6 columns: a box with a confidence or track id"),
        ("0", "1 columns are neither a box (5) nor a polygon (7, 9, ...)"),
        ("0 0.5 0.5 0.1", "4 columns are neither a box (5) nor a polygon (7, 9, ...)"),
        ("0 .1 .1 .2 .2 .3 .3 .4", "8 columns are neither a box (5) nor a polygon (7, 9, ...)"),
        ("0 1.6 0.5 0.1 0.1", "1.6 is not between 0 and 1"),
        ("0 0.5 -0.51 0.1 0.1", "-0.51 is not between 0 and 1"),
        ("0 0.5 0.5 -0.1 0.1", "the box has a negative size"),
        ("0 0.5 0.5 0.1 -0.1", "the box has a negative size"),
    ],
)
def test_d1_d2_d3_d4_why_a_line_is_kept(line: str, reason: str) -> None:
    with pytest.raises(NotUnderstoodError) as caught:
        parse_line(line, WH)
    assert str(caught.value) == reason


def test_d6_a_line_at_the_limit_is_looked_into_and_one_beyond_is_not() -> None:
    at_most = "0 0.5 0.5 0.1 0.1".ljust(MAX_LINE)
    assert parse_line(at_most, WH).class_id == 0
    with pytest.raises(NotUnderstoodError) as caught:
        parse_line(at_most + " ", WH)
    assert str(caught.value) == "longer than 4 MB"


@pytest.mark.parametrize(
    ("line", "instance"),
    [
        ("3 0.5 0.25 0.2 0.1", Instance(3, Box(40, 40, 60, 60))),
        ("-1.00 1.5 -0.5 0 0", Instance(-1, Box(150, -100, 150, -100))),
        ("0 5E-1 +.5 2.e-1 0.1", Instance(0, Box(40, 90, 60, 110))),
        ("2 0 0 1 0 1 1", Instance(2, Polygon(((0, 0), (100, 0), (100, 200))))),
    ],
)
def test_d3_d4_what_a_line_says(line: str, instance: Instance) -> None:
    found = parse_line(line, WH)
    assert found.source == line
    assert found.class_id == instance.class_id
    if isinstance(instance.shape, Box):
        assert isinstance(found.shape, Box)
        assert found.shape.xyxy == pytest.approx(instance.shape.xyxy)
    else:
        assert found.shape == instance.shape


@pytest.mark.parametrize(
    ("shape", "line"),
    [
        (Box(40, 40, 60, 60), "7 0.500000 0.250000 0.200000 0.100000"),
        (Box(-50, -50, 50, 100), "7 0.250000 0.250000 0.500000 0.500000"),
        (Box(50, 100, 900, 900), "7 0.750000 0.750000 0.500000 0.500000"),
        (Box(0, 0, 0.0001, 200), "7 0.000000 0.500000 0.000001 1.000000"),
        (
            Polygon(((0, 0), (100, 0), (100, 0), (100, 300))),
            "7 0.000000 0.000000 1.000000 0.000000 1.000000 1.000000",
        ),
    ],
)
def test_a_line_that_is_written(shape: Box | Polygon, line: str) -> None:
    assert format_instance(Instance(7, shape), WH) == line


@pytest.mark.parametrize(
    ("shape", "kind"),
    [
        (Box(100, 0, 200, 50), "box"),
        (Box(0, 200, 50, 300), "box"),
        (Box(60, 10, 40, 50), "box"),
        (Box(10, 60, 50, 40), "box"),
        (Box(10, 10, 10.00001, 50), "box"),
        (Polygon(((0, 0), (0, 9), (0, 99))), "polygon"),
        (Polygon(((0, 0), (9, 0), (99, 0))), "polygon"),
        (Polygon(((0, 0), (9, 9), (0, 0), (9, 9))), "polygon"),
        (Box(math.nan, 0, 9, 9), "shape"),
        (Polygon(((0, 0), (9, math.inf), (9, 9))), "shape"),
    ],
)
def test_what_would_be_no_object_is_refused(shape: Box | Polygon, kind: str) -> None:
    with pytest.raises(SaveError) as caught:
        format_instance(Instance(0, shape), WH)
    expected = f"Not saved: a {kind} has no area inside the image. Move it or delete it"
    assert caught.value.sentence == expected


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"\xff\xfe0\0", "it is UTF-16 text, not UTF-8"),
        (b"\xfe\xff\x000", "it is UTF-16 text, not UTF-8"),
        (b"0 0.5\0", "it holds NUL bytes: no text file"),
        (b"#" * 1_000_001, "it is larger than 1 MB"),
    ],
)
def test_d5_d6_the_sentence_of_a_file_that_is_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: bytes, reason: str
) -> None:
    monkeypatch.setattr(yolo, "MAX_BYTES", 1_000_000)
    path = tmp_path / "a.txt"
    path.write_bytes(content)
    with pytest.raises(LabelFileError) as caught:
        read_labels(path, WH)
    fix = "Its image can be viewed, not edited, until the file is repaired or moved away"
    assert caught.value.sentence == f"Cannot read the labels {path}: {reason}. {fix}"


def test_d6_a_file_of_the_largest_size_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(yolo, "MAX_BYTES", 10)
    path = tmp_path / "a.txt"
    path.write_bytes(b"#" * 10)
    assert read_labels(path, WH).data == b"#" * 10


def test_a16_the_sentence_of_a_folder(tmp_path: Path) -> None:
    with pytest.raises(LabelFileError) as caught:
        read_labels(tmp_path, WH)
    assert caught.value.sentence.startswith(f"Cannot read the labels {tmp_path}: it is ")
    assert isinstance(caught.value.__cause__, OSError)


def test_d8_no_file_is_empty_and_says_that_it_is_none(tmp_path: Path) -> None:
    labels = read_labels(tmp_path / "a.txt", WH)
    assert (labels.path, labels.data, labels.exists) == (tmp_path / "a.txt", b"", False)
    assert (labels.head, labels.lines, labels.end, labels.kept) == (b"", (), "\n", ())


def test_the_sentence_of_a_mixture(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("0 0.5 0.5 0.1 0.1\n")
    labels = read_labels(path, WH)
    mixed = (*labels.instances, Instance(0, Polygon(((0, 0), (9, 0), (9, 9)))))
    with pytest.raises(SaveError) as caught:
        render(labels, mixed, WH)
    assert caught.value.sentence == (
        "Not saved: a.txt would mix boxes and polygons: training tools drop the whole image then. "
        "Keep to one task per dataset (--task detect or --task segment)"
    )
    path.write_text("0 0.5 0.5 0.1 0.1\n0 0 0 1 0 1 1\n")
    labels = read_labels(path, WH)
    assert render(labels, (*labels.instances, labels.instances[0]), WH).count(b"\n") == 3


def test_a1_a_failed_save_keeps_the_words_and_adds_that_edits_are_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> bool:
        raise SaveError("What", "why", "Do this")

    monkeypatch.setattr(yolo, "write_checked", fail)
    labels = read_labels(tmp_path / "a.txt", WH)
    with pytest.raises(SaveError) as caught:
        save_labels(labels, (), WH)
    assert caught.value.sentence == "What: why. Your edits are kept. Do this"


@pytest.mark.parametrize("ends", [b"\r\n", b"\r", b"\n"])
def test_d5_the_usual_end_of_the_file_is_that_of_new_lines(tmp_path: Path, ends: bytes) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"\xef\xbb\xbf# a" + ends + b"# b" + ends + b"# c")
    labels = read_labels(path, WH)
    one, two = Instance(0, Box(0, 0, 50, 50)), Instance(1, Box(0, 0, 50, 50))
    saved = save_labels(labels, (one, two), WH)
    lines = path.read_bytes().removeprefix(b"\xef\xbb\xbf").split(ends)
    assert lines[:3] == [b"# a", b"# b", b"# c"]
    assert [line[:1] for line in lines[3:5]] == [b"0", b"1"]
    assert lines[5:] == [b""]
    assert saved.data == path.read_bytes()
    assert saved.exists
    assert [i.class_id for i in saved.instances] == [0, 1]


def heads(text: str) -> list[str]:
    """Comments as they are, and the classes of the other lines."""
    return [line if line.startswith("#") else line.split()[0] for line in text.splitlines()]


def test_a12_changed_lines_take_the_places_of_those_that_are_gone(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    rows = [f"{k} 0.5 0.5 0.1 0.1" for k in range(4)]
    path.write_text("\n".join(["# top", *rows[:2], "# middle", *rows[2:], "# end"]))
    labels = read_labels(path, WH)
    a, b, c, d = labels.instances
    moved = Instance(9, b.shape)
    text = render(labels, (a, moved, Instance(8, b.shape), c, d), WH).decode()
    assert not text.endswith("\n")
    assert heads(text) == ["# top", "0", "9", "# middle", "8", "2", "3", "# end"]
    text = render(labels, (a, c, d, moved), WH).decode()
    assert text.endswith("\n")
    assert heads(text) == ["# top", "0", "# middle", "2", "3", "# end", "9"]


def test_a_source_with_a_line_end_in_it_is_not_written_as_it_is(tmp_path: Path) -> None:
    labels = read_labels(tmp_path / "a.txt", WH)
    box = Box(40, 80, 60, 120)
    good = "0 0.50 0.5 0.2 0.2"
    for source, line in [(good, good), (f"{good}\n", None), ("  ", None), ("# x", None)]:
        written = render(labels, (Instance(0, box, source),), WH).decode().rstrip("\n")
        assert written == (line or "0 0.500000 0.500000 0.200000 0.200000")


def test_a_trainers_cache_is_found_beside_the_folder(tmp_path: Path) -> None:
    label = tmp_path / "labels" / "train" / "a.txt"
    assert stale_cache(label) is None
    label.parent.mkdir(parents=True)
    cache = tmp_path / "labels" / "train.cache"
    cache.touch()
    assert stale_cache(label) == cache
