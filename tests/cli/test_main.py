"""The command line: verbs, exit codes, words for mistakes."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest

from datasets import DrawnDataset
from tui import __version__
from tui.cli.main import cli, main


def run(capsys: pytest.CaptureFixture[str], *argv: str) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as leaving:
        main(list(argv))
    out, err = capsys.readouterr()
    code = leaving.value.code
    assert isinstance(code, int)
    return code, out, err


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, "--version") == (0, f"ttylabel {__version__}\n", "")


@pytest.mark.parametrize("verb", list(cli.commands))
def test_every_verb_and_option_is_documented(verb: str, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, verb, "--help")
    assert code == 0
    assert cli.commands[verb].help
    for option in cli.commands[verb].params:
        if option.param_type_name == "option":
            assert getattr(option, "help", None), f"{verb} {option.opts}"
    assert "Usage" in out


def test_help_lists_the_verbs_but_not_the_default(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "--help")
    assert code == 0
    assert "ttylabel PATH" in out
    for verb in ("demo", "segment", "keys"):
        assert f"  {verb}" in out
    assert "  label " not in out


def test_mistyped_verb_is_hinted(capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = run(capsys, "segmnt")
    assert code == 2
    assert "Did you mean 'segment'" in err


def test_unknown_option(capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = run(capsys, "segment", "x.jpg", "--pont", "1,2,+")
    assert code == 2
    assert "--pont" in err


def test_labeler_without_a_terminal_is_code_2(
    dataset: DrawnDataset, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, err = run(capsys, str(dataset.root))
    assert code == 2
    assert out == ""
    assert "no terminal" in err
    assert "Traceback" not in err


def test_a_path_named_like_a_verb_is_reached_with_a_dot(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "keys").mkdir()
    monkeypatch.chdir(tmp_path)
    code, _, err = run(capsys, "./keys")
    assert code == 2
    assert "image" in err


def test_a_path_that_is_not_there(capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = run(capsys, "./absent")
    assert code == 2
    assert "absent" in err


@pytest.mark.parametrize(
    "argv",
    [
        ("keys", "{}"),
        ("label", "a.jpg", "{}"),
        ("{}",),
        ("--{}",),
        ("segment", "{}", "--point", "{}"),
        ("segment", "x", "--task", "{}"),
        ("keys", "--keymap", "{}"),
        ("run", "{}", "--detector", "{}", "--map", "{}"),
        ("encode", "{}", "--budget", "{}"),
        ("recover", "{}"),
        ("unlock", "{}"),
        ("doctor", "{}"),
        ("replay", "{}"),
        ("models", "info", "{}"),
        ("models", "pull", "{}", "--offline"),
        ("models", "add", "{}"),
    ],
    ids=" ".join,
)
def test_e4_no_argument_drives_the_terminal(
    argv: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    hostile = "\x1b]52;c;x\x07\x9b2J\u202e\udcff[/"
    code, out, err = run(capsys, *(part.format(hostile) for part in argv))
    assert code in (1, 2)
    assert err or out
    for text in (out, err):
        assert not [c for c in text if unicodedata.category(c) in ("Cc", "Cf", "Cs") and c != "\n"]
    assert "Traceback" not in err
