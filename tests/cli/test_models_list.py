"""`ttylabel models list`."""

from __future__ import annotations

import pytest

from cli.modelfiles import publish, run, run_json
from tui.inference.store import user_models


def test_every_model_has_a_line_with_what_it_is_for(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(capsys, "list")
    rows = {line.split()[0]: line for line in out.splitlines()}
    assert (code, err) == (0, "")
    assert "segmenter  ready" in rows["grabcut"]
    assert "segmenter  not here" in rows["mobile-sam"]
    assert "detector" in rows["yolo11n"]
    assert "text" in rows["grounding-dino-tiny-int8"]


def test_json(capsys: pytest.CaptureFixture[str]) -> None:
    publish("mine", {"encoder": b"123"}, {"encoder": "https://h/e.onnx"})
    code, report = run_json(capsys, "list")
    mine = next(row for row in report["models"] if row["name"] == "mine")
    assert (code, report["errors"]) == (0, [])
    assert (mine["ready"], mine["bytes"], mine["absent"]) == (False, 3, ["encoder.onnx"])


@pytest.mark.parametrize("text", ["?", 'name = "odd"\ntitle = "T"\nprotocol = "telepathy"\nlicence = "L"\n'])
def test_a_manifest_of_no_use_is_said_beside_the_others(
    text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (user_models() / "odd").mkdir(parents=True)
    (user_models() / "odd" / "manifest.toml").write_text(text)
    code, out, err = run(capsys, "list")
    assert code == 1
    assert "mobile-sam" in out
    assert "odd" in err


def test_e4_what_a_manifest_says_does_not_drive_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    hostile = "\\u001b]52;c;x\\u0007 \\u009b2J \\u202e"
    folder = publish("mine", {"encoder": b"123"}, {"encoder": f"https://h/{hostile}"}, licence=hostile)
    manifest = folder / "manifest.toml"
    manifest.write_text(manifest.read_text().replace('title = "T"', f'title = "{hostile}"'))
    for verb in (["list"], ["info", "mine"], ["verify", "mine"], ["pull", "mine", "--offline"]):
        _, out, err = run(capsys, *verb)
        assert "\\x1b]52" in out + err or verb[0] == "verify"
        assert all(c.isprintable() or c == "\n" for c in out + err), verb
