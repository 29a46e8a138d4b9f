"""What comes with the program works on the first run: no download, no network, no configuration."""

from __future__ import annotations

import json
import socket
from pathlib import Path

import pytest

from datasets import DrawnDataset
from tui.cli.main import main
from tui.data import demo


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("it wants the network")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


def report_of(capsys: pytest.CaptureFixture[str], *argv: str) -> dict[str, object]:
    with pytest.raises(SystemExit) as leaving:
        main([*argv, "--json"])
    assert leaving.value.code == 0
    found: dict[str, object] = json.loads(capsys.readouterr().out)
    return found


@pytest.mark.parametrize(("options", "name"), [((), "sprout"), (("--segmenter", "grabcut"), "grabcut")])
def test_a_photo_is_segmented_by_what_is_bundled(
    dataset: DrawnDataset, capsys: pytest.CaptureFixture[str], options: tuple[str, ...], name: str
) -> None:
    x0, y0, x1, y1 = dataset.images[0].box(0)
    box = f"{x0 - 6:g},{y0 - 6:g},{x1 + 6:g},{y1 + 6:g}"
    report = report_of(capsys, "segment", str(dataset.images[0].path), "--box", box, *options)
    assert report["segmenter"] == name
    assert report["candidates"]


def test_the_demo_is_labelled_by_the_bundled_network(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(demo, "_SIZE_HW", (200, 300))
    monkeypatch.setattr(demo, "_PICTURES", ("fruit",))
    assert report_of(capsys, "demo", str(tmp_path / "demo"), "--headless")["segmenter"] == "sprout"
