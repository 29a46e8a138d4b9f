"""`ttylabel PATH`: options reach the labeler."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tui.app import start
from tui.cli.main import main
from tui.inference.detectors.base import DetectorOptions


def opened_with(monkeypatch: pytest.MonkeyPatch, *argv: str) -> start.Request:
    requests: list[Any] = []
    monkeypatch.setattr(start, "run_labeler", lambda request, config, say: requests.append(request) or 0)
    with pytest.raises(SystemExit) as leaving:
        main(list(argv))
    assert leaving.value.code == 0
    (request,) = requests
    assert isinstance(request, start.Request)
    return request


def test_path_alone_leaves_everything_to_the_configuration(monkeypatch: pytest.MonkeyPatch) -> None:
    assert opened_with(monkeypatch, "images") == start.Request(Path("images"))


def test_every_option_arrives(monkeypatch: pytest.MonkeyPatch) -> None:
    argv = "images --task segment --segmenter mobile-sam --classes names.txt --graphics sixel --keymap vim"
    more = (
        "--labels-dir out --read-only --no-autosave --low-bandwidth -v --detector yolo11n --grounder gd.onnx"
    )
    facts = ("--detector-names", "cat,red car", "--detector-size", "640x480", "--detector-task", "obb")
    maps = ("--map", "car -> vehicle", "--map", "* -> thing", "--text", "red car -> car", "--filter", "lint")
    assert opened_with(monkeypatch, *argv.split(), *more.split(), *maps, *facts) == start.Request(
        path=Path("images"),
        task="segment",
        segmenter="mobile-sam",
        classes_file=Path("names.txt"),
        graphics="sixel",
        keymap="vim",
        labels_dir=Path("out"),
        read_only=True,
        autosave=False,
        low_bandwidth=True,
        verbose=True,
        detector="yolo11n",
        detector_facts=DetectorOptions(("cat", "red car"), (640, 480), task="obb"),
        grounder="gd.onnx",
        rules=("car -> vehicle", "* -> thing"),
        text="red car -> car",
        review="lint",
    )


def test_options_may_stand_before_the_path(monkeypatch: pytest.MonkeyPatch) -> None:
    assert opened_with(monkeypatch, "--task", "segment", "images").task == "segment"


def test_a_review_shows_what_nobody_judged_unless_a_filter_says_otherwise(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert opened_with(monkeypatch, "images", "--review").review == ""
    assert opened_with(monkeypatch, "images", "--review", "--filter", "lint").review == "lint"
    assert opened_with(monkeypatch, "images").review is None
