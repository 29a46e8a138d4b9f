"""`ttylabel models bench`: every kind of model is measured; the figures themselves are nobody's promise."""

from __future__ import annotations

from pathlib import Path

import pytest

from cli.modelfiles import run, run_json, write
from inference import tinysam
from inference.detectors import tinyyolo
from inference.grounding import tinydino

SMALL = ("--size", "64x48", "--repeat", "1")


def test_a_segmenter(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(tmp_path / "m", e=tinysam.encoder_hwc(), d=tinysam.decoder())
    code, report = run_json(capsys, "bench", str(tmp_path / "m"), *SMALL)
    assert (code, report["provider"], report["size"]) == (0, "CPU", [64, 48])
    assert set(report["steps"]) == {"encode", "decode"}
    assert all(step["ms"] > 0 and step["ratio"] > 0 for step in report["steps"].values())
    out = run(capsys, "bench", str(tmp_path / "m"), *SMALL, "--provider", "cpu")[1]
    assert "m on CPU, 64x48" in out
    assert "the bare call" in out


def test_a_segmenter_without_a_network_has_no_bare_call(capsys: pytest.CaptureFixture[str]) -> None:
    code, report = run_json(capsys, "bench", "grabcut", *SMALL)
    assert (code, report["steps"]["decode"]["ratio"]) == (0, None)
    assert "bare" not in run(capsys, "bench", "grabcut", *SMALL)[1]


def test_a_detector(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(tmp_path / "m", finder=tinyyolo.model(tinyyolo.raw()))
    assert set(run_json(capsys, "bench", str(tmp_path / "m"), *SMALL)[1]["steps"]) == {"detect"}


def test_a_text_model(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("tokenizers")
    place = tinydino.write_model(tmp_path / "m", "hf").parent
    report = run_json(capsys, "bench", str(place), *SMALL, "--text", "cat . red car")[1]
    assert set(report["steps"]) == {"ground"}


@pytest.mark.parametrize("size", ["big", "0x5", "10"])
def test_a_size_that_is_none(size: str, capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = run(capsys, "bench", "grabcut", "--size", size)
    assert code == 2
    assert "Write WxH" in err
