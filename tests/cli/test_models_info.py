"""`ttylabel models info`."""

from __future__ import annotations

import pytest

from cli.modelfiles import publish, run, run_json
from tui.cli.models_info import limit_words
from tui.inference.segmenters.base import Limits


def test_where_files_are_and_belong(capsys: pytest.CaptureFixture[str]) -> None:
    folder = publish(
        "mine", {"encoder": b"123", "decoder": b"45"}, dict.fromkeys(("encoder", "decoder"), "https://h/x")
    )
    (folder / "encoder.onnx").write_bytes(b"123")
    code, out, _ = run(capsys, "info", "mine")
    assert code == 0
    assert f"at      {folder}/encoder.onnx" in out
    assert f"belongs at {folder}/decoder.onnx" in out
    assert "encoder: encoder.onnx, 3 bytes, here" in out
    (folder / "encoder.onnx").write_bytes(b"1234")
    assert run_json(capsys, "info", "mine")[1]["files"][0]["state"] == "another size"


def test_a_licence_that_forbids_commercial_use_is_a_warning(capsys: pytest.CaptureFixture[str]) -> None:
    assert "forbids commercial use" in run(capsys, "info", "edge-sam")[1]
    assert run_json(capsys, "info", "edge-sam")[1]["commercial_use"] is False
    assert "forbids" not in run(capsys, "info", "mobile-sam")[1]


def test_limits_are_said_in_words(capsys: pytest.CaptureFixture[str]) -> None:
    assert (
        "limits    no mask input, no negative points, 6 points at most"
        in run(capsys, "info", "efficient-sam-ti")[1]
    )
    assert run_json(capsys, "info", "slimsam-int8")[1]["limits"] == ["no boxes", "no mask input"]
    assert limit_words(Limits()) == ()


def test_what_is_not_published_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    out = run(capsys, "info", "sam-hq-vit-b")[1]
    assert "size not published" in out
    assert "sha256  not published" in out


def test_an_unknown_model(capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = run(capsys, "info", "mobilesam")
    assert code == 2
    assert "Did you mean 'mobile-sam'" in err
