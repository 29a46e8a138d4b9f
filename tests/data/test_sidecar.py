"""The sidecar: where it lies, what it keeps, and that it never stands in the way of labeling."""

from __future__ import annotations

import os

import pytest

from tui.config import state_dir
from tui.data.dataset import open_dataset
from tui.data.sidecar import ImageState, Origin, line_digest, matched, open_sidecar, sidecar_of


def origin(line="0 0.5 0.5 0.1 0.1", **fields):
    return Origin(line_digest(line), **fields)


@pytest.fixture
def root(tmp_path):
    (tmp_path / "set").mkdir()
    return tmp_path / "set"


def test_opening_and_reading_creates_nothing(root):
    sidecar = open_sidecar(root)
    assert sidecar.record(root / "images/a.jpg").image == ImageState("images/a.jpg")
    assert sidecar.counts() == {}
    assert list(root.iterdir()) == []


def test_what_is_recorded_lies_in_the_dataset_and_moves_with_it(root):
    open_sidecar(root).update(root / "images/a.jpg", state="accepted", objects=2, note="blurred")
    moved = root.rename(root.with_name("moved"))
    image = open_sidecar(moved).state(moved / "images/a.jpg")
    assert (image.key, image.state, image.objects, image.note) == ("images/a.jpg", "accepted", 2, "blurred")


def test_an_update_keeps_what_it_does_not_name(root):
    sidecar, image = open_sidecar(root, now=lambda: 5.0), root / "a.jpg"
    sidecar.update(
        image, state="proposed", objects=1, note="why", origins=[origin(source="yolo11n", score=0.9)]
    )
    sidecar.update(image, state="accepted")
    record = sidecar.record(image)
    assert record.image == ImageState("a.jpg", "accepted", True, 1, "why", 5)
    assert record.origins == (origin(source="yolo11n", score=0.9, time=5),)
    sidecar.update(image, note="")
    assert sidecar.state(image).note == ""


def test_labelled_empty_is_not_never_opened(root):
    sidecar = open_sidecar(root)
    sidecar.update(root / "empty.jpg", state="accepted", objects=0)
    sidecar.update(root / "opened.jpg", state="todo")
    assert sidecar.state(root / "empty.jpg").labelled_empty
    assert sidecar.state(root / "opened.jpg").known
    assert not sidecar.state(root / "never.jpg").known


def test_states_are_listed_and_counted(root):
    sidecar = open_sidecar(root)
    for i in range(20):
        sidecar.update(root / f"{i}.jpg", state="accepted" if i % 2 else "rejected")
    assert {image.key for image in sidecar.states()} == {f"{i}.jpg" for i in range(20)}
    assert sidecar.counts() == {"accepted": 10, "rejected": 10}


def test_a_name_that_is_not_utf8_is_kept(root):
    image = root / os.fsdecode(b"images/caf\xe9 100%.jpg")
    open_sidecar(root).update(image, state="accepted", origins=[origin()])
    assert open_sidecar(root).record(image).origins[0].line == origin().line
    assert [root / one.key for one in open_sidecar(root).states()] == [image]


def test_a_dataset_that_cannot_be_written_is_recorded_in_the_users_state(root, monkeypatch):
    image = root / "a.jpg"
    open_sidecar(root).update(image, state="accepted", note="of a colleague")
    # Root, who may run the tests, can write everywhere.
    monkeypatch.setattr("os.access", lambda path, mode: False)
    sidecar = open_sidecar(root)
    assert sidecar.folder is not None
    assert sidecar.folder.is_relative_to(state_dir())
    assert sidecar.state(image).note == "of a colleague"
    assert sidecar.update(image, state="corrected")
    again = open_sidecar(root)
    assert (again.state(image).state, again.state(image).note) == ("corrected", "of a colleague")
    assert [one.state for one in again.states()] == ["corrected"]


def test_a_link_in_its_place_is_left_alone(root, tmp_path):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (root / ".ttylabel").symlink_to(elsewhere)
    assert open_sidecar(root).update(root / "a.jpg", state="accepted")
    assert open_sidecar(root).state(root / "a.jpg").state == "accepted"
    assert list(elsewhere.iterdir()) == []


def test_read_only_writes_nowhere(root):
    sidecar = open_sidecar(root, read_only=True)
    assert not sidecar.update(root / "a.jpg", state="accepted")
    assert list(root.iterdir()) == []
    assert not state_dir().exists()


def test_a_write_that_fails_is_a_sentence_and_no_exception(root):
    (root / ".ttylabel").write_text("in the way")
    sidecar = open_sidecar(root)
    assert not sidecar.update(root / "a.jpg", state="accepted", origins=[origin()])
    assert sidecar.state(root / "a.jpg") == ImageState("a.jpg")
    assert sidecar.problems


def test_damage_is_reported_and_the_rest_is_read(root):
    sidecar = open_sidecar(root)
    sidecar.update(root / "a.jpg", state="accepted")
    file = next((root / ".ttylabel/states").glob("*.jsonl"))
    file.write_bytes(file.read_bytes() + b"\x00\xff garbage\n")
    again = open_sidecar(root)
    assert again.counts() == {"accepted": 1}
    assert "1 damaged line" in again.problems[0]


def test_lines_find_their_origins_whatever_their_order(root):
    one, two, twin = origin("0 1 1 1 1"), origin("1 1 1 1 1"), origin("0 1 1 1 1", source="yolo11n")
    lines = ["1 1 1 1 1 ", "0 1 1 1 1", "0 1 1 1 1", "0 1 1 1 1", "2 1 1 1 1"]
    assert matched([one, two, twin], lines) == [two, one, twin, None, None]


def test_keys_are_the_same_whatever_part_of_the_dataset_was_opened(make_dataset):
    drawn = make_dataset()
    image = drawn.images[0].path
    whole, part = open_dataset(drawn.root), open_dataset(image.parent)
    assert sidecar_of(whole).update(image, state="accepted")
    assert sidecar_of(part).state(image).state == "accepted"
    assert not sidecar_of(part).key(image).startswith("/")


def test_with_a_labels_dir_the_records_lie_there(make_dataset, tmp_path):
    drawn = make_dataset()
    (tmp_path / "mine").mkdir()
    dataset = open_dataset(drawn.root, labels_dir=tmp_path / "mine")
    assert sidecar_of(dataset).update(drawn.images[0].path, state="accepted")
    assert (tmp_path / "mine/.ttylabel").is_dir()
    assert not (drawn.root / ".ttylabel").exists()
