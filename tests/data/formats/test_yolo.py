"""YOLO label files: what nobody edited stays, byte for byte."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.data.formats.yolo import read_labels, render, save_labels, stale_cache
from tui.errors import ConflictError, LabelFileError, SaveError
from tui.types.instance import Instance
from tui.types.shapes import Box, Polygon

WH = (640, 480)

ODD_FILES = [
    b"0 0.5 0.5 0.2 0.2\r\n1 0.1 0.1 0.1 0.1\r\n",
    b"0 0.5 0.5 0.2 0.2\n1 0.1 0.1 0.1 0.1",
    b"0  0.5\t0.5 0.2 0.2  \n\n  \n1 0.1 0.1 0.1 0.1\n",
    b"0 0.5000 0.5000 0.2000 0.2000\n1 0.123456789012 0.1 0.1 0.1\n",
    b"# made by hand\n0 0.5 0.5 0.2 0.2 0.93\n0 0.5 0.5 0.2 0.2\n",
    b"\xef\xbb\xbf0 0.5 0.5 0.2 0.2\n",
    b"0 0.5 0.5 0.2 0.2\r1 0.1 0.1 0.1 0.1\r",
    b"0 0.5 0.5 0.2 0.2\n0 0.5 0.5 0.2 0.2\n",
    b"caf\xe9 0.5 0.5 0.2 0.2\n0 0.1 0.1 0.9 0.1 0.5 0.9\n",
    b"",
    b"\n\n",
]

lines = st.sampled_from(
    [
        b"0 0.5 0.5 0.2 0.2",
        b"1.0 .5 0.5 2e-1 0.2",
        b"3 0.1 0.1 0.9 0.1 0.5 0.9",
        b"# c",
        b"",
        b"  ",
        b"0 nan 0 0 0",
        b"0 0.5 0.5 0.2 0.2 0.9",
        b"\xff\xee",
    ]
)
texts = st.lists(st.tuples(lines, st.sampled_from([b"\n", b"\r\n", b"\r"])), max_size=8).map(
    lambda parts: b"".join(a + b for a, b in parts)
)


def written(tmp_path: Path, data: bytes) -> Path:
    path = tmp_path / "a.txt"
    path.write_bytes(data)
    return path


@pytest.mark.parametrize("data", ODD_FILES)
def test_a11_save_without_edit_touches_nothing(tmp_path, data):
    path = written(tmp_path, data)
    os.utime(path, (1, 1))
    before = path.stat()
    labels = read_labels(path, WH)
    save_labels(labels, labels.instances, WH, root=tmp_path)
    assert path.read_bytes() == data
    assert (path.stat().st_mtime_ns, path.stat().st_ino) == (before.st_mtime_ns, before.st_ino)


@given(st.one_of(st.binary(max_size=200), texts))
def test_d9_any_bytes_are_read_and_written_back(tmp_path_factory, data):
    path = tmp_path_factory.mktemp("d9") / "a.txt"
    path.write_bytes(data)
    try:
        labels = read_labels(path, WH)
    except LabelFileError:
        assert b"\0" in data or data[:2] in (b"\xff\xfe", b"\xfe\xff")
    else:
        assert render(labels, labels.instances, WH) == data
        assert save_labels(labels, labels.instances, WH).instances == labels.instances


def test_real_files_are_written_back(shared):
    seen = 0
    for path in (shared / "data" / "formats").rglob("*.txt"):
        labels = read_labels(path, WH)
        assert render(labels, labels.instances, WH) == path.read_bytes(), path
        seen += bool(labels.instances)
    assert seen > 20


@given(texts, st.data())
def test_a12_every_line_but_the_edited_one_stays(tmp_path_factory, data, draw):
    path = tmp_path_factory.mktemp("a12") / "a.txt"
    path.write_bytes(data)
    labels = read_labels(path, WH)
    if not labels.instances:
        return
    k = draw.draw(st.integers(0, len(labels.instances) - 1))
    edited = list(labels.instances)
    edited[k] = replace(edited[k], class_id=77, source=None)
    places = [i for i, line in enumerate(labels.lines) if line.instance is not None]
    saved = save_labels(labels, tuple(edited), WH)
    assert len(saved.lines) == len(labels.lines)
    for i, (old, new) in enumerate(zip(labels.lines, saved.lines, strict=True)):
        assert new.end == old.end
        assert i == places[k] or new.text == old.text
    assert saved.lines[places[k]].text.startswith("77 ")


@given(texts, st.data())
def test_instances_keep_their_order_and_lines_of_others_stay(tmp_path_factory, data, draw):
    path = tmp_path_factory.mktemp("order") / "a.txt"
    path.write_bytes(data)
    labels = read_labels(path, WH)
    boxes = [i for i in labels.instances if isinstance(i.shape, Box)]
    if len(boxes) != len(labels.instances):
        return
    new = [Instance(9, Box(10 * k, 10, 10 * k + 8, 20)) for k in range(3)]
    subset = draw.draw(st.lists(st.sampled_from([*boxes, *new]), max_size=8))
    saved = save_labels(labels, tuple(subset), WH)
    assert [i.class_id for i in saved.instances] == [i.class_id for i in subset]
    for before, after in zip(subset, saved.instances, strict=True):
        assert after.shape.xyxy == pytest.approx(before.shape.xyxy, abs=1e-3)
        assert before.source in (None, after.source)
    assert [k.reason for k in saved.kept] == [k.reason for k in labels.kept]


def test_a13_deleting_the_last_instance_leaves_an_empty_file(tmp_path):
    path = written(tmp_path, b"0 0.5 0.5 0.2 0.2\n")
    saved = save_labels(read_labels(path, WH), (), WH)
    assert path.read_bytes() == b""
    assert saved.exists


def test_new_instances_are_appended(tmp_path):
    path = written(tmp_path, b"# first\r\n0 0.5 0.5 0.2 0.2\r\n# last")
    labels = read_labels(path, WH)
    save_labels(labels, (*labels.instances, Instance(2, Box(0, 0, 64, 48))), WH)
    assert path.read_bytes() == (
        b"# first\r\n0 0.5 0.5 0.2 0.2\r\n# last\r\n2 0.050000 0.050000 0.100000 0.100000\r\n"
    )


def test_a_new_file_ends_lines_with_lf_and_folders_appear_only_then(tmp_path):
    path = tmp_path / "labels" / "train" / "a.txt"
    labels = read_labels(path, WH)
    assert not labels.exists
    assert not path.parent.exists()
    saved = save_labels(labels, (Instance(0, Box(0, 0, 640, 480)),), WH, root=tmp_path)
    assert path.read_bytes() == b"0 0.500000 0.500000 1.000000 1.000000\n"
    assert saved.instances[0].source == "0 0.500000 0.500000 1.000000 1.000000"


def test_undo_brings_the_old_line_back(tmp_path):
    path = written(tmp_path, b"0 0.5 0.5 0.2 0.2 \n")
    labels = read_labels(path, WH)
    edited = (replace(labels.instances[0], class_id=1, source=None),)
    after = save_labels(labels, edited, WH)
    save_labels(after, labels.instances, WH)
    assert path.read_bytes() == b"0 0.5 0.5 0.2 0.2 \n"


def test_a_stale_source_does_not_hide_an_edit(tmp_path):
    path = written(tmp_path, b"0 0.5 0.5 0.2 0.2\n")
    labels = read_labels(path, WH)
    save_labels(labels, (replace(labels.instances[0], class_id=5),), WH)
    assert path.read_bytes().startswith(b"5 ")


def test_c2_a_file_changed_meanwhile_is_a_conflict(tmp_path):
    path = written(tmp_path, b"0 0.5 0.5 0.2 0.2\n")
    labels = read_labels(path, WH)
    path.write_bytes(b"1 0.5 0.5 0.2 0.2\n")
    with pytest.raises(ConflictError, match="changed on disk"):
        save_labels(labels, (), WH)
    assert path.read_bytes() == b"1 0.5 0.5 0.2 0.2\n"


@pytest.mark.parametrize(
    "token", ["nan", "inf", "-inf", "1e308", "1e400", "1e-400", "-0", "1_0", "１", "٣", "0x1p3", "1,5", "7"]
)
def test_d1_what_is_no_plain_decimal_is_kept_and_said(tmp_path, token):
    path = written(tmp_path, f"0 0.5 0.5 0.2 0.2\n\n0 {token} 0.5 0.2 0.2\n".encode())
    labels = read_labels(path, WH)
    assert len(labels.instances) == 1
    assert str(labels.kept[0]).startswith("a.txt line 3: ")


def test_d1_wording(tmp_path):
    labels = read_labels(written(tmp_path, b"0 1_0 0.5 0.2 0.2\n"), WH)
    assert str(labels.kept[0]) == "a.txt line 1: '1_0' is not a plain decimal number"


@pytest.mark.parametrize(
    ("text", "class_id"), [("-1", -1), ("1.0", 1), ("99999999999", 99999999999), ("17", 17)]
)
def test_d2_classes_are_never_renumbered(tmp_path, text, class_id):
    data = f"{text} 0.5 0.5 0.2 0.2\n".encode()
    labels = read_labels(written(tmp_path, data), WH)
    assert labels.instances[0].class_id == class_id
    assert render(labels, labels.instances, WH) == data


@pytest.mark.parametrize(
    "line", ["0 -0.01 0.5 0.2 0.2", "0 1.0001 0.5 0.2 0.2", "0 0.5 0.5 0 0.2", "0 .1 .1 .9 .9 .1 .9 .9 .1"]
)
def test_d3_odd_but_readable_shapes_are_instances(tmp_path, line):
    assert len(read_labels(written(tmp_path, line.encode()), WH).instances) == 1


@pytest.mark.parametrize(
    ("line", "word"),
    [
        ("0 0.5 0.5 -0.2 0.2", "negative"),
        ("0 0.5 0.5 0.2", "4 columns"),
        ("0 0.5 0.5 0.2 0.2 0.9", "confidence"),
        ("0 0.1 0.1 0.9 0.1 0.5 0.9 0.8", "8 columns"),
        ("0 320 240 100 100", "between 0 and 1"),
        ("0 .5 .5 .2 .2 .1 .1 2 .2 .2 2 .3 .3 2 .4 .4 2", "between 0 and 1"),
        ("cat 0.5 0.5 0.2 0.2", "class number"),
        ("# note", "comment"),
        ("0.5 0.5 0.5 0.2 0.2", "class number"),
    ],
)
def test_d4_other_lines_are_kept_with_the_reason(tmp_path, line, word):
    labels = read_labels(written(tmp_path, f"{line}\n".encode()), WH)
    assert labels.instances == ()
    assert word in labels.kept[0].reason
    save_labels(labels, (Instance(0, Box(0, 0, 64, 48)),), WH)
    assert (tmp_path / "a.txt").read_bytes().startswith(line.encode() + b"\n")


@pytest.mark.parametrize(
    ("data", "word"),
    [("0 0.5 0.5 0.2 0.2\n".encode("utf-16"), "UTF-16"), (b"0 0.5\0 0.5 0.2 0.2\n", "NUL")],
)
def test_d5_what_is_no_text_blocks_editing(tmp_path, data, word):
    with pytest.raises(LabelFileError, match=word):
        read_labels(written(tmp_path, data), WH)


def test_d6_a_huge_file_is_refused_unread(tmp_path):
    path = tmp_path / "a.txt"
    with path.open("wb") as file:
        file.truncate(10_000_000_000)
    with pytest.raises(LabelFileError, match="larger than 16 MB"):
        read_labels(path, WH)


def test_d7_duplicates_are_kept(tmp_path):
    labels = read_labels(written(tmp_path, b"0 0.5 0.5 0.2 0.2\n" * 3), WH)
    assert len(labels.instances) == 3
    assert render(labels, labels.instances[:2], WH) == b"0 0.5 0.5 0.2 0.2\n" * 2


def test_d8_missing_and_empty_differ(tmp_path):
    assert not read_labels(tmp_path / "no.txt", WH).exists
    assert read_labels(written(tmp_path, b""), WH).exists


def test_a16_folder_and_pipe_are_refused(tmp_path):
    (tmp_path / "d.txt").mkdir()
    os.mkfifo(tmp_path / "p.txt")
    for name, word in (("d.txt", "folder"), ("p.txt", "regular")):
        with pytest.raises(LabelFileError, match=word):
            read_labels(tmp_path / name, WH)


def test_boxes_and_polygons_are_both_read(tmp_path):
    labels = read_labels(written(tmp_path, b"0 .5 .5 .5 .5\n1 0 0 1 0 1 1\n"), WH)
    assert labels.instances[0].shape == Box(160, 120, 480, 360)
    assert labels.instances[1].shape == Polygon(((0, 0), (640, 0), (640, 480)))


@pytest.mark.parametrize("data", [b"", b"0 .5 .5 .5 .5\n"])
def test_mixing_is_refused(tmp_path, data):
    labels = read_labels(written(tmp_path, data), WH)
    triangle = Instance(0, Polygon(((0, 0), (64, 0), (64, 48))))
    box = Instance(0, Box(0, 0, 64, 48))
    with pytest.raises(SaveError, match="mix boxes and polygons"):
        save_labels(labels, (*labels.instances, box, triangle), WH)
    assert labels.path.read_bytes() == data


def test_corners_are_clipped_not_the_centre(tmp_path):
    labels = read_labels(tmp_path / "a.txt", WH)
    text = render(labels, (Instance(0, Box(-64, -48, 64, 48)),), WH)
    assert text == b"0 0.050000 0.050000 0.100000 0.100000\n"
    text = render(labels, (Instance(0, Polygon(((-9, 0), (700, 0), (700, 500)))),), WH)
    assert text == b"0 0.000000 0.000000 1.000000 0.000000 1.000000 1.000000\n"


@pytest.mark.parametrize(
    "shape",
    [
        Box(700, 10, 800, 20),
        Box(5, 5, 5, 9),
        Box(9, 9, 2, 2),
        Box(float("nan"), 0, 1, 1),
        Polygon(((1, 1), (2, 2))),
        Polygon(((700, 1), (800, 2), (900, 3))),
    ],
)
def test_shapes_without_area_are_said_not_dropped(tmp_path, shape):
    labels = read_labels(tmp_path / "a.txt", WH)
    with pytest.raises(SaveError, match="no area inside the image"):
        render(labels, (Instance(0, shape),), WH)


def test_stale_cache(tmp_path):
    label = tmp_path / "labels" / "train" / "a.txt"
    label.parent.mkdir(parents=True)
    assert stale_cache(label) is None
    cache = tmp_path / "labels" / "train.cache"
    cache.touch()
    assert stale_cache(label) == cache


def test_disk_trouble_says_that_the_edits_are_kept(tmp_path, monkeypatch):
    labels = read_labels(written(tmp_path, b""), WH)

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(SaveError, match=r"no space left on .*Your edits are kept\. Free some space"):
        save_labels(labels, (Instance(0, Box(0, 0, 64, 48)),), WH)
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.txt"]
