"""`ttylabel models verify`."""

from __future__ import annotations

import hashlib

import pytest

from cli.modelfiles import publish, run, run_json
from inference import tinysam

FILES = {"encoder": tinysam.encoder_hwc(), "decoder": tinysam.decoder()}


def test_models_that_are_here_are_read_again(capsys: pytest.CaptureFixture[str]) -> None:
    folder = publish("mine", FILES, dict.fromkeys(FILES, "https://h/x"))
    (bundled,) = run_json(capsys, "verify")[1]["models"]
    assert (bundled["name"], bundled["ok"]) == ("sprout", True)
    for role, data in FILES.items():
        (folder / f"{role}.onnx").write_bytes(data)
    code, out, err = run(capsys, "verify")
    assert (code, out.splitlines()[0]) == (0, "mine: as its manifest states")
    assert "Reading mine ...\n" in err
    report = run_json(capsys, "verify", "mine", "-q")[1]
    assert [f["sha256"] for f in report["models"][0]["files"]] == [
        hashlib.sha256(d).hexdigest() for d in FILES.values()
    ]


def test_a_bit_that_fell_over_is_found(capsys: pytest.CaptureFixture[str]) -> None:
    folder = publish("mine", FILES, dict.fromkeys(FILES, "https://h/x"))
    for role, data in FILES.items():
        (folder / f"{role}.onnx").write_bytes(data)
    damaged = bytearray(FILES["decoder"])
    damaged[-3] ^= 1
    (folder / "decoder.onnx").write_bytes(damaged)
    code, out, _ = run(capsys, "verify", "mine")
    assert code == 1
    assert "decoder.onnx is damaged or another file" in out


def test_what_is_not_here_is_a_problem_when_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    code, report = run_json(capsys, "verify", "mobile-sam")
    assert code == 1
    assert "are not here" in report["models"][0]["problem"]
