"""Data on standard output, talk on standard error, nothing raw."""

from __future__ import annotations

import json

import pytest

from tui.cli.output import complain, emit, emit_json, say
from tui.errors import ImageError


def test_json_is_one_ascii_line(capsys: pytest.CaptureFixture[str]) -> None:
    emit_json({"image": "é\x1b[2J\ud800", "n": 1})
    out = capsys.readouterr().out
    assert out.isascii()
    assert out.count("\n") == 1
    assert json.loads(out)["n"] == 1


def test_talk_goes_to_stderr_escaped_unless_quiet(capsys: pytest.CaptureFixture[str]) -> None:
    say("a\x1b[2J")
    say("not this", quiet=True)
    out, err = capsys.readouterr()
    assert out == ""
    assert err == "a\\x1b[2J\n"


def test_complaint_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    complain(ImageError("x\ny.jpg is not an image", "its content is text", "Name an image"))
    expected = "ttylabel: x\\x0ay.jpg is not an image: its content is text. Name an image\n"
    assert capsys.readouterr().err == expected


def test_emit(capsys: pytest.CaptureFixture[str]) -> None:
    emit("0 0.5 0.5 0.1 0.1")
    assert capsys.readouterr().out == "0 0.5 0.5 0.1 0.1\n"
