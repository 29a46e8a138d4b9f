"""What a data.yaml may point at, and what it may not."""

from __future__ import annotations

import pytest

from tui.data.description import find_description, read_description, read_list
from tui.errors import ConfigError


@pytest.fixture
def folder(tmp_path):
    """A dataset folder with images/train and images/val."""
    for split in ("train", "val"):
        (tmp_path / "set" / "images" / split).mkdir(parents=True)
    return tmp_path / "set"


def describe(folder, text):
    path = folder / "data.yaml"
    path.write_text(text, "utf-8")
    return read_description(path)


def test_splits_in_order(folder):
    found = describe(
        folder, "path: .\ntrain: images/train\nval: [images/val, images/train]\ntest:\nnames: [a]\n"
    )
    assert found.sources == (folder / "images/train", folder / "images/val")
    assert found.warnings == ()
    assert found.task is None


@pytest.mark.parametrize("root", ["../elsewhere", "/no/such/place", "~/datasets", "https://example.org/x"])
def test_a_root_that_is_not_here_is_the_own_folder_with_a_warning(folder, root):
    found = describe(folder, f"path: {root}\ntrain: images/train\n")
    assert found.root == folder
    assert found.sources == (folder / "images/train",)
    assert "is not there" in found.warnings[0]


def test_splits_written_one_level_up_are_found(folder):
    assert (
        describe(folder, "train: ../images/train\nval: ../images/val\n").sources[1] == folder / "images/val"
    )


@pytest.mark.parametrize("root", ["..", "../../..", "/", "/etc", "link"])
def test_e5_a_root_outside_is_refused(folder, root):
    (folder / "link").symlink_to("/etc")
    with pytest.raises(ConfigError, match="'path' leads outside the dataset"):
        describe(folder, f"path: {root}\ntrain: images/train\n")


@pytest.mark.parametrize("split", ["/etc", "../../", "link", "[images/train, /etc]"])
def test_e5_a_split_outside_is_refused(folder, split):
    (folder / "link").symlink_to("/etc")
    with pytest.raises(ConfigError, match="'train' leads outside the dataset"):
        describe(folder, f"train: {split}\n")


def test_e5_a_loop_of_links_is_not_followed(folder):
    (folder / "loop").symlink_to("loop")
    assert "is not there" in describe(folder, "path: loop\ntrain: images/train\n").warnings[0]


def test_e5_a_list_file_cannot_name_files_outside(folder):
    (folder / "train.txt").write_bytes(b"\xef\xbb\xbf./images/train/a.jpg\n\nimages/val/b.jpg\r\n")
    images = read_list(folder / "train.txt", folder)
    assert images == [folder / "images/train/a.jpg", folder / "images/val/b.jpg"]
    (folder / "train.txt").write_text("images/val/b.jpg\n/etc/passwd\n")
    with pytest.raises(ConfigError, match="line 2: /etc/passwd leads outside"):
        read_list(folder / "train.txt", folder)


@pytest.mark.parametrize(
    ("text", "words"), [("path: [a]\n", "one folder"), ("train: {a: b}\n", "folder or a list")]
)
def test_what_is_no_path_is_said(folder, text, words):
    with pytest.raises(ConfigError, match=words):
        describe(folder, text)


def test_task_and_pose(folder):
    assert describe(folder, "task: segment\ntrain: images\n").task == "segment"
    assert describe(folder, "kpt_shape: [17, 3]\ntrain: images\n").pose


def test_the_only_yaml_that_describes_a_dataset_is_found(folder):
    (folder / "coco8.yaml").write_text("train: images\nnames: [a]\n")
    (folder / "hyp.yaml").write_text("lr0: 0.01\n")
    (folder / "broken.yaml").write_text("[")
    assert find_description(folder) == folder / "coco8.yaml"
    (folder / "data.yaml").write_text("")
    assert find_description(folder) == folder / "data.yaml"
