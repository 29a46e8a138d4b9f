"""Opening datasets: which images, in which order, and where their labels lie."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tui.data.dataset import label_path, open_dataset
from tui.data.formats.yolo import read_labels, save_labels
from tui.errors import ConfigError, TtylabelError, UsageError
from tui.types.instance import Instance
from tui.types.shapes import Box


def touch(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).touch()


def listed(folder: Path, **options) -> list[str]:
    return [str(p.relative_to(folder)) for p in open_dataset(folder, **options).list_images()]


def test_images_below_a_folder_in_natural_order(tmp_path):
    touch(tmp_path, "img10.jpg", "img2.jpg", "sub/a.PNG", "img1.jpeg", "notes.txt", "x.gif", "img².jpg")
    assert listed(tmp_path) == ["img1.jpeg", "img2.jpg", "img10.jpg", "img².jpg", "sub/a.PNG"]
    assert open_dataset(tmp_path).first() == tmp_path / "img1.jpeg"


def test_e6_hidden_and_shadow_files_are_left_out(tmp_path):
    touch(tmp_path, "a.jpg", ".b.jpg", "._a.jpg", ".cache/c.jpg")
    (tmp_path / "folder.jpg").mkdir()
    os.mkfifo(tmp_path / "pipe.jpg")
    (tmp_path / "dangling.jpg").symlink_to("nowhere")
    assert listed(tmp_path) == ["a.jpg"]


@pytest.mark.parametrize(
    ("image", "label"),
    [
        ("/data/images/train/images/x.y.jpg", "/data/images/train/labels/x.y.txt"),
        ("/data/imgs/a.jpg", "/data/imgs/a.txt"),
        ("/data/images/a.JPEG", "/data/labels/a.txt"),
        ("/data/images/my images/a.b.c.jpg", "/data/labels/my images/a.b.c.txt"),
        ("/data/Images/a.jpg", "/data/Images/a.txt"),
        ("/data/images", "/data/images.txt"),
    ],
)
def test_e6_label_path_rule(image, label):
    assert label_path(Path(image)) == Path(label)


def test_a_relative_path_is_made_absolute_first(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert label_path(Path("images/a.jpg")) == tmp_path / "labels/a.txt"


def test_e6_collisions(tmp_path):
    touch(tmp_path, "images/a.jpg", "images/a.png", "images/b.jpg")
    dataset = open_dataset(tmp_path)
    pairs = dataset.collisions(dataset.list_images())
    assert pairs == [(tmp_path / "images/a.jpg", tmp_path / "images/a.png")]


def test_labels_of_an_opened_subfolder_stay_in_its_dataset(tmp_path):
    touch(tmp_path, "images/train/a.jpg")
    (tmp_path / "data.yaml").write_text("train: images/train\nnames: [cat]\n")
    dataset = open_dataset(tmp_path / "images" / "train")
    assert dataset.root == tmp_path
    assert dataset.classes.names == ("cat",)
    labels = read_labels(dataset.label_path(dataset.first()), (64, 48))
    save_labels(labels, (Instance(0, Box(1, 1, 9, 9)),), (64, 48), root=dataset.root)
    assert (tmp_path / "labels/train/a.txt").is_file()


@pytest.mark.parametrize(
    ("image", "label"),
    [
        ("images/train/a.jpg", "train/a.txt"),
        ("train/images/a.jpg", "train/labels/a.txt"),
        ("a.jpg", "a.txt"),
    ],
)
def test_labels_dir_mirrors_the_dataset(tmp_path, image, label):
    source, out = tmp_path / "source", tmp_path / "new" / "out"
    touch(source, image)
    dataset = open_dataset(source, labels_dir=out)
    assert dataset.label_path(dataset.first()) == out / label
    assert dataset.read_only_reason() == ""
    assert not out.exists()
    labels = read_labels(dataset.label_path(dataset.first()), (64, 48))
    save_labels(labels, (), (64, 48), root=dataset.root)
    assert (out / label).is_file()


def test_a_data_yaml_or_its_folder(tmp_path):
    touch(tmp_path, "images/train/b.jpg", "images/val/a.jpg", "images/unused/c.jpg")
    (tmp_path / "data.yaml").write_text("train: images/train\nval: images/val\nnames: [no, yes]\n")
    for path in (tmp_path, tmp_path / "data.yaml"):
        dataset = open_dataset(path)
        assert [p.name for p in dataset.list_images()] == ["b.jpg", "a.jpg"]
        assert dataset.classes.names == ("no", "yes")
        assert dataset.root == tmp_path


def test_a_list_file_as_a_split(tmp_path):
    touch(tmp_path, "images/a.jpg", "images/b.jpg")
    (tmp_path / "train.txt").write_text("./images/b.jpg\n")
    (tmp_path / "data.yaml").write_text("train: train.txt\nnames: [x]\n")
    assert listed(tmp_path) == ["images/b.jpg"]


def test_e5_a_data_yaml_that_leads_outside_is_refused(tmp_path):
    touch(tmp_path / "set", "a.jpg")
    (tmp_path / "set" / "data.yaml").write_text("path: ..\ntrain: .\n")
    with pytest.raises(ConfigError, match="leads outside"):
        open_dataset(tmp_path / "set")


def test_one_image(tmp_path):
    touch(tmp_path, "a.jpg", "b.jpg", "c.gif")
    assert open_dataset(tmp_path / "b.jpg").list_images() == [tmp_path / "b.jpg"]
    assert open_dataset(tmp_path / "c.gif").first() == tmp_path / "c.gif"


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("missing", "no such file"),
        ("notes.txt", "no image, no folder"),
        ("empty", "No images in .*png"),
        ("x" * 300, "Cannot open"),
    ],
)
def test_what_cannot_be_opened_is_said(tmp_path, name, words):
    touch(tmp_path, "notes.txt")
    (tmp_path / "empty").mkdir()
    with pytest.raises(UsageError, match=words):
        open_dataset(tmp_path / name)


def test_a_yaml_without_existing_folders(tmp_path):
    (tmp_path / "data.yaml").write_text("train: images/train\n")
    with pytest.raises(UsageError, match="none of its image folders exists"):
        open_dataset(tmp_path / "data.yaml")
    touch(tmp_path, "a.jpg")
    dataset = open_dataset(tmp_path)
    assert dataset.first() == tmp_path / "a.jpg"
    assert "is not there" in dataset.warnings[0]


@pytest.mark.parametrize(
    ("label", "task"),
    [
        ("0 .5 .5 .1 .1\n", "detect"),
        ("0 0 0 1 0 1 1\n", "segment"),
        ("# nothing\n", "detect"),
        ("\0", "detect"),
    ],
)
def test_the_task_is_read_from_the_labels(tmp_path, label, task):
    touch(tmp_path, "images/a.jpg", "images/b.jpg")
    (tmp_path / "labels").mkdir()
    (tmp_path / "labels" / "b.txt").write_text(label)
    assert open_dataset(tmp_path).task == task
    assert open_dataset(tmp_path, task="segment").task == "segment"


def test_opening_creates_and_changes_nothing(tmp_path):
    touch(tmp_path, "images/a.jpg")
    before = sorted(tmp_path.rglob("*"))
    dataset = open_dataset(tmp_path, labels_dir=tmp_path / "elsewhere")
    dataset.list_images()
    dataset.read_only_reason()
    assert sorted(tmp_path.rglob("*")) == before


def test_e7_links_in_a_circle_and_shared_folders_are_walked_once(tmp_path):
    touch(tmp_path, "data/a.jpg")
    (tmp_path / "data" / "again").symlink_to(tmp_path / "data")
    (tmp_path / "data" / "self").symlink_to("self")
    touch(tmp_path, "far/b.jpg")
    (tmp_path / "data" / "far").symlink_to(tmp_path / "far")
    assert listed(tmp_path / "data") == ["a.jpg", "far/b.jpg"]


def test_e7_unreadable_folders_are_skipped_and_counted(tmp_path, monkeypatch):
    touch(tmp_path, "a.jpg", "secret/b.jpg")
    real = os.scandir

    def scandir(path):
        if str(path).endswith("secret"):
            raise PermissionError(13, "Permission denied")
        return real(path)

    monkeypatch.setattr(os, "scandir", scandir)
    dataset = open_dataset(tmp_path)
    assert [p.name for p in dataset.list_images()] == ["a.jpg"]
    assert dataset.skipped_folders == 1


def test_e2_names_of_any_bytes(tmp_path):
    for raw in (b"caf\xe9.jpg", b"\x1b]0;x\x07.jpg", b"line\nbreak.jpg"):
        Path(os.fsdecode(os.fsencode(tmp_path) + b"/" + raw)).touch()
    dataset = open_dataset(tmp_path)
    for image in dataset.list_images():
        labels = read_labels(dataset.label_path(image), (64, 48))
        assert save_labels(labels, (), (64, 48), root=dataset.root).exists
    assert b"caf\xe9.txt" in {os.fsencode(entry.name) for entry in tmp_path.iterdir()}


def test_a3_a_read_only_labels_folder_is_said(tmp_path, monkeypatch):
    touch(tmp_path, "images/a.jpg")
    assert open_dataset(tmp_path).read_only_reason() == ""
    monkeypatch.setattr(os, "access", lambda *_: False)
    reason = open_dataset(tmp_path).read_only_reason()
    assert reason == "Labels folder is read-only: viewing only. --labels-dir DIR saves elsewhere"


def test_a15_a_labels_folder_that_leads_outside_is_said(tmp_path):
    touch(tmp_path, "set/images/a.jpg")
    (tmp_path / "set" / "labels").symlink_to(tmp_path)
    assert "leads outside" in open_dataset(tmp_path / "set").read_only_reason()


def test_a_pose_dataset_is_for_viewing(tmp_path):
    touch(tmp_path, "images/a.jpg")
    (tmp_path / "data.yaml").write_text("train: images\nkpt_shape: [17, 3]\nnames: [person]\n")
    assert "viewing only" in open_dataset(tmp_path).read_only_reason()


def test_classes_are_appended_where_they_came_from(tmp_path):
    touch(tmp_path, "images/a.jpg")
    dataset = open_dataset(tmp_path)
    assert dataset.add_class("cat") == ("cat",)
    assert (tmp_path / "classes.txt").read_text() == "cat\n"
    given = tmp_path / "mine.txt"
    given.write_text("x\n")
    dataset = open_dataset(tmp_path, classes_file=given)
    assert dataset.add_class("y") == ("x", "y")
    assert given.read_text() == "x\ny\n"


IMAGELESS = {"label_studio_json_cats"}
"""Folders of the reference material that hold labels only."""


def test_real_datasets_open(shared):
    for folder in sorted((shared / "data" / "formats").iterdir()):
        if folder.name in IMAGELESS:
            with pytest.raises(TtylabelError, match="No images"):
                open_dataset(folder)
            continue
        dataset = open_dataset(folder)
        images = dataset.list_images()
        assert dataset.first() == images[0]
        assert all(dataset.label_path(i).is_relative_to(dataset.root) for i in images)


def test_streamed_images_are_those_that_are_listed(tmp_path: Path) -> None:
    for name in ("images/train/a.png", "images/train/deep/b.jpg", "images/val/c.png", "images/other/d.png"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    (tmp_path / "more.txt").write_text("images/train/a.png\nimages/other/d.png\nimages/other/d.png\n")
    (tmp_path / "data.yaml").write_text(
        "train: [images/train, images/train/deep]\nval: images/val\ntest: more.txt\nnames: [x]\n"
    )
    dataset = open_dataset(tmp_path)
    found = dict(dataset.stream())
    assert len(list(dataset.stream())) == 4
    assert sorted(found) == sorted(dataset.list_images())
    assert found[tmp_path / "images/other/d.png"] == tmp_path / "more.txt"
    assert found[tmp_path / "images/train/deep/b.jpg"] == tmp_path / "images/train"
    holds = dataset.membership()
    assert all(map(holds, found))
    (tmp_path / "images/other/d.png").unlink()
    assert not holds(tmp_path / "images/other/d.png")
    assert not holds(tmp_path / "data.yaml")
