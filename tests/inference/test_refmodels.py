"""No reference model and no golden file is left out: each is in the table of a test that reproduces it."""

from __future__ import annotations

from inference import refmodels
from inference.detectors import test_yolo_golden
from inference.segmenters import test_families_golden, test_sam_golden

SEGMENTERS = test_families_golden.TABLE | refmodels.PAIRS
DETECTORS = test_yolo_golden.MODELS
GROUNDERS = {"gdino_hf": "gdino", "gdino_idea": "gdino"}
"""Compared by `grounding/test_dino.py`, test_the_reference_is_reproduced."""


def test_every_golden_file_is_reproduced() -> None:
    there = {path.stem for path in (refmodels.folder() / "golden").glob("*.npz")}
    compared = {golden for _, _, golden in SEGMENTERS.values()}
    assert compared | set(DETECTORS.values()) | set(GROUNDERS.values()) == there


def test_every_model_is_run() -> None:
    there = {path.stem for path in (refmodels.folder() / "tiny").glob("*.onnx")}
    halves = {half for encoder, decoder, _ in SEGMENTERS.values() for half in (encoder, decoder)}
    assert halves | set(DETECTORS) | set(GROUNDERS) == there


def test_the_tables_are_what_the_tests_go_through() -> None:
    assert test_sam_golden.refmodels.PAIRS is refmodels.PAIRS
    assert refmodels.FAMILIES.items() <= test_families_golden.TABLE.items()
