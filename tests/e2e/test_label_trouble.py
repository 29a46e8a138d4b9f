"""What goes wrong at a person's desk: said in words, never a traceback, never a file lost."""

from __future__ import annotations

import os
import shutil
import signal
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from datasets import DrawnDataset, draw_dataset, write_image
from e2e.labeler import labeler
from e2e.test_label_kinds import segment_disc, wait_rows
from terminal.profiles import KITTY, PLAIN, SILENT

pytestmark = pytest.mark.e2e


def test_i2_a_file_that_is_no_image_does_not_stop_the_rest(dataset: DrawnDataset, home: Path) -> None:
    first, second = dataset.images[:2]
    first.path.write_bytes(b"this is text\n" * 20)
    with labeler(dataset.yaml, KITTY, home) as program:
        program.says("not an image")
        program.terminal.press("d")
        program.wait_photo(second)
        program.leave()


def test_i2_a_truncated_jpeg_is_shown_and_said_to_be_damaged(
    make_dataset: Callable[..., DrawnDataset], home: Path
) -> None:
    dataset = make_dataset(suffix=".jpg")
    path = dataset.images[0].path
    path.write_bytes(path.read_bytes()[:-600])
    with labeler(dataset.yaml, PLAIN, home) as program:
        program.says("damaged")
        program.leave()


def test_a_folder_without_images(tmp_path: Path, home: Path) -> None:
    folder = tmp_path / "empty"
    folder.mkdir()
    (folder / "notes.txt").write_text("nothing here")
    with labeler(folder, KITTY, home) as program:
        assert program.terminal.wait_exit() == 2
        assert "image" in program.terminal.text()
        assert "empty" in program.terminal.text()
        program.left_clean()


def test_a_path_that_does_not_exist(tmp_path: Path, home: Path) -> None:
    with labeler(tmp_path / "absent", PLAIN, home) as program:
        assert program.terminal.wait_exit() == 2
        assert "absent" in program.terminal.text()
        program.left_clean()


def test_d5_labels_that_cannot_be_read_are_never_replaced(dataset: DrawnDataset, home: Path) -> None:
    image = dataset.images[0]
    image.label_path.parent.mkdir(parents=True)
    content = "0 0.5 0.5 0.25 0.25\n".encode("utf-16")
    image.label_path.write_bytes(content)
    with labeler(dataset.yaml, PLAIN, home) as program:
        program.says("labels blocked")
        segment_disc(program, image)
        program.terminal.press("f")
        program.terminal.press("s")
        program.terminal.press("b")
        program.leave()
    assert image.label_path.read_bytes() == content


@pytest.fixture
def public() -> Iterator[Path]:
    """A directory that every user of the machine can look into."""
    with tempfile.TemporaryDirectory(prefix="ttylabel-") as name:
        path = Path(name)
        path.chmod(0o755)
        yield path


def as_other_user(home: Path) -> list[str]:
    """What to put before a command so that file permissions hold for it; root runs it as nobody."""
    if os.geteuid() != 0:
        return []
    setpriv = shutil.which("setpriv")
    if setpriv is None:
        pytest.skip("root may write anywhere, and there is no setpriv to be somebody else")
    nobody = 65534
    os.chown(home, nobody, nobody)
    return [setpriv, f"--reuid={nobody}", f"--regid={nobody}", "--clear-groups"]


def test_a3_a4_a_read_only_labels_folder_means_viewing_only(public: Path) -> None:
    dataset = draw_dataset(public / "set", labelled=True)
    image = dataset.images[0]
    home = public / "home"
    home.mkdir()
    image.label_path.parent.chmod(0o555)
    content = image.label_path.read_bytes()
    with labeler(dataset.yaml, PLAIN, home, prefix=as_other_user(home)) as program:
        program.wait_photo(image)
        program.says("viewing only")
        segment_disc(program, image)
        program.terminal.press("f")
        program.terminal.press("b")
        program.leave()
    assert image.label_path.read_bytes() == content
    image.label_path.parent.chmod(0o755)


def test_read_only_changes_nothing(make_dataset: Callable[..., DrawnDataset], home: Path) -> None:
    dataset = make_dataset(labelled=True)
    image = dataset.images[0]
    content = image.label_path.read_bytes()
    with labeler(dataset.yaml, PLAIN, home, "--read-only") as program:
        program.says("viewing only")
        segment_disc(program, image)
        program.terminal.press("f")
        program.says("--read-only")
        program.terminal.press("b")
        program.leave()
    assert image.label_path.read_bytes() == content


def test_d1_d4_lines_that_are_not_understood_are_kept(
    make_dataset: Callable[..., DrawnDataset], home: Path
) -> None:
    dataset = make_dataset(labelled=True)
    image = dataset.images[0]
    slab = image.label_lines()[1]
    lines = ["# checked twice", slab, "1 0.5 0.5 nan 0.1", "dog 0.1 0.1 0.1 0.1"]
    image.label_path.write_text("\n".join(lines) + "\n")
    with labeler(dataset.yaml, PLAIN, home) as program:
        segment_disc(program, image)
        program.terminal.press("f")
        wait_rows(program, image, len(lines) + 1)
        program.leave()
    assert image.label_path.read_text().splitlines()[: len(lines)] == lines


def test_a11_looking_without_editing_touches_no_file(
    make_dataset: Callable[..., DrawnDataset], home: Path
) -> None:
    dataset = make_dataset(labelled=True)

    def state() -> dict[Path, tuple[int, bytes]]:
        files = (path for path in dataset.root.rglob("*") if path.is_file())
        return {path: (path.stat().st_mtime_ns, path.read_bytes()) for path in files}

    before = state()
    with labeler(dataset.root, PLAIN, home) as program:
        program.wait_photo(dataset.images[0])
        program.terminal.type("d d a s")
        program.says("2/3")
        program.leave()
    assert state() == before


def test_a_window_too_small_says_so_and_recovers(dataset: DrawnDataset, home: Path) -> None:
    with labeler(dataset.yaml, KITTY, home, cols=30, rows=8) as program:
        program.says("Too small")
        program.terminal.resize(120, 32)
        program.wait_photo(dataset.images[0])
        program.leave()


def test_a_terminal_that_answers_nothing_gets_half_blocks(dataset: DrawnDataset, home: Path) -> None:
    with labeler(dataset.yaml, SILENT, home) as program:
        program.terminal.wait_for(lambda: "▀" in program.terminal.text() or "▄" in program.terminal.text())
        program.says("1/3")
        program.leave()


def test_b2_a_terminated_program_cleans_up(dataset: DrawnDataset, home: Path) -> None:
    with labeler(dataset.yaml, KITTY, home) as program:
        program.wait_photo(dataset.images[0])
        program.terminal.kill(signal.SIGTERM)
        assert program.terminal.wait_exit() == 143
        program.left_clean()


def test_a_single_image_without_a_dataset(dataset: DrawnDataset, tmp_path: Path, home: Path) -> None:
    alone = tmp_path / "alone" / "photo.png"
    write_image(alone, dataset.images[0].rgb)
    with labeler(alone, KITTY, home) as program:
        program.wait_photo(dataset.images[0])
        program.says("1/1", "photo.png")
        program.leave()
