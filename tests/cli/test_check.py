"""`ttylabel check`: what it prints, and its exit codes."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from data.test_claims import other_session
from datasets import DrawnDataset
from tui.cli import check
from tui.cli.check import WORDS
from tui.cli.main import main
from tui.data.check import FIXES, Checker, Finding

BOX = "0 0.5 0.5 0.2 0.2"


@pytest.fixture
def made(make_dataset: Callable[..., DrawnDataset]) -> DrawnDataset:
    return make_dataset(labelled=True)


def run(capsys: pytest.CaptureFixture[str], *argv: str | Path) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as leaving:
        main(["check", *map(str, argv)])
    assert isinstance(leaving.value.code, int)
    return leaving.value.code, *capsys.readouterr()


def test_a_clean_dataset(made: DrawnDataset, capsys: pytest.CaptureFixture[str]) -> None:
    made.images[2].label_path.unlink()
    code, out, err = run(capsys, made.root)
    assert (code, out) == (0, "")
    assert "3 images: 2 labelled with 4 objects, 0 labelled as empty, 1 without labels" in err
    assert run(capsys, made.root, "-q") == (0, "", "")


def test_findings_are_lines_to_jump_to(
    made: DrawnDataset, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    made.images[1].label_path.write_text(f"{BOX}\n5{BOX[1:]}\n{BOX}\n")
    monkeypatch.chdir(made.root)
    code, out, err = run(capsys, ".")
    assert code == 1
    twice = f"labels/train/img_001.txt:3: the same line stands twice, first in line 1. {FIXES['duplicate']}"
    assert out.splitlines() == [
        f"labels/train/img_001.txt:2: there is no class 5. {FIXES['class']}",
        f"{twice} (--fix: deleted, line 1 stays)",
    ]
    assert f"1  {WORDS['duplicate']}" in err
    assert "1 of these --fix mends." in err


def test_what_is_safe_is_mended_and_the_rest_is_left(
    made: DrawnDataset, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    label = made.images[1].label_path
    label.write_text(f"{BOX}\n{BOX}\n5{BOX[1:]}\n")
    before = label.read_text()
    monkeypatch.chdir(made.root)
    assert run(capsys, ".", "--dry-run")[0] == 2
    assert run(capsys, ".", "--fix", "--dry-run")[:2] == run(capsys, ".")[:2]
    assert (label.read_text(), (made.root / ".ttylabel").exists()) == (before, False)
    code, out, err = run(capsys, ".", "--fix")
    assert (code, label.read_text()) == (1, f"{BOX}\n5{BOX[1:]}\n")
    assert out.splitlines() == [
        "labels/train/img_001.txt:2: the same line stands twice, first in line 1. "
        "Mended: deleted, line 1 stays",
        f"labels/train/img_001.txt:2: there is no class 5. {FIXES['class']}",
    ]
    assert "1 label file mended. What each held before is in" in err
    label.write_text(f"{BOX}\n{BOX}\n")
    code, out, _ = run(capsys, ".", "--fix", "--json")
    mended, summary = map(json.loads, out.splitlines())
    assert (code, mended["mended"], summary["mended"], summary["findings"]) == (0, True, {"duplicate": 1}, {})
    kept = Path(summary["kept"]) / "labels" / "train" / label.name
    assert kept.read_text() == f"{BOX}\n{BOX}\n"
    assert run(capsys, ".", "--fix")[0] == 0


def test_nothing_is_mended_where_someone_labels(
    made: DrawnDataset, capsys: pytest.CaptureFixture[str]
) -> None:
    label = made.images[1].label_path
    label.write_text(f"{BOX}\n{BOX}\n")
    with other_session(made.root):
        assert run(capsys, made.root, "--fix")[0] == 4
        assert run(capsys, made.root, "--fix", "--dry-run")[0] == 1
    assert label.read_text() == f"{BOX}\n{BOX}\n"


def test_nothing_is_mended_while_a_session_left_something_unsaved(
    made: DrawnDataset, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    label = made.images[1].label_path
    label.write_text(f"{BOX}\n{BOX}\n")
    monkeypatch.setattr(check, "waiting", lambda dataset: "see `ttylabel recover PATH`")
    code, _, err = run(capsys, made.root, "--fix")
    assert (code, "recover" in err) == (2, True)
    assert label.read_text() == f"{BOX}\n{BOX}\n"


def test_a_file_that_must_not_be_written_ends_in_code_3(
    made: DrawnDataset, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    label, there = made.images[1].label_path, tmp_path / "theirs.txt"
    there.write_text(f"{BOX}\n{BOX}\n")
    label.unlink()
    label.symlink_to(there)
    code, _, err = run(capsys, made.root, "--fix")
    assert (code, "leads outside the dataset" in err) == (3, True)


def test_json(made: DrawnDataset, capsys: pytest.CaptureFixture[str]) -> None:
    made.images[1].label_path.write_text(f"{BOX}\n5{BOX[1:]}\n")
    code, out, _ = run(capsys, made.root, "--json", "--tiny", "50")
    *found, summary = map(json.loads, out.splitlines())
    assert code == 1
    assert [(one["type"], one["kind"], one["line"]) for one in found[-3:]] == [
        ("finding", "tiny", 2),
        ("finding", "tiny", 1),
        ("finding", "tiny", 2),
    ]
    chosen = next(one for one in found if one["kind"] == "class")
    assert chosen["file"] == str(made.images[1].label_path)
    assert chosen["what"] == "there is no class 5"
    assert chosen["fix"] == FIXES["class"]
    assert summary == {
        "type": "summary",
        "complete": True,
        "images": 3,
        "labelled": 3,
        "empty": 0,
        "unlabelled": 0,
        "objects": 6,
        "unreadable_folders": 0,
        "findings": {"tiny": 6, "class": 1},
        "safe": 0,
        "mended": {},
        "mended_files": 0,
        "kept": None,
    }


def test_images_that_cannot_be_read(made: DrawnDataset, capsys: pytest.CaptureFixture[str]) -> None:
    made.images[0].path.write_bytes(b"no image")
    assert run(capsys, made.root)[0] == 0
    code, out, _ = run(capsys, made.root, "--images")
    assert code == 1
    assert out.startswith(str(made.images[0].path))


def test_foreign_text_cannot_drive_the_terminal(
    made: DrawnDataset, capsys: pytest.CaptureFixture[str]
) -> None:
    bad = made.images[0].path.parent / "a\x1b[2J\nb\udcff.png"
    made.images[0].path.rename(bad)
    label = made.images[0].label_path.parent / "a\x1b[2J\nb\udcff.txt"
    label.write_text("\x1b[31mred 0.5 0.5 0.2 0.2\n")
    code, out, _ = run(capsys, made.root)
    assert code == 1
    assert "\x1b" not in out
    assert out.count("\n") == 2
    assert r"a\x1b[2J\x0ab\xff.txt:1" in out
    code, out, _ = run(capsys, made.root, "--json")
    assert all(json.loads(line) for line in out.splitlines())
    assert "b%FF.txt" in out


def test_a_class_file_counts(made: DrawnDataset, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "one.txt").write_text("disc\n")
    code, out, _ = run(capsys, made.root, "--classes", tmp_path / "one.txt")
    assert code == 1
    assert out.count("there is no class 1") == 3


def test_poses_are_refused(made: DrawnDataset, capsys: pytest.CaptureFixture[str]) -> None:
    made.yaml.write_text(made.yaml.read_text() + "kpt_shape: [17, 3]\n")
    code, _, err = run(capsys, made.root)
    assert code == 2
    assert "pose" in err


def test_a_signal_ends_it_after_the_image_in_hand(
    made: DrawnDataset, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    class Interrupted(Checker):
        def image(self, image: Path) -> list[Finding]:
            os.kill(os.getpid(), signal.SIGTERM)
            return super().image(image)

    monkeypatch.setattr(check, "Checker", Interrupted)
    code, out, err = run(capsys, made.root, "--json")
    assert code == 143
    assert json.loads(out)["complete"] is False
    assert "Stopped early" in err


def test_every_kind_is_in_the_summary() -> None:
    assert WORDS.keys() == FIXES.keys()
