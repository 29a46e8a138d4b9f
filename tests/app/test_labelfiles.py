"""What label files held when last read or written, and what others wrote since."""

from __future__ import annotations

from pathlib import Path

import pytest

from tui.app.labelfiles import LabelFiles
from tui.data.journal_state import digest_of
from tui.errors import ConflictError, SaveError
from tui.types.instance import Instance
from tui.types.shapes import Box

LINE, OTHER = "0 0.500000 0.500000 0.200000 0.200000\n", "1 0.500000 0.500000 0.100000 0.100000\n"
WH = (100, 100)
NEW = Instance(2, Box(0, 0, 10, 10))


@pytest.fixture
def image(tmp_path: Path) -> Path:
    return tmp_path / "a.jpg"


@pytest.fixture
def files(tmp_path: Path) -> LabelFiles:
    return LabelFiles(lambda path: path.with_suffix(".txt"), tmp_path)


def write(image: Path, text: str) -> None:
    image.with_suffix(".txt").write_text(text)


def test_what_is_read_is_what_saves_build_on(files: LabelFiles, image: Path) -> None:
    write(image, LINE)
    read = files.read(image, WH)
    assert (len(read.instances), read.has_file, read.changed) == (1, True, False)
    base = files.base(image)
    assert base is not None
    assert (base.wh, base.digest, base.instances) == (WH, digest_of(LINE.encode()), read.instances)
    before, written = files.save(image, (*read.instances, NEW))
    assert before.data.decode() == LINE
    assert written[1].shape == NEW.shape
    assert written[1].source == image.with_suffix(".txt").read_text().splitlines()[1]


def test_d8_no_file_and_an_empty_file_differ(files: LabelFiles, image: Path) -> None:
    missing = files.read(image, WH)
    write(image, "")
    empty = files.read(image, WH)
    assert (missing.has_file, empty.has_file) == (False, True)
    assert missing.digest != empty.digest
    assert empty.changed


def test_c2_reading_what_another_wrote_changes_nothing_until_it_is_accepted(
    files: LabelFiles, image: Path
) -> None:
    write(image, LINE)
    files.read(image, WH)
    write(image, OTHER)
    read = files.read(image, WH)
    assert read.changed
    with pytest.raises(ConflictError):
        files.save(image, (NEW,))
    assert image.with_suffix(".txt").read_text() == OTHER
    files.accept(image)
    files.save(image, (NEW,))
    assert image.with_suffix(".txt").read_text().startswith("2 ")


def test_what_is_read_while_a_save_is_on_its_way_is_not_laid_aside(files: LabelFiles, image: Path) -> None:
    files.read(image, WH)
    files.queued(image, +1)
    files.save(image, (NEW,))
    write(image, OTHER)
    assert files.read(image, WH).changed
    files.accept(image)
    files.queued(image, -1)
    with pytest.raises(ConflictError):
        files.save(image, ())
    assert [i.class_id for i in files.theirs(image).instances] == [1]
    files.accept(image)
    files.save(image, ())


def test_labels_never_read_or_unreadable_are_never_written(files: LabelFiles, image: Path) -> None:
    with pytest.raises(SaveError, match="cannot be read"):
        files.save(image, (NEW,))
    write(image, LINE)
    files.read(image, WH)
    image.with_suffix(".txt").write_bytes(b"0 \0")
    assert files.read(image, WH).blocked
    with pytest.raises(SaveError, match="cannot be read"):
        files.save(image, (NEW,))
    assert files.base(image) is None


def test_c2_looking_tells_each_change_once(files: LabelFiles, image: Path) -> None:
    write(image, LINE)
    assert files.look(image) is None
    files.read(image, WH)
    assert files.look(image) is None
    write(image, OTHER)
    found = files.look(image)
    assert found is not None
    assert [i.class_id for i in found.instances] == [1]
    assert files.look(image) is None
    image.with_suffix(".txt").unlink()
    gone = files.look(image)
    assert gone is not None
    assert not gone.has_file
    image.with_suffix(".txt").mkdir()
    blocked = files.look(image)
    assert blocked is not None
    assert "folder" in blocked.blocked
    assert files.look(image) is None


def test_looking_is_silent_while_a_save_is_on_its_way(files: LabelFiles, image: Path) -> None:
    write(image, LINE)
    files.read(image, WH)
    write(image, OTHER)
    files.queued(image, +1)
    assert files.look(image) is None
    files.queued(image, -1)
    assert files.look(image) is not None


def test_i7_a_picture_of_another_size_reads_the_same_lines_in_its_pixels(
    files: LabelFiles, image: Path
) -> None:
    write(image, LINE)
    assert files.read(image, WH).instances[0].shape == Box(40, 40, 60, 60)
    assert files.read(image, (200, 100)).instances[0].shape == Box(80, 40, 120, 60)
    assert not files.read(image, (200, 100)).changed
