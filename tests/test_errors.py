"""Errors: sentences and exit codes."""

from __future__ import annotations

import pytest

from tui import errors


def test_sentence_joins_what_why_and_fix() -> None:
    error = errors.SaveError("Not saved", "no space left on /data", "Free space and press s")
    assert str(error) == "Not saved: no space left on /data. Free space and press s"


def test_sentence_leaves_out_what_is_missing() -> None:
    assert str(errors.UsageError("No prompt", fix="Give a point")) == "No prompt. Give a point"
    assert str(errors.ImageError("a.jpg is empty")) == "a.jpg is empty"


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        (errors.UsageError, 2),
        (errors.ConfigError, 2),
        (errors.ModelError, 2),
        (errors.TerminalError, 2),
        (errors.ImageError, 1),
        (errors.LabelFileError, 1),
        (errors.SaveError, 3),
        (errors.ConflictError, 3),
        (errors.HeldError, 4),
    ],
)
def test_exit_codes(kind: type[errors.TtylabelError], code: int) -> None:
    assert kind("x").exit_code == code


def test_tree_is_drawn_in_the_docstring() -> None:
    names = [name for name, value in vars(errors).items() if isinstance(value, type)]
    assert all(name in (errors.__doc__ or "") for name in names)
