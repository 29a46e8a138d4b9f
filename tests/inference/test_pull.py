"""What is missing of a model, and one zip for two processes; the rest is in `cli/test_models_pull`."""

from __future__ import annotations

import subprocess
import sys
import threading

import pytest

from cli.modelfiles import publish
from cli.test_models_pull import FILES, zipped
from inference.webserver import Page, serving
from tui.inference.pull import missing, pull
from tui.inference.store import find


def test_missing_is_what_is_absent_or_another_file() -> None:
    folder = publish("mine", FILES, dict.fromkeys(FILES, "https://h/x"))
    assert [file.role for file in missing(find("mine"))] == ["encoder", "decoder"]
    (folder / "encoder.onnx").write_bytes(FILES["encoder"])
    (folder / "decoder.onnx").write_bytes(b"\0" * len(FILES["decoder"]))
    assert [file.role for file in missing(find("mine"))] == ["decoder"]


def test_a_model_without_files_is_complete() -> None:
    assert pull(find("grabcut"), offline=True) == ()


def test_two_processes_unpack_one_zip_once(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    code = (
        "from tui.inference.pull import pull; from tui.inference.store import find\n"
        "model = find('mine'); print('begun', flush=True); print(len(pull(model)))"
    )
    go = threading.Event()
    with serving(all__zip=Page(zipped(**FILES), hold=lambda: go.wait(60))) as server:
        publish("mine", FILES, dict.fromkeys(FILES, server.url("/all.zip")), archive=True)
        argv = [sys.executable, "-c", code]
        running = [subprocess.Popen(argv, stdout=subprocess.PIPE, text=True) for _ in range(2)]
        for process in running:
            assert process.stdout is not None
            assert process.stdout.readline() == "begun\n"
        go.set()
        out = [process.communicate(timeout=60)[0] for process in running]
    assert out == ["2\n", "2\n"]
    assert len(server.asked) == 1
