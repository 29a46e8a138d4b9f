"""`ttylabel models pull`, from a server on this machine."""

from __future__ import annotations

import io
import zipfile

import pytest

from cli.modelfiles import publish, run, run_json
from inference import tinysam
from inference.webserver import Page, serving
from tui.cli.models_pull import Meter
from tui.inference import fetch
from tui.inference.store import find, verify

FILES = {"encoder": tinysam.encoder_hwc(), "decoder": tinysam.decoder()}


@pytest.fixture(autouse=True)
def _direct(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetch, "PAUSES_S", ())
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy", "TTYLABEL_OFFLINE"):
        monkeypatch.delenv(name, raising=False)


def zipped(**files: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in files.items():
            archive.writestr(f"inside/{name}.onnx", data)
    return out.getvalue()


def test_files_come_and_are_ready(capsys: pytest.CaptureFixture[str]) -> None:
    with serving(encoder=Page(FILES["encoder"]), decoder=Page(FILES["decoder"])) as server:
        publish(
            "mine", FILES, {role: server.url(f"/{role}.onnx") for role in FILES}, licence="Rare Licence 7"
        )
        code, out, err = run(capsys, "pull", "mine")
        assert (code, out) == (0, "")
        assert "licence of the weights: Rare Licence 7" in err
        assert "Fetching encoder.onnx" in err
        assert "mine: 2 of 2 files fetched; ready." in err
        assert verify(find("mine"))
        code, report = run_json(capsys, "pull", "mine")
        assert [file["fetched"] for file in report["models"][0]["files"]] == [False, False]
        assert len(server.asked) == 2


def test_files_come_out_of_a_zip_that_is_not_kept(capsys: pytest.CaptureFixture[str]) -> None:
    with serving(all__zip=Page(zipped(**FILES, other=b"x"))) as server:
        folder = publish("mine", FILES, dict.fromkeys(FILES, server.url("/all.zip")), archive=True)
        assert run(capsys, "pull", "mine", "-q") == (0, "", "")
        assert len(server.asked) == 1
    names = {p.name for p in folder.iterdir() if not p.name.startswith(".")}
    assert names == {"manifest.toml", "encoder.onnx", "decoder.onnx"}


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (zipped(encoder=FILES["encoder"]), "does not hold decoder.onnx: it holds 0 files of that name"),
        (
            zipped(encoder=FILES["encoder"], decoder=b"short"),
            "does not hold decoder.onnx: its size is another",
        ),
        (zipped(encoder=FILES["encoder"], decoder=b"\0" * len(FILES["decoder"])), "is another file"),
        (b"PK\x03\x04 but no zip", "is no usable zip"),
        (b"<html>log in</html>", "is a web page"),
    ],
)
def test_a_zip_with_something_else(data: bytes, words: str, capsys: pytest.CaptureFixture[str]) -> None:
    with serving(all__zip=Page(data)) as server:
        folder = publish("mine", FILES, dict.fromkeys(FILES, server.url("/all.zip")), archive=True)
        code, _, err = run(capsys, "pull", "mine")
    assert code == 1
    assert words in err
    assert not (folder / "decoder.onnx").exists()


def test_one_model_that_fails_does_not_keep_the_others(capsys: pytest.CaptureFixture[str]) -> None:
    with serving(encoder=Page(FILES["encoder"]), decoder=Page(FILES["decoder"])) as server:
        urls = {role: server.url(f"/{role}.onnx") for role in FILES}
        publish("gone", FILES, {role: server.url("/nowhere.onnx") for role in FILES})
        publish("mine", FILES, urls)
        code, report = run_json(capsys, "pull", "gone", "mine")
    assert code == 1
    assert [row["ok"] for row in report["models"]] == [False, True]
    assert "HTTP 404" in report["models"][0]["problem"]


def test_m7_offline_nothing_is_asked_for(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving(encoder=Page(FILES["encoder"]), decoder=Page(FILES["decoder"])) as server:
        folder = publish("mine", FILES, {role: server.url(f"/{role}.onnx") for role in FILES})
        code, _, err = run(capsys, "pull", "mine", "--offline")
        assert code == 1
        assert "--offline forbids to fetch" in err
        monkeypatch.setenv("TTYLABEL_OFFLINE", "1")
        assert run(capsys, "pull", "mine")[0] == 1
        for role, data in FILES.items():
            (folder / f"{role}.onnx").write_bytes(data)
        assert run(capsys, "pull", "mine")[0] == 0
        assert server.asked == []


def test_a_file_without_an_address(capsys: pytest.CaptureFixture[str]) -> None:
    folder = publish("mine", FILES, dict.fromkeys(FILES, "https://h/x"))
    text = (folder / "manifest.toml").read_text()
    (folder / "manifest.toml").write_text(text.replace('url = "https://h/x"', ""))
    code, _, err = run(capsys, "pull", "mine")
    assert code == 1
    assert "no address for encoder.onnx, decoder.onnx" in err


def test_the_way_to_fetch_is_said_where_files_are_missed(capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = run(capsys, "bench", "mobile-sam")
    assert code == 2
    assert "Run `ttylabel models pull mobile-sam`, or put them into" in err


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_in_a_terminal_one_line_moves(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = Terminal()
    monkeypatch.setattr("sys.stderr", screen)
    meter = Meter(quiet=False)
    for name, done, total in (("a\x1b", 0, 200), ("a\x1b", 200, 200), ("b", 5, None)):
        meter.show(name, done, total)
    meter.end()
    text = screen.getvalue()
    assert "100% of 0.0 MB" in text
    assert text.count("\n") == 2
    assert "a\x1b " not in text
