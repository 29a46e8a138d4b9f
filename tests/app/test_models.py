"""Models are found at once and opened later; what is absent is said in words."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from inference import refmodels
from tui.app.models import Wanted, find_finders, find_segmenter
from tui.config import Config
from tui.errors import ModelError, UsageError
from tui.inference.detectors.base import DetectorOptions
from tui.inference.detectors.told import told
from tui.inference.preference import prefer
from tui.pipelines.everything import Wish


def test_the_configured_segmenter_is_found_and_not_opened() -> None:
    found = find_segmenter(Wanted(), Config())
    assert (found.name, found.ready, found.provider) == ("sprout", False, "loading…")
    assert found.opened().name == "sprout"
    assert found.provider == "CPU"


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("grabcat", "Did you mean 'grabcut'"),
        ("mobile-sam", "are not here"),
        ("yolo11n", "cannot answer|not here"),
    ],
)
def test_a_segmenter_that_is_not_there(name: str, words: str) -> None:
    with pytest.raises(ModelError) as caught:
        find_segmenter(Wanted(segmenter=name), Config())
    assert any(word in caught.value.sentence for word in words.split("|"))


def test_who_insists_on_a_card_is_told_before_anything_opens() -> None:
    prefer(require_gpu=True)
    try:
        with pytest.raises(ModelError, match="uses none"):
            find_segmenter(Wanted("grabcut"), Config())
    finally:
        prefer()


def test_nothing_is_looked_for_by_default() -> None:
    finders, notices = find_finders(Wanted(), Config())
    assert (finders.detector, finders.grounder, finders.everything, notices) == (None, None, Wish(), ())


def test_a_model_of_the_command_line_must_be_there(tmp_path: Path) -> None:
    for name in ("no-such-model", str(tmp_path / "absent.onnx")):
        for wanted in (Wanted(detector=name), Wanted(grounder=name)):
            with pytest.raises(ModelError):
                find_finders(wanted, Config())


def test_a_model_of_the_settings_may_be_absent() -> None:
    finders, notices = find_finders(Wanted(), Config(detector="yolo11m-missing", grounder="nothing.onnx"))
    assert finders.detector is finders.grounder is None
    assert len(notices) == 2
    assert all("config.toml" in notice for notice in notices)


def test_a_detector_is_opened_when_it_is_needed() -> None:
    finders, _ = find_finders(
        Wanted(detector=str(refmodels.tiny("yolo11n_det")), rules=("* -> x",)), Config()
    )
    assert finders.detector is not None
    assert finders.detector.opened is None
    assert finders.detector.name == finders.detector.get().name == "yolo11n_det"
    assert finders.rules == ("* -> x",)
    finders.detector.get().close()


def test_what_the_person_says_of_a_detector_reaches_it() -> None:
    wanted = Wanted(detector=str(refmodels.tiny("yolo11n_det")), facts=told([f"c{i}" for i in range(6)]))
    finders, _ = find_finders(wanted, Config())
    assert finders.detector is not None
    detector = finders.detector.get()
    assert detector.classes[:2] == ("c0", "c1")
    detector.close()


def test_settings_of_everything_are_laid_over_the_defaults() -> None:
    finders, _ = find_finders(Wanted(), Config(everything_side=8, everything_score=0.5))
    assert finders.everything == Wish(side=8, min_score=0.5)


@pytest.mark.parametrize("about", [{"rules": ("a -> b",)}, {"facts": DetectorOptions(names=("a",))}])
def test_words_about_a_detector_that_nobody_named_are_refused(about: dict[str, Any]) -> None:
    with pytest.raises(UsageError, match="there is none"):
        find_finders(Wanted(**about), Config())
