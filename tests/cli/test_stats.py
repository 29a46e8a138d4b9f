"""`ttylabel stats`: text, JSON, the page, and what it refuses."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from datasets import DrawnDataset
from tui.cli.main import main
from tui.data.dataset import open_dataset
from tui.data.sidecar import sidecar_of


@pytest.fixture
def made(make_dataset: Callable[..., DrawnDataset]) -> DrawnDataset:
    return make_dataset(labelled=True)


def run(capsys: pytest.CaptureFixture[str], *argv: str | Path) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as leaving:
        main(["stats", *map(str, argv)])
    assert isinstance(leaving.value.code, int)
    return leaving.value.code, *capsys.readouterr()


def test_json(made: DrawnDataset, capsys: pytest.CaptureFixture[str]) -> None:
    sidecar_of(open_dataset(made.root)).update(made.images[0].path, state="accepted", objects=2)
    code, out, _ = run(capsys, made.root, "--json")
    found = json.loads(out)
    assert code == 0
    assert (found["images"], found["objects"], found["complete"]) == (3, 6, True)
    assert found["classes"][0] == {
        "class_id": 0,
        "name": "disc",
        "objects": 3,
        "images": 3,
        "splits": {"train": 3},
    }
    assert (found["states"]["accepted"], found["states"]["never_opened"]) == (1, 2)
    assert found["splits"]["train"] == {"images": 3, "labelled": 3, "objects": 6}
    assert sum(found["days"].values()) == 1
    assert sum(found["sizes"].values()) == 6
    assert found["objects_per_image"]["2"] == 3


def test_text_and_nothing_on_disk(made: DrawnDataset, capsys: pytest.CaptureFixture[str]) -> None:
    before = sorted(made.root.rglob("*"))
    code, out, err = run(capsys, made.root)
    assert (code, err) == (0, "")
    assert out.startswith("3 images: 3 with objects")
    assert "never opened       3" in out
    assert "labelled as empty  0" in out
    assert sorted(made.root.rglob("*")) == before


def test_what_cannot_be_read_ends_in_code_1(made: DrawnDataset, capsys: pytest.CaptureFixture[str]) -> None:
    made.images[0].label_path.write_bytes(b"\xff\xfe")
    code, out, _ = run(capsys, made.root)
    assert (code, "1 unreadable" in out) == (1, True)


def test_a_page_is_written_and_replaces_only_pages(
    made: DrawnDataset, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    html = tmp_path / "page.html"
    code, out, err = run(capsys, made.root, "--html", html, "--json")
    assert (code, json.loads(out)["html"]) == (0, str(html))
    assert f"The page is {html}" in err
    assert html.read_text("utf-8").count("data:image/jpeg") == 9
    assert run(capsys, made.root, "--html", html)[0] == 0
    html.write_text("<html>mine</html>")
    code, _, err = run(capsys, made.root, "--html", html)
    assert (code, "is there already" in err) == (2, True)
    assert html.read_text() == "<html>mine</html>"
    assert run(capsys, made.root, "--html", tmp_path / "no" / "page.html")[0] == 2
    assert run(capsys, made.root, "--html", tmp_path)[0] == 2


def test_e1_foreign_names_cannot_drive_the_terminal(
    made: DrawnDataset, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    folder = made.root / "images" / "\x1b[2J"
    (made.root / "images" / "train").rename(folder)
    (made.root / "labels" / "train").rename(made.root / "labels" / "\x1b[2J")
    made.yaml.write_text('train: "images/\\e[2J"\nnames: [disc, "a\\u202eb"]\n')
    for options in ((), ("-v",), ("--json",)):
        code, out, err = run(capsys, made.root, *options)
        assert code == 0
        assert not set(out + err) & {"\x1b", "\u202e"}


def test_poses_are_refused(made: DrawnDataset, capsys: pytest.CaptureFixture[str]) -> None:
    made.yaml.write_text(made.yaml.read_text() + "kpt_shape: [17, 3]\n")
    assert run(capsys, made.root)[0] == 2
